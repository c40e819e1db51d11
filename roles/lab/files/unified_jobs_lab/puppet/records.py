# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The things that the simulated orchestrator holds: nodes, jobs, their nodes, events, plan jobs, schedules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..model import Job, Template
from .reply import Row
from .users import User

#: States that a node does not leave (contract 1.5).
NODE_ENDS = ("finished", "failed", "errored", "skipped", "stopped")
JOB_ENDS = ("finished", "failed", "stopped")
PLAN_ENDS = ("success", "failure")


@dataclass
class Node:
    """A managed node; trouble is empty, fails, hangs or slow. Agentless ones have a transport of their own."""

    name: str
    os: str = "RedHat"
    release: str = "9.4"
    environment: str = "production"
    connected: bool = True
    trouble: str = ""
    transport: str = "pcp"

    @property
    def windows(self) -> bool:
        """Ends its lines with CR LF."""
        return self.os == "windows"

    def facts(self) -> Row:
        """What the node says about itself."""
        hostname, _dot, domain = self.name.partition(".")
        family = {"Ubuntu": "Debian"}.get(self.os, self.os)
        return {
            "os": {"name": self.os, "family": family, "release": {"full": self.release}},
            "kernel": "windows" if self.windows else "Linux",
            "networking": {"hostname": hostname, "domain": domain, "fqdn": self.name},
        }


@dataclass(frozen=True)
class NodeGroup:
    """A group of the classifier; without rules it cannot be a scope."""

    id: str
    name: str
    nodes: tuple[str, ...] | None  # None: every node
    has_rules: bool = True


@dataclass
class Effect:
    """What will happen on one node."""

    state: str = "finished"
    duration: float = 1.0
    result: Any = None
    message: str = ""
    hangs: bool = False
    uuid: str | None = None
    report_url: str | None = None
    changes: list[Row] = field(default_factory=list)
    detail: Row = field(default_factory=dict)


@dataclass
class NodeRun:
    """One node of a job."""

    name: str
    transport: str
    touched: float
    state: str = "new"
    started: float | None = None
    finished: float | None = None
    effect: Effect | None = None
    event: int | None = None
    message: str = ""

    @property
    def over(self) -> bool:
        """Nothing more will happen here."""
        return self.state in NODE_ENDS


@dataclass(frozen=True)
class Event:
    """Something that happened; ids are one sequence for the whole server (contract 1.7)."""

    id: int
    kind: str
    time: float
    details: Row
    message: str | None = None


@dataclass
class Ask:
    """What somebody wants to have run on nodes."""

    command: str  # deploy, task, plan_task, plan_command, ...
    template: Template
    nodes: list[str]
    options: Row
    owner: User
    environment: str = ""
    description: str = ""
    userdata: Row = field(default_factory=dict)
    params: Row = field(default_factory=dict)
    noop: bool = False
    concurrency: int | None = None
    timeout: float | None = None
    targets: dict[str, Row] = field(default_factory=dict)  # agentless: how to reach a host
    on_end: Callable[[Run], None] | None = None


@dataclass
class Run:
    """A job."""

    job: Job
    ask: Ask
    nodes: list[NodeRun] = field(default_factory=list)
    states: list[tuple[str, float]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    disguise: Row = field(default_factory=dict)  # what a view shows instead, for states of the future

    @property
    def id(self) -> int:
        """The number of the job."""
        return self.job.id

    @property
    def state(self) -> str:
        """The state of the job."""
        return self.states[-1][0]

    @property
    def touched(self) -> float:
        """When the state last changed."""
        return self.states[-1][1]

    @property
    def over(self) -> bool:
        """The job has ended."""
        return self.state in JOB_ENDS

    @property
    def finished(self) -> float | None:
        """When the job ended."""
        return self.touched if self.over else None

    def counts(self) -> dict[str, int]:
        """How many nodes are in which state."""
        found: dict[str, int] = {}
        for node in self.nodes:
            found[node.state] = found.get(node.state, 0) + 1
        return found


@dataclass
class PlanRun:
    """A plan job."""

    id: int
    template: Template
    owner: User
    created: float
    options: Row
    params: Row
    environment: str
    userdata: Row = field(default_factory=dict)
    timeout: float | None = None
    state: str = "running"
    touched: float = 0.0
    finished: float | None = None
    result: Any = None
    runs: list[Run] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    steps: list[Any] = field(default_factory=list)
    opened: list[tuple[str, float, int]] = field(default_factory=list)  # sub-plans: name, start, id of the end
    stopping: bool = False

    @property
    def over(self) -> bool:
        """The plan has ended."""
        return self.state in PLAN_ENDS


@dataclass
class Schedule:
    """Something that starts later."""

    id: int
    kind: str  # task, plan or deploy
    owner: User
    environment: str = ""
    description: str = ""
    input: Row = field(default_factory=dict)
    start_time: str = ""  # as it was given
    start: float = 0.0
    interval: Row | None = None
    userdata: Row = field(default_factory=dict)
    body: Row = field(default_factory=dict)  # what the command would be given
    next_run: float | None = None
    enabled: bool = True
    last_run: Row | None = None
    old: bool = False  # made by a deprecated command
    version: int = 0  # what was waited for before an edit does not happen
    runs: int = 0

    @property
    def typed(self) -> bool:
        """The parameters of a plan are objects with a value."""
        return not self.old


@dataclass
class TaskTarget:
    """A named set of tasks and nodes (contract 1.11)."""

    id: int
    body: Row
