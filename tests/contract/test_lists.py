# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is promised of a launch holds for each of a list, on every platform (house 0.4)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError

ROW = ("name", "server", "outcome", "changed", "ids", "error", "msg")


def invoke(world: Any, jobs: list[dict[str, Any]], **options: Any) -> dict[str, Any]:
    """A list of launches, of the template that succeeds if they do not say another."""
    result: dict[str, Any] = world.face("invoke", **{"template": world.names.ok, "jobs": jobs, **options})
    check(result)
    return result


def failing(world: Any, jobs: list[dict[str, Any]], **options: Any) -> JobsError:
    with pytest.raises(JobsError) as caught:
        invoke(world, jobs, **options)
    error = caught.value
    result = error.to_result()
    assert json.loads(json.dumps(result)) == result
    assert "\n" not in result["msg"]
    check(result)
    return error


def check(result: dict[str, Any]) -> None:
    """Each id of a row is that of a job in the result, and no job is in no row."""
    for row in result["launches"]:
        assert tuple(row)[: len(ROW)] == ROW
        assert set(row) <= {*ROW, "request", "candidates", "http_status"}
        assert (row["error"] is not None) is (row["outcome"] == "failed")
    told = [number for row in result["launches"] for number in row["ids"]]
    assert [job["id"] for job in result["jobs"] if job["id"] is not None] == list(dict.fromkeys(told))


def outcomes(result: dict[str, Any]) -> list[str]:
    return [row["outcome"] for row in result["launches"]]


def made(world: Any) -> list[str]:
    """The ids of the jobs on the server, the oldest first."""
    return [job["id"] for job in reversed(world.face("info")["jobs"])]


# -- all is well -----------------------------------------------------------------------------------------------


def test_each_is_sent_once_in_order(world: Any) -> None:
    names = world.names
    result = invoke(world, [{}, {"template": names.fail}, {"template": names.sleep}, {}])
    assert len(world.writes()) == 4
    assert [row["name"] for row in result["launches"]] == [names.ok, names.fail, names.sleep, names.ok]
    assert [job["template"]["name"] for job in result["jobs"]] == [row["name"] for row in result["launches"]]
    assert outcomes(result) == ["launched"] * 4
    assert [job["id"] for job in result["jobs"]] == made(world)
    assert ("job" in result, result["changed"]) == (False, True)


def test_wait(world: Any) -> None:
    result = invoke(world, [{}, {}], wait=True, include=["hosts"])
    assert [(job["status"], job["outcome"]) for job in result["jobs"]] == [("successful", "finished")] * 2
    assert all(job["hosts"] for job in result["jobs"])
    assert result["missing"] == []


def test_check_mode(world: Any) -> None:
    result = invoke(world, [{}, {"template": world.names.fail}], check_mode=True, wait=True, max_concurrent=1)
    assert world.writes() == []
    assert (result["changed"], outcomes(result)) == (True, ["planned"] * 2)
    assert [(job["id"], job["status"]) for job in result["jobs"]] == [(None, "pending")] * 2
    assert all(row["request"]["body"] is not None for row in result["launches"])
    assert world.face("wait", check_mode=True, jobs=result)["changed"] is False


def test_equal_launches_read_little(world: Any) -> None:
    """What the plans read is read once, and no launch needs a read of its own."""
    world.forget()
    invoke(world, [{}] * 50)
    assert len(world.writes()) == 50
    # Puppet Enterprise answers with an id only, and the job is read once
    assert len(world.sent) - 50 <= (58 if world.platform == "puppet" else 8)


def test_what_the_plans_read_is_forgotten(world: Any) -> None:
    """A wait that saw the answers of the plan again would never end."""
    first = world.launch(world.names.ok)
    result = invoke(world, [{"rerun": first}, {}], wait=True)
    assert [job["status"] for job in result["jobs"]] == ["successful"] * 2


# -- nothing is sent if one cannot be planned -------------------------------------------------------------------


@pytest.mark.parametrize("check_mode", [False, True])
def test_all_that_cannot_be_launched_are_named(world: Any, check_mode: bool) -> None:
    jobs: list[dict[str, Any]] = [
        {},
        {"template": "no such thing"},
        {"targets": []},
        {"parameters": {"x": float("inf")}},
    ]
    error = failing(world, jobs, check_mode=check_mode, on_failure="continue")
    assert world.writes() == []
    for said in (
        "Launch 2 of 4 (no such thing): ",
        f"Launch 3 of 4 ({world.names.ok}): targets is empty",
        f"Launch 4 of 4 ({world.names.ok}): parameters: x holds a value that JSON does not have",
        "Nothing was launched.",
    ):
        assert said in error.message
    assert error.code == "not_found"
    assert outcomes(error.result) == ["not_launched", "failed", "failed", "failed"]
    assert [row["error"] for row in error.result["launches"]] == [None, "not_found", "no_targets", "invalid_option"]
    assert (error.result["changed"], error.result["jobs"]) == (False, [])


