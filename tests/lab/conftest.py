# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab for its own tests: started once for a module, as new for every test."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "roles" / "lab" / "files", Path(__file__).resolve().parent):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

pytest.importorskip("flask", reason="the lab needs flask")
pytest.importorskip("trustme", reason="the lab needs trustme")

from foreman_client import ForemanClient  # noqa: E402
from lab_client import Client  # noqa: E402
from puppet_client import PuppetClient  # noqa: E402

from unified_jobs_lab import Lab  # noqa: E402


@pytest.fixture(scope="module")
def shared_lab() -> Iterator[Lab]:
    """One lab for a module."""
    with Lab() as lab:
        yield lab


@pytest.fixture
def lab(shared_lab: Lab) -> Lab:
    """A lab as at the start, with its time standing still."""
    shared_lab.reset()
    shared_lab.freeze()
    return shared_lab


@pytest.fixture
def api(lab: Lab) -> Client:
    """The administrator's way to the simulated AWX."""
    return Client(lab)


@pytest.fixture(scope="module")
def shared_foreman() -> Iterator[Lab]:
    """One simulated Foreman for a module."""
    with Lab(platforms=("foreman",)) as lab:
        yield lab


@pytest.fixture
def foreman(shared_foreman: Lab) -> ForemanClient:
    """The administrator's way to a simulated Foreman as at its start, with its time standing still."""
    shared_foreman.reset()
    shared_foreman.freeze()
    return ForemanClient(shared_foreman)


@pytest.fixture(scope="module")
def shared_puppet() -> Iterator[Lab]:
    """One simulated Puppet Enterprise for a module."""
    with Lab(platforms=("puppet",)) as lab:
        yield lab


@pytest.fixture
def puppet(shared_puppet: Lab) -> PuppetClient:
    """The administrator's way to a simulated Puppet Enterprise as at its start, with its time standing still."""
    shared_puppet.reset()
    shared_puppet.freeze()
    return PuppetClient(shared_puppet)
