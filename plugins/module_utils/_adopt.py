# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the one launching request, and the look for its job where it is unclear whether it took effect."""

from __future__ import annotations

import typing as t

from ._clock import Clock
from ._errors import ApiError, BadResponseError, InternalError, JobsError, LaunchUnknownError, RateLimitedError
from ._platforms.base import Platform
from ._types import Job, Launch

#: seconds before each look for a job whose launch was not answered
_LOOKS = (0.0, 2.0, 4.0, 8.0)


def submit(
    platform: Platform,
    launch: Launch,
    clock: Clock,
    others: t.Collection[Job] = (),
    unclear: t.Collection[Launch] = (),
) -> list[Job]:
    """Send the one launching request, and return its jobs. What is unclear is looked up, never sent again.

    :param others: jobs of this server that are known to come from other launches.
    :param unclear: launches before this one, of which it is not known whether they took effect: what is found may be
        the job of one of them.
    :raises LaunchUnknownError: if not exactly one job can be the launch's.
    """
    try:
        return platform.launch(launch)
    except ApiError as error:
        if not error.ambiguous:
            _tell_limit(error)
            raise
        cause: JobsError = error
    except JobsError:
        raise
    except Exception as error:
        # it may have been sent: what cannot be understood is as unclear as what was not answered
        cause = InternalError.of(error)
    is_final = platform.MARKS_LAUNCHES or _is_over(cause)
    candidates, trouble = _look(platform, launch, clock, _ids(others), is_final)
    # where the last look failed, another one may be there too
    if (
        len(candidates) == 1
        and trouble is None
        and not any(_may_be_of(platform, other, candidates[0]) for other in unclear)
    ):
        only = "the only one that equals it" if len(candidates[0]) == 1 else "one of those that equal it"
        for job in candidates[0]:
            lost = f"The answer to the launch was lost ({cause.message.rstrip('.')})"
            job.warn(f"{lost}; job {job.id}, {only}, is taken for it.")
        return candidates[0]
    raise _unknown(launch, cause, [job for group in candidates for job in group], trouble)


def _tell_limit(error: ApiError) -> None:
    """Say of a launch that a limit on requests stopped that it had no effect, and when it may be sent again.

    A limit is looked at before the request is (AWX contract 2.5 number 10). That it is not sent again here keeps the
    promise of one request simple: whoever launches decides (house 0.4).
    """
    if isinstance(error, RateLimitedError):
        when = "later" if error.retry_after is None else f"in {error.retry_after:.0f} s"
        error.message = (
            f"{error.message.rstrip('.')}. The server limits how often it may be asked, so nothing was launched, and "
            f"nothing was sent again: launch again {when}."
        )
        error.args = (error.message,)


def _is_over(cause: JobsError) -> bool:
    """Return whether the server is done with the request: it was answered, if not in a way that helps.

    After a time-out, a broken connection, or the answer of a proxy it may still take effect.
    """
    return isinstance(cause, BadResponseError) or not isinstance(cause, ApiError)


def _look(
    platform: Platform, launch: Launch, clock: Clock, others: set[tuple[str, str | None]], is_final: bool
) -> tuple[list[list[Job]], JobsError | None]:
    """Return what equals the launch, and why that could not be read.

    :param is_final: the first that is found decides. Otherwise the job that is found may be that of a parallel run,
        and the own one is still to come.
    """
    candidates: list[list[Job]] = []
    trouble: JobsError | None = None
    for pause in _LOOKS:
        clock.sleep(pause)
        try:
            found, trouble = platform.find_launch(launch), None
            # what was there once is not less of a candidate because it is gone
            candidates = [group for group in found if not _ids(group) & others] or candidates
        except JobsError as error:
            trouble = error
        except Exception as error:
            trouble = InternalError.of(error)
        if len(candidates) > 1 or (candidates and is_final):
            break
    return candidates, trouble


def _may_be_of(platform: Platform, launch: Launch, group: list[Job]) -> bool:
    """Return whether these jobs may be what another launch has made; so they may if that cannot be read."""
    try:
        return any(_ids(group) & _ids(found) for found in platform.find_launch(launch))
    except Exception:
        return True


def _ids(jobs: t.Iterable[Job]) -> set[tuple[str, str | None]]:
    return {(job.type, job.id) for job in jobs}


def _unknown(launch: Launch, cause: JobsError, candidates: list[Job], trouble: JobsError | None) -> JobsError:
    """Return the error for a launch of which it is not known whether it took effect, or the cause if it is known."""
    if isinstance(cause, ApiError) and cause.status == 500 and not candidates and not trouble:
        cause.message = (
            f"{cause.message.rstrip('.')}. The job was looked for and not found, so the launch had no effect as far as "
            "can be seen. Nothing was sent again."
        )
        cause.args = (cause.message,)
        return cause
    found = [job.to_dict() for job in candidates]
    seen = (
        f"{len(found)} job{'s' * (len(found) != 1)} could be it: " + ", ".join(str(job["id"]) for job in found)
        if found
        else "no job that equals it was found"
    )
    failed = f" Looking for it failed too: {trouble.message}" if trouble else ""
    advice = (
        f"Run the task again when the server answers: by launch_key {launch.key} it finds the job if there is one."
        if launch.key
        else f"Look on the server for a job of {launch.template.get('name') or launch.job.name or launch.type} since "
        f"{launch.since or 'now'} before you launch again."
    )
    error = LaunchUnknownError(
        f"It is not known whether the launch took effect: {cause.message.rstrip('.')}. Then {seen}.{failed} "
        f"It was not sent again. {advice}",
        candidates=found,
        request=launch.request,
    )
    error.trouble = trouble
    return error
