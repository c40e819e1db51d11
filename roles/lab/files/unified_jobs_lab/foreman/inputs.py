# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inputs of templates: what a launch gives, what is kept, what is shown (contract 1.3, inputs)."""

from __future__ import annotations

import re
from typing import Any

from ..model import Template
from .records import Input, Invocation
from .reply import Row, crash, invalid, refused
from .store import Store

HIDDEN = "*****"


def stored(value: Any) -> str:
    """A value as the column keeps it: everything is text, and not always the text one would expect."""
    if value is True or value is False:
        return "t" if value else "f"
    if value is None:
        return ""
    return value if isinstance(value, str) else _inspect(value) if isinstance(value, (list, dict)) else str(value)


def _inspect(value: Any) -> str:
    """A value as Ruby prints it."""
    if isinstance(value, dict):
        pairs = (f"{_inspect(k)}=>{_inspect(v)}" for k, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inspect(one) for one in value) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if value is None or isinstance(value, bool):
        return "nil" if value is None else str(value).lower()
    return str(value)


def accepted(store: Store, template: Template, given: Any) -> dict[str, str]:
    """The values of a launch with the template's defaults; refuses what the server refuses."""
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise crash()
    known = {one.name: one for one in store.inputs(template)}
    for name in given:
        if name not in known:
            message = f"Unknown input {name} for template {template.name}"
            raise refused(500, f"ERF42-3922 [Foreman::Exception]: {message}")
    values = {name: stored(given[name]) for name in known if given.get(name) is not None}
    for one in known.values():
        if one.name not in values and one.default is not None:
            values[one.name] = one.default
    _check(list(known.values()), values)
    return values


def _check(inputs: list[Input], values: dict[str, str]) -> None:
    missing = [one.name for one in inputs if one.required and not values.get(one.name)]
    if missing:
        names = ", ".join(missing)
        raise invalid(f"Template invocations: Not all required inputs have values. Missing inputs: {names}")
    for one in inputs:
        if one.options and values.get(one.name) and values[one.name] not in one.options:
            choices = ", ".join(one.options)
            raise invalid(f"Template invocations: Input values: Value must be one of {choices}")


def values_of(store: Store, made: Invocation) -> list[Row]:
    """The values of an invocation; hidden ones are masked."""
    return [
        {
            "template_input_name": one.name,
            "template_input_id": one.id,
            "value": HIDDEN if one.hidden else made.details.inputs[one.name],
        }
        for one in store.inputs(made.template)
        if one.name in made.details.inputs
    ]


def describe(store: Store, template: Template, wanted: str | None, values: dict[str, str]) -> str:
    """The description of a launch: its own format, else the template's, else a list of the inputs."""
    inputs = store.inputs(template)
    text = wanted or template.native["description_format"]
    if not text:
        listed = ", ".join(f'{one.name}="%{{{one.name}}}"' for one in inputs if not one.hidden)
        text = "%{template_name}" + (f" with inputs {listed}" if listed else "")
    known = {one.name: HIDDEN if one.hidden else values.get(one.name, "") for one in inputs}
    known.update(template_name=template.name, job_category=template.native["category"])
    return re.sub(r"%\{([^}]*)\}", lambda match: known.get(match[1], "") or "''", text)[:255]
