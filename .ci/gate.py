# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks of `make test`: all of them, or those whose names are given (a name before its dash takes them all)."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from lanes import Lanes, Step, StepFailed, StepSkipped, report
from toolchain import (
    BUILD,
    LAB_FILES,
    REQUIREMENTS,
    ROOT,
    VERSIONS,
    environment,
    find_pythons,
    interrupt_once,
    link_collection,
    link_pythons,
    make_venv,
    pick,
    stop_lab,
)

TESTS = ("tests/unit", "tests/contract", "tests/lab", "tests/soak", "tests/fuzz")
INSIDE = BUILD / "ansible_collections" / "unified" / "jobs"


@dataclass
class Core:
    """An ansible-core to test with, and the Pythons that it may get, best first."""

    name: str
    wanted: tuple[str, ...]
    python: str = ""
    executable: str = ""

    @property
    def venv(self) -> Path:
        """Its environment."""
        return BUILD / "venv" / self.name

    def prepare(self, step: Step) -> None:
        """Make its environment."""
        if not self.python:
            raise StepSkipped(
                f"ansible-core {self.name} needs one of Python {', '.join(self.wanted)}; none starts here"
            )
        make_venv(self.venv, self.executable, REQUIREMENTS / f"core-{self.name}.txt")
        code = "from ansible.release import __version__ as v; print(v)"
        done = subprocess.run([self.venv / "bin" / "python", "-c", code], capture_output=True, text=True, check=True)
        step.notes.append(f"ansible-core {done.stdout.strip()} on Python {self.python}")


CORES = {
    "2.16": Core("2.16", ("3.10", "3.11", "3.12")),
    "2.19": Core("2.19", ("3.11", "3.12", "3.13")),
    "newest": Core("newest", ("3.14", "3.13", "3.12")),
}
MAIN = CORES["2.19"]


def tool(step: Step, *command: str, cwd: Path = ROOT, **env: str) -> None:
    """Run a tool of the main environment."""
    step.run(command, environment(MAIN.venv, **env), cwd)


# --- style, types, documentation -------------------------------------------------------------------------------


def check_format(step: Step) -> None:
    """Nothing that `make format` would change."""
    tool(step, "ruff", "format", "--check", "--diff", ".", RUFF_CACHE_DIR=str(BUILD / "ruff"))


def check_ruff(step: Step) -> None:
    """The rules of ruff.toml."""
    tool(step, "ruff", "check", ".", RUFF_CACHE_DIR=str(BUILD / "ruff"))


def check_types(step: Step) -> None:
    """Shared code, the lab, the benchmark and these scripts, strictly."""
    mypy = ("mypy", "--config-file", str(ROOT / ".mypy.ini"), "--cache-dir")
    inside = INSIDE.relative_to(BUILD)
    shared = [inside / "plugins" / name for name in ("module_utils", "plugin_utils")]
    jobs = [
        (BUILD, [str(path) for path in shared if any((BUILD / path).rglob("*.py"))]),
        (LAB_FILES, ["unified_jobs_lab"] if any(LAB_FILES.rglob("*.py")) else []),
        (ROOT / "tests", ["benchmark", "fuzz", "soak"]),
        (ROOT / ".ci", ["."]),
    ]
    failed = False
    for number, (folder, paths) in enumerate(jobs):
        if paths:
            command = (*mypy, str(BUILD / "mypy" / str(number)), *paths)
            # the tests import the collection and the lab
            env = environment(MAIN.venv, MYPYPATH=f"{BUILD}{os.pathsep}{LAB_FILES}" if folder == ROOT / "tests" else "")
            failed |= bool(step.run(command, env, folder, check=False))
    if failed:
        raise StepFailed("mypy found errors")


def check_ansible_lint(step: Step) -> None:
    """The production profile."""
    tool(step, "ansible-lint", "--offline", home="lint")


def check_changelog(step: Step) -> None:
    """Fragments and changelog.yaml are well formed."""
    tool(step, "antsibull-changelog", "lint")


def check_docs(step: Step) -> None:
    """The plugins' documentation, and that what it refers to exists."""
    # rstcheck fails by chance here, when the name of its temporary folder ends in an underscore
    options = ("--plugin-docs", "--skip-rstcheck", "--validate-collection-refs=all")
    tool(step, "antsibull-docs", "lint-collection-docs", *options, ".")


