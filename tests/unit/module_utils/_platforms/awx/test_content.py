# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a job of AWX printed and did: contract 1.6, 1.8 and 6.2."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    InvalidOptionError,
    JobsError,
    UnsupportedError,
)
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import content
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx.api import Api
from ansible_collections.unified.jobs.plugins.module_utils._types import Job

#: recording stdout-toolarge-json
NOTICE = "Standard Output too large to display (1402322 bytes), only download supported for sizes over 1048576 bytes."


class Told:
    """A client that tells what it was given, by path."""

    prefix = "/api/v2/"
    deadline = None
    overtime = 0.0

    def __init__(self, answers: dict[str, Any], text: bytes = b"") -> None:
        self.answers = answers
        self.text = text
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def get(self, path: str, params: Any = None, **more: Any) -> Any:
        self.asked.append((path, dict(params or {})))
        data = self.answers[path]
        if isinstance(data, list):
            data = {"count": len(data), "next": None, "results": data}
        return type("Answer", (), {"data": data, "status": 200, "text": ""})()

    def download(self, path: str, params: Any = None, *, accept: str = "", tail_bytes: int = 0) -> tuple[bytes, bool]:
        self.asked.append((path, {**params, "accept": accept}))
        cut = tail_bytes and len(self.text) > tail_bytes
        return (self.text[-tail_bytes:], True) if cut else (self.text, False)


def api(client: Any) -> Api:
    return Api(client, "/api/v2/")


def job(kind: str = "job", status: str = "successful", **changes: Any) -> Job:
    made = Job("awx", kind, "42", name="lab", status=status)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


# -- plain text ------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-39")
@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("\x1b[0;32mok\x1b[0m: [h]", "ok: [h]"),
        ("\x1b[1;34;48;5;200mx\x1b[K\x1b[4my\x1b[24m", "xy"),
        ("\x1b]0;title\x07x", "x"),
        ("\x1b]8;;http://h\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]broken\nnext line", "\nnext line"),
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("a\x00b\x07c\x7fd\x9be", "abcde"),
        ("tab\there \u2603 \u00fc\u00df \u4e2d", "tab\there \u2603 \u00fc\u00df \u4e2d"),
        ("", ""),
    ],
)
def test_clean(raw: str, plain: str) -> None:
    assert content.clean(raw) == plain


def test_bytes_that_are_no_utf_8() -> None:
    client = Told({}, b"caf\xe9\n\xff\xfe\nsnowman \xe2\x98\x83\n")
    assert content.get_output(api(client), job(), 0, None).text == "caf\ufffd\n\ufffd\ufffd\nsnowman \u2603\n"


# -- the end of an output --------------------------------------------------------------------------------------


@pytest.mark.case("awx-37", "awx-38")
def test_the_format_without_a_limit_is_asked_for() -> None:
    client = Told({}, b"text\n")
    content.get_output(api(client), job(), 0, None)
    assert client.asked == [("jobs/42/stdout/", {"format": "txt_download", "accept": "text/plain, */*"})]


@pytest.mark.parametrize(
    ("size", "text", "truncated"),
    [
        (0, "one\ntwo\nthree\n", False),
        (14, "one\ntwo\nthree\n", False),
        (13, "two\nthree\n", True),
        (8, "three\n", True),
        (3, "ee\n", True),
    ],
)
def test_the_beginning_is_left_out_at_a_line_start(size: int, text: str, truncated: bool) -> None:
    output = content.get_output(api(Told({}, b"one\ntwo\nthree\n")), job(), size, None)
    assert (output.text, output.truncated) == (text, truncated)


def test_a_character_is_not_cut_in_two() -> None:
    text = "\u2603" * 10 + "\n" + "\u2603" * 3 + "\n"
    output = content.get_output(api(Told({}, text.encode())), job(), 20, None)
    assert output.text == "\u2603" * 3 + "\n"


@pytest.mark.case("awx-40")
@pytest.mark.parametrize(("kind", "status"), [("workflow_approval", "failed"), ("system_job", "running")])
def test_types_without_a_stdout_are_not_asked_for_one(kind: str, status: str) -> None:
    client = Told({})
    assert content.get_output(api(client), job(kind, status), 100, None).text == ""
    assert client.asked == []


