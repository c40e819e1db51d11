# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that answers from a table which a test may spoil, without a network, and the faces on it."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _answers, _faces, _registry
from ansible_collections.unified.jobs.plugins.module_utils._clock import iso_time
from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    BadResponseError,
    JobsError,
    ResourceMissingError,
)
from ansible_collections.unified.jobs.plugins.module_utils._platforms.base import Platform
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection

Key = tuple[str, str]
Call = Callable[[Any, str, Any], tuple[Any, "OddClient"]]
MOST_REQUESTS = 500


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
        self.overtime = 0.0
        self.asked: list[tuple[str, str, Any]] = []

    def _answer(self, method: str, path: str, given: Any) -> Any:
        self.asked.append((method, path, given))
        if len(self.asked) > MOST_REQUESTS:
            raise AssertionError(f"requests without end, at last to {path}")
        if (method, path) not in self.answers:
            raise ResourceMissingError(f"{method} {path} answered 404", status=404)
        found = self.answers[method, path]
        found = found(given) if callable(found) else found
        if isinstance(found, Exception):
            raise found
        return self._understood(method, path, found)

    def _understood(self, method: str, path: str, found: Any) -> Any:
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


class Raw(bytes):
    """An answer as the bytes that are sent, which may be no JSON."""


class Refusal:
    """An answer with the status of an error: its body, and its headers."""

    def __init__(self, status: int, body: Any, **headers: str) -> None:
        self.status = status
        self.body = body
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def __repr__(self) -> str:
        return f"Refusal({self.status}, {self.body!r}, {self.headers})"


class Steps(list[Any]):
    """Answers one after the other, the last one for ever."""


class FuzzClient(OddClient):
    """A client that reads the bytes of its answers as the real one does, from several threads."""

    def __init__(self, known: dict[Key, Any], clock: Time, platform: type[Platform], date: str | None = None) -> None:
        super().__init__(known, clock)
        self._platform = platform
        self._memory = _answers.Memory()
        self._lock = threading.Lock()
        self._step: dict[Key, int] = {}
        if date is not None:
            self.server_time = iso_time(_answers.parse_date(date)) or self.server_time

    def remembering(self) -> contextlib.AbstractContextManager[None]:
        return self._memory.keeping()

    def get(self, path: str, params: Any = None, **more: Any) -> Any:
        key = (path, params, more)
        return self._memory.recall(key, lambda: self._answer("GET", path, {**(params or {}), **_accepted(more)}))

    def download(
        self, path: str, params: Any = None, *, accept: str = "text/plain", tail_bytes: int = 0
    ) -> tuple[bytes, bool]:
        said = self._answer("GET", path, {**(params or {}), "accept": accept})
        content = said.text.encode("utf-8", "surrogateescape")
        return content[-tail_bytes:] if tail_bytes else content, bool(tail_bytes) and len(content) > tail_bytes

    def _answer(self, method: str, path: str, given: Any) -> Any:
        with self._lock:
            found = self.answers.get((method, path))
            if isinstance(found, Steps):
                at = self._step.get((method, path), 0)
                self._step[method, path] = at + 1
                found = found[min(at, len(found) - 1)]
                if not isinstance(found, Exception):
                    self.asked.append((method, path, given))
                    return self._understood(method, path, found, given)
        return super()._answer(method, path, given)

    def _understood(self, method: str, path: str, found: Any, given: Any = None) -> Any:
        if isinstance(found, Refusal):
            raise self._error(method, path, found)
        content = bytes(found) if isinstance(found, Raw) else json.dumps(found).encode()
        data = _answers.json_body(content)
        text = content.decode("utf-8", "replace")
        if data is None and "accept" not in (self.asked[-1][2] or {}) and (content.strip() or method == "GET"):
            raise BadResponseError(f"{method} {path} answered 200 with no JSON.", status=200, ambiguous=method != "GET")
        return _answers.Response(200, {}, data, text)

    def _error(self, method: str, path: str, found: Refusal) -> JobsError:
        """The error that the real client makes of such an answer."""
        content = bytes(found.body) if isinstance(found.body, Raw) else json.dumps(found.body).encode()
        data, text = _answers.json_body(content), content.decode("utf-8", "replace")
        said = self._platform.error_text(found.status, data, text)
        meant = self._platform.meant_status(found.status, data)
        return _answers.error_kind(meant)(
            f"{method} {path} answered {found.status}: {said}",
            status=found.status,
            ambiguous=min(found.status, meant) >= 500 or found.status == 408,
            transient=meant in (408, 429, 502, 503, 504),
            retry_after=_answers.retry_after(found.headers.get("Retry-After"), found.headers.get("Date")),
            body=data,
        )


def _accepted(more: dict[str, Any]) -> dict[str, Any]:
    return {"accept": more["accept"]} if "accept" in more else {}


@contextlib.contextmanager
def connected(client: OddClient, platform: type[Platform], connection: Connection) -> Iterator[None]:
    """Let the faces have this client, whatever their options say of a connection."""
    with mock.patch.object(_faces, "connect", lambda _get, _name, _clock: platform(client, connection)):  # type: ignore[arg-type]
        yield


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
