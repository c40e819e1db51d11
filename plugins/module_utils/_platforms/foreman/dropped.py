# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what the server took and dropped in silence, told after the launch (Foreman contract 1.3, checklist 30, 32)."""

from __future__ import annotations

from ..._native import mapping
from ..._types import Job, Launch


def tell(launch: Launch, job: Job) -> None:
    """Warn of what the answer to a launch lacks of what was sent."""
    sent = mapping(launch.body.get("job_invocation"))
    user = mapping(sent.get("ssh")).get("effective_user")
    if user is not None and job.details.get("effective_user", user) != user:
        other = job.details["effective_user"]
        job.warn(
            f"The effective user is {other!r} and not {user!r}: the template decides."
            if other is not None
            else f"The server dropped foreman.effective_user: the job does not run as {user!r}."
        )
    recurrence = mapping(job.details.get("recurrence"))
    if "end_time" in mapping(sent.get("recurrence")) and not recurrence.get("end_time"):
        job.warn("The server dropped schedule.end_time: the job recurs until it is canceled.")
    _tell_hosts(launch, job)


def _tell_hosts(launch: Launch, job: Job) -> None:
    """Warn if it runs on other hosts than were counted or named before: the server leaves out its own, without a word."""
    expected, total = launch.context.get("hosts"), job.host_counts["total"]
    if total == 0:
        job.warn("It runs on no host, because none fits its search.")
    elif expected is not None and total is not None and total != expected:
        why = (
            "Foreman leaves out its own hosts for users without the right to run jobs there, and hosts that went away."
            if total < expected
            else "Hosts came to it meanwhile."
        )
        job.warn(f"It runs on {total} and not on {expected} hosts. {why}")
