# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks behind the jobs, and recurring logics (contract 1.11; recordings fam_task_*)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .dates import shown
from .lists import listing
from .matching import Field
from .records import HostRun, Invocation, Recurrence, Task
from .reply import Reply, Row, not_found, refused
from .router import Call
from .rows import recurrence_row, tally

_JOB, _HOST = "Actions::RemoteExecution::RunHostsJob", "Actions::RemoteExecution::RunHostJob"


@dataclass(frozen=True)
class _Known:
    task: Task
    made: Invocation
    run: HostRun | None = None

    @property
    def label(self) -> str:
        return _HOST if self.run else _JOB

    @property
    def action(self) -> str:
        where = f"Remote action: {self.made.description} on {self.run.host.name}" if self.run else ""
        return where or f"Run hosts job: {self.made.description}"


_FIELDS = {
    "id": Field(lambda k: k.task.id),
    "label": Field(lambda k: k.label),
    "action": Field(lambda k: k.action, default=True),
    "state": Field(lambda k: k.task.state),
    "result": Field(lambda k: k.task.result),
    "user": Field(lambda k: k.made.targeting.user.login),
    "owner.login": Field(lambda k: k.made.targeting.user.login),
    "resource_type": Field(lambda k: "Host::Managed" if k.run else "JobInvocation"),
    "resource_id": Field(lambda k: k.run.host.id if k.run else k.made.id, "number"),
    "started_at": Field(lambda k: k.task.started, "date"),
    "start_at": Field(lambda k: k.task.start_at, "date"),
    "ended_at": Field(lambda k: k.task.ended, "date"),
}


def _all(call: Call) -> Iterator[_Known]:
    for made in call.store.invocations():
        if made.task is not None:
            yield _Known(made.task, made)
            for run in made.runs.values():
                yield _Known(run.task, made, run)


def _find(call: Call) -> _Known:
    wanted = call.args["id"]
    for known in _all(call):
        if known.task.id == wanted:
            return known
    raise not_found("task", wanted)


def index(call: Call) -> Reply:
    """GET tasks, what started last first."""
    known = sorted(_all(call), key=lambda k: -(k.task.started or 0.0))
    return listing(call, known, _FIELDS, lambda k: _row(call, k), order=("started_at", "DESC"))


def show(call: Call) -> Reply:
    """GET tasks/:id."""
    return Reply(_row(call, _find(call)))


def sub_tasks(call: Call) -> Reply:
    """GET tasks/:id/sub_tasks."""
    parent = _find(call)
    runs = () if parent.run else parent.made.runs.values()
    known = [_Known(run.task, parent.made, run) for run in runs]
    return listing(call, known, _FIELDS, lambda k: _row(call, k), order=("started_at", "DESC"))


def _row(call: Call, known: _Known) -> Row:
    task, made, run = known.task, known.made, known.run
    row: Row = {
        "id": task.id,
        "label": known.label,
        "pending": task.state != "stopped",
        "action": known.action,
        "username": made.targeting.user.login,
        "started_at": shown(task.started),
        "ended_at": shown(task.ended),
    }
    if call.server.has(11):
        started = task.started
        row["duration"] = None if started is None else str(round((task.ended or call.now) - started, 6))
    going = task.state == "running" if run else call.foreman.player.cancellable(made)
    return {
        **row,
        "state": task.state,
        "result": task.result,
        "progress": _progress(known),
        "input": None if task.state == "scheduled" else _input(known),
        "output": _output(known),
        "humanized": {
            "action": "Remote action:" if run else "Run hosts job:",
            "input": f"{made.description} on {run.host.name}" if run else made.description,
            "output": "".join(chunk.text for chunk in run.chunks if chunk.arrives <= call.now) if run else "",
            "errors": list(task.errors),
        },
        "cli_example": None,
        "start_at": shown(task.start_at),
        "available_actions": {"cancellable": going, "resumable": task.state == "paused"},
    }


def _progress(known: _Known) -> float:
    if known.task.state == "stopped":
        return 1.0
    if known.run or not known.made.targeting.hosts:
        return 0.5 if known.task.state == "running" else 0.0
    done = sum(not run.pending for run in known.made.runs.values())
    return round(done / len(known.made.targeting.hosts), 2)


def _input(known: _Known) -> Row:
    made = known.made
    job = {"id": made.id, "name": made.template.native["category"], "description": made.description}
    row: Row = {"job_invocation": job, "job_category": job["name"], "job_invocation_id": made.id}
    row["current_user_id"] = made.targeting.user.id
    row["current_organization_id"] = made.organization.id if made.organization else None
    row["current_location_id"] = made.location.id if made.location else None
    if known.run:
        row["host"] = {"id": known.run.host.id, "name": known.run.host.name}
    return row


def _output(known: _Known) -> Row:
    if known.run or known.task.state in ("scheduled", "planned"):
        return {}
    counts = tally(known.made)
    return {
        "total_count": len(known.made.targeting.hosts or ()),
        "success_count": counts["succeeded"],
        "failed_count": counts["failed"],
        "pending_count": counts["pending"],
        "cancelled_count": counts["cancelled"],
    }


# -- recurring logics

_LOGIC_FIELDS = {
    "id": Field(lambda one: one.id, "number"),
    "cron_line": Field(lambda one: one.cron_line),
    "state": Field(lambda one: one.state),
    "purpose": Field(lambda one: one.purpose),
}


def _logic(call: Call) -> Recurrence:
    wanted = call.args["id"]
    for one in call.store.recurrences.values():
        if str(one.id) == wanted:
            return one
    raise not_found("recurring_logic", wanted)


def logics(call: Call) -> Reply:
    """GET recurring_logics."""
    return listing(call, call.store.recurrences.values(), _LOGIC_FIELDS, lambda one: recurrence_row(call, one))


def logic(call: Call) -> Reply:
    """GET recurring_logics/:id."""
    return Reply(recurrence_row(call, _logic(call)))


def cancel_logic(call: Call) -> Reply:
    """POST recurring_logics/:id/cancel: no iteration any more."""
    one = _logic(call)
    call.foreman.player.cancel_recurrence(one)
    return Reply(recurrence_row(call, one))


def change_logic(call: Call) -> Reply:
    """PUT recurring_logics/:id: enabled true or false."""
    one = _logic(call)
    given = call.body.get("recurring_logic")
    enabled = given.get("enabled") if isinstance(given, dict) else None
    if not isinstance(enabled, bool):
        raise refused(422, "enabled has to be true or false")
    call.foreman.player.enable_recurrence(one, enabled)
    return Reply(recurrence_row(call, one))
