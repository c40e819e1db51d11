# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same targets, with the choices made by atheris, which looks at what code they reach."""

from __future__ import annotations

from collections.abc import Sequence


def main(platforms: Sequence[str], bodies: int, seed: int, only: str, with_recordings: bool) -> int:
    return 2
