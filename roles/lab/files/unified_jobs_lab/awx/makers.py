# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a template and accepted prompts to a job in the engine, also for the jobs that workflows start by themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ..behavior import Behavior, Outcome, Task
from ..engine import Order
from ..model import Job, Node, Template
from . import survey
from .reply import Row
from .store import Store
from .template_rows import WORKFLOW_PROMPTS

_JOB_FIELDS = (
    *("job_type", "inventory", "project", "playbook", "scm_branch", "forks", "limit", "verbosity", "job_tags"),
    *("skip_tags", "timeout", "organization", "diff_mode", "execution_environment"),
)
REVISION = "4d189a4b934cb40dd16d607f1e01bd5ab7a06407"


class Maker:
    """Makes jobs of all types in one store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.engine = store.engine
        self.engine.make_dependency = self._dependency

    def job(self, template: Template, by: str, prompts: Row, **options: Any) -> Job:
        """A run of a job template."""
        own = template.native
        native = {name: {**own, **prompts}[name] for name in _JOB_FIELDS if name in own or name in prompts}
        project = self.store.template(native.get("project"), "project")
        if project is not None and native.get("scm_branch") == project.native.get("scm_branch"):
            native["scm_branch"] = ""
        variables = self._variables(template, prompts.get("extra_vars", {}))
        spec = own.get("survey")
        native |= {
            "description": own.get("description", ""),
            "extra_vars": json.dumps(survey.masked(spec, variables)),
            "variables": variables,
            "labels": prompts.get("labels", own.get("labels", [])),
            "credentials": prompts.get("credentials", own.get("credentials", [])),
            "instance_groups": prompts.get("instance_groups", []),
            "allow_simultaneous": template.simultaneous,
            "prompts": dict(prompts),
            "fork_count": prompts.get("forks", 0),
        }
        native["passwords_needed_to_start"] = self.passwords(native["credentials"])
        native |= options.pop("native", {})
        hosts = self.store.targets(native.get("inventory"), native.get("limit"))
        hosts = _slice(hosts, native)
        native["fails"] = not hosts
        order = Order(
            "job",
            template.name,
            by,
            template,
            hosts=hosts,
            timeout=float(native.get("timeout") or 0),
            duration=_duration(template.behavior, variables),
            native=native,
            **options,
        )
        return self.engine.launch(order)

    def passwords(self, credentials: list[int]) -> list[str]:
        """The passwords that these credentials ask for at launch."""
        found = (self.store.get("credentials", number) for number in credentials)
        return [name for row in found if row for name in row.get("asks", [])]

    def _variables(self, template: Template, given: Row) -> Row:
        own = template.native.get("extra_vars") or "{}"
        return {**json.loads(own), **survey.defaults(template.native.get("survey")), **given}

    def sliced(self, template: Template, by: str, prompts: Row, count: int) -> Job:
        """A run of a job template in slices: a workflow of the same job, each on its part of the hosts."""
        native = {
            "organization": template.native.get("organization"),
            "extra_vars": json.dumps(prompts.get("extra_vars", {})),
            "is_sliced_job": True,
            "job_template": template.id,
            "inventory": prompts.get("inventory", template.native.get("inventory")),
            "limit": prompts.get("limit"),
            "allow_simultaneous": template.simultaneous,
        }
        parent = self.engine.launch(Order("workflow_job", template.name, by, template, "graph", native=native))
        for number in range(1, count + 1):
            node = Node(self.store.next_node_id(), f"slice-{number}", template)
            node.native = {"job_slice_number": number, "job_slice_count": count, "prompts": prompts}
            parent.nodes.append(node)
        parent.spawn = self._spawner(parent)
        return parent

    def workflow(self, template: Template, by: str, prompts: Row, **options: Any) -> Job:
        """A run of a workflow template."""
        own = template.native
        native = {name: prompts.get(name, own.get(name)) for name in WORKFLOW_PROMPTS if name != "extra_vars"}
        variables = self._variables(template, prompts.get("extra_vars", {}))
        native |= {
            "description": own.get("description", ""),
            "organization": own.get("organization"),
            "workflow_job_template": template.id,
            "extra_vars": json.dumps(survey.masked(own.get("survey"), variables)),
            "variables": variables,
            "labels": prompts.get("labels", own.get("labels", [])),
            "allow_simultaneous": template.simultaneous,
            "prompts": dict(prompts),
        }
        order = Order("workflow_job", template.name, by, template, "graph", native=native, **options)
        job = self.engine.launch(order)
        ids = {node["key"]: self.store.next_node_id() for node in own["nodes"]}
        for one in own["nodes"]:
            target = self.engine.templates.get(one["template"])
            success, failure, always = ([ids[key] for key in one[edge]] for edge in ("success", "failure", "always"))
            job.nodes.append(Node(ids[one["key"]], one["key"], target, success, failure, always, one["converge"]))
        job.spawn = self._spawner(job)
        return job

    def bulk(self, by: str, name: str, nodes: list[tuple[Template, Row, str]], native: Row) -> Job:
        """A workflow without a template."""
        job = self.engine.launch(Order("workflow_job", name, by, None, "graph", native={**native, "bulk": True}))
        for number, (template, prompts, identifier) in enumerate(nodes):
            node = Node(self.store.next_node_id(), identifier or str(number), template)
            node.native = {"prompts": prompts}
            job.nodes.append(node)
        job.spawn = self._spawner(job)
        return job

    # -- children of workflows

    def _spawner(self, parent: Job) -> Callable[[Node], Job]:
        def spawn(node: Node) -> Job:
            if node.template is None:
                raise LookupError(f"node {node.key} has no template")
            options: Row = {"parent": parent, "launch_type": "workflow"}
            kind = node.template.kind
            if kind == "workflow_approval_template":
                return self.approval(node.template, parent)
            if kind in ("project", "inventory_source"):
                return self.update(node.template, parent.by, **options)
            prompts = self._child_prompts(parent, node)
            if kind == "workflow_job_template":
                return self.workflow(node.template, parent.by, prompts, **options)
            if "job_slice_number" in node.native:
                names = ("job_slice_number", "job_slice_count")
                options |= {"native": {name: node.native[name] for name in names}, "exempt": True}
            return self.job(node.template, parent.by, prompts, **options)

        return spawn

    def _child_prompts(self, parent: Job, node: Node) -> Row:
        given: Row = dict(node.native.get("prompts", {}))
        asked = node.template.native.get("ask", set()) if node.template else set()
        for name in ("limit", "inventory", "scm_branch", "job_tags", "skip_tags"):
            if name in asked and parent.native.get(name) is not None:
                given[name] = parent.native[name]
        variables: Row = {}
        for other in parent.nodes:
            if other.job is not None and isinstance(other.job.artifacts, dict):
                variables |= other.job.artifacts
        variables |= given.get("extra_vars", {})
        given["extra_vars"] = {**variables, **parent.native.get("variables", {})}
        return given

    def approval(self, template: Template, parent: Job) -> Job:
        """A decision that a workflow waits for."""
        native = {"description": template.native.get("description", "")}
        return self.engine.launch(
            Order(
                "workflow_approval",
                template.name,
                parent.by,
                template,
                "gate",
                timeout=float(template.native.get("timeout") or 0),
                launch_type="workflow",
                parent=parent,
                exempt=True,
                native=native,
            )
        )

    # -- updates

    def update(self, template: Template, by: str, **options: Any) -> Job:
        """An update of a project or of an inventory source."""
        if template.kind == "project":
            return self._project_update(template, by, options)
        return self._inventory_update(template, by, options)

    def _project_update(self, template: Template, by: str, options: Row) -> Job:
        own = template.native
        bad = bool(own.get("fails"))
        outcome = (
            Outcome("failed", f"fatal: '{own['scm_url']}' does not appear to be a git repository") if bad else Outcome()
        )
        tasks = (
            Task("Update project using git", "ansible.builtin.git", outcome),
            Task("Set the git repository version", "ansible.builtin.set_fact"),
        )
        behavior = Behavior(template.behavior.duration, "Update source tree if necessary", tasks)
        native = {
            "organization": own.get("organization"),
            "project": template.id,
            "local_path": f"_{template.id}__{template.name.replace('-', '_')}",
            "scm_type": own["scm_type"],
            "scm_url": own["scm_url"],
            "scm_branch": own.get("scm_branch", ""),
            "scm_revision": "" if bad else own.get("revision", REVISION),
            "playbook": "project_update.yml",
        }
        order = Order(
            "project_update",
            template.name,
            by,
            template,
            hosts=["localhost"],
            behavior=behavior,
            native=native,
            **options,
        )
        return self.engine.launch(order)

    def _inventory_update(self, template: Template, by: str, options: Row) -> Job:
        own = template.native
        bad = bool(own.get("fails"))
        words = (
            ["ERROR! The inventory source does not exist: " + own["path"]]
            if bad
            else [f"Parsed {own['path']} inventory source with ini plugin", "Processing JSON output..."]
        )
        tasks = tuple(Task(word, "inventory", Outcome("failed" if bad else "ok", word)) for word in words)
        inventory = self.store.get("inventories", own["inventory"]) or {}
        native = {
            "organization": inventory.get("organization"),
            "inventory": own["inventory"],
            "inventory_source": template.id,
            "source": own["source"],
            "source_path": own["path"],
            "scm_revision": REVISION,
            "source_project": own["project"],
        }
        name = f"{inventory.get('name')} - {template.name}"
        behavior = Behavior(template.behavior.duration, tasks=tasks)
        order = Order(
            "inventory_update", name, by, template, hosts=["localhost"], behavior=behavior, native=native, **options
        )
        job = self.engine.launch(order)
        project = self.store.template(own["project"], "project")
        if project is not None:
            # the server updates the project of a source first, as a job of its own
            sync = self.update(project, by, launch_type="sync", exempt=True)
            job.native["source_project_update"] = sync.id
        return job

    def _dependency(self, job: Job, template: Template) -> Job:
        return self.update(template, job.by, launch_type="dependency", exempt=True)


def _duration(behavior: Behavior, variables: Row) -> float | None:
    value = variables.get(behavior.duration_parameter) if behavior.duration_parameter else None
    try:
        return None if value is None else max(0.0, float(value))
    except (TypeError, ValueError):
        return None


def _slice(hosts: list[str], native: Row) -> list[str]:
    number, count = native.get("job_slice_number", 0), native.get("job_slice_count", 1)
    return hosts[number - 1 :: count] if number else hosts
