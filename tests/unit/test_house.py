# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps the rules of the house: who imports whom, how long things are, what must be there.

Each rule is a function that takes sources and returns complaints, so that it is tested on planted faults too.
"""

from __future__ import annotations

import ast
import fnmatch
import io
import pathlib
import re
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLUGINS = ROOT / "plugins"
LAB = ROOT / "roles" / "lab" / "files" / "unified_jobs_lab"
OURS = "ansible_collections.unified.jobs."


# --- the table -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Layer:
    """Some files, the layers that they may import besides their own, and the libraries."""

    files: tuple[str, ...]
    layers: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


_UTILS = "plugins/module_utils"
_BELOW_GLUE = ("facts", "edge", "contract", "platforms", "registry", "verbs", "options")
_BELOW_FACES = (*_BELOW_GLUE, "module glue")

LAYERS = {
    "facts": Layer(
        tuple(
            f"{_UTILS}/_{name}.py"
            for name in (
                "errors",
                "types",
                "clock",
                "values",
                "answers",
                "native",
                "retries",
                "masking",
                "failures",
                "requests",
                "watchdog",
                "tidy",
                "parallel",
                "descent",
                "parent",
            )
        )
    ),
    "edge": Layer((f"{_UTILS}/_http.py",), ("facts",), ("requests", "urllib3")),
    "contract": Layer((f"{_UTILS}/_platforms/base.py",), ("facts",)),
    # yaml: the configuration files of the platforms' own tools
    "platforms": Layer((f"{_UTILS}/_platforms/*",), ("facts", "contract"), ("yaml",)),
    "registry": Layer((f"{_UTILS}/_registry.py",), ("facts", "edge", "contract", "platforms")),
    "verbs": Layer(
        tuple(
            f"{_UTILS}/_{name}.py"
            for name in (
                *("service", "describe", "select", "keys", "adopt", "launching", "launch", "launch_many", "cancel"),
                *("watched", "silence", "poll", "complete", "wait", "verdict", "progress", "lines", "follow"),
            )
        ),
        ("facts", "contract"),  # a platform arrives as an argument, and this is its type
    ),
    "options": Layer(
        tuple(
            f"{_UTILS}/_{name}.py"
            for name in ("options", "sources", "config", "trust", "arguments", "arguments_launch", "hints")
        ),
        ("facts", "contract", "registry"),
        ("ansible.module_utils",),
    ),
    "module glue": Layer(
        (f"{_UTILS}/_module*.py", f"{_UTILS}/_faces.py", f"{_UTILS}/_launch_options.py"),
        _BELOW_GLUE,
        ("ansible.module_utils",),
    ),
    "plugin glue": Layer(("plugins/plugin_utils/*",), _BELOW_FACES, ("ansible", "yaml")),
    "modules": Layer(("plugins/modules/*",), _BELOW_FACES, ("ansible.module_utils",)),
    "documentation": Layer(("plugins/doc_fragments/*",), ("facts", "contract", "registry", "options")),
    "faces": Layer(
        tuple(f"plugins/{kind}/*" for kind in ("action", "filter", "inventory", "lookup", "test"))
        + ("extensions/eda/plugins/event_source/*",),
        (*_BELOW_FACES, "plugin glue"),
        ("ansible",),
    ),
    "lab": Layer(("roles/lab/files/unified_jobs_lab/*",), (), ("flask", "werkzeug", "trustme", "cryptography", "yaml")),
}


def layer_of(path: str) -> str | None:
    """The layer of a file: the first whose pattern fits."""
    for name, layer in LAYERS.items():
        if any(fnmatch.fnmatchcase(path, pattern) for pattern in layer.files):
            return name
    return None


# --- reading sources -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Import:
    """One imported thing: a path of this repository, or a dotted name of somewhere else."""

    line: int
    name: str
    inside: bool
    for_types: bool


def _package(path: str) -> list[str]:
    return list(pathlib.PurePosixPath(path).parts[:-1])


def _type_checking(tree: ast.Module) -> set[ast.AST]:
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for statement in node.body:
                found.update(ast.walk(statement))
    return found


def _names(node: ast.AST, path: str) -> list[tuple[str, str]]:
    """The (module, name) pairs of an import statement; ours start with a dot-free path after '/'."""
    if isinstance(node, ast.Import):
        return [(alias.name, "") for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        if node.level:
            package = _package(path)
            base = package[: len(package) - node.level + 1]
            module = "/" + "/".join(base + [part for part in module.split(".") if part])
        return [(module, alias.name) for alias in node.names]
    return []


def imports(path: str, source: str, known: set[str]) -> Iterator[Import]:
    """What a file imports; `known` are the repository's files, to tell a module from a name in it."""
    tree = ast.parse(source)
    typing_only = _type_checking(tree)
    for node in ast.walk(tree):
        for module, name in _names(node, path):
            if module == "__future__":
                continue
            inside = module
            if module.startswith(OURS):
                inside = "/" + module[len(OURS) :].replace(".", "/")
            elif path.startswith("roles/lab/") and module.split(".")[0] == "unified_jobs_lab":
                inside = "/roles/lab/files/" + module.replace(".", "/")
            line = getattr(node, "lineno", 0)
            if not inside.startswith("/"):
                yield Import(line, module, False, node in typing_only)
                continue
            choices = [f"{inside[1:]}/{name}.py", f"{inside[1:]}/{name}/__init__.py"]
            choices += [f"{inside[1:]}.py", f"{inside[1:]}/__init__.py"]
            target = next((choice for choice in choices if choice in known), choices[2])
            yield Import(line, target, True, node in typing_only)


