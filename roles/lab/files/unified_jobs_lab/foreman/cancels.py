# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cancel (contract 1.8; recordings cancel_*)."""

from __future__ import annotations

from .host_fields import HOST_FIELDS
from .job_views import find_job, targeted
from .lists import found
from .records import Invocation
from .reply import ApiError, Reply, bare, crash, refused
from .router import Call

_REFUSED = "The job could not be cancelled."


def cancel(call: Call) -> Reply:
    """POST job_invocations/:id/cancel. Before 16.1 a search is not even looked at: the whole job goes."""
    made = find_job(call)
    if made.task is None:
        raise crash()
    search = call.param("search")
    if search not in (None, "") and call.server.has(16, 1):
        return _some(call, made, str(search))
    player = call.foreman.player
    if not player.cancellable(made):
        raise bare(422, _REFUSED)
    done = player.cancel(made, force=call.truthy("force"))
    return Reply({"cancelled": done, "id": made.id})


def _some(call: Call, made: Invocation, search: str) -> Reply:
    try:
        hosts = found(call, targeted(call, made), HOST_FIELDS, search)
    except ApiError as error:
        raise refused(422, error.reply.body["error"]["message"]) from error
    player = call.foreman.player
    if made.state != "running":
        raise refused(422, _REFUSED)
    runs = [made.runs[host.id] for host in hosts if host.id in made.runs]
    going = [run for run in runs if run.pending]
    for run in going:
        player.cancel_run(made, run, force=call.truthy("force"))
    skipped = [run.task.id for run in runs if run not in going]
    return Reply({"total": len(runs), "cancelled": [run.task.id for run in going], "skipped": skipped})
