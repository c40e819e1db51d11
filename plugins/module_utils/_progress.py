# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what a user sees while a task launches or waits.

Where lines can be shown is said from outside, with C(showing): a module in a process of its own has no such place.
Few jobs have a line for each change. Of more than 20 only failures have one, and all are counted.
Nothing here ever makes a task fail.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import typing as t
from dataclasses import dataclass

from ._clock import Clock
from ._follow import Follower, Key, key_of
from ._lines import (
    WIDTH,
    bad_hosts,
    cut,
    duration,
    failed_line,
    fold,
    job_line,
    label_of,
    number_of,
    one_line,
    summary_line,
    waiting_line,
    width_of,
)
from ._platforms.base import Platform
from ._types import Job, JobStatus

Show = t.Callable[[str], None]

#: with more jobs than this, changes are counted
MANY = 20
#: so many failures of many jobs have lines in one round of polling; the others are named in one line
_LINES = 10
#: seconds between two counts of many jobs
_COUNT_PAUSE = 5.0
#: seconds of silence until a line says so, which double up to the second
_SILENCE, _LONGEST_SILENCE = 30.0, 300.0
_LONGEST_FOLLOWED_PAUSE = 3.0
#: rows for one line of output
_ROWS = 3
_BAD = frozenset((JobStatus.FAILED, JobStatus.ERROR))
_TONES = {
    JobStatus.SUCCESSFUL: "good",
    JobStatus.FAILED: "bad",
    JobStatus.ERROR: "bad",
    JobStatus.CANCELED: "odd",
    JobStatus.UNKNOWN: "odd",
}
_ITS_OWN_PROCESS = (
    "the task runs in a process of its own. Output is followed where tasks run in Ansible's own process: on localhost, "
    "without become, async and environment"
)


class Line(str):
    """A line to show; C(tone) is good, bad, odd, or empty."""

    tone = ""


@dataclass(frozen=True)
class Stage:
    """Where lines can be shown: C(width) is its columns, C(host) whom they are for if there are several hosts.

    C(show) None means nowhere, and C(why) says the reason.
    """

    show: Show | None = None
    width: int = WIDTH
    host: str = ""
    why: str = _ITS_OWN_PROCESS


_NOWHERE = Stage()
_STAGE: contextvars.ContextVar[Stage] = contextvars.ContextVar("stage", default=_NOWHERE)


@contextlib.contextmanager
def showing(stage: Stage) -> t.Iterator[None]:
    """Let the faces that run meanwhile show their progress there."""
    before = _STAGE.set(stage)
    try:
        yield
    finally:
        _STAGE.reset(before)


def not_followed(get: t.Callable[[str], t.Any]) -> str:
    """Return the warning that the output that was asked for is not shown, and why; empty if it is."""
    if not get("follow") or get("wait") is False:
        return ""
    if get("progress") is False:
        return "follow: nothing is shown, because progress is false. Set progress: true, or leave follow out."
    if _STAGE.get().show is None:
        return f"follow: nothing is shown, because {_STAGE.get().why}. Ask for the output with include: [output]."
    return ""


_Method = t.TypeVar("_Method", bound=t.Callable[..., None])


def _harmless(method: _Method) -> _Method:
    """Let a method do nothing when nothing is shown, and never fail: what is shown is worth less than the task."""

    @functools.wraps(method)
    def run(self: Progress, *args: t.Any) -> None:
        if self.is_silent:
            return
        with contextlib.suppress(Exception):
            method(self, *args)

    return t.cast("_Method", run)


@dataclass
class _Seen:
    """A job as it was last seen: C(said) is what was noted of it."""

    platform: Platform
    job: Job
    said: t.Any = None


