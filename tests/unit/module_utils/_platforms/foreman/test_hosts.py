# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a job fared on its hosts: Foreman contract 1.7."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import ForbiddenError, ResourceMissingError
from ansible_collections.unified.jobs.plugins.module_utils._types import Job

WEB = {"target_query": "name ~ web"}
HOSTS = "/api/job_invocations/7/hosts"


def job(status: str = "running") -> Job:
    return Job(
        "foreman",
        "job_invocation",
        "7",
        status=status,
        details={"task": {"id": "a"}},
        template={"id": "9", "name": "T"},
    )


@pytest.mark.case("foreman-41")
@pytest.mark.parametrize(
    ("word", "status", "ours"),
    [
        ("success", "running", "ok"),
        ("error", "running", "failed"),
        ("running", "running", "running"),
        ("planned", "running", "pending"),
        ("pending", "running", "pending"),
        ("cancelled", "canceled", "canceled"),
        ("N/A", "running", "pending"),
        ("N/A", "failed", "canceled"),
        ("N/A", "error", "canceled"),
        ("melted", "running", "unknown"),
        (None, "running", "unknown"),
    ],
)
def test_words(played: Any, word: Any, status: str, ours: str) -> None:
    """Contract 1.7: N/A is "not started yet", or "never started" once the job has stopped."""
    row = {"id": 1, "name": "h", "job_status": word}
    platform = played({HOSTS: {"results": [row], "subtotal": 1}, "/api/job_invocations/7/outputs": {"outputs": []}})
    (host,) = platform.iter_hosts(job(status))
    assert (host.name, host.status, host.native_status, host.exit_code) == ("h", ours, word, None)
    never = word == "N/A" and ours == "canceled"
    assert host.message == ("It was never started." if never else "")


def test_a_paused_job_may_still_come_to_a_host(played: Any) -> None:
    """It is finished for us, but who resumes it lets the rest run."""
    row = {"id": 1, "name": "h", "job_status": "N/A"}
    platform = played({HOSTS: {"results": [row], "subtotal": 1}, "/api/job_invocations/7/outputs": {"outputs": []}})
    one = job("error")
    one.details["task"]["state"] = "paused"
    (found,) = platform.iter_hosts(one)
    assert (found.status, found.message) == ("pending", "")


def test_more_failed_hosts_than_are_explained(played: Any) -> None:
    """The others said nothing, as if they had printed nothing."""
    rows = [{"id": n, "name": f"h{n:03}", "job_status": "error"} for n in range(1, 61)]
    output = [{"id": 1, "output_type": "stdout", "output": "broken\n", "timestamp": 1.0}]

    def outputs(given: Any) -> Any:
        numbers = given["search_query"].partition("(")[2].rstrip(")").split(",")
        return {"outputs": [{"host_id": int(n), "complete": True, "output": output} for n in numbers]}

    platform = played({HOSTS: {"results": rows, "subtotal": 60}, "/api/job_invocations/7/outputs": outputs})
    messages = [host.message for host in platform.iter_hosts(job("failed"))]
    assert messages[:50] == ["broken"] * 50
    assert messages[50:] == ["What it printed was not read, as that of no more than 50 hosts is."] * 10
    one = job("failed")
    assert len(platform.get_failed_tasks(one)) == 50
    assert one.warnings == ["60 hosts failed; failed_tasks holds the first 50 of them."]


