# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading, canceling, deciding and deleting single jobs (contract 1.1, 1.7)."""

from __future__ import annotations

from collections.abc import Callable

from ..model import Job
from .job_rows import job_row
from .lists import KINDS, sees
from .named_urls import MODELS
from .reply import ApiError, Reply, detail, forbidden, not_allowed, not_found
from .router import Call
from .users import User


def find_job(call: Call, path: str) -> Job:
    """The job in the path, if the user may read it."""
    kind = KINDS[path]
    job = call.awx.engine.jobs.get(call.number)
    if job is None or job.kind != kind:
        raise not_found(MODELS[kind])
    if not sees(call.user, job):
        raise forbidden()
    return job


def may_change(user: User, job: Job) -> bool:
    """Whether the user may cancel or decide: administrators, and who launched it."""
    return user.superuser or (user.launches and job.by == user.name)


def detail_handler(path: str) -> Callable[[Call], Reply]:
    """GET of a job."""

    def handler(call: Call) -> Reply:
        return Reply(job_row(call.awx.store, find_job(call, path), call.user, "detail"))

    return handler


def delete_handler(path: str) -> Callable[[Call], Reply]:
    """DELETE of a job (recordings delete-*)."""

    def handler(call: Call) -> Reply:
        job = find_job(call, path)
        if not call.user.superuser:
            raise forbidden()
        if job.active:
            raise detail(403, "Cannot delete running job resource.")
        if job.parent is not None and job.parent.active:
            raise detail(403, "Cannot delete job resource when associated workflow job is running.")
        engine = call.awx.engine
        fresh = job.finished is not None and engine.now - job.finished < 60
        if job.role == "run" and fresh and not job.complete(engine.now):
            raise ApiError(400, {"error": "Job has not finished processing events."})
        engine.delete(job)
        return Reply(None, 204)

    return handler


def can_cancel(path: str) -> Callable[[Call], Reply]:
    """GET of cancel/."""

    def handler(call: Call) -> Reply:
        return Reply({"can_cancel": find_job(call, path).active})

    return handler


def cancel(path: str) -> Callable[[Call], Reply]:
    """POST of cancel/: 202 without a body, also while it stops already."""

    def handler(call: Call) -> Reply:
        job = find_job(call, path)
        if not call.user.superuser and job.kind != "project_update" and not job.active:
            raise forbidden()
        if not may_change(call.user, job):
            raise forbidden()
        if not job.active:
            raise not_allowed("POST")
        call.awx.engine.cancel(job)
        return Reply(None, 202)

    return handler


def decide(approve: bool) -> Callable[[Call], Reply]:
    """POST of approve/ or deny/."""

    def handler(call: Call) -> Reply:
        job = find_job(call, "workflow_approvals")
        if not may_change(call.user, job):
            raise forbidden()
        if not job.active:
            raise ApiError(400, {"error": "This workflow step has already been approved or denied."})
        call.awx.engine.decide(job, call.user.name, approve)
        return Reply(None, 204)

    return handler
