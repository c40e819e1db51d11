# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: finding the job of a launch whose answer was lost (AWX contract 1.3, at the end).

A job counts only if it equals what was sent in all that its row shows: what was sent, and the template's own values
for what was not. It must be of this user, not older than the last answer before the launch, and have a higher id
than the jobs that the template had then (the server's time has whole seconds only).
"""

from __future__ import annotations

import typing as t

from ..._types import Launch
from .api import Api, Row
from .normalize import mapping, parse_variables, text

_CANDIDATES = 25
#: fields of a job that a launch decides, or else its template
_PROMPTED = (
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
)
#: compared where they were sent; without that the server may fill them in
_SENT_ONLY = ("execution_environment", "credential", "description", "name")
#: what the server takes where an ad hoc command does not say it (contract 1.3.6)
_AD_HOC: Row = {
    "module_name": "command",
    "module_args": "",
    "job_type": "run",
    "limit": "",
    "verbosity": 0,
    "forks": 0,
    "diff_mode": False,
    "become_enabled": False,
}
_ENCRYPTED = "$encrypted$"


def find_rows(api: Api, launch: Launch) -> list[list[Row]]:
    """Return the rows that equal what was sent, in groups: each group is what one launch would have made."""
    if launch.since is None:
        return []
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
    earlier = mapping(launch.context.get("earlier"))
    if launch.type == "ad_hoc_command":
        return [("ad_hoc_commands", {"inventory": launch.body.get("inventory", earlier.get("inventory"))})]
    if launch.path.startswith("bulk/"):
        return [("workflow_jobs", {"unified_job_template__isnull": "true", "launch_type": "manual"})]
    launch_type = "relaunch" if earlier else "manual"
    if launch.type == "job":
        places: list[tuple[str, Row]] = [("jobs", {"job_template": number, "launch_type": launch_type})]
        if not earlier:
            places.append(("workflow_jobs", {"job_template": number, "launch_type": launch_type}))
        return places
    keys = {
        "workflow_job": ("workflow_jobs", "job_template" if earlier.get("is_sliced_job") else "workflow_job_template"),
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
    number = row.get("id")
    if not isinstance(number, int) or number <= launch.context.get("newest", 0):
        return False
    if not all(_same_field(key, value, row) for key, value in _expected(launch).items()):
        return False
    if "earlier" in launch.context:
        earlier = launch.context["earlier"]
        same = parse_variables(row.get("extra_vars")) == parse_variables(earlier.get("extra_vars"))
        return same and _ids(row, "credentials") == _ids(earlier, "credentials")
    return _same_objects(launch, row) and _same_variables(launch, row)


def _expected(launch: Launch) -> Row:
    """Return the fields that the job must have."""
    earlier = launch.context.get("earlier")
    if earlier is not None:
        names = (*_PROMPTED, *_AD_HOC, "credential")
        again = {key: earlier[key] for key in names if key in earlier}
        if launch.body.get("hosts") == "failed":
            again.pop("limit", None)
        return again
    own: Row = {}
    if launch.type == "ad_hoc_command":
        own = _AD_HOC
    elif launch.type in ("job", "workflow_job"):
        template = mapping(launch.context.get("template"))
        own = {key: template.get(key) for key in _PROMPTED if key in template or launch.path.startswith("bulk/")}
    return {**own, **{key: launch.body[key] for key in (*own, *_PROMPTED, *_SENT_ONLY) if key in launch.body}}


def _same_field(key: str, wanted: t.Any, row: Row) -> bool:
    """Compare one field; a sliced job's row shows null for some, and a branch equal to the project's as none."""
    if key not in row or (row[key] is None and row.get("is_sliced_job")):
        return True
    return (row[key] or "") == (wanted or "") or (key == "scm_branch" and not row[key])


def _ids(row: Row, key: str) -> set[t.Any] | None:
    """Return the ids that a row's summary lists, or None if it does not say all of them."""
    value = mapping(row.get("summary_fields")).get(key)
    items = value.get("results") if isinstance(value, dict) else value
    if not isinstance(items, list) or (isinstance(value, dict) and value.get("count") != len(items)):
        return None
    return {mapping(item).get("id") for item in items}


def _same_objects(launch: Launch, row: Row) -> bool:
    labels, credentials = _ids(row, "labels"), _ids(row, "credentials")
    if labels is not None and not set(launch.body.get("labels", ())) <= labels:
        return False
    if credentials is None or launch.type != "job":
        return True
    sent = launch.body.get("credentials")
    wanted = set(sent) if sent is not None else _ids(mapping(launch.context.get("template")), "credentials")
    return wanted is None or wanted == credentials


def _same_variables(launch: Launch, row: Row) -> bool:
    """Compare the variables; the template's own and the survey's may be there beside those that were sent."""
    wanted, have = parse_variables(launch.body.get("extra_vars") or {}), parse_variables(row.get("extra_vars") or {})
    if not isinstance(wanted, dict) or not isinstance(have, dict):
        return bool(wanted == have)
    if not all(name in have and have[name] in (value, _ENCRYPTED) for name, value in wanted.items()):
        return False
    own = parse_variables(mapping(launch.context.get("template")).get("extra_vars"))
    if isinstance(own, str):
        return True
    return set(have) <= {*wanted, *mapping(own), *launch.context.get("survey", ())}
