# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: which fields a template takes at launch, and what its survey wants (AWX contract 1.2, 1.3)."""

from __future__ import annotations

import typing as t

from ..._errors import InvalidOptionError, UnsupportedError
from ..._native import mapping, text
from .api import Row
from .normalize import parse_variables, summary
from .refs import number_of

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
PASSWORD_KEYS = ("ssh_password", "become_password", "ssh_key_unlock", "vault_password")
_NUMBERS: dict[str, t.Any] = {"integer": int, "float": float}
_TEXTS = ("text", "textarea", "password", "multiplechoice")


def check_prompts(template: Row, body: Row, option_of: t.Callable[[str, str], str]) -> None:
    """Refuse every field that the template does not ask for, and drop those that equal its own value.

    :param body: the body to be sent; changed in place.
    :param option_of: makes the option to name in an error of a body key and its usual option.
    :raises InvalidOptionError: naming the option and the flag.
    :raises UnsupportedError: if this version of the server does not know the prompt.
    """
    for key in [name for name in body if name in PROMPTS and name != "extra_vars"]:
        flag, option = PROMPTS[key][0], option_of(key, PROMPTS[key][1])
        if template.get(flag):
            _check_branch(template, key, body[key], option)
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


def _check_branch(template: Row, key: str, value: t.Any, option: str) -> None:
    """The project must allow another branch too (contract 1.3.1)."""
    project = summary(template, "project")
    if key == "scm_branch" and value and project.get("allow_override") is False:
        raise InvalidOptionError(
            f"{option}: the project {text(project.get('name'))!r} of the template {text(template.get('name'))!r} "
            "does not allow to override its branch."
        )


def check_variables(template: Row, variables: dict[str, t.Any], survey: list[Row], ask: bool) -> dict[str, t.Any]:
    """Return the variables to send: checked against the survey and the prompt.

    Numbers that came as text, as templates make them, become numbers where the survey asks for a number.
    Those that equal the template's own and cannot be given are left out: the server would call them refused.

    :param survey: the questions, empty if there is no survey that is switched on.
    :param ask: whether other variables than the survey's may be given.
    :raises InvalidOptionError: naming every variable that is wrong.
    """
    questions = {text(question.get("variable")): question for question in survey}
    if not ask:
        own = mapping(parse_variables(template.get("extra_vars")))
        variables = {
            name: value for name, value in variables.items() if name in questions or own.get(name, _NOTHING) != value
        }
        refused = sorted(str(name) for name in variables if name not in questions)
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
    if not isinstance(choices, list) or not choices or kind not in ("multiplechoice", "multiselect"):
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


def needed_passwords(preflight: Row, chosen: list[Row]) -> tuple[list[str], bool]:
    """Return the passwords that the launch needs as far as that is known, and whether that is all of them.

    The credentials that are kept say what they ask for; what a chosen one asks for, only the server knows.
    """
    defaults = mapping(preflight.get("defaults")).get("credentials")
    if not chosen or not isinstance(defaults, list):
        return _texts(preflight.get("passwords_needed_to_start")), not chosen
    kinds = {_credential_kind(row) for row in chosen}
    ids = {number_of(row, "credential") for row in chosen}
    rows = {number_of(row, "template's credential"): row for row in defaults}
    kept = [row for number, row in rows.items() if number in ids or _credential_kind(row) not in kinds]
    needed = [name for row in kept for name in _texts(row.get("passwords_needed"))]
    return needed, ids <= set(rows)


def _texts(value: t.Any) -> list[str]:
    return [text(item) for item in value] if isinstance(value, list) else []


def check_passwords(needed: list[str], given: t.Mapping[str, t.Any], is_all: bool = True) -> None:
    """Refuse a launch without the passwords that its credentials ask for, or with others.

    :param is_all: whether nothing else can be needed.
    """
    needed = [name for name in _texts(needed) if name]
    missing = [name for name in needed if not given.get(name)]
    if missing:
        raise InvalidOptionError(
            f"awx.credential_passwords: the credentials ask for {', '.join(missing)}: give these keys with their passwords."
        )
    known = needed if is_all else [*needed, *PASSWORD_KEYS]
    unknown = sorted(
        str(name) for name in given if name not in known and (is_all or not str(name).startswith("vault_password."))
    )
    if unknown:
        what = f"the credentials ask for {', '.join(needed)}" if needed else "no credential asks for a password"
        raise InvalidOptionError(
            f"awx.credential_passwords: {', '.join(unknown)} would be ignored, because {what}. Take it out."
        )


def merge_credentials(defaults: t.Any, chosen: list[Row]) -> list[int]:
    """Return the ids to send: the template's credentials, with those of the same kind replaced (contract 1.3.3)."""
    kinds = {_credential_kind(row) for row in chosen}
    kept = (
        [row for row in defaults if _credential_kind(mapping(row)) not in kinds] if isinstance(defaults, list) else []
    )
    ids: list[int] = []
    for row in [*kept, *chosen]:
        number = number_of(row, "template's credential")
        if number not in ids:
            ids.append(number)
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


def _credential_kind(row: Row) -> tuple[str, str]:
    """Return what is there at most once on a job: the type, and for a vault its id."""
    vault_id = row.get("vault_id", mapping(row.get("inputs")).get("vault_id"))
    kind = row.get("credential_type", summary(row, "credential_type").get("id"))
    return text(kind), text(vault_id or "")
