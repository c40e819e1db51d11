# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the platforms that there are. A new one is its import and its line in C(PLATFORMS).

The imports must be real statements: what is packed for a target is found by reading them.
"""

from __future__ import annotations

import typing as t

from ._clock import Clock
from ._http import ApiClient
from ._platforms.awx.platform import AwxPlatform
from ._platforms.base import Platform
from ._platforms.foreman.platform import ForemanPlatform
from ._platforms.puppet.platform import PuppetPlatform
from ._types import Connection

PLATFORMS: dict[str, type[Platform]] = {
    "awx": AwxPlatform,
    "foreman": ForemanPlatform,
    "puppet": PuppetPlatform,
}


def open_platform(connection: Connection, clock: Clock | None = None) -> Platform:
    """Return the connection's platform with a client that is ready to be used. No network.

    :raises InvalidOptionError: if the platform needs credentials that the connection lacks.
    :raises MissingLibraryError: if C(requests) is not there.
    """
    platform = PLATFORMS[connection.platform]
    client = ApiClient(
        connection,
        platform.authenticate(connection),
        platform.error_text,
        clock,
        meant_status=platform.meant_status,
        keep_session=platform.KEEPS_SESSION,
    )
    return platform(client, connection)


def platform_names() -> list[str]:
    """Return the values of the option C(platform)."""
    return list(PLATFORMS)


def launch_types() -> list[str]:
    """Return the launch types of all platforms, each once, in their order."""
    return list(dict.fromkeys(word for platform in PLATFORMS.values() for word in platform.LAUNCH_TYPES))


def job_types() -> list[str]:
    """Return the job types of all platforms, each once, in their order."""
    return list(dict.fromkeys(word for platform in PLATFORMS.values() for word in platform.JOB_TYPES))


def launch_options() -> dict[str, t.Mapping[str, dict[str, t.Any]]]:
    """Return, by platform, the option table of the launch option that is named like it."""
    return {name: platform.LAUNCH_OPTIONS for name, platform in PLATFORMS.items()}
