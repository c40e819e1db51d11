# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts about recurrences."""

from __future__ import annotations

from .records import Recurrence
from .store import Store


def next_occurrence(store: Store, logic: Recurrence) -> float | None:
    """When the next iteration starts; only while the recurrence is active."""
    if logic.state != "active":
        return None
    planned = [one.task.start_at for one in store.iterations(logic) if one.task and one.task.state == "scheduled"]
    return min(planned, default=None)
