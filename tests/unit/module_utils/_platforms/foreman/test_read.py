# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading, listing and waiting: Foreman contract 1.1, 1.2, 1.10, 1.11, 1.14."""

from __future__ import annotations

import re
import threading
import time
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    ForbiddenError,
    InvalidOptionError,
    ResourceMissingError,
    ServerError,
)
from ansible_collections.unified.jobs.plugins.module_utils._types import JobQuery, JobRef

JOBS = "/api/job_invocations"
WEB = {"target_query": "name ~ web"}


def row(number: int, label: str = "succeeded", state: str = "stopped", **more: Any) -> dict[str, Any]:
    return {"id": number, "targeting_id": 1, "status_label": label, "dynflow_task": {"id": "a", "state": state}, **more}


# -- one job ---------------------------------------------------------------------------------------------------


@pytest.mark.case("foreman-48")
@pytest.mark.parametrize("number", ["name", "b6f33b97-3cd7-4f88-afe2-d1e7edd268a1", "1.5", "²", "9" * 30])
def test_an_id_is_a_number(refused: Any, foreman_lab: Any, number: str) -> None:
    for name in ("info", "wait", "cancel"):
        error = refused(name, jobs=number)
        assert (error.code, "which is a number" in error.message) == ("invalid_option", True)
    assert foreman_lab.requests() == []


@pytest.mark.case("foreman-48")
def test_a_number_may_be_text(face: Any) -> None:
    number = face("invoke", template="lab-ok", wait=True, **WEB)["job"]["id"]
    assert face("info", jobs=int(number))["job"]["id"] == face("info", jobs=number)["job"]["id"] == number


@pytest.mark.case("foreman-44")
def test_a_list_in_an_organization_that_does_not_exist(face: Any, refused: Any, foreman_lab: Any) -> None:
    """Contract 1.0: jobs are not filtered by it, so that a wrong name would change nothing and nobody would see it."""
    error = refused("info", organization="No such one")
    assert (error.code, "No such one" in error.message) == ("not_found", True)
    face("invoke", template="lab-ok", **WEB)
    assert len(face("info", organization="Operations")["jobs"]) == 1
    assert foreman_lab.requests("GET", f"{JOBS}$")[-1].query.get("organization_id")


@pytest.mark.case("foreman-5")
@pytest.mark.parametrize("generation", ["3.12", "3.16"])
def test_a_job_whose_task_is_gone(face: Any, server: Any, generation: str) -> None:
    """Contract 1.2: from version 15 on its detail is a 500, and the index still has it."""
    server.options.generation = generation
    number = face("invoke", template="lab-hang", **WEB)["job"]["id"]
    server.orphan(int(number))
    job = face("info", jobs=number)["job"]
    assert (job["status"], job["is_finished"], job["template"]["name"]) == ("error", True, "lab-hang")
    assert "never planned" in job["explanation"]


@pytest.mark.case("foreman-5")
def test_another_500_is_an_error(played: Any) -> None:
    table = {f"{JOBS}/7": ServerError("500", status=500), JOBS: {"results": [row(7)], "subtotal": 1}}
    with pytest.raises(ServerError):
        played(table).get_job(JobRef("7"))
    table[JOBS] = {"results": [], "subtotal": 0}
    with pytest.raises(ServerError):
        played(table).get_job(JobRef("7"))


@pytest.mark.case("foreman-36")
@pytest.mark.parametrize(
    ("error", "warned"),
    [
        (ForbiddenError("403", status=403), False),
        (ResourceMissingError("404", status=404), False),
        (ServerError("500", status=500), True),
    ],
)
def test_a_task_that_may_not_be_read(played: Any, error: Exception, warned: bool) -> None:
    table = {f"{JOBS}/7": row(7, targeting={}), "/foreman_tasks/api/tasks/a": error}
    job = played(table).get_job(JobRef("7"))
    assert (job.status, job.finished_at, bool(job.warnings)) == ("successful", None, warned)


@pytest.mark.case("foreman-36")
def test_waiting_needs_no_permission_on_tasks(face: Any, foreman_lab: Any) -> None:
    """Contract 1.11 and 1.14: view_foreman_tasks is not in the role Remote Execution User."""
    job = face("invoke", template="lab-ok", wait=True, user="runner", include=["hosts", "output"], **WEB)["job"]
    assert (job["status"], job["finished_at"], job["launched_by"], job["warnings"]) == (
        "successful",
        None,
        "runner",
        [],
    )
    assert [one.status for one in foreman_lab.requests("GET", "/foreman_tasks/")] == [403]


