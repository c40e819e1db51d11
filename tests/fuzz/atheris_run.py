# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same targets, with the choices made by atheris, which looks at what code they reach."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import Any

#: bytes that a body follows from, at the most
LONGEST = 160


def main(platforms: Sequence[str], bodies: int, seed: int, only: str, with_recordings: bool) -> int:
    """Fuzz each platform, in a process of its own if there are several: one process guides one run only."""
    try:
        atheris: Any = importlib.import_module("atheris")
    except ImportError:
        print("--atheris needs the package atheris, which is not installed here: pip install atheris", file=sys.stderr)
        return 2
    if len(platforms) > 1:
        again = [
            sys.executable,
            "-m",
            "fuzz",
            "--atheris",
            "--bodies",
            str(bodies),
            "--seed",
            str(seed),
            "--reader",
            only,
        ]
        again += [] if with_recordings else ["--no-recordings"]
        return max(subprocess.call([*again, "--platform", platform]) for platform in platforms)
    return _guided(atheris, platforms[0], bodies, seed, only, with_recordings)


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _guided(atheris: Any, platform: str, bodies: int, seed: int, only: str, with_recordings: bool) -> int:
    with atheris.instrument_imports(include=["ansible_collections"]):
        from .run import Run, as_text
    run = Run(platform, seed, only, with_recordings)
    began, count = time.monotonic(), 0

    def one(data: bytes) -> None:
        nonlocal count
        if count == bodies:
            _tell(f"{platform}: {count} guided bodies in {(time.monotonic() - began) / 60:.1f} minutes")
            print(as_text(run.lines()), flush=True)
            # its own end does not come back here
            os._exit(1 if any(line.findings for line in run.lines()) else 0)
        count += 1
        run.read_bytes(data, _tell)

    with tempfile.TemporaryDirectory() as folder:
        atheris.Setup(
            ["fuzz", f"-seed={seed}", f"-max_len={LONGEST}", "-len_control=0", f"-artifact_prefix={folder}/"], one
        )
        atheris.Fuzz()
    return 0
