# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list that is read down by id, on a server that changes meanwhile: what is promised, and what it costs."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._descent import Page, Span, read_down
from ansible_collections.unified.jobs.plugins.module_utils._parallel import WORKERS

SIZE = 200


class Server:
    """Rows by id, in pages, as a server that heeds the bounds gives them. C(before) is called with each request."""

    def __init__(self, numbers: Iterable[int], before: Callable[[Server, int], Any] | None = None) -> None:
        self.numbers = set(numbers)
        self.before = before
        self.asked: list[Span] = []
        self.limit = SIZE
        self.counts = True
        self.most = self._inside = 0
        self._lock = threading.Lock()

    def read(self, span: Span) -> Page:
        with self._lock:
            self.asked.append(span)
            number = len(self.asked)
            self._inside += 1
            self.most = max(self.most, self._inside)
        try:
            if self.before:
                self.before(self, number)
            with self._lock:
                return self._page(span)
        finally:
            with self._lock:
                self._inside -= 1

    def _page(self, span: Span) -> Page:
        inside = [
            number
            for number in sorted(self.numbers, reverse=True)
            if (span.below is None or number < span.below) and (span.floor is None or number >= span.floor)
        ]
        rows = [{"id": number} for number in inside[: min(span.size, self.limit)]]
        return Page(rows, len(inside) if self.counts else None, len(rows) < len(inside))

    def listed(self, first: int = SIZE, wanted: int | None = None) -> list[int]:
        """All ids that come out, one after another."""
        return list(itertools.chain.from_iterable(self.pages(first, wanted)))

    def pages(self, first: int = SIZE, wanted: int | None = None) -> Iterator[list[int]]:
        for rows, _total in read_down(self.read, lambda row: row.get("id"), first=first, size=SIZE, wanted=wanted):
            yield [row["id"] for row in rows]


