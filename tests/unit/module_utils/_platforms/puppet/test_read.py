# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and listing jobs, plans and schedules, and their nodes: Puppet contract 1.0 to 1.5, 1.9, 1.13."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    BadResponseError,
    ConnectionFailedError,
    InvalidOptionError,
    NotFoundError,
    RejectedError,
    ResourceMissingError,
    ServerError,
    UnsupportedError,
)
from ansible_collections.unified.jobs.plugins.module_utils._types import Job, JobQuery, JobRef

JOBS, PLANS, SCHEDULES = "/jobs", "/plan_jobs", "/scheduled_jobs/environment_jobs"
STATUS = "/status/v1/services/orchestrator-service"
PRODUCTION = {"environment": "production"}
WEB = ["web1.example.com", "web2.example.com"]
UNKNOWN = {"kind": "puppetlabs.orchestrator/unknown-job", "msg": "Unknown job 7", "details": {}}
INVALID = {"kind": "puppetlabs.orchestrator/validation-error", "msg": "Invalid order_by timestamp"}


def row(number: int, state: str = "finished", **more: Any) -> dict[str, Any]:
    return {"name": str(number), "state": state, "command": "task", "options": {"task": "package"}, **more}


def plan(number: int, state: str = "success", **more: Any) -> dict[str, Any]:
    return {"name": str(number), "state": state, "options": {"plan_name": "canary"}, **more}


def node(name: Any, state: str = "finished", **more: Any) -> dict[str, Any]:
    return {"name": name, "state": state, "result": None, "details": {}, **more}


def asked(platform: Any, path: str) -> list[dict[str, Any]]:
    return [query for _method, where, query in platform.client.asked if where == path]


def paths(platform: Any) -> list[str]:
    return [path for _method, path, _query in platform.client.asked]


def numbers(jobs: Any) -> list[str]:
    return [job.id for job in jobs]


def paged(rows: list[dict[str, Any]], **pagination: Any) -> Callable[[Any], Any]:
    """A server with pages; what it says of them is given, {} for one that says nothing."""

    def answer(query: Any) -> Any:
        items = rows[query["offset"] : query["offset"] + query["limit"]]
        return {"items": items, **({"pagination": pagination} if pagination else {})}

    return answer


# -- one job ---------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-52")
@pytest.mark.parametrize("number", ["abc", "1.5", "-1", "²", "٣", "9" * 30, "0x7", "7e1"])
def test_an_id_is_a_number(refused: Any, pe: Any, number: str) -> None:
    for name in ("info", "wait", "cancel"):
        error = refused(name, jobs=number, type="job")
        assert (error.code, "which is a number" in error.message) == ("invalid_option", True)
    assert pe.requests() == []


@pytest.mark.case("puppet-52")
def test_a_number_in_any_form(face: Any) -> None:
    number = face("invoke", template="lab::ok", targets=WEB, wait=True)["job"]["id"]
    for form in (number, int(number), f"00{number}", f" {number} ", [number], [int(number), f"00{number}"]):
        result = face("info", jobs=form, type="job")
        assert (numbers_of(result), result["missing"]) == ([number], [])


def numbers_of(result: dict[str, Any]) -> list[str]:
    return [job["id"] for job in result["jobs"]]


@pytest.mark.case("puppet-51")
def test_a_number_alone_is_no_job(refused: Any, pe: Any) -> None:
    error = refused("info", jobs="1")
    assert (error.code, "so 1 alone names no job" in error.message) == ("invalid_option", True)
    assert refused("info", jobs="1", type="task").code == "invalid_option"
    assert pe.requests() == []


@pytest.mark.case("puppet-51")
def test_the_same_number_of_every_kind(played: Any) -> None:
    """Contract 1.0: jobs, plans and schedules each have a sequence of their own."""
    schedule = {"name": "7", "input": {"name": "exec"}, "schedule": {"start_time": "2030-01-01T00:00:00Z"}}
    platform = played({f"{JOBS}/7": row(7, "failed", node_states={"failed": 1}), f"{PLANS}/7": plan(7)})
    platform.client.answers[f"{SCHEDULES}/7"] = schedule
    found = [platform.get_job(JobRef("7", kind)) for kind in ("job", "plan_job", "scheduled_job")]
    assert [(job.type, job.id, job.name, job.status) for job in found] == [
        ("job", "7", "package", "failed"),
        ("plan_job", "7", "canary", "successful"),
        ("scheduled_job", "7", "exec", "scheduled"),
    ]
    assert [job.url for job in found] == [
        f"https://pe.example.com:8143/orchestrator/v1{path}/7" for path in (JOBS, PLANS, SCHEDULES)
    ]


@pytest.mark.case("puppet-51")
def test_the_same_number_twice(face: Any) -> None:
    task = face("invoke", template="lab::ok", targets=WEB, wait=True)["job"]
    made = face("invoke", type="plan", template="lab::plan_null", wait=True)["job"]
    assert task["id"] == made["id"]
    assert face("info", jobs=task["id"], type="job")["job"]["name"] == "lab::ok"
    assert face("info", jobs=task["id"], type="plan_job")["job"]["name"] == "lab::plan_null"
    assert face("info", jobs=task["id"], type="scheduled_job")["missing"] == [task["id"]]
    both = face("info", jobs=[made, task])["jobs"]
    assert [(job["type"], job["name"]) for job in both] == [("plan_job", "lab::plan_null"), ("job", "lab::ok")]


@pytest.mark.case("puppet-2", "puppet-31")
def test_links_are_never_followed(face: Any, pe: Any) -> None:
    """Contract 1.0: they name another server, or its port twice."""
    pe.options.link_base = "https://elsewhere.example.com:8143:8143"
    include = ["hosts", "report", "events", "history"]
    job = face("invoke", template="lab::ok", targets=WEB, wait=True, include=include)["job"]
    assert job["url"] == f"{pe.url}/orchestrator/v1/jobs/{job['id']}"
    assert len(job["report"]) == len(job["hosts"]) == 2
    assert "elsewhere" not in json.dumps(job)


