# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The generations of the server, and what the lab may be told about it (contract 1.1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Generation:
    """One release of Puppet Enterprise, with the version that its orchestrator service tells."""

    name: str
    version: tuple[int, ...]

    def has(self, *version: int) -> bool:
        """Whether this release is at least that one."""
        return self.version >= version

    @property
    def service_version(self) -> str:
        """The version as text."""
        return ".".join(str(part) for part in self.version)


GENERATIONS = {
    one.name: one
    for one in (
        Generation("2018.1", (2018, 1, 15, 2)),
        Generation("2019.8", (2019, 8, 8, 4)),
        Generation("2023", (2023, 8, 0, 16)),
    )
}
NEWEST = "2023"


@dataclass
class Options:
    """What a lab can be told about its Puppet Enterprise; may be changed while it runs."""

    generation: str = NEWEST
    release: str = ""  # a version between the generations, such as 2021.7.0
    link_base: str = "https://orchestrator.example.com:8143"  # what the server takes for its name
    starting: bool = False  # the orchestrator is not ready
    console_starting: bool = False  # nobody can log in yet
    puppetdb_down: bool = False
    broker_down: bool = False
    expired_status: int = 401  # by one report it is 403 (contract 1.12)
    idle_limit: float | None = None  # tokens unused for so many seconds time out
    late_task_check: bool = False  # an unknown task is accepted, and fails on the nodes (contract 1.8)
    report_key: str = "report"  # the documentation says items (contract 1.6)
    plan_slots: int = 4  # so many plans run at once, the others wait

    def __post_init__(self) -> None:
        if self.generation not in GENERATIONS:
            known = ", ".join(GENERATIONS)
            raise ValueError(f"{self.generation!r} is no generation of Puppet Enterprise; use one of {known}")

    @property
    def server(self) -> Generation:
        """The release with its facts."""
        if self.release:
            return Generation(self.release, tuple(int(part) for part in self.release.split(".")))
        return GENERATIONS[self.generation]
