# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running a job again, and bulk launches."""

from __future__ import annotations

import json
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _errors

Face = Callable[..., dict[str, Any]]


def refused(face: Face, **options: Any) -> _errors.JobsError:
    with pytest.raises(_errors.JobsError) as caught:
        face("invoke", **options)
    return caught.value


def finished(face: Face, lab: Any, **options: Any) -> dict[str, Any]:
    """A job that ran, in whichever way it ended."""
    job: dict[str, Any] = face("invoke", **options, wait=True, fail_on=[])["job"]
    lab.forget_requests()
    return job


# -- rerun -----------------------------------------------------------------------------------------------------


def test_rerun_on_all_hosts(face: Face, lab: Any) -> None:
    """Recording relaunch-06-all."""
    first = finished(face, lab, template="lab-ok", parameters={"greeting": "hi"})
    job = face("invoke", rerun=first["id"], include=["parameters"])["job"]
    (post,) = lab.requests("POST")
    assert (post.path, post.body) == (f"/api/v2/jobs/{first['id']}/relaunch/", {"hosts": "all"})
    assert job["id"] != first["id"]
    assert job["details"]["launch_type"] == "relaunch"
    assert job["parameters"] == {"greeting": "hi"}


@pytest.mark.parametrize(("template", "host"), [("lab-partial", "host3"), ("lab-unreachable", "host5")])
def test_rerun_on_failed_hosts(face: Face, lab: Any, template: str, host: str) -> None:
    """Recordings relaunch-02 and relaunch-10: unreachable counts as failed; the new job's limit holds the host."""
    first = finished(face, lab, template=template)
    planned = face("invoke", check_mode=True, rerun=first, rerun_hosts="failed")
    assert planned["request"]["body"] == {"hosts": "failed"}
    assert not lab.requests("POST")
    job = face("invoke", rerun=first, rerun_hosts="failed", wait=True)["job"]
    assert (job["targets"], job["status"]) == (host, "successful")


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("template", ["lab-ok", "lab-error"])
def test_rerun_without_failed_hosts(face: Face, lab: Any, template: str, check_mode: bool) -> None:
    """House 0.4 and 0.5; recording relaunch-04 shows what the server would say."""
    first = finished(face, lab, template=template)
    error = refused(face, check_mode=check_mode, rerun=first, rerun_hosts="failed")
    assert error.code == "no_targets"
    assert f"no host failed in the job {first['id']}" in error.message
    assert error.result["job"]["id"] == first["id"]
    options = {"rerun": first, "rerun_hosts": "failed", "on_no_targets": "skip"}
    result = face("invoke", check_mode=check_mode, **options)
    assert (result["changed"], result["job"]["id"], len(result["jobs"])) == (False, first["id"], 1)
    assert not lab.requests("POST")


def test_rerun_of_a_running_job(face: Face, lab: Any) -> None:
    """Recording relaunch-00: C(retry_counts) is a sentence while the job runs."""
    first = face("invoke", template="lab-sleep")["job"]
    lab.advance(2)
    error = refused(face, rerun=first, rerun_hosts="failed")
    assert (error.code, len(lab.requests("POST", "/relaunch/$"))) == ("invalid_option", 0)
    assert error.message == (
        f"rerun_hosts: the failed hosts of the job {first['id']} are not known yet (Relaunch by host status not "
        "available until job finishes running). Wait for its end first."
    )


@pytest.mark.case("awx-11")
def test_rerun_with_passwords(face: Face, lab: Any) -> None:
    """Recordings relaunch-07 and relaunch-08: another shape of error than at launch."""
    passwords = {"ssh_password": "ssh-pa55", "vault_password.prod": "vault-pa55"}
    first = finished(face, lab, template="lab-ask-password", awx={"credential_passwords": passwords})
    error = refused(face, rerun=first, awx={"credential_passwords": {"ssh_password": "ssh-pa55"}})
    assert "the credentials ask for vault_password.prod: give these keys" in error.message
    extra = {**passwords, "sudo": "x"}
    assert "sudo would be ignored" in refused(face, rerun=first, awx={"credential_passwords": extra}).message
    assert not lab.requests("POST")
    error = refused(face, rerun=first, validate=False)
    assert (error.code, "Missing passwords needed to start" in error.message) == ("rejected", True)
    result = face("invoke", check_mode=True, rerun=first, awx={"credential_passwords": passwords})
    shown = {"ssh_password": "********", "vault_password.prod": "********"}
    assert result["request"]["body"] == {"hosts": "all", "credential_passwords": shown}
    text = repr(face("invoke", rerun=first, awx={"credential_passwords": passwords}))
    assert "pa55" not in text


