# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scheduled environment jobs, from 2021.7.0 on (contract 1.8, scheduling)."""

from __future__ import annotations

from typing import Any

from . import checks
from .dates import parsed, shown
from .lists import Keys, number_of, ordered, page
from .people import owner
from .records import Schedule
from .reply import ApiError, Reply, Row, invalid, not_permitted, refused
from .router import Call

_REQUIRED = ("type", "input", "environment", "schedule", "description", "userdata")
_KINDS = ("plan", "task", "deploy")
_KEYS: Keys = {
    "next_run_time": lambda one: one.next_run,
    "environment": lambda one: (one.environment, one.id),
    "owner": lambda one: (one.owner.login, one.id),
    "name": lambda one: one.id,
    "type": lambda one: (one.kind, one.id),
}


def _bad_paging(message: str, _details: Any) -> ApiError:
    return refused(400, "query-error", message, {})  # recording 133


def index(call: Call) -> Reply:
    """GET scheduled_jobs/environment_jobs (recordings 131 to 133)."""
    asked = page(call, _KEYS, "next_run_time", _bad_paging)
    kind = call.query.get("type")
    if kind is not None and kind not in _KINDS:
        raise _bad_paging(f"Invalid type {kind}", None)
    known = [one for one in call.store.schedules.values() if not one.old and kind in (None, one.kind)]
    items = [row(call, one) for one in asked.cut(ordered(known, asked, _KEYS))]
    more = {"order": asked.order, "order_by": asked.order_by, "total": len(known)}
    return Reply({"items": items, "pagination": asked.shown(**more)})


def find(call: Call, old: bool = False) -> Schedule:
    """The scheduled job of a path."""
    text = call.args["id"]
    found = call.store.schedules.get(number_of(text, "scheduled job", {"job-id": text}))
    if found is None or found.old is not old:
        raise refused(404, "unknown-job", f"Unknown scheduled job {text}", {"job-id": text})
    return found


def show(call: Call) -> Reply:
    """GET scheduled_jobs/environment_jobs/:id (recording 134)."""
    return Reply(row(call, find(call)))


def row(call: Call, one: Schedule) -> Row:
    """A scheduled job; its start keeps the offset that it was given with."""
    return {
        "id": call.link("scheduled_jobs", "environment_jobs", one.id),
        "name": str(one.id),
        "enabled": one.enabled,
        "environment": one.environment,
        "owner": owner(one.owner, call.server, call.puppet.keeper.logins[one.owner.login]),
        "description": one.description,
        "type": one.kind,
        "input": _shown_input(call, one),
        "schedule": {"start_time": one.start_time, "interval": one.interval},
        "next_run": None if one.next_run is None else {"time": shown(one.next_run)},
        "last_run": one.last_run,
        "userdata": one.userdata,
    }


def _shown_input(call: Call, one: Schedule) -> Row:
    if one.kind == "deploy":
        return one.input
    template = call.store.template(one.kind, one.input["name"], one.environment)
    known = (template.native["metadata"].get("parameters") or {}) if template else {}
    hidden = [name for name in one.input.get("parameters", {}) if known.get(name, {}).get("sensitive")]
    values = {name: given["value"] for name, given in one.input.get("parameters", {}).items() if name not in hidden}
    return {**one.input, "parameters": values, "sensitive_parameters": hidden}


# -- making and changing


def create(call: Call) -> Reply:
    """POST scheduled_jobs/environment_jobs: 200 (recordings 135 to 137)."""
    body = call.json()
    missing = [name for name in _REQUIRED if name not in body]
    if missing:
        raise invalid(f"{', '.join(missing)} required", {"missing": missing})
    made = Schedule(0, "", call.user)
    _fill(made, body)
    if made.start <= call.now:
        raise _past(made.start_time)
    call.puppet.scheduler.check(made)
    made.id = next(call.store.schedule_ids)
    made.next_run = made.start
    call.store.schedules[made.id] = made
    call.puppet.scheduler.arm(made)
    return _done(call, made)


def change(call: Call) -> Reply:
    """PUT scheduled_jobs/environment_jobs/:id: whole keys are replaced (recordings 138 and 139)."""
    found = find(call)
    if found.owner is not call.user and not call.user.admin:
        raise not_permitted(f"Not authorized to edit job {found.id}")
    if not found.enabled:
        details = {"job-id": str(found.id)}
        raise refused(400, "disabled-scheduled-job", f"Scheduled job {found.id} is disabled", details)
    body = call.json()
    if body.get("enabled") is False:
        found.enabled = False
    else:
        _edit(call, found, body)
    call.puppet.scheduler.arm(found)
    return _done(call, found)


def _edit(call: Call, found: Schedule, body: Row) -> None:
    whole = {
        "type": found.kind,
        "input": found.input,
        "environment": found.environment,
        "schedule": {"start_time": found.start_time, "interval": found.interval},
        "description": found.description,
        "userdata": found.userdata,
        **body,
    }
    draft = Schedule(found.id, "", found.owner)
    _fill(draft, whole)
    if "schedule" in body and draft.start <= call.now:
        raise _past(draft.start_time)
    call.puppet.scheduler.check(draft)
    if "schedule" in body:
        found.next_run = draft.start
    for name in ("kind", "environment", "description", "input", "start_time", "interval", "userdata", "body", "start"):
        setattr(found, name, getattr(draft, name))


def _done(call: Call, one: Schedule) -> Reply:
    link = call.link("scheduled_jobs", "environment_jobs", one.id)
    return Reply({"scheduled_job": {"id": link, "name": str(one.id)}})


def _past(text: str) -> ApiError:
    return refused(400, "invalid-time", f"The start time {text} is in the past", {"start_time": text})


def _fill(made: Schedule, body: Row) -> None:
    """Take over what a body says; what it means for the job is checked by the command's own checks."""
    made.kind = body["type"]
    if made.kind not in _KINDS:
        raise invalid(f"Invalid type {made.kind}", {"type": made.kind})
    made.input, made.userdata = checks.table(body, "input"), checks.table(body, "userdata")
    made.environment, made.description = body["environment"], checks.text(body, "description")
    schedule = checks.table(body, "schedule")
    made.start_time, made.interval = str(schedule.get("start_time", "")), interval(schedule.get("interval"))
    made.start = moment(made.start_time, "start_time")
    common: Row = {"environment": made.environment, "description": made.description, "userdata": made.userdata}
    given = checks.table(made.input, "parameters")
    if made.kind == "deploy":
        made.body = {**made.input, **common}
        return
    if not all(isinstance(one, dict) and "value" in one for one in given.values()):
        raise invalid("parameters must be a map of maps", {"parameters": sorted(given)})
    if made.kind == "plan":
        made.body = {"plan_name": made.input.get("name"), "params": given, **common}
    else:
        values = {name: one["value"] for name, one in given.items()}
        more: Row = {key: made.input[key] for key in ("scope", "targets", "noop", "concurrency") if key in made.input}
        made.body = {"task": made.input.get("name"), "params": values, **more, **common}


def moment(text: str, name: str) -> float:
    """A time to start at."""
    try:
        return parsed(text)
    except ValueError as error:
        raise refused(400, "invalid-time", f"Invalid time {text}", {name: text}) from error


def interval(given: Any) -> Row | None:
    """So many seconds between two runs, or none."""
    if given is None:
        return None
    value = given.get("value") if isinstance(given, dict) else None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1 or given.get("units") != "seconds":
        raise invalid("interval needs units (seconds) and a positive value", {"interval": given})
    return {"units": "seconds", "value": value}