def check_reuse(step: Step) -> None:
    """Every file has a licence and a copyright holder."""
    tool(step, "reuse", "lint")


# --- security --------------------------------------------------------------------------------------------------


def check_bandit(step: Step) -> None:
    """No known kind of weakness in what users get; what is none says why beside it."""
    tool(step, "bandit", "--configfile", ".bandit.yml", "--quiet", "--recursive", "plugins", "roles/lab/files")


#: where pip-audit asks which releases are known to be weak, of one that is
ADVISORIES = "https://pypi.org/pypi/requests/2.19.0/json"
REACH_TIMEOUT = 20


def missing_advisories() -> str:
    """Why the advisories cannot be asked; a mirror may have the packages and not these."""
    try:
        with urllib.request.urlopen(ADVISORIES, timeout=REACH_TIMEOUT) as answer:
            known = json.load(answer).get("vulnerabilities")
    except (OSError, ValueError) as error:
        return str(error)
    return "" if known else "it knows none of a release that has some"


def check_audit(step: Step) -> None:
    """No release that the requirements lead to is known to be weak, as far as the advisories can be asked."""
    reason = missing_advisories()
    if reason:
        raise StepSkipped(f"the advisories of PyPI cannot be asked from here ({ADVISORIES}: {reason})")
    venv = make_venv(BUILD / "venv" / "audit", MAIN.executable, REQUIREMENTS / "audit.txt")
    lists = [ROOT / "meta" / "requirements.txt", LAB_FILES / "requirements.txt"]
    command = [
        str(venv / "bin" / "pip-audit"),
        "--strict",
        "--progress-spinner",
        "off",
        "--timeout",
        str(REACH_TIMEOUT),
    ]
    for path in lists:
        command += ["--requirement", str(path)]
    step.run(command, environment(venv, home="audit"), ROOT)


# --- tests -----------------------------------------------------------------------------------------------------

SUMMARY = re.compile(r"^(?:=+ )?((?:\d+ [a-z]+(?:, )?)+) in [\d.]+s", re.MULTILINE)
COUNTS: dict[str, int] = {}


def count(step: Step) -> str:
    """The summary line of a pytest run, added to the counts."""
    found = SUMMARY.findall(step.text())
    if not found:
        return ""
    for number, word in re.findall(r"(\d+) ([a-z]+)", found[-1]):
        COUNTS[word] = COUNTS.get(word, 0) + int(number)
    step.skips += re.findall(r"^(?:SKIPPED|XFAIL) (.*)$", step.text(), re.MULTILINE)
    return str(found[-1])


def pytest(step: Step, venv: Path, *arguments: str, **env: str) -> None:
    """Run pytest; a run without a test is a failure."""
    temporary = BUILD / "tmp" / step.name
    temporary.parent.mkdir(parents=True, exist_ok=True)
    command = (str(venv / "bin" / "python"), "-m", "pytest", "-q", "-rfEsx", "--basetemp", str(temporary), *arguments)
    if os.environ.get("JOBS_RECORDINGS"):
        env["JOBS_RECORDINGS"] = os.environ["JOBS_RECORDINGS"]
    status = step.run(command, environment(venv, home=step.name, **env), ROOT, check=False)
    summary = count(step)
    if summary:
        step.notes.append(summary)
    if status:
        raise StepFailed("no test was found" if status == 5 else f"pytest: exit status {status}")


def units(core: Core) -> Callable[[Step], None]:
    """The tests that need no ansible-playbook, on one core."""

    def action(step: Step) -> None:
        folders = [folder for folder in TESTS if any((ROOT / folder).rglob("test_*.py"))]
        extra: list[str] = []
        if core is MAIN:
            extra = ["--cov=plugins", "--cov-branch", "--cov-report=term:skip-covered"]
            extra += [f"--cov-report=xml:{BUILD / 'coverage.xml'}"]
        pytest(step, core.venv, *folders, *extra, COVERAGE_FILE=str(BUILD / f"coverage-{core.name}"))
        total = re.search(r"^TOTAL .* (\d+%)$", step.text(), re.MULTILINE)
        if total:
            step.notes.append(f"coverage of plugins/ by line and branch: {total[1]}")

    return action


def peers_venv() -> Path:
    """The environment with clients that others wrote."""
    return make_venv(BUILD / "venv" / "peers", MAIN.executable, REQUIREMENTS / "peers.txt")


