# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorded requests to Foreman, asked again in the lab's own words: ids, hosts and templates are the lab's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests
from foreman_client import ForemanClient

Answer = requests.Response
Scene = Callable[[ForemanClient, dict[str, Any]], Answer]

_EVERY_HOUR = {"recurrence": {"cron_line": "5 * * * *"}}
_DONE = 5.0


def _body(recording: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The recorded launch with other ids; None takes a key out. Names that the server ignores stay."""
    given = {**recording["request"]["body"]["job_invocation"], **changes}
    return {"job_invocation": {key: value for key, value in given.items() if value is not None}}


def index(api: ForemanClient, recording: dict[str, Any]) -> Answer:
    """A finished job and one that was never planned."""
    api.launch(401, wait=_DONE)
    api.server.orphan(api.launch(401, wait=_DONE))
    return api("GET", "job_invocations", params=recording["request"]["query"])


def show(api: ForemanClient, _recording: dict[str, Any]) -> Answer:
    """A finished job, before it had any template invocation, as in the server's own tests."""
    number = api.launch(401, "name = web1.example.com", top_organization_id=None)
    return api("GET", f"job_invocations/{number}")


def create(api: ForemanClient, recording: dict[str, Any]) -> Answer:
    """A launch at once."""
    given = recording["request"]["body"]["job_invocation"]
    changes: dict[str, Any] = {"search_query": "web1"} if "search_query" in given else {}
    if "feature" in given:
        changes = {"feature": "restart_service", "host_ids": ["web1.example.com"]}
    elif "inputs" in given:
        changes["job_template_id"] = 189
    else:
        changes["job_template_id"] = 401
    return api("POST", "job_invocations", json=_body(recording, **changes))


def create_by_bookmark(api: ForemanClient, recording: dict[str, Any]) -> Answer:
    """A recurring launch on a bookmark."""
    return api("POST", "job_invocations", json=_body(recording, job_template_id=233, bookmark_id=10))


def create_no_hosts(api: ForemanClient, recording: dict[str, Any]) -> Answer:
    """A launch that matches nothing."""
    return api("POST", "job_invocations", json=_body(recording, job_template_id=189, search_query="name = 'test'"))


def create_future(api: ForemanClient, recording: dict[str, Any]) -> Answer:
    """A launch for the day after."""
    start_at = "2199-05-23 19:42:36 +0000"
    body = _body(recording, job_template_id=401, scheduling={"start_at": start_at})
    return api("POST", "job_invocations", json=body)


def create_wrong(api: ForemanClient, recording: dict[str, Any]) -> Answer:
    """A launch that validation refuses."""
    return api("POST", "job_invocations", json=_body(recording, job_template_id=401))


def unknown_job(api: ForemanClient, recording: dict[str, Any]) -> Answer:
    """The recorded path itself: there is no such job."""
    return api("GET", recording["request"]["path"])


def unknown_host(api: ForemanClient, recording: dict[str, Any]) -> Answer:
    """A host that the job is not for."""
    number = api.launch(401, wait=_DONE)
    return api("GET", f"job_invocations/{number}/hosts/{recording['request']['path'].rpartition('/')[2]}")


def scheduled_output(api: ForemanClient, recording: dict[str, Any]) -> Answer:
    """The output of a job that has not begun."""
    number = api.launch(401, scheduling={"start_at": "2199-01-01 10:00"})
    raw = "/raw" if recording["request"]["path"].endswith("/raw") else ""
    return api("GET", f"job_invocations/{number}/hosts/11{raw}")


def output(api: ForemanClient, recording: dict[str, Any]) -> Answer:
    """The output of a host; empty ones are those of a job that could not begin, some jobs are still to begin."""
    body, raw = recording["response"]["body"], recording["request"]["path"].endswith("/raw")
    if body.get("delayed"):
        return scheduled_output(api, recording)
    number = api.launch(401 if body["output"] else 415, wait=_DONE)
    return api("GET", f"job_invocations/{number}/hosts/11{'/raw' if raw else ''}")


def outputs(api: ForemanClient, recording: dict[str, Any]) -> Answer:
    """The output of one host, or of none."""
    request = recording["request"]
    number = api.launch(
        415, "name = web1.example.com" if recording["response"]["body"]["outputs"] else "nobody", wait=_DONE
    )
    if request["method"] == "GET":
        return api("GET", f"job_invocations/{number}/outputs", params=request["query"])
    return api("POST", f"job_invocations/{number}/outputs", json={**request["body"], "search_query": "id = 11"})


def template_invocations(api: ForemanClient, _recording: dict[str, Any]) -> Answer:
    """Those of a finished job."""
    return api("GET", f"job_invocations/{api.launch(401, 'web1', wait=_DONE)}/template_invocations")


def cancel(api: ForemanClient, recording: dict[str, Any]) -> Answer:
    """A running job, or one that is over."""
    over = recording["response"]["status"] == 422
    number = api.launch(401 if over else 405, wait=_DONE)
    return api("POST", f"job_invocations/{number}/cancel", json=recording["request"]["body"])


def rerun(api: ForemanClient, recording: dict[str, Any]) -> Answer:
    """A finished job once more; its template may be gone."""
    number = api.launch(403, wait=_DONE)
    if recording["response"]["status"] == 404:
        del api.server.engine.templates[403]
    return api("POST", f"job_invocations/{number}/rerun", json=recording["request"]["body"])


def plain(path: str, **query: Any) -> Scene:
    """A request that needs no state; the recorded query unless another is given."""

    def scene(api: ForemanClient, recording: dict[str, Any]) -> Answer:
        return api("GET", path, params=query or recording["request"]["query"])

    return scene


def not_logged_in(api: ForemanClient, recording: dict[str, Any]) -> Answer:
    """The recorded path, without credentials."""
    return api.as_user(None)("GET", recording["request"]["path"])


def not_permitted(api: ForemanClient, _recording: dict[str, Any]) -> Answer:
    """A list that somebody may not read."""
    return api.as_user("nobody")("GET", "job_templates")


def task(template: int, seconds: float) -> Scene:
    """The task of a job, some time after its start."""

    def scene(api: ForemanClient, _recording: dict[str, Any]) -> Answer:
        number = api.create(template)["task"]["id"]
        api.lab.advance(seconds)
        return api("GET", f"/foreman_tasks/api/tasks/{number}")

    return scene


def tasks(search: str) -> Scene:
    """A list of tasks while a job runs."""

    def scene(api: ForemanClient, recording: dict[str, Any]) -> Answer:
        api.launch(405, wait=1.0)
        return api("GET", "/foreman_tasks/api/tasks", params={**recording["request"]["query"], "search": search})

    return scene
