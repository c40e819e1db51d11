# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's description of its own API, in the form of its documentation tool: what generic clients build calls from.

It describes what the lab serves. Updating a host is in it as well, because clients expect it, and is not served.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Union

from .reply import Reply, Row
from .router import Call

#: The parameters of a call: a name with a type, or with the parameters inside. A leading ! stands for required.
Params = Mapping[str, Union[str, "Params"]]

_PAGED: Params = {"search": "string", "order": "string", "page": "numeric", "per_page": "string"}
_CONTEXT: Params = {"location_id": "numeric", "organization_id": "numeric"}
_ID: Params = {"!id": "string"}
_LAUNCH: Params = {
    "job_template_id": "string",
    "!targeting_type": "string",
    "randomized_ordering": "boolean",
    "inputs": "hash",
    "ssh": {"effective_user": "string", "effective_user_password": "string"},
    "ssh_user": "string",
    "password": "string",
    "key_passphrase": "string",
    "recurrence": {"cron_line": "string", "max_iteration": "numeric", "end_time": "string", "purpose": "string"},
    "scheduling": {"start_at": "string", "start_before": "string"},
    "concurrency_control": {"concurrency_level": "numeric"},
    "bookmark_id": "numeric",
    "search_query": "string",
    "description_format": "string",
    "execution_timeout_interval": "numeric",
    "feature": "string",
    "time_to_pickup": "numeric",
    "ansible": {"tags": "string", "tags_flag": "string"},
}
_JOB = "/api/job_invocations/:id"
_HOST: Params = {**_ID, "!host_id": "string"}
_TASKS, _LOGICS = "/foreman_tasks/api/tasks", "/foreman_tasks/api/recurring_logics"

#: The methods of each resource: the name, the HTTP method, the path, the parameters.
_RESOURCES: dict[str, list[tuple[str, str, str, Params]]] = {
    "home": [("status", "GET", "/api/status", {})],
    "ping": [("ping", "GET", "/api/ping", {})],
    "plugins": [("index", "GET", "/api/plugins", _PAGED)],
    "job_invocations": [
        ("index", "GET", "/api/job_invocations", {**_CONTEXT, **_PAGED}),
        ("show", "GET", _JOB, {**_CONTEXT, **_ID, "host_status": "boolean"}),
        ("create", "POST", "/api/job_invocations", {**_CONTEXT, "!job_invocation": _LAUNCH}),
        ("output", "GET", f"{_JOB}/hosts/:host_id", {**_CONTEXT, **_HOST, "since": "string"}),
        ("raw_output", "GET", f"{_JOB}/hosts/:host_id/raw", {**_CONTEXT, **_HOST}),
        ("cancel", "POST", f"{_JOB}/cancel", {**_CONTEXT, **_ID, "force": "boolean"}),
        ("rerun", "POST", f"{_JOB}/rerun", {**_CONTEXT, **_ID, "failed_only": "boolean", "succeeded_only": "boolean"}),
        (
            "outputs",
            "GET",
            f"{_JOB}/outputs",
            {**_CONTEXT, **_ID, "search_query": "string", "since": "string", "raw": "string"},
        ),
    ],
    "template_invocations": [
        (
            "template_invocations",
            "GET",
            "/api/job_invocations/:job_invocation_id/template_invocations",
            {**_CONTEXT, "!job_invocation_id": "string", **_PAGED},
        )
    ],
    "template_inputs": [
        ("index", "GET", "/api/templates/:template_id/template_inputs", {"!template_id": "string", **_PAGED})
    ],
    "foreman_tasks": [
        ("index", "GET", _TASKS, _PAGED),
        ("show", "GET", f"{_TASKS}/:id", _ID),
        ("sub_tasks", "GET", f"{_TASKS}/:task_id/sub_tasks", {"!task_id": "string", **_PAGED}),
    ],
    "recurring_logics": [
        ("index", "GET", _LOGICS, _PAGED),
        ("show", "GET", f"{_LOGICS}/:id", _ID),
        ("cancel", "POST", f"{_LOGICS}/:id/cancel", _ID),
        ("update", "PUT", f"{_LOGICS}/:id", {**_ID, "!recurring_logic": {"enabled": "boolean"}}),
    ],
    **{
        name: [
            ("index", "GET", f"/api/{name}", {**_CONTEXT, **_PAGED}),
            ("show", "GET", f"/api/{name}/:id", {**_CONTEXT, **_ID}),
        ]
        for name in ("job_templates", "remote_execution_features", "bookmarks", "organizations", "locations")
    },
    "hosts": [
        ("index", "GET", "/api/hosts", {"thin": "boolean", **_CONTEXT, **_PAGED}),
        ("show", "GET", "/api/hosts/:id", {**_CONTEXT, **_ID}),
        ("update", "PUT", "/api/hosts/:id", {**_CONTEXT, **_ID, "host": "hash"}),
    ],
}


def _param(name: str, what: str | Params, above: str) -> Row:
    bare = name.lstrip("!")
    full = f"{above}[{bare}]" if above else bare
    row: Row = {
        "name": bare,
        "full_name": full,
        "description": "",
        "required": name.startswith("!"),
        "allow_nil": not name.startswith("!"),
        "allow_blank": False,
        "validator": "",
        "expected_type": what if isinstance(what, str) else "hash",
        "metadata": None,
        "show": True,
        "validations": [],
    }
    if not isinstance(what, str):
        row["params"] = [_param(one, inner, full) for one, inner in what.items()]
    return row


def _method(resource: str, name: str, verb: str, path: str, params: Params) -> Row:
    api = {"api_url": path, "http_method": verb, "short_description": f"{name} of {resource}", "deprecated": None}
    return {
        "doc_url": f"../apidoc/v2/{resource}/{name}",
        "name": name,
        "apis": [api],
        "formats": None,
        "full_description": "",
        "errors": [],
        "params": [_param(one, what, "") for one, what in params.items()],
        "examples": [],
        "metadata": None,
        "see": [],
        "headers": [],
        "show": True,
    }


def _description() -> Row:
    resources = {
        resource: {
            "doc_url": f"../apidoc/v2/{resource}",
            "api_url": "/api",
            "name": resource.replace("_", " ").capitalize(),
            "short_description": None,
            "full_description": "",
            "version": "v2",
            "formats": None,
            "metadata": None,
            "methods": [_method(resource, *method) for method in methods],
            "headers": [],
            "deprecated": False,
        }
        for resource, methods in _RESOURCES.items()
    }
    return {"docs": {"name": "Foreman", "info": "", "copyright": "", "doc_url": "../apidoc/v2", "resources": resources}}


_TEXT: dict[str, Any] = _description()
CHECKSUM = hashlib.sha256(json.dumps(_TEXT).encode()).hexdigest()[:32]


def apidoc(_call: Call) -> Reply:
    """GET /apidoc/v2.json, for everybody."""
    return Reply(_TEXT)
