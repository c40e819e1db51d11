# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server on 127.0.0.1 that does, byte by byte, what a test tells it to."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Callable

TOKEN = "t0ken-of-the-tests"
PASSWORD = "passw0rd-of-the-tests"
#: seconds in which whatever is to happen has happened, on any machine
LONG = 60.0


@dataclass
class Received:
    """One request as it arrived; connection counts from 1."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def json(self) -> Any:
        """The parsed body."""
        return json.loads(self.body)


@dataclass
class Reply:
    """One answer, and how it goes wrong.

    C(cut) sends only so many bytes of the body; C(reset) drops the connection hard after what was sent, C(close)
    quietly; C(silent) sends nothing at all; C(drip) seconds lie between the bytes of the body.
    """

    status: int = 200
    data: Any = None
    body: bytes | None = None
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: float = 0.0
    cut: int | None = None
    length: bool = True
    close: bool = False
    reset: bool = False
    silent: bool = False

    def content(self) -> bytes:
        """The whole body."""
        if self.body is not None:
            return self.body
        return b"" if self.data is None else json.dumps(self.data).encode()


def html(status: int = 200, title: str = "Please log in") -> Reply:
    """A page for people."""
    page = f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body>{title}</body></html>"
    return Reply(status, body=page.encode(), kind="text/html; charset=utf-8")


class ScriptedServer:
    """Answers each request with the next reply of its script, and with C(otherwise) when there is none left."""

    def __init__(self, *script: Reply, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.script = list(script)
        self.otherwise = Reply(data={"ok": True})
        self.received: list[Received] = []
        self.connections = 0
        self._tls = tls
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Close everything and end all threads."""
        self._stopped.set()
        for connection in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        for thread in self._threads:
            thread.join(LONG)

    def wait_for(self, requests: int) -> None:
        """Return when so many requests have arrived: who gives up on an answer does not know how far its request is."""
        until = time.monotonic() + LONG
        while len(self.received) < requests and time.monotonic() < until:
            time.sleep(0.01)

    def _start(self, work: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            self.connections += 1
            self._start(self._talk, connection, self.connections)

    def _talk(self, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError, ValueError):
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            with connection, connection.makefile("rb") as stream:
                while self._receive(stream, number) and self._answer(connection):
                    pass

    def _receive(self, stream: Any, number: int) -> bool:
        line = stream.readline().decode("latin-1").split()
        if len(line) < 2:
            return False
        headers: dict[str, str] = {}
        while True:
            header = stream.readline().decode("latin-1").rstrip("\r\n")
            if not header:
                break
            name, _colon, value = header.partition(":")
            headers[name.title()] = value.strip()
        body = stream.read(int(headers.get("Content-Length", "0")))
        self.received.append(Received(line[0], line[1], headers, body, number))
        return True

    def _answer(self, connection: socket.socket) -> bool:
        """Send the next reply; return whether the connection is kept."""
        reply = self.script.pop(0) if self.script else self.otherwise
        self._stopped.wait(reply.delay)
        if not reply.silent:
            self._send(connection, reply)
        if reply.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return not (reply.reset or reply.close or reply.silent or reply.cut is not None or not reply.length)

    def _send(self, connection: socket.socket, reply: Reply) -> None:
        content = reply.content()
        lines = [f"HTTP/1.1 {reply.status} Whatever"]
        headers = dict(reply.headers)
        if content:
            headers.setdefault("Content-Type", reply.kind)
        if reply.length:
            headers.setdefault("Content-Length", str(len(content)))
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        content = content[: reply.cut]
        connection.sendall(head if reply.drip else head + content)
        if not reply.drip:
            return
        for place in range(len(content)):
            connection.sendall(content[place : place + 1])
            if self._stopped.wait(reply.drip):
                return


class RawServer:
    """Gives each accepted connection to a function, as it is."""

    def __init__(self, serve: Callable[[socket.socket], Any], port: int = 0) -> None:
        self.accepted = 0
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close it and end its thread."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(LONG)

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            with contextlib.suppress(OSError), connection:
                self._serve(connection)


class FakeClock:
    """A clock that only its own sleep moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        """Seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Note it and go on at once."""
        self.slept.append(seconds)
        self.now += seconds


@contextlib.contextmanager
def refusing_port() -> Iterator[int]:
    """A port where nobody listens. It stays taken, so that nobody else begins to; a server of the test may."""
    with socket.socket() as keeper:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.bind(("127.0.0.1", 0))
        yield keeper.getsockname()[1]
