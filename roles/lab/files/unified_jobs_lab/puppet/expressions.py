# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puppet's type expressions, as far as parameters of tasks and plans use them (contract 1.10)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(r"""\s*(?:(\w+(?:::\w+)*)|(/(?:[^/\\]|\\.)*/)|'([^']*)'|"([^"]*)"|(-?\d+)|([\[\],{}])|(=>))""")
_PLAIN: dict[str, tuple[type, ...]] = {
    "String": (str,),
    "Boolean": (bool,),
    "Integer": (int,),
    "Float": (float,),
    "Numeric": (int, float),
    "Array": (list,),
    "Hash": (dict,),
    "TargetSpec": (str, list),
}


@dataclass
class Expression:
    """A type with its arguments; numbers and texts in brackets are arguments too."""

    name: str
    arguments: list[Any] = field(default_factory=list)

    def __str__(self) -> str:
        inner = ", ".join(str(one) for one in self.arguments)
        return f"{self.name}[{inner}]" if inner else self.name

    def accepts(self, value: Any) -> bool:
        """Whether a value is of this type."""
        special = _SPECIAL.get(self.name)
        if special is not None:
            return special(self.arguments, value)
        known = _PLAIN.get(self.name)
        if known is None:
            return True  # a type of a module: the lab has no modules
        if isinstance(value, bool) and bool not in known:
            return False
        return isinstance(value, known) and _bounded(self, value)


def parse(text: str) -> Expression:
    """The expression of a text such as Optional[Enum[a, b]]."""
    found = [match.group(match.lastindex or 0) for match in _TOKEN.finditer(text) if match.lastindex]
    expression, _rest = _read(found)
    return expression if isinstance(expression, Expression) else Expression(str(expression))


def optional(text: str) -> bool:
    """Whether a parameter of this type may be left out."""
    return text.startswith("Optional[")


def _read(tokens: list[str]) -> tuple[Any, list[str]]:
    word, rest = tokens[0], tokens[1:]
    if rest[:1] != ["["]:
        return word, rest
    found = Expression(word)
    rest = rest[1:]
    while rest and rest[0] != "]":
        if rest[0] in (",", "{", "}", "=>"):
            rest = rest[1:]
            continue
        argument, rest = _read(rest)
        found.arguments.append(argument)
    return found, rest[1:]


def _inner(argument: Any) -> Expression:
    return argument if isinstance(argument, Expression) else Expression(str(argument))


def _bounded(expression: Expression, value: Any) -> bool:
    limits = [int(one) for one in expression.arguments if isinstance(one, str) and re.fullmatch(r"-?\d+", one)]
    size = len(value) if isinstance(value, (str, list, dict)) else value
    inside = (not limits or size >= limits[0]) and (len(limits) < 2 or size <= limits[1])
    kinds = [one for one in expression.arguments if not (isinstance(one, str) and re.fullmatch(r"-?\d+", one))]
    if isinstance(value, list) and kinds and expression.name == "Array":
        return inside and all(_inner(kinds[0]).accepts(one) for one in value)
    return inside


def _pattern(arguments: list[Any], value: Any) -> bool:
    patterns = [str(one)[1:-1].replace(r"\/", "/").replace(r"\A", "^").replace(r"\Z", "$") for one in arguments]
    return isinstance(value, str) and any(re.search(one, value) for one in patterns)


_SPECIAL = {
    "Any": lambda arguments, value: True,
    "Data": lambda arguments, value: True,
    "Undef": lambda arguments, value: value is None,
    "Optional": lambda arguments, value: value is None or _inner(arguments[0]).accepts(value),
    "Sensitive": lambda arguments, value: not arguments or _inner(arguments[0]).accepts(value),
    "Variant": lambda arguments, value: any(_inner(one).accepts(value) for one in arguments),
    "Enum": lambda arguments, value: isinstance(value, str) and value in arguments,
    "Pattern": _pattern,
}


def expectation(text: str, value: Any) -> str:
    """What a type wants, for the sentence of a refusal (recording 046)."""
    expression = parse(text)
    while expression.name in ("Optional", "Sensitive") and expression.arguments:
        expression = _inner(expression.arguments[0])
    texts = expression.name in ("Enum", "Pattern", "String")
    if texts and not isinstance(value, str):
        return "a String"
    article = "an" if expression.name[0] in "AEIOU" else "a"
    return f"{article} {expression}"
