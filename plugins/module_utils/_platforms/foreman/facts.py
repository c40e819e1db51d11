# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what is fixed about Foreman remote execution: its words and fields (Foreman contract 1.1, 1.2, 1.7, 1.10)."""

from __future__ import annotations

from ..._types import HostStatus, JobStatus

JOB_TYPE = "job_invocation"
JOBS = "/api/job_invocations"

#: status_label of a job, and state of its task where that says more -> status; C(normalize) has the order
STATUSES = {
    "scheduled": JobStatus.SCHEDULED,
    "pending": JobStatus.PENDING,
    "planning": JobStatus.PENDING,
    "planned": JobStatus.PENDING,
    "running": JobStatus.RUNNING,
    "paused": JobStatus.ERROR,
    "succeeded": JobStatus.SUCCESSFUL,
    "cancelled": JobStatus.CANCELED,
    "failed": JobStatus.FAILED,
    "queued": JobStatus.SCHEDULED,
}
#: states of a task that has not stopped
OPEN_STATES = frozenset(("scheduled", "pending", "planning", "planned", "running", "paused"))
HOST_STATUSES = {
    "success": HostStatus.OK,
    "error": HostStatus.FAILED,
    "warning": HostStatus.FAILED,
    "running": HostStatus.RUNNING,
    "planned": HostStatus.PENDING,
    "pending": HostStatus.PENDING,
    "cancelled": HostStatus.CANCELED,
}
OUTPUT_KINDS = ("stdout", "stderr", "debug")
#: states of a recurrence that goes on
OPEN_RECURRENCES = frozenset(("active", "disabled"))
#: the server does not say: not started yet, or never started
NOT_STARTED = "N/A"

#: fields that keep their name in C(details)
DETAILS = (
    "job_category",
    "targeting_id",
    "ssh_user",
    "effective_user",
    "time_to_pickup",
    "concurrency_level",
    "execution_timeout_interval",
    "missing",
)
RECURRENCE = (
    "id",
    "cron_line",
    "end_time",
    "iteration",
    "task_group_id",
    "state",
    "max_iteration",
    "purpose",
    "task_count",
    "action",
)
TARGETING = ("bookmark_id", "bookmark_name", "search_query", "targeting_type", "user_id", "randomized_ordering")
SECRET_FIELDS = frozenset(("password", "key_passphrase", "effective_user_password"))
