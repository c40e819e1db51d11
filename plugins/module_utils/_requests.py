# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what goes into a request, without a library: the login, the TLS files, the body."""

from __future__ import annotations

import contextlib
import http.cookiejar
import json
import re
import threading
import typing as t
import warnings

from ._errors import InvalidOptionError, TlsError
from ._failures import encrypted_key, proxy_advice
from ._types import Connection

#: what happens to a request without TLS where TLS is spoken: some servers say it, some hang up
_SPEAKS_TLS = re.compile(
    r"broke the connection|\x15\x03|plain HTTP|HTTP request (was sent )?to an HTTPS|SSL-enabled server port",
    re.IGNORECASE,
)

#: what browsers take at the least (RFC 6265), and more cookies than any server sets here
_LONGEST_COOKIE, _MOST_COOKIES = 4096, 20


class Quiet:
    """Ignores a kind of warning as long as anybody wants it: what the library has for it is not for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._filters = contextlib.ExitStack()

    @contextlib.contextmanager
    def ignoring(self, kind: type[Warning], wanted: bool = True) -> t.Iterator[None]:
        """Ignore warnings of a kind meanwhile, the same kind for all who ask at once."""
        if not wanted:
            yield
            return
        with self._lock:
            if not self._users:
                self._filters.enter_context(warnings.catch_warnings())
                warnings.simplefilter("ignore", kind)
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    self._filters.close()


QUIET = Quiet()


class HeaderAuth:
    """Sets the login headers last, so that a ~/.netrc entry cannot replace them; with no headers it keeps it out."""

    def __init__(self, headers: t.Mapping[str, str]) -> None:
        self._headers = headers

    def __call__(self, request: t.Any) -> t.Any:
        request.headers.update(self._headers)
        return request


class NoCookies(http.cookiejar.DefaultCookiePolicy):
    """Keeps nothing: a session cookie would switch on the server's CSRF check (AWX contract 2.1)."""

    def set_ok(self, cookie: http.cookiejar.Cookie, request: t.Any) -> bool:
        return False


class FewCookies(http.cookiejar.DefaultCookiePolicy):
    """Keeps what a session needs. All that is kept goes out with every request, so it must not grow."""

    def __init__(self) -> None:
        super().__init__()
        self._names: set[tuple[str, str, str]] = set()

    def set_ok(self, cookie: http.cookiejar.Cookie, request: t.Any) -> bool:
        if not super().set_ok(cookie, request) or len(cookie.name) + len(cookie.value or "") > _LONGEST_COOKIE:
            return False
        name = (cookie.domain, cookie.path, cookie.name)
        if len(self._names) < _MOST_COOKIES:
            self._names.add(name)
        return name in self._names


def session_ended(session: t.Any, raw: t.Any, content: bytes) -> bool:
    """Return whether an answer only says that the session is over; a refusal makes the session be forgotten.

    Such an answer is a 401 without a body (Foreman contract 2). It says nothing on the credentials, and nothing was
    done. What a refusal sets is forgotten too: it would make the next one look like the end of a session.
    """
    if raw.status_code != 401:
        return False
    session.cookies.clear()
    return not content.strip() and "Cookie" in raw.request.headers


def tls_options(connection: Connection) -> dict[str, t.Any]:
    """Return what each request says on TLS: said only once, the environment would win over it."""
    verify: bool | str = connection.validate_certs
    if connection.validate_certs and connection.ca_path:
        verify = connection.ca_path
    for option in ("client_cert", "client_key"):
        path = getattr(connection, option)
        try:
            if path and encrypted_key(path):
                raise TlsError(f"{option}: the private key in {path} is encrypted, and there is nobody to ask for it.")
        except OSError as error:
            raise TlsError(f"{option}: {path} cannot be read ({error.strerror or error}).") from None
    cert = (connection.client_cert, connection.client_key) if connection.client_key else connection.client_cert
    return {"verify": verify, "cert": cert}


def encoded(body: t.Any) -> bytes | None:
    """Return a body as JSON; what JSON cannot say is refused before anything is sent."""
    if body is None:
        return None
    try:
        return json.dumps(body, allow_nan=False).encode("utf-8")
    except (TypeError, ValueError) as error:
        raise InvalidOptionError(f"What was to be sent holds a value that JSON cannot say: {error}.") from None


def login_words(connection: Connection) -> str:
    """Return what is used to log in and where it is from, without its value."""
    used = "client_cert"
    if connection.token:
        used = "the token"
    elif connection.password:
        used = "username and password"
    return f"{used} from {connection.source}"


def advised(message: str, status: int, connection: Connection, answer: str, proxy: str = "") -> str:
    """Return what an answer that is an error says, and what to look at where that is known.

    :param proxy: the address of a proxy that may have answered itself; within TLS it cannot.
    """
    advice = https(connection.url, answer)
    if proxy and connection.url.startswith("http:"):
        advice += f" It may be the answer of the proxy {proxy} and not the server's: {proxy_advice(str(status))}."
    if status == 401:
        return f"{message.rstrip('.')}.{advice} Check {login_words(connection)}."
    return f"{message.rstrip('.')}.{advice}" if advice else message


def https(url: str, happened: str) -> str:
    """Return the advice to write https, for who wrote http and sees what servers do then, else nothing.

    :param happened: what was answered, or that the connection just ended.
    """
    speaks_tls = url.startswith("http://") and _SPEAKS_TLS.search(happened)
    return " If TLS is spoken there, write https in url." if speaks_tls else ""
