# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated AWX does beyond the recorded requests, by the contract's sections."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from lab_client import Client

from unified_jobs_lab import Lab


def _finish(lab: Lab) -> None:
    lab.advance(120)


# -- launching


def test_sliced_template_makes_a_workflow(lab: Lab, api: Client) -> None:
    """1.3.4: another type, no job key; each slice runs on its part of the hosts."""
    row = api.post("job_templates/21/launch/")
    assert (row["type"], row["is_sliced_job"], row["workflow_job"]) == ("workflow_job", True, row["id"])
    assert "job" not in row
    _finish(lab)
    nodes = api.get(f"workflow_jobs/{row['id']}/workflow_nodes/", order_by="id")["results"]
    children = [api.get(f"jobs/{node['job']}/") for node in nodes]
    assert [(c["job_slice_number"], c["job_slice_count"]) for c in children] == [(1, 3), (2, 3), (3, 3)]
    assert sum(sum(c["host_status_counts"].values()) for c in children) == 5
    assert api.get(f"workflow_jobs/{row['id']}/")["status"] == "successful"


@pytest.mark.parametrize(
    ("credentials", "words"),
    [
        ([3], None),
        ([4, 6], None),
        ([], "Removing Machine credential at launch time without replacement is not supported"),
        ([6], "Provided list lacked credential(s): lab-machine."),
        ([3, 4], "Cannot assign multiple Machine credentials."),
    ],
)
def test_credentials_replace_by_kind(api: Client, credentials: list[int], words: str | None) -> None:
    """1.3.3."""
    body = {"credentials": credentials, "ssh_password": "x"}
    answer = api("POST", "job_templates/23/launch/", json=body)
    if words is None:
        assert answer.status_code == 201
        assert [c["id"] for c in answer.json()["summary_fields"]["credentials"]] == (credentials or [3])
    else:
        assert answer.status_code == 400 and words in answer.json()["credentials"][0]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("limit", None, "This field may not be null."),
        ("forks", -1, "Ensure this value is greater than or equal to 0."),
        ("forks", "many", "A valid integer is required."),
        ("job_type", "destroy", '"destroy" is not a valid choice.'),
        ("labels", 1, 'Expected a list of items but got type "int".'),
        ("inventory", "x", "Incorrect type. Expected pk value, received str."),
    ],
)
def test_fields_are_checked(api: Client, field: str, value: Any, words: str) -> None:
    """1.3.1, 1.10."""
    assert api.post("job_templates/26/launch/", {field: value}, 400) == {field: [words]}


def test_values_of_the_template_are_neither_used_nor_ignored(api: Client) -> None:
    """1.3.1: equal to the template's own; unknown names vanish; falsy values count."""
    row = api.post("job_templates/13/launch/", {"limit": "", "verbosity": 0, "inventory": 2, "tags": "x"})
    assert row["ignored_fields"] == {}
    row = api.post("job_templates/72/launch/", {"limit": ""})
    assert (row["ignored_fields"], row["limit"]) == ({}, "")


def test_limit_that_fits_no_host(lab: Lab, api: Client) -> None:
    """The job fails, and its output says why."""
    job = api.launch(12, {"limit": "nowhere"})
    _finish(lab)
    assert api.get(f"jobs/{job}/")["status"] == "failed"
    assert "does not match any hosts" in api("GET", f"jobs/{job}/stdout/", params={"format": "txt"}).text


@pytest.mark.parametrize(
    ("limit", "hosts"),
    [
        ("host1,host3", {"host1", "host3"}),
        ("host*:!host2", {"host1", "host3", "host4", "host5"}),
        ("all:&host5", {"host5"}),
    ],
)
def test_limit_patterns(lab: Lab, api: Client, limit: str, hosts: set[str]) -> None:
    """Names, wildcards, exclusion, intersection."""
    job = api.launch(12, {"limit": limit})
    _finish(lab)
    rows = api.get(f"jobs/{job}/job_host_summaries/")["results"]
    assert {row["host_name"] for row in rows} == hosts


