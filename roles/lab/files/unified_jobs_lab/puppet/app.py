# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Puppet translator as a web application: routing, tokens, answers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from ..engine import Engine
from ..platform import Access
from .plan_player import PlanPlayer
from .player import Player
from .records import Node, Run
from .reply import ApiError, Reply, no_route, ordered_refusal
from .router import ROOT, Call, Route
from .routes import build_router
from .scheduler import Scheduler
from .store import Store
from .users import Gatekeeper
from .versions import Options

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]


class Puppet:
    """A simulated Puppet Enterprise. Its options may be changed while it runs; reset() brings the first ones back."""

    def __init__(self, engine: Engine, options: Options | None = None) -> None:
        self.engine = engine
        self._first = replace(options or Options())
        self.options = replace(self._first)
        self.keeper = Gatekeeper(engine.clock, self.options)
        self.store = Store(engine)
        self.player = Player(engine, self.store)
        self.plan_player = PlanPlayer(engine, self.store, self.player)
        self.scheduler = Scheduler(self)
        self._router = build_router()

    # -- what the lab wants to know

    @property
    def access(self) -> Access:
        """The administrator's ways in; what may only read is the token of the user reader."""
        tokens = self.keeper.tokens
        return Access("admin", self.keeper.passwords["admin"], tokens["admin"].value, tokens["reader"].value)

    @property
    def passwords(self) -> dict[str, str]:
        """Every user's password."""
        return dict(self.keeper.passwords)

    @property
    def tokens(self) -> dict[str, str]:
        """A token of every user, which does not run out by itself."""
        return {login: token.value for login, token in self.keeper.tokens.items()}

    @property
    def secret_names(self) -> set[str]:
        """The sensitive parameters, and the secrets of agentless targets."""
        return self.store.secret_names() | {"sudo-password", "private-key-content"}

    def reset(self) -> None:
        """Back to the content and the options of the start."""
        self.options = replace(self._first)
        self.keeper.options = self.options
        self.keeper.reset()
        self.store.load()

    def expire_tokens(self, token: str | None = None) -> None:
        """Let one token, or all, run out."""
        self.keeper.end(token, "expired")

    def revoke_tokens(self, token: str | None = None) -> None:
        """Let one token, or all, be revoked."""
        self.keeper.end(token, "revoked")

    # -- what only tests do

    def add_nodes(self, count: int) -> list[str]:
        """Connect node001.example.com and so on; their names."""
        names = [f"node{number:03}.example.com" for number in range(1, count + 1)]
        self.store.nodes.update({name: Node(name) for name in names})
        return names

    def disguise(self, number: int, **shown: Any) -> None:
        """Show other values in a job, as a server of the future might (recording 090)."""
        run: Run = self.engine.jobs[number].native["run"]
        run.disguise.update(shown)

    def forget_environment(self, name: str) -> None:
        """Remove an environment."""
        self.store.environments.remove(name)

    def prune_plan(self, number: int) -> None:
        """Forget a plan job, as the clean-up of old ones does."""
        self.store.plan_runs.pop(number, None)

    def restart(self) -> None:
        """Restart the service: running plans are lost, jobs go on (contract 1.9)."""
        self.plan_player.restart()

    @staticmethod
    def refusal(status: int) -> Any:
        """The body of a fault that says nothing else."""
        return ordered_refusal(status)

    # -- one request

    def wsgi(self) -> WSGIApplication:
        """The web application."""
        app = Flask("unified_jobs_lab.puppet", static_folder=None)
        app.add_url_rule("/", "root", self._serve, methods=_METHODS, provide_automatic_options=False)
        app.add_url_rule("/<path:_path>", "any", self._serve, methods=_METHODS, provide_automatic_options=False)
        return app

    def _serve(self, _path: str = "") -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        try:
            found = self._router.find(method, request.path, self.options.server)
            if found is None:
                raise no_route()
            route, args = found
            call = Call(self, method, request.path, request.args, request.get_data(), args)
            with self.engine.lock:
                self.engine.settle()
                reply = self._handle(route, call)
        except ApiError as error:
            reply = error.reply
        return self._finish(reply)

    def _handle(self, route: Route, call: Call) -> Reply:
        if not route.public:
            given = request.headers.get("X-Authentication") or call.query.get("token", "")
            call.identity = self.keeper.admit(given)
            if call.path.startswith(ROOT) and not (call.user.view or call.user.admin):
                raise call.forbid("")
        return route.handler(call)

    @staticmethod
    def _finish(reply: Reply) -> Response:
        if reply.body is None:
            return Response(None, reply.status, headers={"Server": "Jetty"})
        text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body, ensure_ascii=False)
        return Response(text, reply.status, content_type=reply.content_type, headers={"Server": "Jetty"})
