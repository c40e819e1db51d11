# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of Puppet: their result with metrics, and the resource events of a report (contract 1.5 and 1.6)."""

from __future__ import annotations

import hashlib
import uuid

from ..behavior import Outcome
from .records import Ask, Effect, Node
from .reply import Row

_NAMESPACE = uuid.UUID("7d4bb7e2-11f1-4a2b-9a3b-000000000000")


def puppet_run(found: Effect, ask: Ask, node: Node, outcome: Outcome, number: int) -> None:
    """Fill in what a run of Puppet on a node comes to."""
    failed = outcome.status == "failed"
    changing = outcome.status == "changed"
    text = f"{ask.environment} {node.name} {number}"
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    found.uuid = str(uuid.uuid5(_NAMESPACE, text))
    found.report_url = f"https://puppet.example.com/#/inspect/report/{digest}/events"
    found.state = "failed" if failed else "finished"
    metrics = _metrics(len(node.name), failed, changing, ask.noop)
    status = "failed" if failed else "changed" if metrics["changed"] else "unchanged"
    own = ask.options.get("enforce_environment") is False
    found.result = {
        "hash": digest,
        "noop": {"noop": ask.noop, "no_noop": bool(ask.options.get("no_noop"))},
        "status": status,
        "metrics": metrics,
        "environment": node.environment if own else ask.environment,
        "configuration_version": str(1710000000 + number),
    }
    found.message = f"Finished puppet run on {node.name} - Success! "
    if failed:
        reason = outcome.message or "Could not retrieve catalog"
        found.message = f"Error running puppet on {node.name}: {reason}"
        del found.result["configuration_version"]  # recording 113
    found.detail = {**found.result, "report-url": found.report_url}
    found.changes = _changes(failed, changing, ask.noop)


def _metrics(size: int, failed: bool, changing: bool, noop: bool) -> Row:
    changed = 3 if changing and not noop else 0
    return {
        "corrective_change": 0,
        "out_of_sync": 1 if failed else 3 if changing else 0,
        "restarted": 0,
        "skipped": 4 if failed else 0,
        "total": 150 + size,
        "changed": changed,
        "scheduled": 0,
        "failed_to_restart": 0,
        "failed": 1 if failed else 0,
    }


def _changes(failed: bool, changing: bool, noop: bool) -> list[Row]:
    if failed:
        return [_event("Package", "nginx", "ensure", "absent", "latest", "failure", "could not be installed", 7)]
    if not changing:
        return []
    status = "noop" if noop else "success"
    return [
        _event("File", "/etc/motd", "content", "{md5}aa", "{md5}bb", status, "content changed", 12),
        _event("Package", "nginx", "ensure", "1.20.1", "1.22.1", status, "ensure changed", 21),
        _event("Service", "nginx", "ensure", "stopped", "running", status, "ensure changed", 30),
    ]


def _event(kind: str, title: str, of: str, old: str, new: str, status: str, message: str, line: int) -> Row:
    module = "motd" if kind == "File" else "nginx"
    return {
        "resource_type": kind,
        "resource_title": title,
        "property": of,
        "old_value": old,
        "new_value": new,
        "status": status,
        "message": message,
        "containment_path": ["Stage[main]", module.capitalize(), f"{kind}[{title}]"],
        "file": f"/etc/puppetlabs/code/environments/production/modules/{module}/manifests/init.pp",
        "line": line,
    }
