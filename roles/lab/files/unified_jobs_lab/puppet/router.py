# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of URLs, and one request on its way to a handler."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict

from .reply import Reply, Row, forbidden, invalid
from .users import User

if TYPE_CHECKING:
    from .app import Puppet
    from .store import Store
    from .versions import Generation

ROOT = "/orchestrator/v1"


@dataclass
class Call:
    """One request."""

    puppet: Puppet
    method: str
    path: str
    query: MultiDict[str, str]
    data: bytes
    args: dict[str, str] = field(default_factory=dict)
    identity: User | None = None

    @property
    def user(self) -> User:
        """Who asks; handlers of public paths must not use it."""
        if self.identity is None:
            raise RuntimeError("nobody is logged in")
        return self.identity

    @property
    def store(self) -> Store:
        """What the server holds."""
        return self.puppet.store

    @property
    def server(self) -> Generation:
        """The server's release."""
        return self.puppet.options.server

    @property
    def now(self) -> float:
        """The time."""
        return self.puppet.engine.now

    def json(self) -> Row:
        """The object that was sent (recording 047)."""
        try:
            value = json.loads(self.data or b"{}")
        except ValueError as error:
            raise invalid("The request body is not valid JSON") from error
        if not isinstance(value, dict):
            raise invalid("The request body must be a JSON object", {"body": value})
        return value

    def link(self, *segments: Any) -> str:
        """A link, built from what the server takes for its name: not the one that was called (contract 1.0)."""
        return "/".join([self.puppet.options.link_base + ROOT, *(str(one) for one in segments)])

    def forbid(self, reason: str) -> Exception:
        """The refusal of an authorization rule."""
        return forbidden(self.method, self.path, reason)


Handler = Callable[[Call], Reply]


@dataclass(frozen=True)
class Route:
    """A path, a method, a handler, the releases that have it."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler
    public: bool
    since: tuple[int, ...]
    until: tuple[int, ...]


class Router:
    """All the routes."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def add(
        self,
        methods: str,
        path: str,
        handler: Handler,
        public: bool = False,
        since: tuple[int, ...] = (),
        until: tuple[int, ...] = (),
    ) -> None:
        """Serve a path below the orchestrator's root, or one that begins with a slash.

        <id> stands for one segment, <name+> for several. Served from one release on, and until another one.
        """
        text = path if path.startswith("/") else f"{ROOT}/{path}".rstrip("/")
        text = re.sub(r"<(\w+)\+>", r"(?P<\1>.+)", text)
        pattern = re.compile(re.sub(r"(?<!\?P)<(\w+)>", r"(?P<\1>[^/]+)", text) + r"/?\Z")
        for method in methods.split():
            self._routes.append(Route(method, pattern, handler, public, since, until))

    def find(self, method: str, path: str, server: Generation) -> tuple[Route, dict[str, str]] | None:
        """The route of a request, and what its places hold."""
        for route in self._routes:
            if route.method == method and server.has(*route.since) and not (route.until and server.has(*route.until)):
                match = route.pattern.match(path)
                if match:
                    return route, match.groupdict()
        return None
