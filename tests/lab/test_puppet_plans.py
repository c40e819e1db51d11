# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans on the simulated orchestrator, and what is scheduled there (contract 1.8 and 1.9)."""

from __future__ import annotations

from typing import Any

import pytest
from puppet_client import PuppetClient

from unified_jobs_lab.puppet.dates import shown

_PLAN = {"plan_name": "lab::plan_ok", "params": {}}


def _show(api: PuppetClient, number: int) -> Any:
    return api.get(f"plan_jobs/{number}")


def _events(api: PuppetClient, number: int, **query: Any) -> list[tuple[str, Any]]:
    return [(one["type"], one["details"]) for one in api.get(f"plan_jobs/{number}/events", **query)["items"]]


# -- plans


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


# -- scheduling


def _start(api: PuppetClient, seconds: float = 60.0) -> str:
    return str(shown(int(api.lab.clock.now()) + seconds))


def _body(api: PuppetClient, **changes: Any) -> dict[str, Any]:
    return {
        "type": "task",
        "environment": "production",
        "description": "nightly",
        "input": {"name": "lab::ok", "parameters": {}, "scope": {"nodes": ["web1.example.com"]}},
        "schedule": {"start_time": _start(api), "interval": None},
        "userdata": {"ticket": "CHG1"},
        **changes,
    }


_SCHEDULED = "scheduled_jobs/environment_jobs"


def _make(api: PuppetClient, **changes: Any) -> int:
    return int(api.post(_SCHEDULED, _body(api, **changes), 200)["scheduled_job"]["name"])


def test_a_scheduled_task(puppet: PuppetClient) -> None:
    """It starts when it is due, once; the number of the job is a number here (recordings 131 and 135)."""
    number = _make(puppet)
    row = puppet.get(f"{_SCHEDULED}/{number}")
    assert (row["next_run"]["time"], row["last_run"], row["enabled"]) == (row["schedule"]["start_time"], None, True)
    puppet.lab.advance(50.0)
    assert puppet.get("jobs")["items"] == []
    puppet.lab.advance(30.0)
    (job,) = puppet.get("jobs")["items"]
    assert (job["options"]["scheduled-job-id"], job["userdata"], job["state"]) == (
        str(number),
        {"ticket": "CHG1"},
        "finished",
    )
    row = puppet.get(f"{_SCHEDULED}/{number}")
    assert (row["next_run"], row["last_run"]["job"]["name"]) == (None, int(job["name"]))
    puppet.lab.advance(86400.0)
    assert len(puppet.get("jobs")["items"]) == 1


def test_intervals(puppet: PuppetClient) -> None:
    """Again and again, until it is disabled; that is for good (recordings 138 and 139)."""
    hourly = {"start_time": _start(puppet), "interval": {"units": "seconds", "value": 3600}}
    number = _make(puppet, schedule=hourly)
    puppet.lab.advance(3 * 3600.0)
    assert len(puppet.get("jobs")["items"]) == 3
    assert puppet("PUT", f"{_SCHEDULED}/{number}", json={"enabled": False}).status_code == 200
    puppet.lab.advance(86400.0)
    row = puppet.get(f"{_SCHEDULED}/{number}")
    assert (len(puppet.get("jobs")["items"]), row["enabled"], row["next_run"]) == (3, False, None)
    answer = puppet("PUT", f"{_SCHEDULED}/{number}", json={"enabled": True})
    assert (answer.status_code, answer.json()["kind"]) == (400, "puppetlabs.orchestrator/disabled-scheduled-job")


def test_scheduled_plans_and_runs_of_puppet(puppet: PuppetClient) -> None:
    """The other two types; sensitive parameters are only named; the offset of a start is kept."""
    given = {
        "message": {"value": "hi"},
        "secret": {"value": "hush"},
        "targets": {"type": "query", "value": "nodes { }"},
    }
    plan = _make(puppet, type="plan", input={"name": "lab::plan_parameters", "parameters": given})
    row = puppet.get(f"{_SCHEDULED}/{plan}")
    assert row["input"]["sensitive_parameters"] == ["secret"] and "hush" not in str(row)
    deploy = _make(
        puppet,
        type="deploy",
        environment="",
        input={"scope": {"nodes": ["web1.example.com"]}, "enforce_environment": False},
    )
    later = _make(puppet, schedule={"start_time": "2199-01-01T00:00:00-08:00", "interval": None})
    assert puppet.get(f"{_SCHEDULED}/{later}")["schedule"]["start_time"] == "2199-01-01T00:00:00-08:00"
    assert puppet.get(f"{_SCHEDULED}/{later}")["next_run"]["time"] == "2199-01-01T08:00:00Z"
    puppet.lab.advance(120.0)
    last = puppet.get(f"{_SCHEDULED}/{plan}")["last_run"]["job"]
    assert "/plan_jobs/" in last["id"] and _show(puppet, last["name"])["options"]["scheduled_job_id"] == str(plan)
    assert len(_show(puppet, last["name"])["result"]["targets"]) == 16
    last = puppet.get(f"{_SCHEDULED}/{deploy}")["last_run"]["job"]
    assert puppet.get(f"jobs/{last['name']}")["command"] == "deploy"
    assert [row["name"] for row in puppet.get(_SCHEDULED, type="deploy")["items"]] == [str(deploy)]
    order = [row["name"] for row in puppet.get(_SCHEDULED, order_by="name", order="desc", limit=2)["items"]]
    assert order == [str(later), str(deploy)]
    assert puppet.get(_SCHEDULED)["items"][0]["name"] == str(later)  # what will not run again comes last


