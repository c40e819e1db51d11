# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: planning the launches that are not of a playbook's template (AWX contract 1.3.4 and 1.3.6)."""

from __future__ import annotations

import json
import typing as t

from ..._errors import ForbiddenError, InvalidOptionError, UnsupportedError
from ..._types import Launch
from .api import Row
from .normalize import mapping, text
from .planning import Planning, comma_text, find_template, forks_of, limit_of, make_launch

_PASSWORDS = ("ssh_password", "become_password", "ssh_key_unlock")
_NODE_KEYS = frozenset(
    (
        "template",
        "template_id",
        "inventory",
        "credentials",
        "labels",
        "instance_groups",
        "execution_environment",
        "limit",
        "extra_data",
        "job_type",
        "job_tags",
        "skip_tags",
        "verbosity",
        "forks",
        "diff_mode",
        "job_slice_count",
        "timeout",
        "scm_branch",
        "identifier",
    )
)


def plan_system_job(plan: Planning) -> Launch:
    """Plan a management job. The server takes any C(days), and deletes everything for -1 (contract 6.2)."""
    plan.accept("a management job", "template", "template_id", "parameters", "secret_parameters")
    template = find_template(plan, "system_job_templates", "management job template", {})
    body: Row = {}
    variables = plan.request.all_parameters()
    if variables is not None:
        body["extra_vars"] = {**variables, **_days(variables)}
    return make_launch(plan, f"system_job_templates/{template['id']}/launch/", body, "system_job", template)


def _days(variables: Row) -> Row:
    if "days" not in variables:
        return {}
    days = variables["days"]
    if isinstance(days, str) and days.strip().isdigit():
        days = int(days)
    if not isinstance(days, int) or isinstance(days, bool) or days < 0:
        raise InvalidOptionError(f"parameters: days must be a whole number that is not negative, not {days!r}.")
    return {"days": days}


