# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the verb that cancels."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ._describe import Include, no_targets, paragraphs, result_of
from ._errors import CancelFailedError, InternalError, JobsError, NotFoundError, WaitTimeoutError
from ._service import Result, Task, check_planned
from ._silence import Silence
from ._types import Job, JobRef
from ._verdict import error_of, heed, last_trouble, names_of, seen_after, wait_result
from ._wait import Waiter, WaitOptions
from ._watched import Outcome, Watched, beside

_LOST = "could not be read any more after it was asked to stop"


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
    silence = Silence()
    changed = any(beside(lambda item: _cancel_one(task, item, options, silence), watched))
    asked: list[Watched] = []
    if options.wait and not task.check_mode:
        asked = _wait_until_stopped(task, watched, options.wait)
    result = _with_planned(refs, watched, wait_result(watched, changed))
    _raise_cancel_error(watched, asked, options, result)
    return result


def _with_planned(refs: t.Sequence[JobRef], watched: list[Watched], result: Result) -> Result:
    """Return the result with the jobs that were launched in check mode passed through, in the order asked."""
    known = {item.ref: item.job for item in watched}
    jobs = [ref.planned or known.get(ref) for ref in refs]
    result.pop("job", None)
    return {**result, **result_of([job for job in jobs if job is not None])}


def _check_cancel(options: CancelOptions) -> None:
    if options.hosts is not None and not options.hosts:
        raise no_targets("hosts", "Leave it out to stop the whole job.")
    if options.wait:
        options.wait.check()


def _cancel_one(task: Task, item: Watched, options: CancelOptions, silence: Silence) -> bool:
    try:
        heed(silence, item)
        item.job = item.platform.get_job(item.ref)
        if task.check_mode:
            return _would_cancel(item, item.job, options)
        done = item.platform.cancel(item.job, force=options.force, hosts=options.hosts)
        item.outcome = Outcome.ALREADY_FINISHED if done.outcome == "already_finished" else Outcome.CANCEL_REQUESTED
        if not item.job.is_finished:
            item.job = seen_after(item, item.job, silence)
        return done.changed
    except NotFoundError as error:
        item.outcome = Outcome.NOT_FOUND
        item.error = None if options.missing_ok else error
    except JobsError as error:
        item.outcome, item.error = Outcome.FAILED, error
        silence.note(item.platform, error)
        # a part of it may have been done
        return bool(error.result.get("changed"))
    except Exception as error:
        # what was done to the others must not be lost with it
        item.outcome, item.error = Outcome.FAILED, InternalError.of(error)
    return False


def _would_cancel(item: Watched, job: Job, options: CancelOptions) -> bool:
    """Return whether a cancel would change something, as far as reads can tell."""
    would = item.platform.would_cancel(job, force=options.force, hosts=options.hosts)
    item.outcome = Outcome.ALREADY_FINISHED if job.is_finished and not would else Outcome.CANCEL_REQUESTED
    return would


def _wait_until_stopped(task: Task, watched: list[Watched], wait: WaitOptions) -> list[Watched]:
    """Wait for what was asked to stop, and return that."""
    stopping = [item for item in watched if item.outcome == Outcome.CANCEL_REQUESTED]
    wait.fail_on = ()
    for item in stopping:
        item.outcome = None
    task.progress.expect(len(stopping))
    Waiter(stopping, wait, Include(), task.clock, progress=task.progress).run()
    return stopping


def _raise_cancel_error(watched: list[Watched], asked: list[Watched], options: CancelOptions, result: Result) -> None:
    """Raise what it ends in; that a job was not stopped weighs more than that its end was not seen."""
    wrong = [item for item in watched if item.error is not None]
    refused = [item for item in wrong if item not in asked]
    lost = [item for item in wrong if item in asked]
    late = [item for item in watched if item.outcome == Outcome.TIMED_OUT]
    if len(refused) == 1 and not lost:
        raise error_of(refused, result, "could not be canceled")
    if refused:
        said = [f"{names_of([item])}: {item.error.message}" for item in refused[:5] if item.error is not None]
        jobs = "1 job" if len(refused) == 1 else f"{len(refused)} jobs"
        also = error_of(lost, {}, _LOST).message if lost else ""
        raise CancelFailedError(paragraphs(f"{jobs} could not be canceled: {paragraphs(*said)}", also), **result)
    if lost:
        raise error_of(lost, result, _LOST)
    if late and options.wait:
        text = f"After {options.wait.timeout:g} s {names_of(late)} had not stopped.{last_trouble(late)}"
        raise WaitTimeoutError(text, **result)
