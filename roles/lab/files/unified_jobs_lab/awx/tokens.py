# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating, reading and deleting OAuth2 tokens (contract 2.1; recordings auth-*)."""

from __future__ import annotations

from .paging import page
from .reply import Reply, Row, created, forbidden, invalid, not_found
from .router import Call
from .summaries import stamp, url, user_summary
from .users import Token, User

_SCOPES = "Must be a simple space-separated string with allowed scopes ['read', 'write']."


def _place(call: Call, token: Token) -> str:
    # behind a gateway tokens are the gateway's
    return f"/api/{'gateway/v1' if call.awx.gateway else 'v2'}/tokens/{token.id}/"


def token_row(call: Call, token: Token, clear: bool = False) -> Row:
    """A token; only the answer to its creation shows its value."""
    place = _place(call, token)
    return {
        "id": token.id,
        "type": "o_auth2_access_token",
        "url": place,
        "related": {"user": url("users", token.user.id), "activity_stream": f"{place}activity_stream/"},
        "summary_fields": {"user": user_summary(token.user)},
        "created": stamp(token.created),
        "modified": stamp(token.created),
        "description": token.description,
        "user": token.user.id,
        "token": token.value if clear else "************",
        "refresh_token": None,
        "application": None,
        "expires": stamp(token.expires),
        "scope": token.scope,
    }


def _mine(call: Call) -> list[Token]:
    tokens = call.awx.keeper.tokens.values()
    return [token for token in tokens if call.user.superuser or token.user == call.user]


def list_tokens(call: Call) -> Reply:
    """GET tokens/."""
    return page(call, [token_row(call, token) for token in _mine(call)])


def create(call: Call) -> Reply:
    """POST tokens/."""
    return _create(call, call.user)


def create_personal(call: Call) -> Reply:
    """POST users/N/personal_tokens/."""
    owner = next((user for user in call.awx.keeper.users.values() if user.id == call.number), None)
    if owner is None:
        raise not_found("User")
    if owner != call.user and not call.user.superuser:
        raise forbidden()
    return _create(call, owner)


def _create(call: Call, owner: User) -> Reply:
    body = call.data()
    scope = body.get("scope", "write")
    if not isinstance(scope, str) or not scope.split() or not set(scope.split()) <= {"read", "write"}:
        raise invalid("scope", _SCOPES)
    token = call.awx.keeper.make_token(owner, scope, str(body.get("description", "")))
    return created(token_row(call, token, clear=True), _place(call, token))


def _find(call: Call) -> Token:
    token = call.awx.keeper.tokens.get(call.number)
    if token is None:
        raise not_found("OAuth2AccessToken")
    if token not in _mine(call):
        raise forbidden()
    return token


def read(call: Call) -> Reply:
    """GET tokens/N/."""
    return Reply(token_row(call, _find(call)))


def delete(call: Call) -> Reply:
    """DELETE tokens/N/."""
    del call.awx.keeper.tokens[_find(call).id]
    return Reply(None, 204)
