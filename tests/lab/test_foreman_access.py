# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Getting into the simulated Foreman, its generations, its contexts, and the lab around it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from foreman_client import ForemanClient

from unified_jobs_lab import Lab

FILES = Path(__file__).resolve().parents[2] / "roles" / "lab" / "files"


# -- who (contract 2)


def test_passwords_and_tokens(foreman: ForemanClient) -> None:
    """Basic with a password or a personal access token of that user; nothing else (contract 2; recording error_401)."""
    token = foreman.lab.token
    assert foreman.as_user("admin", token).get("current_user")["login"] == "admin"
    for user, password in (("manager", token), ("admin", "wrong"), ("nobody-at-all", "x"), ("former", None)):
        answer = foreman.as_user(user, password or "former-lab-password")("GET", "status")
        assert answer.status_code == 401
        assert answer.json() == {"error": {"message": f"Unable to authenticate user {user}"}}
    assert foreman.as_user(None)("GET", "status").json()["error"]["message"] == "Unable to authenticate user "
    assert foreman("GET", "status", auth=("admin", "")).status_code == 401
    bearer = {"headers": {"Authorization": f"Bearer {token}"}, "auth": None}
    assert foreman.as_user(None)("GET", "status", **bearer).status_code == 401
    foreman.lab.expire_tokens(token)
    assert foreman.as_user("admin", token)("GET", "status").status_code == 401
    assert foreman("GET", "status").status_code == 200
    foreman.lab.reset()
    assert foreman.as_user("admin", token)("GET", "status").status_code == 200


def test_sessions(foreman: ForemanClient) -> None:
    """A login begins a session; after an idle hour there is one empty 401, then a new login works (contract 2)."""
    with requests.Session() as session:
        url = f"{foreman.lab.url('foreman')}/api/status"
        assert "_session_id" in session.get(url, auth=foreman.auth).cookies
        assert "Set-Cookie" not in session.get(url).headers
        assert session.get(url, auth=("admin", "wrong")).status_code == 200
        foreman.lab.advance(3500)
        assert session.get(url).status_code == 200
        foreman.lab.advance(3601)
        answer = session.get(url, auth=foreman.auth)
        assert (answer.status_code, answer.content) == (401, b"")
        assert session.get(url, auth=foreman.auth).status_code == 200
        foreman.lab.expire_tokens("session")
        assert (session.get(url).status_code, session.get(url).status_code) == (401, 401)


def test_too_many_failures(foreman: ForemanClient) -> None:
    """Thirty, and the right password does not help for five minutes (contract 1.12, 2)."""
    wrong = foreman.as_user("admin", "wrong")
    for _unused in range(29):
        assert wrong("GET", "status").status_code == 401
    assert foreman("GET", "status").status_code == 200
    assert wrong("GET", "status").status_code == 401
    assert foreman("GET", "status").status_code == 401
    foreman.lab.advance(301)
    assert foreman("GET", "status").status_code == 200


@pytest.mark.parametrize(
    ("user", "method", "path", "permission"),
    [
        ("nobody", "GET", "job_invocations", "view_job_invocations"),
        ("nobody", "GET", "hosts", "view_hosts"),
        ("reader", "POST", "job_invocations", "create_job_invocations"),
        ("reader", "POST", "job_invocations/1/rerun", "create_job_invocations"),
        ("runner", "POST", "job_invocations/1/cancel", "cancel_job_invocations"),
        ("runner", "GET", "/foreman_tasks/api/tasks", "view_foreman_tasks"),
        ("runner", "GET", "/foreman_tasks/api/recurring_logics", "view_recurring_logics"),
        ("runner", "GET", "plugins", "view_plugins"),
    ],
)
def test_rights(foreman: ForemanClient, user: str, method: str, path: str, permission: str) -> None:
    """The refusal names what is missing (contract 1.14; recording error_403)."""
    answer = foreman.as_user(user)(method, path, json={})
    assert answer.status_code == 403
    error = answer.json()["error"]
    assert error["message"] == "Access denied" and error["missing_permissions"] == [permission]
    assert error["details"] == f"Missing one of the required permissions: {permission}"


def test_everybody(foreman: ForemanClient) -> None:
    """Status for any user, ping for nobody in particular (contract 1.14)."""
    assert foreman.as_user("nobody").get("status")["result"] == "ok"
    assert foreman.as_user(None)("GET", "ping").status_code == 200


