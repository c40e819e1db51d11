# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: planning a launch (Foreman contract 1.3, 1.13)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..._errors import InvalidOptionError, NotFoundError, UnsupportedError
from ..._native import mapping, text
from ..._types import Connection, Job, JobRequest, JobStatus, Launch
from . import facts
from .api import Api, Row
from .inputs import check_inputs, input_text, read_inputs
from .normalize import MASK
from .search import equals
from .targeting import check_ssh, check_targets, schedule_fields, target_fields

_PLAIN = ("password", "key_passphrase", "ssh_user", "time_to_pickup", "randomized_ordering", "description_format")
_SECRETS = ("password", "key_passphrase")


@dataclass
class Planning:
    """A launch that is being planned."""

    api: Api
    connection: Connection
    request: JobRequest

    def option(self, name: str) -> t.Any:
        """Return a key of the option C(foreman), or None."""
        return self.request.options.get(name)


def plan_launch(plan: Planning) -> Launch:
    """Plan the launch of a job template or of a feature's template."""
    request = plan.request
    if request.inventory is not None:
        raise UnsupportedError("inventory: Foreman has none; say the hosts with targets or target_query.")
    chosen, template = _template(plan)
    what = f"the template {text(template.get('name'))!r}"
    body = {**chosen, **target_fields(plan.api, request), **_plain_fields(plan)}
    query = body.pop("_query")
    body.update(check_ssh(template, request.options, what))
    body["targeting_type"] = _targeting_type(plan, "feature" in chosen)
    values = _inputs(plan, template)
    if values is not None:
        body["inputs"] = values
    hosts = check_targets(plan.api, query, request)
    body.update(schedule_fields(request, plan.api.client.server_time))
    launch = make_launch(plan, body, template, query)
    launch.context["hosts"] = hosts
    return launch


def make_launch(plan: Planning, body: Row, template: Row, query: str) -> Launch:
    """Return the finished plan."""
    sent = {**plan.api.context, "job_invocation": body}
    named = {"id": text(template.get("id")) or None, "name": text(template.get("name")) or None}
    scheduled = "scheduling" in body or "recurrence" in body
    job = Job(
        platform="foreman",
        type=facts.JOB_TYPE,
        id=None,
        server=plan.connection.server,
        subtype="recurring" if "recurrence" in body else "future" if scheduled else "immediate",
        name=text(body.get("description_format")) or text(template.get("name")),
        status=JobStatus.SCHEDULED if scheduled else JobStatus.PENDING,
        template=named,
        description=text(body.get("description_format")),
        targets=query or None,
    )
    shown = {"method": "POST", "path": facts.JOBS, "body": {**plan.api.context, "job_invocation": _shown(plan, body)}}
    return Launch(facts.JOBS, sent, facts.JOB_TYPE, named, shown, job)


def find_existing(plan: Planning) -> Row | None:
    """Return the newest job of the purpose that a recurring launch names, if that still recurs (checklist 35)."""
    purpose = (plan.request.schedule or {}).get("purpose")
    if not purpose:
        return None
    found = plan.api.page(
        facts.JOBS, {"search": equals("recurring_logic.purpose", purpose), "per_page": 1, "order": "id DESC"}
    )[0]
    if not found:
        return None
    detail = mapping(plan.api.get(f"{facts.JOBS}/{found[0]['id']}"))
    active = mapping(detail.get("recurrence")).get("state") in ("active", "disabled")
    return detail if active else None


def _template(plan: Planning) -> tuple[Row, Row]:
    """Return the field of the body that selects the template, and the template's detail."""
    request = plan.request
    if request.type == "feature":
        return _feature(plan)
    if request.template_id is not None:
        if not text(request.template_id).isdigit():
            raise InvalidOptionError(f"template_id: {request.template_id!r} is not a number.")
        number = int(request.template_id)
    elif request.template:
        number = plan.api.find("/api/job_templates", request.template, "job template", "template")["id"]
    else:
        raise InvalidOptionError("template: name the job template to launch, or give template_id.")
    template = plan.api.get_one(
        f"/api/job_templates/{number}", f"template_id: there is no job template with the id {number} to be seen."
    )
    if request.template and template.get("name") != request.template:
        raise InvalidOptionError(f"template_id: the job template {number} is named {template.get('name')!r}.")
    if template.get("snippet"):
        raise UnsupportedError(f"template: {text(template.get('name'))!r} is a snippet, which cannot be run.")
    return {"job_template_id": number}, template


def _feature(plan: Planning) -> tuple[Row, Row]:
    label = plan.request.template
    if not label or plan.request.template_id is not None:
        raise InvalidOptionError("template: with type feature, give the label of the feature as template.")
    feature = plan.api.get_one(
        f"/api/remote_execution_features/{_segment(label)}", f"template: there is no feature {label!r} to be seen."
    )
    number = feature.get("job_template_id")
    if number is None:
        raise NotFoundError(f"template: the feature {label!r} has no template assigned.")
    template = plan.api.get_one(
        f"/api/job_templates/{number}", f"template: the template of the feature {label!r} is not to be seen."
    )
    return {"feature": label}, template


def _segment(label: str) -> str:
    if not all(sign.isalnum() or sign in "_-." for sign in label):
        raise InvalidOptionError(f"template: {label!r} is not the label of a feature (letters, digits, underscores).")
    return label


def _targeting_type(plan: Planning, is_feature: bool) -> str:
    wanted = plan.option("targeting_type") or "static_query"
    if is_feature and wanted != "static_query":
        raise UnsupportedError("foreman.targeting_type: a feature is always launched with static_query.")
    return str(wanted)


def _plain_fields(plan: Planning) -> Row:
    """Return the fields that go out as they are given."""
    request = plan.request
    body: Row = {name: plan.option(name) for name in _PLAIN}
    if request.description is not None:
        if plan.option("description_format") is not None:
            raise InvalidOptionError("description and foreman.description_format are two ways: give one of them.")
        if "%{" in request.description:
            raise InvalidOptionError("description: it holds a placeholder; write it as foreman.description_format.")
        body["description_format"] = request.description
    if request.concurrency is not None:
        if request.concurrency < 1:
            raise InvalidOptionError("concurrency must be 1 or more.")
        body["concurrency_control"] = {"concurrency_level": request.concurrency}
    body["execution_timeout_interval"] = request.job_timeout
    return {name: value for name, value in body.items() if value is not None}


def _inputs(plan: Planning, template: Row) -> dict[str, str] | None:
    values = plan.request.all_parameters()
    texts = {name: input_text(name, value) for name, value in (values or {}).items() if value is not None}
    if plan.request.validate:
        check_inputs(template, read_inputs(plan.api, template["id"]), texts)
    return None if values is None else texts


def _shown(plan: Planning, body: Row) -> Row:
    shown = {name: MASK if name in _SECRETS else value for name, value in body.items()}
    if "ssh" in shown:
        shown["ssh"] = {name: MASK if "password" in name else value for name, value in body["ssh"].items()}
    secret = plan.request.secret_parameters or {}
    if "inputs" in shown:
        shown["inputs"] = {name: MASK if name in secret else value for name, value in body["inputs"].items()}
    return shown