@pytest.mark.parametrize(("kind", "path"), [("job", JOBS), ("plan_job", PLANS), ("scheduled_job", SCHEDULES)])
def test_a_job_that_is_not_there(played: Any, answered: Any, kind: str, path: str) -> None:
    platform = played({f"{path}/7": answered(404, UNKNOWN)})
    with pytest.raises(NotFoundError, match="may have been pruned") as caught:
        platform.get_job(JobRef("007", kind))
    assert caught.value.result == {"missing": ["7"]}
    assert kind.replace("_", " ") in caught.value.message


def test_a_404_of_somebody_else_proves_nothing(played: Any, answered: Any) -> None:
    """A proxy, or a wrong address: the job may well be there."""
    for body in ("Not Found", "<html></html>", None, [], {"message": "no route"}):
        with pytest.raises(ResourceMissingError):
            played({f"{JOBS}/7": answered(404, body)}).get_job(JobRef("7", "job"))
        with pytest.raises(ResourceMissingError):
            played({f"{PLANS}/7": answered(404, body)}).get_job(JobRef("7", "plan_job"))


def test_plans_of_a_release_before_them(played: Any) -> None:
    with pytest.raises(UnsupportedError, match="needs Puppet Enterprise 2018.1 or later, and this server is 2017.3.10"):
        played({}, version="2017.3.10.1").get_job(JobRef("7", "plan_job"))


@pytest.mark.parametrize("body", [[], "text", 5, None, True])
def test_a_body_of_another_type(played: Any, body: Any) -> None:
    with pytest.raises(BadResponseError, match="is no object"):
        played({f"{JOBS}/7": body}).get_job(JobRef("7", "job"))


def test_a_body_that_says_only_which_job_it_is(played: Any) -> None:
    job = played({f"{JOBS}/7": {"name": "7"}, f"{JOBS}/7/nodes": {"items": []}}).get_job(JobRef("7", "job"))
    assert (job.id, job.status, len(job.warnings)) == ("7", "unknown", 1)


# -- requests --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("generation", ["2018.1", "2019.8", "2023"])
def test_how_many_requests_a_job_takes(face: Any, pe: Any, generation: str) -> None:
    """One for the job, and one for its nodes where they decide; more only for what is asked for."""
    pe.options.generation = generation
    ok = face("invoke", template="lab::ok", targets=WEB, wait=True)["job"]
    bad = face("invoke", template="lab::fail", targets=WEB, wait=True, fail_on=[])["job"]
    counts = []
    for job, include in ((ok, []), (bad, []), (bad, ["hosts", "output", "failed_tasks", "artifacts", "history"])):
        pe.lab.forget_requests()
        face("info", jobs=job, include=include)
        counts.append(len(pe.requests()))
    assert counts == [2, 1, 2]


def test_a_list_reads_no_nodes(face: Any, pe: Any) -> None:
    for _turn in range(3):
        face("invoke", template="lab::ok", targets=WEB, wait=True)
    pe.lab.forget_requests()
    assert len(face("info")["jobs"]) == 3
    assert sorted(one.path for one in pe.requests()) == ["/orchestrator/v1/jobs", "/orchestrator/v1/plan_jobs"]
    pe.lab.forget_requests()
    face("info", type="job")
    assert len(pe.requests()) == 1


def test_a_wait_reads_nodes_once(face: Any, pe: Any) -> None:
    made = face("invoke", template="lab::sleep", targets=WEB, parameters={"seconds": 120})["job"]
    pe.lab.forget_requests()
    job = face("wait", jobs=made, include=["hosts", "output"])["job"]
    assert job["status"] == "successful"
    assert len(pe.requests("GET", r"/jobs/\d+$")) > 5
    assert len(pe.requests("GET", r"/nodes$")) == 1


def test_nodes_that_were_read_too_early_are_read_again(played: Any) -> None:
    """Releases that do not count them have them read while the job runs."""
    state = {"job": "running", "node": "running"}
    platform = played(
        {
            f"{JOBS}/7": lambda query: row(7, state["job"], node_count=1),
            f"{JOBS}/7/nodes": lambda query: {"items": [node("a", state["node"])]},
        }
    )
    assert platform.get_job(JobRef("7", "job")).host_counts["running"] == 1
    state.update(job="finished", node="failed")
    job = platform.get_job(JobRef("7", "job"))
    assert (job.status, job.host_counts["failed"], job.host_counts["running"]) == ("failed", 1, 0)
    assert [host.status for host in platform.iter_hosts(job)] == ["failed"]
    assert paths(platform).count(f"{JOBS}/7/nodes") == 2


# -- the verdict by the nodes ----------------------------------------------------------------------------------


@pytest.mark.case("puppet-35")
@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([node("a"), node("b")], "successful"),
        ([node("a"), node("b", "failed")], "failed"),
        ([node("a", "errored")], "failed"),
        ([node("a", result={"_error": "soft"})], "failed"),
        ([node("a", result={"error": "0"})], "successful"),
        ([node("a", "skipped")], "successful"),
        ([node(None, "failed"), node(None)], "failed"),
        ([{}], "successful"),
        ([], "successful"),
    ],
)
def test_what_nodes_say_of_a_finished_job(played: Any, rows: list[Any], status: str) -> None:
    """What its own counts say is not enough: an error may be within a result."""
    count = len(rows) or 2
    body = row(7, node_count=count, node_states={"finished": count})
    platform = played({f"{JOBS}/7": body, f"{JOBS}/7/nodes": {"items": rows}})
    job = platform.get_job(JobRef("7", "job"))
    assert (job.status, job.native_status) == (status, "finished")
    assert job.host_counts["total"] == count


