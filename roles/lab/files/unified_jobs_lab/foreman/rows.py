# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bodies of job invocations (contract 1.1 and 1.2; recordings index_*, show_*, create_*)."""

from __future__ import annotations

from typing import Any

from .dates import shown
from .inputs import values_of
from .records import HostRun, Invocation, Recurrence, Taxonomy
from .recurrences import next_occurrence
from .reply import Row
from .router import Call

UNKNOWN = "N/A"
#: What only the number of hosts says instead, for those who ask in another language.
_TRANSLATED = {"de": "k.A.", "fr": "Sans objet", "ru": "Недоступно"}


def tally(made: Invocation) -> dict[str, int]:
    """How many hosts came to what; those without a task wait while the job runs and count as canceled afterwards."""
    results = [run.task.result for run in made.runs.values()]
    found = {
        "succeeded": results.count("success"),
        "failed": results.count("error"),
        "pending": results.count("pending"),
        "cancelled": results.count("cancelled"),
    }
    missing = len([number for number in made.targeting.hosts or () if number not in made.runs])
    if made.status != 2:
        found["cancelled" if made.finished else "pending"] += missing
    return found


def base_row(call: Call, made: Invocation) -> Row:
    """The row of the index."""
    server, details = call.server, made.details
    row: Row = {
        "id": made.id,
        "description": made.description,
        "job_category": made.template.native["category"],
        "targeting_id": made.targeting.id,
        "status": made.status,
        "start_at": shown(made.task.start_at) if made.task else None,
        "status_label": made.label,
        "ssh_user": details.ssh_user,
    }
    if server.has(9, 1):
        row["time_to_pickup"] = details.time_to_pickup
    if server.has(15):
        row["concurrency_level"] = details.concurrency_level
        row["execution_timeout_interval"] = details.execution_timeout
    row["dynflow_task"] = {"id": made.task.id, "state": made.task.state} if made.task else None
    if server.has(12):
        row["template_id"] = made.template.id
        row["template_name"] = made.template.name
        row["effective_user"] = details.effective_user
    return {**row, **_counts(call, made)}


def _counts(call: Call, made: Invocation) -> Row:
    hosts = made.targeting.hosts
    gone = [number for number in hosts or () if number not in call.store.hosts]
    total: int | str = UNKNOWN if hosts is None or made.status == 2 else len(hosts)
    counts: Row = dict(tally(made))
    unknown = _TRANSLATED.get(call.language, UNKNOWN)
    if call.server.has(13, 1):
        return {**counts, "total": total, "missing": len(gone), "total_hosts": unknown if hosts is None else len(hosts)}
    del counts["cancelled"]
    if made.status == 2 or made.state == "planned":
        counts = dict.fromkeys(counts, UNKNOWN)
    return {**counts, "total": total, "missing": len(gone)}


def full_row(call: Call, made: Invocation, created: bool = False, statuses: bool = False, hosts: bool = True) -> Row:
    """The body of show, and of a new invocation, which lacks what is only known later."""
    seen = call.store.visible_hosts(call.user)
    targeted = [host for host in seen if host.id in (made.targeting.hosts or ())]
    row = base_row(call, made)
    row["targeting"] = _targeting(call, made)
    if hosts:
        row["targeting"]["hosts"] = [_host(call, made, host.id, statuses) for host in targeted]
    row["task"] = _task(call, made)
    row.update(_mode(call, made))
    shown_runs = [made.runs[host.id] for host in targeted if host.id in made.runs]
    if shown_runs:
        row["template_invocations"] = [_template_invocation(call, made, run) for run in shown_runs]
    if call.server.has(15):
        pattern = [_template_invocation(call, made, None)]
        row["pattern_template_invocations"] = None if created else pattern
        for name, one in (("job_organization", made.organization), ("job_location", made.location)):
            row[name] = taxonomy_row(one) if one is not None and not created else None
    return row