def one_after_another(count: int) -> int:
    """How many requests pages would take that follow one another."""
    return max(1, -(-count // SIZE))


def down(numbers: Iterable[int]) -> list[int]:
    return sorted(numbers, reverse=True)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """No thread goes on after the list was read, or left."""
    before = set(threading.enumerate())
    yield
    until = time.monotonic() + 30
    while time.monotonic() < until and set(threading.enumerate()) - before:
        time.sleep(0.01)
    assert set(threading.enumerate()) <= before


def holes(seed: int) -> dict[str, list[int]]:
    """Ids as servers have them: without holes, with a few, in clusters, far apart, few at the end of many."""
    chance = random.Random(seed)
    clusters = [range(start, start + chance.randint(1, 900)) for start in chance.sample(range(1, 90000), 30)]
    return {
        "none": list(range(1, 5001)),
        "a tenth": [number for number in range(1, 6001) if chance.random() < 0.9],
        "a half": chance.sample(range(1, 10001), 5000),
        "most": chance.sample(range(1, 1000001), 5000),
        "clusters": sorted(set(itertools.chain.from_iterable(clusters))),
        "purged": list(range(90001, 92001)),
        "two ends": [*range(1, 1501), *range(900001, 901501)],
        "thinner and thinner": sorted({int(1.004**step) for step in range(1, 4500)}),
        "newest far apart": [*range(1, 3001), *range(10000, 3000000, 10000)],
        "one": [7],
        "a page": list(range(1, SIZE + 1)),
        "a page and one": list(range(1, SIZE + 2)),
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("kind", list(holes(1)))
def test_each_comes_once_from_the_highest_id_down(kind: str, seed: int) -> None:
    server = Server(holes(seed)[kind])
    assert server.listed() == down(server.numbers)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("kind", list(holes(1)))
def test_no_more_than_a_fifth_more_requests(kind: str, seed: int) -> None:
    server = Server(holes(seed)[kind])
    server.listed()
    assert len(server.asked) <= 1.2 * one_after_another(len(server.numbers)) + WORKERS


def test_without_holes_no_request_is_for_nothing() -> None:
    server = Server(range(1, 5001))
    server.listed()
    assert len(server.asked) == one_after_another(5000)


def test_several_pages_are_read_at_once_but_the_first() -> None:
    gate = threading.Barrier(WORKERS, timeout=30)
    server = Server(range(1, 1801), lambda server, number: gate.wait() if number > 1 else None)
    assert server.listed() == down(range(1, 1801))
    assert server.most == WORKERS


def test_the_first_page_is_read_alone() -> None:
    server = Server(range(1, 5001))
    pages = server.pages()
    assert next(pages) == down(range(4801, 5001))
    assert len(server.asked) == 1


@pytest.mark.parametrize("counts", [True, False])
def test_two_pages_are_two_requests_in_the_same_thread(counts: bool) -> None:
    threads = []
    server = Server(range(1, 301), lambda server, number: threads.append(threading.current_thread()))
    server.counts = counts
    assert server.listed() == down(range(1, 301))
    assert threads == [threading.current_thread()] * 2


def test_a_server_that_does_not_count_is_read_page_by_page() -> None:
    server = Server(range(1, 2001))
    server.counts = False
    assert server.listed() == down(range(1, 2001))
    assert (server.most, len(server.asked)) == (1, 10)


# -- what changes meanwhile ------------------------------------------------------------------------------------


def test_what_is_launched_meanwhile_neither_repeats_nor_hides_another() -> None:
    server = Server(range(1, 3001, 2), lambda server, number: server.numbers.add(3000 + number))
    found = server.listed()
    assert found[0] == 3001  # the one that was there when the first page was read
    assert found[1:] == down(range(1, 3001, 2))


def test_what_is_deleted_meanwhile_hides_no_other() -> None:
    gone = set(range(1000, 1100))
    server = Server(range(1, 3001), lambda server, number: server.numbers.difference_update(gone if number > 1 else ()))
    found = server.listed()
    assert found == down(set(range(1, 3001)) - gone)


def test_what_fits_only_later_is_found_if_it_is_below() -> None:
    more = set(range(2, 3001, 2))
    server = Server(range(1, 3001, 2), lambda server, number: server.numbers.update(more if number > 1 else ()))
    found = server.listed()
    assert found == down(found)
    assert len(found) == len(set(found))
    assert set(range(1, 2601)) <= set(found)


# -- stop early ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [201, 301, 401, 601, 1001, 2345])
@pytest.mark.parametrize("numbers", [range(1, 50001), range(1, 500001, 10)])
def test_who_says_how_many_are_wanted_gets_no_page_more(wanted: int, numbers: range) -> None:
    server = Server(numbers)
    found: list[int] = []
    for page in server.pages(wanted=wanted):
        found += page
        if len(found) >= wanted:
            break
    assert found[:wanted] == down(numbers)[:wanted]
    assert len(server.asked) <= 1.2 * one_after_another(wanted) + 1


def test_the_last_page_is_as_short_as_it_may_be() -> None:
    server = Server(range(1, 5001))
    assert len(server.listed(wanted=301)[:301]) == 301
    assert [span.size for span in server.asked][:2] == [200, 101]


def test_who_stops_without_a_word_pays_for_what_was_read_ahead() -> None:
    server = Server(range(1, 50001))
    pages = server.pages()
    for _unused in range(3):
        next(pages)
    pages.close()  # type: ignore[attr-defined]
    assert len(server.asked) <= 3 + WORKERS


def test_a_short_first_page_is_followed_by_whole_ones() -> None:
    server = Server(range(1, 1001))
    assert server.listed(first=21) == down(range(1, 1001))
    assert {span.size for span in server.asked[1:]} == {SIZE}
    assert len(server.asked) <= 1 + 1.2 * one_after_another(979) + 1


# -- what goes wrong -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [1, 2, 3, 5, 9])
def test_an_error_comes_as_it_is(bad: int) -> None:
    below = None if bad == 1 else 3001 - SIZE * (bad - 1)

    def read(span: Span) -> Page:
        if span.below == below:
            server.asked.append(span)
            raise ValueError("no page")
        return own(span)

    server = Server(range(1, 3001))
    own, server.read = server.read, read  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="^no page$"):
        server.listed()
    assert len(server.asked) <= bad + WORKERS


def test_pages_before_an_error_come_out() -> None:
    def fail(server: Server, number: int) -> None:
        if server.asked[number - 1].below == 2401:
            raise ValueError

    server = Server(range(1, 3001), fail)
    found = []
    with pytest.raises(ValueError, match="^$"):
        for page in server.pages():
            found += page
    assert found == down(range(2401, 3001))


@pytest.mark.parametrize("heeds", [(), ("below",)])
def test_a_server_that_does_not_heed_the_bounds_has_an_end(heeds: tuple[str, ...]) -> None:
    numbers = range(1, 4001, 2)
    server = Server(numbers)
    page = server._page
    server._page = lambda span: page(
        span._replace(
            **{  # type: ignore[method-assign]
                name: None for name in ("below", "floor") if name not in heeds
            }
        )
    )
    found = server.listed()
    assert list(dict.fromkeys(found)) == (down(numbers) if heeds else down(numbers)[:SIZE])
    assert len(found) == len(set(found)) or not heeds
    assert len(server.asked) <= 1.2 * 10 + WORKERS


def test_a_server_with_a_lower_limit_is_read_whole() -> None:
    server = Server(range(1, 2001))
    server.limit = 50
    assert server.listed() == down(range(1, 2001))
    assert len(server.asked) <= 1.2 * 40 + WORKERS
    assert {(span.below or 0) - span.floor for span in server.asked if span.floor} == {50}


def test_rows_without_an_id_are_handed_on_and_do_not_stop_it() -> None:
    server = Server(range(1, 1001))
    page = server._page

    def odd(span: Span) -> Page:
        rows, total, more = page(span)
        return Page([*rows[:5], {}, *rows[5:]], total, more)

    server._page = odd  # type: ignore[method-assign]
    pages = read_down(server.read, lambda row: row.get("id"), first=SIZE, size=SIZE)
    rows = [row for page, _total in pages for row in page]
    assert [row["id"] for row in rows if row] == down(range(1, 1001))
    assert {} in rows


def test_the_total_is_that_of_the_beginning() -> None:
    server = Server(range(1, 1001), lambda server, number: server.numbers.add(5000 + number))
    pages = read_down(server.read, lambda row: row["id"], first=SIZE, size=SIZE)
    assert {total for _rows, total in pages} == {1001}
