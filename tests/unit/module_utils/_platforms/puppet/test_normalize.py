# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Raw bodies as jobs: Puppet contract 1.0, 1.1, 1.4, 1.8, 1.9 and 1.13."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _registry
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import facts
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.normalize import (
    id_of,
    kind_of,
    mask_native,
    normalize,
    parameters_of,
    targets_text,
)
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.platform import PuppetPlatform
from ansible_collections.unified.jobs.plugins.module_utils._types import HostStatus, Job

LINK = "https://localhost:8143/orchestrator/v1"
OWNER = {
    "id": "42bf351c",
    "login": "operator",
    "email": "operator@example.com",
    "display_name": "Olive Operator",
    "last_login": "2024-03-11T08:30:00.123Z",
    "role_ids": [3],
    "is_superuser": True,
}


def job_body(**more: Any) -> dict[str, Any]:
    return {
        "id": f"{LINK}/jobs/7",
        "name": "7",
        "command": "task",
        "type": "task",
        "state": "finished",
        "options": {"task": "package", "params": {"name": "openssl"}, "scope": {"nodes": ["a", "b"]}},
        "owner": OWNER,
        "node_count": 2,
        "node_states": {"finished": 2},
        **more,
    }


def plan_body(**more: Any) -> dict[str, Any]:
    return {
        "id": f"{LINK}/plan_jobs/7",
        "name": "7",
        "state": "success",
        "options": {"plan_name": "canary", "parameters": {"nodes": ["a"]}},
        "result": None,
        "owner": OWNER,
        **more,
    }


def schedule_body(**more: Any) -> dict[str, Any]:
    return {
        "id": f"{LINK}/scheduled_jobs/environment_jobs/7",
        "name": "7",
        "enabled": True,
        "environment": "production",
        "type": "task",
        "input": {"name": "package", "parameters": {"name": "openssl"}, "scope": {"nodes": ["a"]}},
        "schedule": {"start_time": "2024-06-01T01:00:00-08:00", "interval": None},
        "next_run": {"time": "2024-06-01T09:00:00Z"},
        "last_run": None,
        "owner": OWNER,
        **more,
    }


def job(**more: Any) -> Job:
    return normalize(job_body(**more))


# -- states ----------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-18")
@pytest.mark.parametrize(
    ("state", "status", "finished"),
    [
        ("new", "pending", False),
        ("ready", "pending", False),
        ("running", "running", False),
        ("stopping", "canceling", False),
        ("stopped", "canceled", True),
        ("finished", "successful", True),
        ("failed", "failed", True),
    ],
)
def test_states_of_jobs(state: str, status: str, finished: bool) -> None:
    found = job(state=state)
    assert (found.status, found.is_finished, found.native_status, found.warnings) == (status, finished, state, [])


@pytest.mark.case("puppet-19")
@pytest.mark.parametrize(
    ("state", "status", "finished"),
    [
        ("pending", "pending", False),
        ("running", "running", False),
        ("success", "successful", True),
        ("failure", "failed", True),
    ],
)
def test_states_of_plans(state: str, status: str, finished: bool) -> None:
    found = normalize(plan_body(state=state))
    assert (found.type, found.status, found.is_finished) == ("plan_job", status, finished)
    assert found.warnings == []


@pytest.mark.case("puppet-19", "puppet-20")
@pytest.mark.parametrize("state", ["finished", "failed", "stopped", "new", "archived", "", None, ["success"], 5])
def test_a_plan_knows_no_other_states(state: Any) -> None:
    found = normalize(plan_body(state=state))
    assert (found.status, found.is_finished, found.is_successful, len(found.warnings)) == ("unknown", False, None, 1)


@pytest.mark.case("puppet-20")
@pytest.mark.parametrize("state", ["success", "failure", "archived", "FINISHED", "", None, {"state": "finished"}])
def test_unknown_states_of_jobs(state: Any) -> None:
    found = normalize(job_body(state=state), "job")
    assert (found.status, found.is_finished, len(found.warnings)) == ("unknown", False, 1)


