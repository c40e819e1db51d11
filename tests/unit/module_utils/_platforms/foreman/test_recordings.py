# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies of real servers: the small samples beside the tests, and the 113 recordings where they are present."""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _registry
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.normalize import add_task, parse_date
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.output import Printed
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.platform import ForemanPlatform
from ansible_collections.unified.jobs.plugins.module_utils._types import Job

SAMPLES = pathlib.Path(__file__).parents[3] / "samples" / "foreman"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
COUNTS = {"succeeded": "ok", "failed": "failed", "pending": "pending", "cancelled": "canceled"}


def jobs_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every job body within an answer: a detail, the rows of a list, what a launch answers."""
    if isinstance(value, dict) and "status_label" in value and "targeting_id" in value:
        yield value
        return
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from jobs_in(item)


def recorded(recordings: pathlib.Path) -> list[tuple[str, dict[str, Any]]]:
    paths = sorted((recordings / "foreman").glob("*.json"))
    return [(path.name, json.loads(path.read_text(encoding="utf-8"))) for path in paths]


@pytest.fixture(params=["samples", "recordings"])
def bodies(request: pytest.FixtureRequest) -> list[tuple[str, dict[str, Any]]]:
    """All job bodies, each with its name."""
    if request.param == "samples":
        answers = [(path.name, json.loads(path.read_text(encoding="utf-8"))) for path in sorted(SAMPLES.glob("*.json"))]
    else:
        exchanges = recorded(request.getfixturevalue("recordings"))
        answers = [(name, exchange["response"]["body"]) for name, exchange in exchanges]
    found = [(name, body) for name, answer in answers for body in jobs_in(answer)]
    assert len(found) >= (14 if request.param == "samples" else 45)
    return found


def wanted_status(body: dict[str, Any]) -> str:
    """The table of contract 1.10, read once more."""
    task, label = body["dynflow_task"], body["status_label"]
    if task is None or task["state"] == "paused":
        return "error"
    if task["state"] != "stopped":
        return {"scheduled": "scheduled", "running": "running"}.get(task["state"], "pending")
    if label == "failed":
        return "canceled" if body.get("cancelled") and not body["failed"] else "failed"
    return {"succeeded": "successful", "cancelled": "canceled"}[label]


@pytest.mark.case("foreman-3", "foreman-4", "foreman-6", "foreman-7")
def test_statuses(bodies: list[tuple[str, dict[str, Any]]]) -> None:
    for name, body in bodies:
        job = ForemanPlatform.normalize(body).to_dict()
        assert job["status"] == wanted_status(body), name
        assert job["status"] != "unknown", name
        assert job["is_finished"] is (job["status"] in ("successful", "failed", "error", "canceled")), name
        wanted = body.get("mode", "immediate") if "targeting" in body else None
        assert job["subtype"] == wanted, name
        assert [text for text in job["warnings"] if "on no host" not in text] == [], name


@pytest.mark.case("foreman-8")
def test_only_a_success_on_no_host_is_warned_of(bodies: list[tuple[str, dict[str, Any]]]) -> None:
    for name, body in bodies:
        job = ForemanPlatform.normalize(body)
        none = job.status == "successful" and 0 in (body.get("total"), body.get("total_hosts"))
        assert bool(job.warnings) is none, name


@pytest.mark.case("foreman-1", "foreman-2")
def test_counts_are_numbers_or_null(bodies: list[tuple[str, dict[str, Any]]]) -> None:
    for name, body in bodies:
        counts = ForemanPlatform.normalize(body).host_counts
        assert all(value is None or value.__class__ is int for value in counts.values()), name
        hosts = body.get("total_hosts") if isinstance(body.get("total_hosts"), int) else body["total"]
        assert counts["total"] == (hosts if isinstance(hosts, int) else None), name
        for theirs, ours in COUNTS.items():
            known = isinstance(body["total"], int) and isinstance(body.get(theirs), int)
            assert counts[ours] == (body[theirs] if known else None), name
        assert {counts[word] for word in ("changed", "unreachable", "skipped", "running", "unknown")} == {None}, name


@pytest.mark.case("foreman-33")
def test_times(bodies: list[tuple[str, dict[str, Any]]]) -> None:
    for name, body in bodies:
        job = ForemanPlatform.normalize(body).to_dict()
        dates = [job["created_at"], job["started_at"], job["finished_at"], job["details"]["start_at"]]
        assert all(value is None or TIME.fullmatch(value) for value in dates), name
        assert (job["details"]["start_at"] is None) is (body["start_at"] is None), name
        if job["status"] == "scheduled":
            assert dates[:3] == [None] * 3, name
            assert job["details"]["start_at"] in job["explanation"], name


def test_names_and_templates(bodies: list[tuple[str, dict[str, Any]]]) -> None:
    for name, body in bodies:
        job = ForemanPlatform.normalize(body).to_dict()
        assert (job["platform"], job["type"], job["id"]) == ("foreman", "job_invocation", str(body["id"])), name
        assert job["description"] == (body["description"] or ""), name
        assert job["name"] == (body["description"] or body.get("template_name") or body["job_category"]), name
        assert job["template"]["name"] == body.get("template_name"), name
        assert job["template"]["id"] == (str(body["template_id"]) if body.get("template_id") else None), name
        assert [kind.NAME for kind in _registry.PLATFORMS.values() if kind.recognizes(body)] == ["foreman"], name
        json.dumps(job)


@pytest.mark.case("foreman-34")
def test_recurrence_and_scheduling(bodies: list[tuple[str, dict[str, Any]]]) -> None:
    kinds = set()
    for name, body in bodies:
        details = ForemanPlatform.normalize(body).details
        kinds.add(body.get("mode"))
        assert ("recurrence" in details) is ("recurrence" in body), name
        assert ("scheduling" in details) is ("scheduling" in body), name
        if "recurrence" in body:
            recurrence = details["recurrence"]
            for key in ("id", "cron_line", "state", "iteration", "max_iteration", "task_group_id"):
                assert recurrence[key] == body["recurrence"][key], name
            assert recurrence["purpose"] == body["recurrence"].get("purpose"), name
            upcoming = body["recurrence"].get("next_occurence")
            assert (recurrence["next_occurrence"] is None) is (upcoming is None), name
        if "scheduling" in body:
            assert TIME.fullmatch(details["scheduling"]["start_at"]), name
    assert {"recurring", "future"} <= kinds


# -- recordings of other answers -------------------------------------------------------------------------------


def test_all_recordings_are_read(recordings: pathlib.Path) -> None:
    assert len(recorded(recordings)) == 113


@pytest.mark.case("foreman-9", "foreman-10", "foreman-11")
def test_every_error_is_one_line(recordings: pathlib.Path) -> None:
    refused = [(n, one["response"]) for n, one in recorded(recordings) if one["response"]["status"] >= 400]
    assert len(refused) >= 12
    for name, response in refused:
        body = response["body"]
        data, text = (None, body) if isinstance(body, str) else (body, json.dumps(body))
        said = ForemanPlatform.error_text(response["status"], data, text or "")
        assert said, name
        assert "\n" not in said, name
        assert not re.search(r"[{}<>\[\]]", said), name
        user_error = response["status"] == 500 and "Validation failed" in json.dumps(body)
        meant = ForemanPlatform.meant_status(response["status"], data)
        assert meant == (422 if user_error else response["status"]), name


def test_what_errors_say(recordings: pathlib.Path) -> None:
    said = {
        name: ForemanPlatform.error_text(one["response"]["status"], one["response"]["body"], "")
        for name, one in recorded(recordings)
        if one["response"]["status"] >= 400
    }
    assert said["apidoc_foreman3.5_error_400_bad_search.json"] == "Field 'notarightterm' not recognized for searching!"
    assert said["apidoc_foreman3.5_error_422_validation.json"] == "Name has already been taken"
    assert said["apidoc_katello4.12_error_404_taxonomy_context.json"] == "Organization with id missing not found"
    assert said["apidoc_katello4.12_error_403_missing_permissions.json"] == (
        "Access denied: Missing one of the required permissions: view_architectures"
    )
    assert said["apidoc_katello4.17_rerun_template_missing_404.json"].startswith("Could not rerun job 360")
    assert said["apidoc_katello4.8_cancel_422.json"] == "The job could not be cancelled."


@pytest.mark.case("foreman-40")
def test_outputs(recordings: pathlib.Path) -> None:
    answers = [(n, one["response"]["body"]) for n, one in recorded(recordings) if "output" in n and "404" not in n]
    assert len(answers) >= 15
    seen = set()
    for name, body in answers:
        for item in body.get("outputs", [body]):
            printed = Printed(item["output"], item["complete"])
            seen.add(type(item["output"]).__name__)
            assert printed.exit_code is None, name
            assert printed.text() == (item["output"] if isinstance(item["output"], str) else ""), name
            if "delayed" in item:
                assert parse_date(item["start_at"]) is None or TIME.fullmatch(parse_date(item["start_at"]) or ""), name
    assert seen == {"list", "NoneType", "str"}


@pytest.mark.case("foreman-36")
def test_tasks(recordings: pathlib.Path) -> None:
    bodies = [one["response"]["body"] for name, one in recorded(recordings) if name.startswith("fam_task_")]
    tasks = [row for body in bodies for row in body.get("results", [body])]
    assert len(tasks) >= 5
    for task in tasks:
        finished = task["state"] == "stopped"
        job = Job("foreman", "job_invocation", "1", status="failed" if finished else "running")
        add_task(job, task)
        assert job.launched_by == task["username"]
        assert TIME.fullmatch(job.started_at or "")
        assert (job.finished_at is not None) is finished
        assert (job.elapsed is not None) is finished
        assert "A sub task failed" not in job.explanation


@pytest.mark.case("foreman-20")
def test_the_answer_of_a_rerun_is_no_job(recordings: pathlib.Path) -> None:
    answers = [one["response"]["body"] for name, one in recorded(recordings) if "rerun" in name and "404" not in name]
    assert len(answers) >= 5
    for body in answers:
        assert not ForemanPlatform.recognizes(body)
        job = ForemanPlatform.normalize(body)
        assert (job.status, job.is_finished, len(job.warnings)) == ("unknown", False, 1)
        assert "password" not in job.details


def test_no_other_answer_breaks_the_normalizer(recordings: pathlib.Path) -> None:
    for _name, one in recorded(recordings):
        if isinstance(one["response"]["body"], dict):
            assert ForemanPlatform.normalize(one["response"]["body"]).to_dict()["platform"] == "foreman"
