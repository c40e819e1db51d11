# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What fuzzing (tests/fuzz) found, each finding as small as it is."""

from __future__ import annotations

import datetime
import json
import pathlib
import sys
from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader

from ansible_collections.unified.jobs.plugins.filter.job import normalize_job
from ansible_collections.unified.jobs.plugins.module_utils import (
    _answers,
    _config,
    _errors,
    _native,
    _registry,
    _select,
    _tidy,
    _values,
)
from ansible_collections.unified.jobs.plugins.module_utils._masking import TOO_DEEP
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import content, conventions
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import errors as awx_errors
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import normalize as awx
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman import cursor as foreman_cursor
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman import errors as foreman_errors
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman import normalize as foreman
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import errors as puppet_errors
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import output as puppet_output
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection, JobRef
from ansible_collections.unified.jobs.plugins.plugin_utils import _config_file

TESTS = str(pathlib.Path(__file__).resolve().parents[1])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)

from fuzz import awx_server, foreman_server  # noqa: E402
from fuzz.mutate import deep  # noqa: E402
from fuzz.stub import FuzzClient, Time  # noqa: E402

#: more digits than Python writes
HUGE = 10**5000


def platform_on(name: str, known: dict[tuple[str, str], Any]) -> tuple[Any, FuzzClient]:
    """A platform on a server that knows this, and its client."""
    client = FuzzClient(known, Time(), _registry.PLATFORMS[name])
    return _registry.PLATFORMS[name](client, Connection(name, "https://h", api_prefix="/api/v2/")), client  # type: ignore[arg-type]


# -- numbers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_does_not_have_are_unknown(number: float) -> None:
    """1e999 is such a one; Python writes them so that other readers of JSON fail, as the database of AWX does."""
    assert _tidy.tidy({"a": number, "b": [number, 1.5]}, ()) == {"a": None, "b": [None, 1.5]}


@pytest.mark.parametrize("value", [HUGE, {"a": [HUGE]}, deep(200000)], ids=["number", "inside", "deep"])
def test_what_python_cannot_write_has_no_text(value: Any) -> None:
    assert _native.text(value) == ""


@pytest.mark.parametrize("value", [HUGE, -HUGE], ids=["plus", "minus"])
@pytest.mark.parametrize("name", ["as_text", "as_bool", "as_seconds", "as_url", "as_path", "as_file", "as_secret"])
def test_options_of_thousands_of_digits_are_refused(name: str, value: int) -> None:
    """as_seconds had no float for shorter ones either."""
    for given in (value, 10**400):
        if name in ("as_text", "as_secret", "as_url") and given == 10**400:
            continue
        with pytest.raises(_errors.InvalidOptionError, match="^x "):
            getattr(_values, name)(given, "x")


@pytest.mark.parametrize("value", [HUGE, {"platform": "awx", "native_status": "x", "id": HUGE}], ids=["id", "job"])
def test_ids_of_thousands_of_digits_name_no_job(value: Any) -> None:
    with pytest.raises(_errors.InvalidOptionError, match="is not the id of a job"):
        _select.select_jobs(value)


def test_what_is_nested_without_end_names_no_job() -> None:
    with pytest.raises(_errors.InvalidOptionError, match="nested far too deep"):
        _select.select_jobs(deep(200000))


@pytest.mark.parametrize("counts", [{"ok": -5, "failures": 1}, {"ok": True, "failures": 1}, {"ok": "9", "failures": 1}])
def test_awx_counts_of_hosts_are_not_negative(counts: dict[str, Any]) -> None:
    shown = awx.normalize({"id": 7, "host_status_counts": counts}).host_counts
    assert (shown["total"], shown["ok"], shown["failed"]) == (1, 0, 1)


@pytest.mark.parametrize(("code", "shown"), [(True, None), (False, None), (-9, -9), (2.0, None), ("2", None)])
def test_awx_exit_codes_are_whole_numbers(code: Any, shown: int | None) -> None:
    row = {"event": "runner_on_failed", "host_name": "a", "event_data": {"res": {"rc": code}}}
    assert content._failed_task(row)["exit_code"] == shown
    known = {("GET", "ad_hoc_commands/7/events/"): awx_server.page({"id": 1, **row})}
    platform, _client = platform_on("awx", known)
    job = awx.normalize({"id": 7, "type": "ad_hoc_command", "status": "running"})
    assert [host.exit_code for host in platform.iter_hosts(job)] == [shown]


@pytest.mark.parametrize(("said", "shown"), [("job", None), ("3.5", 3.5), (-1, None), (True, None), ({}, None), (2, 2)])
def test_awx_children_take_seconds(said: Any, shown: float | None) -> None:
    node = {"id": 1, "summary_fields": {"job": {"elapsed": said}}}
    platform, _client = platform_on("awx", {("GET", "workflow_jobs/7/workflow_nodes/"): awx_server.page(node)})
    job = awx.normalize({"id": 7, "type": "workflow_job"})
    assert [child["elapsed"] for child in platform.get_children(job)] == [shown]


