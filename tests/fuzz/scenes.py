# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole verbs on a server of which one to three answers are spoiled, without a network."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ansible_collections.unified.jobs.plugins.module_utils import _faces
from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    ConnectionFailedError,
    InternalError,
    JobsError,
)
from ansible_collections.unified.jobs.plugins.module_utils._progress import Stage, showing
from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection

from . import awx_server, foreman_server, puppet_server
from .checks import check_line, check_result, expect
from .mutate import DATES, Choices, encoded, mutated, raw
from .seeds import Corpus
from .stub import FuzzClient, Key, Raw, Refusal, Steps, Time, connected

LONGEST_MESSAGE = 200000
_STATUSES = (400, 401, 403, 404, 405, 409, 410, 422, 429, 500, 502, 503, 504)
_CONNECTIONS = {
    "awx": Connection("awx", "https://h.example.com", token="a-token", api_prefix="/api/v2/"),
    "foreman": Connection("foreman", "https://f.example.com", username="u", password="pw"),
    "puppet": Connection("puppet", "https://pe.example.com:8143", token="pw-token"),
}
#: an answer to a launch that was lost on its way
_LOST = ConnectionFailedError("the connection broke", ambiguous=True, transient=True)


@dataclass(frozen=True)
class Scene:
    """A face with its options, on a server that knows C(table())."""

    name: str
    platform: str
    table: Callable[[], dict[Key, Any]]
    face: str
    options: dict[str, Any]
    connection: Connection

    @functools.cached_property
    def bodies(self) -> dict[Key, Any]:
        """What the server knows."""
        return self.table()

    @functools.cached_property
    def sent(self) -> dict[Key, Any]:
        """The same as bytes, which are many times what is read."""
        return {key: _as_sent(body) for key, body in self.bodies.items()}

    @functools.cached_property
    def used(self) -> list[Key]:
        """What is asked for if nothing is spoiled."""
        client = FuzzClient(self.sent, Time(), PLATFORMS[self.platform])
        self._run(client)
        return sorted({(method, path) for method, path, _given in client.asked if (method, path) in self.sent})

    def make(self, choices: Choices, known: Corpus) -> dict[Key, Any]:
        """The answers that are spoiled."""
        table, case = self.bodies, {}
        for _spoiled in range(1 + choices.below(3) * choices.below(2)):
            key = choices.one(self.used)
            body = table[key]({"start": 1, "page": 1}) if callable(table[key]) else table[key]
            if isinstance(body, Refusal):
                case[key] = Refusal(body.status, mutated(body.body, choices, known.words, known.errors))
            elif not isinstance(body, Exception):
                case[key] = self._spoiled(body, choices, known)
        return case

    def _spoiled(self, body: Any, choices: Choices, known: Corpus) -> Any:
        kind = choices.below(12)
        if kind == 0:
            said = mutated(choices.one(known.errors), choices, known.words, known.errors)
            status = choices.one(_STATUSES)
            return Refusal(
                status, said, Retry_After=choices.one((*DATES, "1", "-1", "nan", "1e999")), Date=choices.one(DATES)
            )
        if kind == 1:
            return Raw(raw(body, choices))
        if kind == 2:
            return mutated(choices.one(known.bodies), choices, known.words, known.bodies)
        one = mutated(body, choices, known.words, known.bodies)
        return Steps([body, one, body]) if kind == 3 else one

    def read(self, case: dict[Key, Any]) -> None:
        """Do it; raises for what is not right."""
        client = FuzzClient({**self.sent, **case}, Time(), PLATFORMS[self.platform])
        result = self._run(client)
        if isinstance(result, JobsError):
            expect(not isinstance(result, InternalError), result.message)
            check_line(result.message, LONGEST_MESSAGE)
            check_result(result.to_result())
        else:
            check_result(result)
        launches = [path for path, _given in client.sent() if path in LAUNCHING[self.platform]]
        if self.face != "invoke":
            expect(not launches, f"{self.face} launched: {launches}")
        if "jobs" not in self.options:
            expect(len(launches) <= 1, f"launched more than once: {launches}")
        expect(client.clock.now < 1000 + 7 * 86400, f"it took {client.clock.now - 1000:.0f} seconds")

    def _run(self, client: FuzzClient) -> Any:
        options = dict(self.options)
        check_mode = options.pop("check_mode", False)
        lines: list[str] = []
        try:
            with (
                connected(client, PLATFORMS[self.platform], self.connection),
                showing(Stage(show=lines.append)),
            ):
                result = getattr(_faces, self.face)(options.get, check_mode=check_mode, clock=client.clock)
        except JobsError as error:
            return error
        for line in lines:
            expect(line.isprintable() and len(line) <= 400, f"a line of progress: {line!r:.200}")
        return result


