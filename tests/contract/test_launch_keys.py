# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(launch_key) on every platform: the job of an earlier run is found, and nothing is launched twice.

How the servers keep the key: AWX contract 1.3 (at its end) and the recording of list rows with extra_vars; Foreman
contract 1.3, C(description_format); Puppet contract 2.4.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    ConnectionFailedError,
    JobsError,
)
from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS

KEY = "change-1234-step-3"
#: by platform, a launch with a parameter, and the option that tells it from one with another value
WITH_PARAMETER = {
    "awx": ({"template": "lab-sleep", "parameters": {"release": 1}}, "parameters.release"),
    "foreman": ({"template": "lab-sleep", "parameters": {"seconds": "10"}}, "parameters.seconds"),
    "puppet": ({"template": "lab::sleep", "parameters": {"seconds": 10}}, "parameters.seconds"),
}


@pytest.fixture
def launch(simulated: Any) -> Any:
    """launch(TEMPLATE, ...) launches with the key; the connection is made anew each time, as by another machine."""

    def go(template: str, **options: Any) -> dict[str, Any]:
        result: dict[str, Any] = simulated.face("invoke", **{"template": template, "launch_key": KEY, **options})
        return result

    return go


def refused(world: Any, **options: Any) -> JobsError:
    """The error of a launch with the key, which has sent nothing that writes."""
    world.forget()
    with pytest.raises(JobsError) as caught:
        world.face("invoke", **{"launch_key": KEY, **options})
    assert launches(world) == []
    json.dumps(caught.value.to_result())
    return caught.value


def launches(world: Any) -> list[tuple[str, str]]:
    """The writes but for what only asks (Puppet's inventory)."""
    return [write for write in world.writes() if not write[1].endswith("/inventory")]


def test_an_unfinished_job_of_the_key_is_the_result(simulated: Any, launch: Any) -> None:
    first = launch(simulated.names.sleep)
    assert first["changed"] is True
    assert first["job"]["details"]["launch_key"] == KEY
    simulated.forget()
    again = launch(simulated.names.sleep)
    assert again["changed"] is False
    assert again["job"]["id"] == first["job"]["id"]
    assert again["msg"].startswith(f"launch_key {KEY}: ") and "nothing was launched" in again["msg"]
    assert launches(simulated) == []


def test_a_successful_job_of_the_key_is_the_result_of_a_wait_too(simulated: Any, launch: Any) -> None:
    first = launch(simulated.names.ok, wait=True)
    again = launch(simulated.names.ok, wait=True, include=["hosts"])
    assert again["changed"] is False
    assert (again["job"]["id"], again["job"]["status"]) == (first["job"]["id"], "successful")
    assert again["job"]["hosts"]


def test_what_goes_on_is_waited_for(simulated: Any, launch: Any) -> None:
    first = launch(simulated.names.ok)
    again = launch(simulated.names.ok, wait=True)
    assert again["changed"] is False
    assert (again["job"]["id"], again["job"]["status"]) == (first["job"]["id"], "successful")


def test_a_failed_job_does_not_make_every_new_run_fail(simulated: Any, launch: Any) -> None:
    first = launch(simulated.names.fail)
    simulated.face("wait", jobs=[first["job"]], fail_on=[])
    again = launch(simulated.names.fail)
    assert again["changed"] is True
    assert again["job"]["id"] != first["job"]["id"]
    assert f"{first['job']['id']} " in again["msg"] and "(failed)" in again["msg"]
    assert not any("same instant" in text for text in again["job"]["warnings"])


def test_a_launch_that_fails_after_an_earlier_one_is_not_said_to_be_made(simulated: Any, launch: Any) -> None:
    first = launch(simulated.names.fail)
    simulated.face("wait", jobs=[first["job"]], fail_on=[])
    simulated.fault("status", method="POST", status=403, path=r"/(launch/?|job_invocations|command/task)$")
    with pytest.raises(JobsError) as caught:
        launch(simulated.names.fail)
    assert caught.value.code == "forbidden"
    assert "so this is another launch" in caught.value.message
    assert "launched anew" not in caught.value.message