@pytest.mark.case("puppet-29")
def test_counts_come_from_the_nodes_where_the_job_has_none(played: Any) -> None:
    rows = [node("a"), node("b", "errored"), node("c", "skipped"), node("d", result={"_error": "x"})]
    body = row(7, "failed", node_count=4)
    job = played({f"{JOBS}/7": body, f"{JOBS}/7/nodes": {"items": rows}}).get_job(JobRef("7", "job"))
    counts = {name: count for name, count in job.host_counts.items() if count}
    assert counts == {"total": 4, "ok": 1, "unreachable": 1, "skipped": 1, "failed": 1}
    assert job.host_counts["changed"] == 0


@pytest.mark.case("puppet-20", "puppet-40")
def test_nodes_of_an_unknown_state(played: Any) -> None:
    rows = [node("a", "rejected"), node("b", "skipped"), node("c")]
    body = row(7, node_count=3, node_states={"finished": 2, "rejected": 1})
    job = played({f"{JOBS}/7": body, f"{JOBS}/7/nodes": {"items": rows}}).get_job(JobRef("7", "job"))
    assert (job.host_counts["unknown"], job.host_counts["skipped"], job.host_counts["failed"]) == (1, 1, 0)
    assert job.warnings == ["The state 'rejected' of a node is not known here."]


@pytest.mark.case("puppet-36")
def test_a_job_that_failed_before_any_node(face: Any, refused: Any) -> None:
    error = refused("invoke", template="lab::broken", targets=WEB, wait=True, include=["hosts"])
    job = error.result["job"]
    assert (error.code, job["status"], job["hosts"]) == ("job_failed", "failed", [])
    assert job["explanation"] == "It failed before it ran on any node."
    assert job["explanation"].rstrip(".") in error.message


@pytest.mark.case("puppet-20")
def test_a_state_to_come(face: Any, pe: Any, refused: Any) -> None:
    made = face("invoke", template="lab::ok", targets=WEB, wait=True)["job"]
    pe.server.disguise(int(made["id"]), state="archived", type="plan_container")
    job = face("info", jobs=made)["job"]
    assert (job["status"], job["is_finished"], job["subtype"], len(job["warnings"])) == (
        *("unknown", False, "plan_container"),
        1,
    )
    error = refused("wait", jobs=made, wait_timeout=60)
    assert (error.code, error.result["job"]["status"], len(error.result["job"]["warnings"])) == (
        *("wait_timeout", "unknown"),
        1,
    )


@pytest.mark.case("puppet-27", "puppet-32")
@pytest.mark.parametrize("generation", ["2018.1", "2019.8", "2023"])
@pytest.mark.parametrize(
    ("template", "status", "counts"),
    [
        ("lab::ok", "successful", {"ok": 2}),
        ("lab::partial", "failed", {"ok": 1, "failed": 1}),
        ("lab::unreachable", "failed", {"ok": 1, "unreachable": 1}),
        ("lab::soft_error", "failed", {"failed": 2}),
        ("lab::error_top", "failed", {"unreachable": 2}),
        ("lab::own_keys", "successful", {"ok": 2}),
    ],
)
def test_three_releases(
    face: Any, pe: Any, generation: str, template: str, status: str, counts: dict[str, int]
) -> None:
    pe.options.generation = generation
    job = face("invoke", template=template, targets=WEB, wait=True, fail_on=[], include=["hosts"])["job"]
    assert (job["status"], job["subtype"], job["name"], job["launched_by"]) == (status, "task", template, "admin")
    assert {name: count for name, count in job["host_counts"].items() if count} == {"total": 2, **counts}
    assert job["created_at"] <= job["started_at"] <= job["finished_at"]
    # old releases only say whole seconds
    assert job["elapsed"] >= 0
    assert [host["name"] for host in job["hosts"]] == WEB
    assert job["targets"] == ",".join(WEB)


@pytest.mark.case("puppet-41")
@pytest.mark.parametrize("generation", ["2018.1", "2023"])
def test_runs_of_puppet(face: Any, pe: Any, generation: str) -> None:
    pe.options.generation = generation
    targets = ["web1.example.com", "db1.example.com"]
    job = face(
        "invoke", type="deploy", puppet=PRODUCTION, targets=targets, wait=True, include=["hosts", "report", "artifacts"]
    )["job"]
    assert (job["status"], job["host_counts"]["changed"], job["host_counts"]["ok"]) == ("successful", 1, 1)
    assert {host["name"]: host["status"] for host in job["hosts"]} == {targets[0]: "changed", targets[1]: "ok"}
    assert job["hosts"][1]["message"].startswith("Puppet run: ")
    assert any(entry["events"] for entry in job["report"])
    assert job["artifacts"][targets[0]]["metrics"]["changed"] > 0


@pytest.mark.case("puppet-37")
@pytest.mark.parametrize("key", ["report", "items"])
def test_a_report_under_two_names(face: Any, pe: Any, key: str) -> None:
    pe.options.report_key = key
    job = face("invoke", type="deploy", puppet=PRODUCTION, targets=WEB, wait=True, include=["report"])["job"]
    assert sorted(entry["node"] for entry in job["report"]) == WEB


def test_what_other_kinds_do_not_have(played: Any) -> None:
    platform = played({})
    for kind in ("plan_job", "scheduled_job"):
        assert platform.get_report(Job("puppet", kind, "7")) == []
    assert platform.get_children(Job("puppet", "job", "7")) == []
    assert platform.client.asked == []


@pytest.mark.case("puppet-30")
def test_the_history(played: Any) -> None:
    states = [
        {"state": "ready", "enter_time": "2024-03-11T09:00:00Z", "exit_time": "2016-010-22T00:00:00Z"},
        {"state": "archived", "enter_time": "2024-03-11T09:00:01Z", "exit_time": None},
        "odd",
    ]
    body = row(7, node_count=0, status=states)
    platform = played({f"{JOBS}/7": body, JOBS: {"items": [row(7)]}})
    wanted = [
        {"native_status": "ready", "status": "pending", "entered_at": "2024-03-11T09:00:00Z", "left_at": None},
        {"native_status": "archived", "status": "unknown", "entered_at": "2024-03-11T09:00:01Z", "left_at": None},
    ]
    assert platform.get_history(platform.get_job(JobRef("7", "job"))) == wanted
    # a row of a list has none, so the job itself is read
    (listed,) = platform.iter_jobs(JobQuery(type="job"))
    assert platform.get_history(listed) == wanted
    # a release without it is not asked twice
    platform = played({f"{JOBS}/7": row(7, node_count=0)})
    assert platform.get_history(platform.get_job(JobRef("7", "job"))) == []
    assert paths(platform) == [f"{JOBS}/7"]


