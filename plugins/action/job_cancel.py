# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ..plugin_utils._action import JobsAction


class ActionModule(JobsAction):
    """The controller's part of the module of the same name: stop jobs."""

    MODULE = "unified.jobs.job_cancel"
