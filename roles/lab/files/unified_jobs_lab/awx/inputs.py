# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of a launch body: which values the server takes, and its words when it does not (recordings launch-400-*)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import yaml

from .reply import ApiError, Row, invalid
from .store import Store

_TRUE = (True, "true", "True", "t", "yes", "1", 1)
_FALSE = (False, "false", "False", "f", "no", "0", 0)


def text(_store: Store, name: str, value: Any) -> Any:
    """A string; numbers become one."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise invalid(name, "Not a valid string.")
    return str(value)


def choice(*choices: Any) -> Callable[[Store, str, Any], Any]:
    """One of a few values, given as they are or as text."""
    known = {str(one): one for one in choices}

    def check(_store: Store, name: str, value: Any) -> Any:
        if isinstance(value, bool) or str(value) not in known:
            raise invalid(name, f'"{value}" is not a valid choice.')
        return known[str(value)]

    return check


def boolean(_store: Store, name: str, value: Any) -> Any:
    """A truth value."""
    if isinstance(value, (str, int, bool)):
        if value in _TRUE:
            return True
        if value in _FALSE:
            return False
    raise invalid(name, "Must be a valid boolean.")


def whole(_store: Store, name: str, value: Any) -> Any:
    """A number from 0 on."""
    if isinstance(value, bool) or not str(value).lstrip("-").isdigit():
        raise invalid(name, "A valid integer is required.")
    number = int(value)
    if number < 0:
        raise invalid(name, "Ensure this value is greater than or equal to 0.")
    return number


def one_of(table: str) -> Callable[[Store, str, Any], Any]:
    """The id of a row."""

    def check(store: Store, name: str, value: Any) -> Any:
        if isinstance(value, bool) or not str(value).lstrip("-").isdigit():
            raise invalid(name, f"Incorrect type. Expected pk value, received {type(value).__name__}.")
        if store.get(table, int(value)) is None:
            raise invalid(name, f'Invalid pk "{value}" - object does not exist.')
        return int(value)

    return check


def many_of(table: str) -> Callable[[Store, str, Any], Any]:
    """A list of ids of rows."""
    check_one = one_of(table)

    def check(store: Store, name: str, value: Any) -> Any:
        if not isinstance(value, list):
            raise invalid(name, f'Expected a list of items but got type "{type(value).__name__}".')
        return [check_one(store, name, item) for item in value]

    return check


def variables(_store: Store, name: str, value: Any) -> Any:
    """An object, or JSON or YAML text that holds one."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, str):
        kind = type(value).__name__
        as_json = f"the JSON object must be str, bytes or bytearray, not {kind}"
        raise _unparsable(name, as_json, f"'{kind}' object has no attribute 'read'")
    if not value.strip():
        return {}
    try:
        found = json.loads(value)
    except ValueError as json_error:
        try:
            found = yaml.safe_load(value)
        except yaml.YAMLError as yaml_error:
            raise _unparsable(name, str(json_error), str(yaml_error)) from yaml_error
    if not isinstance(found, dict):
        raise _unparsable(name, "not an object", "not a dictionary")
    return found


def _unparsable(name: str, as_json: str, as_yaml: str) -> ApiError:
    return invalid(name, f"Cannot parse as JSON (error: {as_json}) or YAML (error: {as_yaml}).")


FIELDS: dict[str, Callable[[Store, str, Any], Any]] = {
    "extra_vars": variables,
    "inventory": one_of("inventories"),
    "credentials": many_of("credentials"),
    "limit": text,
    "job_tags": text,
    "skip_tags": text,
    "job_type": choice("run", "check"),
    "verbosity": choice(0, 1, 2, 3, 4, 5),
    "diff_mode": boolean,
    "scm_branch": text,
    "execution_environment": one_of("execution_environments"),
    "labels": many_of("labels"),
    "forks": whole,
    "job_slice_count": whole,
    "timeout": whole,
    "instance_groups": many_of("instance_groups"),
}


def read_fields(store: Store, body: Row, names: tuple[str, ...] | None = None) -> Row:
    """The known fields of a body, checked; everything else is dropped without a word, as the server does."""
    if "inventory" not in body and "inventory_id" in body:
        body = {**body, "inventory": body["inventory_id"]}
    given: Row = {}
    problems: Row = {}
    for name, check in FIELDS.items():
        if name not in body or (names is not None and name not in names):
            continue
        try:
            if body[name] is None:
                raise invalid(name, "This field may not be null.")
            given[name] = check(store, name, body[name])
        except ApiError as error:
            problems |= error.reply.body
    if problems:
        raise ApiError(400, problems)
    return given
