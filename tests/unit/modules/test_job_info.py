# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module job_info."""

from __future__ import annotations

import json
from typing import Any

import pytest


def access(lab: Any) -> dict[str, Any]:
    return {"platform": "awx", "url": lab.url("awx"), "token": lab.token}


def launch(face: Any, template: str, **options: Any) -> str:
    return str(face("invoke", template=template, **options)["job"]["id"])


def test_by_id(run_module: Any, face: Any, lab: Any) -> None:
    number = launch(face, "lab-ok")
    lab.advance(60)
    result = run_module("job_info", jobs=number, include=["hosts", "output"], **access(lab))
    assert (result["rc"], result["changed"], result["missing"]) == (0, False, [])
    assert result["job"]["status"] == "successful"
    assert len(result["job"]["hosts"]) == 5
    assert "total" not in result
    assert lab.token not in json.dumps(result)


def test_by_filters(run_module: Any, face: Any, lab: Any) -> None:
    numbers = [launch(face, "lab-ok-simultaneous") for _unused in range(3)]
    lab.advance(60)
    result = run_module("job_info", status=["successful"], max_results=2, **access(lab))
    assert [job["id"] for job in result["jobs"]] == numbers[:0:-1]
    assert (result["total"], result["more"]) == (3, True)
    assert run_module("job_info", status=["running"], **access(lab))["jobs"] == []


def test_a_list_is_of_the_organization(run_module: Any, face: Any, lab: Any) -> None:
    """Two templates of one name in two organizations: organization is never dropped (house 0.4, contract 1.9)."""
    number = launch(face, "Backup database", organization="Development")
    found = run_module("job_info", template="Backup database", organization="Development", **access(lab))
    assert [job["id"] for job in found["jobs"]] == [number]
    other = run_module("job_info", template="Backup database", organization="Operations", **access(lab))
    assert (other["rc"], other["jobs"]) == (0, [])
    nowhere = run_module("job_info", organization="Nowhere", **access(lab))
    assert nowhere["error"] == "not_found"
    assert "there is no organization named 'Nowhere'" in nowhere["msg"]


def test_all_filters_at_once(run_module: Any, face: Any, lab: Any) -> None:
    number = launch(face, "lab-ok")
    options = {
        "status": ["pending", "running"],
        "name": "lab-ok",
        "template": "lab-ok",
        "type": "job",
        "launched_by": "admin",
        "created_after": "2020-01-01",
        "created_before": "2099-01-01T00:00:00+02:00",
        "native_query": {"limit__exact": "", "launch_type": "manual"},
        "order_by": "-created",
    }
    lab.forget_requests()
    result = run_module("job_info", **options, **access(lab))
    assert [job["id"] for job in result["jobs"]] == [number]
    (asked,) = lab.requests("GET", "/jobs/$")
    assert {key: values[0] for key, values in asked.query.items()} == {
        "status__in": "new,pending,running,waiting",
        "name": "lab-ok",
        "unified_job_template__name": "lab-ok",
        "created_by__username": "admin",
        "created__gte": "2020-01-01T00:00:00Z",
        "created__lt": "2098-12-31T22:00:00Z",
        "limit__exact": "",
        "launch_type": "manual",
        "order_by": "-created,-id",
        "page_size": "200",
        "page": "1",
    }


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"jobs": 1, "status": ["failed"]}, "status is a filter and does not go together with jobs"),
        ({"jobs": 1, "name": "x"}, "name is a filter"),
        ({"jobs": 1, "native_query": {}}, "native_query is a filter"),
        ({"jobs": ""}, "jobs: '' is not the id"),
        ({"jobs": [1, None]}, "jobs: None names no job"),
        ({"max_results": -1}, "max_results"),
        ({"created_after": "yesterday"}, "created_after: 'yesterday' is not a time"),
        ({"created_before": "2026-13-01"}, "created_before"),
        ({"status": ["done"]}, "status"),
        ({"status": []}, "status is empty"),
        ({"native_query": ["a"]}, "native_query: give a search text"),
        ({"native_query": {"limit": "host1"}}, "limit__exact"),
        ({"output_since": "5"}, "output_since goes with include"),
        ({"include": ["output"], "output_since": "x", "jobs": "bad id"}, "jobs"),
        ({"host_filter": "web"}, "host_filter goes with include"),
        ({"include": ["hosts"], "host_filter": 5}, "host_filter must be"),
        ({"include": ["output"], "output_max_bytes": -5}, "output_max_bytes"),
        ({"include": ["history"]}, "AWX cannot do this: history"),
        ({"include": ["report"], "jobs": 5}, "AWX cannot do this: report"),
        ({"type": "task"}, "type"),
    ],
    ids=str,
)
def test_what_cannot_work_is_refused_before_any_request(
    run_module: Any, lab: Any, options: dict[str, Any], said: str
) -> None:
    result = run_module("job_info", **options, **access(lab))
    assert result["failed"] is True
    assert said in result["msg"]
    assert lab.requests() == []


def test_check_mode_is_the_same(run_module: Any, face: Any, lab: Any) -> None:
    number = launch(face, "lab-ok")
    planned = face("invoke", template="lab-ok", check_mode=True)
    result = run_module("job_info", check_mode=True, jobs=[planned, number], **access(lab))
    assert [job["id"] for job in result["jobs"]] == [None, number]
    result = run_module("job_info", jobs=[planned, number], **access(lab))
    assert (result["failed"], result["error"]) == (True, "invalid_option")


def test_one_that_this_user_may_not_see_does_not_hide_the_others(face: Any, lab: Any) -> None:
    """Contract 6.2: 403 on the detail of what exists, and lists lack it."""
    numbers = [launch(face, "lab-ok-simultaneous") for _unused in range(2)]
    said = '{"detail": "You do not have permission to perform this action."}'
    lab.fault("status", method="GET", path=f"/jobs/{numbers[0]}/$", status=403, body=said, times=None)
    result = face("info", jobs=numbers)
    assert numbers[1] in [job["id"] for job in result["jobs"]]


def test_many_ids(face: Any, lab: Any) -> None:
    numbers = [launch(face, "lab-ok-simultaneous") for _unused in range(25)]
    lab.forget_requests()
    result = face("info", jobs=numbers, type="job")
    assert [job["id"] for job in result["jobs"]] == numbers
    assert len(lab.requests("GET", "/jobs/")) == 1