def test_adopt_widens_what_is_taken(simulated: Any, launch: Any) -> None:
    first = launch(simulated.names.fail)
    simulated.face("wait", jobs=[first["job"]], fail_on=[])
    taken = launch(simulated.names.fail, adopt=["successful", "failed"])
    assert (taken["changed"], taken["job"]["id"]) == (False, first["job"]["id"])
    error = refused(simulated, template=simulated.names.fail, adopt=["failed"], wait=True)
    assert (error.code, error.result["job"]["id"]) == ("job_failed", first["job"]["id"])
    # that it is no new failure is to be seen at once
    assert error.message.startswith(f"launch_key {KEY}: ") and "nothing was launched" in error.message


def test_adopt_narrows_what_is_taken(simulated: Any, launch: Any) -> None:
    first = launch(simulated.names.ok, wait=True)
    again = launch(simulated.names.ok, adopt=["unfinished"])
    assert (again["changed"], again["job"]["id"] != first["job"]["id"]) == (True, True)


def test_a_job_that_is_something_else_is_a_conflict_which_says_how(simulated: Any) -> None:
    options, differs = WITH_PARAMETER[simulated.platform]
    first = simulated.face("invoke", **options, launch_key=KEY)
    (name, value), *_rest = options["parameters"].items()
    other = {**options, "parameters": {name: str(value) + "9" if isinstance(value, str) else value + 9}}
    error = refused(simulated, **other)
    assert error.code == "launch_conflict"
    assert error.result["job"]["id"] == first["job"]["id"]
    assert error.result["changed"] is False
    assert [row["option"] for row in error.result["differences"]] == [differs]
    assert f"{differs} is {json.dumps(value)} there and {json.dumps(other['parameters'][name])} here" in error.message
    same = simulated.face("invoke", **options, launch_key=KEY)
    assert (same["changed"], same["job"]["id"]) == (False, first["job"]["id"])


def test_values_that_are_secret_now_are_not_shown_by_a_conflict(simulated: Any) -> None:
    options, differs = WITH_PARAMETER[simulated.platform]
    simulated.face("invoke", **options, launch_key=KEY)
    (name, value), *_rest = options["parameters"].items()
    secret = {**options, "parameters": None, "secret_parameters": {name: "77123" if isinstance(value, str) else 77123}}
    error = refused(simulated, **secret)
    assert error.code == "launch_conflict"
    assert {"option": differs, "wanted": "********", "found": "********"} in error.result["differences"]
    assert "77123" not in json.dumps(error.to_result())


def test_other_targets_are_a_conflict(simulated: Any, launch: Any) -> None:
    hosts = {"awx": ("host1", "host2"), "foreman": ("web1.example.com", "web2.example.com")}
    one, two = hosts.get(simulated.platform, ("web1.example.com", "web2.example.com"))
    template = "lab-prompts" if simulated.platform == "awx" else simulated.names.ok
    more = {"inventory": "lab-inventory"} if simulated.platform == "awx" else {}
    launch(template, targets=[one], **more)
    error = refused(simulated, template=template, targets=[two], **more)
    assert error.code == "launch_conflict"
    assert {row["option"] for row in error.result["differences"]} <= {"targets", "target_query"}


def test_another_key_is_another_launch(simulated: Any, launch: Any) -> None:
    first = launch(simulated.names.ok)
    # one that begins alike, and one in which a sign is any sign for a search
    for key in (KEY + "0", KEY.replace("-", "_"), KEY[:-1]):
        other = launch(simulated.names.ok, launch_key=key)
        assert other["changed"] is True
        assert other["job"]["id"] != first["job"]["id"]
    without = launch(simulated.names.ok, launch_key=None)
    assert without["changed"] is True
    assert "launch_key" not in without["job"]["details"]


