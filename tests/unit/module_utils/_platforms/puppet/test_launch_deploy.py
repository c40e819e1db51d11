# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a Puppet run (deploy) sends and says: Puppet contract 1.8."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.options import LAUNCH_OPTIONS, RUN_OPTIONS
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.recover import MARK
from ansible_collections.unified.jobs.plugins.module_utils._types import JobRequest

WEB1 = "web1.example.com"
RUN: dict[str, Any] = {"type": "deploy", "targets": [WEB1], "puppet": {"environment": "production"}}


def deploy(platform: Any, options: dict[str, Any], **request: Any) -> Any:
    """The body of a Puppet run as it is sent, without our mark."""
    launch = platform.plan(JobRequest(type="deploy", options=options, **{"targets": [WEB1], **request}))
    del launch.body["userdata"][MARK]
    return {name: value for name, value in launch.body.items() if value or name != "userdata"}


def test_the_body_is_as_small_as_can_be(played: Any) -> None:
    """Recording 024."""
    assert deploy(played({}), {"environment": "production"}) == {
        "environment": "production",
        "scope": {"nodes": [WEB1]},
    }


def test_every_key_of_the_command(played: Any) -> None:
    """Contract 1.8, POST /command/deploy; C(target) is deprecated."""
    flags = {name: True for name in RUN_OPTIONS if LAUNCH_OPTIONS[name]["type"] == "bool"}
    del flags["no_noop"]
    numbers = dict.fromkeys((name for name in RUN_OPTIONS if LAUNCH_OPTIONS[name]["type"] == "int"), 7)
    texts = {"ordering": "manifest", "tags": "a,b", "skip_tags": "c"}
    assert {*flags, *numbers, *texts, "no_noop"} == set(RUN_OPTIONS)
    options = {"environment": "production", "userdata": {"ticket": 1}, **flags, **numbers, **texts}
    platform = played({})
    body = deploy(platform, options, concurrency=3, job_timeout=60, description="d")
    assert body == {
        "userdata": {"ticket": 1},
        "environment": "production",
        "scope": {"nodes": [WEB1]},
        "concurrency": 3,
        "timeout": 60,
        "description": "d",
        "noop": True,
        "enforce_environment": True,
        "debug": True,
        "trace": True,
        "evaltrace": True,
        "use_cached_catalog": True,
        "usecacheonfailure": True,
        "filetimeout": 7,
        "http_connect_timeout": 7,
        "http_keepalive_timeout": 7,
        "http_read_timeout": 7,
        "ordering": "manifest",
        "tags": "a,b",
        "skip_tags": "c",
    }


def test_false_and_zero_are_sent_and_null_is_not(played: Any) -> None:
    body = deploy(
        played({}), {"environment": "e", "noop": False, "filetimeout": 0, "tags": "", "debug": None, "no_noop": False}
    )
    assert {name: body[name] for name in body if name not in ("environment", "scope")} == {
        "noop": False,
        "no_noop": False,
        "filetimeout": 0,
        "tags": "",
    }


def test_no_noop_over_a_query(played: Any, recorded: Any) -> None:
    """Recording 027."""
    known = recorded("027")["request"]["body"]
    options = {"environment": "production", "no_noop": True, "debug": True, "trace": True}
    query = known["scope"]["query"]
    assert deploy(played({}), options, targets=None, target_query=query, concurrency=10) == known


@pytest.mark.case("puppet-5")
def test_an_empty_environment(played: Any, recorded: Any, refused: Any, pe: Any) -> None:
    """Recording 026."""
    known = recorded("026")["request"]["body"]
    options = {"environment": " ", **{name: known[name] for name in known if name not in ("environment", "scope")}}
    body = deploy(played({}), {**options, "node_group": known["scope"]["node_group"]}, targets=None)
    assert body == known
    for puppet in ({"environment": ""}, {"environment": " ", "enforce_environment": True}):
        error = refused("invoke", type="deploy", targets=[WEB1], puppet=puppet)
        assert (error.code, "may only be empty together with" in error.message) == ("invalid_option", True)
    assert pe.requests() == []


@pytest.mark.case("puppet-5")
@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (
            {"puppet": {"environment": "production", "noop": True, "no_noop": True}},
            "invalid_option",
            "exclude each other",
        ),
        ({"puppet": None}, "invalid_option", "puppet.environment: say in which environment"),
        ({"template": "t"}, "invalid_option", "template: a Puppet run has none"),
        ({"parameters": {"a": 1}}, "unsupported", "parameters: a Puppet run takes none"),
        ({"secret_parameters": {"a": 1}}, "unsupported", "parameters: a Puppet run takes none"),
        ({"concurrency": 0}, "invalid_option", "concurrency must be 1 or more"),
    ],
)
def test_what_is_refused_before_anything_is_asked(
    refused: Any, pe: Any, options: dict[str, Any], code: str, says: str
) -> None:
    """Recording 037."""
    error = refused("invoke", **{**RUN, **options})
    assert error.code == code
    assert says in error.message
    assert pe.requests() == []


def test_noop_and_no_noop_where_one_is_false(face: Any, commands: Any) -> None:
    face("invoke", **{**RUN, "puppet": {"environment": "production", "noop": True, "no_noop": False}})
    assert commands()[0].body["noop"] is True


def test_a_run_and_its_job(face: Any, pe: Any) -> None:
    job = face("invoke", **RUN, wait=True)["job"]
    assert (job["type"], job["subtype"], job["name"]) == ("job", "deploy", "Puppet run in production")
    assert (job["status"], job["host_counts"]["changed"], job["targets"]) == ("successful", 1, WEB1)
    assert [one.path.rpartition("/")[2] for one in pe.requests("POST")] == ["inventory", "deploy"]


@pytest.mark.case("puppet-13")
def test_check_mode(face: Any, commands: Any) -> None:
    result = face("invoke", check_mode=True, **RUN)
    assert commands() == []
    assert result["request"]["path"] == "/orchestrator/v1/command/deploy"
    assert (result["job"]["id"], result["job"]["subtype"]) == (None, "deploy")
    assert result["job"]["name"] == "Puppet run in production"


@pytest.mark.case("puppet-6")
def test_an_environment_without_nodes(refused: Any, face: Any, pe: Any) -> None:
    """Recording 034."""
    options = {"type": "deploy", "target_query": "nodes { }", "puppet": {"environment": "staging"}}
    assert refused("invoke", **options).code == "no_targets"
    assert face("invoke", **options, on_no_targets="skip")["skipped"] is True
    assert pe.server.engine.jobs == {}


@pytest.mark.case("puppet-9")
def test_who_may_not_run_puppet(refused: Any, commands: Any) -> None:
    error = refused("invoke", user="limited", **RUN)
    assert (error.code, len(commands())) == ("forbidden", 1)
    assert "puppet_agent:run" in error.message


def test_agents_without_a_connection_are_warned_of(face: Any) -> None:
    (said,) = face("invoke", **{**RUN, "targets": [WEB1, "off1.example.com"]})["job"]["warnings"]
    assert "off1.example.com" in said


@pytest.mark.case("puppet-16")
def test_timeout_on_an_old_server(refused: Any, pe: Any, commands: Any) -> None:
    """Recording 028."""
    pe.options.generation = "2019.8"
    assert "needs Puppet Enterprise 2023.0" in refused("invoke", **RUN, job_timeout=9).message
    assert commands() == []
