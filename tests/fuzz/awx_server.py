# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An AWX with a job of each kind and a template of each kind, whose answers a test may spoil."""

from __future__ import annotations

from typing import Any

from .stub import Key

KINDS = {
    "job": "jobs",
    "workflow_job": "workflow_jobs",
    "system_job": "system_jobs",
    "ad_hoc_command": "ad_hoc_commands",
    "project_update": "project_updates",
    "inventory_update": "inventory_updates",
    "workflow_approval": "workflow_approvals",
}
OPS = {"id": 2, "name": "Ops", "description": ""}
ASKS = (
    *("scm_branch", "diff_mode", "variables", "limit", "tags", "skip_tags", "job_type", "verbosity", "inventory"),
    *("credential", "execution_environment", "labels", "forks", "job_slice_count", "timeout", "instance_groups"),
)


def _summaries(kind: str) -> dict[str, Any]:
    return {
        "organization": OPS,
        "inventory": {"id": 2, "name": "inv"},
        "unified_job_template": {"id": 11, "name": "lab-ok", "unified_job_type": kind},
        "created_by": {"id": 1, "username": "admin"},
        "labels": {"count": 1, "results": [{"id": 1, "name": "l"}]},
        "credentials": [{"id": 3, "name": "c", "kind": "ssh", "cloud": False}],
        "source_workflow_job": {"id": 9, "name": "w", "status": "failed", "type": "workflow_job"},
    }


def job(kind: str = "job", status: str = "failed", number: int = 7, **more: Any) -> dict[str, Any]:
    """The detail of a job."""
    return {
        "id": number,
        "type": kind,
        "url": f"/api/v2/{KINDS[kind]}/{number}/",
        "summary_fields": _summaries(kind),
        "created": "2026-11-22T10:00:00.123456Z",
        "modified": "2026-11-22T10:00:00Z",
        "started": "2026-11-22T10:00:01Z",
        "finished": "2026-11-22T10:00:09Z" if status not in ("running", "pending") else None,
        "canceled_on": None,
        "name": "lab-ok",
        "description": "d",
        "unified_job_template": 11,
        "launch_type": "manual",
        "status": status,
        "failed": status == "failed",
        "elapsed": 8.5,
        "job_explanation": "",
        "execution_node": "n",
        "launched_by": {"id": 1, "name": "admin", "type": "user", "url": "/api/v2/users/1/"},
        "job_type": "run",
        "inventory": 2,
        "limit": "a,b",
        "forks": 5,
        "verbosity": 0,
        "extra_vars": '{"a": "v"}',
        "artifacts": {"left": {"deep": ["x"]}},
        "result_traceback": "",
        "result_stdout": "printed\n",
        "job_env": {"HOME": "/x", "TOKEN": "s3cret"},
        "job_args": '["ansible-playbook"]',
        "scm_url": "https://u:s3cret@git.example.com/x.git",
        "host_status_counts": {"ok": 1, "failures": 1, "dark": 0},
        "event_processing_finished": True,
        **more,
    }


def template(kind: str = "job_template", number: int = 11, **more: Any) -> dict[str, Any]:
    """What can be launched; it asks for everything."""
    return {
        "id": number,
        "type": kind,
        "name": "lab-ok",
        "description": "",
        "organization": 2,
        "inventory": 2,
        "project": 8,
        "limit": "",
        "extra_vars": "---\na: b",
        "survey_enabled": True,
        "can_update": True,
        "kind": "ssh",
        **{f"ask_{name}_on_launch": True for name in ASKS},
        "summary_fields": {
            "organization": OPS,
            "inventory": {"id": 2, "name": "inv"},
            "project": {"id": 8, "name": "p", "allow_override": True},
            "user_capabilities": {"start": True},
            "labels": {"count": 1, "results": [{"id": 1, "name": "l"}]},
            "credentials": [{"id": 3, "name": "c", "kind": "ssh"}],
            "recent_jobs": [{"id": 6, "status": "successful", "finished": "2026-11-22T09:00:00Z"}],
            "last_job": {"id": 6, "name": "lab-ok"},
        },
        **more,
    }


