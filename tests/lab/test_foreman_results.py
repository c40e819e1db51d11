# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of jobs on the simulated Foreman: output, hosts, cancels, reruns, recurrences, tasks."""

from __future__ import annotations

from typing import Any

import pytest
from foreman_client import ForemanClient

_JOBS = "job_invocations"
_LOGICS = "/foreman_tasks/api/recurring_logics"


def _output(api: ForemanClient, number: int, host: int = 11, **query: Any) -> Any:
    return api.get(f"{_JOBS}/{number}/hosts/{host}", **query)


# -- output (contract 1.4 to 1.6)


def test_chunks(foreman: ForemanClient) -> None:
    """Pieces of lines, three kinds, ids for what is stored, none for the exit status (contract 1.4)."""
    number = foreman.launch(413, wait=5.0)
    body = _output(foreman, number)
    assert (body["complete"], body["refresh"]) == (True, False)
    chunks = body["output"]
    assert [chunk["output_type"] for chunk in chunks[:5]] == ["stdout", "stdout", "stderr", "stdout", "debug"]
    assert chunks[0]["output"] + chunks[1]["output"] == "first line\nsecond line\r\n"
    assert set(chunks[0]) == {
        "id",
        "template_invocation_id",
        "output_type",
        "output",
        "timestamp",
        "meta",
        "external_id",
    }
    assert set(chunks[-1]) == {"output_type", "output", "timestamp"} and chunks[-1]["output"] == "Exit status: 0"
    stamps = [chunk["timestamp"] for chunk in chunks]
    assert stamps == sorted(stamps) and all(isinstance(stamp, float) for stamp in stamps)
    whole = foreman.get(f"{_JOBS}/{number}/hosts/11/raw")["output"]
    assert whole == "".join(chunk["output"] for chunk in chunks)


def test_output_grows_and_since_loses(foreman: ForemanClient) -> None:
    """Older pieces are left out, also one that came late under a time that was seen already (contract 1.4)."""
    number = foreman.launch(413, wait=0.18 + 2.0 * 0.9 * 0.6 + 0.05)
    before = _output(foreman, number)
    assert (before["complete"], before["refresh"]) == (False, True)
    assert [chunk["output"] for chunk in before["output"]][-1] == "two at the "
    last = before["output"][-1]["timestamp"]
    foreman.lab.advance(0.3)
    assert _output(foreman, number, since=str(last))["output"] == []
    assert [c["output"] for c in _output(foreman, number, since=str(last - 0.01))["output"]] == [
        "two at the ",
        "same time\n",
    ]
    assert len(_output(foreman, number, since="nonsense")["output"]) == 7


def test_output_without_a_run(foreman: ForemanClient) -> None:
    """Not begun, never begun, delayed (contract 1.4, 1.5; recordings output_*, raw_output_*)."""
    fresh = foreman.launch(401)
    assert _output(foreman, fresh) == {"complete": False, "refresh": True, "output": []}
    broken = foreman.launch(415, wait=5.0)
    assert foreman.get(f"{_JOBS}/{broken}/hosts/11/raw") == {"complete": True, "refresh": False, "output": None}
    later = foreman.launch(401, scheduling={"start_at": "2199-01-01 10:30:59"})
    delayed = _output(foreman, later)
    assert (delayed["delayed"], delayed["start_at"]) == (True, "2199-01-01T10:30:00.000+00:00")
    assert foreman.get(f"{_JOBS}/{later}/outputs")["outputs"][0].get("delayed") is None


def test_outputs(foreman: ForemanClient) -> None:
    """All hosts, some hosts, raw, both methods (contract 1.6)."""
    number = foreman.launch(402, wait=5.0)
    path = f"{_JOBS}/{number}/outputs"
    rows = foreman.get(path)["outputs"]
    assert [row["host_id"] for row in rows] == [11, 12, 13, 14, 15] and isinstance(rows[0]["output"], list)
    rows = foreman.post(path, {"search_query": "id ^ (11,13)", "raw": True})["outputs"]
    assert [row["output"] for row in rows] == ["this script always fails\nExit status: 3"] * 2
    assert foreman.get(path, search_query="name = nobody")["outputs"] == []
    assert foreman.get(path, 400, search_query="nonsense = 1")["error"]["class"]
    broken = foreman.launch(415, wait=5.0)
    assert foreman.get(f"{_JOBS}/{broken}/outputs", raw="true", search_query="id = 11")["outputs"][0]["output"] == ""
    assert len(foreman.as_user("developer").get(f"{_JOBS}/{number}/outputs", 404)["error"]) == 1


