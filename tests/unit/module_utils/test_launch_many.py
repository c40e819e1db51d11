# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of launches on platforms that play scripts: what is sent, in which order, and what is told of it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _launch_many
from ansible_collections.unified.jobs.plugins.module_utils._describe import Include
from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    ConnectionFailedError,
    ForbiddenError,
    JobsError,
    NoTargetsError,
    NotFoundError,
    RejectedError,
    ServerError,
    UnauthorizedError,
)
from ansible_collections.unified.jobs.plugins.module_utils._launch_many import ManyOptions, launch_jobs
from ansible_collections.unified.jobs.plugins.module_utils._launching import Launching
from ansible_collections.unified.jobs.plugins.module_utils._progress import Progress
from ansible_collections.unified.jobs.plugins.module_utils._types import Job, JobRequest, Launch
from ansible_collections.unified.jobs.plugins.module_utils._wait import WaitOptions

SECRET = "s3cret-word"
LOST = "lost"


class Server:
    """Lets a scripted platform launch: what a template makes is planned and answered as said, by its name.

    A plan or an answer that is an error is raised; C(LOST) makes the job and does not answer.
    """

    def __init__(self, platform: Any, first: int = 1) -> None:
        self.platform = platform
        self.plans: dict[str, Any] = {}
        self.answers: dict[str, Any] = {}
        self.sent: list[str] = []
        #: (what was sent, the job that it made)
        self.made: list[tuple[Any, Job]] = []
        #: how many jobs were not finished at each launch, this one left out
        self.running: list[int] = []
        self._number = first
        platform.plan, platform.launch, platform.find_launch = self.plan, self.launch, self.find

    def plan(self, request: JobRequest) -> Launch:
        self.platform.calls.append(f"plan {request.template}")
        said = self.plans.get(str(request.template))
        if isinstance(said, JobsError):
            raise said
        body = {"template": request.template, **(request.parameters or {})}
        job = Job("scripted", "job", None, self.platform.connection.server, name=str(request.template))
        template = {"id": "1", "name": request.template}
        return Launch("things/", body, "job", template, {"method": "POST", "body": body}, job, existing=said or [])

    def launch(self, launch: Launch) -> list[Job]:
        name = launch.body["template"]
        self.sent.append(name)
        self.platform.calls.append(f"launch {name}")
        self.running.append(sum(self.is_open(str(job.id)) for _body, job in self.made))
        said = self.answers.get(name, "pending")
        said = said.pop(0) if isinstance(said, list) else said
        if isinstance(said, JobsError):
            raise said
        number = str(self._number)
        self._number += 1
        status = "pending" if said == LOST else said
        job = Job("scripted", "job", number, self.platform.connection.server, name=f"name {number}", status=status)
        self.platform.scripts.setdefault(number, ["successful"])
        self.made.append((launch.body, job))
        if said == LOST:
            raise ServerError("502 nothing", status=502, ambiguous=True)
        return [job]

    def find(self, launch: Launch) -> list[list[Job]]:
        return [[job] for body, job in self.made if body == launch.body]

    def is_open(self, number: str) -> bool:
        """Whether the next look at a job will not show its end, or there was none yet."""
        return len(self.platform.scripts[number]) > 1


@pytest.fixture
def server(scripted: Any) -> Server:
    """The task's own server."""
    return Server(scripted)


@pytest.fixture
def second(another: Any) -> Server:
    """The server C(two)."""
    return Server(another, 1)


def launchings(task: Any, *names: Any, skip: bool = False) -> list[Launching]:
    """Launches of the templates of these names; C(two/NAME) is on the second server, a tuple adds parameters."""
    found = []
    for item in names:
        name, parameters = item if isinstance(item, tuple) else (item, None)
        place, _slash, template = name.rpartition("/")
        request = JobRequest(template=template, parameters=parameters, server=place or None)
        found.append(Launching(task, request, "skip" if skip else "fail"))
    return found


def run(task: Any, *names: Any, wait: Any = None, skip: bool = False, **many: Any) -> dict[str, Any]:
    options = WaitOptions(**wait) if isinstance(wait, dict) else wait
    return launch_jobs(task, launchings(task, *names, skip=skip), options, ManyOptions(**many))


