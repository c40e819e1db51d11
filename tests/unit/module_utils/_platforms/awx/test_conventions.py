# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Environment names, tower_cli.cfg, login and API paths of the AWX family."""

from __future__ import annotations

import base64
import builtins
import json
import pathlib
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import InvalidOptionError
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import conventions
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection


@pytest.mark.case("awx-47")
def test_token_beats_password() -> None:
    headers = conventions.authenticate(Connection("awx", "https://h", username="u", password="p", token="t"))
    assert headers == {"Authorization": "Bearer t"}


def test_password_login_is_utf8() -> None:
    headers = conventions.authenticate(Connection("awx", "https://h", username="jöe", password="pä:ss"))
    method, _blank, text = headers["Authorization"].partition(" ")
    assert method == "Basic"
    assert base64.b64decode(text).decode() == "jöe:pä:ss"


def test_no_credentials_says_what_to_give() -> None:
    with pytest.raises(InvalidOptionError) as caught:
        conventions.authenticate(Connection("awx", "https://h", username="u"))
    for word in ("https://h", "token", "username and password", "CONTROLLER_OAUTH_TOKEN", "UNIFIED_JOBS_TOKEN"):
        assert word in caught.value.message
    with pytest.raises(InvalidOptionError, match="^Server prod has neither"):
        conventions.authenticate(Connection("awx", "https://h", server="prod"))
    with pytest.raises(InvalidOptionError, match="^username must not hold a colon"):
        conventions.authenticate(Connection("awx", "https://h", username="a:b", password="SECRET"))


@pytest.mark.case("awx-43")
@pytest.mark.case("awx-46")
@pytest.mark.parametrize(
    ("url", "setting", "base", "prefix"),
    [
        ("https://h", None, "https://h", None),
        ("https://h/awx", None, "https://h/awx", None),
        ("https://h/apidocs", None, "https://h/apidocs", None),
        ("https://h/api/awx", None, "https://h/api/awx", None),
        ("https://api", None, "https://api", None),
        ("https://h/api", None, "https://h", None),
        ("https://h/api/v2", None, "https://h", "/api/v2/"),
        ("https://h/API/V2", None, "https://h", "/api/v2/"),
        ("https://h/api/controller", None, "https://h", "/api/controller/v2/"),
        ("https://h/api/controller/v2", None, "https://h", "/api/controller/v2/"),
        ("https://h/api/gateway/v1", None, "https://h", None),
        ("https://h:8043/awx/api/v2", None, "https://h:8043/awx", "/api/v2/"),
        ("https://[::1]:8043/api/v2", None, "https://[::1]:8043", "/api/v2/"),
        ("https://h", "/api/controller/", "https://h", "/api/controller/v2/"),
        ("https://h", "api/controller", "https://h", "/api/controller/v2/"),
        ("https://h", "/api/", "https://h", "/api/v2/"),
        ("https://h", "/custom/path/", "https://h", "/custom/path/v2/"),
        ("https://h", "/api/controller/v2/", "https://h", "/api/controller/v2/"),
        ("https://h", "/", "https://h", None),
        ("https://h/api/v2", "/api/controller/", "https://h", "/api/v2/"),
        ("https://h/api", "/api/controller/", "https://h", "/api/controller/v2/"),
    ],
)
def test_api_path_in_the_url_or_the_setting(url: str, setting: str | None, base: str, prefix: str | None) -> None:
    assert conventions.split_url(url, setting) == (base, prefix)


def test_url_below_the_api_is_refused() -> None:
    for url in ("https://h/api/v2/jobs/5", "https://h/api/controller/v2/ping"):
        with pytest.raises(InvalidOptionError, match="^url names a page below the API"):
            conventions.split_url(url)
    with pytest.raises(InvalidOptionError, match="^CONTROLLER_OPTIONAL_API_URLPATTERN_PREFIX must be a path"):
        conventions.split_url("https://h", "https://other")


