# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what goes into a result beside the job itself: includes, and the sentence on a failure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ._errors import (
    ApiError,
    ConnectionFailedError,
    InvalidOptionError,
    JobFailedError,
    JobsError,
    NoTargetsError,
    RateLimitedError,
    UnauthorizedError,
    UnsupportedError,
)
from ._masking import hidden
from ._platforms.base import Platform
from ._types import INCLUDES, HostStatus, Job, JobStatus

_SHOWN_HOSTS = 5
_MAPPINGS = frozenset(("artifacts", "parameters", "report", "native"))
_SHOWN_TASKS = 3
_LONGEST_MESSAGE = 300


@dataclass
class Include:
    """What a user asked for beside the job; C(output_max_bytes) 0 means all."""

    names: t.Sequence[str] = ()
    host_filter: t.Any = None
    output_max_bytes: int = 65536
    output_since: str | None = None

    def check(self, platform: Platform) -> None:
        """Refuse what the platform does not have, before any request."""
        for name in self.names:
            if name not in INCLUDES:
                raise InvalidOptionError(f"include: {name!r} is none of {', '.join(INCLUDES)}.")
        platform.require(*(name for name in self.names if name != "native"), option="include")
        if self.host_filter is not None:
            self._check_host_filter(platform)
        if self.output_since is not None:
            if "output" not in self.names:
                raise InvalidOptionError("output_since goes with include: [output].")
            platform.require("output_since")
        if self.output_max_bytes < 0:
            raise InvalidOptionError("output_max_bytes must be 0 (all) or more.")

    def _check_host_filter(self, platform: Platform) -> None:
        if "hosts" not in self.names and not ("output" in self.names and _keeps_outputs_apart(platform)):
            raise InvalidOptionError("host_filter goes with include: [hosts].")
        names = self.host_filter if isinstance(self.host_filter, (list, tuple)) else [self.host_filter]
        if not all(isinstance(name, str) for name in names):
            raise InvalidOptionError("host_filter must be a list of names, or text to search for.")
        platform.require("host_filter")

    def nothing(self) -> dict[str, t.Any]:
        """Return what was asked for as it is of a job that has not run: empty, but there."""
        empty: dict[str, t.Any] = {name: {} if name in _MAPPINGS else [] for name in self.names if name != "output"}
        if "output" in self.names:
            empty.update(output="", output_complete=False, output_truncated=False, output_cursor=None)
        return empty

    def needs_settled(self) -> bool:
        """Return whether something is asked for that a server completes after the job's end."""
        return bool({"hosts", "output", "failed_tasks", "events", "report"} & set(self.names))


def add_includes(platform: Platform, job: Job, include: Include) -> None:
    """Read what was asked for into C(job.included)."""
    for name in include.names:
        _add_include(platform, job, include, name)


def try_includes(platform: Platform, job: Job, include: Include) -> ApiError | None:
    """Read what was asked for; what cannot be read becomes a warning.

    A server that does not answer, asks to come back later, or refuses the login is asked for nothing more: that error
    is returned.
    """
    for number, name in enumerate(include.names):
        try:
            _add_include(platform, job, include, name)
        except (UnauthorizedError, ConnectionFailedError, RateLimitedError) as error:
            job.warn(_unread(", ".join(include.names[number:]), error))
            return error
        except JobsError as error:
            job.warn(_unread(name, error))
    return None


def _unread(names: str, error: JobsError) -> str:
    return f"What include: [{names}] asks for could not be read: {error.message}"


def _add_include(platform: Platform, job: Job, include: Include, name: str) -> None:
    apart = _keeps_outputs_apart(platform)
    if name == "output":
        _add_output(platform, job, include, {"host_filter": include.host_filter} if apart else {})
    elif name == "hosts":
        more = {"output_bytes": include.output_max_bytes} if "output" in include.names and apart else {}
        hosts = platform.iter_hosts(job, host_filter=include.host_filter, **more)
        job.included["hosts"] = [host.to_dict() for host in hosts]
    else:
        job.included[name] = getattr(platform, f"get_{name}")(job)


def _keeps_outputs_apart(platform: Platform) -> bool:
    return "output_hosts" in platform.FEATURES


def _add_output(platform: Platform, job: Job, include: Include, more: dict[str, t.Any]) -> None:
    output = platform.get_output(job, max_bytes=include.output_max_bytes, since=include.output_since, **more)
    job.included["output"] = output.text
    job.included["output_complete"] = output.complete
    job.included["output_truncated"] = output.truncated
    job.included["output_cursor"] = output.cursor


