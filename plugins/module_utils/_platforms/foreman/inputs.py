# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the inputs of a template, and values as the text that the server stores (Foreman contract 1.3)."""

from __future__ import annotations

import json
import typing as t

from ..._errors import InvalidOptionError
from ..._native import rows, text
from .api import Api, Row


def input_text(name: str, value: t.Any) -> str:
    """Return a value as text: the server would store a JSON true as "t" and a list as Ruby prints it.

    :raises InvalidOptionError: if the value cannot be said as text.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        raise InvalidOptionError(f"parameters: {name} is of a type that cannot be sent as text.") from None


def read_inputs(api: Api, template_id: t.Any) -> list[Row]:
    """Return the inputs of a template with all that the server would check."""
    return of_users(api.all_rows(f"/api/templates/{template_id}/template_inputs", {}, in_context=True))


def of_users(inputs: t.Any) -> list[Row]:
    """Return those inputs that a user gives: others are facts or variables of the hosts."""
    return [row for row in rows(inputs) if row.get("input_type") in (None, "user")]


def check_inputs(template: Row, inputs: list[Row], values: t.Mapping[str, str]) -> None:
    """Refuse unknown, missing and impossible values, as the server would with a 500.

    :param inputs: all that is known of them; that may be just their names.
    :raises InvalidOptionError: naming every input that is wrong.
    """
    known = {text(row.get("name")): row for row in inputs}
    problems = [f"{name} is no input of it" for name in values if name not in known]
    for name, row in known.items():
        # an input that is given as empty does not get the default
        value = values[name] if name in values else text(row.get("default") or row.get("value"))
        options = [option.strip() for option in text(row.get("options")).splitlines() if option.strip()]
        if row.get("required") and not value:
            problems.append(f"{name} is missing")
        elif options and values.get(name) and values[name] not in options:
            problems.append(f"{name} must be one of {', '.join(map(repr, options))}")
    if problems:
        raise InvalidOptionError(
            f"parameters: the inputs do not fit the template {text(template.get('name'))!r}: {'; '.join(problems)}."
            + (f" Its inputs are {', '.join(known)}." if known else " It has no inputs.")
        )
