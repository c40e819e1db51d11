# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Output: per host, raw, and of all hosts (contract 1.4 to 1.6; recordings output_*, raw_output_*, outputs_*)."""

from __future__ import annotations

import re
from typing import Any

from .dates import plain
from .host_fields import HOST_FIELDS
from .job_views import find_job, targeted
from .lists import found
from .records import Chunk, HostRun, Invocation
from .reply import Reply, Row, bare, refused
from .router import Call

_FALSE = ("", "0", "f", "false", "off")


def _nested_job(call: Call) -> Invocation:
    # here an unknown job has another refusal than everywhere else
    wanted = call.args["id"]
    for one in call.store.visible_invocations(call.user):
        if str(one.id) == wanted:
            return one
    raise bare(404, f"Job invocation not found by id '{wanted}'")


def _host_id(call: Call, made: Invocation) -> int:
    wanted = call.args["host_id"]
    for host in targeted(call, made):
        if str(host.id) == wanted:
            return host.id
    raise refused(404, f"Host with id '{wanted}' was not found")


def output(call: Call) -> Reply:
    """GET job_invocations/:id/hosts/:host_id."""
    made = _nested_job(call)
    number = _host_id(call, made)
    return Reply(_delayed(made, []) or _output(call, made, number, [], False, call.param("since")))


def raw_output(call: Call) -> Reply:
    """GET job_invocations/:id/hosts/:host_id/raw."""
    made = _nested_job(call)
    number = _host_id(call, made)
    return Reply(_delayed(made, None) or _output(call, made, number, None, True, None))


def outputs(call: Call) -> Reply:
    """GET or POST job_invocations/:id/outputs."""
    made = find_job(call)
    hosts = targeted(call, made)
    query = call.param("search_query")
    if query is not None:
        hosts = found(call, hosts, HOST_FIELDS, query)
    raw = str(call.param("raw") or "").lower() not in _FALSE
    since = call.param("since")
    default: Any = "" if raw else []
    rows = [{**_output(call, made, host.id, default, raw, since), "host_id": host.id} for host in hosts]
    return Reply({"outputs": rows})


def _delayed(made: Invocation, default: Any) -> Row | None:
    task = made.task
    if task is None or task.state != "scheduled":
        return None
    start_at = plain(task.start_at)
    return {"complete": False, "refresh": True, "output": default, "delayed": True, "start_at": start_at}


def _output(call: Call, made: Invocation, number: int, default: Any, raw: bool, since: Any) -> Row:
    run = made.runs.get(number)
    if run is None:
        return {"complete": made.finished, "refresh": not made.finished, "output": default}
    chunks = sorted((c for c in run.chunks if c.arrives <= call.now), key=lambda c: (c.written, c.number))
    if since not in (None, ""):
        border = _to_f(str(since))
        while chunks and _stamp(chunks[0]) <= border:
            chunks.pop(0)
    shown: Any = "".join(_text(call, c) for c in chunks) if raw else [_chunk(call, run, c) for c in chunks]
    return {"complete": not run.pending, "refresh": run.pending, "output": shown}


def _text(call: Call, chunk: Chunk) -> str:
    # the line with the exit status is made for the reader, in the reader's language
    return chunk.text if chunk.stored or call.language != "de" else chunk.text.replace("Exit status", "Exit-Status")


def _stamp(chunk: Chunk) -> float:
    return round(chunk.written, 6)


def _to_f(text: str) -> float:
    """The number at the start of a text, or 0: how Ruby reads it."""
    match = re.match(r"\s*[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", text)
    return float(match[0]) if match else 0.0


def _chunk(call: Call, run: HostRun, chunk: Chunk) -> Row:
    row: Row = {"output_type": chunk.kind, "output": _text(call, chunk), "timestamp": _stamp(chunk)}
    if not chunk.stored:
        return row
    row = {"id": chunk.number, "template_invocation_id": run.number, **row, "meta": None}
    if call.server.has(14, 1):
        row["external_id"] = str(chunk.number)
    else:
        row["sequence_id"] = chunk.number
    return row
