# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the verb that launches, once."""

from __future__ import annotations

from ._describe import Include, add_includes, no_targets, result_of
from ._errors import ApiError, JobsError, LaunchUnknownError, NoTargetsError
from ._platforms.base import Platform
from ._service import Result, Task
from ._types import Job, JobRef, JobRequest, Launch
from ._verdict import wait_and_judge
from ._wait import WaitOptions, Watched

#: seconds before each look for a job whose launch was not answered
_LOOKS = (0.0, 2.0, 4.0, 8.0)


def launch_job(task: Task, request: JobRequest, options: WaitOptions | None, on_no_targets: str = "fail") -> Result:
    """Launch once, and wait if there are options for it.

    In check mode the launch is planned with reads only and its request is returned.
    """
    if options:
        options.check()
    try:
        _refuse_empty_targets(request)
        platform = task.servers.of(request.rerun)
        task.include.check(platform)
        launch = platform.plan(request)
    except NoTargetsError as error:
        if on_no_targets == "fail":
            raise
        job = error.result.get("job")
        return {"changed": False, "skipped": True, "jobs": [job] if job else [], **error.result, "msg": error.message}
    if task.check_mode:
        launch.job.warnings += launch.warnings
        return result_of([launch.job], changed=True, request=launch.request)
    jobs = _submit(task, platform, launch)
    for job in jobs:
        job.warnings = [*launch.warnings, *job.warnings]
    if options:
        watched = [Watched(platform, JobRef(str(job.id), job.type), job) for job in jobs]
        return {**wait_and_judge(task, watched, options, poll_first=False, changed=True), "changed": True}
    for job in jobs:
        _include_after_launch(platform, job, task.include)
    return result_of(jobs, changed=True)


def _include_after_launch(platform: Platform, job: Job, include: Include) -> None:
    """Add what was asked for; a failure to read it must not hide that the job was launched."""
    try:
        add_includes(platform, job, include)
    except JobsError as error:
        job.warn(f"Not everything asked for could be read: {error.message}")


def _refuse_empty_targets(request: JobRequest) -> None:
    if request.targets is not None and not request.targets:
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


def _adopt(task: Task, platform: Platform, launch: Launch, cause: ApiError) -> list[Job]:
    candidates: list[list[Job]] = []
    trouble = ""
    for pause in _LOOKS:
        task.clock.sleep(pause)
        try:
            candidates, trouble = platform.find_launch(launch), ""
        except ApiError as error:
            trouble = f" Looking for it failed too: {error.message}"
        if candidates:
            break
    if len(candidates) == 1:
        for job in candidates[0]:
            job.warn(f"The launch was not answered ({cause.message}); the one job that equals it was found instead.")
        return candidates[0]
    if cause.status == 500 and not candidates and not trouble:
        raise cause
    found = [job.to_dict() for group in candidates for job in group]
    seen = (
        f"{len(found)} jobs could be it: " + ", ".join(str(job["id"]) for job in found)
        if found
        else "no job that equals it was found"
    )
    raise LaunchUnknownError(
        f"It is not known whether the launch took effect: {cause.message} Then {seen}.{trouble} "
        f"It was not sent again. Look on the server for a job of {launch.template.get('name') or launch.type} "
        f"since {launch.since or 'now'} before you launch again.",
        candidates=found,
        request=launch.request,
    )