@pytest.mark.parametrize("generation", ["3.5", "3.12", "3.16"])
@pytest.mark.case("foreman-2")
@pytest.mark.parametrize(
    ("template", "status"),
    [("lab-ok", "successful"), ("lab-partial", "failed"), ("lab-broken", "failed"), ("lab-pause", "error")],
)
def test_three_generations(face: Any, server: Any, generation: str, template: str, status: str) -> None:
    server.options.generation = generation
    job = face("invoke", template=template, wait=True, fail_on=[], **WEB)["job"]
    if template == "lab-broken" and generation != "3.5":
        # contract 1.10: no host failed, and those that never began count as canceled in the end
        status = "canceled"
    assert job["status"] == status
    assert job["created_at"] <= job["started_at"]
    if status != "error":
        assert job["started_at"] <= job["finished_at"]
        assert job["elapsed"] >= 0
    if template == "lab-broken":
        assert "The proxy could not be chosen" in job["explanation"]


@pytest.mark.case("foreman-47")
def test_reading_changes_nothing(face: Any, writes: Any) -> None:
    job = face("invoke", template="lab-ok", wait=True, **WEB)["job"]
    count = len(writes())
    include = ["hosts", "output", "failed_tasks", "parameters", "native"]
    for check_mode in (False, True):
        assert face("info", check_mode=check_mode, jobs=job, include=include)["changed"] is False
        assert face("wait", check_mode=check_mode, jobs=job, include=include)["changed"] is False
        assert face("info", check_mode=check_mode)["changed"] is False
    assert len(writes()) == count


@pytest.mark.parametrize("name", ["children", "artifacts", "events", "report", "history"])
def test_what_foreman_does_not_have(refused: Any, foreman_lab: Any, name: str) -> None:
    error = refused("info", jobs="1", include=[name])
    assert (error.code, foreman_lab.requests()) == ("unsupported", [])


def test_parameters_right_after_the_launch(face: Any) -> None:
    """Contract 1.2: pattern_template_invocations is null in the answer to a launch."""
    job = face("invoke", template="lab-inputs", parameters={"must": "x"}, include=["parameters"], **WEB)["job"]
    assert job["parameters"]["must"] == "x"


# -- waiting ---------------------------------------------------------------------------------------------------


@pytest.mark.case("foreman-37")
def test_a_poll_is_one_row_of_the_index(face: Any, foreman_lab: Any) -> None:
    job = face("invoke", template="lab-sleep", **WEB)["job"]
    foreman_lab.forget_requests()
    done = face("wait", jobs=job)["job"]
    polls = foreman_lab.requests("GET", "/job_invocations$")
    details = foreman_lab.requests("GET", r"/job_invocations/\d+$")
    assert done["status"] == "successful"
    assert len(polls) > 3
    assert {tuple(one.query["search"]) for one in polls} == {(f"id ^ ({job['id']})",)}
    assert [one.query for one in details] == [{"include_hosts": ["false"]}]


@pytest.mark.case("foreman-37")
def test_many_jobs_are_one_request(face: Any, foreman_lab: Any) -> None:
    jobs = [face("invoke", template="lab-sleep", **WEB)["job"] for _unused in range(4)]
    foreman_lab.forget_requests()
    assert len(face("wait", jobs=jobs)["jobs"]) == 4
    polls = foreman_lab.requests("GET", "/job_invocations$")
    assert polls[0].query["search"] == [f"id ^ ({','.join(job['id'] for job in jobs)})"]


@pytest.mark.case("foreman-37")
@pytest.mark.parametrize("on_timeout", ["leave", "cancel"])
def test_a_timeout_leaves_the_job_unless_asked(
    refused: Any, face: Any, foreman_lab: Any, lab_time: Any, on_timeout: str
) -> None:
    options = {"wait": True, "wait_timeout": 30, "wait_interval": 7, "on_timeout": on_timeout}
    error = refused("invoke", template="lab-hang", **options, **WEB)
    assert error.code == "wait_timeout"
    assert sum(lab_time.slept) <= 31
    assert lab_time.slept[0] == 7
    assert len(foreman_lab.requests("POST", "/cancel$")) == (1 if on_timeout == "cancel" else 0)