def plan_ad_hoc(plan: Planning) -> Launch:
    """Plan an ad hoc command."""
    plan.accept(
        "an ad hoc command",
        *("inventory", "targets", "target_query", "parameters", "secret_parameters"),
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
    request = plan.request
    if request.inventory is None:
        raise InvalidOptionError("inventory: an ad hoc command needs one.")
    if len(plan.option("credentials") or []) != 1:
        raise InvalidOptionError("awx.credentials: an ad hoc command needs exactly one, of the kind machine.")
    module = plan.option("module_name")
    if module in (None, "command", "shell") and not plan.option("module_args"):
        raise InvalidOptionError(f"awx.module_args: the module {module or 'command'} needs arguments.")
    inventory = plan.resolver.one("inventory", request.inventory, "inventory")
    credential = plan.resolver.one("credential", plan.option("credentials")[0], "awx.credentials")
    names = ("module_name", "module_args", "job_type", "verbosity", "become_enabled", "diff_mode")
    body: Row = {"inventory": inventory["id"], "credential": credential["id"], "limit": limit_of(request)}
    body.update({name: plan.option(name) for name in names})
    body["forks"] = forks_of(plan)
    if plan.option("execution_environment") is not None:
        row = plan.resolver.one(
            "execution environment", plan.option("execution_environment"), "awx.execution_environment"
        )
        body["execution_environment"] = row["id"]
    body["extra_vars"] = _ad_hoc_variables(request.all_parameters())
    passwords = _ad_hoc_passwords(plan.option("credential_passwords"))
    body = {name: value for name, value in {**body, **passwords}.items() if value is not None}
    return make_launch(plan, "ad_hoc_commands/", body, "ad_hoc_command", {}, secrets=tuple(passwords))


def _ad_hoc_variables(variables: Row | None) -> str | None:
    """Return the text that this endpoint wants where the others take an object."""
    refused = sorted(name for name in variables or {} if str(name).startswith("ansible_"))
    if refused:
        raise InvalidOptionError(f"parameters: an ad hoc command takes no ansible_ variables ({', '.join(refused)}).")
    return None if variables is None else json.dumps(variables)


def _ad_hoc_passwords(passwords: Row | None) -> Row:
    unknown = sorted(set(passwords or {}) - set(_PASSWORDS))
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
    if not any(mapping(row).get("can_update") for row in rows):
        raise UnsupportedError(
            f"inventory: the inventory {text(template.get('name'))!r} has no source that can be updated."
        )
    return make_launch(plan, launch_path, {}, "inventory_update", template, sources=len(rows))


def plan_bulk(plan: Planning) -> Launch:
    """Plan a bulk launch: many templates in one workflow job."""
    plan.accept(
        "a bulk launch",
        *("inventory", "targets", "target_query", "parameters", "secret_parameters", "description"),
        *("awx.name", "awx.nodes", "awx.scm_branch", "awx.job_tags", "awx.skip_tags"),
    )
    nodes = plan.option("nodes")
    if not nodes:
        raise InvalidOptionError("awx.nodes: a bulk launch needs a list of what to launch.")
    body: Row = {
        "name": plan.option("name"),
        "jobs": [_node(plan, number, node) for number, node in enumerate(nodes, 1)],
        "description": plan.request.description,
        "limit": limit_of(plan.request),
        "extra_vars": plan.request.all_parameters(),
        "scm_branch": plan.option("scm_branch"),
        "job_tags": comma_text(plan.option("job_tags")),
        "skip_tags": comma_text(plan.option("skip_tags")),
    }
    if plan.request.inventory is not None:
        body["inventory"] = plan.resolver.one("inventory", plan.request.inventory, "inventory")["id"]
    if plan.connection.organization:
        body["organization"] = plan.resolver.one("organization", plan.connection.organization, "organization")["id"]
    body = {name: value for name, value in body.items() if value is not None}
    return make_launch(plan, "bulk/job_launch/", body, "workflow_job", {"name": body.get("name")})


def _node(plan: Planning, number: int, node: Row) -> Row:
    """Return one node of a bulk launch; an unknown template id would be a 500 of the server (contract 6.2)."""
    option = f"awx.nodes[{number}]"
    unknown = sorted(set(node) - _NODE_KEYS)
    if unknown:
        raise InvalidOptionError(f"{option}: unknown keys {', '.join(unknown)}.")
    template = _node_template(plan, option, node)
    start = mapping(mapping(template.get("summary_fields")).get("user_capabilities")).get("start")
    if start is False:
        raise ForbiddenError(f"{option}: this user may not launch {text(template.get('name'))!r}.")
    body = {key: value for key, value in node.items() if key not in ("template", "template_id") and value is not None}
    for key in ("job_tags", "skip_tags"):
        if isinstance(body.get(key), list):
            body[key] = ",".join(map(str, body[key]))
    kinds = {"inventory": "inventory", "execution_environment": "execution environment"}
    for key, kind in kinds.items():
        if key in body:
            body[key] = plan.resolver.one(kind, body[key], f"{option}.{key}")["id"]
    lists = {"credentials": "credential", "labels": "label", "instance_groups": "instance group"}
    for key, kind in lists.items():
        if key in body:
            body[key] = [row["id"] for row in plan.resolver.many(kind, body[key], f"{option}.{key}")]
    return {"unified_job_template": template["id"], **body}


def _node_template(plan: Planning, option: str, node: Row) -> Row:
    if node.get("template_id") is not None:
        rows = plan.api.rows("unified_job_templates/", {"id": node["template_id"]}, at_most=1)
        if not rows:
            raise InvalidOptionError(f"{option}: there is no template with the id {node['template_id']!r}.")
        return rows[0]
    name: t.Any = node.get("template")
    if not isinstance(name, str) or not name:
        raise InvalidOptionError(f"{option}: name the template, or give template_id.")
    return plan.api.find("unified_job_templates/", name, "template", plan.scope(), option)
