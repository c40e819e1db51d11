# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text from jobs in real runs of ansible-playbook: no template in it is ever computed, nothing steers the terminal.

All that a server says of a job, and of an error, holds such text, on all platforms: in tasks in Ansible's own process
and in one of their own, in the lookup and in the filter.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

TESTS = str(pathlib.Path(__file__).resolve().parents[2])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)

from hostile_server import HostileServer, answer  # noqa: E402
from hostile_text import COMPUTED, HOSTILE, KEPT, MARK, spoiled, spoiling  # noqa: E402

TEMPLATE = {"awx": "lab-partial", "foreman": "lab-partial", "puppet": "lab::partial"}
TARGETS = {"awx": None, "foreman": "name ~ web", "puppet": 'nodes[certname] { certname ~ "web" }'}
#: only for a run that never ends: no machine is so slow
LONG = 1800
STATES = ("status", "status_label", "state")
#: what terminals act on, but for what Ansible leaves in the JSON of results as it is: controls above ASCII
STEERING = re.compile("[\x00-\x08\x0b-\x1f]")


@pytest.fixture
def servers(lab: Any) -> Iterator[dict[str, dict[str, Any]]]:
    """Connections: to each platform, to the same with states that nobody knows, and to one that only refuses."""
    lab.thaw()
    made: list[HostileServer] = []
    entries: dict[str, dict[str, Any]] = {}
    for platform, template in TEMPLATE.items():
        bench = lab.benches[platform].platform
        bench.engine.behave(template, duration=0.1, raw_output=f"{MARK}\n{MARK}\n".encode())
        refusal = json.dumps({"detail": HOSTILE, "msg": HOSTILE, "error": {"message": HOSTILE}}).encode()
        made += [
            HostileServer(behind=lab.url(platform), spoil=spoiled),
            HostileServer(behind=lab.url(platform), spoil=spoiling(*STATES)),
            HostileServer(("GET", "", answer(refusal, "400 X"))),
        ]
        login = {"platform": platform, "username": bench.access.username, "token": bench.access.token}
        for name, server in zip((platform, f"{platform}_odd", f"{platform}_no"), made[-3:]):
            entries[name] = {**login, "url": server.url}
    yield entries
    for server in made:
        server.stop()


def shown(**values: str) -> dict[str, Any]:
    """A task that shows values, and what they are made of again."""
    return {"name": "Shown", "ansible.builtin.debug": {"msg": values}}


def runs_of(platform: str, here: bool) -> list[dict[str, Any]]:
    """A launch, a read of what nobody knows, and an error, in Ansible's own process or in one of their own."""
    kind = {"type": "job"} if platform == "puppet" else {}
    more = {} if platform == "awx" else {"description": MARK, "target_query": TARGETS[platform]}
    keywords = {"vars": {"unified_jobs_in_process": here}, "ignore_errors": True}
    launch = {"server": platform, "template": TEMPLATE[platform], "wait": True, "wait_interval": 0.1, "follow": True}
    launch = {**launch, "wait_timeout": LONG, "include": ["output", "hosts", "native"], **more}
    odd = {"server": f"{platform}_odd", "jobs": "{{ launched.job.id }}", **kind}
    refused = {"server": f"{platform}_no", "jobs": 1, **kind}
    return [
        {"name": "Launched", "unified.jobs.job_invocation": launch, "register": "launched", **keywords},
        shown(whole="{{ launched }}", part="{{ launched.msg }} {{ launched.job.name }} {{ launched.job.output }}"),
        {"name": "Odd", "unified.jobs.job_info": odd, "register": "odd", **keywords},
        shown(whole="{{ odd }}", part="{{ odd.job.native_status }}"),
        {"name": "Refused", "unified.jobs.job_info": refused, "register": "refused", **keywords},
        shown(whole="{{ refused }}", part="{{ refused.msg }}"),
    ]


def tasks_of(platform: str) -> list[dict[str, Any]]:
    """All ways that text from jobs comes into a playbook, and what may be done with it there."""
    kind = ", type='job'" if platform == "puppet" else ""
    looked = f"lookup('unified.jobs.job', launched.job.id, server='{platform}', include=['output', 'native']{kind})"
    return [
        *runs_of(platform, True),
        *runs_of(platform, False),
        {"name": "Looked up", "ansible.builtin.set_fact": {"looked": "{{ " + looked + " }}"}},
        {"name": "Kept", "ansible.builtin.set_fact": {"kept": "{{ looked.name }} {{ looked.output }}"}},
        shown(whole="{{ looked }}", kept="{{ kept }}", again="{{ " + looked + ".name }}"),
        {"name": "Made one", "ansible.builtin.set_fact": {"one": "{{ looked.native | unified.jobs.normalize_job }}"}},
        shown(whole="{{ one }}", part="{{ one.name }} {{ one.description }} {{ one.explanation }}"),
        {
            "name": "Written",
            "ansible.builtin.copy": {
                "content": "{{ looked | to_json }}",
                "dest": f"{{{{ playbook_dir }}}}/{platform}.json",
            },
        },
        {
            "name": "Asked",
            "ansible.builtin.assert": {"that": ["looked.name != 'x'", "looked is unified.jobs.job_finished"]},
        },
    ]


@pytest.mark.parametrize(("platform", "verbose"), [("awx", True), ("foreman", False), ("puppet", False)])
def test_text_from_jobs_is_data(tmp_path: pathlib.Path, servers: Any, lab: Any, platform: str, verbose: bool) -> None:
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {"unified_jobs_servers": servers},
        "module_defaults": {"group/unified.jobs.jobs": {"servers": servers}},
        "tasks": tasks_of(platform),
    }
    (tmp_path / "ansible.cfg").write_text("")
    (tmp_path / "play.yml").write_text(json.dumps([play]))
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "NO_COLOR"))}
    env.update(
        ANSIBLE_COLLECTIONS_PATH=os.environ["ANSIBLE_COLLECTIONS_PATH"],
        ANSIBLE_HOME=str(tmp_path),
        ANSIBLE_LOCALHOST_WARNING="false",
        ANSIBLE_CONFIG=str(tmp_path / "ansible.cfg"),
        LC_ALL="C.UTF-8",
    )
    command = [sys.executable, "-m", "ansible", "playbook", "play.yml", *(["-vvv"] if verbose else [])]
    done = subprocess.run(
        command, cwd=tmp_path, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=LONG, check=False
    )
    printed = (done.stdout + done.stderr).decode()
    assert done.returncode == 0, printed
    assert COMPUTED not in printed
    assert "1000000000 + 337" in printed
    steering = [line for line in printed.split("\n") if STEERING.search(line)]
    assert not steering, steering[:3]
    written = json.loads((tmp_path / f"{platform}.json").read_text())
    assert KEPT in (written["name"], written["description"])
    for line in printed.split("\n"):
        # lines of progress, warnings and errors are not written as JSON
        if line.startswith(("| ", "[WARNING]", "[ERROR]", f"[{platform}")):
            assert line.isprintable(), ascii(line)
