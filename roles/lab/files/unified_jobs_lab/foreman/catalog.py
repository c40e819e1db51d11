# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Content for people: two organizations, hosts, and templates that do what their names say."""

from __future__ import annotations

from typing import Any

from ..behavior import Behavior, Outcome, Task
from ..model import Template
from .records import Bookmark, Feature, Host, Input, Taxonomy

OPERATIONS, DEVELOPMENT = 3, 4
ORGANIZATIONS = (
    Taxonomy(OPERATIONS, "Operations", description="Keeps everything running"),
    Taxonomy(DEVELOPMENT, "Development"),
    Taxonomy(5, "Archive", OPERATIONS, "Operations"),
)
EUROPE, ZURICH, BASEL, AMERICA = 2, 6, 7, 8
LOCATIONS = (
    Taxonomy(EUROPE, "Europe"),
    Taxonomy(ZURICH, "Zurich", EUROPE, "Europe"),
    Taxonomy(BASEL, "Basel", EUROPE, "Europe"),
    Taxonomy(AMERICA, "America"),
)
_WEB, _DATABASE = (1, "web"), (2, "database")


def hosts(born: float) -> list[Host]:
    """The hosts, as new as the server."""
    seen = born + 85800.0  # ten minutes before the lab began
    return [
        Host(1, "foreman.example.com", OPERATIONS, ZURICH, "192.0.2.1", infrastructure=True, last_report=seen),
        Host(11, "web1.example.com", OPERATIONS, ZURICH, "192.0.2.11", hostgroup=_WEB, last_report=seen),
        Host(12, "web2.example.com", OPERATIONS, ZURICH, "192.0.2.12", hostgroup=_WEB, last_report=seen),
        Host(13, "web3.example.com", OPERATIONS, ZURICH, "192.0.2.13", hostgroup=_WEB, last_report=seen),
        Host(14, "web4.example.com", OPERATIONS, BASEL, "192.0.2.14", hostgroup=_WEB, last_report=seen),
        Host(15, "web5.example.com", OPERATIONS, BASEL, "192.0.2.15", hostgroup=_WEB, last_report=born),
        Host(16, "app1.example.com", OPERATIONS, ZURICH, "192.0.2.16", last_report=seen),
        Host(
            17,
            "db1.example.com",
            OPERATIONS,
            ZURICH,
            "192.0.2.17",
            hostgroup=_DATABASE,
            comment="replica of web1.example.com",
            last_report=seen,
        ),
        Host(18, "dev1.example.com", DEVELOPMENT, AMERICA, "192.0.2.18", (2, "Debian 12"), last_report=seen),
    ]


BOOKMARKS = (
    Bookmark(
        10,
        "ok hosts",
        "hosts",
        'last_report > "35 minutes ago" and status.enabled = true and status.applied = 0 and status.failed = 0 '
        "and status.pending = 0",
    ),
    Bookmark(11, "web servers", "hosts", "hostgroup = web"),
    Bookmark(12, "nothing at all", "hosts", "name = nowhere.example.com"),
    Bookmark(13, "ok hosts", "dashboard", "status.enabled = true"),
)


def features() -> list[Feature]:
    """The features; one has no template."""
    return [
        Feature(1, "patch_hosts", "Patch hosts", "Install updates on hosts", 301),
        Feature(2, "ansible_run_host", "Run Ansible roles", "Runs an Ansible playbook on hosts", 233),
        Feature(3, "puppet_run_host", "Run Puppet Once", "Perform a single Puppet run"),
        Feature(4, "restart_service", "Restart service", "Restart a service on hosts", 302),
    ]


_PATCH = Behavior(
    duration=4.0,
    play="Patch hosts",
    heals=True,
    tasks=(
        Task(
            "Connect",
            default=Outcome(message="Last metadata expiration check: 0:12:31 ago."),
            hosts={"web5.example.com": Outcome("unreachable")},
        ),
        Task("Resolve", default=Outcome(message="Dependencies resolved.")),
        Task(
            "Install",
            default=Outcome(
                "changed",
                "Upgraded:\n  kernel-core-5.14.0-503.el9.x86_64  openssl-libs-1:3.2.2-6.el9.x86_64\nComplete!",
            ),
            hosts={
                "web3.example.com": Outcome(
                    "failed",
                    "Error: Transaction test error:\n  installing package kernel-core-5.14.0-503.el9.x86_64 needs 91MB "
                    "more space on the /boot filesystem",
                    {"rc": 1},
                )
            },
        ),
    ),
)
_RESTART = Behavior(duration=1.0, tasks=(Task("Restart", default=Outcome("changed", "Restarted.")),))
_REINDEX = Behavior(
    duration=3.0, ending="hang", tasks=(Task("Check", default=Outcome(message="Rebuilding 14 indexes")),)
)
_DEPLOY = Behavior(
    duration=3.0,
    play="Deploy release",
    tasks=(
        Task("Fetch the release", "ansible.builtin.get_url", Outcome("changed")),
        Task("Switch to the release", "ansible.builtin.file", Outcome("changed")),
        Task("Check that the site answers", "ansible.builtin.uri"),
    ),
)
_COMMAND = Behavior(duration=1.5, play="Run command", tasks=(Task("Run shell command", "ansible.builtin.shell"),))


def job_template(number: int, name: str, category: str, behavior: Behavior, **native: Any) -> Template:
    """A job template; the defaults are a script that everybody may see."""
    facts: dict[str, Any] = {
        "category": category,
        "provider": "script",
        "snippet": False,
        "description": None,
        "description_format": None,
        "inputs": (),
        "effective_user": {"value": None, "current_user": False, "overridable": True},
        "organizations": (OPERATIONS, DEVELOPMENT),
        "locations": (EUROPE, ZURICH, BASEL, AMERICA),
        "text": "true\n",
        **native,
    }
    return Template(number, "job_template", name, behavior, True, facts)


def _run_command(number: int, provider: str, category: str, input_id: int) -> Template:
    return job_template(
        number,
        f"Run Command - {provider.capitalize()} Default",
        category,
        _COMMAND,
        provider=provider,
        inputs=(Input(input_id, "command", required=True, description="Command to run on the host"),),
        description_format="Run %{command}",
        commands=True,
        text="<%= input('command') %>\n",
    )


def templates() -> list[Template]:
    """The templates that people would use."""
    return [
        _run_command(189, "script", "Commands", 71),
        _run_command(233, "Ansible", "Ansible Commands", 72),
        job_template(
            301,
            "Patch hosts - Script Default",
            "Maintenance",
            _PATCH,
            description_format="Patch hosts, reboot: %{reboot}",
            inputs=(Input(73, "reboot", default="no", options=("no", "yes"), description="Reboot afterwards"),),
            text="dnf -y upgrade --security\n",
        ),
        job_template(
            302,
            "Restart service - Script Default",
            "Services",
            _RESTART,
            inputs=(Input(74, "service", required=True, default="nginx"),),
            text="systemctl restart <%= input('service') %>\n",
        ),
        job_template(303, "Reindex database - Script Default", "Maintenance", _REINDEX, text="reindexdb --all\n"),
        job_template(
            304,
            "Deploy release - Ansible Default",
            "Ansible Playbook",
            _DEPLOY,
            provider="Ansible",
            inputs=(
                Input(75, "release", required=True),
                Input(76, "deploy_key", hidden=True, advanced=True),
            ),
            tags={"fetch": {"Fetch the release"}, "switch": {"Switch to the release"}},
            organizations=(OPERATIONS,),
        ),
    ]
