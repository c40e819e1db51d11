# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps the pages for people true: their examples, their links, their lists of words.

Each rule is a function that takes text and returns complaints, so that it is tested on planted faults too.
"""

from __future__ import annotations

import ast
import inspect
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from ansible_collections.unified.jobs.plugins.module_utils import (
    _arguments,
    _arguments_launch,
    _config,
    _errors,
    _launching,
    _options,
    _watched,
)
from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS
from ansible_collections.unified.jobs.plugins.module_utils._types import INCLUDES, Feature, HostStatus, Job, JobStatus

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted(DOCS.rglob("*.md"))]
    if path.exists()
}
pytestmark = pytest.mark.skipif("README.md" not in PAGES or not DOCS.is_dir(), reason="the pages are not in this copy")

MODULES = ("job_cancel", "job_info", "job_invocation", "job_wait")
OURS = "unified.jobs."
GROUP = "group/unified.jobs.jobs"
CONNECTION = {option.name: {} for option in _options.OPTIONS}


def spec_of(module: str) -> dict[str, Any]:
    """The options of a module with their suboptions, from the tables that its run_module names."""
    source = (ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    run = next(call for call in calls if ast.unparse(call.func) == "run_module")
    spec: dict[str, Any] = dict(CONNECTION)
    for table in run.args[1:]:
        spec.update(
            eval(ast.unparse(table), {**vars(_arguments_launch), **vars(_arguments)})
        )  # names of tables in our own source
    return spec


SPECS = {f"{OURS}{name}": spec_of(name) for name in MODULES}


# --- the rules -------------------------------------------------------------------------------------------------


def yaml_blocks(text: str) -> list[str]:
    """The fenced blocks that are YAML, without the indentation of a list that they may stand in."""
    found = re.finditer(r"^( *)```yaml\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{match[1]}", "", match[2], flags=re.MULTILINE) for match in found]


def check_yaml(text: str) -> list[str]:
    """Every block can be read."""
    complaints = []
    for number, block in enumerate(yaml_blocks(text), 1):
        try:
            yaml.safe_load(block)
        except yaml.YAMLError as error:
            complaints.append(f"block {number}: {' '.join(str(error).split())}")
    return complaints


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in a document."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(item)


def check_options(text: str) -> list[str]:
    """Options in examples exist; choices and keys of connections too."""
    complaints = []
    for block in yaml_blocks(text):
        for mapping in walk(yaml.safe_load(block)):
            for key, value in mapping.items():
                if key in SPECS:
                    complaints += _compare(key, value or {}, SPECS[key])
                elif key == GROUP:
                    complaints += _compare(GROUP, value, CONNECTION)
                elif isinstance(key, str) and re.match(rf"{re.escape(OURS)}job_\w+$", key):
                    complaints.append(f"there is no module {key}")
                elif key == "servers" and isinstance(value, dict):
                    complaints += [
                        f"servers: {name} has no key {option}"
                        for name, entry in value.items()
                        for option in entry
                        if option not in _config.ENTRY_KEYS
                    ]
    return complaints


def _compare(where: str, given: dict[str, Any], spec: dict[str, Any]) -> list[str]:
    complaints = []
    for name, value in given.items():
        if name not in spec:
            complaints.append(f"{where} has no option {name}")
            continue
        entry = spec[name]
        choices = [str(choice) for choice in entry.get("choices") or ()]
        for item in value if isinstance(value, list) else [value]:
            text = str(item).lower() if isinstance(item, bool) else str(item)
            if choices and "{{" not in text and text not in choices:
                complaints.append(f"{where}: {name} is none of {', '.join(choices)}: {text}")
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and "options" in entry:
                complaints += _compare(f"{where}: {name}", item, entry["options"])
    return complaints


def anchors(text: str) -> set[str]:
    """What a link can point at within a page, as the usual renderers name headings."""
    lines = re.findall(
        r"^#+ (.+)$", re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", line.lower()).strip().replace(" ", "-") for line in lines}


def check_links(page: str, text: str) -> list[str]:
    """Relative links lead to files and headings that are there."""
    complaints = []
    plain = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", plain):
        if re.match(r"[a-z]+:", target):
            continue
        name, _hash, anchor = target.partition("#")
        path = ((ROOT / page).parent / name).resolve() if name else ROOT / page
        if not path.exists():
            complaints.append(f"{page}: {target} is not there")
        elif anchor and anchor not in anchors(path.read_text(encoding="utf-8")):
            complaints.append(f"{page}: {target} names no heading")
    return complaints


def first_column(text: str, heading: str) -> list[str]:
    """The words in code style that begin the rows of the first table below a heading."""
    below = re.split(rf"^#+ {re.escape(heading)}$", text, maxsplit=1, flags=re.MULTILINE)
    rows = re.search(r"(?:^\|.*\n)+", below[1], re.MULTILINE) if len(below) == 2 else None
    cells = [line.split("|")[1] for line in rows[0].splitlines()[2:]] if rows else []
    return [word for cell in cells for word in re.findall(r"`(\w+)`", cell)]


def rows_by_label(text: str) -> dict[str, list[str]]:
    """The cells of every table's rows behind the first, by that first."""
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if "|" in line]
    return {row[0]: row[1:] for row in cells}


