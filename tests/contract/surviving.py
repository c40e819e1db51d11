# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of waits under faults share: a clock with appointments, and the ways to wait for a job."""

from __future__ import annotations

import copy
import dataclasses
import heapq
import itertools
import threading
from dataclasses import dataclass
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError

#: how long the jobs of these tests run, in seconds of the lab
DURATION = 30.0


class Appointments:
    """A clock for the client that moves the lab's time instead of sleeping, and keeps appointments on the way."""

    def __init__(self, lab: Any) -> None:
        self._lab = lab
        # what is done side by side sleeps side by side too
        self._lock = threading.RLock()
        self.start = self.now = 1000.0
        self.slept: list[float] = []
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._sequence = itertools.count()

    @property
    def passed(self) -> float:
        """Seconds since the test began."""
        return self.now - self.start

    def at(self, seconds: float, action: Callable[[], object]) -> None:
        """Do something when so many seconds have passed from now on."""
        heapq.heappush(self._due, (self.now + seconds, next(self._sequence), action))

    def monotonic(self) -> float:
        """Seconds that only this clock's sleep moves."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the lab's time pass at once."""
        if seconds <= 0:
            return
        with self._lock:
            self.slept.append(seconds)
            until = self.now + seconds
            while self._due and self._due[0][0] <= until:
                due, _number, action = heapq.heappop(self._due)
                self._move(due)
                action()
            self._move(until)

    def _move(self, until: float) -> None:
        if until > self.now:
            self._lab.advance(until - self.now)
            self.now = until


class TwoServers:
    """A load balancer before two servers: one as it is, and one that lags behind. It stands in for a lab's application.

    :param world: whose server it is; it stands before it from now on.
    :param older: says of the path of a read whether the older server is to answer.
    """

    def __init__(self, world: Any, patch: pytest.MonkeyPatch, older: Callable[[str], bool]) -> None:
        bench = world.lab.benches[world.platform]
        self._engine, self._app = bench.platform.engine, bench.gate.app
        self._older = older
        self._jobs: dict[int, Any] = {}
        self._now = self._engine.now
        #: (method, path) of what the older one answered
        self.answered: list[tuple[str, str]] = []
        self.remember()
        patch.setattr(bench.gate, "app", self)

    def remember(self) -> None:
        """Let the older server catch up to this moment, and stand still from then on."""
        with self._engine.lock:
            self._now = self._engine.settle()
            self._jobs = copy.deepcopy(self._engine.jobs)

    def forget(self) -> None:
        """Let the older server know of no job."""
        self._jobs = {}

    def __call__(self, environ: Any, start_response: Any) -> Any:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if method != "GET" or not self._older(path):
            return self._app(environ, start_response)
        engine = self._engine
        with engine.lock:
            engine.settle()
            clock, jobs, now = engine.clock, engine.jobs, engine.now
            engine.clock, engine.jobs, engine.now = Standing(self._now), self._jobs, self._now
            timers, engine._timers = engine._timers, []
            try:
                self.answered.append((method, path))
                return list(self._app(environ, start_response))
            finally:
                engine.clock, engine.jobs, engine.now, engine._timers = clock, jobs, now, timers


@dataclass(frozen=True)
class Standing:
    """A clock of a lab that stands still, or is wrong."""

    seconds: float
    true: Any = None

    def now(self) -> float:
        """The time, or how much it is off the true one."""
        return self.seconds + (self.true.now() if self.true else 0.0)


@dataclass
class Way:
    """One way to wait for a job: what launches it first, if anything does, and what waits."""

    name: str
    world: Any
    #: how the job ends if all goes well
    ending: str = "successful"
    job: Any = None

    def prepare(self, patch: pytest.MonkeyPatch, duration: float = DURATION) -> None:
        """Do what comes before the task that waits: the job runs, or will when it is launched."""
        world = self.world
        engine = world.lab.benches[world.platform].platform.engine
        template = world.names.ok
        if self.name == "cancel":
            template, self.ending = world.names.sleep, "canceled"
            # sooner than what runs for a while comes to its end by itself
            patch.setattr(engine, "timing", dataclasses.replace(engine.timing, cancel=DURATION - 5))
        else:
            engine.behave(template, duration=duration)
        if self.name != "invoke":
            self.job = world.launch(template)
            world.lab.advance(10)
        world.forget()
        world.lab.forget_requests()

    def run(self, **options: Any) -> dict[str, Any]:
        """The result of the task that waits; every error has the job and is one of ours."""
        world = self.world
        if self.name == "invoke":
            options = {"template": world.names.ok, "wait": True, **options}
        elif self.name == "cancel":
            options = {"jobs": self.job, "wait": True, **options}
        else:
            options = {"jobs": self.job, **options}
        try:
            result: dict[str, Any] = world.face(self.name, **options)
        except JobsError as error:
            self.check(error.to_result())
            raise
        self.check(result)
        return result

    def check(self, result: dict[str, Any]) -> None:
        """No id is lost, and what changes something reached the server once."""
        assert result.get("error") != "internal_error", result["msg"]
        number = result["job"]["id"]
        assert self.job is None or number == self.job["id"]
        log = self.world.lab.requests(platform=self.world.platform)
        assert len([entry for entry in log if entry.method != "GET" and entry.handled]) == (self.name != "wait")