def taxonomy_row(one: Taxonomy) -> Row:
    """A whole organization or location."""
    return {
        "id": one.id,
        "name": one.name,
        "title": one.title,
        "description": one.description,
        "ancestry": str(one.parent) if one.parent else None,
    }


def _targeting(call: Call, made: Invocation) -> Row:
    targeting = made.targeting
    bookmark = targeting.bookmark
    row: Row = {"bookmark_id": bookmark.id if bookmark else None}
    if call.server.has(15):
        row["bookmark_name"] = bookmark.name if bookmark else None
    row["search_query"] = targeting.query
    row["targeting_type"] = targeting.kind
    row["user_id"] = targeting.user.id
    row["randomized_ordering"] = targeting.randomized
    return row


def _host(call: Call, made: Invocation, number: int, statuses: bool) -> Row:
    host = call.store.hosts[number]
    row: Row = {"name": host.name, "id": host.id}
    if call.server.has(10):
        row["display_name"] = host.name
    if statuses:
        row["job_status"] = job_status(made, number)
    return row


def job_status(made: Invocation, number: int) -> str:
    """What a job came to on one host, in one word (contract 1.7)."""
    run = made.runs.get(number)
    if run is None:
        return "cancelled" if made.task is not None and made.task.result == "cancelled" else UNKNOWN
    if run.pending:
        return run.task.state
    return "error" if run.task.result == "warning" else run.task.result


def _task(call: Call, made: Invocation) -> Row | None:
    if made.task is None:
        return None
    row: Row = {"id": made.task.id, "state": made.task.state}
    if call.server.has(16):
        row["started_at"] = shown(made.task.started)
    return row


def _mode(call: Call, made: Invocation) -> Row:
    """The kind of start; a job that started at once does not name one (contract 1.2)."""
    if made.recurrence is not None:
        return {"mode": "recurring", "recurrence": recurrence_row(call, made.recurrence)}
    if made.mode == "future":
        start_at = shown(made.task.start_at) if made.task else None
        return {"mode": "future", "scheduling": {"start_at": start_at, "start_before": shown(made.start_before)}}
    return {}


def recurrence_row(call: Call, logic: Recurrence) -> Row:
    """A recurring logic."""
    row: Row = {
        "id": logic.id,
        "cron_line": logic.cron_line,
        "end_time": None,
        "iteration": logic.iteration,
        "task_group_id": logic.task_group,
        "state": logic.state,
        "max_iteration": logic.max_iteration,
    }
    if not call.server.has(10):
        return row
    return {
        **row,
        "purpose": logic.purpose,
        "task_count": logic.tasks,
        "action": "Run hosts job:",
        "last_occurence": shown(logic.last),
        "next_occurence": shown(next_occurrence(call.store, logic)),
    }


def _template_invocation(call: Call, made: Invocation, run: HostRun | None) -> Row:
    return {
        "template_id": made.template.id,
        "template_name": made.template.name,
        "host_id": run.host.id if run else None,
        "template_invocation_input_values": values_of(call.store, made),
    }


def raw_record(call: Call, made: Invocation) -> Row:
    """The columns of the table, as rerun answers them (recordings rerun_*): no status, and no secret kept."""
    details = made.details
    row: Row = {
        "id": made.id,
        "targeting_id": made.targeting.id,
        "job_category": made.template.native["category"],
        "task_id": made.task.id if made.task else None,
        "task_group_id": made.task_group,
        "triggering_id": made.triggering,
        "description": made.description,
        "concurrency_level": details.concurrency_level,
    }
    if not call.server.has(11):
        row["time_span"] = None
    secrets: dict[str, Any] = {"password": None, "key_passphrase": None}
    return {
        **row,
        "execution_timeout_interval": details.execution_timeout,
        **secrets,
        "remote_execution_feature_id": details.feature,
        "effective_user_password": None,
        "ssh_user": details.ssh_user,
        "time_to_pickup": details.time_to_pickup,
    }
