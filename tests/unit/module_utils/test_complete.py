# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read of jobs that finished: from servers of different age, within one bound, and whatever goes wrong."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _watched
from ansible_collections.unified.jobs.plugins.module_utils._cancel import CancelOptions, cancel_jobs
from ansible_collections.unified.jobs.plugins.module_utils._describe import Include
from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError, NotFoundError, UnauthorizedError
from ansible_collections.unified.jobs.plugins.module_utils._types import JobRef
from ansible_collections.unified.jobs.plugins.module_utils._verdict import wait_for_jobs
from ansible_collections.unified.jobs.plugins.module_utils._wait import WaitOptions

ROW = {"status": "successful", "is_complete": False}
OLDER = {
    "running": {"status": "running", "elapsed": 1.0},
    "pending": {"status": "pending", "elapsed": None},
    "unknown": NotFoundError("there is no job 1"),
}


def refs(*numbers: str, server: str | None = None) -> list[JobRef]:
    return [JobRef(number, server=server) for number in numbers]


def ended(task: Any, *numbers: str, **options: Any) -> list[dict[str, Any]]:
    """The jobs of a wait, however it ends."""
    try:
        result = wait_for_jobs(task, refs(*numbers), WaitOptions(**options))
    except JobsError as error:
        result = error.to_result()
    jobs: list[dict[str, Any]] = result["jobs"]
    return jobs


# -- two servers of different age ------------------------------------------------------------------------------


@pytest.mark.parametrize("older", OLDER.values(), ids=OLDER)
def test_a_detail_of_an_older_server_is_asked_for_again(task: Any, scripted: Any, manual_time: Any, older: Any) -> None:
    """A list told of the end. Nothing of the older detail gets into the result."""
    scripted.script("1", ROW, *[older] * 4, {"status": "successful", "elapsed": 9.0})
    (job,) = ended(task, "1")
    assert (job["status"], job["outcome"], job["elapsed"], job["warnings"]) == ("successful", "finished", 9.0, [])
    assert manual_time.slept == [0.25, 0.5, 1.0, 2.0]


@pytest.mark.parametrize("older", OLDER.values(), ids=OLDER)
@pytest.mark.parametrize("timeout", [0, 5, 1000])
def test_what_finished_stays_so_although_a_server_never_learns_of_it(
    task: Any, scripted: Any, manual_time: Any, older: Any, timeout: int
) -> None:
    scripted.script("1", ROW, older)
    (job,) = ended(task, "1", timeout=timeout)
    assert (job["status"], job["outcome"], job["elapsed"]) == ("successful", "finished", None)
    assert len(job["warnings"]) == 1
    assert manual_time.now == 50 + 30


def test_how_a_job_ended_is_what_a_finished_detail_says(task: Any, scripted: Any) -> None:
    """On Foreman a job that was canceled while it ran reads failed in the list."""
    scripted.script("1", {"status": "failed", "is_complete": False}, "running", "canceled")
    (job,) = ended(task, "1")
    assert job["status"] == "canceled"


def test_a_server_that_is_behind_does_not_delay_the_end_of_others_twice(
    task: Any, scripted: Any, another: Any, manual_time: Any
) -> None:
    scripted.script("1", ROW, "running")
    scripted.script("2", {"status": "failed", "is_complete": False}, "running")
    scripted.script("3", ROW, "successful")
    jobs = ended(task, "1", "2", "3")
    assert [(job["status"], len(job["warnings"])) for job in jobs] == [
        ("successful", 1),
        ("failed", 1),
        ("successful", 0),
    ]
    assert scripted.calls.count("job 3") == 1
    assert manual_time.now == 50 + 30


# -- one bound for all -----------------------------------------------------------------------------------------


class SlowReads:
    """Lets each read of a platform beside the list take a time."""

    def __init__(self, platform: Any, clock: Any, seconds: float) -> None:
        self.reads = 0
        for name in ("get_job", "_content"):
            setattr(platform, name, self._slow(getattr(platform, name), clock, seconds))

    def _slow(self, own: Any, clock: Any, seconds: float) -> Any:
        def read(*args: Any) -> Any:
            self.reads += 1
            clock.now += seconds
            return own(*args)

        return read


