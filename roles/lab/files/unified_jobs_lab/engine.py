# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine: takes launches, plays their scripts by the lab's clock, and knows every job's state.

It is a discrete simulation without threads: whoever looks calls settle() first, and everything that is due by then
happens in its order, each at its own time. So a test that moves the clock on by an hour sees what an hour brings.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from . import graph
from .behavior import Behavior
from .clock import Clock
from .model import BAD, Job, Reason, Template
from .plan import healed, plan, tally


@dataclass(frozen=True)
class Timing:
    """How long the servers' own steps take, in seconds at speed 1."""

    pending: float = 0.15
    waiting: float = 0.02
    output_lag: float = 0.5
    cancel: float = 0.2
    graph: float = 0.3
    explain: float = 30.0
    lookup_error: float = 0.3
    preparing: float = 0.3


@dataclass
class Order:
    """What somebody wants to have run."""

    kind: str
    name: str
    by: str
    template: Template | None = None
    role: str = "run"
    hosts: list[str] = field(default_factory=list)
    behavior: Behavior | None = None
    duration: float | None = None
    timeout: float = 0.0
    launch_type: str = "manual"
    retry: bool = False
    hold: bool = False  # stay "new" until start()
    parent: Job | None = None
    exempt: bool = False
    native: dict[str, Any] = field(default_factory=dict)


