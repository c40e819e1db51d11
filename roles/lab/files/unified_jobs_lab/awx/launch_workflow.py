# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launching workflow templates and bulk jobs (contract 1.3.5, 1.3.6; recordings wf-*, bulk-*)."""

from __future__ import annotations

from typing import Any

from ..model import Template
from . import survey
from .inputs import read_fields
from .job_rows import job_row
from .named_urls import find_template
from .reply import ApiError, Reply, Row, broken, created, forbidden, invalid
from .router import Call
from .store import PROMPTS
from .summaries import url
from .template_rows import WORKFLOW_PROMPTS

MAX_BULK = 100
_REFUSED = (
    "Variables {0} are not allowed on launch. Check the Prompt on Launch setting on the Workflow Job Template "
    "to include Extra Variables."
)


def _readable(call: Call) -> Template:
    template = find_template(call.awx.store, "workflow_job_template", call.args["ref"])
    if not call.user.sees:
        raise forbidden()
    return template


def preflight(call: Call) -> Reply:
    """GET of launch/."""
    template = _readable(call)
    own, asked = template.native, template.native.get("ask", set())
    needed = survey.required(own.get("survey"))
    missing = [
        template.id * 100 + place
        for place, node in enumerate(own["nodes"], start=1)
        if node["template"] not in call.awx.engine.templates
    ]
    inventory = own.get("inventory")
    defaults: Row = {"inventory": {"name": call.awx.store.named("inventories", inventory), "id": inventory}}
    defaults |= {name: own.get(name) for name in ("limit", "scm_branch", "job_tags", "skip_tags")}
    return Reply(
        {
            **{PROMPTS[name]: name in asked for name in WORKFLOW_PROMPTS},
            "can_start_without_user_input": not needed and not missing,
            "defaults": {**defaults, "extra_vars": own.get("extra_vars", "")},
            "survey_enabled": bool(own.get("survey")),
            "variables_needed_to_start": needed,
            "node_templates_missing": missing,
            "node_prompts_rejected": [],
            "workflow_job_template_data": {
                "name": template.name,
                "id": template.id,
                "description": own.get("description", ""),
            },
        }
    )


def launch(call: Call) -> Reply:
    """POST of launch/: what is not asked for is an error here, not ignored."""
    template = _readable(call)
    if not call.user.launches:
        raise forbidden()
    given = read_fields(call.awx.store, call.data(), WORKFLOW_PROMPTS)
    _check(template, given)
    job = call.awx.maker.workflow(template, call.user.name, given)
    row = job_row(call.awx.store, job, call.user, "launch")
    return created({"workflow_job": job.id, "ignored_fields": {}, **row}, url(job.kind, job.id))


def _check(template: Template, given: Row) -> None:
    asked = template.native.get("ask", set())
    spec = template.native.get("survey")
    errors: Row = {}
    for name, value in given.items():
        if name != "extra_vars" and name not in asked and value != template.native.get(name):
            errors[name] = ["Field is not configured to prompt on launch."]
    variables = given.get("extra_vars", {})
    known = {question["variable"] for question in spec or []}
    refused = [name for name in variables if "extra_vars" not in asked and name not in known]
    if refused:
        errors["extra_vars"] = [_REFUSED.format(", ".join(refused))]
    wrong = survey.problems(spec, variables)
    if wrong:
        errors["variables_needed_to_start"] = wrong
    if errors:
        raise ApiError(400, errors)


def relaunch(call: Call) -> Reply:
    """POST of a workflow job's relaunch/: the representation only."""
    from .jobs import find_job

    old = find_job(call, "workflow_jobs")
    if not call.user.launches:
        raise forbidden()
    template = old.template
    if template is None or template.kind == "job_template":
        word = (
            "Cannot relaunch sliced workflow job orphaned from job template." if old.native.get("is_sliced_job") else ""
        )
        if template is None:
            raise ApiError(400, {"detail": word or "Cannot relaunch a workflow job without a template."})
        count = len(old.nodes)
        job = call.awx.maker.sliced(template, call.user.name, dict(old.native.get("prompts", {})), count)
    else:
        prompts = dict(old.native.get("prompts", {}))
        job = call.awx.maker.workflow(template, call.user.name, prompts, launch_type="relaunch")
    job.launch_type = "relaunch"
    return created(job_row(call.awx.store, job, call.user, "launch"), url(job.kind, job.id))


def bulk(call: Call) -> Reply:
    """POST of bulk/job_launch/."""
    body = call.data()
    entries = body.get("jobs")
    if entries is None:
        raise invalid("jobs", "This field is required.")
    if not isinstance(entries, list):
        raise invalid("jobs", f'Expected a list of items but got type "{type(entries).__name__}".')
    if not 0 < len(entries) <= MAX_BULK:
        word = (
            "Must specify at least one job."
            if not entries
            else f"Number of requested jobs exceeds system setting {MAX_BULK}"
        )
        raise invalid("jobs", word) if not entries else ApiError(400, {"non_field_errors": [word]})
    nodes = [_node(call, entry) for entry in entries]
    common = read_fields(
        call.awx.store, body, ("inventory", "limit", "extra_vars", "scm_branch", "job_tags", "skip_tags")
    )
    variables = common.pop("extra_vars", {})
    native = {**common, "variables": variables, "description": body.get("description", ""), "extra_vars": ""}
    native["organization"] = body.get("organization")
    job = call.awx.maker.bulk(call.user.name, str(body.get("name") or "Bulk Job Launch"), nodes, native)
    return Reply(job_row(call.awx.store, job, call.user, "launch"), 201)


def _node(call: Call, entry: Any) -> tuple[Template, Row, str]:
    if not isinstance(entry, dict) or "unified_job_template" not in entry:
        raise ApiError(400, {"jobs": [{"unified_job_template": ["This field is required."]}]})
    template = call.awx.engine.templates.get(entry["unified_job_template"])
    if template is None:
        # the server falls over here, it does not refuse (recording bulk-02)
        raise broken()
    if not call.user.launches:
        raise forbidden()
    prompts = read_fields(call.awx.store, entry)
    if isinstance(entry.get("extra_data"), dict):
        prompts["extra_vars"] = {**prompts.get("extra_vars", {}), **entry["extra_data"]}
    return template, prompts, str(entry.get("identifier", ""))
