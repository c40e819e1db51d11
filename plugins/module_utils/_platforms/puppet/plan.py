# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: planning a launch (Puppet contract 1.8, 1.10, 1.11).

How much is read
    What a task or plan says of its parameters, which of the named nodes are connected, and the release of the server.
    Without C(validate) it is the release alone: it decides what an old server would drop in silence.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ..._errors import ApiError, InvalidOptionError, UnsupportedError
from ..._masking import secret_texts
from ..._native import rows, text
from ..._types import Connection, Job, JobRequest, JobStatus, Launch
from . import facts
from .api import Api, Row
from .metadata import Metadata, check_noop, check_parameters, read_metadata, read_sensitive
from .normalize import targets_text
from .options import OPTIONS_OF, RUN_OPTIONS, SCHEDULED_OPTIONS
from .recover import add_marker
from .schedule import check_schedule, schedule_launch
from .scope import build_scope, refuse_targets, shown_agentless

DEFAULT_ENVIRONMENT = "production"
_PARAMETER_TYPES = ("query", "node_group")
_SHOWN_NODES = 10


@dataclass
class Planning:
    """A launch that is being planned. C(secret) names the parameters whose values are not to be shown."""

    api: Api
    connection: Connection
    request: JobRequest
    secret: set[str] = field(default_factory=set)

    def option(self, name: str) -> t.Any:
        """Return a key of the option C(puppet), or None."""
        return self.request.options.get(name)

    def hide(self, names: t.Iterable[str]) -> None:
        """Note parameters that are secret; their values are masked from now on wherever they turn up."""
        self.secret |= set(names)
        given = {name: value for name, value in self.parameters.items() if name in self.secret}
        self.request.hide(list(secret_texts(given)))

    @property
    def parameters(self) -> dict[str, t.Any]:
        """Return the parameters, the secret ones among them."""
        return self.request.all_parameters() or {}


def plan_launch(plan: Planning) -> Launch:
    """Plan a task, a plan or a Puppet run, now or later.

    :raises JobsError: what is wrong with it, before anything is sent.
    """
    request = plan.request
    _check_options(plan)
    if request.schedule is not None:
        check_schedule(request, None if request.launch_key else plan.api.client.server_time)
    # of what is wrong without asking the server, nothing has been asked
    body = {"task": _task_body, "deploy": _run_body, "plan": _plan_body}[text(request.type)](plan)
    said = _read_metadata(plan, body) if request.type != "deploy" else Metadata()
    plan.hide(request.secret_parameters or ())
    _require_release(plan)
    warnings = [*said.warnings, *(_disconnected(plan, body) if request.validate else [])]
    launch = schedule_launch(plan.api, request, body) if request.schedule is not None else _launch_now(request, body)
    finish_launch(plan, launch, body)
    if request.schedule is not None and request.launch_key is not None:
        launch.checks.append(lambda: check_schedule(request, plan.api.client.server_time))
    elif request.schedule is not None:
        # by now the server has told its time
        check_schedule(request, plan.api.client.server_time)
    launch.warnings += warnings
    launch.context["metadata"] = said.parameters
    return launch


def finish_launch(plan: Planning, launch: Launch, body: Row) -> None:
    """Add to a launch what tells its job from others, what people see of it, and the job that it would make."""
    add_marker(plan.api, launch, plan.request.launch_key)
    shown = _shown(launch.body, plan.secret)
    launch.request = {"method": "POST", "path": facts.API + launch.path, "body": shown}
    launch.secrets = [*secret_texts({name: value for name, value in plan.parameters.items() if name in plan.secret})]
    scope = body.get("scope")
    name = text(body.get("task") or body.get("plan_name")) or None
    launch.template = {"id": None, "name": name}
    environment = text(body.get("environment"))
    launch.job = Job(
        platform="puppet",
        type=launch.type,
        id=None,
        server=plan.connection.server,
        subtype=None if launch.type == facts.PLAN_JOB else text(plan.request.type) or None,
        name=name or (f"Puppet run in {environment}" if environment else "Puppet run"),
        status=JobStatus.SCHEDULED if launch.type == facts.SCHEDULED_JOB else JobStatus.PENDING,
        template=launch.template,
        launched_by=plan.connection.username,
        description=text(body.get("description")),
        targets=targets_text(scope),
        details={"environment": environment or None, "scope": scope},
    )
    if launch.type == facts.SCHEDULED_JOB:
        launch.job.subtype = "recurring" if plan.option("interval") is not None else "future"
    nodes = (scope or {}).get("nodes")
    launch.context.update(nodes=nodes, scope=scope, hidden=plan.secret)
    launch.job.host_counts["total"] = len(nodes) if nodes else None