def _as_sent(body: Any) -> Any:
    if isinstance(body, Steps):
        return Steps(map(_as_sent, body))
    return Raw(encoded(body)) if isinstance(body, (dict, list)) else body


LAUNCHING = {
    "awx": {
        path
        for method, path in awx_server.answers()
        if method == "POST"
        and path.endswith(("/launch/", "/relaunch/", "/update/", "_sources/", "job_launch/", "ad_hoc_commands/"))
    },
    "foreman": {"/api/job_invocations", f"{foreman_server.JOB}/rerun"},
    "puppet": set(puppet_server.COMMANDS),
}


def scenes(platform: str) -> list[Scene]:
    """All of a platform."""
    return {"awx": _awx, "foreman": _foreman, "puppet": _puppet}[platform]()


# -- AWX ---------------------------------------------------------------------------------------------------------------

_READ = ["hosts", "output", "failed_tasks", "children", "artifacts", "parameters", "events", "native"]
_AWX = {
    "credentials": [5, "l"],
    "credential_passwords": {"ssh_password": "x"},
    "labels": ["l", 5],
    "instance_groups": ["l"],
    "execution_environment": "l",
    "job_tags": ["x"],
    "scm_branch": "b",
    "verbosity": 1,
}
_SURVEY = {"env": "dev", "count": "5", "ratio": 0.5, "a": "v", "pick": ["x"], "secret": "s3cretpw"}
_ANY = {"template": "lab-ok", "validate": False}
_AWX_CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    **{f"read {kind}": ("failed", "info", {"jobs": "7", "type": kind, "include": _READ}) for kind in awx_server.KINDS},
    "read": ("successful", "info", {"jobs": "7", "include": _READ, "host_filter": "a"}),
    "read many": ("failed", "info", {"jobs": ["6", "7", "8"], "type": "job", "include": ["hosts"]}),
    "cursor": ("failed", "info", {"jobs": "7", "type": "job", "include": ["output"], "output_since": "0"}),
    "cursor of a management job": (
        "failed",
        "info",
        {"jobs": "7", "type": "system_job", "include": ["output"], "output_since": "0"},
    ),
    "list": ("failed", "info", {}),
    "list with hosts": ("failed", "info", {"type": "job", "include": ["hosts", "failed_tasks"], "max_results": 2}),
    "ordered list": ("failed", "info", {"type": "job", "order_by": "name", "max_results": 0, "status": ["failed"]}),
    "launch": (
        "failed",
        "invoke",
        {"template": "lab-ok", "parameters": _SURVEY, "inventory": "lab-ok", "targets": ["a"], "awx": _AWX},
    ),
    "launch by id": (
        "failed",
        "invoke",
        {"template_id": "11", "parameters": _SURVEY, "awx": {"credential_passwords": {"ssh_password": "x"}}},
    ),
    "launch and wait": ("failed", "invoke", {**_ANY, "wait": True, "wait_timeout": 9}),
    "check mode": ("failed", "invoke", {"template": "lab-ok", "parameters": _SURVEY, "awx": _AWX, "check_mode": True}),
    "workflow": ("failed", "invoke", {**_ANY, "type": "workflow_job_template", "parameters": _SURVEY}),
    "management job": (
        "failed",
        "invoke",
        {"template": "lab-ok", "type": "system_job_template", "parameters": {"days": 5}},
    ),
    "project": ("failed", "invoke", {"template": "lab-ok", "type": "project"}),
    "inventory source": ("failed", "invoke", {"template": "lab-ok", "type": "inventory_source", "inventory": 2}),
    "inventory": ("failed", "invoke", {"template": "lab-ok", "type": "inventory"}),
    "command": (
        "failed",
        "invoke",
        {"type": "ad_hoc_command", "inventory": "lab-ok", "awx": {"module_args": "x", "credentials": ["l"]}},
    ),
    "bulk": (
        "failed",
        "invoke",
        {"type": "bulk", "awx": {"nodes": [{"template": "lab-ok", "credentials": ["l"]}, {"template_id": 11}]}},
    ),
    "rerun": ("failed", "invoke", {"rerun": {"id": "7", "type": "job", "platform": "awx", "native_status": "failed"}}),
    "rerun failed": ("failed", "invoke", {"rerun": "7", "rerun_hosts": "failed"}),
    "rerun a workflow": (
        "failed",
        "invoke",
        {"rerun": {"id": "7", "type": "workflow_job", "platform": "awx", "native_status": "failed"}},
    ),
    "launch many": ("failed", "invoke", {"jobs": [_ANY, {**_ANY, "type": "workflow_job_template"}]}),
    "wait": ("failed", "wait", {"jobs": "7", "type": "job", "wait_timeout": 10, "include": ["hosts", "output"]}),
    "wait on": ("running", "wait", {"jobs": "7", "type": "job", "wait_timeout": 5}),
    "wait for a workflow": ("failed", "wait", {"jobs": "7", "type": "workflow_job", "wait_timeout": 10}),
    "wait for many": ("running", "wait", {"jobs": ["6", "7", "8"], "type": "job", "wait_timeout": 5}),
    "cancel": ("running", "cancel", {"jobs": "7"}),
    "cancel and wait": ("running", "cancel", {"jobs": "7", "type": "workflow_job", "wait": True, "wait_timeout": 5}),
}
_AWX_LOST = {
    "launch": "job_templates/11/launch/",
    "workflow": "workflow_job_templates/11/launch/",
    "management job": "system_job_templates/11/launch/",
    "inventory": "inventories/2/update_inventory_sources/",
    "command": "ad_hoc_commands/",
    "bulk": "bulk/job_launch/",
    "rerun failed": "jobs/7/relaunch/",
}


