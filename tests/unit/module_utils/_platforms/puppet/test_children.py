# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobs that plans and schedules are made of: Puppet contract 1.8 and 1.9."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import NotFoundError
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.children import (
    plan_hosts,
    read_children,
    refs_of,
)
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.facts import NODE_STATUSES
from ansible_collections.unified.jobs.plugins.module_utils._types import Job, JobQuery, JobRef

WEB = ["web1.example.com", "web2.example.com"]
UNKNOWN = {"kind": "puppetlabs.orchestrator/unknown-job", "msg": "Unknown job"}


def plan(**jobs: Any) -> Job:
    return Job("puppet", "plan_job", "5", status="successful", details={"jobs": jobs}, is_complete=True)


def body(number: int, state: str = "finished", **states: int) -> dict[str, Any]:
    options = {"task": "package"}
    found = {"name": str(number), "state": state, "command": "plan_task", "options": options, "duration": "2.5"}
    return {**found, "node_count": sum(states.values()), "node_states": states or None}


def nodes(**states: str) -> dict[str, Any]:
    items = [
        {"name": name, "state": state, "result": {"_output": f"{state} on {name}\n"}} for name, state in states.items()
    ]
    return {"items": items}


def test_refs_are_in_order_and_numbers() -> None:
    odd = {"10": "a", "9": "b", "x": "c", "": "d", "٣": "e", "9" * 5000: "f", "-1": "g"}
    job = Job("puppet", "plan_job", "5", details={"jobs": odd})
    assert refs_of(job) == [JobRef("9", "job"), JobRef("10", "job")]
    for jobs in (None, [], "x"):
        assert refs_of(Job("puppet", "plan_job", "5", details={"jobs": jobs})) == []
    assert refs_of(Job("puppet", "plan_job", "5")) == refs_of(Job("puppet", "scheduled_job", "5")) == []


def test_a_plan_of_very_many_jobs() -> None:
    job = plan(**{str(number): "finished" for number in range(150)})
    assert len(refs_of(job)) == 100
    assert job.warnings == ["Only the first 100 of its 150 jobs were read."]


def test_a_job_that_was_pruned() -> None:
    def find(ref: JobRef) -> Job:
        if ref.id == "8":
            raise NotFoundError("gone")
        return Job("puppet", "job", ref.id)

    job = plan(**{"7": "finished", "8": "finished", "9": "finished"})
    assert [child.id for child in read_children(job, find)] == ["7", "9"]
    assert job.warnings == ["Its job 8 does not exist any more."]


@pytest.mark.case("puppet-47")
def test_a_plan_that_went_well_with_a_job_that_did_not(played: Any) -> None:
    """Its own verdict stays, and the failed job is listed."""
    platform = played(
        {
            "/plan_jobs/5": {
                "name": "5",
                "state": "success",
                "options": {"plan_name": "a"},
                "status": {"8": [{"state": "failed"}], "7": [{"state": "finished"}]},
            },
            "/jobs/7": body(7, finished=1),
            "/jobs/7/nodes": nodes(a="finished"),
            "/jobs/8": body(8, "failed", failed=1, finished=1),
            "/jobs/8/nodes": nodes(a="finished", b="failed"),
        }
    )
    job = platform.get_job(JobRef("5", "plan_job"))
    assert (job.status, set(job.host_counts.values())) == ("successful", {None})
    rows = platform.get_children(job)
    assert [(row["id"], row["type"], row["status"]) for row in rows] == [
        ("7", "job", "successful"),
        ("8", "job", "failed"),
    ]
    assert rows[1] == {
        "id": "8",
        "type": "job",
        "name": "package",
        "status": "failed",
        "native_status": "failed",
        "elapsed": 2.5,
        "node": None,
        "skipped": False,
        "template": {"id": None, "name": "package"},
    }
    (failed,) = platform.get_failed_tasks(job)
    assert (failed["host"], failed["task"], failed["status"], failed["stdout"]) == (
        "b",
        "package",
        "failed",
        "failed on b\n",
    )
    hosts = list(platform.iter_hosts(job, output_bytes=0))
    assert [(host.name, host.status, host.output) for host in hosts] == [
        ("a", "ok", "finished on a\n"),
        ("b", "failed", "failed on b\n"),
    ]
    assert [host.name for host in platform.iter_hosts(job, host_filter="b")] == ["b"]


