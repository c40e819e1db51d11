# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the option C(foreman) of a launch: what only this platform has (Foreman contract 1.3)."""

from __future__ import annotations

import typing as t

LAUNCH_OPTIONS: dict[str, dict[str, t.Any]] = {
    "bookmark": {
        "type": "str",
        "description": ["The name of a bookmark of hosts to run on, instead of O(targets) and O(target_query)."],
    },
    "targeting_type": {
        "type": "str",
        "choices": ["static_query", "dynamic_query"],
        "description": [
            "Whether the hosts are looked up once, at the launch (V(static_query), the default), or at each start."
        ],
    },
    "randomized_ordering": {"type": "bool", "description": ["Whether the hosts are worked on in random order."]},
    "ssh_user": {"type": "str", "description": ["The user to log in to the hosts as."]},
    "password": {"type": "str", "no_log": True, "description": ["The password of O(foreman.ssh_user)."]},
    "key_passphrase": {"type": "str", "no_log": True, "description": ["The passphrase of the SSH key."]},
    "effective_user": {
        "type": "str",
        "description": ["The user to run as on the hosts. Refused where the template does not allow to override it."],
    },
    "effective_user_password": {
        "type": "str",
        "no_log": True,
        "description": ["The password to become O(foreman.effective_user) with."],
    },
    "ansible_tags": {
        "type": "str",
        "description": [
            "Tags of an Ansible template, with commas between. Refused for other templates.",
            "Foreman does not tell the tags of an earlier job, so a job that runs again takes them from here.",
        ],
    },
    "ansible_tags_flag": {
        "type": "str",
        "choices": ["include", "exclude"],
        "description": ["Whether O(foreman.ansible_tags) are run (V(include), the default) or left out."],
    },
    "time_to_pickup": {
        "type": "int",
        "description": ["Seconds within which a host in pull mode must fetch the job."],
    },
    "description_format": {
        "type": "str",
        "description": [
            "The description with placeholders, such as C(%{command}), instead of O(description), which has none."
        ],
    },
}