def _launch_now(request: JobRequest, body: Row) -> Launch:
    path = {"task": "/command/task", "deploy": "/command/deploy", "plan": "/command/plan_run"}[text(request.type)]
    if request.options.get("parameter_types"):
        path = "/command/environment_plan_run"
    kind = facts.PLAN_JOB if request.type == "plan" else facts.JOB
    return Launch(path, body, kind, {}, {}, Job("puppet", kind, None))


# -- what is wrong without asking ------------------------------------------------------------------------------


def _check_options(plan: Planning) -> None:
    """Refuse what the kind of launch does not have; nothing is dropped in silence."""
    request = plan.request
    kind = text(request.type)
    if request.template_id is not None:
        raise UnsupportedError("template_id: Puppet Enterprise knows tasks and plans by their names: give template.")
    if request.inventory is not None:
        raise UnsupportedError("inventory: Puppet Enterprise has none; say the nodes with targets or target_query.")
    scheduled = request.schedule is not None
    known = {"environment", "userdata", *OPTIONS_OF[kind], *(("interval",) if scheduled else ())}
    known |= SCHEDULED_OPTIONS.get(kind, frozenset()) if scheduled else set()
    for name, value in request.options.items():
        if value is not None and name not in known:
            more = ", or only with a schedule" if name in ("interval", "transport") else ""
            raise UnsupportedError(f"puppet.{name}: this is nothing that type: {kind} has{more}.")
    if request.concurrency is not None and (kind == "plan" or (kind == "task" and not scheduled)):
        raise UnsupportedError(f"concurrency: the server decides it for type: {kind}.")
    if request.job_timeout is not None and scheduled:
        raise UnsupportedError("job_timeout: a job with a schedule cannot have one.")
    _check_numbers(plan)
    if plan.option("noop") and plan.option("no_noop"):
        raise InvalidOptionError("puppet.noop and puppet.no_noop exclude each other: give one of them.")


def _check_numbers(plan: Planning) -> None:
    request = plan.request
    numbers = {"concurrency": request.concurrency, "job_timeout": request.job_timeout}
    numbers["puppet.interval"] = plan.option("interval")
    for option, number in numbers.items():
        if number is not None and number < 1:
            raise InvalidOptionError(f"{option} must be 1 or more.")


def _named(plan: Planning) -> str:
    kind, name = text(plan.request.type), plan.request.template
    if name is None or not name.strip():
        raise InvalidOptionError(f"template: name the {kind} to run, such as package::install.")
    return name.strip()


def _environment(plan: Planning) -> str:
    value = plan.option("environment")
    if value is not None and not value.strip():
        raise InvalidOptionError("puppet.environment is empty: give an environment, or leave it out.")
    return text(value).strip() or DEFAULT_ENVIRONMENT


def _common(plan: Planning, body: Row) -> Row:
    """Add the keys that all commands have."""
    request = plan.request
    more = {
        "description": request.description,
        "timeout": request.job_timeout,
        "userdata": plan.option("userdata"),
    }
    return {**body, **{name: value for name, value in more.items() if value is not None}}


def _task_body(plan: Planning) -> Row:
    scope, agentless = build_scope(plan.request)
    body: Row = {"environment": _environment(plan), "task": _named(plan), "params": plan.parameters, "scope": scope}
    for name, value in (("targets", agentless or None), ("noop", plan.option("noop"))):
        if value is not None:
            body[name] = value
    return _common(plan, body)


