# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: running an earlier job again (Foreman contract 1.9).

The server's own C(failed_only) may widen the hosts to all of the old job, so the new job is built here.
"""

from __future__ import annotations

import typing as t

from ..._errors import InvalidOptionError, NoTargetsError, UnsupportedError
from ..._native import mapping, rows, text
from ..._types import HostStatus, Job, JobRequest, Launch
from . import facts
from .api import Api, Row
from .content import host_rows
from .normalize import input_values
from .plan import Planning, make_launch
from .search import ids

_TAKEN = ("password", "key_passphrase", "effective_user_password")


def plan_rerun(plan: Planning, job: Job) -> Launch:
    """Plan the job again, on all of its hosts or on those of one kind, with the template and inputs that it had.

    :raises NoTargetsError: if there is no such host.
    :raises UnsupportedError: if the job cannot be built again, with the reason.
    """
    _accept(plan.request)
    number = job.template["id"]
    if not number:
        raise UnsupportedError(f"rerun: the job {job.id} does not say its template, so it cannot be built again.")
    template = plan.api.get_one(
        f"/api/job_templates/{number}", f"rerun: the template {number} of the job {job.id} is not to be seen any more."
    )
    targeting = mapping(job.native.get("targeting"))
    body: Row = {"job_template_id": int(number), "targeting_type": targeting.get("targeting_type") or "static_query"}
    if plan.request.rerun_hosts == "all" and body["targeting_type"] == "dynamic_query":
        body["search_query"] = text(targeting.get("search_query"))
    else:
        body["targeting_type"] = "static_query"
        body["search_query"] = ids(_chosen_hosts(plan.api, job, plan.request.rerun_hosts))
    body.update(_same_as_before(job))
    for name in ("password", "key_passphrase"):
        if plan.option(name) is not None:
            body[name] = plan.option(name)
    if plan.option("effective_user_password") is not None:
        body.setdefault("ssh", {})["effective_user_password"] = plan.option("effective_user_password")
    return make_launch(plan, body, template, body["search_query"])


def _accept(request: JobRequest) -> None:
    names = ("template", "template_id", "inventory", "targets", "target_query", "parameters", "secret_parameters")
    given = [
        name for name in (*names, "description", "schedule", "concurrency", "job_timeout") if _given(request, name)
    ]
    given += [f"foreman.{name}" for name, value in request.options.items() if value is not None and name not in _TAKEN]
    if given:
        raise UnsupportedError(f"{given[0]}: running a job again takes what the job had. Leave this option out.")


def _given(request: JobRequest, name: str) -> bool:
    return getattr(request, name) is not None


def _chosen_hosts(api: Api, job: Job, which: str) -> list[int]:
    """Return the ids of the hosts to run on; never more than those of the old job."""
    hosts = host_rows(api, job)
    if which == "all":
        chosen = hosts
    else:
        if not job.is_finished:
            raise InvalidOptionError(
                f"rerun_hosts: the job {job.id} is not finished, so it is not known yet who failed."
            )
        good = [row for row in hosts if facts.HOST_STATUSES.get(text(row.get("job_status"))) == HostStatus.OK]
        chosen = good if which == "successful" else [row for row in hosts if row not in good]
    if not chosen:
        raise NoTargetsError(
            f"rerun_hosts: the job {job.id} has no host that is {which if which != 'all' else 'left'}, "
            "so there is nothing to run again.",
            job=job.to_dict(),
        )
    return [int(row["id"]) for row in chosen]


def _same_as_before(job: Job) -> Row:
    """Return what the old job says of how it ran.

    :raises UnsupportedError: if an input is hidden, which nobody can read back.
    """
    values = input_values(job.native)
    hidden = [name for name, value in values.items() if isinstance(value, str) and value and set(value) == {"*"}]
    if hidden:
        raise UnsupportedError(
            f"rerun: the inputs {', '.join(hidden)} of the job {job.id} are hidden and cannot be read back: "
            "launch the template again and give them."
        )
    body: Row = {"inputs": {name: text(value) for name, value in values.items() if value is not None}}
    if not rows(job.native.get("pattern_template_invocations")) and not values:
        del body["inputs"]
    if job.details.get("concurrency_level"):
        body["concurrency_control"] = {"concurrency_level": job.details["concurrency_level"]}
    for name in ("ssh_user", "time_to_pickup", "execution_timeout_interval"):
        if job.details.get(name) is not None:
            body[name] = job.details[name]
    if job.description:
        body["description_format"] = job.description.replace("%{", "% {")
    randomized: t.Any = mapping(job.native.get("targeting")).get("randomized_ordering")
    if randomized is not None:
        body["randomized_ordering"] = randomized
    return body
