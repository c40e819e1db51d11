# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what a task or a Puppet run left on one node: eight shapes (Puppet contract 1.5, checklist 38)."""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass

from ..._clock import iso_time
from ..._masking import TOO_DEEP
from ..._native import clean, mapping, number, seconds, text, whole
from ..._types import HostResult, HostStatus
from . import facts

#: what the server writes for a value that it keeps back
REDACTED = "Sensitive [value redacted]"
#: of a Puppet run
_CHANGES = ("changed", "failed", "skipped", "corrective_change", "failed_to_restart")
#: what the metrics of a Puppet run hold in every release, and those of a task hardly do
_METRICS = frozenset(("total", "changed", "failed"))
_EXIT_CODE = re.compile(r"-?[0-9]{1,10}", re.ASCII)


@dataclass
class Result:
    """One result taken apart. C(error) is None if there is none; C(data) is what is neither output nor error.

    C(native_error) is the error as the task wrote it, if it is an object.
    """

    output: str | None = None
    error: str | None = None
    native_error: dict[str, t.Any] | None = None
    exit_code: int | None = None
    data: t.Any = None


def parts_of(node: t.Mapping[str, t.Any]) -> Result:
    """Return the parts of what is left on a node."""
    return take_apart(node.get("result"), text(node.get("state")) == "finished")


def take_apart(result: t.Any, finished: bool = False) -> Result:
    """Return the parts of a result, whatever its shape.

    :param finished: the server says that it went well: then only C(_error) is an error, and an object that merely
        looks like one is data of the task.
    """
    if isinstance(result, str):
        return Result(output=result)
    if not isinstance(result, dict):
        return Result(data=redacted(result))
    rest: dict[str, t.Any] = redacted(result)
    found = Result()
    if isinstance(rest.get("_output"), str):
        found.output = rest.pop("_output")
    elif set(rest) == {"output"} and isinstance(rest["output"], str):
        found.output = rest.pop("output")
    _take_error(rest, found, finished)
    found.data = rest or None
    return found


def redacted(value: t.Any, depth: int = 0) -> t.Any:
    """Return a value without what is marked as sensitive in it; what is deeper than anything is shown is left out."""
    if isinstance(value, (dict, list)) and depth > facts.DEEPEST:
        return TOO_DEEP
    if isinstance(value, dict):
        return {name: facts.MASK if name == "_sensitive" else redacted(item, depth + 1) for name, item in value.items()}
    return [redacted(item, depth + 1) for item in value] if isinstance(value, list) else value


def _take_error(rest: dict[str, t.Any], found: Result, finished: bool) -> None:
    """Move the error from a result to where it belongs: under C(_error), at the top, or as text."""
    if rest.get("_error"):
        error = rest.pop("_error")
    elif finished:
        return
    elif {"kind", "msg"} <= set(rest) <= {"kind", "msg", "details"}:
        error = {name: rest.pop(name) for name in list(rest)}
    elif set(rest) == {"error"} and isinstance(rest["error"], str):
        error = rest.pop("error")
    else:
        return
    said = mapping(error)
    found.native_error = said or None
    found.error = clean(text(said.get("msg")) or text(said.get("kind")) or _as_text(error)).strip() or "no reason given"
    found.exit_code = _exit_code(mapping(said.get("details")))


def _as_text(value: t.Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _exit_code(details: dict[str, t.Any]) -> int | None:
    """Return the exit code, which tasks of the site may write as text."""
    value = details.get("exitcode", details.get("exit_code"))
    if isinstance(value, str):
        return int(value) if _EXIT_CODE.fullmatch(value.strip()) else None
    return number(value)


def metrics_of(node: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the metrics of a Puppet run, which were elsewhere in 2016 (checklist 41)."""
    for place in (node.get("result"), node.get("details")):
        metrics = mapping(mapping(place).get("metrics"))
        if set(metrics) >= _METRICS:
            return metrics
    return {}


def node_status(node: t.Mapping[str, t.Any], parts: Result | None = None) -> str:
    """Return our word for how a node fared.

    An error within a result counts, although the server calls the node finished (contract 1.13).
    """
    word = facts.NODE_STATUSES.get(text(node.get("state")), HostStatus.UNKNOWN)
    if word != HostStatus.OK:
        return word
    own = parts or parts_of(node)
    run = mapping(node.get("result")) if metrics_of(node) else {}
    if own.error is not None or run.get("status") == "failed":
        return HostStatus.FAILED
    changed = whole(metrics_of(node).get("changed")) or run.get("status") == "changed"
    return HostStatus.CHANGED if changed else HostStatus.OK


def message_of(node: t.Mapping[str, t.Any], status: str, parts: Result) -> str:
    """Return why a node failed, or what a Puppet run did there."""
    details = mapping(node.get("details"))
    if status in HostStatus.BAD:
        return parts.error or clean(text(details.get("message"))).strip() or _run_text(node) or "no reason given"
    if status == HostStatus.SKIPPED:
        return "It was never started, because the job was stopped."
    return _run_text(node)


def _run_text(node: t.Mapping[str, t.Any]) -> str:
    metrics = metrics_of(node)
    if not metrics:
        return ""
    noop = mapping(node.get("result")).get("noop")
    noop = mapping(noop).get("noop") if isinstance(noop, dict) else noop
    # what would be changed is all that a run in noop is for
    names = ("out_of_sync", *_CHANGES) if noop is True else _CHANGES
    said = [f"{metrics[name]} {name.replace('_', ' ')}" for name in names if metrics.get(name)]
    what = "Puppet run (noop)" if noop is True else "Puppet run"
    return f"{what}: {', '.join(said) or 'nothing changed'} of {text(metrics.get('total')) or '?'} resources"


def host_result(node: t.Mapping[str, t.Any]) -> HostResult:
    """Return the result of one node, without its output and data."""
    parts = parts_of(node)
    status = node_status(node, parts)
    return HostResult(
        name=text(node.get("name")),
        status=status,
        native_status=text(node.get("state")) or None,
        exit_code=parts.exit_code,
        message=message_of(node, status, parts),
        started_at=iso_time(node.get("start_timestamp")),
        finished_at=iso_time(node.get("finish_timestamp")),
        elapsed=seconds(node.get("duration")),
    )
