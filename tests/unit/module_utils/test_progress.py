# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is shown while a task waits, with a clock that is moved by hand."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._masking import hiding
from ansible_collections.unified.jobs.plugins.module_utils._progress import (
    MANY,
    Progress,
    Stage,
    not_followed,
    showing,
)
from ansible_collections.unified.jobs.plugins.module_utils._types import Job, empty_host_counts


def job(number: int | str, status: str, **changes: Any) -> Job:
    """A job; C(hosts) are its counts."""
    hosts = {**empty_host_counts(), **changes.pop("hosts", {})}
    values = {"name": f"name {number}", "is_complete": True, **changes}
    return Job("scripted", "job", str(number), status=status, host_counts=hosts, **values)


@pytest.fixture
def lines() -> list[str]:
    """What is shown."""
    return []


@pytest.fixture
def progress(lines: list[str], manual_time: Any) -> Progress:
    """Progress that goes there."""
    return Progress(lines.append, manual_time)


# -- changes -------------------------------------------------------------------------------------------------------


def test_a_change_has_a_line_at_once_and_what_stays_has_none(
    progress: Progress, lines: list[str], scripted: Any
) -> None:
    for status in ("pending", "pending", "running", "running"):
        progress.saw(scripted, job(1, status))
    assert lines == ["[scripted] job 1 name 1: pending", "[scripted] job 1 name 1: running"]


def test_the_server_of_a_job_is_named_if_it_has_a_name(progress: Progress, lines: list[str], another: Any) -> None:
    progress.saw(another, job(1, "running"))
    assert lines == ["[two] job 1 name 1: running"]


def test_the_first_host_that_fails_is_worth_a_line(progress: Progress, lines: list[str], scripted: Any) -> None:
    for failed in (0, 1, 2):
        progress.saw(scripted, job(1, "running", hosts={"total": 9, "failed": failed}))
    assert lines[1:] == ["[scripted] job 1 name 1: running, 9 hosts: 1 failed"]


def test_why_a_job_is_pending_is_worth_a_line(progress: Progress, lines: list[str], scripted: Any) -> None:
    for why in ("", "No node has capacity.", "No node has capacity for it."):
        progress.saw(scripted, job(1, "pending", explanation=why))
    assert lines[1:] == ["[scripted] job 1 name 1: pending: No node has capacity."]


def test_jobs_of_the_same_number_are_told_apart(
    progress: Progress, lines: list[str], scripted: Any, another: Any
) -> None:
    progress.saw(scripted, job(1, "running"))
    progress.saw(another, job(1, "running"))
    other = job(1, "running")
    other.type = "other"
    progress.saw(scripted, other)
    assert len(lines) == 3


def test_a_line_has_the_tone_of_its_status(progress: Progress, lines: list[str], scripted: Any) -> None:
    for number, status in enumerate(("running", "successful", "failed", "error", "canceled", "unknown")):
        progress.saw(scripted, job(number, status))
    assert [getattr(line, "tone", None) for line in lines] == ["", "good", "bad", "bad", "odd", "odd"]


def test_the_end_is_told_with_its_details_if_they_come_at_once(
    progress: Progress, lines: list[str], scripted: Any
) -> None:
    """A row of a list says less than the detail that is read after it."""
    progress.saw(scripted, job(1, "successful", is_complete=False))
    progress.tick([])
    assert lines == []
    progress.saw(scripted, job(1, "successful", hosts={"total": 2, "ok": 2}))
    progress.ended(scripted, job(1, "successful", hosts={"total": 2, "ok": 2}))
    assert lines == ["[scripted] job 1 name 1: successful, 2 hosts: 2 ok"]


def test_the_end_does_not_wait_for_other_jobs(progress: Progress, lines: list[str], scripted: Any) -> None:
    progress.saw(scripted, job(1, "successful", is_complete=False))
    progress.tick([(scripted, job(2, "running"))])
    progress.saw(scripted, job(1, "successful"))
    progress.ended(scripted, job(1, "successful"))
    assert lines == ["[scripted] job 1 name 1: successful"]


def test_an_end_without_details_is_told_all_the_same(progress: Progress, lines: list[str], scripted: Any) -> None:
    progress.saw(scripted, job(1, "successful", is_complete=False))
    progress.ended(scripted, job(1, "successful", is_complete=False))
    assert lines == ["[scripted] job 1 name 1: successful"]


def test_a_job_that_is_not_finished_after_all(progress: Progress, lines: list[str], scripted: Any) -> None:
    for seen in (job(1, "running"), job(1, "successful", is_complete=False), job(1, "running"), job(1, "failed")):
        progress.saw(scripted, seen)
    assert [line.rpartition(" ")[2] for line in lines] == ["running", "running", "failed"]


