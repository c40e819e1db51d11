# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: planning to run an earlier job again (AWX contract 1.3.6, relaunch)."""

from __future__ import annotations

from ..._errors import InvalidOptionError, NoTargetsError, UnsupportedError
from ..._types import Job, Launch
from . import facts
from .api import Row
from .normalize import mapping, summary, text
from .planning import Planning, make_launch
from .prompts import check_passwords

_RELAUNCHABLE = ("job", "workflow_job", "ad_hoc_command")


def plan_rerun(plan: Planning, job: Job) -> Launch:
    """Plan a relaunch on all hosts, or on those that failed.

    :raises NoTargetsError: if no host failed; nothing is sent then.
    """
    plan.accept("running a job again", "awx.credential_passwords")
    hosts = plan.request.rerun_hosts
    if job.type not in _RELAUNCHABLE:
        raise UnsupportedError(f"rerun: AWX cannot run a job of the type {job.type} again; launch its template.")
    if hosts == "successful" or (hosts == "failed" and job.type != "job"):
        raise UnsupportedError(f"rerun_hosts: AWX cannot run a {job.type} again on the {hosts} hosts only.")
    path = f"{facts.JOB_PATHS[job.type]}/{job.id}/relaunch/"
    body = dict(plan.option("credential_passwords") or {})
    if job.type == "job":
        body = _job_body(plan, job, path, body)
    return make_launch(
        plan, path, body, job.type, _template(job), secrets=tuple(body.get("credential_passwords", body)), rerun=job.id
    )


def _job_body(plan: Planning, job: Job, path: str, passwords: Row) -> Row:
    hosts = plan.request.rerun_hosts
    before = mapping(plan.api.get(path))
    if plan.request.validate:
        check_passwords(before.get("passwords_needed_to_start"), passwords)
    if hosts == "failed":
        counts = before.get("retry_counts")
        if not isinstance(counts, dict):
            raise InvalidOptionError(f"rerun_hosts: {text(counts) or 'the job is not finished'}")
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