@pytest.mark.case("puppet-50")
@pytest.mark.parametrize("generation", ["2018.1", "2023"])
def test_sensitive_parameters_are_never_shown(face: Any, pe: Any, generation: str) -> None:
    pe.options.generation = generation
    given = {"must": "a", "may": "b"}
    include = ["parameters", "native", "hosts", "events", "history"]
    made = face(
        "invoke",
        template="lab::params",
        targets=WEB,
        parameters=given,
        secret_parameters={"secret": "hunter2-and-more"},
        wait=True,
    )["job"]
    result = face("info", jobs=made, include=include)
    job = result["job"]
    assert job["native"]["options"]["sensitive"] == ["secret"]
    assert {name: job["parameters"][name] for name in given} == given
    assert "hunter2-and-more" not in json.dumps({**job, "hosts": []})


@pytest.mark.case("puppet-50")
@pytest.mark.parametrize("kind", ["job", "plan_job"])
def test_the_servers_own_body_is_masked(played: Any, kind: str) -> None:
    """Contract 4: before 2021.7 the server shows sensitive parameters of plans."""
    given = {"password": "hunter2", "name": "openssl"}
    options = {"params": given, "parameters": given, "sensitive": ["password"]}
    body = {"name": "7", "state": "running", "options": options, "result": {"_sensitive": "hunter2"}, "node_count": 0}
    platform = played({f"{JOBS}/7": body, f"{PLANS}/7": body})
    job = platform.get_job(JobRef("7", kind))
    native = platform.get_native(job)
    assert native["options"]["params"] == platform.get_parameters(job) == {"password": "********", "name": "openssl"}
    assert "hunter2" not in json.dumps([native, job.to_dict()])


@pytest.mark.case("puppet-34")
def test_people(face: Any) -> None:
    """What the server tells of its user beyond the login is only in C(native), which has to be asked for."""
    job = face("invoke", template="lab::ok", targets=WEB, wait=True, user="operator")["job"]
    assert job["launched_by"] == "operator"
    shown = json.dumps(face("info", jobs=job))
    assert "display_name" not in shown
    assert "last_login" not in shown
    native = face("info", jobs=job, include=["native"])["job"]["native"]
    assert native["owner"]["display_name"] == "Operator"


def test_our_mark_is_only_in_the_servers_own_words(face: Any) -> None:
    made = face("invoke", template="lab::ok", targets=WEB, wait=True, puppet={"userdata": {"ticket": "A"}})["job"]
    job = face("info", jobs=made, include=["native"])["job"]
    assert job["details"]["userdata"] == {"ticket": "A"}
    assert set(job["native"]["userdata"]) == {"ticket", "unified_jobs_launch"}
    assert face("info")["job"]["details"]["userdata"] == {"ticket": "A"}


