# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection awx.awx uses the lab: one playbook with a token, one with a password."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import pytest

_WITH_TOKEN = """
    - awx.awx.job_launch:
        job_template: lab-prompts
        inventory: lab-inventory-2
        credentials: [lab-machine]
        limit: other1
        extra_vars: {release: 3, nested: {deep: [1, 2]}}
        wait: true
        interval: 0.2
      register: out_launch
    - awx.awx.job_launch: {job_template: lab-fail, organization: Lab, wait: true, interval: 0.2}
      register: out_fail
      ignore_errors: true
    - awx.awx.job_launch: {job_template: lab-noprompt, limit: host1}
      register: out_unprompted
      ignore_errors: true
    - awx.awx.job_launch: {job_template: lab-ok}
      register: out_start
    - awx.awx.job_wait: {job_id: "{{ out_start.id }}", interval: 0.2}
      register: out_wait
    - awx.awx.job_launch: {job_template: lab-hang}
      register: out_hang
    - awx.awx.job_wait: {job_id: "{{ out_hang.id }}", interval: 0.2, timeout: 1}
      register: out_wait_hang
      ignore_errors: true
    - awx.awx.job_cancel: {job_id: "{{ out_hang.id }}", fail_if_not_running: true}
      register: out_cancel
    - awx.awx.job_cancel: {job_id: "{{ out_start.id }}"}
      register: out_cancel_done
    - awx.awx.job_list: {status: successful, all_pages: true, query: {page_size: 1, id__gte: "{{ out_launch.id }}"}}
      register: out_list
    - awx.awx.workflow_launch: {workflow_template: lab-wf-ok, organization: Lab, wait: true, interval: 0.2}
      register: out_workflow
    - awx.awx.ad_hoc_command:
        inventory: lab-inventory
        credential: lab-machine
        module_name: command
        module_args: uptime
        limit: host1
      register: out_ad_hoc
    - awx.awx.ad_hoc_command_wait: {command_id: "{{ out_ad_hoc.id }}", interval: 0.2}
      register: out_ad_hoc_wait
    - awx.awx.project_update: {project: lab-git, organization: Lab, wait: true, interval: 0.2}
      register: out_project
    - awx.awx.inventory_source_update:
        name: lab-src-ok
        inventory: lab-inventory-sourced
        organization: Lab
        wait: true
        interval: 0.2
      register: out_source
    - awx.awx.bulk_job_launch:
        name: many
        organization: Lab
        jobs: [{unified_job_template: 11}, {unified_job_template: 12, limit: host1}]
        wait: true
        interval: 0.2
      register: out_bulk
    - awx.awx.workflow_launch: {workflow_template: lab-wf-mixed, wait: false}
      register: out_gated
    - awx.awx.workflow_node_wait:
        workflow_job_id: "{{ out_gated.id }}"
        name: lab-ok-simultaneous
        timeout: 600
      register: out_node
    - awx.awx.workflow_approval:
        workflow_job_id: "{{ out_gated.id }}"
        name: approve lab
        action: approve
        timeout: 600
      register: out_approval
      ignore_errors: true
    - ansible.builtin.set_fact:
        out_all: "{{ query('awx.awx.controller_api', 'job_templates', return_all=true, query_params=sorted_pages) }}"
        out_one: "{{ query('awx.awx.controller_api', 'jobs', expect_one=true, query_params={'id': out_launch.id}) }}"
        out_nodes: "{{ query('awx.awx.controller_api', 'workflow_jobs/' ~ out_workflow.id ~ '/workflow_nodes') }}"
      vars:
        sorted_pages: {page_size: 7, order_by: id}
    - ansible.builtin.set_fact:
        out_none: "{{ query('awx.awx.controller_api', 'jobs', expect_one=true, query_params={'id': 999999}) }}"
      register: out_not_one
      ignore_errors: true
"""
_WITH_PASSWORD = """
    - awx.awx.job_launch: {job_template: lab-ok, wait: true, interval: 0.2}
      register: out_launch
    - ansible.builtin.set_fact:
        out_one: "{{ query('awx.awx.controller_api', 'jobs', expect_one=true, query_params={'id': out_launch.id}) }}"
"""


class Played(NamedTuple):
    """A playbook's run: how it ended, what it left, and the server's jobs afterwards."""

    answer: Any
    out: Any
    jobs: Any


@pytest.fixture(scope="module")
def played(clients: Any, lab: Any) -> Played:
    """The playbook with a token, once for all tests here."""
    answer, out = clients.play("token", _WITH_TOKEN, CONTROLLER_OAUTH_TOKEN=lab.token)
    assert out, answer.told()
    return Played(answer, out, dict(lab.engine.jobs))


def test_it_ends_well(played: Played) -> None:
    """No task failed but those that have to."""
    assert played.answer.status == 0, played.answer.told()
    used = {request.headers.get("Authorization") for request in played.answer.requests}
    assert used == {"Bearer ********"}


def test_job_launch(played: Played) -> None:
    """Names of related objects are found, prompts arrive, the wait ends with the status."""
    launched = played.out["launch"]
    assert (launched["changed"], launched["status"]) == (True, "successful")
    job = played.jobs[launched["id"]]
    assert (job.name, job.status, job.hosts) == ("lab-prompts", "successful", ["other1"])
    sent = next(request for request in played.answer.sent("POST", "/launch/"))
    variables = {"release": 3, "nested": {"deep": [1, 2]}}
    assert sent.body == {"inventory": 3, "limit": "other1", "credentials": [3], "extra_vars": variables}
    assert sent.status == 201


def test_job_launch_failure(played: Played) -> None:
    """A failed job fails the task, with the whole job in its result."""
    failed = played.out["fail"]
    assert failed["failed"] and "lab-fail" in failed["msg"]
    assert failed["job_data"]["status"] == "failed" and failed["job_data"]["host_status_counts"] == {"failures": 5}


