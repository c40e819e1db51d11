# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AWX translator as a web application: routing, authentication, negotiation, rendering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, request

from ..engine import Engine
from ..platform import Access
from . import metadata, negotiate
from .makers import Maker
from .reply import HTML, TOO_LONG_PAGE, ApiError, Reply, detail, forbidden, not_allowed, unknown_page
from .router import Call, Route
from .routes import build_router
from .sessions import check_csrf, session_identity
from .store import Store
from .users import Gatekeeper, Identity

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: nginx in front of the server reads no more (contract 6.1).
LONGEST_URL = 8000
_REALM = "Bearer realm=api authorization_url=/api/o/authorize/"
_LOGIN = "Authentication credentials were not provided. To establish a login session, visit /api/login/."
_SAFE = ("GET", "HEAD", "OPTIONS")


class Awx:
    """A simulated AWX; with gateway set, an AAP gateway in front of its controller."""

    def __init__(self, engine: Engine, gateway: bool = False) -> None:
        self.engine = engine
        self.gateway = gateway
        self.keeper = Gatekeeper(engine.clock)
        self.store = Store(engine, self.keeper)
        self.maker = Maker(self.store)
        self._router = build_router(gateway)

    # -- what the lab wants to know

    @property
    def access(self) -> Access:
        """The administrator's ways in."""
        keeper = self.keeper
        return Access("admin", keeper.passwords["admin"], keeper.main.value, keeper.reading.value)

    @property
    def passwords(self) -> dict[str, str]:
        """Every user's password."""
        return dict(self.keeper.passwords)

    @property
    def secret_names(self) -> set[str]:
        """The variables of all password questions."""
        return self.store.secret_names()

    def reset(self) -> None:
        """Back to the content of the start."""
        self.keeper.reset()
        self.store.load()

    def expire_tokens(self, token: str | None = None) -> None:
        """Let one token, or all, run out."""
        self.keeper.expire(token)

    def wsgi(self) -> WSGIApplication:
        """The web application."""
        app = Flask("unified_jobs_lab.awx", static_folder=None)
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
        view = self._serve
        app.add_url_rule("/", "root", view, methods=methods, provide_automatic_options=False)
        app.add_url_rule("/<path:_path>", "any", view, methods=methods, provide_automatic_options=False)
        return app

    # -- one request

    def _serve(self, _path: str = "") -> Response:
        if len(request.path) + len(request.query_string) > LONGEST_URL:
            return Response(TOO_LONG_PAGE, 414, content_type="text/html")
        path = self._local_path(request.path)
        found = self._router.find(path) if path is not None else None
        if path is None:
            return self._finish(unknown_page().reply, None, HTML)
        if found is None and not path.endswith("/"):
            found = self._router.find(path + "/")
            if found and request.method in _SAFE:
                return _moved(request.full_path if request.query_string else request.path)
        if found is None:
            return self._finish(unknown_page().reply, None, HTML)
        route, args = found
        call = Call(
            self,
            request.method,
            path,
            request.args,
            request.get_data(),
            request.content_type or "",
            {k.lower(): v for k, v in request.headers.items()},
            args=args,
        )
        return self._answer(route, call)

    def _local_path(self, path: str) -> str | None:
        """The path as the routes know it: a gateway serves the controller's API somewhere else."""
        if not self.gateway:
            return path
        if path.startswith("/api/controller/v2"):
            return "/api/v2" + path[len("/api/controller/v2") :]
        return None if path.startswith("/api/v2") else path

    def _answer(self, route: Route, call: Call) -> Response:
        chosen = negotiate.JSON
        try:
            chosen = negotiate.renderer(route, call)
            reply = self._checked(route, call)
        except ApiError as error:
            reply = error.reply
        except negotiate.NotAcceptable as error:
            chosen, reply = error.fallback, error.reply
        return self._finish(reply, route, chosen)

    def _checked(self, route: Route, call: Call) -> Reply:
        with self.engine.lock:
            self.engine.settle()
            if not route.public:
                self._admit(call)
            method = "GET" if call.method == "HEAD" and "GET" in route.handlers else call.method
            if method == "OPTIONS":
                return metadata.describe(route, call)
            handler = route.handlers.get(method)
            if handler is None:
                raise not_allowed(call.method)
            return handler(call)

    def _admit(self, call: Call) -> None:
        call.identity = self._identity(call)
        if call.identity is None:
            raise detail(401, _LOGIN)
        if call.method in _SAFE:
            return
        if call.identity.method == "session":
            check_csrf(call)
        if not call.identity.writes:
            raise forbidden()

    def _identity(self, call: Call) -> Identity | None:
        header = call.headers.get("authorization")
        if header:
            return self.keeper.by_header(header)
        return session_identity(call)

    def _finish(self, reply: Reply, route: Route | None, chosen: str) -> Response:
        body, content_type = negotiate.render(reply, route, chosen)
        response = Response(body, reply.status)
        response.autocorrect_location_header = False
        if content_type:
            response.headers["Content-Type"] = content_type
        else:
            response.headers.pop("Content-Type", None)
        self._add_headers(response, route, reply)
        return response

    def _add_headers(self, response: Response, route: Route | None, reply: Reply) -> None:
        for name, value in reply.headers.items():
            response.headers[name] = value
        if route is not None and not reply.bare:
            response.headers["Allow"] = route.allow
            response.headers["Vary"] = "Accept"
            response.headers["X-API-Product-Name"] = "AWX"
            response.headers["X-API-Product-Version"] = "24.6.1"
            response.headers["X-API-Node"] = "awxlab"
            response.headers["X-API-Time"] = "0.010s"
        if reply.status == 401:
            response.headers["WWW-Authenticate"] = _REALM


def _moved(path: str) -> Response:
    bare, mark, query = path.partition("?")
    response = Response("", 301, content_type=HTML)
    response.autocorrect_location_header = False
    response.headers["Location"] = bare + "/" + mark + query
    return response