def test_workflow_refuses_and_drops(api: Client) -> None:
    """1.3.5: known but not asked for is an error, unknown is dropped."""
    body = {"scm_branch": "x", "extra_vars": {"a": 1}, "credentials": [3], "forks": 5}
    answer = api.post("workflow_job_templates/33/launch/", body, 400)
    assert set(answer) == {"scm_branch", "extra_vars"}
    row = api.post("workflow_job_templates/33/launch/", {"credentials": [3], "forks": 5, "verbosity": 3})
    assert row["ignored_fields"] == {}


def test_inventory_wide_update_is_a_list(lab: Lab, api: Client) -> None:
    """1.3.6: 200 all, 202 some, 400 none; still a list."""
    lab.engine.add_template(_source(lab, 90, locked=False))
    lab.engine.add_template(_source(lab, 91, locked=True))
    rows = api.post("inventories/4/update_inventory_sources/", status=202)
    assert [row["status"] for row in rows][:2] == ["started", "started"]
    assert rows[2]["status"].startswith("Could not start because")
    lab.engine.templates[28].native["locked"] = lab.engine.templates[90].native["locked"] = True
    assert len(api.post("inventories/4/update_inventory_sources/", status=400)) == 3
    assert api.post("inventories/2/update_inventory_sources/", status=400) == {
        "detail": "No inventory sources to update."
    }


def _source(lab: Lab, number: int, locked: bool) -> Any:
    from unified_jobs_lab.model import Template

    model = lab.engine.templates[28]
    return Template(
        number, "inventory_source", f"more {number}", model.behavior, False, {**model.native, "locked": locked}
    )


def test_ad_hoc_rules(lab: Lab, api: Client) -> None:
    """1.3.6: new before the start, required fields, forbidden variables, passwords at top level."""
    good = {"inventory": 2, "credential": 3, "module_name": "command", "module_args": "uptime"}
    row = api.post("ad_hoc_commands/", good)
    assert (row["status"], row["name"]) == ("new", "command")
    assert "unified_job_template" not in row
    _finish(lab)
    assert api.get(f"ad_hoc_commands/{row['id']}/")["host_status_counts"] == {"changed": 5}
    assert set(api.post("ad_hoc_commands/", {}, 400)) == {"inventory", "credential"}
    bad = {**good, "module_args": ""}
    assert api.post("ad_hoc_commands/", bad, 400) == {"module_args": ["No argument passed to command module."]}
    assert "extra_vars" in api.post("ad_hoc_commands/", {**good, "extra_vars": "ansible_user: x"}, 400)
    asking = {**good, "credential": 4}
    assert api.post("ad_hoc_commands/", asking, 400) == {"passwords_needed_to_start": ["ssh_password"]}
    assert api.post("ad_hoc_commands/", {**asking, "ssh_password": "x"})["type"] == "ad_hoc_command"
    assert api.post("hosts/2/ad_hoc_commands/", {"credential": 3, "module_name": "ping"})["limit"] == "host1"


def test_bulk(lab: Lab, api: Client) -> None:
    """1.3.6: a workflow without a template, which a normal user can read but not list."""
    body = {"jobs": [{"unified_job_template": 12, "limit": "host1", "identifier": "a"}, {"unified_job_template": 18}]}
    operator = Client(lab, "operator")
    row = operator.post("bulk/job_launch/", body)
    assert "workflow_job" not in row
    _finish(lab)
    assert operator.get(f"workflow_jobs/{row['id']}/")["status"] == "successful"
    assert operator.get("workflow_jobs/")["count"] == 0
    assert api.get("workflow_jobs/")["count"] == 1
    assert "jobs" in api.post("bulk/job_launch/", {}, 400)
    assert api.post("bulk/job_launch/", {"jobs": [{"unified_job_template": 12}] * 101}, 400)


