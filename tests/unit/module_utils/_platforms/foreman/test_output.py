# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a job printed on its hosts, and how far it was read: Foreman contract 1.4 to 1.6."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    BadResponseError,
    InvalidOptionError,
    ResourceMissingError,
)
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.api import Api
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.output import (
    CHUNK,
    Printed,
    get_output,
    read_outputs,
)
from ansible_collections.unified.jobs.plugins.module_utils._types import Job

OUTPUTS = "/api/job_invocations/7/outputs"
JOB = Job("foreman", "job_invocation", "7", status="successful", details={"task": {"id": "a"}})
EXIT = {"output_type": "stdout", "output": "Exit status: 0", "timestamp": 1700000009.0}


def chunk(output: str, at: float = 1.0, kind: str = "stdout", **more: Any) -> dict[str, Any]:
    return {"output_type": kind, "output": output, "timestamp": 1700000000.0 + at, **more}


def host(number: int) -> dict[str, Any]:
    return {"id": number, "name": f"h{number}"}


# -- one host --------------------------------------------------------------------------------------------------


@pytest.mark.case("foreman-38")
def test_chunks_are_joined_and_kinds_told_apart() -> None:
    """Contract 1.4: chunks end anywhere, and hold carriage returns and colours."""
    printed = Printed(
        [
            chunk("first li", id=1),
            chunk("ne\r\nsec", id=2),
            chunk("oops\n", kind="stderr", id=3),
            chunk("ond\x1b[3", id=4),
            chunk("2mgreen\x1b[0m\n", id=5),
            chunk("proxy\n", kind="debug", id=6),
            EXIT,
        ]
    )
    assert printed.text("stdout") == "first line\nsecondgreen\n"
    assert printed.text("stderr") == "oops\n"
    assert printed.text("debug") == "proxy\n"
    assert printed.text() == "first line\nsecoops\nondgreen\nproxy\n"
    assert printed.exit_code == 0


@pytest.mark.case("foreman-39")
@pytest.mark.parametrize(
    ("line", "code", "broken"),
    [
        ("Exit status: 3", 3, False),
        ("Exit status: -1\n", -1, False),
        ("\nExit status: 255", 255, False),
        ("Exit-Status: 0", 0, False),
        ("Exit status: EXCEPTION", None, True),
        ("Exit status: ", None, False),
    ],
)
def test_the_exit_code_is_the_last_item(line: str, code: int | None, broken: bool) -> None:
    printed = Printed([chunk("x\n", id=1), chunk(line)])
    assert (printed.exit_code, printed.failed_to_run, printed.text()) == (code, broken, "x\n")


@pytest.mark.case("foreman-39")
@pytest.mark.parametrize(
    "chunks",
    [
        [],
        [chunk("x\n", id=1)],
        [chunk("Exit status: 3\n", id=1)],
        [chunk("Exit status: 3\n"), chunk("more\n")],
        [chunk("Exit status: 3 or so")],
    ],
)
def test_what_only_looks_like_an_exit_is_output(chunks: list[dict[str, Any]]) -> None:
    """Contract 1.4: on servers before version 8.1 of the plugin no chunk has an id."""
    printed = Printed(chunks)
    assert printed.exit_code is None
    assert printed.text() == "".join(one["output"] for one in chunks)


@pytest.mark.case("foreman-39")
def test_why_a_host_failed() -> None:
    """Contract 4: a timeout and a job that was not picked up are only found in the output."""
    timeout = chunk("Timeout for execution passed, trying to stop the job\n", kind="debug", id=2)
    assert Printed([chunk("x\n", id=1), timeout]).reason().startswith("Timeout for execution passed")
    assert Printed([chunk("out\n", id=1), chunk("err\n", kind="stderr", id=2)]).reason() == "err"
    assert Printed([chunk("a\nb\nc\nd\ne\nf\n", id=1)]).reason() == "b\nc\nd\ne\nf"
    assert Printed([chunk("Exit status: EXCEPTION")]).reason() == "The runner broke down."
    assert Printed(None).reason() == ""


@pytest.mark.case("foreman-40")
@pytest.mark.parametrize(("output", "text"), [(None, ""), ([], ""), ("", ""), ("1\n2\n", "1\n2\n"), ({}, ""), (5, "")])
def test_outputs_of_any_kind(output: Any, text: str) -> None:
    """Recordings *_raw_output_*: a text or null; *_output_*: a list."""
    assert Printed(output).text() == text


