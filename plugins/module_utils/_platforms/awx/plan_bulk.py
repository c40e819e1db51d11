# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: planning a bulk launch, many templates in one workflow job (AWX contract 1.3.6)."""

from __future__ import annotations

import typing as t

from ..._errors import InvalidOptionError
from ..._native import text
from ..._types import Launch
from .api import Row
from .normalize import parse_variables
from .plan_others import check_days
from .planning import Planning, check_may_start, check_pattern, comma_text, limit_of, make_launch, option_name
from .prompts import PROMPTS, check_prompts
from .refs import checked_row, is_number

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
#: fields of the whole launch that reach the templates that ask for them
_COMMON = ("inventory", "limit", "extra_vars", "scm_branch", "job_tags", "skip_tags")
_ONE = {"inventory": "inventory", "execution_environment": "execution environment"}
_MANY = {"credentials": "credential", "labels": "label", "instance_groups": "instance group"}


def plan_bulk(plan: Planning) -> Launch:
    """Plan a bulk launch."""
    plan.accept(
        "a bulk launch",
        *("inventory", "targets", "target_query", "parameters", "secret_parameters", "description"),
        *("awx.name", "awx.nodes", "awx.scm_branch", "awx.job_tags", "awx.skip_tags"),
    )
    nodes = plan.option("nodes")
    if not nodes:
        raise InvalidOptionError("awx.nodes: a bulk launch needs a list of what to launch.")
    for number, node in enumerate(nodes, 1):
        _check_keys(f"awx.nodes[{number}]", node)
    body: Row = {
        "name": plan.option("name"),
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
    known: dict[t.Any, Row] = {}
    found = [_node(plan, f"awx.nodes[{number}]", node, known) for number, node in enumerate(nodes, 1)]
    body = {name: value for name, value in body.items() if value is not None}
    if any(_is_management(template) for template, _node_body in found):
        body.update(_checked_days(body, "extra_vars", "parameters"))
    if plan.request.validate:
        _check_common(plan, body, [template for template, _node_body in found])
    body["jobs"] = [node_body for _template, node_body in found]
    return make_launch(plan, "bulk/job_launch/", body, "workflow_job", {"name": body.get("name")})


def _check_common(plan: Planning, body: Row, templates: list[Row]) -> None:
    """Refuse what no template asks for, and so would reach none."""
    for key in _COMMON:
        if key not in body or any(_asks(template, key) for template in templates):
            continue
        flag, usual = PROMPTS[key]
        raise InvalidOptionError(
            f"{option_name(plan.request, key, usual)}: none of the templates in awx.nodes asks for it at launch "
            f"({flag} is off), so the server would ignore it. Switch the prompt on, or leave the option out."
        )


def _asks(template: Row, key: str) -> bool:
    return bool(template.get(PROMPTS[key][0]) or (key == "extra_vars" and template.get("survey_enabled")))


def _node(plan: Planning, option: str, node: Row, known: dict[t.Any, Row]) -> tuple[Row, Row]:
    """Return the template and the body of one node; an unknown id would be a 500 of the server (contract 6.2).

    :param known: the templates that were looked up for other nodes.
    """
    named = (str(node.get("template_id")), str(node.get("template")))
    if named not in known:
        known[named] = _node_template(plan, option, node)
    template = known[named]
    check_may_start(template, "template", option)
    body = {key: value for key, value in node.items() if key not in ("template", "template_id") and value is not None}
    for key in ("job_tags", "skip_tags"):
        if isinstance(body.get(key), list):
            body[key] = ",".join(map(str, body[key]))
    home = template.get("organization")
    for key, kind in _ONE.items():
        if key in body:
            body[key] = plan.resolver.one(kind, body[key], f"{option}.{key}", home)["id"]
    for key, kind in _MANY.items():
        if key in body:
            body[key] = [row["id"] for row in plan.resolver.many(kind, _list(body[key]), f"{option}.{key}", home)]
    if _is_management(template):
        body.update(_checked_days(body, "extra_data", f"{option}.extra_data"))
    if plan.request.validate:
        _check_node(template, option, body)
    return template, {"unified_job_template": template["id"], **body}


def _check_keys(option: str, node: t.Any) -> None:
    if not isinstance(node, dict):
        raise InvalidOptionError(f"{option}: write a dictionary with template or template_id.")
    unknown = sorted(str(key) for key in node if key not in _NODE_KEYS)
    if unknown:
        raise InvalidOptionError(f"{option}: unknown keys {', '.join(unknown)}.")
    if node.get("limit") is not None:
        check_pattern(node["limit"], f"{option}.limit")


def _is_management(template: Row) -> bool:
    return bool(template.get("type") == "system_job_template")


def _checked_days(body: Row, key: str, option: str) -> Row:
    """Return the variables of a management job with their days checked, whether or not the rest is."""
    if body.get(key) is None:
        return {}
    variables = parse_variables(body[key])
    if not isinstance(variables, dict):
        raise InvalidOptionError(f"{option}: write a dictionary.")
    return {key: {**variables, **check_days(variables, option)}}


def _list(value: t.Any) -> list[t.Any]:
    return value if isinstance(value, list) else [value]


def _check_node(template: Row, option: str, body: Row) -> None:
    check_prompts(template, body, lambda key, usual: f"{option}.{key}")
    if body.get("extra_data") and not _asks(template, "extra_vars"):
        raise InvalidOptionError(
            f"{option}.extra_data: the template {text(template.get('name'))!r} does not take variables at launch "
            "(ask_variables_on_launch is off)."
        )


def _node_template(plan: Planning, option: str, node: Row) -> Row:
    number = node.get("template_id")
    if number is not None:
        if not is_number(number):
            raise InvalidOptionError(f"{option}: template_id {number!r} is not a number.")
        rows = plan.api.rows("unified_job_templates", {"id": number}, at_most=1)
        if not rows:
            raise InvalidOptionError(f"{option}: there is no template with the id {number!r}.")
        return checked_row(rows[0], "template")
    name: t.Any = node.get("template")
    if not isinstance(name, str) or not name:
        raise InvalidOptionError(f"{option}: name the template, or give template_id.")
    return checked_row(plan.api.find("unified_job_templates", name, "template", plan.scope(), option), "template")
