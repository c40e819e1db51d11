# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a launch of a task sends and says: Puppet contract 1.8, 1.11, checklist 1 to 13."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import InvalidOptionError, JobsError
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.recover import MARK
from ansible_collections.unified.jobs.plugins.module_utils._types import JobRequest

WEB1, WEB2, WEB3 = (f"web{number}.example.com" for number in (1, 2, 3))
OK = {"template": "lab::ok", "targets": [WEB1]}
ALL_OF_AGENTLESS = {
    "hostnames": ["agentless1.example.com"],
    "user": "svc",
    "transport": "ssh",
    "private_key_content": "<key>",
    "port": 22,
    "run_as": "root",
    "sudo_password": "pa55",
    "run_as_command": ["su", "-c"],
    "connect_timeout": 5,
    "tty": False,
    "tmpdir": "/var/tmp",
    "extensions": [".ps1"],
}


def sent_by(platform: Any, **request: Any) -> Any:
    """The body of a launch as it is sent, without our mark."""
    request = {"validate": False, "type": "task", **request}
    launch = platform.plan(JobRequest(**request))
    body = dict(launch.body)
    body["userdata"] = {name: value for name, value in body["userdata"].items() if name != MARK}
    return body if body["userdata"] else {name: value for name, value in body.items() if name != "userdata"}


# -- what is sent ----------------------------------------------------------------------------------------------


def test_the_body_is_as_small_as_can_be(played: Any) -> None:
    """Recording 039; the environment has a default on the server too, and is said all the same (contract 1.8)."""
    body = sent_by(played({}), template="package::install", targets=[WEB1])
    assert body == {"environment": "production", "task": "package::install", "params": {}, "scope": {"nodes": [WEB1]}}


def test_every_key_of_the_command(played: Any) -> None:
    """Contract 1.8, POST /command/task."""
    body = sent_by(
        played({}),
        template=" package ",
        targets=[WEB1, WEB2, WEB1],
        parameters={"action": "install", "name": "old"},
        secret_parameters={"name": "openssl"},
        description="d",
        job_timeout=60,
        options={"environment": " staging ", "noop": False, "userdata": {"ticket": 1}},
    )
    assert body == {
        "environment": "staging",
        "task": "package",
        "params": {"action": "install", "name": "openssl"},
        "scope": {"nodes": [WEB1, WEB2]},
        "description": "d",
        "noop": False,
        "timeout": 60,
        "userdata": {"ticket": 1},
    }


@pytest.mark.parametrize(
    ("request_", "scope"),
    [
        ({"target_query": "nodes { }"}, {"query": "nodes { }"}),
        ({"target_query": ["~", "certname", "web"]}, {"query": ["~", "certname", "web"]}),
        ({"options": {"node_group": " 4932bfe7 "}}, {"node_group": "4932bfe7"}),
    ],
)
def test_the_other_scopes(played: Any, request_: dict[str, Any], scope: dict[str, Any]) -> None:
    """Recordings 027 and 038."""
    assert sent_by(played({}), template="t", **request_)["scope"] == scope


def test_agentless_targets_are_sent_as_the_server_names_their_keys(played: Any, recorded: Any) -> None:
    """Recording 042: the names of the nodes are in the scope too."""
    body = sent_by(played({}), template="facts", options={"agentless": [ALL_OF_AGENTLESS]})
    known = recorded("042")["request"]["body"]
    assert body["scope"] == known["scope"]
    assert body["targets"][0].items() >= known["targets"][0].items()
    assert set(body["targets"][0]) - set(known["targets"][0]) == {
        *("sudo-password", "run-as-command", "connect-timeout", "tty", "tmpdir", "extensions")
    }


def test_agentless_nodes_have_one_name_in_both_places(played: Any) -> None:
    """A node that is only in the scope is not logged in to."""
    body = sent_by(played({}), template="t", options={"agentless": [{"hostnames": [" ssh1 ", "ssh2"]}]})
    assert (body["scope"], body["targets"]) == ({"nodes": ["ssh1", "ssh2"]}, [{"hostnames": ["ssh1", "ssh2"]}])


