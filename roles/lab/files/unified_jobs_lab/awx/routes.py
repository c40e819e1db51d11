# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The URL table of the simulated AWX."""

from __future__ import annotations

from functools import partial

from . import jobs, launch_job, sessions
from .events import events_handler, host_summaries
from .lists import KINDS, list_handler
from .reply import Reply, forbidden
from .router import Call, Router
from .stdout import stdout_handler
from .templates import template_detail

V2 = "/api/v2/"
_EVENTS = {
    "jobs": "job_events",
    "system_jobs": "events",
    "ad_hoc_commands": "events",
    "project_updates": "events",
    "inventory_updates": "events",
}


def build_router(gateway: bool) -> Router:
    """All routes; behind a gateway its own root and tokens come in addition."""
    router = Router()
    _sessions(router)
    _job_routes(router)
    _template_routes(router)
    return router


def _sessions(router: Router) -> None:
    router.add("/api/login/", "Log In", public=True, GET=sessions.login_form, POST=sessions.login)
    router.add("/api/logout/", "Log Out", public=True, GET=sessions.logout, POST=sessions.logout)


def _job_routes(router: Router) -> None:
    router.add(f"{V2}unified_jobs/", "Unified Job List", GET=list_handler("unified_jobs"))
    paths = [path for path, kind in KINDS.items() if not kind.endswith("template") and path not in _TEMPLATES]
    for path in paths:
        router.add(f"{V2}{path}/", "Job List", GET=list_handler(path))
        router.add(
            f"{V2}{path}/<id>/",
            "Job Detail",
            GET=jobs.detail_handler(path),
            DELETE=jobs.delete_handler(path),
        )
        if path != "workflow_approvals":
            cancel = f"{V2}{path}/<id>/cancel/"
            router.add(cancel, "Job Cancel", GET=jobs.can_cancel(path), POST=jobs.cancel(path))
        if path in _EVENTS:
            router.add(f"{V2}{path}/<id>/{_EVENTS[path]}/", "Job Events", GET=events_handler(path))
        if path in ("jobs", "ad_hoc_commands", "project_updates", "inventory_updates"):
            router.add(f"{V2}{path}/<id>/stdout/", "Job Stdout", prefers="html", GET=stdout_handler(path))
    router.add(f"{V2}jobs/<id>/job_host_summaries/", "Job Host Summaries", GET=host_summaries)
    for word, approve in (("approve", True), ("deny", False)):
        router.add(f"{V2}workflow_approvals/<id>/{word}/", "Approve", GET=_approval, POST=jobs.decide(approve))


def _approval(call: Call) -> Reply:
    jobs.find_job(call, "workflow_approvals")
    return Reply({})


_TEMPLATES = (
    *("job_templates", "workflow_job_templates", "system_job_templates", "projects", "inventory_sources"),
    "workflow_approval_templates",
)


def _template_routes(router: Router) -> None:
    for path in _TEMPLATES:
        router.add(f"{V2}{path}/", "Template List", GET=list_handler(path), also=("POST",))
        also = () if path == "system_job_templates" else ("PUT", "PATCH", "DELETE")
        router.add(f"{V2}{path}/<ref>/", "Template Detail", GET=template_detail(KINDS[path]), also=also)
    launch = f"{V2}job_templates/<ref>/launch/"
    router.add(launch, "Job Template Launch", GET=launch_job.preflight, POST=launch_job.launch)
    for kind in ("job_template", "workflow_job_template"):
        spec = partial(launch_job.survey_spec, kind)
        router.add(f"{V2}{kind}s/<ref>/survey_spec/", "Survey", GET=spec, also=("POST", "DELETE"))


def refuse(_call: Call) -> Reply:
    """For what exists but nobody here may do."""
    raise forbidden()
