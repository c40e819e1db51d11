# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: trying a request again, within bounds."""

from __future__ import annotations

import random
import typing as t

from ._clock import Clock
from ._errors import ApiError, ConnectionFailedError
from ._parallel import is_abandoned

MAX_TRIES = 4
MAX_PAUSE = 60.0

_T = t.TypeVar("_T")


def is_transient(error: ApiError) -> bool:
    """Return whether the failure may pass by itself."""
    return error.transient


def transient_but(final: t.Container[int]) -> t.Callable[[ApiError], bool]:
    """Return what tells whether a failure may pass by itself, where that of some answers is known not to."""
    return lambda error: error.transient and error.status not in final


def retrying(
    call: t.Callable[[], _T],
    again: t.Callable[[ApiError], bool],
    clock: Clock,
    deadline: float | None,
) -> _T:
    """Return what the call returns, which is made up to C(MAX_TRIES) times; not at all where nobody wants it any more.

    :param again: whether a failure is worth another try.
    :param deadline: monotonic time past which nothing sleeps; None for no limit.
    :raises ApiError: the last failure.
    """
    unclear = False
    for number in range(1, MAX_TRIES + 1):
        if is_abandoned():
            raise ConnectionFailedError("Nobody waits for the answer any more.", transient=True)
        try:
            return call()
        except ApiError as error:
            error.after_unclear, unclear = unclear, unclear or error.ambiguous
            pause = _pause(number, error)
            in_time = deadline is None or clock.monotonic() + pause < deadline
            if number == MAX_TRIES or not again(error) or not in_time or is_abandoned():
                raise
            clock.sleep(pause)
    raise AssertionError("unreachable")


def _pause(number: int, error: ApiError) -> float:
    pause = float(0.5 * 2 ** (number - 1) * random.uniform(0.8, 1.2))  # no secret, only spread  # nosec B311
    # one that says 0, or a date that is gone by, is in trouble all the same
    return pause if error.retry_after is None else min(max(error.retry_after, pause), MAX_PAUSE)
