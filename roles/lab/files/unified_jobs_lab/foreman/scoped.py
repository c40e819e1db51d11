# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The search language: from text to a tree (contract 1.1, "ScopedSearch syntax").

`and` and `or` bind equally and to the right: `a and b or c` is `a and (b or c)`. Things side by side are an `and`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Union


class BadSearch(Exception):
    """A query that the server refuses."""


@dataclass(frozen=True)
class Comparison:
    """A field against a value; without a field, the default fields."""

    field: str | None
    operator: str
    value: str


@dataclass(frozen=True)
class Presence:
    """Whether a field has a value."""

    field: str
    present: bool


@dataclass(frozen=True)
class Negation:
    """Not."""

    node: Node


@dataclass(frozen=True)
class Group:
    """All of, or any of; all of nothing is true."""

    any_of: bool
    nodes: tuple[Node, ...]


Node = Union[Comparison, Presence, Negation, Group]

_WORDS = {
    "and": "and",
    "or": "or",
    "not": "not",
    "set?": "set?",
    "has": "set?",
    "null?": "null?",
    "before": "<",
    "after": ">",
    "at": "=",
}
_SIGNS = {
    "&": "and",
    "&&": "and",
    "|": "or",
    "||": "or",
    "-": "not",
    "!": "not",
    "~": "~",
    "!~": "!~",
    "=": "=",
    "==": "=",
    "!=": "!=",
    "<>": "!=",
    ">": ">",
    "<": "<",
    ">=": ">=",
    "<=": "<=",
    "^": "^",
    "!^": "!^",
    "(": "(",
    ")": ")",
    ",": ",",
}
_COMPARE = ("=", "!=", ">", "<", ">=", "<=", "~", "!~", "^", "!^")
_TOKEN = re.compile(
    r'\s+|"(?P<quoted>(?:\\.|[^"\\])*)(?:"|\Z)|(?P<sign>&&|\|\||==|!=|<>|>=|<=|!~|!\^|[&|=<>^!~(),-])|(?P<word>[^=~<>\s&|)(,"][^=~<>\s&|)(,]*)',
    re.DOTALL,
)


@dataclass(frozen=True)
class _Token:
    kind: str  # "text", or an operator
    text: str = ""


def _tokens(query: str) -> list[_Token]:
    found = []
    place = 0
    while place < len(query):
        match = _TOKEN.match(query, place)
        if match is None:  # a lone backslash at the end of an open quote
            break
        place = match.end()
        if match["sign"]:
            found.append(_Token(_SIGNS[match["sign"]]))
        elif match["word"]:
            word = match["word"]
            kind = _WORDS.get(word.lower())
            found.append(_Token(kind) if kind else _Token("text", word))
        elif match["quoted"] is not None:
            found.append(_Token("text", re.sub(r"\\(.)", r"\1", match["quoted"], flags=re.DOTALL)))
    return found


class _Parser:
    def __init__(self, query: str) -> None:
        self._tokens = _tokens(query)
        self._place = 0

    def _peek(self, ahead: int = 0) -> str:
        place = self._place + ahead
        return self._tokens[place].kind if place < len(self._tokens) else ""

    def _next(self) -> _Token:
        self._place += 1
        return self._tokens[self._place - 1]

    def sequence(self, inside: bool) -> Node:
        nodes: list[Node] = []
        while self._peek():
            if self._peek() == ")":
                self._next()
                if inside:
                    break
                continue
            if self._peek() in (",", "and", "or"):  # what has nothing on its left is passed over
                self._next()
                continue
            nodes.append(self._logical())
        return nodes[0] if len(nodes) == 1 else Group(False, tuple(nodes))

    def _logical(self) -> Node:
        left = self._single()
        if self._peek() in ("and", "or") and self._peek(1) not in ("", ")"):
            operator = self._next().kind
            return Group(operator == "or", (left, self._logical()))
        return left

    def _single(self) -> Node:
        kind = self._peek()
        if kind == "(":
            self._next()
            return self.sequence(inside=True)
        if kind == "not":
            self._next()
            if not self._peek():
                raise BadSearch("Value expected but found nothing")
            return Negation(self._single())
        if kind in ("set?", "null?"):
            self._next()
            return Presence(self._value(), kind == "set?")
        return self._comparison()

    def _comparison(self) -> Node:
        if self._peek() in _COMPARE:  # the value alone, against the default fields
            return Comparison(None, self._next().kind, self._value())
        if self._peek() != "text":
            raise BadSearch(f"Value expected but found {self._peek()}")
        word = self._next().text
        if self._peek() not in _COMPARE:
            return Comparison(None, "~", word)
        operator = self._next().kind
        if operator in ("^", "!^"):
            return Comparison(word, operator, self._values())
        return Comparison(word, operator, self._value())

    def _value(self) -> str:
        if self._peek() != "text":
            raise BadSearch(f"Value expected but found {self._peek() or 'nothing'}")
        return self._next().text

    def _values(self) -> str:
        if self._peek() != "(":
            return self._value()
        self._next()
        found = []
        while self._peek() and self._peek() != ")":
            token = self._next()
            if token.kind == "text":
                found.append(token.text)
        if self._peek():
            self._next()
        return ",".join(found)


def parse_search(query: str) -> Node:
    """The tree of a query; an empty one is true for everything."""
    return _Parser(query).sequence(inside=False)
