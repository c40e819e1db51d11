# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module job_wait, and what it does against the simulated AWX: contract 1.4 to 1.7 and 1.13."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError


def launch(face: Any, template: str, **options: Any) -> str:
    return str(face("invoke", template=template, **options)["job"]["id"])


def workflow(face: Any, template: str = "lab-wf-mixed") -> str:
    return launch(face, template, type="workflow_job_template")


def polls(lab: Any) -> list[tuple[str, str]]:
    """The paths and id filters of what was asked for since forget_requests()."""
    found = []
    for one in lab.requests("GET"):
        path = one.path.removeprefix("/api/v2/")
        if path != "/api/":
            found.append((path, (one.query.get("id__in") or one.query.get("id") or [""])[0]))
    return found


def failing(face: Any, *args: Any, **options: Any) -> JobsError:
    with pytest.raises(JobsError) as caught:
        face(*args, **options)
    return caught.value


# -- the module ------------------------------------------------------------------------------------------------


def access(lab: Any) -> dict[str, Any]:
    return {"platform": "awx", "url": lab.url("awx"), "token": lab.token}


def test_a_finished_job(run_module: Any, face: Any, lab: Any) -> None:
    number = launch(face, "lab-ok")
    lab.advance(60)
    result = run_module("job_wait", jobs=number, **access(lab))
    assert result["rc"] == 0
    assert (result["job"]["status"], result["job"]["outcome"], result["changed"]) == ("successful", "finished", False)
    assert result["jobs"] == [result["job"]]
    assert lab.token not in json.dumps(result)


def test_a_failed_job_fails_the_task(run_module: Any, face: Any, lab: Any) -> None:
    number = launch(face, "lab-partial")
    lab.advance(60)
    result = run_module("job_wait", jobs=[number], include=["hosts"], **access(lab))
    assert (result["rc"], result["failed"], result["error"]) == (1, True, "job_failed")
    assert result["job"]["id"] == number
    assert len(result["job"]["hosts"]) == 5
    assert "host3" in result["msg"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"jobs": "x y"}, "jobs: 'x y' is not the id of a job"),
        ({"jobs": []}, None),
        ({"jobs": "abc"}, "not an id of AWX"),
        ({"jobs": 1, "wait_interval": 0}, "wait_interval"),
        ({"jobs": 1, "wait_interval": -5}, "wait_interval"),
        ({"jobs": 1, "wait_timeout": -1}, "wait_timeout"),
        ({"jobs": 1, "return_when": "most"}, "return_when"),
        ({"jobs": 1, "return_when": "0"}, "return_when"),
        ({"jobs": 1, "fail_on": ["bad"]}, "fail_on"),
        ({"jobs": 1, "include": ["everything"]}, "include"),
        ({"jobs": 1, "include": ["report"]}, "include: AWX cannot do this: report"),
        ({"jobs": 1, "include": ["history"]}, "AWX cannot do this: history"),
        ({"jobs": 1, "fail_fast": "maybe"}, "fail_fast"),
        ({"jobs": 1, "type": "task"}, "type"),
        ({}, "jobs"),
    ],
    ids=str,
)
def test_options(run_module: Any, lab: Any, options: dict[str, Any], said: str | None) -> None:
    result = run_module("job_wait", **options, **access(lab))
    assert bool(result.get("failed")) is (said is not None)
    assert (said or "") in result.get("msg", "")
    assert lab.requests() == []


def test_check_mode_looks_once(run_module: Any, face: Any, lab: Any) -> None:
    number = launch(face, "lab-sleep")
    planned = face("invoke", template="lab-ok", check_mode=True)
    lab.forget_requests()
    result = run_module("job_wait", check_mode=True, jobs=[number, planned], on_timeout="cancel", **access(lab))
    assert result["rc"] == 0
    assert [(job["id"], job["status"]) for job in result["jobs"]] == [(number, "pending"), (None, "pending")]
    assert {one.method for one in lab.requests()} == {"GET"}


# -- jobs as they come -----------------------------------------------------------------------------------------


