# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the option C(awx) of a launch: what only this platform has (AWX contract 1.3)."""

from __future__ import annotations

import typing as t

_REFERENCE = (
    "A name, a number for an id, or a dictionary with the key C(id) or C(name), and optionally C(organization). "
    "With O(organization), a name is looked for in it and among what belongs to none."
)

LAUNCH_OPTIONS: dict[str, dict[str, t.Any]] = {
    "job_type": {
        "type": "str",
        "choices": ["run", "check"],
        "description": ["Whether the playbook runs or only checks."],
    },
    "job_tags": {
        "type": "list",
        "elements": "str",
        "description": ["Run only what has one of these tags. An empty list asks for all."],
    },
    "skip_tags": {"type": "list", "elements": "str", "description": ["Leave out what has one of these tags."]},
    "verbosity": {
        "type": "int",
        "choices": [0, 1, 2, 3, 4, 5],
        "description": ["How much the playbook prints, from V(0) (normal) to V(5) (WinRM debug)."],
    },
    "diff_mode": {"type": "bool", "description": ["Whether changes to files are shown in the output."]},
    "scm_branch": {
        "type": "str",
        "description": ["The branch, tag or commit of the project; the project must allow to override it."],
    },
    "credentials": {
        "type": "list",
        "elements": "raw",
        "description": [
            "Credentials to run with. Each one replaces the template's credential of the same kind; the template's "
            "other credentials are kept, and so are vault credentials with another vault id.",
            "The server cannot take away a template's credential, so an empty list is refused where there is one.",
            "An ad hoc command takes exactly one, of the kind machine.",
            _REFERENCE,
        ],
    },
    "credential_passwords": {
        "type": "dict",
        "no_log": True,
        "description": [
            "Passwords that credentials ask for at launch. Keys are C(ssh_password), C(become_password), "
            "C(ssh_key_unlock), C(vault_password) and C(vault_password.ID) for the vault id C(ID).",
            "The only key that goes together with O(rerun).",
        ],
    },
    "execution_environment": {"type": "raw", "description": ["The execution environment to run in.", _REFERENCE]},
    "forks": {"type": "int", "description": ["How many hosts are worked on at once, V(0) for the server's default."]},
    "job_slice_count": {
        "type": "int",
        "description": ["Into how many slices the inventory is cut; more than one makes a workflow job."],
    },
    "labels": {
        "type": "list",
        "elements": "raw",
        "description": [
            "Labels to put on the job. A label that does not exist is made in the template's organization.",
            _REFERENCE,
        ],
    },
    "instance_groups": {
        "type": "list",
        "elements": "raw",
        "description": ["Instance groups to run in, the preferred one first.", _REFERENCE],
    },
    "module_name": {
        "type": "str",
        "description": ["With O(type=ad_hoc_command), the module to run. The server's default is C(command)."],
    },
    "module_args": {
        "type": "str",
        "description": [
            "With O(type=ad_hoc_command), the module's arguments as text, as on the command line of ansible. "
            "Needed for the modules C(command) and C(shell)."
        ],
    },
    "become_enabled": {
        "type": "bool",
        "description": ["With O(type=ad_hoc_command), whether to become another user."],
    },
    "name": {"type": "str", "description": ["With O(type=bulk), the name of the workflow job that is made."]},
    "nodes": {
        "type": "list",
        "elements": "dict",
        "description": [
            "With O(type=bulk), what to launch: a list of dictionaries, each with C(template) (a name) or "
            "C(template_id), and what the server takes for a node: C(inventory), C(credentials), C(labels), "
            "C(instance_groups), C(execution_environment), C(limit), C(extra_data), C(job_type), C(job_tags), "
            "C(skip_tags), C(verbosity), C(forks), C(diff_mode), C(job_slice_count), C(timeout), C(scm_branch), "
            "C(identifier).",
        ],
    },
}
