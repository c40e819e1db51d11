# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what is fixed about the orchestrator of Puppet Enterprise: its words and paths (Puppet contract 1.1 to 1.13)."""

from __future__ import annotations

from ..._types import HostStatus, JobStatus

API = "/orchestrator/v1"
JOB, PLAN_JOB, SCHEDULED_JOB = "job", "plan_job", "scheduled_job"
#: each kind has a number sequence of its own, so a number alone names no job (contract 1.0)
PATHS = {JOB: "/jobs", PLAN_JOB: "/plan_jobs", SCHEDULED_JOB: "/scheduled_jobs/environment_jobs"}
#: where they were before 2021.7.0
OLD_SCHEDULES = "/scheduled_jobs"

JOB_STATUSES = {
    "new": JobStatus.PENDING,
    "ready": JobStatus.PENDING,
    "running": JobStatus.RUNNING,
    "stopping": JobStatus.CANCELING,
    "stopped": JobStatus.CANCELED,
    "finished": JobStatus.SUCCESSFUL,
    "failed": JobStatus.FAILED,
}
PLAN_STATUSES = {
    "pending": JobStatus.PENDING,
    "running": JobStatus.RUNNING,
    "success": JobStatus.SUCCESSFUL,
    "failure": JobStatus.FAILED,
}
NODE_STATUSES = {
    "new": HostStatus.PENDING,
    "ready": HostStatus.PENDING,
    "running": HostStatus.RUNNING,
    "stopping": HostStatus.RUNNING,
    "stopped": HostStatus.CANCELED,
    "finished": HostStatus.OK,
    "failed": HostStatus.FAILED,
    "errored": HostStatus.UNREACHABLE,
    "skipped": HostStatus.SKIPPED,
}
#: states in which nothing more happens on a node
NODE_ENDS = frozenset(("stopped", "finished", "failed", "errored", "skipped"))

#: what a server is named for in messages -> the first release of Puppet Enterprise that has it (contract 1.1)
SINCE = {
    "plan_jobs": (2018, 1),
    "userdata": (2019, 8, 5),
    "environment_plan_run": (2019, 8, 5),
    "finish_window": (2021, 6),
    "force": (2021, 7),
    "environment_jobs": (2021, 7),
    "stop_plan": (2021, 7, 1),
    "timeout": (2023, 0),
}
#: keys of a job's options that are shown elsewhere, or not at all
SHOWN_ELSEWHERE = frozenset(
    ("description", "environment", "params", "parameters", "scope", "task", "plan_name", "targets")
)
MASK = "********"
#: no result is shown deeper; Python itself gives up not much further down
DEEPEST = 200
#: keys of agentless targets whose values are secret (contract 1.8)
SECRET_KEYS = frozenset(("password", "private-key-content", "sudo-password", "private_key_content", "sudo_password"))
