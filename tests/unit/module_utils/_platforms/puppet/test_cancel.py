# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stopping jobs and plans: Puppet contract 1.8, checklist 53 to 59. Schedules are in test_schedule."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError
from ansible_collections.unified.jobs.plugins.module_utils._types import JobRef

WEB = [f"web{number}.example.com" for number in range(1, 4)]
HANG = {"template": "lab::hang", "targets": WEB[:1]}
SLEEP = {"template": "lab::sleep", "targets": WEB[:1]}
PLAN = {"type": "plan", "template": "lab::plan_hang"}


@pytest.fixture
def stops(pe: Any) -> Any:
    """(command, body) of the stops that arrived."""
    return lambda: [(one.path.rpartition("/")[2], one.body) for one in pe.requests("POST", "/command/stop")]


# -- jobs ------------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-53", "puppet-57")
def test_running(face: Any, stops: Any, lab_time: Any) -> None:
    """Recording 053: the id is text, and force is not sent unless it is asked for."""
    job = face("invoke", **HANG)["job"]
    lab_time.sleep(5)
    result = face("cancel", jobs=job)
    assert (result["changed"], result["job"]["outcome"], result["job"]["status"]) == (
        True,
        "cancel_requested",
        "canceling",
    )
    assert stops() == [("stop", {"job": job["id"]})]
    assert isinstance(stops()[0][1]["job"], str)


@pytest.mark.case("puppet-52", "puppet-53")
@pytest.mark.parametrize("write", [int, lambda number: f"000{number}", str])
def test_an_id_in_any_form(face: Any, stops: Any, write: Any) -> None:
    job = face("invoke", **HANG)["job"]
    assert face("cancel", jobs=write(job["id"]), type="job")["changed"] is True
    assert stops() == [("stop", {"job": job["id"]})]


@pytest.mark.case("puppet-51")
def test_a_number_alone_is_not_guessed_about(refused: Any, face: Any, pe: Any) -> None:
    job = face("invoke", **HANG)["job"]
    pe.lab.forget_requests()
    for check_mode in (True, False):
        error = refused("cancel", check_mode=check_mode, jobs=job["id"])
        assert (error.code, "alone" in error.message) == ("invalid_option", True)
    assert pe.requests() == []


@pytest.mark.case("puppet-53", "puppet-55")
def test_a_second_stop_changes_nothing(face: Any, stops: Any, lab_time: Any) -> None:
    job = face("invoke", **HANG)["job"]
    lab_time.sleep(5)
    face("cancel", jobs=job)
    planned = face("cancel", check_mode=True, jobs=job)
    again = face("cancel", jobs=job)
    assert (planned["changed"], again["changed"], again["job"]["outcome"]) == (False, False, "cancel_requested")
    assert len(stops()) == 2


@pytest.mark.case("puppet-54")
@pytest.mark.parametrize("template", ["lab::ok", "lab::fail"])
def test_finished(face: Any, stops: Any, template: str) -> None:
    """Recording 054: the server takes it, which is no change."""
    job = face("invoke", template=template, targets=WEB, wait=True, fail_on=[])["job"]
    for check_mode in (True, False):
        for force in (True, False):
            result = face("cancel", check_mode=check_mode, jobs=job, force=force)
            assert (result["changed"], result["job"]["outcome"]) == (False, "already_finished")
            assert result["job"]["status"] == job["status"]
    assert stops() == []


@pytest.mark.case("puppet-54")
def test_one_that_finishes_meanwhile(played: Any, recorded: Any) -> None:
    """Recording 054: 202 all the same; how it ended says the next look."""
    running = recorded("082")["response"]["body"]
    platform = played({f"/jobs/{running['name']}": running, "POST /command/stop": recorded("054")})
    job = platform.get_job(JobRef(running["name"], "job"))
    result = platform.cancel(job)
    assert (result.changed, result.outcome) == (True, "requested")
    assert platform.client.sent() == [("/command/stop", {"job": running["name"]})]


@pytest.mark.case("puppet-54")
def test_unknown(face: Any, refused: Any, stops: Any) -> None:
    """Recording 056."""
    for kind in ("job", "plan_job", "scheduled_job"):
        for check_mode in (True, False):
            assert refused("cancel", check_mode=check_mode, jobs=999, type=kind).code == "not_found"
        result = face("cancel", jobs=999, type=kind, missing_ok=True)
        assert (result["changed"], result["missing"], result["jobs"]) == (False, ["999"], [])
    assert stops() == []


