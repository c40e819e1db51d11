# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays as many sequences as wished, of which a seed says which."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, given, seed, settings

from .rules import check
from .steps import Sequence
from .strategies import sequences
from .world import World


@dataclass
class Played:
    """How many sequences were played, how long that took, and the shortest one that shows what is wrong, if any."""

    platform: str
    seed: int
    sequences: int
    seconds: float
    finding: str | None = None


def soak(world: World, count: int, number: int) -> Played:
    """Play so many sequences; equal seeds play equal ones. It ends early at a finding, once that is made small."""
    played = Played(world.platform, number, 0, 0.0)

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
        print_blob=False,
    )
    @given(sequences(world.platform))
    def play(sequence: Sequence) -> None:
        played.sequences += 1
        check(world, sequence)

    start = time.monotonic()
    try:
        play()
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        played.finding = "".join(traceback.format_exception(type(error), error, error.__traceback__)[-6:])
    played.seconds = time.monotonic() - start
    return played
