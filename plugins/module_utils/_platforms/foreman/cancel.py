# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: stopping jobs and recurrences (Foreman contract 1.8, 1.11)."""

from __future__ import annotations

import typing as t

from ..._clock import Clock
from ..._errors import (
    ApiError,
    CancelFailedError,
    ForbiddenError,
    JobsError,
    NoTargetsError,
    ResourceMissingError,
    UnsupportedError,
)
from ..._native import mapping, text, whole
from ..._types import CancelResult, HostStatus, Job, JobStatus
from . import facts, search
from .api import Api, Row, as_number
from .hosts import host_rows
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
        _refuse_paused(job)
        return not job.is_finished and _would_cancel_hosts(api, job, hosts)
    if _open_recurrence(job) is not None:
        return True
    _refuse_paused(job)
    return not job.is_finished


def _would_cancel_hosts(api: Api, job: Job, hosts: t.Sequence[str]) -> bool:
    states = [text(row.get("job_status")) for row in host_rows(api, job, list(hosts))]
    begun = [state for state in states if state != facts.NOT_STARTED]
    if not begun:
        raise _no_such_hosts(job)
    return any(facts.HOST_STATUSES.get(state) in (HostStatus.PENDING, HostStatus.RUNNING) for state in begun)


def cancel_job(
    api: Api, job: Job, read: t.Callable[[], Job], *, force: bool, hosts: t.Sequence[str] | None, clock: Clock
) -> CancelResult:
    """Stop a job, its recurrence if it has one, or only some of its hosts.

    :param read: reads the job again.
    """
    body: Row = {"force": True} if force else {}
    if hosts is not None:
        _check_hosts(api)
        _refuse_paused(job)
        body["search"] = search.one_of("name", hosts)
    elif _cancel_recurrence(api, job):
        return _after_recurrence(api, job, read, body, clock)
    return _stop(api, job, read, body, clock, hosts)


def _after_recurrence(api: Api, job: Job, read: t.Callable[[], Job], body: Row, clock: Clock) -> CancelResult:
    """Stop what is left of a job whose recurrence was just stopped; that this fails does not undo the other."""
    try:
        _stop(api, read(), read, body, clock, None)
    except JobsError as error:
        raise CancelFailedError(
            f"jobs: the recurrence of the job {job.id} was stopped, but not the job: {error.message}", changed=True
        ) from None
    return CancelResult(True, "requested")


def _stop(
    api: Api, job: Job, read: t.Callable[[], Job], body: Row, clock: Clock, hosts: t.Sequence[str] | None
) -> CancelResult:
    if job.is_finished and not is_paused(job):
        return CancelResult(False, "already_finished")
    answer = _post(api, job, read, body, clock)
    if isinstance(answer, CancelResult):
        return answer
    if hosts is not None:
        return _judge_hosts(job, answer, hosts)
    if answer.get("cancelled") is True:
        return CancelResult(True, "requested")
    if _is_over(read()):
        return CancelResult(False, "already_finished")
    advice = "" if body else " Set force: true to stop it without that."
    raise CancelFailedError(f"jobs: nothing that the job {job.id} does now can be canceled.{advice}")


def _post(api: Api, job: Job, read: t.Callable[[], Job], body: Row, clock: Clock) -> Row | CancelResult:
    """Send the cancel; what it came to if the job is over by then.

    The server refuses alike (422) what is over, what is not planned yet and what is paused. A cancel whose answer was
    lost is repeated by the client, so a refusal may also mean that the first one did it.

    :raises CancelFailedError: if it can or could not be canceled.
    """
    unclear = False
    for pause in (*_PAUSES, None):
        _refuse_paused(job)
        try:
            return mapping(api.client.post(f"{facts.JOBS}/{job.id}/cancel", body).data)
        except ApiError as error:
            unclear = unclear or error.ambiguous or error.after_unclear
            if error.status != 422 and not unclear:
                raise
            job = _read_again(read, error)
            if _is_over(job):
                ours = unclear and (job.status == JobStatus.CANCELED or bool(job.host_counts["canceled"]))
                return CancelResult(ours, "requested" if ours else "already_finished")
            if error.status != 422:
                raise
            if pause is None:
                raise CancelFailedError(f"jobs: the job {job.id} cannot be canceled now: {error.message}") from None
            clock.sleep(pause)
    raise AssertionError("unreachable")


def _read_again(read: t.Callable[[], Job], error: ApiError) -> Job:
    """Return the job as it is now; what it was read for weighs more than that it cannot be read."""
    try:
        return read()
    except ApiError:
        raise error from None


def _is_over(job: Job) -> bool:
    return job.is_finished and not is_paused(job)


def _refuse_paused(job: Job) -> None:
    if is_paused(job):
        raise CancelFailedError(f"jobs: the job {job.id} cannot be canceled. {job.explanation}")


def _open_recurrence(job: Job) -> int | None:
    """Return the id of the recurrence that a job is of, if it goes on."""
    recurrence = mapping(job.details.get("recurrence"))
    return as_number(recurrence.get("id")) if text(recurrence.get("state")) in facts.OPEN_RECURRENCES else None


def _cancel_recurrence(api: Api, job: Job) -> bool:
    """Stop a recurrence that goes on: canceling its next job alone would only schedule another one."""
    number = _open_recurrence(job)
    if number is None:
        return False
    try:
        api.client.post(f"/foreman_tasks/api/recurring_logics/{number}/cancel", {})
    except (ForbiddenError, ResourceMissingError) as error:
        # what a user may not see looks as if it were not there
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


def _judge_hosts(job: Job, answer: Row, hosts: t.Sequence[str]) -> CancelResult:
    canceled, total = answer.get("cancelled"), whole(answer.get("total"))
    if not isinstance(canceled, list):
        raise CancelFailedError(
            f"hosts: the server did not answer which hosts of the job {job.id} it stopped, as one that stops the whole "
            "job does: see how the job is.",
            changed=canceled is True,
        )
    if total == 0:
        raise _no_such_hosts(job)
    if total is not None and total < len(set(hosts)):
        job.warn(f"The cancel met {total} of the {len(set(hosts))} hosts; on the others the job has not begun.")
    return CancelResult(bool(canceled), "requested" if canceled else "already_finished")


def _no_such_hosts(job: Job) -> NoTargetsError:
    return NoTargetsError(f"hosts: none of them is a host of the job {job.id} that has begun there.")
