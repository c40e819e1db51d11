# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a template takes at launch: refused before anything is sent, never dropped in silence."""

from __future__ import annotations

import json
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _errors
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx.prompts import PROMPTS

Face = Callable[..., dict[str, Any]]

#: body key -> the options that ask for another value than that of lab-noprompt, what is sent for lab-prompts
ASKED: dict[str, tuple[dict[str, Any], Any]] = {
    "extra_vars": ({"parameters": {"greeting": "other"}}, {"greeting": "other"}),
    "inventory": ({"inventory": "lab-inventory-2"}, 3),
    "credentials": ({"awx": {"credentials": ["lab-machine"]}}, [3]),
    "limit": ({"targets": ["host1", "host2"]}, "host1,host2"),
    "job_tags": ({"awx": {"job_tags": ["a", "b"]}}, "a,b"),
    "skip_tags": ({"awx": {"skip_tags": ["never"]}}, "never"),
    "job_type": ({"awx": {"job_type": "check"}}, "check"),
    "verbosity": ({"awx": {"verbosity": 4}}, 4),
    "diff_mode": ({"awx": {"diff_mode": True}}, True),
    "scm_branch": ({"awx": {"scm_branch": "next"}}, "next"),
    "execution_environment": ({"awx": {"execution_environment": "AWX EE (latest)"}}, 1),
    "forks": ({"awx": {"forks": 7}}, 7),
    "job_slice_count": ({"awx": {"job_slice_count": 2}}, 2),
    "timeout": ({"job_timeout": 300}, 300),
    "labels": ({"awx": {"labels": ["lab-label"]}}, [1]),
    "instance_groups": ({"awx": {"instance_groups": ["default", "controlplane"]}}, [2, 1]),
}
every_prompt = pytest.mark.parametrize("key", PROMPTS)


def refused(face: Face, **options: Any) -> _errors.JobsError:
    with pytest.raises(_errors.JobsError) as caught:
        face("invoke", **options)
    return caught.value


def sent(lab: Any) -> Any:
    (post,) = lab.requests("POST")
    return post.body


@every_prompt
@pytest.mark.case("awx-3")
def test_prompt_that_is_off_is_refused(face: Face, lab: Any, key: str) -> None:
    """Contract 1.3.1: the server would answer 201 and ignore it (recording launch-201-ignored-fields)."""
    error = refused(face, template="lab-noprompt", **ASKED[key][0])
    flag, option = PROMPTS[key]
    assert error.code == "invalid_option"
    assert error.message.startswith(f"{option}: the template 'lab-noprompt' does not ")
    assert flag in error.message
    assert {request.method for request in lab.requests()} == {"GET"}


@every_prompt
@pytest.mark.case("awx-3")
def test_prompt_that_is_on_is_sent(face: Face, lab: Any, key: str) -> None:
    """Recording launch-201-all-prompts."""
    options, value = ASKED[key]
    job = face("invoke", template="lab-prompts", **options)["job"]
    assert sent(lab) == {key: value}
    assert job["details"].get("ignored_fields") is None


@pytest.mark.parametrize("key", [key for key in PROMPTS if key != "extra_vars"])
@pytest.mark.case("awx-3")
def test_prompt_that_the_server_does_not_know(face: Face, lab: Any, key: str) -> None:
    """Contract 5, open points: a flag that is absent means a server before 21.7, which drops the field in silence."""
    row = {"id": 13, "name": "lab-noprompt", "type": "job_template", "summary_fields": {}}
    _answer(lab, {"count": 1, "next": None, "results": [row]})
    error = refused(face, template="lab-noprompt", validate=True, **ASKED[key][0])
    assert error.code == "unsupported"
    assert f"this version of the server cannot set {key} at launch (no {PROMPTS[key][0]})" in error.message


def _answer(lab: Any, body: Any) -> None:
    lab.fault("status", method="GET", path="/job_templates/$", status=200, body=json.dumps(body))


@pytest.mark.case("awx-3")
@pytest.mark.parametrize(
    ("options", "option"),
    [({"target_query": "web*"}, "target_query"), ({"concurrency": 7}, "concurrency")],
)
def test_refusal_names_the_option_that_was_written(face: Face, options: dict[str, Any], option: str) -> None:
    assert refused(face, template="lab-noprompt", **options).message.startswith(f"{option}: ")


