# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter normalize_job."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from ansible.errors import AnsibleError

from ansible_collections.unified.jobs.plugins.filter.job import FilterModule

SAMPLES = pathlib.Path(__file__).parents[1] / "samples"
BODIES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((SAMPLES / "awx").glob("*.json"))}
normalize_job = FilterModule().filters()["normalize_job"]


@pytest.mark.parametrize("name", [name for name, body in BODIES.items() if isinstance(body, dict)])
@pytest.mark.parametrize("platform", [None, "awx"])
def test_a_body_becomes_a_job(name: str, platform: str | None) -> None:
    job = normalize_job(BODIES[name], platform)
    assert (job["platform"], job["id"], job["type"]) == ("awx", str(BODIES[name]["id"]), BODIES[name]["type"])
    assert json.loads(json.dumps(job)) == job
    assert not {"job_env", "job_args", "native", "extra_vars"} & set(job)


def test_a_list_becomes_a_list() -> None:
    bodies = [BODIES["job-running"], BODIES["job-error"]]
    assert [job["status"] for job in normalize_job(bodies)] == ["running", "error"]
    assert normalize_job([]) == []


def test_little_is_enough_where_the_platform_is_named() -> None:
    job = normalize_job({"id": 7, "status": "failed"}, platform="awx")
    assert (job["id"], job["type"], job["status"], job["is_finished"]) == ("7", "job", "failed", True)


def test_texts_can_be_printed_and_written() -> None:
    """A webhook's body may come from anywhere; a warning may be printed as it is."""
    job = normalize_job({**BODIES["job-error"], "status": "odd\x1b[2J\u202e", "name": "half \ud800"})
    assert job["warnings"]
    assert all(warning.isprintable() for warning in job["warnings"])
    assert job["name"] == "half \ufffd"
    json.dumps(job, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize(
    ("value", "platform", "said"),
    [
        ({"id": 7}, None, "not recognized"),
        ({"id": 7, "type": "job"}, None, "not recognized"),
        ({"count": 0, "results": []}, None, "not recognized"),
        ({"id": 7, "type": ["job"], "launch_type": "manual"}, None, "not recognized"),
        ({"id": 7, "type": {"a": 1}, "launch_type": "manual"}, None, "not recognized"),
        (BODIES["job-error"], ["awx"], r"platform: \['awx'\] is none of awx"),
        (BODIES["job-error"], {"awx": 1}, "is none of awx"),
        (BODIES["job-error"], "tower", "platform: 'tower' is none of awx"),
        ("text", None, "a dictionary"),
        (None, None, "a dictionary"),
        ([BODIES["job-error"], 5], None, "a dictionary"),
    ],
)
def test_what_is_no_job_is_refused(value: Any, platform: str | None, said: str) -> None:
    with pytest.raises(AnsibleError, match=f"^normalize_job: .*{said}"):
        normalize_job(value, platform)
