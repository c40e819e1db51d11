# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection that options, environment, named servers and the platform's own files make together."""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _options, _registry
from ansible_collections.unified.jobs.plugins.module_utils._errors import InvalidOptionError
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection

NAMES = list(_registry.PLATFORMS)
LISTED = ", ".join(NAMES)

PATH_OPTIONS = ("ca_path", "client_cert", "client_key")


@pytest.fixture(autouse=True)
def _no_files(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the files of whoever runs the tests out of them."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def other_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second platform with conventions of its own."""

    class Other(_registry.PLATFORMS["awx"]):  # type: ignore[misc]
        NAME = "other"
        TITLE = "Other"
        ENVIRONMENT = {"url": ("OTHER_URL",), "token": ("OTHER_TOKEN",)}

        @classmethod
        def read_config_files(cls, environ: Any) -> list[tuple[str, dict[str, Any]]]:
            return (
                [("/etc/other.conf", {"url": environ["OTHER_FILE"], "token": "t"})] if "OTHER_FILE" in environ else []
            )

    monkeypatch.setitem(_registry.PLATFORMS, "other", Other)


def read(environ: dict[str, str] | None = None, server: str | None = None, **options: Any) -> Connection:
    return _options.read_connection(options.get, server, {"HOME": "/nonexistent", **(environ or {})})


def chosen(environ: dict[str, str] | None = None, server: str | None = None, **options: Any) -> str:
    return read(environ, server, **options).platform


def refusal(environ: dict[str, str] | None = None, server: str | None = None, **options: Any) -> str:
    with pytest.raises(InvalidOptionError) as caught:
        read(environ, server, **options)
    assert "SECRET" not in caught.value.message
    return caught.value.message


# -- the table -------------------------------------------------------------------------------------------------


def test_every_option_that_looks_secret_says_no_log() -> None:
    """The words are those that ansible-core itself warns about."""
    for option in _options.OPTIONS:
        if re.search("pass|token|secret|key|servers", option.name):
            assert isinstance(option.argument().get("no_log"), bool), option.name
    spec = _options.connection_argument_spec()
    assert {name for name, argument in spec.items() if argument.get("no_log")} == {"password", "token", "servers"}


def test_no_default_hides_that_nothing_was_given() -> None:
    for argument in _options.connection_argument_spec().values():
        assert "default" not in argument
        assert "required" not in argument


def test_the_argument_spec_is_fresh_each_time() -> None:
    _options.connection_argument_spec()["url"]["type"] = "int"
    assert _options.connection_argument_spec()["url"]["type"] == "str"


def test_choices_follow_the_registry(other_platform: None) -> None:
    assert _options.connection_argument_spec()["platform"]["choices"] == [*NAMES, "other"]


# -- options ---------------------------------------------------------------------------------------------------


def test_options_alone() -> None:
    connection = read(platform="awx", url="awx.example.com/", token={"token": "t"}, request_timeout=5, organization="O")
    assert connection == Connection(
        "awx", "https://awx.example.com", token="t", request_timeout=5.0, organization="O", source="the options"
    )


def test_defaults() -> None:
    connection = read(platform="awx", url="h", token="t")
    assert connection.validate_certs is True
    assert connection.request_timeout == 30.0
    assert isinstance(connection.request_timeout, float)


def test_false_is_a_value() -> None:
    environ = {"UNIFIED_JOBS_VALIDATE_CERTS": "true", "CONTROLLER_VERIFY_SSL": "true"}
    assert read(environ, platform="awx", url="h", token="t", validate_certs=False).validate_certs is False


@pytest.mark.case("awx-43")
@pytest.mark.case("awx-46")
def test_a_url_that_ends_in_the_path_of_the_api_is_understood() -> None:
    connection = read(platform="awx", url="https://h/awx/api/v2/", token="t")
    assert (connection.url, connection.api_prefix) == ("https://h/awx", "/api/v2/")
    environ = {"CONTROLLER_HOST": "h", "CONTROLLER_TOKEN": "t"}
    connection = read({**environ, "CONTROLLER_OPTIONAL_API_URLPATTERN_PREFIX": "/api/controller/"})
    assert (connection.url, connection.api_prefix) == ("https://h", "/api/controller/v2/")
    assert read(environ).api_prefix is None


# -- the environment -------------------------------------------------------------------------------------------


def test_own_environment_names(tmp_path: pathlib.Path) -> None:
    (tmp_path / "x.pem").write_text("x")
    values = {
        "platform": "foreman",
        "url": "h",
        "username": "u",
        "password": "p",
        "validate_certs": "No",
        "request_timeout": "7",
        "organization": "O",
        "location": "L",
        **dict.fromkeys(PATH_OPTIONS, str(tmp_path / "x.pem")),
    }
    connection = read({f"UNIFIED_JOBS_{name.upper()}": value for name, value in values.items()})
    expected = {**values, "url": "https://h", "validate_certs": False, "request_timeout": 7.0}
    assert {name: getattr(connection, name) for name in values} == expected
    assert connection.source == "UNIFIED_JOBS_USERNAME and UNIFIED_JOBS_PASSWORD"


@pytest.mark.parametrize("name", ["organization", "location"])
@pytest.mark.parametrize("platform", NAMES)
def test_what_a_server_has_no_notion_of_is_refused(platform: str, name: str) -> None:
    """House 0.4: nothing that is asked for is ignored in silence."""
    options: dict[str, Any] = {"platform": platform, "url": "h", "username": "u", "token": "t", name: "X"}
    if name in _registry.PLATFORMS[platform].CONTEXT:
        assert getattr(read(**options), name) == "X"
    else:
        assert refusal(**options).startswith(f"{name}: ")
    servers = {"one": {key: value for key, value in options.items() if key != name}}
    if name not in _registry.PLATFORMS[platform].CONTEXT:
        assert refusal(server="one", servers={"one": options}).startswith(f"{name}: ")
    assert read(server="one", servers=servers).platform == platform


@pytest.mark.case("awx-47")
def test_families_of_names_in_their_order() -> None:
    environ = {
        "CONTROLLER_HOST": "controller",
        "TOWER_HOST": "tower",
        "AAP_HOSTNAME": "aap",
        "CONTROLLER_OAUTH_TOKEN": "c",
        "TOWER_OAUTH_TOKEN": "t",
        "AAP_TOKEN": "a",
    }
    seen = []
    for names in (("CONTROLLER_HOST", "CONTROLLER_OAUTH_TOKEN"), ("TOWER_HOST", "TOWER_OAUTH_TOKEN"), ()):
        connection = read(environ)
        seen.append((connection.url, connection.token))
        for name in names:
            environ[name] = ""
    assert seen == [("https://controller", "c"), ("https://tower", "t"), ("https://aap", "a")]
    assert chosen(environ) == "awx"


@pytest.mark.case("awx-47")
def test_an_empty_variable_is_not_set() -> None:
    environ = {"UNIFIED_JOBS_URL": "", "UNIFIED_JOBS_TOKEN": "", "UNIFIED_JOBS_PLATFORM": "", "CONTROLLER_HOST": "h"}
    connection = read({**environ, "CONTROLLER_PASSWORD": "p", "CONTROLLER_USERNAME": "u", "CONTROLLER_TOKEN": ""})
    assert (connection.url, connection.username, connection.token) == ("https://h", "u", None)


@pytest.mark.case("awx-47")
@pytest.mark.parametrize("name", ["CONTROLLER_VERIFY_SSL", "TOWER_VERIFY_SSL", "AAP_VALIDATE_CERTS"])
@pytest.mark.parametrize(
    ("word", "value"), [("false", False), ("NO", False), ("0", False), ("off", False), ("1", True)]
)
def test_booleans_are_words(name: str, word: str, value: bool) -> None:
    assert read({"CONTROLLER_HOST": "h", "CONTROLLER_TOKEN": "t", name: word}).validate_certs is value


@pytest.mark.case("awx-47")
def test_token_beats_password_of_the_same_place() -> None:
    connection = read(platform="awx", url="h", username="u", password="p", token="t")
    assert (connection.token, connection.password) == ("t", None)
    # some servers want to know whose token it is
    assert connection.username == "u"


def test_weaker_token_does_not_beat_a_password() -> None:
    connection = read({"CONTROLLER_TOKEN": "t"}, platform="awx", url="h", username="u", password="p")
    assert (connection.token, connection.username, connection.password) == (None, "u", "p")


def test_stronger_token_beats_a_password() -> None:
    environ = {"CONTROLLER_HOST": "h", "CONTROLLER_USERNAME": "u", "CONTROLLER_PASSWORD": "p"}
    connection = read(environ, platform="awx", url="h", token="t")
    assert (connection.token, connection.password) == ("t", None)


# -- where credentials may go ----------------------------------------------------------------------------------


def test_weaker_credential_goes_to_a_stronger_url() -> None:
    connection = read({"CONTROLLER_TOKEN": "t"}, platform="awx", url="h")
    assert connection.token == "t"
    assert connection.source == "the options (url) and CONTROLLER_TOKEN (credentials)"


@pytest.mark.parametrize("option", ["token", "password", "username", "client_cert", "client_key"])
def test_stronger_credential_does_not_go_to_a_weaker_url(option: str) -> None:
    message = refusal({"CONTROLLER_HOST": "h", "CONTROLLER_TOKEN": "t"}, **{option: "SECRET"})
    assert message.startswith(f"{option} is set by the options, but the url comes from CONTROLLER_HOST")
    assert "set url there too" in message


def test_own_variable_does_not_go_to_a_weaker_url() -> None:
    message = refusal({"CONTROLLER_HOST": "h", "UNIFIED_JOBS_TOKEN": "SECRET"})
    assert message.startswith("UNIFIED_JOBS_TOKEN is set by the UNIFIED_JOBS_* variables, but the url comes from CONT")


def test_credential_of_a_place_that_names_another_server_is_not_used() -> None:
    environ = {"CONTROLLER_HOST": "https://a", "CONTROLLER_TOKEN": "SECRET", "CONTROLLER_VERIFY_SSL": "false"}
    message = refusal(environ, platform="awx", url="https://b")
    assert message.startswith("There are no credentials for https://b (from url): those of the environment variables")
    assert "for https://a and are not used" in message
    connection = read(environ, platform="awx", url="https://b", token="t")
    assert connection.token == "t"
    assert connection.validate_certs is True, "nor is anything else from there"


def test_a_place_that_names_the_same_server_in_other_words_is_used() -> None:
    environ = {"CONTROLLER_HOST": "https://B:443/awx", "CONTROLLER_TOKEN": "t"}
    assert read(environ, platform="awx", url="b").token == "t"


def test_a_place_that_names_no_valid_server_is_another_server() -> None:
    environ = {"CONTROLLER_HOST": "ftp://joe:SECRET@b", "CONTROLLER_TOKEN": "SECRET"}
    assert "for an address that is not valid and are not used" in refusal(environ, platform="awx", url="b")


def test_a_stranger_is_passed_over_for_the_next_place(tmp_path: pathlib.Path) -> None:
    (tmp_path / "tower_cli.cfg").write_text("host: b\noauth_token: from_file\n")
    environ = {"CONTROLLER_HOST": "a", "CONTROLLER_TOKEN": "SECRET"}
    assert read(environ, platform="awx", url="b").token == "from_file"


def test_a_place_that_names_another_platform_gives_nothing(other_platform: None) -> None:
    environ = {"UNIFIED_JOBS_PLATFORM": "other", "UNIFIED_JOBS_URL": "a", "UNIFIED_JOBS_TOKEN": "SECRET"}
    assert read({**environ, "CONTROLLER_HOST": "h", "CONTROLLER_TOKEN": "t"}, platform="awx").token == "t"
    assert refusal(environ, platform="awx").startswith("url is not set")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"username": "u"}, "username is given without password: give both in the same place, or a token."),
        ({"password": "SECRET"}, "password is given without username: give both in the same place, or a token."),
    ],
)
def test_user_and_password_come_from_one_place(options: dict[str, str], message: str) -> None:
    environ = {"UNIFIED_JOBS_USERNAME": "u", "UNIFIED_JOBS_PASSWORD": "SECRET"}
    assert refusal(environ, platform="awx", url="h", **options) == message


