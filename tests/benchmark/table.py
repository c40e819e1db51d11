# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines of the benchmark, and the table that they make."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

HEAD = ("work", "ours", "peer", "ratio or figure", "to reach", "reached")
_WIDTHS = (46, 22, 30, 16, 22, 8)


@dataclass(frozen=True)
class Line:
    """One figure. Without a limit it is there to be compared, and nothing has to be reached."""

    row: int
    work: str
    ours: str
    peer: str
    figure: str
    value: float | None
    limit: float | None = None
    to_reach: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the figure is good enough; None if nothing is to be reached."""
        if self.limit is None:
            return None
        return self.value is not None and self.value <= self.limit

    def cells(self) -> tuple[str, ...]:
        """What the table shows."""
        word = {True: "yes", False: "NO", None: ""}[self.reached]
        return f"{self.row} {self.work}", self.ours, self.peer, self.figure, self.to_reach, word

    def as_dict(self) -> dict[str, Any]:
        """The line as plain data."""
        return {**asdict(self), "reached": self.reached}


def seconds(value: float) -> str:
    """A time, in words of a table."""
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"


def size(value: float) -> str:
    """A number of bytes."""
    return f"{value / 1e6:.1f} MB" if value >= 1e6 else f"{value / 1e3:.1f} kB"


def plain(value: float) -> str:
    """A number."""
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def ratio(
    row: int, work: str, ours: list[float], peer: tuple[str, list[float]], limit: float | None, **how: Any
) -> Line:
    """A line that compares the medians of two series: C(peer) has a name."""
    shown = how.get("shown", seconds)
    name, theirs = peer
    mine, other = median(ours), median(theirs)
    value = mine / other if other else float("inf")
    to_reach = "" if limit is None else f"≤ {how.get('limit_shown', f'{limit:g}')} × {name}"
    return Line(row, work, shown(mine), f"{shown(other)} ({name})", f"{value:.2f}", value, limit, to_reach)


def most(row: int, work: str, ours: list[float], limit: float, shown: Any = plain, **how: Any) -> Line:
    """A line whose own median has a limit."""
    value = median(ours)
    figure = shown(value)
    to_reach = how.get("to_reach", f"≤ {shown(limit)}")
    return Line(row, work, figure, how.get("peer", ""), figure, value, limit, to_reach)


def as_text(lines: list[Line]) -> str:
    """The table for a terminal."""
    rule = "  ".join("-" * width for width in _WIDTHS)
    blocks = [_block(HEAD), rule, *(_block(line.cells()) for line in lines)]
    return "\n".join(blocks) + "\n"


def _block(cells: tuple[str, ...]) -> str:
    columns = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, _WIDTHS)]
    rows = [
        "  ".join(
            (column[number] if number < len(column) else "").ljust(width) for column, width in zip(columns, _WIDTHS)
        )
        for number in range(max(map(len, columns)))
    ]
    return "\n".join(row.rstrip() for row in rows)


def as_markdown(lines: list[Line]) -> str:
    """The table for a page."""
    rows = [HEAD, tuple("---" for _name in HEAD), *(line.cells() for line in lines)]
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)