@pytest.mark.case("awx-40")
def test_a_system_job_prints_into_a_field() -> None:
    made = job("system_job", native={"result_stdout": "one\r\ntwo\n"})
    assert content.get_output(api(Told({})), made, 0, None).text == "one\ntwo\n"
    assert content.get_output(api(Told({})), made, 5, None).text == "two\n"
    made.native["result_stdout"] = NOTICE
    output = content.get_output(api(Told({})), made, 0, None)
    assert (output.text, output.complete, output.truncated) == ("", False, True)


# -- what came after a cursor ----------------------------------------------------------------------------------


def printed(*lines: str, start: int = 0, missing: int = 0) -> dict[str, Any]:
    """An answer of format=json (recordings stdout-json-start-only, stdout-running-json)."""
    end = start + len(lines) + missing
    return {"range": {"start": start, "end": end, "absolute_end": end}, "content": "".join(f"{x}\n" for x in lines)}


def since(answer: Any, cursor: str = "0", size: int = 0, **changes: Any) -> Any:
    client = Told({"jobs/42/stdout/": answer})
    output = content.get_output(api(client), job(**changes), size, cursor)
    assert client.asked[0] == ("jobs/42/stdout/", {"format": "json", "start_line": int(cursor)})
    return output


def test_a_cursor_is_a_number_of_lines() -> None:
    output = since(printed("\x1b[0;32mok\x1b[0m", "two", start=5), "5", status="running")
    assert (output.text, output.cursor, output.complete, output.truncated) == ("ok\ntwo\n", "7", True, False)


def test_nothing_new() -> None:
    output = since(printed(start=7), "7", status="running")
    assert (output.text, output.cursor) == ("", "7")
    # a cursor that the server does not know yet stays where it is
    output = since({"range": {"start": 9, "end": 7, "absolute_end": 7}, "content": ""}, "9", status="running")
    assert (output.text, output.cursor) == ("", "9")


def test_a_small_size_skips_nothing() -> None:
    """What does not fit comes with the next read; the tail would lose what is before it."""
    lines = [f"line {number}" for number in range(10)]
    cursor, seen, reads = "0", "", 0
    while reads < 20:
        start = int(cursor)
        output = since(printed(*lines[start:], start=start), cursor, size=16)
        seen, cursor, reads = seen + output.text, str(output.cursor), reads + 1
        if output.complete:
            break
    assert seen == "".join(f"{line}\n" for line in lines)
    assert (cursor, reads) == ("10", 5)


def test_a_line_that_is_longer_than_the_size() -> None:
    output = since(printed("x" * 100, "next"), size=10)
    assert (output.text, output.cursor, output.complete, output.truncated) == ("x" * 9 + "\n", "1", False, True)


def test_lines_that_are_still_missing_are_not_skipped() -> None:
    """Contract 1.8: gaps can fill in later, because events reach the database in batches."""
    output = since(printed("one", "four", missing=2), status="running")
    assert (output.text, output.cursor) == ("", "0")
    output = since(printed("one", "four", missing=2), status="failed")
    assert output.text == "one\nfour\n"


@pytest.mark.case("awx-37")
def test_a_cursor_of_an_output_that_is_too_large() -> None:
    """Recording stdout-toolarge-json-range: the range is 0, 1, 1 whatever was asked for."""
    answer = {"range": {"start": 0, "end": 1, "absolute_end": 1}, "content": NOTICE}
    client = Told({"jobs/42/stdout/": answer}, b"one\r\ntwo\rhalf\nthree\n")
    output = content.get_output(api(client), job(), 0, "1")
    assert (output.text, output.cursor) == ("two\nhalf\nthree\n", "3")
    assert client.asked[-1][1]["format"] == "txt_download"


def test_a_short_line_about_bytes_is_not_the_notice() -> None:
    output = since(printed("(12 bytes) read, 3 written"))
    assert output.text == "(12 bytes) read, 3 written\n"


def test_a_cursor_of_a_system_job() -> None:
    made = job("system_job", native={"result_stdout": "one\ntwo\nthree\n"})
    output = content.get_output(api(Told({})), made, 0, "1")
    assert (output.text, output.cursor) == ("two\nthree\n", "3")


