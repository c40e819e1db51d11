# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line: python -m fuzz. Exit status 1 if there are findings."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence

from . import atheris_run

PLATFORMS = ("awx", "foreman", "puppet")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fuzz", description="Spoiled answers for all that reads answers.")
    parser.add_argument("--bodies", type=int, default=100_000, help="how many, of each platform (default: 100000)")
    parser.add_argument("--seed", type=int, default=1, help="what the bodies follow from (default: 1)")
    parser.add_argument("--platform", action="append", choices=PLATFORMS, help="this one; may be repeated")
    parser.add_argument("--reader", default="", help="only readers and scenes with this in their names")
    parser.add_argument("--body", type=int, help="only this one of the bodies, with the error as Python tells it")
    parser.add_argument("--bytes", type=bytes.fromhex, help="the same for bytes that atheris made up, as hexadecimals")
    parser.add_argument("--no-recordings", action="store_true", help="begin with the project's own samples only")
    parser.add_argument("--atheris", action="store_true", help="let coverage guide it (needs the package atheris)")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz, print a table of what was read, and what was found."""
    options = _parser().parse_args(arguments)
    platforms = options.platform or list(PLATFORMS)
    again = options.body if options.bytes is None else options.bytes
    if options.atheris:
        return atheris_run.main(platforms, options.bodies, options.seed, options.reader, not options.no_recordings)
    # later than atheris, which has to see what is imported
    from .run import Line, Run, as_text

    lines: list[Line] = []
    for platform in platforms:
        run = Run(platform, options.seed, options.reader, not options.no_recordings)
        if again is not None:
            run.again(again)
            continue
        began = time.monotonic()
        lines += run.go(options.bodies, lambda text: print(text, file=sys.stderr, flush=True))
        print(f"{platform}: {options.bodies} bodies in {(time.monotonic() - began) / 60:.1f} minutes", file=sys.stderr)
    if again is None:
        print(as_text(lines))
    return 1 if any(line.findings for line in lines) else 0


if __name__ == "__main__":
    # Ansible's loader warns of each file that is no UTF-8, which is no finding and hides the table; it reads this early
    os.environ.setdefault("ANSIBLE_DEPRECATION_WARNINGS", "false")
    sys.exit(main())
