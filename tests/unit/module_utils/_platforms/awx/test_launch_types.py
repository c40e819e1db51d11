# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launching each kind of thing on AWX: what is sent, what comes back, and that check mode only reads."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _errors

Face = Callable[..., dict[str, Any]]

AD_HOC = {"type": "ad_hoc_command", "inventory": "lab-inventory"}
MACHINE = {"credentials": ["lab-machine"]}
#: one launch of every kind: options, the path of the POST, its body, and the type of the job
KINDS: dict[str, tuple[dict[str, Any], str, Any, str]] = {
    "job template": (
        {"template": "lab-ok", "parameters": {"n": 1, "nested": {"a": [1, 2]}}},
        "job_templates/11/launch/",
        {"extra_vars": {"n": 1, "nested": {"a": [1, 2]}}},
        "job",
    ),
    "sliced job template": ({"template": "lab-sliced"}, "job_templates/21/launch/", {}, "workflow_job"),
    "workflow": (
        {"type": "workflow_job_template", "template": "lab-wf-mixed", "targets": ["host1", "host2"]},
        "workflow_job_templates/31/launch/",
        {"limit": "host1,host2"},
        "workflow_job",
    ),
    "management job": (
        {"type": "system_job_template", "template": "Cleanup Job Details", "parameters": {"days": 300}},
        "system_job_templates/1/launch/",
        {"extra_vars": {"days": 300}},
        "system_job",
    ),
    "ad hoc command": (
        {**AD_HOC, "targets": ["host1"], "awx": {**MACHINE, "module_args": "uptime"}},
        "ad_hoc_commands/",
        {"inventory": 2, "credential": 3, "limit": "host1", "module_args": "uptime"},
        "ad_hoc_command",
    ),
    "project": ({"type": "project", "template": "lab-git"}, "projects/9/update/", {}, "project_update"),
    "inventory source": (
        {"type": "inventory_source", "template": "lab-src-ok"},
        "inventory_sources/28/update/",
        {},
        "inventory_update",
    ),
    "inventory": (
        {"type": "inventory", "template": "lab-inventory-sourced"},
        "inventories/4/update_inventory_sources/",
        {},
        "inventory_update",
    ),
    "bulk": (
        {"type": "bulk", "awx": {"name": "many", "nodes": [{"template": "lab-ok"}, {"template_id": 18}]}},
        "bulk/job_launch/",
        {"name": "many", "jobs": [{"unified_job_template": 11}, {"unified_job_template": 18}]},
        "workflow_job",
    ),
}
every_kind = pytest.mark.parametrize(("options", "path", "body", "job_type"), KINDS.values(), ids=KINDS)


def refused(face: Face, **options: Any) -> _errors.JobsError:
    with pytest.raises(_errors.JobsError) as caught:
        face("invoke", **options)
    return caught.value


@every_kind
@pytest.mark.case("awx-1", "awx-18")
def test_launch_sends_one_post_and_returns_the_job(
    face: Face, lab: Any, options: dict[str, Any], path: str, body: Any, job_type: str
) -> None:
    """Contract 1.3.4 and 1.3.6; recordings launch-201-*, wf-05, sys-01, adhoc-*, proj-02, invup-02, invup-08, bulk-01."""
    result = face("invoke", **options)
    posts = lab.requests("POST")
    assert [(post.path, post.body) for post in posts] == [(f"/api/v2/{path}", body)]
    job = result["job"]
    assert (job["type"], job["status"], result["changed"]) == (job_type, "pending", True)
    assert job["id"].isdigit()
    assert job["url"].endswith(f"/{job['id']}/")
    assert result["jobs"] == [job]
    assert job["warnings"] == []


@every_kind
@pytest.mark.case("awx-1", "awx-18")
def test_launch_and_wait_follows_the_type_of_the_answer(
    face: Face, options: dict[str, Any], path: str, body: Any, job_type: str
) -> None:
    if options.get("template") == "lab-wf-mixed":  # waits for an approval
        options = {"type": "workflow_job_template", "template": "lab-wf-ok"}
    job = face("invoke", **options, wait=True, wait_timeout=300, fail_on=[])["job"]
    assert (job["type"], job["is_finished"]) == (job_type, True)


