# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies: none, of the wrong kind, broken, too large, too slow (AWX contract 2.5, 1.8)."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from typing import Any

import pytest
import requests
from scripted_server import LONG, FakeClock, Reply, html

from ansible_collections.unified.jobs.plugins.module_utils import _http
from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    ApiError,
    BadResponseError,
    ConnectionFailedError,
    ResourceMissingError,
)

HINT = "check that url names the API of the server and not a proxy, a login page or another service"


def alive() -> int:
    """How many threads of a time limit are left."""
    works = [getattr(thread, "_target", None) for thread in threading.enumerate()]
    return sum("Watchdog.limit" in getattr(work, "__qualname__", "") for work in works)


# -- pitfall 7: no body ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("verb", ["post", "post_once"])
def test_a_write_may_be_answered_without_a_body(scripted: Any, client: Any, status: int, verb: str) -> None:
    """Contract 2.5, pitfall 7; recording cancel-08-post-running: 202 and nothing."""
    server = scripted(Reply(status))
    answer = getattr(client(server.url), verb)("jobs/1/cancel/", {})
    assert (answer.status, answer.data, answer.text) == (status, None, "")


def test_204_without_a_length_does_not_wait_for_a_body(scripted: Any, client: Any) -> None:
    server = scripted(Reply(204, length=False))
    assert client(server.url).post("jobs/1/approve/", {}).data is None


@pytest.mark.parametrize("body", [b"", b"  \n"])
def test_a_read_without_a_body_is_no_answer(scripted: Any, client: Any, body: bytes) -> None:
    """An empty 200 would otherwise look like a job without any fields."""
    server = scripted(Reply(200, body=body))
    with pytest.raises(BadResponseError, match="answered 200 with nothing"):
        client(server.url).get("jobs/1/")


# -- pitfall 8: not JSON ---------------------------------------------------------------------------------------


@pytest.mark.case("awx-49")
@pytest.mark.parametrize("verb", ["get", "post", "post_once"])
def test_a_page_with_200_is_an_error_with_a_hint(scripted: Any, client: Any, verb: str) -> None:
    """Contract 2.5, pitfall 8: a login page, the migration page, a proxy. The page itself is not shown."""
    server = scripted(html(title="Please log in"))
    with pytest.raises(BadResponseError) as caught:
        getattr(client(server.url), verb)("jobs/1/")
    assert caught.value.message == (
        f"{verb.partition('_')[0].upper()} {server.url}/api/v2/jobs/1/ answered 200 with an HTML page: {HINT}."
    )
    assert caught.value.ambiguous is (verb != "get"), "what a page says of a write is not known"
    assert len(server.received) == 1


@pytest.mark.case("awx-49")
@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(body=b'{"id": 1', kind="application/json"), "something that is not JSON"),
        (Reply(body=b"", kind="application/json"), "nothing"),
        (Reply(body=b'{"id": 1}', kind="text/plain"), "something that is not JSON"),
        (Reply(body=b'{"id": 1}', kind="text/html"), "something that is not JSON"),
        (Reply(body=b"<h1>x</h1>", kind="application/json"), "an HTML page"),
        (Reply(body=b"\xff\xfe\x00", kind="application/json"), "something that is not JSON"),
        (Reply(body=b"[" * 100000, kind="application/json"), "something that is not JSON"),
        (Reply(body=b"null", kind="application/json"), "something that is not JSON"),
        (Reply(300, data={"x": 1}), "something that is not JSON"),
        (Reply(304), "nothing"),
    ],
)
def test_what_is_not_json_is_an_error(scripted: Any, client: Any, reply: Reply, words: str) -> None:
    server = scripted(reply)
    with pytest.raises(BadResponseError) as caught:
        client(server.url).get("jobs/1/")
    assert caught.value.message.startswith(f"GET {server.url}/api/v2/jobs/1/ answered {reply.status} with ")
    if reply.status == 200:
        assert f"with {words}:" in caught.value.message
    assert caught.value.code == "bad_response"


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "Application/Vnd.api+JSON"])
def test_kinds_of_json(scripted: Any, client: Any, kind: str) -> None:
    server = scripted(Reply(body='{"name": "caf\u00e9"}'.encode(), kind=kind))
    assert client(server.url).get("jobs/1/").data == {"name": "caf\u00e9"}


