# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The URL table of the simulated AWX."""

from __future__ import annotations

from functools import partial

from . import (
    below,
    jobs,
    launch_adhoc,
    launch_job,
    launch_update,
    launch_workflow,
    relaunch,
    resources,
    roots,
    sessions,
    tokens,
)
from .events import events_handler, host_summaries
from .job_types import TYPES
from .lists import KINDS, list_handler
from .reply import Reply
from .resource_rows import TYPES as RESOURCES
from .router import Call, Handler, Router
from .stdout import stdout_handler
from .summaries import PATHS
from .templates import template_detail

V2 = "/api/v2/"
_JOBS = tuple(PATHS[kind] for kind in TYPES)
_TEMPLATES = tuple(path for path in PATHS.values() if path not in _JOBS)
_WRITE = ("PUT", "PATCH", "DELETE")


def build_router(gateway: bool) -> Router:
    """All routes; a gateway has a root and tokens of its own."""
    router = Router()
    _root_routes(router, gateway)
    for path in _JOBS:
        _job_routes(router, path)
    _more_job_routes(router)
    for path in _TEMPLATES:
        _template_routes(router, path)
    _launch_routes(router)
    _resource_routes(router)
    return router


def _root_routes(router: Router, gateway: bool) -> None:
    router.add("/api/login/", "Log In", public=True, GET=sessions.login_form, POST=sessions.login)
    router.add("/api/logout/", "Log Out", public=True, GET=sessions.logout, POST=sessions.logout)
    router.add("/api/", "REST API", public=True, GET=roots.gateway_root if gateway else roots.api_root)
    router.add(V2, "Version 2", public=True, GET=roots.v2_root)
    router.add(f"{V2}ping/", "Ping", public=True, GET=roots.ping)
    router.add(f"{V2}config/", "Config", GET=roots.config, also=("POST", "DELETE"))
    router.add(f"{V2}me/", "Current User", GET=roots.me)
    router.add(f"{V2}dashboard/", "Dashboard", GET=roots.dashboard)
    router.add(f"{V2}instances/", "Instance List", GET=roots.instances, also=("POST",))
    router.add(f"{V2}instances/<id>/", "Instance Detail", GET=roots.instance, also=("PUT", "PATCH"))
    if gateway:
        router.add("/api/controller/", "Controller", public=True, GET=roots.controller_root)
        router.add("/api/gateway/", "Gateway", public=True, GET=roots.gateway_service_root)
        router.add("/api/gateway/v1/me/", "Current User", GET=roots.me)
        _token_routes(router, "/api/gateway/v1/")
        return
    _token_routes(router, V2)
    personal = f"{V2}users/<id>/personal_tokens/"
    router.add(personal, "Personal Tokens", GET=tokens.list_tokens, POST=tokens.create_personal)


def _token_routes(router: Router, prefix: str) -> None:
    router.add(f"{prefix}tokens/", "Token List", GET=tokens.list_tokens, POST=tokens.create)
    one = f"{prefix}tokens/<id>/"
    router.add(one, "Token Detail", GET=tokens.read, DELETE=tokens.delete, also=("PUT", "PATCH"))


def _job_routes(router: Router, path: str) -> None:
    place = f"{V2}{path}/<id>/"
    more: dict[str, Handler] = {"POST": launch_adhoc.launch} if path == "ad_hoc_commands" else {}
    router.add(f"{V2}{path}/", "Job List", more, GET=list_handler(path))
    router.add(place, "Job Detail", GET=jobs.detail_handler(path), DELETE=jobs.delete_handler(path))
    tails = TYPES[KINDS[path]].below
    if "cancel" in tails:
        router.add(f"{place}cancel/", "Job Cancel", GET=jobs.can_cancel(path), POST=jobs.cancel(path))
    for tail in ("job_events", "events"):
        if tail in tails:
            router.add(f"{place}{tail}/", "Job Events", GET=events_handler(path))
    if "stdout" in tails:
        router.add(f"{place}stdout/", "Job Stdout", prefers="html", GET=stdout_handler(path))
    if "notifications" in tails:
        router.add(f"{place}notifications/", "Job Notifications", GET=below.empty(path))
    if "activity_stream" in tails:
        router.add(f"{place}activity_stream/", "Job Activity Stream", GET=below.activity(path))
    for table in ("labels", "credentials"):
        if table in tails:
            router.add(f"{place}{table}/", f"Job {table.capitalize()}", GET=below.job_resources(path, table))


