# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The generations of the server, and what the lab may be told about it (the contract's table of versions)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Generation:
    """One release of Foreman, with the release of the remote execution plugin that decides most answers."""

    name: str
    foreman: str
    satellite: str
    rex: tuple[int, int, int]

    def has(self, *version: int) -> bool:
        """Whether the plugin is at least this version."""
        return self.rex >= version

    @property
    def plugin(self) -> str:
        """The plugin's version as text."""
        return ".".join(str(part) for part in self.rex)


GENERATIONS = {
    one.name: one
    for one in (
        Generation("3.5", "3.5.1", "6.13.0", (9, 0, 1)),
        Generation("3.12", "3.12.0", "6.16.0", (13, 2, 6)),
        Generation("3.16", "3.16.0", "6.18.0", (16, 7, 0)),
    )
}
NEWEST = "3.16"


@dataclass
class Options:
    """What a lab can be told about its Foreman; may be changed while it runs."""

    generation: str = NEWEST
    prefix: str = ""  # the path that the server lives under, such as /foreman
    satellite: bool = False  # say so in the status
    failed_only_widens: bool = True  # the suspected bug of rerun on static targeting (contract 1.9)
    login_failures: int = 30  # so many failures in five minutes, and everybody from there is locked out
    session_idle: float = 3600.0

    def __post_init__(self) -> None:
        if self.generation not in GENERATIONS:
            raise ValueError(f"{self.generation!r} is no generation of Foreman; use one of {', '.join(GENERATIONS)}")
        self.prefix = "/" + self.prefix.strip("/") if self.prefix.strip("/") else ""

    @property
    def server(self) -> Generation:
        """The generation with its facts."""
        return GENERATIONS[self.generation]