# -- tower_cli.cfg ---------------------------------------------------------------------------------------------

EXPECTED = {"url": "https://h:8043", "username": "joe", "password": "a%b", "validate_certs": False}


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("host: https://h:8043\nusername: joe\npassword: a%b\nverify_ssl: false\n", False),
        ("---\nhost: https://h:8043\nusername: joe\npassword: a%b\nverify_ssl: no\nother: 1\n", False),
        (json.dumps({"host": "https://h:8043", "username": "joe", "password": "a%b", "verify_ssl": False}), False),
        ("[general]\nhost = https://h:8043\nusername = joe\npassword = a%b\nverify_ssl = false\n", "false"),
        ("host = https://h:8043\nusername=joe\npassword=a%b\nverify_ssl=false\n", "false"),
        (
            "\ufeff# comment\n[general]\nhost=https://h:8043\nusername=joe\npassword=a%b\nverify_ssl=false\n[x]\na=1",
            "false",
        ),
    ],
)
def test_three_formats(tmp_path: pathlib.Path, text: str, truth: Any) -> None:
    (tmp_path / "tower_cli.cfg").write_text(text, encoding="utf-8")
    found = dict(conventions.read_config_files({}, home="/nonexistent", cwd=str(tmp_path)))
    path = str(tmp_path / "tower_cli.cfg")
    assert found[path] == {**EXPECTED, "validate_certs": truth, "secret_file": path}


@pytest.mark.parametrize(
    "text", ["", "just words", "- a\n- b\n", "[other]\nhost=h\n", "{", "host:\n", "[[[", "\x00", "other: 1", "5"]
)
def test_what_says_nothing_is_skipped(tmp_path: pathlib.Path, text: str) -> None:
    (tmp_path / "tower_cli.cfg").write_text(text)
    assert conventions.read_config_files({}, home="/nonexistent", cwd=str(tmp_path)) == []


def test_unreadable_is_skipped(tmp_path: pathlib.Path) -> None:
    (tmp_path / "tower_cli.cfg").mkdir()
    (tmp_path / ".tower_cli.cfg").write_bytes(b"\xff\xfe\xff host=h")
    assert conventions.read_config_files({}, home="/nonexistent", cwd=str(tmp_path)) == []
    assert conventions.read_config_files({}, home="/nonexistent", cwd="/nonexistent/folder") == []


def test_order_of_files(tmp_path: pathlib.Path) -> None:
    home, here = tmp_path / "home", tmp_path / "a" / "b"
    home.mkdir()
    here.mkdir(parents=True)
    paths = [here / "tower_cli.cfg", here / ".tower_cli.cfg", here.parent / ".tower_cli.cfg", home / ".tower_cli.cfg"]
    for path in paths:
        path.write_text(f"host: {path.parent.name}\n")
    found = [path for path, _options in conventions.read_config_files({"HOME": str(home)}, cwd=str(here))]
    assert found == [str(path) for path in paths]


def test_a_folder_that_everyone_may_write_in_is_not_trusted(tmp_path: pathlib.Path) -> None:
    (tmp_path / "tower_cli.cfg").write_text("host: evil\n")
    tmp_path.chmod(0o777)
    assert conventions.read_config_files({}, home="/nonexistent", cwd=str(tmp_path)) == []


def test_token_keys(tmp_path: pathlib.Path) -> None:
    (tmp_path / "tower_cli.cfg").write_text("aap_token: new\noauth_token: ''\n")
    assert conventions.read_config_files({}, "/nonexistent", str(tmp_path))[0][1]["token"] == "new"


def test_without_yaml_ini_and_json_are_read(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_yaml(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "yaml":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_yaml)
    for text in ("[general]\nhost = h\n", '{"host": "h"}', "host: h\n"):
        (tmp_path / "tower_cli.cfg").write_text(text)
        assert conventions.read_config_files({}, "/nonexistent", str(tmp_path))[0][1] == {"url": "h"}
