# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a translator is to the lab: one platform's way to speak about the jobs of an engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from .engine import Engine

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@dataclass(frozen=True)
class Access:
    """How to get in."""

    username: str
    password: str
    token: str
    read_token: str


class Platform(Protocol):
    """One simulated platform."""

    engine: Engine

    @property
    def access(self) -> Access:
        """The administrator's ways in."""

    @property
    def passwords(self) -> dict[str, str]:
        """Every user's password."""

    @property
    def secret_names(self) -> set[str]:
        """Parameters whose values the request log must mask."""

    def wsgi(self) -> WSGIApplication:
        """The web application."""

    def reset(self) -> None:
        """Back to the content of the start, without jobs."""

    def expire_tokens(self, token: str | None = None) -> None:
        """Let one token or all tokens run out."""
