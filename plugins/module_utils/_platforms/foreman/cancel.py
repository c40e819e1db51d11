# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: stopping jobs and recurrences (Foreman contract 1.8, 1.11)."""

from __future__ import annotations

import typing as t

from ..._clock import Clock
from ..._errors import ApiError, CancelFailedError, ForbiddenError, NotFoundError, UnsupportedError
from ..._native import mapping
from ..._types import CancelResult, Job
from . import facts, search
from .api import Api, Row
from .normalize import is_paused

#: seconds before each further try: a job that was just launched cannot be canceled until it is planned
_PAUSES = (0.5, 1.0, 2.0, 4.0)
#: the first versions of the plugin, and of Foreman, whose cancel looks at C(search)
_HOSTS_SINCE = (16, 1)
_HOSTS_SINCE_FOREMAN = (3, 16)


def would_cancel(api: Api, job: Job, *, hosts: t.Sequence[str] | None) -> bool:
    """Return whether a cancel would change something; raises what a cancel would, as far as reads can tell."""
    if hosts is not None:
        _check_hosts(api)
        return not job.is_finished
    if _open_recurrence(job):
        return True
    _refuse_paused(job)
    return not job.is_finished


def cancel_job(
    api: Api, job: Job, read: t.Callable[[], Job], *, force: bool, hosts: t.Sequence[str] | None, clock: Clock
) -> CancelResult:
    """Stop a job, its recurrence if it has one, or only some of its hosts.

    :param read: reads the job again.
    """
    body: Row = {"force": True} if force else {}
    if hosts is not None:
        _check_hosts(api)
        if job.is_finished:
            return CancelResult(False, "already_finished")
        body["search"] = search.one_of("name", hosts)
    stopped = hosts is None and _cancel_recurrence(api, job)
    if stopped:
        job = read()
    if job.is_finished and not is_paused(job):
        return CancelResult(stopped, "requested" if stopped else "already_finished")
    answer = _post(api, job, read, body, clock)
    if answer is None:
        return CancelResult(stopped, "requested" if stopped else "already_finished")
    if hosts is not None:
        return _judge_hosts(job, answer)
    return CancelResult(answer.get("cancelled") is not False or stopped, "requested")


def _post(api: Api, job: Job, read: t.Callable[[], Job], body: Row, clock: Clock) -> Row | None:
    """Send the cancel; None if the job is finished by itself.

    The server refuses alike (422) what is over, what is not planned yet and what is paused.

    :raises CancelFailedError: if it can or could not be canceled.
    """
    for pause in (*_PAUSES, None):
        _refuse_paused(job)
        try:
            return mapping(api.client.post(f"{facts.JOBS}/{job.id}/cancel", body).data)
        except ApiError as error:
            if error.status != 422:
                raise
            job = read()
            if job.is_finished and not is_paused(job):
                return None
            if pause is None:
                raise CancelFailedError(f"jobs: the job {job.id} cannot be canceled now: {error.message}") from None
            clock.sleep(pause)
    raise AssertionError("unreachable")


def _refuse_paused(job: Job) -> None:
    if is_paused(job):
        raise CancelFailedError(f"jobs: the job {job.id} cannot be canceled. {job.explanation}")


def _open_recurrence(job: Job) -> Row:
    recurrence = mapping(job.details.get("recurrence"))
    return recurrence if recurrence.get("state") in facts.OPEN_RECURRENCES and recurrence.get("id") else {}


def _cancel_recurrence(api: Api, job: Job) -> bool:
    """Stop a recurrence that goes on: canceling its next job alone would only schedule another one."""
    recurrence = _open_recurrence(job)
    if not recurrence:
        return False
    try:
        api.client.post(f"/foreman_tasks/api/recurring_logics/{recurrence['id']}/cancel", {})
    except ForbiddenError as error:
        raise ForbiddenError(
            f"jobs: the job {job.id} recurs, and this user may not stop the recurrence, so nothing was canceled: "
            f"{error.message}",
            status=403,
        ) from None
    return True


def _check_hosts(api: Api) -> None:
    """Refuse to cancel on some hosts where the server would stop the whole job (contract 1.8)."""
    plugin = api.plugin_version()
    if plugin is not None:
        able = plugin >= _HOSTS_SINCE
    else:
        foreman = api.version()
        able = foreman is not None and foreman >= _HOSTS_SINCE_FOREMAN
    if not able:
        raise UnsupportedError(
            "hosts: this server can only cancel the whole job (Foreman 3.16 and later can cancel it on some hosts)."
        )


def _judge_hosts(job: Job, answer: Row) -> CancelResult:
    if answer.get("total") == 0:
        raise NotFoundError(f"hosts: none of them is a host of the job {job.id} that has begun there.")
    canceled = bool(answer.get("cancelled"))
    return CancelResult(canceled, "requested" if canceled else "already_finished")
