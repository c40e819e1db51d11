# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and listing jobs of AWX: contract 1.1, 1.9, 6.1 and 6.2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _faces
from ansible_collections.unified.jobs.plugins.module_utils._errors import InvalidOptionError, JobsError
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import read
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx.api import Api
from ansible_collections.unified.jobs.plugins.module_utils._types import JobQuery, JobRef
from unified_jobs_lab import Lab


class Pages:
    """A client that answers from a table of rows, as the server does, and remembers what it was asked."""

    prefix = "/api/v2/"
    deadline = None
    overtime = 0.0
    server_time = None

    def __init__(self, rows: list[dict[str, Any]] | None = None, hidden: set[int] = frozenset()) -> None:
        self.rows = rows if rows is not None else []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.before_page: Any = None
        self.next_link = "/api/v2/somewhere/?page=2"

    def get(self, path: str, params: Any = None, **more: Any) -> Any:
        params = dict(params or {})
        self.asked.append((path, params))
        if self.before_page:
            self.before_page(self)
        rows = sorted(self.rows, key=lambda row: row["id"], reverse=str(params.get("order_by", "")).endswith("-id"))
        if "id__lt" in params:
            rows = [row for row in rows if row["id"] < params["id__lt"]]
        if "id__gte" in params:
            rows = [row for row in rows if row["id"] >= params["id__gte"]]
        if "id__in" in params:
            wanted = params["id__in"].split(",")
            rows = [row for row in rows if str(row["id"]) in wanted]
        size = min(int(params.get("page_size", 25)), 200)
        start = (int(params.get("page", 1)) - 1) * size
        more_follow = len(rows) > start + size
        body = {
            "count": len(rows),
            "next": self.next_link if more_follow else None,
            "results": rows[start : start + size],
        }
        return type("Answer", (), {"data": body, "status": 200, "text": ""})()


def rows(*numbers: int) -> list[dict[str, Any]]:
    return [{"id": number, "type": "job", "status": "running"} for number in numbers]


def api(client: Any) -> Api:
    return Api(client, "/api/v2/")


def listed(client: Pages, **query: Any) -> tuple[list[str | None], dict[str, Any]]:
    """The ids that a query gives, and the parameters of its first request."""
    stream = read.iter_jobs(api(client), JobQuery(**query), lambda job: job)
    ids = [job.id for job in stream]
    return ids, client.asked[0][1] if client.asked else {}


# -- ids -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["abc", "0", "-1", "1.5", "007", "\u00b2", "\u0663", "9" * 20, "9" * 5000, "1_0"])
def test_what_is_no_id_is_refused(number: str) -> None:
    with pytest.raises(InvalidOptionError, match="not an id of AWX"):
        read.check_id(JobRef(number))


def test_what_is_no_type_is_refused() -> None:
    with pytest.raises(InvalidOptionError, match="'job_invocation' is no type of AWX jobs"):
        read.check_id(JobRef("1", "job_invocation"))


@pytest.mark.case("awx-30")
def test_many_ids_are_chunks_of_200() -> None:
    client = Pages(rows(*range(1, 460)))
    found = read.get_rows(api(client), [JobRef(str(number), "job") for number in range(1, 460)])
    assert len(found) == 459
    assert sorted(len(query["id__in"].split(",")) for _path, query in client.asked) == [59, 200, 200]
    assert list(found) == [str(number) for number in range(1, 460)]
    assert all(query["page_size"] == 200 for _path, query in client.asked)
    assert {path for path, _query in client.asked} == {"jobs/"}


@pytest.mark.case("awx-30")
def test_long_ids_keep_the_url_short() -> None:
    """Contract 6.1: over 8,000 characters is 414; a comma may become three characters."""
    client = Pages()
    numbers = [str(10**18 + number) for number in range(1000)]
    read.get_rows(api(client), [JobRef(number, "job") for number in numbers])
    asked = sorted(query["id__in"] for _path, query in client.asked)  # they are asked for side by side
    assert ",".join(asked).split(",") == numbers
    assert max(len(text.replace(",", "%2C")) for text in asked) < 7000


