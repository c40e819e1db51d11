# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launching on the simulated Foreman: what is accepted, what is refused, what is dropped in silence (contract 1.3)."""

from __future__ import annotations

from typing import Any

import pytest
from foreman_client import ForemanClient

_WEB = ["web1", "web2", "web3", "web4", "web5"]


def _names(body: dict[str, Any]) -> list[str]:
    return [host["name"].partition(".")[0] for host in body["targeting"]["hosts"]]


def _refused(api: ForemanClient, status: int = 500, **given: Any) -> str:
    before = len(api.server.engine.jobs)
    error = api.create(status=status, **given)["error"]
    assert len(api.server.engine.jobs) == before
    return str(error["message"])


def test_at_once(foreman: ForemanClient) -> None:
    """The answer to a launch: running, planned, its hosts resolved (recording fam_2024..._create_29)."""
    body = foreman.create(189, inputs={"command": "ls"})
    assert (body["status"], body["status_label"], body["task"]["state"]) == (3, "running", "planned")
    assert (body["description"], body["effective_user"], body["job_category"]) == ("Run ls", "root", "Commands")
    assert _names(body) == _WEB and "mode" not in body
    assert (body["succeeded"], body["failed"], body["pending"], body["total"], body["total_hosts"]) == (0, 0, 5, 5, 5)
    assert body["pattern_template_invocations"] is None and body["job_organization"] is None
    assert "hosts" not in foreman.create(top_include_hosts=False)["targeting"]


def test_a_life(foreman: ForemanClient) -> None:
    """Planned, running, stopped; hosts one after the other; the end (contract 1.2, 1.7, 1.10)."""
    number = foreman.launch(403)
    seen = []
    for seconds in (0.0, 0.16, 0.03, 0.62, 5.0):
        foreman.lab.advance(seconds)
        row = foreman.row(number)
        counts = [row[key] for key in ("succeeded", "failed", "pending", "cancelled")]
        seen.append((row["dynflow_task"]["state"], row["status_label"], counts, set(foreman.statuses(number).values())))
    assert seen == [
        ("planned", "running", [0, 0, 5, 0], {"N/A"}),
        ("running", "running", [0, 0, 5, 0], {"planned"}),
        ("running", "running", [0, 0, 5, 0], {"running"}),
        ("running", "running", [1, 0, 4, 0], {"running", "success"}),
        ("stopped", "failed", [4, 1, 0, 0], {"success", "error"}),
    ]
    assert foreman.statuses(number)["web2"] == "error"


def test_people_patch_hosts_and_again(foreman: ForemanClient) -> None:
    """One host is full, one out of reach; the second time both are mended."""
    number = foreman.launch(301, wait=10.0, top_organization_id=3, top_location_id="Europe")
    assert foreman.statuses(number) == {**dict.fromkeys(_WEB, "success"), "web3": "error", "web5": "error"}
    show = foreman.get(f"job_invocations/{number}")
    assert show["job_organization"]["title"] == "Operations" and show["job_location"]["name"] == "Europe"
    again = foreman.launch(301, "id ^ (13, 15)", wait=10.0)
    assert foreman.row(again)["status_label"] == "succeeded"


@pytest.mark.parametrize(
    ("template", "label", "result", "status"),
    [
        (401, "succeeded", "success", "success"),
        (402, "failed", "warning", "error"),
        (415, "failed", "error", "N/A"),
        (416, "failed", "warning", "error"),
        (417, "failed", "warning", "error"),
    ],
)
def test_ends(foreman: ForemanClient, template: int, label: str, result: str, status: str) -> None:
    """Success, failed hosts, an error of the server, a lost host, a warning that no counter has (contract 1.1, 1.10)."""
    number = foreman.launch(template, "name = web1.example.com", wait=10.0)
    row = foreman.row(number)
    task = foreman.get(f"/foreman_tasks/api/tasks/{row['dynflow_task']['id']}")
    assert (row["status_label"], task["state"], task["result"]) == (label, "stopped", result)
    assert foreman.statuses(number) == {"web1": status}
    if template == 417:
        assert (row["succeeded"], row["failed"], row["pending"], row["cancelled"], row["total"]) == (0, 0, 0, 0, 1)


def test_pause(foreman: ForemanClient) -> None:
    """A paused task still reads running, and cannot be canceled (contract 1.8, 1.10)."""
    number = foreman.launch(408, wait=3600.0)
    row = foreman.row(number)
    assert (row["status_label"], row["dynflow_task"]["state"]) == ("running", "paused")
    assert foreman.post(f"job_invocations/{number}/cancel", status=422) == {
        "message": "The job could not be cancelled."
    }


