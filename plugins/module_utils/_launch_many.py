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

from ._describe import failures, result_of
from ._errors import InvalidOptionError, JobsError, LaunchUnknownError
from ._launch import include_after_launch
from ._launching import Launching, Sent, bug_after_launch, complete_error
from ._masking import mask
from ._service import Result, Task
from ._verdict import Waited, cancel_watched, raise_wait_error, wait_result, watch
from ._wait import WaitOptions
from ._watched import Watched

ON_FAILURE = ("continue", "stop", "cancel")

#: so many launches are named in a message
_SHOWN = 5


@dataclass
class ManyOptions:
    """C(max_concurrent) is how many jobs of the list may run at once, None for all.

    C(on_failure) is what happens after a launch or a job failed: C(continue), C(stop) launches no more, C(cancel) also
    cancels what runs.
    """

    max_concurrent: int | None = None
    on_failure: str = "continue"

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
    secrets = [one.secrets for one in launchings]
    queue = _Queue(task, launchings, many)
    try:
        result: Result = mask(_launch_all(queue, options), _flat(secrets))
    except JobsError as error:
        complete_error(error, queue.jobs(), _flat(secrets))
        raise
    except Exception as error:
        if not queue.jobs():
            raise
        raise bug_after_launch(error, queue.jobs(), _flat(secrets)) from error
    return result


def _flat(lists: list[list[str]]) -> list[str]:
    """Return what is in the lists now; planning adds to them."""
    return [text for texts in lists for text in texts]


def _launch_all(queue: _Queue, options: WaitOptions | None) -> Result:
    task, launchings, cancels = queue.task, queue.launchings, queue.many.on_failure == "cancel"
    if options:
        options.check()
        options.fail_fast = "cancel" if cancels else "false"
    queue.many.check(options)
    _plan(launchings)
    if task.check_mode:
        return _result(launchings, any(one.outcome == Sent.PLANNED for one in launchings))
    queue.fill(launchings, options)
    items = list(queue.begin([]) or ())
    if options:
        waited = watch(task, items, options, poll_first=False, feed=queue.begin if queue.left else None)
        for one in launchings:
            one.keep_answers()
        return _judged(launchings, waited, options)
    canceled = [
        item for item in items if cancels and queue.has_failed() and item.is_open and cancel_watched(task, item)
    ]
    for one in launchings:
        include_after_launch(one, task.include)
    return _judged(launchings, Waited(items, [], canceled), None)


def _plan(launchings: t.Sequence[Launching]) -> None:
    """Plan all of them; that one cannot be is raised with the reasons of all, and nothing has been sent then."""
    for one in launchings:
        _try(one, one.prepare)
    with contextlib.ExitStack() as stack:
        for platform in {one.platform: None for one in launchings if one.platform is not None}:
            stack.enter_context(platform.client.remembering())
        for one in launchings:
            if one.error is None:
                _try(one, one.plan)
    if any(one.outcome == Sent.FAILED for one in launchings):
        rows = [one.row() for one in launchings]
        raise _launch_error(launchings, {"jobs": [], "changed": False, "launches": rows}, "Nothing was launched.")


def _try(one: Launching, step: t.Callable[[], None]) -> None:
    try:
        step()
    except JobsError as error:
        one.error = error


class _Queue:
    """The launches that wait for their turn, and the rule for what happens after a failure."""

    def __init__(self, task: Task, launchings: t.Sequence[Launching], many: ManyOptions) -> None:
        self.task = task
        self.launchings = list(launchings)
        self.many = many
        #: what has not been sent yet
        self.left: list[Launching] = []
        self._is_bad: t.Callable[[Watched], bool] = lambda item: item.error is not None

    def fill(self, launchings: t.Sequence[Launching], options: WaitOptions | None) -> None:
        """Take the launches that can be sent."""
        self.left = [one for one in launchings if one.launch is not None and one.error is None]
        if options is not None:
            self._is_bad = options.is_bad

    def jobs(self) -> list[t.Any]:
        """Return what is on the server because of them."""
        return [job for one in self.launchings for job in one.jobs]

    def begin(self, still_open: t.Sequence[Watched]) -> list[Watched] | None:
        """Send as many as may run besides those that are open; None when no more will be sent."""
        new: list[Watched] = []
        while self.left and not self._is_stopped() and self._has_room(len(still_open) + len(new)):
            one = self.left.pop(0)
            if not one.existing:
                self._send(one)
            if one.outcome != Sent.SKIPPED:
                new += one.watch()
        return new if new or (self.left and not self._is_stopped()) else None

    def _send(self, one: Launching) -> None:
        try:
            one.send(self.launchings)
        except JobsError as error:
            one.error = error

    def _has_room(self, running: int) -> bool:
        return self.many.max_concurrent is None or running < self.many.max_concurrent

    def has_failed(self) -> bool:
        """Return whether a launch or a job of the list failed."""
        return any(self._is_bad(item) for one in self.launchings for item in one.watched)

    def _is_stopped(self) -> bool:
        return self.many.on_failure != "continue" and self.has_failed()


# -- what is told ------------------------------------------------------------------------------------------


def _result(launchings: t.Sequence[Launching], changed: bool) -> Result:
    shown = [job for one in launchings for job in one.shown()]
    return {**result_of(shown, changed=changed), "launches": [one.row() for one in launchings]}


def _judged(launchings: t.Sequence[Launching], waited: Waited, options: WaitOptions | None) -> Result:
    """Return the result, or raise what the list ends in: a launch that failed weighs more than a job."""
    changed = bool(waited.canceled) or any(one.jobs for one in launchings)
    missing = wait_result(waited.items, False)["missing"] if options is not None else []
    result = {**_result(launchings, changed), "missing": missing}
    left = sum(one.outcome == Sent.NOT_LAUNCHED for one in launchings)
    more = f"{left} of {len(launchings)} launches were not made." if left else ""
    real = [item for item in waited.items if not any(item in one.watched for one in launchings if one.error)]
    bad = [item for item in real if options is not None and options.is_bad(item)]
    if any(one.outcome == Sent.FAILED for one in launchings):
        ended = [item.job for item in bad if item.error is None and item.job is not None]
        raise _launch_error(launchings, result, " ".join([*([failures(ended).message] if ended else []), more]).strip())
    try:
        if options is not None:
            raise_wait_error(bad, waited.late, waited.canceled, options, result)
    except JobsError as error:
        if more:
            error.message = f"{error.message} {more}"
            error.args = (error.message,)
        raise
    return result


def _launch_error(launchings: t.Sequence[Launching], result: Result, more: str) -> JobsError:
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
    first.message = " ".join([*said, *([more] if more else [])])
    first.args = (first.message,)
    first.result = {**{key: value for key, value in first.result.items() if key not in ("job", "jobs")}, **result}
    return first
