# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the verb that launches a list of jobs.

All launches are planned before the first is sent, so that nothing is launched if one of them cannot be. Equal reads
of the plans are made once. Then they are sent one by one, in order, as many as may run at once; what was promised of
a single launch holds for each.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass

from ._describe import paragraphs, result_of
from ._errors import InvalidOptionError, JobsError, LaunchUnknownError, NoTargetsError, WaitTimeoutError
from ._launch import include_after_launch
from ._launching import Launching, Sent, bug_after_launch, complete_error, orphaned
from ._masking import mask
from ._platforms.base import Platform
from ._service import Result, Task
from ._silence import Silence
from ._verdict import (
    Waited,
    cancel_watched,
    canceled_text,
    missing_of,
    note_canceled,
    note_outcomes,
    raise_wait_error,
    watch,
)
from ._wait import WaitOptions
from ._watched import Outcome, Watched, beside

ON_FAILURE = ("continue", "stop", "cancel")

#: what is wrong with a server, and not with one launch
_OF_THE_SERVER = frozenset(("connection", "tls", "unauthorized", "rate_limited", "server_error"))
#: so many launches are named in a message
_SHOWN = 5
#: so many launches in a row that a server does not answer are its last ones
_PATIENCE = 3


@dataclass
class ManyOptions:
    """C(max_concurrent) is how many jobs of the list may run at once, None for all.

    C(on_failure) is what happens after a launch or a job failed: C(continue), C(stop) launches no more, C(cancel) also
    cancels what runs.
    """

    max_concurrent: int | None = None
    on_failure: str = "continue"
    #: C(skip) if it is fine that the list is empty
    on_no_targets: str = "fail"

    def nothing(self) -> Result:
        """Return the result of an empty list, or refuse it."""
        text = "jobs is empty, so there is nothing to launch."
        if self.on_no_targets == "skip":
            return {"changed": False, "skipped": True, "jobs": [], "launches": [], "msg": text}
        raise NoTargetsError(f"{text} Set on_no_targets: skip if that is fine, or leave jobs out for a single launch.")

    def check(self, wait: WaitOptions | None) -> None:
        """Refuse what cannot work."""
        if self.max_concurrent is None:
            return
        if self.max_concurrent < 1:
            raise InvalidOptionError("max_concurrent must be 1 or more; leave it out to launch all at once.")
        if wait is None:
            raise InvalidOptionError(
                "max_concurrent goes with wait: true, because a launch can only begin when an earlier job is seen to end."
            )


def launch_jobs(
    task: Task, launchings: t.Sequence[Launching], options: WaitOptions | None, many: ManyOptions
) -> Result:
    """Launch a list, and wait if there are options for it. The result tells of each launch in C(launches).

    :raises JobsError: if one cannot be planned (nothing was sent then), a launch failed, or a job did not succeed.
    """
    if not launchings:
        return many.nothing()
    secrets = [one.secrets for one in launchings]
    queue = _Queue(task, launchings, many)
    try:
        result: Result = mask(_launch_all(queue, options), _flat(secrets))
    except JobsError as error:
        if queue.jobs():
            error.result.setdefault("launches", queue.rows())
        complete_error(error, queue.jobs(), _flat(secrets))
        raise
    except Exception as error:
        if not queue.jobs():
            raise
        bug = bug_after_launch(error, queue.jobs(), _flat(secrets))
        bug.result["launches"] = mask(queue.rows(), _flat(secrets))
        raise bug from error
    return result


def _flat(lists: list[list[str]]) -> list[str]:
    """Return what is in the lists now; planning adds to them."""
    return [text for texts in lists for text in texts]


