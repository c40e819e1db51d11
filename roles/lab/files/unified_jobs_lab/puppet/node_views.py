# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nodes of a job (contract 1.5)."""

from __future__ import annotations

from .dates import shown
from .job_views import find_run, next_events
from .lists import Keys, ordered, page
from .records import NodeRun, Run
from .reply import Reply, Row, invalid
from .router import Call

_KEYS: Keys = {
    "name": lambda node: node.name,
    "duration": lambda node: None if node.finished is None else node.finished - node.started,
    "state": lambda node: node.state,
    "start_timestamp": lambda node: node.started,
    "finish_timestamp": lambda node: node.finished,
}
_STATES = ("new", "ready", "running", "stopping", "stopped", "finished", "failed")


def index(call: Call) -> Reply:
    """GET jobs/:id/nodes; the whole list unless a limit is asked for (recordings 096 to 118)."""
    run = find_run(call)
    nodes = list(run.nodes)
    last = max([0, *(event.id for event in run.events)])
    body: Row = {"next-events": next_events(call, last + 1, "jobs", run.id)}
    if not call.server.has(2019, 8, 5):
        return Reply({"items": [row(call, run, node) for node in nodes], **body})
    state = call.query.get("state")
    if state is not None and call.server.has(2019, 8, 7):
        if state not in _STATES:
            raise invalid(f"Invalid state {state}", {"state": state})
        nodes = [node for node in nodes if node.state == state]
    asked = page(call, _KEYS, "name")
    if "order_by" in call.query or "order" in call.query:
        nodes = ordered(nodes, asked, _KEYS)
    body["pagination"] = asked.shown(total=len(nodes))
    return Reply({"items": [row(call, run, node) for node in asked.cut(nodes)], **body})


def row(call: Call, run: Run, node: NodeRun) -> Row:
    """One node, by release (contract 1.1)."""
    effect = node.effect
    done = effect is not None and node.over and node.state != "stopped"
    found: Row = {
        "name": node.name,
        "state": node.state,
        "start_timestamp": shown(node.started),
        "finish_timestamp": shown(node.finished),
        "duration": _duration(call, node),
        "timestamp": shown(node.touched),
        "transaction_uuid": effect.uuid if effect is not None and done else None,
        "details": _details(run, node),
        "latest-event-id": node.event,
    }
    if call.server.has(2019):
        found["transport"] = node.transport
    if effect is not None and done:
        found["result"] = _result(call, run, effect.result)
    elif call.server.has(2019):
        found["result"] = None  # before, the key is missing
    return found


def _duration(call: Call, node: NodeRun) -> float | None:
    if node.started is None:
        return None
    return round((call.now if node.finished is None else node.finished) - node.started, 3)


def _details(run: Run, node: NodeRun) -> Row:
    """Empty for tasks, unless nothing ran at all; runs of Puppet have a message and a report."""
    if run.ask.command != "deploy" and node.state not in ("errored", "skipped"):
        return {}
    found: Row = {"message": node.message} if node.message else {}
    if node.effect is not None and node.effect.report_url is not None and node.state in ("finished", "failed"):
        found["report-url"] = node.effect.report_url
    return found


def _result(call: Call, run: Run, result: object) -> object:
    """Older servers say noop as a truth value (contract 1.5, shape 7)."""
    old = run.ask.command == "deploy" and not call.server.has(2019)
    if old and isinstance(result, dict) and isinstance(result.get("noop"), dict):
        return {**result, "noop": result["noop"]["noop"]}
    return result
