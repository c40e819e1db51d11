# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users as jobs show them (contract 1.4, owner)."""

from __future__ import annotations

from .dates import precise
from .reply import Row
from .users import User, group_ids
from .versions import Generation


def owner(user: User, server: Generation, login: float) -> Row:
    """A user as the owner of something: two keys, then more, then all."""
    found: Row = {"id": user.id, "login": user.login}
    if not server.has(2019):
        return found
    found.update(
        email="" if user.admin else f"{user.login}@example.com",
        display_name=user.display_name,
        is_revoked=user.revoked,
        is_remote=False,
        is_superuser=user.admin,
        is_group=False,
        last_login=precise(login),
        role_ids=[1] if user.admin else [3],
    )
    if server.has(2021):
        found.update(inherited_role_ids=[2], group_ids=group_ids())
    return found
