# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The small pieces that many rows carry in summary_fields, and how times are written (contract 1.5)."""

from __future__ import annotations

from typing import Any

from ..clock import utc
from ..model import Job, Template
from .reply import Row
from .store import Store
from .users import User

#: What a template of a kind makes when it is launched.
JOB_TYPES = {
    "job_template": "job",
    "workflow_job_template": "workflow_job",
    "system_job_template": "system_job",
    "project": "project_update",
    "inventory_source": "inventory_update",
    "workflow_approval_template": "workflow_approval",
}
PATHS = {
    "job": "jobs",
    "workflow_job": "workflow_jobs",
    "system_job": "system_jobs",
    "ad_hoc_command": "ad_hoc_commands",
    "project_update": "project_updates",
    "inventory_update": "inventory_updates",
    "workflow_approval": "workflow_approvals",
    "job_template": "job_templates",
    "workflow_job_template": "workflow_job_templates",
    "system_job_template": "system_job_templates",
    "project": "projects",
    "inventory_source": "inventory_sources",
    "workflow_approval_template": "workflow_approval_templates",
}


def stamp(seconds: float | None) -> str | None:
    """A time as the server writes it: the fraction is left out when it is exactly 0."""
    if seconds is None:
        return None
    moment = utc(seconds)
    return moment.replace(tzinfo=None).isoformat() + "Z"


def url(kind: str, number: int | None, tail: str = "") -> str:
    """The URL of an object of a kind, or of something below it."""
    return f"/api/v2/{PATHS.get(kind, kind)}/{number}/{tail}"


def named(row: Row | None) -> Row | None:
    """The three fields that every summary has."""
    return {"id": row["id"], "name": row["name"], "description": row.get("description", "")} if row else None


def user_summary(user: User) -> Row:
    """A user in a summary."""
    return {"id": user.id, "username": user.name, "first_name": "", "last_name": ""}


def template_summary(template: Template) -> Row:
    """A template in a summary."""
    return {"id": template.id, "name": template.name, "description": template.native.get("description", "")}


def unified_summary(template: Template) -> Row:
    """A template where the reader does not know its kind."""
    return {**template_summary(template), "unified_job_type": JOB_TYPES[template.kind]}


def inventory_summary(store: Store, number: Any) -> Row | None:
    """An inventory in a summary."""
    row = store.get("inventories", number)
    if row is None:
        return None
    sources = [t for t in store.templates("inventory_source") if t.native["inventory"] == number]
    failed = [t for t in sources if last_job_status(store, t) == "failed"]
    return {
        **(named(row) or {}),
        "has_active_failures": False,
        "total_hosts": len(store.hosts_of(number)),
        "hosts_with_active_failures": 0,
        "total_groups": len([g for g in store.tables["groups"].values() if g["inventory"] == number]),
        "has_inventory_sources": bool(sources),
        "total_inventory_sources": len(sources),
        "inventory_sources_with_failures": len(failed),
        "organization_id": row["organization"],
        "kind": "",
    }


def project_summary(store: Store, number: Any) -> Row | None:
    """A project in a summary."""
    template = store.template(number, "project")
    if template is None:
        return None
    return {
        **template_summary(template),
        "status": project_status(store, template),
        "scm_type": template.native["scm_type"],
        "allow_override": template.native.get("allow_override", False),
    }


def project_status(store: Store, template: Template) -> str:
    """A manual project is ok; the others are as their last update."""
    if not template.native["scm_type"]:
        return "ok"
    return last_job_status(store, template) or ("failed" if template.native.get("fails") else "successful")


def environment_summary(store: Store, number: Any) -> Row | None:
    """An execution environment in a summary."""
    row = store.get("execution_environments", number)
    return {**(named(row) or {}), "image": row["image"]} if row else None


def instance_group_summary(store: Store, number: Any) -> Row | None:
    """An instance group in a summary."""
    row = store.get("instance_groups", number)
    return {"id": row["id"], "name": row["name"], "is_container_group": False} if row else None


def credential_summary(store: Store, number: Any, full: bool = False) -> Row | None:
    """A credential in a summary; ad hoc commands and schedules say more."""
    row = store.get("credentials", number)
    if row is None:
        return None
    kind = store.tables["credential_types"][row["type"]]["kind"]
    short = {**(named(row) or {}), "kind": kind, "cloud": kind == "cloud"}
    return {**short, "kubernetes": False, "credential_type_id": row["type"]} if full else short


def labels_summary(store: Store, numbers: list[int]) -> Row:
    """Labels in a summary."""
    found = [{"id": n, "name": store.tables["labels"][n]["name"]} for n in numbers if n in store.tables["labels"]]
    return {"count": len(found), "results": found}


def jobs_of(store: Store, template: Template) -> list[Job]:
    """The runs of a template, newest first."""
    return sorted((j for j in store.engine.jobs.values() if j.template is template), key=lambda j: -j.id)


def last_job_status(store: Store, template: Template) -> str:
    """The status of the newest run, if there is one."""
    runs = jobs_of(store, template)
    return runs[0].status if runs else ""


def without_none(row: Row) -> Row:
    """Summaries leave out what is not there."""
    return {key: value for key, value in row.items() if value is not None}
