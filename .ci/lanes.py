# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs named steps, two at a time, and says how each one ended."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

LANES = 2
#: only for what never ends; seconds, several times what the longest step takes on a slow machine
STEP_TIMEOUT = 3600


class StepFailed(Exception):
    """A step found a fault; its log has the details."""


class StepSkipped(Exception):
    """A step cannot run here, and says why."""


@dataclass
class Step:
    """One line of the table."""

    name: str
    action: Callable[[Step], None]
    needs: tuple[str, ...] = ()
    state: str = "waiting"
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)
    skips: list[str] = field(default_factory=list)
    log: Path = Path(os.devnull)

    def write(self, text: str) -> None:
        """Add a line to the step's log."""
        with open(self.log, "a", encoding="utf-8") as handle:
            handle.write(text.rstrip("\n") + "\n")

    def text(self) -> str:
        """The log so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def run(self, command: Sequence[str], env: dict[str, str], cwd: Path, check: bool = True) -> int:
        """Run a command with its output in the log."""
        self.write("$ " + " ".join(command))
        with open(self.log, "ab") as handle:
            process = subprocess.Popen(
                list(command),
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            CHILDREN.add(process)
            try:
                status = process.wait(timeout=STEP_TIMEOUT)
            except subprocess.TimeoutExpired:
                end(process)
                raise StepFailed(f"took longer than {STEP_TIMEOUT} seconds") from None
            finally:
                CHILDREN.discard(process)
        if status and check:
            raise StepFailed(f"exit status {status}")
        return status


CHILDREN: set[subprocess.Popen[bytes]] = set()


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop a command and what it started."""
    for word in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(OSError):
            os.killpg(process.pid, word)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=15)
            return


class Lanes:
    """Gives each lane the first step whose needs are met."""

    def __init__(self, steps: list[Step], logs: Path) -> None:
        self.steps = steps
        self.logs = logs
        self.lock = threading.Condition()
        self.stopped = False

    def run(self) -> bool:
        """Run all steps; True if none failed."""
        self.logs.mkdir(parents=True, exist_ok=True)
        workers = [threading.Thread(target=self.work, daemon=True) for _lane in range(LANES)]
        for worker in workers:
            worker.start()
        try:
            for worker in workers:
                while worker.is_alive():
                    worker.join(0.2)
        except BaseException:
            self.stop(workers)
            raise
        return all(step.state in ("ok", "skipped") for step in self.steps)

    def stop(self, workers: list[threading.Thread]) -> None:
        """End the commands that run; steps still clean up after themselves."""
        self.stopped = True
        for process in list(CHILDREN):
            end(process)
        for worker in workers:
            worker.join(30)

    def work(self) -> None:
        """One lane."""
        while True:
            with self.lock:
                step = self.take()
                while step is None:
                    if self.stopped or not any(one.state == "waiting" for one in self.steps):
                        return
                    self.lock.wait(1)
                    step = self.take()
            self.perform(step)
            with self.lock:
                self.lock.notify_all()

    def take(self) -> Step | None:
        """The next step to run, marked as running."""
        states = {step.name: step.state for step in self.steps}
        for step in self.steps:
            if step.state != "waiting" or self.stopped:
                continue
            needed = [states.get(name, "ok") for name in step.needs]
            if any(state in ("FAILED", "not run") for state in needed):
                step.state = states[step.name] = "not run"
                step.notes.append("needs " + ", ".join(step.needs))
                show(step)
            elif any(state == "skipped" for state in needed):
                step.state = states[step.name] = "skipped"
                step.skips.append("needs " + ", ".join(step.needs))
                show(step)
            elif all(state == "ok" for state in needed):
                step.state = "running"
                return step
        return None

    def perform(self, step: Step) -> None:
        """Run one step."""
        begin = time.monotonic()
        step.log = self.logs / f"{step.name}.log"
        step.log.write_text("", encoding="utf-8")
        try:
            step.action(step)
            step.state = "ok"
        except StepSkipped as reason:
            step.skips.append(str(reason))
            step.state = "skipped"
        except Exception as error:  # a step that breaks is a step that failed
            step.write(f"{type(error).__name__}: {error}")
            step.notes.insert(0, str(error).splitlines()[0] if str(error) else type(error).__name__)
            step.state = "FAILED"
        step.seconds = time.monotonic() - begin
        show(step)


def show(step: Step) -> None:
    """Print a line of the table."""
    print(f"{step.name:<18} {step.state:<8} {step.seconds:6.1f} s  {'; '.join(step.notes)}".rstrip(), flush=True)


def report(steps: list[Step], root: Path, tail: int = 60) -> None:
    """What was skipped, and the end of each log of a failure."""
    skips: dict[str, list[str]] = {}
    for step in steps:
        for reason in step.skips:
            skips.setdefault(re.sub(r"\s+", " ", reason), []).append(step.name)
    print("\nSkipped:" if skips else "\nSkipped: nothing")
    for reason, names in skips.items():
        print(f"  {', '.join(dict.fromkeys(names))}: {reason}")
    for step in steps:
        if step.state == "FAILED":
            print(f"\n--- {step.name} ({step.log.relative_to(root)}, last {tail} lines)")
            print("\n".join(step.text().splitlines()[-tail:]))
