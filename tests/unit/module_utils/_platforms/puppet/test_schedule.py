# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launches that the server starts later, and what becomes of them: Puppet contract 1.8 (scheduling), checklist 70."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.recover import MARK
from ansible_collections.unified.jobs.plugins.module_utils._types import JobRef, JobRequest

WEB1, WEB2 = "web1.example.com", "web2.example.com"
START = "2099-01-28T09:35:56Z"
LATER = {"schedule": {"start_at": START}}
TASK: dict[str, Any] = {"template": "lab::ok", "targets": [WEB1]}
NEW = "/scheduled_jobs/environment_jobs"


def in_seconds(pe: Any, seconds: float) -> dict[str, Any]:
    """A schedule that begins so many seconds from now, by the server's clock."""
    moment = datetime.datetime.fromtimestamp(pe.server.engine.now + seconds, datetime.timezone.utc)
    return {"schedule": {"start_at": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}}


def sent_by(platform: Any, **request: Any) -> Any:
    """Where a scheduled launch goes, and its body as it is sent, without our mark."""
    launch = platform.plan(JobRequest(**{"validate": False, **LATER, **request}))
    launch.body.get("userdata", {}).pop(MARK, None)
    return launch.path, launch.body


# -- what is sent ----------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-70")
def test_a_plan(played: Any, recorded: Any) -> None:
    """Recording 135: all keys have to be there, and every value is wrapped."""
    known = recorded("135")["request"]["body"]
    parameters = known["input"]["parameters"]
    path, body = sent_by(
        played({}),
        type="plan",
        template=known["input"]["name"],
        parameters={name: row["value"] for name, row in parameters.items()},
        schedule={"start_at": known["schedule"]["start_time"]},
        options={
            "environment": known["environment"],
            "interval": known["schedule"]["interval"]["value"],
            "parameter_types": {name: row["type"] for name, row in parameters.items() if "type" in row},
        },
    )
    assert path == NEW
    # the offset of the start is turned to UTC
    assert body["schedule"].pop("start_time") == "2030-01-28T17:35:56Z"
    known["schedule"].pop("start_time")
    assert body == known


@pytest.mark.case("puppet-70")
def test_a_run(played: Any, recorded: Any) -> None:
    """Recording 136."""
    known = recorded("136")["request"]["body"]
    path, body = sent_by(
        played({}),
        type="deploy",
        targets=known["input"]["scope"]["nodes"],
        schedule={"start_at": known["schedule"]["start_time"]},
        options={"environment": "", "enforce_environment": False, "noop": True},
    )
    assert (path, body) == (NEW, known)


@pytest.mark.case("puppet-70")
def test_a_task_with_all_it_can_have(played: Any) -> None:
    """Contract 1.8: input of a task."""
    _path, body = sent_by(
        played({}),
        type="task",
        template="package",
        targets=[WEB1],
        parameters={"name": "openssl"},
        secret_parameters={"token": "t"},
        concurrency=3,
        description="d",
        options={
            "noop": True,
            "transport": "pcp",
            "userdata": {"ticket": 1},
            "agentless": [{"hostnames": ["ssh1"], "password": "p"}],
        },
    )
    assert body == {
        "type": "task",
        "environment": "production",
        "description": "d",
        "userdata": {"ticket": 1},
        "schedule": {"start_time": START, "interval": None},
        "input": {
            "name": "package",
            "parameters": {"name": {"value": "openssl"}, "token": {"value": "t"}},
            "scope": {"nodes": [WEB1, "ssh1"]},
            "targets": [{"hostnames": ["ssh1"], "password": "p"}],
            "noop": True,
            "concurrency": 3,
            "transport": "pcp",
        },
    }


