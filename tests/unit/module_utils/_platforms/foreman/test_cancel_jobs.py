# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stopping jobs, recurrences and single hosts: Foreman contract 1.8, 1.11."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    CancelFailedError,
    ConnectionFailedError,
    ForbiddenError,
    JobsError,
    RejectedError,
    ResourceMissingError,
    UnsupportedError,
)
from ansible_collections.unified.jobs.plugins.module_utils._types import CancelResult

WEB = {"target_query": "name ~ web"}
REFUSED = RejectedError("The job could not be cancelled.", status=422)


def detail(state: str, label: str = "running", **more: Any) -> dict[str, Any]:
    task = {"id": "a", "state": state}
    return {"id": 7, "status_label": label, "dynflow_task": task, "task": task, "targeting": {}, **more}


def answers(*details: dict[str, Any], cancel: Any = None) -> dict[str, Any]:
    """A server whose job goes through these states, one a look."""
    looks = list(details)

    def show(_params: Any) -> Any:
        return looks.pop(0) if len(looks) > 1 else looks[0]

    posts = list(cancel) if isinstance(cancel, list) else None
    return {
        "/api/job_invocations/7": show,
        "/foreman_tasks/api/tasks/a": {},
        "POST /api/job_invocations/7/cancel": (lambda _body: posts.pop(0)) if posts is not None else cancel,
    }


def cancel(platform: Any, **options: Any) -> Any:
    from ansible_collections.unified.jobs.plugins.module_utils._types import JobRef

    return platform.cancel(platform.get_job(JobRef("7")), **options)


def test_running(face: Any, foreman_lab: Any, lab_time: Any) -> None:
    job = face("invoke", template="lab-hang", **WEB)["job"]
    lab_time.sleep(5)
    result = face("cancel", jobs=job)
    assert (result["changed"], result["job"]["outcome"]) == (True, "cancel_requested")
    assert [one.body for one in foreman_lab.requests("POST", "/cancel$")] == [{}]


@pytest.mark.case("foreman-7", "foreman-17")
def test_with_wait_it_is_over_and_canceled(face: Any, lab_time: Any) -> None:
    """Contract 1.8: a running job that is canceled ends as failed."""
    job = face("invoke", template="lab-hang", **WEB)["job"]
    lab_time.sleep(5)
    done = face("cancel", jobs=job, wait=True)["job"]
    assert (done["status"], done["native_status"], done["outcome"]) == ("canceled", "failed/stopped", "finished")
    again = face("cancel", jobs=job)
    assert (again["changed"], again["job"]["outcome"]) == (False, "already_finished")


@pytest.mark.case("foreman-13", "foreman-17")
def test_force_after_a_cancel_that_did_not_help(face: Any, refused: Any, foreman_lab: Any, lab_time: Any) -> None:
    """Recording reference_katello4.16_cancel_force_200: force is a JSON boolean of the body."""
    job = face("invoke", template="lab-stubborn", **WEB)["job"]
    lab_time.sleep(5)
    assert refused("cancel", jobs=job, wait=True, wait_timeout=60).code == "wait_timeout"
    done = face("cancel", jobs=job, force=True, wait=True)["job"]
    assert done["status"] == "canceled"
    sent = foreman_lab.requests("POST", "/cancel$")
    assert [one.body for one in sent] == [{}, {"force": True}]
    assert [one.query for one in sent] == [{}, {}]


@pytest.mark.case("foreman-16")
def test_a_cancel_that_nothing_accepted_changed_nothing(face: Any, refused: Any, lab_time: Any) -> None:
    """Contract 1.8: cancelled false, with status 200. The job goes on, which a success would hide."""
    job = face("invoke", template="lab-deaf", **WEB)["job"]
    lab_time.sleep(5)
    error = refused("cancel", jobs=job)
    assert (error.code, error.result["changed"], error.result["job"]["status"]) == ("cancel_failed", False, "running")
    assert "force: true" in error.message


@pytest.mark.case("foreman-16")
@pytest.mark.parametrize("answer", [{"cancelled": False, "id": 7}, {}, None, "x", {"cancelled": "no"}], ids=str)
def test_what_is_no_yes_is_none(played: Any, answer: Any) -> None:
    with pytest.raises(CancelFailedError, match="can be canceled"):
        cancel(played(answers(detail("running"), cancel=answer)))
    ended = answers(detail("running"), detail("stopped", "succeeded"), cancel=answer)
    assert cancel(played(ended)) == CancelResult(False, "already_finished")


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        (detail("stopped", "failed", total=2, failed=0, cancelled=2), True),
        (detail("stopped", "failed", total=2, failed=1, cancelled=1), True),
        (detail("stopped", "cancelled"), True),
        (detail("stopped", "succeeded"), False),
    ],
)
@pytest.mark.parametrize("lost", [True, False])
def test_a_cancel_whose_answer_was_lost_did_it(played: Any, after: Any, changed: bool, lost: bool) -> None:
    """The client repeats it, and the server then refuses to cancel what the first one stopped."""
    refusal = RejectedError("The job could not be cancelled.", status=422)
    refusal.after_unclear = lost
    result = cancel(played(answers(detail("running"), after, cancel=refusal)))
    assert result == CancelResult(True, "requested") if changed and lost else CancelResult(False, "already_finished")