@pytest.mark.case("awx-3")
def test_branch_that_the_project_does_not_allow(face: Face, lab: Any) -> None:
    """Contract 1.3.1: the project must also allow it; the row says so in C(summary_fields.project.allow_override)."""
    lab.engine.templates[9].native["allow_override"] = False
    error = refused(face, template="lab-prompts", awx={"scm_branch": "next"})
    assert error.message.startswith(
        "awx.scm_branch: the project 'lab-git' of the template 'lab-prompts' does not allow"
    )
    assert not lab.requests("POST")


@pytest.mark.case("awx-4")
@pytest.mark.parametrize(
    "options",
    [
        {"inventory": "lab-inventory"},
        {"job_timeout": 0},
        {"concurrency": 0},
        {"parameters": {"greeting": "preset"}},
        {"parameters": {}},
        {"awx": {"job_tags": [], "skip_tags": [], "job_type": "run", "verbosity": 0, "diff_mode": False}},
        {"awx": {"scm_branch": "", "forks": 0, "job_slice_count": 1, "labels": [], "credentials": []}},
    ],
)
def test_value_of_the_template_is_harmless(face: Face, lab: Any, options: dict[str, Any]) -> None:
    """Contract 1.3.1: a value equal to the template's own is neither used nor listed."""
    job = face("invoke", template="lab-noprompt", **options)["job"]
    assert sent(lab) == {}
    assert (job["warnings"], job["details"].get("ignored_fields")) == ([], None)


@pytest.mark.case("awx-4")
def test_own_variables_of_a_workflow_are_not_sent(face: Face, lab: Any) -> None:
    """Contract 1.3.5: a workflow template answers 400 to a variable that it does not ask for."""
    lab.engine.templates[33].native["extra_vars"] = '{"greeting": "preset"}'
    face("invoke", type="workflow_job_template", template="lab-wf-ok", parameters={"greeting": "preset"})
    assert sent(lab) == {}


@pytest.mark.case("awx-2")
@pytest.mark.parametrize("wait", [False, True])
def test_ignored_fields_are_told(face: Face, lab: Any, wait: bool) -> None:
    """Recording launch-201-ignored-fields: with C(validate: false) the server decides, and what it ignored is told."""
    options: dict[str, Any] = {"parameters": {"greeting": "other"}, "targets": ["host1"], "awx": {"verbosity": 4}}
    job = face("invoke", template="lab-noprompt", validate=False, wait=wait, **options)["job"]
    assert sent(lab) == {"extra_vars": {"greeting": "other"}, "limit": "host1", "verbosity": 4}
    assert job["details"]["ignored_fields"] == {"extra_vars": {"greeting": "other"}, "limit": "host1", "verbosity": 4}
    assert job["warnings"] == [
        "The server ignored extra_vars, limit, verbosity: the template does not ask for it at launch."
    ]
    assert job["id"]


@pytest.mark.case("awx-2")
def test_ignored_fields_are_told_of_a_job_that_failed(face: Face, lab: Any) -> None:
    error = refused(face, template="lab-fail", validate=False, target_query="host1", wait=True)
    assert error.code == "job_failed"
    assert error.result["job"]["details"]["ignored_fields"] == {"limit": "host1"}
    assert "The server ignored limit" in error.result["job"]["warnings"][0]


@pytest.mark.case("awx-5")
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"awx": {"credentials": [3]}}, "awx.credentials: a workflow template does not take this option"),
        ({"awx": {"forks": 5}}, "awx.forks: a workflow template does not take this option"),
        ({"awx": {"verbosity": 0}}, "awx.verbosity: a workflow template does not take this option"),
        ({"awx": {"diff_mode": False}}, "awx.diff_mode: a workflow template does not take"),
        ({"awx": {"credential_passwords": {"ssh_password": "x"}}}, "awx.credential_passwords: a workflow template"),
        ({"concurrency": 5}, "concurrency: a workflow template does not take"),
        ({"job_timeout": 5}, "job_timeout: a workflow template does not take"),
        ({"description": "x"}, "description: a workflow template does not take"),
        ({"targets": ["host1"]}, "ask_limit_on_launch is off"),
        ({"inventory": 2}, "ask_inventory_on_launch is off"),
        ({"parameters": {"a": 1}}, "does not take a at launch (ask_variables_on_launch is off)"),
        ({"awx": {"labels": ["lab-label"]}}, "ask_labels_on_launch is off"),
        ({"awx": {"job_tags": ["x"]}}, "ask_tags_on_launch is off"),
        ({"awx": {"scm_branch": "x"}}, "ask_scm_branch_on_launch is off"),
    ],
)
def test_workflow_template_refuses(face: Face, lab: Any, options: dict[str, Any], says: str) -> None:
    """Contract 1.3.5: the first group is dropped in silence by the server, the second is a 400."""
    error = refused(face, type="workflow_job_template", template="lab-wf-ok", **options)
    assert says in error.message
    assert not lab.requests("POST")


