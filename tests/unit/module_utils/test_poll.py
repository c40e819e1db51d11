# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers are polled side by side, and the jobs of one a few at once: house 0.4, a wait never hangs."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _poll
from ansible_collections.unified.jobs.plugins.module_utils._describe import Include
from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    ConnectionFailedError,
    InvalidOptionError,
    JobsError,
)
from ansible_collections.unified.jobs.plugins.module_utils._masking import hidden, hiding
from ansible_collections.unified.jobs.plugins.module_utils._parallel import WORKERS, is_abandoned
from ansible_collections.unified.jobs.plugins.module_utils._types import Job, JobRef
from ansible_collections.unified.jobs.plugins.module_utils._verdict import wait_for_jobs
from ansible_collections.unified.jobs.plugins.module_utils._wait import WaitOptions
from ansible_collections.unified.jobs.plugins.module_utils._watched import Watched

pytestmark = pytest.mark.usefixtures("whole_rounds")


def ref(number: str, server: str | None = None) -> JobRef:
    return JobRef(number, server=server)


class Gate:
    """Holds every look at a platform's jobs until it is opened."""

    def __init__(self, platform: Any) -> None:
        self.open = threading.Event()
        self.arrived = threading.Event()
        self.looks = 0
        self._get_job = platform.get_job
        platform.get_job = self._look

    def _look(self, which: JobRef) -> Job:
        self.looks += 1
        self.arrived.set()
        assert self.open.wait(30)
        job: Job = self._get_job(which)
        return job


@pytest.fixture
def slow(another: Any, manual_time: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """The server C(two), which answers when the gate is opened."""
    monkeypatch.setattr(_poll, "_MORE_PATIENCE", 0.01)
    gate = Gate(another)
    yield gate
    gate.open.set()


def test_a_dead_server_does_not_delay_the_others(task: Any, scripted: Any, another: Any, slow: Gate) -> None:
    """The look at it is still out when the wait for the other one ends."""
    scripted.script("1", "running", "running", "successful")
    another.script("2", "successful")
    result = wait_for_jobs(task, [ref("1"), ref("2", "two")], WaitOptions(return_when=1))
    assert [(job["id"], job["outcome"]) for job in result["jobs"]] == [("1", "finished")]
    assert slow.arrived.wait(30) and not slow.open.is_set()
    assert slow.looks == 1


def test_a_dead_server_is_not_asked_for_more(task: Any, scripted: Any, another: Any, slow: Gate) -> None:
    """Its jobs end as timed out with the reason; nothing more is asked of it, or each request would wait."""
    scripted.script("1", "successful")
    another.script("2", "running")
    task.include = Include(["hosts"])
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, [ref("1"), ref("2", "two")], WaitOptions(timeout=20))
    assert caught.value.code == "wait_timeout"
    assert "job 2" in caught.value.message and "did not answer in time" in caught.value.message
    assert slow.arrived.wait(30)
    assert slow.looks == 1
    assert [job["id"] for job in caught.value.result["jobs"]] == ["1"]
    assert "hosts 1" in scripted.calls and another.calls == []


@pytest.mark.parametrize("timeout", [0, 20])
def test_a_look_that_is_given_up_asks_for_nothing_more(
    task: Any, scripted: Any, another: Any, slow: Gate, timeout: int
) -> None:
    """It would go on without a deadline, beside what the task does next on the same server."""
    for platform, number in ((scripted, "1"), (another, "2")):
        platform.script(number, "successful")
        platform.connection = dataclasses.replace(platform.connection, request_timeout=0.1)
    own, told, done = another.get_job, [], threading.Event()

    def look(which: JobRef) -> Any:
        try:
            return own(which)
        finally:
            told.append(is_abandoned())
            done.set()

    another.get_job = look
    with pytest.raises(JobsError):
        wait_for_jobs(task, [ref("1"), ref("2", "two")], WaitOptions(timeout=timeout))
    slow.open.set()
    assert done.wait(30)
    assert told == [True]


def test_what_a_slow_server_says_counts_when_it_comes(
    task: Any, scripted: Any, another: Any, slow: Gate, manual_time: Any
) -> None:
    scripted.script("1", "running")
    another.script("2", "successful")
    sleep = manual_time.sleep

    def open_later(seconds: float) -> None:
        sleep(seconds)
        if manual_time.now > 60:
            scripted.script("1", "successful")
            slow.open.set()
            # its thread needs real time to say so, and this clock needs none to get to the deadline
            time.sleep(0.05)

    manual_time.sleep = open_later
    result = wait_for_jobs(task, [ref("1"), ref("2", "two")], WaitOptions(timeout=1000, interval=1))
    assert [job["outcome"] for job in result["jobs"]] == ["finished", "finished"]


