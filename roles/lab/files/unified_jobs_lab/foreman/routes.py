# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The URL table of the simulated Foreman, with the right that each path takes (contract 1.14)."""

from __future__ import annotations

from . import apidoc, cancels, create, job_views, lookups, outputs, reruns, roots, tasks
from .router import Router

_TASKS = "/foreman_tasks/api"


def build_router() -> Router:
    """All routes."""
    router = Router()
    _jobs(router)
    _lookups(router)
    _tasks(router)
    router.add("GET", "status", roots.status)
    router.add("GET", "ping", roots.ping, public=True)
    router.add("GET", r"/apidoc/v2(?:\.\w+)?\.json", apidoc.apidoc, public=True)
    router.add("GET", "plugins", roots.plugins, "view_plugins")
    router.add("GET", "current_user", roots.current_user)
    return router


def _jobs(router: Router) -> None:
    view = "view_job_invocations"
    one = "job_invocations/<id>"
    router.add("GET", "job_invocations", job_views.index, view)
    router.add("POST", "job_invocations", create.create, "create_job_invocations")
    router.add("GET", one, job_views.show, view)
    router.add("GET", f"{one}/hosts", job_views.hosts, view, since=(14, 1))
    router.add("GET", f"{one}/hosts/<host_id>", outputs.output, view)
    router.add("GET", f"{one}/hosts/<host_id>/raw", outputs.raw_output, view)
    router.add("GET POST", f"{one}/outputs", outputs.outputs, view)
    router.add("GET", f"{one}/template_invocations", job_views.template_invocations, "view_template_invocations")
    router.add("POST", f"{one}/cancel", cancels.cancel, "cancel_job_invocations")
    router.add("POST", f"{one}/rerun", reruns.rerun, "create_job_invocations")


def _lookups(router: Router) -> None:
    router.add("GET", "job_templates", lookups.job_templates, "view_job_templates")
    router.add("GET", "job_templates/<id>", lookups.job_template, "view_job_templates")
    router.add("GET", "templates/<id>/template_inputs", lookups.template_inputs, "view_job_templates")
    router.add("GET", "remote_execution_features", lookups.features, "view_remote_execution_features")
    router.add("GET", "remote_execution_features/<id>", lookups.feature, "view_remote_execution_features")
    router.add("GET", "bookmarks", lookups.bookmarks, "view_bookmarks")
    router.add("GET", "bookmarks/<id>", lookups.bookmark, "view_bookmarks")
    router.add("GET", "hosts", lookups.hosts, "view_hosts")
    router.add("GET", "hosts/<id>", lookups.host, "view_hosts")
    for kind in ("organization", "location"):
        index, show = lookups.taxonomies(kind)
        router.add("GET", f"{kind}s", index, f"view_{kind}s")
        router.add("GET", f"{kind}s/<id>", show, f"view_{kind}s")


def _tasks(router: Router) -> None:
    router.add("GET", f"{_TASKS}/tasks", tasks.index, "view_foreman_tasks")
    router.add("GET", f"{_TASKS}/tasks/<id>", tasks.show, "view_foreman_tasks")
    router.add("GET", f"{_TASKS}/tasks/<id>/sub_tasks", tasks.sub_tasks, "view_foreman_tasks")
    router.add("GET", f"{_TASKS}/recurring_logics", tasks.logics, "view_recurring_logics")
    router.add("GET", f"{_TASKS}/recurring_logics/<id>", tasks.logic, "view_recurring_logics")
    router.add("POST", f"{_TASKS}/recurring_logics/<id>/cancel", tasks.cancel_logic, "edit_recurring_logics")
    router.add("PUT", f"{_TASKS}/recurring_logics/<id>", tasks.change_logic, "edit_recurring_logics")
