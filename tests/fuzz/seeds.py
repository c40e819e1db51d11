# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies to begin with: the samples of the tests, the answers of the odd servers, and recordings where there are any.

Recordings are of real servers. They are not part of the project; C(JOBS_RECORDINGS) names their folder.
"""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS

from . import awx_server, foreman_server, puppet_server
from .mutate import found, places

TESTS = pathlib.Path(__file__).resolve().parents[1]
LARGEST = 12000
_WORDS = {
    "awx": (*awx_server.KINDS, "job_template", "runner_on_ok", "runner_on_unreachable", "relaunch", "started"),
    "foreman": ("stopped", "N/A", "Exit status: 0", "stderr", "debug", "recurring", "active", "cancellable"),
    "puppet": ("task_start", "out_message", "node_failed", "_error", "Sensitive [value redacted]", "unknown-job"),
}
_ERRORS: dict[str, list[Any]] = {
    "awx": [
        {"detail": "Not found."},
        {"variables_needed_to_start": ["'a' value missing"], "credentials": {"x": ["y"]}},
        {"__all__": ["no"], "non_field_errors": [["deep", {"a": ["b"]}]], "error": ""},
        "{'detail': ErrorDetail(string='no', code='permission_denied')}",
    ],
    "foreman": [
        {"error": {"message": "no", "details": "why", "missing_permissions": ["view_jobs"]}},
        {"error": {"id": None, "errors": {"base": ["x"]}, "full_messages": ["Validation failed: x"]}},
        {"displayMessage": "ERF42-1234 [X]: y", "errors": ["y"]},
        {"error": "Validation failed: Name can't be blank"},
    ],
    "puppet": [
        {"kind": "puppetlabs.orchestrator/not-permitted", "msg": "no", "details": {"task": "a", "params": {"x": 1}}},
        {"kind": "puppetlabs.rbac/token-expired", "msg": "over", "details": None},
        {"kind": "puppetlabs.orchestrator/query-error", "msg": "bad query", "details": {"query": ["=", 1]}},
        {"error": "no", "details": "more"},
    ],
}


@dataclass
class Corpus:
    """What is known of a platform: bodies, job bodies, bodies of errors, and its words."""

    jobs: list[Any] = field(default_factory=list)
    errors: list[Any] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    words: tuple[str, ...] = ()


def answers(platform: str) -> dict[tuple[str, str], Any]:
    """All that the odd server of a platform knows."""
    if platform == "awx":
        return awx_server.answers()
    if platform == "foreman":
        return foreman_server.answers(foreman_server.FAILED)
    return puppet_server.answers(puppet_server.FAILED)


def _samples(platform: str) -> Iterator[tuple[int, Any]]:
    """Status and body of each of our own samples."""
    for path in sorted((TESTS / "unit" / "samples" / platform).glob("*.json")):
        yield 200, json.loads(path.read_text(encoding="utf-8"))
    folder = TESTS / "lab" / "samples"
    yield from _exchanges(folder if platform == "awx" else folder / platform)


def _exchanges(folder: pathlib.Path) -> Iterator[tuple[int, Any]]:
    for path in sorted(folder.glob("*.json")):
        answer = json.loads(path.read_text(encoding="utf-8"))["response"]
        if len(json.dumps(answer["body"])) <= LARGEST:
            yield answer["status"], answer["body"]


def recordings(platform: str) -> Iterator[tuple[int, Any]]:
    """Status and body of each recorded answer; nothing where there are no recordings."""
    shared = TESTS.parents[1] / "shared" / "recordings"
    folder = pathlib.Path(os.environ.get("JOBS_RECORDINGS") or shared) / platform
    return _exchanges(folder)


def corpus(platform: str, with_recordings: bool) -> Corpus:
    """What a run begins with; without recordings it is the same everywhere."""
    kind = PLATFORMS[platform]
    known = Corpus(words=(*kind.STATUSES, *kind.HOST_STATUSES, *_WORDS[platform]), errors=list(_ERRORS[platform]))
    said = [(200, body) for body in answers(platform).values() if not callable(body)]
    said += [*_samples(platform), *(recordings(platform) if with_recordings else ())]
    for status, body in said:
        if status >= 400:
            known.errors.append(body)
        elif body not in (None, "", {}):
            known.bodies.append(body)
            known.jobs += [one for one in map(lambda place: found(body, place), places(body)) if _is_job(kind, one)]
    return known


def _is_job(kind: Any, body: Any) -> bool:
    return isinstance(body, dict) and bool(kind.recognizes(body))