@pytest.mark.case("foreman-6")
def test_a_paused_job_ends_the_wait(refused: Any) -> None:
    error = refused("invoke", template="lab-pause", wait=True, wait_timeout=600, **WEB)
    assert (error.code, "administrator" in error.message) == ("job_error", True)


@pytest.mark.case("foreman-4")
def test_an_orphan_is_not_waited_for(refused: Any, face: Any, server: Any, lab_time: Any) -> None:
    job = face("invoke", template="lab-hang", **WEB)["job"]
    server.orphan(int(job["id"]))
    error = refused("wait", jobs=job)
    assert (error.code, error.result["job"]["status"]) == ("job_error", "error")
    assert lab_time.slept == []


@pytest.mark.case("foreman-7")
def test_a_wait_for_a_job_that_somebody_cancels(refused: Any, face: Any, lab_time: Any) -> None:
    job = face("invoke", template="lab-hang", **WEB)["job"]
    lab_time.sleep(5)
    face("cancel", jobs=job)
    error = refused("wait", jobs=job)
    assert (error.code, error.result["job"]["host_counts"]["canceled"]) == ("job_canceled", 5)


# -- lists -----------------------------------------------------------------------------------------------------


def asked(played: Any, **query: Any) -> dict[str, Any]:
    platform = played({JOBS: {"results": [], "subtotal": 0}})
    assert list(platform.iter_jobs(JobQuery(**query))) == []
    found: dict[str, Any] = platform.client.asked[0][2]
    return found


@pytest.mark.case("foreman-25")
@pytest.mark.parametrize(
    ("query", "search"),
    [
        ({}, None),
        ({"name": 'say "hi"'}, 'description = "say \\"hi\\""'),
        ({"template": "at"}, 'pattern_template_name = "at"'),
        ({"launched_by": "eve"}, 'user = "eve"'),
        ({"created_after": "2026-11-22T00:00:00Z"}, 'start_at >= "2026-11-22T00:00:00Z"'),
        ({"created_before": "2026-11-22T00:00:00Z"}, 'start_at < "2026-11-22T00:00:00Z"'),
        ({"status": ["successful"]}, "status = succeeded"),
        ({"status": ["canceled", "failed"]}, "status = cancelled or status = failed"),
        ({"status": ["scheduled"]}, "status = queued"),
        ({"status": ["pending", "running"]}, "status = running"),
        ({"status": ["error", "failed"]}, None),
        ({"native_query": "host = a or host = b"}, "host = a or host = b"),
        ({"name": "x", "native_query": "host = a or host = b"}, '(description = "x") and (host = a or host = b)'),
    ],
)
def test_filters_are_searches(played: Any, query: dict[str, Any], search: str | None) -> None:
    """Contract 1.1, the search fields; the page lists them under the hosts by a slip."""
    params = asked(played, **query)
    assert (params["search"], params["order"]) == (search, "id DESC")


def test_order_and_size(played: Any) -> None:
    """The parameters order, page and per_page of the reference page."""
    params = asked(played, order_by="start_at ASC", name="x")
    assert (params["order"], params["page"], params["per_page"]) == ("start_at ASC", 1, 100)
    assert asked(played, max_results=3)["per_page"] == 4


def test_what_the_server_finds_too_much_is_filtered_here(played: Any) -> None:
    """Contract 1.1: status = running also returns scheduled and paused jobs."""
    rows = [
        row(5, "queued", "scheduled"),
        row(4, "running", "paused"),
        row(3, "running", "running"),
        row(2, "running", "planned"),
        row(1, "failed", failed=0, cancelled=2),
    ]
    platform = played({JOBS: {"results": rows, "subtotal": 5}})
    for status, ids in (("running", ["3"]), ("pending", ["2"]), ("error", ["4"]), ("canceled", ["1"]), ("failed", [])):
        assert [job.id for job in platform.iter_jobs(JobQuery(status=[status]))] == ids


def test_what_cannot_be_is_not_asked_for(played: Any) -> None:
    platform = played({})
    assert list(platform.iter_jobs(JobQuery(status=["canceling"]))) == []
    for query in (JobQuery(type="job"), JobQuery(native_query={"a": 1})):
        with pytest.raises(InvalidOptionError):
            list(platform.iter_jobs(query))


def test_pages_go_down_by_id(played: Any) -> None:
    """Jobs that are launched meanwhile neither repeat nor hide others."""
    stream = played({JOBS: lambda params: page_of(range(1, 251), params)}).iter_jobs(JobQuery(max_results=0))
    assert [job.id for job in stream] == [str(number) for number in range(250, 0, -1)]
    assert stream.total == 250