def peers(step: Step) -> None:
    """Clients that others wrote, against the lab, and the benchmark once with little to do."""
    if not any((ROOT / "tests" / "peers").rglob("test_*.py")):
        raise StepSkipped("there is no test in tests/peers yet: no client of others was run against the lab")
    # without our link: ansible finds awx.awx, and ours, beside each other
    pytest(step, peers_venv(), "tests/peers", "tests/benchmark")


#: on this core the scenarios run as modules, in processes of their own; on the others in Ansible's process
AS_MODULES = "2.16"


def molecule(core: Core) -> Callable[[Step], None]:
    """Real ansible-playbook runs against the lab, on one core."""

    def action(step: Step) -> None:
        scenarios = sorted(path.parent.name for path in (ROOT / "extensions" / "molecule").glob("*/molecule.yml"))
        if not (LAB_FILES / "unified_jobs_lab" / "__main__.py").exists():
            raise StepSkipped("the lab is not there")
        state = BUILD / "molecule" / core.name / "lab.json"
        state.parent.mkdir(parents=True, exist_ok=True)
        stop_lab(state)
        try:
            env = environment(core.venv, home=step.name, UNIFIED_JOBS_LAB_STATE=str(state))
            if core.name == AS_MODULES:
                env["UNIFIED_JOBS_IN_PROCESS"] = "false"
            shutil.rmtree(Path(env["ANSIBLE_HOME"]) / "tmp", ignore_errors=True)
            step.run(("molecule", "test", "--all"), env, ROOT)
        finally:
            stop_lab(state)
        step.notes.append("scenarios: " + ", ".join(name for name in scenarios if name != "default"))

    return action


# --- ansible-test ----------------------------------------------------------------------------------------------


def copy_tree(core: Core, home: Path) -> Path:
    """A copy that ansible-test accepts.

    It follows no symbolic links and passes over what git ignores, with exit status 0, so the copy is a work
    tree of its own. It downloads get-pip.py unless it finds it in its cache.
    """
    tree = BUILD / "at" / core.name / "ansible_collections" / "unified" / "jobs"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-c", "-o", "--exclude-standard", "--deduplicate"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if os.path.lexists(ROOT / name):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name, follow_symlinks=False)
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in ("24_2", "25_2"):
        shutil.copy2(ROOT / ".ci" / "get_pip.py", cache / f"get_pip_{version}.py")
    return tree


def sanity(core: Core) -> Callable[[Step], None]:
    """All sanity tests of one core; there are no ignore entries."""

    def action(step: Step) -> None:
        ignores = sorted((ROOT / "tests" / "sanity").glob("ignore*.txt"))
        if any(path.read_text(encoding="utf-8").strip() for path in ignores):
            raise StepFailed("tests/sanity has ignore entries")
        env = environment(core.venv, home=step.name)
        del env["ANSIBLE_COLLECTIONS_PATH"], env["ANSIBLE_HOME"], env["ANSIBLE_CONFIG"]
        tree = copy_tree(core, Path(env["HOME"]))
        status = step.run(("ansible-test", "sanity", "--local", "--color", "no"), env, tree, check=False)
        step.skips += sorted(set(re.findall(r"^WARNING: (.*(?:[Ss]kip|[Mm]issing|not found).*)$", step.text(), re.M)))
        errors = re.findall(r"^(?:ERROR|FATAL): .*$", step.text(), re.MULTILINE)
        if status:
            step.write("\nAll errors:\n" + "\n".join(errors))
            found = [error for error in errors if not error.startswith("ERROR: Found ")]
            raise StepFailed(f"{found[0]} (all of them at the end of the log)" if found else f"exit status {status}")
        if "All targets skipped" in step.text():
            raise StepFailed("ansible-test found nothing to test")

    return action


# --- the artefact ----------------------------------------------------------------------------------------------


def build(step: Step) -> None:
    """The file that Galaxy gets."""
    target = BUILD / "dist"
    shutil.rmtree(target, ignore_errors=True)
    tool(step, "ansible-galaxy", "collection", "build", "--output-path", str(target), ".")
    artefact = next(target.glob("*.tar.gz"))
    step.notes.append(f"{artefact.relative_to(ROOT)}, {artefact.stat().st_size // 1024} KiB")


