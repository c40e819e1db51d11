# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: reading and listing jobs, by the index (Foreman contract 1.1, 1.2, 1.11)."""

from __future__ import annotations

import contextlib
import typing as t

from ..._answers import endless
from ..._descent import Page, Span, read_down
from ..._errors import ApiError, BadResponseError, InvalidOptionError, NotFoundError, ResourceMissingError
from ..._native import mapping, text
from ..._parallel import ahead
from ..._types import Job, JobQuery, JobRef, JobStatus
from ..base import JobStream
from . import facts, search
from .api import MOST_PAGES, PAGE_SIZE, Api, Row, as_number
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
    return str(int(ref.id))


def get_rows(api: Api, refs: t.Sequence[JobRef]) -> dict[str, Row]:
    """Return rows of the index by id as the references have it, a hundred jobs in a request."""
    asked = {ref.id: check_id(ref) for ref in refs}
    wanted = list(dict.fromkeys(asked.values()))

    def read(part: list[str]) -> list[Row]:
        return api.page(facts.JOBS, {"search": search.ids(part), "per_page": PAGE_SIZE})[0]

    parts = [wanted[start : start + PAGE_SIZE] for start in range(0, len(wanted), PAGE_SIZE)]
    pages = ahead(read, parts, first_alone=True)
    found = {text(as_number(row.get("id"))): row for page in pages for row in page}
    return {given: found[number] for given, number in asked.items() if number in found}


def get_detail(api: Api, ref: JobRef) -> Job:
    """Return one job in full: its detail, and of a finished one what its task says if the user may read it."""
    number = check_id(ref)
    try:
        job = normalize(read_body(api, number))
    except ResourceMissingError:
        raise NotFoundError(
            f"jobs: there is no job with the id {number} that this user may see.", missing=[number]
        ) from None
    if job.is_finished:
        _add_task(api, job)
    return job


def read_body(api: Api, number: str) -> Row:
    """Return the detail of a job.

    A job whose task is gone makes newer servers break down: then the row of the index is all there is (checklist 5).
    That is looked up before the detail is asked for again, which would never come.
    """
    # the hosts of a big job are slow to list, and are read by themselves; older servers ignore the wish
    path, params = f"{facts.JOBS}/{number}", {"include_hosts": False}
    try:
        body = mapping(api.get(path, params, final=(500,)))
    except ApiError as error:
        if error.status != 500:
            raise
        row = get_rows(api, [JobRef(number)]).get(number)
        if row is not None and not row.get("dynflow_task"):
            return row
        body = mapping(api.get(path, params))
    if as_number(body.get("id")) != int(number):
        # what is done with a job that was read, such as a cancel, goes by the id in it
        raise BadResponseError(f"The server was asked for the job {number} and answered with something else.")
    return body


def _add_task(api: Api, job: Job) -> None:
    """Add what the task says; the permission for it is not in the usual roles, so a refusal is no failure."""
    number = text(mapping(job.details.get("task")).get("id"))
    if not number or not all(sign.isalnum() or sign == "-" for sign in number):
        return
    try:
        task = mapping(api.get(f"/foreman_tasks/api/tasks/{number}"))
        if task.get("id", number) == number:
            add_task(job, task)
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
        with contextlib.closing(pages):
            for rows, total in pages:
                fresh = [row for row in rows if row.get("id") not in seen]
                if rows and not fresh:
                    return  # a server that always answers with the same page
                seen.update(row.get("id") for row in fresh)
                fitting = [finish(normalize(row)) for row in fresh]
                exact = query.status is None
                yield [job for job in fitting if exact or job.status in (query.status or ())], total if exact else None

    return JobStream(jobs())


def _numbered(api: Api, terms: str, order: str) -> t.Generator[tuple[list[Row], int | None], None, None]:
    """Yield pages by their numbers, one after another.

    Side by side, a page could be read before the one in front of it: a job that is launched between the two would push
    a row from the one that is yet to be read into the one that was, where nobody sees it.
    """
    seen = 0
    for number in range(1, MOST_PAGES + 1):
        params = {"search": terms or None, "order": order, "per_page": PAGE_SIZE, "page": number}
        rows, total = api.page(facts.JOBS, params, in_context=True)
        yield rows, total
        seen += len(rows)
        if _is_last(rows, PAGE_SIZE, total, seen):
            return
    raise endless(facts.JOBS)


def _is_last(rows: list[Row], size: int, total: int | None, seen: int) -> bool:
    """Return whether no page follows: a server may give shorter ones than it was asked for."""
    return not rows or (len(rows) < size and (total is None or seen >= total))


def _below(api: Api, terms: str, query: JobQuery) -> t.Generator[tuple[list[Row], int | None], None, None]:
    """Yield pages down by id, several at once: jobs that are launched meanwhile neither repeat nor hide others."""

    def read(span: Span) -> Page:
        bounds = [f"id < {span.below}"] if span.below is not None else []
        bounds += [f"id >= {span.floor}"] if span.floor is not None else []
        params = {"search": search.all_of(terms, *bounds) if terms or bounds else None, "order": "id DESC"}
        rows, count = api.page(facts.JOBS, {**params, "per_page": span.size, "page": 1}, in_context=True)
        return Page(rows, count, not _is_last(rows, span.size, count, len(rows)))

    # one more than is to be returned tells whether there are more
    wanted = query.max_results + 1 if query.max_results else None
    exact = query.status is None
    return read_down(
        read,
        lambda row: as_number(row.get("id")),
        first=min(PAGE_SIZE, wanted or PAGE_SIZE),
        size=PAGE_SIZE,
        wanted=wanted if exact else None,
    )


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