def test_exits(foreman: ForemanClient) -> None:
    """A host out of reach and a lost one have no number; Ansible's failed tasks have 2 (contract 1.4)."""
    number = foreman.launch(404, wait=5.0)
    debug, last = _output(foreman, number)["output"]
    assert debug["output_type"] == "debug" and last["output"] == "Exit status: EXCEPTION"
    lost = foreman.launch(416, wait=5.0)
    assert _output(foreman, lost)["output"][-1]["output"] == "Exit status: EXCEPTION"
    played = foreman.launch(421, wait=5.0)
    text = foreman.get(f"{_JOBS}/{played}/hosts/12/raw")["output"]
    assert "fatal: [web2.example.com]: FAILED!" in text and text.endswith("Exit status: 2")


def test_languages(foreman: ForemanClient) -> None:
    """The number of hosts and the exit status speak the reader's language (contract 1.0)."""
    german = {"headers": {"Accept-Language": "de-CH,de;q=0.9"}}
    number = foreman.launch(401, wait=5.0)
    chunks = foreman("GET", f"{_JOBS}/{number}/hosts/11", **german).json()["output"]
    assert chunks[-1]["output"] == "Exit-Status: 0"
    later = foreman.launch(401, targeting_type="dynamic_query", scheduling={"start_at": "2199-01-01"})
    rows = foreman("GET", _JOBS, params={"search": f"id = {later}"}, **german).json()["results"]
    assert (rows[0]["total_hosts"], rows[0]["total"]) == ("k.A.", "N/A")


def test_big_output(foreman: ForemanClient) -> None:
    """As much as was ordered."""
    number = foreman.launch(414, "web1", wait=5.0)
    assert len(foreman.get(f"{_JOBS}/{number}/hosts/11/raw")["output"]) > 300_000


# -- hosts and template invocations (contract 1.7)


def test_hosts(foreman: ForemanClient) -> None:
    """Rows, searches on hosts and results, awaiting, no per_page=all (contract 1.7)."""
    number = foreman.launch(403, wait=5.0)
    path = f"{_JOBS}/{number}/hosts"
    body = foreman.get(path)
    assert [(row["name"].partition(".")[0], row["job_status"]) for row in body["results"]][:2] == [
        ("web1", "success"),
        ("web2", "error"),
    ]
    assert [row["id"] for row in foreman.get(path, search="job_invocation.result = failed")["results"]] == [12]
    assert [row["id"] for row in foreman.get(path, order="name DESC", per_page=2)["results"]] == [15, 14]
    assert foreman.get(path, per_page="all")["results"] == []
    assert foreman.get(path, 400, search="status = failed")["error"]["class"]
    going = foreman.launch(409, wait=1.0, concurrency_control={"concurrency_level": 4})
    assert [row["id"] for row in foreman.get(f"{_JOBS}/{going}/hosts", awaiting="1")["results"]] == [15]


def test_many_hosts(foreman: ForemanClient) -> None:
    """Pages of hosts, in the order of their names (contract 1.7)."""
    ids = foreman.server.add_hosts(45)
    number = foreman.launch(401, "name ~ host0", wait=5.0)
    assert foreman.row(number)["succeeded"] == 45
    pages = [foreman.get(f"{_JOBS}/{number}/hosts", page=page)["results"] for page in (1, 2, 3, 4)]
    assert [[row["id"] for row in page] for page in pages] == [ids[:20], ids[20:40], ids[40:], []]


def test_template_invocations(foreman: ForemanClient) -> None:
    """Which task belongs to which host (recordings template_invocations_*)."""
    number = foreman.launch(401, wait=5.0)
    body = foreman.get(f"{_JOBS}/{number}/template_invocations", per_page=2)
    assert (body["total"], len(body["results"])) == (5, 2)
    row = body["results"][0]
    assert foreman.get(f"/foreman_tasks/api/tasks/{row['run_host_job_task_id']}")["label"].endswith("RunHostJob")
    assert foreman.get(f"{_JOBS}/{number}/template_invocations", per_page="all")["results"] == []


# -- cancel (contract 1.8)


def _cancel(api: ForemanClient, number: int, status: int = 200, **body: Any) -> Any:
    return api.post(f"{_JOBS}/{number}/cancel", body, status)


