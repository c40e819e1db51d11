# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module job_invocation as Ansible runs it: its options, its result, and what it must not show."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._arguments import WAIT_TABLE, unused_wait_options

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def invoke(lab: Any, run_module: Run) -> Run:
    """invoke(check_mode=False, **options) runs the module against the lab."""

    def run(**options: Any) -> dict[str, Any]:
        login = {"platform": "awx", "url": lab.url("awx"), "token": lab.token}
        values = {name: value for name, value in {**login, **options}.items() if value is not None}
        return run_module("job_invocation", **values)

    return run


@pytest.mark.case("awx-19")
def test_launch_and_check_mode(invoke: Run, lab: Any) -> None:
    planned = invoke(check_mode=True, template="lab-ok", parameters={"a": 1})
    assert (planned["rc"], planned["changed"], planned["job"]["id"]) == (0, True, None)
    assert planned["request"]["body"] == {"extra_vars": {"a": 1}}
    assert not lab.requests("POST")
    result = invoke(template="lab-ok", parameters={"a": 1})
    assert (result["rc"], result["changed"], result["job"]["status"]) == (0, True, "pending")
    assert "request" not in result


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ({"template": "nothing"}, "not_found", "template: there is no job template named 'nothing'"),
        ({"template": "lab-noprompt", "targets": ["host1"]}, "invalid_option", "ask_limit_on_launch is off"),
        ({"template": "lab-prompts", "targets": []}, "no_targets", "targets is empty"),
        ({"template": "lab-prompts", "targets": ""}, "no_targets", "targets is empty"),
        ({"template": "lab-prompts", "target_query": ""}, "no_targets", "target_query is empty"),
        ({"template": "lab-ok", "token": "wrong-token-value"}, "unauthorized", "401"),
        ({"rerun": 4711}, "not_found", "rerun: there is no job with the id 4711"),
    ],
)
def test_failures_have_a_word_and_a_sentence(invoke: Run, options: dict[str, Any], code: str, says: str) -> None:
    result = invoke(**options)
    assert (result["rc"], result["failed"], result["error"]) == (1, True, code)
    assert says in result["msg"]


NOT_A_LIST = "jobs must be a list of launches, each a dict of the options of one launch. Jobs that were launched"


def test_an_empty_list(invoke: Run, lab: Any) -> None:
    """It may come out of a filter that found nothing to run again."""
    refused = invoke(jobs=[])
    assert (refused["error"], refused["msg"]) == (
        "no_targets",
        "jobs is empty, so there is nothing to launch. Set on_no_targets: skip if that is fine, or leave jobs out for "
        "a single launch.",
    )
    skipped = invoke(jobs=[], on_no_targets="skip", awx={"verbosity": 1}, rerun_hosts="failed")
    assert (skipped["rc"], skipped["changed"], skipped["skipped"]) == (0, False, True)
    assert (skipped["jobs"], skipped["launches"]) == ([], [])
    assert lab.requests() == []


def test_options_of_a_wait_that_is_none(invoke: Run) -> None:
    result = invoke(template="lab-ok", check_mode=True, follow=True, wait_timeout=61)
    assert any("wait_timeout, follow: nothing is waited for" in str(warning) for warning in result["warnings"])


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"wait_timeout": 60}, "wait_timeout"),
        ({"follow": True, "on_timeout": "cancel"}, "on_timeout, follow"),
        ({"fail_on": [], "wait_interval": 3}, "wait_interval, fail_on"),
        ({"wait_timeout": 3600, "progress": False}, ""),
        ({"wait_timeout": 60, "wait": True}, ""),
        ({"wait_timeout": 60, "wait": None}, ""),
    ],
)
def test_which_options_have_no_effect_without_a_wait(options: dict[str, Any], names: str) -> None:
    """C(job_wait), which has no switch, always waits."""
    given = {**{name: entry.get("default") for name, entry in WAIT_TABLE.items()}, "wait": False, **options}
    assert unused_wait_options(given.get).partition(":")[0] == names


