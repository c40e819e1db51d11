# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OPTIONS tells: the fields that a URL shows and takes (recording launch-options).

Command line clients make their own options out of it, so a field that is missing here cannot be given there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from .job_types import TYPES
from .launch_adhoc import MODULES
from .lists import KINDS, UNIFIED_FIELDS, rows_of
from .negotiate import JSON, formats
from .reply import Reply, Row
from .resource_rows import TYPES as RESOURCES
from .router import Call, Route
from .store import PROMPTS
from .template_rows import WORKFLOW_PROMPTS

_STATUSES = ("new", "pending", "waiting", "running", "successful", "failed", "error", "canceled")
_JOB_TYPES = {"choices": [["run", "Run"], ["check", "Check"]]}
_VERBOSITY = {
    "choices": [
        *([0, "0 (Normal)"], [1, "1 (Verbose)"], [2, "2 (More Verbose)"], [3, "3 (Debug)"]),
        *([4, "4 (Connection Debug)"], [5, "5 (WinRM Debug)"]),
    ]
}
_NUMBER = {"min_value": 0}
_TAKES: dict[str, tuple[str, Row]] = {
    "extra_vars": ("json", {}),
    "inventory": ("id", {}),
    "scm_branch": ("string", {}),
    "limit": ("string", {}),
    "job_tags": ("string", {}),
    "skip_tags": ("string", {}),
    "job_type": ("choice", _JOB_TYPES),
    "verbosity": ("choice", _VERBOSITY),
    "diff_mode": ("boolean", {}),
    "credentials": ("list_of_ids", {"filterable": False}),
    "credential_passwords": ("json", {"filterable": False}),
    "execution_environment": ("id", {}),
    "labels": ("field", {"filterable": False}),
    "forks": ("integer", _NUMBER),
    "job_slice_count": ("integer", _NUMBER),
    "timeout": ("integer", {}),
    "instance_groups": ("field", {"filterable": False}),
}
_BULK: dict[str, tuple[str, Row]] = {
    "name": ("string", {"max_length": 512, "default": "Bulk Job Launch"}),
    "jobs": ("field", {"required": True, "filterable": False}),
    "description": ("string", {}),
    "organization": ("id", {"default": None}),
    **{name: _TAKES[name] for name in ("extra_vars", "inventory", "limit", "scm_branch", "skip_tags", "job_tags")},
}
_AD_HOC: dict[str, tuple[str, Row]] = {
    **{name: _TAKES[name] for name in ("job_type", "inventory", "limit", "forks", "verbosity", "diff_mode")},
    "credential": ("id", {}),
    "execution_environment": ("id", {}),
    "module_name": ("choice", {"choices": [[name, name] for name in MODULES], "default": "command"}),
    "module_args": ("string", {}),
    "extra_vars": ("string", {}),
    "become_enabled": ("boolean", {}),
}
_ROLES = {"job_template": ("admin_role", "execute_role", "read_role")}
_KINDS = {bool: "boolean", int: "integer", float: "decimal", dict: "field", list: "field"}
_READ_ONLY = ("id", "type", "url", "related", "summary_fields", "created", "modified", "launched_by")


def describe(route: Route, call: Call) -> Reply:
    """The answer to OPTIONS."""
    kind = route.title.lower().replace(" ", "_").removesuffix("_list").removesuffix("_detail").removesuffix("_launch")
    body: Row = {
        "name": route.title,
        "description": "",
        "renders": list(dict.fromkeys(formats(route).values())),
        "parses": [JSON],
    }
    actions = {method: _fields(method, call) for method in ("POST", "GET", "PUT") if method in route.handlers}
    if actions:
        body["actions"] = actions
    return Reply(body | {"types": [kind], "object_roles": list(_ROLES.get(kind, ("admin_role", "read_role")))})


def _fields(method: str, call: Call) -> Row:
    for pattern, describe_post, describe_get in _PLACES:
        if re.search(pattern, call.path):
            return {"POST": describe_post, "GET": describe_get}.get(method, _nothing)(call)
    return {}


def _nothing(_call: Call) -> Row:
    return {}


def _field(name: str, kind: str, **more: Any) -> Row:
    label = name.replace("_", " ").capitalize()
    return {"type": kind, "required": False, "hidden": False, "label": label, "filterable": True, **more}


def _shown(name: str, kind: str, **more: Any) -> Row:
    field = _field(name, kind, **more)
    del field["required"]
    return field


# --- what a URL takes


def _taking(fields: dict[str, tuple[str, Row]], write_only: bool = True) -> Callable[[Call], Row]:
    hidden: Row = {"write_only": True} if write_only else {}
    written = {name: _field(name, kind, **more, **hidden) for name, (kind, more) in fields.items()}
    return lambda _call: written


# --- what a URL shows


def _launch(prompts: Iterable[str], *more: str) -> Callable[[Call], Row]:
    fields = {flag: _shown(flag, "boolean") for flag in [PROMPTS[name] for name in prompts]}
    fields["survey_enabled"] = _shown("survey_enabled", "boolean")
    fields["can_start_without_user_input"] = _shown("can_start_without_user_input", "boolean", filterable=False)
    fields |= {name: _shown(name, "field", filterable=False) for name in ("variables_needed_to_start", "defaults")}
    fields |= {name: _shown(name, "field", filterable=False) for name in more}
    return lambda _call: fields


def _listed(call: Call) -> Row:
    path = call.path.rstrip("/").rpartition("/")[2]
    kind = KINDS.get(path)
    if kind is None and path not in RESOURCES and not path.startswith("unified_job"):
        return {}
    if kind in TYPES or path == "unified_jobs":
        own = TYPES[kind].fields if kind in TYPES else {}
        example: Row = {**dict.fromkeys((*_READ_ONLY, *UNIFIED_FIELDS), ""), **own, "elapsed": 0.0, "failed": False}
    else:
        example = next(iter(rows_of(call, path)), {})
    return {name: _example(name, value, "elapsed" in example) for name, value in example.items()}


def _example(name: str, value: Any, job: bool) -> Row:
    if name == "status" and job:
        return _shown(name, "choice", choices=[[word, word.capitalize()] for word in _STATUSES])
    if name in ("created", "modified", "started", "finished", "canceled_on"):
        return _shown(name, "datetime")
    if name == "id":
        return _shown(name, "integer")
    if name in ("related", "summary_fields", "launched_by"):
        return _shown(name, "object", filterable=False)
    return _shown(name, _KINDS.get(type(value), "id" if value is None else "string"), filterable=name != "url")


_PLACES: tuple[tuple[str, Callable[[Call], Row], Callable[[Call], Row]], ...] = (
    (
        "/workflow_job_templates/[^/]+/launch/$",
        _taking({name: _TAKES[name] for name in WORKFLOW_PROMPTS}),
        _launch(WORKFLOW_PROMPTS, "node_templates_missing", "node_prompts_rejected", "workflow_job_template_data"),
    ),
    (
        "/job_templates/[^/]+/launch/$",
        _taking(_TAKES),
        _launch(
            PROMPTS,
            *("passwords_needed_to_start", "credential_needed_to_start", "inventory_needed_to_start"),
            "job_template_data",
        ),
    ),
    ("/bulk/job_launch/$", _taking(_BULK), _nothing),
    ("^/api/v2/bulk/$", _nothing, _nothing),
    ("/ad_hoc_commands/$", _taking(_AD_HOC, write_only=False), _listed),
    (r"^/api/v2/[^/]+/$", _nothing, _listed),
)
