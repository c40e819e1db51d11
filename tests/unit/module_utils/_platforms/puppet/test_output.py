# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What jobs, plans and schedules printed, at once and read on: Puppet contract 1.5 and 1.9."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    InvalidOptionError,
    ServerError,
    UnsupportedError,
)
from ansible_collections.unified.jobs.plugins.module_utils._types import Job, Output

NODES, EVENTS = "/jobs/7/nodes", "/plan_jobs/7/events"
WEB = ["web1.example.com", "web2.example.com"]


def job(status: str = "successful", kind: str = "job") -> Job:
    return Job("puppet", kind, "7", status=status)


def node(name: str, result: Any = None, state: str = "finished") -> dict[str, Any]:
    return {"name": name, "state": state, "result": result, "details": {}}


def printed(name: str, text: str, state: str = "finished") -> dict[str, Any]:
    return node(name, {"_output": text}, state)


def read(platform: Any, own: Job, since: str | None = None, max_bytes: int = 0, **more: Any) -> Output:
    found: Output = platform.get_output(own, max_bytes=max_bytes, since=since, **more)
    return found


# -- of nodes --------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-38", "puppet-42")
@pytest.mark.parametrize(
    ("row", "text"),
    [
        (printed("a", "one\ntwo\n"), "one\ntwo\n"),
        (printed("a", "one"), "one\n"),
        (printed("a", ""), ""),
        (printed("a", "\x1b[31mred\x1b[0m\r\na\x00b\ufffd\n"), "\x1b[31mred\x1b[0m\r\na\x00b\ufffd\n"),
        (node("a", {"b": "ä"}), '{"b": "ä"}\n'),
        (node("a", {"b": 1, "_output": "c\n"}), "c\n"),
        (node("a", "plain"), "plain\n"),
        (node("a", ["b"]), '["b"]\n'),
        (node("a", False), "false\n"),
        (node("a"), ""),
        (node("a", {"_output": "b\n", "_error": {"msg": "c"}}, "failed"), "b\nc\n"),
        (node("a", {"b": 1, "_error": {"msg": "c"}}, "failed"), '{"b": 1}\nc\n'),
        (node("a", {"_error": {"msg": "b"}}, "errored"), "b\n"),
        (node("a", None, "failed"), "no reason given\n"),
        (node("a", None, "skipped"), ""),
    ],
)
def test_what_one_node_left(played: Any, row: dict[str, Any], text: str) -> None:
    own = job()
    found = read(played({NODES: {"items": [row]}}), own)
    assert (found.text, found.complete, found.truncated, found.cursor) == (text, True, False, None)
    assert own.warnings == []


def test_several_nodes_are_told_apart(played: Any) -> None:
    rows = [printed("b", "two"), printed("a", "one\n"), node("c")]
    assert read(played({NODES: {"items": rows}}), job()).text == "==> a\none\n==> b\ntwo\n"
    assert read(played({NODES: {"items": rows}}), job(), host_filter=["b"]).text == "two\n"
    assert read(played({NODES: {"items": rows}}), job(), host_filter=["no"]).text == ""


def test_the_end_of_much(played: Any) -> None:
    found = read(played({NODES: {"items": [printed("a", "first\nsecond\nlast\n")]}}), job(), max_bytes=8)
    assert (found.text, found.truncated) == ("last\n", True)


def test_what_is_not_over_is_not_complete(played: Any) -> None:
    rows = [printed("a", "one\n"), node("b", None, "running"), node("c", None, "new")]
    found = read(played({NODES: {"items": rows}}), job("running"))
    assert (found.text, found.complete) == ("==> a\none\n", False)
    # the states of the job decide: all nodes may be over before it is
    assert read(played({NODES: {"items": rows[:1]}}), job("running")).complete is False
    assert read(played({NODES: {"items": rows[:1]}}), job()).complete is True


# -- read on ---------------------------------------------------------------------------------------------------


