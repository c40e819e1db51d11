# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: whether the process that started this one is still there.

Where a terminal is closed, or C(ansible-playbook) is killed, the process of a task lives on, unseen. The system then
gives it another parent; no signal tells it.
"""

from __future__ import annotations

import os
import typing as t

#: this process, and the parent that it had at its first task: all items of a loop have one process
_SEEN: dict[int, int] = {}


def orphan_watch() -> t.Callable[[], bool]:
    """Return what tells whether the parent that this process had at its first task is gone."""
    # what a parent remembered of itself says nothing on the process that it made
    parent = _SEEN.setdefault(os.getpid(), os.getppid())
    return lambda: os.getppid() != parent
