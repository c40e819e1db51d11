# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of jobs on the simulated orchestrator: states, nodes, results, events, stops (contract 1.3 to 1.8)."""

from __future__ import annotations

from typing import Any

import pytest
from puppet_client import WEB, PuppetClient

from unified_jobs_lab import Outcome, Task

_ONE = WEB[:1]


def _state(api: PuppetClient, number: int) -> str:
    return str(api.get(f"jobs/{number}")["state"])


def _types(api: PuppetClient, number: int, **query: Any) -> list[str]:
    return [one["type"] for one in api.get(f"jobs/{number}/events", **query)["items"]]


# -- lives


def test_a_run_of_puppet(puppet: PuppetClient) -> None:
    """New without nodes, ready, running, finished; nodes one after the other (recordings 080 to 085)."""
    number = puppet.deploy(WEB[:2], concurrency=1)
    seen = []
    for seconds in (0.0, 0.1, 0.1, 4.0, 4.0):
        puppet.lab.advance(seconds)
        job = puppet.get(f"jobs/{number}")
        seen.append((job["state"], job["node_count"], job["node_states"]))
    assert seen == [
        ("new", 0, None),
        ("ready", 2, {"new": 2}),
        ("running", 2, {"running": 1, "new": 1}),
        ("running", 2, {"finished": 1, "running": 1}),
        ("finished", 2, {"finished": 2}),
    ]
    assert [one["state"] for one in job["status"]] == ["new", "ready", "running", "finished"]
    assert [one["exit_time"] for one in job["status"]][-1] is None
    assert job["status"][1]["exit_time"] == job["status"][2]["enter_time"]
    assert job["timestamp"] == job["finished_timestamp"] == job["status"][-1]["enter_time"]


def test_a_task(puppet: PuppetClient) -> None:
    """It begins as ready (contract 1.4); the duration grows, then it stands still."""
    number = puppet.task("profile::restart_application", WEB[:2])
    job = puppet.get(f"jobs/{number}")
    assert (job["state"], job["node_states"], job["finished_timestamp"]) == ("ready", {"new": 2}, None)
    puppet.lab.advance(1.0)
    assert puppet.get(f"jobs/{number}")["duration"] == "1.0"
    puppet.lab.advance(100.0)
    job = puppet.get(f"jobs/{number}")
    assert (job["state"], job["duration"]) == ("finished", "1.875")
    assert [one["state"] for one in job["status"]] == ["ready", "running", "finished"]


def test_people_patch_servers_and_again(puppet: PuppetClient) -> None:
    """One is full, one out of reach; the second time both are mended."""
    number = puppet.task("os_patching::patch_server", wait=10.0)
    assert puppet.states(number) == {
        **dict.fromkeys(("web1", "web2", "web4"), "finished"),
        "web3": "failed",
        "web5": "errored",
    }
    assert puppet.get(f"jobs/{number}")["node_states"] == {"finished": 3, "failed": 1, "errored": 1}
    again = puppet.task("os_patching::patch_server", wait=10.0)
    assert set(puppet.states(again).values()) == {"finished"} and _state(puppet, again) == "finished"


def test_nodes_in_trouble(puppet: PuppetClient) -> None:
    """One always fails, one hangs, one is slow, one is not connected."""
    nodes = [f"{name}1.example.com" for name in ("fail", "hang", "slow", "off", "web")]
    jobs = [puppet.task("lab::ok", nodes, environment="testing"), puppet.deploy(nodes, environment="testing")]
    puppet.lab.advance(12.0)
    for number in jobs:
        assert puppet.states(number) == {
            "fail1": "failed",
            "hang1": "running",
            "slow1": "finished" if number == jobs[0] else "running",
            "off1": "errored",
            "web1": "finished",
        }
    puppet.lab.advance(86400.0)
    assert puppet.states(jobs[1])["slow1"] == "finished" and _state(puppet, jobs[1]) == "running"