def _ignored_lines(tree: ast.Module) -> set[int]:
    """The lines of documentation strings."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        document: ast.AST | None = None
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and node.body:
            first = node.body[0]
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                document = first
        elif (
            isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        ):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            if names and all(name.isupper() and _is_document(name) for name in names):
                document = node
        if document is not None:
            lines.update(range(document.lineno, (document.end_lineno or document.lineno) + 1))
    return lines


def _is_document(name: str) -> bool:
    return name.endswith("DOCUMENTATION") or name in ("EXAMPLES", "RETURN") or name.startswith("ATTRIBUTES")


_NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def code_tokens(source: str) -> list[tokenize.TokenInfo]:
    """The tokens that are neither comments nor documentation."""
    ignored = _ignored_lines(ast.parse(source))
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [token for token in tokens if token.type not in _NO_CODE and token.start[0] not in ignored]


def code_lines(source: str) -> set[int]:
    """The lines that hold code."""
    return {line for token in code_tokens(source) for line in range(token.start[0], token.end[0] + 1)}


# --- the rules -------------------------------------------------------------------------------------------------


def check_imports(path: str, source: str, known: set[str]) -> list[str]:
    """The table of layers."""
    own = layer_of(path)
    if own is None:
        return [f"{path}: belongs to no layer; name it in LAYERS of tests/unit/test_house.py"]
    layer = LAYERS[own]
    complaints = []
    for one in imports(path, source, known):
        allowed = (own, *layer.layers)
        where = f"{path}:{one.line}: {own} may not import {one.name}"
        if one.inside:
            other = layer_of(one.name)
            if other not in allowed or _other_platform(path, one.name, own):
                complaints.append(f"{where} ({other or 'no layer'})")
        elif one.name.split(".")[0] not in sys.stdlib_module_names:
            fits = any(one.name == name or one.name.startswith(f"{name}.") for name in layer.libraries)
            if not fits and not (one.for_types and one.name.startswith("_typeshed")):
                complaints.append(where)
    return complaints


def _other_platform(path: str, target: str, layer: str) -> bool:
    """Whether one platform imports another."""
    if layer != "platforms" or layer_of(target) != "platforms":
        return False
    place = len(pathlib.PurePosixPath(_UTILS).parts) + 1
    first, second = (pathlib.PurePosixPath(name).parts[place].removesuffix(".py") for name in (path, target))
    return first != second


def check_future(path: str, source: str) -> list[str]:
    """`from __future__ import annotations`, everywhere."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            return []
    return [f"{path}: lacks from __future__ import annotations"]