def test_cancel_running(foreman: ForemanClient) -> None:
    """Asked at once, over a little later: reads failed, with canceled hosts only (contract 1.8)."""
    number = foreman.launch(405, wait=1.0)
    assert _cancel(foreman, number) == {"cancelled": True, "id": number}
    assert foreman.row(number)["status_label"] == "running"
    foreman.lab.advance(1)
    row = foreman.row(number)
    assert (row["status_label"], row["failed"], row["cancelled"]) == ("failed", 0, 5)
    assert set(foreman.statuses(number).values()) == {"cancelled"}
    assert "Exit status" not in (foreman.get(f"{_JOBS}/{number}/hosts/11/raw")["output"] or "")


def test_cancel_too_early_and_too_late(foreman: ForemanClient) -> None:
    """Planned and stopped jobs refuse (recording cancel_422; contract 1.8)."""
    number = foreman.launch(401)
    refused = {"message": "The job could not be cancelled."}
    assert _cancel(foreman, number, 422) == refused
    foreman.lab.advance(5)
    assert _cancel(foreman, number, 422) == refused
    assert foreman.row(number)["status_label"] == "succeeded"


def test_cancel_scheduled(foreman: ForemanClient) -> None:
    """The one way to the status cancelled (contract 1.8)."""
    number = foreman.launch(401, scheduling={"start_at": "2199-01-01"})
    assert _cancel(foreman, number)["cancelled"] is True
    row = foreman.row(number)
    assert (row["status"], row["status_label"], row["dynflow_task"]["state"]) == (4, "cancelled", "stopped")
    assert set(foreman.statuses(number).values()) == {"cancelled"}


def test_cancel_by_force(foreman: ForemanClient) -> None:
    """A stubborn job ends with force only, a deaf one does not even say yes; any text is true (contract 1.0, 1.8)."""
    stubborn, deaf = foreman.launch(406, wait=1.0), foreman.launch(407, wait=1.0)
    assert _cancel(foreman, stubborn, force=False)["cancelled"] is True
    assert _cancel(foreman, deaf)["cancelled"] is False
    foreman.lab.advance(60)
    assert [foreman.row(number)["status_label"] for number in (stubborn, deaf)] == ["running", "running"]
    assert _cancel(foreman, stubborn, force="false")["cancelled"] is True
    assert _cancel(foreman, deaf, force=True)["cancelled"] is True
    foreman.lab.advance(0.1)
    assert [foreman.row(number)["cancelled"] for number in (stubborn, deaf)] == [5, 5]


def test_cancel_in_the_middle(foreman: ForemanClient) -> None:
    """What is done stays done; hosts that never began count as canceled and have no result (contract 1.1)."""
    number = foreman.launch(409, wait=6.0, concurrency_control={"concurrency_level": 2}, inputs={"seconds": "5"})
    _cancel(foreman, number)
    foreman.lab.advance(1)
    row = foreman.row(number)
    assert (row["status_label"], row["succeeded"], row["cancelled"]) == ("failed", 2, 3)
    assert list(foreman.statuses(number).values()) == ["success", "success", "cancelled", "cancelled", "N/A"]


def test_cancel_some_hosts(foreman: ForemanClient) -> None:
    """From 16.1 on; older servers do not look at the search and cancel everything (contract 1.8)."""
    number = foreman.launch(409, wait=1.0)
    tasks = {row["host_id"]: row["run_host_job_task_id"] for row in _runs(foreman, number)}
    body = _cancel(foreman, number, search="id ^ (11,12)")
    assert body == {"total": 2, "cancelled": [tasks[11], tasks[12]], "skipped": []}
    foreman.lab.advance(1)
    assert list(foreman.statuses(number).values()) == ["cancelled", "cancelled", "running", "running", "running"]
    assert _cancel(foreman, number, search="id ^ (11,13)")["skipped"] == [tasks[11]]
    assert "not recognized" in _cancel(foreman, number, 422, search="nonsense = 1")["error"]["message"]
    foreman.options.generation = "3.12"
    other = foreman.launch(409, wait=1.0)
    assert _cancel(foreman, other, search="id = 11") == {"cancelled": True, "id": other}
    foreman.lab.advance(1)
    assert set(foreman.statuses(other).values()) == {"cancelled"}