def importer(step: Step) -> None:
    """What Galaxy itself checks, on the artefact."""
    venv = make_venv(BUILD / "venv" / "importer", MAIN.executable, REQUIREMENTS / "importer.txt")
    artefact = next((BUILD / "dist").glob("*.tar.gz"))
    folder = BUILD / "importer"
    folder.mkdir(exist_ok=True)
    command = (str(venv / "bin" / "python"), "-m", "galaxy_importer.main", str(artefact))
    step.run(command, environment(venv, home="importer"), folder)
    complaints = re.findall(r"^(?:ERROR|WARNING): .*$", step.text(), re.MULTILINE)
    if complaints:
        raise StepFailed(f"{len(complaints)} complaints: {complaints[0]}")


# --- all of them -----------------------------------------------------------------------------------------------


def all_steps() -> list[Step]:
    """Every check, those that take longest first."""
    steps = [Step(f"env-{core.name}", core.prepare) for core in (MAIN, CORES["newest"], CORES["2.16"])]
    steps += [Step(f"sanity-{core.name}", sanity(core), (f"env-{core.name}",)) for core in (MAIN, CORES["newest"])]
    main = {
        "format": check_format,
        "ruff": check_ruff,
        "types": check_types,
        "changelog": check_changelog,
        "reuse": check_reuse,
        "bandit": check_bandit,
        "audit": check_audit,
        "build": build,
    }
    steps += [Step(name, action, (f"env-{MAIN.name}",)) for name, action in main.items()]
    steps += [Step(f"unit-{core.name}", units(core), (f"env-{core.name}",)) for core in CORES.values()]
    steps += [Step(f"molecule-{core.name}", molecule(core), (f"env-{core.name}",)) for core in CORES.values()]
    later = {"peers": peers, "importer": importer, "ansible-lint": check_ansible_lint, "docs": check_docs}
    needs = {"importer": ("build",)}
    return steps + [Step(name, action, (f"env-{MAIN.name}", *needs.get(name, ()))) for name, action in later.items()]


def choose(steps: list[Step], names: list[str]) -> list[Step]:
    """The steps of these names, and what they need."""
    if not names:
        return steps
    known = {step.name: step for step in steps}
    chosen = {name for name in known if name in names or name.split("-")[0] in names}
    if not chosen:
        sys.exit(f"There is no check of that name. There are: {', '.join(known)}")
    for step in reversed(steps):
        if step.name in chosen:
            chosen.update(step.needs)
    return [step for step in steps if step.name in chosen]


def prepare() -> None:
    """Find the interpreters and make the links."""
    pythons = find_pythons()
    for core in CORES.values():
        core.python = pick(pythons, core.wanted) or ""
        core.executable = pythons.get(core.python, "")
    if not MAIN.python:
        sys.exit(f"The checks need one of Python {', '.join(MAIN.wanted)}; none starts here.")
    link_collection()
    link_pythons(pythons)
    missing = [version for version in VERSIONS if version not in pythons]
    print(f"Pythons found: {', '.join(pythons)}" + (f"; not found: {', '.join(missing)}" if missing else ""))


def main() -> int:
    """Run the checks; 1 if one failed."""
    os.chdir(ROOT)
    interrupt_once()
    begin = time.monotonic()
    prepare()
    steps = choose(all_steps(), sys.argv[1:])
    try:
        good = Lanes(steps, BUILD / "log").run()
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
    report(steps, ROOT)
    unit = next((step for step in steps if step.name == f"unit-{MAIN.name}"), None)
    if unit and unit.log.exists():
        lines = unit.text().splitlines()
        print(
            "\n"
            + "\n".join(line for line in lines if re.match(r"^(plugins/|TOTAL|Name )", line) or SUMMARY.match(line))
        )
    failed = [step.name for step in steps if step.state in ("FAILED", "not run")]
    print(f"\n{len(steps) - len(failed)} of {len(steps)} checks good in {time.monotonic() - begin:.0f} s")
    if failed:
        print("Failed: " + ", ".join(failed))
    if COUNTS:
        bad = COUNTS.get("failed", 0) + COUNTS.get("errors", 0) + COUNTS.get("error", 0)
        print(f"{COUNTS.get('passed', 0)} passed, {bad} failed, {COUNTS.get('skipped', 0)} skipped")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
