# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The output of jobs as it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    ConnectionFailedError,
    InvalidOptionError,
    UnsupportedError,
)
from ansible_collections.unified.jobs.plugins.module_utils._follow import MOST_JOBS
from ansible_collections.unified.jobs.plugins.module_utils._lines import WIDTH, width_of
from ansible_collections.unified.jobs.plugins.module_utils._masking import MASK, hiding
from ansible_collections.unified.jobs.plugins.module_utils._progress import Progress
from ansible_collections.unified.jobs.plugins.module_utils._types import Job, Output

Print = Callable[[str, str], None]


def job(number: int | str, status: str = "running") -> Job:
    """A job."""
    return Job("scripted", "job", str(number), name=f"name {number}", status=status, is_complete=True)


class Printing:
    """What jobs printed, by id; a read takes C(at_once) lines, C(trouble) is raised instead, C(delay) passes."""

    def __init__(self, clock: Any) -> None:
        self.printed: dict[str, list[str]] = {}
        self.at_once = 10**6
        self.trouble: Exception | None = None
        self.truncated = False
        self.delay = 0.0
        self.reads: list[tuple[str, str | None]] = []
        self.deadlines: list[Any] = []
        self.clock = clock
        self.platform: Any = None

    def get_output(self, seen: Job, *, max_bytes: int, since: str | None = None) -> Output:
        self.reads.append((str(seen.id), since))
        self.deadlines.append(self.platform.client.deadline)
        self.clock.now += self.delay
        if self.trouble is not None:
            raise self.trouble
        seen.warn("a read that nobody asked for")
        lines = self.printed.get(str(seen.id), [])
        if since is None:
            return Output("".join(f"{line}\n" for line in lines[-5:]), truncated=True)
        part = lines[int(since) : int(since) + self.at_once]
        end = int(since) + len(part)
        text = "".join(f"{line}\n" for line in part)
        return Output(text, seen.is_finished and end == len(lines), self.truncated, str(end))


@pytest.fixture
def printing(scripted: Any, manual_time: Any, monkeypatch: pytest.MonkeyPatch) -> Printing:
    """What the scripted platform's jobs print."""
    made = Printing(manual_time)
    made.platform = scripted
    monkeypatch.setattr(scripted, "get_output", made.get_output)
    return made


@pytest.fixture
def lines() -> list[str]:
    """What is shown."""
    return []


@pytest.fixture
def progress(lines: list[str], manual_time: Any) -> Progress:
    """Progress that follows, and goes there."""
    return Progress(lines.append, manual_time, follow=True)


def test_new_output_comes_between_the_changes_and_the_rest_before_the_end(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any
) -> None:
    progress.saw(scripted, job(1, "pending"))
    progress.tick([(scripted, job(1, "pending"))])
    assert printing.reads == []
    printing.printed["1"] = ["one", "two"]
    progress.saw(scripted, job(1))
    progress.tick([(scripted, job(1))])
    printing.printed["1"] += ["", "  three  "]
    progress.tick([(scripted, job(1))])
    progress.tick([(scripted, job(1))])
    printing.printed["1"] += ["four"]
    progress.saw(scripted, job(1, "successful"))
    progress.tick([])
    printing.printed["1"] += ["five"]
    progress.ended(scripted, job(1, "successful"))
    assert [line.removeprefix("[scripted] job 1 name 1: ") for line in lines] == [
        "pending",
        "running",
        "| one",
        "| two",
        "|   three",
        "| four",
        "| five",
        "successful",
    ]


def test_a_job_that_was_finished_at_the_first_look_shows_all(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any
) -> None:
    printing.printed["1"] = ["one"]
    progress.ended(scripted, job(1, "failed"))
    assert lines == ["| one", "[scripted] job 1 name 1: failed"]


def test_the_end_does_not_wait_for_other_jobs(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any
) -> None:
    printing.printed["1"] = ["one"]
    for number in (1, 2):
        progress.saw(scripted, job(number))
    progress.saw(scripted, job(1, "failed"))
    progress.tick([(scripted, job(2))])
    assert lines[2:] == ["1 | one", "[scripted] job 1 name 1: failed"]


def test_what_is_left_is_shown_of_a_job_that_goes_on(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any
) -> None:
    progress.saw(scripted, job(1))
    printing.printed["1"] = ["one"]
    progress.ended(scripted, job(1))
    assert lines[1:] == ["| one"]