def page(*rows: Any, **more: Any) -> dict[str, Any]:
    """One page of a list."""
    return {"count": len(rows), "next": None, "previous": None, "results": list(rows), **more}


def _question(kind: str, name: str, **more: Any) -> dict[str, Any]:
    size = {"min": 0, "max": 32, "default": "", "required": False, "choices": ""}
    return {"type": kind, "variable": name, "question_name": name, **size, **more}


SPEC = [
    _question("multiplechoice", "env", choices=["dev", "prod"], required=True, min=None, max=None),
    _question("integer", "count", min=1, max=10),
    _question("float", "ratio", min=0, max=1.5),
    _question("text", "a", default="none"),
    _question("password", "secret", default="$encrypted$"),
    _question("multiselect", "pick", choices="x\ny", default="x\ny"),
]
PREFLIGHT = {
    "can_start_without_user_input": False,
    "passwords_needed_to_start": ["ssh_password"],
    "inventory_needed_to_start": False,
    "defaults": {
        "inventory": {"id": 2, "name": "inv"},
        "credentials": [
            {"id": 3, "name": "c", "credential_type": 1, "passwords_needed": ["ssh_password"]},
            {"id": 4, "name": "v", "credential_type": 3, "passwords_needed": [], "vault_id": "dev"},
        ],
    },
}
EVENTS = [
    {
        "id": 101,
        "counter": 1,
        "event": "runner_on_failed",
        "created": "2026-11-22T10:00:02Z",
        "host_name": "b",
        "play": "p",
        "task": "t",
        "role": "r",
        "failed": True,
        "changed": False,
        "stdout": "\x1b[0;31mfatal\x1b[0m",
        "event_data": {
            "host": "b",
            "task_uuid": "u",
            "task_action": "command",
            "res": {"msg": "non-zero", "rc": 2, "stdout": "out", "stderr": "err", "item": {"x": 1}},
        },
    },
    {"id": 102, "counter": 2, "event": "runner_on_ok", "host_name": "a", "changed": True, "event_data": {"res": {}}},
    {"id": 103, "counter": 3, "event": "runner_item_on_failed", "host_name": "b", "task": "t", "failed": True},
]
SUMMARIES = [
    {"id": 201, "host": 1, "host_name": "a", "ok": 2, "changed": 1, "failures": 0, "dark": 0, "failed": False},
    {"id": 202, "host": 2, "host_name": "b", "ok": 1, "changed": 0, "failures": 1, "dark": 0, "failed": True},
]


def _node(number: int, kind: str, status: str) -> dict[str, Any]:
    return {
        "id": number,
        "identifier": f"n{number}",
        "job": number,
        "do_not_run": False,
        "unified_job_template": 11,
        "extra_data": {"a": "v"},
        "summary_fields": {
            "job": {"id": number, "name": "child", "status": status, "type": kind, "elapsed": 3.5},
            "unified_job_template": {"id": 11, "name": "lab-ok", "unified_job_type": kind},
        },
    }


def _below(kind: str, path: str, status: str) -> dict[Key, Any]:
    """A job and what it did."""
    number, base = 7, f"{path}/7"
    known: dict[Key, Any] = {
        ("GET", f"{base}/"): job(kind, status),
        ("GET", f"{path}/"): page(job(kind, status), job(kind, "successful", 6), job(kind, "running", 8)),
        ("GET", f"{path}/6/"): job(kind, "successful", 6),
        ("GET", f"{path}/8/"): job(kind, "running", 8),
        ("POST", f"{base}/cancel/"): {},
        ("GET", f"{base}/stdout/"): {
            "range": {"start": 0, "end": 2, "absolute_end": 2},
            "content": "one\ntwo\n",
        },
        ("GET", f"{base}/job_events/"): page(*EVENTS),
        ("GET", f"{base}/events/"): page(*EVENTS),
        ("GET", f"{base}/job_host_summaries/"): page(*SUMMARIES),
        ("GET", f"{base}/relaunch/"): {"passwords_needed_to_start": [], "retry_counts": {"all": 2, "failed": 1}},
        ("POST", f"{base}/relaunch/"): job(kind, "pending", 8),
    }
    for other in ("6", "8"):
        known["GET", f"{path}/{other}/job_events/"] = page(*EVENTS)
        known["GET", f"{path}/{other}/job_host_summaries/"] = page(*SUMMARIES)
    if kind == "workflow_job":
        nodes = page(_node(21, "job", "failed"), _node(22, "job", "successful"), _node(23, "workflow_job", "failed"))
        known["GET", f"{base}/workflow_nodes/"] = nodes
        known["GET", f"{path}/23/workflow_nodes/"] = page(_node(24, "project_update", "failed"))
        known["GET", f"{path}/8/workflow_nodes/"] = page(_node(number, "job", "failed"))
    return known