def test_cleanup_with_negative_days_deletes_all(lab: Lab, api: Client) -> None:
    """6.2: the server does not check."""
    job = api.launch(11)
    _finish(lab)
    api.post("system_job_templates/1/launch/", {"extra_vars": {"days": 30}})
    _finish(lab)
    assert api.get(f"jobs/{job}/")["id"] == job
    api.post("system_job_templates/1/launch/", {"extra_vars": {"days": -1}})
    _finish(lab)
    assert api("GET", f"jobs/{job}/").status_code == 404


# -- relaunching


def test_demo_patch_heals_on_the_failed_hosts(lab: Lab, api: Client) -> None:
    """The story of the demo: two of five fail; run again on those, both succeed."""
    job = api.launch(71)
    _finish(lab)
    row = api.get(f"jobs/{job}/")
    assert (row["status"], row["host_status_counts"]) == ("failed", {"changed": 3, "dark": 1, "failures": 1})
    wanted = "runner_on_failed,runner_on_unreachable,runner_item_on_failed"
    failed = api.get(f"jobs/{job}/job_events/", event__in=wanted, failed="true", no_truncate=1, order_by="counter")
    assert [(e["host_name"], e["task"]) for e in failed["results"]] == [
        ("web5.example.com", "Gathering Facts"),
        ("web3.example.com", "Install security updates"),
    ]
    assert "91MB more space" in failed["results"][1]["event_data"]["res"]["msg"]
    again = api.post(f"jobs/{job}/relaunch/", {"hosts": "failed"})
    assert set(again["limit"].split(",")) == {"web3.example.com", "web5.example.com"}
    _finish(lab)
    assert api.get(f"jobs/{again['id']}/")["status"] == "successful"


def test_relaunch_of_a_running_job_on_failed_hosts(lab: Lab, api: Client) -> None:
    """1.3.6: a plain string under hosts."""
    job = api.launch(27)
    lab.advance(5)
    assert isinstance(api.post(f"jobs/{job}/relaunch/", {"hosts": "failed"}, 400)["hosts"], str)


# -- workflows


def test_nested_workflow_and_missing_template(lab: Lab, api: Client) -> None:
    """A workflow in a workflow; a node whose template is gone."""
    row = api.post("workflow_job_templates/45/launch/")
    _finish(lab)
    nodes = api.get(f"workflow_jobs/{row['id']}/workflow_nodes/", order_by="id")["results"]
    assert [n["summary_fields"]["job"]["type"] for n in nodes] == ["workflow_job", "job"]
    broken = api.post("workflow_job_templates/46/launch/")
    _finish(lab)
    assert api.get(f"workflow_jobs/{broken['id']}/")["status"] == "failed"
    assert api.get("workflow_job_templates/46/launch/")["node_templates_missing"]


@pytest.mark.parametrize(
    ("ending", "status", "ran"),
    [
        ("approve", "successful", {"check", "approve", "patch", "verify"}),
        ("deny", "successful", {"check", "approve", "report"}),
        ("expire", "successful", {"check", "approve", "report"}),
        ("cancel", "canceled", {"check", "approve"}),
    ],
)
def test_workflow_with_approval(lab: Lab, api: Client, ending: str, status: str, ran: set[str]) -> None:
    """The way it goes on from the decision; a canceled workflow runs for a moment."""
    row = api.post("workflow_job_templates/79/launch/")
    lab.advance(5)
    gate = api.get("workflow_approvals/", status="pending")["results"][0]
    assert gate["can_approve_or_deny"] is True and gate["approval_expiration"] is not None
    if ending == "expire":
        lab.advance(700)
        assert api.get(f"workflow_approvals/{gate['id']}/")["timed_out"] is True
    elif ending == "cancel":
        api.post(f"workflow_jobs/{row['id']}/cancel/", status=202)
        assert api.get(f"workflow_jobs/{row['id']}/")["status"] == "running"
        assert api.get(f"workflow_approvals/{gate['id']}/")["status"] == "canceled"
    else:
        api.post(f"workflow_approvals/{gate['id']}/{ending}/", status=204)
    _finish(lab)
    assert api.get(f"workflow_jobs/{row['id']}/")["status"] == status
    nodes = api.get(f"workflow_jobs/{row['id']}/workflow_nodes/")["results"]
    assert {node["identifier"] for node in nodes if node["job"]} == ran


