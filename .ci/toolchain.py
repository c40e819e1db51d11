# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interpreters, virtual environments and variables that the commands of the Makefile use."""

from __future__ import annotations

import contextlib
import fcntl
import glob
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn


def plain_path(root: Path) -> Path:
    """A path to this checkout without blanks and the like, as ansible-core before 2.20 wants for its interpreter."""
    if re.fullmatch(r"[\w./+@%=,~-]+", str(root), re.ASCII):
        return root
    alias = Path("~/.cache/unified_jobs").expanduser() / hashlib.sha256(str(root).encode()).hexdigest()[:12]
    alias.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        alias.symlink_to(root, target_is_directory=True)
    return alias


ROOT = plain_path(Path(__file__).resolve().parents[1])
BUILD = ROOT / ".build"
LAB_FILES = ROOT / "roles" / "lab" / "files"
REQUIREMENTS = ROOT / ".ci" / "requirements"
VERSIONS = [f"3.{minor}" for minor in range(9, 15)]

# What a person has in the environment must not decide how a test ends.
FOREIGN = (
    "ANSIBLE_",
    "UNIFIED_JOBS_",
    "CONTROLLER_",
    "TOWER_",
    "AAP_",
    "FOREMAN_",
    "PT_",
    "PYTEST_",
    "MOLECULE_",
    "PYTHONPATH",
)


class ToolchainError(Exception):
    """Something that the commands need is not to be had."""


# --- interpreters ----------------------------------------------------------------------------------------------


