# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: finding the job of a launch whose answer was lost (Puppet contract 2.4, checklist 10).

No job of the orchestrator says which request made it. So every launch carries a mark of its own: in C(userdata), or
where there is none, in a release before 2019.8.5 and in schedules before 2021.7.0, at the end of the description.
"""

from __future__ import annotations

import re
import typing as t
import uuid

from ..._native import mapping, text
from ..._types import Launch
from . import facts
from .api import Api, Row
from .read import newest_pages

MARK = "unified_jobs_launch"
_TEXT_MARK = re.compile(r" ?\(unified\.jobs [0-9a-f]{16}\)$", re.ASCII)
_NEWEST = 50
_MOST_PAGES = 5


def add_marker(api: Api, launch: Launch) -> None:
    """Put a mark into the body of a launch that no other launch has."""
    mark = uuid.uuid4().hex[:16]
    launch.context["mark"] = mark
    old_schedule = launch.type == facts.SCHEDULED_JOB and not api.has_schedules
    if api.knows("userdata") and not old_schedule:
        launch.body["userdata"] = {**mapping(launch.body.get("userdata")), MARK: mark}
    else:
        launch.body["description"] = f"{text(launch.body.get('description'))} (unified.jobs {mark})".strip()


def without_mark(userdata: t.Any) -> t.Any:
    """Return userdata as the user gave it."""
    if isinstance(userdata, dict) and MARK in userdata:
        return {name: value for name, value in userdata.items() if name != MARK}
    return userdata


def without_text_mark(description: str) -> str:
    """Return a description as the user gave it."""
    return _TEXT_MARK.sub("", description)


def find_rows(api: Api, launch: Launch) -> list[Row]:
    """Return the jobs that carry the mark of a launch, among the newest of their kind."""
    mark = launch.context["mark"]
    found: list[Row] = []
    for number, page in enumerate(newest_pages(api, launch.type, {}, _NEWEST), 1):
        found += [row for row in page if _carries(row, mark)]
        if found or number == _MOST_PAGES:
            break
    return found


def _carries(row: Row, mark: str) -> bool:
    description = text(mapping(row.get("options")).get("description") or row.get("description"))
    return mapping(row.get("userdata")).get(MARK) == mark or f"(unified.jobs {mark})" in description
