# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Headers, addresses and bodies, read without a library."""

from __future__ import annotations

import email.utils
import io
import socket
import threading
import time
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _answers


@pytest.mark.parametrize(
    ("url", "short"),
    [
        ("https://host/api/v2/jobs/1/?token=x#y", "https://host/api/v2/jobs/1/"),
        ("https://user:secret@host:8443/x/", "https://host:8443/x/"),
        ("https://a@b@host/x/", "https://host/x/"),
        ("https://[::1]:1/x/", "https://[::1]:1/x/"),
        ("https://[broken/", "an address that is not valid"),
    ],
)
def test_short_url(url: str, short: str) -> None:
    """House 0.4, promise 6: no secret in a message."""
    assert _answers.short_url(url) == short


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/b/?x=1", "https://host/b/?x=1"),
        ("b/", "https://host/a/b/"),
        ("https://other/", "https://other/"),
        ("//other/", "https://other/"),
        ("http://[broken", None),
        ("  ", None),
        ("", None),
        (None, None),
    ],
)
def test_redirect_target(location: Any, target: Any) -> None:
    assert _answers.redirect_target("https://host/a/", location) == target


@pytest.mark.parametrize(
    ("content", "data"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b" [] ", []),
        (b"", None),
        (b" \n", None),
        (b"{", None),
        (b"\xff", None),
        (b"[" * 100_000, None),
        (b"null", None),
        (b"0", 0),
    ],
)
def test_json_body(content: bytes, data: Any) -> None:
    assert _answers.json_body(content) == data


@pytest.mark.case("awx-50")
@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("-1", 0.0),
        ("nan", None),
        ("inf", float("inf")),
        ("1e400", float("inf")),
        ("later", None),
        ("Sun, 22 Nov 2026 18:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 18:00:30 -0000", 30.0),
        ("Sun, 22 Nov 2026 18:00:30", 30.0),
        ("Sun, 22 Nov 2026 19:00:30 +0100", 30.0),
        ("Sun, 22 Nov 2026 17:00:00 GMT", 0.0),
        ("Sun, 32 Nov 2026 18:00:30 GMT", None),
        ("Sun, 22 Nov 99999 18:00:30 GMT", None),
    ],
)
def test_retry_after(value: Any, seconds: Any) -> None:
    """Contract 1.10: seconds or a date, which counts from the server's own Date."""
    assert _answers.retry_after(value, "Sun, 22 Nov 2026 18:00:00 GMT") == seconds


@pytest.mark.case("awx-50")
@pytest.mark.parametrize("date", [None, "", "nonsense"])
def test_retry_after_without_the_servers_time(date: Any) -> None:
    said = email.utils.formatdate(time.time() + 100, usegmt=True)
    assert 95 < _answers.retry_after(said, date) <= 100  # type: ignore[operator]


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (400, "rejected"),
        (401, "unauthorized"),
        (403, "forbidden"),
        (404, "not_found"),
        (405, "rejected"),
        (407, "connection"),
        (408, "connection"),
        (410, "not_found"),
        (418, "rejected"),
        (429, "rate_limited"),
        (500, "server_error"),
        (502, "server_error"),
        (599, "server_error"),
    ],
)
def test_error_kinds(status: int, word: str) -> None:
    """House 0.6."""
    assert _answers.error_kind(status).code == word


# -- the time limit --------------------------------------------------------------------------------------------


def test_a_stream_is_cut_when_the_time_is_up() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as stream:
        begin = time.monotonic()
        with _answers.cut_after(stream, 0.1) as is_late:
            assert stream.read(1) == b""
            assert is_late()
        assert 0.05 < time.monotonic() - begin < 1.0


def test_a_stream_that_ends_in_time_is_let_be() -> None:
    before = threading.active_count()
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as stream:
        theirs.sendall(b"xy")
        with _answers.cut_after(stream, 60) as is_late:
            assert stream.read(1) == b"x"
        assert not is_late()
        assert stream.read(1) == b"y", "the connection goes on"
    assert threading.active_count() == before


def test_a_time_limit_beyond_measure() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as stream, _answers.cut_after(stream, 1e300) as is_late:
        assert not is_late()


def test_what_is_no_open_connection_needs_no_limit() -> None:
    closed = io.BytesIO()
    closed.close()
    for stream in (io.BytesIO(b"x"), closed):
        with _answers.cut_after(stream, 0.0) as is_late:
            assert not is_late()
