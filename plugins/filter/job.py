# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ..plugin_utils._plugin import normalized


def normalize_job(native: t.Any, platform: str | None = None) -> t.Any:
    """Return a raw body of a job, or a list of them, in the form of this collection."""
    if isinstance(native, (list, tuple)):
        return [normalized(item, platform, "normalize_job") for item in native]
    return normalized(native, platform, "normalize_job")


class FilterModule:
    """The filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"normalize_job": normalize_job}
