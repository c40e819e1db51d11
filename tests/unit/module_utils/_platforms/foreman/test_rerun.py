# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running an earlier job again, and never on more hosts than it had: Foreman contract 1.9."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError, NotFoundError
from ansible_collections.unified.jobs.plugins.module_utils._types import JobRef, JobRequest

WEB = {"target_query": "name ~ web"}
GENERATIONS = pytest.mark.parametrize("generation", ["3.5", "3.12", "3.16"])


def names(job: dict[str, Any]) -> list[str]:
    return [host["name"].partition(".")[0] for host in job["hosts"]]


def run(face: Any, **options: Any) -> dict[str, Any]:
    job: dict[str, Any] = face("invoke", wait=True, fail_on=[], include=["hosts"], **options)["job"]
    return job


@GENERATIONS
@pytest.mark.case("foreman-20")
@pytest.mark.parametrize(
    ("which", "hosts"),
    [
        ("all", ["web1", "web2", "web3", "web4", "web5"]),
        ("failed", ["web2"]),
        ("successful", ["web1", "web3", "web4", "web5"]),
    ],
)
def test_the_hosts_are_never_more(face: Any, server: Any, generation: str, which: str, hosts: list[str]) -> None:
    """Contract 1.9: failed_only of a static job is suspected to run everywhere, and the lab does so."""
    server.options.generation = generation
    first = run(face, template="lab-partial", **WEB)
    again = run(face, rerun=first, rerun_hosts=which)
    assert again["id"] != first["id"]
    assert names(again) == hosts
    assert again["template"]["name"] == ("lab-partial" if generation != "3.5" else None)


@pytest.mark.parametrize("which", ["failed", "successful"])
def test_a_paused_job_may_still_run(
    refused: Any, face: Any, server: Any, lab_time: Any, writes: Any, which: str
) -> None:
    """Who resumes it later would let it run twice on the hosts that it has not come to."""
    job = face("invoke", template="lab-hang", **WEB)["job"]
    lab_time.sleep(5)
    server.pause(int(job["id"]))
    count = len(writes())
    error = refused("invoke", rerun=job, rerun_hosts=which)
    assert (error.code, "is paused" in error.message) == ("invalid_option", True)
    assert len(writes()) == count
    hosts = face("info", jobs=job, include=["hosts"])["job"]["hosts"]
    assert {host["status"] for host in hosts} <= {"running", "pending"}


@pytest.mark.parametrize("which", ["all", "failed"])
@pytest.mark.parametrize("may", [True, False])
def test_check_mode_asks_whether_the_user_may(played: Any, which: str, may: bool) -> None:
    """As that of any other launch does."""
    platform = played(
        {**one_job(2), "/api/job_invocations": {"results": [], "subtotal": 0, "can_create": may}},
    )
    request = JobRequest(rerun=JobRef("7"), rerun_hosts=which, plan_only=True)
    if may:
        assert platform.plan(request).job.host_counts["total"] == (2 if which == "all" else 1)
    else:
        with pytest.raises(JobsError, match="may not launch jobs"):
            platform.plan(request)


def one_job(count: int) -> dict[str, Any]:
    """A server with a finished job; every other host failed."""
    hosts = [{"id": n, "name": f"h{n}", "job_status": "success" if n % 2 else "error"} for n in range(1, count + 1)]
    detail = {"id": 7, "status_label": "failed", "template_id": 9, "targeting": {"targeting_type": "static_query"}}
    detail["task"] = detail["dynflow_task"] = {"id": "a", "state": "stopped"}
    return {
        "/api/job_invocations/7": detail,
        "/foreman_tasks/api/tasks/a": {},
        "/api/job_invocations/7/hosts": {"results": hosts, "subtotal": len(hosts)},
        "/api/job_templates/9": {"id": 9, "name": "T"},
    }


def test_thousands_of_hosts_are_chosen_at_once(played: Any) -> None:
    """Each was compared with each."""
    platform = played(one_job(20000))
    begin = time.process_time()
    launch = platform.plan(JobRequest(rerun=JobRef("7"), rerun_hosts="failed"))
    assert time.process_time() - begin < 3.0
    assert launch.job.host_counts["total"] == 10000


@pytest.mark.case("foreman-12", "foreman-13", "foreman-20")
def test_all_hosts_are_the_servers_own_rerun(face: Any, foreman_lab: Any, launches: Any) -> None:
    """Recordings *_rerun_201: the reply has no status, so the job is read."""
    first = run(face, template="lab-inputs", parameters={"must": "x"}, secret_parameters={"secret": "s"}, **WEB)
    foreman_lab.forget_requests()
    again = face("invoke", rerun=first["id"])
    (post,) = foreman_lab.requests("POST")
    assert (post.path, post.body, post.query) == (f"/api/job_invocations/{first['id']}/rerun", {}, {})
    assert (again["changed"], again["job"]["status"], again["job"]["launched_by"]) == (True, "pending", "admin")
    assert again["job"]["host_counts"]["total"] == 5


