# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""On which hosts a job runs, and when: Foreman contract 1.1, 1.3."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import quote

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    InvalidOptionError,
    JobsError,
    NoTargetsError,
)
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.platform import ForemanPlatform
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.targeting import (
    schedule_fields,
    target_fields,
)
from ansible_collections.unified.jobs.plugins.module_utils._types import JobRequest

NOW = "2026-11-22T12:00:10Z"


def sent(launches: Any) -> dict[str, Any]:
    found: dict[str, Any] = launches()[-1].body["job_invocation"]
    return found


# -- hosts -----------------------------------------------------------------------------------------------------


@pytest.mark.case("foreman-31")
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"targets": ["web1.example.com"], "target_query": "name ~ web"},
        {"targets": ["web1.example.com"], "foreman": {"bookmark": "web servers"}},
        {"target_query": "name ~ web", "foreman": {"bookmark": "web servers"}},
    ],
)
def test_exactly_one_way_to_say_the_hosts(refused: Any, writes: Any, options: dict[str, Any]) -> None:
    error = refused("invoke", template="lab-ok", **options)
    assert error.code == "invalid_option"
    assert "targets, target_query or foreman.bookmark" in error.message
    assert writes() == []


@pytest.mark.case("foreman-26")
def test_a_list_of_names_is_one_search(face: Any, launches: Any, played: Any) -> None:
    face("invoke", template="lab-ok", targets=["web1.example.com", "web2.example.com"])
    assert sent(launches)["search_query"] == 'name ^ ("web1.example.com","web2.example.com")'
    platform = played(
        {"/api/hosts": {"results": [{"name": "a,b"}, {"name": "c"}], "subtotal": 2}, "/api/job_templates/9": {"id": 9}}
    )
    made = platform.plan(JobRequest(template_id="9", targets=["a,b", "c"]))
    assert made.body["job_invocation"]["search_query"] == '(name = "c" or name = "a,b")'


def test_many_names_are_looked_up_a_hundred_at_a_time(played: Any) -> None:
    """An address has a limit; the body of the launch has none."""
    names = [f"host{number}.example.com" for number in range(250)]

    def hosts(params: Any) -> Any:
        found = [name for name in names if f'"{name}"' in params["search"]]
        return {"results": [{"name": name} for name in found], "subtotal": len(found)}

    platform = played({"/api/hosts": hosts, "/api/job_templates/9": {"id": 9}})
    made = platform.plan(JobRequest(template_id="9", targets=names))
    assert [path for _method, path, _params in platform.client.asked] == ["/api/job_templates/9", *["/api/hosts"] * 3]
    assert made.job.host_counts["total"] == 250
    assert all(name in made.body["job_invocation"]["search_query"] for name in names)


@pytest.mark.parametrize("query", [",", " , ", ",,", "()", '""', "( )", ", ,"])
@pytest.mark.parametrize("options", [{}, {"validate": False, "template": None, "template_id": "401"}])
def test_a_search_of_signs_alone_is_no_host(refused: Any, writes: Any, query: str, options: dict[str, Any]) -> None:
    """Contract 1.1: a comma is an "and", so nothing but commas is a search that every host fits; house 0.4: never."""
    error = refused("invoke", **{"template": "lab-ok", "target_query": query, **options})
    assert error.code == "no_targets"
    assert writes() == []


def test_a_bookmark(face: Any, refused: Any, launches: Any) -> None:
    """Contract 1.13; recording fam_2020-04-02 bookmarks_search."""
    job = face("invoke", template="lab-ok", foreman={"bookmark": "web servers"})["job"]
    assert sent(launches)["bookmark_id"] == 11
    assert "search_query" not in sent(launches)
    assert (job["targets"], job["host_counts"]["total"]) == ("hostgroup = web", 5)
    error = refused("invoke", template="lab-ok", foreman={"bookmark": "no such"})
    assert (error.code, "foreman.bookmark" in error.message) == ("not_found", True)


