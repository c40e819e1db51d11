# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of AWX of many pages, and what they cost: contract 1.9 and 6.1."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError
from ansible_collections.unified.jobs.plugins.module_utils._options import connect
from ansible_collections.unified.jobs.plugins.module_utils._parallel import WORKERS
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import read
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx.api import Api
from ansible_collections.unified.jobs.plugins.module_utils._types import JobQuery, JobRef

pytestmark = pytest.mark.usefixtures("no_thread_is_left")


@pytest.fixture
def fill(face: Any, copied: Any) -> Callable[..., list[str]]:
    """fill(ids) lets the server have finished jobs with these ids beside the first one; it gives all, newest first."""

    def make(numbers: Any) -> list[str]:
        first = face("invoke", template="lab-ok-simultaneous", wait=True)["job"]["id"]
        return sorted([first, *copied("awx", first, numbers)], key=int, reverse=True)

    return make


def lists(lab: Any) -> list[dict[str, str]]:
    asked = lab.requests("GET", "/unified_jobs/$")
    return [{key: values[-1] for key, values in one.query.items()} for one in asked]


@pytest.mark.case("awx-44")
@pytest.mark.parametrize("step", [1, 3, 7])
def test_many_pages(face: Any, lab: Any, fill: Any, step: int) -> None:
    ids = fill(range(2000, 2000 + 1400 * step, step))
    lab.forget_requests()
    result = face("info", max_results=0)
    assert [job["id"] for job in result["jobs"]] == ids
    assert (result["total"], result["more"]) == (1401, False)
    assert len(lists(lab)) <= 1.2 * 8 + WORKERS
    assert len(lab.requests("GET", "/api/$")) == 1


@pytest.mark.case("awx-44")
def test_holes_where_jobs_were_deleted(face: Any, lab: Any, fill: Any) -> None:
    ids = fill([*range(2000, 2300), *range(90000, 90200), *range(500000, 500500)])
    lab.forget_requests()
    assert [job["id"] for job in face("info", max_results=0)["jobs"]] == ids
    assert len(lists(lab)) <= 1.2 * 6 + WORKERS


@pytest.mark.case("awx-44")
def test_a_job_that_is_launched_within_the_list(face: Any, lab: Any, fill: Any, copied: Any, monkeypatch: Any) -> None:
    ids = fill(range(2000, 3200))
    real, answered, alone = Api.page, [], threading.Lock()

    def launching(self: Api, path: str, params: Any) -> Any:
        answer = real(self, path, params)
        with alone:
            answered.append(path)
            copied("awx", "2000", [5000 + len(answered)])
        return answer

    monkeypatch.setattr(Api, "page", launching)
    assert [job["id"] for job in face("info", max_results=0)["jobs"]] == ids
    assert len(answered) == 7
    assert face("info", max_results=1)["total"] == len(ids) + 7


def test_it_stops_at_max_results(face: Any, lab: Any, fill: Any) -> None:
    ids = fill(range(2000, 4000))
    for most, requests in ((1, 1), (150, 1), (200, 2), (350, 2), (700, 4)):
        lab.forget_requests()
        result = face("info", max_results=most)
        assert [job["id"] for job in result["jobs"]] == ids[:most]
        assert (result["total"], result["more"]) == (2001, True)
        assert len(lists(lab)) == requests


def test_what_is_filtered_here_is_read_until_there_is_enough(face: Any, lab: Any, fill: Any) -> None:
    """Contract 6.2: what is being canceled reads running, so that it has to be told apart here."""
    fill(range(2000, 3000))
    engine = lab.benches["awx"].platform.engine
    for number, job in engine.jobs.items():
        job.status, job.finished = "running", None
        job.cancel_requested = None if number % 100 == 0 else job.started
    lab.forget_requests()
    result = face("info", status=["running"], max_results=3)
    assert [job["id"] for job in result["jobs"]] == ["2900", "2800", "2700"]
    assert (result["total"], result["more"]) == (None, True)
    asked = lists(lab)
    assert asked[0]["page_size"] == "4"
    assert {one["page_size"] for one in asked[1:]} == {"200"}
    assert len(asked) <= 3 + WORKERS


