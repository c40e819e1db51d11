# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that full runs of ansible-playbook print and leave behind is searched for every secret.

House 0.4, promise 6. All secret options of all faces are given, on all platforms, in launches that go well and in
ones that fail, at servers that repeat what they are told.
"""

from __future__ import annotations

import base64
import json
import os
import pathlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from secret_plays import MODULES, EchoServer, Secrets, launch_secrets, options_of, secret_paths, servers

from ansible_collections.unified.jobs.plugins.module_utils import _faces
from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError
from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS
from ansible_collections.unified.jobs.plugins.module_utils._types import INCLUDES

#: no secret, so that it must be found: else nothing was looked at
SHOWN = "shown-in-each-7d1f"
#: only for a run that never ends: no machine is so slow
_LONG = 1800
_WAIT = {"wait": True, "wait_timeout": _LONG, "wait_interval": 0.2}


@pytest.fixture
def secrets() -> Secrets:
    """The secrets of a test."""
    return Secrets()


@pytest.fixture
def echo() -> Iterator[EchoServer]:
    """A server that repeats what it is told."""
    server = EchoServer()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def quick_lab(lab: Any) -> Iterator[Any]:
    """The lab with a time that runs fast."""
    stopped = threading.Event()

    def move() -> None:
        while not stopped.wait(0.05):
            lab.advance(2.0)

    thread = threading.Thread(target=move, daemon=True)
    thread.start()
    yield lab
    stopped.set()
    thread.join()


class Playbook:
    """Tasks for all platforms, in a folder of their own."""

    def __init__(self, folder: pathlib.Path, secrets: Secrets, lab: Any, echo: EchoServer) -> None:
        self.folder, self.secrets, self.lab, self.echo = folder, secrets, lab, echo
        self.inputs = folder / "inputs"
        self.inputs.mkdir()
        self.tasks: list[dict[str, Any]] = []
        self.env: dict[str, str] = {}
        self.spec = options_of("job_invocation")

    def access(self, platform: str) -> dict[str, Any]:
        """What logs in to the lab: tokens that it knows, which are secrets like the others."""
        login = self.lab.benches[platform].platform.access
        self.secrets.others[f"token of {platform}"] = login.token
        return {"platform": platform, "url": self.lab.url(platform), "username": login.username, "token": login.token}

    def at_echo(self, platform: str, status: int) -> dict[str, Any]:
        """What logs in to the server that repeats it."""
        name = "password" if platform == "foreman" else "token"
        login = {name: self.secrets(f"{platform}.{name}", odd=name == "password"), "username": "joe"}
        return {"platform": platform, "url": f"{self.echo.url}/{status}", **login}

    def add(self, module: str, **options: Any) -> None:
        """Add a task, whatever it ends in."""
        number = len(self.tasks) + 1
        self.tasks.append(
            {
                "name": f"Task {number}",
                f"unified.jobs.{module}": options,
                "register": f"result_{number}",
                "ignore_errors": True,
            }
        )

    def add_print(self, text: str) -> None:
        """Add a task that prints what a template gives."""
        task = {"ansible.builtin.debug": {"msg": text}, "ignore_errors": True}
        self.tasks.append({"name": f"Task {len(self.tasks) + 1}", **task})

    def write(self, name: str, text: str) -> str:
        """Put a text into a file that is for its owner only."""
        path = self.inputs / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return str(path)

    def run(self, *arguments: str, **env: str) -> str:
        """Run it; return all that it printed and left behind."""
        lines = [f"  {json.dumps(name)}: !unsafe {json.dumps(value)}" for name, value in self.secrets.all().items()]
        self.write("secrets.yml", "\n".join(["secrets:", *lines, ""]))
        play = {"hosts": "localhost", "gather_facts": False, "vars_files": ["secrets.yml"], "tasks": self.tasks}
        self.write("play.yml", json.dumps([self._by_reference(play)]))
        (self.folder / "ansible.cfg").write_text("")
        done = subprocess.run(
            [sys.executable, "-m", "ansible", "playbook", "-vvvv", "--diff", "inputs/play.yml", *arguments],
            cwd=self.folder,
            env={**self._environment(), **self.env, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONG,
            check=False,
        )
        printed = (done.stdout + done.stderr).decode()
        assert "PLAY RECAP" in printed, printed
        return "\n".join([printed, *self._left()])

    def lab_log(self) -> str:
        """What the simulated servers noted of all requests."""
        entries = [entry.as_dict() for name in PLATFORMS for entry in self.lab.requests(platform=name)]
        return json.dumps(entries, default=str, ensure_ascii=False)

    def _by_reference(self, value: Any) -> Any:
        """The same with references in place of secrets, as people write them: what they wrote, Ansible may print."""
        if isinstance(value, dict):
            return {key: self._by_reference(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._by_reference(item) for item in value]
        name = next((name for name, secret in self.secrets.all().items() if secret == value), None)
        return value if name is None else f"{{{{ secrets[{name!r}] }}}}"

    def _environment(self) -> dict[str, str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "NO_COLOR"))}
        return {
            **env,
            "HOME": str(self.folder),
            "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "home" / "tmp"),
            "ANSIBLE_LOG_PATH": str(self.folder / "log"),
            "ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.junit",
            "JUNIT_OUTPUT_DIR": str(self.folder / "junit"),
            "ANSIBLE_RETRY_FILES_ENABLED": "true",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "LC_ALL": "C.UTF-8",
        }

    def _left(self) -> Iterator[str]:
        """The content of all files, but those that the secrets were read from."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and self.inputs not in path.parents:
                yield path.read_bytes().decode("utf-8", "replace")


