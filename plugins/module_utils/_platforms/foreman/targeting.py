# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: on which hosts a job runs, and when (Foreman contract 1.1, 1.3)."""

from __future__ import annotations

import datetime
import typing as t
from urllib.parse import quote

from ..._clock import parse_time
from ..._errors import InvalidOptionError, NoTargetsError, NotFoundError, RejectedError, UnsupportedError
from ..._native import text
from ..._types import JobRequest
from .api import PAGE_SIZE, Api, Row
from .search import one_of, quoted, says_nothing

#: of the names in a search, as it is written in an address
_LONGEST_SEARCH = 6000
_SCHEDULE = ("start_at", "start_before")
_RECURRENCE = ("cron", "max_iteration", "end_time", "purpose")


def target_fields(api: Api, request: JobRequest) -> Row:
    """Return what selects the hosts: a search query, or a bookmark.

    :raises InvalidOptionError: unless exactly one of the options says it.
    """
    bookmark = request.options.get("bookmark")
    given = [
        name
        for name, value in (
            ("targets", request.targets),
            ("target_query", request.target_query),
            ("foreman.bookmark", bookmark),
        )
        if value is not None
    ]
    if len(given) != 1:
        raise InvalidOptionError(
            "targets, target_query or foreman.bookmark: Foreman needs exactly one of them to know its hosts"
            + (f", not {' and '.join(given)}." if given else ", and none is given.")
        )
    if bookmark is not None:
        row = api.find("/api/bookmarks", bookmark, "bookmark of hosts", "foreman.bookmark", ' and controller = "hosts"')
        query = text(row.get("query"))
        if says_nothing(query):
            raise NoTargetsError(
                f"foreman.bookmark: {bookmark!r} names no host. An empty search never means all hosts."
            )
        return {"bookmark_id": row["id"], "_query": query}
    if request.targets is not None:
        for host in request.targets:
            if not host.strip():
                raise InvalidOptionError("targets: a name in it is empty.")
        query = one_of("name", request.targets)
    else:
        query = request.target_query
        if not isinstance(query, str):
            raise InvalidOptionError("target_query: Foreman takes a search, which is text.")
        if says_nothing(query):
            raise NoTargetsError(f"target_query: {query!r} names no host. An empty search never means all hosts.")
    return {"search_query": query, "_query": query}


def check_targets(api: Api, query: str, request: JobRequest) -> int:
    """Return how many hosts fit now; the server would run on none and call it a success.

    :raises NoTargetsError: if no host fits.
    :raises NotFoundError: if a host that is named does not exist or is hidden.
    """
    if request.targets is not None:
        return _check_names(api, list(dict.fromkeys(request.targets)))
    option = "target_query" if request.target_query is not None else "foreman.bookmark"
    try:
        found, total = api.page("/api/hosts", {"search": query, "per_page": 1, "thin": True}, in_context=True)
    except RejectedError as error:
        raise InvalidOptionError(f"{option}: the server does not understand the search: {error.message}") from None
    count = total if total is not None else len(found)
    if not count:
        raise _nobody(option)
    return count


def _check_names(api: Api, names: list[str]) -> int:
    """Return how many of the hosts there are."""
    found: set[str] = set()
    for part in _parts(names):
        params = {"search": one_of("name", part), "per_page": len(part), "thin": True}
        found.update(text(row.get("name")).lower() for row in api.page("/api/hosts", params, in_context=True)[0])
    missing = [name for name in names if name.lower() not in found]
    if len(missing) == len(names):
        raise _nobody("targets")
    if missing:
        raise NotFoundError(f"targets: there is no host {', '.join(missing)} that this user may see.", missing=missing)
    return len(names)


def _parts(names: list[str]) -> t.Iterator[list[str]]:
    """Yield the names in parts that an address holds; web servers take 8190 characters of one."""
    part: list[str] = []
    size = 0
    for name in names:
        length = len(quote(quoted(name))) + len("%2C")
        if part and (len(part) == PAGE_SIZE or size + length > _LONGEST_SEARCH):
            yield part
            part, size = [], 0
        part.append(name)
        size += length
    if part:
        yield part


def _nobody(option: str) -> NoTargetsError:
    return NoTargetsError(f"{option}: no host fits that this user may see, so there is nothing to run on.")