@pytest.mark.parametrize(
    ("task", "state", "job", "result"),
    [
        ("lab::ok", "finished", "finished", {"message": "Everything is fine"}),
        ("lab::both", "finished", "finished", {"status": "fine", "_output": "printed\n"}),
        ("lab::sensitive", "finished", "finished", {"_sensitive": "Sensitive [value redacted]"}),
        ("lab::string", "finished", "finished", "plain text"),
        ("lab::list", "finished", "finished", ["a", 1]),
        ("lab::null", "finished", "finished", None),
        ("lab::raw", "finished", "finished", {"_output": "a\x00b\ufffd\r\nc\n"}),
        ("lab::error_string", "failed", "failed", {"_error": "disk full"}),
        ("lab::error_text", "failed", "failed", {"error": "Invalid task name 'lab::error_text'"}),
        (
            "lab::soft_error",
            "finished",
            "finished",
            {"_error": {"kind": "example/soft", "msg": "soft failure", "details": {}}},
        ),
        (
            "lab::fail",
            "failed",
            "failed",
            {
                "_error": {
                    "kind": "puppetlabs.tasks/task-error",
                    "msg": "The task failed with exit code 2",
                    "details": {"exitcode": 2},
                },
                "_output": "boom\n",
            },
        ),
        (
            "lab::error_top",
            "errored",
            "failed",
            {
                "kind": "puppetlabs.orchestrator/execution-failure",
                "msg": "Node is not reachable",
                "details": {"node": "web1.example.com"},
            },
        ),
    ],
)
def test_results(puppet: PuppetClient, task: str, state: str, job: str, result: Any) -> None:
    """Every shape of a result (contract 1.5; recordings 105 to 111)."""
    number = puppet.task(task, _ONE, 10.0)
    assert (puppet.states(number), _state(puppet, number)) == ({"web1": state}, job)
    assert puppet.result(number) == result


def test_work_of_people(puppet: PuppetClient) -> None:
    """Commands, packages, services, facts; windows ends its lines in its own way."""
    both = ["web1.example.com", "win1.example.com"]
    number = puppet.task("exec", both, 10.0, params={"command": "echo hello"})
    assert [row["result"]["_output"] for row in puppet.nodes(number)] == ["hello\n", "hello\r\n"]
    number = puppet.task("exec", _ONE, 10.0, params={"command": "echo a; exit 3"})
    assert puppet.result(number)["_error"]["details"] == {"exitcode": 3} and puppet.result(number)["_output"] == "a\n"
    number = puppet.task("exec", _ONE, 10.0, params={"command": "sleep 60"})
    assert puppet.states(number) == {"web1": "running"}
    install = {"action": "install", "name": "openssl", "version": "3"}
    assert puppet.result(puppet.task("package", _ONE, 5.0, params=install)) == {"status": "installed", "version": "3"}
    nosuch = {"action": "install", "name": "nosuch"}
    assert puppet.states(puppet.task("package", _ONE, 5.0, params=nosuch)) == {"web1": "failed"}
    restart = {"action": "restart", "name": "nginx"}
    assert puppet.result(puppet.task("service", _ONE, 5.0, params=restart)) == {"status": "started"}
    os = [row["result"]["os"]["family"] for row in puppet.nodes(puppet.task("facts", [*both, "app1.example.com"], 5.0))]
    assert os == ["RedHat", "windows", "Debian"]


def test_failed_before_any_node(puppet: PuppetClient) -> None:
    """No node, and yet failed (recording 089)."""
    number = puppet.task("lab::broken", wait=5.0)
    job = puppet.get(f"jobs/{number}")
    assert (job["state"], job["node_count"], job["node_states"]) == ("failed", 0, None)
    assert puppet.nodes(number) == [] and _types(puppet, number) == ["job_aborted", "job_finished"]


def test_silence(puppet: PuppetClient) -> None:
    """A node that says nothing counts as failed after seven minutes (contract 1.13)."""
    number = puppet.task("lab::lost", _ONE, 419.0)
    assert puppet.states(number) == {"web1": "running"}
    puppet.lab.advance(2.0)
    assert puppet.states(number) == {"web1": "failed"}


