# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: how a job fared on its nodes (Puppet contract 1.5)."""

from __future__ import annotations

import typing as t

from ..._native import mapping, tail, text
from ..._types import HostResult, HostStatus, Job, JobStatus, empty_host_counts
from . import facts
from .api import Api, Row
from .normalize import judge
from .results import Result, host_result, message_of, metrics_of, node_status, parts_of

_PAGE = 200
_SHOWN_BYTES = 4096
_MAX_FAILED = 200
_GOING = (HostStatus.PENDING, HostStatus.RUNNING)


class Nodes:
    """The nodes of jobs. Those of a job that is over do not change any more and are read once."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: dict[str, list[Row]] = {}

    def of(self, job: Job) -> list[Row]:
        """Return the nodes of a job, by name; a plan has none of its own."""
        if job.type != facts.JOB or job.id is None:
            return []
        if job.id in self._known:
            return self._known[job.id]
        path = f"{facts.PATHS[facts.JOB]}/{job.id}/nodes"
        found = [row for page in self._api.pages(path, {}, _PAGE) for row in page]
        found.sort(key=lambda row: text(row.get("name")))
        if job.is_finished and not any(node_status(row) in _GOING for row in found):
            self._known[job.id] = found
        return found

    def complete(self, job: Job) -> None:
        """Add to a job what only its nodes say: exact counts, and failures within results (contract 1.13)."""
        found = self.of(job)
        if found or job.host_counts["total"] in (0, None):
            counts = empty_host_counts()
            counts.update(dict.fromkeys(HostStatus.ALL, 0))
            for node in found:
                word = node_status(node)
                counts[word] = (counts[word] or 0) + 1
            total = job.host_counts["total"]
            counts["total"] = len(found) if total is None else max(total, len(found))
            job.host_counts = counts
        for state in sorted({text(node.get("state")) for node in found} - set(facts.NODE_STATUSES)):
            job.warn(f"The state {state!r} of a node is not known here.")
        judge(job)


def chosen(found: list[Row], host_filter: t.Any) -> list[Row]:
    """Return those of the nodes that are named, or whose name holds a text; the server cannot search among them."""
    if host_filter is None:
        return found
    if isinstance(host_filter, str):
        return [row for row in found if host_filter in text(row.get("name"))]
    return [row for row in found if row.get("name") in host_filter]


def iter_hosts(found: list[Row], output_bytes: int | None) -> t.Iterator[HostResult]:
    """Yield the results of nodes, with their output and data as far as asked for."""
    for node in found:
        host = host_result(node)
        parts = parts_of(node)
        host.data = data_of(node, parts)
        if output_bytes is not None:
            host.output = tail(parts.output or "", output_bytes)[0]
        yield host


def data_of(node: Row, parts: Result) -> t.Any:
    """Return the structured part of a result, with the error as the task wrote it; in 2016 it is in the details."""
    if parts.native_error is not None:
        return {**mapping(parts.data), "_error": parts.native_error}
    if parts.data is None and parts.output is None and parts.error is None and metrics_of(node):
        return node.get("details")
    return parts.data


def get_failed_tasks(job: Job, found: list[Row]) -> list[Row]:
    """Return what failed on which node and why: here the job's one task, or its Puppet run, is the task."""
    bad = [(node, node_status(node)) for node in found]
    bad = [(node, status) for node, status in bad if status in HostStatus.BAD]
    if len(bad) > _MAX_FAILED:
        job.warn(f"Only the first {_MAX_FAILED} of {len(bad)} failed nodes are explained.")
    return [_failed_task(job, node, status) for node, status in bad[:_MAX_FAILED]]


def _failed_task(job: Job, node: Row, status: str) -> Row:
    parts = parts_of(node)
    return {
        "host": text(node.get("name")),
        "status": status,
        "play": None,
        "task": job.template["name"] or job.name or None,
        "role": None,
        "action": None,
        "message": message_of(node, status, parts),
        "stdout": tail(parts.output or "", _SHOWN_BYTES)[0] or None,
        "stderr": None,
        "exit_code": parts.exit_code,
    }


def names_of(found: list[Row], which: str) -> list[t.Any]:
    """Return the names, as the server has them, of all nodes, of those that did well, or of those that did not."""
    wanted = {"all": (True, False), "successful": (True,), "failed": (False,)}[which]
    return [row.get("name") for row in found if (node_status(row) in (HostStatus.OK, HostStatus.CHANGED)) in wanted]


def is_settled(job: Job) -> bool:
    """Return whether the nodes of a job that is over are over too: how it ended is judged by them.

    They are another answer, which may be of a server that is not up to date. What was stopped has nodes to come.
    """
    return job.native_status != "finished" or not any(job.host_counts[word] for word in _GOING)


def needs_nodes(job: Job) -> bool:
    """Return whether the nodes have to be read to know how a job ended or how many there are."""
    if job.type != facts.JOB or job.native_status == "new":
        return False
    counted = job.host_counts["ok"] is not None
    return (job.status == JobStatus.SUCCESSFUL and job.host_counts["total"] != 0) or not counted
