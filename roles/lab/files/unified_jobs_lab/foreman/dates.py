# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates as the server writes and reads them (contract 1.15)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from ..clock import utc

_UNITS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0, "month": 2592000.0}
_RELATIVE = re.compile(r"(\d+)\s+(second|minute|hour|day|week|month)s?\s+(ago|from now)")
_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
)


def shown(seconds: float | None) -> str | None:
    """A date in a view: 2025-02-24 15:05:00 UTC."""
    return None if seconds is None else utc(seconds).strftime("%Y-%m-%d %H:%M:%S UTC")


def plain(seconds: float | None) -> str | None:
    """A date that no view formats: ISO 8601 with milliseconds and offset."""
    return None if seconds is None else utc(seconds).isoformat(timespec="milliseconds")


def parse(text: str) -> float:
    """The time of a date; without a zone it is UTC, the zone of the server."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"no time information in {text!r}")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    moment = datetime(year, month, day, hour, minute, second, tzinfo=_zone(match[8]))
    return moment.timestamp() + float(match[7] or 0)


def _zone(text: str | None) -> timezone:
    if text is None or text[0] not in "+-":
        return timezone.utc
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def to_minute(seconds: float) -> float:
    """Scheduling has no seconds; they are cut (recording create_future)."""
    return seconds - seconds % 60


def spoken(text: str, now: float) -> float:
    """A date in a search: also "2 hours ago", "now", "today", "yesterday"."""
    words = " ".join(text.lower().split())
    day = now - now % 86400
    known = {"now": now, "today": day, "yesterday": day - 86400}
    if words in known:
        return known[words]
    match = _RELATIVE.fullmatch(words)
    if match is None:
        return parse(text)
    distance = int(match[1]) * _UNITS[match[2]]
    return now - distance if match[3] == "ago" else now + distance