@every_kind
@pytest.mark.case("awx-19")
def test_check_mode_only_reads(
    face: Face, lab: Any, options: dict[str, Any], path: str, body: Any, job_type: str
) -> None:
    """House 0.4: names resolved, the body shown, zero writes."""
    result = face("invoke", check_mode=True, **options)
    assert {request.method for request in lab.requests()} == {"GET"}
    assert result["changed"] is True
    assert result["request"] == {"method": "POST", "path": f"/api/v2/{path}", "body": body}
    job = result["job"]
    assert (job["id"], job["status"], job["is_finished"], job["is_successful"]) == (None, "pending", False, None)
    assert lab.benches["awx"].platform.engine.jobs == {}


@pytest.mark.case("awx-19")
@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ({"template": "nothing"}, "not_found", "template: there is no job template named 'nothing'"),
        ({"template": "lab-noprompt", "targets": ["host1"]}, "invalid_option", "ask_limit_on_launch is off"),
        ({"template": "lab-survey"}, "invalid_option", "target_env is missing"),
        ({"template": "lab-ask-password"}, "invalid_option", "ssh_password, vault_password.prod"),
        ({"template": "lab-no-inventory"}, "invalid_option", "inventory: the job template 'lab-no-inventory' has none"),
        ({"template": "lab-prompts", "inventory": "nowhere"}, "not_found", "inventory: there is no inventory named"),
        ({"template_id": "4711"}, "not_found", "template_id: there is no job template with the id 4711"),
        ({"type": "project", "template": "lab-manual"}, "unsupported", "it has no source control"),
        ({"type": "inventory", "template": "lab-inventory"}, "unsupported", "no source that can be updated"),
        ({"type": "bulk", "awx": {"nodes": [{"template_id": 99999}]}}, "invalid_option", "awx.nodes[1]: there is no"),
        ({"rerun": 4711}, "not_found", "rerun: there is no job with the id 4711"),
    ],
)
def test_check_mode_tells_what_would_fail(face: Face, lab: Any, options: dict[str, Any], code: str, says: str) -> None:
    error = refused(face, check_mode=True, **options)
    assert error.code == code
    assert says in error.message
    assert {request.method for request in lab.requests()} == {"GET"}


# -- what is special about a kind ------------------------------------------------------------------------------


@pytest.mark.case("awx-1")
def test_sliced_launch_is_a_workflow_and_can_be_waited_for(face: Face, lab: Any) -> None:
    """Contract 1.3.4: the answer has no key C(job); type, id and url follow the answer."""
    job = face("invoke", template="lab-sliced", wait=True, include=["children"])["job"]
    assert (job["type"], job["details"]["is_sliced_job"], job["status"]) == ("workflow_job", True, "successful")
    assert "/workflow_jobs/" in job["url"]
    assert len(job["children"]) == 3
    assert not lab.requests("GET", rf"/jobs/{job['id']}/$")


@pytest.mark.case("awx-18")
def test_ad_hoc_answer_is_new_and_has_no_template(face: Face) -> None:
    """Contract 1.3.6: the row is written out before the start."""
    options = {**AD_HOC, "awx": {**MACHINE, "module_name": "ping"}}
    job = face("invoke", **options)["job"]
    assert (job["native_status"], job["status"], job["name"]) == ("new", "pending", "ping")
    assert job["template"] == {"id": None, "name": None}
    waited = face("wait", jobs=job)["job"]
    assert waited["status"] == "successful"


@pytest.mark.case("awx-7")
def test_ad_hoc_variables_are_text(face: Face, lab: Any) -> None:
    """Contract 1.3.6: C(extra_vars) of this endpoint is text that holds JSON."""
    face("invoke", **AD_HOC, parameters={"n": 3, "word": "ü"}, awx={**MACHINE, "module_name": "ping"})
    assert lab.requests("POST")[0].body["extra_vars"] == '{"n": 3, "word": "\\u00fc"}'


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"inventory": None, "awx": {**MACHINE, "module_args": "id"}}, "inventory: an ad hoc command needs one"),
        ({"awx": {"module_args": "id"}}, "awx.credentials: an ad hoc command needs exactly one"),
        ({"awx": {"credentials": [3, 4], "module_args": "id"}}, "awx.credentials: an ad hoc command needs exactly one"),
        ({"awx": {"credentials": ["lab-aws"], "module_args": "id"}}, "awx.credentials: 'lab-aws' is of the kind cloud"),
        ({"awx": MACHINE}, "awx.module_args: the module command needs arguments"),
        ({"awx": {**MACHINE, "module_name": "shell"}}, "awx.module_args: the module shell needs arguments"),
        ({"awx": {**MACHINE, "module_args": "id", "forks": -1}}, "awx.forks: -1 is negative"),
        ({"parameters": {"ansible_user": "x"}, "awx": {**MACHINE, "module_args": "id"}}, "takes no ansible_ variables"),
        (
            {"awx": {**MACHINE, "module_args": "id", "credential_passwords": {"sudo": "x"}}},
            "awx.credential_passwords: an ad hoc command takes ssh_password, become_password, ssh_key_unlock, not sudo",
        ),
        ({"template": "lab-ok", "awx": MACHINE}, "template: an ad hoc command does not take this option"),
    ],
)
def test_ad_hoc_mistakes(face: Face, lab: Any, options: dict[str, Any], says: str) -> None:
    """Contract 1.3.6."""
    error = refused(face, **{**AD_HOC, **options})
    assert says in error.message
    assert not lab.requests("POST")


