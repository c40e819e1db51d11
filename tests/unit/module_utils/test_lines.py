# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words of live progress: they fit, steer no terminal and show no secret."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._lines import (
    WIDTH,
    counted,
    cut,
    duration,
    fold,
    harmless,
    job_line,
    label_of,
    number_of,
    one_line,
    state_of,
    summary_line,
    waiting_line,
    width_of,
)
from ansible_collections.unified.jobs.plugins.module_utils._masking import MASK, hiding
from ansible_collections.unified.jobs.plugins.module_utils._types import Job, JobStatus, empty_host_counts


def job(status: str = "running", **changes: Any) -> Job:
    """A job; C(hosts) are its counts."""
    hosts = changes.pop("hosts", {})
    values = {"id": "42", "name": "Deploy app", **changes}
    return Job(
        "scripted", values.pop("type", "job"), status=status, host_counts={**empty_host_counts(), **hosts}, **values
    )


# -- a job ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        (job("pending"), "[awx] job 42 Deploy app: pending"),
        (job(elapsed=0.4), "[awx] job 42 Deploy app: running"),
        (job(elapsed=7.9), "[awx] job 42 Deploy app: running 0:07"),
        (job(hosts={"total": 12, "pending": 12}), "[awx] job 42 Deploy app: running, 12 hosts"),
        (job(hosts={"total": 2, "running": 2}), "[awx] job 42 Deploy app: running, 2 hosts"),
        (
            job(elapsed=7, hosts={"total": 12, "ok": 8, "failed": 1}),
            "[awx] job 42 Deploy app: running 0:07, 12 hosts: 8 ok, 1 failed",
        ),
        (
            job("successful", elapsed=62, hosts={"total": 1, "ok": 1}),
            "[awx] job 42 Deploy app: successful after 1:02, 1 host: 1 ok",
        ),
        (job("failed", elapsed=3723, hosts={"failed": 2}), "[awx] job 42 Deploy app: failed after 1:02:03, 2 failed"),
        (job("error", explanation="No inventory."), "[awx] job 42 Deploy app: error: No inventory."),
        (job("pending", explanation="It waits for job 41."), "[awx] job 42 Deploy app: pending: It waits for job 41."),
        (job("unknown", native_status="odd"), "[awx] job 42 Deploy app: unknown (odd)"),
        (job("canceling", name="", type="workflow_job", elapsed=5), "[awx] workflow job 42: canceling 0:05"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_line_says_which_job_it_is_and_how(shown: Job, line: str) -> None:
    assert job_line("awx", shown, WIDTH) == line


LONG = job(
    "failed", name="A name that says much " * 9, elapsed=62, hosts={"total": 5, "ok": 3, "failed": 1, "unreachable": 1}
)


def test_the_type_then_the_number_of_hosts_then_the_name_make_room() -> None:
    known = {"name": "Patch all of the web servers", "type": "job_invocation", "elapsed": 62}
    assert job_line("sat", job("failed", hosts={"total": 5, "ok": 5}, **known), WIDTH) == (
        "[sat] job invocation 42 Patch all of the w...: failed after 1:02, 5 hosts: 5 ok"
    )
    two = job("failed", hosts={"total": 5, "ok": 3, "failed": 2}, **known)
    assert job_line("sat", two, 72) == "[sat] 42 Patch all of the...: failed after 1:02, 5 hosts: 3 ok, 2 failed"
    assert (
        job_line("sat", LONG, WIDTH) == "[sat] 42 A name that says...: failed after 1:02, 3 ok, 1 failed, 1 unreachable"
    )


@pytest.mark.parametrize(
    "name", ["x" * 500, "日本語" * 90, "é" * 300, "e\u0301" * 300, "👍🏽" * 80, "a b " * 99, "\u0301" * 9999]
)
@pytest.mark.parametrize("status", JobStatus.ALL)
@pytest.mark.parametrize("server", ["awx", "s" * 300, "服务器" * 30])
def test_no_line_is_too_wide(name: str, status: str, server: str) -> None:
    everything = dict.fromkeys(empty_host_counts(), 123456)
    for hosts in ({}, everything):
        shown = job(status, name=name, hosts=hosts, elapsed=1e9, explanation=name, native_status=name)
        line = job_line(label_of(server), shown, WIDTH)
        assert width_of(line) <= WIDTH
        assert len(line) < 5 * WIDTH
        assert line.startswith("[")
        assert ("unknown (" in line if status == "unknown" else status[:7] in line) or hosts


def test_an_id_is_never_cut_by_a_name() -> None:
    assert "12345678901234 " in job_line("s" * 24, job(id="12345678901234", name="n" * 99), WIDTH)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (59.9, "0:59"), (3600, "1:00:00"), (90061, "25:01:01"), (None, ""), (-1, ""), ("7", ""), (True, "")]
    + [(float("inf"), ""), (float("nan"), "")],
)
def test_a_duration_that_is_none_is_not_shown(seconds: Any, text: str) -> None:
    assert duration(seconds) == text