def test_behaviors_can_be_ordered(puppet: PuppetClient) -> None:
    """As on the other platforms: by name, for the launches to come."""
    hosts = {
        "web1.example.com": Outcome("failed", "no space left", {"rc": 28}),
        "web2.example.com": Outcome("unreachable"),
    }
    puppet.lab.engine.behave("lab::ok", duration=20.0, tasks=(Task("x", default=Outcome(message="fine"), hosts=hosts),))
    number = puppet.task("lab::ok", WEB[:3], 11.0)
    assert puppet.states(number) == {"web1": "running", "web2": "errored", "web3": "running"}
    puppet.lab.advance(10.0)
    rows = [row["result"] for row in puppet.nodes(number)]
    assert rows[0]["_error"]["details"] == {"exitcode": 28} and rows[0]["_output"] == "no space left\n"
    assert rows[2] == {"_output": "fine\n"}
    puppet.lab.engine.behave("deploy", tasks=(Task("x", default=Outcome(), hosts=hosts),))
    number = puppet.deploy(WEB[:3], 10.0)
    assert puppet.states(number) == {"web1": "failed", "web2": "errored", "web3": "finished"}
    assert [row["result"].get("status") for row in puppet.nodes(number)] == ["failed", None, "unchanged"]
    assert "no space left" in puppet.nodes(number)[0]["details"]["message"]


# -- stops


def test_stop(puppet: PuppetClient) -> None:
    """What runs may end, what waits is skipped; the answer is a snapshot (recordings 053, 083, 084, 102)."""
    number = puppet.deploy(WEB, 2.0, concurrency=2)
    answer = puppet.post("command/stop", {"job": str(number)})["job"]
    assert (answer["name"], answer["nodes"]) == (str(number), {"running": 2, "new": 3})
    job = puppet.get(f"jobs/{number}")
    assert (job["state"], job["node_states"]) == ("stopping", {"running": 2, "skipped": 3})
    skipped = puppet.nodes(number)[-1]
    assert (skipped["state"], skipped["result"], skipped["start_timestamp"]) == ("skipped", None, None)
    puppet.lab.advance(10.0)
    assert (_state(puppet, number), puppet.get(f"jobs/{number}")["node_states"]) == (
        "stopped",
        {"finished": 2, "skipped": 3},
    )
    assert _types(puppet, number)[2:6] == ["job_stopping", "node_skipped", "node_skipped", "node_skipped"]
    assert puppet.post("command/stop", {"job": number})["job"]["nodes"] == {"finished": 2, "skipped": 3}
    assert _types(puppet, number).count("job_stopping") == 1


@pytest.mark.parametrize(("task", "end"), [("lab::ok", "finished"), ("lab::fail", "failed")])
def test_a_late_stop(puppet: PuppetClient, task: str, end: str) -> None:
    """Everything had begun: the job ends as its nodes do (recording 085)."""
    number = puppet.task(task, _ONE, 0.5)
    puppet.post("command/stop", {"job": str(number)})
    assert _state(puppet, number) == "stopping"
    puppet.lab.advance(5.0)
    assert _state(puppet, number) == end


@pytest.mark.parametrize("seconds", [0.0, 0.1])
def test_an_early_stop(puppet: PuppetClient, seconds: float) -> None:
    """Nothing had begun."""
    number = puppet.deploy(WEB, seconds)
    puppet.post("command/stop", {"job": str(number)})
    puppet.lab.advance(10.0)
    assert _state(puppet, number) == "stopped" and set(puppet.states(number).values()) <= {"skipped"}


def test_hanging_and_force(puppet: PuppetClient) -> None:
    """A stop waits for ever for what hangs, force for nothing (recordings 055 and 103)."""
    number = puppet.task("lab::hang_one", WEB[:2], 5.0)
    puppet.post("command/stop", {"job": str(number)})
    puppet.lab.advance(86400.0)
    assert _state(puppet, number) == "stopping"
    puppet.options.generation = "2019.8"  # force came with 2021.7.0; before, the key is ignored
    puppet.post("command/stop", {"job": str(number), "force": True})
    assert _state(puppet, number) == "stopping"
    puppet.options.generation = "2023"
    answer = puppet.post("command/stop", {"job": str(number), "force": True})["job"]
    assert answer["nodes"] == {"stopped": 1, "finished": 1}
    assert (_state(puppet, number), puppet.states(number)) == ("stopped", {"web1": "stopped", "web2": "finished"})
    assert puppet.nodes(number)[0]["result"] is None
    assert "job_aborted" in _types(puppet, number)


def test_stops_refused(puppet: PuppetClient) -> None:
    """No number, no job (recordings 056 and 057)."""
    assert puppet.refused("command/stop", {"job": "abc"})[2] == {"job": "abc"}
    assert puppet.refused("command/stop", {})[0] == "validation-error"
    assert puppet.refused("command/stop", {"job": "99999"}, 404)[0] == "unknown-job"


