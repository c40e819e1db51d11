# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A launch whose answer is lost: sent once, looked for by its mark, never guessed: Puppet contract 2.4, checklist 10."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.platform import PuppetPlatform
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.recover import MARK
from ansible_collections.unified.jobs.plugins.module_utils._types import JobRequest

WEB1 = "web1.example.com"
LATER = {"schedule": {"start_at": "2099-01-01T00:00:00Z"}}
#: launches of every kind, as options
LAUNCHES: dict[str, dict[str, Any]] = {
    "task": {"template": "lab::ok", "targets": [WEB1]},
    "described": {"template": "lab::ok", "targets": [WEB1], "description": "mine"},
    "deploy": {"type": "deploy", "targets": [WEB1], "puppet": {"environment": "production"}},
    "plan": {"type": "plan", "template": "lab::plan_ok"},
    "future task": {"template": "lab::ok", "targets": [WEB1], **LATER},
    "future plan": {"type": "plan", "template": "lab::plan_ok", **LATER},
    "recurring run": {
        "type": "deploy",
        "targets": [WEB1],
        "puppet": {"environment": "production", "interval": 3600},
        **LATER,
    },
}
#: schedules for runs and plans came with 2019.8.5 (contract 1.1)
EVERYWHERE = [
    (kind, generation)
    for kind in LAUNCHES
    for generation in ("2018.1", "2019.8", "2023")
    if generation != "2018.1" or kind not in ("future plan", "recurring run")
]


@pytest.fixture(params=EVERYWHERE, ids=lambda pair: f"{pair[0]}, {pair[1]}")
def options(request: pytest.FixtureRequest, pe: Any) -> dict[str, Any]:
    """The options of a launch, on each release that has it."""
    kind, pe.options.generation = request.param
    return LAUNCHES[kind]


@pytest.mark.case("puppet-10")
@pytest.mark.parametrize("action", ["cut_answer", "cut_body", "broken_json"])
def test_taken_but_not_answered_is_adopted(
    face: Any, pe: Any, commands: Any, options: dict[str, Any], action: str
) -> None:
    pe.fault(action, method="POST", path="(command/|environment_jobs)")
    result = face("invoke", **options)
    assert result["changed"] is True
    assert len(commands()) == 1
    job = result["job"]
    assert job["id"]
    assert any(said.startswith("The answer to the launch was lost (") for said in job["warnings"])
    assert job["description"] == options.get("description", "")
    assert face("info", jobs=job)["job"]["id"] == job["id"]


@pytest.mark.case("puppet-10")
@pytest.mark.parametrize(
    "fault",
    [{"action": "reset"}, {"action": "status", "status": 502}, {"action": "status", "status": 504}, {"action": "html"}],
)
def test_never_handled_is_unknown(
    refused: Any, pe: Any, commands: Any, options: dict[str, Any], fault: dict[str, Any]
) -> None:
    pe.fault(**fault, method="POST", path="(command/|environment_jobs)")
    error = refused("invoke", **options)
    assert error.code == "launch_unknown"
    assert "It was not sent again" in error.message
    assert re.search("Look on the server for a job of (lab::|Puppet run in production)", error.message)
    assert error.result["candidates"] == []
    assert len(commands()) == 1


@pytest.mark.case("puppet-10")
@pytest.mark.parametrize("kind", ["task", "plan", "deploy"])
def test_an_error_of_the_server_is_not_sent_again(
    refused: Any, pe: Any, recorded: Any, commands: Any, kind: str
) -> None:
    """Recording 017."""
    pe.refusal(500, "unknown-error", recorded("017")["response"]["body"]["msg"], method="POST", path="command/")
    error = refused("invoke", **LAUNCHES[kind])
    assert error.code == "server_error"
    assert "was looked for and not found" in error.message
    assert len(commands()) == 1


@pytest.mark.case("puppet-10")
def test_a_read_time_out_is_not_sent_again(face: Any, pe: Any, commands: Any, late_launch: Any) -> None:
    """The server takes it while we look for it."""
    late_launch("puppet", path="command/")
    job = face("invoke", **LAUNCHES["task"])["job"]
    assert len(commands()) == 1
    assert "did not answer in time" in job["warnings"][0]
    assert list(pe.server.engine.jobs) == [int(job["id"])]


@pytest.mark.case("puppet-10")
def test_an_answer_without_an_id_is_looked_up(face: Any, refused: Any, pe: Any, commands: Any) -> None:
    first = face("invoke", **LAUNCHES["task"])["job"]
    pe.fault("status", status=202, method="POST", path="command/", body="{}", content_type="application/json")
    error = refused("invoke", **LAUNCHES["task"])
    assert error.code == "launch_unknown"
    assert "names no job" in error.message
    assert len(commands()) == 2
    assert list(pe.server.engine.jobs) == [int(first["id"])]


