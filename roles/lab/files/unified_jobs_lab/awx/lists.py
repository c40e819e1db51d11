# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists: whose rows a user sees, filtered and in pages. Also what the filters ask for when they cross a relation."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from typing import Any

from ..model import Job
from .filters import Filters
from .job_rows import job_row
from .job_types import TYPES as JOB_SHAPES
from .named_urls import MODELS as MODEL_NAMES
from .paging import page, page_of
from .reply import Reply, Row, forbidden
from .resource_rows import MODELS as RESOURCE_MODELS
from .resource_rows import resource_row, user_row
from .router import Call
from .store import TEMPLATE_KINDS
from .summaries import PATHS
from .template_rows import template_row
from .users import User

KINDS = {path: kind for kind, path in PATHS.items()}
UNIFIED_FIELDS = (
    *("id", "created", "modified", "name", "description", "unified_job_template", "launch_type", "status"),
    *(
        "failed",
        "started",
        "finished",
        "canceled_on",
        "elapsed",
        "job_explanation",
        "execution_node",
        "controller_node",
    ),
    *("organization", "instance_group", "execution_environment", "work_unit_id", "schedule"),
    "unified_job_node",
)
_UNIFIED_TEMPLATE_FIELDS = (
    *("id", "created", "modified", "name", "description", "organization", "last_job", "last_job_failed"),
    *("last_job_run", "next_job_run", "status", "execution_environment"),
)


def sees(user: User, job: Job) -> bool:
    """Whether the user may read the job (contract 1.1; recordings uj-33..35)."""
    if job.kind == "system_job":
        return user.sees_system
    return user.sees or job.by == user.name


def rows_of(call: Call, path: str) -> list[Row]:
    """All rows of a list that this user sees."""
    store, user = call.awx.store, call.user
    if path == "users":
        everybody = store.keeper.users.values()
        return [user_row(store, one, user) for one in everybody if user.sees or one.name == user.name]
    if path in RESOURCE_MODELS:
        rows = store.tables[path].values() if user.sees or path == "credential_types" else ()
        return [resource_row(store, path, row, user) for row in rows]
    if path == "unified_job_templates":
        kinds: tuple[str, ...] = (
            TEMPLATE_KINDS if user.sees_system else tuple(set(TEMPLATE_KINDS) - {TEMPLATE_KINDS[2]})
        )
        return [template_row(store, t, user) for t in store.templates(*kinds)] if user.sees else []
    kind = KINDS.get(path, "")
    if kind in TEMPLATE_KINDS:
        hidden = not user.sees_system if kind == "system_job_template" else not user.sees
        return [] if hidden else [template_row(store, t, user) for t in store.templates(kind)]
    return [job_row(store, job, user) for job in _jobs(call, path)]


def _jobs(call: Call, path: str) -> Iterable[Job]:
    user = call.user
    wanted = KINDS.get(path)
    asked = _asked_ids(call)
    jobs: Iterable[Job] = sorted(call.awx.engine.jobs.values(), key=lambda job: job.id)
    if asked is not None:
        found = (call.awx.engine.jobs.get(number) for number in sorted(asked))
        jobs = [job for job in found if job is not None]
    for job in jobs:
        if not sees(user, job) or job.kind == ("workflow_approval" if wanted is None else "") or _internal(job, user):
            continue
        if wanted is None or job.kind == wanted:
            yield job


def _internal(job: Job, user: User) -> bool:
    # a normal user can read the parent of a bulk launch, but does not find it in a list
    return bool(job.native.get("bulk")) and not user.sees_system


def _asked_ids(call: Call) -> set[int] | None:
    # a poll for a few ids among thousands of jobs should not write out all of them
    found: set[int] | None = None
    for key in ("id", "id__in"):
        for value in call.query.getlist(key):
            numbers = {int(part) for part in value.split(",") if re.fullmatch(r"\d+", part)}
            found = numbers if found is None else found & numbers
    return found


#: what a list of jobs can be asked for without a look into the rows
_PLAIN = ("id", "id__in", "id__lt", "id__gte", "order_by", "page", "page_size", "count_disabled", "format")


def _plain_jobs(call: Call, path: str) -> list[Job] | None:
    """The jobs of a list that is only turned, by its pages or by its ids; None if it takes more to tell them.

    So a page among thousands of jobs costs no more than its own rows, as where a database does the work.
    """
    if path != "unified_jobs" and KINDS.get(path) not in JOB_SHAPES:
        return None
    order, below = call.query.getlist("order_by"), call.query.getlist("id__lt")
    ids = [call.query.get(key) for key in ("id", "id__in") if key in call.query]
    least = call.query.getlist("id__gte")
    numbers = [*below, *least, *(part for value in ids for part in str(value).split(","))]
    simple = all(key in _PLAIN for key in call.query) and order in ([], ["id"], ["-id"])
    if not simple or not all(re.fullmatch(r"\d+", number) for number in numbers):
        return None
    low, high = max(map(int, least), default=0), min(map(int, below), default=sys.maxsize)
    jobs = [job for job in _jobs(call, path) if low <= job.id < high]
    return jobs[::-1] if order == ["-id"] else jobs


def fetch_row(call: Call) -> Callable[[str, Any], Row | None]:
    """How filters get the row at the other end of a relation."""
    known: dict[str, dict[Any, Row]] = {}

    def fetch(path: str, number: Any) -> Row | None:
        if number is None:
            return None
        if path not in known:
            # a relation to a job leads to one of any type, approvals too, which unified_jobs/ leaves out
            sources = ("unified_jobs", "workflow_approvals") if path in ("jobs", "workflow_jobs") else (path,)
            known[path] = {row["id"]: row for source in sources for row in rows_of(call, source)}
        return known[path].get(number)

    return fetch


def model_of(path: str) -> str:
    """The model's name, as errors say it."""
    if path == "unified_jobs":
        return "UnifiedJob"
    if path == "unified_job_templates":
        return "UnifiedJobTemplate"
    return RESOURCE_MODELS.get(path) or MODEL_NAMES[KINDS[path]]


def _fields_of(path: str, rows: list[Row]) -> Iterable[str]:
    if path == "unified_jobs":
        return UNIFIED_FIELDS
    if path == "unified_job_templates":
        return _UNIFIED_TEMPLATE_FIELDS
    kind = KINDS.get(path)
    if kind in JOB_SHAPES:
        return {*UNIFIED_FIELDS, *JOB_SHAPES[kind].fields}
    return rows[0].keys() if rows else ("id", "name", "description", "organization", "created", "modified", "inventory")


def filtered(call: Call, path: str, rows: list[Row]) -> list[Row]:
    """The rows that the query leaves."""
    filters = Filters(model_of(path), _fields_of(path, rows), fetch_row(call))
    return filters.apply(rows, list(call.query.items(multi=True)))


def list_handler(path: str) -> Callable[[Call], Reply]:
    """GET of a list."""

    def handler(call: Call) -> Reply:
        if path in ("system_jobs", "system_job_templates") and not call.user.sees_system:
            raise forbidden()
        jobs = _plain_jobs(call, path)
        if jobs is not None:
            return page_of(call, jobs, lambda job: job_row(call.awx.store, job, call.user))
        return page(call, filtered(call, path, rows_of(call, path)))

    return handler
