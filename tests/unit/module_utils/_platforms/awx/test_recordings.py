# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies of a real server: the small samples beside the tests, and the recordings where they are present."""

from __future__ import annotations

import datetime
import json
import pathlib
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _registry
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx.platform import AwxPlatform
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection

SAMPLES = pathlib.Path(__file__).parents[3] / "samples" / "awx"
TYPES = (
    "job",
    "workflow_job",
    "system_job",
    "ad_hoc_command",
    "project_update",
    "inventory_update",
    "workflow_approval",
)
#: AWX contract 1.4 and house 0.2
STATUSES = {
    "new": "pending",
    "pending": "pending",
    "waiting": "pending",
    "running": "running",
    "successful": "successful",
    "failed": "failed",
    "error": "error",
    "canceled": "canceled",
}
KEYS = [
    "platform",
    "server",
    "type",
    "subtype",
    "id",
    "name",
    "status",
    "native_status",
    "is_finished",
    "is_successful",
    "explanation",
    "created_at",
    "started_at",
    "finished_at",
    "elapsed",
    "url",
    "web_url",
    "template",
    "launched_by",
    "description",
    "targets",
    "host_counts",
    "details",
    "warnings",
]
COUNTS = {"ok": "ok", "changed": "changed", "failures": "failed", "dark": "unreachable", "skipped": "skipped"}


def is_job(body: Any) -> bool:
    return isinstance(body, dict) and body.get("type") in TYPES and "launch_type" in body and "created" in body


def jobs_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every job body within an answer: a detail, the rows of a list, what a launch answers."""
    if is_job(value):
        yield value
        return
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from jobs_in(item)


@pytest.fixture(params=["samples", "recordings"])
def exchanges(request: pytest.FixtureRequest) -> list[tuple[str, Any]]:
    """The answers, each with its name."""
    if request.param == "samples":
        return [(path.name, json.loads(path.read_text())) for path in sorted(SAMPLES.glob("*.json"))]
    folder = request.getfixturevalue("recordings") / "awx"
    recorded = [(path.name, json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))]
    return [(name, one["response"]["body"]) for name, one in recorded]


@pytest.fixture
def bodies(exchanges: list[tuple[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    found = [(name, body) for name, answer in exchanges for body in jobs_in(answer) if body.get("status") != "started"]
    assert len(found) >= 15
    return found


def moment(text: str | None) -> datetime.datetime | None:
    if text is None:
        return None
    form = "%Y-%m-%dT%H:%M:%S.%f%z" if "." in text else "%Y-%m-%dT%H:%M:%S%z"
    return datetime.datetime.strptime(text, form)


def test_all_seven_types_are_among_them(bodies: list[tuple[str, dict[str, Any]]]) -> None:
    assert {body["type"] for _name, body in bodies} == set(TYPES)


@pytest.mark.case("awx-25")
def test_statuses(bodies: list[tuple[str, dict[str, Any]]]) -> None:
    for name, body in bodies:
        job = AwxPlatform.normalize(body).to_dict()
        assert job["warnings"] == [], name
        wanted = STATUSES[body["status"]]
        if body.get("canceled_on") and wanted in ("pending", "running"):
            wanted = "canceling"
        assert (job["status"], job["native_status"]) == (wanted, body["status"]), name
        assert job["is_finished"] is (body["finished"] is not None), name
        assert job["is_successful"] is ((body["status"] == "successful") if body["finished"] else None), name


@pytest.mark.case("awx-24", "awx-26")
def test_times_and_numbers(bodies: list[tuple[str, dict[str, Any]]]) -> None:
    for name, body in bodies:
        job = AwxPlatform.normalize(body).to_dict()
        for ours, theirs in (("created_at", "created"), ("started_at", "started"), ("finished_at", "finished")):
            assert moment(job[ours]) == moment(body[theirs]), name
            assert job[ours] is None or job[ours].endswith("Z"), name
        assert job["elapsed"] == body["elapsed"], name
        assert isinstance(job["elapsed"], float), name
        assert (job["id"], job["type"], job["name"]) == (str(body["id"]), body["type"], body["name"]), name


def test_host_counts(bodies: list[tuple[str, dict[str, Any]]]) -> None:
    for name, body in bodies:
        counts = AwxPlatform.normalize(body).to_dict()["host_counts"]
        said = body.get("host_status_counts")
        if said is None:
            assert set(counts.values()) == {None}, name
            continue
        known = {COUNTS[word]: number for word, number in said.items()}
        wanted = {word: known.get(word, 0) for word in counts if word != "total"}
        assert counts == {**wanted, "total": sum(said.values())}, name


def test_the_keys_are_those_of_the_job_and_plain(bodies: list[tuple[str, dict[str, Any]]]) -> None:
    for name, body in bodies:
        job = AwxPlatform.normalize(body).to_dict()
        assert list(job) == KEYS, name
        assert json.loads(json.dumps(job)) == job, name


@pytest.mark.case("awx-52")
def test_secrets_are_in_no_job(bodies: list[tuple[str, dict[str, Any]]]) -> None:
    for name, body in bodies:
        text = json.dumps(AwxPlatform.normalize(body).to_dict())
        for key in ("job_env", "job_args", "extra_vars", "source_vars"):
            said = body.get(key)
            assert not said or said == "{}" or json.dumps(said).strip('"') not in text, (name, key)
        trace = str(body.get("result_traceback") or "").strip()
        assert not trace or json.dumps(trace).strip('"') not in text, name
        assert "job_env" not in text, name


def test_why(bodies: list[tuple[str, dict[str, Any]]]) -> None:
    """AWX contract 1.4 and 6.2: the explanation wherever there is one, for an error the traceback's last line."""
    for name, body in bodies:
        said = AwxPlatform.normalize(body).explanation
        assert "\n" not in said, name
        if body["job_explanation"]:
            assert said, name
        if body.get("result_traceback") and body["status"] == "error":
            assert said == body["result_traceback"].strip().splitlines()[-1], name
        if body["job_explanation"].startswith("Previous Task"):
            assert re.fullmatch(r'Previous task \w+: \w+ "[^"]+" \(id \d+\)\.', said), name


