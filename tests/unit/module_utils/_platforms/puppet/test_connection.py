# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Puppet Enterprise is reached: tokens, files of the official tools, addresses, TLS: Puppet contract 2."""

from __future__ import annotations

import http.server
import json
import os
import pathlib
import socket
import threading
from collections.abc import Iterator
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _faces
from ansible_collections.unified.jobs.plugins.module_utils._errors import InvalidOptionError, JobsError
from ansible_collections.unified.jobs.plugins.module_utils._options import read_connection
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import conventions
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.platform import PuppetPlatform
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection

URL = "https://pe.example.com"
TOKEN = "0Kx55-token"
CONF = "orchestrator.conf"


class Home:
    """The files of the official tools, of the user and of the machine."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.user = folder / "home"
        self.machine = folder / "etc"
        self.environ = {"HOME": str(self.user)}
        self.tools = self.user / ".puppetlabs" / "client-tools"
        self.tools.mkdir(parents=True)
        self.machine.mkdir()

    def token(self, content: str | bytes) -> pathlib.Path:
        """Write ~/.puppetlabs/token."""
        path = self.user / ".puppetlabs" / "token"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def conf(self, machine: bool = False, **options: Any) -> None:
        """Write an orchestrator.conf; underscores stand for the hyphens of its keys."""
        data = {"options": {name.replace("_", "-"): value for name, value in options.items()}}
        ((self.machine if machine else self.tools) / CONF).write_text(json.dumps(data), encoding="utf-8")

    def connection(self, platform: str | None = "puppet", environ: Any = None, **options: Any) -> Connection:
        """What the options make together with the files."""
        values = {"platform": platform, **options}
        return read_connection(values.get, environ={**self.environ, **(environ or {})})


@pytest.fixture
def home(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A user without any file, on a machine without any."""
    made = Home(tmp_path)
    monkeypatch.setattr(conventions, "GLOBAL_FOLDER", str(made.machine))
    monkeypatch.setattr(conventions, "CA_FILES", (str(tmp_path / "ca.pem"), str(tmp_path / "ca_crt.pem")))
    monkeypatch.setenv("HOME", made.environ["HOME"])
    return made


def said(call: Callable[[], Any]) -> str:
    with pytest.raises(InvalidOptionError) as caught:
        call()
    assert TOKEN not in caught.value.message
    return caught.value.message


# -- the login -------------------------------------------------------------------------------------------------


def test_logins(home: Home) -> None:
    """Contract 2.1: a token and nothing else; a certificate may be asked for by something in front."""

    def authenticate(**login: Any) -> dict[str, str]:
        return PuppetPlatform.authenticate(Connection("puppet", URL, **login))

    assert authenticate(token=TOKEN) == {"X-Authentication": TOKEN}
    assert authenticate(token=TOKEN, username="u", client_cert="/c.pem") == {"X-Authentication": TOKEN}
    assert authenticate(client_cert="/c.pem") == {}
    assert "takes a token and no password" in said(lambda: authenticate(username="u", password="p"))
    # what was given is not dropped in silence
    assert "takes a token and no password" in said(lambda: authenticate(username="u", password="p", client_cert="/c"))
    message = said(authenticate)
    for word in ("give token", "UNIFIED_JOBS_TOKEN", "puppet-access login", "~/.puppetlabs/token"):
        assert word in message


def test_without_a_token_nothing_is_sent(refused: Any, pe: Any, home: Home) -> None:
    error = refused("info", token=None)
    assert error.code == "invalid_option"
    assert error.message.startswith(f"There is no token for {pe.url}:")
    assert pe.requests() == []


@pytest.mark.case("puppet-68")
def test_the_token_is_in_the_header_and_not_in_the_address(face: Any, pe: Any) -> None:
    """Contract 2.1: a query ends in logs."""
    face("invoke", template="lab::ok", targets=["web1.example.com"], wait=True)
    for one in pe.requests():
        headers = {name.lower() for name in one.headers}
        assert ("x-authentication" in headers) is ("/status/v1" not in one.path)
        assert "authorization" not in headers
        assert "token" not in one.query


