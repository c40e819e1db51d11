# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans on the simulated orchestrator (contract 1.8 and 1.9)."""

from __future__ import annotations

from typing import Any

import pytest
from puppet_client import PuppetClient

_PLAN = {"plan_name": "lab::plan_ok", "params": {}}


def _show(api: PuppetClient, number: int) -> Any:
    return api.get(f"plan_jobs/{number}")


def _events(api: PuppetClient, number: int, **query: Any) -> list[tuple[str, Any]]:
    return [(one["type"], one["details"]) for one in api.get(f"plan_jobs/{number}/events", **query)["items"]]


@pytest.mark.parametrize(
    ("plan", "state", "result"),
    [
        ("lab::plan_ok", "success", {"jobs": 1}),
        ("lab::plan_scalar", "success", "done"),
        ("lab::plan_null", "success", None),
        ("lab::plan_catch", "success", None),
        ("lab::plan_broken", "failure", {"kind": "bolt/plan-failure", "details": {}}),
        (
            "lab::plan_fail_wrapped",
            "failure",
            {"_error": {"kind": "bolt/plan-failure", "msg": "no luck", "details": {}}},
        ),
    ],
)
def test_ends(puppet: PuppetClient, plan: str, state: str, result: Any) -> None:
    """Any JSON is a result; errors come with and without a wrapper (recordings 149 to 152)."""
    found = _show(puppet, puppet.plan(plan, 20.0))
    if plan == "lab::plan_broken":
        del found["result"]["msg"]
    assert (found["state"], found["result"]) == (state, result)
    assert found["finished_timestamp"] and found["timestamp"] == found["finished_timestamp"]


def test_a_life(puppet: PuppetClient) -> None:
    """Pending (from 2023 on), running, its job, its end."""
    number = puppet.plan("lab::plan_ok")
    seen = []
    for seconds in (0.0, 0.2, 1.2, 5.0):
        puppet.lab.advance(seconds)
        found = _show(puppet, number)
        seen.append(
            (found["state"], {key: value[-1]["state"] for key, value in found["status"].items()}, found["result"])
        )
    assert seen == [
        ("pending", {}, None),
        ("running", {}, None),
        ("running", {"1001": "running"}, None),
        ("success", {"1001": "finished"}, {"jobs": 1}),
    ]
    job = puppet.get("jobs/1001")
    assert (job["type"], job["command"], job["options"]["plan_job"]) == ("plan_task", "plan_task", number)
    assert job["options"]["environment"] == "production" and job["environment"] == {"name": "production"}
    puppet.options.generation = "2019.8"
    assert _show(puppet, puppet.plan("lab::plan_ok"))["state"] == "running"


def test_places(puppet: PuppetClient) -> None:
    """So many run at once, the others wait until one ends."""
    puppet.options.plan_slots = 1
    first, second = puppet.plan("lab::plan_long", params={"seconds": 10}), puppet.plan("lab::plan_scalar")
    puppet.lab.advance(9.0)
    assert (_show(puppet, first)["state"], _show(puppet, second)["state"]) == ("running", "pending")
    puppet.lab.advance(5.0)
    assert (_show(puppet, first)["state"], _show(puppet, second)["state"]) == ("success", "success")


def test_a_failed_job(puppet: PuppetClient) -> None:
    """What Bolt says about it (recording 150); the nodes after it are not reached."""
    given = {
        "targets": ["web1.example.com", "fail1.example.com", "web2.example.com", "web3.example.com"],
        "package": "nginx",
    }
    found = _show(puppet, puppet.plan("profile::rolling_update", 60.0, params=given))
    assert (found["state"], found["result"]["kind"]) == ("failure", "bolt/run-failure")
    assert found["result"]["details"]["failed_targets"] == ["fail1.example.com"]
    assert [one["status"] for one in found["result"]["details"]["result_set"]] == ["success", "failure"]
    assert [value[-1]["state"] for value in found["status"].values()] == ["failed"]
    good = {**given, "targets": "web1.example.com, web2.example.com,web3.example.com", "batch": 1}
    found = _show(puppet, puppet.plan("profile::rolling_update", 60.0, params=good))
    assert found["state"] == "success" and len(found["status"]) == 3


