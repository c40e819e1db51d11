# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proxy on 127.0.0.1: CONNECT for https, whole addresses for http."""

from __future__ import annotations

import contextlib
import socket
import threading
from urllib.parse import urlsplit


class Proxy:
    """Notes what it is asked for and does it, or answers something else.

    :ivar seen: the request lines, each with its headers by name in lower case.
    :ivar answer: what it answers instead, as a status line; an empty one means that it hangs up.
    """

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.answer: str | None = None
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Close everything."""
        for connection in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), connection:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    return
                head += piece
            lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
            pairs = (line.partition(":") for line in lines[1:])
            self.seen.append((lines[0], {name.lower(): value.strip() for name, _colon, value in pairs}))
            if self.answer is not None:
                if self.answer:
                    page = (
                        "Content-Type: text/html\r\nContent-Length: 17\r\nConnection: close\r\n\r\n<b>the proxy</b>\n"
                    )
                    connection.sendall(f"HTTP/1.1 {self.answer}\r\n{page}".encode())
                return
            self._forward(connection, lines[0], head)

    def _forward(self, connection: socket.socket, line: str, head: bytes) -> None:
        method, target, _version = line.split()
        parts = urlsplit(target if "://" in target else f"//{target}")
        with socket.create_connection((parts.hostname or "", parts.port or 80), 5) as other:
            self._open.append(other)
            if method == "CONNECT":
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                other.sendall(head.replace(target.encode(), parts.path.encode() or b"/", 1))
            back = threading.Thread(target=self._pump, args=(other, connection), daemon=True)
            back.start()
            self._pump(connection, other)
            back.join(5)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                piece = source.recv(65536)
                if not piece:
                    break
                sink.sendall(piece)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