@pytest.mark.case("puppet-35")
@pytest.mark.parametrize("bad", ["failed", "errored"])
def test_bad_nodes_fail_a_finished_job(bad: str) -> None:
    found = job(node_states={"finished": 1, bad: 1})
    assert (found.status, found.native_status, found.is_successful) == ("failed", "finished", False)
    for state, status in (("running", "running"), ("stopped", "canceled")):
        assert job(state=state, node_states={bad: 1}).status == status


@pytest.mark.case("puppet-36")
@pytest.mark.parametrize("states", [None, {}])
def test_a_job_that_failed_without_nodes(states: Any) -> None:
    found = job(state="failed", node_count=0, node_states=states)
    assert (found.status, found.explanation) == ("failed", "It failed before it ran on any node.")
    assert found.host_counts == {"total": 0, **dict.fromkeys(HostStatus.ALL, 0)}


# -- counts ----------------------------------------------------------------------------------------------------

_NOTHING = dict.fromkeys(HostStatus.ALL)


@pytest.mark.case("puppet-29")
@pytest.mark.parametrize(
    ("count", "states", "wanted"),
    [
        (3, {"finished": 1, "failed": 1, "errored": 1}, {"total": 3, "ok": 1, "failed": 1, "unreachable": 1}),
        (
            5,
            {"new": 1, "ready": 2, "skipped": 1, "stopped": 1},
            {"total": 5, "pending": 3, "skipped": 1, "canceled": 1},
        ),
        (2, {"running": 1, "stopping": 1}, {"total": 2, "running": 2}),
        (2, {"rejected": 1, "finished": 1}, {"total": 2, "unknown": 1, "ok": 1}),
        (None, {"finished": 2}, {"total": 2, "ok": 2}),
        # the documentation has fewer nodes than states
        (1, {"finished": 2, "failed": 1}, {"total": 3, "ok": 2, "failed": 1}),
        # what cannot be counted is not said: zero failed would be a lie
        (2, None, None),
        (2, {}, None),
        (None, None, None),
        (2, {"finished": 1, "failed": "1"}, None),
        (2, {"finished": 1, "failed": None}, None),
        (2, {"finished": 1, "failed": True}, None),
        (2, {"failed": -1}, None),
        (2, [{"state": "finished"}], None),
        (2, "2", None),
        ("2", {"finished": 2}, {"total": 2, "ok": 2}),
        (True, None, None),
    ],
)
def test_counts(count: Any, states: Any, wanted: dict[str, int] | None) -> None:
    found = job(node_count=count, node_states=states).host_counts
    if wanted is None:
        assert found == {"total": count if count.__class__ is int else None, **_NOTHING}
    else:
        # how many changed something, only the nodes say
        assert found == {"total": 0, **dict.fromkeys(HostStatus.ALL, 0), "changed": None, **wanted}


# -- names and links -------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-3", "puppet-70")
@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({"id": f"{LINK}/jobs/7", "name": "8"}, "8"),
        ({"id": f"{LINK}/jobs/7"}, "7"),
        ({"id": f"{LINK}/jobs/7/", "name": None}, "7"),
        ({"id": "https://h:8143:8143/orchestrator/v1/jobs/7"}, "7"),
        # one sample of the documentation has the two swapped
        ({"id": "2", "name": f"{LINK}/scheduled_jobs/environment_jobs/2"}, "2"),
        ({"name": 42}, "42"),
        ({"name": "007"}, "7"),
        ({"name": 0}, "0"),
        ({"name": True, "id": False}, None),
        ({"name": "٣"}, None),
        ({"name": "²"}, None),
        ({"name": "-1"}, None),
        ({"name": 1.5}, None),
        ({"name": "9" * 19}, None),
        ({"name": "9" * 5000, "id": "9" * 5000}, None),
        ({"name": ["7"], "id": {"7": 7}}, None),
        ({}, None),
    ],
)
def test_ids(body: dict[str, Any], wanted: str | None) -> None:
    assert id_of(body) == wanted


