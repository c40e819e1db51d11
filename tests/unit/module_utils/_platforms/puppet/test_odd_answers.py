# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Orchestrators that answer what they should not: no traceback, no hang, nothing done to another job or node."""

from __future__ import annotations

import json
import pathlib
import sys
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import InternalError
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import api

TESTS = str(pathlib.Path(__file__).resolve().parents[4])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)

from fuzz import puppet_server as pe  # noqa: E402
from fuzz.mutate import places, spoiled  # noqa: E402
from fuzz.puppet_server import (  # noqa: E402
    ALLOWED,
    CALLS,
    FAILED,
    GOING,
    ODD,
    OK,
    READ,
    RUNNING,
    TASK_OPTIONS,
)
from fuzz.stub import Call, Time, faces_on  # noqa: E402


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Call:
    """call(known, face, options) is the result or the error of a face on a server that knows this, and the client."""
    return faces_on(monkeypatch, platform="puppet", url="https://pe.example.com", token="pw-token")


@pytest.mark.parametrize("name", CALLS)
def test_nothing_odd_breaks_a_face(call: Call, name: str) -> None:
    """Each place of each answer, with each of a dozen odd things in it."""
    one, plan, face, options = CALLS[name]
    known = pe.answers(one, plan)
    _result, client = call(known, face, options)
    used = {(method, path) for method, path, _given in client.asked}
    assert used <= set(known)
    for key in sorted(used):
        body = known[key]({"start": 1}) if callable(known[key]) else known[key]
        for place in places(body):
            for odd in ODD:
                what = (key, place, odd)
                found, client = call({**known, key: spoiled(body, place, odd)}, face, options)
                assert not isinstance(found, InternalError), (what, found.message)
                assert {path for path, _given in client.sent()} <= ALLOWED, what
                assert all(given["job"] == "5" for path, given in client.sent() if path == "/command/stop"), what
                launches = [given for path, given in client.sent() if path in pe.COMMANDS]
                assert len(launches) <= 1, what
                assert all(names_something(given, odd) for given in launches), (what, launches)


def names_something(given: dict[str, Any], odd: Any) -> bool:
    """What is launched has a name and nodes; they are those of the job, or what the server called them."""
    if "input" in given:
        given = {**given["input"], "task": given["input"]["name"]}
    names = [given.get("task"), given.get("plan_name")]
    nodes = given["scope"]["nodes"] if "scope" in given else ["a"]
    is_run = "task" not in given and "plan_name" not in given
    return (is_run or any(name in ("lab::ok", "lab::two", odd) and isinstance(name, str) for name in names)) and (
        nodes != [] and all(isinstance(node, str) and node in ("a", "b", "c", odd) for node in nodes)
    )


# -- another job than was asked for ----------------------------------------------------------------------------


@pytest.mark.parametrize("face", ["info", "cancel", "wait"])
@pytest.mark.parametrize("kind", ["job", "plan_job", "scheduled_job"])
@pytest.mark.parametrize(
    "other",
    [{"name": "6"}, {"name": 6}, {"name": None, "id": None}, {"name": True, "id": None}, {"id": f"{pe.LINK}/x/6"}, {}],
    ids=str,
)
def test_the_body_of_another_job_is_not_taken(call: Call, face: str, kind: str, other: Any) -> None:
    """A cancel goes by the id that was read: it stopped that other job."""
    bodies = {"job": (pe.JOB, RUNNING), "plan_job": (pe.PLAN, GOING), "scheduled_job": (pe.SCHEDULE, pe.schedule())}
    path, body = bodies[kind]
    known = pe.answers(RUNNING, GOING)
    known["GET", path] = {**body, "name": None, **other} if other else {}
    error, client = call(known, face, {"jobs": "5", "type": kind, **({"wait_timeout": 5} if face == "wait" else {})})
    assert (error.code, client.sent()) == ("bad_response", [])
    assert f"was asked for the {kind.replace('_', ' ')} 5 and answered with something else" in error.message


@pytest.mark.case("puppet-51")
@pytest.mark.parametrize(
    ("kind", "path", "body"),
    [
        ("job", pe.JOB, pe.plan_job("running")),
        ("job", pe.JOB, {**GOING, "id": None}),
        ("plan_job", pe.PLAN, RUNNING),
        ("plan_job", pe.PLAN, pe.schedule()),
        ("scheduled_job", pe.SCHEDULE, RUNNING),
    ],
)
def test_the_body_of_another_kind_is_not_taken(call: Call, kind: str, path: str, body: Any) -> None:
    """The three kinds have the same numbers."""
    error, client = call({**pe.answers(RUNNING, GOING), ("GET", path): body}, "cancel", {"jobs": "5", "type": kind})
    assert (error.code, client.sent()) == ("bad_response", [])


