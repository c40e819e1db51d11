# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the verb that launches, once."""

from __future__ import annotations

import json
import traceback

from ._describe import Include, add_includes, job_title, no_targets, result_of
from ._errors import (
    ApiError,
    InternalError,
    InvalidOptionError,
    JobsError,
    LaunchUnknownError,
    NoTargetsError,
)
from ._masking import mask, secret_options, secret_texts
from ._platforms.base import Platform
from ._service import Result, Task, check_planned
from ._types import Job, JobRef, JobRequest, Launch
from ._verdict import wait_and_judge
from ._wait import WaitOptions, Watched

#: seconds before each look for a job whose launch was not answered
_LOOKS = (0.0, 2.0, 4.0, 8.0)


def launch_job(task: Task, request: JobRequest, options: WaitOptions | None, on_no_targets: str = "fail") -> Result:
    """Launch once, and wait if there are options for it.

    In check mode the launch is planned with reads only and its request is returned.
    What is secret in the request is masked in the result and in what is raised, whoever repeats it.
    """
    secrets = list(secret_texts(request.secret_parameters))
    request.plan_only = task.check_mode
    launched: list[Job] = []
    try:
        return _launch_masked(task, request, options, on_no_targets, secrets, launched)
    except JobsError as error:
        # an id is never lost, whatever failed later
        if launched and not error.result.get("jobs"):
            error.result = {**error.result, **_bare_result(launched, secrets)}
        raise
    except Exception as error:
        if not launched:
            raise
        raise _bug_after_launch(error, launched, secrets) from error


def _launch_masked(
    task: Task,
    request: JobRequest,
    options: WaitOptions | None,
    on_no_targets: str,
    secrets: list[str],
    launched: list[Job],
) -> Result:
    try:
        result: Result = mask(_launch(task, request, options, on_no_targets, secrets, launched), secrets)
    except JobsError as error:
        error.message = mask(error.message, secrets)
        error.args = (error.message,)
        error.result = mask(error.result, secrets)
        raise
    return result


def _bug_after_launch(error: Exception, launched: list[Job], secrets: list[str]) -> InternalError:
    """Return the error for what should not happen, with the jobs that are on the server all the same."""
    bug = InternalError.of(error)
    names = ", ".join(job_title(job) for job in launched)
    bug.message = mask(f"{names} was launched, but then: {bug.message}", secrets)
    bug.args = (bug.message,)
    bug.result = {**_bare_result(launched, secrets), "exception": mask(traceback.format_exc(), secrets)}
    return bug


def _bare_result(launched: list[Job], secrets: list[str]) -> Result:
    """Return the jobs with no more than what cannot fail: what else is in them may be what did."""
    names = ("id", "server", "name", "status", "native_status", "created_at", "url", "web_url")
    bare = [Job(job.platform, job.type, **{name: getattr(job, name) for name in names}) for job in launched]
    result: Result = mask(result_of(bare, changed=True), secrets)
    return result


def _launch(
    task: Task,
    request: JobRequest,
    options: WaitOptions | None,
    on_no_targets: str,
    secrets: list[str],
    launched: list[Job],
) -> Result:
    if options:
        options.check()
    if request.rerun is not None and request.rerun.planned is not None:
        check_planned(task, [request.rerun], "rerun")
        return {"job": request.rerun.planned, "jobs": [request.rerun.planned], "changed": True}
    try:
        return _plan_and_submit(task, request, options, on_no_targets, secrets, launched)
    except NoTargetsError as error:
        if on_no_targets == "fail" or launched:
            raise
        job = error.result.get("job")
        return {"changed": False, "skipped": True, "jobs": [job] if job else [], **error.result, "msg": error.message}


def _plan_and_submit(
    task: Task,
    request: JobRequest,
    options: WaitOptions | None,
    on_no_targets: str,
    secrets: list[str],
    launched: list[Job],
) -> Result:
    _refuse_empty_targets(request)
    platform = task.servers.of(request.rerun)
    secrets += secret_options(platform.LAUNCH_OPTIONS, request.options)
    _refuse_what_cannot_be_sent(platform, request)
    task.include.check(platform)
    launch = platform.plan(request)
    secrets += launch.secrets
    if launch.existing:
        return _keep_existing(task, platform, launch.existing, options)
    if task.check_mode:
        launch.job.warnings += launch.warnings
        launch.job.included = task.include.nothing()
        return result_of([launch.job], changed=True, request=launch.request)
    jobs = _submit(task, platform, launch)
    launched += jobs
    for job in jobs:
        job.warnings = [*launch.warnings, *job.warnings]
    if on_no_targets == "fail":
        _refuse_no_hosts(jobs)
    return _follow(task, platform, jobs, options)


def _follow(task: Task, platform: Platform, jobs: list[Job], options: WaitOptions | None) -> Result:
    """Wait for what was launched if there are options for it, and add what was asked for."""
    if options:
        watched = [Watched(platform, JobRef(str(job.id), job.type), job) for job in jobs]
        return _wait(task, watched, options)
    for job in jobs:
        _include_after_launch(platform, job, task.include)
    return result_of(jobs, changed=True)


def _refuse_no_hosts(jobs: list[Job]) -> None:
    """Fail for a launch of which the server says that it has no host: it would end as a success without doing anything.

    This is found late only where nothing was checked before, or where the hosts went away meanwhile.
    """
    if jobs and all(job.host_counts["total"] == 0 and not job.is_finished for job in jobs):
        raise NoTargetsError(
            f"{job_title(jobs[0])} was launched, but no host fits, so there is nothing that it runs on.",
            **result_of(jobs, changed=True),
        )