def test_ad_hoc_unknown_module_is_the_servers_sentence(face: Face) -> None:
    """Recording adhoc-02-400-module."""
    error = refused(face, **AD_HOC, awx={**MACHINE, "module_name": "raw2"})
    assert (error.code, error.result["http_status"]) == ("rejected", 400)
    assert '"raw2" is not a valid choice.' in error.message


@pytest.mark.parametrize("days", [-1, "-1", "abc", "²", True, 1.5, None, ""])
def test_management_job_refuses_days_that_delete_everything(face: Face, lab: Any, days: Any) -> None:
    """Contract 6.2: C(-1) is 201 and deletes every job, C(abc) is 201 and a failed job."""
    error = refused(face, type="system_job_template", template="Cleanup Job Details", parameters={"days": days})
    assert "parameters: days must be a whole number that is not negative" in error.message
    assert not lab.requests("POST")


def test_management_job_takes_days_as_text(face: Face, lab: Any) -> None:
    face("invoke", type="system_job_template", template_id="1", parameters={"days": " 30 ", "dry_run": True})
    assert lab.requests("POST")[0].body == {"extra_vars": {"days": 30, "dry_run": True}}


def test_management_job_refuses_what_it_would_ignore(face: Face, lab: Any) -> None:
    """Recording sys-15-unknown-extra-var: 201, and the default of days counts."""
    options = {"type": "system_job_template", "template": "Cleanup Job Details", "parameters": {"day": 300}}
    assert "takes days and dry_run, and would ignore day" in refused(face, **options).message
    assert not lab.requests("POST")
    assert face("invoke", **options, validate=False)["changed"]


@pytest.mark.case("awx-17")
def test_manual_project_that_the_server_refuses(face: Face, lab: Any) -> None:
    """Recordings proj-08 and proj-09: the preflight says no, and the POST would be a 405."""
    error = refused(face, type="project", template="lab-manual")
    assert (
        error.message
        == "template: the project 'lab-manual' cannot be updated (it is manual: it has no source control)."
    )
    lab.fault("status", path="/projects/9/update/", method="POST", status=405)
    error = refused(face, type="project", template="lab-git")
    assert (error.code, error.result["http_status"]) == ("rejected", 405)


@pytest.mark.case("awx-17")
def test_inventory_update_with_some_sources_refused(face: Face, lab: Any) -> None:
    """Contract 1.3.6: 202 with a list; C(status: started) is not a status of a job."""
    _add_sources(lab, "second", locked="third")
    result = face("invoke", type="inventory", template="lab-inventory-sourced", wait=True)
    assert lab.requests("POST")[0].status == 202
    assert "job" not in result
    assert [job["status"] for job in result["jobs"]] == ["successful", "successful"]
    assert [job["native_status"] for job in result["jobs"]] == ["successful", "successful"]
    warning = result["jobs"][0]["warnings"][0]
    assert warning.startswith("Inventory source 202: Could not start")


@pytest.mark.case("awx-17")
def test_inventory_update_with_all_sources_refused(face: Face, lab: Any) -> None:
    """Contract 1.3.6: 400 with a list as body."""
    lab.fault(
        "status",
        method="POST",
        status=400,
        body='[{"inventory_source": 28, "status": "Could not start because `can_update` returned False"}]',
    )
    error = refused(face, type="inventory", template="lab-inventory-sourced")
    assert error.code == "rejected"
    assert "inventory_source: 28, status: Could not start because" in error.message


def test_inventory_is_named_once(face: Face) -> None:
    assert face("invoke", check_mode=True, type="inventory", inventory=4)["job"]["template"]["id"] == "4"
    error = refused(face, type="inventory", inventory=4, template="lab-inventory-sourced")
    assert "by template or by inventory, not by both" in error.message


