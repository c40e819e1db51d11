# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what is read of jobs when they have finished: the detail, once, and what was asked for beside it.

Request budget
    One detail for each job of which only a row of a list is known, a few at once for each server. A server that is
    not done with a job's events is asked again after pauses that grow, within a bounded grace. Where many jobs
    finished at once it is given a moment first. All of it together is bounded too.
Servers of different age
    Behind one address there may be servers that are not equally up to date. What was seen finished stays finished: a
    detail that does not know the job, or not its end, is asked for again within the grace, and then left. Only what
    ended as C(error) may go on after all.
"""

from __future__ import annotations

import contextlib
import typing as t

from ._clock import Clock
from ._describe import Include, add_failure, try_includes
from ._errors import ApiError, InternalError, JobsError, NotFoundError, UnauthorizedError
from ._platforms.base import Platform
from ._types import Job, JobStatus
from ._watched import Outcome, Watched, beside, by_platform

_GRACE, _SHORT_GRACE = 30.0, 5.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.25, 2.0
#: what is left of a grace and not worth a sleep; the sum of pauses may miss it by less than a clock counts
_ROUNDING = 0.01
#: how long reading what goes beside one job may take
_READING = 120.0
#: how long all that is read of the jobs that finished may take, and for each job if that is more
_ALL_READING, _EACH_READING = 600.0, 1.0
#: what nothing follows any more
_FINAL = JobStatus.FINISHED - {JobStatus.ERROR}
#: so many jobs that finish at once make a server busy with their events
_MANY = 20

_T = t.TypeVar("_T")

_EVENTS = "The server has not finished processing the job's events: output and hosts may lack some."
_SILENCE = "Nothing more was read of it: the server did not answer, refused the login, or took too long."


class _Late(t.NamedTuple):
    """A job of which the server may say more later: what is lacking as long as it does not, and how long to ask."""

    item: Watched
    lacking: str
    grace: float


class Completer:
    """Reads what finished. A server that does not answer any more, or too slowly, is not asked for more."""

    def __init__(self, include: Include, clock: Clock, is_bad: t.Callable[[Watched], bool]) -> None:
        self._include = include
        self._clock = clock
        self._is_bad = is_bad
        #: the platforms whose server stopped answering
        self.silent: set[Platform] = set()
        #: monotonic time when all reading has to be over
        self._end = float("inf")

    def begin(self, jobs: int) -> None:
        """Let the time begin in which all is to be read.

        :param jobs: how many there are.
        """
        self._end = self._clock.monotonic() + max(_ALL_READING, _EACH_READING * jobs)

    # -- the detail ----------------------------------------------------------------------------------------

    def complete(self, items: list[Watched]) -> None:
        """Read the details of jobs that finished, and give their servers a bounded time to be done with them."""
        if sum(item.job is not None and not item.job.is_complete for item in items) > _MANY:
            self._clock.sleep(1.0)
        start = self._clock.monotonic()
        late, pause = self._details(items), _SHORTEST_PAUSE
        while late:
            waited = self._clock.monotonic() - start
            late = [one for one in late if waited < one.grace - _ROUNDING or _give_up(one)]
            if late:
                self._clock.sleep(min(pause, max(one.grace for one in late) - waited))
                pause = min(2 * pause, _LONGEST_PAUSE)
                late = self._details([one.item for one in late])

    def _details(self, items: list[Watched]) -> list[_Late]:
        """Read details; return the jobs of which there may be more to say later."""
        return [late for late in self._beside(self._detail, items) if late is not None]

    def _detail(self, item: Watched) -> _Late | None:
        """Read the detail if what is known is less; return what is to be asked for again."""
        job = item.job
        if job is None or (job.is_complete and item.platform.is_settled(job)):
            return None
        if item.platform in self.silent:
            job.warn(_SILENCE)
            return None
        try:
            with self._bounded(item.platform):
                seen = item.platform.get_job(item.typed_ref())
        except NotFoundError as error:
            return _Late(item, f"Its details could not be read: {error.message}", _GRACE)
        except Exception as error:
            trouble = _as_ours(error)
            job.warn(f"Its details could not be read: {trouble.message}")
            self._note_silence(item, trouble)
            return None
        if job.status in _FINAL and not seen.is_finished:
            return _Late(item, _behind(job, seen), _GRACE)
        item.see(seen)
        return None if item.platform.is_settled(seen) else _Late(item, _EVENTS, self._grace(item.platform, seen))

    def _grace(self, platform: Platform, job: Job) -> float:
        worth = platform.SETTLES_SURELY or self._include.needs_settled() or job.status == JobStatus.FAILED
        return _GRACE if worth else _SHORT_GRACE

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
                job.warn(_SILENCE)
            return
        try:
            with self._bounded(item.platform, _READING if item.outcome == Outcome.FINISHED else 0.0):
                refused: JobsError | None = try_includes(item.platform, job, self._include)
                if refused is None and self._is_bad(item):
                    refused = add_failure(item.platform, job)
        except Exception as error:
            refused = _as_ours(error)
            job.warn(f"Not all that belongs to it could be read: {refused.message}")
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
        deadline = min(self._clock.monotonic() + seconds, self._end)
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


def _give_up(late: _Late) -> bool:
    if late.item.job is not None:
        late.item.job.warn(late.lacking)
    return False


def _behind(job: Job, seen: Job) -> str:
    return (
        f"It was seen {job.status}, but a server behind the same address still tells that it is {seen.status}, as one "
        "that is not up to date does: output, hosts and details may lack some."
    )


def _as_ours(error: Exception) -> JobsError:
    return error if isinstance(error, JobsError) else InternalError.of(error)
