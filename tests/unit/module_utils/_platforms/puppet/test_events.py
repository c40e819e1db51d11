# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events of jobs and plans, and the cursor that leads through them: Puppet contract 1.7 and 1.9."""

from __future__ import annotations

import json
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.events import next_start, read_events
from ansible_collections.unified.jobs.plugins.module_utils._types import Job

EVENTS = "/jobs/7/events"
LINK = "https://localhost:8143/orchestrator/v1/jobs/7/events?start={}".format


def job(kind: str = "job") -> Job:
    return Job("puppet", kind, "7", status="running")


def event(number: Any, **more: Any) -> dict[str, Any]:
    return {"id": number, "type": "node_running", "timestamp": "2024-03-11T09:00:00Z", "details": {}, **more}


def page(items: Any, **following: Any) -> dict[str, Any]:
    return {"next-events": following, "items": items}


Server = Callable[[Any], Any]


def starts(platform: Any) -> list[Any]:
    return [query["start"] for _method, _path, query in platform.client.asked]


def ids(platform: Any, start: int = 1) -> list[Any]:
    return [row["id"] for row in read_events(platform._api, job(), start)]


@pytest.mark.case("puppet-46")
@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"event": "7", "id": LINK(7)}, 7),
        ({"event": 7}, 7),
        # releases before 2017.3 say it in the link only
        ({"id": LINK(7)}, 7),
        ({"id": "/events?limit=5&start=7&x=1"}, 7),
        ({"id": LINK(9), "event": "7"}, 9),
        ({"id": LINK("x"), "event": "y"}, 0),
        ({"id": "/events?restart=7"}, 0),
        ({"event": True}, 0),
        ({"event": "9" * 5000, "id": LINK("9" * 5000)}, 0),
        ({"event": "-7"}, 0),
        ({"event": None, "id": None}, 0),
        ({}, 0),
        ("7", 0),
        (None, 0),
    ],
)
def test_where_to_go_on(said: Any, wanted: int) -> None:
    assert next_start({"next-events": said}) == wanted
    assert next_start({}) == 0


def server_with(numbers: list[int], size: int, says: Callable[[int, list[int]], dict[str, Any]]) -> Server:
    """A server that shows so many events at once, and says where to go on in its own way."""

    def answer(query: Any) -> dict[str, Any]:
        shown = [number for number in numbers if number >= query["start"]][:size]
        return page([event(str(number)) for number in shown], **says(query["start"], shown))

    return answer


WAYS: dict[str, Callable[[int, list[int]], dict[str, Any]]] = {
    "real": lambda start, shown: {"event": str(max([start, *(one + 1 for one in shown)]))},
    "number": lambda start, shown: {"event": max([start, *(one + 1 for one in shown)])},
    "link": lambda start, shown: {"id": LINK(max([start, *(one + 1 for one in shown)]))},
    # the documentation shows that the start comes back
    "echo": lambda start, shown: {"id": LINK(start), "event": str(start)},
    "backwards": lambda start, shown: {"event": "1"},
    "nothing": lambda start, shown: {},
}


@pytest.mark.case("puppet-46")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_each_event_once(played: Any, way: str, size: int) -> None:
    """The ids are one sequence of the whole server, so there are gaps."""
    numbers = [3, 4, 9, 10, 11, 500, 7000]
    platform = played({EVENTS: server_with(numbers, size, WAYS[way])})
    assert ids(platform) == [str(number) for number in numbers]
    asked = starts(platform)
    assert asked == sorted(set(asked))
    assert len(asked) <= len(numbers) // size + 2


@pytest.mark.case("puppet-46")
@pytest.mark.parametrize("numbers", [["5", "6"], [5, 6], ["6", "5"], [6, "5"], ["005", "6"]])
def test_a_server_that_repeats_a_page(played: Any, numbers: list[Any]) -> None:
    """Whatever is asked for: text or numbers, out of order, and never a loop."""
    platform = played({EVENTS: page([event(number) for number in numbers], event="5")})
    assert [int(number) for number in ids(platform)] == [5, 6]
    assert starts(platform) == [1, 7]