@pytest.mark.case("puppet-10")
def test_an_equal_job_of_the_same_user_is_not_taken_for_it(
    face: Any, refused: Any, pe: Any, commands: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Someone else with the same account, template and nodes launches between our plan and our request."""
    plan = PuppetPlatform.plan
    done: list[bool] = []

    def busy(self: Any, request: Any) -> Any:
        made = plan(self, request)
        if not done:
            done.append(True)
            face("invoke", **options)
            pe.fault("status", status=504, method="POST", path="(command/|environment_jobs)")
        return made

    monkeypatch.setattr(PuppetPlatform, "plan", busy)
    error = refused("invoke", **options)
    assert (error.code, error.result["candidates"]) == ("launch_unknown", [])
    assert len(commands()) == 2


@pytest.mark.case("puppet-10")
def test_of_two_equal_ones_the_own_is_adopted(
    face: Any, pe: Any, commands: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    launch = PuppetPlatform.launch
    others: list[Any] = []

    def busy(self: Any, made: Any) -> Any:
        if not others:
            others.append(None)
            others[0] = face("invoke", **options)["job"]["id"]
            pe.fault("cut_answer", method="POST", path="(command/|environment_jobs)")
        return launch(self, made)

    monkeypatch.setattr(PuppetPlatform, "launch", busy)
    job = face("invoke", **options)["job"]
    assert any(said.startswith("The answer to the launch was lost (") for said in job["warnings"])
    assert job["id"] != others[0]
    assert len(commands()) == 2


@pytest.mark.case("puppet-10", "puppet-11")
def test_what_was_adopted_may_lack_nodes_too(face: Any, pe: Any) -> None:
    pe.fault("cut_answer", method="POST", path="command/")
    job = face("invoke", user="limited", template="lab::ok", targets=[WEB1, "db1.example.com"])["job"]
    assert any("It runs on 1 of the 2 nodes" in warning for warning in job["warnings"])


@pytest.mark.case("puppet-10")
def test_the_look_is_bounded(refused: Any, face: Any, pe: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(60):
        face("invoke", **LAUNCHES["task"], validate=False)
    pe.fault("reset", method="POST", path="command/")
    pe.lab.forget_requests()
    refused("invoke", **LAUNCHES["task"])
    looks = pe.requests("GET", "/jobs$")
    # four looks, two pages each
    assert len(looks) == 8
    assert {one.query["order"][0] for one in looks} == {"desc"}


@pytest.mark.case("puppet-10")
def test_who_cannot_look_says_so(refused: Any, pe: Any, commands: Any) -> None:
    pe.fault("reset", method="POST", path="command/")
    pe.fault("status", status=403, path="/jobs$", times=None, body="Forbidden request: no", content_type="text/plain")
    error = refused("invoke", **LAUNCHES["task"])
    assert error.code == "launch_unknown"
    assert "Looking for it failed too" in error.message
    assert len(commands()) == 1


# -- the mark --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("generation", ["2019.8", "2023"])
def test_the_mark_is_in_userdata_and_not_shown(face: Any, pe: Any, commands: Any, generation: str) -> None:
    pe.options.generation = generation
    userdata = {"ticket": "CHG1"}
    job = face("invoke", **LAUNCHES["described"], puppet={"userdata": userdata})["job"]
    body = commands()[0].body
    assert set(body["userdata"]) == {"ticket", MARK}
    assert body["description"] == "mine"
    assert (job["details"]["userdata"], job["description"]) == (userdata, "mine")
    assert face("info", jobs=job)["job"]["details"]["userdata"] == userdata
    assert face("info", type="job")["jobs"][0]["details"]["userdata"] == userdata


def test_the_mark_is_in_the_description_where_there_is_no_userdata(face: Any, pe: Any, commands: Any) -> None:
    """Contract 1.1: userdata came with 2019.8.5."""
    pe.options.generation = "2018.1"
    job = face("invoke", **LAUNCHES["described"])["job"]
    body = commands()[0].body
    assert "userdata" not in body
    assert body["description"].startswith("mine (unified.jobs ")
    # people see what they wrote
    for seen in (job, face("info", jobs=job)["job"], face("info", type="job")["jobs"][0]):
        assert seen["description"] == "mine"


def test_every_launch_has_its_own_mark(played: Any) -> None:
    platform = played({})
    request = {"type": "task", "template": "t", "targets": [WEB1], "validate": False}
    marks = {platform.plan(JobRequest(**request)).body["userdata"][MARK] for _number in range(5)}
    assert len(marks) == 5