def add_failure(platform: Platform, job: Job) -> UnauthorizedError | None:
    """Read why a job failed; that this cannot be read is no failure of its own. A login that is refused is returned."""
    if job.status != JobStatus.FAILED or "failed_tasks" in job.included:
        return None
    try:
        platform.require("failed_tasks")
        job.included["failed_tasks"] = platform.get_failed_tasks(job)
    except UnsupportedError:
        pass
    except ApiError as error:
        job.warn(f"Why it failed could not be read: {error.message}")
        return error if isinstance(error, UnauthorizedError) else None
    return None


def failure_text(job: Job) -> str:
    """Return one paragraph: which job, how it ended, why, on which hosts, and where to look."""
    parts = [f"{job_title(job)} {_ENDINGS.get(job.status, 'ended as ' + job.status)}"]
    if job.explanation:
        parts.append(f": {job.explanation.rstrip('.')}")
    text = "".join(parts) + "."
    for sentence in (_hosts_text(job), _tasks_text(job)):
        if sentence:
            text += " " + sentence
    where = job.web_url or job.url
    return text + (f" See {where}" if where else "")


def failures(ended: t.Sequence[Job], **result: t.Any) -> JobFailedError:
    """Return the error for jobs that did not succeed; the first decides its word."""
    said = [failure_text(job) for job in ended[:_SHOWN_HOSTS]]
    if len(ended) > _SHOWN_HOSTS:
        said.append(f"And {len(ended) - _SHOWN_HOSTS} more.")
    return JobFailedError(paragraphs(*said), ended[0].status, **result)


def paragraphs(*texts: str) -> str:
    """Return several statements as one text. What comes behind an address is not to be taken for a part of it."""
    said = [text for text in texts if text]
    ends = [" | " if "://" in text.split()[-1] else " " if text.endswith((".", "...")) else ". " for text in said[:-1]]
    return "".join(text + end for text, end in zip(said, [*ends, ""]))


def job_title(job: Job) -> str:
    """Return what to call a job in a sentence."""
    name = f" {job.name!r}" if job.name else ""
    return f"{job.type.replace('_', ' ').capitalize()} {job.id}{name}" + (f" on {job.server}" if job.server else "")


_ENDINGS = {
    JobStatus.FAILED: "failed",
    JobStatus.ERROR: "could not be run",
    JobStatus.CANCELED: "was canceled",
}


def _hosts_text(job: Job) -> str:
    tasks = job.included.get("failed_tasks") or []
    hosts = job.included.get("hosts") or tasks
    bad = dict.fromkeys(
        str(host.get("name") or host.get("host"))
        for host in hosts
        if host.get("status") in HostStatus.BAD and (host.get("name") or host.get("host"))
    )
    if bad:
        names = ", ".join(list(bad)[:_SHOWN_HOSTS])
        more = f" and {len(bad) - _SHOWN_HOSTS} more" if len(bad) > _SHOWN_HOSTS else ""
        return f"Failed or unreachable: {names}{more}."
    count = sum(job.host_counts.get(word) or 0 for word in HostStatus.BAD)
    return f"{count} host{'s' * (count != 1)} failed or could not be reached." if count else ""


def _tasks_text(job: Job) -> str:
    lines = []
    for task in (job.included.get("failed_tasks") or [])[:_SHOWN_TASKS]:
        message = " ".join(hidden(str(task.get("message") or "")).split())
        if len(message) > _LONGEST_MESSAGE:
            message = message[:_LONGEST_MESSAGE] + " ..."
        where = ", ".join(str(task[key]) for key in ("host", "task") if task.get(key))
        lines.append((f"[{where}] " if where else "") + f"{message.rstrip('.')}.")
    return " ".join(lines)


def result_of(jobs: t.Sequence[Job | dict[str, t.Any]], **more: t.Any) -> dict[str, t.Any]:
    """Return jobs as the keys of a result: C(jobs) always, each once; C(job) when there is exactly one."""
    plain: list[dict[str, t.Any]] = []
    seen = set()
    for job in jobs:
        row = job if isinstance(job, dict) else job.to_dict()
        key = tuple(row.get(name) for name in ("platform", "server", "type", "id"))
        if row.get("id") is None or key not in seen:
            plain.append(row)
        seen.add(key)
    return {**({"job": plain[0]} if len(plain) == 1 else {}), "jobs": plain, **more}


def no_targets(option: str, advice: str = "") -> NoTargetsError:
    """Return the error for an empty set of hosts, which never means all hosts."""
    launch = (
        "Set on_no_targets: skip to launch nothing then; leave it out for all hosts of a template that has its own."
    )
    return NoTargetsError(f"{option} is empty, so there is no host. {advice or launch}")