def schedule_fields(request: JobRequest, server_time: str | None) -> Row:
    """Return C(scheduling) and C(recurrence) of the body. Times go out in UTC.

    :param server_time: now, by the server's own clock; None leaves what is past to the server.
    :raises InvalidOptionError: for what the server would refuse or drop.
    """
    schedule = {name: value for name, value in (request.schedule or {}).items() if value is not None}
    names = ("start_at", "start_before", "end_time")
    times: dict[str, datetime.datetime] = {name: _utc(name, schedule[name]) for name in names if name in schedule}
    _check_times(times, schedule, server_time)
    body: Row = {}
    if any(name in schedule for name in _SCHEDULE):
        body["scheduling"] = {name: _sent(times[name]) for name in _SCHEDULE if name in times}
    if any(name in schedule for name in _RECURRENCE):
        if "cron" not in schedule:
            raise InvalidOptionError(
                "schedule.cron: max_iteration, end_time and purpose are of a recurring job, which needs it."
            )
        recurrence = {
            "cron_line": schedule["cron"],
            "end_time": _sent(times["end_time"]) if "end_time" in times else None,
        }
        recurrence.update({name: schedule.get(name) for name in ("max_iteration", "purpose")})
        body["recurrence"] = {name: value for name, value in recurrence.items() if value is not None}
    return body


def _check_times(times: dict[str, datetime.datetime], schedule: Row, server_time: str | None) -> None:
    if "start_before" in times and "start_at" not in times:
        raise InvalidOptionError("schedule.start_before goes together with schedule.start_at.")
    if "cron" in schedule and len(text(schedule["cron"]).split()) != 5:
        raise InvalidOptionError("schedule.cron: a cron line has five fields, such as 0 3 * * *.")
    now = parse_time(server_time)
    if "max_iteration" in schedule and int(schedule["max_iteration"]) < 1:
        raise InvalidOptionError("schedule.max_iteration must be 1 or more.")
    for name in ("start_at", "start_before", "end_time"):
        # the server cuts the seconds, so what is in this minute is in the past
        if now is not None and name in times and times[name].replace(second=0, microsecond=0) <= now:
            raise InvalidOptionError(f"schedule.{name} is not in the future, counted in whole minutes.")
    if "start_before" in times and times["start_before"] <= times["start_at"]:
        raise InvalidOptionError("schedule.start_before is not after schedule.start_at.")


def _utc(name: str, value: t.Any) -> datetime.datetime:
    moment = parse_time(str(value))
    if moment is None:
        raise InvalidOptionError(f"schedule.{name}: {value!r} is not a time in ISO 8601, such as 2026-11-22T18:00:00Z.")
    return moment


def _sent(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S +0000")


def provider_fields(template: Row, options: t.Mapping[str, t.Any], what: str, checked: bool) -> Row:
    """Return the C(ssh) and C(ansible) fields; what the server would drop in silence is refused.

    :param template: the detail of the template, or what is known of it.
    :param checked: whether what the template says counts.
    :raises UnsupportedError: if the template does not allow the user, or is none of Ansible.
    """
    body: Row = {}
    user = options.get("effective_user")
    allowed = template.get("effective_user")
    if checked and user is not None and isinstance(allowed, dict) and allowed.get("overridable") is False:
        raise UnsupportedError(f"foreman.effective_user: {what} does not allow to override its user.")
    ssh = {"effective_user": user, "effective_user_password": options.get("effective_user_password")}
    ssh = {name: value for name, value in ssh.items() if value is not None}
    if ssh:
        body["ssh"] = ssh
    tags, flag = options.get("ansible_tags"), options.get("ansible_tags_flag")
    if tags is None and flag is not None:
        raise InvalidOptionError("foreman.ansible_tags_flag goes together with foreman.ansible_tags.")
    if tags is not None:
        if checked and text(template.get("provider_type")).lower() != "ansible":
            raise UnsupportedError(
                f"foreman.ansible_tags: {what} is no Ansible template, so the tags would be dropped."
            )
        # without the flag the proxy would leave out what has the tags
        body["ansible"] = {"tags": tags, "tags_flag": flag or "include"}
    return body