def _runs(api: ForemanClient, number: int) -> list[dict[str, Any]]:
    return list(api.get(f"{_JOBS}/{number}/template_invocations")["results"])


# -- rerun (contract 1.9)


def _rerun(api: ForemanClient, number: int, **body: Any) -> dict[str, Any]:
    """The new invocation's targeting."""
    record = api.post(f"{_JOBS}/{number}/rerun", body, 201)
    assert "status" not in record and "targeting" not in record
    return dict(api.get(f"{_JOBS}/{record['id']}")["targeting"])


def _ids(targeting: dict[str, Any]) -> list[int]:
    return [host["id"] for host in targeting["hosts"]]


@pytest.mark.parametrize("widens", [True, False])
def test_rerun_failed(foreman: ForemanClient, widens: bool) -> None:
    """The query is narrowed; the hosts of a static job are not, while the suspected bug is on (contract 1.9)."""
    foreman.options.failed_only_widens = widens
    number = foreman.launch(403, wait=5.0)
    targeting = _rerun(foreman, number, failed_only=True)
    assert targeting["search_query"] == "name ^ (web2.example.com)"
    assert _ids(targeting) == ([11, 12, 13, 14, 15] if widens else [12])


def test_rerun_choices(foreman: ForemanClient) -> None:
    """All, failed, succeeded, none left; a dynamic job is narrowed (contract 1.9)."""
    number = foreman.launch(403, wait=5.0, targeting_type="dynamic_query")
    assert _ids(_rerun(foreman, number)) == [11, 12, 13, 14, 15]
    assert _ids(_rerun(foreman, number, failed_only=True)) == [12]
    assert _ids(_rerun(foreman, number, succeeded_only=True)) == [11, 13, 14, 15]
    assert _ids(_rerun(foreman, number, failed_only="false", succeeded_only=True)) == [12]
    assert _ids(_rerun(foreman, number, host_ids=[15], failed_only=True)) == [15]
    fine = foreman.launch(401, wait=5.0, targeting_type="dynamic_query")
    targeting = _rerun(foreman, fine, failed_only=True)
    assert (targeting["search_query"], targeting["hosts"]) == ("name ^ ()", [])
    foreman.options.generation = "3.5"
    assert _ids(_rerun(foreman, number, succeeded_only=True)) == [11, 12, 13, 14, 15]


def test_rerun_is_at_once_and_mine(foreman: ForemanClient) -> None:
    """The schedule is not copied, the user is the caller (contract 1.9)."""
    number = foreman.launch(401, scheduling={"start_at": "2199-01-01"})
    record = foreman.as_user("manager").post(f"{_JOBS}/{number}/rerun", status=201)
    row = foreman.get(f"{_JOBS}/{record['id']}")
    assert (row["status_label"], row["targeting"]["user_id"], "mode" in row) == ("running", 5, False)


# -- recurrences (contract 1.11)


def _recur(api: ForemanClient, **more: Any) -> tuple[int, dict[str, Any]]:
    body = api.create(recurrence={"cron_line": "0 * * * *", **more})
    return body["id"], body["recurrence"]


def test_iterations(foreman: ForemanClient) -> None:
    """Each occurrence is an invocation of its own; the next is made when one begins (contract 1.11)."""
    first, logic = _recur(foreman, max_iteration=2, end_time="2000-01-01")
    assert (logic["state"], logic["iteration"], logic["last_occurence"], logic["end_time"]) == ("active", 1, None, None)
    assert foreman.row(first)["start_at"] == logic["next_occurence"]
    foreman.lab.advance(3600.0 - foreman.lab.clock.now() % 3600 + 5)
    second, again = foreman.ids(f"recurring_logic.id = {logic['id']}")
    assert again == first
    assert [foreman.row(number)["status_label"] for number in (first, second)] == ["succeeded", "queued"]
    row = foreman.get(f"{_LOGICS}/{logic['id']}")
    assert (row["iteration"], row["task_count"], row["max_iteration"]) == (2, 2, 2) and row["last_occurence"]
    foreman.lab.advance(3700)
    assert foreman.get(f"{_LOGICS}/{logic['id']}")["state"] == "finished"
    assert len(foreman.ids("recurring = true")) == 2