# -- canceling and deleting


def test_cancel_by_people(lab: Lab, api: Client) -> None:
    """1.7: twice is fine; finished is 405 for a superuser, 403 for others; not mine is 403."""
    operator = Client(lab, "operator")
    mine = operator.launch(27)
    theirs = api.launch(27)
    lab.advance(2)
    assert operator("POST", f"jobs/{theirs}/cancel/").status_code == 403
    assert operator("POST", f"jobs/{mine}/cancel/").status_code == 202
    assert operator("POST", f"jobs/{mine}/cancel/").status_code == 202
    row = operator.get(f"jobs/{mine}/")
    assert row["status"] == "running" and row["canceled_on"] is not None
    _finish(lab)
    assert operator("POST", f"jobs/{mine}/cancel/").status_code == 403
    answer = api("POST", f"jobs/{mine}/cancel/")
    assert (answer.status_code, answer.json()) == (405, {"detail": 'Method "POST" not allowed.'})


def test_stubborn_and_reaped_jobs(lab: Lab, api: Client) -> None:
    """1.6, 1.7: a cancel that comes too late; output that never is whole."""
    stubborn, reaped = api.launch(38), api.launch(37)
    lab.advance(1)
    api.post(f"jobs/{stubborn}/cancel/", status=202)
    lab.advance(3600)
    row = api.get(f"jobs/{stubborn}/")
    assert row["status"] == "successful" and row["canceled_on"] is not None
    row = api.get(f"jobs/{reaped}/")
    assert (row["status"], row["event_processing_finished"], row["host_status_counts"]) == ("failed", False, None)


def test_output_comes_a_little_later(lab: Lab, api: Client) -> None:
    """6.2: the final status before the output, the events and the counts."""
    job = api.launch(11)
    lab.advance(1.7)
    row = api.get(f"jobs/{job}/")
    assert (row["status"], row["event_processing_finished"], row["host_status_counts"]) == ("successful", False, None)
    early = api.get(f"jobs/{job}/job_events/")["count"]
    lab.advance(1)
    row = api.get(f"jobs/{job}/")
    assert (row["event_processing_finished"], row["host_status_counts"]) == (True, {"changed": 5})
    assert early < api.get(f"jobs/{job}/job_events/")["count"]
    assert api.get("jobs/", id=job)["results"][0].get("event_processing_finished") is None


# -- output


def test_big_output(lab: Lab, api: Client) -> None:
    """1.8: 200 with a notice; only a download has it all."""
    job = api.launch(17)
    _finish(lab)
    whole = api("GET", f"jobs/{job}/stdout/", params={"format": "txt_download"})
    assert len(whole.content) > 1_048_576 and "attachment" in whole.headers["Content-Disposition"]
    short = api.get(f"jobs/{job}/stdout/", format="json")
    assert short["range"] == {"start": 0, "end": 1, "absolute_end": 1}
    assert short["content"].startswith("Standard Output too large to display (")
    event = api.get(f"jobs/{job}/job_events/", event="verbose", page_size=1)["results"][0]
    assert len(event["stdout"].encode()) <= 1024 + 3
    event = api.get(f"jobs/{job}/job_events/", event="verbose", page_size=1, no_truncate=1)["results"][0]
    assert len(event["stdout"]) > 1024


def test_raw_output(lab: Lab, api: Client) -> None:
    """1.8: colours, carriage returns and bytes that are not UTF-8."""
    job = api.launch(43)
    _finish(lab)
    raw = api("GET", f"jobs/{job}/stdout/", params={"format": "ansi_download"}).content
    assert b"\x1b[1;34mcolours" in raw and b"caf\xe9" in raw and b"10%\rprogress" in raw
    assert b"\x1b[" not in api("GET", f"jobs/{job}/stdout/", params={"format": "txt"}).content
    assert "caf\ufffd" in api.get(f"jobs/{job}/stdout/", format="json")["content"]
    assert api.get(f"jobs/{job}/job_events/", stdout__contains="caf")["count"] == 1


