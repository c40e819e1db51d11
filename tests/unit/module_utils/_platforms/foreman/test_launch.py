# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a launch sends: Foreman contract 1.3 and 1.13. The keys of the body are those of the reference page."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.inputs import check_inputs, input_text
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.platform import ForemanPlatform
from ansible_collections.unified.jobs.plugins.module_utils._types import JobRequest

WEB1 = {"targets": ["web1.example.com"]}
COMMAND = {"template": "Run Command - Script Default", **WEB1}


def body_of(launches: Any) -> dict[str, Any]:
    body: dict[str, Any] = launches()[-1].body
    return body


# -- how much is asked -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{"template": "lab-ok"}, {"template_id": "401"}], ids=["name", "id"])
def test_a_launch_is_a_template_a_count_and_the_post(face: Any, foreman_lab: Any, options: dict[str, Any]) -> None:
    """Issue: requests per launch."""
    face("invoke", **options, target_query="name ~ web")
    assert [(one.method, one.path.split("/")[2]) for one in foreman_lab.requests()] == [
        ("GET", "job_templates"),
        ("GET", "hosts"),
        ("POST", "job_invocations"),
    ]


def test_without_validation_and_with_ids_it_is_the_post_alone(face: Any, foreman_lab: Any, server: Any) -> None:
    feature = next(one for one in server.store.features if one.template)
    inputs = {one.name: "1" for one in server.store.inputs(server.engine.templates[feature.template]) if one.required}
    face("invoke", template_id="401", target_query="name ~ web", validate=False)
    face("invoke", type="feature", template=feature.label, parameters=inputs, target_query="name ~ web", validate=False)
    assert [one.method for one in foreman_lab.requests()] == ["POST", "POST"]


@pytest.mark.parametrize(
    ("options", "more"),
    [
        pytest.param({"targets": ["web1.example.com"]}, [], id="names of hosts"),
        pytest.param({"template": "lab-inputs", "parameters": {"must": "1"}}, [], id="inputs"),
        pytest.param({"template_id": "421", "foreman": {"ansible_tags": "a"}}, [], id="tags"),
        pytest.param({"template_id": "401", "foreman": {"effective_user": "root"}}, [], id="a user, and the id"),
        # what a list does not say, what is named, and where the search for a lost answer is to begin
        pytest.param({"foreman": {"effective_user": "root"}}, ["job_templates"], id="a user, and the name"),
        pytest.param({"target_query": None, "foreman": {"bookmark": "web servers"}}, ["bookmarks"], id="a bookmark"),
        pytest.param({"organization": "Operations"}, ["organizations"], id="an organization"),
        pytest.param({"schedule": {"start_at": "2099-01-01T00:00:00Z"}}, ["job_invocations"], id="later"),
        pytest.param({"schedule": {"cron": "0 3 * * *", "purpose": "p"}}, ["job_invocations"] * 2, id="a purpose"),
    ],
)
def test_what_costs_a_launch_another_request(
    face: Any, foreman_lab: Any, options: dict[str, Any], more: list[str]
) -> None:
    options = {"template": None if "template_id" in options else "lab-ok", "target_query": "name ~ web", **options}
    if "targets" in options:
        del options["target_query"]
    face("invoke", **options)
    sent = [(one.method, one.path.split("/")[2]) for one in foreman_lab.requests()]
    assert sorted(name for method, name in sent if method == "GET") == sorted(["job_templates", "hosts", *more])
    assert [name for method, name in sent if method != "GET"] == ["job_invocations"]


def test_the_body_is_as_small_as_can_be(face: Any, launches: Any) -> None:
    """Contract 1.3, "canonical body"."""
    face("invoke", template="lab-ok", targets=["web1.example.com", "web2.example.com"])
    assert body_of(launches) == {
        "job_invocation": {
            "job_template_id": 401,
            "targeting_type": "static_query",
            "search_query": 'name ^ ("web1.example.com","web2.example.com")',
        }
    }


