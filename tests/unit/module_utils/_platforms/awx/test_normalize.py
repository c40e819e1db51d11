# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A raw AWX body as a job: AWX contract 1.4 and 1.5, and docs/platforms/awx-fields.md."""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import normalize as module
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx.normalize import (
    mask_native,
    normalize,
    parse_variables,
)

ROOT = pathlib.Path(__file__).parents[5]
SAMPLES = ROOT / "tests" / "unit" / "samples" / "awx"
PAGE = ROOT / "docs" / "platforms" / "awx-fields.md"
TYPES = (
    "job",
    "workflow_job",
    "system_job",
    "ad_hoc_command",
    "project_update",
    "inventory_update",
    "workflow_approval",
)


def body(kind: str = "job", **changes: Any) -> dict[str, Any]:
    minimal = {"id": 42, "type": kind, "name": "lab", "status": "running", "launch_type": "manual"}
    return {**minimal, "created": "2026-11-22T02:10:30Z", **changes}


# -- statuses --------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-23")
@pytest.mark.parametrize("word", ["new", "pending", "waiting", "running"])
def test_asked_to_stop_is_canceling_until_it_ended(word: str) -> None:
    job = normalize(body(status=word, canceled_on="2026-11-22T02:11:00Z"))
    assert (job.status, job.native_status, job.is_finished) == ("canceling", word, False)


@pytest.mark.case("awx-23")
@pytest.mark.parametrize("word", ["successful", "failed", "error", "canceled"])
def test_how_it_ended_counts_more_than_the_wish_to_stop_it(word: str) -> None:
    job = normalize(body(status=word, canceled_on="2026-11-22T02:11:00Z"))
    assert (job.status, job.is_finished) == (word, True)


@pytest.mark.case("awx-25")
@pytest.mark.parametrize("word", ["failed", "error", "canceled"])
def test_the_flag_failed_says_nothing(word: str) -> None:
    """AWX contract 1.4: it is true for failed, error and canceled alike."""
    assert normalize(body(status=word, failed=True)).status == word
    assert normalize(body(status="running", failed=True)).is_finished is False


@pytest.mark.parametrize("word", ["paused", "ok", "", None, 5, ["running"]])
def test_an_unknown_word_is_one_warning_and_never_finished(word: Any) -> None:
    job = normalize(body(status=word, canceled_on="2026-11-22T02:11:00Z"))
    assert (job.status, job.is_finished, job.is_successful) == ("unknown", False, None)
    assert len(job.warnings) == 1


# -- why -------------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-24")
def test_a_job_that_never_ran() -> None:
    said = 'Previous Task Failed: {"job_type": "inventory_update", "job_name": "a \\"b\\"", "job_id": "39"}'
    job = normalize(
        body(status="failed", started=None, elapsed=0.0, finished="2026-11-22T02:11:11.002522Z", job_explanation=said)
    )
    assert (job.started_at, job.elapsed, job.finished_at) == (None, 0.0, "2026-11-22T02:11:11.002522Z")
    assert job.explanation == 'Previous task failed: inventory_update "a "b"" (id 39).'


@pytest.mark.parametrize(
    "said", ["Previous Task Failed: {broken", "Previous Task Canceled: [1]", "Job terminated\ndue to timeout"]
)
def test_an_explanation_of_another_form_stays(said: str) -> None:
    assert normalize(body(job_explanation=said)).explanation == " ".join(said.split())


def test_an_error_is_explained_by_its_traceback() -> None:
    """AWX contract 6.2: job_explanation is empty then."""
    trace = "Traceback (most recent call last):\n  File x\nFileNotFoundError: [Errno 2] gone\n\n"
    assert normalize(body(status="error", result_traceback=trace)).explanation == "FileNotFoundError: [Errno 2] gone"
    assert normalize(body(status="error", result_traceback="", job_explanation="x")).explanation == "x"
    assert normalize(body(status="failed", result_traceback=trace)).explanation == ""


@pytest.mark.case("awx-20")
def test_approvals() -> None:
    pending = body(
        "workflow_approval",
        status="pending",
        event_processing_finished=True,
        summary_fields={"workflow_approval_template": {"timeout": 600}},
    )
    job = normalize(pending)
    assert (job.status, job.is_finished, job.explanation) == ("pending", False, "Waits for approval.")
    assert job.details["timeout"] == 600
    denied = {**pending, "status": "failed", "summary_fields": {"approved_or_denied_by": {"id": 1, "username": "eve"}}}
    assert normalize(denied).explanation == "The approval was denied by eve."
    assert normalize(denied).details["approved_or_denied_by"] == "eve"
    assert normalize({**denied, "timed_out": True}).explanation == "The approval timed out."
    assert normalize({**pending, "status": "successful"}).explanation == ""


