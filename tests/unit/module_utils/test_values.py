# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of the connection: what is taken, in which form, and the sentence for what is not."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _values
from ansible_collections.unified.jobs.plugins.module_utils._errors import InvalidOptionError


@pytest.mark.case("awx-43")
@pytest.mark.parametrize(
    ("written", "base"),
    [
        ("https://awx.example.com", "https://awx.example.com"),
        ("https://awx.example.com/", "https://awx.example.com"),
        ("HTTPS://AWX.Example.com//", "https://awx.example.com"),
        ("  https://awx.example.com\n", "https://awx.example.com"),
        ("awx.example.com", "https://awx.example.com"),
        ("awx", "https://awx"),
        ("awx.example.com:8043", "https://awx.example.com:8043"),
        ("localhost:8080/awx/", "https://localhost:8080/awx"),
        ("http://awx.example.com:8080", "http://awx.example.com:8080"),
        ("https://awx.example.com:443", "https://awx.example.com"),
        ("http://awx.example.com:80/x", "http://awx.example.com/x"),
        ("https://awx.example.com:80", "https://awx.example.com:80"),
        ("https://proxy.example.com/Tools//awx/", "https://proxy.example.com/Tools/awx"),
        ("https://[2001:DB8::1]:8043/", "https://[2001:db8::1]:8043"),
        ("[::1]", "https://[::1]"),
        ("[::1]:8043/x", "https://[::1]:8043/x"),
        ("2001:db8::1", "https://[2001:db8::1]"),
        ("10.0.0.7", "https://10.0.0.7"),
        ("my_host", "https://my_host"),
    ],
)
def test_url_has_one_form(written: str, base: str) -> None:
    assert _values.as_url(written, "url") == base


@pytest.mark.case("awx-43")
@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        (["https://h"], "must be text, not a list"),
        (True, "must be text"),
        ("ftp://h", "begin with https:// or http://"),
        ("file:///etc/passwd", "begin with https:// or http://"),
        ("https:h", "must look like https://host"),
        ("https:/h", "must look like https://host"),
        ("/awx", "must look like https://host"),
        ("https://", "no valid host"),
        ("https:///awx", "no valid host"),
        ("https://a,b", "no valid host"),
        ("https://h:port", "port that is not a number"),
        ("https://h:99999", "port that is not a number"),
        ("https://h:0", "port that is not a number"),
        ("https://h:", "port that is not a number"),
        ("https://https://h", "port that is not a number"),
        ("https://[::1", "not a valid address"),
        ("https://[zz]", "valid"),
        ("https://h h", "characters that no address has"),
        ("https://h\nHost: x", "characters that no address has"),
        ("https://good\\@evil", "characters that no address has"),
        ("https://{{ host }}", "characters that no address has"),
        ("https://h/?a=SECRET", "without a query"),
        ("https://h/?", "without a query"),
        ("https://h/#/jobs", "without a query"),
        ("https://joe:SECRET@h", "must not hold credentials"),
        ("joe:SECRET@h", "must not hold credentials"),
        ("https://SECRET@h", "must not hold credentials"),
        ("https://joe:80/SECRET@h", "must not hold credentials"),
    ],
)
def test_bad_url_is_one_sentence_without_the_secret(written: Any, hint: str) -> None:
    with pytest.raises(InvalidOptionError) as caught:
        _values.as_url(written, "url of server prod")
    message = caught.value.message
    assert message.startswith("url of server prod ")
    assert hint in message
    assert "SECRET" not in message
    assert message.endswith(".")


@pytest.mark.case("awx-47")
@pytest.mark.parametrize("word", ["false", "False", "NO", "0", "off", "n", "f", False, 0, " no "])
def test_words_for_false(word: Any) -> None:
    assert _values.as_bool(word, "X") is False


@pytest.mark.case("awx-47")
@pytest.mark.parametrize("word", ["true", "TRUE", "yes", "1", "On", "y", "t", True, 1])
def test_words_for_true(word: Any) -> None:
    assert _values.as_bool(word, "X") is True


@pytest.mark.parametrize("word", ["maybe", "", "2", None, [], {}, 2])
def test_words_for_neither(word: Any) -> None:
    with pytest.raises(InvalidOptionError, match="^X must be a boolean"):
        _values.as_bool(word, "X")


