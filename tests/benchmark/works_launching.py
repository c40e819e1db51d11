# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launching: one job, a hundred jobs, and a job of Foreman."""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import datetime
from statistics import median
from typing import Any

from .bench import AS_MODULE, Bench, Failed, good, requests_of
from .stage import Mark, Stage, Task
from .table import Line, plain, ratio, seconds, size
from .table import most as at_most

_PEER = "awx.awx.job_launch"
_FOREMAN_PEER = "theforeman.foreman.job_invocation"


def _moment(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


# -- one job


def one_launch(bench: Bench) -> list[Line]:
    """Row 3."""
    stage = bench.stage
    stage.reset()
    stage.behave("lab-ok", duration=bench.sizes.seconds)
    over: dict[str, list[float]] = defaultdict(list)
    late: dict[str, list[float]] = defaultdict(list)
    launch = {"template": "lab-ok", "wait": True}
    tasks: list[Task] = [
        {"name": "in-process", "unified.jobs.job_invocation": launch},
        {"name": "peer", _PEER: {"job_template": "lab-ok", "wait": True}},
        {"name": "module", "unified.jobs.job_invocation": launch, "vars": AS_MODULE},
    ]
    for _run in range(bench.runs):
        stage.forget_requests()
        marks = stage.play(tasks)
        for name in ("in-process", "module", "peer"):
            (mark,) = good(marks, name)
            lived, seen = _life(stage, mark)
            over[name].append(mark.seconds - lived)
            late[name].append(seen)
    length = f"{bench.sizes.seconds:g} s"
    work = f"launch and wait for one {length} job: overhead (wall minus job)"
    work_seen = f"launch and wait for one {length} job: finish seen after"
    peer = (_PEER, over["peer"])
    told = f"{seconds(median(late['peer']))} ({_PEER})"
    return [
        ratio(3, work, over["in-process"], peer, 0.5),
        at_most(3, work_seen, late["in-process"], 1.0, shown=seconds, peer=told),
        ratio(3, "the same as a module: overhead", over["module"], peer, None),
        ratio(3, "the same: in-process against module", over["in-process"], ("our module", over["module"]), None),
    ]


def _life(stage: Stage, mark: Mark) -> tuple[float, float]:
    """How long the job of a task lived on its server, and how much later its end was asked for."""
    asked = requests_of(stage, mark)
    row = next(
        row
        for row in stage.api("GET", "/api/v2/jobs/?order_by=-id&page_size=50")["results"]
        if mark.begin <= _moment(row["created"]) <= mark.end
    )
    begun, finished = _moment(row["created"]), _moment(row["finished"])
    seen = min(one.time for one in asked if one.time >= finished and one.method == "GET")
    return finished - begun, seen - finished


# -- many jobs


def many_launches(bench: Bench) -> list[Line]:
    """Row 4."""
    stage, sizes = bench.stage, bench.sizes
    wall: dict[str, list[float]] = defaultdict(list)
    asked: dict[str, list[float]] = defaultdict(list)
    share = sizes.jobs / sizes.peer_jobs
    for _run in range(bench.runs):
        stage.reset()
        stage.behave("lab-ok-simultaneous", duration=sizes.seconds)
        wall["ideal"].append(_ideal(stage, sizes.jobs, sizes.seconds))
        stage.forget_requests()
        marks = stage.play(_many_tasks(sizes.jobs, sizes.peer_jobs))
        for mark in marks:
            good([mark], mark.name)
            factor = share if mark.name == "peer" else 1.0
            wall[mark.name].append(mark.seconds * factor)
            asked[mark.name].append(len(requests_of(stage, mark)) * factor)
    stage.reset()
    how = "" if share == 1 else f", {sizes.peer_jobs} measured, times {plain(share)}"
    return [
        *_many_lines(f"{sizes.jobs} jobs of {sizes.seconds:g} s on AWX, option jobs", "jobs", wall, asked, how),
        *_many_lines("the same as one launch of type bulk", "bulk", wall, asked, how),
    ]


def _ideal(stage: Stage, jobs: int, length: float) -> float:
    """Bare POSTs of the launches in one session, and the time of one job."""
    began = time.monotonic()
    for _number in range(jobs):
        stage.api("POST", "/api/v2/job_templates/12/launch/", {})
    taken = time.monotonic() - began
    time.sleep(length + 1.0)  # so that nothing of it runs when the others begin
    return taken + length


def _many_tasks(jobs: int, peer_jobs: int) -> list[Task]:
    one = {"template": "lab-ok-simultaneous"}
    peer: dict[str, Any] = {"job_template": "lab-ok-simultaneous", "wait": True}
    bulk = {"type": "bulk", "organization": "Lab", "awx": {"name": "benchmark", "nodes": [one] * jobs}, "wait": True}
    return [
        {"name": "jobs", "unified.jobs.job_invocation": {"jobs": [one] * jobs, "wait": True}},
        {"name": "bulk", "unified.jobs.job_invocation": bulk},
        {"name": "peer", _PEER: peer, "loop": list(range(peer_jobs)), "no_log": False},
    ]


def _many_lines(
    work: str, name: str, wall: dict[str, list[float]], asked: dict[str, list[float]], how: str
) -> list[Line]:
    limits = ((f"{work}: wall", 2.0), (f"{work}: requests", 0.1), (f"{work}: wall", 0.1))
    theirs = f"{_PEER}{how}"
    lines = [ratio(4, limits[0][0], wall[name], ("the ideal", wall["ideal"]), 2.0)]
    lines.append(ratio(4, limits[1][0], asked[name], (theirs, asked["peer"]), 0.1, shown=plain))
    lines.append(ratio(4, limits[2][0], wall[name], (theirs, wall["peer"]), 0.1))
    return lines


# -- Foreman


def foreman_launch(bench: Bench) -> list[Line]:
    """Row 7."""
    stage = bench.stage
    stage.reset()
    asked: dict[str, list[float]] = defaultdict(list)
    bytes_: dict[str, list[float]] = defaultdict(list)
    for _run in range(bench.runs):
        stage.forget_requests()
        stage.forget_apidoc()
        for mark in stage.play(_foreman_tasks(stage)):
            good([mark], mark.name)
            sent = requests_of(stage, mark, "foreman")
            if [one.status for one in sent if one.method == "POST"] != [201]:
                raise Failed(f"{mark.name}: it launched nothing")
            asked[mark.name].append(len(sent))
            bytes_[mark.name].append(sum(one.size for one in sent))
    warm = (f"{_FOREMAN_PEER}, warm cache", asked["warm"])
    cold = (f"{_FOREMAN_PEER}, cold cache", bytes_["cold"])
    launch = "a Foreman launch"
    return [
        ratio(7, f"{launch}: requests", asked["checked"], warm, 1.0, shown=plain),
        ratio(7, f"{launch}, validate: false, template_id: requests", asked["by id"], warm, 0.5, shown=plain),
        ratio(7, f"{launch}, validate: false, by name: requests", asked["by name"], warm, 0.5, shown=plain),
        ratio(7, f"{launch}: bytes answered", bytes_["checked"], cold, 0.1, shown=size),
        ratio(7, f"{launch}: bytes answered", bytes_["checked"], (warm[0], bytes_["warm"]), None, shown=size),
    ]


def _foreman_tasks(stage: Stage) -> list[Task]:
    search = "name = web1.example.com"
    connection = {**stage.connection("foreman"), "token": "{{ omit }}"}  # the play's defaults are those of AWX
    ours = {**connection, "target_query": search}
    by_name, by_id = {**ours, "template": "lab-ok"}, {**ours, "template_id": 401}
    peer = {"job_template": "lab-ok", "search_query": search}
    return [
        {"name": "cold", _FOREMAN_PEER: peer},
        {"name": "warm", _FOREMAN_PEER: peer},
        {"name": "checked", "unified.jobs.job_invocation": by_name},
        {"name": "by name", "unified.jobs.job_invocation": {**by_name, "validate": False}},
        {"name": "by id", "unified.jobs.job_invocation": {**by_id, "validate": False}},
    ]
