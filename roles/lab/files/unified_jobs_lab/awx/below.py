# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies below jobs and templates: labels, credentials, nodes, prompts used, activity (recordings job-*, wf-11, wf-17)."""

from __future__ import annotations

from collections.abc import Callable

from ..model import Job, Node
from .filters import Filters
from .job_rows import job_row
from .jobs import find_job
from .lists import fetch_row, filtered
from .named_urls import find_template
from .paging import page
from .progress import job_brief
from .reply import Reply, Row, forbidden
from .resource_rows import resource_row
from .router import Call
from .store import PROMPTS
from .summaries import (
    credential_summary,
    environment_summary,
    instance_group_summary,
    jobs_of,
    labels_summary,
    stamp,
    unified_summary,
    url,
    user_summary,
)
from .template_rows import node_prompts, node_row

_NODE_FIELDS = (
    *("id", "created", "modified", "job", "workflow_job", "unified_job_template", "identifier", "do_not_run"),
    *("success_nodes", "failure_nodes", "always_nodes", "all_parents_must_converge", "extra_data", "limit"),
    "workflow_job_template",
)


def _resources(call: Call, table: str, numbers: list[int]) -> list[Row]:
    store = call.awx.store
    rows = [store.get(table, number) for number in numbers]
    return [resource_row(store, table, row, call.user) for row in rows if row]


def job_resources(path: str, table: str) -> Callable[[Call], Reply]:
    """Labels or credentials of a job."""

    def handler(call: Call) -> Reply:
        job = find_job(call, path)
        return page(call, filtered(call, table, _resources(call, table, job.native.get(table, []))))

    return handler


def template_resources(kind: str, table: str) -> Callable[[Call], Reply]:
    """Labels, credentials or instance groups of a template."""

    def handler(call: Call) -> Reply:
        template = find_template(call.awx.store, kind, call.args["ref"])
        if not call.user.sees:
            raise forbidden()
        default = [2] if table == "instance_groups" else []
        numbers = template.native.get(table) or default
        return page(call, filtered(call, table, _resources(call, table, numbers)))

    return handler


def template_jobs(kind: str) -> Callable[[Call], Reply]:
    """The runs of a template."""

    def handler(call: Call) -> Reply:
        store = call.awx.store
        template = find_template(store, kind, call.args["ref"])
        if not call.user.sees:
            raise forbidden()
        runs = jobs_of(store, template)[::-1]
        path = {"job_template": "jobs", "workflow_job_template": "workflow_jobs"}.get(kind, "unified_jobs")
        rows = [job_row(store, run, call.user) for run in runs if kind != "job_template" or run.kind == "job"]
        return page(call, filtered(call, path, rows))

    return handler


def template_nodes(call: Call) -> Reply:
    """The nodes of a workflow template."""
    store = call.awx.store
    template = find_template(store, "workflow_job_template", call.args["ref"])
    if not call.user.sees:
        raise forbidden()
    rows = [node_row(store, template, number) for number in range(len(template.native["nodes"]))]
    filters = Filters("WorkflowJobTemplateNode", _NODE_FIELDS, fetch_row(call))
    return page(call, filters.apply(rows, list(call.query.items(multi=True))))


def empty(path: str) -> Callable[[Call], Reply]:
    """A list of a job that this lab leaves empty."""

    def handler(call: Call) -> Reply:
        find_job(call, path)
        return page(call, [])

    return handler


def activity(path: str) -> Callable[[Call], Reply]:
    """Who launched the job, and who canceled it."""

    def handler(call: Call) -> Reply:
        job = find_job(call, path)
        rows = [_activity(call, job, 1, "create", job.created)]
        if job.cancel_requested is not None:
            rows.append(_activity(call, job, 2, "update", job.cancel_requested))
        return page(call, rows)

    return handler


def _activity(call: Call, job: Job, number: int, operation: str, at: float) -> Row:
    key = job.id * 10 + number
    actor = call.awx.store.keeper.users[job.by]
    brief = {"id": job.id, "name": job.name, "description": "", "status": job.status, "type": job.kind}
    return {
        "id": key,
        "type": "activity_stream",
        "url": f"/api/v2/activity_stream/{key}/",
        "related": {"actor": url("users", actor.id), job.kind: [url(job.kind, job.id)]},
        "summary_fields": {job.kind: [brief], "actor": user_summary(actor)},
        "timestamp": stamp(at),
        "operation": operation,
        "changes": {"id": job.id, "name": job.name} if operation == "create" else {"cancel_flag": [False, True]},
        "object1": job.kind,
        "object2": "",
        "object_association": "",
        "action_node": "awxlab",
        "object_type": "",
    }


def create_schedule(call: Call) -> Reply:
    """GET of create_schedule/: the prompts that were used."""
    job = find_job(call, "jobs")
    store, prompts = call.awx.store, dict(job.native.get("prompts", {}))
    shown: Row = {name: value for name, value in prompts.items() if name in PROMPTS}
    if "labels" in shown:
        shown["labels"] = labels_summary(store, shown["labels"])
    if "credentials" in shown:
        shown["credentials"] = [credential_summary(store, number, full=True) for number in shown["credentials"]]
    if "execution_environment" in shown:
        shown["execution_environment"] = environment_summary(store, shown["execution_environment"])
    if "instance_groups" in shown:
        shown["instance_groups"] = [instance_group_summary(store, number) for number in shown["instance_groups"]]
    return Reply({"can_schedule": call.user.superuser, "prompts": shown})


def workflow_nodes(call: Call) -> Reply:
    """The nodes of a running or finished workflow."""
    job = find_job(call, "workflow_jobs")
    rows = [_node(call, job, node) for node in job.nodes]
    filters = Filters("WorkflowJobNode", _NODE_FIELDS, fetch_row(call))
    return page(call, filters.apply(rows, list(call.query.items(multi=True))))


def _node(call: Call, job: Job, node: Node) -> Row:
    place = f"/api/v2/workflow_job_nodes/{node.id}/"
    below = ("labels", "credentials", "instance_groups", "success_nodes", "failure_nodes", "always_nodes")
    related = {tail: f"{place}{tail}/" for tail in below}
    related["workflow_job"] = url(job.kind, job.id)
    summary: Row = {"workflow_job": {"id": job.id, "name": job.name, "description": job.native.get("description", "")}}
    if node.template is not None:
        related["unified_job_template"] = url(node.template.kind, node.template.id)
        summary["unified_job_template"] = unified_summary(node.template)
    if node.job is not None:
        related["job"] = url(node.job.kind, node.job.id)
        summary["job"] = {**job_brief(call.awx.engine, node.job), "type": node.job.kind}
        if node.job.kind == "workflow_approval":
            summary["job"]["timed_out"] = node.job.reason.word == "timeout"
    return {
        "id": node.id,
        "type": "workflow_job_node",
        "url": place,
        "related": related,
        "summary_fields": summary,
        "created": stamp(job.created),
        "modified": stamp(node.job.created if node.job else job.created),
        **node_prompts(node.native.get("prompts", {})),
        "job": node.job.id if node.job else None,
        "workflow_job": job.id,
        "unified_job_template": node.template.id if node.template else None,
        "success_nodes": node.success,
        "failure_nodes": node.failure,
        "always_nodes": node.always,
        "all_parents_must_converge": node.converge,
        "do_not_run": node.skipped,
        "identifier": node.key,
    }
