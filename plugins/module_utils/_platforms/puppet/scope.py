# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: which nodes a task or a Puppet run is for (Puppet contract 1.8)."""

from __future__ import annotations

import typing as t

from ..._errors import InvalidOptionError, UnsupportedError
from ..._types import JobRequest
from . import facts
from .api import Row

#: our name -> the server's, where they differ
_HYPHENS = ("private_key_content", "run_as", "sudo_password", "run_as_command", "connect_timeout")


def build_scope(request: JobRequest) -> tuple[Row, list[Row]]:
    """Return the scope and the agentless targets.

    The scope is exactly one of nodes, query and node group: an old server would run on the whole environment without
    one (checklist 4).

    :raises InvalidOptionError: if none or several are given, or one is empty.
    """
    options = request.options
    agentless = [_agentless(number, item) for number, item in enumerate(options.get("agentless") or ())]
    if options.get("agentless") is not None and not agentless:
        raise InvalidOptionError("puppet.agentless is empty: name the nodes, or leave it out.")
    nodes = _nodes(request, agentless)
    first = "puppet.agentless" if request.targets is None else "targets"
    given = {first: nodes, "target_query": request.target_query, "puppet.node_group": options.get("node_group")}
    named = [option for option, value in given.items() if value is not None]
    if len(named) != 1:
        raise InvalidOptionError(
            "targets, target_query or puppet.node_group: Puppet Enterprise needs exactly one of them to know its nodes"
            + (f", not {' and '.join(named)}." if named else ", and none is given.")
        )
    if nodes is not None:
        return {"nodes": nodes}, agentless
    if request.target_query is not None:
        return {"query": _query(request.target_query)}, agentless
    return {"node_group": _group(options["node_group"])}, agentless


def refuse_targets(request: JobRequest) -> None:
    """Refuse nodes for a plan, which has none but those of its parameters.

    :raises UnsupportedError: naming the option.
    """
    for option, value in (("targets", request.targets), ("target_query", request.target_query)):
        if value is not None:
            raise UnsupportedError(
                f"{option}: a plan decides itself where it runs; give its nodes in parameters, under the name that the "
                "plan has for them."
            )


def _nodes(request: JobRequest, agentless: list[Row]) -> list[str] | None:
    """Return the nodes that are named, each once; those without an agent are nodes too."""
    if request.targets is None and not agentless:
        return None
    names = [*(request.targets or ()), *(name for item in agentless for name in item["hostnames"])]
    if any(not name.strip() for name in names):
        raise InvalidOptionError("targets: a name in it is empty.")
    return list(dict.fromkeys(name.strip() for name in names))


def _query(query: t.Any) -> t.Any:
    if isinstance(query, str) or _is_ast(query):
        return query
    raise InvalidOptionError("target_query: Puppet Enterprise takes PQL text, or a query of PuppetDB as a list.")


def _is_ast(query: t.Any) -> bool:
    """Return whether a query is a list as PuppetDB has them: an operator, and what it is for."""
    return isinstance(query, list) and bool(query) and isinstance(query[0], str) and bool(query[0].strip())


def _group(value: str) -> str:
    if not value.strip():
        raise InvalidOptionError("puppet.node_group is empty: give the id of a node group, or leave it out.")
    return value.strip()


def _agentless(number: int, item: t.Mapping[str, t.Any]) -> Row:
    """Return one entry of C(targets) as the server names its keys."""
    given = {name: value for name, value in item.items() if value is not None}
    # as they are in the scope: under another name a node would not be logged in to
    given["hostnames"] = [str(name).strip() for name in given.get("hostnames") or ()]
    if not any(given["hostnames"]):
        raise InvalidOptionError(f"puppet.agentless[{number}].hostnames is empty: name the nodes.")
    if "password" in given and "private_key_content" in given:
        raise InvalidOptionError(f"puppet.agentless[{number}]: give password or private_key_content, not both.")
    return {name.replace("_", "-") if name in _HYPHENS else name: value for name, value in given.items()}


def shown_agentless(agentless: list[Row]) -> list[Row]:
    """Return agentless targets for people: without what is secret."""
    return [
        {name: facts.MASK if name in facts.SECRET_KEYS else value for name, value in item.items()} for item in agentless
    ]
