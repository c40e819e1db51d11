# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what a job did on its hosts: results and output (Foreman contract 1.4 to 1.7)."""

from __future__ import annotations

import json
import re
import typing as t

from ..._errors import ApiError, InvalidOptionError
from ..._native import clean, mapping, rows, tail, text
from ..._types import HostResult, HostStatus, Job, Output
from . import facts
from .api import Api, Row
from .search import ids

_EXIT = re.compile(r"^Exit[ -]status: (?P<code>-?\d+|EXCEPTION)\s*$", re.IGNORECASE)
#: one answer holds the output of so many hosts
_CHUNK = 50
_EXPLAINED_HOSTS = 50
_LAST_LINES = 5


def host_rows(api: Api, job: Job, host_filter: t.Any = None) -> list[Row]:
    """Return the hosts of a job with their C(job_status); old servers and bare users get them from the detail."""
    path = f"{facts.JOBS}/{job.id}"
    params: Row = {"search": host_filter} if isinstance(host_filter, str) else {}
    try:
        found = api.all_rows(f"{path}/hosts", params)
    except ApiError as error:
        if error.status not in (403, 404):
            raise
        detail = mapping(api.get(path, {"host_status": True}))
        found = rows(mapping(detail.get("targeting")).get("hosts"))
        if isinstance(host_filter, str):
            fitting = {row.get("id") for row in api.all_rows("/api/hosts", {"search": host_filter, "thin": True})}
            found = [row for row in found if row.get("id") in fitting]
    if host_filter is None or isinstance(host_filter, str):
        return found
    return [row for row in found if row.get("name") in host_filter]


def iter_hosts(api: Api, job: Job, host_filter: t.Any, with_output: bool) -> t.Iterator[HostResult]:
    """Yield the results of the hosts; those that failed are explained by the end of their output."""
    found = host_rows(api, job, host_filter)
    bad = [row for row in found if _status(job, row) == HostStatus.FAILED][:_EXPLAINED_HOSTS]
    wanted = found if with_output else bad
    outputs = read_outputs(api, job, [row["id"] for row in wanted if "id" in row]) if wanted else {}
    for row in sorted(found, key=lambda row: text(row.get("name"))):
        host = HostResult(text(row.get("name")), _status(job, row), native_status=text(row.get("job_status")) or None)
        printed = outputs.get(row.get("id"))
        if printed is not None:
            host.exit_code = printed.exit_code
            host.message = printed.reason() if host.status in HostStatus.BAD else ""
            host.output = printed.text() if with_output else None
        elif host.status == HostStatus.CANCELED and row.get("job_status") == facts.NOT_STARTED:
            host.message = "It was never started."
        yield host


def _status(job: Job, row: Row) -> str:
    word = text(row.get("job_status"))
    if word == facts.NOT_STARTED:
        return HostStatus.CANCELED if job.is_finished else HostStatus.PENDING
    return facts.HOST_STATUSES.get(word, HostStatus.UNKNOWN)


class Printed:
    """What one host printed: chunks that may end in the middle of a line, and the exit code behind them."""

    def __init__(self, chunks: list[Row], complete: bool = True) -> None:
        self.exit_code: int | None = None
        self.complete = complete
        self.failed_to_run = False
        self.chunks = [chunk for chunk in chunks if not self._is_exit(chunk)]

    def _is_exit(self, chunk: Row) -> bool:
        """Note the exit code if the chunk is the synthetic last item, which has no id."""
        match = _EXIT.match(text(chunk.get("output")).strip()) if "id" not in chunk else None
        if not match:
            return False
        self.failed_to_run = match["code"].upper() == "EXCEPTION"
        self.exit_code = None if self.failed_to_run else int(match["code"])
        return True

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


def read_outputs(api: Api, job: Job, host_ids: t.Sequence[t.Any], since: float | None = None) -> dict[t.Any, Printed]:
    """Return what hosts printed, many hosts in a request; by their id."""
    found: dict[t.Any, Printed] = {}
    for start in range(0, len(host_ids), _CHUNK):
        part = host_ids[start : start + _CHUNK]
        params: Row = {"search_query": ids(part)}
        if since is not None:
            params["since"] = f"{since:.6f}"
        try:
            data = api.get(f"{facts.JOBS}/{job.id}/outputs", params)
            answers = {item.get("host_id"): item for item in rows(mapping(data).get("outputs"))}
        except ApiError as error:
            if error.status != 404:
                raise
            # before 4.2 there is only one host at a time
            answers = {number: _one_output(api, job, number, since) for number in part}
        for number, item in answers.items():
            chunks = item.get("output")
            found[number] = Printed(_chunks(chunks), complete=item.get("complete") is not False)
    return found