@pytest.mark.parametrize("page", [1, 3, 5])
def test_an_error_within_the_list_is_one_clear_error(face: Any, lab: Any, fill: Any, page: int) -> None:
    fill(range(2000, 4000))
    lab.forget_requests()
    lab.fault("status", path="/unified_jobs/$", skip=page - 1, times=None, status=403, body='{"detail": "Not today."}')
    with pytest.raises(JobsError, match="Not today") as caught:
        face("info", max_results=0)
    assert caught.value.code == "forbidden"
    assert len(lists(lab)) <= page + WORKERS


def test_a_hiccup_within_the_list_is_none(face: Any, lab: Any, fill: Any) -> None:
    ids = fill(range(2000, 3500))
    lab.fault("status", path="/unified_jobs/$", skip=2, times=2, status=503)
    assert [job["id"] for job in face("info", max_results=0)["jobs"]] == ids


@pytest.mark.parametrize("options", [{"order_by": "id"}, {"native_query": {"id__gt": 1}}], ids=str)
def test_numbered_pages_follow_one_another(face: Any, lab: Any, fill: Any, options: dict[str, Any]) -> None:
    """Side by side, a job that is launched between two of them could hide another."""
    ids = fill(range(2000, 2700))
    lab.forget_requests()
    found = [job["id"] for job in face("info", max_results=0, **options)["jobs"]]
    assert found == (ids[::-1] if "order_by" in options else ids)
    assert [one["page"] for one in lists(lab)] == ["1", "2", "3", "4"]


# -- many ids --------------------------------------------------------------------------------------------------


def test_many_ids_are_read_in_batches(face: Any, lab: Any, fill: Any) -> None:
    ids = fill(range(2000, 2700))
    lab.forget_requests()
    result = face("info", jobs=[*ids, "999999"])
    assert ([job["id"] for job in result["jobs"]], result["missing"]) == (ids, ["999999"])
    assert len(lists(lab)) == 4 + 1  # and one that looks for the type of the missing one
    assert len(lab.requests("GET", "/api/$")) == 1


def test_a_few_ids_are_read_in_full_and_the_api_is_found_once(face: Any, lab: Any, fill: Any) -> None:
    ids = fill(range(2000, 2012))
    lab.forget_requests()
    result = face("info", jobs=ids, type="job", include=["output", "hosts"])
    assert [job["id"] for job in result["jobs"]] == ids
    assert all(job["output"] and job["hosts"] for job in result["jobs"])
    assert len(lab.requests("GET", r"/jobs/\d+/$")) == len(ids)
    assert len(lab.requests("GET", "/api/$")) == 1


def test_the_place_of_the_api_is_found_once_whoever_asks() -> None:
    """Several threads may be the first to ask."""
    asked = []
    gate = threading.Event()

    def get(path: str, params: Any = None, **more: Any) -> Any:
        asked.append(path)
        gate.wait(30)
        return SimpleNamespace(data={"current_version": "/api/v2/"}, status=200)

    api = Api(SimpleNamespace(prefix="", get=get), None)  # type: ignore[arg-type]
    threads = [threading.Thread(target=lambda: api.is_gateway) for _unused in range(4)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert asked == ["/api/"]


def test_batches_are_read_side_by_side_after_the_first() -> None:
    gate = threading.Barrier(3, timeout=30)
    asked = []

    def get(path: str, params: Any = None, **more: Any) -> Any:
        asked.append(params["id__in"])
        if len(asked) > 1:
            gate.wait()
        numbers = params["id__in"].split(",")
        body = {"count": len(numbers), "next": None, "results": [{"id": int(one), "type": "job"} for one in numbers]}
        return SimpleNamespace(data=body, status=200)

    api = Api(SimpleNamespace(prefix="/api/v2/", get=get), None)  # type: ignore[arg-type]
    numbers = [str(number) for number in range(1, 801)]
    assert list(read.get_rows(api, [JobRef(number, "job") for number in numbers])) == numbers
    assert len(asked) == 4


def test_a_stream_that_is_left_asks_no_more(face: Any, lab: Any, fill: Any) -> None:
    fill(range(2000, 5000))
    options = {"platform": "awx", "url": lab.url("awx"), "token": lab.token}
    platform = connect(options.get, None)
    lab.forget_requests()
    jobs = iter(platform.iter_jobs(JobQuery(max_results=0)))
    for _unused in range(450):
        next(jobs)
    del jobs
    assert len(lists(lab)) <= 3 + WORKERS