def _launch_all(queue: _Queue, options: WaitOptions | None) -> Result:
    task, launchings, cancels = queue.task, queue.launchings, queue.many.on_failure == "cancel"
    if options:
        options.check()
        options.fail_fast = "true" if cancels else "false"
    queue.many.check(options)
    _plan(launchings)
    if task.check_mode:
        return _result(launchings, any(one.outcome == Sent.PLANNED for one in launchings))
    queue.fill(options)
    task.progress.expect(len(launchings), "launched")
    waited = Waited(list(queue.begin([]) or ()), [], [])
    if options:
        feed = queue.begin if queue.left else None
        waited = watch(task, waited.items, options, poll_first=False, feed=feed)
    if cancels and queue.has_failed():
        waited.canceled += queue.cancel_rest()
        note_canceled(task, waited.canceled)
    reading = Silence()
    for one in launchings:
        one.keep_answers()
        if options is None:
            include_after_launch(one, task.include, reading)
    return _judged(queue, waited, options)


def _plan(launchings: t.Sequence[Launching]) -> None:
    """Plan all of them; that one cannot be is raised with the reasons of all, and nothing has been sent then.

    A server that cannot be read at all is asked once, not for each of its launches: that would take long, and wrong
    logins may lock the user out.
    """
    for one in launchings:
        _try(one, one.prepare)
    silent: set[Platform | None] = set()
    with contextlib.ExitStack() as stack:
        for platform in {one.platform: None for one in launchings if one.platform is not None}:
            stack.enter_context(platform.client.remembering())
        for one in launchings:
            if one.error is None and one.platform not in silent:
                error = _try(one, one.plan)
                if error is not None and error.code in _OF_THE_SERVER:
                    silent.add(one.platform)
    if any(one.outcome == Sent.FAILED for one in launchings):
        rows = [_not_launched(one.row()) for one in launchings]
        raise _launch_error(launchings, {"jobs": [], "changed": False, "launches": rows}, "Nothing was launched.")


def _not_launched(row: Result) -> Result:
    """Return the row of a launch in check mode that would not be made, because another one cannot be."""
    if row["outcome"] != Sent.PLANNED:
        return row
    return {**row, "outcome": Sent.NOT_LAUNCHED, "changed": False}


def _try(one: Launching, step: t.Callable[[], None]) -> JobsError | None:
    """Return why a step failed, which is noted too."""
    try:
        step()
    except JobsError as error:
        one.error = error
    return one.error


class _Queue:
    """The launches that wait for their turn, and the rule for what happens after a failure."""

    def __init__(self, task: Task, launchings: t.Sequence[Launching], many: ManyOptions) -> None:
        self.task = task
        self.launchings = list(launchings)
        self.many = many
        #: what has not been sent yet
        self.left: list[Launching] = []
        self._silence = Silence(_PATIENCE)
        self._is_bad: t.Callable[[Watched], bool] = lambda item: item.error is not None

    def fill(self, options: WaitOptions | None) -> None:
        """Take the launches that can be sent."""
        self.left = [one for one in self.launchings if one.launch is not None and one.error is None]
        if options is not None:
            self._is_bad = options.is_bad

    def jobs(self) -> list[t.Any]:
        """Return what is on the server because of them."""
        return [job for one in self.launchings for job in one.jobs]

    def rows(self) -> list[Result]:
        """Return what became of each."""
        return [one.row() for one in self.launchings]

    def begin(self, still_open: t.Sequence[Watched]) -> list[Watched] | None:
        """Send as many as may run besides those that are open; None when no more will be sent."""
        new: list[Watched] = []
        running = len(still_open)
        while self.left and not self._is_over() and self._has_room(running):
            one = self.left.pop(0)
            if not one.existing:
                self._send(one)
            if one.outcome not in (Sent.SKIPPED, Sent.NOT_LAUNCHED):
                new += one.watch()
                running += sum(_is_running(item) for item in one.watched)
        return new if new or (self.left and not self._is_over()) else None

    def cancel_rest(self) -> list[Watched]:
        """Cancel what was launched and has not ended, and return that; what was there before is not of this list."""
        running = [item for one in self.launchings if one.jobs for item in one.watched if _is_running(item)]
        silence = Silence()
        done = beside(lambda item: cancel_watched(self.task, item, silence), running)
        canceled = [item for item, changed in zip(running, done) if changed]
        for item in canceled:
            if item.job is not None:
                item.job.included["outcome"] = item.outcome
        return canceled

    def _send(self, one: Launching) -> None:
        """Send one, unless its server answers nothing any more: to try each would take long, and lock the user out."""
        platform = t.cast("Platform", one.platform)
        if self._silence.of(platform) is None:
            self._silence.note(platform, _try(one, lambda: one.send(self.launchings)))
            if one.error is not None and one.outcome == Sent.FAILED:
                self.task.progress.note(f"launch of {one.title} failed: {mask(one.error.message, one.secrets)}")

    def _has_room(self, running: int) -> bool:
        return self.many.max_concurrent is None or running < self.many.max_concurrent

    def has_failed(self) -> bool:
        """Return whether a launch or a job of the list failed."""
        return any(self._is_bad(item) for one in self.launchings for item in one.watched)

    def _is_over(self) -> bool:
        return self.is_stopped() or self.task.is_orphan()

    def is_stopped(self) -> bool:
        """Return whether a failure ended the launching."""
        return self.many.on_failure != "continue" and self.has_failed()


