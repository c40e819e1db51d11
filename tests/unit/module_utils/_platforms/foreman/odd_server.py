# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Foreman with one job, whose answers a test may spoil; and ways to spoil them."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from ansible_collections.unified.jobs.plugins.module_utils._errors import ResourceMissingError

Key = tuple[str, str]
JOB = "/api/job_invocations/5"
INPUTS = [{"template_input_name": "a", "template_input_id": 1, "value": "v"}]
TEMPLATE = {
    "id": 401,
    "name": "lab-ok",
    "provider_type": "script",
    "snippet": False,
    "template_inputs": [{"id": 1, "name": "a", "input_type": "user"}],
    "effective_user": {"value": None, "current_user": False, "overridable": True},
}
CHUNKS = [
    {"id": 1, "output_type": "stdout", "output": "hi\n", "timestamp": 1.5},
    {"output_type": "stdout", "output": "Exit status: 1\n", "timestamp": 1.6},
]
TASK = {
    "id": "u",
    "started_at": "2026-11-22 10:00:00 UTC",
    "ended_at": "2026-11-22 10:00:05 UTC",
    "result": "success",
    "humanized": {"errors": ["why"]},
    "username": "admin",
}
RECURRENCE = {"id": 3, "cron_line": "* * * * *", "state": "active", "purpose": "p"}

COUNTS = {"succeeded": 1, "failed": 0, "pending": 0, "cancelled": 0, "total": 1, "total_hosts": 1, "missing": 0}


def job(state: str = "stopped", label: str = "succeeded", **more: Any) -> dict[str, Any]:
    """The detail of job 5."""
    task = {"id": "u", "state": state}
    return {
        "id": 5,
        "description": "d",
        "job_category": "c",
        "targeting_id": 1,
        "status_label": label,
        "start_at": "2026-11-22 10:00:00 UTC",
        "dynflow_task": task,
        "template_id": 401,
        "template_name": "lab-ok",
        "effective_user": None,
        **COUNTS,
        "targeting": {"search_query": "name = a", "targeting_type": "static_query"},
        "task": task,
        "template_invocations": [{"template_id": 401, "host_id": 1, "template_invocation_input_values": INPUTS}],
        "pattern_template_invocations": [{"template_id": 401, "template_invocation_input_values": INPUTS}],
        **more,
    }


def page(*rows: Any, **more: Any) -> dict[str, Any]:
    """One page of a list."""
    return {"total": len(rows), "subtotal": len(rows), "page": 1, "per_page": 100, "results": list(rows), **more}


def answers(one: dict[str, Any]) -> dict[Key, Any]:
    """All that the server knows."""
    return {
        ("GET", "/api/job_invocations"): page(one),
        ("GET", JOB): one,
        ("GET", f"{JOB}/hosts"): page({"id": 1, "name": "a", "job_status": "error"}),
        ("GET", f"{JOB}/outputs"): {"outputs": [{"host_id": 1, "complete": True, "output": CHUNKS}]},
        ("GET", f"{JOB}/template_invocations"): page({"id": 1, "effective_user": "root", "host_id": 1}),
        ("GET", "/foreman_tasks/api/tasks/u"): TASK,
        ("GET", "/api/job_templates"): page(TEMPLATE),
        ("GET", "/api/job_templates/401"): TEMPLATE,
        ("GET", "/api/templates/401/template_inputs"): page({"id": 1, "name": "a", "options": "v\nw", "default": "v"}),
        ("GET", "/api/hosts"): page({"id": 1, "name": "a"}),
        ("GET", "/api/organizations"): page({"id": 3, "name": "Ops", "title": "Ops"}),
        ("GET", "/api/bookmarks"): page({"id": 9, "name": "bm", "query": "name = a"}),
        ("GET", "/api/remote_execution_features/feat"): {"id": 1, "label": "feat", "job_template_id": 401},
        ("GET", "/api/plugins"): page({"id": "foreman_remote_execution", "version": "16.1.0"}),
        ("GET", "/api/status"): {"version": "3.16.0"},
        ("POST", "/api/job_invocations"): one,
        ("POST", f"{JOB}/rerun"): {"id": 6, "targeting_id": 2},
        ("POST", f"{JOB}/cancel"): {"cancelled": True, "id": 5},
        ("POST", "/foreman_tasks/api/recurring_logics/3/cancel"): {},
        ("GET", "/api/job_invocations/6"): {**one, "id": 6},
    }


class OddClient:
    """A client of such a server. C(answers) may hold errors, and functions of what was sent."""

    prefix = ""
    server_time: str | None = "2026-11-22T12:00:00Z"

    def __init__(self, known: dict[Key, Any], clock: Any) -> None:
        self.answers = known
        self.clock = clock
        self.deadline: float | None = None
        self.asked: list[tuple[str, str, Any]] = []

    def _answer(self, method: str, path: str, given: Any) -> Any:
        self.asked.append((method, path, given))
        if len(self.asked) > 500:
            raise AssertionError(f"requests without end, at last to {path}")
        if (method, path) not in self.answers:
            raise ResourceMissingError(f"{method} {path} answered 404", status=404)
        found = self.answers[method, path]
        found = found(given) if callable(found) else found
        if isinstance(found, Exception):
            raise found
        return SimpleNamespace(data=found, status=200, text="", header=lambda name: None)

    def get(self, path: str, params: Any = None, **_more: Any) -> Any:
        return self._answer("GET", path, dict(params or {}))

    def post(self, path: str, body: Any = None) -> Any:
        return self._answer("POST", path, body)

    def post_once(self, path: str, body: Any = None) -> Any:
        return self._answer("POST", path, body)

    def posts(self) -> list[str]:
        """The paths of what was sent."""
        return [path for method, path, _given in self.asked if method == "POST"]


#: what may stand where something else should; servers and what lies before them have answered all of these
ODD = (
    None,
    [],
    {},
    "x",
    -1,
    True,
    10**40,
    [[]],
    {"results": [None, 1, [], {}]},
    {"results": [{"id": [1]}], "total": 9},
    {"results": [{"id": "zz", "name": None}], "subtotal": 10**30},
)


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place within a body."""
    yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*place, key))


def spoiled(value: Any, place: tuple[Any, ...], odd: Any) -> Any:
    """The body with something odd at a place."""
    if not place:
        return odd
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = spoiled(value[place[0]], place[1:], odd)
    return copy
