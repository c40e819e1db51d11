# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module of the action group has its action, and the two have one name."""

from __future__ import annotations

import importlib
import pathlib

import pytest
import yaml

from ansible_collections.unified.jobs.plugins.plugin_utils._action import JobsAction

ROOT = pathlib.Path(__file__).resolve().parents[3]
NAMES = ("job_cancel", "job_info", "job_invocation", "job_wait")


@pytest.mark.parametrize("name", NAMES)
def test_action_runs_the_module_of_its_name(name: str) -> None:
    plugin = importlib.import_module(f"ansible_collections.unified.jobs.plugins.action.{name}").ActionModule
    assert issubclass(plugin, JobsAction)
    assert f"unified.jobs.{name}" == plugin.MODULE


def test_the_group_for_module_defaults_has_all_of_them() -> None:
    groups = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["action_groups"]
    assert sorted(groups["jobs"]) == sorted(NAMES)
    found = {path.stem for path in (ROOT / "plugins" / "action").glob("*.py")}
    assert found == set(NAMES)
