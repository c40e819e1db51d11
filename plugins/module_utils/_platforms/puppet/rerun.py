# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: running an earlier job again (Puppet contract 1.4, 1.8).

The server has no such command: the launch is built again out of the options of the old job, on nodes that the old job
had and on no other.
"""

from __future__ import annotations

import typing as t

from ..._errors import BadResponseError, InvalidOptionError, NoTargetsError, NotFoundError, UnsupportedError
from ..._masking import TOO_DEEP, secret_texts
from ..._native import mapping, text
from ..._types import Job, JobRef, JobRequest, Launch
from . import facts
from .api import Row
from .nodes import names_of
from .normalize import environment_of, names_in
from .options import RUN_OPTIONS
from .plan import DEFAULT_ENVIRONMENT, Planning, finish_launch
from .read import check_id
from .recover import without_mark
from .results import REDACTED, redacted

_REFUSED = ("template", "template_id", "inventory", "targets", "target_query", "parameters", "description", "schedule")
_LOGINS = frozenset(("ssh", "winrm"))
_SHOWN = 10
_KEPT_BACK = frozenset((REDACTED, facts.MASK, TOO_DEEP))
_TASKS = frozenset(("task", "plan_task"))


def plan_rerun(plan: Planning, get_job: t.Callable[[JobRef], Job], nodes_of: t.Callable[[Job], list[Row]]) -> Launch:
    """Plan a job again, on all of its nodes or on those of one kind.

    :raises NoTargetsError: if there is no such node.
    :raises UnsupportedError: if it cannot be built again, with the reason.
    """
    request = plan.request
    _accept(request)
    job = _earlier_job(request, get_job)
    if job.type == facts.PLAN_JOB:
        path, kind, body = "/command/plan_run", facts.PLAN_JOB, _plan_body(plan, job)
    else:
        path, kind = ("/command/deploy" if job.subtype == "deploy" else "/command/task"), facts.JOB
        body = _run_body(job) if job.subtype == "deploy" else _task_body(plan, job)
        body["scope"] = {"nodes": _chosen_nodes(request, job, nodes_of)}
    _add_common(job, body)
    launch = Launch(path, body, kind, {}, {}, Job("puppet", kind, None))
    request.type = {facts.PLAN_JOB: "plan"}.get(kind, "deploy" if job.subtype == "deploy" else "task")
    finish_launch(plan, launch, body)
    launch.warnings += [] if kind == facts.PLAN_JOB else _without_agent(nodes_of(job), body["scope"]["nodes"])
    return launch


def _without_agent(nodes: list[Row], names: list[str]) -> list[str]:
    """Return a warning about nodes that were logged in to: no job tells how."""
    chosen = frozenset(names)
    away = [text(node.get("name")) for node in nodes if text(node.get("transport")) in _LOGINS]
    away = [name for name in away if name in chosen]
    if not away:
        return []
    more = f" and {len(away) - _SHOWN} more" if len(away) > _SHOWN else ""
    return [
        f"{', '.join(away[:_SHOWN])}{more} had no agent, and the job does not tell how they were logged in to: that only "
        "works again if the inventory of Puppet Enterprise knows it. Else launch the task anew with puppet.agentless."
    ]


def _accept(request: JobRequest) -> None:
    names = [*_REFUSED, "concurrency", "job_timeout"]
    given = [name for name in names if getattr(request, name) is not None]
    given += [f"puppet.{name}" for name, value in request.options.items() if value is not None]
    if given:
        raise UnsupportedError(f"{given[0]}: running a job again takes what the job had. Leave this option out.")


def _earlier_job(request: JobRequest, get_job: t.Callable[[JobRef], Job]) -> Job:
    ref = request.rerun
    if ref is None:
        raise InvalidOptionError("rerun: name the job to run again.")
    if ref.type is None:
        raise InvalidOptionError(
            f"rerun: give the job itself, not its id {ref.id} alone: Puppet Enterprise numbers jobs and plan jobs each "
            "on their own."
        )
    if ref.type == facts.SCHEDULED_JOB:
        raise UnsupportedError("rerun: a scheduled job cannot be run again; name the job that it started.")
    number = check_id(ref, "rerun")
    try:
        job = get_job(ref)
    except NotFoundError:
        raise NotFoundError(f"rerun: there is no job with the id {number} that this user may see.") from None
    options = mapping(job.native.get("options"))
    if "project" in options:
        raise UnsupportedError(f"rerun: the job {job.id} is of a Bolt project, which cannot be launched from here.")
    if request.rerun_hosts != "all":
        if job.type == facts.PLAN_JOB:
            raise UnsupportedError(
                f"rerun_hosts: a plan decides itself where it runs, so it cannot be run again on the {request.rerun_hosts} "
                "nodes; run one of its jobs again (include: [children])."
            )
        if not job.is_finished:
            raise InvalidOptionError(
                f"rerun_hosts: the job {job.id} is not finished, so it is not known yet who failed."
            )
    return job


def _chosen_nodes(request: JobRequest, job: Job, nodes_of: t.Callable[[Job], list[Row]]) -> list[str]:
    which = request.rerun_hosts
    names = names_of(nodes_of(job), which)
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise BadResponseError(f"rerun: the server lists nodes of the job {job.id} without their names.")
    if not names:
        raise NoTargetsError(
            f"rerun_hosts: the job {job.id} has no node that is {which if which != 'all' else 'left'}, "
            "so there is nothing to run again.",
            job=job.to_dict(),
        )
    return names


def _parameters(plan: Planning, job: Job, given: t.Any) -> Row:
    """Return the parameters of the old job, the sensitive ones out of C(secret_parameters).

    :raises UnsupportedError: if a sensitive one is not given: the server does not tell it.
    """
    options = mapping(job.native.get("options"))
    values = dict(mapping(given))
    # what is kept back somewhere within would be sent as the words that stand for it
    hidden = names_in(options.get("sensitive")) | {
        name for name, value in values.items() if _KEPT_BACK.intersection(secret_texts(redacted(value)))
    }
    own = plan.request.secret_parameters or {}
    left = sorted(hidden - set(own))
    if left:
        raise UnsupportedError(
            f"rerun: the parameters {', '.join(left)} of the job {job.id} are sensitive and cannot be read back: give "
            "them in secret_parameters."
        )
    foreign = sorted(set(own) - hidden)
    if foreign:
        raise UnsupportedError(
            f"secret_parameters: {foreign[0]} is no sensitive parameter of the job {job.id}; running a job again takes "
            "what the job had."
        )
    plan.hide(hidden)
    return {**values, **own}


def _task_body(plan: Planning, job: Job) -> Row:
    options = mapping(job.native.get("options"))
    if job.subtype not in _TASKS:
        raise UnsupportedError(
            f"rerun: a job of the kind {job.subtype} cannot be launched from here; run its plan again."
        )
    body: Row = {
        "environment": environment_of(job.native) or DEFAULT_ENVIRONMENT,
        "task": _told(job, "task"),
        "params": _parameters(plan, job, options.get("params")),
    }
    if options.get("noop"):
        body["noop"] = True
    return body


def _told(job: Job, key: str) -> str:
    """Return the name of what a job ran."""
    name = mapping(job.native.get("options")).get(key)
    if not isinstance(name, str) or not name.strip():
        raise UnsupportedError(
            f"rerun: the server does not say what the job {job.id} ran, so it cannot be launched again."
        )
    return name


def _run_body(job: Job) -> Row:
    options = mapping(job.native.get("options"))
    if not options or options.get("noop") not in (None, True, False):
        # it may have only said what would change, or be no Puppet run at all
        raise UnsupportedError(
            f"rerun: the server does not say how the job {job.id} ran, so it cannot be launched again."
        )
    body: Row = {"environment": environment_of(job.native) or ""}
    names = ("concurrency", *RUN_OPTIONS)
    body.update({name: options[name] for name in names if options.get(name) is not None})
    if body.get("noop") is False:
        del body["noop"]
    if not body["environment"]:
        body["enforce_environment"] = False
    return body


def _plan_body(plan: Planning, job: Job) -> Row:
    options = mapping(job.native.get("options"))
    return {
        "plan_name": _told(job, "plan_name"),
        "params": _parameters(plan, job, options.get("parameters")),
        "environment": environment_of(job.native) or DEFAULT_ENVIRONMENT,
    }


def _add_common(job: Job, body: Row) -> None:
    if job.description:
        body["description"] = job.description
    timeout = mapping(job.native.get("options")).get("timeout")
    if timeout is not None:
        body["timeout"] = timeout
    userdata = without_mark(job.native.get("userdata"))
    if userdata:
        body["userdata"] = userdata