@pytest.mark.case("foreman-42")
@pytest.mark.parametrize("capped", [100, 40])
def test_paging_is_by_numbers_and_ends(played: Any, capped: int) -> None:
    """Contract 1.7: per_page=all is an empty list here; a page may be smaller than asked for."""
    rows = [{"id": number, "name": f"h{number:03}", "job_status": "success"} for number in range(250)]

    def page(params: Any) -> Any:
        assert params["per_page"] == 100
        start = (params["page"] - 1) * capped
        return {"results": rows[start : start + capped], "subtotal": 250}

    platform = played({HOSTS: page})
    assert [host.name for host in platform.iter_hosts(job())] == [row["name"] for row in rows]
    assert len(platform.client.asked) == -(-250 // capped)


@pytest.mark.case("foreman-42", "foreman-43")
def test_hidden_hosts_and_endless_pages_end(played: Any) -> None:
    row = {"id": 1, "name": "h", "job_status": "success"}
    platform = played({HOSTS: {"results": [row], "subtotal": 900}, "/api/job_invocations/7/outputs": {"outputs": []}})
    assert len(list(platform.iter_hosts(job()))) == 1


@pytest.mark.case("foreman-42")
@pytest.mark.parametrize("error", [ForbiddenError("403", status=403), ResourceMissingError("404", status=404)])
def test_without_the_list_the_detail_says_it(played: Any, error: Exception) -> None:
    """Contract, versions: the list came with 14.1, whose first release answers 403."""
    seen = []

    def show(params: Any) -> Any:
        seen.append(params)
        hosts = [{"id": 1, "name": "a", "job_status": "success"}, {"id": 2, "name": "b", "job_status": "error"}]
        return {"targeting": {"hosts": hosts}}

    table = {
        HOSTS: error,
        "/api/job_invocations/7": show,
        "/api/job_invocations/7/outputs": {"outputs": []},
        "/api/hosts": {"results": [{"id": 2, "name": "b"}], "subtotal": 1},
    }
    platform = played(table)
    assert [(host.name, host.status) for host in platform.iter_hosts(job())] == [("a", "ok"), ("b", "failed")]
    assert seen[0] == {"host_status": "true"}
    assert [host.name for host in platform.iter_hosts(job(), host_filter="name = b")] == ["b"]
    assert [host.name for host in platform.iter_hosts(job(), host_filter=["a", "x"])] == ["a"]


@pytest.mark.parametrize("generation", ["3.5", "3.12", "3.16"])
@pytest.mark.case("foreman-39", "foreman-41")
def test_results_of_the_lab(face: Any, server: Any, generation: str) -> None:
    server.options.generation = generation
    found = face("invoke", template="lab-partial", wait=True, fail_on=[], include=["hosts", "failed_tasks"], **WEB)[
        "job"
    ]
    assert [(host["name"][:4], host["status"], host["exit_code"]) for host in found["hosts"]] == [
        ("web1", "ok", 0),
        ("web2", "failed", 1),
        ("web3", "ok", 0),
        ("web4", "ok", 0),
        ("web5", "ok", 0),
    ]
    assert [(task["host"], task["message"], task["stderr"]) for task in found["failed_tasks"]] == [
        ("web2.example.com", "web2 is broken", "web2 is broken\n")
    ]


@pytest.mark.case("foreman-39")
@pytest.mark.parametrize("template", ["lab-unreachable", "lab-lost"])
def test_a_runner_that_broke_down_has_no_exit_code(face: Any, refused: Any, template: str) -> None:
    error = refused("invoke", template=template, wait=True, include=["hosts"], **WEB)
    host = error.result["job"]["hosts"][0]
    assert (host["status"], host["exit_code"]) == ("failed", None)
    assert host["message"]
    assert host["message"].split("\n")[-1][:40] in error.message


def test_of_many_hosts_only_those_that_failed_are_explained(played: Any) -> None:
    rows = [{"id": n, "name": f"h{n:03}", "job_status": "error" if n % 2 else "success"} for n in range(200)]
    printed = {"complete": True, "output": [{"output_type": "stderr", "output": "no\n", "timestamp": 1.0, "id": 1}]}

    def outputs(params: Any) -> Any:
        wanted = [int(word) for word in params["search_query"][6:-1].split(",")]
        return {"outputs": [{**printed, "host_id": number} for number in wanted]}

    def hosts(params: Any) -> Any:
        start = (params["page"] - 1) * 100
        return {"results": rows[start : start + 100], "subtotal": 200}

    platform = played({HOSTS: hosts, "/api/job_invocations/7/outputs": outputs})
    found = list(platform.iter_hosts(job("failed")))
    assert [host.message for host in found].count("no") == 50
    assert len(platform.client.asked) == 3
    assert len(platform.get_failed_tasks(job("failed"))) == 50
