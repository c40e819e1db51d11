# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Surveys: strict about types, silent about what they do not know (contract 1.3.2; recordings launch-400-survey-*)."""

from __future__ import annotations

from typing import Any

from .reply import Row

ENCRYPTED = "$encrypted$"


def required(spec: list[Row] | None) -> list[str]:
    """The variables that have to be sent, also when they have a default."""
    return [question["variable"] for question in spec or [] if question["required"]]


def problems(spec: list[Row] | None, answers: Row) -> list[str]:
    """What is wrong with the answers."""
    found = []
    for question in spec or []:
        name = question["variable"]
        if name not in answers:
            if question["required"]:
                found.append(f"'{name}' value missing")
            continue
        found += _wrong(question, answers[name])
    return found


def defaults(spec: list[Row] | None) -> Row:
    """The defaults that count; one that would not pass as an answer is left out."""
    held = {q["variable"]: q["default"] for q in spec or [] if q["default"] not in ("", None)}
    return {
        q["variable"]: held[q["variable"]]
        for q in spec or []
        if q["variable"] in held and not _wrong(q, held[q["variable"]])
    }


def masked(spec: list[Row] | None, variables: Row) -> Row:
    """Variables with the answers to password questions hidden."""
    secret = {question["variable"] for question in spec or [] if question["type"] == "password"}
    return {name: ENCRYPTED if name in secret else value for name, value in variables.items()}


def _wrong(question: Row, value: Any) -> list[str]:
    kind, name = question["type"], question["variable"]
    if kind in ("text", "textarea", "password"):
        return _wrong_text(question, value)
    if kind in ("integer", "float"):
        return _wrong_number(question, value)
    if kind == "multiselect":
        if not isinstance(value, list):
            return [f"'{name}' value is expected to be a list."]
        return [_not_among(question, one) for one in value if one not in question["choices"]]
    if value not in question["choices"]:
        return [_not_among(question, value)]
    return []


def _not_among(question: Row, value: Any) -> str:
    return f"Value {value} for '{question['variable']}' expected to be one of {question['choices']}."


def _wrong_text(question: Row, value: Any) -> list[str]:
    name = question["variable"]
    if not isinstance(value, str):
        return [f"Value {value} for '{name}' expected to be a string."]
    if question["type"] == "password" and value == ENCRYPTED:
        return []
    shown = ENCRYPTED if question["type"] == "password" else value
    if question["min"] is not None and len(value) < question["min"]:
        return [f"'{name}' value {shown} is too small (length is {len(value)} must be at least {question['min']})."]
    if question["max"] is not None and len(value) > question["max"]:
        return [f"'{name}' value {shown} is too large (must be no more than {question['max']})."]
    return []


def _wrong_number(question: Row, value: Any) -> list[str]:
    name = question["variable"]
    allowed: tuple[type, ...] = (int,) if question["type"] == "integer" else (int, float)
    if isinstance(value, bool) or not isinstance(value, allowed):
        word = "an integer" if question["type"] == "integer" else "a numeric type"
        return [f"Value {value} for '{name}' expected to be {word}."]
    if question["min"] is not None and value < question["min"]:
        return [f"'{name}' value {value} is too small (must be at least {question['min']})."]
    if question["max"] is not None and value > question["max"]:
        return [f"'{name}' value {value} is too large (must be no more than {question['max']})."]
    return []
