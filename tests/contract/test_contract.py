# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds on every platform, in the words that all of them share (house 0.2 to 0.6, 1.3).

Those that are marked C(live) ask for no faults, and may run on a real server.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError
from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS
from ansible_collections.unified.jobs.plugins.module_utils._types import (
    INCLUDES,
    Feature,
    HostStatus,
    JobStatus,
)
from ansible_collections.unified.jobs.plugins.plugin_utils._plugin import normalized

KEYS = (
    *("platform", "server", "type", "subtype", "id", "name", "status", "native_status", "is_finished"),
    *("is_successful", "explanation", "created_at", "started_at", "finished_at", "elapsed", "url", "web_url"),
    *("template", "launched_by", "description", "targets", "host_counts", "details", "warnings"),
)
HOST_KEYS = {"name", "status", "native_status", "exit_code", "message", "started_at", "finished_at", "elapsed"}
COUNTS = {"total", *HostStatus.ALL}
OUTCOMES = {
    *("finished", "timed_out", "gone", "not_found", "left", "cancel_requested", "already_finished", "failed"),
    "scheduled",
}
ERRORS = {
    *("invalid_option", "missing_library", "unsupported", "not_found", "ambiguous", "no_targets", "unauthorized"),
    *("forbidden", "connection", "tls", "bad_response", "server_error", "rate_limited", "rejected", "launch_unknown"),
    *("launch_conflict", "job_failed", "job_error", "job_canceled", "wait_timeout", "job_gone", "cancel_failed"),
}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
live = pytest.mark.live


def failing(world: Any, *args: Any, **options: Any) -> JobsError:
    with pytest.raises(JobsError) as caught:
        world.face(*args, **options)
    error = caught.value
    result = error.to_result()
    assert result["error"] in ERRORS
    assert result["msg"]
    assert "\n" not in result["msg"]
    check_plain(result, world)
    for job in result.get("jobs", []):
        check_job(job, world, *options.get("include", ()))
    return error


def check_plain(value: Any, world: Any) -> None:
    """Plain builtins only, that JSON does not change, and no secret."""
    text = json.dumps(value)
    assert json.loads(text) == value
    assert not any(secret in text for secret in world.secrets)
    check_types(value)


def check_types(value: Any) -> None:
    assert type(value) in (dict, list, str, int, float, bool, type(None)), type(value)
    if isinstance(value, dict):
        assert all(key.__class__ is str for key in value)
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        check_types(item)


def check_job(job: dict[str, Any], world: Any, *included: str) -> None:
    """The keys, their types and the rules between them."""
    check_plain(job, world)
    extra = [key for key in job if key not in KEYS]
    assert tuple(key for key in job if key in KEYS) == KEYS
    assert set(extra) <= {"outcome", "failed_tasks", *included}
    assert job["platform"] == world.platform
    assert job["type"] in world.kind.JOB_TYPES
    assert job["status"] in JobStatus.ALL
    assert job["is_finished"] is (job["status"] in JobStatus.FINISHED)
    assert job["is_successful"] is ((job["status"] == "successful") if job["is_finished"] else None)
    assert job["id"] is None or isinstance(job["id"], str)
    for key in ("created_at", "started_at", "finished_at"):
        assert job[key] is None or TIME.fullmatch(job[key])
    assert job["elapsed"] is None or isinstance(job["elapsed"], float)
    assert set(job["template"]) == {"id", "name"}
    assert set(job["host_counts"]) == COUNTS
    for key in ("name", "explanation", "description"):
        assert isinstance(job[key], str)
    assert job.get("outcome", "finished") in OUTCOMES


# -- facts of the class ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLATFORMS)
def test_class_facts(name: str) -> None:
    kind = PLATFORMS[name]
    features = {value for key, value in vars(Feature).items() if key.isupper()}
    assert name == kind.NAME
    assert set(kind.STATUSES.values()) <= set(JobStatus.ALL) - {"unknown"}
    assert set(kind.HOST_STATUSES.values()) <= set(HostStatus.ALL)
    assert features >= kind.FEATURES
    assert kind.LAUNCH_TYPES
    assert kind.JOB_TYPES
    assert all(option.get("description") for option in kind.LAUNCH_OPTIONS.values())


# -- launch ----------------------------------------------------------------------------------------------------


