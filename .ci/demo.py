# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demo: an environment of its own, the lab, one playbook; the lab is stopped however it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from toolchain import (
    BUILD,
    LAB_FILES,
    REQUIREMENTS,
    ROOT,
    ToolchainError,
    environment,
    find_pythons,
    interrupt_once,
    link_collection,
    link_pythons,
    make_venv,
    pick,
    stop_lab,
    stop_process,
)

WANTED = ("3.13", "3.12", "3.11", "3.10", "3.14")
STATE = BUILD / "demo" / "lab.json"
LOG = BUILD / "demo" / "lab.log"
PLATFORMS = ("--platform", "awx", "--platform", "foreman", "--platform", "puppet")
START_TIMEOUT = 300


def prepare() -> Path:
    """The environment of the demo."""
    pythons = find_pythons()
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    version = pick(pythons, (running, *WANTED) if running in WANTED else WANTED)
    if not version:
        raise ToolchainError("The demo needs a Python from 3.10 to 3.14; none starts here.")
    link_collection()
    link_pythons(pythons)
    print(f"Python {version}, environment .venv", flush=True)
    return make_venv(ROOT / ".venv", pythons[version], REQUIREMENTS / "demo.txt", prefer="pip")


def start_lab(python: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start the lab and wait until it has said where it listens."""
    STATE.parent.mkdir(parents=True, exist_ok=True)
    stop_lab(STATE)
    STATE.unlink(missing_ok=True)
    with open(LOG, "wb") as log:
        lab = subprocess.Popen(
            [python, "-m", "unified_jobs_lab", "--state", str(STATE), *PLATFORMS],
            env=dict(env, PYTHONPATH=str(LAB_FILES)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    limit = time.monotonic() + START_TIMEOUT
    try:
        while not STATE.exists():
            if lab.poll() is not None or time.monotonic() > limit:
                tail = LOG.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise ToolchainError(f"The lab did not start:\n{tail}")
            time.sleep(0.05)
    except BaseException:
        stop_process(lab)
        raise
    return lab


def play(playbook: Path, venv: Path, env: dict[str, str]) -> int:
    """Run the playbook; its exit status."""
    process = subprocess.Popen([str(venv / "bin" / "ansible-playbook"), str(playbook)], env=env)
    try:
        return process.wait()
    except BaseException:
        stop_process(process)
        raise


def main() -> int:
    """Run the demo."""
    os.chdir(ROOT)
    interrupt_once()
    playbook = ROOT / "playbooks" / "demo.yml"
    if not playbook.exists():
        print("playbooks/demo.yml is not there.", file=sys.stderr)
        return 1
    try:
        venv = prepare()
        env = environment(venv, home="demo", UNIFIED_JOBS_LAB_STATE=str(STATE))
        env.update(
            ANSIBLE_LOCALHOST_WARNING="false",
            ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
            ANSIBLE_CALLBACK_RESULT_FORMAT="yaml",
        )
        if sys.stdout.isatty():
            del env["NO_COLOR"], env["ANSIBLE_NOCOLOR"]
        python = str(venv / "bin" / "python")
        lab = start_lab(python, env)
        try:
            return play(playbook, venv, env)
        finally:
            stop_process(lab)
            STATE.unlink(missing_ok=True)
            print("The lab is stopped.")
    except ToolchainError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
