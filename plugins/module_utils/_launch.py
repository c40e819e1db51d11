# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the verb that launches, once."""

from __future__ import annotations

from ._describe import Include, add_includes, paragraphs, result_of
from ._errors import JobsError, NoTargetsError
from ._launching import Launching, bug_after_launch, complete_error
from ._masking import mask
from ._platforms.base import Platform
from ._service import Result
from ._silence import Silence
from ._types import Job
from ._verdict import judge, watch
from ._wait import WaitOptions


def launch_job(one: Launching, options: WaitOptions | None) -> Result:
    """Launch once, and wait if there are options for it.

    In check mode the launch is planned with reads only and its request is returned.
    What is secret in the request is masked in the result and in what is raised, whoever repeats it.
    """
    try:
        result: Result = mask(_launch(one, options), one.secrets)
    except JobsError as error:
        if one.note:
            # whether it is the job of this run or of an earlier one is to be seen at once
            error.message = paragraphs(one.note, error.message)
        complete_error(error, one.jobs, one.secrets)
        raise
    except Exception as error:
        if not one.jobs:
            raise
        raise bug_after_launch(error, one.jobs, one.secrets) from error
    return result


def _launch(one: Launching, options: WaitOptions | None) -> Result:
    if options:
        options.check()
    try:
        one.prepare()
        one.plan()
        if one.launch is not None and not one.existing and not one.task.check_mode:
            one.send()
    except NoTargetsError as error:
        if one.on_no_targets == "fail" or one.jobs:
            raise
        job = error.result.get("job")
        return {"changed": False, "skipped": True, "jobs": [job] if job else [], **error.result, "msg": error.message}
    return _result(one, options)


def _result(one: Launching, options: WaitOptions | None) -> Result:
    """Return what came of it; if there are options for it, wait for what goes on."""
    task = one.task
    if one.first is not None:
        return {"job": one.first, "jobs": [one.first], "changed": True}
    said: Result = {"msg": one.note} if one.note else {}
    # the job of a launch key is judged like one that was launched now, also when it has ended
    going = bool(one.jobs) or any(one.key is not None or not job.is_finished for job in one.existing)
    if options and going and not task.check_mode:
        waited = watch(task, one.watch(), options, poll_first=False)
        one.keep_answers()
        return {**said, **judge(waited, options, changed=bool(one.jobs))}
    if one.existing or one.jobs:
        include_after_launch(one, task.include, Silence())
        return {**said, **result_of(one.jobs or one.existing, changed=bool(one.jobs))}
    return result_of(one.planned(), changed=True, request=one.launch.request if one.launch else None)


def include_after_launch(one: Launching, include: Include, silence: Silence) -> None:
    """Add what was asked for; a failure to read it must not hide that the job was launched.

    :param silence: the servers that are not worth another try.
    """
    for job in one.seen():
        if one.platform is not None:
            _try_to_include(one.platform, job, include, silence)


def _try_to_include(platform: Platform, job: Job, include: Include, silence: Silence) -> None:
    error = silence.of(platform)
    if error is None:
        try:
            add_includes(platform, job, include)
        except JobsError as trouble:
            error = trouble
            silence.note(platform, error)
    if error is not None and include.names:
        job.warn(f"Not everything asked for could be read: {error.message}")