def test_packed_json(scripted: Any, client: Any) -> None:
    packed = gzip.compress(json.dumps({"id": 1}).encode())
    server = scripted(Reply(body=packed, headers={"Content-Encoding": "gzip"}))
    assert client(server.url).get("jobs/1/").data == {"id": 1}


def test_badly_packed_json(scripted: Any, client: Any) -> None:
    server = scripted()
    server.otherwise = Reply(body=b"not packed", headers={"Content-Encoding": "gzip"})
    with pytest.raises(BadResponseError, match="sent an answer that cannot be read"):
        client(server.url).get("jobs/1/")


# -- texts -----------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-38")
def test_a_text_is_asked_for_as_text(scripted: Any, client: Any) -> None:
    """Contract 1.8: with Accept: application/json the text formats answer 406."""
    server = scripted()
    server.otherwise = Reply(body=b"PLAY \xff", kind="text/plain")
    one = client(server.url)
    assert one.get("jobs/1/stdout/", {"format": "txt"}, accept="text/plain").text == "PLAY \ufffd"
    assert one.download("jobs/1/stdout/", {"format": "txt_download"}) == (b"PLAY \xff", False)
    assert [request.headers["Accept"] for request in server.received] == ["text/plain"] * 2


@pytest.mark.case("awx-38")
@pytest.mark.parametrize("verb", ["get", "download"])
def test_errors_of_texts_are_texts(scripted: Any, client: Any, verb: str) -> None:
    """Recording stdout-as-bob and others: the body is the repr of a Python dict, so the status decides."""
    body = b"{'detail': ErrorDetail(string='Not found.', code='not_found')}"
    server = scripted(Reply(404, body=body, kind="text/plain; charset=utf-8"))
    with pytest.raises(ResourceMissingError) as caught:
        getattr(client(server.url), verb)("jobs/1/stdout/", {"format": "txt"}, accept="text/plain")
    assert caught.value.message.endswith("answered 404: Not found.")


@pytest.mark.parametrize(
    ("size", "tail", "expected"), [(10, 0, 10), (10, 10, 10), (10, 4, 4), (200_000, 70_000, 70_000), (0, 5, 0)]
)
def test_the_end_of_a_download(scripted: Any, client: Any, size: int, tail: int, expected: int) -> None:
    text = bytes(number % 251 for number in range(size))
    server = scripted(Reply(body=text, kind="text/plain"))
    found, left_out = client(server.url).download("x/", tail_bytes=tail)
    assert found == text[size - expected :]
    assert left_out is (expected < size)


def test_a_download_keeps_a_bounded_part_of_all(scripted: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_http, "MAX_BODY_BYTES", 1000)
    server = scripted(Reply(body=b"a" * 5000 + b"z" * 1000, kind="text/plain"))
    assert client(server.url).download("x/") == (b"z" * 1000, True)