def test_agentless_targets_beside_nodes_with_an_agent(played: Any) -> None:
    body = sent_by(
        played({}), template="t", targets=[WEB1], options={"agentless": [{"hostnames": ["ssh1"], "user": None}]}
    )
    assert (body["scope"], body["targets"]) == ({"nodes": [WEB1, "ssh1"]}, [{"hostnames": ["ssh1"]}])


# -- the scope -------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-4", "puppet-6")
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "none is given"),
        ({"targets": [WEB1], "target_query": "nodes { }"}, "not targets and target_query"),
        ({"targets": [WEB1], "puppet": {"node_group": "x"}}, "not targets and puppet.node_group"),
        ({"target_query": "nodes { }", "puppet": {"node_group": "x"}}, "not target_query and puppet.node_group"),
        ({"target_query": "q", "puppet": {"agentless": [{"hostnames": ["a"]}]}}, "puppet.agentless and target_query"),
        ({"targets": [WEB1, " "]}, "a name in it is empty"),
        ({"target_query": {"a": 1}}, "PQL text"),
        ({"target_query": [["="]]}, "PQL text"),
        ({"target_query": [" ", "a"]}, "PQL text"),
        ({"puppet": {"node_group": "  "}}, "puppet.node_group is empty"),
        ({"puppet": {"agentless": []}}, "puppet.agentless is empty"),
        ({"puppet": {"agentless": [{"hostnames": []}]}}, r"puppet.agentless[0].hostnames is empty"),
        ({"puppet": {"agentless": [{"hostnames": [""]}]}}, "empty"),
        (
            {"puppet": {"agentless": [{"hostnames": ["a"], "password": "p", "private_key_content": "k"}]}},
            "password or private_key_content, not both",
        ),
    ],
)
@pytest.mark.parametrize("type_", ["task", "deploy"])
def test_exactly_one_scope_that_is_not_empty(
    refused: Any, pe: Any, options: dict[str, Any], says: str, type_: str
) -> None:
    """Contract 1.8: without a scope an old server ran the whole environment. Nothing is asked before."""
    kind = {"type": "task", "template": "lab::ok"} if type_ == "task" else {"type": "deploy"}
    more = {"environment": "production"} if type_ == "deploy" else {}
    puppet = {**options.get("puppet", {}), **more}
    if type_ == "deploy" and "agentless" in puppet:
        says = "puppet.agentless: this is nothing that type: deploy has"
    error = refused("invoke", **{**kind, **options, "puppet": puppet})
    assert error.code == ("unsupported" if says.endswith("deploy has") else "invalid_option")
    assert says in error.message
    assert pe.requests() == []


@pytest.mark.case("puppet-6")
@pytest.mark.parametrize("generation", ["2018.1", "2023"])
@pytest.mark.parametrize("given", [{"targets": []}, {"targets": [""]}, {"target_query": " "}, {"target_query": []}])
def test_empty_never_means_all(refused: Any, face: Any, pe: Any, given: dict[str, Any], generation: str) -> None:
    pe.options.generation = generation
    assert refused("invoke", template="lab::ok", **given).code == "no_targets"
    result = face("invoke", template="lab::ok", on_no_targets="skip", **given)
    assert (result["changed"], result["skipped"], result["jobs"]) == (False, True, [])
    assert pe.requests() == []


@pytest.mark.case("puppet-6")
@pytest.mark.parametrize(
    "scope",
    [
        pytest.param({"target_query": 'nodes { certname = "nothing" }'}, id="query"),
        pytest.param({"puppet": {"node_group": "0f6f2a6e-5d1c-4c1e-9d5a-1f2e3d4c5b6a"}}, id="group without rules"),
    ],
)
def test_what_only_the_server_finds_empty(
    refused: Any, face: Any, pe: Any, commands: Any, scope: dict[str, Any]
) -> None:
    """Recordings 031 and 045: nothing was started, so it can be skipped."""
    error = refused("invoke", template="lab::ok", **scope)
    assert error.code == "no_targets"
    assert "no nodes matched, so nothing was started" in error.message
    result = face("invoke", template="lab::ok", on_no_targets="skip", **scope)
    assert (result["changed"], result["skipped"], result["jobs"]) == (False, True, [])
    assert "no nodes matched" in result["msg"]
    assert [one.status for one in commands()] == [400, 400]
    assert pe.server.engine.jobs == {}