@pytest.mark.parametrize("moment", [10**400, -(10**400), float("inf"), "x", True, None], ids=range(6))
def test_foreman_chunks_of_no_time(moment: Any) -> None:
    chunks = [{"output_type": "stdout", "output": "one\n", "timestamp": moment}]
    where = foreman_cursor.Cursor.parse("0")
    assert [line for line, _position in where.lines(1, chunks, True)] == ["one\n"]
    for _line, position in foreman_cursor.Cursor.parse("0").lines(1, chunks, True):
        where.move(1, position)
    assert foreman_cursor.Cursor.parse(where.dump()).dump() == where.dump()


# -- depth -------------------------------------------------------------------------------------------------------------


def test_a_remembered_answer_that_is_too_deep_to_copy_is_read_again() -> None:
    """Reads of many launches are kept; a traceback came out of the copy."""
    memory, reads = _answers.Memory(), []

    def read() -> _answers.Response:
        reads.append(1)
        return _answers.Response(200, {}, deep(900), "")

    with memory.keeping():
        for _look in range(2):
            assert isinstance(memory.recall("a", read).data, list)
    assert len(reads) >= 2


@pytest.mark.parametrize("text", ["[" * 100000, '{"hosts":' * 100000, "[" * 900 + "]" * 900])
@pytest.mark.parametrize("parse", [foreman_cursor.Cursor.parse, puppet_output.Cursor.parse], ids=["foreman", "puppet"])
def test_cursors_without_end_are_refused_in_few_words(parse: Any, text: str) -> None:
    with pytest.raises(_errors.InvalidOptionError, match="is not a cursor") as caught:
        parse(text)
    assert len(caught.value.message) < 300


NESTED = ["[" * 100000, "{a: " * 90000, "- " * 100000, "? " * 100000, "-\t" * 5000, "a: [" * 600]