def test_rerun_of_a_workflow(face: Face, lab: Any) -> None:
    """Recording wf-31: an empty body, and the answer has no key C(workflow_job)."""
    first = finished(face, lab, type="workflow_job_template", template="lab-wf-ok")
    job = face("invoke", rerun=first)["job"]
    assert lab.requests("POST")[0].body == {}
    assert (job["type"], job["details"]["launch_type"]) == ("workflow_job", "relaunch")
    message = refused(face, rerun=first, awx={"credential_passwords": {"ssh_password": "x"}}).message
    assert message == (
        "awx.credential_passwords: running a workflow_job again does not take ssh_password. Take it out."
    )


def test_rerun_of_a_sliced_job(face: Face, lab: Any) -> None:
    first = finished(face, lab, template="lab-sliced")
    job = face("invoke", rerun=first)["job"]
    assert (job["type"], job["details"]["is_sliced_job"]) == ("workflow_job", True)


def test_rerun_of_a_slice(face: Face, lab: Any) -> None:
    """Contract 1.3.6: relaunching a slice does not slice again."""
    first = face("invoke", template="lab-sliced", wait=True, include=["children"])["job"]
    job = face("invoke", rerun=first["children"][0]["id"])["job"]
    assert (job["type"], job["details"]["job_slice_count"]) == ("job", 3)


@pytest.mark.case("awx-18")
def test_rerun_of_an_ad_hoc_command(face: Face, lab: Any) -> None:
    """Recording adhoc-07-relaunch; contract 1.3.6: passwords are fields of the body."""
    awx = {"credentials": [4], "module_name": "ping", "credential_passwords": {"ssh_password": "ssh-pa55"}}
    first = finished(face, lab, type="ad_hoc_command", inventory=2, awx=awx)
    error = refused(face, rerun=first, awx={"credential_passwords": {"vault": "x"}})
    assert "running a ad_hoc_command again does not take vault" in error.message
    result = face("invoke", rerun=first, awx={"credential_passwords": {"ssh_password": "ssh-pa55"}})
    assert result["job"]["type"] == "ad_hoc_command"
    assert "ssh-pa55" not in repr(result)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"type": "project", "template": "lab-git"}, "rerun: AWX cannot run a job of the type project_update again"),
        ({"type": "inventory_source", "template": "lab-src-ok"}, "of the type inventory_update again; launch its"),
        ({"type": "system_job_template", "template_id": "1"}, "of the type system_job again; launch its template."),
    ],
)
def test_jobs_that_cannot_run_again(face: Face, lab: Any, options: dict[str, Any], says: str) -> None:
    """Contract 1.1: these types have no relaunch."""
    first = finished(face, lab, **options)
    error = refused(face, rerun=first)
    assert (error.code, says in error.message) == ("unsupported", True), error.message
    assert not lab.requests("POST")


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (
            {"rerun_hosts": "successful"},
            "unsupported",
            "rerun_hosts: AWX cannot run a job again on the successful hosts",
        ),
        ({"template": "lab-ok"}, "unsupported", "template: running a job again does not take this option"),
        ({"parameters": {"a": 1}}, "unsupported", "parameters: running a job again does not take this option"),
        ({"targets": ["host1"]}, "unsupported", "targets: running a job again does not take this option"),
        ({"inventory": 2}, "unsupported", "inventory: running a job again does not take this option"),
        ({"job_timeout": 0}, "unsupported", "job_timeout: running a job again does not take this option"),
        ({"awx": {"verbosity": 0}}, "unsupported", "awx.verbosity: running a job again does not take this option"),
        ({"type": "job_template"}, "invalid_option", "type is the kind of a template and does not go together with"),
    ],
)
def test_options_that_do_not_go_with_rerun(face: Face, lab: Any, options: dict[str, Any], code: str, says: str) -> None:
    """Recording relaunch-11: the server answers 201 and ignores them."""
    first = finished(face, lab, template="lab-ok")
    error = refused(face, rerun=first, **options)
    assert (error.code, says in error.message) == (code, True), error.message
    assert not lab.requests("POST")


@pytest.mark.parametrize(
    ("rerun", "code", "says"),
    [
        (4711, "not_found", "rerun: there is no job with the id 4711 that this user may see."),
        ([1, 2], "invalid_option", "rerun names 2 jobs: give exactly one"),
        ([], "invalid_option", "rerun names 0 jobs"),
        ("", "invalid_option", "rerun: '' is not the id of a job"),
        ({}, "invalid_option", "rerun: a dictionary in it holds no job"),
    ],
)
def test_wrong_reruns(face: Face, lab: Any, rerun: Any, code: str, says: str) -> None:
    error = refused(face, rerun=rerun)
    assert (error.code, says in error.message) == (code, True), error.message


