# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks, plans, the inventory, usage (contract 1.10 and 1.11)."""

from __future__ import annotations

import hashlib
from typing import Any

from ..clock import utc
from ..model import Template
from . import checks
from .dates import precise
from .makers import split
from .records import Node
from .reply import Reply, Row, invalid, refused, unknown_error
from .router import Call

_DAY = 86400.0


def _environment(call: Call) -> str:
    return checks.environment(call.store, call.query.get("environment", "production"))


def _shown_environment(name: str) -> Row:
    digest = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()
    return {"name": name, "code_id": f"urn:puppet:code-id:1:{digest};{name}"}


def _permitted(call: Call, template: Template) -> Row:
    """A key that older servers do not have."""
    if not call.server.has(2019):
        return {}
    may = call.user.may_run_task if template.kind == "task" else call.user.may_run_plan
    return {"permitted": may(template.name)}


def _listed(call: Call, kind: str) -> Reply:
    environment = _environment(call)
    items = [
        {"id": call.link(f"{kind}s", *split(one.name)), "name": one.name, **_permitted(call, one)}
        for one in call.store.templates(kind, environment)
    ]
    return Reply({"environment": _shown_environment(environment), "items": items})


def tasks(call: Call) -> Reply:
    """GET tasks (recordings 160 to 163)."""
    return _listed(call, "task")


def plans(call: Call) -> Reply:
    """GET plans (recording 168); what is not permitted is listed too."""
    return _listed(call, "plan")


def _one(call: Call, kind: str) -> tuple[Template, str]:
    environment = _environment(call)
    name = f"{call.args['module']}::{call.args['name'].replace('/', '::')}"
    found = call.store.template(kind, name, environment)
    if found is None:
        raise refused(404, f"unknown-{kind}", f"Unknown {kind} {name}", {kind: name, "environment": environment})
    return found, environment


def task(call: Call) -> Reply:
    """GET tasks/:module/:task (recordings 164 to 167)."""
    found, environment = _one(call, "task")
    bare = found.native.get("bare", False)
    return Reply(
        {
            "id": call.link("tasks", *split(found.name)),
            "name": found.name,
            **_permitted(call, found),
            "environment": _shown_environment(environment),
            "metadata": {} if bare else {**found.native["metadata"], **found.native.get("extra", {})},
            "files": [] if bare else found.native["files"],
        }
    )


def plan(call: Call) -> Reply:
    """GET plans/:module/:plan (recordings 169 and 170)."""
    found, environment = _one(call, "plan")
    return Reply(
        {
            "id": call.link("plans", *split(found.name)),
            "name": found.name,
            "environment": _shown_environment(environment),
            "metadata": found.native["metadata"],
            **_permitted(call, found),
        }
    )


# -- the inventory


def _connection(call: Call, name: str, node: Node | None) -> Row:
    if node is None or not node.connected:
        return {"name": name, "connected": False}
    return {
        "name": name,
        "connected": True,
        "broker": "pcp://puppet.example.com/server",
        "timestamp": precise(call.store.connected_since),
    }


def _broker(call: Call) -> None:
    if call.puppet.options.broker_down:
        raise unknown_error("Could not reach the PCP broker")


def inventory(call: Call) -> Reply:
    """GET inventory: what the brokers know (recordings 171 and 176)."""
    _broker(call)
    return Reply({"items": [_connection(call, name, node) for name, node in call.store.nodes.items()]})


def inventory_node(call: Call) -> Reply:
    """GET inventory/:node; a name that nobody knows is just not connected (recording 173)."""
    _broker(call)
    name = call.args["node"]
    return Reply(_connection(call, name, call.store.nodes.get(name)))


def inventory_some(call: Call) -> Reply:
    """POST inventory: a read (recordings 174 and 175)."""
    nodes = call.json().get("nodes")
    if not isinstance(nodes, list) or not all(isinstance(one, str) for one in nodes):
        raise invalid("A body with nodes is required")
    _broker(call)
    return Reply({"items": [_connection(call, name, call.store.nodes.get(name)) for name in nodes]})


def usage(call: Call) -> Reply:
    """GET usage: one row a day (recording 179)."""
    total = len(call.store.nodes) + len(call.store.agentless)
    today = utc(call.now - call.now % _DAY)
    row: Row = {
        "date": today.strftime("%Y-%m-%d"),
        "total_nodes": total,
        "nodes_with_agent": len(call.store.nodes),
        "nodes_without_agent": len(call.store.agentless),
    }
    day = row["date"]
    start, end = call.query.get("start_date", day), call.query.get("end_date", day)
    items: list[Any] = [row] if start <= day <= end else []
    return Reply({"items": items, "pagination": {"start_date": start, "end_date": end}})
