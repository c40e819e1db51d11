# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running an earlier job again, out of its own options: Puppet contract 1.4, 1.5, 1.8."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.recover import MARK
from ansible_collections.unified.jobs.plugins.module_utils._types import JobRef, JobRequest

WEB = [f"web{number}.example.com" for number in range(1, 4)]


def detail(**more: Any) -> dict[str, Any]:
    """A task's job, as its own page shows it (recording 078)."""
    options = {
        "task": "package",
        "description": "d",
        "transport": "pxp",
        "noop": False,
        "sensitive": [],
        "scheduled-job-id": None,
        "params": {"name": "openssl"},
        "scope": {"query": "nodes { }"},
        "environment": "staging",
    }
    return {
        "name": "7",
        "type": "task",
        "state": "failed",
        "status": [{"state": "failed"}],
        "node_count": 3,
        "node_states": {"finished": 1, "failed": 1, "errored": 1},
        **more,
        "options": {**options, **more.get("options", {})},
    }


def named(number: str, kind: str = "job") -> dict[str, Any]:
    """A job as a result holds it, as far as it names one."""
    return {"id": number, "type": kind, "platform": "puppet", "native_status": None}


def node(name: str, state: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "state": state, "result": {}, "details": {}, **more}


NODES = [node("a", "finished"), node("b", "failed"), node("c", "errored")]


def rerun(played: Any, job: dict[str, Any], nodes: Any = None, kind: str = "job", **request: Any) -> Any:
    """The launch that runs a job again."""
    paths = {"job": "/jobs/7", "plan_job": "/plan_jobs/7"}
    platform = played({paths[kind]: job, "/jobs/7/nodes": {"items": NODES if nodes is None else nodes}})
    launch = platform.plan(JobRequest(rerun=JobRef("7", kind), **request))
    assert platform.client.sent() == []
    launch.body.get("userdata", {}).pop(MARK, None)
    return launch


# -- what is sent ----------------------------------------------------------------------------------------------


def test_a_task(played: Any) -> None:
    """On the nodes that it had, not on those that its query would find today."""
    launch = rerun(played, detail())
    assert launch.path == "/command/task"
    assert launch.body == {
        "environment": "staging",
        "task": "package",
        "params": {"name": "openssl"},
        "scope": {"nodes": ["a", "b", "c"]},
        "description": "d",
        "userdata": {},
    }
    assert (launch.job.name, launch.job.subtype, launch.job.targets) == ("package", "task", "a,b,c")


def test_a_task_with_noop_a_timeout_and_userdata(played: Any) -> None:
    body = rerun(
        played,
        detail(options={"noop": True, "timeout": 60}, userdata={"ticket": 1, MARK: "0123456789abcdef"}),
    ).body
    assert (body["noop"], body["timeout"], body["userdata"]) == (True, 60, {"ticket": 1})


@pytest.mark.parametrize(("hosts", "nodes"), [("all", ["a", "b", "c"]), ("failed", ["b", "c"]), ("successful", ["a"])])
def test_the_nodes_of_one_kind(played: Any, hosts: str, nodes: list[str]) -> None:
    launch = rerun(played, detail(), rerun_hosts=hosts)
    assert launch.body["scope"] == {"nodes": nodes}
    assert launch.job.host_counts["total"] == len(nodes)


@pytest.mark.parametrize("state", ["skipped", "stopped", "errored", "failed"])
def test_what_did_not_end_well_is_run_again_with_the_failed(played: Any, state: str) -> None:
    nodes = [node("a", "finished"), node("b", state)]
    assert rerun(played, detail(), nodes, rerun_hosts="failed").body["scope"] == {"nodes": ["b"]}


def test_a_node_whose_result_is_an_error_has_failed(played: Any) -> None:
    """Recording 106: finished, with an error in its result."""
    nodes = [node("a", "finished"), node("b", "finished", result={"_error": {"msg": "no"}})]
    assert rerun(played, detail(state="finished"), nodes, rerun_hosts="failed").body["scope"] == {"nodes": ["b"]}
    assert rerun(played, detail(state="finished"), nodes, rerun_hosts="successful").body["scope"] == {"nodes": ["a"]}


