# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A launch whose answer is lost: sent once, looked up, never guessed: Foreman contract 1.3, checklist 22."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import ServerError

WEB = {"targets": ["web1.example.com", "web2.example.com"]}


def tomorrow(server: Any) -> str:
    moment = datetime.datetime.fromtimestamp(server.engine.now + 86400, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


#: launches of every kind, as options
LAUNCHES: dict[str, dict[str, Any]] = {
    "plain": {"template": "lab-ok", **WEB},
    "inputs": {
        "template": "lab-inputs",
        "parameters": {"must": True, "preset": 5},
        "secret_parameters": {"secret": "x"},
        **WEB,
    },
    "bookmark": {"template": "lab-ok", "foreman": {"bookmark": "web servers"}},
    "dynamic": {"template": "lab-ok", "target_query": "name ~ web", "foreman": {"targeting_type": "dynamic_query"}},
    "ids alone": {"template_id": "401", "target_query": "name ~ web", "validate": False},
    "settings": {
        "template": "lab-ok",
        "concurrency": 1,
        "job_timeout": 60,
        "description": "what I sent",
        "foreman": {"ssh_user": "deploy", "time_to_pickup": 60, "effective_user": "root"},
        **WEB,
    },
    "recurring": {"template": "lab-ok", "schedule": {"cron": "0 3 * * *"}, **WEB},
    "future": {"template": "lab-ok", "schedule": {"start_at": "tomorrow"}, **WEB},
}
every_launch = pytest.mark.parametrize("kind", LAUNCHES)


@pytest.fixture
def options(kind: str, server: Any) -> dict[str, Any]:
    found = dict(LAUNCHES[kind])
    if found.get("schedule", {}).get("start_at"):
        found["schedule"] = {"start_at": tomorrow(server)}
    return found


@every_launch
@pytest.mark.case("foreman-22")
@pytest.mark.parametrize("generation", ["3.5", "3.12", "3.16"])
@pytest.mark.parametrize("action", ["cut_answer", "cut_body", "broken_json"])
def test_taken_but_not_answered_is_adopted(
    face: Any, server: Any, foreman_lab: Any, launches: Any, options: dict[str, Any], action: str, generation: str
) -> None:
    server.options.generation = generation
    foreman_lab.fault(action, method="POST")
    job = face("invoke", **options)["job"]
    assert len(launches()) == 1
    assert job["id"] in {str(number) for number in server.engine.jobs}
    assert job["warnings"][0].startswith("The answer to the launch was lost (")


@every_launch
@pytest.mark.case("foreman-22")
@pytest.mark.parametrize("fault", [{"action": "reset"}, {"action": "status", "status": 502}, {"action": "html"}])
def test_never_handled_is_unknown(
    refused: Any, foreman_lab: Any, launches: Any, options: dict[str, Any], fault: dict[str, Any]
) -> None:
    foreman_lab.fault(**fault, method="POST")
    error = refused("invoke", **options)
    assert error.code == "launch_unknown"
    assert "It was not sent again" in error.message
    assert error.result["candidates"] == []
    assert len(launches()) == 1


@every_launch
@pytest.mark.case("foreman-22")
def test_an_equal_job_from_before_is_not_taken_for_it(
    face: Any, refused: Any, foreman_lab: Any, launches: Any, lab_time: Any, options: dict[str, Any]
) -> None:
    face("invoke", **options)
    lab_time.sleep(5)
    foreman_lab.fault("status", status=504, method="POST")
    error = refused("invoke", **options)
    assert (error.code, error.result["candidates"]) == ("launch_unknown", [])
    assert len(launches()) == 2


@pytest.mark.case("foreman-22")
def test_a_job_that_differs_is_not_taken_for_it(
    face: Any, refused: Any, foreman_lab: Any, lab_time: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.platform import ForemanPlatform

    others = [
        {"template": "lab-inputs", "parameters": {"must": "y"}, **WEB},
        {"template": "lab-inputs", "parameters": {"must": "x"}, "targets": ["web1.example.com"]},
        {"template": "lab-ok", **WEB},
        {"template": "lab-inputs", "parameters": {"must": "x"}, "schedule": {"cron": "0 3 * * *"}, **WEB},
        {"template": "lab-inputs", "parameters": {"must": "x"}, "user": "manager", **WEB},
        {"template": "lab-inputs", "parameters": {"must": "x"}, "description": "another", **WEB},
        {"template": "lab-inputs", "parameters": {"must": "x"}, "concurrency": 2, "description": "mine", **WEB},
        {"template": "lab-inputs", "parameters": {"must": "x"}, "job_timeout": 9, "description": "mine", **WEB},
    ]
    plan = ForemanPlatform.plan
    done = []

    def busy(self: Any, request: Any) -> Any:
        made = plan(self, request)
        if not done:
            done.append(True)
            for other in others:
                face("invoke", **other)
            foreman_lab.fault("status", status=504, method="POST")
        return made

    monkeypatch.setattr(ForemanPlatform, "plan", busy)
    options = {"concurrency": 1, "job_timeout": 8, "description": "mine"}
    error = refused("invoke", template="lab-inputs", parameters={"must": "x"}, **options, **WEB)
    assert (error.code, error.result["candidates"]) == ("launch_unknown", [])


@pytest.mark.case("foreman-22")
def test_two_that_equal_it_are_candidates(
    face: Any, refused: Any, foreman_lab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.platform import ForemanPlatform

    plan = ForemanPlatform.plan
    done = []

    def busy(self: Any, request: Any) -> Any:
        made = plan(self, request)
        if not done:
            done.append(True)
            face("invoke", **LAUNCHES["plain"])
            foreman_lab.fault("cut_answer", method="POST")
        return made

    monkeypatch.setattr(ForemanPlatform, "plan", busy)
    error = refused("invoke", **LAUNCHES["plain"])
    assert (error.code, len(error.result["candidates"])) == ("launch_unknown", 2)


@pytest.mark.case("foreman-22")
def test_one_that_is_still_being_planned_is_waited_for(played: Any) -> None:
    """Contract 1.3: planning is synchronous, so a proxy may give up on the answer while the record has no task yet."""
    from ansible_collections.unified.jobs.plugins.module_utils._types import Job, Launch

    row = {"id": 5, "template_id": 9, "dynflow_task": None, "status_label": "queued", "start_at": None}
    answers: dict[str, Any] = {
        "/api/job_invocations": {"results": [row], "subtotal": 1},
        "/api/job_invocations/5": ServerError("500", status=500),
    }
    platform = played(answers)
    launch = Launch(
        "/api/job_invocations",
        {"job_invocation": {"job_template_id": 9, "search_query": "x"}},
        "job_invocation",
        {"id": "9", "name": "T"},
        {},
        Job("foreman", "job_invocation", None, subtype="immediate"),
        since="2026-11-22T11:59:59Z",
    )
    assert platform.find_launch(launch) == []
    planned = {**row, "dynflow_task": {"id": "a", "state": "running"}, "status_label": "running"}
    answers["/api/job_invocations"] = {"results": [planned], "subtotal": 1}
    answers["/api/job_invocations/5"] = {**planned, "targeting": {"search_query": "x"}}
    assert [[job.id for job in group] for group in platform.find_launch(launch)] == [["5"]]


@pytest.mark.case("foreman-22")
def test_the_rejection_of_a_launch_is_final(refused: Any, foreman_lab: Any, launches: Any) -> None:
    body = '{"error": {"message": "Validation failed: Triggering: Start at is in the past"}}'
    foreman_lab.fault("status", status=500, method="POST", body=body, content_type="application/json", times=None)
    error = refused("invoke", **LAUNCHES["plain"])
    assert (error.code, "Start at is in the past" in error.message) == ("rejected", True)
    assert len(launches()) == 1
    assert foreman_lab.requests("GET", "/job_invocations$") == []