def test_every_key_of_the_page(face: Any, launches: Any, played: Any) -> None:
    sent: dict[str, Any] = {}

    def launch(body: Any) -> Any:
        sent.update(body["job_invocation"])
        return {"id": 1, "targeting": {}, "status_label": "queued", "dynflow_task": {"state": "scheduled"}}

    template = {"id": 9, "name": "T", "provider_type": "Ansible", "effective_user": {"overridable": True}}
    platform = played(
        {
            "/api/job_templates/9": {**template, "template_inputs": [{"id": 1, "name": "a", "input_type": "user"}]},
            "/api/hosts": {"results": [{"id": 1, "name": "h"}], "subtotal": 1},
            "/api/job_invocations": {"results": [], "subtotal": 0},
            "POST /api/job_invocations": launch,
        }
    )
    request = JobRequest(
        template_id="9",
        type="job_template",
        target_query="name = h",
        parameters={"a": 1},
        concurrency=2,
        job_timeout=60,
        schedule={"start_at": "2027-01-01T00:00:00Z", "cron": "0 3 * * *", "max_iteration": 2, "purpose": "p"},
        options={
            "targeting_type": "dynamic_query",
            "randomized_ordering": False,
            "ssh_user": "u",
            "password": "secret-1",
            "key_passphrase": "secret-2",
            "effective_user": "root",
            "effective_user_password": "secret-3",
            "ansible_tags": "a,b",
            "time_to_pickup": 30,
            "description_format": "Run %{a}",
        },
    )
    request.schedule = {**(request.schedule or {}), "end_time": "2027-06-01T02:00:00+02:00"}
    made = platform.plan(request)
    platform.launch(made)
    assert sent == {
        "job_template_id": 9,
        "targeting_type": "dynamic_query",
        "search_query": "name = h",
        "randomized_ordering": False,
        "inputs": {"a": "1"},
        "ssh": {"effective_user": "root", "effective_user_password": "secret-3"},
        "ssh_user": "u",
        "password": "secret-1",
        "key_passphrase": "secret-2",
        "recurrence": {
            "cron_line": "0 3 * * *",
            "max_iteration": 2,
            "end_time": "2027-06-01 00:00:00 +0000",
            "purpose": "p",
        },
        "scheduling": {"start_at": "2027-01-01 00:00:00 +0000"},
        "concurrency_control": {"concurrency_level": 2},
        "description_format": "Run %{a}",
        "execution_timeout_interval": 60,
        "time_to_pickup": 30,
        "ansible": {"tags": "a,b", "tags_flag": "include"},
    }
    # what is shown has no secret
    assert "secret-" not in repr(made.request)
    assert made.request["body"]["job_invocation"]["ssh"]["effective_user_password"] == "********"


# -- templates and features ------------------------------------------------------------------------------------


@pytest.mark.case("foreman-31")
def test_a_feature(face: Any, launches: Any, server: Any) -> None:
    feature = next(one for one in server.store.features if one.template)
    template = server.engine.templates[feature.template]
    given = {one.name: "1" for one in server.store.inputs(template) if one.required}
    job = face("invoke", type="feature", template=feature.label, parameters=given, **WEB1)["job"]
    sent = body_of(launches)["job_invocation"]
    assert sent["feature"] == feature.label
    assert "job_template_id" not in sent
    assert job["template"]["id"] == str(feature.template)


@pytest.mark.case("foreman-31")
def test_features_that_cannot_be_launched(refused: Any, played: Any, writes: Any) -> None:
    """Contract 1.3: the server says of both that a template with id '' was not found."""
    error = refused("invoke", type="feature", template="no_such", **WEB1)
    assert (error.code, "no_such" in error.message) == ("not_found", True)
    platform = played({"/api/remote_execution_features/bare": {"label": "bare", "job_template_id": None}})
    with pytest.raises(Exception, match="'bare' has no template assigned"):
        platform.plan(JobRequest(type="feature", template="bare", targets=["h"]))
    error = refused("invoke", type="feature", template="a", foreman={"targeting_type": "dynamic_query"}, **WEB1)
    assert (error.code, "foreman.targeting_type" in error.message) == ("unsupported", True)
    for options in ({"template_id": "1"}, {"template": "a/b"}, {}):
        assert refused("invoke", type="feature", **options, **WEB1).code == "invalid_option"
    assert writes() == []


