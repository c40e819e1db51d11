# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: reading bodies that may hold anything, whatever the platform's pages say about their types."""

from __future__ import annotations

import math
import re
import typing as t

#: seconds; what is said to take longer was not measured
_LONGEST = 1e12
_PAGE = re.compile(r"\s*<(?:!doctype|html|\?xml)\b", re.IGNORECASE)
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\r\n]*(?:\x07|\x1b\\)?|[@-Z\\-_])")

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def text(value: t.Any) -> str:
    """Return a value as text; null becomes empty."""
    if isinstance(value, str):
        return value
    try:
        return "" if value is None else str(value)
    except (ValueError, RecursionError):  # a number of more digits than Python writes, or what is nested without end
        return ""


def mapping(value: t.Any) -> dict[str, t.Any]:
    """Return the value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: t.Any) -> list[dict[str, t.Any]]:
    """Return the objects of a list; anything else is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def whole(value: t.Any) -> int | None:
    """Return a whole number that is not negative, or None: servers send "N/A", in their language, for an unknown one."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def number(value: t.Any) -> int | None:
    """Return a whole number, or None: C(true) is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def seconds(value: t.Any) -> float | None:
    """Return a duration, which is a number, or decimal text on the pages of the vendors; None if it is neither."""
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if 0 <= found < _LONGEST else None


def sentence(raw: str) -> str:
    """Return a text on one line; nothing in it may steer the terminal that shows it."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in raw).split())


def without_page(raw: str) -> str:
    """Return a text, or nothing if it is a page of HTML: there is nothing in one that explains an error."""
    return "" if _PAGE.match(raw) else raw


def clean(raw: str) -> str:
    """Return output as plain text: no colors, one kind of line end, no other control characters."""
    return _CONTROL.sub("", _ANSI.sub("", raw).replace("\r\n", "\n").replace("\r", "\n"))


def tail(raw: str, max_bytes: int) -> tuple[str, bool]:
    """Return the end of a text from a whole line on, and whether some was left out before it.

    :param max_bytes: how much is kept; 0 keeps all.
    """
    data = raw.encode("utf-8", "replace")
    if not max_bytes or len(data) <= max_bytes:
        return raw, False
    data = data[-max_bytes:]
    if b"\n" in data[:-1]:
        data = data.partition(b"\n")[2]
    return data.decode("utf-8", "replace"), True