def test_a_run(played: Any, recorded: Any) -> None:
    """Recording 076; what was not asked for is not asked for now."""
    options = {
        "description": "",
        "concurrency": 4,
        "noop": False,
        "no_noop": True,
        "trace": True,
        "debug": False,
        "tags": "a",
        "filetimeout": None,
        "enforce_environment": True,
        "environment": "production",
        "target": "nodes",
        "scope": {"whole_environment": True},
    }
    launch = rerun(played, {**detail(type="deploy"), "options": options})
    assert launch.path == "/command/deploy"
    assert launch.body == {
        "environment": "production",
        "scope": {"nodes": ["a", "b", "c"]},
        "concurrency": 4,
        "no_noop": True,
        "trace": True,
        "debug": False,
        "tags": "a",
        "enforce_environment": True,
        "userdata": {},
    }


def test_a_run_in_the_environment_of_each_node(played: Any) -> None:
    options = {"environment": "", "enforce_environment": False, "noop": True}
    body = rerun(played, {**detail(type="deploy"), "options": options}).body
    assert (body["environment"], body["enforce_environment"], body["noop"]) == ("", False, True)


def test_a_run_of_2016(played: Any, recorded: Any) -> None:
    """Recordings 075 and 093: neither type nor command, and no options but the target."""
    platform = played({"/jobs/711": recorded("075"), "/jobs/711/nodes": recorded("093")}, version="none")
    launch = platform.plan(JobRequest(rerun=JobRef("711", "job")))
    assert launch.path == "/command/deploy"
    names = [row["name"] for row in recorded("093")["response"]["body"]["items"]]
    assert launch.body["scope"] == {"nodes": sorted(names)}


def test_a_plan(played: Any, recorded: Any) -> None:
    """Recording 149."""
    plan = recorded("149")["response"]["body"]
    plan = {**plan, "id": "7", "name": "7", "options": {**plan["options"], "environment": "staging"}}
    launch = rerun(played, plan, kind="plan_job")
    assert launch.path == "/command/plan_run"
    assert launch.body["plan_name"] == plan["options"]["plan_name"]
    assert launch.body["params"] == plan["options"]["parameters"]
    assert launch.body["environment"] == "staging"
    assert "scope" not in launch.body


def test_the_job_of_a_plan_is_run_again_as_a_task(played: Any) -> None:
    launch = rerun(played, detail(type="plan_task", options={"plan_job": 5}))
    assert (launch.path, launch.body["task"]) == ("/command/task", "package")
    assert "plan_job" not in launch.body


# -- on a server -----------------------------------------------------------------------------------------------


def test_the_failed_until_none_is_left(face: Any, pe: Any, commands: Any) -> None:
    first = face("invoke", template="lab::heals", targets=WEB, wait=True, fail_on=[])["job"]
    assert first["status"] == "failed"
    second = face("invoke", rerun=first, rerun_hosts="failed", wait=True)["job"]
    assert (second["status"], second["host_counts"]["total"]) == ("successful", 3)
    assert commands()[1].body["scope"] == {"nodes": WEB}
    third = face("invoke", rerun=second, rerun_hosts="failed", on_no_targets="skip")
    assert (third["changed"], third["skipped"], third["job"]["id"]) == (False, True, second["id"])
    assert len(commands()) == 2


@pytest.mark.case("puppet-6")
@pytest.mark.parametrize(("hosts", "state"), [("failed", "finished"), ("successful", "failed")])
def test_with_nothing_to_run_again_nothing_is_sent(played: Any, hosts: str, state: str) -> None:
    with pytest.raises(JobsError, match=f"no node that is {hosts}") as caught:
        rerun(played, detail(), [node("a", state)], rerun_hosts=hosts)
    assert caught.value.code == "no_targets"
    assert caught.value.result["job"]["id"] == "7"


@pytest.mark.case("puppet-6", "puppet-36")
def test_a_job_without_nodes(played: Any, recorded: Any) -> None:
    """Recording 089."""
    with pytest.raises(JobsError, match="no node that is left") as caught:
        rerun(played, {**recorded("089")["response"]["body"], "name": "7"}, [])
    assert caught.value.code == "no_targets"


def test_several_times_on_an_old_server(face: Any, pe: Any, commands: Any) -> None:
    """Where our mark is in the description it does not pile up there."""
    pe.options.generation = "2018.1"
    job = face("invoke", template="lab::ok", targets=WEB, description="mine")["job"]
    for _again in range(2):
        job = face("invoke", rerun=job)["job"]
    assert job["description"] == "mine"
    assert [one.body["description"].count("unified.jobs") for one in commands()] == [1, 1, 1]


