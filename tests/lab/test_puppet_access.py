# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Getting into the simulated Puppet Enterprise, its generations, its inventory, and the lab around it (contract 2)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from puppet_client import WEB, PuppetClient

from unified_jobs_lab import Lab
from unified_jobs_lab.puppet.dates import shown

FILES = Path(__file__).resolve().parents[2] / "roles" / "lab" / "files"
_TOKEN = "/rbac-api/v1/auth/token"
_CHECK = "/rbac-api/v2/auth/token/authenticate"


def _kind(answer: requests.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["kind"])


def _login(api: PuppetClient, user: str = "operator", **more: Any) -> PuppetClient:
    body = {"login": user, "password": api.server.passwords[user], **more}
    return api.with_token(api("POST", _TOKEN, json=body).json()["token"])


# -- who


def test_without_a_token(puppet: PuppetClient) -> None:
    """401 with a kind; in the query it works too; the status is for everybody (recordings 008 and 021)."""
    nobody = puppet.as_user(None)
    assert _kind(nobody("GET", "jobs"), 401) == "puppetlabs.rbac/user-unauthenticated"
    assert nobody("GET", "jobs", params={"token": puppet.token}).status_code == 200
    assert nobody("GET", "jobs", headers={"Authorization": f"Bearer {puppet.token}"}).status_code == 401
    assert nobody("GET", "/status/v1/services/orchestrator-service").status_code == 200
    assert nobody("GET", "/status/v1/simple/orchestrator-service").text == "running"
    assert _kind(puppet.with_token("x")("GET", "jobs"), 401) == "puppetlabs.rbac/invalid-token"
    assert _kind(puppet.as_user("former")("GET", "jobs"), 401) == "puppetlabs.rbac/user-revoked"


@pytest.mark.parametrize("way", ["expire", "revoke"])
def test_tokens_end(puppet: PuppetClient, way: str) -> None:
    """One or all; by the lab, or over its control path; a reset mends it (recordings 010, 011, 014)."""
    other = _login(puppet)
    end = getattr(puppet.lab, f"{way}_tokens")
    end(other.token)
    assert _kind(other("GET", "jobs"), 401) == f"puppetlabs.rbac/token-{way}d"
    assert puppet("GET", "jobs").status_code == 200
    puppet("POST", f"/_lab/{way}-token", json={})
    assert _kind(puppet("GET", "jobs"), 401) == f"puppetlabs.rbac/token-{way}d"
    puppet.options.expired_status = 403
    assert puppet("GET", "jobs").status_code == (403 if way == "expire" else 401)
    puppet.lab.reset()
    assert puppet("GET", "jobs").status_code == 200 and other("GET", "jobs").status_code == 401


def test_a_platform_without_revoking(puppet: PuppetClient) -> None:
    """The control path says so."""
    with Lab(platforms=("awx",)) as lab:
        answer = requests.post(f"{lab.url()}/_lab/revoke-token", json={}, timeout=120)
        assert answer.status_code == 400 and "cannot be revoked" in answer.json()["error"]
        lab.revoke_tokens()
        assert requests.get(f"{lab.url()}/api/v2/me/", headers={"Authorization": f"Bearer {lab.token}"}, timeout=120).ok


