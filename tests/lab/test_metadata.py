# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the clients of others need, and the recordings do not hold: OPTIONS of more URLs, nodes by the name of a job."""

from __future__ import annotations

import pytest
from lab_client import Client

from unified_jobs_lab import Lab


@pytest.mark.parametrize(
    ("path", "method", "fields"),
    [
        ("workflow_job_templates/1/launch/", "POST", {"extra_vars": "json", "limit": "string", "inventory": "id"}),
        ("ad_hoc_commands/", "POST", {"module_name": "choice", "credential": "id", "become_enabled": "boolean"}),
        ("bulk/job_launch/", "POST", {"jobs": "field", "organization": "id", "extra_vars": "json"}),
        ("jobs/", "GET", {"status": "choice", "failed": "boolean", "inventory": "id", "created": "datetime"}),
        ("unified_jobs/", "GET", {"status": "choice", "elapsed": "decimal", "id": "integer"}),
        ("job_templates/", "GET", {"name": "string", "ask_limit_on_launch": "boolean", "forks": "integer"}),
        ("users/", "GET", {"username": "string", "is_superuser": "boolean"}),
    ],
)
def test_options_name_the_fields(api: Client, path: str, method: str, fields: dict[str, str]) -> None:
    """A URL's fields and their types, also before there is a first job."""
    actions = api("OPTIONS", path).json()["actions"]
    assert {name: actions[method][name]["type"] for name in fields} == fields


def test_options_of_other_urls(api: Client) -> None:
    """What is no list has no fields, and what only reads has no POST."""
    assert api("OPTIONS", "me/").json()["actions"] == {"GET": {}}
    assert "POST" not in api("OPTIONS", "jobs/").json()["actions"]


def test_nodes_by_the_name_of_their_job(lab: Lab, api: Client) -> None:
    """A node is found by the name of its job, whatever type it has."""
    row = api.post("workflow_job_templates/31/launch/")
    lab.advance(60)
    for name in ("lab-ok-simultaneous", "approve lab"):
        found = api.get(f"workflow_jobs/{row['id']}/workflow_nodes/", job__name=name)
        assert [node["summary_fields"]["job"]["name"] for node in found["results"]] == [name]