@pytest.mark.parametrize(("value", "seconds"), [(1, 1.0), (0.5, 0.5), ("10", 10.0), (" 2.5 ", 2.5)])
def test_seconds(value: Any, seconds: float) -> None:
    assert _values.as_seconds(value, "X") == seconds


@pytest.mark.parametrize("value", [0, -1, "0", "soon", "", "nan", "inf", True, None, [], {}])
def test_seconds_that_are_none(value: Any) -> None:
    with pytest.raises(InvalidOptionError, match="^X must be a number of seconds above 0"):
        _values.as_seconds(value, "X")


@pytest.mark.case("awx-47")
@pytest.mark.parametrize(
    ("value", "token"),
    [("abc", "abc"), ("abc\n", "abc"), ({"token": "abc", "id": 5}, "abc"), ({"token": " abc\r\n"}, "abc")],
)
def test_token(value: Any, token: str) -> None:
    assert _values.as_token(value, "token") == token


@pytest.mark.case("awx-47")
@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ({"id": 5, "SECRET": "SECRET"}, "without the key token"),
        ({"token": None}, "must be text or a dict"),
        ({"token": {"token": "SECRET"}}, "must be text or a dict"),
        (["SECRET"], "must be text or a dict"),
        (5, "must be text or a dict"),
        ("", "is empty"),
        ({"token": "  "}, "is empty"),
        ("SECRET SECRET", "characters that no token has"),
        ("SECRET\nX-Header: 1", "characters that no token has"),
        ("SECRETé", "characters that no token has"),
    ],
)
def test_bad_token(value: Any, hint: str) -> None:
    with pytest.raises(InvalidOptionError) as caught:
        _values.as_token(value, "token")
    assert hint in caught.value.message
    assert "SECRET" not in caught.value.message


def test_text_and_password() -> None:
    assert _values.as_text(1234, "username") == "1234"
    assert _values.as_secret(" a b ", "password") == " a b "
    assert _values.as_secret(" ", "password") == " "
    for bad in ("", None, [], {}, True):
        with pytest.raises(InvalidOptionError, match="^password "):
            _values.as_secret(bad, "password")


def test_paths(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "ca.pem").write_text("x")
    assert _values.as_path(str(tmp_path), "ca_path") == str(tmp_path)
    assert _values.as_path("~/ca.pem", "ca_path") == str(tmp_path / "ca.pem")
    assert _values.as_file("$HOME/ca.pem", "client_cert") == str(tmp_path / "ca.pem")
    with pytest.raises(InvalidOptionError, match=r"^ca_path does not exist: .*/none\.pem\."):
        _values.as_path("~/none.pem", "ca_path")
    with pytest.raises(InvalidOptionError, match="^client_cert must be a file"):
        _values.as_file(str(tmp_path), "client_cert")


def test_choice() -> None:
    assert _values.as_choice("awx", "platform", ["awx", "puppet"]) == "awx"
    with pytest.raises(InvalidOptionError, match="^platform must be one of awx, puppet, not 'tower'"):
        _values.as_choice("tower", "platform", ["awx", "puppet"])


@pytest.mark.parametrize(
    ("url_a", "url_b", "same"),
    [
        ("https://h", "https://h/api/v2/jobs/1/", True),
        ("https://h", "https://H:443/x", True),
        ("https://[::1]:8043", "https://[::1]:8043/x", True),
        ("https://h", "http://h", False),
        ("https://h", "https://h:8443", False),
        ("https://h", "https://h.evil", False),
        ("https://h", "https://h@evil/", False),
        ("https://h", "https://evil\\@h/", False),
        ("https://h", "https://h:x/", False),
        ("https://h", "", False),
        ("", "", False),
    ],
)
def test_same_origin(url_a: str, url_b: str, same: bool) -> None:
    assert _values.same_origin(url_a, url_b) is same


@pytest.mark.parametrize(
    ("written", "base"),
    [
        ("https://h", "https://h:1"),
        ("h/p/", "https://h:1/p"),
        ("https://h:443", "https://h"),
        ("https://h:2", "https://h:2"),
        ("[::1]", "https://[::1]:1"),
    ],
)
def test_a_platform_may_complete_an_address(written: str, base: str) -> None:
    """It sees the port that was written, also one that is left out in the end as the default of the scheme."""

    def complete(url: str) -> str:
        host, slash, path = url.partition("://")[2].partition("/")
        return url if host.rpartition("]")[2].partition(":")[1] else f"https://{host}:1{slash}{path}"

    assert _values.as_url(written, "url", complete) == base