# -- the token file --------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-60")
@pytest.mark.parametrize(
    "content",
    [
        TOKEN,
        TOKEN + "\n",
        TOKEN + "\r\n",
        "\ufeff" + TOKEN + "\r\n",
        f"  {TOKEN}\t\n\n",
    ],
)
def test_the_token_file(home: Home, content: str) -> None:
    """Contract 2.3."""
    path = home.token(content)
    found = home.connection(url=URL)
    assert found.token == TOKEN
    assert str(path) in found.source


@pytest.mark.case("puppet-60")
@pytest.mark.parametrize("content", ["", "\n", "\r\n", "\ufeff", " \t"])
def test_an_empty_token_file(home: Home, content: str) -> None:
    path = home.token(content)
    message = said(lambda: home.connection(url=URL))
    assert message == f"token in {path} is empty: leave it out or give it a value."


@pytest.mark.case("puppet-60")
@pytest.mark.parametrize(
    "content",
    [
        f"{TOKEN} x",
        f"{TOKEN}\n{TOKEN}",
        f"{TOKEN}\x00",
        f"{TOKEN}ü",
        # as a redirect of PowerShell writes it
        f"{TOKEN}\r\n".encode("utf-16"),
        b"\xff\xfe\x00",
    ],
)
def test_a_token_file_with_something_else_in_it(home: Home, content: Any) -> None:
    path = home.token(content)
    assert said(lambda: home.connection(url=URL)).startswith(f"token in {path} has characters that no token has")


@pytest.mark.case("puppet-60")
def test_a_token_file_that_is_missing_or_cannot_be_read(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    assert home.connection(url=URL).token is None
    (home.user / ".puppetlabs" / "token").mkdir()
    found = home.connection(url=URL)
    assert found.token is None
    assert said(lambda: PuppetPlatform.authenticate(found)).endswith(
        f"The token in {home.user}/.puppetlabs/token cannot be read."
    )


@pytest.mark.case("puppet-60")
def test_a_token_wins_over_the_file(home: Home) -> None:
    home.token("from-file")
    assert home.connection(url=URL, token=TOKEN).token == TOKEN
    assert home.connection(url=URL, environ={"UNIFIED_JOBS_TOKEN": TOKEN}).token == TOKEN
    assert home.connection(url=URL, token=TOKEN, environ={"UNIFIED_JOBS_TOKEN": "other"}).token == TOKEN
    # a file that is not needed is not complained about
    home.token("")
    assert home.connection(url=URL, token=TOKEN).token == TOKEN


@pytest.mark.case("puppet-60")
def test_a_token_file_of_another_name(home: Home) -> None:
    """The option token-file of orchestrator.conf."""
    (home.user / "other").write_text(TOKEN, encoding="utf-8")
    home.token("not-this-one")
    home.conf(service_url=URL, token_file="~/other")
    found = home.connection()
    assert (found.token, found.url) == (TOKEN, URL + ":8143")
    for nowhere in (str(home.user / "none"), "\0", ["x"], 5):
        home.conf(service_url=URL, token_file=nowhere)
        assert home.connection().token is None


# -- orchestrator.conf -----------------------------------------------------------------------------------------


def test_the_files_of_a_workstation_are_enough(home: Home, tmp_path: pathlib.Path) -> None:
    """Contract 2.3; no option at all, and not even the platform."""
    authority = tmp_path / "site.pem"
    authority.write_text("x", encoding="utf-8")
    home.token(TOKEN)
    home.conf(service_url=URL, cacert=str(authority), environment="staging", noop=True)
    found = home.connection(platform=None)
    assert (found.platform, found.url, found.token) == ("puppet", URL + ":8143", TOKEN)
    assert (found.ca_path, found.validate_certs) == (str(authority), True)
    assert CONF in found.source


def test_the_file_of_the_user_wins(home: Home) -> None:
    home.conf(machine=True, service_url="https://machine.example.com", token_file="/machine")
    assert home.connection().url == "https://machine.example.com:8143"
    home.conf(service_url=URL)
    assert home.connection().url == URL + ":8143"
    # option by option
    home.token(TOKEN)
    assert home.connection().token is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"options": []}',
        b'{"options": null}',
        b'{"other": {"service-url": "https://x"}}',
        b"\xff\xfe{\x00",
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_not_understood_says_nothing(home: Home, content: bytes) -> None:
    (home.tools / CONF).write_bytes(content)
    home.conf(machine=True, service_url=URL)
    assert home.connection().url == URL + ":8143"


