# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of templates: which fields each has, what lies below it, and its roles."""

from __future__ import annotations

from .reply import Row

JT_FIELDS: Row = {
    "job_type": "run",
    "inventory": None,
    "project": None,
    "playbook": "",
    "scm_branch": "",
    "forks": 0,
    "limit": "",
    "verbosity": 0,
    "extra_vars": "",
    "job_tags": "",
    "force_handlers": False,
    "skip_tags": "",
    "start_at_task": "",
    "timeout": 0,
    "use_fact_cache": False,
    "organization": None,
    "execution_environment": None,
    "host_config_key": "",
    "become_enabled": False,
    "diff_mode": False,
    "custom_virtualenv": None,
    "job_slice_count": 1,
    "webhook_service": "",
    "webhook_credential": None,
    "prevent_instance_group_fallback": False,
}
WF_FIELDS: Row = {
    "extra_vars": "",
    "organization": None,
    "inventory": None,
    "limit": None,
    "scm_branch": None,
    "webhook_service": "",
    "webhook_credential": None,
    "skip_tags": None,
    "job_tags": None,
}
PROJECT_FIELDS: Row = {
    "scm_type": "",
    "scm_url": "",
    "scm_branch": "",
    "scm_refspec": "",
    "scm_clean": False,
    "scm_track_submodules": False,
    "scm_delete_on_update": False,
    "credential": None,
    "timeout": 0,
    "organization": None,
    "allow_override": False,
    "custom_virtualenv": None,
    "default_environment": None,
    "signature_validation_credential": None,
}
BELOW = {
    "job_template": (
        *("labels", "jobs", "schedules", "activity_stream", "launch", "webhook_key", "notification_templates_started"),
        *(
            "notification_templates_success",
            "notification_templates_error",
            "access_list",
            "survey_spec",
            "credentials",
        ),
        *("object_roles", "instance_groups", "slice_workflow_jobs", "copy"),
    ),
    "workflow_job_template": (
        *("workflow_jobs", "schedules", "launch", "webhook_key", "workflow_nodes", "labels", "activity_stream"),
        *("notification_templates_started", "notification_templates_success", "notification_templates_error"),
        *("notification_templates_approvals", "access_list", "object_roles", "survey_spec", "copy"),
    ),
    "system_job_template": (
        *("jobs", "schedules", "launch", "notification_templates_started", "notification_templates_success"),
        "notification_templates_error",
    ),
    "project": ("update", "project_updates", "playbooks", "inventory_files", "schedules", "activity_stream", "copy"),
    "inventory_source": (
        "update",
        "inventory_updates",
        "hosts",
        "groups",
        "credentials",
        "schedules",
        "activity_stream",
    ),
    "workflow_approval_template": ("jobs",),
}
ROLES = {
    "job_template": {
        "admin_role": "Can manage all aspects of the job template",
        "execute_role": "May run the job template",
    },
    "workflow_job_template": {
        "admin_role": "Can manage all aspects of the workflow job template",
        "execute_role": "May run the workflow job template",
        "approval_role": "Can approve or deny a workflow approval node",
    },
    "project": {
        "admin_role": "Can manage all aspects of the project",
        "use_role": "Can use the project in a job template",
    },
}
ROLE_NAMES = {"admin_role": "Admin", "execute_role": "Execute", "approval_role": "Approve", "use_role": "Use"}
