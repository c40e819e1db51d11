# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bad input, as the faces and as the modules see it: one clear sentence, a stable word, nothing sent that should not be.

Each case runs twice: the face in this process, and the real module. House 0.4 (promises 6 and 7), 0.6 (the words).
"""

from __future__ import annotations

import json
import pathlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _clock
from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError

MODULES = {"info": "job_info", "invoke": "job_invocation", "wait": "job_wait", "cancel": "job_cancel"}
SECRET = "Kx55-secret-Kx55"
NOTHING, READS = "nothing", "reads"


@dataclass
class Refused:
    """A failure: its word and message, and what arrived at the server meanwhile."""

    word: str
    message: str
    sent: list[Any] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)

    def posts(self) -> list[str]:
        """The paths that were written to."""
        return [request.path for request in self.sent if request.method != "GET"]


@pytest.fixture(params=["face", "module"])
def refuse(
    request: pytest.FixtureRequest,
    lab: Any,
    lab_time: Any,
    face: Callable[..., Any],
    run_module: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: pathlib.Path,
) -> Callable[..., Refused]:
    """refuse("invoke", template="x") gives the failure that must come of it. No time passes."""
    monkeypatch.setattr(_clock.Clock, "monotonic", lambda _self: lab_time.monotonic())
    monkeypatch.setattr(_clock.Clock, "sleep", lambda _self, seconds: lab_time.sleep(seconds))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def by_face(name: str, options: dict[str, Any], check_mode: bool) -> Refused:
        with pytest.raises(JobsError) as caught:
            face(name, check_mode=check_mode, **options)
        result = caught.value.to_result()
        return Refused(result["error"], result["msg"], result=result)

    def by_module(name: str, options: dict[str, Any], check_mode: bool) -> Refused:
        values = {"platform": "awx", "url": lab.url("awx"), "token": lab.token, **options}
        values = {key: value for key, value in values.items() if value is not None}
        result = run_module(MODULES[name], check_mode=check_mode, **values)
        assert result["failed"] is True, result
        assert "exception" not in result
        assert lab.token not in json.dumps(result)
        return Refused(result["error"], result["msg"], result=result)

    def call(name: str, check_mode: bool = False, **options: Any) -> Refused:
        lab.forget_requests()
        found = (by_face if request.param == "face" else by_module)(name, options, check_mode)
        found.sent = lab.requests()
        assert_one_sentence(found.message)
        shown = json.dumps(found.result, default=str)
        for secret in (SECRET, lab.token, lab.password):
            assert secret not in shown
        return found

    call.through = request.param  # type: ignore[attr-defined]
    return call


def assert_one_sentence(message: str) -> None:
    """What a person gets to read: a line, not a dump."""
    assert message.lstrip() == message
    assert "\n" not in message
    assert 10 < len(message) < 900
    for sign in ("Traceback", "<html", "<!DOCTYPE", " object at 0x", "None of", "KeyError", "TypeError"):
        assert sign not in message


def check(found: Refused, word: str, words: str, sent: str) -> None:
    """The word, a part of the sentence, and that nothing, or only reads, were sent."""
    assert found.word == word
    assert words in found.message
    assert found.posts() == []
    if sent == NOTHING:
        assert found.sent == []


@pytest.fixture
def job(lab: Any, face: Callable[..., Any]) -> str:
    """The id of a job that runs."""
    number: str = face("invoke", template="lab-sleep")["job"]["id"]
    return number


# -- the connection --------------------------------------------------------------------------------------------

CONNECTION: list[tuple[dict[str, Any], str]] = [
    ({"platform": "jenkins"}, "platform"),
    ({"platform": None}, "platform is not set"),
    ({"platform": ""}, "platform"),
    ({"url": None}, "url is not set"),
    ({"url": ""}, "url is empty"),
    ({"url": "   "}, "url is empty"),
    ({"url": "https:awx"}, "url must look like https://host"),
    ({"url": "/awx"}, "url must look like https://host"),
    ({"url": "ftp://awx.example.test"}, "url must begin with https:// or http://"),
    ({"url": "https://"}, "url names no valid host"),
    ({"url": "https://a b"}, "url holds characters"),
    ({"url": "https://awx.example.test:99999"}, "url has a port"),
    ({"url": "https://awx.example.test:x"}, "url has a port"),
    ({"url": "https://awx.example.test/?x=1"}, "without a query"),
    ({"url": "https://awx.example.test/#/jobs"}, "without a query (?) or fragment"),
    ({"url": "https://awx.example.test/api/v2/jobs/42/"}, "url names a page below the API"),
    ({"url": f"https://user:{SECRET}@awx.example.test"}, "url must not hold credentials"),
    ({"token": None}, "There are no credentials for"),
    ({"token": ""}, "token is empty"),
    ({"token": f"{SECRET} {SECRET}"}, "token has characters"),
    ({"token": {"tokn": SECRET}}, "without the key token"),
    ({"token": None, "username": "x"}, "username is given without password"),
    ({"token": None, "password": SECRET}, "password is given without username"),
    ({"token": None, "username": "a:b", "password": SECRET}, "username must not hold a colon"),
    ({"ca_path": "/nonexistent/ca.pem"}, "ca_path does not exist"),
    ({"client_cert": "/nonexistent/cert.pem"}, "client_cert does not exist"),
    ({"client_key": __file__}, "client_key is given without client_cert"),
    ({"request_timeout": 0}, "request_timeout must be a number of seconds above 0"),
    ({"request_timeout": -1}, "request_timeout must be"),
    ({"request_timeout": float("nan")}, "request_timeout must be"),
    ({"server": "nowhere"}, "nowhere"),
    ({"server": "a", "servers": {"a": {"platform": "awx", "url": "https://x", "token": SECRET}}}, "beside server"),
    ({"server": "a", "url": None, "token": None, "servers": {"a": {"platform": "awx"}}}, "Server a has no url"),
    ({"server": "a", "url": None, "token": None, "servers": {"a": {"url": "https://x"}}}, "Server a has no platform"),
    (
        {"server": "a", "url": None, "token": None, "servers": {"a": {"platform": "awx", "url": "https://x"}}},
        "Server a has neither a token nor username and password",
    ),
]


@pytest.mark.parametrize("name", ["info", "invoke"])
@pytest.mark.parametrize(("options", "words"), CONNECTION)
def test_connections(refuse: Any, name: str, options: dict[str, Any], words: str) -> None:
    """The issue: unknown platform, missing url or credentials, a url without scheme or with a path."""
    more = {"template": "lab-ok"} if name == "invoke" else {}
    check(refuse(name, **more, **options), "invalid_option", words, NOTHING)


@pytest.mark.parametrize("end", ["", "/", "/api/v2/", "/api"])
def test_a_url_with_the_path_of_the_api_is_understood(lab: Any, face: Any, end: str) -> None:
    assert face("info", url=lab.url("awx") + end, max_results=1)["jobs"] == []
    assert not any("//" in request.path or "/api/api" in request.path for request in lab.requests())


def test_a_url_without_a_scheme_is_https(refuse: Any, lab: Any) -> None:
    """Contract 2.3. The lab speaks no TLS here, which shows that it was tried."""
    found = refuse("info", url=lab.url("awx").partition("://")[2])
    assert found.word in ("tls", "connection")
    assert "https://127.0.0.1" in found.message
    assert found.sent == []


# -- ids -------------------------------------------------------------------------------------------------------

BAD_IDS = [
    "abc",
    "1/2",
    "1?x=2",
    "",
    " ",
    "a b",
    "1.5",
    0,
    -1,
    "-1",
    1.5,
    True,
    {},
    {"id": 5},
    [None],
    "1,,2",
    "9" * 30,
]


@pytest.mark.parametrize("name", ["info", "wait", "cancel"])
@pytest.mark.parametrize("value", BAD_IDS, ids=repr)
def test_bad_ids(refuse: Any, name: str, value: Any) -> None:
    """The issue: a bad id."""
    check(refuse(name, jobs=value), "invalid_option", "jobs: ", NOTHING)


@pytest.mark.parametrize("value", ["abc", "1/2", True, [1, 2], [], {}], ids=repr)
def test_bad_ids_to_run_again(refuse: Any, value: Any) -> None:
    check(refuse("invoke", rerun=value), "invalid_option", "rerun", NOTHING)


@pytest.mark.parametrize("value", ["abc", "1/2", "-1", "1 OR 1"])
def test_bad_template_ids(refuse: Any, value: str) -> None:
    check(refuse("invoke", template_id=value), "invalid_option", "template_id", NOTHING)


@pytest.mark.parametrize("name", ["wait", "cancel"])
def test_jobs_that_are_not_there(refuse: Any, name: str) -> None:
    check(refuse(name, jobs=99999), "not_found", "there is no job with the id 99999", READS)


def test_a_job_of_another_server(refuse: Any, lab: Any, job: str, face: Any) -> None:
    """House 0.3: a job's url never decides where credentials go."""
    stranger = {**face("info", jobs=job)["job"], "url": "https://other.example.test/api/v2/jobs/1/"}
    for name in ("info", "wait", "cancel"):
        check(refuse(name, jobs=stranger), "invalid_option", "other.example.test", NOTHING)