@pytest.mark.case("puppet-70")
@pytest.mark.parametrize(
    ("request_", "path"),
    [
        ({"type": "task", "template": "package", "targets": [WEB1]}, "/command/schedule_task"),
        ({"type": "plan", "template": "facts"}, "/command/schedule_plan"),
        ({"type": "deploy", "targets": [WEB1], "options": {"environment": "e"}}, "/command/schedule_deploy"),
    ],
)
def test_before_2021_7_it_is_the_command_with_a_time(played: Any, request_: dict[str, Any], path: str) -> None:
    """Recording 063."""
    platform = played({}, version="2019.8.8.4")
    plain = platform.plan(JobRequest(**request_, validate=False)).body
    options = {**request_.get("options", {}), "interval": 60}
    launch = platform.plan(JobRequest(**{**request_, "options": options}, validate=False, **LATER))
    assert launch.path == path
    more = {"scheduled_time": START, "schedule_options": {"interval": {"units": "seconds", "value": 60}}}
    assert launch.body.pop("description").startswith("(unified.jobs ")
    assert launch.body == {**{name: plain[name] for name in plain if name != "userdata"}, **more}


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"type": "plan", "parameters": {"a": "q"}, "options": {"parameter_types": {"a": "query"}}}, "parameter_types"),
        ({"type": "task", "targets": [WEB1], "concurrency": 2}, "concurrency"),
        ({"type": "task", "targets": [WEB1], "options": {"transport": "pcp"}}, "puppet.transport"),
    ],
)
def test_what_the_old_commands_would_drop(played: Any, request_: dict[str, Any], says: str) -> None:
    platform = played({}, version="2019.8.8.4")
    with pytest.raises(JobsError, match=f"{says} with a schedule needs Puppet Enterprise 2021.7.0 or later") as caught:
        platform.plan(JobRequest(template="t", validate=False, **LATER, **request_))
    assert caught.value.code == "unsupported"


@pytest.mark.parametrize(
    ("version", "answer", "path"),
    [
        ("2021.7.0.1", None, NEW),
        ("2021.6.0.1", None, "/command/schedule_task"),
        ("none", {"items": []}, NEW),
        ("none", 404, "/command/schedule_task"),
    ],
)
def test_which_way_is_there(played: Any, answered: Any, version: str, answer: Any, path: str) -> None:
    """Contract 1.1: by the release, and by the route itself of a server that does not say it."""
    known = answered(404, "Not Found") if answer == 404 else answer
    platform = played({NEW: known} if known else {}, version=version)
    request = JobRequest(type="task", template="t", targets=[WEB1], validate=False, **LATER)
    assert platform.plan(request).path == path
    asked = [where for _method, where, _given in platform.client.asked]
    assert (NEW in asked) is (version == "none")


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (
            {"schedule": {"cron": "0 3 * * *"}},
            "unsupported",
            "schedule.cron: Puppet Enterprise only knows start_at; puppet.interval",
        ),
        ({"schedule": {"start_at": START, "end_time": START}}, "unsupported", "schedule.end_time"),
        ({"schedule": {"start_at": START, "max_iteration": 2}}, "unsupported", "schedule.max_iteration"),
        ({"schedule": {"start_at": START, "purpose": "x"}}, "unsupported", "schedule.purpose"),
        ({"schedule": {"start_at": START, "start_before": START}}, "unsupported", "schedule.start_before"),
        ({"schedule": {"start_at": "tomorrow"}}, "invalid_option", "'tomorrow' is not a time"),
        ({"schedule": {"start_at": "2016-010-22T10:00:00Z"}}, "invalid_option", "is not a time"),
        ({**LATER, "job_timeout": 5}, "unsupported", "job_timeout: a job with a schedule cannot have one"),
        ({**LATER, "puppet": {"interval": 0}}, "invalid_option", "puppet.interval must be 1 or more"),
    ],
)
def test_what_is_refused_before_anything_is_asked(
    refused: Any, pe: Any, options: dict[str, Any], code: str, says: str
) -> None:
    error = refused("invoke", **TASK, **options)
    assert error.code == code
    assert says in error.message
    assert pe.requests() == []


@pytest.mark.case("puppet-13")
@pytest.mark.parametrize("kind", ["task", "deploy", "plan"])
@pytest.mark.parametrize("check_mode", [True, False])
def test_a_time_that_is_past(refused: Any, pe: Any, commands: Any, check_mode: bool, kind: str) -> None:
    """By the server's clock, which its answers tell; recording 064."""
    launch: dict[str, Any] = {
        "task": TASK,
        "deploy": {"type": "deploy", "targets": [WEB1], "puppet": {"environment": "production"}},
        "plan": {"type": "plan", "template": "lab::plan_ok"},
    }[kind]
    for validate in (True, False):
        error = refused("invoke", check_mode=check_mode, **launch, **in_seconds(pe, -5), validate=validate)
        assert (error.code, error.message) == ("invalid_option", "schedule.start_at is not in the future.")
    assert commands() == []


