# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what the user names, as ids (AWX contract 1.11). A text is a name and a number an id, never guessed."""

from __future__ import annotations

import typing as t

from ..._errors import BadResponseError, InvalidOptionError, NotFoundError
from ..._native import mapping, text
from .api import Api, Row, ambiguous
from .normalize import summary

#: kind for messages -> collection
PATHS = {
    "inventory": "inventories",
    "credential": "credentials",
    "label": "labels",
    "instance group": "instance_groups",
    "execution environment": "execution_environments",
    "organization": "organizations",
}


class Resolver:
    """Finds the objects that a launch refers to.

    :param organization: name of the organization that the user's connection is set to, or None.
    """

    def __init__(self, api: Api, organization: str | None) -> None:
        self._api = api
        self._organization = organization

    def one(self, kind: str, reference: t.Any, option: str, prefer: t.Any = None) -> Row:
        """Return the row of one object.

        :param prefer: id of the organization that decides when a name is there more than once.
        :raises NotFoundError, AmbiguousError, InvalidOptionError: naming C(option).
        """
        return self.many(kind, [reference], option, prefer)[0]

    def many(self, kind: str, references: t.Sequence[t.Any], option: str, prefer: t.Any = None) -> list[Row]:
        """Return the rows of several objects in the order given, names and ids with one request each."""
        wanted = [_parse(reference, option) for reference in references]
        by_id = self._by_ids(kind, [item["id"] for item in wanted if "id" in item])
        by_name = self._by_names(kind, [item["name"] for item in wanted if "id" not in item])
        rows = []
        for item in wanted:
            if "id" in item:
                rows.append(_existing(by_id.get(item["id"]), kind, f"with the id {item['id']}", option))
            else:
                rows.append(self._choose(kind, item, by_name.get(item["name"], []), option, prefer))
        return rows

    def _by_ids(self, kind: str, ids: list[int]) -> dict[int, Row]:
        if not ids:
            return {}
        rows = self._api.rows(PATHS[kind], {"id__in": ",".join(str(number) for number in ids)})
        return {number_of(row, kind): row for row in rows}

    def _by_names(self, kind: str, names: list[str]) -> dict[str, list[Row]]:
        """Ask for all names at once, but for those with a comma, which C(in) cannot hold."""
        plain = sorted({name for name in names if "," not in name})
        filters: list[dict[str, str]] = [{"name": name} for name in sorted(set(names)) if "," in name]
        if plain:
            filters.append({"name__in": ",".join(plain)} if len(plain) > 1 else {"name": plain[0]})
        found: dict[str, list[Row]] = {}
        for one in filters:
            for row in self._api.rows(PATHS[kind], one):
                number_of(row, kind)
                found.setdefault(text(row.get("name")), []).append(row)
        return found

    def _choose(self, kind: str, item: Row, rows: list[Row], option: str, prefer: t.Any) -> Row:
        """Return the one row that is meant: by its own organization, else the connection's, else the template's.

        With an organization, only what is in it or in none counts; what is elsewhere has to be named with its own.
        """
        home, found = item.get("organization") or self._organization, rows
        if home:
            rows = [row for row in found if _is_in(row, home)]
            rows = rows or [row for row in found if row.get("organization") is None and not item.get("organization")]
        if len(rows) > 1 and prefer is not None:
            rows = [row for row in rows if row.get("organization") == prefer] or rows
        if len(rows) > 1:
            raise ambiguous(item["name"], kind, rows, option)
        where = f"named {item['name']!r}" + (f" in the organization {home!r}" if home and found else "")
        elsewhere = found[0] if found and not rows else None
        return _existing(rows[0] if rows else None, kind, where, option, item["name"], elsewhere)


def is_number(value: t.Any) -> bool:
    """Return whether a value is an id: a whole number, or text of the digits 0 to 9."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdigit())


def is_id(value: t.Any) -> bool:
    """Return whether what a server says is an id: true and 0 are none."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def number_of(row: t.Any, kind: str) -> int:
    """Return the id of a row of an answer.

    :raises BadResponseError: if the row has none.
    """
    number = mapping(row).get("id")
    if not is_id(number):
        raise BadResponseError(f"The server's answer about the {kind} does not say its id.")
    return int(mapping(row)["id"])


def checked_row(row: Row, kind: str) -> Row:
    """Return a row that has an id."""
    number_of(row, kind)
    return row


def _is_in(row: Row, organization: t.Any) -> bool:
    """Return whether a row is in the organization, which is a name or an id."""
    if isinstance(organization, int):
        return bool(row.get("organization") == organization)
    return bool(summary(row, "organization").get("name") == organization)


def _parse(reference: t.Any, option: str) -> Row:
    """Return {id} or {name, organization}."""
    if isinstance(reference, int) and not isinstance(reference, bool):
        return {"id": reference}
    if isinstance(reference, str) and reference.strip():
        return {"name": reference}
    item = mapping(reference)
    unknown = set(item) - {"id", "name", "organization"}
    if is_number(item.get("id")) and not unknown:
        return {"id": int(item["id"])}
    if isinstance(item.get("name"), str) and item["name"] and not unknown:
        return item
    raise InvalidOptionError(
        f"{option}: {_shown(reference)} names nothing: give a name, a number, or a dictionary with id or name."
    )


def _shown(reference: t.Any) -> str:
    return repr(reference) if isinstance(reference, (str, int, float, bool)) else "a " + type(reference).__name__


def _existing(row: Row | None, kind: str, which: str, option: str, name: str = "", elsewhere: Row | None = None) -> Row:
    if row is not None:
        return row
    hint = ""
    if elsewhere is not None:
        there = summary(elsewhere, "organization").get("name") or elsewhere.get("organization")
        hint = f" There is one in {there!r}: to use it, write {{name: {name}, organization: {there}}}."
    elif is_number(name):
        hint = f" If {name} is an id, write it as a number or as {{id: {name}}}."
    raise NotFoundError(f"{option}: there is no {kind} {which} that this user may see.{hint}")