HEADER = (
    "# Copyright: (c) 2026, The unified.jobs project",
    "# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)",
    # in two parts, so that tools that look for licences do not take the text for one
    "# SPDX-License-" + "Identifier: GPL-3.0-or-later",
)


def check_names(path: str, source: str) -> list[str]:
    """What ansible-test's pylint refuses and no faster check finds: the name C(_)."""
    lines = [node.lineno for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name) and node.id == "_"]
    return [f"{path}:{line}: the name _ is not allowed" for line in dict.fromkeys(lines)]


def check_header(path: str, source: str) -> list[str]:
    """Every source file says whose it is and what its licence is, at its start (after an interpreter line)."""
    lines = [line for line in source.splitlines()[:5] if line and not line.startswith(("#!", "# -*-", "---"))]
    return [] if tuple(lines[:3]) == HEADER else [f"{path}: does not start with the three lines of the licence"]


_ENDS_MODULE = {"exit_json", "fail_json", "fail_from_exception"}
_ENDS_PROCESS = {"sys.exit", "os._exit", "os.abort"}


def check_ends(path: str, source: str) -> list[str]:
    """Only _module.py ends a module, and nothing ends the process."""
    if fnmatch.fnmatchcase(path, f"{_UTILS}/_module*.py"):
        return []
    complaints = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in _ENDS_MODULE:
            complaints.append(f"{path}:{node.lineno}: {node.attr} belongs in _module.py")
        ends = isinstance(node, ast.Attribute) and ast.unparse(node) in _ENDS_PROCESS
        if ends or (isinstance(node, ast.Raise) and "SystemExit" in ast.unparse(node)):
            complaints.append(f"{path}:{node.lineno}: ends the process")
    return complaints


def check_size(path: str, source: str) -> list[str]:
    """The budgets of files, functions and modules."""
    tree = ast.parse(source)
    lines = code_lines(source)
    limit = 400 if layer_of(path) == "platforms" else 300
    complaints = [f"{path}: {len(lines)} lines of code, more than {limit}"] if len(lines) > limit else []
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = len(lines.intersection(range(node.lineno, (node.end_lineno or node.lineno) + 1)))
            if length > 40:
                complaints.append(f"{path}:{node.lineno}: {node.name} has {length} lines of code, more than 40")
    if layer_of(path) == "modules":
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        if len(lines) > 40:
            complaints.append(f"{path}: {len(lines)} lines of logic, more than 40")
    return complaints


_PLATFORM_NAMES = re.compile(r"awx|tower|controller|foreman|satellite|puppet", re.IGNORECASE)


def check_blind(path: str, source: str) -> list[str]:
    """The verbs never see a platform's name."""
    if layer_of(path) != "verbs":
        return []
    return [
        f"{path}:{token.start[0]}: names a platform: {token.string.strip()[:60]}"
        for token in code_tokens(source)
        if _PLATFORM_NAMES.search(token.string)
    ]


