# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stopping jobs, on a platform that plays scripts."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._cancel import CancelOptions, cancel_jobs
from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    ConnectionFailedError,
    ForbiddenError,
    InvalidOptionError,
    JobsError,
    NoTargetsError,
    NotFoundError,
    ServerError,
    UnauthorizedError,
    UnsupportedError,
)
from ansible_collections.unified.jobs.plugins.module_utils._progress import Progress
from ansible_collections.unified.jobs.plugins.module_utils._types import JobRef
from ansible_collections.unified.jobs.plugins.module_utils._wait import WaitOptions


def refs(*numbers: str) -> list[JobRef]:
    return [JobRef(number) for number in numbers]


def cancels(platform: Any) -> list[str]:
    return [call for call in platform.calls if call.startswith("cancel")]


@pytest.mark.case("awx-33")
def test_a_cancel_is_a_request(task: Any, scripted: Any) -> None:
    scripted.script("1", "running", "canceling")
    result = cancel_jobs(task, refs("1"), CancelOptions())
    assert result["changed"] is True
    assert (result["job"]["status"], result["job"]["outcome"]) == ("canceling", "cancel_requested")
    assert scripted.calls == ["job 1", "cancel 1", "job 1"]


@pytest.mark.case("awx-34")
def test_that_it_is_finished_already_is_fine(task: Any, scripted: Any) -> None:
    scripted.script("1", "running", "successful")
    scripted.cancels = [False]
    result = cancel_jobs(task, refs("1"), CancelOptions())
    assert result["changed"] is False
    assert (result["job"]["status"], result["job"]["outcome"]) == ("successful", "already_finished")


def test_many_that_are_waited_for_are_counted_from_the_beginning(task: Any, scripted: Any, manual_time: Any) -> None:
    lines: list[str] = []
    task.progress = Progress(lines.append, manual_time)
    for number in range(25):
        scripted.script(str(number), "running", "canceling", "canceling", "canceled")
    cancel_jobs(task, refs(*map(str, range(25))), CancelOptions(wait=WaitOptions(interval=1)))
    assert [line.partition("] ")[2] for line in lines] == ["25 jobs: 25 canceling", "25 jobs: 25 canceled"]


@pytest.mark.parametrize("end", ["canceled", "successful", "failed"])
def test_waiting_reports_how_it_really_ended(task: Any, scripted: Any, manual_time: Any, end: str) -> None:
    """AWX contract 1.7: a job can still end well between the request and the signal."""
    scripted.script("1", "running", "canceling", "canceling", end)
    result = cancel_jobs(task, refs("1"), CancelOptions(wait=WaitOptions(interval=1)))
    assert (result["job"]["status"], result["job"]["outcome"], result["changed"]) == (end, "finished", True)
    assert manual_time.slept == [1]


def test_waiting_in_vain(task: Any, scripted: Any) -> None:
    scripted.script("1", "running", "canceling")
    with pytest.raises(JobsError) as caught:
        cancel_jobs(task, refs("1"), CancelOptions(wait=WaitOptions(timeout=3)))
    result = caught.value.to_result()
    assert result["error"] == "wait_timeout"
    assert result["msg"] == "After 3 s Job 1 'name 1' (canceling) had not stopped."
    assert result["changed"] is True
    assert (result["job"]["id"], result["job"]["outcome"]) == ("1", "timed_out")


def test_a_job_that_vanishes_while_it_stops(task: Any, scripted: Any) -> None:
    scripted.script("1", "running", "canceling", "canceling", NotFoundError("gone"))
    with pytest.raises(JobsError) as caught:
        cancel_jobs(task, refs("1"), CancelOptions(wait=WaitOptions(interval=1)))
    assert caught.value.code == "job_gone"
    assert caught.value.result["changed"] is True


def test_the_state_afterwards_may_be_unreadable(task: Any, scripted: Any) -> None:
    scripted.script("1", "running", ServerError("502", status=502))
    result = cancel_jobs(task, refs("1"), CancelOptions())
    assert result["changed"] is True
    assert result["job"]["warnings"] == ["Its state after the cancel could not be read: 502"]


def test_missing(task: Any, scripted: Any) -> None:
    scripted.script("1", "running")
    with pytest.raises(NotFoundError) as caught:
        cancel_jobs(task, refs("9", "1"), CancelOptions())
    assert (caught.value.result["missing"], caught.value.result["changed"]) == (["9"], True)
    assert cancels(scripted) == ["cancel 1"]
    result = cancel_jobs(task, refs("9"), CancelOptions(missing_ok=True))
    assert (result["jobs"], result["missing"], result["changed"]) == ([], ["9"], False)


