# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: python -m unified_jobs_lab --state FILE. Runs until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import lifecycle

if TYPE_CHECKING:
    from .lab import Lab


_GENERATION = "3.5, 3.12 or 3.16, the default (foreman); 2018.1, 2019.8 or 2023, the default (puppet)"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="unified_jobs_lab", description="Simulated job servers on 127.0.0.1.")
    parser.add_argument("--state", required=True, metavar="FILE", help="where to write urls, tokens and the pid (0600)")
    parser.add_argument("--platform", action="append", help="a platform to simulate; may be repeated (default: awx)")
    parser.add_argument("--port", type=int, default=0, help="port of the first server (default: a free one)")
    parser.add_argument("--no-tls", action="store_true", help="plain http")
    parser.add_argument("--gateway", action="store_true", help="behind an AAP gateway (awx)")
    parser.add_argument("--generation", default="", help=_GENERATION)
    parser.add_argument("--prefix", default="", help="a path that all URLs begin with, such as /foreman (foreman)")
    parser.add_argument("--speed", type=float, default=1.0, help="2 lets everything take half as long (default: 1)")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--detach", action="store_true", help="start in the background, and return when it is ready")
    way.add_argument("--stop", action="store_true", help="end the lab that wrote the state file")
    way.add_argument("--status", action="store_true", help="say whether the lab that wrote the state file runs")
    return parser


def _servers(lab: Lab) -> dict[str, Any]:
    return {
        name: {
            "url": bench.url,
            "username": bench.platform.access.username,
            "password": bench.platform.access.password,
            "token": bench.platform.access.token,
            "read_token": bench.platform.access.read_token,
            "users": bench.platform.passwords,
            "control": f"{bench.root}/_lab",
        }
        for name, bench in lab.benches.items()
    }


def write_state(path: Path, data: dict[str, Any]) -> None:
    """Write the file in one step, readable by its owner only."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, text=True)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(data, file, indent=2)
            file.write("\n")
        os.chmod(name, 0o600)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a lab; the exit status is 0 after a signal, 1 if it could not start."""
    options = _parser().parse_args(arguments)
    state = Path(options.state).absolute()
    if options.stop or options.status or options.detach:
        return _from_outside(options, state)
    return _run(options, state)


def _from_outside(options: argparse.Namespace, state: Path) -> int:
    if options.stop:
        print("stopped" if lifecycle.stop(state) else "not running")
    elif options.status:
        print("running" if lifecycle.running(state) is not None else "not running")
    else:
        words = ["--port", str(options.port), "--speed", str(options.speed)]
        words += [f"--generation={options.generation}", f"--prefix={options.prefix}"]
        words += [f"--platform={name}" for name in options.platform or []]
        words += [f"--{name}" for name in ("no-tls", "gateway") if getattr(options, name.replace("-", "_"))]
        try:
            print("started" if lifecycle.start(state, words) else "running already")
            print(*lifecycle.places(state), sep="\n")
        except (lifecycle.NotStarted, OSError) as error:
            print(error, file=sys.stderr)
            return 1
    return 0


def _run(options: argparse.Namespace, state: Path) -> int:
    ca_file = state.with_name(state.name + ".ca.pem")
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_args: stopped.set())
    try:
        from .lab import Lab

        lab = Lab(
            platforms=options.platform or ["awx"],
            tls=not options.no_tls,
            gateway=options.gateway,
            speed=options.speed,
            port=options.port,
            ca_file=ca_file,
            generation=options.generation,
            prefix=options.prefix,
        )
        with lab:
            write_state(state, {"pid": os.getpid(), "ca_file": lab.ca_file, "servers": _servers(lab)})
            stopped.wait()
    except ModuleNotFoundError as error:
        return _refuse(f"the Python module {error.name} is missing; install flask and trustme for {sys.executable}")
    except (OSError, ValueError, OverflowError) as error:
        return _refuse(str(error))
    for path in (state, ca_file):
        path.unlink(missing_ok=True)
    return 0


def _refuse(sentence: str) -> int:
    print(f"The lab cannot start: {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
