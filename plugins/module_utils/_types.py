# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the one job model, and what goes into and comes out of a platform.

Nothing here leaves the library as an object: C(to_dict) gives plain builtins,
because a dataclass crashes a module's exit and an Enum prints differently from
one Python to the next.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, fields


class JobStatus:
    """The status words of a job, the same for every platform."""

    SCHEDULED = "scheduled"
    PENDING = "pending"
    RUNNING = "running"
    CANCELING = "canceling"
    SUCCESSFUL = "successful"
    FAILED = "failed"
    ERROR = "error"
    CANCELED = "canceled"
    UNKNOWN = "unknown"

    ALL = (SCHEDULED, PENDING, RUNNING, CANCELING, SUCCESSFUL, FAILED, ERROR, CANCELED, UNKNOWN)
    FINISHED = frozenset((SUCCESSFUL, FAILED, ERROR, CANCELED))


class HostStatus:
    """The status words of one host within a job."""

    OK = "ok"
    CHANGED = "changed"
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    SKIPPED = "skipped"
    CANCELED = "canceled"
    PENDING = "pending"
    RUNNING = "running"
    UNKNOWN = "unknown"

    ALL = (OK, CHANGED, FAILED, UNREACHABLE, SKIPPED, CANCELED, PENDING, RUNNING, UNKNOWN)
    BAD = frozenset((FAILED, UNREACHABLE))


class Feature:
    """What a platform may be able to do; the rest fails before any request."""

    RERUN = "rerun"
    RERUN_FAILED = "rerun_failed"
    RERUN_SUCCESSFUL = "rerun_successful"
    CANCEL_HOSTS = "cancel_hosts"
    CANCEL_FORCE = "cancel_force"
    CONCURRENCY = "concurrency"
    JOB_TIMEOUT = "job_timeout"
    DESCRIPTION = "description"
    LAUNCH_KEY = "launch_key"
    INVENTORY = "inventory"
    TARGET_QUERY = "target_query"
    HOSTS = "hosts"
    OUTPUT = "output"
    OUTPUT_SINCE = "output_since"
    OUTPUT_HOSTS = "output_hosts"
    HOST_FILTER = "host_filter"
    FAILED_TASKS = "failed_tasks"
    CHILDREN = "children"
    ARTIFACTS = "artifacts"
    PARAMETERS = "parameters"
    EVENTS = "events"
    REPORT = "report"
    HISTORY = "history"


INCLUDES = (
    "hosts",
    "output",
    "failed_tasks",
    "children",
    "artifacts",
    "parameters",
    "events",
    "report",
    "history",
    "native",
)

RERUN_HOSTS = ("all", "failed", "successful")

#: what the job of a launch key may be to be taken for the launch, the default first
ADOPT_DEFAULT = ("unfinished", "successful")
ADOPT = (*ADOPT_DEFAULT, "failed", "error", "canceled")

#: the name under which a launch key is kept with its job, where a server has names for what is kept
LAUNCH_KEY_NAME = "unified_jobs_launch_key"