def test_filters(foreman: ForemanClient) -> None:
    """Other people's jobs are not found; hosts out of reach are left out (contract 1.2, 1.14)."""
    number = foreman.launch(401, "name ~ example", wait=5.0)
    developer = foreman.as_user("developer")
    assert developer.ids() == []
    message = developer.get(f"job_invocations/{number}", 404)["error"]["message"]
    assert message == f"Resource job_invocation not found by id '{number}'"
    mine = developer.launch(401, "name ~ example", wait=5.0)
    assert foreman.ids() == [mine, number] and developer.ids() == [mine]
    assert [row["name"] for row in developer.get("hosts", thin="1")["results"]] == ["dev1.example.com"]
    assert [row["name"] for row in developer.get("organizations")["results"]] == ["Development"]


# -- where (contract 1.0)


def test_contexts(foreman: ForemanClient) -> None:
    """By id or title, at the top level only; unknown or out of sight is a 404 of its own shape (contract 1.0)."""
    body = foreman.create(query="name ~ example", top_organization_id="Development")
    assert [host["name"] for host in body["targeting"]["hosts"]] == ["dev1.example.com"]
    body = foreman.create(query="name ~ web", top_location_id=7)
    assert body["total"] == 2
    assert foreman.create(query="name ~ web", location_id=7)["total"] == 5
    answer = foreman("GET", "job_invocations", params={"organization_id": 3, "location_id": "Europe/Zurich"})
    assert answer.headers["Foreman_current_organization"] == "3; Operations"
    assert answer.headers["Foreman_current_location"] == "6; Zurich"
    assert len(answer.json()["results"]) == 3
    message = {"message": "Organization with id 99 not found"}
    assert foreman.get("job_invocations", 404, organization_id=99) == message
    assert foreman.as_user("developer").get("hosts", 404, organization_id=3) == {
        "message": "Organization with id 3 not found"
    }


# -- which (the contract's table of versions)


@pytest.mark.parametrize(
    ("generation", "absent"),
    [
        (
            "3.5",
            {
                "time_to_pickup",
                "template_id",
                "cancelled",
                "total_hosts",
                "concurrency_level",
                "execution_timeout_interval",
            },
        ),
        ("3.12", {"concurrency_level", "execution_timeout_interval"}),
        ("3.16", set()),
    ],
)
def test_rows_of_the_generations(foreman: ForemanClient, generation: str, absent: set[str]) -> None:
    """Keys that came later; counts that were text while nothing was known."""
    whole = set(foreman.row(foreman.launch(401)))
    foreman.options.generation = generation
    number = foreman.launch(401)
    row = foreman.row(number)
    assert absent < whole and not absent & set(row) and whole - {"template_name", "effective_user"} - absent <= set(row)
    old = generation == "3.5"
    assert (row["succeeded"], row["pending"], row["total"]) == (("N/A", "N/A", 5) if old else (0, 5, 5))
    foreman.lab.advance(5)
    assert foreman.row(number)["succeeded"] == 5
    later = foreman.row(foreman.launch(401, scheduling={"start_at": "2199-01-01"}))
    assert (later["succeeded"], later["total"]) == ("N/A" if old else 0, "N/A")


def test_what_the_generations_serve(foreman: ForemanClient) -> None:
    """The list of hosts, include_hosts, pattern template invocations, started_at, the ids of chunks."""
    number = foreman.launch(401, wait=5.0)
    found = {}
    for generation in ("3.5", "3.12", "3.16"):
        foreman.options.generation = generation
        show = foreman.get(f"job_invocations/{number}", include_hosts="false", host_status="True")
        hosts = show["targeting"].get("hosts")
        found[generation] = (
            foreman("GET", f"job_invocations/{number}/hosts").status_code,
            None if hosts is None else sorted(hosts[0]),
            "pattern_template_invocations" in show,
            "started_at" in show["task"],
            "bookmark_name" in show["targeting"],
            sorted(
                set(foreman.get(f"job_invocations/{number}/hosts/11")["output"][0]) & {"sequence_id", "external_id"}
            ),
        )
    assert found == {
        "3.5": (404, ["id", "name"], False, False, False, ["sequence_id"]),
        "3.12": (404, ["display_name", "id", "name"], False, False, False, ["sequence_id"]),
        "3.16": (200, None, True, True, True, ["external_id"]),
    }
    for generation, word, shown in (("3.12", "True", False), ("3.12", "true", True), ("3.16", "True", True)):
        foreman.options.generation = generation
        host = foreman.get(f"job_invocations/{number}", host_status=word)["targeting"]["hosts"][0]
        assert ("job_status" in host) is shown