@pytest.mark.case("puppet-70")
def test_a_time_that_only_the_server_finds_past(played: Any, recorded: Any) -> None:
    """Recording 137."""
    platform = played({f"POST {NEW}": recorded("137")})
    launch = platform.plan(JobRequest(type="task", template="t", targets=[WEB1], validate=False, **LATER))
    with pytest.raises(JobsError) as caught:
        platform.launch(launch)
    assert caught.value.code == "rejected"


def test_check_mode(face: Any, commands: Any) -> None:
    result = face("invoke", check_mode=True, **TASK, **LATER)
    assert commands() == []
    assert result["request"]["path"] == "/orchestrator/v1" + NEW
    job = result["job"]
    assert (job["id"], job["type"], job["subtype"], job["status"]) == (None, "scheduled_job", "future", "scheduled")


# -- what is there then ----------------------------------------------------------------------------------------


@pytest.mark.case("puppet-1", "puppet-70")
@pytest.mark.parametrize("generation", ["2018.1", "2019.8", "2023"])
def test_a_schedule_is_a_job(face: Any, pe: Any, commands: Any, generation: str) -> None:
    """Recording 135: 200 on the new path; contract 1.2."""
    pe.options.generation = generation
    job = face("invoke", **TASK, **LATER, description="d")["job"]
    assert (job["type"], job["subtype"], job["status"]) == ("scheduled_job", "future", "scheduled")
    assert (job["name"], job["description"], job["targets"]) == ("lab::ok", "d", WEB1)
    assert job["explanation"] == f"It is to start at {START}."
    assert job["warnings"] == []
    assert [one.status for one in commands()] == [202 if generation != "2023" else 200]
    (seen,) = face("info", type="scheduled_job")["jobs"]
    assert {name: seen[name] for name in ("id", "name", "status")} == {
        name: job[name] for name in ("id", "name", "status")
    }


@pytest.mark.case("puppet-70")
def test_what_is_on_the_old_list_of_a_new_server_is_not_believed(face: Any, pe: Any) -> None:
    """Recording 140: it is always empty, which does not mean that nothing is scheduled."""
    job = face("invoke", **TASK, **LATER)["job"]
    pe.lab.forget_requests()
    assert [one["id"] for one in face("info", type="scheduled_job")["jobs"]] == [job["id"]]
    assert face("info", jobs=job)["job"]["id"] == job["id"]
    assert pe.requests("GET", "/scheduled_jobs$") == []


@pytest.mark.case("puppet-70")
def test_id_and_name_may_be_swapped(played: Any, recorded: Any) -> None:
    """Recording 134."""
    known = recorded("134")
    platform = played({f"{NEW}/2": known, "/plan_jobs/42": recorded("154")})
    job = platform.get_job(JobRef("2", "scheduled_job"))
    assert (job.id, job.name, job.subtype) == ("2", "example::weekly", "recurring")
    assert job.url == f"https://pe.example.com:8143/orchestrator/v1{NEW}/2"


@pytest.mark.case("puppet-70")
def test_the_last_run_of_a_schedule(played: Any, recorded: Any) -> None:
    """Recordings 131 and 132: the name of its job is a number; an error instead of a job; null."""
    rows = [*recorded("131")["response"]["body"]["items"], *recorded("132")["response"]["body"]["items"]]
    plan = {"name": "42", "state": "success", "options": {"plan_name": "example::weekly"}, "status": {}}
    answers = {f"{NEW}/{row['name']}": row for row in rows}
    platform = played({**answers, "/plan_jobs/42": plan})
    ran, broken, never = (platform.get_job(JobRef(str(row["name"]), "scheduled_job")) for row in rows)
    assert (ran.details["last_run"]["id"], ran.details["last_run"]["type"]) == ("42", "plan_job")
    assert ran.status == "scheduled"
    assert broken.details["last_run"]["error"] == "Unknown environment doesnotexist"
    assert (never.details["last_run"], never.status) == (None, "canceled")


@pytest.mark.case("puppet-70")
def test_a_submission_that_failed_is_an_error(played: Any, recorded: Any) -> None:
    row = {**recorded("131")["response"]["body"]["items"][1], "next_run": None}
    job = played({f"{NEW}/1": row}).get_job(JobRef("1", "scheduled_job"))
    assert (job.status, job.explanation) == ("error", "Unknown environment doesnotexist")