@pytest.mark.parametrize(
    ("states", "wanted"),
    [
        (("finished", "failed"), "failed"),
        (("failed", "finished"), "failed"),
        (("errored", "failed", "finished"), "failed"),
        (("finished", "errored"), "unreachable"),
        (("stopped", "finished"), "canceled"),
        (("finished", "running"), "running"),
        (("finished", "new"), "pending"),
        (("skipped", "finished"), "skipped"),
        (("finished", "finished"), "ok"),
        (("rejected", "finished"), "ok"),
        (("rejected",), "unknown"),
    ],
)
def test_the_worst_that_happened_to_a_node(states: tuple[str, ...], wanted: str) -> None:
    own = [Job("puppet", "job", str(number)) for number in range(len(states))]
    (found,) = plan_hosts(own, lambda child: nodes(a=states[int(child.id or 0)])["items"], None)
    assert (found.name, found.status) == ("a", wanted)


def test_every_status_of_a_node_has_its_place() -> None:
    for state in (*NODE_STATUSES, "rejected"):
        for other in (*NODE_STATUSES, "rejected"):
            own = [Job("puppet", "job", "0"), Job("puppet", "job", "1")]
            pair = (state, other)
            assert len(list(plan_hosts(own, lambda child, p=pair: nodes(a=p[int(child.id or 0)])["items"], None))) == 1


def test_of_two_that_are_alike_the_last_counts() -> None:
    own = [Job("puppet", "job", "0"), Job("puppet", "job", "1")]
    rows = [[{"name": "a", "state": "finished", "result": {"_output": text}}] for text in ("one", "two")]
    (found,) = plan_hosts(own, lambda child: rows[int(child.id or 0)], 0)
    assert found.output == "two"


def test_a_row_of_the_list_is_read_in_full_first(played: Any) -> None:
    """A list does not have the jobs of a plan."""
    row = {"name": "5", "state": "success", "options": {"plan_name": "a"}}
    full = {**row, "status": {"7": [{"state": "finished"}]}, "result": {"_sensitive": "hunter2", "b": 1}}
    platform = played(
        {
            "/plan_jobs": {"items": [row]},
            "/plan_jobs/5": full,
            "/jobs/7": body(7, finished=1),
            "/jobs/7/nodes": nodes(a="finished"),
        }
    )
    (job,) = platform.iter_jobs(JobQuery(type="plan_job"))
    assert [row["id"] for row in platform.get_children(job)] == ["7"]
    assert platform.get_artifacts(job) == {"_sensitive": "********", "b": 1}
    assert [row["native_status"] for row in platform.get_history(job)] == ["finished"]


# -- schedules -------------------------------------------------------------------------------------------------


def schedule(kind: str, **more: Any) -> dict[str, Any]:
    last = {"time": "2024-03-11T09:00:00Z", "job": {"name": 7}}
    return {
        "name": "3",
        "enabled": True,
        "type": kind,
        "input": {"name": "package"},
        "schedule": {"start_time": "2024-03-11T09:00:00Z", "interval": None},
        "next_run": None,
        "last_run": last,
        **more,
    }


@pytest.mark.case("puppet-70")
def test_what_a_schedule_started(played: Any) -> None:
    path = "/scheduled_jobs/environment_jobs/3"
    run = {"/jobs/7": body(7, "failed", failed=1), "/jobs/7/nodes": nodes(a="failed")}
    platform = played({path: schedule("task"), **run})
    job = platform.get_job(JobRef("3", "scheduled_job"))
    assert (job.status, job.host_counts["failed"]) == ("failed", 1)
    assert [(row["id"], row["type"]) for row in platform.get_children(job)] == [("7", "job")]
    assert [host.status for host in platform.iter_hosts(job)] == ["failed"]
    assert [row["host"] for row in platform.get_failed_tasks(job)] == ["a"]


