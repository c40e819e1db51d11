# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: finding the job of a launch whose answer was lost (AWX contract 1.3, at the end).

A job counts only if it equals what was sent in all that its row shows: what was sent, and the template's own values
for what was not. It must be of this user, not older than the last answer before the launch, and have a higher id
than the jobs that were there then (the server's time has whole seconds only).
"""

from __future__ import annotations

import typing as t

from ..._clock import Clock
from ..._native import mapping, text
from ..._types import Launch
from .api import Api, Row
from .compare import ENCRYPTED, PROMPTED, is_equal
from .normalize import parse_variables
from .refs import number_of

_CANDIDATES = 25
#: seconds for which what was read or launched counts as the newest
_FRESH = 2.0
#: what a node of a bulk launch sets for its job; its row shows null for what it does not set
_NODE = (*PROMPTED, "execution_environment", "job_slice_count")
#: what a node's row does not show
_NODE_UNSEEN = ("credentials", "labels", "instance_groups")


class Newest:
    """The highest id that jobs have: what is launched next has a higher one.

    :param clock: tells for how long what is known may be taken for the newest.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._id = 0
        self._at: float | None = None
        self._planned_at: float | None = None

    def planned(self) -> float:
        """Note that a launch is planned, and return when the first was: its reads may serve those after it too."""
        if self._planned_at is None:
            self._planned_at = self._clock.monotonic()
        return self._planned_at

    def note(self, ids: t.Iterable[int]) -> None:
        """Note jobs that were launched just now."""
        self._id, self._at = max([self._id, *ids]), self._clock.monotonic()

    def before(self, api: Api, launch: Launch) -> int:
        """Return the highest id that a job of the launch's kind has before it.

        The row of a template lists its newest jobs; for all other kinds this is one request, and where the plan is old,
        unless a launch was answered just before.
        """
        now = self._clock.monotonic()
        if self._at is not None and now - self._at <= _FRESH:
            return max(self._id, int(launch.context.get("newest", 0)))
        is_old = now - launch.context.get("planned_at", now) > _FRESH
        return max(self._id, newest_id(api, launch, is_old))


def newest_id(api: Api, launch: Launch, is_old: bool = False) -> int:
    """Return the highest id that a job of this kind has, by what was read for the plan or by a request.

    :param is_old: what was read for the plan does not count.
    """
    known = int(launch.context.get("newest", 0))
    recent = mapping(mapping(launch.context.get("template")).get("summary_fields")).get("recent_jobs")
    if isinstance(recent, list) and "earlier" not in launch.context and not is_old:
        return known
    for path, filters in places(launch):
        query = {key: value for key, value in filters.items() if value is not None}
        rows = api.page(path, {**query, "order_by": "-id", "page_size": 1})[0]
        known = max([known, *(number_of(row, "newest job") for row in rows)])
    return known


def find_rows(api: Api, launch: Launch) -> list[list[Row]]:
    """Return the rows that equal what was sent, in groups: each group is what one launch would have made."""
    if launch.since is None:
        return []
    rows: list[Row] = []
    user = _my_name(api)
    for path, filters in places(launch):
        query = {**filters, "created__gte": launch.since, "created_by__username": user, "order_by": "-id"}
        query = {key: value for key, value in query.items() if value is not None}
        rows += api.page(path, {**query, "page_size": _CANDIDATES})[0]
    fitting = [row for row in rows if is_equal(launch, row)]
    if "sources" in launch.context:
        return _groups_of_sources(fitting, launch.context["sources"])
    if launch.path.startswith("bulk/"):
        fitting = [row for row in fitting if _same_nodes(api, launch, row)]
    elif launch.body.get("hosts") == "failed" and fitting:
        failed = _failed_hosts(api, launch)
        fitting = [row for row in fitting if failed and set(text(row.get("limit")).split(",")) == failed]
    return [[row] for row in fitting]


def _groups_of_sources(rows: list[Row], sources: list[t.Any]) -> list[list[Row]]:
    """Return the updates as one group if there is one for each source, and each alone if there are more."""
    found = [row.get("inventory_source") for row in rows]
    if any(found.count(source) > 1 for source in found):
        return [[row] for row in rows]
    return [rows] if rows and set(found) == set(sources) else []


def _failed_hosts(api: Api, launch: Launch) -> set[str]:
    """Return the hosts that the server names in the limit of a job that runs again on those that failed."""
    rows = api.rows(f"jobs/{number_of(launch.context['earlier'], 'job')}/job_host_summaries", {"failed": "true"})
    there = [row for row in rows if row.get("failed") and (row.get("host") or row.get("constructed_host"))]
    return {text(row.get("host_name")) for row in there}


def _same_nodes(api: Api, launch: Launch, row: Row) -> bool:
    """Return whether a bulk job has the nodes that were sent, in that order.

    The row of a node does not show its credentials, labels and instance groups: a node that was sent with such is
    never taken to be equal.
    """
    sent = launch.body["jobs"]
    if any(node.get(key) for node in sent for key in _NODE_UNSEEN):
        return False
    rows = api.rows(f"workflow_jobs/{number_of(row, 'bulk job')}/workflow_nodes", {})
    return len(rows) == len(sent) and all(map(_same_node, sent, rows))


def _same_node(sent: Row, row: Row) -> bool:
    if sent["unified_job_template"] != row.get("unified_job_template"):
        return False
    if "identifier" in sent and sent["identifier"] != row.get("identifier"):
        return False
    wanted, have = (parse_variables(one.get("extra_data") or {}) for one in (sent, row))
    if not isinstance(wanted, dict) or not isinstance(have, dict) or set(wanted) != set(have):
        return False
    if any(have[name] not in (value, ENCRYPTED) for name, value in wanted.items()):
        return False
    return all(_without_null(sent.get(key)) == _without_null(row.get(key)) for key in _NODE)


def _without_null(value: t.Any) -> t.Any:
    """Return the value, null as empty text; 0 and false are not empty."""
    return "" if value is None else value


def _my_name(api: Api) -> str | None:
    results = mapping(api.get("me")).get("results")
    row = mapping(results[0]) if isinstance(results, list) and results else {}
    return text(row.get("username")) or None


def places(launch: Launch) -> list[tuple[str, Row]]:
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
