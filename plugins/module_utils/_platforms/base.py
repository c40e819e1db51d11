# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the contract that every platform fulfils. CONTRIBUTING.md opens with how to add one."""

from __future__ import annotations

import abc
import contextlib
import typing as t

from .._clock import Clock
from .._errors import UnsupportedError
from .._types import (
    CancelResult,
    Connection,
    HostResult,
    Job,
    JobQuery,
    JobRef,
    JobRequest,
    JobStatus,
    Keyed,
    Launch,
    Output,
)


class Answer(t.Protocol):
    """What a client returns: the parsed answer to one request."""

    status: int
    data: t.Any
    text: str

    def header(self, name: str) -> str | None:
        """Return a header's value; names are case-insensitive."""


class Client(t.Protocol):
    """The HTTP client as a platform sees it. Paths are relative to the connection's url and C(prefix).

    Every method raises an C(ApiError) for an answer that is not 2xx. Only C(post_once) is used to launch.
    """

    prefix: str
    #: the server's own time, ISO 8601 UTC, of its last answer
    server_time: str | None
    #: monotonic time after which nothing is tried again; None for no limit
    deadline: float | None
    #: seconds by which all that is read may outlast the deadline together: one request's time
    overtime: float
    clock: Clock

    def get(
        self,
        path: str,
        params: t.Mapping[str, t.Any] | None = None,
        *,
        accept: str = ...,
        absolute: bool = ...,
        login: bool = ...,
        final: t.Container[int] = ...,
    ) -> Answer:
        """Read; repeated within bounds when the failure may pass, and is none of the statuses C(final).

        Without C(login), no credentials are sent.
        """

    def remembering(self) -> contextlib.AbstractContextManager[None]:
        """Ask nothing twice meanwhile: equal reads get the same answer."""

    def post(self, path: str, body: t.Any = None) -> Answer:
        """Write something that may safely be written twice; repeated like a read."""

    def write(self, method: str, path: str, body: t.Any = None) -> Answer:
        """Replace (PUT) or delete (DELETE) something; repeated like a read."""

    def post_once(self, path: str, body: t.Any = None) -> Answer:
        """Write exactly once; an unclear failure has C(ambiguous) set."""

    def download(
        self, path: str, params: t.Mapping[str, t.Any] | None = None, *, accept: str = ..., tail_bytes: int = ...
    ) -> tuple[bytes, bool]:
        """Return the last C(tail_bytes) bytes of a text of any size, and whether some were left out before them."""


class JobStream:
    """Jobs that are read page by page as they are asked for.

    :ivar total: how many there are on the server, once the first was asked for; None if it does not say.
    """

    def __init__(self, pages: t.Iterator[tuple[list[Job], int | None]]) -> None:
        self._pages = pages
        self.total: int | None = None

    def __iter__(self) -> t.Iterator[Job]:
        try:
            for jobs, total in self._pages:
                self.total = total
                yield from jobs
        finally:
            # pages that are read ahead are not wanted any more
            if isinstance(self._pages, t.Generator):
                self._pages.close()