@pytest.mark.parametrize("kind", ["task", "plan", "deploy"])
def test_check_mode(face: Any, commands: Any, kind: str) -> None:
    options: dict[str, Any] = {
        "task": {"template": "lab::ok", "targets": WEB},
        "plan": {"type": "plan", "template": "lab::plan_ok"},
        "deploy": {"type": "deploy", "targets": WEB, "puppet": {"environment": "production"}},
    }[kind]
    job = face("invoke", **options, wait=True)["job"]
    planned = face("invoke", check_mode=True, rerun=job)
    assert (planned["changed"], planned["job"]["id"], planned["job"]["type"]) == (True, None, job["type"])
    assert len(commands()) == 1
    again = face("invoke", rerun=job, wait=True)["job"]
    assert (again["status"], again["name"]) == ("successful", job["name"])
    assert again["id"] != job["id"]
    assert commands()[0].path == commands()[1].path


@pytest.mark.case("puppet-10")
def test_again_without_an_answer(face: Any, refused: Any, pe: Any, commands: Any) -> None:
    job = face("invoke", template="lab::ok", targets=WEB, wait=True)["job"]
    pe.fault("cut_answer", method="POST", path="command/task")
    again = face("invoke", rerun=job)["job"]
    assert int(again["id"]) > int(job["id"])
    pe.fault("reset", method="POST", path="command/task")
    assert refused("invoke", rerun=job).code == "launch_unknown"
    assert len(commands()) == 3


# -- what cannot be run again ----------------------------------------------------------------------------------


@pytest.mark.case("puppet-51")
def test_a_number_alone_may_be_two_jobs(refused: Any, pe: Any) -> None:
    error = refused("invoke", rerun=7)
    assert error.code == "invalid_option"
    assert error.message.startswith("rerun: give the job itself, not its id 7 alone")
    assert pe.requests() == []


@pytest.mark.parametrize(
    ("job", "kind", "says"),
    [
        (detail(type="plan_script"), "job", "a job of the kind plan_script cannot be launched from here"),
        (detail(type="plan_apply"), "job", "plan_apply"),
        (detail(options={"task": None}), "job", "cannot be launched"),
        (detail(options={"task": "  "}), "job", "does not say what the job 7 ran"),
        (detail(options={"task": ["a"]}), "job", "does not say what the job 7 ran"),
        ({"name": "7", "state": "failure", "options": {}}, "plan_job", "does not say what the job 7 ran"),
        ({"name": "7", "state": "failed"}, "job", "does not say how the job 7 ran"),
        (detail(type="deploy", options={"noop": "yes"}), "job", "does not say how the job 7 ran"),
        (detail(options={"sensitive": "token"}), "job", "the parameters token of the job 7 are sensitive"),
        (detail(options={"params": {"t": [{"_sensitive": "x"}]}}), "job", "the parameters t of the job 7 are"),
        (detail(options={"params": {"t": "Sensitive [value redacted]"}}), "job", "the parameters t of the job 7 are"),
        (detail(options={"project": {"project_id": "p"}}), "job", "is of a Bolt project"),
        (detail(options={"sensitive": ["token"]}), "job", "the parameters token of the job 7 are sensitive"),
        (detail(options={"params": {"t": {"_sensitive": "x"}}}), "job", "the parameters t of the job 7 are sensitive"),
    ],
)
def test_with_a_reason(played: Any, job: dict[str, Any], kind: str, says: str) -> None:
    with pytest.raises(JobsError, match=says) as caught:
        rerun(played, job, kind=kind)
    assert caught.value.code == "unsupported"
    assert caught.value.message.startswith("rerun: ")


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ({"template": "x"}, "unsupported", "template: running a job again takes what the job had"),
        ({"targets": ["a"]}, "unsupported", "targets: running"),
        ({"target_query": "nodes { }"}, "unsupported", "target_query: running"),
        ({"parameters": {}}, "unsupported", "parameters: running"),
        ({"description": ""}, "unsupported", "description: running"),
        ({"concurrency": 1}, "unsupported", "concurrency: running"),
        ({"job_timeout": 5}, "unsupported", "job_timeout: running"),
        ({"schedule": {"start_at": "2099-01-01T00:00:00Z"}}, "unsupported", "schedule: running"),
        ({"puppet": {"noop": False}}, "unsupported", "puppet.noop: running"),
    ],
)
def test_with_other_options(refused: Any, pe: Any, options: dict[str, Any], code: str, says: str) -> None:
    error = refused("invoke", rerun=named("7"), **options)
    assert error.code == code
    assert error.message.startswith(says)
    assert pe.requests() == []


