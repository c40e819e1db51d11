# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorded requests to the orchestrator, asked again in the lab's own words: nodes, tasks and numbers are the lab's."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import requests
from puppet_client import ROOT, WEB, PuppetClient

Answer = requests.Response
Scene = Callable[[PuppetClient, dict[str, Any]], Answer]
Step = Callable[[PuppetClient], object]

DONE = 30.0
_TWO = WEB[:2]
_PACKAGE: dict[str, Any] = {"params": {"name": "openssl", "action": "status"}}
#: The recorded names, and what the lab has instead.
_NAMES = (
    ("node1.example.com", "web1.example.com"),
    ("node2.example.com", "web2.example.com"),
    ("linux.example.com", "web1.example.com"),
    ("agentless1.example.com", "ssh1.example.com"),
    ("test-env-1", "testing"),
    ("my_environment", "testing"),
    ("example::get_dns", "lab::ok"),
    ("example_plan", "lab::plan_parameters"),
    ('"example::weekly", "parameters": {"primary": {"value"', '"facts::info", "parameters": {"targets": {"value"'),
    ("2019-05-05T19:50:08Z", "2199-05-05T19:50:08Z"),
    ("2030-01-28T", "2199-01-28T"),
)


def body_of(recording: dict[str, Any]) -> Any:
    """The recorded body with the lab's names."""
    text = json.dumps(recording["request"]["body"])
    for old, new in _NAMES:
        text = text.replace(old, new)
    return json.loads(text)


def send(api: PuppetClient, recording: dict[str, Any], path: str = "", **more: Any) -> Answer:
    """The recorded request, with another path if one is given."""
    request, body = recording["request"], body_of(recording)
    more = {"params": request["query"], **more}
    if isinstance(body, str):
        more["data"] = body
    elif body is not None:
        more.setdefault("json", body)
    return api(request["method"], path or request["path"], **more)


def plain(*before: Step) -> Scene:
    """The recorded request, after some steps."""

    def scene(api: PuppetClient, recording: dict[str, Any]) -> Answer:
        for step in before:
            step(api)
        return send(api, recording)

    return scene


def options(**changes: Any) -> Step:
    """The server is told something about itself."""

    def step(api: PuppetClient) -> None:
        for name, value in changes.items():
            setattr(api.options, name, value)

    return step


def as_user(user: str | None, *before: Step) -> Scene:
    """The recorded request by somebody else."""

    def scene(api: PuppetClient, recording: dict[str, Any]) -> Answer:
        return plain(*before)(api.as_user(user), recording)

    return scene


def faulty(status: int, **fault: Any) -> Scene:
    """A fault of the lab answers."""

    def scene(api: PuppetClient, recording: dict[str, Any]) -> Answer:
        api.lab.fault("status", status=status, **fault)
        return send(api, recording)

    return scene


# -- tokens


def login(api: PuppetClient, recording: dict[str, Any]) -> Answer:
    """A token for the operator."""
    body = body_of(recording)
    if isinstance(body, dict) and body["password"] != "wrong":
        body["password"] = api.server.passwords[body["login"]]
    return send(api, recording, json=body) if isinstance(body, dict) else send(api, recording)


def validate(*before: Step, token: str = "") -> Scene:
    """Whose token this is."""

    def scene(api: PuppetClient, recording: dict[str, Any]) -> Answer:
        for step in before:
            step(api)
        value = token or api.server.tokens["operator"]
        return send(api, recording, json={"token": value, "update_last_activity?": False})

    return scene


def unknown_token(api: PuppetClient, recording: dict[str, Any]) -> Answer:
    """A token that nobody made."""
    return send(api.with_token("nonsense"), recording)


# -- jobs: a job is begun, time passes, and the recorded kind of answer is asked for


def _tail(recording: dict[str, Any]) -> str:
    """What the recorded path has behind the number."""
    match = re.search(r"jobs/[^/]+(/.*)?$", recording["request"]["path"])
    return (match[1] or "") if match else ""


def task(name: str, nodes: list[str] = _TWO, wait: float = DONE, **more: Any) -> Scene:
    """A job of a task; without a number in the path the list is asked for."""

    def scene(api: PuppetClient, recording: dict[str, Any]) -> Answer:
        number = api.task(name, nodes, wait, **more)
        return send(api, recording, f"{ROOT}jobs/{number}{_tail(recording)}")

    return scene


def deploy(*steps: Callable[[PuppetClient, int], object], nodes: Any = _TWO, **more: Any) -> Scene:
    """A run of Puppet, and what happens to it; without a step it ends."""

    def scene(api: PuppetClient, recording: dict[str, Any]) -> Answer:
        number = api.deploy(nodes, **more)
        for step in steps or (after(DONE),):
            step(api, number)
        return send(api, recording, f"{ROOT}jobs/{number}{_tail(recording)}")

    return scene


