# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection theforeman.foreman uses the lab: it builds its requests from the server's description of its API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from unified_jobs_lab import Lab

_SPEED = 8
_TASKS = """
    - theforeman.foreman.job_invocation:
        search_query: name ^ (web1.example.com,web2.example.com)
        job_template: Run Command - Script Default
        command: uptime
        ssh: {effective_user: deploy}
        execution_timeout_interval: 60
        concurrency_control: {concurrency_level: 1}
        description_format: "Ask %{command}"
      register: out_launch
    - theforeman.foreman.job_invocation:
        bookmark: web servers
        job_template: lab-inputs
        inputs: {must: "1", choice: two}
        targeting_type: dynamic_query
        randomized_ordering: true
      register: out_bookmark
    - theforeman.foreman.job_invocation:
        search_query: name ~ web
        job_template: lab-ok
        recurrence: {cron_line: "30 2 * * *", max_iteration: 3, purpose: nightly}
      register: out_recurring
    - theforeman.foreman.job_invocation:
        search_query: name ~ web
        job_template: lab-ok
        scheduling: {start_at: "2099-01-01 00:00:00"}
      register: out_later
    - theforeman.foreman.job_invocation: {search_query: name ~ web, job_template: lab-inputs}
      register: out_rejected
      ignore_errors: true
    - theforeman.foreman.job_invocation: {search_query: name ~ web, job_template: no such template}
      register: out_missing
      ignore_errors: true
    - theforeman.foreman.resource_info:
        resource: job_invocations
        search: id = {{ out_launch.entity.job_invocations[0].id }}
      register: out_job
      until: out_job.resources[0].status_label not in ("queued", "running")
      retries: 300
      delay: 0.2
    - theforeman.foreman.resource_info: {resource: job_invocations, full_details: true, params: {per_page: 2}}
      register: out_jobs
    - theforeman.foreman.resource_info: {resource: job_templates, search: name ~ lab-}
      register: out_templates
    - theforeman.foreman.resource_info: {resource: hosts, params: {id: web1.example.com}}
      register: out_host
    - theforeman.foreman.resource_info: {resource: foo}
      register: out_foo
      ignore_errors: true
"""


class Played(NamedTuple):
    """A playbook's run: how it ended, what it left, what it asked, and the server's jobs."""

    answer: Any
    out: Any
    requests: list[Any]
    jobs: Any

    def sent(self, method: str, part: str) -> list[Any]:
        """The requests of a method whose path has this part."""
        return [one for one in self.requests if one.method == method and part in one.path]

    def job(self, name: str) -> Any:
        """What the module returned of the job that it launched."""
        return self.out[name]["entity"]["job_invocations"][0]


@pytest.fixture(scope="module")
def foreman() -> Iterator[Lab]:
    """A simulated Foreman with TLS."""
    with Lab(platforms=("foreman",), tls=True, speed=_SPEED) as started:
        yield started


@pytest.fixture(scope="module")
def played(clients: Any, foreman: Lab) -> Played:
    """The playbook, once for all tests here."""
    assert foreman.ca_file
    login = {
        "FOREMAN_SERVER_URL": foreman.url("foreman"),
        "FOREMAN_USERNAME": foreman.username,
        "FOREMAN_PASSWORD": foreman.password,
        "SSL_CERT_FILE": foreman.ca_file,
        "REQUESTS_CA_BUNDLE": foreman.ca_file,
    }
    answer, out = clients.play("foreman", _TASKS, **login)
    assert out, answer.told()
    return Played(answer, out, foreman.requests(), dict(foreman.engine.jobs))


def test_it_ends_well(played: Played) -> None:
    """No task failed but those that have to; all log in with name and password."""
    assert played.answer.status == 0, played.answer.told()
    used = {one.headers.get("Authorization") for one in played.requests if "/api/job" in one.path}
    assert used == {"Basic ********"}


def test_description(played: Played) -> None:
    """The description of the API is read once, and is the same for as long as the client's copy is good."""
    assert [one.path for one in played.requests if "apidoc" in one.path] == ["/apidoc/v2.json"]
    assert "Existing resources: bookmarks, foreman_tasks, hosts, job_invocations" in played.out["foo"]["msg"]
    # each task asks who is there, and is told the same checksum
    assert len(played.sent("GET", "/api/status")) >= 11


def test_job_invocation(played: Played) -> None:
    """What is given arrives as the page says, the template's name as its id."""
    sent, made = played.sent("POST", "/api/job_invocations")[0], played.job("launch")
    assert (sent.status, made["description"], made["effective_user"]) == (201, "Ask uptime", "deploy")
    assert sent.body["job_invocation"] == {
        "job_template_id": 189,
        "targeting_type": "static_query",
        "search_query": "name ^ (web1.example.com,web2.example.com)",
        "inputs": {"command": "uptime"},
        "ssh": {"effective_user": "deploy"},
        "concurrency_control": {"concurrency_level": 1},
        "execution_timeout_interval": 60,
        "description_format": "Ask %{command}",
    }
    (shown,) = played.out["job"]["resources"]
    assert (shown["id"], shown["status_label"], shown["succeeded"], shown["total"]) == (made["id"], "succeeded", 2, 2)
    assert played.jobs[made["id"]].hosts == ["web1.example.com", "web2.example.com"]


def test_bookmark(played: Played) -> None:
    """A bookmark decides on the hosts, at the start."""
    targeting = played.job("bookmark")["targeting"]
    assert (targeting["bookmark_name"], targeting["search_query"]) == ("web servers", "hostgroup = web")
    assert (targeting["targeting_type"], targeting["randomized_ordering"]) == ("dynamic_query", True)


def test_later_and_again(played: Played) -> None:
    """A recurring job and one for later."""
    recurring, later = played.job("recurring"), played.job("later")
    assert (recurring["mode"], later["mode"]) == ("recurring", "future")
    assert {recurring["dynflow_task"]["state"], later["dynflow_task"]["state"]} == {"scheduled"}
    shown = {name: recurring["recurrence"][name] for name in ("cron_line", "max_iteration", "purpose", "state")}
    assert shown == {"cron_line": "30 2 * * *", "max_iteration": 3, "purpose": "nightly", "state": "active"}
    assert later["scheduling"]["start_at"] == "2099-01-01 00:00:00 UTC"


def test_refusals(played: Played) -> None:
    """An input that is missing is the server's to refuse; a template that is not there, the client's."""
    rejected, missing = played.out["rejected"], played.out["missing"]
    assert rejected["failed"] and "500 Server Error" in rejected["msg"]
    assert "Not all required inputs have values. Missing inputs: must" in rejected["msg"]
    assert missing["failed"] and "no such template" in missing["msg"]
    assert [one.status for one in played.sent("POST", "")] == [201, 201, 201, 201, 500]


def test_resource_info(played: Played) -> None:
    """Lists, details, searches and one by its name."""
    rows = played.out["jobs"]["resources"]
    assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True) and len(rows) == 2
    assert all("targeting" in row and "template_id" in row for row in rows)
    names = {row["name"] for row in played.out["templates"]["resources"]}
    assert {"lab-ok", "lab-partial", "lab-hang"} <= names and all("lab-" in name for name in names)
    assert [row["name"] for row in played.out["host"]["resources"]] == ["web1.example.com"]