def test_versions(foreman: ForemanClient) -> None:
    """Every answer has the version, also a refusal; the plugin's is in the list of plugins (contract 1.0)."""
    for generation, version, plugin in (
        ("3.5", "3.5.1", "9.0.1"),
        ("3.12", "3.12.0", "13.2.6"),
        ("3.16", "3.16.0", "16.7.0"),
    ):
        foreman.options.generation = generation
        answer = foreman("GET", "job_invocations/0")
        assert answer.status_code == 404 and answer.headers["Foreman_version"] == version
        assert answer.headers["Foreman_api_version"] == "2" and answer.headers["X-Request-Id"]
        (row,) = foreman.get("plugins", search="id = foreman_remote_execution")["results"]
        assert (row["version"], foreman.get("status")["version"]) == (plugin, version)
    foreman.options.satellite = True
    assert foreman.get("status")["satellite_version"] == "6.18.0"
    assert foreman("GET", "/api/v2/status").status_code == 200
    assert foreman("GET", "/api/unheard_of").status_code == 404


def test_reset_brings_the_options_back(foreman: ForemanClient) -> None:
    """Whatever a test changed."""
    foreman.options.generation, foreman.options.failed_only_widens = "3.5", False
    foreman.launch(401)
    foreman.lab.reset()
    assert (foreman.options.generation, foreman.options.failed_only_widens, foreman.ids()) == ("3.16", True, [])


# -- the lab around it


def test_starting(tmp_path: Path) -> None:
    """By name, with a generation, below a path; both platforms on one clock; nothing changes for AWX alone."""
    assert list(Lab().benches) == ["awx"]
    with pytest.raises(ValueError, match="no generation"):
        Lab(platforms=("foreman",), generation="1.0")
    with Lab(platforms=("awx", "foreman"), generation="3.5", prefix="foreman/") as lab:
        lab.freeze()
        client = ForemanClient(lab)
        assert lab.url("foreman").endswith("/foreman") and client.get("status")["version"] == "3.5.1"
        root = lab.url("foreman")[: -len("/foreman")]
        assert requests.get(f"{root}/api/status", auth=client.auth, timeout=120).status_code == 404
        assert requests.get(f"{root}/_lab/state", timeout=120).json()["platform"] == "foreman"
        number = client.launch(401, wait=5.0)
        assert client.row(number)["status_label"] == "succeeded"
        assert requests.get(f"{lab.url()}/api/v2/ping/", timeout=120).status_code == 200


def test_command_line(tmp_path: Path) -> None:
    """--platform foreman, over TLS, with the state file."""
    state = tmp_path / "lab.json"
    command = [sys.executable, "-m", "unified_jobs_lab", "--state", str(state)]
    environment = {**os.environ, "PYTHONPATH": str(FILES)}
    options = ["--platform", "foreman", "--generation", "3.12", "--prefix", "/fm", "--detach"]
    subprocess.run([*command, *options], env=environment, check=True, timeout=120)
    try:
        known = json.loads(state.read_text(encoding="utf-8"))
        server = known["servers"]["foreman"]
        url = f"{server['url']}/api/status"
        answer = requests.get(url, auth=("admin", server["token"]), verify=known["ca_file"], timeout=120)
        assert answer.json()["version"] == "3.12.0" and "/fm/api" in url
        assert "secure" in answer.headers["Set-Cookie"]
        assert requests.get(f"{server['control']}/state", verify=known["ca_file"], timeout=120).status_code == 200
        assert sorted(server["users"]) == sorted(
            ["admin", "manager", "runner", "reader", "developer", "launcher", "nobody", "former"]
        )
    finally:
        subprocess.run([*command, "--stop"], env=environment, check=True, timeout=120)


