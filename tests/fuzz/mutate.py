# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies that are not what they should be: values in the wrong place, and bytes that are hardly JSON.

All that is done to a body follows from choices, which come from a seed, or from bytes that a fuzzer makes up.
"""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Place = tuple[Any, ...]
_T = TypeVar("_T")

#: what may stand where something else should; servers and what lies before them have answered all of these
ODD: tuple[Any, ...] = (None, [], {}, "x", -1, True, 10**40, [[]])


class Choices:
    """Choices that follow from a seed."""

    def __init__(self, seed: object) -> None:
        # a generator of its own is made for every body; seeding by text would hash it each time
        self._random = random.Random(str(seed))

    def below(self, number: int) -> int:
        """A whole number from 0 on that is smaller."""
        return self._random.randrange(number) if number > 1 else 0

    def one(self, items: Sequence[_T]) -> _T:
        """One of several."""
        return items[self.below(len(items))]


class ByteChoices(Choices):
    """Choices that are read from bytes; where these are over, it is always the first."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def below(self, number: int) -> int:
        size = 1 if number <= 256 else 2 if number <= 65536 else 4
        part = self._data[self._at : self._at + size]
        self._at += size
        return int.from_bytes(part, "big") % number if number > 1 else 0


def deep(levels: int, inner: Any = None, key: str | None = None) -> Any:
    """Lists within lists, or objects within objects."""
    value = inner
    for _level in range(levels):
        value = [value] if key is None else {key: value}
    return value


DATES = (
    "0000-00-00T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59.999999Z",
    "10000-01-01T00:00:00Z",
    "-2026-11-22T10:00:00Z",
    "2026-02-30T10:00:00Z",
    "2026-11-22T24:00:00Z",
    "2026-11-22T10:00:60Z",
    "2026-11-22T10:00:00+99:99",
    "2026-11-22 10:00:00 UTC",
    "2026-11-22 10:00:00 +0530",
    "2026-11-22 10:00:00 +9999",
    "2026-11-22T10:00:00." + "9" * 400 + "Z",
    "２０２６-11-22T10:00:00Z",
    "2026-11-22T10:00:0٣Z",
    "2026-11-22T10:00:00.²Z",
    "2026-11-22T10:00:00 z",
    "2026-11-22T10:00:00\nZ",
    "Sun, 22 Nov 2026 10:00:00 GMT",
    "Sun, 99 Nov 99999 10:00:00 +9999999999",
    "20261122T100000Z",
    "1e308",
    "2026-W47-7",
)
#: numbers; the longest have as many digits as Python still reads
NUMBERS = (
    *(0, -1, 1, 2, 5, 6, 255, -(2**31), 2**31, 2**53 + 1, -(2**63), 2**63, 2**64, 10**40, 10**4299, -(10**4299)),
    *(0.0, -0.0, 0.1, 1.5, -0.5, 5.0, 1e-320, 1e16, 1e22, 1e300, -1e308),
    *(float("inf"), float("-inf"), float("nan")),
)
TEXTS = (
    *("", " ", "x", "\n", "\x00", "a\x00b", "\x1b[2J\x1b]0;x\x07", "\x9b31m", "\u202e\u2066x", "\ufeff", "ünïcödé"),
    *("\ud800", "a\udfffb", "\udcff\ud83d", "😀", "N/A", "n/a", "None", "null", "true", "false", "NaN", "-Infinity"),
    *(
        "5",
        "05",
        "+5",
        " 5 ",
        "5.0",
        "-5",
        "1e3",
        "1_000",
        "٣",
        "²",
        "Ⅷ",
        "9" * 19,
        "9" * 5000,
        "0x10",
        "1" + "0" * 400,
    ),
    *("{{ 7 * 7 }}", "{% for x in y %}", "%s%n", "${x}", "/", "../..", "?a=b#c", "a,b", "::", "\\", '"', "'", "<html>"),
    *(
        "Infinity",
        "{",
        "[",
        "[1,",
        '{"a": ',
        "[" * 3000,
        '{"a":' * 3000,
        "---\n- a\n- *b",
        "Sensitive [value redacted]",
    ),
    *(
        "********",
        "$encrypted$",
        "x" * 70000,
        "é" * 9000,
        "a " * 3000,
        "a\n" * 3000,
        " " * 9000,
        "@" * 3000,
        "/" * 3000,
    ),
    *("http://u:p@h/", "http://[", "https://h:99999/x", "/orchestrator/v1/jobs/6", "Exit status: " + "9" * 5000),
    *("Exit status: 1", "Previous Task Failed: {", 'Previous Task Failed: {"job_type": [1]}'),
)
OTHERS: tuple[Any, ...] = (
    *(None, True, False, [], {}, [[]], [None], [{}], {"": None}, {"a": {}}, [None, 1, [], {}, "x", True, 1.5]),
    *(
        {"a\x00\n\x1b": 1},
        {"\ud800": "\udfff"},
        {"id": [1]},
        {"id": {}},
        {"results": [None, 1, [], {}]},
        {"x" * 9000: 1},
    ),
    *({"name": None, "id": True}, {"id": 6, "name": "6"}, ["failed", "finished"], {"_sensitive": "x"}, {"_error": 5}),
    *({"_output": [1]}, {"5": None}, {"a": "b", "A": "c"}, {str(n): n for n in range(300)}, list(range(300))),
)
#: what YAML and templates make, and JSON does not have
PYTHON: tuple[Any, ...] = (
    *(
        10**5000,
        -(10**5000),
        b"x\xff",
        (1, (2,)),
        {3},
        {1: 2},
        {None: 1, (1,): 2},
        {10**5000: 1},
        deep(900),
        deep(900, 1, "a"),
    ),
    *(
        datetime.datetime(1, 1, 1),
        datetime.date(9999, 12, 31),
        datetime.datetime(9999, 12, 31, tzinfo=datetime.timezone(datetime.timedelta(hours=-14))),
    ),
)
_DEEPEST = 250
DEPTHS = (9, 21, 40, 150, 199, 202, 300, 450)