# -- waiting ---------------------------------------------------------------------------------------------------


def test_without_being_asked_a_schedule_is_not_waited_for(face: Any, lab_time: Any) -> None:
    job = face("invoke", **TASK, **LATER, wait=True)["job"]
    assert (job["status"], job["outcome"]) == ("scheduled", "scheduled")
    assert "wait_scheduled: true" in job["warnings"][0]
    assert lab_time.slept == []


@pytest.mark.case("puppet-55")
@pytest.mark.parametrize(
    ("launch", "status", "run"),
    [
        ({"template": "lab::ok", "targets": [WEB1]}, "successful", "job"),
        ({"template": "lab::partial", "targets": [WEB1, WEB2]}, "failed", "job"),
        ({"type": "plan", "template": "lab::plan_ok"}, "successful", "plan_job"),
        ({"type": "deploy", "targets": [WEB1], "puppet": {"environment": "production"}}, "successful", "job"),
    ],
)
def test_who_asks_waits_for_what_it_starts(face: Any, pe: Any, launch: dict[str, Any], status: str, run: str) -> None:
    job = face("invoke", **launch, **in_seconds(pe, 300), wait=True, wait_scheduled=True, fail_on=[])["job"]
    assert (job["status"], job["outcome"]) == (status, "finished")
    assert job["details"]["last_run"]["type"] == run
    assert face("info", jobs=job)["job"]["status"] == status


def test_one_that_recurs_is_waited_for_until_its_next_run_is_over(face: Any, pe: Any, lab_time: Any) -> None:
    options = {**TASK, "puppet": {"interval": 600}, **in_seconds(pe, 300)}
    job = face("invoke", **options, wait=True, wait_scheduled=True)["job"]
    assert (job["subtype"], job["status"], job["outcome"]) == ("recurring", "successful", "finished")
    first = job["details"]["last_run"]["id"]
    # seen anew it is scheduled again, and who waits then waits for the run after that
    assert face("info", jobs=job)["job"]["status"] == "scheduled"
    again = face("wait", jobs=job["id"], type="scheduled_job", wait_scheduled=True)["job"]
    assert again["status"] == "successful"
    assert int(again["details"]["last_run"]["id"]) > int(first)


def test_the_submission_that_fails_while_it_is_waited_for(
    refused: Any, pe: Any, lab_time: Any, monkeypatch: Any
) -> None:
    sleep = lab_time.sleep

    def forget(seconds: float) -> None:
        if "staging" in pe.server.store.environments:
            pe.server.forget_environment("staging")
        sleep(seconds)

    monkeypatch.setattr(lab_time, "sleep", forget)
    options = {**TASK, "puppet": {"environment": "staging"}, **in_seconds(pe, 60)}
    error = refused("invoke", **options, wait=True, wait_scheduled=True)
    assert error.code == "job_error"
    assert "nvironment" in error.message
    assert error.result["job"]["id"]


def test_what_it_started_may_be_pruned(face: Any, pe: Any, lab_time: Any) -> None:
    job = face("invoke", **TASK, **in_seconds(pe, 60))["job"]
    lab_time.sleep(120)
    run = face("info", jobs=job)["job"]
    assert run["status"] == "successful"
    pe.server.engine.jobs.pop(int(run["details"]["last_run"]["id"]))
    gone = face("info", jobs=job)["job"]
    assert (gone["status"], gone["is_finished"]) == ("error", True)
    assert "does not exist any more" in gone["explanation"]


# -- stopping --------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-53", "puppet-70")
@pytest.mark.parametrize("interval", [None, 600])
def test_a_schedule_is_disabled(face: Any, pe: Any, commands: Any, lab_time: Any, interval: int | None) -> None:
    """Recording 138: which is the only way to delete it."""
    job = face("invoke", **TASK, **in_seconds(pe, 600), puppet={"interval": interval})["job"]
    planned = face("cancel", check_mode=True, jobs=job)
    assert (planned["changed"], len(commands())) == (True, 1)
    done = face("cancel", jobs=job, wait=True)
    assert (done["changed"], done["job"]["status"], done["job"]["outcome"]) == (True, "canceled", "finished")
    (sent,) = pe.requests("PUT")
    assert (sent.path.rpartition("/")[2], sent.body, sent.status) == (job["id"], {"enabled": False}, 200)
    lab_time.sleep(3600)
    assert face("info")["jobs"] == []
    for check_mode in (True, False):
        again = face("cancel", check_mode=check_mode, jobs=job)
        assert (again["changed"], again["job"]["outcome"]) == (False, "already_finished")
    assert len(pe.requests("PUT")) == 1