def test_one_without_hosts_is_skipped(world: Any) -> None:
    result = invoke(world, [{"targets": [], "on_no_targets": "skip"}, {}], wait=True)
    assert (outcomes(result), len(world.writes())) == (["skipped", "launched"], 1)
    assert "targets is empty" in result["launches"][0]["msg"]
    assert result["job"]["status"] == "successful"
    world.forget()
    result = invoke(world, [{"targets": []}] * 2, on_no_targets="skip")
    assert (outcomes(result), result["changed"], world.sent) == (["skipped"] * 2, False, [])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"jobs": [{}], "max_concurrent": 2}, "max_concurrent goes with wait"),
        ({"jobs": [{}], "max_concurrent": 0, "wait": True}, "max_concurrent must be 1"),
        ({"jobs": [{}], "wait_interval": 0, "wait": True}, "wait_interval must be"),
        ({"jobs": [{}], "include": ["everything"]}, "include: 'everything'"),
        ({"jobs": [{}, {"rerun": ["1", "2"]}]}, "Launch 2 of 2: rerun names 2 jobs"),
        ({"max_concurrent": 2}, "max_concurrent goes together with jobs"),
        ({"on_failure": "stop"}, "on_failure goes together with jobs"),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_bad_input_is_refused_before_any_request(
    world: Any, options: dict[str, Any], says: str, check_mode: bool
) -> None:
    with pytest.raises(JobsError) as caught:
        world.face("invoke", check_mode=check_mode, template=world.names.ok, **options)
    assert says in caught.value.message
    assert caught.value.code == "invalid_option"
    assert world.sent == []


def test_run_again(world: Any) -> None:
    """The same job twice makes two."""
    if "rerun" not in world.kind.FEATURES:
        pytest.skip("the platform cannot")
    first = world.launch(world.names.ok, wait=True)
    world.forget()
    result = invoke(world, [{"rerun": first}, {"rerun": first}, {}], wait=True)
    assert outcomes(result) == ["launched"] * 3
    assert (len({job["id"] for job in result["jobs"]} | {first["id"]}), len(world.writes())) == (4, 3)
    assert result["launches"][0]["name"] == f"job {first['id']} again"


def test_run_again_where_nothing_failed(world: Any) -> None:
    if "rerun_failed" not in world.kind.FEATURES:
        pytest.skip("the platform cannot")
    first = world.launch(world.names.ok, wait=True)
    bad = world.launch(world.names.fail, wait=True, fail_on=[])
    world.forget()
    jobs = [{"rerun": first}, {"rerun": bad}]
    error = failing(world, jobs, rerun_hosts="failed")
    assert (error.code, world.writes()) == ("no_targets", [])
    assert outcomes(error.result) == ["failed", "not_launched"]
    result = world.face("invoke", jobs=jobs, rerun_hosts="failed", on_no_targets="skip", wait=True, fail_on=[])
    assert [job["id"] for job in result["jobs"]][:1] == [first["id"]]
    assert (outcomes(result), len(world.writes())) == (["skipped", "launched"], 1)


# -- how it ends -----------------------------------------------------------------------------------------------


def test_fail_on(world: Any) -> None:
    jobs: list[dict[str, Any]] = [{}, {"template": world.names.fail}, {}]
    error = failing(world, jobs, wait=True)
    assert error.code == "job_failed"
    assert [job["status"] for job in error.result["jobs"]] == ["successful", "failed", "successful"]
    assert error.result["jobs"][1]["id"] in error.message
    assert outcomes(error.result) == ["launched"] * 3
    result = invoke(world, jobs, wait=True, fail_on=["error"])
    assert [job["status"] for job in result["jobs"]] == ["successful", "failed", "successful"]


@pytest.mark.parametrize("on_timeout", ["leave", "cancel"])
def test_the_time_is_over(world: Any, on_timeout: str) -> None:
    jobs: list[dict[str, Any]] = [{}, {"template": world.names.sleep}]
    error = failing(world, jobs, wait=True, wait_timeout=30, on_timeout=on_timeout)
    assert error.code == "wait_timeout"
    ended = "cancel_requested" if on_timeout == "cancel" else "timed_out"
    assert [job["outcome"] for job in error.result["jobs"]] == ["finished", ended]
    assert len(world.writes()) == (3 if on_timeout == "cancel" else 2)