def test_key_without_certificate(tmp_path: pathlib.Path) -> None:
    (tmp_path / "x.pem").write_text("x")
    assert refusal(platform="awx", url="h", token="t", client_key="x.pem").startswith("client_key is given without cl")
    connection = read(platform="awx", url="h", client_cert="x.pem", client_key="x.pem")
    assert (connection.client_cert, connection.client_key) == ("x.pem", "x.pem")


# -- the platform's own files ----------------------------------------------------------------------------------


def test_files_come_last(tmp_path: pathlib.Path) -> None:
    text = "host: h\nusername: joe\npassword: p\nverify_ssl: 'no'\nrequest_timeout: 4\n"
    (tmp_path / "tower_cli.cfg").write_text(text)
    connection = read()
    assert (connection.platform, connection.url, connection.username) == ("awx", "https://h", "joe")
    assert (connection.validate_certs, connection.request_timeout) == (False, 4.0)
    assert connection.source == str(tmp_path / "tower_cli.cfg")
    assert read({"CONTROLLER_HOST": "h", "CONTROLLER_TOKEN": "t"}).token == "t"


def test_a_wrong_value_in_a_file_is_named(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "tower_cli.cfg"
    path.write_text("host: h\noauth_token: t\nrequest_timeout: soon\n")
    assert refusal() == f"request_timeout in {path} must be a number of seconds above 0, not 'soon'."
    assert read(platform="awx", url="h", request_timeout=3).request_timeout == 3.0


# -- which platform --------------------------------------------------------------------------------------------


def test_platform_from_the_only_conventions(other_platform: None) -> None:
    assert chosen({"CONTROLLER_HOST": "h", "CONTROLLER_TOKEN": "t"}) == "awx"
    assert chosen({"OTHER_URL": "h", "OTHER_TOKEN": "t"}) == "other"
    assert chosen({"OTHER_TOKEN": "t"}, url="h") == "other"
    assert chosen({"OTHER_FILE": "h"}) == "other"
    assert chosen({"OTHER_FILE": "h", "CONTROLLER_HOST": "h", "CONTROLLER_TOKEN": "t"}) == "awx"


def test_platform_among_those_that_there_are() -> None:
    foreman = {"FOREMAN_SERVER_URL": "f", "FOREMAN_USERNAME": "u", "FOREMAN_PASSWORD": "SECRET"}
    awx = {"CONTROLLER_HOST": "a", "CONTROLLER_TOKEN": "SECRET"}
    connection = read(foreman)
    assert (connection.platform, connection.url, connection.username) == ("foreman", "https://f", "u")
    assert connection.source == "FOREMAN_USERNAME and FOREMAN_PASSWORD"
    assert chosen(awx) == "awx"
    message = refusal({**foreman, **awx})
    assert message.startswith("platform is not set and there are settings of more than one (awx, foreman): give plat")
    # what names a server decides between them, and nothing of the other is used
    for name, url in (("awx", "https://a"), ("foreman", "https://f")):
        assert read({**foreman, **awx}, platform=name).url == url
        assert chosen({**foreman, **awx}, url=url) == name
        assert read({**foreman, **awx, "UNIFIED_JOBS_PLATFORM": name}).url == url


def test_platform_that_cannot_be_told(other_platform: None) -> None:
    message = refusal({"CONTROLLER_HOST": "h", "OTHER_URL": "h"})
    assert message.startswith("platform is not set and there are settings of more than one (awx, other): give platform")
    assert refusal().startswith(f"platform is not set: give platform (one of {LISTED}, other), or server")
    assert refusal({"CONTROLLER_HOST": "a"}, url="b").startswith("platform is not set: ")


# -- named servers ---------------------------------------------------------------------------------------------

SERVERS: dict[str, Any] = {
    "prod": {"platform": "awx", "url": "https://prod", "token": "SECRET1", "request_timeout": 9, "organization": "P"},
    "stage": {"platform": "awx", "url": "https://stage", "username": "u", "password": "SECRET2"},
}
ELSEWHERE = {
    "CONTROLLER_HOST": "https://elsewhere",
    "CONTROLLER_TOKEN": "SECRET9",
    "UNIFIED_JOBS_TOKEN": "SECRET8",
    "UNIFIED_JOBS_URL": "https://elsewhere",
    "UNIFIED_JOBS_VALIDATE_CERTS": "false",
    "CONTROLLER_OPTIONAL_API_URLPATTERN_PREFIX": "/elsewhere/",
}


@pytest.mark.parametrize("servers", [SERVERS, json.dumps(SERVERS)])
def test_everything_comes_from_the_named_server(servers: Any) -> None:
    connection = read(ELSEWHERE, server="prod", servers=servers)
    assert connection == Connection(
        "awx",
        "https://prod",
        server="prod",
        token="SECRET1",
        request_timeout=9.0,
        organization="P",
        source="server prod",
    )


def test_no_credential_is_borrowed_for_a_named_server() -> None:
    connection = read(ELSEWHERE, server="bare", servers={"bare": {"platform": "awx", "url": "https://elsewhere"}})
    assert connection.secrets() == []


@pytest.mark.parametrize("option", ["url", "username", "password", "token", "client_cert", "client_key"])
def test_url_or_credential_beside_a_server(option: str) -> None:
    options = {"server": "prod", "servers": SERVERS, option: "SECRET"}
    with pytest.raises(InvalidOptionError) as caught:
        _options.read_connection(options.get, None, {})
    assert caught.value.message.startswith(f"{option} cannot be given beside server: everything comes from server prod")
    assert "SECRET" not in caught.value.message
    with pytest.raises(InvalidOptionError):
        _options.read_connection(options.get, "prod", {})


def test_other_options_beside_a_server_win() -> None:
    options = {"server": "prod", "servers": SERVERS, "request_timeout": 3, "organization": "O", "validate_certs": False}
    connection = _options.read_connection(options.get, None, {})
    assert (connection.request_timeout, connection.organization, connection.validate_certs) == (3.0, "O", False)
    assert connection.token == "SECRET1"


def test_the_server_of_a_job_leaves_the_tasks_own_connection_alone() -> None:
    options = {"platform": "awx", "url": "https://own", "token": "SECRET7", "servers": SERVERS, "organization": "O"}
    connection = _options.read_connection(options.get, "stage", {})
    assert (connection.url, connection.token, connection.password) == ("https://stage", None, "SECRET2")
    assert connection.organization is None
    assert _options.read_connection(options.get, None, {}).url == "https://own"
    options = {"server": "prod", "servers": SERVERS, "organization": "O"}
    assert _options.read_connection(options.get, "stage", {}).organization is None
    assert _options.read_connection(options.get, "prod", {}).organization == "O"


def test_secret_files_are_read_where_the_code_runs(tmp_path: pathlib.Path) -> None:
    (tmp_path / "token").write_text("abc\n")
    servers = {"a": {"platform": "awx", "url": "h", "token_file": "~/token"}}
    assert read(server="a", servers=servers).token == "abc"


def test_api_path_in_the_url_of_a_server() -> None:
    servers = {"a": {"platform": "awx", "url": "h/api/controller/v2/", "token": "t"}}
    connection = read(server="a", servers=servers)
    assert (connection.url, connection.api_prefix) == ("https://h", "/api/controller/v2/")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("h", "Server x must be a dict of connection options."),
        ({"url": "h"}, f"Server x has no platform: one of {LISTED}."),
        ({"platform": "tower", "url": "h"}, f"platform of server x must be one of {LISTED}, not 'tower'."),
        ({"platform": "awx"}, "Server x has no url."),
        ({"platform": "awx", "url": "ftp://h"}, "url of server x must begin with https:// or http://, not ftp://."),
        (
            {"platform": "awx", "url": "h", "username": "u"},
            "username of server x is given without password: give both in the same place, or a token.",
        ),
        ({"platform": "awx", "url": "h", "token": {}}, "token of server x is a dict without the key token."),
        (
            {"platform": "awx", "url": "h", "token": "t", "validate_certs": "maybe"},
            "validate_certs of server x must be a boolean (true or false), not 'maybe'.",
        ),
        (
            {"platform": "awx", "url": "h", "token": "t", "ca_path": "/nonexistent"},
            "ca_path of server x does not exist: /nonexistent.",
        ),
    ],
)
def test_bad_entries(entry: Any, message: str) -> None:
    options = {"server": "x", "servers": {"x": entry}}
    with pytest.raises(InvalidOptionError) as caught:
        _options.read_connection(options.get, None, {})
    assert caught.value.message == message