def raised(task: Any, *names: Any, **options: Any) -> JobsError:
    with pytest.raises(JobsError) as caught:
        run(task, *names, **options)
    return caught.value


def outcomes(result: dict[str, Any]) -> list[str]:
    return [row["outcome"] for row in result["launches"]]


def ids(result: dict[str, Any]) -> list[list[str]]:
    return [row["ids"] for row in result["launches"]]


# -- all is well -----------------------------------------------------------------------------------------------


def test_each_is_sent_once_in_order(task: Any, server: Server, scripted: Any) -> None:
    result = run(task, "a", "b", "a")
    assert server.sent == ["a", "b", "a"]
    assert scripted.calls[:6] == ["remembers", "plan a", "plan b", "plan a", "forgets", "launch a"]
    assert [job["id"] for job in result["jobs"]] == ["1", "2", "3"]
    assert result["changed"] is True
    assert "missing" not in result
    assert result["launches"][1] == {
        "name": "b",
        "server": None,
        "outcome": "launched",
        "changed": True,
        "ids": ["2"],
        "error": None,
        "msg": "",
    }


def test_wait_for_all(task: Any, server: Server, scripted: Any) -> None:
    scripted.script("1", "running", "successful")
    result = run(task, "a", "b", wait={})
    assert [(job["id"], job["status"], job["outcome"]) for job in result["jobs"]] == [
        ("1", "successful", "finished"),
        ("2", "successful", "finished"),
    ]
    assert result["missing"] == []


def test_what_is_shown_says_how_far_a_long_list_is(task: Any, server: Server, scripted: Any, manual_time: Any) -> None:
    lines: list[str] = []
    task.progress = Progress(lines.append, manual_time)
    for number in range(1, 61):
        scripted.script(str(number), "running", "failed" if number == 7 else "successful")
    run(task, *["a"] * 60, wait={"interval": 3, "fail_on": []}, max_concurrent=30)
    assert [line.partition("] ")[2] for line in lines] == [
        "30 of 60 launched: 30 running",
        "job 7 name 7: failed",
        "60 jobs: 30 pending, 29 successful, 1 failed",
        "60 jobs: 59 successful, 1 failed",
    ]


def test_what_is_shown_of_a_short_list_is_each_change(
    task: Any, server: Server, scripted: Any, manual_time: Any
) -> None:
    lines: list[str] = []
    task.progress = Progress(lines.append, manual_time)
    for number in range(1, 7):
        scripted.script(str(number), "running", "successful")
    run(task, *["a"] * 6, wait={})
    assert [line.rpartition(": ")[2] for line in lines] == ["pending"] * 6 + ["running"] * 6 + ["successful"] * 6


def test_one_launch_of_a_list_has_a_job(task: Any, server: Server) -> None:
    assert run(task, "a")["job"]["id"] == "1"


def test_check_mode_writes_nothing(task: Any, server: Server) -> None:
    task.check_mode = True
    result = run(task, "a", "b", wait={}, max_concurrent=1)
    assert server.sent == []
    assert (result["changed"], outcomes(result), ids(result)) == (True, ["planned"] * 2, [[], []])
    assert [row["request"]["body"]["template"] for row in result["launches"]] == ["a", "b"]
    assert [(job["id"], job["status"]) for job in result["jobs"]] == [(None, "unknown")] * 2


def test_what_goes_on_already_is_not_launched(task: Any, server: Server, scripted: Any) -> None:
    scripted.script("77", "running", "successful")
    server.plans["a"] = [Job("scripted", "job", "77", status="running")]
    result = run(task, "a", "b", wait={})
    assert (server.sent, outcomes(result), ids(result)) == (["b"], ["existing", "launched"], [["77"], ["1"]])
    assert [row["changed"] for row in result["launches"]] == [False, True]
    assert [job["status"] for job in result["jobs"]] == ["successful"] * 2


# -- nothing is sent if one cannot be planned -------------------------------------------------------------------


