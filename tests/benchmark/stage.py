# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the work is done: the lab as a process of its own, playbooks, and modules whose memory is watched."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / ".build"
LAB_FILES = ROOT / "roles" / "lab" / "files"
PLATFORMS = ("awx", "foreman", "puppet")
#: what a person has in the environment must not lead the clients elsewhere
FOREIGN = (
    *("UNIFIED_JOBS_", "CONTROLLER_", "TOWER_", "AAP_", "FOREMAN_", "PT_", "ANSIBLE_", "XDG_", "NETRC"),
    *("REQUESTS_CA_", "CURL_CA_", "SSL_CERT_", "PYTHONPATH"),
)
#: only for what never comes: no machine is so slow
_PATIENCE = 300.0

Task = dict[str, Any]


@dataclass(frozen=True)
class Mark:
    """When a task began and ended, in seconds since the epoch."""

    name: str
    begin: float
    end: float
    failed: bool
    msg: str

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end - self.begin


@dataclass(frozen=True)
class Sent:
    """A request that the lab noted."""

    time: float
    method: str
    path: str
    status: int
    size: int


class Stage:
    """Use it as a context manager: the lab ends with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._session = requests.Session()
        self._session.trust_env = False
        self.ca_file = ""
        self.servers: dict[str, Any] = {}

    def __enter__(self) -> Stage:
        """Start the lab."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        (self.folder / "ansible.cfg").write_text("[defaults]\n", encoding="utf-8")
        state = self.folder / "lab.json"
        command = [sys.executable, "-m", "unified_jobs_lab", "--state", str(state)]
        command += [f"--platform={name}" for name in PLATFORMS]
        self._process = subprocess.Popen(command, env={**_plain_environment(), "PYTHONPATH": str(LAB_FILES)})
        limit = time.monotonic() + _PATIENCE
        while not state.exists():
            if self._process.poll() is not None or time.monotonic() > limit:
                self.__exit__(None, None, None)
                raise RuntimeError("the lab did not start")
            time.sleep(0.05)
        said = json.loads(state.read_text(encoding="utf-8"))
        self.ca_file, self.servers = said["ca_file"], said["servers"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self._session.close()
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    # -- the lab

    def control(self, method: str, path: str, body: Any = None, platform: str = "awx") -> Any:
        """Ask something of the lab itself."""
        url = f"{self.servers[platform]['control']}/{path}"
        answer = self._session.request(method, url, json=body, verify=self.ca_file, timeout=_PATIENCE)
        answer.raise_for_status()
        return answer.json()

    def api(self, method: str, path: str, body: Any = None, platform: str = "awx", **options: Any) -> Any:
        """Ask a server something, with nothing around it but a session."""
        answer = self.ask(method, path, body, platform, **options)
        return answer.json() if answer.content else None

    def ask(self, method: str, path: str, body: Any = None, platform: str = "awx", **options: Any) -> requests.Response:
        """The same; the answer as it is."""
        server = self.servers[platform]
        if platform == "foreman":
            options["auth"] = (server["username"], server["password"])
        else:
            headers = {"awx": {"Authorization": f"Bearer {server['token']}"}}
            options["headers"] = headers.get(platform, {"X-Authentication": server["token"]})
        answer = self._session.request(
            method, server["url"] + path, json=body, verify=self.ca_file, timeout=_PATIENCE, **options
        )
        answer.raise_for_status()
        return answer

    def reset(self) -> None:
        """The lab as at its start."""
        self.control("POST", "reset")

    def behave(self, template: str, **changes: Any) -> None:
        """Change what a template of AWX does."""
        self.control("POST", "behavior", {"template": template, **changes})

    def finished_job(self, template: int, **changes: Any) -> int:
        """The id of a job of AWX that has finished, with all that it printed."""
        number = int(self.api("POST", f"/api/v2/job_templates/{template}/launch/", changes or {})["id"])
        limit = time.monotonic() + _PATIENCE
        while not self.api("GET", f"/api/v2/jobs/{number}/")["event_processing_finished"]:
            if time.monotonic() > limit:
                raise RuntimeError(f"job {number} of the lab does not finish")
            time.sleep(0.2)
        return number

    def sent(self, begin: float, end: float, platform: str = "awx") -> list[Sent]:
        """What a server was asked in a span of time."""
        rows = self.control("GET", "requests", platform=platform)
        return [
            Sent(row["time"], row["method"], row["path"], row["status"] or 0, row["answer_bytes"])
            for row in rows
            if begin <= row["time"] <= end
        ]

    def forget_requests(self) -> None:
        """Empty the logs: long ones take long to read."""
        for platform in PLATFORMS:
            self.control("DELETE", "requests", platform=platform)

    # -- playbooks

    def play(self, tasks: Iterable[Task], **variables: Any) -> list[Mark]:
        """Run tasks in one playbook on localhost; how long each took."""
        playbook, marks = self.folder / "play.yml", self.folder / "marks"
        given = self.folder / "variables.json"
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {"group/unified.jobs.jobs": self.connection("awx")},
            "tasks": list(tasks),
        }
        playbook.write_text(json.dumps([play]), encoding="utf-8")
        given.write_text(json.dumps({"ansible_python_interpreter": sys.executable, **variables}), encoding="utf-8")
        marks.unlink(missing_ok=True)
        command = [str(Path(sys.executable).parent / "ansible-playbook"), str(playbook), "-e", f"@{given}"]
        done = subprocess.run(
            command,
            env=self._environment(BENCHMARK_MARKS=str(marks)),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if not marks.exists():
            raise RuntimeError(f"the playbook did not run:\n{done.stdout}{done.stderr}")
        return [Mark(**json.loads(line)) for line in marks.read_text(encoding="utf-8").splitlines()]

    def connection(self, platform: str) -> dict[str, str]:
        """Our options for a server of the lab."""
        server = self.servers[platform]
        found = {"platform": platform, "url": server["url"], "ca_path": self.ca_file}
        if platform == "foreman":
            return {**found, "username": server["username"], "password": server["password"]}
        return {**found, "token": server["token"]}

    def forget_apidoc(self) -> None:
        """Empty the cache that the client of Foreman has of the description of the API."""
        shutil.rmtree(self.folder / "cache", ignore_errors=True)

    def _environment(self, **more: str) -> dict[str, str]:
        env = _plain_environment()
        awx, foreman = self.servers["awx"], self.servers["foreman"]
        env.update(
            HOME=str(self.folder),
            XDG_CACHE_HOME=str(self.folder / "cache"),
            PATH=os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", os.defpath)]),
            ANSIBLE_HOME=str(self.folder / ".ansible"),
            ANSIBLE_CONFIG=str(self.folder / "ansible.cfg"),
            ANSIBLE_REMOTE_TEMP=str(self.folder / ".ansible" / "tmp"),
            ANSIBLE_COLLECTIONS_PATH=str(BUILD),
            ANSIBLE_CALLBACK_PLUGINS=str(HERE / "callbacks"),
            ANSIBLE_CALLBACKS_ENABLED="benchmark_marks",
            ANSIBLE_NOCOLOR="1",
            ANSIBLE_LOCALHOST_WARNING="false",
            ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
            CONTROLLER_HOST=awx["url"],
            CONTROLLER_OAUTH_TOKEN=awx["token"],
            FOREMAN_SERVER_URL=foreman["url"],
            FOREMAN_USERNAME=foreman["username"],
            FOREMAN_PASSWORD=foreman["password"],
            SSL_CERT_FILE=self.ca_file,
            REQUESTS_CA_BUNDLE=self.ca_file,
        )
        return {**env, **more}

    # -- modules

    def watched(self, module: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Run one of our modules in a process of its own: its result, and its memory as C(peak)."""
        given, answer = self.folder / "arguments.json", self.folder / "answer.json"
        given.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}), encoding="utf-8")
        answer.unlink(missing_ok=True)
        command = [sys.executable, str(HERE / "peak.py"), module, str(given), str(answer)]
        env = {**_plain_environment(), "PYTHONPATH": str(BUILD)}
        done = subprocess.run(command, env=env, cwd=self.folder, capture_output=True, text=True, check=False)
        if not answer.exists():
            raise RuntimeError(f"{module} did not end as a module does:\n{done.stdout}{done.stderr}")
        found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        return found


def _plain_environment() -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # without compiled files every start takes seconds longer
    return env
