# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark once, with little to do: every row yields figures. Whether they are good is not asked here."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmark.__main__ import WORKS, write  # noqa: E402
from benchmark.bench import SMOKE, Bench  # noqa: E402
from benchmark.stage import Stage  # noqa: E402
from benchmark.table import Line, as_markdown, as_text  # noqa: E402

#: the lines of each work, with and without a limit
LINES = {"read": 5, "launch": 4, "many": 6, "wait": 4, "list": 3, "foreman": 5, "output": 2}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A bench for small works."""
    with Stage(tmp_path_factory.mktemp("bench") / "work") as stage:
        yield Bench(stage, SMOKE, 1)


@pytest.mark.parametrize("name", WORKS)
def test_every_row_has_figures(bench: Bench, name: str) -> None:
    lines = WORKS[name](bench)
    assert len(lines) == LINES[name]
    assert [line.work for line in lines if line.value is None] == []
    assert all(line.value is not None and line.value >= 0 for line in lines)


def test_a_table_says_what_is_reached(tmp_path: Path) -> None:
    lines = [
        Line(1, "good", "1 s", "2 s (peer)", "0.50", 0.5, 0.5, "≤ 0.5 × peer"),
        Line(2, "bad", "3 s", "2 s (peer)", "1.50", 1.5, 0.5, "≤ 0.5 × peer"),
        Line(3, "shown", "3 s", "2 s (peer)", "1.50", 1.5),
        Line(4, "no figure", "", "", "none", None, 0.5, "≤ 0.5"),
    ]
    assert [line.reached for line in lines] == [True, False, None, False]
    assert as_text(lines).count("NO") == 2 and as_markdown(lines).count("\n") == 6
    assert write(lines, 5, tmp_path) == 1 and write(lines[:1], 5, tmp_path) == 0
    assert json.loads((tmp_path / "benchmark.json").read_text(encoding="utf-8"))["lines"][0]["reached"] is True
    assert (tmp_path / "table.md").read_text(encoding="utf-8") == as_markdown(lines[:1])