@pytest.mark.parametrize("text", NESTED, ids=range(6))
def test_files_nested_without_end_do_not_reach_the_parser(
    text: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one of YAML that is written in C took the whole process down with the first of them."""

    def reached(*_arguments: Any) -> None:
        raise AssertionError("it reached the parser")

    path = tmp_path / "unified_jobs.yml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(DataLoader, "load_from_file", reached)
    monkeypatch.setattr(conventions, "_from_yaml", reached)
    with pytest.raises(_errors.InvalidOptionError, match="is nested too deeply"):
        _config_file.read_config_file(DataLoader(), str(path), print)
    assert conventions._parse(text) == {}
    assert conventions._parse('"' + " " * 70000) == {}


@pytest.mark.parametrize(
    "text", ['{"servers": {"a": {"b": [1]}}}', "a:\n  - b\n  - c: {d: e}\n" * 400, "-----\n" * 900]
)
def test_files_of_usual_depth_are_read(text: str) -> None:
    assert not _values.is_nested(text.encode())


def test_servers_as_text_nested_without_end() -> None:
    with pytest.raises(_errors.InvalidOptionError, match="^servers must be a dict"):
        _config.parse_servers("[" * 100000)
    with pytest.raises(_errors.InvalidOptionError, match="^servers must have names as keys"):
        _config.parse_servers({HUGE: {}})
    with pytest.raises(_errors.InvalidOptionError, match="^Server a has the unknown key ; known keys"):
        _config.load_entry("a", {HUGE: 1}, lambda path: "", {})


# -- without an end ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inner", [23, 7])
def test_an_awx_workflow_that_holds_itself_is_gone_into_once(inner: int) -> None:
    """What read its hosts began again with each workflow that it came to, without an end."""

    def node(own: int, number: int) -> dict[str, Any]:
        known = {"id": number, "name": "w", "status": "failed", "type": "workflow_job"}
        return {"id": own, "job": number, "identifier": f"n{own}", "summary_fields": {"job": known}}

    known = {
        ("GET", "workflow_jobs/7/workflow_nodes/"): awx_server.page(node(1, 23), node(2, 23)),
        ("GET", "workflow_jobs/23/workflow_nodes/"): awx_server.page(node(3, inner), node(4, 7)),
    }
    platform, client = platform_on("awx", known)
    job = awx.normalize({"id": 7, "type": "workflow_job", "status": "failed"})
    assert list(platform.iter_hosts(job)) == []
    assert platform.get_failed_tasks(job) == []
    assert platform.get_artifacts(job) == {}
    children = platform.get_children(job)
    assert [child["id"] for child in children] == ["23", "23"]
    assert ["children" in child for child in children] == [True, False]
    assert len(client.asked) == 8


def test_awx_workflows_nested_deeper_than_ten_end() -> None:
    def node(number: int) -> dict[str, Any]:
        known = {"id": number, "name": "w", "status": "failed", "type": "workflow_job"}
        return {"id": number, "job": number, "summary_fields": {"job": known}}

    known = {("GET", f"workflow_jobs/{n}/workflow_nodes/"): awx_server.page(node(n + 1)) for n in range(1, 300)}
    platform, client = platform_on("awx", known)
    assert list(platform.iter_hosts(awx.normalize({"id": 1, "type": "workflow_job"}))) == []
    assert len(client.asked) == 11


# -- types -------------------------------------------------------------------------------------------------------------


def test_foreman_ids_of_hosts_may_be_anything() -> None:
    """On servers that show the hosts in the detail only, where they are compared with those of a search."""
    hosts = [{"id": number, "name": "a", "job_status": "success"} for number in ([], {}, None, 1, "2")]
    known = foreman_server.answers(foreman_server.job(targeting={"hosts": hosts}))
    del known["GET", f"{foreman_server.JOB}/hosts"]
    known["GET", "/api/hosts"] = foreman_server.page({"id": 1}, {"id": 2})
    platform, _client = platform_on("foreman", known)
    job = platform.get_job(JobRef("5"))
    assert len(list(platform.iter_hosts(job, host_filter="name = a"))) == 2


@pytest.mark.parametrize("task", [{}, {"dynflow_task": False}, {"task": []}, {"task": "x"}, {"task": 0}])
def test_foreman_job_whose_task_is_not_shown_is_not_over(task: dict[str, Any]) -> None:
    """Only a task that is said to be null is gone (Foreman contract 1.10)."""
    job = foreman.normalize({"id": 5, "status_label": "running", **task})
    assert (job.status, job.is_finished) == ("unknown", False)
    assert job.warnings
    assert foreman.normalize({"id": 5, "status_label": "running", "dynflow_task": None}).status == "error"


# -- texts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", _registry.PLATFORMS)
@pytest.mark.parametrize("text", ["\x00", "\x1b\x07", "\x85\u2028", "<!doctype html><p>x", "<html>", "x\x1b[2J" * 9999])
def test_errors_say_something_on_one_line(name: str, text: str) -> None:
    """Never empty, never HTML, also where that comes within JSON; and no page of megabytes is looked through."""
    kind = _registry.PLATFORMS[name]
    for data in (None, text, {"error": text, "detail": text}, {"error": {"full_messages": [text]}, "msg": text}):
        said = kind.error_text(503, data, text)
        assert said and said.isprintable() and not said.startswith("<") and len(said) < 1200


@pytest.mark.parametrize("errors", [awx_errors, foreman_errors, puppet_errors], ids=_registry.PLATFORMS)
def test_of_an_error_of_megabytes_only_the_beginning_is_read(errors: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign by sign, a message of the size that an answer may have took minutes."""
    looked: list[int] = []
    monkeypatch.setattr(errors, "sentence", lambda raw: looked.append(len(raw)) or "said")
    text = "{'a': 1} " * 100000
    for data in (None, text, {"error": text, "detail": text, "msg": text}):
        assert errors.error_text(500, data, text) == "said"
    assert max(looked) <= 20000


# -- the filter: a body may come from YAML or a template ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (HUGE, None),
        (float("nan"), None),
        ("\ud800", "\ufffd"),
        (datetime.datetime(2026, 11, 22, 10), "2026-11-22T10:00:00"),
        (b"x\xff", "x\ufffd"),
        ((1, (2,)), [1, [2]]),
        ({1: {2: 3}}, {"1": {"2": 3}}),
        ({HUGE: 1}, {"None": 1}),
    ],
    ids=range(8),
)
def test_the_filter_gives_what_json_has(value: Any, shown: Any) -> None:
    job = normalize_job({"id": 7, "type": "job", "status": "failed", "launch_type": value}, "awx")
    assert job["details"]["launch_type"] == shown
    assert json.loads(json.dumps(job, allow_nan=False)) == job
    json.dumps(job, ensure_ascii=False).encode()


def test_the_filter_ends_with_what_is_nested_without_end() -> None:
    endless: dict[str, Any] = {}
    endless["again"] = endless
    job = normalize_job(
        {"id": 7, "type": "job", "launch_type": endless, "created": datetime.datetime(2026, 1, 2)}, "awx"
    )
    assert TOO_DEEP in json.dumps(job)
    assert job["created_at"] == "2026-01-02T00:00:00Z"
    with pytest.raises(AnsibleError, match="not recognized"):
        normalize_job({"id": endless})


@pytest.mark.parametrize("value", [{"failed": True, "msg": "9" * 200_000, "changed": False}, "x " * 100_000])
def test_what_names_no_job_is_quoted_in_few_words(value: Any) -> None:
    """Found by fuzzing: it is megabytes."""
    with pytest.raises(_errors.InvalidOptionError) as caught:
        _select.select_jobs(value)
    assert len(caught.value.message) < 1000
