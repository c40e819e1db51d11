# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is left on a node, in its eight shapes: Puppet contract 1.5 and 1.13."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.nodes import iter_hosts
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.output import node_text
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.results import (
    node_status,
    parts_of,
    redacted,
    seconds,
    take_apart,
)

TASK_ERROR = {
    "kind": "puppetlabs.tasks/task-error",
    "msg": "The task failed with exit code 2",
    "details": {"exitcode": 2},
}
METRICS = {"total": 789, "changed": 3, "failed": 0, "skipped": 0, "out_of_sync": 3, "corrective_change": 1}


def node(state: str, result: Any = None, **more: Any) -> dict[str, Any]:
    return {"name": "node1.example.com", "state": state, "result": result, "details": {}, **more}


def host(state: str, result: Any = None, **more: Any) -> dict[str, Any]:
    (found,) = iter_hosts([node(state, result, **more)], 0)
    return found.to_dict()


# -- the shapes ------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-38")
@pytest.mark.parametrize(
    ("state", "result", "wanted"),
    [
        # 1: data that the task chose
        ("finished", {"restarted": True}, ("ok", "", None, "", {"restarted": True})),
        ("finished", {"name": "n2", "state": "failed"}, ("ok", "", None, "", {"name": "n2", "state": "failed"})),
        ("finished", {"output_1": "a", "output_2": [1]}, ("ok", "", None, "", {"output_1": "a", "output_2": [1]})),
        # 2: text
        ("finished", {"_output": "a\n"}, ("ok", "", None, "a\n", None)),
        ("finished", {"output": "a\n"}, ("ok", "", None, "a\n", None)),
        ("finished", {"output": "a", "b": 1}, ("ok", "", None, "", {"output": "a", "b": 1})),
        ("finished", {"_output": ["a"]}, ("ok", "", None, "", {"_output": ["a"]})),
        # 3: both
        ("finished", {"a": 1, "_output": "b\n"}, ("ok", "", None, "b\n", {"a": 1})),
        # 4: an error
        ("failed", {"_error": {**TASK_ERROR, "details": {"exitcode": "3"}}}, ("failed", TASK_ERROR["msg"], 3, "", "!")),
        ("failed", {"_error": {"msg": "a"}, "b": 1}, ("failed", "a", None, "", "!")),
        ("failed", {"_error": {"kind": "site/x"}}, ("failed", "site/x", None, "", "!")),
        ("failed", {"_error": {"msg": "a", "details": "b"}}, ("failed", "a", None, "", "!")),
        ("failed", {"_error": {"msg": "a", "details": {"exit_code": -1}}}, ("failed", "a", -1, "", "!")),
        ("failed", {"_error": "disk full"}, ("failed", "disk full", None, "", None)),
        ("failed", {"_error": ["a", 1]}, ("failed", '["a", 1]', None, "", None)),
        ("failed", {"_error": {"msg": "\x1b[31mred\x1b[0m\r\n"}}, ("failed", "red", None, "", "!")),
        # 5: an error without a wrapper
        ("failed", {"error": "Invalid task name 'x'"}, ("failed", "Invalid task name 'x'", None, "", None)),
        ("errored", {"kind": "k", "msg": "m", "details": {}}, ("unreachable", "m", None, "", "!")),
        ("failed", {"kind": "k", "msg": "m", "a": 1}, ("failed", "no reason given", None, "", "=")),
        # 6: what must not be shown
        ("finished", {"_sensitive": "hunter2"}, ("ok", "", None, "", {"_sensitive": "********"})),
        # 8: anything
        ("finished", "plain", ("ok", "", None, "plain", None)),
        ("finished", ["a", 1], ("ok", "", None, "", ["a", 1])),
        ("finished", False, ("ok", "", None, "", False)),
        ("finished", 0, ("ok", "", None, "", 0)),
        ("finished", None, ("ok", "", None, "", None)),
        ("finished", {}, ("ok", "", None, "", None)),
    ],
)
def test_shapes(state: str, result: Any, wanted: tuple[Any, ...]) -> None:
    found = host(state, result)
    status, message, exit_code, output, data = wanted
    if data == "!":
        # the error as the task wrote it stays, with what else there was
        error = result.get("_error") or result
        data = {**{name: value for name, value in result.items() if name == "b"}, "_error": error}
    data = result if isinstance(data, str) else data
    assert (found["status"], found["message"], found["exit_code"]) == (status, message, exit_code)
    assert (found["output"], found.get("data")) == (output, data)
    assert found["name"] == "node1.example.com"


