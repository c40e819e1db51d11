# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: which fields a template takes at launch, and what its survey wants (AWX contract 1.2, 1.3)."""

from __future__ import annotations

import typing as t

from ..._errors import InvalidOptionError, UnsupportedError
from .api import Row
from .normalize import mapping, parse_variables, summary, text

#: body key of a job template's launch -> (flag of the template, our option)
PROMPTS = {
    "extra_vars": ("ask_variables_on_launch", "parameters"),
    "inventory": ("ask_inventory_on_launch", "inventory"),
    "credentials": ("ask_credential_on_launch", "awx.credentials"),
    "limit": ("ask_limit_on_launch", "targets"),
    "job_tags": ("ask_tags_on_launch", "awx.job_tags"),
    "skip_tags": ("ask_skip_tags_on_launch", "awx.skip_tags"),
    "job_type": ("ask_job_type_on_launch", "awx.job_type"),
    "verbosity": ("ask_verbosity_on_launch", "awx.verbosity"),
    "diff_mode": ("ask_diff_mode_on_launch", "awx.diff_mode"),
    "scm_branch": ("ask_scm_branch_on_launch", "awx.scm_branch"),
    "execution_environment": ("ask_execution_environment_on_launch", "awx.execution_environment"),
    "forks": ("ask_forks_on_launch", "awx.forks"),
    "job_slice_count": ("ask_job_slice_count_on_launch", "awx.job_slice_count"),
    "timeout": ("ask_timeout_on_launch", "job_timeout"),
    "labels": ("ask_labels_on_launch", "awx.labels"),
    "instance_groups": ("ask_instance_groups_on_launch", "awx.instance_groups"),
}
#: what a workflow template's launch takes; the server drops the rest in silence (contract 1.3.5)
WORKFLOW_PROMPTS = ("extra_vars", "inventory", "limit", "scm_branch", "labels", "job_tags", "skip_tags")
_NUMBERS: dict[str, t.Any] = {"integer": int, "float": float}
_TEXTS = ("text", "textarea", "password", "multiplechoice")


def check_prompts(template: Row, body: Row) -> None:
    """Refuse every field that the template does not ask for, and drop those that equal its own value.

    :param body: the body to be sent; changed in place.
    :raises InvalidOptionError: naming the option and the flag.
    :raises UnsupportedError: if this version of the server does not know the prompt.
    """
    for key in [name for name in body if name in PROMPTS and name != "extra_vars"]:
        flag, option = PROMPTS[key]
        if template.get(flag):
            continue
        if _equals_template(template, key, body[key]):
            del body[key]
            continue
        if flag not in template:
            raise UnsupportedError(f"{option}: this version of the server cannot set {key} at launch (no {flag}).")
        raise InvalidOptionError(
            f"{option}: the template {text(template.get('name'))!r} does not ask for it at launch ({flag} is off), "
            "so the server would ignore it. Switch the prompt on in the template, or leave the option out."
        )


def check_variables(template: Row, variables: dict[str, t.Any], survey: list[Row], ask: bool) -> dict[str, t.Any]:
    """Return the variables to send: checked against the survey and the prompt.

    Numbers that came as text, as templates make them, become numbers where the survey asks for a number.

    :param survey: the questions, empty if there is no survey that is switched on.
    :param ask: whether other variables than the survey's may be given.
    :raises InvalidOptionError: naming every variable that is wrong.
    """
    questions = {text(question.get("variable")): question for question in survey}
    if not ask:
        own = mapping(parse_variables(template.get("extra_vars")))
        refused = sorted(
            name for name, value in variables.items() if name not in questions and own.get(name, _NOTHING) != value
        )
        if refused:
            raise InvalidOptionError(
                f"parameters: the template {text(template.get('name'))!r} does not take {', '.join(refused)} at launch "
                "(ask_variables_on_launch is off" + (" and its survey does not ask for it)." if survey else ").")
            )
    result = {name: _fit(questions.get(name), value) for name, value in variables.items()}
    problems = [problem for question in survey for problem in _problems(question, result)]
    if problems:
        raise InvalidOptionError("parameters: the survey is not answered: " + "; ".join(problems) + ".")
    return result


_NOTHING = object()


def _equals_template(template: Row, key: str, value: t.Any) -> bool:
    if key in ("labels", "credentials", "instance_groups"):
        rows = mapping(template.get("summary_fields")).get(key)
        rows = rows.get("results") if isinstance(rows, dict) else rows
        have = [mapping(row).get("id") for row in rows] if isinstance(rows, list) else []
        return key != "instance_groups" and sorted(map(str, have)) == sorted(map(str, value))
    own = template.get(key)
    return bool(own == value or (own in (None, "") and value == ""))


