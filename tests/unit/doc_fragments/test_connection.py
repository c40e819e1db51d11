# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the connection options follows from their table."""

from __future__ import annotations

import re
from typing import Any

import yaml

from ansible_collections.unified.jobs.plugins.doc_fragments.connection import ModuleDocFragment
from ansible_collections.unified.jobs.plugins.module_utils._options import connection_argument_spec
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import conventions

MODULES: dict[str, Any] = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)
PLUGINS: dict[str, Any] = yaml.safe_load(ModuleDocFragment.PLUGINS)


def test_modules_document_the_argument_spec() -> None:
    spec = connection_argument_spec()
    assert list(MODULES["options"]) == list(spec)
    for name, document in MODULES["options"].items():
        assert document["type"] == spec[name]["type"]
        assert document.get("choices") == spec[name].get("choices")
        assert set(document) <= {"description", "type", "choices"}, "modules may not document env or vars"


def test_plugins_name_variables_and_environment() -> None:
    for name, document in PLUGINS["options"].items():
        assert document["vars"] == [{"name": f"unified_jobs_{name}"}]
    environment = {name: document.get("env") for name, document in PLUGINS["options"].items()}
    assert environment.pop("server") is None
    assert environment.pop("servers") is None
    assert environment.pop("config_file") == [{"name": "UNIFIED_JOBS_CONFIG"}]
    for name, env in environment.items():
        assert env == [{"name": f"UNIFIED_JOBS_{name.upper()}"}]


def test_every_environment_name_is_told_once() -> None:
    for option, names in conventions.ENVIRONMENT.items():
        for name in names if option in MODULES["options"] else ():
            assert " ".join(MODULES["options"][option]["description"]).count(f"E({name})") == 1
    for document in MODULES["options"].values():
        names = re.findall(r"E\((\w+)\)", " ".join(document["description"]))
        assert len(names) == len(set(names))


def test_sentences() -> None:
    texts = [text for document in MODULES["options"].values() for text in document["description"]]
    for text in [*texts, *MODULES["notes"]]:
        assert text.endswith(".")
    assert MODULES["requirements"] == ["requests >= 2.28"]