@pytest.mark.case("puppet-38")
@pytest.mark.parametrize("code", ["", "--5", "5.0", "٣", "²", "0x1", " ", "9" * 5000, None, True, 1.5, [], {}])
def test_an_exit_code_that_is_none(code: Any) -> None:
    found = host("failed", {"_error": {**TASK_ERROR, "details": {"exitcode": code}}})
    assert (found["exit_code"], found["status"]) == (None, "failed")


def test_an_exit_code_with_blanks() -> None:
    assert host("failed", {"_error": {**TASK_ERROR, "details": {"exitcode": " -100\n"}}})["exit_code"] == -100


# -- the verdict -----------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-35")
@pytest.mark.parametrize(
    ("result", "status"),
    [
        ({"_error": {"kind": "a/b", "msg": "soft"}}, "failed"),
        ({"_error": "soft"}, "failed"),
        # a key without a value is no key (contract 1.0)
        ({"_error": None, "a": 1}, "ok"),
        # data of a task that merely looks like an error: the server says that it went well
        ({"error": ""}, "ok"),
        ({"error": "none"}, "ok"),
        ({"kind": "file", "msg": "written"}, "ok"),
        # a task that counts: no run of Puppet
        ({"metrics": {"changed": 3}, "status": "failed"}, "ok"),
    ],
)
def test_only_an_error_fails_what_is_finished(result: Any, status: str) -> None:
    found = host("finished", result)
    assert found["status"] == status
    if status == "ok":
        assert found["message"] == ""
        assert found["data"] == result


@pytest.mark.case("puppet-39", "puppet-40")
@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("new", "pending"),
        ("ready", "pending"),
        ("running", "running"),
        ("stopping", "running"),
        ("stopped", "canceled"),
        ("finished", "ok"),
        ("failed", "failed"),
        ("errored", "unreachable"),
        ("skipped", "skipped"),
        ("rejected", "unknown"),
        (None, "unknown"),
        (["finished"], "unknown"),
    ],
)
def test_states(state: Any, status: str) -> None:
    assert node_status({"name": "a", "state": state}) == status


@pytest.mark.case("puppet-39")
@pytest.mark.parametrize(
    ("result", "details", "message"),
    [
        ({"_error": {"kind": "x/execution-failure", "msg": "gone"}}, {"message": "other"}, "gone"),
        (None, {"message": "Error running puppet on a: a is not connected "}, "Error running puppet on a: a is not"),
        (None, {}, "no reason given"),
        (None, None, "no reason given"),
        (None, "text", "no reason given"),
    ],
)
def test_why_a_node_could_not_be_reached(result: Any, details: Any, message: str) -> None:
    found = host("errored", result, details=details)
    assert (found["status"], found["message"].startswith(message)) == ("unreachable", True)


@pytest.mark.case("puppet-40")
def test_a_node_that_never_started() -> None:
    found = host("skipped", start_timestamp=None, finish_timestamp=None, duration=None)
    assert found["message"] == "It was never started, because the job was stopped."
    assert (found["started_at"], found["finished_at"], found["elapsed"], found["exit_code"]) == (None,) * 4
    assert (found["output"], "data" in found) == ("", False)


# -- runs of Puppet --------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-38", "puppet-41")
@pytest.mark.parametrize("place", ["result", "details"])
def test_the_metrics_of_a_run(place: str) -> None:
    """Contract 1.5: from 2017.3 on in the result, before in the details."""
    body = {"hash": "abc", "metrics": METRICS, "environment": "production"}
    found = host("finished", **{place: body})
    assert found["status"] == "changed"
    assert found["message"] == "Puppet run: 3 changed, 1 corrective change of 789 resources"
    assert found["data"] == body
    assert node_text(node("finished", **{place: body}), False) == found["message"] + "\n"


