# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is tried again, how often and when; what is sent once; what an unclear failure is (AWX contract 2.5, 1.3)."""

from __future__ import annotations

import dataclasses
import email.utils
import socket
import struct
import threading
import time
from typing import Any

import pytest
from scripted_server import LONG, TOKEN, FakeClock, Reply, ScriptedServer, html

from ansible_collections.unified.jobs.plugins.module_utils import _http, _retries
from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    ApiError,
    BadResponseError,
    ConnectionFailedError,
    ForbiddenError,
    RateLimitedError,
    RejectedError,
    ResourceMissingError,
    ServerError,
    UnauthorizedError,
)
from ansible_collections.unified.jobs.plugins.module_utils._parallel import Errand
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection

PASSING = [408, 429, 500, 502, 503, 504]
KINDS = {
    400: RejectedError,
    401: UnauthorizedError,
    402: RejectedError,
    403: ForbiddenError,
    404: ResourceMissingError,
    405: RejectedError,
    406: RejectedError,
    408: ConnectionFailedError,
    409: RejectedError,
    410: ResourceMissingError,
    415: RejectedError,
    429: RateLimitedError,
    500: ServerError,
    501: ServerError,
    502: ServerError,
    503: ServerError,
    504: ServerError,
    524: ServerError,
}


# -- pitfall 10: which, how often, when ------------------------------------------------------------------------


@pytest.mark.parametrize("status", KINDS)
@pytest.mark.parametrize("verb", ["get", "post", "download"])
def test_what_may_pass_is_tried_again_and_the_rest_is_not(
    scripted: Any, client: Any, fake_clock: FakeClock, status: int, verb: str
) -> None:
    """Contract 2.5, pitfall 10. A cancel is a write that may be repeated."""
    server = scripted()
    server.otherwise = html(status, "Bad Gateway") if status in (502, 504) else Reply(status, {"detail": "no"})
    with pytest.raises(KINDS[status]) as caught:
        getattr(client(server.url), verb)("jobs/1/cancel/")
    assert len(server.received) == (_retries.MAX_TRIES if status in PASSING else 1)
    assert caught.value.status == status
    assert caught.value.to_result()["http_status"] == status
    assert sum(fake_clock.slept) < 10


@pytest.mark.case("awx-28")
@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize(
    "trouble",
    [
        Reply(500),
        html(502),
        Reply(503),
        html(504),
        Reply(429),
        Reply(408, close=True),
        Reply(silent=True),
        Reply(silent=True, reset=True),
        Reply(data={"id": 1}, cut=2),
    ],
)
def test_one_hiccup_is_not_seen(scripted: Any, client: Any, trouble: Reply, verb: str) -> None:
    server = scripted(trouble)
    assert getattr(client(server.url), verb)("jobs/1/cancel/").data == {"ok": True}
    assert len(server.received) == 2


@pytest.mark.case("awx-28")
@pytest.mark.parametrize("verb", ["get", "post"])
def test_one_time_out_is_not_seen(
    scripted: Any, client: Any, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    server = scripted(Reply(delay=300.0, silent=True))
    one = client(server.url, request_timeout=0.2)

    def sleep(_seconds: float) -> None:
        server.wait_for(1)
        one._connection = dataclasses.replace(one._connection, request_timeout=LONG)

    monkeypatch.setattr(fake_clock, "sleep", sleep)
    assert getattr(one, verb)("jobs/1/cancel/").data == {"ok": True}
    assert len(server.received) == 2


def test_pauses_grow_and_are_not_all_alike(scripted: Any, client: Any, fake_clock: FakeClock) -> None:
    server = scripted()
    server.otherwise = Reply(503)
    one = client(server.url)
    for _number in range(2):
        with pytest.raises(ServerError):
            one.get("jobs/1/")
    first, second = fake_clock.slept[:3], fake_clock.slept[3:]
    for pauses in (first, second):
        for pause, middle in zip(pauses, (0.5, 1.0, 2.0)):
            assert 0.8 * middle <= pause <= 1.2 * middle
    assert first != second


@pytest.mark.case("awx-50")
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("said", "pause"), [("7", 7.0), ("0", 0.5), ("1.5", 1.5), ("-3", 0.5), ("86400", _retries.MAX_PAUSE), ("inf", 60.0)]
)
def test_retry_after_in_seconds(
    scripted: Any, client: Any, fake_clock: FakeClock, status: int, said: str, pause: float
) -> None:
    """Contract 1.10: honored; house 0.4: bounded. One that says 0 is not asked without any pause."""
    server = scripted(Reply(status, headers={"Retry-After": said}))
    client(server.url).get("jobs/1/")
    assert fake_clock.slept == [pytest.approx(pause, rel=0.21 if pause == 0.5 else 0)]


