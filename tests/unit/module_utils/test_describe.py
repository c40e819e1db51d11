# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sentence on a failure: which job, why, on which hosts, and where to look."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._describe import failure_text, failures, result_of
from ansible_collections.unified.jobs.plugins.module_utils._types import Job


def job(status: str = "failed", **changes: Any) -> Job:
    made = Job("awx", "job", "42", name="Patch web", status=status, web_url="https://h/#/jobs/playbook/42/output")
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def test_all_of_it() -> None:
    tasks = [
        {"host": "web3", "status": "failed", "task": "Install", "message": "no space\n  left."},
        {"host": "web5", "status": "unreachable", "task": "Facts", "message": "timed out"},
    ]
    text = failure_text(job(server="prod", included={"failed_tasks": tasks}))
    assert text == (
        "Job 42 'Patch web' on prod failed. Failed or unreachable: web3, web5. [web3, Install] no space left. "
        "[web5, Facts] timed out. See https://h/#/jobs/playbook/42/output"
    )


@pytest.mark.case("awx-25")
@pytest.mark.parametrize(
    ("status", "said"), [("failed", "failed"), ("error", "could not be run"), ("canceled", "was canceled")]
)
def test_the_three_ways_to_end_badly(status: str, said: str) -> None:
    text = failure_text(job(status, explanation="FileNotFoundError: lab_gone."))
    assert text.startswith(f"Job 42 'Patch web' {said}: FileNotFoundError: lab_gone.")


def test_what_nobody_knows_is_left_out() -> None:
    assert failure_text(job(name="", web_url=None)) == "Job 42 failed."
    assert failure_text(job(web_url=None, url="https://h/api/v2/jobs/42/")).endswith("See https://h/api/v2/jobs/42/")


def test_hosts_by_number_where_no_names_are_known() -> None:
    made = job()
    made.host_counts.update(failed=1, unreachable=2)
    assert "3 hosts failed or could not be reached." in failure_text(made)
    made.host_counts.update(failed=1, unreachable=0)
    assert "1 host failed or could not be reached." in failure_text(made)


def test_long_things_are_cut() -> None:
    tasks = [{"host": f"h{n}", "status": "failed", "task": "T", "message": f"{n}" + "x" * 1000} for n in range(1, 21)]
    text = failure_text(job(included={"failed_tasks": tasks}))
    assert "h1, h2, h3, h4, h5 and 15 more." in text
    assert len(text) < 1500


def test_a_failure_without_a_task() -> None:
    tasks = [{"host": None, "task": None, "status": "failed", "message": "ERROR! no such play"}]
    assert " failed. ERROR! no such play. See" in failure_text(job(included={"failed_tasks": tasks}))


def test_the_first_job_decides_the_word() -> None:
    error = failures([job("error"), job("failed")], changed=True)
    assert error.to_result()["error"] == "job_error"
    assert error.to_result()["changed"] is True
    assert "And 2 more." in failures([job() for _unused in range(7)]).message


def test_results_hold_each_job_once() -> None:
    planned = {"platform": "awx", "server": None, "type": "job", "id": None}
    other = job(id="43")
    assert len(result_of([job(), job()])["jobs"]) == 1
    assert "job" in result_of([job(), job()])
    assert [row["id"] for row in result_of([planned, job(), planned, other])["jobs"]] == [None, "42", None, "43"]
    assert "job" not in result_of([job(), other])
    assert result_of([], total=0) == {"jobs": [], "total": 0}