@pytest.mark.case("puppet-41")
@pytest.mark.parametrize(
    ("result", "status", "message"),
    [
        ({"status": "unchanged", "noop": {"noop": True}}, "ok", "Puppet run (noop): 2 out of sync of 789 resources"),
        ({"status": "unchanged", "noop": True}, "ok", "Puppet run (noop): 2 out of sync of 789 resources"),
        ({"status": "changed", "noop": False}, "changed", "Puppet run: nothing changed of 789 resources"),
        ({"status": "failed"}, "failed", "Puppet run: nothing changed of 789 resources"),
    ],
)
def test_what_a_run_says_of_itself(result: dict[str, Any], status: str, message: str) -> None:
    # what is out of sync is what would be changed, if that were allowed
    metrics = {**METRICS, "changed": 0, "corrective_change": 0, "out_of_sync": 2}
    found = host("finished", {**result, "metrics": metrics})
    assert (found["status"], found["message"]) == (status, message)


def test_a_run_that_failed_says_why() -> None:
    failed = {"status": "failed", "metrics": {**METRICS, "failed": 1}}
    found = host("failed", failed, details={"message": "Could not retrieve catalog"})
    assert (found["status"], found["message"]) == ("failed", "Could not retrieve catalog")
    assert host("failed", failed)["message"] == "Puppet run: 3 changed, 1 failed, 1 corrective change of 789 resources"


# -- secrets, times, odd bodies --------------------------------------------------------------------------------


@pytest.mark.case("puppet-50")
@pytest.mark.parametrize(
    "result",
    [
        {"_sensitive": "hunter2"},
        {"_sensitive": "hunter2", "a": 1},
        {"a": {"b": [{"_sensitive": {"password": "hunter2"}}]}},
        [{"_sensitive": "hunter2"}],
        {"_error": {"msg": "bad", "details": {"_sensitive": "hunter2"}}},
        {"_error": {"_sensitive": "hunter2"}},
    ],
)
def test_what_is_sensitive_is_never_shown(result: Any) -> None:
    for state in ("finished", "failed"):
        shown = json.dumps(host(state, result)) + node_text(node(state, result), True)
        assert "hunter2" not in shown
        assert "********" in shown
    assert "hunter2" in json.dumps(result)


def test_redacting_leaves_the_rest() -> None:
    value = {"a": [1, None, {"_sensitive": 1, "b": "c"}], "d": "_sensitive"}
    assert redacted(value) == {"a": [1, None, {"_sensitive": "********", "b": "c"}], "d": "_sensitive"}


@pytest.mark.case("puppet-28")
@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("256.0", 256.0),
        (256.0, 256.0),
        (3, 3.0),
        ("0.0", 0.0),
        (None, None),
        ("", None),
        ("soon", None),
        (True, None),
        (-1, None),
        ("nan", None),
        ("inf", None),
        (10**400, None),
        ([1], None),
        ({}, None),
    ],
)
def test_durations(value: Any, wanted: float | None) -> None:
    assert seconds(value) == wanted
    assert host("finished", duration=value)["elapsed"] == wanted


@pytest.mark.case("puppet-49")
def test_times_of_a_node() -> None:
    found = host("finished", start_timestamp="2024-03-11T01:00:01-08:00", finish_timestamp="2016-010-22T13:36:41Z")
    assert (found["started_at"], found["finished_at"]) == ("2024-03-11T09:00:01Z", None)


def test_a_node_of_nothing() -> None:
    (found,) = iter_hosts([{}], 0)
    assert found.to_dict() == {
        "name": "",
        "status": "unknown",
        "native_status": None,
        "exit_code": None,
        "message": "",
        "started_at": None,
        "finished_at": None,
        "elapsed": None,
        "output": "",
    }
    assert parts_of({}) == take_apart(None)


@pytest.mark.case("puppet-42")
def test_output_stays_as_it_is() -> None:
    raw = "\x1b[0;32mInfo\x1b[0m\r\na\x00b\ufffd\n"
    assert host("finished", {"_output": raw})["output"] == raw