@pytest.mark.case("puppet-70")
def test_the_nodes_of_a_plan_that_a_schedule_started(played: Any) -> None:
    path = "/scheduled_jobs/environment_jobs/3"
    result = {"kind": "bolt/run-failure", "msg": "it failed"}
    own = {"name": "7", "state": "failure", "options": {"plan_name": "a"}, "result": result}
    answers = {
        path: schedule("plan"),
        "/plan_jobs/7": {**own, "status": {"9": [{"state": "failed"}]}},
        "/jobs/9": body(9, "failed", failed=1),
        "/jobs/9/nodes": nodes(a="failed"),
    }
    platform = played(answers)
    job = platform.get_job(JobRef("3", "scheduled_job"))
    assert (job.status, job.explanation) == ("failed", "it failed")
    assert [(row["id"], row["type"]) for row in platform.get_children(job)] == [("7", "plan_job")]
    assert [host.name for host in platform.iter_hosts(job)] == ["a"]
    assert [row["host"] for row in platform.get_failed_tasks(job)] == ["a"]


@pytest.mark.case("puppet-70")
def test_a_run_that_was_pruned(played: Any, answered: Any) -> None:
    """The only run is over if it was pruned; how it went, nobody knows any more."""
    path = "/scheduled_jobs/environment_jobs"
    gone = {"/jobs/7": answered(404, UNKNOWN)}
    platform = played({f"{path}/3": schedule("task"), path: {"items": [schedule("task")]}, **gone})
    job = platform.get_job(JobRef("3", "scheduled_job"))
    assert (job.status, job.is_finished, job.warnings) == ("error", True, [])
    assert job.explanation == "The job 7 that it started does not exist any more, so how it went is not known."
    assert platform.get_children(job) == []
    (listed,) = platform.iter_jobs(JobQuery(type="scheduled_job"))
    assert (listed.status, listed.explanation) == (job.status, job.explanation)
    # one that will start again just tells of it
    again = schedule("task", schedule={"start_time": "x", "interval": {"units": "seconds", "value": 60}})
    job = played({f"{path}/3": again, **gone}).get_job(JobRef("3", "scheduled_job"))
    assert job.status == "scheduled"
    assert job.warnings == ["The job 7 that it started does not exist any more."]


@pytest.mark.case("puppet-70")
def test_schedules_in_a_list(played: Any, answered: Any) -> None:
    """How the only run of a schedule went is in no row; that it cannot be read does not break the list."""
    path = "/scheduled_jobs/environment_jobs"
    rows = [
        schedule("task", name="1", last_run=None, next_run={"time": "2024-03-12T09:00:00Z"}),
        schedule("task", name="2"),
        schedule("task", name="3", last_run={"time": "2024-03-11T09:00:00Z", "job": {"name": 8}}),
        schedule("task", name="4", enabled=False),
    ]
    run = {"/jobs/7": body(7, "running", running=1)}
    platform = played({path: {"items": rows}, **run, "/jobs/8": answered(403, "Forbidden request")})
    found = {job.id: job for job in platform.iter_jobs(JobQuery(type="scheduled_job"))}
    assert {number: job.status for number, job in found.items()} == {
        "1": "scheduled",
        "2": "running",
        "3": "scheduled",
        "4": "canceled",
    }
    assert found["3"].warnings == ["How the job that it started went could not be read: Forbidden request"]
    count = len(platform.client.asked)
    # one more request for each that is spent, and none for the others
    assert [path for _method, path, _query in platform.client.asked][-3:] == [path, "/jobs/7", "/jobs/8"]
    # a row has all that the schedule itself would say
    assert platform.get_children(found["1"]) == []
    assert len(platform.client.asked) == count


@pytest.mark.case("puppet-70")
def test_a_schedule_that_goes_on(played: Any) -> None:
    """A run that was over when it was first seen is not what it does now; one that came since is."""
    path, every = "/scheduled_jobs/environment_jobs/3", {"units": "seconds", "value": 3600}
    more: dict[str, Any] = {
        "schedule": {"start_time": "2024-03-11T09:00:00Z", "interval": every},
        "next_run": {"time": "2024-03-11T10:00:00Z"},
    }
    state = {"run": "failed", "at": "2024-03-11T09:00:00Z"}
    failed = {"failed": 1}
    platform = played(
        {
            path: lambda query: schedule("task", **more, last_run={"time": state["at"], "job": {"name": 7}}),
            "/jobs/7": lambda query: body(7, state["run"], **(failed if state["run"] == "failed" else {"running": 1})),
        }
    )
    seen = []
    for run, at in (("failed", "09"), ("running", "10"), ("failed", "10"), ("failed", "10")):
        state.update(run=run, at=f"2024-03-11T{at}:00:00Z")
        seen.append(platform.get_job(JobRef("3", "scheduled_job")).status)
    assert seen == ["scheduled", "running", "failed", "failed"]
    # who looks anew
    again = played({path: platform.client.answers[path], "/jobs/7": body(7, "failed", failed=1)})
    assert again.get_job(JobRef("3", "scheduled_job")).status == "scheduled"