def _children() -> dict[Key, Any]:
    known: dict[Key, Any] = {}
    for number, kind in ((21, "job"), (22, "job"), (24, "project_update")):
        base = f"{KINDS[kind]}/{number}"
        known["GET", f"{base}/"] = job(kind, "failed", number)
        known["GET", f"{base}/{'job_events' if kind == 'job' else 'events'}/"] = page(*EVENTS)
        known["GET", f"{base}/job_host_summaries/"] = page(*SUMMARIES)
        known["GET", f"{base}/stdout/"] = {"content": "why\n"}
    return known


def _templates() -> dict[Key, Any]:
    known: dict[Key, Any] = {("GET", "unified_job_templates/"): page(template())}
    for kind, path in (
        ("job_template", "job_templates"),
        ("workflow_job_template", "workflow_job_templates"),
        ("system_job_template", "system_job_templates"),
        ("project", "projects"),
        ("inventory_source", "inventory_sources"),
        ("inventory", "inventories"),
    ):
        one = template(kind, 2 if kind == "inventory" else 11)
        base = f"{path}/{one['id']}"
        known["GET", f"{path}/"] = page(one)
        known["GET", f"{base}/"] = one
        known["GET", f"{base}/launch/"] = PREFLIGHT
        known["GET", f"{base}/survey_spec/"] = {"name": "", "description": "", "spec": SPEC}
        known["GET", f"{base}/update/"] = {"can_update": True}
    known["POST", "job_templates/11/launch/"] = job("job", "pending", 8, ignored_fields={"limit": "x"})
    known["POST", "workflow_job_templates/11/launch/"] = job("workflow_job", "pending", 8)
    known["POST", "system_job_templates/11/launch/"] = job("system_job", "pending", 8)
    known["POST", "projects/11/update/"] = job("project_update", "pending", 8)
    known["POST", "inventory_sources/11/update/"] = job("inventory_update", "pending", 8)
    sources = [{"inventory_source": 11, "can_update": True}, {"inventory_source": 12, "can_update": False}]
    known["GET", "inventories/2/update_inventory_sources/"] = sources
    started = job("inventory_update", "started", 8, inventory_source=11)
    refused = {"inventory_source": 12, "status": "Could not start because `can_update` returned False"}
    known["POST", "inventories/2/update_inventory_sources/"] = [started, refused]
    known["POST", "ad_hoc_commands/"] = job("ad_hoc_command", "pending", 8)
    known["POST", "bulk/job_launch/"] = job("workflow_job", "pending", 8)
    return known


def answers(status: str = "failed") -> dict[Key, Any]:
    """All that the server knows."""
    known = {**_templates(), **_children()}
    for kind, path in KINDS.items():
        known.update(_below(kind, path, status))
    for path in ("credentials", "labels", "instance_groups", "execution_environments", "organizations"):
        row = {"id": 5, "name": "l", "organization": 2, "kind": "ssh", "credential_type": 1}
        known["GET", f"{path}/"] = page({**row, "summary_fields": {"organization": OPS}})
    known["GET", "unified_jobs/"] = page(job("job", status), job("workflow_job", "successful", 6))
    known["GET", "me/"] = page({"id": 1, "username": "admin"})
    known["POST", "labels/"] = {"id": 6, "name": "new"}
    known["GET", "/api/"] = {"current_version": "/api/v2/", "available_versions": {"v2": "/api/v2/"}}
    known["GET", "/api/v2/ping/"] = {"version": "24.6.1"}
    return known
