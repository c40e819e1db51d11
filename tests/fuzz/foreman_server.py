# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Foreman with one job, whose answers a test may spoil."""

from __future__ import annotations

from typing import Any

from .mutate import ODD as ODD_ANYWHERE
from .stub import Key

JOB = "/api/job_invocations/5"
INPUTS = [{"template_input_name": "a", "template_input_id": 1, "value": "v"}]
TEMPLATE = {
    "id": 401,
    "name": "lab-ok",
    "provider_type": "script",
    "snippet": False,
    "template_inputs": [{"id": 1, "name": "a", "input_type": "user"}],
    "effective_user": {"value": None, "current_user": False, "overridable": True},
}
CHUNKS = [
    {"id": 1, "output_type": "stdout", "output": "hi\n", "timestamp": 1.5},
    {"output_type": "stdout", "output": "Exit status: 1\n", "timestamp": 1.6},
]
TASK = {
    "id": "u",
    "started_at": "2026-11-22 10:00:00 UTC",
    "ended_at": "2026-11-22 10:00:05 UTC",
    "result": "success",
    "humanized": {"errors": ["why"]},
    "username": "admin",
}
RECURRENCE = {"id": 3, "cron_line": "* * * * *", "state": "active", "purpose": "p"}

COUNTS = {"succeeded": 1, "failed": 0, "pending": 0, "cancelled": 0, "total": 1, "total_hosts": 1, "missing": 0}


def job(state: str = "stopped", label: str = "succeeded", **more: Any) -> dict[str, Any]:
    """The detail of job 5."""
    task = {"id": "u", "state": state}
    return {
        "id": 5,
        "description": "d",
        "job_category": "c",
        "targeting_id": 1,
        "status_label": label,
        "start_at": "2026-11-22 10:00:00 UTC",
        "dynflow_task": task,
        "template_id": 401,
        "template_name": "lab-ok",
        "effective_user": None,
        **COUNTS,
        "targeting": {"search_query": "name = a", "targeting_type": "static_query"},
        "task": task,
        "template_invocations": [{"template_id": 401, "host_id": 1, "template_invocation_input_values": INPUTS}],
        "pattern_template_invocations": [{"template_id": 401, "template_invocation_input_values": INPUTS}],
        **more,
    }


def page(*rows: Any, **more: Any) -> dict[str, Any]:
    """One page of a list."""
    return {"total": len(rows), "subtotal": len(rows), "page": 1, "per_page": 100, "results": list(rows), **more}


def answers(one: dict[str, Any]) -> dict[Key, Any]:
    """All that the server knows."""
    return {
        ("GET", "/api/job_invocations"): page(one),
        ("GET", JOB): one,
        ("GET", f"{JOB}/hosts"): page({"id": 1, "name": "a", "job_status": "error"}),
        ("GET", f"{JOB}/outputs"): {"outputs": [{"host_id": 1, "complete": True, "output": CHUNKS}]},
        ("GET", f"{JOB}/template_invocations"): page({"id": 1, "effective_user": "root", "host_id": 1}),
        ("GET", "/foreman_tasks/api/tasks/u"): TASK,
        ("GET", "/api/job_templates"): page(TEMPLATE),
        ("GET", "/api/job_templates/401"): TEMPLATE,
        ("GET", "/api/templates/401/template_inputs"): page({"id": 1, "name": "a", "options": "v\nw", "default": "v"}),
        ("GET", "/api/hosts"): page({"id": 1, "name": "a"}),
        ("GET", "/api/organizations"): page({"id": 3, "name": "Ops", "title": "Ops"}),
        ("GET", "/api/bookmarks"): page({"id": 9, "name": "bm", "query": "name = a"}),
        ("GET", "/api/remote_execution_features/feat"): {"id": 1, "label": "feat", "job_template_id": 401},
        ("GET", "/api/plugins"): page({"id": "foreman_remote_execution", "version": "16.1.0"}),
        ("GET", "/api/status"): {"version": "3.16.0"},
        ("POST", "/api/job_invocations"): one,
        ("POST", f"{JOB}/rerun"): {"id": 6, "targeting_id": 2},
        ("POST", f"{JOB}/cancel"): {"cancelled": True, "id": 5},
        ("POST", "/foreman_tasks/api/recurring_logics/3/cancel"): {},
        ("GET", "/api/job_invocations/6"): {**one, "id": 6},
    }


#: as for every server, and odd lists
ODD: tuple[Any, ...] = (
    *ODD_ANYWHERE,
    {"results": [None, 1, [], {}]},
    {"results": [{"id": [1]}], "total": 9},
    {"results": [{"id": "zz", "name": None}], "subtotal": 10**30},
)
OK, FAILED = job(), job("stopped", "failed", failed=1, succeeded=0)
RUNNING = job("running", "running")
RECURRING = job(
    "scheduled", "queued", mode="recurring", recurrence={"id": 3, "cron_line": "* * * * *", "state": "active"}
)
A = {"targets": ["a"]}
POSTED = {path for method, path in answers(OK) if method == "POST"}
#: the job that the server has, the face and its options
CALLS: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "read": (FAILED, "info", {"jobs": "5", "include": ["hosts", "output", "failed_tasks", "parameters", "native"]}),
    "cursor": (FAILED, "info", {"jobs": "5", "include": ["output"], "output_since": "0"}),
    "list": (OK, "info", {}),
    "ordered list": (OK, "info", {"order_by": "id ASC", "max_results": 0}),
    "launch": (OK, "invoke", {"template": "lab-ok", "organization": "Ops", "parameters": {"a": "v"}, **A}),
    "launch by id": (OK, "invoke", {"template_id": "401", "target_query": "name = a", "parameters": {"a": "v"}}),
    "check mode": (OK, "invoke", {"template": "lab-ok", "parameters": {"a": "v"}, "check_mode": True, **A}),
    "bookmark": (OK, "invoke", {"template": "lab-ok", "foreman": {"bookmark": "bm"}}),
    "feature": (OK, "invoke", {"template": "feat", "type": "feature", **A}),
    "purpose": (
        RECURRING,
        "invoke",
        {"template": "lab-ok", "schedule": {"cron": "* * * * *", "purpose": "p"}, **A},
    ),
    "rerun": (FAILED, "invoke", {"rerun": "5"}),
    "rerun failed": (FAILED, "invoke", {"rerun": "5", "rerun_hosts": "failed"}),
    "wait": (FAILED, "wait", {"jobs": "5", "wait_timeout": 10, "include": ["hosts", "output"]}),
    "wait on": (RUNNING, "wait", {"jobs": "5", "wait_timeout": 3}),
    "cancel": (RUNNING, "cancel", {"jobs": "5"}),
    "cancel recurring": (RECURRING, "cancel", {"jobs": "5"}),
    "cancel hosts": (RUNNING, "cancel", {"jobs": "5", "hosts": ["a"]}),
}
