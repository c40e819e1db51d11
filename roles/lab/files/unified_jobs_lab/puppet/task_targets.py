# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Task-targets: named sets of tasks and nodes (contract 1.8 and 1.11)."""

from __future__ import annotations

from .records import TaskTarget
from .reply import Reply, Row, invalid, refused
from .router import Call


def create(call: Call) -> Reply:
    """POST command/task_target (recordings 061 and 062)."""
    body = call.json()
    if not isinstance(body.get("display_name"), str):
        raise invalid("display_name is required", {})
    if body.get("all_tasks") is not True and not _texts(body.get("tasks")):
        raise invalid("tasks is required unless all_tasks is true", {})
    for name in ("nodes", "node_groups"):
        if not _texts(body.get(name)):
            raise invalid(f"{name} is required", {})
    if not isinstance(body.get("pql_query", ""), str):
        raise invalid("pql_query must be a string", {})
    made = TaskTarget(next(call.store.target_ids), body)
    call.store.task_targets[made.id] = made
    return Reply({"task_target": {"id": _link(call, made), "name": str(made.id)}})


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _link(call: Call, made: TaskTarget) -> str:
    return call.link("scopes", "task_targets", made.id)


def _row(call: Call, made: TaskTarget) -> Row:
    """all_tasks is a text if it is false, and a truth value if it is true (recording 177)."""
    body = made.body
    every = body.get("all_tasks") is True
    return {
        "id": _link(call, made),
        "name": str(made.id),
        "display_name": body["display_name"],
        **({} if every else {"tasks": body["tasks"]}),
        "all_tasks": True if every else "false",
        "nodes": body["nodes"],
        "node_groups": body["node_groups"],
        **({"pql_query": body["pql_query"]} if "pql_query" in body else {}),
    }


def index(call: Call) -> Reply:
    """GET scopes/task_targets."""
    return Reply({"items": [_row(call, one) for one in call.store.task_targets.values()]})


def show(call: Call) -> Reply:
    """GET scopes/task_targets/:id (recording 178)."""
    text = call.args["id"]
    found = call.store.task_targets.get(int(text)) if text.isdigit() else None
    if found is None:
        raise refused(404, "unknown-task-target", f"Unknown task target {text}", {"task-target": text})
    return Reply(_row(call, found))
