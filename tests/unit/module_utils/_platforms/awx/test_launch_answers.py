# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Surveys, credentials and passwords of a launch, and that no secret is shown."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _errors

Face = Callable[..., dict[str, Any]]

SURVEY = {"template": "lab-survey"}
ANSWERS = {"target_env": "dev", "count": 3}
ASKING = {"template": "lab-ask-password"}
PASSWORDS = {"ssh_password": "ssh-pa55", "vault_password.prod": "vault-pa55"}


def refused(face: Face, **options: Any) -> _errors.JobsError:
    with pytest.raises(_errors.JobsError) as caught:
        face("invoke", **options)
    return caught.value


def sent(lab: Any) -> Any:
    (post,) = lab.requests("POST")
    return post.body


def credential(lab: Any, number: int, name: str, kind: int, **more: Any) -> None:
    store = lab.benches["awx"].platform.store
    store.tables["credentials"][number] = {"id": number, "name": name, "organization": 2, "type": kind, **more}


# -- surveys ---------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-8")
def test_survey_lets_its_own_variables_through(face: Face, lab: Any) -> None:
    """Contract 1.3.2; recording launch-201-survey: another variable is ignored by the server, so it is refused here."""
    face("invoke", **SURVEY, parameters=ANSWERS)
    assert sent(lab) == {"extra_vars": ANSWERS}
    error = refused(face, **SURVEY, parameters={**ANSWERS, "undeclared": "x", "another": 1})
    assert error.message == (
        "parameters: the template 'lab-survey' does not take another, undeclared at launch "
        "(ask_variables_on_launch is off and its survey does not ask for it)."
    )


@pytest.mark.case("awx-9")
@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (None, "target_env is missing; count is missing"),
        ({}, "target_env is missing; count is missing"),
        ({"target_env": "dev"}, "count is missing"),
        ({**ANSWERS, "count": 11}, "the value of count must be at most 10"),
        ({**ANSWERS, "count": 0}, "the value of count must be at least 1"),
        ({**ANSWERS, "count": "many"}, "count must be a whole number"),
        ({**ANSWERS, "count": "²"}, "count must be a whole number"),
        ({**ANSWERS, "count": 1.5}, "count must be a whole number"),
        ({**ANSWERS, "count": True}, "count must be a whole number"),
        ({**ANSWERS, "count": None}, "count must be a whole number"),
        ({**ANSWERS, "target_env": "moon"}, "target_env must be one of dev, stage, prod"),
        ({**ANSWERS, "target_env": ["dev"]}, "target_env must be text"),
        ({**ANSWERS, "note": 5}, "note must be text (write it in quotes)"),
        ({**ANSWERS, "note": "x" * 21}, "the length of note must be at most 20"),
        ({**ANSWERS, "many": "a"}, "many must be a list"),
        ({**ANSWERS, "many": ["a", "z"]}, "many must be one of a, b, c"),
        ({**ANSWERS, "secret": "x" * 33}, "the length of secret must be at most 32"),
    ],
)
def test_wrong_answers_are_refused(face: Face, lab: Any, answers: Any, says: str) -> None:
    """Contract 1.3.2; recordings launch-400-survey-*: all are said before anything is sent."""
    error = refused(face, **SURVEY, parameters=answers)
    assert error.code == "invalid_option"
    assert error.message.startswith("parameters: the survey is not answered: ")
    assert says in error.message
    assert "x" * 33 not in error.message
    assert not lab.requests("POST")


@pytest.mark.case("awx-9")
def test_every_wrong_answer_is_named_at_once(face: Face) -> None:
    message = refused(face, **SURVEY, parameters={"target_env": "moon", "many": "a"}).message
    assert [word in message for word in ("target_env", "count", "many")] == [True] * 3


