# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A launch and what should never happen after it: the job's id stays in the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _launch, _verdict
from ansible_collections.unified.jobs.plugins.module_utils._describe import Include
from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    BadResponseError,
    InternalError,
    JobsError,
    LaunchUnknownError,
    NoTargetsError,
    ServerError,
)
from ansible_collections.unified.jobs.plugins.module_utils._launching import Launching
from ansible_collections.unified.jobs.plugins.module_utils._types import Job, JobRequest, Launch
from ansible_collections.unified.jobs.plugins.module_utils._wait import WaitOptions

SECRET = "s3cret-word"


def raiser(error: BaseException) -> Callable[..., Any]:
    """A function that raises, whatever it gets."""

    def fail(*_args: Any, **_more: Any) -> Any:
        raise error

    return fail


@pytest.fixture
def launching(scripted: Any) -> Any:
    """The scripted platform, launching job 5."""
    job = Job("scripted", "job", "5", name=f"says {SECRET}", status="pending", url="https://h/5")
    plan = Launch("things/", {}, "job", {"id": "1", "name": "thing"}, {"method": "POST"}, Job("scripted", "job", None))
    scripted.plan = lambda request: plan
    scripted.launch = lambda launch: [job]
    scripted.find_launch = lambda launch: []
    return scripted


def request() -> JobRequest:
    return JobRequest(template="thing", secret_parameters={"word": SECRET})


def raised(task: Any, options: WaitOptions | None = None) -> JobsError:
    with pytest.raises(JobsError) as caught:
        _launch.launch_job(Launching(task, request()), options)
    return caught.value


def check_job(error: JobsError) -> None:
    result = error.to_result()
    assert (result["job"]["id"], result["job"]["type"], result["changed"]) == ("5", "job", True)
    assert [job["url"] for job in result["jobs"]] == ["https://h/5"]
    assert set(result["job"]) == set(Job("scripted", "job", "5").to_dict())
    assert SECRET not in repr(result)


@pytest.mark.parametrize("error", [RecursionError("deep"), KeyError("id"), TypeError(SECRET)], ids=repr)
@pytest.mark.parametrize("wait", [False, True])
def test_bug_after_the_launch_keeps_the_id(
    task: Any, launching: Any, monkeypatch: pytest.MonkeyPatch, error: Exception, wait: bool
) -> None:
    if wait:
        monkeypatch.setattr(_verdict.Waiter, "run", raiser(error))
    else:
        task.include = Include(["native"])
        monkeypatch.setattr(launching, "get_native", raiser(error))
    caught = raised(task, WaitOptions() if wait else None)
    assert caught.code == "internal_error"
    assert "'says ********'" in caught.message
    assert type(error).__name__ in caught.message
    assert type(error).__name__ in caught.to_result()["exception"]
    check_job(caught)


#: not in a line of the traceback, which is masked too
NESTED = "deep"


def test_job_that_cannot_be_shown(task: Any, launching: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is nested too deep to be masked is left out, and not the job."""
    mask = _launch.mask

    def limited(value: Any, secrets: Any) -> Any:
        if NESTED in repr(value):
            raise RecursionError
        return mask(value, secrets)

    monkeypatch.setattr(_launch, "mask", limited)
    (job,) = launching.launch(None)
    job.details = {NESTED: 1}
    check_job(raised(task))


def test_error_without_the_job_gets_it(task: Any, launching: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_verdict.Waiter, "run", raiser(BadResponseError(f"no job: {SECRET}")))
    caught = raised(task, WaitOptions())
    assert (caught.code, caught.message) == ("bad_response", "no job: ********")
    check_job(caught)


def test_bug_before_the_launch_has_no_job(task: Any, launching: Any) -> None:
    launching.plan = raiser(KeyError("x"))
    with pytest.raises(KeyError):
        _launch.launch_job(Launching(task, request()), None)


def test_a_launch_that_nobody_could_stop_is_not_sent(task: Any, launching: Any) -> None:
    """Such as the next item of a loop, after the terminal was closed."""
    launching.launch = raiser(AssertionError("it was sent"))
    task.is_orphan = lambda: True
    error = raised(task)
    assert (error.code, error.message) == (
        "connection",
        "The process that started this task is gone, so nothing more is launched.",
    )
    assert "job" not in error.to_result()


def test_bug_while_launching_is_looked_up(task: Any, launching: Any) -> None:
    """The request may have been sent: it is as unclear as one that was not answered."""
    (job,) = launching.launch(None)
    launching.launch = raiser(AttributeError("no such thing"))
    launching.find_launch = lambda launch: [[job]]
    result = _launch.launch_job(Launching(task, request()), None)
    assert result["job"]["id"] == "5"
    assert "AttributeError: no such thing" in result["job"]["warnings"][0]


def test_bug_while_launching_without_a_job(task: Any, launching: Any, manual_time: Any) -> None:
    launching.launch = raiser(AttributeError("no such thing"))
    caught = raised(task)
    assert isinstance(caught, LaunchUnknownError)
    assert "AttributeError: no such thing" in caught.message
    assert sum(manual_time.slept) == 14


def test_bug_while_looking(task: Any, launching: Any) -> None:
    launching.launch = raiser(ServerError("502", status=502, ambiguous=True))
    launching.find_launch = raiser(ValueError("odd row"))
    caught = raised(task)
    assert caught.code == "launch_unknown"
    assert "Looking for it failed too: This is a bug" in caught.message
    assert not isinstance(caught, InternalError)


def test_server_error_says_that_it_was_looked_for(task: Any, launching: Any) -> None:
    launching.launch = raiser(ServerError("POST things/: 500 Oops.", status=500, ambiguous=True))
    caught = raised(task)
    assert caught.code == "server_error"
    assert caught.message == (
        "POST things/: 500 Oops. The job was looked for and not found, so the launch had no effect as far as can be "
        "seen. Nothing was sent again."
    )


# -- nothing to run on ---------------------------------------------------------------------------------------


@pytest.mark.case("puppet-6")
@pytest.mark.parametrize("moment", ["plan", "launch"])
def test_no_targets_can_be_skipped_whoever_finds_it(task: Any, launching: Any, moment: str) -> None:
    """Only the server may find that a query fits nothing, after the request was sent."""
    setattr(launching, moment, raiser(NoTargetsError(f"targets: none, and not {SECRET}")))
    with pytest.raises(NoTargetsError):
        _launch.launch_job(Launching(task, request()), None)
    result = _launch.launch_job(Launching(task, request(), "skip"), WaitOptions())
    assert (result["changed"], result["skipped"], result["jobs"]) == (False, True, [])
    assert result["msg"] == "targets: none, and not ********"


def test_no_targets_of_what_was_launched_is_never_skipped(
    task: Any, launching: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That something runs is not to be hidden."""
    monkeypatch.setattr(_launch, "include_after_launch", raiser(NoTargetsError("targets: gone")))
    with pytest.raises(NoTargetsError) as caught:
        _launch.launch_job(Launching(task, request(), "skip"), None)
    check_job(caught.value)


def test_a_refusal_is_not_looked_up(task: Any, launching: Any) -> None:
    looked: list[Any] = []
    launching.find_launch = looked.append
    launching.launch = raiser(NoTargetsError("targets: none"))
    with pytest.raises(NoTargetsError):
        _launch.launch_job(Launching(task, request()), None)
    assert looked == []
