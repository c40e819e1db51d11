# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: one launch from what was asked for to its jobs. It is planned with reads only, and sent once."""

from __future__ import annotations

import json
import traceback
import typing as t

from ._adopt import submit
from ._describe import job_title, no_targets, result_of
from ._errors import (
    ApiError,
    ConnectionFailedError,
    InternalError,
    InvalidOptionError,
    JobsError,
    LaunchUnknownError,
    NoTargetsError,
)
from ._keys import KeyLook
from ._masking import mask, secret_options, secret_texts
from ._platforms.base import Platform
from ._service import Result, Task, check_planned
from ._types import Feature, Job, JobRef, JobRequest, Launch
from ._values import same_origin
from ._watched import Outcome, Watched


class Sent:
    """What became of one launch of a list."""

    LAUNCHED = "launched"
    PLANNED = "planned"
    EXISTING = "existing"
    SKIPPED = "skipped"
    FAILED = "failed"
    NOT_LAUNCHED = "not_launched"


class Launching:
    """One launch in progress.

    :param on_no_targets: C(fail) or C(skip), for a set of hosts that turns out to be empty.
    :param adopt: with a launch key, which jobs of that key are taken for this launch.
    :ivar secrets: what must not be shown of it.
    :ivar launch: what is to be sent, once it is planned.
    :ivar jobs: what is on the server because of it.
    :ivar first: the job of a launch in check mode that is to run again, which has no id either.
    :ivar error: why it failed, or why it was skipped.
    """

    def __init__(
        self, task: Task, request: JobRequest, on_no_targets: str = "fail", adopt: t.Sequence[str] = ()
    ) -> None:
        self.task = task
        self.request = request
        self.on_no_targets = on_no_targets
        self.adopt = adopt
        self.secrets = list(secret_texts(request.secret_parameters))
        self.platform: Platform | None = None
        self.launch: Launch | None = None
        self.jobs: list[Job] = []
        self.first: dict[str, t.Any] | None = None
        self.error: JobsError | None = None
        #: the look for the job of its launch key
        self.key: KeyLook | None = None
        self._is_sent = False
        #: what is waited for of it
        self.watched: list[Watched] = []
        request.plan_only = task.check_mode

    @property
    def title(self) -> str:
        """Return what to call it in a sentence."""
        asked = self.request
        if asked.rerun is not None:
            return f"job {asked.rerun.id} again"
        name = asked.template or (self.launch and self.launch.template.get("name"))
        return str(name or (asked.template_id and f"id {asked.template_id}") or asked.type or "launch")

    # -- planning ------------------------------------------------------------------------------------------

    def platform_of_request(self) -> Platform:
        """Return the platform that it is for; no request."""
        return self.task.servers.of(_place(self.request))

    def prepare(self) -> None:
        """Do what needs no request: find the platform, refuse what cannot be sent."""
        asked = self.request
        if asked.rerun is not None and asked.rerun.planned is not None:
            check_planned(self.task, [asked.rerun], "rerun")
            self.first = asked.rerun.planned
            return
        self.platform = self.platform_of_request()
        _refuse_empty_targets(asked)
        self.secrets += secret_options(self.platform.LAUNCH_OPTIONS, asked.options)
        _refuse_what_cannot_be_sent(self.platform, asked)
        # as it will be read back: a number as a key comes back as text, and would not equal itself
        asked.parameters, asked.secret_parameters = _sent(asked.parameters), _sent(asked.secret_parameters)
        if asked.launch_key is not None:
            self.platform.require(Feature.LAUNCH_KEY)
        self.task.include.check(self.platform)

    def plan(self) -> None:
        """Resolve and check it with reads only."""
        if self.platform is not None:
            self.launch = self.platform.plan(self.request)
            self.secrets += self.launch.secrets
            self._look_for_key()

    def _look_for_key(self) -> None:
        launch, platform, key = self.launch, self.platform, self.request.launch_key
        if key is None or launch is None or platform is None:
            return
        launch.key = key
        self.key = self.key or KeyLook(platform, launch, self.adopt, self.task.clock)
        launch.existing = self.key.find()
        if launch.existing and not self.task.check_mode:
            self.task.progress.note(self.note)
        if not launch.existing:
            for check in launch.checks:
                check()

    @property
    def note(self) -> str:
        """Return what is to be said of it although it went well."""
        return self.key.note if self.key is not None else ""

    @property
    def existing(self) -> list[Job]:
        """Return the jobs that are what was asked for already, so that nothing is launched."""
        return self.launch.existing if self.launch else []

    def planned(self) -> list[Job]:
        """Return the job of check mode."""
        launch = t.cast("Launch", self.launch)
        launch.job.warnings += launch.warnings
        launch.job.included = self.task.include.nothing()
        return [launch.job]

    # -- sending -------------------------------------------------------------------------------------------

    def send(self, others: t.Sequence[Launching] = ()) -> None:
        """Send it, once. One with a launch key is not sent if its job appeared since it was planned.

        :param others: launches of the same task, whose jobs are never taken for this one's.
        :raises ConnectionFailedError: if whoever started the task is gone; nothing was sent then.
        """
        launch, platform = t.cast("Launch", self.launch), t.cast("Platform", self.platform)
        there = [other for other in others if other is not self and other._is_beside(platform)]
        # a server may have two names, and the key another launch of the task by the other one
        is_taken = any(other.jobs and other.request.launch_key == self.request.launch_key for other in there)
        if self.key is not None and (is_taken or self.key.is_old()):
            self._look_for_key()
            if launch.existing:
                return
        if self.task.is_orphan():
            raise orphaned()
        known = [job for other in there for job in other.jobs]
        unclear = [other.launch for other in there if other.launch is not None and other._is_unclear()]
        self._is_sent = True
        self.jobs = submit(platform, launch, self.task.clock, known, unclear)
        for job in self.jobs:
            job.warnings = [*launch.warnings, *job.warnings]
            self.task.progress.saw(platform, job)
        if self.key is not None:
            self.key.warn_of_others(self.jobs)
        if self.on_no_targets == "fail":
            _refuse_no_hosts(self.jobs)

    def _is_beside(self, platform: Platform) -> bool:
        """Return whether it is on this server, which may have more than one name."""
        own = self.platform
        return own is platform or (own is not None and same_origin(own.connection.url, platform.connection.url))

    def _is_unclear(self) -> bool:
        """Return whether it may have taken effect although it failed."""
        error = self.error
        may_be = isinstance(error, LaunchUnknownError) or (isinstance(error, ApiError) and error.ambiguous)
        return self._is_sent and may_be

    def watch(self) -> list[Watched]:
        """Return its jobs to be waited for; of a launch that failed, what tells of that."""
        platform = t.cast("Platform", self.platform)
        self.watched = [Watched(platform, JobRef(str(job.id), job.type), job) for job in self.jobs or self.existing]
        if self.error is not None:
            self.watched = self.watched or [Watched(platform, JobRef(""))]
            for item in self.watched:
                item.outcome, item.error = Outcome.FAILED, self.error
        return self.watched

    def keep_answers(self) -> None:
        """Keep what only the answer to the launch said: warnings, and details such as ignored fields."""
        for first, item in zip(self.jobs, self.watched):
            if item.job is not None and item.job is not first:
                item.job.warnings = list(dict.fromkeys([*first.warnings, *item.job.warnings]))
                item.job.details = {**first.details, **item.job.details}
                item.job.launched_by = item.job.launched_by or first.launched_by

    # -- what became of it ---------------------------------------------------------------------------------

    @property
    def outcome(self) -> str:
        """Return what became of it."""
        if self.error is not None:
            skips = isinstance(self.error, NoTargetsError) and self.on_no_targets == "skip" and not self.jobs
            return Sent.SKIPPED if skips else Sent.FAILED
        if self.existing:
            return Sent.EXISTING
        if self.task.check_mode:
            return Sent.PLANNED
        return Sent.LAUNCHED if self.jobs else Sent.NOT_LAUNCHED

    def seen(self) -> list[Job]:
        """Return its jobs as they were last seen."""
        return [item.job for item in self.watched if item.job is not None] or self.jobs or self.existing

    def shown(self) -> list[Job | dict[str, t.Any]]:
        """Return its jobs as they are now, or as they are planned."""
        if self.outcome == Sent.SKIPPED and self.error is not None:
            return [self.error.result["job"]] if "job" in self.error.result else []
        if self.outcome == Sent.PLANNED:
            return [self.first] if self.first is not None else [*self.planned()]
        return [*self.seen()]

    def row(self) -> Result:
        """Return what became of it as plain builtins; its jobs are named by their ids."""
        error, outcome = self.error, self.outcome
        more: Result = {}
        if error is not None:
            more = {
                key: error.result[key]
                for key in ("candidates", "differences", "request", "http_status")
                if key in error.result
            }
        elif outcome == Sent.PLANNED and self.launch is not None:
            more = {"request": self.launch.request}
        return {
            "name": self.title,
            "server": self.platform.connection.server if self.platform else None,
            "outcome": outcome,
            "changed": outcome == Sent.PLANNED or bool(self.jobs),
            "ids": [job.id for job in self.jobs or self.existing],
            "error": error.code if error is not None and outcome == Sent.FAILED else None,
            "msg": error.message if error is not None else self.note,
            **more,
        }


