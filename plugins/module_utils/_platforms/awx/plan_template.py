# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: planning the launch of a job template or a workflow template (AWX contract 1.2, 1.3.1 to 1.3.5)."""

from __future__ import annotations

import typing as t

from ..._errors import InvalidOptionError
from ..._native import mapping, text
from ..._types import Launch
from .api import Row
from .keys import check_labels, label_of, takes_variable, with_key
from .planning import (
    Planning,
    check_may_start,
    check_not_negative,
    comma_text,
    find_template,
    forks_of,
    limit_of,
    make_launch,
    option_name,
)
from .prompts import (
    check_one_per_kind,
    check_passwords,
    check_prompts,
    check_variables,
    merge_credentials,
    needed_passwords,
)
from .refs import checked_row

_SHARED = (
    *("template", "template_id", "inventory", "targets", "target_query"),
    *("parameters", "secret_parameters", "launch_key"),
)
_SCALARS = ("job_type", "verbosity", "diff_mode", "scm_branch", "forks", "job_slice_count")


def plan_job_template(plan: Planning) -> Launch:
    """Plan the launch of a job template."""
    options = [f"awx.{name}" for name in (*_SCALARS, "job_tags", "skip_tags", "credentials", "credential_passwords")]
    options += ["awx.execution_environment", "awx.labels", "awx.instance_groups"]
    plan.accept("a job template", *_SHARED, "job_timeout", "concurrency", *options)
    return _plan(plan, "job_templates", "job template", "job")


def plan_workflow(plan: Planning) -> Launch:
    """Plan the launch of a workflow template, which takes fewer fields; the server drops the others in silence."""
    options = ["awx.scm_branch", "awx.labels", "awx.job_tags", "awx.skip_tags"]
    plan.accept("a workflow template", *_SHARED, *options)
    return _plan(plan, "workflow_job_templates", "workflow template", "workflow_job")


def _plan(plan: Planning, path: str, what: str, job_type: str) -> Launch:
    check_not_negative(plan)
    body = _scalars(plan)
    template = find_template(plan, path, what)
    check_may_start(template, what)
    _references(plan, template, body)
    launch_path = f"{path}/{template['id']}/launch/"
    preflight = _preflight(plan, template, launch_path) if job_type == "job" else {}
    survey = _survey(plan, path, template)
    chosen = _credentials(plan, body, preflight)
    if plan.request.validate:
        check_prompts(template, body, lambda key, usual: option_name(plan.request, key, usual))
        needed, is_all = needed_passwords(preflight, chosen)
        check_passwords(needed, body.get("credential_passwords", {}), is_all)
        if preflight.get("inventory_needed_to_start") and "inventory" not in body:
            raise InvalidOptionError(f"inventory: the {what} {text(template.get('name'))!r} has none, so give one.")
    _variables(plan, template, body, survey)
    label = _add_key(plan, template, body, survey)
    names = [text(question.get("variable")) for question in survey]
    launch = make_launch(plan, launch_path, body, job_type, template, secrets=_password_questions(survey), survey=names)
    launch.context["key_label"] = label
    for name in body.get("labels", ()):
        if isinstance(name, str):
            launch.preparations.append(("labels/", {"name": name, "organization": template.get("organization")}))
    return launch


def _scalars(plan: Planning) -> Row:
    """Return the part of the body that needs no look-up. Only None means "not given"."""
    body: Row = {name: plan.option(name) for name in _SCALARS}
    body["job_tags"] = comma_text(plan.option("job_tags"))
    body["skip_tags"] = comma_text(plan.option("skip_tags"))
    body["limit"] = limit_of(plan.request)
    body["timeout"] = plan.request.job_timeout
    body["forks"] = forks_of(plan)
    body["credential_passwords"] = plan.option("credential_passwords")
    return {name: value for name, value in body.items() if value is not None}


