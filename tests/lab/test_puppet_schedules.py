# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is scheduled on the simulated orchestrator, in the new way and the old one (contract 1.8)."""

from __future__ import annotations

from typing import Any

import pytest
from puppet_client import PuppetClient

from unified_jobs_lab.puppet.dates import shown


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
    assert "/plan_jobs/" in last["id"] and puppet.get(f"plan_jobs/{last['name']}")["options"][
        "scheduled_job_id"
    ] == str(plan)
    assert len(puppet.get(f"plan_jobs/{last['name']}")["result"]["targets"]) == 16
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
    found = puppet.get("plan_jobs/1001")
    assert found["options"]["scheduled_job_id"] == plan["scheduled_job"]["name"]