def check_documented(path: str, source: str) -> list[str]:
    """Modules and lookups document themselves, wholly."""
    kind = pathlib.PurePosixPath(path).parts[1]
    wanted = {"modules": 3, "lookup": 3, "inventory": 2}.get(kind, 0)
    have = {
        target.id
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    missing = [name for name in ("DOCUMENTATION", "EXAMPLES", "RETURN")[:wanted] if name not in have]
    return [f"{path}: has no {name}" for name in missing]


def check_group(modules: set[str], runtime: object) -> list[str]:
    """The action group lists every module."""
    groups = runtime.get("action_groups") if isinstance(runtime, dict) else None
    listed = set(groups.get("jobs") or []) if isinstance(groups, dict) else set()
    return [f"meta/runtime.yml: the action group jobs lacks {name}" for name in sorted(modules - listed)]


def check_tested(modules: set[str], tests: set[str]) -> list[str]:
    """Every module has tests."""
    return [f"tests/unit: no test_{name}.py" for name in sorted(modules) if f"test_{name}.py" not in tests]


def check_changelog(names: set[str], releases: dict[str, Any]) -> list[str]:
    """The changelog names every plugin that has documentation."""
    listed = set()
    for release in releases.values():
        kinds = [release.get("modules") or [], *(release.get("plugins") or {}).values()]
        listed |= {entry["name"] for kind in kinds for entry in kind}
    return [f"changelogs/changelog.yaml: no {name}; run make changelog" for name in sorted(names - listed)]


# --- this tree -------------------------------------------------------------------------------------------------


def tree() -> dict[str, str]:
    """The Python files of the plugins and of the lab."""
    roots = [PLUGINS, LAB, ROOT / "extensions" / "eda"]
    files = [path for root in roots for path in sorted(root.rglob("*.py"))]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in files}


TREE = tree()
CODE = {path: source for path, source in TREE.items() if not path.startswith("roles/")}
SCRIPTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for folder in (".ci", "tests/benchmark", "tests/fuzz", "tests/soak")
    for path in sorted((ROOT / folder).rglob("*.py"))
}
MODULES = {path.stem for path in (PLUGINS / "modules").glob("*.py") if path.stem != "__init__"}
RULES = [check_future, check_ends, check_size, check_blind, check_documented]


@pytest.mark.parametrize("path", TREE)
def test_imports_follow_the_table(path: str) -> None:
    assert check_imports(path, TREE[path], set(TREE)) == []


@pytest.mark.parametrize("path", CODE)
@pytest.mark.parametrize("rule", RULES)
def test_rules(rule, path: str) -> None:
    assert rule(path, CODE[path]) == []


@pytest.mark.parametrize("path", [path for path in TREE if path not in CODE] + list(SCRIPTS))
def test_budgets_of_the_lab_and_the_scripts(path: str) -> None:
    assert check_size(path, {**TREE, **SCRIPTS}[path]) == []


def sources() -> list[str]:
    """The text files that carry the header."""
    folders = (".ci", "changelogs", "extensions", "meta", "playbooks", "plugins", "roles", "tests")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    files += [path for path in ROOT.iterdir() if path.name != "README.md"]
    kinds = {".py", ".yml", ".yaml", ".toml", ".ini", ".sh"}
    found = [path for path in files if path.is_file() and (path.suffix in kinds or path.name in ("Makefile", "run"))]
    return sorted(
        path.relative_to(ROOT).as_posix() for path in found if path.name not in ("changelog.yaml", ".plugin-cache.yaml")
    )


def test_every_source_has_the_header() -> None:
    complaints = [check_header(path, (ROOT / path).read_text(encoding="utf-8")) for path in sources()]
    assert [one for several in complaints for one in several] == []


def test_names_that_sanity_refuses() -> None:
    paths = [path for path in sources() if path.endswith(".py")]
    complaints = [check_names(path, (ROOT / path).read_text(encoding="utf-8")) for path in paths]
    assert [one for several in complaints for one in several] == []


def test_modules_are_in_the_group_and_tested() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    tests = {path.name for path in (ROOT / "tests" / "unit").rglob("test_*.py")}
    assert check_group(MODULES, runtime) + check_tested(MODULES, tests) == []


def test_the_changelog_is_complete() -> None:
    text = (ROOT / "changelogs" / "changelog.yaml").read_text(encoding="utf-8")
    lookups = {path.stem for path in (PLUGINS / "lookup").glob("*.py")}
    documents = {path.stem for kind in ("filter", "test") for path in (PLUGINS / kind).glob("*.y*ml")}
    assert check_changelog(MODULES | lookups | documents, yaml.safe_load(text)["releases"]) == []


def test_actions_have_modules() -> None:
    actions = {path.stem for path in (PLUGINS / "action").glob("*.py") if path.stem != "__init__"}
    assert actions - MODULES == set()