def test_a_job_of_check_mode_without_check_mode(refuse: Any, face: Any) -> None:
    planned = face("invoke", check_mode=True, template="lab-ok")
    for name in ("info", "wait", "cancel"):
        check(refuse(name, jobs=planned), "invalid_option", "check mode", NOTHING)


# -- what is launched ------------------------------------------------------------------------------------------

LAUNCHES: list[tuple[dict[str, Any], str, str, str]] = [
    ({}, "invalid_option", "template", NOTHING),
    ({"template": ""}, "invalid_option", "template", NOTHING),
    ({"template": "no such"}, "not_found", "there is no job template named 'no such'", READS),
    ({"template": "11"}, "not_found", "If 11 is an id, set template_id", READS),
    ({"template_id": "99999"}, "not_found", "there is no job template with the id 99999", READS),
    ({"template": "Backup database"}, "ambiguous", "id 80 in Operations, id 81 in Development", READS),
    (
        {"template": "lab-ok", "organization": "nowhere"},
        "not_found",
        "organization: there is no organization named 'nowhere'",
        READS,
    ),
    ({"template": "lab-ok", "targets": ["host1"]}, "invalid_option", "ask_limit_on_launch is off", READS),
    ({"template": "lab-ok", "awx": {"verbosity": 3}}, "invalid_option", "ask_verbosity_on_launch is off", READS),
    ({"template": "lab-ok", "targets": []}, "no_targets", "targets is empty", NOTHING),
    ({"template": "lab-ok", "target_query": " "}, "no_targets", "target_query is empty", NOTHING),
    ({"template": "lab-ok", "target_query": 5}, "invalid_option", "target_query", NOTHING),
    (
        {"template": "lab-ok", "targets": ["a"], "target_query": "b"},
        "invalid_option",
        "targets and target_query",
        NOTHING,
    ),
    ({"template": "lab-survey"}, "invalid_option", "target_env is missing; count is missing", READS),
    (
        {"template": "lab-survey", "parameters": {"target_env": "moon", "count": 3}},
        "invalid_option",
        "target_env must be one of dev, stage, prod",
        READS,
    ),
    (
        {"template": "lab-survey", "parameters": {"target_env": "dev", "count": 3, "odd": 1}},
        "invalid_option",
        "does not take odd",
        READS,
    ),
    ({"template": "lab-prompts", "inventory": "nowhere"}, "not_found", "no inventory named 'nowhere'", READS),
    ({"template": "lab-prompts", "inventory": 99999}, "not_found", "no inventory with the id 99999", READS),
    ({"template": "lab-prompts", "inventory": {"odd": 1}}, "invalid_option", "inventory: ", READS),
    ({"template": "lab-prompts", "awx": {"credentials": ["none"]}}, "not_found", "no credential named 'none'", READS),
    ({"template": "lab-prompts", "concurrency": -5}, "invalid_option", "concurrency: -5 is negative", NOTHING),
    ({"template": "lab-prompts", "job_timeout": -5}, "invalid_option", "job_timeout: -5 is negative", NOTHING),
    ({"template": "lab-prompts", "parameters": {"x": float("nan")}}, "invalid_option", "parameters: x", NOTHING),
    ({"template": "lab-ok", "rerun": 1}, "unsupported", "template: ", NOTHING),
    (
        {"template": "lab-ok", "rerun_hosts": "failed"},
        "invalid_option",
        "rerun_hosts goes together with rerun",
        NOTHING,
    ),
    ({"rerun": 99999}, "not_found", "rerun: there is no job with the id 99999", READS),
    ({"type": "ad_hoc_command"}, "invalid_option", "inventory: an ad hoc command needs one", NOTHING),
    ({"type": "project", "template": "none"}, "not_found", "named 'none'", READS),
    ({"template": "lab-ok", "wait": True, "wait_timeout": -1}, "invalid_option", "wait_timeout", NOTHING),
    ({"template": "lab-ok", "wait": True, "wait_interval": 0}, "invalid_option", "wait_interval", NOTHING),
    ({"template": "lab-ok", "include": ["report"]}, "unsupported", "report", NOTHING),
]


