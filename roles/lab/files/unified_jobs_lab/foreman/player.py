# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets invocations happen: planning, one host after the other, the end, cancels, the next iteration."""

from __future__ import annotations

import random

from ..engine import Engine, Order
from ..model import Template
from .cron import parse_cron
from .host_fields import HOST_FIELDS
from .matching import Search
from .records import Chunk, Details, HostRun, Invocation, Recurrence, Targeting, Task
from .scoped import BadSearch
from .store import Store
from .transcript import Script, forbidden, script

_TIMEOUT = "Timeout for execution passed, trying to stop the job\n"


class Player:
    """Moves the invocations of a store by the engine's clock."""

    def __init__(self, engine: Engine, store: Store) -> None:
        self.engine = engine
        self.store = store

    # -- birth

    def make(
        self, template: Template, targeting: Targeting, details: Details, description: str, **more: object
    ) -> Invocation:
        """A record, not yet planned."""
        order = Order("job_invocation", description, targeting.user.login, template, hold=True)
        job = self.engine.launch(order)
        made = Invocation(job, template, targeting, details, description, None, next(self.store.group_ids))
        made.triggering = next(self.store.triggering_ids)
        for name, value in more.items():
            setattr(made, name, value)
        job.native["invocation"] = made
        return made

    def resolve(self, made: Invocation) -> None:
        """Find the hosts; BadSearch if the query cannot be understood."""
        targeting = made.targeting
        targeting.hosts = self.store.resolve(targeting.query or "", targeting.user, made.organization, made.location)
        made.job.hosts = self.store.host_names(targeting.hosts)

    def plan(self, made: Invocation) -> None:
        """Start now: the hosts are resolved before there is a task, so a bad query leaves none (contract 1.3)."""
        if made.targeting.hosts is None:
            self.resolve(made)
        made.task = Task(self.engine.now)
        self._planned(made, made.task)

    def schedule(self, made: Invocation, start_at: float) -> None:
        """Start later; a static targeting is resolved now, a dynamic one only checked."""
        if made.targeting.static and made.targeting.hosts is None:
            self.resolve(made)
        Search(made.targeting.query, HOST_FIELDS, self.engine.now)
        made.task = Task(start_at, "scheduled")
        self._at(start_at, made)

    def _at(self, start_at: float, made: Invocation) -> None:
        # a date is a date, whatever the speed
        seconds = max(0.0, start_at - self.engine.now) * self.engine.speed
        self.engine.after(seconds, lambda: self._due(made, start_at))

    def _due(self, made: Invocation, start_at: float) -> None:
        task = made.task
        if task is None or task.state != "scheduled" or task.start_at != start_at:
            return
        if made.recurrence is not None and made.recurrence.state == "disabled":
            return  # frozen until it is enabled again
        if made.start_before is not None and made.start_before < self.engine.now:
            self._stop(made, "error", "Start before time exceeded, the task was not started")
            return
        try:
            if made.targeting.hosts is None:
                self.resolve(made)
        except BadSearch as error:
            self._stop(made, "error", str(error))
            return
        self._planned(made, task)

    def _planned(self, made: Invocation, task: Task) -> None:
        task.state, task.started = "planned", self.engine.now
        made.job.status = "waiting"
        made.waiting = list(made.targeting.hosts or [])
        if made.targeting.randomized:
            random.Random(made.id).shuffle(made.waiting)  # no secret, as real servers shuffle hosts  # nosec B311
        if made.recurrence is not None:
            made.recurrence.last = self.engine.now
            self.repeat(made)
        self.engine.after(self.engine.timing.pending, lambda: self._run(made, task))

    def repeat(self, made: Invocation) -> None:
        """Schedule the next iteration of a recurrence (contract 1.11)."""
        logic = made.recurrence
        if logic is None or logic.state != "active" or made.task is None:
            return
        if logic.max_iteration is not None and logic.iteration >= logic.max_iteration:
            return
        logic.iteration += 1
        logic.tasks += 1
        old = made.targeting
        hosts = list(old.hosts) if old.static and old.hosts is not None else None
        number = next(self.store.targeting_ids)
        targeting = Targeting(number, old.kind, old.query, old.bookmark, old.user, old.randomized, hosts)
        more = {"mode": "recurring", "recurrence": logic, "iteration": logic.iteration}
        context = {"organization": made.organization, "location": made.location}
        following = self.make(made.template, targeting, made.details, made.description, **more, **context)
        following.job.hosts = self.store.host_names(hosts or [])
        start_at = parse_cron(logic.cron_line).after(max(made.task.start_at, self.engine.now))
        following.task = Task(start_at, "scheduled")
        self._at(start_at, following)

    # -- running

    def _run(self, made: Invocation, task: Task) -> None:
        if task.state != "planned":
            return
        task.state = "running"
        made.job.status, made.job.started = "running", self.engine.now
        behavior = made.template.behavior
        if behavior.ending == "error":
            reason = behavior.traceback or "The job could not be planned"
            self.engine.after(self.engine.timing.lookup_error, lambda: self._stop(made, "error", reason))
        elif made.template.native.get("pauses"):
            self.engine.after(self.engine.timing.preparing, lambda: self.pause(made))
        else:
            self._fill(made)

    def pause(self, made: Invocation) -> None:
        """Nothing moves any more until an administrator acts."""
        if made.task is not None and made.task.state in ("planned", "running"):
            made.task.state, made.task.result = "paused", "error"
            made.task.errors = ["A step of the job failed; the task waits for somebody to decide"]

    def _fill(self, made: Invocation) -> None:
        """Give hosts to the free places; end when nothing is left."""
        level = made.details.concurrency_level or len(made.waiting) + len(made.runs)
        while made.waiting and len(self.running(made)) < level:
            self._begin(made, made.waiting.pop(0))
        if not made.waiting and not self.running(made):
            self.engine.after(self.engine.timing.waiting, lambda: self._conclude(made))

    @staticmethod
    def running(made: Invocation) -> list[HostRun]:
        """The hosts that are not done."""
        return [run for run in made.runs.values() if run.pending]

    def _begin(self, made: Invocation, number: int) -> None:
        host = self.store.hosts.get(number)
        if host is None:
            return  # deleted since: it counts as missing
        run = HostRun(next(self.store.run_ids), host, Task(self.engine.now))
        made.runs[number] = run
        self.engine.after(self.engine.timing.waiting, lambda: self._execute(made, run))

    def _execute(self, made: Invocation, run: HostRun) -> None:
        if run.task.state != "planned":
            return
        run.task.state, run.task.started = "running", self.engine.now
        key = (made.template.id, run.host.id)
        plan = forbidden(run.host)
        if made.targeting.user.may("create_template_invocations"):
            plan = script(made.template, made.details, run.host, key in self.store.failed_before)
        for piece in plan.pieces:
            self._write(run, plan.duration * piece.part, piece.kind, piece.text, piece.late)
        limit = made.details.execution_timeout
        if limit is not None and (plan.hangs or plan.duration > limit):
            self.engine.after(float(limit), lambda: self._time_out(made, run))
        elif not plan.hangs:
            self.engine.after(plan.duration, lambda: self._done(made, run, plan))

    def _write(self, run: HostRun, offset: float, kind: str, text: str, late: float = 0.0, stored: bool = True) -> None:
        written = self.engine.now + offset / self.engine.speed
        arrives = written + late / self.engine.speed
        run.chunks.append(Chunk(next(self.store.chunk_ids), written, arrives, kind, text, stored))

    def _time_out(self, made: Invocation, run: HostRun) -> None:
        if run.pending:
            self._forget_rest(run)
            self._write(run, 0.0, "debug", _TIMEOUT)
            self._end(made, run, "error")

    def _done(self, made: Invocation, run: HostRun, plan: Script) -> None:
        if not run.pending:
            return
        if plan.exit is not None:
            self._write(run, 0.0, "stdout", f"Exit status: {plan.exit}", stored=False)
            if plan.result == "error":
                self.store.failed_before.add((made.template.id, run.host.id))
        if plan.result == "error":
            run.task.errors = [f"Job execution failed, exit status {plan.exit}"]
        self._end(made, run, plan.result)

    def _forget_rest(self, run: HostRun) -> None:
        run.chunks = [chunk for chunk in run.chunks if chunk.written <= self.engine.now]

    def _end(self, made: Invocation, run: HostRun, result: str) -> None:
        run.task.stop(result, self.engine.now)
        if made.state == "running":
            self._fill(made)

    def _conclude(self, made: Invocation) -> None:
        if made.state != "running" or made.waiting or self.running(made):
            return
        whole = not made.canceled and all(run.task.result == "success" for run in made.runs.values())
        self._stop(made, "success" if whole else "warning", "" if whole else "A sub task failed")

    def _stop(self, made: Invocation, result: str, error: str = "") -> None:
        if made.task is None or made.task.state == "stopped":
            return
        made.task.stop(result, self.engine.now)
        if error:
            made.task.errors = [error]
        stopped = result == "cancelled" or made.canceled
        status = "successful" if result == "success" else "canceled" if stopped else "failed"
        self.engine.finish(made.job, "error" if result == "error" else status)
        logic = made.recurrence
        if (
            logic is not None
            and logic.state == "active"
            and not any(one.state == "scheduled" for one in self.store.iterations(logic))
        ):
            last = logic.max_iteration is not None and logic.iteration >= logic.max_iteration
            logic.state = "finished" if last else logic.state

    # -- what people do to jobs

    def cancellable(self, made: Invocation) -> bool:
        """Scheduled, or running with a step that takes it (contract 1.8)."""
        return made.state == "scheduled" or (made.state == "running" and bool(self.running(made) or made.waiting))

    def cancel(self, made: Invocation, force: bool) -> bool:
        """Ask the whole job to stop; whether anything accepted it."""
        if made.state == "scheduled":
            made.canceled = True
            self._stop(made, "cancelled")
            self.repeat(made)
            return True
        if made.template.native.get("deaf") and not force:
            return False
        made.canceled = True
        made.job.cancel_requested = self.engine.now
        made.waiting.clear()
        for run in self.running(made):
            self.cancel_run(made, run, force)
        if not self.running(made):
            self._fill(made)
        return True

    def cancel_run(self, made: Invocation, run: HostRun, force: bool) -> None:
        """Ask one host to stop; with force nobody waits for it."""
        if force:
            self._canceled(made, run)
        elif not made.template.behavior.survives_cancel:
            self.engine.after(self.engine.timing.cancel, lambda: self._canceled(made, run))

    def _canceled(self, made: Invocation, run: HostRun) -> None:
        if run.pending:
            self._forget_rest(run)
            run.task.errors = ["Task canceled"]
            self._end(made, run, "cancelled")

    def cancel_recurrence(self, logic: Recurrence) -> None:
        """No more iterations."""
        logic.state = "cancelled"
        for made in self.store.iterations(logic):
            if self.cancellable(made):
                self.cancel(made, force=False)

    def enable_recurrence(self, logic: Recurrence, enabled: bool) -> None:
        """Pause a recurrence, or let it go on."""
        if not logic.open:
            return
        logic.state = "active" if enabled else "disabled"
        for made in self.store.iterations(logic) if enabled else ():
            if made.task is not None and made.task.state == "scheduled" and made.task.start_at <= self.engine.now:
                made.task.start_at = parse_cron(logic.cron_line).after(self.engine.now)
                self._at(made.task.start_at, made)

    def orphan(self, made: Invocation) -> None:
        """Lose the task, as a clean-up of tasks does."""
        made.task = None