def test_a_job_that_was_not_launched_has_no_line(progress: Progress, lines: list[str], scripted: Any) -> None:
    planned = job(1, "pending")
    planned.id = None
    progress.saw(scripted, planned)
    assert lines == []


# -- many jobs -----------------------------------------------------------------------------------------------------


def test_of_many_jobs_only_failures_have_a_line(
    progress: Progress, lines: list[str], scripted: Any, manual_time: Any
) -> None:
    progress.expect(200)
    jobs = [job(number, "running") for number in range(200)]
    for one in jobs:
        progress.saw(scripted, one)
    progress.tick([(scripted, one) for one in jobs])
    assert lines == ["[scripted] 200 jobs: 200 running"]
    manual_time.sleep(6)
    for number in range(120):
        progress.saw(scripted, job(number, "failed" if number in (7, 9) else "successful"))
    progress.tick([(scripted, one) for one in jobs[120:]])
    assert lines[1:] == [
        "[scripted] job 7 name 7: failed",
        "[scripted] job 9 name 9: failed",
        "[scripted] 200 jobs: 80 running, 118 successful, 2 failed",
    ]


def test_of_many_failures_at_once_the_rest_is_named_in_one_line(
    progress: Progress, lines: list[str], scripted: Any
) -> None:
    progress.expect(25)
    for number in range(1001, 1026):
        progress.saw(scripted, job(number, "failed" if number <= 1013 else "running"))
    progress.tick([(scripted, job(1014, "running"))])
    assert len(lines) == 12
    assert lines[9:] == [
        "[scripted] job 1010 name 1010: failed",
        "[scripted] 3 more failed: 1011, 1012, 1013",
        "[scripted] 25 jobs: 12 running, 13 failed",
    ]
    assert getattr(lines[10], "tone", "") == "bad"


def test_the_rest_of_the_last_failures_is_named_too(progress: Progress, lines: list[str], scripted: Any) -> None:
    progress.expect(30)
    for number in range(30):
        progress.saw(scripted, job(number, "running"))
    progress.tick([(scripted, job(number, "running")) for number in range(30)])
    for number in range(30):
        progress.saw(scripted, job(number, "failed", is_complete=False))
    progress.tick([])
    for number in range(30):
        progress.ended(scripted, job(number, "failed"))
    progress.end()
    assert len(lines) == 13
    assert lines[11].startswith("[scripted] 20 more failed: 10, 11, 12, ")
    assert lines[12] == "[scripted] 30 jobs: 30 failed"


def test_names_of_failures_on_several_servers(
    progress: Progress, lines: list[str], scripted: Any, another: Any
) -> None:
    progress.expect(500)
    progress.saw(another, job(1, "running"))
    for number in range(500):
        progress.saw(scripted, job(number, "failed"))
    progress.tick([(another, job(1, "running"))])
    assert lines[10].startswith("490 more failed: scripted 10, scripted 11, ")
    assert lines[10].endswith(", ...")
    assert 60 < len(lines[10]) <= 79


def test_many_jobs_that_nobody_announced(progress: Progress, lines: list[str], scripted: Any) -> None:
    for number in range(300):
        progress.saw(scripted, job(number, "pending"))
    progress.tick([(scripted, job(0, "pending"))])
    assert len(lines) == MANY + 1
    assert lines[-1] == "[scripted] 300 jobs: 300 pending"


def test_each_change_of_few_jobs_has_a_line_and_none_is_counted(
    progress: Progress, lines: list[str], scripted: Any
) -> None:
    for status in ("pending", "running", "failed"):
        jobs = [job(number, status) for number in range(MANY)]
        for one in jobs:
            progress.saw(scripted, one)
    progress.tick([(scripted, job(0, "running"))])
    progress.end()
    assert len(lines) == 3 * MANY
    assert not [line for line in lines if " jobs" in line]


def test_a_list_says_how_much_of_it_is_launched(
    progress: Progress, lines: list[str], scripted: Any, manual_time: Any
) -> None:
    """While launches are sent nothing is polled, so they have to say themselves how far they are."""
    progress.expect(200, "launched")
    for number in range(30):
        manual_time.sleep(0.5)
        progress.saw(scripted, job(number, "pending"))
    assert lines == [f"[scripted] {number} of 200 launched: {number} pending" for number in (10, 20, 30)]
    for number in range(30):
        progress.saw(scripted, job(number, "failed" if number in (3, 4) else "successful"))
    for number in range(30, 60):
        progress.saw(scripted, job(number, "running"))
    manual_time.sleep(5)
    progress.tick([(scripted, job(number, "running")) for number in range(30, 60)])
    assert lines[-1] == "[scripted] 60 of 200 launched: 30 running, 28 successful, 2 failed"