@pytest.mark.parametrize("kind", ["workflow_job", "workflow_approval"])
def test_a_cursor_where_nothing_is_printed(kind: str) -> None:
    with pytest.raises(UnsupportedError, match=f"output_since: a {kind}"):
        content.get_output(api(Told({})), job(kind), 0, "0")


@pytest.mark.parametrize("cursor", ["-1", "x", "", "1.5", "\u00b2", "9" * 30])
def test_what_is_no_cursor(cursor: str) -> None:
    with pytest.raises(InvalidOptionError, match="output_since"):
        content.get_output(api(Told({})), job(), 0, cursor)


# -- what failed -----------------------------------------------------------------------------------------------


def event(name: str = "runner_on_failed", host: str = "web1", task: str = "Install", **result: Any) -> dict[str, Any]:
    data = {"host": host, "task": task, "task_uuid": f"uuid of {task}", "task_action": "package", "res": result}
    return {
        "id": id(result),
        "event": name,
        "failed": True,
        "host_name": host,
        "play": "web",
        "task": task,
        "role": "",
        "event_data": data,
        "stdout": f"\x1b[0;31mfatal: [{host}]: FAILED!\x1b[0m",
    }


def failed(*events: dict[str, Any], **changes: Any) -> list[dict[str, Any]]:
    client = Told({"jobs/42/job_events/": list(events), "jobs/42/stdout/": None})
    return content.get_failed_tasks(api(client), job(status="failed", **changes))


@pytest.mark.case("awx-41")
def test_the_digest_asks_for_what_failed_uncut() -> None:
    client = Told({"jobs/42/job_events/": [event(msg="no")]})
    content.get_failed_tasks(api(client), job(status="failed"))
    path, query = client.asked[0]
    assert path == "jobs/42/job_events/"
    assert query["event__in"] == "runner_on_failed,runner_on_unreachable,runner_item_on_failed"
    assert (query["failed"], query["no_truncate"], query["order_by"]) == ("true", 1, "counter")


@pytest.mark.case("awx-41")
def test_a_failed_task() -> None:
    found = failed(event(msg="No package\x1b[0m", rc=1, stderr="err\r\n", stdout="out"))
    assert found == [
        {
            "host": "web1",
            "status": "failed",
            "play": "web",
            "task": "Install",
            "role": None,
            "action": "package",
            "message": "No package",
            "stdout": "out",
            "stderr": "err\n",
            "exit_code": 1,
        }
    ]


@pytest.mark.case("awx-41")
@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({"msg": "m", "stderr": "e"}, "m"),
        ({"msg": "", "stderr": "e"}, "e"),
        ({"module_stderr": "Traceback"}, "Traceback"),
        ({"stdout": "o"}, "o"),
        ({"reason": "r"}, "r"),
        ({"msg": {"a": 1}}, "{'a': 1}"),
        ({}, "fatal: [web1]: FAILED!"),
        ({"censored": "the output has been hidden", "msg": "s3cret"}, "the output has been hidden"),
    ],
)
def test_messages(result: dict[str, Any], message: str) -> None:
    assert failed(event(**result))[0]["message"] == message


@pytest.mark.case("awx-41")
def test_unreachable() -> None:
    assert failed(event("runner_on_unreachable", msg="timed out"))[0]["status"] == "unreachable"
    assert failed(event(msg="timed out", unreachable=True))[0]["status"] == "unreachable"


@pytest.mark.case("awx-41")
def test_items_stand_for_their_task() -> None:
    found = failed(
        event("runner_item_on_failed", msg="no a", item="a"),
        event("runner_item_on_failed", msg="no b", item={"name": "b"}),
        event(msg="One or more items failed"),
        event(host="web2", msg="One or more items failed"),
        event(task="Other", msg="no"),
    )
    assert [(row["host"], row["task"], row["message"]) for row in found] == [
        ("web1", "Install", "no a"),
        ("web1", "Install", "no b"),
        ("web2", "Install", "One or more items failed"),
        ("web1", "Other", "no"),
    ]
    assert [row.get("item") for row in found] == ["a", {"name": "b"}, None, None]


def test_many_failures_are_bounded() -> None:
    events = [{**event(host=f"h{number}", msg="no"), "id": number} for number in range(200)]
    made = job(status="failed")
    assert len(content.get_failed_tasks(api(Told({"jobs/42/job_events/": events})), made)) == 200
    assert made.warnings == ["Only the first 200 failed tasks were read."]


