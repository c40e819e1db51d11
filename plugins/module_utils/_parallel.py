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

#: how many requests one server gets at once
WORKERS = 4
#: seconds between two looks at which of several came to its end
_STEP = 0.02

_T = t.TypeVar("_T")
_R = t.TypeVar("_R")


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


class Errand(t.Generic[_T]):
    """Something that another thread does."""

    def __init__(self, call: t.Callable[[], _T]) -> None:
        self._call = call
        self._over = threading.Event()
        self._value: _T | None = None
        self._error: BaseException | None = None
        threading.Thread(target=contextvars.copy_context().run, args=(self._run,), daemon=True).start()

    def _run(self) -> None:
        try:
            self._value = self._call()
        except BaseException as error:  # whatever it is, the one who asks is to get it
            self._error = error
        finally:
            self._over.set()

    def is_over(self) -> bool:
        """Return whether it came to its end."""
        return self._over.is_set()

    def result(self) -> _T:
        """Wait for the end; return what came out, or raise what was raised."""
        self._over.wait()
        if self._error is not None:
            raise self._error
        return t.cast("_T", self._value)


def await_all(errands: t.Iterable[Errand[t.Any]], seconds: float) -> None:
    """Return when all are over, or so many seconds of the real time have passed."""
    until = time.monotonic() + seconds
    for errand in errands:
        errand._over.wait(max(0.0, until - time.monotonic()))


def await_any(errands: t.Sequence[Errand[t.Any]], seconds: float) -> None:
    """Return when one is over, or so many seconds of the real time have passed."""
    until = time.monotonic() + seconds
    while errands and not any(errand.is_over() for errand in errands) and time.monotonic() < until:
        errands[0]._over.wait(_STEP)


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