# -- looking


def test_lists(puppet: PuppetClient) -> None:
    """The oldest first unless asked otherwise; filters; pages (recordings 066 to 073)."""
    first = puppet.deploy(_ONE, 20.0)
    second = puppet.task("package", _ONE, 20.0, params={"action": "status", "name": "nginx"})
    puppet.plan("lab::plan_ok", 20.0)
    third = second + 1

    def ids(**query: Any) -> list[int]:
        return [int(row["name"]) for row in puppet.get("jobs", **query)["items"]]

    assert ids() == [first, second, third] == ids(order_by="name")
    assert ids(order="desc") == [third, second, first]
    assert ids(type="task") == [second] and ids(type="plan_task") == [third] and ids(task="pack") == [second]
    assert ids(limit=1, offset=1) == [second] and ids(offset=3) == []
    assert ids(order_by="state") == [first, second, third] and ids(order_by="owner", order="desc", limit=1) == [third]
    page = puppet.get("jobs", limit=2, offset=1, order="desc", type="task")["pagination"]
    assert page == {"limit": 2, "offset": 1, "order": "desc", "order_by": "timestamp", "total": 1, "type": "task"}
    assert "limit" not in puppet.get("jobs")["pagination"] and "status" not in puppet.get("jobs")["items"][0]
    end = puppet.get(f"jobs/{second}")["finished_timestamp"]
    assert ids(min_finish_timestamp=end) == [second, third] and ids(max_finish_timestamp=end) == [first, second]
    puppet.options.generation = "2019.8"
    assert ids(min_finish_timestamp=end) == [first, second, third]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "x"},
        {"offset": "-1"},
        {"order": "up"},
        {"order_by": "duration"},
        {"type": "plan"},
        {"type": "deploy", "task": "x"},
        {"min_finish_timestamp": "yesterday"},
    ],
)
def test_lists_refused(puppet: PuppetClient, query: dict[str, str]) -> None:
    """400 (recordings 071 and 072)."""
    assert puppet.get("jobs", 400, **query)["kind"] == "puppetlabs.orchestrator/validation-error"


def test_no_jobs(puppet: PuppetClient) -> None:
    """The total was null before 2021.7.0 (recordings 068 and 069)."""
    assert puppet.get("jobs")["pagination"]["total"] == 0
    puppet.options.release = "2021.6.0"
    assert puppet.get("jobs")["pagination"]["total"] is None


def test_node_pages(puppet: PuppetClient) -> None:
    """Order, pages, a filter by state; nothing of it on 2018.1 (recordings 100, 114, 116)."""
    number = puppet.task("lab::partial", wait=10.0)

    def names(**query: Any) -> str:
        return "".join(row["name"][3] for row in puppet.nodes(number, **query))

    assert names() == "12345" and names(order="desc") == "54321" and names(limit=2, offset=3) == "45"
    assert names(order_by="duration", limit=1) == "4" and names(state="failed") == "2"
    body = puppet.get(f"jobs/{number}/nodes", state="failed", limit=3)
    assert body["pagination"] == {"limit": 3, "offset": 0, "total": 1}
    assert puppet.get(f"jobs/{number}/nodes", 400, state="errored")["details"] == {"state": "errored"}
    puppet.options.generation = "2018.1"
    assert names(order="desc", limit=2, state="failed") == "12345"
    assert "pagination" not in puppet.get(f"jobs/{number}/nodes")


def test_reports(puppet: PuppetClient) -> None:
    """Resource events of runs of Puppet; tasks have none; the documented name of the key (recordings 119 to 122)."""
    number = puppet.deploy(["web1.example.com", "web4.example.com", "fail1.example.com"], 20.0)
    rows = puppet.get(f"jobs/{number}/report")["report"]
    assert [[one["status"] for one in row["events"]] for row in rows] == [["success"] * 3, [], ["failure"]]
    assert rows[0]["events"][0]["resource_title"] == "/etc/motd"
    number = puppet.task(wait=10.0)
    assert [row["events"] for row in puppet.get(f"jobs/{number}/report")["report"]] == [[]] * 5
    puppet.options.report_key = "items"
    assert len(puppet.get(f"jobs/{number}/report")["items"]) == 5


