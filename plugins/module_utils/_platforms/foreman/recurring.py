# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the job of a recurrence that goes on already (Foreman contract 1.3, C(recurrence.purpose))."""

from __future__ import annotations

from ..._native import mapping, text
from ..._types import Job, Launch
from . import facts
from .api import Api, Row, number_of
from .normalize import input_values, is_hidden
from .read import read_body
from .search import equals


def find_recurring(api: Api, purpose: str) -> Row | None:
    """Return the newest job of a purpose, which is its next occurrence, if that still recurs."""
    term = equals("recurring_logic.purpose", purpose)
    found = api.page(facts.JOBS, {"search": term, "per_page": 1, "order": "id DESC"})[0]
    if not found:
        return None
    number = number_of(found[0], f"the jobs of the purpose {purpose!r}")
    detail = read_body(api, str(number))
    return detail if text(mapping(detail.get("recurrence")).get("state")) in facts.OPEN_RECURRENCES else None


def tell_differences(launch: Launch, job: Job) -> None:
    """Warn of what was asked for and is otherwise in the job that is there: it stays as it is."""
    sent = launch.body["job_invocation"]
    recurrence = mapping(job.details.get("recurrence"))
    limit = sent["recurrence"].get("max_iteration")
    pairs = {
        "the template": (launch.template["id"], job.template["id"]),
        "the hosts": (sent.get("search_query"), job.targets),
        "the bookmark": (sent.get("bookmark_id"), mapping(job.details.get("targeting")).get("bookmark_id")),
        "cron": (sent["recurrence"]["cron_line"], recurrence.get("cron_line")),
        "max_iteration": ("none" if limit is None else limit, recurrence.get("max_iteration")),
    }
    found = input_values(job.native)
    pairs.update({f"the input {name}": (value, found.get(name)) for name, value in sent.get("inputs", {}).items()})
    other = [name for name, (wanted, is_so) in pairs.items() if _differs(wanted, is_so)]
    if other:
        job.warn(
            f"It recurs already, but otherwise ({', '.join(other)}), and was left as it is: cancel it first to change it."
        )


def _differs(wanted: object, found: object) -> bool:
    """Return whether something is said on both sides, and otherwise; what is hidden cannot be compared."""
    return wanted is not None and found is not None and text(wanted) != text(found) and not is_hidden(found)