@pytest.mark.case("puppet-32")
@pytest.mark.parametrize(
    ("more", "subtype", "name"),
    [
        ({"type": "plan_task", "command": "plan_task"}, "plan_task", "package"),
        ({"type": None, "command": "task"}, "task", "package"),
        ({"type": None, "command": "plan_script"}, "plan_script", "package"),
        ({"type": None, "command": None}, "task", "package"),
        ({"type": "", "command": "", "options": {"environment": "production"}}, "deploy", "Puppet run in production"),
        ({"type": None, "command": "deploy", "options": {}}, "deploy", "Puppet run"),
        ({"type": "plan_script", "options": {}}, "plan_script", "plan_script"),
        ({"type": "plan_container", "options": {"task": "a"}}, "plan_container", "a"),
    ],
)
def test_subtypes(more: dict[str, Any], subtype: str, name: str) -> None:
    found = job(**more)
    assert (found.subtype, found.name) == (subtype, name)


@pytest.mark.case("puppet-33")
@pytest.mark.parametrize(
    ("options", "top", "description", "environment"),
    [
        ({"description": "new", "environment": "a"}, {"description": "old", "environment": {"name": "b"}}, "new", "a"),
        ({}, {"description": "old", "environment": {"name": "b"}}, "old", "b"),
        ({"description": "", "environment": ""}, {"description": "old", "environment": {"name": "b"}}, "old", "b"),
        ({}, {"environment": {"name": ""}}, "", None),
        ({}, {"environment": {}}, "", None),
        ({}, {"environment": None}, "", None),
        ({}, {"environment": "c"}, "", "c"),
        (None, {}, "", None),
        ("text", {}, "", None),
        (["x"], {"description": None}, "", None),
    ],
)
def test_description_and_environment(options: Any, top: dict[str, Any], description: str, environment: Any) -> None:
    found = job(options=options, **top)
    assert (found.description, found.details["environment"]) == (description, environment)


@pytest.mark.parametrize(
    ("scope", "wanted"),
    [
        ({"nodes": ["a", "b"]}, "a,b"),
        ({"nodes": []}, None),
        ({"query": "nodes[certname] {}"}, "nodes[certname] {}"),
        ({"query": ["from", "nodes"]}, '["from", "nodes"]'),
        ({"node_group": "3c4df64f"}, "node group 3c4df64f"),
        ({"whole_environment": True}, "whole environment"),
        ({"application": "App[a]"}, "application App[a]"),
        ({"whole_environment": False}, None),
        (None, None),
        ("all", None),
    ],
)
def test_targets(scope: Any, wanted: str | None) -> None:
    assert targets_text(scope) == wanted
    assert job(options={"scope": scope}).targets == wanted


@pytest.mark.case("puppet-51")
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (job_body(), "job"),
        (plan_body(), "plan_job"),
        (schedule_body(), "scheduled_job"),
        ({"options": {"plan_name": "a"}, "state": "running"}, "plan_job"),
        ({"state": "failure"}, "plan_job"),
        ({"id": f"{LINK}/plan_jobs/7", "options": {}, "state": "running"}, "plan_job"),
        ({"id": f"{LINK}/scheduled_jobs/environment_jobs/7", "input": {}}, "scheduled_job"),
        ({"id": f"{LINK}/jobs/7", "options": {"plan_job": 5}}, "job"),
        ({}, "job"),
    ],
)
def test_kinds(body: dict[str, Any], kind: str) -> None:
    assert kind_of(body) == kind
    assert normalize(body).type == kind
    # who says which one it is, is not argued with
    assert [normalize(body, said).type for said in facts.PATHS] == list(facts.PATHS)


def test_only_this_platform_knows_its_bodies() -> None:
    for body in (job_body(), plan_body(), schedule_body()):
        assert [kind.NAME for kind in _registry.PLATFORMS.values() if kind.recognizes(body)] == ["puppet"]
    assert not PuppetPlatform.recognizes({"id": "https://h/api/v2/jobs/7", "options": {}})
    assert not PuppetPlatform.recognizes({"id": f"{LINK}/tasks/a/init", "name": "a", "metadata": {}})


# -- times -----------------------------------------------------------------------------------------------------

T1, T2, T3 = "2024-03-11T09:00:00Z", "2024-03-11T09:00:10Z", "2024-03-11T09:00:40Z"
STATES = [
    {"state": "ready", "enter_time": T1, "exit_time": T2},
    {"state": "running", "enter_time": T2, "exit_time": T3},
    {"state": "finished", "enter_time": T3, "exit_time": None},
]


