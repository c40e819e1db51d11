# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: one HTTP session per connection. The only file that knows C(requests).

Retry policy
    C(get) and C(post) are repeated up to three times when the connection fails, or the server answers
    429, 500, 502, 503 or 504; C(Retry-After) is honored. C(post_once) is sent once: only an attempt that
    never reached the server, because no connection could be made, is made again.
    No sleep goes past C(deadline).
Source of the pitfalls that this file avoids: AWX contract 2.5.
"""

from __future__ import annotations

import contextlib
import email.utils
import http.cookiejar
import random
import traceback
import typing as t
from collections import deque
from urllib.parse import urljoin

from ._answers import json_body, retry_after, short_url
from ._clock import Clock, iso_time
from ._errors import (
    ApiError,
    BadResponseError,
    ConnectionFailedError,
    ForbiddenError,
    MissingLibraryError,
    RateLimitedError,
    RejectedError,
    ResourceMissingError,
    ServerError,
    TlsError,
    UnauthorizedError,
)
from ._types import Connection
from ._values import same_origin

try:
    import requests
    import urllib3

    HAS_REQUESTS = True
    REQUESTS_ERROR = None
except ImportError:
    HAS_REQUESTS = False
    REQUESTS_ERROR = traceback.format_exc()

USER_AGENT = "ansible-collection-unified.jobs/0.1.0"
RETRY_STATUSES = frozenset((429, 500, 502, 503, 504))
AMBIGUOUS_STATUSES = frozenset((408, 500, 502, 503, 504))
MAX_TRIES = 4
MAX_REDIRECTS = 5
MAX_PAUSE = 60.0
MAX_BODY_BYTES = 64 * 1024 * 1024
CONNECT_TIMEOUT = 10.0
#: a launch can take the server two minutes, AWX contract 1.3
LAUNCH_PATIENCE = 4

_T = t.TypeVar("_T")

_STATUS_ERRORS: dict[int, type[ApiError]] = {
    401: UnauthorizedError,
    403: ForbiddenError,
    404: ResourceMissingError,
    410: ResourceMissingError,
    429: RateLimitedError,
}


class _HeaderAuth:
    """Sets the login headers last, so that a ~/.netrc entry cannot replace them."""

    def __init__(self, headers: t.Mapping[str, str]) -> None:
        self._headers = headers

    def __call__(self, request: t.Any) -> t.Any:
        request.headers.update(self._headers)
        return request


class _NoCookies(http.cookiejar.DefaultCookiePolicy):
    """Keeps nothing: a session cookie would switch on the server's CSRF check (AWX contract 2.1)."""

    def set_ok(self, cookie: http.cookiejar.Cookie, request: t.Any) -> bool:
        return False


class Response:
    """One answer: C(data) is the parsed JSON, or None when the body is empty or text was asked for."""

    def __init__(self, status: int, headers: t.Mapping[str, str], data: t.Any, text: str) -> None:
        self.status = status
        self.data = data
        self.text = text
        self._headers = headers

    def header(self, name: str) -> str | None:
        """Return a header's value; names are case-insensitive."""
        return self._headers.get(name)