@pytest.mark.case("puppet-46")
@pytest.mark.parametrize("items", [[], None, "x", {}, [None], [event(None)], [event("x")], [event(True)], [{}]])
def test_an_empty_page_ends_it(played: Any, items: Any) -> None:
    platform = played({EVENTS: page(items, event="900")})
    assert ids(platform) == []
    assert starts(platform) == [1]


@pytest.mark.case("puppet-46")
def test_going_on_from_an_id(played: Any) -> None:
    platform = played({EVENTS: server_with([3, 4, 9], 100, WAYS["real"])})
    assert ids(platform, 4) == ["4", "9"]
    # also where the server sends what was before
    assert ids(played({EVENTS: page([event(3), event(9)])}), 4) == [9]


@pytest.mark.case("puppet-46")
def test_events_end_somewhere(played: Any) -> None:
    def answer(query: Any) -> dict[str, Any]:
        return page([event(number) for number in range(query["start"], query["start"] + 1000)])

    platform = played({EVENTS: answer})
    own = job()
    assert len(platform.get_events(own)) == 5000
    assert own.warnings == ["Only the first 5000 events were read."]
    assert len(platform.client.asked) == 6


def test_rows(played: Any) -> None:
    rows = [
        event(
            7,
            timestamp="2016-010-22T13:36:41Z",
            details={"node": "a", "detail": {"result": {"_sensitive": "hunter2"}}},
            message="\x1b[31mred\x1b[0m",
        ),
        event("8", type="task_start", details={"job-id": 69}, timestamp=None),
        event("9", type="out_message", details={"message": "said"}),
        event("10", details="odd", type=None, message=None),
    ]
    own = job()
    first, second, third, last = played({EVENTS: page(rows)}).get_events(own)
    assert first == {
        "id": "7",
        "event": "node_running",
        "created": "2016-010-22T13:36:41Z",
        "host_name": "a",
        "job": None,
        "message": "red",
        "data": {"node": "a", "detail": {"result": {"_sensitive": "********"}}},
    }
    assert (second["job"], second["created"], second["data"]) == ("69", None, {"job-id": 69})
    assert (third["message"], third["event"]) == ("said", "out_message")
    assert (last["event"], last["message"], last["data"]) == (None, "", {})
    assert own.warnings == []


def test_a_schedule_has_no_events(played: Any) -> None:
    platform = played({})
    assert platform.get_events(job("scheduled_job")) == []
    assert platform.client.asked == []


@pytest.mark.case("puppet-46")
@pytest.mark.parametrize("generation", ["2018.1", "2019.8", "2023"])
def test_events_of_the_lab(face: Any, pe: Any, generation: str) -> None:
    pe.options.generation = generation
    made = face(
        "invoke", template="lab::partial", targets=["web1.example.com", "web2.example.com"], wait=True, fail_on=[]
    )
    found = face("info", jobs=made["job"], include=["events"])["job"]["events"]
    assert [int(row["id"]) for row in found] == sorted(int(row["id"]) for row in found)
    kinds = {row["event"] for row in found}
    assert {"node_running", "node_finished", "node_failed"} <= kinds
    assert ("job_finished" in kinds) is (generation != "2018.1")
    assert {row["host_name"] for row in found if row["host_name"]} == {"web1.example.com", "web2.example.com"}
    json.dumps(found)


@pytest.mark.case("puppet-46")
@pytest.mark.parametrize("generation", ["2018.1", "2023"])
def test_events_of_a_plan_name_its_jobs(face: Any, pe: Any, generation: str) -> None:
    """Contract 1.9: the number of a job was a number once and is text today."""
    pe.options.generation = generation
    made = face("invoke", type="plan", template="lab::plan_nested", wait=True, include=["events", "children"])["job"]
    (child,) = made["children"]
    assert {row["job"] for row in made["events"]} == {None, child["id"]}
    assert {"plan_start", "plan_end", "plan_finished", "task_start", "out_message"} <= {
        row["event"] for row in made["events"]
    }