@pytest.mark.case("awx-30")
def test_a_list_of_none_asks_nothing() -> None:
    client = Pages()
    assert read.get_rows(api(client), []) == {}
    assert client.asked == []


@pytest.mark.case("awx-30")
def test_types_that_are_known_are_asked_for_apart() -> None:
    """Contract 6.1: jobs/?id__in is nearly three times faster than unified_jobs/?id__in."""
    client = Pages(rows(1, 2, 3, 4))
    refs = [JobRef("1", "job"), JobRef("2", "workflow_job"), JobRef("3", "job"), JobRef("4")]
    read.get_rows(api(client), refs)
    assert [(path, query.get("id__in") or query.get("id")) for path, query in client.asked] == [
        ("jobs/", "1,3"),
        ("workflow_jobs/", "2"),
        ("unified_jobs/", "4"),
    ]


# -- paging ----------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-44")
def test_rows_that_come_while_paging_neither_repeat_nor_hide_others() -> None:
    client = Pages(rows(*range(1, 501)))
    client.before_page = lambda self: self.rows.append(rows(1000 + len(self.rows))[0])
    ids, first = listed(client, max_results=0)
    assert [int(number) for number in ids if int(number or 0) <= 500] == list(range(500, 0, -1))
    assert len(ids) == len(set(ids)) == 501
    assert first["order_by"] == "-id"


@pytest.mark.case("awx-44")
def test_rows_that_come_while_paging_in_another_order_do_not_repeat() -> None:
    client = Pages(rows(*range(1, 501)))
    client.before_page = lambda self: self.rows.append(rows(1000 + len(self.rows))[0])
    ids, first = listed(client, max_results=0, order_by="-id")
    assert len(ids) == len(set(ids))
    assert set(map(str, range(1, 501))) <= set(ids)


@pytest.mark.case("awx-44")
@pytest.mark.parametrize("link", ["/api/v2/jobs/?page=2", "https://10.0.0.5/api/v2/jobs/?page=2", "x"])
def test_the_link_to_the_next_page_is_not_followed(link: str) -> None:
    """Contract 1.9: behind a gateway it lacks the prefix."""
    client = Pages(rows(*range(1, 300)))
    client.next_link = link
    assert len(listed(client, max_results=0)[0]) == 299
    assert {path for path, _query in client.asked} == {"unified_jobs/"}


@pytest.mark.parametrize(
    ("order_by", "sent"),
    [
        (None, "-id"),
        ("id", "id"),
        ("-id", "-id"),
        ("name", "name,-id"),
        ("-finished, name", "-finished,name,-id"),
        ("-finished,id", "-finished,id"),
    ],
)
def test_order(order_by: str | None, sent: str) -> None:
    """Contract 1.9: lists have no stable order of their own; rows that are equal in it need the id."""
    assert listed(Pages(rows(1)), order_by=order_by)[1]["order_by"] == sent


@pytest.mark.parametrize(("wanted", "size"), [(1, 2), (20, 21), (199, 200), (1000, 200), (0, 200)])
def test_page_size(wanted: int, size: int) -> None:
    assert listed(Pages(rows(1)), max_results=wanted)[1]["page_size"] == size


def test_pages_are_read_as_they_are_needed() -> None:
    client = Pages(rows(*range(1, 1000)))
    stream = read.iter_jobs(api(client), JobQuery(max_results=0), lambda job: job)
    assert client.asked == []
    assert next(iter(stream)).id == "999"
    assert len(client.asked) == 1
    assert stream.total == 999


# -- filters ---------------------------------------------------------------------------------------------------


def test_filters_are_asked_for() -> None:
    query = {
        "name": "nightly",
        "template": "Patch",
        "launched_by": "eve",
        "created_after": "2026-11-22T00:00:00Z",
        "created_before": "2026-11-23T00:00:00Z",
        "native_query": {"launch_type": "scheduled", "labels__name__in": ["a", "b"], "failed": True},
    }
    sent = listed(Pages(), **query)[1]
    assert sent == {
        "name": "nightly",
        "unified_job_template__name": "Patch",
        "created_by__username": "eve",
        "created__gte": "2026-11-22T00:00:00Z",
        "created__lt": "2026-11-23T00:00:00Z",
        "launch_type": "scheduled",
        "labels__name__in": "a,b",
        "failed": "true",
        "order_by": "-id",
        "page_size": 101,
    }