def _is_running(item: Watched) -> bool:
    open_outcomes = (None, Outcome.LEFT, Outcome.SCHEDULED)
    return item.outcome in open_outcomes and item.job is not None and not item.job.is_finished


# -- what is told ------------------------------------------------------------------------------------------


def _result(launchings: t.Sequence[Launching], changed: bool) -> Result:
    shown = [job for one in launchings for job in one.shown()]
    return {**result_of(shown, changed=changed), "launches": [one.row() for one in launchings]}


def _judged(queue: _Queue, waited: Waited, options: WaitOptions | None) -> Result:
    """Return the result, or raise what the list ends in: a launch that failed weighs more than a job."""
    launchings = queue.launchings
    if options is not None:
        note_outcomes(waited.items)
    result = _result(launchings, bool(waited.canceled or queue.jobs()))
    if options is not None:
        result["missing"] = missing_of(waited.items)
    ending = _ending(queue, waited, options, result)
    left = sum(one.outcome == Sent.NOT_LAUNCHED for one in launchings)
    more = [ending.message if ending is not None else canceled_text(waited.canceled)]
    if left:
        more.append(f"{left} of {len(launchings)} launches were not made.")
    if any(one.outcome == Sent.FAILED for one in launchings):
        raise _launch_error(launchings, result, *more)
    if ending is not None:
        ending.message = paragraphs(*more)
        ending.args = (ending.message,)
        raise ending
    return result


def _ending(queue: _Queue, waited: Waited, options: WaitOptions | None, result: Result) -> JobsError | None:
    """Return what the wait for the jobs ends in, launches that failed left out."""
    launched = [item for one in queue.launchings if one.error is None for item in one.watched]
    try:
        if options is not None:
            bad = [item for item in launched if options.is_bad(item)]
            raise_wait_error(bad, waited.late, waited.canceled, options, result)
        if queue.left and queue.task.is_orphan():
            raise orphaned(**result)
        if options is not None and queue.left and not queue.is_stopped():
            raise WaitTimeoutError(f"The time was over after {options.timeout:g} s.", **result)
    except JobsError as error:
        return error
    return None


def _launch_error(launchings: t.Sequence[Launching], result: Result, *more: str) -> JobsError:
    """Return the error for launches that failed; one of which it is not known whether it took effect comes first."""
    failed = [(number, one) for number, one in enumerate(launchings, 1) if one.outcome == Sent.FAILED]
    errors = [one.error for _number, one in failed if one.error is not None]
    first = next((error for error in errors if isinstance(error, LaunchUnknownError)), errors[0])
    said = [
        f"Launch {number} of {len(launchings)} ({one.title}): {one.error.message}"
        for number, one in failed[:_SHOWN]
        if one.error is not None
    ]
    if len(failed) > _SHOWN:
        said.append(f"{len(failed) - _SHOWN} more launches failed.")
    first.message = paragraphs(*said, *more)
    first.args = (first.message,)
    first.result = {**{key: value for key, value in first.result.items() if key not in ("job", "jobs")}, **result}
    return first
