# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module job_cancel, and what it does against the simulated AWX: contract 1.7."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError


def launch(face: Any, template: str, **options: Any) -> str:
    return str(face("invoke", template=template, **options)["job"]["id"])


def access(lab: Any) -> dict[str, Any]:
    return {"platform": "awx", "url": lab.url("awx"), "token": lab.token}


def posts(lab: Any) -> list[str]:
    return [one.path.removeprefix("/api/v2/") for one in lab.requests("POST", "/cancel/")]


def failing(face: Any, *args: Any, **options: Any) -> JobsError:
    with pytest.raises(JobsError) as caught:
        face(*args, **options)
    return caught.value


# -- the module ------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-33")
def test_a_running_job(run_module: Any, face: Any, lab: Any) -> None:
    """Recording cancel-08-post-running: 202 with an empty body."""
    number = launch(face, "lab-sleep")
    lab.advance(5)
    result = run_module("job_cancel", jobs=number, **access(lab))
    assert (result["rc"], result["changed"], result["missing"]) == (0, True, [])
    assert (result["job"]["status"], result["job"]["outcome"]) == ("canceling", "cancel_requested")
    assert [(one.path, one.status) for one in lab.requests("POST", "/cancel/")] == [
        (f"/api/v2/jobs/{number}/cancel/", 202)
    ]
    assert lab.token not in json.dumps(result)


def test_check_mode(run_module: Any, face: Any, lab: Any) -> None:
    running, finished = launch(face, "lab-sleep"), launch(face, "lab-ok")
    planned = face("invoke", template="lab-ok", check_mode=True)
    lab.advance(10)
    lab.forget_requests()
    result = run_module("job_cancel", check_mode=True, jobs=[running, planned, finished], wait=True, **access(lab))
    assert result["changed"] is True
    outcomes = [job.get("outcome") for job in result["jobs"]]
    assert outcomes == ["cancel_requested", None, "already_finished"]
    assert result["jobs"][1]["id"] is None
    assert {one.method for one in lab.requests()} == {"GET"}
    assert run_module("job_cancel", check_mode=True, jobs=finished, **access(lab))["changed"] is False


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"jobs": 1, "hosts": ["a"]}, "unsupported"),
        ({"jobs": 1, "hosts": []}, "no_targets"),
        ({"jobs": 1, "force": True}, "unsupported"),
        ({"jobs": 1, "wait": True, "wait_interval": 0}, "invalid_option"),
        ({"jobs": 1, "wait": True, "wait_timeout": -1}, "invalid_option"),
        ({"jobs": "x"}, "invalid_option"),
        ({"jobs": None}, "invalid_option"),
    ],
    ids=str,
)
def test_options(run_module: Any, lab: Any, options: dict[str, Any], code: str) -> None:
    result = run_module("job_cancel", **options, **access(lab))
    assert result["failed"] is True
    assert result.get("error") == code or options["jobs"] is None
    assert lab.requests() == []


# -- states ----------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-33")
def test_a_pending_job_stops_at_once(face: Any, lab: Any) -> None:
    """Recording cancel-07-pending-after."""
    result = face("cancel", jobs=launch(face, "lab-ok"))
    assert (result["job"]["status"], result["job"]["outcome"], result["changed"]) == (
        "canceled",
        "cancel_requested",
        True,
    )


def test_a_second_cancel(face: Any, lab: Any) -> None:
    lab.engine.behave("lab-sleep", survives_cancel=True)
    number = launch(face, "lab-sleep")
    lab.advance(5)
    assert face("cancel", jobs=number)["changed"] is True
    again = face("cancel", jobs=number)
    assert (again["changed"], again["job"]["status"], again["job"]["outcome"]) == (
        False,
        "canceling",
        "cancel_requested",
    )


@pytest.mark.case("awx-34")
@pytest.mark.parametrize("template", ["lab-ok", "lab-fail"])
def test_a_finished_job_is_no_change_and_no_request(face: Any, lab: Any, template: str) -> None:
    number = launch(face, template)
    lab.advance(60)
    result = face("cancel", jobs=number, wait=True)
    assert (result["changed"], result["job"]["outcome"]) == (False, "already_finished")
    assert posts(lab) == []


@pytest.mark.case("awx-34")
@pytest.mark.parametrize("status", [403, 405])
def test_a_job_that_finishes_just_then(face: Any, lab: Any, status: int) -> None:
    """Contract 1.7: 405 for a superuser, 403 for others."""
    number = launch(face, "lab-sleep")
    lab.advance(5)
    said = '{"detail": "Method \\"POST\\" not allowed."}'
    lab.fault("status", method="POST", path="/cancel/", status=status, body=said)
    made = lab.engine.jobs[int(number)]
    take = lab.engine.settle

    def settle_and_finish() -> float:
        if lab.requests("POST", "/cancel/"):
            lab.engine.finish(made, "successful")
        return take()

    lab.engine.settle = settle_and_finish
    try:
        result = face("cancel", jobs=number)
    finally:
        del lab.engine.settle
    assert result["changed"] is False
    assert (result["job"]["status"], result["job"]["outcome"]) == ("successful", "already_finished")


@pytest.mark.case("awx-34")
def test_a_refusal_while_it_runs(face: Any, lab: Any) -> None:
    """Recording cancel-03-post-forbidden-reader."""
    number = launch(face, "lab-sleep")
    lab.advance(5)
    error = failing(face, "cancel", jobs=number, token=None, username="reader", password=lab.passwords["reader"])
    assert error.code == "forbidden"
    assert f"Job {number} 'lab-sleep'" in error.message
    assert "may not cancel" in error.message
    assert (error.result["job"]["id"], error.result["job"]["outcome"]) == (number, "failed")
    assert error.result["changed"] is False


