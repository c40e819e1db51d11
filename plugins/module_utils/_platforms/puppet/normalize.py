# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: a raw body of the orchestrator as a job, for its three kinds (Puppet contract 1.4, 1.8, 1.9, 1.13)."""

from __future__ import annotations

import json
import re
import typing as t

from ..._clock import iso_time, parse_time
from ..._masking import TOO_DEEP
from ..._native import clean, mapping, rows, seconds, text, whole
from ..._types import HostStatus, Job, JobStatus, empty_host_counts
from . import facts
from .results import redacted

_COPIED = ("command", "node_count")
_OWNER = "login"
_LINK = re.compile(r"/(jobs|plan_jobs|scheduled_jobs(?:/environment_jobs)?)/[0-9]+/?", re.ASCII)


def normalize(native: t.Mapping[str, t.Any], kind: str | None = None) -> Job:
    """Return the job that a row, a detail or a plain reference shows. Tolerates anything.

    :param kind: which of the three kinds it is; found out by its keys if it is not said.
    """
    kind = kind or kind_of(native)
    options = mapping(native.get("options"))
    job = Job(
        platform="puppet",
        type=kind,
        id=id_of(native),
        launched_by=text(mapping(native.get("owner")).get(_OWNER)) or None,
        description=text(options.get("description") or native.get("description")),
        native_status=text(native.get("state")) or None,
        native=dict(native),
    )
    readers = {facts.JOB: _read_job, facts.PLAN_JOB: _read_plan, facts.SCHEDULED_JOB: _read_scheduled}
    readers.get(kind, _read_job)(job, native, options)
    return job


def kind_of(native: t.Mapping[str, t.Any]) -> str:
    """Return the kind of a body by the keys that only one kind has; its link is not to be trusted but for this."""
    options = mapping(native.get("options"))
    if "plan_name" in options or native.get("state") in ("success", "failure"):
        return facts.PLAN_JOB
    if "schedule" in native or "next_run" in native or "last_run" in native:
        return facts.SCHEDULED_JOB
    link = text(native.get("id"))
    known = (kind for kind in (facts.PLAN_JOB, facts.SCHEDULED_JOB) if f"/{kind}s/" in link)
    return next(known, facts.JOB)


def is_of_kind(native: t.Mapping[str, t.Any], kind: str) -> bool:
    """Return whether nothing in a body says that it is of another kind than was asked for.

    A number names three jobs: what is done to the wrong one is done to a job that nobody meant.
    """
    for value in (native.get("id"), native.get("name")):
        link = _LINK.search(value) if isinstance(value, str) else None
        if link:
            return link[1].partition("/")[0] == f"{kind}s"
    return kind == facts.PLAN_JOB or "plan_name" not in mapping(native.get("options"))


def recognizes(native: t.Mapping[str, t.Any]) -> bool:
    """Return whether a raw body is a job of the orchestrator."""
    links = text(native.get("id")) + text(native.get("name"))
    return facts.API + "/" in links and ("options" in native or "input" in native)


def id_of(native: t.Mapping[str, t.Any]) -> str | None:
    """Return the id: the name, which is a number; else the end of the link (contract 1.0, checklist 3, 70)."""
    for value in (native.get("name"), native.get("id")):
        word = text(value).rstrip("/").rpartition("/")[2]
        if not isinstance(value, bool) and is_number(word):
            return str(int(word))
    return None


def is_number(word: str) -> bool:
    """Return whether a text is a number as the server has them; very long ones are refused by Python itself."""
    return word.isascii() and word.isdigit() and len(word) <= 18


def subtype_of(native: t.Mapping[str, t.Any]) -> str | None:
    """Return the server's type of a job, which before 2019 follows from its command or options (checklist 32)."""
    said = text(native.get("type") or native.get("command"))
    if said:
        return said
    return "task" if "task" in mapping(native.get("options")) else "deploy"


def environment_of(native: t.Mapping[str, t.Any]) -> str | None:
    """Return the environment: of the options, else the old copy beside them (checklist 33)."""
    old = native.get("environment")
    return text(mapping(native.get("options")).get("environment") or mapping(old).get("name") or "") or (
        old if isinstance(old, str) and old else None
    )