@pytest.mark.parametrize(
    ("options", "code", "word"),
    [
        ({}, "invalid_option", "template"),
        ({"template_id": "x"}, "invalid_option", "a name goes into template"),
        ({"template_id": "99999"}, "not_found", "99999"),
        ({"template_id": "401", "template": "lab-fail"}, "invalid_option", "is named 'lab-ok'"),
        ({"template": "lab-snippet"}, "unsupported", "snippet"),
        ({"template": "401"}, "not_found", "set template_id"),
        ({"template": "lab-ok", "type": "project"}, "unsupported", "project"),
        ({"template": "lab-ok", "inventory": "x"}, "unsupported", "inventory"),
        ({"template": "lab-ok", "awx": {"forks": 1}}, "invalid_option", "awx"),
    ],
)
def test_templates_that_cannot_be_launched(
    refused: Any, writes: Any, options: dict[str, Any], code: str, word: str
) -> None:
    error = refused("invoke", **options, **WEB1)
    assert (error.code, word in error.message) == (code, True)
    assert writes() == []


# -- inputs ----------------------------------------------------------------------------------------------------


@pytest.mark.case("foreman-27")
@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        ("", ""),
        (True, "true"),
        (False, "false"),
        (5, "5"),
        (1.5, "1.5"),
        (["ä", 1], '["ä", 1]'),
        ({"k": None}, '{"k": null}'),
    ],
)
def test_values_are_text(value: Any, text: str) -> None:
    """Contract 1.3: the server stores true as t, and a list as Ruby prints it."""
    assert input_text("x", value) == text


@pytest.mark.case("foreman-27")
def test_inputs_are_merged_and_nulls_left_out(face: Any, launches: Any) -> None:
    face(
        "invoke",
        template="lab-inputs",
        parameters={"must": True, "may": None},
        secret_parameters={"secret": "s"},
        **WEB1,
    )
    assert body_of(launches)["job_invocation"]["inputs"] == {"must": "true", "secret": "********"}
    face("invoke", template="lab-ok", parameters={}, **WEB1)
    assert body_of(launches)["job_invocation"]["inputs"] == {}


@pytest.mark.case("foreman-28", "foreman-47")
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, ["must is missing"]),
        ({"must": ""}, ["must is missing"]),
        ({"must": "", "preset": "x"}, ["must is missing"]),
        ({"must": "x", "other": "y"}, ["other is no input", "Its inputs are must, may"]),
        ({"must": "x", "choice": "four"}, ["choice must be one of 'one', 'two', 'three, or more'"]),
    ],
)
def test_check_mode_finds_wrong_inputs(refused: Any, writes: Any, given: dict[str, str], words: list[str]) -> None:
    error = refused("invoke", check_mode=True, template="lab-inputs", parameters=given, **WEB1)
    assert error.code == "invalid_option"
    assert all(word in error.message for word in words)
    assert writes() == []


@pytest.mark.case("foreman-28")
def test_an_empty_value_does_not_get_the_default(refused: Any, writes: Any) -> None:
    """Contract 1.3: only inputs that are left out do; check mode held the default for the value."""
    options = {"template": "Restart service - Script Default", "parameters": {"service": ""}, **WEB1}
    error = refused("invoke", check_mode=True, **options)
    assert (error.code, "service is missing" in error.message) == ("invalid_option", True)
    assert writes() == []
    assert refused("invoke", **options).code == "rejected"


@pytest.mark.case("foreman-28")
@pytest.mark.parametrize("given", [{"must": "x", "choice": "three, or more"}, {"must": "x", "choice": ""}])
def test_check_mode_takes_what_the_server_takes(face: Any, given: dict[str, str]) -> None:
    assert face("invoke", check_mode=True, template="lab-inputs", parameters=given, **WEB1)["changed"] is True
    assert face("invoke", template="lab-inputs", parameters=given, **WEB1)["changed"] is True


