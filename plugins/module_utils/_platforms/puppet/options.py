# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the option C(puppet) of a launch: what only this platform has (Puppet contract 1.8)."""

from __future__ import annotations

import typing as t


def _flag(text: str) -> dict[str, t.Any]:
    return {"type": "bool", "description": [text]}


def _number(text: str) -> dict[str, t.Any]:
    return {"type": "int", "description": [text]}


_AGENTLESS: dict[str, dict[str, t.Any]] = {
    "hostnames": {
        "type": "list",
        "elements": "str",
        "required": True,
        "description": ["The names or addresses of the nodes."],
    },
    "user": {"type": "str", "description": ["The user to log in as."]},
    "transport": {"type": "str", "choices": ["ssh", "winrm"], "description": ["How to reach them."]},
    "password": {"type": "str", "no_log": True, "description": ["The password of O(puppet.agentless[].user)."]},
    "private_key_content": {"type": "str", "no_log": True, "description": ["The private key itself, not its path."]},
    "port": {"type": "int", "description": ["The port to connect to."]},
    "run_as": {"type": "str", "description": ["The user to run as, after the login."]},
    "sudo_password": {"type": "str", "no_log": True, "description": ["The password to become that user with."]},
    "run_as_command": {
        "type": "list",
        "elements": "str",
        "description": ["The command to become that user with, if it is not sudo."],
    },
    "connect_timeout": {"type": "int", "description": ["Seconds to wait for the connection."]},
    "tty": {"type": "bool", "description": ["Whether to ask for a terminal."]},
    "tmpdir": {"type": "str", "description": ["The folder for temporary files on the nodes."]},
    "extensions": {
        "type": "list",
        "elements": "str",
        "description": ["Endings of task files that may run on a Windows node."],
    },
}

LAUNCH_OPTIONS: dict[str, dict[str, t.Any]] = {
    "environment": {
        "type": "str",
        "description": [
            "The environment of the code. Tasks and plans run in V(production) without it; a Puppet run (O(type=deploy)) "
            "must say it.",
            "Empty text lets each node of a Puppet run keep its own, together with "
            "O(puppet.enforce_environment=false).",
        ],
    },
    "node_group": {
        "type": "str",
        "description": ["The id (UUID) of a node group to run on, instead of O(targets) and O(target_query)."],
    },
    "agentless": {
        "type": "list",
        "elements": "dict",
        "options": _AGENTLESS,
        "description": [
            "Nodes without an agent to run a task on, and how to reach them. They may stand beside O(targets).",
        ],
    },
    "noop": _flag(
        "Whether nodes only say what would change. A task must support it, and a plan does not. Not to be mistaken for "
        "Ansible's check mode, in which nothing is launched."
    ),
    "no_noop": _flag("Whether a Puppet run changes nodes although their own setting is noop."),
    "enforce_environment": _flag("Whether nodes must run in O(puppet.environment)."),
    "debug": _flag("Whether the agents log at the level debug."),
    "trace": _flag("Whether the agents show the trace of errors."),
    "evaltrace": _flag("Whether the agents log how each resource is evaluated."),
    "use_cached_catalog": _flag("Whether the agents use the catalog that they have."),
    "usecacheonfailure": _flag("Whether the agents use the catalog that they have if no new one can be compiled."),
    "filetimeout": _number("Seconds between two looks of the agents whether a file has changed."),
    "http_connect_timeout": _number("Seconds in which the agents must be connected."),
    "http_keepalive_timeout": _number("Seconds for which the agents keep a connection."),
    "http_read_timeout": _number("Seconds in which the agents must have an answer."),
    "ordering": {"type": "str", "description": ["How the agents order resources without a dependency."]},
    "tags": {"type": "str", "description": ["Only resources with these tags, with commas between."]},
    "skip_tags": {"type": "str", "description": ["Not the resources with these tags, with commas between."]},
    "userdata": {"type": "dict", "description": ["Data of your own that is kept with the job, such as a ticket."]},
    "parameter_types": {
        "type": "dict",
        "description": [
            "Which parameters of a plan are not the value itself: V(query) for a PQL query and V(node_group) for the id "
            "of a node group, by the name of the parameter. The server makes a list of nodes of them."
        ],
    },
    "interval": _number("Seconds after which a job with a O(schedule) is started again, and again."),
    "transport": {"type": "str", "description": ["How a task with a O(schedule) reaches its nodes."]},
}

#: options of a Puppet run that go out under their own name
RUN_OPTIONS = (
    *("noop", "no_noop", "enforce_environment", "debug", "trace", "evaltrace", "use_cached_catalog"),
    *("usecacheonfailure", "filetimeout", "http_connect_timeout", "http_keepalive_timeout", "http_read_timeout"),
    *("ordering", "tags", "skip_tags"),
)
#: launch type -> the options that it has beside environment and userdata
OPTIONS_OF = {
    "task": frozenset(("noop", "node_group", "agentless")),
    "deploy": frozenset(("node_group", *RUN_OPTIONS)),
    "plan": frozenset(("parameter_types",)),
}
SCHEDULED_OPTIONS = {"task": frozenset(("interval", "transport"))}