def test_rows_of_another_kind_are_not_listed_as_jobs(call: Call) -> None:
    error, _client = call(
        {**pe.answers(OK), ("GET", "/jobs"): pe.page(OK, {**GOING, "name": "9"})}, "info", {"type": "job"}
    )
    assert (error.code, error.message) == ("bad_response", "The list at /jobs holds something else than jobs.")


def test_only_the_jobs_of_a_plan_are_stopped_with_it(call: Call) -> None:
    """What is read after the stop may be another plan's, and what is no number is no job."""
    looks = [GOING, {**GOING, "name": "6", "status": {"77": pe.STATES}}]
    known = {**pe.answers(RUNNING), ("GET", pe.PLAN): lambda _given: looks.pop(0) if looks else GOING}
    result, client = call(known, "cancel", {"jobs": "5", "type": "plan_job"})
    assert client.posts() == ["/command/stop_plan"]
    assert "its jobs could not be read and may go on" in result["job"]["warnings"][0]
    known = pe.answers(RUNNING, {**GOING, "status": {"5": pe.STATES, "x": pe.STATES, "-1": None}})
    client = call(known, "cancel", {"jobs": "5", "type": "plan_job"})[1]
    assert client.sent() == [("/command/stop_plan", {"plan_job": "5"}), ("/command/stop", {"job": "5"})]


@pytest.mark.parametrize("link", ["plan_jobs/5", "scheduled_jobs/environment_jobs/5"])
def test_a_launch_that_names_another_kind_is_unclear(call: Call, link: str) -> None:
    known = {**pe.answers(OK), ("POST", "/command/task"): {"job": {"id": f"{pe.LINK}/{link}", "name": "5"}}}
    error, client = call(known, "invoke", TASK_OPTIONS)
    assert (error.code, client.posts()) == ("launch_unknown", ["/inventory", "/command/task"])


# -- lists and values without end ------------------------------------------------------------------------------


def slowly(rows: Any) -> Any:
    """Pages of a list that goes on for ever, each of which takes a second."""

    def answer(given: dict[str, Any]) -> Any:
        Time.now += 1.0
        return {"items": rows(given)}

    return answer


@pytest.fixture
def lab_hour() -> Any:
    """The time of these servers, as it was afterwards."""
    before = Time.now
    yield
    Time.now = before


@pytest.mark.usefixtures("lab_hour")
def test_nodes_without_end(call: Call) -> None:
    known = pe.answers(FAILED)
    known["GET", f"{pe.JOB}/nodes"] = slowly(
        lambda given: [pe.node(f"n{given['offset'] + number}") for number in range(given["limit"])]
    )
    error, client = call(known, "wait", {"jobs": "5", "type": "job", "include": ["hosts"], "wait_timeout": 5})
    assert error.code == "job_failed"
    assert "takes too long to tell all of /jobs/5/nodes" in " ".join(error.result["job"]["warnings"])
    assert len(client.asked) < 200


@pytest.mark.usefixtures("lab_hour")
def test_messages_without_end(call: Call) -> None:
    known = pe.answers(FAILED)
    known["GET", f"{pe.PLAN}/events"] = slowly(
        lambda given: [{"id": str(given["start"]), "type": "out_message", "details": {"message": "m"}}]
    )
    error, client = call(known, "wait", {"jobs": "5", "type": "plan_job", "include": ["output"]})
    assert error.code == "job_failed"
    assert "takes too long to tell all of /plan_jobs/5/events" in " ".join(error.result["job"]["warnings"])
    assert len(client.asked) < 150


