# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is secret in a launch is sent, and shown nowhere: Puppet contract 1.8 and 4, checklist 50 and 68."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError
from ansible_collections.unified.jobs.plugins.module_utils._launch import launch_job
from ansible_collections.unified.jobs.plugins.module_utils._launching import Launching
from ansible_collections.unified.jobs.plugins.module_utils._service import Servers, Task
from ansible_collections.unified.jobs.plugins.module_utils._types import JobRequest

WEB1 = "web1.example.com"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nKx55b3BlbnNzaC1rZXktdjEAAAAA\nKx55second0line0of0it\n-----END OPENSSH PRIVATE KEY-----\n"
SECRETS = {"password": "Kx55-password", "sudo_password": "Kx55-sudo"}
AGENTLESS = {"hostnames": ["ssh1.example.com"], "user": "svc", "transport": "ssh"}
#: what may not be found anywhere
HIDDEN = (*SECRETS.values(), "Kx55b3BlbnNzaC1rZXktdjEAAAAA", "Kx55second0line0of0it", "Kx55-parameter", "Kx55")


def shown(value: Any) -> str:
    """All that a person may get to see of a result or an error."""
    if isinstance(value, JobsError):
        return json.dumps([value.message, str(value), value.result, value.to_result()], default=str)
    return json.dumps(value, default=str)


def assert_hidden(value: Any) -> None:
    text = shown(value)
    assert [secret for secret in HIDDEN if secret in text] == []


@pytest.mark.case("puppet-68", "puppet-50")
def test_secrets_arrive(played: Any) -> None:
    platform = played({})
    options = {"agentless": [{**AGENTLESS, **SECRETS}, {"hostnames": ["ssh2"], "private_key_content": KEY}]}
    request = JobRequest(
        type="task",
        template="t",
        validate=False,
        options=options,
        parameters={"a": 1},
        secret_parameters={"b": "Kx55-parameter"},
    )
    launch = platform.plan(request)
    first, second = launch.body["targets"]
    assert (first["password"], first["sudo-password"]) == ("Kx55-password", "Kx55-sudo")
    assert second["private-key-content"] == KEY
    assert launch.body["params"] == {"a": 1, "b": "Kx55-parameter"}
    # what is shown has the names and no values
    assert launch.request["body"]["params"] == {"a": 1, "b": "********"}
    first, second = launch.request["body"]["targets"]
    assert (first["hostnames"], first["user"], first["password"]) == (["ssh1.example.com"], "svc", "********")
    assert (first["sudo-password"], second["private-key-content"]) == ("********", "********")
    assert_hidden(launch.request)
    # nor in what a debugger or a traceback prints
    assert_hidden(repr(launch) + repr(request))


def launches(secret: str) -> list[dict[str, Any]]:
    """Launches of every kind with a secret in each place that may hold one."""
    agentless = {**AGENTLESS, "password": secret}
    later = {"schedule": {"start_at": "2099-01-01T00:00:00Z"}}
    task = {"template": "lab::params", "targets": [WEB1], "secret_parameters": {"must": secret}}
    plan = {"type": "plan", "template": "lab::plan_parameters", "secret_parameters": {"message": secret}}
    return [
        task,
        {**task, **later},
        {"template": "lab::ok", "puppet": {"agentless": [agentless]}},
        {"template": "lab::ok", "puppet": {"agentless": [agentless]}, **later},
        plan,
        {**plan, **later},
        # the server says that this one is sensitive, and the user did not
        {"template": "lab::params", "targets": [WEB1], "parameters": {"must": "x", "secret": secret}},
        {"type": "plan", "template": "lab::plan_parameters", "parameters": {"message": "x", "secret": secret}},
        {**task, "secret_parameters": {"must": "x", "secret": secret}},
    ]


@pytest.mark.case("puppet-50", "puppet-68")
@pytest.mark.parametrize("generation", ["2019.8", "2023"])
@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("number", range(len(launches(""))))
def test_no_result_shows_them(face: Any, pe: Any, number: int, check_mode: bool, generation: str) -> None:
    pe.options.generation = generation
    options = launches("Kx55-parameter")[number]
    include = ["parameters", "native", "hosts", "output", "artifacts", "events"]
    later = "schedule" in options
    result = face("invoke", check_mode=check_mode, **options, include=include, wait=not later, fail_on=[])
    assert result["changed"] is True
    assert_hidden(result)


@pytest.mark.case("puppet-50", "puppet-68")
@pytest.mark.parametrize("number", range(len(launches(""))))
@pytest.mark.parametrize(
    "fault",
    [
        {"action": "status", "status": 400},
        {"action": "status", "status": 500},
        {"action": "status", "status": 403},
        {"action": "reset"},
    ],
)
def test_no_error_shows_them(refused: Any, pe: Any, number: int, fault: dict[str, Any]) -> None:
    """A server may repeat what it was sent: recording 046 does."""
    body = {
        "kind": "puppetlabs.orchestrator/validation-error",
        "msg": 'Invalid input: parameter must expects String, got "Kx55-parameter"',
        "details": {"params": {"must": "Kx55-parameter"}, "got": "Kx55-parameter"},
    }
    pe.fault(
        **fault,
        method="POST",
        path="(command/|environment_jobs)",
        body=json.dumps(body),
        content_type="application/json",
    )
    assert_hidden(refused("invoke", **launches("Kx55-parameter")[number]))