@pytest.mark.parametrize("most", [1, 2])
def test_no_more_run_at_once_than_may(world: Any, most: int) -> None:
    result = invoke(world, [{}] * 5, wait=True, max_concurrent=most)
    assert (len(world.writes()), outcomes(result)) == (5, ["launched"] * 5)
    jobs = result["jobs"]
    assert [job["id"] for job in jobs] == made(world)
    for number, job in enumerate(jobs):
        assert sum(other["finished_at"] > job["created_at"] for other in jobs[:number]) < most


@pytest.mark.parametrize(
    ("on_failure", "sent", "ended"),
    [
        ("continue", 4, ["finished"] * 4),
        ("stop", 2, ["finished"] * 2),
        ("cancel", 2, ["finished", "cancel_requested"]),
    ],
)
def test_a_job_that_failed(world: Any, on_failure: str, sent: int, ended: list[str]) -> None:
    names = world.names
    jobs = [{"template": names.fail}, {"template": names.ok if on_failure != "cancel" else names.sleep}, {}, {}]
    error = failing(world, jobs, wait=True, max_concurrent=2, on_failure=on_failure)
    assert error.code == "job_failed"
    assert [job["outcome"] for job in error.result["jobs"]] == ended
    assert outcomes(error.result) == ["launched"] * sent + ["not_launched"] * (4 - sent)
    assert len(made(world)) == sent
    assert (f"{4 - sent} of 4 launches were not made." in error.message) is (sent < 4)


# -- what is not known -----------------------------------------------------------------------------------------

LOST = ["cut_answer", "broken_json", "cut_body"]
CALLED_OFF: dict[str, Any] = {"action": "status", "status": 502, "method": "POST"}


@pytest.mark.parametrize("action", LOST)
def test_each_gets_its_own_job(simulated: Any, action: str) -> None:
    """The server made the job and did not say so, in the middle of equal launches."""
    simulated.fault(action, method="POST", skip=1, times=2)
    simulated.forget()
    result = invoke(simulated, [{}] * 4, wait=True)
    assert len(simulated.writes()) == 4
    assert (outcomes(result), [row["ids"] for row in result["launches"]]) == (
        ["launched"] * 4,
        [[number] for number in made(simulated)],
    )
    assert ["answer to the launch was lost" in " ".join(job["warnings"]) for job in result["jobs"]] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("on_failure", "sent"), [("continue", ["a", None, "b"]), ("stop", ["a", None]), ("cancel", ["a", None])]
)
@pytest.mark.parametrize("wait", [False, True])
def test_one_that_did_not_take_effect(simulated: Any, on_failure: str, sent: list[Any], wait: bool) -> None:
    """The jobs of equal launches are not taken for it, and their ids stay."""
    simulated.fault(**CALLED_OFF, skip=1)
    simulated.forget()
    names = simulated.names
    options = {"template": names.sleep if on_failure == "cancel" else names.ok, "wait": wait}
    error = failing(simulated, [{}] * 3, on_failure=on_failure, **options)
    writes = len(simulated.writes())
    assert error.code == "launch_unknown"
    assert error.message.startswith(f"Launch 2 of 3 ({options['template']}): It is not known")
    there = made(simulated)
    assert [job["id"] for job in error.result["jobs"]] == there
    assert len(there) == sum(name is not None for name in sent)
    rows = error.result["launches"]
    assert [bool(row["ids"]) for row in rows[: len(sent)]] == [name is not None for name in sent]
    assert (rows[1]["candidates"], rows[1]["error"]) == ([], "launch_unknown")
    assert rows[1]["request"]["body"] is not None
    assert writes == len(sent) + (on_failure == "cancel")
    if on_failure == "cancel":
        assert [job["outcome"] for job in error.result["jobs"]] == ["cancel_requested"]


def test_after_one_that_is_not_known(simulated: Any) -> None:
    """What is found for an equal launch may be the job of the one before, but where each has a mark of its own."""
    simulated.fault(**CALLED_OFF)
    simulated.fault("cut_answer", method="POST")
    simulated.forget()
    error = failing(simulated, [{}] * 3)
    assert len(simulated.writes()) == 3
    first, second, third = error.result["launches"]
    there = made(simulated)
    assert (first["error"], first["candidates"], third["ids"]) == ("launch_unknown", [], there[1:])
    if simulated.platform == "puppet":
        assert second["ids"] == there[:1]
    else:
        assert (second["error"], [job["id"] for job in second["candidates"]]) == ("launch_unknown", there[:1])


