# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for jobs and plans: Puppet contract 1.13, checklist 18 to 26 and 67."""

from __future__ import annotations

import json
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _faces
from ansible_collections.unified.jobs.plugins.module_utils._describe import Include
from ansible_collections.unified.jobs.plugins.module_utils._errors import WaitTimeoutError
from ansible_collections.unified.jobs.plugins.module_utils._types import JobRef
from ansible_collections.unified.jobs.plugins.module_utils._wait import Waiter, WaitOptions
from ansible_collections.unified.jobs.plugins.module_utils._watched import Watched
from unified_jobs_lab import gate

WEB = [f"web{number}.example.com" for number in range(1, 4)]
HANG = {"template": "lab::hang", "targets": WEB[:1]}
SLEEP = {"template": "lab::sleep", "targets": WEB[:2]}
PATHS = {"job": "/jobs/7", "plan_job": "/plan_jobs/7"}


def job(state: str, **more: Any) -> dict[str, Any]:
    counts = {"node_count": 1, "node_states": {"finished" if state == "finished" else "running": 1}}
    return {"name": "7", "type": "task", "state": state, "status": [], "options": {"task": "t"}, **counts, **more}


def plan(state: str) -> dict[str, Any]:
    return {"name": "7", "state": state, "status": {}, "options": {"plan_name": "p"}, "result": None}


def watch(played: Any, kind: str, looks: list[Any], manual_time: Any, **options: Any) -> Watched:
    """Wait for a job that looks so each time; the last look stays."""

    def look(_given: Any) -> Any:
        return looks.pop(0) if len(looks) > 1 else looks[0]

    nodes = {"items": [{"name": "a", "state": "finished", "result": {}}]}
    platform = played({PATHS[kind]: look, "/jobs/7/nodes": nodes})
    item = Watched(platform, JobRef("7", kind))
    Waiter([item], WaitOptions(**{"timeout": 60.0, "interval": 5.0, **options}), Include(), manual_time).run()
    return item


# -- states ----------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-18")
@pytest.mark.parametrize("state", ["new", "ready", "running", "stopping"])
def test_a_job_in_this_state_is_waited_for(played: Any, manual_time: Any, state: str) -> None:
    """Recordings 080 to 083."""
    item = watch(played, "job", [job(state), job(state), job("finished")], manual_time)
    assert (item.outcome, item.job and item.job.status) == ("finished", "successful")
    assert manual_time.slept[:2] == [5.0, 5.0]
    late = watch(played, "job", [job(state)], manual_time)
    assert late.outcome == "timed_out"


@pytest.mark.case("puppet-18")
@pytest.mark.parametrize(
    ("state", "status"), [("stopped", "canceled"), ("finished", "successful"), ("failed", "failed")]
)
def test_a_job_in_this_state_is_over(played: Any, manual_time: Any, state: str, status: str) -> None:
    """Recordings 075 to 086."""
    item = watch(played, "job", [job(state)], manual_time)
    assert (item.outcome, item.job and item.job.status) == ("finished", status)
    assert manual_time.slept == []


@pytest.mark.case("puppet-19")
@pytest.mark.parametrize("state", ["pending", "running"])
def test_a_plan_in_this_state_is_waited_for(played: Any, manual_time: Any, state: str) -> None:
    """Recordings 147 and 148."""
    item = watch(played, "plan_job", [plan(state), plan("success")], manual_time)
    assert (item.outcome, item.job and item.job.status, manual_time.slept) == ("finished", "successful", [5.0])


@pytest.mark.case("puppet-19")
@pytest.mark.parametrize(("state", "status"), [("success", "successful"), ("failure", "failed")])
def test_a_plan_in_this_state_is_over(played: Any, manual_time: Any, state: str, status: str) -> None:
    item = watch(played, "plan_job", [plan(state)], manual_time)
    assert (item.outcome, item.job and item.job.status, manual_time.slept) == ("finished", status, [])


