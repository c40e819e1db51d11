# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: one HTTP session per connection and thread. The only file that knows C(requests).

Retry policy
    C(get), C(post) and C(write) are repeated up to three times when the connection fails, or the server answers
    408, 429, 500, 502, 503 or 504; C(Retry-After) is honored. C(post_once) is sent once, on a connection of its
    own, since a server may close an idle one at any moment: only an attempt that never reached the server, because
    no connection could be made, is made again.
    No sleep goes past C(deadline).
Time limits
    C(request_timeout) bounds the silence of a server, not an answer that comes in drops. So the headers and the body
    as a whole have a limit each, which the deadline shortens.
Source of the pitfalls that this file avoids: AWX contract 2.5.
"""

from __future__ import annotations

import contextlib
import re
import traceback
import typing as t
from collections import deque

from . import _answers, _failures
from ._answers import Memory, Response, error_kind, json_body, parse_date, redirect_target, retry_after, short_url
from ._clock import Clock, iso_time
from ._errors import (
    ApiError,
    BadResponseError,
    ConnectionFailedError,
    InvalidOptionError,
    MissingLibraryError,
    TlsError,
)
from ._masking import hidden, mask
from ._parallel import PerThread
from ._requests import QUIET, FewCookies, HeaderAuth, NoCookies, advised, encoded, https, session_ended, tls_options
from ._retries import is_transient, retrying, transient_but
from ._types import Connection
from ._values import same_origin
from ._watchdog import Watchdog

try:
    import requests
    import urllib3

    HAS_REQUESTS = True
    REQUESTS_ERROR = None
except Exception:  # a library that is there but broken raises anything
    HAS_REQUESTS = False
    REQUESTS_ERROR = traceback.format_exc()

USER_AGENT = "ansible-collection-unified.jobs/0.1.0"
RETRY_STATUSES = frozenset((408, 429, 500, 502, 503, 504))
MAX_REDIRECTS = 5
REDIRECT = "X-Redirected-To"
MAX_BODY_BYTES = 64 * 1024 * 1024
MAX_ERROR_BYTES = 1024 * 1024
MAX_DOWNLOAD_BYTES = 1024 * 1024 * 1024
CONNECT_TIMEOUT = 10.0
LONGEST_TIMEOUT = 86400.0
#: how many times request_timeout a whole body may take
BODY_PATIENCE = 10
DOWNLOAD_PATIENCE = 60
#: a launch can take the server two minutes, AWX contract 1.3
LAUNCH_PATIENCE = 4
_INSTANT = 0.1

_T = t.TypeVar("_T")


class ApiClient:
    """A session with one server.

    :param connection: where to go, and how TLS and time-outs are to be.
    :param headers: what logs in.
    :param error_text: makes one line of an error body (status, parsed body or None, text).
    :param meant_status: returns the status that an error answer (status, parsed body) should have had.
    :param keep_session: resend the session cookie; when the session is over, log in again, once.
    :raises MissingLibraryError: if C(requests) is not there.
    :raises TlsError: if the files of the client certificate cannot be used.
    """

    def __init__(
        self,
        connection: Connection,
        headers: t.Mapping[str, str],
        error_text: t.Callable[[int, t.Any, str], str],
        clock: Clock | None = None,
        *,
        meant_status: t.Callable[[int, t.Any], int] = lambda status, data: status,
        keep_session: bool = False,
    ) -> None:
        if not HAS_REQUESTS:
            raise MissingLibraryError("The Python library requests is missing where this runs: pip install requests.")
        self._connection = connection
        self._base = connection.url.rstrip("/")
        self._error_text = error_text
        self._meant_status = meant_status
        self.clock = clock or Clock()
        self._auth = HeaderAuth(headers)
        self._secrets = [*connection.secrets(), *(v.split(" ")[-1] for v in headers.values())]
        self._tls = tls_options(connection)
        self._lines = PerThread(lambda: _new_session(keep_session))
        self._memory = Memory()
        self.prefix = ""
        self.server_time: str | None = None
        #: monotonic time after which nothing is tried again
        self.deadline: float | None = None
        self.overtime = min(connection.request_timeout, LONGEST_TIMEOUT)

    @property
    def _session(self) -> t.Any:
        return self._lines.value[0]

    def remembering(self) -> contextlib.AbstractContextManager[None]:
        """Ask nothing twice meanwhile: equal reads get the same answer."""
        return self._memory.keeping()

    def close(self) -> None:
        """Close the connections of this thread."""
        self._session.close()

    # -- verbs ---------------------------------------------------------------------------------------------

    def get(
        self,
        path: str,
        params: t.Mapping[str, t.Any] | None = None,
        *,
        accept: str = "application/json",
        absolute: bool = False,
        login: bool = True,
        final: t.Container[int] = (),
    ) -> Response:
        """Read C(path), below the prefix unless C(absolute). Raises an ApiError for any answer but 2xx.

        :param final: answers that are not worth another try here.
        """
        url, again = self._url(path, absolute), transient_but(final)
        return self._memory.recall(
            (url, params, accept, login),
            lambda: self._try(lambda: self._exchange("GET", url, params=params, accept=accept, login=login), again),
        )

    def post(self, path: str, body: t.Any = None) -> Response:
        """Write what may safely be written twice."""
        url = self._url(path)
        return self._try(lambda: self._exchange("POST", url, body=body))

    def write(self, method: str, path: str, body: t.Any = None) -> Response:
        """Replace (PUT) or delete (DELETE) something, which may safely be done twice."""
        return self._try(lambda: self._exchange(method, self._url(path), body=body))

    def post_once(self, path: str, body: t.Any = None) -> Response:
        """Write exactly once; C(ambiguous) of the error says whether the server may have acted."""
        url = self._url(path)
        # a kept connection that the server closes just now would leave it unknown whether it read the request
        self._session.close()
        return self._try(
            lambda: self._exchange("POST", url, body=body, patience=LAUNCH_PATIENCE),
            again=lambda error: isinstance(error, ConnectionFailedError) and error.transient and not error.ambiguous,
        )

    def download(
        self,
        path: str,
        params: t.Mapping[str, t.Any] | None = None,
        *,
        accept: str = "text/plain",
        tail_bytes: int = 0,
    ) -> tuple[bytes, bool]:
        """Return the last C(tail_bytes) bytes of a text, and whether some were left out before them.

        :param tail_bytes: 0 for all, up to C(MAX_BODY_BYTES).
        """
        url = self._url(path)
        return self._try(lambda: self._tail(url, params, accept, tail_bytes or MAX_BODY_BYTES))

    # -- one exchange --------------------------------------------------------------------------------------

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
        login: bool = True,
    ) -> Response:
        for _login in range(2):
            with self._send(method, url, params, body, accept, patience, login) as raw:
                content = self._read(raw, url)
            if not session_ended(self._session, raw, content):
                break
        return self._understand(method, url, raw, content, accept)

    def _send(
        self, method: str, url: str, params: t.Any, body: t.Any, accept: str, patience: int = 1, login: bool = True
    ) -> t.Any:
        """Return the open answer; redirects are followed for reads on the same origin only."""
        data = encoded(body)
        headers = {"Accept": accept, **({} if data is None else {"Content-Type": "application/json"})}
        timeout = min(self._connection.request_timeout, LONGEST_TIMEOUT)
        for hop in range(MAX_REDIRECTS + 1):
            raw = self._attempt(
                method,
                url,
                params=params,
                data=data,
                headers=headers,
                auth=self._auth if login else HeaderAuth({}),
                timeout=(min(timeout, CONNECT_TIMEOUT), timeout * patience),
            )
            if raw.status_code not in (301, 302, 303, 307, 308):
                return raw
            target = redirect_target(url, raw.headers.get(REDIRECT))
            raw.close()
            if method != "GET" or target is None or not same_origin(target, url) or hop == MAX_REDIRECTS:
                raise _answers.redirected(method, url, target, raw.status_code, self._mask)
            url, params = target, None
        raise AssertionError("unreachable")

    def _attempt(self, method: str, url: str, **options: t.Any) -> t.Any:
        connecting, silence = options["timeout"]
        limit = self._limit(2 * connecting + silence, silence)
        # what shuts connections down cannot end the making of one
        options["timeout"] = (min(connecting, limit), min(silence, limit))
        # the library would look up a piece of the password of one that is none
        _proxy_of(url)
        trouble: Exception | None = None
        with self._lines.value[1].limit(limit) as is_late:
            try:
                # said by the user, so not worth a warning; others still give theirs
                with QUIET.ignoring(urllib3.exceptions.InsecureRequestWarning, not self._connection.validate_certs):
                    options = {**self._tls, **options, "allow_redirects": False, "stream": True}
                    raw = self._session.request(method, url, **options)
            except Exception as error:  # whatever a broken answer makes the libraries raise, it may have been sent
                trouble = error
        if is_late():
            raise ConnectionFailedError(
                f"{short_url(url)} did not answer in time (it began to and did not end).",
                ambiguous=trouble is None or not _failures.nothing_sent(trouble),
                transient=True,
            )
        if trouble is not None:
            raise self._translate(trouble, url)
        return raw

    def _limit(self, seconds: float, least: float) -> float:
        """Return a limit, shortened by the deadline: what it takes longer is no more than C(least), for all requests."""
        left = float("inf") if self.deadline is None else self.deadline - self.clock.monotonic()
        return min(seconds, max(left, least), max(left + least, _INSTANT))

    def _read(self, raw: t.Any, url: str) -> bytes:
        """Return the body; bounded in size and time. Of an error's the beginning is enough: its status says the rest."""
        is_error = raw.status_code >= 400
        chunks: list[bytes] = []
        size = 0
        with contextlib.closing(self._chunks(raw, url, BODY_PATIENCE)) as pieces:
            for chunk in pieces:
                chunks.append(chunk)
                size += len(chunk)
                if is_error and size > MAX_ERROR_BYTES:
                    break
                if size > MAX_BODY_BYTES:
                    raise _answers.too_large("answer", url, raw.status_code, MAX_BODY_BYTES)
        return b"".join(chunks)

    def _tail(self, url: str, params: t.Any, accept: str, tail_bytes: int) -> tuple[bytes, bool]:
        kept: deque[bytes] = deque()
        size = total = 0
        with self._send("GET", url, params, None, accept) as raw:
            if raw.status_code != 200:
                self._understand("GET", url, raw, self._read(raw, url), accept)
                raise _answers.not_the_api("GET", url, raw.status_code, "text")
            with contextlib.closing(self._chunks(raw, url, DOWNLOAD_PATIENCE)) as pieces:
                for chunk in pieces:
                    kept.append(chunk)
                    size += len(chunk)
                    total += len(chunk)
                    if total > MAX_DOWNLOAD_BYTES:
                        raise _answers.too_large("text", url, raw.status_code, MAX_DOWNLOAD_BYTES)
                    while size - len(kept[0]) >= tail_bytes:
                        size -= len(kept.popleft())
        return b"".join(kept)[-tail_bytes:], total > tail_bytes

    def _chunks(self, raw: t.Any, url: str, patience: int) -> t.Generator[bytes, None, None]:
        """Yield the body piece by piece; raises if it breaks off or does not end in time."""
        timeout = min(self._connection.request_timeout, LONGEST_TIMEOUT)
        seconds = self._limit(patience * timeout, timeout)
        trouble: ApiError | InvalidOptionError | None = None
        with self._lines.value[1].limit(seconds, raw.raw) as is_late:
            try:
                yield from raw.iter_content(65536)
            except Exception as error:
                trouble = self._translate(error, url)
        if is_late():
            raise ConnectionFailedError(
                f"{short_url(url)} did not send the whole answer within {seconds:g} seconds.", ambiguous=True
            )
        # 204 has no body, and pieces say themselves where they end: what else is said on the length does not count
        is_open = raw.status_code != 204 and not getattr(raw.raw, "chunked", False)
        length = raw.headers.get("Content-Length", "") if is_open else ""
        if trouble is None and re.fullmatch("[0-9]{1,15}", length) and raw.raw.tell() < int(length):
            trouble = ConnectionFailedError(
                f"{short_url(url)} broke the connection within its answer.", ambiguous=True, transient=True
            )
        if trouble is not None:
            raise trouble

    def _understand(self, method: str, url: str, raw: t.Any, content: bytes, accept: str) -> Response:
        status: int = raw.status_code
        self.server_time = iso_time(parse_date(raw.headers.get("Date"))) or self.server_time
        text = content.decode("utf-8", "replace")
        data = json_body(content) if "json" in raw.headers.get("Content-Type", "").lower() else None
        if status >= 400:
            raise self._status_error(method, url, raw, data, text)
        is_done = method != "GET" and not content.strip()
        if 200 <= status < 300 and (accept != "application/json" or data is not None or is_done):
            return Response(status, raw.headers, data, text)
        raise _answers.not_the_api(method, url, status, text)

    # -- errors and retries --------------------------------------------------------------------------------

    def _status_error(self, method: str, url: str, raw: t.Any, data: t.Any, text: str) -> ApiError:
        status: int = raw.status_code
        message = f"{method} {short_url(url)} answered {status}: {self._error_text(status, self._mask(data), self._mask(text))}"
        meant = self._meant_status(status, data)
        message = advised(message, meant, self._connection, text, _proxy_of(url) if data is None else "")
        request_id = raw.headers.get("X-API-Request-Id") or raw.headers.get("X-Request-Id")
        return error_kind(meant)(
            message + (f" (request {self._mask(request_id)[:80]})" if request_id else ""),
            status=status,
            ambiguous=min(status, meant) >= 500 or status == 408,
            transient=meant in RETRY_STATUSES,
            retry_after=retry_after(raw.headers.get("Retry-After"), raw.headers.get("Date")),
            body=data,
        )

    def _translate(self, error: Exception, url: str) -> ApiError | InvalidOptionError:
        """Return our error for one of the libraries; C(ambiguous) unless nothing can have been sent."""
        text, place, unsent = _failures.root_cause(error, self._mask), short_url(url), _failures.nothing_sent(error)
        trusted = self._connection.ca_path
        if isinstance(error, ValueError):
            return _failures.bad_value(error, text, place, unsent, _proxy_of(url))
        if isinstance(error, OSError) and not isinstance(error, requests.exceptions.RequestException):
            return TlsError(_failures.tls_message(place, text, trusted, "could not be set up"), ambiguous=not unsent)
        if isinstance(error, requests.exceptions.SSLError) and not _failures.is_hangup(error):
            unclear = not (unsent or _failures.is_certificate_trouble(error))
            return TlsError(_failures.tls_message(place, text, trusted), ambiguous=unclear)
        if not unsent and _failures.is_nonsense(error):
            message = f"{place} sent an answer that cannot be read ({text}): check scheme, host and port in url."
            return BadResponseError(message + https(url, text), ambiguous=True, transient=True)
        is_late = isinstance(error, requests.exceptions.Timeout) or "timed out" in text.lower()
        what, is_passing = _failures.lost(error, text, is_late, _proxy_of(url))
        return ConnectionFailedError(f"{place} {what}.{https(url, what)}", ambiguous=not unsent, transient=is_passing)

    def _try(self, call: t.Callable[[], _T], again: t.Callable[[ApiError], bool] = is_transient) -> _T:
        return retrying(call, again, self.clock, self.deadline)

    def _mask(self, value: t.Any) -> t.Any:
        """Return what a server sent without secrets; before anything of it is cut or put in other words."""
        return hidden(mask(value, self._secrets, frozenset()), frozenset())


def _proxy_of(url: str) -> str:
    """Return the address of the proxy that the environment has for a url, without a login; empty for none.

    :raises ConnectionFailedError: if it cannot be told where its login ends.
    """
    proxy = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
    _failures.check_proxy(str(proxy or ""), short_url(url))
    return (str(proxy).rpartition("@")[2].rpartition("//")[2].rstrip("/") or "without a host") if proxy else ""


def _new_session(keep_session: bool) -> tuple[t.Any, Watchdog]:
    session = requests.Session()
    session.headers.update({"User-Agent": USER_AGENT, "Accept-Language": "en"})
    session.cookies.set_policy(FewCookies() if keep_session else NoCookies())
    session.hooks["response"].append(_hide_redirect)
    watchdog = Watchdog()
    for adapter in session.adapters.values():
        watchdog.attach(adapter)
    return session, watchdog


def _hide_redirect(response: t.Any, **_options: t.Any) -> None:
    """Keep C(requests) from preparing to follow: it would read the body, of any size, and fail at odd addresses."""
    if "Location" in response.headers:
        response.headers[REDIRECT] = response.headers.pop("Location")