@pytest.mark.parametrize(("kind", "method"), [("filter", "filters"), ("test", "tests")])
def test_filters_and_tests_are_documented(kind: str, method: str) -> None:
    folder = PLUGINS / kind
    documented = {path.stem for path in folder.glob("*.y*ml")}
    documented |= {
        path.stem for path in folder.glob("*.py") if "\nDOCUMENTATION = " in path.read_text(encoding="utf-8")
    }
    offered = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == method:
                literals = [key for one in ast.walk(node) if isinstance(one, ast.Dict) for key in one.keys]
                offered |= {key.value for key in literals if isinstance(key, ast.Constant)}
    assert offered - documented == set()


# --- planted faults --------------------------------------------------------------------------------------------

KNOWN = {
    f"{_UTILS}/_errors.py",
    f"{_UTILS}/_http.py",
    f"{_UTILS}/_registry.py",
    f"{_UTILS}/_service.py",
    f"{_UTILS}/_module.py",
    f"{_UTILS}/_platforms/base.py",
    f"{_UTILS}/_platforms/awx/facts.py",
    f"{_UTILS}/_platforms/awx/platform.py",
    f"{_UTILS}/_platforms/foreman.py",
    "plugins/plugin_utils/_plugin.py",
    "roles/lab/files/unified_jobs_lab/engine.py",
}


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (f"{_UTILS}/_errors.py", "import requests"),
        (f"{_UTILS}/_errors.py", "from ._http import ApiClient"),
        (f"{_UTILS}/_errors.py", "from . import _http"),
        (f"{_UTILS}/_errors.py", "def f():\n    from ansible.module_utils import basic"),
        (f"{_UTILS}/_http.py", "from ._registry import connect"),
        (f"{_UTILS}/_platforms/awx/platform.py", "import requests"),
        (f"{_UTILS}/_platforms/awx/platform.py", "from ..._http import ApiClient"),
        (f"{_UTILS}/_platforms/awx/platform.py", "from ansible.module_utils import urls"),
        (f"{_UTILS}/_platforms/awx/platform.py", "from ..foreman import Foreman"),
        (f"{_UTILS}/_service.py", "from ._platforms.awx.platform import Awx"),
        (f"{_UTILS}/_service.py", "from ._registry import connect"),
        (f"{_UTILS}/_module.py", "from ansible.errors import AnsibleError"),
        (f"{_UTILS}/_module.py", "from ..plugin_utils._plugin import x"),
        (f"{_UTILS}/_unheard_of.py", "import os"),
        ("plugins/modules/job_info.py", "from ansible.plugins.lookup import LookupBase"),
        ("plugins/modules/job_info.py", f"from {OURS}plugins.plugin_utils._plugin import x"),
        ("plugins/lookup/job.py", "import unified_jobs_lab"),
        ("roles/lab/files/unified_jobs_lab/lab.py", f"from {OURS}plugins.module_utils._errors import x"),
        ("roles/lab/files/unified_jobs_lab/lab.py", f"import {OURS}plugins.module_utils._errors"),
        ("roles/lab/files/unified_jobs_lab/lab.py", "import requests"),
    ],
)
def test_bad_imports_are_found(path: str, source: str) -> None:
    assert len(check_imports(path, source, KNOWN)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (f"{_UTILS}/_errors.py", "from __future__ import annotations\nimport os, http.client"),
        (f"{_UTILS}/_http.py", "import requests.adapters\nfrom ._errors import ApiError"),
        (
            f"{_UTILS}/_platforms/awx/platform.py",
            "from . import facts\nfrom ..base import Platform\nfrom ..._errors import E",
        ),
        (f"{_UTILS}/_service.py", "from ._platforms.base import Platform"),
        (f"{_UTILS}/_http.py", "import typing as t\nif t.TYPE_CHECKING:\n    from _typeshed import Incomplete"),
        (f"{_UTILS}/_module.py", "from ansible.module_utils.basic import AnsibleModule\nfrom . import _service"),
        ("plugins/modules/job_info.py", f"from {OURS}plugins.module_utils._module import run"),
        (
            "plugins/lookup/job.py",
            "from ..plugin_utils._plugin import read\nfrom ansible.plugins.lookup import LookupBase",
        ),
        (
            "roles/lab/files/unified_jobs_lab/lab.py",
            "import flask\nfrom .engine import Engine\nimport unified_jobs_lab.engine",
        ),
    ],
)
def test_good_imports_pass(path: str, source: str) -> None:
    assert check_imports(path, source, KNOWN) == []


