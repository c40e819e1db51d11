# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Foreman and Satellite with remote execution, in three generations (contract foreman.md, recordings/foreman)."""

from __future__ import annotations

from .app import Foreman
from .versions import GENERATIONS, NEWEST, Options

__all__ = ["GENERATIONS", "NEWEST", "Foreman", "Options"]