# -- what is told of it ------------------------------------------------------------------------------------


def complete_error(error: JobsError, jobs: t.Sequence[Job], secrets: t.Sequence[str]) -> None:
    """Take the secrets out of the error of a launch, and put in what is on the server: an id is never lost."""
    error.message = mask(error.message, secrets)
    error.args = (error.message,)
    error.result = mask(error.result, secrets)
    if jobs and not error.result.get("jobs"):
        error.result = {**error.result, **_bare_result(jobs, secrets)}


def bug_after_launch(error: Exception, jobs: t.Sequence[Job], secrets: t.Sequence[str]) -> InternalError:
    """Return the error for what should not happen, with the jobs that are on the server all the same."""
    bug = InternalError.of(error)
    names = ", ".join(job_title(job) for job in jobs)
    bug.message = mask(f"{names} was launched, but then: {bug.message}", secrets)
    bug.args = (bug.message,)
    bug.result = {**_bare_result(jobs, secrets), "exception": mask(traceback.format_exc(), secrets)}
    return bug


def _bare_result(jobs: t.Sequence[Job], secrets: t.Sequence[str]) -> Result:
    """Return the jobs with no more than what cannot fail: what else is in them may be what did."""
    names = ("id", "server", "name", "status", "native_status", "created_at", "url", "web_url")
    bare = [Job(job.platform, job.type, **{name: getattr(job, name) for name in names}) for job in jobs]
    result: Result = mask(result_of(bare, changed=True), secrets)
    return result


