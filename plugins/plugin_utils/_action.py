# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the base of the action plugins, which read on the controller what a module cannot, and then run it."""

from __future__ import annotations

import importlib
import json
import os
import typing as t

from ansible.plugins.action import ActionBase

from ..module_utils._errors import JobsError
from ..module_utils._http import HAS_REQUESTS
from ..module_utils._progress import showing
from ..module_utils._values import as_bool
from ._config_file import ServerReader, plain
from ._inprocess import decode_result, encode_arguments, run_captured
from ._stage import stage_of

#: what turns off that tasks on localhost run in Ansible's own process
IN_PROCESS_ENV = "UNIFIED_JOBS_IN_PROCESS"
IN_PROCESS_VAR = "unified_jobs_in_process"

#: the arguments that may hold jobs, which may name a server
JOB_ARGUMENTS = ("jobs", "rerun")
#: where a job dict, a registered result or a launch holds further ones
_NESTED = ("job", "jobs", "results", "rerun")


class JobsAction(ActionBase):
    """Resolves the named servers of a task and hands the module explicit options.

    A subclass sets C(MODULE), the full name of its module.
    """

    MODULE: t.ClassVar[str]
    _main: t.ClassVar[t.Any]
    _supports_async = True
    _supports_check_mode = True

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # Ansible loads an action once and forks for each task: what is imported now, no task imports again
        cls._main = staticmethod(
            importlib.import_module(f"..modules.{cls.MODULE.rpartition('.')[2]}", __package__).main
        )

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the module's result, or a failed one with the keys that the module would give."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        try:
            arguments = self.module_arguments(self._task.args)
            here = self._run_here(arguments, task_vars or {})
        except JobsError as error:
            return {**result, **error.to_result(), "failed": True, "changed": False}
        result.update(self._run_module(arguments, task_vars) if here is None else here)
        return result

    def _run_module(self, arguments: dict[str, t.Any], task_vars: dict[str, t.Any] | None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = self._execute_module(
            module_name=self.MODULE,
            module_args=arguments,
            task_vars=task_vars,
            wrap_async=self._task.async_val,
        )
        return result

    def _run_here(self, arguments: dict[str, t.Any], task_vars: dict[str, t.Any]) -> dict[str, t.Any] | None:
        """Run the module in this process, which saves the start of one; None where it has to run by itself."""
        if not self.may_run_here(task_vars):
            return None
        try:
            encoded = encode_arguments(self, self.MODULE, arguments, task_vars)
        except Exception as error:
            self._display.vvv(f"{self.MODULE} runs in a process of its own: {error}")
            return None
        with showing(stage_of(self._task, task_vars)):
            printed = run_captured(self._main, encoded)
        return decode_result(self, printed)

    def may_run_here(self, task_vars: t.Mapping[str, t.Any]) -> bool:
        """Return whether nothing asks for another process, user, host or environment."""
        task = self._task
        return (
            self._connection.transport == "local"
            and HAS_REQUESTS
            and not self._play_context.become
            and not task.async_val
            and not any(task.environment or ())
            and self._is_wanted(task_vars)
        )

    def _is_wanted(self, task_vars: t.Mapping[str, t.Any]) -> bool:
        if task_vars.get(IN_PROCESS_VAR) is not None:
            return as_bool(plain(self._templar.template(task_vars[IN_PROCESS_VAR])), IN_PROCESS_VAR)
        return as_bool(os.environ.get(IN_PROCESS_ENV) or True, IN_PROCESS_ENV)

    def module_arguments(self, given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Return the task's arguments as the module needs them.

        C(servers) becomes the JSON text of the entries that the task needs. It is text, because a module masks every
        word within a dict of secrets wherever it prints it, even the name of a platform; the module masks the
        secrets in it by themselves. For the same reason a token dict becomes its token.

        :raises JobsError: when a server that is named cannot be had.
        """
        arguments = dict(given)
        reader = ServerReader(
            self._loader, arguments.pop("servers", None), arguments.pop("config_file", None), os.environ, self._warn
        )
        names = wanted_servers(arguments)
        if names:
            arguments["servers"] = json.dumps(reader.read(names))
        token = arguments.get("token")
        if isinstance(token, t.Mapping) and token.get("token"):
            arguments["token"] = plain(token["token"])
        return arguments

    def _warn(self, text: str) -> None:
        self._display.warning(text)


def wanted_servers(arguments: t.Mapping[str, t.Any]) -> list[str]:
    """Return the names of the servers that the options and the jobs within them name, each once.

    Only what is a job, a result or a launch is looked into: a parameter of a job may well be called server.
    """
    names: list[str] = []
    if arguments.get("server") is not None:
        names.append(plain(arguments["server"]))
    for argument in JOB_ARGUMENTS:
        _collect(arguments.get(argument), names)
    return list(dict.fromkeys(name for name in names if isinstance(name, str) and name))


def _collect(value: t.Any, names: list[str]) -> None:
    if isinstance(value, (list, tuple)):
        for item in value:
            _collect(item, names)
    elif isinstance(value, t.Mapping):
        if value.get("server") is not None:
            names.append(plain(value["server"]))
        for key in _NESTED:
            _collect(value.get(key), names)
