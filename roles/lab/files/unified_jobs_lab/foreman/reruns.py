# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running again (contract 1.9; recordings rerun_*)."""

from __future__ import annotations

from dataclasses import replace

from .create import effective_user
from .job_views import find_job
from .records import Invocation, Targeting
from .reply import ApiError, Reply, bad_search
from .router import Call
from .rows import raw_record
from .scoped import BadSearch


def rerun(call: Call) -> Reply:
    """POST job_invocations/:id/rerun: always at once, as the caller, answered with the bare record."""
    old = find_job(call)
    if old.template.id not in call.foreman.engine.templates:
        message = f"Could not rerun job {old.id} because its template could not be found"
        raise ApiError(404, {"error": message})
    targeting = _targeting(call, old)
    wanted = old.details.effective_user
    details = replace(old.details, effective_user=effective_user(old.template, call.user.login, wanted))
    context = {"organization": call.organization, "location": call.location}
    made = call.foreman.player.make(old.template, targeting, details, old.description, **context)
    made.job.hosts = call.store.host_names(targeting.hosts or [])
    try:
        call.foreman.player.plan(made)
    except BadSearch as error:
        raise bad_search(str(error)) from error
    return Reply(raw_record(call, made), 201)


def _wanted(call: Call, old: Invocation) -> list[int] | None:
    """The hosts that were asked for; None for all."""
    given = call.param("host_ids")
    hosts = old.targeting.hosts or []
    if isinstance(given, list):
        return [int(one) for one in given if str(one).isdigit()]
    fine = [number for number in hosts if number in old.runs and old.runs[number].task.result == "success"]
    if call.truthy("failed_only"):
        return [number for number in hosts if number not in fine]
    if call.truthy("succeeded_only") and call.server.has(13, 2):
        return fine
    return None


def _targeting(call: Call, old: Invocation) -> Targeting:
    before = old.targeting
    number = next(call.store.targeting_ids)
    wanted = _wanted(call, old)
    query, bookmark = before.query, before.bookmark
    if wanted is not None:
        query, bookmark = f"name ^ ({','.join(call.store.host_names(wanted))})", None
    hosts = None
    if before.static and (wanted is None or call.foreman.options.failed_only_widens):
        hosts = list(before.hosts or [])  # all of the old ones, whatever the query says
    return Targeting(number, before.kind, query, bookmark, call.user, before.randomized, hosts)
