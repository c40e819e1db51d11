# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roots and what says who and where one is (contract 2.1, 2.2; recordings root-*, auth-09, dashboard)."""

from __future__ import annotations

from .lists import rows_of
from .paging import page
from .reply import Reply, Row, forbidden, not_found
from .resource_rows import user_row
from .router import Call
from .sessions import csrf_cookie
from .summaries import stamp

VERSION = "24.6.1"
_UUID = "00000000-0000-4000-8000-00000000ab01"
_PLACES = (
    *("ping", "instances", "instance_groups", "receptor_addresses", "config", "settings", "me", "dashboard"),
    *("organizations", "users", "execution_environments", "projects", "project_updates", "teams", "credentials"),
    *("credential_types", "credential_input_sources", "applications", "tokens", "metrics", "inventory"),
    *("constructed_inventory", "inventory_sources", "inventory_updates", "groups", "hosts", "host_metrics"),
    *("host_metric_summary_monthly", "job_templates", "jobs", "ad_hoc_commands", "system_job_templates"),
    *("system_jobs", "schedules", "roles", "notification_templates", "notifications", "labels"),
    *("unified_job_templates", "unified_jobs", "activity_stream", "workflow_job_templates", "workflow_jobs"),
    *("workflow_approvals", "workflow_job_template_nodes", "workflow_job_nodes", "mesh_visualizer", "bulk"),
    *("analytics", "service_index", "role_definitions", "role_user_assignments", "role_team_assignments"),
)
_OTHER_PATHS = {
    "inventory": "inventories",
    "constructed_inventory": "constructed_inventories",
    "service_index": "service-index",
}


_NODE: Row = {
    "health_check_started": None,
    "health_check_pending": False,
    "cpu": "2.0",
    "memory": 25276502016,
    "cpu_capacity": 8,
    "mem_capacity": 220,
    "enabled": True,
    "managed_by_policy": True,
    "node_type": "hybrid",
    "node_state": "ready",
    "managed": True,
    "ip_address": "",
    "peers": [],
    "reverse_peers": [],
    "listener_port": None,
    "peers_from_control_nodes": False,
    "protocol": "",
}


def api_root(call: Call) -> Reply:
    """GET /api/."""
    return Reply(
        {
            "description": "AWX REST API",
            "current_version": "/api/v2/",
            "available_versions": {"v2": "/api/v2/"},
            "oauth2": "/api/o/",
            "custom_logo": "",
            "custom_login_info": "",
            "login_redirect_override": "",
        },
        headers=csrf_cookie(call)[1],
    )


def gateway_root(_call: Call) -> Reply:
    """GET /api/ on a gateway."""
    apis = {"gateway": "/api/gateway/", "controller": "/api/controller/"}
    return Reply({"description": "AAP gateway REST API", "apis": apis})


def controller_root(_call: Call) -> Reply:
    """GET /api/controller/ on a gateway."""
    version = "/api/controller/v2/"
    return Reply({"description": "AWX REST API", "current_version": version, "available_versions": {"v2": version}})


def gateway_service_root(_call: Call) -> Reply:
    """GET /api/gateway/ on a gateway."""
    version = "/api/gateway/v1/"
    return Reply({"description": "gateway", "current_version": version, "available_versions": {"v1": version}})


def v2_root(_call: Call) -> Reply:
    """GET /api/v2/."""
    return Reply({name: f"/api/v2/{_OTHER_PATHS.get(name, name)}/" for name in _PLACES})


def ping(call: Call) -> Reply:
    """GET ping/: for everybody."""
    now = call.awx.engine.now
    one = {"node": "awxlab", "node_type": "hybrid", "uuid": _UUID, "heartbeat": stamp(now), "capacity": 220}
    groups = [{"name": name, "capacity": 220, "instances": ["awxlab"]} for name in ("controlplane", "default")]
    return Reply(
        {
            "ha": False,
            "version": VERSION,
            "active_node": "awxlab",
            "install_uuid": _UUID,
            "instances": [{**one, "version": VERSION}],
            "instance_groups": groups,
        }
    )