def _keep_existing(task: Task, platform: Platform, jobs: list[Job], options: WaitOptions | None) -> Result:
    """Return the jobs that are what was asked for; one that goes on is waited for like one that was launched."""
    going = any(not job.is_finished for job in jobs)
    if options and going and not task.check_mode:
        watched = [Watched(platform, JobRef(str(job.id), job.type), job) for job in jobs]
        return wait_and_judge(task, watched, options, poll_first=False)
    for job in jobs:
        _include_after_launch(platform, job, task.include)
    return result_of(jobs, changed=False)


def _wait(task: Task, watched: list[Watched], options: WaitOptions) -> Result:
    """Wait, and keep what only the answer to the launch said: warnings, and details such as ignored fields."""
    launched = {item.job.id: item.job for item in watched if item.job is not None}
    try:
        result = {**wait_and_judge(task, watched, options, poll_first=False, changed=True), "changed": True}
    except JobsError as error:
        _keep_answers(error.result, launched)
        raise
    _keep_answers(result, launched)
    return result


def _keep_answers(result: Result, launched: dict[str | None, Job]) -> None:
    for plain in result.get("jobs", ()):
        job = launched.get(plain["id"])
        if job is not None:
            plain["warnings"] = list(dict.fromkeys([*job.warnings, *plain["warnings"]]))
            plain["details"] = {**job.details, **plain["details"]}
            plain["launched_by"] = plain["launched_by"] or job.launched_by
    if len(result.get("jobs", ())) == 1:
        result["job"] = result["jobs"][0]


def _refuse_what_cannot_be_sent(platform: Platform, request: JobRequest) -> None:
    """JSON has no infinity, no dates and no sets; what has them would fail only when it is sent."""
    named = {"parameters": request.parameters, "secret_parameters": request.secret_parameters}
    named[platform.NAME] = request.options
    for option, values in named.items():
        for name, value in (values or {}).items():
            try:
                json.dumps(value, allow_nan=False)
            except (TypeError, ValueError):
                raise InvalidOptionError(
                    f"{option}: {name} holds a value that JSON does not have, such as infinity or a date. "
                    "Write it as text."
                ) from None


def _include_after_launch(platform: Platform, job: Job, include: Include) -> None:
    """Add what was asked for; a failure to read it must not hide that the job was launched."""
    try:
        add_includes(platform, job, include)
    except JobsError as error:
        job.warn(f"Not everything asked for could be read: {error.message}")


def _refuse_empty_targets(request: JobRequest) -> None:
    # Ansible makes a list of one text of an empty text, and of an empty list that is written as text
    if request.targets is not None and not any(str(host).strip() not in ("", "[]") for host in request.targets):
        raise no_targets("targets")
    if request.target_query is not None and not request.target_query:
        raise no_targets("target_query")
    if isinstance(request.target_query, str) and not request.target_query.strip():
        raise no_targets("target_query")


def _submit(task: Task, platform: Platform, launch: Launch) -> list[Job]:
    """Send the one launching request. What is unclear is looked up, never sent again."""
    try:
        return platform.launch(launch)
    except ApiError as error:
        if not error.ambiguous:
            raise
        return _adopt(task, platform, launch, error)
    except JobsError:
        raise
    except Exception as error:
        # it may have been sent: what cannot be understood is as unclear as what was not answered
        return _adopt(task, platform, launch, InternalError.of(error))


def _look(task: Task, platform: Platform, launch: Launch) -> tuple[list[list[Job]], str]:
    """Return what equals the launch, and why that could not be read."""
    candidates: list[list[Job]] = []
    trouble = ""
    for pause in _LOOKS:
        task.clock.sleep(pause)
        try:
            candidates, trouble = platform.find_launch(launch), ""
        except JobsError as error:
            trouble = f" Looking for it failed too: {error.message}"
        except Exception as error:
            trouble = f" Looking for it failed too: {InternalError.of(error).message}"
        if candidates:
            break
    return candidates, trouble


def _adopt(task: Task, platform: Platform, launch: Launch, cause: JobsError) -> list[Job]:
    candidates, trouble = _look(task, platform, launch)
    if len(candidates) == 1:
        for job in candidates[0]:
            job.warn(f"The launch was not answered ({cause.message}); the one job that equals it was found instead.")
        return candidates[0]
    if isinstance(cause, ApiError) and cause.status == 500 and not candidates and not trouble:
        cause.message = (
            f"{cause.message.rstrip('.')}. The job was looked for and not found, so the launch had no effect as far as "
            "can be seen. Nothing was sent again."
        )
        cause.args = (cause.message,)
        raise cause
    found = [job.to_dict() for group in candidates for job in group]
    seen = (
        f"{len(found)} jobs could be it: " + ", ".join(str(job["id"]) for job in found)
        if found
        else "no job that equals it was found"
    )
    raise LaunchUnknownError(
        f"It is not known whether the launch took effect: {cause.message.rstrip('.')}. Then {seen}.{trouble} "
        f"It was not sent again. Look on the server for a job of {launch.template.get('name') or launch.job.name or launch.type} "
        f"since {launch.since or 'now'} before you launch again.",
        candidates=found,
        request=launch.request,
    )