@live
def test_launch_and_wait(world: Any) -> None:
    result = world.face("invoke", template=world.names.ok, wait=True)
    job = result["job"]
    check_job(job, world)
    assert result["jobs"] == [job]
    assert result["changed"] is True
    assert (job["status"], job["outcome"], job["template"]["name"]) == ("successful", "finished", world.names.ok)
    assert job["created_at"] <= job["started_at"] <= job["finished_at"]
    assert job["elapsed"] >= 0
    assert job["warnings"] == []
    assert {"missing", "jobs", "job", "changed"} <= set(result)


@live
def test_launch_then_wait(world: Any) -> None:
    launched = world.face("invoke", template=world.names.ok)
    check_job(launched["job"], world)
    assert launched["changed"] is True
    done = world.face("wait", jobs=launched)
    assert (done["job"]["id"], done["job"]["status"]) == (launched["job"]["id"], "successful")
    assert done["changed"] is False


@live
def test_check_mode_of_a_launch_writes_nothing(world: Any) -> None:
    result = world.face("invoke", check_mode=True, template=world.names.ok, wait=True)
    assert world.writes() == []
    check_job(result["job"], world)
    assert (result["changed"], result["job"]["id"], result["job"]["status"]) == (True, None, "pending")
    assert result["request"]
    check_plain(result, world)
    for face in ("wait", "info", "cancel"):
        passed = world.face(face, check_mode=True, jobs=result)
        assert passed["job"]["id"] is None
        assert passed["changed"] is False
        assert failing(world, face, jobs=result).code == "invalid_option"
    assert world.writes() == []


@live
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_template_that_does_not_exist(world: Any, check_mode: bool) -> None:
    error = failing(world, "invoke", check_mode=check_mode, template="no template has this name")
    assert error.code == "not_found"
    assert "no template has this name" in error.message
    assert world.writes() == []


@live
@pytest.mark.parametrize("option", [{"targets": []}, {"targets": ["[]"]}, {"target_query": ""}, {"target_query": "  "}])
def test_an_empty_set_of_hosts_never_means_all(world: Any, option: dict[str, Any]) -> None:
    assert failing(world, "invoke", template=world.names.ok, **option).code == "no_targets"
    skipped = world.face("invoke", template=world.names.ok, on_no_targets="skip", **option)
    assert (skipped["changed"], skipped["jobs"]) == (False, [])
    assert world.writes() == []


def test_a_launch_whose_answer_is_lost_happens_once(simulated: Any) -> None:
    simulated.fault("cut_answer", method="POST")
    simulated.forget()
    result = simulated.face("invoke", template=simulated.names.ok, wait=True)
    assert result["job"]["status"] == "successful"
    assert len(simulated.writes()) == 1


# -- read ------------------------------------------------------------------------------------------------------


@live
def test_every_way_to_name_a_job(world: Any) -> None:
    launched = world.face("invoke", template=world.names.ok, wait=True)
    number = launched["job"]["id"]
    loop = {"results": [launched, {"skipped": True}], "changed": True}
    for jobs in (number, [number], launched["job"], launched, loop, loop["results"], [number, launched]):
        result = world.face("info", jobs=jobs)
        assert [job["id"] for job in result["jobs"]] == [number]
        assert (result["missing"], result["changed"]) == ([], False)
        check_job(result["job"], world)
        assert set(result) == {"job", "jobs", "missing", "changed"}


@live
def test_a_list(world: Any) -> None:
    numbers = [world.launch(world.names.ok, wait=True)["id"] for _unused in range(2)]
    result = world.face("info", template=world.names.ok, status=["successful"], max_results=1)
    assert [job["id"] for job in result["jobs"]] == numbers[1:]
    assert result["more"] is True
    assert result["total"] is None or result["total"] >= 2
    assert set(result) == {"job", "jobs", "missing", "total", "more", "changed"}
    check_job(result["job"], world)
    both = world.face("info", name=result["job"]["name"], created_after=result["job"]["created_at"])
    assert numbers[1] in [job["id"] for job in both["jobs"]]
    assert numbers[0] not in [job["id"] for job in both["jobs"]]
    assert world.face("info", template="no template has this name")["jobs"] == []