def test_runs_of_puppet(puppet: PuppetClient) -> None:
    """Metrics and a report, in result; noop was a truth value once (contract 1.5)."""
    number = puppet.deploy(["web1.example.com", "fail1.example.com"], 20.0, no_noop=True, debug=True)
    good, bad = puppet.nodes(number)
    assert (good["result"]["status"], good["result"]["metrics"]["changed"]) == ("changed", 3)
    assert good["result"]["noop"] == {"noop": False, "no_noop": True}
    assert good["details"]["message"] == "Finished puppet run on web1.example.com - Success! "
    assert good["result"]["hash"] in good["details"]["report-url"] and good["transaction_uuid"]
    assert (bad["state"], bad["result"]["status"], bad["result"]["metrics"]["failed"]) == ("failed", "failed", 1)
    assert puppet.get(f"jobs/{number}")["options"]["debug"] is True
    puppet.options.generation = "2018.1"
    assert puppet.nodes(number)[0]["result"]["noop"] is False


def test_events(puppet: PuppetClient) -> None:
    """From a place on; one sequence for all jobs; job_finished came with 2019.8.1 (recordings 124 to 128)."""
    one, other = puppet.task("lab::sleep", _ONE, params={"seconds": 5}), puppet.task("lab::ok", _ONE)
    puppet.lab.advance(10.0)
    body = puppet.get(f"jobs/{one}/events")
    ids = [int(event["id"]) for event in body["items"]]
    between = [int(event["id"]) for event in puppet.get(f"jobs/{other}/events")["items"]]
    assert [event["type"] for event in body["items"]] == ["node_running", "node_finished", "job_finished"]
    assert len(set(ids) | set(between)) == 6 and ids[0] < between[0] < ids[-1]
    assert body["next-events"]["event"] == str(ids[-1] + 1)
    assert body["next-events"]["id"].endswith(f"/jobs/{one}/events?start={ids[-1] + 1}")
    assert _types(puppet, one, start=ids[1]) == ["node_finished", "job_finished"]
    beyond = puppet.get(f"jobs/{one}/events", start=ids[-1] + 50)
    assert (beyond["items"], beyond["next-events"]["event"]) == ([], str(ids[-1] + 50))
    assert puppet.nodes(one)[0]["latest-event-id"] == ids[1]
    puppet.options.generation = "2018.1"
    assert _types(puppet, one) == ["node_running", "node_finished"]


@pytest.mark.parametrize("tail", ["", "/nodes", "/report", "/events"])
def test_jobs_that_are_not_there(puppet: PuppetClient, tail: str) -> None:
    """No number, and no such job; a pruned one is the same (recordings 091 and 092)."""
    assert puppet.get(f"jobs/abc{tail}", 400)["details"] == {"job-id": "abc"}
    number = puppet.task(wait=5.0)
    assert puppet("GET", f"jobs/{number}{tail}").status_code == 200
    puppet("POST", "/_lab/delete-job", json={"id": number})
    found = puppet.get(f"jobs/{number}{tail}", 404)
    assert (found["kind"], found["details"]) == ("puppetlabs.orchestrator/unknown-job", {"job-id": str(number)})


@pytest.mark.parametrize(
    ("generation", "absent", "times"),
    [
        ("2018.1", {"type", "userdata", "duration", "finished_timestamp"}, set()),
        ("2019.8", set(), {"created_timestamp"}),
        ("2023", set(), {"started_timestamp"}),
    ],
)
def test_keys_of_the_generations(puppet: PuppetClient, generation: str, absent: set[str], times: set[str]) -> None:
    """What came when (contract 1.1)."""
    number = puppet.task("lab::ok", _ONE, 5.0)
    whole = set(puppet.get(f"jobs/{number}")) - {"started_timestamp"}
    puppet.options.generation = generation
    job = puppet.get(f"jobs/{number}")
    assert set(job) == (whole - absent) | times
    assert len(job["owner"]) == {"2018.1": 2, "2019.8": 10, "2023": 12}[generation]
    assert isinstance(job.get("duration"), {"2018.1": type(None), "2019.8": float, "2023": str}[generation])
    assert ("transport" in puppet.nodes(number)[0]) is (generation != "2018.1")
