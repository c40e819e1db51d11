# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A hundred sequences for each platform; C(make soak) plays thousands."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS  # noqa: E402
from soak.runner import soak  # noqa: E402
from soak.world import World  # noqa: E402

#: the same sequences in every run, so that a failure is one of the change at hand
SEED = 20261122


@pytest.fixture(params=list(PLATFORMS))
def world(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A simulated server of each platform."""
    with World(request.param) as made:
        yield made


def test_whatever_goes_wrong_nothing_is_launched_twice_lost_or_leaked(world: Any) -> None:
    played = soak(world, 100, SEED)
    assert played.finding is None, played.finding
    # what went wrong was of the kind that matters
    assert played.sequences == 100
    assert min(played.counts[name] for name in ("adopted", "unknown", "waits", "cancels")) >= 5, played.counts
