# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: finding the job of a launch whose answer was lost (AWX contract 1.3, at the end)."""

from __future__ import annotations

import typing as t

from ..._types import Launch
from .api import Api, Row
from .normalize import mapping, parse_variables, summary, text

_CANDIDATES = 25
_PLAIN = (
    "limit",
    "job_tags",
    "skip_tags",
    "job_type",
    "verbosity",
    "diff_mode",
    "scm_branch",
    "forks",
    "timeout",
    "inventory",
    "execution_environment",
    "module_name",
    "module_args",
    "become_enabled",
    "credential",
    "description",
)
_ENCRYPTED = "$encrypted$"


def find_rows(api: Api, launch: Launch) -> list[list[Row]]:
    """Return the rows that equal what was sent, in groups: each group is what one launch would have made."""
    rows: list[Row] = []
    user = _my_name(api)
    for path, filters in _places(launch):
        query = {**filters, "created__gte": launch.since, "created_by__username": user, "order_by": "-id"}
        query = {key: value for key, value in query.items() if value is not None}
        rows += api.page(path, {**query, "page_size": _CANDIDATES})[0]
    fitting = [row for row in rows if _equals(launch, row)]
    if "sources" in launch.context and fitting:
        sources = [row.get("inventory_source") for row in fitting]
        return [fitting] if len(set(sources)) == len(sources) else [[row] for row in fitting]
    return [[row] for row in fitting]


def _my_name(api: Api) -> str | None:
    results = mapping(api.get("me")).get("results")
    row = mapping(results[0]) if isinstance(results, list) and results else {}
    return text(row.get("username")) or None


def _places(launch: Launch) -> list[tuple[str, Row]]:
    """Return the lists, and their filters, in which the launched job would be."""
    number = launch.template["id"]
    if launch.path.startswith("ad_hoc_commands/") or launch.type == "ad_hoc_command":
        return [("ad_hoc_commands", {"inventory": launch.body.get("inventory")})]
    if launch.path.startswith("bulk/"):
        return [("workflow_jobs", {"unified_job_template__isnull": "true", "launch_type": "manual"})]
    launch_type = "relaunch" if "rerun" in launch.context else "manual"
    if launch.type == "job":
        places: list[tuple[str, Row]] = [("jobs", {"job_template": number, "launch_type": launch_type})]
        if "rerun" not in launch.context:
            places.append(("workflow_jobs", {"job_template": number, "launch_type": launch_type}))
        return places
    keys = {
        "workflow_job": ("workflow_jobs", "workflow_job_template"),
        "system_job": ("system_jobs", "system_job_template"),
        "project_update": ("project_updates", "project"),
        "inventory_update": ("inventory_updates", "inventory_source"),
    }
    path, key = keys[launch.type]
    if "sources" in launch.context:
        key = "inventory_source__inventory"
    return [(path, {key: number, "launch_type": launch_type})]


def _equals(launch: Launch, row: Row) -> bool:
    """Return whether a row could be what was sent. What the server masks cannot be compared and counts as equal."""
    body = launch.body
    if "rerun" in launch.context:
        return True
    for key in _PLAIN:
        if key in body and key in row and (row[key] or "") != (body[key] or ""):
            return False
    if "name" in body and row.get("name") != body["name"]:
        return False
    if "labels" in body and summary(row, "labels").get("count") not in (None, len(body["labels"])):
        return False
    return _same_variables(body.get("extra_vars"), row.get("extra_vars"))


def _same_variables(sent: t.Any, found: t.Any) -> bool:
    wanted, have = parse_variables(sent), parse_variables(found)
    if not isinstance(wanted, dict) or not isinstance(have, dict):
        return wanted is None or wanted == have
    return all(name in have and have[name] in (value, _ENCRYPTED) for name, value in wanted.items())
