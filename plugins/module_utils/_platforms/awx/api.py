# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the AWX API below its prefix: detection, paging, names (AWX contract 1.9, 1.11, 2.2)."""

from __future__ import annotations

import re
import threading
import typing as t
from urllib.parse import urlsplit

from ..._answers import endless
from ..._errors import (
    AmbiguousError,
    ApiError,
    BadResponseError,
    ConnectionFailedError,
    NotFoundError,
    ResourceMissingError,
    TlsError,
)
from ..._native import mapping, text
from ..base import Client
from .normalize import is_id, summary

PAGE_SIZE = 200
#: a million objects; a list that is longer has no end
_MOST_PAGES = 5000
DEFAULT_PREFIX = "/api/v2/"

Row = dict[str, t.Any]

_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+/?")


class Api:
    """The requests that all parts of the platform make. Paths have no leading and always a trailing slash.

    :param prefix: the API prefix if the user set one; it is detected otherwise.
    :param url: the address of the server, which may have a path.
    """

    def __init__(self, client: Client, prefix: str | None, url: str = "") -> None:
        self._client = client
        self._base_path = urlsplit(url).path.rstrip("/")
        self._detecting = threading.Lock()
        if prefix:
            client.prefix = "/" + prefix.strip("/") + "/"

    @property
    def client(self) -> Client:
        """Return the client, once it is known below which prefix the API is."""
        with self._detecting:
            if not self._client.prefix:
                self._client.prefix = self._detect_prefix()
        return self._client

    def _detect_prefix(self) -> str:
        """Ask C(/api/): AWX names its version there, the gateway its APIs. Anything else: the usual prefix.

        Nobody logs in for it, so a server that is none of these does not get to see the credentials.
        """
        root = self._root("/api/")
        controller = mapping(root.get("apis")).get("controller")
        if isinstance(controller, str):
            root = self._root(_slashed(controller))
        current = root.get("current_version")
        if isinstance(current, str) and _PATH.fullmatch(current):
            return self._below_base(_slashed(current))
        self._check_usual_prefix()
        return DEFAULT_PREFIX

    def _root(self, path: str) -> Row:
        """Return what the server says of its API, or nothing; raises if the question itself could not be put."""
        for login in (False, True):
            try:
                return mapping(self._client.get(path, absolute=True, login=login).data)
            except (ConnectionFailedError, TlsError):
                raise
            except ApiError as error:
                if error.transient or (login and error.status == 401):
                    raise
                if error.status not in (401, 403):
                    break
        return {}

    def _check_usual_prefix(self) -> None:
        """Raise if the usual prefix leads to no API either: then any answer, 404 above all, would mislead."""
        try:
            self._client.get(DEFAULT_PREFIX + "ping/", absolute=True, login=False)
        except (BadResponseError, ResourceMissingError) as error:
            raise BadResponseError(
                f"There is no API of AWX at the url: neither /api/ nor {DEFAULT_PREFIX} is one. Check that url names "
                f"the server, and CONTROLLER_OPTIONAL_API_URLPATTERN_PREFIX if it has a prefix. {error.message}",
                status=error.status,
            ) from None
        except ApiError as error:
            if error.status is None or error.transient:
                raise

    def _below_base(self, prefix: str) -> str:
        """Return the prefix without the path that the url has already, which a server behind a proxy may repeat."""
        return prefix[len(self._base_path) :] if prefix.startswith(f"{self._base_path}/") else prefix

    @property
    def is_gateway(self) -> bool:
        """Return whether the API is behind the gateway of the Automation Platform."""
        return "/controller/" in self.client.prefix

    def get(self, path: str, params: t.Mapping[str, t.Any] | None = None) -> t.Any:
        """Return the parsed body of a read."""
        return self.client.get(with_slash(path), params).data

    def rows(self, path: str, params: t.Mapping[str, t.Any], at_most: int = 0) -> list[Row]:
        """Return the rows of all pages, each once, at most C(at_most) if that is not 0.

        Pages are numbered here: C(next) may lack the gateway's prefix.
        """
        found: dict[t.Any, Row] = {}
        for rows, _total in self.pages(path, {"order_by": "id", **params}):
            for row in rows:
                found.setdefault(row["id"] if is_id(row.get("id")) else f"no id, {len(found)}", row)
            if at_most and len(found) >= at_most:
                return list(found.values())[:at_most]
        return list(found.values())

    def pages(self, path: str, params: t.Mapping[str, t.Any]) -> t.Generator[tuple[list[Row], int | None], None, None]:
        """Yield (rows, total) page by page, as long as the server says that more follow and pages bring new rows."""
        seen: set[int] = set()
        for number in range(1, _MOST_PAGES + 1):
            if number > 1:
                self.check_time()
            rows, total, more = self.page(path, {"page_size": PAGE_SIZE, **params, "page": number})
            yield rows, total
            fresh = {row["id"] for row in rows if is_id(row.get("id"))} - seen
            if not more or not fresh:
                return
            seen |= fresh
        raise endless(path)

    def check_time(self) -> None:
        """Raise if the time for the task is over: what reads many things in a row asks before each further one."""
        client = self.client
        if client.deadline is not None and client.clock.monotonic() >= client.deadline + client.overtime:
            raise ConnectionFailedError("The server took too long: the time for reading was over.", transient=True)

    def page(self, path: str, params: t.Mapping[str, t.Any]) -> tuple[list[Row], int | None, bool]:
        """Return the rows of one page, the count of all, and whether the server says that more follow."""
        data = self.get(path, params)
        results = data.get("results") if isinstance(data, dict) else None
        if not isinstance(results, list):
            raise BadResponseError(f"The answer of {path} is not a list as the API of AWX gives it.")
        count = data.get("count")
        rows = [row for row in results if isinstance(row, dict)]
        return rows, count if isinstance(count, int) else None, bool(data.get("next"))

    # -- names ---------------------------------------------------------------------------------------------

    def find(self, path: str, name: str, what: str, scope: t.Mapping[str, t.Any], option: str) -> Row:
        """Return the one object of that name.

        :param what: the kind of object for messages, e.g. "job template".
        :param scope: further filters (organization, inventory); empty values are left out.
        :param option: the option to name in an error.
        :raises NotFoundError, AmbiguousError: if there is none, or more than one.
        """
        filters = {key: value for key, value in scope.items() if value not in (None, "")}
        rows, total, _more = self.page(path, {"name": name, "page_size": 25, "order_by": "id", **filters})
        if not rows:
            raise NotFoundError(
                f"{option}: there is no {what} named {name!r}{_scope_text(filters)} that this user may see."
                + _id_hint(name, option)
            )
        if len(rows) > 1:
            raise ambiguous(name, what, rows, option, total)
        return rows[0]

    def get_by_id(self, path: str, number: t.Any, what: str, option: str) -> Row:
        """Return the object with that id; NotFoundError names the option."""
        try:
            return mapping(self.get(f"{path}/{int(number)}/"))
        except ApiError as error:
            if error.status != 404:
                raise
            raise NotFoundError(f"{option}: there is no {what} with the id {number}.") from None


