# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Foreman is reached: logins, sessions, addresses, redirects: Foreman contract 1.0 and 2."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _faces
from ansible_collections.unified.jobs.plugins.module_utils._errors import InvalidOptionError, JobsError
from ansible_collections.unified.jobs.plugins.module_utils._options import read_connection
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.conventions import (
    ENVIRONMENT,
    authenticate,
    split_url,
)
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection


def connection(**more: Any) -> Connection:
    return Connection("foreman", "https://f.example.com", **more)


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def test_logins() -> None:
    """Contract 2: a personal access token goes where the password goes, and needs its owner's login."""
    assert authenticate(connection(username="u", password="p")) == basic("u", "p")
    assert authenticate(connection(username="ü", token="t")) == basic("ü", "t")
    assert authenticate(connection(username="u", password="p", token="t")) == basic("u", "t")
    assert authenticate(connection(token="jwt")) == {"Authorization": "Bearer jwt"}
    assert authenticate(connection(client_cert="/c.pem")) == {}
    for login in ({}, {"username": "u"}, {"username": "u", "password": ""}, {"username": "a:b", "password": "p"}):
        with pytest.raises(InvalidOptionError):
            authenticate(connection(**login))


def test_a_token_keeps_the_name_of_its_owner(face: Any, foreman_lab: Any) -> None:
    job = face("invoke", template="lab-ok", targets=["web1.example.com"], password=None, token=foreman_lab.token)["job"]
    assert job["launched_by"] == "admin"


def test_environment_names_of_the_peers() -> None:
    """Contract 2, "Env names of the peer, first set wins". A token of its own has no name there: it is a password."""
    environ = {
        "FOREMAN_URL": "https://c",
        "FOREMAN_SERVER": "https://b",
        "FOREMAN_SERVER_URL": "https://a",
        "FOREMAN_USER": "second",
        "FOREMAN_USERNAME": "first",
        "FOREMAN_PASSWORD": "p",
        "FOREMAN_VALIDATE_CERTS": "no",
    }
    found = read_connection({}.get, environ=environ)
    assert (found.platform, found.url, found.username, found.validate_certs) == ("foreman", "https://a", "first", False)
    del environ["FOREMAN_SERVER_URL"], environ["FOREMAN_USERNAME"]
    found = read_connection({}.get, environ=environ)
    assert (found.url, found.username, found.password) == ("https://b", "second", "p")
    assert "token" not in ENVIRONMENT


@pytest.mark.case("foreman-45")
@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://f", "https://f"),
        ("https://f/foreman", "https://f/foreman"),
        ("https://f/foreman/api", "https://f/foreman"),
        ("https://f/api/v2/", "https://f"),
        ("https://api.f", "https://api.f"),
    ],
)
def test_the_address_may_name_the_api(url: str, base: str) -> None:
    assert split_url(url) == (base, None)


@pytest.mark.case("foreman-45")
@pytest.mark.parametrize("tail", ["", "/", "/api", "/api/v2/"])
def test_a_path_before_the_api_is_kept(face: Any, server: Any, foreman_lab: Any, tail: str) -> None:
    server.options.prefix = "/foreman"
    url = foreman_lab.url("foreman").rstrip("/")
    result = face("invoke", template="lab-ok", targets=["web1.example.com"], url=url + tail)
    assert result["job"]["url"] == f"{url}/api/job_invocations/{result['job']['id']}"
    assert result["job"]["web_url"] == f"{url}/job_invocations/{result['job']['id']}"
    assert {one.path.split("/")[1] for one in foreman_lab.requests()} == {"foreman"}


@pytest.mark.case("foreman-45")
def test_tls_is_as_the_options_say(tmp_path: Any) -> None:
    from unified_jobs_lab import Lab

    with Lab(platforms=("foreman",), tls=True) as lab:
        options = {
            "platform": "foreman",
            "url": lab.url("foreman"),
            "username": lab.username,
            "password": lab.password,
        }
        for good in ({"ca_path": lab.ca_file}, {"validate_certs": False}):
            assert _faces.info({**options, **good}.get)["jobs"] == []
        with pytest.raises(JobsError) as caught:
            _faces.info(options.get)
        assert caught.value.code == "tls"


# -- sessions --------------------------------------------------------------------------------------------------


@pytest.mark.case("foreman-24")
def test_one_login_serves_all_requests(face: Any, server: Any, foreman_lab: Any) -> None:
    face("invoke", template="lab-ok", targets=["web1.example.com"], wait=True, include=["hosts", "output"])
    assert len(foreman_lab.requests()) > 6
    assert len(server.keeper.sessions) == 1


