# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: where to go on reading the output of hosts (Foreman contract 1.4, C(since))."""

from __future__ import annotations

import json
import typing as t
import zlib
from dataclasses import dataclass, field

from ..._errors import InvalidOptionError
from ..._native import seconds, text
from .api import Row

#: the server leaves out what is as old as its C(since), also what came later; so ask for a little more
_MARGIN = 0.001


@dataclass
class Position:
    """How far the output of a host was read.

    C(moment) is the time of the last chunk that was read, C(keys) are those of that time. Of the chunk C(partial),
    which comes behind them, C(offset) characters were read.
    """

    moment: float = 0.0
    keys: list[str] = field(default_factory=list)
    partial: str = ""
    offset: int = 0

    def after(self, chunks: t.Iterable[Row]) -> t.Iterator[tuple[Row, str]]:
        """Yield the chunks that were not read, with their text."""
        read = list(self.keys)
        for chunk in chunks:
            key = _key(chunk)
            if _moment(chunk) < self.moment:
                continue
            if _moment(chunk) == self.moment and key in read:
                read.remove(key)
                continue
            said = text(chunk.get("output"))
            yield chunk, said[self.offset :] if key == self.partial else said

    def behind(self, chunk: Row) -> Position:
        """Return the position behind a chunk."""
        moment, key = _moment(chunk), _key(chunk)
        return Position(moment, [*self.keys, key] if moment == self.moment else [key])

    def within(self, chunk: Row, offset: int) -> Position:
        """Return the position behind so many more characters of a chunk."""
        key = _key(chunk)
        return Position(self.moment, self.keys, key, offset + (self.offset if key == self.partial else 0))


class Cursor:
    """The positions of all hosts. C(last) is the host whose line came last, as text."""

    def __init__(self, positions: dict[str, Position], done: list[str], last: str) -> None:
        self._positions = positions
        self._done = done
        self.last = last

    @classmethod
    def parse(cls, value: str) -> Cursor:
        """Return the cursor that a text is; C(0) is the beginning."""
        if value == "0":
            return cls({}, [], "")
        try:
            data = json.loads(value)
            positions = {
                host: Position(float(one[0]), [str(key) for key in one[1]], str(one[2]), int(one[3]))
                for host, one in data["hosts"].items()
            }
            return cls(positions, [str(host) for host in data["done"]], str(data["last"]))
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError, OverflowError):
            raise InvalidOptionError(
                f"output_since: {value[:40]!r} is not a cursor of Foreman: give an output_cursor of an earlier read, or 0."
            ) from None

    def dump(self) -> str:
        """Return the cursor as text."""
        hosts = {host: [p.moment, p.keys, p.partial, p.offset] for host, p in sorted(self._positions.items())}
        return json.dumps({"hosts": hosts, "done": sorted(self._done), "last": self.last}, separators=(",", ":"))

    def is_done(self, host: t.Any) -> bool:
        """Return whether all that a host will ever print was read."""
        return str(host) in self._done

    def border(self, hosts: t.Sequence[t.Any]) -> float | None:
        """Return the time before which nothing is needed of any of the hosts, or None if all is."""
        moments = [self._at(host).moment for host in hosts]
        return min(moments) - _MARGIN if moments and min(moments) > 0 else None

    def lines(self, host: t.Any, chunks: t.Sequence[Row], complete: bool) -> t.Iterator[tuple[str, Position]]:
        """Yield the lines that were not read, each with the position behind it.

        A last line without an end is kept back until it has one or no more can come.
        """
        position = self._at(host)
        line = ""
        for chunk, said in position.after(chunks):
            pieces = said.splitlines(keepends=True) if "\n" in said else [said]
            taken = 0
            for piece in _by_line_feed(pieces):
                line += piece
                taken += len(piece)
                whole = taken == len(said)
                if piece.endswith("\n"):
                    yield line, position.behind(chunk) if whole else position.within(chunk, taken)
                    line = ""
            position = position.behind(chunk)
        if line and complete:
            yield line, position

    def move(self, host: t.Any, position: Position) -> None:
        """Note what was read of a host."""
        self._positions[str(host)] = position
        self.last = str(host)

    def finish(self, host: t.Any) -> None:
        """Note that all was read of a host."""
        self._positions.pop(str(host), None)
        self._done.append(str(host))

    def _at(self, host: t.Any) -> Position:
        return self._positions.get(str(host), Position())


def _by_line_feed(pieces: t.Iterable[str]) -> t.Iterator[str]:
    """Yield pieces that end with a line feed; other signs that part lines are text."""
    held = ""
    for piece in pieces:
        held += piece
        if piece.endswith("\n"):
            yield held
            held = ""
    if held:
        yield held


def _moment(chunk: Row) -> float:
    return seconds(chunk.get("timestamp")) or 0.0


def _key(chunk: Row) -> str:
    """Return what a chunk is known by: its id, which only newer servers give, else a sum of what it holds."""
    if chunk.get("id") is not None:
        return text(chunk["id"])
    return f"c{zlib.crc32((text(chunk.get('output_type')) + text(chunk.get('output'))).encode('utf-8', 'replace'))}"
