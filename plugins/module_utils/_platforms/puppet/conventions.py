# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: how Puppet Enterprise is reached by habit: token file, orchestrator.conf, CA (Puppet contract 2)."""

from __future__ import annotations

import json
import os
import re
import typing as t
from urllib.parse import urlsplit

from ..._errors import InvalidOptionError
from ..._types import Connection

#: the official tools read no variable of the environment (contract 2.3)
ENVIRONMENT: t.Mapping[str, tuple[str, ...]] = {}
PORT = 8143
GLOBAL_FOLDER = "/etc/puppetlabs/client-tools"
#: where the certificate of the site's own authority is, on agents and servers
CA_FILES = ("/etc/puppetlabs/puppet/ssl/certs/ca.pem", "/etc/puppetlabs/puppetserver/ca/ca_crt.pem")
TOKEN_HEADER = "X-Authentication"

_API_PATH = re.compile(r"/orchestrator(/v1)?$")


def complete_url(url: str) -> str:
    """Return a url with the port of the orchestrator, if it names none."""
    parts = urlsplit(url)
    if parts.port is not None:
        return url
    return url.replace(f"://{parts.netloc}", f"://{parts.netloc}:{PORT}", 1)


def split_url(url: str, api_prefix: str | None = None) -> tuple[str, str | None]:
    """Return the address of the server, of a url that names its API; a path before that is kept."""
    return _API_PATH.sub("", url), api_prefix


def authenticate(connection: Connection) -> dict[str, str]:
    """Return the header that logs in.

    :raises InvalidOptionError: if there is no token; the orchestrator takes nothing else (contract 2.1).
    """
    if connection.token:
        return {TOKEN_HEADER: connection.token}
    if connection.client_cert and not connection.password:
        # whether the server takes one is not known, but something in front of it may
        return {}
    if connection.password:
        raise InvalidOptionError(
            "password: Puppet Enterprise takes a token and no password: make one with puppet-access login or in the "
            "console, and give it as token."
        )
    path = _token_path(os.environ, _tool_options(os.environ))
    unreadable = f" The token in {path} cannot be read." if os.path.exists(path) and _read_token(path) is None else ""
    raise InvalidOptionError(
        f"There is no token for {connection.url}: give token, set UNIFIED_JOBS_TOKEN in the environment, or make one "
        f"with puppet-access login, which leaves it in ~/.puppetlabs/token.{unreadable}"
    )


# -- files -----------------------------------------------------------------------------------------------------


def read_config_files(environ: t.Mapping[str, str]) -> list[tuple[str, dict[str, t.Any]]]:
    """Return (path, connection options) of the files of the official tools, the strongest first.

    Those of the user win over those of the machine. The token is of the server that these files name: where they
    name one, it goes to no other.
    """
    told = _tool_options(environ)
    options: dict[str, t.Any] = {
        ours: told[theirs] for theirs, ours in (("service-url", "url"), ("cacert", "ca_path")) if told.get(theirs)
    }
    place = "orchestrator.conf" if options else ""
    path = _token_path(environ, told)
    token = _read_token(path)
    if token is not None:
        options["token"], options["secret_file"] = token, path
        place = f"{place} and {path}" if place else path
    return [(place, options)] if options else []


def default_ca_path() -> str | None:
    """Return the certificate of the site's own authority where agents and servers have it, if it can be read."""
    return next((path for path in CA_FILES if os.access(path, os.R_OK)), None)


def _home(environ: t.Mapping[str, str]) -> str:
    return environ.get("HOME") or os.path.expanduser("~")


def _tool_options(environ: t.Mapping[str, str]) -> dict[str, t.Any]:
    folder = os.path.join(_home(environ), ".puppetlabs", "client-tools")
    return {**_read_options(GLOBAL_FOLDER), **_read_options(folder)}


def _token_path(environ: t.Mapping[str, str], told: dict[str, t.Any]) -> str:
    default = os.path.join(_home(environ), ".puppetlabs", "token")
    return os.path.expanduser(str(told.get("token-file") or default))


def _read_options(folder: str) -> dict[str, t.Any]:
    """Return the options in the orchestrator.conf of a folder; one that cannot be read or understood says nothing."""
    try:
        with open(os.path.join(folder, "orchestrator.conf"), encoding="utf-8-sig") as file:
            data = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    options = data.get("options") if isinstance(data, dict) else None
    return options if isinstance(options, dict) else {}


def _read_token(path: str) -> str | None:
    """Return what a token file holds, or None if there is none that can be read; line ends do not count."""
    try:
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            return file.read(65536).strip()
    except (OSError, ValueError):  # the latter for a path that cannot be one
        return None
