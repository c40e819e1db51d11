# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puppet Enterprise orchestrator with RBAC, in three generations (contract puppet.md, recordings/puppet)."""

from __future__ import annotations

from .app import Puppet
from .versions import GENERATIONS, NEWEST, Options

__all__ = ["GENERATIONS", "NEWEST", "Options", "Puppet"]
