# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that answers from a table which a test may spoil, ways to spoil it, and the faces on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _faces, _registry
from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError, ResourceMissingError

Key = tuple[str, str]
Call = Callable[[Any, str, Any], tuple[Any, "OddClient"]]


class Time:
    """A clock that only its own sleep moves, and a test."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += max(0.0, seconds)


class OddClient:
    """A client of such a server. C(answers) may hold errors, and functions of what was sent."""

    prefix = ""
    server_time: str | None = "2026-11-22T12:00:00Z"

    def __init__(self, known: dict[Key, Any], clock: Time) -> None:
        self.answers = known
        self.clock = clock
        self.deadline: float | None = None
        self.asked: list[tuple[str, str, Any]] = []

    def _answer(self, method: str, path: str, given: Any) -> Any:
        self.asked.append((method, path, given))
        if len(self.asked) > 500:
            raise AssertionError(f"requests without end, at last to {path}")
        if (method, path) not in self.answers:
            raise ResourceMissingError(f"{method} {path} answered 404", status=404)
        found = self.answers[method, path]
        found = found(given) if callable(found) else found
        if isinstance(found, Exception):
            raise found
        return SimpleNamespace(data=found, status=200, text="", header=lambda name: None)

    def get(self, path: str, params: Any = None, **_more: Any) -> Any:
        return self._answer("GET", path, dict(params or {}))

    def post(self, path: str, body: Any = None) -> Any:
        return self._answer("POST", path, body)

    def write(self, method: str, path: str, body: Any = None) -> Any:
        return self._answer(method, path, body)

    def post_once(self, path: str, body: Any = None) -> Any:
        return self._answer("POST", path, body)

    def posts(self) -> list[str]:
        """The paths of what was sent."""
        return [path for method, path, _given in self.asked if method == "POST"]

    def sent(self) -> list[tuple[str, Any]]:
        """The paths and bodies of all that was written."""
        return [(path, given) for method, path, given in self.asked if method != "GET"]


def faces_on(monkeypatch: pytest.MonkeyPatch, **connection: Any) -> Call:
    """call(known, face, options) is the result or the error of a face on a server that knows this, and the client."""

    def run(known: Any, face: str, options: Any) -> tuple[Any, OddClient]:
        given = dict(options)
        check_mode = given.pop("check_mode", False)
        client = OddClient(known, Time())
        monkeypatch.setattr(_registry, "ApiClient", lambda *_a, **_k: client)
        values = {**connection, **given}
        try:
            result = getattr(_faces, face)(values.get, check_mode=check_mode, clock=client.clock)
            json.dumps(result)
        except JobsError as error:
            return error, client
        return result, client

    return run


#: what may stand where something else should; servers and what lies before them have answered all of these
ODD = (None, [], {}, "x", -1, True, 10**40, [[]])


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place within a body."""
    yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*place, key))


def spoiled(value: Any, place: tuple[Any, ...], odd: Any) -> Any:
    """The body with something odd at a place."""
    if not place:
        return odd
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = spoiled(value[place[0]], place[1:], odd)
    return copy
