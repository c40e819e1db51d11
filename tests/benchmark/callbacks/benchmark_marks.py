# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes when each task began and ended, one JSON line each, into the file that BENCHMARK_MARKS names."""

from __future__ import annotations

DOCUMENTATION = r"""
name: benchmark_marks
type: aggregate
short_description: Writes when each task began and ended
version_added: 0.1.0
author:
  - The unified.jobs project (!UNKNOWN)
description:
  - Writes when each task began and ended.
"""

import json
import os
import time
from typing import Any

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """A task takes from its start to the start of the next one: what Ansible does around it belongs to it."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "benchmark_marks"

    def __init__(self) -> None:
        super().__init__()
        self._open: dict[str, Any] | None = None

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        """A task begins, and the one before ends."""
        self._close()
        self._open = {"name": task.get_name(), "begin": time.time(), "failed": False, "msg": ""}

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """The last one ends."""
        self._close()

    def v2_runner_on_ok(self, result: Any) -> None:
        """It did well."""
        self._note(result, False)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """It did not."""
        self._note(result, True)

    def _note(self, result: Any, failed: bool) -> None:
        answer = result.result if hasattr(type(result), "result") else result._result
        if self._open is not None:
            self._open.update(failed=failed, msg=str(answer.get("msg", ""))[:2000])

    def _close(self) -> None:
        if self._open is None:
            return
        line = json.dumps({**self._open, "end": time.time()})
        with open(os.environ["BENCHMARK_MARKS"], "a", encoding="utf-8") as file:
            file.write(line + "\n")
        self._open = None
