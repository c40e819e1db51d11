# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a module begins and ends: its keys on success and failure, and what it never shows."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _http, _module, _registry
from ansible_collections.unified.jobs.plugins.module_utils._errors import InternalError, NotFoundError
from ansible_collections.unified.jobs.plugins.module_utils._masking import MASK, hidden
from ansible_collections.unified.jobs.plugins.modules import job_info, job_wait

Run = Callable[..., dict[str, Any]]

MODULES = {
    "job_info": {},
    "job_invocation": {"template": "lab-ok"},
    "job_wait": {"jobs": [1]},
    "job_cancel": {"jobs": [1]},
}
TOKEN = "Zx81-token-Zx81"
PASSWORD = "Qw47-password-Qw47"
SECRET = "Hj62-secret-Hj62"


@pytest.fixture
def face_of_info(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Any]], None]:
    """face_of_info(function) lets the module job_info call the function."""
    return lambda function: monkeypatch.setattr(job_info, "info", function)


@pytest.fixture
def at_lab(lab: Any) -> dict[str, Any]:
    """The options that lead to the lab."""
    return {"platform": "awx", "url": lab.url("awx"), "token": lab.token}


def warnings_of(result: dict[str, Any]) -> set[str]:
    """The texts of the warnings: objects from ansible-core 2.19 on, and all that were given in this process."""
    return {item if isinstance(item, str) else item["event"]["msg"] for item in result["warnings"]}


def test_what_is_shown_while_it_runs_is_masked(run_module: Run, face_of_info: Any) -> None:
    shown: list[str] = []

    def face(*_args: Any, **_options: Any) -> dict[str, Any]:
        shown.append(hidden(f"a line with {TOKEN}"))
        return {"changed": False}

    face_of_info(face)
    run_module("job_info", token=TOKEN)
    assert shown == [f"a line with {MASK}"]


def test_what_cannot_be_followed_is_a_warning(run_module: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_wait, "wait", lambda *_a, **_o: {"changed": False})
    said = warnings_of(run_module("job_wait", jobs=[1], follow=True))
    assert [text for text in said if text.startswith("follow: nothing is shown, because the task runs in a process")]


# -- success ---------------------------------------------------------------------------------------------------


def test_a_result_is_handed_on_and_its_warnings_are_said(run_module: Run, face_of_info: Any) -> None:
    jobs = [{"id": "1", "warnings": ["odd", "odd"]}, {"id": "2", "warnings": ["odd", "other"]}]
    face_of_info(lambda *_a, **_o: {"changed": False, "jobs": jobs})
    result = run_module("job_info")
    assert result["jobs"] == jobs
    assert {"odd", "other"} <= warnings_of(result)
    assert (result["rc"], result["changed"]) == (0, False)


def test_check_mode_reaches_the_face(run_module: Run, face_of_info: Any) -> None:
    face_of_info(lambda _get, *, check_mode, **_o: {"changed": False, "check": check_mode})
    assert run_module("job_info", check_mode=True)["check"] is True
    assert run_module("job_info")["check"] is False


# -- failure ---------------------------------------------------------------------------------------------------


def test_an_error_gives_its_keys_and_no_traceback(run_module: Run, face_of_info: Any) -> None:
    """House 0.6: `error` is the word to test for. 0.4: the result still holds the job."""

    def fail(*_arguments: Any, **_options: Any) -> Any:
        raise NotFoundError("It is not there.", job={"id": "7", "warnings": ["odd though failed"]})

    face_of_info(fail)
    result = run_module("job_info")
    assert result["failed"] is True
    assert (result["error"], result["msg"], result["rc"]) == ("not_found", "It is not there.", 1)
    assert result["job"]["id"] == "7"
    assert "odd though failed" in warnings_of(result)
    assert "exception" not in result