def test_one_that_recurs_is_canceled_after_it_ran_too(face: Any, pe: Any, lab_time: Any) -> None:
    job = face("invoke", **TASK, **in_seconds(pe, 60), puppet={"interval": 600})["job"]
    lab_time.sleep(120)
    done = face("cancel", jobs=job, wait=True)
    assert (done["changed"], done["job"]["status"]) == (True, "canceled")
    assert face("info", jobs=job)["job"]["status"] == "canceled"
    assert face("cancel", jobs=job)["changed"] is False


def test_what_it_is_running_is_stopped_too(face: Any, pe: Any, commands: Any, lab_time: Any) -> None:
    options = {"template": "lab::hang", "targets": [WEB1], "puppet": {"interval": 6000}}
    job = face("invoke", **options, **in_seconds(pe, 60))["job"]
    lab_time.sleep(120)
    assert face("info", jobs=job)["job"]["status"] == "running"
    done = face("cancel", jobs=job)
    assert done["changed"] is True
    run = done["job"]["details"]["last_run"]["id"]
    assert [(one.path.rpartition("/")[2], one.body) for one in commands()[1:]] == [
        (job["id"], {"enabled": False}),
        ("stop", {"job": run}),
    ]
    assert face("info", jobs=run, type="job")["job"]["status"] == "canceling"


def test_one_that_ran_is_over(face: Any, pe: Any, lab_time: Any, commands: Any) -> None:
    job = face("invoke", **TASK, **in_seconds(pe, 60))["job"]
    lab_time.sleep(120)
    for check_mode in (True, False):
        done = face("cancel", check_mode=check_mode, jobs=job)
        assert (done["changed"], done["job"]["outcome"]) == (False, "already_finished")
    assert len(commands()) == 1


def schedule(**more: Any) -> dict[str, Any]:
    """A schedule that recurs, as its own page shows it."""
    return {
        "name": "2",
        "enabled": True,
        "type": "task",
        "environment": "production",
        "input": {"name": "t", "scope": {"nodes": [WEB1]}},
        "schedule": {"start_time": START, "interval": {"units": "seconds", "value": 60}},
        "next_run": {"time": START},
        "last_run": None,
        **more,
    }


LAST = {"last_run": {"time": "2026-11-22T10:00:00Z", "job": {"name": 7}}}
RUNNING = {"name": "7", "state": "running", "status": [], "options": {}, "node_states": {"running": 1}, "node_count": 1}
PUT = f"PUT {NEW}/2"


def test_the_run_may_be_pruned_when_it_is_stopped(played: Any, recorded: Any) -> None:
    """That is no reason to call the disabling a failure; recording 092."""
    platform = played({f"{NEW}/2": schedule(**LAST), PUT: {}, "/jobs/7": recorded("092")})
    job = platform.get_job(JobRef("2", "scheduled_job"))
    result = platform.cancel(job)
    assert (result.changed, result.outcome) == (True, "requested")
    assert job.warnings == ["The job 7 that it started does not exist any more."]
    assert platform.client.sent("PUT") == [(f"{NEW}/2", {"enabled": False})]


def test_a_run_that_may_not_be_stopped(played: Any, answered: Any) -> None:
    platform = played(
        {
            f"{NEW}/2": schedule(**LAST),
            PUT: {},
            "/jobs/7": RUNNING,
            "POST /command/stop": answered(403, "Forbidden request: no"),
        }
    )
    job = platform.get_job(JobRef("2", "scheduled_job"))
    result = platform.cancel(job)
    assert (result.changed, result.outcome) == (True, "requested")
    assert "its job 7 goes on: " in job.warnings[-1]


def test_a_run_that_may_not_be_stopped_and_nothing_else_to_do(played: Any, answered: Any) -> None:
    platform = played(
        {
            f"{NEW}/2": schedule(enabled=False, **LAST),
            "/jobs/7": RUNNING,
            "POST /command/stop": answered(403, "Forbidden request: no"),
        }
    )
    with pytest.raises(JobsError, match="Forbidden request"):
        platform.cancel(platform.get_job(JobRef("2", "scheduled_job")))