def test_who_looks_once_gets_the_answer_of_a_slow_server_too(
    task: Any, scripted: Any, another: Any, slow: Gate
) -> None:
    scripted.script("1", "running")
    another.script("2", "running")
    opener = threading.Timer(0.3, slow.open.set)
    opener.start()
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, [ref("1"), ref("2", "two")], WaitOptions(timeout=0))
    opener.join()
    assert caught.value.code == "wait_timeout"
    assert [(job["id"], job["status"]) for job in caught.value.result["jobs"]] == [("1", "running"), ("2", "running")]


def test_who_looks_once_at_a_dead_server_waits_for_one_time_out(
    task: Any, scripted: Any, another: Any, slow: Gate
) -> None:
    for platform, number in ((scripted, "1"), (another, "2")):
        platform.script(number, "running")
        platform.connection = dataclasses.replace(platform.connection, request_timeout=0.2)
    with pytest.raises(JobsError, match="did not answer in time"):
        wait_for_jobs(task, [ref("1"), ref("2", "two")], WaitOptions(timeout=0))
    assert not slow.open.is_set()


def test_the_servers_of_a_round_work_at_once(task: Any, scripted: Any, another: Any) -> None:
    """Each look waits until the other one has begun."""
    both = threading.Barrier(2, timeout=60)
    for platform, number in ((scripted, "1"), (another, "2")):
        platform.script(number, "successful")
        own = platform.get_job

        def meet(which: JobRef, own: Any = own) -> Any:
            both.wait()
            return own(which)

        platform.get_job = meet
    looks = _poll.Poller().look([watched(scripted, "1"), watched(another, "2")])
    assert [look.job.status for look in looks if look.job] == ["successful", "successful"]


def test_what_a_list_lacks_is_read_a_few_at_once(scripted: Any) -> None:
    numbers = [str(number) for number in range(20)]
    now, most, lock = 0, 0, threading.Lock()
    all_busy = threading.Event()
    for number in numbers:
        scripted.script(number, "running")
        scripted.hidden.add(number)
    own = scripted.get_job

    def count(which: JobRef) -> Any:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
            if now == WORKERS:
                all_busy.set()
        all_busy.wait(60)
        with lock:
            job = own(which)
            now -= 1
        return job

    scripted.get_job = count
    looks = _poll.Poller().look([watched(scripted, number) for number in numbers])
    assert [look.job.id for look in looks if look.job] == numbers
    assert most == WORKERS


def test_one_server_is_looked_at_in_the_calling_thread(scripted: Any) -> None:
    """No thread has to be started for the usual case."""
    scripted.script("1", "running")
    own, threads = scripted.get_job, []
    scripted.get_job = lambda which: threads.append(threading.current_thread()) or own(which)
    _poll.Poller().look([watched(scripted, "1")])
    assert threads == [threading.current_thread()]


def test_an_error_of_one_server_is_that_of_its_jobs(scripted: Any, another: Any) -> None:
    scripted.script("1", "running")
    another.list_errors = [ConnectionFailedError("refused", transient=True)]
    items = [watched(scripted, "1"), watched(another, "2"), watched(another, "3")]
    looks = {look.item: look for look in _poll.Poller().look(items)}
    assert looks[items[0]].job is not None
    assert [str(looks[item].error) for item in items[1:]] == ["refused", "refused"]


def test_what_is_no_answer_comes_out_of_the_thread(scripted: Any, another: Any) -> None:
    scripted.script("1", "running")
    another.script("2", InvalidOptionError("jobs: '2' is no id"))
    with pytest.raises(InvalidOptionError, match="no id"):
        _poll.Poller().look([watched(scripted, "1"), watched(another, "2")])


def test_threads_know_what_is_hidden(scripted: Any, another: Any) -> None:
    """What a server repeats of a secret is masked where it is cut, also in a thread."""
    for platform, number in ((scripted, "1"), (another, "2")):
        platform.script(number, "running")
        own = platform.get_job

        def tell(which: JobRef, own: Any = own) -> Any:
            job = own(which)
            job.explanation = hidden("says hunter22")
            return job

        platform.get_job = tell
    with hiding(["hunter22"]):
        looks = _poll.Poller().look([watched(scripted, "1"), watched(another, "2")])
    assert [look.job.explanation for look in looks if look.job] == ["says ********"] * 2


def watched(platform: Any, number: str) -> Watched:
    return Watched(platform, JobRef(number))
