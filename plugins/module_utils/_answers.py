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
    ConnectionFailedError,
    ForbiddenError,
    RateLimitedError,
    RejectedError,
    ResourceMissingError,
    ServerError,
    UnauthorizedError,
)

_KINDS: dict[int, type[ApiError]] = {
    401: UnauthorizedError,
    403: ForbiddenError,
    404: ResourceMissingError,
    407: ConnectionFailedError,
    408: ConnectionFailedError,
    410: ResourceMissingError,
    429: RateLimitedError,
}


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
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def redirect_target(url: str, location: str | None) -> str | None:
    """Return the full address that a Location header names, or None if it names none."""
    if not location or not location.strip():
        return None
    try:
        return urljoin(url, location.strip())
    except ValueError:
        return None


def json_body(content: bytes) -> t.Any:
    """Return the parsed JSON, or None if it is none."""
    try:
        return json.loads(content) if content.strip() else None
    except (ValueError, RecursionError):
        return None


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
