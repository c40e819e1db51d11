# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulated server on 127.0.0.1: sockets, TLS, threads."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from .gate import Cut
from .tls import Tls

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # kept connections, as behind nginx

    def setup(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().setup()

    def send_response(self, code: int, message: str | None = None) -> None:
        """The status line only: the date and the server's name are the gate's."""
        self.send_response_only(code, message)

    def run_wsgi(self) -> None:
        """Serve one request and keep the connection, which werkzeug's own way would close.

        That is safe here because the gate has read the whole body: the next request begins where it should.
        """
        if self.headers.get("Expect", "").strip().lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        environ = self.make_environ()
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
            begun.append((status, headers))

        try:
            body = self.server.app(environ, start_response)
            self._send(environ["REQUEST_METHOD"], *begun[-1], body)
        except OSError as error:  # also those of TLS
            self.connection_dropped(error, environ)

    def _send(self, method: str, status: str, headers: list[tuple[str, str]], body: Iterable[bytes]) -> None:
        code, _space, words = status.partition(" ")
        self.send_response(int(code), words)
        for name, value in headers:
            self.send_header(name, value)
        bare = method == "HEAD" or code in ("204", "304")
        chunked = not bare and "content-length" not in {name.lower() for name, _value in headers}
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in body:
            if piece and not bare:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")

    def connection_dropped(self, error: BaseException, environ: WSGIEnvironment | None = None) -> None:
        """The client hung up, or a fault wants it to look so."""
        self.close_connection = True
        if isinstance(error, Cut) and error.hard and isinstance(self.server, _Listener):
            self.server.to_reset.add(self.request)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: the lab has a request log of its own."""


class _Listener(ThreadedWSGIServer):
    daemon_threads = True

    def __init__(self, place: socket.socket, app: WSGIApplication, tls: Tls | None) -> None:
        self._open: set[Any] = set()
        self.to_reset: set[Any] = set()
        with place as opened:
            opened.listen(128)
            super().__init__(HOST, opened.getsockname()[1], app, _Handler, fd=opened.fileno())
        if tls is not None:
            # the handshake happens in the connection's own thread, so that a silent client holds nobody up
            self.socket = tls.context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
            self.ssl_context = tls.context

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        if request in self.to_reset:
            self.to_reset.discard(request)
            request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""

    def drop_connections(self) -> None:
        for request in list(self._open):
            try:
                request.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


def _place(port: int) -> socket.socket:
    """Take a port without listening there."""
    place = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind((HOST, port))
    except BaseException:
        place.close()
        raise
    return place


class Server:
    """Runs a WSGI application in a thread until stop(). It keeps its port while it does not listen."""

    def __init__(self, app: WSGIApplication, port: int = 0, tls: Tls | None = None) -> None:
        self._app = app
        self._tls = tls
        # raises OSError; werkzeug would exit
        self._listener: _Listener | None = _Listener(_place(port), app, tls)
        self._port: int = self._listener.server_address[1]
        self._thread: threading.Thread | None = None
        self._place: socket.socket | None = None
        self.url = f"{'https' if tls else 'http'}://{HOST}:{self._port}"

    def start(self) -> None:
        """Begin to serve, again after a pause() too."""
        if self._thread is not None:
            return
        if self._listener is None:
            # what kept the port begins to listen, so that nobody can come between
            place, self._place = self._place or _place(self._port), None
            self._listener = _Listener(place, self._app, self._tls)
        listener = self._listener
        self._thread = threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def pause(self) -> None:
        """Refuse connections until start(), and drop those that are open. Nobody else gets the port meanwhile."""
        self._close()
        if self._place is not None:
            return
        self._place = _place(self._port)

    def stop(self) -> None:
        """Stop serving, and drop the connections that are still open."""
        self._close()
        if self._place is not None:
            self._place.close()
            self._place = None

    def drop_connections(self) -> None:
        """Close the connections that clients keep, as a server or something before it does with idle ones."""
        if self._listener is not None:
            self._listener.drop_connections()

    def _close(self) -> None:
        listener, self._listener = self._listener, None
        if listener is None:
            return
        if self._thread is not None:
            listener.shutdown()
            self._thread.join(timeout=5)
            self._thread = None
        listener.server_close()
        listener.drop_connections()