def orphaned(**result: t.Any) -> ConnectionFailedError:
    """Return the error for what is not launched because nobody is there any more who could stop it."""
    return ConnectionFailedError("The process that started this task is gone, so nothing more is launched.", **result)


# -- what is refused ---------------------------------------------------------------------------------------


def _place(asked: JobRequest) -> JobRef | None:
    """Return what says on which server it is to be: the job to run again, or the name of a server."""
    earlier = asked.rerun
    if asked.server is None or (earlier is not None and earlier.server == asked.server):
        return earlier
    if earlier is None:
        return JobRef("", server=asked.server)
    if earlier.server is not None:
        raise InvalidOptionError(
            f"rerun: the job {earlier.id} is on the server {earlier.server}, not on {asked.server}: leave server out."
        )
    return JobRef(earlier.id, earlier.type, earlier.platform, asked.server, earlier.url)


def _refuse_no_hosts(jobs: list[Job]) -> None:
    """Fail for a launch of which the server says that it has no host: it would end as a success without doing anything.

    This is found late only where nothing was checked before, or where the hosts went away meanwhile.
    """
    if jobs and all(job.host_counts["total"] == 0 and not job.is_finished for job in jobs):
        raise NoTargetsError(
            f"{job_title(jobs[0])} was launched, but no host fits, so there is nothing that it runs on.",
            **result_of(jobs, changed=True),
        )


def _refuse_what_cannot_be_sent(platform: Platform, request: JobRequest) -> None:
    """JSON has no infinity, no dates and no sets; what has them would fail only when it is sent."""
    named = {"parameters": request.parameters, "secret_parameters": request.secret_parameters}
    named[platform.NAME] = request.options
    for option, values in named.items():
        for name, value in (values or {}).items():
            try:
                json.dumps({name: value}, allow_nan=False)
            except (TypeError, ValueError):
                raise InvalidOptionError(
                    f"{option}: {name} holds a value that JSON does not have, such as infinity or a date. "
                    "Write it as text."
                ) from None


def _sent(values: dict[str, t.Any] | None) -> dict[str, t.Any] | None:
    """Return parameters as they are once they were sent."""
    return None if values is None else t.cast("dict[str, t.Any]", json.loads(json.dumps(values)))


def _refuse_empty_targets(request: JobRequest) -> None:
    # Ansible makes a list of one text of an empty text, and of an empty list that is written as text
    if request.targets is not None and not any(str(host).strip() not in ("", "[]") for host in request.targets):
        raise no_targets("targets")
    if request.target_query is not None and not request.target_query:
        raise no_targets("target_query")
    if isinstance(request.target_query, str) and not request.target_query.strip():
        raise no_targets("target_query")