def _run_body(plan: Planning) -> Row:
    request = plan.request
    if request.template is not None:
        raise InvalidOptionError("template: a Puppet run has none; its environment is in puppet.environment.")
    if plan.parameters:
        raise UnsupportedError("parameters: a Puppet run takes none.")
    environment, enforced = plan.option("environment"), plan.option("enforce_environment")
    if environment is None:
        raise InvalidOptionError(
            "puppet.environment: say in which environment to run Puppet, or give it empty together with "
            "enforce_environment: false to let each node keep its own."
        )
    environment = environment.strip()
    if not environment and enforced is not False:
        raise InvalidOptionError("puppet.environment may only be empty together with enforce_environment: false.")
    body: Row = {"environment": environment, "scope": build_scope(request)[0]}
    body.update({name: plan.option(name) for name in RUN_OPTIONS if plan.option(name) is not None})
    if request.concurrency is not None:
        body["concurrency"] = request.concurrency
    return _common(plan, body)


def _plan_body(plan: Planning) -> Row:
    refuse_targets(plan.request)
    name, types = _named(plan), plan.option("parameter_types") or {}
    for parameter, kind in types.items():
        if kind not in _PARAMETER_TYPES:
            raise InvalidOptionError(
                f"puppet.parameter_types: {parameter} must be one of {', '.join(_PARAMETER_TYPES)}."
            )
        if parameter not in plan.parameters:
            raise InvalidOptionError(f"puppet.parameter_types: {parameter} is not among the parameters.")
    parameters: Row = plan.parameters
    if types:
        # only this command wraps every value (checklist 17)
        parameters = {key: typed(value, types.get(key)) for key, value in parameters.items()}
    return _common(plan, {"plan_name": name, "params": parameters, "environment": _environment(plan)})


def typed(value: t.Any, kind: str | None) -> Row:
    """Return a parameter's value as C(environment_plan_run) and schedules take it."""
    return {"value": value, **({"type": kind} if kind else {})}


# -- what the server says --------------------------------------------------------------------------------------


def _read_metadata(plan: Planning, body: Row) -> Metadata:
    kind, name = text(plan.request.type), text(body.get("task") or body.get("plan_name"))
    if not plan.request.validate:
        if plan.request.parameters:
            plan.hide(read_sensitive(plan.api, kind, name, body["environment"]))
        return Metadata()
    said = read_metadata(plan.api, kind, name, body["environment"])
    # before anything is refused: an error shows what was given, too
    plan.hide(said.sensitive())
    what = f"the {kind} {name}"
    check_parameters(said, plan.parameters, what, plan.option("parameter_types") or {})
    check_noop(said, plan.option("noop"), what)
    return said


def _require_release(plan: Planning) -> None:
    """Refuse what this release would ignore (checklist 16)."""
    if plan.request.job_timeout is not None:
        plan.api.require("timeout", "job_timeout")
    if plan.option("userdata") is not None:
        plan.api.require("userdata", "puppet.userdata")
    if plan.option("agentless"):
        plan.api.require("agentless", "puppet.agentless")
    if plan.option("parameter_types"):
        plan.api.require("environment_plan_run", "puppet.parameter_types")


def _disconnected(plan: Planning, body: Row) -> list[str]:
    """Return a warning about nodes that are not connected and will be unreachable; asking for it is a read."""
    scope: Row = body.get("scope") or {}
    agentless = {name for item in body.get("targets", ()) for name in item["hostnames"]}
    names = [name for name in scope.get("nodes") or () if name not in agentless]
    if not names:
        return []
    try:
        answer = plan.api.client.post("/inventory", {"nodes": names}).data
    except ApiError as error:
        if error.code in ("unauthorized", "connection", "tls"):
            raise
        return [f"Whether the nodes are connected could not be read: {error.message}"]
    found = rows(answer.get("items")) if isinstance(answer, dict) else []
    connected = {text(row.get("name")) for row in found if row.get("connected") is True}
    away = [name for name in names if name not in connected]
    if not away:
        return []
    more = f" and {len(away) - _SHOWN_NODES} more" if len(away) > _SHOWN_NODES else ""
    return [f"Not connected at the moment, so that nothing can run there: {', '.join(away[:_SHOWN_NODES])}{more}."]


def _shown(body: Row, secret: set[str]) -> Row:
    """Return the body for people: without what is secret."""
    shown = dict(body)
    if "input" in shown:
        shown["input"] = _shown(shown["input"], secret)
    for key in ("params", "parameters"):
        if isinstance(shown.get(key), dict):
            shown[key] = {name: facts.MASK if name in secret else value for name, value in shown[key].items()}
    if "targets" in shown:
        shown["targets"] = shown_agentless(shown["targets"])
    return shown
