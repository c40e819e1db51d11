# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies of the environment as docs/connection.md describes them, and where credentials never go."""

from __future__ import annotations

import base64
import ssl
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import trustme
from proxy_server import Proxy
from scripted_server import TOKEN, Reply

from ansible_collections.unified.jobs.plugins.module_utils._errors import ApiError, BadResponseError

AUTHORITY = trustme.CA()
PASSWORD = "pr0xy/s3cr@t"
LOGIN = f"joe:{quote(PASSWORD, safe='')}@"


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A proxy that works."""
    made = Proxy()
    yield made
    made.stop()


@pytest.fixture
def secure(scripted: Any, tmp_path: Any) -> tuple[Any, str]:
    """A server with TLS, and the file of its authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("127.0.0.1").configure_cert(context)
    path = tmp_path / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return scripted(tls=context), str(path)


def refusal(one: Any, verb: str = "post_once") -> ApiError:
    """The error of a request: one sentence without the proxy's login."""
    with pytest.raises(ApiError) as caught:
        getattr(one, verb)("jobs/1/")
    message = caught.value.message
    assert "\n" not in message
    for part in (PASSWORD, quote(PASSWORD, safe=""), "pr0xy", "s3cr", "joe"):
        assert part not in message
    return caught.value


# -- which one is used ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_https_goes_through_a_tunnel(
    secure: Any, client: Any, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The proxy sees the name of the server and nothing of what is said."""
    server, ca_file = secure
    monkeypatch.setenv(name, proxy.url.replace("//", f"//{LOGIN}"))
    assert client(server.url, ca_path=ca_file).get("jobs/1/").data == {"ok": True}
    ((line, headers),) = proxy.seen
    assert line.startswith(f"CONNECT 127.0.0.1:{server.port} ")
    assert headers["proxy-authorization"] == "Basic " + base64.b64encode(f"joe:{PASSWORD}".encode()).decode()
    assert TOKEN not in str(proxy.seen)
    assert "Proxy-Authorization" not in server.received[0].headers


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_http_is_handed_to_the_proxy(
    scripted: Any, client: Any, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    server = scripted()
    monkeypatch.setenv(name, proxy.url)
    assert client(server.url).get("jobs/1/").data == {"ok": True}
    assert proxy.seen[0][0] == f"GET {server.url}/api/v2/jobs/1/ HTTP/1.1"


@pytest.mark.parametrize("small", [True, False])
def test_a_proxy_of_the_other_scheme_is_not_used(
    secure: Any, scripted: Any, client: Any, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, small: bool
) -> None:
    server, ca_file = secure
    for url, name in ((server.url, "HTTP_PROXY"), (scripted().url, "HTTPS_PROXY")):
        with monkeypatch.context() as patch:
            patch.setenv(name.lower() if small else name, proxy.url)
            assert client(url, ca_path=ca_file).get("jobs/1/").data == {"ok": True}
    assert proxy.seen == []


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize(
    ("value", "direct"), [("127.0.0.1", True), ("127.0.0.0/8", True), ("*", True), ("other", False)]
)
def test_what_needs_no_proxy(
    scripted: Any, client: Any, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, name: str, value: str, direct: bool
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy.url)
    monkeypatch.setenv(name, value)
    client(scripted().url).get("jobs/1/")
    assert (proxy.seen == []) is direct


# -- a proxy that does not do its part -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("403 Forbidden", "Tunnel connection failed: 403 Forbidden): check HTTPS_PROXY, HTTP_PROXY or ALL_PROXY"),
        ("502 Bad Gateway", "Tunnel connection failed: 502 Bad Gateway): check HTTPS_PROXY, HTTP_PROXY or ALL_PROXY"),
        ("404 Not Found", "Tunnel connection failed: 404 Not Found): check HTTPS_PROXY, HTTP_PROXY or ALL_PROXY"),
        ("401 Unauthorized", "Tunnel connection failed: 401 Unauthorized): check HTTPS_PROXY"),
        ("", "): check HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, or name the server's host in NO_PROXY."),
    ],
)
@pytest.mark.parametrize("verb", ["get", "post_once"])
def test_a_tunnel_that_is_refused_is_not_the_servers_answer(
    secure: Any, client: Any, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, answer: str, said: str, verb: str
) -> None:
    """404 is no missing job and 401 no wrong token: the server has not said a word, and nothing was launched."""
    server, ca_file = secure
    proxy.answer = answer
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", f"//{LOGIN}"))
    error = refusal(client(server.url, ca_path=ca_file), verb)
    assert (error.code, error.status, error.ambiguous) == ("connection", None, False)
    assert f"cannot be reached through the proxy 127.0.0.1:{proxy.port} (" in error.message
    assert said in error.message
    assert server.connections == 0
    assert len(proxy.seen) == 4, "it may pass"


@pytest.mark.parametrize("tunnel", [True, False])
@pytest.mark.parametrize("verb", ["get", "post_once"])
def test_a_proxy_that_asks_for_a_login_is_asked_once(
    secure: Any, scripted: Any, client: Any, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, tunnel: bool, verb: str
) -> None:
    """Who logs in wrongly again and again is locked out."""
    proxy.answer = "407 Proxy Authentication Required"
    for name in ("HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, proxy.url.replace("//", f"//{LOGIN}"))
    error = refusal(client(secure[0].url if tunnel else scripted().url), verb)
    assert (error.code, error.ambiguous) == ("connection", False)
    assert "the proxy asks for a login, which belongs into its address in HTTPS_PROXY, HTTP_PROXY" in error.message
    assert len(proxy.seen) == 1


@pytest.mark.parametrize("answer", ["403 Forbidden", "503 Service Unavailable", "401 Unauthorized"])
def test_an_answer_that_may_be_the_proxys_is_called_so(
    scripted: Any, client: Any, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """Without TLS nobody can tell them apart; a server's own errors are JSON."""
    proxy.answer = answer
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    error = refusal(client(scripted().url), "get")
    assert f"It may be the answer of the proxy 127.0.0.1:{proxy.port} and not the server's" in error.message
    proxy.answer = None
    error = refusal(client(scripted(Reply(403, data={"detail": "You may not."})).url), "get")
    assert "proxy" not in error.message
    monkeypatch.delenv("HTTP_PROXY")
    error = refusal(client(scripted(Reply(403, body=b"<b>no</b>", kind="text/html")).url), "get")
    assert "proxy" not in error.message


