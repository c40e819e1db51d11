# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run one module in this process, as in one of its own, and say how much memory it took at most.

python peak.py MODULE ARGUMENTS RESULT: two files of JSON, the second one written.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import resource
import sys
import time
from pathlib import Path

from ansible.module_utils import basic


def peak_bytes() -> int:
    """The most memory that this process ever held."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):  # unlike the next, without what the parent held
                return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main() -> int:
    """Run it."""
    name, arguments, answer = sys.argv[1:4]
    basic._ANSIBLE_ARGS = Path(arguments).read_bytes()
    if hasattr(basic, "_ANSIBLE_PROFILE"):
        basic._ANSIBLE_PROFILE = "legacy"
    module = importlib.import_module(f"ansible_collections.unified.jobs.plugins.modules.{name}")
    printed, began = io.StringIO(), time.time()
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        module.main()
    result = {"peak": peak_bytes(), "begin": began, "end": time.time(), "result": json.loads(printed.getvalue())}
    Path(answer).write_text(json.dumps(result), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
