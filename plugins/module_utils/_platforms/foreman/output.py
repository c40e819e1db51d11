# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what a job printed on its hosts (Foreman contract 1.4 to 1.6)."""

from __future__ import annotations

import re
import typing as t

from ..._errors import ApiError, BadResponseError
from ..._native import clean, mapping, rows, tail, text
from ..._types import Job, Output
from . import facts
from .api import Api, Row, as_number
from .cursor import Cursor, Position
from .search import ids

_EXIT = re.compile(r"^Exit[ -]status: ?(?P<code>-?[0-9]{1,9}|EXCEPTION|)$", re.IGNORECASE)
#: one answer holds the output of so many hosts; the server loads them one by one
CHUNK = 50
_LAST_LINES = 5


class Printed:
    """What one host printed: chunks that may end in the middle of a line, and the exit code behind them."""

    def __init__(self, output: t.Any, complete: bool = True) -> None:
        self.exit_code: int | None = None
        self.complete = complete
        self.failed_to_run = False
        self.chunks = _chunks(output)
        # the exit code is the last item, which is no stored chunk and has no id; a script may print such a line too
        if self.chunks and "id" not in self.chunks[-1]:
            self._read_exit(text(self.chunks[-1].get("output")))

    def _read_exit(self, line: str) -> None:
        match = _EXIT.match(line.strip())
        if not match:
            return
        del self.chunks[-1]
        self.failed_to_run = match["code"].upper() == "EXCEPTION"
        if match["code"] and not self.failed_to_run:
            self.exit_code = int(match["code"])

    def text(self, *kinds: str) -> str:
        """Return the chunks joined, only of some kinds (stdout, stderr, debug) if any are named."""
        chosen = [chunk for chunk in self.chunks if not kinds or chunk.get("output_type") in kinds]
        return clean("".join(text(chunk.get("output")) for chunk in chosen))

    def reason(self) -> str:
        """Return why the host failed: what the runner says, else the end of stderr, else of stdout."""
        for kind in ("debug", "stderr", "stdout"):
            lines = [line for line in self.text(kind).strip().splitlines() if line.strip()]
            if lines:
                return "\n".join(lines[-_LAST_LINES:])
        return "The runner broke down." if self.failed_to_run else ""


def _chunks(output: t.Any) -> list[Row]:
    """Return the chunks of an output, which may also be null, or one text."""
    if isinstance(output, str):
        return [{"output_type": "stdout", "output": output}] if output else []
    return rows(output)


def read_outputs(api: Api, job: Job, host_ids: t.Sequence[t.Any], since: float | None = None) -> dict[str, Printed]:
    """Return what hosts printed, by their id as text; a host that this user may not see is left out."""
    found: dict[str, Printed] = {}
    for start in range(0, len(host_ids), CHUNK):
        if start:
            api.check_time(f"the output of the job {job.id}")
        found.update(_read_part(api, job, host_ids[start : start + CHUNK], since))
    return found


def _read_part(api: Api, job: Job, part: t.Sequence[t.Any], since: float | None) -> dict[str, Printed]:
    params: Row = {} if since is None else {"since": f"{since:.6f}"}
    try:
        data = api.get(f"{facts.JOBS}/{job.id}/outputs", {"search_query": ids(part), **params})
    except BadResponseError as error:
        # more than one answer may hold: no status is said for one that is cut off
        if len(part) == 1 or error.status is not None or not error.ambiguous:
            raise
        middle = len(part) // 2
        return {**_read_part(api, job, part[:middle], since), **_read_part(api, job, part[middle:], since)}
    except ApiError as error:
        if error.status != 404:
            raise
        # before version 4.2 of the plugin there is only one host at a time
        return {text(number): _printed(api.get(f"{facts.JOBS}/{job.id}/hosts/{number}", params)) for number in part}
    return {text(item.get("host_id")): _printed(item) for item in rows(mapping(data).get("outputs"))}


def _printed(answer: t.Any) -> Printed:
    item = mapping(answer)
    return Printed(item.get("output"), complete=item.get("complete") is not False)


def get_output(api: Api, job: Job, hosts: list[Row], max_bytes: int, since: str | None) -> Output:
    """Return what the hosts printed, one after the other, or only what came after a cursor."""
    hosts = sorted(
        (row for row in hosts if as_number(row.get("id")) is not None), key=lambda row: text(row.get("name"))
    )
    if since is not None:
        return _output_since(api, job, hosts, max_bytes, Cursor.parse(since))
    printed = read_outputs(api, job, [row["id"] for row in hosts])
    parts = []
    for row in hosts:
        key = text(row["id"])
        said = printed[key].text() if key in printed else ""
        if said:
            parts.append(_heading(row, hosts) + said + ("" if said.endswith("\n") else "\n"))
    body, truncated = tail("".join(parts), max_bytes)
    return Output(body, all(own.complete for own in printed.values()), truncated)


def _heading(row: Row, hosts: list[Row]) -> str:
    return f"==> {text(row.get('name'))}\n" if len(hosts) > 1 else ""


def _output_since(api: Api, job: Job, hosts: list[Row], max_bytes: int, cursor: Cursor) -> Output:
    """Return the first whole lines after the cursor, as many as fit, one at the least, which is cut if it must be."""
    parts: list[str] = []
    size = 0
    for row, line, position in _lines_after(api, job, hosts, cursor):
        piece = _heading(row, hosts) if cursor.last != str(row["id"]) else ""
        piece += line
        size += len(piece.encode("utf-8", "replace"))
        if max_bytes and parts and size > max_bytes:
            break
        parts.append(piece)
        cursor.move(row["id"], position)
    body, truncated = tail("".join(parts), max_bytes)
    return Output(body, all(cursor.is_done(row["id"]) for row in hosts), truncated, cursor.dump())


def _lines_after(api: Api, job: Job, hosts: list[Row], cursor: Cursor) -> t.Iterator[tuple[Row, str, Position]]:
    """Yield what comes after the cursor, host by host, and note in it which hosts were read to their end."""
    left = [row for row in hosts if not cursor.is_done(row["id"])]
    for start in range(0, len(left), CHUNK):
        part = left[start : start + CHUNK]
        numbers = [row["id"] for row in part]
        printed = read_outputs(api, job, numbers, cursor.border(numbers))
        for row in part:
            # of one that is left out now, more may be said later, as long as the job goes on
            own = printed.get(text(row["id"]), Printed(None, complete=job.is_finished))
            for line, position in cursor.lines(row["id"], own.chunks, own.complete):
                shown = clean(line)
                if shown:
                    yield row, shown if shown.endswith("\n") else shown + "\n", position
            if own.complete:
                cursor.finish(row["id"])
