# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server about itself: status, ping, plugins, the current user."""

from __future__ import annotations

from .lists import listing
from .matching import Field
from .reply import Reply, Row
from .router import Call


def status(call: Call) -> Reply:
    """GET status; Satellite says so (recording fam_2024..._status)."""
    body: Row = {"result": "ok", "status": 200, "version": call.server.foreman, "api_version": 2}
    if call.foreman.options.satellite:
        body = {"satellite_version": call.server.satellite, **body}
    return Reply(body)


def ping(_call: Call) -> Reply:
    """GET ping, for everybody."""
    return Reply({"results": {"foreman": {"database": {"active": True, "duration_ms": "0"}, "cache": {"servers": []}}}})


def plugins(call: Call) -> Reply:
    """GET plugins."""
    versions = {
        "foreman-tasks": "9.0.0",
        "foreman_ansible": "14.0.0",
        "foreman_remote_execution": call.server.plugin,
    }
    rows = [{"name": name, "id": name, "version": version} for name, version in versions.items()]
    fields = {"id": Field(lambda row: row["id"], default=True), "name": Field(lambda row: row["name"])}

    def row(one: Row) -> Row:
        url = f"https://github.com/theforeman/{one['id']}"
        return {**one, "author": "The Foreman", "description": one["name"], "url": url}

    return listing(call, rows, fields, row)


def current_user(call: Call) -> Reply:
    """GET current_user."""
    user = call.user
    return Reply({"id": user.id, "login": user.login, "admin": user.admin, "disabled": user.disabled, "mail": None})
