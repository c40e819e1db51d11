# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the verb that waits, and how a wait ends."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ._describe import failures, job_title, paragraphs, result_of, try_includes
from ._errors import JobsError, NotFoundError, WaitTimeoutError
from ._lines import duration
from ._service import Result, Task, check_planned, read_jobs
from ._silence import Silence
from ._types import Job, JobRef
from ._wait import Feed, Waiter, WaitOptions
from ._watched import Outcome, Watched, beside


def wait_for_jobs(task: Task, refs: t.Sequence[JobRef], options: WaitOptions) -> Result:
    """Wait for jobs that were launched before. In check mode they are only looked at."""
    options.check()
    if task.check_mode:
        return _look(task, refs)
    check_planned(task, refs)
    watched = [Watched(task.servers.of(ref), ref) for ref in refs]
    for item in watched:
        task.include.check(item.platform)
    task.progress.expect(len(watched))
    if not watched:
        return {"jobs": [], "missing": [], "changed": False}
    return wait_and_judge(task, watched, options)


def _look(task: Task, refs: t.Sequence[JobRef]) -> Result:
    """Read the jobs once; one that does not exist is an error here too, or check mode would not tell the truth."""
    result = read_jobs(task, refs)
    for job in result["jobs"]:
        if job["id"] is not None:
            job["outcome"] = Outcome.FINISHED if job["is_finished"] else Outcome.LEFT
    if result["missing"]:
        raise NotFoundError(f"jobs: there is no job {', '.join(result['missing'])} that this user may see.", **result)
    return result


def wait_and_judge(
    task: Task, watched: list[Watched], options: WaitOptions, *, poll_first: bool = True, changed: bool = False
) -> Result:
    """Wait, cancel what the options say, and return the result or raise what the wait ends in.

    :param poll_first: false right after a launch, whose answer is the first poll.
    :param changed: whether something was changed before.
    """
    return judge(watch(task, watched, options, poll_first=poll_first), options, changed=changed)


@dataclass
class Waited:
    """What was waited for, what of it was not finished in time, and what was canceled in the end."""

    items: list[Watched]
    late: list[Watched]
    canceled: list[Watched]


def watch(
    task: Task, watched: list[Watched], options: WaitOptions, *, poll_first: bool = True, feed: Feed | None = None
) -> Waited:
    """Wait, and cancel what the options say.

    :param feed: gives further jobs while others are waited for.
    """
    waiter = Waiter(watched, options, task.include, task.clock, progress=task.progress, feed=feed)
    waiter.run(poll_first=poll_first)
    items = waiter.watched
    late = [item for item in items if item.outcome == Outcome.TIMED_OUT]
    to_stop = list(late) if options.on_timeout == "cancel" else []
    if options.fail_fast == "cancel" and any(options.is_bad(item) for item in items):
        to_stop += [item for item in items if item.outcome == Outcome.LEFT]
    silence = Silence()
    done = beside(lambda item: cancel_watched(task, item, silence), to_stop)
    canceled = [item for item, changed in zip(to_stop, done) if changed]
    if late:
        task.progress.note(f"after {duration(options.timeout)} {_count(late)} not finished")
    note_canceled(task, canceled)
    return Waited(items, [item for item in late if item.outcome != Outcome.FINISHED], canceled)


def judge(waited: Waited, options: WaitOptions, *, changed: bool = False, **more: t.Any) -> Result:
    """Return the result of a wait, or raise what it ends in.

    :param changed: whether something was changed before.
    :param more: further keys of the result.
    """
    result = {**wait_result(waited.items, changed or bool(waited.canceled)), **more}
    bad = [item for item in waited.items if options.is_bad(item)]
    raise_wait_error(bad, waited.late, waited.canceled, options, result)
    return result


def note_canceled(task: Task, canceled: list[Watched]) -> None:
    """Show how many jobs were asked to stop."""
    if canceled:
        task.progress.note(f"asked {_count(canceled)} to stop")


def _count(items: list[Watched]) -> str:
    return f"{len(items)} job{'s' * (len(items) != 1)}"


def cancel_watched(task: Task, item: Watched, silence: Silence) -> bool:
    """Cancel one, and note how it is then: it may have finished meanwhile.

    :param silence: the servers that are not worth another try.
    """
    try:
        heed(silence, item)
        job = item.job or item.platform.get_job(item.ref)
        done = item.platform.cancel(job)
    except JobsError as error:
        silence.note(item.platform, error)
        if item.job is not None:
            item.job.warn(f"It could not be canceled: {error.message}")
        # a part of it may have been done
        return bool(error.result.get("changed"))
    if done.changed:
        item.outcome = Outcome.CANCEL_REQUESTED
    item.job = seen_after(item, job, silence)
    item.job.included = job.included
    if item.job.is_finished and not done.changed:
        item.outcome = Outcome.FINISHED
        try_includes(item.platform, item.job, task.include)
    return done.changed


