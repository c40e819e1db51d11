# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: which jobs a user means: an id, a job, a registered result, its C(results), or a mix of these."""

from __future__ import annotations

import typing as t

from ._errors import InvalidOptionError
from ._native import text
from ._types import Job, JobRef

_FORMS = "give an id, a job, a registered result, or a list of these"


def select_jobs(value: t.Any, job_type: str | None = None, option: str = "jobs") -> list[JobRef]:
    """Return what the value names, each job once, in the order given.

    Text is an id or several with commas between. Skipped results are left out.

    :param job_type: the type of what is given as a bare id.
    :raises InvalidOptionError: naming C(option) when something names no job.
    """
    try:
        refs = list(_refs(value, job_type, option))
    except RecursionError:
        raise InvalidOptionError(f"{option}: it is nested far too deep to name jobs; {_FORMS}.") from None
    return list(dict.fromkeys(refs)) if all(ref.planned is None for ref in refs) else refs


def with_type(ref: JobRef, job: Job | None) -> JobRef:
    """Return the reference with the type that was learned meanwhile, if it has none."""
    if job is None or ref.type:
        return ref
    return JobRef(ref.id, job.type, ref.platform, ref.server)


def finder(jobs: t.Iterable[Job]) -> t.Callable[[JobRef], Job | None]:
    """Return what finds the job of a reference among some: by its id, and by its type if that is known."""
    known = list(jobs)
    by_id = {job.id: job for job in known}
    by_type = {(job.type, job.id): job for job in known}

    def find(ref: JobRef) -> Job | None:
        return by_type.get((ref.type, ref.id)) if ref.type else by_id.get(ref.id)

    return find


def _refs(value: t.Any, job_type: str | None, option: str) -> t.Iterator[JobRef]:
    if value is None or isinstance(value, (bool, float, bytes)):
        raise InvalidOptionError(f"{option}: {value!r:.100} names no job; {_FORMS}.")
    if isinstance(value, int):
        yield JobRef(_id(text(value), option), job_type)
    elif isinstance(value, str):
        if value.lstrip()[:1] in ("{", "["):
            raise InvalidOptionError(
                f"{option}: text that begins with {value.lstrip()[0]} is no id: write ids with commas between, or give "
                "the job, the result or the list itself instead of its text."
            )
        for part in value.split(","):
            yield JobRef(_id(part, option), job_type)
    elif isinstance(value, t.Mapping):
        yield from _from_mapping(value, job_type, option)
    elif isinstance(value, t.Iterable):
        for item in value:
            yield from _refs(item, job_type, option)
    else:
        raise InvalidOptionError(f"{option}: a value of the type {type(value).__name__} names no job; {_FORMS}.")


def _id(raw: str, option: str) -> str:
    number = raw.strip()
    if not number or any(sign.isspace() or ord(sign) < 32 or sign in "/?#" for sign in number):
        raise InvalidOptionError(f"{option}: {number!r:.100} is not the id of a job; {_FORMS}.")
    return number


def _from_mapping(value: t.Mapping[str, t.Any], job_type: str | None, option: str) -> t.Iterator[JobRef]:
    if "platform" in value and "native_status" in value and "id" in value:
        yield _from_job(value, option)
    elif isinstance(value.get("results"), (list, tuple)):
        yield from _refs(value["results"], job_type, option)
    elif isinstance(value.get("jobs"), (list, tuple)):
        yield from _refs(value["jobs"], job_type, option)
    elif isinstance(value.get("job"), t.Mapping):
        yield _from_job(value["job"], option)
    elif not value.get("skipped"):
        if value.get("failed"):
            raise InvalidOptionError(
                f"{option}: a launch in it failed and made no job (it says: {text(value.get('msg')):.300}); leave such results "
                "out, for instance with results | selectattr('job', 'defined')."
            )
        raise InvalidOptionError(f"{option}: a dictionary in it holds no job; {_FORMS}.")


def _from_job(job: t.Mapping[str, t.Any], option: str) -> JobRef:
    number = "" if job.get("id") is None else _id(text(job["id"]), option)
    kind, platform, server, url = (_text(job.get(name)) for name in ("type", "platform", "server", "url"))
    return JobRef(number, kind, platform, server, url, planned=None if number else dict(job))


def _text(value: t.Any) -> str | None:
    return None if value is None else text(value)