@pytest.fixture
def playbook(tmp_path: pathlib.Path, secrets: Secrets, quick_lab: Any, echo: EchoServer) -> Playbook:
    """Tasks that log in with secrets."""
    return Playbook(tmp_path, secrets, quick_lab, echo)


def good_launches(secrets: Secrets) -> list[dict[str, Any]]:
    """Launches that go well, with secrets that were marked by the user, by the server, or by what they are."""
    hosts = {"target_query": "name ~ web"}
    nodes = {"targets": ["web1.example.com"]}
    known, marked = secrets("parameters.known_to_server"), secrets("secret_parameters.good")
    short = secrets("parameters.short", odd=False)
    asked = {"ssh_password": secrets("ssh"), "vault_password.prod": secrets("vault")}
    agentless = {
        "hostnames": ["ssh1.example.com"],
        "user": "u",
        "password": secrets("agentless"),
        "sudo_password": "12",
    }
    agentless["private_key_content"] = secrets("agentless_key")
    survey = {"target_env": "dev", "count": 1, "note": SHOWN, "secret": short}
    return [
        {"platform": "awx", "template": "lab-survey", "parameters": survey},
        {
            "platform": "awx",
            "template": "lab-prompts",
            "parameters": {"plain": SHOWN},
            "secret_parameters": {"k": {"deep": [marked]}},
        },
        {"platform": "awx", "template": "lab-ask-password", "awx": {"credential_passwords": asked}},
        {
            "platform": "foreman",
            "template": "lab-inputs",
            **hosts,
            "parameters": {"must": SHOWN},
            "secret_parameters": {"may": marked, "secret": known},
            "foreman": {"password": secrets("ssh"), "key_passphrase": secrets("vault"), "effective_user": "u"},
        },
        {
            "platform": "puppet",
            "template": "lab::params",
            **nodes,
            "parameters": {"must": SHOWN, "secret": known},
            "secret_parameters": {"may": marked},
        },
        {
            "platform": "puppet",
            "template": "lab::params",
            **nodes,
            "parameters": {"must": SHOWN, "secret": known},
            "validate": False,
        },
        {"platform": "puppet", "template": "lab::ok", "puppet": {"agentless": [agentless]}},
    ]


def include_of(platform: str) -> list[str]:
    """All that can be included on a platform."""
    return [name for name in INCLUDES if name == "native" or name in PLATFORMS[platform].FEATURES]


#: how many of the tasks are run
FULL, SOME, FEW = 1, 3, 6


def fill(book: Playbook, share: int) -> None:
    """Add the tasks; C(FULL) has also those that differ from others only in how they fail."""
    secrets, spec, full = book.secrets, book.spec, share == FULL
    for launch in good_launches(secrets)[::share]:
        everything = {"follow": full, "include": include_of(launch["platform"]), "fail_on": [], **_WAIT}
        book.add("job_invocation", **{**book.access(launch["platform"]), **everything, **launch})
    for platform in PLATFORMS:
        given = launch_secrets(spec, secrets, platform)
        one = launch_secrets(spec["jobs"]["options"], secrets, platform, "jobs.")
        named = {"template": "lab::ok" if platform == "puppet" else "lab-ok", "target_query": "name ~ web"}
        # once where all that is sent comes back, and once at the lab, which takes what it can
        book.add("job_invocation", **book.at_echo(platform, 400), **{**named, **given, "validate": False})
        if not full:
            continue
        book.add("job_invocation", **book.access(platform), **{**named, **given, "validate": False})
        book.add("job_invocation", **book.access(platform), jobs=[{**named, **one}, {**named, **one}], validate=False)
        for status in (401, 403, 200):
            book.add(
                "job_info", **book.at_echo(platform, status), jobs=[1], type="job" if platform == "puppet" else None
            )
        wrong = secrets("wrong")
        for odd in ({"token": [wrong]}, {"secret_parameters": wrong}, {platform: wrong}, {"no_such_option": 1}):
            book.add("job_invocation", **{**book.access(platform), **named, **given, **odd})
        book.add("job_wait", **book.at_echo(platform, 403), jobs=[1], **_WAIT)
        book.add("job_cancel", **book.at_echo(platform, 400), jobs=[1])
        tls = {**book.access(platform), "url": book.lab.url(platform).replace("http:", "https:")}
        book.add("job_info", **tls, jobs=[1], validate_certs=False)
    if share != FEW:
        add_servers(book, full)


