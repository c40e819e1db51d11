# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: reading and listing jobs (AWX contract 1.1, 1.9, 6.1, 6.2)."""

from __future__ import annotations

import contextlib
import re
import typing as t

from ..._descent import Page, Span, read_down
from ..._errors import ApiError, BadResponseError, InvalidOptionError, NotFoundError, ResourceMissingError
from ..._native import mapping, text
from ..._parallel import ahead
from ..._types import Job, JobQuery, JobRef, JobStatus
from ..base import JobStream
from . import facts
from .api import PAGE_SIZE, Api, Row
from .normalize import is_id, normalize

#: an URL over about 8,000 characters is answered with 414 (contract 6.1)
_IDS_LENGTH = 6000
_NUMBER = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
#: parameters of a list that are no filters there (contract 1.9), and what to write instead
_RESERVED = {
    **dict.fromkeys(("page", "page_size", "count_disabled"), "max_results"),
    **dict.fromkeys(("order_by", "order"), "order_by"),
    "type": "the option type, or type__in",
    "limit": "limit__exact, to filter on the job's limit",
    "host_filter": "host_filter__exact, to filter on the job's host_filter",
    **dict.fromkeys(("format", "no_truncate", "validate"), ""),
}
_ACTIVE = ("new", "pending", "waiting", "running")
_NATIVE_STATUSES = {
    JobStatus.PENDING: ("new", "pending", "waiting"),
    JobStatus.RUNNING: ("running",),
    JobStatus.CANCELING: _ACTIVE,
    JobStatus.SUCCESSFUL: ("successful",),
    JobStatus.FAILED: ("failed",),
    JobStatus.ERROR: ("error",),
    JobStatus.CANCELED: ("canceled",),
}


def check_id(ref: JobRef, option: str = "jobs") -> str:
    """Return the id of a job, which is a number here; InvalidOptionError otherwise."""
    if not _NUMBER.fullmatch(ref.id):
        raise InvalidOptionError(f"{option}: {ref.id!r} is not an id of AWX, which is a number.")
    if ref.type is not None and ref.type not in facts.JOB_PATHS:
        raise InvalidOptionError(f"type: {ref.type!r} is no type of AWX jobs ({', '.join(facts.JOB_PATHS)}).")
    return ref.id


def get_detail(api: Api, ref: JobRef) -> Row:
    """Return the detail of one job; its type is found out if it is not known."""
    number = check_id(ref)
    try:
        return _read_detail(api, ref.type or "job", number)
    except ResourceMissingError:
        pass
    kinds = discover_types(api, [number])
    if number not in kinds:
        raise NotFoundError(f"jobs: there is no job with the id {number} that this user may see.", missing=[number])
    try:
        return _read_detail(api, kinds[number], number)
    except ResourceMissingError:
        raise NotFoundError(f"jobs: the job {number} is gone.", missing=[number]) from None


def _read_detail(api: Api, kind: str, number: str) -> Row:
    """Return a detail that really is the job's: what else answers with JSON must not pass for it."""
    path = f"{facts.JOB_PATHS[kind]}/{number}/"
    row = mapping(api.get(path))
    said = row.get("type", kind)
    if not is_id(row.get("id")) or text(row["id"]) != number or not isinstance(said, str):
        raise BadResponseError(f"The answer of {path} is not the job {number}.", status=200)
    return row if said == kind else {**row, "type": kind}


def discover_types(api: Api, ids: list[str]) -> dict[str, str]:
    """Return the types of jobs by id. System jobs and bulk launches may be hidden there from their own launcher."""
    found: dict[str, str] = {}
    for row in rows_by_id(api, "unified_jobs", ids):
        found[text(row.get("id"))] = text(row.get("type"))
    for path, kind in (("workflow_approvals", "workflow_approval"), ("workflow_jobs", "workflow_job")):
        rest = [number for number in ids if number not in found]
        if rest and (kind == "workflow_approval" or len(rest) == 1):
            for row in _hidden_rows(api, path, rest):
                found[text(row.get("id"))] = kind
    return {number: kind for number, kind in found.items() if kind in facts.JOB_PATHS}


