# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platforms a lab can simulate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .awx import Awx
from .engine import Engine
from .foreman import Foreman, Options
from .platform import Platform


@dataclass(frozen=True)
class Setup:
    """What a lab is told about its servers; each platform takes what concerns it."""

    gateway: bool = False
    generation: str = ""
    prefix: str = ""


def _awx(engine: Engine, setup: Setup) -> Platform:
    return Awx(engine, setup.gateway)


def _foreman(engine: Engine, setup: Setup) -> Platform:
    options = Options(prefix=setup.prefix)
    return Foreman(engine, Options(setup.generation, setup.prefix) if setup.generation else options)


PLATFORMS: dict[str, Callable[[Engine, Setup], Platform]] = {"awx": _awx, "foreman": _foreman}
