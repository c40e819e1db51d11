# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launching on the simulated orchestrator: what is accepted, refused, dropped in silence (contract 1.8 and 1.10)."""

from __future__ import annotations

from typing import Any

import pytest
from puppet_client import WEB, PuppetClient

_ONE = WEB[:1]
_ALL = "nodes[certname] { }"


def _task(task: str = "lab::ok", **more: Any) -> dict[str, Any]:
    body = {"environment": "production", "task": task, "params": {}, "scope": {"nodes": _ONE}, **more}
    return {key: value for key, value in body.items() if value is not ...}


def _deploy(**more: Any) -> dict[str, Any]:
    body = {"environment": "production", "scope": {"nodes": _ONE}, **more}
    return {key: value for key, value in body.items() if value is not ...}


# -- scopes


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ({"nodes": ["web2.example.com", "web1.example.com", "web2.example.com"]}, ["web2", "web1"]),
        ({"query": 'nodes[certname] { certname ~ "^db" }'}, ["db1"]),
        ({"query": ["from", "nodes", ["=", "certname", "app1.example.com"]]}, ["app1"]),
        ({"node_group": "4932bfe7-69c4-412f-b15c-ac0a7c2883f1"}, ["db1"]),
    ],
)
def test_scopes(puppet: PuppetClient, scope: Any, names: list[str]) -> None:
    """Names, a query as text or as an array, a group; the job shows what was given."""
    for number in (puppet.task("lab::ok", scope, 5.0), puppet.deploy(scope, 10.0)):
        assert list(puppet.states(number)) == names
        assert puppet.get(f"jobs/{number}")["options"]["scope"] == scope


@pytest.mark.parametrize(
    ("scope", "kind"),
    [
        (..., "validation-error"),
        ({}, "validation-error"),
        ({"nodes": _ONE, "query": _ALL}, "validation-error"),
        ({"whole_environment": True}, "validation-error"),
        ({"nodes": "web1.example.com"}, "validation-error"),
        ({"nodes": []}, "empty-target"),
        ({"query": 'nodes[certname] { certname = "x" }'}, "empty-target"),
        ({"query": "nodes[certname] {"}, "query-error"),
        ({"query": "nodes[report_timestamp] { }"}, "query-error"),
        ({"node_group": "0f6f2a6e-5d1c-4c1e-9d5a-1f2e3d4c5b6a"}, "empty-target"),
        ({"node_group": "nothing"}, "empty-target"),
    ],
)
def test_scopes_refused(puppet: PuppetClient, scope: Any, kind: str) -> None:
    """Exactly one key, and it has to name somebody (recordings 030 to 038)."""
    assert puppet.refused("command/task", _task(scope=scope))[0] == kind
    assert puppet.refused("command/deploy", _deploy(scope=scope))[0] == kind


def test_the_trap_of_old_servers(puppet: PuppetClient) -> None:
    """A deploy without a scope runs on the whole environment there, and is refused since (contract 1.8)."""
    puppet.options.generation = "2018.1"
    for body in (_deploy(scope=...), _deploy(scope={})):
        number = puppet.post("command/deploy", body)["job"]["name"]
        puppet.lab.advance(20)
        job = puppet.get(f"jobs/{number}")
        assert (job["node_count"], job["options"]["target"]) == (11, "whole environment")
        assert job["options"]["scope"] == {"whole_environment": True}
    assert puppet.refused("command/task", _task(scope=...))[0] == "validation-error"
    puppet.options.generation = "2019.8"
    assert puppet.refused("command/deploy", _deploy(scope=...))[0] == "validation-error"


def test_puppetdb_down(puppet: PuppetClient) -> None:
    """400 although it is the server's trouble; names need no PuppetDB (recording 035)."""
    puppet.options.puppetdb_down = True
    assert puppet.refused("command/deploy", _deploy(scope={"query": _ALL}))[0] == "puppetdb-error"
    assert puppet.states(puppet.task("lab::ok", _ONE, 5.0)) == {"web1": "finished"}


# -- environments and flags


