# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what a user is told before credentials are used: who could read them, on the way or on the disk."""

from __future__ import annotations

import ipaddress
import os
import stat
from urllib.parse import urlsplit

from ._errors import InvalidOptionError
from ._types import Connection

_READ, _GROUP, _WRITE = stat.S_IROTH, stat.S_IRGRP, stat.S_IWOTH


def refuse_plain_http(connection: Connection) -> None:
    """Refuse a connection that would carry credentials without TLS to another machine, if the user wants that.

    :raises InvalidOptionError: under C(on_plain_http=fail).
    """
    if connection.on_plain_http == "fail" and goes_in_clear(connection.url):
        raise InvalidOptionError(
            f"on_plain_http is fail, and url is {connection.url}, where everybody on the way could read the "
            "credentials: write https in url."
        )


def concerns(connection: Connection) -> list[str]:
    """Return sentences on what weakens a connection that is used all the same."""
    found = []
    if connection.url.startswith("https:") and not connection.validate_certs:
        found.append(
            f"validate_certs is false, so that {connection.url} may be anybody, who then has the credentials: for a "
            "private authority give ca_path instead."
        )
    if connection.on_plain_http == "warn" and goes_in_clear(connection.url):
        found.append(
            f"The credentials go to {connection.url} without TLS, where everybody on the way can read them: write https "
            "in url. With on_plain_http set to fail this is an error, with ignore it is not said."
        )
    keys = [path for path in (connection.client_key, connection.client_cert) if path and _holds_key(path)]
    for path in dict.fromkeys(keys):
        # a group that may read a key is the habit of systems: ssl-cert, puppet
        found += concerns_of_file(path, group=False)
    return found + (concerns_of_file(connection.secret_file) if connection.secret_file else [])


def concerns_of_file(path: str, *, secret: bool = True, group: bool = True, besides: str = "") -> list[str]:
    """Return sentences on a file that others may read or change; a link is as open as the file that it leads to.

    :param secret: whether it holds a secret in clear; else only who may change it matters.
    :param group: whether its group counts as others.
    :param besides: what would mend it too.
    """
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return []
    if mode & _WRITE:
        return [f"Everyone may change {path}, and so send credentials to another server: run chmod o-w on it."]
    if secret and mode & (_READ | (_GROUP if group else 0)):
        return [f"{path} holds a secret in clear and others can read it: run chmod 600{besides}."]
    return []


def goes_in_clear(url: str) -> bool:
    """Return whether what is sent to an address leaves this machine without TLS."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not _is_here(parts.hostname or "")


def _is_here(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _holds_key(path: str) -> bool:
    """Return whether a PEM file holds a private key, and not only a certificate, which everybody may see."""
    try:
        with open(path, "rb") as file:
            return b"PRIVATE KEY-----" in file.read(1024 * 1024)
    except OSError:
        return False