# -- values ----------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-26")
@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("2026-11-22T02:10:30.409756Z", "2026-11-22T02:10:30.409756Z"),
        ("2026-11-22T02:10:30Z", "2026-11-22T02:10:30Z"),
        ("2026-11-22T03:10:30+01:00", "2026-11-22T02:10:30Z"),
        (None, None),
        ("", None),
        ("never", None),
        (17, None),
    ],
)
def test_dates(sent: Any, text: str | None) -> None:
    job = normalize(body(created=sent, started=sent, finished=sent, canceled_on=sent, modified=sent))
    assert {job.created_at, job.started_at, job.finished_at} == {text}
    assert {job.details["canceled_on"], job.details["modified"]} == {text}


@pytest.mark.case("awx-26")
@pytest.mark.parametrize(
    ("sent", "seconds"),
    [
        (12.5, 12.5),
        (0.0, 0.0),
        (3, 3.0),
        ("0.000", 0.0),
        ("5.2", 5.2),
        (None, None),
        ("", None),
        (True, None),
        ("nan", None),
    ],
)
def test_elapsed(sent: Any, seconds: float | None) -> None:
    assert normalize(body(elapsed=sent)).elapsed == seconds


@pytest.mark.case("awx-26")
@pytest.mark.parametrize(
    ("sent", "parsed"),
    [
        ("", {}),
        ("  ", {}),
        ("{}", {}),
        ('{"a": 1, "secret": "$encrypted$"}', {"a": 1, "secret": "$encrypted$"}),
        ("a: 1\nb: yes\n", "a: 1\nb: yes\n"),
        ("{broken", "{broken"),
        ({"a": 1}, {"a": 1}),
    ],
)
def test_variables(sent: Any, parsed: Any) -> None:
    assert parse_variables(sent) == parsed


@pytest.mark.case("awx-26")
def test_launched_by() -> None:
    assert normalize(body(launched_by={})).launched_by is None
    assert normalize(body(launched_by={}, summary_fields={"created_by": {"username": "eve"}})).launched_by == "eve"
    who = {"id": 4, "name": "nightly", "type": "schedule", "url": "/api/v2/schedules/4/"}
    assert normalize(body(launched_by=who)).launched_by == "nightly"
    assert normalize(body(launched_by=who)).details["launched_by"] == who


@pytest.mark.case("awx-26")
def test_host_counts() -> None:
    assert set(normalize(body(host_status_counts=None)).host_counts.values()) == {None}
    counts = normalize(body(host_status_counts={"ok": 3, "dark": 1, "rescued": 2, "x": None})).host_counts
    assert (counts["total"], counts["ok"], counts["unreachable"], counts["unknown"], counts["failed"]) == (
        6,
        3,
        1,
        2,
        0,
    )


@pytest.mark.case("awx-22")
def test_a_row_without_event_processing_finished() -> None:
    job = normalize(body("workflow_job"))
    assert "event_processing_finished" not in job.details
    assert job.is_complete is False


def test_references_have_names_where_the_server_says_them() -> None:
    job = normalize(
        body(inventory=3, project=6, organization=None, summary_fields={"inventory": {"id": 3, "name": "prod"}})
    )
    assert (job.details["inventory"], job.details["project"], job.details["organization"]) == (
        {"id": 3, "name": "prod"},
        6,
        None,
    )


def test_labels_and_credentials() -> None:
    names = {
        "labels": {"count": 1, "results": [{"id": 1, "name": "nightly"}]},
        "credentials": [{"id": 3, "name": "key", "kind": "ssh", "cloud": False, "description": "x"}],
        "source_workflow_job": {"id": 7, "name": "wf", "status": "running", "failed": False, "elapsed": 1.0},
    }
    details = normalize(body(summary_fields=names)).details
    assert details["labels"] == ["nightly"]
    assert details["credentials"] == [{"id": 3, "name": "key", "kind": "ssh"}]
    assert details["source_workflow_job"] == {"id": 7, "name": "wf", "status": "running", "type": None}


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"id": None, "type": None, "status": None},
        {"type": "job", "summary_fields": "$hidden", "launched_by": "eve", "host_status_counts": "x", "related": None},
        {
            "type": "job",
            "summary_fields": {"labels": None, "credentials": {"results": "x"}, "unified_job_template": []},
        },
        {"type": ["job"], "id": {}, "elapsed": [], "created": {}, "limit": 5, "name": None},
    ],
)
def test_anything_is_tolerated(sent: Any) -> None:
    json.dumps(normalize(sent).to_dict())


