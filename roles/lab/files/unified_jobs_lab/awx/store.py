# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated AWX holds beside jobs: organizations, inventories, credentials, templates, their content."""

from __future__ import annotations

import fnmatch
import re
from typing import Any

from ..engine import Engine
from ..model import Template
from . import catalog, demo
from .reply import Row
from .users import Gatekeeper

#: The prompts of a job template: the name in a launch body, and its flag.
PROMPTS = {
    "extra_vars": "ask_variables_on_launch",
    "inventory": "ask_inventory_on_launch",
    "credentials": "ask_credential_on_launch",
    "limit": "ask_limit_on_launch",
    "job_tags": "ask_tags_on_launch",
    "skip_tags": "ask_skip_tags_on_launch",
    "job_type": "ask_job_type_on_launch",
    "verbosity": "ask_verbosity_on_launch",
    "diff_mode": "ask_diff_mode_on_launch",
    "scm_branch": "ask_scm_branch_on_launch",
    "execution_environment": "ask_execution_environment_on_launch",
    "labels": "ask_labels_on_launch",
    "forks": "ask_forks_on_launch",
    "job_slice_count": "ask_job_slice_count_on_launch",
    "timeout": "ask_timeout_on_launch",
    "instance_groups": "ask_instance_groups_on_launch",
}
TEMPLATE_KINDS = (
    "job_template",
    "workflow_job_template",
    "system_job_template",
    "project",
    "inventory_source",
    "workflow_approval_template",
)


class Store:
    """Tables of plain rows, and the templates of the engine."""

    def __init__(self, engine: Engine, keeper: Gatekeeper) -> None:
        self.engine = engine
        self.keeper = keeper
        self.tables: dict[str, dict[int, Row]] = {}
        self.load()

    def load(self) -> None:
        """Fill everything as at the start."""
        self.engine.clear()
        self.engine.templates.clear()
        self.born = self.engine.now - 86400.0
        self.tables = {name: {} for name in catalog.TABLES}
        for source in (catalog, demo):
            for table, rows in source.ROWS.items():
                for row in rows:
                    self.tables[table][row["id"]] = dict(row)
            for template in source.templates():
                self.engine.add_template(template)
        self.node_ids = 1000

    def secret_names(self) -> set[str]:
        """The variables of all password questions."""
        specs = (t.native.get("survey") or [] for t in self.engine.templates.values())
        return {question["variable"] for spec in specs for question in spec if question["type"] == "password"}

    def get(self, table: str, number: Any) -> Row | None:
        """A row by its id."""
        return self.tables[table].get(number)

    def named(self, table: str, number: Any) -> str | None:
        """The name of a row."""
        row = self.get(table, number)
        return row["name"] if row else None

    def templates(self, *kinds: str) -> list[Template]:
        """All templates of some kinds, by id."""
        found = [t for t in self.engine.templates.values() if t.kind in kinds]
        return sorted(found, key=lambda t: t.id)

    def template(self, number: Any, *kinds: str) -> Template | None:
        """A template by id, if it is of one of these kinds."""
        found = self.engine.templates.get(number)
        return found if found is not None and found.kind in kinds else None

    def hosts_of(self, inventory: Any) -> list[Row]:
        """The hosts of an inventory, by id."""
        return [h for h in self.tables["hosts"].values() if h["inventory"] == inventory]

    def targets(self, inventory: Any, limit: str | None) -> list[str]:
        """The hosts that a limit leaves of an inventory: names, groups, wildcards, ! and & as Ansible knows them."""
        rows = self.hosts_of(inventory)
        names = [row["name"] for row in rows]
        if not limit:
            return names
        parts = [part.strip() for part in re.split(r"[,:]", limit) if part.strip()]
        chosen = {n for part in parts if part[0] not in "!&" for n in self._matching(inventory, rows, part)}
        if all(part[0] in "!&" for part in parts):
            chosen = set(names)
        for part in parts:
            if part[0] == "!":
                chosen -= self._matching(inventory, rows, part[1:])
            elif part[0] == "&":
                chosen &= self._matching(inventory, rows, part[1:])
        return [name for name in names if name in chosen]

    def _matching(self, inventory: Any, rows: list[Row], pattern: str) -> set[str]:
        if pattern in ("all", "*"):
            return {row["name"] for row in rows}
        groups = [g for g in self.tables["groups"].values() if g["inventory"] == inventory and g["name"] == pattern]
        members = {host for group in groups for host in group["hosts"]}
        return {r["name"] for r in rows if r["id"] in members or fnmatch.fnmatchcase(r["name"], pattern)}

    def next_row_id(self, table: str) -> int:
        """A free id."""
        return max(self.tables[table], default=0) + 1

    def next_node_id(self) -> int:
        """The id of the next workflow job node."""
        self.node_ids += 1
        return self.node_ids
