# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a template does when it is launched: a small script that the engine plays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: How a host can end on one task.
HOST_OUTCOMES = ("ok", "changed", "failed", "unreachable", "skipped", "ignored")
#: How a run can end: by itself, never, in the system's fault, or lost with its node.
ENDINGS = ("normal", "hang", "error", "lost")


@dataclass(frozen=True)
class Outcome:
    """What happened to one host on one task."""

    status: str = "ok"
    message: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)
    hidden: bool = False  # the result must not be shown (no_log)

    def __post_init__(self) -> None:
        if self.status not in HOST_OUTCOMES:
            raise ValueError(f"{self.status!r} is no host outcome; use one of {', '.join(HOST_OUTCOMES)}")


@dataclass(frozen=True)
class Task:
    """One task of a script: the same outcome everywhere, but for the hosts named."""

    name: str
    action: str = "ansible.builtin.command"
    default: Outcome = field(default_factory=Outcome)
    hosts: Mapping[str, Outcome] = field(default_factory=dict)
    first_host_only: bool = False

    def outcome(self, host: str) -> Outcome:
        """The outcome on this host."""
        return self.hosts.get(host, self.default)


@dataclass(frozen=True)
class Behavior:
    """The script of a template. Times are seconds at speed 1."""

    duration: float = 2.0
    play: str = "Lab play"
    tasks: tuple[Task, ...] = (Task("Say hello", "ansible.builtin.debug"),)
    ending: str = "normal"
    traceback: str = ""
    dependency: int | None = None  # a template that has to run well before
    survives_cancel: bool = False
    heals: bool = False  # a second run on the failed hosts succeeds
    artifacts: Any = field(default_factory=dict)
    ballast: int = 0  # so many bytes of output on top
    raw_output: bytes = b""  # printed as it is, before the end
    flood: int = 0  # so many bytes of output at the end, made while they are read (AWX)
    duration_parameter: str = ""  # the parameter that says how long it runs

    def __post_init__(self) -> None:
        if self.ending not in ENDINGS:
            raise ValueError(f"{self.ending!r} is no ending; use one of {', '.join(ENDINGS)}")