def test_all_that_cannot_be_planned_are_named(task: Any, server: Server) -> None:
    server.plans.update(b=NotFoundError("template: there is no b."), d=RejectedError("parameters: d is bad."))
    error = raised(task, "a", "b", "c", "d")
    assert error.code == "not_found"
    assert error.message == (
        "Launch 2 of 4 (b): template: there is no b. Launch 4 of 4 (d): parameters: d is bad. Nothing was launched."
    )
    assert server.sent == []
    assert (error.result["changed"], error.result["jobs"]) == (False, [])
    assert outcomes(error.result) == ["not_launched", "failed", "not_launched", "failed"]
    assert [row["error"] for row in error.result["launches"]] == [None, "not_found", None, "rejected"]


def test_check_mode_of_what_cannot_be_planned_changes_nothing(task: Any, server: Server) -> None:
    task.check_mode = True
    server.plans["b"] = NotFoundError("template: there is no b.")
    error = raised(task, "a", "b")
    assert outcomes(error.result) == ["not_launched", "failed"]
    assert [row["changed"] for row in error.result["launches"]] == [False, False]


def test_more_than_five_are_counted(task: Any, server: Server) -> None:
    server.plans["x"] = NotFoundError("no x.")
    error = raised(task, *["x"] * 7)
    assert error.message.count("no x.") == 5
    assert "2 more launches failed. Nothing was launched." in error.message


@pytest.mark.parametrize("error", [UnauthorizedError("401"), ConnectionFailedError("no connection")], ids=repr)
def test_a_server_that_is_down_is_asked_once(
    task: Any, server: Server, second: Server, scripted: Any, error: JobsError
) -> None:
    """Wrong logins lock out, and what does not answer costs its time each time."""
    server.plans.update(dict.fromkeys("abc", error))
    second.plans["z"] = NotFoundError("no z.")
    said = error.message
    caught = raised(task, "a", "b", "two/z", "c")
    assert [call for call in scripted.calls if call.startswith("plan")] == ["plan a"]
    assert caught.code == error.code
    assert caught.message == f"Launch 1 of 4 (a): {said}. Launch 3 of 4 (z): no z. Nothing was launched."
    assert outcomes(caught.result) == ["failed", "not_launched", "failed", "not_launched"]
    assert (server.sent, second.sent) == ([], [])


def test_empty_targets(task: Any, server: Server) -> None:
    one, two = launchings(task, "a", "b")
    two.request.targets = []
    with pytest.raises(NoTargetsError) as caught:
        launch_jobs(task, [one, two], None, ManyOptions())
    assert "Launch 2 of 2 (b): targets is empty" in caught.value.message
    two = launchings(task, "two/b", skip=True)[0]
    two.request.targets = []
    result = launch_jobs(task, [launchings(task, "a")[0], two], WaitOptions(), ManyOptions())
    assert (server.sent, outcomes(result)) == (["a"], ["launched", "skipped"])
    assert result["launches"][1]["server"] == "two"
    assert "targets is empty" in result["launches"][1]["msg"]
    assert result["changed"] is True


def test_only_the_server_finds_that_there_are_none(task: Any, server: Server) -> None:
    server.answers["a"] = NoTargetsError("targets: none fits.")
    result = run(task, "a", "b", skip=True, wait={}, on_failure="stop")
    assert (outcomes(result), result["launches"][0]["msg"]) == (["skipped", "launched"], "targets: none fits.")
    assert [job["id"] for job in result["jobs"]] == ["1"]


def test_all_are_skipped(task: Any, server: Server) -> None:
    server.plans["a"] = NoTargetsError("targets: none fits.")
    result = run(task, "a", "a", skip=True, wait={})
    assert (result["changed"], result["jobs"], outcomes(result)) == (False, [], ["skipped"] * 2)


# -- nobody is there any more -------------------------------------------------------------------------------------


@pytest.mark.parametrize("on_failure", ["continue", "stop", "cancel"])
def test_nothing_more_is_launched_when_whoever_started_it_is_gone(
    task: Any, server: Server, scripted: Any, on_failure: str
) -> None:
    """What runs goes on, as after Ctrl+C: nobody asked for its end."""
    task.is_orphan = lambda: "job 1" in scripted.calls
    scripted.script("1", "running", "running", "successful")
    error = raised(task, *"abc", wait={}, max_concurrent=1, on_failure=on_failure)
    assert server.sent == ["a"]
    assert (error.code, error.result["changed"]) == ("connection", True)
    assert error.message == (
        "The process that started this task is gone, so nothing more is launched. 2 of 3 launches were not made."
    )
    assert outcomes(error.result) == ["launched", "not_launched", "not_launched"]
    assert error.result["jobs"][0]["status"] == "successful"
    assert "cancel 1" not in scripted.calls