@dataclass
class HostResult:
    """How one host fared. Times are ISO 8601 UTC text, C(elapsed) is seconds."""

    name: str
    status: str = HostStatus.UNKNOWN
    native_status: str | None = None
    exit_code: int | None = None
    message: str = ""
    started_at: str | None = None
    finished_at: str | None = None
    elapsed: float | None = None
    output: str | None = None
    data: t.Any = None

    def to_dict(self) -> dict[str, t.Any]:
        """Return plain builtins; C(output) and C(data) only where there are any."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        return {k: v for k, v in plain.items() if k not in ("output", "data") or v is not None}


def empty_host_counts() -> dict[str, int | None]:
    """Return the host counts of a job of which the server does not say any."""
    return dict.fromkeys(("total", *HostStatus.ALL))


@dataclass
class Job:
    """One job, the same keys on every platform (see the README's page on the job model)."""

    platform: str
    type: str
    id: str | None
    server: str | None = None
    subtype: str | None = None
    name: str = ""
    status: str = JobStatus.UNKNOWN
    native_status: str | None = None
    explanation: str = ""
    created_at: str | None = None
    started_at: str | None = None
    finished_at: str | None = None
    elapsed: float | None = None
    url: str | None = None
    web_url: str | None = None
    template: dict[str, str | None] = field(default_factory=lambda: {"id": None, "name": None})
    launched_by: str | None = None
    description: str = ""
    targets: str | None = None
    host_counts: dict[str, int | None] = field(default_factory=empty_host_counts)
    details: dict[str, t.Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    #: what was asked for with C(include), by result key
    included: dict[str, t.Any] = field(default_factory=dict)
    #: the body that the server sent; never part of C(to_dict)
    native: dict[str, t.Any] = field(default_factory=dict, repr=False)
    #: the body came from a detail request and holds all that the server says
    is_complete: bool = False

    @property
    def is_finished(self) -> bool:
        """Return whether nothing more will happen to the job."""
        return self.status in JobStatus.FINISHED

    @property
    def is_successful(self) -> bool | None:
        """Return the verdict, or None while there is none."""
        return self.status == JobStatus.SUCCESSFUL if self.is_finished else None

    def warn(self, text: str) -> None:
        """Note something odd about this job, once."""
        if text not in self.warnings:
            self.warnings.append(text)

    def to_dict(self) -> dict[str, t.Any]:
        """Return plain builtins in the order that the documentation has them."""
        result = {name: getattr(self, name) for name in _JOB_KEYS}
        result.update(self.included)
        return result


def _job_keys() -> tuple[str, ...]:
    """Return the keys of a job in the order that the documentation has them; looked up once for lists of thousands."""
    first = ("platform", "server", "type", "subtype", "id")
    names = [f.name for f in fields(Job) if f.name not in (*first, "included", "native", "is_complete")]
    at = names.index("native_status") + 1
    return (*first, *names[:at], "is_finished", "is_successful", *names[at:])


_JOB_KEYS = _job_keys()


@dataclass(frozen=True)
class JobRef:
    """What a user's C(jobs) item names: an id, and where it is if the item said so."""

    id: str
    type: str | None = None
    platform: str | None = None
    server: str | None = None
    url: str | None = None
    #: the job of a launch in check mode, which has no id
    planned: dict[str, t.Any] | None = field(default=None, compare=False, repr=False)


@dataclass
class JobQuery:
    """Filters of a list of jobs; None means "not given". Times are ISO 8601 UTC text."""

    status: list[str] | None = None
    name: str | None = None
    template: str | None = None
    type: str | None = None
    launched_by: str | None = None
    created_after: str | None = None
    created_before: str | None = None
    native_query: t.Any = None
    order_by: str | None = None
    max_results: int = 100


@dataclass
class JobRequest:
    """A launch as the user asked for it; None means "not given"."""

    template: str | None = None
    template_id: str | None = None
    type: str | None = None
    inventory: str | None = None
    targets: list[str] | None = None
    target_query: t.Any = None
    parameters: dict[str, t.Any] | None = None
    secret_parameters: dict[str, t.Any] | None = field(default=None, repr=False)
    description: str | None = None
    schedule: dict[str, t.Any] | None = None
    concurrency: int | None = None
    job_timeout: int | None = None
    options: dict[str, t.Any] = field(default_factory=dict, repr=False)
    rerun: JobRef | None = None
    rerun_hosts: str = "all"
    #: the user's own name of this launch, which its job carries
    launch_key: str | None = None
    #: the name of the server that it is for, None for the task's own connection
    server: str | None = None
    validate: bool = True
    #: nothing will be sent, so that what only the server's validation would find has to be found by reads
    plan_only: bool = False
    #: is told what turns out to be secret while it is planned, such as a parameter that the server calls sensitive
    hide: t.Callable[[t.Iterable[str]], t.Any] = field(default=lambda texts: None, repr=False, compare=False)

    def all_parameters(self) -> dict[str, t.Any] | None:
        """Return the parameters with the secret ones merged over them."""
        if self.parameters is None and self.secret_parameters is None:
            return None
        return {**(self.parameters or {}), **(self.secret_parameters or {})}


@dataclass
class Launch:
    """A launch that is ready to be sent: everything is resolved and checked.

    C(preparations) are idempotent writes (a label) that come before the one launching POST.
    C(since) is the server's own time, ISO 8601 UTC, of the last answer before it.
    """

    path: str
    body: dict[str, t.Any] = field(repr=False)
    type: str
    template: dict[str, str | None]
    request: dict[str, t.Any]
    job: Job
    preparations: list[tuple[str, dict[str, t.Any]]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    #: texts in the request that the server knows to be secret
    secrets: list[str] = field(default_factory=list, repr=False)
    #: the job that is already what was asked for, so that nothing is launched
    existing: list[Job] = field(default_factory=list)
    since: str | None = None
    #: the launch key that its job carries
    key: str | None = None
    #: what refuses it, with an error, where no job of its key is there already
    checks: list[t.Callable[[], t.Any]] = field(default_factory=list, repr=False)
    #: facts that only the platform that made the launch understands
    context: dict[str, t.Any] = field(default_factory=dict, repr=False)


@dataclass
class Keyed:
    """A job that carries a launch key, and how it differs from another launch with that key.

    C(differences) has a row C({option, wanted, found}) for each; there is none if they are equal. A value is None where
    it is not there, and asterisks where it is not to be shown.
    """

    job: Job
    differences: list[dict[str, t.Any]] = field(default_factory=list)


@dataclass
class CancelResult:
    """What a cancel did. C(outcome): requested, already_finished."""

    changed: bool
    outcome: str
    message: str = ""


@dataclass
class Output:
    """Text that a job printed. C(cursor) is where to go on reading, None if that cannot be said."""

    text: str
    complete: bool = True
    truncated: bool = False
    cursor: str | None = None


@dataclass
class Connection:
    """How to reach one server. C(server) is its name among the user's servers, if it has one."""

    platform: str
    url: str
    server: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    validate_certs: bool = True
    ca_path: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    request_timeout: float = 30.0
    organization: str | None = None
    location: str | None = None
    #: what is done where credentials would go without TLS to another machine: warn, fail, ignore
    on_plain_http: str = "warn"
    #: an API prefix that the user set; skips detection
    api_prefix: str | None = None
    #: where the url and the credentials came from, for messages
    source: str = "the task's options"
    #: the file of the platform's own that the credentials were read from
    secret_file: str | None = None

    def secrets(self) -> list[str]:
        """Return what must not be printed."""
        return [secret for secret in (self.password, self.token) if secret]