# -- many jobs -----------------------------------------------------------------------------------------------------


def test_jobs_are_counted_by_their_states() -> None:
    jobs = [job("successful")] * 3 + [job("running")] * 2 + [job("failed"), job("odd word")]
    assert counted(jobs) == "2 running, 3 successful, 1 failed, 1 odd word"
    assert summary_line("awx", [job()] * 1200, WIDTH) == "[awx] 1200 jobs: 1200 running"
    assert summary_line("", [job()], WIDTH) == "1 job: 1 running"


def test_silence_names_jobs_as_long_as_there_is_room() -> None:
    two = [job(id="41"), job("pending")]
    assert (
        waiting_line(["awx"], [job(elapsed=119)], "2:00", WIDTH) == "[awx] job 42 Deploy app: still running after 1:59"
    )
    assert (
        waiting_line(["awx"], [job("pending", elapsed=0.0)], "2:00", WIDTH)
        == "[awx] job 42 Deploy app: still pending after 2:00"
    )
    assert waiting_line(["awx"] * 2, two, "2:00", WIDTH) == "[awx] waiting for 2 jobs for 2:00: 41 running, 42 pending"
    assert (
        waiting_line(["awx", "sat"], two, "2:00", WIDTH)
        == "waiting for 2 jobs for 2:00: awx 41 running, sat 42 pending"
    )
    assert waiting_line(["awx"] * 9, [job()] * 9, "2:00", WIDTH) == "[awx] waiting for 9 jobs for 2:00: 9 running"


# -- hostile text --------------------------------------------------------------------------------------------------

HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07x",
    "\x9b31mred",
    "a\x00b\x07c\x08d\x7fe",
    "one\r\x1b[2Ktwo\r\nthree\nfour",
    "half \ud83d\udc4d of \ude00",
    "\u202egnp.exe\u2066 \u200b\ufeff",
    "\u2028\u2029\x85\x0b\x0c",
    "{{ lookup('pipe', 'id') }} {% raw %} %s %d {0}",
    "\x1bPq#0;2;0;0;0\x1b\\ \x1b(0 \x1bc \x1b",
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_nothing_steers_the_terminal(text: str) -> None:
    shown = job("unknown", id=text, name=text, type=text, native_status=text, explanation=text)
    lines = [
        one_line(text),
        label_of(text),
        job_line(label_of(text), shown, WIDTH),
        summary_line(label_of(text), [job(text)], WIDTH),
        waiting_line([label_of(text)] * 2, [shown, shown], "0:30", WIDTH),
        *harmless(text).split("\n"),
    ]
    for line in lines:
        assert line.isprintable(), ascii(line)
        line.encode("utf-8")