def test_accept_decides(lab: Lab, api: Client) -> None:
    """1.8: a text format and a JSON Accept do not go together; an error in a text format is text."""
    job = api.launch(11)
    _finish(lab)
    answer = api("GET", f"jobs/{job}/stdout/", params={"format": "txt"}, headers={"Accept": "application/json"})
    assert answer.status_code == 406
    answer = api("GET", "jobs/", headers={"Accept": "text/plain"})
    assert (answer.status_code, answer.json()["detail"]) == (406, "Could not satisfy the request Accept header.")
    answer = Client(lab, "bob")("GET", f"jobs/{job}/stdout/", params={"format": "txt"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "text/plain; charset=utf-8")
    answer = api("GET", f"jobs/{job}/stdout/", params={"format": "json", "start_line": "abc"})
    assert answer.status_code == 500
    last = api.get(f"jobs/{job}/stdout/", format="json", start_line=-2)
    assert last["range"]["start"] == last["range"]["absolute_end"] - 2


def test_no_log_and_ignored_errors(lab: Lab, api: Client) -> None:
    """1.5, 1.8: artifacts as a string, a censored result, an error that is none."""
    hidden, ignored = api.launch(40), api.launch(44)
    _finish(lab)
    assert api.get(f"jobs/{hidden}/")["artifacts"] == "$hidden due to Ansible no_log flag$"
    event = api.get(f"jobs/{hidden}/job_events/", event="runner_on_failed")["results"][0]
    assert set(event["event_data"]["res"]) == {"censored", "changed"}
    assert api.get(f"jobs/{ignored}/")["status"] == "successful"
    assert api.get(f"jobs/{ignored}/job_events/", event="runner_on_failed", failed="true")["count"] == 0
    assert api.get(f"jobs/{ignored}/job_host_summaries/")["results"][0]["ignored"] == 1


# -- lists


@pytest.fixture
def jobs(lab: Lab, api: Client) -> list[int]:
    """Some jobs."""
    found = [api.launch(template) for template in (11, 12, 14, 18)]
    _finish(lab)
    return [*found, api.launch(27)]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ({"id__in": "1001,1003,9"}, [0, 2]),
        ({"id__gt": 1003}, [3, 4]),
        ({"not__status": "successful"}, [2, 4]),
        ({"or__status": "failed", "or__name": "lab-ok"}, [0, 2]),
        ({"status__in": "failed,pending"}, [2, 4]),
        ({"name__icontains": "OK"}, [0, 1]),
        ({"name__in": "lab-ok,lab-fail"}, [0, 2]),
        ({"name__startswith": "lab-a"}, [3]),
        ({"name__regex": "^lab-(ok|fail)$"}, [0, 2]),
        ({"finished__isnull": "true"}, [4]),
        ({"failed": "true"}, [2]),
        ({"search": "artifacts"}, [3]),
        ({"created_by__username": "admin"}, [0, 1, 2, 3, 4]),
        ({"created_by__username": "operator"}, []),
        ({"job_template": 12}, [1]),
        ({"job_template__name": "lab-fail"}, [2]),
        ({"unified_job_template__name__icontains": "hang"}, [4]),
        ({"labels__name": "lab-label"}, [0]),
        ({"organization__name": "Lab"}, [0, 1, 2, 3, 4]),
        ({"organization__isnull": "true"}, []),
        ({"inventory__organization__name": "Lab"}, [0, 1, 2, 3, 4]),
        ({"limit__exact": ""}, [0, 1, 2, 3, 4]),
        ({"order_by": "-id"}, [4, 3, 2, 1, 0]),
        ({"order_by": "-name,id"}, [1, 0, 4, 2, 3]),
        ({"created__gte": "2020-01-01T00:00:00Z"}, [0, 1, 2, 3, 4]),
        ({"created__lt": "2020-01-01"}, []),
        ({"type": "job"}, [0, 1, 2, 3, 4]),
        ({"type": "job,workflow_job"}, []),
    ],
)
def test_filters(api: Client, jobs: list[int], query: dict[str, Any], places: list[int]) -> None:
    """1.9, 6.2."""
    query.setdefault("order_by", "id")
    rows = api.get("jobs/", **query)["results"]
    assert [row["id"] for row in rows] == [jobs[place] for place in places]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"nonsense": 1}, 400),
        ({"status__nonsense": 1}, 400),
        ({"id__in": ""}, 400),
        ({"id": "x"}, 400),
        ({"created__gt": "tomorrow"}, 400),
        ({"launched_by": 1}, 400),
        ({"finished__isnull": "perhaps"}, 400),
        ({"extra_vars__contains": "x"}, 403),
        ({"job_env": "x"}, 403),
        ({"page": 7}, 404),
    ],
)
def test_filters_that_are_refused(api: Client, jobs: list[int], query: dict[str, Any], status: int) -> None:
    """1.9: also when there is nothing to filter."""
    answer = api("GET", "jobs/", params=query)
    assert (answer.status_code, "detail" in answer.json()) == (status, True)


