# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platforms a lab can simulate."""

from __future__ import annotations

from collections.abc import Callable

from .awx import Awx
from .engine import Engine
from .platform import Platform

PLATFORMS: dict[str, Callable[[Engine, bool], Platform]] = {"awx": Awx}