def test_dynamic_targeting(face: Any, launches: Any) -> None:
    face("invoke", template="lab-ok", target_query="name ~ web", foreman={"targeting_type": "dynamic_query"})
    assert sent(launches)["targeting_type"] == "dynamic_query"


@pytest.mark.case("foreman-8")
@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"target_query": "name = nowhere"}, "target_query"),
        ({"target_query": "name = 'web1.example.com'"}, "target_query"),
        ({"targets": ["nowhere.example.com"]}, "targets"),
        ({"foreman": {"bookmark": "nothing at all"}}, "foreman.bookmark"),
        ({"targets": []}, "targets"),
        ({"target_query": " "}, "target_query"),
        # what is left over of "{{ a }} or {{ b }}" and the like: the server finds all hosts
        ({"target_query": " or "}, "target_query"),
        ({"target_query": "AND"}, "target_query"),
        ({"target_query": "not ( and , or )"}, "target_query"),
        ({"target_query": '"" or ""'}, "target_query"),
    ],
)
def test_no_host_is_no_launch(
    face: Any, refused: Any, writes: Any, options: dict[str, Any], word: str, check_mode: bool
) -> None:
    """Contract 1.3, side conditions: the server takes it, and calls a job on no host a success."""
    error = refused("invoke", template="lab-ok", check_mode=check_mode, **options)
    assert (error.code, word in error.message) == ("no_targets", True)
    result = face("invoke", template="lab-ok", on_no_targets="skip", check_mode=check_mode, **options)
    assert (result["changed"], result["skipped"], result["jobs"]) == (False, True, [])
    assert writes() == []


@pytest.mark.case("foreman-8")
def test_no_host_is_seen_in_the_reply_too(refused: Any, face: Any, launches: Any) -> None:
    """Recordings fam_2020-11-19 create and nailgun_pr609: 201 with no hosts."""
    options = {"template_id": "401", "target_query": "name = nowhere", "validate": False}
    error = refused("invoke", **options)
    assert error.code == "no_targets"
    assert error.result["job"]["id"]
    assert error.result["changed"] is True
    result = face("invoke", on_no_targets="skip", wait=True, **options)
    assert result["job"]["status"] == "successful"
    assert any("on no host" in text for text in result["job"]["warnings"])
    assert len(launches()) == 2


@pytest.mark.parametrize("query", [" or ", "and", "not ()", '""'])
def test_a_search_without_a_term_is_no_host_without_validation_either(refused: Any, writes: Any, query: str) -> None:
    error = refused("invoke", template_id="401", validate=False, target_query=query)
    assert (error.code, writes()) == ("no_targets", [])


@pytest.mark.parametrize("query", ["", " , ", "and"])
def test_a_bookmark_of_all_hosts_is_none(played: Any, query: str) -> None:
    bookmark = {"id": 9, "name": "b", "query": query}
    platform = played({"/api/bookmarks": {"results": [bookmark], "subtotal": 1}})
    with pytest.raises(NoTargetsError, match=r"^foreman\.bookmark"):
        target_fields(platform._api, JobRequest(options={"bookmark": "b"}))


@pytest.mark.parametrize("user", ["launcher", "runner"])
@pytest.mark.parametrize("validate", [True, False])
def test_hosts_that_the_server_leaves_out_are_told(face: Any, user: str, validate: bool) -> None:
    """Contract 1.3, side conditions: its own hosts are dropped, unless the user has a right of its own for them."""
    targets = ["web1.example.com", "foreman.example.com"]
    job = face("invoke", template_id="401", targets=targets, validate=validate, user=user)["job"]
    assert job["host_counts"]["total"] == 1
    assert job["warnings"] == [
        "It runs on 1 and not on 2 hosts. Foreman leaves out its own hosts for users without the right to run jobs "
        "there, and hosts that went away."
    ]
    assert face("invoke", template_id="401", targets=targets)["job"]["warnings"] == []


