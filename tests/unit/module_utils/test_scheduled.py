# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs that start later, on a platform that plays scripts; and other things that only some servers have."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _faces
from ansible_collections.unified.jobs.plugins.module_utils._cancel import CancelOptions, cancel_jobs
from ansible_collections.unified.jobs.plugins.module_utils._describe import Include
from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    InvalidOptionError,
    NoTargetsError,
    UnsupportedError,
)
from ansible_collections.unified.jobs.plugins.module_utils._launch import launch_job
from ansible_collections.unified.jobs.plugins.module_utils._launching import Launching
from ansible_collections.unified.jobs.plugins.module_utils._service import read_jobs
from ansible_collections.unified.jobs.plugins.module_utils._types import HostResult, Job, JobRef, JobRequest, Launch
from ansible_collections.unified.jobs.plugins.module_utils._verdict import wait_for_jobs
from ansible_collections.unified.jobs.plugins.module_utils._wait import WaitOptions


def refs(*numbers: str) -> list[JobRef]:
    return [JobRef(number) for number in numbers]


@pytest.mark.case("foreman-34")
def test_a_scheduled_job_is_not_waited_for_unless_asked(task: Any, scripted: Any, manual_time: Any) -> None:
    scripted.script("1", "scheduled")
    result = wait_for_jobs(task, refs("1"), WaitOptions())
    assert (result["job"]["status"], result["job"]["outcome"]) == ("scheduled", "scheduled")
    assert "wait_scheduled: true" in result["job"]["warnings"][0]
    assert manual_time.slept == []


@pytest.mark.case("foreman-34")
def test_the_others_are_waited_for(task: Any, scripted: Any) -> None:
    scripted.script("1", "scheduled")
    scripted.script("2", "running", "running", "successful")
    result = wait_for_jobs(task, refs("1", "2"), WaitOptions())
    assert [job["outcome"] for job in result["jobs"]] == ["scheduled", "finished"]


@pytest.mark.case("foreman-34")
@pytest.mark.parametrize("end", ["successful", "canceled"])
def test_who_asks_waits_until_that_very_job_is_over(task: Any, scripted: Any, end: str) -> None:
    scripted.script("1", "scheduled", "scheduled", "running", end)
    result = wait_for_jobs(task, refs("1"), WaitOptions(scheduled=True, fail_on=()))
    assert (result["job"]["id"], result["job"]["status"], result["job"]["outcome"]) == ("1", end, "finished")
    assert result["job"]["warnings"] == []


def test_a_scheduled_job_that_is_canceled_is_waited_for(task: Any, scripted: Any) -> None:
    scripted.script("1", "scheduled", "scheduled", "scheduled", "canceled")
    result = cancel_jobs(task, refs("1"), CancelOptions(wait=WaitOptions(scheduled=True)))
    assert (result["job"]["status"], result["job"]["outcome"]) == ("canceled", "finished")


def test_a_single_job_is_polled_by_the_list_where_that_is_cheaper(task: Any, scripted: Any) -> None:
    scripted.POLLS_BY_LIST = True
    scripted.script("1", {"status": "running", "is_complete": False}, "successful")
    wait_for_jobs(task, refs("1"), WaitOptions())
    assert scripted.calls == ["list 1", "list 1"]


# -- what is there already -------------------------------------------------------------------------------------


def planned(scripted: Any, monkeypatch: pytest.MonkeyPatch, **made: Any) -> list[JobRequest]:
    """Let the platform plan a launch, and note what it was asked for."""
    requests = []

    def plan(request: JobRequest) -> Launch:
        requests.append(request)
        job = Job("scripted", "job", None)
        return Launch(
            "/jobs", {}, "job", {"id": "1", "name": "t"}, {"method": "POST"}, job, existing=made.get("old", [])
        )

    monkeypatch.setattr(scripted, "plan", plan)
    monkeypatch.setattr(scripted, "launch", lambda launch: made["new"])
    return requests


def job(status: str, number: str = "7", **counts: int) -> Job:
    made = Job("scripted", "job", number, status=status, is_complete=True)
    made.host_counts.update(counts)
    return made