def test_stop(puppet: PuppetClient) -> None:
    """It ends as a failure, and its job goes on (recording 151)."""
    number = puppet.plan("lab::plan_hang", 5.0)
    assert puppet.post("command/stop_plan", {"plan_job": str(number)}) == {"name": str(number)}
    assert _show(puppet, number)["state"] == "running"
    puppet.lab.advance(1.0)
    found = _show(puppet, number)
    assert (found["state"], found["result"]["msg"]) == ("failure", "The plan was interrupted")
    ((job, status),) = found["status"].items()
    assert status[-1]["state"] == "running"
    puppet.post("command/stop", {"job": job, "force": True})
    assert puppet.get(f"jobs/{job}")["state"] == "stopped" and _show(puppet, number)["state"] == "failure"
    puppet.post("command/stop_plan", {"plan_job": str(number)})  # once more does no harm
    stubborn = puppet.plan("lab::plan_stubborn", 5.0)
    puppet.post("command/stop_plan", {"plan_job": stubborn})
    puppet.lab.advance(60.0)
    assert _show(puppet, stubborn)["state"] == "running"
    assert puppet.refused("command/stop_plan", {"plan_job": "99999"}, 404)[0] == "unknown-job"
    assert puppet.refused("command/stop_plan", {"plan_job": "x"})[2] == {"plan_job": "x"}


def test_timeouts_and_restarts(puppet: PuppetClient) -> None:
    """A plan that takes too long, and one that the service forgot (contract 1.8 and 1.9)."""
    number = puppet.plan("lab::plan_long", 30.0, timeout=10)
    assert (_show(puppet, number)["state"], _show(puppet, number)["result"]["msg"]) == ("failure", "The plan timed out")
    number = puppet.plan("lab::plan_long", 30.0)
    puppet.server.restart()
    assert _show(puppet, number)["state"] == "failure" and "restarted" in _show(puppet, number)["result"]["msg"]


def test_parameters(puppet: PuppetClient) -> None:
    """Defaults are code; sensitive values were shown before 2021.7; what is wrong is refused (contract 1.10)."""
    given = {"message": "hi", "secret": "hush"}
    found = _show(puppet, puppet.plan("lab::plan_parameters", 5.0, params=given))
    assert found["result"] == {"message": "hi", "count": 3, "choice": "one"}
    assert (found["options"]["parameters"], found["options"]["sensitive"]) == ({"message": "hi"}, ["secret"])
    puppet.options.generation = "2019.8"
    found = _show(puppet, puppet.plan("lab::plan_parameters", 5.0, params=given))
    assert found["options"]["parameters"] == given
    for params, part in (({}, "missing"), ({"message": 1}, "expects a String"), ({"message": "", "x": 1}, "unknown")):
        body = {"plan_name": "lab::plan_parameters", "params": params}
        kind, message, _details = puppet.refused("command/plan_run", body)
        assert kind == "validation-error" and part in message
    assert puppet.refused("command/plan_run", {**_PLAN, "plan_name": "no::plan"}, 404)[0] == "unknown-plan"
    assert puppet.refused("command/plan_run", {**_PLAN, "environment": "nosuch"}, 404)[0] == "unknown-environment"
    assert (
        puppet.refused("command/plan_run", {**_PLAN, "plan_name": "lab::plan_staging_only"}, 404)[0] == "unknown-plan"
    )
    assert puppet.as_user("limited").refused("command/plan_run", _PLAN, 403)[0] == "not-permitted"


def test_typed_parameters(puppet: PuppetClient) -> None:
    """Values in objects; queries and groups become names (recordings 051 and 052)."""
    params = {
        "message": {"value": "hi"},
        "targets": {"type": "query", "value": 'nodes[certname] { certname ~ "app" }'},
        "more_targets": {"type": "node_group", "value": "4932bfe7-69c4-412f-b15c-ac0a7c2883f1"},
    }
    name = puppet.post("command/environment_plan_run", {"plan_name": "lab::plan_parameters", "params": params})["name"]
    puppet.lab.advance(5.0)
    result = _show(puppet, int(name))["result"]
    assert result["targets"] == ["app1.example.com", "app2.example.com"] and result["more_targets"] == [
        "db1.example.com"
    ]
    for wrong in ({"message": "hi"}, {"message": {"value": "hi", "type": "fact"}}):
        body = {"plan_name": "lab::plan_parameters", "params": wrong}
        assert puppet.refused("command/environment_plan_run", body)[0] == "validation-error"


