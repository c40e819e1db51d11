# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that a launch can name: organizations, inventories, hosts, credentials and the rest, in the server's JSON."""

from __future__ import annotations

from .named_urls import quote_name
from .reply import Row
from .store import Store
from .summaries import inventory_summary, named, stamp, url, user_summary, without_none
from .users import User

TYPES = {
    "organizations": "organization",
    "inventories": "inventory",
    "hosts": "host",
    "groups": "group",
    "credential_types": "credential_type",
    "credentials": "credential",
    "labels": "label",
    "execution_environments": "execution_environment",
    "instance_groups": "instance_group",
    "users": "user",
}
MODELS = {
    "organizations": "Organization",
    "inventories": "Inventory",
    "hosts": "Host",
    "groups": "Group",
    "credential_types": "CredentialType",
    "credentials": "Credential",
    "labels": "Label",
    "execution_environments": "ExecutionEnvironment",
    "instance_groups": "InstanceGroup",
    "users": "User",
}
_BELOW = {
    "credentials": (
        "activity_stream",
        "access_list",
        "object_roles",
        "owner_users",
        "owner_teams",
        "copy",
        "input_sources",
    ),
    "instance_groups": ("jobs", "instances", "access_list", "object_roles"),
    "inventories": (
        "hosts",
        "groups",
        "inventory_sources",
        "update_inventory_sources",
        "job_templates",
        "ad_hoc_commands",
    ),
    "organizations": ("inventories", "projects", "job_templates", "credentials", "users"),
    "hosts": ("groups", "job_host_summaries", "ad_hoc_commands"),
    "groups": ("hosts", "ad_hoc_commands"),
    "credential_types": ("credentials", "activity_stream"),
    "execution_environments": ("unified_job_templates", "activity_stream"),
}


def resource_row(store: Store, table: str, row: Row, user: User, whole: bool = False) -> Row:
    """A row of one of the plain tables; whole for a detail."""
    related = {tail: url(table, row["id"], f"{tail}/") for tail in _BELOW.get(table, ())}
    if whole and table != "labels":
        owner = store.named("organizations", row.get("organization")) or ""
        name = quote_name(row["name"]) + (f"++{quote_name(owner)}" if "organization" in row else "")
        related["named_url"] = f"/api/v2/{table}/{name}/"
    admin = user_summary(store.keeper.users["admin"])
    summary: Row = {}
    if table not in ("instance_groups",):
        related |= {"created_by": "/api/v2/users/1/", "modified_by": "/api/v2/users/1/"}
        summary |= {"created_by": admin, "modified_by": admin}
    if row.get("organization"):
        related["organization"] = url("organizations", row["organization"])
        summary["organization"] = named(store.get("organizations", row["organization"]))
    if row.get("inventory"):
        related["inventory"] = url("inventories", row["inventory"])
        summary["inventory"] = inventory_summary(store, row["inventory"])
    made: Row = {"id": row["id"], "type": TYPES[table], "url": url(table, row["id"]), "related": related}
    made["summary_fields"] = summary
    made |= {"created": stamp(store.born), "modified": stamp(store.born), "name": row["name"]}
    if table not in ("labels", "instance_groups"):
        made["description"] = row.get("description", "")
    special = _SPECIAL.get(table)
    return made | (special(store, row, made, user) if special else {})


def user_row(store: Store, user: User, asker: User) -> Row:
    """A user."""
    below = (
        *("teams", "organizations", "admin_of_organizations", "projects", "credentials", "roles", "activity_stream"),
        *("access_list", "tokens", "authorized_tokens", "personal_tokens"),
    )
    return {
        "id": user.id,
        "type": "user",
        "url": url("users", user.id),
        "related": {tail: url("users", user.id, f"{tail}/") for tail in below},
        "summary_fields": {
            "resource": {"ansible_id": f"00000000-0000-4000-8000-{user.id:012d}", "resource_type": "shared.user"},
            "user_capabilities": {"edit": asker.superuser or asker.id == user.id, "delete": False},
        },
        "created": stamp(store.born),
        "modified": None,
        "username": user.name,
        "first_name": "",
        "last_name": "",
        "email": f"{user.name}@localhost",
        "is_superuser": user.superuser,
        "is_system_auditor": user.role == "auditor",
        "password": "$encrypted$",
        "last_login": None,
    }


def _capable(user: User, *names: str) -> Row:
    return {"user_capabilities": dict.fromkeys(names, user.superuser)}


