# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time in one form, whatever form it comes in."""

from __future__ import annotations

import datetime
import time
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._clock import Clock, iso_time, parse_time


@pytest.mark.case("awx-26")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-10-01T08:00:02Z", "2024-10-01T08:00:02Z"),
        ("2024-10-01T08:00:44.310772Z", "2024-10-01T08:00:44.310772Z"),
        ("2024-10-01T08:00:44.3Z", "2024-10-01T08:00:44.300000Z"),
        ("2024-10-01T08:00:44.123456789Z", "2024-10-01T08:00:44.123456Z"),
        ("2024-10-01T08:00:44,5Z", "2024-10-01T08:00:44.500000Z"),
        ("2024-10-01 08:00:02 UTC", "2024-10-01T08:00:02Z"),
        ("2024-10-01t08:00:02z", "2024-10-01T08:00:02Z"),
        ("2024-10-01T08:00:02", "2024-10-01T08:00:02Z"),
        ("2024-10-01T08:00:02+02:00", "2024-10-01T06:00:02Z"),
        ("2024-10-01T08:00:02 +0200", "2024-10-01T06:00:02Z"),
        ("2024-10-01T08:00:02-05:30", "2024-10-01T13:30:02Z"),
        ("  2024-10-01T08:00:02Z ", "2024-10-01T08:00:02Z"),
        ("2024-02-29T23:59:59-00:01", "2024-03-01T00:00:59Z"),
    ],
)
def test_times(text: str, expected: str) -> None:
    """Contract 1.5 and checklist 26: dates with and without a fraction."""
    assert iso_time(text) == expected


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "yesterday",
        "2024-10-01",
        "2024-13-01T00:00:00Z",
        "2024-02-30T00:00:00Z",
        "2024-10-01T25:00:00Z",
        "0001-01-01T00:00:00+05:00",
        "2024-10-01T08:00:02+99:99:99",
        12345,
        1.5,
        True,
        [],
        {},
        "٢٠٢٤-10-01T08:00:02X",
    ],
)
def test_what_is_no_time(value: Any) -> None:
    assert parse_time(value) is None
    assert iso_time(value) is None


def test_datetimes() -> None:
    naive = datetime.datetime(2024, 10, 1, 8, 0, 2)
    assert iso_time(naive) == "2024-10-01T08:00:02Z"
    east = naive.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=3)))
    assert iso_time(east) == "2024-10-01T05:00:02Z"


def test_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    clock = Clock()
    for seconds in (-1.0, 0.0, 0.5):
        clock.sleep(seconds)
    assert slept == [0.5]
    assert clock.monotonic() <= clock.monotonic()
