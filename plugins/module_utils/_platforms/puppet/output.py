# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what a job printed: of a job what its nodes left, of a plan its messages (Puppet contract 1.5, 1.9).

A node's result comes as a whole when the node is done, so the cursor notes which nodes were read, and of the one
that did not fit how many lines.
"""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass, field

from ..._errors import InvalidOptionError
from ..._native import mapping, tail, text, whole
from ..._types import HostStatus, Job, Output
from . import facts
from .api import Api, Row
from .events import event_id, message_of, read_events
from .normalize import is_number
from .results import message_of as node_message
from .results import metrics_of, node_status, parts_of

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
#: what is read on: what it is known by, and its text
Piece = tuple[str, str]


@dataclass
class Cursor:
    """Where to go on: C(done) were read as a whole, of C(partial) so many C(lines)."""

    done: list[str] = field(default_factory=list)
    partial: str = ""
    lines: int = 0

    @classmethod
    def parse(cls, value: str) -> Cursor:
        """Return the cursor that a text is; C(0) is the beginning."""
        if value == "0":
            return cls()
        try:
            data = mapping(json.loads(value))
        except (ValueError, RecursionError):
            data = {}
        done, partial, lines = (data.get(name) for name in ("done", "partial", "lines"))
        if not isinstance(done, list) or not isinstance(partial, str) or whole(lines) is None:
            raise InvalidOptionError(
                f"output_since: {value[:40]!r} is not a cursor of Puppet Enterprise: give an output_cursor of an earlier "
                "read, or 0."
            )
        return cls([text(name) for name in done], partial, whole(lines) or 0)

    def dump(self) -> str:
        """Return the cursor as text."""
        return json.dumps({"done": self.done, "partial": self.partial, "lines": self.lines}, separators=(",", ":"))


def get_output(api: Api, job: Job, nodes: list[Row], max_bytes: int, since: str | None) -> Output:
    """Return what a job or plan printed, or what came after a cursor."""
    cursor = Cursor.parse(since) if since is not None else None
    if job.type == facts.PLAN_JOB:
        pieces: t.Iterable[Piece] = _messages(api, job, cursor)
        ended = job.is_finished
    else:
        over = [node for node in nodes if job.is_finished or text(node.get("state")) in facts.NODE_ENDS]
        pieces = [(text(node.get("name")), node_text(node, len(nodes) > 1)) for node in over]
        ended = job.is_finished and len(over) == len(nodes)
    if cursor is None:
        body, truncated = tail("".join(said for _key, said in pieces), max_bytes)
        return Output(body, ended, truncated)
    return _read_on(pieces, cursor, max_bytes, ended, job.type == facts.PLAN_JOB)


def node_text(node: Row, several: bool) -> str:
    """Return what a node left, as lines: its output, else its data, and why it failed."""
    parts = parts_of(node)
    status = node_status(node, parts)
    said = [parts.output or ""]
    if parts.output is None and metrics_of(node):
        said = [node_message(node, status, parts)]
    elif parts.output is None and parts.data is not None:
        said = [json.dumps(parts.data, ensure_ascii=False)]
    if status in HostStatus.BAD:
        said.append(node_message(node, status, parts))
    lines = [part if part.endswith("\n") else part + "\n" for part in dict.fromkeys(said) if part]
    return "".join([f"==> {text(node.get('name'))}\n"] * several + lines) if lines else ""


def _messages(api: Api, job: Job, cursor: Cursor | None) -> t.Iterator[Piece]:
    """Yield what a plan said, in order; its events are numbered, so that the last one read is enough to go on."""
    start = int(cursor.done[-1]) + 1 if cursor and cursor.done and is_number(cursor.done[-1]) else 1
    for row in read_events(api, job, start):
        if row.get("type") == "out_message":
            said = message_of(api, job, row)
            yield str(event_id(row)), said if said.endswith("\n") else said + "\n"


def _read_on(pieces: t.Iterable[Piece], cursor: Cursor, max_bytes: int, ended: bool, numbered: bool) -> Output:
    """Return the first whole lines after the cursor, as many as fit, one at the least, which is cut if it must be."""
    taken: list[str] = []
    size = 0
    done = frozenset(cursor.done)
    left = [piece for piece in pieces if piece[0] not in done]
    # what was begun is brought to its end first
    for key, said in sorted(left, key=lambda piece: piece[0] != cursor.partial):
        lines = _LINES.findall(said)
        begun = cursor.lines if key == cursor.partial else 0
        for number, line in enumerate(lines[begun:], begun + 1):
            size += len(line.encode("utf-8", "replace"))
            if max_bytes and taken and size > max_bytes:
                return _part(taken, cursor, max_bytes, False)
            taken.append(line)
            cursor.partial, cursor.lines = key, number
        cursor.done = [key] if numbered else [*cursor.done, key]
        cursor.partial, cursor.lines = "", 0
    return _part(taken, cursor, max_bytes, ended)


def _part(taken: list[str], cursor: Cursor, max_bytes: int, complete: bool) -> Output:
    body, truncated = tail("".join(taken), max_bytes)
    return Output(body, complete, truncated, cursor.dump())