def check_features(text: str, platforms: Any) -> list[str]:
    """What the comparison says of a feature is what the platform says, and no feature is left out."""
    rows, complaints = rows_by_label(text), []
    for feature in (value for name, value in vars(Feature).items() if name.isupper()):
        cells = rows.get(FEATURE_ROWS.get(feature, f"`{feature}`"))
        if cells is None or len(cells) != len(platforms):
            complaints.append(f"{feature} has no row")
            continue
        for cell, platform in zip(cells, platforms):
            if re.match(r"(yes|no)\b", cell) is None or cell.startswith("yes") != (feature in platform.FEATURES):
                complaints.append(f"{feature}: {cell!r} is not true of {platform.NAME}")
    return complaints


#: the rows of features that are not named like their option
FEATURE_ROWS = {
    Feature.RERUN_FAILED: "`rerun_hosts: failed`",
    Feature.RERUN_SUCCESSFUL: "`rerun_hosts: successful`",
    Feature.CANCEL_HOSTS: "`hosts`",
    Feature.CANCEL_FORCE: "`force`",
    Feature.OUTPUT_HOSTS: "output of each host apart",
    **{name: f"`include: [{name}]`" for name in INCLUDES},
}


def error_words() -> set[str]:
    """Every value that the key `error` can have."""
    kinds = [kind for _name, kind in inspect.getmembers(_errors, inspect.isclass)]
    words = {kind.code for kind in kinds if issubclass(kind, _errors.JobsError)}
    return words | {_errors.JobFailedError("", status).code for status in JobStatus.ALL}


# --- these pages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_examples_are_yaml(page: str) -> None:
    assert check_yaml(PAGES[page]) == []


@pytest.mark.parametrize("page", PAGES)
def test_examples_use_options_that_exist(page: str) -> None:
    assert check_options(PAGES[page]) == []


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    assert check_links(page, PAGES[page]) == []


