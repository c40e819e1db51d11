# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an action hands to its module."""

from __future__ import annotations

import json
import pathlib
from typing import Any
from unittest import mock

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.action import ActionBase

from ansible_collections.unified.jobs.plugins.action.job_info import ActionModule
from ansible_collections.unified.jobs.plugins.module_utils._options import connection_argument_spec
from ansible_collections.unified.jobs.plugins.plugin_utils import _action, _config_file

PROD = {"platform": "awx", "url": "https://prod", "token": "SECRET"}
SERVERS = {"prod": PROD, "stage": {"platform": "awx", "url": "https://stage", "username": "u", "password": "SECRET"}}
JOB = {"platform": "awx", "server": "prod", "type": "job", "id": "5", "details": {"server": "not me"}}


@pytest.fixture(autouse=True)
def _no_files(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("UNIFIED_JOBS_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_config_file, "FOLDERS", ())


@pytest.fixture
def run(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """run(**arguments) gives (result of the action, what the module was called with or None)."""
    loader = DataLoader()
    loader.set_basedir(str(tmp_path))
    monkeypatch.setattr(ActionBase, "run", lambda self, tmp=None, task_vars=None: {})

    def call(async_val: int = 0, **arguments: Any) -> tuple[dict[str, Any], Any]:
        task = mock.MagicMock(args=arguments, async_val=async_val)
        action = ActionModule(task, mock.MagicMock(), mock.MagicMock(), loader, mock.MagicMock(), mock.MagicMock())
        action._display = mock.MagicMock()
        execute = mock.MagicMock(return_value={"changed": False, "answer": 42})
        monkeypatch.setattr(action, "_execute_module", execute)
        result = action.run(None, {"a": 1})
        assert task.args == arguments
        return result, execute.call_args.kwargs if execute.called else None

    return call


def test_the_module_is_run_with_the_same_options(run: Any) -> None:
    result, call = run(platform="awx", url="h", token="t", jobs=[1, "2"], validate_certs=False)
    assert result == {"changed": False, "answer": 42}
    assert call == {
        "module_name": "unified.jobs.job_info",
        "module_args": {"platform": "awx", "url": "h", "token": "t", "jobs": [1, "2"], "validate_certs": False},
        "task_vars": {"a": 1},
        "wrap_async": 0,
    }
    assert run(async_val=30)[1]["wrap_async"] == 30


def test_what_the_base_class_must_know() -> None:
    assert ActionModule._supports_async is True
    assert ActionModule._supports_check_mode is True


def test_no_server_no_file(run: Any, tmp_path: pathlib.Path) -> None:
    (tmp_path / "unified_jobs.yml").write_text("broken: [")
    _result, call = run(url="h", servers=SERVERS, config_file="/nonexistent", jobs=[{"id": "5", "server": None}])
    assert call["module_args"] == {"url": "h", "jobs": [{"id": "5", "server": None}]}


def test_servers_become_the_text_of_what_is_needed(run: Any) -> None:
    _result, call = run(server="prod", servers=SERVERS, config_file="x.yml")
    assert set(call["module_args"]) == {"server", "servers"}
    assert call["module_args"]["server"] == "prod"
    assert call["module_args"]["servers"].__class__ is str
    assert json.loads(call["module_args"]["servers"]) == {"prod": PROD}
    assert connection_argument_spec()["servers"] == {"type": "dict", "no_log": True}


def test_servers_as_text(run: Any) -> None:
    _result, call = run(server="prod", servers=json.dumps(SERVERS))
    assert json.loads(call["module_args"]["servers"]) == {"prod": PROD}


def test_servers_from_the_file(run: Any, tmp_path: pathlib.Path) -> None:
    (tmp_path / "unified_jobs.yml").write_text("servers: {stage: {platform: awx, url: h, token_file: token}}")
    (tmp_path / "token").write_text("SECRET\n")
    _result, call = run(server="prod", servers=SERVERS, jobs={"job": {"server": "prod"}})
    assert set(json.loads(call["module_args"]["servers"])) == {"prod"}
    _result, call = run(server="stage")
    assert json.loads(call["module_args"]["servers"])["stage"]["token"] == "SECRET"


def test_token_dict_becomes_its_token(run: Any) -> None:
    """Else the module would mask every word in it."""
    assert run(url="h", token={"token": "t", "scope": "write"})[1]["module_args"]["token"] == "t"
    for odd in ({"scope": "write"}, {"token": ""}, ["t"]):
        assert run(url="h", token=odd)[1]["module_args"]["token"] == odd


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({}, []),
        ({"server": None, "jobs": None}, []),
        ({"server": "a"}, ["a"]),
        ({"jobs": 5}, []),
        ({"jobs": ["5", 6]}, []),
        ({"jobs": JOB}, ["prod"]),
        ({"jobs": [JOB, {**JOB, "server": "b"}, JOB]}, ["prod", "b"]),
        ({"server": "a", "jobs": {"job": JOB, "jobs": [JOB, {**JOB, "server": "c"}]}}, ["a", "prod", "c"]),
        ({"jobs": {"results": [{"job": JOB}, {"skipped": True}, {"jobs": [{**JOB, "server": "d"}]}]}}, ["prod", "d"]),
        ({"jobs": [{"results": [{"results": [{"job": JOB}]}]}]}, ["prod"]),
        ({"rerun": JOB}, ["prod"]),
        ({"rerun": "5", "jobs": [{"rerun": JOB}]}, ["prod"]),
        ({"jobs": [{"server": "a", "parameters": {"server": "db1"}}], "parameters": {"server": "db1"}}, ["a"]),
        ({"jobs": ({"server": "a"},)}, ["a"]),
    ],
)
def test_wanted_servers(arguments: dict[str, Any], names: list[str]) -> None:
    assert _action.wanted_servers(arguments) == names


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"server": "x", "servers": SERVERS}, "There is no server 'x' in servers, and there is no unified_jobs.yml; "),
        ({"jobs": [{**JOB, "server": "gone"}]}, "There is no server 'gone' in servers, and there is no "),
        ({"server": "x", "servers": ["SECRET"]}, "servers must be a dict of connections by name."),
        ({"server": "x", "servers": {"x": {"SECRET_": 1}}}, "Server x has the unknown key"),
        ({"server": "x", "config_file": "/nonexistent"}, "config_file names a file that cannot be read: /nonexistent."),
        ({"server": "x", "servers": {"x": {"token_file": "/none"}}}, "token_file of server x cannot be read: /none"),
    ],
)
def test_bad_input_is_the_result_that_the_module_would_give(run: Any, arguments: dict[str, Any], message: str) -> None:
    result, call = run(**arguments)
    assert call is None
    assert result["msg"].startswith(message)
    assert {**result, "msg": ""} == {"failed": True, "changed": False, "error": "invalid_option", "msg": ""}


def test_open_file_is_a_warning(run: Any, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[str] = []
    monkeypatch.setattr(_action.JobsAction, "_warn", lambda self, text: warned.append(text))
    path = tmp_path / "unified_jobs.yml"
    path.write_text("servers: {a: {platform: awx, url: h, token: SECRET}}")
    path.chmod(0o644)
    run(server="a")
    assert len(warned) == 1
    assert warned[0].startswith(f"{path} ")
