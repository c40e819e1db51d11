# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An orchestrator with one job, one plan and one schedule, whose answers a test may spoil."""

from __future__ import annotations

from typing import Any

from .mutate import ODD as ODD_ANYWHERE
from .stub import Key

LINK = "https://pe.example.com:8143/orchestrator/v1"
STATUS = "/status/v1/services/orchestrator-service"
JOB, PLAN = "/jobs/5", "/plan_jobs/5"
SCHEDULES = "/scheduled_jobs/environment_jobs"
SCHEDULE = f"{SCHEDULES}/5"
COMMANDS = ("/command/task", "/command/deploy", "/command/plan_run", "/command/environment_plan_run", SCHEDULES)
PEOPLE = {"id": "u", "login": "admin"}
STATES = [
    {"state": "ready", "enter_time": "2026-11-22T10:00:00Z", "exit_time": "2026-11-22T10:00:01Z"},
    {"state": "running", "enter_time": "2026-11-22T10:00:01Z", "exit_time": None},
]


def node(name: str = "a", state: str = "finished", **more: Any) -> dict[str, Any]:
    """What a task left on a node."""
    return {
        "name": name,
        "state": state,
        "transport": "pcp",
        "start_timestamp": "2026-11-22T10:00:01Z",
        "finish_timestamp": "2026-11-22T10:00:02Z",
        "duration": 1.5,
        "details": {},
        "result": {"_output": "hi\n", "left": {"deep": ["x"]}},
        **more,
    }


ERROR = {"kind": "puppetlabs.tasks/task-error", "msg": "it broke", "details": {"exitcode": 3}}
#: one of them each: well, with an error of a task, with the report of a Puppet run
NODES = [
    node(),
    node("b", "failed", result={"_error": ERROR, "_output": "oh\n"}),
    node("c", result={"hash": "h", "status": "changed", "metrics": {"total": 9, "changed": 2, "failed": 0}}),
]


def job(state: str = "failed", **more: Any) -> dict[str, Any]:
    """The page of job 5, a task."""
    return {
        "id": f"{LINK}/jobs/5",
        "name": "5",
        "state": state,
        "command": "task",
        "type": "task",
        "options": {
            "description": "d",
            "task": "lab::ok",
            "params": {"a": "v", "s": "Sensitive [value redacted]"},
            "sensitive": ["s"],
            "scope": {"nodes": ["a", "b", "c"]},
            "environment": "production",
        },
        "owner": PEOPLE,
        "timestamp": "2026-11-22T10:00:05Z",
        "started_timestamp": "2026-11-22T10:00:00Z",
        "finished_timestamp": "2026-11-22T10:00:05Z",
        "duration": "5.0",
        "node_count": 3,
        "node_states": {"finished": 2, "failed": 1},
        "status": STATES,
        "userdata": {"ticket": "T1"},
        **more,
    }


def puppet_run(state: str = "failed") -> dict[str, Any]:
    """The page of job 5, a Puppet run."""
    options = {"scope": {"query": "nodes {}"}, "environment": "production", "noop": True, "concurrency": 2}
    return job(state, type="deploy", command="deploy", options=options)


def plan_job(state: str = "failure", **more: Any) -> dict[str, Any]:
    """The page of plan job 5, which ran job 5."""
    return {
        "id": f"{LINK}/plan_jobs/5",
        "name": "5",
        "state": state,
        "options": {
            "description": "d",
            "plan_name": "lab::two",
            "parameters": {"a": "v"},
            "sensitive": [],
            "scheduled_job_id": None,
            "environment": "production",
        },
        "result": {"kind": "bolt/run-failure", "msg": "it broke", "details": {}},
        "owner": PEOPLE,
        "timestamp": "2026-11-22T10:00:05Z",
        "created_timestamp": "2026-11-22T10:00:00Z",
        "finished_timestamp": "2026-11-22T10:00:05Z",
        "duration": 5.0,
        "status": {"5": STATES},
        "userdata": {},
        **more,
    }


def schedule(**more: Any) -> dict[str, Any]:
    """The page of schedule 5, which started job 5."""
    return {
        "id": f"{LINK}{SCHEDULE}",
        "name": "5",
        "enabled": True,
        "environment": "production",
        "owner": PEOPLE,
        "description": "d",
        "type": "task",
        "input": {
            "name": "lab::ok",
            "parameters": {"a": {"value": "v"}},
            "sensitive_parameters": ["s"],
            "scope": {"nodes": ["a"]},
        },
        "schedule": {"start_time": "2026-11-22T10:00:00Z", "interval": {"units": "seconds", "value": 3600}},
        "next_run": {"time": "2026-11-22T13:00:00Z"},
        "last_run": {"time": "2026-11-22T10:00:00Z", "job": {"id": f"{LINK}/jobs/5", "name": 5}},
        "userdata": {},
        **more,
    }