def test_the_platform_beside_a_server_must_be_its_own(other_platform: None) -> None:
    assert chosen(server="prod", servers=SERVERS, platform="awx") == "awx"
    options = {"server": "prod", "servers": SERVERS, "platform": "other"}
    with pytest.raises(InvalidOptionError, match="^platform is other, but server prod is of platform awx"):
        _options.read_connection(options.get, None, {})


# -- bad input -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"platform": "tower", "url": "h"}, f"platform must be one of {LISTED}, not 'tower'."),
        ({"platform": "awx"}, "url is not set: give url or server, or set one of UNIFIED_JOBS_URL, CONTROLLER_HOST"),
        ({"platform": "awx", "url": ""}, "url is empty"),
        ({"platform": "awx", "url": "h", "token": ""}, "token is empty"),
        ({"platform": "awx", "url": "h", "token": "t", "organization": ""}, "organization is empty"),
        ({"platform": "awx", "url": "https://a:SECRET@h"}, "url must not hold credentials"),
        ({"platform": "awx", "url": "h", "token": ["SECRET"]}, "token must be text or a dict with the key token"),
        ({"platform": "awx", "url": "h", "token": {"x": "SECRET"}}, "token is a dict without the key token."),
        ({"platform": "awx", "url": "h", "token": "t", "request_timeout": 0}, "request_timeout must be a number"),
        ({"platform": "awx", "url": "h", "token": "t", "ca_path": "none"}, "ca_path does not exist: none."),
        ({"platform": "awx", "url": "h", "client_cert": "none"}, "client_cert does not exist: none."),
        ({"server": "x"}, "There is no server 'x' in servers; known servers: none."),
        ({"server": ""}, "server is empty"),
        ({"server": "x", "servers": ["SECRET"]}, "servers must be a dict of connections by name."),
    ],
)
def test_bad_options_are_one_sentence_that_names_the_option(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidOptionError) as caught:
        _options.read_connection(options.get, None, {"HOME": "/nonexistent"})
    assert caught.value.message.startswith(message)
    assert caught.value.code == "invalid_option"
    assert "SECRET" not in caught.value.message


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("UNIFIED_JOBS_PLATFORM", "tower", "UNIFIED_JOBS_PLATFORM must be one of awx"),
        ("UNIFIED_JOBS_REQUEST_TIMEOUT", "soon", "UNIFIED_JOBS_REQUEST_TIMEOUT must be a number"),
        ("CONTROLLER_REQUEST_TIMEOUT", "-1", "CONTROLLER_REQUEST_TIMEOUT must be a number"),
        ("UNIFIED_JOBS_VALIDATE_CERTS", "maybe", "UNIFIED_JOBS_VALIDATE_CERTS must be a boolean"),
        ("TOWER_VERIFY_SSL", "maybe", "TOWER_VERIFY_SSL must be a boolean"),
        ("UNIFIED_JOBS_CA_PATH", "/nonexistent", "UNIFIED_JOBS_CA_PATH does not exist: /nonexistent"),
        ("CONTROLLER_HOST", "https://joe:SECRET@h", "CONTROLLER_HOST must not hold credentials"),
        ("CONTROLLER_OAUTH_TOKEN", "SECRET SECRET", "CONTROLLER_OAUTH_TOKEN has characters that no token has"),
    ],
)
def test_bad_variables_are_named(name: str, value: str, words: str) -> None:
    environ = {"CONTROLLER_HOST": "h", "CONTROLLER_OAUTH_TOKEN": "t", name: value}
    assert refusal(environ).startswith(words)