@pytest.mark.case("puppet-27", "puppet-28", "puppet-30")
@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({"started_timestamp": T1, "finished_timestamp": T3, "duration": "256.0"}, (T1, T1, T3, 256.0)),
        ({"created_timestamp": T1, "finished_timestamp": T3, "duration": 256.0}, (T1, T1, T3, 256.0)),
        ({"created_timestamp": T1, "started_timestamp": T2, "finished_timestamp": T3}, (T1, T2, T3, 30.0)),
        # before 2019.8.5 there are only the states, which for a task begin with ready
        ({"status": STATES, "timestamp": T3}, (T1, T2, T3, 30.0)),
        ({"timestamp": T3}, (None, None, T3, None)),
        ({"status": {"7": STATES}, "timestamp": T3}, (None, None, T3, None)),
        ({"status": "finished", "timestamp": T3}, (None, None, T3, None)),
        ({"status": [None, "x", {"state": "running"}]}, (None, None, None, None)),
        ({"started_timestamp": T3, "finished_timestamp": T1, "duration": None}, (T3, T3, T1, None)),
        ({}, (None, None, None, None)),
    ],
)
def test_times_of_jobs(more: dict[str, Any], wanted: tuple[Any, ...]) -> None:
    found = job(**more)
    assert (found.created_at, found.started_at, found.finished_at, found.elapsed) == wanted


@pytest.mark.case("puppet-27")
def test_times_of_what_has_not_begun_or_ended() -> None:
    times = {"started_timestamp": T1, "finished_timestamp": T3, "timestamp": T3}
    for state in ("new", "ready"):
        found = job(state=state, **times)
        assert (found.created_at, found.started_at, found.finished_at) == (T1, None, None)
    for state in ("running", "stopping", "archived"):
        found = job(state=state, **times)
        assert (found.created_at, found.started_at, found.finished_at) == (T1, T1, None)


@pytest.mark.case("puppet-49")
@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("2024-03-11T08:30:00.123Z", "2024-03-11T08:30:00.123000Z"),
        ("2024-06-01T01:00:00-08:00", "2024-06-01T09:00:00Z"),
        ("2016-010-22T13:36:41.449Z", None),
        ("2024-02-30T00:00:00Z", None),
        ("soon", None),
        ("", None),
        (1710147600, None),
        (["2024-03-11T08:30:00Z"], None),
    ],
)
def test_odd_times(value: Any, wanted: str | None) -> None:
    found = job(started_timestamp=value, finished_timestamp=value, timestamp=value)
    assert (found.created_at, found.started_at, found.finished_at) == (wanted, wanted, wanted)
    # when it changed is as the server says it, if it cannot be read
    assert found.details["changed_at"] == (wanted or value)
    schedule = normalize(schedule_body(schedule={"start_time": value}, next_run=None))
    assert schedule.details["start_time"] == (wanted or value)
    assert schedule.details["next_run_at"] is None
    plan = normalize(plan_body(created_timestamp=value, finished_timestamp=value))
    assert (plan.created_at, plan.finished_at) == (wanted, wanted)


# -- plans -----------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-27", "puppet-28")
def test_times_of_plans() -> None:
    found = normalize(plan_body(created_timestamp=T1, finished_timestamp=T3, duration=12.5))
    assert (found.created_at, found.started_at, found.finished_at, found.elapsed) == (T1, T1, T3, 12.5)
    assert normalize(plan_body(created_timestamp=T1, finished_timestamp=T3)).elapsed == 40.0
    pending = normalize(plan_body(state="pending", created_timestamp=T1, duration=0.0))
    assert (pending.created_at, pending.started_at, pending.finished_at, pending.elapsed) == (T1, None, None, 0.0)


@pytest.mark.case("puppet-47")
@pytest.mark.parametrize(
    ("result", "explanation"),
    [
        ({"kind": "bolt/run-failure", "msg": "run_task failed", "details": {}}, "run_task failed"),
        ({"_error": {"kind": "bolt/x", "msg": "no luck"}}, "no luck"),
        ({"_error": "no luck"}, "no luck"),
        ({"kind": "bolt/x"}, "bolt/x"),
        ("\x1b[31mno luck\x1b[0m", "no luck"),
        (["a"], ""),
        (None, ""),
        (5, ""),
        ({}, ""),
    ],
)
def test_why_a_plan_failed(result: Any, explanation: str) -> None:
    assert normalize(plan_body(state="failure", result=result)).explanation == explanation
    assert normalize(plan_body(state="success", result=result)).explanation == ""


