# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way between the client and the simulated server: notes what launches, and goes wrong as it is told.

What takes time in truth only moves the clock here: of a time-out, the exception is what the client gets, and the
seconds pass at once. All else comes over real sockets, and has all the time that a slow machine needs.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Any, Callable
from urllib.parse import urlsplit

import requests
from werkzeug.test import Client, EnvironBuilder

from ansible_collections.unified.jobs.plugins.module_utils._watchdog import Watchdog

from .steps import LAUNCHING, Step, Trouble
from .strategies import ON_THE_WAY

#: nothing listens there
_CLOSED = "http://127.0.0.1:9"
_MARK = re.compile(rb"(?<=[\" ])[0-9a-f]{16}(?=[\")])")
#: seconds after which a request arrives that the client has given up
_LATE = 3.0
#: seconds after which a request is given up in truth
_LONG = 600.0
_METHODS = {"launch": "POST", "write": "POST", "read": "GET", "any": None}

Send = Callable[..., Any]
Key = tuple[str, str]


@dataclass
class Log:
    """What happened in one step."""

    #: launching requests that may have reached the server
    sent: int = 0
    #: what each launching request that took effect made
    made: list[set[Key]] = field(default_factory=list)
    #: what the parallel run made
    others: set[Key] = field(default_factory=set)

    @property
    def own(self) -> set[Key]:
        """All that our requests made."""
        return {key for keys in self.made for key in keys}


@dataclass
class _Left:
    """A trouble that is still to come: so many requests go well, then so many do not (0: all)."""

    trouble: Trouble
    skip: int
    times: int


class Clock:
    """The client's clock, which moves the simulated server's too, and lets what is late arrive."""

    def __init__(self, lab: Any) -> None:
        self._lab = lab
        self._lock = threading.RLock()
        self.now = 1000.0
        self.late: list[tuple[float, Callable[[], None]]] = []

    def monotonic(self) -> float:
        """Seconds that go on only when somebody sleeps, or waits for an answer that does not come."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        with self._lock:
            until = self.now + max(0.0, seconds)
            for due, arrive in sorted(self.late, key=lambda one: one[0]):
                if due <= until:
                    self._move(max(due, self.now))
                    self.late = [one for one in self.late if one[1] is not arrive]
                    arrive()
            self._move(until)

    def _move(self, until: float) -> None:
        self._lab.advance(until - self.now)
        self.now = until


class Way:
    """Everything that C(requests) sends goes through it."""

    def __init__(self, platform: str, bench: Any, things: Callable[[], set[Key]]) -> None:
        self._launching = re.compile(LAUNCHING[platform])
        self._bench = bench
        self._things = things
        self._lock = threading.RLock()
        self._send: Send = requests.Session.request
        self._limit: Any = Watchdog.limit
        self.begin(Clock(bench.lab))

    def begin(self, clock: Clock, step: Step | None = None) -> Log:
        """Begin a step with its troubles on the way, and note anew."""
        self.clock, self.log = clock, Log()
        troubles = step.troubles if step else ()
        self._troubles = [_Left(one, one.skip, one.times) for one in troubles if one.what in ON_THE_WAY]
        self._beside = bool(step and step.beside)
        return self.log

    def __enter__(self) -> Way:
        way = self

        def request(session: Any, method: str, url: str, **options: Any) -> Any:
            return way.request(session, method, url, **options)

        def limit(watchdog: Watchdog, _seconds: float, stream: Any = None) -> Any:
            return way._limit(watchdog, _LONG, stream)

        requests.Session.request = request  # type: ignore[method-assign, assignment]
        Watchdog.limit = limit  # type: ignore[method-assign, assignment]
        return self

    def __exit__(self, *_error: object) -> None:
        requests.Session.request = self._send  # type: ignore[method-assign]
        Watchdog.limit = self._limit  # type: ignore[method-assign]

    # -- one request

    def request(self, session: Any, method: str, url: str, **options: Any) -> Any:
        """Send a request, or let happen to it what is to happen."""
        path = urlsplit(url).path
        launches = method == "POST" and bool(self._launching.search(path))
        trouble = self._take(method, path)
        what = trouble.what if trouble else ""
        in_truth = {**options, "timeout": _LONG}
        if what == "no_connection":
            return self._send(session, method, _CLOSED + path, **in_truth)
        if launches:
            self._note_launch(method, url, what, options)
        if what in ("timeout_before", "arrives_late"):
            self._time_out(options)
        send = self._noted if launches else self._send
        answer = send(session, method, url, **in_truth)
        if what == "timeout_after":
            answer.close()
            self._time_out(options)
        return answer

    def _note_launch(self, method: str, url: str, what: str, options: dict[str, Any]) -> None:
        with self._lock:
            self.log.sent += 1
            if self._beside:
                self._beside = False
                self.log.others |= self._made_by(lambda: self._deliver(method, url, options, other=True))
        if what == "arrives_late":
            due = self.clock.now + _LATE + options["timeout"][1]
            self.clock.late.append((due, self._arrival(self.log, method, url, options)))

    def _noted(self, session: Any, method: str, url: str, **options: Any) -> Any:
        """Send a launching request, and note what it made, however it ends."""
        with self._lock:
            before = self._things()
            try:
                return self._send(session, method, url, **options)
            finally:
                new = self._things() - before
                if new:
                    self.log.made.append(new)

    def _time_out(self, options: dict[str, Any]) -> None:
        self.clock.sleep(options["timeout"][1])
        raise requests.exceptions.ReadTimeout("HTTPConnectionPool(host='127.0.0.1'): Read timed out.")

    def _take(self, method: str, path: str) -> Trouble | None:
        with self._lock:
            for left in self._troubles:
                if not self._fits(left.trouble, method, path):
                    continue
                if left.skip:
                    left.skip -= 1
                    continue
                left.times -= 1
                if left.times == 0:
                    self._troubles.remove(left)
                return left.trouble
        return None

    def _fits(self, trouble: Trouble, method: str, path: str) -> bool:
        """Return whether a trouble is meant for a request."""
        if _METHODS[trouble.where] not in (None, method):
            return False
        return trouble.where != "launch" or bool(self._launching.search(path))

    # -- what launches

    def _made_by(self, do: Callable[[], Any]) -> set[Key]:
        """Do it, and return what is on the server because of it."""
        with self._lock:
            before = self._things()
            do()
            return self._things() - before

    def _arrival(self, log: Log, method: str, url: str, options: dict[str, Any]) -> Callable[[], None]:
        def arrive() -> None:
            new = self._made_by(lambda: self._deliver(method, url, options))
            if new:
                log.made.append(new)

        return arrive

    def _deliver(self, method: str, url: str, options: dict[str, Any], other: bool = False) -> None:
        """Hand a request to the server, past all troubles; that of another run has a mark of its own."""
        ready = requests.Request(
            method, url, headers=options["headers"], data=options["data"], auth=options["auth"]
        ).prepare()
        body = ready.body.encode() if isinstance(ready.body, str) else bytes(ready.body or b"")
        body = _MARK.sub(b"0123456789abcdef", body) if other else body
        headers = [(name, str(value)) for name, value in ready.headers.items() if name != "Content-Length"]
        builder = EnvironBuilder(urlsplit(url).path, method=method, headers=headers, data=body)
        environ = builder.get_environ()
        environ["lab.body"] = body
        Client(self._bench.gate.app).open(environ).close()
