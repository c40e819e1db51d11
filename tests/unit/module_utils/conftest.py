# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A platform that plays scripts, for what the verbs do whatever a server says."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError, NotFoundError
from ansible_collections.unified.jobs.plugins.module_utils._platforms.base import JobStream, Platform
from ansible_collections.unified.jobs.plugins.module_utils._service import Servers, Task
from ansible_collections.unified.jobs.plugins.module_utils._types import (
    INCLUDES,
    CancelResult,
    Connection,
    HostResult,
    Job,
    JobQuery,
    JobRef,
    JobRequest,
    Launch,
    Output,
)

#: what a read of a job gives: a status, what to change in a job, or an error
Step = Any


def fail_with(error: JobsError) -> NoReturn:
    """Raise what a script says."""
    raise error


class ScriptedPlatform(Platform):
    """Each job has a list of steps; every look at it takes one, and the last one stays."""

    NAME = "scripted"
    TITLE = "Scripted"
    STATUSES: Mapping[str, str] = {}
    HOST_STATUSES: Mapping[str, str] = {}
    FEATURES = frozenset((*INCLUDES, "host_filter", "output_since", "cancel_hosts"))
    LAUNCH_TYPES = ("thing",)
    JOB_TYPES = ("job", "other")
    LAUNCH_OPTIONS: Mapping[str, dict[str, Any]] = {}
    ENVIRONMENT: Mapping[str, tuple[str, ...]] = {}

    def __init__(self, server: str | None = None) -> None:
        super().__init__(
            SimpleNamespace(deadline=None, remembering=self._remembering),  # type: ignore[arg-type]
            Connection(self.NAME, f"https://{server or 'h'}", server=server),
        )
        self.scripts: dict[str, list[Step]] = {}
        self.hidden: set[str] = set()
        self.list_errors: list[JobsError | None] = []
        self.calls: list[str] = []
        self.deadlines: list[float | None] = []
        self.cancels: list[Any] = []
        self.refusal: str | None = None
        self.content: dict[str, Any] = {"failed_tasks": [], "hosts": [], "output": "", "native": {}}
        self.settled = True

    @contextlib.contextmanager
    def _remembering(self) -> Iterator[None]:
        self.calls.append("remembers")
        yield
        self.calls.append("forgets")

    def script(self, number: str, *steps: Step) -> None:
        """Say what the looks at a job give; a job that only a detail shows has its id in C(hidden)."""
        self.scripts[number] = list(steps)

    def _next(self, number: str) -> Job:
        steps = self.scripts.get(number)
        if not steps:
            raise NotFoundError(f"jobs: there is no job {number}")
        step = steps.pop(0) if len(steps) > 1 else steps[0]
        if isinstance(step, JobsError):
            raise step
        changes = {"status": step} if isinstance(step, str) else step
        job = Job(self.NAME, "job", number, self.connection.server, name=f"name {number}", is_complete=True)
        for name, value in changes.items():
            setattr(job, name, value)
        return job

    def get_job(self, ref: JobRef) -> Job:
        self.calls.append(f"job {ref.id}")
        self.deadlines.append(self.client.deadline)
        return self._next(ref.id)

    def get_jobs(self, refs: Sequence[JobRef]) -> tuple[list[Job], list[JobRef]]:
        self.calls.append(f"list {','.join(ref.id for ref in refs)}")
        self.deadlines.append(self.client.deadline)
        error = self.list_errors.pop(0) if self.list_errors else None
        if error is not None:
            fail_with(error)
        shown = [ref for ref in refs if ref.id in self.scripts and ref.id not in self.hidden]
        jobs = {ref.id: self._next(ref.id) for ref in dict.fromkeys(shown)}
        return list(jobs.values()), [ref for ref in refs if ref not in shown]

    def is_settled(self, job: Job) -> bool:
        return self.settled or not job.is_finished

    def refuses_cancel(self, job: Job) -> str | None:
        return self.refusal

    def _content(self, name: str, job: Job) -> Any:
        self.calls.append(f"{name} {job.id}")
        value = self.content[name]
        if isinstance(value, JobsError):
            raise value
        return value

    def iter_hosts(self, job: Job, *, host_filter: Any = None, with_output: bool = False) -> Iterator[HostResult]:
        yield from self._content("hosts", job)

    def get_output(self, job: Job, *, max_bytes: int, since: str | None = None) -> Output:
        return Output(self._content("output", job))

    def get_failed_tasks(self, job: Job) -> list[dict[str, Any]]:
        return list(self._content("failed_tasks", job))

    def get_native(self, job: Job) -> dict[str, Any]:
        return dict(self._content("native", job))

    def cancel(self, job: Job, *, force: bool = False, hosts: Sequence[str] | None = None) -> CancelResult:
        self.calls.append(f"cancel {job.id}")
        step = self.cancels.pop(0) if self.cancels else True
        if isinstance(step, bool):
            return CancelResult(step, "requested" if step else "already_finished")
        fail_with(step)

    def iter_jobs(self, query: JobQuery) -> JobStream:
        raise NotImplementedError

    def plan(self, request: JobRequest) -> Launch:
        raise NotImplementedError

    def launch(self, launch: Launch) -> list[Job]:
        raise NotImplementedError

    def find_launch(self, launch: Launch) -> list[list[Job]]:
        raise NotImplementedError

    @classmethod
    def authenticate(cls, connection: Connection) -> dict[str, str]:
        return {}

    @classmethod
    def error_text(cls, status: int, data: Any, text: str) -> str:
        return text

    @classmethod
    def normalize(cls, native: Mapping[str, Any]) -> Job:
        raise NotImplementedError


class ManualTime:
    """A clock that only its own sleep moves."""

    def __init__(self) -> None:
        self.now = 50.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def scripted() -> ScriptedPlatform:
    """A platform that plays scripts."""
    return ScriptedPlatform()


@pytest.fixture
def another() -> ScriptedPlatform:
    """A second one, the server C(two)."""
    return ScriptedPlatform("two")


@pytest.fixture
def manual_time(whole_rounds: None) -> ManualTime:
    """A clock that only its own sleep moves."""
    return ManualTime()


@pytest.fixture
def task(scripted: ScriptedPlatform, another: ScriptedPlatform, manual_time: ManualTime) -> Task:
    """What the verbs need, on the scripted platforms."""
    servers = Servers(lambda name: another if name == "two" else scripted)
    return Task(servers, clock=manual_time)  # type: ignore[arg-type]
