# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server on 127.0.0.1 that answers what no server should, by itself or in front of an honest one."""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.client
import re
import socket
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from typing import Callable
from urllib.parse import urlsplit

#: what comes as one piece
MEBIBYTE = b" " * 1048576
#: no server of a test goes on for longer
_LONGEST = 300.0
_KEPT_OUT = ("connection", "content-length", "transfer-encoding", "keep-alive")

Serve = Callable[[bytes], Iterable[bytes]]


def head(status: str = "200 OK", *lines: str, kind: str = "application/json") -> bytes:
    """The beginning of an answer, up to its body."""
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Type: {kind}", *lines, "", ""]).encode("latin-1")


def answer(content: bytes, status: str = "200 OK", *lines: str, kind: str = "application/json") -> Serve:
    """A whole answer."""
    return lambda _request: [head(status, f"Content-Length: {len(content)}", *lines, kind=kind) + content]


def said(*pieces: bytes) -> Serve:
    """These bytes and no others."""
    return lambda _request: pieces


def for_ever(first: bytes, more: bytes, pause: float = 0.0) -> Serve:
    """Something, and then something else again and again."""

    def serve(_request: bytes) -> Iterator[bytes]:
        yield first
        until = time.monotonic() + _LONGEST
        while time.monotonic() < until:
            yield more
            time.sleep(pause)

    return serve


def bomb(mebibytes: int, *packings: str, status: str = "200 OK", kind: str = "application/json") -> Serve:
    """A small body that becomes large, packed in these ways, the first one first."""
    return answer(_packed(mebibytes, packings), status, f"Content-Encoding: {', '.join(packings)}", kind=kind)


@functools.cache
def _packed(mebibytes: int, packings: tuple[str, ...]) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31 if packings[0] == "gzip" else 15)
    content = b"".join(packer.compress(MEBIBYTE) for _number in range(mebibytes)) + packer.flush()
    for _packing in packings[1:]:
        content = gzip.compress(content)
    return content


class HostileServer:
    """Gives what a request gets to the first rule that fits: C(rules) holds (method, path, Serve).

    :param behind: the address of an honest server, which is asked for all else, and also for what a rule answers
        with if its method is POST: what that does is done, only the answer is another.
    :param spoil: changes the bodies that the honest server answers with.
    """

    def __init__(
        self,
        *rules: tuple[str, str, Serve],
        behind: str = "",
        spoil: Callable[[bytes], bytes] = lambda content: content,
    ) -> None:
        self.rules = list(rules)
        self._spoil = spoil
        self.requests: list[bytes] = []
        self._behind = behind
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Close everything."""
        for connection in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def sent(self, method: str, path: str = "") -> list[bytes]:
        """The requests of a method to a path."""
        return [one for one in self.requests if _fits(one, method, path)]

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException), connection:
            request = _received(connection)
            if not request:
                return
            self.requests.append(request)
            serve = next((rule[2] for rule in self.rules if _fits(request, rule[0], rule[1])), None)
            if self._behind and (serve is None or request.startswith(b"POST ")):
                honest = self._asked(request)
                serve = serve or said(honest)
            for piece in serve(request) if serve else answer(b"{}")(request):
                connection.sendall(piece)

    def _asked(self, request: bytes) -> bytes:
        lines, _blank, body = request.partition(b"\r\n\r\n")
        first, *rest = lines.decode("latin-1").split("\r\n")
        method, target, _version = first.split(" ")
        headers = dict(line.split(": ", 1) for line in rest)
        headers.pop("Accept-Encoding", None)
        there = urlsplit(self._behind)
        honest = http.client.HTTPConnection(there.hostname or "", there.port, timeout=_LONGEST)
        try:
            honest.request(method, target, body or None, {**headers, "Host": there.netloc, "Connection": "close"})
            found = honest.getresponse()
            content = self._spoil(found.read())
        finally:
            honest.close()
        kept = [f"{name}: {value}" for name, value in found.getheaders() if name.lower() not in _KEPT_OUT]
        lines_of_answer = [f"HTTP/1.1 {found.status} {found.reason}", f"Content-Length: {len(content)}", *kept]
        return "\r\n".join([*lines_of_answer, "Connection: close", "", ""]).encode("latin-1") + content


def _received(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    length = re.search(rb"\r\ncontent-length: *(\d+)", data, re.IGNORECASE)
    whole = data.index(b"\r\n\r\n") + 4 + (int(length[1]) if length else 0)
    while len(data) < whole:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    return data


def _fits(request: bytes, method: str, path: str) -> bool:
    words = request.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
    return words[0] == method and bool(re.search(path, words[1].partition("?")[0]))
