# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""System jobs, project updates and inventory updates (contract 1.3.4, 1.3.6; recordings sys-*, proj-*, invup-*)."""

from __future__ import annotations

import json
from typing import Any

from ..behavior import Behavior, Outcome, Task
from ..engine import Order
from ..model import Job, Template
from .inputs import variables
from .job_rows import job_row
from .named_urls import find_template
from .reply import Reply, Row, created, detail, forbidden, not_allowed, not_found
from .router import Call
from .summaries import PATHS, url

_USAGE = """usage: awx-manage {0} [-h] [--days N] [--dry-run]
awx-manage {0}: error: argument --days: invalid int value: {1!r}
"""
_FINE = "Removed {1} objects ({0})\n"


def system_preflight(call: Call) -> Reply:
    """GET of a system template's launch/: nothing to say."""
    _system(call)
    return Reply({})


def _system(call: Call) -> Template:
    template = find_template(call.awx.store, "system_job_template", call.args["ref"])
    if not call.user.superuser:
        raise forbidden()
    return template


def system_launch(call: Call) -> Reply:
    """POST of a system template's launch/: the server checks nothing."""
    template = _system(call)
    body = call.data()
    asked = variables(call.awx.store, "extra_vars", body.get("extra_vars") or {})
    job = _start_system(call, template, asked)
    row = job_row(call.awx.store, job, call.user, "launch")
    return created({"system_job": job.id, **row}, url(job.kind, job.id))


def _start_system(call: Call, template: Template, asked: Row) -> Job:
    kind = template.native["job_type"]
    days = asked.get("days", 90)
    fails = _as_number(days) is None and kind in ("cleanup_jobs", "cleanup_activitystream")
    stdout = _USAGE.format(kind, days) if fails else _FINE.format(kind, 0)
    native: Row = {
        "description": template.native["description"],
        "system_job_template": template.id,
        "job_type": kind,
        "extra_vars": json.dumps(asked),
        "arguments": ["--days", str(days)],
        "stdout": stdout,
        "fails": fails,
    }
    behavior = Behavior(template.behavior.duration, tasks=(Task("clean up", default=Outcome("ok")),))
    job = call.awx.engine.launch(
        Order("system_job", template.name, call.user.name, template, behavior=behavior, hosts=[], native=native)
    )
    number = _as_number(days)
    if kind == "cleanup_jobs" and number is not None and not asked.get("dry_run"):
        call.awx.engine.after(template.behavior.duration, lambda: _clean(call, job, number))
    return job


def _as_number(value: Any) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None


def _clean(call: Call, job: Job, days: int) -> None:
    # with a negative number every finished job is older than that, and goes (contract 6.2)
    engine = call.awx.engine
    limit = engine.now - days * 86400.0
    gone = [one for one in engine.jobs.values() if not one.active and one is not job and one.created < limit]
    for one in gone:
        engine.delete(one)
    job.native["stdout"] = _FINE.format("cleanup_jobs", len(gone))


def _updatable(template: Template) -> bool:
    return bool(template.native.get("scm_type")) if template.kind == "project" else bool(template.native.get("source"))


def update_preflight(kind: str, call: Call) -> Reply:
    """GET of update/."""
    template = find_template(call.awx.store, kind, call.args["ref"])
    if not call.user.sees:
        raise forbidden()
    return Reply({"can_update": _updatable(template)})


def update(kind: str, call: Call) -> Reply:
    """POST of update/."""
    template = find_template(call.awx.store, kind, call.args["ref"])
    if not call.user.superuser:
        raise forbidden()
    call.data()
    if not _updatable(template):
        raise not_allowed("POST")
    job = call.awx.maker.update(template, call.user.name)
    row = job_row(call.awx.store, job, call.user, "launch")
    location = url(job.kind, job.id)
    return Reply({job.kind: job.id, **row}, 202, {"Location": location})


def _sources(call: Call) -> list[Template]:
    if call.awx.store.get("inventories", call.number) is None:
        raise not_found("Inventory")
    if not call.user.sees:
        raise forbidden()
    templates = call.awx.store.templates("inventory_source")
    return [template for template in templates if template.native["inventory"] == call.number]


def all_sources_preflight(call: Call) -> Reply:
    """GET of an inventory's update_inventory_sources/: a list."""
    found = _sources(call)
    return Reply([{"inventory_source": t.id, "can_update": _startable(call, t)} for t in found])


def _startable(call: Call, template: Template) -> bool:
    return (
        not template.native.get("locked") and call.awx.store.template(template.native["project"], "project") is not None
    )


def all_sources(call: Call) -> Reply:
    """POST of it: a list again; 200 all started, 202 some, 400 none."""
    found = _sources(call)
    if not call.user.superuser:
        raise forbidden()
    if not found:
        raise detail(400, "No inventory sources to update.")
    rows: list[Row] = []
    started = 0
    for template in found:
        if not _startable(call, template):
            text = "Could not start because `can_update` returned False"
            rows.append({"inventory_source": template.id, "status": text})
            continue
        started += 1
        job = call.awx.maker.update(template, call.user.name)
        row = job_row(call.awx.store, job, call.user, "launch")
        rows.append({**row, "status": "started", "inventory_update": job.id})
    return Reply(rows, 200 if started == len(found) else 202 if started else 400)


def kinds() -> dict[str, str]:
    """The templates that have update/, by their path."""
    return {PATHS[kind]: kind for kind in ("project", "inventory_source")}
