# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The smaller commands of the Makefile: live, bench, soak, format, docs, changelog."""

from __future__ import annotations

import datetime
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from gate import MAIN, peers_venv, prepare
from toolchain import BUILD, REQUIREMENTS, ROOT, ToolchainError, environment, make_venv

LIVE = {
    "UNIFIED_JOBS_LIVE_URL": "the server, for example https://awx.example.com",
    "UNIFIED_JOBS_LIVE_OK": "the name of a template, or task, that succeeds",
    "UNIFIED_JOBS_LIVE_FAIL": "the name of one that fails on some host",
    "UNIFIED_JOBS_LIVE_SLEEP": "the name of one that sleeps for a minute or longer",
}
LIVE_LOGIN = {
    "UNIFIED_JOBS_LIVE_TOKEN": "a token that may launch and cancel these templates; or",
    "UNIFIED_JOBS_LIVE_USERNAME": "a user who may; a Foreman wants to know it beside a token too",
    "UNIFIED_JOBS_LIVE_PASSWORD": "that user's password, if there is no token",
}
LIVE_OPTIONAL = {
    "UNIFIED_JOBS_LIVE_PLATFORM": "the kind of server: awx (the default), foreman or puppet",
    "UNIFIED_JOBS_LIVE_TARGETS": "the search or PQL query for the hosts to run on; foreman and puppet need it",
    "UNIFIED_JOBS_LIVE_CA_PATH": "a file with the certificate of the server's authority",
}
LIVE_ALL = {**LIVE, **LIVE_LOGIN, **LIVE_OPTIONAL}


#: the packages that try the client for long, with how much they do for each platform: in a long run, in a short one
SOAKS = {"soak": ("--sequences", "2000", "200"), "fuzz": ("--bodies", "100000", "5000")}


def main_venv() -> Path:
    """The environment with the tools."""
    prepare()
    return make_venv(MAIN.venv, MAIN.executable, REQUIREMENTS / f"core-{MAIN.name}.txt")


def live_missing(environ: Mapping[str, str]) -> list[str]:
    """The variables that are needed and not set: a token is enough to log in, and so are a user and a password."""
    needed = list(LIVE)
    platform = environ.get("UNIFIED_JOBS_LIVE_PLATFORM")
    if platform == "puppet":
        needed.append("UNIFIED_JOBS_LIVE_TOKEN")
    elif not environ.get("UNIFIED_JOBS_LIVE_TOKEN"):
        user = environ.get("UNIFIED_JOBS_LIVE_USERNAME") or environ.get("UNIFIED_JOBS_LIVE_PASSWORD")
        needed += list(LIVE_LOGIN)[1:] if user else list(LIVE_LOGIN)[:1]
    if platform in ("foreman", "puppet"):
        needed.append("UNIFIED_JOBS_LIVE_TARGETS")
    return [name for name in needed if not environ.get(name)]


def live() -> int:
    """The contract tests that need no faults, against a real server."""
    missing = live_missing(os.environ)
    if missing:
        print("make live launches and cancels jobs on a real server. It needs these variables:")
        for name, meaning in LIVE_ALL.items():
            state = "missing" if name in missing else "set" if os.environ.get(name) else "optional"
            print(f"  {name:<28} {state:<9} {meaning}")
        return 2
    venv = main_venv()
    env = environment(venv, home="live", UNIFIED_JOBS_LIVE_PLATFORM="awx")
    env.update({name: os.environ[name] for name in LIVE_ALL if os.environ.get(name)})
    command = [str(venv / "bin" / "python"), "-m", "pytest", "-v", "-rs", "-m", "live", "tests/contract"]
    return subprocess.run(command, env=env, cwd=ROOT, check=False).returncode


def bench() -> int:
    """The benchmark, in the environment that has the clients of others."""
    prepare()
    venv = peers_venv()
    command = [str(venv / "bin" / "python"), "-m", "benchmark", "--out", str(BUILD / "bench"), *sys.argv[2:]]
    command += [f"--only={word}" for word in os.environ.get("ONLY", "").split()]
    command += [f"--runs={os.environ['RUNS']}"] if os.environ.get("RUNS") else []
    command += ["--full"] if os.environ.get("FULL") else []
    env = environment(venv, home="bench", PYTHONPATH=str(ROOT / "tests"))
    return subprocess.run(command, env=env, cwd=ROOT, check=False).returncode


def soak() -> int:
    """Troubles and odd bodies by the thousand; 1 if anything was found."""
    length = os.environ.get("SOAK", "long")
    if length not in ("long", "short"):
        raise ToolchainError(f"SOAK={length} is neither long nor short.")
    seed = os.environ.get("SEED") or str(random.randrange(1, 10**9))
    if not seed.isdigit():
        raise ToolchainError(f"SEED={seed} is no number.")
    venv = main_venv()
    env = environment(venv, home="soak", PYTHONPATH=str(ROOT / "tests"), PYTHONUNBUFFERED="1")
    print(f"A {length} run with SEED={seed}; with the same seed it does the same.", flush=True)
    statuses = []
    for package, (option, much, little) in SOAKS.items():
        if (ROOT / "tests" / package / "__main__.py").exists():
            command = [str(venv / "bin" / "python"), "-m", package, option, much if length == "long" else little]
            command += ["--seed", seed, *(f"--platform={word}" for word in os.environ.get("PLATFORM", "").split())]
            statuses.append(subprocess.run(command, env=env, cwd=BUILD, check=False).returncode)
    return 1 if any(statuses) else 0


def mend() -> int:
    """Format, and mend what ruff can mend."""
    env = environment(main_venv(), RUFF_CACHE_DIR=str(BUILD / "ruff"))
    subprocess.run(["ruff", "check", "--fix", "-q", "."], env=env, cwd=ROOT, check=False)
    return subprocess.run(["ruff", "format", "."], env=env, cwd=ROOT, check=False).returncode


def docs() -> int:
    """The documentation site."""
    prepare()
    venv = make_venv(BUILD / "venv" / "docs", MAIN.executable, REQUIREMENTS / "docs.txt")
    env = environment(venv)
    site = BUILD / "docs"
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir(parents=True)
    options = ["--use-current", "--dest-dir", str(site), "--lenient", "--squash-hierarchy"]
    options += ["--sphinx-theme", "sphinx-ansible-theme", "unified.jobs"]
    for command in (["antsibull-docs", "sphinx-init", *options], [str(site / "build.sh")]):
        status = subprocess.run(command, env=env, cwd=site, stdin=subprocess.DEVNULL, check=False).returncode
        if status:
            return status
    print(f"Open {site.relative_to(ROOT) / 'build' / 'html' / 'index.html'}")
    return 0


def changelog() -> int:
    """Write the release of galaxy.yml's version again: its date, its fragments, its new plugins."""
    command = ["antsibull-changelog", "release", "--reload-plugins", "--update-existing"]
    command += ["--date", datetime.datetime.now(datetime.timezone.utc).date().isoformat()]
    return subprocess.run(command, env=environment(main_venv()), cwd=ROOT, check=False).returncode


COMMANDS = {"live": live, "bench": bench, "soak": soak, "format": mend, "docs": docs, "changelog": changelog}


def main() -> int:
    """Run the command of this name."""
    try:
        return COMMANDS[sys.argv[1]]()
    except ToolchainError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
