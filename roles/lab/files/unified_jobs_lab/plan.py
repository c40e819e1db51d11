# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a behavior and a list of hosts to the steps of one run, and from steps to what each host came to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .behavior import Behavior, Outcome, Task
from .model import Step

_ENDS_HOST = ("failed", "unreachable")


@dataclass
class HostTally:
    """How often each outcome happened on a host."""

    ok: int = 0
    changed: int = 0
    failed: int = 0
    unreachable: int = 0
    skipped: int = 0
    ignored: int = 0

    @property
    def worst(self) -> str:
        """The one word for the host: the worst state wins."""
        for word in ("unreachable", "failed", "changed", "ok"):
            if getattr(self, word):
                return word
        return "skipped"


def healed(behavior: Behavior) -> Behavior:
    """The same script where nothing goes wrong."""
    tasks = tuple(
        replace(task, hosts={}, default=Outcome("changed") if task.default.status in _ENDS_HOST else task.default)
        for task in behavior.tasks
    )
    return replace(behavior, tasks=tasks)


def plan(behavior: Behavior, hosts: list[str], duration: float) -> list[Step]:
    """All steps of a run that is left alone, spread over its duration."""
    alive = list(hosts)
    pairs: list[tuple[Task, str]] = []
    for task in behavior.tasks:
        here = alive[:1] if task.first_host_only else list(alive)
        pairs += [(task, host) for host in here]
        alive = [host for host in alive if host not in here or task.outcome(host).status not in _ENDS_HOST]
    gap = duration / (len(pairs) + 1)
    return [
        Step(gap * number, task.name, task.action, host, task.outcome(host))
        for number, (task, host) in enumerate(pairs, start=1)
    ]


def tally(steps: Iterable[Step]) -> dict[str, HostTally]:
    """What each host came to."""
    result: dict[str, HostTally] = {}
    for step in steps:
        mine = result.setdefault(step.host, HostTally())
        setattr(mine, step.outcome.status, getattr(mine, step.outcome.status) + 1)
    return result