def _hidden_rows(api: Api, path: str, ids: list[str]) -> list[Row]:
    """Return rows that unified_jobs/ does not show: approvals, and parents of bulk launches by their id."""
    if path == "workflow_approvals":
        return rows_by_id(api, path, ids)
    try:
        return [_read_detail(api, "workflow_job", ids[0])]
    except ResourceMissingError:
        return []
    except ApiError as error:
        if error.status == 403:
            return []
        raise


def get_rows(api: Api, refs: t.Sequence[JobRef]) -> dict[str, Row]:
    """Return list rows of jobs by id: a request per type, for types that are not known one over all types."""
    by_path: dict[str, list[str]] = {}
    for ref in refs:
        number = check_id(ref)
        by_path.setdefault(facts.JOB_PATHS.get(ref.type or "", "unified_jobs"), []).append(number)
    found: dict[str, Row] = {}
    for path, ids in by_path.items():
        for row in rows_by_id(api, path, ids):
            if text(row.get("type")) in facts.JOB_PATHS:
                found[text(row.get("id"))] = row
    rest = [ref.id for ref in refs if ref.id not in found and ref.type is None]
    if rest:
        for row in rows_by_id(api, "workflow_approvals", rest):
            found[text(row.get("id"))] = row
    return found


def rows_by_id(api: Api, path: str, ids: t.Sequence[str]) -> list[Row]:
    """Return list rows by id, in the order of the ids, in as few requests as the length of an URL allows.

    Rows that are no jobs, or others than those asked for, are left out.
    """
    wanted = set(ids)

    def read(chunk: list[str]) -> list[Row]:
        query = {"id__in": ",".join(chunk)} if len(chunk) > 1 else {"id": chunk[0]}
        page, _total, _more = api.page(path, {**query, "page_size": PAGE_SIZE, "order_by": "id"})
        return [row for row in page if is_id(row.get("id")) and text(row["id"]) in wanted]

    return [row for rows in ahead(read, _chunks(ids), first_alone=True) for row in rows]


def _chunks(ids: t.Sequence[str]) -> t.Iterator[list[str]]:
    """Yield the ids, each once, in parts that fit into an URL and a page."""
    chunk: list[str] = []
    for number in dict.fromkeys(ids):
        if len(chunk) == PAGE_SIZE or len(",".join(chunk)) > _IDS_LENGTH:
            yield chunk
            chunk = []
        chunk.append(number)
    if chunk:
        yield chunk


def iter_jobs(api: Api, query: JobQuery, finish: t.Callable[[Job], Job], organization: str | None = None) -> JobStream:
    """Return the jobs that fit, newest first.

    :param finish: completes a job that was read (addresses).
    :param organization: only jobs of the organization of that name.
    """
    path = facts.JOB_PATHS[_checked_type(query)] if query.type else "unified_jobs"
    params = _filters(query)
    if organization:
        params.setdefault("organization__name", organization)
    if query.status is not None and not _fitting_words(query.status):
        return JobStream(iter([([], 0)]))
    if query.order_by or any(key.startswith(("id", "not__id", "or__id")) for key in params):
        pages = _numbered_pages(api, path, {**params, "order_by": _ordered(query.order_by)})
    else:
        pages = _keyset_pages(api, path, {**params, "order_by": "-id"}, query)

    def jobs() -> t.Iterator[tuple[list[Job], int | None]]:
        seen: set[t.Any] = set()
        exact = _filtered_by_server(query)
        with contextlib.closing(pages):
            for rows, total in pages:
                if not rows and not seen and organization:
                    check_organization(api, organization)
                fresh = [row for row in rows if is_id(row.get("id")) and row["id"] not in seen]
                seen.update(row["id"] for row in fresh)
                fitting = [finish(normalize(row)) for row in fresh]
                yield [job for job in fitting if exact or job.status in (query.status or ())], total if exact else None

    return JobStream(jobs())


def check_organization(api: Api, name: str) -> None:
    """Raise NotFoundError if there is no organization of that name, which explains that nothing else is found."""
    if not api.page("organizations", {"name": name, "page_size": 1})[0]:
        raise NotFoundError(f"organization: there is no organization named {name!r} that this user may see.")


def _checked_type(query: JobQuery) -> str:
    if query.type not in facts.JOB_PATHS:
        raise InvalidOptionError(f"type: {query.type!r} is no type of AWX jobs ({', '.join(facts.JOB_PATHS)}).")
    return query.type or ""


