# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that are JSON but not what was asked for: a maintenance page, another job, pages without end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._cancel import CancelOptions, cancel_jobs
from ansible_collections.unified.jobs.plugins.module_utils._describe import Include
from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    ApiError,
    BadResponseError,
    ConnectionFailedError,
    ForbiddenError,
    JobsError,
    RejectedError,
    ResourceMissingError,
    ServerError,
)
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx.platform import AwxPlatform
from ansible_collections.unified.jobs.plugins.module_utils._retries import retrying
from ansible_collections.unified.jobs.plugins.module_utils._service import Servers, Task, read_jobs
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection, Job, JobQuery, JobRef
from ansible_collections.unified.jobs.plugins.module_utils._verdict import wait_for_jobs
from ansible_collections.unified.jobs.plugins.module_utils._wait import WaitOptions

MISSING = ResourceMissingError("404", status=404)
NO_JOBS = [
    {},
    [],
    None,
    "x",
    5,
    {"detail": "maintenance"},
    {"count": 0, "results": []},
    {"id": 8, "type": "job", "status": "successful"},
    {"id": None, "type": "job", "status": "running"},
    {"id": "7", "type": "job", "status": "running"},
    {"id": True, "type": "job", "status": "running"},
    {"id": [7], "type": "job", "status": "running"},
    {"id": 7, "type": ["job"], "status": "running"},
]


def body(number: int = 7, status: str = "running", **more: Any) -> dict[str, Any]:
    return {"id": number, "type": "job", "status": status, "job_env": {}, **more}


class Server:
    """A client that answers from a table of path -> bodies or errors, the last one for ever; tries writes again."""

    prefix = "/api/v2/"
    server_time = None
    deadline: float | None = None
    overtime = 0.0

    def __init__(self, clock: Any, answers: dict[str, list[Any]]) -> None:
        self.clock = clock
        self.answers = answers
        self.asked: list[str] = []

    def _answer(self, path: str, params: Any = None) -> Any:
        self.asked.append(path)
        steps = self.answers.get(path, [MISSING])
        step = steps.pop(0) if len(steps) > 1 else steps[0]
        if callable(step):
            step = step(params)
        if isinstance(step, ApiError):
            raise step
        return type("Answer", (), {"data": step, "status": 200, "text": ""})()

    def get(self, path: str, params: Any = None, **more: Any) -> Any:
        return self._answer(path, params)

    def post(self, path: str, body: Any = None) -> Any:
        return retrying(lambda: self._answer(path), lambda error: error.transient, self.clock, self.deadline)


@pytest.fixture
def awx(manual_time: Any) -> Callable[[dict[str, list[Any]]], tuple[Task, Server]]:
    """awx(answers) gives what the verbs need, and the client."""

    def make(answers: dict[str, list[Any]]) -> tuple[Task, Server]:
        client = Server(manual_time, answers)
        platform = AwxPlatform(client, Connection("awx", "https://h", token="t"))  # type: ignore[arg-type]
        return Task(Servers(lambda name: platform), clock=manual_time), client

    return make


def listed(*rows: Any, more: bool = False) -> dict[str, Any]:
    return {"count": len(rows), "next": "/more" if more else None, "results": list(rows)}


# -- an answer that is not the job -----------------------------------------------------------------------------


@pytest.mark.parametrize("odd", NO_JOBS, ids=str)
def test_a_wait_keeps_the_job_that_it_knows(awx: Any, odd: Any) -> None:
    task, _client = awx({"jobs/7/": [body(), odd, odd, odd, odd, body(status="successful")]})
    result = wait_for_jobs(task, [JobRef("7")], WaitOptions(interval=1))
    assert (result["job"]["id"], result["job"]["status"]) == ("7", "successful")
    task, _client = awx({"jobs/7/": [body(), odd]})
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, [JobRef("7")], WaitOptions(interval=1, timeout=9))
    assert caught.value.code == "wait_timeout"
    assert (caught.value.result["job"]["id"], caught.value.result["job"]["status"]) == ("7", "running")
    assert "is not the job 7" in caught.value.message


@pytest.mark.parametrize("odd", NO_JOBS, ids=str)
def test_what_is_not_the_job_is_neither_shown_nor_canceled(awx: Any, odd: Any) -> None:
    task, client = awx({"jobs/7/": [odd]})
    with pytest.raises(BadResponseError, match="is not the job 7"):
        read_jobs(task, [JobRef("7", "job")])
    with pytest.raises(BadResponseError):
        cancel_jobs(task, [JobRef("7", "job")], CancelOptions())
    assert not any("cancel" in path for path in client.asked)


def test_the_type_is_that_of_the_path(awx: Any) -> None:
    task, _client = awx({"jobs/7/": [{"id": 7, "status": "running"}, body(type="brand_new")]})
    for _look in range(2):
        assert read_jobs(task, [JobRef("7", "job")])["job"]["type"] == "job"


