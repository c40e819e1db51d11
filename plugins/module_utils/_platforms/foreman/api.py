# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the Foreman API: paging, and names as ids (Foreman contract 1.0, 1.1, 1.13)."""

from __future__ import annotations

import re
import threading
import typing as t

from ..._answers import endless
from ..._errors import (
    AmbiguousError,
    ApiError,
    BadResponseError,
    ConnectionFailedError,
    ForbiddenError,
    NotFoundError,
    ResourceMissingError,
)
from ..._native import mapping, rows, text, whole
from ..._types import Connection
from ..base import Client
from .search import equals

Row = dict[str, t.Any]
PAGE_SIZE = 100
#: half a million objects; a list that is longer has no end
MOST_PAGES = 5000
#: more digits than an id of a server has
_LONGEST_ID = 18


def number_of(row: t.Mapping[str, t.Any], what: str) -> int:
    """Return the id of an object that the server showed.

    :raises BadResponseError: if it has none that is a number; nothing must be sent about another object.
    """
    number = as_number(row.get("id"))
    if number is None:
        raise BadResponseError(f"The server's answer on {what} holds no id.")
    return number


def as_number(value: t.Any) -> int | None:
    """Return an id that is a whole number, or text of digits."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _LONGEST_ID:
        return int(value)
    return whole(value)


class Api:
    """The requests that all parts of the platform make. Paths begin with a slash and have none at their end.

    The organization and location of the connection are the context in which hosts and templates are looked up;
    they are top level keys of every request (contract 1.0).
    """

    def __init__(self, client: Client, connection: Connection) -> None:
        self.client = client
        self._connection = connection
        self._context: Row | None = None
        self._looking_up = threading.Lock()

    @property
    def context(self) -> Row:
        """Return C(organization_id) and C(location_id) as far as the connection names them."""
        with self._looking_up:
            if self._context is None:
                self._context = self._find_context()
            return self._context

    def _find_context(self) -> Row:
        found: Row = {}
        for key, path, name in (
            ("organization_id", "/api/organizations", self._connection.organization),
            ("location_id", "/api/locations", self._connection.location),
        ):
            if name:
                found[key] = self._taxonomy(path, name, key[:-3])
        return found

    def _taxonomy(self, path: str, name: str, option: str) -> int | str:
        """Return the id of an organization or location by its title, else by its name; digits may be the id itself.

        A title holds the parents, such as V(Europe/Zurich), and is unique. Who may not look it up sends it as it is:
        the server knows titles too.
        """
        search = f"{equals('title', name)} or {equals('name', name)}"
        try:
            found = self.page(path, {"search": search, "per_page": PAGE_SIZE})[0]
        except ForbiddenError:
            return name
        # a server, or something before it, that does not search must not choose another one
        found = [row for row in found if row.get("title") == name] or [row for row in found if row.get("name") == name]
        if len(found) > 1:
            raise AmbiguousError(
                f"{option}: several are named {name!r}: give one of the titles "
                + ", ".join(repr(text(row.get("title"))) for row in found)
                + ".",
                candidates=[{"id": row.get("id"), "name": row.get("title")} for row in found],
            )
        if found:
            return number_of(found[0], f"the {option} {name!r}")
        if name.isascii() and name.isdigit():
            return int(name)
        raise NotFoundError(f"{option}: there is no {option} {name!r} that this user may see.")

    def get(
        self,
        path: str,
        params: t.Mapping[str, t.Any] | None = None,
        *,
        in_context: bool = False,
        final: t.Container[int] = (),
    ) -> t.Any:
        """Return the parsed body of a read. Booleans go out in lower case, as the server wants them.

        :param final: answers that are not worth another try here.
        """
        query = {**(self.context if in_context else {}), **(params or {})}
        query = {key: str(value).lower() if isinstance(value, bool) else value for key, value in query.items()}
        return self.client.get(path, query, final=final).data

    def page(
        self, path: str, params: t.Mapping[str, t.Any], *, in_context: bool = False
    ) -> tuple[list[Row], int | None]:
        """Return the rows of one page, and how many fit the search in all."""
        data = self.get(path, params, in_context=in_context)
        if not isinstance(data, dict) or not isinstance(data.get("results"), list):
            raise BadResponseError(f"The answer of {path} is not a list as the API of Foreman gives it.")
        found = rows(data["results"])
        if any(not isinstance(row.get("id", 0), (int, str)) for row in found):
            raise BadResponseError(f"The answer of {path} holds an object without a proper id.")
        total = whole(data.get("subtotal"))
        return found, total if total is not None else whole(data.get("total"))

    def check_time(self, what: str) -> None:
        """Give up a reading of many requests whose time is over; the client alone bounds each of them."""
        deadline = self.client.deadline
        if deadline is not None and self.client.clock.monotonic() >= deadline + self.client.overtime:
            raise ConnectionFailedError(f"The server takes too long to tell all of {what}.", transient=True)

    def all_rows(self, path: str, params: t.Mapping[str, t.Any], *, in_context: bool = False) -> list[Row]:
        """Return the rows of all pages, each once. Pages are numbered: C(all) is an empty list at some paths."""
        found: dict[t.Any, Row] = {}
        for number in range(1, MOST_PAGES + 1):
            if number > 1:
                self.check_time(path)
            query = {"per_page": PAGE_SIZE, **params, "page": number}
            page, total = self.page(path, query, in_context=in_context)
            before = len(found)
            for row in page:
                found.setdefault(row.get("id", len(found)), row)
            is_last = len(found) >= total if total is not None else len(page) < PAGE_SIZE
            if is_last or len(found) == before:
                return list(found.values())
        raise endless(path)

    def version(self) -> tuple[int, ...] | None:
        """Return the version of Foreman, which any user may read, or None if the server does not say."""
        return _numbers(mapping(self.get("/api/status")).get("version"))

    def plugin_version(self) -> tuple[int, ...] | None:
        """Return the version of the remote execution plugin, or None if this user may not read it."""
        try:
            plugins = self.all_rows("/api/plugins", {})
        except (ForbiddenError, NotFoundError, ResourceMissingError):
            return None
        versions = [
            row.get("version") for row in plugins if "foreman_remote_execution" in (row.get("id"), row.get("name"))
        ]
        return _numbers(versions[0]) if versions else None

    def find(self, path: str, name: str, what: str, option: str, more: str = "") -> Row:
        """Return the one object of that name in the connection's context.

        :raises NotFoundError, AmbiguousError: if there is none, or more than one.
        """
        search = equals("name", name) + more
        found = self.page(path, {"search": search, "per_page": PAGE_SIZE}, in_context=True)[0]
        # a server, or something before it, that does not search must not choose another one
        found = [row for row in found if row.get("name") == name]
        if not found:
            raise NotFoundError(
                f"{option}: there is no {what} named {name!r} that this user may see"
                + (" in this organization and location." if self.context else ".")
                + (f" If {name} is an id, set template_id." if name.isdigit() and option == "template" else "")
            )
        if len(found) > 1:
            candidates = [{"id": row.get("id"), "name": row.get("name")} for row in found]
            raise AmbiguousError(
                f"{option}: {len(found)} objects of the kind {what} are named {name!r} (ids "
                + ", ".join(text(row.get("id")) for row in found)
                + "): set organization and location, or give the id.",
                candidates=candidates,
            )
        number_of(found[0], f"the {what} {name!r}")
        return found[0]

    def get_one(self, path: str, missing: str, **same: t.Any) -> Row:
        """Return one object; NotFoundError with the given sentence if there is none.

        :param same: what tells that it is the right one; any other is a BadResponseError.
        """
        try:
            row = mapping(self.get(path, in_context=True))
        except ApiError as error:
            if error.status != 404:
                raise
            raise NotFoundError(missing) from None
        if any(text(row.get(key)) != text(value) for key, value in same.items()):
            raise BadResponseError(f"The answer of {path} shows another object than was asked for.")
        return row


def _numbers(version: t.Any) -> tuple[int, ...] | None:
    match = re.match(r"(\d+)\.(\d+)", text(version))
    return (int(match[1]), int(match[2])) if match else None
