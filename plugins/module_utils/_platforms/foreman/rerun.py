# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: running an earlier job again (Foreman contract 1.9).

All hosts of a job are the server's own rerun, which copies what nobody can read back: hidden inputs and Ansible tags.
Its C(failed_only) may widen the hosts to all of the old job, so for some of the hosts the new job is built here.
"""

from __future__ import annotations

import typing as t

from ..._errors import ApiError, InvalidOptionError, NoTargetsError, NotFoundError, UnsupportedError
from ..._native import mapping, rows, text
from ..._types import HostStatus, Job, JobRef, JobRequest, Launch
from . import facts
from .api import Api, Row, number_of
from .hosts import host_rows
from .inputs import of_users
from .keys import described, without_key
from .normalize import input_values, is_hidden, is_paused
from .plan import Planning, check_permission, make_launch, planned_job
from .read import check_id
from .search import ids
from .targeting import provider_fields

_TAKEN = ("password", "key_passphrase", "effective_user_password", "ansible_tags", "ansible_tags_flag")


def plan_rerun(plan: Planning, get_job: t.Callable[[JobRef], Job]) -> Launch:
    """Plan the job again, on all of its hosts or on those of one kind, with the template and inputs that it had.

    :raises NoTargetsError: if there is no such host.
    :raises UnsupportedError: if the job cannot be built again, with the reason.
    """
    _accept(plan.request)
    job = _earlier_job(plan.request, get_job)
    which = plan.request.rerun_hosts
    if which != "all" and (not job.is_finished or is_paused(job)):
        # a paused one may be resumed, and would then run a second time on the hosts that it did not get to
        how = "paused" if job.is_finished else "not finished"
        raise InvalidOptionError(f"rerun_hosts: the job {job.id} is {how}, so it is not known yet who failed.")
    hosts = _chosen_hosts(plan.api, job, which)
    if plan.request.plan_only and plan.request.validate:
        check_permission(plan.api)
    given = [name for name in _TAKEN if plan.option(name) is not None]
    if which == "all" and not given and plan.request.launch_key is None and _is_static(job):
        return _by_server(plan, job, len(hosts))
    return _by_ids(plan, job, [number_of(row, f"the hosts of the job {job.id}") for row in hosts])


def _accept(request: JobRequest) -> None:
    names = ["template", "template_id", "inventory", "targets", "target_query", "parameters", "secret_parameters"]
    names += ["description", "schedule", "concurrency", "job_timeout"]
    given = [name for name in names if getattr(request, name) is not None]
    given += [f"foreman.{name}" for name, value in request.options.items() if value is not None and name not in _TAKEN]
    if given:
        raise UnsupportedError(f"{given[0]}: running a job again takes what the job had. Leave this option out.")


def _earlier_job(request: JobRequest, get_job: t.Callable[[JobRef], Job]) -> Job:
    ref = request.rerun
    if ref is None:
        raise InvalidOptionError("rerun: name the job to run again.")
    check_id(ref, "rerun")
    try:
        return get_job(ref)
    except NotFoundError:
        raise NotFoundError(f"rerun: there is no job with the id {ref.id} that this user may see.") from None


def _is_static(job: Job) -> bool:
    return mapping(job.native.get("targeting")).get("targeting_type") == "static_query"


def _chosen_hosts(api: Api, job: Job, which: str) -> list[Row]:
    """Return the hosts to run on; never more than those of the old job."""
    hosts = [row for row in host_rows(api, job) if "id" in row]
    chosen = hosts
    if which != "all":
        wanted = which == "successful"
        chosen = [
            row for row in hosts if (facts.HOST_STATUSES.get(text(row.get("job_status"))) == HostStatus.OK) is wanted
        ]
    if not chosen:
        raise NoTargetsError(
            f"rerun_hosts: the job {job.id} has no host that is {which if which != 'all' else 'left'}, "
            "so there is nothing to run again.",
            job=job.to_dict(),
        )
    return chosen


def _by_server(plan: Planning, job: Job, count: int) -> Launch:
    path = f"{facts.JOBS}/{job.id}/rerun"
    made = planned_job(plan, {"id": job.template["id"], "name": job.template["name"]}, job.targets)
    made.name, made.description = job.name, job.description
    made.host_counts["total"] = count
    launch = Launch(path, {}, facts.JOB_TYPE, made.template, {"method": "POST", "path": path, "body": {}}, made)
    launch.context["like"] = {"inputs": _visible(input_values(job.native))}
    if job.targets:
        launch.context["like"]["search_query"] = job.targets
    return launch


def _visible(values: Row) -> Row:
    return {name: value for name, value in values.items() if not is_hidden(value)}


def _by_ids(plan: Planning, job: Job, numbers: list[int]) -> Launch:
    number = job.template["id"] or _template_of_hosts(job)
    if not number:
        raise UnsupportedError(f"rerun: the job {job.id} does not say its template, so it cannot be built again.")
    template = plan.api.get_one(
        f"/api/job_templates/{number}",
        f"rerun: the template {number} of the job {job.id} is not to be seen any more.",
        id=number,
    )
    query = ids(numbers)
    body: Row = {
        "job_template_id": number_of(template, f"the template {number}"),
        "targeting_type": "static_query",
        "search_query": query,
    }
    body.update(_same_as_before(job, template))
    options = {**plan.request.options, "effective_user": _effective_user(plan.api, job, template)}
    body.update(provider_fields(template, options, f"the template {text(template.get('name'))!r}", True))
    body.update({name: plan.option(name) for name in _TAKEN[:2] if plan.option(name) is not None})
    body.update(described(plan.request, body, template))
    launch = make_launch(plan, body, template, query)
    launch.job.host_counts["total"] = launch.context["hosts"] = len(numbers)
    if text(template.get("provider_type")).lower() == "ansible" and "ansible" not in body:
        launch.warnings.append(
            "Foreman does not say whether the earlier job was limited to Ansible tags; this one runs without any."
        )
    return launch


def _template_of_hosts(job: Job) -> str | None:
    """Return the template of a job on an old server, which only says it by host."""
    numbers = {text(row.get("template_id")) for row in rows(job.native.get("template_invocations"))}
    return numbers.pop() if len(numbers) == 1 else None


def _effective_user(api: Api, job: Job, template: Row) -> str | None:
    """Return the user to ask for, so that the job runs as the same user again; None where the template decides."""
    allowed = mapping(template.get("effective_user"))
    if not allowed.get("overridable"):
        return None
    user = job.details.get("effective_user")
    if "effective_user" not in job.details:
        # before version 12 of the plugin only the hosts' rows say it
        try:
            found = api.page(f"{facts.JOBS}/{job.id}/template_invocations", {"per_page": 1})[0]
        except ApiError:
            found = []
        user = found[0].get("effective_user") if found else None
    return None if user in (None, "", allowed.get("value")) else str(user)


def _same_as_before(job: Job, template: Row) -> Row:
    """Return what the old job says of how it ran.

    :raises UnsupportedError: if inputs are hidden or not said, which nobody can read back.
    """
    values = input_values(job.native)
    hidden = [name for name, value in values.items() if is_hidden(value)]
    if hidden:
        raise UnsupportedError(
            f"rerun: the inputs {', '.join(hidden)} of the job {job.id} are hidden and cannot be read back: "
            "launch the template again and give them."
        )
    said = rows(job.native.get("pattern_template_invocations")) or rows(job.native.get("template_invocations"))
    if not said and of_users(template.get("template_inputs")):
        raise UnsupportedError(
            f"rerun: the server does not say the inputs of the job {job.id}: launch the template again and give them."
        )
    body: Row = {}
    if values:
        body["inputs"] = {name: text(value) for name, value in values.items() if value is not None}
    if job.details.get("concurrency_level"):
        body["concurrency_control"] = {"concurrency_level": job.details["concurrency_level"]}
    for name in ("ssh_user", "time_to_pickup", "execution_timeout_interval"):
        if job.details.get(name) is not None:
            body[name] = job.details[name]
    if job.description and "%{" not in job.description:
        body["description_format"] = without_key(job.description)
    randomized = mapping(job.native.get("targeting")).get("randomized_ordering")
    if randomized is not None:
        body["randomized_ordering"] = randomized
    return body