# -- the origin of a job, and secrets ---------------------------------------------------------------------------


def test_check_origin() -> None:
    connection = Connection("awx", "https://h/awx")
    for url in (None, "", "/api/v2/jobs/1/", "https://h/api/v2/jobs/1/", "https://H:443/x"):
        _options.check_origin(connection, url)
    for url in ("https://evil/api/v2/jobs/1/", "http://h/", "//evil/x", "/\\evil/x", "https://h:8443/", "junk"):
        with pytest.raises(InvalidOptionError, match=r"^The url of the job leads to .* and not to https://h/awx"):
            _options.check_origin(connection, url)
    with pytest.raises(InvalidOptionError, match="leads to https://evil:443 and") as caught:
        _options.check_origin(connection, "https://joe:SECRET@evil/?x=SECRET")
    assert "SECRET" not in caught.value.message


def test_secrets_of() -> None:
    options: dict[str, Any] = {
        "password": "one",
        "token": {"token": "two", "refresh_token": "three", "id": 5, "scope": "write"},
        "servers": json.dumps(
            {"a": {"platform": "awx", "token": "four\n", "password": 55}, "b": {"token": {"token": "6"}}}
        ),
    }
    assert _options.secrets_of(options.get) == ["one", "two", "three", "55", "four\n", "four", "6"]


@pytest.mark.parametrize("servers", [None, "junk", ["x"], {"a": "x", "b": None, "c": {"token": ["x"]}}, {1: {}}, 5])
def test_secrets_of_odd_values(servers: Any) -> None:
    assert _options.secrets_of({"servers": servers, "token": True, "password": ""}.get) == []


def test_connect_opens_the_platform() -> None:
    pytest.importorskip("requests")
    platform = _options.connect({"server": "prod", "servers": SERVERS}.get)
    assert (platform.NAME, platform.connection.server) == ("awx", "prod")
