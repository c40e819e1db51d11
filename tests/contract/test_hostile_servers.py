# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server answers in place of its API, and what the faces make of it, on every platform.

An honest simulated server stands behind one that answers some requests in its own way. What it answers to a launch
with comes after the launch was made.
"""

from __future__ import annotations

import json
import pathlib
import sys
from collections.abc import Iterator
from typing import Any, Callable

import pytest

TESTS = str(pathlib.Path(__file__).resolve().parents[1])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)

from hostile_server import MEBIBYTE, HostileServer, Serve, answer, bomb, for_ever, head, said  # noqa: E402

from ansible_collections.unified.jobs.plugins.module_utils import _http, _service  # noqa: E402
from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError  # noqa: E402
from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS  # noqa: E402

#: where a launch goes, and where a list of jobs is
LAUNCHES = {
    "awx": "/job_templates/[0-9]+/launch/$",
    "foreman": "/api/job_invocations$",
    "puppet": "/command/task$",
}
LISTS = {"awx": "/unified_jobs/$", "foreman": "/api/job_invocations$", "puppet": "/orchestrator/v1/jobs$"}
PIECES = "Transfer-Encoding: chunked"
NO_JSON = "something that is not JSON"
NO_HTTP = "sent an answer that cannot be read"
TOO_LARGE = "is too large or never ends"


def elsewhere(location: str, status: int = 302) -> Serve:
    return said(head(f"{status} X", f"Location: {location}", "Content-Length: 0"))


#: by what is answered: what a read ends with, and words of its sentence
ANSWERS: dict[str, tuple[Serve, str, str]] = {
    "10 GB": (for_ever(head("200 OK", "Content-Length: 10737418240"), MEBIBYTE), "bad_response", TOO_LARGE),
    "10 GB in pieces": (
        for_ever(head("200 OK", PIECES), b"100000\r\n" + MEBIBYTE + b"\r\n"),
        "bad_response",
        TOO_LARGE,
    ),
    "an error of 10 GB": (for_ever(head("400 X", "Content-Length: 10737418240"), MEBIBYTE), "rejected", "answered 400"),
    "a bomb": (bomb(70, "gzip"), "bad_response", TOO_LARGE),
    "a bomb in a bomb": (bomb(70, "gzip", "gzip"), "bad_response", TOO_LARGE),
    "headers without end": (for_ever(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 100), "bad_response", NO_HTTP),
    "a header without end": (for_ever(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 65536), "bad_response", NO_HTTP),
    "no http": (said(b"SSH-2.0-OpenSSH_9.6\r\n"), "bad_response", NO_HTTP),
    "status 0": (said(b"HTTP/1.1 0 X\r\n\r\n"), "bad_response", NO_HTTP),
    "a cookie of 1 MB": (answer(b"{}", "200 OK", "Set-Cookie: a=" + "x" * 1_000_000), "bad_response", NO_HTTP),
    "nothing": (said(), "connection", "broke the connection"),
    "half": (said(head("200 OK", "Content-Length: 100") + b"{"), "connection", "broke the connection"),
    "a loop": (lambda request: elsewhere(request.split()[1].decode())(request), "bad_response", "without end"),
    "another host": (elsewhere("https://sso.example.test/login"), "bad_response", "is not followed"),
    "another scheme": (elsewhere("file:///etc/passwd"), "bad_response", "is not followed"),
    "controls": (elsewhere("http://x\x1b]0;title\x07\x9b31m/"), "bad_response", "is not followed"),
    "a login page": (answer(b"<html>Log in", kind="text/html"), "bad_response", "an HTML page"),
    "100,000 levels": (answer(b'{"a":' * 100_000 + b"1" + b"}" * 100_000), "bad_response", NO_JSON),
    "6,000 digits": (answer(b'{"id": ' + b"9" * 6000 + b"}"), "bad_response", NO_JSON),
    "a nul": (answer(b'{"a": "\0"}'), "bad_response", NO_JSON),
}
#: what is clear of a launch: its answer says that nothing was done
CLEAR = ("a loop", "another host", "another scheme", "controls")


@pytest.fixture
def behind(simulated: Any) -> Iterator[Callable[..., HostileServer]]:
    """behind(method, path, serve) answers such requests so, and lets the simulated server answer all others."""
    servers: list[HostileServer] = []

    def start(method: str, path: str, serve: Serve) -> HostileServer:
        servers.append(HostileServer((method, path, serve), behind=simulated.lab.url(simulated.platform)))
        simulated.access["url"] = servers[-1].url
        simulated.access["request_timeout"] = 30
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def refused(world: Any, face: str, **options: Any) -> JobsError:
    """The error of a face: one clean sentence, no secret."""
    with pytest.raises(JobsError) as caught:
        world.face(face, **options)
    text = json.dumps(caught.value.to_result())
    assert not any(secret in text for secret in world.secrets)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 1500
    return caught.value


@pytest.mark.parametrize("name", ANSWERS)
def test_what_a_list_says(world: Any, behind: Any, name: str) -> None:
    serve, word, words = ANSWERS[name]
    server = behind("GET", LISTS[world.platform], serve)
    error = refused(world, "info")
    assert (error.code, words in error.message) == (word, True), error.message
    assert len(server.sent("GET", LISTS[world.platform])) <= _http.MAX_REDIRECTS + 1


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_said_to_a_launch_never_makes_a_second(world: Any, behind: Any, name: str) -> None:
    """House 0.4: the job is there, and it is found; or the answer says that nothing was done."""
    server = behind("POST", LAUNCHES[world.platform], ANSWERS[name][0])
    options = {"template": world.names.ok}
    if name in CLEAR:
        error = refused(world, "invoke", **options)
        assert (error.code, "which is not followed" in error.message) == ("bad_response", True)
    elif name == "an error of 10 GB":
        assert refused(world, "invoke", **options).code == "rejected"
    else:
        assert world.face("invoke", **options)["job"]["id"]
    assert len(server.sent("POST", LAUNCHES[world.platform])) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_launch_is_sent_to_no_other_place(world: Any, behind: Any, status: int) -> None:
    """Neither again nor as a read. 303 says that what was done is to be seen elsewhere, so the job is looked for."""
    other = behind("GET", "^/nowhere", said())
    server = behind("POST", LAUNCHES[world.platform], elsewhere(other.url + "/", status))
    if status == 303:
        assert world.face("invoke", template=world.names.ok)["job"]["id"]
    else:
        assert refused(world, "invoke", template=world.names.ok).code == "bad_response"
    assert len(server.sent("POST", LAUNCHES[world.platform])) == 1
    assert other.requests == []


def test_a_login_goes_to_no_other_server(world: Any, behind: Any) -> None:
    other = behind("GET", "^/nowhere", said())
    behind("GET", LISTS[world.platform], elsewhere(other.url + "/"))
    assert "is not followed" in refused(world, "info").message
    assert other.requests == []


# -- lists that lie --------------------------------------------------------------------------------------------


def pages(platform: str, number: Callable[[int], int], **more: Any) -> Serve:
    """A list without end: the ids of each page of two, the count of 10 to the 12th, links to another server."""
    asked = []

    def serve(request: bytes) -> Any:
        asked.append(request)
        ids = [number(2 * len(asked)), number(2 * len(asked) + 1)]
        count = more.get("count", 10**12)
        if platform == "awx":
            rows = [{"id": one, "type": "job", "name": "x", "status": "successful"} for one in ids]
            there = {"count": count, "next": "https://other.example.test/api/?page=2", "results": rows}
        elif platform == "foreman":
            rows = [{"id": one, "description": "x", "status_label": "succeeded"} for one in ids]
            there = {"subtotal": count, "total": count, "per_page": 2, "results": rows}
        else:
            rows = [
                {"name": str(one), "id": f"https://x.test/orchestrator/v1/jobs/{one}", "state": "new"} for one in ids
            ]
            there = {"items": rows, "pagination": {"total": count, "limit": 2, "offset": 0}}
        return answer(json.dumps(there).encode())(request)

    return serve


def options_of(world: Any) -> dict[str, Any]:
    return {"type": "job"} if world.platform == "puppet" else {}


def test_a_list_that_repeats_ends(world: Any, behind: Any) -> None:
    server = behind("GET", LISTS[world.platform], pages(world.platform, lambda number: 7 + number % 2))
    found = world.face("info", max_results=0, **options_of(world))
    assert sorted(job["id"] for job in found["jobs"]) == ["7", "8"]
    assert len(server.requests) < 20


@pytest.mark.parametrize("options", [{}, {"status": ["canceled"]}, {"order_by": True}])
def test_a_list_of_invented_jobs_ends(world: Any, behind: Any, monkeypatch: Any, options: dict[str, Any]) -> None:
    """AWX and Foreman were asked for ever. Jobs that do not fit are read without being counted."""
    for name in ("_descent", f"_platforms.{world.platform}.api"):
        module = sys.modules[f"{_http.__package__}.{name}"]
        for limit in ("_MOST_PAGES", "_MOST_REQUESTS"):
            if hasattr(module, limit):
                monkeypatch.setattr(module, limit, 20)
    if world.platform == "foreman":
        monkeypatch.setattr(sys.modules[f"{_http.__package__}._platforms.foreman.read"], "MOST_PAGES", 20)
    order = {"awx": "-finished", "foreman": "started_at DESC", "puppet": "timestamp desc"}[world.platform]
    options = {**options_of(world), **options, **({"order_by": order} if "order_by" in options else {})}
    server = behind("GET", LISTS[world.platform], pages(world.platform, lambda number: 10**9 - number))
    error = refused(world, "info", max_results=0, **options)
    assert error.code == "bad_response"
    assert "has no end: check that url names the API" in error.message
    assert len(server.requests) < 40
    assert not any(b"other.example.test" in one.split(b"\r\n")[0] for one in server.requests)


def test_more_jobs_than_a_list_holds(world: Any, behind: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(_service, "_MOST_JOBS", 9)
    behind("GET", LISTS[world.platform], pages(world.platform, lambda number: 10**9 - number))
    error = refused(world, "info", max_results=0, **options_of(world))
    assert error.code == "invalid_option"
    assert error.message.startswith("max_results: more than 9 jobs fit, which are too many for one list")


def test_every_platform_has_a_place() -> None:
    assert set(LISTS) == set(LAUNCHES) == set(PLATFORMS)