def test_cancel_one_occurrence(foreman: ForemanClient) -> None:
    """The next one is scheduled at once (contract 1.8)."""
    first, logic = _recur(foreman)
    _cancel(foreman, first)
    following, again = foreman.ids("recurring = true")
    assert again == first and foreman.row(following)["status_label"] == "queued"
    assert foreman.row(following)["start_at"] > foreman.row(first)["start_at"]
    assert foreman.get(f"{_LOGICS}/{logic['id']}")["state"] == "active"


def test_cancel_a_recurrence(foreman: ForemanClient) -> None:
    """Nothing comes any more (contract 1.8)."""
    first, logic = _recur(foreman)
    assert foreman.post(f"{_LOGICS}/{logic['id']}/cancel")["state"] == "cancelled"
    assert foreman.row(first)["status_label"] == "cancelled"
    foreman.lab.advance(86400)
    assert foreman.ids("recurring = true") == [first]
    assert foreman.get(f"{_LOGICS}/{logic['id']}")["next_occurence"] is None


def test_pause_a_recurrence(foreman: ForemanClient) -> None:
    """While it is disabled nothing begins (contract 1.8)."""
    first, logic = _recur(foreman)
    path = f"{_LOGICS}/{logic['id']}"
    answer = foreman("PUT", path, json={"recurring_logic": {"enabled": False}})
    assert answer.json()["state"] == "disabled"
    foreman.lab.advance(7200)
    assert foreman.row(first)["status_label"] == "queued"
    assert foreman("PUT", path, json={"recurring_logic": {"enabled": True}}).json()["state"] == "active"
    foreman.lab.advance(3700)
    assert foreman.row(first)["status_label"] == "succeeded"
    assert foreman("PUT", path, json={}).status_code == 422
    assert foreman.get(f"{_LOGICS}/99", 404)["error"]["message"] == "Resource recurring_logic not found by id '99'"


def test_purpose(foreman: ForemanClient) -> None:
    """Unique while active or disabled (contract 1.3)."""
    _number, logic = _recur(foreman, purpose="nightly")
    error = foreman.create(status=500, recurrence={"cron_line": "0 * * * *", "purpose": "nightly"})["error"]
    assert error["message"].endswith("Active or disabled recurring logic with purpose nightly already exists")
    foreman.post(f"{_LOGICS}/{logic['id']}/cancel")
    assert _recur(foreman, purpose="nightly")[1]["purpose"] == "nightly"
    assert [row["purpose"] for row in foreman.get(_LOGICS)["results"]] == ["nightly", "nightly"]


def test_recurrence_with_a_start(foreman: ForemanClient) -> None:
    """start_at delays the first iteration (contract 1.3)."""
    when = {"start_at": "2199-01-01 10:30"}
    body = foreman.create(recurrence={"cron_line": "0 * * * *"}, scheduling=when)
    assert (body["mode"], body["start_at"]) == ("recurring", "2199-01-01 10:30:00 UTC")


# -- tasks (contract 1.11)


def test_tasks(foreman: ForemanClient) -> None:
    """The task of a job and those of its hosts (contract 1.11; recordings fam_task_*)."""
    number = foreman.launch(403, wait=5.0)
    search = f"resource_type = JobInvocation and resource_id = {number}"
    (task,) = foreman.get("/foreman_tasks/api/tasks", search=search)["results"]
    assert (task["state"], task["result"], task["humanized"]["errors"]) == ("stopped", "warning", ["A sub task failed"])
    assert (task["ended_at"] is not None, task["progress"], task["pending"]) == (True, 1.0, False)
    assert task["output"]["failed_count"] == 1
    subs = foreman.get(f"/foreman_tasks/api/tasks/{task['id']}/sub_tasks")
    assert subs["total"] == 5 and subs["sort"] == {"by": "started_at", "order": "DESC"}
    (bad,) = [row for row in subs["results"] if row["result"] == "error"]
    assert bad["humanized"]["errors"] == ["Job execution failed, exit status 1"]
    assert foreman.get("/foreman_tasks/api/tasks/0000", 404)["error"]["message"].startswith("Resource task not found")


def test_orphans(foreman: ForemanClient) -> None:
    """A task that is gone: queued for good, show falls over, output has nothing to say (contract 1.2, 1.10)."""
    number = foreman.launch(401, wait=5.0)
    foreman.server.orphan(number)
    assert foreman.row(number)["dynflow_task"] is None and foreman.row(number)["status_label"] == "queued"
    foreman.get(f"{_JOBS}/{number}", 500)
    assert foreman.get(f"{_JOBS}/{number}/outputs")["outputs"]
