# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What long runs found, made short: each of these sequences broke a rule before the mend that its name tells."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from soak.rules import check
from soak.steps import Sequence, Step, Trouble
from soak.world import World

_SILENT = (Trouble("timeout_before", "read", skip=2, times=0),)
_LIMITED = (Trouble("status", "read", skip=3, times=0, status=429, retry_after="40"),)
_NOW = {"wait": True, "wait_timeout": 0}
FINDINGS = {
    "a parallel run's job is there before the own request arrives": Sequence(
        "awx",
        (
            Step("launch", ("ad hoc",), troubles=(Trouble("arrives_late", "launch"),), beside=True),
            Step("launch", ("ok",), pause=60.0),
        ),
    ),
    "the same, and the looks after the first fail": Sequence(
        "foreman",
        (
            Step(
                "launch",
                ("unchecked",),
                troubles=(Trouble("arrives_late", "launch"), Trouble("status", "read", skip=2, times=3, status=400)),
                beside=True,
            ),
        ),
    ),
    "each include was tried on a server that does not answer any more": Sequence(
        "puppet",
        (Step("launch", ("plan",), options={**_NOW, "include": ["children", "failed_tasks"]}, troubles=_SILENT),),
    ),
    "the server asks to come back later, after the time is over": Sequence(
        "awx", (Step("launch", ("hang",), options={**_NOW, "include": ["hosts", "output"]}, troubles=_LIMITED),)
    ),
}


@pytest.mark.parametrize("sequence", FINDINGS.values(), ids=FINDINGS)
def test_what_was_found(sequence: Sequence) -> None:
    with World(sequence.platform) as world:
        outcomes = world.play(sequence)
        # what is to go wrong did
        assert all(outcome.log.sent for outcome in outcomes)
        check(world, sequence, outcomes)
