# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing the simulated Foreman's answers with recordings of several versions of the real one.

Kinds of values are taken from all recordings of the same thing together: a field that is null in one and text in
another may be either. Keys are compared with what the version in question has.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from replay_shapes import kind

#: Content that depends on what ran.
FREE = re.compile(r"^(task|tasks\[\])\.(input|output|humanized\.input)$")
#: Kinds that no recording happens to show, because the servers' own tests leave nearly everything empty.
ALSO = {
    "rerun.description": "string",  # contract 1.1, description
    "job.task.started_at": "string",  # contract 1.2, task
    "job_templates_one.description_format": "string",  # recorded in lists of templates
    "remote_execution_features.results[].job_template_id": "integer",  # contract 1.13, null is what is not mapped
    "remote_execution_features.results[].job_template_name": "string",
    "locations.results[].ancestry": "string",  # contract 1.13, title includes parents
    "locations.results[].parent_id": "integer",
    "locations.results[].parent_name": "string",
    "organizations.results[].ancestry": "string",
    "organizations.results[].parent_id": "integer",
    "organizations.results[].parent_name": "string",
    "template_inputs.results[].description": "string",
    "template_inputs.results[].options": "string",
}
_ROUTES = (
    (r"/job_invocations$", "job"),
    (r"/job_invocations/\d+$", "job"),
    (r"/hosts/\d+$", "output"),
    (r"/raw$", "output"),
    (r"/outputs$", "outputs"),
    (r"/job_invocations/\d+/(\w+)$", r"\1"),
    (r"/tasks(/[\w-]+)?$", "task"),
    (r"/template_inputs$", "template_inputs"),
    (r"/api/(\w+)/[\w%-]+$", r"\1_one"),
    (r"/(\w+)$", r"\1"),
)


def thing(recording: dict[str, Any]) -> str:
    """What a recording is about."""
    request, status = recording["request"], recording["response"]["status"]
    if status >= 400:
        return f"error {status}"
    for pattern, name in _ROUTES:
        match = re.search(pattern, request["path"])
        if match:
            return match.expand(name)
    raise AssertionError(request["path"])


def places(root: str, value: Any) -> list[tuple[str, Any]]:
    """All values with their places; the rows of a list of jobs are jobs."""
    found = [(root, value)]
    if isinstance(value, dict):
        rows = root in ("job", "task") and "results" in value
        for name, one in value.items():
            if rows and name == "results":
                found += [place for row in one for place in places(root, row)]
            else:
                found += places(f"{root}.{name}", one)
    elif isinstance(value, list):
        found += [place for one in value for place in places(f"{root}[]", one)]
    return found


class Kinds:
    """What the recordings show together, by place."""

    def __init__(self, recordings: list[dict[str, Any]]) -> None:
        self._kinds: dict[str, set[str]] = defaultdict(set)
        for place, name in ALSO.items():
            self._kinds[place] |= {name, "null"}
        for recording in recordings:
            for place, value in places(thing(recording), recording["response"]["body"]):
                self._kinds[place].add(kind(value))

    def problems(self, name: str, answered: Any) -> list[str]:
        """The values of an answer that are of no recorded kind; places that no recording has are not judged."""
        found = []
        for place, value in places(name, answered):
            known = self._kinds.get(place)
            if known and kind(value) not in known and not FREE.search(place):
                found.append(f"{place} is {kind(value)}, recorded {' or '.join(sorted(known))}")
        return found


def keys(name: str, body: Any) -> dict[str, set[str]]:
    """The names that each object of a body has, all objects of a place together."""
    found: dict[str, set[str]] = defaultdict(set)
    for place, value in places(name, body):
        if isinstance(value, dict) and not FREE.search(place) and not FREE.search(place.rpartition(".")[0]):
            found[place] |= set(value)
    return found


def missing(name: str, has: Any, wanted: Any) -> list[str]:
    """The keys of one body that another lacks, in the objects that both have."""
    one, other = keys(name, has), keys(name, wanted)
    return [f"{place}.{key} is missing" for place in other if place in one for key in sorted(other[place] - one[place])]
