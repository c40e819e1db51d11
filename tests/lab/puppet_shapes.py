# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing the simulated orchestrator's answers with recordings of several releases of the real one.

What a recording has, the answer has to have; what an answer has, some recording of the same thing has to have. Kinds
of values are taken from all recordings of the same thing together: a field that is null in one and text in another
may be either.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from replay_shapes import kind as json_kind

#: Content that depends on what ran, or that the caller has given.
FREE = re.compile(
    r"(\.(params|scope|userdata|parameters|node_states|detail|uri|discovery|input\.scope)|^plan\.result"
    r"|^plan_events\.items\[\]\.details\.result|^stop\.job\.nodes|^nodes\.items\[\]\.result)$"
)
#: Keys that the contract has and no recording of the same thing happens to show.
ALSO = {
    "task_targets.items[]": {"display_name"},  # contract 1.11
    "job.options": {"no_noop"},  # contract 1.8
}
#: Kinds that no recording happens to show.
ALSO_KINDS = {
    "job.options.no_noop": {"boolean"},
    "job.options.concurrency": {"integer"},
    "nodes.items[].duration": {"float", "null"},
    "plan.result": {"null", "object", "array", "string"},
    "tasks_one.environment.code_id": {"string"},
    "plans_one.environment.code_id": {"string"},
    "plan.options.project": {"object"},
    "report.rows[].start_timestamp": {"null"},  # contract 1.5: null until known
    "report.rows[].finish_timestamp": {"null"},
    "plan_events.items[].details.result": {"null", "array"},
}
_ROUTES = (
    (r"/auth/token$", "token"),
    (r"/authenticate$", "subject"),
    (r"/services/orchestrator-service$", "status"),
    (r"/simple/orchestrator-service$", "simple"),
    (r"/v1$", "root"),
    (r"/command/stop$", "stop"),
    (r"/command/(deploy|task)$", "job_made"),
    (r"/command/(stop_plan|plan_run|environment_plan_run)$", "plan_made"),
    (r"/command/task_target$", "task_target_made"),
    (r"/command/schedule_\w+$", "scheduled"),
    (r"/plan_jobs/\d+/events$", "plan_events"),
    (r"/plan_jobs/\d+/event/\d+$", "plan_event"),
    (r"/plan_jobs(/\d+)?$", "plan"),
    (r"/jobs/\d+/(\w+)$", r"\1"),
    (r"/jobs(/\d+)?$", "job"),
    (r"/environment_jobs(/\d+)?$", "scheduled"),
    (r"/scheduled_jobs(/\d+)?$", "old_scheduled"),
    (r"/(tasks|plans)/[\w/]+$", r"\1_one"),
    (r"/inventory(/[\w.]+)?$", "inventory"),
    (r"/(\w+)$", r"\1"),
)
_DAY = r"\d{4}-\d{2,3}-\d\dT\d\d:\d\d:\d\d"  # one page has a month of three digits
_TIMES = (("time", re.compile(_DAY + "Z")), ("precise time", re.compile(_DAY + r"\.\d{3}Z")))
#: Things whose lists have the same rows as the one thing.
_LISTS = ("job", "plan", "scheduled", "inventory")


def thing(recording: dict[str, Any]) -> str:
    """What a recording is about."""
    if recording["response"]["status"] >= 400 and not isinstance(recording["response"]["body"], str):
        return "error" if "kind" in recording["response"]["body"] else "status"
    for pattern, name in _ROUTES:
        match = re.search(pattern, recording["request"]["path"])
        if match:
            return match.expand(name)
    raise AssertionError(recording["request"]["path"])


def places(root: str, value: Any) -> list[tuple[str, Any]]:
    """All values with their places; the rows of a list of jobs are jobs, and numbers as keys are all alike."""
    found = [(root, value)]
    if FREE.search(root):
        return found
    if isinstance(value, dict):
        rows = root in _LISTS and "items" in value
        for name, one in value.items():
            if rows and name == "items":
                found += [place for row in one for place in places(root, row)]
            elif root == "report":
                found += places("report.rows", one)  # under either name (contract 1.6)
            else:
                found += places(f"{root}.{'N' if name.isdigit() else name}", one)
    elif isinstance(value, list):
        found += [place for one in value for place in places(f"{root}[]", one)]
    return found


def keys(name: str, body: Any) -> dict[str, set[str]]:
    """The names that each object of a body has, all objects of a place together."""
    found: dict[str, set[str]] = defaultdict(set)
    for place, value in places(name, body):
        if isinstance(value, dict) and not FREE.search(place):
            found[place] |= {"N" if key.isdigit() else key for key in value}
    return found


def kind(value: Any) -> str:
    """The JSON type of a value, and of a text whether it is a time, and how precise (contract 1.0)."""
    for name, pattern in _TIMES:
        if isinstance(value, str) and pattern.fullmatch(value):
            return name
    return json_kind(value)


class Kinds:
    """What the recordings show together, by place."""

    def __init__(self, recordings: list[dict[str, Any]]) -> None:
        self._kinds: dict[str, set[str]] = defaultdict(set)
        self._keys: dict[str, set[str]] = defaultdict(set)
        for recording in recordings:
            name, body = thing(recording), recording["response"]["body"]
            for place, value in places(name, body):
                self._kinds[place].add(kind(value))
            for place, names in keys(name, body).items():
                self._keys[place] |= names
        for place, kinds in ALSO_KINDS.items():
            self._kinds[place] |= kinds
        for place, names in ALSO.items():
            self._keys[place] |= names

    def problems(self, name: str, answered: Any) -> list[str]:
        """The values of an answer that are of no recorded kind, and its keys that no recording has."""
        found = []
        for place, value in places(name, answered):
            known = self._kinds.get(place)
            if known and kind(value) not in known:
                found.append(f"{place} is {kind(value)}, recorded {' or '.join(sorted(known))}")
        for place, names in keys(name, answered).items():
            found += [f"{place}.{one} is in no recording" for one in sorted(names - self._keys.get(place, names))]
        return found


def missing(name: str, has: Any, wanted: Any) -> list[str]:
    """The keys of one body that another lacks, and the lists that are empty only in the other."""
    one, other = keys(name, has), keys(name, wanted)
    found = [
        f"{place}.{key} is missing" for place in other if place in one for key in sorted(other[place] - one[place])
    ]
    # an object that lacks a key is told of once; one that is not there at all must have been in an empty list
    gone = [place for place in other if place not in one and place.endswith("[]")]
    lists = {place for place, value in places(name, has) if isinstance(value, list)}
    return found + [f"{place[:-2]} is empty" for place in gone if place[:-2] in lists]
