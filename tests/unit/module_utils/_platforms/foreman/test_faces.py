# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules, as Ansible runs them, and the filter on this platform."""

from __future__ import annotations

import json
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.filter.job import normalize_job
from ansible_collections.unified.jobs.plugins.module_utils import _clock

Run = Callable[..., dict[str, Any]]
SECRETS = {name: f"Kx55-{name}-Kx55" for name in ("password", "key_passphrase", "effective_user_password")}
HIDDEN = "Kx55-input-Kx55"


@pytest.fixture
def run(run_module: Run, foreman_lab: Any, lab_time: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    """run("job_info", jobs=1) with nothing but the variables of Foreman's users to say where the server is."""
    monkeypatch.setenv("FOREMAN_SERVER_URL", foreman_lab.url("foreman"))
    monkeypatch.setenv("FOREMAN_USERNAME", foreman_lab.username)
    monkeypatch.setenv("FOREMAN_PASSWORD", foreman_lab.password)
    monkeypatch.setattr(_clock.Clock, "monotonic", lambda _self: lab_time.monotonic())
    monkeypatch.setattr(_clock.Clock, "sleep", lambda _self, seconds: lab_time.sleep(seconds))
    return run_module


def test_each_module(run: Run) -> None:
    launched = run("job_invocation", template="lab-partial", target_query="name ~ web")
    assert (launched["rc"], launched["changed"], launched["job"]["platform"]) == (0, True, "foreman")
    waited = run("job_wait", jobs=launched["job"])
    assert (waited["rc"], waited["error"], waited["job"]["status"]) == (1, "job_failed", "failed")
    assert waited["job"]["failed_tasks"][0]["host"] == "web2.example.com"
    shown = run("job_info", jobs=waited["job"]["id"], include=["hosts", "native"])["job"]
    assert len(shown["hosts"]) == shown["host_counts"]["total"] == 5
    assert normalize_job(shown["native"])["id"] == shown["id"]
    hanging = run("job_invocation", template="lab-hang", target_query="name ~ web")
    stopped = run("job_cancel", jobs=hanging["job"], wait=True)
    assert (stopped["rc"], stopped["changed"], stopped["job"]["status"]) == (0, True, "canceled")


@pytest.mark.parametrize("check_mode", [True, False])
def test_no_secret_is_shown(run: Run, foreman_lab: Any, check_mode: bool) -> None:
    result = run(
        "job_invocation",
        check_mode=check_mode,
        template="lab-inputs",
        target_query="name ~ web",
        parameters={"must": "1"},
        secret_parameters={"secret": HIDDEN},
        foreman={"ssh_user": "joe", **SECRETS},
        include=["parameters", "native"],
        wait=True,
    )
    assert (result["rc"], result["changed"]) == (0, True)
    for secret in (*SECRETS.values(), HIDDEN, foreman_lab.password):
        assert secret not in json.dumps(result)


def test_the_options_of_another_platform(run: Run, foreman_lab: Any) -> None:
    result = run("job_invocation", template="lab-ok", target_query="name ~ web", awx={"verbosity": 1})
    assert (result["rc"], result["error"]) == (1, "invalid_option")
    assert result["msg"] == "awx is an option of another platform than foreman: leave it out."
    assert foreman_lab.requests() == []
