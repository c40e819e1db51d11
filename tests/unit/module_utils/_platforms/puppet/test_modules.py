# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules, as Ansible runs them, on this platform, found by the files of a workstation."""

from __future__ import annotations

import json
import pathlib
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.filter.job import normalize_job
from ansible_collections.unified.jobs.plugins.module_utils import _clock
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import conventions

Run = Callable[..., dict[str, Any]]
WEB = [f"web{number}.example.com" for number in range(1, 4)]
SECRETS = {name: f"Kx55-{name}-Kx55" for name in ("password", "sudo_password")}
KEY = "-----BEGIN KEY-----\nKx55keyline0of0the0key\n-----END KEY-----\n"
AGENTLESS: dict[str, Any] = {"hostnames": ["ssh1.example.com"], "user": "svc", "transport": "ssh"}


@pytest.fixture
def run(run_module: Run, pe: Any, lab_time: Any, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """run("job_info", jobs=1, type="job") with nothing but the files of the official tools to say where the server is."""
    tools = tmp_path / ".puppetlabs" / "client-tools"
    tools.mkdir(parents=True)
    (tools / "orchestrator.conf").write_text(json.dumps({"options": {"service-url": pe.url}}), encoding="utf-8")
    (tools.parent / "token").write_text(pe.token() + "\n", encoding="utf-8")
    monkeypatch.setattr(conventions, "GLOBAL_FOLDER", str(tmp_path))
    monkeypatch.setattr(conventions, "CA_FILES", ())
    monkeypatch.setattr(_clock.Clock, "monotonic", lambda _self: lab_time.monotonic())
    monkeypatch.setattr(_clock.Clock, "sleep", lambda _self, seconds: lab_time.sleep(seconds))
    return run_module


def test_each_module(run: Run) -> None:
    launched = run("job_invocation", template="lab::partial", targets=WEB)
    assert (launched["rc"], launched["changed"], launched["job"]["platform"]) == (0, True, "puppet")
    waited = run("job_wait", jobs=launched["job"])
    assert (waited["rc"], waited["error"], waited["job"]["status"]) == (1, "job_failed", "failed")
    assert waited["job"]["failed_tasks"][0]["host"] == "web2.example.com"
    shown = run("job_info", jobs=waited["job"]["id"], type="job", include=["hosts", "native"])["job"]
    assert len(shown["hosts"]) == shown["host_counts"]["total"] == 3
    assert normalize_job(shown["native"])["id"] == shown["id"]
    again = run("job_invocation", rerun=shown, rerun_hosts="failed", wait=True)
    assert (again["rc"], again["job"]["host_counts"]["total"]) == (1, 1)
    hanging = run("job_invocation", template="lab::hang", targets=WEB)
    stopped = run("job_cancel", jobs=hanging["job"], force=True, wait=True)
    assert (stopped["rc"], stopped["changed"], stopped["job"]["status"]) == (0, True, "canceled")


def test_each_kind(run: Run) -> None:
    start = {"schedule": {"start_at": "2099-01-01T00:00:00Z"}}
    run_ = {"type": "deploy", "targets": WEB, "puppet": {"environment": "production", "noop": True}}
    plan = {"type": "plan", "template": "lab::plan_ok"}
    jobs = [run("job_invocation", **options)["job"] for options in (run_, plan, {**plan, **start})]
    assert [job["type"] for job in jobs] == ["job", "plan_job", "scheduled_job"]
    waited = run("job_wait", jobs=jobs)
    assert [job["status"] for job in waited["jobs"]] == ["successful", "successful", "scheduled"]
    assert [job["status"] for job in run("job_info", jobs=jobs)["jobs"]] == ["successful", "successful", "scheduled"]
    canceled = run("job_cancel", jobs=jobs)
    assert [job["outcome"] for job in canceled["jobs"]] == ["already_finished", "already_finished", "cancel_requested"]
    assert canceled["changed"] is True


@pytest.mark.case("puppet-13", "puppet-59")
def test_check_mode_sends_no_command(run: Run, pe: Any, commands: Any) -> None:
    job = run("job_invocation", template="lab::hang", targets=WEB)["job"]
    plan = run("job_invocation", type="plan", template="lab::plan_hang")["job"]
    later = run("job_invocation", template="lab::ok", targets=WEB, schedule={"start_at": "2099-01-01T00:00:00Z"})["job"]
    pe.lab.forget_requests()
    planned = run("job_invocation", check_mode=True, template="lab::ok", targets=WEB)
    assert (planned["rc"], planned["changed"], planned["job"]["id"]) == (0, True, None)
    assert planned["request"]["body"]["task"] == "lab::ok"
    assert run("job_wait", check_mode=True, jobs=planned["job"])["rc"] == 0
    assert run("job_cancel", check_mode=True, jobs=[job, plan, later])["changed"] is True
    assert run("job_invocation", check_mode=True, rerun=job)["changed"] is True
    assert run("job_wait", check_mode=True, jobs=[job, plan])["rc"] == 0
    assert commands() == []


@pytest.mark.case("puppet-50", "puppet-68")
@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("fails", [True, False])
def test_no_secret_is_shown(run: Run, pe: Any, check_mode: bool, fails: bool) -> None:
    """Also not in the invocation, which -vvvv shows."""
    if fails:
        body = {"kind": "x/validation-error", "msg": f"no: {SECRETS} {KEY}", "details": {"targets": [SECRETS]}}
        where = "/tasks/" if check_mode else "/command/"
        pe.fault("status", status=400, path=where, body=json.dumps(body), content_type="application/json", times=None)
    result = run(
        "job_invocation",
        check_mode=check_mode,
        template="lab::params",
        parameters={"must": "x"},
        secret_parameters={"secret": "Kx55-parameter"},
        puppet={
            "agentless": [{**AGENTLESS, **SECRETS}, {**AGENTLESS, "hostnames": ["ssh2"], "private_key_content": KEY}]
        },
        include=["parameters", "native", "hosts"],
        wait=True,
        fail_on=[],
    )
    assert result["rc"] == (1 if fails else 0)
    assert "module_args" in result["invocation"]
    for secret in (*SECRETS.values(), "Kx55keyline0of0the0key", "Kx55", pe.token()):
        assert secret not in json.dumps(result)


@pytest.mark.case("puppet-68")
@pytest.mark.parametrize(
    "puppet",
    [
        # what the argument spec refuses
        {"agentless": [{**AGENTLESS, **SECRETS, "nonsense": 1}]},
        {"agentless": [{**SECRETS}]},
        {"agentless": [{**AGENTLESS, **SECRETS, "port": "many"}]},
        {"agentless": [{**AGENTLESS, **SECRETS, "transport": "telnet"}]},
        {"agentless": json.dumps([{**AGENTLESS, **SECRETS}])},
        {"agentless": {**AGENTLESS, **SECRETS, "nonsense": 1}},
        json.dumps({"agentless": [{**AGENTLESS, **SECRETS}], "nonsense": 1}),
        f"agentless=[{SECRETS['password']}]",
    ],
)
def test_no_secret_is_shown_when_the_options_are_wrong(run: Run, pe: Any, puppet: Any) -> None:
    result = run("job_invocation", template="lab::ok", targets=WEB, puppet=puppet, validate=False, check_mode=True)
    assert "Kx55" not in json.dumps(result)
    if result["rc"]:
        assert result["error"] == "invalid_option"


@pytest.mark.case("puppet-4", "puppet-14")
def test_texts_become_what_the_options_are(run: Run, commands: Any) -> None:
    """Jinja hands over text: Ansible's own conversion makes numbers, lists and booleans of it."""
    puppet = {"environment": "production", "noop": "yes", "filetimeout": "0", "userdata": '{"ticket": 1}'}
    result = run(
        "job_invocation", type="deploy", targets=",".join(WEB), concurrency="2", job_timeout="60", puppet=puppet
    )
    assert result["rc"] == 0, result
    body = commands()[0].body
    assert body["scope"] == {"nodes": WEB}
    assert (body["noop"], body["filetimeout"], body["concurrency"], body["timeout"]) == (True, 0, 2, 60)
    assert body["userdata"]["ticket"] == 1
    query = 'nodes[certname] { certname ~ "web" }'
    assert run("job_invocation", template="lab::ok", target_query=query)["job"]["targets"] == query
    tree = ["from", "nodes", ["~", "certname", "web1"]]
    assert run("job_invocation", template="lab::ok", target_query=tree)["job"]["host_counts"]["total"] == 1


@pytest.mark.parametrize("empty", [[], "", [""]])
def test_skip(run: Run, pe: Any, empty: Any) -> None:
    result = run("job_invocation", template="lab::ok", targets=empty, on_no_targets="skip")
    assert (result["rc"], result["changed"], result["skipped"], result["jobs"]) == (0, False, True, [])
    assert pe.requests() == []


def test_warnings_are_shown(run: Run) -> None:
    result = run("job_invocation", template="lab::ok", targets=["off1.example.com"])
    assert any("Not connected at the moment" in str(warning) for warning in result["warnings"])


def test_the_options_of_another_platform(run: Run, pe: Any) -> None:
    for other in ("awx", "foreman"):
        result = run("job_invocation", template="lab::ok", targets=WEB, **{other: {}})
        assert (result["rc"], result["error"]) == (1, "invalid_option")
        assert result["msg"] == f"{other} is an option of another platform than puppet: leave it out."
    assert pe.requests() == []


def test_no_personal_data_of_the_owner(run: Run) -> None:
    """Contract 1.4: the owner has an address, a name and groups, and only the login is shown."""
    result = run("job_invocation", template="lab::ok", targets=WEB, wait=True, include=["hosts", "events", "history"])
    assert result["job"]["launched_by"] == "admin"
    for word in ("Administrator", "display_name", "email", "role_ids", "last_login"):
        assert word not in json.dumps(result)


@pytest.mark.case("puppet-50")
@pytest.mark.parametrize("more", [{}, {"unknown": "x"}], ids=["launched", "refused"])
@pytest.mark.parametrize("check_mode", [True, False])
def test_what_the_task_calls_sensitive_is_in_no_invocation(run: Run, more: dict[str, str], check_mode: bool) -> None:
    """Also where it was not given as a secret: only the server tells that it is one."""
    given = {"must": "a", "secret": "Kx55-declared-Kx55", **more}
    result = run("job_invocation", check_mode=check_mode, template="lab::params", targets=WEB, parameters=given)
    assert result["rc"] == (1 if more else 0)
    assert result["invocation"]["module_args"]["parameters"]["must"] == "a"
    assert "Kx55" not in json.dumps(result)