def test_a_job_that_failed_without_a_failed_task_says_how_its_output_ended() -> None:
    """A syntax error in a playbook, a failed update of an inventory: no event of a host tells of it."""
    text = b"\x1b[0;31mERROR! 'hoosts' is not a valid attribute\x1b[0m\n\nThe error appears to be in 'site.yml'\n"
    client = Told({"jobs/42/job_events/": []}, text)
    found = content.get_failed_tasks(api(client), job(status="failed"))
    assert [row["message"] for row in found] == [
        "ERROR! 'hoosts' is not a valid attribute\nThe error appears to be in 'site.yml'"
    ]
    assert found[0]["host"] is None
    for changes in ({"status": "canceled"}, {"status": "failed", "explanation": "Job terminated due to timeout"}):
        client = Told({"jobs/42/job_events/": []}, text)
        assert content.get_failed_tasks(api(client), job(**changes)) == []
        assert len(client.asked) == 1


def test_a_system_job_that_failed() -> None:
    """Recording sys-05-days-string-job-failed: only the output says why."""
    path = pathlib.Path(__file__).parents[3] / "samples" / "awx" / "system-job-failed.json"
    native = json.loads(path.read_text(encoding="utf-8"))
    made = job("system_job", "failed", native=native)
    assert "abc" in content.get_failed_tasks(api(Told({})), made)[0]["message"]
    assert content.get_failed_tasks(api(Told({})), job("workflow_approval", "failed")) == []


# -- hosts -----------------------------------------------------------------------------------------------------


def summary(name: str, **counts: Any) -> dict[str, Any]:
    zero = dict.fromkeys(("ok", "changed", "dark", "failures", "skipped", "ignored", "rescued"), 0)
    return {"id": id(name), "host_name": name, "failed": False, "processed": 1, **zero, **counts}


def hosts(*rows: dict[str, Any], events: Any = (), host_filter: Any = None) -> list[Any]:
    client = Told({"jobs/42/job_host_summaries/": list(rows), "jobs/42/job_events/": list(events)})
    return list(content.iter_hosts(api(client), job(status="failed", explanation="x"), host_filter))


def test_hosts_by_the_worst_that_happened() -> None:
    """Contract 1.5: skipped < ok < changed < failures < dark."""
    found = hosts(
        summary("b", ok=3, changed=1, skipped=1),
        summary("a", ok=3, skipped=1),
        summary("c", failures=1, changed=2, failed=True),
        summary("d", dark=1, failures=1, failed=True),
        summary("e", skipped=2),
        summary("f", ok=1, ignored=1),
        summary("g", failed=True, ok=1),
        summary("h"),
    )
    assert [(host.name, host.status) for host in found] == [
        ("a", "ok"),
        ("b", "changed"),
        ("c", "failed"),
        ("d", "unreachable"),
        ("e", "skipped"),
        ("f", "ok"),
        ("g", "failed"),
        ("h", "unknown"),
    ]


def test_bad_hosts_say_why() -> None:
    found = hosts(summary("web1", failures=1), summary("web2", ok=1), events=[event(msg="no space", rc=3)])
    assert [(host.message, host.exit_code) for host in found] == [("Install: no space", 3), ("", None)]


@pytest.mark.parametrize(
    ("host_filter", "names"),
    [(None, ["web1", "web2"]), ("web", ["web1", "web2"]), ("2", ["web2"]), (["web1", "x"], ["web1"]), ([], [])],
)
def test_host_filter(host_filter: Any, names: list[str]) -> None:
    assert [host.name for host in hosts(summary("web1"), summary("web2"), host_filter=host_filter)] == names


# -- children --------------------------------------------------------------------------------------------------


def node(number: int, **changes: Any) -> dict[str, Any]:
    template = {"id": 9, "name": "Patch", "unified_job_type": "job"}
    known = {"id": number, "name": "Patch", "status": "successful", "type": "job", "elapsed": 1.5}
    names = {"job": {**known, **changes.pop("known", {})}, "unified_job_template": template}
    return {
        "id": number,
        "job": number,
        "identifier": f"n{number}",
        "do_not_run": False,
        "summary_fields": names,
        **changes,
    }