@pytest.mark.parametrize(
    "odd", [{"id": [1]}, {"id": 99, "type": "job"}, {"id": 8, "type": ["job"]}, 5, {"type": "job"}]
)
def test_rows_of_others_are_passed_over(awx: Any, odd: Any) -> None:
    rows = listed(odd, body(7, "successful"))
    details = {"jobs/7/": [body(7, "successful")], "jobs/8/": [body(8, "successful")]}
    task, _client = awx({"unified_jobs/": [rows], "jobs/": [rows], "workflow_approvals/": [listed()], **details})
    result = wait_for_jobs(task, [JobRef("7"), JobRef("8")], WaitOptions(interval=1))
    assert [(job["id"], job["status"]) for job in result["jobs"]] == [("7", "successful"), ("8", "successful")]


# -- a cancel whose answer is lost ------------------------------------------------------------------------------

CUT = ConnectionFailedError("cut", ambiguous=True, transient=True)
LOST = [CUT, ServerError("502", status=502, ambiguous=True, transient=True)]
REFUSALS = [RejectedError("405", status=405), ForbiddenError("403", status=403)]


@pytest.mark.parametrize("lost", LOST, ids=str)
@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
@pytest.mark.parametrize(
    ("now", "outcome", "changed"),
    [
        (body(status="canceled"), "cancel_requested", True),
        (body(canceled_on="2024-10-01T08:00:00Z"), "cancel_requested", True),
        (body(status="successful"), "already_finished", False),
    ],
)
def test_a_cancel_that_was_lost(awx: Any, lost: Any, refusal: Any, now: Any, outcome: str, changed: bool) -> None:
    """The repeated one is refused, because the first one did it, or because the job ended by itself."""
    task, client = awx({"jobs/7/": [body(), now], "jobs/7/cancel/": [lost, refusal]})
    result = cancel_jobs(task, [JobRef("7", "job")], CancelOptions())
    assert (result["job"]["outcome"], result["changed"]) == (outcome, changed)
    assert client.asked.count("jobs/7/cancel/") == 2


@pytest.mark.parametrize("answer", [BadResponseError("a page", status=200, ambiguous=True), CUT], ids=str)
def test_a_cancel_of_which_nothing_clear_is_ever_heard(awx: Any, answer: Any) -> None:
    task, _client = awx({"jobs/7/": [body(), body(status="canceled")], "jobs/7/cancel/": [answer]})
    result = cancel_jobs(task, [JobRef("7", "job")], CancelOptions())
    assert (result["job"]["outcome"], result["changed"]) == ("cancel_requested", True)
    for then in (body(), CUT):
        task, _client = awx({"jobs/7/": [body(), then], "jobs/7/cancel/": [answer]})
        with pytest.raises(ApiError) as caught:
            cancel_jobs(task, [JobRef("7", "job")], CancelOptions())
        assert caught.value.code == answer.code
        assert caught.value.result["job"]["id"] == "7"


def test_a_cancel_that_somebody_else_asked_for_before(awx: Any) -> None:
    stopping = body(canceled_on="2024-10-01T08:00:00Z")
    task, _client = awx({"jobs/7/": [stopping, body(status="canceled")], "jobs/7/cancel/": [CUT, REFUSALS[0]]})
    assert cancel_jobs(task, [JobRef("7", "job")], CancelOptions())["changed"] is False


def test_a_refusal_that_is_clear_is_no_cancel(awx: Any) -> None:
    task, _client = awx({"jobs/7/": [body(), body(status="canceled")], "jobs/7/cancel/": [REFUSALS[0]]})
    result = cancel_jobs(task, [JobRef("7", "job")], CancelOptions())
    assert (result["job"]["outcome"], result["changed"]) == ("already_finished", False)


@pytest.mark.parametrize("missing_ok", [False, True])
def test_a_job_that_is_deleted_just_before_its_cancel(awx: Any, missing_ok: bool) -> None:
    answers = {"jobs/7/": [body(), MISSING], "unified_jobs/": [listed()], "workflow_approvals/": [listed()]}
    task, _client = awx(answers)
    if missing_ok:
        result = cancel_jobs(task, [JobRef("7", "job")], CancelOptions(missing_ok=True))
        assert (result["missing"], result["changed"]) == (["7"], False)
    else:
        with pytest.raises(JobsError) as caught:
            cancel_jobs(task, [JobRef("7", "job")], CancelOptions())
        assert (caught.value.code, caught.value.result["missing"]) == ("not_found", ["7"])


def test_a_cancel_that_is_not_there_of_a_job_that_is(awx: Any) -> None:
    """A job that runs on must not pass for one that is gone."""
    task, _client = awx({"jobs/7/": [body()]})
    with pytest.raises(ResourceMissingError):
        cancel_jobs(task, [JobRef("7", "job")], CancelOptions(missing_ok=True))


# -- pages -----------------------------------------------------------------------------------------------------