def page(*rows: Any, **more: Any) -> dict[str, Any]:
    """One page of a list."""
    return {"items": list(rows), "pagination": {"limit": 100, "offset": 0, "total": len(rows)}, **more}


EVENTS = {
    "next-events": {"id": f"{LINK}/jobs/5/events?start=8", "event": "8"},
    "items": [
        {
            "id": "7",
            "type": "node_failed",
            "timestamp": "2026-11-22T10:00:02Z",
            "details": {"node": "b", "detail": {"x": 1}},
            "message": "Failed on b",
        }
    ],
}
MESSAGES = {
    "next-events": {"id": f"{LINK}/plan_jobs/5/events?start=9", "event": "9"},
    "items": [
        {"id": "7", "type": "task_start", "timestamp": "2026-11-22T10:00:01Z", "details": {"job-id": "5"}},
        {"id": "8", "type": "out_message", "timestamp": "2026-11-22T10:00:02Z", "details": {"message": "m" * 1024}},
    ],
}
PARAMETERS = {
    "a": {"type": "Optional[Enum[v, w]]", "description": "A"},
    "s": {"type": "Optional[String[1]]", "sensitive": True},
}


def described(kind: str, name: str) -> dict[str, Any]:
    """What the server says of a task or a plan."""
    return {
        "id": f"{LINK}/{kind}s/{name.replace('::', '/')}",
        "name": name,
        "permitted": True,
        "environment": {"name": "production", "code_id": None},
        "metadata": {"description": "d", "supports_noop": True, "parameters": PARAMETERS},
    }


def answers(one: dict[str, Any], plan: Any = None, timer: Any = None) -> dict[Key, Any]:
    """All that the server knows."""
    plan, timer = plan or plan_job(), timer or schedule()
    said = {"orchestrator-service": {"service_version": "2023.8.0.16", "state": "running"}}
    others = [{**one, "name": str(number), "id": f"{LINK}/jobs/{number}"} for number in (1, 2, 3)]
    run = {"task": ("GET", "/tasks/lab/ok"), "plan": ("GET", "/plans/lab/two")}
    return {
        ("GET", STATUS): said,
        ("GET", "/jobs"): page(one, *others),
        ("GET", JOB): one,
        **{("GET", f"/jobs/{row['name']}"): row for row in others},
        **{("GET", f"/jobs/{row['name']}/nodes"): page(*NODES) for row in others},
        ("GET", f"{JOB}/nodes"): page(*NODES),
        ("GET", f"{JOB}/events"): lambda given: EVENTS if given["start"] < 8 else {**EVENTS, "items": []},
        ("GET", f"{JOB}/report"): {"report": [{"node": "a", "state": "finished", "events": []}]},
        ("GET", "/plan_jobs"): page(plan),
        ("GET", PLAN): plan,
        ("GET", f"{PLAN}/events"): lambda given: MESSAGES if given["start"] < 9 else {**MESSAGES, "items": []},
        ("GET", f"{PLAN}/event/8"): {"id": "8", "type": "out_message", "details": {"message": "m" * 2000}},
        ("GET", SCHEDULES): page(timer),
        ("GET", SCHEDULE): timer,
        run["task"]: described("task", "lab::ok"),
        run["plan"]: described("plan", "lab::two"),
        ("POST", "/inventory"): {"items": [{"name": "a", "connected": True, "broker": "b", "timestamp": "t"}]},
        ("POST", "/command/task"): {"job": {"id": f"{LINK}/jobs/5", "name": "5"}},
        ("POST", "/command/deploy"): {"job": {"id": f"{LINK}/jobs/5", "name": "5"}},
        ("POST", "/command/plan_run"): {"name": "5"},
        ("POST", "/command/environment_plan_run"): {"name": "5"},
        ("POST", SCHEDULES): {"scheduled_job": {"id": f"{LINK}{SCHEDULE}", "name": "5"}},
        ("POST", "/command/stop"): {"job": {"id": f"{LINK}/jobs/5", "name": "5", "nodes": {"running": 1}}},
        ("POST", "/command/stop_plan"): {"name": "5"},
        ("PUT", SCHEDULE): {"scheduled_job": {"id": f"{LINK}{SCHEDULE}", "name": "5"}},
    }


