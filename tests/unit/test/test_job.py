# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tests job_finished, job_successful, job_failed, job_canceled."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleError

from ansible_collections.unified.jobs.plugins.module_utils._types import Job, JobStatus
from ansible_collections.unified.jobs.plugins.test.job import TestModule

TESTS = TestModule().tests()
NAMES = ("job_finished", "job_successful", "job_failed", "job_canceled")


def job(status: str) -> dict[str, Any]:
    return Job("awx", "job", "1", status=status).to_dict()


def holding(value: Any) -> set[str]:
    return {name for name in NAMES if TESTS[name](value)}


def test_these_are_all() -> None:
    assert set(TESTS) == set(NAMES)


@pytest.mark.parametrize(
    ("status", "names"),
    [
        ("scheduled", set()),
        ("pending", set()),
        ("running", set()),
        ("canceling", set()),
        ("unknown", set()),
        ("successful", {"job_finished", "job_successful"}),
        ("failed", {"job_finished", "job_failed"}),
        ("error", {"job_finished", "job_failed"}),
        ("canceled", {"job_finished", "job_canceled"}),
    ],
)
def test_each_status(status: str, names: set[str]) -> None:
    assert status in JobStatus.ALL
    assert holding(job(status)) == names


@pytest.mark.parametrize(
    ("statuses", "names"),
    [
        (["successful", "successful"], {"job_finished", "job_successful"}),
        (["successful", "running"], set()),
        (["successful", "failed"], {"job_finished", "job_failed"}),
        (["canceled", "failed", "running"], {"job_failed", "job_canceled"}),
    ],
)
def test_several(statuses: list[str], names: set[str]) -> None:
    """All have to be finished or successful; one that failed or was canceled is enough."""
    jobs = [job(status) for status in statuses]
    forms = (
        jobs,
        {"jobs": jobs, "changed": False},
        {"results": [{"job": one, "jobs": [one]} for one in jobs] + [{"skipped": True}]},
        [{"job": jobs[0]}, {"jobs": jobs[1:]}],
    )
    for value in forms:
        assert holding(value) == names


def test_a_registered_result_of_a_failed_task() -> None:
    result = {"failed": True, "error": "job_failed", "msg": "no", "job": job("failed"), "jobs": [job("failed")]}
    assert holding(result) == {"job_finished", "job_failed"}


def test_a_missing_job_did_not_do_well() -> None:
    """An assertion on job_info of an id that does not exist must not hold because no job is left to fail it."""
    assert holding({"jobs": [], "missing": ["9"], "changed": False}) == {"job_finished"}
    assert holding({"jobs": [job("successful")], "missing": ["9"]}) == {"job_finished"}
    assert holding({"results": [{"jobs": [job("running")], "missing": ["9"]}]}) == set()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "value",
    [[], {"results": []}, {"skipped": True}, {"jobs": [], "missing": []}, [{"skipped": True}], {"results": [[], []]}],
)
def test_no_job_at_all_proves_nothing(name: str, value: Any) -> None:
    """An assertion must not hold because nothing ran."""
    with pytest.raises(AnsibleError, match=f"^{name}: there is no job in it to ask"):
        TESTS[name](value)


@pytest.mark.parametrize("odd", ["false", "true", 1, None, [True]])
def test_only_true_is_finished(odd: Any) -> None:
    assert TESTS["job_finished"]({**job("successful"), "is_finished": odd}) is False


def test_missing_is_a_list_of_ids() -> None:
    assert holding({"jobs": [job("successful")], "missing": "ab"}) == {"job_finished", "job_successful"}


def test_a_launch_in_check_mode_is_pending() -> None:
    assert holding({"job": Job("awx", "job", None, status="pending").to_dict(), "changed": True}) == set()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [None, 5, "successful", {}, {"failed": True, "msg": "no"}, {"id": 1, "status": "x"}])
def test_what_holds_no_job_is_refused(name: str, value: Any) -> None:
    with pytest.raises(AnsibleError, match=f"^{name}: this takes a job"):
        TESTS[name](value)


@pytest.mark.parametrize(
    "status", [10**5000, ["failed"], {"status": "failed"}, None, 7, b"failed"], ids=lambda value: ""
)
def test_a_status_that_is_none_is_no_status(status: Any) -> None:
    """Found by fuzzing: a number of thousands of digits cannot even be made text."""
    tests = TestModule().tests()
    assert [name for name, test in tests.items() if test({"id": "1", "status": status, "is_finished": False})] == []
