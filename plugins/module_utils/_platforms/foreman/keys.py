# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: launch keys on Foreman (contract 1.3, C(description_format)): the description begins with the key.

The server cuts long descriptions at their end, so that the key stands in front.
"""

from __future__ import annotations

import typing as t

from ..._errors import InvalidOptionError
from ..._native import mapping, text
from ..._types import JobRequest, Launch
from . import facts
from .api import Api, Row
from .compare import differences
from .normalize import KEY_MARK, key_of
from .search import quoted

_PAGE = 50
_MOST_PAGES = 4
#: how a template without a format of its own is described
_DEFAULT = "%{template_name}"


def mark_of(key: str) -> str:
    """Return how the description of a job with this key begins."""
    return f"[launch_key: {key}]"


def without_key(description: str) -> str:
    """Return a description as it was given."""
    found = KEY_MARK.match(description)
    return description[found.end() :] if found else description


def described(request: JobRequest, body: Row, template: Row) -> Row:
    """Return the description of a launch with its key in front, else what was given."""
    if request.launch_key is None:
        return {}
    if (request.schedule or {}).get("purpose") is not None:
        raise InvalidOptionError(
            "launch_key and schedule.purpose are two ways to find the job that is there: give one of them."
        )
    given = text(body.get("description_format")) or text(template.get("description_format")) or _DEFAULT
    return {"description_format": f"{mark_of(request.launch_key)} {given}"}


def find_details(api: Api, launch: Launch, recent: bool) -> t.Iterator[Row]:
    """Yield the details of the jobs that carry the key of a launch, newest first."""
    key = text(launch.key)
    query = {"search": f"description ~ {quoted(mark_of(key))}", "order": "id DESC", "per_page": _PAGE}
    for number in range(1, _MOST_PAGES + 1):
        found, total = api.page(facts.JOBS, {**query, "page": number})
        for row in found:
            # one without a task is still being planned, or never was, and its detail answers 500
            if row.get("dynflow_task") and key_of(text(row.get("description"))) == key:
                yield mapping(api.get(f"{facts.JOBS}/{row['id']}"))
        if recent or not found or (total is not None and total <= number * _PAGE):
            return


def differences_of(launch: Launch, detail: Row) -> list[Row]:
    """Return how a job with the key of a launch differs from it; a description changes nothing of what is done."""
    return [row for row in differences(launch, detail) if row["option"] != "description"]
