# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the client sends and to whom: headers, redirects, logins, cookies, proxies (AWX contract 2.5)."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from scripted_server import TOKEN, Reply, html

from ansible_collections.unified.jobs.plugins.module_utils import _http, _options
from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    BadResponseError,
    ConnectionFailedError,
    InvalidOptionError,
    MissingLibraryError,
    UnauthorizedError,
)
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx.api import Api
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection

BEARER = f"Bearer {TOKEN}"


# -- pitfall 9: headers ----------------------------------------------------------------------------------------


@pytest.mark.case("awx-54")
def test_headers_ask_for_json_in_english(scripted: Any, client: Any) -> None:
    """Contract 2.5, pitfall 9: the server translates its messages after Accept-Language."""
    server = scripted()
    client(server.url).get("jobs/1/")
    client(server.url).post_once("jobs/1/relaunch/", {})
    for request in server.received:
        assert request.headers["Accept"] == "application/json"
        assert request.headers["Accept-Language"] == "en"
        assert request.headers["User-Agent"].startswith("ansible-collection-unified.jobs/")
        assert request.headers["Authorization"] == BEARER
    assert "Content-Type" not in server.received[0].headers
    assert server.received[1].headers["Content-Type"] == "application/json"


def test_body_keeps_its_types_and_an_absent_one_is_not_sent(scripted: Any, client: Any) -> None:
    server = scripted()
    body = {"n": 3, "f": 1.5, "flag": False, "none": None, "text": "3", "umlaut": "ü\ud800", "empty": {}}
    client(server.url).post("x/", body)
    client(server.url).post("x/")
    assert server.received[0].json() == body
    assert server.received[1].body == b""


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, object(), b"bytes"])
def test_what_json_cannot_say_is_refused_and_not_sent(scripted: Any, client: Any, value: Any) -> None:
    server = scripted()
    with pytest.raises(InvalidOptionError, match="JSON cannot say"):
        client(server.url).post_once("x/launch/", {"extra_vars": {"x": value}})
    assert server.received == []


def test_a_name_that_cannot_be_sent_is_no_tls_trouble(scripted: Any, client: Any) -> None:
    server = scripted()
    with pytest.raises(InvalidOptionError, match="cannot be sent"):
        client(server.url).get("job_templates/", {"name": "caf\udce9"})
    assert server.received == []


# -- pitfall 1: the slash, and redirects of writes -------------------------------------------------------------


def test_every_url_has_a_trailing_slash(scripted: Any, client: Any) -> None:
    """Contract 2.5, pitfall 1: without the slash a 301 makes a GET of a POST."""
    server = scripted()
    server.otherwise = Reply(data={"count": 0, "results": [], "next": None})
    api = Api(client(server.url), "/api/v2/")
    api.get("jobs/1")
    api.get("jobs/1/")
    api.rows("jobs", {"name": "x"})
    api.page("jobs/", {})
    assert [request.path[-1] for request in server.received] == ["/"] * 4
    assert not any("//" in request.path for request in server.received)


@pytest.mark.case("awx-16")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("verb", ["post", "post_once"])
def test_a_redirected_post_is_an_error_and_not_followed(scripted: Any, client: Any, status: int, verb: str) -> None:
    """Contract 2.5, pitfall 1: followed, it would read the launch's preflight and look like success."""
    server = scripted(Reply(status, headers={"Location": "/api/v2/job_templates/9/launch/?x=SECRET"}))
    with pytest.raises(BadResponseError) as caught:
        getattr(client(server.url), verb)("job_templates/9/launch", {})
    assert [request.method for request in server.received] == ["POST"]
    assert f"redirected to {server.url}/api/v2/job_templates/9/launch/, which is not followed" in caught.value.message
    assert "SECRET" not in caught.value.message
    assert caught.value.ambiguous is (status == 303), "303 shows elsewhere what was done"
    assert caught.value.result["http_status"] == status


# -- pitfall 2: redirects of reads -----------------------------------------------------------------------------