def test_inventory_source_within_an_inventory(face: Face, lab: Any) -> None:
    """Contract 1.9: sources are unique per inventory only."""
    _add_sources(lab, "lab-src-ok", inventory=5)
    error = refused(face, type="inventory_source", template="lab-src-ok")
    assert (error.code, len(error.result["candidates"])) == ("ambiguous", 2)
    result = face("invoke", type="inventory_source", template="lab-src-ok", inventory="lab-inventory-badsource")
    assert result["job"]["template"]["id"] == "201"


def _add_sources(lab: Any, *names: str, locked: str = "", inventory: int = 4) -> None:
    from unified_jobs_lab.behavior import Behavior
    from unified_jobs_lab.model import Template

    for number, name in enumerate(filter(None, (*names, locked)), 201):
        native = {"project": 9, "source": "scm", "inventory": inventory, "path": "x", "locked": name == locked}
        lab.engine.add_template(Template(number, "inventory_source", name, Behavior(duration=0.8), False, native))


# -- users -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(
    ("user", "options", "code", "says"),
    [
        ("reader", {"template": "lab-ok"}, "forbidden", "the execute role is missing"),
        ("auditor", {"template": "lab-ok"}, "forbidden", "the execute role is missing"),
        ("bob", {"template": "lab-ok"}, "not_found", "no job template named 'lab-ok' that this user may see"),
        ("reader", {"type": "workflow_job_template", "template": "lab-wf-ok"}, "forbidden", "the execute role"),
        ("operator", {"type": "project", "template": "lab-git"}, "forbidden", "the update role is missing"),
        ("operator", {"type": "inventory_source", "template": "lab-src-ok"}, "forbidden", "the update role is missing"),
        ("operator", {"type": "system_job_template", "template": "Cleanup Job Details"}, "forbidden", "403"),
        (
            "reader",
            {"type": "bulk", "awx": {"nodes": [{"template": "lab-ok"}]}},
            "forbidden",
            "awx.nodes[1]: this user",
        ),
    ],
)
def test_users_without_the_role(
    face: Face, lab: Any, user: str, options: dict[str, Any], code: str, says: str, check_mode: bool
) -> None:
    """Recordings launch-403-*, proj-10, sys-11; the row's C(user_capabilities.start) says it before the POST."""
    login = {"token": None, "username": user, "password": lab.passwords[user]}
    error = refused(face, check_mode=check_mode, **login, **options)
    assert error.code == code
    assert says in error.message
    assert not lab.requests("POST")
    assert lab.passwords[user] not in repr((error.message, error.result))


def test_operator_may_launch(face: Face, lab: Any) -> None:
    job = face("invoke", template="lab-ok", token=None, username="operator", password=lab.passwords["operator"])["job"]
    assert job["launched_by"] == "operator"


def test_inventory_that_the_user_may_not_use(face: Face, lab: Any) -> None:
    """Recording launch-403-operator-inventory-no-use: only the server knows."""
    login = {"token": None, "username": "operator", "password": lab.passwords["operator"]}
    error = refused(face, template="lab-prompts", inventory="lab-inventory-2", **login)
    assert (error.code, len(lab.requests("POST"))) == ("forbidden", 1)
    assert "You do not have permission" in error.message


@pytest.mark.case("awx-51")
def test_token_that_may_only_read(face: Face, lab: Any) -> None:
    """Recordings auth-05 and launch-get-bearer-read-scope: reading works, the POST is a 403 with the usual words."""
    assert face("invoke", check_mode=True, template="lab-ok", token=lab.read_token)["request"]
    error = refused(face, template="lab-ok", token=lab.read_token)
    assert (error.code, error.result["http_status"]) == ("forbidden", 403)
    assert "a token of the scope write" in error.message
    assert lab.read_token not in repr((error.message, error.result))


@pytest.mark.case("awx-51")
@pytest.mark.parametrize(
    ("login", "method"),
    [
        ({"token": "not-a-token-at-all"}, "token"),
        ({"token": None, "username": "admin", "password": "wrong-pass-word"}, "username and password"),
    ],
)
def test_login_that_is_not_accepted(face: Face, lab: Any, login: dict[str, Any], method: str) -> None:
    """Recordings auth-06 and auth-07: one answer for every reason; ours names the method and never the secret."""
    error = refused(face, template="lab-ok", **login)
    assert (error.code, error.result["http_status"]) == ("unauthorized", 401)
    assert method in error.message
    for secret in ("not-a-token-at-all", "wrong-pass-word"):
        assert secret not in repr((error.message, error.result))
    assert not lab.requests("POST")