@pytest.mark.parametrize("query", [{}, {"name": "x"}])
def test_many_pages_are_spans_of_ids(played: Any, query: dict[str, Any]) -> None:
    """Contract 1.1: numbers can be compared in a search; without a gap in the ids a span is a page."""
    table = {JOBS: lambda params: page_of(range(1, 651), params)}
    platform = played(table)
    assert [job.id for job in platform.iter_jobs(JobQuery(max_results=0, **query))] == [
        str(n) for n in range(650, 0, -1)
    ]
    asked = [params for _method, _path, params in platform.client.asked]
    assert len(asked) == 7
    assert {(params["order"], params["per_page"], params["page"]) for params in asked} == {("id DESC", 100, 1)}
    bounds = {params["search"] for params in asked[1:]}
    first = '(description = "x") and ' if query else ""
    assert f"{first}(id < 551) and (id >= 451)" in bounds
    assert (f"{first}(id < 51)" if query else "id < 51") in bounds


def page_of(numbers: range, params: Any) -> dict[str, Any]:
    """What the index answers on these ids."""
    below, floor = (re.search(rf"id {sign} (\d+)", params["search"] or "") for sign in ("<", ">="))
    low, high = int(floor[1]) if floor else 0, int(below[1]) if below else 10**9
    found = [number for number in reversed(numbers) if low <= number < high]
    return {"results": [row(number) for number in found[: params["per_page"]]], "subtotal": len(found)}


def test_a_search_for_a_status_reads_on_until_there_is_enough(played: Any) -> None:
    """What the server finds too much is filtered here, so that how many pages it takes is not known before."""
    platform = played({JOBS: lambda params: page_of(range(1, 1001), params)})
    jobs = iter(platform.iter_jobs(JobQuery(status=["successful"], max_results=150)))
    assert [next(jobs).id for _unused in range(150)] == [str(number) for number in range(1000, 850, -1)]
    assert len(platform.client.asked) <= 2 + 4


def test_the_context_is_looked_up_once_whoever_asks(played: Any) -> None:
    def organizations(params: Any) -> Any:
        time.sleep(0.02)
        return {"results": [{"id": 5, "name": "Ops", "title": "Ops"}]}

    platform = played({"/api/organizations": organizations}, organization="Ops")
    threads = [threading.Thread(target=lambda: platform._api.context) for _unused in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert platform._api.context == {"organization_id": 5}
    assert len(platform.client.asked) == 1


def test_many_ids_are_batches_of_a_hundred(played: Any) -> None:
    def index(params: Any) -> Any:
        numbers = [int(number) for number in re.findall(r"\d+", params["search"])]
        return {"results": [row(number) for number in numbers], "subtotal": len(numbers)}

    platform = played({JOBS: index})
    jobs, missing = platform.get_jobs([JobRef(str(number)) for number in range(1, 351)])
    assert [job.id for job in jobs] == [str(number) for number in range(1, 351)]
    assert (missing, len(platform.client.asked)) == ([], 4)


def test_a_list_of_the_lab(face: Any, refused: Any) -> None:
    numbers = [
        face("invoke", template="lab-ok", wait=True, description=f"run {n}", **WEB)["job"]["id"] for n in range(3)
    ]
    result = face("info", template="lab-ok", status=["successful"], max_results=2)
    assert [job["id"] for job in result["jobs"]] == numbers[:0:-1]
    assert result["more"] is True
    assert [job["id"] for job in face("info", name="run 1")["jobs"]] == [numbers[1]]
    assert [job["id"] for job in face("info", order_by="id ASC")["jobs"]] == numbers
    assert face("info", launched_by="nobody else")["jobs"] == []
    error = refused("info", native_query="colour = red")
    assert (error.code, "'colour' not recognized" in error.message) == ("rejected", True)


@pytest.mark.case("foreman-11")
def test_other_peoples_jobs_may_be_hidden(face: Any, refused: Any) -> None:
    """Contract 1.14: a filter such as user = current_user makes them 404."""
    number = face("invoke", template="lab-ok", wait=True, **WEB)["job"]["id"]
    assert face("info", jobs=number, user="developer")["missing"] == [number]
    error = refused("info", jobs=number, user="nobody")
    assert (error.code, "view_job_invocations" in error.message) == ("forbidden", True)
