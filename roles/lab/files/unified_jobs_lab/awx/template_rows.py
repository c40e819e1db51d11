# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates in the server's JSON: job, workflow and system templates, projects, inventory sources, their approvals."""

from __future__ import annotations

from typing import Any

from ..model import Job, Template
from .reply import Row
from .store import PROMPTS, Store
from .summaries import (
    JOB_TYPES,
    credential_summary,
    environment_summary,
    inventory_summary,
    jobs_of,
    labels_summary,
    named,
    project_status,
    project_summary,
    stamp,
    template_summary,
    url,
    user_summary,
    without_none,
)
from .template_types import BELOW, JT_FIELDS, PROJECT_FIELDS, ROLE_NAMES, ROLES, WF_FIELDS
from .users import User

WORKFLOW_PROMPTS = ("extra_vars", "inventory", "limit", "scm_branch", "labels", "job_tags", "skip_tags")


def template_row(store: Store, template: Template, user: User, whole: bool = False) -> Row:
    """The template as this user sees it; whole for a detail."""
    runs = jobs_of(store, template)
    row: Row = {"id": template.id, "type": template.kind, "url": url(template.kind, template.id)}
    row["related"] = _related(store, template, runs, whole)
    row["summary_fields"] = _summary(store, template, user, runs, whole)
    row["created"] = row["modified"] = stamp(store.born)
    row["name"] = template.name
    row["description"] = template.native.get("description", "")
    row |= _runs(store, template, runs)
    row |= _fields(store, template)
    return row


def _runs(store: Store, template: Template, runs: list[Job]) -> Row:
    done = next((run for run in runs if run.finished is not None), None)
    status = runs[0].status if runs else "never updated"
    if template.kind == "project":
        status = project_status(store, template)
    row: Row = {
        "last_job_run": stamp(done.finished) if done else None,
        "last_job_failed": bool(done and done.status != "successful"),
        "next_job_run": stamp(store.born + 7 * 86400) if template.native.get("weekly") else None,
        "status": status,
    }
    if template.kind in ("project", "inventory_source"):
        row |= {"last_update_failed": row["last_job_failed"], "last_updated": row["last_job_run"]}
    return row


def _fields(store: Store, template: Template) -> Row:
    native = template.native
    asked = native.get("ask", set())
    if template.kind == "job_template":
        row = {name: native.get(name, default) for name, default in JT_FIELDS.items()}
        row |= {flag: name in asked for name, flag in PROMPTS.items()}
        return row | {"survey_enabled": bool(native.get("survey")), "allow_simultaneous": template.simultaneous}
    if template.kind == "workflow_job_template":
        row = {name: native.get(name, default) for name, default in WF_FIELDS.items()}
        row |= {PROMPTS[name]: name in asked for name in WORKFLOW_PROMPTS}
        return row | {"survey_enabled": bool(native.get("survey")), "allow_simultaneous": template.simultaneous}
    if template.kind == "system_job_template":
        return {"execution_environment": None, "job_type": native["job_type"]}
    if template.kind == "project":
        row = {name: native.get(name, default) for name, default in PROJECT_FIELDS.items()}
        row["local_path"] = f"_{template.id}__{template.name.replace('-', '_').replace(' ', '_').lower()}"
        row["scm_revision"] = native.get("revision", "")
        return row | {"scm_update_on_launch": native.get("update_on_launch", False), "scm_update_cache_timeout": 0}
    if template.kind == "inventory_source":
        return _source_fields(native)
    return {"execution_environment": None, "timeout": native.get("timeout", 0)}


def _source_fields(native: Row) -> Row:
    return {
        "source": native["source"],
        "source_path": native["path"],
        "source_vars": "",
        "scm_branch": "",
        "credential": None,
        "enabled_var": "",
        "enabled_value": "",
        "host_filter": "",
        "overwrite": False,
        "overwrite_vars": False,
        "custom_virtualenv": None,
        "timeout": 0,
        "verbosity": 1,
        "limit": "",
        "execution_environment": None,
        "inventory": native["inventory"],
        "update_on_launch": native.get("update_on_launch", False),
        "update_cache_timeout": 0,
        "source_project": native["project"],
    }


# -- summary_fields


def _summary(store: Store, template: Template, user: User, runs: list[Job], whole: bool) -> Row:
    native = template.native
    admin = user_summary(store.keeper.users["admin"])
    summary: Row = {
        "organization": named(store.get("organizations", organization_of(store, template))),
        "inventory": inventory_summary(store, native.get("inventory")),
        **_run_summaries(runs),
    }
    if template.kind != "system_job_template":
        summary |= {"created_by": admin, "modified_by": admin}
    if template.kind in ("job_template", "inventory_source"):
        key = "project" if template.kind == "job_template" else "source_project"
        summary[key] = project_summary(store, native.get("project"))
    if template.kind in ROLES:
        summary["object_roles"] = _roles(template)
    if template.kind not in ("system_job_template", "workflow_approval_template"):
        summary["user_capabilities"] = capabilities(template, user)
    if template.kind in ("job_template", "workflow_job_template"):
        summary |= _launchable_summaries(store, template, runs)
    if whole and template.kind in ("job_template", "system_job_template", "project"):
        summary["resolved_environment"] = environment_summary(store, 1)
    return without_none(summary)


def organization_of(store: Store, template: Template) -> Any:
    """The organization of a template; a source has that of its inventory."""
    if template.kind == "inventory_source":
        row = store.get("inventories", template.native["inventory"])
        return row["organization"] if row else None
    return template.native.get("organization")


