# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: from the options of C(job_invocation) to launches: one, or a list whose defaults are the task's options."""

from __future__ import annotations

import typing as t

from ._errors import InvalidOptionError
from ._keys import check_key
from ._launch_many import ManyOptions
from ._launching import Launching
from ._masking import secret_options, secret_texts
from ._platforms.base import Platform
from ._registry import platform_names
from ._select import select_jobs
from ._service import Task
from ._types import JobRequest

GetOption = t.Callable[[str], t.Any]
#: is told secrets, so that they can be masked wherever they appear
NoteSecrets = t.Callable[[t.Iterable[str]], t.Any]

#: a launch that names one of a group has none of the others from the task
_EITHER = (("template", "template_id", "rerun"), ("targets", "target_query"))
#: of the task, a launch that runs a job again has these: all else is as the job had it
_OF_A_RERUN = ("rerun_hosts", "on_no_targets", "validate", "adopt")
#: what the task says of the list, and not of each launch
_OF_THE_LIST = ("max_concurrent", "on_failure")


def read_many(get: GetOption) -> ManyOptions | None:
    """Return the rules for a list of launches, or None if there is one launch only."""
    if get("jobs") is None:
        for name in _OF_THE_LIST:
            if get(name) is not None:
                raise InvalidOptionError(f"{name} goes together with jobs, a list of launches.")
        return None
    return ManyOptions(get("max_concurrent"), get("on_failure") or "continue", get("on_no_targets") or "fail")


def read_launch(task: Task, get: GetOption, note_secrets: NoteSecrets | None) -> Launching:
    """Return the launch of a task that has one."""
    return _launching(task, get, get, note_secrets)


def read_launches(task: Task, get: GetOption, note_secrets: NoteSecrets | None) -> list[Launching]:
    """Return the launches of a list, in its order.

    :raises InvalidOptionError: naming the launch by its number, the first is 1.
    """
    items: list[t.Mapping[str, t.Any]] = list(get("jobs"))
    if get("launch_key") is not None:
        raise InvalidOptionError("launch_key names one launch: give each launch of jobs a key of its own.")
    launchings: list[Launching] = []
    for number, item in enumerate(items, 1):
        try:
            launchings.append(_launching(task, _with_defaults(item, get), item.get, note_secrets, item.get("server")))
        except InvalidOptionError as error:
            error.message = f"Launch {number} of {len(items)}: {error.message}"
            error.args = (error.message,)
            raise
    if not launchings:
        return []
    if get("rerun_hosts") not in (None, "all") and not any(one.request.rerun for one in launchings):
        raise InvalidOptionError("rerun_hosts: no launch of the list runs a job again (rerun), so leave it out.")
    if get("adopt") is not None and not any(one.request.launch_key for one in launchings):
        raise InvalidOptionError("adopt: no launch of the list has a launch_key, so leave it out.")
    _refuse_equal_keys(launchings)
    _refuse_unused_context(get, launchings)
    there = {one.platform_of_request().NAME for one in launchings}
    for name in platform_names():
        if get(name) is not None and name not in there:
            raise InvalidOptionError(f"{name}: no launch of the list is on this platform, so leave it out.")
    return launchings


def _refuse_equal_keys(launchings: list[Launching]) -> None:
    """Refuse two launches of one server with one key: the second would take the job of the first for its own."""
    seen: dict[tuple[str | None, str], int] = {}
    for number, one in enumerate(launchings, 1):
        key = one.request.launch_key
        if key is None:
            continue
        first = seen.setdefault((one.platform_of_request().connection.server, key), number)
        if first != number:
            raise InvalidOptionError(
                f"Launch {number} of {len(launchings)}: launch_key {key} is that of launch {first} too; give each its own."
            )


def _refuse_unused_context(get: GetOption, launchings: list[Launching]) -> None:
    """Refuse what is said beside the task's own connection if no launch goes there: nothing would heed it."""
    if any(one.platform_of_request().connection.server == get("server") for one in launchings):
        return
    for name in ("organization", "location"):
        if get(name) is not None:
            raise InvalidOptionError(
                f"{name} belongs to the connection of the task, which no launch of the list uses: write it into the "
                "entries of the servers."
            )


def _with_defaults(item: t.Mapping[str, t.Any], get: GetOption) -> GetOption:
    """Return what gives the options of one launch: its own, else those of the task that go together with these."""
    dropped = {name for group in _EITHER if any(item.get(name) is not None for name in group) for name in group}
    dropped.add("launch_key")
    if "rerun" in dropped or get("rerun") is None:
        dropped.add("rerun_hosts")
    is_again = item.get("rerun") is not None

    def value(name: str) -> t.Any:
        own = item.get(name)
        if own is not None or (name not in _OF_A_RERUN if is_again else name in dropped):
            return own
        return get(name)

    return value


def _launching(
    task: Task,
    get: GetOption,
    own: GetOption,
    note_secrets: NoteSecrets | None,
    server: str | None = None,
) -> Launching:
    """Return one launch.

    :param own: gives the options without those of the task that are defaults.
    :param server: the name of the server that it is for, None for the task's own connection.
    """
    request = _read_request(get)
    request.server = server
    if note_secrets:
        request.hide = note_secrets
        note_secrets(secret_texts(request.secret_parameters))
    # for a launch of a list that has no key, what the task says of keys is of no concern
    adopt = check_key(request.launch_key, get("adopt") if request.launch_key is not None else own("adopt"))
    one = Launching(task, request, get("on_no_targets") or "fail", adopt)
    platform = one.platform_of_request()
    request.options = _platform_options(own, get, platform)
    if note_secrets:
        note_secrets(secret_options(platform.LAUNCH_OPTIONS, request.options))
    return one


def _read_request(get: GetOption) -> JobRequest:
    names = (
        "template",
        "template_id",
        "type",
        "inventory",
        "targets",
        "target_query",
        "parameters",
        "secret_parameters",
        "description",
        "concurrency",
        "job_timeout",
        "launch_key",
    )
    request = JobRequest(**{name: get(name) for name in names})
    request.validate = get("validate") is not False
    request.schedule = _schedule(get)
    request.rerun_hosts = get("rerun_hosts") or "all"
    if get("rerun") is not None:
        _read_rerun(get, request)
    elif request.rerun_hosts != "all":
        raise InvalidOptionError("rerun_hosts goes together with rerun, the job to run again.")
    return request


def _platform_options(own: GetOption, get: GetOption, platform: Platform) -> dict[str, t.Any]:
    """Return the options that only this platform has; those of another one are refused where the launch has them."""
    for name in platform_names():
        if name != platform.NAME and own(name) is not None:
            raise InvalidOptionError(f"{name} is an option of another platform than {platform.NAME}: leave it out.")
    return dict(get(platform.NAME) or {})


def _schedule(get: GetOption) -> dict[str, t.Any] | None:
    """Return what the schedule says, without the keys that are not given."""
    if get("schedule") is None:
        return None
    given = {name: value for name, value in get("schedule").items() if value is not None}
    if not given:
        raise InvalidOptionError("schedule says nothing: give start_at or cron in it, or leave it out to start now.")
    return given


def _read_rerun(get: GetOption, request: JobRequest) -> None:
    if request.type is not None:
        raise InvalidOptionError("type is the kind of a template and does not go together with rerun.")
    refs = select_jobs(get("rerun"), None, "rerun")
    if len(refs) != 1:
        raise InvalidOptionError(
            f"rerun names {len(refs)} jobs: give exactly one; for several write jobs, a list of launches."
        )
    request.rerun = refs[0]
