# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as the server writes and reads them (contract 1.0)."""

from __future__ import annotations

from datetime import datetime, timezone

from ..clock import utc


def shown(seconds: float | None) -> str | None:
    """Whole seconds with a Z."""
    return None if seconds is None else utc(seconds).strftime("%Y-%m-%dT%H:%M:%SZ")


def precise(seconds: float | None) -> str | None:
    """Milliseconds with a Z: logins and the inventory."""
    if seconds is None:
        return None
    return utc(seconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parsed(text: str) -> float:
    """The time of an ISO 8601 date with Z or an offset; without one it is UTC. ValueError for anything else."""
    moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
