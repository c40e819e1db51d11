# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the message of an error answer (Foreman contract 1.12)."""

from __future__ import annotations

import re
import typing as t
from http import HTTPStatus

from ..._native import mapping, sentence, text, without_page

_LONGEST = 600
_LONGEST_BODY = 20000
#: no server nests so deep; it would exhaust the stack
_DEEPEST = 20
_USER_ERROR = re.compile(r"^(Validation failed\b|ERF\d+-\d+|Only one of feature\b)")


def error_text(status: int, data: t.Any, body: str) -> str:
    """Return what an error body says, in one line; never empty, never HTML."""
    found = without_page(_message(data)) if data is not None else _plain(body)
    found = sentence(found[:_LONGEST_BODY])
    if len(found) > _LONGEST:
        found = found[:_LONGEST] + " ..."
    if not found and status == 401:
        return "not logged in, or the session is over"
    return found or _reason(status)


def is_rejection(status: int, data: t.Any) -> bool:
    """Return whether a 500 is the server's validation of what the user wrote: it is not a breakdown (1.12)."""
    return status == 500 and bool(_USER_ERROR.match(_message(data).strip()))


def _message(data: t.Any) -> str:
    if not isinstance(data, dict):
        return text(data) if isinstance(data, str) else ""
    error = data.get("error")
    if isinstance(error, str) and error:
        return error
    inner = mapping(error)
    if inner.get("full_messages"):
        return _joined(inner["full_messages"])
    said = [text(inner.get("message")), text(inner.get("details"))]
    missing = inner.get("missing_permissions")
    if isinstance(missing, list) and missing and not any(text(missing[0]) in part for part in said):
        said.append("missing permissions: " + _joined(missing))
    if any(said):
        return ": ".join(part for part in said if part)
    return text(data.get("message") or data.get("displayMessage")) or _joined(inner.get("errors") or data.get("errors"))


def _joined(value: t.Any, depth: int = 0) -> str:
    if depth > _DEEPEST:
        return "..."
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_joined(item, depth + 1)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_joined(item, depth + 1) for item in value)
    return text(value)


def _plain(body: str) -> str:
    stripped = body.strip()
    return "" if stripped.startswith("<") or "<html" in stripped[:500].lower() else stripped


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason given"
