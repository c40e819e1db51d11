# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWX, Automation Controller and the AAP gateway: API v2 as a live AWX 24.6.1 speaks it (recordings/awx)."""

from __future__ import annotations

from .app import Awx

__all__ = ["Awx"]
