# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields by which job invocations can be searched (contract 1.1, the table)."""

from __future__ import annotations

from typing import Any

from .matching import Field, Fields
from .records import Invocation
from .router import Call

STATUSES = ("succeeded", "failed", "queued", "running", "cancelled")


def _statuses(made: Invocation) -> list[str]:
    """What a search takes a job for: whatever has not stopped also counts as running."""
    task = made.task
    if task is None:
        return []
    if task.state == "scheduled":
        return ["queued", "running"]
    return [made.label]


def _owner(call: Call) -> Any:
    def read(made: Invocation) -> list[str]:
        login = made.targeting.user.login
        return [login, "current_user"] if made.targeting.user is call.user else [login]

    return read


def _logic(name: str) -> Any:
    def read(made: Invocation) -> Any:
        return getattr(made.recurrence, name) if made.recurrence else None

    return read


def job_fields(call: Call) -> Fields:
    """The fields; some depend on who asks."""
    owner = Field(_owner(call))
    return {
        "id": Field(lambda m: m.id, "number"),
        "description": Field(lambda m: m.description, default=True),
        "job_category": Field(lambda m: m.template.native["category"], default=True),
        "status": Field(_statuses, "words", words=STATUSES),
        "host": Field(lambda m: [run.host.name for run in m.runs.values()]),
        "targeted_host_id": Field(lambda m: [str(n) for n in m.targeting.hosts or ()], only_equal=True),
        "pattern_template_name": Field(lambda m: m.template.name, only_equal=True),
        # an inner join: what does not recur is never found, whatever is asked
        "recurring": Field(lambda m: True if m.recurrence else None, "truth"),
        "recurring_logic.id": Field(_logic("id"), "number"),
        "recurring_logic.purpose": Field(_logic("purpose")),
        "user": owner,
        "owner": owner,
        "start_at": Field(lambda m: m.task.start_at if m.task else None, "date"),
        "started_at": Field(lambda m: m.task.started if m.task else None, "date"),
        "ended_at": Field(lambda m: m.task.ended if m.task else None, "date"),
    }
