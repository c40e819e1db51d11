# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nodes, their environments and their groups."""

from __future__ import annotations

from .records import Node, NodeGroup

#: The last one has no nodes.
ENVIRONMENTS = ("production", "development", "testing", "staging")

ALL_NODES = "00000000-0000-4000-8000-000000000000"
WEB_SERVERS = "3c4df64f-7609-4d31-9c2d-acfa52ed66ec"
DATABASES = "4932bfe7-69c4-412f-b15c-ac0a7c2883f1"
NO_RULES = "0f6f2a6e-5d1c-4c1e-9d5a-1f2e3d4c5b6a"
GROUPS = (
    NodeGroup(ALL_NODES, "All Nodes", None),
    NodeGroup(WEB_SERVERS, "Web servers", tuple(f"web{number}.example.com" for number in range(1, 6))),
    NodeGroup(DATABASES, "Databases", ("db1.example.com",)),
    NodeGroup(NO_RULES, "Without rules", (), has_rules=False),
)


def nodes() -> list[Node]:
    """What agents run on; the trouble is in the environment testing."""
    return [
        Node("puppet.example.com"),
        *(Node(f"web{number}.example.com") for number in range(1, 6)),
        Node("app1.example.com", "Ubuntu", "22.04"),
        Node("app2.example.com", "Ubuntu", "22.04"),
        Node("db1.example.com", "Debian", "12"),
        Node("win1.example.com", "windows", "2022"),
        Node("win2.example.com", "windows", "2019"),
        Node("dev1.example.com", "Debian", "12", "development"),
        Node("fail1.example.com", environment="testing", trouble="fails"),
        Node("hang1.example.com", environment="testing", trouble="hangs"),
        Node("slow1.example.com", environment="testing", trouble="slow"),
        Node("off1.example.com", environment="testing", connected=False),
    ]


def agentless() -> list[Node]:
    """What can only be reached by SSH or WinRM; never in the inventory (contract 1.11)."""
    return [
        Node("ssh1.example.com", transport="ssh"),
        Node("winrm1.example.com", "windows", "2022", transport="winrm"),
    ]


#: Legacy applications: this one cannot be deployed (recording 036).
APPLICATIONS = ("App",)