def test_logins(puppet: PuppetClient) -> None:
    """A token for a while, with a label of its own (recordings 001 to 004)."""
    token = _login(puppet, lifetime="2h", label="ansible")
    assert token("GET", "jobs").status_code == 200
    puppet.lab.advance(2 * 3600 - 1)
    assert token("GET", "jobs").status_code == 200
    puppet.lab.advance(2)
    assert _kind(token("GET", "jobs"), 401) == "puppetlabs.rbac/token-expired"
    body = {"login": "operator", "password": puppet.server.passwords["operator"]}
    short = puppet("POST", _TOKEN, json={**body, "label": "a"}).json()["token"]
    assert _kind(puppet("POST", _TOKEN, json={**body, "label": "a"}), 400) == "schema-violation"
    assert _kind(puppet("POST", _TOKEN, json={**body, "label": "a,b"}), 400) == "schema-violation"
    assert _kind(puppet("POST", _TOKEN, json={**body, "lifetime": "soon"}), 400) == "schema-violation"
    assert _kind(puppet("POST", _TOKEN, json={"login": "operator"}), 400) == "schema-violation"
    assert _kind(puppet("POST", _TOKEN, json={**body, "password": "x"}), 401) == "puppetlabs.rbac/user-unauthenticated"
    former = {"login": "former", "password": puppet.server.passwords["former"]}
    assert _kind(puppet("POST", _TOKEN, json=former), 401) == "puppetlabs.rbac/user-unauthenticated"
    puppet.lab.advance(3601)  # an hour, unless something else is asked for
    assert puppet.with_token(short)("GET", "jobs").status_code == 401
    for_ever = _login(puppet, lifetime="0")
    puppet.lab.advance(9 * 365 * 86400)
    assert for_ever("GET", "jobs").status_code == 200
    puppet.options.console_starting = True
    assert _kind(puppet("POST", _TOKEN, json=body), 401) == "puppetlabs.rbac/server-error"


def test_checking_and_revoking(puppet: PuppetClient) -> None:
    """Whose token it is; revoked by its text, its label or its user (recordings 005 to 007)."""
    tokens = [_login(puppet, label=label) for label in "abc"]

    def state(one: PuppetClient) -> int:
        return puppet.as_user(None)("POST", _CHECK, json={"token": one.token}).status_code

    found = puppet("POST", _CHECK, json={"token": tokens[0].token}).json()
    assert (found["login"], found["is_superuser"], found["last_login"][-1]) == ("operator", False, "Z")
    assert puppet("DELETE", f"/rbac-api/v2/tokens/{tokens[0].token}").status_code == 204
    assert _kind(puppet("POST", _CHECK, json={"token": tokens[0].token}), 403) == "token-revoked"
    assert tokens[0].token not in str([entry.as_dict() for entry in puppet.lab.requests("DELETE")])
    path = "/rbac-api/v2/tokens"
    assert tokens[1]("DELETE", path, json={"revoke_tokens_by_labels": ["c", "b"]}).status_code == 204
    assert [state(one) for one in tokens] == [403, 403, 403]
    more = puppet.with_token(_login(puppet)("POST", "/rbac-api/v1/tokens", json={}).json()["token"])
    assert more("DELETE", path, params={"revoke_tokens_by_usernames": "admin"}).status_code == 403
    assert puppet("DELETE", path, params={"revoke_tokens_by_usernames": "operator"}).status_code == 204
    assert state(more) == 403 and puppet("DELETE", path).status_code == 400


def test_idle_tokens(puppet: PuppetClient) -> None:
    """They time out, and |no_keepalive does not keep them (contract 2.1)."""
    puppet.options.idle_limit = 600.0
    token = _login(puppet, lifetime="1d")
    for path in ("jobs", "inventory"):
        puppet.lab.advance(500)
        assert token("GET", path).status_code == 200
    quiet = token.with_token(f"{token.token}|no_keepalive")
    puppet.lab.advance(500)
    assert quiet("GET", "jobs").status_code == 200
    puppet.lab.advance(200)
    assert _kind(token("GET", "jobs"), 401) == "puppetlabs.rbac/token-timed-out"


