# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the platform C(foreman): remote execution of Foreman and Red Hat Satellite."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..._errors import BadResponseError, JobsError, UnsupportedError
from ..._native import mapping
from ..._types import (
    CancelResult,
    Connection,
    Feature,
    HostResult,
    Job,
    JobQuery,
    JobRef,
    JobRequest,
    Keyed,
    Launch,
    Output,
)
from ..base import Client, JobStream, Platform
from . import conventions, dropped, errors, facts, hosts, keys, normalize, output, read, recover, recurring
from .api import Api, Row, as_number
from .cancel import cancel_job, would_cancel
from .options import LAUNCH_OPTIONS
from .plan import Planning, plan_launch
from .rerun import plan_rerun


class ForemanPlatform(Platform):
    """Foreman remote execution, API v2. See the contract in C(base.py) for what each member does."""

    NAME = "foreman"
    TITLE = "Foreman"
    STATUSES = facts.STATUSES
    HOST_STATUSES = facts.HOST_STATUSES
    LAUNCH_TYPES = ("job_template", "feature")
    JOB_TYPES = (facts.JOB_TYPE,)
    LAUNCH_OPTIONS = LAUNCH_OPTIONS
    CONTEXT = frozenset(("organization", "location"))
    ENVIRONMENT = conventions.ENVIRONMENT
    KEEPS_SESSION = True
    POLLS_BY_LIST = True
    LOCKS_OUT = True
    FEATURES = frozenset(
        (
            Feature.RERUN,
            Feature.RERUN_FAILED,
            Feature.RERUN_SUCCESSFUL,
            Feature.JOB_TIMEOUT,
            Feature.CONCURRENCY,
            Feature.DESCRIPTION,
            Feature.LAUNCH_KEY,
            Feature.TARGET_QUERY,
            Feature.HOSTS,
            Feature.HOST_FILTER,
            Feature.OUTPUT,
            Feature.OUTPUT_SINCE,
            Feature.OUTPUT_HOSTS,
            Feature.FAILED_TASKS,
            Feature.PARAMETERS,
            Feature.CANCEL_FORCE,
            Feature.CANCEL_HOSTS,
        )
    )

    def __init__(self, client: Client, connection: Connection) -> None:
        super().__init__(client, connection)
        self._api = Api(client, connection)
        #: the jobs that this object launched
        self._launched: set[t.Any] = set()

    @classmethod
    def split_url(cls, url: str, api_prefix: str | None = None) -> tuple[str, str | None]:
        return conventions.split_url(url, api_prefix)

    @classmethod
    def authenticate(cls, connection: Connection) -> dict[str, str]:
        return conventions.authenticate(connection)

    @classmethod
    def error_text(cls, status: int, data: t.Any, text: str) -> str:
        return errors.error_text(status, data, text)

    @classmethod
    def meant_status(cls, status: int, data: t.Any) -> int:
        return 422 if errors.is_rejection(status, data) else status

    @classmethod
    def normalize(cls, native: t.Mapping[str, t.Any]) -> Job:
        return normalize.normalize(native)

    @classmethod
    def recognizes(cls, native: t.Mapping[str, t.Any]) -> bool:
        return normalize.recognizes(native)

    # -- reading -------------------------------------------------------------------------------------------

    def get_jobs(self, refs: t.Sequence[JobRef]) -> tuple[list[Job], list[JobRef]]:
        rows = read.get_rows(self._api, refs)
        jobs = [self._job(rows[ref.id]) for ref in refs if ref.id in rows]
        return jobs, [ref for ref in refs if ref.id not in rows]

    def get_job(self, ref: JobRef) -> Job:
        return self._finish(read.get_detail(self._api, ref))

    def iter_jobs(self, query: JobQuery) -> JobStream:
        return read.iter_jobs(self._api, query, self._finish)

    def iter_hosts(
        self, job: Job, *, host_filter: t.Any = None, output_bytes: int | None = None
    ) -> t.Iterator[HostResult]:
        return hosts.iter_hosts(self._api, job, host_filter, output_bytes)

    def get_output(self, job: Job, *, max_bytes: int, since: str | None = None, host_filter: t.Any = None) -> Output:
        if not job.details.get("task"):
            return Output("", complete=job.is_finished, cursor=since)
        found = hosts.host_rows(self._api, job, host_filter)
        answer = output.get_output(self._api, job, found, max_bytes, since)
        answer.complete = answer.complete and job.is_finished
        return answer

    def get_failed_tasks(self, job: Job) -> list[Row]:
        return hosts.get_failed_tasks(self._api, job)

    def get_parameters(self, job: Job) -> t.Any:
        return normalize.input_values(self._complete(job).native)

    def get_native(self, job: Job) -> Row:
        return normalize.mask_native(job.native)

    # -- writing -------------------------------------------------------------------------------------------

    def plan(self, request: JobRequest) -> Launch:
        plan = Planning(self._api, self.connection, request)
        if request.rerun is not None:
            return plan_rerun(plan, self.get_job)
        request.type = request.type or self.LAUNCH_TYPES[0]
        if request.type not in self.LAUNCH_TYPES:
            raise UnsupportedError(f"type: Foreman launches {', '.join(self.LAUNCH_TYPES)}, not {request.type}.")
        launch = plan_launch(plan)
        if "existing" in launch.context:
            launch.existing = [self._job(launch.context["existing"])]
            recurring.tell_differences(launch, launch.existing[0])
        return launch

    def launch(self, launch: Launch) -> list[Job]:
        recover.note_start(self._api, launch)
        answer = self.client.post_once(launch.path, launch.body)
        body = mapping(answer.data)
        number = as_number(body.get("id"))
        if number is None:
            raise BadResponseError("The server took the launch, but its answer names no job.", ambiguous=True)
        job = self._job(body) if "targeting" in body else self._after_rerun(launch, number, body)
        job.launched_by = job.launched_by or self.connection.username
        dropped.tell(launch, job)
        self._launched.add(number)
        return [job]

    def find_launch(self, launch: Launch) -> list[list[Job]]:
        details = recover.find_details(self._api, launch, self._launched)
        return [[self._job(detail)] for detail in details]

    def find_keyed(self, launch: Launch, *, recent: bool = False) -> t.Iterator[Keyed]:
        for detail in keys.find_details(self._api, launch, recent):
            yield Keyed(self._job(detail), keys.differences_of(launch, detail))

    def would_cancel(self, job: Job, *, force: bool = False, hosts: t.Sequence[str] | None = None) -> bool:
        return would_cancel(self._api, job, hosts=hosts)

    def cancel(self, job: Job, *, force: bool = False, hosts: t.Sequence[str] | None = None) -> CancelResult:
        job = self._complete(job)
        ref = JobRef(str(job.id), facts.JOB_TYPE)
        return cancel_job(self._api, job, lambda: self.get_job(ref), force=force, hosts=hosts, clock=self.client.clock)

    # -- helpers -------------------------------------------------------------------------------------------

    def _complete(self, job: Job) -> Job:
        return job if job.is_complete else self.get_job(JobRef(str(job.id), facts.JOB_TYPE))

    def _job(self, row: Row) -> Job:
        return self._finish(normalize.normalize(row))

    def _after_rerun(self, launch: Launch, number: int, record: Row) -> Job:
        """Return the job of a bare record, which says no status; that it cannot be read does not lose its id."""
        try:
            return self.get_job(JobRef(str(number), facts.JOB_TYPE))
        except JobsError as error:
            job = replace(launch.job, id=str(number), native=record, warnings=[])
            job.warn(f"It was launched, but could not be read: {error.message}")
            return self._finish(job)

    def _finish(self, job: Job) -> Job:
        """Add what the body does not say: whose job it is and its addresses."""
        base = self.connection.url.rstrip("/")
        job.server = self.connection.server
        if job.id:
            job.url = f"{base}{facts.JOBS}/{job.id}"
            job.web_url = f"{base}/job_invocations/{job.id}"
        return job
