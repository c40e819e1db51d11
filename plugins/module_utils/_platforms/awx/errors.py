# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the message of an error answer (AWX contract 1.10)."""

from __future__ import annotations

import ast
import contextlib
import json
import re
import typing as t
from http import HTTPStatus

from ..._native import sentence

_REPR = re.compile(r"ErrorDetail\(string=(?P<quote>['\"])(?P<text>.*?)(?P=quote), code=")
_MARKUP = re.compile(r"\s*<[!?/a-zA-Z]")
_LONGEST = 600
_LONGEST_BODY = 20000


def error_text(status: int, data: t.Any, text: str) -> str:
    """Return what an error body says, in one line; never empty, never HTML."""
    found = _from_json(data) if data is not None else _from_text(text)
    if _MARKUP.match(found):
        found = ""
    found = sentence(found[:_LONGEST_BODY])
    if len(found) > _LONGEST:
        found = found[:_LONGEST] + " ..."
    return found or _reason(status)


def _from_text(text: str) -> str:
    """Return the message of a body that is not JSON: text endpoints send the repr of a Python dict."""
    text = text[:_LONGEST_BODY].strip()
    inside = [match.group("text") for match in _REPR.finditer(text)]
    if inside:
        return " ".join(inside)
    for read in (json.loads, ast.literal_eval):
        with contextlib.suppress(ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            data = read(text) if text[:1] in ("{", "[") else None
            if data is not None:
                return _from_json(data)
    return "" if "<html" in text[:500].lower() else text


def _from_json(data: t.Any) -> str:
    if isinstance(data, dict):
        for key in ("detail", "error", "msg", "errors"):
            if data.get(key):
                return _flat(data[key])
        return "; ".join(_pair(key, value) for key, value in data.items() if value)
    return _flat(data)


def _pair(key: str, value: t.Any) -> str:
    return _flat(value) if key in ("__all__", "non_field_errors") else f"{key}: {_flat(value)}"


def _flat(value: t.Any, depth: int = 0) -> str:
    """Return any JSON value as text for people; what is nested too deep is left out."""
    if depth > 8 or value is None:
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_flat(item, depth + 1)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(filter(None, (_flat(item, depth + 1) for item in value)))
    return str(value)


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason given"
