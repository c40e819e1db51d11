# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puppet Enterprise keeps a launch key in C(userdata), before 2019.8.5 in the description: contract 2.4."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import keys
from ansible_collections.unified.jobs.plugins.module_utils._types import LAUNCH_KEY_NAME

KEY = "change-1234-step-3"
WEB1, WEB2 = "web1.example.com", "web2.example.com"
LATER = {"schedule": {"start_at": "2099-01-01T00:00:00Z"}}
LAUNCHES: dict[str, dict[str, Any]] = {
    "task": {"template": "lab::sleep", "parameters": {"seconds": 10}, "targets": [WEB1, WEB2]},
    "query": {"template": "lab::ok", "target_query": 'nodes[certname] { certname ~ "web" }'},
    "noop": {"template": "lab::noop", "targets": [WEB1], "puppet": {"noop": True}},
    "described": {"template": "lab::ok", "targets": [WEB1], "description": "mine"},
    "deploy": {"type": "deploy", "targets": [WEB1], "puppet": {"environment": "production", "debug": True}},
    "plan": {"type": "plan", "template": "lab::plan_ok"},
}
SCHEDULES: dict[str, dict[str, Any]] = {
    "future task": {**LAUNCHES["task"], **LATER},
    "future plan": {**LAUNCHES["plan"], **LATER},
    "recurring run": {**LAUNCHES["deploy"], "puppet": {"environment": "production", "interval": 3600}, **LATER},
}


@pytest.mark.parametrize("generation", ["2018.1", "2019.8", "2023"])
@pytest.mark.parametrize("kind", LAUNCHES)
def test_every_kind_is_found_on_every_release(face: Any, pe: Any, commands: Any, kind: str, generation: str) -> None:
    pe.options.generation = generation
    first = face("invoke", launch_key=KEY, **LAUNCHES[kind])
    assert first["job"]["details"]["launch_key"] == KEY
    assert first["job"]["description"] == LAUNCHES[kind].get("description", "")
    body = commands()[0].body
    assert (LAUNCH_KEY_NAME in json.dumps(body)) is (generation != "2018.1")
    again = face("invoke", launch_key=KEY, **LAUNCHES[kind])
    assert (again["changed"], again["job"]["id"]) == (False, first["job"]["id"])
    assert face("invoke", launch_key=KEY + "0", **LAUNCHES[kind])["changed"] is True
    assert len(commands()) == 2


@pytest.mark.parametrize("kind", SCHEDULES)
def test_a_schedule_is_found(face: Any, pe: Any, commands: Any, kind: str) -> None:
    first = face("invoke", launch_key=KEY, **SCHEDULES[kind])
    again = face("invoke", launch_key=KEY, **SCHEDULES[kind])
    assert (again["changed"], again["job"]["id"], again["job"]["type"]) == (False, first["job"]["id"], "scheduled_job")
    assert len(commands()) == 1


def test_an_old_release_forgets_a_schedule_that_ran(pe: Any, refused: Any, commands: Any) -> None:
    pe.options.generation = "2019.8"
    error = refused("invoke", launch_key=KEY, **SCHEDULES["future task"])
    assert (error.code, error.message.split(":")[0]) == ("unsupported", "launch_key")
    assert commands() == []


@pytest.mark.parametrize(
    ("kind", "other", "option"),
    [
        ("task", {"parameters": {"seconds": 11}}, "parameters.seconds"),
        ("task", {"targets": [WEB1]}, "targets"),
        ("task", {"template": "lab::ok", "parameters": None}, "template"),
        ("query", {"target_query": 'nodes[certname] { certname ~ "app" }'}, "target_query"),
        ("query", {"target_query": None, "targets": [WEB1]}, "targets"),
        ("noop", {"puppet": None}, "puppet.noop"),
        ("deploy", {"puppet": {"environment": "production", "debug": False}}, "puppet.debug"),
        ("deploy", {"puppet": {"environment": "staging", "debug": True}}, "puppet.environment"),
    ],
)
def test_what_differs_is_named(
    face: Any, refused: Any, commands: Any, kind: str, other: dict[str, Any], option: str
) -> None:
    face("invoke", launch_key=KEY, **LAUNCHES[kind])
    error = refused("invoke", launch_key=KEY, **{**LAUNCHES[kind], **other})
    assert error.code == "launch_conflict"
    assert option in [row["option"] for row in error.result["differences"]]
    assert len(commands()) == 1


