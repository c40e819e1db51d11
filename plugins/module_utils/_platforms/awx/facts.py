# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what is fixed about AWX: its types, words and fields (AWX contract 1.1, 1.4, 1.5)."""

from __future__ import annotations

from ..._types import HostStatus, JobStatus

#: job type -> collection below the API prefix
JOB_PATHS = {
    "job": "jobs",
    "workflow_job": "workflow_jobs",
    "system_job": "system_jobs",
    "ad_hoc_command": "ad_hoc_commands",
    "project_update": "project_updates",
    "inventory_update": "inventory_updates",
    "workflow_approval": "workflow_approvals",
}
#: job type -> page of the web interface (24.x and the gateway use the same words)
WEB_PAGES = {
    "job": "jobs/playbook",
    "workflow_job": "jobs/workflow",
    "system_job": "jobs/management",
    "ad_hoc_command": "jobs/command",
    "project_update": "jobs/project",
    "inventory_update": "jobs/inventory",
}
LAUNCH_TYPES = (
    "job_template",
    "workflow_job_template",
    "system_job_template",
    "ad_hoc_command",
    "project",
    "inventory_source",
    "inventory",
    "bulk",
)
STATUSES = {
    "new": JobStatus.PENDING,
    "pending": JobStatus.PENDING,
    "waiting": JobStatus.PENDING,
    "running": JobStatus.RUNNING,
    "successful": JobStatus.SUCCESSFUL,
    "failed": JobStatus.FAILED,
    "error": JobStatus.ERROR,
    "canceled": JobStatus.CANCELED,
}
#: key of host_status_counts and of a host summary -> host status, worst first
HOST_STATUSES = {
    "dark": HostStatus.UNREACHABLE,
    "failures": HostStatus.FAILED,
    "changed": HostStatus.CHANGED,
    "ok": HostStatus.OK,
    "skipped": HostStatus.SKIPPED,
}
#: fields that show secrets or what may hold them; never in a result (contract 1.5)
SECRET_FIELDS = frozenset(
    ("job_env", "job_args", "extra_vars", "result_traceback", "survey_passwords", "start_args", "source_vars")
)
#: types that have output of their own under stdout/
WITH_STDOUT = frozenset(("job", "ad_hoc_command", "project_update", "inventory_update"))
#: type -> collection of its events
EVENT_PATHS = {
    "job": "job_events",
    "ad_hoc_command": "events",
    "system_job": "events",
    "project_update": "events",
    "inventory_update": "events",
}

#: fields of every type that keep their name in C(details)
COMMON_DETAILS = (
    "launch_type",
    "modified",
    "canceled_on",
    "work_unit_id",
    "organization",
    "execution_environment",
    "execution_node",
    "controller_node",
    "instance_group",
    "event_processing_finished",
    "job_cwd",
    "custom_virtualenv",
)
_WEBHOOK = ("webhook_service", "webhook_credential", "webhook_guid")
_RUN = ("job_type", "inventory", "forks", "verbosity", "diff_mode")
_PLAYBOOK = (
    "project",
    "playbook",
    "scm_branch",
    "scm_revision",
    "job_tags",
    "skip_tags",
    "force_handlers",
    "start_at_task",
    "timeout",
    "use_fact_cache",
    "job_template",
    "passwords_needed_to_start",
    "allow_simultaneous",
    "job_slice_number",
    "job_slice_count",
    "playbook_counts",
)
#: job type -> fields of this type that keep their name in C(details)
DETAILS = {
    "job": (*_RUN, *_PLAYBOOK, *_WEBHOOK),
    "workflow_job": (
        "workflow_job_template",
        "job_template",
        "is_sliced_job",
        "inventory",
        "scm_branch",
        "job_tags",
        "skip_tags",
        "allow_simultaneous",
        *_WEBHOOK,
    ),
    "system_job": ("system_job_template", "job_type"),
    "ad_hoc_command": (*_RUN, "credential", "module_name", "become_enabled"),
    "project_update": (
        "project",
        "job_type",
        "job_tags",
        "timeout",
        "local_path",
        "scm_type",
        "scm_url",
        "scm_branch",
        "scm_refspec",
        "scm_clean",
        "scm_track_submodules",
        "scm_delete_on_update",
        "scm_revision",
        "credential",
        "playbook_counts",
    ),
    "inventory_update": (
        "inventory",
        "inventory_source",
        "source",
        "source_path",
        "source_project",
        "source_project_update",
        "scm_branch",
        "scm_revision",
        "credential",
        "enabled_var",
        "enabled_value",
        "host_filter",
        "overwrite",
        "overwrite_vars",
        "timeout",
        "verbosity",
        "license_error",
        "org_host_limit_error",
    ),
    "workflow_approval": ("can_approve_or_deny", "approval_expiration", "timed_out"),
}