def test_what_is_no_control_character_stays() -> None:
    assert one_line("a\nb\tc\u00a0d") == "a b c d"
    assert harmless("  two\n\tlines \u00e9 日本 {{ x }}") == "  two\n    lines \u00e9 日本 {{ x }}"
    assert one_line("\ud800!") == "\ufffd!"


SECRETS = ["correct-horse-battery", "two words", "with\x07bell", "line one of it\nline two of it"]


@pytest.mark.parametrize("secret", SECRETS, ids=ascii)
@pytest.mark.parametrize("spoil", ["{}", "\x1b[1m{}\x1b[0m", "{0}\r\n{0}"])
def test_secrets_are_masked_before_anything_is_cut_or_cleaned(secret: str, spoil: str) -> None:
    text = "x " * 25 + spoil.format(secret)
    with hiding(SECRETS):
        shown = job("error", name=text, explanation=text, id=secret)
        for columns in range(20, 140, 3):
            line = job_line(label_of(secret), shown, columns)
            for part in ("correct", "horse-b", "two w", "with", "bell", "line one", "line two"):
                assert part not in line
        assert MASK in harmless(text)
        assert number_of(shown) == MASK


def test_a_secret_with_something_between_its_letters_is_masked() -> None:
    with hiding(["correct-horse"]):
        assert one_line("corr\x1b[1mect-ho\x00rse") == MASK
        assert one_line("corr\u200bect-horse") == MASK
        assert harmless("corr\u200bect-horse") == MASK


def test_a_status_or_number_that_looks_like_a_secret_is_shown() -> None:
    """Or nothing would say which job it is; results do the same."""
    with hiding(["42"]):
        assert job_line("awx", job(name=""), WIDTH) == "[awx] job 42: running"


# -- width ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("日本", 4), ("e\u0301", 1), ("ｱ", 1), ("Ａ", 2), ("👍", 2), ("❤\ufe0f", 2), ("", 0)],
)
def test_width_in_columns(text: str, columns: int) -> None:
    assert width_of(text) == columns


def test_what_is_cut_ends_with_dots() -> None:
    assert cut("abcdef", 6) == "abcdef"
    assert cut("abcdefg", 6) == "abc..."
    assert cut("ab cdefg", 6) == "ab..."
    assert cut("日本語日本語", 8) == "日本..."
    assert [cut("abcdef", room) for room in (3, 2, 1, 0, -1)] == ["...", "..", ".", "", ""]


def test_output_is_broken_between_words() -> None:
    assert fold("short", 20, 3) == ["short"]
    assert fold("", 20, 3) == [""]
    assert fold("one two three four five", 10, 3) == ["one two", "  three", "  four..."]
    assert fold("x" * 50, 20, 3) == ["x" * 20, "  " + "x" * 18, "  " + "x" * 12]
    assert fold("日" * 12, 11, 3) == ["日" * 5, "  " + "日" * 4, "  " + "日" * 3]
    assert fold("a  b" + " " * 90, 20, 3) == ["a  b"]


def test_a_rule_is_made_shorter() -> None:
    assert fold("TASK [x] " + "*" * 70, 40, 3) == ["TASK [x] " + "*" * 31]
    assert len(fold("TASK [" + "x " * 40 + "] " + "*" * 10, 40, 3)) == 3


def test_no_row_is_too_wide_and_none_takes_long() -> None:
    # what is quadratic takes minutes of the processor for so much
    start = time.process_time()
    for line in ("*" * 60_000 + "x", "x" * 60_000, " x" * 30_000, "日" * 60_000, "\u0301" * 60_000):
        for columns in (1, 2, 3, 40):
            rows = fold(line, columns, 3)
            assert len(rows) <= 3
            assert all(width_of(row) <= max(columns, 4) for row in rows)
    assert time.process_time() - start < 20


def test_a_state_does_not_need_counts() -> None:
    assert state_of(job(hosts={"total": 0})) == "running"
    assert state_of(job(hosts={"total": None, "ok": None})) == "running"