def _more_job_routes(router: Router) -> None:
    router.add(f"{V2}unified_jobs/", "Unified Job List", GET=list_handler("unified_jobs"))
    router.add(f"{V2}jobs/<id>/job_host_summaries/", "Job Host Summaries", GET=host_summaries)
    router.add(f"{V2}jobs/<id>/create_schedule/", "Job Create Schedule", GET=below.create_schedule, also=("POST",))
    router.add(f"{V2}jobs/<id>/relaunch/", "Job Relaunch", GET=relaunch.preflight, POST=relaunch.relaunch)
    commands = f"{V2}ad_hoc_commands/<id>/relaunch/"
    router.add(commands, "Relaunch", GET=launch_adhoc.relaunch_preflight, POST=launch_adhoc.relaunch)
    place = f"{V2}workflow_jobs/<id>/"
    router.add(f"{place}relaunch/", "Relaunch", GET=_nothing("workflow_jobs"), POST=launch_workflow.relaunch)
    router.add(f"{place}workflow_nodes/", "Workflow Nodes", GET=below.workflow_nodes)
    updates = f"{V2}project_updates/<id>/scm_inventory_updates/"
    router.add(updates, "Inventory Updates", GET=below.empty("project_updates"))
    for word, approve in (("approve", True), ("deny", False)):
        answer = f"{V2}workflow_approvals/<id>/{word}/"
        router.add(answer, word.capitalize(), GET=_nothing("workflow_approvals"), POST=jobs.decide(approve))


def _nothing(path: str) -> Handler:
    def handler(call: Call) -> Reply:
        jobs.find_job(call, path)
        return Reply({})

    return handler


def _template_routes(router: Router, path: str) -> None:
    kind = KINDS[path]
    system = path == "system_job_templates"
    router.add(f"{V2}{path}/", "Template List", GET=list_handler(path), also=() if system else ("POST",))
    place = f"{V2}{path}/<ref>/"
    router.add(place, "Template Detail", GET=template_detail(kind), also=() if system else _WRITE)
    runs = {
        "job_templates": "jobs",
        "workflow_job_templates": "workflow_jobs",
        "system_job_templates": "jobs",
        "projects": "project_updates",
        "inventory_sources": "inventory_updates",
    }
    if path in runs:
        router.add(f"{place}{runs[path]}/", "Jobs", GET=below.template_jobs(kind))
    if path in ("job_templates", "workflow_job_templates"):
        spec = partial(launch_job.survey_spec, kind)
        router.add(f"{place}survey_spec/", "Survey", GET=spec, also=("POST", "DELETE"))
        router.add(f"{place}labels/", "Labels", GET=below.template_resources(kind, "labels"), also=("POST",))


def _launch_routes(router: Router) -> None:
    place = f"{V2}job_templates/<ref>/"
    router.add(f"{place}launch/", "Job Template Launch", GET=launch_job.preflight, POST=launch_job.launch)
    for table in ("credentials", "instance_groups"):
        rows = below.template_resources("job_template", table)
        router.add(f"{place}{table}/", table.capitalize(), GET=rows, also=("POST",))
    place = f"{V2}workflow_job_templates/<ref>/"
    launch: dict[str, Handler] = {"GET": launch_workflow.preflight, "POST": launch_workflow.launch}
    router.add(f"{place}launch/", "Workflow Job Template Launch", launch)
    router.add(f"{place}workflow_nodes/", "Nodes", GET=below.template_nodes, also=("POST",))
    launch = {"GET": launch_update.system_preflight, "POST": launch_update.system_launch}
    router.add(f"{V2}system_job_templates/<ref>/launch/", "System Job Template Launch", launch)
    for path, kind in launch_update.kinds().items():
        handlers: dict[str, Handler] = {
            "GET": partial(launch_update.update_preflight, kind),
            "POST": partial(launch_update.update, kind),
        }
        router.add(f"{V2}{path}/<ref>/update/", "Update", handlers)
    sources: dict[str, Handler] = {"GET": launch_update.all_sources_preflight, "POST": launch_update.all_sources}
    router.add(f"{V2}inventories/<id>/update_inventory_sources/", "Update Inventory Sources", sources)
    router.add(f"{V2}bulk/", "Bulk", prefers="html", head=False, GET=roots.bulk_root)
    router.add(f"{V2}bulk/job_launch/", "Bulk Job Launch", head=False, GET=_bulk_help, POST=launch_workflow.bulk)
    for path in ("inventories", "groups", "hosts"):
        handler = partial(launch_adhoc.launch_on, path)
        router.add(f"{V2}{path}/<id>/ad_hoc_commands/", "Ad Hoc Commands", POST=handler, GET=_ad_hoc_list)


def _bulk_help(_call: Call) -> Reply:
    return Reply({"detail": "Specify a list of unified job templates to launch alongside their launchtime parameters"})


def _ad_hoc_list(call: Call) -> Reply:
    return list_handler("ad_hoc_commands")(call)


def _resource_routes(router: Router) -> None:
    router.add(f"{V2}unified_job_templates/", "Unified Job Templates", GET=list_handler("unified_job_templates"))
    for path in RESOURCES:
        more: dict[str, Handler] = {"POST": resources.create_label} if path == "labels" else {}
        router.add(f"{V2}{path}/", "List", more, GET=list_handler(path), also=("POST",))
        one = resources.user_detail if path == "users" else resources.resource_detail(path)
        router.add(f"{V2}{path}/<ref>/", "Detail", GET=one, also=_WRITE)
    for table in ("hosts", "groups"):
        rows = resources.inventory_rows(table)
        router.add(f"{V2}inventories/<ref>/{table}/", table.capitalize(), GET=rows, also=("POST",))
    sources = f"{V2}inventories/<ref>/inventory_sources/"
    router.add(sources, "Inventory Sources", GET=resources.inventory_sources, also=("POST",))
