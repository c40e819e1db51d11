# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects by name in the URL: name++organization (contract 1.9; recordings jt-03, jt-15, jt-16)."""

from __future__ import annotations

from ..model import Template
from .reply import not_found, unknown_name, unknown_page
from .store import Store

MODELS = {
    "job_template": "JobTemplate",
    "workflow_job_template": "WorkflowJobTemplate",
    "system_job_template": "SystemJobTemplate",
    "project": "Project",
    "inventory_source": "InventorySource",
    "workflow_approval_template": "WorkflowApprovalTemplate",
    "job": "Job",
    "workflow_job": "WorkflowJob",
    "system_job": "SystemJob",
    "ad_hoc_command": "AdHocCommand",
    "project_update": "ProjectUpdate",
    "inventory_update": "InventoryUpdate",
    "workflow_approval": "WorkflowApproval",
}
_RESERVED = ";/?:@=&[]"


def quote_name(name: str) -> str:
    """A name as a part of a named URL."""
    quoted = "".join(f"%{ord(c):02X}" if c in _RESERVED else c for c in name)
    return quoted.replace("+", "[+]")


def find_template(store: Store, kind: str, ref: str) -> Template:
    """A template by the id or the name in its URL."""
    if ref.isdigit():
        found = store.template(int(ref), kind)
        if found is None:
            raise not_found(MODELS[kind])
        return found
    name, separator, organization = ref.replace("[+]", "\0").partition("++")
    matching = [t for t in store.templates(kind) if t.name == name.replace("\0", "+")]
    if separator:
        owner = organization.replace("\0", "+")
        matching = [t for t in matching if (_owner(store, t) or "") == owner]
        if not matching:
            raise unknown_name(MODELS[kind])
    if not matching:
        raise unknown_page()
    return matching[0]


def _owner(store: Store, template: Template) -> str | None:
    table = "inventories" if template.kind == "inventory_source" else "organizations"
    key = "inventory" if template.kind == "inventory_source" else "organization"
    return store.named(table, template.native.get(key))