def _launchable_summaries(store: Store, template: Template, runs: list[Job]) -> Row:
    native = template.native
    summary: Row = {"labels": labels_summary(store, native.get("labels", []))}
    summary["recent_jobs"] = [
        {
            "id": run.id,
            "status": run.status,
            "finished": stamp(run.finished),
            "canceled_on": stamp(run.cancel_requested),
            "type": run.kind,
        }
        for run in runs[:10]
    ]
    if native.get("survey"):
        summary["survey"] = {"title": "", "description": ""}
    if template.kind == "job_template":
        found = (credential_summary(store, number) for number in native.get("credentials", []))
        summary["credentials"] = [one for one in found if one]
    return summary


def _run_summaries(runs: list[Job]) -> Row:
    def brief(run: Job) -> Row:
        return {
            "id": run.id,
            "name": run.name,
            "description": run.native.get("description", ""),
            "status": run.status,
            "failed": run.status in ("failed", "error", "canceled"),
        }

    done = next((run for run in runs if run.finished is not None), None)
    current = next((run for run in runs if run.active), None)
    summary: Row = {}
    if done is not None:
        short = brief(done)
        summary["last_job"] = {**short, "finished": stamp(done.finished)}
        summary["last_update"] = short
    if current is not None:
        summary["current_job"] = summary["current_update"] = brief(current)
    return summary


def _roles(template: Template) -> Row:
    roles = {**ROLES[template.kind], "read_role": f"May view settings for the {template.kind.replace('_', ' ')}"}
    return {
        name: {"description": text, "name": ROLE_NAMES.get(name, "Read"), "id": template.id * 10 + number}
        for number, (name, text) in enumerate(roles.items())
    }


def capabilities(template: Template, user: User) -> Row:
    """What the user may do to the template."""
    admin = user.superuser
    may_start = admin or (user.launches and template.kind in ("job_template", "workflow_job_template"))
    return {"edit": admin, "delete": admin, "start": may_start, "schedule": admin, "copy": admin}


# -- related


def _related(store: Store, template: Template, runs: list[Job], whole: bool) -> Row:
    related: Row = {}
    if whole and template.kind in ("job_template", "workflow_job_template", "project"):
        related["named_url"] = f"/api/v2/{_named_path(store, template)}/"
    if template.kind != "system_job_template":
        related |= {"created_by": "/api/v2/users/1/", "modified_by": "/api/v2/users/1/"}
    for name, place in (("inventory", "inventories"), ("project", "projects"), ("organization", "organizations")):
        if template.native.get(name):
            related[name] = url(place, template.native[name])
    done = next((run for run in runs if run.finished is not None), None)
    current = next((run for run in runs if run.active), None)
    for name, run in (("last_job", done), ("current_job", current)):
        if run is not None:
            related[name] = url(run.kind, run.id)
    if template.native.get("weekly"):
        related["next_schedule"] = f"/api/v2/schedules/{template.id}/"
    for tail in BELOW[template.kind]:
        related[tail] = url(template.kind, template.id, f"{tail}/")
    if template.kind in ("job_template", "workflow_job_template"):
        related["webhook_receiver"] = ""
    return related


def _named_path(store: Store, template: Template) -> str:
    from .named_urls import quote_name

    organization = store.named("organizations", template.native.get("organization")) or ""
    name = quote_name(template.name) + "++" + quote_name(organization)
    return f"{url(template.kind, 0)[len('/api/v2/') : -len('/0/')]}/{name}"


def unified_type(template: Template) -> str:
    """The type of the jobs that a template makes."""
    return JOB_TYPES[template.kind]


def node_row(store: Store, template: Template, number: int) -> Row:
    """A node of a workflow template, by its place."""
    nodes = template.native["nodes"]
    ids = {node["key"]: template.id * 100 + place for place, node in enumerate(nodes, start=1)}
    node = nodes[number]
    mine = ids[node["key"]]
    target = store.engine.templates.get(node["template"])
    below = ("labels", "credentials", "instance_groups", "create_approval_template", "success_nodes", "failure_nodes")
    related = {tail: f"/api/v2/workflow_job_template_nodes/{mine}/{tail}/" for tail in (*below, "always_nodes")}
    related["workflow_job_template"] = url(template.kind, template.id)
    summary: Row = {"workflow_job_template": template_summary(template)}
    if target is not None:
        related["unified_job_template"] = url(target.kind, target.id)
        summary["unified_job_template"] = {**template_summary(target), "unified_job_type": unified_type(target)}
    return {
        "id": mine,
        "type": "workflow_job_template_node",
        "url": f"/api/v2/workflow_job_template_nodes/{mine}/",
        "related": related,
        "summary_fields": summary,
        "created": stamp(store.born),
        "modified": stamp(store.born),
        **node_prompts({}),
        "workflow_job_template": template.id,
        "unified_job_template": target.id if target else None,
        **{f"{edge}_nodes": [ids[key] for key in node[edge]] for edge in ("success", "failure", "always")},
        "all_parents_must_converge": node["converge"],
        "identifier": node["key"],
    }


def node_prompts(given: Row) -> Row:
    """The prompts that a node sets, as a node row shows them."""
    names = (
        *("inventory", "scm_branch", "job_type", "job_tags", "skip_tags", "limit", "diff_mode", "verbosity"),
        *("execution_environment", "forks", "job_slice_count", "timeout"),
    )
    return {
        "extra_data": given.get("extra_data", given.get("extra_vars", {})),
        **{name: given.get(name) for name in names},
    }