def test_falsy_filters_are_filters() -> None:
    """House 0.4: only None means that an option was not given."""
    assert listed(Pages(), name="", native_query={"failed": False})[1]["failed"] == "false"
    assert listed(Pages(), name="")[1]["name"] == ""


@pytest.mark.parametrize(
    ("statuses", "sent"),
    [
        (["running"], {"status__in": "running"}),
        (["pending"], {"status__in": "new,pending,waiting"}),
        (["canceling"], {"status__in": "new,pending,running,waiting"}),
        (["failed", "error"], {"status__in": "error,failed"}),
        (["failed", "scheduled"], {"status__in": "failed"}),
        (["unknown"], {"not__status__in": "canceled,error,failed,new,pending,running,successful,waiting"}),
        (["unknown", "successful"], {"not__status__in": "canceled,error,failed,new,pending,running,waiting"}),
    ],
)
def test_statuses_are_asked_for(statuses: list[str], sent: dict[str, str]) -> None:
    asked = listed(Pages(), status=statuses)[1]
    assert {key: value for key, value in asked.items() if "status" in key} == sent


def test_every_status_at_once_asks_for_no_status() -> None:
    asked = listed(Pages(), status=list(read._NATIVE_STATUSES) + ["unknown"])[1]
    assert not [key for key in asked if "status" in key]


def test_a_status_that_awx_does_not_have_fits_nothing() -> None:
    client = Pages(rows(1, 2))
    stream = read.iter_jobs(api(client), JobQuery(status=["scheduled"]), lambda job: job)
    assert list(stream) == []
    assert stream.total == 0
    assert client.asked == []


def test_no_status_at_all_is_refused() -> None:
    client = Pages(rows(1, 2))
    with pytest.raises(InvalidOptionError, match="^status is empty"):
        listed(client, status=[])
    assert client.asked == []


@pytest.mark.case("awx-23")
@pytest.mark.parametrize(
    ("statuses", "ids", "total"),
    [
        (["running"], ["2"], None),
        (["canceling"], ["3", "1"], None),
        (["running", "canceling"], ["3", "2", "1"], None),
        (["pending", "running", "canceling"], ["3", "2", "1"], 3),
    ],
)
def test_canceling_and_running_are_told_apart(statuses: list[str], ids: list[str], total: int | None) -> None:
    """The server knows them as one status; canceled_on is in lists too (contract 6.2)."""
    client = Pages(rows(1, 2, 3))
    for number in (0, 2):
        client.rows[number]["canceled_on"] = "2026-11-22T02:11:00Z"
    stream = read.iter_jobs(api(client), JobQuery(status=statuses), lambda job: job)
    assert [job.id for job in stream] == ids
    assert stream.total == total


@pytest.mark.case("awx-45")
@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("limit", "limit__exact"),
        ("host_filter", "host_filter__exact"),
        ("page", "max_results"),
        ("page_size", "max_results"),
        ("count_disabled", "max_results"),
        ("order_by", "order_by"),
        ("order", "order_by"),
        ("type", "type__in"),
        ("format", "is no filter"),
        ("no_truncate", "is no filter"),
        ("validate", "is no filter"),
    ],
)
def test_words_that_are_no_filters_are_refused(key: str, hint: str) -> None:
    client = Pages()
    with pytest.raises(InvalidOptionError, match=f"native_query: {key} .*{hint}"):
        listed(client, native_query={key: "x"})
    assert client.asked == []


@pytest.mark.parametrize("native", [["a"], 5, True, object()])
def test_a_native_query_is_text_or_a_dictionary(native: Any) -> None:
    with pytest.raises(InvalidOptionError, match="native_query: give a search text"):
        listed(Pages(), native_query=native)


def test_a_native_query_cannot_replace_an_option() -> None:
    with pytest.raises(InvalidOptionError, match="native_query: status__in is set by an option already"):
        listed(Pages(), status=["failed"], native_query={"status__in": "successful"})
    with pytest.raises(InvalidOptionError, match="native_query: name is set"):
        listed(Pages(), name="a", native_query={"name": "b"})