@pytest.mark.case("puppet-54")
def test_one_that_was_disabled_meanwhile(played: Any, recorded: Any) -> None:
    """Recording 139."""
    platform = played({f"{NEW}/2": schedule(), PUT: recorded("139")})
    result = platform.cancel(platform.get_job(JobRef("2", "scheduled_job")))
    assert (result.changed, result.outcome) == (False, "already_finished")


@pytest.mark.case("puppet-54")
def test_one_that_is_not_there_any_more(played: Any, answered: Any) -> None:
    unknown = answered(404, {"kind": "puppetlabs.orchestrator/unknown-job", "msg": "Unknown scheduled job 2"})
    platform = played({f"{NEW}/2": schedule(), PUT: unknown})
    with pytest.raises(JobsError) as caught:
        platform.cancel(platform.get_job(JobRef("2", "scheduled_job")))
    assert caught.value.code == "not_found"


def test_who_may_not_disable_it(refused: Any, face: Any) -> None:
    """Recording 143 is the same on the old path."""
    job = face("invoke", **TASK, **LATER)["job"]
    error = refused("cancel", user="operator", jobs=job)
    assert error.code == "forbidden"


@pytest.mark.parametrize(("generation", "method"), [("2023", "PUT"), ("2019.8", "DELETE")])
def test_an_unclear_disabling_is_repeated(face: Any, pe: Any, generation: str, method: str) -> None:
    """Contract 2.4: it may be done twice; what the second finds done was the doing of the first."""
    pe.options.generation = generation
    job = face("invoke", **TASK, **LATER)["job"]
    pe.fault("cut_answer", method=method)
    result = face("cancel", jobs=job)
    assert (result["changed"], result["job"]["status"]) == (True, "canceled")
    assert len(pe.requests(method)) == 2


@pytest.mark.case("puppet-65", "puppet-70")
@pytest.mark.parametrize("generation", ["2018.1", "2019.8"])
@pytest.mark.parametrize("wait", [True, False])
def test_before_2021_7_it_is_deleted(
    face: Any, refused: Any, pe: Any, commands: Any, generation: str, wait: bool
) -> None:
    """Recordings 142 and 143: 204 without a body, and then it is gone."""
    pe.options.generation = generation
    job = face("invoke", **TASK, **LATER)["job"]
    assert refused("cancel", user="operator", jobs=job).code == "forbidden"
    pe.lab.forget_requests()
    done = face("cancel", jobs=job, wait=wait)
    assert done["changed"] is True
    assert (done["job"]["id"], done["job"]["status"]) == (job["id"], "canceled")
    assert done["job"]["warnings"] == []
    assert [(one.method, one.path, one.status) for one in commands()] == [
        ("DELETE", f"/orchestrator/v1/scheduled_jobs/{job['id']}", 204)
    ]
    assert face("info", jobs=job)["missing"] == [job["id"]]
    assert refused("cancel", jobs=job).code == "not_found"
    assert face("cancel", jobs=job, missing_ok=True)["changed"] is False


def test_before_2021_7_what_a_schedule_started_goes_on(face: Any, pe: Any) -> None:
    """The old list does not say what ran: that the cancel leaves it alone is at least told."""
    pe.options.generation = "2019.8"
    job = face("invoke", **{**TASK, "template": "lab::hang"}, **in_seconds(pe, 60), puppet={"interval": 600})["job"]
    pe.lab.advance(90)
    assert face("info", type="job")["jobs"][0]["status"] == "running"
    done = face("cancel", jobs=job)
    assert (done["changed"], done["job"]["status"]) == (True, "canceled")
    assert done["job"]["warnings"] == [
        "A job that it has started goes on if it is not over: this release does not tell which."
    ]
    assert face("info", type="job")["jobs"][0]["status"] == "running"


@pytest.mark.case("puppet-65")
def test_the_old_delete_of_a_new_server_is_never_used(face: Any, pe: Any) -> None:
    """Recording 141: it answers 204 and does nothing."""
    job = face("invoke", **TASK, **LATER)["job"]
    face("cancel", jobs=job)
    assert pe.requests("DELETE") == []
