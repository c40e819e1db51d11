# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One lab with TLS for all tests here, and ways to let clients that others wrote use it (make peers)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from unified_jobs_lab import Lab

SPEED = 8
#: only for a client that never ends: no machine is so slow
LONG = 900
BIN = Path(sys.executable).parent
#: What a person has in the environment must not lead the clients elsewhere.
FOREIGN = ("CONTROLLER_", "TOWER_", "AAP_", "AWXKIT_", "FOREMAN_", "ANSIBLE_", "XDG_", "NETRC")
FOREIGN += ("REQUESTS_CA_", "CURL_CA_", "SSL_CERT_")


@dataclass
class Answer:
    """How a client ended, and what it asked the lab for."""

    status: int
    output: str
    errors: str
    requests: list[Any]

    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.output)

    def sent(self, method: str, part: str = "") -> list[Any]:
        """Its requests of a method whose path has this part."""
        return [one for one in self.requests if one.method == method and part in one.path]

    def told(self) -> str:
        """Everything it said, for messages of failed tests."""
        return f"exit status {self.status}\n{self.output}\n{self.errors}"


@dataclass
class Clients:
    """Runs the clients, each with nothing in its environment but what a test gives."""

    lab: Lab
    home: Path

    def environment(self, trust: bool = True, **more: str) -> dict[str, str]:
        """The variables for a client; `trust` lets it know the lab's authority, by means that are not ours."""
        env = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        env.update(
            PATH=os.pathsep.join([str(BIN), env.get("PATH", os.defpath)]),
            HOME=str(self.home),
            ANSIBLE_HOME=str(self.home / ".ansible"),
            ANSIBLE_CONFIG=str(self.home / "ansible.cfg"),
            ANSIBLE_NOCOLOR="1",
            ANSIBLE_LOCALHOST_WARNING="false",
            ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
            CONTROLLER_HOST=self.lab.url(),
        )
        if trust:
            assert self.lab.ca_file
            env.update(SSL_CERT_FILE=self.lab.ca_file, REQUESTS_CA_BUNDLE=self.lab.ca_file)
        return {**env, **more}

    def run(self, *command: str, env: dict[str, str]) -> Answer:
        """Run a client to its end."""
        before = len(self.lab.requests())
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            env=env,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONG,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr, self.lab.requests()[before:])

    def awx(self, *arguments: str, token: bool = True) -> Answer:
        """AWX's own command line client."""
        if token:
            more = {"CONTROLLER_OAUTH_TOKEN": self.lab.token}
        else:
            more = {"CONTROLLER_USERNAME": self.lab.username, "CONTROLLER_PASSWORD": self.lab.password}
        return self.run("awx", "--conf.color", "false", *arguments, env=self.environment(**more))

    def play(self, name: str, tasks: str, **login: str) -> tuple[Answer, dict[str, Any]]:
        """Run tasks with the modules of others; also what they left in the variables named out_*."""
        folder = self.home / name
        folder.mkdir()
        (folder / "play.yml").write_text(_PLAY + tasks + _END, encoding="utf-8")
        out = folder / "out.json"
        given = json.dumps({"ansible_python_interpreter": sys.executable, "out_file": str(out)})
        command = ("ansible-playbook", str(folder / "play.yml"), "-e", given)
        answer = self.run(*command, env=self.environment(**login))
        left = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
        return answer, {name.removeprefix("out_"): value for name, value in left.items()}


# the connection comes from the environment, for the modules and the lookup alike
_PLAY = """---
- hosts: localhost
  gather_facts: false
  tasks:
"""
_END = """
    - ansible.builtin.copy:
        content: "{{ dict(query('varnames', '^out_(?!file)') | zip(query('vars', *query('varnames', '^out_(?!file)')))) }}"
        dest: "{{ out_file }}"
        mode: "0600"
"""


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """The lab that all the clients here use."""
    for name in ("awx", "ansible-playbook"):
        if shutil.which(name, path=str(BIN)) is None:
            pytest.fail(f"{name} is not installed beside {sys.executable}; `make peers` makes the environment")
    with Lab(tls=True, speed=SPEED) as started:
        yield started


@pytest.fixture(scope="session")
def clients(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Clients:
    """The clients."""
    home = tmp_path_factory.mktemp("peers")
    (home / "ansible.cfg").write_text("[defaults]\n", encoding="utf-8")
    return Clients(lab, home)
