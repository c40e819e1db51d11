# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: ends an exchange that goes on for too long, however slowly the server goes on sending.

A read time-out starts anew with every byte. So it bounds neither headers that come in drops, nor C(100 Continue)
without end, nor a body.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import typing as t
from collections import deque

#: a session uses one connection at a time, and may keep a few for other origins
_CONNECTIONS = 8
#: how often what was opened meanwhile is cut too, once the time is up
_AGAIN = 0.2


class Watchdog:
    """Knows the connections of one session, so that it can shut them down while somebody reads from them."""

    def __init__(self) -> None:
        self._connections: deque[t.Any] = deque(maxlen=_CONNECTIONS)

    def attach(self, adapter: t.Any) -> None:
        """Note every connection that a transport adapter of C(requests) makes from now on, through proxies too."""
        self._note_pools(adapter.poolmanager)
        make_manager = adapter.proxy_manager_for

        def noted(*arguments: t.Any, **options: t.Any) -> t.Any:
            return self._note_pools(make_manager(*arguments, **options))

        adapter.proxy_manager_for = noted

    def _note_pools(self, manager: t.Any) -> t.Any:
        # the dict is shared by all managers of the process, so it is replaced and not changed
        classes = manager.pool_classes_by_scheme
        if not any(isinstance(make, _NotedPools) for make in classes.values()):
            manager.pool_classes_by_scheme = {
                scheme: _NotedPools(make, self._connections) for scheme, make in classes.items()
            }
        return manager

    @contextlib.contextmanager
    def limit(self, seconds: float, stream: t.Any = None) -> t.Iterator[t.Callable[[], bool]]:
        """Shut the connections down after so many seconds. Gives a function that says whether the time was up.

        :param stream: an open answer, which may have taken its socket away from its connection; what has no
            C(fileno) of a socket, or is closed already, is let be.
        """
        own = _second_handle(stream)
        late, done = threading.Event(), threading.Event()

        def watch() -> None:
            if done.wait(min(seconds, threading.TIMEOUT_MAX)):
                return
            late.set()
            while True:
                for one in [own, *(getattr(connection, "sock", None) for connection in list(self._connections))]:
                    _shut_down(one)
                if done.wait(_AGAIN):
                    return

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield late.is_set
        finally:
            done.set()
            thread.join()
            if own is not None:
                own.close()


class _NotedPools:
    """Makes connection pools as a class does, which note the connections that they make."""

    def __init__(self, make: t.Callable[..., t.Any], connections: deque[t.Any]) -> None:
        self._make = make
        self._connections = connections

    def __call__(self, *arguments: t.Any, **options: t.Any) -> t.Any:
        pool = self._make(*arguments, **options)
        make_connection = pool.ConnectionCls

        def noted(*arguments: t.Any, **options: t.Any) -> t.Any:
            connection = make_connection(*arguments, **options)
            self._connections.append(connection)
            return connection

        pool.ConnectionCls = noted
        return pool


def _second_handle(stream: t.Any) -> socket.socket | None:
    """Return another handle on the socket of a stream, which stays valid whoever closes the stream."""
    try:
        return socket.socket(fileno=os.dup(stream.fileno()))
    except (AttributeError, OSError, ValueError):
        return None


def _shut_down(connection: t.Any) -> None:
    """Shut a socket down as it is: that of TLS would let go of its state, which another thread reads from."""
    if connection is None:
        return
    with contextlib.suppress(OSError, ValueError):
        if isinstance(connection, socket.socket):
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
        else:
            with contextlib.closing(socket.socket(fileno=os.dup(connection.fileno()))) as handle:
                handle.shutdown(socket.SHUT_RDWR)
