# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: launches that the server starts later (Puppet contract 1.8, scheduling)."""

from __future__ import annotations

import typing as t

from ..._clock import parse_time
from ..._errors import InvalidOptionError, UnsupportedError
from ..._native import text
from ..._types import Job, JobRequest, Launch
from . import facts
from .api import Api, Row
from .options import RUN_OPTIONS

_OLD_COMMANDS = {
    "task": "/command/schedule_task",
    "deploy": "/command/schedule_deploy",
    "plan": "/command/schedule_plan",
}
_TASK_INPUT = ("scope", "targets", "noop")


def check_schedule(request: JobRequest, server_time: str | None) -> None:
    """Refuse a schedule that the server does not have.

    :param server_time: now, by the server's own clock; None leaves what is past to the server.
    :raises UnsupportedError: naming the key.
    :raises InvalidOptionError: if the time is none, or past.
    """
    schedule = request.schedule or {}
    for name in schedule:
        if name != "start_at":
            hint = "; puppet.interval repeats a job" if name == "cron" else ""
            raise UnsupportedError(f"schedule.{name}: Puppet Enterprise only knows start_at{hint}.")
    moment = parse_time(str(schedule.get("start_at")))
    if moment is None:
        raise InvalidOptionError(
            f"schedule.start_at: {schedule.get('start_at')!r} is not a time in ISO 8601, such as 2026-11-22T18:00:00Z."
        )
    now = parse_time(server_time)
    if now is not None and moment <= now:
        raise InvalidOptionError("schedule.start_at is not in the future.")


def schedule_launch(api: Api, request: JobRequest, body: Row) -> Launch:
    """Return the launch of a job that starts later, by the way that this release has."""
    kind, start = text(request.type), _start(request)
    interval = request.options.get("interval")
    if api.has_schedules:
        sent = {
            "type": kind,
            "input": _input(kind, request, body),
            "environment": body["environment"],
            "schedule": {"start_time": start, "interval": _interval(interval)},
            "description": text(body.get("description")),
            "userdata": body.get("userdata") or {},
        }
        path = facts.PATHS[facts.SCHEDULED_JOB]
    else:
        _refuse_what_is_new(kind, request)
        sent = {**body, "scheduled_time": start}
        if interval is not None:
            sent["schedule_options"] = {"interval": _interval(interval)}
        path = _OLD_COMMANDS[kind]
    return Launch(path, sent, facts.SCHEDULED_JOB, {}, {}, Job("puppet", facts.SCHEDULED_JOB, None))


def _refuse_what_is_new(kind: str, request: JobRequest) -> None:
    """Refuse what the old commands have no key for."""
    given = {f"puppet.{name}": request.options.get(name) for name in ("parameter_types", "transport")}
    if kind == "task":
        given["concurrency"] = request.concurrency
    for option, value in given.items():
        if value not in (None, {}):
            raise UnsupportedError(f"{option} with a schedule needs Puppet Enterprise 2021.7.0 or later.")


def _start(request: JobRequest) -> str:
    moment = parse_time(str((request.schedule or {})["start_at"]))
    if moment is None:
        raise AssertionError("a schedule is checked before it is used")
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _interval(seconds: int | None) -> Row | None:
    return None if seconds is None else {"units": "seconds", "value": seconds}


def _input(kind: str, request: JobRequest, body: Row) -> Row:
    """Return what is launched, in the words that schedules have for it."""
    options = request.options
    if kind == "plan":
        types: t.Mapping[str, str] = options.get("parameter_types") or {}
        values = request.all_parameters() or {}
        wrapped = {
            name: {"value": value, **({"type": types[name]} if name in types else {})} for name, value in values.items()
        }
        return {"name": body["plan_name"], "parameters": wrapped}
    if kind == "deploy":
        return {name: body[name] for name in ("scope", "concurrency", *RUN_OPTIONS) if name in body}
    wrapped = {name: {"value": value} for name, value in body["params"].items()}
    more = {"concurrency": request.concurrency, "transport": options.get("transport")}
    return {
        "name": body["task"],
        "parameters": wrapped,
        **{name: body[name] for name in _TASK_INPUT if name in body},
        **{name: value for name, value in more.items() if value is not None},
    }