def read_all(platform: Any, own: Job, max_bytes: int) -> list[Output]:
    """What comes until there is no more."""
    found: list[Output] = []
    cursor: str | None = "0"
    while cursor is not None and (not found or found[-1].text):
        found.append(read(platform, own, cursor, max_bytes))
        cursor = found[-1].cursor
        assert len(found) < 60
    return found


LINES = {"a": "a1\na2 is longer\na3\n", "b": "b1\nb2", "c": "", "d": "d1 \u20ac\r\nd2\n"}
WHOLE = "==> a\na1\na2 is longer\na3\n==> b\nb1\nb2\n==> d\nd1 \u20ac\r\nd2\n"


@pytest.mark.parametrize("size", [0, 1, 5, 16, 20, 33, 1000])
def test_nothing_is_lost_or_doubled(played: Any, size: int) -> None:
    """Whole lines, however small the pieces; only a line that is longer than a piece is cut, which is said."""
    platform = played({NODES: {"items": [printed(name, text) for name, text in LINES.items()]}})
    found = read_all(platform, job(), size)
    if not any(one.truncated for one in found):
        assert "".join(one.text for one in found) == WHOLE
    assert len("".join(one.text for one in found).splitlines()) == len(WHOLE.splitlines())
    assert size in (1, 5) or not any(one.truncated for one in found)
    assert all(len(one.text.encode()) <= (size or 10**6) for one in found)
    assert [one.complete for one in found] == [False] * (len(found) - 2) + [True] * 2 or len(found) == 2


@pytest.mark.parametrize("size", [0, 6, 9, 100])
def test_nodes_that_end_in_any_order(played: Any, size: int) -> None:
    """What was begun goes on before what ended meanwhile, though that comes first by name."""
    texts = {"c": "c1\nc2\nc3\n", "a": "a1\na2\n", "b": "b1\n"}
    ended: list[str] = []

    def nodes(_query: Any) -> Any:
        return {"items": [printed(n, texts[n]) if n in ended else node(n, None, "running") for n in sorted(texts)]}

    platform = played({NODES: nodes})
    seen, cursor = "", "0"
    for name in (*texts, None):
        ended += [name] if name else []
        own = job("running" if name else "successful")
        for _turn in range(20 if name is None else 1):
            found = read(platform, own, cursor, size)
            seen, cursor = seen + found.text, str(found.cursor)
            assert found.complete is False or name is None
    for name, text in texts.items():
        assert seen.count(f"==> {name}\n") == 1
        assert f"==> {name}\n{text}" in seen
    assert read(platform, job(), cursor).complete is True
    assert len(seen) == sum(len(text) + 6 for text in texts.values())


def test_a_long_line_is_cut_and_that_is_said(played: Any) -> None:
    platform = played({NODES: {"items": [printed("a", "x" * 50 + "end\nnext\n")]}})
    first = read(platform, job(), "0", 10)
    assert (first.text, first.truncated, first.complete) == ("xxxxxxend\n", True, False)
    second = read(platform, job(), first.cursor, 10)
    assert (second.text, second.truncated, second.complete) == ("next\n", False, True)
    assert read(platform, job(), second.cursor, 10).text == ""


@pytest.mark.parametrize(
    "cursor",
    [
        *("", "x", "-1", "1", "12", "[]", '"a"', "null", "{}", '{"done": [], "partial": ""}'),
        *('{"done": "ab", "partial": "", "lines": 0}', '{"done": [], "partial": 5, "lines": 0}'),
        *('{"done": [], "partial": "", "lines": -5}', '{"done": [], "partial": "", "lines": "1"}'),
        *('{"done": [], "partial": "", "lines": Infinity}', '{"done": [], "partial": "", "lines": 1e400}', "[" * 10**5),
    ],
)
def test_a_cursor_that_is_none(played: Any, cursor: str) -> None:
    for own in (job(), job(kind="plan_job")):
        platform = played({NODES: {"items": []}, EVENTS: {"items": []}})
        with pytest.raises(InvalidOptionError, match="output_since"):
            read(platform, own, cursor)