@pytest.mark.parametrize(("options", "word", "words", "sent"), LAUNCHES)
@pytest.mark.parametrize("check_mode", [False, True])
def test_launches(refuse: Any, options: dict[str, Any], word: str, words: str, sent: str, check_mode: bool) -> None:
    """The issue: a template that is not there or is there twice, a prompt that is off, a missing survey answer.

    House 0.4: check mode reports the same.
    """
    check(refuse("invoke", check_mode=check_mode, **options), word, words, sent)


@pytest.mark.case("awx-51")
def test_a_template_that_may_not_be_launched(refuse: Any, lab: Any) -> None:
    """Recording launch-403-bob: 403 is an answer; it is not asked twice."""
    lab.fault("status", status=403, method="POST", path="/launch/$", times=None)
    found = refuse("invoke", template="lab-ok")
    assert found.word == "forbidden"
    assert "execute role" in found.message
    assert len(found.posts()) == 1


@pytest.mark.case("awx-51")
def test_a_token_that_may_only_read(lab: Any, face: Any, refuse: Any) -> None:
    """Recording auth-05-read-token-post-403: reading is fine, launching and canceling are refused and explained."""
    number = face("invoke", template="lab-sleep")["job"]["id"]
    assert face("info", token=lab.read_token, jobs=number)["job"]["id"] == number
    found = refuse("invoke", token=lab.read_token, template="lab-ok")
    assert (found.word, len(found.posts())) == ("forbidden", 1)
    assert "a token of the scope write" in found.message
    found = refuse("cancel", token=lab.read_token, jobs=number)
    assert (found.word, len(found.posts())) == ("forbidden", 1)


