# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: waiting for many jobs at once, on one deadline of the monotonic clock.

Policy
    A poll is one batched request per server and type (C(_poll)). After a first look the pause grows with the time
    waited, from one second to fifteen, or is what the user set. A failed poll is a poll without an answer: the wait goes on until the
    deadline, but ends for a job of which the server refuses to tell three times in a row (twice, where refused logins
    add up to a lock-out). An answer that is no API's counts as a refusal only as long as the job was never seen: then
    the address may be wrong. That there is no such job counts when it was said three times in a row: of two servers
    behind one address, one may not have heard of it yet.
    What finished is read once more in detail (C(_complete)). What ended as C(error) may go on after all, as a task does
    that was paused: if the detail says so, it is waited for again.
"""

from __future__ import annotations

import math
import random
import typing as t
from dataclasses import dataclass

from ._clock import Clock
from ._complete import Completer
from ._describe import Include, job_title
from ._errors import ApiError, ConnectionFailedError, InvalidOptionError, JobGoneError, JobsError, NotFoundError
from ._platforms.base import Platform
from ._poll import Look, Poller
from ._progress import Progress
from ._retries import MAX_PAUSE
from ._types import Job, JobStatus
from ._watched import Outcome, Watched, by_platform

#: the first look comes soon, for what cannot start; to poll on that often gains nothing (AWX contract 1.13)
_FIRST, _SHORTEST, _LONGEST, _SHARE = 0.5, 1.0, 15.0, 0.1
_REFUSALS = 3
_REFUSED_LOGINS = 2
_MISSES = 3
_REFUSED = frozenset(("unauthorized", "forbidden", "tls", "rejected", "internal_error"))
_NO_API = frozenset(("bad_response", "not_found"))

#: returns jobs to wait for besides those that are still open, or None when none will come any more
Feed = t.Callable[[t.Sequence[Watched]], t.Optional[t.Sequence[Watched]]]


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

    def is_bad(self, item: Watched) -> bool:
        """Return whether this one makes the wait fail."""
        return item.error is not None or (
            item.outcome == Outcome.FINISHED and item.job is not None and item.job.status in self.fail_on
        )


class Waiter:
    """Waits for jobs.

    :param watched: the jobs; those with a C(job) that is finished are not asked for again.
    :param feed: gives further jobs while others are waited for.
    """

    def __init__(
        self,
        watched: t.Sequence[Watched],
        options: WaitOptions,
        include: Include,
        clock: Clock,
        *,
        progress: Progress | None = None,
        feed: Feed | None = None,
    ) -> None:
        self.watched = list(watched)
        self._options = options
        self._clock = clock
        self._progress = progress or Progress.silent()
        self._feed = feed
        self._poller = Poller()
        self._completer = Completer(include, clock, options.is_bad)
        #: servers that asked to be left alone, until when
        self._later: dict[Platform, float] = {}
        #: what was read in detail after it finished
        self._completed: set[Watched] = set()

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
        self._completer.describe(self.watched)
        for item in self.watched:
            if item.job is not None:
                self._progress.ended(item.platform, item.job, item.platform in self._completer.silent)
        self._progress.end()

    # -- polling -------------------------------------------------------------------------------------------

    def _poll_until_enough(self, start: float, deadline: float, poll_first: bool) -> None:
        self._set_deadline(deadline)
        try:
            if poll_first:
                # who looks only once is to get an answer, also of a slow server
                self._poll(is_only=self._clock.monotonic() >= deadline)
            self._note_finished()
            self._take_more(deadline)
            while not self._is_enough() and self._clock.monotonic() < deadline:
                self._clock.sleep(min(self._pause(start), deadline - self._clock.monotonic()))
                self._poll()
                self._take_more(deadline)
        finally:
            self._set_deadline(None)
            self._leave_silent()

    def _set_deadline(self, deadline: float | None) -> None:
        for platform in by_platform(self.watched):
            platform.client.deadline = deadline

    def _pause(self, start: float) -> float:
        if self._options.interval is not None:
            return self._options.interval
        waited = self._clock.monotonic() - start
        longest = self._progress.longest_pause or _LONGEST
        pause = min(longest, max(_FIRST if waited < _FIRST / 2 else _SHORTEST, _SHARE * waited))
        return pause * random.uniform(0.9, 1.1)  # no secret, only spread  # nosec B311

    def _poll(self, is_only: bool = False) -> None:
        now = self._clock.monotonic()
        due = [item for item in self.watched if item.is_open and self._later.get(item.platform, 0.0) <= now]
        for look in self._poller.look(due, is_only):
            if look.item.is_open:
                self._note(look)
        self._note_finished()
        opened = [(item.platform, item.job) for item in self.watched if item.is_open and item.job is not None]
        self._progress.tick(opened, self._poller.busy())

    def _note(self, look: Look) -> None:
        """Note what a look at one job brought."""
        item = look.item
        if look.job is not None:
            item.see(look.job)
            self._progress.saw(item.platform, look.job)
        elif isinstance(look.error, NotFoundError):
            item.trouble, item.misses, item.refusals = look.error, item.misses + 1, 0
            if item.misses >= _MISSES:
                _lose(item)
        elif look.error is not None:
            self._note_trouble(item, look.error)

    def _note_trouble(self, item: Watched, error: JobsError) -> None:
        if isinstance(error, ApiError) and error.retry_after is not None:
            self._later[item.platform] = self._clock.monotonic() + min(error.retry_after, MAX_PAUSE)
        refused = error.code in _REFUSED or (item.job is None and error.code in _NO_API)
        item.trouble, item.misses, item.refusals = error, 0, item.refusals + 1 if refused else 0
        locks_out = error.code == "unauthorized" and item.platform.LOCKS_OUT
        if item.refusals >= (_REFUSED_LOGINS if locks_out else _REFUSALS):
            item.outcome, item.error = Outcome.FAILED, error

    def _take_more(self, deadline: float) -> None:
        """Let further jobs begin in the place of those that are over; when the time is over, none."""
        if self._feed is None or self._clock.monotonic() >= deadline:
            return
        # a launch that is cut short would be one of which nobody knows whether it took effect
        self._set_deadline(None)
        more = self._feed([item for item in self.watched if item.is_open])
        if more is None:
            self._feed = None
        self.watched += more or ()
        self._set_deadline(deadline)
        self._note_finished()

    def _leave_silent(self) -> None:
        """Ask servers that have not answered by now for nothing more, and say so of their jobs."""
        silent = self._poller.give_up()
        self._completer.silent |= silent
        for item in self.watched:
            if item.is_open and item.platform in silent and item.trouble is None:
                item.trouble = ConnectionFailedError("The server did not answer in time.", transient=True)

    # -- when it is enough ---------------------------------------------------------------------------------

    def _note_finished(self) -> None:
        for item in self.watched:
            if not item.is_open or item.job is None:
                continue
            if item.job.is_finished:
                item.outcome = Outcome.FINISHED
            elif item.job.status == JobStatus.SCHEDULED and not self._options.scheduled:
                item.outcome = Outcome.SCHEDULED
                item.job.warn("It is scheduled for later and was not waited for; wait_scheduled: true waits for it.")

    def _is_enough(self) -> bool:
        if self._feed is None and not any(item.is_open for item in self.watched):
            return True
        if self._options.fail_fast != "false" and any(self._options.is_bad(item) for item in self.watched):
            return True
        wanted = self._options.return_when
        return wanted is not None and sum(item.outcome == Outcome.FINISHED for item in self.watched) >= wanted

    def _close(self) -> None:
        """Say of what is still open whether the time was over or it was enough."""
        word = Outcome.LEFT if self._is_enough() else Outcome.TIMED_OUT
        for item in self.watched:
            if item.is_open and item.job is None and isinstance(item.trouble, NotFoundError):
                _lose(item)
            elif item.is_open:
                item.outcome = word

    def _reopens(self) -> bool:
        """Read in full what finished; return whether some of it is not finished after all, and open again."""
        new = [item for item in self.watched if item.outcome == Outcome.FINISHED and item not in self._completed]
        self._completer.begin(len(self.watched))
        self._completer.complete(new)
        for item in new:
            if item.job is not None and not item.job.is_finished:
                item.outcome = None
            elif item.job is not None:
                self._completed.add(item)
                self._progress.saw(item.platform, item.job)
        return any(item.is_open for item in new)


def _lose(item: Watched) -> None:
    """Note that there is no such job, or none any more."""
    item.outcome, item.error = Outcome.NOT_FOUND, item.trouble
    if item.job is not None:
        item.outcome, item.error = Outcome.GONE, _gone(item.job)


def _gone(job: Job) -> JobGoneError:
    return JobGoneError(
        f"{job_title(job)} vanished from the server while it was waited for; "
        f"it was {job.status} when it was last seen, which is in the result."
    )
