# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing answers with recordings: the same keys, the same JSON types, as far as the recordings agree."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

#: Content that depends on what ran, not on the server.
FREE = re.compile(r"\.(job_env|artifacts|event_data|host_status_counts|extra_data|prompts|choices|default|inputs)$")
_ABSENT = "absent"


def kind(value: Any) -> str:
    """The JSON type of a value."""
    if value is None:
        return "null"
    names = {bool: "boolean", int: "integer", float: "float", str: "string", list: "array", dict: "object"}
    return names[type(value)]


def group_of(recording: dict[str, Any]) -> str:
    """What recordings have to have in common to be compared: method, route and status."""
    request = recording["request"]
    route = re.sub(r"/(\d+|[^/]*\+\+[^/]*|lab-[^/]*)/", "/N/", request["path"])
    return f"{request['method']} {route.rstrip('/')} {recording['response']['status']}"


class Shapes:
    """What all recordings together show, by group and place in the body."""

    def __init__(self, recordings: list[dict[str, Any]]) -> None:
        self._types: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._keys: dict[tuple[str, str], list[set[str]]] = defaultdict(list)
        for recording in recordings:
            self._learn(group_of(recording), _root(recording["response"]["body"]), recording["response"]["body"])

    def _learn(self, group: str, place: str, value: Any) -> None:
        for where in _places(group, place):
            self._types[where].add(kind(value))
            if isinstance(value, dict):
                self._keys[where].append(set(value))
        for below, one in _children(place, value):
            self._learn(group, below, one)

    def _kinds(self, group: str, place: str) -> set[str]:
        return set().union(*(self._types.get(where, set()) for where in _places(group, place)))

    def problems(self, group: str, recorded: Any, answered: Any) -> list[str]:
        """How an answer differs from its recording."""
        return list(self._compare(group, _root(recorded), recorded, answered))

    def _compare(self, group: str, place: str, recorded: Any, answered: Any) -> list[str]:
        known = self._kinds(group, place)
        if kind(answered) not in known:
            return [f"{place} is {kind(answered)}, recorded {kind(recorded)}"]
        if FREE.search(place) or type(recorded) is not type(answered):
            return []
        found = []
        if isinstance(recorded, dict):
            found += self._keys_differ(group, place, recorded, answered)
        pairs = dict(_children(place, recorded))
        for below, value in _children(place, answered):
            if below in pairs:
                found += self._compare(group, below, pairs[below], value)
        missing = {b for b, _v in _children(place, recorded)} - {b for b, _v in _children(place, answered)}
        if isinstance(recorded, list) and missing:
            found.append(f"{place} holds no {', '.join(sorted(missing))}")
        return found

    def _keys_differ(self, group: str, place: str, recorded: dict[str, Any], answered: dict[str, Any]) -> list[str]:
        sets = self._keys.get((group, place), [set(recorded)])
        always, ever = set.intersection(*sets), set.union(*sets)
        found = [f"{place}.{name} is missing" for name in sorted(always - set(answered))]
        return found + [f"{place}.{name} is not in any recording" for name in sorted(set(answered) - ever)]


def _root(body: Any) -> str:
    return f"<{body['type']}>" if isinstance(body, dict) and isinstance(body.get("type"), str) else "body"


def _places(group: str, place: str) -> list[tuple[str, str]]:
    # types of a field are looked up over all recordings of the same object, keys only in the same group
    return [(group, place), ("*", place)] if place.startswith("<") else [(group, place)]


def _children(place: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(f"{place}.{name}", one) for name, one in value.items()]
    if isinstance(value, list):
        return [(f"{_item(place, one)}", one) for one in value]
    return []


def _item(place: str, value: Any) -> str:
    if isinstance(value, dict) and isinstance(value.get("type"), str) and "url" in value:
        return f"{place}[]<{value['type']}>"
    return f"{place}[]"