@pytest.mark.case("puppet-30", "puppet-47")
@pytest.mark.parametrize(
    ("status", "jobs"),
    [
        ({"1": STATES, "2": [{"state": "running"}]}, {"1": "finished", "2": "running"}),
        ({"1": [], "2": None, "3": "x", "4": [{}]}, {"1": None, "2": None, "3": None, "4": None}),
        ({}, {}),
        (STATES, {}),
    ],
)
def test_the_jobs_of_a_plan(status: Any, jobs: dict[str, Any]) -> None:
    found = normalize(plan_body(status=status))
    assert (found.details["jobs"], found.status) == (jobs, "successful")
    assert "jobs" not in normalize(plan_body()).details


def test_details_of_a_plan() -> None:
    options = {
        "plan_name": "canary",
        "parameters": {"a": 1},
        "scheduled_job_id": "116",
        "environment": "production",
        "project": {"project_id": "p", "ref": "abc"},
        "sensitive": [],
    }
    found = normalize(plan_body(options=options, timestamp=T3, userdata={"ticket": "A"}))
    assert found.details == {
        "environment": "production",
        "options": {"scheduled_job_id": "116", "project": {"project_id": "p", "ref": "abc"}},
        "changed_at": T3,
        "scheduled_job": "116",
        "userdata": {"ticket": "A"},
    }
    assert (found.name, found.template) == ("canary", {"id": None, "name": "canary"})
    assert set(found.host_counts.values()) == {None}


# -- schedules -------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-70")
@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({}, ("scheduled", "future", "It is to start at 2024-06-01T09:00:00Z.")),
        ({"next_run": None}, ("scheduled", "future", "It is to start at 2024-06-01T09:00:00Z.")),
        (
            {"schedule": {"start_time": T1, "interval": {"units": "seconds", "value": 3600}}},
            ("scheduled", "recurring", "It is to start at 2024-06-01T09:00:00Z."),
        ),
        ({"enabled": False}, ("canceled", "future", "It was disabled.")),
        ({"enabled": None}, ("scheduled", "future", "It is to start at 2024-06-01T09:00:00Z.")),
        (
            {"next_run": None, "last_run": {"time": T1, "job": {"name": 5}}},
            ("scheduled", "future", f"It started at {T1} and will not start again."),
        ),
        (
            {"next_run": None, "last_run": {"time": T1, "job": {"submission_error": {"msg": "Unknown task"}}}},
            ("error", "future", "Unknown task"),
        ),
        # one that goes on is not over because one of its runs could not start
        (
            {"last_run": {"time": T1, "job": {"submission_error": {"msg": "Unknown task"}}}},
            ("scheduled", "future", "It is to start at 2024-06-01T09:00:00Z."),
        ),
        ({"schedule": None, "next_run": None}, ("scheduled", "future", "")),
        ({"schedule": "daily", "next_run": "soon", "last_run": "never"}, ("scheduled", "future", "")),
    ],
)
def test_schedules(more: dict[str, Any], wanted: tuple[str, str, str]) -> None:
    found = normalize(schedule_body(**more))
    assert (found.status, found.subtype, found.explanation) == wanted
    assert (found.created_at, found.finished_at) == (None, None)


@pytest.mark.case("puppet-70")
@pytest.mark.parametrize(
    ("last", "kind", "wanted"),
    [
        (None, "task", None),
        ({}, "task", None),
        (
            {"time": T1, "job": {"id": f"{LINK}/plan_jobs/42", "name": 42}},
            "plan",
            {"at": T1, "type": "plan_job", "id": "42", "error": None},
        ),
        ({"time": T1, "job": {"name": 42}}, "deploy", {"at": T1, "type": "job", "id": "42", "error": None}),
        (
            {"time": T1, "job": {"id": f"{LINK}/plan_jobs/42"}},
            None,
            {"at": T1, "type": "plan_job", "id": "42", "error": None},
        ),
        (
            {"time": T1, "job": {"name": 33, "submission_error": {"kind": "x", "msg": "no\x1b[0m luck"}}},
            "task",
            {"at": T1, "type": "job", "id": "33", "error": "no luck"},
        ),
        ({"time": T1}, "task", {"at": T1, "type": "job", "id": None, "error": None}),
    ],
)
def test_the_last_run_of_a_schedule(last: Any, kind: Any, wanted: Any) -> None:
    assert normalize(schedule_body(last_run=last, type=kind)).details["last_run"] == wanted


