# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that answers what no server should: bounded, refused, explained."""

from __future__ import annotations

import gzip
import json
import pathlib
import socket
import sys
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any, Callable

import pytest

TESTS = str(pathlib.Path(__file__).resolve().parents[3])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)

from hostile_server import MEBIBYTE, HostileServer, Serve, answer, bomb, for_ever, head, said  # noqa: E402
from scripted_server import LONG, TOKEN, FakeClock, Reply  # noqa: E402

from ansible_collections.unified.jobs.plugins.module_utils import _http  # noqa: E402
from ansible_collections.unified.jobs.plugins.module_utils._errors import (  # noqa: E402
    ApiError,
    BadResponseError,
    ConnectionFailedError,
    RejectedError,
)
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.errors import error_text  # noqa: E402
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection  # noqa: E402

LOCATION = "Location: "
PIECES = "Transfer-Encoding: chunked"


@pytest.fixture
def hostile() -> Iterator[Callable[..., HostileServer]]:
    """hostile(serve) starts a server that answers everything so, and is stopped after the test."""
    servers: list[HostileServer] = []

    def start(serve: Serve) -> HostileServer:
        servers.append(HostileServer(*((method, "", serve) for method in ("GET", "POST", "PUT", "DELETE"))))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def failing(call: Callable[..., Any], *arguments: Any) -> ApiError:
    """The error that this ends in: one sentence without secrets."""
    with pytest.raises(ApiError) as caught:
        call(*arguments)
    message = caught.value.message
    assert TOKEN not in message
    assert len(message) < 900, "a message is for people"
    assert message.endswith(".") or caught.value.status, message
    return caught.value


# -- without end -----------------------------------------------------------------------------------------------

#: what is cut off, however fast it comes
ENDLESS = {
    "10 GB with their length": for_ever(head("200 OK", "Content-Length: 10737418240"), MEBIBYTE),
    "10 GB in pieces": for_ever(head("200 OK", PIECES), b"100000\r\n" + MEBIBYTE + b"\r\n"),
    "one piece of 10 GB": for_ever(head("200 OK", PIECES) + b"280000000\r\n", MEBIBYTE),
    "no length": for_ever(head(), MEBIBYTE),
}


@pytest.mark.parametrize("kind", ENDLESS)
@pytest.mark.parametrize("verb", ["get", "post", "post_once"])
def test_10_gb_are_given_up(hostile: Any, client: Any, verb: str, kind: str) -> None:
    server = hostile(ENDLESS[kind])
    error = failing(getattr(client(server.url), verb), "jobs/1/")
    assert isinstance(error, BadResponseError)
    assert "is too large or never ends: more than 64 MiB are not read. If url is right, ask for less." in error.message
    assert error.ambiguous is True, "what was done meanwhile is not known"
    assert len(server.requests) == 1, "it is not asked for again"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 503])
@pytest.mark.parametrize("verb", ["get", "post_once", "download"])
def test_of_an_error_of_10_gb_the_status_counts(hostile: Any, client: Any, verb: str, status: int) -> None:
    """Its body was read up to 64 MiB, and the error was then that of a body without end."""
    server = hostile(for_ever(head(f"{status} X", "Content-Length: 10737418240", kind="text/plain"), b"why " * 262144))
    tracemalloc.start()
    try:
        error = failing(getattr(client(server.url), verb), "jobs/1/")
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.status == status
    assert "why why" in error.message
    assert most < 30 * 1048576


def test_a_line_that_is_made_to_lose_time_in(hostile: Any, client: Any) -> None:
    """It took minutes to find that nothing in it is an address of the library's."""
    server = hostile(said(b"(host=" * 10_000 + b"\r\n"))
    begin = time.process_time()
    assert "sent an answer that cannot be read ((host=(host=" in failing(client(server.url).get, "jobs/1/").message
    assert time.process_time() - begin < 5.0


@pytest.mark.parametrize("kind", ENDLESS)
def test_output_of_10_gb_is_given_up(hostile: Any, client: Any, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_http, "MAX_DOWNLOAD_BYTES", 128 * 1048576)
    server = hostile(ENDLESS[kind])
    error = failing(client(server.url).download, "jobs/1/stdout/")
    assert isinstance(error, BadResponseError)
    assert "The text of" in error.message
    assert "more than 128 MiB are not read" in error.message


