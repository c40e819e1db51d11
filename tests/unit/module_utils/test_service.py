# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading by id and listing, on a platform that plays scripts."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._describe import Include
from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    ForbiddenError,
    InvalidOptionError,
    JobsError,
    ServerError,
    UnsupportedError,
)
from ansible_collections.unified.jobs.plugins.module_utils._parallel import WORKERS
from ansible_collections.unified.jobs.plugins.module_utils._platforms.base import JobStream
from ansible_collections.unified.jobs.plugins.module_utils._service import list_jobs, read_jobs
from ansible_collections.unified.jobs.plugins.module_utils._types import Job, JobQuery, JobRef


def refs(*numbers: str, job_type: str | None = None) -> list[JobRef]:
    return [JobRef(number, job_type) for number in numbers]


def test_one_job_is_one_request(task: Any, scripted: Any) -> None:
    scripted.script("1", "running")
    result = read_jobs(task, refs("1"))
    assert result["job"] == result["jobs"][0]
    assert (result["missing"], result["changed"]) == ([], False)
    assert scripted.calls == ["job 1"]


def test_several_are_read_in_full_and_in_the_order_asked(task: Any, scripted: Any) -> None:
    for number in "123":
        scripted.script(number, {"status": "running", "is_complete": False}, {"status": "running", "elapsed": 1.0})
    result = read_jobs(task, refs("3", "1", "2"))
    assert [job["id"] for job in result["jobs"]] == ["3", "1", "2"]
    assert [job["elapsed"] for job in result["jobs"]] == [1.0] * 3
    assert "job" not in result
    assert scripted.calls[0] == "list 3,1,2"
    assert sorted(scripted.calls[1:]) == ["job 1", "job 2", "job 3"]


def test_where_all_types_are_known_no_list_is_read(task: Any, scripted: Any) -> None:
    for number in "12":
        scripted.script(number, "running")
    read_jobs(task, refs("1", "2", job_type="job"))
    assert scripted.calls == ["job 1", "job 2"]


def test_many_come_from_one_list(task: Any, scripted: Any) -> None:
    numbers = [str(number) for number in range(1, 30)]
    for number in numbers:
        scripted.script(number, "running")
    result = read_jobs(task, refs(*numbers))
    assert [job["id"] for job in result["jobs"]] == numbers
    assert scripted.calls == [f"list {','.join(numbers)}"]


@pytest.mark.case("awx-30")
@pytest.mark.parametrize("numbers", [["9"], ["1", "9", "2"], ["1", *map(str, range(9, 40))]])
def test_missing_ids(task: Any, scripted: Any, numbers: list[str]) -> None:
    scripted.script("1", "running")
    scripted.script("2", "running")
    result = read_jobs(task, refs(*numbers))
    assert result["missing"] == [number for number in numbers if number not in ("1", "2")]
    assert [job["id"] for job in result["jobs"]] == [number for number in numbers if number in ("1", "2")]


def test_what_a_list_hides_is_read_by_itself(task: Any, scripted: Any) -> None:
    scripted.script("1", "running")
    scripted.script("2", "running")
    scripted.hidden.add("2")
    assert [job["id"] for job in read_jobs(task, refs("1", "2"))["jobs"]] == ["1", "2"]


def test_one_that_may_not_be_seen_does_not_hide_the_others(task: Any, scripted: Any) -> None:
    """AWX contract 6.2: no permission is 403 on the detail, and lists lack the job."""
    scripted.script("1", ForbiddenError("not yours", status=403))
    scripted.hidden.add("1")
    scripted.script("2", "running")
    result = read_jobs(task, refs("1", "2"))
    assert ([job["id"] for job in result["jobs"]], result["missing"]) == (["2"], ["1"])
    with pytest.raises(ForbiddenError, match="not yours"):
        read_jobs(task, refs("1"))


def test_the_same_job_named_twice_is_returned_once(task: Any, scripted: Any) -> None:
    scripted.script("1", {"status": "running", "elapsed": 1.0})
    result = read_jobs(task, [JobRef("1"), JobRef("1", "job")])
    assert result["job"]["elapsed"] == 1.0
    assert len(result["jobs"]) == 1


def test_jobs_of_two_servers(task: Any, scripted: Any, another: Any) -> None:
    scripted.script("1", "running")
    another.script("1", "failed")
    result = read_jobs(task, [JobRef("1", server="two"), JobRef("1")])
    assert [(job["server"], job["status"]) for job in result["jobs"]] == [("two", "failed"), (None, "running")]


def test_a_job_of_another_platform_is_refused(task: Any, scripted: Any) -> None:
    with pytest.raises(InvalidOptionError, match="one of puppet, but the connection is to scripted"):
        read_jobs(task, [JobRef("1", platform="puppet")])
    assert scripted.calls == []