@pytest.mark.case("puppet-19", "puppet-20")
@pytest.mark.parametrize(
    ("kind", "look"),
    [
        # words of jobs mean nothing for a plan, nor those of plans for a job
        *(("plan_job", plan(state)) for state in ("finished", "failed", "stopped", "new")),
        *(("job", job(state)) for state in ("success", "failure", "pending")),
        *(("job", job(state)) for state in ("exploded", "", "FINISHED")),
        ("job", {**job("new"), "state": None}),
        ("plan_job", plan("paused")),
    ],
)
def test_what_is_not_known_is_waited_for_and_warned_of_once(
    played: Any, manual_time: Any, kind: str, look: dict[str, Any]
) -> None:
    """Recording 090."""
    item = watch(played, kind, [look], manual_time)
    assert (item.outcome, item.job and item.job.status) == ("timed_out", "unknown")
    assert item.job is not None
    assert len(item.job.warnings) == 1
    assert "is not known here" in item.job.warnings[0]
    assert sum(manual_time.slept) == 60


@pytest.mark.case("puppet-20")
def test_an_unknown_state_on_a_server(face: Any, refused: Any, pe: Any) -> None:
    launched = face("invoke", template="lab::ok", targets=WEB)["job"]
    pe.server.disguise(int(launched["id"]), state="hibernating")
    error = refused("wait", jobs=launched, wait_timeout=60)
    assert error.code == "wait_timeout"
    (said,) = error.result["job"]["warnings"]
    assert "'hibernating'" in said


@pytest.mark.case("puppet-35")
def test_the_nodes_have_a_say_in_the_end(face: Any, refused: Any) -> None:
    """Recording 106."""
    error = refused("invoke", template="lab::soft_error", targets=WEB[:1], wait=True)
    assert (error.code, error.result["job"]["native_status"]) == ("job_failed", "finished")
    assert "soft failure" in error.message


# -- on a server -----------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-18")
@pytest.mark.parametrize("generation", ["2018.1", "2019.8", "2023"])
@pytest.mark.parametrize(
    ("launch", "status"),
    [
        ({"template": "lab::ok", "targets": WEB}, "successful"),
        ({"template": "lab::partial", "targets": WEB}, "failed"),
        ({"template": "lab::unreachable", "targets": WEB}, "failed"),
        ({"template": "lab::broken", "targets": WEB}, "failed"),
        ({"type": "deploy", "targets": WEB, "puppet": {"environment": "production"}}, "successful"),
        ({"type": "plan", "template": "lab::plan_ok"}, "successful"),
        ({"type": "plan", "template": "lab::plan_fail"}, "failed"),
        ({"type": "plan", "template": "lab::plan_catch"}, "successful"),
    ],
)
def test_how_they_end(face: Any, pe: Any, launch: dict[str, Any], status: str, generation: str) -> None:
    pe.options.generation = generation
    done = face("invoke", **launch, wait=True, fail_on=[])["job"]
    assert (done["status"], done["outcome"]) == (status, "finished")


def test_polling_is_one_small_request(face: Any, pe: Any) -> None:
    """Contract 3, lesson 8: nodes are read at the end, once."""
    launched = face("invoke", **SLEEP)["job"]
    pe.lab.forget_requests()
    face("wait", jobs=launched)
    asked = [one.path.rpartition("/v1/")[2] for one in pe.requests()]
    assert len(asked) > 3
    assert asked[-1] == f"jobs/{launched['id']}/nodes"
    assert set(asked[:-1]) == {f"jobs/{launched['id']}"}


def test_many_are_polled_by_the_list(face: Any, pe: Any) -> None:
    launched = [face("invoke", **SLEEP, validate=False)["job"] for _number in range(10)]
    pe.lab.forget_requests()
    done = face("wait", jobs=launched)["jobs"]
    assert {one["status"] for one in done} == {"successful"}
    lists = pe.requests("GET", "/jobs$")
    # and once each in the end, for what the list does not say
    assert len(lists) > 1
    assert len(pe.requests("GET", r"/jobs/\d+$")) == 10


@pytest.mark.case("puppet-22")
@pytest.mark.parametrize("launch", [HANG, {"type": "plan", "template": "lab::plan_hang"}])
def test_a_time_out_leaves_the_job_alone(refused: Any, commands: Any, launch: dict[str, Any]) -> None:
    error = refused("invoke", **launch, wait=True, wait_timeout=60, include=["hosts"])
    assert (error.code, error.result["changed"]) == ("wait_timeout", True)
    seen = error.result["job"]
    assert (seen["status"], seen["outcome"]) == ("running", "timed_out")
    assert [host["name"] for host in seen["hosts"]][:1] == WEB[:1]
    assert len(commands()) == 1


