# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: how Foreman is reached by habit: environment names, login headers (Foreman contract 2)."""

from __future__ import annotations

import base64
import re
import typing as t

from ..._errors import InvalidOptionError
from ..._types import Connection

#: those that the modules of theforeman.foreman read; a personal access token goes where the password goes
ENVIRONMENT: t.Mapping[str, tuple[str, ...]] = {
    "url": ("FOREMAN_SERVER_URL", "FOREMAN_SERVER", "FOREMAN_URL"),
    "username": ("FOREMAN_USERNAME", "FOREMAN_USER"),
    "password": ("FOREMAN_PASSWORD",),
    "validate_certs": ("FOREMAN_VALIDATE_CERTS",),
}


def authenticate(connection: Connection) -> dict[str, str]:
    """Return the header that logs in: a personal access token is the password of its owner.

    A token without a user is sent as a bearer token, which a server with OpenID Connect takes. A client certificate
    may log in by itself.

    :raises InvalidOptionError: when something is missing.
    """
    secret = connection.token or connection.password
    if connection.username and secret:
        if ":" in connection.username:
            raise InvalidOptionError("username must not hold a colon, which a login with a password cannot carry.")
        pair = f"{connection.username}:{secret}".encode()
        return {"Authorization": "Basic " + base64.b64encode(pair).decode("ascii")}
    if connection.token:
        return {"Authorization": f"Bearer {connection.token}"}
    if connection.client_cert:
        return {}
    raise InvalidOptionError(
        "There are no credentials for Foreman: give username and password, or username and a personal access token as "
        "token, or set FOREMAN_USERNAME and FOREMAN_PASSWORD in the environment."
    )


def split_url(url: str, api_prefix: str | None = None) -> tuple[str, str | None]:
    """Return the address of the server, of a url that names its API; a path before that is kept."""
    return re.sub(r"/api(/v2)?/?$", "", url), api_prefix