@pytest.mark.parametrize("wait", [None, {}])
def test_a_list_that_is_launched_at_once_ends_there_too(task: Any, server: Server, wait: Any) -> None:
    task.is_orphan = lambda: len(server.sent) == 2
    error = raised(task, *"abcd", wait=wait)
    assert (server.sent, error.code, ids(error.result)) == (["a", "b"], "connection", [["1"], ["2"], [], []])
    assert outcomes(error.result) == ["launched", "launched", "not_launched", "not_launched"]


def test_whoever_is_gone_when_all_is_launched_is_not_missed(task: Any, server: Server) -> None:
    task.is_orphan = lambda: len(server.sent) == 2
    assert outcomes(run(task, *"ab", wait={})) == ["launched", "launched"]


# -- max_concurrent --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_run_at_once_than_may(task: Any, server: Server, scripted: Any, most: int) -> None:
    for number in range(1, 8):
        scripted.script(str(number), *["running"] * (number % 3 + 1), "successful")
    result = run(task, *"abcdefg", wait={}, max_concurrent=most)
    assert server.sent == list("abcdefg")
    assert max(server.running) == most - 1
    assert [job["id"] for job in result["jobs"]] == list("1234567")
    assert [row["ids"][0] for row in result["launches"]] == list("1234567")


def test_launches_that_fail_take_no_room(task: Any, server: Server, manual_time: Any) -> None:
    server.answers.update(dict.fromkeys("abc", RejectedError("no.")))
    error = raised(task, *"abcd", wait={}, max_concurrent=1)
    assert server.sent == list("abcd")
    assert len(manual_time.slept) == 1
    assert outcomes(error.result) == ["failed"] * 3 + ["launched"]


@pytest.mark.parametrize("wait", [None, {}])
def test_max_concurrent_that_cannot_work(task: Any, server: Server, wait: Any) -> None:
    assert raised(task, "a", wait=wait, max_concurrent=0).message.startswith("max_concurrent must be 1 or more")
    if wait is None:
        error = raised(task, "a", wait=wait, max_concurrent=2)
        assert error.message.startswith("max_concurrent goes with wait: true")
    assert server.sent == []


@pytest.mark.parametrize("on_timeout", ["leave", "cancel"])
def test_no_launch_after_the_time_is_over(task: Any, server: Server, scripted: Any, on_timeout: str) -> None:
    scripted.script("1", "running")
    error = raised(task, "a", "b", "c", wait={"timeout": 60, "on_timeout": on_timeout}, max_concurrent=1)
    assert (error.code, server.sent) == ("wait_timeout", ["a"])
    assert error.message.endswith("2 of 3 launches were not made.")
    assert outcomes(error.result) == ["launched", "not_launched", "not_launched"]
    assert ("cancel 1" in scripted.calls) is (on_timeout == "cancel")


def test_the_time_is_over_when_nothing_runs(task: Any, server: Server, scripted: Any, manual_time: Any) -> None:
    """What was launched succeeded, and yet the list is not done."""
    scripted.script("1", "running", "successful")
    error = raised(task, "a", "b", wait={"timeout": 2, "interval": 1}, max_concurrent=1)
    assert error.code == "wait_timeout"
    assert error.message == "The time was over after 2 s. 1 of 2 launches were not made."
    assert [job["outcome"] for job in error.result["jobs"]] == ["finished"]


def test_a_launch_is_not_cut_short_by_the_deadline_of_the_wait(task: Any, server: Server, scripted: Any) -> None:
    seen: list[Any] = []
    launch = server.launch

    def noted(plan: Launch) -> list[Job]:
        seen.append(scripted.client.deadline)
        return launch(plan)

    scripted.launch = noted
    scripted.script("1", "running", "successful")
    run(task, "a", "b", wait={"timeout": 60}, max_concurrent=1)
    assert seen == [None, None]
    assert scripted.deadlines[-2] is not None