def test_job_launch_without_the_prompt(played: Played) -> None:
    """The template's flags, as the lab shows them, keep the module from launching."""
    assert "limit" in str(played.out["unprompted"]["errors"])
    assert not played.answer.sent("POST", "/job_templates/13/")


def test_job_wait(played: Played) -> None:
    """One that ends, and one that does not."""
    done, hanging = played.out["wait"], played.out["wait_hang"]
    assert (done["status"], done["id"]) == ("successful", played.out["start"]["id"])
    assert done["elapsed"] > 0 and done["started"] < done["finished"]
    assert hanging["failed"] and hanging["status"] == "running" and "timeout" in hanging["msg"]


def test_job_cancel(played: Played) -> None:
    """A running job is canceled; a finished one is left alone."""
    assert played.out["cancel"]["changed"] and not played.out["cancel_done"]["changed"]
    assert played.jobs[played.out["hang"]["id"]].status == "canceled"
    assert [request.status for request in played.answer.sent("POST", "/cancel/")] == [202]


def test_job_list(played: Played) -> None:
    """All pages, of the status that was asked for."""
    found = played.out["list"]
    expected = {played.out["launch"]["id"], played.out["start"]["id"]}
    assert {row["id"] for row in found["results"]} == expected and found["count"] == len(expected)
    assert {row["status"] for row in found["results"]} == {"successful"}


def test_workflow_launch(played: Played) -> None:
    """A workflow, waited for; its nodes by the lookup."""
    launched = played.out["workflow"]
    assert (launched["status"], launched["job_info"]["id"]) == ("successful", launched["id"])
    shown = {row["identifier"]: row["summary_fields"].get("job", {}).get("status") for row in played.out["nodes"]}
    assert shown == {"art": "successful", "ok": "successful", "never": None}


def test_ad_hoc_command(played: Played) -> None:
    """A command on one host."""
    assert played.out["ad_hoc"]["status"] == "new" and played.out["ad_hoc"]["changed"]
    assert played.out["ad_hoc_wait"]["status"] == "successful"
    assert played.jobs[played.out["ad_hoc"]["id"]].hosts == ["host1"]


def test_updates(played: Played) -> None:
    """A project and an inventory source."""
    for name, kind in (("project", "project_update"), ("source", "inventory_update")):
        assert played.out[name]["status"] == "successful"
        assert played.jobs[played.out[name]["id"]].kind == kind


def test_bulk_job_launch(played: Played) -> None:
    """Several jobs at once are a workflow job."""
    bulk = played.out["bulk"]
    assert bulk["status"] == "successful" and bulk["job_info"]["name"] == "many"
    assert played.jobs[bulk["job_info"]["id"]].kind == "workflow_job"
    children = [job for job in played.jobs.values() if job.parent is played.jobs[bulk["id"]]]
    assert [(job.name, len(job.hosts)) for job in children] == [("lab-ok", 5), ("lab-ok-simultaneous", 1)]


def test_workflow_nodes_and_approvals(played: Played) -> None:
    """One node is waited for, and one waits for a decision."""
    assert played.out["node"]["job_data"]["status"] == "successful"
    assert played.out["approval"]["changed"], played.out["approval"]
    gate = next(job for job in played.jobs.values() if job.kind == "workflow_approval")
    assert gate.status == "successful"


def test_lookup(played: Played) -> None:
    """The controller_api lookup turns pages, and counts what it finds."""
    ids = [row["id"] for row in played.out["all"]]
    assert len(ids) > 21 and ids == sorted(set(ids)) and {7, 11, 47, 84} <= set(ids)
    pages = [r for r in played.answer.sent("GET", "/api/v2/job_templates/") if r.query.get("page_size") == ["7"]]
    assert len(pages) == -(-len(ids) // 7)
    assert [row["limit"] for row in played.out["one"]] == ["other1"]
    assert played.out["not_one"]["failed"] and "none" not in played.out


def test_password(clients: Any, lab: Any) -> None:
    """A name and a password: each task makes a token of its own, and the modules delete theirs."""
    before = len(lab.requests())
    login = {"CONTROLLER_USERNAME": lab.username, "CONTROLLER_PASSWORD": lab.password}
    answer, out = clients.play("password", _WITH_PASSWORD, **login)
    assert answer.status == 0 and out["launch"]["status"] == "successful", answer.told()
    made, deleted = answer.sent("POST", "/tokens/"), answer.sent("DELETE", "/tokens/")
    assert [request.status for request in made] == [201, 201], "the module's and the lookup's"
    assert [request.status for request in deleted] == [204], "the lookup never deletes its token"
    assert {request.headers["Authorization"] for request in (*made, *deleted)} == {"Basic ********"}
    others = [request for request in lab.requests()[before:] if "/tokens/" not in request.path]
    assert {request.headers["Authorization"] for request in others} == {"Bearer ********"}


def test_certificates(clients: Any, lab: Any) -> None:
    """Without the lab's authority nothing is sent; unless certificates do not matter."""
    ask = ("ansible", "localhost", "-m", "awx.awx.job_list", "-e", f"ansible_python_interpreter={sys.executable}", "-a")
    login = {"CONTROLLER_OAUTH_TOKEN": lab.token}
    refused = clients.run(*ask, "validate_certs=true", env=clients.environment(trust=False, **login))
    assert refused.status and "certificate" in refused.output.lower() and not refused.requests, refused.told()
    allowed = clients.run(*ask, "validate_certs=false", env=clients.environment(trust=False, **login))
    assert allowed.status == 0 and allowed.sent("GET", "/jobs/"), allowed.told()
