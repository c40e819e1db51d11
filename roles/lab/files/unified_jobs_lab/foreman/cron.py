# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cron lines of five fields, in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from ..clock import utc

_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_PART = re.compile(r"(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?")
_NAMES = {
    name: str(number)
    for names, first in (
        ("jan feb mar apr may jun jul aug sep oct nov dec", 1),
        ("sun mon tue wed thu fri sat", 0),
    )
    for number, name in enumerate(names.split(), start=first)
}
_LONGEST = 366 * 8  # days; a leap day may be so far away


@dataclass(frozen=True)
class Cron:
    """When something happens again and again."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    def after(self, seconds: float) -> float:
        """The next time after this one."""
        moment = utc(seconds - seconds % 60) + timedelta(minutes=1)
        for _unused in range(_LONGEST):
            if moment.month in self.months and self._fits(moment.day, (moment.weekday() + 1) % 7):
                for hour in sorted(h for h in self.hours if h >= moment.hour):
                    first = moment.minute if hour == moment.hour else 0
                    found = [m for m in sorted(self.minutes) if m >= first]
                    if found:
                        return moment.replace(hour=hour, minute=found[0]).timestamp()
            moment = moment.replace(hour=0, minute=0) + timedelta(days=1)
        raise ValueError("this cron line never comes true")

    def _fits(self, day: int, weekday: int) -> bool:
        # as cron has it: when both are restricted, one of them is enough
        if self.any_day or self.any_weekday:
            return day in self.days and weekday in self.weekdays
        return day in self.days or weekday in self.weekdays


def parse_cron(line: str) -> Cron:
    """The meaning of a cron line; ValueError if it has none."""
    fields = line.split()
    if len(fields) != 5:
        raise ValueError(f"{line!r} does not have five fields")
    sets = [_field(text.lower(), *limits) for text, limits in zip(fields, _RANGES)]
    cron = Cron(
        sets[0],
        sets[1],
        sets[2],
        sets[3],
        frozenset(number % 7 for number in sets[4]),
        fields[2].startswith("*"),
        fields[4].startswith("*"),
    )
    cron.after(0.0)
    return cron


def _field(text: str, low: int, high: int) -> frozenset[int]:
    numbers: set[int] = set()
    for part in text.split(","):
        for name, number in _NAMES.items():
            part = part.replace(name, number)
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"{text!r} is no field of a cron line")
        first, last = (low, high) if match[1] is None else (int(match[1]), int(match[2] or match[1]))
        if match[1] is not None and match[2] is None and match[3]:
            last = high
        step = int(match[3] or 1)
        if not (low <= first <= last <= high and step):
            raise ValueError(f"{text!r} is out of range")
        numbers.update(range(first, last + 1, step))
    return frozenset(numbers)