# -- secrets ---------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-52")
def test_native_is_masked() -> None:
    secret = {
        "job_env": {"A": "s3cret"},
        "job_args": '["-e", "s3cret"]',
        "extra_vars": '{"p": "s3cret"}',
        "result_traceback": "s3cret",
        "survey_passwords": {"p": "s3cret"},
        "start_args": "s3cret",
        "source_vars": "p: s3cret",
    }
    native = body(**secret)
    masked = mask_native(native)
    assert "s3cret" not in json.dumps(masked)
    assert {masked[key] for key in secret} == {"********"}
    assert native["start_args"] == "s3cret"
    assert mask_native(body(extra_vars="", job_env={}))["extra_vars"] == ""
    assert masked["name"] == "lab"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://eve:s3cret@git.example.com/a.git", "https://eve:********@git.example.com/a.git"),
        ("https://s3cret@git.example.com/a.git", "https://********@git.example.com/a.git"),
        ("http://:s3cret@h/a", "http://********@h/a"),
        ("ssh://git:s3cret@h/a", "ssh://git:********@h/a"),
        ("ssh://git@h/a", "ssh://git@h/a"),
        ("git@github.com:a/b.git", "git@github.com:a/b.git"),
        ("https://h/a@b", "https://h/a@b"),
        ("", ""),
        (None, None),
    ],
)
def test_a_secret_within_an_address(url: Any, shown: Any) -> None:
    """AWX contract 1.8: only the output of a project update is scrubbed of these by the server."""
    native = body("project_update", scm_url=url)
    assert normalize(native).details["scm_url"] == shown
    assert mask_native(native)["scm_url"] == shown


# -- the table of fields ---------------------------------------------------------------------------------------

ROW = re.compile(r"^\| `(?P<field>\w+)` \| (?P<types>[\w, ]+) \| (?P<place>.+) \|$", re.MULTILINE)


def table() -> list[tuple[str, str, str]]:
    """(type, field, place) of every line of the page."""
    text = PAGE.read_text(encoding="utf-8").partition("## Where each field is")[2]
    found = []
    for row in ROW.finditer(text):
        types = TYPES if row["types"] == "all" else row["types"].split(", ")
        found += [(kind, row["field"], row["place"]) for kind in types]
    return found


#: a value that is like what the server sends, for fields where any text will not do
VALUES: dict[str, Any] = {
    "id": 424242,
    "created": "2026-01-02T03:04:05Z",
    "started": "2026-01-02T03:04:06Z",
    "finished": "2026-01-02T03:04:07Z",
    "modified": "2026-01-02T03:04:08Z",
    "canceled_on": "2026-01-02T03:04:09Z",
    "approval_expiration": "2026-01-02T03:04:10Z",
    "elapsed": 12.375,
    "status": "successful",
    "unified_job_template": 737373,
    "launched_by": {"id": 1, "name": "marker of launched_by", "type": "user", "url": "/api/v2/users/1/"},
    "host_status_counts": {"ok": 98765},
    "result_traceback": "Traceback\nsecret middle\nError: marker of result_traceback",
    "summary_fields": {
        "unified_job_template": {"id": 1, "name": "marker of summary_fields"},
        "labels": {"results": [{"name": "marker of summary_fields"}]},
        "credentials": [{"id": 1, "name": "marker of summary_fields", "kind": "ssh"}],
        "source_workflow_job": {"id": 1, "name": "marker of summary_fields"},
        "ancestor_job": {"id": 1, "name": "marker of summary_fields"},
    },
    "job_env": {"A": "marker of job_env"},
    "ignored_fields": {"limit": "marker"},
}


def marked(kind: str, field: str) -> dict[str, Any]:
    value = kind if field == "type" else VALUES.get(field, f"marker of {field}")
    status = "error" if field == "result_traceback" else "failed"
    return {**body(kind, status=status), field: value}


def value_at(job: dict[str, Any], place: str) -> Any:
    for part in place.split("."):
        job = job[part]
    return job


