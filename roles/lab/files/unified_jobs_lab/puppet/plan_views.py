# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan jobs: the list, one of them, its events (contract 1.9)."""

from __future__ import annotations

from .dates import shown
from .job_views import event_page, event_row
from .lists import Keys, number_of, ordered, page, window
from .people import owner
from .records import Event, PlanRun
from .reply import Reply, Row, refused, unknown_plan_job
from .router import Call

_KEYS: Keys = {
    "timestamp": lambda plan: (plan.touched, plan.id),
    "name": lambda plan: plan.id,
    "owner": lambda plan: (plan.owner.login, plan.id),
    "environment": lambda plan: (plan.environment, plan.id),
    "state": lambda plan: (plan.state, plan.id),
}
CUT = 1024


def find_plan(call: Call) -> PlanRun:
    """The plan job of a path."""
    text = call.args["id"]
    found = call.store.plan_runs.get(number_of(text, "plan job", {}))
    if found is None:
        raise unknown_plan_job(text)
    return found


def index(call: Call) -> Reply:
    """GET plan_jobs (recordings 144 to 146); before 2019.8.8 the newest first, whatever is asked."""
    if call.server.has(2019, 8, 8):
        asked = page(call, _KEYS, "timestamp")
        plans = ordered(list(call.store.plan_runs.values()), asked, _KEYS)
    else:
        asked = page(call, {"name": _KEYS["name"]}, "name")
        plans = sorted(call.store.plan_runs.values(), key=lambda plan: -plan.id)
    plans = window(call, lambda plan: plan.finished, plans)
    rows = [row(call, plan) for plan in asked.cut(plans)]
    if call.query.get("results") == "exclude":
        for one in rows:
            del one["result"]
    return Reply({"items": rows, "pagination": asked.shown(total=len(plans))})


def show(call: Call) -> Reply:
    """GET plan_jobs/:id with the states of its jobs (recordings 147 to 152)."""
    plan = find_plan(call)
    status: Row = {}
    for run in plan.runs:
        ends = [moment for _state, moment in run.states[1:]] + [None]
        status[str(run.id)] = [
            {"state": state, "enter_time": shown(moment), "exit_time": shown(end)}
            for (state, moment), end in zip(run.states, ends, strict=True)
        ]
    return Reply({**row(call, plan), "timestamp": shown(plan.touched), "status": status})


def row(call: Call, plan: PlanRun) -> Row:
    """A plan job, by release."""
    state = plan.state
    if state == "pending" and not call.server.has(2023):
        state = "running"
    found: Row = {
        "id": call.link("plan_jobs", plan.id),
        "name": str(plan.id),
        "state": state,
        "options": plan.options,
        "result": plan.result,
        "owner": owner(plan.owner, call.server, call.puppet.keeper.logins[plan.owner.login]),
        "created_timestamp": shown(plan.created),
        "finished_timestamp": shown(plan.finished),
        "duration": round((call.now if plan.finished is None else plan.finished) - plan.created, 3),
        "events": {"id": call.link("plan_jobs", plan.id, "events")},
    }
    if call.server.has(2019, 8, 5):
        found["userdata"] = plan.userdata
    return found


def events(call: Call) -> Reply:
    """GET plan_jobs/:id/events; messages are cut (recordings 155 to 157)."""
    plan = find_plan(call)
    known = [_cut(_as_sent(call, event)) for event in sorted(plan.events, key=lambda one: one.time)]
    return event_page(call, known, "plan_jobs", plan.id)


def event(call: Call) -> Reply:
    """GET plan_jobs/:id/event/:eid: the whole message (recordings 158 and 159)."""
    plan = find_plan(call)
    number = number_of(call.args["event"], "event", {"event-id": call.args["event"]})
    found = next((one for one in plan.events if one.id == number), None)
    if found is None:
        message = f"Event {number} does not belong to plan job {plan.id}"
        details = {"job-id": str(plan.id), "event-id": str(number)}
        raise refused(404, "mismatched-job-event-id", message, details)
    return Reply(event_row(_as_sent(call, found)))


def _as_sent(call: Call, event: Event) -> Event:
    """The number of a job was a number, and became a text (recordings 155 and 156)."""
    if "job-id" in event.details and call.server.has(2021):
        return Event(event.id, event.kind, event.time, {"job-id": str(event.details["job-id"])}, event.message)
    return event


def _cut(event: Event) -> Event:
    if event.kind != "out_message":
        return event
    text = event.details["message"].encode()[:CUT].decode(errors="ignore")
    return Event(event.id, event.kind, event.time, {"message": text}, event.message)