@pytest.mark.case("awx-50")
def test_retry_after_as_a_date_counts_from_the_servers_time(scripted: Any, client: Any, fake_clock: FakeClock) -> None:
    """Contract 1.10: seconds or date. The clocks of server and client need not agree."""
    then = time.time() - 5000
    headers = {
        "Date": email.utils.formatdate(then, usegmt=True),
        "Retry-After": email.utils.formatdate(then + 9, usegmt=True),
    }
    server = scripted(Reply(429, headers=headers))
    client(server.url).get("jobs/1/")
    assert fake_clock.slept == [9.0]


@pytest.mark.case("awx-50")
@pytest.mark.parametrize("said", ["soon", "", "Thu, 99 Foo 2026 00:00:00 GMT", "1e999999 s"])
def test_retry_after_that_says_nothing(scripted: Any, client: Any, fake_clock: FakeClock, said: str) -> None:
    server = scripted(Reply(429, headers={"Retry-After": said}))
    client(server.url).get("jobs/1/")
    assert 0.3 < fake_clock.slept[0] < 0.7


@pytest.mark.case("awx-50")
@pytest.mark.parametrize("headers", [{"Retry-After": "30"}, {}])
def test_no_pause_goes_past_the_deadline(
    scripted: Any, client: Any, fake_clock: FakeClock, headers: dict[str, str]
) -> None:
    server = scripted()
    server.otherwise = Reply(503, headers=headers)
    one = client(server.url)
    one.deadline = fake_clock.monotonic() + 1.0
    with pytest.raises(ServerError):
        one.get("jobs/1/")
    assert fake_clock.monotonic() < one.deadline
    assert len(server.received) < _retries.MAX_TRIES


@pytest.mark.parametrize("when", ["sleeping", "asking", "before"])
def test_what_nobody_waits_for_is_not_asked_again(scripted: Any, client: Any, fake_clock: FakeClock, when: str) -> None:
    """A thread that was left behind at a deadline would go on asking a server that is in trouble, without any deadline."""
    reached, go = threading.Event(), threading.Event()

    def pause(*_arguments: Any) -> None:
        reached.set()
        assert go.wait(LONG)

    server = scripted(Reply(503), Reply(503), Reply(503))
    one = client(server.url)
    if when == "sleeping":
        fake_clock.sleep = pause  # type: ignore[method-assign]
    elif when == "asking":
        own = one._exchange
        one._exchange = lambda *args, **options: pause() or own(*args, **options)

    def work() -> None:
        if when == "before":
            pause()
        one.get("jobs/1/")

    errand = Errand(work)
    assert reached.wait(LONG)
    errand.abandon()
    go.set()
    with pytest.raises(ServerError if when == "asking" else ConnectionFailedError):
        errand.result()
    assert len(server.received) == (when != "before")
    assert fake_clock.slept == []


def test_a_refused_connection_is_tried_again_within_bounds(
    client: Any, fake_clock: FakeClock, refused_port: int
) -> None:
    with pytest.raises(ConnectionFailedError) as caught:
        client(f"http://127.0.0.1:{refused_port}").get("jobs/1/")
    assert "cannot be reached" in caught.value.message
    assert "Connection refused" in caught.value.message
    assert len(fake_clock.slept) == 3


def test_an_address_that_is_none_is_not_tried_again(client: Any, fake_clock: FakeClock) -> None:
    with pytest.raises(ConnectionFailedError, match="is not an address that can be connected to"):
        client("http://" + "x" * 80 + ".example.test").post_once("jobs/1/")
    assert fake_clock.slept == []


# -- once ------------------------------------------------------------------------------------------------------