def _awx() -> list[Scene]:
    connection = _CONNECTIONS["awx"]
    found = [
        Scene(name, "awx", functools.partial(awx_server.answers, status), face, options, connection)
        for name, (status, face, options) in _AWX_CALLS.items()
    ]
    for name, path in _AWX_LOST.items():
        _status, face, options = _AWX_CALLS[name]
        table = functools.partial(_lost, awx_server.answers, path, _awx_later)
        found.append(Scene(f"lost {name}", "awx", table, face, options, connection))
    detected = Connection("awx", "https://h.example.com/tower", token="a-token", organization="Ops")
    found.append(Scene("detect", "awx", _awx_from_root, "info", {"jobs": "7", "type": "job"}, detected))
    found.append(Scene("organization", "awx", _awx_from_root, "info", {"name": "x"}, detected))
    return found


def _awx_from_root() -> dict[Key, Any]:
    known = awx_server.answers()
    below = {(method, f"/api/v2/{path}"): body for (method, path), body in known.items() if path[:1] != "/"}
    return {**known, **below}


def _awx_later(known: dict[Key, Any]) -> None:
    """Let the lists show what the launch made: a job that is newer than those before."""
    for kind, path in awx_server.KINDS.items():
        given = {"days": 5} if kind == "system_job" else {**_SURVEY, "count": 5} if kind != "ad_hoc_command" else {}
        again = {
            "module_name": "command",
            "module_args": "x",
            "credential": 5,
            "diff_mode": False,
            "become_enabled": False,
        }
        new = awx_server.job(kind, "pending", 60, inventory_source=11, extra_vars=json.dumps(given), **again)
        new.update(limit="a" if kind == "job" else "", job_tags="x", scm_branch="b", verbosity=0, forks=0)
        new["summary_fields"] = {**new["summary_fields"], "credentials": [{"id": 5, "name": "l"}]}
        known["GET", f"{path}/"] = Steps([awx_server.page(awx_server.job(kind, "failed", 7)), awx_server.page(new)])
        known["GET", f"{path}/60/"] = new
    nodes: list[Any] = [
        {"unified_job_template": 11, "identifier": "n", "extra_data": {}, "id": number} for number in (61, 62)
    ]
    known["GET", "workflow_jobs/60/workflow_nodes/"] = awx_server.page(*nodes)


