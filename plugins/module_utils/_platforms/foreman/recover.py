# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: finding the job of a launch whose answer was lost (Foreman contract 1.3, checklist 22)."""

from __future__ import annotations

from ..._native import mapping, text, whole
from ..._types import Launch
from . import facts, search
from .api import Api, Row
from .normalize import input_values

_CANDIDATES = 20


def newest_id(api: Api) -> int:
    """Return the id of the newest job, 0 if there is none: what a launch makes is newer."""
    rows = api.page(facts.JOBS, {"per_page": 1, "order": "id DESC"})[0]
    return whole(rows[0].get("id")) or 0 if rows else 0


def find_details(api: Api, launch: Launch) -> list[Row]:
    """Return the details of the jobs of this user, newer than the launch, that equal what was sent."""
    terms = search.all_of("user = current_user", f"id > {launch.context['newest_id']}")
    rows = api.page(facts.JOBS, {"search": terms, "order": "id DESC", "per_page": _CANDIDATES})[0]
    details = [mapping(api.get(f"{facts.JOBS}/{row['id']}")) for row in rows if _same_template(launch, row)]
    return [detail for detail in details if _equals(launch, detail)]


def _same_template(launch: Launch, row: Row) -> bool:
    number = row.get("template_id")
    return number is None or launch.template["id"] is None or text(number) == launch.template["id"]


def _equals(launch: Launch, detail: Row) -> bool:
    """Return whether a job could be what was sent; hidden inputs cannot be compared and count as equal."""
    sent = launch.body["job_invocation"]
    targeting = mapping(detail.get("targeting"))
    if "search_query" in sent and targeting.get("search_query") != sent["search_query"]:
        return False
    if "bookmark_id" in sent and targeting.get("bookmark_id") not in (None, sent["bookmark_id"]):
        return False
    mode = "recurring" if "recurrence" in sent else "future" if "scheduling" in sent else "immediate"
    if (detail.get("mode") or "immediate") != mode:
        return False
    found = input_values(detail)
    return all(
        name not in found or text(found[name]) == value or set(text(found[name])) == {"*"}
        for name, value in sent.get("inputs", {}).items()
    )
