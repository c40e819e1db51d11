# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: documentation of what every module of this collection can do."""

from __future__ import annotations


class ModuleDocFragment:
    """The attributes that all modules share."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: Can run in check mode, which reads but changes nothing on the server.
  diff_mode:
    support: none
    description: Returns details on what has changed in diff mode.
  async:
    support: full
    description: Can run in the background with the task keyword C(async).
  action_group:
    description: Use C(group/unified.jobs.jobs) in C(module_defaults) to set the connection of all modules at once.
    support: full
    membership:
      - unified.jobs.jobs
"""