def test_environments(puppet: PuppetClient) -> None:
    """Needed for a deploy, production for a task; empty only with a scope and without enforcing (contract 1.8)."""
    assert puppet.refused("command/deploy", _deploy(environment=...))[0] == "validation-error"
    assert puppet.refused("command/deploy", _deploy(environment="a-b"))[0] == "validation-error"
    kind, message, details = puppet.refused("command/deploy", _deploy(environment="nosuch"), 404)
    assert (kind, message, details) == ("unknown-environment", "Unknown environment nosuch", {"environment": "nosuch"})
    assert puppet.refused("command/deploy", _deploy(environment="staging"))[0] == "empty-environment"
    assert puppet.refused("command/deploy", _deploy(environment=""))[0] == "validation-error"
    number = puppet.deploy(["dev1.example.com"], 10.0, environment="", enforce_environment=False)
    assert puppet.get(f"jobs/{number}")["environment"] == {"name": ""}
    assert puppet.result(number)["environment"] == "development"
    number = int(puppet.post("command/task", _task(environment=...))["job"]["name"])
    assert puppet.get(f"jobs/{number}")["options"]["environment"] == "production"
    assert puppet.refused("command/task", _task("lab::staging_only"), 404)[0] == "unknown-task"
    assert puppet.task("lab::staging_only", _ONE, environment="staging") > number


@pytest.mark.parametrize(
    "more",
    [{"noop": True, "no_noop": True}, {"noop": "yes"}, {"concurrency": 0}, {"timeout": -1}, {"userdata": "x"}],
)
def test_flags_refused(puppet: PuppetClient, more: dict[str, Any]) -> None:
    """Two that exclude each other, and values of the wrong type (recording 037)."""
    assert puppet.refused("command/deploy", _deploy(**more))[0] == "validation-error"


def test_bodies(puppet: PuppetClient) -> None:
    """What is no JSON, and no object (recording 047)."""
    for data in ('{"task": ', "[]", '"x"'):
        answer = puppet("POST", "command/task", data=data)
        assert answer.status_code == 400 and answer.json()["kind"].endswith("/validation-error")
    assert puppet.server.engine.jobs == {}


def test_noop(puppet: PuppetClient) -> None:
    """Only for tasks that say so; a run of Puppet changes nothing then."""
    assert puppet.refused("command/task", _task("lab::ok", noop=True))[0] == "validation-error"
    assert puppet.get(f"jobs/{puppet.task('lab::noop', _ONE, noop=True)}")["options"]["noop"] is True
    given = {"action": "install", "name": "nginx"}
    assert puppet.result(puppet.task("package", _ONE, 5.0, params=given, noop=True))["_noop"] is True
    result = puppet.result(puppet.deploy(_ONE, 10.0, noop=True))
    assert (result["status"], result["metrics"]["changed"], result["metrics"]["out_of_sync"]) == ("unchanged", 0, 3)
    assert result["noop"] == {"noop": True, "no_noop": False}


# -- tasks and their parameters


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({}, "missing required parameter must"),
        ({"must": ""}, "parameter must expects"),
        ({"must": 5}, "parameter must expects a String"),
        ({"must": "x", "other": 1}, "unknown parameter other"),
        ({"must": "x", "choice": "four"}, "parameter choice expects an Enum[one, two, three]"),
        ({"must": "x", "number": 11}, "parameter number expects an Integer"),
        ({"must": "x", "number": True}, "parameter number expects"),
        ({"must": "x", "flag": "yes"}, "parameter flag expects a Boolean"),
        ({"must": "x", "names": ["a", 1]}, "parameter names expects an Array"),
        ({"must": "x", "code": "A1"}, "parameter code expects a Pattern"),
        ({"must": "x", "mixed": "x"}, "parameter mixed expects a Variant"),
        ({"must": "x", "table": []}, "parameter table expects a Hash"),
    ],
)
def test_parameters_refused(puppet: PuppetClient, given: dict[str, Any], part: str) -> None:
    """What is missing, unknown or of the wrong type (recording 046)."""
    kind, message, details = puppet.refused("command/task", _task("lab::params", params=given))
    assert kind == "validation-error" and message.startswith("Invalid input for task lab::params: ")
    assert part in message and set(details) == {"params"}