def test_rights(puppet: PuppetClient) -> None:
    """Refusals as text and as JSON (recordings 015 and 016)."""
    answer = puppet.as_user("nobody")("GET", "jobs")
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "text/plain")
    assert answer.text == (
        "Forbidden request: /orchestrator/v1/jobs (method :get). Please see the server logs for details."
    )
    reader = puppet.as_user("reader")
    assert reader("GET", "jobs").status_code == 200 and reader("GET", "inventory").status_code == 200
    body = {"environment": "production", "scope": {"nodes": WEB}, "task": "lab::ok", "params": {}}
    assert _kind(reader("POST", "command/task", json=body), 403) == "puppetlabs.orchestrator/not-permitted"
    answer = reader("POST", "command/deploy", json=body)
    assert answer.status_code == 403 and "RBAC Message: Permission denied: puppet_agent:run:*." in answer.text
    number = puppet.task("lab::hang", WEB)
    assert reader("POST", "command/stop", json={"job": str(number)}).status_code == 403
    assert reader("POST", "command/stop_plan", json={"plan_job": str(puppet.plan("lab::plan_long"))}).status_code == 403
    assert puppet.get(f"jobs/{number}")["state"] == "ready"
    assert puppet.lab.read_token == puppet.server.tokens["reader"]


# -- which (contract 1.1)


@pytest.mark.parametrize(
    ("method", "path", "served"),
    [
        ("POST", "command/environment_plan_run", {"2019.8", "2023"}),
        ("POST", "command/stop_plan", {"2023"}),
        ("POST", "command/schedule_task", {"2018.1", "2019.8"}),
        ("POST", "command/schedule_deploy", {"2019.8"}),
        ("POST", "command/schedule_plan", {"2019.8"}),
        ("POST", "command/task_target", {"2019.8", "2023"}),
        ("GET", "scheduled_jobs/environment_jobs", {"2023"}),
        ("POST", "scheduled_jobs/environment_jobs", {"2023"}),
        ("GET", "plans", {"2019.8", "2023"}),
        ("GET", "usage", {"2019.8", "2023"}),
        ("GET", "scopes/task_targets", {"2019.8", "2023"}),
        ("GET", "plan_jobs", {"2018.1", "2019.8", "2023"}),
        ("GET", "events", set()),
        ("DELETE", "jobs/1001", set()),
    ],
)
def test_routes(puppet: PuppetClient, method: str, path: str, served: set[str]) -> None:
    """What a release has; what it has not is a 404 without a kind (recording 019)."""
    for generation in ("2018.1", "2019.8", "2023"):
        puppet.options.generation = generation
        answer = puppet(method, path, json={} if method == "POST" else None)
        bare = answer.status_code == 404 and answer.text == "Not Found"
        assert bare is (generation not in served), generation
        assert not bare or answer.headers["Content-Type"] == "text/plain"


def test_versions(puppet: PuppetClient) -> None:
    """The status says the release, the root never does (recordings 020 and 021)."""
    for generation, version in (("2018.1", "2018.1.15.2"), ("2019.8", "2019.8.8.4"), ("2023", "2023.8.0.16")):
        puppet.options.generation = generation
        body = puppet.get("/status/v1/services/orchestrator-service")
        assert body["orchestrator-service"]["service_version"] == version
        assert puppet.get("")["info"]["version"] == "0.1"
    puppet.options.release = "2021.7.0"
    assert puppet.get("plan_jobs") and puppet("POST", "command/stop_plan", json={}).status_code == 404
    assert puppet("GET", "scheduled_jobs/environment_jobs").status_code == 200
    puppet.options.starting = True
    assert puppet("GET", "/status/v1/simple/orchestrator-service").status_code == 503


# -- lookups (contract 1.10 and 1.11)


def test_tasks(puppet: PuppetClient) -> None:
    """Their metadata; environments; the key permitted is new (recordings 160 to 167)."""
    body = puppet.get("tasks/package/init")
    assert body["name"] == "package" and body["metadata"]["supports_noop"] and body["permitted"] is True
    assert (
        body["metadata"]["parameters"]["token"]["sensitive"]
        and body["metadata"]["parameters"]["provider"]["default"] == "yum"
    )
    assert puppet.get("tasks/example/ping")["metadata"] == {}
    assert puppet.get("tasks/lab/ok")["metadata"]["parameters"] == {}
    assert puppet.get("tasks/lab/private")["metadata"]["private"] is True
    rows = {row["name"]: row["id"].partition("/v1/")[2] for row in puppet.get("tasks")["items"]}
    assert (rows["exec"], rows["lab::ok"]) == ("tasks/exec/init", "tasks/lab/ok") and "lab::staging_only" not in rows
    assert puppet.get("tasks/lab/staging_only", environment="staging")["environment"]["name"] == "staging"
    assert puppet.get("tasks/lab/staging_only", 404)["kind"].endswith("/unknown-task")
    assert puppet.get("tasks", 400, environment="a-b")["kind"].endswith("/validation-error")
    assert puppet.get("plans", 404, environment="nosuch")["kind"].endswith("/unknown-environment")
    puppet.options.generation = "2018.1"
    assert "permitted" not in puppet.get("tasks/package/init") and "permitted" not in puppet.get("tasks")["items"][0]


