# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Headers, addresses and bodies, read without a library."""

from __future__ import annotations

from types import SimpleNamespace
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
def test_retry_after_without_the_servers_time(date: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_answers, "time", SimpleNamespace(time=lambda: 1_795_370_400.0))
    assert _answers.retry_after("Sun, 22 Nov 2026 18:01:40 GMT", date) == 100


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


class Reads:
    """Gives a new answer at each read."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> _answers.Response:
        self.count += 1
        return _answers.Response(200, {}, {"count": self.count, "rows": [{}]}, "")


def test_memory_reads_once_while_it_is_kept() -> None:
    memory, read = _answers.Memory(), Reads()
    assert [memory.recall("a", read).data["count"] for _unused in range(2)] == [1, 2]
    with memory.keeping():
        assert [memory.recall(("a", {"x": 1}), read).data["count"] for _unused in range(3)] == [3, 3, 3]
        assert memory.recall(("a", {"x": 2}), read).data["count"] == 4
    assert memory.recall(("a", {"x": 1}), read).data["count"] == 5
    with memory.keeping():
        assert memory.recall(("a", {"x": 1}), read).data["count"] == 6


def test_memory_gives_copies() -> None:
    """A plan may change what it read; the next one must not see that."""
    memory, read = _answers.Memory(), Reads()
    with memory.keeping():
        for _unused in range(2):
            data = memory.recall("a", read).data
            assert data == {"count": 1, "rows": [{}]}
            data["rows"][0]["changed"] = data["count"] = 9


def test_memory_keeps_no_failure() -> None:
    memory, read = _answers.Memory(), Reads()

    def fail() -> _answers.Response:
        raise ValueError("broke")

    with memory.keeping():
        with pytest.raises(ValueError, match="broke"):
            memory.recall("a", fail)
        assert memory.recall("a", read).data["count"] == 1


def test_memory_forgets_after_a_failure() -> None:
    memory, read = _answers.Memory(), Reads()
    with pytest.raises(ValueError, match="broke"), memory.keeping():
        memory.recall("a", read)
        raise ValueError("broke")
    assert memory.recall("a", read).data["count"] == 2
