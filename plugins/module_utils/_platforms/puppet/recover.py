# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: finding the job of a launch whose answer was lost (Puppet contract 2.4, checklist 10).

No job of the orchestrator says which request made it. So every launch carries a mark of its own: in C(userdata), or
where a release before 2019.8.5 has none, at the end of the description.
"""

from __future__ import annotations

import typing as t
import uuid

from ..._native import mapping, text
from ..._types import Launch
from . import facts
from .api import Api, Row

MARK = "unified_jobs_launch"
_NEWEST = 50
_MOST_PAGES = 5


def add_marker(api: Api, launch: Launch) -> None:
    """Put a mark into the body of a launch that no other launch has."""
    mark = uuid.uuid4().hex[:16]
    launch.context["mark"] = mark
    if api.knows("userdata"):
        launch.body["userdata"] = {**mapping(launch.body.get("userdata")), MARK: mark}
    else:
        launch.body["description"] = f"{text(launch.body.get('description'))} (unified.jobs {mark})".strip()


def without_mark(userdata: t.Any) -> t.Any:
    """Return userdata as the user gave it."""
    if isinstance(userdata, dict) and MARK in userdata:
        return {name: value for name, value in userdata.items() if name != MARK}
    return userdata


def find_rows(api: Api, launch: Launch) -> list[Row]:
    """Return the jobs that carry the mark of a launch, among the newest of their kind."""
    mark = launch.context["mark"]
    params: Row = {"order_by": "timestamp", "order": "desc"}
    if launch.type == facts.SCHEDULED_JOB:
        params = {"order_by": "next_run_time", "order": "asc"}
    elif launch.type == facts.PLAN_JOB:
        params["results"] = "exclude"
    path = api.schedules_path if launch.type == facts.SCHEDULED_JOB else facts.PATHS[launch.type]
    found: list[Row] = []
    for number, page in enumerate(api.pages(path, params, _NEWEST), 1):
        found += [row for row in page if _carries(row, mark)]
        if found or number == _MOST_PAGES:
            break
    return found


def _carries(row: Row, mark: str) -> bool:
    description = text(mapping(row.get("options")).get("description") or row.get("description"))
    return mapping(row.get("userdata")).get(MARK) == mark or f"(unified.jobs {mark})" in description
