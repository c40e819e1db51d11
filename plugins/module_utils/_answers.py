# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: reading an answer, its headers and its body, without a library."""

from __future__ import annotations

import contextlib
import copy
import datetime
import email.utils
import json
import math
import time
import typing as t
from urllib.parse import urljoin, urlsplit

from ._errors import (
    ApiError,
    BadResponseError,
    ConnectionFailedError,
    ForbiddenError,
    RateLimitedError,
    RejectedError,
    ResourceMissingError,
    ServerError,
    UnauthorizedError,
)
from ._values import same_origin

_KINDS: dict[int, type[ApiError]] = {
    401: UnauthorizedError,
    403: ForbiddenError,
    404: ResourceMissingError,
    407: ConnectionFailedError,
    408: ConnectionFailedError,
    410: ResourceMissingError,
    429: RateLimitedError,
}


#: longer addresses are cut in messages
_LONGEST_ADDRESS = 300
#: what to look at when an answer is none of the API
NOT_THE_API = "check that url names the API of the server and not a proxy, a login page or another service"


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


class Memory:
    """Answers to reads, kept as long as somebody says so. What is given out is a copy that may be changed."""

    def __init__(self) -> None:
        self._known: dict[str, Response] | None = None

    @contextlib.contextmanager
    def keeping(self) -> t.Iterator[None]:
        """Keep answers meanwhile."""
        self._known = {}
        try:
            yield
        finally:
            self._known = None

    def recall(self, key: object, read: t.Callable[[], Response]) -> Response:
        """Return what was read before for the same key, or read it. Failures are not kept."""
        if self._known is None:
            return read()
        if repr(key) not in self._known:
            self._known[repr(key)] = read()
        try:
            return copy.deepcopy(self._known[repr(key)])
        except RecursionError:  # nested deeper than can be copied, so that it is asked for again
            return read()


def error_kind(status: int) -> type[ApiError]:
    """Return the error for a status of 400 or more."""
    return _KINDS.get(status, ServerError if status >= 500 else RejectedError)


def short_url(url: str) -> str:
    """Return a url without credentials and query, for messages."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that is not valid"
    short = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return short if len(short) <= _LONGEST_ADDRESS else short[:_LONGEST_ADDRESS] + "..."


def redirect_target(url: str, location: str | None) -> str | None:
    """Return the full address that a Location header names, or None if it names none."""
    if not location or not location.strip():
        return None
    try:
        return urljoin(url, location.strip())
    except ValueError:
        return None


def redirected(
    method: str, url: str, target: str | None, status: int, hide: t.Callable[[str], str]
) -> BadResponseError:
    """Return the error for a redirect that is not followed: where it leads, and what to do.

    :param hide: masks secrets.
    """
    if method == "GET" and target and same_origin(target, url):
        return BadResponseError(f"GET {short_url(url)} is redirected without end: {NOT_THE_API}.", status=status)
    place = hide(short_url(target)) if target else "no valid address"
    if target and url.startswith("https:") and target.startswith("http:"):
        advice = (
            "it leaves https, so that the login would be sent in clear. What stands before the server has to be mended"
        )
    else:
        advice = "set url to the address that the server really has, or, if that is a login page, see why the API is behind it"
    return BadResponseError(
        f"{method} {short_url(url)} was redirected to {place}, which is not followed: {advice}.",
        status=status,
        # what is to be seen elsewhere was done
        ambiguous=method != "GET" and status == 303,
    )


def too_large(what: str, url: str, status: int, most: int) -> BadResponseError:
    """Return the error for a body that was given up after so many bytes."""
    return BadResponseError(
        f"The {what} of {short_url(url)} (status {status}) is too large or never ends: more than {most >> 20} MiB are "
        "not read. If url is right, ask for less.",
        status=status,
        ambiguous=True,
    )


def endless(what: str) -> BadResponseError:
    """Return the error for a list of which the server says again and again that more follows.

    :param what: what was read, for the message.
    """
    return BadResponseError(f"The list of {what} has no end: {NOT_THE_API}.")


def not_the_api(method: str, url: str, status: int, text: str) -> BadResponseError:
    """Return the error for an answer that the API would not give."""
    what = "something that is not JSON"
    if not text.strip():
        what = "nothing"
    elif "<" in text[:200]:
        what = "an HTML page"
    return BadResponseError(
        f"{method} {short_url(url)} answered {status} with {what}: {NOT_THE_API}.",
        status=status,
        ambiguous=method != "GET",
    )


def json_body(content: bytes) -> t.Any:
    """Return the parsed JSON, or None if it is none.

    What some servers write for no number, such as C(NaN), is read as null: the rest of the answer is not to be lost.
    """
    try:
        return json.loads(content, parse_float=_finite, parse_constant=_finite) if content.strip() else None
    except (ValueError, RecursionError):
        return None


def _finite(number: str) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


def parse_date(value: str | None) -> datetime.datetime | None:
    """Return the time in UTC of a header such as Date, or None; a time without a zone is UTC."""
    try:
        moment = email.utils.parsedate_to_datetime(value or "")
        zone = moment.tzinfo or datetime.timezone.utc
        return moment.replace(tzinfo=zone).astimezone(datetime.timezone.utc)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def retry_after(value: str | None, date: str | None = None) -> float | None:
    """Return seconds from a Retry-After header, which holds seconds or a date.

    :param date: the Date header of the same answer: a date counts from the server's own time, if it says it.
    """
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        until = parse_date(value)
        if until is None:
            return None
        now = parse_date(date)
        seconds = until.timestamp() - (now.timestamp() if now else time.time())
    return None if math.isnan(seconds) else max(0.0, seconds)