@pytest.mark.parametrize("done", [["9" * 5000], ["\u0663"], ["a"], [None], [{}], [""]])
def test_a_cursor_of_elsewhere(played: Any, done: list[Any]) -> None:
    """What names no event of a plan is no place to go on from."""
    cursor = json.dumps({"done": done, "partial": "", "lines": 0})
    platform = played({EVENTS: {"items": [said(5, "a")]}})
    assert read(platform, job(kind="plan_job"), cursor).text == "a\n"


# -- of plans --------------------------------------------------------------------------------------------------


def said(number: int, message: Any, kind: str = "out_message") -> dict[str, Any]:
    return {"id": str(number), "type": kind, "details": {"message": message}}


def events(*rows: dict[str, Any]) -> Any:
    return lambda query: {"items": [row for row in rows if int(row["id"]) >= query["start"]]}


@pytest.mark.case("puppet-48")
def test_messages_of_a_plan(played: Any) -> None:
    rows = (said(5, "one"), said(9, "no message", "task_start"), said(11, "two\nlines\n"), said(12, None))
    platform = played({EVENTS: events(*rows)})
    found = read(platform, job(kind="plan_job"))
    assert (found.text, found.complete) == ("one\ntwo\nlines\n\n", True)
    assert read(platform, job("running", "plan_job")).complete is False
    assert {path for _method, path, _query in platform.client.asked} == {EVENTS}


@pytest.mark.case("puppet-48")
@pytest.mark.parametrize(
    ("message", "asks"),
    [
        ("x" * 1000, False),
        ("x" * 1020, False),
        ("x" * 1024, True),
        ("ä" * 512, True),
        # 1024 bytes end within a character, so that fewer are left
        ("€" * 341, True),
        ("x" + "😀" * 255, True),
    ],
)
def test_messages_that_may_be_cut(played: Any, message: str, asks: bool) -> None:
    whole = message + " and the rest"
    platform = played({EVENTS: events(said(5, message)), "/plan_jobs/7/event/5": said(5, whole)})
    assert read(platform, job(kind="plan_job")).text == (whole if asks else message) + "\n"
    asked = [path for _method, path, _query in platform.client.asked if path.endswith("/event/5")]
    assert len(asked) == asks
    # nobody asked for it in full
    platform.client.asked.clear()
    assert platform.get_events(job(kind="plan_job"))[0]["message"] == message
    assert {path for _method, path, _query in platform.client.asked} == {EVENTS}


@pytest.mark.case("puppet-48")
def test_a_message_that_is_not_shown_alone(played: Any, answered: Any) -> None:
    """The rest of the output is not lost for it."""
    kind = {"kind": "puppetlabs.orchestrator/mismatched-job-event-id", "msg": "no"}
    rows = (said(5, "x" * 1024), said(6, "y" * 1024), said(7, "end"))
    for error in (answered(404, kind), answered(404, "Not Found")):
        own = job(kind="plan_job")
        alone = {"/plan_jobs/7/event/5": error, "/plan_jobs/7/event/6": error}
        found = read(played({EVENTS: events(*rows), **alone}), own)
        assert found.text == "x" * 1024 + "\n" + "y" * 1024 + "\nend\n"
        assert own.warnings == ["Messages of the plan are cut: the server does not show them alone."]
    with pytest.raises(ServerError):
        read(played({EVENTS: events(*rows), "/plan_jobs/7/event/5": answered(500, kind)}), job(kind="plan_job"))


@pytest.mark.case("puppet-48")
@pytest.mark.parametrize("size", [0, 4, 8, 100])
def test_reading_on_in_a_plan(played: Any, size: int) -> None:
    rows = [said(5, "one"), said(9, "two\nthree"), said(11, "four")]
    platform = played({EVENTS: events(*rows)})
    found = read_all(platform, job("running", "plan_job"), size)
    joined = "".join(one.text for one in found)
    assert joined == "one\ntwo\nthree\nfour\n" if size != 4 else joined.count("\n") == 4
    rows.append(said(20, "five"))
    platform = played({EVENTS: events(*rows)})
    last = read(platform, job(kind="plan_job"), found[-1].cursor)
    assert (last.text, last.complete) == ("five\n", True)
    # what was read is not asked for again
    assert platform.client.asked[0][2] == {"start": 12}
    # and the cursor does not grow
    assert json.loads(str(last.cursor)) == {"done": ["20"], "partial": "", "lines": 0}
    assert read(platform, job(kind="plan_job"), last.cursor).text == ""