def test_parameters(puppet: PuppetClient) -> None:
    """Defaults are filled in since 2019.8.0; sensitive ones are named, never shown."""
    given = {"must": "x", "number": 10, "names": ["a"], "code": "abc", "mixed": True, "table": {}, "secret": "hush"}
    for generation, extra in (("2023", {"preset": "a value", "choice": "one"}), ("2018.1", {})):
        puppet.options.generation = generation
        number = puppet.task("lab::params", _ONE, 5.0, params=given)
        options = puppet.get(f"jobs/{number}")["options"]
        assert options["sensitive"] == ["secret"]
        assert options["params"] == {**{k: v for k, v in given.items() if k != "secret"}, **extra}
    assert puppet.result(number)["preset"] == "a value"
    entry = puppet.lab.requests("POST", "command/task")[0]
    assert "hush" not in str(entry.as_dict()) and entry.body["params"]["must"] == "x"


def test_which_parameters_a_task_takes(puppet: PuppetClient) -> None:
    """No list of them means any, an empty list means none (contract 1.10)."""
    assert puppet.states(puppet.task("example::ping", _ONE, 5.0, params={"any": 1})) == {"web1": "finished"}
    assert puppet.refused("command/task", _task("lab::ok", params={"any": 1}))[0] == "validation-error"
    assert puppet.refused("command/task", _task(params=...))[0] == "validation-error"
    assert puppet.refused("command/task", _task(params=[]))[0] == "validation-error"


def test_unknown_tasks(puppet: PuppetClient) -> None:
    """404; or accepted, and every node refuses it (recordings 044 and 109)."""
    kind, _message, details = puppet.refused("command/task", _task("nosuch::task"), 404)
    assert (kind, details) == ("unknown-task", {"task": "nosuch::task", "environment": "production"})
    assert puppet.refused("command/task", _task(""))[0] == "validation-error"
    puppet.options.late_task_check = True
    number = puppet.task("nosuch::task", _ONE, 5.0)
    assert puppet.result(number) == {"error": "Invalid task name 'nosuch::task'"}
    assert puppet.get(f"jobs/{number}")["state"] == "failed"


def test_names_of_tasks(puppet: PuppetClient) -> None:
    """package and package::init are one task."""
    given = {"action": "status", "name": "nginx"}
    number = puppet.task("package::init", _ONE, 5.0, params=given)
    assert puppet.get(f"jobs/{number}")["options"]["task"] == "package"


# -- what is left out, and who may


def test_dropped_nodes(puppet: PuppetClient) -> None:
    """Nodes on which somebody may not run a task are left out in silence; none left is a refusal (contract 1.8)."""
    limited = puppet.as_user("limited")
    number = limited.task("lab::ok", ["web1.example.com", "db1.example.com", "web2.example.com"], 5.0)
    assert list(limited.states(number)) == ["web1", "web2"] and limited.get(f"jobs/{number}")["node_count"] == 2
    assert limited.get(f"jobs/{number}")["options"]["scope"]["nodes"][1] == "db1.example.com"
    for body in (_task(scope={"nodes": ["db1.example.com"]}), _task("lab::fail")):
        assert limited.refused("command/task", body, 403)[0] == "not-permitted"
    rows = {row["name"]: row["permitted"] for row in limited.get("tasks")["items"]}
    assert (rows["lab::ok"], rows["package"], rows["package::install"], rows["lab::fail"]) == (True, True, False, False)


def test_queries_need_a_permission(puppet: PuppetClient) -> None:
    """Without it the query is refused as if it were wrong (contract 1.12)."""
    launcher = puppet.as_user("launcher")
    for path, body in (("task", _task(scope={"query": _ALL})), ("deploy", _deploy(scope={"query": _ALL}))):
        kind, message, _details = launcher.refused(f"command/{path}", body)
        assert kind == "query-error" and "nodes:view_data" in message
    assert launcher.deploy(_ONE) and launcher.task("lab::ok", _ONE)


