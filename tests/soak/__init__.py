# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sequences of troubles, made up by hypothesis: whatever goes wrong, nothing is launched twice, lost or leaked.

The same code serves the short run of the tests and the long one of C(make soak).
"""

from __future__ import annotations
