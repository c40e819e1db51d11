# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what a task or plan says of its parameters, checked before a launch (Puppet contract 1.10)."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ..._errors import (
    ApiError,
    ForbiddenError,
    InvalidOptionError,
    JobsError,
    NotFoundError,
    ResourceMissingError,
    UnsupportedError,
)
from ..._native import mapping, text
from .api import Api, Row
from .errors import is_missing_route, kind_of

_NAME = re.compile(r"[a-z][a-z0-9_]*(::[a-z][a-z0-9_]*)*")
#: types that can be told from a value alone; all others are left to the server
_PLAIN: dict[str, t.Callable[[t.Any], bool]] = {
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Float": lambda value: isinstance(value, float),
    "Numeric": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "Array": lambda value: isinstance(value, list),
    "Hash": lambda value: isinstance(value, dict),
}
_WITH_BOUNDS = re.compile(r"(\w+)(?:\[.*\])?", re.DOTALL)
_OPTIONAL = re.compile(r"Optional\[(.*)\]", re.DOTALL)
#: what is wrapped more often is left to the server
_MOST_OPTIONAL = 5
_ENUM = re.compile(r"Enum\[([^\[\]]*)\]", re.DOTALL)
_WORDS = re.compile(r"'([^']*)'|\"([^\"]*)\"|([^,\s'\"]+)")


@dataclass
class Metadata:
    """What is known of a task or plan; C(parameters) None means that it takes anything, or that it is not known."""

    parameters: dict[str, Row] | None = None
    supports_noop: bool | None = None
    warnings: list[str] = field(default_factory=list)

    def sensitive(self) -> set[str]:
        """Return the parameters whose values must not be shown."""
        return {name for name, row in (self.parameters or {}).items() if row.get("sensitive") is True}


def read_metadata(api: Api, kind: str, name: str, environment: str) -> Metadata:
    """Return what a task or plan says of itself.

    :param kind: C(task) or C(plan).
    :raises NotFoundError: if it does not exist in the environment, or the environment does not.
    :raises ForbiddenError: if this user may not run it.
    """
    if not _NAME.fullmatch(name):
        raise NotFoundError(f"template: {name!r} is no name of a {kind}, which looks like package::install.")
    parts = name.split("::")
    # the task that is named like its module is the task init (checklist 15)
    path = f"/{kind}s/" + "/".join(parts if len(parts) > 1 else [name, "init"])
    try:
        body = api.get(path, {"environment": environment})
    except ResourceMissingError as error:
        if is_missing_route(error.status, error.body):
            return Metadata(warnings=[f"The parameters were not checked: this server does not describe {kind}s."])
        raise missing(error, kind, name, environment) from None
    except ForbiddenError as error:
        return Metadata(warnings=[f"The parameters were not checked: {error.message}"])
    if body.get("permitted") is False:
        raise ForbiddenError(
            f"template: this user may not run the {kind} {name} (the permission {kind}s:run:{name} is missing).",
            status=403,
        )
    said = mapping(body.get("metadata"))
    parameters = said.get("parameters")
    return Metadata(
        {text(key): mapping(row) for key, row in parameters.items()} if isinstance(parameters, dict) else None,
        said.get("supports_noop") is True if kind == "task" else None,
    )


def read_sensitive(api: Api, kind: str, name: str, environment: str) -> set[str]:
    """Return the parameters that are not to be shown; none where the server does not say, which stops no launch."""
    try:
        return read_metadata(api, kind, name, environment).sensitive()
    except JobsError:
        return set()


def missing(error: ApiError, kind: str, name: str, environment: str) -> NotFoundError:
    """Return the error for what the server says it does not know."""
    if kind_of(error.body) == "unknown-environment":
        return NotFoundError(f"puppet.environment: there is no environment {environment!r}.")
    return NotFoundError(f"template: there is no {kind} {name!r} in the environment {environment!r}.")


def check_parameters(said: Metadata, values: t.Mapping[str, t.Any], what: str, references: t.Container[str]) -> None:
    """Refuse what is missing, unknown or of the wrong plain type.

    :param references: parameters whose value stands for a list of nodes, so that their type says nothing.
    :raises InvalidOptionError: naming every parameter that is wrong, and none of its values.
    """
    if said.parameters is None:
        return
    problems = [f"{name} is none of its parameters" for name in values if name not in said.parameters]
    for name, row in said.parameters.items():
        kind = text(row.get("type"))
        if name not in values:
            if not _is_optional(row):
                problems.append(f"{name} is missing")
        elif name not in references and not _fits(values[name], kind):
            problems.append(f"{name} must be of the type {kind}")
    if problems:
        known = ", ".join(said.parameters) or "no parameters"
        raise InvalidOptionError(f"parameters: {what} takes {known}; {'; '.join(problems)}.")


def check_noop(said: Metadata, noop: bool | None, what: str) -> None:
    """Refuse C(noop) for a task that would do its work all the same.

    :raises UnsupportedError: if the task does not say that it supports it.
    """
    if noop and said.supports_noop is False:
        raise UnsupportedError(f"puppet.noop: {what} does not support it.")


def _is_optional(row: Row) -> bool:
    """Return whether it may be left out; a type that takes nothing as a value is left to the server."""
    kind = text(row.get("type"))
    free = kind in ("", "Any", "Data") or kind.startswith("Optional[") or "Undef" in kind
    return free or "default" in row or "default_value" in row


def _fits(value: t.Any, kind: str) -> bool:
    """Return whether a value may be of a type; what cannot be told here fits."""
    for _depth in range(_MOST_OPTIONAL):
        inner = _OPTIONAL.fullmatch(kind.strip())
        if inner is None:
            break
        if value is None:
            return True
        kind = inner[1]
    kind = kind.strip()
    words = _ENUM.fullmatch(kind)
    if words:
        known = ["".join(found) for found in _WORDS.findall(words[1])]
        # a boolean says whether the case counts
        return value in known or "true" in known
    match = _WITH_BOUNDS.fullmatch(kind)
    check = _PLAIN.get(match[1]) if match else None
    return check is None or check(value)
