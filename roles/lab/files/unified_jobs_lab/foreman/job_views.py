# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading job invocations: index, show, their hosts and template invocations (contract 1.1, 1.2, 1.7)."""

from __future__ import annotations

from .host_fields import HOST_FIELDS
from .job_fields import job_fields
from .lists import listing
from .matching import Field, Fields
from .records import Host, HostRun, Invocation
from .reply import Reply, Row, crash, not_found
from .router import Call
from .rows import base_row, full_row, job_status


def find_job(call: Call) -> Invocation:
    """The invocation in the path, if the caller may see it."""
    wanted = call.args["id"]
    for one in call.store.visible_invocations(call.user):
        if str(one.id) == wanted:
            return one
    raise not_found("job_invocation", wanted)


def index(call: Call) -> Reply:
    """GET job_invocations."""
    jobs = call.store.visible_invocations(call.user)
    return listing(call, jobs, job_fields(call), lambda made: base_row(call, made))


def show(call: Call) -> Reply:
    """GET job_invocations/:id. Before 16.7 host_status has to be the very text "true"."""
    made = find_job(call)
    if made.task is None and call.server.has(15):
        raise crash()  # it needs the task
    if call.server.has(16, 7):
        return Reply(full_row(call, made, statuses=call.flag("host_status"), hosts=call.flag("include_hosts", True)))
    return Reply(full_row(call, made, statuses=call.param("host_status") == "true"))


def targeted(call: Call, made: Invocation) -> list[Host]:
    """The hosts of a job that the caller may see, by name."""
    return [host for host in call.store.visible_hosts(call.user) if host.id in (made.targeting.hosts or ())]


def _result(made: Invocation) -> Fields:
    words = {"success": "success", "error": "failed", "warning": "failed", "cancelled": "cancelled"}

    def read(host: Host) -> str:
        run = made.runs.get(host.id)
        return words.get(run.task.result, "pending") if run else "pending"

    field = Field(read, "words", words=("success", "failed", "pending", "cancelled"))
    return {**HOST_FIELDS, "job_invocation.result": field}


def hosts(call: Call) -> Reply:
    """GET job_invocations/:id/hosts, from 14.1 on. `awaiting` filters after paging."""
    made = find_job(call)
    reply = listing(call, targeted(call, made), _result(made), lambda host: _host_row(made, host), all_is_none=True)
    if call.param("awaiting") is not None:
        rows = reply.body["results"]
        reply.body["results"] = [row for row in rows if row["job_status"] == "N/A"]
    return reply


def _host_row(made: Invocation, host: Host) -> Row:
    return {
        "name": host.name,
        "id": host.id,
        "operatingsystem_id": host.os[0],
        "operatingsystem_name": host.os[1],
        "hostgroup_id": host.hostgroup[0] if host.hostgroup else None,
        "hostgroup_name": host.hostgroup[1] if host.hostgroup else None,
        "job_status": job_status(made, host.id),
        "smart_proxy_id": 1 if host.id in made.runs else None,
        "smart_proxy_name": "foreman.example.com" if host.id in made.runs else None,
    }


_RUN_FIELDS = {
    "id": Field(lambda run: run.number, "number"),
    "host_id": Field(lambda run: run.host.id, "number"),
    "host": Field(lambda run: run.host.name, default=True),
}


def template_invocations(call: Call) -> Reply:
    """GET job_invocations/:id/template_invocations."""
    made = find_job(call)
    runs = [made.runs[host.id] for host in targeted(call, made) if host.id in made.runs]

    def row(run: HostRun) -> Row:
        return {
            "id": run.number,
            "template_id": made.template.id,
            "job_invocation_id": made.id,
            "effective_user": made.details.effective_user,
            "host_id": run.host.id,
            "run_host_job_task_id": run.task.id,
            "host_name": run.host.name,
        }

    return listing(call, runs, _RUN_FIELDS, row, all_is_none=True)