def test_a_read_follows_its_own_server_with_the_login(scripted: Any, client: Any) -> None:
    """Contract 2.5, pitfall 2."""
    server = scripted(Reply(301, headers={"Location": "/api/v2/jobs/1/?page=2"}), Reply(data={"id": 1}))
    assert client(server.url).get("jobs/1", {"page": 2}).data == {"id": 1}
    assert [request.target for request in server.received] == ["/api/v2/jobs/1?page=2", "/api/v2/jobs/1/?page=2"]
    assert [request.headers["Authorization"] for request in server.received] == [BEARER] * 2


@pytest.mark.parametrize(
    ("ours", "location"),
    [
        ("http://awx.example.test", "http://awx.example.test:80/api/v2/jobs/1/"),
        ("http://awx.example.test:80", "http://awx.example.test/api/v2/jobs/1/"),
        ("http://awx.example.test", "http://AWX.example.test/api/v2/jobs/1/"),
        ("http://awx.example.test", "http://user:password@awx.example.test/api/v2/jobs/1/"),
    ],
)
def test_a_default_port_written_out_is_the_same_server(
    scripted: Any, client: Any, monkeypatch: pytest.MonkeyPatch, ours: str, location: str
) -> None:
    """Contract 2.5, pitfall 2: ":443" written out made requests drop the login. A proxy stands for the host here."""
    proxy = scripted(Reply(302, headers={"Location": location}), Reply(data={"id": 1}))
    monkeypatch.setenv("http_proxy", proxy.url)
    assert client(ours).get("jobs/1/").data == {"id": 1}
    assert [request.headers["Authorization"] for request in proxy.received] == [BEARER] * 2


@pytest.mark.parametrize(
    "location",
    [
        "http://other.example.test/api/v2/jobs/1/",
        "http://127.0.0.1:1/api/v2/jobs/1/",
        "//other.example.test/",
        "https://127.0.0.1/",
        "ftp://127.0.0.1/",
        "http://127.0.0.1@other.example.test/",
        "http://[broken/",
        "\\\\other.example.test\\x",
        "javascript:alert(1)",
        "",
        None,
    ],
)
def test_a_read_is_not_led_elsewhere(scripted: Any, client: Any, location: str | None) -> None:
    """Contract 2.5, pitfall 2: another host, port or scheme gets neither a request nor the login."""
    server = scripted(Reply(302, headers={} if location is None else {"Location": location}))
    with pytest.raises(BadResponseError, match="which is not followed: set url") as caught:
        client(server.url).get("jobs/1/")
    assert len(server.received) == 1
    assert "\n" not in caught.value.message


def test_a_redirect_without_end_ends(scripted: Any, client: Any) -> None:
    server = scripted()
    server.otherwise = Reply(302, headers={"Location": "/api/v2/jobs/1/"})
    with pytest.raises(BadResponseError, match="redirected without end"):
        client(server.url).get("jobs/1/")
    assert len(server.received) == _http.MAX_REDIRECTS + 1


def test_a_redirect_to_a_page_is_an_error(scripted: Any, client: Any) -> None:
    """Contract 1.10: while AWX migrates its database it redirects to a page, with status 200 there."""
    server = scripted(Reply(302, headers={"Location": "/migrations_notran/"}), html(title="AWX is upgrading"))
    with pytest.raises(BadResponseError, match="HTML page"):
        client(server.url).get("jobs/1/")


# -- pitfall 3: netrc ------------------------------------------------------------------------------------------


