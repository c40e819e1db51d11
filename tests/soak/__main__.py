# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line: python -m soak. Exit status 1 if something was found.

The sequences are played in blocks, each with a seed of its own, so that a finding can be played again alone:
--seed with the seed that is printed, and --sequences with the size of a block.
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
from collections.abc import Sequence
from typing import Any

# it makes the collection and the lab importable
importlib.import_module("conftest")

from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS

from .runner import COUNTED, Played, soak
from .world import World

BLOCK = 100


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="soak", description="Sequences of troubles against the simulated servers.")
    parser.add_argument("--sequences", type=int, default=2000, help="how many for each platform (default: 2000)")
    parser.add_argument("--seed", type=int, help="which sequences (default: others each time)")
    parser.add_argument("--platform", action="append", choices=list(PLATFORMS), help="this one; may be repeated")
    return parser


def play(platform: str, count: int, seed: int) -> Played:
    """Play the blocks of one platform, say what they found, and return all of it as one."""
    whole = Played(platform, seed)
    with World(platform) as world:
        for first in range(0, count, BLOCK):
            size = min(BLOCK, count - first)
            block = soak(world, size, seed + first // BLOCK)
            whole.add(block)
            if block.finding is not None:
                print(f"\n{platform}, found with --sequences {size} --seed {block.seed}:\n{block.finding}", flush=True)
            print(f"{platform}: {whole.sequences} sequences in {whole.seconds:.0f} s ...", file=sys.stderr, flush=True)
    return whole


def table(rows: Sequence[Played]) -> str:
    """Return the figures as text."""
    cells: list[list[Any]] = [["platform", "seed", "sequences", "seconds", *COUNTED, "findings"]]
    for row in rows:
        counts = [row.counts[name] for name in COUNTED]
        cells.append([row.platform, row.seed, row.sequences, f"{row.seconds:.0f}", *counts, row.findings])
    widths = [max(len(str(line[number])) for line in cells) for number in range(len(cells[0]))]
    return "\n".join("  ".join(str(cell).rjust(width) for cell, width in zip(line, widths)) for line in cells)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the sequences, and print what was found and the table."""
    options = _parser().parse_args(arguments)
    seed = random.randrange(1, 10**9) if options.seed is None else options.seed
    print(f"soak: {options.sequences} sequences for each platform, SEED={seed}", flush=True)
    rows = [play(platform, options.sequences, seed) for platform in options.platform or list(PLATFORMS)]
    print(table(rows), flush=True)
    return 1 if any(row.findings for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