def test_a_text_is_searched_for() -> None:
    assert listed(Pages(), native_query="patch web")[1]["search"] == "patch web"


def test_a_filter_on_the_id_is_not_mixed_with_the_paging_by_it() -> None:
    sent = listed(Pages(rows(1)), native_query={"id__lt": 50})[1]
    assert (sent["id__lt"], sent["page"]) == (50, 1)


def test_a_type_is_a_list_of_its_own() -> None:
    client = Pages(rows(1))
    listed(client, type="workflow_approval")
    assert client.asked[0][0] == "workflow_approvals/"
    with pytest.raises(InvalidOptionError, match="'task' is no type of AWX jobs"):
        read.iter_jobs(api(client), JobQuery(type="task"), lambda job: job)


# -- against the simulated server ------------------------------------------------------------------------------


def queries(lab: Any, path: str) -> list[dict[str, str]]:
    return [{key: values[-1] for key, values in one.query.items()} for one in lab.requests("GET", path)]


def launch(face: Any, template: str, **options: Any) -> str:
    return str(face("invoke", template=template, **options)["job"]["id"])


def test_a_list(face: Any, lab: Any, lab_time: Any) -> None:
    ids = [launch(face, "lab-ok-simultaneous") for _unused in range(5)]
    lab_time.sleep(10)
    ids += [launch(face, "lab-sleep")]
    result = face("info", max_results=2)
    assert [job["id"] for job in result["jobs"]] == [ids[5], ids[4]]
    assert (result["total"], result["more"], result["missing"], result["changed"]) == (6, True, [], False)
    result = face("info", status=["successful"], max_results=0, order_by="id")
    assert [job["id"] for job in result["jobs"]] == ids[:5]
    assert (result["total"], result["more"]) == (5, False)
    result = face("info", template="lab-sleep")
    assert (result["job"]["id"], result["total"], result["more"]) == (ids[5], 1, False)
    assert face("info", name="no such job") == {"jobs": [], "missing": [], "total": 0, "more": False, "changed": False}


def test_exactly_as_many_as_wanted_are_not_more(face: Any) -> None:
    for _unused in range(3):
        launch(face, "lab-ok-simultaneous")
    assert face("info", max_results=3)["more"] is False
    assert face("info", max_results=2)["more"] is True


def test_dates_and_users(face: Any, lab: Any, lab_time: Any) -> None:
    first = face("invoke", template="lab-ok")["job"]
    lab_time.sleep(60)
    second = face("invoke", template="lab-ok-simultaneous")["job"]
    found = face("info", created_after=second["created_at"])
    assert [job["id"] for job in found["jobs"]] == [second["id"]]
    found = face("info", created_before=second["created_at"])
    assert [job["id"] for job in found["jobs"]] == [first["id"]]
    assert len(face("info", launched_by=second["launched_by"])["jobs"]) == 2
    assert face("info", launched_by="nobody")["jobs"] == []


@pytest.mark.case("awx-23")
def test_what_is_being_canceled_is_not_running(face: Any, lab: Any) -> None:
    lab.engine.behave("lab-hang", survives_cancel=True)
    stopping, running = launch(face, "lab-hang"), launch(face, "lab-hang")
    lab.advance(3)
    face("cancel", jobs=stopping)
    assert [job["id"] for job in face("info", status=["canceling"])["jobs"]] == [stopping]
    assert [job["id"] for job in face("info", status=["running"])["jobs"]] == [running]
    assert face("info", status=["running"])["total"] == 1


def test_more_than_a_page(face: Any, lab: Any) -> None:
    """Contract 1.9: pages hold 200 rows at the most."""
    for _unused in range(205):
        lab.engine.launch(_order(lab))
    result = face("info", type="job", max_results=0)
    assert len(result["jobs"]) == result["total"] == 205
    asked = queries(lab, "/jobs/$")
    assert [query["page_size"] for query in asked] == ["200", "200"]
    assert "page" not in asked[0]
    assert asked[1]["id__lt"] == result["jobs"][199]["id"]