# -- on_failure ------------------------------------------------------------------------------------------------


def test_continue_after_a_launch_that_failed(task: Any, server: Server) -> None:
    server.answers["b"] = ForbiddenError("403 no.")
    error = raised(task, "a", "b", "c")
    assert (error.code, server.sent) == ("forbidden", ["a", "b", "c"])
    assert error.message == "Launch 2 of 3 (b): 403 no."
    assert (outcomes(error.result), ids(error.result)) == (["launched", "failed", "launched"], [["1"], [], ["2"]])
    assert [job["id"] for job in error.result["jobs"]] == ["1", "2"]
    assert error.result["changed"] is True


@pytest.mark.parametrize("wait", [None, {}])
def test_stop_after_a_launch_that_failed(task: Any, server: Server, scripted: Any, wait: Any) -> None:
    server.answers["b"] = ForbiddenError("403 no.")
    error = raised(task, "a", "b", "c", "d", on_failure="stop", wait=wait)
    assert server.sent == ["a", "b"]
    assert error.message == "Launch 2 of 4 (b): 403 no. 2 of 4 launches were not made."
    assert outcomes(error.result) == ["launched", "failed", "not_launched", "not_launched"]
    assert [job["status"] for job in error.result["jobs"]] == ["successful" if wait is not None else "pending"]
    assert not any(call.startswith("cancel") for call in scripted.calls)


@pytest.mark.parametrize("wait", [None, {}])
def test_cancel_after_a_launch_that_failed(task: Any, server: Server, scripted: Any, wait: Any) -> None:
    server.answers["b"] = ForbiddenError("403 no.")
    scripted.script("1", "canceling")
    error = raised(task, "a", "b", "c", on_failure="cancel", wait=wait)
    assert server.sent == ["a", "b"]
    assert scripted.calls.count("cancel 1") == 1
    assert [(job["status"], job["outcome"]) for job in error.result["jobs"]] == [("canceling", "cancel_requested")]
    assert error.message == (
        "Launch 2 of 3 (b): 403 no. Canceling was requested for Job 1 'name 1' (canceling). "
        "1 of 3 launches were not made."
    )


def test_stop_after_a_job_that_failed(task: Any, server: Server, scripted: Any) -> None:
    scripted.script("1", "running", "failed")
    scripted.script("2", "running", "running", "running", "running", "successful")
    error = raised(task, *"abcd", wait={}, on_failure="stop", max_concurrent=2)
    assert (error.code, server.sent) == ("job_failed", ["a", "b"])
    assert error.message.endswith("2 of 4 launches were not made.")
    assert [(job["status"], job["outcome"]) for job in error.result["jobs"]] == [
        ("failed", "finished"),
        ("successful", "finished"),
    ]


def test_cancel_after_a_job_that_failed(task: Any, server: Server, scripted: Any) -> None:
    scripted.script("1", "running", "failed")
    scripted.script("2", "running")
    error = raised(task, *"abcd", wait={}, on_failure="cancel", max_concurrent=2)
    assert server.sent == ["a", "b"]
    assert scripted.calls.count("cancel 2") == 1
    assert "cancel 1" not in scripted.calls
    assert [job["outcome"] for job in error.result["jobs"]] == ["finished", "cancel_requested"]


def test_continue_after_a_job_that_failed(task: Any, server: Server, scripted: Any) -> None:
    scripted.script("1", "running", "failed")
    error = raised(task, *"abc", wait={}, max_concurrent=1)
    assert (error.code, server.sent) == ("job_failed", list("abc"))
    assert outcomes(error.result) == ["launched"] * 3


def test_what_fail_on_leaves_out_is_no_failure(task: Any, server: Server, scripted: Any) -> None:
    scripted.script("1", "failed")
    result = run(task, *"ab", wait={"fail_on": ["error"]}, max_concurrent=1, on_failure="stop")
    assert [job["status"] for job in result["jobs"]] == ["failed", "successful"]


