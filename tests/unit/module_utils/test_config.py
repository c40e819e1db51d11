# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of the option servers and of the configuration file."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._config import (
    ENTRY_OPTIONS,
    find_entry,
    load_entry,
    parse_servers,
)
from ansible_collections.unified.jobs.plugins.module_utils._errors import InvalidOptionError
from ansible_collections.unified.jobs.plugins.module_utils._options import OPTIONS

FILES = {
    "plain": "SECRET",
    "unix": "SECRET\n",
    "windows": "\ufeffSECRET\r\n",
    "blanks": " SECRET \n\n",
    "empty": "",
    "newline": "\ufeff\r\n",
}


def read_file(path: str) -> str:
    if path == "binary":
        return b"\xff\xfe".decode("utf-8")
    if path not in FILES:
        raise FileNotFoundError(2, "No such file or directory")
    return FILES[path]


def load(entry: Any, environ: dict[str, str] | None = None) -> dict[str, Any]:
    return load_entry("prod", entry, read_file, environ or {})


def test_an_entry_takes_every_option_that_makes_a_connection() -> None:
    names = [option.name for option in OPTIONS]
    assert [*ENTRY_OPTIONS, "server", "servers", "config_file"] == names


def test_options_come_out_and_none_is_not_given() -> None:
    entry = {"platform": "awx", "url": "h", "validate_certs": False, "token": None, "token_file": None}
    assert load(entry) == {"platform": "awx", "url": "h", "validate_certs": False}


@pytest.mark.parametrize(
    ("path", "secret"), [("plain", "SECRET"), ("unix", "SECRET"), ("windows", "SECRET"), ("blanks", " SECRET ")]
)
def test_secret_from_a_file(path: str, secret: str) -> None:
    assert load({"token_file": path}) == {"token": secret}
    assert load({"username": "joe", "password_file": path}) == {"username": "joe", "password": secret}


def test_secret_from_the_environment() -> None:
    environ = {"PW": "SECRET", "EMPTY": ""}
    assert load({"password_env": "PW"}, environ) == {"password": "SECRET"}
    assert load({"token_env": "PW"}, environ) == {"token": "SECRET"}
    for name in ("EMPTY", "UNSET"):
        with pytest.raises(InvalidOptionError, match=f"^token_env of server prod .* {name}, which is not set"):
            load({"token_env": name}, environ)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("SECRET", "Server prod must be a dict"),
        (["SECRET"], "Server prod must be a dict"),
        (None, "Server prod must be a dict"),
        ({"host": "h"}, "Server prod has the unknown key 'host'; known keys: platform, url"),
        ({1: "h"}, "Server prod has the unknown key 1"),
        ({"server": "x"}, "unknown key 'server'"),
        ({"api_prefix": "x"}, "unknown key 'api_prefix'"),
        ({"token": "SECRET", "token_file": "plain"}, "Server prod has token and token_file: give only one"),
        ({"password_env": "X", "password_file": "plain"}, "has password_file and password_env"),
        ({"token_file": "empty"}, "token_file of server prod is empty: empty"),
        ({"token_file": "newline"}, "token_file of server prod is empty: newline"),
        ({"token_file": "none"}, r"token_file of server prod cannot be read: none \(No such file or directory\)"),
        ({"token_file": "binary"}, r"token_file of server prod cannot be read: binary \(it is not text\)"),
        ({"token_file": 5}, "token_file of server prod must be text"),
        ({"password_env": ""}, "password_env of server prod must be text"),
    ],
)
def test_bad_entries(entry: Any, words: str) -> None:
    with pytest.raises(InvalidOptionError, match=words) as caught:
        load(entry)
    assert "SECRET" not in caught.value.message


def test_servers_from_a_dict_or_its_json_text() -> None:
    assert parse_servers(None) == {}
    assert parse_servers({"a": {"url": "h"}}) == {"a": {"url": "h"}}
    assert parse_servers('{"a": {"url": "h"}}') == {"a": {"url": "h"}}
    for bad in ("SECRET", "[1]", ["SECRET"], 5, {1: {}}, {"": {}}):
        with pytest.raises(InvalidOptionError, match="^servers must ") as caught:
            parse_servers(bad)
        assert "SECRET" not in caught.value.message


def test_unknown_server_lists_the_known_ones() -> None:
    assert find_entry("a", {"a": 1}) == 1
    with pytest.raises(InvalidOptionError, match=r"no server 'x' in servers; known servers: a, b\."):
        find_entry("x", {"b": 1, "a": 2})
    with pytest.raises(InvalidOptionError, match=r"in FILE; known servers: none\."):
        find_entry("x", {}, "FILE")
