# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that answer what they should not: no traceback, no hang, nothing done to another object."""

from __future__ import annotations

import pathlib
import re
import sys
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import InternalError, ServerError

TESTS = str(pathlib.Path(__file__).resolve().parents[4])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)

from fuzz.foreman_server import CALLS, FAILED, JOB, ODD, OK, POSTED, RUNNING, A, answers, job, page  # noqa: E402
from fuzz.mutate import places, spoiled  # noqa: E402
from fuzz.stub import Call, Time, faces_on  # noqa: E402


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Call:
    """call(known, face, options) is the result or the error of a face on a server that knows this, and the client."""
    return faces_on(monkeypatch, platform="foreman", url="https://f.example.com", username="u", password="pw")


@pytest.mark.parametrize("name", CALLS)
def test_nothing_odd_breaks_a_face(call: Any, name: str) -> None:
    """Each place of each answer, with each of a dozen odd things in it."""
    one, face, options = CALLS[name]
    known = answers(one)
    _result, client = call(known, face, options)
    used = {(method, path) for method, path, _given in client.asked}
    assert used <= set(known)
    launching = {"/api/job_invocations", f"{JOB}/rerun"}
    for key in sorted(used):
        for place in places(known[key]):
            for odd in ODD:
                what = (key, place, odd)
                found, client = call({**known, key: spoiled(known[key], place, odd)}, face, options)
                assert not isinstance(found, InternalError), (what, found.message)
                posts = client.posts()
                assert len(launching.intersection(posts)) <= 1, what
                assert len([path for path in posts if path in launching]) <= 1, what
                # the number of a recurrence is what the job says it is
                assert {path for path in posts if "/recurring_logics/" not in path} <= POSTED, what


# -- another object than was asked for -----------------------------------------------------------------------------


@pytest.mark.parametrize("face", ["info", "cancel", "wait"])
@pytest.mark.parametrize("other", [{"id": 6}, {"id": None}, {"id": True}, {"id": "6"}, []], ids=str)
def test_the_body_of_another_job_is_not_taken(call: Any, face: str, other: Any) -> None:
    """A cancel goes by the id that was read: it would have stopped another job."""
    known = answers(RUNNING)
    known["GET", JOB] = other if isinstance(other, list) else {**RUNNING, **other}
    known["GET", "/api/job_invocations"] = page({**RUNNING, "id": 6})
    known["POST", "/api/job_invocations/6/cancel"] = {"cancelled": True, "id": 6}
    error, client = call(known, face, {"jobs": "5", **({"wait_timeout": 5} if face == "wait" else {})})
    assert (error.code, client.posts()) == ("bad_response", [])
    assert "was asked for the job 5 and answered with something else" in error.message


@pytest.mark.parametrize(
    ("path", "other", "options"),
    [
        ("/api/job_templates", page({"id": 7, "name": "LAB-OK"}), {"template": "lab-ok"}),
        ("/api/job_templates", page({"id": 7, "name": None}), {"template": "lab-ok"}),
        ("/api/job_templates/401", {"id": 7, "name": "lab-ok"}, {"template_id": "401"}),
        ("/api/job_templates/401", {}, {"template_id": "401"}),
        ("/api/organizations", page({"id": 4, "name": "Dev", "title": "Dev"}), {"organization": "Ops"}),
        ("/api/bookmarks", page({"id": 8, "name": "all", "query": "name ~ a"}), {"foreman": {"bookmark": "bm"}}),
        (
            "/api/remote_execution_features/feat",
            {"id": 2, "label": "other", "job_template_id": 7},
            {"type": "feature", "template": "feat"},
        ),
    ],
)
def test_another_template_or_context_is_not_taken(call: Any, path: str, other: Any, options: Any) -> None:
    """As from a server, or something before it, that does not look at the search."""
    known = {**answers(OK), ("GET", path): other}
    given = {"template": "lab-ok", **A, **options}
    for name, left_out in (("template_id", "template"), ("foreman", "targets")):
        if name in options:
            del given[left_out]
    error, client = call(known, "invoke", given)
    assert error.code in ("not_found", "bad_response")
    assert client.posts() == []


def test_the_task_of_another_job_tells_nothing(call: Any) -> None:
    known = answers(FAILED)
    known["GET", "/foreman_tasks/api/tasks/u"] = {**known["GET", "/foreman_tasks/api/tasks/u"], "id": "v"}
    result, _client = call(known, "info", {"jobs": "5"})
    assert (result["job"]["finished_at"], result["job"]["launched_by"]) == (None, None)


# -- ids of another form -------------------------------------------------------------------------------------------


def test_ids_may_be_text(call: Any) -> None:
    one = {**FAILED, "id": "5"}
    known = answers(one)
    known["GET", f"{JOB}/hosts"] = page({"id": "1", "name": "a", "job_status": "error"})
    result, _client = call(known, "info", {"jobs": "5", "include": ["hosts", "output"]})
    assert (result["job"]["id"], result["job"]["hosts"][0]["exit_code"]) == ("5", 1)
    assert result["job"]["output"] == "hi\n"
    launched, client = call(known, "invoke", CALLS["launch"][2])
    assert (launched["job"]["id"], client.posts()) == ("5", ["/api/job_invocations"])
    assert call(known, "wait", {"jobs": "005", "fail_on": []})[0]["job"]["id"] == "5"


@pytest.mark.parametrize("number", [True, None, "x", {}, 1.5], ids=str)
def test_a_launch_that_names_no_job_is_unclear(call: Any, number: Any) -> None:
    """A truth value is no id."""
    known = answers(OK)
    known["POST", "/api/job_invocations"] = {**OK, "id": number}
    known["GET", "/api/job_invocations"] = page()
    error, client = call(known, "invoke", CALLS["launch"][2])
    assert (error.code, client.posts()) == ("launch_unknown", ["/api/job_invocations"])


