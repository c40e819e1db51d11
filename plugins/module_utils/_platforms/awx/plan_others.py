# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: planning the launches that are not of a playbook's template (AWX contract 1.3.4 and 1.3.6)."""

from __future__ import annotations

import json

from ..._errors import InvalidOptionError, UnsupportedError
from ..._native import mapping, text
from ..._types import JobRequest, Launch
from .api import Row
from .keys import with_key
from .planning import (
    Planning,
    check_may_start,
    check_not_negative,
    find_template,
    forks_of,
    limit_of,
    make_launch,
)

#: what a management job reads (contract 1.3.4); the server drops the rest in silence
_SYSTEM_VARIABLES = ("days", "dry_run")
_PASSWORDS = ("ssh_password", "become_password", "ssh_key_unlock")


def plan_system_job(plan: Planning) -> Launch:
    """Plan a management job. The server takes any C(days), and deletes everything for -1 (contract 6.2)."""
    plan.accept("a management job", "template", "template_id", "parameters", "secret_parameters")
    template = find_template(plan, "system_job_templates", "management job template", {})
    body: Row = {}
    variables = plan.request.all_parameters()
    if variables is not None:
        body["extra_vars"] = {**variables, **check_days(variables, "parameters")}
        unknown = sorted(str(name) for name in variables if name not in _SYSTEM_VARIABLES)
        if unknown and plan.request.validate:
            raise InvalidOptionError(
                f"parameters: a management job takes {' and '.join(_SYSTEM_VARIABLES)}, and would ignore "
                f"{', '.join(unknown)}."
            )
    return make_launch(plan, f"system_job_templates/{template['id']}/launch/", body, "system_job", template)


def check_days(variables: Row, option: str) -> Row:
    """Return the days of a management job as a number; the server takes any, and deletes every job for -1."""
    if "days" not in variables:
        return {}
    days = variables["days"]
    if isinstance(days, str) and days.strip().isascii() and days.strip().isdigit():
        days = int(days)
    if not isinstance(days, int) or isinstance(days, bool) or days < 0:
        raise InvalidOptionError(f"{option}: days must be a whole number that is not negative, not {days!r}.")
    return {"days": days}


def plan_ad_hoc(plan: Planning) -> Launch:
    """Plan an ad hoc command."""
    plan.accept(
        "an ad hoc command",
        *("inventory", "targets", "target_query", "parameters", "secret_parameters", "launch_key"),
        *("awx.module_name", "awx.module_args", "awx.credentials", "awx.credential_passwords", "awx.job_type"),
        *(
            "concurrency",
            "awx.forks",
            "awx.verbosity",
            "awx.become_enabled",
            "awx.diff_mode",
            "awx.execution_environment",
        ),
    )
    check_not_negative(plan)
    request = plan.request
    if request.inventory is None:
        raise InvalidOptionError("inventory: an ad hoc command needs one.")
    if len(plan.option("credentials") or []) != 1:
        raise InvalidOptionError("awx.credentials: an ad hoc command needs exactly one, of the kind machine.")
    module = plan.option("module_name")
    if module in (None, "command", "shell") and not plan.option("module_args"):
        raise InvalidOptionError(f"awx.module_args: the module {module or 'command'} needs arguments.")
    names = ("module_name", "module_args", "job_type", "verbosity", "become_enabled", "diff_mode")
    body: Row = {name: plan.option(name) for name in names}
    body.update(limit=limit_of(request), forks=forks_of(plan), extra_vars=_ad_hoc_variables(request))
    passwords = _ad_hoc_passwords(plan.option("credential_passwords"))
    body.update(_ad_hoc_references(plan))
    body = {name: value for name, value in {**body, **passwords}.items() if value is not None}
    return make_launch(plan, "ad_hoc_commands/", body, "ad_hoc_command", {})