def _fit(question: Row | None, value: t.Any) -> t.Any:
    kind = _NUMBERS.get(text(mapping(question).get("type")))
    if kind and isinstance(value, str):
        try:
            return kind(value.strip())
        except ValueError:
            return value
    return value


def _problems(question: Row, variables: Row) -> t.Iterator[str]:
    """Yield what the server would find wrong with one answer (contract 1.3.2)."""
    name = text(question.get("variable"))
    if name not in variables:
        if question.get("required"):
            default = question.get("default")
            note = " (its default is not used at launch)" if default not in (None, "") else ""
            yield f"{name} is missing{note}"
        return
    value, kind = variables[name], text(question.get("type"))
    yield from _wrong_type(name, kind, value)
    yield from _wrong_choice(name, kind, value, question)
    yield from _wrong_size(name, kind, value, question)


def _wrong_type(name: str, kind: str, value: t.Any) -> t.Iterator[str]:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "integer" and not (is_number and isinstance(value, int)):
        yield f"{name} must be a whole number"
    elif kind == "float" and not is_number:
        yield f"{name} must be a number"
    elif kind in _TEXTS and not isinstance(value, str):
        yield f"{name} must be text (write it in quotes)"
    elif kind == "multiselect" and not isinstance(value, list):
        yield f"{name} must be a list"


def _wrong_choice(name: str, kind: str, value: t.Any, question: Row) -> t.Iterator[str]:
    choices = question.get("choices")
    if isinstance(choices, str):
        choices = choices.splitlines()
    if not choices or kind not in ("multiplechoice", "multiselect"):
        return
    values = value if isinstance(value, list) else [value]
    if any(item not in choices for item in values) and (value != "" or question.get("required")):
        yield f"{name} must be one of {', '.join(map(str, choices))}"


def _wrong_size(name: str, kind: str, value: t.Any, question: Row) -> t.Iterator[str]:
    """A password's value is never shown."""
    if value == "$encrypted$":
        return
    size: t.Any = value
    what = "value"
    if kind in ("text", "textarea", "password"):
        size, what = (len(value), "length") if isinstance(value, str) else (None, "")
    if not isinstance(size, (int, float)) or isinstance(size, bool) or kind in ("multiplechoice", "multiselect"):
        return
    low, high = question.get("min"), question.get("max")
    if isinstance(low, (int, float)) and size < low:
        yield f"the {what} of {name} must be at least {low}"
    if isinstance(high, (int, float)) and size > high:
        yield f"the {what} of {name} must be at most {high}"


def check_passwords(needed: t.Any, given: t.Mapping[str, t.Any]) -> None:
    """Refuse a launch without the passwords that its credentials ask for."""
    missing = [text(name) for name in needed if name not in given] if isinstance(needed, list) else []
    if missing:
        raise InvalidOptionError(
            f"awx.credential_passwords: the credentials ask for {', '.join(missing)}: give these keys."
        )


def merge_credentials(defaults: t.Any, chosen: list[Row]) -> list[int]:
    """Return the ids to send: the template's credentials, with those of the same kind replaced (contract 1.3.3)."""
    kinds = {_credential_kind(row) for row in chosen}
    kept = (
        [row for row in defaults if _credential_kind(mapping(row)) not in kinds] if isinstance(defaults, list) else []
    )
    ids: list[int] = []
    for row in [*kept, *chosen]:
        if mapping(row).get("id") is not None and row["id"] not in ids:
            ids.append(row["id"])
    return ids


def check_one_per_kind(chosen: list[Row]) -> None:
    """Refuse two credentials of one kind, as the server would."""
    seen: dict[t.Any, Row] = {}
    for row in chosen:
        kind = _credential_kind(row)
        if kind in seen and seen[kind].get("id") != row.get("id"):
            raise InvalidOptionError(
                f"awx.credentials: {seen[kind].get('name')!r} and {row.get('name')!r} are of the same kind; give one."
            )
        seen[kind] = row


def _credential_kind(row: Row) -> tuple[t.Any, t.Any]:
    """Return what is there at most once on a job: the type, and for a vault its id."""
    vault_id = row.get("vault_id", mapping(row.get("inputs")).get("vault_id"))
    return row.get("credential_type", summary(row, "credential_type").get("id")), vault_id or ""