@pytest.mark.case("puppet-54")
@pytest.mark.parametrize(("kind", "command", "number"), [("job", "stop", "056"), ("plan_job", "stop_plan", "059")])
def test_unknown_by_now(played: Any, recorded: Any, kind: str, command: str, number: str) -> None:
    """Recordings 056 and 059: pruned between the look and the stop."""
    platform = played({"POST /command/" + command: recorded(number)})
    job = platform.normalize({"name": "7", "state": "running", "options": {}})
    job.type = kind
    job.is_complete = True
    with pytest.raises(JobsError) as caught:
        platform.cancel(job)
    assert (caught.value.code, caught.value.result["missing"]) == ("not_found", ["7"])


@pytest.mark.case("puppet-55", "puppet-18")
def test_until_it_stopped(face: Any, lab_time: Any) -> None:
    """Contract 1.8: what runs comes to its end, and nothing new starts."""
    run = {"type": "deploy", "targets": WEB, "concurrency": 1, "puppet": {"environment": "production"}}
    job = face("invoke", **run)["job"]
    lab_time.sleep(3)
    done = face("cancel", jobs=job, wait=True)
    assert (done["changed"], done["job"]["status"], done["job"]["native_status"]) == (True, "canceled", "stopped")
    assert done["job"]["outcome"] == "finished"
    counts = done["job"]["host_counts"]
    assert (counts["total"], counts["skipped"]) == (3, 2)


@pytest.mark.case("puppet-55")
def test_a_stop_that_comes_late(face: Any, lab_time: Any) -> None:
    """Recording 085: everything had started, so nothing is left to be stopped."""
    job = face("invoke", **SLEEP)["job"]
    lab_time.sleep(3)
    done = face("cancel", jobs=job, wait=True)
    assert (done["changed"], done["job"]["status"], done["job"]["native_status"]) == (True, "successful", "finished")


@pytest.mark.case("puppet-55")
@pytest.mark.parametrize(
    ("state", "status"), [("stopped", "canceled"), ("finished", "successful"), ("failed", "failed")]
)
def test_however_it_ends_after_a_stop(
    face: Any, pe: Any, lab_time: Any, monkeypatch: pytest.MonkeyPatch, state: str, status: str
) -> None:
    """Recordings 083 to 085."""
    job = face("invoke", **SLEEP)["job"]
    lab_time.sleep(3)
    assert face("cancel", jobs=job)["job"]["status"] == "canceling"
    sleep = lab_time.sleep

    def end(seconds: float) -> None:
        sleep(seconds)
        pe.server.disguise(int(job["id"]), state=state)

    monkeypatch.setattr(lab_time, "sleep", end)
    done = face("cancel", jobs=job, wait=True)["job"]
    assert (done["status"], done["native_status"], done["outcome"]) == (status, state, "finished")


@pytest.mark.case("puppet-56")
def test_the_counts_of_the_answer_are_not_the_end(face: Any, pe: Any, lab_time: Any) -> None:
    """Recording 053: they are of the moment of the stop."""
    job = face("invoke", template="lab::sleep", targets=WEB)["job"]
    lab_time.sleep(3)
    body = {"job": {"id": "https://x/jobs/1", "name": "1", "nodes": {"finished": 99}}}
    pe.fault(
        "status",
        status=202,
        method="POST",
        path="/command/stop",
        body=json.dumps(body),
        content_type="application/json",
    )
    result = face("cancel", jobs=job)
    assert (result["job"]["id"], result["job"]["host_counts"]["total"], result["job"]["host_counts"]["ok"]) == (
        job["id"],
        3,
        0,
    )


@pytest.mark.case("puppet-53")
def test_a_stop_may_be_sent_twice(face: Any, pe: Any, stops: Any, lab_time: Any) -> None:
    """Contract 2.4."""
    job = face("invoke", **HANG)["job"]
    pe.fault("cut_answer", method="POST", path="/command/stop")
    assert face("cancel", jobs=job)["changed"] is True
    assert len(stops()) == 2


def test_who_may_not_stop_it(face: Any, refused: Any, pe: Any) -> None:
    job = face("invoke", **HANG)["job"]
    error = refused("cancel", user="reader", jobs=job)
    assert (error.code, error.result["job"]["id"]) == ("forbidden", job["id"])
    assert "Forbidden request" in error.message


# -- force -----------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-57")
def test_force(face: Any, refused: Any, stops: Any, lab_time: Any) -> None:
    """Recording 055: for what does not end by itself."""
    job = face("invoke", **HANG)["job"]
    lab_time.sleep(5)
    assert refused("cancel", jobs=job, wait=True, wait_timeout=60).code == "wait_timeout"
    assert face("cancel", check_mode=True, jobs=job, force=True)["changed"] is True
    done = face("cancel", jobs=job, force=True, wait=True)
    assert (done["changed"], done["job"]["status"]) == (True, "canceled")
    assert stops() == [("stop", {"job": job["id"]}), ("stop", {"job": job["id"], "force": True})]


