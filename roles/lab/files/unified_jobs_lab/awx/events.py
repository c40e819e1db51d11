# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events and host summaries of a job (contract 1.8; recordings events-*, hostsum-*, sys-07, proj-05)."""

from __future__ import annotations

from collections.abc import Callable

from ..model import Job
from ..plan import tally
from .filters import Filters
from .jobs import find_job
from .lists import fetch_row
from .paging import page
from .progress import has_stats, job_brief, visible_events
from .reply import Reply, Row
from .router import Call
from .stdout import clean
from .summaries import stamp, url
from .transcript import Event, host_column

CUT = 1024
_MODELS = {
    "job": "JobEvent",
    "system_job": "SystemJobEvent",
    "ad_hoc_command": "AdHocCommandEvent",
    "project_update": "ProjectUpdateEvent",
    "inventory_update": "InventoryUpdateEvent",
}
_FIELDS = (
    *("id", "created", "modified", "event", "counter", "event_display", "event_level", "failed", "changed", "uuid"),
    *("parent_uuid", "host", "host_name", "playbook", "play", "task", "role", "stdout", "start_line", "end_line"),
    *("verbosity", "job"),
)


def events_handler(path: str) -> Callable[[Call], Reply]:
    """GET of job_events/ or events/."""

    def handler(call: Call) -> Reply:
        job = find_job(call, path)
        hosts = {row["name"]: row for row in call.awx.store.hosts_of(job.native.get("inventory"))}
        whole = call.query.get("no_truncate", "") not in ("", "0", "false")
        rows = [event_row(call, job, event, hosts, whole) for event in visible_events(call.awx.engine, job)]
        filters = Filters(_MODELS[job.kind], _FIELDS, fetch_row(call))
        rows = filters.apply(rows, list(call.query.items(multi=True)))
        limit = call.query.get("limit", "")
        if limit.isdigit():
            return Reply({"results": rows[: int(limit)]})
        return page(call, rows)

    return handler


def event_row(call: Call, job: Job, event: Event, hosts: dict[str, Row], whole: bool) -> Row:
    """One event."""
    number = job.id * 100_000 + event.counter
    host = hosts.get(event.host)
    at = stamp((job.started or job.created) + event.offset)
    text = clean(event.stdout)
    if not whole and len(text.encode()) > CUT:
        text = text.encode()[:CUT].decode("utf-8", "ignore") + "\u2026"
    is_job = job.kind == "job"
    row: Row = {
        "id": number,
        "type": f"{job.kind}_event",
        "url": f"/api/v2/job_events/{number}/" if is_job else "",
        "related": _related(job, number, host),
        "summary_fields": _summary(call, job, host),
        "created": at,
        "modified": at,
        "event": event.name,
        "counter": event.counter,
        "event_display": event.display if event.name != "verbose" or is_job else "verbose",
        "event_data": event.data,
        "failed": event.failed,
        "changed": event.changed,
        "uuid": event.uuid,
        "stdout": text,
        "start_line": event.start_line,
        "end_line": event.end_line,
        "verbosity": 0,
        job.kind: job.id,
    }
    if job.kind in ("job", "project_update"):
        row |= {"event_level": event.level, "playbook": event.data.get("playbook", ""), "play": event.play}
        row |= {"task": event.task, "role": "", "host_name": event.host}
    if job.kind in ("job", "ad_hoc_command"):
        row |= {"host": host["id"] if host else None, "host_name": event.host}
    if is_job:
        row["parent_uuid"] = event.parent
    return row


def _related(job: Job, number: int, host: Row | None) -> Row:
    related = {job.kind: url(job.kind, job.id)}
    if job.kind == "job":
        related["children"] = f"/api/v2/job_events/{number}/children/"
    if host is not None:
        related["host"] = url("hosts", host["id"])
    return related


def _summary(call: Call, job: Job, host: Row | None) -> Row:
    if job.kind in ("system_job", "inventory_update"):
        return {}
    summary: Row = {job.kind: _job_summary(call, job), "role": {}}
    if host is not None:
        summary["host"] = {"id": host["id"], "name": host["name"], "description": ""}
    if job.kind == "ad_hoc_command":
        del summary["role"]
    return summary


def _job_summary(call: Call, job: Job) -> Row:
    brief = job_brief(call.awx.engine, job)
    if job.kind != "job":
        return {name: brief[name] for name in ("id", "name", "description", "status", "failed")}
    if job.template is not None:
        brief |= {"job_template_id": job.template.id, "job_template_name": job.template.name}
    return {**brief, "type": "job"}


def host_summaries(call: Call) -> Reply:
    """GET of job_host_summaries/."""
    job = find_job(call, "jobs")
    store = call.awx.store
    hosts = {row["name"]: row for row in store.hosts_of(job.native.get("inventory"))}
    tallies = tally(job.steps) if has_stats(call.awx.engine, job) else {}
    rows = [host_row(call, job, number, name, hosts.get(name)) for number, name in enumerate(tallies, start=1)]
    fields = ("id", "created", "modified", "job", "host", "host_name", "failed", *_COLUMNS, "processed", "rescued")
    filters = Filters("JobHostSummary", fields, fetch_row(call))
    return page(call, filters.apply(rows, list(call.query.items(multi=True))))


_COLUMNS = {
    "changed": "changed",
    "dark": "unreachable",
    "failures": "failed",
    "ok": "ok",
    "skipped": "skipped",
    "ignored": "ignored",
}


def host_row(call: Call, job: Job, number: int, name: str, host: Row | None) -> Row:
    """What a host came to."""
    mine = tally(job.steps)[name]
    key = job.id * 1000 + number
    summary: Row = {"job": _job_summary(call, job)}
    related = {"job": url("job", job.id)}
    if host is not None:
        summary["host"] = {"id": host["id"], "name": name, "description": ""}
        related["host"] = url("hosts", host["id"])
    return {
        "id": key,
        "type": "job_host_summary",
        "url": f"/api/v2/job_host_summaries/{key}/",
        "related": related,
        "summary_fields": summary,
        "created": stamp(job.finished),
        "modified": stamp(job.finished),
        "job": job.id,
        "host": host["id"] if host else None,
        "constructed_host": None,
        "host_name": name,
        **{column: host_column(mine, word) for column, word in _COLUMNS.items()},
        "processed": 1,
        "failed": bool(mine.failed or mine.unreachable),
        "rescued": 0,
    }
