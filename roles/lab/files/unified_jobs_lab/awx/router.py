# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of URLs: which path takes which methods."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict

from .reply import Reply, detail, invalid
from .users import Identity, User

if TYPE_CHECKING:
    from .app import Awx

_ORDER = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_WRONG_TYPE = (
    "You did not use correct Content-Type in your HTTP request. If you are using our REST API, "
    "the Content-Type must be application/json"
)
_PLACES = {"id": r"\d+", "ref": r"[^/]+"}


@dataclass
class Call:
    """One request on its way to a handler."""

    awx: Awx
    method: str
    path: str
    query: MultiDict[str, str]
    raw: bytes
    content_type: str
    headers: dict[str, str]
    identity: Identity | None = None
    args: dict[str, str] = field(default_factory=dict)

    @property
    def user(self) -> User:
        """Who asks; handlers of public paths must not use it."""
        if self.identity is None:
            raise RuntimeError("nobody is logged in")
        return self.identity.user

    @property
    def number(self) -> int:
        """The id in the path."""
        return int(self.args["id"])

    def data(self) -> dict[str, Any]:
        """The JSON object in the body; an empty body is an empty object."""
        if not self.raw:
            return {}
        if self.content_type.partition(";")[0].strip().lower() != "application/json":
            raise detail(415, _WRONG_TYPE)
        try:
            value = json.loads(self.raw)
        except ValueError as error:
            raise detail(400, f"JSON parse error - {error}\nPossible cause: trailing comma.") from error
        if not isinstance(value, dict):
            if value is None:
                return {}
            raise detail(400, "JSON parse error - not a JSON object")
        return value

    def whole_number(self, name: str, value: Any) -> int:
        """A value that has to be an id."""
        if isinstance(value, bool) or not isinstance(value, (int, str)) or not str(value).lstrip("-").isdigit():
            kind = type(value).__name__
            raise invalid(name, f"Incorrect type. Expected pk value, received {kind}.")
        return int(value)


Handler = Callable[[Call], Reply]


@dataclass(frozen=True)
class Route:
    """A path and its methods."""

    pattern: re.Pattern[str]
    handlers: dict[str, Handler]
    allowed: tuple[str, ...]
    title: str
    public: bool
    prefers: str  # the format without an Accept header: json or html
    head: bool = True

    @property
    def allow(self) -> str:
        """The Allow header."""
        return ", ".join(m for m in _ORDER if m in self.allowed or m == "OPTIONS" or (m == "HEAD" and self.head))


class Router:
    """All the routes."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def add(
        self,
        path: str,
        title: str,
        handlers: Mapping[str, Handler] | None = None,
        *,
        public: bool = False,
        prefers: str = "json",
        head: bool = True,
        also: tuple[str, ...] = (),
        **methods: Handler,
    ) -> None:
        """Serve a path; <id> stands for a number, <ref> for a number or a name. `also` is allowed but unfinished."""
        served = {**(handlers or {}), **methods}
        pattern = re.compile(re.sub(r"<(\w+)(?::([^>]*))?>", _place, path) + r"\Z")
        self._routes.append(Route(pattern, served, (*served, *also), title, public, prefers, head))

    def find(self, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route of a path, and what its places hold."""
        for route in self._routes:
            match = route.pattern.match(path)
            if match:
                return route, match.groupdict()
        return None


def _place(match: re.Match[str]) -> str:
    return f"(?P<{match[1]}>{match[2] or _PLACES[match[1]]})"
