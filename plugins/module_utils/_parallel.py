# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: things that are done side by side, in threads that know what is hidden.

What a thread finds out comes back as a value, so that only one thread ever changes what a task knows. The threads
are daemons: one that a dead server holds does not keep the process from its end.
"""

from __future__ import annotations

import contextvars
import queue
import threading
import time
import typing as t
from collections import deque

#: how many requests one server gets at once
WORKERS = 4
#: seconds between two looks at which of several came to its end
_STEP = 0.02
#: seconds that what nobody wants any more may take to come to its end
_PATIENCE = 5.0

_T = t.TypeVar("_T")
_R = t.TypeVar("_R")

#: set for a thread whose results nobody wants any more, and for those that it started
_ABANDONED: contextvars.ContextVar[tuple[threading.Event, ...]] = contextvars.ContextVar("_ABANDONED", default=())


def is_abandoned() -> bool:
    """Return whether nobody wants any more what this thread finds out."""
    return any(event.is_set() for event in _ABANDONED.get())


class PerThread(t.Generic[_T]):
    """A value that each thread has for itself, made when it is first asked for."""

    def __init__(self, make: t.Callable[[], _T]) -> None:
        self._make = make
        self._local = threading.local()

    @property
    def value(self) -> _T:
        """Return the value of this thread."""
        if not hasattr(self._local, "value"):
            self._local.value = self._make()
        return t.cast("_T", self._local.value)


class _Result(t.Generic[_T]):
    """What comes of something that one thread does and another one wants."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self._value: _T | None = None
        self._error: BaseException | None = None

    def keep(self, call: t.Callable[[], _T]) -> None:
        """Do it, and keep what comes out or is raised."""
        try:
            self._value = call()
        except BaseException as error:  # whatever it is, the one who asks is to get it
            self._error = error
        finally:
            self.over.set()

    def get(self) -> _T:
        """Wait for the end; return what came out, or raise what was raised."""
        self.over.wait()
        if self._error is not None:
            raise self._error
        return t.cast("_T", self._value)


class Errand(t.Generic[_T]):
    """Something that another thread does."""

    def __init__(self, call: t.Callable[[], _T]) -> None:
        self._result: _Result[_T] = _Result()
        self._unwanted = threading.Event()
        context = contextvars.copy_context()
        context.run(_ABANDONED.set, (*_ABANDONED.get(), self._unwanted))
        threading.Thread(target=context.run, args=(self._result.keep, call), daemon=True).start()

    def is_over(self) -> bool:
        """Return whether it came to its end."""
        return self._result.over.is_set()

    def wait(self, seconds: float) -> None:
        """Return when it came to its end, or so many seconds of the real time have passed."""
        self._result.over.wait(seconds)

    def result(self) -> _T:
        """Wait for the end; return what came out, or raise what was raised."""
        return self._result.get()

    def abandon(self) -> None:
        """Say that nobody wants what comes of it: what is under way may end, but nothing more is asked of a server."""
        self._unwanted.set()


def await_all(errands: t.Iterable[Errand[t.Any]], seconds: float) -> None:
    """Return when all are over, or so many seconds of the real time have passed."""
    until = time.monotonic() + seconds
    for errand in errands:
        errand.wait(max(0.0, until - time.monotonic()))


def await_any(errands: t.Sequence[Errand[t.Any]], seconds: float) -> None:
    """Return when one is over, or so many seconds of the real time have passed."""
    until = time.monotonic() + seconds
    while errands and not any(errand.is_over() for errand in errands) and time.monotonic() < until:
        errands[0].wait(_STEP)


def each(work: t.Callable[[_T], _R], items: t.Iterable[_T], workers: int = WORKERS) -> list[_R]:
    """Return what C(work) gives for each item, in their order; some are worked on at once.

    :raises Exception: the first, in the order of the items, that was raised; all have come to their end then.
    """
    todo = list(enumerate(items))
    if len(todo) < 2 or workers < 2:
        return [work(item) for _number, item in todo]
    waiting: queue.SimpleQueue[tuple[int, _T]] = queue.SimpleQueue()
    for one in todo:
        waiting.put(one)
    done: dict[int, _R] = {}
    failed: dict[int, Exception] = {}

    def run() -> None:
        while True:
            try:
                number, item = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                done[number] = work(item)
            except Exception as error:
                failed[number] = error

    for errand in [Errand(run) for _worker in range(min(workers, len(todo)))]:
        errand.result()
    if failed:
        raise failed[min(failed)]
    return [done[number] for number, _item in todo]


class _Piece(t.Generic[_T, _R]):
    """Something to work on, and what came of it."""

    def __init__(self, item: _T) -> None:
        self.item = item
        #: whether a thread was told to work on it
        self.is_out = False
        self.done: _Result[_R] = _Result()

    def work(self, work: t.Callable[[_T], _R]) -> None:
        self.done.keep(lambda: work(self.item))


class Crew(t.Generic[_T, _R]):
    """Threads that work on what they are given, and hand the results out in that order. A context manager.

    What is given alone is left to who takes it: a thread, and its own connection, would be for nothing.

    :param work: what to do with each item.
    :param workers: how many threads there are at the most.
    """

    def __init__(self, work: t.Callable[[_T], _R], workers: int = WORKERS) -> None:
        self._work = work
        self._workers = workers
        self._given: deque[_Piece[_T, _R]] = deque()
        self._todo: queue.SimpleQueue[_Piece[_T, _R] | None] = queue.SimpleQueue()
        self._threads: list[Errand[None]] = []
        self._is_closed = False

    def __enter__(self) -> Crew[_T, _R]:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        """Begin nothing more, and wait a while for what is under way, unless the user is in a hurry."""
        self._is_closed = True
        for _thread in self._threads:
            self._todo.put(None)
        if kind is None or issubclass(kind, (Exception, GeneratorExit)):
            await_all(self._threads, _PATIENCE)
        for thread in self._threads:
            thread.abandon()

    def __len__(self) -> int:
        """Return how many were given and not taken yet."""
        return len(self._given)

    def give(self, item: _T) -> None:
        """Have it worked on as soon as there is something to do beside it."""
        self._given.append(_Piece(item))
        if len(self._given) > 1:
            for piece in self._given:
                self._send_out(piece)

    def take(self) -> _R:
        """Return what came of the oldest, or raise what was raised."""
        piece = self._given.popleft()
        if not piece.is_out:
            piece.work(self._work)
        return piece.done.get()

    def _send_out(self, piece: _Piece[_T, _R]) -> None:
        if piece.is_out:
            return
        piece.is_out = True
        self._todo.put(piece)
        if len(self._threads) < self._workers:
            self._threads.append(Errand(self._run))

    def _run(self) -> None:
        while True:
            piece = self._todo.get()
            if piece is None or self._is_closed:
                return
            piece.work(self._work)
            # what came of it is not to be kept until there is something else to do
            del piece


def ahead(
    work: t.Callable[[_T], _R], items: t.Iterable[_T], workers: int = WORKERS, first_alone: bool = False
) -> t.Iterator[_R]:
    """Yield what C(work) gives for each item, in their order; some are worked on before they are asked for.

    Items are taken as there is room for them. When the caller stops, or one raises, no more are begun.

    :param first_alone: nothing is begun beside the first: what it finds out for all, such as a refused login, is not
        to be found out by several at once.
    """
    with Crew(work, workers) as crew:
        for item in items:
            crew.give(item)
            if first_alone or len(crew) == workers:
                first_alone = False
                yield crew.take()
        while len(crew):
            yield crew.take()