def _references(plan: Planning, template: Row, body: Row) -> None:
    """Resolve what names other objects."""
    home = template.get("organization")
    if plan.request.inventory is not None:
        body["inventory"] = plan.resolver.one("inventory", plan.request.inventory, "inventory", home)["id"]
    environment = plan.option("execution_environment")
    if environment is not None:
        row = plan.resolver.one("execution environment", environment, "awx.execution_environment", home)
        body["execution_environment"] = row["id"]
    groups = plan.option("instance_groups")
    if groups is not None:
        rows = plan.resolver.many("instance group", groups, "awx.instance_groups")
        body["instance_groups"] = [row["id"] for row in rows]
    if plan.option("labels") is not None:
        body["labels"] = _labels(plan, home, plan.option("labels"))


def _labels(plan: Planning, home: t.Any, labels: list[t.Any], option: str = "awx.labels") -> list[int | str]:
    """Return the labels' ids; a label that is yet to be made keeps its name."""
    result: list[int | str] = []
    for label in _distinct(labels):
        if not isinstance(label, str):
            result.append(plan.resolver.one("label", label, option, home)["id"])
            continue
        filters = {"name": label} if home is None else {"name": label, "organization": home}
        rows = [checked_row(row, "label") for row in plan.api.rows("labels", filters, at_most=1)]
        if not rows and home is None:
            raise InvalidOptionError(
                f"{option}: there is no label {label!r}, and none can be made: the template has no organization."
            )
        result.append(rows[0]["id"] if rows else label)
    return result


def _distinct(items: list[t.Any]) -> list[t.Any]:
    return [item for number, item in enumerate(items) if item not in items[:number]]


def _preflight(plan: Planning, template: Row, path: str) -> Row:
    """Ask the launch URL, but only if the answer is needed (contract 1.2: the template's row says the rest)."""
    own = mapping(template.get("summary_fields")).get("credentials")
    no_inventory = "inventory" in template and template.get("inventory") is None
    if own or plan.option("credentials") or no_inventory or plan.option("credential_passwords") is not None:
        return mapping(plan.api.get(path))
    return {}


def _survey(plan: Planning, path: str, template: Row) -> list[Row]:
    if not template.get("survey_enabled"):
        return []
    spec = mapping(plan.api.get(f"{path}/{template['id']}/survey_spec/")).get("spec")
    return [question for question in spec if isinstance(question, dict)] if isinstance(spec, list) else []


def _credentials(plan: Planning, body: Row, preflight: Row) -> list[Row]:
    """Add the chosen credentials to the template's own: the server replaces the whole set (contract 1.3.3)."""
    wanted = plan.option("credentials")
    if wanted is None:
        return []
    own = mapping(preflight.get("defaults")).get("credentials")
    if not wanted:
        if own:
            names = ", ".join(repr(text(mapping(row).get("name"))) for row in own)
            raise InvalidOptionError(
                f"awx.credentials: the list is empty, but the server cannot take away the template's own ({names}) "
                "at launch. Leave the option out to run with them."
            )
        return []
    chosen = plan.resolver.many("credential", wanted, "awx.credentials")
    check_one_per_kind(chosen)
    body["credentials"] = merge_credentials(own, chosen)
    return chosen


def _variables(plan: Planning, template: Row, body: Row, survey: list[Row]) -> None:
    variables = plan.request.all_parameters()
    if variables is None and not (survey and plan.request.validate):
        return
    if plan.request.validate:
        ask = bool(template.get("ask_variables_on_launch"))
        checked = check_variables(template, variables or {}, survey, ask)
        if variables is None or (not checked and not ask):
            return
        variables = checked
    body["extra_vars"] = variables


def _add_key(plan: Planning, template: Row, body: Row, survey: list[Row]) -> str | None:
    """Add the launch key to the variables, else to the labels; return the label, if it is one."""
    key = plan.request.launch_key
    if key is None:
        return None
    if takes_variable(template, survey):
        body["extra_vars"] = with_key(body.get("extra_vars"), key)
        return None
    check_labels(template)
    label = label_of(key)
    own = _labels(plan, template.get("organization"), [label], "launch_key")
    body["labels"] = _distinct([*body.get("labels", ()), *own])
    return label


def _password_questions(survey: list[Row]) -> list[str]:
    return [text(question.get("variable")) for question in survey if question.get("type") == "password"]