def _lost(answers: Callable[[], dict[Key, Any]], path: str, later: Callable[[dict[Key, Any]], None]) -> dict[Key, Any]:
    """A server whose answer to a launch is lost."""
    known = answers()
    known["POST", path] = _LOST
    later(known)
    return known


def _nothing(_known: dict[Key, Any]) -> None:
    pass


# -- Foreman -----------------------------------------------------------------------------------------------------------


def _foreman() -> list[Scene]:
    connection = _CONNECTIONS["foreman"]
    found = []
    for name, (one, face, options) in foreman_server.CALLS.items():
        table = functools.partial(foreman_server.answers, one)
        found.append(Scene(name, "foreman", table, face, options, connection))
        if face == "invoke" and "check_mode" not in options:
            path = f"{foreman_server.JOB}/rerun" if "rerun" in options else "/api/job_invocations"
            lost = functools.partial(_lost, table, path, _nothing)
            found.append(Scene(f"lost {name}", "foreman", lost, face, options, connection))
    old = functools.partial(_foreman_old, foreman_server.FAILED)
    read = {"jobs": "5", "include": ["hosts", "output", "failed_tasks"]}
    found.append(Scene("old read", "foreman", old, "info", read, connection))
    found.append(Scene("old hosts", "foreman", old, "info", {**read, "host_filter": "name = a"}, connection))
    many = {"jobs": [{"template": "lab-ok", **foreman_server.A}, {"template_id": "401", **foreman_server.A}]}
    table = functools.partial(foreman_server.answers, foreman_server.OK)
    found.append(Scene("launch many", "foreman", table, "invoke", many, connection))
    return found


def _foreman_old(one: dict[str, Any]) -> dict[Key, Any]:
    """A server that does not know the lists of hosts and of outputs yet."""
    known = foreman_server.answers({**one, "targeting": {"hosts": [{"id": 1, "name": "a", "job_status": "error"}]}})
    del known["GET", f"{foreman_server.JOB}/hosts"]
    del known["GET", f"{foreman_server.JOB}/outputs"]
    known["GET", f"{foreman_server.JOB}/hosts/1"] = {"complete": True, "output": foreman_server.CHUNKS}
    return known


# -- Puppet ------------------------------------------------------------------------------------------------------------

_PATHS = {
    "task": "/command/task",
    "run": "/command/deploy",
    "plan": "/command/plan_run",
    "scheduled task": puppet_server.SCHEDULES,
    "rerun": "/command/task",
    "rerun a plan": "/command/plan_run",
}


def _puppet() -> list[Scene]:
    connection = _CONNECTIONS["puppet"]
    found = []
    for name, (one, plan, face, options) in puppet_server.CALLS.items():
        table = functools.partial(puppet_server.answers, one, plan)
        found.append(Scene(name, "puppet", table, face, options, connection))
        if name in _PATHS:
            lost = functools.partial(_lost, table, _PATHS[name], _nothing)
            found.append(Scene(f"lost {name}", "puppet", lost, face, options, connection))
    options = puppet_server.TASK_OPTIONS
    found.append(Scene("refused task", "puppet", _puppet_refused, "invoke", options, connection))
    many = {"jobs": [puppet_server.TASK_OPTIONS, puppet_server.PLAN_OPTIONS]}
    table = functools.partial(puppet_server.answers, puppet_server.OK)
    found.append(Scene("launch many", "puppet", table, "invoke", many, connection))
    return found


def _puppet_refused() -> dict[Key, Any]:
    known = puppet_server.answers(puppet_server.OK)
    body = {"kind": "puppetlabs.orchestrator/unknown-environment", "msg": "no", "details": {"environment": "x"}}
    known["POST", "/command/task"] = Refusal(400, body)
    return known