def _function(lines: int) -> str:
    body = "\n".join(f"    x = {number}" for number in range(lines - 1))
    return f'def f():\n    """One\n    two.\n    """\n    # three\n\n{body}\n'


def _module(lines: int) -> str:
    documents = "DOCUMENTATION = '''\n" + "a\n" * 500 + "'''\nimport os\n"
    return documents + "\n".join(f"x = {number}" for number in range(lines))


@pytest.mark.parametrize(
    ("rule", "path", "good", "bad"),
    [
        (check_future, "plugins/modules/a.py", "from __future__ import annotations", "import os"),
        (check_header, ".ci/run", "#!/bin/sh\n" + "\n".join(HEADER), "#!/bin/sh\n" + "\n".join(HEADER[:2])),
        (check_names, "tests/a.py", "for _unused in x: pass", "for _ in x: pass"),
        (check_ends, f"{_UTILS}/_service.py", "x.exit()", "module.exit_json(changed=False)"),
        (check_ends, f"{_UTILS}/_service.py", "x = 1", "module.fail_json"),
        (check_ends, "plugins/modules/a.py", "raise ValueError", "import sys\nsys.exit(1)"),
        (check_ends, f"{_UTILS}/_http.py", "raise ValueError", "raise SystemExit(1)"),
        (check_size, f"{_UTILS}/_service.py", _function(40), _function(41)),
        (check_size, f"{_UTILS}/_service.py", "x = 1\n" * 300, "x = 1\n" * 301),
        (check_size, f"{_UTILS}/_service.py", "x = '''\n" + "a\n" * 298 + "'''", "x = '''\n" + "a\n" * 299 + "'''"),
        (check_size, f"{_UTILS}/_platforms/awx.py", "x = 1\n" * 400, "x = 1\n" * 401),
        (check_size, "plugins/modules/a.py", _module(40), _module(41)),
        (check_blind, f"{_UTILS}/_service.py", '"""Not for AWX."""\n# puppet\nx = 1', 'x = "awx"'),
        (check_blind, f"{_UTILS}/_wait.py", "x = 1", "def f(foreman_job):\n    return 1"),
        (
            check_documented,
            "plugins/modules/a.py",
            "DOCUMENTATION = EXAMPLES = RETURN = ''",
            "DOCUMENTATION = RETURN = ''",
        ),
        (check_documented, "plugins/lookup/a.py", "DOCUMENTATION = EXAMPLES = RETURN = ''", "EXAMPLES = RETURN = ''"),
    ],
)
def test_faults_are_found(rule, path: str, good: str, bad: str) -> None:
    assert rule(path, good) == []
    assert len(rule(path, bad)) == 1


def test_missing_entries_are_found() -> None:
    assert check_group({"job_info"}, {"action_groups": {"jobs": ["job_info", "job_wait"]}}) == []
    assert len(check_group({"job_info", "new"}, {"action_groups": {"jobs": ["job_info"]}})) == 1
    assert len(check_group({"job_info"}, None)) == 1
    release = {"1.0.0": {"modules": [{"name": "job_info"}], "plugins": {"lookup": [{"name": "job"}]}}, "0.1.0": {}}
    assert check_changelog({"job_info", "job"}, release) == []
    assert len(check_changelog({"job_info", "new"}, release)) == 1
    assert check_tested({"job_info"}, {"test_job_info.py"}) == []
    assert len(check_tested({"job_info"}, {"test_job.py"})) == 1