class Engine:
    """Jobs, templates and time of one simulated server."""

    def __init__(self, clock: Clock | None = None, speed: float = 1.0, timing: Timing | None = None) -> None:
        if speed <= 0:
            raise ValueError("speed must be greater than 0")
        self.clock = clock or Clock()
        self.speed = speed
        self.timing = timing or Timing()
        self.lock = threading.RLock()
        self.templates: dict[int, Template] = {}
        self.jobs: dict[int, Job] = {}
        self.now = self.clock.now()
        #: Makes the job that another one depends on; a translator that has such jobs sets it.
        self.make_dependency: Callable[[Job, Template], Job] | None = None
        self._next_id = 1001
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._sequence = itertools.count()

    # -- time

    def settle(self) -> float:
        """Let everything happen that is due, and return the time."""
        target = self.clock.now()
        while self._timers and self._timers[0][0] <= target:
            due, _number, action = heapq.heappop(self._timers)
            self.now = max(self.now, due)
            action()
        self.now = max(self.now, target)
        return self.now

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something later; the seconds are divided by the speed."""
        heapq.heappush(self._timers, (self.now + seconds / self.speed, next(self._sequence), action))

    def clear(self) -> None:
        """Forget all jobs and everything that was to happen."""
        self.jobs.clear()
        self._timers.clear()
        self._next_id = 1001
        self.now = self.clock.now()

    # -- templates

    def add_template(self, template: Template) -> Template:
        """Make something launchable."""
        self.templates[template.id] = template
        return template

    def behave(self, template: int | str, **changes: Any) -> Behavior:
        """Change a template's script for the launches to come; by id or name."""
        found = [t for t in self.templates.values() if template in (t.id, t.name)]
        if len(found) != 1:
            raise LookupError(f"{len(found)} templates are called {template!r}")
        found[0].behavior = replace(found[0].behavior, **changes)
        return found[0].behavior

    # -- launching

    def next_id(self, wanted: int | None = None) -> int:
        """The id the next job gets; a wanted one moves the sequence there first."""
        if wanted is not None:
            if wanted in self.jobs:
                raise ValueError(f"there is a job {wanted} already")
            self._next_id = wanted
        while self._next_id in self.jobs:
            self._next_id += 1
        return self._next_id

    def launch(self, order: Order) -> Job:
        """Make a job; it starts by itself unless it is on hold."""
        behavior = order.behavior or (order.template.behavior if order.template else Behavior())
        if order.retry and behavior.heals:
            behavior = healed(behavior)
        if order.duration is not None:
            behavior = replace(behavior, duration=order.duration)
        number = self.next_id()
        self._next_id = number + 1
        job = Job(
            number,
            order.kind,
            order.name,
            order.by,
            self.now,
            behavior,
            template=order.template,
            role=order.role,
            hosts=list(order.hosts),
            launch_type=order.launch_type,
            timeout=order.timeout,
            parent=order.parent,
            exempt=order.exempt,
            touched=self.now,
            native=order.native,
        )
        self.jobs[number] = job
        if not order.hold:
            self.start(job)
        return job

    def repeat(self, job: Job, count: int) -> list[Job]:
        """Let a finished job have been run so many times more, without the time that this would take."""
        if job.active or job.role != "run" or job.parent is not None:
            raise ValueError(f"job {job.id} is not a finished one that stands for itself")
        made = []
        for _turn in range(count):
            twin = replace(job, id=self.next_id(), native=dict(job.native))
            self._next_id = twin.id + 1
            self.jobs[twin.id] = twin
            made.append(twin)
        return made

    def start(self, job: Job) -> None:
        """Put a new job into the queue."""
        job.status = "pending"
        if job.role == "gate":
            job.started = self.now
            if job.timeout:
                self.after(job.timeout, lambda: self._expire(job))
            return
        self.after(self.timing.pending, lambda: self._try_start(job))

    def blocker(self, job: Job) -> Job | None:
        """The earlier run of the same template that this job waits for."""
        if job.exempt or job.template is None or job.template.simultaneous:
            return None
        rivals = (j for j in self.jobs.values() if j.template is job.template and j.id < job.id and j.active)
        return next((j for j in rivals if not j.exempt), None)

    def explained_blocker(self, job: Job) -> Job | None:
        """The blocker, once the server has got round to saying so."""
        if job.status != "pending" or self.now - job.created < self.timing.explain / self.speed:
            return None
        return self.blocker(job)

    def _try_start(self, job: Job) -> None:
        if job.status != "pending" or self.blocker(job) or self._awaits_dependency(job):
            return
        if job.role == "graph":
            job.status, job.started = "running", self.now
            graph.step(self, job)
            return
        job.status = "waiting"
        self.after(self.timing.waiting, lambda: self._run(job))

    def _awaits_dependency(self, job: Job) -> bool:
        wanted = job.behavior.dependency
        if wanted is None or self.make_dependency is None:
            return False
        if job.dependency is None:
            job.dependency = self.make_dependency(job, self.templates[wanted])
        if job.dependency.active:
            return True
        if job.dependency.status in BAD:
            self.finish(job, "failed", Reason("dependency", job.dependency))
            return True
        return False

    # -- running and ending

    def _run(self, job: Job) -> None:
        if job.status != "waiting":
            return
        job.status, job.started, job.touched = "running", self.now, self.now
        script = job.behavior
        if script.ending == "error":
            self.after(self.timing.lookup_error, lambda: self.finish(job, "error", Reason("error")))
            return
        job.steps = plan(script, job.hosts, script.duration / self.speed)
        forever = script.ending == "hang"
        if job.timeout and (forever or script.duration > job.timeout):
            self.after(job.timeout, lambda: self.finish(job, "failed", Reason("timeout")))
        elif not forever:
            self.after(script.duration, lambda: self._end(job))

    def _end(self, job: Job) -> None:
        if job.status != "running":
            return
        if job.behavior.ending == "lost":
            self.finish(job, "failed", Reason("lost"))
            return
        states = {host.worst for host in tally(job.steps).values()}
        bad = bool(states & {"failed", "unreachable"}) or job.native.get("fails", False)
        job.artifacts = job.behavior.artifacts
        self.finish(job, "failed" if bad else "successful")

    def _expire(self, job: Job) -> None:
        if job.active:
            self.finish(job, "failed", Reason("timeout"))

    def finish(self, job: Job, status: str, reason: Reason | None = None) -> None:
        """Bring a job to its end; what waited for it goes on."""
        if not job.active:
            return
        job.status, job.finished = status, self.now
        job.reason = reason or job.reason
        quiet = job.started is None or job.role != "run" or status == "error"
        if job.reason.word != "lost":
            job.complete_at = self.now + (0.0 if quiet else self.timing.output_lag / self.speed)
        for other in list(self.jobs.values()):
            if other.status == "pending" and other.role != "gate" and self._was_held_by(other, job):
                self.after(0.0, lambda held=other: self._try_start(held))  # type: ignore[misc]
        if job.parent is not None:
            graph.step(self, job.parent)

    @staticmethod
    def _was_held_by(waiting: Job, ended: Job) -> bool:
        return waiting.dependency is ended or (ended.template is not None and waiting.template is ended.template)

    # -- what people do to jobs

    def cancel(self, job: Job) -> None:
        """Ask a job to stop. A queued one stops at once, a running one soon, a stubborn one never."""
        if not job.active:
            raise ValueError(f"job {job.id} is finished")
        again = job.cancel_requested is not None
        if not again:
            job.cancel_requested = self.now
        if job.status in ("new", "pending"):
            self.finish(job, "canceled")
        elif job.role == "graph":
            for node in job.nodes:
                if node.job is not None and node.job.active:
                    self.cancel(node.job)
            self.after(self.timing.cancel, lambda: graph.step(self, job))
        elif not again and not job.behavior.survives_cancel:
            self.after(self.timing.cancel, lambda: self.finish(job, "canceled"))

    def decide(self, job: Job, by: str, approve: bool) -> None:
        """Answer a gate."""
        if job.role != "gate" or not job.active:
            raise ValueError(f"job {job.id} is not waiting for a decision")
        job.decided_by, job.touched = by, self.now
        self.finish(job, "successful" if approve else "failed")

    def delete(self, job: Job) -> None:
        """Forget a job, as a clean-up does."""
        if job.active:
            raise ValueError(f"job {job.id} is not finished")
        del self.jobs[job.id]
