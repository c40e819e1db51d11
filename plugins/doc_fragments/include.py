# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: documentation of what can be asked for beside a job, computed from their table."""

from __future__ import annotations

import json

from ..module_utils._arguments import INCLUDE_TABLE, documentation


class ModuleDocFragment:
    """The options that say what to return beside the job."""

    DOCUMENTATION: str = json.dumps({"options": documentation(INCLUDE_TABLE)})
