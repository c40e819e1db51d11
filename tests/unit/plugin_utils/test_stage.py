# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the progress of a task in Ansible's own process is shown. The scenario C(progress) looks at real runs."""

from __future__ import annotations

import os
import types
from typing import Any

import pytest
from ansible import constants
from ansible.utils.display import Display

from ansible_collections.unified.jobs.plugins.module_utils._progress import Line
from ansible_collections.unified.jobs.plugins.plugin_utils import _stage
from ansible_collections.unified.jobs.plugins.plugin_utils._stage import stage_of

SEEN = types.SimpleNamespace(no_log=False)


def test_lines_go_among_those_of_ansible_with_its_colors(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(Display, "display", lambda self, text, color=None: shown.append((text, type(text), color)))
    stage = stage_of(SEEN, {})
    assert stage.show is not None
    for tone in ("", "good", "bad", "odd"):
        line = Line("x")
        line.tone = tone
        stage.show(line)
    stage.show("x")
    colors = [None, constants.COLOR_OK, constants.COLOR_ERROR, constants.COLOR_WARN, None]  # type: ignore[attr-defined]
    assert shown == [("x", str, color) for color in colors]


def test_the_width_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Display(), "columns", 131)
    assert stage_of(SEEN, {}).width == 131
    monkeypatch.setattr(Display(), "columns", None)
    assert stage_of(SEEN, {}).width == 79


def test_a_task_with_no_log_shows_nothing() -> None:
    stage = stage_of(types.SimpleNamespace(no_log=True), {})
    assert stage.show is None
    assert "no_log" in stage.why


@pytest.mark.parametrize(
    ("callback", "shown"),
    [
        ("default", True),
        ("ansible.builtin.default", True),
        ("json_lovers.tools.dense", True),
        ("json", False),
        ("ansible.posix.json", False),
        ("ansible.posix.jsonl", False),
    ],
)
def test_what_a_program_reads_is_not_spoiled(monkeypatch: pytest.MonkeyPatch, callback: str, shown: bool) -> None:
    monkeypatch.setattr(constants, "DEFAULT_STDOUT_CALLBACK", callback)
    stage = stage_of(SEEN, {})
    assert (stage.show is not None) == shown
    assert shown or callback in stage.why


@pytest.mark.parametrize(
    ("hosts", "named"), [(["web1"], ""), (["web1", "web2"], "web1"), (None, "")], ids=("one", "several", "unknown")
)
def test_the_host_is_named_where_there_are_several(hosts: Any, named: str) -> None:
    assert stage_of(SEEN, {"inventory_hostname": "web1", "ansible_play_hosts_all": hosts}).host == named


def test_nothing_is_shown_to_a_pipe_that_nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ansible's thread that shows it would end, and the playbook wait for it for ever."""
    shown: list[str] = []
    monkeypatch.setattr(
        _stage, "Display", lambda: types.SimpleNamespace(display=lambda line, color: shown.append(line))
    )
    reader, writer = os.pipe()
    monkeypatch.setattr(_stage, "_OUTPUT", writer)
    _stage._show("read")
    os.close(reader)
    _stage._show("not read")
    os.close(writer)
    monkeypatch.setattr(_stage, "_OUTPUT", None)
    _stage._show("not known")
    assert shown == ["read", "not known"]
