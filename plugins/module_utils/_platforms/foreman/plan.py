# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: planning a launch (Foreman contract 1.3, 1.13).

How much is read
    A launch costs one read of the template and one count of its hosts: what else is wrong with it, the server's own
    validation says before anything starts. Without C(validate) and with ids it costs nothing. A launch that will not
    be sent is checked in full, since no server will.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..._errors import ForbiddenError, InvalidOptionError, UnsupportedError
from ..._masking import secret_texts
from ..._native import mapping, text
from ..._types import Connection, Job, JobRequest, JobStatus, Launch
from . import facts
from .api import Api, Row
from .inputs import check_inputs, input_text, of_users, read_inputs
from .keys import described
from .normalize import MASK
from .recurring import find_recurring
from .targeting import check_targets, provider_fields, schedule_fields, target_fields
from .templates import choose_template, read_template

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

    def hide(self, names: t.Iterable[str]) -> None:
        """Let the values of these inputs be masked from now on wherever they turn up."""
        given = self.request.all_parameters() or {}
        self.request.hide([value for name in names for value in secret_texts(given.get(name))])


def plan_launch(plan: Planning) -> Launch:
    """Plan the launch of a job template or of a feature's template."""
    request = plan.request
    if request.inventory is not None:
        raise UnsupportedError("inventory: Foreman has none; say the hosts with targets or target_query.")
    body: Row = {"targeting_type": _targeting_type(plan), **_plain_fields(plan)}
    schedule_fields(request, None)  # what is wrong with it is said before anything is sent
    chosen, template = choose_template(plan.api, request)
    if request.validate and _needs_detail(plan, template):
        template = read_template(plan.api, template)
    what = f"the template {text(template.get('name'))!r}"
    body = {**chosen, **target_fields(plan.api, request), **body}
    query = body.pop("_query")
    body.update(provider_fields(template, request.options, what, request.validate))
    hidden = _add_inputs(plan, template, body)
    body.update(described(request, body, template))
    purpose = (request.schedule or {}).get("purpose")
    existing = find_recurring(plan.api, purpose) if purpose else None
    # what is there already stays, also when its first start is past or its hosts went away
    hosts = check_targets(plan.api, query, request) if request.validate and existing is None else None
    may_be_there = existing is not None or request.launch_key is not None
    body.update(schedule_fields(request, None if may_be_there else plan.api.client.server_time))
    if request.plan_only and request.validate:
        check_permission(plan.api)
    launch = make_launch(plan, body, template, query, hidden)
    if existing is not None:
        launch.context["existing"] = existing
    if request.launch_key is not None:
        launch.checks.append(lambda: schedule_fields(request, plan.api.client.server_time))
    launch.job.host_counts["total"] = hosts
    # what the server made of it is compared with this after the launch
    launch.context["hosts"] = len(set(request.targets)) if hosts is None and request.targets is not None else hosts
    if not request.validate and "ansible" in body:
        launch.warnings.append("foreman.ansible_tags was not checked: a template that is none of Ansible drops it.")
    if request.plan_only and "end_time" in body.get("recurrence", {}):
        launch.warnings.append("Servers drop schedule.end_time: the job would recur until it is canceled.")
    return launch


def _needs_detail(plan: Planning, template: Row) -> bool:
    """Return whether more has to be known of the template than its row says."""
    if "template_inputs" in template:
        return False
    wants_tags = plan.option("ansible_tags") is not None and "provider_type" not in template
    return plan.request.plan_only or wants_tags or plan.option("effective_user") is not None


def make_launch(plan: Planning, body: Row, template: Row, query: str, hidden: t.Collection[str] = ()) -> Launch:
    """Return the finished plan.

    :param hidden: the names of inputs whose values are not to be shown.
    """
    sent = {**plan.api.context, "job_invocation": body}
    scheduled = "scheduling" in body or "recurrence" in body
    job = planned_job(plan, template, query)
    job.subtype = "recurring" if "recurrence" in body else "future" if scheduled else "immediate"
    job.status = JobStatus.SCHEDULED if scheduled else JobStatus.PENDING
    job.name = text(body.get("description_format")) or job.name
    job.description = text(body.get("description_format"))
    shown = {**plan.api.context, "job_invocation": _shown(plan, body, hidden)}
    request = {"method": "POST", "path": facts.JOBS, "body": shown}
    launch = Launch(facts.JOBS, sent, facts.JOB_TYPE, job.template, request, job)
    launch.context["is_checked"] = plan.request.validate
    launch.context["hidden"] = {*(plan.request.secret_parameters or ()), *hidden}
    return launch


def planned_job(plan: Planning, template: Row, query: str | None) -> Job:
    """Return the job that a launch would make, as far as it is known before."""
    return Job(
        platform="foreman",
        type=facts.JOB_TYPE,
        id=None,
        server=plan.connection.server,
        subtype="immediate",
        name=text(template.get("name")),
        status=JobStatus.PENDING,
        template={"id": text(template.get("id")) or None, "name": text(template.get("name")) or None},
        launched_by=plan.connection.username,
        targets=query or None,
    )


def check_permission(api: Api) -> None:
    """Refuse what the server says this user may not do; most servers say it when they are asked to."""
    data = mapping(api.get(facts.JOBS, {"per_page": 1, "include_permissions": True}))
    if data.get("can_create") is False:
        raise ForbiddenError("This user may not launch jobs (create_job_invocations is missing).", status=403)


def _targeting_type(plan: Planning) -> str:
    wanted = plan.option("targeting_type") or "static_query"
    if plan.request.type == "feature" and wanted != "static_query":
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
    numbers = {"concurrency": request.concurrency, "job_timeout": request.job_timeout}
    numbers["foreman.time_to_pickup"] = plan.option("time_to_pickup")
    for name, number in numbers.items():
        if number is not None and number < 1:
            raise InvalidOptionError(f"{name} must be 1 or more.")
    if request.concurrency is not None:
        body["concurrency_control"] = {"concurrency_level": request.concurrency}
    body["execution_timeout_interval"] = request.job_timeout
    return {name: value for name, value in body.items() if value is not None}


def _add_inputs(plan: Planning, template: Row, body: Row) -> set[str]:
    """Add the inputs as far as they are given; return the names of those that the template hides."""
    values = plan.request.all_parameters()
    texts = {name: input_text(name, value) for name, value in (values or {}).items() if value is not None}
    if values is not None:
        body["inputs"] = texts
    if not plan.request.validate or "template_inputs" not in template:
        return set()
    inputs = read_inputs(plan.api, template["id"]) if plan.request.plan_only else of_users(template["template_inputs"])
    hidden = {text(row.get("name")) for row in inputs if row.get("hidden_value")}
    # before anything is refused: an error shows what was given, too
    plan.hide(hidden)
    check_inputs(template, inputs, texts)
    return hidden


def _shown(plan: Planning, body: Row, hidden: t.Container[str]) -> Row:
    """Return the body for people: without what is secret."""
    shown = {name: MASK if name in _SECRETS else value for name, value in body.items()}
    if "ssh" in shown:
        shown["ssh"] = {name: MASK if "password" in name else value for name, value in body["ssh"].items()}
    secret = plan.request.secret_parameters or {}
    if "inputs" in shown:
        shown["inputs"] = {
            name: MASK if name in secret or name in hidden else value for name, value in body["inputs"].items()
        }
    return shown