def targets_text(scope: t.Any) -> str | None:
    """Return what a job ran on, as text."""
    known = mapping(scope)
    nodes, query, group = known.get("nodes"), known.get("query"), known.get("node_group")
    if isinstance(nodes, list):
        return ",".join(text(node) for node in nodes) or None
    if query:
        return query if isinstance(query, str) else json.dumps(query)
    if group:
        return f"node group {text(group)}"
    other = {name: value for name, value in known.items() if value}
    return (
        ", ".join(
            # such as the whole environment, of old releases
            name.replace("_", " ")
            if value is True
            else f"{name} {value if isinstance(value, str) else json.dumps(value)}"
            for name, value in other.items()
        )
        or None
    )


def parameters_of(native: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return what a job, plan or schedule was given, those masked that the server calls sensitive (checklist 50)."""
    options, given = mapping(native.get("options")), mapping(native.get("input"))
    for place, names in (
        (options.get("params"), options.get("sensitive")),
        (options.get("parameters"), options.get("sensitive")),
        (given.get("parameters"), given.get("sensitive_parameters")),
    ):
        if isinstance(place, dict):
            return masked(place, names)
    return {}


def masked(parameters: dict[str, t.Any], names: t.Any) -> dict[str, t.Any]:
    """Return parameters without the values of those that are named, and of those that say so themselves."""
    secret = names_in(names)
    return {
        name: facts.MASK if name in secret or (isinstance(value, dict) and "_sensitive" in value) else redacted(value)
        for name, value in parameters.items()
    }


def mask_native(native: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a body with what is secret masked, at any depth."""
    options, given = mapping(native.get("options")), mapping(native.get("input"))
    names = names_in(options.get("sensitive")) | names_in(given.get("sensitive_parameters"))
    result: dict[str, t.Any] = _without_secrets(dict(native), names, False, 0)
    return result


def names_in(value: t.Any) -> frozenset[str]:
    """Return the names of what is sensitive; a single one may come without its list."""
    names = [value] if isinstance(value, str) else value
    return frozenset(text(name) for name in names) if isinstance(names, (list, dict)) else frozenset()


def _without_secrets(value: t.Any, names: frozenset[str], given: bool, depth: int) -> t.Any:
    if isinstance(value, (dict, list)) and depth > facts.DEEPEST:
        return TOO_DEEP
    if isinstance(value, dict):
        return {
            key: facts.MASK
            if key in facts.SECRET_KEYS or key == "_sensitive" or (given and key in names)
            else _without_secrets(item, names, given or key in ("params", "parameters"), depth + 1)
            for key, item in value.items()
        }
    return [_without_secrets(item, names, given, depth + 1) for item in value] if isinstance(value, list) else value


# -- jobs ------------------------------------------------------------------------------------------------------


def _read_job(job: Job, native: t.Mapping[str, t.Any], options: dict[str, t.Any]) -> None:
    job.subtype = subtype_of(native)
    task = text(options.get("task")) or None
    job.template = {"id": None, "name": task}
    environment = environment_of(native)
    run = f"Puppet run in {environment}" if environment else "Puppet run"
    job.name = task or text(options.get("plan")) or (run if job.subtype == "deploy" else text(job.subtype))
    job.targets = targets_text(options.get("scope"))
    # a job that is new has not looked for its nodes yet and says that it has none
    count = whole(native.get("node_count"))
    if native.get("state") != "new" or count != 0:
        job.host_counts = count_states(native.get("node_states"), count)
    job.status = facts.JOB_STATUSES.get(text(native.get("state")), JobStatus.UNKNOWN)
    _warn_of_unknown(job)
    judge(job)
    _set_job_times(job, native)
    job.details = _job_details(native, options, environment)


def judge(job: Job) -> None:
    """Let the nodes decide too: a job that is finished with a node that failed has failed (contract 1.13)."""
    bad = sum(job.host_counts[word] or 0 for word in HostStatus.BAD)
    if job.status == JobStatus.SUCCESSFUL and bad:
        job.status = JobStatus.FAILED
    if job.status == JobStatus.FAILED and not bad and job.host_counts["total"] == 0:
        job.explanation = "It failed before it ran on any node."
    if job.status == JobStatus.CANCELED and not job.explanation:
        job.explanation = "It was stopped."


def count_states(states: t.Any, total: int | None) -> dict[str, int | None]:
    """Return counts out of C(node_states), in which zeros are left out and which may be null (checklist 29)."""
    counts = empty_host_counts()
    counts["total"] = total
    said = {text(state): whole(count) for state, count in mapping(states).items()}
    if None in said.values() or (not said and total != 0):
        return counts
    # how many of the finished ones were changed is only said by the nodes themselves
    counts.update({word: 0 for word in HostStatus.ALL if word != HostStatus.CHANGED or not said})
    for state, count in said.items():
        word = facts.NODE_STATUSES.get(state, HostStatus.UNKNOWN)
        counts[word] = (counts[word] or 0) + (count or 0)
    counts["total"] = max(total or 0, sum(counts[word] or 0 for word in HostStatus.ALL))
    return counts


def _set_job_times(job: Job, native: t.Mapping[str, t.Any]) -> None:
    """Set times; servers before 2019.8.5 only have the states' own and that of the last change."""
    states = rows(native.get("status"))
    first = iso_time(states[0].get("enter_time")) if states else None
    running = next((iso_time(row.get("enter_time")) for row in states if row.get("state") == "running"), None)
    made = iso_time(native.get("created_timestamp")) or iso_time(native.get("started_timestamp"))
    job.created_at = made or first
    if job.status != JobStatus.PENDING:
        job.started_at = iso_time(native.get("started_timestamp")) or made or running
    if job.is_finished:
        job.finished_at = iso_time(native.get("finished_timestamp")) or iso_time(native.get("timestamp"))
    job.elapsed = _elapsed(job, native)


def _elapsed(job: Job, native: t.Mapping[str, t.Any]) -> float | None:
    said = seconds(native.get("duration"))
    start, end = parse_time(job.started_at), parse_time(job.finished_at)
    if said is None and start and end and end >= start:
        return (end - start).total_seconds()
    return said


def _job_details(native: t.Mapping[str, t.Any], options: dict[str, t.Any], environment: str | None) -> dict[str, t.Any]:
    details: dict[str, t.Any] = {name: native[name] for name in _COPIED if name in native}
    details["environment"] = environment
    details["scope"] = options.get("scope")
    details["options"] = {
        text(name).replace("-", "_"): value for name, value in options.items() if name not in facts.SHOWN_ELSEWHERE
    }
    details["options"].pop("sensitive", None)
    details["changed_at"] = iso_time(native.get("timestamp")) or native.get("timestamp")
    if "node_states" in native:
        details["node_states"] = native["node_states"]
    plan = options.get("plan_job")
    details["plan_job"] = None if plan is None else text(plan)
    scheduled = options.get("scheduled-job-id") or options.get("scheduled_job_id")
    details["scheduled_job"] = None if scheduled is None else text(scheduled)
    if "userdata" in native:
        details["userdata"] = native["userdata"]
    return details


def _warn_of_unknown(job: Job) -> None:
    if job.status == JobStatus.UNKNOWN:
        job.warn(f"The state {job.native_status!r} is not known here, so the job is treated as not finished.")


# -- plans -----------------------------------------------------------------------------------------------------


def _read_plan(job: Job, native: t.Mapping[str, t.Any], options: dict[str, t.Any]) -> None:
    job.name = text(options.get("plan_name"))
    job.template = {"id": None, "name": job.name or None}
    job.status = facts.PLAN_STATUSES.get(text(native.get("state")), JobStatus.UNKNOWN)
    _warn_of_unknown(job)
    job.created_at = iso_time(native.get("created_timestamp")) or iso_time(native.get("started_timestamp"))
    job.started_at = job.created_at if job.status != JobStatus.PENDING else None
    if job.is_finished:
        job.finished_at = iso_time(native.get("finished_timestamp")) or iso_time(native.get("timestamp"))
    job.elapsed = _elapsed(job, native)
    if job.status == JobStatus.FAILED:
        job.explanation = plan_error(native.get("result"))
    jobs = mapping(native.get("status"))
    details = _job_details(native, options, environment_of(native))
    job.details = {name: value for name, value in details.items() if name not in ("scope", "plan_job")}
    if "status" in native:
        job.details["jobs"] = {text(number): last_state(states) for number, states in jobs.items()}


def plan_error(result: t.Any) -> str:
    """Return why a plan failed: an error of Bolt, at the top or under C(_error), or anything (contract 1.9)."""
    error = mapping(result).get("_error") or result
    if isinstance(error, dict):
        return clean(text(error.get("msg")) or text(error.get("kind"))).strip()
    return clean(error).strip() if isinstance(error, str) else ""


def last_state(states: t.Any) -> str | None:
    """Return the last of a list of states."""
    known = rows(states)
    return (text(known[-1].get("state")) or None) if known else None


# -- schedules -------------------------------------------------------------------------------------------------


def _in_new_words(native: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any]:
    """Return a row of the list before 2021.7.0 as one of today's."""
    if "input" in native or "scheduled_time" not in native:
        return native
    kind = text(native.get("type"))
    given = {name: native[name] for name in ("scope", "noop") if name in native}
    interval = mapping(native.get("schedule_options")).get("interval")
    return {
        **native,
        "input": {**given, **({"name": native[kind]} if kind in native else {})},
        "schedule": {"start_time": native["scheduled_time"], "interval": interval},
    }


def _read_scheduled(job: Job, native: t.Mapping[str, t.Any], options: dict[str, t.Any]) -> None:
    native = _in_new_words(native)
    given, schedule = mapping(native.get("input")), mapping(native.get("schedule"))
    interval = mapping(schedule.get("interval"))
    job.subtype = "recurring" if interval else "future"
    # a row of the list has all that its own page has
    job.is_complete = True
    job.template = {"id": None, "name": text(given.get("name")) or None}
    environment = text(native.get("environment")) or None
    job.name = text(given.get("name")) or (f"Puppet run in {environment}" if environment else "Puppet run")
    job.targets = targets_text(given.get("scope"))
    is_on = native.get("enabled") is not False
    start = iso_time(mapping(native.get("next_run")).get("time")) or iso_time(schedule.get("start_time"))
    job.native_status = "enabled" if is_on else "disabled"
    job.status = JobStatus.SCHEDULED if is_on else JobStatus.CANCELED
    job.explanation = (f"It is to start at {start}." if start else "") if is_on else "It was disabled."
    job.details = {
        "type": native.get("type"),
        "enabled": is_on,
        "environment": environment,
        "scope": given.get("scope"),
        "options": {
            name: value
            for name, value in given.items()
            if name not in (*facts.SHOWN_ELSEWHERE, "name", "sensitive_parameters")
        },
        "start_time": iso_time(schedule.get("start_time")) or schedule.get("start_time"),
        "interval": seconds(interval.get("value")),
        "next_run_at": iso_time(mapping(native.get("next_run")).get("time")),
        "last_run": _last_run(native),
        "userdata": native.get("userdata"),
    }
    if is_on and is_spent(job):
        # how that went, says the job that it started, if it became one
        last = job.details["last_run"]
        job.explanation = last["error"] or f"It started at {last['at'] or 'its time'} and will not start again."
        job.status = JobStatus.ERROR if last["error"] else job.status


def _last_run(native: t.Mapping[str, t.Any]) -> dict[str, t.Any] | None:
    last = mapping(native.get("last_run"))
    run = mapping(last.get("job"))
    kind = facts.PLAN_JOB if native.get("type") == "plan" or kind_of(run) == facts.PLAN_JOB else facts.JOB
    # a number whose kind nothing tells is no job's: a cancel would stop the wrong one
    is_told = native.get("type") in ("plan", "task", "deploy") or _LINK.search(text(run.get("id")))
    return (
        {
            "at": iso_time(last.get("time")),
            "type": kind,
            "id": id_of(run) if is_told and is_of_kind(run, kind) else None,
            "error": clean(text(mapping(run.get("submission_error")).get("msg"))) or None,
        }
        if last
        else None
    )


def is_spent(job: Job) -> bool:
    """Return whether a schedule has done what it was to do."""
    details = job.details
    return job.subtype == "future" and bool(details["last_run"]) and details["next_run_at"] is None
