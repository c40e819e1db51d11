# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration file: where it is looked for, what is read from it, and who may read it."""

from __future__ import annotations

import os
import pathlib
from typing import Any

import pytest
from ansible.parsing import vault
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.unified.jobs.plugins.module_utils._errors import InvalidOptionError
from ansible_collections.unified.jobs.plugins.plugin_utils import _config_file

ENTRY = "{platform: awx, url: https://h, token: SECRET}"


class Controller:
    """A home, a current folder and a playbook's folder, and a loader that knows a vault password."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.home, self.cwd, self.base = folder / "home", folder / "cwd", folder / "base"
        for path in (self.home, self.cwd, self.base):
            path.mkdir()
        self.environ: dict[str, str] = {}
        self.warnings: list[str] = []
        self.secrets = [("default", VaultSecret(b"vault password"))]
        self.use_vault(self.secrets)

    def use_vault(self, secrets: list[Any]) -> None:
        """Make a loader that knows these vault passwords, as ansible-playbook does at its start."""
        self.loader = DataLoader()
        self.loader.set_basedir(str(self.base))
        self.loader.set_vault_secrets(secrets)
        context = getattr(vault, "VaultSecretsContext", None)  # since ansible-core 2.19
        if context is not None:
            context._current = context(secrets=secrets)

    def vaulted(self, text: str) -> str:
        data: bytes = VaultLib(self.secrets).encrypt(text, self.secrets[0][1])
        return data.decode()

    def write(self, path: pathlib.Path, text: str, mode: int = 0o600) -> pathlib.Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def find(self, explicit: Any = None) -> str | None:
        return _config_file.find_config_file(self.loader, explicit, self.environ, self.warnings.append)

    def read(self, *names: str, servers: Any = None, config_file: Any = None) -> dict[str, Any]:
        reader = _config_file.ServerReader(self.loader, servers, config_file, self.environ, self.warnings.append)
        return reader.read(names)


@pytest.fixture
def controller(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Controller:
    context = getattr(vault, "VaultSecretsContext", None)
    if context is not None:
        monkeypatch.setattr(context, "_current", None)
    made = Controller(tmp_path)
    monkeypatch.setenv("HOME", str(made.home))
    monkeypatch.chdir(made.cwd)
    monkeypatch.setattr(_config_file, "FOLDERS", ("~/.config/unified_jobs", str(tmp_path / "etc")))
    return made


# -- where -----------------------------------------------------------------------------------------------------


def test_order_of_places(controller: Controller, tmp_path: pathlib.Path) -> None:
    explicit = controller.write(controller.base / "my.yml", "x")
    named = controller.write(tmp_path / "named.yml", "x")
    controller.environ["UNIFIED_JOBS_CONFIG"] = str(named)
    places = [
        controller.cwd / "unified_jobs.yml",
        controller.home / ".config" / "unified_jobs" / "unified_jobs.yml",
        tmp_path / "etc" / "unified_jobs.yml",
    ]
    for place in places:
        controller.write(place, "x")
    assert controller.find("my.yml") == str(explicit)
    assert controller.find() == str(named)
    controller.environ["UNIFIED_JOBS_CONFIG"] = ""
    for place in places:
        assert controller.find() == str(place)
        place.unlink()
    assert controller.find() is None
    assert controller.warnings == []


def test_the_real_folders() -> None:
    assert _config_file.FOLDERS == ("~/.config/unified_jobs", "/etc/ansible")


@pytest.mark.parametrize("path", ["none.yml", ".", ""])
def test_a_named_file_must_be_readable(controller: Controller, path: str) -> None:
    with pytest.raises(InvalidOptionError, match="^config_file names a file that cannot be read"):
        controller.find(path)
    controller.environ["UNIFIED_JOBS_CONFIG"] = path or "none"
    with pytest.raises(InvalidOptionError, match="^UNIFIED_JOBS_CONFIG names a file that cannot be read"):
        controller.find()


def test_a_folder_that_everyone_may_write_in_is_not_trusted(controller: Controller) -> None:
    controller.cwd.chmod(0o777)
    assert controller.find() is None
    assert controller.warnings == []
    path = controller.write(controller.cwd / "unified_jobs.yml", f"servers: {{a: {ENTRY}}}")
    home = controller.write(controller.home / ".config" / "unified_jobs" / "unified_jobs.yml", "servers: {}")
    assert controller.find() == str(home)
    assert [text.partition(" is not read")[0] for text in controller.warnings] == [str(path)]
    assert controller.find(str(path)) == str(path)


# -- what ------------------------------------------------------------------------------------------------------


def test_only_the_wanted_entries_are_read(controller: Controller) -> None:
    controller.write(controller.cwd / "unified_jobs.yml", f"servers:\n  a: {ENTRY}\n  b: {{bad: 1}}\n")
    assert controller.read("a") == {"a": {"platform": "awx", "url": "https://h", "token": "SECRET"}}
    with pytest.raises(InvalidOptionError, match="^Server b has the unknown key 'bad'"):
        controller.read("b")


def test_the_option_wins_and_the_file_is_left_alone(controller: Controller) -> None:
    controller.write(controller.cwd / "unified_jobs.yml", "broken: [")
    servers = {"a": {"platform": "awx", "url": "option", "validate_certs": None}}
    assert controller.read("a", servers=servers) == {"a": {"platform": "awx", "url": "option"}}
    assert controller.read() == {}
    with pytest.raises(InvalidOptionError, match="is not valid YAML"):
        controller.read("a", "x", servers=servers)


def test_unknown_server_lists_both_places(controller: Controller) -> None:
    with pytest.raises(InvalidOptionError, match=r"in servers, and there is no unified_jobs\.yml; known servers: a\."):
        controller.read("x", servers={"a": {}})
    path = controller.write(controller.cwd / "unified_jobs.yml", "servers: {b: {}}")
    with pytest.raises(InvalidOptionError) as caught:
        controller.read("x", servers={"a": {}})
    assert caught.value.message == f"There is no server 'x' in servers or {path}; known servers: a, b."


def test_paths_are_relative_to_the_file_that_names_them(controller: Controller) -> None:
    folder = controller.home / ".config" / "unified_jobs"
    controller.write(folder / "token", "FROM_FILE\r\n")
    controller.write(controller.home / "password", "FROM_HOME\n")
    controller.write(controller.base / "token", "FROM_PLAYBOOK\n")
    text = """
