# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets jobs happen: one node after the other, the end, stops (contract 1.7, 1.8 and 1.13)."""

from __future__ import annotations

from typing import Any

from ..engine import Engine, Order
from .effects import effect
from .records import Ask, Event, Node, NodeRun, Run
from .reply import Row
from .store import Store

_WORDS = {"finished": "successful", "failed": "failed", "stopped": "canceled"}


class Player:
    """Moves the jobs of a store by the engine's clock."""

    def __init__(self, engine: Engine, store: Store) -> None:
        self.engine = engine
        self.store = store

    # -- birth

    def make(self, ask: Ask) -> Run:
        """A job: runs of Puppet begin as new and find their nodes later, tasks begin as ready (contract 1.4)."""
        job = self.engine.launch(Order(ask.command, ask.template.name, ask.owner.login, ask.template, hold=True))
        run = Run(job, ask)
        job.native["run"] = run
        job.hosts = list(ask.nodes)
        pending = self.engine.timing.pending
        if ask.template.behavior.ending == "error":
            run.states.append(("new", self.engine.now))
            self.engine.after(pending, lambda: self._fail_early(run))
        elif ask.command == "deploy":
            run.states.append(("new", self.engine.now))
            self.engine.after(pending / 2, lambda: self._ready(run))
        else:
            self._ready(run)
        return run

    def _enter(self, run: Run, state: str) -> None:
        run.states.append((state, self.engine.now))
        run.job.status = "running" if state in ("running", "stopping") else run.job.status

    def _fail_early(self, run: Run) -> None:
        if not run.over:
            self._tell(run, "job_aborted", {}, f"Job {run.id} aborted")
            self._over(run, "failed")

    def _ready(self, run: Run) -> None:
        if run.states and run.state != "new":
            return  # stopped before it found its nodes
        now = self.engine.now
        run.nodes = [NodeRun(name, self._transport(run.ask, name), now) for name in run.ask.nodes]
        self._enter(run, "ready")
        self.engine.after(self.engine.timing.pending / 2, lambda: self._run(run))

    @staticmethod
    def _transport(ask: Ask, name: str) -> str:
        return str(ask.targets[name]["transport"]) if name in ask.targets else "pcp"

    # -- running

    def _run(self, run: Run) -> None:
        if run.state == "ready":
            self._enter(run, "running")
            run.job.started = self.engine.now
            self._fill(run)

    def _fill(self, run: Run) -> None:
        """Give nodes to the free places; end when nothing is left."""
        for node in run.nodes:
            busy = sum(one.state == "running" for one in run.nodes)
            if node.state == "new" and (not run.ask.concurrency or busy < run.ask.concurrency):
                self._begin(run, node)
        if all(node.over for node in run.nodes):
            self.engine.after(0.0, lambda: self._conclude(run))

    def _found(self, ask: Ask, name: str) -> Node | None:
        """The node, if the orchestrator gets through to it."""
        if name not in ask.targets:
            return self.store.nodes.get(name)
        return None if ask.targets[name].get("password") == "wrong" else self.store.agentless.get(name)

    def _begin(self, run: Run, node: NodeRun) -> None:
        ask, number = run.ask, run.id + run.nodes.index(node)
        again = (ask.template.id, node.name) in self.store.failed_before
        node.effect = effect(ask, node.name, self._found(ask, node.name), number, again)
        if node.effect.state == "errored":
            self._end(run, node, "errored")
            return
        node.state, node.started, node.touched = "running", self.engine.now, self.engine.now
        deploy = ask.command == "deploy"
        node.message = (
            f"Started puppet run on {node.name} ..." if deploy else f"Started {self._what(ask)} on {node.name} ..."
        )
        self._tell(run, "node_running", {"detail": {"noop": ask.noop}}, node.message, node)
        if ask.timeout and (node.effect.hangs or node.effect.duration > ask.timeout):
            self.engine.after(ask.timeout, lambda: self._time_out(run, node))
        elif not node.effect.hangs:
            self.engine.after(node.effect.duration, lambda: self._done(run, node))

    @staticmethod
    def _what(ask: Ask) -> str:
        return f"task {ask.template.name}" if ask.template.kind == "task" else ask.command

    def _time_out(self, run: Run, node: NodeRun) -> None:
        if node.state == "running" and node.effect is not None:
            text = f"The timeout of {run.ask.timeout:g} seconds passed on {node.name}"
            error: Row = {"kind": "puppetlabs.orchestrator/timeout", "msg": text, "details": {"node": node.name}}
            node.effect.result, node.effect.message, node.effect.detail = {"_error": error}, text, {}
            self._end(run, node, "failed")
            self._fill(run)

    def _done(self, run: Run, node: NodeRun) -> None:
        if node.state == "running" and node.effect is not None:
            self._end(run, node, node.effect.state)
            self._fill(run)

    def _end(self, run: Run, node: NodeRun, state: str) -> None:
        """One node is over; how many have ended decides nothing here."""
        done = node.effect if state in ("finished", "failed", "errored") else None
        node.state, node.touched = state, self.engine.now
        node.finished = None if node.started is None else self.engine.now
        if state in ("failed", "errored"):
            self.store.failed_before.add((run.ask.template.id, node.name))
        else:
            self.store.failed_before.discard((run.ask.template.id, node.name))
        if done is not None:
            words = {"failed": "Failed", "finished": "Finished"}
            text = done.message or f"{words.get(state, '')} {self._what(run.ask)} on {node.name}"
            node.message = text
            self._tell(run, f"node_{state}", {"detail": done.detail}, text, node)
        elif state == "skipped":
            node.message = "Job stopped before this node started"
            self._tell(run, "node_skipped", {}, f"Skipped {node.name}", node)

    def _conclude(self, run: Run) -> None:
        if run.over or not all(node.over for node in run.nodes):
            return
        states = {node.state for node in run.nodes}
        if states & {"skipped", "stopped"}:
            verdict = "stopped"
        else:
            verdict = "failed" if states & {"failed", "errored"} else "finished"
        self._over(run, verdict)

    def _over(self, run: Run, verdict: str) -> None:
        self._enter(run, verdict)
        self.engine.finish(run.job, _WORDS[verdict])
        self._tell(run, "job_finished", {}, f"Job {run.id} {verdict}")
        if run.ask.on_end is not None:
            run.ask.on_end(run)

    def _tell(self, run: Run, kind: str, details: Row, message: str, node: NodeRun | None = None) -> Event:
        named: dict[str, Any] = {"node": node.name, **details} if node is not None else details
        event = self.store.event(kind, named, message)
        run.events.append(event)
        if node is not None:
            node.event = event.id
        return event

    # -- what people do to jobs

    def stop(self, run: Run, force: bool) -> None:
        """Nothing new starts; with force nobody waits for what runs (contract 1.8)."""
        if run.over:
            return
        if run.state != "stopping":
            self._enter(run, "stopping")
            self._tell(run, "job_stopping", {}, f"Job {run.id} is stopping")
        run.job.cancel_requested = self.engine.now
        for node in run.nodes:
            if node.state == "new":
                self._end(run, node, "skipped")
            elif force and node.state == "running":
                self._end(run, node, "stopped")
        if force:
            self._tell(run, "job_aborted", {}, f"Job {run.id} aborted")
            self._over(run, "stopped")
        elif not run.nodes:
            self.engine.after(0.0, lambda: self._stop_early(run))
        elif all(node.over for node in run.nodes):
            self.engine.after(0.0, lambda: self._conclude(run))

    def _stop_early(self, run: Run) -> None:
        if not run.over:
            self._over(run, "stopped")