#: what goes wrong after the request has arrived, and the word for it; all of it may have made a job
UNCLEAR = [
    (Reply(silent=True), "connection"),
    (Reply(silent=True, reset=True), "connection"),
    (Reply(silent=True, delay=300.0), "connection"),
    (Reply(201, {"id": 12345}, cut=0), "connection"),
    (Reply(201, {"id": 12345}, cut=5), "connection"),
    (Reply(201, {"id": 12345}, cut=5, reset=True), "connection"),
    (Reply(201, {"id": "1" * 1000}, drip=0.1), "connection"),
    (Reply(201, body=b'{"id": 12'), "bad_response"),
    (Reply(201, body=b'{"id": 12}', kind="text/plain"), "bad_response"),
    (Reply(201, body=b"\x1f\x8b broken", headers={"Content-Encoding": "gzip"}), "bad_response"),
    (Reply(201, {"id": 12345}, headers={"Content-Length": "888, 7"}), "bad_response"),
    (Reply(201, {"id": 12345}, headers={"Content-Length": "13", "content-length": "5"}), "bad_response"),
    (html(200), "bad_response"),
    (html(201), "bad_response"),
    (Reply(408), "connection"),
    (Reply(500, {"detail": "A server error has occurred."}), "server_error"),
    (html(502), "server_error"),
    (Reply(503, headers={"Retry-After": "1"}), "server_error"),
    (html(504), "server_error"),
    (html(524), "server_error"),
]
#: what says that nothing was made
CLEAR = [
    (Reply(301, headers={"Location": "/x/"}), "bad_response"),
    (Reply(302, headers={"Location": "https://sso.example.test/"}), "bad_response"),
    (Reply(400, {"inventory": ["Invalid pk."]}), "rejected"),
    (Reply(401, {"detail": "no"}), "unauthorized"),
    (Reply(403, {"detail": "no"}), "forbidden"),
    (Reply(404, {"detail": "no"}), "not_found"),
    (Reply(405, {"detail": "no"}), "rejected"),
    (Reply(415, {"detail": "no"}), "rejected"),
    (Reply(429, headers={"Retry-After": "1"}), "rate_limited"),
]


@pytest.mark.parametrize(("reply", "word"), UNCLEAR)
def test_an_unclear_launch_is_sent_once_and_called_unclear(
    scripted: Any, client: Any, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch, reply: Reply, word: str
) -> None:
    """House 0.4: at most one launching POST, ever; contract 1.3: there is no idempotency key."""
    if reply.delay:
        monkeypatch.setattr(_http, "LAUNCH_PATIENCE", 0.3 / LONG)
    if reply.drip:
        monkeypatch.setattr(_http, "BODY_PATIENCE", 0.3 / LONG)
    server = scripted(reply)
    with pytest.raises(ApiError) as caught:
        client(server.url).post_once("job_templates/9/launch/", {})
    assert (caught.value.code, caught.value.ambiguous) == (word, True)
    server.wait_for(1)
    assert len(server.received) == 1
    assert fake_clock.slept == []


@pytest.mark.parametrize(("reply", "word"), CLEAR)
def test_a_clear_no_to_a_launch_is_sent_once_and_not_unclear(
    scripted: Any, client: Any, fake_clock: FakeClock, reply: Reply, word: str
) -> None:
    server = scripted(reply)
    with pytest.raises(ApiError) as caught:
        client(server.url).post_once("job_templates/9/launch/", {})
    assert (caught.value.code, caught.value.ambiguous) == (word, False)
    assert len(server.received) == 1
    assert fake_clock.slept == []


def test_a_launch_that_never_left_is_tried_again(
    scripted: Any, client: Any, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch, refused_port: int
) -> None:
    """Contract 2.5, pitfall 10: the connection was never established; then the server comes up."""
    servers: list[ScriptedServer] = []

    def sleep(seconds: float) -> None:
        fake_clock.slept.append(seconds)
        if len(fake_clock.slept) == 2:
            servers.append(scripted(port=refused_port))

    monkeypatch.setattr(fake_clock, "sleep", sleep)
    assert client(f"http://127.0.0.1:{refused_port}").post_once("x/launch/", {"a": 1}).data == {"ok": True}
    assert [request.json() for request in servers[0].received] == [{"a": 1}]
    assert len(fake_clock.slept) == 2


def test_a_refused_launch_is_not_unclear(client: Any, fake_clock: FakeClock, refused_port: int) -> None:
    with pytest.raises(ConnectionFailedError) as caught:
        client(f"http://127.0.0.1:{refused_port}").post_once("x/launch/", {})
    assert caught.value.ambiguous is False
    assert len(fake_clock.slept) == 3


