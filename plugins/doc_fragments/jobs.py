# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: documentation of the options that select jobs, computed from their tables."""

from __future__ import annotations

import json

from ..module_utils._arguments import CANCEL_TABLE, MANY_TABLE, READ_TABLE, documentation, jobs_table


class ModuleDocFragment:
    """The options that name jobs (C(DOCUMENTATION)), or must name some (C(REQUIRED)), and what is done with them."""

    DOCUMENTATION: str = json.dumps({"options": documentation(jobs_table(required=False))})
    REQUIRED: str = json.dumps({"options": documentation(jobs_table(required=True))})
    READ: str = json.dumps({"options": documentation(READ_TABLE)})
    MANY: str = json.dumps({"options": documentation(MANY_TABLE)})
    CANCEL: str = json.dumps({"options": documentation(CANCEL_TABLE)})