# -- wrong types -----------------------------------------------------------------------------------------------

TYPES: list[tuple[str, dict[str, Any], str]] = [
    ("info", {"platform": ["awx"]}, "platform"),
    ("info", {"validate_certs": "maybe"}, "validate_certs"),
    ("info", {"request_timeout": "soon"}, "request_timeout"),
    ("info", {"servers": "text"}, "servers"),
    ("info", {"max_results": "many"}, "max_results"),
    ("info", {"status": ["done"]}, "status"),
    ("info", {"type": "playbook"}, "type"),
    ("info", {"include": ["everything"]}, "include"),
    ("info", {"output_max_bytes": "all"}, "output_max_bytes"),
    ("invoke", {"template": "lab-ok", "parameters": "text"}, "parameters"),
    ("invoke", {"template": "lab-ok", "parameters": [1]}, "parameters"),
    ("invoke", {"template": "lab-ok", "secret_parameters": SECRET}, "secret_parameters"),
    ("invoke", {"template": "lab-ok", "job_timeout": "long"}, "job_timeout"),
    ("invoke", {"template": "lab-ok", "concurrency": 1.5}, "concurrency"),
    ("invoke", {"template": "lab-ok", "wait": "perhaps"}, "wait"),
    ("invoke", {"template": "lab-ok", "type": "playbook"}, "type"),
    ("invoke", {"template": "lab-ok", "awx": "text"}, "awx"),
    ("invoke", {"template": "lab-ok", "awx": {"odd": 1}}, "odd"),
    ("invoke", {"template": "lab-ok", "awx": {"verbosity": 9}}, "verbosity"),
    ("invoke", {"template": "lab-ok", "awx": {"credential_passwords": SECRET}}, "credential_passwords"),
    ("invoke", {"rerun": 1, "rerun_hosts": "some"}, "rerun_hosts"),
    ("invoke", {"template": "lab-ok", "on_no_targets": "ask"}, "on_no_targets"),
    ("wait", {}, "jobs"),
    ("wait", {"jobs": 1, "wait_timeout": "long"}, "wait_timeout"),
    ("wait", {"jobs": 1, "fail_on": ["bad"]}, "fail_on"),
    ("wait", {"jobs": 1, "fail_fast": "maybe"}, "fail_fast"),
    ("wait", {"jobs": 1, "on_timeout": "ask"}, "on_timeout"),
    ("cancel", {}, "jobs"),
    ("cancel", {"jobs": 1, "force": "maybe"}, "force"),
    ("cancel", {"jobs": 1, "odd": 1}, "odd"),
]


