# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for many jobs on three servers at once."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from .bench import Bench, Failed
from .stage import PLATFORMS, Sent, Stage
from .table import Line, most, plain, size

#: so many seconds lie between polls, so that what belongs to one poll is told from the next
_INTERVAL = 2.0
_TYPES = {"awx": "job", "foreman": "job_invocation", "puppet": "job"}


def many_waits(bench: Bench) -> list[Line]:
    """Row 5."""
    stage, wanted = bench.stage, bench.sizes.running
    per_poll: dict[str, list[float]] = defaultdict(list)
    peaks = []
    stage.reset()
    counts = [wanted // 3 + (number < wanted % 3) for number in range(3)]
    jobs = [job for name, count in zip(PLATFORMS, counts) for job in _launch(stage, name, count)]
    servers = {name: stage.connection(name) for name in PLATFORMS}
    for _run in range(bench.runs):
        stage.forget_requests()
        found = stage.watched(
            "job_wait",
            {
                "jobs": jobs,
                "servers": json.dumps(servers),
                "wait_interval": _INTERVAL,
                "wait_timeout": bench.sizes.polling,
            },
        )
        _check(found["result"], wanted)
        peaks.append(float(found["peak"]))
        for name in PLATFORMS:
            sent = stage.sent(found["begin"], found["end"], name)
            per_poll[name].append(float(max(map(len, _polls(sent)))))
    stage.reset()
    work = f"{wanted} running jobs on three servers in one job_wait"
    lines = [
        most(5, f"{work}: requests per poll, {name}, type {_TYPES[name]}", per_poll[name], 2.0, shown=plain)
        for name in PLATFORMS
    ]
    return [
        *lines,
        most(5, f"{work}: memory", peaks, 120e6, shown=size, peer=f"{len(jobs)} jobs, median of {bench.runs}"),
    ]


def _launch(stage: Stage, platform: str, count: int) -> list[dict[str, Any]]:
    """Jobs that never end, as our results show them."""
    found = []
    for _number in range(count):
        if platform == "awx":
            number = stage.api("POST", "/api/v2/job_templates/27/launch/", {})["id"]
        elif platform == "foreman":
            body = {"job_template_id": 405, "targeting_type": "static_query", "search_query": "name ~ web"}
            number = stage.api("POST", "/api/job_invocations", {"job_invocation": body}, platform)["id"]
        else:
            body = {"environment": "production", "task": "lab::hang", "params": {}}
            scope = {"nodes": ["web1.example.com"]}
            path = "/orchestrator/v1/command/task"
            number = stage.api("POST", path, {**body, "scope": scope}, platform)["job"]["name"]
        job = {"platform": platform, "server": platform, "type": _TYPES[platform], "id": str(number)}
        found.append({**job, "status": "running", "native_status": "running"})
    return found


def _check(result: dict[str, Any], wanted: int) -> None:
    states = [job["status"] for job in result.get("jobs", [])]
    if result.get("error") != "wait_timeout" or len(states) != wanted or set(states) != {"running"}:
        raise Failed(f"job_wait: {result.get('msg')} {sorted(set(states))} of {len(states)} jobs")


def _polls(sent: list[Sent]) -> list[list[Sent]]:
    """The requests of each poll; what comes before the first one's pause, as finding the API, is not of a poll."""
    bursts: list[list[Sent]] = []
    for one in sent:
        if not bursts or one.time - bursts[-1][-1].time > _INTERVAL / 2:
            bursts.append([])
        bursts[-1].append(one)
    return bursts[1:] or bursts