servers:
  a: {platform: awx, url: h, token_file: token, ca_path: ca.pem, client_key: /abs/key.pem, client_cert: ~/cert.pem}
  b: {platform: awx, url: h, username: u, password_file: ~/password}
"""
    controller.write(folder / "unified_jobs.yml", text)
    found = controller.read("a", "b", "c", servers={"c": {"platform": "awx", "url": "h", "token_file": "token"}})
    assert [found["a"]["token"], found["b"]["password"], found["c"]["token"]] == [
        "FROM_FILE",
        "FROM_HOME",
        "FROM_PLAYBOOK",
    ]
    paths = [found["a"][key] for key in ("ca_path", "client_key", "client_cert")]
    assert paths == [str(folder / "ca.pem"), "/abs/key.pem", str(controller.home / "cert.pem")]
    assert controller.warnings == []


def test_secret_from_the_controllers_environment(controller: Controller) -> None:
    controller.environ["MY_TOKEN"] = "FROM_ENV"
    servers = {"a": {"platform": "awx", "url": "h", "token_env": "MY_TOKEN"}}
    assert controller.read("a", servers=servers)["a"]["token"] == "FROM_ENV"


def test_vaulted_file_value_and_secret_file(controller: Controller) -> None:
    value = controller.vaulted("IN_VALUE").replace("\n", "\n      ").rstrip()
    controller.write(controller.base / "token", controller.vaulted("IN_TOKEN_FILE\n"), 0o644)
    text = f"servers:\n  a: {ENTRY}\n  b:\n    platform: awx\n    token: !vault |\n      {value}\n  c: {{token_file: token}}\n"
    path = controller.write(controller.base / "clear.yml", text, 0o600)
    found = controller.read("b", "c", config_file=str(path))
    assert found == {"b": {"platform": "awx", "token": "IN_VALUE"}, "c": {"token": "IN_TOKEN_FILE"}}
    assert found["b"]["token"].__class__ is str
    path = controller.write(controller.base / "vaulted.yml", controller.vaulted(text), 0o644)
    assert controller.read("b", config_file=str(path))["b"]["token"] == "IN_VALUE"
    assert controller.warnings == []


def test_vault_without_the_password(controller: Controller) -> None:
    value = controller.vaulted("SECRET").replace("\n", "\n      ").rstrip()
    controller.write(
        controller.base / "value.yml", f"servers:\n  b: {ENTRY}\n  a:\n    token: !vault |\n      {value}\n"
    )
    controller.write(controller.base / "whole.yml", controller.vaulted(f"servers: {{a: {ENTRY}}}"))
    controller.write(controller.base / "token", controller.vaulted("SECRET"))
    for secrets, why in (
        ([], "cannot be decrypted without a vault password: give one with --ask-vault-pass or --vault-password-file"),
        ([("default", VaultSecret(b"wrong"))], "cannot be decrypted with the vault passwords that were given"),
    ):
        controller.use_vault(secrets)
        with pytest.raises(InvalidOptionError, match=rf"whole\.yml is encrypted and {why}\.$"):
            controller.read("a", config_file="whole.yml")
        with pytest.raises(
            InvalidOptionError, match=rf"^Server a in .*value\.yml holds a value that {why}\.$"
        ) as caught:
            controller.read("a", config_file="value.yml")
        assert controller.read("b", config_file="value.yml"), "an entry that needs no password"
        assert "SECRET" not in caught.value.message
        with pytest.raises(InvalidOptionError, match=rf"^token_file of server a cannot be read: token \(it {why}\)\.$"):
            controller.read("a", servers={"a": {"token_file": "token"}})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("servers:\n  a: [\n  token: SECRET\n", r"is not valid YAML \(line \d+\)"),
        ("servers: {a: {token: 2026-11-22T10:00:60Z}}\n", "is not valid YAML"),
        ("servers: {a: !!bool SECRET}\n", "is not valid YAML"),
        ("servers: {a: !!int SECRET}\n", "is not valid YAML"),
        ("servers: {a: !!timestamp SECRET}\n", "is not valid YAML"),
        ("servers:\n  token: SECRET: x\n", r"is not valid YAML \(line 2\)"),
        ("servers: {a: !unknown SECRET}\n", "is not valid YAML"),
        ("", "must hold a dict with the key servers and no other"),
        ("SECRET", "must hold a dict with the key servers"),
        ("- SECRET", "must hold a dict with the key servers"),
        (f"a: {ENTRY}", "must hold a dict with the key servers"),
        (f"servers: {{}}\nother: {ENTRY}", "must hold a dict with the key servers and no other"),
        ("servers: SECRET", r"servers in .*my\.yml must be a dict of connections by name"),
        ("servers: {1: {}}", r"servers in .*my\.yml must have names as keys, not 1"),
        ("servers: {a: SECRET}", "Server a must be a dict of connection options"),
        ("servers: {a: {token_file: none}}", r"token_file of server a cannot be read: none \(No such file"),
        ("servers: {a: {token_file: ''}}", "token_file of server a must be text"),
    ],
)
def test_bad_files_are_named_and_never_quoted(controller: Controller, text: str, words: str) -> None:
    path = controller.write(controller.base / "my.yml", text)
    with pytest.raises(InvalidOptionError, match=words) as caught:
        controller.read("a", config_file="my.yml")
    assert "SECRET" not in caught.value.message
    assert str(path) in caught.value.message or "erver a " in caught.value.message


BOMB = "servers:\n  a:\n    platform: awx\n    organization:\n    - &b0 [x, x, x, x, x, x, x, x]\n" + "".join(
    f"    - &b{number} [{', '.join([f'*b{number - 1}'] * 8)}]\n" for number in range(1, 12)
)


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        "servers:\n  a: &a\n    platform: awx\n    organization: *a\n",
        "servers:\n  a:\n    organization: " + "[" * 50 + "]" * 50,
        "servers:\n  a:\n    organization: [" + "x, " * 2000 + "]",
    ],
    ids=["aliases", "itself", "deep", "long"],
)
def test_an_entry_that_grows_without_an_end(controller: Controller, text: str) -> None:
    path = controller.write(controller.base / "my.yml", text)
    with pytest.raises(InvalidOptionError, match="far more than the options|is not valid YAML|nested too deeply"):
        controller.read("a", config_file=str(path))


@pytest.mark.parametrize(("text", "said"), [("#" * 1024 * 1024 + "\n", "too large"), ("[" * 5000, "YAML|deep")])
def test_a_file_that_is_no_configuration(controller: Controller, text: str, said: str) -> None:
    path = controller.write(controller.base / "my.yml", text)
    with pytest.raises(InvalidOptionError, match=said):
        controller.read("a", config_file=str(path))


def test_the_file_of_a_secret_is_a_regular_file(controller: Controller) -> None:
    """A pipe may never end, and is empty for the next task."""
    os.mkfifo(controller.base / "pipe")
    controller.write(controller.base / "large", "x" * 1024 * 1024 + "\n")
    for name, said in (("pipe", "no regular file"), ("/dev/zero", "no regular file"), ("large", "too large")):
        servers = {"a": {"platform": "awx", "url": "https://h", "token_file": name}}
        with pytest.raises(InvalidOptionError, match=f"token_file of server a cannot be read: .*{said}"):
            controller.read("a", servers=servers)
    os.unlink(controller.base / "pipe")  # what copies the folder of the tests would read it, or stop at it


def test_an_empty_dict_of_servers(controller: Controller) -> None:
    controller.write(controller.cwd / "unified_jobs.yml", "servers:\n")
    with pytest.raises(InvalidOptionError, match="known servers: none"):
        controller.read("a")


# -- who may read it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
@pytest.mark.parametrize("secret", ["token: SECRET", "token: {token: SECRET}", "username: u, password: SECRET"])
def test_secret_in_clear(controller: Controller, mode: int, warned: bool, secret: str) -> None:
    text = f"servers: {{a: {{platform: awx, url: h}}, b: {{{secret}}}}}"
    path = controller.write(controller.cwd / "unified_jobs.yml", text, mode)
    controller.read("a")
    expected = [
        f"{path} holds a secret in clear and others can read it: run chmod 600, or encrypt it with ansible-vault."
    ]
    assert controller.warnings == (expected if warned else [])


def test_file_without_secrets_may_be_read_by_all(controller: Controller) -> None:
    controller.write(controller.cwd / "token", "SECRET", 0o644)
    text = "servers: {a: {platform: awx, url: h, token_file: token}, b: {token_env: X}, c: x}"
    controller.write(controller.cwd / "unified_jobs.yml", text, 0o644)
    controller.read("a")
    assert [text.partition(" holds")[0] for text in controller.warnings] == [str(controller.cwd / "token")]


@pytest.mark.parametrize("secret", [True, False])
def test_a_file_that_everyone_may_change(controller: Controller, secret: bool) -> None:
    """Who changes the address in it is sent the credentials, wherever they come from."""
    entry = "platform: awx, url: h, token: SECRET" if secret else "platform: awx, url: h, token_env: X"
    controller.environ["X"] = "SECRET"
    path = controller.write(controller.cwd / "unified_jobs.yml", f"servers: {{a: {{{entry}}}}}", 0o666)
    home = controller.write(controller.home / ".config" / "unified_jobs" / "unified_jobs.yml", "servers: {}")
    assert controller.find() == str(home)
    assert controller.warnings == [
        f"{path} is not read, because everyone may write to it. Name it with config_file to read it."
    ]
    controller.warnings.clear()
    controller.read("a", config_file=str(path))
    assert controller.warnings == [
        f"Everyone may change {path}, and so send credentials to another server: run chmod o-w on it."
    ]


def test_a_link_is_as_open_as_what_it_leads_to(controller: Controller) -> None:
    real = controller.write(controller.home / "token", "SECRET", 0o644)
    link = controller.base / "link"
    link.symlink_to(real)
    servers = {"a": {"platform": "awx", "url": "h", "token_file": "link"}}
    controller.read("a", servers=servers)
    assert [text.partition(" holds")[0] for text in controller.warnings] == [str(link)]
    controller.warnings.clear()
    real.chmod(0o600)
    controller.read("a", servers=servers)
    assert controller.warnings == []


def test_what_is_vaulted_may_be_read_by_all(controller: Controller) -> None:
    controller.write(controller.base / "token", controller.vaulted("SECRET"), 0o644)
    controller.write(controller.base / "whole.yml", controller.vaulted(f"servers: {{a: {ENTRY}}}"), 0o644)
    value = controller.vaulted("SECRET").replace("\n", "\n      ")
    controller.write(controller.base / "value.yml", f"servers:\n  a:\n    token: !vault |\n      {value}\n", 0o644)
    for name in ("whole.yml", "value.yml"):
        assert controller.read("a", config_file=name)["a"]["token"] == "SECRET"
    assert controller.read("a", servers={"a": {"token_file": "token"}})["a"] == {"token": "SECRET"}
    assert controller.warnings == []


# -- builtins only ---------------------------------------------------------------------------------------------


def test_plain() -> None:
    class Text(str):
        pass

    class Table(dict):  # type: ignore[type-arg]
        pass

    value = _config_file.plain(Table({Text("a"): [Text("b"), (1, 2.5, True, None)], "c": Table()}))
    assert value == {"a": ["b", [1, 2.5, True, None]], "c": {}}
    assert value.__class__ is dict
    assert value["a"][0].__class__ is str
    assert value["a"][1][2].__class__ is bool
    assert {type(key) for key in value} == {str}


def test_the_current_folder_may_be_gone(controller: Controller) -> None:
    os.rmdir(controller.cwd)
    assert controller.find() is None