def heed(silence: Silence, item: Watched) -> None:
    """Raise why nothing more is asked of a job's server, if nothing is."""
    error = silence.of(item.platform)
    if error is not None:
        raise type(error)(error.message)


def seen_after(item: Watched, job: Job, silence: Silence) -> Job:
    """Return the job as it is after a cancel; what was seen before is better than nothing.

    :param silence: notes if its server does not answer.
    """
    try:
        seen = item.platform.get_job(JobRef(item.ref.id, job.type))
    except JobsError as error:
        silence.note(item.platform, error)
        job.warn(f"Its state after the cancel could not be read: {error.message}")
        return job
    seen.warnings = list(dict.fromkeys([*job.warnings, *seen.warnings]))
    return seen


def wait_result(watched: list[Watched], changed: bool) -> Result:
    """Return the result of a wait or a cancel; each job says what became of it."""
    note_outcomes(watched)
    jobs = [item.job for item in watched if item.job is not None]
    return result_of(jobs, missing=missing_of(watched), changed=changed)


def note_outcomes(watched: list[Watched]) -> None:
    """Let each job say what became of it."""
    for item in watched:
        if item.job is not None:
            item.job.included["outcome"] = item.outcome


def missing_of(watched: list[Watched]) -> list[str]:
    """Return the ids of the jobs that are not there."""
    return [item.ref.id for item in watched if item.outcome in (Outcome.NOT_FOUND, Outcome.GONE)]


def raise_wait_error(
    bad: list[Watched], late: list[Watched], canceled: list[Watched], options: WaitOptions, result: Result
) -> None:
    """Raise what the wait ends in: a job that failed decides its word, and what else is wrong is said behind that."""
    failed = [item.job for item in bad if item.error is None and item.job is not None]
    unread = [item for item in bad if item.outcome == Outcome.FAILED]
    error: JobsError
    if failed:
        error = failures(failed, **result)
        gone = result["missing"]
        said = [error.message]
        said.append(f"There is no job {', '.join(gone)} that this user may see." if gone else "")
        said.append(error_of(unread, {}).message if unread else "")
    elif bad:
        error = error_of(bad, result)
        said = [error.message]
    elif late:
        error, said = WaitTimeoutError("", **result), []
    else:
        return
    error.message = paragraphs(*said, late_text(late, options), canceled_text(canceled))
    error.args = (error.message,)
    raise error


def late_text(late: list[Watched], options: WaitOptions) -> str:
    """Return which jobs are not finished although the time is over, and what was last in the way."""
    if not late:
        return ""
    verb = "is" if len(late) == 1 else "are"
    return f"After {options.timeout:g} s {names_of(late)} {verb} not finished.{last_trouble(late)}"


def last_trouble(late: list[Watched]) -> str:
    """Return what was last in the way of a look at one of them."""
    return next((f" The last error was: {item.trouble.message}" for item in late if item.trouble is not None), "")


def canceled_text(canceled: list[Watched]) -> str:
    """Return which jobs were asked to stop."""
    return f"Canceling was requested for {names_of(canceled)}." if canceled else ""


def error_of(items: list[Watched], result: Result, what: str = "could not be read") -> JobsError:
    """Return the first of the errors with what all of them say; one that vanished weighs more than others.

    :param what: what could not be done to those that failed.
    """
    items = sorted(items, key=lambda item: item.outcome != Outcome.GONE)
    first = next(item.error for item in items if item.error is not None)
    said = dict.fromkeys(item.error.message for item in items if item.error is not None)
    unread = [item for item in items if item.outcome == Outcome.FAILED]
    text = (f"{names_of(unread)} {what}: " if unread else "") + " ".join(list(said)[:5])
    if unread:
        text = text[:1].upper() + text[1:]
    first.message, first.args = text, (text,)
    first.result.update(result)
    return first


def names_of(items: list[Watched]) -> str:
    """Return the jobs for a sentence, five at the most."""
    known = [_named(item.job) if item.job else f"job {item.ref.id}" for item in items[:5]]
    return ", ".join(known) + (f" and {len(items) - 5} more" if len(items) > 5 else "")


def _named(job: Job) -> str:
    why = f": {job.explanation.rstrip('.')}" if job.explanation else ""
    return f"{job_title(job)} ({job.status}{why})"