# -- many hosts ------------------------------------------------------------------------------------------------


def server(outputs: dict[int, list[dict[str, Any]]], complete: bool = True) -> Any:
    """What answers like C(outputs): the hosts that are asked for, and only what is younger than C(since)."""

    def answer(params: Any) -> Any:
        wanted = [int(word) for word in params["search_query"][6:-1].split(",")]
        rows = []
        for number in wanted:
            chunks = sorted(outputs.get(number, []), key=lambda one: one["timestamp"])
            while chunks and "since" in params and chunks[0]["timestamp"] <= float(params["since"]):
                chunks.pop(0)
            if number in outputs:
                rows.append({"host_id": number, "complete": complete, "refresh": not complete, "output": chunks})
        return {"outputs": rows}

    return answer


def api(played: Any, answer: Any) -> Api:
    made: Api = played({OUTPUTS: answer})._api
    return made


@pytest.mark.case("foreman-43")
def test_many_hosts_are_asked_for_in_parts(played: Any) -> None:
    outputs = {number: [chunk(f"{number}\n", id=number)] for number in range(1, 121)}
    client = api(played, server(outputs))
    found = read_outputs(client, JOB, list(range(1, 131)))
    # hosts that this user may not see are left out
    assert {number: printed.text() for number, printed in found.items()} == {str(n): f"{n}\n" for n in range(1, 121)}
    asked = [params["search_query"] for _method, _path, params in client.client.asked]  # type: ignore[attr-defined]
    assert [query.count(",") + 1 for query in asked] == [CHUNK, CHUNK, 30]


@pytest.mark.case("foreman-43")
def test_too_much_for_one_answer_is_asked_for_in_halves(played: Any) -> None:
    whole = server({number: [chunk(f"{number}\n")] for number in range(1, 9)})

    def answer(params: Any) -> Any:
        if params["search_query"].count(",") > 1:
            raise BadResponseError("too large", ambiguous=True)
        return whole(params)

    client = api(played, answer)
    assert len(read_outputs(client, JOB, list(range(1, 9)))) == 8
    with pytest.raises(BadResponseError):
        read_outputs(api(played, BadResponseError("HTML", status=200)), JOB, [1, 2])


def test_before_there_were_outputs_hosts_are_read_one_by_one(played: Any) -> None:
    """Contract, versions: outputs came with 4.2."""
    platform = played(
        {
            OUTPUTS: ResourceMissingError("no route", status=404),
            "/api/job_invocations/7/hosts/1": {"complete": True, "refresh": False, "output": [chunk("a\n"), EXIT]},
            "/api/job_invocations/7/hosts/2": {"complete": False, "refresh": True, "output": [], "delayed": True},
        }
    )
    found = read_outputs(platform._api, JOB, [1, 2])
    assert (found["1"].text(), found["1"].exit_code, found["1"].complete) == ("a\n", 0, True)
    assert (found["2"].text(), found["2"].exit_code, found["2"].complete) == ("", None, False)


def test_all_hosts_one_after_the_other(played: Any) -> None:
    client = api(played, server({2: [chunk("b", id=1), EXIT], 1: [chunk("a\n", id=2), EXIT], 3: []}))
    hosts = [host(2), host(1), host(3)]
    output = get_output(client, JOB, hosts, 0, None)
    assert (output.text, output.complete, output.truncated) == ("==> h1\na\n==> h2\nb\n", True, False)
    assert get_output(client, JOB, hosts, 3, None).text == "b\n"
    assert get_output(client, JOB, [host(1)], 0, None).text == "a\n"


# -- cursors ---------------------------------------------------------------------------------------------------


def parts(client: Api, hosts: list[dict[str, Any]], size: int, cursor: str = "0") -> tuple[str, str, int]:
    text, reads = "", 0
    while True:
        output = get_output(client, JOB, hosts, size, cursor)
        text, cursor, reads = text + output.text, output.cursor or "", reads + 1
        if output.complete or not output.text:
            return text, cursor, reads


