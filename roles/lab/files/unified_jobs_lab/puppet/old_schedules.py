# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deprecated ways to schedule: served up to 2021.6, a shadow of themselves from 2021.7.0 on (contract 1.8)."""

from __future__ import annotations

from .lists import Keys, ordered, page
from .people import owner
from .records import Schedule
from .reply import Reply, Row, not_permitted, refused
from .router import Call, Handler
from .schedules import find, interval, moment

_KEYS: Keys = {
    "next_run": lambda one: one.next_run,
    "scheduled_time": lambda one: one.start,
    "name": lambda one: one.id,
}
_EXTRA = ("scheduled_time", "schedule_options")


def schedule(kind: str) -> Handler:
    """POST command/schedule_task, schedule_deploy or schedule_plan (recordings 063 and 064)."""

    def handler(call: Call) -> Reply:
        body = call.json()
        text = str(body.get("scheduled_time", ""))
        start = moment(text, "scheduled_time")
        if start <= call.now:
            message = f"The scheduled time {text} is in the past"
            raise refused(400, "invalid-time", message, {"scheduled_time": text})
        options = body.get("schedule_options") or {}
        made = Schedule(0, kind, call.user, old=True, start_time=text, start=start, next_run=start)
        made.environment = str(body.get("environment") or "production")
        made.description = str(body.get("description") or "")
        made.interval = interval(options.get("interval") if isinstance(options, dict) else options)
        made.body = {key: value for key, value in body.items() if key not in _EXTRA}
        call.puppet.scheduler.check(made)
        made.id = next(call.store.schedule_ids)
        call.store.schedules[made.id] = made
        call.puppet.scheduler.arm(made)
        link = call.link("scheduled_jobs", made.id)
        return Reply({"scheduled_job": {"id": link, "name": str(made.id)}}, 202)

    return handler


def index(call: Call) -> Reply:
    """GET scheduled_jobs; from 2021.7.0 on always empty (recording 140)."""
    if call.server.has(2021, 7):
        return Reply({"items": []})
    asked = page(call, _KEYS, "next_run")
    known = [one for one in call.store.schedules.values() if one.old and one.next_run is not None]
    items = [_row(call, one) for one in asked.cut(ordered(known, asked, _KEYS))]
    return Reply({"items": items, "pagination": asked.shown(total=len(known))})


def _row(call: Call, one: Schedule) -> Row:
    found: Row = {
        "id": call.link("scheduled_jobs", one.id),
        "name": str(one.id),
        "type": one.kind,
        "scope": one.body.get("scope"),
        "environment": one.environment,
        "owner": owner(one.owner, call.server, call.puppet.keeper.logins[one.owner.login]),
        "description": one.description,
        "scheduled_time": one.start_time,
        "noop": bool(one.body.get("noop")),
    }
    if one.kind != "deploy":
        found[one.kind] = one.body.get("task", one.body.get("plan_name"))
    return found


def delete(call: Call) -> Reply:
    """DELETE scheduled_jobs/:id; from 2021.7.0 on it says so and does nothing (recordings 141 to 143)."""
    if call.server.has(2021, 7):
        return Reply(None, 204)
    found = find(call, old=True)
    if found.owner is not call.user and not call.user.admin:
        raise not_permitted(f"Not authorized to delete job {found.id}")
    del call.store.schedules[found.id]
    return Reply(None, 204)
