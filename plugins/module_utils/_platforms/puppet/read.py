# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: reading and listing jobs of the three kinds (Puppet contract 1.3, 1.4, 1.8, 1.9)."""

from __future__ import annotations

import heapq
import itertools
import typing as t

from ..._clock import parse_time
from ..._errors import BadResponseError, InvalidOptionError, NotFoundError, RejectedError, ResourceMissingError
from ..._native import mapping, text
from ..._types import Job, JobQuery, JobRef, JobStatus
from ..base import JobStream
from . import facts
from .api import PAGE_SIZE, Api, Page, Row
from .errors import is_missing_route
from .normalize import id_of, is_number, is_of_kind, normalize

_WINDOW = ("min_finish_timestamp", "max_finish_timestamp")
#: kind -> the server's own filters of its list; it ignores others
_NATIVE = {facts.JOB: ("type", "task", *_WINDOW), facts.PLAN_JOB: _WINDOW, facts.SCHEDULED_JOB: ("type",)}
_ORDERS = {
    facts.JOB: ("owner", "timestamp", "environment", "name", "state"),
    facts.PLAN_JOB: ("owner", "timestamp", "environment", "name", "state"),
    facts.SCHEDULED_JOB: ("next_run_time", "environment", "owner", "name", "type"),
}
#: so many pages of a list are looked through for jobs that are asked for by their ids
_MOST_PAGES = 5
#: fewer are read one by one
_FEW = 3


def check_id(ref: JobRef, option: str = "jobs") -> str:
    """Return the id of a job, a number without leading zeros.

    :raises InvalidOptionError: if it is none, or if its kind is not said: a number alone may be three jobs.
    """
    if not is_number(ref.id):
        raise InvalidOptionError(f"{option}: {ref.id!r} is not an id of Puppet Enterprise, which is a number.")
    if ref.type is None:
        raise InvalidOptionError(
            f"type: Puppet Enterprise numbers jobs, plan jobs and scheduled jobs each on their own, so {ref.id} alone "
            f"names no job: give type ({', '.join(facts.PATHS)}), or the job itself instead of its id."
        )
    if ref.type not in facts.PATHS:
        raise InvalidOptionError(f"type: {ref.type!r} is no type of Puppet Enterprise jobs ({', '.join(facts.PATHS)}).")
    return str(int(ref.id))


def read_one(api: Api, ref: JobRef) -> Job:
    """Return one job as its own page shows it.

    :raises NotFoundError: if there is none, or none any more: jobs are pruned.
    :raises ResourceMissingError: if it is not the orchestrator that says so, which proves nothing.
    """
    number, kind = check_id(ref), text(ref.type)
    try:
        body = api.get(f"{facts.PATHS[kind]}/{number}")
    except ResourceMissingError as error:
        found = None
        if is_missing_route(error.status, error.body):
            _check_kind(api, kind)
            if kind != facts.SCHEDULED_JOB:
                raise
            found = _old_schedule(api, number)
        if found is None:
            raise NotFoundError(
                f"jobs: there is no {kind.replace('_', ' ')} with the id {number} that this user may see; it may have "
                "been pruned.",
                missing=[number],
            ) from None
        body = found
    if id_of(body) != number or not is_of_kind(body, kind):
        # a cancel goes by what was read: it would stop that other job
        raise BadResponseError(
            f"The server was asked for the {kind.replace('_', ' ')} {number} and answered with something else."
        )
    job = normalize(body, kind)
    # also if it lacks what a release before has not: there is no more to be had
    job.is_complete = True
    return job


def _check_kind(api: Api, kind: str) -> None:
    if kind == facts.PLAN_JOB and api.knows("plan_jobs") is False:
        api.require("plan_jobs", "type: plan_job")


def _old_schedule(api: Api, number: str) -> Row | None:
    """Return a schedule of a server before 2021.7.0, which only lists them."""
    if api.has_schedules:
        return None
    return next((row for page in api.pages(facts.OLD_SCHEDULES, {}) for row in page if id_of(row) == number), None)


