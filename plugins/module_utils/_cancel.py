# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the verb that cancels."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ._describe import Include, no_targets
from ._errors import CancelFailedError, JobsError, NotFoundError, WaitTimeoutError
from ._service import Result, Task, check_planned
from ._types import Job, JobRef, JobStatus
from ._verdict import names_of, wait_result
from ._wait import Outcome, Waiter, WaitOptions, Watched


@dataclass
class CancelOptions:
    """How to cancel; C(hosts) None stops the whole job."""

    hosts: list[str] | None = None
    force: bool = False
    missing_ok: bool = False
    wait: WaitOptions | None = None


def cancel_jobs(task: Task, refs: t.Sequence[JobRef], options: CancelOptions) -> Result:
    """Stop jobs; that one is already finished is fine. All are tried before an error is raised."""
    _check_cancel(options)
    check_planned(task, refs)
    watched = [Watched(task.servers.of(ref), ref) for ref in refs if ref.planned is None]
    for item in watched:
        item.platform.require(
            *(["cancel_force"] if options.force else []), *(["cancel_hosts"] if options.hosts is not None else [])
        )
    changed = False
    for item in watched:
        changed = _cancel_one(task, item, options) or changed
    if options.wait and not task.check_mode:
        _wait_until_stopped(task, watched, options.wait)
    result = wait_result(watched, changed)
    planned = [ref.planned for ref in refs if ref.planned is not None]
    if planned:
        result = {**result, "jobs": [*result["jobs"], *planned]}
    _raise_cancel_error(watched, options, result)
    return result


def _check_cancel(options: CancelOptions) -> None:
    if options.hosts is not None and not options.hosts:
        raise no_targets("hosts")
    if options.wait:
        options.wait.check()


def _cancel_one(task: Task, item: Watched, options: CancelOptions) -> bool:
    try:
        item.job = item.platform.get_job(item.ref)
        if task.check_mode:
            item.outcome = Outcome.ALREADY_FINISHED if item.job.is_finished else Outcome.CANCEL_REQUESTED
            return not item.job.is_finished and item.job.status != JobStatus.CANCELING
        done = item.platform.cancel(item.job, force=options.force, hosts=options.hosts)
        item.outcome = Outcome.ALREADY_FINISHED if done.outcome == "already_finished" else Outcome.CANCEL_REQUESTED
        if not item.job.is_finished:
            item.job = _seen_after(item, item.job)
        return done.changed
    except NotFoundError as error:
        item.outcome = Outcome.NOT_FOUND
        item.error = None if options.missing_ok else error
    except JobsError as error:
        item.outcome, item.error = Outcome.FAILED, error
    return False


def _seen_after(item: Watched, job: Job) -> Job:
    """Return the job as it is after the cancel; what was seen before is better than nothing."""
    try:
        return item.platform.get_job(JobRef(item.ref.id, job.type))
    except JobsError as error:
        job.warn(f"Its state after the cancel could not be read: {error.message}")
        return job


def _wait_until_stopped(task: Task, watched: list[Watched], wait: WaitOptions) -> None:
    stopping = [item for item in watched if item.outcome == Outcome.CANCEL_REQUESTED]
    wait.fail_on = ()
    for item in stopping:
        item.outcome = None
    Waiter(stopping, wait, Include(), task.clock).run()


def _raise_cancel_error(watched: list[Watched], options: CancelOptions, result: Result) -> None:
    wrong = [item for item in watched if item.error is not None]
    late = [item for item in watched if item.outcome == Outcome.TIMED_OUT]
    if len(wrong) == 1 and wrong[0].error is not None:
        wrong[0].error.result.update(result)
        raise wrong[0].error
    if wrong:
        said = " ".join(item.error.message for item in wrong[:5] if item.error is not None)
        raise CancelFailedError(f"{len(wrong)} jobs could not be canceled: {said}", **result)
    if late and options.wait:
        raise WaitTimeoutError(f"After {options.wait.timeout:g} s {names_of(late)} had not stopped.", **result)
