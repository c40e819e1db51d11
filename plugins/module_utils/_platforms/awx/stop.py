# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: canceling a job (AWX contract 1.7).

AWX refuses to cancel a finished job with 405, or with 403 for normal users. The client repeats a cancel whose answer
was lost, so such a refusal may also mean that the first one did it. What the job is then decides.
"""

from __future__ import annotations

import typing as t

from ..._errors import ApiError, ForbiddenError, NotFoundError
from ..._types import CancelResult, Job, JobStatus
from .api import Api
from .content import job_path

_STOPPED = (JobStatus.CANCELED, JobStatus.CANCELING)


def cancel(api: Api, job: Job, read: t.Callable[[], Job]) -> CancelResult:
    """Ask the server to stop a job.

    :param job: as it was just before.
    :param read: returns it as it is now.
    """
    if job.is_finished:
        return CancelResult(False, "already_finished")
    try:
        api.client.post(f"{job_path(job)}/cancel/", {})
    except ApiError as error:
        return _after(error, job, read)
    return CancelResult(job.status != JobStatus.CANCELING, "requested")


def _after(error: ApiError, job: Job, read: t.Callable[[], Job]) -> CancelResult:
    """Return what a failed request came to; raises if the job still runs, or cannot be read."""
    unclear = error.ambiguous or error.after_unclear
    if not unclear and error.status not in (403, 404, 405):
        raise error
    try:
        now = read()
    except NotFoundError:
        raise
    except ApiError:
        raise error from None
    if unclear and now.status in _STOPPED:
        return CancelResult(job.status != JobStatus.CANCELING, "requested")
    if now.is_finished:
        return CancelResult(False, "already_finished")
    if error.status in (403, 405):
        raise ForbiddenError(f"This user may not cancel it: {error.message}", status=error.status) from None
    raise error
