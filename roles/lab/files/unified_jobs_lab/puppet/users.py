# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may come in, and what each may do: users, tokens and their ends (contract 2)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from ..clock import Clock
from .reply import RBAC, ApiError, refused
from .versions import Options

NO_KEEPALIVE = "|no_keepalive"
_GROUP = "aaaaaaaa-0000-4000-8000-000000000001"


@dataclass(frozen=True)
class User:
    """A user with rights; tasks and plans are patterns of names, nodes those that tasks may run on (None: all)."""

    id: str
    login: str
    display_name: str
    view: bool = True
    deploy: bool = False
    query: bool = False  # nodes:view_data, which scopes with a query need
    tasks: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    nodes: tuple[str, ...] | None = None
    admin: bool = False
    revoked: bool = False

    def may_deploy(self) -> bool:
        """May run Puppet, and stop jobs."""
        return self.admin or self.deploy

    def may_query(self) -> bool:
        """May see the data of nodes."""
        return self.admin or self.query

    def may_run_task(self, name: str) -> bool:
        """May run this task somewhere."""
        return self.admin or any(fnmatchcase(name, one) for one in self.tasks)

    def may_run_plan(self, name: str) -> bool:
        """May run this plan."""
        return self.admin or any(fnmatchcase(name, one) for one in self.plans)

    def may_reach(self, node: str) -> bool:
        """May run tasks on this node."""
        return self.admin or self.nodes is None or node in self.nodes


def _number(last: int) -> str:
    return f"11111111-2222-4333-8444-{last:012}"


_WEB = tuple(f"web{number}.example.com" for number in range(1, 6))
_ALL = ("*",)
USERS = (
    User("42bf351c-f9ec-40af-84ad-e976fec7f4bd", "admin", "Administrator", admin=True),
    User(_number(2), "operator", "Operator", deploy=True, query=True, tasks=_ALL, plans=_ALL),
    User(
        _number(3),
        "limited",
        "Limited",
        query=True,
        tasks=("package", "service", "facts", "lab::ok"),
        plans=("facts::info",),
        nodes=_WEB,
    ),
    User(_number(4), "launcher", "Launcher", deploy=True, tasks=_ALL, plans=_ALL),  # sees no data of nodes
    User(_number(5), "reader", "Reader", query=True),
    User(_number(6), "nobody", "Nobody", view=False),
    User(_number(7), "former", "Former", deploy=True, query=True, tasks=_ALL, plans=_ALL, revoked=True),
)


@dataclass
class Token:
    """A token of a user; state is empty, expired, revoked or timed-out."""

    value: str
    user: User
    ends: float | None = None
    label: str | None = None
    used: float = 0.0
    state: str = ""


@dataclass
class Gatekeeper:
    """Knows the users and the tokens."""

    clock: Clock
    options: Options
    made: dict[str, Token] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.users = {user.login: user for user in USERS}
        self.passwords = {user.login: f"{user.login}-lab-password" for user in USERS}
        self.tokens = {user.login: Token(secrets.token_urlsafe(33), user) for user in USERS}
        self.logins = dict.fromkeys(self.users, self.clock.now() - 1799.77)

    def reset(self) -> None:
        """Only the tokens of the start, and valid."""
        self.made.clear()
        for token in self.tokens.values():
            token.state, token.used = "", 0.0

    def all(self) -> list[Token]:
        """Every token there is."""
        return [*self.tokens.values(), *self.made.values()]

    def end(self, value: str | None, state: str) -> None:
        """Bring one token, or all, into a state."""
        for token in self.all():
            if value in (None, token.value):
                token.state = state

    def make(self, user: User, lifetime: float, label: str | None) -> Token:
        """A new token."""
        now = self.clock.now()
        token = Token(secrets.token_urlsafe(33), user, now + lifetime, label, now)
        self.made[token.value] = token
        return token

    def find(self, value: str) -> Token | None:
        """The token with this text; its end is looked at."""
        token = next((one for one in self.all() if secrets.compare_digest(one.value.encode(), value.encode())), None)
        if token is not None and not token.state:
            now, idle = self.clock.now(), self.options.idle_limit
            if token.ends is not None and now >= token.ends:
                token.state = "expired"
            elif idle is not None and token.used and now - token.used > idle:
                token.state = "timed-out"
        return token

    def admit(self, given: str) -> User:
        """The user of a request by the text of its header; 401 with a kind for everybody else (contract 1.12)."""
        value = given.removesuffix(NO_KEEPALIVE)
        if not value:
            raise refused(401, "user-unauthenticated", "Route requires authentication", namespace=RBAC)
        token = self.find(value)
        if token is None:
            raise refused(401, "invalid-token", "The provided token is not valid.", namespace=RBAC)
        if token.state:
            raise self._ended(token)
        if token.user.revoked:
            raise refused(401, "user-revoked", "The user account has been revoked.", namespace=RBAC)
        if value == given:
            token.used = self.clock.now()
        return token.user

    def _ended(self, token: Token) -> ApiError:
        if token.state == "expired":
            status = self.options.expired_status
            return refused(status, "token-expired", "The provided token has expired.", namespace=RBAC)
        words = {"revoked": "Authentication token has been revoked.", "timed-out": "The provided token has timed out."}
        return refused(401, f"token-{token.state}", words[token.state], namespace=RBAC)

    def check(self, login: str, password: str) -> User | None:
        """The user with this password, unless revoked."""
        user = self.users.get(login)
        if user is None or user.revoked:
            return None
        return user if secrets.compare_digest(self.passwords[login].encode(), password.encode()) else None


def group_ids() -> list[str]:
    """The groups that everybody is in."""
    return [_GROUP]
