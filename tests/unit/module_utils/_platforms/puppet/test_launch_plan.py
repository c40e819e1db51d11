# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a launch of a plan sends and says: Puppet contract 1.8, 1.9."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.recover import MARK
from ansible_collections.unified.jobs.plugins.module_utils._types import JobRequest

OK: dict[str, Any] = {"type": "plan", "template": "lab::plan_ok"}


def plan(platform: Any, **request: Any) -> Any:
    """The launch of a plan, its body without our mark."""
    launch = platform.plan(JobRequest(type="plan", validate=False, **request))
    launch.body = {name: value for name, value in launch.body.items() if name != "userdata" or set(value) != {MARK}}
    return launch


@pytest.mark.case("puppet-17")
def test_plan_run_does_not_wrap(played: Any, recorded: Any) -> None:
    """Recording 048."""
    known = recorded("048")["request"]["body"]
    launch = plan(
        played({}),
        template=known["plan_name"],
        parameters=known["params"],
        description=known.get("description"),
        options={"environment": known.get("environment")},
    )
    assert launch.path == "/command/plan_run"
    assert launch.body == {"environment": "production", **known}


@pytest.mark.case("puppet-17")
def test_environment_plan_run_wraps_every_value(played: Any, recorded: Any) -> None:
    """Recording 051: only this command knows queries and node groups as parameters."""
    known = recorded("051")["request"]["body"]
    types = {name: value["type"] for name, value in known["params"].items() if "type" in value}
    assert types
    launch = plan(
        played({}),
        template=known["plan_name"],
        parameters={name: value["value"] for name, value in known["params"].items()},
        description=known.get("description"),
        options={"environment": known["environment"], "parameter_types": types, "userdata": known.get("userdata")},
    )
    assert launch.path == "/command/environment_plan_run"
    assert launch.body == known


def test_every_key_of_the_command(played: Any) -> None:
    launch = plan(
        played({}),
        template="a::b",
        parameters={"x": 1},
        secret_parameters={"y": 2},
        description="d",
        job_timeout=60,
        options={"environment": "staging", "userdata": {"ticket": 1}},
    )
    assert launch.body.pop("userdata").items() >= {"ticket": 1}.items()
    assert launch.body == {
        "plan_name": "a::b",
        "params": {"x": 1, "y": 2},
        "environment": "staging",
        "description": "d",
        "timeout": 60,
    }


@pytest.mark.case("puppet-1")
@pytest.mark.parametrize("answer", [{"name": "1243"}, {"name": 1243}])
def test_the_answer_has_no_wrapper(played: Any, answer: Any) -> None:
    """Recording 048."""
    detail = {"name": "1243", "state": "pending", "options": {"plan_name": "facts"}, "status": {}}
    platform = played({"POST /command/plan_run": answer, "/plan_jobs/1243": detail})
    launch = platform.plan(JobRequest(template="facts", validate=False, type="plan"))
    job = platform.launch(launch)[0]
    assert (job.id, job.type, job.status) == ("1243", "plan_job", "pending")


def test_a_plan_and_its_job(face: Any, pe: Any) -> None:
    job = face("invoke", **OK, wait=True, include=["children"])["job"]
    assert (job["type"], job["subtype"], job["name"], job["status"]) == ("plan_job", None, "lab::plan_ok", "successful")
    assert job["url"] == f"{pe.url}/orchestrator/v1/plan_jobs/{job['id']}"
    assert [child["type"] for child in job["children"]] == ["job"]


def test_a_launch_is_the_plan_the_release_the_post_and_a_look(face: Any, pe: Any) -> None:
    face("invoke", **OK)
    assert [f"{one.method} {one.path.rpartition('/v1/')[2]}" for one in pe.requests()] == [
        "GET plans/lab/plan_ok",
        "GET services/orchestrator-service",
        "POST command/plan_run",
        "GET plan_jobs/1001",
    ]


@pytest.mark.case("puppet-13")
def test_check_mode(face: Any, commands: Any) -> None:
    result = face("invoke", check_mode=True, **OK)
    assert commands() == []
    assert result["request"]["path"] == "/orchestrator/v1/command/plan_run"
    assert (result["job"]["id"], result["job"]["type"], result["job"]["subtype"]) == (None, "plan_job", None)


