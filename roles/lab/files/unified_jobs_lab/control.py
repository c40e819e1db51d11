# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control path /_lab/: what a test or a demo may ask of the lab itself, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request

from .faults import Fault

if TYPE_CHECKING:
    from .lab import Bench

View = Callable[[], Any]
Route = Callable[..., Callable[[View], View]]

_FAULT_FIELDS = {f.name for f in fields(Fault)}


def control_app(bench: Bench) -> Flask:
    """The control of one simulated server."""
    app = Flask("unified_jobs_lab.control", static_folder=None)

    def route(path: str, *methods: str) -> Callable[[View], View]:
        def add(view: View) -> View:
            app.add_url_rule(f"/_lab/{path}", path, view, methods=list(methods), strict_slashes=False)
            return view

        return add

    _time_routes(bench, route)
    _fault_routes(bench, route)
    _job_routes(bench, route)
    app.register_error_handler(ValueError, _bad_request)
    app.register_error_handler(LookupError, _bad_request)
    app.register_error_handler(TypeError, _bad_request)
    return app


def _body() -> dict[str, Any]:
    data = request.get_json(silent=True, force=True) if request.get_data() else {}
    if not isinstance(data, dict):
        raise ValueError("the body has to be a JSON object")
    return data


def _bad_request(error: Exception) -> tuple[Response, int]:
    return jsonify({"error": str(error)}), 400


def _time_routes(bench: Bench, route: Route) -> None:
    @route("", "GET")
    @route("state", "GET")
    def state() -> Any:
        return jsonify(bench.state())

    @route("reset", "POST")
    def reset() -> Any:
        bench.lab.reset()
        return jsonify(bench.state())

    @route("advance", "POST")
    def advance() -> Any:
        bench.lab.advance(float(_body().get("seconds", 0)))
        return jsonify(bench.state())

    @route("freeze", "POST")
    def freeze() -> Any:
        bench.lab.freeze()
        return jsonify(bench.state())

    @route("thaw", "POST")
    def thaw() -> Any:
        bench.lab.thaw()
        return jsonify(bench.state())


def _fault_routes(bench: Bench, route: Route) -> None:
    @route("faults", "GET", "POST", "DELETE")
    def faults() -> Any:
        if request.method == "DELETE":
            bench.gate.faults.clear()
        elif request.method == "POST":
            body = _body()
            unknown = sorted(set(body) - _FAULT_FIELDS)
            if unknown:
                raise ValueError(f"a fault has no {', '.join(unknown)}; it has {', '.join(sorted(_FAULT_FIELDS))}")
            bench.gate.faults.add(Fault(**body))
        return jsonify(bench.gate.faults.pending())

    @route("requests", "GET", "DELETE")
    def requests() -> Any:
        if request.method == "DELETE":
            bench.gate.log.forget()
        found = bench.gate.log.entries(request.args.get("method"), request.args.get("path"))
        return jsonify([entry.as_dict() for entry in found])

    @route("expire-token", "POST")
    def expire_token() -> Any:
        bench.platform.expire_tokens(_body().get("token"))
        return jsonify({})

    @route("revoke-token", "POST")
    def revoke_token() -> Any:
        revoke = getattr(bench.platform, "revoke_tokens", None)
        if revoke is None:
            raise ValueError(f"tokens of {bench.name} cannot be revoked")
        revoke(_body().get("token"))
        return jsonify({})


def _job_routes(bench: Bench, route: Route) -> None:
    @route("delete-job", "POST")
    def delete_job() -> Any:
        engine = bench.platform.engine
        with engine.lock:
            engine.settle()
            engine.jobs.pop(int(_body().get("id", 0)), None)
        return jsonify(bench.state())

    @route("repeat-job", "POST")
    def repeat_job() -> Any:
        body = _body()
        engine = bench.platform.engine
        with engine.lock:
            engine.settle()
            made = engine.repeat(engine.jobs[int(body.get("id", 0))], int(body.get("count", 1)))
        return jsonify({"first": made[0].id, "last": made[-1].id} if made else {})

    @route("behavior", "POST")
    def behavior() -> Any:
        changes = _body()
        engine = bench.platform.engine
        with engine.lock:
            script = engine.behave(changes.pop("template", ""), **changes)
        return jsonify({"duration": script.duration, "ending": script.ending})