def test_a_cancel_that_is_never_answered(played: Any) -> None:
    broken = ConnectionFailedError("broke the connection", ambiguous=True, transient=True)
    done = answers(detail("running"), detail("stopped", "cancelled"), cancel=broken)
    assert cancel(played(done)).changed is True
    with pytest.raises(ConnectionFailedError):
        cancel(played(answers(detail("running"), cancel=broken)))


@pytest.mark.case("foreman-15")
def test_planned_is_tried_again_shortly(face: Any, foreman_lab: Any, lab_time: Any) -> None:
    """Recording apidoc_katello4.8_cancel_422; contract 1.8."""
    job = face("invoke", template="lab-hang", **WEB)["job"]
    result = face("cancel", jobs=job)
    assert result["changed"] is True
    statuses = [one.status for one in foreman_lab.requests("POST", "/cancel$")]
    assert statuses[-1] == 200
    assert 422 in statuses
    assert sum(lab_time.slept) < 8


@pytest.mark.case("foreman-15")
def test_422_of_a_job_that_ended_meanwhile_is_fine(played: Any) -> None:
    platform = played(answers(detail("running"), detail("stopped", "succeeded"), cancel=REFUSED))
    result = cancel(platform)
    assert (result.changed, result.outcome) == (False, "already_finished")


@pytest.mark.case("foreman-15")
def test_422_of_a_job_that_goes_on_is_an_error_in_the_end(played: Any) -> None:
    platform = played(answers(detail("planned"), cancel=REFUSED))
    with pytest.raises(JobsError, match="cannot be canceled now") as caught:
        cancel(platform)
    assert caught.value.code == "cancel_failed"
    assert len([one for one in platform.client.asked if one[0] == "POST"]) == 5


@pytest.mark.case("foreman-6", "foreman-15")
@pytest.mark.parametrize("check_mode", [False, True])
def test_paused_cannot_be_canceled(refused: Any, face: Any, server: Any, lab_time: Any, check_mode: bool) -> None:
    job = face("invoke", template="lab-pause", **WEB)["job"]
    lab_time.sleep(10)
    error = refused("cancel", jobs=job, check_mode=check_mode)
    assert error.code == "cancel_failed"
    assert "administrator" in error.message


def test_an_orphan_is_over(face: Any, server: Any, foreman_lab: Any) -> None:
    """Contract 1.8: the server would answer 500."""
    job = face("invoke", template="lab-hang", **WEB)["job"]
    server.orphan(int(job["id"]))
    result = face("cancel", jobs=job)
    assert (result["changed"], result["job"]["status"]) == (False, "error")
    assert foreman_lab.requests("POST", "/cancel$") == []


def test_scheduled(face: Any, foreman_lab: Any) -> None:
    """Contract 1.8: this one does end as cancelled."""
    job = face("invoke", template="lab-ok", schedule={"start_at": "2099-01-01T00:00:00Z"}, **WEB)["job"]
    done = face("cancel", jobs=job, wait=True)
    assert (done["changed"], done["job"]["status"], done["job"]["native_status"]) == (
        True,
        "canceled",
        "cancelled/stopped",
    )


@pytest.mark.case("foreman-18")
def test_recurring_stops_the_recurrence(face: Any, foreman_lab: Any, lab_time: Any) -> None:
    """Contract 1.8: canceling the occurrence alone schedules the next one at once."""
    job = face("invoke", template="lab-ok", schedule={"cron": "* * * * *"}, **WEB)["job"]
    done = face("cancel", jobs=job, wait=True)
    assert (done["changed"], done["job"]["status"]) == (True, "canceled")
    assert done["job"]["details"]["recurrence"]["state"] == "cancelled"
    lab_time.sleep(600)
    assert len(face("info")["jobs"]) == 1
    assert face("cancel", jobs=job)["changed"] is False


