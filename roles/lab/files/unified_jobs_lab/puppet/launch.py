# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the body of a command to a job: deploy, task, plan_run, environment_plan_run (contract 1.8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..behavior import Outcome
from ..model import Template
from . import checks, scopes
from .makers import script, task
from .records import Ask, PlanRun, Run
from .reply import Row, invalid, not_permitted, refused
from .store import sensitive
from .users import User

if TYPE_CHECKING:
    from .app import Puppet

_DEPLOY_OPTIONS = ("filetimeout", "http_connect_timeout", "http_keepalive_timeout", "http_read_timeout")
_DEPLOY_TEXTS = ("ordering", "tags", "skip_tags")


@dataclass
class Launcher:
    """Takes the bodies of commands; the scheduler uses it as the commands do."""

    puppet: Puppet

    # -- deploy

    def deploy(self, user: User, body: Row) -> Ask:
        """What a deploy asks for."""
        store, options = self.puppet.store, self.puppet.options
        checks.deploy_flags(body)
        environment = self._deploy_environment(body)
        scope = scopes.resolve(store, options.server, user, body, environment, options.puppetdb_down, legacy=True)
        if environment and not store.of_environment(environment):
            message = f"The environment {environment} contains no nodes"
            raise refused(400, "empty-environment", message, {"environment": environment})
        shown = self._deploy_options(body, environment, scope)
        ask = Ask("deploy", store.deploy_template(), scope.nodes, shown, user, environment, shown["description"])
        ask.userdata = checks.table(body, "userdata")
        ask.noop, ask.concurrency = shown["noop"], shown["concurrency"]
        return self._timed(ask, body)

    def _deploy_options(self, body: Row, environment: str, scope: scopes.Scope) -> Row:
        """The options as the job shows them (contract 1.4)."""
        shown: Row = {
            "description": checks.text(body, "description"),
            "concurrency": checks.number(body, "concurrency"),
            "noop": checks.flag(body, "noop"),
            "trace": checks.flag(body, "trace"),
            "debug": checks.flag(body, "debug"),
            "evaltrace": checks.flag(body, "evaltrace"),
            "scope": scope.shown,
            "enforce_environment": body.get("enforce_environment") is not False,
            "environment": environment,
            "target": None if self.puppet.options.server.has(2019) else scope.word,
        }
        for name in ("no_noop", "use_cached_catalog", "usecacheonfailure"):
            if name in body:
                shown[name] = checks.flag(body, name)
        shown.update({name: body[name] for name in (*_DEPLOY_OPTIONS, *_DEPLOY_TEXTS) if name in body})
        return shown

    def _deploy_environment(self, body: Row) -> str:
        given = body.get("environment")
        if given is None:
            raise invalid("environment is required", {"environment": None})
        if given == "":
            if body.get("enforce_environment") is not False or not body.get("scope"):
                raise invalid("environment may be empty only without enforce_environment", {"environment": ""})
            return ""
        return checks.environment(self.puppet.store, given)

    def _timed(self, ask: Ask, body: Row) -> Ask:
        if self.puppet.options.server.has(2023):  # before, the key is ignored
            seconds = checks.number(body, "timeout")
            ask.timeout = None if seconds is None else float(seconds)
        return ask

    # -- task

    def task(self, user: User, body: Row, schedule: int | None = None) -> Ask:
        """What a task asks for."""
        store, options = self.puppet.store, self.puppet.options
        given_environment = body.get("environment")
        environment = checks.environment(store, "production" if given_environment is None else given_environment)
        template = self._task(body.get("task"), environment)
        if not user.may_run_task(template.name):
            raise _task_refused(template.name)
        scope = scopes.resolve(store, options.server, user, body, environment, options.puppetdb_down)
        nodes = [name for name in scope.nodes if user.may_reach(name)]  # the others are left out in silence
        if not nodes:
            raise _task_refused(template.name)
        params = checks.parameters(template, self._params(body))
        noop = checks.flag(body, "noop")
        if noop and not template.native["metadata"].get("supports_noop"):
            raise invalid(f"Task {template.name} does not support noop", {"task": template.name})
        hidden = sensitive(template)
        shown_params = params if options.server.has(2019, 8, 0) else self._params(body)
        shown: Row = {
            "description": checks.text(body, "description"),
            **({"transport": "pxp"} if options.server.has(2019) else {}),
            "noop": noop,
            "task": template.name,
            "sensitive": [name for name in hidden if name in params],
            "scheduled-job-id": None if schedule is None else str(schedule),
            "params": {name: value for name, value in shown_params.items() if name not in hidden},
            "scope": scope.shown,
            "environment": environment,
        }
        ask = Ask("task", template, nodes, shown, user, environment, shown["description"], params=params, noop=noop)
        ask.userdata = checks.table(body, "userdata")
        ask.concurrency = checks.number(body, "concurrency") or template.native.get("places")
        ask.targets = scopes.agentless(body, store.agentless) if options.server.has(2019) else {}
        return self._timed(ask, body)

    @staticmethod
    def _params(body: Row) -> Row:
        if "params" not in body:
            raise invalid("params is required", {"params": None})
        return checks.table(body, "params")

    def _task(self, name: Any, environment: str) -> Template:
        if not isinstance(name, str) or not name:
            raise invalid(f"Invalid task name {name}", {"task": name})
        found = self.puppet.store.template("task", name, environment)
        if found is not None:
            return found
        if self.puppet.options.late_task_check:
            return _rejected(name)
        raise refused(404, "unknown-task", f"Could not find task {name}", {"task": name, "environment": environment})

    # -- plans

    def plan(self, user: User, body: Row, typed: bool, schedule: int | None = None) -> PlanRun:
        """What a plan asks for, not yet begun; typed parameters are objects with a value (recording 051)."""
        store, options = self.puppet.store, self.puppet.options
        name = body.get("plan_name")
        if not isinstance(name, str) or not name:
            raise invalid(f"Invalid plan name {name}", {"plan_name": name})
        given_environment = body.get("environment")
        environment = checks.environment(store, "production" if given_environment is None else given_environment)
        template = store.template("plan", name, environment)
        if template is None:
            details = {"plan": name, "environment": environment}
            raise refused(404, "unknown-plan", f"Unknown plan {name}", details)
        if not user.may_run_plan(template.name):
            raise not_permitted(f"You are not authorized to run plan {name}", {"plan_name": name})
        given = checks.table(body, "params")
        if typed:
            given = self._typed(user, given)
        params = checks.parameters(template, given)
        hidden = sensitive(template)
        # before 2021.7 the values of sensitive parameters were shown (contract 4)
        unseen = hidden if options.server.has(2021, 7) else []
        shown: Row = {
            "description": checks.text(body, "description"),
            "plan_name": template.name,
            "parameters": {key: value for key, value in given.items() if key not in unseen},
            "sensitive": [key for key in hidden if key in given],
            "scheduled_job_id": None if schedule is None else str(schedule),
        }
        project = template.native.get("project")
        shown.update({"project": project} if project and options.server.has(2019) else {"environment": environment})
        made = PlanRun(0, template, user, self.puppet.engine.now, shown, params, environment)
        made.userdata = checks.table(body, "userdata")
        seconds = checks.number(body, "timeout") if options.server.has(2023) else None
        made.timeout = None if seconds is None else float(seconds)
        return made

    def _typed(self, user: User, given: Row) -> Row:
        if not all(isinstance(one, dict) and "value" in one for one in given.values()):
            raise invalid("params must be a map of maps", {"params": given})
        return {name: self._value(user, one) for name, one in given.items()}

    def _value(self, user: User, one: Row) -> Any:
        kind, value = one.get("type"), one["value"]
        if kind is None:
            return value
        if kind == "node_group":
            return self.puppet.store.of_group(str(value))
        if kind == "query":
            if not user.may_query():
                raise refused(400, "query-error", "You are not authorized to query PuppetDB")
            return self.puppet.store.select(value)
        raise invalid(f"Invalid parameter type {kind}", {"type": kind})

    # -- begin

    def begin(self, ask: Ask) -> Run:
        """Let a job begin."""
        return self.puppet.player.make(ask)

    def begin_plan(self, made: PlanRun) -> PlanRun:
        """Let a plan begin, with the next number."""
        made.id = next(self.puppet.store.plan_ids)
        made.created = self.puppet.engine.now
        self.puppet.plan_player.slots = self.puppet.options.plan_slots
        return self.puppet.plan_player.make(made)


def _task_refused(name: str) -> Exception:
    return not_permitted(f"You are not authorized to run task {name} on all of the requested nodes", {"task": name})


def _rejected(name: str) -> Template:
    """A task that only the agents find missing (recording 109)."""
    result = {"error": f"Invalid task name '{name}'"}
    return task(name, script(Outcome("failed", result=result), 0.4), None)
