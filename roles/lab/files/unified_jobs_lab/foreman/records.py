# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The things that the simulated Foreman holds: taxonomies, hosts, templates' inputs, invocations and their parts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from ..model import Job, Template
from .users import User


@dataclass(frozen=True)
class Taxonomy:
    """An organization or a location."""

    id: int
    name: str
    parent: int | None = None
    parent_title: str = ""
    description: str | None = None

    @property
    def title(self) -> str:
        """The name with those of its parents."""
        return f"{self.parent_title}/{self.name}" if self.parent_title else self.name


@dataclass
class Host:
    """A managed host."""

    id: int
    name: str
    organization: int
    location: int
    ip: str
    os: tuple[int, str] = (1, "RedHat 9.4")
    hostgroup: tuple[int, str] | None = None
    comment: str | None = None
    infrastructure: bool = False  # the server itself, or a proxy
    last_report: float | None = None
    enabled: bool = True


@dataclass(frozen=True)
class Input:
    """An input of a job template."""

    id: int
    name: str
    required: bool = False
    default: str | None = None
    options: tuple[str, ...] = ()
    hidden: bool = False
    value_type: str = "plain"
    description: str | None = None
    advanced: bool = False


@dataclass
class Feature:
    """A label that stands for whatever template is mapped to it."""

    id: int
    label: str
    name: str
    description: str
    template: int | None = None


@dataclass(frozen=True)
class Bookmark:
    """A stored query."""

    id: int
    name: str
    controller: str
    query: str


@dataclass
class Task:
    """What Dynflow knows about a job or about one host of it."""

    start_at: float
    state: str = "planned"
    result: str = "pending"
    started: float | None = None
    ended: float | None = None
    errors: list[str] = field(default_factory=list)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def stop(self, result: str, now: float) -> None:
        """The end."""
        self.state, self.result, self.ended = "stopped", result, now


@dataclass(frozen=True)
class Chunk:
    """A piece of output: when it was written, and when the server has it."""

    number: int
    written: float
    arrives: float
    kind: str  # stdout, stderr or debug
    text: str
    stored: bool = True  # the line with the exit status is not, and has no id


@dataclass
class HostRun:
    """The part of a job that happens on one host: a template invocation with its own task."""

    number: int
    host: Host
    task: Task
    chunks: list[Chunk] = field(default_factory=list)

    @property
    def pending(self) -> bool:
        """Not over yet."""
        return self.task.state != "stopped"


@dataclass
class Targeting:
    """Which hosts a job is for. Unresolved until its hosts are known."""

    id: int
    kind: str
    query: str | None
    bookmark: Bookmark | None
    user: User
    randomized: bool | None = None
    hosts: list[int] | None = None

    @property
    def static(self) -> bool:
        """The hosts are those of the creation."""
        return self.kind == "static_query"


@dataclass
class Recurrence:
    """What makes one invocation after the other."""

    id: int
    cron_line: str
    task_group: int
    max_iteration: int | None = None
    purpose: str | None = None
    iteration: int = 1
    state: str = "active"
    tasks: int = 1
    last: float | None = None

    @property
    def open(self) -> bool:
        """Occupies its purpose."""
        return self.state in ("active", "disabled")


@dataclass
class Details:
    """What a launch said beside template and hosts; copied to later iterations."""

    inputs: dict[str, str] = field(default_factory=dict)
    effective_user: str | None = None
    ssh_user: str | None = None
    time_to_pickup: int | None = None
    concurrency_level: int | None = None
    execution_timeout: int | None = None
    description_format: str | None = None
    tags: str | None = None
    tags_flag: str | None = None
    feature: int | None = None


@dataclass
class Invocation:
    """A job invocation. Without a task it was never planned, or its task is gone."""

    job: Job
    template: Template
    targeting: Targeting
    details: Details
    description: str
    task: Task | None
    task_group: int
    mode: str = "immediate"
    triggering: int = 0
    start_before: float | None = None
    recurrence: Recurrence | None = None
    iteration: int = 1
    organization: Taxonomy | None = None
    location: Taxonomy | None = None
    runs: dict[int, HostRun] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)  # hosts that have no run yet
    canceled: bool = False

    @property
    def id(self) -> int:
        """The number of the invocation."""
        return self.job.id

    @property
    def state(self) -> str:
        """The state of the task; empty without one."""
        return self.task.state if self.task else ""

    @property
    def status(self) -> int:
        """The number of the status (contract 1.10)."""
        if self.task is None or self.task.state == "scheduled":
            return 2
        if self.task.state != "stopped":
            return 3
        return {"success": 0, "cancelled": 4}.get(self.task.result, 1)

    @property
    def label(self) -> str:
        """The status in one word."""
        return ("succeeded", "failed", "queued", "running", "cancelled")[self.status]

    @property
    def finished(self) -> bool:
        """Has a task, and it is over."""
        return self.task is not None and self.task.state == "stopped"
