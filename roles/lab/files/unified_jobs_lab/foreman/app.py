# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Foreman translator as a web application: routing, authentication, rights, context, headers."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from ..engine import Engine
from ..platform import Access
from .apidoc import CHECKSUM
from .catalog import OPERATIONS, ZURICH
from .player import Player
from .records import Host
from .reply import ApiError, Reply, denied, ordered_refusal, refused
from .router import Call, Route
from .routes import build_router
from .store import Store
from .users import COOKIE, Gatekeeper
from .versions import Options

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]


class Foreman:
    """A simulated Foreman. Its options may be changed while it runs; reset() brings the first ones back."""

    def __init__(self, engine: Engine, options: Options | None = None) -> None:
        self.engine = engine
        self._first = replace(options or Options())
        self.options = replace(self._first)
        self.keeper = Gatekeeper(engine.clock, self.options)
        self.store = Store(engine)
        self.player = Player(engine, self.store)
        self._router = build_router()

    # -- what the lab wants to know

    @property
    def access(self) -> Access:
        """The administrator's ways in; the token goes where the password goes. There are none that only read."""
        return Access("admin", self.keeper.passwords["admin"], self.keeper.tokens["admin"].value, "")

    @property
    def prefix(self) -> str:
        """The path that all URLs begin with."""
        return self.options.prefix

    @property
    def passwords(self) -> dict[str, str]:
        """Every user's password."""
        return dict(self.keeper.passwords)

    @property
    def secret_names(self) -> set[str]:
        """The hidden inputs, and the secrets of a launch."""
        return self.store.secret_names()

    def reset(self) -> None:
        """Back to the content and the options of the start."""
        self.options = replace(self._first)
        self.keeper.options = self.options
        self.keeper.reset()
        self.store.load()

    def expire_tokens(self, token: str | None = None) -> None:
        """Let a personal access token, a session, all sessions ("session") or everything run out."""
        self.keeper.expire(token)

    # -- what only tests do

    def orphan(self, number: int) -> None:
        """Take an invocation's task away."""
        self.player.orphan(self.engine.jobs[number].native["invocation"])

    def pause(self, number: int) -> None:
        """Let an invocation's task pause, as after an error in Foreman itself."""
        self.player.pause(self.engine.jobs[number].native["invocation"])

    def delete_host(self, name: str) -> None:
        """Forget a host; jobs that targeted it count it as missing."""
        self.store.hosts = {number: host for number, host in self.store.hosts.items() if host.name != name}

    def add_hosts(self, count: int) -> list[int]:
        """Make host001.example.com and so on, in Operations; their ids."""
        first = max([1000, *self.store.hosts]) + 1
        for number in range(first, first + count):
            name = f"host{number - 1000:03}.example.com"
            self.store.hosts[number] = Host(number, name, OPERATIONS, ZURICH, "198.51.100.1")
        return list(range(first, first + count))

    @staticmethod
    def refusal(status: int) -> Any:
        """The body of a fault that says nothing else."""
        return ordered_refusal(status)

    # -- one request

    def wsgi(self) -> WSGIApplication:
        """The web application."""
        app = Flask("unified_jobs_lab.foreman", static_folder=None)
        app.add_url_rule("/", "root", self._serve, methods=_METHODS, provide_automatic_options=False)
        app.add_url_rule("/<path:_path>", "any", self._serve, methods=_METHODS, provide_automatic_options=False)
        return app

    def _serve(self, _path: str = "") -> Response:
        prefix = self.options.prefix
        path = request.path[len(prefix) :] if request.path.startswith(f"{prefix}/") else ""
        method = "GET" if request.method == "HEAD" else request.method
        found = self._router.find(method, path, self.options.server)
        if found is None:
            return self._finish(refused(404, f"No route matches [{method}] {request.path}").reply, None)
        route, args = found
        call = Call(self, method, path, request.args, {}, args, request.headers.get("Accept-Language", ""))
        try:
            with self.engine.lock:
                self.engine.settle()
                reply = self._handle(route, call)
        except ApiError as error:
            reply = error.reply
        return self._finish(reply, call)

    def _handle(self, route: Route, call: Call) -> Reply:
        call.body = _body()
        session = None if route.public else self._admit(call)
        try:
            reply = self._permitted(route, call)
        except ApiError as error:
            reply = error.reply
        if session is not None:
            secure = "; secure" if request.is_secure else ""
            reply.headers["Set-Cookie"] = f"{COOKIE}={session}; path=/{secure}; HttpOnly; SameSite=Lax"
        return reply

    def _admit(self, call: Call) -> str | None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        call.identity, session = self.keeper.admit(headers)
        return session

    def _permitted(self, route: Route, call: Call) -> Reply:
        if route.permission and not call.user.may(route.permission):
            raise denied(route.permission)
        if not route.public:
            call.find_context()
        if call.method in ("POST", "PUT") and request.mimetype != "application/json":
            shown = request.content_type or ""
            raise refused(
                415,
                f"Media type in 'Content-Type: {shown}' is unsupported in API v2 for POST and PUT requests. "
                "Please use 'Content-Type: application/json'.",
            )
        return route.handler(call)

    def _finish(self, reply: Reply, call: Call | None) -> Response:
        text = "" if reply.body is None else json.dumps(reply.body, ensure_ascii=False)
        response = Response(text, reply.status, content_type="application/json; charset=utf-8")
        response.headers["Server"] = "Apache"
        response.headers["Foreman_version"] = self.options.server.foreman
        response.headers["Foreman_api_version"] = "2"
        for kind in ("organization", "location"):
            one = getattr(call, kind, None)
            response.headers[f"Foreman_current_{kind}"] = f"{one.id}; {one.name}" if one else "; ANY"
        response.headers["Apipie-Checksum"] = CHECKSUM
        response.headers["X-Request-Id"] = str(uuid.uuid4())
        for name, value in reply.headers.items():
            response.headers[name] = value
        return response


def _body() -> dict[str, Any]:
    """The JSON object that was sent; what is not JSON is refused before anything else."""
    if request.mimetype != "application/json" or not request.get_data():
        return {}
    try:
        value = json.loads(request.get_data())
    except ValueError as error:
        message = f"There was a problem in the JSON you submitted: {error}"
        raise ApiError(400, {"status": 400, "error": message}) from error
    return value if isinstance(value, dict) else {}
