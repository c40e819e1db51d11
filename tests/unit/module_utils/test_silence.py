# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which servers are asked for nothing more."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    ConnectionFailedError,
    JobsError,
    LaunchUnknownError,
    ServerError,
    TlsError,
    UnauthorizedError,
)
from ansible_collections.unified.jobs.plugins.module_utils._silence import Silence

DOWN = ConnectionFailedError("down", transient=True)
REFUSED = UnauthorizedError("401", status=401)


def unknown(trouble: JobsError | None) -> LaunchUnknownError:
    error = LaunchUnknownError("unknown")
    error.trouble = trouble
    return error


@pytest.mark.parametrize(
    ("said", "is_silent"),
    [
        ([DOWN, DOWN], False),
        ([DOWN, TlsError("TLS"), DOWN], True),
        ([DOWN, DOWN, None, DOWN], False),
        ([DOWN, DOWN, ServerError("500", status=500), DOWN], False),
        ([DOWN, DOWN, unknown(None), DOWN], False),
        ([REFUSED], True),
        ([REFUSED, None], True),
        ([unknown(DOWN)], True),
        ([unknown(ServerError("500", status=500))], False),
    ],
)
def test_what_makes_a_server_silent(scripted: Any, another: Any, said: list[Any], is_silent: bool) -> None:
    silence = Silence(3)
    for error in said:
        silence.note(scripted, error)
    assert (silence.of(scripted) is not None) is is_silent
    assert silence.of(another) is None