@pytest.mark.parametrize(
    ("jobs", "says"),
    [
        ("lab-ok", NOT_A_LIST),
        ("", NOT_A_LIST),
        ('[{"template": "lab-ok"}]', NOT_A_LIST),
        ({"template": "lab-ok"}, NOT_A_LIST),
        ({"changed": True, "jobs": [{"id": "1"}], "failed": False}, NOT_A_LIST),
        ([{"platform": "awx", "id": "1", "native_status": "successful", "type": "job"}], NOT_A_LIST),
        ([1, 2], NOT_A_LIST),
        ([None], NOT_A_LIST),
        ([{}, {"template": "a", "limit": "x"}], "jobs.limit. Write targets or target_query instead of jobs.limit."),
        ([{"templat": "a"}], "Write jobs.template instead of jobs.templat."),
        ([{"template": "a", "type": "job"}], "value of type must be one of: job_template"),
        ([{"template": "a", "awx": "restart"}], "jobs.awx: dictionary requested, could not parse JSON or key=value."),
        ([{"template": "a", "server": "home"}], "Launch 1 of 1: "),
        ([{}, {"template": "a", "wait": True}], "Launch 2 of 2: "),
        ([{}, {"template": "a", "wait": True}], "Write wait beside jobs instead of jobs.wait."),
        ([{}, {}, {"template": "a", "type": "job"}], "Launch 3 of 3: value of type must be one of"),
        ([{}, {"template": "a", "awx": "restart"}], "Launch 2 of 2: jobs.awx: dictionary requested"),
    ],
)
def test_what_is_no_list_of_launches(invoke: Run, lab: Any, jobs: Any, says: str) -> None:
    result = invoke(jobs=jobs)
    assert (result["rc"], result["error"], says in result["msg"]) == (1, "invalid_option", True), result["msg"]
    assert lab.requests() == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"verbosity": 2}, "Write awx.verbosity instead of verbosity."),
        ({"awx": {"tags": ["x"]}}, "module: awx.tags. Write awx.job_tags instead of awx.tags."),
        ({"awx": {"zzz": ["x"]}}, "module: awx.zzz. Supported parameters include:"),
        ({"awx": {"verbosity": 9}}, "value of verbosity must be one of: 0, 1, 2, 3, 4, 5, got: 9 found in awx"),
        ({"awx": {"forks": "many"}}, "forks"),
        ({"type": "job"}, "value of type must be one of: job_template"),
        ({"extra_vars": {"a": 1}}, "module: extra_vars. Write parameters instead of extra_vars."),
        (
            {"job_template": "x", "limit": "y", "zzz": 1},
            "module: job_template, limit, zzz. Write template instead of job_template, targets or target_query instead "
            "of limit. Supported parameters include:",
        ),
        ({"schedule": {"cron_line": "0 2 * * *"}}, "module: schedule.cron_line. Write schedule.cron instead of"),
        ({"parameters": "{a: b}"}, "Write a dict, JSON or name=value."),
        (
            {"foreman": "restart"},
            "foreman: dictionary requested, could not parse JSON or key=value. Write a dict, JSON or",
        ),
        ({"platform": "satellite"}, "Write foreman instead of satellite."),
    ],
)
def test_what_the_argument_spec_refuses(invoke: Run, lab: Any, options: dict[str, Any], says: str) -> None:
    result = invoke(template="lab-ok", **options)
    assert (result["rc"], says in result["msg"]) == (1, True), result["msg"]
    assert lab.requests() == []


def test_texts_become_what_the_options_are(invoke: Run, lab: Any) -> None:
    """Jinja hands over text: Ansible's own conversion makes numbers, lists and booleans of it."""
    awx = {"verbosity": "0", "diff_mode": "no", "job_tags": "a,b", "forks": "3", "labels": "lab-label"}
    result = invoke(template="lab-prompts", targets="host1,host2", job_timeout="9", awx=awx, parameters='{"a": "1"}')
    assert result["rc"] == 0, result
    sent = lab.requests("POST")[0].body
    numbers = {"timeout": 9, "verbosity": 0, "diff_mode": False, "forks": 3}
    assert sent == {"limit": "host1,host2", "job_tags": "a,b", "labels": [1], "extra_vars": {"a": "1"}, **numbers}


def test_template_id_and_name_as_numbers(invoke: Run) -> None:
    assert invoke(template_id=42)["job"]["template"]["name"] == "lab-gone"
    assert invoke(template=42)["job"]["template"]["id"] == "47"


def test_skip(invoke: Run, lab: Any) -> None:
    result = invoke(template="lab-ok", targets=[], on_no_targets="skip")
    assert (result["rc"], result["changed"], result["skipped"], result["jobs"]) == (0, False, True, [])
    assert lab.requests() == []


def test_failed_job_fails_the_task_with_its_reason(invoke: Run, lab: Any) -> None:
    lab.thaw()
    result = invoke(template="lab-fail", wait=True, wait_interval=0.05)
    assert (result["rc"], result["error"], result["job"]["status"]) == (1, "job_failed", "failed")
    assert "this lab play always fails" in result["msg"]


def test_warnings_are_shown(invoke: Run) -> None:
    result = invoke(template="lab-noprompt", target_query="host1", validate=False)
    assert any("The server ignored limit" in str(warning) for warning in result["warnings"])