@pytest.mark.case("foreman-18", "foreman-47")
def test_an_occurrence_that_is_over_still_stops_the_recurrence(face: Any, lab_time: Any, writes: Any) -> None:
    job = face("invoke", template="lab-ok", schedule={"cron": "* * * * *"}, **WEB)["job"]
    lab_time.sleep(100)
    assert face("info", jobs=job)["job"]["status"] == "successful"
    count = len(writes())
    assert face("cancel", check_mode=True, jobs=job)["changed"] is True
    assert len(writes()) == count
    assert face("cancel", jobs=job)["changed"] is True
    assert face("cancel", check_mode=True, jobs=job)["changed"] is False
    assert face("cancel", jobs=job)["changed"] is False


@pytest.mark.case("foreman-11", "foreman-18")
def test_who_may_not_stop_the_recurrence_cancels_nothing(played: Any) -> None:
    recurrence = {"id": 15, "state": "active"}
    refusal = ForbiddenError("Missing one of the required permissions: edit_recurring_logics", status=403)
    table = answers(detail("scheduled", "queued", mode="recurring", recurrence=recurrence), cancel={"cancelled": True})
    table["POST /foreman_tasks/api/recurring_logics/15/cancel"] = refusal
    platform = played(table)
    with pytest.raises(ForbiddenError, match="nothing was canceled: .*edit_recurring_logics"):
        cancel(platform)
    assert not [one for one in platform.client.asked if one[1].endswith("/7/cancel")]


@pytest.mark.case("foreman-11")
def test_who_may_not_cancel(refused: Any, face: Any, lab_time: Any) -> None:
    """Contract 1.14: the role Remote Execution User lacks the permission."""
    job = face("invoke", template="lab-hang", **WEB)["job"]
    lab_time.sleep(5)
    error = refused("cancel", jobs=job, user="runner")
    assert (error.code, "cancel_job_invocations" in error.message) == ("forbidden", True)


# -- some hosts ------------------------------------------------------------------------------------------------


@pytest.mark.case("foreman-19")
@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("generation", ["3.5", "3.12"])
def test_older_servers_would_stop_the_whole_job(
    refused: Any, face: Any, server: Any, foreman_lab: Any, lab_time: Any, generation: str, check_mode: bool
) -> None:
    server.options.generation = generation
    job = face("invoke", template="lab-hang", **WEB)["job"]
    lab_time.sleep(5)
    error = refused("cancel", jobs=job, hosts=["web1.example.com"], check_mode=check_mode)
    assert (error.code, "hosts: this server can only cancel the whole job" in error.message) == ("unsupported", True)
    assert foreman_lab.requests("POST", "/cancel$") == []


@pytest.mark.case("foreman-19")
def test_only_these_hosts(face: Any, foreman_lab: Any, lab_time: Any) -> None:
    job = face("invoke", template="lab-hang", **WEB)["job"]
    lab_time.sleep(5)
    options = {"jobs": job, "hosts": ["web1.example.com", "web2.example.com"]}
    assert face("cancel", check_mode=True, **options)["changed"] is True
    assert face("cancel", **options)["changed"] is True
    (post,) = foreman_lab.requests("POST", "/cancel$")
    assert post.body == {"search": 'name ^ ("web1.example.com","web2.example.com")'}
    lab_time.sleep(10)
    seen = face("info", jobs=job, include=["hosts"])["job"]
    assert [host["status"] for host in seen["hosts"]] == ["canceled", "canceled", "running", "running", "running"]
    assert face("cancel", **options)["changed"] is False


@pytest.mark.case("foreman-19")
@pytest.mark.parametrize(
    ("plugins", "status", "able"),
    [
        ([{"id": "foreman_remote_execution", "version": "16.1.0"}], "3.15.0", True),
        ([{"name": "foreman_remote_execution", "version": "16.0.3"}], "3.16.0", False),
        (ForbiddenError("no", status=403), "3.16.0", True),
        (ForbiddenError("no", status=403), "3.15.1", False),
        (ForbiddenError("no", status=403), None, False),
    ],
)
def test_the_version_decides(played: Any, plugins: Any, status: str | None, able: bool) -> None:
    """Contract 1.8: the plugin's version where it can be read, else that of Foreman."""
    table = answers(detail("running"), cancel={"total": 1, "cancelled": ["x"], "skipped": []})
    table["/api/plugins"] = plugins if isinstance(plugins, Exception) else {"results": plugins, "subtotal": 1}
    table["/api/status"] = {"version": status}
    platform = played(table)
    if able:
        assert cancel(platform, hosts=["h"]).changed is True
    else:
        with pytest.raises(UnsupportedError):
            cancel(platform, hosts=["h"])
        assert not [one for one in platform.client.asked if one[0] == "POST"]


def test_hosts_that_are_not_of_the_job(refused: Any, face: Any, lab_time: Any) -> None:
    job = face("invoke", template="lab-hang", **WEB)["job"]
    lab_time.sleep(5)
    error = refused("cancel", jobs=job, hosts=["db1.example.com"])
    assert (error.code, "hosts: none of them" in error.message) == ("no_targets", True)
    assert refused("cancel", jobs=job, hosts=[]).code == "no_targets"


