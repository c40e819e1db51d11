# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading single templates, and what lies below them."""

from __future__ import annotations

from collections.abc import Callable

from .named_urls import find_template
from .reply import Reply, forbidden
from .router import Call
from .template_rows import template_row


def template_detail(kind: str) -> Callable[[Call], Reply]:
    """GET of a template, by id or named URL."""

    def handler(call: Call) -> Reply:
        template = find_template(call.awx.store, kind, call.args["ref"])
        hidden = not call.user.sees_system if kind == "system_job_template" else not call.user.sees
        if hidden:
            raise forbidden()
        return Reply(template_row(call.awx.store, template, call.user, whole=True))

    return handler
