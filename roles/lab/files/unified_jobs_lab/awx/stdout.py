# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The output of a job in all its formats (contract 1.8; recordings stdout-*)."""

from __future__ import annotations

import base64
import html
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

from ..model import Job
from .jobs import find_job
from .negotiate import JSON
from .progress import visible_events
from .reply import HTML, Reply, detail
from .router import Call

LIMIT = 1_048_576
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PAGE = "<!DOCTYPE HTML>\n<html>\n<head><title>Type</title></head>\n<body>\n<pre>{0}</pre>\n</body>\n</html>\n"
_TEXTS = ("txt", "ansi", "txt_download", "ansi_download")


def output(call: Call, job: Job) -> str:
    """Everything the job has printed so far, colours included."""
    lines = [event.stdout + "\n" for event in visible_events(call.awx.engine, job) if event.stdout]
    return "".join(lines).replace("\r\n", "\n") if not job.behavior.raw_output else "".join(lines)


def flood(size: int) -> Iterator[bytes]:
    """So many bytes of numbered lines, a piece at a time: what is long is never there as a whole."""
    number = 0
    while size > 0:
        lines = (f"line {number + n:08d} of a flood ".ljust(99, ".") + "\n" for n in range(640))
        piece = "".join(lines).encode()[:size]
        yield piece
        number, size = number + 640, size - len(piece)


def clean(text: str) -> str:
    """Text that can be written as JSON: what is not UTF-8 becomes a replacement character."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def stdout_handler(path: str) -> Callable[[Call], Reply]:
    """GET of stdout/."""

    def handler(call: Call) -> Reply:
        job = find_job(call, path)
        text = output(call, job)
        wanted = call.query.get("format") or _by_accept(call)
        raw = text.encode("utf-8", "surrogateescape")
        size = len(raw) + job.behavior.flood * (job.finished is not None)
        if size > LIMIT and not wanted.endswith("_download"):
            text = (
                f"Standard Output too large to display ({size} bytes), "
                f"only download supported for sizes over {LIMIT} bytes."
            )
            return _shown(wanted, call, text, (0, 1, 1))
        if wanted in _TEXTS:
            return _text(wanted, job, text)
        lines = text.splitlines(keepends=True)
        start, end = _range(call, len(lines))
        return _shown(wanted, call, "".join(lines[start:end]), (start, end, len(lines)))

    return handler


def _by_accept(call: Call) -> str:
    accept = call.headers.get("accept", "*/*")
    if "text/html" in accept or accept.strip() in ("*/*", ""):
        return "html"
    return "json" if JSON in accept else "txt" if "text/plain" in accept else "html"


def _range(call: Call, total: int) -> tuple[int, int]:
    def number(name: str, default: int) -> int:
        value = call.query.get(name)
        if value is None or value == "":
            return default
        if not re.fullmatch(r"-?\d+", value):
            raise detail(500, "A server error has occurred.")
        return int(value)

    start = number("start_line", 0)
    start = max(0, total + start) if start < 0 else min(start, total)
    end = number("end_line", total)
    return start, max(start, min(end, total))


def _text(wanted: str, job: Job, text: str) -> Reply:
    body = _ANSI.sub("", text) if wanted.startswith("txt") else text
    raw: Any = body.encode("utf-8", "surrogateescape")
    if job.behavior.flood and job.finished is not None:
        raw = itertools.chain([raw], flood(job.behavior.flood))
    if not wanted.endswith("_download"):
        return Reply(raw, 200, content_type="text/plain; charset=utf-8" if raw else "")
    name = f"{job.kind}_{job.id}.txt"
    return Reply(raw, 200, {"Content-Disposition": f'attachment; filename="{name}"'}, "text/plain")


def _shown(wanted: str, call: Call, text: str, reach: tuple[int, int, int]) -> Reply:
    text = clean(text)
    if wanted in _TEXTS:
        return Reply(text, 200, content_type="text/plain; charset=utf-8")
    if wanted != "json":
        return Reply(_PAGE.format(html.escape(_ANSI.sub("", text))), 200, content_type=HTML)
    start, end, total = reach
    content = text
    if call.query.get("content_encoding") == "base64":
        content = base64.b64encode(text.encode()).decode()
    return Reply({"range": {"start": start, "end": end, "absolute_end": total}, "content": content})
