# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated Foreman, and the faces on it; and a client that plays recorded answers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _faces
from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.platform import ForemanPlatform
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection

Face = Callable[..., dict[str, Any]]


class LabTime:
    """A clock for the client that moves the lab's time instead of sleeping."""

    def __init__(self, lab: Any) -> None:
        self._lab = lab
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.slept.append(seconds)
            self.now += seconds
            self._lab.advance(seconds)


@pytest.fixture(scope="session")
def running_foreman() -> Iterator[Any]:
    """A simulated Foreman for the whole run; use C(foreman_lab), which is clean."""
    from unified_jobs_lab import Lab

    with Lab(platforms=("foreman",)) as lab:
        yield lab


@pytest.fixture
def foreman_lab(running_foreman: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The simulated Foreman as at its start, with the time standing still and no environment that leads elsewhere."""
    for name in list(os.environ):
        if name.startswith(("UNIFIED_JOBS_", "CONTROLLER_", "TOWER_", "AAP_", "FOREMAN_", "PT_")):
            monkeypatch.delenv(name)
    running_foreman.reset()
    running_foreman.freeze()
    return running_foreman


@pytest.fixture
def server(foreman_lab: Any) -> Any:
    """The translator itself, for what only a test can do to a server: its generation, orphans, pauses."""
    return foreman_lab.benches["foreman"].platform


@pytest.fixture
def lab_time(foreman_lab: Any, whole_rounds: None) -> LabTime:
    """The clock that moves the lab."""
    return LabTime(foreman_lab)


@pytest.fixture
def face(foreman_lab: Any, lab_time: LabTime) -> Face:
    """face("invoke", template="lab-ok", wait=True) does what the module does, against the lab, in this process.

    C(user) logs in as another of the lab's users.
    """

    def call(name: str, /, check_mode: bool = False, user: str = "admin", **options: Any) -> dict[str, Any]:
        values = {
            "platform": "foreman",
            "url": foreman_lab.url("foreman"),
            "username": user,
            "password": foreman_lab.passwords[user],
            **options,
        }
        result: dict[str, Any] = getattr(_faces, name)(values.get, check_mode=check_mode, clock=lab_time)
        return result

    return call


@pytest.fixture
def refused(face: Face) -> Callable[..., JobsError]:
    """The error of a face, which is one line."""

    def call(name: str, /, **options: Any) -> JobsError:
        with pytest.raises(JobsError) as caught:
            face(name, **options)
        assert caught.value.message
        assert "\n" not in caught.value.message
        return caught.value

    return call


@pytest.fixture
def launches(foreman_lab: Any) -> Callable[[], list[Any]]:
    """The launching requests that arrived so far."""
    return lambda: list(foreman_lab.requests("POST", r"/job_invocations$"))


@pytest.fixture
def writes(foreman_lab: Any) -> Callable[[], list[str]]:
    """What arrived that is no read."""
    return lambda: [f"{one.method} {one.path}" for one in foreman_lab.requests() if one.method != "GET"]


class Played:
    """A client that answers from a table: path -> body, error, or a function of the parameters."""

    prefix = ""
    server_time: str | None = "2026-11-22T12:00:00Z"
    deadline: float | None = None
    overtime = 0.0

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str, Any]] = []
        self.clock = SimpleNamespace(monotonic=lambda: 0.0, sleep=lambda seconds: None)

    def _answer(self, method: str, path: str, given: Any) -> Any:
        self.asked.append((method, path, given))
        found = self.answers[path if method == "GET" else f"{method} {path}"]
        found = found(given) if callable(found) else found
        if isinstance(found, Exception):
            raise found
        return SimpleNamespace(data=found, status=200, text="", header=lambda name: None)

    def get(self, path: str, params: Any = None, **more: Any) -> Any:
        return self._answer("GET", path, dict(params or {}))

    def post(self, path: str, body: Any = None) -> Any:
        return self._answer("POST", path, body)

    def post_once(self, path: str, body: Any = None) -> Any:
        return self._answer("POST", path, body)


@pytest.fixture
def played() -> Callable[..., ForemanPlatform]:
    """played({path: body}, organization=...) is the platform on a server that answers just that."""

    def make(answers: dict[str, Any], **connection: Any) -> ForemanPlatform:
        client: Any = Played(answers)
        return ForemanPlatform(client, Connection("foreman", "https://f.example.com", **connection))

    return make