def test_no_hosts(foreman: ForemanClient) -> None:
    """Accepted, and a success (recordings fam_2020-11-19_create_24, nailgun_pr609)."""
    body = foreman.create(query="name = 'web1.example.com'")
    assert (body["total"], body["targeting"]["hosts"], body["status_label"]) == (0, [], "running")
    foreman.lab.advance(5)
    assert foreman.row(body["id"])["status_label"] == "succeeded"


def test_feature_and_host_ids(foreman: ForemanClient) -> None:
    """A feature forces static targeting; host ids become a query (recording apidoc_katello4.12_create_201)."""
    ids = [11, "web2.example.com"]
    given = {"feature": "restart_service", "targeting_type": "dynamic_query", "host_ids": ids}
    body = foreman.create(None, None, **given)  # type: ignore[arg-type]
    assert (body["template_id"], body["targeting"]["targeting_type"]) == (302, "static_query")
    assert body["targeting"]["search_query"] == "name ^ (web1.example.com,web2.example.com)"
    assert _names(body) == ["web1", "web2"]
    assert _names(foreman.create(query=None, host_ids="hostgroup = database")) == ["db1"]  # type: ignore[arg-type]
    for label in ("puppet_run_host", "unheard_of"):
        message = _refused(foreman, 404, template=None, feature=label)
        assert message == "Template with id '' was not found"
    assert "Host with id 'x'" in _refused(foreman, 404, query=None, host_ids=["x"])


def test_bookmark(foreman: ForemanClient) -> None:
    """The bookmark's query is copied (recording fam_2024..._create_31)."""
    body = foreman.create(query=None, bookmark_id=11)  # type: ignore[arg-type]
    assert (body["targeting"]["bookmark_id"], body["targeting"]["bookmark_name"]) == (11, "web servers")
    assert body["targeting"]["search_query"] == "hostgroup = web" and _names(body) == _WEB
    stale = foreman.create(query=None, bookmark_id=10)  # type: ignore[arg-type]
    assert "web5" not in _names(stale) and "web1" in _names(stale)


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"feature": "patch_hosts"}, 500, "Only one of feature or job_template_id can be specified"),
        ({"bookmark_id": 11}, 500, "ERF42-9522 [Foreman::Exception]: Cannot specify both bookmark_id and search_query"),
        ({"query": None}, 500, "Must select a bookmark or enter a search query"),
        ({"query": None, "bookmark_id": 99}, 500, "Must select a bookmark or enter a search query"),
        ({"targeting_type": None}, 500, "Targeting type is not included in the list"),
        ({"template": 9}, 404, "Template with id '9' was not found"),
        ({"template": None}, 404, "Template with id '' was not found"),
        ({"template": 422}, 404, "Template with id '422' was not found"),
        ({"template": 419, "top_organization_id": 3}, 404, "Template with id '419' was not found"),
        ({"inputs": {"x": "1"}}, 500, "[Foreman::Exception]: Unknown input x for template lab-ok"),
        ({"inputs": ["x"]}, 500, "Internal Server Error"),
        ({"template": 410}, 500, "Not all required inputs have values. Missing inputs: must"),
        ({"template": 410, "inputs": {"must": ""}}, 500, "Missing inputs: must"),
        ({"template": 410, "inputs": {"must": "1", "choice": "four"}}, 500, "Value must be one of one, two, three"),
        ({"concurrency_control": {"concurrency_level": 0}}, 500, "Concurrency level must be greater than 0"),
        ({"scheduling": {"start_at": "2001-01-01"}}, 500, "Start at is in the past"),
        ({"scheduling": {"start_before": "2199-01-01"}}, 500, "Start at must be set"),
        ({"scheduling": {"start_at": "soon"}}, 500, "Internal Server Error"),
        (
            {"recurrence": {"cron_line": "foo"}},
            500,
            "Validation failed: Triggering: Cronline foo is not valid format of cron line",
        ),
        ({"recurrence": {"cron_line": "* * * * *", "max_iteration": 0}}, 500, "Max iteration must be greater than 0"),
        ({"ssh": "root"}, 500, "Internal Server Error"),
    ],
)
def test_refusals(foreman: ForemanClient, given: dict[str, Any], status: int, words: str) -> None:
    """Nothing is made (contract 1.3, 1.12; recording create_500)."""
    assert words in _refused(foreman, status, **given)


