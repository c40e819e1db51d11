# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Things that are done side by side: their order, their errors, and that nothing is left behind."""

from __future__ import annotations

import queue
import threading
import time
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _parallel
from ansible_collections.unified.jobs.plugins.module_utils._masking import hidden, hiding
from ansible_collections.unified.jobs.plugins.module_utils._parallel import (
    Crew,
    Errand,
    PerThread,
    ahead,
    await_all,
    each,
    is_abandoned,
)

LONG = 30.0


class Meeting:
    """Lets so many come in at the same time; who waits for others in vain fails."""

    def __init__(self, number: int) -> None:
        self._barrier = threading.Barrier(number, timeout=LONG)
        self._lock = threading.Lock()
        self.most = self.inside = 0

    def __call__(self, item: Any) -> Any:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self._barrier.wait()
        with self._lock:
            self.inside -= 1
        return item


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """What a test starts has to come to its end."""
    before = set(threading.enumerate())
    yield
    until = time.monotonic() + LONG
    while time.monotonic() < until and set(threading.enumerate()) - before:
        time.sleep(0.01)
    assert set(threading.enumerate()) <= before


def here(_item: Any = None) -> threading.Thread:
    return threading.current_thread()


# -- each thread its own ---------------------------------------------------------------------------------------


def test_each_thread_has_a_value_of_its_own() -> None:
    made = PerThread(object)
    assert made.value is made.value
    assert Errand(lambda: made.value).result() is not made.value


def test_a_falsy_value_is_a_value() -> None:
    calls: list[None] = []
    made = PerThread(lambda: calls.append(None))
    assert (made.value, made.value, len(calls)) == (None, None, 1)


# -- errands ---------------------------------------------------------------------------------------------------


def test_an_errand_is_done_by_a_thread_that_does_not_keep_the_process() -> None:
    thread = Errand(here).result()
    assert thread is not here()
    assert thread.daemon is True


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt(), SystemExit(3)])
def test_what_an_errand_raises_reaches_who_asks(error: BaseException) -> None:
    def fail() -> None:
        raise error

    errand = Errand(fail)
    with pytest.raises(type(error)) as caught:
        errand.result()
    assert caught.value is error
    assert errand.is_over()


def test_an_errand_knows_what_is_hidden() -> None:
    with hiding(["s3cret"]):
        errand = Errand(lambda: hidden("the s3cret is out"))
    assert "s3cret" not in errand.result()
    assert Errand(lambda: hidden("the s3cret is out")).result() == "the s3cret is out"


def test_what_nobody_wants_any_more_is_known_to_all_that_work_on_it() -> None:
    """Those of other errands, and who left them, are not concerned."""
    go = threading.Event()

    def found() -> list[bool]:
        assert go.wait(LONG)
        return [is_abandoned(), *each(lambda _item: is_abandoned(), range(3))]

    left, kept = Errand(found), Errand(found)
    left.abandon()
    go.set()
    assert left.result() == [True] * 4
    assert kept.result() == [False] * 4
    assert not is_abandoned()


def test_what_a_crew_did_not_hand_out_is_not_wanted_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_parallel, "_PATIENCE", 0.01)
    begun, go, told = threading.Event(), threading.Event(), queue.SimpleQueue[bool]()

    def work(item: int) -> int:
        if item:
            begun.set()
            assert go.wait(LONG)
            told.put(is_abandoned())
        return item

    with Crew(work, 2) as crew:
        for item in range(3):
            crew.give(item)
        assert crew.take() == 0
        assert begun.wait(LONG)
    go.set()
    assert told.get(timeout=LONG) is True


def test_waiting_for_errands_is_bounded() -> None:
    go = threading.Event()
    stuck, done = Errand(lambda: go.wait(10 * LONG)), Errand(int)
    done.result()
    await_all([stuck, done], 0.05)
    assert not stuck.is_over()
    go.set()
    await_all([stuck], LONG)
    assert stuck.is_over()


