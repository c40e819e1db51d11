# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is fuzzed: all that reads bodies, alone, and whole verbs on a server whose answers are spoiled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from . import readers, scenes
from .mutate import Choices, mutated, of_python, raw
from .reading import Reader
from .seeds import Corpus
from .stub import Raw


@dataclass(frozen=True)
class Target:
    """C(make) returns a case out of choices, C(read) raises for one in which something is wrong; what it needs is in it.

    C(weight) is how often it is its turn.
    """

    name: str
    make: Callable[[Choices], Any]
    read: Callable[[Any], None]
    weight: int = 1


def targets(platform: str, known: Corpus) -> list[Target]:
    """All that is fuzzed of a platform."""
    found = [_of_reader(reader, known) for reader in readers.readers(platform, known)]
    return found + [_of_scene(scene, known) for scene in scenes.scenes(platform)]


def _of_reader(reader: Reader, known: Corpus) -> Target:
    def make(choices: Choices) -> Any:
        others = known.bodies
        body = choices.one(reader.seeds if choices.below(10) or not others else others)
        body = mutated(body, choices, known.words, others) if choices.below(16) else body
        if reader.takes_python and choices.below(6) == 0:
            return of_python(body, choices)
        return Raw(raw(body, choices)) if choices.below(8) == 0 else body

    # they take far less time than scenes do
    return Target(reader.name, make, reader.read, 3 * reader.weight)


def _of_scene(scene: scenes.Scene, known: Corpus) -> Target:
    return Target(f"{scene.face}: {scene.name}", lambda choices: scene.make(choices, known), scene.read)


class Fuzzer:
    """The targets of a platform, each in its turn."""

    def __init__(self, platform: str, known: Corpus, only: str = "") -> None:
        self.platform = platform
        every = [target for target in targets(platform, known) if only in target.name]
        self.turns: Sequence[Target] = [target for target in every for _turn in range(target.weight)]

    def one(self, choices: Choices) -> tuple[Target, Any]:
        """A target, and a case for it."""
        target = choices.one(self.turns)
        return target, target.make(choices)
