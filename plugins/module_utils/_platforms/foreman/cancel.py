# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: stopping jobs and recurrences (Foreman contract 1.8, 1.11)."""

from __future__ import annotations

import typing as t

from ..._clock import Clock
from ..._errors import ApiError, CancelFailedError, UnsupportedError
from ..._native import mapping, text
from ..._types import CancelResult, Job
from . import facts, search
from .api import Api

#: seconds before each further try: a job that was just launched cannot be canceled until it is planned
_PAUSES = (0.5, 1.0, 2.0, 4.0)
#: the first version of Foreman whose cancel looks at C(search); an older one would stop the whole job
_HOSTS_SINCE = (3, 16)


def cancel_job(
    api: Api, job: Job, read: t.Callable[[], Job], *, force: bool, hosts: t.Sequence[str] | None, clock: Clock
) -> CancelResult:
    """Stop a job, its recurrence if it has one, or only some of its hosts.

    :param read: reads the job again.
    """
    if hosts is not None:
        return _cancel_hosts(api, job, hosts, force)
    recurrence = mapping(job.details.get("recurrence"))
    stopped = _cancel_recurrence(api, recurrence)
    if job.is_finished:
        return CancelResult(stopped, "requested" if stopped else "already_finished")
    for pause in (*_PAUSES, None):
        try:
            answer = api.client.post(f"{facts.JOBS}/{job.id}/cancel", {"force": True} if force else {})
        except ApiError as error:
            if error.status != 422:
                raise
            job = read()
            if job.is_finished and not text(job.native_status).endswith("/paused"):
                return CancelResult(stopped, "requested" if stopped else "already_finished")
            if text(job.native_status).endswith("/paused"):
                raise CancelFailedError(f"jobs: the job {job.id} cannot be canceled: {job.explanation}") from None
            if pause is None:
                raise CancelFailedError(f"jobs: the job {job.id} cannot be canceled now: {error.message}") from None
            clock.sleep(pause)
        else:
            accepted = mapping(answer.data).get("cancelled") is not False
            return CancelResult(accepted or stopped, "requested")
    raise AssertionError("unreachable")


def _cancel_recurrence(api: Api, recurrence: dict[str, t.Any]) -> bool:
    """Stop a recurrence that goes on: canceling its next job alone would only schedule another one."""
    if recurrence.get("state") not in ("active", "disabled") or not recurrence.get("id"):
        return False
    try:
        api.client.post(f"/foreman_tasks/api/recurring_logics/{recurrence['id']}/cancel", {})
    except ApiError as error:
        if error.status == 403:
            raise CancelFailedError(
                "jobs: the job recurs, and this user may not stop the recurrence (edit_recurring_logics is missing); "
                "nothing was canceled."
            ) from None
        raise
    return True


def _cancel_hosts(api: Api, job: Job, hosts: t.Sequence[str], force: bool) -> CancelResult:
    version = api.version()
    if version is None or version < _HOSTS_SINCE:
        raise UnsupportedError(
            "hosts: this server can only cancel the whole job (Foreman 3.16 and later can cancel it on some hosts)."
        )
    if job.is_finished:
        return CancelResult(False, "already_finished")
    body: dict[str, t.Any] = {"search": search.one_of("name", hosts)}
    if force:
        body["force"] = True
    answer = mapping(api.client.post(f"{facts.JOBS}/{job.id}/cancel", body).data)
    return CancelResult(bool(answer.get("cancelled")), "requested")