# -- the answer ------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-1", "puppet-3")
@pytest.mark.parametrize(
    "answer",
    [
        {"job": {"id": "https://x:8143/orchestrator/v1/jobs/1243", "name": "1243"}},
        {"job": {"id": "https://x:8143:8143/orchestrator/v1/jobs/1243"}},
        {"job": {"id": "https://x:8143/orchestrator/v1/jobs/1243/", "name": None}},
        {"job": {"name": 1243}},
        {"name": "1243"},
    ],
)
def test_the_id_is_the_name_or_the_end_of_the_link(played: Any, answer: Any) -> None:
    """Recordings 039 to 041, contract 1.0."""
    detail = {"name": "1243", "state": "ready", "status": [], "node_states": {}, "node_count": 1, "options": {}}
    platform = played({"POST /command/task": answer, "/jobs/1243": detail})
    job = platform.launch(platform.plan(JobRequest(template="t", targets=["a"], validate=False, type="task")))[0]
    assert (job.id, job.type) == ("1243", "job")


@pytest.mark.case("puppet-1")
@pytest.mark.parametrize("status", [200, 201, 202])
def test_any_2xx_is_a_launch(face: Any, pe: Any, commands: Any, status: int) -> None:
    """Contract 1.2: a fixture shows a deploy that is answered with 200."""
    known = face("invoke", **OK)["job"]
    body = json.dumps({"job": {"name": known["id"]}})
    pe.fault("status", status=status, method="POST", path="command/task", body=body, content_type="application/json")
    assert face("invoke", **OK)["job"]["id"] == known["id"]
    assert len(commands()) == 2


@pytest.mark.case("puppet-2")
@pytest.mark.parametrize(
    "base", ["https://localhost:8143", "https://192.0.2.1:8143", "https://pe.example.com:8143:8143", "nonsense"]
)
def test_links_are_never_followed(face: Any, pe: Any, lab_time: Any, base: str) -> None:
    """Recording 025, contract 1.0."""
    pe.options.link_base = base
    job = face("invoke", **OK, wait=True, include=["hosts", "output", "events", "report"])["job"]
    assert job["status"] == "successful"
    assert job["url"] == f"{pe.url}/orchestrator/v1/jobs/{job['id']}"
    assert face("cancel", jobs=job)["job"]["outcome"] == "already_finished"


def test_a_job_that_cannot_be_read_keeps_its_id(face: Any, pe: Any) -> None:
    pe.fault("status", status=503, method="GET", path=r"/jobs/\d+$", times=None)
    job = face("invoke", **OK, description="d")["job"]
    assert (job["id"], job["status"], job["name"], job["description"]) == ("1001", "pending", "lab::ok", "d")
    assert job["url"].endswith("/orchestrator/v1/jobs/1001")
    assert job["warnings"][0].startswith("It was launched, but could not be read:")


# -- how much is asked -----------------------------------------------------------------------------------------


def asked(pe: Any) -> list[str]:
    return [f"{one.method} {one.path.rpartition('/v1/')[2]}" for one in pe.requests()]


def test_a_launch_is_the_task_the_inventory_the_release_the_post_and_a_look(face: Any, pe: Any) -> None:
    face("invoke", **OK)
    assert asked(pe) == [
        "GET tasks/lab/ok",
        "POST inventory",
        "GET services/orchestrator-service",
        "POST command/task",
        "GET jobs/1001",
    ]


