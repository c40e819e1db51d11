# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what each face does, from options to the keys of a result. Modules, actions and lookups share it."""

from __future__ import annotations

import functools
import re
import typing as t

from ._cancel import CancelOptions, cancel_jobs
from ._clock import Clock, iso_time
from ._describe import Include
from ._errors import InternalError, InvalidOptionError, JobsError
from ._launch import launch_job
from ._launch_many import launch_jobs
from ._launch_options import GetOption, NoteSecrets, read_launch, read_launches, read_many
from ._masking import hiding
from ._options import check_origin, connect, secrets_of
from ._platforms.base import Platform
from ._progress import Progress
from ._select import select_jobs
from ._service import Result, Servers, Task, list_jobs, read_jobs
from ._tidy import tidy, tidy_error
from ._trust import concerns
from ._types import JobQuery
from ._verdict import wait_for_jobs
from ._wait import WaitOptions

#: is told sentences for the user
Warn = t.Callable[[str], t.Any]

_FILTERS = (
    "status",
    "name",
    "template",
    "launched_by",
    "created_after",
    "created_before",
    "native_query",
    "order_by",
)


def _tidied(face: t.Callable[..., Result]) -> t.Callable[..., Result]:
    """Let a face be called with what matters only, and return or raise texts without secrets and control characters."""

    @functools.wraps(face)
    def run(
        get: GetOption,
        *,
        check_mode: bool = False,
        clock: Clock | None = None,
        note_secrets: NoteSecrets | None = None,
        warn: Warn | None = None,
    ) -> Result:
        secrets = secrets_of(get)

        def note(found: t.Iterable[str]) -> None:
            texts = list(found)
            secrets.extend(texts)
            if note_secrets:
                note_secrets(texts)

        with hiding(secrets):
            try:
                return tidy(face(get, check_mode, clock, note, warn), secrets)
            except JobsError as error:
                tidy_error(error, secrets)
                raise
            except Exception as error:
                # here it is known what is secret; nobody else is to print what it says
                raise InternalError.of(error) from None

    return run


@_tidied
def invoke(
    get: GetOption, check_mode: bool, clock: Clock | None, note_secrets: NoteSecrets, warn: Warn | None
) -> Result:
    """Launch a job, or a list of jobs, as the options of C(job_invocation) say."""
    task = _shown_task(get, check_mode, clock, note_secrets, warn)
    options = _wait_options(get) if get("wait") else None
    many = read_many(get)
    if many is None:
        return launch_job(read_launch(task, get, note_secrets), options)
    return launch_jobs(task, read_launches(task, get, note_secrets), options, many)


@_tidied
def wait(get: GetOption, check_mode: bool, clock: Clock | None, note_secrets: NoteSecrets, warn: Warn | None) -> Result:
    """Wait for jobs as the options of C(job_wait) say."""
    options = _wait_options(get)
    options.return_when = _return_when(get("return_when"))
    options.fail_fast = get("fail_fast") or "false"
    task = _shown_task(get, check_mode, clock, note_secrets, warn)
    return wait_for_jobs(task, select_jobs(get("jobs"), get("type")), options)


@_tidied
def info(get: GetOption, check_mode: bool, clock: Clock | None, note_secrets: NoteSecrets, warn: Warn | None) -> Result:
    """Read jobs as the options of C(job_info) say: those that are named, or those that fit filters."""
    task = _task(get, check_mode, clock, note_secrets, warn)
    most = get("max_results")
    if most is not None and most < 0:
        raise InvalidOptionError("max_results must be 0 (all) or more.")
    if get("jobs") is None:
        return list_jobs(task, _query(get))
    for name in _FILTERS:
        if get(name) is not None:
            raise InvalidOptionError(f"{name} is a filter and does not go together with jobs: give one of the two.")
    return read_jobs(task, select_jobs(get("jobs"), get("type")))


@_tidied
def cancel(
    get: GetOption, check_mode: bool, clock: Clock | None, note_secrets: NoteSecrets, warn: Warn | None
) -> Result:
    """Stop jobs as the options of C(job_cancel) say."""
    options = CancelOptions(
        hosts=get("hosts"),
        force=bool(get("force")),
        missing_ok=bool(get("missing_ok")),
        wait=WaitOptions(timeout=_number(get, "wait_timeout", 3600.0), interval=get("wait_interval"), scheduled=True)
        if get("wait")
        else None,
    )
    task = _shown_task(get, check_mode, clock, note_secrets, warn)
    return cancel_jobs(task, select_jobs(get("jobs"), get("type")), options)


# -- options to requests -----------------------------------------------------------------------------------


def _task(get: GetOption, check_mode: bool, clock: Clock | None, note_secrets: NoteSecrets, warn: Warn | None) -> Task:
    """Return what the verbs need.

    :param warn: is told, once for each server of the task, what weakens its connection.
    """

    def open_server(name: str | None) -> Platform:
        platform = connect(get, name, clock)
        note_secrets(platform.connection.secrets())
        if warn:
            for concern in concerns(platform.connection):
                warn(concern)
        return platform

    servers = Servers(open_server, lambda platform, url: check_origin(platform.connection, url))
    return Task(servers, check_mode, _include(get), clock or Clock())


def _shown_task(
    get: GetOption, check_mode: bool, clock: Clock | None, note_secrets: NoteSecrets, warn: Warn | None
) -> Task:
    """Return a task that shows its progress as its options say."""
    task = _task(get, check_mode, clock, note_secrets, warn)
    task.progress = Progress.here(task.clock, get)
    return task


def _include(get: GetOption) -> Include:
    size = get("output_max_bytes")
    return Include(
        names=list(dict.fromkeys(get("include") or ())),
        host_filter=get("host_filter"),
        output_max_bytes=65536 if size is None else size,
        output_since=get("output_since"),
    )


def _query(get: GetOption) -> JobQuery:
    most = get("max_results")
    return JobQuery(
        status=get("status"),
        name=get("name"),
        template=get("template"),
        type=get("type"),
        launched_by=get("launched_by"),
        created_after=_time(get, "created_after"),
        created_before=_time(get, "created_before"),
        native_query=get("native_query"),
        order_by=get("order_by"),
        max_results=100 if most is None else most,
    )


def _time(get: GetOption, name: str) -> str | None:
    value = get(name)
    if value is None:
        return None
    text = str(value).strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        text += "T00:00:00Z"
    moment = iso_time(text)
    if moment is None:
        raise InvalidOptionError(f"{name}: {value!r} is not a time in ISO 8601, such as 2026-11-22T18:00:00Z.")
    return moment


def _wait_options(get: GetOption) -> WaitOptions:
    options = WaitOptions(
        timeout=_number(get, "wait_timeout", 3600.0),
        interval=get("wait_interval"),
        on_timeout=get("on_timeout") or "leave",
        scheduled=bool(get("wait_scheduled")),
    )
    if get("fail_on") is not None:
        options.fail_on = tuple(get("fail_on"))
    return options


def _number(get: GetOption, name: str, default: float) -> float:
    value = get(name)
    return default if value is None else float(value)


def _return_when(value: t.Any) -> int | None:
    word = str(value if value is not None else "all").strip().lower()
    if word in ("all", "any"):
        return 1 if word == "any" else None
    if not word.isdigit():
        raise InvalidOptionError(f"return_when: {value!r} is none of all, any, or a number.")
    return int(word)
