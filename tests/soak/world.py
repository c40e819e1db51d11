# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One simulated server for many sequences, and the faces on it."""

from __future__ import annotations

import base64
import json
import math
import os
import tempfile
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.unified.jobs.plugins.module_utils import _faces, _parallel, _wait
from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError
from ansible_collections.unified.jobs.plugins.module_utils._progress import Stage, showing

from .steps import KINDS, LAUNCHING, SECRET, Sequence, Step, Trouble
from .strategies import ON_THE_WAY
from .way import Clock, Key, Log, Way

REQUEST_TIMEOUT = 5.0
#: seconds that reading what finished may take beyond the deadline of a wait (house 0.4, number 3)
READING = 150.0
FOREIGN = ("UNIFIED_JOBS_", "CONTROLLER_", "TOWER_", "AAP_", "FOREMAN_", "PT_")
_FACES = {"launch": "invoke", "many": "invoke", "rerun": "invoke", "wait": "wait", "cancel": "cancel"}
_EMPTY = {"status": 201, "body": ""}


@dataclass
class Outcome:
    """What a step came to: a result or an error, and what was seen meanwhile.

    C(unexpected) is an exception that is none of ours. C(overtime) is by how many seconds a wait outlived its deadline,
    or if something finished, the time to read that.
    """

    step: Step
    log: Log
    result: Any = None
    error: JobsError | None = None
    unexpected: BaseException | None = None
    lines: list[str] = field(default_factory=list)
    seconds: float = 0.0
    overtime: float = 0.0
    #: launching requests that arrived, those that took effect
    arrived: int = 0
    handled: int = 0

    @property
    def said(self) -> dict[str, Any]:
        """The keys of the task's result, of a failed one too."""
        found: dict[str, Any] = self.error.to_result() if self.error is not None else self.result
        return found