def test_after_one_that_is_not_known_others_are_found(simulated: Any) -> None:
    simulated.fault(**CALLED_OFF)
    simulated.fault("cut_answer", method="POST")
    error = failing(simulated, [{}, {"template": simulated.names.fail}])
    assert outcomes(error.result) == ["failed", "launched"]


def test_refused(simulated: Any) -> None:
    simulated.fault("status", status=403, body="{}", method="POST", skip=1)
    error = failing(simulated, [{}] * 3, wait=True)
    assert (error.code, outcomes(error.result)) == ("forbidden", ["launched", "failed", "launched"])
    assert [job["status"] for job in error.result["jobs"]] == ["successful"] * 2


# -- many servers ----------------------------------------------------------------------------------------------


def spread(worlds: list[Any], **options: Any) -> list[dict[str, Any]]:
    """A launch on each server."""
    jobs = []
    for world in worlds:
        item = {"server": world.access["server"], "template": world.names.ok, "target_query": world.names.targets}
        jobs.append({**item, **options})
    return jobs


def everywhere(worlds: list[Any], jobs: list[dict[str, Any]], **options: Any) -> dict[str, Any]:
    result: dict[str, Any] = worlds[0].face("invoke", server=None, jobs=jobs, **options)
    return result


def test_several_servers(worlds: list[Any]) -> None:
    jobs = spread(worlds)
    result = everywhere(worlds, [*jobs, *jobs], wait=True, max_concurrent=2)
    names = [world.access["server"] for world in worlds]
    assert [job["server"] for job in result["jobs"]] == names * 2
    assert [row["server"] for row in result["launches"]] == names * 2
    assert [job["status"] for job in result["jobs"]] == ["successful"] * 6
    again = everywhere(worlds, [{"rerun": job} for job in result["jobs"][:3]], wait=True)
    assert [job["server"] for job in again["jobs"]] == names


def test_options_of_each_platform(worlds: list[Any], lab: Any) -> None:
    jobs = spread(worlds)
    own = {**jobs[1], "foreman": {"ssh_user": "own"}}
    everywhere(worlds, [*jobs, own], foreman={"ssh_user": "shared"})
    sent = [entry.body["job_invocation"] for entry in lab.requests("POST", "job_invocations$", platform="foreman")]
    assert [body["ssh_user"] for body in sent] == ["shared", "own"]
    with pytest.raises(JobsError, match="awx: no launch of the list is on this platform"):
        everywhere(worlds, jobs[1:], awx={"verbosity": 1})


@pytest.mark.parametrize("down", [0, 1, 2])
def test_a_server_that_is_down_when_it_is_planned(worlds: list[Any], lab: Any, down: int) -> None:
    worlds[down].fault("status", times=None, status=503)
    with pytest.raises(JobsError) as caught:
        everywhere(worlds, [*spread(worlds), *spread(worlds)])
    error = caught.value
    assert error.code == "server_error"
    assert error.message.startswith(f"Launch {down + 1} of 6 ({worlds[down].names.ok}): ")
    assert error.message.endswith("Nothing was launched.")
    assert error.message.count("Launch ") == 1
    lab.clear_faults()
    assert [made(world) for world in worlds] == [[], [], []]


@pytest.mark.parametrize("down", [0, 1, 2])
def test_a_server_that_dies_before_the_launch(
    worlds: list[Any], lab: Any, monkeypatch: pytest.MonkeyPatch, down: int
) -> None:
    send = requests.Session.request
    address = lab.url(worlds[down].platform)

    def refusing(session: Any, method: str, url: str, *args: Any, **options: Any) -> Any:
        if url.startswith(address) and method.upper() == "POST" and "/query/" not in url:
            worlds[down].fault("status", times=None, status=503)
        return send(session, method, url, *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(requests.Session, "request", refusing)
        with pytest.raises(JobsError) as caught:
            everywhere(worlds, spread(worlds), wait=True)
    error = caught.value
    lab.clear_faults()
    assert error.code == "launch_unknown"
    assert [len(row["ids"]) for row in error.result["launches"]] == [int(number != down) for number in range(3)]
    assert {job["status"] for job in error.result["jobs"]} == {"successful"}
    assert [len(made(world)) for world in worlds] == [int(number != down) for number in range(3)]