def odd_value(choices: Choices, words: Sequence[str] = ()) -> Any:
    """Something that may stand anywhere.

    :param words: words of the platform, for the places of others.
    """
    kind = choices.below(8)
    if kind == 0:
        return choices.one(OTHERS)
    if kind in (1, 2):
        return choices.one(NUMBERS)
    if kind in (3, 4):
        return choices.one(TEXTS)
    if kind == 5:
        return choices.one(DATES)
    if kind == 6 and words:
        return choices.one(words)
    inner = choices.one(OTHERS)
    return deep(choices.one(DEPTHS), inner, choices.one((None, "a", "id", "children", "details")))


def places(value: Any) -> Iterator[Place]:
    """Every place within a body, but for what is nested deeper than is worth a change."""
    waiting: list[tuple[Place, Any]] = [((), value)]
    while waiting:
        place, inner = waiting.pop()
        yield place
        if len(place) >= _DEEPEST:
            continue
        if isinstance(inner, dict):
            waiting += [((*place, key), item) for key, item in reversed(list(inner.items()))]
        elif isinstance(inner, list):
            waiting += [((*place, number), item) for number, item in reversed(list(enumerate(inner)))]


def spoiled(value: Any, place: Place, odd: Any) -> Any:
    """The body with something odd at a place."""
    return changed(value, place, lambda _old: odd)


def found(value: Any, place: Place) -> Any:
    """What is at a place."""
    for key in place:
        value = value[key]
    return value


def changed(value: Any, place: Place, change: Callable[[Any], Any]) -> Any:
    """The body with what is at a place changed; what is not above it is not copied."""
    if not place:
        return change(value)
    copy: Any = type(value)(value)
    copy[place[0]] = changed(value[place[0]], place[1:], change)
    return copy


def without(value: Any, place: Place) -> Any:
    """The body without what is at a place."""

    def shorter(inner: Any) -> Any:
        if isinstance(inner, dict):
            return {key: item for key, item in inner.items() if key != place[-1]}
        return [item for number, item in enumerate(inner) if number != place[-1]]

    return changed(value, place[:-1], shorter) if place else None


# -- one change --------------------------------------------------------------------------------------------------------


def _other_type(value: Any, choices: Choices) -> Any:
    """The same in another type."""
    forms: list[Any] = [[value], {"value": value}, [value, value], {"id": value}, json.dumps(value), str(value)]
    if isinstance(value, bool):
        forms += [int(value), str(value).lower()]
    elif isinstance(value, (int, float)):
        forms += [-value, value * 1.0 if abs(value) < 1e300 else 0.0, value + 1, bool(value), f"0{value}"]
    elif isinstance(value, str):
        forms += [list(value[:50]), len(value), {value: value}, value.encode("utf-16", "surrogatepass").hex()]
        forms += [int(value)] if value.isascii() and value.isdigit() and len(value) < 20 else []
    elif isinstance(value, list):
        forms += [*value[:1], {str(number): item for number, item in enumerate(value)}, value * 30]
    elif isinstance(value, dict):
        forms += [list(value), list(value.values()), [value, {}, None], list(map(list, value.items()))]
    return choices.one(forms)