def whole_environment(api: PuppetClient, recording: dict[str, Any]) -> Answer:
    """A run of Puppet without a scope, which old servers took for everything."""
    name = api.post("command/deploy", {"environment": "production"})["job"]["name"]
    api.lab.advance(DONE)
    return send(api, recording, f"{ROOT}jobs/{name}{_tail(recording)}")


def whole_environment_runs(api: PuppetClient) -> None:
    """Old servers take everything for a missing scope."""
    api.post("command/deploy", {"environment": "production"})
    api.lab.advance(DONE)


def after(seconds: float) -> Callable[[PuppetClient, int], object]:
    """Time passes."""
    return lambda api, _number: api.lab.advance(seconds)


def stopped(**more: Any) -> Callable[[PuppetClient, int], object]:
    """The job is stopped."""
    return lambda api, number: api.post("command/stop", {"job": str(number), **more})


def future(api: PuppetClient, recording: dict[str, Any]) -> Answer:
    """A job as a later release might show it."""
    number, recorded = api.task("package", **_PACKAGE, wait=DONE), recording["response"]["body"]
    names = ("state", "type", "node_states", "status", "future_key")
    api.server.disguise(number, **{name: recorded[name] for name in names})
    return send(api, recording, f"{ROOT}jobs/{number}")


def broken(api: PuppetClient) -> None:
    """Runs of Puppet fail before they have nodes."""
    api.server.engine.behave("deploy", ending="error")


def broken_deploy(api: PuppetClient, recording: dict[str, Any]) -> Answer:
    """A job that failed without a node."""
    broken(api)
    return deploy()(api, recording)


def plan_task(api: PuppetClient, recording: dict[str, Any]) -> Answer:
    """The job of a plan from a project."""
    number = api.plan("facts::info", DONE, params={"targets": "web1.example.com"})
    (job,) = api.get(f"plan_jobs/{number}")["status"]
    return send(api, recording, f"{ROOT}jobs/{job}")


def several_jobs(api: PuppetClient) -> None:
    """A run of Puppet with every kind of end, a task, the job of a plan, and one that still runs."""
    api.deploy(["web1.example.com", "fail1.example.com", "off1.example.com"], description="deploy", userdata={"a": 1})
    api.task("package", _TWO, params={"name": "openssl", "action": "status"}, noop=True, description="status")
    api.plan("facts::info", DONE, params={"targets": "web1.example.com"})
    api.task("lab::hang_one", _TWO, wait=5.0)


def twelve_jobs(api: PuppetClient) -> None:
    """More than a page of jobs."""
    several_jobs(api)
    for _unused in range(10):
        api.task("lab::ok", _TWO)
    api.lab.advance(DONE)


def many_nodes(api: PuppetClient, recording: dict[str, Any]) -> Answer:
    """A job on 103 nodes."""
    return task("lab::sleep", api.server.add_nodes(103), params={"seconds": 1})(api, recording)


def events_from(scene: Scene, first: bool = False) -> Scene:
    """The events of a job from the recorded place on: the last one, what follows, or (first) all."""

    def found(api: PuppetClient, recording: dict[str, Any]) -> Answer:
        recorded = recording["response"]["body"]["items"]
        whole = scene(api, {**recording, "request": {**recording["request"], "query": {}}})
        ids = [int(one["id"]) for one in whole.json()["items"]]
        start = ids[0] if first else ids[-len(recorded)] if recorded else ids[-1] + 1
        number = re.search(r"jobs/(\d+)/", whole.request.path_url)
        assert number is not None
        return api("GET", f"jobs/{number[1]}/events", params={"start": start})

    return found


def job_path(api: PuppetClient, recording: dict[str, Any]) -> Answer:
    """A wrong question about a job that is there."""
    number = api.task(wait=DONE)
    return send(api, recording, f"{ROOT}jobs/{number}{_tail(recording)}")


# -- stops


def stop(*steps: Callable[[PuppetClient, int], object], **more: Any) -> Scene:
    """A stop, after what happens to a run of Puppet."""

    def scene(api: PuppetClient, recording: dict[str, Any]) -> Answer:
        number = api.deploy(WEB, concurrency=2)
        for step in steps:
            step(api, number)
        return send(api, recording, json={"job": str(number), **more})

    return scene


def stop_plan(api: PuppetClient, recording: dict[str, Any]) -> Answer:
    """A running plan is stopped."""
    return send(api, recording, json={"plan_job": str(api.plan("lab::plan_long", 5.0))})


# -- scheduling


def _schedule(api: PuppetClient, **changes: Any) -> int:
    body = {
        "type": "plan",
        "environment": "testing",
        "description": "weekly plan",
        "input": {"name": "lab::plan_parameters", "parameters": {"message": {"value": "a"}, "secret": {"value": "b"}}},
        "schedule": {"start_time": "2199-01-01T19:50:08Z", "interval": {"units": "seconds", "value": 3600}},
        "userdata": {"ticket": "TICKET-123"},
        **changes,
    }
    return int(api.post("scheduled_jobs/environment_jobs", body, 200)["scheduled_job"]["name"])


