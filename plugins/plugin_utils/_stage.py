# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: where a task that runs in Ansible's own process shows its progress: among Ansible's own lines."""

from __future__ import annotations

import os
import select
import typing as t

from ansible import constants
from ansible.utils.display import Display

from ..module_utils._progress import Stage

#: the colors of Ansible's own lines; none are written where the output is no terminal
_COLORS = {"good": "COLOR_OK", "bad": "COLOR_ERROR", "odd": "COLOR_WARN"}


def _output() -> int | None:
    try:
        return os.dup(1)
    except OSError:
        return None


#: Ansible's own output, of which this is loaded before it forks: the process of a task has another one
_OUTPUT = _output()


def is_read(output: int | None) -> bool:
    """Return whether there is somebody at the other end of a pipe or terminal, as far as that can be told."""
    if output is None:
        return True
    poll = select.poll()
    poll.register(output, 0)
    return not any(event & (select.POLLERR | select.POLLHUP) for _file, event in poll.poll(0))


def stage_of(task: t.Any, task_vars: t.Mapping[str, t.Any]) -> Stage:
    """Return where the progress of a task is shown: nowhere, if nothing of it may be seen or a program reads it."""
    if task.no_log:
        return Stage(why="the task has no_log")
    callback = str(getattr(constants, "DEFAULT_STDOUT_CALLBACK", ""))
    if "json" in callback.rpartition(".")[2]:
        return Stage(why=f"the callback {callback} writes for programs")
    several = len(task_vars.get("ansible_play_hosts_all") or ()) > 1
    host = str(task_vars.get("inventory_hostname") or "") if several else ""
    return Stage(_show, int(getattr(Display(), "columns", None) or Stage.width), host)


def _show(line: str) -> None:
    # Ansible never ends if it cannot write what a task wants to have shown, as with: ansible-playbook | head
    if not is_read(_OUTPUT):
        return
    color = _COLORS.get(getattr(line, "tone", ""))
    Display().display(str(line), color=getattr(constants, color) if color else None)
