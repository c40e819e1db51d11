# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The URL table of the simulated Puppet Enterprise, with the releases that have each path (contract 1.1 and 1.2)."""

from __future__ import annotations

from . import commands, job_views, lookups, node_views, old_schedules, plan_views, rbac, roots, schedules, task_targets
from .router import Router

_STATUS = "/status/v1/{}/orchestrator-service"


def build_router() -> Router:
    """All routes."""
    router = Router()
    router.add("GET", "", roots.root)
    router.add("GET", _STATUS.format("services"), roots.status, public=True)
    router.add("GET", _STATUS.format("simple"), roots.simple, public=True)
    _jobs(router)
    _commands(router)
    _scheduling(router)
    _lookups(router)
    _rbac(router)
    return router


def _jobs(router: Router) -> None:
    router.add("GET", "jobs", job_views.index)
    router.add("GET", "jobs/<id>", job_views.show)
    router.add("GET", "jobs/<id>/nodes", node_views.index)
    router.add("GET", "jobs/<id>/report", job_views.report)
    router.add("GET", "jobs/<id>/events", job_views.events)
    router.add("GET", "plan_jobs", plan_views.index)
    router.add("GET", "plan_jobs/<id>", plan_views.show)
    router.add("GET", "plan_jobs/<id>/events", plan_views.events)
    router.add("GET", "plan_jobs/<id>/event/<event>", plan_views.event)


def _commands(router: Router) -> None:
    router.add("POST", "command/deploy", commands.deploy)
    router.add("POST", "command/task", commands.task)
    router.add("POST", "command/stop", commands.stop)
    router.add("POST", "command/plan_run", commands.plan_run)
    router.add("POST", "command/environment_plan_run", commands.environment_plan_run, since=(2019, 8, 5))
    router.add("POST", "command/stop_plan", commands.stop_plan, since=(2021, 7, 1))
    router.add("POST", "command/task_target", task_targets.create, since=(2019,))


def _scheduling(router: Router) -> None:
    new, plain = "scheduled_jobs/environment_jobs", (2021, 7)
    router.add("GET", new, schedules.index, since=plain)
    router.add("POST", new, schedules.create, since=plain)
    router.add("GET", f"{new}/<id>", schedules.show, since=plain)
    router.add("PUT", f"{new}/<id>", schedules.change, since=plain)
    router.add("GET", "scheduled_jobs", old_schedules.index)
    router.add("DELETE", "scheduled_jobs/<id>", old_schedules.delete)
    router.add("POST", "command/schedule_task", old_schedules.schedule("task"), until=plain)
    for kind in ("deploy", "plan"):
        path = f"command/schedule_{kind}"
        router.add("POST", path, old_schedules.schedule(kind), since=(2019, 8, 5), until=plain)


def _lookups(router: Router) -> None:
    router.add("GET", "tasks", lookups.tasks)
    router.add("GET", "tasks/<module>/<name>", lookups.task)
    router.add("GET", "plans", lookups.plans, since=(2019,))
    router.add("GET", "plans/<module>/<name+>", lookups.plan, since=(2019,))
    router.add("GET", "inventory", lookups.inventory)
    router.add("POST", "inventory", lookups.inventory_some)
    router.add("GET", "inventory/<node>", lookups.inventory_node)
    router.add("GET", "usage", lookups.usage, since=(2019,))
    router.add("GET", "scopes/task_targets", task_targets.index, since=(2019,))
    router.add("GET", "scopes/task_targets/<id>", task_targets.show, since=(2019,))


def _rbac(router: Router) -> None:
    router.add("POST", "/rbac-api/v1/auth/token", rbac.login, public=True)
    router.add("POST", "/rbac-api/v1/tokens", rbac.another)
    router.add("POST", "/rbac-api/v2/auth/token/authenticate", rbac.authenticate, public=True)
    router.add("DELETE", "/rbac-api/v2/tokens/<token>", rbac.revoke_one)
    router.add("DELETE", "/rbac-api/v2/tokens", rbac.revoke)
