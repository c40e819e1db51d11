# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run: so many bodies, what went wrong, and the smallest body with which it does."""

from __future__ import annotations

import contextlib
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .mutate import ByteChoices, Choices
from .seeds import corpus
from .shrink import smallest
from .targets import Fuzzer, Target

#: seconds of this process after which a body takes too long, and of the clock on the wall after which it is given up
SLOW, HANG = 2.0, 300
_SHOWN = 1500
_TRIES = 400


class Hang(BaseException):
    """A body that does not come to an end."""


@dataclass
class Finding:
    """What went wrong with the body of a number, and where in the code."""

    platform: str
    reader: str
    number: int | str
    what: str
    body: Any

    def __str__(self) -> str:
        try:
            body = repr(self.body)
        except (ValueError, RecursionError) as error:
            body = f"(it cannot be shown: {error})"
        shown = body if len(body) <= _SHOWN else f"{body[:_SHOWN]}... ({len(body)} characters)"
        return f"{self.platform}, {self.reader}, body {self.number}: {self.what}\n    {shown}"


@dataclass
class Line:
    """What became of one reader."""

    platform: str
    reader: str
    bodies: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    findings: list[Finding] = field(default_factory=list)


def place_of(error: BaseException) -> str:
    """Where something was raised: the last place within the plugins, else the last at all."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/plugins/" in frame.filename] or frames
    return f"{own[-1].filename.rpartition('/plugins/')[2]}:{own[-1].lineno}" if own else "nowhere"


def what_of(error: BaseException) -> str:
    """What went wrong, so that the same is told as one."""
    return f"{type(error).__name__} in {place_of(error)}: {str(error)[:200]}"


@contextlib.contextmanager
def _given_up(seconds: int) -> Iterator[None]:
    """Raise Hang if it takes longer; only where signals are heard."""

    def ring(_number: int, _frame: Any) -> None:
        raise Hang(f"no end after {seconds} seconds")

    try:
        before = signal.signal(signal.SIGALRM, ring)
    except (ValueError, AttributeError):
        yield
        return
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Run:
    """The bodies of a platform that follow from a seed."""

    def __init__(self, platform: str, seed: int, only: str = "", with_recordings: bool = False) -> None:
        self.platform = platform
        self.seed = seed
        self._fuzzer = Fuzzer(platform, corpus(platform, with_recordings), only)
        self._lines: dict[str, Line] = {}
        self._known: set[tuple[str, str]] = set()

    def _case(self, number: int) -> tuple[Target, Any]:
        return self._fuzzer.one(Choices(f"{self.seed} {self.platform} {number}"))

    def again(self, number: int | bytes) -> None:
        """Read the body of a number, or what follows from bytes, once more; what is raised is not caught."""
        target, case = self._case(number) if isinstance(number, int) else self._fuzzer.one(ByteChoices(number))
        print(Finding(self.platform, target.name, number if isinstance(number, int) else number.hex(), "", case))
        target.read(case)

    def go(self, bodies: int, tell: Callable[[str], None] = lambda text: None) -> list[Line]:
        """Read so many bodies; each way to go wrong is told once."""
        for number in range(bodies):
            self.read(number, *self._case(number), tell)
            if number and number % 10000 == 0:
                tell(f"{self.platform}: {number} bodies")
        return self.lines()

    def lines(self) -> list[Line]:
        """What became of each reader so far."""
        return sorted(self._lines.values(), key=lambda line: line.reader)

    def read_bytes(self, data: bytes, tell: Callable[[str], None]) -> None:
        """Read the body that follows from bytes."""
        self.read(data.hex(), *self._fuzzer.one(ByteChoices(data)), tell)

    def read(self, number: int | str, target: Target, case: Any, tell: Callable[[str], None]) -> None:
        """Read one body, and note how that went."""
        line = self._lines.setdefault(target.name, Line(self.platform, target.name))
        # of this process: other things that run on the machine are not the body's fault
        began = time.process_time()
        error = self._error(target, case)
        took = time.process_time() - began
        line.bodies += 1
        line.seconds += took
        line.slowest = max(line.slowest, took)
        if error is None and took > SLOW:
            error = Hang(f"it took more than {SLOW:g} seconds")
        if error is not None and (target.name, self._kind(error)) not in self._known:
            self._known.add((target.name, self._kind(error)))
            finding = self._finding(target, number, case, error)
            line.findings.append(finding)
            tell(str(finding))

    @staticmethod
    def _kind(error: BaseException) -> str:
        return f"{type(error).__name__} {place_of(error)} {str(error)[:25]}"

    @staticmethod
    def _error(target: Target, case: Any) -> BaseException | None:
        try:
            with _given_up(HANG):
                target.read(case)
        except (Exception, Hang) as error:
            return error
        return None

    def _finding(self, target: Target, number: int | str, case: Any, error: BaseException) -> Finding:
        if not isinstance(error, Hang):
            kind = self._kind(error)

            def fails(body: Any) -> bool:
                other = self._error(target, body)
                return other is not None and self._kind(other) == kind

            case = smallest(case, fails, _TRIES)
        return Finding(self.platform, target.name, number, what_of(error), case)


def as_text(lines: Sequence[Line]) -> str:
    """The table."""
    rows = [("platform", "reader or scene", "bodies", "seconds", "slowest", "findings")]
    rows += [_row(line) for line in lines]
    for platform in dict.fromkeys(line.platform for line in lines):
        own = [line for line in lines if line.platform == platform]
        total = Line(platform, "all", sum(line.bodies for line in own), sum(line.seconds for line in own))
        total.slowest = max(line.slowest for line in own)
        total.findings = [finding for line in own for finding in line.findings]
        rows.append(_row(total))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def _row(line: Line) -> tuple[str, str, str, str, str, str]:
    figures = (str(line.bodies), f"{line.seconds:.1f}", f"{line.slowest:.2f}", str(len(line.findings)))
    return (line.platform, line.reader, *figures)