@pytest.mark.case("awx-9")
def test_numbers_that_came_as_text(face: Face, lab: Any) -> None:
    """Contract 1.3.2: values that went through a template are text, and the server wants a number."""
    face("invoke", **SURVEY, parameters={"target_env": "dev", "count": " 3 ", "note": "3", "many": ["a"]})
    assert sent(lab)["extra_vars"] == {"target_env": "dev", "count": 3, "note": "3", "many": ["a"]}


@pytest.mark.case("awx-9")
def test_required_answer_with_a_default(face: Face, lab: Any) -> None:
    """Contract 1.3.2: it must be sent although it has a default."""
    spec = [dict(question) for question in lab.engine.templates[22].native["survey"]]
    spec[0]["default"] = "dev"
    lab.engine.templates[22].native["survey"] = spec
    message = refused(face, **SURVEY, parameters={"count": 1}).message
    assert "target_env is missing (its default is not used at launch)" in message
    error = refused(face, **SURVEY, parameters={"count": 1}, validate=False)
    assert (error.code, error.result["http_status"]) == ("rejected", 400)
    assert "variables_needed_to_start: 'target_env' value missing" in error.message


@pytest.mark.case("awx-9")
@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"target_env": "dev"}, "variables_needed_to_start: 'count' value missing"),
        (
            {"target_env": "moon", "count": 3},
            "Value moon for 'target_env' expected to be one of ['dev', 'stage', 'prod']",
        ),
        ({"target_env": "dev", "count": 11}, "'count' value 11 is too large (must be no more than 10)."),
    ],
)
def test_refusal_of_the_server_is_readable(face: Face, answers: dict[str, Any], says: str) -> None:
    """Recordings launch-400-survey-partial, -bad-choice, -int-range: wrong types come under the same key."""
    error = refused(face, **SURVEY, parameters=answers, validate=False)
    assert error.code == "rejected"
    assert says in error.message


@pytest.mark.case("awx-9")
def test_survey_of_a_workflow(face: Face, lab: Any) -> None:
    """Recordings launch-get-wf-survey and wf-02."""
    options = {"type": "workflow_job_template", "template": "lab-wf-survey"}
    assert "who is missing" in refused(face, **options).message
    face("invoke", **options, parameters={"who": "me"})
    assert sent(lab) == {"extra_vars": {"who": "me"}}


def test_survey_that_is_off_is_not_asked(face: Face, lab: Any) -> None:
    face("invoke", template="lab-ok", parameters={"count": "3"})
    assert sent(lab) == {"extra_vars": {"count": "3"}}
    assert not lab.requests("GET", "/survey_spec/$")


# -- credentials -----------------------------------------------------------------------------------------------


@pytest.fixture
def with_credentials(lab: Any) -> None:
    """lab-cred-prompt with one of each kind and two vaults."""
    credential(lab, 20, "other machine", 1)
    credential(lab, 21, "other prod vault", 3, vault_id="prod")
    credential(lab, 22, "third vault", 3, vault_id="third")
    credential(lab, 23, "vault without an id", 3)
    credential(lab, 24, "with, comma", 5)
    lab.engine.templates[23].native["credentials"] = [3, 5, 6, 7]


@pytest.mark.case("awx-10")
@pytest.mark.parametrize(
    ("chosen", "merged"),
    [
        (["other machine"], [5, 6, 7, 20]),
        ([20], [5, 6, 7, 20]),
        ([{"id": "20"}], [5, 6, 7, 20]),
        ([{"name": "other machine", "organization": "Lab"}], [5, 6, 7, 20]),
        ([{"name": "other machine", "organization": 2}], [5, 6, 7, 20]),
        (["third vault"], [3, 5, 6, 7, 22]),
        (["other prod vault"], [3, 6, 7, 21]),
        (["vault without an id"], [3, 5, 6, 7, 23]),
        (["with, comma"], [3, 5, 6, 24]),
        (["other machine", 22, "with, comma"], [5, 6, 20, 22, 24]),
        (["other machine", "other machine"], [5, 6, 7, 20]),
    ],
)
@pytest.mark.usefixtures("with_credentials")
def test_credential_is_added_and_not_replaced(face: Face, lab: Any, chosen: list[Any], merged: list[int]) -> None:
    """Contract 1.3.3: the server replaces the whole set, so the template's others are sent along."""
    passwords = {} if 5 not in merged else {"credential_passwords": {"vault_password.prod": "pa55-word"}}
    face("invoke", template="lab-cred-prompt", awx={"credentials": chosen, **passwords})
    assert sorted(sent(lab)["credentials"]) == merged