def _one_output(api: Api, job: Job, host_id: t.Any, since: float | None) -> Row:
    params = {} if since is None else {"since": f"{since:.6f}"}
    return mapping(api.get(f"{facts.JOBS}/{job.id}/hosts/{host_id}", params))


def _chunks(output: t.Any) -> list[Row]:
    if isinstance(output, str):
        return [{"output_type": "stdout", "output": output}] if output else []
    return rows(output)


def get_output(api: Api, job: Job, max_bytes: int, since: str | None) -> Output:
    """Return what all hosts printed, host by host, or only what came after a cursor."""
    cursor = _read_cursor(since)
    found = host_rows(api, job)
    oldest = min((moment for moment, _seen in cursor.values()), default=None)
    if cursor and any(text(row.get("id")) not in cursor for row in found):
        oldest = None
    # the server leaves out chunks of the same moment that came later, so ask for a little more
    after = None if oldest is None else oldest - 0.001
    printed = read_outputs(api, job, [row["id"] for row in found if "id" in row], after)
    parts = []
    for row in found:
        own = printed.get(row.get("id"), Printed([]))
        if cursor:
            own.chunks = _after(own.chunks, cursor.get(text(row.get("id"))))
        said = own.text()
        if said:
            parts.append(f"==> {text(row.get('name'))}\n{said if said.endswith(chr(10)) else said + chr(10)}")
    body, truncated = tail("".join(parts), max_bytes)
    complete = all(item.complete for item in printed.values())
    return Output(body, complete, truncated, _next_cursor(cursor, printed) if since is not None else None)


def _read_cursor(since: str | None) -> dict[str, tuple[float, int]]:
    """Return, by host id, the moment of the last chunk read and how many of that moment were read."""
    if since is None or since == "0":
        return {}
    try:
        return {str(host): (float(pair[0]), int(pair[1])) for host, pair in json.loads(since).items()}
    except (ValueError, TypeError, AttributeError, LookupError):
        raise InvalidOptionError(
            f"output_since: {since!r} is not a cursor of Foreman: give an output_cursor of an earlier read, or 0."
        ) from None


def _after(chunks: list[Row], seen: tuple[float, int] | None) -> list[Row]:
    if seen is None:
        return chunks
    moment, count = seen
    result = []
    for chunk in chunks:
        own = _moment(chunk)
        if own > moment:
            result.append(chunk)
        elif own == moment:
            count -= 1
            if count < 0:
                result.append(chunk)
    return result


def _next_cursor(before: dict[str, tuple[float, int]], printed: dict[t.Any, Printed]) -> str:
    """Return where to go on: C(before), moved on by the chunks that were just read."""
    now = dict(before)
    for host, own in printed.items():
        for chunk in own.chunks:
            moment, count = now.get(str(host), (0.0, 0))
            own_moment = _moment(chunk)
            if own_moment > moment:
                now[str(host)] = (own_moment, 1)
            elif own_moment == moment:
                now[str(host)] = (moment, count + 1)
    return json.dumps({host: list(pair) for host, pair in sorted(now.items())}, separators=(",", ":"))


def _moment(chunk: Row) -> float:
    value = chunk.get("timestamp")
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0.0


def get_failed_tasks(api: Api, job: Job) -> list[Row]:
    """Return what failed on which host: here the job's one template is the task."""
    failed = []
    for host in iter_hosts(api, job, None, False):
        if host.status not in HostStatus.BAD:
            continue
        failed.append(
            {
                "host": host.name,
                "status": host.status,
                "play": None,
                "task": job.template["name"],
                "role": None,
                "action": None,
                "message": host.message,
                "stdout": None,
                "stderr": None,
                "exit_code": host.exit_code,
            }
        )
    return failed
