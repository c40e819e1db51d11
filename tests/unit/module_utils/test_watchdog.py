# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time limit of a whole answer, on sockets."""

from __future__ import annotations

import io
import socket
import threading
import time

from ansible_collections.unified.jobs.plugins.module_utils._watchdog import Watchdog


def test_a_stream_is_cut_when_the_time_is_up() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as stream:
        begin = time.monotonic()
        with Watchdog().limit(0.1, stream) as is_late:
            assert stream.read(1) == b""
            assert is_late()
        assert time.monotonic() - begin > 0.05


def test_a_stream_that_ends_in_time_is_let_be() -> None:
    before = set(threading.enumerate())
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as stream:
        theirs.sendall(b"xy")
        with Watchdog().limit(60, stream) as is_late:
            assert stream.read(1) == b"x"
        assert not is_late()
        assert stream.read(1) == b"y", "the connection goes on"
    assert set(threading.enumerate()) <= before


def test_a_time_limit_beyond_measure() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as stream, Watchdog().limit(1e300, stream) as is_late:
        assert not is_late()


def test_what_is_no_open_connection_needs_no_limit() -> None:
    closed = io.BytesIO()
    closed.close()
    for stream in (io.BytesIO(b"x"), closed, None):
        with Watchdog().limit(60, stream) as is_late:
            assert not is_late()