def test_a_proxy_that_is_not_there(client: Any, monkeypatch: pytest.MonkeyPatch, refused_port: int) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{LOGIN}127.0.0.1:{refused_port}")
    error = refusal(client("https://awx.example.test"))
    assert f"cannot be reached through the proxy 127.0.0.1:{refused_port} (" in error.message
    assert error.ambiguous is False


def test_a_socks_proxy_without_its_library(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "socks", None)
    monkeypatch.setenv("ALL_PROXY", f"socks5h://{LOGIN}127.0.0.1:1")
    error = refusal(client("https://awx.example.test"))
    assert "the Python library PySocks is missing where this runs: pip install requests[socks]" in error.message
    assert (error.code, error.ambiguous, error.transient) == ("connection", False, False)


@pytest.mark.parametrize(
    "address",
    [
        "http://joe:pr0xy/s3cr@127.0.0.1:1",
        "http://joe:pr0xy@127.0.0.1:s3cr",
        "joe:s3cr@127.0.0.1:1",
        "ftp://joe:s3cr@127.0.0.1:1",
        "http://joe:s3cr@[127.0.0.1:1",
        "http://",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_address_of_a_proxy_that_is_none(
    client: Any, monkeypatch: pytest.MonkeyPatch, address: str, scheme: str
) -> None:
    """The library quotes a piece of it, which was one of the password."""
    monkeypatch.setenv(f"{scheme}_proxy", address)
    error = refusal(client(f"{scheme}://awx.example.test"))
    assert (error.code, error.ambiguous) == ("connection", False)
    assert "proxy" in error.message
    assert "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY" in error.message


@pytest.mark.parametrize(
    "address",
    [
        "http://joe:pr0xy@s3cr/x@127.0.0.1:{port}",
        "http://joe:pr0xy@s3cr\\x@127.0.0.1:{port}",
        "http://joe:pr0xy@s3cr:99/x@127.0.0.1:{port}",
        "http://joe:pr0xy@s3cr?x@127.0.0.1:{port}",
        "http://joe:pr0xy@s3cr#x@127.0.0.1:{port}",
        "http://joe@s3cr/pr0xy@127.0.0.1:{port}",
        "joe:pr0xy@s3cr/x@127.0.0.1:{port}",
        "http://joe:pr0xy@s3cr/http://x@127.0.0.1:{port}",
        "socks5h://joe:pr0xy@s3cr/x@127.0.0.1:{port}",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("verb", ["get", "post_once"])
def test_a_piece_of_a_proxys_password_is_not_looked_up(
    client: Any, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, address: str, scheme: str, verb: str
) -> None:
    """What ends the host in an address made a host of a piece of the password, which then was asked of the DNS."""
    asked: list[Any] = []
    monkeypatch.setattr("socket.getaddrinfo", lambda *about, **_more: asked.append(about) or 1 / 0)
    monkeypatch.setenv(f"{scheme}_proxy", address.format(port=proxy.url.rpartition(":")[2].rstrip("/")))
    one = client(f"{scheme}://awx.example.test")
    error = refusal(one, verb)
    assert (error.code, error.ambiguous, error.transient) == ("connection", False, False)
    assert "through a proxy whose address is none: it must look like http://user:password@host:port" in error.message
    assert "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY" in error.message
    assert asked == []
    assert one.clock.slept == [], "another try would not help"


# -- redirects -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["get", "post", "post_once"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("to", ["port", "host", "scheme"])
def test_nothing_goes_to_another_server(
    secure: Any, scripted: Any, client: Any, tmp_path: Any, to: str, status: int, verb: str
) -> None:
    """No login, no cookie, no client certificate: the other one is not even connected to."""
    server, ca_file = secure
    AUTHORITY.issue_cert("me").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "me.pem"))
    other = scripted(tls=server._tls if to == "port" else None)
    target = {
        "port": other.url,
        "host": server.url.replace("127.0.0.1", "localhost"),
        "scheme": other.url,
    }[to]
    headers = {"Location": f"{target}/api/v2/jobs/1/", "Set-Cookie": "session=secret"}
    server.script.append(Reply(status, headers=headers))
    one = client(server.url, ca_path=ca_file, client_cert=str(tmp_path / "me.pem"))
    with pytest.raises(BadResponseError, match="was redirected to .*, which is not followed"):
        getattr(one, verb)("jobs/1/")
    assert (len(server.received), server.connections, other.connections) == (1, 1, 0)
