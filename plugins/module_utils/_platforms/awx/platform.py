# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the platform C(awx): AWX, Automation Controller, the gateway of the Automation Platform."""

from __future__ import annotations

import typing as t

from ..._errors import ApiError, BadResponseError, ForbiddenError, UnsupportedError
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
from ..base import Answer, Client, JobStream, Platform
from . import content, conventions, errors, facts, keys, normalize, read, recover, stop
from .api import Api, Row, with_slash
from .options import LAUNCH_OPTIONS
from .plan_bulk import plan_bulk
from .plan_others import plan_ad_hoc, plan_inventory, plan_system_job, plan_update
from .plan_rerun import plan_rerun
from .plan_template import plan_job_template, plan_workflow
from .planning import Planning
from .refs import Resolver, is_id

_PLANS: dict[str, t.Callable[[Planning], Launch]] = {
    "job_template": plan_job_template,
    "workflow_job_template": plan_workflow,
    "system_job_template": plan_system_job,
    "ad_hoc_command": plan_ad_hoc,
    "project": plan_update,
    "inventory_source": plan_update,
    "inventory": plan_inventory,
    "bulk": plan_bulk,
}
#: what a user needs to launch, for types of jobs for which it is not the execute role
_ROLES = {"project_update": "update", "inventory_update": "update", "ad_hoc_command": "ad hoc"}


