# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: a raw Foreman body as a job (Foreman contract 1.1, 1.2, 1.10, 1.15)."""

from __future__ import annotations

import re
import typing as t

from ..._clock import iso_time, parse_time
from ..._native import clean, mapping, rows, text, whole
from ..._types import Job, JobStatus, empty_host_counts
from . import facts

MASK = "********"
#: how the description of a job with a launch key begins
KEY_MARK = re.compile(r"\[launch_key: (?P<key>[^\]\s]+)\] ?")
_DATE = re.compile(r"^(?P<moment>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}) (?P<zone>UTC|[+-]\d{4})$")


def normalize(native: t.Mapping[str, t.Any]) -> Job:
    """Return the job that a row of the index, a detail or the answer of a launch shows. Tolerates anything."""
    detail = "targeting" in native
    name = text(native.get("description")) or text(native.get("template_name")) or text(native.get("job_category"))
    job = Job(
        platform="foreman",
        type=facts.JOB_TYPE,
        id=text(native["id"]) if native.get("id") is not None else None,
        subtype=(text(native.get("mode")) or "immediate") if detail else None,
        name=name,
        template={
            "id": text(native["template_id"]) if native.get("template_id") is not None else None,
            "name": text(native.get("template_name")) or None,
        },
        description=text(native.get("description")),
        targets=text(mapping(native.get("targeting")).get("search_query")) or None,
        host_counts=_host_counts(native),
        native=dict(native),
        # the answer to a launch does not know its inputs yet
        is_complete=detail and native.get("pattern_template_invocations", ()) is not None,
    )
    _set_status(job, native)
    _set_times(job, native)
    job.details = _details(native)
    return job


def recognizes(native: t.Mapping[str, t.Any]) -> bool:
    """Return whether a raw body is a job of Foreman: no other platform has its targeting and its label."""
    return "targeting_id" in native and "status_label" in native


def is_paused(job: Job) -> bool:
    """Return whether the job's task waits for an administrator; it cannot be canceled then (contract 1.8)."""
    return mapping(job.details.get("task")).get("state") == "paused"


def add_task(job: Job, task: t.Mapping[str, t.Any]) -> None:
    """Add what only the task says, which not every user may read: end, user, errors (contract 1.11)."""
    job.finished_at = parse_date(task.get("ended_at")) if job.is_finished else None
    job.started_at = parse_date(task.get("started_at")) or job.started_at
    job.launched_by = text(task.get("username")) or job.launched_by
    if job.started_at and job.finished_at:
        job.elapsed = _seconds_between(task)
    errors = mapping(task.get("humanized")).get("errors")
    said = [clean(text(item)).strip() for item in errors] if isinstance(errors, list) else []
    # "A sub task failed" is how every job with failed hosts ends, so it explains nothing
    said = [item for item in said if item and not item.startswith("A sub task failed")]
    if said and job.status in (JobStatus.FAILED, JobStatus.ERROR, JobStatus.CANCELED):
        job.explanation = " ".join(part for part in (job.explanation, *said) if part)
    job.details["task"] = {
        **mapping(job.details.get("task")),
        "result": task.get("result"),
        "progress": task.get("progress"),
    }


def parse_date(value: t.Any) -> str | None:
    """Return one of the server's three date forms as ISO 8601 UTC text."""
    match = _DATE.match(value.strip()) if isinstance(value, str) else None
    if not match:
        return iso_time(value)
    return iso_time(match["moment"] + ("Z" if match["zone"] == "UTC" else match["zone"]))


