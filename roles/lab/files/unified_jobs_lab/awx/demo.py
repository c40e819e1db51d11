# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Content for people: the organization Operations, with templates that do what their names say."""

from __future__ import annotations

from typing import Any

from ..behavior import Behavior, Outcome, Task
from ..model import Template
from .catalog import ALL_PROMPTS, job_template, node, question, workflow
from .reply import Row

_OPERATIONS = 3
_DEVELOPMENT = 4
_PRODUCTION = 11

ROWS: dict[str, list[Row]] = {
    "organizations": [{"id": _OPERATIONS, "name": "Operations"}, {"id": _DEVELOPMENT, "name": "Development"}],
    "inventories": [
        {"id": _PRODUCTION, "name": "Production", "organization": _OPERATIONS},
        {"id": 12, "name": "Staging", "organization": _OPERATIONS},
        {"id": 13, "name": "Production", "organization": _DEVELOPMENT},
    ],
    "hosts": [
        *({"id": 100 + n, "name": f"web{n}.example.com", "inventory": _PRODUCTION} for n in range(1, 6)),
        {"id": 106, "name": "app1.example.com", "inventory": _PRODUCTION},
        {"id": 107, "name": "app2.example.com", "inventory": _PRODUCTION},
        {"id": 108, "name": "db1.example.com", "inventory": _PRODUCTION},
        {"id": 109, "name": "staging1.example.com", "inventory": 12},
        {"id": 110, "name": "dev1.example.com", "inventory": 13},
    ],
    "groups": [
        {"id": 11, "name": "web", "inventory": _PRODUCTION, "hosts": [101, 102, 103, 104, 105]},
        {"id": 12, "name": "app", "inventory": _PRODUCTION, "hosts": [106, 107]},
        {"id": 13, "name": "db", "inventory": _PRODUCTION, "hosts": [108]},
    ],
    "credentials": [
        {"id": 11, "name": "Operations key", "organization": _OPERATIONS, "type": 1},
        {"id": 12, "name": "Operations vault", "organization": _OPERATIONS, "type": 3, "vault_id": "ops"},
    ],
    "labels": [{"id": 11, "name": "maintenance", "organization": _OPERATIONS}],
}

_PATCH = Behavior(
    duration=4.0,
    play="Patch web servers",
    heals=True,
    tasks=(
        Task(
            "Gathering Facts",
            "ansible.builtin.setup",
            hosts={
                "web5.example.com": Outcome(
                    "unreachable",
                    "Failed to connect to the host via ssh: ssh: connect to host web5.example.com port 22: "
                    "Connection timed out",
                )
            },
        ),
        Task(
            "Install security updates",
            "ansible.builtin.dnf",
            Outcome("changed", "Upgraded 14 packages", {"results": ["Upgraded: openssl-libs-1:3.2.2-6.el9.x86_64"]}),
            {
                "web3.example.com": Outcome(
                    "failed",
                    "Error: Transaction test error:\n  installing package kernel-core needs 91MB more space on the "
                    "/boot filesystem",
                    {"rc": 1},
                )
            },
        ),
        Task("Restart the web server", "ansible.builtin.service", Outcome("changed")),
        Task("Check that the site answers", "ansible.builtin.uri"),
    ),
)
_RESTART = Behavior(
    duration=4.0,
    play="Restart application",
    tasks=(
        Task("Take the node out of the load balancer", "ansible.builtin.uri"),
        Task("Restart the application", "ansible.builtin.systemd_service", Outcome("changed")),
        Task("Wait until the application answers", "ansible.builtin.uri"),
    ),
    artifacts={"application_version": "4.2.0"},
)
_REINDEX = Behavior(
    duration=3.0,
    ending="hang",
    play="Reindex database",
    tasks=(Task("Check free space", "ansible.builtin.command"),),
)
_DEPLOY = Behavior(
    duration=3.0,
    play="Deploy release",
    tasks=(
        Task("Fetch the release", "ansible.builtin.get_url", Outcome("changed")),
        Task("Switch to the release", "ansible.builtin.file", Outcome("changed")),
        Task("Run database migrations", "ansible.builtin.command", Outcome("changed"), first_host_only=True),
    ),
    artifacts={"release": "2026.11", "nodes": 2},
)
_VERIFY = Behavior(
    duration=1.5,
    play="Verify web servers",
    tasks=(
        Task("Gathering Facts", "ansible.builtin.setup"),
        Task("Check that the site answers", "ansible.builtin.uri"),
    ),
)
_BACKUP = Behavior(
    duration=2.0,
    play="Backup database",
    tasks=(Task("Dump the database", "ansible.builtin.command", Outcome("changed")),),
)
_SURVEY = [
    question("release", "text", required=True, min=1, max=20),
    question("strategy", "multiplechoice", choices=["rolling", "all at once"], default="rolling"),
    question("batch_size", "integer", min=1, max=50, default=1),
    question("deploy_key", "password", max=64),
]


def _template(number: int, name: str, behavior: Behavior, limit: str, **native: Any) -> Template:
    native = {
        "organization": _OPERATIONS,
        "inventory": _PRODUCTION,
        "project": 70,
        "playbook": name.lower().replace(" ", "_") + ".yml",
        "limit": limit,
        "credentials": [11],
        **native,
    }
    return job_template(number, name, behavior, **native)


def templates() -> list[Template]:
    """The templates of Operations, and two strays."""
    project = {
        "organization": _OPERATIONS,
        "scm_type": "git",
        "scm_url": "https://git.example.com/operations.git",
        "scm_branch": "main",
        "allow_override": True,
    }
    gate = {"description": "Let the patches go on?", "timeout": 600}
    patch_first = node("patch", 71, success=["verify"], failure=["report"])
    free = [patch_first, node("verify", 77), node("report", 78)]
    gated = [
        node("check", 77, success=["approve"]),
        node("approve", 76, success=["patch"], failure=["report"]),
        node("patch", 71, always=["verify"]),
        node("verify", 77),
        node("report", 78),
    ]
    source = {"inventory": 12, "project": 70, "source": "scm", "path": "inventories/staging"}
    return [
        Template(70, "project", "Operations playbooks", Behavior(duration=1.0), False, project),
        _template(
            71, "Patch web servers", _PATCH, "web", ask={"limit", "extra_vars"}, labels=[11], playbook="patch.yml"
        ),
        _template(72, "Restart application", _RESTART, "app", simultaneous=True, ask={"limit"}),
        _template(73, "Reindex database", _REINDEX, "db"),
        _template(74, "Deploy release", _DEPLOY, "app", ask=set(ALL_PROMPTS), survey=_SURVEY, simultaneous=True),
        workflow(75, "Patch and verify", free, organization=_OPERATIONS, ask={"limit", "extra_vars"}),
        Template(76, "workflow_approval_template", "Approve the patches", Behavior(), False, gate),
        _template(77, "Verify web servers", _VERIFY, "web", simultaneous=True),
        _template(78, "Report a problem", Behavior(duration=0.5), "db", simultaneous=True),
        workflow(79, "Patch and verify with approval", gated, organization=_OPERATIONS, ask={"limit", "extra_vars"}),
        _template(80, "Backup database", _BACKUP, "db", simultaneous=True),
        _template(81, "Backup database", _BACKUP, "", organization=_DEVELOPMENT, inventory=13, credentials=[]),
        _template(82, "Orphaned report", Behavior(duration=0.5), "", organization=None, credentials=[]),
        Template(83, "inventory_source", "Staging from git", Behavior(duration=1.0), False, source),
        _template(84, "Ünïcode / 100% + more", Behavior(duration=0.5), "db", simultaneous=True),
    ]