@pytest.mark.case("foreman-24")
def test_one_new_login_after_the_session_is_over(
    face: Any, server: Any, foreman_lab: Any, lab_time: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contract 2: idle expiry is one 401 with an empty body."""
    sleep = lab_time.sleep

    def expire(seconds: float) -> None:
        sleep(seconds)
        foreman_lab.expire_tokens("session")

    monkeypatch.setattr(lab_time, "sleep", expire)
    job = face("invoke", template="lab-sleep", targets=["web1.example.com"], wait=True)["job"]
    assert job["status"] == "successful"
    refused = [one for one in foreman_lab.requests() if one.status == 401]
    assert 1 <= len(refused) <= len(lab_time.slept)
    assert server.keeper.failures == []


@pytest.mark.case("foreman-24")
def test_wrong_credentials_are_tried_once(refused: Any, foreman_lab: Any, server: Any) -> None:
    """Contract 2: further tries would lock everybody from this address out."""
    error = refused("info", password="wrong")
    assert error.code == "unauthorized"
    assert "Unable to authenticate user admin" in error.message
    assert "wrong" not in error.message
    assert len(foreman_lab.requests()) == 1
    assert len(server.keeper.failures) == 1


@pytest.mark.case("foreman-10", "foreman-24")
def test_an_empty_401_without_a_session_is_final(refused: Any, foreman_lab: Any) -> None:
    foreman_lab.fault("status", status=401, body="", times=None)
    error = refused("info")
    assert error.code == "unauthorized"
    assert len(foreman_lab.requests()) == 1


@pytest.mark.case("foreman-10", "foreman-24")
@pytest.mark.parametrize("face_name", ["info", "invoke", "cancel"])
def test_a_refusal_that_sets_a_cookie_is_final(refused: Any, foreman_lab: Any, face_name: str) -> None:
    """Rails gives whoever it refuses a session too; that was taken for one that is over, without end."""
    headers = {"Set-Cookie": "_session_id=0123456789abcdef; path=/; HttpOnly"}
    foreman_lab.fault("status", status=401, body="", headers=headers, times=None)
    launch = {"template": "lab-ok", "targets": ["web1.example.com"]}
    error = refused(face_name, **(launch if face_name == "invoke" else {"jobs": "1"}))
    assert error.code == "unauthorized"
    assert len(foreman_lab.requests()) == 1


@pytest.mark.case("foreman-24")
def test_a_login_that_is_refused_after_the_session_is_tried_once(
    face: Any, refused: Any, foreman_lab: Any, lab_time: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The password was changed while a job was waited for: one refusal of the session, and two of the login."""
    sleep = lab_time.sleep

    def change(seconds: float) -> None:
        sleep(seconds)
        headers = {"Set-Cookie": "_session_id=0123456789abcdef; path=/; HttpOnly"}
        foreman_lab.fault("status", status=401, body="", headers=headers, times=None)

    monkeypatch.setattr(lab_time, "sleep", change)
    error = refused("invoke", template="lab-sleep", targets=["web1.example.com"], wait=True, wait_timeout=600)
    assert (error.code, error.result["job"]["status"]) == ("unauthorized", "pending")
    assert len([one for one in foreman_lab.requests() if one.status == 401]) == 3


@pytest.mark.case("foreman-24")
def test_a_wait_survives_one_refused_login(face: Any, foreman_lab: Any) -> None:
    job = face("invoke", template="lab-ok", targets=["web1.example.com"])["job"]
    foreman_lab.fault("status", status=401, body='{"error": {"message": "no"}}', times=1)
    assert face("wait", jobs=job)["job"]["status"] == "successful"


@pytest.mark.case("foreman-24")
def test_the_session_may_end_between_the_check_and_the_launch(
    face: Any, foreman_lab: Any, launches: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.platform import ForemanPlatform

    plan = ForemanPlatform.plan

    def expire(self: Any, request: Any) -> Any:
        made = plan(self, request)
        foreman_lab.expire_tokens("session")
        return made

    monkeypatch.setattr(ForemanPlatform, "plan", expire)
    assert face("invoke", template="lab-ok", targets=["web1.example.com"])["changed"] is True
    # the first of the two was refused, so nothing was done
    assert [one.status for one in launches()] == [401, 201]


# -- redirects and media types ---------------------------------------------------------------------------------


@pytest.mark.case("foreman-23")
@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirected_launch_is_refused_and_names_the_address(
    refused: Any, foreman_lab: Any, launches: Any, status: int
) -> None:
    """Contract 2: a redirected POST would become a GET of the index, with status 200."""
    target = "https://f.example.com/api/job_invocations"
    foreman_lab.fault("redirect", method="POST", location=target, status=status)
    error = refused("invoke", template="lab-ok", targets=["web1.example.com"])
    assert error.code == "bad_response"
    assert target in error.message
    assert len(launches()) == 1


@pytest.mark.case("foreman-12")
def test_writes_without_data_are_json(face: Any, foreman_lab: Any) -> None:
    """Contract 1.0: anything else is a 415."""
    job = face("invoke", template="lab-ok", targets=["web1.example.com"], wait=True)["job"]
    again = face("invoke", rerun=job)["job"]
    face("cancel", jobs=again)
    sent = {one.path.rsplit("/", 1)[1]: one for one in foreman_lab.requests("POST", "/(rerun|cancel)$")}
    assert set(sent) == {"rerun", "cancel"}
    for one in sent.values():
        assert one.body == {}
        assert {name.lower(): value for name, value in one.headers.items()}["content-type"] == "application/json"


def test_the_language_is_english(face: Any, foreman_lab: Any) -> None:
    """Contract 1.0: messages, the word N/A and the line with the exit status are translated otherwise."""
    face("info")
    headers = {name.lower(): value for name, value in foreman_lab.requests()[0].headers.items()}
    assert headers["accept-language"] == "en"


@pytest.mark.case("foreman-14")
def test_booleans_in_the_address_are_lower_case(face: Any, server: Any, foreman_lab: Any) -> None:
    """Contract 1.0: before 16.7 host_status is compared with the text true."""
    server.options.generation = "3.5"
    job = face("invoke", template="lab-ok", targets=["web1.example.com"], wait=True, include=["hosts"])["job"]
    assert [host["status"] for host in job["hosts"]] == ["ok"]
    values = [value for one in foreman_lab.requests("GET") for several in one.query.values() for value in several]
    assert {"true", "false"} <= set(values)
    assert not {"True", "False"} & set(values)