def test_pages(api: Client, jobs: list[int]) -> None:
    """1.9: following next visits every row once."""
    seen, path = [], "/api/v2/jobs/?page_size=2&order_by=id"
    while path:
        page = api("GET", path).json()
        seen += [row["id"] for row in page["results"]]
        path = page["next"]
    assert seen == jobs
    assert "count" not in api.get("jobs/", count_disabled=1)
    assert api.get("jobs/", page="last", page_size=2, order_by="id")["results"][0]["id"] == jobs[4]


@pytest.mark.parametrize(
    ("path", "query", "ids"),
    [
        ("job_templates/", {"name": "Backup database"}, [80, 81]),
        ("job_templates/", {"name": "Backup database", "organization__name": "Development"}, [81]),
        ("job_templates/", {"name": "42"}, [47]),
        ("job_templates/", {"id": 42}, [42]),
        ("job_templates/", {"organization__isnull": "true"}, [82]),
        ("job_templates/", {"name": "Ünïcode / 100% + more"}, [84]),
        ("workflow_job_templates/", {"name": "Patch and verify"}, [75]),
        ("unified_job_templates/", {"name__in": "lab-git,lab-ok,lab-wf-ok,lab-src-ok"}, [9, 11, 28, 33]),
        ("projects/", {"name": "lab-git"}, [9]),
        ("inventories/", {"name": "Production", "organization__name": "Operations"}, [11]),
        ("inventory_sources/", {"name": "lab-src-ok", "inventory__name": "lab-inventory-sourced"}, [28]),
        ("credentials/", {"name": "lab-machine", "credential_type__kind": "ssh"}, [3]),
        ("credential_types/", {"kind": "vault"}, [3]),
        ("labels/", {"name": "maintenance", "organization": 3}, [11]),
        ("execution_environments/", {"name": "AWX EE (latest)"}, [1]),
        ("instance_groups/", {"name__in": "default,controlplane"}, [1, 2]),
        ("organizations/", {"name": "Operations"}, [3]),
        ("users/", {"username": "operator"}, [2]),
        ("hosts/", {"inventory": 11, "name__startswith": "db"}, [108]),
        ("groups/", {"inventory": 11}, [11, 12, 13]),
        ("system_job_templates/", {"job_type": "cleanup_jobs"}, [1]),
    ],
)
def test_lookups(api: Client, path: str, query: dict[str, Any], ids: list[int]) -> None:
    """1.9, 1.11: every thing that a launch can name."""
    rows = api.get(path, order_by="id", **query)["results"]
    assert [row["id"] for row in rows] == ids
    if not path.startswith("unified"):  # there is no such detail
        assert api.get(f"{path}{ids[0]}/")["id"] == ids[0]


