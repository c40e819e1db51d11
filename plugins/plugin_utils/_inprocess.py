# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: a module run in Ansible's own process, with the same options, masking and result as in one of its own.

The module's own C(main) runs here, between the same JSON that would go into its process and come out of it: so
nothing of what it does is written twice. What of the core is used that is private to it is used in this file only,
and looked for before anything runs, so that a core which lacks it runs the module as before.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import typing as t

from ansible.module_utils import basic
from ansible.module_utils.common import warnings as module_warnings
from ansible.plugins.action import ActionBase

try:
    from ansible.module_utils.common.json import Direction, get_module_decoder, get_module_encoder

    _ENCODING: dict[str, t.Any] = {"cls": get_module_encoder("legacy", Direction.CONTROLLER_TO_MODULE)}
    # what is loaded here, before Ansible forks, is not loaded by each task
    _LOADED = get_module_decoder("legacy", Direction.MODULE_TO_CONTROLLER)
    _PROFILE: tuple[str, ...] = ("legacy",)
except ImportError:
    # before 2.19 there is one form only
    from ansible.module_utils.common.json import AnsibleJSONEncoder

    _ENCODING = {"cls": AnsibleJSONEncoder, "vault_to_text": True}
    _PROFILE = ()


def _optional(module: str, name: str) -> t.Any:
    """Return what only some releases of ansible-core have, or None."""
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError):
        return None


_internal = _optional("ansible.module_utils", "_internal")
_remove_internal_keys = _optional("ansible.vars.clean", "remove_internal_keys")
_wrap_var = None if _PROFILE else _optional("ansible.utils.unsafe_proxy", "wrap_var")

Result = dict[str, t.Any]
Main = t.Callable[[], t.Any]


def encode_arguments(action: ActionBase, module: str, arguments: t.Mapping[str, t.Any], task_vars: Result) -> bytes:
    """Return the arguments as the module would read them from its standard input.

    :raises Exception: if the core does not have what this needs; nothing has happened then.
    """
    given = dict(arguments)
    action._update_module_args(module, given, task_vars)
    missing = [name for name in ("_ANSIBLE_ARGS", "_load_params") if not hasattr(basic, name)]
    if missing or not hasattr(action, "_parse_returned_data"):
        raise NotImplementedError(f"this release of ansible-core works otherwise ({', '.join(missing)})")
    return json.dumps({"ANSIBLE_MODULE_ARGS": given}, **_ENCODING).encode("utf-8")


def run_captured(main: Main, arguments: bytes) -> str:
    """Return what a module prints at its end; it is given its arguments and ends with SystemExit."""
    before = {name: getattr(basic, name) for name in ("_ANSIBLE_ARGS", "_ANSIBLE_PROFILE") if hasattr(basic, name)}
    printed = io.StringIO()
    basic._ANSIBLE_ARGS = arguments
    if _PROFILE:
        basic._ANSIBLE_PROFILE = _PROFILE[0]
    try:
        with _as_a_module(), contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
            main()
    finally:
        for name, value in before.items():
            setattr(basic, name, value)
    return printed.getvalue()


@contextlib.contextmanager
def _as_a_module() -> t.Iterator[None]:
    """Let warnings go into the result, and be those of this run alone: in a loop, all items have one process."""
    was = getattr(_internal, "is_controller", None)
    _forget_warnings()
    if was is not None:
        _internal.is_controller = False
    try:
        yield
    finally:
        if was is not None:
            _internal.is_controller = was
        _forget_warnings()


def _forget_warnings() -> None:
    for name in ("_global_warnings", "_global_deprecations"):
        store = getattr(module_warnings, name, None)
        if store is not None:
            store.clear()


def decode_result(action: ActionBase, printed: str) -> Result:
    """Return what a module printed as the result that the core makes of it.

    Whatever the core does to it, the result is not lost: something may have been launched.
    """
    try:
        return _as_the_core_does(action, printed)
    except Exception:
        return dict(json.loads(printed))


def _as_the_core_does(action: ActionBase, printed: str) -> Result:
    """The text of a job is data: on cores that need it to be said it is marked as no template."""
    answer = {"rc": 0, "stdout": printed, "stdout_lines": printed.splitlines(), "stderr": "", "stderr_lines": []}
    parsed: t.Any = action._parse_returned_data(answer, *_PROFILE)
    if hasattr(parsed, "as_result_dict"):
        parsed.remove_internal_keys()
        result: Result = parsed.as_result_dict(for_round_trip=True)
        return result
    if _remove_internal_keys is not None:
        _remove_internal_keys(parsed)
    return dict(_wrap_var(parsed) if _wrap_var else parsed)
