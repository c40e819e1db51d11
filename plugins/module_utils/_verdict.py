# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the verb that waits, and how a wait ends."""

from __future__ import annotations

import typing as t

from ._describe import failures, job_title, result_of
from ._errors import JobGoneError, JobsError, WaitTimeoutError
from ._service import Result, Task, check_planned, read_jobs
from ._types import JobRef
from ._wait import Outcome, Waiter, WaitOptions, Watched


def wait_for_jobs(task: Task, refs: t.Sequence[JobRef], options: WaitOptions) -> Result:
    """Wait for jobs that were launched before. In check mode they are only looked at."""
    options.check()
    if task.check_mode:
        return read_jobs(task, refs)
    check_planned(task, refs)
    watched = [Watched(task.servers.of(ref), ref) for ref in refs]
    for item in watched:
        task.include.check(item.platform)
    if not watched:
        return {"jobs": [], "missing": [], "changed": False}
    return wait_and_judge(task, watched, options)


def wait_and_judge(
    task: Task, watched: list[Watched], options: WaitOptions, *, poll_first: bool = True, changed: bool = False
) -> Result:
    """Wait, cancel what the options say, and return the result or raise what the wait ends in.

    :param poll_first: false right after a launch, whose answer is the first poll.
    :param changed: whether something was changed before.
    """
    waiter = Waiter(watched, options, task.include, task.clock)
    waiter.run(poll_first=poll_first)
    bad = [item for item in watched if waiter.is_bad(item)]
    late = [item for item in watched if item.outcome == Outcome.TIMED_OUT]
    to_stop = late if options.on_timeout == "cancel" else []
    if bad and options.fail_fast == "cancel":
        to_stop = [*to_stop, *(item for item in watched if item.outcome == Outcome.LEFT)]
    canceled = [item for item in to_stop if _cancel_watched(item)]
    result = wait_result(watched, changed or bool(canceled))
    _raise_wait_error(bad, late, canceled, options, result)
    return result


def _cancel_watched(item: Watched) -> bool:
    if item.job is None:
        return False
    try:
        done = item.platform.cancel(item.job)
    except JobsError as error:
        item.job.warn(f"It could not be canceled: {error.message}")
        return False
    if done.changed:
        item.outcome = Outcome.CANCEL_REQUESTED
        item.job.included["outcome"] = item.outcome
    return done.changed


def wait_result(watched: list[Watched], changed: bool) -> Result:
    """Return the result of a wait or a cancel; each job says what became of it."""
    for item in watched:
        if item.job is not None:
            item.job.included["outcome"] = item.outcome
    jobs = [item.job for item in watched if item.job is not None]
    missing = [item.ref.id for item in watched if item.outcome in (Outcome.NOT_FOUND, Outcome.GONE)]
    return result_of(jobs, missing=missing, changed=changed)


def _raise_wait_error(
    bad: list[Watched], late: list[Watched], canceled: list[Watched], options: WaitOptions, result: Result
) -> None:
    """Raise what the wait ends in; a job that failed weighs more than one that is late."""
    failed = [item.job for item in bad if item.error is None and item.job is not None]
    if failed:
        raise failures(failed, **result)
    gone = [item for item in bad if item.outcome == Outcome.GONE]
    if gone:
        raise JobGoneError(
            f"{names_of(gone)} vanished from the server while it was waited for; the last known state is in the result.",
            **result,
        )
    for item in bad:
        if item.error is not None:
            item.error.result.update(result)
            raise item.error
    if late:
        what = " Canceling was requested." if canceled else ""
        why = next((f" The last error was: {item.error.message}" for item in late if item.error is not None), "")
        raise WaitTimeoutError(
            f"After {options.timeout:g} s {names_of(late)} {'is' if len(late) == 1 else 'are'} not finished.{what}{why}",
            **result,
        )


def names_of(items: list[Watched]) -> str:
    """Return the jobs for a sentence, five at the most."""
    known = [f"{job_title(item.job)} ({item.job.status})" if item.job else f"job {item.ref.id}" for item in items[:5]]
    return ", ".join(known) + (f" and {len(items) - 5} more" if len(items) > 5 else "")