def test_hosts_do_not_choose_among_messages(played: Any) -> None:
    own = job(kind="plan_job")
    found = read(played({EVENTS: events(said(5, "one"))}), own, host_filter=["web1"])
    assert found.text == "one\n"
    assert len(own.warnings) == 1
    assert "host_filter" in own.warnings[0]


# -- of schedules ----------------------------------------------------------------------------------------------


def schedule(last: Any = None) -> Job:
    run = {"at": "x", "type": last, "id": "7", "error": None} if last else None
    return Job("puppet", "scheduled_job", "3", status="scheduled", details={"last_run": run}, is_complete=True)


@pytest.mark.case("puppet-70")
def test_a_schedule_printed_what_its_last_run_did(played: Any) -> None:
    body = {"name": "7", "state": "finished", "node_count": 1, "node_states": {"finished": 1}, "options": {}}
    platform = played({"/jobs/7": body, NODES: {"items": [printed("a", "one\n")]}})
    assert read(platform, schedule("job")) == Output("one\n", True, False, None)
    plan = {"/plan_jobs/7": {"name": "7", "state": "success"}, EVENTS: events(said(5, "two"))}
    assert read(played(plan), schedule("plan_job")) == Output("two\n", True, False, None)
    assert read(played({}), schedule()) == Output("", False, False, None)
    with pytest.raises(UnsupportedError, match="output_since"):
        read(platform, schedule("job"), "0")


# -- in the lab ------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-42")
def test_odd_bytes_survive(face: Any) -> None:
    """Contract 1.5: NUL, CR LF; what was no UTF-8 was replaced by the server already."""
    job = face("invoke", template="lab::raw", targets=WEB[:1], wait=True, include=["output", "hosts"])["job"]
    assert job["output"] == "a\x00b\ufffd\r\nc\n"
    assert job["hosts"][0]["output"] == job["output"]
    colors = face("invoke", template="lab::output", targets=WEB[:1], wait=True, include=["output"])["job"]
    assert colors["output"].startswith("\x1b[0;32mInfo: Loading facts\x1b[0m\r\n")


def test_following_a_job(face: Any, pe: Any) -> None:
    made = face("invoke", template="lab::hang_one", targets=WEB)["job"]
    cursor, seen = "0", ""
    for _turn in range(4):
        pe.lab.advance(2)
        found = face("info", jobs=made, include=["output"], output_since=cursor)["job"]
        cursor, seen = found["output_cursor"], seen + found["output"]
        assert found["output_complete"] is False
    assert seen == '==> web2.example.com\n{"message": "Everything is fine"}\n'


@pytest.mark.case("puppet-48")
@pytest.mark.parametrize("generation", ["2018.1", "2023"])
def test_messages_of_the_lab(face: Any, pe: Any, generation: str) -> None:
    pe.options.generation = generation
    job = face("invoke", type="plan", template="lab::plan_messages", wait=True, include=["output"])["job"]
    assert job["output"] == "this is an output message\n" + "x" * 1500 + "\n" + "ä" * 600 + "\n"
    assert len(pe.requests("GET", r"/event/\d+$")) == 2


@pytest.mark.case("puppet-50")
def test_what_is_sensitive_is_in_no_output(face: Any) -> None:
    include = ["output", "hosts", "artifacts", "native", "events", "parameters"]
    made = face("invoke", template="lab::sensitive", targets=WEB[:1], wait=True, include=include)["job"]
    assert made["output"] == '{"_sensitive": "********"}\n'
    assert made["artifacts"] == {WEB[0]: {"_sensitive": "********"}}
    assert "value redacted" not in json.dumps(made)