def test_a_name_without_an_address_is_not_unclear(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_arguments: Any, **_options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(ConnectionFailedError) as caught:
        client("http://awx.example.test").post_once("x/launch/", {})
    assert caught.value.ambiguous is False
    assert "Name or service not known" in caught.value.message


def test_a_connection_that_is_not_accepted_in_time_is_not_unclear(client: Any) -> None:
    """A full backlog drops what knocks, which is a time-out of connecting."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        knocking = []
        for _number in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(address)
            knocking.append(one)
        with pytest.raises(ConnectionFailedError) as caught:
            client(f"http://127.0.0.1:{address[1]}", request_timeout=0.1).post_once("x/launch/", {})
        for one in knocking:
            one.close()
    assert caught.value.ambiguous is False
    assert "cannot be reached" in caught.value.message


def test_an_error_is_told_from_the_one_that_was_handled_before(scripted: Any, client: Any, refused_port: int) -> None:
    """What happened while another failure was being handled must not borrow its cause."""
    server = scripted(Reply(silent=True))
    dead, alive = client(f"http://127.0.0.1:{refused_port}"), client(server.url)
    with pytest.raises(ConnectionFailedError) as caught:
        try:
            dead.get("x/")
        except ApiError:
            alive.post_once("x/launch/", {})
    assert caught.value.ambiguous is True


# -- a kept connection that the server has closed --------------------------------------------------------------


@pytest.mark.parametrize("hard", [False, True])
def test_an_idle_connection_that_was_closed_does_not_hurt_a_launch(
    scripted: Any, client: Any, hard: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server closes it after its answer, without a word; its FIN or RST is not seen before sending."""
    server = scripted(Reply(data={}, close=not hard, reset=hard))
    one = client(server.url)
    one.get("jobs/1/")
    # the moment in which the close is still on its way: the library finds nothing wrong with the connection
    monkeypatch.setattr("urllib3.util.connection.is_connection_dropped", lambda _connection: False)
    monkeypatch.setattr("urllib3.connectionpool.is_connection_dropped", lambda _connection: False)
    assert one.post_once("x/launch/", {}).data == {"ok": True}
    assert [(request.method, request.connection) for request in server.received] == [("GET", 1), ("POST", 2)]


def test_an_idle_connection_that_was_closed_costs_a_read_one_more_try(
    scripted: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = scripted(Reply(data={}, close=True))
    one = client(server.url)
    one.get("jobs/1/")
    monkeypatch.setattr("urllib3.connectionpool.is_connection_dropped", lambda _connection: False)
    assert one.get("jobs/1/").data == {"ok": True}
    assert len(server.received) == 2


def test_a_server_that_closes_when_the_launch_arrives_leaves_it_unclear(raw_server: Any, client: Any) -> None:
    """It may have read it: a fresh connection that breaks is never taken for a stale one."""
    seen = []

    def serve(connection: socket.socket) -> None:
        seen.append(connection.recv(65536))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    server = raw_server(serve)
    with pytest.raises(ConnectionFailedError) as caught:
        client(f"http://127.0.0.1:{server.port}").post_once("x/launch/", {})
    assert caught.value.ambiguous is True
    assert [data.split()[0] for data in seen] == [b"POST"]


@pytest.mark.parametrize(
    ("head", "word"),
    [
        ("Content-Length: \xb2", None),
        ("Content-Length: " + "9" * 15, "connection"),
        ("Content-Length: 9, 8", "bad_response"),
        ("Transfer-Encoding: chunked", "bad_response"),
        ("X: " + "a" * 70_000, "bad_response"),
        ("X: 1\r\n" * 200 + "Y: 2", "bad_response"),
        ("Content-Encoding: gzip\r\nContent-Length: 9", "bad_response"),
        ("Date: Fri, 31 Dec 9999 23:00:00 -1200\r\nContent-Length: 9", None),
    ],
)
def test_headers_that_make_no_sense_leave_a_launch_unclear(raw_server: Any, client: Any, head: str, word: Any) -> None:
    """The job is made by then: what cannot be read is unclear, or read as far as it goes."""

    def serve(connection: socket.socket) -> None:
        while not connection.recv(65536).endswith(b"{}"):
            pass
        start = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
        connection.sendall((start + head + '\r\n\r\n{"id": 7}').encode("latin-1"))

    one = client(f"http://127.0.0.1:{raw_server(serve).port}")
    if word is None:
        assert one.post_once("x/launch/", {}).data == {"id": 7}
        return
    with pytest.raises(ApiError) as caught:
        one.post_once("x/launch/", {})
    assert (caught.value.code, caught.value.ambiguous) == (word, True)


@pytest.mark.parametrize("error", [ValueError("odd"), KeyError("odd"), AttributeError("odd"), OSError("odd")])
def test_whatever_the_libraries_raise_leaves_a_launch_unclear(
    scripted: Any, client: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    one = client(scripted().url)

    def fail(*_arguments: Any, **_options: Any) -> Any:
        raise error

    monkeypatch.setattr("requests.adapters.HTTPAdapter.build_response", fail)
    with pytest.raises(ApiError) as caught:
        one.post_once("x/launch/", {})
    assert caught.value.ambiguous is True


@pytest.mark.parametrize("url", ["http://a..b.test", "http://" + "a" * 70 + ".test", "http://:80", "ftp://h", "x://"])
def test_an_address_that_is_none_is_not_unclear(client: Any, url: str) -> None:
    with pytest.raises(ApiError) as caught:
        client(url).post_once("x/launch/", {})
    assert (caught.value.code, caught.value.ambiguous) == ("connection", False)


def test_the_connection_of_the_launch_is_kept_for_what_follows(scripted: Any, client: Any) -> None:
    server = scripted()
    one = client(server.url)
    one.get("a/")
    one.post_once("x/launch/", {})
    one.get("b/")
    assert [request.connection for request in server.received] == [1, 2, 2]


# -- messages --------------------------------------------------------------------------------------------------


def test_messages_are_one_sentence_with_the_request_id(scripted: Any, client: Any) -> None:
    """Contract 1.10: X-API-Request-Id belongs in error messages."""
    server = scripted(Reply(400, {"detail": "Bad."}, headers={"X-API-Request-Id": "abc-123"}))
    with pytest.raises(RejectedError) as caught:
        client(server.url).get("jobs/1/", {"password": "in-the-query"})
    assert caught.value.message == f"GET {server.url}/api/v2/jobs/1/ answered 400: Bad. (request abc-123)"


def test_messages_mask_what_logs_in(scripted: Any, client: Any) -> None:
    """House 0.4, promise 6: a server may echo anything."""
    from scripted_server import PASSWORD, TOKEN

    server = scripted(Reply(400, {"detail": f"Bearer {TOKEN} or {PASSWORD}"}))
    with pytest.raises(RejectedError) as caught:
        client(server.url, password=PASSWORD, username="u").get("jobs/1/")
    assert caught.value.message.endswith("answered 400: Bearer ******** or ********")


def test_messages_mask_what_logs_in_before_anything_is_cut(scripted: Any, client: Any) -> None:
    """Headers and redirects may repeat it too; half a secret is a leak as well."""
    echoes = (
        Reply(403, {"detail": "a" * 590 + TOKEN}),
        Reply(403, {"error": [TOKEN]}),
        Reply(403, {"detail": "x"}, headers={"X-API-Request-Id": "a" * 70 + TOKEN}),
        Reply(302, headers={"Location": f"http://other.example.test/{TOKEN}/"}),
    )
    for reply in echoes:
        with pytest.raises(ApiError) as caught:
            client(scripted(reply).url).get("x/")
        assert TOKEN[:6] not in caught.value.message


def test_a_page_is_never_shown(scripted: Any, client: Any) -> None:
    """Recording gateway-502-backend-down."""
    server = scripted(*[html(502, "secret page")] * 4)
    with pytest.raises(ServerError) as caught:
        client(server.url).get("jobs/1/")
    assert caught.value.message.endswith("answered 502: Bad Gateway")


@pytest.mark.case("awx-54")
@pytest.mark.parametrize(
    ("status", "kind"), [(401, UnauthorizedError), (403, ForbiddenError), (404, ResourceMissingError)]
)
@pytest.mark.parametrize(
    "detail", ["Not found.", "Nicht gefunden.", "\u898b\u3064\u304b\u308a\u307e\u305b\u3093\u3002", ""]
)
def test_the_kind_of_error_follows_the_status_and_not_the_words(
    scripted: Any, client: Any, status: int, kind: type[ApiError], detail: str
) -> None:
    server = scripted(Reply(status, {"detail": detail}))
    with pytest.raises(kind):
        client(server.url).get("jobs/1/")


def test_the_time_of_the_server_is_noted(scripted: Any, client: Any) -> None:
    """House 0.4: an unclear launch is looked for since the server's own Date."""
    server = scripted(
        Reply(data={}, headers={"Date": "Sun, 22 Nov 2026 18:00:00 GMT"}),
        Reply(data={}, headers={"Date": "nonsense"}),
    )
    one = client(server.url)
    one.get("a/")
    one.get("b/")
    assert one.server_time == "2026-11-22T18:00:00Z"


def test_a_slow_answer_ends_with_the_threads_it_began_with(scripted: Any, client: Any) -> None:
    before = set(threading.enumerate())
    server = scripted()
    one = client(server.url)
    one.get("a/")
    with pytest.raises(BadResponseError):
        server.script.append(html())
        one.get("b/")
    server.stop()
    assert set(threading.enumerate()) <= before


# -- what a platform knows better --------------------------------------------------------------------------------


@pytest.mark.case("puppet-65")
@pytest.mark.parametrize(("method", "body"), [("PUT", {"a": False}), ("DELETE", None)])
def test_a_write_is_repeated_and_may_be_answered_with_nothing(
    scripted: Any, client: Any, method: str, body: Any
) -> None:
    """Puppet contract 1.8 and 2.4: replacing and deleting may be done twice."""
    server = scripted(Reply(503), Reply(204))
    answer = client(server.url).write(method, "things/1/", body)
    assert (answer.status, answer.data) == (204, None)
    assert [request.method for request in server.received] == [method] * 2
    assert [request.target for request in server.received] == ["/api/v2/things/1/"] * 2


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_write_follows_no_redirect(scripted: Any, client: Any, method: str) -> None:
    server = scripted(Reply(302, headers={"Location": "/api/v2/other/"}))
    with pytest.raises(BadResponseError, match="is not followed"):
        client(server.url).write(method, "things/1/")
    assert len(server.received) == 1


def test_a_write_says_that_an_attempt_before_was_unclear(scripted: Any, client: Any) -> None:
    """Then what the second finds done may be the doing of the first."""
    server = scripted(Reply(504), Reply(400, {"detail": "it is so already"}))
    with pytest.raises(RejectedError) as caught:
        client(server.url).write("PUT", "things/1/", {})
    assert caught.value.after_unclear is True


@pytest.mark.case("puppet-67", "puppet-24")
def test_a_status_may_mean_another(scripted: Any, fake_clock: FakeClock) -> None:
    """Puppet contract 1.12 and 2.2: a 401 that passes, and a 403 of a token that is over."""

    def meant(status: int, data: Any) -> int:
        return {"starting": 503, "over": 401}.get((data or {}).get("kind"), status)

    def client(*script: Reply) -> tuple[_http.ApiClient, ScriptedServer]:
        server = scripted(*script)
        connection = Connection(platform="x", url=server.url, token=TOKEN)
        return _http.ApiClient(connection, {}, lambda *_said: "no", fake_clock, meant_status=meant), server  # type: ignore[arg-type]

    one, server = client(Reply(401, {"kind": "starting"}), Reply(200, {"a": 1}))
    assert one.get("/x").data == {"a": 1}
    assert len(server.received) == 2
    # what was refused was not done, whatever it means: a launch is neither repeated nor looked for
    one, server = client(Reply(401, {"kind": "starting"}))
    with pytest.raises(ServerError) as caught:
        one.post_once("/x", {})
    assert (caught.value.status, caught.value.ambiguous, len(server.received)) == (401, False, 1)
    one, server = client(Reply(403, {"kind": "over"}))
    with pytest.raises(UnauthorizedError, match="Check the token") as refused:
        one.get("/x")
    assert (refused.value.status, len(server.received)) == (403, 1)
    # a 5xx that means a refusal is one too: the platform vouches for it (Foreman contract 1.12)
    one, server = client(Reply(500, {"kind": "over"}))
    with pytest.raises(UnauthorizedError) as final:
        one.post_once("/x", {})
    assert (final.value.status, final.value.ambiguous, len(server.received)) == (500, False, 1)
