# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small honest part of PQL, and of the AST form of the same queries (contract 1.8, scope.query).

Entities nodes and inventory; the operators = != ~ in and or not; a query has to yield certnames. What real servers
know beyond that is refused as a query error too, rather than answered wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .reply import Row

Test = Callable[[Row], bool]

_ENTITIES = ("nodes", "inventory")
_EXPECTED = [
    "events",
    "edges",
    "inventory",
    "fact_contents",
    "fact_paths",
    "factsets",
    "environments",
    "nodes",
    "resources",
    "catalogs",
    "reports",
    "facts",
]
_TOKEN = re.compile(r"""\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(!=|[=~\[\]{}(),!])|([\w.:-]+))""")
_NEGATED = {"!": True, "not": True}


class QueryError(Exception):
    """A query that PuppetDB refuses."""


def _syntax(text: str, at: int, expected: tuple[str, ...]) -> QueryError:
    """The refusal with its place, as recording 032 has it."""
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    row = text.split("\n")[line - 1]
    words = "\n".join(expected)
    return QueryError(
        f"PuppetDB query failed: PQL parse error at line {line}, column {column}:\n\n{row}\n{' ' * (column - 1)}^\n\n"
        f'Expected one of:\n\n{words}\n#"\\s+"\n'
    )


class _Reader:
    """The tokens of a text, one after the other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def peek(self) -> str:
        match = _TOKEN.match(self.text, self.place)
        return match.group(0).strip() if match else ""

    def take(self, *wanted: str) -> str:
        match = _TOKEN.match(self.text, self.place)
        found = match.group(0).strip() if match else ""
        if not found or (wanted and found not in wanted):
            self.fail(*wanted)
        self.place = match.end() if match else self.place
        return found

    def fail(self, *wanted: str) -> None:
        rest = self.text[self.place :]
        raise _syntax(self.text, self.place + len(rest) - len(rest.lstrip()), wanted or ("field",))


def parse(text: str) -> tuple[str, Test]:
    """The entity of a PQL query and what its rows have to fulfil; QueryError if it is none."""
    reader = _Reader(text)
    if reader.peek() not in _ENTITIES:
        reader.fail(*_EXPECTED)
    entity = reader.take()
    columns: list[str] = []
    if reader.peek() == "[":
        columns = _listed(reader)
    test: Test = _anything
    reader.take("{")
    if reader.peek() != "}":
        test = _either(reader)
    reader.take("}")
    if text[reader.place :].strip():
        reader.fail("end of query")
    _check_columns(columns)
    return entity, test


def _anything(_row: Row) -> bool:
    return True


def _check_columns(columns: list[str]) -> None:
    if columns and "certname" not in columns:
        raise QueryError("The query must return certname")


def _listed(reader: _Reader) -> list[str]:
    reader.take("[")
    found: list[str] = []
    while reader.peek() != "]":
        found.append(_literal(reader.take()))
        if reader.peek() == ",":
            reader.take()
    reader.take("]")
    return found


def _literal(token: str) -> str:
    if token[:1] in ('"', "'"):
        return re.sub(r"\\(.)", r"\1", token[1:-1]) if token[0] == '"' else token[1:-1]
    return token


def _either(reader: _Reader) -> Test:
    tests = [_both(reader)]
    while reader.peek() == "or":
        reader.take()
        tests.append(_both(reader))
    return lambda row: any(test(row) for test in tests)


def _both(reader: _Reader) -> Test:
    tests = [_one(reader)]
    while reader.peek() == "and":
        reader.take()
        tests.append(_one(reader))
    return lambda row: all(test(row) for test in tests)


def _one(reader: _Reader) -> Test:
    word = reader.peek()
    if word in _NEGATED:
        reader.take()
        inner = _one(reader)
        return lambda row: not inner(row)
    if word == "(":
        reader.take()
        inner = _either(reader)
        reader.take(")")
        return inner
    if not re.fullmatch(r"[A-Za-z_][\w.:-]*", word):
        reader.fail("field", "(", "!")
    field = reader.take()
    operator = reader.take("=", "!=", "~", "in")
    if operator == "in":
        return _compare("in", field, _listed(reader))
    if not re.fullmatch(r"""["'].*["']|[\w.:-]+""", reader.peek(), re.DOTALL):
        reader.fail("literal")
    return _compare(operator, field, _literal(reader.take()))


def _read_field(row: Row, name: str) -> Any:
    if name in row:
        return row[name]
    found: Any = row
    for part in name.split("."):
        if not isinstance(found, dict) or part not in found:
            if "." not in name:
                raise QueryError(f"PuppetDB query failed: '{name}' is not a queryable object")
            return None
        found = found[part]
    return found


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return str(value)


def _compare(operator: str, field: str, value: Any) -> Test:
    if operator == "~":
        try:
            pattern = re.compile(str(value))
        except re.error as error:
            raise QueryError(f"PuppetDB query failed: invalid regular expression {value}") from error
        return lambda row: bool(pattern.search(_text(_read_field(row, field))))
    if operator == "in":
        wanted = [_text(one) for one in value]
        return lambda row: _text(_read_field(row, field)) in wanted
    equal = _text(value)
    return lambda row: (_text(_read_field(row, field)) == equal) is (operator == "=")


# -- the AST form


def read_ast(query: list[Any]) -> tuple[str, Test]:
    """The same for a query as an array."""
    entity, rest = "nodes", query
    if query[:1] == ["from"]:
        if len(query) < 2 or query[1] not in _ENTITIES:
            raise QueryError(f"PuppetDB query failed: Invalid entity {query[1:2]}")
        entity, rest = str(query[1]), query[2] if len(query) > 2 else []
    if rest and rest[0] == "extract":
        columns = [rest[1]] if isinstance(rest[1], str) else list(rest[1])
        _check_columns(columns)
        rest = rest[2] if len(rest) > 2 else []
    return entity, _anything if not rest else _condition(rest)


def _condition(part: Any) -> Test:
    if not isinstance(part, list) or not part:
        raise QueryError(f"PuppetDB query failed: {part!r} is not well-formed")
    operator, rest = part[0], part[1:]
    if operator in ("and", "or"):
        tests = [_condition(one) for one in rest]
        every = all if operator == "and" else any
        return lambda row: every(test(row) for test in tests)
    if operator == "not" and len(rest) == 1:
        inner = _condition(rest[0])
        return lambda row: not inner(row)
    if len(rest) != 2 or operator not in ("=", "~", "in"):
        raise QueryError(f"PuppetDB query failed: {operator!r} is not a valid operator here")
    field = ".".join(rest[0]) if isinstance(rest[0], list) else str(rest[0])
    value = rest[1]
    if operator == "in":
        is_array = isinstance(value, list) and value[:1] == ["array"] and len(value) == 2
        if not is_array:
            raise QueryError("PuppetDB query failed: the lab knows 'in' with an array only")
        value = value[1]
    return _compare(operator, field, value)