@pytest.mark.case("awx-42")
def test_nodes() -> None:
    client = Told(
        {
            "workflow_jobs/42/workflow_nodes/": [
                node(1, known={"status": "failed"}),
                node(2, known={"status": "running", "canceled_on": "2026-11-22T02:11:00Z"}),
                {
                    **node(3),
                    "job": None,
                    "do_not_run": True,
                    "summary_fields": {"unified_job_template": {"id": 9, "name": "P"}},
                },
                {**node(4), "job": None, "summary_fields": {}},
                node(5, known={"type": "workflow_job"}),
                node(6, known={"type": "workflow_approval", "status": "pending"}),
            ],
            "workflow_jobs/5/workflow_nodes/": [node(7)],
        }
    )
    found = content.get_children(api(client), job("workflow_job"))
    assert [(row["id"], row["status"], row["skipped"]) for row in found] == [
        ("1", "failed", False),
        ("2", "canceling", False),
        (None, None, True),
        (None, None, False),
        ("5", "successful", False),
        ("6", "pending", False),
    ]
    assert [row["id"] for row in found[4]["children"]] == ["7"]
    assert found[0]["template"] == {"id": "9", "name": "Patch"}
    assert client.asked[0][1]["page_size"] == 200
    assert content.get_children(api(client), job()) == []


@pytest.mark.case("awx-40")
def test_a_workflow_says_what_failed_below_it() -> None:
    detail = {"id": 8, "type": "workflow_approval", "name": "approve", "status": "failed", "job_explanation": ""}
    client = Told(
        {
            "workflow_jobs/42/workflow_nodes/": [
                node(1),
                node(2, known={"status": "failed"}),
                node(5, known={"type": "workflow_job", "status": "failed"}),
                node(8, known={"type": "workflow_approval", "status": "failed"}),
            ],
            "workflow_jobs/5/workflow_nodes/": [node(7, known={"status": "error"})],
            "jobs/2/": {"id": 2, "type": "job", "status": "failed"},
            "jobs/2/job_events/": [event(msg="no space")],
            "jobs/7/": {"id": 7, "type": "job", "name": "P", "status": "error", "result_traceback": "x\nOSError: gone"},
            "jobs/7/job_events/": [],
            "workflow_approvals/8/": detail,
        },
        b"text\n",
    )
    found = content.get_failed_tasks(api(client), job("workflow_job", "failed"))
    assert [(row["job"], row["node"], row["message"]) for row in found] == [
        ("2", "n2", "no space"),
        ("7", "n5/n7", "Job 7 'P': OSError: gone"),
        ("8", "n8", "Workflow approval 8 'approve': The approval was denied."),
    ]
    output = content.get_workflow_output(api(client), job("workflow_job", "failed"), 0)
    assert output.text == "==> n2: job 2  (failed)\ntext\n\n==> n5/n7: job 7 P (error)\ntext\n"
    assert not [path for path, _query in client.asked if "workflow" in path and "stdout" in path]


# -- against the simulated server ------------------------------------------------------------------------------


def done(face: Any, template: str, include: Any = (), **options: Any) -> dict[str, Any]:
    """Launch, wait, and return the job with what is to be included."""
    result = face("invoke", template=template, wait=True, fail_on=[], include=list(include), **options)
    return dict(result["job"])


@pytest.mark.case("awx-37")
def test_a_large_output(face: Any, lab: Any) -> None:
    made = done(face, "lab-biglog", ["output"])
    assert made["output_truncated"] is True
    assert 60000 < len(made["output"]) <= 65536
    assert "too large to display" not in made["output"]
    assert made["output"].endswith("\n")
    whole = face("info", jobs=made["id"], include=["output"], output_max_bytes=0)["job"]
    assert (whole["output_truncated"], whole["output_complete"]) == (False, True)
    assert len(whole["output"]) > 1_048_576
    assert whole["output"].endswith(made["output"])
    part = face("info", jobs=made["id"], include=["output"], output_since="0", output_max_bytes=1000)["job"]
    assert whole["output"].startswith(part["output"])
    assert part["output_complete"] is False


