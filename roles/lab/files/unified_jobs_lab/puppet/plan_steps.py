# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps that a plan of the lab consists of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .reply import Row


@dataclass(frozen=True)
class Say:
    """out::message."""

    text: str


@dataclass(frozen=True)
class Sleep:
    """Nothing happens for a while."""

    seconds: float


@dataclass(frozen=True)
class RunTask:
    """A job on nodes; a failed one ends the plan unless errors are caught. The kind may be plan_command and so on."""

    task: str
    nodes: list[str]
    params: Row = field(default_factory=dict)
    catch: bool = False
    kind: str = "plan_task"


@dataclass(frozen=True)
class Begin:
    """A sub-plan begins."""

    plan: str


@dataclass(frozen=True)
class End:
    """A sub-plan ends."""


@dataclass(frozen=True)
class Fail:
    """fail_plan; a wrapped error comes as _error (contract 1.9)."""

    message: str
    wrapped: bool = False


def named_targets(value: Any) -> list[str]:
    """The names of a TargetSpec: a list, or a text with commas."""
    if isinstance(value, list):
        return [name for one in value for name in named_targets(one)]
    return [one.strip() for one in str(value or "").split(",") if one.strip()]
