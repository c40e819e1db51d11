# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what is read of jobs when they have finished: the detail, once, and what was asked for beside it.

Request budget
    One detail for each job of which only a row of a list is known, a few at once for each server. A server that is
    not done with a job's events is asked again after pauses that grow, within a bounded grace. Where many jobs
    finished at once it is given a moment first.
"""

from __future__ import annotations

import contextlib
import typing as t

from ._clock import Clock
from ._describe import Include, add_failure, try_includes
from ._errors import ApiError, JobsError, UnauthorizedError
from ._platforms.base import Platform
from ._types import Job, JobStatus
from ._watched import Outcome, Watched, beside, by_platform

_GRACE, _SHORT_GRACE = 30.0, 5.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.25, 2.0
#: what is left of a grace and not worth a sleep; the sum of pauses may miss it by less than a clock counts
_ROUNDING = 0.01
#: how long reading what goes beside one job may take
_READING = 120.0
#: so many jobs that finish at once make a server busy with their events
_MANY = 20

_T = t.TypeVar("_T")


class Completer:
    """Reads what finished. A server that does not answer any more, or too slowly, is not asked for more."""

    def __init__(self, include: Include, clock: Clock, is_bad: t.Callable[[Watched], bool]) -> None:
        self._include = include
        self._clock = clock
        self._is_bad = is_bad
        #: the platforms whose server stopped answering
        self.silent: set[Platform] = set()

    # -- the detail ----------------------------------------------------------------------------------------

    def complete(self, items: list[Watched]) -> None:
        """Read the details of jobs that finished, and give their servers a bounded time to be done with them."""
        if sum(item.job is not None and not item.job.is_complete for item in items) > _MANY:
            self._clock.sleep(1.0)
        start = self._clock.monotonic()
        unsettled, pause = self._details(items), _SHORTEST_PAUSE
        while unsettled:
            waited = self._clock.monotonic() - start
            unsettled = [item for item in unsettled if waited < self._grace(item) - _ROUNDING or _give_up(item)]
            if unsettled:
                self._clock.sleep(min(pause, max(map(self._grace, unsettled)) - waited))
                pause = min(2 * pause, _LONGEST_PAUSE)
                unsettled = self._details(unsettled)

    def _details(self, items: list[Watched]) -> list[Watched]:
        """Read details; return the jobs with which the server is not done."""
        settled = self._beside(self._detail, items)
        return [item for item, is_settled in zip(items, settled) if not is_settled]

    def _detail(self, item: Watched) -> bool:
        """Read the detail if what is known is less; return whether the server is done with the job."""
        if item.job is None or item.platform in self.silent:
            return True
        try:
            if not item.job.is_complete or not item.platform.is_settled(item.job):
                with self._bounded(item.platform):
                    item.see(item.platform.get_job(item.typed_ref()))
        except JobsError as error:
            item.job.warn(f"Its details could not be read: {error.message}")
            self._note_silence(item, error)
            return True
        return item.platform.is_settled(item.job)

    def _grace(self, item: Watched) -> float:
        failed = item.job is not None and item.job.status == JobStatus.FAILED
        return _GRACE if self._include.needs_settled() or failed else _SHORT_GRACE

    # -- what goes beside ----------------------------------------------------------------------------------

    def describe(self, items: list[Watched]) -> None:
        """Read what was asked for beside the jobs, and why they failed."""
        known = [item for item in items if item.job is not None and item.error is None]
        self._beside(self._describe, known)

    def _describe(self, item: Watched) -> None:
        job = t.cast(Job, item.job)
        if item.trouble is not None:
            self._note_silence(item, item.trouble)
        if item.platform in self.silent:
            if self._include.names or self._is_bad(item):
                job.warn("Nothing more was read of it: the server did not answer, refused the login, or took too long.")
            return
        with self._bounded(item.platform, _READING if item.outcome == Outcome.FINISHED else 0.0):
            refused: ApiError | None = try_includes(item.platform, job, self._include)
            if refused is None and self._is_bad(item):
                refused = add_failure(item.platform, job)
        if refused is not None:
            self._note_silence(item, refused)

    # -- helpers -------------------------------------------------------------------------------------------

    def _beside(self, work: t.Callable[[Watched], _T], items: list[Watched]) -> list[_T]:
        """Do something for each job, and let no deadline stay."""
        try:
            return beside(work, items)
        finally:
            for platform in by_platform(items):
                platform.client.deadline = None

    @contextlib.contextmanager
    def _bounded(self, platform: Platform, seconds: float = _READING) -> t.Iterator[None]:
        """Give what is read of one job beside its status a deadline; past it the server is not asked for more.

        Of jobs that are read at once the last to begin moves it on for all.

        :param seconds: 0 for a job whose time is over: it is read, and nothing is tried again.
        """
        deadline = self._clock.monotonic() + seconds
        platform.client.deadline = deadline
        try:
            yield
        finally:
            if seconds and self._clock.monotonic() >= deadline:
                self.silent.add(platform)

    def _note_silence(self, item: Watched, error: JobsError) -> None:
        # a login that is refused once is refused each time, until the user is locked out
        if isinstance(error, UnauthorizedError) or (isinstance(error, ApiError) and error.transient):
            self.silent.add(item.platform)


def _give_up(item: Watched) -> bool:
    if item.job is not None:
        item.job.warn("The server has not finished processing the job's events: output and hosts may lack some.")
    return False