@pytest.mark.case("puppet-70")
def test_a_run_that_could_not_start(played: Any, recorded: Any) -> None:
    """Recording 131: its next run comes all the same. Without one, it is over, in a list as alone."""
    rows = recorded("131")["response"]["body"]["items"]
    path = "/scheduled_jobs/environment_jobs"
    for next_run, status in ((rows[1]["next_run"], "scheduled"), (None, "error")):
        row = {**rows[1], "next_run": next_run}
        platform = played({path: {"items": [row]}, f"{path}/1": row})
        (listed,) = platform.iter_jobs(JobQuery(type="scheduled_job"))
        alone = platform.get_job(JobRef("1", "scheduled_job"))
        assert listed.status == alone.status == status
        assert listed.explanation == alone.explanation
    assert alone.explanation == "Unknown environment doesnotexist"


# -- in the lab ------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-47")
@pytest.mark.parametrize("generation", ["2018.1", "2019.8", "2023"])
@pytest.mark.parametrize(
    ("template", "status", "children"),
    [
        ("lab::plan_ok", "successful", ["successful"]),
        ("lab::plan_fail", "failed", ["failed"]),
        ("lab::plan_catch", "successful", ["failed"]),
        ("lab::plan_scalar", "successful", []),
    ],
)
def test_plans_of_the_lab(face: Any, pe: Any, generation: str, template: str, status: str, children: list[str]) -> None:
    pe.options.generation = generation
    include = ["children", "hosts", "failed_tasks", "artifacts", "history"]
    job = face("invoke", type="plan", template=template, wait=True, include=include, fail_on=[])["job"]
    assert (job["type"], job["status"]) == ("plan_job", status)
    assert [row["status"] for row in job["children"]] == children
    assert {row["name"] for row in job["hosts"]} == (set(WEB) if children else set())
    assert bool(job["failed_tasks"]) is ("failed" in children)
    assert {row["job"] for row in job["history"]} == {row["id"] for row in job["children"]}
    if template == "lab::plan_scalar":
        assert job["artifacts"] == "done"


def test_a_plan_with_a_job_of_every_kind(face: Any) -> None:
    job = face("invoke", type="plan", template="lab::plan_jobs", wait=True, include=["children"])["job"]
    assert len(job["children"]) == 7
    kinds = {face("info", jobs=row["id"], type="job")["job"]["subtype"] for row in job["children"]}
    assert kinds == {f"plan_{kind}" for kind in ("task", "script", "command", "upload", "wait", "apply_prep", "apply")}


@pytest.mark.case("puppet-70")
def test_a_schedule_of_the_lab(face: Any, pe: Any) -> None:
    start = "2030-01-01T00:00:00Z"
    made = face("invoke", template="lab::partial", targets=WEB, schedule={"start_at": start})["job"]
    assert (made["type"], made["status"]) == ("scheduled_job", "scheduled")
    listed = face("info", type="scheduled_job")
    assert [(job["id"], job["status"]) for job in listed["jobs"]] == [(made["id"], "scheduled")]
    assert [job["type"] for job in face("info", status=["scheduled"])["jobs"]] == ["scheduled_job"]
    pe.lab.advance(10 * 365 * 86400)
    include = ["children", "hosts", "output", "failed_tasks"]
    job = face("info", jobs=made, include=include)["job"]
    assert (job["status"], [row["status"] for row in job["children"]]) == ("failed", ["failed"])
    assert {row["name"]: row["status"] for row in job["hosts"]} == {WEB[0]: "ok", WEB[1]: "failed"}
    assert [row["host"] for row in job["failed_tasks"]] == WEB[1:]
    assert "Everything is fine" in job["output"]
    assert face("info", type="scheduled_job")["job"]["status"] == "failed"
