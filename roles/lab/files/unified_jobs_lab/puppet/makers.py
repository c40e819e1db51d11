# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making the tasks and plans of the catalog."""

from __future__ import annotations

import hashlib
from typing import Any

from ..behavior import Behavior, Outcome, Task
from ..model import Template
from .reply import Row


class TaskFailed(Exception):
    """A task that ends badly, with its whole result."""

    def __init__(self, result: Any) -> None:
        super().__init__(str(result))
        self.result = result


def task_error(code: int, output: str = "", **more: Any) -> Row:
    """The result of a task that exits with a status (recording 105)."""
    error: Row = {
        "kind": "puppetlabs.tasks/task-error",
        "msg": f"The task failed with exit code {code}",
        "details": {"exitcode": code},
    }
    found: Row = {"_error": error, **more}
    if output:
        found["_output"] = output
    return found


def parameter(kind: str, description: str = "", **more: Any) -> Row:
    """A parameter as the metadata has it."""
    return {"description": description, "type": kind, **more}


def script(default: Outcome | None = None, duration: float = 1.0, **special: Outcome) -> Behavior:
    """A behavior with one outcome for all nodes but those named (web2 for web2.example.com)."""
    hosts = {f"{name}.example.com": outcome for name, outcome in special.items()}
    return Behavior(duration=duration, tasks=(Task("Work", default=default or Outcome(), hosts=hosts),))


def task(
    name: str,
    behavior: Behavior,
    parameters: Row | None = None,
    description: str = "",
    noop: bool = False,
    **native: Any,
) -> Template:
    """A task. Without parameters the key is missing, and anything is accepted (contract 1.10)."""
    metadata: Row = {
        "description": description,
        "private": native.pop("private", False),
        "supports_noop": noop,
        "input_method": "stdin",
    }
    if parameters is not None:
        metadata["parameters"] = parameters
    facts = {"metadata": metadata, "files": [_file(name, "rb")], **native}
    return Template(0, "task", name, behavior, True, facts)


def plan(name: str, parameters: Row, steps: Any, description: str = "", **native: Any) -> Template:
    """A plan; steps makes the list of its steps from the parameters."""
    behavior = native.pop("behavior", None) or Behavior(duration=1.0)
    facts = {"metadata": {"description": description, "parameters": parameters}, "steps": steps, **native}
    return Template(0, "plan", name, behavior, True, facts)


def split(name: str) -> list[str]:
    """The segments of a name in a URL: exec is exec/init (contract 1.10)."""
    return name.split("::") if "::" in name else [name, "init"]


def _file(name: str, ending: str) -> Row:
    module, last = split(name)[0], split(name)[-1]
    filename = f"{last}.{ending}"
    return {
        "filename": filename,
        "uri": {"path": f"/{module}/tasks/{filename}", "params": {"environment": "production"}},
        "sha256": hashlib.sha256(name.encode()).hexdigest(),
        "size_bytes": 600 + len(name),
    }