FAILED, OK, RUNNING = job(), job("finished", node_states={"finished": 3}), job("running")
GOING = plan_job("running", result=None)
RUN_OPTIONS = {"type": "deploy", "targets": ["a"], "puppet": {"environment": "production"}}
TASK_OPTIONS = {"template": "lab::ok", "targets": ["a", "b", "c"], "parameters": {"a": "v"}}
PLAN_OPTIONS = {"template": "lab::two", "type": "plan", "parameters": {"a": "v"}}
LATER = {"schedule": {"start_at": "2026-11-23T10:00:00Z"}}
EVERYTHING = ["hosts", "output", "failed_tasks", "children", "artifacts", "parameters", "events", "report", "history"]
OLD = {"id": "5", "type": "job", "platform": "puppet", "native_status": "failed"}
OLD_PLAN = {**OLD, "type": "plan_job"}
READ = {"include": [*EVERYTHING, "native"]}
#: the job that the server has, its plan, the face and its options
CALLS: dict[str, tuple[Any, Any, str, dict[str, Any]]] = {
    "read": (FAILED, None, "info", {"jobs": "5", "type": "job", **READ}),
    "read a good one": (OK, None, "info", {"jobs": "5", "type": "job", **READ}),
    "read a plan": (FAILED, None, "info", {"jobs": "5", "type": "plan_job", **READ}),
    "read a schedule": (FAILED, None, "info", {"jobs": "5", "type": "scheduled_job", **READ}),
    "wait for many": (FAILED, None, "wait", {"jobs": ["5", "1", "2", "3"], "type": "job", "wait_timeout": 10}),
    "cursor": (FAILED, None, "info", {"jobs": "5", "type": "job", "include": ["output"], "output_since": "0"}),
    "cursor of a plan": (
        FAILED,
        None,
        "info",
        {"jobs": "5", "type": "plan_job", "include": ["output"], "output_since": "0"},
    ),
    "list": (OK, None, "info", {}),
    "list of schedules": (OK, None, "info", {"type": "scheduled_job"}),
    "ordered list": (OK, None, "info", {"type": "job", "order_by": "name asc", "max_results": 0}),
    "list of a time": (OK, None, "info", {"created_after": "2026-11-22T00:00:00Z"}),
    "task": (OK, None, "invoke", TASK_OPTIONS),
    "task in check mode": (OK, None, "invoke", {**TASK_OPTIONS, "check_mode": True}),
    "run": (puppet_run(), None, "invoke", RUN_OPTIONS),
    "plan": (OK, None, "invoke", PLAN_OPTIONS),
    "typed plan": (OK, None, "invoke", {**PLAN_OPTIONS, "puppet": {"parameter_types": {"a": "query"}}}),
    "scheduled task": (OK, None, "invoke", {**TASK_OPTIONS, **LATER}),
    "rerun": (FAILED, None, "invoke", {"rerun": OLD, "secret_parameters": {"s": "pw"}}),
    "rerun failed": (
        FAILED,
        None,
        "invoke",
        {"rerun": OLD, "rerun_hosts": "failed", "secret_parameters": {"s": "pw"}},
    ),
    "rerun a run": (puppet_run(), None, "invoke", {"rerun": OLD}),
    "rerun a plan": (OK, None, "invoke", {"rerun": OLD_PLAN}),
    "wait": (FAILED, None, "wait", {"jobs": "5", "type": "job", "wait_timeout": 10, "include": ["hosts", "output"]}),
    "wait on": (RUNNING, None, "wait", {"jobs": "5", "type": "job", "wait_timeout": 3}),
    "wait for a plan": (FAILED, None, "wait", {"jobs": "5", "type": "plan_job", "wait_timeout": 10}),
    "wait for a schedule": (OK, None, "wait", {"jobs": "5", "type": "scheduled_job", "wait_timeout": 10}),
    "cancel": (RUNNING, None, "cancel", {"jobs": "5", "type": "job"}),
    "cancel by force": (RUNNING, None, "cancel", {"jobs": "5", "type": "job", "force": True}),
    "cancel a plan": (RUNNING, GOING, "cancel", {"jobs": "5", "type": "plan_job"}),
    "cancel a schedule": (RUNNING, None, "cancel", {"jobs": "5", "type": "scheduled_job"}),
}
#: as for every server, and numbers of other jobs
ODD: tuple[Any, ...] = (*ODD_ANYWHERE, "6", {"_sensitive": "x"}, [None, 1, [], {}])
#: where may be written to
ALLOWED = {path for method, path in answers(OK) if method != "GET"}