def test_lines_of_several_jobs_are_marked(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any, another: Any
) -> None:
    printing.printed = {"1": ["one"], "20": ["two"]}
    for number in (1, 20):
        progress.saw(scripted, job(number))
    progress.tick([(scripted, job(1)), (scripted, job(20))])
    assert lines[2:] == [" 1 | one", "20 | two"]
    progress.saw(another, job(1))
    printing.printed["1"] += ["three"]
    progress.tick([(scripted, job(1))])
    assert lines[-1] == " scripted 1 | three"
    printing.printed["20"] += ["four"]
    printing.printed["1"] += ["five"]
    progress.tick([(scripted, job(20)), (scripted, job(1))])
    assert lines[-2:] == ["scripted 20 | four", " scripted 1 | five"]


@pytest.mark.parametrize("text", ["x" * 1000, "a b " * 300, "日本" * 300, "TASK [x] " + "*" * 71])
def test_no_line_is_too_wide_and_a_long_one_has_few_rows(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any, text: str
) -> None:
    printing.printed = {"1": [text], "2": [text]}
    for number in (1, 2):
        progress.saw(scripted, job(number))
    progress.tick([(scripted, job(1)), (scripted, job(2))])
    shown = lines[2:]
    assert 2 <= len(shown) <= 6
    assert all(width_of(line) <= WIDTH for line in shown)


# -- floods --------------------------------------------------------------------------------------------------------


def test_of_a_flood_the_newest_lines_are_shown(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any
) -> None:
    printing.printed["1"] = [f"line {number}" for number in range(5000)]
    progress.tick([(scripted, job(1))])
    assert lines == ["| (4950 lines left out)", *(f"| line {number}" for number in range(4950, 5000))]


def test_floods_of_several_jobs_share_the_room(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any
) -> None:
    open_jobs = [(scripted, job(number)) for number in range(MOST_JOBS)]
    printing.printed = {str(number): ["x"] * 1000 for number in range(MOST_JOBS)}
    progress.expect(MOST_JOBS)
    progress.tick(open_jobs)
    assert len(lines) < 330
    assert {line.partition(" |")[0].strip() for line in lines} == {str(number) for number in range(MOST_JOBS)}


def test_the_rest_of_a_flood_is_bounded_and_its_end_is_shown(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any
) -> None:
    printing.at_once = 10
    printing.printed["1"] = [f"line {number}" for number in range(100_000)]
    progress.ended(scripted, job(1, "failed"))
    assert len(printing.reads) == 5
    assert lines[0] == "| (output left out)"
    assert lines[-2] == "| line 99999"
    assert len(lines) < 20


def test_a_line_that_is_cut_is_not_begun_in_its_middle(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any
) -> None:
    """What was cut off may be half of a secret."""
    printing.truncated = True
    printing.printed["1"] = ["orse-battery and more", "next"]
    progress.tick([(scripted, job(1))])
    assert lines == ["| (the beginning of a line left out)", "| next"]


def test_only_some_jobs_are_followed(progress: Progress, lines: list[str], printing: Printing, scripted: Any) -> None:
    open_jobs = [(scripted, job(number)) for number in range(100)]
    printing.printed = {str(number): ["x"] for number in range(100)}
    progress.expect(100)
    for _round in range(3):
        progress.tick(open_jobs)
    assert len({number for number, _since in printing.reads}) == MOST_JOBS
    assert len([line for line in lines if "not followed" in line]) == 1
    for _platform, one in open_jobs:
        progress.ended(scripted, one)
    assert len({number for number, _since in printing.reads}) == MOST_JOBS


# -- trouble -------------------------------------------------------------------------------------------------------


def test_trouble_that_passes_is_not_told_and_nothing_is_lost(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any
) -> None:
    printing.printed["1"] = ["one"]
    for trouble in (ConnectionFailedError("reset"), ConnectionFailedError("reset"), None) * 3:
        printing.trouble = trouble
        progress.tick([(scripted, job(1))])
    assert lines == ["| one"]


def test_trouble_that_stays_ends_it_for_this_job(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any
) -> None:
    printing.trouble = ConnectionFailedError("no\x1b[1m answer")
    for _round in range(9):
        progress.tick([(scripted, job(1))])
    progress.ended(scripted, job(1))
    assert lines[:1] == ["[scripted] job 1 name 1: not followed: no answer"]
    assert len(printing.reads) == 3


