# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a job again (contract 1.3.6; recordings relaunch-*)."""

from __future__ import annotations

from ..model import Job
from ..plan import tally
from .job_rows import job_row
from .jobs import find_job
from .launch_job import missing_passwords
from .progress import has_stats
from .reply import ApiError, Reply, Row, created, forbidden, invalid
from .router import Call
from .summaries import url

_BUSY = "Relaunch by host status not available until job finishes running."


def failed_hosts(job: Job) -> list[str]:
    """The hosts that failed or could not be reached."""
    return [name for name, one in tally(job.steps).items() if one.worst in ("failed", "unreachable")]


def preflight(call: Call) -> Reply:
    """GET of relaunch/."""
    job = find_job(call, "jobs")
    counts: Row | str = _BUSY
    if not job.active:
        known = has_stats(call.awx.engine, job)
        counts = {"all": len(job.hosts), "failed": len(failed_hosts(job)) if known else 0}
    return Reply({"passwords_needed_to_start": job.native["passwords_needed_to_start"], "retry_counts": counts})


def relaunch(call: Call) -> Reply:
    """POST of relaunch/."""
    old = find_job(call, "jobs")
    if not call.user.launches:
        raise forbidden()
    body = call.data()
    hosts = body.get("hosts", "all")
    if hosts not in ("all", "failed"):
        raise invalid("hosts", f'"{hosts}" is not a valid choice.')
    missing = missing_passwords(call, old.native.get("credentials", []), body)
    if missing:
        # the server goes through a set here, so the order is no one's
        text = "Missing passwords needed to start: " + ", ".join(reversed(missing))
        raise ApiError(400, {"credential_passwords": [text]})
    if old.template is None:
        raise ApiError(400, {"errors": ["Job Template no longer exists."]})
    job = _again(call, old, _limit(call, old) if hosts == "failed" else None)
    row = job_row(call.awx.store, job, call.user, "launch")
    return created({"job": job.id, **row}, url(job.kind, job.id))


def _limit(call: Call, old: Job) -> str:
    if old.active:
        raise ApiError(400, {"hosts": _BUSY})
    if not has_stats(call.awx.engine, old):
        raise ApiError(400, {"hosts": "Cannot relaunch because previous job had 0 failed hosts."})
    failed = failed_hosts(old)
    if not failed:
        raise ApiError(400, {"hosts": "Cannot relaunch because previous job had 0 failed hosts."})
    return ",".join(failed)


def _again(call: Call, old: Job, limit: str | None) -> Job:
    if old.template is None:
        raise LookupError("a job without a template cannot run again")
    prompts = dict(old.native.get("prompts", {}))
    if limit is not None:
        prompts["limit"] = limit
    names = ("job_slice_number", "job_slice_count")
    native = {name: old.native[name] for name in names if name in old.native}
    return call.awx.maker.job(
        old.template, call.user.name, prompts, launch_type="relaunch", retry=limit is not None, native=native
    )