# -- nodes -----------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-43")
@pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 400, 450])
@pytest.mark.parametrize("way", ["total", "null", "silent", "text", "whole"])
def test_pages_of_nodes(played: Any, count: int, way: str) -> None:
    rows = [node(f"node{number:04}") for number in range(count)]
    said = {"total": {"total": count}, "null": {"total": None}, "silent": {}, "text": {"total": "many"}}
    answer = paged(rows, **said[way]) if way in said else lambda query: {"items": rows}
    platform = played({f"{JOBS}/7/nodes": answer})
    found = list(platform.iter_hosts(Job("puppet", "job", "7", status="failed")))
    assert [host.name for host in found] == [one["name"] for one in rows]
    # releases before 2019.8.5 know no pages and send everything each time
    most = 2 if way == "whole" else count // 200 + 1
    assert len(platform.client.asked) <= most
    if way == "total" and count:
        assert len(platform.client.asked) == -(-count // 200)


@pytest.mark.case("puppet-43")
def test_a_server_that_repeats_its_page(played: Any) -> None:
    rows = [node(f"node{number:04}") for number in range(200)]
    platform = played({f"{JOBS}/7/nodes": {"items": rows, "pagination": {"total": 10**9}}})
    assert len(list(platform.iter_hosts(Job("puppet", "job", "7")))) == 200
    assert len(platform.client.asked) == 2


@pytest.mark.case("puppet-43")
def test_nodes_without_a_name_are_nodes(played: Any) -> None:
    """Each counts that is not the same in everything; they make no endless list."""
    rows = [*(node(None, "failed", result={"_output": str(number)}) for number in range(199)), node("a")]
    platform = played({f"{JOBS}/7/nodes": {"items": rows}})
    found = list(platform.iter_hosts(Job("puppet", "job", "7")))
    assert len(found) == 200
    assert len(platform.client.asked) == 2


@pytest.mark.parametrize("items", [None, {}, "x", 5])
def test_nodes_that_are_no_list(played: Any, items: Any) -> None:
    with pytest.raises(BadResponseError, match="holds no list of items"):
        list(played({f"{JOBS}/7/nodes": {"items": items}}).iter_hosts(Job("puppet", "job", "7")))


def test_choosing_nodes(face: Any) -> None:
    made = face("invoke", template="lab::output", targets=WEB, wait=True)["job"]
    for chosen, names in ((["web2.example.com"], WEB[1:]), ("web", WEB), ("web1", WEB[:1]), (["web"], []), ([], [])):
        job = face("info", jobs=made, include=["hosts", "output"], host_filter=chosen)["job"]
        assert [host["name"] for host in job["hosts"]] == names
        assert bool(job["output"]) is bool(names)
    hosts = face("info", jobs=made, include=["hosts"])["job"]["hosts"]
    assert "output" not in hosts[0]
    cut = face("info", jobs=made, include=["hosts", "output"], output_max_bytes=20)["job"]["hosts"]
    assert len(cut[0]["output"].encode()) <= 20


@pytest.mark.case("puppet-39")
def test_why_nodes_failed(face: Any, refused: Any) -> None:
    error = refused("invoke", template="lab::partial", targets=WEB, wait=True)
    (task,) = error.result["job"]["failed_tasks"]
    assert task == {
        "host": WEB[1],
        "status": "failed",
        "play": None,
        "task": "lab::partial",
        "role": None,
        "action": None,
        "message": task["message"],
        "stdout": "boom\n",
        "stderr": None,
        "exit_code": 2,
    }
    assert WEB[1] in error.message
    error = refused(
        "invoke", template="lab::ok", targets=["off1.example.com"], puppet={"environment": "testing"}, wait=True
    )
    (task,) = error.result["job"]["failed_tasks"]
    assert (task["status"], "not connected" in task["message"]) == ("unreachable", True)


def test_very_many_failed_nodes(played: Any) -> None:
    rows = [node(f"node{number:04}", "failed") for number in range(205)]
    job = Job("puppet", "job", "7", status="failed")
    found = played({f"{JOBS}/7/nodes": paged(rows)}).get_failed_tasks(job)
    assert len(found) == 200
    assert job.warnings == ["Only the first 200 of 205 failed nodes are explained."]


# -- several jobs ----------------------------------------------------------------------------------------------


def refs(*ids: Any, kind: str = "job") -> list[JobRef]:
    return [JobRef(str(number), kind) for number in ids]


def test_many_jobs_come_from_the_list(played: Any) -> None:
    rows = [row(number) for number in range(300, 0, -1)]
    platform = played({JOBS: paged(rows, total=300)})
    found, missing = platform.get_jobs(refs(300, 299, "0298", 250))
    assert (numbers(found), missing) == (["300", "299", "298", "250"], [])
    # so many as are likely to hold them, and no page more than needed
    assert [(query["limit"], query["order"]) for query in asked(platform, JOBS)] == [(50, "desc")] * 2
    # what is not among the newest is read one by one by who asks
    found, missing = platform.get_jobs(refs(300, 299, 298, 7))
    assert (numbers(found), missing) == (["300", "299", "298"], refs(7))
    assert len(asked(platform, JOBS)) == 7


def test_a_few_jobs_are_not_looked_for(played: Any) -> None:
    platform = played({})
    assert platform.get_jobs(refs(1, 2, 3)) == ([], refs(1, 2, 3))
    assert platform.get_jobs(refs(1, 2, 3, 4, kind="scheduled_job"))[0] == []
    assert platform.client.asked == []


def test_jobs_and_plans_of_the_same_numbers(played: Any) -> None:
    rows = [row(number) for number in range(1, 5)]
    plans = [plan(number) for number in range(1, 5)]
    platform = played({JOBS: paged(rows), PLANS: paged(plans)})
    wanted = [*refs(1, 2, 3, 4), *refs(4, 3, 2, 1, kind="plan_job")]
    found, missing = platform.get_jobs(wanted)
    assert [(job.type, job.id) for job in found] == [(ref.type, ref.id) for ref in wanted]
    assert missing == []
    # results of plans may be large
    assert asked(platform, PLANS)[0]["results"] == "exclude"


@pytest.mark.case("puppet-35")
def test_rows_are_read_in_full_when_they_are_over(face: Any, pe: Any) -> None:
    """A list counts nodes, but an error within a result is only found among the nodes."""
    names = ["lab::ok", "lab::soft_error", "lab::ok", "lab::ok", "lab::ok"]
    made = [face("invoke", template=name, targets=WEB)["job"] for name in names]
    result = face("wait", jobs=made, fail_on=[])
    assert [job["status"] for job in result["jobs"]] == [
        "failed" if name == "lab::soft_error" else "successful" for name in names
    ]


# -- lists -----------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-44")
def test_the_newest_come_first(played: Any) -> None:
    """Contract 1.3: the server's own order begins with the oldest."""
    platform = played({JOBS: {"items": []}, PLANS: {"items": []}})
    assert list(platform.iter_jobs(JobQuery())) == []
    assert asked(platform, JOBS) == [{"order_by": "timestamp", "order": "desc", "limit": 100, "offset": 0}]
    (query,) = asked(platform, PLANS)
    assert (query["order_by"], query["order"], query["results"]) == ("timestamp", "desc", "exclude")
    platform = played({JOBS: {"items": []}})
    list(platform.iter_jobs(JobQuery(type="job", max_results=3)))
    assert asked(platform, JOBS)[0]["limit"] == 4


@pytest.mark.case("puppet-44")
@pytest.mark.parametrize("way", ["total", "null", "silent", "too few"])
def test_pages_of_jobs(played: Any, way: str) -> None:
    rows = [row(number) for number in range(250, 0, -1)]
    said: dict[str, Any] = {"total": {"total": 250}, "null": {"total": None}, "silent": {}, "too few": {"total": True}}
    stream = played({JOBS: paged(rows, **said[way])}).iter_jobs(JobQuery(type="job", max_results=0))
    assert numbers(stream) == [str(number) for number in range(250, 0, -1)]
    assert stream.total == (250 if way == "total" else None)


@pytest.mark.case("puppet-44")
def test_jobs_that_start_meanwhile(played: Any) -> None:
    """They shift the pages, so that some come twice."""
    rows = [row(number) for number in range(250, 0, -1)]
    answer = paged(rows)

    def shifting(query: Any) -> Any:
        found = answer(query)
        for _turn in range(30):
            rows.insert(0, row(int(rows[0]["name"]) + 1))
        return found

    stream = played({JOBS: shifting}).iter_jobs(JobQuery(type="job", max_results=0))
    assert numbers(stream) == [str(number) for number in range(250, 0, -1)]


@pytest.mark.case("puppet-44")
def test_a_page_that_holds_a_job_twice(played: Any) -> None:
    assert numbers(
        played({JOBS: {"items": [row(2), row(2), row(1), "odd", None]}}).iter_jobs(JobQuery(type="job"))
    ) == [*("2", "1")]


def test_jobs_and_plans_in_one_list(played: Any) -> None:
    """By when they changed; rows of plans do not say it, so by when they were made."""
    rows = [row(9, timestamp="2024-03-11T09:00:09Z"), row(5, timestamp="2024-03-11T09:00:05Z"), row(1)]
    plans = [plan(7, created_timestamp="2024-03-11T09:00:07Z"), plan(3, created_timestamp="2024-03-11T09:00:03Z")]
    said = {"items": rows, "pagination": {"total": 3}}
    platform = played({JOBS: said, PLANS: {"items": plans, "pagination": {"total": 2}}})
    stream = platform.iter_jobs(JobQuery())
    assert numbers(stream) == ["9", "7", "5", "3", "1"]
    assert stream.total == 5
    platform = played({JOBS: said, PLANS: {"items": plans}})
    stream = platform.iter_jobs(JobQuery())
    assert (len(list(stream)), stream.total) == (5, None)


def test_a_release_without_plans_lists_its_jobs(played: Any, answered: Any) -> None:
    platform = played({JOBS: {"items": [row(1)]}}, version="2017.3.10.1")
    assert numbers(platform.iter_jobs(JobQuery())) == ["1"]
    with pytest.raises(UnsupportedError, match=r"2018\.1"):
        list(platform.iter_jobs(JobQuery(type="plan_job")))
    with pytest.raises(ResourceMissingError):
        list(played({PLANS: {"items": []}}).iter_jobs(JobQuery()))
    with pytest.raises(ServerError):
        list(played({JOBS: {"items": []}, PLANS: answered(500, None)}).iter_jobs(JobQuery()))


def test_a_release_that_orders_plans_itself(played: Any, answered: Any) -> None:
    """Contract 1.9: before 2019.8.8 the newest come first, and nothing else can be asked for."""

    def plans(query: Any) -> Any:
        if "order_by" in query:
            raise answered(400, INVALID)
        return paged([plan(number) for number in range(150, 0, -1)])(query)

    platform = played({PLANS: plans})
    found = platform.iter_jobs(JobQuery(type="plan_job", max_results=0))
    assert numbers(found) == [str(number) for number in range(150, 0, -1)]
    assert len(asked(platform, PLANS)) == 3
    with pytest.raises(RejectedError):
        list(platform.iter_jobs(JobQuery(type="plan_job", order_by="timestamp")))
    with pytest.raises(RejectedError):
        # jobs would come the oldest first
        list(played({JOBS: plans}).iter_jobs(JobQuery(type="job")))
    found, _missing = platform.get_jobs(refs(150, 149, 148, 147, kind="plan_job"))
    assert len(found) == 4


@pytest.mark.case("puppet-45")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": ["successful"]}, ["4"]),
        ({"status": ["failed", "canceled"]}, ["3", "2"]),
        ({"status": ["pending", "running", "canceling"]}, ["6", "5"]),
        ({"status": ["unknown"]}, ["1"]),
        ({"status": ["error"]}, []),
        ({"name": "package"}, ["6", "4", "3", "2", "1"]),
        ({"name": "pack"}, []),
        ({"template": "service"}, ["5"]),
        ({"launched_by": "eve"}, ["6"]),
        ({"created_after": "2024-03-11T09:00:03Z"}, ["6", "5", "4", "3"]),
        ({"created_before": "2024-03-11T09:00:03Z"}, ["2"]),
        ({"created_after": "2024-03-11T10:00:03+01:00", "created_before": "2024-03-11T09:00:05Z"}, ["4", "3"]),
        ({"status": ["successful"], "name": "service"}, []),
    ],
)
def test_filters_on_our_side(played: Any, query: dict[str, Any], found: list[str]) -> None:
    """Contract 1.3: the server has none of them; times are compared in UTC (checklist 49)."""
    at = "2024-03-11T09:00:0{}Z".format
    rows = [
        row(6, "stopping", owner={"login": "eve"}, started_timestamp=at(6)),
        row(5, "new", options={"task": "service"}, created_timestamp=at(5)),
        # an old release lists only the last change
        row(4, "finished", timestamp=at(4)),
        row(3, "finished", node_states={"failed": 1}, started_timestamp="2024-03-11T01:00:03-08:00"),
        row(2, "stopped", started_timestamp=at(2)),
        row(1, "archived", started_timestamp="2016-010-22T13:36:41Z"),
    ]
    platform = played({JOBS: {"items": rows, "pagination": {"total": 6}}})
    stream = platform.iter_jobs(JobQuery(type="job", **query))
    assert numbers(stream) == found
    # the server's count is of more than these
    assert stream.total is None
    (asked_for,) = asked(platform, JOBS)
    assert set(asked_for) == {"order_by", "order", "limit", "offset"}
    # many may have to be looked through for a few
    list(platform.iter_jobs(JobQuery(type="job", max_results=2, **query)))
    assert [given["limit"] for given in asked(platform, JOBS)] == [100, 100]


