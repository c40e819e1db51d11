# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The search language: from a tree to a yes or no about one thing."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .dates import spoken
from .scoped import BadSearch, Comparison, Group, Negation, Node, Presence, parse_search

_TRUTH = {"true": True, "yes": True, "t": True, "1": True, "false": False, "no": False, "f": False, "0": False}


@dataclass(frozen=True)
class Field:
    """A field that can be searched. It reads a value, or a list of them if there may be several."""

    read: Callable[[Any], Any]
    kind: str = "text"  # text, number, date, words or truth
    default: bool = False  # also searched by words that stand alone
    words: tuple[str, ...] = ()
    only_equal: bool = False


Fields = Mapping[str, Field]


def unknown_field(name: str) -> BadSearch:
    """The refusal of a field that does not exist (recording error_400_bad_search)."""
    return BadSearch(f"Field '{name}' not recognized for searching!")


class Search:
    """A query, ready to be asked about things."""

    def __init__(self, query: str | None, fields: Fields, now: float) -> None:
        self._fields = fields
        self._now = now
        self._node = parse_search(query or "")
        self._check(self._node)

    def _check(self, node: Node) -> None:
        if isinstance(node, Group):
            for one in node.nodes:
                self._check(one)
        elif isinstance(node, Negation):
            self._check(node.node)
        elif isinstance(node, Presence):
            self._field(node.field)
        elif node.field is not None:
            self._check_value(node)

    def _check_value(self, node: Comparison) -> None:
        field = self._field(node.field or "")
        if field.only_equal and node.operator not in ("=", "!="):
            raise BadSearch(f"Operator '{node.operator}' not supported on field '{node.field}'")
        for value in _split(node):
            self._wanted(field, node.field or "", value)

    def _field(self, name: str) -> Field:
        found = self._fields.get(name.lower())
        if found is None:
            raise unknown_field(name)
        return found

    def _wanted(self, field: Field, name: str, value: str) -> Any:
        try:
            if field.kind == "number":
                return float(value) if "." in value else int(value)
            if field.kind == "date":
                return spoken(value, self._now)
            if field.kind == "truth":
                return _TRUTH[value.lower()]
        except (ValueError, KeyError):
            raise BadSearch(f"Value '{value}' is not valid for field '{name}'") from None
        if field.kind == "words" and value.lower() not in field.words:
            choices = ", ".join(field.words)
            raise BadSearch(f"'{name}' should be one of '{choices}', but the query was '{value}'")
        return value.lower() if field.kind == "words" else value

    def fits(self, thing: Any) -> bool:
        """Whether the query is true for this."""
        return self._fits(self._node, thing)

    def _fits(self, node: Node, thing: Any) -> bool:
        if isinstance(node, Group):
            return any(self._fits(n, thing) for n in node.nodes) if node.any_of else self._all(node.nodes, thing)
        if isinstance(node, Negation):
            return not self._fits(node.node, thing)
        if isinstance(node, Presence):
            return bool(_several(self._field(node.field).read(thing))) is node.present
        if node.field is None:
            defaults = [field for field in self._fields.values() if field.default]
            return any(self._compare(field, "", node, thing) for field in defaults)
        return self._compare(self._field(node.field), node.field, node, thing)

    def _all(self, nodes: tuple[Node, ...], thing: Any) -> bool:
        return all(self._fits(node, thing) for node in nodes)

    def _compare(self, field: Field, name: str, node: Comparison, thing: Any) -> bool:
        operator = node.operator
        positive = {"!=": "=", "!~": "~", "!^": "^"}.get(operator)
        if positive:
            return not self._compare(field, name, Comparison(node.field, positive, node.value), thing)
        try:
            wanted = [self._wanted(field, name, value) for value in _split(node)]
        except BadSearch:
            return False  # a word that is no number cannot be found in a default field that holds numbers
        return any(_one(operator, have, want) for have in _several(field.read(thing)) for want in wanted)


def _split(node: Comparison) -> list[str]:
    # also quoted commas part values here, as on the server
    if node.operator in ("^", "!^"):
        return [part.strip() for part in node.value.split(",") if part.strip()]
    return [node.value]


def _several(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return [one for one in value if one is not None]
    return [] if value is None or value == "" else [value]


def _one(operator: str, have: Any, want: Any) -> bool:
    if operator == "~":
        return _like(str(have), str(want))
    if operator in ("=", "^"):
        return bool(have == want)
    if isinstance(have, str) != isinstance(want, str):
        return False
    below, above = have < want, have > want
    return bool({"<": below, ">": above, "<=": not above, ">=": not below}[operator])


def _like(have: str, want: str) -> bool:
    pattern = re.sub(r"[\[\]?]", lambda m: f"[{m[0]}]", want.lower()).replace("%", "*")
    if not pattern.startswith("*") and not pattern.endswith("*"):
        pattern = f"*{pattern}*"
    return fnmatch.fnmatchcase(have.lower(), pattern)


def select(query: str | None, fields: Fields, things: Iterable[Any], now: float) -> list[Any]:
    """The things that a query is true for."""
    search = Search(query, fields, now)
    return [thing for thing in things if search.fits(thing)]
