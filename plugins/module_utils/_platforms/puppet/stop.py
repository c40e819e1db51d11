# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: stopping jobs, plans and schedules (Puppet contract 1.8)."""

from __future__ import annotations

import typing as t

from ..._errors import ApiError, JobsError, NotFoundError, UnsupportedError
from ..._native import mapping, text
from ..._types import CancelResult, Job, JobRef, JobStatus
from . import facts
from .api import Api
from .errors import is_missing_route, kind_of
from .normalize import is_number
from .read import last_run_ref, read_one

_OVER = frozenset(("stopped", "finished", "failed"))


def would_cancel(api: Api, job: Job, *, force: bool) -> bool:
    """Return whether a cancel would change something; raises what it would, as far as reads can tell."""
    if job.type == facts.SCHEDULED_JOB:
        if force and job.status != JobStatus.SCHEDULED and not job.is_finished:
            # what it started is running
            api.require("force", "force")
        return is_enabled(job) or not job.is_finished
    if job.is_finished:
        return False
    if force:
        api.require("force", "force")
    if job.type == facts.PLAN_JOB and api.knows("stop_plan") is False:
        raise _no_stop_plan(api)
    return force or job.status != JobStatus.CANCELING


def is_enabled(job: Job) -> bool:
    """Return whether a schedule will still start something."""
    return bool(job.details.get("enabled")) and (
        job.subtype == "recurring" or job.details.get("last_run") is None or job.details.get("next_run_at") is not None
    )


def stop_job(api: Api, job: Job, force: bool) -> CancelResult:
    """Stop a job: what runs comes to its end and nothing new starts, unless it is forced.

    The counts in the answer are of this moment and say nothing on the end (checklist 56).
    """
    if job.is_finished:
        return CancelResult(False, "already_finished")
    if force:
        api.require("force", "force")
    _post_stop(api, text(job.id), force)
    return CancelResult(force or job.status != JobStatus.CANCELING, "requested")


def _post_stop(api: Api, number: str, force: bool) -> None:
    try:
        api.client.post("/command/stop", {"job": number, **({"force": True} if force else {})})
    except ApiError as error:
        if kind_of(error.body) != "unknown-job":
            raise
        raise NotFoundError(
            f"jobs: there is no job with the id {number} that this user may see.", missing=[number]
        ) from None


def stop_plan(api: Api, job: Job, force: bool) -> CancelResult:
    """Stop a plan, and then the jobs that it is in, which would go on by themselves."""
    if job.is_finished:
        return CancelResult(False, "already_finished")
    if force:
        api.require("force", "force")
    number = text(job.id)
    try:
        api.client.post("/command/stop_plan", {"plan_job": number})
    except ApiError as error:
        if is_missing_route(error.status, error.body):
            raise _no_stop_plan(api) from None
        if kind_of(error.body) != "unknown-job":
            raise
        raise NotFoundError(f"jobs: there is no plan job with the id {number}.", missing=[number]) from None
    _stop_jobs_of(api, job, force)
    return CancelResult(True, "requested")


def _stop_jobs_of(api: Api, job: Job, force: bool) -> None:
    """Stop the jobs that a plan is in. That this fails does not undo that the plan was stopped."""
    try:
        running = _running_jobs(read_one(api, JobRef(text(job.id), facts.PLAN_JOB)))
    except JobsError as error:
        job.warn(f"The plan was stopped, but its jobs could not be read and may go on: {error.message}")
        return
    for own in running:
        try:
            _post_stop(api, own, force)
        except JobsError as error:
            job.warn(f"The plan was stopped, but its job {own} goes on: {error.message}")


def _running_jobs(job: Job) -> list[str]:
    jobs = mapping(job.details.get("jobs"))
    return [number for number, state in jobs.items() if is_number(number) and state not in _OVER]


def _no_stop_plan(api: Api) -> UnsupportedError:
    return UnsupportedError(
        "jobs: stopping a plan needs Puppet Enterprise 2021.7.1 or later; its jobs can be stopped one by one "
        "(include: [children])."
    )


def stop_schedule(api: Api, job: Job, stop: t.Callable[[JobRef], CancelResult]) -> CancelResult:
    """Disable a schedule, which is how it is deleted, and stop what it started and is not over.

    :param stop: stops a job.
    """
    running = last_run_ref(job) if not job.is_finished else None
    changed = is_enabled(job) and _disable(api, job)
    if running is not None:
        try:
            changed = stop(running).changed or changed
        except NotFoundError:
            pass  # pruned, so there is nothing to stop
        except JobsError as error:
            if not changed:
                raise
            job.warn(f"It will not start again, but its job {running.id} goes on: {error.message}")
    return CancelResult(changed, "requested" if changed else "already_finished")


def _disable(api: Api, job: Job) -> bool:
    """Let a schedule start nothing more; return whether that was our doing."""
    try:
        if api.has_schedules:
            api.client.write("PUT", f"{facts.PATHS[facts.SCHEDULED_JOB]}/{job.id}", {"enabled": False})
        else:
            api.client.write("DELETE", f"{facts.OLD_SCHEDULES}/{job.id}")
    except ApiError as error:
        kind = kind_of(error.body)
        if kind == "disabled-scheduled-job":
            # by our own request, if that was sent before and not answered, or by someone else's
            return error.after_unclear
        if kind != "unknown-job":
            raise
        if error.after_unclear:
            return True
        raise NotFoundError(f"jobs: there is no scheduled job with the id {job.id}.", missing=[text(job.id)]) from None
    return True
