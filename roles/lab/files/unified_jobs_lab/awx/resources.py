# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the things that launches name, and making labels (contract 1.11)."""

from __future__ import annotations

from collections.abc import Callable

from .lists import filtered
from .paging import page
from .reply import ApiError, Reply, Row, created, forbidden, invalid, not_found, unknown_page
from .resource_rows import MODELS, resource_row, user_row
from .router import Call


def _find(call: Call, table: str) -> Row:
    ref = call.args["ref"]
    rows = call.awx.store.tables[table]
    if ref.isdigit():
        row = rows.get(int(ref))
    else:
        name, _sep, organization = ref.replace("[+]", "+").partition("++")
        row = next((r for r in rows.values() if r["name"] == name and _fits(call, r, organization)), None)
        if row is None and "++" not in ref:
            raise unknown_page()
    if row is None:
        raise not_found(MODELS[table])
    return row


def _fits(call: Call, row: Row, owner: str) -> bool:
    if not owner:
        return True
    last = owner.split("++")[-1]
    table = "inventories" if "inventory" in row else "organizations"
    return (call.awx.store.named(table, row.get("inventory") or row.get("organization")) or "") == last


def resource_detail(table: str) -> Callable[[Call], Reply]:
    """GET of one."""

    def handler(call: Call) -> Reply:
        row = _find(call, table)
        if not call.user.sees:
            raise forbidden()
        return Reply(resource_row(call.awx.store, table, row, call.user, whole=True))

    return handler


def user_detail(call: Call) -> Reply:
    """GET of a user."""
    store = call.awx.store
    found = next((user for user in store.keeper.users.values() if str(user.id) == call.args["ref"]), None)
    found = found or store.keeper.users.get(call.args["ref"])
    if found is None:
        raise not_found("User")
    if not call.user.sees and found != call.user:
        raise forbidden()
    return Reply(user_row(store, found, call.user))


def inventory_rows(table: str) -> Callable[[Call], Reply]:
    """Hosts or groups of an inventory."""

    def handler(call: Call) -> Reply:
        store = call.awx.store
        inventory = _find(call, "inventories")
        if not call.user.sees:
            raise forbidden()
        mine = [row for row in store.tables[table].values() if row["inventory"] == inventory["id"]]
        return page(call, filtered(call, table, [resource_row(store, table, row, call.user) for row in mine]))

    return handler


def inventory_sources(call: Call) -> Reply:
    """The sources of an inventory."""
    from .template_rows import template_row

    store = call.awx.store
    inventory = _find(call, "inventories")
    if not call.user.sees:
        raise forbidden()
    mine = [t for t in store.templates("inventory_source") if t.native["inventory"] == inventory["id"]]
    return page(call, filtered(call, "inventory_sources", [template_row(store, t, call.user) for t in mine]))


def create_label(call: Call) -> Reply:
    """POST labels/."""
    if not call.user.launches:
        raise forbidden()
    body, store = call.data(), call.awx.store
    missing = {name: ["This field is required."] for name in ("name", "organization") if body.get(name) in (None, "")}
    if missing:
        raise ApiError(400, missing)
    organization = call.whole_number("organization", body["organization"])
    if store.get("organizations", organization) is None:
        raise invalid("organization", f'Invalid pk "{organization}" - object does not exist.')
    for row in store.tables["labels"].values():
        if row["name"] == body["name"] and row["organization"] == organization:
            raise invalid("__all__", "Label with this Name and Organization already exists.")
    number = store.next_row_id("labels")
    row = {"id": number, "name": str(body["name"]), "organization": organization}
    store.tables["labels"][number] = row
    return created(resource_row(store, "labels", row, call.user), f"/api/v2/labels/{number}/")
