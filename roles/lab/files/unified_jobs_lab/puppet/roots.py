# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server about itself: the root of the API, the status service (contract 1.0 and 1.2)."""

from __future__ import annotations

from .reply import Reply, Row
from .router import Call

_SERVICE = "orchestrator-service"


def root(call: Call) -> Reply:
    """GET the root: the same on every release, and not complete (recording 020)."""
    info: Row = {
        "title": "Application Management API (EXPERIMENTAL)",
        "description": "Multi-purpose API for performing application management operations",
        "warning": "This version of the API is experimental, and might change in backwards incompatible ways",
        "version": "0.1",
        "license": {
            "name": "Puppet Enterprise License",
            "url": "https://puppetlabs.com/puppet-enterprise-components-licenses",
        },
    }
    return Reply(
        {
            "info": info,
            "status": {"id": call.link("status"), "name": "status"},
            "collections": [{"id": call.link(name), "name": name} for name in ("environments", "jobs")],
            "commands": [{"id": call.link("command", name), "name": name} for name in ("deploy", "stop")],
        }
    )


def status(call: Call) -> Reply:
    """GET the service's status: the best hint of the release, for everybody (recordings 021 and 022)."""
    starting = call.puppet.options.starting
    found: Row = {
        "service_version": call.server.service_version,
        "service_status_version": 1,
        "detail_level": call.query.get("level", "info"),
        "state": "starting" if starting else "running",
        "status": {},
        "active_alerts": [],
    }
    return Reply({_SERVICE: found}, 503 if starting else 200)


def simple(call: Call) -> Reply:
    """GET the same as a word (recording 023)."""
    starting = call.puppet.options.starting
    return Reply("starting" if starting else "running", 503 if starting else 200, "text/plain; charset=utf-8")