@pytest.mark.case("puppet-68")
def test_an_error_that_repeats_a_key(refused: Any, pe: Any) -> None:
    """One line of a key is a secret too, in whatever way it is written."""
    body = {"kind": "x/validation-error", "msg": f"cannot parse {KEY}", "details": {"line": KEY.splitlines()[1]}}
    pe.fault(
        "status", status=400, method="POST", path="command/", body=json.dumps(body), content_type="application/json"
    )
    agentless = {**AGENTLESS, "private_key_content": KEY}
    assert_hidden(refused("invoke", template="lab::ok", puppet={"agentless": [agentless]}))


@pytest.mark.case("puppet-68")
def test_a_secret_that_would_be_cut_in_the_middle(refused: Any, pe: Any) -> None:
    """Half a secret is not found any more, so it is masked before a long sentence is cut."""
    for filler in range(970, 1000, 3):
        body = json.dumps({"kind": "x/validation-error", "msg": "x" * filler + " Kx55-password"})
        pe.fault("status", status=400, method="POST", path="command/", body=body, content_type="application/json")
        agentless = {**AGENTLESS, **SECRETS}
        error = refused("invoke", template="lab::ok", puppet={"agentless": [agentless]})
        assert "Kx" not in shown(error)


@pytest.mark.case("puppet-68")
def test_nested_secrets_are_masked_by_the_launch_itself(played: Any, answered: Any, manual_time: Any) -> None:
    """Whoever calls it, also without a face around it."""
    refusal = answered(400, {"kind": "x/validation-error", "msg": f"no: {SECRETS} {KEY}"})
    platform = played({"POST /command/task": refusal})
    task = Task(Servers(lambda name: platform), clock=manual_time)
    agentless = [{**AGENTLESS, **SECRETS}, {"hostnames": ["ssh2"], "private_key_content": KEY}]
    request = JobRequest(type="task", template="t", validate=False, options={"agentless": agentless})
    with pytest.raises(JobsError) as caught:
        launch_job(Launching(task, request), None)
    assert "no: " in caught.value.message
    assert_hidden(caught.value)


@pytest.mark.case("puppet-68")
@pytest.mark.parametrize("mistake", [{"hostnames": []}, {"private_key_content": KEY}, {"hostnames": [" "]}])
def test_a_mistake_beside_them(refused: Any, pe: Any, mistake: dict[str, Any]) -> None:
    agentless = {**AGENTLESS, **SECRETS, **mistake}
    assert_hidden(refused("invoke", template="lab::ok", puppet={"agentless": [agentless]}))
    assert pe.requests() == []


@pytest.mark.case("puppet-50")
@pytest.mark.parametrize("value", [{"key": "Kx55-parameter"}, ["Kx55-parameter"], [{"a": ["Kx55-parameter"]}]])
def test_sensitive_values_of_any_shape(played: Any, value: Any, answered: Any, manual_time: Any) -> None:
    """What the metadata calls sensitive is masked in the sentences of the server too, deep within the value."""
    refusal = answered(400, {"kind": "x/validation-error", "msg": "Bad value Kx55-parameter"})
    platform = played(
        {
            "/tasks/m/t": {"metadata": {"parameters": {"a": {"type": "Any", "sensitive": True}}}},
            "POST /inventory": {"items": [{"name": WEB1, "connected": True}]},
            "POST /command/task": refusal,
        }
    )
    task = Task(Servers(lambda name: platform), clock=manual_time)
    with pytest.raises(JobsError) as caught:
        launch_job(
            Launching(task, JobRequest(type="task", template="m::t", targets=[WEB1], parameters={"a": value})), None
        )
    assert platform.client.sent()[0][1]["params"] == {"a": value}
    assert "Bad value" in caught.value.message
    assert_hidden(caught.value)
    task.check_mode = True
    result = launch_job(
        Launching(task, JobRequest(type="task", template="m::t", targets=[WEB1], parameters={"a": value})), None
    )
    assert result["request"]["body"]["params"] == {"a": "********"}


@pytest.mark.case("puppet-50")
def test_without_validation_the_secret_ones_are_known_all_the_same(face: Any) -> None:
    options = launches("Kx55-parameter")[0]
    assert_hidden(face("invoke", check_mode=True, **options, validate=False))


@pytest.mark.case("puppet-68")
def test_the_token_is_nowhere(face: Any, refused: Any, pe: Any) -> None:
    token = pe.token()
    task = {"template": "lab::ok", "targets": [WEB1]}
    assert token not in shown(face("invoke", **task, wait=True, include=["native", "hosts", "events"]))
    body = json.dumps({"kind": "puppetlabs.rbac/invalid-token", "msg": f"The token {token} is not valid"})
    pe.fault("status", status=401, body=body, content_type="application/json", times=None)
    assert token not in shown(refused("invoke", **task))
    pe.lab.clear_faults()
    pe.fault("status", status=403, body=f"Forbidden request: {token}", content_type="text/plain", times=None)
    assert token not in shown(refused("invoke", **task))