@live
def test_hosts_and_output(world: Any) -> None:
    job = world.launch(world.names.ok, wait=True, include=["hosts", "output", "native"])
    check_job(job, world, "hosts", "output", "output_complete", "output_truncated", "output_cursor", "native")
    assert job["output"].strip()
    assert job["output_complete"] is True
    assert job["hosts"]
    for host in job["hosts"]:
        assert set(host) - {"output", "data"} == HOST_KEYS
        assert host["status"] in HostStatus.ALL
    assert job["host_counts"]["total"] == len(job["hosts"])
    again = normalized(job["native"], world.platform, "test")
    assert (again["id"], again["status"], again["type"]) == (job["id"], job["status"], job["type"])


@live
def test_the_parts_of_an_output_are_the_whole(world: Any) -> None:
    if Feature.OUTPUT_SINCE not in world.kind.FEATURES:
        pytest.skip("the platform has no cursor")
    number = world.launch(world.names.ok, wait=True, include=["output"])["id"]
    whole = world.face("info", jobs=number, include=["output"], output_max_bytes=0)["job"]["output"]
    cursor, text = "0", ""
    for _unused in range(1000):
        options = {"output_since": cursor, "output_max_bytes": 300}
        part = world.face("info", jobs=number, include=["output"], **options)["job"]
        cursor, text = part["output_cursor"], text + part["output"]
        if part["output_complete"]:
            break
    assert text == whole


@live
def test_missing_jobs(world: Any) -> None:
    number = world.launch(world.names.ok, wait=True)["id"]
    result = world.face("info", jobs=[number, world.names.missing])
    assert ([job["id"] for job in result["jobs"]], result["missing"]) == ([number], [world.names.missing])
    for face in ("wait", "cancel"):
        error = failing(world, face, jobs=[world.names.missing, number])
        assert error.code == "not_found"
        assert error.result["missing"] == [world.names.missing]
        assert error.result["job"]["id"] == number
    result = world.face("cancel", jobs=world.names.missing, missing_ok=True)
    assert (result["jobs"], result["missing"], result["changed"]) == ([], [world.names.missing], False)
    assert failing(world, "wait", check_mode=True, jobs=world.names.missing).code == "not_found"


# -- long lists ------------------------------------------------------------------------------------------------


@pytest.fixture
def many(simulated: Any, copied: Any, no_thread_is_left: None) -> Callable[[int], list[str]]:
    """many(number) lets the server have so many jobs beside a first one; it gives all ids, the newest first."""

    def make(number: int) -> list[str]:
        first = simulated.launch(simulated.names.ok, wait=True)["id"]
        ids = copied(simulated.platform, first, range(2000, 2000 + number))
        simulated.forget()
        return [*reversed(ids), first]

    return make


def test_a_list_of_many_pages(simulated: Any, many: Any) -> None:
    ids = many(730)
    result = simulated.face("info", max_results=0)
    assert [job["id"] for job in result["jobs"]] == ids
    assert (result["total"], result["more"]) in ((731, False), (None, False))


