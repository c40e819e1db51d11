# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a launch starts: now, later, again and again (contract 1.3, scheduling and recurrence)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import dates
from .cron import parse_cron
from .records import Invocation, Recurrence
from .reply import Row, crash, invalid
from .router import Call


@dataclass
class When:
    """What a launch said about its start. The end of a recurrence is not here: the API drops it."""

    start_at: float | None = None
    start_before: float | None = None
    cron_line: str | None = None
    max_iteration: int | None = None
    purpose: str | None = None


def read(call: Call, given: Row) -> When:
    """The wishes of a launch, or the refusal of the first wrong one."""
    scheduling, recurrence = given.get("scheduling") or {}, given.get("recurrence") or {}
    if not isinstance(scheduling, dict) or not isinstance(recurrence, dict):
        raise crash()
    when = When(_moment(scheduling.get("start_at")), _moment(scheduling.get("start_before")))
    problems = _scheduling_problems(call, when)
    if recurrence:
        when.cron_line = str(recurrence.get("cron_line") or "")
        when.purpose = recurrence.get("purpose") or None
        when.max_iteration = _count(recurrence.get("max_iteration"))
        problems += _recurrence_problems(call, when)
    if problems:
        raise invalid(*problems)
    return when


def _moment(value: Any) -> float | None:
    if value is None or value == "":
        return None
    try:
        return dates.to_minute(dates.parse(str(value)))
    except ValueError as error:
        raise crash() from error


def _count(value: Any) -> int | None:
    if value is None or value == "":
        return None
    return int(value) if str(value).isdigit() else 0


def _scheduling_problems(call: Call, when: When) -> list[str]:
    if when.start_at is None:
        return ["Triggering: Start at must be set"] if when.start_before is not None else []
    return ["Triggering: Start at is in the past"] if when.start_at < call.now else []


def _recurrence_problems(call: Call, when: When) -> list[str]:
    found = []
    try:
        parse_cron(when.cron_line or "")
    except ValueError:
        found.append(f"Triggering: Cronline {when.cron_line} is not valid format of cron line")
    if when.max_iteration is not None and when.max_iteration < 1:
        found.append("Triggering: Max iteration must be greater than 0")
    taken = {one.purpose for one in call.store.recurrences.values() if one.open}
    if when.purpose is not None and when.purpose in taken:
        words = f"Active or disabled recurring logic with purpose {when.purpose} already exists"
        found.append(f"Triggering: Recurring logic: {words}")
    return found


def start(call: Call, made: Invocation, when: When) -> None:
    """Plan a new invocation, or schedule it."""
    player = call.foreman.player
    if when.cron_line is not None:
        number = next(call.store.recurrence_ids)
        group = next(call.store.group_ids)
        made.recurrence = Recurrence(number, when.cron_line, group, when.max_iteration, when.purpose)
        made.mode = "recurring"
        call.store.recurrences[number] = made.recurrence
        first = when.start_at if when.start_at is not None else parse_cron(when.cron_line).after(call.now)
        player.schedule(made, first)
    elif when.start_at is not None:
        made.mode, made.start_before = "future", when.start_before
        player.schedule(made, when.start_at)
    else:
        player.plan(made)
