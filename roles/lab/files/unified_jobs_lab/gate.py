# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate in front of a simulated server: logs every request and makes the ordered faults happen."""

from __future__ import annotations

import email.utils
import io
import json
import selectors
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from werkzeug.wrappers import Response

from .clock import Clock
from .faults import Fault, Faults
from .requestlog import Entry, RequestLog

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PAGE = "<!DOCTYPE html>\n<html>\n<head><title>{0}</title></head>\n<body>\n<h1>{0}</h1>\n</body>\n</html>\n"
_PROXY_PAGE = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
#: of a long body, so much is read before the connection is reset; the rest is more than sockets keep for later
_MOST_OF_HALF = 65536
_WORDS = {
    401: "Authentication credentials were not provided.",
    403: "You do not have permission to perform this action.",
    404: "Not found.",
    429: "Request was throttled.",
    500: "A server error has occurred.",
    503: "Service Unavailable",
}


class _Plain(Response):
    default_mimetype = None  # an answer without a content type stays without


class Cut(ConnectionError):
    """The connection is to be dropped here; hard means a reset, otherwise it just ends."""

    def __init__(self, hard: bool = False) -> None:
        super().__init__("the connection is cut on request")
        self.hard = hard


class Gate:
    """A WSGI application around the translator's. Paths of the control are neither logged nor disturbed."""

    def __init__(self, app: WSGIApplication, control: WSGIApplication, clock: Clock) -> None:
        self.app = app
        self.control = control
        self.clock = clock
        self.log = RequestLog()
        self.faults = Faults()
        #: How often the server went back to its start.
        self.resets = 0
        #: The platform's own body for a status; without it, what AWX says.
        self.refusal: Callable[[int], Any] | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path == "/_lab" or path.startswith("/_lab/"):
            _drain(environ)
            return self.control(environ, start_response)
        fault = self.faults.take(method, path)
        _drain(environ, half=fault is not None and fault.action == "reset_sending")
        entry = self.log.add(
            self.clock.now(),
            method,
            path,
            parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True),
            _headers(environ),
            environ["lab.body"],
        )
        started = time.monotonic()
        try:
            response = self._respond(fault, environ, entry)
        finally:
            entry.seconds = time.monotonic() - started
        response.headers.setdefault("Server", "nginx")
        response.headers.setdefault("Date", email.utils.formatdate(self.clock.now(), usegmt=True))
        return _counted(response(environ, start_response), entry)

    def _respond(self, fault: Fault | None, environ: WSGIEnvironment, entry: Entry) -> Response:
        if fault is None:
            return self._handle(environ, entry)
        entry.fault, resets = fault.action, self.resets
        if fault.action in _EARLY:
            _keep_waiting(environ, fault.seconds)
        elif fault.action != "late_delay":
            time.sleep(fault.seconds)  # for a client that has given up too: the request takes effect all the same
        if self.resets != resets:
            raise Cut  # nothing of what was before may show afterwards
        if (
            fault.action in ("status", "late_status")
            and fault.body is None
            and self.refusal
            and fault.status not in (502, 504)
        ):
            fault = replace(fault, body=json.dumps(self.refusal(fault.status)))
        early = _EARLY.get(fault.action)
        if early is not None:
            response = early(fault, environ)
            entry.status = response.status_code
            return response
        response = self._handle(environ, entry)
        late = _LATE.get(fault.action)
        if late is None:
            return response
        entry.status = fault.status if fault.action == "late_status" else entry.status
        if fault.action in ("cut_answer", "late_reset"):
            entry.status = None
        return late(fault, response, environ)

    def _handle(self, environ: WSGIEnvironment, entry: Entry) -> Response:
        # a fault may want to look at the whole answer; without one it is sent as it is made
        response = _Plain.from_app(self.app, environ, buffered=bool(entry.fault))
        entry.handled = True
        entry.status = response.status_code
        return response


def _counted(pieces: Iterable[bytes], entry: Entry) -> Iterator[bytes]:
    try:
        for piece in pieces:
            entry.answer_bytes += len(piece)
            yield piece
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()


