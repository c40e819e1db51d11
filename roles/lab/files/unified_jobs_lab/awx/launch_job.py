# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launching job templates (contract 1.2, 1.3.1 to 1.3.4; recordings launch-*)."""

from __future__ import annotations

import json
from typing import Any

from ..model import Template
from . import survey
from .inputs import read_fields
from .job_rows import job_row
from .named_urls import find_template
from .reply import ApiError, Reply, Row, created, forbidden, invalid
from .router import Call
from .store import PROMPTS, Store
from .summaries import url

#: Where an operator has the use role beside what the templates hold.
_OPERATOR_USES = (2, 11, 12)
_NO_INVENTORY = "Job Template inventory is missing or undefined."


def own_value(template: Template, name: str) -> Any:
    """What the template itself says for a prompt."""
    plain: Row = {
        "inventory": None,
        "credentials": [],
        "limit": "",
        "job_tags": "",
        "skip_tags": "",
        "job_type": "run",
        "verbosity": 0,
        "diff_mode": False,
        "scm_branch": "",
        "execution_environment": None,
        "labels": [],
        "forks": 0,
        "job_slice_count": 1,
        "timeout": 0,
        "instance_groups": [],
    }
    return template.native.get(name, plain[name])


def _readable(call: Call) -> Template:
    template = find_template(call.awx.store, "job_template", call.args["ref"])
    if not call.user.sees:
        raise forbidden()
    return template


def preflight(call: Call) -> Reply:
    """GET of launch/."""
    template = _readable(call)
    store, own = call.awx.store, template.native
    asked = own.get("ask", set())
    maker = call.awx.maker
    passwords = maker.passwords(own.get("credentials", []))
    needed = survey.required(own.get("survey"))
    missing = not own.get("inventory")
    body: Row = {
        "can_start_without_user_input": not (asked or passwords or needed or missing),
        "passwords_needed_to_start": passwords,
        **{flag: name in asked for name, flag in PROMPTS.items()},
        "survey_enabled": bool(own.get("survey")),
        "variables_needed_to_start": needed,
        "credential_needed_to_start": False,
        "inventory_needed_to_start": missing and "inventory" not in asked or missing,
        "job_template_data": {"name": template.name, "id": template.id, "description": own.get("description", "")},
        "defaults": _defaults(store, template),
    }
    return Reply(body)


def _defaults(store: Store, template: Template) -> Row:
    own = template.native
    inventory = own.get("inventory")
    body: Row = {"inventory": {"name": store.named("inventories", inventory), "id": inventory}}
    names = ("limit", "scm_branch", "job_tags", "skip_tags", "diff_mode", "job_type", "verbosity", "forks")
    body |= {name: own_value(template, name) for name in (*names, "job_slice_count", "timeout")}
    body["extra_vars"] = own.get("extra_vars", "")
    environment = store.get("execution_environments", own.get("execution_environment"))
    body["execution_environment"] = {"id": environment["id"], "name": environment["name"]} if environment else {}
    body["instance_groups"] = [
        {"id": number, "name": store.named("instance_groups", number)} for number in own.get("instance_groups", [])
    ]
    if own.get("labels") and "labels" in own.get("ask", set()):
        body["labels"] = [{"id": number, "name": store.named("labels", number)} for number in own["labels"]]
    if own.get("credentials"):
        body["credentials"] = [_credential(store, number) for number in own["credentials"]]
    return body


def _credential(store: Store, number: int) -> Row:
    row = store.tables["credentials"][number]
    body = {"id": number, "name": row["name"], "credential_type": row["type"], "passwords_needed": row.get("asks", [])}
    return body | ({"vault_id": row["vault_id"]} if "vault_id" in row else {})


def launch(call: Call) -> Reply:
    """POST of launch/: 201, whatever was ignored."""
    template = _readable(call)
    if not call.user.launches:
        raise forbidden()
    store = call.awx.store
    body = call.data()
    given = read_fields(store, body)
    accepted, ignored = _sort_out(template, given)
    _check_credentials(store, template, accepted)
    _check_needs(call, template, accepted, body, given)
    _check_use(call, template, accepted)
    job = _start(call, template, accepted)
    key = "job" if job.kind == "job" else "workflow_job"
    row = job_row(store, job, call.user, "launch")
    return created({key: job.id, "ignored_fields": ignored, **row}, url(job.kind, job.id))


