# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: a list that is read from its highest id down, several pages at once.

Every part of it is bounded by ids and not by its place in the list. So what is launched meanwhile, which gets a higher
id, and what ends or is deleted meanwhile neither repeats another job nor hides one.

The first page says how many there are and how close together their ids are. What lies below is asked for in spans of
ids that hold about a page each. That is a guess: a span that holds more than a page is read on, and where the guesses
turn out bad the pages follow one another, each below the last id of the one before. So a list takes at most a fifth
(and C(WORKERS)) more requests than it would without any guess.
"""

from __future__ import annotations

import typing as t
from collections import deque
from dataclasses import dataclass, field

from ._answers import endless
from ._parallel import WORKERS, Crew

Row = dict[str, t.Any]

#: the part of a page that a span is meant to fill: ids are not evenly spread, and what does not fit costs a request
_FILL = 0.9
#: how many requests there may be for one that would do; those under way may still turn out to need one more
_FAIR = 1.15
#: a list that takes more requests has no end
_MOST_REQUESTS = 5000


class Span(t.NamedTuple):
    """What to ask for: ids below one (None: from the highest on), down to another (None: to the lowest)."""

    below: int | None
    floor: int | None
    size: int
    #: how many rows are expected in it
    guess: int = 0


class Page(t.NamedTuple):
    """What the server answered: rows, the highest id first; how many there are; whether more follow in the span."""

    rows: list[Row]
    total: int | None
    more: bool


def read_down(
    read: t.Callable[[Span], Page],
    number_of: t.Callable[[Row], int | None],
    *,
    first: int,
    size: int,
    wanted: int | None = None,
) -> t.Generator[tuple[list[Row], int | None], None, None]:
    """Yield the rows page by page, with the count of all of them when it began. The first page is read alone.

    :param read: makes one request; it is called from several threads.
    :param number_of: returns the id of a row, None if it has none.
    :param first: how many rows to ask for at first.
    :param size: how many rows a page holds at the most.
    :param wanted: how many rows the caller will take; None if that is not known.
    """
    page = read(Span(None, None, first))
    yield page.rows, page.total
    numbers = [number for number in map(number_of, page.rows) if number is not None]
    if not page.more or not numbers:
        return
    # a server may have a smaller limit than the one that it is known for
    size = len(page.rows) if len(page.rows) < first else size
    known = [count for count in (page.total, wanted) if count is not None]
    with Crew(read) as crew:
        descent = _Descent(
            crew,
            read,
            number_of,
            size=size,
            wanted=wanted,
            target=min(known) if page.total is not None else None,
            low=min(numbers),
            seen=len(numbers),
            density=len(numbers) / (max(numbers) - min(numbers) + 1),
        )
        while descent.ask():
            for rows in descent.take():
                yield rows, page.total


@dataclass
class _Descent:
    """How far the reading of one list is."""

    crew: Crew[Span, Page]
    read: t.Callable[[Span], Page]
    number_of: t.Callable[[Row], int | None]
    size: int
    wanted: int | None
    #: how many rows there will be in the end; without a count of the server there is nothing to guess from
    target: int | None
    #: everything from this id on was asked for; None as long as an answer has to say how it goes on
    low: int | None
    seen: int
    #: rows for an id
    density: float
    sent: int = 1
    expected: int = 0
    asked: deque[Span] = field(default_factory=deque)

    def ask(self) -> bool:
        """Ask for as much as is fair, and return whether there is anything to take."""
        if self.sent > _MOST_REQUESTS:
            raise endless("jobs")
        while len(self.crew) < WORKERS:
            span = self._next_span()
            if span is None:
                break
            self.low = span.floor
            self.sent += 1
            self.expected += span.guess
            self.asked.append(span)
            self.crew.give(span)
        return len(self.crew) > 0

    def _next_span(self) -> Span | None:
        if self.low is None:
            return None
        is_fair = self.sent < _FAIR * self.seen / self.size + WORKERS
        left = 0 if self.target is None else self.target - self.seen - self.expected
        if left > self.size and is_fair:
            return self._guess(self.low)
        if self.asked and not (is_fair and 0 < left <= self.size):
            return None
        return Span(self.low, None, self._tail_size(), max(left, 0))

    def _guess(self, below: int) -> Span:
        """Return the span that a page should suffice for. One of as many ids as a page has rows always does."""
        width = max(self.size, int(_FILL * self.size / self.density))
        floor = below - width
        return Span(below, floor if floor > 1 else None, self.size, min(self.size, round(width * self.density)))

    def _tail_size(self) -> int:
        if self.asked or self.wanted is None or self.wanted <= self.seen:
            return self.size
        return min(self.size, self.wanted - self.seen)

    def take(self) -> t.Iterator[list[Row]]:
        """Yield the rows of the highest span that was asked for, page by page."""
        span, page, found = self.asked.popleft(), self.crew.take(), 0
        self.expected -= span.guess
        low = t.cast("int", span.below)
        while True:
            rows, numbers = self._within(span, page)
            found += len(rows)
            self.seen += len(rows)
            yield rows
            # a server that does not heed the bounds must not be asked for ever
            more = page.more and bool(numbers) and min(numbers) < low
            low = min([low, *numbers])
            if span.floor is None or not more or low <= span.floor or self.sent > _MOST_REQUESTS:
                break
            self.sent += 1
            page = self.read(span._replace(below=low))
        if span.floor is None:
            self.low = low if more else None
        self._learn(found, t.cast("int", span.below) - (low if span.floor is None else span.floor))

    def _within(self, span: Span, page: Page) -> tuple[list[Row], list[int]]:
        """Return the rows that are not of the spans below, and the ids of all."""
        numbered = [(row, self.number_of(row)) for row in page.rows]
        rows = [row for row, number in numbered if number is None or span.floor is None or number >= span.floor]
        return rows, [number for _row, number in numbered if number is not None]

    def _learn(self, found: int, width: int) -> None:
        """Let the newest span count as much as all before it; where there was nothing, more is guessed to be nothing."""
        self.density = (self.density + found / max(width, 1)) / 2