@pytest.mark.parametrize("refuse", ["module"], indirect=True)
@pytest.mark.parametrize(("name", "options", "words"), TYPES)
def test_types(refuse: Any, name: str, options: dict[str, Any], words: str) -> None:
    """The issue: wrong types. The argument spec finds them, before there is a face."""
    check(refuse(name, **options), "invalid_option", words, NOTHING)


READING: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("info", {"max_results": -1}, "invalid_option", "max_results", NOTHING),
    ("info", {"created_after": "yesterday"}, "invalid_option", "created_after: 'yesterday'", NOTHING),
    ("info", {"created_before": "2026-13-01"}, "invalid_option", "created_before", NOTHING),
    ("info", {"native_query": 5}, "invalid_option", "native_query", NOTHING),
    ("info", {"native_query": {"odd": 1}}, "rejected", "no field named 'odd'", READS),
    ("info", {"native_query": {"extra_vars__contains": "x"}}, "forbidden", "Filtering on extra_vars", READS),
    ("info", {"order_by": "odd"}, "rejected", "no field named 'odd'", READS),
    ("info", {"jobs": 1, "template": "x"}, "invalid_option", "template is a filter", NOTHING),
    ("info", {"jobs": 1, "include": ["report"]}, "unsupported", "report", NOTHING),
    ("info", {"jobs": 1, "include": ["output"], "output_max_bytes": -5}, "invalid_option", "output_max_bytes", NOTHING),
    ("wait", {"jobs": 1, "wait_timeout": -1}, "invalid_option", "wait_timeout", NOTHING),
    ("wait", {"jobs": 1, "wait_timeout": float("nan")}, "invalid_option", "wait_timeout", NOTHING),
    ("wait", {"jobs": 1, "wait_interval": 0}, "invalid_option", "wait_interval", NOTHING),
    ("wait", {"jobs": 1, "return_when": "some"}, "invalid_option", "return_when", NOTHING),
    ("wait", {"jobs": 1, "return_when": "0"}, "invalid_option", "return_when", NOTHING),
    ("cancel", {"jobs": 1, "hosts": ["a"]}, "unsupported", "hosts", NOTHING),
    ("cancel", {"jobs": 1, "hosts": []}, "no_targets", "hosts is empty", NOTHING),
    ("cancel", {"jobs": 1, "force": True}, "unsupported", "force", NOTHING),
]


@pytest.mark.parametrize(("name", "options", "word", "words", "sent"), READING)
def test_reading_waiting_canceling(
    refuse: Any, name: str, options: dict[str, Any], word: str, words: str, sent: str
) -> None:
    check(refuse(name, **options), word, words, sent)


# -- what a server may answer ----------------------------------------------------------------------------------

