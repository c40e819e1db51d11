# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page docs/platforms/puppet-fields.md says of each key of the API where it is here."""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _arguments, _arguments_launch
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import facts
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.normalize import normalize
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.options import LAUNCH_OPTIONS

ROOT = pathlib.Path(__file__).parents[5]
PAGE = ROOT / "docs" / "platforms" / "puppet-fields.md"
NAME = re.compile(r"`([^`]+)`")
API = "/orchestrator/v1"
#: what another service answers, what is no job's, and a key of a server to come
FOREIGN = ("/rbac-api/", "/status/", "/classifier-api/")
FUTURE = {"future_key"}
#: keys that only say how another one is meant
PARTS = {"schedule.interval.units", "schedule.interval.value", "input.scope.nodes"}


def section(title: str) -> list[list[str]]:
    """The rows of all tables below a heading, without their heads."""
    text = PAGE.read_text(encoding="utf-8").split(f"## {title}\n")[1].split("\n## ")[0]
    rows = []
    for table in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        lines = table.splitlines()
        rows += [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    assert len(rows) > 5
    return rows


def names(title: str, column: int = 0) -> set[str]:
    return {name for row in section(title) for name in NAME.findall(row[column])}


@pytest.fixture(scope="module")
def reference(recordings: pathlib.Path) -> str:
    path = recordings.parent / "reference" / "puppet-orchestrator-job.txt"
    if not path.is_file():
        pytest.skip("the reference page is not there")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def exchanges(recordings: pathlib.Path) -> list[dict[str, Any]]:
    """What was recorded of the orchestrator itself."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((recordings / "puppet").glob("*.json"))]
    found = [one for one in found if not one["request"]["path"].startswith(FOREIGN)]
    assert len(found) > 150
    return found


def rows_of(exchanges: list[dict[str, Any]], path: str) -> Iterator[dict[str, Any]]:
    """The rows of the good answers of a path, of a list or of one."""
    for one in exchanges:
        body = one["response"]["body"]
        if re.fullmatch(API + path, one["request"]["path"]) and one["response"]["status"] < 300:
            yield from body.get("items", [body])


def test_every_key_of_the_page_is_told(reference: str) -> None:
    described = set(
        re.findall(r"^([a-z_]+) (?:The|A|An|Options|If) ", reference.split("Key Definition")[1], re.MULTILINE)
    )
    start = reference.index("{\n")
    example = json.JSONDecoder().raw_decode(reference[start:])[0]
    assert len(described) == 17
    assert len(example) >= 17
    told = names("Keys of a job")
    assert (described | {"node_states"} | set(example)) - told == set()
    assert set(example["options"]) - told == set()


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("Keys of a job", "/jobs(/[0-9]+)?"),
        ("Keys of a node", "/jobs/[0-9]+/nodes"),
        ("Keys of a plan job", "/plan_jobs(/[0-9]+)?"),
        ("Keys of a scheduled job", "/scheduled_jobs/environment_jobs(/[0-9]+)?"),
    ],
)
def test_every_key_of_the_recordings_is_told(exchanges: list[dict[str, Any]], title: str, path: str) -> None:
    rows = [row for row in rows_of(exchanges, path) if "state" in row or "schedule" in row]
    assert len(rows) >= 3
    assert {key for row in rows for key in row} - FUTURE - names(title) == set()
    if title == "Keys of a job":
        assert {key for row in rows for key in row.get("options", {})} - names(title) == set()


def keys_of(body: Any, before: str = "") -> Iterator[str]:
    """The keys of a request, those within others with a dot between."""
    for value in body if isinstance(body, list) else [body]:
        for key, inner in value.items() if isinstance(value, dict) else ():
            yield before + key
            if key not in ("params", "parameters", "userdata"):
                yield from keys_of(inner, f"{before}{key}.")


def test_every_key_of_recorded_requests_is_told(exchanges: list[dict[str, Any]]) -> None:
    sent = {key for one in exchanges for key in keys_of(one["request"]["body"])}
    sent |= {key for one in exchanges for key in one["request"]["query"] or {}}
    assert len(sent) >= 50
    assert sent - PARTS - names("Requests", 1) == set()


def test_every_key_of_a_puppet_run_in_the_contract_is_told(recordings: pathlib.Path) -> None:
    path = recordings.parent / "contracts" / "puppet.md"
    if not path.is_file():
        pytest.skip("the contract is not there")
    text = path.read_text(encoding="utf-8").split("**`POST /command/deploy`**")[1].split("Errors:")[0]
    rows = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    found = {word.strip() for row in rows for name in NAME.findall(row) for word in name.split(",")}
    assert len(found) >= 20
    assert found - names("Requests", 1) == set()


def test_the_options_exist() -> None:
    tables = (
        _arguments_launch.LAUNCH_TABLE,
        _arguments.READ_TABLE,
        _arguments.INCLUDE_TABLE,
        _arguments.CANCEL_TABLE,
        _arguments.jobs_table(False),
    )
    known = {name for one in tables for name in one}
    known |= {f"puppet.{name}" for name in LAUNCH_OPTIONS} | {
        f"schedule.{name}" for name in _arguments_launch.SCHEDULE_TABLE
    }
    agentless = set(LAUNCH_OPTIONS["agentless"]["options"])
    rows = [row for row in section("Requests") if not row[2].startswith("none")]
    said = {name.partition(":")[0] for row in rows for name in NAME.findall(row[2].split(";")[0].split(", with")[0])}
    about = {"job_info", "job_cancel", "desc", "false", "units", "scope"}
    assert said - known - agentless - about == set()
    # and all that only this platform has is on the page
    assert {f"puppet.{name}" for name in LAUNCH_OPTIONS} | agentless <= said


def test_the_places_hold_what_the_page_says() -> None:
    """What a key holds is found at the place that is told."""
    changes: dict[str, Any] = {
        "name": "4711",
        "state": "running",
        "command": "marker of command",
        "type": "marker of type",
        "duration": "201.5",
        "node_count": 202,
        "timestamp": "2026-01-01T00:00:03Z",
        "started_timestamp": "2026-01-01T00:00:01Z",
        "description": "marker of description",
    }
    job = normalize({**changes, "options": {"task": "a::b", "project": "p", "transport": "t", "target": "x"}}).to_dict()
    places: dict[str, str] = {}
    for row in reversed(section("Keys of a job")):
        places.update(dict.fromkeys(NAME.findall(row[0]), NAME.findall(row[1] + "`none`")[0]))
    for key, value in {**changes, "task": "a::b", "project": "p", "transport": "t", "target": "x"}.items():
        found: Any = job
        for part in places[key].split("."):
            found = found[part]
        assert str(found) == str(value), key


@pytest.mark.parametrize(
    ("title", "path", "kind"),
    [
        ("Keys of a job", "/jobs(/[0-9]+)?", facts.JOB),
        ("Keys of a plan job", "/plan_jobs(/[0-9]+)?", facts.PLAN_JOB),
        ("Keys of a scheduled job", "/scheduled_jobs/environment_jobs(/[0-9]+)?", facts.SCHEDULED_JOB),
    ],
)
def test_all_details_are_told(exchanges: list[dict[str, Any]], title: str, path: str, kind: str) -> None:
    said = {name.split(".")[1] for row in section(title) for name in NAME.findall(row[1]) if "details." in name}
    seen = {key for row in rows_of(exchanges, path) if "name" in row for key in normalize(row, kind).details}
    assert seen
    assert seen - said - {"scope", "environment", "scheduled_job", "plan_job", "options"} == set()
    page = (ROOT / "docs" / "platforms" / "puppet.md").read_text(encoding="utf-8").split("## Details\n")[1]
    row = next(line for line in page.splitlines() if line.startswith(f"| {kind.replace('_', ' ')} |"))
    assert seen - set(NAME.findall(row)) == set()
