# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ..plugin_utils._plugin import jobs_in


def _statuses(value: t.Any, what: str) -> list[t.Any]:
    return [job.get("status") for job in jobs_in(value, what)]


def job_finished(value: t.Any) -> bool:
    """Return whether nothing more will happen to any of the jobs."""
    return all(job.get("is_finished") is True for job in jobs_in(value, "job_finished"))


def job_successful(value: t.Any) -> bool:
    """Return whether all of the jobs succeeded."""
    return all(status == "successful" for status in _statuses(value, "job_successful"))


def job_failed(value: t.Any) -> bool:
    """Return whether any of the jobs failed or could not be run."""
    return any(status in ("failed", "error") for status in _statuses(value, "job_failed"))


def job_canceled(value: t.Any) -> bool:
    """Return whether any of the jobs was canceled."""
    return "canceled" in _statuses(value, "job_canceled")


class TestModule:
    """The tests of this collection."""

    __test__ = False

    def tests(self) -> dict[str, t.Callable[..., bool]]:
        """Return the tests by name."""
        return {
            "job_finished": job_finished,
            "job_successful": job_successful,
            "job_failed": job_failed,
            "job_canceled": job_canceled,
        }