@pytest.mark.case("awx-39")
def test_odd_output(face: Any, lab: Any) -> None:
    text = done(face, "lab-raw-output", ["output"])["output"]
    assert "\x1b" not in text
    assert "\r" not in text
    assert "snowman \u2603, tab\there\n" in text
    assert "progress 100%\n" in text


def test_following_an_output(face: Any, lab: Any, lab_time: Any) -> None:
    """The parts of an output that grows are the whole, without loss and without doubles."""
    number = face("invoke", template="lab-sleep")["job"]["id"]
    cursor, text, looks = "0", "", 0
    while looks < 100:
        made = face("info", jobs=number, include=["output"], output_since=cursor)["job"]
        cursor, text, looks = made["output_cursor"], text + made["output"], looks + 1
        if made["output_complete"]:
            break
        lab_time.sleep(1.3)
    whole = face("info", jobs=number, include=["output"], output_max_bytes=0)["job"]["output"]
    assert text == whole
    assert 5 < looks < 100


@pytest.mark.case("awx-38")
def test_an_output_that_is_refused_in_text(face: Any, lab: Any) -> None:
    """Contract 1.8: with a text format the body of an error is the repr of a Python dict."""
    number = face("invoke", template="lab-ok")["job"]["id"]
    said = (
        "{'detail': ErrorDetail(string='You do not have permission to perform this action.', code='permission_denied')}"
    )
    lab.fault("status", path="/stdout/", status=403, body=said, content_type="text/plain; charset=utf-8")
    with pytest.raises(JobsError) as caught:
        face("info", jobs=number, include=["output"])
    assert caught.value.code == "forbidden"
    assert "You do not have permission to perform this action." in caught.value.message
    assert "ErrorDetail" not in caught.value.message


@pytest.mark.case("awx-38")
def test_no_text_is_asked_for_as_json(face: Any, lab: Any) -> None:
    done(face, "lab-ok", ["output"])
    asked = lab.requests("GET", "/stdout/")
    assert asked
    for one in asked:
        accept = {key.lower(): value for key, value in one.headers.items()}["accept"]
        assert one.status == 200
        assert "text/plain" in accept if one.query["format"] == ["txt_download"] else "json" in accept


@pytest.mark.case("awx-40")
def test_a_system_jobs_output(face: Any, lab: Any) -> None:
    made = done(face, "Cleanup Activity Stream", ["output"], type="system_job_template", parameters={"days": 30})
    assert made["output"]
    assert lab.requests("GET", "/stdout/") == []


@pytest.mark.case("awx-40", "awx-42")
def test_a_workflow(face: Any, lab: Any) -> None:
    number = face("invoke", template="lab-wf-mixed", type="workflow_job_template")["job"]["id"]
    lab.advance(60)
    for made in [one for one in lab.engine.jobs.values() if one.kind == "workflow_approval"]:
        lab.engine.decide(made, "admin", approve=False)
    lab.advance(10)
    names = ["output", "failed_tasks", "children", "hosts"]
    made = face("info", jobs=number, include=names)["job"]
    assert made["status"] == "failed"
    assert "lab-fail (failed)" in made["output"]
    assert lab.requests("GET", "/workflow_jobs/.*/stdout/") == []
    assert [child["status"] for child in made["children"]] == ["successful", "failed", "failed"]
    messages = [task["message"] for task in made["failed_tasks"]]
    assert "this lab play always fails" in messages
    assert any("The approval was denied" in message for message in messages)
    assert {host["data"]["node"] for host in made["hosts"]} == {"first-ok", "then-fail"}


@pytest.mark.case("awx-41")
def test_failed_tasks(face: Any, lab: Any) -> None:
    found = done(face, "lab-partial", ["failed_tasks", "hosts"])
    assert [(task["host"], task["message"]) for task in found["failed_tasks"]] == [("host3", "host3 is broken")]
    status = {host["name"]: host["status"] for host in found["hosts"]}
    assert (status["host3"], status["host1"]) == ("failed", "changed")
    found = done(face, "lab-unreachable", ["failed_tasks", "hosts"])
    assert [(task["host"], task["status"]) for task in found["failed_tasks"]] == [("host5", "unreachable")]
    found = done(face, "lab-ignored-error", ["failed_tasks"])
    assert (found["status"], found["failed_tasks"]) == ("successful", [])
    found = done(face, "lab-no-log", ["failed_tasks"])
    assert "has been hidden" in found["failed_tasks"][0]["message"]