def _other_text(value: Any, choices: Choices) -> Any:
    """A text, spoiled somewhere."""
    if not isinstance(value, str):
        return _other_type(value, choices)
    at = choices.below(len(value) + 1)
    kind = choices.below(6)
    if kind == 0:
        return value[:at]
    if kind == 1:
        return value.upper() if choices.below(2) else value.title()
    if kind == 2:
        return value * choices.one((2, 40, 400))
    return value[:at] + choices.one(TEXTS) + value[at + kind - 3 :]


def _other_key(value: Any, choices: Choices) -> Any:
    """An object in which a key is another, or there is one more; a list with more."""
    if isinstance(value, dict):
        key = choices.one((*TEXTS, *value))
        if value and choices.below(2):
            old = choices.one(list(value))
            return {(key if name == old else name): item for name, item in value.items()}
        return {**value, key: odd_value(choices)}
    if isinstance(value, list):
        at = choices.below(len(value) + 1)
        return [*value[:at], odd_value(choices), *value[at:]]
    return {choices.one(TEXTS): value}


def mutated(body: Any, choices: Choices, words: Sequence[str] = (), others: Sequence[Any] = ()) -> Any:
    """A body with one to four changes.

    :param words: words of the platform.
    :param others: other bodies, of which parts may get into this one.
    """
    for _change in range(1 + choices.below(4) * choices.below(2)):
        body = _change_one(body, choices, words, others)
    return body


def _change_one(body: Any, choices: Choices, words: Sequence[str], others: Sequence[Any]) -> Any:
    there = list(places(body))
    place = choices.one(there[:4000])
    kind = choices.below(10)
    if kind <= 3:
        return spoiled(body, place, odd_value(choices, words))
    if kind == 4 and place:
        return without(body, place)
    if kind == 5:
        return changed(body, place, lambda old: _other_type(old, choices))
    if kind == 6:
        return changed(body, place, lambda old: _other_text(old, choices))
    if kind == 7:
        return changed(body, place, lambda old: _other_key(old, choices))
    source = choices.one(others) if others and kind == 8 else body
    part = found(source, choices.one(list(places(source))[:4000]))
    return spoiled(body, place, part)


def of_python(body: Any, choices: Choices) -> Any:
    """A body in which something stands that no JSON gives."""
    return spoiled(body, choices.one(list(places(body))[:4000]), choices.one(PYTHON))


# -- bytes -------------------------------------------------------------------------------------------------------------


def encoded(body: Any) -> bytes:
    """A body as a server sends it."""
    return json.dumps(body).encode()


def raw(body: Any, choices: Choices) -> bytes:
    """A body as bytes that may be no JSON, or such as only some read."""
    try:
        content = encoded(body)
    except (ValueError, RecursionError):
        content = b"{}"
    return _RAW[choices.below(len(_RAW))](content, choices)


def _literal(content: bytes, choices: Choices) -> bytes:
    """A literal that JSON does not have, or that is too much for a reader, in the place of a value."""
    values = (
        b"NaN",
        b"-Infinity",
        b"1e999",
        b"9" * 5000,
        b"-" + b"9" * 4300,
        b'"\\ud83d"',
        b"0" * 20,
        b"1" + b"0" * 400,
    )
    starts = [at + 1 for at, sign in enumerate(content[:20000]) if sign == 0x3A] or [0]
    at = choices.one(starts)
    end = min(
        (place for place in (content.find(sign, at) for sign in (b",", b"}")) if place >= 0), default=len(content)
    )
    return content[:at] + choices.one(values) + content[end:]


def _twice(content: bytes, choices: Choices) -> bytes:
    """An object in which keys are there twice."""
    return content[:-1] + b", " + content[1:] if content[:1] == b"{" and len(content) > 2 else content + content


def _flipped(content: bytes, choices: Choices) -> bytes:
    spoiled_bytes = bytearray(content or b"x")
    for _flip in range(1 + choices.below(3)):
        spoiled_bytes[choices.below(len(spoiled_bytes))] = choices.below(256)
    return bytes(spoiled_bytes)


_RAW: tuple[Callable[[bytes, Choices], bytes], ...] = (
    _literal,
    _literal,
    _twice,
    _flipped,
    lambda content, choices: content[: choices.below(len(content) + 1)],
    lambda content, choices: content.decode("utf-8", "replace").encode(choices.one(("utf-16", "utf-32", "utf-8-sig"))),
    lambda content, choices: b"[" * choices.one((500, 2000, 100000)) + content,
    lambda content, choices: b'{"a":' * choices.one((500, 2000, 100000)) + content,
    lambda content, choices: b"[" * choices.one((400, 900)) + content + b"]" * choices.one((400, 900)),
    lambda content, choices: choices.one(
        (b"", b" ", b"\x00", b"<html><b>oh</b></html>", b"\xff\xfe\x80", b"null", b'"x"')
    ),
)
