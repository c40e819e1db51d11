# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real runs of ansible-playbook that end in the middle, so that the process of the task is left alone.

The simulated server's time stands still, so that a job ends only when the run is over.
"""

from __future__ import annotations

import json
import os
import pathlib
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

#: only for what never ends: no machine is so slow
_LONG = 300
_LIST = {
    "template": "lab-ok",
    "jobs": [{"parameters": {"number": 1}}, {"parameters": {"number": 2}}, {"parameters": {"number": 3}}],
    "max_concurrent": 1,
    "wait": True,
    "wait_interval": 0.2,
    "wait_timeout": _LONG,
}


class Run:
    """A playbook that runs, and a pipe that is open as long as one of its processes is there."""

    def __init__(self, folder: pathlib.Path, task: dict[str, Any], lab: Any) -> None:
        defaults = {"platform": "awx", "url": lab.url("awx"), "token": lab.token}
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {"group/unified.jobs.jobs": defaults},
            "tasks": [task],
        }
        (folder / "ansible.cfg").write_text("")
        (folder / "play.yml").write_text(json.dumps([play]))
        env = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        env.update(
            ANSIBLE_COLLECTIONS_PATH=os.environ["ANSIBLE_COLLECTIONS_PATH"],
            ANSIBLE_HOME=str(folder),
            ANSIBLE_CONFIG=str(folder / "ansible.cfg"),
            PYTHONUNBUFFERED="1",
            LC_ALL="C.UTF-8",
        )
        self.alive, kept = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ansible", "playbook", "play.yml"],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[kept],
            start_new_session=True,
            # the tests themselves may run where a closed terminal is ignored, which a child would inherit
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )
        os.close(kept)

    def until(self, part: str) -> None:
        """Read until a line with this."""
        seen = []
        for line in self.process.stdout or ():
            seen.append(line.decode())
            if part in seen[-1]:
                return
        raise AssertionError("".join(seen))

    def all_ended(self) -> bool:
        """Wait until the last of its processes is gone."""
        return bool(select.select([self.alive], [], [], _LONG)[0]) and os.read(self.alive, 1) == b""


@pytest.fixture
def playbook(tmp_path: pathlib.Path, lab: Any) -> Iterator[Any]:
    """playbook(task) is its run."""
    runs: list[Run] = []

    def start(task: dict[str, Any]) -> Run:
        runs.append(Run(tmp_path, task, lab))
        return runs[-1]

    yield start
    for run in runs:
        run.process.kill()
        run.process.wait()
        if run.process.stdout:
            run.process.stdout.close()
        os.close(run.alive)


@pytest.mark.parametrize("ending", [signal.SIGHUP, signal.SIGKILL], ids=["closed-terminal", "killed"])
@pytest.mark.parametrize("kind", ["jobs", "loop"])
def test_a_run_that_is_gone_launches_nothing_more(playbook: Any, lab: Any, ending: signal.Signals, kind: str) -> None:
    """The process of the task lived on, and launched the rest of its list, where nobody saw or could stop it."""
    options: dict[str, Any] = dict(_LIST)
    task: dict[str, Any] = {"name": "Launch them", "unified.jobs.job_invocation": options}
    if kind == "loop":
        del options["jobs"], options["max_concurrent"]
        task["loop"] = [1, 2, 3]
    run = playbook(task)
    run.until("job 1001 lab-ok: pending")
    os.kill(run.process.pid, ending)
    run.process.wait(_LONG)
    lab.advance(60)
    assert run.all_ended()
    assert len(lab.requests("POST", "/launch/")) == 1