@pytest.mark.case("awx-21")
def test_a_reaped_job(face: Any, lab: Any, lab_time: Any) -> None:
    """Recording reap-03: event_processing_finished was still false minutes later."""
    made = done(face, "lab-reaped", ["output"])
    assert (made["status"], made["output_complete"]) == ("failed", False)
    assert made["explanation"].startswith("Task was marked as running at system start up.")
    assert lab_time.now - 1000 < 60


@pytest.mark.case("awx-26")
def test_artifacts_and_parameters(face: Any, lab: Any) -> None:
    made = done(face, "lab-artifacts", ["artifacts", "parameters"])
    assert made["artifacts"]["nested"] == {"k": "v", "deeper": {"n": 1}}
    assert made["parameters"] == {}
    made = done(face, "lab-ok", ["parameters", "artifacts"], parameters={"n": 3, "s": "x"})
    assert (made["parameters"], made["artifacts"]) == ({"n": 3, "s": "x"}, {})
    hidden = done(face, "lab-no-log", ["artifacts"])
    assert hidden["artifacts"] == "$hidden due to Ansible no_log flag$"


def test_the_artifacts_of_a_workflow_are_those_of_its_jobs(face: Any, lab: Any) -> None:
    """Contract 1.8: a workflow job has none of its own."""
    made = done(face, "lab-wf-nested", ["artifacts"], type="workflow_job_template")
    assert made["artifacts"]["build"] == 42
    client = Told({"workflow_jobs/42/workflow_nodes/": [node(9), node(8), node(7, known={"type": "project_update"})]})
    client.answers["jobs/"] = [
        {"id": 8, "artifacts": {"a": 1, "b": 1}},
        {"id": 9, "artifacts": {"b": 2}},
        {"id": 10, "artifacts": "$hidden due to Ansible no_log flag$"},
    ]
    assert content.get_artifacts(api(client), job("workflow_job")) == {"a": 1, "b": 2}
    assert client.asked[-1][1]["id__in"] == "8,9"
    client.answers["workflow_jobs/42/workflow_nodes/"] = []
    assert content.get_artifacts(api(client), job("workflow_job")) == {}
    assert content.get_artifacts(api(client), job("project_update")) == {}


def test_a_type_without_parameters_has_none(face: Any, lab: Any) -> None:
    made = done(face, "lab-git", ["parameters", "artifacts"], type="project")
    assert (made["parameters"], made["artifacts"]) == ({}, {})


@pytest.mark.case("awx-52")
def test_secrets_are_only_where_they_were_asked_for(face: Any, lab: Any) -> None:
    made = done(face, "lab-ok", ["native"], parameters={"password": "s3cret-value"})
    assert "s3cret-value" not in json.dumps(made)
    assert made["native"]["extra_vars"] == made["native"]["job_env"] == made["native"]["job_args"] == "********"
    assert not {"job_env", "job_args", "extra_vars", "result_traceback"} & set(made)
    assert not {"job_env", "job_args", "extra_vars", "result_traceback"} & set(made["details"])
    broken = done(face, "lab-error", ["native"])
    assert broken["native"]["result_traceback"] == "********"
    assert "Traceback" not in json.dumps(broken)


def test_events(face: Any, lab: Any) -> None:
    events = done(face, "lab-fail", ["events"])["events"]
    assert [one["counter"] for one in events] == sorted(one["counter"] for one in events)
    bad = [one for one in events if one["event"] == "runner_on_failed"]
    assert bad
    assert all("\x1b" not in one["stdout"] for one in events)
    assert done(face, "lab-wf-ok", ["events"], type="workflow_job_template")["events"] == []


def test_an_ad_hoc_command(face: Any, lab: Any) -> None:
    made = done(
        face,
        None,  # type: ignore[arg-type]
        ["hosts", "output"],
        type="ad_hoc_command",
        inventory="lab-inventory",
        targets=["host1", "host2"],
        awx={"module_name": "command", "module_args": "uptime", "credentials": ["lab-machine"]},
    )
    assert made["type"] == "ad_hoc_command"
    assert [host["name"] for host in made["hosts"]] == ["host1", "host2"]