def test_a_file_with_a_byte_order_mark(home: Home) -> None:
    (home.tools / CONF).write_bytes(b"\xef\xbb\xbf" + json.dumps({"options": {"service-url": URL}}).encode())
    assert home.connection().url == URL + ":8143"


@pytest.mark.parametrize("value", [["https://x"], "ftp://x", "https://u:p@x", "https://x y"])
def test_a_wrong_address_in_it_is_named_with_its_place(home: Home, value: Any) -> None:
    home.conf(service_url=value)
    message = said(home.connection)
    assert message.startswith(f"url in {CONF} ")
    assert "u:p" not in message


def test_empty_values_in_it_are_none(home: Home) -> None:
    home.conf(service_url="", cacert="", token_file="")
    home.token(TOKEN)
    found = home.connection(url=URL)
    assert (found.token, found.ca_path) == (TOKEN, None)


def test_an_authority_in_it_that_is_not_there(home: Home) -> None:
    home.conf(service_url=URL, cacert="/nowhere/ca.pem")
    home.token(TOKEN)
    assert said(home.connection).startswith(f"ca_path in {CONF}")
    assert home.connection(ca_path=str(home.user)).ca_path == str(home.user)


@pytest.mark.case("puppet-60")
def test_the_token_is_for_the_server_that_the_files_name(home: Home) -> None:
    """A token is never sent to another server than its own."""
    home.conf(service_url="https://other.example.com")
    home.token(TOKEN)
    message = said(lambda: home.connection(url=URL))
    assert "are for https://other.example.com:8143 and are not used" in message
    assert said(lambda: home.connection(environ={"UNIFIED_JOBS_URL": URL}))
    # the same in other words is the same
    for url in ("other.example.com", "https://OTHER.example.com:8143/", "https://other.example.com/orchestrator/v1"):
        assert home.connection(url=url).token == TOKEN
    # nor is its authority
    home.conf(service_url="https://other.example.com", cacert=str(home.user))
    assert home.connection(url=URL, token="own").ca_path is None


def test_the_port_decides_too(home: Home) -> None:
    home.conf(service_url="https://pe.example.com")
    home.token(TOKEN)
    assert "are not used" in said(lambda: home.connection(url="https://pe.example.com:443"))


def test_variables_of_the_environment_are_none_of_theirs(home: Home) -> None:
    """Contract 2.3: the official tools read none."""
    names = {"PE_TOKEN": "x", "PUPPET_TOKEN": "x", "PT_TOKEN": "x"}
    assert home.connection(url=URL, environ=names).token is None
    assert PuppetPlatform.ENVIRONMENT == {}


def test_a_named_server_reads_no_file(home: Home) -> None:
    home.token("from-file")
    home.conf(service_url="https://other.example.com")
    servers = {"pe": {"platform": "puppet", "url": "pe.example.com/orchestrator/v1", "token": TOKEN}}
    found = home.connection(platform=None, server="pe", servers=servers)
    assert (found.url, found.token, found.server, found.ca_path) == (URL + ":8143", TOKEN, "pe", None)