@pytest.mark.parametrize(("number", "seconds", "most"), [(40, 100, 600), (1000, 4, 1000)])
def test_all_reading_together_is_bounded(
    task: Any,
    scripted: Any,
    manual_time: Any,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    seconds: float,
    most: float,
) -> None:
    """Each read alone is within its time. What was not read says so."""
    # one after another: what several threads read would count as the time of one that is held up
    monkeypatch.setattr(_watched, "each", lambda work, items, _workers=1: [work(item) for item in items])
    numbers = [str(one) for one in range(number)]
    for one in numbers:
        scripted.script(one, ROW, "successful")
    task.include = Include(["output"])
    slow = SlowReads(scripted, manual_time, seconds)
    jobs = ended(task, *numbers)
    assert {job["status"] for job in jobs} == {"successful"}
    assert most <= manual_time.now - 50 <= most + seconds + 1
    assert slow.reads <= most / seconds + 1
    assert len([job for job in jobs if job["warnings"]]) >= number - slow.reads
    assert all("took too long" in text for job in jobs for text in job["warnings"])


def test_the_bound_begins_when_there_is_something_to_read(task: Any, scripted: Any, manual_time: Any) -> None:
    """A wait of hours takes nothing from it."""
    scripted.script("1", *["running"] * 20, ROW, "successful")
    task.include = Include(["output"])
    (job,) = ended(task, "1", interval=600, timeout=100000)
    assert (job["status"], job["output"], job["warnings"]) == ("successful", "", [])


# -- bugs of ours ----------------------------------------------------------------------------------------------


def odd(_which: Any) -> Any:
    """What no platform should do."""
    raise KeyError("oddity")


@pytest.mark.parametrize("bad", ["scripted", "another", "both"])
def test_a_bug_does_not_lose_the_jobs_of_others(task: Any, scripted: Any, another: Any, bad: str) -> None:
    for platform in (scripted, another):
        platform.script("1", "running", "successful")
    for name, platform in (("scripted", scripted), ("another", another)):
        if bad in (name, "both"):
            platform.get_job = odd
    with pytest.raises(JobsError, match="bug in the collection.*KeyError: 'oddity'") as caught:
        wait_for_jobs(task, [*refs("1"), *refs("1", server="two")], WaitOptions(interval=1))
    result = caught.value.to_result()
    assert result["error"] == "internal_error"
    assert "odd" in result["exception"]
    assert [job["status"] for job in result["jobs"]] == ([] if bad == "both" else ["successful"])


def test_a_bug_that_one_answer_brings_to_light_passes_with_it(task: Any, scripted: Any, manual_time: Any) -> None:
    scripted.script("1", "running", "running", "successful")
    own, left = scripted.get_job, [False, True, True, False]
    scripted.get_job = lambda which: odd(which) if left and left.pop(0) else own(which)
    (job,) = ended(task, "1", interval=1)
    assert (job["status"], job["warnings"]) == ("successful", [])
    assert len(manual_time.slept) == 4


@pytest.mark.parametrize("include", [[], ["hosts"]])
def test_a_bug_in_what_is_read_at_the_end_is_a_warning(task: Any, scripted: Any, include: list[str]) -> None:
    for number in ("1", "2"):
        scripted.script(number, {"status": "failed", "is_complete": not include})
    if include:
        scripted.get_job = odd
    scripted.iter_hosts = scripted.get_failed_tasks = odd
    task.include = Include(include)
    jobs = ended(task, "1", "2")
    assert [(job["status"], job["outcome"]) for job in jobs] == [("failed", "finished")] * 2
    assert all("bug in the collection" in text for job in jobs for text in job["warnings"])
    assert all(job["warnings"] for job in jobs)


def test_a_bug_in_a_cancel_does_not_lose_the_others(task: Any, scripted: Any, another: Any) -> None:
    scripted.script("1", "running")
    another.script("1", "running", "canceling")
    scripted.cancel = lambda job, **options: odd(job)
    with pytest.raises(JobsError) as caught:
        cancel_jobs(task, [*refs("1"), *refs("1", server="two")], CancelOptions())
    result = caught.value.to_result()
    assert (result["error"], result["changed"]) == ("internal_error", True)
    assert [job["outcome"] for job in result["jobs"]] == ["failed", "cancel_requested"]


# -- a cancel that is waited for -------------------------------------------------------------------------------


@pytest.mark.parametrize("both", [False, True])
def test_what_was_asked_to_stop_is_not_said_to_be_not_canceled(task: Any, scripted: Any, both: bool) -> None:
    """The login was refused only afterwards, while its end was waited for."""
    refused = UnauthorizedError("401", status=401)
    for number in ("1", "2"):
        scripted.script(number, "running", "canceling", refused)
    scripted.list_errors = [refused] * 9
    with pytest.raises(UnauthorizedError) as caught:
        cancel_jobs(task, refs("1", "2") if both else refs("1"), CancelOptions(wait=WaitOptions(interval=1)))
    assert "could not be canceled" not in caught.value.message
    assert "could not be read any more after it was asked to stop: 401" in caught.value.message
    result = caught.value.to_result()
    assert result["changed"] is True
    assert [job["status"] for job in result["jobs"]] == ["canceling"] * (1 + both)