def test_without_validation_the_release_alone_is_asked_for(face: Any, pe: Any) -> None:
    """What an old server drops in silence is refused all the same."""
    face("invoke", **OK, validate=False)
    assert asked(pe) == ["GET services/orchestrator-service", "POST command/task", "GET jobs/1001"]


@pytest.mark.case("puppet-13")
def test_check_mode_asks_and_sends_no_command(face: Any, pe: Any, commands: Any) -> None:
    result = face("invoke", check_mode=True, template="lab::params", targets=[WEB1], parameters={"must": "x"})
    assert commands() == []
    assert asked(pe) == ["GET tasks/lab/params", "POST inventory", "GET services/orchestrator-service"]
    job, request = result["job"], result["request"]
    assert (result["changed"], job["id"], job["status"], job["name"]) == (True, None, "pending", "lab::params")
    assert (job["type"], job["subtype"], job["host_counts"]["total"], job["targets"]) == ("job", "task", 1, WEB1)
    assert (request["method"], request["path"]) == ("POST", "/orchestrator/v1/command/task")
    assert request["body"]["params"] == {"must": "x"}
    assert request["body"]["scope"] == {"nodes": [WEB1]}


@pytest.mark.case("puppet-13")
def test_check_mode_finds_what_is_wrong(refused: Any, commands: Any) -> None:
    assert refused("invoke", check_mode=True, template="lab::none", targets=[WEB1]).code == "not_found"
    error = refused("invoke", check_mode=True, template="lab::params", targets=[WEB1])
    assert "must is missing" in error.message
    assert commands() == []


# -- nodes -----------------------------------------------------------------------------------------------------


def test_nodes_that_are_not_connected_are_warned_of(face: Any, pe: Any) -> None:
    """Contract 1.11; recordings 173 and 174. Nobody has connected the third one ever."""
    for check_mode in (True, False):
        job = face(
            "invoke", check_mode=check_mode, template="lab::ok", targets=[WEB1, "off1.example.com", "none.example.com"]
        )["job"]
        (said,) = job["warnings"]
        assert said.endswith("nothing can run there: off1.example.com, none.example.com.")


def test_of_many_nodes_only_some_are_named(face: Any) -> None:
    names = [f"n{number}.example.com" for number in range(13)]
    (said,) = face("invoke", check_mode=True, template="lab::ok", targets=names)["job"]["warnings"]
    assert said.endswith("n9.example.com and 3 more.")


def test_agentless_nodes_are_in_no_inventory(face: Any, pe: Any) -> None:
    agentless = [{"hostnames": ["ssh1.example.com"], "user": "u", "transport": "ssh", "password": "p"}]
    job = face("invoke", template="lab::ok", targets=[WEB1], puppet={"agentless": agentless})["job"]
    assert job["warnings"] == []
    assert [one.body for one in pe.requests("POST", "/inventory$")] == [{"nodes": [WEB1]}]
    pe.lab.forget_requests()
    face("invoke", template="lab::ok", puppet={"agentless": agentless})
    assert pe.requests("POST", "/inventory$") == []


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"status": 403, "body": "Forbidden request", "content_type": "text/plain"}]
)
def test_an_inventory_that_cannot_be_read_hinders_nothing(face: Any, pe: Any, fault: dict[str, Any]) -> None:
    """Recording 176: the broker cannot be reached."""
    pe.fault("status", path="/inventory$", times=None, **fault)
    result = face("invoke", **OK)
    assert result["changed"] is True
    assert result["job"]["warnings"][0].startswith("Whether the nodes are connected could not be read: ")


def test_a_token_that_is_over_is_not_only_a_warning(refused: Any, pe: Any, commands: Any) -> None:
    pe.refusal(401, "token-expired", path="/inventory$")
    assert refused("invoke", **OK).code == "unauthorized"
    assert commands() == []


