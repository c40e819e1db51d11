# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs modules in this process, on every ansible-core alike."""

from __future__ import annotations

import contextlib
import importlib
import json
from collections.abc import Iterator
from typing import Any, Callable

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common.parameters import PASS_VARS

#: with newer releases of ansible-core than 2.19, a result only has its invocation where it is asked for, as with -vvv
SHOWN = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}


@contextlib.contextmanager
def module_arguments(arguments: dict[str, Any]) -> Iterator[None]:
    """What AnsibleModule reads in place of its standard input."""
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:  # before ansible-core 2.19
        before = basic._ANSIBLE_ARGS
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
        try:
            yield
        finally:
            basic._ANSIBLE_ARGS = before
    else:
        with patch_module_args(arguments):
            yield


@contextlib.contextmanager
def as_a_module() -> Iterator[None]:
    """No controller's side effects: a test that loads a plugin makes this process one, from ansible-core 2.19 on."""
    with pytest.MonkeyPatch.context() as patch:
        with contextlib.suppress(ImportError):
            patch.setattr(importlib.import_module("ansible.module_utils._internal"), "is_controller", False)
        yield


@pytest.fixture
def run_module(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """run_module(name, check_mode=False, **options) gives the result that Ansible would get; `rc` is its exit status."""

    def run(name: str, /, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        module = importlib.import_module(f"ansible_collections.unified.jobs.plugins.modules.{name}")
        capsys.readouterr()
        arguments = {**options, "_ansible_check_mode": check_mode, **SHOWN}
        with as_a_module(), module_arguments(arguments), pytest.raises(SystemExit) as ended:
            module.main()
        printed = capsys.readouterr().out
        result: dict[str, Any] = json.loads(printed[printed.index("{") :])
        result.setdefault("rc", ended.value.code)
        return result

    return run
