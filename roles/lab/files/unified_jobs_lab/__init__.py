# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab of simulated job servers, for demos and tests. It binds to 127.0.0.1 only and needs flask and trustme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .behavior import Behavior, Outcome, Task

if TYPE_CHECKING:
    from .lab import Lab

__all__ = ["Behavior", "Lab", "Outcome", "Task"]


def __getattr__(name: str) -> Any:
    # only when it is asked for: the command line has to be able to say that flask or trustme is missing
    if name == "Lab":
        from .lab import Lab as found

        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
