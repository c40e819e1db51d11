# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: a job that is waited for or canceled, and what became of it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ._errors import JobsError
from ._parallel import each
from ._platforms.base import Platform
from ._select import with_type
from ._types import Job, JobRef

_T = t.TypeVar("_T")


class Outcome:
    """What became of one job of a wait or a cancel."""

    FINISHED = "finished"
    TIMED_OUT = "timed_out"
    GONE = "gone"
    NOT_FOUND = "not_found"
    LEFT = "left"
    CANCEL_REQUESTED = "cancel_requested"
    ALREADY_FINISHED = "already_finished"
    FAILED = "failed"
    SCHEDULED = "scheduled"


@dataclass(eq=False)
class Watched:
    """One job of a wait: C(job) is what was last seen of it, C(error) why no more will be.

    C(trouble) is why the last look at it failed, C(refusals) how often in a row the server refused, C(misses) how
    often in a row it knew no such job.
    """

    platform: Platform
    ref: JobRef
    job: Job | None = None
    outcome: str | None = None
    error: JobsError | None = None
    trouble: JobsError | None = None
    refusals: int = 0
    misses: int = 0

    @property
    def is_open(self) -> bool:
        """Return whether it is still waited for."""
        return self.outcome is None

    def typed_ref(self) -> JobRef:
        """Return the reference with the type that was learned meanwhile."""
        return with_type(self.ref, self.job)

    def see(self, job: Job) -> None:
        """Note what the server says of it."""
        self.job, self.trouble, self.refusals, self.misses = job, None, 0, 0


def by_platform(items: t.Iterable[Watched]) -> dict[Platform, list[Watched]]:
    """Return the jobs of each server."""
    groups: dict[Platform, list[Watched]] = {}
    for item in items:
        groups.setdefault(item.platform, []).append(item)
    return groups


def beside(work: t.Callable[[Watched], _T], items: t.Sequence[Watched]) -> list[_T]:
    """Return what C(work) gives for each job: the servers side by side, and a few jobs of each at once.

    The first job of a server goes ahead: it tells whether the server answers at all, and finds out what all others need.
    """
    groups = list(by_platform(items).values())
    done = each(lambda group: [work(group[0]), *each(work, group[1:])], groups, len(groups))
    by_item = {item: value for group, values in zip(groups, done) for item, value in zip(group, values)}
    return [by_item[item] for item in items]