def test_plans(puppet: PuppetClient) -> None:
    """The same; what is not permitted is listed too (recordings 168 to 170)."""
    rows = {row["name"]: row["permitted"] for row in puppet.as_user("limited").get("plans")["items"]}
    assert rows["facts::info"] is True and rows["canary"] is False
    body = puppet.get("plans/canary/init")
    assert body["name"] == "canary" and body["metadata"]["parameters"]["canary"]["default_value"] == "1"
    assert puppet.get("plans/no/such/plan", 404)["details"] == {"plan": "no::such::plan", "environment": "production"}


def test_inventory(puppet: PuppetClient) -> None:
    """Agents only; what nobody knows is not connected; a POST is a read (recordings 171 to 176)."""
    items = puppet.get("inventory")["items"]
    assert sum(one["connected"] for one in items) == 15 and len(items) == 16
    assert not {"ssh1.example.com", "winrm1.example.com"} & {one["name"] for one in items}
    assert puppet.get("inventory/off1.example.com") == {"name": "off1.example.com", "connected": False}
    assert puppet.get("inventory/whatever") == {"name": "whatever", "connected": False}
    found = puppet.post("inventory", {"nodes": ["web1.example.com", "x"]}, 200)["items"]
    assert [one["connected"] for one in found] == [True, False] and found[0]["broker"].startswith("pcp://")
    assert (
        puppet("POST", "inventory").status_code == 400
        and puppet("POST", "inventory", json={"nodes": "x"}).status_code == 400
    )
    puppet.options.broker_down = True
    assert _kind(puppet("GET", "inventory/web1.example.com"), 500) == "puppetlabs.orchestrator/unknown-error"


def test_task_targets(puppet: PuppetClient) -> None:
    """Every key is looked at; then it can be read (recordings 061, 062, 177, 178)."""
    body = {"display_name": "web", "tasks": ["exec"], "nodes": ["web1.example.com"], "node_groups": []}
    for name in body:
        assert puppet.refused("command/task_target", {**body, name: 1})[0] == "validation-error"
    assert puppet.refused("command/task_target", {**body, "pql_query": 1})[0] == "validation-error"
    name = puppet.post("command/task_target", body, 200)["task_target"]["name"]
    assert puppet.get(f"scopes/task_targets/{name}")["all_tasks"] == "false"
    assert [row["display_name"] for row in puppet.get("scopes/task_targets")["items"]] == ["web"]
    assert puppet.get("scopes/task_targets/x", 404)["kind"].endswith("/unknown-task-target")


# -- the lab around it


def test_starting() -> None:
    """By name, with a generation; a generation is for the platform that knows it, and for one it must be."""
    for platforms, generation in ((("puppet",), "3.16"), (("awx",), "2023"), (("awx", "puppet"), "1.0")):
        with pytest.raises(ValueError, match="no generation of"):
            Lab(platforms=platforms, generation=generation)
    with Lab(platforms=("puppet", "foreman"), generation="2019.8", tls=True) as lab:
        lab.freeze()
        client = PuppetClient(lab)
        assert (client.options.generation, lab.token) == ("2019.8", client.token)
        number = client.task(wait=10.0)
        assert client.get(f"jobs/{number}")["state"] == "finished" and lab.url("puppet").startswith("https://")
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(f"{lab.url('puppet')}/status/v1/simple/orchestrator-service", timeout=120)
        version = requests.get(f"{lab.url('foreman')}/api/ping", verify=lab.ca_file, timeout=120).headers
        assert version["Foreman_version"] == "3.16.0"
    with Lab(platforms=("foreman", "puppet"), generation="3.5") as lab:
        assert PuppetClient(lab).options.generation == "2023"