def test_labels_can_be_made(api: Client) -> None:
    """1.11."""
    row = api.post("labels/", {"name": "new", "organization": 3})
    assert api.get("labels/", name="new")["results"][0]["id"] == row["id"]
    assert "__all__" in api.post("labels/", {"name": "new", "organization": 3}, 400)
    assert set(api.post("labels/", {}, 400)) == {"name", "organization"}


# -- who may what


@pytest.mark.parametrize(
    ("user", "detail", "launch", "listed", "system"),
    [
        ("admin", 200, 201, True, 200),
        ("operator", 200, 201, True, 403),
        ("reader", 200, 403, True, 403),
        ("auditor", 200, 403, True, 200),
        ("bob", 403, 403, False, 403),
        (None, 401, 401, False, 401),
    ],
)
def test_people(lab: Lab, user: str | None, detail: int, launch: int, listed: bool, system: int) -> None:
    """6.2: no permission is 403 on what exists, lists are empty."""
    client = Client(lab, user)
    assert client("GET", "job_templates/11/").status_code == detail
    assert client("POST", "job_templates/11/launch/", json={}).status_code == launch
    assert client("GET", "system_jobs/").status_code == system
    answer = client("GET", "job_templates/")
    assert user is None or bool(answer.json()["count"]) is listed


def test_all_refusals_of_401_are_the_same(lab: Lab) -> None:
    """6.2: nothing tells a wrong password from a token that ran out."""
    lab.expire_tokens()
    answers = [
        Client(lab, None)("GET", "me/"),
        Client(lab, "nobody")("GET", "me/"),
        Client(lab, token=lab.token)("GET", "me/"),
    ]
    assert {(a.status_code, a.text, a.headers["WWW-Authenticate"]) for a in answers} == {
        (401, answers[0].text, "Bearer realm=api authorization_url=/api/o/authorize/")
    }


def test_tokens(lab: Lab, api: Client) -> None:
    """2.1: made, used, read without their value, deleted."""
    made = api.post("tokens/", {"description": "mine", "scope": "read"})
    reader = Client(lab, token=made["token"])
    assert reader("GET", "me/").status_code == 200
    assert reader("POST", "job_templates/11/launch/", json={}).status_code == 403
    assert api.get(f"tokens/{made['id']}/")["token"] == "*" * 12
    assert api("DELETE", f"tokens/{made['id']}/").status_code == 204
    assert reader("GET", "me/").status_code == 401


def test_session_login(lab: Lab) -> None:
    """2.1: form, cookie, and a token against forged requests."""
    with requests.Session() as session:
        place = f"{lab.url()}/api/login/"
        session.get(f"{lab.url()}/api/", timeout=120)  # the root hands out the cookie, as the form does
        assert session.get(place, timeout=120).headers["Content-Type"].startswith("text/html")
        csrf = session.cookies["csrftoken"]
        form = {"username": "admin", "password": lab.password, "next": "/api/"}
        assert session.post(place, data=form, timeout=120).status_code == 403
        headers = {"X-CSRFToken": csrf}
        wrong = {**form, "password": "wrong"}
        assert session.post(place, data=wrong, headers=headers, timeout=120).status_code == 401
        answer = session.post(place, data=form, headers=headers, timeout=120, allow_redirects=False)
        assert answer.status_code == 302 and "awx_sessionid" in session.cookies
        launch = f"{lab.url()}/api/v2/job_templates/11/launch/"
        assert session.post(launch, json={}, timeout=120).json()["detail"].startswith("CSRF Failed")
        assert session.post(launch, json={}, headers=headers, timeout=120).status_code == 201


# -- places


@pytest.fixture(scope="module")
def gateway() -> Iterator[Lab]:
    """AWX behind an AAP gateway."""
    with Lab(gateway=True) as lab:
        yield lab


