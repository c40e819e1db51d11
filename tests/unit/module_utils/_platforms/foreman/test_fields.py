# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page docs/platforms/foreman-fields.md says of each parameter and field of the API where it is here."""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _arguments, _arguments_launch
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.normalize import normalize
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.options import LAUNCH_OPTIONS

ROOT = pathlib.Path(__file__).parents[5]
PAGE = ROOT / "docs" / "platforms" / "foreman-fields.md"
SAMPLES = ROOT / "tests" / "unit" / "samples" / "foreman"
NAME = re.compile(r"`([^`]+)`")


def table(title: str) -> list[list[str]]:
    """The rows of the table below a heading."""
    text = PAGE.read_text(encoding="utf-8").split(f"## {title}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    assert len(rows) > 5
    return rows[2:]


def names(title: str, column: int = 0) -> set[str]:
    return {name for row in table(title) for name in NAME.findall(row[column])}


@pytest.fixture(scope="module")
def reference(recordings: pathlib.Path) -> str:
    path = recordings.parent / "reference" / "foreman-job-invocations.txt"
    if not path.is_file():
        pytest.skip("the reference page is not there")
    return path.read_text(encoding="utf-8")


def bodies(text: str) -> Iterator[Any]:
    """The JSON bodies of a text."""
    place, decoder = 0, json.JSONDecoder()
    while (place := text.find("{ ", place)) >= 0:
        try:
            body, end = decoder.raw_decode(text[place:])
        except ValueError:
            place += 1
        else:
            yield body
            place += end


def test_every_parameter_of_the_page_is_told(reference: str) -> None:
    found = set(re.findall(r"^([a-z_]+(?:\[[a-z_]+\])*)\n(?:optional|required)", reference, re.MULTILINE))
    assert len(found) >= 40
    assert found - names("Parameters", 1) == set()


def test_every_search_field_of_the_page_is_told(reference: str) -> None:
    found = set(re.findall(r"^([a-z_.]+) \| (?:string|integer|datetime|true|succeeded)", reference, re.MULTILINE))
    assert len(found) == 15
    assert found == names("Search fields")


def test_every_field_of_the_page_is_told(reference: str) -> None:
    """Requests are among the bodies: what they hold is a parameter."""
    told = names("Fields of a job") | names("Fields of other answers", 1)
    answers = [body for body in bodies(reference) if "job_invocation" not in body]
    rows = [row for body in answers for row in [body, *body.get("results", [])]]
    assert len(rows) >= 15
    assert {key for row in rows for key in row} - told == set()


def test_every_field_of_the_recordings_is_told(recordings: pathlib.Path) -> None:
    told, seen = names("Fields of a job"), set()
    for path in sorted((recordings / "foreman").glob("*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))["response"]["body"]
        if isinstance(body, dict) and "status_label" in body:
            seen |= set(body)
    assert len(seen) >= 25
    assert seen - told == set()


def test_the_options_exist() -> None:
    tables = (
        _arguments_launch.LAUNCH_TABLE,
        _arguments.READ_TABLE,
        _arguments.INCLUDE_TABLE,
        _arguments.CANCEL_TABLE,
        _arguments.jobs_table(False),
        {"organization": {}, "location": {}},
    )
    known = {name for one in tables for name in one}
    known |= {f"foreman.{name}" for name in LAUNCH_OPTIONS} | {
        f"schedule.{name}" for name in _arguments_launch.SCHEDULE_TABLE
    }
    said = [NAME.findall(row[2]) for row in table("Parameters")]
    said += [NAME.findall(row[1]) for row in table("Search fields")]
    found = {name.partition(":")[0] for row in said for name in row} - {"job_info", "job_cancel"}
    assert found - known == set()
    # and all that only this platform has is on the page
    assert {f"foreman.{name}" for name in LAUNCH_OPTIONS} <= found
    assert {f"schedule.{name}" for name in _arguments_launch.SCHEDULE_TABLE} <= found


def test_the_places_hold_what_the_page_says() -> None:
    """What a field holds is found at the place that is told."""
    sample = json.loads((SAMPLES / "detail-immediate.json").read_text(encoding="utf-8"))
    numbers = ("succeeded", "failed", "pending", "cancelled", "total_hosts", "missing", "template_id", "targeting_id")
    changes = {name: 100 + place for place, name in enumerate(numbers)}
    texts = ("description", "job_category", "ssh_user", "template_name", "effective_user")
    changes.update({name: f"marker of {name}" for name in texts})  # type: ignore[misc]
    changes.update(time_to_pickup=201, concurrency_level=202, execution_timeout_interval=203)
    job = normalize({**sample, **changes}).to_dict()
    places = {NAME.findall(row[0])[0]: NAME.findall(row[1])[0] for row in table("Fields of a job")}
    for field, value in changes.items():
        found = job
        for key in places[field].split("."):
            found = found[key]
        assert str(found) == str(value), field
    for name in ("detail-immediate", "detail-recurring", "detail-future"):
        details = normalize(json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))).details
        said = {
            place.split(".")[1]
            for row in table("Fields of a job")
            for place in NAME.findall(row[1])
            if "details." in place
        }
        assert set(details) <= said
