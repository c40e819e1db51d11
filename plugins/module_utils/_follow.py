# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the output of jobs as it comes, for live progress. It never breaks a wait, and delays it by a bounded time."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t
from dataclasses import dataclass

from ._clock import Clock
from ._errors import ApiError, JobsError
from ._lines import harmless, one_line
from ._platforms.base import Platform
from ._types import Job, JobStatus, Output

#: how many jobs of a task are followed
MOST_JOBS = 20
#: at the most so many lines are shown of one job at a time, at its end, and of all jobs together
_LINES, _LAST_LINES, _ALL_LINES = 50, 200, 200
_FEWEST_LINES = 5
_CHUNK = 262144
_TAIL = 16384
_READS_AT_THE_END = 4
#: seconds for one read, and for all of one round
_PATIENCE, _ROUND = 5.0, 8.0
#: seconds for what is left of all jobs at their ends
_ENDS = 60.0
#: so many failures in a row end it for that job
_FAILURES = 3
_NOT_STARTED = frozenset((JobStatus.SCHEDULED, JobStatus.PENDING))

Key = tuple[int, str, str]


def key_of(platform: Platform, job: Job) -> Key:
    """Return what tells a job from all others of a task."""
    return id(platform), job.type, str(job.id)


@dataclass
class _Followed:
    cursor: str = "0"
    failures: int = 0
    over: bool = False


class Follower:
    """Reads the new output of jobs.

    :param say: is told a job, and a line that its output has now.
    :param tell: is told a job, and why it is not followed.
    """

    def __init__(
        self,
        say: t.Callable[[Platform, Job, str], None],
        tell: t.Callable[[Platform, Job, str], None],
        clock: Clock,
    ) -> None:
        self._say, self._tell, self._clock = say, tell, clock
        self._followed: dict[Key, _Followed] = {}
        self._left_out = False
        #: the platforms whose server took too long, by id
        self._slow: set[int] = set()
        self._spent = 0.0
        self._room = _ALL_LINES

    def read(self, jobs: t.Sequence[tuple[Platform, Job]]) -> None:
        """Show what is new of the jobs; those that there was no time for come first in the next round."""
        self._room = _ALL_LINES
        end = self._clock.monotonic() + _ROUND
        for platform, job in sorted(jobs, key=self._was_read):
            # that of the wait, past which nothing may begin
            deadline = platform.client.deadline
            if self._clock.monotonic() >= (end if deadline is None else min(end, deadline)):
                return
            self._read_new(platform, job)

    def _was_read(self, item: tuple[Platform, Job]) -> int:
        """Return where a job stands in the order of what was read: never, then longest ago."""
        key = key_of(*item)
        return list(self._followed).index(key) if key in self._followed else -1

    def finish(self, platform: Platform, job: Job) -> None:
        """Show the rest of a job's output, and forget the job."""
        followed = self._of(platform, job) if self._spent < _ENDS else None
        if followed is None or followed.over or (job.status in _NOT_STARTED and followed.cursor == "0"):
            return
        self._room = _LAST_LINES
        start = self._clock.monotonic()
        self._show(platform, job, self._rest_of(platform, job, followed), _LAST_LINES)
        self._spent += self._clock.monotonic() - start
        followed.over = True

    def _rest_of(self, platform: Platform, job: Job, followed: _Followed) -> list[str]:
        """Return the lines that are left, or the last of them if they are too many."""
        lines: list[str] = []
        for _read in range(_READS_AT_THE_END):
            before = followed.cursor
            output = self._get(platform, job, followed)
            if output is None:
                return lines
            lines += _lines_of(output)
            if output.complete or followed.cursor == before:
                return lines
        # the end of a long output says more than its middle
        end = self._get(platform, job, followed, whole=False)
        return lines if end is None else ["(output left out)", *_lines_of(end)]

    def _of(self, platform: Platform, job: Job) -> _Followed | None:
        """Return where the reading of a job is; None if too many are followed already."""
        key = key_of(platform, job)
        if key not in self._followed and len(self._followed) >= MOST_JOBS:
            if not self._left_out:
                self._left_out = True
                self._tell(platform, job, f"not followed: only {MOST_JOBS} jobs of a task are")
            return None
        followed = self._followed.pop(key, None) or _Followed()
        self._followed[key] = followed
        return followed

    def _read_new(self, platform: Platform, job: Job) -> None:
        if job.status in _NOT_STARTED:
            return
        followed = self._of(platform, job)
        if followed is None or followed.over:
            return
        output = self._get(platform, job, followed)
        if output is not None:
            self._show(platform, job, _lines_of(output), _LINES)

    def _get(self, platform: Platform, job: Job, followed: _Followed, whole: bool = True) -> Output | None:
        """Return what came after the cursor, or the end of all; None if it cannot be read."""
        # what a read warns of belongs to the reads that were asked for
        own = dataclasses.replace(job, warnings=list(job.warnings), details=dict(job.details), included={})
        start = self._clock.monotonic()
        if id(platform) in self._slow:
            return None
        try:
            platform.require("output", "output_since")
            with self._in_time(platform):
                if not whole:
                    return platform.get_output(own, max_bytes=_TAIL)
                output = platform.get_output(own, max_bytes=_CHUNK, since=followed.cursor)
        except Exception as error:
            self._note_failure(platform, job, followed, error, self._clock.monotonic() - start)
            return None
        followed.failures = 0
        followed.cursor = output.cursor or followed.cursor
        return output

    def _note_failure(
        self, platform: Platform, job: Job, followed: _Followed, error: Exception, seconds: float
    ) -> None:
        followed.failures += 1
        if seconds >= _PATIENCE:
            self._slow.add(id(platform))
            self._tell(platform, job, "not followed, nor others there: the server takes too long")
        elif not isinstance(error, ApiError) or followed.failures >= _FAILURES:
            followed.over = True
            why = error.message if isinstance(error, JobsError) else str(error)
            self._tell(platform, job, "not followed: " + one_line(why.replace("output_since: ", "")))

    @contextlib.contextmanager
    def _in_time(self, platform: Platform) -> t.Iterator[None]:
        before = platform.client.deadline
        mine = self._clock.monotonic() + _PATIENCE
        platform.client.deadline = mine if before is None else min(mine, before)
        try:
            yield
        finally:
            platform.client.deadline = before

    def _show(self, platform: Platform, job: Job, lines: list[str], most: int) -> None:
        """Show the newest lines, and say how many others there are."""
        most = max(min(most, self._room), _FEWEST_LINES)
        left_out = len(lines) - most
        if left_out > 0:
            self._say(platform, job, f"({left_out} lines left out)")
            lines = lines[-most:]
        for line in lines:
            self._say(platform, job, line)
        self._room -= len(lines)


def _lines_of(output: Output) -> list[str]:
    """Return the lines of an output, without the empty ones."""
    lines = harmless(output.text).split("\n")
    if output.truncated and lines:
        # it may begin in the middle of a secret
        lines[0] = "(the beginning of a line left out)"
    return [line.rstrip() for line in lines if line.strip()]