def test_rerun_of_a_check_mode_launch(face: Face) -> None:
    planned = face("invoke", check_mode=True, template="lab-ok")
    assert (
        "rerun: a job in it has no id, because it was launched in check mode." in refused(face, rerun=planned).message
    )
    again = face("invoke", check_mode=True, rerun=planned, rerun_hosts="failed")
    assert again["job"] == planned["job"]


@pytest.mark.parametrize("user", ["reader", "bob"])
def test_rerun_without_the_role(face: Face, lab: Any, user: str) -> None:
    first = finished(face, lab, template="lab-ok")
    error = refused(face, rerun=first, token=None, username=user, password=lab.passwords[user])
    assert error.code in ("forbidden", "not_found")


@pytest.mark.case("awx-15")
@pytest.mark.parametrize("kind", ["job", "failed", "workflow", "sliced", "ad hoc"])
@pytest.mark.parametrize("action", ["cut_answer", "reset"])
def test_rerun_without_an_answer(face: Face, lab: Any, kind: str, action: str) -> None:
    """The earlier job, of the same second here, is never taken for the new one."""
    launches: dict[str, dict[str, Any]] = {
        "job": {"template": "lab-ok", "parameters": {"a": 1}},
        "failed": {"template": "lab-partial"},
        "workflow": {"type": "workflow_job_template", "template": "lab-wf-ok"},
        "sliced": {"template": "lab-sliced"},
        "ad hoc": {
            "type": "ad_hoc_command",
            "inventory": 2,
            "target_query": "host1",
            "awx": {"credentials": [3], "module_name": "ping"},
        },
    }
    first = face("invoke", **launches[kind])["job"]
    if kind == "failed":
        first = face("wait", jobs=first, fail_on=[])["job"]
    options = {"rerun": first, "rerun_hosts": "failed" if kind == "failed" else "all"}
    lab.forget_requests()
    lab.fault(action, method="POST")
    if action == "reset":
        error = refused(face, **options)
        assert (error.code, error.result["candidates"]) == ("launch_unknown", [])
    else:
        assert face("invoke", **options)["job"]["id"] not in (None, first["id"])
    assert len(lab.requests("POST")) == 1


# -- bulk ------------------------------------------------------------------------------------------------------


def bulk(*nodes: Any, **options: Any) -> dict[str, Any]:
    awx = {"nodes": list(nodes), **options.pop("awx", {})}
    return {"type": "bulk", "awx": awx, **options}


def test_bulk_resolves_names(face: Face, lab: Any) -> None:
    """Contract 1.3.6; recording bulk-01."""
    nodes = (
        {
            "template": "lab-prompts",
            "identifier": "first",
            "inventory": "lab-inventory-2",
            "credentials": ["lab-machine"],
            "labels": ["lab-label"],
            "instance_groups": ["default"],
            "execution_environment": "AWX EE (latest)",
            "job_tags": ["a", "b"],
            "limit": "other1",
            "extra_data": {"n": 1},
            "verbosity": 0,
        },
        {"template_id": "12", "limit": "host1"},
        {"template": "lab-git"},
    )
    options = bulk(*nodes, awx={"name": "many"}, organization="Lab", target_query="host*", parameters={"a": 1})
    job = face("invoke", **options)["job"]
    body = lab.requests("POST")[0].body
    assert body.pop("jobs") == [
        {
            "unified_job_template": 26,
            "identifier": "first",
            "inventory": 3,
            "credentials": [3],
            "labels": [1],
            "instance_groups": [2],
            "execution_environment": 1,
            "job_tags": "a,b",
            "limit": "other1",
            "extra_data": {"n": 1},
            "verbosity": 0,
        },
        {"unified_job_template": 12, "limit": "host1"},
        {"unified_job_template": 9},
    ]
    assert body == {"name": "many", "organization": 2, "limit": "host*", "extra_vars": {"a": 1}}
    assert (job["type"], job["template"]["id"], job["name"]) == ("workflow_job", None, "many")


