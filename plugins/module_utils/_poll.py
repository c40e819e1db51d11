# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: one look at jobs of several servers, side by side, so that a slow or dead one does not delay the others.

A look is one batched request per server and type. What a list lacks is read one by one, a few at once: that a list
does not have it does not prove that it is gone.
"""

from __future__ import annotations

import traceback
import typing as t
from dataclasses import dataclass

from ._errors import ApiError, InternalError, JobsError, NotFoundError
from ._parallel import Errand, await_all, await_any, each
from ._platforms.base import Platform
from ._select import finder
from ._types import Job
from ._watched import Watched, by_platform

#: real seconds that a round waits for the first server, and then for the others; what comes later counts in a later one
_PATIENCE, _MORE_PATIENCE = 2.0, 0.25


@dataclass
class Look:
    """What a look at one job brought: the job, or why there is none."""

    item: Watched
    job: Job | None = None
    error: JobsError | None = None


class Poller:
    """Looks at the jobs of each server. What is found comes back, so that nothing changes but in one thread."""

    def __init__(self) -> None:
        #: platform -> what has not come back yet
        self._out: dict[Platform, Errand[list[Look]]] = {}

    def look(self, items: t.Sequence[Watched], is_only: bool = False) -> list[Look]:
        """Look at some jobs; return what is known by now of these, and of those of earlier looks.

        With one server this is done when it answered.

        :param is_only: there will be no other look: wait for all servers, as long as for one.
        """
        found = self._collect()
        groups = by_platform(items)
        if len(groups) == 1 and not self._out:
            return found + _look_at(items)
        new = [platform for platform in groups if platform not in self._out]
        for platform in new:
            self._out[platform] = _errand(groups[platform])
        errands = [self._out[platform] for platform in new]
        if is_only:
            await_all(errands, max([0.0, *(platform.connection.request_timeout for platform in new)]))
        await_any(errands, _PATIENCE)
        await_all(errands, _MORE_PATIENCE)
        return found + self._collect()

    def _collect(self) -> list[Look]:
        over = [platform for platform, errand in self._out.items() if errand.is_over()]
        return [look for platform in over for look in self._out.pop(platform).result()]

    def busy(self) -> set[Platform]:
        """Return the platforms that have not answered yet."""
        return set(self._out)

    def give_up(self) -> set[Platform]:
        """Return the platforms that have not answered yet. What they still say is not heard, nor more asked of them."""
        silent = self.busy()
        for errand in self._out.values():
            errand.abandon()
        self._out.clear()
        return silent


def _errand(items: list[Watched]) -> Errand[list[Look]]:
    return Errand(lambda: _look_at(items))


def _look_at(items: t.Sequence[Watched]) -> list[Look]:
    """Look at jobs of one server. A bug of ours that an answer brings to light is one look without an answer."""
    try:
        return _ask_for(items)
    except JobsError:
        raise
    except Exception as error:
        bug = InternalError.of(error)
        bug.result["exception"] = traceback.format_exc()
        return [Look(item, error=bug) for item in items]


def _ask_for(items: t.Sequence[Watched]) -> list[Look]:
    platform = items[0].platform
    found: list[Look] = []
    if len(items) > 1 or platform.POLLS_BY_LIST:
        try:
            find = finder(platform.get_jobs([item.typed_ref() for item in items])[0])
        except ApiError as error:
            return [Look(item, error=error) for item in items]
        looks = [Look(item, find(item.typed_ref())) for item in items]
        found = [look for look in looks if look.job is not None]
        items = [look.item for look in looks if look.job is None]
    return found + each(_read_one, items)


def _read_one(item: Watched) -> Look:
    try:
        return Look(item, item.platform.get_job(item.typed_ref()))
    except (NotFoundError, ApiError) as error:
        return Look(item, error=error)
