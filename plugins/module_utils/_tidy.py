# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the last look at a result: texts that can be printed and handed on, whatever a server sent."""

from __future__ import annotations

import math
import re
import typing as t

from ._errors import JobsError
from ._masking import TOO_DEEP, mask

#: half a character; from version 2.19 on, ansible-core refuses a whole result for one of them
_HALF = re.compile("[\ud800-\udfff]")
_DEEPEST = 200
#: what has nothing to tidy; lists of thousands of jobs hold a million of them
_PLAIN = (int, bool, type(None))


def one_line(text: str) -> str:
    """Return a text for people on one line; nothing in it may steer the terminal that shows it."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in _HALF.sub("\ufffd", text)).split())


def _lines(text: str) -> str:
    """Return a text of several lines that steers no terminal: Ansible prints the trace of a failure as it is."""
    return "\n".join("".join(sign if sign.isprintable() else " " for sign in line) for line in _whole(text).split("\n"))


def tidy(result: dict[str, t.Any], secrets: t.Iterable[str]) -> dict[str, t.Any]:
    """Return the keys of a result with secrets masked, sentences on one line, no half characters, and only numbers that JSON has."""
    return t.cast("dict[str, t.Any]", _tidy(mask(result, secrets), 0))


def tidy_error(error: JobsError, secrets: t.Sequence[str]) -> None:
    """Do the same to an error: its message and its result."""
    error.message = one_line(mask(error.message, secrets))
    error.args = (error.message,)
    error.result = tidy(error.result, secrets)


def _tidy(value: t.Any, depth: int) -> t.Any:
    if isinstance(value, (dict, list)) and depth > _DEEPEST:
        return TOO_DEEP
    if isinstance(value, dict):
        return {
            key if isinstance(key, str) and key.isascii() else _whole(key): item
            if type(item) in _PLAIN or (depth and isinstance(item, str) and item.isascii())
            else _tidy_key(key, item, depth)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_tidy(item, depth + 1) for item in value]
    return _whole(value)


def _tidy_key(key: t.Any, value: t.Any, depth: int) -> t.Any:
    """Return what belongs to a key; C(msg) of a result and C(warnings) of a job are sentences."""
    if key in ("msg", "exception") and depth == 0 and isinstance(value, str):
        return one_line(value) if key == "msg" else _lines(value)
    if key == "warnings" and depth < 3 and isinstance(value, list):
        return [one_line(item) if isinstance(item, str) else _tidy(item, depth + 1) for item in value]
    return _tidy(value, depth + 1)


def _whole(value: t.Any) -> t.Any:
    """Return a text without half characters; a number that JSON does not have, such as 1e999, is unknown."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if not isinstance(value, str) or value.isascii() else _HALF.sub("\ufffd", value)