def test_a_registered_result_and_a_loop(face: Any, lab: Any) -> None:
    first = face("invoke", template="lab-ok-simultaneous")
    second = face("invoke", template="lab-ok-simultaneous")
    skipped = {"changed": False, "skipped": True, "skip_reason": "Conditional result was False", "item": 3}
    loop = {"changed": True, "msg": "All items completed", "results": [first, skipped, second]}
    for jobs in (loop, loop["results"], [first, {"results": [skipped, second]}], [first["job"], second["jobs"]]):
        result = face("wait", jobs=jobs)
        assert [job["id"] for job in result["jobs"]] == [first["job"]["id"], second["job"]["id"]]
    assert face("wait", jobs={"results": [skipped]}) == {"jobs": [], "missing": [], "changed": False}


def test_a_job_of_another_address_is_refused(face: Any, lab: Any) -> None:
    """House 0.3: a job's url never decides where credentials go."""
    job = face("invoke", template="lab-ok")["job"]
    lab.forget_requests()
    for url in ("https://evil.example.com/api/v2/jobs/1/", lab.url("awx").replace("127.0.0.1", "localhost") + "/x"):
        error = failing(face, "wait", jobs={**job, "url": url})
        assert error.code == "invalid_option"
    assert lab.requests() == []


# -- several types and many jobs -------------------------------------------------------------------------------


@pytest.mark.case("awx-30", "awx-31")
def test_several_types_in_one_wait(face: Any, lab: Any) -> None:
    jobs = [launch(face, "lab-ok"), workflow(face, "lab-wf-ok")]
    jobs += [launch(face, "Cleanup Activity Stream", type="system_job_template", parameters={"days": 30})]
    jobs += [launch(face, "lab-git", type="project")]
    result = face("wait", jobs=jobs)
    types = [job["type"] for job in result["jobs"]]
    assert types == ["job", "workflow_job", "system_job", "project_update"]
    assert {job["status"] for job in result["jobs"]} == {"successful"}


@pytest.mark.case("awx-30")
def test_one_request_a_poll(face: Any, lab: Any, lab_time: Any) -> None:
    """Contract 1.13 and 6.1: of ids alone the first look finds out the types, then each type is one list."""
    jobs = [launch(face, "lab-hang") for _unused in range(30)]
    lab.forget_requests()
    error = failing(face, "wait", jobs=jobs, wait_timeout=10, wait_interval=2)
    assert error.code == "wait_timeout"
    assert [path for path, _ids in polls(lab)] == ["unified_jobs/", *["jobs/"] * 5]
    assert {len(ids.split(",")) for _path, ids in polls(lab)} == {30}
    lab.forget_requests()
    failing(face, "wait", jobs=jobs, type="job", wait_timeout=10, wait_interval=2)
    assert [path for path, _ids in polls(lab)] == ["jobs/"] * 6


@pytest.mark.case("awx-30")
def test_more_than_a_page(face: Any, lab: Any) -> None:
    first = face("invoke", template="lab-ok-simultaneous")["job"]
    made = lab.engine.jobs[int(first["id"])]
    from unified_jobs_lab.engine import Order

    for _unused in range(249):
        lab.engine.launch(Order("job", made.name, "admin", made.template, hosts=["host1"], native=dict(made.native)))
    jobs = sorted(lab.engine.jobs)
    lab.forget_requests()
    error = failing(face, "wait", jobs=jobs, type="job", wait_timeout=0)
    assert error.code == "wait_timeout"
    assert [len(ids.split(",")) for _path, ids in polls(lab)] == [200, 50]
    assert len(error.result["jobs"]) == 250
    lab.advance(60)
    assert {job["status"] for job in face("wait", jobs=jobs, type="job")["jobs"]} == {"successful"}


# -- how jobs end ----------------------------------------------------------------------------------------------