@pytest.mark.case("puppet-11")
def test_nodes_that_the_server_left_out(face: Any, commands: Any) -> None:
    """Contract 1.8: nodes where the user may not run the task are dropped in silence."""
    names = [WEB1, "db1.example.com", WEB2]
    job = face("invoke", user="limited", template="lab::ok", targets=names)["job"]
    assert commands()[0].body["scope"] == {"nodes": names}
    assert (job["details"]["node_count"], job["host_counts"]["total"]) == (2, 2)
    assert job["warnings"] == [
        "It runs on 2 of the 3 nodes that were asked for; the server left out the others (db1.example.com): "
        "this user may not run it there."
    ]


@pytest.mark.case("puppet-11")
def test_nodes_that_were_left_out_but_cannot_be_named(face: Any, pe: Any) -> None:
    pe.fault("status", status=403, path=r"/jobs/\d+/nodes$", times=None, body="no", content_type="text/plain")
    job = face("invoke", user="limited", template="lab::ok", targets=[WEB1, "db1.example.com"])["job"]
    assert "1 of the 2 nodes" in job["warnings"][0]
    assert "(" not in job["warnings"][0]


@pytest.mark.case("puppet-11")
def test_a_job_with_all_its_nodes_has_no_warning(face: Any) -> None:
    assert face("invoke", template="lab::ok", targets=[WEB1, WEB2, WEB1])["job"]["warnings"] == []


def test_certnames_that_nobody_knows_are_taken_and_errored(face: Any) -> None:
    """Contract 1.8, recording 095."""
    job = face("invoke", template="lab::ok", targets=["none.example.com"], wait=True, fail_on=[])["job"]
    assert (job["status"], job["host_counts"]["unreachable"]) == ("failed", 1)


# -- what the server refuses -----------------------------------------------------------------------------------


@pytest.mark.case("puppet-12")
def test_an_unknown_task_is_found_before_the_launch(refused: Any, commands: Any) -> None:
    """Recording 167."""
    error = refused("invoke", template="lab::none", targets=[WEB1])
    assert (error.code, commands()) == ("not_found", [])
    assert error.message == "template: there is no task 'lab::none' in the environment 'production'."


@pytest.mark.case("puppet-12")
def test_an_unknown_task_is_refused_by_the_command(refused: Any, commands: Any) -> None:
    """Recording 044."""
    error = refused("invoke", template="lab::none", targets=[WEB1], validate=False)
    assert (error.code, len(commands())) == ("not_found", 1)
    assert error.message == "template: there is no task 'lab::none' in the environment 'production'."


@pytest.mark.case("puppet-12")
def test_an_unknown_task_fails_on_the_nodes(refused: Any, pe: Any) -> None:
    """Recording 109."""
    pe.options.late_task_check = True
    error = refused("invoke", template="lab::none", targets=[WEB1], validate=False, wait=True, include=["hosts"])
    assert error.code == "job_failed"
    job = error.result["jobs"][0]
    assert job["hosts"][0]["message"] == "Invalid task name 'lab::none'"
    assert "Invalid task name 'lab::none'" in error.message


@pytest.mark.case("puppet-8")
@pytest.mark.parametrize("validate", [True, False])
@pytest.mark.parametrize(
    "launch",
    [
        {"template": "lab::ok", "targets": [WEB1]},
        {"type": "deploy", "targets": [WEB1]},
        {"type": "plan", "template": "facts"},
    ],
)
def test_an_unknown_environment_is_named(refused: Any, launch: dict[str, Any], validate: bool) -> None:
    """Recordings 029 and 043."""
    error = refused("invoke", **launch, puppet={"environment": "nowhere"}, validate=validate)
    assert (error.code, error.message) == ("not_found", "puppet.environment: there is no environment 'nowhere'.")


@pytest.mark.case("puppet-8")
def test_a_query_that_is_refused(refused: Any) -> None:
    """Recording 032: it has no details."""
    error = refused("invoke", user="launcher", template="lab::ok", target_query="nodes { }")
    assert error.code == "rejected"
    assert "nodes:view_data" in error.message