def test_unknown_nodes(puppet: PuppetClient) -> None:
    """Accepted, and errored (recordings 077 and 095)."""
    number = puppet.task("lab::ok", ["nobody.example.com", "off1.example.com", "web1.example.com"], 5.0)
    assert puppet.states(number) == {"nobody": "errored", "off1": "errored", "web1": "finished"}
    row = puppet.nodes(number)[0]
    assert row["result"]["_error"]["kind"] == "puppetlabs.orchestrator/execution-failure"
    assert row["details"]["message"] == "nobody.example.com is not connected to the PCP broker"
    assert (row["start_timestamp"], row["finish_timestamp"], row["duration"]) == (None, None, None)
    assert puppet.get(f"jobs/{number}")["state"] == "failed"


def test_agentless(puppet: PuppetClient) -> None:
    """Hosts without an agent need targets; the way has to be theirs (recording 042). Old servers ignore targets."""
    hosts = ["ssh1.example.com", "winrm1.example.com", "other.example.com"]
    ssh = {"hostnames": [hosts[0], hosts[2]], "user": "svc", "transport": "ssh", "password": "hush"}
    winrm = {"hostnames": [hosts[1]], "user": "svc", "transport": "winrm", "password": "hush"}
    number = puppet.task("facts", hosts, 5.0, targets=[ssh, winrm])
    assert puppet.states(number) == {"ssh1": "finished", "winrm1": "finished", "other": "errored"}
    assert [row["transport"] for row in puppet.nodes(number)] == ["ssh", "winrm", "ssh"]
    assert puppet.states(puppet.task("facts", hosts[:1], 5.0)) == {"ssh1": "errored"}
    wrong = {**ssh, "password": "wrong"}
    assert puppet.states(puppet.task("facts", hosts[:1], 5.0, targets=[wrong])) == {"ssh1": "errored"}
    body = _task("facts", targets=[{"hostnames": hosts, "transport": "telnet", "user": "x"}])
    assert puppet.refused("command/task", body)[0] == "validation-error"
    assert "hush" not in str([entry.as_dict() for entry in puppet.lab.requests("POST")])
    puppet.options.generation = "2018.1"
    assert puppet.states(puppet.task("facts", hosts[:1], 5.0, targets=[ssh])) == {"ssh1": "errored"}


def test_links_and_numbers(puppet: PuppetClient) -> None:
    """Links are made of another name than the one called; jobs and plans count for themselves (contract 1.0)."""
    made = puppet.post("command/task", _task())["job"]
    assert made == {"id": "https://orchestrator.example.com:8143/orchestrator/v1/jobs/1001", "name": "1001"}
    assert puppet.post("command/plan_run", {"plan_name": "lab::plan_ok"}) == {"name": "1001"}
    puppet.options.link_base = "https://localhost:8143:8143"
    assert puppet.get("jobs/1001")["events"]["id"] == "https://localhost:8143:8143/orchestrator/v1/jobs/1001/events"


def test_userdata(puppet: PuppetClient) -> None:
    """It comes back, in the list too; servers before 2019.8.5 do not know it (contract 1.1)."""
    number = puppet.task(userdata={"key": [1]}, description="why")
    assert puppet.get("jobs")["items"][0]["userdata"] == {"key": [1]}
    puppet.options.generation = "2018.1"
    job = puppet.get(f"jobs/{number}")
    assert "userdata" not in job and (job["description"], job["options"]["description"]) == ("why", "why")


def test_timeouts(puppet: PuppetClient) -> None:
    """Per node, from 2023 on; before, the key is ignored."""
    number = puppet.task("lab::hang", _ONE, 30.0, timeout=10)
    assert puppet.states(number) == {"web1": "failed"} and puppet.get(f"jobs/{number}")["duration"] == "10.075"
    number = puppet.deploy(["web1.example.com", "hang1.example.com"], 30.0, timeout=10)
    assert puppet.states(number) == {"web1": "finished", "hang1": "failed"}
    puppet.options.generation = "2019.8"
    assert puppet.states(puppet.task("lab::hang", _ONE, 30.0, timeout=10)) == {"web1": "running"}
