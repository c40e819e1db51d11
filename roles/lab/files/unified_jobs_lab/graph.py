# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a graph of jobs moves on: which nodes start, which never will, and when the whole is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import BAD, Job, Node, Reason

if TYPE_CHECKING:
    from .engine import Engine


def step(engine: Engine, job: Job) -> None:
    """Start what can start now; end the graph when nothing is left to do."""
    if job.status != "running":
        return
    canceling = job.cancel_requested is not None
    while not canceling:
        ready = [node for node in job.nodes if _undecided(node) and _all_parents_done(job, node)]
        if not ready:
            break
        for node in ready:
            _decide(job, node)
    if any(node.job is not None and node.job.active for node in job.nodes):
        return
    if canceling or not any(_undecided(node) for node in job.nodes):
        engine.after(engine.timing.graph, lambda: _end(engine, job))


def _undecided(node: Node) -> bool:
    return node.job is None and not node.skipped


def _parents(job: Job, node: Node) -> list[Node]:
    return [p for p in job.nodes if node.id in p.success + p.failure + p.always]


def _all_parents_done(job: Job, node: Node) -> bool:
    return all(p.skipped or (p.job is not None and not p.job.active) for p in _parents(job, node))


def _leads_on(parent: Node, node: Node) -> bool:
    if parent.skipped or parent.job is None:
        return False
    if node.id in parent.always:
        return True
    return node.id in (parent.failure if parent.job.status in BAD else parent.success)


def _decide(job: Job, node: Node) -> None:
    parents = _parents(job, node)
    opened = [_leads_on(parent, node) for parent in parents]
    wanted = not parents or (all(opened) if node.converge else any(opened))
    if not wanted or node.template is None or job.spawn is None:
        node.skipped = True
        return
    node.job = job.spawn(node)


def _end(engine: Engine, job: Job) -> None:
    if job.status != "running" or any(n.job is not None and n.job.active for n in job.nodes):
        return
    if job.cancel_requested is not None:
        engine.finish(job, "canceled")
        return
    unhandled = [n for n in job.nodes if n.job and n.job.status in BAD and not n.failure and not n.always]
    broken = [n for n in job.nodes if n.template is None]
    if unhandled or broken:
        engine.finish(job, "failed", Reason("unhandled"))
    else:
        engine.finish(job, "successful")