def test_details_of_a_schedule() -> None:
    given = {
        "name": "package",
        "parameters": {"a": 1},
        "sensitive_parameters": [],
        "scope": {"nodes": ["a", "b"]},
        "targets": [{"hostnames": ["c"], "password": "hunter2"}],
        "noop": True,
    }
    schedule = {"start_time": "2024-06-01T01:00:00-08:00", "interval": {"units": "seconds", "value": 3600}}
    found = normalize(schedule_body(input=given, schedule=schedule, description="weekly", userdata={"t": 1}))
    assert found.details == {
        "type": "task",
        "enabled": True,
        "environment": "production",
        "scope": {"nodes": ["a", "b"]},
        "options": {"noop": True},
        "start_time": "2024-06-01T09:00:00Z",
        "interval": 3600.0,
        "next_run_at": "2024-06-01T09:00:00Z",
        "last_run": None,
        "userdata": {"t": 1},
    }
    assert (found.name, found.targets, found.description) == ("package", "a,b", "weekly")
    assert normalize(schedule_body(input={"scope": {"nodes": ["a"]}})).name == "Puppet run in production"


# -- details, people, secrets ----------------------------------------------------------------------------------


@pytest.mark.case("puppet-31")
def test_details_of_a_job() -> None:
    options = {
        "description": "d",
        "transport": "pxp",
        "noop": False,
        "task": "package",
        "sensitive": ["password"],
        "scheduled-job-id": "123",
        "plan_job": 197,
        "params": {"password": "hunter2"},
        "scope": {"nodes": ["a"]},
        "environment": "production",
        "targets": [{"hostnames": ["b"], "password": "hunter2"}],
    }
    found = normalize(job_body(options=options, timestamp=T3, userdata={"ticket": "A"}))
    assert found.details == {
        "command": "task",
        "node_count": 2,
        "environment": "production",
        "scope": {"nodes": ["a"]},
        "options": {"transport": "pxp", "noop": False, "scheduled_job_id": "123", "plan_job": 197},
        "changed_at": T3,
        "node_states": {"finished": 2},
        "plan_job": "197",
        "scheduled_job": "123",
        "userdata": {"ticket": "A"},
    }


@pytest.mark.case("puppet-34")
@pytest.mark.parametrize("body", [job_body(), plan_body(), schedule_body()])
def test_nothing_personal_of_the_owner(body: dict[str, Any]) -> None:
    found = normalize(body).to_dict()
    assert found["launched_by"] == "operator"
    shown = json.dumps(found)
    for name in ("email", "display_name", "last_login", "id"):
        assert OWNER[name] not in shown
    assert normalize({**body, "owner": {"id": "1", "login": "eve"}}).launched_by == "eve"
    for owner in (None, {}, "eve", {"login": ""}):
        assert normalize({**body, "owner": owner}).launched_by is None


@pytest.mark.case("puppet-50")
@pytest.mark.parametrize("names", [["password"], "password", {"password": True}])
def test_parameters_without_what_is_secret(names: Any) -> None:
    given = {
        "password": "hunter2",
        "name": "openssl",
        "key": {"_sensitive": "hunter2"},
        "deep": [{"_sensitive": "hunter2"}],
    }
    wanted = {"password": "********", "name": "openssl", "key": "********", "deep": [{"_sensitive": "********"}]}
    options = {"task": "a", "params": given, "sensitive": names}
    bodies = [
        job_body(options=options),
        plan_body(options={"plan_name": "a", "parameters": given, "sensitive": names}),
        schedule_body(input={"name": "a", "parameters": given, "sensitive_parameters": names}),
    ]
    for body in bodies:
        assert parameters_of(body) == wanted
        shown = mask_native(body)
        assert "hunter2" not in json.dumps(shown)
        assert "hunter2" not in json.dumps(normalize(body).to_dict())
        assert shown["owner"] == OWNER
        # the body itself stays as it is, for running it again
        assert "hunter2" in json.dumps(body)