def test_what_is_launched_within_a_list(
    simulated: Any, many: Any, copied: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = many(530)
    send, newer = requests.Session.request, iter(range(3000, 4000))

    def launching(*args: Any, **options: Any) -> Any:
        answer = send(*args, **options)
        copied(simulated.platform, ids[0], [next(newer)])
        return answer

    monkeypatch.setattr(requests.Session, "request", launching)
    found = [job["id"] for job in simulated.face("info", max_results=0)["jobs"]]
    assert [number for number in found if int(number) < 3000] == ids
    assert len(found) == len(set(found))


@pytest.mark.parametrize(("most", "requests_at_most"), [(5, 2), (90, 2), (150, 3), (350, 5)])
def test_a_list_stops_early(simulated: Any, many: Any, most: int, requests_at_most: int) -> None:
    ids = many(1000)
    result = simulated.face("info", max_results=most)
    assert [job["id"] for job in result["jobs"]] == ids[:most]
    assert result["more"] is True
    assert len(simulated.sent) <= requests_at_most


def test_an_error_within_a_list(simulated: Any, many: Any) -> None:
    many(730)
    simulated.fault("status", method="GET", skip=3, times=None, status=403, body="{}")
    assert failing(simulated, "info", max_results=0).code == "forbidden"
    assert len(simulated.sent) <= 4 + 4


def test_many_ids(simulated: Any, many: Any) -> None:
    ids = many(60)
    asked = [*ids[30:], simulated.names.missing, *ids[:30]]
    result = simulated.face("info", jobs=asked)
    assert [job["id"] for job in result["jobs"]] == [*ids[30:], *ids[:30]]
    assert result["missing"] == [simulated.names.missing]
    assert len(simulated.sent) <= 10  # what is missing is looked for in more than one place


def test_the_includes_of_many(simulated: Any, many: Any) -> None:
    ids = many(25)
    for options in ({"jobs": ids}, {"max_results": 0}):
        result = simulated.face("info", include=["native", "output", "hosts"], **options)
        assert [job["id"] for job in result["jobs"]] == ids
        for job in result["jobs"]:
            check_job(
                job, simulated, "hosts", "output", "output_complete", "output_truncated", "output_cursor", "native"
            )
            assert str(job["native"].get("id", job["native"].get("name"))).rpartition("/")[2] == job["id"]
            assert job["output"]


# -- failure ---------------------------------------------------------------------------------------------------


@live
def test_a_job_that_fails_on_some_host(world: Any) -> None:
    error = failing(world, "invoke", template=world.names.fail, wait=True, include=["hosts"])
    assert error.code == "job_failed"
    assert error.result["changed"] is True
    job = error.result["job"]
    check_job(job, world, "hosts")
    assert (job["status"], job["outcome"]) == ("failed", "finished")
    bad = {host["name"] for host in job["hosts"] if host["status"] in HostStatus.BAD}
    assert bad
    assert any(name in error.message for name in bad)
    assert job["id"] in error.message
    assert {task["host"] for task in job["failed_tasks"]} & bad
    assert all(task["message"] for task in job["failed_tasks"])
    assert world.face("wait", jobs=job, fail_on=[])["job"]["status"] == "failed"
    assert world.face("wait", jobs=job, fail_on=["canceled"])["changed"] is False


@live
def test_rerun_on_the_hosts_that_failed(world: Any) -> None:
    if Feature.RERUN_FAILED not in world.kind.FEATURES:
        pytest.skip("the platform cannot")
    first = world.launch(world.names.fail, wait=True, fail_on=[], include=["hosts"])
    bad = {host["name"] for host in first["hosts"] if host["status"] in HostStatus.BAD}
    result = world.face("invoke", rerun=first, rerun_hosts="failed", wait=True, fail_on=[], include=["hosts"])
    assert result["changed"] is True
    assert result["job"]["id"] != first["id"]
    assert {host["name"] for host in result["job"]["hosts"]} == bad


@live
def test_rerun_with_nothing_failed_changes_nothing(world: Any) -> None:
    if Feature.RERUN_FAILED not in world.kind.FEATURES:
        pytest.skip("the platform cannot")
    first = world.launch(world.names.ok, wait=True)
    world.forget()
    options = {"rerun": first, "rerun_hosts": "failed"}
    assert failing(world, "invoke", **options).code == "no_targets"
    result = world.face("invoke", on_no_targets="skip", **options)
    assert (result["changed"], result["job"]["id"]) == (False, first["id"])
    assert world.writes() == []


@live
def test_rerun(world: Any) -> None:
    if Feature.RERUN not in world.kind.FEATURES:
        pytest.skip("the platform cannot")
    first = world.launch(world.names.ok, wait=True)
    again = world.face("invoke", rerun=first, wait=True)["job"]
    assert (again["status"], again["template"]) == ("successful", first["template"])
    assert again["id"] != first["id"]


# -- wait and cancel -------------------------------------------------------------------------------------------


@live
def test_cancel(world: Any) -> None:
    number = world.launch(world.names.sleep)["id"]
    world.forget()
    would = world.face("cancel", check_mode=True, jobs=number)
    assert (would["changed"], would["job"]["outcome"], world.writes()) == (True, "cancel_requested", [])
    stopped = world.face("cancel", jobs=number, wait=True, wait_timeout=120)
    check_job(stopped["job"], world)
    assert (stopped["changed"], stopped["job"]["status"], stopped["job"]["outcome"]) == (True, "canceled", "finished")
    for check_mode in (False, True):
        again = world.face("cancel", jobs=stopped, check_mode=check_mode)
        assert (again["changed"], again["job"]["outcome"]) == (False, "already_finished")
    assert failing(world, "wait", jobs=number).code == "job_canceled"


@live
@pytest.mark.parametrize("on_timeout", ["leave", "cancel"])
def test_the_time_is_over(world: Any, on_timeout: str) -> None:
    number = world.launch(world.names.sleep)["id"]
    try:
        world.forget()
        error = failing(world, "wait", jobs=number, wait_timeout=2, on_timeout=on_timeout)
        assert error.code == "wait_timeout"
        assert number in error.message
        assert error.result["job"]["id"] == number
        assert error.result["changed"] is (on_timeout == "cancel")
        assert bool(world.writes()) is (on_timeout == "cancel")
    finally:
        world.face("cancel", jobs=number, wait=True, wait_timeout=120)


@live
def test_many_jobs_in_one_wait(world: Any) -> None:
    slow, quick = world.launch(world.names.sleep), world.launch(world.names.ok)
    try:
        result = world.face("wait", jobs=[slow, quick], return_when="any")
        assert [job["id"] for job in result["jobs"]] == [slow["id"], quick["id"]]
        assert [job["outcome"] for job in result["jobs"]] == ["left", "finished"]
        assert "job" not in result
        bad = world.launch(world.names.fail)
        error = failing(world, "wait", jobs=[slow, bad], fail_fast="cancel")
        assert error.code == "job_failed"
        assert [job["outcome"] for job in error.result["jobs"]] == ["cancel_requested", "finished"]
        assert error.result["changed"] is True
    finally:
        world.face("cancel", jobs=slow, wait=True, wait_timeout=120)


def test_a_hiccup_does_not_end_a_wait(simulated: Any) -> None:
    number = simulated.launch(simulated.names.ok)["id"]
    for fault in ({"action": "status", "status": 503}, {"action": "reset"}, {"action": "html"}):
        simulated.fault(**fault, method="GET", skip=2, times=4)
    assert simulated.face("wait", jobs=number, wait_timeout=600)["job"]["status"] == "successful"


@pytest.mark.parametrize(("status", "code"), [(401, "unauthorized"), (403, "forbidden")])
def test_a_refusal_keeps_the_job(simulated: Any, status: int, code: str) -> None:
    job = simulated.launch(simulated.names.sleep)
    simulated.fault("status", method="GET", skip=2, times=None, status=status, body="{}")
    error = failing(simulated, "wait", jobs=job["id"])
    assert error.code == code
    assert error.result["job"]["id"] == job["id"]


# -- what cannot work ------------------------------------------------------------------------------------------


@live
def test_what_the_platform_lacks_is_refused_before_any_request(world: Any) -> None:
    lacking = set(INCLUDES) - {"native"} - world.kind.FEATURES
    for name in sorted(lacking):
        for face in ("info", "wait", "invoke"):
            jobs = {"template": world.names.ok} if face == "invoke" else {"jobs": "1"}
            assert failing(world, face, include=[name], **jobs).code == "unsupported"
    refused = {Feature.CANCEL_FORCE: {"force": True}, Feature.CANCEL_HOSTS: {"hosts": ["a"]}}
    for feature, options in refused.items():
        if feature not in world.kind.FEATURES:
            assert failing(world, "cancel", jobs="1", **options).code == "unsupported"
    assert world.sent == []


@live
@pytest.mark.parametrize(
    ("face", "options"),
    [
        ("wait", {"jobs": "1", "wait_interval": 0}),
        ("wait", {"jobs": "1", "wait_timeout": -1}),
        ("wait", {"jobs": "1", "return_when": "0"}),
        ("wait", {"jobs": None}),
        ("info", {"jobs": "1", "name": "x"}),
        ("info", {"max_results": -1}),
        ("info", {"created_after": "yesterday"}),
        ("info", {"include": ["everything"]}),
        ("info", {"include": ["output"], "output_max_bytes": -1, "jobs": "1"}),
        ("cancel", {"jobs": "a b"}),
        ("cancel", {"jobs": "1", "wait": True, "wait_interval": -1}),
        ("invoke", {}),
        ("invoke", {"template": "x", "rerun": "1"}),
        ("invoke", {"template": "x", "rerun_hosts": "failed"}),
    ],
    ids=str,
)
def test_bad_input_is_refused_before_any_request(world: Any, face: str, options: dict[str, Any]) -> None:
    assert failing(world, face, **options).code in ("invalid_option", "unsupported")
    assert world.sent == []


@live
@pytest.mark.parametrize("other", PLATFORMS)
def test_what_only_another_platform_has_is_refused_before_any_request(world: Any, other: str) -> None:
    kind = PLATFORMS[other]
    if other != world.platform:
        error = failing(world, "invoke", template=world.names.ok, **{other: dict.fromkeys(kind.LAUNCH_OPTIONS, "x")})
        assert (error.code, error.message.split()[0]) == ("invalid_option", other)
        for face in ("wait", "info", "cancel"):
            job = {"platform": other, "type": kind.JOB_TYPES[0], "id": "1", "native_status": "", "url": None}
            assert failing(world, face, jobs=job).code == "invalid_option"
    for name in set(kind.LAUNCH_TYPES) - set(world.kind.LAUNCH_TYPES):
        error = failing(world, "invoke", template=world.names.ok, type=name)
        assert error.code in ("invalid_option", "unsupported")
        assert name in error.message
    for name in set(kind.JOB_TYPES) - set(world.kind.JOB_TYPES):
        error = failing(world, "info", type=name)
        assert error.code in ("invalid_option", "unsupported")
        assert name in error.message
    assert world.sent == []


def test_a_body_is_recognized_as_one_of_its_platform(simulated: Any) -> None:
    for template in (simulated.names.ok, simulated.names.fail):
        job = simulated.launch(template, wait=True, fail_on=[], include=["native"])
        again = normalized(job["native"], None, "test")
        assert (again["platform"], again["id"], again["status"]) == (simulated.platform, job["id"], job["status"])


def test_jobs_of_all_platforms_in_one_task(worlds: list[Any]) -> None:
    good = [world.launch(world.names.ok) for world in worlds]
    # the jobs say their server; the task's own connection is not needed
    anyone = dataclasses.replace(worlds[0], access={"servers": worlds[0].access["servers"]})
    done = anyone.face("wait", jobs=good)
    assert [(job["platform"], job["id"]) for job in done["jobs"]] == [(job["platform"], job["id"]) for job in good]
    assert [job["platform"] for job in good] == list(PLATFORMS)
    assert {job["status"] for job in done["jobs"]} == {"successful"}
    slow = [world.launch(world.names.sleep) for world in worlds]
    stopped = anyone.face("cancel", jobs=slow, wait=True)
    assert [job["status"] for job in stopped["jobs"]] == ["canceled"] * len(slow)
    shown = anyone.face("info", jobs=[*slow, done])
    assert [job["id"] for job in shown["jobs"]] == [job["id"] for job in (*slow, *good)]


@live
def test_a_wrong_token(world: Any) -> None:
    wrong = "wrong-token-0123456789"
    for face, options in (("info", {"jobs": "1"}), ("invoke", {"template": world.names.ok}), ("info", {})):
        error = failing(world, face, token=wrong, **options)
        assert error.code in ("unauthorized", "forbidden")
        assert wrong not in json.dumps(error.to_result())
    assert world.writes() == []


def test_what_takes_many_pages_is_read_of_a_job_whose_time_is_over(
    simulated: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is read after the deadline has the time of one request, and not the number of one."""
    for name in ("awx", "foreman"):
        monkeypatch.setattr(
            importlib.import_module(f"{PLATFORMS[name].__module__.rsplit('.', 1)[0]}.api"), "PAGE_SIZE", 2
        )
    job = simulated.launch(simulated.names.fail)
    simulated.face("wait", jobs=[job], fail_on=[])
    ended = simulated.face("info", jobs=[job], include=["hosts"])["job"]
    assert len(ended["hosts"]) > 2
    # one that a look shows as unfinished for ever
    kind = PLATFORMS[simulated.platform]
    seen = kind.get_job

    def unfinished(platform: Any, ref: Any) -> Any:
        shown = seen(platform, ref)
        shown.status = JobStatus.RUNNING
        return shown

    monkeypatch.setattr(kind, "get_job", unfinished)
    monkeypatch.setattr(kind, "POLLS_BY_LIST", False)
    error = failing(simulated, "wait", jobs=[job], wait_timeout=1, include=["hosts"])
    assert error.code == "wait_timeout"
    assert [host["name"] for host in error.result["job"]["hosts"]] == [host["name"] for host in ended["hosts"]]
    assert error.result["job"]["warnings"] == []