@pytest.mark.case("foreman-38")
@pytest.mark.parametrize("size", [150, 300, 1000, 0])
@pytest.mark.parametrize("ids", [True, False])
def test_the_parts_are_the_whole(played: Any, size: int, ids: bool) -> None:
    rng = random.Random(size)
    outputs = {}
    for number in range(1, 6):
        text = "".join(rng.choice(["ä", "b\n", "\r\n", "\x1b[0m", "word ", "\n"]) for _unused in range(60))
        pieces = [text[place : place + 7] for place in range(0, len(text), 7)]
        more = [{"id": 100 * number + place} if ids else {} for place in range(len(pieces))]
        outputs[number] = [chunk(piece, place // 3, **more[place]) for place, piece in enumerate(pieces)]
        outputs[number].append(chunk("Exit status: 0", 99))
    client = api(played, server(outputs))
    hosts = [host(number) for number in range(1, 6)]
    assert parts(client, hosts, size)[0] == get_output(client, JOB, hosts, 0, None).text


def test_a_line_that_does_not_fit_is_cut_and_said_to_be(played: Any) -> None:
    client = api(played, server({1: [chunk("x" * 50 + "\ny\n", id=1), EXIT]}))
    output = get_output(client, JOB, [host(1)], 10, "0")
    assert (output.text, output.truncated, output.complete) == ("x" * 9 + "\n", True, False)
    output = get_output(client, JOB, [host(1)], 10, output.cursor)
    assert (output.text, output.truncated, output.complete) == ("y\n", False, True)


@pytest.mark.case("foreman-38")
@pytest.mark.parametrize("ids", [True, False])
def test_what_comes_at_the_same_time_is_neither_lost_nor_doubled(played: Any, ids: bool) -> None:
    """Contract 1.4: since leaves out what is as old as it, also what comes later."""
    chunks = [chunk("a\n", 1.0), chunk("b\n", 2.0)]
    running = api(played, server({1: chunks}, complete=False))
    for place, one in enumerate(chunks):
        one.update({"id": place} if ids else {})
    output = get_output(running, JOB, [host(1)], 0, "0")
    assert (output.text, output.complete) == ("a\nb\n", False)
    chunks += [chunk("c\n", 2.0, **({"id": 9} if ids else {})), chunk("c\n", 2.0, **({"id": 10} if ids else {}))]
    output = get_output(running, JOB, [host(1)], 0, output.cursor)
    assert output.text == "c\nc\n"
    chunks.append(chunk("c\n", 2.0, **({"id": 11} if ids else {})))
    output = get_output(running, JOB, [host(1)], 0, output.cursor)
    assert output.text == "c\n"
    assert get_output(running, JOB, [host(1)], 0, output.cursor).text == ""


@pytest.mark.case("foreman-38")
def test_a_line_without_an_end_is_kept_back_while_the_host_runs(played: Any) -> None:
    chunks = [chunk("one\ntw", 1.0, id=1)]
    running = api(played, server({1: chunks}, complete=False))
    output = get_output(running, JOB, [host(1)], 0, "0")
    assert output.text == "one\n"
    chunks.append(chunk("o\nthr", 2.0, id=2))
    output = get_output(running, JOB, [host(1)], 0, output.cursor)
    assert output.text == "two\n"
    done = api(played, server({1: [*chunks, chunk("Exit status: 0", 3.0)]}))
    output = get_output(done, JOB, [host(1)], 0, output.cursor)
    assert (output.text, output.complete) == ("thr\n", True)


def test_the_server_is_asked_for_what_is_new_only(played: Any) -> None:
    """The parameter since of the reference page."""
    client = api(played, server({1: [chunk("a\n", 5.0, id=1)], 2: [chunk("b\n", 3.0, id=2)]}, complete=False))
    cursor = get_output(client, JOB, [host(1), host(2)], 0, "0").cursor
    get_output(client, JOB, [host(1), host(2)], 0, cursor)
    asked = [params.get("since") for _method, _path, params in client.client.asked]  # type: ignore[attr-defined]
    assert asked == [None, "1700000002.999000"]
    # a host that begins later is read from its beginning
    get_output(client, JOB, [host(1), host(2), host(3)], 0, cursor)
    assert "since" not in client.client.asked[-1][2]  # type: ignore[attr-defined]


def test_hosts_that_are_done_are_not_asked_for_again(played: Any) -> None:
    client = api(played, server({1: [chunk("a\n", id=1), EXIT]}))
    output = get_output(client, JOB, [host(1)], 0, "0")
    assert json.loads(output.cursor or "")["done"] == ["1"]
    assert get_output(client, JOB, [host(1)], 0, output.cursor).complete
    assert len(client.client.asked) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("cursor", ["x", "7", "", "{}", "[]", '{"hosts":{"1":[1]},"done":[],"last":""}', "null"])
def test_what_is_no_cursor(played: Any, cursor: str) -> None:
    with pytest.raises(InvalidOptionError, match="^output_since: .* is not a cursor of Foreman"):
        get_output(api(played, {}), JOB, [host(1)], 0, cursor)


# -- against the lab -------------------------------------------------------------------------------------------


@pytest.mark.case("foreman-38")
@pytest.mark.parametrize("generation", ["3.5", "3.12", "3.16"])
def test_following_a_job_that_runs(face: Any, server: Any, lab_time: Any, generation: str) -> None:
    server.options.generation = generation
    job = face("invoke", template="lab-chunks", targets=["web1.example.com", "web2.example.com"])["job"]
    cursor, lines, reads = "0", [], 0
    for _unused in range(60):
        lab_time.sleep(0.2)
        part = face("info", jobs=job, include=["output"], output_since=cursor, output_max_bytes=60)["job"]
        cursor, reads = part["output_cursor"], reads + bool(part["output"])
        lines += part["output"].splitlines()
        if part["output_complete"]:
            break
    assert reads > 3
    whole = face("info", jobs=job, include=["output"])["job"]["output"].splitlines()
    assert sorted(line for line in lines if "==>" not in line) == sorted(line for line in whole if "==>" not in line)
    assert whole[:3] == ["==> web1.example.com", "first line", "second line"]


def test_output_of_some_hosts(face: Any, foreman_lab: Any) -> None:
    """The parameter search_query of the reference page, by ids; search of the hosts."""
    job = face("invoke", template="lab-ok", target_query="name ~ web", wait=True)["job"]
    for wanted in (["web2.example.com"], "name = web2.example.com"):
        foreman_lab.forget_requests()
        seen = face("info", jobs=job, include=["output", "hosts"], host_filter=wanted)["job"]
        assert seen["output"] == "Everything is fine\n"
        assert [one["name"] for one in seen["hosts"]] == ["web2.example.com"]
        assert seen["hosts"][0]["output"] == "Everything is fine\n"
        assert seen["hosts"][0]["data"] == {"stdout": "Everything is fine\n", "stderr": "", "debug": ""}
        queries = [one.query["search_query"] for one in foreman_lab.requests("GET", "/outputs$")]
        assert queries == [["id ^ (12)"]] * 2


def test_a_job_without_output(face: Any, server: Any) -> None:
    job = face("invoke", template="lab-ok", target_query="name ~ web", schedule={"start_at": "2099-01-01T00:00:00Z"})[
        "job"
    ]
    seen = face("info", jobs=job, include=["output"])["job"]
    assert (seen["output"], seen["output_complete"]) == ("", False)
    server.orphan(int(job["id"]))
    seen = face("info", jobs=job, include=["output", "hosts", "failed_tasks"])["job"]
    assert (seen["output"], seen["output_complete"], seen["failed_tasks"]) == ("", True, [])


def test_a_big_output_is_cut_at_its_beginning(face: Any) -> None:
    job = face("invoke", template="lab-big", targets=["web1.example.com"], wait=True, include=["output"])["job"]
    assert job["output_truncated"] is True
    assert 65000 < len(job["output"]) <= 65536
    whole = face("info", jobs=job, include=["output"], output_max_bytes=0)["job"]
    assert (len(whole["output"]) >= 300_000, whole["output_truncated"]) == (True, False)


@pytest.mark.case("foreman-38")
def test_a_host_that_is_left_out_for_now_may_speak_later(played: Any) -> None:
    """What it printed later was never read: it was noted as read to its end."""
    outputs: dict[int, Any] = {1: [chunk("one\n", id=1)]}
    client = api(played, server(outputs))
    hosts = [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]
    first = get_output(client, replace(JOB, status="running"), hosts, 0, "0")
    assert (first.complete, "one" in first.text) == (False, True)
    outputs[2] = [chunk("two\n", id=2)]
    second = get_output(client, replace(JOB, status="running"), hosts, 0, first.cursor)
    assert (second.complete, second.text) == (True, "==> b\ntwo\n")
    # once the job is over, what is left out is hidden from this user
    del outputs[2]
    assert get_output(client, replace(JOB, status="successful"), hosts, 0, "0").complete is True