def test_projects(puppet: PuppetClient) -> None:
    """A plan of a project has no environment, nor has its job (recordings 088 and 144)."""
    number = puppet.plan("facts::info", 10.0, params={"targets": "web1.example.com,app1.example.com"})
    found = _show(puppet, number)
    assert "environment" not in found["options"] and found["options"]["project"]["project_id"]
    assert found["result"] == ["web1.example.com: RedHat 9.4 (RedHat)", "app1.example.com: Ubuntu 22.04 (Debian)"]
    (job,) = found["status"]
    row = puppet.get(f"jobs/{job}")
    assert "environment" not in row["options"] and row["environment"] == {"name": ""}


def test_lists(puppet: PuppetClient) -> None:
    """Pages, order, no results, a window (recordings 144 to 146)."""
    numbers = [puppet.plan("lab::plan_scalar", 5.0) for _unused in range(3)]
    names = [str(number) for number in numbers]

    def ids(**query: Any) -> list[str]:
        return [row["name"] for row in puppet.get("plan_jobs", **query)["items"]]

    assert ids() == names and ids(order="desc", limit=2) == names[:0:-1] and ids(offset=2) == names[2:]
    assert "result" not in puppet.get("plan_jobs", results="exclude")["items"][0]
    assert puppet.get("plan_jobs", limit=1)["pagination"] == {"limit": 1, "offset": 0, "total": 3}
    assert "status" not in puppet.get("plan_jobs")["items"][0]
    end = _show(puppet, numbers[1])["finished_timestamp"]
    assert ids(max_finish_timestamp=end) == names[:2]
    puppet.options.generation = "2018.1"
    assert ids() == names[::-1] and ids(order="asc") == names[::-1]
    assert "userdata" not in puppet.get("plan_jobs")["items"][0]


def test_numbers_overlap(puppet: PuppetClient) -> None:
    """A job and a plan job have the same number; a pruned plan is not there (contract 1.0 and 1.4)."""
    job, number = puppet.task(wait=5.0), puppet.plan("lab::plan_scalar", 5.0)
    assert job == number and puppet.get(f"jobs/{job}")["command"] == "task"
    puppet.server.prune_plan(number)
    assert puppet.get(f"plan_jobs/{number}", 404)["msg"] == f"Unknown plan job {number}"
    assert puppet.get("plan_jobs/abc", 400)["msg"] == "Invalid plan job id abc"


def test_events(puppet: PuppetClient) -> None:
    """Messages are cut at 1024 bytes, whole one by one; ends of sub-plans are out of order (recordings 155 to 159)."""
    number = puppet.plan("lab::plan_messages", 20.0)
    messages = [details["message"] for kind, details in _events(puppet, number) if kind == "out_message"]
    assert [len(one.encode()) for one in messages] == [25, 1024, 1024]
    items = puppet.get(f"plan_jobs/{number}/events")["items"]
    whole = puppet.get(f"plan_jobs/{number}/event/{items[1]['id']}")
    assert len(whole["details"]["message"]) == 1500 and whole["type"] == "out_message"
    found = puppet.get(f"plan_jobs/{number}/event/1", 404)
    assert found["kind"].endswith("/mismatched-job-event-id")
    nested = puppet.plan("lab::plan_nested", 20.0)
    kinds = [kind for kind, _details in _events(puppet, nested)]
    assert kinds == ["plan_start", "task_start", "plan_end", "out_message", "plan_finished"]
    ids = [int(one["id"]) for one in puppet.get(f"plan_jobs/{nested}/events")["items"]]
    assert ids[2] < ids[1] < ids[3]
    assert _events(puppet, nested)[1][1] == {"job-id": "1001"}
    puppet.options.generation = "2019.8"
    assert _events(puppet, nested)[1][1] == {"job-id": 1001}
    failed = puppet.plan("lab::plan_fail", 20.0)
    assert _events(puppet, failed)[-1][0] == "plan_failed" and _events(puppet, failed, start=10**6) == []


def test_jobs_of_every_type(puppet: PuppetClient) -> None:
    """plan_task, plan_script and so on, each with its event."""
    number = puppet.plan("lab::plan_jobs", 60.0)
    words = ("task", "script", "command", "upload", "wait", "apply_prep", "apply")
    assert [kind for kind, _details in _events(puppet, number)][:-1] == [f"{word}_start" for word in words]
    assert [row["type"] for row in puppet.get("jobs")["items"]] == [f"plan_{word}" for word in words]