def _roles(table: str, number: int) -> Row:
    thing = TYPES[table].replace("_", " ")
    texts = {
        "admin_role": (f"Can manage all aspects of the {thing}", "Admin"),
        "use_role": (f"Can use the {thing} in a job template", "Use"),
        "read_role": (f"May view settings for the {thing}", "Read"),
    }
    return {
        "object_roles": {
            role: {"description": text, "name": name, "id": number * 10 + place}
            for place, (role, (text, name)) in enumerate(texts.items())
        }
    }


def _organization(store: Store, row: Row, made: Row, user: User) -> Row:
    made["summary_fields"] |= _capable(user, "edit", "delete")
    return {"max_hosts": 0, "custom_virtualenv": None, "default_environment": None}


def _inventory(store: Store, row: Row, made: Row, user: User) -> Row:
    made["summary_fields"] |= _capable(user, "edit", "delete", "copy", "adhoc") | _roles("inventories", row["id"])
    brief = inventory_summary(store, row["id"]) or {}
    names = (
        *("kind", "has_active_failures", "total_hosts", "hosts_with_active_failures", "total_groups"),
        *("has_inventory_sources", "total_inventory_sources", "inventory_sources_with_failures"),
    )
    return {
        "organization": row["organization"],
        "host_filter": None,
        "variables": "",
        **{name: brief[name] for name in names},
        "pending_deletion": False,
        "prevent_instance_group_fallback": False,
    }


def _host(store: Store, row: Row, made: Row, user: User) -> Row:
    made["summary_fields"] |= _capable(user, "edit", "delete")
    return {
        "inventory": row["inventory"],
        "enabled": True,
        "instance_id": "",
        "variables": "",
        "has_active_failures": False,
        "has_inventory_sources": False,
        "last_job": None,
        "last_job_host_summary": None,
        "ansible_facts_modified": None,
    }


def _group(store: Store, row: Row, made: Row, user: User) -> Row:
    made["summary_fields"] |= _capable(user, "edit", "delete", "copy")
    return {"inventory": row["inventory"], "variables": ""}


def _credential_type(store: Store, row: Row, made: Row, user: User) -> Row:
    made["summary_fields"] |= _capable(user, "edit", "delete")
    return {"kind": row["kind"], "namespace": row["kind"], "managed": True, "inputs": {}, "injectors": {}}


def _credential(store: Store, row: Row, made: Row, user: User) -> Row:
    kind = store.tables["credential_types"][row["type"]]
    made["related"]["credential_type"] = url("credential_types", row["type"])
    made["summary_fields"] |= _capable(user, "edit", "delete", "copy", "use") | _roles("credentials", row["id"])
    made["summary_fields"]["credential_type"] = named(kind)
    owner = made["summary_fields"].get("organization")
    owners = [{**owner, "type": "organization", "url": url("organizations", owner["id"])}] if owner else []
    made["summary_fields"]["owners"] = owners
    inputs = {"username": "root", "password": "ASK" if row.get("asks") else "$encrypted$"}
    if kind["kind"] == "vault":
        inputs = {"vault_password": inputs["password"], "vault_id": row.get("vault_id", "")}
    return {
        "organization": row["organization"],
        "credential_type": row["type"],
        "managed": False,
        "inputs": inputs,
        "kind": kind["kind"],
        "cloud": kind["kind"] == "cloud",
        "kubernetes": False,
    }


def _label(store: Store, row: Row, made: Row, user: User) -> Row:
    return {"organization": row["organization"]}


def _environment(store: Store, row: Row, made: Row, user: User) -> Row:
    made["summary_fields"] |= _capable(user, "edit", "delete", "copy")
    managed = row["id"] == 2
    return {"organization": None, "image": row["image"], "managed": managed, "credential": None, "pull": ""}


def _instance_group(store: Store, row: Row, made: Row, user: User) -> Row:
    made["summary_fields"] = without_none(_roles("instance_groups", row["id"]))
    made["summary_fields"]["user_capabilities"] = {"edit": user.superuser, "delete": False}
    running = [j for j in store.engine.jobs.values() if j.status == "running"]
    return {
        "capacity": 220,
        "consumed_capacity": 7 * len(running),
        "percent_capacity_remaining": round(100 - 700 * len(running) / 220, 2),
        "jobs_running": len(running),
        "max_concurrent_jobs": 0,
        "max_forks": 0,
        "jobs_total": len(store.engine.jobs),
        "instances": 1,
        "is_container_group": False,
        "credential": None,
        "policy_instance_percentage": 100,
        "policy_instance_minimum": 0,
        "policy_instance_list": [],
        "pod_spec_override": "",
    }


_SPECIAL = {
    "organizations": _organization,
    "inventories": _inventory,
    "hosts": _host,
    "groups": _group,
    "credential_types": _credential_type,
    "credentials": _credential,
    "labels": _label,
    "execution_environments": _environment,
    "instance_groups": _instance_group,
}