@pytest.mark.parametrize("name", MODULES)
def test_a_bug_is_one_sentence_too(name: str, run_module: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never a bare traceback: one sentence, a word, and the traceback where Ansible keeps it for -vvv."""

    def fail(*_arguments: Any, **_options: Any) -> Any:
        raise KeyError("job\nstatus")

    face = {"job_invocation": "invoke", "job_wait": "wait", "job_info": "info", "job_cancel": "cancel"}[name]
    module = sys.modules.get(f"ansible_collections.unified.jobs.plugins.modules.{name}")
    if module is None:
        import importlib

        module = importlib.import_module(f"ansible_collections.unified.jobs.plugins.modules.{name}")
    monkeypatch.setattr(module, face, fail)
    result = run_module(name, **MODULES[name])
    assert result["error"] == "internal_error"
    assert result["msg"].startswith("This is a bug in the collection unified.jobs and not in the playbook")
    assert "KeyError" in result["msg"]
    assert "_module.py, line " in result["msg"]
    assert "\n" not in result["msg"]
    assert "Traceback" in result.get("exception", "Traceback"), "newer cores leave it out unless it is asked for"


def test_a_bug_shows_no_secret(run_module: Run, face_of_info: Any) -> None:
    def fail(get: Any, **_options: Any) -> Any:
        raise ValueError(f"{get('token')} is odd")

    face_of_info(fail)
    result = run_module("job_info", token=TOKEN)
    assert result["error"] == "internal_error"
    assert TOKEN not in json.dumps(result)


@pytest.mark.parametrize("padding", [0, 200, 250, 270])
def test_what_a_bug_says_is_masked_before_it_is_cut(run_module: Run, face_of_info: Any, padding: int) -> None:
    """It was cut first, and half a secret stayed."""

    def fail(get: Any, **_options: Any) -> Any:
        raise ValueError("x" * padding + f" {get('token')} is odd")

    face_of_info(fail)
    shown = json.dumps(run_module("job_info", token=SECRET * 3))
    assert "internal_error" in shown
    assert SECRET[:6] not in shown


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"parameters": {"secret": SECRET, "count": 3, "target_env": "dev"}, "template": "lab-survey"}, SECRET),
        ({"secret_parameters": {"k": {"deep": [SECRET]}}, "template": "lab-prompts"}, SECRET),
        (
            {
                "awx": {"credential_passwords": {"ssh_password": SECRET, "vault_password.prod": "x"}},
                "template": "lab-ask-password",
            },
            SECRET,
        ),
        ({"template": "lab-ok"}, None),
    ],
)
def test_a_bug_of_a_platform_shows_no_secret(
    run_module: Run, at_lab: Any, lab: Any, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], word: str | None
) -> None:
    """Neither what it says nor its traceback, with what it was caused by; not even what became known as secret late."""
    word = word or lab.token
    kind = _registry.PLATFORMS["awx"]
    plan = kind.plan

    def fail(self: Any, request: Any) -> Any:
        launch = plan(self, request)
        try:
            raise KeyError(word)
        except KeyError:
            raise RuntimeError(f"{word} in {launch.body}, {launch.body!r}") from ValueError(f"no\n{word}")

    monkeypatch.setattr(kind, "plan", fail)
    result = run_module("job_invocation", **at_lab, **options)
    assert (result["error"], result["failed"]) == ("internal_error", True), result["msg"]
    assert result["msg"].startswith("This is a bug in the collection unified.jobs")
    assert "RuntimeError: ********" in result["msg"]
    shown = json.dumps(result)
    assert word not in shown
    assert word[:8] not in shown
    if "exception" in result:
        assert "raise RuntimeError" in result["exception"]


def test_a_bug_names_the_place_in_our_code() -> None:
    with pytest.raises(AttributeError) as caught:
        _module.argument_spec(None)  # type: ignore[arg-type]
    message = InternalError.of(caught.value).message
    assert "AttributeError" in message
    assert "in _arguments.py, line " in message


@pytest.mark.parametrize("name", MODULES)
def test_what_the_argument_spec_refuses_has_a_word_too(name: str, run_module: Run) -> None:
    """The issue, bad input: each a stable word; these fail before there is a face."""
    for options in ({"platform": "jenkins"}, {"request_timeout": "soon"}, {"no_such_option": 1}):
        result = run_module(name, **{**MODULES[name], **options})
        assert result["failed"] is True
        assert result["error"] == "invalid_option"
        assert next(iter(options)) in result["msg"]
        assert "exception" not in result


# -- without requests ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODULES)
def test_without_requests(name: str, run_module: Run, at_lab: Any, lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_http, "HAS_REQUESTS", False)
    result = run_module(name, **at_lab, **MODULES[name])
    assert result["error"] == "missing_library"
    assert "requests" in result["msg"]
    assert "Python" in result["msg"]
    assert lab.requests() == []


@pytest.mark.parametrize("broken", ["ImportError('no')", "AttributeError('broken')"])
def test_a_library_that_cannot_be_imported_is_a_missing_one(broken: str) -> None:
    """Also one that is there but broken, as requests has been over an old pyOpenSSL."""
    script = f"""
import sys
class Broken:
    def find_spec(self, name, path=None, target=None):
        if name == "requests":
            raise {broken}
sys.meta_path.insert(0, Broken())
from ansible_collections.unified.jobs.plugins.module_utils import _http
assert not _http.HAS_REQUESTS
assert {broken.split("(")[0]!r} in _http.REQUESTS_ERROR
from ansible_collections.unified.jobs.plugins.module_utils import _registry
"""
    path = str(next(p for p in _http.__spec__.origin.split("/ansible_collections")[:1]))  # type: ignore[union-attr]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {path!r})\n{script}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


# -- secrets ---------------------------------------------------------------------------------------------------


def test_the_login_is_never_shown(run_module: Run, at_lab: Any, lab: Any) -> None:
    """House 0.4, promise 6: not in the result, not in its invocation, not in an error that the server echoes."""
    for login in ({"token": TOKEN}, {"token": None, "username": "admin", "password": PASSWORD}):
        echo = json.dumps({"detail": f"Token {TOKEN}, password {PASSWORD}, of admin."})
        lab.fault("status", status=400, body=echo, path="unified_jobs|/jobs/", times=None)
        options = {key: value for key, value in {**at_lab, **login}.items() if value is not None}
        shown = json.dumps(run_module("job_info", **options))
        secret = TOKEN if "token" in options else PASSWORD
        assert "rejected" in shown
        assert secret not in shown
        lab.clear_faults()


@pytest.mark.case("awx-52")
def test_secrets_of_a_launch_are_never_shown(run_module: Run, at_lab: Any, lab: Any) -> None:
    """Checklist 52: neither when all goes well nor when the server repeats them in an error."""
    options = {
        **at_lab,
        "template": "lab-prompts",
        "parameters": {"shown": "yes"},
        "secret_parameters": {"hidden": SECRET, "deeper": {"list": [SECRET + "2"]}},
    }
    result = run_module("job_invocation", **options)
    assert (result["rc"], result["changed"]) == (0, True)
    assert SECRET not in json.dumps(result)
    assert lab.requests("POST", "/launch/")[0].body["extra_vars"]["shown"] == "yes"
    lab.forget_requests()
    lab.fault(
        "status",
        status=400,
        method="POST",
        path="/launch/",
        body=json.dumps({"variables_needed_to_start": [f"Value {SECRET} for 'hidden' is odd, {SECRET}2 too."]}),
    )
    result = run_module("job_invocation", **options)
    assert result["error"] == "rejected"
    assert SECRET not in json.dumps(result)
    for check_mode in (True, False):
        assert SECRET not in json.dumps(run_module("job_invocation", check_mode=check_mode, **options))


def at(lab: Any, platform: str) -> dict[str, Any]:
    """The options that lead to one of the lab's servers."""
    login = lab.benches[platform].platform.access
    return {"platform": platform, "url": lab.url(platform), "username": login.username, "token": login.token}


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(
    ("platform", "options"),
    [
        ("awx", {"template": "lab-survey", "parameters": {"target_env": "dev", "count": 1, "secret": SECRET}}),
        ("puppet", {"template": "lab::params", "parameters": {"must": "x", "secret": SECRET}}),
        ("puppet", {"template": "lab::params", "parameters": {"must": "x", "secret": SECRET}, "validate": False}),
        (
            "puppet",
            {"type": "plan", "template": "lab::plan_parameters", "parameters": {"secret": SECRET, "message": "x"}},
        ),
    ],
)
def test_what_only_the_server_knows_to_be_secret_is_not_shown(
    run_module: Run, lab: Any, platform: str, options: dict[str, Any], check_mode: bool
) -> None:
    """A password question of a survey (AWX contract 1.3.2), a sensitive parameter (Puppet contract 1.10).

    The result has its options in `invocation`, where the value stood although it was masked elsewhere.
    """
    if options.get("type") != "plan" and platform == "puppet":
        options = {**options, "targets": ["web1.example.com"]}
    result = run_module("job_invocation", check_mode=check_mode, **at(lab, platform), **options)
    assert (result["rc"], result["changed"]) == (0, True), result["msg"]
    assert SECRET not in json.dumps(result)
    if "invocation" in result:
        assert result["invocation"]["module_args"]["parameters"]["secret"] == MASK
    # neither where it is refused, with what is wrong beside it
    wrong = {**options, "parameters": {**options["parameters"], "no_such": 1}}
    assert SECRET not in json.dumps(run_module("job_invocation", check_mode=check_mode, **at(lab, platform), **wrong))


@pytest.mark.case("foreman-47")
def test_a_hidden_input_is_not_shown_in_check_mode(run_module: Run, lab: Any) -> None:
    options = {"template": "lab-inputs", "target_query": "name ~ web", "parameters": {"must": "x", "secret": SECRET}}
    result = run_module("job_invocation", check_mode=True, **at(lab, "foreman"), **options)
    assert result["changed"] is True
    assert SECRET not in json.dumps(result)


@pytest.mark.parametrize(
    "secret",
    [
        "pass word with blanks",
        "Grüße-€-日本語",
        "100%{{ lookup('env', 'HOME') }}%s",
        "\"quoted\" and 'single' \\ and \\n",
        "-----BEGIN KEY-----\nfirst0line0of0it\nsecond0line0of0it\n-----END KEY-----\n",
        "a\tb\tc\td",
        "[not] (a) re.*gular expr|ession$",
    ],
)
@pytest.mark.parametrize("place", ["password", "secret_parameters"])
def test_odd_secrets(run_module: Run, lab: Any, secret: str, place: str) -> None:
    """In whatever way the server writes them: as they are, as JSON, as Python, on one line."""
    forms = [secret, json.dumps(secret), json.dumps(secret, ensure_ascii=False), repr(secret), " ".join(secret.split())]
    echo = json.dumps({"detail": f"No: {' | '.join(forms)}"})
    lab.fault("status", status=400, body=echo, times=None, path="/launch/|/jobs/", method="POST")
    options: dict[str, Any] = {**at(lab, "awx"), "template": "lab-prompts"}
    if place == "password":
        lab.fault("status", status=400, body=echo, times=None, path="/job_templates/")
        options = {**options, "token": None, "password": secret}
    else:
        options["secret_parameters"] = {"k": [secret]}
    result = run_module("job_invocation", **{name: value for name, value in options.items() if value is not None})
    assert result["error"] == "rejected"
    assert "No: ********" in result["msg"]
    parts = [line for line in secret.splitlines() if len(line) > 8] or [secret]
    shown = json.dumps(result, ensure_ascii=False)
    assert [part for part in (*parts, *forms) if part in shown or json.dumps(part)[1:-1] in shown] == []


@pytest.mark.case("awx-52")
def test_passwords_for_credentials_are_never_shown(run_module: Run, at_lab: Any, lab: Any) -> None:
    lab.fault(
        "status",
        status=400,
        method="POST",
        path="/launch/",
        body=json.dumps({"credential_passwords": [f"Wrong: {PASSWORD}"]}),
    )
    options = {**at_lab, "template": "lab-ok", "validate": False}
    result = run_module("job_invocation", awx={"credential_passwords": {"ssh_password": PASSWORD}}, **options)
    assert result["failed"] is True
    assert PASSWORD not in json.dumps(result)


@pytest.mark.case("awx-52")
@pytest.mark.parametrize("form", ["dict", "json"])
def test_secrets_within_servers_are_never_shown(run_module: Run, lab: Any, form: str) -> None:
    servers = {
        "one": {"platform": "awx", "url": lab.url("awx"), "token": TOKEN},
        "two": {"platform": "awx", "url": lab.url("awx"), "username": "u", "password": PASSWORD},
    }
    echo = json.dumps({"detail": f"Token {TOKEN}, password {PASSWORD}."})
    lab.fault("status", status=403, body=echo, path="/jobs/", times=None)
    given: Any = servers if form == "dict" else json.dumps(servers)
    for options in ({"server": "one"}, {"server": "two"}, {"server": "none"}, {"server": "one", "max_results": "many"}):
        result = run_module("job_info", servers=given, **options)
        assert result["failed"] is True
        shown = json.dumps(result)
        assert TOKEN not in shown
        assert PASSWORD not in shown


@pytest.mark.parametrize(
    "options",
    [
        {"token": [TOKEN]},
        {"token": {"tokn": TOKEN}},
        {"token": {"token": TOKEN}, "url": "https://u:" + PASSWORD + "@h"},
        {"token": TOKEN + " " + TOKEN},
        {"password": PASSWORD},
        {"servers": TOKEN},
        {"servers": {"x": {"token": TOKEN, "odd": PASSWORD}}, "server": "x"},
        {"secret_parameters": TOKEN},
        {"secret_parameters": [TOKEN]},
    ],
)
def test_a_secret_in_a_wrong_form_is_not_shown_by_the_refusal(
    run_module: Run, lab: Any, options: dict[str, Any]
) -> None:
    values = {"platform": "awx", "url": lab.url("awx"), **options}
    result = run_module("job_invocation", template="lab-ok", **values)
    assert result["error"] == "invalid_option"
    shown = json.dumps(result)
    assert TOKEN not in shown
    if "url" not in options:
        assert PASSWORD not in shown
    assert lab.requests() == []


@pytest.mark.parametrize(
    "secret", ["1", "12", 12, "1232", "successful", "pend", "awx", "job", "https", "127.0.0.1", "launch_unknown", "x"]
)
def test_a_common_secret_does_not_destroy_the_result(run_module: Run, at_lab: Any, lab: Any, secret: Any) -> None:
    """House 0.4, promise 2: an id is never lost, whatever a secret is."""
    plain = run_module("job_invocation", **at_lab, template="lab-prompts")["job"]
    result = run_module(
        "job_invocation",
        **at_lab,
        template="lab-prompts",
        secret_parameters={"k": secret},
        parameters={"shown": f"<{secret}>"},
    )
    job = result["job"]
    assert job["id"].isdigit()
    assert int(job["id"]) == int(plain["id"]) + 1
    for key in ("status", "type", "platform", "is_finished", "host_counts"):
        assert job[key] == plain[key]
    assert job["url"] == plain["url"].replace(f"/{plain['id']}/", f"/{job['id']}/")
    if "invocation" in result:  # newer cores show it only when asked to
        invocation = result["invocation"]["module_args"]
        assert invocation["secret_parameters"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
        assert invocation["parameters"] == {"shown": "<********>"}


def test_a_common_secret_does_not_destroy_a_failure(run_module: Run, face_of_info: Any) -> None:
    def fail(*_arguments: Any, **_options: Any) -> Any:
        raise NotFoundError("It is not there.", job={"id": "1232", "status": "failed", "elapsed": 12.5})

    face_of_info(fail)
    for token in ("12", "failed", "not_found"):
        result = run_module("job_info", token=token)
        assert (result["error"], result["failed"]) == ("not_found", True)
        assert result["job"] == {"id": "1232", "status": "failed", "elapsed": 12.5}
        if "invocation" in result:
            assert result["invocation"]["module_args"]["token"] != token


@pytest.mark.parametrize(
    "url",
    [
        f"https://admin:{PASSWORD}@127.0.0.1:9",
        f"https://admin:{PASSWORD}/x@127.0.0.1:9",
        f"https://admin:x:{PASSWORD}@127.0.0.1:9",
        f"https://admin:x@{PASSWORD}@127.0.0.1:9",
        f"https://{PASSWORD}@127.0.0.1:9",
        f"admin:{PASSWORD}@127.0.0.1:9",
        f"{PASSWORD}@127.0.0.1:9",
    ],
)
def test_a_login_within_an_address_is_never_shown(run_module: Run, url: str) -> None:
    for options in (
        {"platform": "awx", "url": url, "token": TOKEN},
        {"servers": {"a": {"platform": "awx", "url": url, "token": TOKEN}}, "server": "a"},
        {"servers": json.dumps({"a": {"platform": "awx", "url": url, "token": TOKEN}}), "server": "a"},
        {"url": url, "no_such_option": 1},
    ):
        result = run_module("job_info", jobs=[1], **options)
        assert result["error"] == "invalid_option"
        assert PASSWORD not in json.dumps(result)


@pytest.mark.parametrize(
    "given",
    [
        "{credential_passwords: {ssh_password: " + PASSWORD + "}",
        [{"credential_passwords": {"ssh_password": PASSWORD}}],
        {"credential_passwords": PASSWORD},
        {"credential_passwords": [PASSWORD]},
        {"credential_passwords": {"ssh_password": PASSWORD}, "forks": "many"},
    ],
)
def test_options_of_a_platform_in_a_wrong_form_are_not_shown(run_module: Run, at_lab: Any, given: Any) -> None:
    result = run_module("job_invocation", **at_lab, template="lab-ok", awx=given)
    assert result["error"] == "invalid_option"
    assert PASSWORD not in json.dumps(result)


def test_whatever_a_server_sends_the_answer_can_be_read(run_module: Run, face_of_info: Any) -> None:
    """Half a character made ansible-core 2.19 refuse the answer; control characters steer a terminal."""

    def fail(*_arguments: Any, **_options: Any) -> Any:
        raise ValueError("odd \ud800 \x1b[2J\nit is")

    face_of_info(fail)
    result = run_module("job_info")
    assert result["error"] == "internal_error"
    assert result["msg"].isprintable()
    json.dumps(result, ensure_ascii=False).encode("utf-8")
