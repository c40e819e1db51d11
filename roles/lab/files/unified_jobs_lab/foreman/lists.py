# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists: search, order, pages, and the envelope around them (contract 1.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .matching import Fields, select, unknown_field
from .reply import Reply, Row, bad_search, crash
from .router import Call
from .scoped import BadSearch

DEFAULT_SIZE = 20


def found(call: Call, things: Iterable[Any], fields: Fields, query: Any) -> list[Any]:
    """What a search leaves; 400 if it cannot be understood."""
    try:
        return select(None if query is None else str(query), fields, things, call.now)
    except BadSearch as error:
        raise bad_search(str(error)) from error


def listing(
    call: Call,
    things: Iterable[Any],
    fields: Fields,
    row: Callable[[Any], Row],
    *,
    order: tuple[str | None, str | None] = (None, None),
    all_is_none: bool = False,
) -> Reply:
    """One page. Some lists take per_page=all for a limit of 0 and answer nothing."""
    everything = list(things)
    query = call.param("search")
    left = found(call, everything, fields, query)
    by, direction = _order(call, order)
    if call.param("order"):
        left = ordered(left, fields, by or "", direction or "ASC")
    number, size, shown_size = _page(call, len(left), all_is_none)
    body = {
        "total": len(everything),
        "subtotal": len(left),
        "page": number,
        "per_page": shown_size,
        "search": query,
        "sort": {"by": by, "order": direction},
        "results": [row(one) for one in left[(number - 1) * size : number * size]],
    }
    return Reply(body)


def _order(call: Call, default: tuple[str | None, str | None]) -> tuple[str | None, str | None]:
    text = call.param("order")
    if not text:
        return default
    by, _space, direction = str(text).strip().partition(" ")
    return by, direction.strip().upper() or "ASC"


def ordered(things: list[Any], fields: Fields, by: str, direction: str) -> list[Any]:
    """Sorted by a field that can be searched; nothing comes last."""
    field = fields.get(by.lower())
    if field is None:
        raise bad_search(str(unknown_field(by)))
    if direction not in ("ASC", "DESC"):
        raise bad_search(f"'{direction}' is no order")
    down = direction == "DESC"
    known = [one for one in things if field.read(one) is not None]
    unknown = [one for one in things if field.read(one) is None]
    return sorted(known, key=field.read, reverse=down) + unknown


def _page(call: Call, count: int, all_is_none: bool) -> tuple[int, int, Any]:
    number = _number(call.param("page"), 1)
    text = call.param("per_page")
    if text == "all":
        return (number, 0, 0) if all_is_none else (1, max(count, 1), count)
    size = _number(text, DEFAULT_SIZE)
    return number, size, size


def _number(value: Any, default: int) -> int:
    if value is None or value == "":
        return default
    if not str(value).isdigit() or int(value) < 1:
        raise crash()
    return int(value)