@pytest.mark.parametrize("number", ["999", "1"])
def test_one_that_is_not_there(refused: Any, number: str) -> None:
    """Recording 092."""
    error = refused("invoke", rerun=named(number))
    assert (error.code, error.message) == (
        "not_found",
        f"rerun: there is no job with the id {number} that this user may see.",
    )


def test_a_schedule(refused: Any) -> None:
    error = refused("invoke", rerun=named("1", "scheduled_job"))
    assert error.code == "unsupported"
    assert "name the job that it started" in error.message


def test_the_failed_of_a_plan(face: Any, refused: Any, commands: Any) -> None:
    job = face("invoke", type="plan", template="lab::plan_fail", wait=True, fail_on=[], include=["children"])["job"]
    error = refused("invoke", rerun=job, rerun_hosts="failed")
    assert error.code == "unsupported"
    assert "run one of its jobs again" in error.message
    # as it says
    child = face("info", jobs=job["children"][0]["id"], type="job")["job"]
    again = face("invoke", rerun=child, rerun_hosts="failed")["job"]
    assert commands()[-1].body["scope"] == {"nodes": ["web2.example.com"]}
    assert again["subtype"] == "task"


def test_the_failed_of_a_job_that_goes_on(face: Any, refused: Any) -> None:
    job = face("invoke", template="lab::hang", targets=WEB)["job"]
    error = refused("invoke", rerun=job, rerun_hosts="failed")
    assert (error.code, "is not finished" in error.message) == ("invalid_option", True)


def test_nodes_without_an_agent(face: Any, commands: Any) -> None:
    """The job does not tell how they were reached, so that is not sent again; the site's inventory may know."""
    agentless = {"hostnames": ["ssh1.example.com"], "user": "u", "transport": "ssh", "password": "p"}
    job = face("invoke", template="lab::ok", targets=WEB[:1], puppet={"agentless": [agentless]}, wait=True)["job"]
    again = face("invoke", rerun=job)["job"]
    assert "targets" not in commands()[-1].body
    (said,) = again["warnings"]
    assert "ssh1.example.com" in said
    assert "puppet.agentless" in said
    assert WEB[0] not in said


# -- sensitive parameters --------------------------------------------------------------------------------------


@pytest.mark.case("puppet-50")
def test_sensitive_ones_are_given_anew(face: Any, refused: Any, commands: Any) -> None:
    options = {"template": "lab::params", "targets": WEB, "parameters": {"must": "x"}}
    job = face("invoke", **options, secret_parameters={"secret": "Kx55-old"}, wait=True)["job"]
    error = refused("invoke", rerun=job)
    assert error.code == "unsupported"
    assert "secret" in error.message
    assert len(commands()) == 1
    result = face("invoke", rerun=job, secret_parameters={"secret": "Kx55-new"}, wait=True, include=["parameters"])
    # the defaults are those that the server filled in (contract 1.1)
    assert set(commands()[1].body["params"]) == {"must", "preset", "choice", "secret"}
    assert "Kx55" not in repr(result)
    planned = face("invoke", check_mode=True, rerun=job, secret_parameters={"secret": "Kx55-new"})
    assert planned["request"]["body"]["params"]["secret"] == "********"
    assert "Kx55" not in repr(planned)


@pytest.mark.case("puppet-50")
def test_those_that_an_old_server_shows_are_not_used(played: Any) -> None:
    """Contract 4: before 2021.7 plans show them in clear."""
    plan = {
        "name": "7",
        "state": "success",
        "status": {},
        "options": {"plan_name": "p", "parameters": {"a": 1, "pw": "Kx55"}, "sensitive": ["pw"]},
    }
    with pytest.raises(JobsError) as caught:
        rerun(played, plan, kind="plan_job")
    assert "Kx55" not in caught.value.message
    launch = rerun(played, plan, kind="plan_job", secret_parameters={"pw": "new"})
    assert launch.body["params"] == {"a": 1, "pw": "new"}
    assert launch.request["body"]["params"] == {"a": 1, "pw": "********"}


def test_a_secret_that_the_job_did_not_have(face: Any, refused: Any) -> None:
    job = face("invoke", template="lab::params", targets=WEB, parameters={"must": "x"}, wait=True)["job"]
    error = refused("invoke", rerun=job, secret_parameters={"secret": "y"})
    assert (error.code, error.message.partition(":")[0]) == ("unsupported", "secret_parameters")
