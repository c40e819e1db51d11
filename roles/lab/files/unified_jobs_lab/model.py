# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The things an engine moves: templates, jobs, the nodes of a graph. No platform's words in here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .behavior import Behavior, Outcome

ACTIVE = ("new", "pending", "waiting", "running")
BAD = ("failed", "error", "canceled")


@dataclass
class Template:
    """Something that can be launched."""

    id: int
    kind: str
    name: str
    behavior: Behavior = field(default_factory=Behavior)
    simultaneous: bool = False
    native: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One host on one task, at a moment after the start."""

    offset: float
    task: str
    action: str
    host: str
    outcome: Outcome


@dataclass
class Reason:
    """Why a job ended or waits, as a word and the job it is about; the translators put it into sentences."""

    word: str = ""
    job: Job | None = None


@dataclass
class Node:
    """One place in a running graph."""

    id: int
    key: str
    template: Template | None
    success: list[int] = field(default_factory=list)
    failure: list[int] = field(default_factory=list)
    always: list[int] = field(default_factory=list)
    converge: bool = False
    job: Job | None = None
    skipped: bool = False
    native: dict[str, Any] = field(default_factory=dict)


@dataclass
class Job:
    """One run of something."""

    id: int
    kind: str
    name: str
    by: str
    created: float
    behavior: Behavior
    template: Template | None = None
    role: str = "run"  # run, graph (of other jobs) or gate (somebody has to decide)
    hosts: list[str] = field(default_factory=list)
    launch_type: str = "manual"
    status: str = "new"
    started: float | None = None
    finished: float | None = None
    cancel_requested: float | None = None
    complete_at: float | None = None  # when the output is whole; None: not yet, or never
    timeout: float = 0.0
    reason: Reason = field(default_factory=Reason)
    artifacts: Any = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    spawn: Callable[[Node], Job] | None = None
    parent: Job | None = None
    dependency: Job | None = None
    exempt: bool = False  # does not wait for other runs of its template
    decided_by: str = ""
    touched: float = 0.0
    native: dict[str, Any] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        """Not finished yet."""
        return self.status in ACTIVE

    def elapsed(self, now: float) -> float:
        """Seconds since the start, frozen at the end."""
        if self.started is None:
            return 0.0
        return max(0.0, (now if self.finished is None else self.finished) - self.started)

    def complete(self, now: float) -> bool:
        """Whether all the output has arrived."""
        return not self.active and self.complete_at is not None and self.complete_at <= now