@pytest.mark.case("puppet-49")
def test_a_list_ends_where_all_that_follows_is_older(played: Any) -> None:
    at = "2024-03-{:02}T09:00:00Z".format
    rows = [row(number, timestamp=at(number % 31 + 1), started_timestamp=at(1)) for number in range(30, 0, -1)]
    rows += [row(number, timestamp="2023-01-01T00:00:00Z") for number in range(1000, 900, -1)]
    platform = played({JOBS: paged(rows)})
    assert numbers(platform.iter_jobs(JobQuery(type="job", created_after="2024-02-01T00:00:00Z", max_results=0))) == [
        str(number) for number in range(30, 0, -1)
    ]
    assert len(asked(platform, JOBS)) == 1
    # in an order of one's own nothing follows from that
    platform = played({JOBS: paged(rows)})
    list(platform.iter_jobs(JobQuery(type="job", created_after="2024-02-01T00:00:00Z", order_by="name", max_results=0)))
    assert len(asked(platform, JOBS)) == 2


@pytest.mark.case("puppet-45")
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"type": "task"}, "type"),
        ({"order_by": "timestamp"}, "order_by: say with type"),
        ({"type": "job", "order_by": "size"}, "order_by"),
        ({"type": "job", "order_by": "name up"}, "order_by"),
        ({"type": "job", "order_by": "next_run_time"}, "order_by"),
        ({"type": "scheduled_job", "order_by": "timestamp"}, "order_by"),
        ({"type": "job", "native_query": "task = a"}, "native_query: Puppet Enterprise takes a dictionary"),
        ({"type": "job", "native_query": ["task"]}, "native_query"),
        ({"native_query": {"task": "a"}}, "native_query: say with type"),
        ({"type": "job", "native_query": {"task": {"a": 1}}}, "native_query: task must be text"),
        ({"type": "job", "native_query": {"type": ["deploy"], "task": "a"}}, "native_query: type must be text"),
        ({"type": "job", "native_query": {"task": " "}}, "native_query: task must be text"),
        ({"type": "job", "native_query": {"limit": 5}}, "native_query: limit is no filter of the type job"),
        ({"type": "job", "native_query": {"type": "deploy", "task": "a"}}, "native_query: task does not go together"),
        # what a list does not know it ignores
        (
            {"type": "plan_job", "native_query": {"type": "task"}},
            "native_query: type is no filter of the type plan_job",
        ),
        ({"type": "plan_job", "native_query": {"task": "a"}}, "native_query: task is no filter"),
        (
            {"type": "scheduled_job", "native_query": {"min_finish_timestamp": "x"}},
            "native_query: min_finish_timestamp",
        ),
    ],
)
def test_what_cannot_be_asked(played: Any, query: dict[str, Any], said: str) -> None:
    platform = played({})
    with pytest.raises(InvalidOptionError, match=said):
        list(platform.iter_jobs(JobQuery(**query)))
    assert platform.client.asked == []