def test_nothing_is_canceled_if_nothing_failed(task: Any, server: Server, scripted: Any) -> None:
    assert run(task, "a", "b", on_failure="cancel")["changed"] is True
    assert not any(call.startswith("cancel") for call in scripted.calls)


@pytest.mark.parametrize("wait", [None, {"scheduled": True}])
def test_what_was_there_before_is_not_canceled(task: Any, server: Server, scripted: Any, wait: Any) -> None:
    """It may be the nightly job of somebody else."""
    scripted.script("77", "running")
    server.plans["a"] = [Job("scripted", "job", "77", status="running")]
    server.answers["b"] = RejectedError("no.")
    error = raised(task, "a", "b", wait=wait, on_failure="cancel")
    assert "cancel 77" not in scripted.calls
    assert error.result["changed"] is False


@pytest.mark.parametrize("wait", [None, {}])
def test_cancel_of_what_is_scheduled(task: Any, server: Server, scripted: Any, wait: Any) -> None:
    scripted.script("1", "scheduled")
    server.answers.update(a="scheduled", b=RejectedError("no."))
    raised(task, "a", "b", wait=wait, on_failure="cancel")
    assert scripted.calls.count("cancel 1") == 1


def test_included_of_what_was_canceled(task: Any, server: Server) -> None:
    task.include = Include(["native"])
    server.platform.content["native"] = {"x": 1}
    server.answers["b"] = RejectedError("no.")
    error = raised(task, "a", "b", on_failure="cancel")
    assert error.result["jobs"][0]["native"] == {"x": 1}


def test_a_launch_and_a_job_that_failed_are_both_told(task: Any, server: Server, scripted: Any) -> None:
    scripted.script("1", "running", "failed")
    scripted.script("2", "running")
    server.answers["b"] = RejectedError("400 no.")
    error = raised(task, "a", "b", "c", wait={"timeout": 60})
    assert error.code == "rejected"
    assert error.message.startswith("Launch 2 of 3 (b): 400 no. Job 1 'name 1' failed.")
    server.answers["b"] = [RejectedError("400 no.")]
    scripted.script("3", "running")
    late = raised(task, "a", "b", wait={"timeout": 60})
    assert late.message.startswith("Launch 2 of 2 (b): 400 no. After 60 s Job 3 ")


# -- what is not known -----------------------------------------------------------------------------------------


def test_the_answer_of_one_is_lost(task: Any, server: Server) -> None:
    server.answers["a"] = ["pending", LOST, "pending"]
    result = run(task, "a", "a", "a")
    assert (server.sent, ids(result)) == (["a"] * 3, [["1"], ["2"], ["3"]])
    assert "answer to the launch was lost" in result["jobs"][1]["warnings"][0]


def test_a_job_of_an_equal_launch_is_not_adopted(task: Any, server: Server) -> None:
    """The second was not made at all: the job of the first equals it, and is not its own."""
    server.answers["a"] = ["pending", ServerError("502 gone", status=502, ambiguous=True), "pending"]
    error = raised(task, "a", "a", "a")
    assert error.code == "launch_unknown"
    assert (outcomes(error.result), ids(error.result)) == (["launched", "failed", "launched"], [["1"], [], ["2"]])
    assert error.result["launches"][1]["candidates"] == []
    assert server.sent == ["a"] * 3


def test_after_one_that_is_not_known_no_equal_one_is_adopted(task: Any, server: Server, scripted: Any) -> None:
    """Whose job it is that is found then, nobody can say."""
    find = server.find
    server.answers["a"] = [LOST, ServerError("502 gone", status=502, ambiguous=True)]
    scripted.find_launch = lambda launch: [] if len(server.sent) == 1 else find(launch)
    error = raised(task, "a", "a")
    assert outcomes(error.result) == ["failed", "failed"]
    assert [row["error"] for row in error.result["launches"]] == ["launch_unknown"] * 2
    assert [[job["id"] for job in row["candidates"]] for row in error.result["launches"]] == [[], ["1"]]