@pytest.mark.case("awx-5")
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"inventory": 2}, "inventory: Field is not configured to prompt on launch."),
        ({"parameters": {"a": 1}}, "extra_vars: Variables a are not allowed on launch."),
    ],
)
def test_workflow_refusal_of_the_server_is_readable(face: Face, options: dict[str, Any], says: str) -> None:
    """Recordings wf-05b and wf-05c."""
    error = refused(face, type="workflow_job_template", template="lab-wf-ok", validate=False, **options)
    assert (error.code, error.result["http_status"]) == ("rejected", 400)
    assert says in error.message


@pytest.mark.case("awx-6")
def test_falsy_values_are_sent(face: Face, lab: Any) -> None:
    """House 0.4: only None means "not given"."""
    lab.engine.templates[26].native.update(verbosity=3, diff_mode=True, forks=5, timeout=9, job_tags="x", skip_tags="y")
    awx = {"verbosity": 0, "diff_mode": False, "forks": 0, "job_tags": [], "skip_tags": [], "scm_branch": ""}
    options = {"parameters": {}, "job_timeout": 0, "awx": {**awx, "labels": [], "instance_groups": []}}
    face("invoke", template="lab-prompts", **options)
    assert sent(lab) == {
        "verbosity": 0,
        "diff_mode": False,
        "forks": 0,
        "job_tags": "",
        "skip_tags": "",
        "scm_branch": "",
        "extra_vars": {},
        "timeout": 0,
        "labels": [],
        "instance_groups": [],
    }


@pytest.mark.case("awx-6")
def test_options_that_are_null_are_not_sent(face: Face, lab: Any) -> None:
    nothing = dict.fromkeys(("job_type", "verbosity", "diff_mode", "labels", "credentials", "execution_environment"))
    face("invoke", template="lab-prompts", inventory=None, targets=None, parameters=None, job_timeout=None, awx=nothing)
    assert sent(lab) == {}


@pytest.mark.case("awx-7")
def test_types_of_variables_are_kept(face: Face, lab: Any) -> None:
    """Contract 1.3.1: an object is sent, so that 3 is not "3"."""
    variables = {"n": 3, "text": "3", "yes": True, "none": None, "list": [1, "1"], "f": 1.5, "u": "Ü ☃"}
    job = face("invoke", template="lab-ok", parameters=variables, include=["parameters"])["job"]
    assert sent(lab) == {"extra_vars": variables}
    assert job["parameters"] == variables


@pytest.mark.case("awx-12")
def test_can_start_without_user_input_is_not_asked(face: Face, lab: Any) -> None:
    """Contract 1.2: false as soon as any prompt is on, and a launch may still succeed (recording launch-get-prompts)."""
    assert face("invoke", template="lab-prompts")["changed"]
    assert face("invoke", template="lab-no-inventory", inventory=3)["changed"]


def test_template_without_inventory_needs_one(face: Face, lab: Any) -> None:
    """Recording launch-400-inventory-missing, said before anything is sent."""
    error = refused(face, template="lab-no-inventory")
    assert error.message == "inventory: the job template 'lab-no-inventory' has none, so give one."
    assert not lab.requests("POST")


