# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: documentation of the launch options, computed from their table."""

from __future__ import annotations

import json

from ..module_utils._arguments import WAIT_SWITCH, documentation
from ..module_utils._arguments_launch import LAUNCH_TABLE, LIST_TABLE


class ModuleDocFragment:
    """The options of a launch."""

    DOCUMENTATION: str = json.dumps({"options": documentation({**LAUNCH_TABLE, **LIST_TABLE, **WAIT_SWITCH})})