def test_planned_jobs_pass_in_check_mode_only(task: Any, scripted: Any) -> None:
    planned = {"id": None, "platform": "scripted"}
    scripted.script("1", "running")
    asked = [JobRef("", planned=planned), JobRef("1")]
    with pytest.raises(InvalidOptionError, match="check mode"):
        read_jobs(task, asked)
    assert scripted.calls == []
    task.check_mode = True
    assert [job["id"] for job in read_jobs(task, asked)["jobs"]] == [None, "1"]
    assert read_jobs(task, asked[:1])["job"] == planned


def test_includes(task: Any, scripted: Any) -> None:
    scripted.script("1", "running")
    scripted.content.update(output="text", native={"a": 1}, failed_tasks=[{"host": "h"}])
    task.include = Include(["output", "native", "failed_tasks", "hosts"])
    job = read_jobs(task, refs("1"))["job"]
    assert (job["output"], job["output_complete"], job["output_truncated"], job["output_cursor"]) == (
        "text",
        True,
        False,
        None,
    )
    assert (job["native"], job["failed_tasks"], job["hosts"]) == ({"a": 1}, [{"host": "h"}], [])


def test_an_include_that_cannot_be_read_is_an_error_of_a_read(task: Any, scripted: Any) -> None:
    scripted.script("1", "running")
    scripted.content["output"] = ServerError("502", status=502)
    task.include = Include(["output"])
    with pytest.raises(JobsError, match="502"):
        read_jobs(task, refs("1"))


@pytest.mark.parametrize(
    ("include", "said"),
    [
        (Include(["outputs"]), "include: 'outputs' is none of hosts, output"),
        (Include(["output"], output_max_bytes=-1), "output_max_bytes"),
        (Include(output_since="0"), "output_since goes with"),
        (Include(host_filter=["a"]), "host_filter goes with"),
        (Include(["hosts"], host_filter=5), "host_filter must be"),
        (Include(["hosts"], host_filter=["a", 5]), "host_filter must be"),
        (Include(["hosts"], host_filter={"a": 1}), "host_filter must be"),
    ],
)
def test_bad_includes_are_refused_before_any_request(task: Any, scripted: Any, include: Include, said: str) -> None:
    task.include = include
    with pytest.raises(InvalidOptionError, match=said.replace("[", r"\[")):
        read_jobs(task, refs("1"))
    assert scripted.calls == []


def test_what_a_platform_lacks_is_refused_before_any_request(task: Any, scripted: Any) -> None:
    scripted.FEATURES = frozenset()
    for include in (Include(["hosts"]), Include(["report"]), Include(["native", "output"])):
        task.include = include
        with pytest.raises(UnsupportedError, match="Scripted cannot do this"):
            read_jobs(task, refs("1"))
    assert scripted.calls == []


# -- side by side ----------------------------------------------------------------------------------------------


class Gate:
    """Lets a call of a platform pass only when so many are there at once."""

    def __init__(self, number: int) -> None:
        self.most = self._inside = 0
        self._lock = threading.Lock()
        self._barrier = threading.Barrier(number, timeout=30)

    def around(self, call: Any) -> Any:
        """The same call, behind the gate."""

        def gated(*args: Any, **options: Any) -> Any:
            with self._lock:
                self._inside += 1
                self.most = max(self.most, self._inside)
            try:
                self._barrier.wait()
                return call(*args, **options)
            finally:
                with self._lock:
                    self._inside -= 1

        return gated


def test_servers_are_read_side_by_side(task: Any, scripted: Any, another: Any) -> None:
    gate = Gate(2)
    for platform in (scripted, another):
        platform.script("1", "running")
        platform.get_job = gate.around(platform.get_job)
    assert len(read_jobs(task, [JobRef("1", "job"), JobRef("1", "job", server="two")])["jobs"]) == 2
    assert gate.most == 2


@pytest.mark.parametrize("bad", [None, "two"])
def test_the_error_of_one_server_is_that_of_the_task(task: Any, scripted: Any, another: Any, bad: Any) -> None:
    for platform in (scripted, another):
        platform.script("1", ServerError("502") if platform.connection.server == bad else "running")
    with pytest.raises(ServerError, match="502"):
        read_jobs(task, [JobRef("1"), JobRef("1", server="two")])


def test_of_two_servers_that_fail_the_first_is_told(task: Any, scripted: Any, another: Any) -> None:
    scripted.script("1", ServerError("one"))
    another.script("1", ServerError("two"))
    with pytest.raises(ServerError, match="^one$"):
        read_jobs(task, [JobRef("1"), JobRef("1", server="two")])