def test_refused_by_form(foreman: ForemanClient) -> None:
    """Not JSON, the wrong content type, no body at all (contract 1.0, 1.12)."""
    answer = foreman("POST", "job_invocations", data="{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400 and answer.json()["status"] == 400
    assert answer.json()["error"].startswith("There was a problem in the JSON you submitted")
    for options in ({"data": {"a": "b"}}, {}):
        answer = foreman("POST", "job_invocations", **options)
        assert answer.status_code == 415 and "is unsupported in API v2" in answer.json()["error"]["message"]
    assert foreman.post("job_invocations", {}, 404)["error"]["message"] == "Template with id '' was not found"


def test_a_bad_query_leaves_an_orphan(foreman: ForemanClient) -> None:
    """The launch is refused, and yet there is a record without a task (contract 1.3, 1.2)."""
    assert foreman.create(query="nonsense = 1", status=400)["error"]["class"] == "ScopedSearch::QueryNotSupported"
    (number,) = foreman.ids()
    row = foreman.row(number)
    assert (row["dynflow_task"], row["status_label"], row["total"], row["start_at"]) == (None, "queued", "N/A", None)
    assert foreman.get(f"job_invocations/{number}", 500)["error"]["message"].startswith("Internal Server Error")
    foreman.post(f"job_invocations/{number}/cancel", status=500)
    foreman.options.generation = "3.12"
    assert foreman.get(f"job_invocations/{number}")["task"] is None


def test_inputs_become_text(foreman: ForemanClient) -> None:
    """Truth becomes t and f, lists Ruby's words; defaults fill in; what is hidden stays hidden (contract 1.3, 1.0)."""
    given = {"must": True, "may": [1, "a", None], "secret": "hush", "where": {"k": False}, "day": 3.5}
    number = foreman.launch(410, wait=5.0, inputs=given)
    show = foreman.get(f"job_invocations/{number}")
    values = {
        row["template_input_name"]: row["value"]
        for row in show["pattern_template_invocations"][0]["template_invocation_input_values"]
    }
    assert values == {
        "must": "t",
        "may": '[1, "a", nil]',
        "preset": "a value",
        "choice": "one",
        "secret": "*****",
        "where": '{"k"=>false}',
        "day": "3.5",
    }
    assert len(show["template_invocations"]) == 5
    assert "hush" not in str(show)
    assert show["description"].startswith('lab-inputs with inputs must="t", may=')


def test_descriptions(foreman: ForemanClient) -> None:
    """Formats, unknown placeholders, the limit of 255 (contract 1.1, 1.3)."""

    def text(**given: Any) -> str:
        return str(foreman.create(189, inputs={"command": "ls"}, **given)["description"])

    assert text(description_format="%{template_name}: %{command} %{nothing}") == "Run Command - Script Default: ls ''"
    assert text(description_format="%{job_category}") == "Commands"
    assert len(text(description_format="x" * 300)) == 255
    assert foreman.create(401)["description"] == "lab-ok"


@pytest.mark.parametrize(
    ("template", "wanted", "got"),
    [(401, None, "root"), (401, "app", "app"), (411, "app", "deploy"), (412, None, "admin"), (412, "app", "app")],
)
def test_effective_user(foreman: ForemanClient, template: int, wanted: str | None, got: str) -> None:
    """A wish is dropped in silence where the template does not allow it (contract 1.3)."""
    assert foreman.create(template, ssh={"effective_user": wanted})["effective_user"] == got


def test_overrides(foreman: ForemanClient) -> None:
    """What is kept of a launch, and that no secret is (contract 1.0, 1.3)."""
    secrets = {"password": "hush1", "key_passphrase": "hush2"}
    given = {"ssh_user": "me", "time_to_pickup": 60, "execution_timeout_interval": 30, "randomized_ordering": True}
    ssh = {"effective_user_password": "hush3"}
    body = foreman.create(concurrency_control={"concurrency_level": 2, "time_span": 9}, ssh=ssh, **given, **secrets)
    assert (body["ssh_user"], body["time_to_pickup"], body["concurrency_level"]) == ("me", 60, 2)
    assert (body["execution_timeout_interval"], body["targeting"]["randomized_ordering"]) == (30, True)
    rerun = foreman.post(f"job_invocations/{body['id']}/rerun", status=201)
    assert rerun["password"] is None and rerun["ssh_user"] == "me" and rerun["concurrency_level"] == 2
    log = str([entry.as_dict() for entry in foreman.lab.requests()])
    assert not [word for word in ("hush1", "hush2", "hush3") if word in log or word in str(body)]


def test_concurrency(foreman: ForemanClient) -> None:
    """So many hosts at a time; the others have no task yet."""
    number = foreman.launch(409, wait=1.0, concurrency_control={"concurrency_level": 2}, inputs={"seconds": "5"})
    assert list(foreman.statuses(number).values()) == ["running", "running", "N/A", "N/A", "N/A"]
    assert foreman.row(number)["pending"] == 5
    foreman.lab.advance(5)
    assert list(foreman.statuses(number).values()) == ["success", "success", "running", "running", "N/A"]


def test_timeout(foreman: ForemanClient) -> None:
    """The time a host has; the reason is only in its output (contract 1.4, 4)."""
    number = foreman.launch(405, "web1", execution_timeout_interval=30, wait=29.0)
    assert foreman.row(number)["status_label"] == "running"
    foreman.lab.advance(5)
    assert foreman.row(number)["status_label"] == "failed"
    last = foreman.get(f"job_invocations/{number}/hosts/11")["output"][-1]
    assert last["output_type"] == "debug" and last["output"].startswith("Timeout for execution passed")


def test_ansible_tags(foreman: ForemanClient) -> None:
    """Tags without a flag leave tasks out; a script template drops them (contract 1.3)."""

    def tasks(template: int, **ansible: str) -> list[str]:
        inputs = {"release": "1"} if template == 304 else {}
        number = foreman.launch(template, "web1", wait=10.0, ansible=ansible, inputs=inputs)
        text = foreman.get(f"job_invocations/{number}/hosts/11/raw")["output"]
        return [word for word in ("Fetch", "Switch", "Check", "Everything") if word in text]

    assert tasks(304) == ["Fetch", "Switch", "Check"]
    assert tasks(304, tags="fetch, switch", tags_flag="include") == ["Fetch", "Switch"]
    assert tasks(304, tags="fetch", tags_flag="exclude") == ["Switch", "Check"]
    assert tasks(304, tags="fetch") == ["Switch", "Check"]
    assert tasks(401, tags="fetch", tags_flag="include") == ["Everything"]


@pytest.mark.parametrize(
    ("command", "status", "text"),
    [
        ("echo hi; echo there", "success", "hi\nthere\nExit status: 0"),
        ("hostname && exit 3", "error", "web1.example.com\nExit status: 3"),
        ("false", "error", "Exit status: 1"),
        ("sleep 600", "running", ""),
    ],
)
def test_commands(foreman: ForemanClient, command: str, status: str, text: str) -> None:
    """A few commands are played; nothing is executed."""
    number = foreman.launch(189, "name = web1.example.com", wait=10.0, inputs={"command": command})
    assert foreman.statuses(number) == {"web1": status}
    assert foreman.get(f"job_invocations/{number}/hosts/11/raw")["output"] == text


def test_static_and_dynamic(foreman: ForemanClient) -> None:
    """A static job keeps its hosts, a dynamic one finds them at its start (contract 1.3); counts meanwhile (1.1)."""
    when = {"start_at": "2199-01-01 00:00:30 +0100"}
    fixed = foreman.create(scheduling=when)
    loose = foreman.create(scheduling=when, targeting_type="dynamic_query")
    assert (fixed["total"], fixed["total_hosts"], loose["total"], loose["total_hosts"]) == ("N/A", 5, "N/A", "N/A")
    assert fixed["mode"] == "future"
    assert fixed["scheduling"] == {"start_at": "2198-12-31 23:00:00 UTC", "start_before": None}
    foreman.server.delete_host("web1.example.com")
    foreman.lab.advance(6_000_000_000)
    rows = [foreman.row(one["id"]) for one in (fixed, loose)]
    assert [(row["total_hosts"], row["missing"], row["succeeded"]) for row in rows] == [(5, 1, 4), (4, 0, 4)]


def test_minute_resolution_and_too_late(foreman: ForemanClient) -> None:
    """Seconds are cut; past start_before the task fails (contract 1.3)."""
    when = {"start_at": "2199-01-01 10:30:59", "start_before": "2199-01-01 10:00"}
    number = foreman.launch(scheduling=when)
    assert foreman.row(number)["start_at"] == "2199-01-01 10:30:00 UTC"
    foreman.lab.advance(6_000_000_000)
    assert foreman.row(number)["status_label"] == "failed" and foreman.row(number)["succeeded"] == 0


def test_infrastructure_and_filters(foreman: ForemanClient) -> None:
    """Only who may runs jobs on Foreman itself; nobody on hosts that they do not see (contract 1.2, 1.3)."""
    assert _names(foreman.create(query="name ~ foreman")) == ["foreman"]
    assert _names(foreman.as_user("runner").create(query="name ~ foreman")) == []
    assert _names(foreman.as_user("developer").create(query="name ~ example")) == ["dev1"]


def test_may_launch_but_not_run(foreman: ForemanClient) -> None:
    """The launch works, every host fails, the reason is in its output (contract 1.3)."""
    number = foreman.as_user("launcher").launch(401, "name = web1.example.com", wait=5.0)
    assert foreman.row(number)["status_label"] == "failed"
    (chunk,) = foreman.get(f"job_invocations/{number}/hosts/11")["output"]
    assert (chunk["output_type"], chunk["output"]) == ("debug", "User can not execute job on host web1.example.com\n")