@pytest.mark.case("awx-10")
@pytest.mark.usefixtures("with_credentials")
def test_own_credentials_are_harmless(face: Face, lab: Any) -> None:
    lab.engine.templates[23].native["ask"] = set()
    face(
        "invoke",
        template="lab-cred-prompt",
        awx={"credentials": ["lab-aws"], "credential_passwords": {"vault_password.prod": "pa55-word"}},
    )
    assert "credentials" not in sent(lab)


@pytest.mark.case("awx-10")
@pytest.mark.parametrize(
    ("chosen", "code", "says"),
    [
        ([], "invalid_option", "awx.credentials: the list is empty, but the server cannot take away"),
        (["other machine", "lab-machine"], "invalid_option", "'other machine' and 'lab-machine' are of the same kind"),
        (["lab-vault-ask", 21], "invalid_option", "are of the same kind; give one"),
        (["nobody"], "not_found", "awx.credentials: there is no credential named 'nobody' that this user may see."),
        ([99], "not_found", "awx.credentials: there is no credential with the id 99"),
        (["20"], "not_found", "If 20 is an id, write it as a number or as {id: 20}."),
        ([""], "invalid_option", "awx.credentials: '' names nothing: give a name, a number, or a dictionary"),
        ([True], "invalid_option", "awx.credentials: True names nothing"),
        ([{"nam": "x"}], "invalid_option", "awx.credentials: a dict names nothing"),
        ([{"id": "²"}], "invalid_option", "awx.credentials: a dict names nothing"),
        ([{"name": "other machine", "organization": "Default"}], "not_found", "in the organization 'Default'"),
    ],
)
@pytest.mark.usefixtures("with_credentials")
def test_wrong_credentials(face: Face, lab: Any, chosen: list[Any], code: str, says: str) -> None:
    """Contract 1.3.3: two of one kind and an empty list are a 400 of the server."""
    error = refused(face, template="lab-cred-prompt", awx={"credentials": chosen})
    assert error.code == code
    assert says in error.message
    assert not lab.requests("POST")


@pytest.mark.case("awx-10")
def test_names_of_credentials_take_one_request(face: Face, lab: Any) -> None:
    """Contract 1.11: C(name__in)."""
    face("invoke", template="lab-prompts", awx={"credentials": ["lab-machine", "lab-aws", "lab-vault-dev"]})
    assert len(lab.requests("GET", "/credentials/$")) == 1
    assert sent(lab)["credentials"] == [3, 7, 6]


# -- passwords -------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-11")
def test_passwords_that_are_asked_for(face: Face, lab: Any) -> None:
    """Recordings launch-get-ask-password and launch-400-passwords-partial."""
    face("invoke", **ASKING, awx={"credential_passwords": PASSWORDS})
    assert sorted(sent(lab)["credential_passwords"]) == sorted(PASSWORDS)
    lab.forget_requests()
    for given, missing in (
        (None, "ssh_password, vault_password.prod"),
        ({"ssh_password": "x"}, "vault_password.prod"),
        ({"ssh_password": "", "vault_password.prod": "x"}, "ssh_password"),
    ):
        message = refused(face, **ASKING, awx={"credential_passwords": given}).message
        assert f"awx.credential_passwords: the credentials ask for {missing}: give these keys" in message
    assert not lab.requests("POST")