@pytest.mark.case("puppet-9")
def test_who_may_not_run_the_task(refused: Any, pe: Any, commands: Any) -> None:
    """Recording 016."""
    error = refused("invoke", user="limited", template="exec", targets=[WEB1], parameters={"command": "id"})
    assert (error.code, commands()) == ("forbidden", [])
    assert "tasks:run:exec" in error.message
    error = refused(
        "invoke", user="limited", template="exec", targets=[WEB1], parameters={"command": "id"}, validate=False
    )
    assert (error.code, len(commands())) == ("forbidden", 1)
    assert "The permission tasks:run:exec is missing" in error.message


@pytest.mark.case("puppet-9")
def test_a_refusal_as_text(refused: Any, pe: Any, recorded: Any, commands: Any) -> None:
    """Recording 015: the authorization of the service answers in plain text."""
    known = recorded("015")["response"]
    pe.fault("status", status=403, body=known["body"], content_type="text/plain", method="POST", path="command/task")
    error = refused("invoke", **OK)
    assert (error.code, len(commands())) == ("forbidden", 1)
    assert "Forbidden request" in error.message


@pytest.mark.case("puppet-7")
def test_trouble_of_puppetdb_is_no_mistake_of_the_user(refused: Any, pe: Any, commands: Any) -> None:
    """Recording 035: in spite of the status 400."""
    pe.options.puppetdb_down = True
    error = refused("invoke", template="lab::ok", target_query="nodes { }")
    assert (error.code, error.result["http_status"]) == ("server_error", 400)
    assert "nothing was started" in error.message
    assert len(commands()) == 1


@pytest.mark.case("puppet-7", "puppet-10")
def test_trouble_of_puppetdb_with_a_status_that_says_nothing(refused: Any, pe: Any, commands: Any) -> None:
    """Only the documented 400 says that nothing was started."""
    pe.refusal(500, "puppetdb-error", method="POST", path="command/task")
    error = refused("invoke", **OK)
    assert error.code == "server_error"
    assert "The job was looked for and not found" in error.message
    assert len(commands()) == 1


def test_a_command_that_the_server_does_not_have(refused: Any, pe: Any) -> None:
    """Contract 1.0: a bare 404 is a route that is not there, which may also be that of another server."""
    pe.fault("status", status=404, body="<html>Not Found</html>", method="POST", path="command/task")
    error = refused("invoke", **OK, validate=False)
    assert error.code == "unsupported"
    assert "/orchestrator/v1/command/task" in error.message
    assert "url" in error.message


# -- noop ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check_mode", [True, False])
def test_noop_for_a_task_that_would_do_its_work_all_the_same(refused: Any, commands: Any, check_mode: bool) -> None:
    error = refused("invoke", check_mode=check_mode, **OK, puppet={"noop": True})
    assert (error.code, error.message) == ("unsupported", "puppet.noop: the task lab::ok does not support it.")
    assert commands() == []


def test_noop_for_a_task_without_metadata(refused: Any, commands: Any) -> None:
    """Recording 166: it says nothing, so it does not support it."""
    error = refused("invoke", template="example::ping", targets=[WEB1], puppet={"noop": True})
    assert (error.code, commands()) == ("unsupported", [])


def test_noop_is_sent(face: Any, commands: Any) -> None:
    job = face("invoke", template="lab::noop", targets=[WEB1], puppet={"noop": True})["job"]
    assert commands()[0].body["noop"] is True
    assert job["details"]["options"]["noop"] is True
    assert face("invoke", **OK, puppet={"noop": False})["changed"] is True
    assert commands()[1].body["noop"] is False


def test_check_mode_is_not_noop(face: Any) -> None:
    result = face("invoke", check_mode=True, template="lab::noop", targets=[WEB1])
    assert "noop" not in result["request"]["body"]