def test_the_order_of_nodes_is_no_difference(face: Any) -> None:
    face("invoke", launch_key=KEY, **LAUNCHES["task"])
    again = face("invoke", launch_key=KEY, **{**LAUNCHES["task"], "targets": [WEB2, WEB1]})
    assert again["changed"] is False


def test_sensitive_parameters_cannot_be_compared(face: Any) -> None:
    """Contract 1.4, C(options.sensitive): the server keeps them back."""
    launch = {"template": "lab::params", "targets": [WEB1], "parameters": {"must": "x"}, "launch_key": KEY}
    first = face("invoke", secret_parameters={"secret": "hush-hush-one"}, validate=False, **launch)
    again = face("invoke", secret_parameters={"secret": "hush-hush-two"}, validate=False, **launch)
    text = json.dumps([first, again])
    assert "hush-hush" not in text
    assert (again["changed"], again["job"]["id"]) == (False, first["job"]["id"])


@pytest.mark.parametrize("validate", [True, False])
def test_defaults_that_the_server_adds_are_no_difference(face: Any, validate: bool) -> None:
    """Whether a server lists them among a job's parameters is not known; the lab does."""
    launch = {"template": "lab::params", "targets": [WEB1], "parameters": {"must": "x"}, "launch_key": KEY}
    first = face("invoke", **launch)
    again = face("invoke", validate=validate, **launch)
    assert (again["changed"], again["job"]["id"]) == (False, first["job"]["id"])


def test_what_was_given_then_and_is_not_now_is_a_difference(face: Any, refused: Any) -> None:
    launch = {"template": "lab::params", "targets": [WEB1], "launch_key": KEY}
    face("invoke", parameters={"must": "x", "number": 4, "names": ["a"]}, **launch)
    error = refused("invoke", parameters={"must": "x"}, **launch)
    assert error.code == "launch_conflict"
    assert {row["option"] for row in error.result["differences"]} == {"parameters.number", "parameters.names"}


def test_parameters_that_the_server_resolves_cannot_be_compared(face: Any) -> None:
    types = {"parameter_types": {"nodes": "query"}}
    launch = {"type": "plan", "template": "canary", "launch_key": KEY, "puppet": types, "validate": False}
    query = 'nodes[certname] { certname ~ "web" }'
    parameters = {"nodes": query, "command": "uptime"}
    first = face("invoke", parameters=parameters, **launch)
    again = face("invoke", parameters=parameters, **launch)
    assert (again["changed"], again["job"]["id"]) == (False, first["job"]["id"])


def test_userdata_of_the_user_stays_beside_it(face: Any, refused: Any, commands: Any) -> None:
    own = {"puppet": {"userdata": {"ticket": "CHG1"}}}
    job = face("invoke", launch_key=KEY, **{**LAUNCHES["described"], **own})["job"]
    assert job["details"]["userdata"] == {"ticket": "CHG1"}
    taken = {"puppet": {"userdata": {LAUNCH_KEY_NAME: "other"}}}
    error = refused("invoke", launch_key=KEY, **{**LAUNCHES["described"], **taken})
    assert (error.code, error.message.split(":")[0]) == ("invalid_option", "puppet.userdata")
    assert len(commands()) == 1


@pytest.mark.parametrize("generation", ["2018.1", "2023"])
def test_running_a_job_again(face: Any, pe: Any, generation: str) -> None:
    """The copy does not carry the key of the first, and may have one of its own."""
    pe.options.generation = generation
    first = face("invoke", template="lab::partial", targets=[WEB1, WEB2], launch_key=KEY, description="mine")["job"]
    first = face("wait", jobs=[first], fail_on=[])["job"]
    plain = face("invoke", rerun=first)["job"]
    assert "launch_key" not in plain["details"]
    assert plain["description"] == "mine"
    keyed = face("invoke", rerun=first, rerun_hosts="failed", launch_key="again")
    found = face("invoke", rerun=first, rerun_hosts="failed", launch_key="again")
    assert (keyed["changed"], found["changed"], found["job"]["id"]) == (True, False, keyed["job"]["id"])


def test_the_window_is_what_the_documentation_says() -> None:
    assert keys._PAGE * keys._MOST_PAGES == 1000