def test_what_only_looks_equal_is_not_adopted_either(task: Any, server: Server, scripted: Any) -> None:
    """A server masks secrets, so launches that differ in them alone have jobs that look the same."""
    server.answers["a"] = [LOST, ServerError("502 gone", status=502, ambiguous=True)]
    scripted.find_launch = lambda launch: [] if len(server.sent) == 1 else [[job] for _body, job in server.made]
    error = raised(task, ("a", {"password": "x"}), ("a", {"password": "y"}))
    assert outcomes(error.result) == ["failed", "failed"]


def test_after_one_that_is_not_known_others_are_adopted(task: Any, server: Server, scripted: Any) -> None:
    server.answers.update(a=ServerError("502 gone", status=502, ambiguous=True), b=LOST)
    error = raised(task, "a", "b")
    assert (outcomes(error.result), ids(error.result)) == (["failed", "launched"], [[], ["1"]])


def test_servers_with_the_same_ids_do_not_disturb_each_other(task: Any, server: Server, second: Server) -> None:
    second.answers["a"] = LOST
    result = run(task, "a", "two/a")
    assert ids(result) == [["1"], ["1"]]
    assert [row["server"] for row in result["launches"]] == [None, "two"]
    assert [(job["server"], job["id"]) for job in result["jobs"]] == [(None, "1"), ("two", "1")]


def test_a_server_of_two_names_is_one(task: Any, server: Server, second: Server, another: Any) -> None:
    another.connection.url = "https://h/"
    second.made = server.made
    second.answers["a"] = ServerError("502 gone", status=502, ambiguous=True)
    error = raised(task, "a", "two/a")
    assert (outcomes(error.result), ids(error.result)) == (["launched", "failed"], [["1"], []])


@pytest.mark.parametrize(
    ("on_failure", "sent", "ended"),
    [("continue", "abc", "finished"), ("stop", "ab", "finished"), ("cancel", "ab", "cancel_requested")],
)
def test_not_known_counts_as_a_failure(
    task: Any, server: Server, scripted: Any, on_failure: str, sent: str, ended: str
) -> None:
    server.answers["b"] = ServerError("502 gone", status=502, ambiguous=True)
    scripted.script("1", "running", "running", "successful")
    error = raised(task, *"abc", wait={}, on_failure=on_failure)
    assert (error.code, server.sent) == ("launch_unknown", list(sent))
    assert error.result["jobs"][0]["outcome"] == ended
    assert ids(error.result)[0] == ["1"]


def test_not_known_comes_first(task: Any, server: Server) -> None:
    server.answers.update(a=RejectedError("400 no."), b=ServerError("502 gone", status=502, ambiguous=True))
    error = raised(task, "a", "b")
    assert error.code == "launch_unknown"
    assert error.message.startswith("Launch 1 of 2 (a): 400 no. Launch 2 of 2 (b): It is not known")


# -- what should never happen ----------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [KeyError(SECRET), ForbiddenError(SECRET)], ids=["bug", "error"])
def test_no_id_is_lost(task: Any, server: Server, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_args: Any, **_more: Any) -> Any:
        raise error

    monkeypatch.setattr(_launch_many, "watch", fail)
    many = launchings(task, SECRET, "b")
    many[1].secrets.append(SECRET)
    with pytest.raises(JobsError) as caught:
        launch_jobs(task, many, WaitOptions(), ManyOptions())
    assert [job["id"] for job in caught.value.result["jobs"]] == ["1", "2"]
    assert ids(caught.value.result) == [["1"], ["2"]]
    assert SECRET not in repr(caught.value.to_result())


def test_a_bug_before_anything_was_sent_has_no_jobs(task: Any, server: Server, scripted: Any) -> None:
    scripted.plan = None
    with pytest.raises(TypeError):
        run(task, "a")


def test_what_a_plan_finds_to_be_secret_is_masked(task: Any, server: Server, scripted: Any) -> None:
    """Such as an answer to a question for a password."""

    def plan(request: JobRequest) -> Launch:
        launch = server.plan(request)
        launch.secrets = [SECRET] if request.template == "a" else []
        return launch

    scripted.plan = plan
    server.answers["b"] = RejectedError(f"400 not {SECRET}.")
    error = raised(task, "a", "b")
    assert error.message == "Launch 2 of 2 (b): 400 not ********."
    assert SECRET not in repr(error.to_result())