@pytest.mark.case("awx-48")
@pytest.mark.parametrize("where", ["home", "variable"])
def test_netrc_replaces_no_login(
    scripted: Any, client: Any, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Contract 2.5, pitfall 3; also for a request without a login, and after a redirect."""
    path = tmp_path / (".netrc" if where == "home" else "elsewhere")
    path.write_text("machine 127.0.0.1 login somebody password else\ndefault login somebody password else\n")
    path.chmod(0o600)
    if where == "variable":
        monkeypatch.setenv("NETRC", str(path))
    import requests

    server = scripted(Reply(302, headers={"Location": "/api/v2/jobs/1/"}))
    assert requests.utils.get_netrc_auth(server.url) == ("somebody", "else"), "the file must be one that counts"
    one = client(server.url)
    one.get("jobs/1")
    one.post("jobs/1/cancel/", {})
    one.post_once("jobs/1/relaunch/", {})
    one.get("/api/", absolute=True, login=False)
    seen = [request.headers.get("Authorization") for request in server.received]
    assert seen == [BEARER] * 4 + [None]


# -- pitfall 5: proxies ----------------------------------------------------------------------------------------


def test_a_proxy_of_the_environment_is_used(scripted: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contract 2.5, pitfall 5."""
    proxy = scripted()
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("http_proxy", proxy.url)
    client("http://awx.example.test").get("jobs/1/")
    assert proxy.received[0].target == "http://awx.example.test/api/v2/jobs/1/"
    assert proxy.received[0].headers["Authorization"] == BEARER


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_no_proxy_is_heeded(scripted: Any, client: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Contract 2.5, pitfall 5."""
    server, proxy = scripted(), scripted()
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv(name, "localhost,127.0.0.1")
    client(server.url).get("jobs/1/")
    assert (len(server.received), len(proxy.received)) == (1, 0)


def test_a_proxy_that_is_not_there_is_named_and_nothing_was_sent(
    client: Any, fake_clock: Any, monkeypatch: pytest.MonkeyPatch, refused_port: int
) -> None:
    monkeypatch.setenv("http_proxy", f"http://somebody:pr0xy-secret@127.0.0.1:{refused_port}")
    with pytest.raises(ConnectionFailedError, match="through the proxy") as caught:
        client("http://awx.example.test").post_once("x/launch/", {})
    assert caught.value.ambiguous is False
    assert "pr0xy-secret" not in caught.value.message


def test_a_proxy_that_refuses_the_tunnel(scripted: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = scripted()
    proxy.otherwise = Reply(407, headers={"Proxy-Authenticate": "Basic"}, close=True)
    monkeypatch.setenv("https_proxy", proxy.url)
    with pytest.raises(ConnectionFailedError, match=r"through the proxy 127\.0\.0\.1:\d+ \(.*407") as caught:
        client("https://awx.example.test").post_once("x/launch/", {})
    assert {request.method for request in proxy.received} == {"CONNECT"}
    assert not any("Authorization" in request.headers for request in proxy.received)
    assert caught.value.ambiguous is False


def test_a_proxy_that_wants_a_login_is_no_rejection_by_the_server(
    scripted: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wait ends at once when the server's validation rejects a request; a proxy is not the server."""
    proxy = scripted(html(407, "Proxy login"))
    monkeypatch.setenv("http_proxy", proxy.url)
    with pytest.raises(ConnectionFailedError, match="407: Proxy Authentication Required") as caught:
        client("http://awx.example.test").get("jobs/1/")
    assert caught.value.code == "connection"


@pytest.mark.parametrize("address", ["http://somebody:pr0xy-secret@[broken", "foo://somebody:pr0xy-secret@host:1"])
def test_a_proxy_address_that_is_wrong_shows_no_password(
    client: Any, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("http_proxy", address)
    with pytest.raises(ConnectionFailedError) as caught:
        client("http://awx.example.test").get("jobs/1/")
    assert "pr0xy-secret" not in caught.value.message


@pytest.mark.parametrize("kind", ["reset", "close"])
def test_a_proxy_that_breaks_off_after_the_launch_leaves_it_unclear(
    scripted: Any, client: Any, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Old versions of urllib3 call that a proxy error too, as if the proxy had never been reached."""
    proxy = scripted(Reply(silent=True, reset=kind == "reset"))
    monkeypatch.setenv("http_proxy", proxy.url)
    with pytest.raises(ConnectionFailedError) as caught:
        client("http://awx.example.test").post_once("x/launch/", {})
    assert caught.value.ambiguous is True
    assert len(proxy.received) == 1


# -- cookies ---------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-48")
def test_no_cookie_is_ever_sent_back(scripted: Any, client: Any) -> None:
    """Contract 2.1: a session cookie switches on the server's CSRF check, and POSTs become 403."""
    cookies = {"Set-Cookie": "awx_sessionid=abc; Path=/; HttpOnly"}
    server = scripted(Reply(302, headers={**cookies, "Location": "/api/v2/jobs/1/"}), Reply(data={}, headers=cookies))
    one = client(server.url)
    one.get("jobs/1")
    one.post("jobs/1/cancel/", {})
    one.post_once("jobs/1/relaunch/", {})
    assert len(server.received) == 4
    assert not any("Cookie" in request.headers for request in server.received)


# -- connections -----------------------------------------------------------------------------------------------


def test_reads_share_a_connection(scripted: Any, client: Any) -> None:
    server = scripted()
    one = client(server.url)
    for number in range(4):
        one.get(f"jobs/{number}/")
    one.post("jobs/1/cancel/", {})
    assert server.connections == 1


def test_a_url_with_a_path_is_joined(scripted: Any, client: Any) -> None:
    """Contract 2.2: the host may carry a path; no double slashes."""
    server = scripted()
    one = client(server.url + "/automation/")
    one.get("jobs/1/")
    one.get("/api/", absolute=True)
    assert [request.path for request in server.received] == ["/automation/api/v2/jobs/1/", "/automation/api/"]


# -- 401 -------------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-51")
@pytest.mark.parametrize(
    ("login", "words"),
    [
        ({"token": TOKEN}, "Check the token from the options."),
        ({"token": TOKEN, "password": "passw0rd", "username": "u"}, "Check the token from the options."),
        ({"token": None, "password": "passw0rd", "username": "u"}, "Check username and password from the options."),
    ],
)
def test_401_names_what_was_used_and_never_the_secret(
    scripted: Any, client: Any, login: dict[str, Any], words: str
) -> None:
    """Recording auth-06-bad-token-401: the server's message is the same for every kind of login."""
    detail = "Authentication credentials were not provided. To establish a login session, visit /api/login/."
    server = scripted(Reply(401, {"detail": f"{detail} {TOKEN} passw0rd"}))
    with pytest.raises(UnauthorizedError) as caught:
        client(server.url, source="the options", **login).get("jobs/1/")
    assert caught.value.message.endswith(words)
    assert not any(value in caught.value.message for key, value in login.items() if key != "username" and value)
    assert len(server.received) == 1, "a refused login is not tried again: accounts get locked"


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"UNIFIED_JOBS_TOKEN": TOKEN}, "Check the token from UNIFIED_JOBS_TOKEN."),
        ({"UNIFIED_JOBS_TOKEN": TOKEN, "UNIFIED_JOBS_USERNAME": "u"}, "Check the token from UNIFIED_JOBS_TOKEN."),
        ({"TOWER_TOKEN": TOKEN}, "Check the token from TOWER_TOKEN."),
        (
            {"UNIFIED_JOBS_USERNAME": "u", "UNIFIED_JOBS_PASSWORD": "passw0rd"},
            "Check username and password from UNIFIED_JOBS_USERNAME and UNIFIED_JOBS_PASSWORD.",
        ),
    ],
)
@pytest.mark.parametrize("beside", [True, False])
def test_401_names_the_variable(scripted: Any, environ: dict[str, str], words: str, beside: bool) -> None:
    """There are several that may hold a token; where the url is from elsewhere, that is said too."""
    server = scripted(Reply(401, {"detail": "no"}))
    where = "TOWER_HOST" if "TOWER_TOKEN" in environ else "UNIFIED_JOBS_URL"
    options = {"platform": "awx", **({"url": server.url} if beside else {})}
    environ = {"HOME": "/nonexistent", **environ, **({} if beside else {where: server.url})}
    connection = _options.read_connection(options.get, environ=environ)
    with pytest.raises(UnauthorizedError) as caught:
        _http.ApiClient(connection, {}, lambda *_: "no").get("/jobs/1/")
    if beside:
        words = words.replace("from ", "from the options (url) and ").replace(".", " (credentials).")
    assert caught.value.message.endswith(words)


# -- without the library ---------------------------------------------------------------------------------------


def test_without_requests(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_http, "HAS_REQUESTS", False)
    with pytest.raises(MissingLibraryError, match="requests") as caught:
        _http.ApiClient(Connection("awx", "https://awx.example.test"), {}, lambda *_: "")
    assert caught.value.to_result()["error"] == "missing_library"