class Progress:
    """What is shown of the jobs of one task. All methods are to be called in one thread.

    :param show: is given each line; None shows nothing.
    :param follow: whether the jobs' output is shown too.
    :param width: how many columns a line may have.
    :param host: whom the lines are for, if there are several hosts.
    """

    def __init__(
        self, show: Show | None, clock: Clock, *, follow: bool = False, width: int = WIDTH, host: str = ""
    ) -> None:
        self._show = show
        self._clock = clock
        self._host = f"{label_of(host)}: " if host else ""
        self._width = width - width_of(self._host)
        self._follower = Follower(self._say_output, self._tell, clock) if follow and show else None
        self._seen: dict[Key, _Seen] = {}
        #: what finished and is not said yet: its output or its details come first
        self._held: dict[Key, _Seen] = {}
        self._labels: set[str] = set()
        #: how wide the widest name before a line of output is
        self._name_width = 0
        self._expected, self._begun = 0, ""
        self._shown_now = 0
        #: failures that have no line of their own
        self._unnamed: list[_Seen] = []
        self._start = self._last = self._counted_at = clock.monotonic()
        #: the last count, and whether something changed since
        self._counted, self._uncounted = "", False
        self._silence = _SILENCE

    @classmethod
    def silent(cls) -> Progress:
        """Return one that shows nothing."""
        return cls(None, Clock())

    @classmethod
    def here(cls, clock: Clock, get: t.Callable[[str], t.Any]) -> Progress:
        """Return the one that options ask for, where lines can be shown now."""
        stage = _STAGE.get()
        show = stage.show if get("progress") is not False else None
        return cls(show, clock, follow=bool(get("follow")), width=stage.width, host=stage.host)

    @property
    def is_silent(self) -> bool:
        """Return whether nothing is shown at all."""
        return self._show is None

    @property
    def longest_pause(self) -> float | None:
        """Return how many seconds may lie between two ticks; None for any number."""
        return _LONGEST_FOLLOWED_PAUSE if self._follower else None

    # -- what happens --------------------------------------------------------------------------------------

    @_harmless
    def expect(self, number: int, begun: str = "") -> None:
        """Know beforehand how many jobs there will be, to show the first of many as one shows many.

        :param begun: what is done to them one by one, such as C(launched); empty if they are there already.
        """
        self._expected, self._begun = max(number, self._expected), begun

    @_harmless
    def saw(self, platform: Platform, job: Job) -> None:
        """Show a job if something changed that is worth a line."""
        before = len(self._seen)
        self._note(platform, job)
        if self._begun and len(self._seen) > before:
            # to launch many takes a while, in which nothing is polled
            self._count(len(self._seen) == self._expected)

    def _note(self, platform: Platform, job: Job) -> None:
        if job.id is None:
            return
        key = key_of(platform, job)
        if key not in self._seen:
            self._seen[key] = _Seen(platform, job)
            self._labels.add(self._label(platform))
        seen = self._seen[key]
        seen.platform, seen.job = platform, job
        waits_for = job.status == JobStatus.PENDING and bool(job.explanation)
        said = (job.status, bad_hosts(job) > 0 and not job.is_finished, waits_for)
        if said != seen.said:
            seen.said = said
            self._held.pop(key, None)
            if job.is_finished:
                self._held[key] = seen
            else:
                self._change(seen)
        if key in self._held and job.is_complete and not self._follower:
            self._change(self._held.pop(key))

    @_harmless
    def tick(self, open_jobs: t.Sequence[tuple[Platform, Job]], busy: t.Container[Platform] = ()) -> None:
        """End a round of polling: show new output, counts, and that nothing happens for long.

        :param open_jobs: those that are still waited for.
        :param busy: the platforms that have not answered yet, of which nothing more is to be asked.
        """
        if self._follower:
            held = [(seen.platform, seen.job) for seen in self._held.values()]
            self._follower.read([(platform, job) for platform, job in (*held, *open_jobs) if platform not in busy])
        if open_jobs or len(self._seen) < self._expected:
            # the last ones come with their details, right after this
            self._release()
            self._name_rest()
            self._count(not self._counted)
        self._shown_now = 0
        if open_jobs and self._clock.monotonic() - self._last >= self._silence:
            longer = min(2 * self._silence, _LONGEST_SILENCE)
            labels = [self._label(platform) for platform, _job in open_jobs]
            jobs = [job for _platform, job in open_jobs]
            waited = duration(self._clock.monotonic() - self._start)
            self._line(waiting_line(labels, jobs, waited, self._width))
            self._silence = longer

    @_harmless
    def ended(self, platform: Platform, job: Job, is_silent: bool = False) -> None:
        """Show the rest of a job's output, and how it ended; it is not waited for any more.

        :param is_silent: its server does not answer any more, and is not to be asked for the rest.
        """
        self._note(platform, job)
        if self._follower and not is_silent:
            self._follower.finish(platform, job)
        key = key_of(platform, job)
        if key in self._held:
            self._change(self._held.pop(key))

    @_harmless
    def end(self) -> None:
        """Show the last count; all that was waited for has ended."""
        self._name_rest()
        self._count(True)

    @_harmless
    def note(self, text: str) -> None:
        """Show a line of one's own, however many jobs there are; it begins with the server if there is one."""
        self._line(cut(one_line(f"[{self._server}] {text}" if self._server else text), self._width), "odd")

    # -- what is shown -------------------------------------------------------------------------------------

    def _release(self) -> None:
        for key in list(self._held):
            self._change(self._held.pop(key))

    def _change(self, seen: _Seen) -> None:
        """Show a change by itself, or of many jobs let it be counted."""
        if self._is_many:
            self._uncounted = True
            if seen.job.status not in _BAD:
                return
            if self._shown_now >= _LINES:
                self._unnamed.append(seen)
                return
        self._shown_now += 1
        line = job_line(self._label(seen.platform), seen.job, self._width)
        self._line(line, _TONES.get(seen.job.status, ""))

    def _name_rest(self) -> None:
        """Show in one line which jobs failed besides those that have one."""
        names = [self._name(seen.platform, seen.job) for seen in self._unnamed]
        self._unnamed = []
        if names:
            self._line(failed_line(self._server, names, self._width), "bad")

    def _count(self, at_once: bool) -> None:
        """Show how many jobs are in which state, if that changed; not too often."""
        now = self._clock.monotonic()
        if not self._uncounted or not (at_once or now - self._counted_at >= _COUNT_PAUSE):
            return
        self._uncounted, self._counted_at = False, now
        jobs = [seen.job for seen in self._seen.values()]
        count = summary_line(self._server, jobs, self._width, self._expected, self._begun)
        if count != self._counted:
            self._counted = count
            self._line(count)

    @property
    def _is_many(self) -> bool:
        return max(len(self._seen), self._expected) > MANY

    @property
    def _server(self) -> str:
        """Return the server of all jobs; empty if there are several."""
        return next(iter(self._labels)) if len(self._labels) == 1 else ""

    @staticmethod
    def _label(platform: Platform) -> str:
        return label_of(platform.connection.server or platform.NAME)

    def _tell(self, platform: Platform, job: Job, text: str) -> None:
        self._line(job_line(self._label(platform), job, self._width, text), "odd")

    def _say_output(self, platform: Platform, job: Job, line: str) -> None:
        prefix = self._prefix(platform, job)
        for row in fold(line, self._width - width_of(prefix), _ROWS):
            self._line(prefix + row)

    def _prefix(self, platform: Platform, job: Job) -> str:
        """Return whose output a line is, if that can be asked."""
        if max(len(self._seen), self._expected) <= 1:
            return "| "
        name = self._name(platform, job)
        # of many jobs only some are followed, and which ones shows by and by
        known = self._seen.values() if len(self._seen) <= MANY else ()
        widths = [width_of(self._name(seen.platform, seen.job)) for seen in known]
        self._name_width = max(self._name_width, width_of(name), *widths)
        return " " * (self._name_width - width_of(name)) + name + " | "

    def _name(self, platform: Platform, job: Job) -> str:
        return (f"{self._label(platform)} " if len(self._labels) > 1 else "") + number_of(job)

    def _line(self, text: str, tone: str = "") -> None:
        self._last, self._silence = self._clock.monotonic(), _SILENCE
        line = Line(self._host + text)
        line.tone = tone
        if self._show is not None:
            self._show(line)