def test_that_all_are_launched_is_told_at_once(progress: Progress, lines: list[str], scripted: Any) -> None:
    """Without a wait there is no later line."""
    progress.expect(40, "launched")
    for number in range(40):
        progress.saw(scripted, job(number, "pending"))
    assert lines == ["[scripted] 40 jobs: 40 pending"]


def test_jobs_that_were_not_seen_are_told_by_the_count(progress: Progress, lines: list[str], scripted: Any) -> None:
    progress.expect(40)
    for number in range(30):
        progress.saw(scripted, job(number, "running"))
    assert lines == []
    progress.tick([(scripted, job(0, "running"))])
    assert lines == ["[scripted] 30 of 40 jobs: 30 running"]


def test_the_last_count_comes_once(progress: Progress, lines: list[str], scripted: Any, manual_time: Any) -> None:
    progress.expect(40, "launched")
    for status in ("pending", "successful"):
        for number in range(40):
            progress.saw(scripted, job(number, status, is_complete=False))
        manual_time.sleep(6)
        progress.tick([])
    for number in range(40):
        progress.saw(scripted, job(number, "successful"))
        progress.ended(scripted, job(number, "successful"))
    progress.end()
    assert lines == ["[scripted] 40 jobs: 40 pending", "[scripted] 40 jobs: 40 successful"]


def test_the_same_count_does_not_come_twice(
    progress: Progress, lines: list[str], scripted: Any, manual_time: Any
) -> None:
    progress.expect(40)
    for status in ("running", "pending", "running"):
        for number in range(40):
            progress.saw(scripted, job(number, status))
        if status == "running":
            progress.tick([(scripted, job(0, status))])
        manual_time.sleep(6)
    assert lines == ["[scripted] 40 jobs: 40 running"]


def test_of_a_list_one_after_the_other_each_ends_before_the_next_begins(
    progress: Progress, lines: list[str], scripted: Any
) -> None:
    progress.expect(2, "launched")
    for number in (1, 2):
        progress.saw(scripted, job(number, "running"))
        progress.saw(scripted, job(number, "successful", is_complete=False))
        progress.tick([])
    progress.ended(scripted, job(2, "successful"))
    assert [line.partition("name ")[2] for line in lines] == [
        "1: running",
        "1: successful",
        "2: running",
        "2: successful",
    ]


def test_counts_do_not_come_too_often_but_the_last_one_comes(
    progress: Progress, lines: list[str], scripted: Any, manual_time: Any
) -> None:
    progress.expect(100)
    for done in range(101):
        manual_time.sleep(0.48)
        for number in range(100):
            progress.saw(scripted, job(number, "successful" if number < done else "running"))
        progress.tick([(scripted, job(number, "running")) for number in range(done, 100)])
    for number in range(100):
        progress.ended(scripted, job(number, "successful"))
    progress.end()
    assert 10 <= len(lines) <= 12
    assert lines[-1] == "[scripted] 100 jobs: 100 successful"


def test_counts_of_several_servers_name_none(progress: Progress, lines: list[str], scripted: Any, another: Any) -> None:
    progress.expect(50)
    progress.saw(scripted, job(1, "running"))
    progress.saw(another, job(1, "running"))
    progress.tick([(scripted, job(1, "running"))])
    assert lines == ["2 of 50 jobs: 2 running"]


def test_thousands_of_jobs_take_no_time(scripted: Any, manual_time: Any) -> None:
    lines: list[str] = []
    progress = Progress(lines.append, manual_time, follow=True)
    jobs = [job(number, "running") for number in range(5000)]
    start = time.process_time()
    with hiding(["sesame", "another secret"]):
        for _round in range(3):
            manual_time.sleep(40)
            for one in jobs:
                progress.saw(scripted, one)
            progress.tick([(scripted, one) for one in jobs])
        for one in jobs:
            progress.ended(scripted, one)
    assert time.process_time() - start < 15
    assert len(lines) < 100


# -- silence -------------------------------------------------------------------------------------------------------


def test_silence_is_told_more_and_more_rarely(
    progress: Progress, lines: list[str], scripted: Any, manual_time: Any
) -> None:
    times = []
    progress.saw(scripted, job(1, "running"))
    del lines[:]
    for second in range(1, 1500):
        manual_time.sleep(1)
        progress.saw(scripted, job(1, "running", elapsed=second))
        progress.tick([(scripted, job(1, "running", elapsed=second))])
        if len(lines) > len(times):
            times.append(second)
    assert times == [30, 90, 210, 450, 750, 1050, 1350]
    assert lines[1] == "[scripted] job 1 name 1: still running after 1:30"


def test_a_change_ends_the_silence(progress: Progress, lines: list[str], scripted: Any, manual_time: Any) -> None:
    for seconds, status in ((0, "pending"), (31, "pending"), (20, "running"), (29, "running"), (1, "running")):
        manual_time.sleep(seconds)
        progress.saw(scripted, job(1, status))
        progress.tick([(scripted, job(1, status))])
    assert [line.partition(": ")[2] for line in lines] == [
        "pending",
        "still pending after 0:31",
        "running",
        "still running after 1:21",
    ]


