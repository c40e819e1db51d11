# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: planning to run an earlier job again (AWX contract 1.3.6, relaunch)."""

from __future__ import annotations

import typing as t

from ..._errors import InvalidOptionError, NoTargetsError, NotFoundError, UnsupportedError
from ..._native import mapping, text
from ..._types import Job, JobRef, Launch
from . import facts
from .api import Row
from .normalize import summary
from .planning import Planning, make_launch
from .prompts import PASSWORD_KEYS, check_passwords
from .read import check_id
from .refs import number_of

_RELAUNCHABLE = ("job", "workflow_job", "ad_hoc_command")


def plan_rerun(plan: Planning, get_job: t.Callable[[JobRef], Job]) -> Launch:
    """Plan a relaunch on all hosts, or on those that failed.

    :raises NoTargetsError: if no host failed; nothing is sent then.
    """
    plan.accept("running a job again", "awx.credential_passwords")
    job = _earlier_job(plan, get_job)
    hosts = plan.request.rerun_hosts
    if job.type not in _RELAUNCHABLE:
        raise UnsupportedError(f"rerun: AWX cannot run a job of the type {job.type} again; launch its template.")
    if hosts == "successful" or (hosts == "failed" and job.type != "job"):
        raise UnsupportedError(f"rerun_hosts: AWX cannot run a {job.type} again on the {hosts} hosts only.")
    path = f"{facts.JOB_PATHS[job.type]}/{job.id}/relaunch/"
    passwords = dict(plan.option("credential_passwords") or {})
    if job.type == "job":
        body = _job_body(plan, job, path, passwords)
    else:
        body = _plain_body(job, passwords)
    launch = make_launch(plan, path, body, job.type, _template(job), earlier=job.native)
    launch.context["newest"] = number_of(job.native, "job")
    launch.job.targets = None if hosts == "failed" else job.targets
    return launch


def _earlier_job(plan: Planning, get_job: t.Callable[[JobRef], Job]) -> Job:
    ref = plan.request.rerun
    if ref is None:
        raise InvalidOptionError("rerun: name the job to run again.")
    check_id(ref, "rerun")
    try:
        return get_job(ref)
    except NotFoundError:
        raise NotFoundError(f"rerun: there is no job with the id {ref.id} that this user may see.") from None


def _plain_body(job: Job, passwords: Row) -> Row:
    """Return the body for a workflow, which takes nothing, or an ad hoc command, which takes passwords."""
    known = PASSWORD_KEYS if job.type == "ad_hoc_command" else ()
    unknown = sorted(str(name) for name in passwords if name not in known)
    if unknown:
        raise InvalidOptionError(
            f"awx.credential_passwords: running a {job.type} again does not take {', '.join(unknown)}. Take it out."
        )
    return passwords


def _job_body(plan: Planning, job: Job, path: str, passwords: Row) -> Row:
    hosts = plan.request.rerun_hosts
    before = mapping(plan.api.get(path))
    if plan.request.validate:
        needed = before.get("passwords_needed_to_start")
        check_passwords(needed if isinstance(needed, list) else [], passwords)
    if hosts == "failed":
        counts = before.get("retry_counts")
        if not isinstance(counts, dict):
            said = text(counts).strip().rstrip(".")
            raise InvalidOptionError(
                f"rerun_hosts: the failed hosts of the job {job.id} are not known yet{f' ({said})' if said else ''}. "
                "Wait for its end first."
            )
        if not counts.get("failed"):
            raise NoTargetsError(
                f"rerun_hosts: no host failed in the job {job.id}, so there is nothing to run again.", job=job.to_dict()
            )
    body: Row = {"hosts": hosts}
    if passwords:
        body["credential_passwords"] = passwords
    return body


def _template(job: Job) -> Row:
    return {
        "id": job.template["id"],
        "name": job.template["name"] or job.name,
        "summary_fields": {"organization": summary(job.native, "organization")},
    }
