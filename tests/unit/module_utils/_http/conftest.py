# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripted servers, and clients for them, in an environment that says nothing."""

from __future__ import annotations

import os
import pathlib
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _http, _watchdog
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx.errors import error_text
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection

HERE = str(pathlib.Path(__file__).resolve().parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)

from scripted_server import LONG, TOKEN, FakeClock, RawServer, Reply, ScriptedServer, refusing_port  # noqa: E402


@pytest.fixture(autouse=True)
def plain_environment(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, authority, netrc or setting of whoever runs the tests."""
    for name in list(os.environ):
        lower = name.lower()
        if lower.endswith("_proxy") or lower in ("requests_ca_bundle", "curl_ca_bundle", "netrc"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def scripted() -> Iterator[Callable[..., ScriptedServer]]:
    """scripted(Reply(...), ..., tls=context) starts a server that is stopped after the test."""
    servers: list[ScriptedServer] = []

    def start(*script: Reply, **options: Any) -> ScriptedServer:
        servers.append(ScriptedServer(*script, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def raw_server() -> Iterator[Callable[..., RawServer]]:
    """raw_server(serve) starts a server that gives each connection to a function."""
    servers: list[RawServer] = []

    def start(serve: Callable[..., Any], **options: Any) -> RawServer:
        servers.append(RawServer(serve, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def refused_port() -> Iterator[int]:
    """A port where nobody listens, nor begins to."""
    with refusing_port() as port:
        yield port


class Hurry:
    """What became of the time limits of whole answers: the time is up as soon as C(go) is set, however long it was."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.limits: list[float] = []


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> Hurry:
    """No time limit of a second or more counts: the test says when the time is up, and how long it was to be."""
    made = Hurry()

    class Soon(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            if timeout is None or timeout < 1.0:
                return super().wait(timeout)
            made.limits.append(timeout)
            while not made.go.is_set() and not super().wait(0.01):
                pass
            return self.is_set()

    names = SimpleNamespace(Event=Soon, Thread=threading.Thread, TIMEOUT_MAX=threading.TIMEOUT_MAX)
    monkeypatch.setattr(_watchdog, "threading", names)
    return made


@pytest.fixture
def fake_clock() -> FakeClock:
    """The clock of the clients in the test."""
    return FakeClock()


@pytest.fixture
def client(fake_clock: FakeClock) -> Iterator[Callable[..., _http.ApiClient]]:
    """client(url, request_timeout=..., ...) makes a client that logs in with a token."""
    clients: list[_http.ApiClient] = []

    def make(url: str, **options: Any) -> _http.ApiClient:
        values = {"token": TOKEN, "request_timeout": LONG, **options}
        connection = Connection(platform="awx", url=url, **values)
        made = _http.ApiClient(connection, {"Authorization": f"Bearer {TOKEN}"}, error_text, fake_clock)  # type: ignore[arg-type]
        made.prefix = "/api/v2/"
        clients.append(made)
        return made

    yield make
    for one in clients:
        one.close()
