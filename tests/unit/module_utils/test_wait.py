# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting, on a platform that plays scripts: AWX contract 1.6 and 1.13, house 0.4."""

from __future__ import annotations

import math
import time
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _clock
from ansible_collections.unified.jobs.plugins.module_utils._describe import Include
from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    BadResponseError,
    ConnectionFailedError,
    ForbiddenError,
    InvalidOptionError,
    JobGoneError,
    JobsError,
    NotFoundError,
    RateLimitedError,
    RejectedError,
    ResourceMissingError,
    ServerError,
    TlsError,
    UnauthorizedError,
)
from ansible_collections.unified.jobs.plugins.module_utils._service import Servers, Task
from ansible_collections.unified.jobs.plugins.module_utils._types import Job, JobRef
from ansible_collections.unified.jobs.plugins.module_utils._verdict import wait_and_judge, wait_for_jobs
from ansible_collections.unified.jobs.plugins.module_utils._wait import WaitOptions
from ansible_collections.unified.jobs.plugins.module_utils._watched import Watched

HICCUPS = [
    ServerError("502", status=502, transient=True),
    ServerError("503", status=503, transient=True),
    ServerError("504", status=504, transient=True),
    ConnectionFailedError("reset", transient=True),
    BadResponseError("HTML", status=200),
    ForbiddenError("403", status=403),
    UnauthorizedError("401", status=401),
    TlsError("EOF in the handshake"),
    RejectedError("408", status=408),
    ResourceMissingError("404 of a proxy", status=404),
]


def refs(*numbers: str, server: str | None = None) -> list[JobRef]:
    return [JobRef(number, server=server) for number in numbers]


# -- the clock -------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-32")
@pytest.mark.parametrize("timeout", [0.4, 1, 7, 100])
@pytest.mark.parametrize("interval", [None, 0.3, 1, 1000])
def test_the_last_sleep_ends_at_the_deadline(
    task: Any, scripted: Any, manual_time: Any, timeout: float, interval: float | None
) -> None:
    scripted.script("1", "running")
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1"), WaitOptions(timeout=timeout, interval=interval))
    assert caught.value.code == "wait_timeout"
    assert manual_time.now == pytest.approx(50 + timeout)
    assert all(pause > 0 for pause in manual_time.slept)


@pytest.mark.case("awx-32")
@pytest.mark.parametrize("interval", [0, -1, math.nan, math.inf])
def test_an_interval_that_never_pauses_is_refused(task: Any, scripted: Any, interval: float) -> None:
    with pytest.raises(InvalidOptionError, match="wait_interval"):
        wait_for_jobs(task, refs("1"), WaitOptions(interval=interval))
    assert scripted.calls == []


@pytest.mark.parametrize("timeout", [-1, math.nan, math.inf])
def test_a_timeout_that_never_comes_is_refused(task: Any, scripted: Any, timeout: float) -> None:
    with pytest.raises(InvalidOptionError, match="wait_timeout"):
        wait_for_jobs(task, refs("1"), WaitOptions(timeout=timeout))
    assert scripted.calls == []


@pytest.mark.parametrize("number", [0, -2])
def test_return_when_must_be_one_or_more(task: Any, scripted: Any, number: int) -> None:
    with pytest.raises(InvalidOptionError, match="return_when"):
        wait_for_jobs(task, refs("1"), WaitOptions(return_when=number))
    assert scripted.calls == []


def test_timeout_0_looks_once(task: Any, scripted: Any, manual_time: Any) -> None:
    scripted.script("1", "running")
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1"), WaitOptions(timeout=0))
    assert caught.value.code == "wait_timeout"
    assert scripted.calls == ["job 1"]
    assert manual_time.slept == []
    scripted.script("1", "successful")
    assert wait_for_jobs(task, refs("1"), WaitOptions(timeout=0))["job"]["is_successful"] is True