@pytest.mark.case("awx-11")
@pytest.mark.parametrize(
    ("template", "passwords", "says"),
    [
        ("lab-ok", {"ssh_password": "x"}, "ssh_password would be ignored, because no credential asks for a password"),
        ("lab-ask-password", {**PASSWORDS, "sudo": "x"}, "sudo would be ignored, because the credentials ask for ssh_"),
        ("lab-ask-password", {**PASSWORDS, "become_password": "x"}, "become_password would be ignored"),
    ],
)
def test_passwords_that_nothing_asks_for(face: Face, lab: Any, template: str, passwords: Any, says: str) -> None:
    """House 0.4: the server drops them in silence."""
    assert says in refused(face, template=template, awx={"credential_passwords": passwords}).message
    assert not lab.requests("POST")


@pytest.mark.case("awx-11")
def test_passwords_follow_the_chosen_credentials(face: Face, lab: Any) -> None:
    """A credential that is replaced asks for nothing; what a chosen one asks for, the server says."""
    lab.engine.templates[24].native["ask"] = {"credentials"}
    vault = {"vault_password.prod": "pa55-word"}
    options: dict[str, Any] = {"credentials": ["lab-machine"], "credential_passwords": vault}
    face("invoke", **ASKING, awx=options)
    assert sent(lab)["credentials"] == [5, 3]
    face("invoke", template="lab-cred-prompt", awx={"credentials": [4], "credential_passwords": {"ssh_password": "x"}})
    error = refused(face, template="lab-cred-prompt", awx={"credentials": ["lab-machine-ask"]})
    assert error.code == "rejected"
    assert "passwords_needed_to_start: ssh_password" in error.message
    bad = {"credentials": [4], "credential_passwords": {"sudo": "x"}}
    assert "sudo would be ignored" in refused(face, template="lab-cred-prompt", awx=bad).message


@pytest.mark.case("awx-11")
def test_password_of_an_ad_hoc_command(face: Face, lab: Any) -> None:
    """Contract 1.3.6: passwords are fields of the body here."""
    options: dict[str, Any] = {"type": "ad_hoc_command", "inventory": 2, "secret_parameters": {"k": "s3cret"}}
    awx = {"credentials": [4], "module_name": "ping"}
    error = refused(face, **options, awx=awx)
    assert (error.code, "passwords_needed_to_start: ssh_password" in error.message) == ("rejected", True)
    result = face("invoke", check_mode=True, **options, awx={**awx, "credential_passwords": {"ssh_password": "pa55"}})
    assert result["request"]["body"]["ssh_password"] == "********"
    assert result["request"]["body"]["extra_vars"] == '{"k": "********"}'
    face("invoke", **options, awx={**awx, "credential_passwords": {"ssh_password": "pa55"}})
    assert lab.requests("POST")[-1].status == 201


# -- secrets ---------------------------------------------------------------------------------------------------

SECRETS = ("s3cret-value", "ssh-pa55", "vault-pa55", "nested-s3cret", "471147")


def shown(face: Face, *, check_mode: bool = False, **options: Any) -> str:
    """Everything that a person could see of a launch."""
    try:
        return repr(face("invoke", check_mode=check_mode, **options))
    except _errors.JobsError as error:
        return repr((error.message, str(error), error.args, error.result, error.to_result()))


