# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: time, so that tests can move it, and ISO 8601 in one form."""

from __future__ import annotations

import contextlib
import datetime
import re
import time

_ISO = re.compile(
    r"^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$", re.IGNORECASE
)
#: the form that is wanted, as most servers write it
_OURS = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.(?!0{6})\d{6})?Z", re.ASCII)


#: more is too much for C(time.sleep); who sleeps towards a time looks at the clock again
LONGEST_SLEEP = 86400.0


class Clock:
    """The monotonic clock and sleep of this process. All values are seconds."""

    def monotonic(self) -> float:
        """Return seconds that never go backwards."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep, a day at the most; zero or less returns at once."""
        if seconds > 0:
            time.sleep(min(seconds, LONGEST_SLEEP))


def parse_time(value: object) -> datetime.datetime | None:
    """Return an aware UTC time from ISO 8601 text (a missing zone means UTC), or None if it is none.

    Written by hand because C(fromisoformat) reads neither C(Z) nor odd fractions before Python 3.11.
    """
    match = _ISO.match(value.strip()) if isinstance(value, str) else None
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    micro = int((match.group(7) or "0")[:6].ljust(6, "0"))
    zone = match.group(8) or "Z"
    try:
        moment = datetime.datetime(year, month, day, hour, minute, second, micro, tzinfo=datetime.timezone.utc)
        if zone[0] in "+-":
            minutes = int(zone[1:3]) * 60 + int(zone[-2:])
            moment -= datetime.timedelta(minutes=minutes if zone[0] == "+" else -minutes)
    except (ValueError, OverflowError):
        return None
    return moment


def iso_time(value: object) -> str | None:
    """Return a time as ISO 8601 UTC text with a C(Z), or None if the value is no time."""
    if isinstance(value, str) and _OURS.fullmatch(value):
        # of thousands of jobs, reading and writing each time by hand takes longer than all else
        with contextlib.suppress(ValueError):
            datetime.datetime.fromisoformat(value[:-1])
            return value
    moment = value if isinstance(value, datetime.datetime) else parse_time(value)
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    text = moment.astimezone(datetime.timezone.utc).isoformat()
    return text.replace("+00:00", "Z")
