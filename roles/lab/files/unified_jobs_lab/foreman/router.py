# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of URLs, and one request on its way to a handler."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict

from .reply import Reply, bare
from .users import User

if TYPE_CHECKING:
    from .app import Foreman
    from .records import Taxonomy
    from .store import Store
    from .versions import Generation

_TRUE = ("true", "t", "yes", "y", "on", "1")


@dataclass
class Call:
    """One request."""

    foreman: Foreman
    method: str
    path: str
    query: MultiDict[str, str]
    body: dict[str, Any]
    args: dict[str, str] = field(default_factory=dict)
    accepted: str = ""  # the languages
    identity: User | None = None
    organization: Taxonomy | None = None
    location: Taxonomy | None = None

    @property
    def user(self) -> User:
        """Who asks; handlers of public paths must not use it."""
        if self.identity is None:
            raise RuntimeError("nobody is logged in")
        return self.identity

    @property
    def store(self) -> Store:
        """What the server holds."""
        return self.foreman.store

    @property
    def server(self) -> Generation:
        """The server's generation."""
        return self.foreman.options.server

    @property
    def now(self) -> float:
        """The time."""
        return self.foreman.engine.now

    @property
    def language(self) -> str:
        """The language of messages: what the request prefers, never the user's setting (contract 1.0)."""
        return self.accepted.partition(",")[0].partition(";")[0].strip().lower()[:2]

    def param(self, name: str) -> Any:
        """A parameter of the query or, at the top level, of the body; the query wins."""
        return self.query.get(name, self.body.get(name))

    def flag(self, name: str, default: bool = False) -> bool:
        """A parameter that the server casts to a truth value."""
        value = self.param(name)
        if value is None or value == "":
            return default
        return value if isinstance(value, bool) else str(value).lower() in _TRUE

    def truthy(self, name: str) -> bool:
        """A parameter as Ruby sees it: everything but false and null is true, also the text "false"."""
        value = self.param(name)
        return value is not None and value is not False

    def find_context(self) -> None:
        """The organization and location of the request (contract 1.0)."""
        self.organization = self._taxonomy("organization")
        self.location = self._taxonomy("location")

    def _taxonomy(self, kind: str) -> Taxonomy | None:
        wanted = self.param(f"{kind}_id")
        if wanted is None or wanted == "":
            return None
        for one in self.store.visible_taxonomies(kind, self.user):
            if str(wanted) in (str(one.id), one.title):
                return one
        raise bare(404, f"{kind.capitalize()} with id {wanted} not found")


Handler = Callable[[Call], Reply]


@dataclass(frozen=True)
class Route:
    """A path, a method, a handler and the right it takes."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler
    permission: str
    public: bool
    since: tuple[int, ...]


class Router:
    """All the routes."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def add(
        self,
        methods: str,
        path: str,
        handler: Handler,
        permission: str = "",
        public: bool = False,
        since: tuple[int, ...] = (),
    ) -> None:
        """Serve a path below /api (also /api/v2) or below another root; <id> stands for any segment.

        Without a permission any user may; since is the version of the plugin that brought the path.
        """
        if path.startswith("/"):
            text = path
        else:
            text = f"/api(?:/v2)?/{path}"
        pattern = re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", text) + r"/?\Z")
        for method in methods.split():
            self._routes.append(Route(method, pattern, handler, permission, public, since))

    def find(self, method: str, path: str, server: Generation) -> tuple[Route, dict[str, str]] | None:
        """The route of a request, and what its places hold."""
        for route in self._routes:
            if route.method == method and server.has(*route.since):
                match = route.pattern.match(path)
                if match:
                    return route, match.groupdict()
        return None