# -- addresses -------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-61")
@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("pe.example.com", "https://pe.example.com:8143"),
        ("https://pe.example.com", "https://pe.example.com:8143"),
        ("https://pe.example.com/", "https://pe.example.com:8143"),
        ("https://PE.example.com:8143", "https://pe.example.com:8143"),
        ("https://pe.example.com:8143/orchestrator/v1", "https://pe.example.com:8143"),
        ("https://pe.example.com/orchestrator/v1/", "https://pe.example.com:8143"),
        ("https://pe.example.com/orchestrator", "https://pe.example.com:8143"),
        # who writes a port means it
        ("https://pe.example.com:443", "https://pe.example.com"),
        ("https://pe.example.com:443/orchestrator/v1", "https://pe.example.com"),
        ("https://pe.example.com:9000", "https://pe.example.com:9000"),
        ("http://pe.example.com", "http://pe.example.com:8143"),
        ("http://pe.example.com:80", "http://pe.example.com"),
        ("192.0.2.1", "https://192.0.2.1:8143"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]:8143"),
        ("https://[2001:DB8::1]:443/", "https://[2001:db8::1]"),
        ("[2001:db8::1]:9000", "https://[2001:db8::1]:9000"),
        ("2001:db8::1", "https://[2001:db8::1]:8143"),
        # a proxy in front of it
        ("https://proxy.example.com/pe/orchestrator/v1", "https://proxy.example.com:8143/pe"),
        ("https://proxy.example.com:443/pe", "https://proxy.example.com/pe"),
        ("https://orchestrator.example.com", "https://orchestrator.example.com:8143"),
        ("https://pe.example.com/8143", "https://pe.example.com:8143/8143"),
    ],
)
def test_forms_of_the_address(home: Home, url: str, base: str) -> None:
    """Contract 2.3, service-url."""
    assert home.connection(url=url, token=TOKEN).url == base
    assert home.connection(environ={"UNIFIED_JOBS_URL": url, "UNIFIED_JOBS_TOKEN": TOKEN}).url == base
    home.conf(service_url=url)
    assert home.connection(token=None).url == base


@pytest.mark.case("puppet-61")
@pytest.mark.parametrize(
    "url", ["https://pe.example.com:0", "https://pe.example.com:x", "https://pe:", "https://[::1", "https://"]
)
def test_addresses_that_are_none(home: Home, url: str) -> None:
    assert said(lambda: home.connection(url=url, token=TOKEN)).startswith("url ")


@pytest.mark.case("puppet-61")
@pytest.mark.parametrize("tail", ["", "/", "/orchestrator/v1", "/orchestrator/v1/", "/orchestrator"])
def test_the_address_may_name_the_api(face: Any, pe: Any, tail: str) -> None:
    job = face("invoke", template="lab::ok", targets=["web1.example.com"], url=pe.url + tail)["job"]
    assert job["url"] == f"{pe.url}/orchestrator/v1/jobs/{job['id']}"
    # and what is in the result leads back
    assert face("info", jobs=job)["job"]["id"] == job["id"]
    assert {one.path.split("/")[1] for one in pe.requests()} == {"orchestrator", "status"}


def test_a_job_of_another_server_is_refused(face: Any, refused: Any, pe: Any) -> None:
    job = face("invoke", template="lab::ok", targets=["web1.example.com"])["job"]
    job["url"] = "https://other.example.com:8143/orchestrator/v1/jobs/1001"
    pe.lab.forget_requests()
    assert "leads to https://other.example.com:8143" in refused("cancel", jobs=job).message
    assert pe.requests() == []


# -- TLS -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def secure() -> Iterator[Any]:
    """A simulated Puppet Enterprise with an authority of its own."""
    from unified_jobs_lab import Lab

    with Lab(platforms=("puppet",), tls=True) as lab:
        yield lab