def config(_call: Call) -> Reply:
    """GET config/."""
    return Reply(
        {
            "time_zone": "UTC",
            "license_info": {"license_type": "open", "valid_key": True, "subscription_name": "OPEN"},
            "version": VERSION,
            "eula": "",
            "analytics_status": "off",
            "become_methods": [["sudo", "Sudo"], ["su", "Su"]],
            "ui_next": True,
            "project_base_dir": "/var/lib/awx/projects",
            "project_local_paths": [],
            "custom_virtualenvs": [],
        }
    )


def me(call: Call) -> Reply:
    """GET me/."""
    return page(call, [user_row(call.awx.store, call.user, call.user)])


def instances(call: Call) -> Reply:
    """GET instances/."""
    return page(call, [_instance(call)] if call.user.sees_system else [])


def instance(call: Call) -> Reply:
    """GET instances/1/."""
    if call.number != 1:
        raise not_found("Instance")
    if not call.user.sees_system:
        raise forbidden()
    row = _instance(call)
    row["related"]["named_url"] = "/api/v2/instances/awxlab/"
    row["summary_fields"]["links"] = []
    return Reply(row)


def _instance(call: Call) -> Row:
    engine = call.awx.engine
    running = len([job for job in engine.jobs.values() if job.status == "running"])
    return {
        **_NODE,
        "id": 1,
        "hostname": "awxlab",
        "type": "instance",
        "url": "/api/v2/instances/1/",
        "related": {
            tail: f"/api/v2/instances/1/{tail}/" for tail in ("receptor_addresses", "jobs", "peers", "instance_groups")
        },
        "summary_fields": {"user_capabilities": {"edit": False}},
        "uuid": _UUID,
        "created": stamp(call.awx.store.born),
        "modified": stamp(call.awx.store.born),
        "last_seen": stamp(engine.now),
        "last_health_check": stamp(engine.now),
        "errors": "",
        "capacity_adjustment": "1.00",
        "version": VERSION,
        "capacity": 220,
        "consumed_capacity": 7 * running,
        "percent_capacity_remaining": round(100 - 700 * running / 220, 2),
        "jobs_running": running,
        "jobs_total": len(engine.jobs),
    }


def dashboard(call: Call) -> Reply:
    """GET dashboard/."""
    counted = {path: len(rows_of(call, path)) for path in ("inventories", "groups", "hosts", "projects", "users")}
    counted |= {path: len(rows_of(call, path)) for path in ("organizations", "credentials", "job_templates")}
    body: Row = {"related": {"jobs_graph": "/api/v2/dashboard/graphs/jobs/"}}
    body |= {path: {"url": f"/api/v2/{path}/", "total": total} for path, total in counted.items()}
    body["teams"] = {"url": "/api/v2/teams/", "total": 0}
    return Reply(_with_failures(body))


def _with_failures(body: Row) -> Row:
    body["inventories"] |= {"total_with_inventory_source": 3, "job_failed": 0, "inventory_failed": 0}
    body["groups"]["inventory_failed"] = 0
    body["hosts"] |= {"failures_url": "/api/v2/hosts/?last_job_host_summary__failed=True", "failed": 0}
    body["projects"] |= {"failures_url": "/api/v2/projects/?last_job_failed=True", "failed": 0}
    body["inventory_sources"] = {"ec2": _kind("inventory_sources/?source=ec2", "status=failed", "Amazon EC2")}
    kinds = {"git": "Git", "svn": "Subversion", "archive": "Remote Archive"}
    body["scm_types"] = {k: _kind(f"projects/?scm_type={k}", "last_job_failed=True", v) for k, v in kinds.items()}
    return body


def _kind(path: str, failed: str, label: str) -> Row:
    place = f"/api/v2/{path}"
    return {"url": place, "failures_url": f"{place}&{failed}", "label": label, "total": 0, "failed": 0}


def bulk_root(_call: Call) -> Reply:
    """GET bulk/."""
    names = ("host_create", "host_delete", "job_launch")
    return Reply({name: f"/api/v2/bulk/{name}/" for name in names})