class ApiClient:
    """A session with one server.

    :param connection: where to go, and how TLS and time-outs are to be.
    :param headers: what logs in.
    :param error_text: makes one line of an error body (status, parsed body or None, text).
    :raises MissingLibraryError: if C(requests) is not there.
    """

    def __init__(
        self,
        connection: Connection,
        headers: t.Mapping[str, str],
        error_text: t.Callable[[int, t.Any, str], str],
        clock: Clock | None = None,
    ) -> None:
        if not HAS_REQUESTS:
            raise MissingLibraryError("The Python library requests is missing where this runs: pip install requests.")
        self._connection = connection
        self._base = connection.url.rstrip("/")
        self._error_text = error_text
        self._clock = clock or Clock()
        self._auth = _HeaderAuth(headers)
        self._secrets = [*connection.secrets(), *(v.split(" ")[-1] for v in headers.values())]
        self._session = self._make_session()
        self.prefix = ""
        self.server_time: str | None = None
        #: monotonic time after which nothing is tried again
        self.deadline: float | None = None

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    # -- verbs ---------------------------------------------------------------------------------------------

    def get(
        self,
        path: str,
        params: t.Mapping[str, t.Any] | None = None,
        *,
        accept: str = "application/json",
        absolute: bool = False,
    ) -> Response:
        """Read C(path), below the prefix unless C(absolute). Raises an ApiError for any answer but 2xx."""
        url = self._url(path, absolute)
        return self._retrying(lambda: self._exchange("GET", url, params=params, accept=accept))

    def post(self, path: str, body: t.Any = None) -> Response:
        """Write what may safely be written twice."""
        url = self._url(path)
        return self._retrying(lambda: self._exchange("POST", url, body=body))

    def post_once(self, path: str, body: t.Any = None) -> Response:
        """Write exactly once; C(ambiguous) of the error says whether the server may have acted."""
        url = self._url(path)
        return self._retrying(
            lambda: self._exchange("POST", url, body=body, patience=LAUNCH_PATIENCE),
            again=lambda error: isinstance(error, ConnectionFailedError) and not error.ambiguous,
        )

    def download(
        self,
        path: str,
        params: t.Mapping[str, t.Any] | None = None,
        *,
        accept: str = "text/plain",
        tail_bytes: int = 0,
    ) -> tuple[bytes, bool]:
        """Return the last C(tail_bytes) bytes (0: all) of a text, and whether some were left out before them."""
        url = self._url(path)
        return self._retrying(lambda: self._tail(url, params, accept, tail_bytes))

    # -- one exchange --------------------------------------------------------------------------------------

    def _make_session(self) -> t.Any:
        session = requests.Session()
        session.headers.update({"User-Agent": USER_AGENT, "Accept-Language": "en"})
        session.cookies.set_policy(_NoCookies())
        if not self._connection.validate_certs:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        return session

    def _url(self, path: str, absolute: bool = False) -> str:
        return self._base + ("" if absolute else self.prefix) + path

    def _exchange(
        self,
        method: str,
        url: str,
        *,
        params: t.Mapping[str, t.Any] | None = None,
        body: t.Any = None,
        accept: str = "application/json",
        patience: int = 1,
    ) -> Response:
        with self._send(method, url, params, body, accept, patience) as raw:
            content = self._read(raw, url)
        return self._understand(method, url, raw, content, accept)

    def _send(self, method: str, url: str, params: t.Any, body: t.Any, accept: str, patience: int = 1) -> t.Any:
        """Return the open answer; redirects are followed for reads on the same origin only."""
        timeout = self._connection.request_timeout
        for _hop in range(MAX_REDIRECTS + 1):
            raw = self._attempt(
                method,
                url,
                params=params,
                json=body if method != "GET" else None,
                headers={"Accept": accept},
                timeout=(min(timeout, CONNECT_TIMEOUT), timeout * patience),
            )
            if raw.status_code not in (301, 302, 303, 307, 308):
                return raw
            target = urljoin(url, raw.headers.get("Location", ""))
            raw.close()
            if method != "GET" or not same_origin(target, url):
                raise BadResponseError(
                    f"{method} {short_url(url)} was redirected to {short_url(target)}, which is not followed: "
                    "set url to the address that the server really has.",
                    status=raw.status_code,
                )
            url, params = target, None
        raise BadResponseError(f"GET {short_url(url)} is redirected without end.")

    def _attempt(self, method: str, url: str, **options: t.Any) -> t.Any:
        connection = self._connection
        verify: bool | str = connection.validate_certs
        if connection.validate_certs and connection.ca_path:
            verify = connection.ca_path
        cert = (connection.client_cert, connection.client_key) if connection.client_key else connection.client_cert
        try:
            return self._session.request(
                method, url, auth=self._auth, verify=verify, cert=cert, allow_redirects=False, stream=True, **options
            )
        except requests.exceptions.RequestException as error:
            raise self._translate(error, url) from None
        except (OSError, ValueError) as error:
            raise TlsError(f"TLS for {short_url(url)} could not be set up: {self._mask(str(error))}") from None

    def _read(self, raw: t.Any, url: str) -> bytes:
        """Return the body; bounded in size and time."""
        chunks: list[bytes] = []
        size, end = 0, self._clock.monotonic() + 10 * self._connection.request_timeout
        try:
            for chunk in raw.iter_content(65536):
                chunks.append(chunk)
                size += len(chunk)
                if size > MAX_BODY_BYTES or self._clock.monotonic() > end:
                    raise BadResponseError(
                        f"The answer of {short_url(url)} is too large or never ends.", ambiguous=True
                    )
        except requests.exceptions.RequestException as error:
            raise self._translate(error, url) from None
        return b"".join(chunks)

    def _tail(self, url: str, params: t.Any, accept: str, tail_bytes: int) -> tuple[bytes, bool]:
        kept: deque[bytes] = deque()
        size, dropped = 0, False
        with self._send("GET", url, params, None, accept) as raw:
            if raw.status_code != 200:
                self._understand("GET", url, raw, self._read(raw, url), accept)
            try:
                for chunk in raw.iter_content(65536):
                    kept.append(chunk)
                    size += len(chunk)
                    while tail_bytes and size - len(kept[0]) >= tail_bytes:
                        size -= len(kept.popleft())
                        dropped = True
            except requests.exceptions.RequestException as error:
                raise self._translate(error, url) from None
        data = b"".join(kept)
        if tail_bytes and len(data) > tail_bytes:
            return data[-tail_bytes:], True
        return data, dropped

    def _understand(self, method: str, url: str, raw: t.Any, content: bytes, accept: str) -> Response:
        status: int = raw.status_code
        self._note_time(raw.headers.get("Date"))
        text = content.decode("utf-8", "replace")
        data = json_body(content) if "json" in raw.headers.get("Content-Type", "").lower() else None
        if status >= 400:
            raise self._status_error(method, url, raw, data, text)
        if accept == "application/json" and data is None and content.strip():
            hint = "an HTML page" if "<" in text[:200] else "something that is not JSON"
            raise BadResponseError(
                f"{method} {short_url(url)} answered {status} with {hint}: check that url names the API of the server "
                "and not a proxy, a login page or another service.",
                status=status,
                ambiguous=method == "POST",
            )
        return Response(status, raw.headers, data, text)

    def _note_time(self, date: str | None) -> None:
        with contextlib.suppress(TypeError, ValueError, IndexError):
            self.server_time = iso_time(email.utils.parsedate_to_datetime(date or ""))

    # -- errors and retries --------------------------------------------------------------------------------

    def _status_error(self, method: str, url: str, raw: t.Any, data: t.Any, text: str) -> ApiError:
        status: int = raw.status_code
        kind = _STATUS_ERRORS.get(status, ServerError if status >= 500 else RejectedError)
        reason = self._mask(self._error_text(status, data, text))
        request_id = raw.headers.get("X-API-Request-Id")
        return kind(
            f"{method} {short_url(url)} answered {status}: {reason}"
            + (f" (request {request_id})" if request_id else ""),
            status=status,
            ambiguous=status in AMBIGUOUS_STATUSES,
            transient=status in RETRY_STATUSES,
            retry_after=retry_after(raw.headers.get("Retry-After")),
            body=data,
        )

    def _translate(self, error: t.Any, url: str) -> ApiError:
        """Return our error for one of requests; C(ambiguous) unless no connection was ever made."""
        kinds = requests.exceptions
        text = self._mask(_root_cause(error))
        if isinstance(error, kinds.SSLError):
            return TlsError(
                f"The TLS connection to {short_url(url)} was not accepted ({text}): "
                "give ca_path if the server has a private CA.",
            )
        if isinstance(error, (kinds.InvalidURL, kinds.MissingSchema, kinds.InvalidSchema)):
            return ConnectionFailedError(f"{short_url(url)} is not an address that can be connected to ({text}).")
        if isinstance(error, kinds.ProxyError):
            return ConnectionFailedError(f"The proxy did not connect to {short_url(url)} ({text}).", transient=True)
        never_sent = isinstance(error, kinds.ConnectTimeout) or _never_connected(error)
        what = "did not answer in time" if isinstance(error, kinds.Timeout) else "cannot be reached"
        if not never_sent and not isinstance(error, kinds.Timeout):
            what = "broke the connection"
        return ConnectionFailedError(f"{short_url(url)} {what} ({text}).", ambiguous=not never_sent, transient=True)

    def _retrying(
        self, call: t.Callable[[], _T], again: t.Callable[[ApiError], bool] = lambda error: error.transient
    ) -> _T:
        for number in range(1, MAX_TRIES + 1):
            try:
                return call()
            except ApiError as error:
                pause = self._pause(number, error)
                if number == MAX_TRIES or not again(error) or not self._may_sleep(pause):
                    raise
                self._clock.sleep(pause)
        raise AssertionError("unreachable")

    def _pause(self, number: int, error: ApiError) -> float:
        if error.retry_after is not None:
            return min(error.retry_after, MAX_PAUSE)
        return float(0.5 * 2 ** (number - 1) * random.uniform(0.8, 1.2))

    def _may_sleep(self, pause: float) -> bool:
        return self.deadline is None or self._clock.monotonic() + pause < self.deadline

    def _mask(self, text: str) -> str:
        for secret in self._secrets:
            if len(secret) > 3:
                text = text.replace(secret, "********")
        return text


def _never_connected(error: t.Any) -> bool:
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", inner)
    return isinstance(reason, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError))


def _root_cause(error: t.Any) -> str:
    """Return the innermost reason as one short line; urllib3 wraps it in object addresses."""
    inner = error.args[0] if getattr(error, "args", None) else error
    reason = getattr(inner, "reason", None) or inner
    text = " ".join(str(reason).split())
    return text.rpartition(">: ")[2][:300] or type(error).__name__