def add_servers(book: Playbook, full: bool) -> None:
    """Add tasks whose connections have names, in variables and in a file."""
    entries = servers(book.secrets, {**book.at_echo("awx", 403)}, book.write)
    for name in entries:
        if name.endswith("_env"):
            book.env[f"OF_{name}".upper()] = book.secrets(f"servers.{name}")
        if full or name.endswith("_file"):
            book.add("job_info", server=name, servers=entries, jobs=[1])
    path = book.write("unified_jobs.yml", json.dumps({"servers": entries}))
    for name in list(entries)[:2]:
        book.add("job_info", server=name, config_file=path, jobs=[1])
    for name in list(entries)[:2]:
        book.add_print(f"{{{{ lookup('unified.jobs.job', 1, server='{name}', config_file='{path}') }}}}")
    secret = "{{ lookup('unified.jobs.job', 1, platform='awx', url='%s/403', token=secrets['awx.token']) }}"
    book.add_print(secret % book.echo.url)
    book.add_print("{{ lookup('unified.jobs.job', 1, platform='awx', url='http://u:' ~ secrets['wrong'] ~ '@h') }}")


def check(book: Playbook, text: str, said: int) -> None:
    """Nothing secret is there, and what is not secret is."""
    assert SHOWN in text, "what is no secret is not shown either"
    assert text.count("echo: ") >= said, "the servers' words are not shown"
    assert book.secrets.found_in(text) == []
    # to a server, a parameter that the user alone calls secret is one like others
    noted = [name for name in book.secrets.found_in(book.lab_log()) if "secret_parameters" not in name]
    assert noted == []


def test_every_secret_option_is_in_these_runs(playbook: Playbook) -> None:
    """A new one joins by itself, or is missed here."""
    fill(playbook, FULL)
    given: set[str] = set()
    for task in playbook.tasks:
        for name, options in task.items():
            if name.startswith("unified.jobs."):
                given |= set(paths_in(options))
    for module in MODULES:
        missing = set(secret_paths(options_of(module))) - given
        assert missing == set() or module != "job_invocation"
        assert missing <= {"password", "token", "servers"}


def paths_in(options: Any, before: str = "") -> Iterator[str]:
    """The names of all options that a task gives."""
    for item in options if isinstance(options, list) else [options]:
        for name, value in item.items() if isinstance(item, dict) else ():
            yield before + name
            yield from paths_in(value, f"{before}{name}.")


def test_a_secret_is_found_in_whatever_form(secrets: Secrets) -> None:
    """The search can fail."""
    values = {name: secrets(name) for name in ("a", "b", "my_key", "d", "e")}
    for name, value in values.items():
        forms = [
            value,
            json.dumps(value),
            json.dumps(json.dumps(value)),
            repr(value),
            value.upper(),
            value[: len(value) // 2 + 1],
        ]
        for form in [*forms, *secret_forms(value)]:
            assert secrets.found_in(f"x{form}y") == [name], form
    assert secrets.found_in("nothing") == []


def secret_forms(value: str) -> list[str]:
    """A secret as headers and addresses show it."""
    logins = [base64.b64encode(f"{user}:{value}".encode()).decode() for user in ("", "joe", "admin", "ab")]
    return [quote(value), quote_plus(value), base64.b64encode(value.encode()).decode(), *logins]


def test_no_secret_is_printed_or_left(playbook: Playbook) -> None:
    fill(playbook, FULL)
    check(playbook, playbook.run(), 20)
    # they did go where they belong
    assert playbook.secrets("awx.token") in "\n".join(playbook.echo.told)
    assert playbook.secrets.halves("secret_parameters.good")[0] in playbook.lab_log()


def test_check_mode_shows_none_either(playbook: Playbook) -> None:
    fill(playbook, SOME)
    check(playbook, playbook.run("--check"), 4)


def test_modules_in_processes_of_their_own_show_none_either(playbook: Playbook) -> None:
    """Each costs a second or more, so these are few; what they print is made by the same code."""
    fill(playbook, FEW)
    check(playbook, playbook.run(UNIFIED_JOBS_IN_PROCESS="false"), 3)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_launch_of_which_nothing_is_known_shows_none(
    secrets: Secrets, lab: Any, lab_time: Any, platform: str
) -> None:
    """It is looked for a while, which would be too long for the runs above: house 0.6, `launch_unknown`."""
    login = lab.benches[platform].platform.access
    access = {"platform": platform, "url": lab.url(platform), "username": login.username, "token": login.token}
    secrets.others["token"] = login.token
    marked = secrets("secret_parameters.unknown")
    launch = {
        "awx": {"template": "lab-prompts", "secret_parameters": {"k": marked}},
        "foreman": {"template": "lab-inputs", "target_query": "name ~ web"},
        "puppet": {"template": "lab::params", "targets": ["web1.example.com"]},
    }[platform]
    hidden = {"must": marked} if platform != "awx" else launch["secret_parameters"]
    lab.fault("reset", platform=platform, method="POST", path="/launch/|job_invocations|/command/task")
    options = {**access, **launch, "secret_parameters": hidden, "wait": True}
    with pytest.raises(JobsError) as caught:
        _faces.invoke(options.get, clock=lab_time)
    error = caught.value
    assert error.code == "launch_unknown"
    assert secrets.found_in(repr([error, error.message, error.to_result(), str(error)])) == []
