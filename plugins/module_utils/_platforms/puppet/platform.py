# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the platform C(puppet): the orchestrator of Puppet Enterprise."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..._clock import iso_time
from ..._errors import (
    ApiError,
    BadResponseError,
    JobsError,
    NoTargetsError,
    NotFoundError,
    ServerError,
    UnsupportedError,
)
from ..._native import mapping, rows, text, whole
from ..._types import (
    CancelResult,
    Connection,
    Feature,
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
from ..base import Client, JobStream, Platform
from . import children, conventions, errors, events, facts, keys, normalize, output, read, recover, stop
from . import nodes as node_results
from .api import Api, Row
from .metadata import missing
from .options import LAUNCH_OPTIONS
from .plan import Planning, plan_launch
from .rerun import plan_rerun
from .results import parts_of, redacted

_NO_NODES = frozenset(("empty-target", "empty-environment"))
_UNKNOWN = frozenset(("unknown-environment", "unknown-task", "unknown-plan"))


class PuppetPlatform(Platform):
    """The orchestrator API, v1. See the contract in C(base.py) for what each member does."""

    NAME = "puppet"
    SETTLES_SURELY = True
    TITLE = "Puppet Enterprise"
    STATUSES: t.ClassVar = {**facts.PLAN_STATUSES, **facts.JOB_STATUSES}
    HOST_STATUSES = facts.NODE_STATUSES
    LAUNCH_TYPES = ("task", "plan", "deploy")
    JOB_TYPES = tuple(facts.PATHS)
    MARKS_LAUNCHES = True
    LAUNCH_OPTIONS = LAUNCH_OPTIONS
    ENVIRONMENT = conventions.ENVIRONMENT
    FEATURES = frozenset(
        (
            Feature.RERUN,
            Feature.RERUN_FAILED,
            Feature.RERUN_SUCCESSFUL,
            Feature.CONCURRENCY,
            Feature.JOB_TIMEOUT,
            Feature.DESCRIPTION,
            Feature.LAUNCH_KEY,
            Feature.TARGET_QUERY,
            Feature.HOSTS,
            Feature.HOST_FILTER,
            Feature.OUTPUT,
            Feature.OUTPUT_SINCE,
            Feature.OUTPUT_HOSTS,
            Feature.FAILED_TASKS,
            Feature.CHILDREN,
            Feature.ARTIFACTS,
            Feature.PARAMETERS,
            Feature.EVENTS,
            Feature.REPORT,
            Feature.HISTORY,
            Feature.CANCEL_FORCE,
        )
    )

    def __init__(self, client: Client, connection: Connection) -> None:
        super().__init__(client, connection)
        self._api = Api(client)
        self._nodes = node_results.Nodes(self._api)
        #: plans that this object stopped: they end as failures, and nothing on the server says why
        self._stopped: set[str | None] = set()
        #: schedule -> its last run that was over when it was first seen
        self._before: dict[str | None, str | None] = {}
        #: schedules that this object deleted, as they were: before 2021.7.0 nothing is left of them
        self._deleted: dict[str | None, Job] = {}

    @classmethod
    def read_config_files(cls, environ: t.Mapping[str, str]) -> list[tuple[str, dict[str, t.Any]]]:
        return conventions.read_config_files(environ)

    @classmethod
    def default_ca_path(cls) -> str | None:
        return conventions.default_ca_path()

    @classmethod
    def complete_url(cls, url: str) -> str:
        return conventions.complete_url(url)

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
        return errors.meant_status(status, data)

    @classmethod
    def normalize(cls, native: t.Mapping[str, t.Any]) -> Job:
        return normalize.normalize(native)

    @classmethod
    def recognizes(cls, native: t.Mapping[str, t.Any]) -> bool:
        return normalize.recognizes(native)

    # -- reading -------------------------------------------------------------------------------------------

    def get_jobs(self, refs: t.Sequence[JobRef]) -> tuple[list[Job], list[JobRef]]:
        found = read.find_rows(self._api, refs)
        keys = {ref: (text(ref.type), read.check_id(ref)) for ref in refs}
        jobs = [self._finish(normalize.normalize(found[key], key[0])) for key in keys.values() if key in found]
        return jobs, [ref for ref, key in keys.items() if key not in found]

    def get_job(self, ref: JobRef) -> Job:
        if ref.type == facts.SCHEDULED_JOB and read.check_id(ref) in self._deleted:
            return self._deleted[read.check_id(ref)]
        job = self._finish(read.read_one(self._api, ref))
        if node_results.needs_nodes(job):
            self._nodes.complete(job)
        if job.type == facts.SCHEDULED_JOB:
            self._follow_schedule(job)
        return job

    def iter_jobs(self, query: JobQuery) -> JobStream:
        return read.iter_jobs(self._api, query, self._finish_row)

    def is_settled(self, job: Job) -> bool:
        return job.type != facts.JOB or node_results.is_settled(job)

    def iter_hosts(
        self, job: Job, *, host_filter: t.Any = None, output_bytes: int | None = None
    ) -> t.Iterator[HostResult]:
        if job.type == facts.JOB:
            found = node_results.chosen(self._nodes.of(job), host_filter)
            return node_results.iter_hosts(found, output_bytes)
        own = children.read_runs(self._complete(job), self.get_job)
        return children.plan_hosts(
            own, lambda child: node_results.chosen(self._nodes.of(child), host_filter), output_bytes
        )

    def get_output(self, job: Job, *, max_bytes: int, since: str | None = None, host_filter: t.Any = None) -> Output:
        if job.type == facts.SCHEDULED_JOB:
            return self._schedule_output(job, max_bytes, since, host_filter)
        if job.type == facts.PLAN_JOB and host_filter is not None:
            job.warn("host_filter does not choose among the messages of a plan, which are of no host.")
        found = node_results.chosen(self._nodes.of(job), host_filter)
        return output.get_output(self._api, job, found, max_bytes, since)

    def get_failed_tasks(self, job: Job) -> list[Row]:
        if job.type == facts.JOB:
            return node_results.get_failed_tasks(job, self._nodes.of(job))
        own = children.read_runs(self._complete(job), self.get_job)
        return children.plan_failures(own, self._nodes.of)

    def get_children(self, job: Job) -> list[Row]:
        if job.type == facts.JOB:
            return []
        return [children.child_row(child) for child in children.read_children(self._complete(job), self.get_job)]

    def get_artifacts(self, job: Job) -> t.Any:
        if job.type == facts.PLAN_JOB:
            return redacted(self._complete(job).native.get("result"))
        left = {text(node.get("name")): parts_of(node).data for node in self._nodes.of(job)}
        return {name: data for name, data in left.items() if data is not None}

    def get_parameters(self, job: Job) -> t.Any:
        return normalize.parameters_of(job.native)

    def get_events(self, job: Job) -> list[Row]:
        return events.get_events(self._api, job)

    def get_report(self, job: Job) -> t.Any:
        if job.type != facts.JOB:
            return []
        body = self._api.get(f"{facts.PATHS[job.type]}/{job.id}/report")
        # real servers say report, the documentation says items (contract 1.6)
        return rows(body.get("report")) or rows(body.get("items"))

    def get_history(self, job: Job) -> list[Row]:
        status = self._complete(job).native.get("status")
        if isinstance(status, dict):
            return [{"job": text(number), **_state(row)} for number, states in status.items() for row in rows(states)]
        return [_state(row) for row in rows(status)]

    def get_native(self, job: Job) -> Row:
        return normalize.mask_native(job.native)

    # -- writing -------------------------------------------------------------------------------------------

    def plan(self, request: JobRequest) -> Launch:
        plan = Planning(self._api, self.connection, request)
        if request.rerun is not None:
            return plan_rerun(plan, self.get_job, self._nodes.of)
        request.type = request.type or self.LAUNCH_TYPES[0]
        if request.type not in self.LAUNCH_TYPES:
            raise UnsupportedError(
                f"type: Puppet Enterprise launches {', '.join(self.LAUNCH_TYPES)}, not {request.type}."
            )
        return plan_launch(plan)

    def launch(self, launch: Launch) -> list[Job]:
        launch.since = self.client.server_time
        try:
            answer = mapping(self.client.post_once(launch.path, launch.body).data)
        except ApiError as error:
            raise _refusal(error, launch) from None
        made = mapping(answer.get("job") or answer.get("scheduled_job")) or answer
        number = normalize.id_of(made)
        if number is None or not normalize.is_of_kind(made, launch.type):
            raise BadResponseError("The server took the launch, but its answer names no job.", ambiguous=True)
        job = self._after_launch(launch, number)
        self._tell_dropped_nodes(launch, job)
        return [job]

    def find_launch(self, launch: Launch) -> list[list[Job]]:
        marked = recover.find_rows(self._api, launch)
        found = [self._finish(normalize.normalize(row, launch.type)) for row in marked]
        for job in found:
            self._tell_dropped_nodes(launch, job)
        return [[job] for job in found]

    def find_keyed(self, launch: Launch, *, recent: bool = False) -> t.Iterator[Keyed]:
        for row in keys.find_rows(self._api, launch, recent):
            job = self._finish_row(normalize.normalize(row, launch.type))
            yield Keyed(job, keys.differences(launch, row))

    def would_cancel(self, job: Job, *, force: bool = False, hosts: t.Sequence[str] | None = None) -> bool:
        return stop.would_cancel(self._api, job, force=force)

    def cancel(self, job: Job, *, force: bool = False, hosts: t.Sequence[str] | None = None) -> CancelResult:
        if job.type == facts.SCHEDULED_JOB:
            result = stop.stop_schedule(self._api, job, lambda ref: self.cancel(self.get_job(ref), force=force))
            if result.changed and not self._api.has_schedules:
                gone = replace(job, status=JobStatus.CANCELED, native_status=None, explanation="It was deleted.")
                self._deleted[job.id] = gone
                if stop.may_have_started(job, self.client.server_time):
                    job.warn("A job that it has started goes on if it is not over: this release does not tell which.")
            return result
        if job.type == facts.JOB:
            return stop.stop_job(self._api, job, force)
        job = self._complete(job)
        result = stop.stop_plan(self._api, job, force)
        if result.changed:
            self._stopped.add(job.id)
        return result

    # -- helpers -------------------------------------------------------------------------------------------

    def _complete(self, job: Job) -> Job:
        return job if job.is_complete else self.get_job(JobRef(str(job.id), job.type))

    def _finish(self, job: Job) -> Job:
        """Add what the body does not say: whose job it is, its address, and that we stopped it."""
        job.server = self.connection.server
        if job.id:
            job.url = f"{self.connection.url.rstrip('/')}{facts.API}{facts.PATHS[job.type]}/{job.id}"
        if job.type == facts.PLAN_JOB and job.id in self._stopped and job.status == JobStatus.FAILED:
            job.status = JobStatus.CANCELED
            job.explanation = job.explanation or "It was stopped."
        job.description = recover.without_text_mark(job.description)
        key = recover.key_of(job.native)
        if key is not None:
            job.details["launch_key"] = key
        job.details["userdata"] = recover.without_mark(job.details.get("userdata"))
        return job

    def _finish_row(self, job: Job) -> Job:
        """Do the same to a row of a list; how a schedule's only run went, no list says."""
        job = self._finish(job)
        if job.type == facts.SCHEDULED_JOB and job.details["enabled"] and normalize.is_spent(job):
            try:
                self._follow_schedule(job)
            except JobsError as error:
                job.warn(f"How the job that it started went could not be read: {error.message}")
        return job

    def _schedule_output(self, job: Job, max_bytes: int, since: str | None, host_filter: t.Any) -> Output:
        """Return what the last run of a schedule printed. The next one begins anew, so there is no going on."""
        if since is not None:
            raise UnsupportedError(
                "output_since: the output of a schedule is that of its last run and begins anew with each: read on "
                "that job (include: [children])."
            )
        own = children.read_children(job, self.get_job)
        if not own:
            return Output("", complete=job.is_finished)
        found = self.get_output(own[0], max_bytes=max_bytes, host_filter=host_filter)
        for warning in own[0].warnings:
            job.warn(warning)
        return found

    def _follow_schedule(self, job: Job) -> None:
        """Let what a schedule started say how it is.

        One that goes on is scheduled again when a run is over, or disabled; who waits for it waits for the run that
        comes next, or is going on when it is first seen.
        """
        if not mapping(job.details.get("last_run")):
            self._before.setdefault(job.id, None)
            return
        last, ref = job.details["last_run"], read.last_run_ref(job)
        run: Job | None = None
        if ref is not None:
            try:
                run = self.get_job(ref)
            except NotFoundError:
                self._lose_run(job, ref)
        over = run is None or run.is_finished
        seen = self._before.setdefault(job.id, text(last["at"]) if over else None)
        if not normalize.is_spent(job) and over and seen == text(last["at"]):
            return
        if last["error"]:
            job.status, job.explanation = JobStatus.ERROR, last["error"]
        elif run is not None:
            job.status, job.explanation, job.host_counts = run.status, run.explanation, run.host_counts
            job.started_at, job.finished_at, job.elapsed = run.started_at, run.finished_at, run.elapsed

    @staticmethod
    def _lose_run(job: Job, ref: JobRef) -> None:
        """Note that what a schedule started was pruned; that it was its only run means that it is over."""
        said = f"The job {ref.id} that it started does not exist any more"
        if normalize.is_spent(job) and not job.is_finished:
            job.status, job.explanation = JobStatus.ERROR, f"{said}, so how it went is not known."
        else:
            job.warn(f"{said}.")

    def _after_launch(self, launch: Launch, number: str) -> Job:
        """Return the job of a launch; that it cannot be read does not lose its id."""
        try:
            job = self.get_job(JobRef(number, launch.type))
        except JobsError as error:
            job = replace(launch.job, id=number, warnings=[])
            job.warn(f"It was launched, but could not be read: {error.message}")
            return self._finish(job)
        job.launched_by = job.launched_by or self.connection.username
        return job

    def _tell_dropped_nodes(self, launch: Launch, job: Job) -> None:
        """Warn of nodes that the server left out in silence: those where this user may not run it (checklist 11)."""
        asked = launch.context.get("nodes")
        count = whole(job.native.get("node_count"))
        if not asked or count is None or count >= len(asked) or job.native_status == "new":
            return
        try:
            names = {text(node.get("name")) for node in self._nodes.of(job)}
        except JobsError:
            names = set()
        left = [name for name in asked if name not in names] if names else []
        which = f" ({', '.join(left[:10])}{' ...' if len(left) > 10 else ''})" if left else ""
        job.warn(
            f"It runs on {count} of the {len(asked)} nodes that were asked for; the server left out the others{which}: "
            "this user may not run it there."
        )


def _state(row: Row) -> Row:
    word = text(row.get("state")) or None
    return {
        "native_status": word,
        "status": facts.JOB_STATUSES.get(word or "", JobStatus.UNKNOWN),
        "entered_at": iso_time(row.get("enter_time")),
        "left_at": iso_time(row.get("exit_time")),
    }


def _refusal(error: ApiError, launch: Launch) -> JobsError:
    """Return the error for a launch that was answered by one; nothing was started by those of a known kind."""
    kind = errors.kind_of(error.body)
    if error.ambiguous:
        # a status of 500 or more says nothing on what was started, whatever the kind
        return error
    if kind in _NO_NODES:
        options = {"nodes": "targets", "query": "target_query", "node_group": "puppet.node_group"}
        option = next(
            (ours for theirs, ours in options.items() if theirs in (launch.context.get("scope") or {})), "targets"
        )
        return NoTargetsError(f"{option}: no nodes matched, so nothing was started ({error.message}).")
    if kind == "puppetdb-error":
        return ServerError(error.message, status=error.status, body=error.body)
    if kind in _UNKNOWN:
        name = launch.template["name"] or ""
        kinds = {facts.PLAN_JOB: "plan"}
        return missing(error, kinds.get(launch.type, "task"), name, text(launch.body.get("environment")))
    if errors.is_missing_route(error.status, error.body):
        return UnsupportedError(
            f"type: this server has no {facts.API}{launch.path}: it is older than what this needs, or url leads to "
            "another service."
        )
    return error