def test_an_inventory_wide_update(exchanges: list[tuple[str, Any]]) -> None:
    """AWX contract 1.3.6: a list of jobs, where C(started) is no status of a job."""
    client = SimpleNamespace(prefix="/api/v2/", clock=None)
    platform = AwxPlatform(client, Connection("awx", "https://h"))  # type: ignore[arg-type]
    lists = [answer for _name, answer in exchanges if isinstance(answer, list) and any(map(is_job, answer))]
    assert lists
    for answer in lists:
        jobs = platform._launched(SimpleNamespace(data=answer))  # type: ignore[arg-type]
        assert [job.id for job in jobs] == [str(body["id"]) for body in answer]
        assert {(job.type, job.status) for job in jobs} == {("inventory_update", "pending")}
        assert [job.warnings for job in jobs] == [[]] * len(jobs)


def test_the_platform_is_recognized(bodies: list[tuple[str, dict[str, Any]]]) -> None:
    for name, body in bodies:
        assert [kind.NAME for kind in _registry.PLATFORMS.values() if kind.recognizes(body)] == ["awx"], name


@pytest.mark.case("awx-53")
def test_every_error_body_gives_a_message(recordings: pathlib.Path) -> None:
    seen = 0
    for path in sorted((recordings / "awx").glob("*.json")):
        answer = json.loads(path.read_text())["response"]
        body, status = answer["body"], answer["status"]
        if status < 400:
            continue
        seen += 1
        is_text = isinstance(body, str)
        message = AwxPlatform.error_text(status, None if is_text else body, body if is_text else json.dumps(body))
        assert message.strip(), path.name
        assert message == " ".join(message.split()), path.name
        assert not re.search(r"</|<!|<html|ErrorDetail|^[{']", message, re.IGNORECASE), (path.name, message)
    assert seen > 80
