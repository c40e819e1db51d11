# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans: for people, and one for every way in which a plan can go (contract 1.9 and 1.10)."""

from __future__ import annotations

from typing import Any

from ..behavior import Behavior
from ..model import Template
from .makers import parameter, plan
from .plan_steps import Begin, End, Fail, RunTask, Say, Sleep, named_targets
from .records import PlanRun
from .reply import Row

_PROJECT = {"project_id": "operations_project", "ref": "524df30f58002d30a3549c52c34a1cce29da2981"}
_TARGETS = {"targets": parameter("TargetSpec", "Where to run")}
_WHERE = {"targets": parameter("TargetSpec", "Where to run", default_value="'web1.example.com,web2.example.com'")}


def _where(params: Row, name: str = "targets") -> list[str]:
    return named_targets(params.get(name) or ["web1.example.com", "web2.example.com"])


def _canary(params: Row) -> list[Any]:
    nodes, first = _where(params, "nodes"), int(params.get("canary") or 1)
    groups = [one for one in (nodes[:first], nodes[first:]) if one]
    given = {"command": params["command"]}
    return [
        Say(f"Canary on {first} of {len(nodes)}"),
        *(RunTask("exec", group, given, kind="plan_command") for group in groups),
    ]


def _rolling(params: Row) -> list[Any]:
    nodes, size = _where(params), int(params.get("batch") or 2)
    given = {"action": "upgrade", "name": params["package"]}
    steps: list[Any] = []
    for start in range(0, len(nodes), size):
        batch = nodes[start : start + size]
        steps += [Say(f"Updating {', '.join(batch)}"), RunTask("package", batch, given), Sleep(1.0)]
    return steps


def _patch(params: Row) -> list[Any]:
    return [Say("Patching"), RunTask("os_patching::patch_server", _where(params))]


def _info(params: Row) -> list[Any]:
    return [Begin("facts"), RunTask("facts", _where(params)), End()]


def _tell_os(made: PlanRun) -> Any:
    nodes = [node for run in made.runs for node in run.nodes if node.effect is not None]
    known = [
        (node.name, node.effect.result["os"]) for node in nodes if node.effect and "os" in (node.effect.result or {})
    ]
    return [f"{name}: {os['name']} {os['release']['full']} ({os['family']})" for name, os in known]


def templates() -> list[Template]:
    """All plans."""
    return [*_for_people(), *_for_tests()]


def _for_people() -> list[Template]:
    canary = {
        "nodes": parameter("TargetSpec", "Where to run"),
        "command": parameter("String[1]", "What to run"),
        "canary": parameter("Integer", "So many first", default_value="1"),
    }
    rolling = {
        "targets": parameter("TargetSpec", "Where to run"),
        "package": parameter("String[1]", "What to update"),
        "batch": parameter("Integer[1]", "So many at once", default_value="2"),
    }
    random = {"targets": parameter("TargetSpec"), "canary": parameter("Integer", default_value="1")}
    return [
        plan("canary", canary, _canary, "A command on a few, then on the rest"),
        plan(
            "canary::random", random, lambda given: [RunTask("lab::ok", _where(given))], "Run on a random subset first"
        ),
        plan("facts", _TARGETS, lambda given: [RunTask("facts", _where(given))], "Gather facts"),
        plan("facts::info", _TARGETS, _info, "Tell the operating systems", result=_tell_os, project=_PROJECT),
        plan("profile::rolling_update", rolling, _rolling, "Update a package, a few nodes at a time"),
        plan("profile::patch", _WHERE, _patch, "Patch servers; web3 and web5 have trouble"),
    ]


def _job(task: str, **more: Any) -> Any:
    return lambda given: [RunTask(task, _where(given), **more)]


def _nothing(_given: Row) -> list[Any]:
    return []


def _for_tests() -> list[Template]:
    long = Behavior(duration=3600.0, duration_parameter="seconds")
    stubborn = Behavior(duration=600.0, survives_cancel=True)
    seconds = {"seconds": parameter("Numeric", "So long", default_value="3600")}
    return [
        plan("lab::plan_ok", _WHERE, _job("lab::ok"), "Succeeds", result=lambda made: {"jobs": len(made.runs)}),
        plan("lab::plan_fail", _WHERE, _job("lab::partial"), "web2 fails"),
        plan("lab::plan_fail_wrapped", {}, lambda _given: [Fail("no luck", wrapped=True)], "Fails with _error"),
        plan("lab::plan_catch", _WHERE, _job("lab::fail", catch=True), "Succeeds although its job fails"),
        plan("lab::plan_scalar", {}, _nothing, "Its result is a text", result=lambda _made: "done"),
        plan("lab::plan_null", {}, _nothing, "Its result is nothing"),
        plan("lab::plan_long", seconds, _nothing, "Runs for an hour, or for seconds", behavior=long),
        plan("lab::plan_stubborn", {}, _nothing, "Goes on when it is interrupted", behavior=stubborn),
        plan("lab::plan_hang", _WHERE, _job("lab::hang"), "Its job never ends"),
        plan("lab::plan_broken", {}, _nothing, "Cannot be run", behavior=Behavior(ending="error")),
        plan("lab::plan_messages", {}, _messages, "Says much"),
        plan("lab::plan_nested", _WHERE, _nested, "Has a sub-plan"),
        plan("lab::plan_jobs", _WHERE, _all_jobs, "A job of every type"),
        plan("lab::plan_parameters", _PARAMETERS, _nothing, "Has parameters of every kind", result=_echo),
        plan("lab::plan_staging_only", {}, _nothing, "Only in staging", environments=("staging",)),
    ]


def _echo(made: PlanRun) -> Any:
    return {name: value for name, value in made.params.items() if name != "secret"}


def _messages(_given: Row) -> list[Any]:
    return [Say("this is an output message"), Say("x" * 1500), Sleep(1.0), Say("ä" * 600)]


def _nested(given: Row) -> list[Any]:
    return [Begin("lab::plan_ok"), RunTask("lab::ok", _where(given)), End(), Say("done")]


def _all_jobs(given: Row) -> list[Any]:
    kinds = ("task", "script", "command", "upload", "wait", "apply_prep", "apply")
    return [RunTask("lab::ok", _where(given), kind=f"plan_{kind}") for kind in kinds]


_PARAMETERS = {
    "message": parameter("String", "Has to be given"),
    "targets": parameter("Optional[TargetSpec]", "Some nodes"),
    "more_targets": parameter("Optional[TargetSpec]", "More nodes"),
    "count": parameter("Integer", "A number", default_value="3"),
    "choice": parameter("Enum['one', 'two']", "One of two", default_value="'one'"),
    "secret": parameter("Optional[Sensitive[String]]", "Not to be shown", sensitive=True),
}
