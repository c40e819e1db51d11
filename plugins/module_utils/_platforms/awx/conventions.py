# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: how the AWX family is reached by habit: environment names, C(tower_cli.cfg), login headers, API paths.

Source: AWX contract 2.1 to 2.4, checklist 43, 46, 47.
"""

from __future__ import annotations

import base64
import configparser
import json
import os
import re
import stat
import typing as t

from ..._errors import InvalidOptionError
from ..._types import Connection
from ..._values import is_nested

#: connection option -> environment names, the first that is set wins (contract 2.3)
ENVIRONMENT: t.Mapping[str, tuple[str, ...]] = {
    "url": ("CONTROLLER_HOST", "TOWER_HOST", "AAP_HOSTNAME"),
    "username": ("CONTROLLER_USERNAME", "TOWER_USERNAME", "AAP_USERNAME"),
    "password": ("CONTROLLER_PASSWORD", "TOWER_PASSWORD", "AAP_PASSWORD"),
    "token": ("CONTROLLER_OAUTH_TOKEN", "CONTROLLER_TOKEN", "TOWER_OAUTH_TOKEN", "TOWER_TOKEN", "AAP_TOKEN"),
    "validate_certs": ("CONTROLLER_VERIFY_SSL", "TOWER_VERIFY_SSL", "AAP_VALIDATE_CERTS"),
    "request_timeout": ("CONTROLLER_REQUEST_TIMEOUT", "AAP_REQUEST_TIMEOUT"),
    "api_prefix": ("CONTROLLER_OPTIONAL_API_URLPATTERN_PREFIX",),
}

#: key of tower_cli.cfg -> connection option; of two keys for one option the first wins (contract 2.4)
FILE_KEYS = {
    "host": "url",
    "username": "username",
    "password": "password",
    "oauth_token": "token",
    "aap_token": "token",
    "verify_ssl": "validate_certs",
    "request_timeout": "request_timeout",
}

_API_PATH = re.compile(r"(?P<base>.*?)/api(?P<service>/controller|/gateway)?(?P<version>/v[0-9]+)?", re.IGNORECASE)
_BELOW_API = re.compile(r"/api(/controller)?/v2/", re.IGNORECASE)


def authenticate(connection: Connection) -> dict[str, str]:
    """Return the header that logs in; a token beats a password (contract 2.1, checklist 47).

    :raises InvalidOptionError: when there is neither; it names the options and environment variables.
    """
    if connection.token:
        return {"Authorization": f"Bearer {connection.token}"}
    if connection.username and connection.password:
        if ":" in connection.username:
            raise InvalidOptionError("username must not hold a colon, which a login with a password cannot carry.")
        pair = f"{connection.username}:{connection.password}".encode()
        return {"Authorization": "Basic " + base64.b64encode(pair).decode("ascii")}
    if connection.server:
        raise InvalidOptionError(f"Server {connection.server} has neither a token nor username and password.")
    names = ", ".join(("UNIFIED_JOBS_TOKEN", ENVIRONMENT["token"][0], ENVIRONMENT["token"][2], ENVIRONMENT["token"][4]))
    raise InvalidOptionError(
        f"There are no credentials for {connection.url}: give token, or username and password, or set one of {names} "
        "in the environment."
    )


def split_url(url: str, api_prefix: str | None = None) -> tuple[str, str | None]:
    """Return the base url, and the path of the API with slashes around it if the user said it.

    :param url: an address without a trailing slash. One that ends in C(/api/v2) or C(/api/controller/v2) says the
        path of the API; C(/api) and the gateway's C(/api/gateway/v1) are cut off and leave the path to detection.
    :param api_prefix: the peer's setting, such as C(/api/controller/), to which the version is added.
    :raises InvalidOptionError: when the url names something below the API.
    """
    if _BELOW_API.search(url):
        raise InvalidOptionError("url names a page below the API: give the address of the server only.")
    scheme, separator, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    match = _API_PATH.fullmatch(slash + path)
    said = None
    if match:
        url = scheme + separator + host + match["base"]
        said = _api_path(match["service"], match["version"])
    if said is None and api_prefix:
        said = _prefix_path(api_prefix)
    return url, said


def _api_path(service: str | None, version: str | None) -> str | None:
    if service and service.lower() == "/controller":
        return f"/api/controller{version or '/v2'}/".lower()
    return f"/api{version}/".lower() if version and not service else None


def _prefix_path(setting: str) -> str | None:
    """Return C(/api/controller/v2/) of C(/api/controller/), with any number of slashes around."""
    path = setting.strip().strip("/")
    if not path:
        return None
    if not re.fullmatch(r"[A-Za-z0-9._~/-]+", path):
        raise InvalidOptionError(f"{ENVIRONMENT['api_prefix'][0]} must be a path such as /api/controller/.")
    return f"/{path}/" if re.search(r"(^|/)v[0-9]+$", path) else f"/{path}/v2/"


# -- tower_cli.cfg ---------------------------------------------------------------------------------------------


def read_config_files(
    environ: t.Mapping[str, str], home: str | None = None, cwd: str | None = None
) -> list[tuple[str, dict[str, t.Any]]]:
    """Return (path, connection options) of each C(tower_cli.cfg) that says something, the strongest first.

    The order is that of contract 2.4. A file that cannot be read or understood is skipped, as is one in a folder
    where everyone may write. Without PyYAML, only JSON and INI are understood.
    """
    home = home or environ.get("HOME") or os.path.expanduser("~")
    found = []
    for path in _config_paths(home, cwd):
        options = _read_config_file(path)
        if options:
            secret = {"secret_file": path} if {"token", "password"} & options.keys() else {}
            found.append((path, {**options, **secret}))
    return found


def _config_paths(home: str, cwd: str | None) -> list[str]:
    """Return where the files may be, the strongest first."""
    try:
        folder = os.path.abspath(cwd or os.getcwd())
    except OSError:
        return [os.path.join(home, ".tower_cli.cfg"), "/etc/tower/tower_cli.cfg"]
    paths = [os.path.join(folder, "tower_cli.cfg"), os.path.join(folder, ".tower_cli.cfg")]
    while folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
        paths.append(os.path.join(folder, ".tower_cli.cfg"))
    paths += [os.path.join(home, ".tower_cli.cfg"), "/etc/tower/tower_cli.cfg"]
    return list(dict.fromkeys(paths))


def _read_config_file(path: str) -> dict[str, t.Any]:
    try:
        if os.stat(os.path.dirname(path)).st_mode & stat.S_IWOTH:
            return {}
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
    except (OSError, UnicodeError):
        return {}
    return _parse(text)


_LONGEST_FILE = 65536


def _parse(text: str) -> dict[str, t.Any]:
    """Return the connection options in a YAML or JSON mapping or an INI text; nothing of anything else."""
    # the parser of YAML takes minutes for one text of megabytes in quotes
    if len(text) > _LONGEST_FILE or is_nested(text.encode("utf-8", "replace")):
        return {}
    for read in (_from_json, _from_yaml, _from_ini):
        options: dict[str, t.Any] = {}
        for key, value in read(text).items():
            option = FILE_KEYS.get(str(key).strip().lower())
            if option and value not in (None, ""):
                options.setdefault(option, value)
        if options:
            return options
    return {}


def _from_json(text: str) -> t.Mapping[t.Any, t.Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _from_yaml(text: str) -> t.Mapping[t.Any, t.Any]:
    try:
        import yaml
    except ImportError:
        return {}
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _from_ini(text: str) -> t.Mapping[t.Any, t.Any]:
    """The section C([general]) may be left out."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    for candidate in (text, "[general]\n" + text):
        try:
            parser.read_string(candidate)
        except configparser.Error:
            continue
        if parser.has_section("general"):
            return dict(parser["general"])
    return {}