@pytest.mark.case("puppet-16", "puppet-57")
@pytest.mark.parametrize("launch", [HANG, PLAN])
@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("release", ["2018.1.15", "2019.8.8", "2021.6.0"])
def test_force_is_refused_where_it_would_be_ignored(
    face: Any, refused: Any, pe: Any, stops: Any, lab_time: Any, launch: Any, check_mode: bool, release: str
) -> None:
    """Contract 1.1: such a server would take the request and let the job run."""
    pe.options.release = release
    job = face("invoke", **launch)["job"]
    lab_time.sleep(5)
    error = refused("cancel", check_mode=check_mode, jobs=job, force=True)
    assert error.code == "unsupported"
    assert f"needs Puppet Enterprise 2021.7 or later, and this server is {release}" in error.message
    assert stops() == []


@pytest.mark.case("puppet-16")
def test_force_on_a_server_of_unknown_release(face: Any, refused: Any, pe: Any, stops: Any) -> None:
    job = face("invoke", **HANG)["job"]
    pe.fault("status", status=404, path="/status/v1", times=None, body="no", content_type="text/plain")
    assert "does not say its release" in refused("cancel", jobs=job, force=True).message
    assert stops() == []


@pytest.mark.case("puppet-54")
@pytest.mark.parametrize("check_mode", [True, False])
def test_force_on_what_is_over_is_fine_everywhere(face: Any, pe: Any, check_mode: bool) -> None:
    pe.options.generation = "2019.8"
    job = face("invoke", template="lab::ok", targets=WEB, wait=True)["job"]
    assert face("cancel", check_mode=check_mode, jobs=job, force=True)["changed"] is False


def test_single_nodes_cannot_be_stopped(face: Any, refused: Any, stops: Any) -> None:
    job = face("invoke", **HANG)["job"]
    assert refused("cancel", jobs=job, hosts=WEB[:1]).code == "unsupported"
    assert stops() == []


# -- plans -----------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-58", "puppet-19")
def test_a_plan_and_the_job_that_it_is_in(face: Any, stops: Any, lab_time: Any) -> None:
    """Recording 058: the job would go on by itself."""
    job = face("invoke", **PLAN)["job"]
    lab_time.sleep(5)
    children = face("info", jobs=job, include=["children"])["job"]["children"]
    result = face("cancel", jobs=job)
    assert (result["changed"], result["job"]["outcome"]) == (True, "cancel_requested")
    assert stops() == [("stop_plan", {"plan_job": job["id"]}), ("stop", {"job": children[0]["id"]})]


@pytest.mark.case("puppet-58", "puppet-55")
def test_a_plan_that_we_stopped_is_canceled(face: Any, lab_time: Any) -> None:
    """Recording 151: it ends as a failure, and nothing on the server says why."""
    job = face("invoke", **PLAN)["job"]
    lab_time.sleep(5)
    done = face("cancel", jobs=job, wait=True)
    assert (done["changed"], done["job"]["status"], done["job"]["native_status"]) == (True, "canceled", "failure")
    assert done["job"]["outcome"] == "finished"
    assert done["job"]["explanation"]
    # another task cannot know that
    assert face("info", jobs=job)["job"]["status"] == "failed"


@pytest.mark.case("puppet-58")
def test_a_plan_that_failed_by_itself_is_no_canceled_one(face: Any) -> None:
    job = face("invoke", type="plan", template="lab::plan_fail", wait=True, fail_on=[])["job"]
    result = face("cancel", jobs=job)
    assert (result["changed"], result["job"]["status"]) == (False, "failed")


@pytest.mark.case("puppet-58")
def test_a_plan_that_goes_on_all_the_same(face: Any, refused: Any, lab_time: Any) -> None:
    """Contract 1.8: its code may handle the interrupt."""
    job = face("invoke", type="plan", template="lab::plan_stubborn")["job"]
    lab_time.sleep(5)
    error = refused("cancel", jobs=job, wait=True, wait_timeout=60)
    assert (error.code, error.result["job"]["status"]) == ("wait_timeout", "running")
    done = face("cancel", jobs=job, wait=True)
    assert (done["job"]["status"], done["job"]["native_status"]) == ("successful", "success")


@pytest.mark.case("puppet-58")
def test_a_plan_that_is_pending(face: Any, pe: Any, stops: Any) -> None:
    """Recording 147."""
    pe.options.plan_slots = 1
    face("invoke", **PLAN)
    job = face("invoke", **PLAN)["job"]
    assert job["status"] == "pending"
    assert face("cancel", jobs=job)["changed"] is True
    assert stops() == [("stop_plan", {"plan_job": job["id"]})]