def test_a_list_that_nobody_waits_for_has_an_end_too(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_MOST_PAGES", 4)
    known = pe.answers(FAILED)
    known["GET", f"{pe.JOB}/nodes"] = slowly(lambda given: [pe.node(f"n{given['offset'] + n}") for n in range(200)])
    error, client = call(known, "info", {"jobs": "5", "type": "job", "include": ["hosts"]})
    assert (error.code, len(client.asked)) == ("bad_response", 5)
    assert error.message.startswith("The list of /orchestrator/v1/jobs/5/nodes has no end: check that url")


@pytest.mark.usefixtures("lab_hour")
def test_one_look_reads_all_nodes_of_a_large_job(call: Call) -> None:
    """Its deadline is over at once, but whether the job went well is only said by its nodes."""
    rows = [pe.node(f"n{number}") for number in range(999)] + [pe.node("z", result={"_error": "x"})]
    known = pe.answers(pe.job("finished", node_count=1000, node_states={"finished": 1000}))
    known["GET", f"{pe.JOB}/nodes"] = slowly(lambda given: rows[given["offset"] :][: given["limit"]])
    error, _client = call(known, "wait", {"jobs": "5", "type": "job", "wait_timeout": 0})
    assert (error.code, error.result["job"]["host_counts"]["failed"]) == ("job_failed", 1)


def test_pages_that_are_shorter_than_asked_for(call: Call) -> None:
    """They were taken for the last one, and the rest was left out in silence."""
    rows = [{**OK, "name": str(number), "id": None} for number in range(1, 61)]
    known = pe.answers(OK)
    known["GET", "/jobs"] = lambda given: {
        "items": rows[given["offset"] :][:20],
        "pagination": {"limit": 20, "offset": given["offset"], "total": 60},
    }
    result, client = call(known, "info", {"type": "job", "max_results": 0})
    assert ([int(job["id"]) for job in result["jobs"]], len(client.asked)) == (list(range(1, 61)), 3)


def nested(depth: int) -> Any:
    """An object within an object within ..."""
    value: Any = "x"
    for _number in range(depth):
        value = {"k": value}
    return value


@pytest.mark.parametrize("depth", [250, 480, 900])
def test_what_is_nested_too_deep_is_left_out(call: Call, depth: int) -> None:
    """Python before 3.12 gave up in the middle of it, and with it the whole result."""
    deep = nested(depth)
    known = pe.answers(pe.job(userdata=deep, options={"task": "t", "params": {"a": deep}, "scope": {"query": [deep]}}))
    known["GET", f"{pe.JOB}/nodes"] = pe.page(pe.node(result=deep), pe.node("b", "failed", result={"_error": deep}))
    known["GET", f"{pe.JOB}/events"] = lambda given: {"items": [{"id": "7", "details": deep}] * (given["start"] < 7)}
    known["GET", pe.PLAN] = pe.plan_job(result=deep)
    for kind in ("job", "plan_job"):
        result, _client = call(known, "info", {"jobs": "5", "type": kind, **READ})
        assert "nested too deep to be shown" in json.dumps(result["job"]["artifacts"])


def test_a_type_that_is_nested_without_end_is_left_to_the_server(call: Call) -> None:
    known = pe.answers(OK)
    metadata = {"parameters": {"a": {"type": "Optional[" * 3000 + "]" * 3000}}}
    known["GET", "/tasks/lab/ok"] = {**pe.described("task", "lab::ok"), "metadata": metadata}
    result, client = call(known, "invoke", TASK_OPTIONS)
    assert (result["job"]["id"], client.posts()) == ("5", ["/inventory", "/command/task"])


# -- running again ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [None, "", " ", ["b"], 7])
def test_nodes_without_a_name_are_not_run_on(call: Call, name: Any) -> None:
    """The whole set is not run on either: it would not be the one that was asked for."""
    known = {**pe.answers(FAILED), ("GET", f"{pe.JOB}/nodes"): pe.page(pe.node(), pe.node(name, "failed"))}
    error, client = call(known, "invoke", CALLS["rerun"][3])
    assert (error.code, client.posts()) == ("bad_response", [])
    assert error.message == "rerun: the server lists nodes of the job 5 without their names."


@pytest.mark.parametrize("transport", [[], {}, ["ssh"], 7])
def test_an_odd_transport_is_none_that_is_logged_in_by(call: Call, transport: Any) -> None:
    """It was a traceback."""
    known = {**pe.answers(FAILED), ("GET", f"{pe.JOB}/nodes"): pe.page(pe.node(transport=transport))}
    result, _client = call(known, "invoke", CALLS["rerun"][3])
    assert "had no agent" not in " ".join(result["job"]["warnings"])


# -- what a schedule started -----------------------------------------------------------------------------------


@pytest.mark.case("puppet-51", "puppet-70")
@pytest.mark.parametrize(
    ("kind", "run"),
    [
        (None, {"name": 5}),
        (["task"], {"name": 5, "id": "5"}),
        ("task", {"name": 5, "id": f"{pe.LINK}{pe.SCHEDULE}"}),
    ],
)
def test_a_number_whose_kind_nothing_tells_is_not_stopped(call: Call, kind: Any, run: Any) -> None:
    """It was taken for a job, whatever has that number."""
    timer = pe.schedule(type=kind, last_run={"time": "2026-11-22T10:00:00Z", "job": run})
    options = {"jobs": "5", "type": "scheduled_job"}
    result, client = call(pe.answers(RUNNING, None, timer), "cancel", options)
    assert client.sent() == [(pe.SCHEDULE, {"enabled": False})]
    assert result["changed"] is True