def test_gateway(gateway: Lab) -> None:
    """2.2: another root, another prefix, tokens of its own; links still carry the backend's prefix."""
    client = Client(gateway)
    assert set(client("GET", "/api/").json()["apis"]) == {"gateway", "controller"}
    assert client("GET", "/api/controller/").json()["current_version"] == "/api/controller/v2/"
    assert client("GET", "ping/").status_code == 404
    token = client("POST", "/api/gateway/v1/tokens/", json={"scope": "write"}).json()
    bearer = Client(gateway, token=token["token"])
    answer = bearer("POST", "/api/controller/v2/job_templates/12/launch/", json={})
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/v2/jobs/{answer.json()['id']}/")
    bearer("POST", "/api/controller/v2/job_templates/12/launch/", json={})
    assert bearer("GET", "/api/controller/v2/jobs/?page_size=1").json()["next"].startswith("/api/v2/jobs/?")
    assert bearer("POST", "/api/controller/v2/tokens/", json={}).status_code == 404
    assert client("DELETE", token["url"]).status_code == 204


def test_small_things(lab: Lab, api: Client) -> None:
    """Roots, methods, trailing slashes, named URLs of other kinds."""
    root = Client(lab, None)("GET", "/api/").json()
    assert (root["current_version"], root["available_versions"]) == ("/api/v2/", {"v2": "/api/v2/"})
    assert api.get("config/")["version"] == "24.6.1"
    assert api("GET", "jobs?page_size=1").headers["Location"] == "/api/v2/jobs/?page_size=1"
    assert api("POST", "workflow_job_templates/33/launch", json={}).status_code == 201
    assert api.get("workflow_job_templates/Patch and verify++Operations/")["id"] == 75
    assert api.get("credentials/lab-machine++Machine+ssh++Lab/")["id"] == 3
    assert api("PATCH", "jobs/", json={}).status_code == 405
    answer = api("OPTIONS", "job_templates/11/launch/")
    assert answer.headers["Allow"] == "GET, POST, HEAD, OPTIONS" and "actions" in answer.json()


def test_urls_have_an_upper_limit(api: Client) -> None:
    """6.1: a web page of the server in front."""
    answer = api("GET", "jobs/", params={"id__in": ",".join(str(n) for n in range(10_000, 11_400))})
    assert (answer.status_code, answer.headers["Content-Type"]) == (414, "text/html")
    assert api("GET", "jobs/", params={"id__in": ",".join(str(n) for n in range(10_000, 10_900))}).status_code == 200


def test_pages_have_an_upper_limit(lab: Lab, api: Client) -> None:
    """1.9: 200 rows, whatever is asked for; 25 without asking."""
    for number in range(205):
        api.post("labels/", {"name": f"label {number}", "organization": 3})
    assert len(api.get("labels/", page_size=500)["results"]) == 200
    assert len(api.get("labels/")["results"]) == 25


def test_children_of_a_workflow(lab: Lab, api: Client) -> None:
    """What a command line client asks to follow a workflow."""
    row = api.post("workflow_job_templates/33/launch/")
    api.launch(12)
    _finish(lab)
    rows = api.get("unified_jobs/", unified_job_node__workflow_job=row["id"], order_by="finished")["results"]
    assert [one["name"] for one in rows] == ["lab-artifacts", "lab-ok-simultaneous"]


def test_blocked_job_explains_itself(lab: Lab, api: Client) -> None:
    """6.2: after half a minute, and it starts when the other one ends."""
    first, second = api.launch(16), api.launch(16, {"extra_vars": {"seconds": 1}})
    lab.advance(25)
    assert api.get(f"jobs/{second}/")["job_explanation"] == ""
    lab.advance(10)
    assert api.get("jobs/", id=second)["results"][0]["job_explanation"] == f"waiting for job-{first} to finish"
    lab.advance(10)
    assert api.get(f"jobs/{second}/")["status"] == "successful"


def test_many_jobs_are_polled_quickly(lab: Lab, api: Client) -> None:
    """Two hundred ids in one request."""
    ids = [str(api.launch(12)) for _unused in range(60)]
    _finish(lab)
    page = api.get("jobs/", id__in=",".join(ids), page_size=200)
    assert page["count"] == len(page["results"]) == 60 and json.dumps(page)
    assert {row["status"] for row in page["results"]} == {"successful"}