def start(executable: str, version: str) -> str | None:
    """The interpreter behind an executable, or None if it does not start (as some shims do not)."""
    code = "import sys, ssl; print('%d.%d' % sys.version_info[:2]); print(sys.executable)"
    try:
        done = subprocess.run(
            [executable, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.splitlines()
    return lines[1] if done.returncode == 0 and len(lines) == 2 and lines[0] == version else None


def find_pythons() -> dict[str, str]:
    """Version to executable: what starts from PATH, and what pyenv has beside its shims."""
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    found: dict[str, str] = {}
    for version in VERSIONS:
        name = f"python{version}"
        candidates = [shutil.which(name), shutil.which("python3"), sys.executable]
        candidates += sorted(glob.glob(os.path.join(glob.escape(pyenv), "versions", f"{version}.*", "bin", name)))
        for candidate in candidates:
            executable = start(candidate, version) if candidate else None
            if executable:
                found[version] = executable
                break
    return found


def pick(pythons: dict[str, str], wanted: Sequence[str]) -> str | None:
    """The first of the wanted versions that is there."""
    return next((version for version in wanted if version in pythons), None)


# --- virtual environments --------------------------------------------------------------------------------------


def read_requirements(path: Path) -> list[str]:
    """The lines of a requirements file and of those that it includes."""
    lines: list[str] = []
    for raw in path.read_text(encoding="utf-8").splitlines():
        line = raw.split("#")[0].strip()
        if line.startswith("-r "):
            lines += read_requirements(path.parent / line[3:].strip())
        elif line:
            lines.append(line)
    return lines


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """Only one command at a time makes environments."""
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / "lock", "w", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def ways(path: Path, python: str, requirements: Path) -> dict[str, list[list[str]]]:
    """The ways to fill an environment, each a list of commands."""
    inside = str(path / "bin" / "python")
    pip = [
        [python, "-m", "venv", "--clear", str(path)],
        [inside, "-m", "pip", "install", "-q", "-r", str(requirements)],
    ]
    uv = str(BUILD / "uv" / "bin" / "uv")
    fetch = [sys.executable, "-m", "pip", "install", "-q"]
    fetch += ["--root-user-action", "ignore", "--upgrade", "--target", str(BUILD / "uv"), "uv"]
    fast = [
        *([] if os.path.exists(uv) else [fetch]),
        [uv, "venv", "-q", "--clear", "--no-config", "--python", python, str(path)],
        [uv, "pip", "install", "-q", "--no-config", "--python", inside, "-r", str(requirements)],
    ]
    return {"uv": fast, "pip": pip}


def make_venv(path: Path, python: str, requirements: Path, prefer: str = "uv") -> Path:
    """An environment with these requirements; nothing is done, and nothing fetched, when it is there already."""
    facts = [str(path), python, *read_requirements(requirements)]
    stamp = hashlib.sha256("\n".join(facts).encode()).hexdigest()
    done = path / "requirements.done"
    with locked():
        if done.exists() and done.read_text(encoding="utf-8") == stamp and (path / "bin" / "python").exists():
            return path
        problems = []
        for way in (prefer, "pip" if prefer == "uv" else "uv"):
            problem = run_all(ways(path, python, requirements)[way])
            if problem is None:
                done.write_text(stamp, encoding="utf-8")
                return path
            problems.append(problem)
        raise ToolchainError(f"Cannot install {requirements.relative_to(ROOT)}:\n" + "\n".join(problems))


def run_all(commands: Iterable[list[str]]) -> str | None:
    """Run commands until one fails; what it said, or None."""
    env = dict(os.environ, UV_PYTHON_DOWNLOADS="never", PIP_DISABLE_PIP_VERSION_CHECK="1")
    env.pop("PYTHONPATH", None)
    for command in commands:
        try:
            subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
        except OSError as error:
            return f"$ {' '.join(command)}\n{error}"
        except subprocess.CalledProcessError as error:
            return f"$ {' '.join(command)}\n{error.stdout}{error.stderr}".rstrip()
    return None


# --- the tree and the variables --------------------------------------------------------------------------------


def link_collection() -> None:
    """Make this checkout importable as ansible_collections.unified.jobs, wherever it is."""
    link = BUILD / "ansible_collections" / "unified" / "jobs"
    link.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        link.symlink_to(os.path.join("..", "..", ".."), target_is_directory=True)


def link_pythons(pythons: dict[str, str]) -> Path:
    """A folder with just the interpreters that start, for tools that search PATH for python3.N."""
    folder = BUILD / "pythons"
    folder.mkdir(parents=True, exist_ok=True)
    for version, executable in pythons.items():
        link = folder / f"python{version}"
        if not link.is_symlink() or os.readlink(link) != executable:
            link.unlink(missing_ok=True)
            link.symlink_to(executable)
    return folder


def keep_pip_settings(home: Path) -> None:
    """ansible-test installs with pip, perhaps from an index that only the person's settings name."""
    for name in (".config/pip", ".pip"):
        mine = Path("~").expanduser() / name
        if mine.is_dir() and not (home / name).is_symlink():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).symlink_to(mine, target_is_directory=True)


def environment(venv: Path, home: str | None = None, **more: str) -> dict[str, str]:
    """The variables for a command in an environment; with `home`, also a home folder of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    path = [entry for entry in env.get("PATH", os.defpath).split(os.pathsep) if os.path.basename(entry) != "shims"]
    config = BUILD / "ansible.cfg"
    if not config.exists():
        config.write_text("[defaults]\n", encoding="utf-8")
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # without compiled files every start takes seconds longer
    env.update(
        PATH=os.pathsep.join([str(venv / "bin"), str(BUILD / "pythons"), *path]),
        VIRTUAL_ENV=str(venv),
        ANSIBLE_CONFIG=str(config),
        ANSIBLE_COLLECTIONS_PATH=str(BUILD),
        ANSIBLE_HOME=str(BUILD / "ansible-home"),
        ANSIBLE_NOCOLOR="1",
        NO_COLOR="1",
        PYTHONPYCACHEPREFIX=str(BUILD / "pycache"),
        HYPOTHESIS_STORAGE_DIRECTORY=str(BUILD / "hypothesis"),
    )
    if home:
        folder = BUILD / "home" / home
        folder.mkdir(parents=True, exist_ok=True)
        env.update(HOME=str(folder), ANSIBLE_HOME=str(folder / ".ansible"), XDG_CACHE_HOME=str(folder / ".cache"))
        # the local connection asks the password database, not HOME, what ~ is
        env.update(ANSIBLE_REMOTE_TEMP=f"{folder}/.ansible/tmp", ANSIBLE_ASYNC_DIR=f"{folder}/.ansible_async")
        env.pop("XDG_CONFIG_HOME", None)
        keep_pip_settings(folder)
    env.update(more)
    return env


# --- ends ------------------------------------------------------------------------------------------------------

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt_once() -> None:
    """Let the first signal end the command like Ctrl-C, and none disturb it while it stops what it started."""

    def end(_number: int, _frame: object) -> NoReturn:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in SIGNALS:
        signal.signal(number, end)


def stop_process(process: subprocess.Popen[bytes], patience: float = 10) -> None:
    """Stop a process that was started here."""
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# --- the lab ---------------------------------------------------------------------------------------------------


def stop_lab(state: Path) -> None:
    """Stop the lab that wrote this state file, if it still runs, by its process id."""
    try:
        pid = int(json.loads(state.read_text(encoding="utf-8"))["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    with contextlib.suppress(OSError):
        if is_lab(pid):
            os.kill(pid, signal.SIGTERM)
            for _turn in range(50):
                os.kill(pid, 0)
                time.sleep(0.1)
            os.kill(pid, signal.SIGKILL)
    state.unlink(missing_ok=True)


def is_lab(pid: int) -> bool:
    """Whether a process is a lab: process ids are used again."""
    try:
        return b"unified_jobs_lab" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        if Path("/proc/self").exists():
            return False
    command = ["ps", "-o", "args=", "-p", str(pid)]
    shown = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return "unified_jobs_lab" in shown.stdout
