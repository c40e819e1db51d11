# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the job of a recurrence that goes on already (Foreman contract 1.3, C(recurrence.purpose))."""

from __future__ import annotations

from ..._native import mapping, text
from ..._types import Job, Launch
from . import facts
from .api import Api, Row
from .search import equals


def find_recurring(api: Api, purpose: str) -> Row | None:
    """Return the newest job of a purpose, which is its next occurrence, if that still recurs."""
    term = equals("recurring_logic.purpose", purpose)
    found = api.page(facts.JOBS, {"search": term, "per_page": 1, "order": "id DESC"})[0]
    if not found:
        return None
    detail = mapping(api.get(f"{facts.JOBS}/{found[0]['id']}", {"include_hosts": False}))
    return detail if mapping(detail.get("recurrence")).get("state") in facts.OPEN_RECURRENCES else None


def tell_differences(launch: Launch, job: Job) -> None:
    """Warn of what was asked for and is otherwise in the job that is there: it stays as it is."""
    sent = launch.body["job_invocation"]
    recurrence = mapping(job.details.get("recurrence"))
    targets = job.targets if "search_query" in sent else sent.get("search_query")
    pairs = {
        "the template": (launch.template["id"], job.template["id"]),
        "the hosts": (sent.get("search_query"), targets),
        "cron": (sent["recurrence"]["cron_line"], recurrence.get("cron_line")),
        "max_iteration": (sent["recurrence"].get("max_iteration"), recurrence.get("max_iteration")),
    }
    other = [name for name, (wanted, found) in pairs.items() if found is not None and text(wanted) != text(found)]
    if other:
        job.warn(
            f"It recurs already, but otherwise ({', '.join(other)}), and was left as it is: cancel it first to change it."
        )