def test_a_template_by_id_tells_its_inputs(refused: Any, writes: Any) -> None:
    error = refused("invoke", template_id="410", parameters={"must": "x", "other": "y"}, **WEB1)
    assert (error.code, "other is no input" in error.message) == ("invalid_option", True)
    assert writes() == []


@pytest.mark.case("foreman-9")
@pytest.mark.parametrize("given", [{}, {"must": "x", "other": "y"}, {"must": "x", "choice": "four"}])
def test_the_servers_validation_is_one_sentence_and_one_post(refused: Any, launches: Any, given: Any) -> None:
    """Recording apidoc_katello4.8_create_500; contract 1.12: a 500 that is the user's error."""
    error = refused("invoke", template="lab-inputs", parameters=given, wait=True, **WEB1)
    assert error.code == "rejected"
    assert "Validation failed" in error.message or "ERF42" in error.message
    assert len(launches()) == 1


def test_recorded_inputs_of_an_old_server() -> None:
    """Recording fam_template_inputs_index: no value_type, hidden_value, default; options null."""
    inputs = [{"name": "new input", "required": False, "input_type": "user", "options": None}]
    check_inputs({"name": "T"}, inputs, {"new input": "x"})


# -- what would be dropped in silence --------------------------------------------------------------------------


@pytest.mark.case("foreman-30")
@pytest.mark.parametrize(("found", "told"), [(None, True), ("root", True), ("oracle", False), ("", True)])
def test_a_user_that_the_answer_does_not_have(played: Any, found: Any, told: bool) -> None:
    """Contract 1.1: null where there is no such notion, which was taken for an old server that does not say it."""
    from ansible_collections.unified.jobs.plugins.module_utils._types import JobRequest

    answer = {"id": 5, "status_label": "running", "dynflow_task": {"id": "a", "state": "planned"}, "targeting": {}}
    platform = played({"POST /api/job_invocations": {**answer, "effective_user": found}})
    request = JobRequest(template_id="9", target_query="x", validate=False, options={"effective_user": "oracle"})
    (job,) = platform.launch(platform.plan(request))
    assert any("oracle" in warning for warning in job.warnings) is told
    platform = played({"POST /api/job_invocations": answer})
    (job,) = platform.launch(platform.plan(request))
    assert job.warnings == []


@pytest.mark.case("foreman-30")
def test_a_user_that_the_template_does_not_allow(refused: Any, face: Any, writes: Any) -> None:
    options = {"foreman": {"effective_user": "oracle"}, **WEB1}
    error = refused("invoke", template="lab-fixed-user", **options)
    assert (error.code, "foreman.effective_user" in error.message) == ("unsupported", True)
    assert writes() == []
    job = face("invoke", template_id="411", validate=False, **options)["job"]
    assert "'deploy' and not 'oracle'" in job["warnings"][0]
    job = face("invoke", template="lab-ok", **options)["job"]
    assert (job["details"]["effective_user"], job["warnings"]) == ("oracle", [])


@pytest.mark.case("foreman-29")
def test_ansible_tags_have_a_flag(face: Any, launches: Any) -> None:
    """Contract 1.3: tags without the flag run with --skip-tags."""
    face("invoke", template="lab-ansible", foreman={"ansible_tags": "a"}, **WEB1)
    assert body_of(launches)["job_invocation"]["ansible"] == {"tags": "a", "tags_flag": "include"}
    face("invoke", template="lab-ansible", foreman={"ansible_tags": "a", "ansible_tags_flag": "exclude"}, **WEB1)
    assert body_of(launches)["job_invocation"]["ansible"]["tags_flag"] == "exclude"


