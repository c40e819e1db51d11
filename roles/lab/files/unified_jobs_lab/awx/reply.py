# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers and refusals, in the words of the recordings (awx: root-07, launch-403-bob, job-detail-404, bulk-02)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]

_PAGE = (
    '\n<!doctype html>\n<html lang="en">\n<head>\n  <title>{0}</title>\n</head>\n<body>\n'
    "  <h1>{0}</h1><p>{1}</p>\n</body>\n</html>\n"
)
HTML = "text/html; charset=utf-8"
TOO_LONG_PAGE = (
    "<html>\r\n<head><title>414 Request-URI Too Large</title></head>\r\n<body>\r\n"
    "<center><h1>414 Request-URI Too Large</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
NOT_FOUND_PAGE = _PAGE.format("Not Found", "The requested resource was not found on this server.")
ERROR_PAGE = _PAGE.format("Server Error (500)", "")


@dataclass
class Reply:
    """An answer. Without a content type the body is JSON, or nothing if it is None."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str | None = None
    bare: bool = False  # without the headers of the API, as from a layer before it


class ApiError(Exception):
    """A refusal."""

    def __init__(self, status: int, body: Any, content_type: str | None = None) -> None:
        super().__init__(f"{status}: {body}")
        self.reply = Reply(body, status, content_type=content_type)


def detail(status: int, text: str) -> ApiError:
    """A refusal with the usual one-sentence body."""
    return ApiError(status, {"detail": text})


def not_found(model: str) -> ApiError:
    """An object that does not exist, or that this model does not have."""
    return detail(404, f"No {model} matches the given query.")


def forbidden() -> ApiError:
    """No permission."""
    return detail(403, "You do not have permission to perform this action.")


def unknown_page() -> ApiError:
    """A URL that nobody serves: a web page, not JSON."""
    error = ApiError(404, NOT_FOUND_PAGE, HTML)
    error.reply.bare = True
    return error


def unknown_name(model: str) -> ApiError:
    """A named URL that leads nowhere."""
    error = not_found(model)
    error.reply.bare = True
    return error


def broken() -> ApiError:
    """The server fell over."""
    error = ApiError(500, ERROR_PAGE, HTML)
    error.reply.bare = True
    return error


def invalid(field_name: str, *messages: str) -> ApiError:
    """A validation error of one field."""
    return ApiError(400, {field_name: list(messages)})


def not_allowed(method: str) -> ApiError:
    """The method does not exist here, or not in this state."""
    return detail(405, f'Method "{method}" not allowed.')


def created(body: Row, location: str) -> Reply:
    """A new object."""
    return Reply(body, 201, {"Location": location})