@pytest.mark.case("awx-25")
@pytest.mark.parametrize(
    ("template", "code", "said"),
    [
        ("lab-fail", "job_failed", "this lab play always fails"),
        (
            "lab-partial",
            "job_failed",
            "Failed or unreachable: host3. [host3, Fail on host3 unless repaired] host3 is broken",
        ),
        ("lab-unreachable", "job_failed", "host5"),
        ("lab-timeout", "job_failed", "failed: Job terminated due to timeout"),
        ("lab-error", "job_error", "could not be run: FileNotFoundError: [Errno 2] No such file or directory"),
        ("lab-badsource", "job_failed", 'Previous task failed: inventory_update "'),
        ("lab-reaped", "job_failed", "Task was marked as running at system start up"),
        ("lab-no-log", "job_failed", "the output has been hidden"),
    ],
)
def test_the_message_says_which_job_why_where(face: Any, lab: Any, template: str, code: str, said: str) -> None:
    number = launch(face, template)
    error = failing(face, "wait", jobs=number)
    assert error.code == code
    assert said in error.message
    assert f"Job {number} '{template}'" in error.message
    assert error.message.endswith(f"See {lab.url('awx')}/#/jobs/playbook/{number}/output")
    assert "\n" not in error.message
    assert error.result["job"]["id"] == number
    assert error.result["changed"] is False


@pytest.mark.case("awx-24")
def test_a_job_that_never_ran(face: Any, lab: Any) -> None:
    number = launch(face, "lab-badsource")
    job = failing(face, "wait", jobs=number).result["job"]
    assert (job["started_at"], job["elapsed"]) == (None, 0.0)
    assert job["finished_at"] is not None
    assert job["explanation"].startswith("Previous task failed: inventory_update")


@pytest.mark.parametrize("template", ["lab-fail", "lab-error", "lab-timeout"])
def test_fail_on_nothing(face: Any, lab: Any, template: str) -> None:
    number = launch(face, template)
    assert face("wait", jobs=number, fail_on=[])["job"]["is_successful"] is False


def test_several_that_failed(face: Any, lab: Any) -> None:
    jobs = [launch(face, "lab-error"), launch(face, "lab-fail"), launch(face, "lab-ok")]
    error = failing(face, "wait", jobs=jobs)
    assert error.code == "job_error"
    assert f"Job {jobs[0]} 'lab-error' could not be run" in error.message
    assert f"Job {jobs[1]} 'lab-fail' failed" in error.message
    assert "lab-ok" not in error.message
    assert [job["id"] for job in error.result["jobs"]] == jobs


# -- what AWX says of a job that is not what it seems ------------------------------------------------------------


@pytest.mark.case("awx-20")
def test_an_approval_is_not_done_before_somebody_decides(face: Any, lab: Any) -> None:
    """Contract 1.6: event_processing_finished is true even while it is pending."""
    workflow(face)
    lab.advance(20)
    approval = face("info", type="workflow_approval")["job"]
    assert approval["details"].get("event_processing_finished") in (None, True)
    error = failing(face, "wait", jobs=approval["id"], wait_timeout=30)
    assert error.code == "wait_timeout"
    assert "Waits for approval" in error.message
    lab.engine.decide(lab.engine.jobs[int(approval["id"])], "admin", approve=True)
    assert face("wait", jobs=approval["id"])["job"]["status"] == "successful"


@pytest.mark.case("awx-22")
def test_a_workflow_has_no_event_processing_finished(face: Any, lab: Any, lab_time: Any) -> None:
    number = workflow(face, "lab-wf-ok")
    job = face("wait", jobs=number, include=["output", "hosts"])["job"]
    assert (job["status"], job["output_complete"], job["warnings"]) == ("successful", True, [])
    assert "event_processing_finished" not in job["details"]


@pytest.mark.case("awx-21")
@pytest.mark.parametrize(("include", "longest"), [(["output"], 40), ([], 40)])
def test_a_job_whose_events_never_complete(face: Any, lab: Any, lab_time: Any, include: Any, longest: int) -> None:
    number = launch(face, "lab-reaped")
    before = lab_time.now
    job = face("wait", jobs=number, include=include, fail_on=[])["job"]
    assert lab_time.now - before < longest
    assert job["details"]["event_processing_finished"] is False
    assert job["warnings"]
    assert job.get("output_complete") in (None, False)