@pytest.mark.parametrize(
    "trouble",
    [UnsupportedError("output_since: it has none."), InvalidOptionError("it has none."), ValueError("it has none.")],
    ids=lambda error: type(error).__name__,
)
def test_what_will_never_work_is_not_tried_again(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any, trouble: Exception
) -> None:
    printing.trouble = trouble
    for _round in range(3):
        progress.tick([(scripted, job(1))])
    assert lines == ["[scripted] job 1 name 1: not followed: it has none."]
    assert len(printing.reads) == 1


def test_a_platform_that_cannot_is_not_asked(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(scripted), "FEATURES", frozenset())
    progress.tick([(scripted, job(1))])
    assert lines == ["[scripted] job 1 name 1: not followed: Scripted cannot do this: output."]
    assert printing.reads == []


def test_a_server_that_is_slow_is_not_waited_for_again(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any
) -> None:
    printing.delay, printing.trouble = 30.0, ConnectionFailedError("timed out")
    for _round in range(5):
        progress.tick([(scripted, job(number)) for number in range(5)])
    assert len(printing.reads) == 1
    assert lines == ["[scripted] 0 name 0: not followed, nor others there: the server takes too long"]


def test_a_round_takes_a_bounded_time_and_who_was_left_comes_first(
    progress: Progress, printing: Printing, scripted: Any
) -> None:
    printing.delay = 3.0
    for _round in range(2):
        progress.tick([(scripted, job(number)) for number in range(6)])
    assert [number for number, _since in printing.reads] == ["0", "1", "2", "3", "4", "5"]


def test_no_read_begins_past_the_deadline_of_the_wait(
    progress: Progress, printing: Printing, scripted: Any, manual_time: Any
) -> None:
    """Each read of a server that hangs takes a whole time-out."""
    scripted.client.deadline = manual_time.now + 3
    printing.delay = 4
    progress.tick([(scripted, job(1)), (scripted, job(2))])
    assert [number for number, _since in printing.reads] == ["1"]


def test_a_server_that_does_not_answer_is_not_asked_for_the_rest(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any
) -> None:
    progress.saw(scripted, job(1))
    progress.tick([(scripted, job(1))])
    printing.reads.clear()
    progress.ended(scripted, job(1, "failed"), True)
    assert printing.reads == []
    assert lines[-1].endswith("failed")


def test_the_ends_of_all_jobs_take_a_bounded_time(progress: Progress, printing: Printing, scripted: Any) -> None:
    printing.delay, printing.at_once = 4.9, 1
    printing.printed = {str(number): ["x"] * 9 for number in range(MOST_JOBS)}
    for number in range(MOST_JOBS):
        progress.ended(scripted, job(number, "failed"))
    assert len(printing.reads) == 15


def test_a_read_has_a_deadline_and_the_waits_own_is_kept(
    progress: Progress, printing: Printing, scripted: Any, manual_time: Any
) -> None:
    now = manual_time.now
    for own in (None, now + 100, now + 1):
        scripted.client.deadline = own
        progress.tick([(scripted, job(1))])
        assert scripted.client.deadline == own
    assert printing.deadlines == [now + 5, now + 5, now + 1]


def test_a_read_leaves_the_job_as_it_is(progress: Progress, printing: Printing, scripted: Any) -> None:
    shown = job(1)
    progress.tick([(scripted, shown)])
    assert printing.reads
    assert shown.warnings == []


# -- hostile output ------------------------------------------------------------------------------------------------


def test_output_steers_no_terminal_and_shows_no_secret(
    progress: Progress, lines: list[str], printing: Printing, scripted: Any
) -> None:
    printing.printed["1"] = [
        "\x1b[31mred\x1b[0m \x00\x07\udc80",
        "10 %\r20 %\r",
        "key: correct-\x1b[1mhorse",
        "x" * 70 + " correct-horse " + "y" * 70,
        "first line of",
        "the secret",
        "{{ 7 * 7 }}",
    ]
    with hiding(["correct-horse", "first line of\nthe secret"]):
        progress.tick([(scripted, job(1))])
    assert all(line.isprintable() for line in lines)
    shown = "\n".join(lines)
    for word in ("correct", "horse", "first line", "the secret"):
        assert word not in shown
    assert lines[:4] == ["| red \ufffd", "| 10 %", "| 20 %", f"| key: {MASK}"]
    assert lines[-1] == "| {{ 7 * 7 }}"
