# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts what is scheduled when it is due (contract 1.8, scheduling)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .dates import shown
from .launch import Launcher
from .records import Schedule
from .reply import ApiError, Row, forbidden

if TYPE_CHECKING:
    from .app import Puppet


class Scheduler:
    """Moves the scheduled jobs of a server by the engine's clock."""

    def __init__(self, puppet: Puppet) -> None:
        self.puppet = puppet
        self.launcher = Launcher(puppet)

    def check(self, schedule: Schedule) -> None:
        """Refuse what could not start now, as the command would."""
        if schedule.kind == "deploy":
            if not schedule.owner.may_deploy():
                raise forbidden("POST", "/orchestrator/v1/command/deploy", "Permission denied: puppet_agent:run:*")
            self.launcher.deploy(schedule.owner, schedule.body)
        elif schedule.kind == "task":
            self.launcher.task(schedule.owner, schedule.body)
        else:
            self.launcher.plan(schedule.owner, schedule.body, schedule.typed)

    def arm(self, schedule: Schedule) -> None:
        """Wait for the next run; an edit or a disabling in between takes it back."""
        schedule.version += 1
        if not schedule.enabled or schedule.next_run is None:
            schedule.next_run = None
            return
        engine, version = self.puppet.engine, schedule.version
        # a date is a date, whatever the speed
        seconds = max(0.0, schedule.next_run - engine.now) * engine.speed
        engine.after(seconds, lambda: self._due(schedule, version))

    def _due(self, schedule: Schedule, version: int) -> None:
        if schedule.version != version or self.puppet.store.schedules.get(schedule.id) is not schedule:
            return
        now = self.puppet.engine.now
        schedule.runs += 1
        try:
            job = self._submit(schedule)
        except ApiError as error:
            job = {"submission_error": error.reply.body, "name": schedule.runs}
        schedule.last_run = {"time": shown(now), "job": job}
        if schedule.interval is None:
            schedule.next_run = None
        else:
            schedule.next_run = (schedule.next_run or now) + float(schedule.interval["value"])
        self.arm(schedule)

    def _submit(self, schedule: Schedule) -> Row:
        """Start it; the name of a job is a number here (recording 131)."""
        link = f"{self.puppet.options.link_base}/orchestrator/v1"
        if schedule.kind == "plan":
            made = self.launcher.plan(schedule.owner, schedule.body, schedule.typed, schedule.id)
            number = self.launcher.begin_plan(made).id
            return {"id": f"{link}/plan_jobs/{number}", "name": number}
        if schedule.kind == "task":
            ask = self.launcher.task(schedule.owner, schedule.body, schedule.id)
        else:
            ask = self.launcher.deploy(schedule.owner, schedule.body)
        number = self.launcher.begin(ask).id
        return {"id": f"{link}/jobs/{number}", "name": number}