def test_no_job_no_silence(progress: Progress, lines: list[str], manual_time: Any) -> None:
    manual_time.sleep(3600)
    progress.tick([])
    assert lines == []


# -- notes, hosts, masks -------------------------------------------------------------------------------------------


def test_a_note_is_a_line_of_its_own(progress: Progress, lines: list[str]) -> None:
    with hiding(["sesame"]):
        progress.note("launched 5 of 100,\x1b[1m sesame\n" + "x" * 100)
    assert lines == ["launched 5 of 100, ******** " + "x" * 48 + "..."]


def test_a_note_says_the_server_and_is_not_counted(
    progress: Progress, lines: list[str], scripted: Any, another: Any
) -> None:
    progress.expect(200)
    for number in range(200):
        progress.saw(scripted, job(number, "running"))
    progress.tick([(scripted, job(0, "running"))])
    progress.end()
    progress.note("asked 25 jobs to stop")
    assert lines[1:] == ["[scripted] asked 25 jobs to stop"]
    assert getattr(lines[1], "tone", "") == "odd"
    progress.saw(another, job(1, "running"))
    progress.note("asked 25 jobs to stop")
    assert lines[2:] == ["asked 25 jobs to stop"]


def test_a_line_says_whom_it_is_for_where_there_are_several(scripted: Any, manual_time: Any) -> None:
    lines: list[str] = []
    with showing(Stage(lines.append, 40, "web1.example.com")):
        Progress.here(manual_time, {}.get).saw(scripted, job(1, "running", name="n" * 99))
    assert lines[0].startswith("web1.example.com: [scripted] 1 ")
    assert len(lines[0]) == 40


# -- it does no harm -----------------------------------------------------------------------------------------------


def test_it_never_fails(scripted: Any, manual_time: Any) -> None:
    def broken(line: str) -> None:
        raise BrokenPipeError

    odd = job(1, "running", elapsed="x", name=None, explanation=7)
    odd.host_counts = {"failed": "many"}  # type: ignore[dict-item]
    for show in (broken, lambda line: None):
        progress = Progress(show, manual_time, follow=True)
        progress.expect("x")  # type: ignore[arg-type]
        for seen in (odd, job(1, "running"), None):
            progress.saw(scripted, seen)  # type: ignore[arg-type]
            progress.tick([(scripted, seen)])  # type: ignore[list-item]
            progress.ended(scripted, seen)  # type: ignore[arg-type]
        progress.note("x")
        progress.end()


def test_an_interrupt_is_no_failure_of_its_own(scripted: Any, manual_time: Any) -> None:
    def interrupted(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Progress(interrupted, manual_time).saw(scripted, job(1, "running"))


def test_silent_is_silent_and_reads_nothing(scripted: Any) -> None:
    progress = Progress.silent()
    progress.saw(scripted, job(1, "running"))
    progress.tick([(scripted, job(1, "running"))])
    progress.ended(scripted, job(1, "successful"))
    assert progress.is_silent
    assert scripted.calls == []


# -- where it is shown ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "shown", "pause"),
    [
        ({}, True, None),
        ({"progress": True, "follow": True}, True, 3.0),
        ({"progress": False, "follow": True}, False, None),
        ({"progress": False}, False, None),
    ],
    ids=str,
)
def test_options_and_place_decide(options: Any, shown: bool, pause: float | None, manual_time: Any) -> None:
    with showing(Stage(lambda line: None)):
        there = Progress.here(manual_time, options.get)
    assert (not there.is_silent, there.longest_pause) == (shown, pause)
    nowhere = Progress.here(manual_time, options.get)
    assert (nowhere.is_silent, nowhere.longest_pause) == (True, None)


@pytest.mark.parametrize(
    ("options", "stage", "warning"),
    [
        ({"follow": True}, Stage(), "a process of its own"),
        ({"follow": True}, Stage(why="the task has no_log"), "the task has no_log"),
        ({"follow": True, "wait": True}, Stage(), "include: [output]"),
        ({"follow": True, "progress": False}, Stage(print), "progress: true"),
        ({"follow": True, "progress": True}, Stage(print), ""),
        ({"follow": True, "wait": False}, Stage(), ""),
        ({"follow": False, "progress": False}, Stage(), ""),
        ({}, Stage(), ""),
    ],
    ids=str,
)
def test_what_cannot_be_followed_is_told(options: Any, stage: Stage, warning: str) -> None:
    with showing(stage):
        said = not_followed(options.get)
    assert warning in said
    assert bool(said) == bool(warning)