def test_hosts_that_came_meanwhile_are_told(face: Any, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = ForemanPlatform.plan

    def busy(self: Any, request: Any) -> Any:
        made = plan(self, request)
        server.add_hosts(1)
        return made

    monkeypatch.setattr(ForemanPlatform, "plan", busy)
    job = face("invoke", template="lab-ok", target_query="name ~ example.com and name !~ foreman")["job"]
    assert job["warnings"] == ["It runs on 9 and not on 8 hosts. Hosts came to it meanwhile."]


@pytest.mark.parametrize("length", [10, 90, 200])
def test_long_names_fit_into_an_address(face: Any, refused: Any, foreman_lab: Any, length: int) -> None:
    """Web servers take 8190 characters; a hundred long names have more."""
    names = [f"h{number:03}{'x' * length}.example.com" for number in range(150)]
    error = refused("invoke", template="lab-ok", targets=["web1.example.com", *names])
    assert (error.code, error.result["missing"]) == ("not_found", names)
    asked = foreman_lab.requests("GET", "/api/hosts$")
    assert max(len(quote(one.query["search"][0])) for one in asked) < 7000
    assert len(asked) == {10: 2, 90: 3, 200: 6}[length]


def test_a_host_that_does_not_exist_is_named(refused: Any, writes: Any) -> None:
    error = refused("invoke", template="lab-ok", targets=["web1.example.com", "gone.example.com"])
    assert (error.code, error.result["missing"]) == ("not_found", ["gone.example.com"])
    assert "gone.example.com" in error.message
    assert writes() == []


@pytest.mark.parametrize("query", ["colour = red", "name ="])
def test_a_search_that_the_server_does_not_understand(refused: Any, writes: Any, query: str) -> None:
    """Contract 1.3: found at the launch, it would leave a record that is queued for good."""
    error = refused("invoke", template="lab-ok", target_query=query)
    assert error.code == "invalid_option"
    assert error.message.startswith("target_query: the server does not understand the search")
    assert writes() == []


@pytest.mark.parametrize("query", [["name"], {"name": "x"}, 5])
def test_a_search_is_text(refused: Any, query: Any) -> None:
    assert refused("invoke", template="lab-ok", target_query=query).code == "invalid_option"


# -- times -----------------------------------------------------------------------------------------------------


def fields(**schedule: Any) -> dict[str, Any]:
    return schedule_fields(JobRequest(schedule=schedule), NOW)


@pytest.mark.case("foreman-33")
@pytest.mark.parametrize(
    ("given", "sent_as"),
    [
        ("2026-11-23T10:00:00Z", "2026-11-23 10:00:00 +0000"),
        ("2026-11-23 10:00:00", "2026-11-23 10:00:00 +0000"),
        ("2026-11-23T10:00:00+02:00", "2026-11-23 08:00:00 +0000"),
    ],
)
def test_times_go_out_with_their_zone(given: str, sent_as: str) -> None:
    """Contract 1.3, dates: without a zone the server would take that of the user."""
    assert fields(start_at=given) == {"scheduling": {"start_at": sent_as}}


@pytest.mark.case("foreman-32")
@pytest.mark.parametrize("start_at", ["2026-11-22T12:00:59Z", "2026-11-22T12:00:00Z", "2026-11-21T12:00:00Z"])
def test_within_this_minute_is_in_the_past(start_at: str) -> None:
    """Recording apidoc_katello4.13_create_future_201: 19:42:36 became 19:42:00."""
    with pytest.raises(InvalidOptionError, match=r"^schedule\.start_at is not in the future"):
        fields(start_at=start_at)
    assert fields(start_at="2026-11-22T12:01:00Z")
    # without the server's own time, the server decides
    assert schedule_fields(JobRequest(schedule={"start_at": start_at}), None)


@pytest.mark.parametrize(
    "schedule",
    [
        {"start_before": "2026-11-23T10:00:00Z"},
        {"start_at": "2026-11-23T10:00:00Z", "start_before": "2026-11-23T09:00:00Z"},
        {"start_at": "tomorrow"},
        {"cron": "* * * *"},
        {"cron": "@daily"},
        {"purpose": "x"},
        {"max_iteration": 3},
        {"cron": "0 3 * * *", "max_iteration": 0},
        {"cron": "0 3 * * *", "end_time": "2026-11-21T12:00:00Z"},
    ],
)
def test_schedules_that_cannot_work(refused: Any, writes: Any, schedule: dict[str, Any]) -> None:
    with pytest.raises(InvalidOptionError, match=r"^schedule\."):
        fields(**schedule)
    error = refused("invoke", template="lab-ok", targets=["web1.example.com"], schedule=schedule)
    assert error.code == "invalid_option"
    assert writes() == []


def later(server: Any, **more: float) -> str:
    moment = datetime.datetime.fromtimestamp(server.engine.now, datetime.timezone.utc) + datetime.timedelta(**more)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.case("foreman-34")
def test_a_future_job(face: Any, server: Any, launches: Any) -> None:
    times = {"start_at": later(server, hours=2), "start_before": later(server, hours=3)}
    job = face("invoke", template="lab-ok", targets=["web1.example.com"], schedule=times, wait=True)["job"]
    assert (job["subtype"], job["status"], job["outcome"]) == ("future", "scheduled", "scheduled")
    assert job["details"]["scheduling"]["start_at"][:16] == times["start_at"][:16]
    assert job["created_at"] is None
    done = face("wait", jobs=job, wait_scheduled=True, wait_timeout=3 * 3600, wait_interval=900)["job"]
    assert (done["id"], done["status"]) == (job["id"], "successful")
    assert done["started_at"][:16] == times["start_at"][:16]


@pytest.mark.case("foreman-34")
def test_of_a_recurring_job_the_occurrence_that_is_named_is_waited_for(face: Any, server: Any) -> None:
    """Contract 1.11: each iteration is a job of its own."""
    options = {"template": "lab-ok", "targets": ["web1.example.com"], "schedule": {"cron": "* * * * *"}}
    first = face("invoke", wait=True, wait_scheduled=True, **options)["job"]
    assert (first["subtype"], first["status"], first["details"]["recurrence"]["state"]) == (
        "recurring",
        "successful",
        "active",
    )
    number = first["details"]["recurrence"]["id"]
    jobs = face("info", native_query=f"recurring_logic.id = {number}")["jobs"]
    assert [job["status"] for job in jobs] == ["scheduled", "successful"]
    following = face("wait", jobs=jobs[0], wait_scheduled=True)["job"]
    assert (following["id"], following["status"]) == (jobs[0]["id"], "successful")
    assert following["id"] != first["id"]


@pytest.mark.case("foreman-32")
def test_an_end_that_the_server_drops_is_told(face: Any, server: Any) -> None:
    """Contract 1.3: every recording shows end_time null."""
    schedule = {"cron": "0 3 * * *", "end_time": later(server, days=9)}
    job = face("invoke", template="lab-ok", targets=["web1.example.com"], schedule=schedule)["job"]
    assert job["warnings"] == ["The server dropped schedule.end_time: the job recurs until it is canceled."]


# -- purposes --------------------------------------------------------------------------------------------------


PURPOSE = {
    "template": "lab-ok",
    "targets": ["web1.example.com"],
    "schedule": {"cron": "0 3 * * *", "purpose": "nightly"},
}


@pytest.mark.case("foreman-35")
@pytest.mark.parametrize("generation", ["3.5", "3.12", "3.16"])
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_purpose_that_goes_on_is_returned(
    face: Any, server: Any, launches: Any, check_mode: bool, generation: str
) -> None:
    server.options.generation = generation
    first = face("invoke", **PURPOSE)
    again = face("invoke", check_mode=check_mode, **PURPOSE)
    assert (first["changed"], again["changed"]) == (True, False)
    assert again["job"]["id"] == first["job"]["id"]
    assert again["job"]["warnings"] == []
    assert len(launches()) == 1


@pytest.mark.case("foreman-35")
def test_the_next_occurrence_is_what_is_returned(face: Any, lab_time: Any) -> None:
    options = {**PURPOSE, "schedule": {"cron": "* * * * *", "purpose": "nightly"}}
    first = face("invoke", **options)["job"]
    lab_time.sleep(70)
    again = face("invoke", **options)["job"]
    assert (again["status"], again["details"]["recurrence"]["iteration"] >= 2) == ("scheduled", True)
    assert int(again["id"]) > int(first["id"])


@pytest.mark.case("foreman-35")
def test_what_is_otherwise_is_told(face: Any, launches: Any) -> None:
    face("invoke", **PURPOSE)
    other = {
        "template": "lab-fail",
        "targets": ["web2.example.com"],
        "schedule": {**PURPOSE["schedule"], "cron": "5 * * * *"},
    }
    again = face("invoke", **other)
    assert again["changed"] is False
    assert "the template, the hosts, cron" in again["job"]["warnings"][0]
    assert len(launches()) == 1


@pytest.mark.case("foreman-35")
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_purpose_stays_when_its_start_is_past(
    face: Any, server: Any, lab_time: Any, launches: Any, check_mode: bool
) -> None:
    """The same task, a day later: what was the future is past, and a host may be gone."""
    options = {**PURPOSE, "schedule": {**PURPOSE["schedule"], "start_at": later(server, hours=2)}}
    first = face("invoke", **options)["job"]
    lab_time.sleep(3 * 3600)
    server.delete_host("web1.example.com")
    again = face("invoke", check_mode=check_mode, **options)
    assert (again["changed"], int(again["job"]["id"]) > int(first["id"])) == (False, True)
    assert len(launches()) == 1


@pytest.mark.case("foreman-35")
def test_other_inputs_are_told_without_their_values(face: Any) -> None:
    options = {**PURPOSE, "template": "lab-inputs"}
    secret = {"secret_parameters": {"secret": "geheim-1"}}
    face("invoke", parameters={"must": "one", "may": "same"}, **secret, **options)
    secret = {"secret_parameters": {"secret": "geheim-2"}}
    again = face("invoke", parameters={"must": "two", "may": "same"}, **secret, **options)["job"]
    assert "but otherwise (the input must)," in again["warnings"][0]
    same = face("invoke", parameters={"must": "one"}, **options)["job"]
    assert same["warnings"] == []


@pytest.mark.case("foreman-35")
def test_what_is_not_known_does_not_differ(face: Any) -> None:
    """Without validation the template of a feature is not looked up."""
    options = {**PURPOSE, "template": "patch_hosts", "type": "feature"}
    face("invoke", **options)
    assert face("invoke", validate=False, **options)["job"]["warnings"] == []


@pytest.mark.case("foreman-32")
def test_check_mode_tells_that_the_end_is_dropped(face: Any) -> None:
    schedule = {"cron": "0 3 * * *", "end_time": "2030-01-01T00:00:00Z"}
    job = face("invoke", template="lab-ok", targets=["web1.example.com"], schedule=schedule, check_mode=True)["job"]
    assert job["warnings"] == ["Servers drop schedule.end_time: the job would recur until it is canceled."]


@pytest.mark.case("foreman-35")
def test_a_purpose_that_ended_is_launched_again(face: Any, launches: Any) -> None:
    first = face("invoke", **PURPOSE)
    face("cancel", jobs=first)
    again = face("invoke", **PURPOSE)
    assert (again["changed"], again["job"]["id"] != first["job"]["id"]) == (True, True)
    assert len(launches()) == 2


@pytest.mark.case("foreman-35")
def test_a_purpose_of_a_job_that_cannot_be_seen(refused: Any, face: Any, launches: Any) -> None:
    """Contract 1.3: unique among all; REX PR 628: older servers say just "Validation failed: "."""
    face("invoke", **PURPOSE)
    error = refused("invoke", user="developer", **{**PURPOSE, "targets": ["dev1.example.com"], "template": "lab-dev"})
    assert (error.code, "purpose nightly already exists" in error.message) == ("rejected", True)
    assert isinstance(error, JobsError)