@pytest.mark.case("foreman-20")
def test_a_rerun_that_cannot_be_read_keeps_its_id(face: Any, foreman_lab: Any) -> None:
    first = run(face, template="lab-ok", **WEB)
    number = int(first["id"]) + 1
    foreman_lab.fault("status", status=403, path=f"/job_invocations/{number}$", times=None)
    again = face("invoke", rerun=first)
    assert (again["changed"], again["job"]["id"]) == (True, str(number))
    assert "could not be read" in again["job"]["warnings"][0]


@pytest.mark.case("foreman-46")
def test_the_record_of_a_rerun_is_not_shown(face: Any) -> None:
    first = run(face, template="lab-ok", **WEB)
    again = face("invoke", rerun=first, include=["native"])["job"]
    assert not {"password", "key_passphrase"} & set(again["native"])


@pytest.mark.case("foreman-21")
@pytest.mark.parametrize("check_mode", [False, True])
def test_nothing_failed_is_nothing_launched(face: Any, refused: Any, launches: Any, check_mode: bool) -> None:
    first = run(face, template="lab-ok", **WEB)
    options = {"rerun": first, "rerun_hosts": "failed", "check_mode": check_mode}
    error = refused("invoke", **options)
    assert (error.code, error.result["job"]["id"]) == ("no_targets", first["id"])
    result = face("invoke", on_no_targets="skip", **options)
    assert (result["changed"], result["job"]["id"]) == (False, first["id"])
    assert len(launches()) == 1


@pytest.mark.case("foreman-21")
def test_a_template_that_is_gone(refused: Any, face: Any, server: Any, writes: Any) -> None:
    """Recording apidoc_katello4.17_rerun_template_missing_404: the error is a text."""
    first = run(face, template="lab-partial", **WEB)
    del server.engine.templates[403]
    error = refused("invoke", rerun=first)
    assert (error.code, "its template could not be found" in error.message) == ("not_found", True)
    error = refused("invoke", rerun=first, rerun_hosts="failed")
    assert (error.code, "not to be seen any more" in error.message) == ("not_found", True)


def test_canceled_hosts_count_as_failed(face: Any, lab_time: Any) -> None:
    """Contract 1.9: every host without success, as REX 22750 asks for."""
    job = face("invoke", template="lab-hang-one", **WEB)["job"]
    lab_time.sleep(5)
    face("cancel", jobs=job, wait=True)
    done = face("info", jobs=job, include=["hosts"])["job"]
    assert (done["status"], names(done)[0], done["hosts"][0]["status"]) == ("canceled", "web1", "canceled")
    assert names(face("invoke", rerun=done, rerun_hosts="failed", include=["hosts"])["job"]) == ["web1"]


def test_a_dynamic_job_runs_on_the_hosts_that_it_had(face: Any, server: Any, launches: Any) -> None:
    options = {"foreman": {"targeting_type": "dynamic_query"}, **WEB}
    first = run(face, template="lab-ok", **options)
    again = face("invoke", rerun=first)["job"]
    assert launches()[-1].body["job_invocation"]["search_query"] == "id ^ (11,12,13,14,15)"
    assert again["details"]["targeting"]["targeting_type"] == "static_query"


@GENERATIONS
def test_it_runs_as_it_did(face: Any, server: Any, launches: Any, generation: str) -> None:
    server.options.generation = generation
    first = run(
        face,
        template="lab-inputs",
        parameters={"must": "x", "may": "y"},
        description="lab-partial again",
        concurrency=1,
        job_timeout=600,
        foreman={"effective_user": "oracle", "ssh_user": "joe", "randomized_ordering": True, "password": "p4ss"},
        **WEB,
    )
    face("invoke", rerun=first, rerun_hosts="successful", foreman={"password": "n3w"})
    sent = launches()[-1].body["job_invocation"]
    assert {key: sent[key] for key in ("job_template_id", "targeting_type", "ssh_user", "randomized_ordering")} == {
        "job_template_id": 410,
        "targeting_type": "static_query",
        "ssh_user": "joe",
        "randomized_ordering": True,
    }
    assert sent["inputs"] == {"must": "x", "may": "y", "preset": "a value", "choice": "one"}
    assert sent["ssh"]["effective_user"] == "oracle"
    assert sent["description_format"] == "lab-partial again"
    assert sent["password"] == "********"
    if generation == "3.16":
        assert sent["concurrency_control"] == {"concurrency_level": 1}
        assert sent["execution_timeout_interval"] == 600