def mask_native(native: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a body with what is secret masked; hidden inputs come masked from the server."""
    return {key: MASK if key in facts.SECRET_FIELDS and value else value for key, value in native.items()}


def input_values(native: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the job's own inputs by name: of the pattern, on old servers of the first host."""
    for key in ("pattern_template_invocations", "template_invocations"):
        for invocation in rows(native.get(key)):
            values = rows(invocation.get("template_invocation_input_values"))
            if values:
                return {text(item.get("template_input_name")): item.get("value") for item in values}
    return {}


def is_hidden(value: object) -> bool:
    """Return whether a value is what the server shows of a hidden input: nobody can read it back."""
    return isinstance(value, str) and bool(value) and set(value) == {"*"}


def _set_status(job: Job, native: t.Mapping[str, t.Any]) -> None:
    """Follow the table of contract 1.10, first match wins."""
    label = text(native.get("status_label"))
    task = native.get("dynflow_task") if "dynflow_task" in native else native.get("task")
    state = text(mapping(task).get("state"))
    job.native_status = "/".join(part for part in (label, state) if part) or None
    if not task and not label:
        job.warn("Foreman does not say how the job is; it is treated as not finished.")
    elif not task:
        job.status = JobStatus.ERROR
        # its detail says no more, and is an error on newer servers (contract 1.2)
        job.is_complete = True
        job.explanation = "It was never planned, or its task is gone: there is nothing that could run."
    elif state in facts.OPEN_STATES:
        job.status = facts.STATUSES[state]
        if state == "paused":
            job.explanation = "Its task is paused: nothing moves until an administrator resumes or skips it."
    elif state == "stopped" and label in ("succeeded", "cancelled", "failed"):
        job.status = facts.STATUSES[label]
        _judge_stopped(job, native)
    else:
        job.status = JobStatus.UNKNOWN
        job.warn(f"Foreman reports {job.native_status!r}, which is not known; the job is treated as not finished.")


def _judge_stopped(job: Job, native: t.Mapping[str, t.Any]) -> None:
    """Tell a canceled job from a failed one, and say so if a job ran on no host at all."""
    if job.status == JobStatus.FAILED and whole(native.get("cancelled")) and not whole(native.get("failed")):
        job.status = JobStatus.CANCELED
    if job.status == JobStatus.SUCCESSFUL and 0 in (whole(native.get("total")), whole(native.get("total_hosts"))):
        job.warn("It ran on no host, because none fit its search.")


def _host_counts(native: t.Mapping[str, t.Any]) -> dict[str, int | None]:
    """Return counts; numbers that the server does not know are null, and so is what it never tells apart."""
    counts = empty_host_counts()
    hosts, total = whole(native.get("total_hosts")), whole(native.get("total"))
    counts["total"] = hosts if hosts is not None else total
    names = {"succeeded": "ok", "failed": "failed", "pending": "pending", "cancelled": "canceled"}
    if total is not None:
        counts.update({ours: whole(native.get(theirs)) for theirs, ours in names.items()})
    return counts


def _set_times(job: Job, native: t.Mapping[str, t.Any]) -> None:
    """Set times. When a job was created is only said of one that started at once: C(start_at) is that time."""
    start_at = parse_date(native.get("start_at"))
    if job.status == JobStatus.SCHEDULED:
        job.explanation = f"It is to start at {start_at}." if start_at else ""
        return
    job.created_at = start_at
    if job.native_status and not job.native_status.endswith(("/pending", "/planning", "/planned")):
        job.started_at = parse_date(mapping(native.get("task")).get("started_at")) or start_at


def _seconds_between(task: t.Mapping[str, t.Any]) -> float | None:
    start, end = (parse_time(parse_date(task.get(key))) for key in ("started_at", "ended_at"))
    return max(0.0, (end - start).total_seconds()) if start and end else None


def key_of(description: str) -> str | None:
    """Return the launch key that a description begins with."""
    found = KEY_MARK.match(description)
    return found["key"] if found else None


def _details(native: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    details: dict[str, t.Any] = {name: native[name] for name in facts.DETAILS if name in native}
    key = key_of(text(native.get("description")))
    if key is not None:
        details["launch_key"] = key
    details["start_at"] = parse_date(native.get("start_at"))
    task = {**mapping(native.get("dynflow_task")), **mapping(native.get("task"))}
    details["task"] = {"id": task.get("id"), "state": task.get("state")} if task else None
    if "cancellable" in task:
        details["task"]["cancellable"] = task["cancellable"]
    targeting = mapping(native.get("targeting"))
    if targeting:
        details["targeting"] = {name: targeting.get(name) for name in facts.TARGETING}
    for ours, theirs in (("organization", "job_organization"), ("location", "job_location")):
        taxonomy = mapping(native.get(theirs))
        if theirs in native:
            name = taxonomy.get("title") or taxonomy.get("name")
            details[ours] = {"id": taxonomy.get("id"), "name": name} if taxonomy else None
    recurrence, scheduling = mapping(native.get("recurrence")), mapping(native.get("scheduling"))
    if recurrence:
        details["recurrence"] = {name: recurrence.get(name) for name in facts.RECURRENCE}
        details["recurrence"]["end_time"] = parse_date(recurrence.get("end_time"))
        # the server spells it so
        details["recurrence"]["last_occurrence"] = parse_date(recurrence.get("last_occurence"))
        details["recurrence"]["next_occurrence"] = parse_date(recurrence.get("next_occurence"))
    if scheduling:
        details["scheduling"] = {name: parse_date(scheduling.get(name)) for name in ("start_at", "start_before")}
    return details