def test_secrets_of_each_are_masked_everywhere_but_in_ids(task: Any, server: Server) -> None:
    many = launchings(task, SECRET, "b")
    many[1].secrets += [SECRET, "1", "launched"]
    result = launch_jobs(task, many, None, ManyOptions())
    assert SECRET not in repr(result)
    assert (ids(result), outcomes(result)) == ([["1"], ["2"]], ["launched"] * 2)
    server.plans[SECRET] = RejectedError(f"no {SECRET}")
    with pytest.raises(JobsError) as caught:
        launch_jobs(task, many, None, ManyOptions())
    assert SECRET not in repr(caught.value.to_result())


@pytest.mark.parametrize("url", ["https://H:443/", "https://h/other"])
def test_a_server_that_is_named_in_two_ways_is_one(
    task: Any, server: Server, second: Server, another: Any, url: str
) -> None:
    """The job of a launch there is not taken for that of another one, whose answer was lost."""
    another.connection = dataclasses.replace(another.connection, url=url)
    second.answers["a"] = ServerError("502 gone", status=502, ambiguous=True)
    second.find = lambda launch: [[job] for _body, job in server.made]  # type: ignore[method-assign]
    another.find_launch = second.find
    error = raised(task, "a", "two/a")
    assert (error.code, ids(error.result)) == ("launch_unknown", [["1"], []])


def test_a_job_that_vanishes_makes_room(task: Any, server: Server, scripted: Any) -> None:
    scripted.script("1", NotFoundError("gone"))
    error = raised(task, "a", "b", "c", wait={}, max_concurrent=1)
    assert server.sent == ["a", "b", "c"]
    assert (error.code, ids(error.result)) == ("job_gone", [["1"], ["2"], ["3"]])


# -- a server that answers nothing any more --------------------------------------------------------------------


def test_a_refused_login_is_not_tried_for_each_launch(task: Any, server: Server, second: Server) -> None:
    """A token that ends within a list would be refused for all that is left, and may lock the user out."""
    server.answers["b"] = UnauthorizedError("401", status=401)
    error = raised(task, "a", "b", "c", "two/d", "e")
    assert (server.sent, second.sent) == (["a", "b"], ["d"])
    assert outcomes(error.result) == ["launched", "failed", "not_launched", "launched", "not_launched"]
    assert (error.code, ids(error.result)) == ("unauthorized", [["1"], [], [], ["1"], []])
    assert "2 of 5 launches were not made." in error.message


@pytest.mark.parametrize("wait", [None, {}])
def test_a_server_that_is_down_is_tried_three_times_in_a_row(task: Any, server: Server, wait: Any) -> None:
    down = ConnectionFailedError("refused", transient=True)
    server.answers = dict.fromkeys(("a", "b", "d", "e", "f"), down)
    error = raised(task, *"abcdefgh", wait=wait)
    assert server.sent == list("abcdef")
    assert outcomes(error.result) == [*["failed"] * 2, "launched", *["failed"] * 3, *["not_launched"] * 2]
    assert error.code == "connection"


@pytest.mark.parametrize("wait", [None, {}])
def test_a_server_that_dies_at_a_launch_gets_no_further_one(task: Any, server: Server, wait: Any) -> None:
    """Neither the launch nor the look for its job was answered; each more would take minutes."""
    dead = ConnectionFailedError("no answer", transient=True, ambiguous=True)
    server.answers["a"] = dead

    def find(launch: Launch) -> list[list[Job]]:
        raise dead

    server.platform.find_launch = find
    error = raised(task, "a", "b", wait=wait)
    assert server.sent == ["a"]
    assert (error.code, outcomes(error.result)) == ("launch_unknown", ["failed", "not_launched"])


def test_what_a_dead_server_does_not_tell_is_asked_once(task: Any, server: Server, scripted: Any) -> None:
    scripted.content["hosts"] = ConnectionFailedError("no answer", transient=True)
    task.include = Include(["hosts"])
    result = run(task, *"abcd")
    assert [call for call in scripted.calls if call.startswith("hosts")] == ["hosts 1"]
    assert [job["warnings"] for job in result["jobs"]] == [["Not everything asked for could be read: no answer"]] * 4