def test_check_mode_finds_it_too(simulated: Any, launch: Any) -> None:
    planned = launch(simulated.names.ok, launch_key=KEY)
    simulated.forget()
    found = simulated.face("invoke", check_mode=True, template=simulated.names.ok, launch_key=KEY)
    assert (found["changed"], found["job"]["id"]) == (False, planned["job"]["id"])
    other = simulated.face("invoke", check_mode=True, template=simulated.names.ok, launch_key="another")
    assert (other["changed"], other["job"]["id"]) == (True, None)
    assert "another" in json.dumps(other["request"])
    assert launches(simulated) == []


def test_a_run_after_a_crash_finds_what_the_first_one_could_not_know(
    simulated: Any, launch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server took the launch, and then nothing answered any more, nor could its job be looked for."""
    engine = simulated.lab.benches[simulated.platform].platform.engine
    simulated.fault("cut_answer", method="POST", path=r"/(launch/?|job_invocations|command/task)$")

    def away(platform: Any, planned: Any) -> Any:
        raise ConnectionFailedError("The server does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(PLATFORMS[simulated.platform], "find_launch", away)
        error = None
        try:
            launch(simulated.names.ok)
        except JobsError as caught:
            error = caught
    assert error is not None and error.code == "launch_unknown"
    assert f"launch_key {KEY}" in error.message
    assert len(engine.jobs) == 1
    again = launch(simulated.names.ok)
    assert again["changed"] is False
    assert [str(number) for number in engine.jobs] == [again["job"]["id"]]


def test_two_runs_at_the_same_instant_tell_of_each_other(
    simulated: Any, launch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other run launches after this one has looked and before it sends: no server keeps a key unique."""
    kind = PLATFORMS[simulated.platform]
    send, other = kind.launch, []

    def late(platform: Any, planned: Any) -> Any:
        if not other:
            other.append(None)
            other[0] = launch(simulated.names.sleep)
        return send(platform, planned)

    monkeypatch.setattr(kind, "launch", late)
    mine = launch(simulated.names.sleep)
    assert other[0]["job"]["id"] != mine["job"]["id"]
    said = [text for text in mine["job"]["warnings"] if "at the same instant" in text]
    assert said and str(other[0]["job"]["id"]) in said[0] and KEY in said[0]
    assert not any("same instant" in text for text in other[0]["job"]["warnings"])


def test_that_the_second_look_fails_is_told_and_loses_nothing(
    simulated: Any, launch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = PLATFORMS[simulated.platform]
    find = kind.find_keyed

    def failing(platform: Any, planned: Any, *, recent: bool = False) -> Any:
        if recent:
            raise JobsError("The server is away.")
        return find(platform, planned)

    monkeypatch.setattr(kind, "find_keyed", failing)
    result = launch(simulated.names.ok)
    assert result["changed"] is True
    assert any("The server is away." in text for text in result["job"]["warnings"])


@pytest.mark.parametrize("key", ["", " ", "a b", "-x", "a" * 101, "ä", "x\n", "a[b]", "a,b", 'a"b', "a%b", "a{{b}}"])
def test_what_no_server_could_keep_is_refused(simulated: Any, key: str) -> None:
    error = refused(simulated, template=simulated.names.ok, launch_key=key)
    assert (error.code, error.message.split(":")[0]) == ("invalid_option", "launch_key")
    assert simulated.sent == []


def test_adopt_needs_a_key_and_something_in_it(simulated: Any) -> None:
    error = refused(simulated, template=simulated.names.ok, launch_key=None, adopt=["failed"])
    assert (error.code, error.message.split()[0]) == ("invalid_option", "adopt")
    error = refused(simulated, template=simulated.names.ok, adopt=[])
    assert (error.code, error.message.split()[0]) == ("invalid_option", "adopt")


# -- lists -------------------------------------------------------------------------------------------------


def test_a_list_that_is_run_again_launches_only_what_is_not_there(simulated: Any) -> None:
    names = simulated.names
    query = {"target_query": names.targets}
    ends = {"template": names.ok, "launch_key": "step-1", **query}
    fails = {"template": names.fail, "launch_key": "step-2", **query}
    with pytest.raises(JobsError) as caught:
        simulated.face("invoke", jobs=[ends, fails], wait=True, target_query=None)
    first = caught.value.result
    assert [row["outcome"] for row in first["launches"]] == ["launched", "launched"]
    with pytest.raises(JobsError) as caught:
        simulated.face("invoke", jobs=[ends, fails, {**ends, "launch_key": "step-3"}], wait=True, target_query=None)
    again = caught.value.result
    assert [row["outcome"] for row in again["launches"]] == ["existing", "launched", "launched"]
    assert again["launches"][0]["ids"] == first["launches"][0]["ids"]
    assert "step-1" in again["launches"][0]["msg"]


def test_a_key_is_looked_for_again_before_a_launch_that_had_to_wait(simulated: Any, launch: Any) -> None:
    """Planned long ago, because max_concurrent held it back: meanwhile another run has launched it."""
    names = simulated.names
    options = {"target_query": names.targets}
    other: list[dict[str, Any]] = []
    tick = simulated.clock.sleep

    def sleep(seconds: float) -> None:
        tick(seconds)
        if not other:
            other.append({})
            other[0] = launch(names.ok)

    simulated.clock.sleep = sleep
    jobs = [{"template": names.ok, **options}, {"template": names.ok, "launch_key": KEY, **options}]
    result = simulated.face("invoke", jobs=jobs, wait=True, max_concurrent=1, target_query=None)
    assert [row["outcome"] for row in result["launches"]] == ["launched", "existing"]
    assert result["launches"][1]["ids"] == [other[0]["job"]["id"]]


def test_one_key_for_a_whole_list_or_twice_in_it_is_refused(simulated: Any) -> None:
    one = {"template": simulated.names.ok}
    error = refused(simulated, jobs=[one, one])
    assert (error.code, error.message.split()[0]) == ("invalid_option", "launch_key")
    twice = [{**one, "launch_key": "a"}, {**one, "launch_key": "b"}, {**one, "launch_key": "a"}]
    error = refused(simulated, jobs=twice, launch_key=None)
    assert error.code == "invalid_option"
    assert "Launch 3 of 3" in error.message and "launch 1" in error.message
    error = refused(simulated, jobs=[one], launch_key=None, adopt=["failed"])
    assert (error.code, error.message.split()[0]) == ("invalid_option", "adopt:")


def test_adopt_of_the_task_is_that_of_its_launches(simulated: Any, launch: Any) -> None:
    first = launch(simulated.names.fail)
    simulated.face("wait", jobs=[first["job"]], fail_on=[])
    item = {"template": simulated.names.fail, "launch_key": KEY, "target_query": simulated.names.targets}
    plain = {"template": simulated.names.ok, "target_query": simulated.names.targets}
    result = simulated.face("invoke", jobs=[item, plain], adopt=["failed"], target_query=None)
    assert [row["outcome"] for row in result["launches"]] == ["existing", "launched"]


def test_the_same_key_on_two_servers_is_one_step_of_a_change_on_both(worlds: list[Any]) -> None:
    servers = worlds[0].access["servers"]
    jobs = [
        {"server": one.access["server"], "template": one.names.ok, "launch_key": KEY, "target_query": one.names.targets}
        for one in worlds
    ]
    first = worlds[0].face("invoke", servers=servers, server=None, jobs=jobs)
    again = worlds[0].face("invoke", servers=servers, server=None, jobs=jobs)
    assert [row["outcome"] for row in first["launches"]] == ["launched"] * 3
    assert [row["outcome"] for row in again["launches"]] == ["existing"] * 3
    assert again["changed"] is False
