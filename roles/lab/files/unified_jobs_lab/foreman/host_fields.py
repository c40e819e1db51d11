# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields by which hosts can be searched."""

from __future__ import annotations

from .matching import Field
from .records import Host


def _group(host: Host) -> str | None:
    return host.hostgroup[1] if host.hostgroup else None


HOST_FIELDS = {
    "name": Field(lambda h: h.name, default=True),
    "id": Field(lambda h: h.id, "number"),
    "comment": Field(lambda h: h.comment, default=True),
    "ip": Field(lambda h: h.ip, default=True),
    "os": Field(lambda h: h.os[1].split()[0], default=True),
    "os_title": Field(lambda h: h.os[1], default=True),
    "hostgroup": Field(_group, default=True),
    "hostgroup_fullname": Field(_group),
    "organization_id": Field(lambda h: h.organization, "number"),
    "location_id": Field(lambda h: h.location, "number"),
    "last_report": Field(lambda h: h.last_report, "date"),
    "status.enabled": Field(lambda h: h.enabled, "truth"),
    "status.applied": Field(lambda h: 0, "number"),
    "status.failed": Field(lambda h: 0, "number"),
    "status.pending": Field(lambda h: 0, "number"),
}