def _drain(environ: WSGIEnvironment, half: bool = False) -> None:
    # an unread body would be taken for the next request of a kept connection
    stream = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH") or "0"
    if half:
        body = stream.read(min(int(length) // 2, _MOST_OF_HALF)) if length.isdigit() else b""
    elif environ.get("wsgi.input_terminated"):
        body = stream.read()
    else:
        body = stream.read(int(length)) if length.isdigit() else b""
    environ["lab.body"] = body
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ.pop("wsgi.input_terminated", None)


def _keep_waiting(environ: WSGIEnvironment, seconds: float) -> None:
    """Let the client wait for its answer; one that hangs up is not waited for."""
    if seconds > 0:
        with selectors.DefaultSelector() as selector:
            # the request was read, so that there is something to read only where the connection ends
            selector.register(environ["werkzeug.socket"], selectors.EVENT_READ)
            selector.select(seconds)


def _headers(environ: WSGIEnvironment) -> Iterator[tuple[str, str]]:
    for key, value in environ.items():
        if key.startswith("HTTP_"):
            yield key[5:].replace("_", "-").title(), value
        elif key == "CONTENT_TYPE" and value:
            yield "Content-Type", value


def _with_extras(response: Response, fault: Fault) -> Response:
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    for name, value in fault.headers.items():
        response.headers[name] = value
    return response


def _status(fault: Fault, _environ: WSGIEnvironment) -> Response:
    if fault.body is not None:
        content, kind = fault.body, fault.content_type or "application/json"
    elif fault.status in (502, 504):
        title = "502 Bad Gateway" if fault.status == 502 else "504 Gateway Time-out"
        content, kind = _PROXY_PAGE.format(title), fault.content_type or "text/html"
    else:
        detail = _WORDS.get(fault.status, f"Status {fault.status} on request.")
        content, kind = json.dumps({"detail": detail}), fault.content_type or "application/json"
    response = Response(content, fault.status, content_type=kind)
    if fault.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer realm=api authorization_url=/api/o/authorize/"
    return _with_extras(response, fault)


def _html(fault: Fault, _environ: WSGIEnvironment) -> Response:
    content = fault.body if fault.body is not None else _PAGE.format("Please log in")
    return _with_extras(Response(content, 200, content_type=fault.content_type or "text/html; charset=utf-8"), fault)


def _redirect(fault: Fault, environ: WSGIEnvironment) -> Response:
    code = fault.status if 300 <= fault.status < 400 else 302
    response = Response("", code, content_type="text/html; charset=utf-8")
    response.autocorrect_location_header = False
    response.headers["Location"] = fault.location or environ["PATH_INFO"].rstrip("/") + "/"
    return _with_extras(response, fault)


def _reset(_fault: Fault, _environ: WSGIEnvironment) -> Response:
    raise Cut(hard=True)


def _endless(fault: Fault, _environ: WSGIEnvironment) -> Response:
    def body() -> Iterator[bytes]:
        piece = b" " * 65536
        left = fault.size
        yield b"["
        while left is None or left > 0:
            yield piece if left is None else piece[:left]
            left = None if left is None else left - len(piece)

    return _with_extras(Response(body(), 200, content_type=fault.content_type or "application/json"), fault)


def _hang_up(_fault: Fault, _environ: WSGIEnvironment) -> Response:
    raise Cut


def _late_status(fault: Fault, _response: Response, environ: WSGIEnvironment) -> Response:
    return _status(fault, environ)


def _late_delay(fault: Fault, response: Response, environ: WSGIEnvironment) -> Response:
    _keep_waiting(environ, fault.seconds)
    return response


def _late_reset(_fault: Fault, _response: Response, _environ: WSGIEnvironment) -> Response:
    raise Cut(hard=True)


def _cut_answer(_fault: Fault, _response: Response, _environ: WSGIEnvironment) -> Response:
    raise Cut


def _cut_body(_fault: Fault, response: Response, _environ: WSGIEnvironment) -> Response:
    whole = response.get_data()

    def half() -> Iterator[bytes]:
        yield whole[: len(whole) // 2]
        raise Cut

    response.response = half()
    response.headers["Content-Length"] = str(max(len(whole), 1))
    return response


def _broken_json(_fault: Fault, response: Response, _environ: WSGIEnvironment) -> Response:
    whole = response.get_data()
    response.set_data(whole[: max(1, len(whole) // 2)])
    response.headers["Content-Type"] = "application/json"
    return response


def _wrong_type(_fault: Fault, response: Response, _environ: WSGIEnvironment) -> Response:
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response


_EARLY: dict[str, Callable[[Fault, WSGIEnvironment], Response]] = {
    "status": _status,
    "html": _html,
    "redirect": _redirect,
    "reset": _reset,
    "reset_sending": _reset,
    "hang_up": _hang_up,
    "endless": _endless,
}
_LATE: dict[str, Callable[[Fault, Response, WSGIEnvironment], Response]] = {
    "late_status": _late_status,
    "late_delay": _late_delay,
    "late_reset": _late_reset,
    "cut_answer": _cut_answer,
    "cut_body": _cut_body,
    "broken_json": _broken_json,
    "wrong_type": _wrong_type,
}