def _order(lab: Any) -> Any:
    from unified_jobs_lab.engine import Order

    template = next(t for t in lab.engine.templates.values() if t.name == "lab-ok-simultaneous")
    return Order("job", template.name, "admin", template, native=dict(template.native))


@pytest.mark.case("awx-45")
def test_a_protected_field_is_explained(face: Any) -> None:
    """Recording uj-39-filter-on-encrypted-403."""
    with pytest.raises(JobsError) as caught:
        face("info", native_query={"start_args": "x"})
    assert caught.value.code == "forbidden"
    assert "start_args" in caught.value.message


def test_a_bad_order_is_the_servers_error(face: Any) -> None:
    """Recording uj-10-order-by-invalid-400."""
    with pytest.raises(JobsError) as caught:
        face("info", order_by="colour")
    assert caught.value.code == "rejected"
    assert "colour" in caught.value.message


# -- which type an id has --------------------------------------------------------------------------------------


@pytest.mark.case("awx-31")
@pytest.mark.parametrize("job_type", [None, "job", "system_job"])
def test_the_type_is_found_out(face: Any, lab: Any, job_type: str | None) -> None:
    """Recording jobs-06-id-of-other-type-404: jobs/N/ of a workflow job's id is 404."""
    number = launch(face, "lab-wf-ok", type="workflow_job_template")
    job = face("info", jobs=number, type=job_type)["job"]
    assert (job["id"], job["type"]) == (number, "workflow_job")


@pytest.mark.case("awx-30", "awx-31")
def test_approvals_are_found(face: Any, lab: Any) -> None:
    """Contract 1.1: unified_jobs/ shows every type but approvals."""
    workflow = launch(face, "lab-wf-mixed", type="workflow_job_template")
    lab.advance(20)
    approval = face("info", type="workflow_approval")["job"]["id"]
    assert face("info", jobs=approval)["job"]["type"] == "workflow_approval"
    found = face("info", jobs=[workflow, approval, "999999"])
    assert [job["type"] for job in found["jobs"]] == ["workflow_job", "workflow_approval"]
    assert found["missing"] == ["999999"]


def test_a_job_that_does_not_exist(face: Any, lab: Any) -> None:
    result = face("info", jobs=999999)
    assert (result["jobs"], result["missing"], result["changed"]) == ([], ["999999"], False)
    assert "job" not in result


@pytest.fixture(scope="module")
def gateway() -> Iterator[Lab]:
    """A server behind the gateway of the Automation Platform."""
    with Lab(gateway=True) as made:
        yield made


@pytest.mark.case("awx-44")
def test_behind_the_gateway(gateway: Lab) -> None:
    """Contract 2.2: the prefix is another one, and what the server links to lacks it."""
    gateway.reset()
    gateway.freeze()
    options = {"platform": "awx", "url": gateway.url(), "token": gateway.token}
    for _unused in range(205):
        gateway.engine.launch(_order(gateway))
    gateway.advance(60)
    result = _faces.info({**options, "max_results": 0, "status": ["successful"], "order_by": "id"}.get)
    assert len(result["jobs"]) == result["total"] == 205
    job = result["jobs"][0]
    assert job["url"] == f"{gateway.url()}/api/controller/v2/jobs/{job['id']}/"
    found = _faces.info({**options, "jobs": [job, result["jobs"][1]["id"]], "include": ["output"]}.get)
    assert [one["id"] for one in found["jobs"]] == [one["id"] for one in result["jobs"][:2]]
    assert all(one["output"] for one in found["jobs"])
    paths = [one.path for one in gateway.requests() if one.path != "/api/"]
    assert all(path.startswith("/api/controller/") for path in paths)


def test_urls(face: Any, lab: Any) -> None:
    number = launch(face, "lab-ok")
    job = face("info", jobs=number)["job"]
    assert job["url"] == f"{lab.url('awx')}/api/v2/jobs/{number}/"
    assert job["web_url"] == f"{lab.url('awx')}/#/jobs/playbook/{number}/output"
    assert [entry.path[-1] for entry in lab.requests()] == ["/"] * len(lab.requests())