def test_all_are_tried_before_an_error(task: Any, scripted: Any) -> None:
    for number in "123":
        scripted.script(number, "running")
    scripted.cancels = [ForbiddenError("not yours", status=403), True, True]
    with pytest.raises(ForbiddenError) as caught:
        cancel_jobs(task, refs("1", "2", "3"), CancelOptions())
    assert cancels(scripted) == ["cancel 1", "cancel 2", "cancel 3"]
    assert [job["outcome"] for job in caught.value.result["jobs"]] == ["failed", "cancel_requested", "cancel_requested"]
    assert caught.value.result["changed"] is True
    assert caught.value.message == "Job 1 'name 1' (running) could not be canceled: not yours"


def test_several_that_fail(task: Any, scripted: Any) -> None:
    for number in "123":
        scripted.script(number, "running")
    scripted.cancels = [ForbiddenError("not yours", status=403), True, ServerError("broken", status=500)]
    with pytest.raises(JobsError) as caught:
        cancel_jobs(task, refs("1", "2", "3"), CancelOptions())
    assert caught.value.code == "cancel_failed"
    assert caught.value.message == (
        "2 jobs could not be canceled: Job 1 'name 1' (running): not yours. Job 3 'name 3' (running): broken"
    )


def test_check_mode_writes_nothing_and_tells_the_truth(task: Any, scripted: Any) -> None:
    task.check_mode = True
    planned = {"platform": "scripted", "id": None}
    scripted.script("1", "running")
    scripted.script("2", "successful")
    scripted.script("3", "canceling")
    asked = [*refs("1"), JobRef("", planned=planned), *refs("2", "3")]
    result = cancel_jobs(task, asked, CancelOptions(wait=WaitOptions()))
    assert cancels(scripted) == []
    assert result["changed"] is True
    assert result["jobs"][1] == planned
    outcomes = [job.get("outcome") for job in result["jobs"]]
    assert outcomes == ["cancel_requested", None, "already_finished", "cancel_requested"]
    assert cancel_jobs(task, refs("2", "3"), CancelOptions())["changed"] is False
    scripted.refusal = "deny it"
    with pytest.raises(UnsupportedError, match="deny it"):
        cancel_jobs(task, refs("1"), CancelOptions())


def test_a_planned_job_and_another_one(task: Any, scripted: Any) -> None:
    task.check_mode = True
    planned = {"platform": "scripted", "id": None}
    scripted.script("1", "running")
    assert "job" not in cancel_jobs(task, [JobRef("", planned=planned), *refs("1")], CancelOptions())
    assert cancel_jobs(task, [JobRef("", planned=planned)], CancelOptions())["job"] == planned
    task.check_mode = False
    with pytest.raises(InvalidOptionError, match="check mode"):
        cancel_jobs(task, [JobRef("", planned=planned)], CancelOptions())


def test_options_are_refused_before_any_request(task: Any, scripted: Any) -> None:
    with pytest.raises(
        NoTargetsError, match="^hosts is empty, so there is no host. Leave it out to stop the whole job"
    ):
        cancel_jobs(task, refs("1"), CancelOptions(hosts=[]))
    with pytest.raises(UnsupportedError, match="cancel force"):
        cancel_jobs(task, refs("1"), CancelOptions(force=True))
    with pytest.raises(InvalidOptionError, match="wait_interval"):
        cancel_jobs(task, refs("1"), CancelOptions(wait=WaitOptions(interval=0)))
    scripted.FEATURES = frozenset()
    with pytest.raises(UnsupportedError, match="cancel hosts"):
        cancel_jobs(task, refs("1"), CancelOptions(hosts=["a"]))
    assert scripted.calls == []


@pytest.mark.parametrize(
    "error", [UnauthorizedError("401", status=401), ConnectionFailedError("no answer", transient=True)]
)
def test_a_server_that_answers_nothing_is_asked_once(task: Any, scripted: Any, error: JobsError) -> None:
    """Each further request would take a time-out, or be one more refused login; no job is forgotten in the result."""
    numbers = [str(number) for number in range(1, 31)]
    for number in numbers:
        scripted.script(number, error)
    with pytest.raises(JobsError) as caught:
        cancel_jobs(task, refs(*numbers), CancelOptions())
    assert scripted.calls == ["job 1"]
    assert caught.value.message.startswith("30 jobs could not be canceled")


def test_one_that_the_server_cannot_cancel_keeps_no_other_from_it(task: Any, scripted: Any) -> None:
    for number in "123":
        scripted.script(number, "running")
    scripted.cancels = [ServerError("500", status=500, transient=True)]
    with pytest.raises(JobsError):
        cancel_jobs(task, refs("1", "2", "3"), CancelOptions())
    assert sorted(cancels(scripted)) == ["cancel 1", "cancel 2", "cancel 3"]


def test_a_server_that_dies_at_a_cancel_is_asked_once(task: Any, scripted: Any) -> None:
    for number in "123":
        scripted.script(number, "running", ConnectionFailedError("no answer", transient=True))
    with pytest.raises(JobsError, match="2 jobs could not be canceled") as caught:
        cancel_jobs(task, refs("1", "2", "3"), CancelOptions())
    assert scripted.calls == ["job 1", "cancel 1", "job 1"]
    assert caught.value.result["changed"] is True
