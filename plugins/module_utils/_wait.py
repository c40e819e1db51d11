# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: waiting for many jobs at once, on one deadline of the monotonic clock.

Policy
    A poll is one batched request per server and type. The pause grows with the time waited, from one second to
    fifteen, or is what the user set. A failed poll is a poll without an answer: the wait goes on until the
    deadline, but ends for a job of which the server refuses to tell three times in a row (twice, where refused logins
    add up to a lock-out). An answer that is no
    API's counts as a refusal only as long as the job was never seen: then the address may be wrong.
    What finished is read once more in detail, and given a bounded grace to complete its output. If the detail says
    that it is not finished, as two servers behind one address may, it is waited for again. A server that does not
    answer any more, or too slowly, is not asked again for what goes beside the jobs.
"""

from __future__ import annotations

import contextlib
import math
import random
import typing as t
from dataclasses import dataclass

from ._clock import Clock
from ._describe import Include, add_failure, job_title, try_includes
from ._errors import ApiError, InvalidOptionError, JobGoneError, JobsError, NotFoundError
from ._platforms.base import Platform
from ._select import finder, with_type
from ._types import Job, JobRef, JobStatus

_SHORTEST, _LONGEST, _SHARE = 1.0, 15.0, 0.1
_REFUSALS = 3
_REFUSED_LOGINS = 2
_REFUSED = frozenset(("unauthorized", "forbidden", "tls", "rejected"))
_NO_API = frozenset(("bad_response", "not_found"))
_GRACE, _SHORT_GRACE = 30.0, 5.0
#: how long reading what goes beside one job may take
_READING = 120.0


class Outcome:
    """What became of one job of a wait or a cancel."""

    FINISHED = "finished"
    TIMED_OUT = "timed_out"
    GONE = "gone"
    NOT_FOUND = "not_found"
    LEFT = "left"
    CANCEL_REQUESTED = "cancel_requested"
    ALREADY_FINISHED = "already_finished"
    FAILED = "failed"
    SCHEDULED = "scheduled"


@dataclass
class WaitOptions:
    """Times are seconds; C(interval) None adapts; C(return_when) is how many jobs, None for all.

    C(scheduled) says whether jobs that are to start later are waited for: that may be days.
    """

    timeout: float = 3600.0
    interval: float | None = None
    on_timeout: str = "leave"
    fail_on: t.Sequence[str] = (JobStatus.FAILED, JobStatus.ERROR, JobStatus.CANCELED)
    return_when: int | None = None
    fail_fast: str = "false"
    scheduled: bool = False

    def check(self) -> None:
        """Refuse what cannot be waited for."""
        if not math.isfinite(self.timeout) or self.timeout < 0:
            raise InvalidOptionError("wait_timeout must be 0 (look once) or more seconds.")
        if self.interval is not None and not (math.isfinite(self.interval) and self.interval > 0):
            raise InvalidOptionError("wait_interval must be more than 0 seconds.")
        if self.return_when is not None and self.return_when < 1:
            raise InvalidOptionError("return_when must be all, any, or a number of 1 or more.")


@dataclass
class Watched:
    """One job of a wait: C(job) is what was last seen of it, C(error) why no more will be.

    C(trouble) is why the last look at it failed, C(refusals) how often in a row the server refused.
    """

    platform: Platform
    ref: JobRef
    job: Job | None = None
    outcome: str | None = None
    error: JobsError | None = None
    trouble: ApiError | None = None
    refusals: int = 0

    @property
    def is_open(self) -> bool:
        """Return whether it is still waited for."""
        return self.outcome is None

    def typed_ref(self) -> JobRef:
        """Return the reference with the type that was learned meanwhile."""
        return with_type(self.ref, self.job)

    def see(self, job: Job) -> None:
        """Note what the server says of it."""
        self.job, self.trouble, self.refusals = job, None, 0


class Waiter:
    """Waits for jobs.

    :param watched: the jobs; those with a C(job) that is finished are not asked for again.
    """

    def __init__(self, watched: t.Sequence[Watched], options: WaitOptions, include: Include, clock: Clock) -> None:
        self._watched = watched
        self._options = options
        self._include = include
        self._clock = clock
        self._groups: dict[int, list[Watched]] = {}
        for item in watched:
            self._groups.setdefault(id(item.platform), []).append(item)
        #: the platforms whose server stopped answering, by id
        self._silent: set[int] = set()
        #: what was read in detail after it finished, by id
        self._completed: set[int] = set()

    def run(self, *, poll_first: bool = True) -> None:
        """Wait until it is enough, the deadline passes, or nothing more can come; then complete what finished.

        :param poll_first: false right after a launch, whose answer is the first poll.
        """
        start = self._clock.monotonic()
        deadline = start + self._options.timeout
        self._poll_until_enough(start, deadline, poll_first)
        while self._reopens() and self._clock.monotonic() < deadline:
            self._poll_until_enough(start, deadline, False)
        self._close()
        for item in self._watched:
            if item.job is not None and item.error is None:
                self._describe(item, item.job)

    # -- polling -------------------------------------------------------------------------------------------

    def _poll_until_enough(self, start: float, deadline: float, poll_first: bool) -> None:
        self._set_deadline(deadline)
        try:
            if poll_first:
                self._poll()
            self._note_finished()
            while not self._is_enough() and self._clock.monotonic() < deadline:
                self._clock.sleep(min(self._pause(start), deadline - self._clock.monotonic()))
                self._poll()
        finally:
            self._set_deadline(None)

    def _set_deadline(self, deadline: float | None) -> None:
        for group in self._groups.values():
            group[0].platform.client.deadline = deadline

    def _pause(self, start: float) -> float:
        if self._options.interval is not None:
            return self._options.interval
        pause = min(_LONGEST, max(_SHORTEST, _SHARE * (self._clock.monotonic() - start)))
        return pause * random.uniform(0.9, 1.1)

    def _poll(self) -> None:
        for group in self._groups.values():
            pending = [item for item in group if item.is_open]
            if pending:
                self._poll_group(pending[0].platform, pending)
        self._note_finished()

    def _poll_group(self, platform: Platform, pending: list[Watched]) -> None:
        """Read jobs of one server at once, and what the list lacks one by one: that does not prove that it is gone."""
        if len(pending) > 1 or platform.POLLS_BY_LIST:
            try:
                find = finder(platform.get_jobs([item.typed_ref() for item in pending])[0])
            except ApiError as error:
                for item in pending:
                    self._note_trouble(item, error)
                return
            for item in pending:
                job = find(item.typed_ref())
                if job is not None:
                    item.see(job)
            pending = [item for item in pending if find(item.typed_ref()) is None]
        for item in pending:
            self._read_one(platform, item)

    def _read_one(self, platform: Platform, item: Watched) -> None:
        try:
            item.see(platform.get_job(item.typed_ref()))
        except NotFoundError as error:
            item.outcome, item.error = Outcome.NOT_FOUND, error
            if item.job is not None:
                item.outcome, item.error = Outcome.GONE, _gone(item.job)
        except ApiError as error:
            self._note_trouble(item, error)

    @staticmethod
    def _note_trouble(item: Watched, error: ApiError) -> None:
        refused = error.code in _REFUSED or (item.job is None and error.code in _NO_API)
        item.trouble, item.refusals = error, item.refusals + 1 if refused else 0
        locks_out = error.code == "unauthorized" and item.platform.LOCKS_OUT
        if item.refusals >= (_REFUSED_LOGINS if locks_out else _REFUSALS):
            item.outcome, item.error = Outcome.FAILED, error

    # -- when it is enough ---------------------------------------------------------------------------------

    def _note_finished(self) -> None:
        for item in self._watched:
            if not item.is_open or item.job is None:
                continue
            if item.job.is_finished:
                item.outcome = Outcome.FINISHED
            elif item.job.status == JobStatus.SCHEDULED and not self._options.scheduled:
                item.outcome = Outcome.SCHEDULED
                item.job.warn("It is scheduled for later and was not waited for; wait_scheduled: true waits for it.")

    def _is_enough(self) -> bool:
        if not any(item.is_open for item in self._watched):
            return True
        if self._options.fail_fast != "false" and any(self.is_bad(item) for item in self._watched):
            return True
        wanted = self._options.return_when
        return wanted is not None and sum(item.outcome == Outcome.FINISHED for item in self._watched) >= wanted

    def is_bad(self, item: Watched) -> bool:
        """Return whether this one makes the wait fail."""
        return item.error is not None or (
            item.outcome == Outcome.FINISHED and item.job is not None and item.job.status in self._options.fail_on
        )

    def _close(self) -> None:
        """Say of what is still open whether the time was over or it was enough."""
        word = Outcome.LEFT if self._is_enough() else Outcome.TIMED_OUT
        for item in self._watched:
            if item.is_open:
                item.outcome = word

    # -- completing ----------------------------------------------------------------------------------------

    def _reopens(self) -> bool:
        """Read in full what finished; return whether some of it is not finished after all, and open again."""
        finished = [item for item in self._watched if item.outcome == Outcome.FINISHED]
        new = [item for item in finished if id(item) not in self._completed]
        self._settle([item for item in new if not self._detail(item)])
        reopened = [item for item in new if item.job is not None and not item.job.is_finished]
        for item in reopened:
            item.outcome = None
        self._completed.update(id(item) for item in new if item.outcome is not None)
        return bool(reopened)

    @contextlib.contextmanager
    def _bounded(self, item: Watched) -> t.Iterator[None]:
        """Give what is read of one job beside its status a deadline; past it the server is not asked for more."""
        deadline = self._clock.monotonic() + _READING
        self._set_deadline(deadline)
        try:
            yield
        finally:
            self._set_deadline(None)
            if self._clock.monotonic() >= deadline:
                self._silent.add(id(item.platform))

    def _detail(self, item: Watched) -> bool:
        """Read the detail if what is known is less; return whether the server is done with the job."""
        if item.job is None or self._is_silent(item):
            return True
        try:
            if not item.job.is_complete or not item.platform.is_settled(item.job):
                with self._bounded(item):
                    item.see(item.platform.get_job(item.typed_ref()))
        except JobsError as error:
            item.job.warn(f"Its details could not be read: {error.message}")
            self._note_silence(item, error)
            return True
        return item.platform.is_settled(item.job)

    def _is_silent(self, item: Watched) -> bool:
        return id(item.platform) in self._silent

    def _note_silence(self, item: Watched, error: JobsError) -> None:
        if isinstance(error, ApiError) and error.transient:
            self._silent.add(id(item.platform))

    def _settle(self, unsettled: list[Watched]) -> None:
        """Give the server a bounded time to complete output and host counts: it may never do so."""
        start = self._clock.monotonic()
        while unsettled:
            waited = self._clock.monotonic() - start
            unsettled = [item for item in unsettled if waited < self._grace(item) or self._give_up(item)]
            if unsettled:
                self._clock.sleep(1.0)
                unsettled = [item for item in unsettled if not self._detail(item)]

    def _grace(self, item: Watched) -> float:
        failed = item.job is not None and item.job.status == JobStatus.FAILED
        return _GRACE if self._include.needs_settled() or failed else _SHORT_GRACE

    @staticmethod
    def _give_up(item: Watched) -> bool:
        if item.job is not None:
            item.job.warn("The server has not finished processing the job's events: output and hosts may lack some.")
        return False

    def _describe(self, item: Watched, job: Job) -> None:
        if item.trouble is not None:
            self._note_silence(item, item.trouble)
        if self._is_silent(item):
            if self._include.names or self.is_bad(item):
                job.warn("Nothing more was read of it: the server did not answer in the end, or took too long.")
            return
        with self._bounded(item):
            try_includes(item.platform, job, self._include)
            if self.is_bad(item):
                add_failure(item.platform, job)


def _gone(job: Job) -> JobGoneError:
    return JobGoneError(
        f"{job_title(job)} vanished from the server while it was waited for; "
        f"it was {job.status} when it was last seen, which is in the result."
    )