@pytest.mark.case("awx-35")
def test_a_workflow_waits_for_its_parent(face: Any, lab: Any) -> None:
    """Contract 1.7 and 6.2: it keeps running until all of its jobs ended."""
    lab.engine.behave("lab-ok-simultaneous", duration=40.0)
    number = launch(face, "lab-wf-mixed", type="workflow_job_template")
    lab.advance(5)
    result = face("cancel", jobs=number)
    assert (result["job"]["type"], result["job"]["status"], result["changed"]) == ("workflow_job", "canceling", True)
    result = face("cancel", jobs=number, wait=True, wait_interval=0.1)
    assert (result["job"]["status"], result["job"]["outcome"], result["changed"]) == ("canceled", "finished", False)
    assert posts(lab) == [f"workflow_jobs/{number}/cancel/"] * 2


@pytest.mark.case("awx-36")
def test_an_approval_is_denied_instead(face: Any, lab: Any) -> None:
    launch(face, "lab-wf-mixed", type="workflow_job_template")
    lab.advance(20)
    approval = face("info", type="workflow_approval")["job"]["id"]
    for check_mode in (False, True):
        error = failing(face, "cancel", jobs=approval, check_mode=check_mode)
        assert error.code == "unsupported"
        assert "deny it, or cancel its workflow" in error.message
    assert posts(lab) == []


@pytest.mark.case("awx-36")
@pytest.mark.parametrize(
    ("template", "kind", "path", "options"),
    [
        ("Cleanup Activity Stream", "system_job_template", "system_jobs", {"parameters": {"days": 30}}),
        ("lab-git", "project", "project_updates", {}),
        ("lab-src-ok", "inventory_source", "inventory_updates", {}),
    ],
)
def test_each_type_has_its_own_address(face: Any, lab: Any, template: str, kind: str, path: str, options: Any) -> None:
    number = launch(face, template, type=kind, **options)
    assert face("cancel", jobs=number)["changed"] is True
    assert posts(lab) == [f"{path}/{number}/cancel/"]


# -- waiting ---------------------------------------------------------------------------------------------------


def test_waiting_until_it_stopped(face: Any, lab: Any) -> None:
    number = launch(face, "lab-sleep")
    lab.advance(5)
    result = face("cancel", jobs=number, wait=True)
    assert (result["job"]["status"], result["job"]["outcome"], result["changed"]) == ("canceled", "finished", True)


def test_a_job_that_ends_well_in_spite_of_it(face: Any, lab: Any) -> None:
    number = launch(face, "lab-stubborn")
    lab.advance(1)
    result = face("cancel", jobs=number, wait=True)
    assert (result["job"]["status"], result["changed"]) == ("successful", True)


def test_a_job_that_never_stops(face: Any, lab: Any, lab_time: Any) -> None:
    lab.engine.behave("lab-hang", survives_cancel=True)
    number = launch(face, "lab-hang")
    lab.advance(5)
    error = failing(face, "cancel", jobs=number, wait=True, wait_timeout=20)
    assert error.code == "wait_timeout"
    assert lab_time.now == pytest.approx(1020)
    assert (error.result["job"]["status"], error.result["job"]["outcome"]) == ("canceling", "timed_out")
    assert error.result["changed"] is True


# -- several ---------------------------------------------------------------------------------------------------


def test_missing_jobs(face: Any, lab: Any) -> None:
    number = launch(face, "lab-sleep")
    error = failing(face, "cancel", jobs=[999999, number])
    assert (error.code, error.result["missing"]) == ("not_found", ["999999"])
    assert error.result["job"]["id"] == number
    assert error.result["changed"] is True
    result = face("cancel", jobs=999999, missing_ok=True)
    assert (result["jobs"], result["missing"], result["changed"]) == ([], ["999999"], False)


def test_all_are_tried(face: Any, lab: Any) -> None:
    jobs = [launch(face, "lab-hang") for _unused in range(3)]
    lab.advance(5)
    lab.fault("status", method="POST", path=f"/jobs/{jobs[0]}/cancel/", status=400, body='{"detail": "no"}')
    error = failing(face, "cancel", jobs=jobs, wait=True)
    assert error.code == "rejected"
    assert error.message.startswith(f"Job {jobs[0]} 'lab-hang' (running) could not be canceled")
    assert [job["outcome"] for job in error.result["jobs"]] == ["failed", "finished", "finished"]
    assert [job["status"] for job in error.result["jobs"][1:]] == ["canceled", "canceled"]
    assert error.result["changed"] is True


def test_several_that_are_refused(face: Any, lab: Any) -> None:
    jobs = [launch(face, "lab-hang") for _unused in range(2)]
    lab.advance(5)
    lab.fault("status", method="POST", path="/cancel/", times=None, status=400, body='{"detail": "no"}')
    error = failing(face, "cancel", jobs=jobs)
    assert error.code == "cancel_failed"
    assert all(number in error.message for number in jobs)


def test_an_answer_that_is_lost_is_asked_for_again(face: Any, lab: Any) -> None:
    """A cancel may be sent twice: the second is 202 again, or 405 when it stopped meanwhile (contract 1.7, 6.2)."""
    number = launch(face, "lab-sleep")
    lab.advance(5)
    lab.fault("cut_answer", method="POST", path="/cancel/")
    result = face("cancel", jobs=number, wait=True)
    assert result["job"]["status"] == "canceled"
