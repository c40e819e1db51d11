# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock of a lab: it runs by itself, and tests can freeze it or move it on."""

from __future__ import annotations

import time
from datetime import datetime, timezone


class Clock:
    """Seconds since the epoch, as the simulated servers see them."""

    def __init__(self) -> None:
        self._base = time.time() - time.monotonic()
        self._offset = 0.0
        self._frozen: float | None = None

    def _real(self) -> float:
        return self._base + time.monotonic()

    def now(self) -> float:
        """The current lab time."""
        return (self._real() if self._frozen is None else self._frozen) + self._offset

    def advance(self, seconds: float) -> None:
        """Move the time on; it cannot go back."""
        if seconds < 0:
            raise ValueError("the lab's clock cannot go back")
        self._offset += seconds

    def freeze(self) -> None:
        """Stop the time until thaw() or reset(); advance() still works."""
        if self._frozen is None:
            self._frozen = self._real()

    def thaw(self) -> None:
        """Let the time run again, from where it stands."""
        if self._frozen is not None:
            self._offset -= self._real() - self._frozen
            self._frozen = None

    @property
    def frozen(self) -> bool:
        """Whether the time stands still."""
        return self._frozen is not None

    def reset(self) -> None:
        """Back to the real time, running."""
        self._offset = 0.0
        self._frozen = None


def utc(seconds: float) -> datetime:
    """The aware UTC datetime of a lab time."""
    return datetime.fromtimestamp(seconds, tz=timezone.utc)
