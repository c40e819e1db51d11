# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Foreman keeps a launch key at the beginning of the description: contract 1.3, C(description_format)."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman import keys
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.normalize import normalize

KEY = "change-1234-step-3"
MARK = f"[launch_key: {KEY}]"
WEB = {"target_query": "name ~ web"}
GENERATIONS = pytest.mark.parametrize("generation", ["3.5", "3.12", "3.16"])


@GENERATIONS
def test_the_description_begins_with_it(face: Any, server: Any, generation: str, launches: Any) -> None:
    server.options.generation = generation
    first = face("invoke", template="lab-ok", launch_key=KEY, **WEB)
    assert first["job"]["description"].startswith(MARK)
    assert first["job"]["details"]["launch_key"] == KEY
    again = face("invoke", template="lab-ok", launch_key=KEY, **WEB)
    assert (again["changed"], again["job"]["id"]) == (False, first["job"]["id"])
    assert len(launches()) == 1


@pytest.mark.parametrize(
    ("options", "description"),
    [
        ({}, "Run uptime"),
        ({"description": "Tonight's window"}, "Tonight's window"),
        ({"foreman": {"description_format": "Do %{command} now"}}, "Do uptime now"),
    ],
)
def test_what_follows_is_the_description_as_it_is_without(face: Any, options: dict[str, Any], description: str) -> None:
    more = {"template": "Run Command - Script Default", "parameters": {"command": "uptime"}, **WEB, **options}
    assert face("invoke", **more)["job"]["description"] == description
    assert face("invoke", launch_key=KEY, **more)["job"]["description"] == f"{MARK} {description}"


def test_a_long_description_is_cut_behind_the_key(face: Any, launches: Any) -> None:
    """The server cuts at 255 characters (contract 1.1)."""
    more = {"template": "lab-ok", "description": "x" * 400, "launch_key": KEY, **WEB}
    first = face("invoke", **more)
    assert len(first["job"]["description"]) <= 255
    again = face("invoke", **more)
    assert (again["changed"], again["job"]["id"]) == (False, first["job"]["id"])


def test_another_description_is_no_other_launch(face: Any) -> None:
    first = face("invoke", template="lab-ok", description="at 22:00", launch_key=KEY, **WEB)
    again = face("invoke", template="lab-ok", description="at 22:05", launch_key=KEY, **WEB)
    assert (again["changed"], again["job"]["id"]) == (False, first["job"]["id"])


@pytest.mark.parametrize(
    ("other", "option"),
    [
        ({"target_query": "name ~ app"}, "target_query"),
        ({"template": "lab-fail"}, "template_id"),
        ({"concurrency": 2}, "concurrency"),
        ({"job_timeout": 60}, "job_timeout"),
        ({"schedule": {"start_at": "2099-01-01T00:00:00Z"}}, "schedule"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_differs_is_named(face: Any, refused: Any, launches: Any, other: dict[str, Any], option: str) -> None:
    launch = {"template": "lab-ok", "launch_key": KEY, "concurrency": 1, "job_timeout": 30, **WEB}
    face("invoke", **launch)
    error = refused("invoke", **{**launch, **other})
    assert error.code == "launch_conflict"
    assert option in [row["option"] for row in error.result["differences"]]
    assert len(launches()) == 1


def test_hidden_inputs_cannot_be_compared(face: Any) -> None:
    """Contract 1.2: they read as asterisks."""
    more = {"template": "Deploy release - Ansible Default", "launch_key": KEY, **WEB}
    first = face("invoke", parameters={"release": "1"}, secret_parameters={"deploy_key": "hush-hush-one"}, **more)
    again = face("invoke", parameters={"release": "1"}, secret_parameters={"deploy_key": "hush-hush-two"}, **more)
    assert (again["changed"], again["job"]["id"]) == (False, first["job"]["id"])


def test_running_a_job_again_with_a_key(face: Any, launches: Any) -> None:
    """With a key the job is built here, because the server's own rerun takes no description."""
    first = face("invoke", template="lab-partial", wait=True, fail_on=[], **WEB)["job"]
    rerun = {"rerun": first, "rerun_hosts": "failed", "launch_key": KEY}
    again = face("invoke", **rerun)
    assert again["job"]["details"]["launch_key"] == KEY
    found = face("invoke", **rerun)
    assert (found["changed"], found["job"]["id"]) == (False, again["job"]["id"])
    everywhere = face("invoke", rerun=first, launch_key="all")
    assert everywhere["job"]["details"]["launch_key"] == "all"
    assert face("invoke", rerun=first, launch_key="all")["changed"] is False


def test_running_some_hosts_of_a_job_with_a_key_again_is_no_launch_of_that_key(face: Any) -> None:
    first = face("invoke", template="lab-partial", launch_key=KEY, description="mine", wait=True, fail_on=[], **WEB)
    again = face("invoke", rerun=first["job"], rerun_hosts="failed")
    assert "launch_key" not in again["job"]["details"]
    assert again["job"]["description"] == "mine"


def test_a_purpose_is_another_way_to_find_what_is_there(refused: Any, launches: Any) -> None:
    schedule = {"cron": "0 2 * * *", "purpose": "nightly"}
    error = refused("invoke", template="lab-ok", launch_key=KEY, schedule=schedule, **WEB)
    assert (error.code, "schedule.purpose" in error.message) == ("invalid_option", True)
    assert launches() == []


def test_a_recurring_job_is_found_by_its_next_occurrence(face: Any, lab_time: Any) -> None:
    launch = {"template": "lab-ok", "launch_key": KEY, "schedule": {"cron": "*/5 * * * *"}, **WEB}
    first = face("invoke", **launch)
    lab_time.sleep(700)
    again = face("invoke", **launch)
    assert again["changed"] is False
    assert int(again["job"]["id"]) > int(first["job"]["id"])


def test_a_job_that_is_still_being_planned_does_not_break_the_look(face: Any, server: Any, foreman_lab: Any) -> None:
    """Contract 1.3: without a task, its detail answers 500, for ever if it was never planned."""
    first = face("invoke", template="lab-ok", launch_key=KEY, **WEB)
    server.orphan(int(first["job"]["id"]))
    again = face("invoke", template="lab-ok", launch_key=KEY, **WEB)
    assert again["changed"] is True


def test_a_key_in_the_middle_of_a_description_is_none(face: Any) -> None:
    face("invoke", template="lab-ok", description=f"see {MARK}", **WEB)
    assert face("invoke", template="lab-ok", launch_key=KEY, **WEB)["changed"] is True


@pytest.mark.parametrize(
    ("description", "key"),
    [
        (f"{MARK} Run uptime", KEY),
        (MARK, KEY),
        (f" {MARK}", None),
        ("[launch_key: ]", None),
        ("[launch_key: a b]", None),
        ("[launch_key: a", None),
        (None, None),
        (7, None),
    ],
)
def test_a_raw_job_shows_its_key(description: Any, key: str | None) -> None:
    job = normalize({"id": 7, "description": description})
    assert job.details.get("launch_key") == key


def test_the_window_is_what_the_documentation_says() -> None:
    assert keys._PAGE * keys._MOST_PAGES == 200