def find_rows(api: Api, refs: t.Sequence[JobRef]) -> dict[tuple[str, str], Row]:
    """Return rows of the lists by kind and id, in a bounded number of requests.

    The lists know no filter by id. The newest come first; what is not among them is read one by one by who asks.
    """
    found: dict[tuple[str, str], Row] = {}
    for kind in facts.PATHS:
        wanted = {check_id(ref) for ref in refs if ref.type == kind}
        if len(wanted) > _FEW and kind != facts.SCHEDULED_JOB:
            found.update(((kind, number), row) for number, row in _search(api, kind, wanted))
    return found


def _search(api: Api, kind: str, wanted: set[str]) -> t.Iterator[tuple[str, Row]]:
    size = min(max(2 * len(wanted), 50), 500)
    left = set(wanted)
    for number, page in enumerate(newest_pages(api, kind, {}, size), 1):
        for row in page:
            name = id_of(row)
            if name in left:
                left.discard(name)
                yield name, row
        if not left or number == _MOST_PAGES:
            return


def _newest_first(kind: str) -> Row:
    if kind == facts.SCHEDULED_JOB:
        return {"order_by": "next_run_time", "order": "asc"}
    # without this the oldest come first (contract 1.3); results may be large
    return {"order_by": "timestamp", "order": "desc", **({"results": "exclude"} if kind == facts.PLAN_JOB else {})}


def newest_pages(api: Api, kind: str, native: Row, size: int) -> t.Iterator[Page]:
    """Yield the pages of a list, newest first.

    Releases before 2019.8.8 show plans in that order by themselves, and refuse to be told to (contract 1.9); those
    before 2021.7.0 know other words for schedules, of which there are few.
    """
    path = api.schedules_path if kind == facts.SCHEDULED_JOB else facts.PATHS[kind]
    params = {**_newest_first(kind), **native}
    pages = api.pages(path, params, size)
    try:
        first = next(pages, None)
    except RejectedError:
        if kind == facts.JOB or "order_by" in native:
            raise
        del params["order_by"], params["order"]
        pages = api.pages(path, params, size)
        first = next(pages, None)
    for page in itertools.chain(() if first is None else (first,), pages):
        if not all(is_of_kind(row, kind) for row in page):
            raise BadResponseError(f"The list at {path} holds something else than {kind.replace('_', ' ')}s.")
        yield page


# -- lists -----------------------------------------------------------------------------------------------------


def iter_jobs(api: Api, query: JobQuery, finish: t.Callable[[Job], Job]) -> JobStream:
    """Return the jobs that fit, newest first. Without a type these are jobs and plan jobs, by their time."""
    if query.type not in (None, *facts.PATHS):
        raise InvalidOptionError(
            f"type: {query.type!r} is no type of Puppet Enterprise jobs ({', '.join(facts.PATHS)})."
        )
    kinds = [query.type] if query.type else [facts.JOB, facts.PLAN_JOB]
    if query.type is None and JobStatus.SCHEDULED in (query.status or ()):
        kinds.append(facts.SCHEDULED_JOB)
    if query.order_by is not None and len(kinds) > 1:
        raise InvalidOptionError(f"order_by: say with type which kind to list ({', '.join(facts.PATHS)}).")
    native = _native(query, kinds)
    if set(_WINDOW) & set(native):
        api.require("finish_window", "native_query: a window of finish times")
    lists = [_List(api, kind, query, native, finish) for kind in kinds]
    return JobStream(_merged(lists))


class _List:
    """The jobs of one kind that fit; C(total) is how many there are, if the server's own count is of just those."""

    def __init__(self, api: Api, kind: str, query: JobQuery, native: Row, finish: t.Callable[[Job], Job]) -> None:
        self._api, self.kind, self._query, self._finish = api, kind, query, finish
        self._params = {**_ordered(kind, query.order_by), **native}
        self.total: int | None = None

    def __iter__(self) -> t.Iterator[Job]:
        after = parse_time(self._query.created_after) if self._query.order_by is None else None
        for page in self._pages():
            self.total = None if _filters(self._query) else page.total
            for row in page:
                job = self._finish(normalize(row, self.kind))
                if _fits(job, self._query):
                    yield job
                changed = parse_time(job.details.get("changed_at"))
                if after and changed and changed < after:
                    # what comes behind changed even earlier, and so was created earlier
                    return

    def _pages(self) -> t.Iterator[Page]:
        size = min(PAGE_SIZE, self._query.max_results + 1) if self._query.max_results else PAGE_SIZE
        # what is left out on our side makes small pages slow
        size = PAGE_SIZE if _filters(self._query) else size
        try:
            yield from newest_pages(self._api, self.kind, self._params, size)
        except ResourceMissingError as error:
            if not is_missing_route(error.status, error.body) or self.kind == facts.JOB:
                raise
            if self._query.type is not None:
                _check_kind(self._api, self.kind)
                raise
            # an old release, which has no jobs of this kind


