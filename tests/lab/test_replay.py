# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorded requests, asked again: the simulated AWX has to answer as the real one did.

The recordings are not part of this repository. JOBS_RECORDINGS names their folder; without it they are looked for
beside the repository. A dozen of them are in samples/, so that everybody tests something.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import requests
from lab_client import Client
from replay_scenes import build
from replay_shapes import Shapes, group_of

from unified_jobs_lab import Lab

_HERE = Path(__file__).resolve().parent
_FOLDER = Path(os.environ.get("JOBS_RECORDINGS") or _HERE.parents[1].parent / "shared" / "recordings") / "awx"


def _load(folder: Path) -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


_RECORDINGS = _load(_FOLDER) if _FOLDER.is_dir() else {}
_SAMPLES = _load(_HERE / "samples")

#: Recordings that the lab does not answer in the same way, each with the reason.
NOT_COVERED: dict[str, str] = {}

#: Messages that hold something that is different every time, or in no order.
_LOOSE = {
    "relaunch-08-passwords-missing": "the server lists the passwords in the order of a set",
}
_ACCEPT = {
    "stdout-accept-json": "application/json",
    "stdout-accept-text": "text/plain",
    "root-16-browser-accept-html": "text/html",
}
_CONTENT_TYPES = {
    "launch-201-form-encoded": "application/x-www-form-urlencoded",
    "launch-415-text-plain": "text/plain",
}


def _client(lab: Lab, recording: dict[str, Any]) -> Client:
    who = recording["as"] or "admin"
    name = recording["name"]
    if name == "auth-06-bad-token-401":
        return Client(lab, token="wrong")
    if name == "auth-07-bad-password-401":
        client = Client(lab)
        client.auth = ("admin", "wrong")
        return client
    if name in ("auth-05-read-token-post-403", "launch-get-bearer-read-scope"):
        return Client(lab, token=lab.read_token)
    if who == "token":
        return Client(lab, token=lab.token)
    return Client(lab, user=None if who == "none" else who)


def ask(lab: Lab, recording: dict[str, Any]) -> requests.Response:
    """Make the recorded request."""
    request = recording["request"]
    name, body = recording["name"], request["body"]
    headers = {"Accept": _ACCEPT.get(name, "*/*")}
    options: dict[str, Any] = {"params": request["query"], "headers": headers}
    if isinstance(body, str):
        options["data"] = body
        if body:
            headers["Content-Type"] = _CONTENT_TYPES.get(name, "application/json")
    elif body is not None:
        options["json"] = body
    return _client(lab, recording)(request["method"], request["path"], **options)


def _header_problems(recorded: dict[str, str], answer: requests.Response) -> list[str]:
    found = []
    for name in ("Content-Type", "Allow", "WWW-Authenticate", "Location"):
        want, have = recorded.get(name), answer.headers.get(name)
        if name == "Location" and want and have:
            want, have = (re.sub(r"/\d+/", "/N/", one) for one in (want, have))
        if want != have:
            found.append(f"{name} is {have!r}, recorded {want!r}")
    return found


def _body_problems(recording: dict[str, Any], answer: requests.Response, shapes: Shapes) -> list[str]:
    recorded = recording["response"]["body"]
    if not isinstance(recorded, (dict, list)):
        if bool(recorded) != bool(answer.content):
            return [f"the body has {len(answer.content)} bytes, recorded {len(recorded or '')}"]
        return (
            []
            if answer.status_code < 400 or "html" in answer.headers.get("Content-Type", "")
            else _same(recorded, answer.text)
        )
    body = answer.json()
    found = shapes.problems(group_of(recording), recorded, body)
    if answer.status_code >= 400 and recording["name"] not in _LOOSE:
        found += _same(recorded, body)
    return found


def _same(recorded: Any, body: Any) -> list[str]:
    return [] if recorded == body else [f"the body is {body!r}, recorded {recorded!r}"]


def problems(lab: Lab, recording: dict[str, Any], shapes: Shapes) -> list[str]:
    """All differences between the lab's answer and the recorded one."""
    request, response = recording["request"], recording["response"]
    build(lab, recording["name"], request["path"], request["query"])
    answer = ask(lab, recording)
    if answer.status_code != response["status"]:
        return [f"status {answer.status_code}, recorded {response['status']}: {answer.text[:300]}"]
    found = _header_problems(response["headers"], answer) if response["headers"] else []
    return found + _body_problems(recording, answer, shapes)


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    """What all the recordings show together."""
    return Shapes(list(_RECORDINGS.values()))


@pytest.mark.skipif(not _RECORDINGS, reason=f"no recordings in {_FOLDER}; set JOBS_RECORDINGS to their folder")
@pytest.mark.parametrize("name", sorted(_RECORDINGS))
def test_recording(lab: Lab, shapes: Shapes, name: str) -> None:
    """The lab answers as recorded; or the table above says why not."""
    found = problems(lab, _RECORDINGS[name], shapes)
    if name in NOT_COVERED:
        assert found, f"{name} is covered now: take it out of NOT_COVERED"
        pytest.skip(NOT_COVERED[name])
    assert not found, "\n".join(found)


@pytest.mark.skipif(not _RECORDINGS, reason=f"no recordings in {_FOLDER}; set JOBS_RECORDINGS to their folder")
def test_table_names_recordings() -> None:
    """The table does not speak of recordings that are not there."""
    assert not set(NOT_COVERED) - set(_RECORDINGS)


@pytest.mark.parametrize("name", sorted(_SAMPLES))
def test_sample(lab: Lab, name: str) -> None:
    """The same for the few recordings that come with this repository; each is its own measure."""
    assert not problems(lab, _SAMPLES[name], Shapes([_SAMPLES[name]]))