def with_slash(path: str) -> str:
    """Return the path as the server wants it: without the last slash a POST becomes a GET (contract 2.5)."""
    return path.rstrip("/") + "/"


def ambiguous(name: str, what: str, rows: list[Row], option: str, total: int | None = None) -> AmbiguousError:
    """Return the error for a name that fits several objects; it lists them with their organization."""
    candidates = [
        {"id": row.get("id"), "name": row.get("name"), "organization": summary(row, "organization").get("name")}
        for row in rows
    ]
    shown = ", ".join(f"id {item['id']} in {item['organization'] or 'no organization'}" for item in candidates[:10])
    return AmbiguousError(
        f"{option}: {total or len(rows)} objects of the kind {what} are named {name!r} ({shown}): "
        "set organization, or give the id.",
        candidates=candidates,
    )


def _scope_text(filters: t.Mapping[str, t.Any]) -> str:
    words = {
        "organization__name": "in the organization",
        "organization": "in the organization with the id",
        "inventory__name": "in the inventory",
        "inventory": "in the inventory with the id",
    }
    return "".join(f" {words[key]} {text(value)!r}" for key, value in filters.items() if key in words)


def _id_hint(name: str, option: str) -> str:
    if not name.isdigit():
        return ""
    if option == "template":
        return f" If {name} is an id, set template_id."
    return f" If {name} is an id, write it as a number or as {{id: {name}}}."


def _slashed(path: t.Any) -> str:
    return "/" + text(path).strip("/") + "/"