@pytest.fixture
def read(secure: Any, home: Home, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Read the jobs of the secure server, on a machine that says nothing of authorities."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)

    def call(**options: Any) -> Any:
        values = {"platform": "puppet", "url": secure.url("puppet"), "token": secure.token, **options}
        return _faces.info(values.get)["jobs"]

    return call


@pytest.mark.case("puppet-62")
def test_the_authority_of_the_site(read: Any, secure: Any) -> None:
    assert read(ca_path=secure.ca_file) == []
    assert read(validate_certs=False) == []


@pytest.mark.case("puppet-62")
@pytest.mark.parametrize("place", [0, 1])
def test_the_authority_is_found_where_agents_have_it(read: Any, secure: Any, place: int) -> None:
    """Contract 2.3; the private authority of the site is not among those of the system."""
    path = pathlib.Path(conventions.CA_FILES[place])
    path.write_bytes(pathlib.Path(secure.ca_file).read_bytes())
    assert read() == []


@pytest.mark.case("puppet-62")
def test_a_named_server_has_the_authority_too(home: Home) -> None:
    path = pathlib.Path(conventions.CA_FILES[0])
    path.write_text("x", encoding="utf-8")
    entry = {"platform": "puppet", "url": URL, "token": TOKEN}
    assert home.connection(platform=None, server="pe", servers={"pe": entry}).ca_path == str(path)
    assert (
        home.connection(platform=None, server="pe", servers={"pe": {**entry, "validate_certs": False}}).ca_path is None
    )


@pytest.mark.case("puppet-60")
def test_a_token_alone_says_nothing_on_a_url(home: Home) -> None:
    """A user of AWX who has such a file too must not be taken for one of Puppet."""
    home.token(TOKEN)
    assert said(lambda: home.connection(platform=None, url=URL)).startswith("platform is not set: give platform")


@pytest.mark.case("puppet-62")
def test_the_authority_of_orchestrator_conf_is_stronger(read: Any, secure: Any, home: Home) -> None:
    pathlib.Path(conventions.CA_FILES[0]).write_text("not an authority", encoding="utf-8")
    home.conf(cacert=str(secure.ca_file))
    assert read() == []


@pytest.mark.case("puppet-62")
def test_a_wrong_authority_names_the_option(read: Any, secure: Any, tmp_path: pathlib.Path) -> None:
    trustme = pytest.importorskip("trustme")
    path = tmp_path / "wrong.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    for options in ({}, {"ca_path": str(path)}):
        with pytest.raises(JobsError) as caught:
            read(**options)
        assert caught.value.code == "tls"
        assert "ca_path" in caught.value.message


@pytest.mark.case("puppet-62")
def test_a_wrong_authority_that_was_found_is_named(read: Any, secure: Any) -> None:
    """Nobody gave it as an option, so nobody would look for it there."""
    trustme = pytest.importorskip("trustme")
    trustme.CA().cert_pem.write_to_path(conventions.CA_FILES[0])
    with pytest.raises(JobsError) as caught:
        read()
    assert caught.value.code == "tls"
    assert conventions.CA_FILES[0] in caught.value.message


# -- redirects and proxies -------------------------------------------------------------------------------------


@pytest.mark.case("puppet-63")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_token_crosses_to_no_other_server(refused: Any, pe: Any, lab: Any, status: int) -> None:
    """Contract 2.4: requests strips Authorization there, and no other header."""
    for path in ("/jobs", "/tasks/"):
        pe.fault("redirect", path=path, location=f"{lab.url('awx')}/orchestrator/v1/jobs", status=status)
    error = refused("info")
    assert error.code == "bad_response"
    assert lab.url("awx").partition("://")[2].partition("/")[0] in error.message
    assert refused("invoke", template="lab::ok", targets=["web1.example.com"]).code == "bad_response"
    assert lab.requests(platform="awx") == []


@pytest.mark.case("puppet-63", "puppet-10")
@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_launch_that_is_redirected_is_not_followed(
    refused: Any, pe: Any, lab: Any, commands: Any, status: int
) -> None:
    for location in (f"{lab.url('awx')}/x", f"{pe.url}/orchestrator/v1/jobs"):
        pe.fault("redirect", method="POST", path="/command/", location=location, status=status)
        assert refused("invoke", template="lab::ok", targets=["web1.example.com"]).code == "bad_response"
    assert lab.requests(platform="awx") == []
    assert len(commands()) == 2


def test_a_redirect_on_the_same_server_is_followed(face: Any, pe: Any) -> None:
    pe.fault("redirect", path="/plan_jobs", location=f"{pe.url}/orchestrator/v1/jobs", status=302)
    assert face("info")["jobs"] == []


@pytest.fixture
def proxy() -> Iterator[Any]:
    """A server that notes what it is asked for, as a proxy."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            body = b'{"items": [], "pagination": {"total": 0}}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        server.seen = seen  # type: ignore[attr-defined]
        yield server
        server.shutdown()


@pytest.mark.case("puppet-69")
@pytest.mark.parametrize("exempt", [True, False])
def test_the_proxy_of_the_environment(home: Home, proxy: Any, monkeypatch: pytest.MonkeyPatch, exempt: bool) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.server_port}")
    look_up = socket.getaddrinfo

    def found(host: str, *about: Any, **more: Any) -> Any:
        if host == "pe.invalid":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *about, **more)

    monkeypatch.setattr(socket, "getaddrinfo", found)
    if exempt:
        monkeypatch.setenv("no_proxy", "pe.invalid")
    values = {"platform": "puppet", "url": "http://pe.invalid", "token": TOKEN, "type": "job"}
    if exempt:
        with pytest.raises(JobsError, match="cannot be reached"):
            _faces.info(values.get)
        assert proxy.seen == []
    else:
        assert _faces.info(values.get)["jobs"] == []
        assert all(path.startswith("http://pe.invalid:8143/orchestrator/v1/jobs") for path in proxy.seen)
        assert len(proxy.seen) == 1


@pytest.mark.case("puppet-69")
def test_connecting_and_reading_have_their_own_limits(face: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A launch may take long to be answered; that nobody is there is known sooner."""
    import requests

    seen: list[tuple[str, Any]] = []
    send = requests.Session.request

    def noted(session: Any, method: str, url: str, **options: Any) -> Any:
        seen.append((method, options["timeout"]))
        return send(session, method, url, **options)

    monkeypatch.setattr(requests.Session, "request", noted)
    face("invoke", template="lab::ok", targets=["web1.example.com"], request_timeout=25, validate=False)
    assert seen == [("GET", (10.0, 25)), ("POST", (10.0, 100)), ("GET", (10.0, 25))]


def test_who_we_are_and_what_we_take(face: Any, pe: Any) -> None:
    """Contract 2.4."""
    face("invoke", template="lab::ok", targets=["web1.example.com"])
    for one in pe.requests():
        headers = {name.lower(): value for name, value in one.headers.items()}
        assert headers["user-agent"].startswith("ansible-collection-unified.jobs/")
        assert headers["accept"] == "application/json"
        if one.method == "POST":
            assert headers["content-type"] == "application/json"


@pytest.mark.case("puppet-66")
@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("validators/validation-error", 400, "rejected"),
        ("malformed-request", 400, "rejected"),
        ("token-expired", 401, "unauthorized"),
        ("puppetlabs.rbac/token-expired", 403, "unauthorized"),
        ("token-expired", 403, "unauthorized"),
        ("anything/not-permitted", 403, "forbidden"),
    ],
)
def test_kinds_of_any_namespace(refused: Any, pe: Any, kind: str, status: int, code: str) -> None:
    body = json.dumps({"kind": kind, "msg": "It is so."})
    pe.fault("status", status=status, body=body, content_type="application/json", times=None)
    assert refused("info").code == code


@pytest.mark.case("puppet-64")
@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", None),
        ("plain text", "text/plain"),
        ("<html><body>Jetty</body></html>", "text/html"),
        ("[1]", "application/json"),
        ('"text"', "application/json"),
        ("null", "application/json"),
        ("{", "application/json"),
        ('{"kind": 5, "msg": {"a": 1}, "details": [1]}', "application/json"),
    ],
)
def test_odd_bodies_of_errors(refused: Any, pe: Any, status: int, body: str, content_type: str | None) -> None:
    pe.fault("status", status=status, body=body, content_type=content_type, times=None)
    error = refused("info")
    assert error.code == {401: "unauthorized", 403: "forbidden", 404: "not_found"}.get(status, "server_error")
    assert "<html" not in error.message
    assert str(status) in error.message