def test_details_are_read_side_by_side(task: Any, scripted: Any) -> None:
    numbers = [str(number) for number in range(1, 13)]
    for number in numbers:
        scripted.script(number, "running")
    gate = Gate(WORKERS)
    scripted.get_job = gate.around(scripted.get_job)
    assert [job["id"] for job in read_jobs(task, refs(*numbers))["jobs"]] == numbers
    assert gate.most == WORKERS


def test_a_refused_login_is_tried_once(task: Any, scripted: Any) -> None:
    """They add up until the server shuts everybody out."""
    for number in "12345":
        scripted.script(number, ServerError("401", status=401))
    with pytest.raises(ServerError):
        read_jobs(task, refs(*"12345", job_type="job"))
    assert scripted.calls == ["job 1"]


def test_no_more_details_are_begun_after_an_error(task: Any, scripted: Any) -> None:
    numbers = [str(number) for number in range(1, 20)]
    for number in numbers:
        scripted.script(number, ServerError(f"no {number}") if int(number) >= 3 else "running")
    with pytest.raises(ServerError, match="^no 3$"):
        read_jobs(task, refs(*numbers))
    assert len(scripted.calls) <= 1 + 3 + WORKERS


def test_includes_are_read_side_by_side_and_stay_with_their_jobs(task: Any, scripted: Any) -> None:
    numbers = [str(number) for number in range(1, 41)]
    for number in numbers:
        scripted.script(number, "running")
    gate = Gate(WORKERS)
    scripted.get_native = gate.around(lambda job: {"of": job.id})
    task.include = Include(["native"])
    result = read_jobs(task, refs(*numbers))
    assert [(job["id"], job["native"]["of"]) for job in result["jobs"]] == [(one, one) for one in numbers]
    assert gate.most == WORKERS


# -- lists -----------------------------------------------------------------------------------------------------


class Watched(dict):  # type: ignore[type-arg]
    """A server's body, which can be watched: it is the same as itself only."""

    __hash__ = object.__hash__  # type: ignore[assignment]


class Bodies:
    """Jobs whose bodies are watched."""

    def __init__(self, number: int) -> None:
        self._alive: weakref.WeakSet[Any] = weakref.WeakSet()
        self.number = number
        self.most = 0

    def alive(self) -> int:
        """How many bodies there are."""
        gc.collect()
        return sum(1 for _one in list(self._alive))

    def pages(self) -> Iterator[tuple[list[Job], int | None]]:
        """Pages of ten."""
        for start in range(0, self.number, 10):
            page = [self._job(str(number)) for number in range(start, start + 10)]
            self.most = max(self.most, self.alive())
            yield page, self.number
            del page

    def _job(self, number: str) -> Job:
        job = Job("scripted", "job", number, status="running")
        job.native = Watched({"id": number})
        self._alive.add(job.native)
        return job


@pytest.fixture
def bodies(scripted: Any) -> Bodies:
    """What a list of the scripted platform gives."""
    made = Bodies(200)
    scripted.iter_jobs = lambda query: JobStream(made.pages())
    return made


def test_the_bodies_of_a_list_are_not_kept(task: Any, bodies: Bodies) -> None:
    result = list_jobs(task, JobQuery(max_results=0))
    assert [job["id"] for job in result["jobs"]] == [str(number) for number in range(200)]
    assert (result["total"], result["more"]) == (200, False)
    assert bodies.most <= 30
    assert bodies.alive() == 0


def test_a_body_goes_when_its_includes_are_read(task: Any, scripted: Any, bodies: Bodies) -> None:
    left = []

    def get_native(job: Job) -> dict[str, Any]:
        if int(job.id or 0) % 50 == 49:
            left.append(bodies.alive())
        return {"of": job.native["id"]}

    scripted.get_native = get_native
    task.include = Include(["native"])
    result = list_jobs(task, JobQuery(max_results=0))
    assert [job["native"]["of"] for job in result["jobs"]] == [str(number) for number in range(200)]
    assert len(left) == 4
    assert all(count <= 200 - 50 * turn + 2 * WORKERS + 2 for turn, count in enumerate(sorted(left, reverse=True), 1))
    assert bodies.alive() == 0


def test_a_list_stops_at_max_results(task: Any, bodies: Bodies) -> None:
    result = list_jobs(task, JobQuery(max_results=25))
    assert (len(result["jobs"]), result["total"], result["more"]) == (25, 200, True)
    result = list_jobs(task, JobQuery(max_results=200))
    assert (len(result["jobs"]), result["more"]) == (200, False)


def test_the_pages_behind_are_closed_when_the_caller_stops(task: Any, scripted: Any) -> None:
    closed = []

    def pages() -> Iterator[tuple[list[Job], int | None]]:
        try:
            while True:
                yield [Job("scripted", "job", "1")], None
        finally:
            closed.append(True)

    stream = JobStream(pages())
    scripted.iter_jobs = lambda query: stream
    list_jobs(task, JobQuery(max_results=5))
    assert closed == [True]