@pytest.mark.case("foreman-46")
def test_hidden_inputs_cannot_be_read_back(refused: Any, face: Any, launches: Any) -> None:
    first = run(face, template="lab-inputs", parameters={"must": "x"}, secret_parameters={"secret": "s"}, **WEB)
    error = refused("invoke", rerun=first, rerun_hosts="successful")
    assert (error.code, "inputs secret" in error.message) == ("unsupported", True)
    assert len(launches()) == 1


def test_inputs_that_are_not_said_are_not_guessed(played: Any) -> None:
    """Contract 1.2: template_invocations may be absent, and old servers have nothing else."""
    detail = {
        "id": 7,
        "status_label": "failed",
        "template_id": 9,
        "dynflow_task": {"id": "a", "state": "stopped"},
        "targeting": {"targeting_type": "static_query", "search_query": "x"},
    }
    inputs = [{"id": 1, "name": "command", "input_type": "user"}]
    platform = played(
        {
            "/api/job_invocations/7": detail,
            "/api/job_invocations/7/hosts": {"results": [{"id": 1, "name": "h", "job_status": "error"}], "subtotal": 1},
            "/foreman_tasks/api/tasks/a": {},
            "/api/job_templates/9": {"id": 9, "name": "T", "template_inputs": inputs},
        }
    )
    with pytest.raises(JobsError, match="does not say the inputs of the job 7"):
        platform.plan(JobRequest(rerun=JobRef("7"), rerun_hosts="failed"))


def test_tags_are_not_known(face: Any, launches: Any) -> None:
    first = run(face, template="lab-ansible", **WEB)
    again = face("invoke", rerun=first, rerun_hosts="failed")["job"]
    assert "Ansible tags" in again["warnings"][0]
    face("invoke", rerun=first, foreman={"ansible_tags": "a"})
    assert launches()[-1].body["job_invocation"]["ansible"] == {"tags": "a", "tags_flag": "include"}


def test_what_a_rerun_does_not_take(refused: Any, face: Any, foreman_lab: Any) -> None:
    first = run(face, template="lab-ok", **WEB)
    for options in (
        {"template": "lab-ok"},
        {"targets": ["web1.example.com"]},
        {"parameters": {}},
        {"description": "x"},
        {"schedule": {"cron": "0 3 * * *"}},
        {"foreman": {"ssh_user": "x"}},
    ):
        error = refused("invoke", rerun=first, **options)
        assert error.code == "unsupported"
        assert error.message.startswith((next(iter(options)), "foreman.ssh_user"))
    foreman_lab.forget_requests()
    assert refused("invoke", rerun="99999", template="x").code == "unsupported"
    assert foreman_lab.requests() == []


def test_jobs_that_cannot_run_again(refused: Any, face: Any, server: Any, writes: Any) -> None:
    running = face("invoke", template="lab-hang", **WEB)["job"]
    count = len(writes())
    assert refused("invoke", rerun=running, rerun_hosts="failed").code == "invalid_option"
    server.orphan(int(running["id"]))
    assert refused("invoke", rerun="99999").code == "not_found"
    assert refused("invoke", rerun="x").code == "invalid_option"
    assert len(writes()) == count


@pytest.mark.case("foreman-22")
@pytest.mark.parametrize("which", ["all", "failed"])
def test_a_lost_answer_is_looked_up(face: Any, foreman_lab: Any, which: str) -> None:
    first = run(face, template="lab-partial", **WEB)
    foreman_lab.forget_requests()
    foreman_lab.fault("cut_answer", method="POST")
    again = face("invoke", rerun=first, rerun_hosts=which)["job"]
    assert again["id"] != first["id"]
    assert again["warnings"][0].startswith("The answer to the launch was lost (")
    assert len(foreman_lab.requests("POST")) == 1


@pytest.mark.case("foreman-47")
def test_check_mode(face: Any, writes: Any) -> None:
    first = run(face, template="lab-partial", **WEB)
    count = len(writes())
    for which, path, total in (
        ("all", f"/api/job_invocations/{first['id']}/rerun", 5),
        ("failed", "/api/job_invocations", 1),
    ):
        result = face("invoke", check_mode=True, rerun=first, rerun_hosts=which)
        assert (result["changed"], result["job"]["id"], result["request"]["path"]) == (True, None, path)
        assert result["job"]["host_counts"]["total"] == total
    assert len(writes()) == count


def test_a_job_that_is_not_there(played: Any) -> None:
    from ansible_collections.unified.jobs.plugins.module_utils._errors import ResourceMissingError

    platform = played({"/api/job_invocations/7": ResourceMissingError("no", status=404)})
    with pytest.raises(NotFoundError, match="^rerun: there is no job with the id 7"):
        platform.plan(JobRequest(rerun=JobRef("7")))