class AwxPlatform(Platform):
    """AWX and its descendants, API v2. See the contract in C(base.py) for what each member does."""

    NAME = "awx"
    TITLE = "AWX"
    STATUSES = facts.STATUSES
    HOST_STATUSES = facts.HOST_STATUSES
    LAUNCH_TYPES = facts.LAUNCH_TYPES
    JOB_TYPES = tuple(facts.JOB_PATHS)
    LAUNCH_OPTIONS = LAUNCH_OPTIONS
    CONTEXT = frozenset(("organization",))
    ENVIRONMENT = conventions.ENVIRONMENT
    FEATURES = frozenset(
        (
            Feature.RERUN,
            Feature.RERUN_FAILED,
            Feature.JOB_TIMEOUT,
            Feature.CONCURRENCY,
            Feature.DESCRIPTION,
            Feature.LAUNCH_KEY,
            Feature.INVENTORY,
            Feature.TARGET_QUERY,
            Feature.HOSTS,
            Feature.HOST_FILTER,
            Feature.OUTPUT,
            Feature.OUTPUT_SINCE,
            Feature.FAILED_TASKS,
            Feature.CHILDREN,
            Feature.ARTIFACTS,
            Feature.PARAMETERS,
            Feature.EVENTS,
        )
    )

    def __init__(self, client: Client, connection: Connection) -> None:
        super().__init__(client, connection)
        self._api = Api(client, connection.api_prefix, connection.url)
        self._newest = recover.Newest(client.clock)

    @classmethod
    def read_config_files(cls, environ: t.Mapping[str, str]) -> list[tuple[str, dict[str, t.Any]]]:
        return conventions.read_config_files(environ)

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
        return self._job(read.get_detail(self._api, ref))

    def iter_jobs(self, query: JobQuery) -> JobStream:
        return read.iter_jobs(self._api, query, self._finish, self.connection.organization)

    def is_settled(self, job: Job) -> bool:
        return not job.is_finished or job.details.get("event_processing_finished") is not False

    def iter_hosts(
        self, job: Job, *, host_filter: t.Any = None, output_bytes: int | None = None
    ) -> t.Iterator[HostResult]:
        return content.iter_hosts(self._api, job, host_filter)

    def get_output(self, job: Job, *, max_bytes: int, since: str | None = None, host_filter: t.Any = None) -> Output:
        if job.type == "workflow_job" and since is None:
            output = content.get_workflow_output(self._api, job, max_bytes)
        elif job.type == "system_job" and not job.is_complete:
            output = content.get_output(self._api, self.get_job(JobRef(str(job.id), job.type)), max_bytes, since)
        else:
            output = content.get_output(self._api, job, max_bytes, since)
        output.complete = output.complete and job.is_finished and self.is_settled(job)
        return output

    def get_children(self, job: Job) -> list[Row]:
        return content.get_children(self._api, job)

    def get_failed_tasks(self, job: Job) -> list[Row]:
        return content.get_failed_tasks(self._api, job)

    def get_artifacts(self, job: Job) -> t.Any:
        return content.get_artifacts(self._api, job)

    def get_parameters(self, job: Job) -> t.Any:
        return normalize.parse_variables(job.native.get("extra_vars", {}))

    def get_events(self, job: Job) -> list[Row]:
        return content.get_events(self._api, job)

    def get_native(self, job: Job) -> Row:
        return normalize.mask_native(job.native)

    # -- writing -------------------------------------------------------------------------------------------

    def plan(self, request: JobRequest) -> Launch:
        planned_at = self._newest.planned()
        plan = Planning(self._api, Resolver(self._api, self.connection.organization), self.connection, request)
        if request.rerun is not None:
            launch = plan_rerun(plan, self.get_job)
        else:
            kind = request.type or self.LAUNCH_TYPES[0]
            if kind not in _PLANS:
                raise UnsupportedError(f"type: AWX launches {', '.join(self.LAUNCH_TYPES)}, not {kind}.")
            request.type = kind
            launch = _PLANS[kind](plan)
        launch.since = self.client.server_time
        launch.context["planned_at"] = planned_at
        return launch

    def launch(self, launch: Launch) -> list[Job]:
        try:
            self._prepare(launch)
        except ApiError as error:
            # nothing that launches was sent yet
            error.ambiguous = False
            raise
        launch.since = self.client.server_time or launch.since
        try:
            answer = self._api.client.post_once(with_slash(launch.path), launch.body)
        except ForbiddenError as error:
            role = _ROLES.get(launch.type, "execute")
            raise ForbiddenError(
                f"{error.message} Launching needs the {role} role, and a token of the scope write.", status=403
            ) from None
        jobs = self._launched(answer)
        self._newest.note(int(job.id or 0) for job in jobs)
        return jobs

    def find_launch(self, launch: Launch) -> list[list[Job]]:
        return [[self._job(row) for row in group] for group in recover.find_rows(self._api, launch)]

    def find_keyed(self, launch: Launch, *, recent: bool = False) -> t.Iterator[Keyed]:
        for row in keys.find_rows(self._api, launch, recent):
            yield Keyed(self._job(row), keys.differences_of(launch, row))

    def refuses_cancel(self, job: Job) -> str | None:
        if job.type == "workflow_approval" and not job.is_finished:
            return "An approval cannot be canceled by itself: deny it, or cancel its workflow job."
        return None

    def cancel(self, job: Job, *, force: bool = False, hosts: t.Sequence[str] | None = None) -> CancelResult:
        refusal = self.refuses_cancel(job)
        if refusal:
            raise UnsupportedError(refusal)
        return stop.cancel(self._api, job, lambda: self.get_job(JobRef(str(job.id), job.type)))

    # -- helpers -------------------------------------------------------------------------------------------

    def _prepare(self, launch: Launch) -> None:
        """Do what comes before the launching POST: make the labels, and see which jobs are there already."""
        made = [self._make_label(path, body) for path, body in launch.preparations]
        if made:
            launch.body["labels"] = [item for item in launch.body["labels"] if not isinstance(item, str)] + made
        launch.context["newest"] = self._newest.before(self._api, launch)

    def _job(self, row: Row) -> Job:
        return self._finish(normalize.normalize(row))

    def _finish(self, job: Job) -> Job:
        """Add what the body does not say: whose job it is and its full addresses."""
        base = self.connection.url.rstrip("/")
        job.server = self.connection.server
        if job.type in facts.JOB_PATHS and job.id:
            job.url = f"{base}{self._api.client.prefix}{with_slash(content.job_path(job))}"
            job.web_url = self._web_url(base, job)
        return job

    def _web_url(self, base: str, job: Job) -> str:
        if job.type == "workflow_approval":
            page = f"workflow_approvals/{job.id}"
            return f"{base}/execution/{page}/details" if self._api.is_gateway else f"{base}/#/{page}"
        root = f"{base}/execution" if self._api.is_gateway else f"{base}/#"
        return f"{root}/{facts.WEB_PAGES[job.type]}/{job.id}/output"

    def _make_label(self, path: str, body: Row) -> int:
        """Make a label, or find it if somebody else just did."""
        try:
            number = mapping(self._api.client.post(with_slash(path), body).data).get("id")
        except ApiError as error:
            if error.status != 400:
                raise
            rows = self._api.rows(path, body, at_most=1)
            if not rows:
                raise
            number = rows[0].get("id")
        if not isinstance(number, int) or not is_id(number):
            raise BadResponseError(f"The server made the label {body.get('name')!r}, but did not say its id.")
        return number

    def _launched(self, answer: Answer) -> list[Job]:
        """Return the jobs of a launch answer: its own type and id count, not the key C(job) (contract 1.3.4)."""
        rows = answer.data if isinstance(answer.data, list) else [answer.data]
        started = [row for row in rows if isinstance(row, dict) and is_id(row.get("id")) and "type" in row]
        if not started:
            raise BadResponseError("The server took the launch, but its answer names no job.", ambiguous=True)
        jobs = [self._job({**row, "status": "pending"} if row.get("status") == "started" else row) for row in started]
        for row in rows:
            if row not in started:
                refused = mapping(row)
                jobs[0].warn(f"Inventory source {refused.get('inventory_source')}: {refused.get('status')}")
        ignored = mapping(mapping(answer.data).get("ignored_fields"))
        if ignored:
            jobs[0].details["ignored_fields"] = ignored
            jobs[0].warn(
                f"The server ignored {', '.join(sorted(ignored))}: the template does not ask for it at launch."
            )
        return jobs
