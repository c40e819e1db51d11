# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated orchestrator holds."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Any

from ..engine import Engine
from ..model import Template
from . import catalog_lab, catalog_nodes, catalog_plans, catalog_tasks
from .dates import precise
from .pql import QueryError, parse, read_ast
from .records import Event, Node, PlanRun, Run, Schedule, TaskTarget
from .reply import Row, refused


class Store:
    """The server's content."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.load()

    def load(self) -> None:
        """Everything as at the start."""
        self.engine.clear()
        self.engine.templates.clear()
        self.nodes: dict[str, Node] = {node.name: node for node in catalog_nodes.nodes()}
        self.agentless: dict[str, Node] = {node.name: node for node in catalog_nodes.agentless()}
        self.groups = list(catalog_nodes.GROUPS)
        self.environments = list(catalog_nodes.ENVIRONMENTS)
        templates = [*catalog_tasks.templates(), *catalog_lab.templates(), *catalog_plans.templates()]
        for number, template in enumerate(templates, start=1):
            template.id = number
            self.engine.add_template(template)
        self.plan_runs: dict[int, PlanRun] = {}
        self.schedules: dict[int, Schedule] = {}
        self.task_targets: dict[int, TaskTarget] = {}
        self.failed_before: set[tuple[int, str]] = set()
        self.connected_since = self.engine.now - 86000.551
        # jobs, plan jobs and scheduled jobs count for themselves, so the same number means three things (contract 1.0)
        self.plan_ids = count(1001)
        self.schedule_ids = count(1001)
        self.target_ids = count(1)
        self.event_ids = count(11)

    # -- jobs

    def runs(self) -> list[Run]:
        """All jobs, the oldest first."""
        return [job.native["run"] for job in self.engine.jobs.values()]

    def event(self, kind: str, details: Row, message: str | None = None, number: int | None = None) -> Event:
        """A new event, with the next number unless one was kept for it."""
        return Event(next(self.event_ids) if number is None else number, kind, self.engine.now, details, message)

    # -- tasks and plans

    def templates(self, kind: str, environment: str) -> list[Template]:
        """The tasks or plans of an environment, by name."""
        found = [one for one in self.engine.templates.values() if one.kind == kind]
        found = [one for one in found if environment in one.native.get("environments", (environment,))]
        return sorted(found, key=lambda one: one.name)

    def template(self, kind: str, name: str, environment: str) -> Template | None:
        """One of them by its name; a::init is a."""
        short = name.removesuffix("::init")
        return next((one for one in self.templates(kind, environment) if one.name == short), None)

    def deploy_template(self) -> Template:
        """What a run of Puppet does."""
        return next(one for one in self.engine.templates.values() if one.kind == "deploy")

    def secret_names(self) -> set[str]:
        """The names of sensitive parameters."""
        found: set[str] = set()
        for template in self.engine.templates.values():
            found |= set(sensitive(template))
        return found

    # -- nodes

    def of_environment(self, environment: str) -> list[str]:
        """The nodes that belong to an environment."""
        return [node.name for node in self.nodes.values() if node.environment == environment]

    def of_group(self, number: str) -> list[str]:
        """The nodes of a group with rules; nothing for one without, or unknown."""
        group = next((one for one in self.groups if one.id == number), None)
        if group is None or not group.has_rules:
            return []
        return [name for name in self.nodes if group.nodes is None or name in group.nodes]

    def select(self, query: Any) -> list[str]:
        """The certnames that a query yields; 400 query-error if it is none (recording 032)."""
        try:
            text = "null" if query is None else str(query)
            entity, test = read_ast(query) if isinstance(query, list) else parse(text)
            rows = self._rows(entity)
            return [str(row["certname"]) for row in rows if test(row)]
        except QueryError as error:
            raise refused(400, "query-error", str(error)) from error

    def _rows(self, entity: str) -> Iterable[Row]:
        seen = precise(self.connected_since)
        for node in self.nodes.values():
            if entity == "inventory":
                trusted = {"certname": node.name}
                yield {
                    "certname": node.name,
                    "environment": node.environment,
                    "facts": node.facts(),
                    "trusted": trusted,
                    "timestamp": seen,
                }
            else:
                yield {
                    "certname": node.name,
                    "catalog_environment": node.environment,
                    "facts_environment": node.environment,
                    "report_environment": node.environment,
                    "latest_report_status": "failed" if node.trouble == "fails" else "unchanged",
                    "latest_report_noop": False,
                    "deactivated": None,
                    "expired": None,
                }


def sensitive(template: Template) -> list[str]:
    """The names of a template's sensitive parameters."""
    known = template.native.get("metadata", {}).get("parameters") or {}
    return [name for name, facts in known.items() if facts.get("sensitive")]