def test_a_launch_that_cannot_be_understood_does_not_lose_its_job(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked up like any that is unclear, and was once held for another launch then."""
    from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman import platform

    def stumble(*_arguments: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(platform.dropped, "tell", stumble)
    known = answers({**OK, "start_at": None, "targeting": {"search_query": 'name = "a"'}})
    result, client = call(known, "invoke", CALLS["launch"][2])
    assert (result["job"]["id"], client.posts()) == ("5", ["/api/job_invocations"])


def test_numbers_of_thousands_of_digits(call: Any) -> None:
    """Python refuses to make a number of them, which was a traceback."""
    error, client = call(answers(OK), "invoke", {"template_id": "9" * 5000, **A})
    assert (error.code, client.asked) == ("invalid_option", [])
    known = answers(FAILED)
    last = {"output_type": "stdout", "output": "Exit status: " + "9" * 5000, "timestamp": 2.0}
    known["GET", f"{JOB}/outputs"] = {"outputs": [{"host_id": 1, "complete": True, "output": [last]}]}
    result, _client = call(known, "info", {"jobs": "5", "include": ["hosts"]})
    assert result["job"]["hosts"][0]["exit_code"] is None


# -- lists without end ---------------------------------------------------------------------------------------------


def full_page(first: int, count: int = 100, **more: Any) -> dict[str, Any]:
    return page(*({**OK, "id": number} for number in range(first, first + count)), **{"subtotal": 10**6, **more})


def test_a_list_whose_pages_are_all_the_same(call: Any) -> None:
    known = {**answers(OK), ("GET", "/api/job_invocations"): full_page(1)}
    result, client = call(known, "info", {"order_by": "id ASC", "max_results": 0})
    assert (len(result["jobs"]), len(client.asked)) == (100, 2)


@pytest.mark.parametrize("order", [None, "id DESC"])
def test_pages_that_are_shorter_than_asked_for(call: Any, order: str | None) -> None:
    """They were taken for the last one, and the rest of the jobs was left out in silence."""

    def numbered(given: dict[str, Any]) -> Any:
        bounds = dict(re.findall(r"id (<|>=) (\d+)", given.get("search") or ""))
        below, floor = int(bounds.get("<", 61)), int(bounds.get(">=", 1))
        start = below - 20 * (given["page"] - 1)
        shown = range(start - 1, max(floor - 1, start - 21), -1)
        return page(*({**OK, "id": number} for number in shown), subtotal=below - floor)

    known = {**answers(OK), ("GET", "/api/job_invocations"): numbered}
    result, _client = call(known, "info", {"order_by": order, "max_results": 0})
    assert [int(one["id"]) for one in result["jobs"]] == list(range(60, 0, -1))
    assert result["total"] == 60


def test_hosts_without_end(call: Any) -> None:
    """A wait gives what is read beside a job two minutes in all, and each request of it takes some time."""

    def hosts(given: dict[str, Any]) -> Any:
        first = given["page"] * 1000
        client_time.now += 1.0
        rows = ({"id": n, "name": f"h{n}", "job_status": "success"} for n in range(first, first + 100))
        return page(*rows, subtotal=10**9)

    known = {**answers(FAILED), ("GET", f"{JOB}/hosts"): hosts}
    client_time = Time
    try:
        error, client = call(known, "wait", {"jobs": "5", "include": ["hosts"]})
    finally:
        Time.now = 1000.0
    assert error.code == "job_failed"
    assert "takes too long to tell all of" in " ".join(error.result["job"]["warnings"])
    assert len(client.asked) < 150


def test_outputs_of_many_hosts_end_with_the_time_for_them(call: Any) -> None:
    def slow(_given: Any) -> Any:
        Time.now += 30.0
        return {"outputs": []}

    hosts = ({"id": n, "name": f"h{n}", "job_status": "success"} for n in range(1, 1001))
    known = {**answers(FAILED), ("GET", f"{JOB}/outputs"): slow}
    rows = list(hosts)
    known["GET", f"{JOB}/hosts"] = lambda given: page(*rows[(given["page"] - 1) * 100 :][:100], subtotal=len(rows))
    try:
        error, client = call(known, "wait", {"jobs": "5", "include": ["output"]})
    finally:
        Time.now = 1000.0
    assert error.code == "job_failed"
    assert len([path for _method, path, _given in client.asked if path.endswith("/outputs")]) == 4


# -- a job whose task is gone --------------------------------------------------------------------------------------


@pytest.mark.case("foreman-5")
def test_a_breakdown_that_will_not_pass_is_not_asked_for_again(call: Any) -> None:
    orphan = {**job("x", "queued"), "dynflow_task": None, "task": None}
    known = {**answers(OK), ("GET", JOB): ServerError("GET answered 500: Internal Server Error", status=500)}
    known["GET", "/api/job_invocations"] = page(orphan)
    result, client = call(known, "info", {"jobs": "5"})
    assert result["job"]["status"] == "error"
    assert [path for _method, path, _given in client.asked] == [JOB, "/api/job_invocations"]


def test_a_breakdown_that_passes_is_asked_for_again(call: Any) -> None:
    looks = [ServerError("GET answered 500: Internal Server Error", status=500), OK]
    known = {**answers(OK), ("GET", JOB): lambda _given: looks.pop(0)}
    assert call(known, "info", {"jobs": "5"})[0]["job"]["status"] == "successful"