def test_faults_log_and_control(foreman: ForemanClient) -> None:
    """The shared faults, the log without secrets, the control path."""
    lab = foreman.lab
    lab.fault("cut_answer", method="POST", path="/job_invocations$")
    with pytest.raises(requests.exceptions.ConnectionError):
        foreman.launch(410, inputs={"must": "x", "secret": "hush-input"})
    assert len(foreman.ids()) == 1
    lab.fault("status", status=403, times=1)
    assert foreman("GET", "status").json()["error"]["missing_permissions"] == ["view_job_invocations"]
    for status, message in ((401, "Unable to authenticate user admin"), (500, "Internal Server Error")):
        lab.fault("status", status=status)
        assert foreman("GET", "status").json()["error"]["message"].startswith(message)
    lab.fault("status", status=422)
    assert foreman("GET", "status").json() == {"message": "The job could not be cancelled."}
    lab.fault("status", status=502)
    assert foreman("GET", "status").headers["Content-Type"] == "text/html"
    entry = lab.requests("POST")[0]
    assert entry.handled and entry.body["job_invocation"]["inputs"]["must"] == "x"
    assert lab.password not in str(entry.as_dict()) and "hush-input" not in str(entry.as_dict())
    root = lab.url("foreman")
    requests.post(f"{root}/_lab/behavior", json={"template": "lab-ok", "ending": "hang"}, timeout=120)
    number = foreman.launch(401, wait=100.0)
    assert foreman.row(number)["status_label"] == "running"
    state = requests.get(f"{root}/_lab/state", timeout=120).json()
    assert [job["status"] for job in state["jobs"]] == ["successful", "running"]
    requests.post(f"{root}/_lab/delete-job", json={"id": number}, timeout=120)
    assert number not in foreman.ids()
    foreman.get(f"job_invocations/{number}", 404)


def test_its_own_description(foreman: ForemanClient) -> None:
    """What generic clients build their calls from: every call in it is served, without credentials for itself."""
    answer = foreman.as_user(None)("GET", "/apidoc/v2.json")
    assert answer.headers["Apipie-Checksum"] == foreman("GET", "status").headers["Apipie-Checksum"]
    resources = answer.json()["docs"]["resources"]
    for resource, facts in resources.items():
        for method in facts["methods"]:
            (api,) = method["apis"]
            path = re.sub(r":\w+", "0", api["api_url"])
            refused = foreman.as_user(None)(api["http_method"], path, json={}).status_code
            served = {"ping": 200, "hosts update": 404}
            assert refused == served.get(f"{resource} {method['name']}", served.get(method["name"], 401)), method
    methods = {one["name"]: one for one in resources["job_invocations"]["methods"]}
    launch = {one["name"]: one for one in methods["create"]["params"]}["job_invocation"]
    assert launch["required"] and launch["expected_type"] == "hash"
    purpose = {one["name"]: one for one in launch["params"]}["recurrence"]["params"][-1]
    assert purpose["full_name"] == "job_invocation[recurrence][purpose]"


def test_lookups(foreman: ForemanClient) -> None:
    """Templates, features, bookmarks, taxonomies by id and name (contract 1.13; recordings job_templates_show, ...)."""
    body = foreman.get("job_templates/304")
    assert [row["name"] for row in body["template_inputs"]] == ["release", "deploy_key"]
    assert body["effective_user"] == {"value": None, "current_user": False, "overridable": True}
    rows = {row["name"]: row for row in foreman.get("templates/410/template_inputs")["results"]}
    assert rows["must"]["required"] and rows["secret"]["hidden_value"] and rows["preset"]["default"] == "a value"
    assert rows["choice"]["options"].split("\r\n") == ["one", "two", "three, or more"]
    assert foreman.get("remote_execution_features/patch_hosts")["job_template_id"] == 301
    assert foreman.get("remote_execution_features/puppet_run_host")["job_template_id"] is None
    assert foreman.get("remote_execution_features/x", 404)["error"]["message"].startswith("Resource")
    rows = foreman.get("bookmarks", search='name = "ok hosts" and controller = "hosts"')["results"]
    assert [row["id"] for row in rows] == [10]
    (row,) = foreman.get("organizations", search='title = "Operations/Archive"')["results"]
    assert (row["id"], row["name"], row["parent_id"]) == (5, "Archive", 3)
    assert foreman.get("job_templates/99", 404)["error"]["message"] == "Resource job_template not found by id '99'"
