# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line: python -m benchmark. Exit status 1 if a figure is not reached, 2 if a work could not be done."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from . import works_launching, works_reading, works_waiting
from .bench import Bench, Sizes, Work
from .stage import BUILD, Stage
from .table import Line, as_markdown, as_text

WORKS: dict[str, Work] = {
    "read": works_reading.one_job,
    "launch": works_launching.one_launch,
    "many": works_launching.many_launches,
    "wait": works_waiting.many_waits,
    "list": works_reading.many_jobs,
    "foreman": works_launching.foreman_launch,
    "output": works_reading.long_output,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmark", description="The same work by us and by others.")
    parser.add_argument("--only", action="append", choices=sorted(WORKS), help="this work; may be repeated")
    parser.add_argument("--runs", type=int, default=5, help="how often each is done (default: 5)")
    parser.add_argument("--full", action="store_true", help="let the peer launch all jobs too, which takes an hour")
    parser.add_argument("--out", type=Path, default=BUILD / "bench", help="where to write the results")
    return parser


def machine() -> dict[str, Any]:
    """What was measured, and where."""
    names = ("ansible", "ansible-core", "requests")
    found = {name: version(name) for name in names}
    return {**found, "python": platform.python_version(), "system": platform.system(), "cores": os.cpu_count()}


def run(works: Sequence[str], bench: Bench) -> tuple[list[Line], bool]:
    """The lines of these works, and whether all of them could be done."""
    lines: list[Line] = []
    whole = True
    for name in works:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            lines += WORKS[name](bench)
        except Exception:
            whole = False
            traceback.print_exc()
    return lines, whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the works, print and write the table."""
    options = _parser().parse_args(arguments)
    sizes = Sizes(peer_jobs=Sizes.jobs) if options.full else Sizes()
    with Stage(options.out / "work") as stage:
        lines, whole = run(options.only or list(WORKS), Bench(stage, sizes, max(1, options.runs)))
    status = write(lines, options.runs, options.out)
    return status if whole else 2


def write(lines: list[Line], runs: int, folder: Path) -> int:
    """Print the table and write it; 1 if a figure is not reached."""
    print(as_text(lines))
    data = {"machine": machine(), "runs": runs, "lines": [line.as_dict() for line in lines]}
    (folder / "benchmark.json").write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    (folder / "table.txt").write_text(as_text(lines), encoding="utf-8")
    (folder / "table.md").write_text(as_markdown(lines), encoding="utf-8")
    bad = [line for line in lines if line.reached is False]
    print(f"{len(bad)} of {sum(line.limit is not None for line in lines)} figures not reached.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
