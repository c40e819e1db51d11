# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The RBAC service, on the same port: making, checking and revoking tokens (contract 2.2)."""

from __future__ import annotations

import json
import re

from .people import owner
from .reply import RBAC, Reply, Row, refused
from .router import Call
from .users import Token, User

_UNITS = {"y": 31536000.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "": 1.0}
_LONGEST = 10 * _UNITS["y"]
_BY_NAME = "revoke_tokens_by_usernames"


def _body(call: Call) -> Row:
    """The object that was sent; this service's refusals have no namespace (recording 003)."""
    text = call.data.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise refused(400, "malformed-request", "The request body was malformed JSON.", {"body": text}, "")
    return value


def _lifetime(body: Row) -> float:
    given = str(body.get("lifetime", "1h"))
    match = re.fullmatch(r"(\d+)([ydhms]?)", given)
    if match is None:
        raise refused(400, "schema-violation", f"The lifetime {given} is not valid", {"lifetime": given}, "")
    seconds = int(match[1]) * _UNITS[match[2]]
    return min(seconds or _LONGEST, _LONGEST)


def _make(call: Call, user: User, body: Row) -> Reply:
    keeper, label = call.puppet.keeper, body.get("label")
    if label is not None:
        taken = [one for one in keeper.made.values() if one.user is user and one.label == label and not one.state]
        if not isinstance(label, str) or len(label) > 200 or "," in label or taken:
            raise refused(400, "schema-violation", f"The label {label} is not valid", {"label": label}, "")
    return Reply({"token": keeper.make(user, _lifetime(body), label).value})


def login(call: Call) -> Reply:
    """POST auth/token with a login and a password (recordings 001 to 004)."""
    body = _body(call)
    name, password = body.get("login"), body.get("password")
    if not isinstance(name, str) or not isinstance(password, str):
        raise refused(400, "schema-violation", "login and password are required", {}, "")
    if call.puppet.options.console_starting:
        raise refused(401, "server-error", f"User {name} failed to login", namespace=RBAC)
    user = call.puppet.keeper.check(name, password)
    if user is None:
        raise refused(401, "user-unauthenticated", "Authentication failed.", namespace=RBAC)
    call.puppet.keeper.logins[name] = call.now
    return _make(call, user, body)


def another(call: Call) -> Reply:
    """POST tokens with a token."""
    return _make(call, call.user, _body(call))


def authenticate(call: Call) -> Reply:
    """POST v2 auth/token/authenticate: whose token that is (recordings 005 to 007)."""
    body = _body(call)
    keeper = call.puppet.keeper
    found = keeper.find(str(body.get("token", "")))
    if found is None:
        raise refused(400, "invalid-token", "The provided token could not be verified.", namespace="")
    if found.state or found.user.revoked:
        state = found.state or "revoked"
        words = {"expired": "has expired", "revoked": "has been revoked", "timed-out": "has timed out"}
        raise refused(403, f"token-{state}", f"The provided token {words[state]}.", namespace="")
    if body.get("update_last_activity?", True):
        found.used = call.now
    return Reply(owner(found.user, call.server, keeper.logins[found.user.login]))


def revoke_one(call: Call) -> Reply:
    """DELETE v2 tokens/:token."""
    _revoke(call, [one for one in call.puppet.keeper.all() if one.value == call.args["token"]])
    return Reply(None, 204)


def revoke(call: Call) -> Reply:
    """DELETE v2 tokens: by text, user name or label, in the query or the body."""
    body = _body(call) if call.data else {}

    def wanted(name: str) -> set[str]:
        listed = body.get(name, [])
        given = [*(listed if isinstance(listed, list) else []), *call.query.get(name, "").split(",")]
        return {str(one) for one in given if one}

    values, logins, labels = wanted("revoke_tokens"), wanted(_BY_NAME), wanted("revoke_tokens_by_labels")
    if not (values or logins or labels):
        raise refused(400, "malformed-request", "No tokens were named", {}, "")
    own = {call.user.login}
    if not call.user.admin and logins - own:
        raise refused(403, "permission-denied", "You may not revoke the tokens of others", {}, "")
    known = call.puppet.keeper.all()
    _revoke(call, [one for one in known if one.value in values or one.user.login in logins])
    _revoke(call, [one for one in known if one.user is call.user and one.label in labels])
    return Reply(None, 204)


def _revoke(call: Call, tokens: list[Token]) -> None:
    for token in tokens:
        token.state = token.state or "revoked"
