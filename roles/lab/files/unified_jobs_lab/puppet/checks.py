# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the commands check before they take anything: environments, parameters, flags (contract 1.8 and 1.10)."""

from __future__ import annotations

import re
from typing import Any

from ..model import Template
from .expressions import expectation, optional, parse
from .reply import Row, invalid, unknown_environment
from .store import Store

_NAME = re.compile(r"\w+\Z", re.ASCII)
_DEPLOY_FLAGS = (
    "noop",
    "no_noop",
    "enforce_environment",
    "debug",
    "trace",
    "evaltrace",
    "use_cached_catalog",
    "usecacheonfailure",
)


def environment(store: Store, given: Any) -> str:
    """The name of an environment that is there."""
    if not isinstance(given, str) or not _NAME.match(given):
        raise invalid(f"Invalid environment name {given}", {"environment": given})
    if given not in store.environments:
        raise unknown_environment(given)
    return given


def text(body: Row, name: str, default: str = "") -> str:
    """A text of a body."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid(f"{name} must be a string", {name: value})
    return default if value is None else value


def table(body: Row, name: str) -> Row:
    """An object of a body."""
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise invalid(f"{name} must be a map", {name: value})
    return value or {}


def flag(body: Row, name: str) -> bool:
    """A truth value of a body."""
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise invalid(f"{name} must be a boolean", {name: value})
    return bool(value)


def number(body: Row, name: str) -> int | None:
    """A positive number of a body."""
    value = body.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise invalid(f"{name} must be a positive integer", {name: value})
    return value


def deploy_flags(body: Row) -> None:
    """The flags of a deploy, and that two of them exclude each other (recording 037)."""
    for name in _DEPLOY_FLAGS:
        flag(body, name)
    if body.get("noop") and body.get("no_noop"):
        raise invalid("noop and no_noop cannot both be true", {"noop": True, "no_noop": True})


def parameters(template: Template, given: Row, word: str = "params") -> Row:
    """The parameters with their defaults; unknown, missing and wrong ones are refused (recording 046)."""
    known = template.native.get("metadata", {}).get("parameters")
    if known is None or template.native.get("bare"):
        return dict(given)
    what = f"Invalid input for {template.kind} {template.name}"
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise invalid(
            f"{what}: unknown parameter {', '.join(unknown)}", {word: {name: given[name] for name in unknown}}
        )
    missing = [name for name, facts in known.items() if name not in given and _needed(facts)]
    if missing:
        raise invalid(f"{what}: missing required parameter {', '.join(missing)}", {word: given})
    for name, value in given.items():
        kind = known[name]["type"]
        if not parse(kind).accepts(value):
            wanted = expectation(kind, value)
            raise invalid(f"{what}: parameter {name} expects {wanted}", {word: {name: value}})
    return {**{name: _default(facts) for name, facts in known.items() if _has_default(facts)}, **given}


def _has_default(facts: Row) -> bool:
    return "default" in facts or "default_value" in facts


def _needed(facts: Row) -> bool:
    return not _has_default(facts) and not optional(facts["type"])


def _default(facts: Row) -> Any:
    """A task says the value, a plan the code of the value."""
    if "default" in facts:
        return facts["default"]
    code = str(facts["default_value"])
    if re.fullmatch(r"-?\d+", code):
        return int(code)
    return code.strip("'")
