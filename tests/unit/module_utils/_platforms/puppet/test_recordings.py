# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies of real servers: the small samples beside the tests, and the 179 recordings where they are present.

What each recording has to be read as is in tables, by its number.
"""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _registry
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.api import Api
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.metadata import read_metadata
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.normalize import id_of, normalize
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.platform import PuppetPlatform
from ansible_collections.unified.jobs.plugins.module_utils._types import Job, JobQuery, JobRef

SAMPLES = pathlib.Path(__file__).parents[3] / "samples" / "puppet"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
Exchange = dict[str, Any]
Recorded = Callable[[str], Exchange]

DEPLOY, WEB = "Puppet run in production", "node1.example.com,node2.example.com"
NODE = "node{}.example.com".format
AT = "2024-03-11T09:00:{:02}Z".format

# -- tables ----------------------------------------------------------------------------------------------------

_EXPIRED = "the token has expired: make a new one (puppet-access login, or the console)"
_NO_TOKEN = "no token was sent, or the server does not know it"
_PRUNED = ". It does not exist, or was pruned (after 30 days by default)"
_NO_NODES = "No nodes were found for the specified target. Nothing to do. environment: production"
#: errors -> the word of the error, and its text
ERRORS = {
    "002": ("unauthorized", _NO_TOKEN),
    "003": ("rejected", "The request body was malformed JSON"),
    "004": ("server_error", "User admin failed to login"),
    "006": ("unauthorized", _EXPIRED),
    "007": ("rejected", "the token is not one of this server"),
    "008": ("unauthorized", _NO_TOKEN),
    "009": ("unauthorized", _NO_TOKEN),
    "010": ("unauthorized", _EXPIRED),
    "011": ("unauthorized", "the token was revoked: make a new one (puppet-access login, or the console)"),
    "012": ("unauthorized", "the token is not one of this server"),
    "013": ("unauthorized", "the user of the token was revoked"),
    "014": ("unauthorized", _EXPIRED),
    "015": (
        "forbidden",
        "Forbidden request: /orchestrator/v1/jobs (method :get). Please see the server logs for details.",
    ),
    "016": (
        "forbidden",
        "You are not authorized to run task package on all of the requested nodes. The permission tasks:run:package "
        "is missing",
    ),
    "017": ("server_error", "org.apache.http.ConnectionClosedException: Connection closed unexpectedly"),
    "018": ("server_error", "Service Unavailable"),
    "019": ("not_found", "Not Found"),
    "022": ("server_error", "Service Unavailable"),
    "029": ("not_found", "Unknown environment doesnotexist"),
    "030": ("rejected", _NO_NODES),
    "031": ("rejected", _NO_NODES + ", target: query"),
    "032": (
        "rejected",
        "PuppetDB query failed: PQL parse error at line 1, column 1: null ^ Expected one of: events edges inventory "
        'fact_contents fact_paths factsets environments nodes resources catalogs reports facts #"\\s+". If the query '
        "is right, this user may not view node data (the permission nodes:view_data)",
    ),
    "033": ("not_found", "The target was not found in environment production"),
    "034": ("rejected", "The environment staging contains no nodes"),
    "035": ("rejected", "The orchestrator could not reach PuppetDB. PuppetDB is in trouble; nothing was started"),
    "036": ("rejected", "Dependency cycle between application components"),
    "037": ("rejected", "noop and no_noop cannot both be true. noop: true, no_noop: true"),
    "038": ("rejected", "scope must contain exactly one key"),
    "043": ("not_found", "Unknown environment nosuch"),
    "044": ("not_found", "Could not find task nosuch::task. environment: production"),
    "045": ("rejected", _NO_NODES),
    "046": ("rejected", "Invalid input for task package: parameter action expects a String"),
    "047": ("rejected", "The request body is not valid JSON"),
    "049": ("rejected", "Invalid plan name 12"),
    "050": ("forbidden", "You are not authorized to run plan canary. The permission plans:run:canary is missing"),
    "052": ("rejected", "params must be a map of maps"),
    "056": ("not_found", "Unknown job 99999" + _PRUNED),
    "057": ("rejected", "Invalid job id abc"),
    "059": ("not_found", "Unknown plan job 99999" + _PRUNED),
    "060": ("rejected", "Invalid plan job id abc"),
    "062": ("rejected", "tasks is required unless all_tasks is true"),
    "064": ("rejected", "The scheduled time 2001-01-01T00:00:00Z is in the past"),
    "071": ("rejected", "The limit parameter must be an integer. limit: many"),
    "072": ("rejected", "The task parameter cannot be used with type deploy"),
    "091": ("rejected", "Invalid job id abc"),
    "092": ("not_found", "Unknown job 99999" + _PRUNED),
    "117": ("rejected", "Invalid state bogus"),
    "118": ("not_found", "Unknown job 99999" + _PRUNED),
    "123": ("not_found", "Unknown job 99999" + _PRUNED),
    "129": ("not_found", "Unknown job 99999" + _PRUNED),
    "130": ("rejected", "Invalid start x"),
    "133": ("rejected", "The limit parameter must be an integer"),
    "137": ("rejected", "The start time 2001-01-01T00:00:00Z is in the past"),
    "139": ("rejected", "Scheduled job 2 is disabled"),
    "143": ("forbidden", "Not authorized to delete job 81"),
    "146": ("rejected", "The limit parameter must be an integer. limit: x"),
    "153": ("rejected", "Invalid plan job id abc"),
    "154": ("not_found", "Unknown plan job 99999" + _PRUNED),
    "159": ("not_found", "Event 9 does not belong to plan job 352"),
    "162": ("rejected", "Invalid environment name a-b c"),
    "163": ("not_found", "Unknown environment nosuch"),
    "167": ("not_found", "Unknown task package::nosuch. environment: production"),
    "170": ("not_found", "Unknown plan canary::nosuch. environment: production"),
    "175": ("rejected", "A body with nodes is required"),
    "176": ("server_error", "Could not reach the PCP broker"),
    "178": ("not_found", "Unknown task target 99"),
}

#: what a launch, a stop or a schedule is answered with -> the id in it
MADE = {
    "024": "1240",
    "025": "711",
    "026": "1241",
    "027": "1242",
    "028": "1243",
    "039": "1250",
    "040": "7",
    "041": "494",
    "042": "1251",
    "048": "57",
    "051": "58",
    "053": "1234",
    "054": "1",
    "055": "1234",
    "058": "57",
    "061": "1",
    "063": "2",
    "135": "2",
    "136": "3",
    "138": "2",
}

#: one job -> subtype, id, name, status, created, started, finished, elapsed
JOBS = {
    "074": (
        *("deploy", "1234", DEPLOY, "successful"),
        *("2016-05-20T16:41:15Z", "2016-05-20T16:41:15Z", "2016-05-20T16:45:31Z", 256.0),
    ),
    "075": (
        *("deploy", "711", DEPLOY, "successful"),
        *("2016-11-30T05:35:16Z", "2016-11-30T05:35:17Z", "2016-11-30T05:35:17Z", 0.0),
    ),
    "076": (
        *("deploy", "711", DEPLOY, "successful"),
        *("2016-11-30T05:35:16Z", "2016-11-30T05:35:17Z", "2016-11-30T05:35:17Z", 0.0),
    ),
    "077": (
        *("deploy", "711", DEPLOY, "failed"),
        *("2016-12-15T18:20:28Z", "2016-12-15T18:20:29Z", "2016-12-15T18:20:29Z", 0.0),
    ),
    # its node_states are of the documentation: some failed
    "078": (
        *("task", "1", "package", "failed"),
        *("2020-04-23T16:21:16Z", "2020-04-23T16:21:16Z", "2020-04-23T16:21:19Z", 3.0),
    ),
    "079": (
        *("task", "1326", "example::set_dns", "successful"),
        *("2020-04-08T18:22:21Z", "2020-04-08T18:22:21Z", "2020-04-08T18:22:24Z", 3.0),
    ),
    "080": ("deploy", "1300", DEPLOY, "pending", AT(0), None, None, 0.0),
    "081": ("deploy", "1300", DEPLOY, "pending", AT(0), None, None, 0.4),
    "082": ("deploy", "1300", DEPLOY, "running", AT(0), AT(0), None, 12.5),
    "083": ("deploy", "1300", DEPLOY, "canceling", AT(0), AT(0), None, 21.0),
    "084": ("deploy", "1300", DEPLOY, "canceled", AT(0), AT(0), AT(41), 41.0),
    "085": ("deploy", "1301", DEPLOY, "successful", AT(0), AT(0), AT(41), 41.0),
    "086": (
        *("task", "335", "os_patching::patch_server", "failed"),
        *("2018-08-08T22:57:44Z", "2018-08-08T22:57:44Z", "2018-08-08T22:58:03Z", 19.0),
    ),
    "087": ("task", "1402", "package", "successful", AT(0), AT(0), AT(3), 3.212),
    "088": (
        *("plan_task", "1235", "facts", "successful"),
        *("2020-09-14T17:59:05Z", "2020-09-14T17:59:05Z", "2020-09-14T18:00:12Z", 67.34),
    ),
    "089": ("deploy", "1500", DEPLOY, "failed", AT(0), AT(0), AT(0), 0.1),
    "090": ("plan_container", "1501", "package", "unknown", AT(0), AT(0), None, 1.0),
}
#: one job -> its counts that are not zero; None if it does not say them
COUNTS: dict[str, dict[str, int] | None] = {
    # a job that is new may not have looked for its nodes
    **dict.fromkeys(("074", "075", "076", "077", "080")),
    "078": {"total": 5, "ok": 2, "failed": 1, "unreachable": 1, "running": 1},
    "079": {"total": 1, "ok": 1},
    "081": {"total": 2, "pending": 2},
    "082": {"total": 2, "pending": 1, "running": 1},
    "083": {"total": 2, "skipped": 1, "running": 1},
    "084": {"total": 2, "ok": 1, "skipped": 1},
    "085": {"total": 2, "ok": 2},
    "086": {"total": 3, "ok": 1, "failed": 1, "unreachable": 1},
    "087": {"total": 1, "ok": 1},
    "088": {"total": 1, "ok": 1},
    "089": {},
    "090": {"total": 2, "ok": 1, "unknown": 1},
}
#: a list of jobs -> the id and status of each, and how many there are
LISTS: dict[str, tuple[list[tuple[str, str]], int | None]] = {
    "065": ([("58", "failed")], None),
    "066": ([("1234", "failed"), ("1235", "successful")], 2),
    # the same number twice, on one page
    "067": ([("1", "failed")], 28),
    **dict.fromkeys(("068", "069", "070", "073"), ([], None)),
    "131": ([("2", "scheduled"), ("1", "scheduled")], 2),
    "132": ([("3", "canceled")], 1),
    "140": ([], None),
    "144": ([("38", "successful"), ("37", "running")], 40),
    "145": ([("38", "successful")], 40),
}

_OLD_RUN = [
    *(("ci.example.com", 295), ("database-production.example.com", 208), ("database-staging.example.com", 208)),
    *(("gitlab.example.com", 172), ("primary.example.com", 845), ("rgbank-appserver-01.example.com", 233)),
    *(("rgbank-appserver-staging-01.example.com", 233), ("rgbank-dev.example.com", 233)),
    *(("rgbank-staging.example.com", 196), ("rgbank.example.com", 196)),
]
_OLD_ROWS = [
    (name, "ok", None, f"Puppet run: nothing changed of {total} resources", None, "") for name, total in _OLD_RUN
]
_BROKER = "{} is not connected to the PCP broker".format
_SKIPPED = "It was never started, because the job was stopped."
#: the nodes of a job -> of each its name, status, exit code, message, seconds, output
NODES: dict[str, list[tuple[Any, ...]]] = {
    "093": _OLD_ROWS,
    "094": _OLD_ROWS,
    "095": [
        (
            *("doesnotexist", "unreachable", None),
            *("Error running puppet on doesnotexist: " + _BROKER("doesnotexist"), None, ""),
        )
    ],
    "096": [("primary.example.com", "ok", None, "", 0.099, "")],
    "097": [
        (
            *(NODE(1), "ok", None, "", 55.795),
            "\x1b[0;32mInfo: Retrieving plugin\x1b[0m\n\x1b[0;32mInfo: Loading facts\x1b[0m\n"
            "\x1b[mNotice: Applied catalog in 29.16 seconds\x1b[0m\n",
        )
    ],
    "098": [("primary.example.com", "ok", None, "", 2.91, "")],
    "099": [(NODE(1), "ok", None, "", 1.538, ""), ("primary.example.com", "ok", None, "", 2.068, "")],
    "100": [
        (
            *("linux.example.com", "ok", None, "", 0.105),
            "reboot   system boot  3.10.0-1127.el7. Wed Aug  4 09:27:10 2021\n\nwtmp begins Wed Aug  4 09:27:10 2021\n",
        )
    ],
    "101": [(NODE(1), "running", None, "", 12.4, ""), (NODE(2), "pending", None, "", None, "")],
    "102": [(NODE(1), "ok", None, "", 40.0, ""), (NODE(2), "skipped", None, _SKIPPED, None, "")],
    "103": [(NODE(1), "canceled", None, "", 19.0, "")],
    "104": [
        (NODE(0), "unreachable", None, _BROKER(NODE(0)), None, ""),
        (NODE(1), "ok", None, "", 16.1, ""),
        ("primary.example.com", "failed", 100, "Task exited : 100\nPatching blocked", 19.0, ""),
    ],
    "105": [(NODE(1), "failed", 2, "The task failed with exit code 2", 1.9, "boom\n")],
    "106": [(NODE(1), "failed", None, "soft failure", 1.9, "")],
    "107": [(NODE(1), "failed", None, "disk full", 1.9, "")],
    "108": [(NODE(1), "unreachable", None, "Node is not reachable", None, "")],
    "109": [(NODE(1), "failed", None, "Invalid task name 'example::nosuch'", 0.4, "")],
    "110": [(NODE(1), "ok", None, "", 0.4, "")],
    "111": [(NODE(1), "ok", None, "", 0.4, "plain text"), (NODE(2), "ok", None, "", 0.5, "")],
    "112": [(NODE(1), "changed", None, "Puppet run: 3 changed of 789 resources", 40.0, "")],
    "113": [
        (
            *(NODE(1), "failed", None),
            *("Error running puppet on node1.example.com: Could not retrieve catalog", 30.0, ""),
        )
    ],
    "114": [],
    "115": [(NODE(1), "ok", None, "", 48.0, "")],
    "116": [(NODE(number), "ok", None, "", 2.0, "ok\n") for number in (101, 102, 103)],
}

#: a report -> its nodes, and how many events they have together
REPORTS = {
    "119": (11, 0, "database-staging.example.com"),
    "120": (2, 0, "wss6c3w9wngpycg.example.com"),
    "121": (1, 0, NODE(1)),
    "122": (1, 1, NODE(1)),
}
#: events -> id and type of each, in order
EVENTS = {
    "124": [
        *(("1", "node_running"), ("2", "node_running"), ("3", "node_running")),
        *(("4", "node_finished"), ("5", "node_finished"), ("6", "node_finished")),
    ],
    "125": [("6", "node_finished")],
    "126": [],
    "127": [("508", "job_stopping"), ("509", "node_skipped"), ("510", "node_finished"), ("512", "job_finished")],
    "128": [("681", "node_failed"), ("682", "node_errored"), ("685", "job_aborted")],
    "155": [("1273", "task_start"), ("1274", "plan_finished")],
    # the server has 80 before 79
    "156": [("78", "plan_start"), ("79", "plan_end"), ("80", "task_start"), ("81", "plan_finished")],
    "157": [("1301", "out_message"), ("1302", "task_start"), ("1303", "plan_failed")],
}
#: one plan -> name, status, explanation, started, finished, elapsed, what it left, the states of its jobs
PLANS: dict[str, tuple[Any, ...]] = {
    "147": ("canary", "pending", "", None, None, 0.0, None, {}),
    "148": ("canary", "running", "", "2024-03-11T10:00:00Z", None, 31.4, None, {"1401": "running"}),
    "149": (
        *("package::install", "successful", "", None, "2024-03-11T10:01:00Z", None, {"output": "test\n"}),
        {"1": "finished", "2": "failed"},
    ),
    "150": (
        *("canary", "failed", "run_task 'package' failed on 1 target"),
        *("2024-03-11T10:00:00Z", "2024-03-11T10:01:00Z", 60.0, Ellipsis, {"1402": "failed"}),
    ),
    "151": (
        *("canary", "failed", "The plan was interrupted", "2024-03-11T10:00:00Z", "2024-03-11T10:00:20Z", 20.0),
        *({"kind": "bolt/plan-failure", "msg": "The plan was interrupted", "details": {}}, {"1403": "running"}),
    ),
    "152": ("canary", "successful", "", "2024-03-11T10:00:00Z", "2024-03-11T10:00:09Z", 9.0, "done", {}),
}
#: what a task or plan says of itself -> its kind and name, its parameters, whether it can do as if
METADATA: dict[str, tuple[str, str, list[str] | None, bool | None]] = {
    "164": (
        *("task", "package::install"),
        [
            *("master", "cacert_content", "certname", "environment", "set_noop", "dns_alt_names"),
            *("custom_attribute", "extension_request"),
        ],
        False,
    ),
    "165": ("task", "package", ["action", "name", "version", "provider", "token"], True),
    "166": ("task", "example::ping", None, False),
    "169": ("plan", "canary::random", ["targets", "canary"], None),
}
#: what is no job, and is read by its keys or not at all; 141 and 142 are without a body
NO_JOBS = {
    *("001", "005", "020", "021", "023", "141", "142", "160", "161", "168"),
    *("171", "172", "173", "174", "177", "179"),
}
ELSEWHERE = {"134", "158"}


# -- all of them -----------------------------------------------------------------------------------------------


def everything(recordings: pathlib.Path) -> dict[str, Exchange]:
    paths = sorted((recordings / "puppet").glob("*.json"))
    return {path.name[:3]: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def test_all_recordings_are_read(recordings: pathlib.Path) -> None:
    tables = (ERRORS, MADE, JOBS, LISTS, NODES, REPORTS, EVENTS, PLANS, METADATA, NO_JOBS, ELSEWHERE)
    numbers = [number for table in tables for number in table]
    assert len(numbers) == len(set(numbers)) == 179
    assert sorted(numbers) == sorted(everything(recordings))
    assert set(COUNTS) == set(JOBS)


def test_no_answer_breaks_the_normalizer(recordings: pathlib.Path) -> None:
    for number, exchange in everything(recordings).items():
        body = exchange["response"]["body"]
        if isinstance(body, dict):
            assert normalize(body).to_dict()["platform"] == "puppet", number
            json.dumps(PuppetPlatform.normalize(body).to_dict())


@pytest.mark.parametrize("number", sorted(NO_JOBS))
@pytest.mark.case("puppet-65")
def test_what_is_no_job_is_not_taken_for_one(recorded: Recorded, number: str) -> None:
    exchange = recorded(number)
    body = exchange["response"]["body"]
    assert exchange["response"]["status"] in (200, 204)
    assert (body is None) is (exchange["response"]["status"] == 204)
    for row in [body, *body.get("items", ())] if isinstance(body, dict) else []:
        assert not PuppetPlatform.recognizes(row)
        assert PuppetPlatform.normalize(row).status == "unknown"


@pytest.mark.case("puppet-8", "puppet-9", "puppet-24", "puppet-64", "puppet-66")
@pytest.mark.parametrize("number", sorted(ERRORS))
def test_errors(recorded: Recorded, answered: Any, number: str) -> None:
    response = recorded(number)["response"]
    assert response["status"] >= 400
    error = answered(response["status"], response["body"])
    assert (error.code, error.message) == ERRORS[number]
    assert not re.search(r"[\n{}<>]", error.message)


def test_every_error_is_in_the_table(recordings: pathlib.Path) -> None:
    refused = {number for number, one in everything(recordings).items() if one["response"]["status"] >= 400}
    assert refused == set(ERRORS)


@pytest.mark.case("puppet-1", "puppet-2")
@pytest.mark.parametrize("number", sorted(MADE))
def test_what_a_command_made(recorded: Recorded, number: str) -> None:
    """An id as text, wherever it is and whatever server the link names."""
    response = recorded(number)["response"]
    assert response["status"] in (200, 202)
    body = response["body"]
    (inner,) = body.values() if "name" not in body else [body]
    assert id_of(inner) == MADE[number]
    without_name = {name: value for name, value in inner.items() if name != "name"}
    assert id_of(without_name) == (MADE[number] if "id" in inner else None)


# -- jobs ------------------------------------------------------------------------------------------------------


def key_facts(job: Job) -> tuple[Any, ...]:
    times = (job.created_at, job.started_at, job.finished_at)
    assert all(value is None or TIME.fullmatch(value) for value in times)
    return (job.subtype, job.id, job.name, job.status, *times, job.elapsed)


@pytest.mark.case("puppet-18", "puppet-27", "puppet-28", "puppet-29", "puppet-30", "puppet-32", "puppet-36")
@pytest.mark.parametrize("number", sorted(JOBS))
def test_jobs(recorded: Recorded, number: str) -> None:
    body = recorded(number)["response"]["body"]
    job = PuppetPlatform.normalize(body)
    assert key_facts(job) == JOBS[number]
    counts = COUNTS[number]
    if counts is None:
        known = {name for name, value in job.host_counts.items() if value is not None}
        assert known == (set() if number == "080" else {"total"})
    else:
        assert {name: value for name, value in job.host_counts.items() if value} == counts
        assert job.host_counts["failed"] is not None
    assert (len(job.warnings) == 1) is (number == "090")
    assert [kind.NAME for kind in _registry.PLATFORMS.values() if kind.recognizes(body)] == ["puppet"]


@pytest.mark.parametrize("number", sorted(JOBS))
def test_what_else_jobs_say(recorded: Recorded, number: str) -> None:
    body = recorded(number)["response"]["body"]
    job = PuppetPlatform.normalize(body)
    options = body["options"]
    assert job.native_status == body["state"]
    assert job.launched_by == body["owner"]["login"]
    assert job.description == (options.get("description") or body.get("description") or "")
    assert job.template == {"id": None, "name": options.get("task")}
    assert job.details["environment"] == (options.get("environment") or None)
    assert job.details["changed_at"] == body["timestamp"]
    assert job.details["plan_job"] == ("197" if number == "088" else None)
    assert job.details["scheduled_job"] == ("123" if number == "078" else None)
    assert job.details.get("userdata") == body.get("userdata")
    shown = json.dumps(job.to_dict())
    assert not [name for name in ("@example.com", "last_login", "role_ids", "display_name") if name in shown]


#: a job, its nodes -> its status, its counts
WITH_NODES = {
    ("076", "094"): ("successful", {"total": 11, "ok": 10}),
    ("075", "093"): ("successful", {"total": 11, "ok": 10}),
    ("077", "095"): ("failed", {"total": 1, "unreachable": 1}),
    ("079", "096"): ("successful", {"total": 1, "ok": 1}),
    ("079", "112"): ("successful", {"total": 1, "changed": 1}),
    ("087", "106"): ("failed", {"total": 1, "failed": 1}),
    ("085", "102"): ("successful", {"total": 2, "ok": 1, "skipped": 1}),
}


@pytest.mark.case("puppet-29", "puppet-35", "puppet-39", "puppet-40", "puppet-41")
@pytest.mark.parametrize(("numbers", "wanted"), WITH_NODES.items())
def test_jobs_with_their_nodes(recorded: Recorded, played: Any, numbers: tuple[str, str], wanted: Any) -> None:
    job_id = JOBS[numbers[0]][1]
    platform = played({f"/jobs/{job_id}": recorded(numbers[0]), f"/jobs/{job_id}/nodes": recorded(numbers[1])})
    job = platform.get_job(JobRef(job_id, "job"))
    counts = {name: value for name, value in job.host_counts.items() if value}
    assert (job.status, counts) == wanted
    assert job.host_counts["changed"] is not None
    assert [path for _method, path, _query in platform.client.asked] == [f"/jobs/{job_id}", f"/jobs/{job_id}/nodes"]


@pytest.mark.case("puppet-44", "puppet-47", "puppet-70")
@pytest.mark.parametrize("number", sorted(LISTS))
def test_lists(recorded: Recorded, played: Any, number: str) -> None:
    exchange = recorded(number)
    path = exchange["request"]["path"].partition("/v1")[2]
    kind = {"/jobs": "job", "/plan_jobs": "plan_job"}.get(path, "scheduled_job")
    # the old place of the schedules is asked where there is no new one
    platform = played({path: exchange}, version="2018.1.15.2" if path == "/scheduled_jobs" else "2023.8.0.16")
    stream = platform.iter_jobs(JobQuery(type=kind, max_results=0))
    found = list(stream)
    assert ([(job.id, job.status) for job in found], stream.total) == LISTS[number]
    assert {job.type for job in found} <= {kind}
    assert all(job.url == f"https://pe.example.com:8143/orchestrator/v1{PATHS[kind]}/{job.id}" for job in found)


PATHS = {"job": "/jobs", "plan_job": "/plan_jobs", "scheduled_job": "/scheduled_jobs/environment_jobs"}


# -- nodes, reports, events ------------------------------------------------------------------------------------


@pytest.mark.case("puppet-38", "puppet-39", "puppet-40", "puppet-41", "puppet-42", "puppet-43")
@pytest.mark.parametrize("number", sorted(NODES))
def test_nodes(recorded: Recorded, played: Any, number: str) -> None:
    exchange = recorded(number)
    platform = played({"/jobs/7/nodes": exchange})
    job = Job("puppet", "job", "7", status="successful")
    found = list(platform.iter_hosts(job, output_bytes=0))
    shown = [(host.name, host.status, host.exit_code, host.message, host.elapsed, host.output) for host in found]
    assert shown == NODES[number]
    bodies = {row["name"]: row for row in exchange["response"]["body"]["items"]}
    for host in found:
        body = bodies[host.name]
        assert host.native_status == body["state"]
        assert host.started_at == body.get("start_timestamp")
        assert host.finished_at == body.get("finish_timestamp")
        json.dumps(host.to_dict())


#: nodes -> what is beside their output
DATA: dict[str, list[Any]] = {
    "096": [{"environments": ["dev", "production"]}],
    "097": [None],
    "107": [None],
    "110": [{"_sensitive": "********"}],
    "111": [None, ["a", 1]],
    "115": [{"output_1": "success", "output_2": [1, 1, 2, 3]}],
}


@pytest.mark.case("puppet-38", "puppet-50")
@pytest.mark.parametrize("number", [*sorted(DATA), "093", "098", "104", "105", "106", "108", "109", "112"])
def test_data_of_nodes(recorded: Recorded, played: Any, number: str) -> None:
    exchange = recorded(number)
    rows = sorted(exchange["response"]["body"]["items"], key=lambda row: str(row["name"]))
    job = Job("puppet", "job", "7", status="successful")
    found = [host.data for host in played({"/jobs/7/nodes": exchange}).iter_hosts(job)]
    wanted = DATA.get(number)
    if number in ("098", "112"):
        wanted = [row["result"] for row in rows]
    elif number == "093":
        wanted = [row["details"] for row in rows]
    elif number == "109":
        wanted = [None]
    elif wanted is None:
        wanted = [row["result"] for row in rows]
        wanted = [{"_error": one["_error"]} if "_error" in one else one for one in wanted]
        wanted = [{"_error": one} if one.get("kind") else one for one in wanted]
    assert found == wanted


@pytest.mark.case("puppet-37")
@pytest.mark.parametrize("number", sorted(REPORTS))
def test_reports(recorded: Recorded, played: Any, number: str) -> None:
    found = played({"/jobs/7/report": recorded(number)}).get_report(Job("puppet", "job", "7"))
    nodes, events, first = REPORTS[number]
    assert (len(found), sum(len(row["events"]) for row in found), found[0]["node"]) == (nodes, events, first)
    if events:
        change = found[0]["events"][0]
        assert (change["resource_title"], change["old_value"], change["line"]) == ("/etc/motd", "{md5}aa", 12)


@pytest.mark.case("puppet-46")
@pytest.mark.parametrize("number", sorted(EVENTS))
def test_events(recorded: Recorded, played: Any, number: str) -> None:
    """The server here answers everything with the same page, which must not be read twice."""
    exchange = recorded(number)
    kind = "plan_job" if "plan_jobs" in exchange["request"]["path"] else "job"
    platform = played({f"{PATHS[kind]}/7/events": exchange})
    found = platform.get_events(Job("puppet", kind, "7"))
    assert [(row["id"], row["event"]) for row in found] == EVENTS[number]
    assert all(TIME.fullmatch(row["created"]) for row in found)
    assert len(platform.client.asked) <= 2
    rows = {row["id"]: row for row in exchange["response"]["body"]["items"]}
    for row in found:
        details = rows[row["id"]].get("details", {})
        assert row["host_name"] == details.get("node")
        assert row["job"] == (str(details["job-id"]) if "job-id" in details else None)
        assert row["message"] == (rows[row["id"]].get("message") or details.get("message") or "")


@pytest.mark.case("puppet-48")
def test_one_message_of_a_plan(recorded: Recorded, played: Any) -> None:
    """Recording 157 has a message of 1024 bytes, which was cut, and 158 is how a single event comes."""
    platform = played({"/plan_jobs/58/events": recorded("157"), "/plan_jobs/58/event/1301": recorded("158")})
    plan = Job("puppet", "plan_job", "58", status="failed")
    assert platform.get_output(plan, max_bytes=0).text == "this is an output message\n"
    assert len(platform.get_events(plan)[0]["message"]) == 1024


# -- plans, schedules, metadata --------------------------------------------------------------------------------


@pytest.mark.case("puppet-19", "puppet-30", "puppet-47")
@pytest.mark.parametrize("number", sorted(PLANS))
def test_plans(recorded: Recorded, played: Any, number: str) -> None:
    exchange = recorded(number)
    body = exchange["response"]["body"]
    platform = played({f"/plan_jobs/{body['name']}": exchange})
    job = platform.get_job(JobRef(body["name"], "plan_job"))
    name, status, explanation, started, finished, elapsed, left, jobs = PLANS[number]
    assert (job.id, job.name, job.status, job.explanation) == (body["name"], name, status, explanation)
    assert (job.started_at, job.finished_at, job.elapsed) == (started, finished, elapsed)
    assert (job.details["jobs"], job.warnings) == (jobs, [])
    assert platform.get_artifacts(job) == (body["result"] if left is Ellipsis else left)
    history = platform.get_history(job)
    assert [row["job"] for row in history] == [number for number, rows in body["status"].items() for _row in rows]
    assert {row["job"]: row["native_status"] for row in history} == jobs
    assert len(platform.client.asked) == 1


@pytest.mark.case("puppet-70")
def test_a_schedule_whose_id_and_name_are_swapped(recorded: Recorded) -> None:
    job = PuppetPlatform.normalize(recorded("134")["response"]["body"])
    assert (job.type, job.subtype, job.id, job.status) == ("scheduled_job", "recurring", "2", "scheduled")
    assert (job.details["interval"], job.details["next_run_at"]) == (3600.0, "2024-03-11T19:50:08Z")
    wanted = {"at": "2024-03-11T18:50:08Z", "type": "plan_job", "id": "42", "error": None}
    assert job.details["last_run"] == wanted


@pytest.mark.case("puppet-70")
def test_schedules(recorded: Recorded) -> None:
    """A last run with an error, none at all, a start with an offset."""
    rows = recorded("131")["response"]["body"]["items"] + recorded("132")["response"]["body"]["items"]
    plan, failing, disabled = (PuppetPlatform.normalize(row) for row in rows)
    assert plan.details["last_run"]["id"] == "42"
    assert failing.details["last_run"]["error"] == "Unknown environment doesnotexist"
    assert failing.explanation == "It is to start at 2024-03-11T19:50:08Z."
    assert (disabled.status, disabled.details["last_run"], disabled.details["next_run_at"]) == ("canceled", None, None)
    assert disabled.details["start_time"] == "2024-06-01T09:00:00Z"
    assert (disabled.name, disabled.targets) == ("Puppet run in plan_testing_env", NODE(1))


@pytest.mark.parametrize("number", sorted(METADATA))
def test_metadata(recorded: Recorded, played: Any, number: str) -> None:
    kind, name, parameters, noop = METADATA[number]
    path = f"/{kind}s/{name.replace('::', '/')}" + ("/init" if "::" not in name else "")
    found = read_metadata(Api(played({path: recorded(number)}).client), kind, name, "production")
    assert found.parameters == (None if parameters is None else found.parameters)
    assert list(found.parameters or ()) == (parameters or [])
    assert (found.supports_noop, found.warnings) == (noop, [])
    assert found.sensitive() == ({"token"} if number == "165" else set())


@pytest.mark.case("puppet-49")
def test_inventories(recorded: Recorded) -> None:
    """Contract 1.11: a broken time, and what is not connected has neither broker nor time."""
    rows = [row for number in ("171", "174") for row in recorded(number)["response"]["body"]["items"]]
    rows += [recorded(number)["response"]["body"] for number in ("172", "173")]
    assert len(rows) == 7
    for row in rows:
        assert row["connected"] is ("broker" in row)
        assert PuppetPlatform.normalize(row).id is None


# -- samples ---------------------------------------------------------------------------------------------------


def sample(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def samples(start: str) -> Iterator[tuple[str, Job]]:
    for path in sorted(SAMPLES.glob(f"{start}-*.json")):
        yield path.stem, PuppetPlatform.normalize(json.loads(path.read_text(encoding="utf-8")))


#: our own -> type, subtype, id, name, status, explanation
OWN = {
    "job-created": ("job", "task", "29", "service", "running", ""),
    "job-failed": ("job", "task", "26", "service", "failed", ""),
    "job-failed-before-any-node": ("job", "deploy", "27", DEPLOY, "failed", "It failed before it ran on any node."),
    "job-finished": ("job", "deploy", "21", DEPLOY, "successful", ""),
    "job-new": ("job", "task", "23", "service", "pending", ""),
    "job-of-a-plan": ("job", "plan_task", "28", "service", "successful", ""),
    "job-old": ("job", "deploy", "22", DEPLOY, "successful", ""),
    "job-stopped": ("job", "task", "25", "service", "canceled", "It was stopped."),
    "job-stopping": ("job", "task", "24", "service", "canceling", ""),
    "job-to-come": ("job", "plan_container", "30", "service", "unknown", ""),
    "plan-failure": (
        *("plan_job", None, "33", "profile::rolling_update", "failed"),
        "run_task 'package' failed on 1 target",
    ),
    "plan-pending": ("plan_job", None, "31", "profile::rolling_update", "pending", ""),
    "plan-row-without-result": ("plan_job", None, "34", "profile::rolling_update", "successful", ""),
    "plan-success-with-a-failed-job": ("plan_job", None, "32", "profile::rolling_update", "successful", ""),
    "schedule-disabled": ("scheduled_job", "future", "6", "service", "canceled", "It was disabled."),
    "schedule-future": (
        *("scheduled_job", "future", "3", "service", "scheduled"),
        "It is to start at 2025-05-06T04:00:00Z.",
    ),
    "schedule-not-submitted": ("scheduled_job", "future", "5", "service", "error", "Unknown environment gone"),
    "schedule-recurring-swapped": (
        *("scheduled_job", "recurring", "4", "profile::weekly", "scheduled"),
        "It is to start at 2025-05-06T04:00:00Z.",
    ),
}


@pytest.mark.case("puppet-18", "puppet-19", "puppet-20", "puppet-36", "puppet-70")
def test_samples() -> None:
    found = {
        name: (job.type, job.subtype, job.id, job.name, job.status, job.explanation)
        for start in ("job", "plan", "schedule")
        for name, job in samples(start)
    }
    assert found == OWN


@pytest.mark.case("puppet-27", "puppet-28", "puppet-34")
def test_times_and_people_of_samples() -> None:
    for name, job in (pair for start in ("job", "plan") for pair in samples(start)):
        assert job.created_at == "2025-05-05T10:00:00Z", name
        assert (job.started_at is None) is (job.status == "pending"), name
        assert (job.finished_at is None) is (not job.is_finished), name
        assert job.launched_by == "deployer", name
        assert "Dana" not in json.dumps(job.to_dict()), name
    assert dict(samples("job"))["job-old"].elapsed == 4.0
    assert dict(samples("job"))["job-finished"].elapsed == 20.5


@pytest.mark.case("puppet-35", "puppet-38", "puppet-39", "puppet-40", "puppet-46", "puppet-37")
def test_nodes_events_and_report_of_samples(played: Any) -> None:
    platform = played(
        {
            "/jobs/26": sample("job-failed"),
            "/jobs/26/nodes": sample("nodes"),
            "/jobs/26/events": sample("events"),
            "/jobs/26/report": sample("report"),
        }
    )
    job = platform.get_job(JobRef("26", "job"))
    found = {host.name.partition(".")[0]: host for host in platform.iter_hosts(job, output_bytes=0)}
    statuses = {
        "web1": "ok",
        "web2": "ok",
        "web3": "ok",
        "web4": "failed",
        "web5": "failed",
        "web6": "ok",
        "web7": "changed",
        "web8": "ok",
        "web9": "unreachable",
        "web10": "skipped",
        "web11": "canceled",
        "web12": "failed",
    }
    assert {name: host.status for name, host in found.items()} == statuses
    assert (found["web4"].exit_code, found["web4"].output) == (4, "no\n")
    assert found["web1"].data == {"status": "running", "enabled": "true", "name": "httpd", "state": "up"}
    assert (found["web3"].output, found["web3"].data) == ("printed\n", {"status": "ok"})
    assert found["web2"].output == "\x1b[32mdone\x1b[0m\r\n"
    assert found["web7"].message == "Puppet run: 2 changed of 300 resources"
    assert found["web9"].message == "web9.example.com is not connected to the PCP broker"
    assert [row["id"] for row in platform.get_events(job)] == ["501", "504"]
    assert [row["node"] for row in platform.get_report(job)] == ["web1.example.com"]
