# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which format an answer has, and how it is written (contract 1.8; recordings stdout-*, root-16, launch-options)."""

from __future__ import annotations

import html
import json
from typing import Any

from .reply import HTML, Reply
from .router import Call, Route

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
_FORMATS = {"json": JSON, "api": HTML}
_STDOUT_FORMATS = {
    **_FORMATS,
    "html": HTML,
    "txt": TEXT,
    "ansi": TEXT,
    "txt_download": "text/plain",
    "ansi_download": "text/plain",
}
_CODES = {
    400: "parse_error",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    415: "unsupported_media_type",
}
_PAGE = """<!DOCTYPE html>
<html>
<head><title>{title} &middot; AWX REST API</title></head>
<body>
<h1>{title}</h1>
<pre>HTTP {status}

{body}</pre>
</body>
</html>
"""


class NotAcceptable(Exception):
    """No format fits."""

    def __init__(self, reply: Reply, fallback: str) -> None:
        super().__init__(reply.status)
        self.reply = reply
        self.fallback = fallback


def formats(route: Route) -> dict[str, str]:
    """The formats of a route by name."""
    return _STDOUT_FORMATS if route.title.endswith("Stdout") else _FORMATS


def renderer(route: Route, call: Call) -> str:
    """The content type of the answer."""
    known = formats(route)
    default = HTML if route.prefers == "html" else JSON
    accept = [part.partition(";")[0].strip().lower() for part in call.headers.get("accept", "*/*").split(",")]
    wanted = call.query.get("format")
    if wanted is not None:
        if wanted not in known:
            raise NotAcceptable(Reply({"detail": "Not found."}, 404), default)
        candidates = [known[wanted]]
    else:
        candidates = [default, JSON, HTML, *known.values()]
    for candidate in candidates:
        if any(_accepts(pattern, candidate) for pattern in _by_precision(accept)):
            return _best(accept, candidates, candidate)
    raise NotAcceptable(Reply({"detail": "Could not satisfy the request Accept header."}, 406), default)


def _by_precision(accept: list[str]) -> list[str]:
    return sorted(accept, key=lambda pattern: pattern.count("*"))


def _best(accept: list[str], candidates: list[str], first: str) -> str:
    # a type that is named beats one that only fits a wildcard
    for pattern in _by_precision(accept):
        for candidate in candidates:
            if _accepts(pattern, candidate):
                return candidate
    return first


def _accepts(pattern: str, content_type: str) -> bool:
    bare = content_type.partition(";")[0]
    return pattern in ("*/*", "", bare) or (pattern.endswith("/*") and bare.startswith(pattern[:-1]))


def render(reply: Reply, route: Route | None, chosen: str) -> tuple[str | bytes, str | None]:
    """The body as sent, and its content type."""
    if reply.content_type is not None:
        return reply.body, reply.content_type
    if reply.body is None:
        return b"", None
    if chosen == HTML:
        text = html.escape(json.dumps(reply.body, indent=4, ensure_ascii=False))
        title = route.title if route else "Not Found"
        return _PAGE.format(title=title, status=reply.status, body=text), HTML
    if chosen.startswith("text/plain"):
        return _error_as_text(reply), chosen
    return json.dumps(reply.body, ensure_ascii=False), JSON


def _error_as_text(reply: Reply) -> str:
    # what a text renderer makes of an error: the repr of the server's own objects
    code = _CODES.get(reply.status, "error")
    parts = [f"{k!r}: {_detail(v, code)}" for k, v in reply.body.items()]
    return "{" + ", ".join(parts) + "}"


def _detail(value: Any, code: str) -> str:
    return f"ErrorDetail(string={value!r}, code={code!r})" if isinstance(value, str) else repr(value)
