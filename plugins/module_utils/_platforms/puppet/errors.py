# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what an error body of the orchestrator says (Puppet contract 1.12)."""

from __future__ import annotations

import json
import typing as t
from http import HTTPStatus

from ..._native import mapping, sentence, text, without_page

_LONGEST = 1000
_LONGEST_BODY = 20000
#: kinds that say something about the token, whatever the status (contract 1.12, checklist 24)
TOKEN_KINDS = {
    "user-unauthenticated": "no token was sent, or the server does not know it",
    "invalid-token": "the token is not one of this server",
    "token-expired": "the token has expired: make a new one (puppet-access login, or the console)",
    "token-timed-out": "the token was not used for too long: make a new one (puppet-access login, or the console)",
    "token-revoked": "the token was revoked: make a new one (puppet-access login, or the console)",
    "user-revoked": "the user of the token was revoked",
}
#: kind -> what it means beyond its own words
_HINTS = {
    "query-error": "If the query is right, this user may not view node data (the permission nodes:view_data)",
    "puppetdb-error": "PuppetDB is in trouble; nothing was started",
    "unknown-job": "It does not exist, or was pruned (after 30 days by default)",
}
#: details that repeat what was sent, which may be secret
_UNSAID = frozenset(("params", "parameters", "input", "targets", "body", "scope"))
_PERMISSIONS = {"task": "tasks:run", "plan_name": "plans:run", "plan": "plans:run"}


def kind_of(data: t.Any) -> str:
    """Return the kind of an error without its namespace, which differs between services and releases."""
    return text(mapping(data).get("kind")).rpartition("/")[2]


def meant_status(status: int, data: t.Any) -> int:
    """Return what an answer's status should be.

    A token that is over may be a 403. While the console starts, logins fail with a 401 of a kind that passes.
    """
    kind = kind_of(data)
    if status == 403 and kind in TOKEN_KINDS:
        return 401
    return 503 if status == 401 and kind.endswith("server-error") else status


def is_missing_route(status: int | None, data: t.Any) -> bool:
    """Return whether a 404 means that this release does not have the route: its own errors have a kind."""
    return status == 404 and not kind_of(data)


def error_text(status: int, data: t.Any, body: str) -> str:
    """Return what an error body says, in one line; never empty, never HTML."""
    found = sentence(without_page(_message(data, body))[:_LONGEST_BODY])
    if len(found) > _LONGEST:
        found = found[:_LONGEST] + " ..."
    return found or _reason(status)


def _message(data: t.Any, body: str) -> str:
    if not isinstance(data, dict):
        return _plain(data if isinstance(data, str) else body if data is None else "")
    kind, said = kind_of(data), text(data.get("msg") or data.get("message") or data.get("error"))
    if kind in TOKEN_KINDS:
        return TOKEN_KINDS[kind]
    parts = [said.strip().rstrip(".: "), _details(said, data.get("details"))]
    if kind != "query-error" or "quer" in said.lower():
        # the list of schedules calls a wrong page a query-error
        parts.append(_HINTS.get(kind, ""))
    if kind == "not-permitted":
        parts.append(_permission(mapping(data.get("details"))))
    return ". ".join(part for part in parts if part) or kind


def _details(said: str, details: t.Any) -> str:
    """Return those details that the sentence does not hold already."""
    if isinstance(details, str):
        return "" if details in said else _plain(details)
    shown = {
        key: value
        for key, value in mapping(details).items()
        if key not in _UNSAID and text(value) and text(value) not in said
    }
    return ", ".join(f"{key}: {value if isinstance(value, str) else json.dumps(value)}" for key, value in shown.items())


def _permission(details: dict[str, t.Any]) -> str:
    for key, permission in _PERMISSIONS.items():
        if details.get(key):
            return f"The permission {permission}:{text(details[key])} is missing"
    return ""


def _plain(body: str) -> str:
    stripped = body.strip()
    return "" if stripped.startswith("<") or "<html" in stripped[:500].lower() else stripped


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason given"