@pytest.mark.case("puppet-45")
@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ({"type": "job", "native_query": {"type": "task", "task": "pack"}}, {"type": "task", "task": "pack"}),
        ({"type": "job", "native_query": {"type": "deploy"}}, {"type": "deploy"}),
        ({"type": "job", "native_query": {"type": None}}, {}),
        ({"type": "job", "native_query": {}}, {}),
        ({"type": "job", "native_query": ""}, {}),
        ({"type": "job", "order_by": "name"}, {"order_by": "name", "order": "desc"}),
        ({"type": "job", "order_by": " state ASC "}, {"order_by": "state", "order": "asc"}),
        ({"type": "scheduled_job"}, {"order_by": "next_run_time", "order": "asc"}),
        ({"type": "scheduled_job", "native_query": {"type": "plan"}}, {"type": "plan"}),
        ({"type": "plan_job", "order_by": "owner desc"}, {"order_by": "owner", "results": "exclude"}),
    ],
)
def test_what_is_asked(played: Any, query: dict[str, Any], sent: dict[str, Any]) -> None:
    empty = {"items": []}
    platform = played({JOBS: empty, PLANS: empty, SCHEDULES: empty})
    list(platform.iter_jobs(JobQuery(**query)))
    (found,) = [given for _method, path, given in platform.client.asked if "offset" in given]
    assert {name: found.get(name) for name in sent} == sent
    assert ("type" in found, "task" in found) == ("type" in sent, "task" in sent)


@pytest.mark.case("puppet-45")
@pytest.mark.parametrize("name", ["min_finish_timestamp", "max_finish_timestamp"])
@pytest.mark.parametrize("kind", ["job", "plan_job"])
def test_a_window_of_finish_times(played: Any, name: str, kind: str) -> None:
    """Contract 1.1: releases before 2021.6 ignore it, and would list everything."""
    query = JobQuery(type=kind, native_query={name: "2024-03-11T00:00:00Z"})
    empty: dict[str, Any] = {"items": []}
    platform = played({JOBS: empty, PLANS: empty}, version="2021.6.0.1")
    assert list(platform.iter_jobs(query)) == []
    assert asked(platform, {"job": JOBS, "plan_job": PLANS}[kind])[0][name] == "2024-03-11T00:00:00Z"
    for version, said in (("2021.5.0.1", "this server is 2021.5.0"), ("soon", "does not say its release")):
        platform = played({JOBS: empty, PLANS: empty}, version=version)
        with pytest.raises(UnsupportedError, match="needs Puppet Enterprise 2021.6 or later") as caught:
            list(platform.iter_jobs(query))
        assert said in caught.value.message
        assert paths(platform) == [STATUS]


@pytest.mark.parametrize("body", [{}, [], "text", {"orchestrator-service": None}, {"orchestrator-service": {}}])
def test_a_release_that_is_not_said(played: Any, answered: Any, body: Any) -> None:
    assert played({STATUS: body})._api.release is None
    assert played({STATUS: answered(404, body)})._api.release is None
    assert played({STATUS: answered(403, "Forbidden")})._api.release is None


def test_the_release_is_asked_for_once(played: Any, answered: Any) -> None:
    platform = played({}, version="2021.7.1.12")
    assert [platform._api.release, platform._api.release] == [(2021, 7, 1)] * 2
    assert paths(platform) == [STATUS]
    assert platform._api.knows("force") is True
    assert platform._api.knows("timeout") is False
    assert played({}, version="2023.8")._api.release == (2023, 8, 0)
    starting = {"orchestrator-service": {"service_version": "2021.7.1.12", "state": "starting"}}
    assert played({STATUS: answered(503, starting)})._api.release == (2021, 7, 1)


def test_that_nothing_answers_says_nothing_on_the_release(played: Any) -> None:
    platform = played({STATUS: ConnectionFailedError("no route")})
    for _turn in range(2):
        with pytest.raises(ConnectionFailedError):
            platform._api.knows("force")


