# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets plans happen: their steps, their jobs, their end, an interrupt (contract 1.9)."""

from __future__ import annotations

from typing import Any

from ..engine import Engine
from ..model import Template
from .plan_steps import Begin, End, Fail, RunTask, Say, Sleep
from .player import Player
from .records import PLAN_ENDS, Ask, PlanRun, Run
from .reply import Row
from .store import Store

_EVENTS = {
    "plan_task": "task_start",
    "plan_command": "command_start",
    "plan_script": "script_start",
    "plan_upload": "upload_start",
    "plan_wait": "wait_start",
    "plan_apply": "apply_start",
    "plan_apply_prep": "apply_prep_start",
}


class PlanPlayer:
    """Moves the plan jobs of a store by the engine's clock."""

    def __init__(self, engine: Engine, store: Store, player: Player) -> None:
        self.engine = engine
        self.store = store
        self.player = player
        self.slots = 4

    def make(self, plan: PlanRun) -> PlanRun:
        """A plan job; it waits for a free place."""
        plan.state, plan.touched = "pending", self.engine.now
        self.store.plan_runs[plan.id] = plan
        self.engine.after(self.engine.timing.pending, self._fill)
        return plan

    def _fill(self) -> None:
        for plan in list(self.store.plan_runs.values()):
            busy = sum(one.state == "running" for one in self.store.plan_runs.values())
            if plan.state == "pending" and busy < self.slots:
                self._begin(plan)

    def _begin(self, plan: PlanRun) -> None:
        plan.state, plan.touched = "running", self.engine.now
        behavior = plan.template.behavior
        if plan.timeout is not None:
            self.engine.after(plan.timeout, lambda: self._interrupt(plan, "The plan timed out"))
        if behavior.ending == "hang":
            return
        if behavior.ending == "error":
            reason = behavior.traceback or "Could not find the plan's source"
            self.engine.after(self.engine.timing.lookup_error, lambda: self._fail(plan, _error("plan-failure", reason)))
            return
        given = plan.params.get(behavior.duration_parameter)
        seconds = float(given) if isinstance(given, (int, float)) else behavior.duration
        plan.steps = list(plan.template.native["steps"](plan.params))
        self.engine.after(seconds, lambda: self._next(plan))

    # -- steps

    def _next(self, plan: PlanRun) -> None:
        while not plan.over and plan.steps:
            step = plan.steps.pop(0)
            if isinstance(step, Sleep):
                self.engine.after(step.seconds, lambda: self._next(plan))
                return
            if isinstance(step, RunTask):
                self._job(plan, step)
                return
            self._quick(plan, step)
        if not plan.over:
            self._end(plan, "success", self._result(plan))

    def _quick(self, plan: PlanRun, step: Say | Begin | End | Fail) -> None:
        if isinstance(step, Say):
            self._tell(plan, "out_message", {"message": step.text})
        elif isinstance(step, Begin):
            start = self._tell(plan, "plan_start", {"plan": step.plan})
            # the number of the end is kept free: events are not in the order of their ids (recording 156)
            plan.opened.append((step.plan, start.time, next(self.store.event_ids)))
        elif isinstance(step, End):
            name, begun, number = plan.opened.pop()
            details = {"plan": name, "duration": round(self.engine.now - begun, 6)}
            plan.events.append(self.store.event("plan_end", details, number=number))
        else:
            error = _error("plan-failure", step.message)
            self._fail(plan, {"_error": error} if step.wrapped else error)

    def _job(self, plan: PlanRun, step: RunTask) -> None:
        template = self.store.template("task", step.task, plan.environment)
        if template is None or not step.nodes:
            reason = f"Could not find a task named '{step.task}'" if template is None else "No targets were given"
            self._fail(plan, _error("unknown-task" if template is None else "validation-error", reason))
            return
        run = self.player.make(self._ask(plan, step, template))
        plan.runs.append(run)
        self._tell(plan, _EVENTS[step.kind], {"job-id": run.id})

    def _ask(self, plan: PlanRun, step: RunTask, template: Template) -> Ask:
        options: Row = {
            "description": "",
            "plan_job": plan.id,
            "noop": None,
            "task": step.task,
            "sensitive": [],
            "scheduled-job-id": None,
            "params": step.params,
            "scope": {"nodes": step.nodes},
        }
        project = plan.options.get("project")
        environment = "" if project else plan.environment
        options.update({"project": project} if project else {"environment": environment})

        def on_end(run: Run) -> None:
            self._job_over(plan, step, run)

        return Ask(
            step.kind,
            template,
            list(step.nodes),
            options,
            plan.owner,
            environment,
            params=step.params,
            on_end=on_end,
        )

    def _job_over(self, plan: PlanRun, step: RunTask, run: Run) -> None:
        if run.state == "finished" or step.catch:
            self._next(plan)
        elif not plan.over:
            self._fail(plan, _run_failure(step, run))

    def _result(self, plan: PlanRun) -> Any:
        make = plan.template.native.get("result")
        if make is not None:
            return make(plan)
        return plan.template.behavior.artifacts or None

    # -- ends

    def _fail(self, plan: PlanRun, result: Any) -> None:
        self._end(plan, "failure", result)

    def _end(self, plan: PlanRun, state: str, result: Any) -> None:
        if plan.over:
            return
        plan.state, plan.result = state, result
        plan.touched = plan.finished = self.engine.now
        plan.steps.clear()
        kind = "plan_finished" if state == "success" else "plan_failed"
        self._tell(plan, kind, {"plan-id": str(plan.id), "result": result})
        self._fill()

    def stop(self, plan: PlanRun) -> None:
        """Interrupt; the job it is in goes on, and its code may handle it (contract 1.8, stop_plan)."""
        if plan.state in PLAN_ENDS or plan.template.behavior.survives_cancel:
            return
        plan.stopping = True
        seconds = self.engine.timing.cancel
        self.engine.after(seconds, lambda: self._interrupt(plan, "The plan was interrupted"))

    def _interrupt(self, plan: PlanRun, reason: str) -> None:
        if not plan.over:
            self._fail(plan, _error("plan-failure", reason))

    def restart(self) -> None:
        """The service starts anew: running plans are lost (contract 1.9)."""
        for plan in list(self.store.plan_runs.values()):
            if plan.state == "running":
                self._fail(plan, _error("plan-failure", "The orchestrator was restarted while the plan ran"))

    def _tell(self, plan: PlanRun, kind: str, details: Row) -> Any:
        event = self.store.event(kind, details)
        plan.events.append(event)
        return event


def _error(kind: str, message: str) -> Row:
    return {"kind": f"bolt/{kind}", "msg": message, "details": {}}


def _run_failure(step: RunTask, run: Run) -> Row:
    """What Bolt says about a job that failed (recording 150)."""
    bad = [node for node in run.nodes if node.state != "finished"]
    action = "run_command" if step.kind == "plan_command" else "run_task"
    results = [
        {
            "target": node.name,
            "action": "command" if step.kind == "plan_command" else "task",
            "object": step.task,
            "status": "success" if node.state == "finished" else "failure",
            "value": node.effect.result if node.effect else None,
        }
        for node in run.nodes
    ]
    details = {
        "action": action,
        "object": step.task,
        "failed_targets": [node.name for node in bad],
        "result_set": results,
    }
    targets = "target" if len(bad) == 1 else "targets"
    return {
        "kind": "bolt/run-failure",
        "msg": f"{action} '{step.task}' failed on {len(bad)} {targets}",
        "details": details,
    }