def test_a_start_that_fails(puppet: PuppetClient) -> None:
    """The error is kept, and there is no job (recording 131)."""
    number = _make(puppet, environment="development")
    puppet.server.forget_environment("development")
    puppet.lab.advance(120.0)
    last = puppet.get(f"{_SCHEDULED}/{number}")["last_run"]["job"]
    assert last["submission_error"]["kind"] == "puppetlabs.orchestrator/unknown-environment"
    assert "id" not in last and puppet.get("jobs")["items"] == []


def test_changes(puppet: PuppetClient) -> None:
    """Whole keys are replaced; what was waited for before does not happen."""
    number = _make(puppet)
    later = {"start_time": _start(puppet, 600.0), "interval": None}
    puppet("PUT", f"{_SCHEDULED}/{number}", json={"schedule": later, "description": "later"})
    puppet.lab.advance(300.0)
    assert puppet.get("jobs")["items"] == []
    assert puppet.get(f"{_SCHEDULED}/{number}")["description"] == "later"
    puppet.lab.advance(600.0)
    assert len(puppet.get("jobs")["items"]) == 1
    other = _make(puppet)
    answer = puppet.as_user("operator")("PUT", f"{_SCHEDULED}/{other}", json={"enabled": False})
    assert answer.status_code == 403 and puppet.get(f"{_SCHEDULED}/{other}")["enabled"]
    wrong = puppet("PUT", f"{_SCHEDULED}/{other}", json={"input": {"name": "nosuch"}})
    assert wrong.status_code == 404 and puppet.get(f"{_SCHEDULED}/{other}")["input"]["name"] == "lab::ok"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"schedule": {"start_time": "2001-01-01T00:00:00Z", "interval": None}}, "invalid-time"),
        ({"schedule": {"start_time": "soon", "interval": None}}, "invalid-time"),
        (
            {"schedule": {"start_time": "2199-01-01T00:00:00Z", "interval": {"units": "days", "value": 1}}},
            "validation-error",
        ),
        ({"type": "job"}, "validation-error"),
        ({"input": {"name": "lab::ok", "parameters": {"x": 1}, "scope": {"nodes": ["x"]}}}, "validation-error"),
        ({"input": {"name": "lab::ok", "parameters": {}}}, "validation-error"),
        ({"input": {"name": "lab::ok", "parameters": {}, "scope": {"nodes": []}}}, "empty-target"),
        ({"environment": "nosuch"}, "unknown-environment"),
    ],
)
def test_schedules_refused(puppet: PuppetClient, changes: dict[str, Any], kind: str) -> None:
    """As the commands refuse, and times that have passed (recording 137)."""
    status = 404 if kind.startswith("unknown") else 400
    assert puppet.refused(_SCHEDULED, _body(puppet, **changes), status)[0] == kind
    assert puppet.get(_SCHEDULED)["items"] == []


def test_schedules_need_every_key(puppet: PuppetClient) -> None:
    """And good paging (recording 133)."""
    for name in ("type", "input", "environment", "schedule", "description", "userdata"):
        body = _body(puppet)
        del body[name]
        assert puppet.refused(_SCHEDULED, body)[0] == "validation-error"
    for query in ({"limit": "x"}, {"order": "up"}, {"order_by": "state"}, {"type": "x"}):
        assert puppet.get(_SCHEDULED, 400, **query)["kind"] == "puppetlabs.orchestrator/query-error"
    assert puppet.get(f"{_SCHEDULED}/99", 404)["kind"].endswith("/unknown-job")


def test_the_old_way(puppet: PuppetClient) -> None:
    """schedule_task and its list; from 2021.7.0 on empty, and a deletion that does nothing (recordings 063, 140 to 143)."""
    puppet.options.generation = "2018.1"
    body = {"task": "lab::ok", "params": {}, "scope": {"nodes": ["web1.example.com"]}, "description": "old"}
    past = {**body, "scheduled_time": "2001-01-01T00:00:00Z"}
    assert puppet.refused("command/schedule_task", past)[0] == "invalid-time"
    options = {"interval": {"units": "seconds", "value": 600}}
    made = puppet.post("command/schedule_task", {**body, "scheduled_time": _start(puppet), "schedule_options": options})
    number = made["scheduled_job"]["name"]
    (row,) = puppet.get("scheduled_jobs")["items"]
    assert (row["name"], row["type"], row["task"], row["noop"]) == (number, "task", "lab::ok", False)
    puppet.lab.advance(1000.0)
    assert len(puppet.get("jobs")["items"]) == 2
    puppet.options.generation = "2023"
    assert puppet.get("scheduled_jobs") == {"items": []} and puppet.get(_SCHEDULED)["items"] == []
    assert puppet("DELETE", f"scheduled_jobs/{number}").status_code == 204
    puppet.options.generation = "2019.8"
    assert puppet.as_user("operator")("DELETE", f"scheduled_jobs/{number}").status_code == 403
    assert puppet("DELETE", f"scheduled_jobs/{number}").status_code == 204
    assert puppet("DELETE", f"scheduled_jobs/{number}").status_code == 404
    puppet.lab.advance(3600.0)
    assert len(puppet.get("jobs")["items"]) == 2
    plan = puppet.post("command/schedule_plan", {"plan_name": "lab::plan_scalar", "scheduled_time": _start(puppet)})
    deploy = {"environment": "production", "scope": {"nodes": ["web1.example.com"]}, "scheduled_time": _start(puppet)}
    puppet.post("command/schedule_deploy", deploy)
    assert [one["type"] for one in puppet.get("scheduled_jobs", order_by="name")["items"]] == ["plan", "deploy"]
    puppet.lab.advance(100.0)
    found = _show(puppet, 1001)
    assert found["options"]["scheduled_job_id"] == plan["scheduled_job"]["name"]