def test_a_query_as_a_parameter_becomes_nodes(face: Any, commands: Any) -> None:
    job = face(
        "invoke",
        **OK,
        parameters={"targets": 'nodes { certname = "web1.example.com" }'},
        puppet={"parameter_types": {"targets": "query"}},
        wait=True,
        include=["hosts"],
    )["job"]
    assert commands()[0].path.endswith("/command/environment_plan_run")
    assert [host["name"] for host in job["hosts"]] == ["web1.example.com"]


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ({"targets": ["web1.example.com"]}, "unsupported", "targets: a plan decides itself where it runs"),
        ({"target_query": "nodes { }"}, "unsupported", "target_query: a plan decides itself"),
        ({"puppet": {"node_group": "x"}}, "unsupported", "puppet.node_group"),
        ({"puppet": {"agentless": [{"hostnames": ["x"]}]}}, "unsupported", "puppet.agentless"),
        # a plan ignores it (contract 4)
        ({"puppet": {"noop": True}}, "unsupported", "puppet.noop"),
        ({"puppet": {"noop": False}}, "unsupported", "puppet.noop"),
        ({"concurrency": 1}, "unsupported", "concurrency"),
        ({"job_timeout": -1}, "invalid_option", "job_timeout must be 1 or more"),
        ({"template": None}, "invalid_option", "template: name the plan"),
        (
            {"parameters": {"a": 1}, "puppet": {"parameter_types": {"a": "list"}}},
            "invalid_option",
            "a must be one of query, node_group",
        ),
        ({"puppet": {"parameter_types": {"a": "query"}}}, "invalid_option", "a is not among the parameters"),
    ],
)
def test_what_a_plan_does_not_have(refused: Any, pe: Any, options: dict[str, Any], code: str, says: str) -> None:
    error = refused("invoke", **{**OK, **options})
    assert error.code == code
    assert says in error.message
    assert pe.requests() == []


@pytest.mark.case("puppet-16")
@pytest.mark.parametrize(
    ("generation", "options", "needs"),
    [
        ("2018.1", {"puppet": {"parameter_types": {"a": "query"}}}, "puppet.parameter_types needs"),
        ("2018.1", {"puppet": {"userdata": {"a": 1}}}, "puppet.userdata needs"),
        ("2019.8", {"job_timeout": 60}, "job_timeout needs Puppet Enterprise 2023.0"),
    ],
)
def test_what_an_old_server_would_ignore(
    refused: Any, pe: Any, commands: Any, generation: str, options: dict[str, Any], needs: str
) -> None:
    pe.options.generation = generation
    error = refused("invoke", **OK, parameters={"a": 1}, validate=False, **options)
    assert error.code == "unsupported"
    assert error.message.startswith(needs)
    assert commands() == []


def test_a_server_that_does_not_describe_plans(face: Any, pe: Any) -> None:
    """Contract 1.1: GET /plans came in 2019."""
    pe.options.generation = "2018.1"
    job = face("invoke", **OK)["job"]
    assert job["warnings"] == ["The parameters were not checked: this server does not describe plans."]


@pytest.mark.case("puppet-12")
@pytest.mark.parametrize("validate", [True, False])
def test_an_unknown_plan(refused: Any, validate: bool) -> None:
    """Recording 170."""
    error = refused("invoke", type="plan", template="lab::none", validate=validate)
    assert (error.code, error.message) == (
        "not_found",
        "template: there is no plan 'lab::none' in the environment 'production'.",
    )


@pytest.mark.case("puppet-9")
def test_who_may_not_run_the_plan(refused: Any, commands: Any) -> None:
    """Recording 050."""
    assert "plans:run:lab::plan_ok" in refused("invoke", user="limited", **OK).message
    assert commands() == []
    error = refused("invoke", user="limited", **OK, validate=False)
    assert (error.code, len(commands())) == ("forbidden", 1)
    assert "The permission plans:run:lab::plan_ok is missing" in error.message


def test_the_same_number_as_a_job(face: Any) -> None:
    """Contract 1.0: what was launched as a plan is read as one."""
    job = face("invoke", template="lab::ok", targets=["web1.example.com"])["job"]
    plan_job = face("invoke", **OK)["job"]
    assert (job["id"], plan_job["id"]) == ("1001", "1001")
    assert (job["type"], plan_job["type"]) == ("job", "plan_job")
    both = face("wait", jobs=[job, plan_job])["jobs"]
    assert [one["name"] for one in both] == ["lab::ok", "lab::plan_ok"]