def _ad_hoc_references(plan: Planning) -> Row:
    """Return the ids of what the command names."""
    inventory = plan.resolver.one("inventory", plan.request.inventory, "inventory")
    credential = plan.resolver.one("credential", plan.option("credentials")[0], "awx.credentials")
    if credential.get("kind") not in (None, "ssh"):
        raise InvalidOptionError(
            f"awx.credentials: {text(credential.get('name'))!r} is of the kind {credential['kind']}; "
            "an ad hoc command needs one of the kind machine."
        )
    body: Row = {"inventory": inventory["id"], "credential": credential["id"]}
    if plan.option("execution_environment") is not None:
        row = plan.resolver.one(
            "execution environment", plan.option("execution_environment"), "awx.execution_environment"
        )
        body["execution_environment"] = row["id"]
    return body


def _ad_hoc_variables(request: JobRequest) -> str | None:
    """Return the text that this endpoint wants where the others take an object."""
    variables = with_key(request.all_parameters(), request.launch_key)
    refused = sorted(str(name) for name in variables or {} if str(name).startswith("ansible_"))
    if refused:
        raise InvalidOptionError(f"parameters: an ad hoc command takes no ansible_ variables ({', '.join(refused)}).")
    return None if variables is None else json.dumps(variables)


def _ad_hoc_passwords(passwords: Row | None) -> Row:
    unknown = sorted(str(name) for name in passwords or {} if name not in _PASSWORDS)
    if unknown:
        raise InvalidOptionError(
            f"awx.credential_passwords: an ad hoc command takes {', '.join(_PASSWORDS)}, not {', '.join(unknown)}."
        )
    return dict(passwords or {})


def plan_update(plan: Planning) -> Launch:
    """Plan the update of a project or of one inventory source."""
    is_project = plan.request.type == "project"
    what, path = ("project", "projects") if is_project else ("inventory source", "inventory_sources")
    accepted = ("template", "template_id") if is_project else ("template", "template_id", "inventory")
    plan.accept(f"the update of a{'' if is_project else 'n'} {what}", *accepted)
    template = find_template(plan, path, what, _update_scope(plan, is_project))
    check_may_start(template, what, role="update")
    launch_path = f"{path}/{template['id']}/update/"
    allowed = mapping(plan.api.get(launch_path)).get("can_update")
    if allowed is False:
        raise UnsupportedError(
            f"template: the {what} {text(template.get('name'))!r} cannot be updated"
            + (" (it is manual: it has no source control)." if is_project else ".")
        )
    job_type = "project_update" if is_project else "inventory_update"
    return make_launch(plan, launch_path, {}, job_type, template)


def _update_scope(plan: Planning, is_project: bool) -> Row:
    if is_project:
        return plan.scope()
    scope: Row = {"inventory__organization__name": plan.connection.organization}
    if plan.request.inventory is not None:
        scope["inventory"] = plan.resolver.one("inventory", plan.request.inventory, "inventory")["id"]
    return scope


def plan_inventory(plan: Planning) -> Launch:
    """Plan the update of all sources of an inventory, which makes a job for each."""
    plan.accept("the update of an inventory", "template", "template_id", "inventory")
    if plan.request.inventory is not None:
        if plan.request.template is not None or plan.request.template_id is not None:
            raise InvalidOptionError("inventory: the inventory is named by template or by inventory, not by both.")
        template = plan.resolver.one("inventory", plan.request.inventory, "inventory")
    else:
        template = find_template(plan, "inventories", "inventory")
    launch_path = f"inventories/{template['id']}/update_inventory_sources/"
    sources = plan.api.get(launch_path)
    rows = sources if isinstance(sources, list) else []
    updatable = [mapping(row).get("inventory_source") for row in rows if mapping(row).get("can_update")]
    if not updatable:
        raise UnsupportedError(
            f"{'template' if plan.request.inventory is None else 'inventory'}: the inventory "
            f"{text(template.get('name'))!r} has no source that can be updated."
        )
    return make_launch(plan, launch_path, {}, "inventory_update", template, sources=updatable)
