# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what all verbs share, and the verbs that read. C(_launch), C(_verdict) and C(_cancel) hold the others.

The verbs know no platform by name and never end the process. Each returns the keys of a task result as plain
builtins, or raises a JobsError whose C(to_result) has them.
"""

from __future__ import annotations

import typing as t
from collections import deque
from dataclasses import dataclass, field

from ._clock import Clock
from ._describe import Include, add_includes, result_of
from ._errors import ForbiddenError, InvalidOptionError, NotFoundError
from ._parallel import ahead
from ._parent import orphan_watch
from ._platforms.base import Platform
from ._progress import Progress
from ._select import finder, with_type
from ._types import Job, JobQuery, JobRef

Result = dict[str, t.Any]

#: ids up to this number are read one by one, in full; more come from lists, which say less
_FULL_READS = 20
#: what may be listed without saying how many; a server that invents jobs would fill the memory
_MOST_JOBS = 100_000
#: so many servers are read from at once
_SERVERS = 16


class Servers:
    """The platforms of a task: its own connection, and those of the servers that jobs carry.

    :param connect: returns the platform for a server's name, None for the task's own connection.
    :param check_origin: raises if a job's url is not on the platform's server.
    """

    def __init__(
        self,
        connect: t.Callable[[str | None], Platform],
        check_origin: t.Callable[[Platform, str | None], None] = lambda platform, url: None,
    ) -> None:
        self._connect = connect
        self._check_origin = check_origin
        self._open: dict[str | None, Platform] = {}

    def of(self, ref: JobRef | None = None) -> Platform:
        """Return the platform that a job is on."""
        name = ref.server if ref else None
        if name not in self._open:
            self._open[name] = self._connect(name)
        platform = self._open[name]
        if ref is not None:
            if ref.platform not in (None, platform.NAME):
                raise InvalidOptionError(
                    f"jobs: the job {ref.id} is one of {ref.platform}, but the connection is to {platform.NAME}. "
                    "Give the connection of its server, or name the servers (option servers)."
                )
            self._check_origin(platform, ref.url)
        return platform


@dataclass
class Task:
    """What every verb needs. C(include) None asks for nothing.

    C(is_orphan) returns whether whoever started the task is gone, so that nobody can stop it any more.
    """

    servers: Servers
    check_mode: bool = False
    include: Include = field(default_factory=Include)
    clock: Clock = field(default_factory=Clock)
    progress: Progress = field(default_factory=Progress.silent)
    is_orphan: t.Callable[[], bool] = field(default_factory=orphan_watch)


# -- read --------------------------------------------------------------------------------------------------


def read_jobs(task: Task, refs: t.Sequence[JobRef]) -> Result:
    """Return the jobs that exist, in the order asked, and the ids of those that do not."""
    check_planned(task, refs)
    groups = _by_platform(task, refs)
    for platform, _own in groups:
        task.include.check(platform)
    found: dict[JobRef, Result] = {}
    for part in ahead(lambda group: _read_group(*group, task.include), groups, _SERVERS):
        found.update(part)
    jobs = [ref.planned or found.get(ref) for ref in refs]
    missing = [ref.id for ref in refs if ref.planned is None and ref not in found]
    return result_of([job for job in jobs if job is not None], missing=missing, changed=False)


def _read_group(platform: Platform, refs: list[JobRef], include: Include) -> dict[JobRef, Result]:
    """Return what a result shows of the jobs of one server that exist."""
    found = _read_refs(platform, refs)
    # a job that was named in two ways is one
    jobs = {id(job): job for job in found.values()}
    shown = dict(zip(jobs, _shown(platform, list(jobs.values()), include)))
    return {ref: shown[id(job)] for ref, job in found.items()}


def _read_refs(platform: Platform, refs: list[JobRef]) -> dict[JobRef, Job]:
    """Return the jobs that exist. That a list lacks a job does not prove that it does not exist."""
    full = len(refs) <= _FULL_READS
    found = {} if full and all(ref.type for ref in refs) else _read_list(platform, refs)
    refused = None

    def read(ref: JobRef) -> tuple[JobRef, Job | NotFoundError | ForbiddenError]:
        try:
            return ref, platform.get_job(with_type(ref, found.get(ref)))
        except (NotFoundError, ForbiddenError) as error:
            return ref, error

    todo = [ref for ref in refs if full or ref not in found]
    for ref, answer in list(ahead(read, todo, first_alone=not found)):
        if isinstance(answer, Job):
            found[ref] = answer
        elif isinstance(answer, NotFoundError):
            found.pop(ref, None)
        else:
            # one that may not be seen must not hide the others
            refused = answer
            if ref in found:
                found[ref].warn(f"Its details could not be read: {answer.message}")
    if refused is not None and not found:
        raise refused
    return found


def _shown(platform: Platform, jobs: list[Job], include: Include) -> list[Result]:
    """Return what a result shows of jobs, with what was asked for beside them; the list is emptied.

    A job's own body and all else is let go as soon as that was read.
    """

    def show(job: Job) -> Result:
        add_includes(platform, job, include)
        return job.to_dict()

    def taken() -> t.Iterator[Job]:
        left = deque(jobs)
        jobs.clear()
        while left:
            yield left.popleft()

    return list(ahead(show, taken())) if include.names else [job.to_dict() for job in jobs]


def _read_list(platform: Platform, refs: list[JobRef]) -> dict[JobRef, Job]:
    if len(refs) == 1:
        return {}
    find = finder(platform.get_jobs(refs)[0])
    return {ref: job for ref, job in ((ref, find(ref)) for ref in refs) if job is not None}


def list_jobs(task: Task, query: JobQuery) -> Result:
    """Return the jobs that fit, how many there are on the server if it says, and whether more were left out."""
    platform = task.servers.of()
    task.include.check(platform)
    stream = platform.iter_jobs(query)
    plain: list[Result] = []
    # what includes are read from is kept until all are known: lists that stand open for long change meanwhile
    jobs: list[Job] = []
    more = False
    for number, job in enumerate(stream):
        if query.max_results and number == query.max_results:
            more = True
            break
        if not query.max_results and number == _MOST_JOBS:
            raise InvalidOptionError(
                f"max_results: more than {_MOST_JOBS} jobs fit, which are too many for one list: narrow it with filters, "
                "such as created_after, or give max_results."
            )
        if task.include.names:
            jobs.append(job)
        else:
            plain.append(job.to_dict())
    plain += _shown(platform, jobs, task.include)
    total = stream.total if more or stream.total is not None else len(plain)
    return result_of(plain, missing=[], total=total, more=more, changed=False)


# -- helpers -----------------------------------------------------------------------------------------------


def check_planned(task: Task, refs: t.Sequence[JobRef], option: str = "jobs") -> None:
    """Let jobs without an id pass in check mode only."""
    if not task.check_mode and any(ref.planned is not None for ref in refs):
        raise InvalidOptionError(f"{option}: a job in it has no id, because it was launched in check mode.")


def _by_platform(task: Task, refs: t.Sequence[JobRef]) -> list[tuple[Platform, list[JobRef]]]:
    groups: dict[int, tuple[Platform, list[JobRef]]] = {}
    for ref in refs:
        if ref.planned is None:
            platform = task.servers.of(ref)
            groups.setdefault(id(platform), (platform, []))[1].append(ref)
    return list(groups.values())
