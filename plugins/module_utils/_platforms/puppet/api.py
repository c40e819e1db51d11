# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the API of the orchestrator: pages, and what its release can do (Puppet contract 1.0 to 1.3, 1.11)."""

from __future__ import annotations

import json
import re
import threading
import typing as t

from ..._answers import endless
from ..._errors import ApiError, BadResponseError, ConnectionFailedError, UnsupportedError
from ..._native import mapping, rows, text, whole
from ..base import Client
from . import facts
from .errors import is_missing_route

Row = dict[str, t.Any]
PAGE_SIZE = 100
#: half a million rows; a list that is longer has no end
_MOST_PAGES = 5000
#: seconds that a list may take although the deadline is over: it may be over at once, and a job has many nodes
_LEAST = 30.0
_STATUS = "/status/v1/services/orchestrator-service"
_RELEASE = re.compile(r"([0-9]{4})\.([0-9]{1,4})(?:\.([0-9]{1,4}))?")


class Page(list[Row]):
    """The rows of a page that were not on one before; C(total) is how many there are, if the server says it."""

    total: int | None = None


class Api:
    """The requests that all parts of the platform make. Paths are below C(/orchestrator/v1)."""

    def __init__(self, client: Client) -> None:
        self.client = client
        client.prefix = facts.API
        self._release: tuple[int, ...] | None = None
        self._asked_release = False
        self._has_schedules: bool | None = None
        #: what the server is like is found out once, whoever asks
        self._finding_out = threading.RLock()

    def get(self, path: str, params: t.Mapping[str, t.Any] | None = None) -> Row:
        """Return the object that a read answers."""
        data = self.client.get(path, params).data
        if not isinstance(data, dict):
            raise BadResponseError(f"The answer of {facts.API}{path} is no object, as the orchestrator would send it.")
        return data

    def pages(self, path: str, params: t.Mapping[str, t.Any], size: int = PAGE_SIZE) -> t.Iterator[Page]:
        """Yield the rows of a list page by page, each row once.

        Servers say the total in three ways or not at all, old ones know no offset and send everything (contract 1.3):
        it ends with the last row of the total, with a page that is short if there is no total, or with one that brings
        nothing new. A page may be shorter than asked for where something before the server has a limit of its own.

        Pages are read one after another. A job moves to the front when it changes, and pushes what was before it back:
        read side by side, a page might be older than the one in front of it, and the row that was pushed from one into
        the other would be on none. There is no filter by id or name to part the list by instead.
        """
        seen: set[str] = set()
        offset = 0
        for _number in self.bounded(path):
            data = self.get(path, {**params, "limit": size, "offset": offset})
            found = data.get("items")
            if not isinstance(found, list):
                raise BadResponseError(f"The answer of {facts.API}{path} holds no list of items.")
            page = Page()
            for row in rows(found):
                # what has no name is known by all that it says
                key = text(row.get("name")) or json.dumps(row, sort_keys=True)
                if key not in seen:
                    seen.add(key)
                    page.append(row)
            page.total = whole(mapping(data.get("pagination")).get("total"))
            yield page
            offset += len(found)
            if not page or (len(found) != size if page.total is None else offset >= page.total):
                return

    def bounded(self, path: str) -> t.Iterator[int]:
        """Yield the numbers of the requests that read a list, as long as there is time for them.

        :raises ConnectionFailedError: if its time is over; the client alone bounds each request.
        :raises BadResponseError: if it has no end.
        """
        clock = self.client.clock
        least = clock.monotonic() + _LEAST
        for number in range(1, _MOST_PAGES + 1):
            deadline = self.client.deadline
            if deadline is not None and clock.monotonic() >= max(deadline + self.client.overtime, least):
                raise ConnectionFailedError(f"The server takes too long to tell all of {path}.", transient=True)
            yield number
        raise endless(f"{facts.API}{path}")

    @property
    def release(self) -> tuple[int, ...] | None:
        """Return the release of Puppet Enterprise, such as (2021, 7, 1), or None if the server does not say it."""
        with self._finding_out:
            if not self._asked_release:
                self._asked_release = True
                self._release = self._read_release()
            return self._release

    def _read_release(self) -> tuple[int, ...] | None:
        try:
            data = mapping(self.client.get(_STATUS, absolute=True, login=False).data)
        except ApiError as error:
            if error.status is None:
                # that nothing answered says nothing about the release
                self._asked_release = False
                raise
            # one that is starting says it with a status of 503
            data = mapping(error.body)
        match = _RELEASE.match(text(mapping(data.get("orchestrator-service")).get("service_version")))
        return tuple(int(part or 0) for part in match.groups()) if match else None

    def knows(self, feature: str) -> bool | None:
        """Return whether this release has a feature, None if that is not known."""
        release = self.release
        return None if release is None else release >= facts.SINCE[feature]

    def require(self, feature: str, what: str) -> None:
        """Refuse what an older server would ignore in silence.

        :raises UnsupportedError: if the server is too old, or does not say its release.
        """
        if self.knows(feature):
            return
        since = ".".join(str(part) for part in facts.SINCE[feature])
        found = (
            ", and this server does not say its release"
            if self.release is None
            else f", and this server is {self.version}"
        )
        raise UnsupportedError(f"{what} needs Puppet Enterprise {since} or later{found}.")

    @property
    def version(self) -> str:
        """Return the release as text, or what stands for it."""
        return ".".join(str(part) for part in self.release or ()) or "of unknown release"

    @property
    def has_schedules(self) -> bool:
        """Return whether this release has schedules that can be read and changed (contract 1.1: 2021.7.0)."""
        with self._finding_out:
            if self._has_schedules is None:
                known = self.knows("environment_jobs")
                self._has_schedules = self._finds_schedules() if known is None else known
            return self._has_schedules

    def _finds_schedules(self) -> bool:
        try:
            self.client.get(facts.PATHS[facts.SCHEDULED_JOB], {"limit": 1})
        except ApiError as error:
            if not is_missing_route(error.status, error.body):
                raise
            return False
        return True

    @property
    def schedules_path(self) -> str:
        """Return where the schedules are; the old place answers without any on new servers, so it is not asked there."""
        return facts.PATHS[facts.SCHEDULED_JOB] if self.has_schedules else facts.OLD_SCHEDULES