BOMBS = {
    "gzip": ("gzip",),
    "deflate": ("deflate",),
    "gzip in gzip": ("gzip", "gzip"),
}


@pytest.mark.parametrize("packings", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_unpacked_only_so_far(hostile: Any, client: Any, packings: Any) -> None:
    """100 MiB in 100 kB, or far less if packed twice: no more memory is taken than for a large answer."""
    server = hostile(bomb(100, *packings))
    one = client(server.url, request_timeout=60.0)
    tracemalloc.start()
    try:
        error = failing(one.get, "jobs/1/")
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "is too large or never ends" in error.message
    assert most < 80 * 1048576


def test_of_a_bomb_as_an_error_the_status_counts(hostile: Any, client: Any) -> None:
    error = failing(client(hostile(bomb(100, "gzip", status="403 X")).url, request_timeout=60.0).get, "jobs/1/")
    assert (error.code, error.status) == ("forbidden", 403)


def test_a_bomb_as_output_keeps_its_end(hostile: Any, client: Any) -> None:
    server = hostile(bomb(100, "gzip", kind="text/plain"))
    one = client(server.url, request_timeout=60.0)
    tracemalloc.start()
    try:
        assert one.download("jobs/1/stdout/", tail_bytes=1000) == (b" " * 1000, True)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 10 * 1048576


@pytest.mark.parametrize("packing", ["br", "zstd", "compress", "gzip, " * 8 + "gzip"])
def test_packings_that_are_not_known_or_too_many(hostile: Any, client: Any, packing: str) -> None:
    server = hostile(answer(gzip.compress(b'{"id": 1}'), "200 OK", f"Content-Encoding: {packing}"))
    error = failing(client(server.url).get, "jobs/1/")
    assert isinstance(error, BadResponseError)


# -- what is no HTTP -------------------------------------------------------------------------------------------

NONSENSE = {
    "ssh": said(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "mail": said(b"220 mail.example.test ESMTP\r\n"),
    "http 0.9": said(b"<html>hello</html>"),
    "odd bytes": said(bytes(range(1, 256)) * 4),
    "status 0": said(b"HTTP/1.1 0 X\r\nContent-Length: 0\r\n\r\n"),
    "status -1": said(b"HTTP/1.1 -1 X\r\nContent-Length: 0\r\n\r\n"),
    "status 1000": said(b"HTTP/1.1 1000 X\r\nContent-Length: 0\r\n\r\n"),
    "version 9.9": said(b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n"),
    "a status line without end": for_ever(b"HTTP/1.1 200 ", b"y" * 65536),
    "a header without end": for_ever(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 65536),
    "headers without end": for_ever(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 100),
    "100,000 headers": said(head("200 OK", *(f"X-{n}: y" for n in range(100_000)))),
    "a cookie of 1 MB": answer(b"{}", "200 OK", "Set-Cookie: a=" + "x" * 1_000_000),
    "1000 cookies": answer(b"{}", "200 OK", *(f"Set-Cookie: a{n}=x" for n in range(1000))),
    "the size of a piece without end": for_ever(head("200 OK", PIECES), b"0" * 65536),
    "the size of a piece is none": said(head("200 OK", PIECES) + b"zz\r\n{}\r\n0\r\n\r\n"),
    "two lengths": said(head("200 OK", "Content-Length: 2", "Content-Length: 200") + b"{}"),
    "packed in no way": answer(b"plain", "200 OK", "Content-Encoding: gzip"),
}


@pytest.mark.parametrize("kind", NONSENSE)
@pytest.mark.parametrize("verb", ["get", "post_once", "download"])
def test_what_is_no_http_says_so(hostile: Any, client: Any, fake_clock: FakeClock, verb: str, kind: str) -> None:
    """The connection is fine, so the word is bad_response; what it did to a launch is not known."""
    server = hostile(NONSENSE[kind])
    error = failing(getattr(client(server.url), verb), "jobs/1/")
    assert isinstance(error, BadResponseError), error
    assert f"{server.url}/api/v2/jobs/1/ sent an answer that cannot be read (" in error.message
    assert "TLS" not in error.message
    assert error.ambiguous is True
    assert len(server.requests) <= (1 if verb == "post_once" else 4)


def test_plain_http_to_a_server_of_tls_names_the_scheme(hostile: Any, client: Any) -> None:
    """Such a server says in the words of TLS that it did not understand."""
    server = hostile(said(b"\x15\x03\x03\x00\x02\x02\x0a"))
    error = failing(client(server.url).get, "jobs/1/")
    assert isinstance(error, BadResponseError)
    assert error.message.endswith("If TLS is spoken there, write https in url.")


def test_informational_answers_without_end_are_cut_off(hostile: Any, client: Any, hurry: Any, monkeypatch: Any) -> None:
    """As fast as they can come, which no time-out for silence sees."""
    monkeypatch.setattr(_http, "retrying", lambda call, *_a: call())
    for_ever_so = for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)
    server = hostile(lambda request: hurry.go.set() or for_ever_so(request))
    begin = time.monotonic()
    error = failing(client(server.url).get, "jobs/1/")
    assert isinstance(error, ConnectionFailedError)
    assert "did not answer in time (it began to and did not end)" in error.message
    assert time.monotonic() - begin < 50.0


@pytest.mark.parametrize("status", ["101 Switching Protocols", "103 Early Hints", "304 Not Modified"])
def test_a_status_that_was_not_asked_for(hostile: Any, client: Any, status: str) -> None:
    server = hostile(said(f"HTTP/1.1 {status}\r\n\r\n".encode()))
    error = failing(client(server.url).get, "jobs/1/")
    assert isinstance(error, BadResponseError)
    assert f"answered {status[:3]} with nothing: check that url names the API" in error.message


def test_a_status_beyond_all_is_an_error_of_the_server(hostile: Any, client: Any) -> None:
    error = failing(client(hostile(answer(b"{}", "999 X")).url).get, "jobs/1/")
    assert (error.code, error.status) == ("server_error", 999)


def test_204_has_no_body_whatever_its_length(hostile: Any, client: Any) -> None:
    """It was taken for an answer that broke off, after what it answers was done."""
    server = hostile(said(b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n"))
    assert client(server.url).post_once("jobs/1/cancel/", {}).status == 204


def test_pieces_say_where_they_end(hostile: Any, client: Any) -> None:
    """RFC 9112, 6.3: Transfer-Encoding overrides Content-Length. It was taken for an answer that broke off."""
    pieces = head("201 Created", PIECES, "Content-Length: 200") + b'9\r\n{"id": 7}\r\n0\r\n\r\n'
    assert client(hostile(said(pieces)).url).post_once("x/launch/", {}).data == {"id": 7}


@pytest.mark.parametrize("status", ["206 Partial Content", "204 No Content", "202 Accepted"])
def test_a_part_of_a_text_does_not_pass_for_it(hostile: Any, client: Any, status: str) -> None:
    """It ended as a broken connection, after four tries."""
    content = b"" if "204" in status else b"half of it"
    server = hostile(answer(content, status, kind="text/plain"))
    error = failing(client(server.url).download, "jobs/1/stdout/")
    assert isinstance(error, BadResponseError)
    assert f"answered {status[:3]} with" in error.message
    assert len(server.requests) == 1


def test_an_answer_before_the_request_was_read(client: Any, raw_server: Any) -> None:
    """What it refuses is known, although the rest of the request could not be sent."""

    def serve(connection: socket.socket) -> None:
        connection.recv(10)
        connection.sendall(head("413 Too Large", "Content-Length: 2", "Connection: close") + b"{}")
        time.sleep(0.1)

    server = raw_server(serve)
    one = client(f"http://127.0.0.1:{server.port}")
    error = failing(one.post_once, "x/launch/", {"extra_vars": "x" * 20_000_000})
    # whether the answer or the closed connection is seen first is up to the system
    assert isinstance(error, (RejectedError, ConnectionFailedError))
    assert server.accepted == 1


# -- redirects -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_loop_of_redirects_ends(hostile: Any, client: Any, status: int) -> None:
    server = hostile(said(head(f"{status} X", LOCATION + "/api/v2/jobs/1/", "Content-Length: 0")))
    for verb in ("get", "download"):
        server.requests.clear()
        error = failing(getattr(client(server.url), verb), "jobs/1/")
        assert isinstance(error, BadResponseError)
        assert "is redirected without end: check that url names the API" in error.message
        assert len(server.requests) == _http.MAX_REDIRECTS + 1


ELSEWHERE = [
    "http://127.0.0.1:1/api/v2/",
    "http://localhost.example.test/",
    "https://127.0.0.1/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "data:application/json,{}",
    "http://user:secret@other.example.test/",
    "http://127.0.0.1%2eexample.test/",
    "http://evil\x1b[31m.example.test/\x07",
    "http://" + "a" * 60_000 + ".example.test/",
    "//" + "[" * 100,
]


@pytest.mark.parametrize("location", ELSEWHERE, ids=lambda location: ascii(location[:40]))
@pytest.mark.parametrize("verb", ["get", "post", "post_once", "download"])
def test_nothing_follows_elsewhere(hostile: Any, client: Any, verb: str, location: str) -> None:
    server = hostile(said(head("302 X", LOCATION + location, "Content-Length: 0")))
    error = failing(getattr(client(server.url), verb), "jobs/1/")
    assert isinstance(error, BadResponseError)
    assert "which is not followed: set url to the address that the server really has, or, if that" in error.message
    assert "secret" not in error.message
    assert len(server.requests) == 1


def test_a_redirect_out_of_tls_is_not_advised(client: Any) -> None:
    """To follow the advice to set url would send the login in clear."""
    error = _http._answers.redirected("GET", "https://a.example.test/x", "http://a.example.test/x", 301, str)
    assert "it leaves https, so that the login would be sent in clear" in error.message
    assert "set url" not in error.message


def test_a_path_without_end_is_cut_in_messages(hostile: Any, client: Any) -> None:
    server = hostile(said(head("302 X", LOCATION + "/" + "a" * 60_000, "Content-Length: 0")))
    assert "aaa..., " in failing(client(server.url).post, "jobs/1/").message
    failing(client(server.url).get, "jobs/1/")


# -- cookies ---------------------------------------------------------------------------------------------------


@pytest.fixture
def keeping(fake_clock: FakeClock) -> Iterator[Callable[[str], _http.ApiClient]]:
    """keeping(url) makes a client that keeps its session, as that of Foreman does."""
    made: list[_http.ApiClient] = []

    def make(url: str) -> _http.ApiClient:
        connection = Connection(platform="foreman", url=url, token=TOKEN, request_timeout=LONG)
        made.append(_http.ApiClient(connection, {}, error_text, fake_clock, keep_session=True))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


def cookies_sent(server: Any) -> list[str]:
    return [request.headers.get("Cookie", "") for request in server.received]


def test_a_session_is_kept_and_a_flood_of_cookies_is_not(scripted: Any, keeping: Any) -> None:
    server = scripted()
    for number in range(60):
        server.script.append(Reply(data={}, headers={"Set-Cookie": f"c{number}=x; Path=/"}))
    server.script.append(Reply(data={}, headers={"Set-Cookie": "large=" + "x" * 60_000}))
    server.script.append(Reply(data={}, headers={"Set-Cookie": "c0=newer; Path=/"}))
    one = keeping(server.url)
    for _number in range(63):
        one.get("/x")
    assert cookies_sent(server)[1] == "c0=x"
    last = cookies_sent(server)[-1]
    assert last.startswith("c0=newer; c1=x")
    assert len(last.split("; ")) == 20
    assert max(map(len, cookies_sent(server))) < 200


@pytest.mark.parametrize(
    "cookie", ["a=x; Domain=other.example.test", "a=x; Domain=.test", "a=x; Domain=com", "a=x; Secure", "=x; Domain=."]
)
def test_cookies_of_others_are_not_kept(scripted: Any, keeping: Any, cookie: str) -> None:
    server = scripted(Reply(data={}, headers={"Set-Cookie": cookie}))
    one = keeping(server.url)
    one.get("/x")
    one.get("/x")
    assert cookies_sent(server) == ["", ""]


def test_a_cookie_goes_to_no_other_server(scripted: Any, keeping: Any) -> None:
    """Cookies know no ports, so what keeps them here is that nothing is asked elsewhere."""
    other = scripted()
    server = scripted(
        Reply(data={}, headers={"Set-Cookie": "_session_id=s3cret; Path=/"}),
        Reply(302, headers={"Location": other.url + "/api/"}),
    )
    one = keeping(server.url)
    one.get("/x")
    error = failing(one.get, "/x")
    assert "s3cret" not in error.message
    assert other.received == []


# -- bodies ----------------------------------------------------------------------------------------------------

READ = {
    "a byte order mark": (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
    "utf-16": ('{"a": 1}'.encode("utf-16"), {"a": 1}),
    "utf-32": ('{"a": 1}'.encode("utf-32"), {"a": 1}),
    "a nul, escaped": (b'{"a": "x\\u0000y"}', {"a": "x\0y"}),
    "half a character": (b'{"a": "\\ud800"}', {"a": "\ud800"}),
    "a key twice": (b'{"a": 1, "a": 2}', {"a": 2}),
    "no number": (b'{"a": NaN, "b": -Infinity, "c": 1}', {"a": None, "b": None, "c": 1}),
    "a number that becomes infinite": (b'{"a": -1e999}', {"a": None}),
}


@pytest.mark.parametrize(("content", "data"), READ.values(), ids=READ)
@pytest.mark.parametrize("charset", ["", "; charset=nonsense", "; charset=utf-7", '; charset="', "; charset=\xff"])
def test_bodies_that_are_odd_and_json(hostile: Any, client: Any, content: bytes, data: Any, charset: str) -> None:
    """JSON says itself how it is written, so what else is said on it does not count."""
    server = hostile(answer(content, kind="application/json" + charset))
    assert client(server.url).get("jobs/1/").data == data


NO_JSON = {
    "a nul": b'{"a": "x\0y"}',
    "latin-1": '{"a": "é"}'.encode("latin-1"),
    "100,000 levels of lists": b"[" * 100_000 + b"]" * 100_000,
    "100,000 levels of objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a number of 6,000 digits": b'{"id": ' + b"9" * 6000 + b"}",
}


@pytest.mark.parametrize("content", NO_JSON.values(), ids=NO_JSON)
@pytest.mark.parametrize("verb", ["get", "post_once"])
def test_bodies_that_are_no_json(hostile: Any, client: Any, verb: str, content: bytes) -> None:
    server = hostile(answer(content))
    error = failing(getattr(client(server.url), verb), "jobs/1/")
    assert isinstance(error, BadResponseError)
    assert "answered 200 with something that is not JSON: check that url names the API" in error.message


@pytest.mark.parametrize("content", NO_JSON.values(), ids=NO_JSON)
def test_such_a_body_of_an_error_leaves_its_status(hostile: Any, client: Any, content: bytes) -> None:
    error = failing(client(hostile(answer(content, "403 X")).url).get, "jobs/1/")
    assert (error.code, error.status) == ("forbidden", 403)


@pytest.mark.parametrize("name", ["Date", "Retry-After", "X-Request-Id", "Content-Type", "Content-Length"])
@pytest.mark.parametrize("value", ["9" * 5000, "\xff\xfe", "\x1b[31m", "-1", "1e999", "NaN", ""])
def test_odd_headers_are_not_in_the_way(hostile: Any, client: Any, name: str, value: str) -> None:
    content = json.dumps({"detail": "no"}).encode()
    lines = [f"{name}: {value}"] + ([] if name == "Content-Length" else [f"Content-Length: {len(content)}"])
    kind = [] if name == "Content-Type" else ["Content-Type: application/json"]
    whole = "\r\n".join(["HTTP/1.1 403 X", *kind, *lines, "", ""]).encode("latin-1") + content
    error = failing(client(hostile(said(whole)).url).get, "jobs/1/")
    assert (error.code, error.status) == ("forbidden", 403)