def _merged(lists: list[_List]) -> t.Iterator[tuple[list[Job], int | None]]:
    streams: list[t.Iterable[Job]] = [iter(one) for one in lists]
    # merging would bring a single list, which may have an order of its own, into another
    for job in streams[0] if len(streams) == 1 else heapq.merge(*streams, key=_age, reverse=True):
        totals = [one.total for one in lists if one.total is not None]
        yield [job], sum(totals) if len(totals) == len(lists) else None


def _age(job: Job) -> float:
    """Return when a job last changed, as the server orders them; a schedule is ahead of all."""
    moment = parse_time(job.details.get("changed_at")) or parse_time(job.created_at)
    return float("inf") if job.type == facts.SCHEDULED_JOB else moment.timestamp() if moment else 0.0


def _ordered(kind: str, order_by: str | None) -> Row:
    if order_by is None:
        return {}
    field, _separator, direction = order_by.strip().partition(" ")
    if field not in _ORDERS[kind] or direction.lower() not in ("", "asc", "desc"):
        raise InvalidOptionError(
            f"order_by: {order_by!r} is none of {', '.join(_ORDERS[kind])}, each with asc or desc behind it."
        )
    return {"order_by": field, "order": direction.lower() or "desc"}


def _native(query: JobQuery, kinds: list[str]) -> Row:
    """Return the server's own filters, checked: what it does not know it would refuse, or ignore (checklist 45)."""
    if query.native_query in (None, ""):
        return {}
    if not isinstance(query.native_query, dict):
        known = ", ".join(_NATIVE[facts.JOB])
        raise InvalidOptionError(f"native_query: Puppet Enterprise takes a dictionary with {known}.")
    given = {text(name): value for name, value in query.native_query.items() if value is not None}
    if given and len(kinds) > 1:
        raise InvalidOptionError(f"native_query: say with type which kind to list ({', '.join(facts.PATHS)}).")
    unknown = [name for name in given if name not in _NATIVE[kinds[0]]]
    if unknown:
        raise InvalidOptionError(
            f"native_query: {unknown[0]} is no filter of the type {kinds[0]} ({', '.join(_NATIVE[kinds[0]])})."
        )
    if given.get("type") == "deploy" and "task" in given:
        raise InvalidOptionError("native_query: task does not go together with type: deploy, which runs no task.")
    return given


def _filters(query: JobQuery) -> list[t.Any]:
    names = ("status", "name", "template", "launched_by", "created_after", "created_before")
    return [getattr(query, name) for name in names if getattr(query, name) is not None]


def _fits(job: Job, query: JobQuery) -> bool:
    """Return whether a job passes the filters that the server does not have (contract 1.3)."""
    # releases before 2019.8.5 do not list when a job was created; its last change is the nearest to it
    times = (job.created_at or job.details.get("changed_at"), query.created_after, query.created_before)
    created, after, before = (parse_time(value) for value in times)
    return (
        (query.status is None or job.status in query.status)
        and query.name in (None, job.name)
        and query.template in (None, job.template["name"])
        and query.launched_by in (None, job.launched_by)
        and (after is None or (created is not None and created >= after))
        and (before is None or (created is not None and created < before))
    )


def last_run_ref(job: Job) -> JobRef | None:
    """Return the job of a schedule's last run, if it became one."""
    last = mapping(job.details.get("last_run"))
    return JobRef(last["id"], last["type"]) if last.get("id") and not last.get("error") else None