def test_command_line(tmp_path: Path) -> None:
    """--platform puppet, over TLS, with the state file."""
    state = tmp_path / "lab.json"
    command = [sys.executable, "-m", "unified_jobs_lab", "--state", str(state)]
    environment = {**os.environ, "PYTHONPATH": str(FILES)}
    options = ["--platform", "puppet", "--generation", "2018.1", "--detach"]
    subprocess.run([*command, *options], env=environment, check=True, timeout=120)
    try:
        known = json.loads(state.read_text(encoding="utf-8"))
        server = known["servers"]["puppet"]
        headers = {"X-Authentication": server["read_token"]}
        answer = requests.get(
            f"{server['url']}/orchestrator/v1/jobs", headers=headers, verify=known["ca_file"], timeout=120
        )
        assert answer.json()["items"] == []
        assert set(server["users"]) == {"admin", "operator", "limited", "launcher", "reader", "nobody", "former"}
    finally:
        subprocess.run([*command, "--stop"], env=environment, check=True, timeout=120)


def test_speed() -> None:
    """Twice as fast; dates are dates all the same."""
    with Lab(platforms=("puppet",), speed=2.0) as lab:
        lab.freeze()
        client = PuppetClient(lab)
        number = client.task("lab::sleep", WEB[:1], 2.4, params={"seconds": 4})
        assert client.states(number) == {"web1": "finished"}
        start = {"start_time": str(shown(int(lab.clock.now()) + 100)), "interval": None}
        given = {"name": "lab::ok", "parameters": {}, "scope": {"nodes": WEB}}
        body = {"type": "task", "input": given, "environment": "production", "schedule": start, "description": ""}
        client.post("scheduled_jobs/environment_jobs", {**body, "userdata": {}}, 200)
        lab.advance(90)
        assert len(client.get("jobs")["items"]) == 1
        lab.advance(20)
        assert len(client.get("jobs")["items"]) == 2


def test_faults_log_and_control(puppet: PuppetClient) -> None:
    """The shared faults in this server's words, the log without secrets, the control path, reset."""
    lab = puppet.lab
    lab.fault("cut_answer", method="POST", path="/command/task$")
    with pytest.raises(requests.exceptions.ConnectionError):
        puppet.task()
    assert len(puppet.get("jobs")["items"]) == 1
    for status, kind in ((401, "token-expired"), (403, "not-permitted"), (404, "unknown-job"), (500, "unknown-error")):
        lab.fault("status", status=status)
        assert puppet("GET", "jobs").json()["kind"].endswith(kind)
    assert puppet.token not in str([entry.as_dict() for entry in lab.requests()])
    puppet("POST", "/_lab/behavior", json={"template": "lab::ok", "ending": "hang"})
    number = puppet.task(wait=100.0)
    assert puppet.get(f"jobs/{number}")["state"] == "running"
    jobs = puppet.get("/_lab/state")["jobs"]
    assert [(job["type"], job["name"], job["status"]) for job in jobs][1:] == [("task", "lab::ok", "running")]
    puppet.options.generation = "2018.1"
    lab.reset()
    assert (puppet.options.generation, puppet.get("jobs")["items"]) == ("2023", [])


def test_jobs_of_the_future(puppet: PuppetClient) -> None:
    """Words that no release has yet (recording 090)."""
    number = puppet.task(wait=5.0)
    puppet.server.disguise(number, state="archived", future_key=1)
    assert puppet.get(f"jobs/{number}")["state"] == puppet.get("jobs")["items"][0]["state"] == "archived"
    assert puppet.get(f"jobs/{number}")["future_key"] == 1