ANSWERS: list[tuple[str, dict[str, Any], str, str]] = [
    ("status", {"status": 400}, "rejected", "answered 400"),
    ("status", {"status": 401}, "unauthorized", "Check the token from the options"),
    ("status", {"status": 403}, "forbidden", "answered 403"),
    ("status", {"status": 405}, "rejected", "answered 405"),
    ("status", {"status": 429, "retry_after": 2}, "rate_limited", "answered 429"),
    ("status", {"status": 500}, "server_error", "answered 500"),
    ("status", {"status": 502}, "server_error", "answered 502: Bad Gateway"),
    ("status", {"status": 503}, "server_error", "answered 503"),
    ("status", {"status": 504}, "server_error", "answered 504: Gateway Time"),
    ("html", {}, "bad_response", "answered 200 with an HTML page"),
    ("html", {"body": f"<html>{SECRET}"}, "bad_response", "HTML page"),
    ("broken_json", {}, "bad_response", "something that is not JSON"),
    ("wrong_type", {}, "bad_response", "something that is not JSON"),
    ("redirect", {"location": "https://sso.example.test/login?x=" + SECRET}, "bad_response", "is not followed"),
    ("redirect", {"location": "/api/v2/"}, "bad_response", ""),
    ("reset", {}, "connection", "broke the connection"),
    ("cut_answer", {}, "connection", "broke the connection"),
    ("cut_body", {}, "connection", "broke the connection"),
]


@pytest.mark.case("awx-49", "awx-54")
@pytest.mark.parametrize(("action", "how", "word", "words"), ANSWERS)
@pytest.mark.parametrize("name", ["list", "info", "cancel", "invoke"])
def test_answers_to_reads(
    refuse: Any, lab: Any, job: str, name: str, action: str, how: dict[str, Any], word: str, words: str
) -> None:
    """The issue: a body that is not JSON, a page with 200, 401 to 5xx. What cannot be read leads to no write."""
    lab.fault(action, method="GET", path="^/api/v2/", times=None, **how)
    options: dict[str, Any] = {"template": "lab-ok"} if name == "invoke" else {} if name == "list" else {"jobs": job}
    if action == "redirect" and how["location"] == "/api/v2/":
        lab.clear_faults()
        lab.fault("redirect", method="GET", path="^/api/v2/", times=None, location="/api/v2/x/")
    check(refuse("info" if name == "list" else name, **options), word, words, READS)


@pytest.mark.case("awx-28")
@pytest.mark.parametrize(("action", "how", "word", "words"), ANSWERS)
def test_answers_to_a_wait(
    refuse: Any, lab: Any, job: str, action: str, how: dict[str, Any], word: str, words: str
) -> None:
    """Persistent trouble ends a wait with its own word, or with wait_timeout when the time is over; never a hang."""
    lab.fault(action, method="GET", path="^/api/v2/", times=None, **how)
    found = refuse("wait", jobs=job, wait_timeout=20)
    assert found.word in (word, "wait_timeout")
    assert found.posts() == []
    if action == "status" and how["status"] in (401, 403):
        assert found.word == word


@pytest.mark.parametrize("name", ["info", "invoke", "wait", "cancel"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405])
def test_an_api_root_that_refuses(refuse: Any, lab: Any, name: str, status: int) -> None:
    """The first request of all, which asks where the API is."""
    lab.fault("status", status=status, path="^/api/", times=None)
    options: dict[str, Any] = {"template": "lab-ok"} if name == "invoke" else {"jobs": 1}
    found = refuse(name, **options)
    assert found.word in ("rejected", "unauthorized", "forbidden", "not_found", "bad_response")
    assert found.posts() == []


@pytest.mark.case("awx-49")
@pytest.mark.parametrize("name", ["list", "info", "invoke", "wait", "cancel"])
@pytest.mark.parametrize(
    "how", [("html", {}), ("status", {"status": 404, "body": "<html>", "content_type": "text/html"})]
)
def test_a_server_that_is_no_awx(refuse: Any, lab: Any, name: str, how: tuple[str, dict[str, Any]]) -> None:
    """Its pages are neither jobs nor missing jobs, and it gets no token to see."""
    lab.fault(how[0], path="", times=None, **how[1])
    options: dict[str, Any] = {"template": "lab-ok"} if name == "invoke" else {} if name == "list" else {"jobs": 1}
    found = refuse("info" if name == "list" else name, **options)
    assert found.word in ("bad_response", "wait_timeout")
    assert not any("Authorization" in request.headers for request in found.sent)


