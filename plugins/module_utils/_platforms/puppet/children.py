# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the jobs that a plan is made of, and what a schedule started (Puppet contract 1.9)."""

from __future__ import annotations

import typing as t

from ..._errors import NotFoundError
from ..._native import mapping
from ..._types import HostResult, HostStatus, Job, JobRef, JobStatus
from . import facts
from .api import Row
from .nodes import get_failed_tasks, iter_hosts
from .normalize import is_number
from .read import last_run_ref

_MOST = 100
#: the worst that happened to a node within a plan is what became of it
_SEVERITY = (
    *(HostStatus.UNKNOWN, HostStatus.OK, HostStatus.CHANGED, HostStatus.SKIPPED, HostStatus.PENDING),
    *(HostStatus.RUNNING, HostStatus.CANCELED, HostStatus.UNREACHABLE, HostStatus.FAILED),
)
Read = t.Callable[[JobRef], Job]
NodesOf = t.Callable[[Job], list[Row]]


def refs_of(job: Job) -> list[JobRef]:
    """Return the jobs of a plan, or the job of a schedule's last run."""
    if job.type == facts.SCHEDULED_JOB:
        ref = last_run_ref(job)
        return [ref] if ref else []
    numbers = sorted((number for number in mapping(job.details.get("jobs")) if is_number(number)), key=int)
    if len(numbers) > _MOST:
        job.warn(f"Only the first {_MOST} of its {len(numbers)} jobs were read.")
    return [JobRef(number, facts.JOB) for number in numbers[:_MOST]]


def read_children(job: Job, read: Read) -> list[Job]:
    """Return the jobs that a job is made of; one that was pruned is left out."""
    found = []
    for ref in refs_of(job):
        try:
            found.append(read(ref))
        except NotFoundError:
            job.warn(f"Its job {ref.id} does not exist any more.")
    return found


def read_runs(job: Job, read: Read) -> list[Job]:
    """Return those that ran on nodes: the jobs of a plan, also of one that a schedule started, or a schedule's job."""
    own = read_children(job, read)
    return [run for child in own for run in (read_children(child, read) if child.type != facts.JOB else [child])]


def child_row(child: Job) -> Row:
    """Return one of the jobs that a job is made of, in short."""
    return {
        "id": child.id,
        "type": child.type,
        "name": child.name,
        "status": child.status,
        "native_status": child.native_status,
        "elapsed": child.elapsed,
        "node": None,
        "skipped": False,
        "template": child.template,
    }


def plan_hosts(children: list[Job], nodes_of: NodesOf, output_bytes: int | None) -> t.Iterator[HostResult]:
    """Yield each node of a plan's jobs once, with the worst that happened to it, of that the last."""
    worst: dict[str, HostResult] = {}
    for child in children:
        for host in iter_hosts(nodes_of(child), output_bytes):
            known = worst.get(host.name)
            if known is None or _SEVERITY.index(host.status) >= _SEVERITY.index(known.status):
                worst[host.name] = host
    yield from (worst[name] for name in sorted(worst))


def plan_failures(children: list[Job], nodes_of: NodesOf) -> list[Row]:
    """Return what failed in the jobs of a plan."""
    failed = [child for child in children if child.status in (JobStatus.FAILED, JobStatus.ERROR)]
    return [row for child in failed for row in get_failed_tasks(child, nodes_of(child))]