@pytest.mark.case("puppet-21")
def test_the_time_of_requests_counts(pe: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the real clock: an answer that hangs does not outlive the deadline by much."""
    values = {"platform": "puppet", "url": pe.url, "token": pe.token()}
    launched = _faces.invoke({**values, **HANG}.get)["job"]
    over = threading.Event()
    monkeypatch.setattr(gate, "time", SimpleNamespace(sleep=over.wait, monotonic=time.monotonic))
    pe.fault("delay", seconds=300.0, path="/jobs/", times=None)
    start = time.monotonic()
    with pytest.raises(WaitTimeoutError) as caught:
        _faces.wait({**values, "jobs": launched, "wait_timeout": 1.0, "request_timeout": 0.3}.get)
    assert time.monotonic() - start < 100
    assert len(pe.requests("GET", "/jobs/")) < 4
    over.set()
    assert "did not answer in time" in caught.value.message
    pe.lab.clear_faults()


@pytest.mark.case("puppet-26")
@pytest.mark.parametrize("interval", [0, -1, float("nan"), float("inf")])
def test_an_interval_that_is_none(refused: Any, pe: Any, interval: float) -> None:
    error = refused("invoke", **HANG, wait=True, wait_interval=interval)
    assert (error.code, error.message.startswith("wait_interval")) == ("invalid_option", True)
    assert pe.requests("POST", "/command/") == []


@pytest.mark.case("puppet-26")
def test_an_interval_longer_than_the_time_left_is_cut(refused: Any, lab_time: Any) -> None:
    refused("invoke", **HANG, wait=True, wait_interval=50, wait_timeout=70)
    assert lab_time.slept == [50, 20]


# -- trouble ---------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-23")
@pytest.mark.parametrize(
    "fault",
    [
        {"action": "status", "status": 500, "body": "017"},
        {"action": "status", "status": 503, "body": "018"},
        {"action": "status", "status": 502},
        {"action": "reset"},
        {"action": "cut_body"},
        {"action": "broken_json"},
        {"action": "html"},
    ],
)
@pytest.mark.parametrize("times", [1, 6])
def test_a_hiccup_ends_no_wait(face: Any, pe: Any, recorded: Any, fault: dict[str, Any], times: int) -> None:
    """Recordings 017 and 018; real servers say that the connection was closed."""
    launched = face("invoke", template="lab::sleep", targets=WEB, parameters={"seconds": 60})["job"]
    face("info", jobs=launched)
    if "body" in fault:
        known = recorded(fault["body"])["response"]
        is_json = isinstance(known["body"], dict)
        body = json.dumps(known["body"]) if is_json else known["body"]
        fault = {**fault, "body": body, "content_type": "application/json" if is_json else "text/html"}
    pe.fault(**fault, path=r"/jobs/\d+$", times=times, skip=2)
    assert face("wait", jobs=launched)["job"]["status"] == "successful"
    assert pe.lab.benches["puppet"].gate.faults.pending() == []


@pytest.mark.case("puppet-23")
def test_a_server_that_stays_away(face: Any, refused: Any, pe: Any) -> None:
    launched = face("invoke", **HANG)["job"]
    pe.fault("status", status=503, path="/jobs/", times=None)
    error = refused("wait", jobs=launched, wait_timeout=120)
    assert error.code == "wait_timeout"
    assert "503" in error.message


@pytest.mark.case("puppet-24")
@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("launch", [HANG, {"type": "plan", "template": "lab::plan_hang"}])
def test_a_token_that_expires_meanwhile(
    refused: Any, pe: Any, lab_time: Any, monkeypatch: pytest.MonkeyPatch, launch: dict[str, Any], status: int
) -> None:
    """Recordings 010 and 014: it ends the wait early, clearly, and with the id."""
    pe.options.expired_status = status
    sleep = lab_time.sleep

    def expire(seconds: float) -> None:
        sleep(seconds)
        if len(lab_time.slept) == 3:
            pe.server.expire_tokens(pe.token())

    monkeypatch.setattr(lab_time, "sleep", expire)
    error = refused("invoke", **launch, wait=True, wait_timeout=3600)
    assert error.code == "unauthorized"
    assert "the token has expired: make a new one" in error.message
    assert "Check the token from the options" in error.message
    assert (error.result["job"]["id"], error.result["changed"]) == ("1001", True)
    assert sum(lab_time.slept) < 60


@pytest.mark.case("puppet-24")
@pytest.mark.parametrize(
    ("end", "says"),
    [("revoked", "the token was revoked"), ("timed-out", "the token was not used for too long")],
)
def test_a_token_that_ends_in_another_way(face: Any, refused: Any, pe: Any, end: str, says: str) -> None:
    """Recordings 011 to 013."""
    launched = face("invoke", **HANG)["job"]
    pe.server.keeper.end(pe.token(), end)
    error = refused("wait", jobs=launched, wait_timeout=600)
    assert error.code == "unauthorized"
    assert says in error.message


@pytest.mark.case("puppet-25")
@pytest.mark.parametrize("launch", [HANG, {"type": "plan", "template": "lab::plan_hang"}])
def test_a_job_that_is_pruned_meanwhile(
    refused: Any, pe: Any, lab_time: Any, monkeypatch: pytest.MonkeyPatch, launch: dict[str, Any]
) -> None:
    """Recordings 092 and 154: old jobs are pruned, and a new installation has none."""
    sleep = lab_time.sleep

    def prune(seconds: float) -> None:
        sleep(seconds)
        if len(lab_time.slept) == 3:
            pe.server.engine.jobs.clear()
            pe.server.prune_plan(1001)

    monkeypatch.setattr(lab_time, "sleep", prune)
    error = refused("invoke", **launch, wait=True)
    assert error.code == "job_gone"
    assert (error.result["job"]["id"], error.result["missing"]) == ("1001", ["1001"])
    assert "1001" in error.message


@pytest.mark.case("puppet-25")
def test_a_job_that_never_was(refused: Any) -> None:
    error = refused("wait", jobs=4711, type="job")
    assert (error.code, error.result["missing"]) == ("not_found", ["4711"])
    assert "pruned" in error.message


@pytest.mark.case("puppet-51", "puppet-52")
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"jobs": 7}, "numbers jobs, plan jobs and scheduled jobs each on their own"),
        ({"jobs": "7a", "type": "job"}, "'7a' is not an id of Puppet Enterprise"),
        ({"jobs": "-7", "type": "job"}, "'-7' is not an id"),
        ({"jobs": "\u0667", "type": "job"}, "is not an id"),
        ({"jobs": "7" * 30, "type": "job"}, "is not an id"),
    ],
)
def test_what_names_no_job(refused: Any, pe: Any, options: dict[str, Any], says: str) -> None:
    error = refused("wait", **options)
    assert error.code == "invalid_option"
    assert says in error.message
    assert pe.requests() == []


@pytest.mark.case("puppet-67")
def test_a_401_of_a_console_that_starts_is_waited_out(face: Any, pe: Any, recorded: Any) -> None:
    """Recording 004: its kind ends in server-error."""
    launched = face("invoke", **SLEEP)["job"]
    known = recorded("004")["response"]
    pe.fault("status", status=401, body=json.dumps(known["body"]), content_type="application/json", times=6)
    assert face("wait", jobs=launched)["job"]["status"] == "successful"
    assert sum(one.status == 401 for one in pe.requests()) == 6


@pytest.mark.case("puppet-67")
def test_a_launch_that_such_a_401_refuses_is_not_repeated(refused: Any, pe: Any, recorded: Any, commands: Any) -> None:
    """It was refused, so nothing was started, and nothing has to be looked for."""
    body = json.dumps(recorded("004")["response"]["body"])
    pe.fault("status", status=401, body=body, content_type="application/json", method="POST", path="/command/")
    error = refused("invoke", **HANG)
    assert error.code == "server_error"
    assert len(commands()) == 1
    assert pe.requests("GET", "/jobs$") == []


@pytest.mark.case("puppet-67")
@pytest.mark.parametrize("kind", ["invalid-token", "user-unauthenticated", "user-revoked"])
def test_a_real_401_is_final(refused: Any, pe: Any, kind: str) -> None:
    """Recordings 008 and 012: no retry with the same token."""
    pe.refusal(401, kind, times=None)
    assert refused("info").code == "unauthorized"
    assert len(pe.requests()) == 1