class Platform(abc.ABC):
    """One kind of server. All reads are free of side effects; only C(launch) and C(cancel) write."""

    #: the value of the option C(platform), and the title for people
    NAME: t.ClassVar[str]
    TITLE: t.ClassVar[str]
    #: native status -> JobStatus / HostStatus
    STATUSES: t.ClassVar[t.Mapping[str, str]]
    HOST_STATUSES: t.ClassVar[t.Mapping[str, str]]
    FEATURES: t.ClassVar[frozenset[str]]
    #: values of the option C(type) of a launch, the default first, and of C(type) of a job
    LAUNCH_TYPES: t.ClassVar[tuple[str, ...]]
    JOB_TYPES: t.ClassVar[tuple[str, ...]]
    #: option table (argument spec plus C(description)) of the option that is named like the platform
    LAUNCH_OPTIONS: t.ClassVar[t.Mapping[str, dict[str, t.Any]]]
    #: connection option -> the platform's own environment names, first wins
    ENVIRONMENT: t.ClassVar[t.Mapping[str, tuple[str, ...]]]

    #: connection options that the server has a notion of, among organization and location
    CONTEXT: t.ClassVar[frozenset[str]] = frozenset()
    #: the server's session cookie is worth keeping between requests
    KEEPS_SESSION: t.ClassVar[bool] = False
    #: a row of the list is cheaper than the detail, also for a single job that is waited for
    POLLS_BY_LIST: t.ClassVar[bool] = False
    #: refused logins add up until the server shuts everybody out, so that a wait tries such a one only once more
    LOCKS_OUT: t.ClassVar[bool] = False
    #: whether what C(is_settled) waits for comes for sure, as from a copy of the server that is not up to date
    SETTLES_SURELY: t.ClassVar[bool] = False
    #: every launch carries a mark by which alone its job is found, so that no other job can be taken for it
    MARKS_LAUNCHES: t.ClassVar[bool] = False

    def __init__(self, client: Client, connection: Connection) -> None:
        self.client = client
        self.connection = connection

    # -- without the network -------------------------------------------------------------------------------

    @classmethod
    def read_config_files(cls, environ: t.Mapping[str, str]) -> list[tuple[str, dict[str, t.Any]]]:
        """Return (path, connection options) of the platform's own configuration files, the strongest first.

        Beside the options, C(secret_file) is the path of the file that a credential among them lies in.
        """
        return []

    @classmethod
    def default_ca_path(cls) -> str | None:
        """Return the file of the authorities to trust when nobody names one; None for those of the system."""
        return None

    @classmethod
    def complete_url(cls, url: str) -> str:
        """Return a checked url with what the platform's own tools add to one, such as a port."""
        return url

    @classmethod
    def split_url(cls, url: str, api_prefix: str | None = None) -> tuple[str, str | None]:
        """Return the server's address, and the path of its API if the user's url or setting says it."""
        return url, api_prefix

    @classmethod
    @abc.abstractmethod
    def authenticate(cls, connection: Connection) -> dict[str, str]:
        """Return the headers that log in; an InvalidOptionError says which options are missing."""

    @classmethod
    @abc.abstractmethod
    def error_text(cls, status: int, data: t.Any, text: str) -> str:
        """Return what an error body says, in one line; never empty, never HTML."""

    @classmethod
    def meant_status(cls, status: int, data: t.Any) -> int:
        """Return the status that an error answer should have had, where the one it has misleads.

        A 5xx that means a 4xx is the server's validation: final, and nothing was done. A 4xx that means a 5xx passes.
        """
        return status

    @classmethod
    @abc.abstractmethod
    def normalize(cls, native: t.Mapping[str, t.Any]) -> Job:
        """Return the job that a raw body of this platform shows; tolerates anything."""

    @classmethod
    def recognizes(cls, native: t.Mapping[str, t.Any]) -> bool:
        """Return whether a raw body looks like a job of this platform."""
        return False

    def require(self, *features: str, option: str = "") -> None:
        """Raise UnsupportedError for the first feature that the platform lacks.

        :param option: the option whose value it is, where the feature is not called as an option.
        """
        for feature in features:
            if feature not in self.FEATURES:
                where = f"{option}: " if option else ""
                raise UnsupportedError(f"{where}{self.TITLE} cannot do this: {feature.replace('_', ' ')}.")

    # -- reading -------------------------------------------------------------------------------------------

    @abc.abstractmethod
    def get_jobs(self, refs: t.Sequence[JobRef]) -> tuple[list[Job], list[JobRef]]:
        """Return the jobs that exist, in as few requests as the server allows, and the refs of those that do not."""

    @abc.abstractmethod
    def get_job(self, ref: JobRef) -> Job:
        """Return one job with all that its detail says; NotFoundError if there is none."""

    @abc.abstractmethod
    def iter_jobs(self, query: JobQuery) -> JobStream:
        """Return the jobs that fit, newest first unless ordered otherwise, each once.

        What the server cannot filter is filtered here. C(max_results) is a hint for the page size:
        the caller stops asking.
        """

    def is_settled(self, job: Job) -> bool:
        """Return whether output, hosts and counts of a finished job are complete on the server."""
        return True

    def iter_hosts(
        self, job: Job, *, host_filter: t.Any = None, output_bytes: int | None = None
    ) -> t.Iterator[HostResult]:
        """Yield the results of the job's hosts.

        :param output_bytes: how much of each host's output comes with it (0: all), where the platform has the feature
            C(output_hosts); None for none.
        """
        raise NotImplementedError

    def get_output(self, job: Job, *, max_bytes: int, since: str | None = None, host_filter: t.Any = None) -> Output:
        """Return the last C(max_bytes) bytes (0: all) of what the job printed, or what came after a cursor.

        :param host_filter: only what these hosts printed, where the platform has the feature C(output_hosts).
        """
        raise NotImplementedError

    def get_children(self, job: Job) -> list[dict[str, t.Any]]:
        """Return the jobs that this job is made of."""
        raise NotImplementedError

    def get_failed_tasks(self, job: Job) -> list[dict[str, t.Any]]:
        """Return what failed on which host and why, oldest first, bounded."""
        raise NotImplementedError

    def get_artifacts(self, job: Job) -> t.Any:
        """Return the data that the job left for others."""
        raise NotImplementedError

    def get_parameters(self, job: Job) -> t.Any:
        """Return the parameters that the job ran with, secrets masked."""
        raise NotImplementedError

    def get_events(self, job: Job) -> list[dict[str, t.Any]]:
        """Return the job's events, oldest first."""
        raise NotImplementedError

    def get_report(self, job: Job) -> t.Any:
        """Return the server's own report on the job."""
        raise NotImplementedError

    def get_history(self, job: Job) -> t.Any:
        """Return the states that the job went through."""
        raise NotImplementedError

    def get_native(self, job: Job) -> dict[str, t.Any]:
        """Return the server's own body with everything secret masked."""
        raise NotImplementedError

    # -- writing -------------------------------------------------------------------------------------------

    @abc.abstractmethod
    def plan(self, request: JobRequest) -> Launch:
        """Resolve and check a launch with reads only, and return what would be sent."""

    @abc.abstractmethod
    def launch(self, launch: Launch) -> list[Job]:
        """Send exactly one launching POST and return the jobs that it made.

        An ApiError with C(ambiguous) set means that it is not known whether it took effect.
        """

    @abc.abstractmethod
    def find_launch(self, launch: Launch) -> list[list[Job]]:
        """Return what equals what was sent (same user, template, parameters, targets, since then).

        Each entry holds the jobs that one launch would have made; usually that is one job.
        """

    def find_keyed(self, launch: Launch, *, recent: bool = False) -> t.Iterator[Keyed]:
        """Yield the jobs that carry the launch key of this launch, whoever launched them, newest first.

        :param recent: only among the newest jobs, in one request or two.
        """
        raise NotImplementedError

    def refuses_cancel(self, job: Job) -> str | None:
        """Return why a job of this kind can never be canceled, or None; no request."""
        return None

    def would_cancel(self, job: Job, *, force: bool = False, hosts: t.Sequence[str] | None = None) -> bool:
        """Return whether C(cancel) would change something, as far as reads can tell.

        :raises JobsError: what C(cancel) would raise.
        """
        refusal = self.refuses_cancel(job)
        if refusal:
            raise UnsupportedError(refusal)
        return not job.is_finished and job.status != JobStatus.CANCELING

    @abc.abstractmethod
    def cancel(self, job: Job, *, force: bool = False, hosts: t.Sequence[str] | None = None) -> CancelResult:
        """Ask the server to stop the job. That it is already finished is no error."""
