# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that start and stop jobs (contract 1.8)."""

from __future__ import annotations

import re

from .job_views import find_run
from .launch import Launcher
from .plan_views import find_plan
from .reply import Reply, invalid, refused
from .router import Call


def deploy(call: Call) -> Reply:
    """POST command/deploy (recordings 024 to 038)."""
    body = call.json()
    if not call.user.may_deploy():
        raise call.forbid("Permission denied: puppet_agent:run:*")
    launcher = Launcher(call.puppet)
    return _accepted(call, launcher.begin(launcher.deploy(call.user, body)).id)


def task(call: Call) -> Reply:
    """POST command/task (recordings 039 to 047)."""
    launcher = Launcher(call.puppet)
    return _accepted(call, launcher.begin(launcher.task(call.user, call.json())).id)


def _accepted(call: Call, number: int) -> Reply:
    return Reply({"job": {"id": call.link("jobs", number), "name": str(number)}}, 202)


def plan_run(call: Call) -> Reply:
    """POST command/plan_run (recordings 048 to 050)."""
    launcher = Launcher(call.puppet)
    return Reply({"name": str(launcher.begin_plan(launcher.plan(call.user, call.json(), typed=False)).id)}, 202)


def environment_plan_run(call: Call) -> Reply:
    """POST command/environment_plan_run (recordings 051 and 052)."""
    launcher = Launcher(call.puppet)
    return Reply({"name": str(launcher.begin_plan(launcher.plan(call.user, call.json(), typed=True)).id)}, 202)


def stop(call: Call) -> Reply:
    """POST command/stop; also for what is over (recordings 053 to 057). Before 2021.7.0 force is ignored."""
    body = call.json()
    given = body.get("job")
    text = str(given)
    if not re.fullmatch(r"\d+", text, re.ASCII) or isinstance(given, bool):
        raise invalid(f"Invalid job id {text}", {"job": given})
    if int(text) not in call.puppet.engine.jobs:
        raise refused(404, "unknown-job", f"Unknown job {text}", {"job": text})
    call.args["id"] = text
    run = find_run(call)
    if not (call.user.may_deploy() or call.user.may_run_task(run.ask.template.name)):
        raise call.forbid("Permission denied: puppet_agent:run:*")
    force = bool(body.get("force")) and call.server.has(2021, 7)
    counts = run.counts()
    call.puppet.player.stop(run, force)
    nodes = run.counts() if force else counts  # a snapshot from before, unless nothing is waited for
    return Reply({"job": {"id": call.link("jobs", run.id), "name": str(run.id), "nodes": nodes}}, 202)


def stop_plan(call: Call) -> Reply:
    """POST command/stop_plan (recordings 058 to 060)."""
    given = call.json().get("plan_job")
    text = str(given)
    if not re.fullmatch(r"\d+", text, re.ASCII) or isinstance(given, bool):
        raise invalid(f"Invalid plan job id {text}", {"plan_job": given})
    if int(text) not in call.store.plan_runs:
        raise refused(404, "unknown-job", f"Unknown plan job {text}", {"plan_job": text})
    call.args["id"] = text
    plan = find_plan(call)
    if not call.user.may_run_plan(plan.template.name):
        raise call.forbid(f"Permission denied: plans:run:{plan.template.name}")
    call.puppet.plan_player.stop(plan)
    return Reply({"name": text}, 202)