def test_what_is_promised_is_proved() -> None:
    """Every row of What happens when… names tests, which exist."""
    rows = [line for line in PAGES["docs/what-happens.md"].splitlines() if line.startswith("| ")]
    rows = [row for row in rows if not row.startswith("| what goes wrong")]
    assert len(rows) > 100
    assert [row for row in rows if not re.search(r"`tests/[\w/]+\.py::test_\w+`( |, )", row)] == []
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", "\n".join(rows)))
    missing = [
        f"{path}::{name}"
        for path, name in sorted(named)
        if not (ROOT / path).is_file()
        or not re.search(rf"^def {name}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE)
    ]
    assert missing == []


def test_every_page_is_in_the_index() -> None:
    index = PAGES["docs/README.md"]
    pages = [page.removeprefix("docs/") for page in PAGES if page.startswith("docs/") and page != "docs/README.md"]
    assert [page for page in pages if f"]({page})" not in index] == []


def test_all_error_words_are_explained() -> None:
    listed = first_column(PAGES["docs/errors.md"], "Error words")
    assert sorted(listed) == sorted(error_words())


def test_all_status_words_are_explained() -> None:
    assert first_column(PAGES["docs/job-model.md"], "Status") == list(JobStatus.ALL)
    line = next(line for line in PAGES["README.md"].splitlines() if line.startswith("Status: "))
    assert re.findall(r"`(\w+)`", line) == list(JobStatus.ALL)


def test_all_keys_of_a_job_are_explained() -> None:
    keys = set(Job("awx", "job", "1").to_dict())
    assert set(first_column(PAGES["docs/job-model.md"], "The job")) == keys
    summary = set(first_column(PAGES["README.md"], "What comes back"))
    assert keys - summary - {"native_status"} == set()


def test_all_host_statuses_are_named() -> None:
    row = next(line for line in PAGES["docs/job-model.md"].splitlines() if line.startswith("| `status` | `ok`"))
    assert re.findall(r"`(\w+)`", row)[1:] == list(HostStatus.ALL)


def test_all_includes_are_explained() -> None:
    listed = first_column(PAGES["docs/reading.md"], "Include")
    assert set(INCLUDES) <= set(listed)


def test_all_outcomes_are_explained() -> None:
    outcomes = {value for name, value in vars(_watched.Outcome).items() if name.isupper()}
    listed = set(first_column(PAGES["docs/waiting.md"], "How it ends"))
    # the former names no job; the latter is for a cancel only
    assert outcomes - listed - {"not_found", "already_finished"} == set()


def test_all_outcomes_of_a_launch_are_explained() -> None:
    outcomes = [value for name, value in vars(_launching.Sent).items() if name.isupper()]
    page = PAGES["docs/launching.md"].partition("**The result**")[2]
    assert sorted(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == sorted(["outcome", *outcomes])
    returned = (
        (ROOT / "plugins" / "modules" / "job_invocation.py").read_text(encoding="utf-8").partition("launches:")[2]
    )
    assert [word for word in outcomes if f"V({word})" not in returned] == []


def test_platforms_are_compared_truly() -> None:
    page = PAGES["docs/platforms.md"]
    assert check_features(page, PLATFORMS.values()) == []
    rows = rows_by_label(page)
    for name, platform in PLATFORMS.items():
        launches, jobs = (tuple(re.findall(r"`(\w+)`", cell)) for cell in rows[name])
        assert (launches, jobs) == (platform.LAUNCH_TYPES, platform.JOB_TYPES)
    assert [cell.strip("`") for cell in rows["`platform`"]] == list(PLATFORMS)
    assert [cell.strip("`") for cell in rows["what only it has"]] == list(PLATFORMS)


@pytest.mark.parametrize("option", _options.OPTIONS, ids=lambda option: option.name)
def test_all_connection_options_are_explained(option: _options.Option) -> None:
    row = next(line for line in PAGES["docs/connection.md"].splitlines() if re.match(rf"\|[^|]*`{option.name}`", line))
    if option.env:
        assert f"`{option.env}`" in row


# --- the rules find faults -------------------------------------------------------------------------------------


def _block(text: str) -> str:
    return f"```yaml\n{text}\n```\n"


def test_bad_yaml_is_found() -> None:
    assert check_yaml(_block("a: [")) != []
    assert check_yaml("- item\n\n  ```yaml\n  a: 1\n  b: 2\n  ```\n") == []


@pytest.mark.parametrize(
    "example",
    [
        "- unified.jobs.job_info: {job: 42}",
        "- unified.jobs.job_invocation: {awx: {tags: [a]}}",
        "- block:\n    - unified.jobs.job_wait: {fail_on: [aborted]}",
        "- unified.jobs.job_launch: {}",
        "- unified.jobs.job_invocation: {jobs: [{template: a}, {limit: a}]}",
        "- hosts: all\n  module_defaults: {group/unified.jobs.jobs: {host: a}}",
        "servers: {prod: {platform: awx, host: a}}",
    ],
)
def test_wrong_options_are_found(example: str) -> None:
    assert len(check_options(_block(example))) == 1


def test_right_options_are_not_complained_of() -> None:
    assert check_options(_block("- unified.jobs.job_wait: {jobs: [1], fail_fast: true, fail_on: [], server: a}")) == []


def test_wrong_features_are_found() -> None:
    page = PAGES["docs/platforms.md"]
    assert len(check_features(page.replace("| `rerun` | yes |", "| `rerun` | no |"), PLATFORMS.values())) == 1
    assert len(check_features(page.replace("| `rerun` | yes |", "| `rerun` | some |"), PLATFORMS.values())) == 1
    assert len(check_features(page.replace("| `inventory` |", "| `stock` |"), PLATFORMS.values())) == 1


def test_dead_links_are_found() -> None:
    assert len(check_links("README.md", "[a](no.md) [b](docs/README.md#no) [c](https://example.com)")) == 2
    assert check_links("README.md", "[a](#one-two)\n\n# One two\n") != []
    assert anchors("# In a `template`: what?\n") == {"in-a-template-what"}