@pytest.mark.case("awx-19")
@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(
    "options",
    [
        {**SURVEY, "parameters": ANSWERS, "secret_parameters": {"secret": SECRETS[0]}},
        {**SURVEY, "secret_parameters": {"target_env": SECRETS[0], "count": 3}, "validate": False},
        {**SURVEY, "secret_parameters": {"target_env": "dev", "count": 471147}, "validate": False},
        {**SURVEY, "secret_parameters": {"target_env": SECRETS[0], "count": 3}},
        {**SURVEY, "parameters": ANSWERS, "secret_parameters": {"secret": SECRETS[0] * 9}, "validate": False},
        {
            "template": "lab-ok",
            "include": ["parameters", "native", "output"],
            "secret_parameters": {"a": SECRETS[0], "b": {"c": [SECRETS[3]]}, "pin": 471147},
            "wait": True,
        },
        {"template": "lab-noprompt", "secret_parameters": {"a": SECRETS[0], "pin": 471147}, "validate": False},
        {"template": "lab-fail", "secret_parameters": {"a": SECRETS[0]}, "validate": False, "wait": True},
        {**ASKING, "awx": {"credential_passwords": PASSWORDS}, "include": ["native"]},
        {**ASKING, "awx": {"credential_passwords": {"ssh_password": PASSWORDS["ssh_password"]}}},
        {**ASKING, "awx": {"credential_passwords": {"ssh_password": SECRETS[1]}}, "validate": False},
        {"template": "lab-noprompt", "secret_parameters": {"greeting": SECRETS[0]}},
        {"template": "lab-sliced", "secret_parameters": {"a": SECRETS[0]}, "validate": False, "wait": True},
        {
            "type": "workflow_job_template",
            "template": "lab-wf-mixed",
            "secret_parameters": {"a": SECRETS[0]},
            "include": ["parameters", "children"],
        },
        {
            "type": "bulk",
            "secret_parameters": {"a": SECRETS[0]},
            "awx": {"nodes": [{"template": "lab-ok"}]},
            "include": ["parameters", "native"],
        },
        {
            "type": "system_job_template",
            "template_id": "1",
            "secret_parameters": {"days": SECRETS[0]},
        },
    ],
)
def test_no_secret_is_shown(face: Face, options: dict[str, Any], check_mode: bool) -> None:
    """House 0.4 number 6: in no result, message or error, whoever repeats it."""
    text = shown(face, check_mode=check_mode, **options)
    assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize("action", ["cut_answer", "reset"])
def test_no_secret_is_shown_when_the_answer_is_lost(face: Face, lab: Any, action: str) -> None:
    lab.fault(action, method="POST")
    text = shown(face, template="lab-ok", secret_parameters={"a": SECRETS[0]}, include=["parameters"])
    assert SECRETS[0] not in text
    lab.fault(action, method="POST")
    assert "ssh-pa55" not in shown(face, **ASKING, awx={"credential_passwords": PASSWORDS})


def test_secret_is_sent_all_the_same(face: Face, lab: Any) -> None:
    """And wins over the plain parameter of the same name."""
    job = face("invoke", template="lab-ok", parameters={"a": "plain", "b": 1}, secret_parameters={"a": SECRETS[0]})[
        "job"
    ]
    made = lab.engine.jobs[int(job["id"])].native["variables"]
    assert made == {"a": SECRETS[0], "b": 1}


def test_password_question_answered_in_the_open_is_masked(face: Face) -> None:
    parameters = {**ANSWERS, "secret": SECRETS[0]}
    result = face("invoke", check_mode=True, **SURVEY, parameters=parameters)
    assert result["request"]["body"] == {"extra_vars": {**ANSWERS, "secret": "********"}}


def test_short_secret_does_not_spoil_sentences(face: Face) -> None:
    """A secret of one letter would turn every sentence into asterisks."""
    error = refused(face, template="lab-nothing", secret_parameters={"a": "e", "b": "no", "pin": 1})
    assert "there is ******** job template named 'lab-nothing' that this user may see" in error.message


def test_secret_like_the_id_does_not_hide_the_job(face: Face) -> None:
    first = face("invoke", template="lab-ok-simultaneous")["job"]["id"]
    job = face("invoke", template="lab-ok-simultaneous", secret_parameters={"pin": str(int(first) + 1)})["job"]
    assert job["id"] == str(int(first) + 1)
    assert job["url"].endswith(f"/{job['id']}/")
