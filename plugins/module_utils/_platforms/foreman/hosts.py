# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: how a job fared on its hosts (Foreman contract 1.7)."""

from __future__ import annotations

import typing as t

from ..._errors import ApiError
from ..._native import mapping, rows, tail, text
from ..._types import HostResult, HostStatus, Job
from . import facts
from .api import Api, Row, as_number
from .normalize import is_paused
from .output import CHUNK, Printed, read_outputs

#: how much of each kind of output explains a host that failed
_SHOWN_BYTES = 4096


def host_rows(api: Api, job: Job, host_filter: t.Any = None) -> list[Row]:
    """Return the hosts of a job with their C(job_status); old servers and bare users get them from the detail."""
    path = f"{facts.JOBS}/{job.id}"
    params: Row = {"search": host_filter} if isinstance(host_filter, str) else {}
    try:
        found = api.all_rows(f"{path}/hosts", params)
    except ApiError as error:
        if error.status not in (403, 404):
            raise
        detail = mapping(api.get(path, {"host_status": True}))
        found = rows(mapping(detail.get("targeting")).get("hosts"))
        if isinstance(host_filter, str):
            fitting = {text(row.get("id")) for row in api.all_rows("/api/hosts", {"search": host_filter, "thin": True})}
            found = [row for row in found if text(row.get("id")) in fitting]
    if host_filter is None or isinstance(host_filter, str):
        return found
    return [row for row in found if row.get("name") in host_filter]


def iter_hosts(api: Api, job: Job, host_filter: t.Any, output_bytes: int | None) -> t.Iterator[HostResult]:
    """Yield the results of the hosts.

    What a host printed tells its exit code, and why it failed. Of many hosts only that of those that failed is read.
    """
    found = sorted(host_rows(api, job, host_filter), key=lambda row: text(row.get("name")))
    wanted = found
    if output_bytes is None and len(found) > CHUNK:
        wanted = [row for row in found if _status(job, row) in HostStatus.BAD][:CHUNK]
    outputs = _outputs(api, job, wanted)
    unread = "" if wanted is found else f"What it printed was not read, as that of no more than {CHUNK} hosts is."
    for row in found:
        host = HostResult(text(row.get("name")), _status(job, row), native_status=text(row.get("job_status")) or None)
        printed = outputs.get(text(row.get("id")))
        if printed is not None:
            _add_output(host, printed, output_bytes)
        elif host.status in HostStatus.BAD:
            host.message = unread
        if host.status == HostStatus.CANCELED and row.get("job_status") == facts.NOT_STARTED:
            host.message = "It was never started."
        yield host


def _outputs(api: Api, job: Job, wanted: list[Row]) -> dict[str, Printed]:
    if not wanted or not job.details.get("task"):
        return {}
    return read_outputs(api, job, [row["id"] for row in wanted if as_number(row.get("id")) is not None])


def _add_output(host: HostResult, printed: Printed, output_bytes: int | None) -> None:
    host.exit_code = printed.exit_code
    host.message = printed.reason() if host.status in HostStatus.BAD else ""
    if output_bytes is not None:
        host.output = tail(printed.text(), output_bytes)[0]
        host.data = {kind: tail(printed.text(kind), output_bytes)[0] for kind in facts.OUTPUT_KINDS}


def _status(job: Job, row: Row) -> str:
    """Return our word; a host without a task of its own has not started yet, or never will, unless it is resumed."""
    word = text(row.get("job_status"))
    if word == facts.NOT_STARTED:
        return HostStatus.CANCELED if job.is_finished and not is_paused(job) else HostStatus.PENDING
    return facts.HOST_STATUSES.get(word, HostStatus.UNKNOWN)


def get_failed_tasks(api: Api, job: Job) -> list[Row]:
    """Return what failed on which host: here the job's one template is the task."""
    bad = [row for row in host_rows(api, job) if _status(job, row) in HostStatus.BAD]
    if len(bad) > CHUNK:
        job.warn(f"{len(bad)} hosts failed; failed_tasks holds the first {CHUNK} of them.")
    bad = sorted(bad, key=lambda row: text(row.get("name")))[:CHUNK]
    outputs = _outputs(api, job, bad)
    return [_failed_task(job, row, outputs.get(text(row.get("id")), Printed(None))) for row in bad]


def _failed_task(job: Job, row: Row, printed: Printed) -> Row:
    return {
        "host": text(row.get("name")),
        "status": _status(job, row),
        "play": None,
        "task": job.template["name"],
        "role": None,
        "action": None,
        "message": printed.reason() or "It failed and printed nothing.",
        "stdout": tail(printed.text("stdout"), _SHOWN_BYTES)[0] or None,
        "stderr": tail(printed.text("stderr"), _SHOWN_BYTES)[0] or None,
        "exit_code": printed.exit_code,
    }