def test_hosts_that_are_not_of_the_job_do_not_make_the_job_missing(refused: Any, face: Any, lab_time: Any) -> None:
    """missing_ok is for jobs: it let this pass as if all was well, and called the job missing."""
    job = face("invoke", template="lab-hang", **WEB)["job"]
    lab_time.sleep(5)
    error = refused("cancel", jobs=job, hosts=["db1.example.com"], missing_ok=True)
    assert (error.code, error.result["missing"]) == ("no_targets", [])


def test_some_hosts_are_not_of_the_job(face: Any, lab_time: Any) -> None:
    job = face("invoke", template="lab-hang", **WEB)["job"]
    lab_time.sleep(5)
    result = face("cancel", jobs=job, hosts=["web1.example.com", "db1.example.com"])
    assert result["changed"] is True
    assert "The cancel met 1 of the 2 hosts; on the others the job has not begun." in result["job"]["warnings"]


@pytest.mark.case("foreman-19")
def test_a_whole_job_that_went_instead_of_a_host_is_told(played: Any) -> None:
    """As of a server that does not look at the search after all."""
    table = answers(detail("running"), cancel={"cancelled": True, "id": 7})
    table["/api/plugins"] = {"results": [{"id": "foreman_remote_execution", "version": "16.1.0"}], "subtotal": 1}
    with pytest.raises(CancelFailedError, match="stops the whole job") as caught:
        cancel(played(table), hosts=["h"])
    assert caught.value.result == {"changed": True}


@pytest.mark.case("foreman-6")
def test_paused_cannot_be_canceled_on_hosts(refused: Any, face: Any, server: Any, lab_time: Any) -> None:
    job = face("invoke", template="lab-hang", **WEB)["job"]
    lab_time.sleep(5)
    server.pause(int(job["id"]))
    for check_mode in (False, True):
        error = refused("cancel", jobs=job, hosts=["web1.example.com"], check_mode=check_mode)
        assert error.code == "cancel_failed"


# -- a part of it ------------------------------------------------------------------------------------------------


@pytest.mark.case("foreman-18")
def test_the_recurrence_is_stopped_and_the_job_is_not(face: Any, refused: Any, foreman_lab: Any) -> None:
    """What was done is told, also where the rest failed."""
    job = face("invoke", template="lab-ok", schedule={"cron": "0 3 * * *"}, **WEB)["job"]
    foreman_lab.fault("status", method="GET", path=f"/job_invocations/{job['id']}$", skip=1, status=403, times=None)
    error = refused("cancel", jobs=job)
    assert (error.code, error.result["changed"]) == ("cancel_failed", True)
    assert "the recurrence of the job" in error.message


@pytest.mark.case("foreman-18")
def test_a_recurrence_that_is_hidden_is_not_taken_for_a_missing_job(played: Any) -> None:
    """Contract 1.2: what a user may not see looks as if it were not there."""
    one = detail("scheduled", "queued", mode="recurring", recurrence={"id": 3, "state": "active"})
    table = answers(one, cancel={"cancelled": True})
    table["POST /foreman_tasks/api/recurring_logics/3/cancel"] = ResourceMissingError("not found", status=404)
    platform = played(table)
    with pytest.raises(ForbiddenError, match="nothing was canceled"):
        cancel(platform)
    assert [path for method, path, _given in platform.client.asked if path.endswith("7/cancel")] == []


# -- check mode ------------------------------------------------------------------------------------------------


@pytest.mark.case("foreman-47")
def test_check_mode_writes_nothing(face: Any, writes: Any, lab_time: Any) -> None:
    job = face("invoke", template="lab-hang", **WEB)["job"]
    lab_time.sleep(5)
    count = len(writes())
    assert face("cancel", check_mode=True, jobs=job)["changed"] is True
    assert len(writes()) == count
    face("cancel", jobs=job, wait=True)
    assert face("cancel", check_mode=True, jobs=job)["changed"] is False


@pytest.mark.case("foreman-47")
def test_check_mode_looks_at_the_hosts(face: Any, refused: Any, lab_time: Any) -> None:
    """It said that it would cancel on hosts that the job does not have."""
    job = face("invoke", template="lab-hang-one", **WEB)["job"]
    lab_time.sleep(20)
    for hosts, changed in ((["web1.example.com"], True), (["web2.example.com"], False)):
        assert face("cancel", check_mode=True, jobs=job, hosts=hosts)["changed"] is changed
        assert face("cancel", jobs=job, hosts=hosts)["changed"] is changed
    assert refused("cancel", check_mode=True, jobs=job, hosts=["db1.example.com"]).code == "no_targets"
