# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platforms a lab can simulate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .awx import Awx
from .engine import Engine
from .foreman import GENERATIONS as FOREMAN_GENERATIONS
from .foreman import Foreman, Options
from .platform import Platform
from .puppet import GENERATIONS as PUPPET_GENERATIONS
from .puppet import Options as PuppetOptions
from .puppet import Puppet


@dataclass(frozen=True)
class Setup:
    """What a lab is told about its servers; each platform takes what concerns it."""

    gateway: bool = False
    generation: str = ""
    prefix: str = ""


def _awx(engine: Engine, setup: Setup) -> Platform:
    return Awx(engine, setup.gateway)


def _foreman(engine: Engine, setup: Setup) -> Platform:
    known = setup.generation in FOREMAN_GENERATIONS
    return Foreman(engine, Options(setup.generation, setup.prefix) if known else Options(prefix=setup.prefix))


def _puppet(engine: Engine, setup: Setup) -> Platform:
    known = setup.generation in PUPPET_GENERATIONS
    return Puppet(engine, PuppetOptions(setup.generation) if known else None)


PLATFORMS: dict[str, Callable[[Engine, Setup], Platform]] = {"awx": _awx, "foreman": _foreman, "puppet": _puppet}
#: The generations that a platform can answer as; no two platforms share one.
GENERATIONS: dict[str, tuple[str, ...]] = {"foreman": tuple(FOREMAN_GENERATIONS), "puppet": tuple(PUPPET_GENERATIONS)}


def check_generation(platforms: Sequence[str], generation: str) -> None:
    """A generation is for the platform that knows it, the others answer as their newest; ValueError if none does."""
    known = [name for platform in platforms for name in GENERATIONS.get(platform, ())]
    if generation and generation not in known:
        others = f"; use one of {', '.join(known)}" if known else ""
        raise ValueError(f"{generation!r} is no generation of {', '.join(platforms)}{others}")