@pytest.mark.case("foreman-29")
def test_ansible_tags_of_a_script(refused: Any, face: Any, writes: Any) -> None:
    error = refused("invoke", template="lab-ok", foreman={"ansible_tags": "a"}, **WEB1)
    assert (error.code, "foreman.ansible_tags" in error.message) == ("unsupported", True)
    error = refused("invoke", template="lab-ansible", foreman={"ansible_tags_flag": "include"}, **WEB1)
    assert error.code == "invalid_option"
    assert writes() == []
    job = face("invoke", template_id="401", validate=False, foreman={"ansible_tags": "a"}, **WEB1)["job"]
    assert "was not checked" in job["warnings"][0]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"concurrency": 0}, "concurrency"),
        ({"job_timeout": 0}, "job_timeout"),
        ({"foreman": {"time_to_pickup": -1}}, "foreman.time_to_pickup"),
        ({"description": "a", "foreman": {"description_format": "b"}}, "description"),
        ({"description": "100 %{x}"}, "foreman.description_format"),
    ],
)
def test_values_that_cannot_work(refused: Any, foreman_lab: Any, options: dict[str, Any], word: str) -> None:
    error = refused("invoke", template="lab-ok", **options, **WEB1)
    assert (error.code, word in error.message) == ("invalid_option", True)
    assert foreman_lab.requests() == []


# -- context ---------------------------------------------------------------------------------------------------


@pytest.mark.case("foreman-44")
@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ({"organization": "Operations"}, {"organization_id": 3}),
        ({"organization": "Operations/Archive"}, {"organization_id": 5}),
        ({"organization": "Archive"}, {"organization_id": 5}),
        ({"organization": "4"}, {"organization_id": 4}),
        ({"location": "Europe/Zurich", "organization": "Operations"}, {"location_id": 6, "organization_id": 3}),
    ],
)
def test_the_context_is_on_top_and_on_every_look_up(
    server: Any, foreman_lab: Any, played: Any, given: dict[str, str], ids: dict[str, int]
) -> None:
    """Contract 1.0 and 1.13: titles hold the parents; names may be ambiguous."""
    rows = {
        kind: [{"id": t.id, "name": t.name, "title": t.title} for t in server.store.taxonomies(kind)]
        for kind in ("organization", "location")
    }

    def named(kind: str) -> Any:
        def answer(params: Any) -> Any:
            found = [
                row
                for row in rows[kind]
                if f'"{row["title"]}"' in params["search"] or f'"{row["name"]}"' in params["search"]
            ]
            return {"results": found, "subtotal": len(found)}

        return answer

    platform = played(
        {
            "/api/organizations": named("organization"),
            "/api/locations": named("location"),
            "/api/job_templates": {"results": [{"id": 9, "name": "T", "provider_type": "script"}], "subtotal": 1},
            "/api/job_templates/9": {"id": 9, "name": "T", "effective_user": {"overridable": True}},
            "/api/bookmarks": {"results": [{"id": 2, "name": "B", "query": "x"}], "subtotal": 1},
            "/api/hosts": {"results": [{"id": 1}], "subtotal": 1},
        },
        **given,
    )
    options = {"bookmark": "B", "effective_user": "u"}
    made = platform.plan(JobRequest(template="T", options=options))
    assert made.body == {**ids, "job_invocation": made.body["job_invocation"]}
    assert not set(ids) & set(made.body["job_invocation"])
    asked = [
        (path, params)
        for _m, path, params in platform.client.asked
        if "organizations" not in path and "locations" not in path
    ]
    assert len(asked) == 4
    for _path, params in asked:
        assert {key: params.get(key) for key in ids} == ids


@pytest.mark.case("foreman-44")
def test_contexts_that_do_not_exist(refused: Any, played: Any) -> None:
    error = refused("invoke", template="lab-ok", organization="Nowhere", **WEB1)
    assert (error.code, "organization" in error.message) == ("not_found", True)
    error = refused("invoke", template="lab-ok", organization="99", **WEB1)
    assert "Organization with id 99 not found" in error.message
    several = [{"id": 1, "name": "B", "title": "A/B"}, {"id": 2, "name": "B", "title": "C/B"}]
    platform = played({"/api/locations": {"results": several, "subtotal": 2}}, location="B")
    with pytest.raises(Exception, match="'A/B', 'C/B'") as caught:
        platform.plan(JobRequest(template="x", targets=["h"]))
    assert [row["id"] for row in caught.value.result["candidates"]] == [1, 2]