# -- too large, too slow ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["get", "post_once"])
def test_a_huge_body_is_given_up(scripted: Any, client: Any, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    monkeypatch.setattr(_http, "MAX_BODY_BYTES", 100_000)
    server = scripted(Reply(body=b" " * 3_000_000))
    with pytest.raises(BadResponseError, match="too large") as caught:
        getattr(client(server.url), verb)("jobs/1/")
    assert caught.value.ambiguous is True
    assert len(server.received) == 1
    assert alive() == 0


def test_a_huge_download_is_given_up(scripted: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_http, "MAX_DOWNLOAD_BYTES", 100_000)
    server = scripted(Reply(body=b" " * 3_000_000, kind="text/plain"))
    with pytest.raises(BadResponseError, match="too large"):
        client(server.url).download("x/", tail_bytes=10)
    assert alive() == 0


@pytest.mark.parametrize("length", [True, False])
@pytest.mark.parametrize("verb", ["get", "post_once", "download"])
def test_a_body_in_drops_is_cut_off(scripted: Any, client: Any, verb: str, length: bool, monkeypatch: Any) -> None:
    """Each byte comes within request_timeout, so that no read times out; the whole would take minutes."""
    monkeypatch.setattr(_http, "BODY_PATIENCE", 0.4 / LONG)
    monkeypatch.setattr(_http, "DOWNLOAD_PATIENCE", 0.4 / LONG)
    server = scripted(Reply(body=b" " * 10_000, drip=0.02, length=length))
    one, begin = client(server.url), time.monotonic()
    with pytest.raises(ConnectionFailedError, match="did not send the whole answer within 0.4 seconds") as caught:
        getattr(one, verb)("jobs/1/")
    assert time.monotonic() - begin < 100.0
    assert caught.value.ambiguous is True
    assert len(server.received) == 1, "what is that slow is not asked again"
    assert alive() == 0


#: what never becomes an answer, byte after byte
ENDLESS = {
    "headers": (b"HTTP/1.1 201 Created\r\n", b"X"),
    "status line": (b"HTTP/1.1 ", b"2"),
    "continue": (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


def sends_for_ever(beginning: bytes, more: bytes, begun: threading.Event) -> Any:
    """What a server does that goes on sending; it tells when it has begun."""

    def serve(connection: socket.socket) -> None:
        with connection:
            connection.recv(65536)
            connection.sendall(beginning)
            begun.set()
            for _number in range(10_000):
                connection.sendall(more)
                time.sleep(0.02)

    return serve


@pytest.mark.parametrize("kind", ENDLESS)
@pytest.mark.parametrize("verb", ["get", "post_once", "download"])
def test_headers_in_drops_are_cut_off(
    raw_server: Any, client: Any, hurry: Any, kind: str, verb: str, monkeypatch: Any
) -> None:
    """House 0.4: a wait never hangs. Each byte comes in time, and a launch may have made its job."""
    monkeypatch.setattr(_http, "retrying", lambda call, *_a: call())
    server = raw_server(sends_for_ever(*ENDLESS[kind], hurry.go))
    one, begin = client(f"http://127.0.0.1:{server.port}", request_timeout=30.0), time.monotonic()
    with pytest.raises(ConnectionFailedError, match="did not answer in time") as caught:
        getattr(one, verb)("jobs/1/")
    assert time.monotonic() - begin < 100.0
    assert hurry.limits == [2 * 10.0 + (120.0 if verb == "post_once" else 30.0)]
    assert caught.value.ambiguous is True
    assert alive() == 0


def test_headers_in_drops_are_cut_off_on_a_kept_connection(raw_server: Any, client: Any, hurry: Any) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
        sends_for_ever(*ENDLESS["headers"], hurry.go)(connection)

    server = raw_server(serve)
    one = client(f"http://127.0.0.1:{server.port}")
    assert one.get("jobs/").data == {}
    with pytest.raises(ConnectionFailedError, match="did not answer in time"):
        one._exchange("POST", one._url("x/"), body={})
    assert server.accepted == 1
    assert alive() == 0


@pytest.mark.parametrize(("left", "seconds"), [(0.0, 30.0), (45.0, 45.0), (None, 50.0)])
def test_the_deadline_shortens_the_time_for_headers(
    raw_server: Any, client: Any, hurry: Any, fake_clock: FakeClock, left: float | None, seconds: float
) -> None:
    server = raw_server(sends_for_ever(*ENDLESS["headers"], hurry.go))
    one = client(f"http://127.0.0.1:{server.port}", request_timeout=30.0)
    one.deadline = None if left is None else fake_clock.monotonic() + left
    with pytest.raises(ConnectionFailedError, match="did not answer in time"):
        one._exchange("GET", one._url("x/"))
    assert hurry.limits == [seconds]


@pytest.mark.parametrize(("left", "silence"), [(-1.9, 0.1), (-1.5, 0.5), (-60.0, 0.1), (-0.5, 1.5)])
def test_all_requests_together_outlast_the_deadline_by_one_time_out(
    client: Any, fake_clock: FakeClock, left: float, silence: float
) -> None:
    """A look may take several requests; each of them had a time-out of its own after the deadline."""
    one = client("http://127.0.0.1:9", request_timeout=2.0)
    one.deadline = fake_clock.monotonic() + left
    assert one._limit(20.0, 2.0) == pytest.approx(silence)


@pytest.mark.parametrize(("left", "connecting", "silence"), [(None, 2.0, 2.0), (9.0, 2.0, 2.0), (-1.9, 0.1, 0.1)])
def test_a_connection_that_begins_late_gets_no_more_time_than_an_answer(
    client: Any,
    fake_clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    left: float | None,
    connecting: float,
    silence: float,
) -> None:
    """The making of a connection cannot be cut short from outside, so it is given less from the start."""
    given: list[Any] = []

    def request(session: Any, method: str, url: str, **options: Any) -> Any:
        given.append(options["timeout"])
        raise requests.exceptions.ConnectTimeout("Connection timed out")

    monkeypatch.setattr(requests.Session, "request", request)
    one = client("http://127.0.0.1:9", request_timeout=2.0)
    one.deadline = None if left is None else fake_clock.monotonic() + left
    with pytest.raises(ConnectionFailedError):
        one.get("x/")
    assert given[0] == pytest.approx((connecting, silence))


def test_a_request_that_begins_late_is_cut_off(raw_server: Any, client: Any, fake_clock: FakeClock) -> None:
    server = raw_server(lambda connection: connection.recv(65536) and connection.recv(1))
    one, begin = client(f"http://127.0.0.1:{server.port}", request_timeout=200.0), time.monotonic()
    one.deadline = fake_clock.monotonic() - 199.7
    with pytest.raises(ConnectionFailedError, match="did not answer in time"):
        one.get("x/")
    assert time.monotonic() - begin < 100


@pytest.mark.parametrize(("left", "seconds"), [(0.0, 40.0), (60.0, 60.0), (10_000.0, 400.0)])
def test_the_deadline_shortens_the_time_for_a_body(
    scripted: Any, client: Any, hurry: Any, fake_clock: FakeClock, left: float, seconds: float
) -> None:
    """House 0.4: one deadline. One answer in time is let through even if the deadline is now (wait_timeout: 0)."""
    server = scripted(Reply(body=b" " * 10_000, drip=0.02))
    one = client(server.url, request_timeout=40.0)
    one.deadline = fake_clock.monotonic() + left
    read = one._read
    one._read = lambda *arguments: hurry.go.set() or read(*arguments)
    with pytest.raises(ConnectionFailedError, match=f"within {seconds:g} seconds"):
        one.get("jobs/1/")
    assert hurry.limits[-1] == seconds


@pytest.mark.parametrize("reply", [Reply(302, body=b" " * 10_000, drip=0.05, headers={"Location": "/api/v2/x/"})])
def test_the_body_of_a_redirect_is_not_waited_for(scripted: Any, client: Any, reply: Reply) -> None:
    """requests reads it to the end, even when told not to follow."""
    server, begin = scripted(reply), time.monotonic()
    assert client(server.url).get("jobs/1/").data == {"ok": True}
    assert time.monotonic() - begin < 100.0


def test_no_thread_is_left_behind(scripted: Any, client: Any) -> None:
    server = scripted()
    one = client(server.url)
    for _number in range(3):
        one.get("jobs/1/")
        one.download("jobs/1/stdout/")
    assert alive() == 0


# -- pitfall 6: two time-outs ----------------------------------------------------------------------------------


def test_a_silent_server_is_not_waited_for(scripted: Any, client: Any, fake_clock: FakeClock) -> None:
    """Contract 2.5, pitfall 6: request_timeout bounds the silence."""
    server = scripted()
    server.otherwise = Reply(delay=300.0)
    one, begin = client(server.url, request_timeout=0.1), time.monotonic()
    one.deadline = fake_clock.monotonic()
    with pytest.raises(ConnectionFailedError, match="did not answer in time") as caught:
        one.get("jobs/1/")
    assert 0.05 < time.monotonic() - begin < 100.0
    assert caught.value.code == "connection"


def test_a_launch_is_given_more_patience(
    scripted: Any, client: Any, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contract 2.5, pitfall 6, and 1.3: the read time-out of polls made the peer launch twice."""
    monkeypatch.setattr(_http, "LAUNCH_PATIENCE", 4 * LONG)
    server = scripted(Reply(delay=0.6, data={"id": 1}))
    server.otherwise = Reply(delay=300.0)
    one = client(server.url, request_timeout=0.25)
    assert one.post_once("x/launch/", {}).data == {"id": 1}
    one.deadline = fake_clock.monotonic()
    for verb in ("get", "post"):
        with pytest.raises(ConnectionFailedError):
            getattr(one, verb)("x/")


def test_time_outs_for_connecting_and_reading(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contract 2.5, pitfall 6: apart; and no number is too large for a socket."""
    seen: list[Any] = []

    monkeypatch.setattr(_http, "retrying", lambda call, *_a: call())

    def timeouts(timeout: float) -> list[Any]:
        seen.clear()
        one = client("http://127.0.0.1", request_timeout=timeout)
        monkeypatch.setattr(one._session, "request", lambda *_a, **options: seen.append(options["timeout"]) or 1 / 0)
        for verb in ("get", "post_once"):
            with pytest.raises(ConnectionFailedError, match="division by zero"):
                getattr(one, verb)("x/")
        return list(seen)

    assert timeouts(30.0) == [(10.0, 30.0), (10.0, 120.0)]
    assert timeouts(0.5) == [(0.5, 0.5), (0.5, 2.0)]
    assert all(read <= 4 * 86400.0 for _connect, read in timeouts(1e300))


def test_a_time_out_beyond_measure(scripted: Any, client: Any) -> None:
    assert client(scripted().url, request_timeout=1e300).post_once("x/launch/", {}).data == {"ok": True}


# -- cut off ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [
        Reply(data={"id": 12345}, cut=5),
        Reply(data={"id": 12345}, cut=0),
        Reply(data={"id": 12345}, cut=5, reset=True),
        Reply(body=b"PLAY [all]", kind="text/plain", cut=4),
    ],
)
@pytest.mark.parametrize("verb", ["get", "download"])
def test_a_body_that_breaks_off_is_read_again(scripted: Any, client: Any, reply: Reply, verb: str) -> None:
    server = scripted(reply)
    answer = getattr(client(server.url), verb)("jobs/1/", accept="*/*")
    assert len(server.received) == 2
    if verb == "download":
        assert answer == (b'{"ok": true}', False)
    else:
        assert answer.text == '{"ok": true}'


def test_a_short_body_is_noticed_without_the_librarys_help(
    scripted: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """urllib3 before 2.0 let a body end before its length."""
    server = scripted()
    server.otherwise = Reply(body=b"PLAY [all]", kind="text/plain", cut=4)
    one = client(server.url)
    send = one._session.get_adapter(server.url).send

    def lenient(*arguments: Any, **options: Any) -> Any:
        response = send(*arguments, **options)
        response.raw.enforce_content_length = False
        return response

    monkeypatch.setattr(one._session.get_adapter(server.url), "send", lenient)
    with pytest.raises(ApiError, match="broke the connection within its answer") as caught:
        one.download("x/")
    assert caught.value.ambiguous is True