@pytest.mark.parametrize(
    ("nodes", "code", "says"),
    [
        ([], "invalid_option", "awx.nodes: a bulk launch needs a list of what to launch."),
        ([{}], "invalid_option", "awx.nodes[1]: name the template, or give template_id."),
        (["lab-ok"], "invalid_option", "awx.nodes[1]: write a dictionary with template or template_id."),
        ([{"template_id": 99999}], "invalid_option", "awx.nodes[1]: there is no template with the id 99999."),
        ([{"template_id": "x"}], "invalid_option", "awx.nodes[1]: template_id 'x' is not a number."),
        ([{"template": "lab-ok"}, {"template": "x"}], "not_found", "awx.nodes[2]: there is no template named 'x'"),
        ([{"template": "Backup database"}], "ambiguous", "awx.nodes[1]: 2 objects of the kind template are named"),
        ([{"template": "lab-ok", "tags": []}], "invalid_option", "awx.nodes[1]: unknown keys tags."),
        (
            [{"template": "lab-ok", "limit": "x"}],
            "invalid_option",
            "awx.nodes[1].limit: the template 'lab-ok' does not",
        ),
        (
            [{"template": "lab-noprompt", "extra_data": {"a": 1}}],
            "invalid_option",
            "awx.nodes[1].extra_data: the templ",
        ),
        ([{"template": "lab-prompts", "limit": ""}], "no_targets", "awx.nodes[1].limit: it is empty"),
        ([{"template": "lab-prompts", "inventory": "x"}], "not_found", "awx.nodes[1].inventory: there is no inventory"),
        ([{"template": "lab-git", "limit": "x"}], "unsupported", "awx.nodes[1].limit: "),
    ],
)
def test_wrong_nodes(face: Face, lab: Any, nodes: list[Any], code: str, says: str) -> None:
    """Recording bulk-02: an unknown template is a 500 of the server; what is not asked for does not reach the job."""
    error = refused(face, **bulk(*nodes))
    assert (error.code, says in error.message) == (code, True), error.message
    assert not lab.requests("POST")


def test_what_no_node_asks_for(face: Face, lab: Any) -> None:
    node = {"template": "lab-noprompt"}
    for options, name in (
        ({"targets": ["host1"]}, "targets"),
        ({"target_query": "host*"}, "target_query"),
        ({"parameters": {"a": 1}}, "parameters"),
        ({"inventory": 2}, "inventory"),
        ({"awx": {"job_tags": ["x"]}}, "awx.job_tags"),
    ):
        message = refused(face, **bulk(node, **options)).message
        assert message.startswith(f"{name}: none of the templates in awx.nodes asks for it at launch")
    assert not lab.requests("POST")
    assert face("invoke", **bulk(node, {"template": "lab-prompts"}, targets=["host1"]))["changed"]


def test_bulk_too_large(face: Face, lab: Any) -> None:
    """One look-up serves all nodes of a template."""
    error = refused(face, **bulk(*[{"template_id": 11}] * 101))
    assert len(lab.requests("GET", "/unified_job_templates/$")) == 1
    assert (error.code, "exceeds system setting 100" in error.message) == ("rejected", True)


@pytest.mark.parametrize("validate", [True, False])
@pytest.mark.parametrize("days", [-1, "-1", "abc", 1.5, True, None, [], {}])
@pytest.mark.parametrize("where", ["node", "node as text", "all"])
def test_days_of_a_management_job_in_bulk(face: Face, lab: Any, where: str, days: Any, validate: bool) -> None:
    """Contract 6.2: the server takes any days, and deletes every job for -1. That is never sent."""
    node: dict[str, Any] = {"template": "Cleanup Job Details"}
    common: dict[str, Any] = {}
    if where == "all":
        common = {"parameters": {"days": days}}
    else:
        node["extra_data"] = {"days": days} if where == "node" else json.dumps({"days": days})
    error = refused(face, type="bulk", validate=validate, awx={"nodes": [{"template": "lab-ok"}, node]}, **common)
    assert error.code == "invalid_option"
    option = "parameters" if where == "all" else "awx.nodes[2].extra_data"
    assert error.message == f"{option}: days must be a whole number that is not negative, not {days!r}."
    assert not lab.requests("POST")


def test_variables_of_a_management_job_in_bulk(face: Face, lab: Any) -> None:
    def launch(data: Any) -> Any:
        return {"type": "bulk", "validate": False, "awx": {"nodes": [{"template": "Cleanup Job Details", **data}]}}

    assert "extra_data: write a dictionary" in refused(face, **launch({"extra_data": "- days"})).message
    face("invoke", **launch({"extra_data": {"days": "30"}}))
    assert lab.requests("POST")[0].body["jobs"][0]["extra_data"] == {"days": 30}
    face("invoke", **launch({}))
