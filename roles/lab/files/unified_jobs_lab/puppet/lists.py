# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists: their parameters, their order, their pages (contract 1.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .dates import parsed
from .reply import ApiError, Row, invalid
from .router import Call

T = TypeVar("T")
Keys = dict[str, Callable[[Any], Any]]
Refusal = Callable[[str, Any], ApiError]


@dataclass(frozen=True)
class Page:
    """What a list was asked for."""

    limit: int | None
    offset: int
    order: str
    order_by: str

    def cut(self, things: Sequence[T]) -> list[T]:
        """The things of this page."""
        end = None if self.limit is None else self.offset + self.limit
        return list(things[self.offset : end])

    def shown(self, **more: Any) -> Row:
        """The pagination object; a limit that nobody asked for is not in it (recording 100)."""
        return {**({} if self.limit is None else {"limit": self.limit}), "offset": self.offset, **more}


def integer(call: Call, name: str, refuse: Refusal = invalid) -> int | None:
    """A number of the query (recording 071)."""
    text = call.query.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"\d+", text, re.ASCII):
        raise refuse(f"The {name} parameter must be an integer", {name: text})
    return int(text)


def page(call: Call, keys: Keys, default: str, refuse: Refusal = invalid) -> Page:
    """What the query says about order and page."""
    order, by = call.query.get("order", "asc"), call.query.get("order_by", default)
    if order not in ("asc", "desc"):
        raise refuse(f"Invalid order {order}", {"order": order})
    if by not in keys:
        raise refuse(f"Invalid order_by {by}", {"order_by": by})
    return Page(integer(call, "limit", refuse), integer(call, "offset", refuse) or 0, order, by)


def ordered(things: Sequence[T], asked: Page, keys: Keys) -> list[T]:
    """Sorted as asked; what has no value comes last, equals stay in the order of their numbers."""
    key = keys[asked.order_by]
    known = [one for one in things if key(one) is not None]
    unknown = [one for one in things if key(one) is None]
    return sorted(known, key=key, reverse=asked.order == "desc") + unknown


def window(call: Call, finished: Callable[[T], float | None], things: Sequence[T]) -> list[T]:
    """Those that finished between two times, both inclusive (contract 1.3)."""
    found = list(things)
    for name, later in (("min_finish_timestamp", True), ("max_finish_timestamp", False)):
        text = call.query.get(name)
        if text is None or not call.server.has(2021, 6):
            continue
        try:
            limit = parsed(text)
        except ValueError as error:
            raise invalid(f"Invalid {name} {text}", {name: text}) from error
        found = [one for one in found if _inside(finished(one), limit, later)]
    return found


def _inside(end: float | None, limit: float, later: bool) -> bool:
    # the times are shown in whole seconds, so they are compared in whole seconds
    return end is not None and (int(end) >= limit if later else int(end) <= limit)


def number_of(text: str, word: str, details: Row) -> int:
    """The number of a job in a path or a body (recording 091)."""
    if not re.fullmatch(r"\d+", text, re.ASCII):
        raise invalid(f"Invalid {word} id {text}", details)
    return int(text)