# -- each ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("do", [each, lambda *args, **more: list(ahead(*args, **more))], ids=["each", "ahead"])
class TestBoth:
    """What holds for a list at once and for one as it is asked for."""

    def test_the_order_is_that_of_the_items(self, do: Any) -> None:
        turns = [threading.Event() for _unused in range(3)]

        def backwards(number: int) -> int:
            if number < 2:
                turns[number + 1].wait(LONG)
            turns[number].set()
            return number

        assert do(backwards, range(3)) == [0, 1, 2]

    def test_some_are_worked_on_at_once_and_no_more(self, do: Any) -> None:
        meeting = Meeting(4)
        assert do(meeting, range(12), workers=4) == list(range(12))
        assert meeting.most == 4

    @pytest.mark.parametrize("items", [[], [1]])
    def test_few_need_no_thread(self, do: Any, items: list[int]) -> None:
        assert do(here, items) == [here() for _item in items]

    def test_one_worker_is_the_caller(self, do: Any) -> None:
        assert do(here, range(3), workers=1) == [here()] * 3

    def test_the_first_error_in_order_is_raised(self, do: Any) -> None:
        later = threading.Event()

        def fail(number: int) -> int:
            if number == 1:
                later.wait(LONG)
            if number == 2:
                later.set()
            if number:
                raise ValueError(number)
            return number

        with pytest.raises(ValueError, match="^1$"):
            do(fail, range(4))

    def test_threads_know_what_is_hidden(self, do: Any) -> None:
        with hiding(["s3cret"]):
            assert not any("s3cret" in text for text in do(hidden, ["a s3cret", "b s3cret", "c s3cret"]))

    def test_items_may_be_anything_that_is_iterated(self, do: Any) -> None:
        assert do(str, iter([None, 0, ""])) == ["None", "0", ""]


def test_each_comes_to_its_end_before_an_error_is_raised() -> None:
    done = []

    def work(number: int) -> None:
        if number == 0:
            raise ValueError
        time.sleep(0.02)
        done.append(number)

    with pytest.raises(ValueError, match="^$"):
        each(work, range(4))
    assert sorted(done) == [1, 2, 3]


# -- ahead -----------------------------------------------------------------------------------------------------


def test_nothing_is_begun_before_it_is_asked_for() -> None:
    begun: list[int] = []
    assert iter(ahead(begun.append, [1]))
    assert begun == []


def test_items_are_taken_as_there_is_room() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    results = ahead(str, items(), workers=3)
    for number in range(10):
        assert next(results) == str(number)
        assert len(taken) == number + 3
    results.close()  # type: ignore[attr-defined]
    assert len(taken) == 12


def test_the_first_may_be_alone() -> None:
    seen: list[tuple[int, bool]] = []
    lock = threading.Lock()

    def work(number: int) -> None:
        with lock:
            seen.append((number, here() is threading.main_thread()))

    list(ahead(work, range(5), first_alone=True))
    assert seen[0] == (0, True)
    assert sorted(seen[1:]) == [(number, False) for number in range(1, 5)]


def test_a_first_that_fails_alone_is_all_that_was_tried() -> None:
    tried: list[int] = []

    def work(number: int) -> None:
        tried.append(number)
        raise ValueError

    with pytest.raises(ValueError, match="^$"):
        list(ahead(work, range(9), first_alone=True))
    assert tried == [0]


def test_no_more_is_begun_after_an_error() -> None:
    begun: list[int] = []

    def work(number: int) -> None:
        begun.append(number)
        if number == 1:
            raise ValueError

    with pytest.raises(ValueError, match="^$"):
        list(ahead(work, range(100)))
    assert max(begun) <= 1 + _parallel.WORKERS


def test_who_stops_waits_for_what_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_parallel, "_PATIENCE", LONG)
    over: list[int] = []
    all_begun = threading.Barrier(_parallel.WORKERS)

    def work(number: int) -> int:
        all_begun.wait(LONG)
        time.sleep(0.05 * (number > 0))
        over.append(number)
        return number

    results = ahead(work, range(100))
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert sorted(over) == [0, 1, 2, 3]


@pytest.mark.parametrize(("leave", "waits"), [(ValueError, True), (KeyboardInterrupt, False)])
def test_who_is_in_a_hurry_does_not_wait(
    monkeypatch: pytest.MonkeyPatch, leave: type[BaseException], waits: bool
) -> None:
    asked: list[float] = []
    monkeypatch.setattr(_parallel, "await_all", lambda errands, seconds: asked.append(seconds))
    with pytest.raises(leave), Crew(str) as crew:
        crew.give(1)
        raise leave
    assert bool(asked) is waits
    assert all(seconds <= 10 for seconds in asked)


def test_a_crew_keeps_its_threads() -> None:
    meeting = Meeting(2)
    with Crew(lambda number: (meeting(number), here())[1], workers=2) as crew:
        threads = set()
        for _round in range(3):
            for number in range(4):
                crew.give(number)
            assert len(crew) == 4
            threads |= {crew.take() for _unused in range(4)}
    assert len(threads) == 2


def test_what_came_of_it_is_not_kept() -> None:
    class Thing:
        pass

    with Crew(lambda number: Thing()) as crew:
        for number in range(3):
            crew.give(number)
        kept = [weakref.ref(crew.take()) for _unused in range(3)]
        until = time.monotonic() + LONG
        while any(one() for one in kept) and time.monotonic() < until:
            time.sleep(0.01)
        assert not any(one() for one in kept)