@pytest.mark.case("puppet-70")
def test_schedules_of_an_old_release(played: Any, answered: Any) -> None:
    """Contract 1.2: before 2021.7.0 they can only be listed, and elsewhere; the old list of today is always empty."""
    rows = [
        {"name": "2", "type": "task", "task": "a", "scheduled_time": "2030-01-01T00:00:00Z"},
        {"name": "3", "type": "task", "task": "b", "scheduled_time": "2030-01-01T00:00:00Z"},
    ]
    platform = played({"/scheduled_jobs": paged(rows)}, version="2019.8.8.4")
    assert [job.id for job in platform.iter_jobs(JobQuery(type="scheduled_job"))] == ["2", "3"]
    job = platform.get_job(JobRef("3", "scheduled_job"))
    assert (job.id, job.status, job.name) == ("3", "scheduled", "b")
    with pytest.raises(NotFoundError):
        platform.get_job(JobRef("4", "scheduled_job"))
    platform = played(
        {SCHEDULES: {"items": []}, f"{SCHEDULES}/3": answered(404, UNKNOWN), "/scheduled_jobs": {"items": rows}}
    )
    assert list(platform.iter_jobs(JobQuery(type="scheduled_job"))) == []
    with pytest.raises(NotFoundError):
        platform.get_job(JobRef("3", "scheduled_job"))
    assert "/scheduled_jobs" not in paths(platform)


@pytest.mark.case("puppet-70")
def test_schedules_where_the_release_is_not_said(played: Any, answered: Any) -> None:
    """Then the place itself is tried, once; the old one answers new servers without any."""
    rows = {"items": [{"name": "2", "type": "task", "task": "a", "scheduled_time": "2030-01-01T00:00:00Z"}]}
    platform = played({SCHEDULES: {"items": []}, "/scheduled_jobs": rows}, version="")
    assert list(platform.iter_jobs(JobQuery(type="scheduled_job"))) == []
    platform = played({"/scheduled_jobs": rows}, version="")
    for _turn in range(2):
        assert numbers(platform.iter_jobs(JobQuery(type="scheduled_job"))) == ["2"]
    assert paths(platform).count(SCHEDULES) == 1
    with pytest.raises(ServerError):
        list(played({SCHEDULES: answered(500, None)}, version="").iter_jobs(JobQuery(type="scheduled_job")))


@pytest.mark.parametrize("generation", ["2018.1", "2019.8", "2023"])
def test_a_list_of_the_lab(face: Any, pe: Any, refused: Any, generation: str) -> None:
    pe.options.generation = generation
    made = []
    for number in range(3):
        made.append(face("invoke", template="lab::ok", targets=WEB, wait=True, description=f"run {number}")["job"])
        pe.lab.advance(5)
    planned = face("invoke", type="plan", template="lab::plan_null", wait=True)["job"]
    result = face("info")
    assert [(job["type"], job["id"]) for job in result["jobs"]] == [
        ("plan_job", planned["id"]),
        *(("job", job["id"]) for job in reversed(made)),
    ]
    assert (result["more"], result["total"]) == (False, 4)
    result = face("info", type="job", max_results=2)
    assert (numbers_of(result), result["more"], result["total"]) == ([made[2]["id"], made[1]["id"]], True, 3)
    assert numbers_of(face("info", type="job", order_by="name asc")) == numbers_of({"jobs": made})
    assert face("info", type="job", status=["successful"], launched_by="nobody else")["jobs"] == []
    assert numbers_of(face("info", template="lab::plan_null")) == [planned["id"]]
    listed = face("info", type="job", native_query={"type": "deploy"})
    assert (listed["jobs"], listed["total"]) == ([], 0)
    error = refused("info", type="job", native_query={"type": "plan_container"})
    assert error.code == "rejected"
    for job in made:
        assert job["details"]["userdata"] in (None, {})


def test_pages_follow_one_another(played: Any) -> None:
    """Contract 1.3: what is new pushes the others back, so that a page that is older than the one before hides some."""
    jobs = [row(number) for number in range(500, 0, -1)]
    inside: list[int] = []
    busy = threading.Lock()

    def listed(params: Any) -> Any:
        assert busy.acquire(blocking=False)
        inside.append(params["offset"])
        time.sleep(0.01)
        jobs.insert(0, row(1000 + len(inside)))
        found = jobs[params["offset"] : params["offset"] + params["limit"]]
        busy.release()
        return {"items": found, "pagination": {"total": len(jobs)}}

    found = [job.id for job in played({JOBS: listed}).iter_jobs(JobQuery(type="job", max_results=0))]
    assert inside == [0, 100, 200, 300, 400, 500]
    assert found == ["1001", *(str(number) for number in range(500, 0, -1))]


@pytest.mark.parametrize(("ask", "path"), [("release", STATUS), ("has_schedules", SCHEDULES)])
def test_what_the_server_is_like_is_found_out_once_whoever_asks(played: Any, ask: str, path: str) -> None:
    platform = played({SCHEDULES: {"items": []}}, version="unknown")
    threads = [threading.Thread(target=lambda: getattr(platform._api, ask)) for _unused in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one for _method, one, _params in platform.client.asked].count(path) == 1


def test_reading_changes_nothing(face: Any, commands: Any) -> None:
    job = face("invoke", template="lab::ok", targets=WEB, wait=True)["job"]
    count = len(commands())
    include = ["hosts", "output", "failed_tasks", "parameters", "events", "report", "history", "artifacts", "native"]
    for check_mode in (False, True):
        assert face("info", check_mode=check_mode, jobs=job, include=include)["changed"] is False
        assert face("wait", check_mode=check_mode, jobs=job, include=include)["changed"] is False
        assert face("info", check_mode=check_mode)["changed"] is False
    assert len(commands()) == count


def test_one_that_is_missing_hides_no_others(face: Any) -> None:
    job = face("invoke", template="lab::ok", targets=WEB, wait=True)["job"]
    result = face("info", jobs=["999", job["id"]], type="job")
    assert (numbers_of(result), result["missing"]) == ([job["id"]], ["999"])