def _start(call: Call, template: Template, accepted: Row) -> Any:
    store, maker = call.awx.store, call.awx.maker
    inventory = accepted.get("inventory", template.native.get("inventory"))
    hosts = store.targets(inventory, accepted.get("limit", own_value(template, "limit")))
    wanted = accepted.get("job_slice_count", own_value(template, "job_slice_count"))
    count = min(wanted, len(hosts))
    if count > 1:
        return maker.sliced(template, call.user.name, accepted, count)
    return maker.job(template, call.user.name, accepted)


def _sort_out(template: Template, given: Row) -> tuple[Row, Row]:
    """What is used and what is ignored of the prompts; the template's own values are neither."""
    asked = template.native.get("ask", set())
    accepted: Row = {}
    ignored: Row = {}
    for name, value in given.items():
        if name == "extra_vars":
            continue
        if value == own_value(template, name):
            continue
        (accepted if name in asked else ignored)[name] = value
    variables = given.get("extra_vars", {})
    known = {question["variable"] for question in template.native.get("survey") or []}
    used = {k: v for k, v in variables.items() if "extra_vars" in asked or k in known}
    refused = {k: v for k, v in variables.items() if k not in used}
    if used:
        accepted["extra_vars"] = used
    if refused:
        ignored = {"extra_vars": refused, **ignored}
    return accepted, ignored


def _kind_key(store: Store, number: int) -> tuple[int, str]:
    row = store.tables["credentials"][number]
    return row["type"], row.get("vault_id", "")


def _check_credentials(store: Store, template: Template, accepted: Row) -> None:
    if "credentials" not in accepted:
        return
    kinds = [_kind_key(store, number) for number in accepted["credentials"]]
    names = {key: store.tables["credential_types"][key[0]]["name"] for key in kinds}
    doubled = next((key for key in kinds if kinds.count(key) > 1), None)
    if doubled is not None:
        raise invalid("credentials", f"Cannot assign multiple {names[doubled]} credentials.")
    for number in template.native.get("credentials", []):
        key = _kind_key(store, number)
        if key not in kinds:
            row = store.tables["credentials"][number]
            kind = store.tables["credential_types"][row["type"]]["name"]
            raise invalid(
                "credentials",
                f"Removing {kind} credential at launch time without replacement is not supported. "
                f"Provided list lacked credential(s): {row['name']}.",
            )


def _check_needs(call: Call, template: Template, accepted: Row, body: Row, given: Row) -> None:
    own = template.native
    errors: Row = {}
    wrong = survey.problems(own.get("survey"), given.get("extra_vars", {}))
    if wrong:
        errors["variables_needed_to_start"] = wrong
    if not accepted.get("inventory", own.get("inventory")):
        errors["resources_needed_to_start"] = [_NO_INVENTORY]
    missing = missing_passwords(call, accepted.get("credentials", own.get("credentials", [])), body)
    if missing:
        errors["passwords_needed_to_start"] = missing
    if errors:
        raise ApiError(400, errors)


def missing_passwords(call: Call, credentials: list[int], body: Row) -> list[str]:
    """The passwords that are asked for and were not sent, inside credential_passwords or beside it."""
    sent = body.get("credential_passwords") or {}
    if not isinstance(sent, dict):
        raise invalid("credential_passwords", f'Expected a dictionary of items but got type "{type(sent).__name__}".')
    have = {**body, **sent}
    return [name for name in call.awx.maker.passwords(credentials) if not have.get(name)]


def _check_use(call: Call, template: Template, accepted: Row) -> None:
    inventory = accepted.get("inventory")
    if inventory is not None and not call.user.superuser and inventory not in _OPERATOR_USES:
        raise forbidden()


def survey_spec(kind: str, call: Call) -> Reply:
    """GET of survey_spec/."""
    template = find_template(call.awx.store, kind, call.args["ref"])
    if not call.user.sees:
        raise forbidden()
    spec = template.native.get("survey")
    return Reply({"name": "", "description": "", "spec": json.loads(json.dumps(spec))} if spec else {})
