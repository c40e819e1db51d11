# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: named servers, as the option C(servers) and the config file hold them."""

from __future__ import annotations

import json
import typing as t

from ._errors import InvalidOptionError
from ._native import text

#: what an entry may say in clear; C(_options) checks the values
ENTRY_OPTIONS = (
    "platform",
    "url",
    "username",
    "password",
    "token",
    "validate_certs",
    "ca_path",
    "client_cert",
    "client_key",
    "request_timeout",
    "organization",
    "location",
    "on_plain_http",
)
#: the options that an entry can also take from a file or an environment variable
SECRETS = ("token", "password")
ENTRY_KEYS = (*ENTRY_OPTIONS, "token_file", "token_env", "password_file", "password_env")


def parse_servers(value: t.Any, where: str = "servers") -> dict[str, t.Any]:
    """Return the entries by name from a mapping or its JSON text; None gives none.

    :raises InvalidOptionError: if it is no mapping with text for keys. The value itself is never shown.
    """
    if value is None:
        return {}
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise InvalidOptionError(f"{where} must be a dict of connections by name.") from None
    if not isinstance(value, t.Mapping):
        raise InvalidOptionError(f"{where} must be a dict of connections by name.")
    for name in value:
        if not isinstance(name, str) or not name.strip():
            raise InvalidOptionError(f"{where} must have names as keys, not {_shown(name)}.")
    return dict(value)


def _shown(key: t.Any) -> str:
    """Return a key for a message, whatever it is."""
    return repr(key[:40]) if isinstance(key, str) else text(key)[:40]


def find_entry(name: str, servers: t.Mapping[str, t.Any], where: str = "servers") -> t.Any:
    """Return the entry of that name; an InvalidOptionError lists the names that there are."""
    if name in servers:
        return servers[name]
    known = ", ".join(sorted(servers)) or "none"
    raise InvalidOptionError(f"There is no server {name!r} in {where}; known servers: {known}.")


def load_entry(
    name: str, entry: t.Any, read_file: t.Callable[[str], str], environ: t.Mapping[str, str]
) -> dict[str, t.Any]:
    """Return an entry's connection options with the secrets read from where the entry says they are.

    :param name: what the entry is called, for messages.
    :param entry: the mapping as the user wrote it; a value of None counts as not given.
    :param read_file: returns the text of a file; its OSError becomes an InvalidOptionError.
    :param environ: the environment that C(token_env) and C(password_env) name.
    :raises InvalidOptionError: for an unknown key, two ways for one secret, or a secret that is not there.
    """
    if not isinstance(entry, t.Mapping):
        raise InvalidOptionError(f"Server {name} must be a dict of connection options.")
    for key in entry:
        if key not in ENTRY_KEYS:
            raise InvalidOptionError(
                f"Server {name} has the unknown key {_shown(key)}; known keys: {', '.join(ENTRY_KEYS)}."
            )
    given = {key: value for key, value in entry.items() if value is not None}
    options = {key: given[key] for key in ENTRY_OPTIONS if key in given}
    for secret in SECRETS:
        ways = [key for key in (secret, f"{secret}_file", f"{secret}_env") if key in given]
        if len(ways) > 1:
            raise InvalidOptionError(f"Server {name} has {' and '.join(ways)}: give only one of them.")
        if ways and ways[0] != secret:
            options[secret] = _read_secret(name, ways[0], given[ways[0]], read_file, environ)
    return options


def _read_secret(
    name: str, key: str, value: t.Any, read_file: t.Callable[[str], str], environ: t.Mapping[str, str]
) -> str:
    where = f"{key} of server {name}"
    if not isinstance(value, str) or not value.strip():
        raise InvalidOptionError(f"{where} must be text.")
    if key.endswith("_env"):
        if not environ.get(value):
            raise InvalidOptionError(f"{where} names the environment variable {value}, which is not set.")
        return environ[value]
    try:
        text = read_file(value)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise InvalidOptionError(f"{where} cannot be read: {value} ({reason}).") from None
    text = text.lstrip("\ufeff").rstrip("\r\n")
    if not text.strip():
        raise InvalidOptionError(f"{where} is empty: {value}.")
    return text