def _ordered(order_by: str | None) -> str:
    """Return the order with the id at its end: pages of rows that are equal in it would overlap and skip some."""
    words = (order_by or "-id").replace(" ", "").split(",")
    return ",".join(words if {"id", "-id"} & set(words) else [*words, "-id"])


def _page_size(query: JobQuery) -> int:
    """Ask for one more than wanted, so that it is known whether there are more."""
    return min(PAGE_SIZE, query.max_results + 1) if query.max_results else PAGE_SIZE


def _numbered_pages(api: Api, path: str, params: Row) -> t.Generator[tuple[list[Row], int | None], None, None]:
    """Yield pages by their numbers, one after another.

    Side by side, a page could be read before the one in front of it: a job that is launched between the two would push
    a row from the one that is yet to be read into the one that was, where nobody sees it.
    """
    return api.pages(path, {**params, "page_size": PAGE_SIZE})


def _keyset_pages(
    api: Api, path: str, params: Row, query: JobQuery
) -> t.Generator[tuple[list[Row], int | None], None, None]:
    """Yield pages down by id, several at once: jobs that are launched meanwhile neither repeat nor hide others."""

    def read(span: Span) -> Page:
        bounds = {"id__lt": span.below, "id__gte": span.floor}
        given = {key: value for key, value in bounds.items() if value is not None}
        return Page(*api.page(path, {**params, **given, "page_size": span.size}))

    # one more than is to be returned tells whether there are more
    wanted = query.max_results + 1 if query.max_results and _filtered_by_server(query) else None
    return read_down(read, _number, first=_page_size(query), size=PAGE_SIZE, wanted=wanted)


def _number(row: Row) -> int | None:
    return row["id"] if is_id(row.get("id")) else None


def _filters(query: JobQuery) -> Row:
    params: Row = {
        "name": query.name,
        "unified_job_template__name": query.template,
        "created_by__username": query.launched_by,
        "created__gte": query.created_after,
        "created__lt": query.created_before,
    }
    params = {key: value for key, value in params.items() if value is not None}
    if query.status is not None:
        params.update(_status_filter(query.status))
    native = _native(query.native_query)
    for key in native:
        if key in params:
            raise InvalidOptionError(f"native_query: {key} is set by an option already: give one of the two.")
    return {**params, **native}


def _fitting_words(statuses: t.Sequence[str]) -> set[str]:
    """Return the words of AWX that a job of one of these statuses may have; C(unknown) is any that is not known."""
    words = {word for status in statuses for word in _NATIVE_STATUSES.get(status, ())}
    return words | {"?"} if JobStatus.UNKNOWN in statuses else words


def _status_filter(statuses: t.Sequence[str]) -> Row:
    words = _fitting_words(statuses)
    if not words and not statuses:
        raise InvalidOptionError("status is empty, so that no job fits: leave it out for jobs in any state.")
    if "?" in words:
        others = sorted(set(facts.STATUSES) - words)
        return {"not__status__in": ",".join(others)} if others else {}
    return {"status__in": ",".join(sorted(words))}


def _filtered_by_server(query: JobQuery) -> bool:
    """Return whether the server's filter is exact: what is being canceled shows its old status."""
    canceling = {JobStatus.PENDING, JobStatus.RUNNING, JobStatus.CANCELING} & set(query.status or ())
    return not canceling or len(canceling) == 3


def _native(native: t.Any) -> Row:
    if native is None or native == "":
        return {}
    if isinstance(native, str):
        return {"search": native}
    if not isinstance(native, dict):
        raise InvalidOptionError("native_query: give a search text, or a dictionary of AWX filters.")
    for key in map(str, native):
        if key in _RESERVED:
            hint = f"; use {_RESERVED[key]}" if _RESERVED[key] else ""
            raise InvalidOptionError(f"native_query: {key} is no filter of AWX's lists{hint}.")
    return {str(key): _flat(value) for key, value in native.items()}


def _flat(value: t.Any) -> t.Any:
    """Return a filter's value as the server reads it: lists by comma, booleans in lower case."""
    if isinstance(value, (list, tuple)):
        return ",".join(text(_flat(item)) for item in value)
    return str(value).lower() if isinstance(value, bool) else value
