# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same task twice, with each option of a launch: the second run finds the job, and is no conflict with itself.

What the servers make of what they are given: AWX contract 1.3.1, Foreman contract 1.1 and 1.3, Puppet contract 1.4, 1.8.
"""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _keys
from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError, ServerError
from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS

KEY = "change-1234-step-3"
ANY = ["unfinished", "successful", "failed", "error", "canceled"]
#: what Ansible gives in-process, where nothing has been through JSON yet
ODD = {
    "ports": {80: "http", True: "yes", None: 1},
    "pair": (1, 2),
    7: "seven",
    "n": None,
    "f": 1e300,
    "u": "\u00dc \u2603 \x00",
}
ALL_OF_AWX = {
    "job_slice_count": 2,
    "verbosity": 1,
    "forks": 3,
    "job_tags": ["a"],
    "diff_mode": True,
    "credentials": ["lab-machine"],
    "execution_environment": 1,
    "job_type": "check",
    "scm_branch": "next",
}
NOTHING_OF_AWX = {
    **dict.fromkeys(("job_tags", "skip_tags", "labels", "instance_groups"), []),
    **dict.fromkeys(("verbosity", "forks"), 0),
    "diff_mode": False,
    "scm_branch": "",
}
AWX: dict[str, dict[str, Any]] = {
    "odd parameters": {"parameters": ODD},
    "odd secret parameters": {"secret_parameters": ODD},
    "inventory": {"inventory": "lab-inventory-2"},
    "targets": {"targets": ["host1", "host2"]},
    "query": {"target_query": "  host1:host2 "},
    "all": {"inventory": "lab-inventory", "targets": ["host1"], "job_timeout": 5, "awx": ALL_OF_AWX},
    "falsy": {"parameters": {}, "job_timeout": 0, "awx": NOTHING_OF_AWX},
    "label that is made": {"awx": {"labels": ["brand-new"], "instance_groups": ["default", "controlplane"]}},
    "unchecked": {"validate": False, "parameters": {"a": 1}},
}
AD_HOC = {
    "type": "ad_hoc_command",
    "inventory": "lab-inventory",
    "targets": ["host1"],
    "concurrency": 4,
    "parameters": ODD,
    "awx": {"credentials": ["lab-machine"], "module_name": "shell", "module_args": " echo 1 ", "become_enabled": True},
}
COMMAND = {"template": "Run Command - Script Default"}
LATER = {"start_at": "2099-01-01T00:00:30Z"}
FOREMAN: dict[str, dict[str, Any]] = {
    "targets": {"targets": ["web2.example.com", "web1.example.com", "web2.example.com"]},
    "query": {"target_query": "  name ~ web  "},
    "bookmark": {"target_query": None, "foreman": {"bookmark": "web servers", "targeting_type": "dynamic_query"}},
    "login": {"foreman": {"ssh_user": " deploy ", "password": "pass-word", "randomized_ordering": True}},
    "user": {**COMMAND, "parameters": {"command": "x"}, "foreman": {"effective_user": "oracle"}},
    "lines": {**COMMAND, "parameters": {"command": "  x\r\ny \n"}},
    "odd input": {**COMMAND, "parameters": {"command": {1: "\u00fc", "b": (1, True)}}},
    "null input": {"template": "Patch hosts - Script Default", "parameters": {"reboot": None}},
    "tags": {"template": "lab-ansible", "foreman": {"ansible_tags": "a", "time_to_pickup": 60}},
    "limits": {"concurrency": 3, "job_timeout": 44},
    "format": {"foreman": {"description_format": "%{template_name} %{nothing}"}},
    "description": {"description": "  spaces ]] [launch_key: other] " + "\u2603" * 300},
    "future": {"schedule": {**LATER, "start_before": "2099-01-02T00:00:00Z"}},
    "recurring": {"schedule": {**LATER, "cron": "*/5 * * * *", "max_iteration": 3}},
    "unchecked": {"validate": False, "foreman": {"effective_user": "dropped"}},
}
RUN = {"type": "deploy", "template": None}
PRODUCTION = {"environment": "production"}
NODES = [{"hostnames": ["ssh1", "ssh2"], "user": "u", "transport": "ssh", "password": "hush-hush"}]
PUPPET: dict[str, dict[str, Any]] = {
    "parameters": {"template": "lab::params", "parameters": {"must": "x", "number": 4}},
    "nodes": {"targets": ["web2.example.com", "web1.example.com", "web2.example.com"]},
    "userdata": {"job_timeout": 50, "puppet": {"userdata": {"a": {1: 2}}}},
    "noop": {"template": "lab::noop", "puppet": {"noop": False, "environment": " production "}},
    "agentless": {"targets": ["web1.example.com"], "puppet": {"agentless": NODES}},
    "description": {"description": "x (unified.jobs key other) (unified.jobs 0123456789abcdef)"},
    "run": {**RUN, "concurrency": 3, "puppet": {**PRODUCTION, "debug": True, "usecacheonfailure": False, "tags": "a"}},
    "any environment": {**RUN, "puppet": {"environment": "", "enforce_environment": False, "no_noop": True}},
    "scheduled task": {"schedule": LATER, "concurrency": 3, "puppet": {"interval": 3600, "transport": "pxp"}},
    "scheduled run": {**RUN, "schedule": LATER, "puppet": {**PRODUCTION, "noop": True, "interval": 60}},
}
TASKS = [
    *[("awx", name, {"template": "lab-prompts", **options}) for name, options in AWX.items()],
    ("awx", "ad hoc", AD_HOC),
    *[("foreman", name, {"template": "lab-ok", "target_query": "name ~ web", **row}) for name, row in FOREMAN.items()],
    *[
        ("puppet", name, {"template": "lab::ok", "targets": ["web1.example.com"], **row})
        for name, row in PUPPET.items()
    ],
]
BY_PLATFORM = {
    "awx": {"template": "lab-ok"},
    "foreman": {"template": "lab-ok", "target_query": "name ~ web"},
    "puppet": {"template": "lab::ok", "targets": ["web1.example.com"]},
}


@pytest.fixture
def invoke(worlds: list[Any]) -> Any:
    """invoke(PLATFORM, template=..., ...) launches with the key."""
    by_name = {one.platform: one for one in worlds}

    def go(platform: str, **options: Any) -> dict[str, Any]:
        if options.get("targets") is not None and "target_query" in options:
            options["target_query"] = None
        values = {"target_query": None, "launch_key": KEY, **options}
        result: dict[str, Any] = by_name[platform].face("invoke", **values)
        return result

    return go


@pytest.mark.parametrize(
    ("platform", "options"), [(one[0], one[2]) for one in TASKS], ids=[f"{a} {b}" for a, b, _options in TASKS]
)
def test_the_second_run_finds_the_job_of_the_first(
    invoke: Any, lab_time: Any, platform: str, options: dict[str, Any]
) -> None:
    first = invoke(platform, **options)
    assert first["changed"] is True
    again = invoke(platform, **options)
    assert (again["changed"], again["job"]["id"]) == (False, first["job"]["id"])
    lab_time.sleep(200)
    assert invoke(platform, adopt=ANY, **options)["changed"] is False


@pytest.mark.parametrize(
    ("platform", "there", "here", "option"),
    [
        # the job has a value of its own where the template's would be taken now
        (
            "awx",
            {"template": "lab-noprompt", "parameters": {"greeting": "hi"}},
            {"parameters": None},
            "parameters.greeting",
        ),
        ("foreman", {**FOREMAN["user"]}, {"foreman": {"effective_user": "root"}}, "foreman.effective_user"),
        ("foreman", {"foreman": {"targeting_type": "dynamic_query"}}, {"foreman": None}, "foreman.targeting_type"),
        (
            "foreman",
            {"foreman": {"randomized_ordering": True}},
            {"foreman": {"randomized_ordering": False}},
            "foreman.randomized_ordering",
        ),
        # without them more would be done
        ("puppet", {**RUN, "puppet": {**PRODUCTION, "tags": "a"}}, {"puppet": PRODUCTION}, "puppet.tags"),
        ("puppet", {**RUN, "puppet": {**PRODUCTION, "no_noop": True}}, {"puppet": PRODUCTION}, "puppet.no_noop"),
    ],
)
def test_what_would_be_done_otherwise_is_a_conflict(
    invoke: Any, lab: Any, platform: str, there: dict[str, Any], here: dict[str, Any], option: str
) -> None:
    lab.engine.templates[13].native["ask"] = {"extra_vars"}
    launch = {**BY_PLATFORM[platform], **there}
    invoke(platform, **launch)
    with pytest.raises(JobsError) as caught:
        invoke(platform, **{**launch, **here})
    assert caught.value.code == "launch_conflict"
    assert [row["option"] for row in caught.value.result["differences"]] == [option]


@pytest.mark.parametrize("platform", ["foreman", "puppet"])
def test_a_start_that_is_past_by_now_does_not_hide_the_job(invoke: Any, lab_time: Any, platform: str) -> None:
    """A task with a fixed start that runs again after it; without a job of the key it is refused as ever."""
    launch = BY_PLATFORM[platform]
    created = invoke(platform, **{**launch, "launch_key": "other"})["job"]["created_at"]
    start = datetime.datetime.fromisoformat(created.replace("Z", "+00:00")) + datetime.timedelta(minutes=10)
    schedule = {"start_at": start.strftime("%Y-%m-%dT%H:%M:00Z")}
    first = invoke(platform, schedule=schedule, **launch)
    lab_time.sleep(900)
    again = invoke(platform, schedule=schedule, **launch)
    assert (again["changed"], again["job"]["id"]) == (False, first["job"]["id"])
    with pytest.raises(JobsError) as caught:
        invoke(platform, **{**launch, "schedule": schedule, "launch_key": "another"})
    assert (caught.value.code, "not in the future" in caught.value.message) == ("invalid_option", True)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_bug_in_the_second_look_does_not_hide_the_job(
    invoke: Any, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = PLATFORMS[platform].find_keyed

    def failing(self: Any, launch: Any, *, recent: bool = False) -> Any:
        if recent:
            raise KeyError("odd")
        return find(self, launch)

    monkeypatch.setattr(PLATFORMS[platform], "find_keyed", failing)
    result = invoke(platform, **BY_PLATFORM[platform])
    assert result["changed"] is True
    assert any("at the same instant is not known" in text for text in result["job"]["warnings"])


def test_one_key_on_one_server_that_has_two_names(lab: Any, worlds: list[Any]) -> None:
    """Two entries of one server, as for two organizations: the second launch sees the job of the first."""
    (awx,) = [one for one in worlds if one.platform == "awx"]
    access = awx.access["servers"]["my_awx"]
    jobs = [{"server": name, "template": "lab-ok", "launch_key": KEY} for name in ("one", "two")]
    result = awx.face("invoke", servers={"one": access, "two": access}, server=None, jobs=jobs)
    assert [row["outcome"] for row in result["launches"]] == ["launched", "existing"]
    assert len(lab.requests("POST", "launch/$", platform="awx")) == 1


def test_a_launch_that_was_never_sent_makes_no_other_one_unknown(
    worlds: list[Any], lab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look before one launch fails, and the answer to the next is lost: its job is known all the same."""
    (foreman,) = [one for one in worlds if one.platform == "foreman"]
    kind = PLATFORMS["foreman"]
    find, looks = kind.find_keyed, []

    def failing(self: Any, launch: Any, *, recent: bool = False) -> Any:
        looks.append(launch.key)
        if looks == ["a", "b", "a"]:
            raise ServerError("The gateway is away.", status=502, ambiguous=True)
        return find(self, launch, recent=recent)

    monkeypatch.setattr(kind, "find_keyed", failing)
    monkeypatch.setattr(_keys, "_FRESH", -1.0)
    lab.fault("cut_answer", method="POST", path="/job_invocations$", platform="foreman")
    jobs = [{**BY_PLATFORM["foreman"], "launch_key": key} for key in ("a", "b")]
    with pytest.raises(JobsError) as caught:
        foreman.face("invoke", jobs=jobs)
    assert caught.value.code == "server_error"
    assert [row["outcome"] for row in caught.value.result["launches"]] == ["failed", "launched"]


def test_a_name_that_json_does_not_have(invoke: Any) -> None:
    with pytest.raises(JobsError) as caught:
        invoke("awx", template="lab-ok", parameters={(1, 2): "x"})
    assert (caught.value.code, caught.value.message.split(":")[0]) == ("invalid_option", "parameters")