# -- what a server may answer to a launch ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "word", "words"),
    [
        (400, {"inventory": ['Invalid pk "9" - object does not exist.']}, "rejected", "inventory: Invalid pk"),
        (400, {"passwords_needed_to_start": ["ssh_password"]}, "rejected", "passwords_needed_to_start: ssh_password"),
        (400, {}, "rejected", "Bad Request"),
        (401, {"detail": "no"}, "unauthorized", "Check the token from the options"),
        (403, {"detail": "License has expired."}, "forbidden", "License has expired."),
        (404, {"detail": "No JobTemplate matches the given query."}, "not_found", "No JobTemplate matches"),
        (405, {"detail": 'Method "POST" not allowed.'}, "rejected", "not allowed"),
        (415, {"detail": "Unsupported media type."}, "rejected", "Unsupported media type"),
        (429, {"detail": "Request was throttled."}, "rate_limited", "throttled"),
    ],
)
def test_a_launch_that_is_refused(refuse: Any, lab: Any, status: int, body: Any, word: str, words: str) -> None:
    """House 0.4: sent once; the server's own words are shown."""
    lab.fault("status", status=status, body=json.dumps(body), method="POST", path="/launch/$", times=None)
    found = refuse("invoke", template="lab-ok")
    assert (found.word, len(found.posts())) == (word, 1)
    assert words in found.message


@pytest.mark.case("awx-16")
def test_a_launch_that_is_redirected(refuse: Any, lab: Any) -> None:
    """Contract 2.5, pitfall 1: never followed, so that the preflight is not taken for a job."""
    lab.fault("redirect", method="POST", path="/launch/$", times=None)
    found = refuse("invoke", template="lab-ok")
    assert (found.word, len(found.posts())) == ("bad_response", 1)
    assert not any(request.method == "GET" and "/launch/" in request.path for request in found.sent)


@pytest.mark.parametrize("action", ["html", "reset"])
@pytest.mark.parametrize("status", [None, 502, 503, 504])
def test_a_launch_of_which_nothing_is_known(refuse: Any, lab: Any, action: str, status: int | None) -> None:
    """House 0.4, promise 1: looked for, not found, and said so; sent once."""
    if status:
        lab.fault("status", status=status, method="POST", path="/launch/$", times=None)
    else:
        lab.fault(action, method="POST", path="/launch/$", times=None)
    found = refuse("invoke", template="lab-ok")
    assert (found.word, len(found.posts())) == ("launch_unknown", 1)
    assert "It was not sent again" in found.message


# -- no connection ---------------------------------------------------------------------------------------------


@pytest.fixture
def closed() -> Iterator[str]:
    """An address where nothing listens, and where nobody else can begin to."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{place.getsockname()[1]}"


@pytest.mark.parametrize("name", ["info", "invoke", "cancel"])
def test_a_refused_connection(refuse: Any, closed: str, name: str) -> None:
    options: dict[str, Any] = {"template": "lab-ok"} if name == "invoke" else {"jobs": 1}
    found = refuse(name, url=closed, **options)
    assert found.word == "connection"
    assert "cannot be reached" in found.message


def test_a_wait_without_a_connection(refuse: Any, closed: str) -> None:
    """House 0.4: a wait never dies of a hiccup, so this is told when the time is over."""
    found = refuse("wait", url=closed, jobs=1, wait_timeout=5)
    assert found.word in ("connection", "wait_timeout")
    assert "cannot be reached" in found.message


@pytest.fixture(scope="module")
def tls_lab() -> Any:
    """A lab with a certificate of its own authority."""
    from unified_jobs_lab import Lab

    with Lab(tls=True) as running:
        yield running


@pytest.mark.parametrize("name", ["info", "invoke", "wait", "cancel"])
def test_an_authority_that_is_not_trusted(refuse: Any, tls_lab: Any, name: str, tmp_path: pathlib.Path) -> None:
    """The issue: a wrong CA. Nothing was sent; a wait does not go on for ever over it."""
    import trustme

    wrong = tmp_path / "wrong.pem"
    trustme.CA().cert_pem.write_to_path(str(wrong))
    options: dict[str, Any] = {"template": "lab-ok"} if name == "invoke" else {"jobs": 1}
    for more in ({}, {"ca_path": str(wrong)}):
        tls_lab.forget_requests()
        found = refuse(name, url=tls_lab.url("awx"), token=tls_lab.token, **options, **more)
        assert found.word == "tls"
        assert "give ca_path" in found.message
        assert tls_lab.requests() == []