def test_the_pause_grows_with_the_time_waited(task: Any, scripted: Any, manual_time: Any) -> None:
    """AWX contract 1.13: start at 1 to 2 seconds, cap at 15 to 30, with a small jitter; only the first look comes sooner."""
    scripted.script("1", "running")
    with pytest.raises(JobsError):
        wait_for_jobs(task, refs("1"), WaitOptions(timeout=1800))
    slept = manual_time.slept
    assert 0.45 <= slept[0] <= 0.55
    assert 0.9 <= slept[1] <= 1.1
    assert all(0.9 <= pause <= 16.5 for pause in slept[1:-1])
    assert max(slept) > 13
    assert len(slept) < 180


@pytest.mark.parametrize("interval", [None, 1e300])
def test_a_wait_without_an_end(scripted: Any, monkeypatch: pytest.MonkeyPatch, interval: float | None) -> None:
    """The system's own sleep refuses numbers that are too large."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if seconds > 1e9:
            raise OverflowError("timestamp too large to convert to C _PyTime_t")

    monkeypatch.setattr(_clock, "time", SimpleNamespace(sleep=sleep, monotonic=time.monotonic))
    scripted.script("1", "running", "successful")
    task = Task(Servers(lambda name: scripted))
    result = wait_for_jobs(task, refs("1"), WaitOptions(timeout=1e300, interval=interval))
    assert result["job"]["status"] == "successful"
    assert len(slept) == 1


def test_the_user_sets_the_pause(task: Any, scripted: Any, manual_time: Any) -> None:
    scripted.script("1", *["running"] * 5, "successful")
    wait_for_jobs(task, refs("1"), WaitOptions(interval=2.5))
    assert manual_time.slept == [2.5] * 5


def test_the_client_knows_the_deadline_while_it_polls(task: Any, scripted: Any) -> None:
    """So that its own retries end there; what is read afterwards is not bound by it."""
    scripted.script("1", "running", "successful")
    wait_for_jobs(task, refs("1"), WaitOptions(timeout=60, interval=1))
    assert scripted.deadlines == [110, 110]
    assert scripted.client.deadline is None


# -- requests --------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-30")
def test_many_jobs_are_one_read_a_poll(task: Any, scripted: Any) -> None:
    for number in ("1", "2", "3"):
        scripted.script(number, "running", "running", "successful")
    wait_for_jobs(task, refs("1", "2", "3"), WaitOptions(interval=1))
    assert scripted.calls == ["list 1,2,3"] * 3


def test_what_finished_is_not_asked_for_again(task: Any, scripted: Any) -> None:
    scripted.script("1", "successful")
    scripted.script("2", "running", "successful")
    scripted.script("3", "running", "running", "successful")
    wait_for_jobs(task, refs("1", "2", "3"), WaitOptions(interval=1))
    assert scripted.calls == ["list 1,2,3", "list 2,3", "job 3"]


def test_a_list_row_is_completed_by_the_detail(task: Any, scripted: Any) -> None:
    scripted.script("1", {"status": "successful", "is_complete": False}, {"status": "successful", "elapsed": 5.0})
    scripted.script("2", {"status": "successful", "is_complete": False}, {"status": "successful", "elapsed": 6.0})
    result = wait_for_jobs(task, refs("1", "2"), WaitOptions())
    assert [job["elapsed"] for job in result["jobs"]] == [5.0, 6.0]
    assert scripted.calls == ["list 1,2", "job 1", "job 2"]


def test_jobs_of_two_servers(task: Any, scripted: Any, another: Any) -> None:
    for platform in (scripted, another):
        platform.script("1", "running", "successful")
        platform.script("2", "successful")
    asked = [*refs("1"), *refs("2", server="two"), *refs("2"), *refs("1", server="two")]
    result = wait_for_jobs(task, asked, WaitOptions(interval=1))
    found = [(job["server"], job["id"]) for job in result["jobs"]]
    assert found == [(None, "1"), ("two", "2"), (None, "2"), ("two", "1")]
    assert scripted.calls == ["list 1,2", "job 1"]
    assert another.calls == ["list 2,1", "job 1"]


def test_one_server_that_is_down_does_not_stop_the_other(task: Any, scripted: Any, another: Any) -> None:
    scripted.script("1", ConnectionFailedError("down", transient=True))
    another.script("2", "running", "running", "successful")
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, [*refs("1"), *refs("2", server="two")], WaitOptions(timeout=10, interval=1))
    assert caught.value.code == "wait_timeout"
    assert "The last error was: down" in caught.value.message
    assert [(job["id"], job["outcome"]) for job in caught.value.result["jobs"]] == [("2", "finished")]


def test_the_same_job_named_twice_is_returned_once(task: Any, scripted: Any) -> None:
    scripted.script("1", "successful")
    result = wait_for_jobs(task, [JobRef("1"), JobRef("1", "job")], WaitOptions())
    assert result["job"]["id"] == "1"
    assert len(result["jobs"]) == 1


def test_nothing_to_wait_for(task: Any, scripted: Any) -> None:
    assert wait_for_jobs(task, [], WaitOptions()) == {"jobs": [], "missing": [], "changed": False}


# -- hiccups and refusals --------------------------------------------------------------------------------------


@pytest.mark.case("awx-28")
@pytest.mark.parametrize("error", HICCUPS, ids=str)
@pytest.mark.parametrize("many", [False, True])
def test_a_hiccup_does_not_end_a_wait(task: Any, scripted: Any, error: JobsError, many: bool) -> None:
    numbers = ["1", "2"] if many else ["1"]
    for number in numbers:
        scripted.script(number, "running", error, error, "running", error, error, "successful")
    if many:
        for number in numbers:
            scripted.script(number, "running", "running", "successful")
        scripted.list_errors = [None, error, error, None, error, error]
    result = wait_for_jobs(task, refs(*numbers), WaitOptions(interval=1))
    assert [job["status"] for job in result["jobs"]] == ["successful"] * len(numbers)
    assert result["jobs"][0]["warnings"] == []


@pytest.mark.case("awx-28")
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ForbiddenError("no", status=403), "forbidden"),
        (UnauthorizedError("no", status=401), "unauthorized"),
        (TlsError("no"), "tls"),
        (RejectedError("no", status=400), "rejected"),
    ],
)
@pytest.mark.parametrize("seen", [False, True])
def test_a_refusal_that_stays_ends_the_wait(
    task: Any, scripted: Any, manual_time: Any, error: JobsError, code: str, seen: bool
) -> None:
    scripted.script("7", *(["running"] if seen else []), error)
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("7"), WaitOptions(interval=1))
    assert caught.value.code == code
    assert caught.value.to_result()["msg"].startswith("Job 7 ")
    assert len(manual_time.slept) == 2 + seen
    if seen:
        job = caught.value.result["job"]
        assert (job["id"], job["status"], job["outcome"]) == ("7", "running", "failed")


def test_a_refusal_of_one_job_does_not_hide_the_others(task: Any, scripted: Any) -> None:
    """AWX contract 6.2: what may not be seen is 403 on its detail, and lists lack it."""
    scripted.script("1", ForbiddenError("not yours", status=403))
    scripted.hidden.add("1")
    scripted.script("2", *["running"] * 6, "successful")
    with pytest.raises(ForbiddenError) as caught:
        wait_for_jobs(task, refs("1", "2"), WaitOptions(interval=1))
    assert "Job 1 could not be read: not yours" in caught.value.message
    assert [(job["id"], job["status"]) for job in caught.value.result["jobs"]] == [("2", "successful")]


@pytest.mark.parametrize("error", [BadResponseError("a page", status=200), ResourceMissingError("404", status=404)])
def test_an_address_that_is_no_api_ends_the_wait_soon(task: Any, scripted: Any, manual_time: Any, error: Any) -> None:
    """Before anything was seen of a job; later it may be a proxy while the server restarts."""
    scripted.script("1", error)
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1"), WaitOptions(interval=1))
    assert caught.value.code == error.code
    assert len(manual_time.slept) == 2


def test_a_server_that_is_down_is_waited_for(task: Any, scripted: Any, manual_time: Any) -> None:
    scripted.script("1", *[ConnectionFailedError("down", transient=True)] * 20, "successful")
    assert wait_for_jobs(task, refs("1"), WaitOptions(interval=1))["job"]["status"] == "successful"
    assert len(manual_time.slept) == 20


@pytest.mark.parametrize(("said", "pause"), [(30.0, 30), (0.0, 1), (1e9, 60), (math.inf, 60)])
def test_a_server_that_asks_to_be_left_alone_is(
    task: Any, scripted: Any, another: Any, manual_time: Any, said: float, pause: int
) -> None:
    """For a minute at the most; the jobs of other servers are looked at meanwhile."""
    busy = RateLimitedError("429", status=429, transient=True, retry_after=said)
    scripted.script("1", busy, busy, "successful")
    another.script("2", "running")
    asked: list[float] = []
    own = scripted.get_job
    scripted.get_job = lambda which: asked.append(manual_time.now) or own(which)
    options = WaitOptions(timeout=600, interval=1, return_when=1)
    wait_for_jobs(task, [*refs("1"), *refs("2", server="two")], options)
    assert [later - sooner for sooner, later in zip(asked, asked[1:])] == [pause, pause]
    assert len(another.calls) == 2 * pause + 1


def test_a_server_that_asks_to_be_left_alone_does_not_move_the_deadline(
    task: Any, scripted: Any, manual_time: Any
) -> None:
    scripted.script("1", RateLimitedError("429", status=429, transient=True, retry_after=40.0))
    with pytest.raises(JobsError, match="The last error was: 429") as caught:
        wait_for_jobs(task, refs("1"), WaitOptions(timeout=50, interval=7))
    assert caught.value.code == "wait_timeout"
    assert (manual_time.now, len(scripted.calls)) == (100, 2)


def test_a_server_that_stays_silent_is_not_asked_for_more(task: Any, scripted: Any) -> None:
    """Each request to a server that hangs takes its whole time-out: what goes beside the jobs is left out."""
    down = ServerError("down", status=503, transient=True)
    scripted.script("1", "running", down)
    scripted.script("2", "running", down)
    scripted.list_errors = [None, *[down] * 99]
    task.include = Include(["output", "hosts"])
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1", "2"), WaitOptions(timeout=5, interval=1))
    assert caught.value.code == "wait_timeout"
    assert set(scripted.calls) == {"list 1,2"}
    assert [len(job["warnings"]) for job in caught.value.result["jobs"]] == [1, 1]


def test_a_login_that_is_refused_at_the_end_is_not_tried_for_each_job(task: Any, scripted: Any) -> None:
    """Where refused logins lock the user out, one for each job and each thing asked for would do it."""
    numbers = [str(number) for number in range(1, 31)]
    for number in numbers:
        scripted.script(number, {"status": "failed", "is_complete": True})
    scripted.content.update(hosts=UnauthorizedError("401", status=401), output=UnauthorizedError("401", status=401))
    scripted.content["failed_tasks"] = UnauthorizedError("401", status=401)
    task.include = Include(["hosts", "output"])
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs(*numbers), WaitOptions())
    assert caught.value.code == "job_failed"
    assert [call for call in scripted.calls if not call.startswith("list")] == ["hosts 1"]
    assert all(job["warnings"] for job in caught.value.result["jobs"])


@pytest.mark.parametrize("include", [[], ["hosts"]])
def test_a_login_that_is_refused_for_the_details_is_not_tried_again(
    task: Any, scripted: Any, include: list[str]
) -> None:
    numbers = [str(number) for number in range(1, 31)]
    for number in numbers:
        scripted.script(number, {"status": "failed", "is_complete": False}, UnauthorizedError("401", status=401))
    task.include = Include(include)
    with pytest.raises(JobsError):
        wait_for_jobs(task, refs(*numbers), WaitOptions())
    assert [call for call in scripted.calls if not call.startswith("list")] == ["job 1"]


@pytest.mark.parametrize(
    "error", [UnauthorizedError("401", status=401), ConnectionFailedError("no answer", transient=True)]
)
def test_late_jobs_of_a_dead_server_are_not_canceled_one_by_one(task: Any, scripted: Any, error: JobsError) -> None:
    numbers = [str(number) for number in range(1, 31)]
    for number in numbers:
        scripted.script(number, "running")
    scripted.cancels = [error] * 30
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs(*numbers), WaitOptions(timeout=0, on_timeout="cancel"))
    assert [call for call in scripted.calls if call.startswith("cancel")] == ["cancel 1"]
    assert all("could not be canceled" in job["warnings"][0] for job in caught.value.result["jobs"])


# -- gone and missing ------------------------------------------------------------------------------------------


@pytest.mark.case("awx-29")
@pytest.mark.parametrize("others", [[], ["2"]])
def test_a_job_that_vanishes(task: Any, scripted: Any, others: list[str]) -> None:
    scripted.script("1", {"status": "running", "explanation": "busy"}, NotFoundError("gone"))
    scripted.script("2", "running", "running", "successful")
    if others:
        scripted.hidden.add("1")
    with pytest.raises(JobGoneError, match="Job 1 'name 1' vanished .* it was running") as caught:
        wait_for_jobs(task, refs("1", *others), WaitOptions(interval=1))
    result = caught.value.to_result()
    assert result["error"] == "job_gone"
    assert (result["jobs"][0]["explanation"], result["jobs"][0]["outcome"]) == ("busy", "gone")
    assert result["missing"] == ["1"]
    assert [job["status"] for job in result["jobs"][1:]] == ["successful"] * len(others)


@pytest.mark.parametrize("seen", [False, True])
@pytest.mark.parametrize("between", [[], [ServerError("502", status=502, transient=True)]], ids=["", "502"])
def test_a_job_that_is_not_known_for_a_moment(task: Any, scripted: Any, seen: bool, between: list[Any]) -> None:
    """Of two servers behind one address, one may not have heard of it yet; what else goes wrong begins the count anew."""
    missing = [NotFoundError("none")] * 2
    first = ["running"] if seen else []
    scripted.script("1", *first, *missing, *between, *(missing if between else []), "running", *missing, "successful")
    result = wait_for_jobs(task, refs("1"), WaitOptions(interval=1))
    assert (result["job"]["status"], result["missing"]) == ("successful", [])


@pytest.mark.parametrize("timeout", [0, 1])
def test_a_job_that_is_not_known_when_the_time_is_over(task: Any, scripted: Any, timeout: int) -> None:
    """Also if two looks are all that there is time for."""
    with pytest.raises(NotFoundError) as caught:
        wait_for_jobs(task, refs("8"), WaitOptions(timeout=timeout, interval=1))
    assert caught.value.result["missing"] == ["8"]
    assert len(scripted.calls) == timeout + 1


def test_a_job_that_is_not_known_any_more_when_the_time_is_over(task: Any, scripted: Any) -> None:
    """One look does not prove that it is gone; what was last in the way is said."""
    scripted.script("1", "running", NotFoundError("there is no job 1"))
    with pytest.raises(JobsError, match="last error was: there is no job 1") as caught:
        wait_for_jobs(task, refs("1"), WaitOptions(timeout=1, interval=1))
    assert caught.value.code == "wait_timeout"
    assert (caught.value.result["job"]["status"], caught.value.result["missing"]) == ("running", [])


@pytest.mark.case("awx-30")
def test_missing_ids_are_reported_and_the_others_waited_for(task: Any, scripted: Any) -> None:
    scripted.script("1", "running", "running", "successful")
    with pytest.raises(NotFoundError) as caught:
        wait_for_jobs(task, refs("8", "1", "9"), WaitOptions(interval=1))
    assert caught.value.result["missing"] == ["8", "9"]
    assert "8" in caught.value.message
    assert "9" in caught.value.message
    assert caught.value.result["job"]["status"] == "successful"


def test_a_list_that_lacks_a_job_does_not_prove_that_it_is_gone(task: Any, scripted: Any) -> None:
    """AWX contract 1.1: a normal user does not see the parents of bulk launches in unified_jobs/."""
    scripted.script("1", "running", "successful")
    scripted.script("2", "running", "successful")
    scripted.hidden.add("2")
    result = wait_for_jobs(task, refs("1", "2"), WaitOptions(interval=1))
    assert [job["status"] for job in result["jobs"]] == ["successful", "successful"]


# -- when it is enough -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wanted", "looks"), [(1, 1), (2, 2), (3, 3), (None, 3), (7, 3)])
def test_return_when(task: Any, scripted: Any, wanted: int | None, looks: int) -> None:
    for number in (1, 2, 3):
        scripted.script(str(number), *["running"] * (number - 1), "successful")
    result = wait_for_jobs(task, refs("1", "2", "3"), WaitOptions(interval=1, return_when=wanted))
    assert sum(job["is_finished"] for job in result["jobs"]) == looks
    assert {job["outcome"] for job in result["jobs"] if not job["is_finished"]} <= {"left"}


def test_any_that_failed_fails(task: Any, scripted: Any) -> None:
    scripted.script("1", "failed")
    scripted.script("2", "running")
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1", "2"), WaitOptions(return_when=1))
    assert caught.value.code == "job_failed"


@pytest.mark.parametrize(("fail_fast", "looks"), [("false", 4), ("true", 2)])
def test_fail_fast(task: Any, scripted: Any, fail_fast: str, looks: int) -> None:
    scripted.script("1", "running", "failed")
    scripted.script("2", "running", "running", "running", "successful")
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1", "2"), WaitOptions(interval=1, fail_fast=fail_fast))
    assert caught.value.code == "job_failed"
    assert len([call for call in scripted.calls if call.startswith(("list", "job 2"))]) == looks
    assert not any(call.startswith("cancel") for call in scripted.calls)
    assert caught.value.result["changed"] is False


def test_fail_fast_ignores_what_fail_on_allows(task: Any, scripted: Any) -> None:
    scripted.script("1", "canceled")
    scripted.script("2", "running", "successful")
    options = WaitOptions(interval=1, fail_fast="true", fail_on=("failed",))
    result = wait_for_jobs(task, refs("1", "2"), options)
    assert [job["status"] for job in result["jobs"]] == ["canceled", "successful"]


def test_fail_fast_cancel(task: Any, scripted: Any) -> None:
    scripted.script("1", "failed")
    scripted.script("2", "running", "canceling")
    scripted.script("3", "successful")
    scripted.script("4", "running")
    scripted.cancels = [True, ForbiddenError("not yours", status=403)]
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1", "2", "3", "4"), WaitOptions(fail_fast="cancel"))
    assert caught.value.code == "job_failed"
    assert caught.value.result["changed"] is True
    jobs = caught.value.result["jobs"]
    assert [job["outcome"] for job in jobs] == ["finished", "cancel_requested", "finished", "left"]
    assert jobs[1]["status"] == "canceling"
    assert jobs[3]["warnings"] == ["It could not be canceled: not yours"]
    assert [call for call in scripted.calls if call.startswith("cancel")] == ["cancel 2", "cancel 4"]


@pytest.mark.parametrize(
    ("status", "code"), [("failed", "job_failed"), ("error", "job_error"), ("canceled", "job_canceled")]
)
def test_how_a_job_ended_decides_the_word(task: Any, scripted: Any, status: str, code: str) -> None:
    scripted.script("1", status)
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1"), WaitOptions())
    assert caught.value.code == code
    assert caught.value.result["job"]["outcome"] == "finished"
    assert wait_for_jobs(task, refs("1"), WaitOptions(fail_on=()))["job"]["status"] == status
    others = tuple({"failed", "error", "canceled"} - {status})
    assert wait_for_jobs(task, refs("1"), WaitOptions(fail_on=others))["job"]["status"] == status


def test_unknown_is_never_finished(task: Any, scripted: Any) -> None:
    scripted.script("1", "unknown")
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1"), WaitOptions(timeout=30))
    assert caught.value.code == "wait_timeout"


# -- the time is over ------------------------------------------------------------------------------------------


@pytest.mark.case("awx-27")
def test_timeout(task: Any, scripted: Any) -> None:
    scripted.script("1", {"status": "pending", "url": "https://h/1", "explanation": "waits for job-12 to finish"})
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1"), WaitOptions(timeout=3))
    result = caught.value.to_result()
    assert result["error"] == "wait_timeout"
    assert result["msg"] == "After 3 s Job 1 'name 1' (pending: waits for job-12 to finish) is not finished."
    assert result["changed"] is False
    job = result["job"]
    assert (job["id"], job["type"], job["url"], job["status"]) == ("1", "job", "https://h/1", "pending")
    assert job["outcome"] == "timed_out"
    assert not any(call.startswith("cancel") for call in scripted.calls)


@pytest.mark.case("awx-27")
def test_on_timeout_cancel(task: Any, scripted: Any) -> None:
    scripted.script("1", *["running"] * 4, "canceling")
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1"), WaitOptions(timeout=3, interval=1, on_timeout="cancel"))
    result = caught.value.to_result()
    assert result["error"] == "wait_timeout"
    assert "Canceling was requested" in result["msg"]
    assert result["changed"] is True
    assert (result["job"]["outcome"], result["job"]["status"]) == ("cancel_requested", "canceling")
    assert scripted.calls.count("cancel 1") == 1


def test_on_timeout_cancel_that_the_job_was_faster_than(task: Any, scripted: Any) -> None:
    scripted.script("1", *["running"] * 4, "successful")
    scripted.cancels = [False]
    result = wait_for_jobs(task, refs("1"), WaitOptions(timeout=3, interval=1, on_timeout="cancel"))
    assert (result["job"]["status"], result["job"]["outcome"], result["changed"]) == ("successful", "finished", False)


def test_on_timeout_cancel_that_is_refused(task: Any, scripted: Any) -> None:
    scripted.script("1", "running")
    scripted.cancels = [ForbiddenError("not yours", status=403)]
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1"), WaitOptions(timeout=3, on_timeout="cancel"))
    assert caught.value.code == "wait_timeout"
    assert "Canceling" not in caught.value.message
    assert caught.value.result["changed"] is False
    assert caught.value.result["job"]["warnings"] == ["It could not be canceled: not yours"]


def test_a_failed_job_weighs_more_than_a_late_one(task: Any, scripted: Any) -> None:
    scripted.script("1", "running")
    scripted.script("2", "failed")
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1", "2"), WaitOptions(timeout=3, on_timeout="cancel"))
    assert caught.value.code == "job_failed"
    assert scripted.calls.count("cancel 1") == 1
    assert [job["outcome"] for job in caught.value.result["jobs"]] == ["cancel_requested", "finished"]


# -- completing ------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-21")
@pytest.mark.parametrize(("names", "grace"), [(["output"], 30), (["hosts"], 30), ([], 5), (["native"], 5)])
def test_output_that_never_completes_is_given_a_bounded_grace(
    task: Any, scripted: Any, manual_time: Any, names: list[str], grace: int
) -> None:
    scripted.script("1", "successful")
    scripted.settled = False
    task.include = Include(names)
    result = wait_for_jobs(task, refs("1"), WaitOptions())
    assert manual_time.now - 50 == grace
    assert len(result["job"]["warnings"]) == 1


def test_the_grace_is_the_same_for_many(task: Any, scripted: Any, manual_time: Any) -> None:
    for number in range(10):
        scripted.script(str(number), "successful")
    scripted.settled = False
    task.include = Include(["output"])
    wait_for_jobs(task, refs(*map(str, range(10))), WaitOptions())
    assert manual_time.now - 50 == 30


def test_what_cannot_be_read_in_the_end_is_a_warning(task: Any, scripted: Any) -> None:
    scripted.script("1", "successful")
    scripted.content["output"] = RejectedError("406", status=406)
    scripted.content["native"] = {"a": 1}
    task.include = Include(["output", "native"])
    result = wait_for_jobs(task, refs("1"), WaitOptions())
    assert result["job"]["native"] == {"a": 1}
    assert result["job"]["warnings"] == ["What include: [output] asks for could not be read: 406"]


def test_why_it_failed_may_be_unreadable(task: Any, scripted: Any) -> None:
    scripted.script("1", "failed")
    scripted.content["failed_tasks"] = ServerError("502", status=502, transient=True)
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1"), WaitOptions())
    assert caught.value.code == "job_failed"
    assert "502" in caught.value.result["job"]["warnings"][0]


def test_a_detail_that_cannot_be_read_leaves_the_row(task: Any, scripted: Any) -> None:
    scripted.script("1", {"status": "successful", "is_complete": False}, NotFoundError("cleaned up"))
    result = wait_for_jobs(task, refs("1"), WaitOptions())
    assert result["job"]["status"] == "successful"
    assert "cleaned up" in result["job"]["warnings"][0]


@pytest.mark.parametrize("complete", [False, True])
def test_what_is_not_finished_after_all_is_waited_for_again(task: Any, scripted: Any, complete: bool) -> None:
    """A task of Foreman that was paused, and that somebody resumed just then: the only end that may not be one."""
    first = {"status": "error", "is_complete": complete}
    scripted.settled = not complete
    scripted.script("1", first, "running", "running", "failed")
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1"), WaitOptions(interval=1))
    assert caught.value.code == "job_failed"
    assert (caught.value.result["job"]["status"], caught.value.result["job"]["outcome"]) == ("failed", "finished")


@pytest.mark.parametrize("timeout", [0, 20])
def test_what_is_never_really_finished_ends_at_the_deadline(
    task: Any, scripted: Any, manual_time: Any, timeout: int
) -> None:
    scripted.script("1", *[{"status": "error", "is_complete": False}, "running"] * 50)
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1"), WaitOptions(interval=1, timeout=timeout))
    assert caught.value.code == "wait_timeout"
    assert (caught.value.result["job"]["status"], caught.value.result["job"]["outcome"]) == ("running", "timed_out")
    assert manual_time.now == 50 + timeout


def test_a_list_of_two_minds(task: Any, scripted: Any) -> None:
    early = {"status": "error", "is_complete": False}
    scripted.script("1", early, "running", "successful")
    scripted.script("2", early, "failed")
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, refs("1", "2"), WaitOptions(interval=1))
    assert [job["status"] for job in caught.value.result["jobs"]] == ["successful", "failed"]
    assert scripted.calls[:3] == ["list 1,2", "job 1", "job 2"]


def test_any_that_is_not_finished_after_all_is_not_enough(task: Any, scripted: Any) -> None:
    scripted.script("1", {"status": "error", "is_complete": False}, "running")
    scripted.script("2", "running", "running", "successful")
    result = wait_for_jobs(task, refs("1", "2"), WaitOptions(interval=1, return_when=1))
    assert [(job["status"], job["outcome"]) for job in result["jobs"]] == [
        ("running", "left"),
        ("successful", "finished"),
    ]


def test_a_grace_is_given_once(task: Any, scripted: Any, manual_time: Any) -> None:
    """Also when another job is open again after it."""
    scripted.settled = False
    scripted.script("1", "successful")
    scripted.script("2", "error", "running", "running", "successful")
    wait_for_jobs(task, refs("1", "2"), WaitOptions(interval=1))
    assert manual_time.now - 50 == 5 + 2 + 5


def test_a_launch_is_the_first_look(task: Any, scripted: Any) -> None:
    scripted.script("1", "successful")
    known = Job("scripted", "job", "1", status="pending")
    watched = [Watched(scripted, JobRef("1", "job"), known)]
    result = wait_and_judge(task, watched, WaitOptions(interval=1), poll_first=False, changed=True)
    assert scripted.calls == ["job 1"]
    assert result["changed"] is True


# -- check mode ------------------------------------------------------------------------------------------------


def test_check_mode_never_waits(task: Any, scripted: Any, manual_time: Any) -> None:
    task.check_mode = True
    scripted.script("1", "running")
    scripted.script("2", "failed")
    planned = {"platform": "scripted", "native_status": None, "id": None, "is_finished": False, "warnings": []}
    asked = [*refs("1"), JobRef("", planned=planned), *refs("2")]
    result = wait_for_jobs(task, asked, WaitOptions(on_timeout="cancel"))
    assert manual_time.slept == []
    assert result["changed"] is False
    assert result["jobs"][1] == planned
    assert [job.get("outcome") for job in result["jobs"]] == ["left", None, "finished"]
    assert not any(call.startswith("cancel") for call in scripted.calls)


def test_check_mode_tells_of_missing_jobs(task: Any, scripted: Any) -> None:
    task.check_mode = True
    with pytest.raises(NotFoundError, match="no job 9"):
        wait_for_jobs(task, refs("9"), WaitOptions())


def test_a_planned_job_outside_check_mode(task: Any, scripted: Any) -> None:
    with pytest.raises(InvalidOptionError, match="check mode"):
        wait_for_jobs(task, [JobRef("", planned={"id": None})], WaitOptions())
