# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scopes: which nodes a command is for (contract 1.8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .catalog_nodes import APPLICATIONS
from .records import Node
from .reply import ApiError, Row, invalid, refused
from .store import Store
from .users import User
from .versions import Generation

_KEYS = ("nodes", "query", "node_group")


@dataclass(frozen=True)
class Scope:
    """The nodes, the word for what named them, and the scope as jobs show it."""

    nodes: list[str]
    word: str
    shown: Row


def empty(environment: str, word: str) -> ApiError:
    """400: nothing to do (recording 030)."""
    message = "No nodes were found for the specified target. Nothing to do."
    return refused(400, "empty-target", message, {"environment": environment, "target": word})


def chosen(body: Row, server: Generation, legacy: bool) -> tuple[str, Any]:
    """The one key of a scope; without a scope old servers took the whole environment."""
    scope = body.get("scope")
    if not scope and legacy and not server.has(2019):
        return "whole_environment", True
    if not isinstance(scope, dict) or not scope:
        raise invalid("scope is required", {"scope": scope})
    known = {*_KEYS, *(("application", "whole_environment") if legacy and not server.has(2019, 8, 5) else ())}
    if len(scope) != 1:
        message = "scope must contain exactly one key"
        raise refused(400, "validation-error", message, {"scope": scope}, "puppetlabs.validators")
    ((key, value),) = scope.items()
    if key not in known:
        raise invalid(f"Invalid scope {key}", {"scope": scope})
    return key, value


def resolve(
    store: Store, server: Generation, user: User, body: Row, environment: str, down: bool, legacy: bool = False
) -> Scope:
    """The nodes of a command's scope; legacy is what only a deploy ever took."""
    key, value = chosen(body, server, legacy)
    if key == "application":
        raise _application(str(value), environment)
    if key == "nodes":
        names = _listed(value)
    elif down:
        raise refused(400, "puppetdb-error", "The orchestrator could not reach PuppetDB", {})
    elif key == "whole_environment":
        names = store.of_environment(environment)
    elif key == "query":
        if not user.may_query():
            message = "You are not authorized to query PuppetDB: the permission nodes:view_data:* is missing"
            raise refused(400, "query-error", message)
        names = store.select(value)
    else:
        names = store.of_group(str(value))
    if not names:
        raise empty(environment, key)
    word = "whole environment" if key == "whole_environment" else key
    return Scope(names, word, {key: value})


def _application(name: str, environment: str) -> ApiError:
    if name in APPLICATIONS:
        return refused(400, "dependency-cycle", "Dependency cycle between application components", {})
    details = {"environment": environment, "target": name}
    return refused(404, "unknown-target", f"The target was not found in environment {environment}: {name}", details)


def _listed(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise invalid("scope nodes must be an array of strings", {"scope": {"nodes": value}})
    return list(dict.fromkeys(value))


def agentless(body: Row, known: dict[str, Node]) -> dict[str, Row]:
    """How to reach hosts without an agent, by name (contract 1.8, targets)."""
    targets = body.get("targets") or []
    if not isinstance(targets, list) or not all(isinstance(one, dict) for one in targets):
        raise invalid("targets must be an array of maps", {})
    found: dict[str, Row] = {}
    for target in targets:
        hostnames, transport = target.get("hostnames"), target.get("transport")
        if not isinstance(hostnames, list) or transport not in ("ssh", "winrm") or not target.get("user"):
            raise invalid("targets need hostnames, user and transport (ssh or winrm)", {})
        fits = {name: known[name].transport == transport for name in hostnames if name in known}
        for name in hostnames:
            password = target.get("password") if fits.get(name) else "wrong"
            found[name] = {"transport": transport, "password": password}
    return found
