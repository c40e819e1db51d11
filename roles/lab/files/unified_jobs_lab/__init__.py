# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab of simulated job servers, for demos and tests. It binds to 127.0.0.1 only and needs flask and trustme."""

from __future__ import annotations

from .behavior import Behavior, Outcome, Task
from .lab import Lab

__all__ = ["Behavior", "Lab", "Outcome", "Task"]
