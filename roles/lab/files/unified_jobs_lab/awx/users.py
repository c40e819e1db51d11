# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may come in, and what each may do: users, tokens and sessions (recordings auth-*, launch-403-*, uj-33..35)."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field

from ..clock import Clock


@dataclass(frozen=True)
class User:
    """A user, with the one role that decides here."""

    id: int
    name: str
    role: str  # superuser, auditor, operator, reader or none

    @property
    def superuser(self) -> bool:
        """May do everything."""
        return self.role == "superuser"

    @property
    def sees(self) -> bool:
        """May read jobs and templates."""
        return self.role != "none"

    @property
    def sees_system(self) -> bool:
        """May read system jobs."""
        return self.role in ("superuser", "auditor")

    @property
    def launches(self) -> bool:
        """May launch job and workflow templates."""
        return self.role in ("superuser", "operator")


@dataclass
class Token:
    """An OAuth2 token."""

    id: int
    value: str
    user: User
    scope: str
    created: float
    expires: float
    description: str = ""


@dataclass(frozen=True)
class Identity:
    """Who a request comes from, by which method, and whether it may write."""

    user: User
    method: str
    writes: bool = True


USERS = tuple(
    User(number, name, role)
    for number, (name, role) in enumerate(
        (
            ("admin", "superuser"),
            ("operator", "operator"),
            ("reader", "reader"),
            ("bob", "none"),
            ("auditor", "auditor"),
        ),
        start=1,
    )
)
_LIFE = 1000 * 365.25 * 86400.0


@dataclass
class Gatekeeper:
    """Knows the users, tokens and sessions."""

    clock: Clock
    tokens: dict[int, Token] = field(default_factory=dict)
    sessions: dict[str, User] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.users = {user.name: user for user in USERS}
        self.passwords = {user.name: f"{user.name}-lab-password" for user in USERS}
        self.main = self.make_token(self.users["admin"], "write", "lab")
        self.reading = self.make_token(self.users["admin"], "read", "lab, read only")

    def make_token(self, user: User, scope: str, description: str = "") -> Token:
        """A new token."""
        number = max(self.tokens, default=0) + 1
        now = self.clock.now()
        token = Token(number, secrets.token_hex(15), user, scope, now, now + _LIFE, description)
        self.tokens[number] = token
        return token

    def expire(self, value: str | None = None) -> None:
        """Let one token, or all, run out."""
        for token in self.tokens.values():
            if value in (None, token.value):
                token.expires = self.clock.now() - 1

    def reset(self) -> None:
        """Back to the two tokens of the start, valid again, and no sessions."""
        self.sessions.clear()
        now = self.clock.now()
        self.tokens = {token.id: token for token in (self.main, self.reading)}
        for token in self.tokens.values():
            token.created, token.expires = now, now + _LIFE

    def by_header(self, authorization: str) -> Identity | None:
        """Who the Authorization header names, if it is right."""
        scheme, _space, value = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return self._by_token(value.strip())
        if scheme.lower() == "basic":
            return self._by_password(value.strip())
        return None

    def _by_token(self, value: str) -> Identity | None:
        for token in self.tokens.values():
            if secrets.compare_digest(token.value.encode(), value.encode()):
                valid = token.expires > self.clock.now()
                return Identity(token.user, "token", token.scope != "read") if valid else None
        return None

    def _by_password(self, value: str) -> Identity | None:
        try:
            name, _colon, password = base64.b64decode(value).decode().partition(":")
        except ValueError:
            return None
        user = self.check(name, password)
        return Identity(user, "basic") if user else None

    def check(self, name: str, password: str) -> User | None:
        """The user, if name and password belong together."""
        right = self.passwords.get(name)
        if right is None or not secrets.compare_digest(right.encode(), password.encode()):
            return None
        return self.users[name]
