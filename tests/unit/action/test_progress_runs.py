# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Live progress in real runs of ansible-playbook.

The simulated servers' time stands still until the test has read the line that it waits for, so a line that came only
at the end of its task would never come.
"""

from __future__ import annotations

import json
import os
import pathlib
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

_CONTROL = re.compile(r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_COLOR = re.compile(r"\x1b\[[0-9;]*m")
#: only for a run that never ends: no machine is so slow
_LONG = 900
_WAIT = {"wait_timeout": _LONG, "wait_interval": 0.3}


class Run:
    """A playbook that runs, on a terminal or into a pipe."""

    def __init__(self, folder: pathlib.Path, tasks: list[dict[str, Any]], lab: Any, terminal: bool) -> None:
        defaults = {"platform": "awx", "url": lab.url("awx"), "token": lab.token}
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {"group/unified.jobs.jobs": defaults},
            "tasks": tasks,
        }
        (folder / "ansible.cfg").write_text("")
        (folder / "play.yml").write_text(json.dumps([play]))
        env = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "NO_COLOR"))}
        env.update(
            ANSIBLE_COLLECTIONS_PATH=os.environ["ANSIBLE_COLLECTIONS_PATH"],
            ANSIBLE_HOME=str(folder),
            ANSIBLE_LOCALHOST_WARNING="false",
            ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
            ANSIBLE_CONFIG=str(folder / "ansible.cfg"),
            PYTHONUNBUFFERED="1",
            TERM="xterm",
            LC_ALL="C.UTF-8",
        )
        reader, writer = pty.openpty() if terminal else os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ansible", "playbook", "play.yml"],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=subprocess.STDOUT,
        )
        os.close(writer)
        self.output = os.fdopen(reader, "rb", buffering=0)
        self.seen: list[str] = []
        self.lines = self._lines()

    def _lines(self) -> Iterator[str]:
        rest = b""
        while True:
            try:
                data = self.output.read(65536)
            except OSError:  # a terminal that is closed
                return
            if not data:
                return
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                self.seen.append(line.decode().removesuffix("\r"))
                yield self.seen[-1]

    def until(self, part: str) -> None:
        """Read until a line with this."""
        assert any(part in line for line in self.lines), "\n".join(self.seen)

    def rest(self) -> None:
        """Read to the end."""
        for _line in self.lines:
            pass
        assert self.process.wait(_LONG) == 0, "\n".join(self.seen)

    def task(self, name: str) -> list[str]:
        """The lines of a task."""
        start = next(place for place, line in enumerate(self.seen) if line.startswith(f"TASK [{name}]"))
        end = self.seen.index("", start)
        return self.seen[start + 1 : end]


@pytest.fixture
def playbook(tmp_path: pathlib.Path, lab: Any) -> Iterator[Any]:
    """playbook(tasks, terminal=False) is their run."""
    runs: list[Run] = []
    late = threading.Timer(_LONG, lambda: [run.process.kill() for run in runs])
    late.start()

    def start(tasks: list[dict[str, Any]], terminal: bool = False) -> Run:
        runs.append(Run(tmp_path, tasks, lab, terminal))
        return runs[-1]

    yield start
    late.cancel()
    for run in runs:
        run.process.kill()
        run.process.wait()
        run.output.close()


def launch(name: str, **options: Any) -> dict[str, Any]:
    """A task that launches and waits; C(task) holds its keywords."""
    keywords = options.pop("task", {})
    return {"name": name, "unified.jobs.job_invocation": {"wait": True, **_WAIT, **options}, **keywords}


def test_lines_come_while_the_task_waits(playbook: Any, lab: Any) -> None:
    run = playbook(
        [
            launch("Followed", template="Patch web servers", follow=True, fail_on=[]),
            {"name": "Launch", "unified.jobs.job_invocation": {"template": "Reindex database"}, "register": "hanging"},
            {
                "name": "Waited",
                "unified.jobs.job_wait": {"jobs": "{{ hanging }}", "wait_timeout": 3, "wait_interval": 0.3},
                "failed_when": False,
            },
            {"name": "Canceled", "unified.jobs.job_cancel": {"jobs": "{{ hanging }}", "wait": True, **_WAIT}},
        ]
    )
    run.until("[awx] job 1001 Patch web servers: pending")
    lab.advance(0.7)
    run.until("[awx] job 1001 Patch web servers: running")
    lab.advance(0.7)
    run.until("| TASK [Gathering Facts]")
    lab.advance(60)
    run.until("TASK [Waited]")
    run.until("Reindex database: ")
    run.until("TASK [Canceled]")
    run.until("Reindex database: cancel")
    lab.thaw()
    lab.advance(30)
    run.rest()
    followed = run.task("Followed")
    assert followed[-2] == "[awx] 1001 Patch web...: failed after 0:04, 3 changed, 1 failed, 1 unreachable"
    assert any(line.startswith("| web5.example.com") for line in followed)
    assert run.task("Canceled")[-2].startswith("[awx] job 1002 Reindex database: canceled")
    assert not [line for line in run.seen if _CONTROL.search(line) or "\x1b" in line]
    shown = [line for line in run.seen if line.startswith(("[awx]", "| "))]
    assert max(map(len, shown)) <= 79


def test_lines_are_masked(playbook: Any, lab: Any) -> None:
    lab.thaw()
    lab.engine.behave("Deploy release", duration=0.5)
    secret = "Switch to the release"
    known = {"template": "Deploy release", "parameters": {"release": "1"}, "secret_parameters": {"deploy_key": secret}}
    run = playbook([launch("Secret", follow=True, **known)])
    run.rest()
    assert any(line.startswith("| TASK [********]") for line in run.task("Secret"))
    assert not [line for line in run.seen if secret in line]


def test_where_nothing_is_shown(playbook: Any, lab: Any) -> None:
    lab.thaw()
    lab.engine.behave("lab-ok", duration=0.5)
    run = playbook(
        [
            launch("Off", template="lab-ok", progress=False, follow=True),
            launch("Own process", template="lab-ok", follow=True, task={"vars": {"unified_jobs_in_process": False}}),
            launch("Secret", template="lab-ok", follow=True, task={"no_log": True}),
            launch("Checked", template="lab-ok", follow=True, task={"check_mode": True}),
        ]
    )
    run.rest()
    for name in ("Off", "Own process", "Secret", "Checked"):
        assert not [line for line in run.task(name) if line.startswith(("[awx]", "|"))], run.seen
    # there is nothing to follow then, so nothing is missed
    assert not [line for line in run.task("Checked") if "follow:" in line], run.seen
    said = " ".join("\n".join(run.seen).split())
    assert said.count("follow: nothing is shown, because progress is false.") == 1
    assert said.count("follow: nothing is shown, because the task runs in a process of its own.") == 1


def test_a_terminal_gets_colors_and_nothing_else(playbook: Any, lab: Any) -> None:
    lab.thaw()
    lab.engine.behave("lab-ok", duration=0.5)
    run = playbook([launch("Shown", template="lab-ok", follow=True)], terminal=True)
    run.rest()
    end = next(line for line in run.task("Shown") if "successful" in line)
    assert end.startswith("\x1b[0;32m[awx] job 1001 lab-ok: successful")
    assert not [line for line in run.seen if _CONTROL.search(_COLOR.sub("", line))]
