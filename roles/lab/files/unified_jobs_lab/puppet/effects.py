# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a job does on one node: the state it ends in, how long it takes, what it leaves (contract 1.5)."""

from __future__ import annotations

from typing import Any

from ..behavior import Behavior, Outcome
from ..model import Template
from ..plan import healed
from .makers import TaskFailed, task_error
from .puppet_runs import puppet_run
from .records import Ask, Effect, Node
from .reply import Row

_NATIVE = {"_error", "error", "kind", "_output", "_sensitive"}
_BAD = ("failed", "unreachable")
#: A silent node is asked 35 times, every 12 seconds, then it counts as failed (contract 1.13).
SILENCE = 420.0
_SLOW = 10.0


def execution_failure(name: str, message: str) -> Effect:
    """A node that the job could not run on at all (recording 104)."""
    error = {"msg": message, "kind": "puppetlabs.orchestrator/execution-failure", "details": {"node": name}}
    return Effect("errored", 0.0, {"_error": error}, message)


def effect(ask: Ask, name: str, node: Node | None, number: int, again: bool) -> Effect:
    """What will happen; again says that this failed there before."""
    if node is None or not node.connected:
        return _out_of_reach(ask, name)
    behavior = ask.template.behavior
    if again and behavior.heals:
        behavior = healed(behavior)
    outcome = _outcome(behavior, name)
    if outcome.status == "unreachable":
        found = execution_failure(name, outcome.message or f"{name} is not connected to the PCP broker")
        if outcome.result:  # the same without a wrapper (recording 108)
            found.result = {**outcome.result, "details": {"node": name}}
        return found
    found = Effect(duration=_duration(ask, behavior, node, number))
    found.hangs = _hangs(ask.template, behavior, node)
    if node.trouble == "fails":
        outcome = Outcome("failed", "this node always fails", {"rc": 1})
    if ask.command == "deploy":
        puppet_run(found, ask, node, outcome, number)
    else:
        _task(found, ask, node, behavior, outcome)
    if behavior.ending == "lost":
        found.state, found.duration = "failed", SILENCE
        found.result = {"_error": {**task_error(1)["_error"], "msg": f"Node {name} did not answer any more"}}
    return found


def _out_of_reach(ask: Ask, name: str) -> Effect:
    message = f"{name} is not connected to the PCP broker"
    if ask.command == "deploy":
        message = f"Error running puppet on {name}: {message}"  # recording 095
    return execution_failure(name, message)


def _outcome(behavior: Behavior, name: str) -> Outcome:
    """What the script's tasks come to here: the first bad one, else the last."""
    outcomes = [task.outcome(name) for task in behavior.tasks] or [Outcome()]
    return next((one for one in outcomes if one.status in _BAD), outcomes[-1])


def _hangs(template: Template, behavior: Behavior, node: Node) -> bool:
    return behavior.ending == "hang" or node.trouble == "hangs" or node.name in template.native.get("hangs", ())


def _duration(ask: Ask, behavior: Behavior, node: Node, number: int) -> float:
    seconds = behavior.duration * (1 - 0.1 * (number % 5))
    given = ask.params.get(behavior.duration_parameter)
    if isinstance(given, (int, float)):
        seconds = float(given)
    own = ask.template.native.get("seconds")
    if own is not None:
        told = own(ask.params, node)
        seconds = seconds if told is None else told
    return seconds * (_SLOW if node.trouble == "slow" else 1.0)


def _task(found: Effect, ask: Ask, node: Node, behavior: Behavior, outcome: Outcome) -> None:
    if outcome.status == "failed":
        found.state, found.result = "failed", _failure(outcome)
        return
    native = ask.template.native
    if outcome.result or outcome.message:
        found.result = dict(outcome.result) or {"_output": f"{outcome.message}\n"}
    elif "play" in native:
        try:
            found.result = native["play"](ask.params, node, ask.noop)
        except TaskFailed as error:
            found.state, found.result = "failed", error.result
    else:
        found.result = native.get("value", {"_output": _printed(behavior)})


def _printed(behavior: Behavior) -> str:
    line = "x" * 99 + "\n"
    return line * (behavior.ballast // 100) + behavior.raw_output.decode("utf-8", "replace")


def _failure(outcome: Outcome) -> Any:
    given: Row = dict(outcome.result)
    if _NATIVE & set(given):
        return given
    return task_error(int(given.get("rc", 1)), f"{outcome.message}\n" if outcome.message else "")