class World:
    """A simulated server of one platform. A context manager; one at a time, since it stands in the way of requests."""

    def __init__(self, platform: str) -> None:
        from unified_jobs_lab import Lab

        self.platform = platform
        self.lab = Lab(platforms=(platform,))
        self.bench: Any = self.lab.benches[platform]
        self.access = self.bench.platform.access
        self._home = tempfile.TemporaryDirectory(prefix="unified-jobs-soak-")
        self._environment: dict[str, str] = {}
        self._overtime = 0.0
        self._run_waiter = _wait.Waiter.run
        self.way = Way(platform, self.bench, self.things)
        #: jobs of earlier steps, as results held them
        self.known: list[dict[str, Any]] = []

    def __enter__(self) -> World:
        self._environment = dict(os.environ)
        for name in list(os.environ):
            if name.startswith(FOREIGN):
                del os.environ[name]
        os.environ["HOME"] = self._home.name
        self.lab.start()
        self.way.__enter__()
        _wait.Waiter.run = self._timed()  # type: ignore[method-assign]
        return self

    def __exit__(self, *_error: object) -> None:
        _wait.Waiter.run = self._run_waiter  # type: ignore[method-assign]
        self.way.__exit__()
        self.lab.stop()
        os.environ.clear()
        os.environ.update(self._environment)
        self._home.cleanup()

    def _timed(self) -> Any:
        world, run = self, self._run_waiter

        def timed(waiter: Any, **options: Any) -> None:
            start = waiter._clock.monotonic()
            launches = waiter._feed is not None
            try:
                run(waiter, **options)
            finally:
                over = waiter._clock.monotonic() - start - waiter._options.timeout
                ended = any(item.outcome == "finished" for item in waiter.watched)
                # a launch that has begun is not cut short by the end of the wait
                allowed = math.inf if launches else READING if ended else 0.0
                # jobs are read side by side, and time-outs that pass at once add up on the one clock of all threads
                allowed += REQUEST_TIMEOUT * (min(_parallel.WORKERS, len(waiter.watched)) - 1)
                world._overtime = max(world._overtime, over - allowed)

        return timed

    # -- the server ----------------------------------------------------------------------------------------

    def things(self) -> set[Key]:
        """Return the type and the id of all that stands for itself: no child, and nothing that another one needs."""
        engine = self.bench.platform.engine
        with engine.lock:
            jobs = list(engine.jobs.values())
        if self.platform == "puppet":
            store = self.bench.platform.store
            own = {("job", str(job.id)) for job in jobs if not _of_a_plan(job)}
            plans = {("plan_job", str(number)) for number in list(store.plan_runs)}
            return own | plans | {("scheduled_job", str(number)) for number in list(store.schedules)}
        needed = {job.dependency.id for job in jobs if job.dependency is not None}
        # an update of a project that a job, or an inventory source, brings along stands for nothing of its own
        brought = {job.id for job in jobs if job.launch_type in ("dependency", "scm", "sync")} | needed
        return {("", str(job.id)) for job in jobs if job.parent is None and job.id not in brought}

    def key(self, job: dict[str, Any]) -> Key:
        """Return what names a job among the things."""
        return (job["type"] if self.platform == "puppet" else "", str(job["id"]))

    def secrets(self, step: Step) -> list[str]:
        """Return what may be seen nowhere.

        Of a parameter that is not declared to be sensitive, Puppet Enterprise itself tells everyone who reads the job.
        """
        is_open = self.platform == "puppet" and not self._carries(step)
        return [*([] if is_open else [SECRET]), self.access.token, self._pair]

    def _carries(self, step: Step) -> bool:
        return any(SECRET in repr(KINDS[self.platform][kind]) for kind in step.kinds)

    @property
    def _pair(self) -> str:
        """Return the login as Foreman gets it."""
        return base64.b64encode(f"{self.access.username}:{self.access.token}".encode()).decode()

    # -- sequences -----------------------------------------------------------------------------------------

    def play(self, sequence: Sequence) -> list[Outcome]:
        """Play a sequence from a fresh start, and return what each step came to."""
        self.lab.reset()
        self.lab.freeze()
        self.known = []
        clock = Clock(self.lab)
        outcomes = [self._do(step, clock) for step in sequence.steps]
        self.lab.clear_faults()
        return outcomes

    def _do(self, step: Step, clock: Clock) -> Outcome:
        clock.sleep(step.pause)
        self.lab.clear_faults()
        self.lab.forget_requests()
        outcome = Outcome(step, self.way.begin(clock, step))
        for trouble in step.troubles:
            if trouble.what not in ON_THE_WAY:
                self._order(trouble, self._echo(step))
        self._overtime, start = 0.0, clock.monotonic()
        values = self._values(step)
        try:
            with showing(Stage(outcome.lines.append)):
                outcome.result = getattr(_faces, _FACES[step.face])(values.get, clock=clock)
        except JobsError as error:
            outcome.error = error
        except Exception as error:
            outcome.unexpected = error
        outcome.seconds, outcome.overtime = clock.monotonic() - start, self._overtime
        sent = self.lab.requests("POST", LAUNCHING[self.platform], platform=self.platform)
        outcome.arrived, outcome.handled = len(sent), sum(entry.handled for entry in sent)
        if outcome.unexpected is None:
            said = outcome.said
            self.known += [job for job in [*said.get("jobs", []), *said.get("candidates", [])] if job.get("id")]
        return outcome

    def _values(self, step: Step) -> dict[str, Any]:
        """Return the options of a step's task."""
        access = {"platform": self.platform, "url": self.lab.url(self.platform), "token": self.access.token}
        values = {**access, "username": self.access.username, "request_timeout": REQUEST_TIMEOUT, **step.options}
        jobs: list[Any] = [self.known[number % len(self.known)] for number in step.jobs if self.known]
        missing = {"puppet": {"type": "job"}}.get(self.platform, {})
        if step.face == "launch":
            return {**values, **KINDS[self.platform][step.kinds[0]]}
        if step.face == "many":
            return {**values, "jobs": [KINDS[self.platform][name] for name in step.kinds]}
        if step.face == "rerun":
            return {**values, **({"rerun": jobs[0]} if jobs else {"rerun": "99999999", **missing})}
        return {**values, **({"jobs": jobs} if jobs else {"jobs": ["99999999"], **missing})}

    # -- troubles of the server ----------------------------------------------------------------------------

    def _order(self, trouble: Trouble, echo: str) -> None:
        options: dict[str, Any] = {"skip": trouble.skip, "times": trouble.times or None}
        options.update({"launch": {"method": "POST", "path": LAUNCHING[self.platform]}}.get(trouble.where, {}))
        options.update({"write": {"method": "POST"}, "read": {"method": "GET"}}.get(trouble.where, {}))
        what = trouble.what
        if what in ("status", "late_status"):
            options.update(status=trouble.status, retry_after=trouble.retry_after)
        if what == "endless":
            options["size"] = 200_000
        if what in ("empty", "late_empty", "null"):
            what = "late_status" if what == "late_empty" else "status"
            options.update(
                {**_EMPTY, "body": "null" if trouble.what == "null" else "", "status": 200 + trouble.skip % 3}
            )
        elif trouble.echo and what in ("status", "late_status", "html"):
            options.update(body=echo, content_type="application/json" if what != "html" else "text/html")
        if what == "redirect":
            options["location"] = "https://elsewhere.example.com/" if trouble.echo else ""
        self.lab.fault(what, platform=self.platform, **options)

    def _echo(self, step: Step) -> str:
        """Return an error that repeats what it was sent, in the words of all platforms."""
        secret = SECRET if self._carries(step) else "nothing"
        login = self._pair if self.platform == "foreman" else ""
        text = f"refused: {secret} {self.access.token} {login} in {json.dumps({'secret': secret})}"
        body = {"detail": text, "msg": text, "kind": f"puppetlabs.orchestrator/{secret}", "error": {"message": text}}
        return json.dumps({**body, "details": {secret: [text]}, secret: [secret]})


def _of_a_plan(job: Any) -> bool:
    run = job.native.get("run")
    return run is not None and bool(getattr(run.ask, "plan_job", None))
