# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting a lab in the background, finding it again, and ending it: this one and no other process."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess  # it starts itself  # nosec B404
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

#: a slow machine may take long to start a lab, or to let it answer
_PATIENCE = 60.0


class NotStarted(Exception):
    """The lab in the background gave up; the words are its own."""


def running(state: Path) -> int | None:
    """The pid of the lab that wrote this state file, if it answers and says that this is its pid.

    A pid alone proves nothing: after a crash the number may belong to somebody else.
    """
    try:
        known = json.loads(state.read_text(encoding="utf-8"))
        server = next(iter(known["servers"].values()))
        return int(known["pid"]) if _asked(server["control"], known["ca_file"]) == known["pid"] else None
    except (OSError, ValueError, KeyError, TypeError, StopIteration, AttributeError):
        return None


def _asked(control: str, ca_file: str | None) -> Any:
    context = ssl.create_default_context(cafile=ca_file) if ca_file else None
    handlers: list[Any] = [urllib.request.ProxyHandler({})]
    if context is not None:
        handlers.append(urllib.request.HTTPSHandler(context=context))
    with urllib.request.build_opener(*handlers).open(f"{control}/state", timeout=_PATIENCE) as answer:
        return json.load(answer)["pid"]


def start(state: Path, arguments: Sequence[str]) -> bool:
    """Start a lab that outlives this process; False if it runs already. Returns when it is ready."""
    if running(state) is not None:
        return False
    state.unlink(missing_ok=True)
    log = state.with_name(state.name + ".log")
    command = [sys.executable, "-m", "unified_jobs_lab", "--state", str(state), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(  # its own command line, no shell  # nosec B603
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
            env=environment,
        )
    limit = time.monotonic() + _PATIENCE
    while not state.exists():
        if process.poll() is not None:
            raise NotStarted(log.read_text(encoding="utf-8").strip() or f"exit status {process.returncode}")
        if time.monotonic() > limit:
            process.kill()
            raise NotStarted(f"The lab did not start within {_PATIENCE:.0f} seconds; see {log}")
        time.sleep(0.05)
    return True


def places(state: Path) -> list[str]:
    """Where to find a lab that runs, for people: its state file and its servers, without a secret."""
    known = json.loads(state.read_text(encoding="utf-8"))
    servers = [f"{name}: {server['url']}" for name, server in known["servers"].items()]
    return [f"state file, with users and tokens: {state}", *servers]


def stop(state: Path) -> bool:
    """End the lab that wrote this state file; False if it does not run."""
    pid = running(state)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        limit = time.monotonic() + _PATIENCE
        while state.exists() and time.monotonic() < limit:
            time.sleep(0.05)
    for path in (state, state.with_name(state.name + ".ca.pem"), state.with_name(state.name + ".log")):
        path.unlink(missing_ok=True)
    return pid is not None