@pytest.mark.case("awx-21")
def test_output_that_lags_behind_the_status(face: Any, lab: Any) -> None:
    """Contract 6.2: the final status shows up to 1.2 s before stdout and host_status_counts are complete."""
    job = face("wait", jobs=launch(face, "lab-ok"), include=["output", "hosts"], wait_interval=0.1)["job"]
    assert job["output_complete"] is True
    assert "PLAY RECAP" in job["output"]
    assert job["host_counts"]["total"] == len(job["hosts"]) == 5
    assert job["warnings"] == []


@pytest.mark.case("awx-23")
@pytest.mark.parametrize("survives", [False, True])
def test_asked_to_stop_is_not_done(face: Any, lab: Any, survives: bool) -> None:
    lab.engine.behave("lab-sleep", survives_cancel=survives, duration=5.0)
    number = launch(face, "lab-sleep")
    lab.advance(1)
    face("cancel", jobs=number)
    assert failing(face, "wait", jobs=number, wait_timeout=0).result["job"]["status"] == "canceling"
    job = face("wait", jobs=number, fail_on=[])["job"]
    assert job["status"] == ("successful" if survives else "canceled")


def test_a_job_that_waits_says_for_what(face: Any, lab: Any) -> None:
    """Contract 6.2: a blocked job says after about half a minute what it waits for."""
    lab.engine.behave("lab-ok", ending="hang")
    launch(face, "lab-ok")
    error = failing(face, "wait", jobs=launch(face, "lab-ok"), wait_timeout=60)
    assert error.code == "wait_timeout"
    assert error.result["job"]["explanation"]
    assert error.result["job"]["explanation"].rstrip(".") in error.message


# -- trouble ---------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-28")
@pytest.mark.parametrize(
    "fault",
    [
        {"action": "status", "status": 502, "body": "<html>Bad Gateway</html>", "content_type": "text/html"},
        {"action": "status", "status": 503, "retry_after": 2},
        {"action": "status", "status": 504},
        {"action": "status", "status": 429, "retry_after": 2},
        {"action": "html"},
        {"action": "reset"},
        {"action": "cut_body"},
        {"action": "broken_json"},
        {"action": "status", "status": 403, "body": '{"detail": "You do not have permission."}'},
    ],
    ids=lambda fault: f"{fault['action']}-{fault.get('status', '')}",
)
@pytest.mark.parametrize("count", [1, 2])
def test_a_hiccup_does_not_end_a_wait(face: Any, lab: Any, fault: dict[str, Any], count: int) -> None:
    jobs = [launch(face, "lab-ok-simultaneous") for _unused in range(count)]
    refused = fault.get("status") == 403
    lab.fault(**fault, method="GET", path="/jobs/", skip=1, times=2 if refused or count == 2 else 6)
    result = face("wait", jobs=jobs, type="job", wait_timeout=120)
    assert [job["status"] for job in result["jobs"]] == ["successful"] * count
    assert [job["warnings"] for job in result["jobs"]] == [[]] * count


@pytest.mark.case("awx-28")
@pytest.mark.parametrize(("status", "code"), [(401, "unauthorized"), (403, "forbidden")])
def test_a_refusal_that_stays(face: Any, lab: Any, lab_time: Any, status: int, code: str) -> None:
    number = launch(face, "lab-sleep")
    lab.fault("status", method="GET", path="/jobs/", skip=2, times=None, status=status, body='{"detail": "no"}')
    error = failing(face, "wait", jobs=number)
    assert error.code == code
    assert (error.result["job"]["id"], error.result["job"]["outcome"]) == (number, "failed")
    assert number in error.message
    assert lab_time.now - 1000 < 30


def test_a_server_that_stays_down(face: Any, lab: Any, lab_time: Any) -> None:
    number = launch(face, "lab-sleep")
    lab.fault("status", method="GET", path="/jobs/", skip=2, times=None, status=503)
    error = failing(face, "wait", jobs=number, wait_timeout=30, include=["output"])
    assert error.code == "wait_timeout"
    assert "The last error was" in error.message
    assert "503" in error.message
    assert error.result["job"]["id"] == number
    assert lab_time.now == pytest.approx(1030, abs=10)


