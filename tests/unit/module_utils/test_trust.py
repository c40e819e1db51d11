# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user is told before credentials are used: no check, no TLS, files that others may read."""

from __future__ import annotations

import json
import pathlib
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _faces, _http, _options
from ansible_collections.unified.jobs.plugins.module_utils._errors import InvalidOptionError
from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS
from ansible_collections.unified.jobs.plugins.module_utils._trust import concerns, goes_in_clear
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection

FAR = "http://awx.example.com"
LOGINS = {"awx": {"token": "SECRET"}, "foreman": {"username": "u", "password": "SECRET"}, "puppet": {"token": "SECRET"}}


@pytest.fixture(autouse=True)
def _nobodys_files(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def read(environ: dict[str, str] | None = None, **options: Any) -> Connection:
    return _options.read_connection(options.get, environ={"HOME": "/nonexistent", **(environ or {})})


# -- without TLS ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "clear"),
    [
        ("http://awx.example.com", True),
        ("http://10.0.0.1:8052/awx", True),
        ("http://[fe80::1]", True),
        ("http://localhost.example.com", True),
        ("http://127.0.0.1.example.com", True),
        ("http://0.0.0.0", True),
        ("https://awx.example.com", False),
        ("http://localhost:8052", False),
        ("http://awx.localhost", False),
        ("http://127.0.0.1:8052", False),
        ("http://127.255.0.3", False),
        ("http://[::1]:8052", False),
    ],
)
def test_what_leaves_this_machine_in_clear(url: str, clear: bool) -> None:
    assert goes_in_clear(url) is clear


@pytest.mark.parametrize("name", PLATFORMS)
def test_plain_http_is_warned_of(name: str) -> None:
    (said,) = concerns(read(platform=name, url=FAR, **LOGINS[name]))
    assert said.startswith("The credentials go to http://awx.example.com")
    assert "write https in url" in said
    assert "on_plain_http" in said
    assert "SECRET" not in said
    assert concerns(read(platform=name, url=FAR, on_plain_http="ignore", **LOGINS[name])) == []
    assert concerns(read(platform=name, url="http://127.0.0.1:1", **LOGINS[name])) == []


