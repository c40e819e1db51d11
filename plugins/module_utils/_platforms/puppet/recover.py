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

from ..._errors import InvalidOptionError, UnsupportedError
from ..._native import mapping, text
from ..._types import LAUNCH_KEY_NAME, Launch
from . import facts
from .api import Api, Row
from .read import newest_pages

MARK = "unified_jobs_launch"
_TEXT_MARK = re.compile(r" ?\(unified\.jobs [0-9a-f]{16}\)$", re.ASCII)
_TEXT_KEY = re.compile(r" ?\(unified\.jobs key (?P<key>[^()\s]+)\)$")
_NEWEST = 50
_MOST_PAGES = 5


def add_marker(api: Api, launch: Launch, key: str | None = None) -> None:
    """Put a mark into the body of a launch that no other launch has, and its launch key."""
    mark = uuid.uuid4().hex[:16]
    launch.context["mark"] = mark
    old_schedule = launch.type == facts.SCHEDULED_JOB and not api.has_schedules
    if api.knows("userdata") and not old_schedule:
        own = mapping(launch.body.get("userdata"))
        if key is not None and LAUNCH_KEY_NAME in own:
            raise InvalidOptionError(f"puppet.userdata: {LAUNCH_KEY_NAME} is where launch_key is kept; take it out.")
        launch.body["userdata"] = {**own, MARK: mark, **({} if key is None else {LAUNCH_KEY_NAME: key})}
    else:
        if key is not None and old_schedule:
            raise UnsupportedError(
                "launch_key: with a schedule it needs Puppet Enterprise 2021.7.0 or later: older ones forget a schedule that ran."
            )
        named = "" if key is None else f" (unified.jobs key {key})"
        launch.body["description"] = f"{text(launch.body.get('description'))}{named} (unified.jobs {mark})".strip()


def without_mark(userdata: t.Any) -> t.Any:
    """Return userdata as the user gave it."""
    if isinstance(userdata, dict):
        return {name: value for name, value in userdata.items() if name not in (MARK, LAUNCH_KEY_NAME)}
    return userdata


def without_text_mark(description: str) -> str:
    """Return a description as the user gave it."""
    return _TEXT_KEY.sub("", _TEXT_MARK.sub("", description))


def key_of(row: Row) -> str | None:
    """Return the launch key that a raw job carries."""
    userdata = mapping(row.get("userdata"))
    if LAUNCH_KEY_NAME in userdata:
        return text(userdata[LAUNCH_KEY_NAME])
    found = _TEXT_KEY.search(_TEXT_MARK.sub("", _description(row)))
    return found["key"] if found else None


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
    return mapping(row.get("userdata")).get(MARK) == mark or f"(unified.jobs {mark})" in _description(row)


def _description(row: Row) -> str:
    return text(mapping(row.get("options")).get("description") or row.get("description"))
