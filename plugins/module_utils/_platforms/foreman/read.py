# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: reading and listing jobs, by the index (Foreman contract 1.1, 1.2, 1.11)."""

from __future__ import annotations

import typing as t

from ..._errors import ApiError, InvalidOptionError, NotFoundError, ResourceMissingError
from ..._native import mapping, text
from ..._types import Job, JobQuery, JobRef, JobStatus
from ..base import JobStream
from . import facts, search
from .api import PAGE_SIZE, Api, Row
from .normalize import add_task, normalize

#: status -> the server's word that finds at least all such jobs; rows without a task are found by none
_WORDS = {
    JobStatus.SCHEDULED: ("queued",),
    JobStatus.PENDING: ("running",),
    JobStatus.RUNNING: ("running",),
    JobStatus.SUCCESSFUL: ("succeeded",),
    JobStatus.FAILED: ("failed",),
    JobStatus.CANCELED: ("cancelled", "failed"),
}
#: no job here ever reads so: a cancel is not to be seen until it worked
_NEVER = frozenset((JobStatus.CANCELING,))


def check_id(ref: JobRef, option: str = "jobs") -> str:
    """Return the id of a job, which is a number here; InvalidOptionError otherwise."""
    if not ref.id.isascii() or not ref.id.isdigit() or len(ref.id) > 18:
        raise InvalidOptionError(f"{option}: {ref.id!r} is not an id of Foreman, which is a number.")
    if ref.type not in (None, facts.JOB_TYPE):
        raise InvalidOptionError(f"type: {ref.type!r} is no type of Foreman jobs ({facts.JOB_TYPE}).")
    return ref.id


def get_rows(api: Api, refs: t.Sequence[JobRef]) -> dict[str, Row]:
    """Return rows of the index by id, a hundred jobs in a request."""
    wanted = list(dict.fromkeys(check_id(ref) for ref in refs))
    found: dict[str, Row] = {}
    for start in range(0, len(wanted), PAGE_SIZE):
        part = wanted[start : start + PAGE_SIZE]
        for row in api.page(facts.JOBS, {"search": search.ids(part), "per_page": PAGE_SIZE})[0]:
            found[text(row.get("id"))] = row
    return found


def get_detail(api: Api, ref: JobRef) -> Job:
    """Return one job in full: its detail, and of a finished one what its task says if the user may read it.

    A job whose task is gone makes newer servers break down: then the row of the index is all there is (checklist 5).
    """
    number = check_id(ref)
    try:
        # the hosts of a big job are slow to list, and are read by themselves; older servers ignore the wish
        job = normalize(mapping(api.get(f"{facts.JOBS}/{number}", {"include_hosts": False})))
    except ResourceMissingError:
        raise NotFoundError(
            f"jobs: there is no job with the id {number} that this user may see.", missing=[number]
        ) from None
    except ApiError as error:
        row = get_rows(api, [ref]).get(number) if error.status == 500 else None
        if row is None or row.get("dynflow_task"):
            raise
        return normalize(row)
    if job.is_finished:
        _add_task(api, job)
    return job


def _add_task(api: Api, job: Job) -> None:
    """Add what the task says; the permission for it is not in the usual roles, so a refusal is no failure."""
    number = mapping(job.details.get("task")).get("id")
    if not number:
        return
    try:
        add_task(job, mapping(api.get(f"/foreman_tasks/api/tasks/{number}")))
    except ApiError as error:
        if error.status not in (401, 403, 404):
            job.warn(f"Its task could not be read: {error.message}")


def iter_jobs(api: Api, query: JobQuery, finish: t.Callable[[Job], Job]) -> JobStream:
    """Return the jobs that fit, newest first."""
    if query.type not in (None, facts.JOB_TYPE):
        raise InvalidOptionError(f"type: {query.type!r} is no type of Foreman jobs ({facts.JOB_TYPE}).")
    if query.status is not None and set(query.status) <= _NEVER:
        return JobStream(iter(()))
    terms = _search(query)
    pages = _numbered(api, terms, query.order_by) if query.order_by else _below(api, terms, query)

    def jobs() -> t.Iterator[tuple[list[Job], int | None]]:
        seen: set[t.Any] = set()
        for rows, total in pages:
            fresh = [row for row in rows if row.get("id") not in seen]
            seen.update(row.get("id") for row in fresh)
            fitting = [finish(normalize(row)) for row in fresh]
            exact = query.status is None
            yield [job for job in fitting if exact or job.status in (query.status or ())], total if exact else None

    return JobStream(jobs())


def _numbered(api: Api, terms: str, order: str) -> t.Iterator[tuple[list[Row], int | None]]:
    number = 1
    while True:
        params = {"search": terms or None, "order": order, "per_page": PAGE_SIZE, "page": number}
        rows, total = api.page(facts.JOBS, params)
        yield rows, total
        if len(rows) < PAGE_SIZE:
            return
        number += 1


def _below(api: Api, terms: str, query: JobQuery) -> t.Iterator[tuple[list[Row], int | None]]:
    """Yield pages below the last id seen: jobs that are launched meanwhile neither repeat nor hide others."""
    size = min(PAGE_SIZE, query.max_results + 1) if query.max_results else PAGE_SIZE
    last: int | None = None
    total: int | None = None
    while True:
        below = None if last is None else f"id < {last}"
        params = {"search": search.all_of(terms, below) if terms or below else None, "order": "id DESC"}
        rows, count = api.page(facts.JOBS, {**params, "per_page": size, "page": 1})
        total = count if last is None else total
        yield rows, total
        numbers = [row["id"] for row in rows if isinstance(row.get("id"), int)]
        if len(rows) < size or not numbers or (last is not None and min(numbers) >= last):
            return
        last = min(numbers)


def _search(query: JobQuery) -> str:
    terms: list[str | None] = [
        search.equals("description", query.name) if query.name is not None else None,
        search.equals("pattern_template_name", query.template) if query.template is not None else None,
        search.equals("user", query.launched_by) if query.launched_by is not None else None,
        f'start_at >= "{query.created_after}"' if query.created_after else None,
        f'start_at < "{query.created_before}"' if query.created_before else None,
        _status_term(query.status),
        _native(query.native_query),
    ]
    return search.all_of(*terms) if any(terms) else ""


def _status_term(statuses: list[str] | None) -> str | None:
    """Return a term that finds at least the jobs in these states, or None if only all jobs hold them."""
    wanted = [status for status in statuses or () if status not in _NEVER]
    if not wanted or any(status not in _WORDS for status in wanted):
        return None
    words = list(dict.fromkeys(word for status in wanted for word in _WORDS[status]))
    return " or ".join(f"status = {word}" for word in words)


def _native(native: t.Any) -> str | None:
    if native is None or native == "":
        return None
    if not isinstance(native, str):
        raise InvalidOptionError("native_query: Foreman takes a search, which is text.")
    return native
