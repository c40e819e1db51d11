# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: finding the job of a launch whose answer was lost (Foreman contract 1.3, checklist 22)."""

from __future__ import annotations

import datetime
import typing as t

from ..._clock import iso_time, parse_time
from ..._native import mapping, text
from ..._types import Launch
from . import facts, search
from .api import Api, Row, as_number
from .compare import differences
from .normalize import parse_date

_CANDIDATES = 50


def note_start(api: Api, launch: Launch) -> None:
    """Note what tells a job of this launch from those before it.

    Of a job that starts at once that is its time. A scheduled one has only its id, so this costs a request.
    """
    launch.since = api.client.server_time
    launch.context["began"] = api.client.clock.monotonic()
    if launch.job.subtype != "immediate":
        found = api.page(facts.JOBS, {"per_page": 1, "order": "id DESC"})[0]
        launch.context["newest_id"] = (as_number(found[0].get("id")) or 0) if found else 0


def find_details(api: Api, launch: Launch, mine: t.Iterable[t.Any]) -> list[Row]:
    """Return the details of the jobs of this user, since the launch, that equal what was sent.

    :param mine: the ids of jobs that are known to come from other launches.
    """
    newest = launch.context.get("newest_id")
    terms = search.all_of("user = current_user", None if newest is None else f"id > {newest}")
    found = api.page(facts.JOBS, {"search": terms, "order": "id DESC", "per_page": _CANDIDATES})[0]
    since = None if newest is not None else _since(api, launch)
    candidates = [
        row
        for row in found
        # one without a task is still being planned, or never was
        if row.get("dynflow_task") and as_number(row.get("id")) not in (None, *mine) and _not_before(row, since)
    ]
    details = [mapping(api.get(f"{facts.JOBS}/{row['id']}")) for row in candidates if _same_template(launch, row)]
    return [detail for detail in details if not any(differences(launch, detail))]


def _since(api: Api, launch: Launch) -> str | None:
    """Return the time of the launch by the server's own clock: of the answer before it, or counted back from now."""
    if launch.since is not None:
        return launch.since
    now = parse_time(api.client.server_time)
    if now is None:
        return None
    passed = api.client.clock.monotonic() - launch.context["began"]
    return iso_time(now - datetime.timedelta(seconds=passed + 1.0))


def _not_before(row: Row, since: str | None) -> bool:
    start, border = parse_time(parse_date(row.get("start_at"))), parse_time(since)
    return start is None or border is None or start >= border.replace(microsecond=0)


def _same_template(launch: Launch, row: Row) -> bool:
    number = row.get("template_id")
    return number is None or launch.template["id"] is None or text(number) == launch.template["id"]