@pytest.mark.parametrize("face", ["invoke", "wait", "info", "cancel"])
@pytest.mark.parametrize("name", PLATFORMS)
def test_plain_http_can_be_an_error(name: str, face: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent then, and nobody is warned beside it."""
    monkeypatch.setattr(_http.ApiClient, "_attempt", lambda *_a, **_o: pytest.fail("it was sent"))
    options = {"platform": name, "url": FAR, "on_plain_http": "fail", "template": "x", "jobs": None, **LOGINS[name]}
    if face != "invoke":
        options = {**options, "template": None, "jobs": ["1"]}
    said: list[str] = []
    with pytest.raises(InvalidOptionError, match="^on_plain_http is fail, and url is http://awx.example.com") as caught:
        getattr(_faces, face)(options.get, warn=said.append)
    assert "write https in url" in caught.value.message
    assert said == []
    with pytest.raises(InvalidOptionError, match="^on_plain_http must be one of warn, fail, ignore, not 'never'"):
        getattr(_faces, face)({**options, "on_plain_http": "never"}.get)


@pytest.mark.parametrize("beside", [None, "ignore"])
@pytest.mark.parametrize("own", [None, "warn"])
def test_the_rule_of_the_machine_counts_for_named_servers_too(own: str | None, beside: str | None) -> None:
    """C(server) reads no environment, as credentials must not be mixed; this one is no credential."""
    environ = {"UNIFIED_JOBS_ON_PLAIN_HTTP": "fail", "UNIFIED_JOBS_TOKEN": "OTHER", "UNIFIED_JOBS_URL": "https://o"}
    entry = {"platform": "awx", "url": FAR, "token": "SECRET", "on_plain_http": own}
    options = {"servers": {"a": entry}, "server": "a", "on_plain_http": beside}
    if own or beside:
        assert read(environ, **options).on_plain_http == (beside or own)
        return
    with pytest.raises(InvalidOptionError, match="^on_plain_http is fail"):
        read(environ, **options)
    with pytest.raises(InvalidOptionError, match="^UNIFIED_JOBS_ON_PLAIN_HTTP must be one of"):
        read({"UNIFIED_JOBS_ON_PLAIN_HTTP": "x"}, **options)


@pytest.mark.parametrize("beside", [None, "ignore"])
@pytest.mark.parametrize(
    "stranger",
    [
        {"UNIFIED_JOBS_URL": "https://awx.other.com"},
        {"UNIFIED_JOBS_PLATFORM": "foreman"},
        {"UNIFIED_JOBS_PLATFORM": "puppet", "UNIFIED_JOBS_URL": "https://pe.other.com", "UNIFIED_JOBS_TOKEN": "OTHER"},
    ],
)
def test_the_rule_of_the_machine_counts_beside_variables_for_another_server(
    stranger: dict[str, str], beside: str | None
) -> None:
    """Those of another server or platform are dropped as a whole, so that no credential goes astray; the rule is not."""
    options = {"platform": "awx", "url": FAR, "token": "SECRET", "on_plain_http": beside}
    environ = {"UNIFIED_JOBS_ON_PLAIN_HTTP": "fail", **stranger}
    if beside:
        assert read(environ, **options).on_plain_http == beside
    else:
        with pytest.raises(InvalidOptionError, match="^on_plain_http is fail"):
            read(environ, **options)
    with pytest.raises(InvalidOptionError, match="^UNIFIED_JOBS_ON_PLAIN_HTTP must be one of .*, not 'never'"):
        read({**environ, "UNIFIED_JOBS_ON_PLAIN_HTTP": "never"}, **options)


# -- without a check -----------------------------------------------------------------------------------------------


def test_certificates_that_are_not_checked() -> None:
    assert concerns(read(platform="awx", url="https://h", token="SECRET")) == []
    (said,) = concerns(read(platform="awx", url="https://h", token="SECRET", validate_certs=False))
    assert said.startswith("validate_certs is false, so that https://h may be anybody")
    assert "ca_path" in said
    (said,) = concerns(read(platform="awx", url=FAR, token="SECRET", validate_certs=False))
    assert said.startswith("The credentials go to"), "there is no certificate to check"


def test_it_is_said_once_for_each_server_of_a_task(lab: Any) -> None:
    """Not once for each of the many requests."""
    entry = {"platform": "awx", "url": lab.url("awx"), "token": lab.token}
    servers = {"a": entry, "b": entry}
    known = {"platform": "awx", "native_status": "new"}
    jobs = [{**known, "id": str(number), "server": name} for number in range(1, 4) for name in servers]
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_faces, "concerns", lambda connection: [f"odd {connection.server}"])
        _faces.info({"servers": servers, "jobs": jobs}.get, warn=said.append)
    assert len(lab.requests()) > 4
    assert said == ["odd a", "odd b"]


def test_a_module_says_it_in_its_warnings(run_module: Callable[..., Any], lab: Any) -> None:
    """Also where it fails."""
    url = lab.url("awx").replace("http:", "https:")
    result = run_module("job_info", platform="awx", url=url, token="t", validate_certs=False, jobs=[1])
    assert result["error"] == "tls"
    assert f"validate_certs is false, so that {url} may be anybody" in json.dumps(result["warnings"])


# -- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "said"), [(0o600, 0), (0o640, 1), (0o644, 1), (0o666, 1)])
def test_files_of_the_tools_that_others_may_read(tmp_path: pathlib.Path, mode: int, said: int) -> None:
    (tmp_path / ".puppetlabs").mkdir()
    files = {
        "puppet": (tmp_path / ".puppetlabs" / "token", "SECRET"),
        "awx": (tmp_path / ".tower_cli.cfg", "oauth_token: SECRET\nhost: https://h\n"),
    }
    for name, (path, text) in files.items():
        path.write_text(text)
        path.chmod(mode)
        connection = read({"HOME": str(tmp_path)}, platform=name, **({"url": "https://h"} if name == "puppet" else {}))
        assert connection.token == "SECRET"
        found = concerns(connection)
        assert len(found) == said
        assert str(path) in "".join(found) or not said
        assert "SECRET" not in "".join(found)
        # what is not used is of no concern
        assert concerns(read({"HOME": str(tmp_path)}, platform=name, url="https://h", token="t")) == []


@pytest.mark.parametrize(("mode", "said"), [(0o600, False), (0o640, False), (0o644, True)])
def test_a_key_that_everyone_may_read(tmp_path: pathlib.Path, mode: int, said: bool) -> None:
    """A group that may is the habit of systems; a certificate alone is for everybody."""
    key, cert, both = (tmp_path / name for name in ("key", "cert", "both"))
    key.write_text("-----BEGIN PRIVATE KEY-----\nx\n")
    cert.write_text("-----BEGIN CERTIFICATE-----\nx\n")
    both.write_text(key.read_text() + cert.read_text())
    for path in (key, both):
        path.chmod(mode)
    cert.chmod(0o644)
    told = "{} holds a secret in clear and others can read it: run chmod 600."
    for files, secret in (
        ({"client_cert": str(cert), "client_key": str(key)}, key),
        ({"client_cert": str(both)}, both),
    ):
        found = concerns(read(platform="awx", url="https://h", token="t", **files))
        assert found == ([told.format(secret)] if said else [])
