# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which jobs a value names: house 0.5."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import InvalidOptionError
from ansible_collections.unified.jobs.plugins.module_utils._select import finder, select_jobs, with_type
from ansible_collections.unified.jobs.plugins.module_utils._types import Job, JobRef

JOB = Job("awx", "workflow_job", "7", server="prod", url="https://h/api/v2/workflow_jobs/7/").to_dict()
PLANNED = Job("awx", "job", None, status="pending").to_dict()
SEVEN = JobRef("7", "workflow_job", "awx", "prod", "https://h/api/v2/workflow_jobs/7/")


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (42, ["42"]),
        ("42", ["42"]),
        (" 42 ", ["42"]),
        ("1, 2,3", ["1", "2", "3"]),
        ([1, "2", [3]], ["1", "2", "3"]),
        ((1, 2), ["1", "2"]),
        ([2, 1, 2, "1"], ["2", "1"]),
        ([], []),
        ([[], []], []),
        (JOB, ["7"]),
        ([JOB, JOB], ["7"]),
        ({"job": JOB, "jobs": [JOB], "changed": True}, ["7"]),
        ({"jobs": [JOB, {**JOB, "id": "8"}], "changed": False}, ["7", "8"]),
        ({"jobs": [], "missing": ["3"], "changed": False}, []),
        ({"failed": True, "error": "job_failed", "msg": "no", "job": JOB}, ["7"]),
        ({"results": [{"job": JOB}, {"skipped": True, "item": "x"}, {"jobs": [{**JOB, "id": 9}]}]}, ["7", "9"]),
        ([{"job": JOB}, {"skipped": True, "skip_reason": "Conditional result was False"}], ["7"]),
        ({"skipped": True}, []),
        ({"skipped": True, "jobs": [], "changed": False}, []),
        ([5, JOB, {"results": [{"jobs": [6]}]}], ["5", "7", "6"]),
    ],
    ids=str,
)
def test_forms(value: Any, ids: list[str]) -> None:
    assert [ref.id for ref in select_jobs(value)] == ids


def test_a_job_says_where_it_is() -> None:
    assert select_jobs({"results": [{"job": JOB}]}) == [SEVEN]


def test_the_option_type_is_for_bare_ids() -> None:
    assert select_jobs([5, JOB], "system_job") == [JobRef("5", "system_job"), SEVEN]


def test_the_same_id_on_two_servers_is_two_jobs() -> None:
    assert len(select_jobs([JOB, {**JOB, "server": "test"}])) == 2


def test_jobs_of_check_mode_have_no_id() -> None:
    refs = select_jobs([{"job": PLANNED, "request": {}}, {"job": PLANNED}, 5])
    assert [ref.planned for ref in refs] == [PLANNED, PLANNED, None]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        1.5,
        "",
        "1,",
        "1 2",
        "a/b",
        "7?x=1",
        "7#",
        "7\n8",
        "\x007",
        b"42",
        [None],
        [""],
        {"id": 42, "type": "job"},
        {"msg": "The conditional check failed", "failed": True},
        {"results": ["x y"]},
        object(),
    ],
    ids=repr,
)
def test_what_names_no_job_is_refused(value: Any) -> None:
    with pytest.raises(InvalidOptionError, match="^rerun: ") as caught:
        select_jobs(value, option="rerun")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("text", ["[41,42]", ' {"type": "job", "id": 42}', "['41']"])
def test_text_that_looks_like_a_list_or_a_job_is_not_taken_apart(text: str) -> None:
    """On the command line a list and a dict are text, whose parts between commas are no ids."""
    with pytest.raises(
        InvalidOptionError, match=r"^rerun: text that begins with [{\[] is no id: write ids with commas"
    ):
        select_jobs(text, option="rerun")


def test_a_failed_result_without_a_job_says_why() -> None:
    with pytest.raises(InvalidOptionError, match="it says: there is no job template named 'x'"):
        select_jobs([{"failed": True, "msg": "there is no job template named 'x'"}])


@pytest.mark.case("awx-31")
def test_jobs_are_found_by_id_and_by_type_if_it_is_known() -> None:
    find = finder([Job("p", "job", "1"), Job("p", "plan", "1"), Job("p", "plan", "2")])
    assert find(JobRef("2")).type == "plan"  # type: ignore[union-attr]
    assert find(JobRef("1", "job")).type == "job"  # type: ignore[union-attr]
    assert find(JobRef("1", "plan")).type == "plan"  # type: ignore[union-attr]
    assert find(JobRef("2", "job")) is None
    assert find(JobRef("3")) is None


def test_the_type_that_was_learned() -> None:
    assert with_type(JobRef("1", None, "p", "s"), Job("p", "plan", "1")) == JobRef("1", "plan", "p", "s")
    assert with_type(JobRef("1", "job"), Job("p", "plan", "1")) == JobRef("1", "job")
    assert with_type(JobRef("1"), None) == JobRef("1")
