# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the events of jobs and plans, read on by a cursor (Puppet contract 1.7, 1.9)."""

from __future__ import annotations

import re
import typing as t

from ..._clock import iso_time
from ..._errors import ResourceMissingError
from ..._native import clean, mapping, rows, text
from ..._types import Job
from . import facts
from .api import Api, Row
from .results import redacted

_MAX_EVENTS = 5000
#: the server cuts the text of a plan's message after 1024 bytes, or before the character that is at that place
_CUT_BYTES = 1024 - 3
_START = re.compile(r"[?&]start=([0-9]{1,18})(?:&|$)", re.ASCII)


def path_of(job: Job) -> str:
    """Return the path of a job's events."""
    return f"{facts.PATHS[job.type]}/{job.id}/events"


def read_events(api: Api, job: Job, start: int = 1) -> t.Iterator[Row]:
    """Yield the events from an id on, in the order of their ids, each once.

    An empty page is the end; where to go on never goes backwards, whatever the server says (checklist 46).
    """
    path = path_of(job)
    for _number in api.bounded(path):
        data = api.get(path, {"start": start})
        fresh = sorted(
            (row for row in rows(data.get("items")) if event_id(row) >= start),
            key=event_id,
        )
        if not fresh:
            return
        yield from fresh
        start = max(next_start(data), event_id(fresh[-1]) + 1)


def next_start(data: Row) -> int:
    """Return where the server says to go on: a number that may be in its link only, or nowhere."""
    said = mapping(data.get("next-events"))
    match = _START.search(text(said.get("id")))
    return max(_number(said.get("event")), _number(match.group(1)) if match else 0)


def event_id(row: Row) -> int:
    """Return the id of an event, which is text in most releases; 0 for one without."""
    return _number(row.get("id"))


def _number(value: t.Any) -> int:
    if isinstance(value, bool):
        return 0
    word = text(value)
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 18 else 0


def get_events(api: Api, job: Job) -> list[Row]:
    """Return the events of a job or plan, oldest first; at most 5,000."""
    if job.type == facts.SCHEDULED_JOB:
        return []
    events: list[Row] = []
    for row in read_events(api, job):
        if len(events) == _MAX_EVENTS:
            job.warn(f"Only the first {_MAX_EVENTS} events were read.")
            break
        events.append(_event(row))
    return events


def _event(row: Row) -> Row:
    details = mapping(row.get("details"))
    number = details.get("job-id")
    return {
        "id": text(row.get("id")) or None,
        "event": text(row.get("type")) or None,
        "created": iso_time(row.get("timestamp")) or text(row.get("timestamp")) or None,
        "host_name": text(details.get("node")) or None,
        "job": None if number is None else text(number),
        "message": clean(text(row.get("message") or details.get("message"))),
        "data": redacted(details),
    }


def message_of(api: Api, job: Job, row: Row) -> str:
    """Return the whole text of a plan's message, which takes a request if it was cut (checklist 48)."""
    said = text(mapping(row.get("details")).get("message"))
    if len(said.encode("utf-8", "replace")) < _CUT_BYTES:
        return said
    try:
        whole = api.get(f"{facts.PATHS[job.type]}/{job.id}/event/{event_id(row)}")
    except ResourceMissingError:
        job.warn("Messages of the plan are cut: the server does not show them alone.")
        return said
    return text(mapping(whole.get("details")).get("message")) or said