def test_a_list(invoke: Run, lab: Any) -> None:
    jobs = [{}, {"parameters": {"b": 2}, "awx": {"verbosity": "1"}}, {"template": "lab-prompts", "targets": "host1"}]
    planned = invoke(check_mode=True, template="lab-ok", jobs=jobs)
    assert (planned["rc"], planned["error"]) == (1, "invalid_option")
    assert planned["msg"].startswith("Launch 2 of 3 (lab-ok): ")
    jobs[1]["awx"] = None
    result = invoke(template="lab-ok", parameters={"a": 1}, jobs=jobs)
    assert (result["rc"], result["changed"]) == (0, True), result
    assert [row["ids"] for row in result["launches"]] == [[job["id"]] for job in result["jobs"]]
    assert [entry.body for entry in lab.requests("POST")] == [
        {"extra_vars": {"a": 1}},
        {"extra_vars": {"b": 2}},
        {"limit": "host1", "extra_vars": {"a": 1}},
    ]


def test_a_list_over_servers(run_module: Run, lab: Any) -> None:
    """The servers come as a dict, as they do from variables."""
    logins = {name: lab.benches[name].platform.access for name in ("awx", "foreman", "puppet")}
    servers = {
        f"my_{name}": {"platform": name, "url": lab.url(name), "username": login.username, "token": login.token}
        for name, login in logins.items()
    }
    jobs = [
        {"server": "my_puppet", "template": "lab::output", "target_query": 'nodes[certname] { certname ~ "web" }'},
        {"server": "my_awx", "template": "lab-ok"},
        {"server": "my_foreman", "template": "lab-ok", "target_query": "name ~ web"},
    ]
    result = run_module("job_invocation", servers=servers, jobs=jobs)
    assert [job["server"] for job in result["jobs"]] == ["my_puppet", "my_awx", "my_foreman"], result
    assert [row["outcome"] for row in result["launches"]] == ["launched"] * 3
    assert not any(login.token in repr(result) for login in logins.values())


def test_no_secret_of_a_list_is_shown(invoke: Run, lab: Any) -> None:
    """Those of each launch, in what becomes of any of them."""
    texts = ["s3cret-one", "s3cret-two", "pa55-three", "s3cret-shared"]
    asked = {"awx": {"credential_passwords": {"ssh_password": texts[2], "vault_password.prod": texts[2]}}}
    jobs: list[dict[str, Any]] = [
        {"secret_parameters": {"a": texts[0]}, "description": f"says {texts[1]}"},
        {"secret_parameters": {"a": texts[1]}, "parameters": {"b": texts[0]}},
        {"template": "lab-ask-password", **asked},
    ]
    options: dict[str, Any] = {"template": "lab-ok", "secret_parameters": {"c": texts[3]}, "validate": False}
    include = ["parameters", "native"]
    lab.fault("status", method="POST", skip=1, times=2, status=502)
    for result in (
        invoke(check_mode=True, jobs=jobs, include=include, **options),
        invoke(jobs=jobs, include=include, **options),
        invoke(jobs=[*jobs, {"template": f"no {texts[0]}"}], **options),
        invoke(jobs=[*jobs, {"awx": f"no {texts[0]}"}], **options),
        invoke(jobs=[*jobs, f"no {texts[0]}"], **options),
    ):
        assert [text for text in (*texts, lab.token) if text in repr(result)] == []


def test_a_secret_that_looks_like_an_id_hides_none(invoke: Run) -> None:
    """What is left out of the secrets of the core stays readable."""
    words = {"a": "1001", "b": "launched", "c": "1002", "d": "not_launched"}
    jobs = [{}, {"secret_parameters": words}]
    result = invoke(template="lab-ok", jobs=jobs, secret_parameters=words, validate=False)
    for shown in (result["invocation"]["module_args"], result["invocation"]["module_args"]["jobs"][1]):
        assert shown["secret_parameters"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert [row["ids"] for row in result["launches"]] == [[job["id"]] for job in result["jobs"]]
    assert {row["outcome"] for row in result["launches"]} == {"launched"}
    assert all(number.isdigit() for row in result["launches"] for number in row["ids"])


def test_no_secret_in_the_result_or_the_invocation(invoke: Run, lab: Any) -> None:
    """The newest ansible-core shows the invocation only when asked; before that it is part of the result."""
    secrets = ("s3cret-value", "ssh-pa55", "vault-pa55", lab.token)
    asked = {"ssh_password": "ssh-pa55", "vault_password.prod": "vault-pa55"}
    for result in (
        invoke(template="lab-ok", secret_parameters={"a": "s3cret-value"}, include=["parameters", "native"]),
        invoke(template="lab-ask-password", awx={"credential_passwords": asked}),
        invoke(template="lab-ask-password", awx={"credential_passwords": {"ssh_password": "ssh-pa55"}}),
        invoke(template="lab-survey", secret_parameters={"target_env": "s3cret-value"}, validate=False),
    ):
        assert [secret for secret in secrets if secret in repr(result)] == []
