# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a job has come to: its explanation, its visible events, its counts, and the command it ran."""

from __future__ import annotations

import json
from typing import Any

from ..engine import Engine
from ..model import Job, Template
from ..plan import tally
from .reply import Row
from .store import Store
from .summaries import jobs_of, stamp
from .transcript import Event, events

_LOST = (
    "Task was marked as running at system start up. The system must have not shut down properly, "
    "so it has been marked as failed."
)
_UNHANDLED = "No error handling paths found, marking workflow as failed"
_SHOWN = {
    "changed": "changed",
    "ok": "ok",
    "failed": "failures",
    "unreachable": "dark",
    "skipped": "skipped",
}


def explanation(engine: Engine, job: Job) -> str:
    """The job_explanation, in the server's sentences (contract 1.4, 6.2)."""
    blocker = engine.explained_blocker(job)
    if blocker is not None:
        return f"waiting for {blocker.kind}-{blocker.id} to finish"
    word = job.reason.word
    if word == "dependency" and job.reason.job is not None:
        dep = job.reason.job
        about = {"job_type": dep.kind, "job_name": dep.name, "job_id": str(dep.id)}
        return f"Previous Task Failed: {json.dumps(about)}"
    if word == "timeout":
        return "" if job.role == "gate" else "Job terminated due to timeout"
    return {"lost": _LOST, "unhandled": _UNHANDLED}.get(word, "")


def visible_events(engine: Engine, job: Job) -> list[Event]:
    """The events that have been stored by now: a little behind the run, and never more than it did."""
    if job.started is None:
        return []
    if job.complete(engine.now) and not killed(job):
        return events(job)
    lag = engine.timing.output_lag / engine.speed
    reached = min(job.elapsed(engine.now), engine.now - job.started - lag)
    return [event for event in events(job) if event.offset <= reached and event.name != "playbook_on_stats"]


def killed(job: Job) -> bool:
    """Whether the run was ended from outside, so that there is no recap."""
    return job.status in ("canceled", "error") or job.reason.word in ("timeout", "lost")


def has_stats(engine: Engine, job: Job) -> bool:
    """Whether the final numbers are there."""
    return job.started is not None and job.complete(engine.now) and not killed(job) and bool(job.hosts)


def counts(engine: Engine, job: Job) -> Row:
    """host_status_counts and playbook_counts, for the types that have them."""
    if job.kind not in ("job", "ad_hoc_command", "project_update"):
        return {}
    hosts: dict[str, int] | None = None
    if has_stats(engine, job):
        hosts = {}
        for one in tally(job.steps).values():
            word = _SHOWN[one.worst]
            hosts[word] = hosts.get(word, 0) + 1
    row: Row = {"host_status_counts": hosts}
    if job.kind != "ad_hoc_command":
        row["playbook_counts"] = _playbook_counts(engine, job)
    if job.kind == "job":
        row["custom_virtualenv"] = None
    return row


def _playbook_counts(engine: Engine, job: Job) -> Row:
    seen = [event.name for event in visible_events(engine, job)]
    return {"play_count": seen.count("playbook_on_play_start"), "task_count": seen.count("playbook_on_task_start")}


def job_brief(engine: Engine, job: Job) -> Row:
    """A job in the summary of its children."""
    return {
        "id": job.id,
        "name": job.name,
        "description": job.native.get("description", ""),
        "status": job.status,
        "failed": job.status in ("failed", "error", "canceled"),
        "elapsed": round(job.elapsed(engine.now), 3) if job.finished else 0.0,
    }


def source_summary(store: Store, template: Template) -> Row:
    """An inventory source in the summary of its updates."""
    runs = jobs_of(store, template)
    done = next((run for run in runs if run.finished is not None), None)
    row: Row = {"id": template.id, "name": template.name, "source": template.native["source"]}
    if done is not None:
        row["last_updated"] = stamp(done.finished)
    row["status"] = runs[0].status if runs else "never updated"
    return row


def command(job: Job) -> list[str]:
    """The argv of a run."""
    native = job.native
    if job.kind == "system_job":
        return ["awx-manage", str(native.get("job_type", "")), *native.get("arguments", [])]
    start = ["podman", "run", "--rm", "--name", f"ansible_runner_{job.id}", "quay.io/ansible/awx-ee:latest"]
    if job.kind == "ad_hoc_command":
        limit = str(native.get("limit") or "all")
        module = ["-m", str(native.get("module_name")), "-a", str(native.get("module_args"))]
        return [*start, "ansible", "-u", "root", limit, "-i", "/runner/inventory", *module]
    if job.kind == "inventory_update":
        return [*start, "ansible-inventory", "--list", "--export", "-i", f"/runner/project/{native.get('source_path')}"]
    more = ["--limit", str(native["limit"])] if native.get("limit") else []
    play = str(native.get("playbook") or "project_update.yml")
    return [
        *start,
        "ansible-playbook",
        "-u",
        "root",
        *more,
        "-i",
        "/runner/inventory",
        "-e",
        "@/runner/env/extravars",
        play,
    ]


def environment(job: Job) -> dict[str, Any]:
    """The environment of a run, as far as the server shows it."""
    return {
        "JOB_ID": str(job.id),
        "AWX_HOST": "http://127.0.0.1:8052",
        "INVENTORY_ID": str(job.native.get("inventory") or ""),
        "ANSIBLE_FORCE_COLOR": "True",
        "ANSIBLE_HOST_KEY_CHECKING": "False",
        "AWX_PRIVATE_DATA_DIR": f"/var/lib/awx/var/tmp/awx_{job.id}_lab",
        "RUNNER_OMIT_EVENTS": "False",
    }