@pytest.mark.parametrize(("kind", "field", "place"), table())
def test_each_field_is_where_the_page_says(kind: str, field: str, place: str) -> None:
    native = marked(kind, field)
    job = normalize(native).to_dict()
    if field == "ignored_fields":  # the answer to a launch has them, and nothing else
        return
    if place.startswith("left out"):
        assert f"marker of {field}" not in json.dumps(job)
        assert mask_native(native)[field] == native[field]
        return
    if "masked in `include: native`" in place:
        assert mask_native(native)[field] == module.MASK
        text = json.dumps({**job, "explanation": ""})
        assert f"marker of {field}" not in text
        if field == "result_traceback":
            assert job["explanation"] == "Error: marker of result_traceback"
        return
    if place.startswith("`include: "):
        assert f"marker of {field}" not in json.dumps(job)
        return
    named = [name for name in re.findall(r"`([\w.]+)`", place) if name not in ("web_url", "details")]
    assert named
    for name in named:
        assert_holds(value_at(job, name), native[field], field)


def assert_holds(found: Any, sent: Any, field: str) -> None:
    if field == "host_status_counts":
        assert found["ok"] == 98765
    elif field in ("summary_fields", "launched_by"):
        assert f"marker of {field}" in json.dumps(found)
    elif field in ("id", "unified_job_template"):
        assert found == str(sent)
    else:
        assert found == sent


def test_the_page_names_each_field_once() -> None:
    found = [(kind, field) for kind, field, _place in table()]
    assert len(found) == len(set(found))
    assert len(found) > 200


#: what the vendor's pages name, for those who do not have them
NAMED = {
    "job": "id type url related summary_fields created modified name description job_type inventory project playbook "
    "scm_branch forks limit verbosity extra_vars job_tags force_handlers skip_tags start_at_task timeout use_fact_cache "
    "organization unified_job_template launch_type status execution_environment failed started finished canceled_on "
    "elapsed job_args job_cwd job_env job_explanation execution_node controller_node result_traceback "
    "event_processing_finished launched_by work_unit_id job_template passwords_needed_to_start allow_simultaneous "
    "artifacts scm_revision instance_group diff_mode job_slice_number job_slice_count webhook_service "
    "webhook_credential webhook_guid host_status_counts playbook_counts custom_virtualenv",
    "system_job": "id type url related summary_fields created modified name description unified_job_template "
    "launch_type status execution_environment failed started finished canceled_on elapsed job_args job_cwd job_env "
    "job_explanation execution_node result_traceback event_processing_finished launched_by work_unit_id "
    "system_job_template job_type extra_vars result_stdout",
    "workflow_job": "id type url related summary_fields created modified name description unified_job_template "
    "launch_type status failed started finished canceled_on elapsed job_args job_cwd job_env job_explanation "
    "result_traceback launched_by work_unit_id workflow_job_template extra_vars allow_simultaneous job_template "
    "is_sliced_job inventory limit scm_branch webhook_service webhook_credential webhook_guid",
}


@pytest.mark.parametrize("kind", NAMED)
def test_every_documented_field_has_a_place(kind: str) -> None:
    placed = {field for own, field, _place in table() if own == kind}
    assert set(NAMED[kind].split()) - placed == set()


@pytest.mark.parametrize("kind", NAMED)
def test_every_field_of_the_reference_page_has_a_place(kind: str, recordings: pathlib.Path) -> None:
    page = recordings.parent / "reference" / f"awx-{kind.replace('_', '-')}.txt"
    if not page.is_file():
        pytest.skip(f"the vendor's page is not there: {page.name}")
    text = page.read_text(encoding="utf-8").partition("following fields:")[2].partition("\nRequest\n")[0]
    named = set(re.findall(r"(?:^|\)|\n)([a-z_]+)\s*: (?=[^:]*?\()", text))
    assert len(named) > 30
    assert named - {field for own, field, _place in table() if own == kind} == set()


def test_every_field_of_a_real_body_has_a_place() -> None:
    check_real(json.loads(path.read_text()) for path in sorted(SAMPLES.glob("*.json")))


def test_every_field_of_a_recorded_body_has_a_place(recordings: pathlib.Path) -> None:
    paths = sorted((recordings / "awx").glob("*.json"))
    check_real(json.loads(path.read_text())["response"]["body"] for path in paths)


def check_real(answers: Any) -> None:
    placed: dict[str, set[str]] = {}
    for kind, field, _place in table():
        placed.setdefault(kind, set()).add(field)
    seen = set()
    for answer in answers:
        rows = (
            answer if isinstance(answer, list) else answer.get("results", [answer]) if isinstance(answer, dict) else []
        )
        for row in rows:
            if isinstance(row, dict) and row.get("type") in TYPES and "launch_type" in row:
                assert set(row) - placed[row["type"]] == set(), row["type"]
                seen.add(row["type"])
    assert seen == set(TYPES)