@pytest.mark.case("awx-29")
def test_a_job_that_is_cleaned_up_meanwhile(face: Any, lab: Any) -> None:
    jobs = [launch(face, "lab-hang"), launch(face, "lab-ok")]
    error = failing(face, "wait", jobs=jobs, wait_timeout=5)
    made = lab.engine.jobs[int(jobs[0])]
    known = error.result["jobs"]
    del lab.engine.jobs[made.id]
    error = failing(face, "wait", jobs=known, wait_timeout=5)
    assert error.code == "not_found"
    assert error.result["missing"] == [jobs[0]]


@pytest.mark.case("awx-29")
def test_a_job_that_vanishes_while_it_is_waited_for(face: Any, lab: Any, lab_time: Any) -> None:
    number = launch(face, "lab-hang")
    sleep = lab_time.sleep

    def vanish(seconds: float) -> None:
        sleep(seconds)
        if lab_time.now > 1005:
            lab.engine.jobs.pop(int(number), None)

    lab_time.sleep = vanish
    error = failing(face, "wait", jobs=number)
    assert error.code == "job_gone"
    assert (error.result["job"]["status"], error.result["missing"]) == ("running", [number])
    assert "was running when it was last seen" in error.message


@pytest.mark.case("awx-27")
@pytest.mark.parametrize("on_timeout", ["leave", "cancel"])
def test_the_time_is_over(face: Any, lab: Any, lab_time: Any, on_timeout: str) -> None:
    number = launch(face, "lab-sleep")
    error = failing(face, "wait", jobs=number, wait_timeout=7, on_timeout=on_timeout)
    assert error.code == "wait_timeout"
    assert lab_time.now == pytest.approx(1007)
    job = error.result["job"]
    assert (job["id"], job["type"], job["url"]) == (number, "job", f"{lab.url('awx')}/api/v2/jobs/{number}/")
    posts = [one.path for one in lab.requests("POST", "/cancel/")]
    if on_timeout == "leave":
        assert (job["status"], job["outcome"], error.result["changed"], posts) == ("running", "timed_out", False, [])
    else:
        assert (job["status"], job["outcome"], error.result["changed"]) == ("canceling", "cancel_requested", True)
        assert posts == [f"/api/v2/jobs/{number}/cancel/"]


@pytest.mark.parametrize("fail_fast", ["false", "true", "cancel"])
def test_fail_fast(face: Any, lab: Any, lab_time: Any, fail_fast: str) -> None:
    slow, bad = launch(face, "lab-sleep"), launch(face, "lab-fail")
    error = failing(face, "wait", jobs=[slow, bad], fail_fast=fail_fast)
    assert error.code == "job_failed"
    assert bad in error.message
    outcome = {"false": "finished", "true": "left", "cancel": "cancel_requested"}[fail_fast]
    assert [job["outcome"] for job in error.result["jobs"]] == [outcome, "finished"]
    assert error.result["changed"] is (fail_fast == "cancel")
    assert len(lab.requests("POST", "/cancel/")) == (fail_fast == "cancel")


@pytest.mark.parametrize(("when", "finished"), [("any", 1), ("2", 2), (2, 2), ("all", 3), (None, 3)])
def test_return_when(face: Any, lab: Any, when: Any, finished: int) -> None:
    jobs = [launch(face, "lab-sleep", parameters={"seconds": 10 * number}) for number in (1,)]
    jobs += [launch(face, "lab-ok"), launch(face, "lab-ok-simultaneous", parameters={})]
    lab.engine.jobs[int(jobs[2])].behavior = lab.engine.behave("lab-ok-simultaneous", duration=5.0)
    result = face("wait", jobs=jobs, return_when=when)
    assert sum(job["is_finished"] for job in result["jobs"]) == finished
    assert {job["outcome"] for job in result["jobs"] if not job["is_finished"]} <= {"left"}


def test_results_are_json_with_no_addresses_of_objects(face: Any, lab: Any) -> None:
    names = ["hosts", "output", "failed_tasks", "children", "artifacts", "parameters", "events", "native"]
    result = face("wait", jobs=launch(face, "lab-ok"), include=names)
    text = json.dumps(result)
    assert json.loads(text) == result
    assert not re.search(r"0x[0-9a-f]{6,}", text)