def test_pages_that_repeat_end(awx: Any) -> None:
    same = listed({"id": 1, "event": "runner_on_failed", "failed": True, "host_name": "h", "task": "t"}, more=True)
    task, client = awx({"jobs/7/": [body(status="failed")], "jobs/7/job_events/": [same]})
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, [JobRef("7", "job")], WaitOptions())
    assert [failed["host"] for failed in caught.value.result["job"]["failed_tasks"]] == ["h"]
    assert client.asked.count("jobs/7/job_events/") == 2
    task, client = awx({"jobs/": [listed(body(), more=True)]})
    query = JobQuery(type="job", order_by="name", max_results=0)
    assert [job.id for job in task.servers.of().iter_jobs(query)] == ["7"]
    assert client.asked.count("jobs/") == 2


@pytest.mark.parametrize("odd", [[{"id": [1]}], [{"id": None}, {"id": {}}], [{}], [{"id": "x"}]])
def test_rows_without_an_id_do_not_go_on_for_ever(awx: Any, odd: Any) -> None:
    task, client = awx({"jobs/7/": [body(status="successful")], "jobs/7/job_events/": [listed(*odd, more=True)]})
    task.include = Include(["events"])
    result = wait_for_jobs(task, [JobRef("7", "job")], WaitOptions())
    assert len(result["job"]["events"]) == len(odd)
    task, client = awx({"jobs/": [listed(*odd, more=True)]})
    assert list(task.servers.of().iter_jobs(JobQuery(type="job"))) == []


def test_reading_after_the_end_of_a_wait_has_a_limit(awx: Any, manual_time: Any) -> None:
    """Pages that bring something new for ever, each after five seconds."""

    def page(params: Any) -> Any:
        manual_time.now += 5
        return listed({"id": params["page"], "host_name": f"h{params['page']}", "ok": 1}, more=True)

    answers = {f"jobs/{number}/": [body(number, "successful")] for number in (7, 8)}
    hosts = {f"jobs/{number}/job_host_summaries/": [page] for number in (7, 8)}
    task, client = awx({"jobs/": [listed(body(7, "successful"), body(8, "successful"))], **answers, **hosts})
    task.include = Include(["hosts", "native"])
    result = wait_for_jobs(task, [JobRef("7", "job"), JobRef("8", "job")], WaitOptions())
    assert manual_time.now - 50 <= 130
    assert [job["status"] for job in result["jobs"]] == ["successful", "successful"]
    assert ["took too long" in " ".join(job["warnings"]) for job in result["jobs"]] == [True, True]
    assert "jobs/8/job_host_summaries/" not in client.asked
    assert client.deadline is None


def test_a_workflow_of_many_failures_has_a_limit(awx: Any, manual_time: Any) -> None:
    def slow(number: int) -> Any:
        def detail(params: Any) -> Any:
            manual_time.now += 20
            return body(number, "failed", job_explanation="no")

        return detail

    names = {"status": "failed", "type": "job", "name": "x"}
    nodes = [{"id": n, "job": n, "identifier": f"n{n}", "summary_fields": {"job": names}} for n in range(100, 150)]
    flow = body(7, "failed", type="workflow_job")
    below = {f"jobs/{n}/": [slow(n)] for n in range(100, 150)}
    below.update({f"jobs/{n}/job_events/": [listed()] for n in range(100, 150)})
    task, _client = awx({"workflow_jobs/7/": [flow], "workflow_jobs/7/workflow_nodes/": [listed(*nodes)], **below})
    with pytest.raises(JobsError) as caught:
        wait_for_jobs(task, [JobRef("7", "workflow_job")], WaitOptions())
    assert manual_time.now - 50 <= 140
    assert "took too long" in " ".join(caught.value.result["job"]["warnings"])


# -- odd content -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["7", [7], {"a": 1}, True, 3.5, "x"])
def test_nodes_whose_job_is_none(awx: Any, number: Any) -> None:
    node = {"id": 1, "job": number, "identifier": "n", "summary_fields": {"job": {"type": "job", "status": "failed"}}}
    task, _client = awx({"workflow_jobs/7/workflow_nodes/": [listed(node)]})
    platform = task.servers.of()
    job = Job("awx", "workflow_job", "7")
    assert platform.get_artifacts(job) == {}
    assert platform.get_failed_tasks(job) == []
    assert platform.get_children(job)[0]["id"] is None


def test_an_event_of_another_kind(awx: Any) -> None:
    rows = listed({"id": 1, "event": ["odd"], "host_name": "h"})
    task, _client = awx({"ad_hoc_commands/7/events/": [rows]})
    assert [host.status for host in task.servers.of().iter_hosts(Job("awx", "ad_hoc_command", "7"))] == ["unknown"]


def test_nothing_is_read_of_a_job_of_an_unknown_type(awx: Any) -> None:
    task, client = awx({})
    with pytest.raises(JobsError) as caught:
        task.servers.of().get_output(Job("awx", "brand_new_job", "7"), max_bytes=0, since="0")
    assert caught.value.code == "unsupported"
    assert client.asked == []
