# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lets pytest run in a checkout at any path, without ansible-test."""

from __future__ import annotations

import copy
import dataclasses
import os
import pathlib
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any, Callable

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
LAB_FILES = ROOT / "roles" / "lab" / "files"


def install_collection_finder() -> None:
    """Make ansible_collections.unified.jobs importable."""
    if ROOT.parts[-3:] == ("ansible_collections", "unified", "jobs"):
        base = ROOT.parents[2]
    else:
        base = ROOT / ".build"
        link = base / "ansible_collections" / "unified" / "jobs"
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.exists():
            link.symlink_to("../../..", target_is_directory=True)
    os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(base)
    from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

    _AnsibleCollectionFinder(paths=[str(base)])._install()


# ansible-test installs a finder of its own
if not any(type(finder).__name__ == "_AnsibleCollectionFinder" for finder in sys.meta_path):
    install_collection_finder()
if str(LAB_FILES) not in sys.path:
    sys.path.insert(0, str(LAB_FILES))


@pytest.fixture(scope="session")
def recordings() -> pathlib.Path:
    """The folder with the recorded exchanges of real servers."""
    named = os.environ.get("JOBS_RECORDINGS")
    folder = pathlib.Path(named) if named else ROOT.parent / "shared" / "recordings"
    if not folder.is_dir():
        if named:
            pytest.fail(f"JOBS_RECORDINGS names no folder: {named}")
        pytest.skip("the recordings of real servers are not there; JOBS_RECORDINGS names their folder")
    return folder


class LabTime:
    """A clock for the client that moves the lab's time instead of sleeping, so that no test waits."""

    def __init__(self, lab: Any) -> None:
        self._lab = lab
        # what is done side by side sleeps side by side too
        self._lock = threading.Lock()
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        """Seconds that only this clock's sleep moves."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the lab's time pass at once."""
        if seconds > 0:
            with self._lock:
                self.slept.append(seconds)
                self.now += seconds
                self._lab.advance(seconds)


@pytest.fixture(scope="session")
def running_lab() -> Iterator[Any]:
    """A lab of all platforms without TLS for the whole run; use C(lab), which is clean."""
    from unified_jobs_lab import Lab

    with Lab(platforms=("awx", "foreman", "puppet")) as lab:
        yield lab


@pytest.fixture
def lab(running_lab: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The lab as at its start, with the time standing still and no environment that leads elsewhere."""
    for name in list(os.environ):
        if name.startswith(("UNIFIED_JOBS_", "CONTROLLER_", "TOWER_", "AAP_", "FOREMAN_", "PT_")):
            monkeypatch.delenv(name)
    running_lab.reset()
    running_lab.freeze()
    return running_lab


@pytest.fixture
def whole_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each round of a wait hears every server that answers, however late its thread begins.

    A clock that needs no time would be at its deadline meanwhile. Nor is a thread left to ask within the next test.
    """
    from ansible_collections.unified.jobs.plugins.module_utils import _parallel, _poll

    monkeypatch.setattr(_parallel, "_PATIENCE", 60.0)
    monkeypatch.setattr(_poll, "_PATIENCE", 60.0)
    monkeypatch.setattr(_poll, "_MORE_PATIENCE", 60.0)


@pytest.fixture
def lab_time(lab: Any, whole_rounds: None) -> LabTime:
    """The clock that moves the lab."""
    return LabTime(lab)


@pytest.fixture
def late_launch(lab: Any, lab_time: LabTime, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """late_launch("awx", path=...) lets a launch take effect after the client has given it up.

    The server holds it until the client sleeps before it looks for the job, and the client sleeps until it is there.
    """
    from ansible_collections.unified.jobs.plugins.module_utils import _http
    from unified_jobs_lab import gate

    def hold(platform: str, **where: Any) -> None:
        given_up = threading.Event()
        slept, jobs = lab_time.sleep, lab.benches[platform].platform.engine.jobs

        def sleep(seconds: float) -> None:
            given_up.set()
            until = time.monotonic() + 60
            while not jobs and time.monotonic() < until:
                time.sleep(0.01)
            slept(seconds)

        names = SimpleNamespace(sleep=lambda _seconds: given_up.wait(60), monotonic=time.monotonic)
        monkeypatch.setattr(gate, "time", names)
        # of the launch alone: all else may take as long as it needs
        monkeypatch.setattr(_http, "LAUNCH_PATIENCE", 0.005)
        monkeypatch.setattr(lab_time, "sleep", sleep)
        lab.fault("delay", platform=platform, method="POST", seconds=60, **where)

    return hold


@pytest.fixture
def face(lab: Any, lab_time: LabTime) -> Callable[..., dict[str, Any]]:
    """face("invoke", template="lab-ok", wait=True) does what the module does, against the lab, in this process.

    The faces are invoke, wait, info and cancel. It returns the keys of the result or raises the JobsError.
    Options beside the given ones are those of the lab's administrator; None takes one out.
    """
    from ansible_collections.unified.jobs.plugins.module_utils import _faces

    def call(name: str, /, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        values = {"platform": "awx", "url": lab.url("awx"), "token": lab.token, **options}
        result: dict[str, Any] = getattr(_faces, name)(values.get, check_mode=check_mode, clock=lab_time)
        return result

    return call


@pytest.fixture
def copied(lab: Any) -> Callable[[str, str, Iterable[int]], list[str]]:
    """copied(platform, id, numbers) puts copies of a job on a simulated server, quickly; it gives their ids.

    Where lists go by time, the higher ones changed later.
    """

    def copy_job(platform: str, number: str, numbers: Iterable[int]) -> list[str]:
        engine = lab.benches[platform].platform.engine
        with engine.lock:
            job = engine.jobs[int(number)]
            for wanted in numbers:
                twin = copy.copy(job)
                twin.id, twin.native = wanted, dict(job.native)
                for key in {"invocation", "run"} & set(job.native):
                    twin.native[key] = dataclasses.replace(job.native[key], job=twin)
                if "run" in job.native:
                    later = wanted - job.id
                    twin.native["run"].states = [(word, at + later) for word, at in job.native["run"].states]
                engine.jobs[wanted] = twin
            engine.next_id(max(engine.jobs) + 1)
        return [str(wanted) for wanted in numbers]

    return copy_job


@pytest.fixture
def no_thread_is_left(running_lab: Any) -> Iterator[None]:
    """Every thread that a test starts on the side of the client has to come to its end."""

    def ours() -> set[threading.Thread]:
        return {thread for thread in threading.enumerate() if "process_request" not in thread.name}

    before = ours()
    yield
    until = time.monotonic() + 30
    while time.monotonic() < until and ours() - before:
        time.sleep(0.01)
    assert ours() <= before
