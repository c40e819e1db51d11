# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: the list, one of them, its report, its events (contract 1.3, 1.4, 1.6, 1.7)."""

from __future__ import annotations

from typing import Any

from .dates import shown
from .lists import Keys, number_of, ordered, page, window
from .lists import integer as _integer
from .people import owner
from .records import Event, Run
from .reply import Reply, Row, invalid, unknown_job
from .router import Call

_KEYS: Keys = {
    "timestamp": lambda run: (run.touched, run.id),
    "name": lambda run: run.id,
    "owner": lambda run: (run.ask.owner.login, run.id),
    "environment": lambda run: (run.ask.environment, run.id),
    "state": lambda run: (run.state, run.id),
}
_TYPES = ("deploy", "task", "plan_task")


def find_run(call: Call) -> Run:
    """The job of a path; 400 for what is no number, 404 for what is no job."""
    text = call.args["id"]
    job = call.puppet.engine.jobs.get(number_of(text, "job", {"job-id": text}))
    if job is None:
        raise unknown_job(text)
    run: Run = job.native["run"]
    return run


def index(call: Call) -> Reply:
    """GET jobs: the oldest first (recordings 066 to 073)."""
    kind, task = call.query.get("type", ""), call.query.get("task")
    if kind and kind not in _TYPES:
        raise invalid(f"Invalid type {kind}", {"type": kind})
    if task is not None and kind == "deploy":
        raise invalid("The task parameter cannot be used with type deploy", {})
    asked = page(call, _KEYS, "timestamp")
    runs = [run for run in call.store.runs() if not kind or run.ask.command == kind]
    if task is not None:
        runs = [run for run in runs if task in run.ask.options.get("task", "")]
    runs = window(call, lambda run: run.finished, runs)
    # before 2021.7.0 no jobs meant no total (recording 069)
    total = len(runs) if runs or call.server.has(2021, 7) else None
    more: Row = {"total": total}
    if call.server.has(2021):
        more.update(order=asked.order, order_by=asked.order_by, type=kind)
    items = [row(call, run) for run in asked.cut(ordered(runs, asked, _KEYS))]
    return Reply({"items": items, "pagination": asked.shown(**more)})


def show(call: Call) -> Reply:
    """GET jobs/:id (recordings 074 to 090)."""
    run = find_run(call)
    ends = [moment for _state, moment in run.states[1:]] + [None]
    status = [
        {"state": state, "enter_time": shown(moment), "exit_time": shown(end)}
        for (state, moment), end in zip(run.states, ends, strict=True)
    ]
    return Reply({**row(call, run), "status": status, **run.disguise})


def row(call: Call, run: Run) -> Row:
    """A job as the list has it, by release (contract 1.1)."""
    ask, server, counts = run.ask, call.server, run.counts()
    found: Row = {
        "id": call.link("jobs", run.id),
        "name": str(run.id),
        "command": ask.command,
        "state": run.state,
        "options": ask.options,
        "owner": owner(ask.owner, server, call.puppet.keeper.logins[ask.owner.login]),
        "description": ask.description,
        "timestamp": shown(run.touched),
        "environment": {"name": ask.environment},
        "node_count": len(run.nodes),
        "node_states": counts or None,
        "nodes": {"id": call.link("jobs", run.id, "nodes")},
        "report": {"id": call.link("jobs", run.id, "report")},
        "events": {"id": call.link("jobs", run.id, "events")},
    }
    if server.has(2019):
        found["type"] = ask.command
    if server.has(2019, 8, 5):
        found.update(_times(call, run), userdata=ask.userdata)
    return {**found, **{name: value for name, value in run.disguise.items() if name in found}}


def _times(call: Call, run: Run) -> Row:
    """It is not known which of two names and types a release uses: older ones have one, newer ones the other."""
    begun = run.states[0][1]
    seconds = round((call.now if run.finished is None else run.finished) - begun, 3)
    newer = call.server.has(2021)
    return {
        "started_timestamp" if newer else "created_timestamp": shown(begun),
        "finished_timestamp": shown(run.finished),
        "duration": str(seconds) if newer else seconds,
    }


def report(call: Call) -> Reply:
    """GET jobs/:id/report; the key is report on real servers, items in the documentation (recordings 119 to 122)."""
    rows = [
        {
            "node": node.name,
            "state": node.state,
            "start_timestamp": shown(node.started),
            "finish_timestamp": shown(node.finished),
            "timestamp": shown(node.touched),
            "events": [
                {**one, "timestamp": shown(node.finished)}
                for one in (node.effect.changes if node.effect is not None and node.over else [])
            ],
        }
        for node in find_run(call).nodes
    ]
    return Reply({call.puppet.options.report_key: rows})


def events(call: Call) -> Reply:
    """GET jobs/:id/events (recordings 124 to 128)."""
    run = find_run(call)
    later = call.server.has(2019, 8, 1)
    known = [one for one in run.events if later or one.kind != "job_finished"]
    return event_page(call, known, "jobs", run.id)


def event_page(call: Call, known: list[Event], *segments: Any) -> Reply:
    """The events from start on, and where to go on."""
    start = _integer(call, "start", lambda _message, given: invalid(f"Invalid start {given['start']}", given)) or 0
    items = [event_row(one) for one in known if one.id >= start]
    following = max([start, *(one.id + 1 for one in known)])
    return Reply({"next-events": next_events(call, following, *segments), "items": items})


def next_events(call: Call, number: int, *segments: Any) -> Row:
    """The cursor: a link and, as text, its number."""
    return {"id": f"{call.link(*segments, 'events')}?start={number}", "event": str(number)}


def event_row(event: Event) -> Row:
    """One event."""
    found: Row = {"id": str(event.id), "type": event.kind, "timestamp": shown(event.time), "details": event.details}
    return found if event.message is None else {**found, "message": event.message}
