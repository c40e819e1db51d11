# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which tasks run in Ansible's own process, and what comes of it. The scenario C(processes) compares the two ways."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common import warnings as module_warnings
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.action import ActionBase
from ansible.template import Templar

from ansible_collections.unified.jobs.plugins.action.job_info import ActionModule
from ansible_collections.unified.jobs.plugins.plugin_utils import _action, _inprocess

LOCAL: dict[str, Any] = {"transport": "local", "become": False, "async_val": 0, "environment": [{}]}


@pytest.fixture
def action(monkeypatch: pytest.MonkeyPatch) -> Any:
    """action(**circumstances) is a task of job_info in these circumstances."""
    monkeypatch.delenv(_action.IN_PROCESS_ENV, raising=False)
    loader = DataLoader()

    def make(**circumstances: Any) -> Any:
        now = {**LOCAL, **circumstances}
        task = mock.MagicMock(async_val=now["async_val"], environment=now["environment"], check_mode=False, args={})
        task.no_log, task.diff = False, False
        connection = mock.MagicMock(transport=now["transport"], socket_path=None)
        connection._shell.tmpdir = None
        context = mock.MagicMock(become=now["become"], executable="/bin/sh")
        made = ActionModule(task, connection, context, loader, Templar(loader), mock.MagicMock())
        monkeypatch.setattr(made, "_is_become_unprivileged", lambda: False)
        monkeypatch.setattr(made, "get_shell_option", lambda *_names, **_more: "/tmp")
        return made

    return make


@pytest.mark.parametrize(
    ("circumstances", "task_vars", "here"),
    [
        ({}, {}, True),
        ({"environment": None}, {}, True),
        ({"transport": "ssh"}, {}, False),
        ({"become": True}, {}, False),
        ({"async_val": 30}, {}, False),
        ({"environment": [{}, {"A": "b"}]}, {}, False),
        ({"environment": ["{{ proxy_env }}"]}, {}, False),
        ({}, {"unified_jobs_in_process": False}, False),
        ({}, {"unified_jobs_in_process": "no"}, False),
        ({}, {"unified_jobs_in_process": "yes"}, True),
        ({}, {"unified_jobs_in_process": None}, True),
    ],
    ids=str,
)
def test_what_asks_for_another_process(action: Any, circumstances: Any, task_vars: Any, here: bool) -> None:
    assert action(**circumstances).may_run_here(task_vars) is here


def test_the_environment_turns_it_off_and_a_variable_wins(action: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(_action.IN_PROCESS_ENV, "false")
    assert action().may_run_here({}) is False
    assert action().may_run_here({"unified_jobs_in_process": True}) is True
    monkeypatch.setenv(_action.IN_PROCESS_ENV, "")
    assert action().may_run_here({}) is True


def test_without_the_library_the_module_runs(action: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be there where the module runs, whose interpreter is another."""
    monkeypatch.setattr(_action, "HAS_REQUESTS", False)
    assert action().may_run_here({}) is False


def run(action: Any, monkeypatch: pytest.MonkeyPatch, arguments: dict[str, Any], **task_vars: Any) -> Any:
    monkeypatch.setattr(ActionBase, "run", lambda self, tmp=None, task_vars=None: {})
    execute = mock.MagicMock(return_value={"changed": False, "by": "the module"})
    monkeypatch.setattr(action, "_execute_module", execute)
    action._task.args = arguments
    return action.run(None, task_vars)


def test_a_value_that_is_no_boolean(action: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(action(), monkeypatch, {}, unified_jobs_in_process="perhaps")
    assert (result["error"], result["failed"]) == ("invalid_option", True)
    assert result["msg"].startswith("unified_jobs_in_process must be a boolean")


def test_it_runs_here_with_the_messages_of_the_module(action: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(action(), monkeypatch, {"max_results": "many"})
    assert (result["failed"], result["error"]) == (True, "invalid_option")
    assert "max_results" in result["msg"]
    assert "unable to convert to int" in result["msg"]
    assert "by" not in result


def test_a_core_that_works_otherwise_runs_the_module(action: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = action()
    monkeypatch.setattr(made, "_update_module_args", mock.MagicMock(side_effect=TypeError("one more argument")))
    made._display = mock.MagicMock()
    assert run(made, monkeypatch, {})["by"] == "the module"
    assert "one more argument" in made._display.vvv.call_args.args[0]


def test_the_core_is_as_it_was_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {name: getattr(basic, name, None) for name in ("_ANSIBLE_ARGS", "_ANSIBLE_PROFILE")}
    seen = {}

    def main() -> None:
        seen["arguments"] = basic._ANSIBLE_ARGS
        print('{"a": 1}')
        sys.exit(3)

    stdout = sys.stdout
    assert _inprocess.run_captured(main, b"{}") == '{"a": 1}\n'
    assert seen == {"arguments": b"{}"}
    assert sys.stdout is stdout
    assert {name: getattr(basic, name, None) for name in before} == before
    with pytest.raises(ZeroDivisionError):
        _inprocess.run_captured(lambda: 1 // 0, b"{}")
    assert {name: getattr(basic, name, None) for name in before} == before


def test_warnings_are_of_one_run_alone() -> None:
    """In a loop, all items have one process."""

    def main() -> None:
        module_warnings.warn("look out")
        said = [str(getattr(text, "event", text)) for text in module_warnings.get_warning_messages()]
        print(json.dumps(len(said)))

    assert [_inprocess.run_captured(main, b"{}") for _unused in range(2)] == ["1\n", "1\n"]
    assert not module_warnings.get_warning_messages()


def test_a_result_is_not_lost_whatever_the_core_does_to_it() -> None:
    """Something may have been launched."""
    odd = mock.MagicMock()
    odd._parse_returned_data.side_effect = TypeError("another signature")
    assert _inprocess.decode_result(odd, '{"changed": true, "job": {"id": "5"}}') == {
        "changed": True,
        "job": {"id": "5"},
    }


def texts_in(value: Any) -> Iterator[str]:
    """All texts of a result, but for its keys."""
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts_in(item)


def test_texts_of_a_result_are_no_templates(action: Any) -> None:
    """Before 2.19 a text has to be marked as unsafe, and since then it has to be marked to be computed."""
    hostile = "{{ 1000000000 + 337 }}"
    printed = {"msg": hostile, "job": {"name": hostile, "details": {"a": [hostile, {"b": hostile}]}}, "jobs": [hostile]}
    result = _inprocess.decode_result(action(), json.dumps(printed))
    found = [text for text in texts_in(result) if "1000000000" in text]
    assert len(found) == 5
    template: Any = importlib.import_module("ansible.template")
    if hasattr(template, "is_trusted_as_template"):
        assert not any(template.is_trusted_as_template(text) for text in found)
        asked = template.trust_as_template("{{ r.msg }} {{ r.job.details.a[1].b }}")
    else:
        unsafe: Any = importlib.import_module("ansible.utils.unsafe_proxy")
        assert all(isinstance(text, unsafe.AnsibleUnsafe) for text in found)
        asked = "{{ r.msg }} {{ r.job.details.a[1].b }}"
    assert Templar(DataLoader(), variables={"r": result}).template(asked) == f"{hostile} {hostile}"
