# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the process that started this one is still there, in processes that lose their parent."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _parent

#: a process that ends when it is told to, and its child, which tells what it sees before and after that
_FAMILY = """
import importlib.util, os, sys
spec = importlib.util.spec_from_file_location("parent", sys.argv[1])
parent = importlib.util.module_from_spec(spec)
spec.loader.exec_module(parent)
parent.orphan_watch()  # what it remembers of itself is not the child's
reader, writer = os.pipe()
above = os.getpid()
if os.fork():
    os.read(reader, 1)
    os._exit(0)
is_orphan = parent.orphan_watch()
print(is_orphan(), flush=True)
os.write(writer, b"x")
while os.getppid() == above:
    pass
print(is_orphan(), parent.orphan_watch()(), flush=True)
"""


def test_a_process_notices_that_its_parent_is_gone() -> None:
    """A later task of the same process, such as the next item of a loop, knows it too."""
    path = pathlib.Path(str(_parent.__file__))
    done = subprocess.run(
        [sys.executable, "-c", _FAMILY, str(path)], stdout=subprocess.PIPE, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == ["False", "True", "True"]


def test_a_parent_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_parent, "_SEEN", {})
    assert _parent.orphan_watch()() is False