def test_a_context_that_may_not_be_looked_up_is_sent_as_it_is(played: Any) -> None:
    """Contract 1.0: the server takes titles too."""
    from ansible_collections.unified.jobs.plugins.module_utils._errors import ForbiddenError

    platform = played({"/api/organizations": ForbiddenError("no", status=403)}, organization="A/B")
    assert platform._api.context == {"organization_id": "A/B"}


# -- check mode ------------------------------------------------------------------------------------------------


@pytest.mark.case("foreman-47")
def test_check_mode_shows_the_body_and_the_hosts(face: Any, writes: Any) -> None:
    result = face(
        "invoke",
        check_mode=True,
        template="lab-inputs",
        target_query="name ~ web",
        parameters={"must": "x", "secret": "hidden by the template"},
        secret_parameters={"may": "a secret"},
        foreman={"password": "pass-word", "effective_user": "u", "effective_user_password": "pass-word"},
        wait=True,
    )
    assert result["changed"] is True
    assert (result["job"]["id"], result["job"]["status"], result["job"]["subtype"]) == (None, "pending", "immediate")
    assert result["job"]["host_counts"]["total"] == 5
    assert result["request"]["path"] == "/api/job_invocations"
    sent = result["request"]["body"]["job_invocation"]
    assert sent["inputs"] == {"must": "x", "secret": "********", "may": "********"}
    assert (sent["password"], sent["ssh"]["effective_user_password"]) == ("********", "********")
    assert "pass-word" not in repr(result)
    assert writes() == []


@pytest.mark.case("foreman-47")
def test_check_mode_of_a_scheduled_launch(face: Any, writes: Any) -> None:
    result = face("invoke", check_mode=True, template="lab-ok", schedule={"cron": "0 3 * * *"}, **WEB1)
    assert (result["job"]["status"], result["job"]["subtype"]) == ("scheduled", "recurring")
    assert writes() == []


@pytest.mark.parametrize(
    ("user", "options", "word"),
    [("nobody", {}, "view_job_templates"), ("reader", {}, "create_job_invocations")],
)
def test_permissions_are_told(refused: Any, user: str, options: dict[str, Any], word: str) -> None:
    """Contract 1.14, checklist 11."""
    error = refused("invoke", user=user, template="lab-ok", **WEB1, **options)
    assert (error.code, word in error.message) == ("forbidden", True)


def test_check_mode_asks_whether_the_user_may(played: Any) -> None:
    answers = {
        "/api/job_templates/9": {"id": 9, "name": "T", "template_inputs": []},
        "/api/templates/9/template_inputs": {"results": [], "subtotal": 0},
        "/api/hosts": {"results": [{"id": 1, "name": "h"}], "subtotal": 1},
        "/api/job_invocations": {"results": [], "subtotal": 0, "can_create": False},
    }
    request = JobRequest(template_id="9", target_query="name = h", plan_only=True)
    with pytest.raises(Exception, match="create_job_invocations"):
        played(answers).plan(request)
    del answers["/api/job_invocations"]["can_create"]
    assert played(answers).plan(request).type == "job_invocation"


@pytest.mark.case("foreman-46")
def test_secrets_never_come_back(face: Any, foreman_lab: Any) -> None:
    secrets = ("first-secret", "second-secret", "third-secret")
    result = face(
        "invoke",
        template="lab-inputs",
        parameters={"must": "x"},
        secret_parameters={"secret": secrets[0], "may": secrets[1]},
        foreman={"password": secrets[2], "key_passphrase": secrets[2]},
        wait=True,
        include=["native", "parameters", "output", "hosts"],
        **WEB1,
    )
    assert not [secret for secret in secrets if secret in repr(result)]
    assert result["job"]["parameters"]["secret"] == "*****"
    assert isinstance(ForemanPlatform.LAUNCH_OPTIONS["password"]["no_log"], bool)
