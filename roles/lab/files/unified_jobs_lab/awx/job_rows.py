# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job in the server's JSON: the row of a list, the answer to a launch, the detail (contract 1.5).

The three differ. A list row lacks what costs the server a query; a launch answer lacks what only a detail computes.
"""

from __future__ import annotations

import json
from typing import Any

from ..model import Job
from . import progress
from .job_types import TYPES
from .reply import Row
from .store import Store
from .summaries import (
    credential_summary,
    environment_summary,
    instance_group_summary,
    inventory_summary,
    labels_summary,
    named,
    project_summary,
    stamp,
    template_summary,
    unified_summary,
    url,
    user_summary,
    without_none,
)
from .users import User


def job_row(store: Store, job: Job, user: User, view: str = "list") -> Row:
    """The job as this user sees it in this view."""
    shape = TYPES[job.kind]
    row: Row = {"id": job.id, "type": job.kind, "url": url(job.kind, job.id)}
    row["related"] = _related(store, job)
    row["summary_fields"] = _summary(store, job, user, view)
    row["created"] = stamp(job.created)
    row["modified"] = stamp(job.touched)
    row["name"] = job.name
    if job.kind != "ad_hoc_command":
        row["description"] = job.native.get("description", "")
        row["unified_job_template"] = job.template.id if job.template else None
    row |= _state(store, job)
    if view != "list":
        row |= _detail(job, store.engine.now)
    row |= {name: job.native.get(name, default) for name, default in shape.fields.items()}
    row |= _computed(store, job)
    if view == "detail":
        row |= progress.counts(store.engine, job)
    if view == "list" and job.kind == "inventory_update":
        for place in (row, row["related"], row["summary_fields"]):
            place.pop("source_project", None)
    return {name: value for name, value in row.items() if name not in shape.absent}


def _state(store: Store, job: Job) -> Row:
    now = store.engine.now
    placed = job.status not in ("new", "pending") and (job.started is not None or job.status == "waiting")
    node = "awxlab" if placed else ""
    user = store.keeper.users[job.by]
    row: Row = {
        "launch_type": job.launch_type,
        "status": job.status,
        "execution_environment": job.native.get("execution_environment") or _assigned_environment(job),
        "failed": job.status in ("failed", "error", "canceled"),
        "started": stamp(job.started),
        "finished": stamp(job.finished),
        "canceled_on": stamp(job.cancel_requested),
        "elapsed": round(job.elapsed(now), 3 if job.finished else 6),
        "job_explanation": progress.explanation(store.engine, job),
        "execution_node": node,
        "controller_node": node,
        "launched_by": {"id": user.id, "name": user.name, "type": "user", "url": url("users", user.id)},
        "work_unit_id": f"lab{job.id:05d}"
        if job.started is not None and job.role == "run" and job.kind != "system_job"
        else None,
    }
    if "instance_group" in TYPES[job.kind].fields:
        job.native["instance_group"] = _assigned_group(job)
    return row


def _untouched(job: Job) -> bool:
    # the server forgets who modified a job when it is given to a node
    return job.role == "graph" or (job.role == "run" and job.started is None and job.status != "waiting")


def _assigned_environment(job: Job) -> int | None:
    if job.role != "run" or job.started is None:
        return None
    return 2 if job.kind == "project_update" else 1


def _assigned_group(job: Job) -> int | None:
    if job.role != "run" or job.status in ("new", "pending") or (job.started is None and job.status != "waiting"):
        return None
    return 1 if job.kind in ("project_update", "system_job") else 2


def _detail(job: Job, now: float) -> Row:
    ran = job.started is not None and job.role == "run" and job.status not in ("error",)
    settled = ran and (job.finished is not None or job.elapsed(now) > 0.1)
    return {
        "job_args": json.dumps(progress.command(job)) if settled else "",
        "job_cwd": "/runner/project" if settled else "",
        "job_env": progress.environment(job) if settled else {},
        "result_traceback": job.behavior.traceback if job.status == "error" else "",
        "event_processing_finished": True if job.role == "gate" else job.complete(now),
    }


def _computed(store: Store, job: Job) -> Row:
    if job.kind == "job":
        return {"job_template": job.template.id if job.template else None, "artifacts": job.artifacts}
    if job.kind == "workflow_approval":
        active = job.active
        expires = job.created + job.timeout / store.engine.speed if job.timeout else None
        return {
            "can_approve_or_deny": active,
            "approval_expiration": stamp(expires) if active else None,
            "timed_out": job.reason.word == "timeout",
        }
    if job.kind == "inventory_update" and job.started is None:
        return {"source_project_update": None, "source_project": None, "scm_revision": ""}
    if job.kind == "project_update" and job.finished is None:
        return {"scm_revision": ""}
    if job.kind == "system_job":
        done = job.finished is not None
        return {"result_stdout": job.native.get("stdout", "") if done else ""}
    return {}


# -- summary_fields


def _summary(store: Store, job: Job, user: User, view: str) -> Row:
    native = job.native
    summary: Row = {
        "organization": named(store.get("organizations", native.get("organization"))),
        "inventory": inventory_summary(store, native.get("inventory")),
        "execution_environment": environment_summary(
            store, native.get("execution_environment") or _assigned_environment(job)
        ),
        "project": project_summary(store, native.get("project")) if job.kind in ("job", "project_update") else None,
        "instance_group": instance_group_summary(store, _assigned_group(job)),
        "created_by": user_summary(store.keeper.users[job.by]),
        "user_capabilities": capabilities(job, user),
    }
    if _untouched(job):
        summary["modified_by"] = summary["created_by"]
    summary |= _template_summaries(store, job)
    summary |= _parent_summaries(store, job, view)
    if job.kind in ("job", "workflow_job"):
        summary["labels"] = labels_summary(store, native.get("labels", []))
    if job.kind in ("job", "inventory_update"):
        found = (credential_summary(store, number) for number in native.get("credentials", []))
        summary["credentials"] = [one for one in found if one]
    if job.kind == "ad_hoc_command":
        summary["credential"] = credential_summary(store, native.get("credential"), full=True)
    if native.get("bulk") and view == "launch":
        del summary["user_capabilities"]
    return without_none(summary)


def _template_summaries(store: Store, job: Job) -> Row:
    template = job.template
    if template is None:
        return {}
    summary: Row = {"unified_job_template": unified_summary(template)}
    if template.kind in ("job_template", "workflow_job_template", "workflow_approval_template"):
        summary[template.kind] = template_summary(template)
    if template.kind == "workflow_approval_template":
        summary[template.kind]["timeout"] = template.native.get("timeout", 0)
    if template.kind == "inventory_source":
        summary["inventory_source"] = progress.source_summary(store, template)
        if job.started is not None:
            summary["source_project"] = project_summary(store, job.native.get("source_project"))
    if job.kind == "workflow_approval" and job.decided_by:
        summary["approved_or_denied_by"] = user_summary(store.keeper.users[job.decided_by])
    return summary


def _parent_summaries(store: Store, job: Job, view: str) -> Row:
    parent = job.parent
    if parent is None:
        return {}
    source = progress.job_brief(store.engine, parent)
    summary: Row = {"source_workflow_job": source}
    if job.kind == "workflow_approval":
        if parent.template is not None:
            summary["workflow_job_template"] = template_summary(parent.template)
        summary["workflow_job"] = {"id": parent.id, "name": parent.name, "description": ""}
    if view == "detail":
        top = parent
        while top.parent is not None:
            top = top.parent
        summary["ancestor_job"] = {"id": top.id, "name": top.name, "type": top.kind, "url": url(top.kind, top.id)}
    return summary


def capabilities(job: Job, user: User) -> Row:
    """What the user may do to the job."""
    return {
        "delete": user.superuser,
        "start": (user.superuser or (user.launches and job.by == user.name)) and job.kind != "system_job",
    }


# -- related


def _related(store: Store, job: Job) -> Row:
    def own(tail: str) -> str:
        return url(job.kind, job.id, f"{tail}/")

    user = url("users", store.keeper.users[job.by].id)
    related: Row = {"created_by": user}
    if _untouched(job):
        related["modified_by"] = user
    for tail in TYPES[job.kind].below:
        if tail != "notifications" or not job.native.get("bulk"):
            related[tail] = own(tail)
    template = job.template
    if template is not None:
        related["unified_job_template"] = url(template.kind, template.id)
        if job.kind not in ("project_update", "inventory_update"):
            related[template.kind] = url(template.kind, template.id)
    if job.parent is not None:
        related["source_workflow_job"] = url("workflow_job", job.parent.id)
    return related | _native_links(job)


def _native_links(job: Job) -> Row:
    links: Row = {}
    environment = job.native.get("execution_environment") or _assigned_environment(job)
    if environment and job.role == "run":
        links["execution_environment"] = url("execution_environments", environment)
    places = {
        "inventory": "inventories",
        "project": "projects",
        "organization": "organizations",
        "credential": "credentials",
        "inventory_source": "inventory_sources",
        "source_project": "projects",
        "source_project_update": "project_updates",
    }
    hidden: tuple[str, ...] = {
        "workflow_job": ("organization", "inventory", "project"),
        "project_update": ("organization", "inventory"),
        "inventory_update": ("organization", "project"),
        "workflow_approval": ("organization", "inventory", "project"),
    }.get(job.kind, ())
    for name, place in places.items():
        value: Any = job.native.get(name)
        if name.startswith("source_") and job.started is None:
            continue
        if value and name not in hidden:
            links[name] = url(place, value)
    if job.decided_by:
        links["approved_or_denied_by"] = links.get("approved_or_denied_by") or "/api/v2/users/1/"
    return links