@pytest.mark.case("puppet-58", "puppet-57")
def test_force_is_for_the_job_of_the_plan(face: Any, stops: Any, lab_time: Any) -> None:
    job = face("invoke", **PLAN)["job"]
    lab_time.sleep(5)
    done = face("cancel", jobs=job, force=True, wait=True)
    assert done["job"]["status"] == "canceled"
    plan_stop, job_stop = stops()
    assert plan_stop == ("stop_plan", {"plan_job": job["id"]})
    assert job_stop[1]["force"] is True


@pytest.mark.case("puppet-16")
@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("release", ["2018.1.15", "2019.8.8", "2021.7.0"])
def test_plans_that_an_old_server_cannot_stop(
    face: Any, refused: Any, pe: Any, stops: Any, lab_time: Any, check_mode: bool, release: str
) -> None:
    """Contract 1.1: stop_plan came with 2021.7.1."""
    pe.options.release = release
    job = face("invoke", **PLAN)["job"]
    lab_time.sleep(5)
    error = refused("cancel", check_mode=check_mode, jobs=job)
    assert error.code == "unsupported"
    assert "stopping a plan needs Puppet Enterprise 2021.7.1 or later" in error.message
    # nothing is half done
    assert [command for command, _body in stops() if command == "stop"] == []


@pytest.mark.case("puppet-58")
def test_a_job_of_the_plan_that_may_not_be_stopped(played: Any, recorded: Any, answered: Any) -> None:
    """Recording 148."""
    plan = {**recorded("148")["response"]["body"], "name": "7"}
    plan["status"] = {"12": [{"state": "finished"}], "13": [{"state": "new"}, {"state": "running"}]}
    platform = played(
        {
            "/plan_jobs/7": plan,
            "POST /command/stop_plan": recorded("058"),
            "POST /command/stop": answered(403, "Forbidden request: no"),
        }
    )
    job = platform.get_job(JobRef("7", "plan_job"))
    assert platform.cancel(job).changed is True
    assert job.warnings == ["The plan was stopped, but its job 13 goes on: Forbidden request: no"]
    assert platform.client.sent()[1:] == [("/command/stop", {"job": "13"})]


@pytest.mark.case("puppet-58")
def test_a_plan_that_cannot_be_read_after_its_stop(played: Any, recorded: Any, answered: Any) -> None:
    """It was stopped, so it is canceled when it ends."""
    body = recorded("148")["response"]["body"]
    looks: list[Any] = [body, answered(503, "down"), {**body, "state": "failure"}]
    number = body["name"]
    platform = played({f"/plan_jobs/{number}": lambda _given: looks.pop(0), "POST /command/stop_plan": recorded("058")})
    job = platform.get_job(JobRef(number, "plan_job"))
    assert platform.cancel(job).changed is True
    assert "its jobs could not be read" in job.warnings[0]
    assert platform.get_job(JobRef(number, "plan_job")).status == "canceled"


# -- check mode and many ---------------------------------------------------------------------------------------


@pytest.mark.case("puppet-59")
@pytest.mark.parametrize("launch", [HANG, PLAN])
def test_check_mode(face: Any, pe: Any, commands: Any, lab_time: Any, launch: dict[str, Any]) -> None:
    job = face("invoke", **launch)["job"]
    lab_time.sleep(5)
    pe.lab.forget_requests()
    result = face("cancel", check_mode=True, jobs=job, wait=True)
    assert (result["changed"], result["job"]["outcome"], result["job"]["status"]) == (
        True,
        "cancel_requested",
        "running",
    )
    assert commands() == []


@pytest.mark.case("puppet-51", "puppet-59")
def test_jobs_of_both_kinds_with_one_number(face: Any, stops: Any, lab_time: Any) -> None:
    jobs = [face("invoke", **launch)["job"] for launch in (HANG, PLAN)]
    assert jobs[0]["id"] == jobs[1]["id"]
    lab_time.sleep(5)
    result = face("cancel", jobs=jobs)
    assert [job["type"] for job in result["jobs"]] == ["job", "plan_job"]
    assert [command for command, _body in stops()] == ["stop", "stop_plan", "stop"]


@pytest.mark.case("puppet-22")
@pytest.mark.parametrize(("launch", "command"), [(HANG, "stop"), (PLAN, "stop_plan")])
def test_a_time_out_that_cancels(refused: Any, stops: Any, launch: dict[str, Any], command: str) -> None:
    error = refused("invoke", **launch, wait=True, wait_timeout=30, on_timeout="cancel")
    assert error.code == "wait_timeout"
    assert error.result["changed"] is True
    assert error.result["job"]["outcome"] == "cancel_requested"
    assert stops()[0][0] == command
    assert "force" not in stops()[0][1]