@pytest.mark.case("puppet-50", "puppet-68")
@pytest.mark.parametrize("key", ["password", "private-key-content", "sudo-password", "private_key_content"])
def test_secrets_of_agentless_targets(key: str) -> None:
    body = job_body(options={"task": "a", "targets": [{"hostnames": ["b"], key: "hunter2", "user": "root"}]})
    assert mask_native(body)["options"]["targets"] == [{"hostnames": ["b"], key: "********", "user": "root"}]
    assert "hunter2" not in json.dumps(normalize(body).to_dict())


@pytest.mark.case("puppet-50")
def test_a_sensitive_name_is_only_masked_among_parameters() -> None:
    body = job_body(
        options={"task": "a", "sensitive": ["name", "task"], "params": {"name": {"task": "x"}, "b": {"name": 1}}}
    )
    shown = mask_native(body)
    assert (shown["name"], shown["options"]["task"]) == ("7", "a")
    assert shown["options"]["params"] == {"name": "********", "b": {"name": "********"}}


@pytest.mark.parametrize("odd", [None, "x", 5, True, [], ["x"], {}, {"x": "y"}])
def test_any_body_is_a_job(odd: Any) -> None:
    """No key has to be there, or to be of its type."""
    for body in (job_body(), plan_body(), schedule_body()):
        for key in body:
            for kind in (None, *facts.PATHS):
                found = normalize({**body, key: odd}, kind)
                assert found.platform == "puppet"
                assert isinstance(found.name, str)
                json.dumps(found.to_dict())
                mask_native({**body, key: odd})
                parameters_of({**body, key: odd})
        for key in body.get("options", body.get("input", {})):
            place = "options" if "options" in body else "input"
            json.dumps(normalize({**body, place: {**body[place], key: odd}}).to_dict())


#: the keys of GET /jobs/<job-id> as its reference page has them -> where each is
REFERENCE = {
    "id": lambda job: (job.id, "1234"),
    "name": lambda job: (job.id, "1234"),
    "state": lambda job: (job.native_status, "finished"),
    "command": lambda job: (job.details["command"], "deploy"),
    "type": lambda job: (job.subtype, "deploy"),
    "options": lambda job: (job.details["options"]["enforce_environment"], True),
    "owner": lambda job: (job.launched_by, "admin"),
    "description": lambda job: (job.description, "deploy the web app"),
    "environment": lambda job: (job.details["environment"], "production"),
    "timestamp": lambda job: (job.details["changed_at"], "2024-05-20T16:45:31Z"),
    "started_timestamp": lambda job: (job.started_at, "2024-05-20T16:41:15Z"),
    "finished_timestamp": lambda job: (job.finished_at, "2024-05-20T16:45:31Z"),
    "duration": lambda job: (job.elapsed, 256.0),
    "node_count": lambda job: (job.host_counts["total"], 2),
    "userdata": lambda job: (job.details["userdata"], {"ticket": "A"}),
}


@pytest.mark.case("puppet-31")
def test_every_key_of_the_reference_page() -> None:
    """Its nodes, report, events and status are C(include)d; its links are never followed."""
    found = normalize(
        {
            "id": "https://elsewhere.example.com:8143:8143/orchestrator/v1/jobs/1234",
            "name": "1234",
            "command": "deploy",
            "type": "deploy",
            "state": "finished",
            "options": {"scope": {"nodes": ["a", "b"]}, "enforce_environment": True, "environment": "production"},
            "node_count": 2,
            "owner": {"id": "1", "login": "admin", "email": "a@example.com"},
            "description": "deploy the web app",
            "timestamp": "2024-05-20T16:45:31Z",
            "started_timestamp": "2024-05-20T16:41:15Z",
            "finished_timestamp": "2024-05-20T16:45:31Z",
            "duration": "256.0",
            "environment": {"name": "production"},
            "status": [],
            "nodes": {"id": "https://elsewhere/nodes"},
            "report": {"id": "https://elsewhere/report"},
            "userdata": {"ticket": "A"},
        }
    )
    for key, where in REFERENCE.items():
        shown, wanted = where(found)
        assert shown == wanted, key
    assert "elsewhere" not in json.dumps(found.to_dict())
