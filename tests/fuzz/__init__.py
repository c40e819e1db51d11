# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fuzzing: mutated answers of servers for all that reads them, and for whole verbs."""

from __future__ import annotations

import importlib.util
import pathlib
import sys

# the commands of the project link the checkout into .build, below which it can be imported
if importlib.util.find_spec("ansible_collections") is None:
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / ".build"))
