# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seven job types: which fields each has, with what it has when nothing else is known, and what lies below it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class JobType:
    """The shape of one job type."""

    fields: dict[str, Any] = field(default_factory=dict)
    below: tuple[str, ...] = ()
    absent: frozenset[str] = frozenset()


_WEBHOOK = {"webhook_service": "", "webhook_credential": None, "webhook_guid": ""}

TYPES = {
    "job": JobType(
        {
            "job_type": "run",
            "inventory": None,
            "project": None,
            "playbook": "",
            "scm_branch": "",
            "forks": 0,
            "limit": "",
            "verbosity": 0,
            "extra_vars": "{}",
            "job_tags": "",
            "force_handlers": False,
            "skip_tags": "",
            "start_at_task": "",
            "timeout": 0,
            "use_fact_cache": False,
            "organization": None,
            "job_template": None,
            "passwords_needed_to_start": [],
            "allow_simultaneous": False,
            "artifacts": {},
            "scm_revision": "",
            "instance_group": None,
            "diff_mode": False,
            "job_slice_number": 0,
            "job_slice_count": 1,
            **_WEBHOOK,
        },
        (
            *("labels", "credentials", "stdout", "job_events", "job_host_summaries", "activity_stream"),
            *("notifications", "create_schedule", "cancel", "relaunch"),
        ),
    ),
    "workflow_job": JobType(
        {
            "workflow_job_template": None,
            "extra_vars": "{}",
            "allow_simultaneous": False,
            "job_template": None,
            "is_sliced_job": False,
            "inventory": None,
            "limit": None,
            "scm_branch": None,
            **_WEBHOOK,
            "skip_tags": None,
            "job_tags": None,
        },
        ("notifications", "workflow_nodes", "labels", "activity_stream", "relaunch", "cancel"),
        frozenset({"execution_environment", "execution_node", "controller_node", "event_processing_finished"}),
    ),
    "system_job": JobType(
        {"system_job_template": None, "job_type": "", "extra_vars": "{}", "result_stdout": ""},
        ("notifications", "cancel", "events"),
        frozenset({"controller_node"}),
    ),
    "ad_hoc_command": JobType(
        {
            "job_type": "run",
            "inventory": None,
            "limit": "",
            "credential": None,
            "module_name": "command",
            "module_args": "",
            "forks": 0,
            "verbosity": 0,
            "extra_vars": "",
            "become_enabled": False,
            "diff_mode": False,
        },
        ("stdout", "events", "activity_stream", "notifications", "cancel", "relaunch"),
    ),
    "project_update": JobType(
        {
            "local_path": "",
            "scm_type": "git",
            "scm_url": "",
            "scm_branch": "",
            "scm_refspec": "",
            "scm_clean": False,
            "scm_track_submodules": False,
            "scm_delete_on_update": False,
            "credential": None,
            "timeout": 0,
            "scm_revision": "",
            "project": None,
            "job_type": "check",
            "job_tags": "update_git,install_roles,install_collections",
        },
        ("stdout", "cancel", "scm_inventory_updates", "notifications", "events"),
        frozenset({"controller_node"}),
    ),
    "inventory_update": JobType(
        {
            "source": "scm",
            "source_path": "",
            "source_vars": "",
            "scm_branch": "",
            "credential": None,
            "enabled_var": "",
            "enabled_value": "",
            "host_filter": "",
            "overwrite": False,
            "overwrite_vars": False,
            "custom_virtualenv": None,
            "timeout": 0,
            "verbosity": 1,
            "limit": "",
            "inventory": None,
            "inventory_source": None,
            "license_error": False,
            "org_host_limit_error": False,
            "source_project_update": None,
            "instance_group": None,
            "scm_revision": "",
            "source_project": None,
        },
        ("stdout", "cancel", "notifications", "events", "credentials"),
    ),
    "workflow_approval": JobType(
        {"can_approve_or_deny": False, "approval_expiration": None, "timed_out": False},
        ("approve", "deny"),
        frozenset({"execution_node", "controller_node"}),
    ),
}
