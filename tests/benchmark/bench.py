# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the works share: the stage, how large they are, and how often they are done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from .stage import Mark, Sent, Stage
from .table import Line

#: the variable that has a task of ours run as a module
AS_MODULE = {"unified_jobs_in_process": False}


@dataclass(frozen=True)
class Sizes:
    """How much work there is in a run."""

    tasks: int = 10
    seconds: float = 5.0
    jobs: int = 100
    peer_jobs: int = 5
    running: int = 200
    listed: int = 5000
    output: int = 100_000_000
    polling: float = 8.0  # a multiple of the interval, or the last two polls are taken for one


SMOKE = Sizes(tasks=1, seconds=1.0, jobs=3, peer_jobs=1, running=6, listed=30, output=2_000_000, polling=4.0)


@dataclass
class Bench:
    """One call of the benchmark."""

    stage: Stage
    sizes: Sizes
    runs: int


Work = Callable[[Bench], list[Line]]


class Failed(Exception):
    """A task that had to do its work did not."""


def good(marks: list[Mark], name: str) -> list[Mark]:
    """The tasks of a name, all of which must have done well."""
    found = [mark for mark in marks if mark.name == name]
    bad = next((mark for mark in found if mark.failed), None)
    if bad is not None or not found:
        raise Failed(f"{name}: {bad.msg if bad else 'it was not run'}")
    return found


def middle(marks: list[Mark], name: str) -> float:
    """The median time of the tasks of a name."""
    return median(mark.seconds for mark in good(marks, name))


def requests_of(stage: Stage, mark: Mark, platform: str = "awx") -> list[Sent]:
    """What a task asked a server for."""
    return stage.sent(mark.begin, mark.end, platform)