def test_what_goes_on_already_is_waited_for_and_not_changed(
    task: Any, scripted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(scripted, monkeypatch, old=[job("running")])
    scripted.script("7", "running", "successful")
    result = launch_job(Launching(task, JobRequest(template="t")), WaitOptions())
    assert (result["changed"], result["job"]["status"], result["job"]["outcome"]) == (False, "successful", "finished")


@pytest.mark.parametrize("status", ["failed", "successful"])
def test_what_is_over_already_is_returned_as_it_is(
    task: Any, scripted: Any, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    planned(scripted, monkeypatch, old=[job(status)])
    result = launch_job(Launching(task, JobRequest(template="t")), WaitOptions())
    assert (result["changed"], result["job"]["status"]) == (False, status)
    assert scripted.calls == []


@pytest.mark.parametrize("check_mode", [False, True])
def test_the_platform_knows_whether_a_server_will_check(
    task: Any, scripted: Any, monkeypatch: pytest.MonkeyPatch, check_mode: bool
) -> None:
    requests = planned(scripted, monkeypatch, new=[job("pending")])
    task.check_mode = check_mode
    launch_job(Launching(task, JobRequest(template="t")), None)
    assert [request.plan_only for request in requests] == [check_mode]


@pytest.mark.case("foreman-8")
def test_a_launch_on_no_host_at_all_fails_but_tells_the_job(
    task: Any, scripted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(scripted, monkeypatch, new=[job("running", total=0)])
    with pytest.raises(NoTargetsError) as caught:
        launch_job(Launching(task, JobRequest(template="t")), WaitOptions())
    assert caught.value.result["job"]["id"] == "7"
    assert caught.value.result["changed"] is True
    result = launch_job(Launching(task, JobRequest(template="t"), "skip"), None)
    assert (result["changed"], result["job"]["id"]) == (True, "7")


@pytest.mark.parametrize("counts", [{}, {"total": 3}])
def test_a_launch_on_hosts_that_are_not_known_is_fine(
    task: Any, scripted: Any, monkeypatch: pytest.MonkeyPatch, counts: dict[str, int]
) -> None:
    planned(scripted, monkeypatch, new=[job("pending", **counts)])
    assert launch_job(Launching(task, JobRequest(template="t")), None)["changed"] is True


# -- options ---------------------------------------------------------------------------------------------------


def options(**given: Any) -> Any:
    return {"platform": "awx", "url": "https://h", "token": "t", **given}.get


def test_a_schedule_is_refused_where_there_is_none(face: Any, lab: Any) -> None:
    for schedule in ({"cron": "0 2 * * *"}, {"start_at": "2030-01-01T00:00:00Z", "cron": None}):
        with pytest.raises(UnsupportedError, match="^schedule: a launch|^schedule: "):
            face("invoke", template="lab-ok", schedule=schedule)
    assert lab.requests("POST") == []


@pytest.mark.parametrize("schedule", [{}, {"cron": None, "start_at": None}])
def test_a_schedule_that_says_nothing_is_refused(schedule: dict[str, Any]) -> None:
    with pytest.raises(InvalidOptionError, match="schedule says nothing"):
        _faces.invoke(options(template="x", schedule=schedule))


# -- output by host --------------------------------------------------------------------------------------------


def test_the_output_of_some_hosts(task: Any, scripted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    scripted.script("1", "successful")
    monkeypatch.setattr(scripted, "FEATURES", scripted.FEATURES | {"output_hosts"})

    def iter_hosts(job: Job, **given: Any) -> Any:
        asked.append(given)
        yield HostResult("a")

    def get_output(job: Job, **given: Any) -> Any:
        asked.append(given)
        return type("Output", (), {"text": "", "complete": True, "truncated": False, "cursor": None})()

    monkeypatch.setattr(scripted, "iter_hosts", iter_hosts)
    monkeypatch.setattr(scripted, "get_output", get_output)
    task.include = Include(["hosts", "output"], host_filter=["a"], output_max_bytes=10)
    read_jobs(task, refs("1"))
    assert asked == [
        {"host_filter": ["a"], "output_bytes": 10},
        {"max_bytes": 10, "since": None, "host_filter": ["a"]},
    ]
    task.include = Include(["output"], host_filter="a")
    read_jobs(task, refs("1"))
    assert asked[-1]["host_filter"] == "a"


def test_host_filter_goes_with_output_only_where_outputs_are_apart(task: Any, scripted: Any) -> None:
    scripted.script("1", "successful")
    task.include = Include(["output"], host_filter="a")
    with pytest.raises(InvalidOptionError, match="host_filter goes with include"):
        read_jobs(task, refs("1"))
