# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated Puppet Enterprise, and the faces on it; recordings; and a client that plays answers."""

from __future__ import annotations

import json
import pathlib
from types import SimpleNamespace
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _faces
from ansible_collections.unified.jobs.plugins.module_utils._answers import error_kind
from ansible_collections.unified.jobs.plugins.module_utils._errors import ApiError, JobsError
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.platform import PuppetPlatform
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection

Face = Callable[..., dict[str, Any]]
API = "/orchestrator/v1"
STATUS = "/status/v1/services/orchestrator-service"


class Bench:
    """The simulated Puppet Enterprise alone, of the lab's servers."""

    def __init__(self, lab: Any) -> None:
        self.lab = lab
        #: the translator itself, for what only a test can do to a server: its release, its troubles
        self.server = lab.benches["puppet"].platform

    @property
    def url(self) -> str:
        """Where it listens."""
        return str(self.lab.url("puppet"))

    @property
    def options(self) -> Any:
        """What it can be told: generation, release, puppetdb_down, ..."""
        return self.server.options

    def token(self, user: str = "admin") -> str:
        """The token of a user."""
        return str(self.server.tokens[user])

    def requests(self, method: str | None = None, path: str | None = None) -> list[Any]:
        """What was asked so far; path is a regular expression."""
        return list(self.lab.requests(method, path, platform="puppet"))

    def fault(self, action: str, **options: Any) -> None:
        """Let something go wrong."""
        self.lab.fault(action, platform="puppet", **options)

    def refusal(self, status: int, kind: str, msg: str = "It is so.", **options: Any) -> None:
        """Answer with an error of the orchestrator."""
        body = json.dumps({"kind": f"puppetlabs.orchestrator/{kind}", "msg": msg, "details": {}})
        self.fault("status", status=status, body=body, content_type="application/json", **options)


@pytest.fixture
def pe(lab: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> Bench:
    """The simulated Puppet Enterprise as at its start, for a user without files of the official tools."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return Bench(lab)


@pytest.fixture
def face(pe: Bench, lab_time: Any) -> Face:
    """face("invoke", template="lab::ok", ...) does what the module does, against the lab, in this process.

    C(user) is whose token is used.
    """

    def call(name: str, /, check_mode: bool = False, user: str = "admin", **options: Any) -> dict[str, Any]:
        values = {"platform": "puppet", "url": pe.url, "token": pe.token(user), **options}
        result: dict[str, Any] = getattr(_faces, name)(values.get, check_mode=check_mode, clock=lab_time)
        return result

    return call


@pytest.fixture
def refused(face: Face) -> Callable[..., JobsError]:
    """The error of a face, which is one line."""

    def call(name: str, /, **options: Any) -> JobsError:
        with pytest.raises(JobsError) as caught:
            face(name, **options)
        assert caught.value.message
        assert "\n" not in caught.value.message
        return caught.value

    return call


@pytest.fixture
def commands(pe: Bench) -> Callable[[], list[Any]]:
    """The requests that arrived so far and are no reads; asking for the inventory is one (contract 1.11)."""
    return lambda: [one for one in pe.requests() if one.method != "GET" and not one.path.endswith("/inventory")]


@pytest.fixture
def recorded(recordings: pathlib.Path) -> Callable[[str], dict[str, Any]]:
    """recorded("054") is the recording with that number."""

    def load(number: str) -> dict[str, Any]:
        (path,) = (recordings / "puppet").glob(f"{number}-*.json")
        exchange: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return exchange

    return load


def error_for(status: int, body: Any) -> ApiError:
    """The error that the client raises for an answer."""
    meant = PuppetPlatform.meant_status(status, body)
    said = PuppetPlatform.error_text(status, body, body if isinstance(body, str) else "")
    return error_kind(meant)(said, status=status, ambiguous=status >= 500, body=body)


class Played:
    """A client that answers from a table: path or "METHOD path" -> body, error, or a function of what is sent.

    Paths are below the API. A recording stands for its answer. What the table lacks is a route that is not there.
    """

    prefix = ""
    server_time: str | None = "2026-11-22T12:00:00Z"
    deadline: float | None = None
    overtime = 0.0

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str, Any]] = []
        self.clock = SimpleNamespace(monotonic=lambda: 0.0, sleep=lambda seconds: None)

    def _answer(self, method: str, path: str, given: Any) -> Any:
        self.asked.append((method, path, given))
        found = self.answers.get(path if method == "GET" else f"{method} {path}", error_for(404, "Not Found"))
        found = found(given) if callable(found) else found
        if isinstance(found, dict) and "evidence" in found:
            found = found["response"]["body"] if found["response"]["status"] < 400 else error_in(found)
        if isinstance(found, Exception):
            raise found
        return SimpleNamespace(data=found, status=200, text="", header=lambda name: None)

    def get(self, path: str, params: Any = None, **more: Any) -> Any:
        return self._answer("GET", path, dict(params or {}))

    def post(self, path: str, body: Any = None) -> Any:
        return self._answer("POST", path, body)

    def write(self, method: str, path: str, body: Any = None) -> Any:
        return self._answer(method, path, body)

    def post_once(self, path: str, body: Any = None) -> Any:
        return self._answer("POST", path, body)

    def sent(self, method: str = "POST") -> list[tuple[str, Any]]:
        """Where what was sent, without the reads that are a POST."""
        return [(path, body) for verb, path, body in self.asked if verb == method and path != "/inventory"]


def error_in(exchange: dict[str, Any]) -> ApiError:
    """The error that a recording is."""
    return error_for(exchange["response"]["status"], exchange["response"]["body"])


def release(version: str) -> dict[str, Any]:
    """What the status service of a release says (recording 021)."""
    return {STATUS: {"orchestrator-service": {"service_version": version}}}


@pytest.fixture
def answered() -> Callable[[int, Any], ApiError]:
    """answered(500, {"kind": ...}) is the error that the client raises for such an answer."""
    return error_for


@pytest.fixture
def played() -> Callable[..., PuppetPlatform]:
    """played({path: body}, version="2023.8.0.16") is the platform on a server that answers just that.

    Its client is a C(Played).
    """

    def make(answers: dict[str, Any], version: str = "2023.8.0.16", **connection: Any) -> PuppetPlatform:
        client: Any = Played({**release(version), **answers})
        return PuppetPlatform(client, Connection("puppet", "https://pe.example.com:8143", **connection))

    return make