def _soon(api: PuppetClient, interval: Any = None) -> dict[str, Any]:
    from unified_jobs_lab.puppet.dates import shown as written

    return {"start_time": written(api.lab.clock.now() + 60), "interval": interval}


def schedules(api: PuppetClient) -> None:
    """One that ran and will run, one that could not be submitted."""
    hourly = {"units": "seconds", "value": 3600}
    _schedule(api, schedule=_soon(api, hourly))
    _schedule(api, environment="development", schedule=_soon(api))
    api.server.forget_environment("development")
    api.lab.advance(120)


def disabled_schedule(api: PuppetClient) -> None:
    """One that was disabled before it ran."""
    start = {"start_time": "2199-06-01T01:00:00-08:00", "interval": None}
    given = {"scope": {"nodes": ["web1.example.com"]}, "noop": True}
    number = _schedule(api, type="deploy", input=given, schedule=start)
    api("PUT", f"scheduled_jobs/environment_jobs/{number}", json={"enabled": False})


def one_schedule(*before: Callable[[PuppetClient], object]) -> Scene:
    """A request about one scheduled job."""

    def scene(api: PuppetClient, recording: dict[str, Any]) -> Answer:
        for step in before or (schedules,):
            step(api)
        return send(api, recording, f"{ROOT}scheduled_jobs/environment_jobs/1001")

    return scene


def old_schedule(user: str = "admin") -> Scene:
    """One of the old kind is deleted."""

    def scene(api: PuppetClient, recording: dict[str, Any]) -> Answer:
        body = {"task": "lab::ok", "params": {}, "scope": {"nodes": _TWO}, "scheduled_time": "2199-01-01T00:00:00Z"}
        name = api.post("command/schedule_task", body)["scheduled_job"]["name"]
        return send(api.as_user(user), recording, f"{ROOT}scheduled_jobs/{name}")

    return scene


# -- plans


def plan(name: str, wait: float = DONE, *steps: Callable[[PuppetClient, int], object], **params: Any) -> Scene:
    """A plan job; the recorded path says what of it."""

    def scene(api: PuppetClient, recording: dict[str, Any]) -> Answer:
        number = api.plan(name, wait, params=params)
        for step in steps:
            step(api, number)
        return send(api, recording, f"{ROOT}plan_jobs/{number}{_tail(recording)}", params={})

    return scene


def plan_stopped(api: PuppetClient, number: int) -> None:
    """The plan is interrupted, and ends."""
    api.post("command/stop_plan", {"plan_job": str(number)})
    api.lab.advance(1.0)


def plans(api: PuppetClient) -> None:
    """One that has ended, one that runs; four before them."""
    for _unused in range(3):
        api.plan("lab::plan_scalar", 5.0)
    api.plan("facts::info", DONE, params={"targets": "web1.example.com"}, userdata={"ticket": "INC0001"})
    api.plan("lab::plan_hang", 5.0)


def project_plan(api: PuppetClient) -> None:
    """A plan that belongs to a project."""
    api.plan("facts::info", DONE, params={"targets": "web1.example.com"})


def plan_event(api: PuppetClient, recording: dict[str, Any]) -> Answer:
    """One event: of the plan, or of something else."""
    number = api.plan("lab::plan_messages", DONE)
    first = api.get(f"plan_jobs/{number}/events")["items"][0]["id"]
    wanted = "9" if recording["response"]["status"] == 404 else first
    return send(api, recording, f"{ROOT}plan_jobs/{number}/event/{wanted}")


# -- lookups


def task_targets(api: PuppetClient) -> None:
    """One with tasks, one with all tasks."""
    body = {"display_name": "1", "nodes": ["node1"], "node_groups": []}
    api.post("command/task_target", {**body, "tasks": ["exec"], "pql_query": "nodes[certname] { }"}, 200)
    api.post("command/task_target", {**body, "all_tasks": True}, 200)


def inventory_node(name: str) -> Scene:
    """One node of the inventory."""
    return lambda api, recording: send(api, recording, f"{ROOT}inventory/{name}")


def inventory_some(api: PuppetClient, recording: dict[str, Any]) -> Answer:
    """Some nodes of the inventory."""
    nodes = ["web1.example.com", "off1.example.com", "win1.example.com"]
    return send(api, recording, json={"nodes": nodes})


def usage(api: PuppetClient, recording: dict[str, Any]) -> Answer:
    """The day on which the lab runs."""
    return send(api, recording, params={"start_date": "2000-01-01", "end_date": "2999-12-31", "events": "exclude"})
