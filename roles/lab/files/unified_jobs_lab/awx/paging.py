# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of lists (contract 1.9; recordings uj-13..17, uj-47)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from .reply import Reply, Row, detail
from .router import Call

_Item = TypeVar("_Item")
DEFAULT_SIZE = 25
MAX_SIZE = 200


def page(call: Call, rows: list[Row]) -> Reply:
    """The page that was asked for."""
    return page_of(call, rows, lambda row: row)


def page_of(call: Call, items: Sequence[_Item], row_of: Callable[[_Item], Row]) -> Reply:
    """The page that was asked for, of things whose rows are written for it alone."""
    size = _size(call)
    pages = max(1, -(-len(items) // size))
    number = _number(call, pages)
    shown = [row_of(item) for item in items[(number - 1) * size : number * size]]
    if call.query.get("count_disabled"):
        return Reply({"results": shown})
    body: dict[str, Any] = {
        "count": len(items),
        "next": _link(call, number + 1) if number < pages else None,
        "previous": _link(call, number - 1) if number > 1 else None,
        "results": shown,
    }
    return Reply(body)


def _size(call: Call) -> int:
    text = _last(call, "page_size") or ""
    size = int(text) if text.isdigit() else 0
    return min(size, MAX_SIZE) if size > 0 else DEFAULT_SIZE


def _number(call: Call, pages: int) -> int:
    text = _last(call, "page") or "1"
    if text == "last":
        return pages
    if not text.isdigit() or not 1 <= int(text) <= pages:
        raise detail(404, "Invalid page.")
    return int(text)


def _last(call: Call, name: str) -> str | None:
    found = call.query.getlist(name)
    return found[-1] if found else None


def _link(call: Call, number: int) -> str:
    # the backend's own path, whatever a gateway in front of it is called; parameters in the order of their names
    query = {k: v for k, v in call.query.to_dict(flat=False).items() if k != "page"}
    query["page"] = [str(number)]
    return f"{call.path}?{urlencode(sorted(query.items()), doseq=True)}"
