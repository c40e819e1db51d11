# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays as many sequences as wished, of which a seed says which."""

from __future__ import annotations

import time
import traceback
from collections import Counter
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings

from .rules import Finding, check, launches_of
from .steps import Sequence
from .strategies import sequences
from .world import Outcome, World

#: what is counted of the steps
COUNTED = ("launches", "made", "adopted", "unknown", "waits", "cancels")


@dataclass
class Played:
    """How many sequences were played, how long that took, what happened in them, and what was found.

    C(finding) is the shortest sequence that shows what is wrong.
    """

    platform: str
    seed: int
    sequences: int = 0
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    findings: int = 0
    finding: str | None = None

    def add(self, other: Played) -> None:
        """Count what was played beside."""
        self.sequences += other.sequences
        self.seconds += other.seconds
        self.counts += other.counts
        self.findings += other.findings


def _counts(outcomes: list[Outcome]) -> Counter[str]:
    """Return what happened: launches, jobs that were made, those found after an unclear launch, and so on."""
    found: Counter[str] = Counter()
    for outcome in outcomes:
        said = outcome.said if outcome.unexpected is None else {}
        found["launches"] += launches_of(outcome.step)
        found["made"] += len(outcome.log.made)
        found["adopted"] += sum(
            "The answer to the launch was lost" in str(job.get("warnings")) for job in said.get("jobs", [])
        )
        found["unknown"] += said.get("error") == "launch_unknown"
        found["waits"] += outcome.step.face == "wait" or bool(outcome.step.options.get("wait"))
        found["cancels"] += outcome.step.face == "cancel"
    return found


def soak(world: World, count: int, number: int) -> Played:
    """Play so many sequences; equal seeds play equal ones. It ends early at a finding, once that is made small."""
    played = Played(world.platform, number)

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
        outcomes = world.play(sequence)
        if not played.findings:
            played.sequences += 1
            played.counts += _counts(outcomes)
        try:
            check(world, sequence, outcomes)
        except Finding:
            played.findings = 1
            raise

    start = time.monotonic()
    try:
        play()
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        played.findings = 1
        played.finding = "".join(traceback.format_exception(type(error), error, error.__traceback__)[-6:])
    played.seconds = time.monotonic() - start
    return played