# -- what a task does not have ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ({"template": None}, "invalid_option", "template: name the task"),
        ({"template": "  "}, "invalid_option", "template: name the task"),
        ({"template": "../jobs"}, "not_found", "no name of a task"),
        ({"template": "Lab::OK"}, "not_found", "no name of a task"),
        ({"template_id": "1"}, "unsupported", "template_id"),
        ({"inventory": "i"}, "unsupported", "inventory"),
        ({"concurrency": 2}, "unsupported", "concurrency: the server decides it"),
        ({"job_timeout": 0}, "invalid_option", "job_timeout must be 1 or more"),
        ({"puppet": {"environment": " "}}, "invalid_option", "puppet.environment is empty"),
        ({"puppet": {"no_noop": False}}, "unsupported", "puppet.no_noop"),
        ({"puppet": {"debug": False}}, "unsupported", "puppet.debug"),
        ({"puppet": {"parameter_types": {}}}, "unsupported", "puppet.parameter_types"),
        ({"puppet": {"interval": 60}}, "unsupported", "puppet.interval"),
        ({"puppet": {"transport": "pcp"}}, "unsupported", "only with a schedule"),
        ({"type": "workflow"}, "unsupported", "type: Puppet Enterprise launches task, plan, deploy"),
        ({"awx": {}}, "invalid_option", "awx is an option of another platform"),
    ],
)
def test_nothing_asked_for_is_dropped(refused: Any, pe: Any, options: dict[str, Any], code: str, says: str) -> None:
    """A falsy value was asked for too."""
    error = refused("invoke", **{**OK, **options})
    assert error.code == code
    assert says in error.message
    assert pe.requests() == []


@pytest.mark.case("puppet-16")
@pytest.mark.parametrize(
    ("options", "generation", "needs"),
    [
        ({"job_timeout": 60}, "2019.8", "job_timeout needs Puppet Enterprise 2023.0 or later"),
        ({"job_timeout": 60}, "2018.1", "job_timeout needs Puppet Enterprise 2023.0 or later"),
        ({"puppet": {"userdata": {"a": 1}}}, "2018.1", "puppet.userdata needs Puppet Enterprise 2019.8.5 or later"),
    ],
)
@pytest.mark.parametrize("validate", [True, False])
def test_what_an_old_server_would_ignore(
    refused: Any, pe: Any, commands: Any, options: dict[str, Any], generation: str, needs: str, validate: bool
) -> None:
    """Contract 1.1; section 7: whether the server refuses an unknown key is not known."""
    pe.options.generation = generation
    error = refused("invoke", **OK, **options, validate=validate)
    assert error.code == "unsupported"
    assert error.message.startswith(needs)
    assert f"this server is {generation}" in error.message
    assert commands() == []


@pytest.mark.case("puppet-16")
def test_a_server_that_does_not_say_its_release(refused: Any, face: Any, pe: Any, commands: Any) -> None:
    pe.fault("status", status=404, path="/status/v1", times=None, body="no", content_type="text/plain")
    assert "does not say its release" in refused("invoke", **OK, job_timeout=5).message
    assert commands() == []
    assert face("invoke", **OK)["changed"] is True


@pytest.mark.case("puppet-16")
def test_timeout_is_sent_where_it_is_known(face: Any, commands: Any) -> None:
    """Recording 028."""
    face("invoke", **OK, job_timeout=60)
    assert commands()[0].body["timeout"] == 60


def test_the_release_is_known_while_the_service_starts(played: Any, recorded: Any, answered: Any) -> None:
    """Recording 022: status 503, and the body says it all the same."""
    from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.api import Api

    known = recorded("022")["response"]
    platform = played({"/status/v1/services/orchestrator-service": answered(503, known["body"])})
    assert Api(platform.client).release == (2021, 7, 1)


def test_the_request_names_the_options_that_were_refused(played: Any) -> None:
    with pytest.raises(InvalidOptionError, match="puppet.noop and puppet.no_noop exclude each other"):
        played({}).plan(
            JobRequest(type="deploy", targets=["a"], options={"environment": "e", "noop": True, "no_noop": True})
        )
    with pytest.raises(JobsError, match="type: task"):
        played({}).plan(JobRequest(type="task", template="t", targets=["a"], options={"no_noop": True}))
