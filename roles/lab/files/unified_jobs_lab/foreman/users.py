# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may come in, and what each may do: users, access tokens, sessions, the lock against guessing (contract 2)."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field

from werkzeug.http import parse_cookie

from ..clock import Clock
from .reply import ApiError, unauthorized
from .versions import Options

COOKIE = "_session_id"
_WINDOW = 300.0
_VIEW = frozenset(
    {
        "view_job_invocations",
        "view_job_templates",
        "view_template_invocations",
        "view_hosts",
        "view_organizations",
        "view_locations",
        "view_bookmarks",
        "view_remote_execution_features",
    }
)
_RUN = _VIEW | {"create_job_invocations", "create_template_invocations"}
_MANAGE = _RUN | {"cancel_job_invocations", "view_foreman_tasks", "view_recurring_logics", "edit_recurring_logics"}


@dataclass(frozen=True)
class User:
    """A user with rights; the administrator has all."""

    id: int
    login: str
    rights: frozenset[str] = frozenset()
    admin: bool = False
    own_jobs: bool = False  # a filter: only jobs of one's own
    organization: int | None = None  # a filter: only hosts of this organization
    disabled: bool = False

    def may(self, right: str) -> bool:
        """Whether the user has this permission."""
        return self.admin or right in self.rights


USERS = (
    User(4, "admin", admin=True),
    User(5, "manager", _MANAGE | {"view_plugins"}),
    User(6, "runner", _RUN),  # the role Remote Execution User: no tasks, no cancel
    User(7, "reader", _VIEW),
    User(8, "developer", _MANAGE, own_jobs=True, organization=4),
    User(9, "nobody"),
    User(11, "launcher", _VIEW | {"create_job_invocations"}),  # may launch, but not on any host
    User(10, "former", _MANAGE, disabled=True),
)


@dataclass
class Token:
    """A personal access token."""

    value: str
    user: User
    expired: bool = False


@dataclass
class Session:
    """Somebody who logged in a while ago."""

    user: User
    used: float
    expired: bool = False


@dataclass
class Gatekeeper:
    """Knows the users, tokens and sessions."""

    clock: Clock
    options: Options
    sessions: dict[str, Session] = field(default_factory=dict)
    failures: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.users = {user.login: user for user in USERS}
        self.passwords = {user.login: f"{user.login}-lab-password" for user in USERS}
        self.tokens = {user.login: Token(secrets.token_urlsafe(16), user) for user in USERS}

    def reset(self) -> None:
        """No sessions, no failures, valid tokens."""
        self.sessions.clear()
        self.failures.clear()
        for token in self.tokens.values():
            token.expired = False

    def expire(self, value: str | None = None) -> None:
        """Let one token or session run out, all sessions ("session"), or everything."""
        for token in self.tokens.values():
            token.expired = token.expired or value in (None, token.value)
        for number, session in self.sessions.items():
            session.expired = session.expired or value in (None, "session", number)

    def admit(self, headers: dict[str, str]) -> tuple[User, str | None]:
        """The user of a request, and the id of the session that began with it."""
        known = self._by_session(headers.get("cookie", ""))
        if known is not None:
            return known, None
        login, password = _basic(headers.get("authorization", ""))
        now = self.clock.now()
        self.failures = [moment for moment in self.failures if now - moment < _WINDOW]
        if len(self.failures) >= self.options.login_failures:
            raise unauthorized(login)
        user = self._check(login, password)
        if user is None:
            if headers.get("authorization"):
                self.failures.append(now)
            raise unauthorized(login)
        number = secrets.token_hex(16)
        self.sessions[number] = Session(user, now)
        return user, number

    def _by_session(self, cookie: str) -> User | None:
        number = parse_cookie(cookie).get(COOKIE, "")
        session = self.sessions.get(number)
        if session is None:
            return None
        now = self.clock.now()
        if session.expired or now - session.used > self.options.session_idle:
            del self.sessions[number]
            raise ApiError(401, None)
        session.used = now
        return session.user

    def _check(self, login: str, password: str) -> User | None:
        user = self.users.get(login)
        if user is None or user.disabled or not password:
            return None
        token = self.tokens[login]
        if secrets.compare_digest(token.value.encode(), password.encode()):
            return None if token.expired else user
        right = secrets.compare_digest(self.passwords[login].encode(), password.encode())
        return user if right else None


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _space, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        login, _colon, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return login, password