# -- what does not fit -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"type": "project", "template": "lab-git", "targets": ["host1"]}, "targets: the update of a project does not"),
        ({"type": "project", "template": "lab-git", "parameters": {"a": 1}}, "parameters: the update of a project"),
        (
            {"type": "project", "template": "lab-git", "awx": {"scm_branch": "x"}},
            "awx.scm_branch: the update of a project",
        ),
        (
            {"type": "inventory_source", "template": "lab-src-ok", "target_query": "x"},
            "target_query: the update of an inventory source does not",
        ),
        ({"type": "inventory", "inventory": 4, "job_timeout": 1}, "job_timeout: the update of an inventory does not"),
        (
            {"type": "system_job_template", "template_id": "1", "targets": ["host1"]},
            "targets: a management job does not take this option on AWX. Leave it out.",
        ),
        ({"template": "lab-ok", "description": "x"}, "description: a job template does not take this option"),
        ({"template": "lab-ok", "awx": {"module_name": "ping"}}, "awx.module_name: a job template does not take"),
        ({"template": "lab-ok", "awx": {"become_enabled": False}}, "awx.become_enabled: a job template does not"),
        ({"template": "lab-ok", "awx": {"nodes": []}}, "awx.nodes: a job template does not take"),
        ({"template": "lab-ok", "awx": {"tags": ["x"]}}, "awx.tags: a job template does not take this option"),
        ({"template": "lab-prompts", "concurrency": 2, "awx": {"forks": 2}}, "concurrency and awx.forks are two ways"),
        ({"template": "lab-prompts", "targets": ["a"], "target_query": "a"}, "targets and target_query are two ways"),
        ({"template": "lab-prompts", "awx": {"forks": -1}}, "awx.forks: -1 is negative; give 0 or more."),
        ({"template": "lab-prompts", "concurrency": -5}, "concurrency: -5 is negative"),
        ({"template": "lab-prompts", "job_timeout": -5}, "job_timeout: -5 is negative"),
        ({"template": "lab-prompts", "awx": {"job_slice_count": -2}}, "awx.job_slice_count: -2 is negative"),
        ({"template": "lab-ok", "parameters": {"x": float("nan")}}, "parameters: x holds a value that JSON does not"),
        ({"template": "lab-ok", "secret_parameters": {"y": {"z": float("inf")}}}, "secret_parameters: y holds a value"),
        ({"template": "lab-ok", "rerun_hosts": "failed"}, "rerun_hosts goes together with rerun"),
        ({}, "template: name the job template to launch, or give template_id."),
        ({"template": ""}, "template: name the job template to launch, or give template_id."),
    ],
)
def test_what_does_not_fit_is_refused(face: Face, lab: Any, options: dict[str, Any], says: str) -> None:
    """House 0.4: nothing asked for is silently ignored; one clear sentence, and nothing has been sent."""
    error = refused(face, **options)
    assert says in error.message
    assert error.code in ("invalid_option", "unsupported")
    assert not lab.requests("POST")


# -- labels ----------------------------------------------------------------------------------------------------


def test_label_is_made_once_and_only_before_the_launch(face: Face, lab: Any) -> None:
    """House 1.3: preparatory writes are idempotent; contract 1.11: labels are per organization."""
    options = {"template": "lab-prompts", "awx": {"labels": ["new one", "lab-label", "new one"]}}
    shown = face("invoke", check_mode=True, **options)["request"]["body"]
    assert shown == {"labels": ["new one", 1]}
    assert not lab.requests("POST")
    job = face("invoke", **options)["job"]
    made, launched = lab.requests("POST")
    assert (made.path, made.body) == ("/api/v2/labels/", {"name": "new one", "organization": 2})
    assert launched.body["labels"][0] == 1
    assert len(launched.body["labels"]) == 2
    assert sorted(job["details"]["labels"]) == ["lab-label", "new one"]
    face("invoke", **options)
    assert [post.path for post in lab.requests("POST", "/labels/")] == ["/api/v2/labels/"]


def test_label_that_somebody_else_just_made(face: Face, lab: Any) -> None:
    lab.fault(
        "html", method="GET", path="/labels/$", body='{"count": 0, "results": []}', content_type="application/json"
    )
    face("invoke", template="lab-prompts", awx={"labels": ["lab-label"]})
    made, launched = lab.requests("POST")
    assert (made.status, launched.body) == (400, {"labels": [1]})


def test_label_is_not_made_when_the_launch_is_refused(face: Face, lab: Any) -> None:
    refused(face, template="lab-noprompt", awx={"labels": ["new one"]})
    refused(face, template="lab-prompts", awx={"labels": ["new one"], "verbosity": 1}, inventory="nowhere")
    assert not lab.requests("POST")


def test_label_for_a_template_without_organization(face: Face, lab: Any) -> None:
    lab.engine.templates[82].native["ask"] = {"labels"}
    error = refused(face, template="Orphaned report", awx={"labels": ["new one"]})
    assert error.message.startswith("awx.labels: there is no label 'new one', and none can be made")
