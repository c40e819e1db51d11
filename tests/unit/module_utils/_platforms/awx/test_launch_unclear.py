# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A launch whose answer is lost, late or not an answer: sent once, looked up, never guessed (contract 1.3, at the end)."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _errors

Face = Callable[..., dict[str, Any]]

PING = {"credentials": ["lab-machine"], "module_name": "ping"}
#: launches of every kind, as options
LAUNCHES: dict[str, dict[str, Any]] = {
    "job template": {"template": "lab-ok", "parameters": {"x": 1}},
    "plain": {"template": "lab-noprompt"},
    "all prompts": {
        "template": "lab-prompts",
        "inventory": 2,
        "targets": ["host1", "host2"],
        "parameters": {"greeting": "p"},
        "job_timeout": 300,
        "awx": {
            "job_tags": [],
            "skip_tags": ["never"],
            "job_type": "check",
            "verbosity": 1,
            "diff_mode": True,
            "scm_branch": "main",
            "forks": 2,
            "job_slice_count": 1,
            "credentials": [3],
            "labels": [1],
            "execution_environment": 1,
            "instance_groups": [2],
        },
    },
    "survey with a password": {
        "template": "lab-survey",
        "parameters": {"target_env": "dev", "count": 3},
        "secret_parameters": {"secret": "pa55-word"},
    },
    "sliced": {"template": "lab-sliced"},
    "workflow": {"type": "workflow_job_template", "template": "lab-wf-mixed", "targets": ["host1"]},
    "management job": {"type": "system_job_template", "template_id": "1", "parameters": {"days": 30}},
    "ad hoc": {"type": "ad_hoc_command", "inventory": 2, "awx": PING, "parameters": {"n": 1}},
    "project": {"type": "project", "template": "lab-git"},
    "inventory source": {"type": "inventory_source", "template": "lab-src-ok"},
    "inventory": {"type": "inventory", "template": "lab-inventory-sourced"},
    "bulk": {"type": "bulk", "awx": {"name": "many", "nodes": [{"template": "lab-ok"}]}},
}
every_launch = pytest.mark.parametrize("options", LAUNCHES.values(), ids=LAUNCHES)


def refused(face: Face, **options: Any) -> _errors.JobsError:
    with pytest.raises(_errors.JobsError) as caught:
        face("invoke", **options)
    return caught.value


def launches(lab: Any) -> list[Any]:
    return [post for post in lab.requests("POST") if "/labels/" not in post.path]


@every_launch
@pytest.mark.case("awx-15")
@pytest.mark.parametrize("action", ["cut_answer", "cut_body", "broken_json"])
def test_accepted_but_not_answered_is_adopted(face: Face, lab: Any, options: dict[str, Any], action: str) -> None:
    lab.fault(action, method="POST")
    job = face("invoke", **options)["job"]
    assert len(launches(lab)) == 1
    assert job["id"] in {str(number) for number in lab.engine.jobs}
    assert job["warnings"][0].startswith("The answer to the launch was lost (")
    assert job["warnings"][0].endswith(f"); job {job['id']}, the only one that equals it, is taken for it.")


@every_launch
@pytest.mark.case("awx-15")
@pytest.mark.parametrize(
    "fault",
    [{"action": "reset"}, {"action": "status", "status": 502}, {"action": "status", "status": 504}, {"action": "html"}],
    ids=lambda fault: str(fault.get("status", fault["action"])),
)
def test_never_handled_is_unknown(face: Face, lab: Any, options: dict[str, Any], fault: dict[str, Any]) -> None:
    lab.fault(**fault, method="POST")
    error = refused(face, **options)
    assert error.code == "launch_unknown"
    assert "no job that equals it was found. It was not sent again. Look on the server for a job of" in error.message
    assert error.result["candidates"] == []
    assert error.result["request"]["method"] == "POST"
    assert len(launches(lab)) == 1


@pytest.mark.case("awx-15")
def test_time_out_of_a_launch_that_comes_late(face: Face, lab: Any, late_launch: Any) -> None:
    """The server goes on although the client has given up; the looks are spread over some seconds."""
    late_launch("awx")
    job = face("invoke", template="lab-ok")["job"]
    assert "did not answer in time" in job["warnings"][0]
    assert len(launches(lab)) == 1


@pytest.mark.case("awx-15")
def test_looks_are_bounded(face: Face, lab: Any, lab_time: Any) -> None:
    lab.fault("reset", method="POST")
    refused(face, template="lab-ok")
    assert len(lab.requests("GET", "/api/v2/jobs/$")) == 4
    assert sum(lab_time.slept) == 14


@pytest.mark.case("awx-15")
def test_gateway_that_stays_away(face: Face, lab: Any) -> None:
    """The look-up fails too: that is said, and nothing is sent again."""
    lab.fault("status", method="POST", status=502)
    lab.fault("status", method="GET", path="/me/$", status=502, times=None)
    error = refused(face, template="lab-ok")
    assert error.code == "launch_unknown"
    assert "Looking for it failed too: GET " in error.message
    assert len(launches(lab)) == 1


@pytest.mark.case("awx-15")
@pytest.mark.parametrize("status", [500, 503])
def test_server_error_without_a_job(face: Face, lab: Any, status: int) -> None:
    """A 500 rolls the launch back (contract 1.3): looked up all the same, then told as it is."""
    lab.fault("status", method="POST", status=status)
    error = refused(face, template="lab-ok")
    assert error.code == ("server_error" if status == 500 else "launch_unknown")
    assert len(launches(lab)) == 1


@pytest.mark.case("awx-15")
def test_server_error_after_the_job_was_made(face: Face, lab: Any) -> None:
    lab.fault("cut_answer", method="POST")
    lab.fault("status", method="GET", path="/jobs/$", status=500)
    assert face("invoke", template="lab-ok")["job"]["warnings"]


@pytest.mark.case("awx-15")
def test_bulk_with_a_server_error(face: Face, lab: Any) -> None:
    """Recording bulk-02: an HTML page with 500."""
    lab.fault("status", method="POST", status=500, body="<h1>Server Error (500)</h1>", content_type="text/html")
    error = refused(face, type="bulk", awx={"nodes": [{"template": "lab-ok"}]})
    assert error.code == "server_error"
    assert "<h1>" not in error.message
    assert len(launches(lab)) == 1


@pytest.mark.case("awx-15")
def test_never_connected_is_tried_again(face: Face, lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contract 2.5 number 10: only an attempt that made no connection is repeated."""
    assert refused(face, template="lab-ok", url="http://127.0.0.1:9").code == "connection"


@pytest.mark.case("awx-15")
def test_rate_limit_is_not_repeated(face: Face, lab: Any) -> None:
    lab.fault("status", method="POST", status=429, retry_after=1)
    assert refused(face, template="lab-ok").code == "rate_limited"
    assert len(launches(lab)) == 1


@pytest.mark.case("awx-16")
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_of_the_launch_is_not_followed(face: Face, lab: Any, status: int) -> None:
    """Contract 2.5 number 1: followed as a GET, the preflight's 200 would look like success."""
    lab.fault("redirect", method="POST", status=status, location="https://elsewhere.example.com/api/v2/x/")
    error = refused(face, template="lab-ok")
    assert (error.code, error.result["http_status"]) == ("bad_response", status)
    assert "was redirected to https://elsewhere.example.com/api/v2/x/, which is not followed" in error.message
    assert [request.method for request in lab.requests(path="/launch/$")] == ["POST"]


@pytest.mark.case("awx-16")
def test_every_path_has_its_slash(face: Face, lab: Any) -> None:
    for options in LAUNCHES.values():
        face("invoke", **options)
    assert all(request.path.endswith("/") for request in lab.requests())


# -- whose job it is -------------------------------------------------------------------------------------------

MINE: dict[str, Any] = {"template": "lab-prompts", "parameters": {"a": 1}}
OTHERS: dict[str, dict[str, Any]] = {
    "other variables": {**MINE, "parameters": {"a": 2}},
    "more variables": {**MINE, "parameters": {"a": 1, "b": 2}},
    "no variables": {"template": "lab-prompts"},
    "other limit": {**MINE, "targets": ["host1"]},
    "other tags": {**MINE, "awx": {"job_tags": ["x"]}},
    "other inventory": {**MINE, "inventory": 3},
    "other verbosity": {**MINE, "awx": {"verbosity": 2}},
    "other credential": {**MINE, "awx": {"credentials": [3]}},
    "other time-out": {**MINE, "job_timeout": 9},
    "check": {**MINE, "awx": {"job_type": "check"}},
    "other template": {"template": "lab-ok-simultaneous", "parameters": {"a": 1}},
    "other kind": {"type": "workflow_job_template", "template": "lab-wf-mixed"},
}


def meanwhile(lab: Any, monkeypatch: pytest.MonkeyPatch, face: Face, login: dict[str, Any], **options: Any) -> None:
    """Let somebody launch between the plan of the next launch and its POST."""
    from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx.platform import AwxPlatform

    plan = AwxPlatform.plan

    def planned(self: Any, request: Any) -> Any:
        launch = plan(self, request)
        monkeypatch.undo()
        face("invoke", **options, **login)
        lab.fault("reset", method="POST")
        return launch

    monkeypatch.setattr(AwxPlatform, "plan", planned)


@pytest.mark.case("awx-15")
@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_other_job_of_this_moment_is_not_adopted(
    face: Face, lab: Any, monkeypatch: pytest.MonkeyPatch, other: dict[str, Any]
) -> None:
    meanwhile(lab, monkeypatch, face, {}, **other)
    error = refused(face, **MINE)
    assert (error.code, error.result["candidates"]) == ("launch_unknown", [])


@pytest.mark.case("awx-15")
def test_job_of_another_user_is_not_adopted(face: Face, lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    operator = {"token": None, "username": "operator", "password": lab.passwords["operator"]}
    meanwhile(lab, monkeypatch, face, operator, template="lab-prompts", parameters={"a": 1})
    assert refused(face, **MINE).result["candidates"] == []


@pytest.mark.case("awx-15")
@every_launch
def test_equal_job_of_the_same_second_is_not_adopted(face: Face, lab: Any, options: dict[str, Any]) -> None:
    """The server's time has whole seconds: what was there before is known by its id (recording jt-02)."""
    lab.freeze()
    face("invoke", **options)
    lab.fault("reset", method="POST")
    error = refused(face, **options)
    assert (error.code, error.result["candidates"]) == ("launch_unknown", [])
    assert len(launches(lab)) == 2


@pytest.mark.case("awx-15")
@pytest.mark.parametrize("hosts", ["all", "failed"])
@pytest.mark.parametrize("template", ["lab-partial", "lab-fail"])
def test_equal_rerun_of_the_same_second_is_not_adopted(face: Face, lab: Any, template: str, hosts: str) -> None:
    first = face("invoke", template=template, wait=True, fail_on=[])["job"]
    lab.freeze()
    face("invoke", rerun=first, rerun_hosts=hosts)
    lab.fault("reset", method="POST")
    error = refused(face, rerun=first, rerun_hosts=hosts)
    assert (error.code, error.result["candidates"]) == ("launch_unknown", [])


@pytest.mark.case("awx-15")
@pytest.mark.parametrize(("hosts", "other"), [("failed", "all"), ("all", "failed")])
def test_rerun_on_other_hosts_is_not_adopted(
    face: Face, lab: Any, monkeypatch: pytest.MonkeyPatch, hosts: str, other: str
) -> None:
    """Contract 6.2: the limit of a job that runs again on the failed hosts holds their names."""
    first = face("invoke", template="lab-partial", wait=True, fail_on=[])["job"]
    meanwhile(lab, monkeypatch, face, {}, rerun=first, rerun_hosts=other)
    error = refused(face, rerun=first, rerun_hosts=hosts)
    assert (error.code, error.result["candidates"]) == ("launch_unknown", [])


@pytest.mark.case("awx-15")
@pytest.mark.parametrize("hosts", ["all", "failed"])
def test_rerun_without_an_answer_is_adopted(face: Face, lab: Any, hosts: str) -> None:
    first = face("invoke", template="lab-partial", wait=True, fail_on=[])["job"]
    face("invoke", rerun=first, rerun_hosts=hosts)
    lab.fault("cut_answer", method="POST")
    job = face("invoke", rerun=first, rerun_hosts=hosts)["job"]
    assert job["id"] == str(max(lab.engine.jobs))
    assert job["warnings"][0].startswith("The answer to the launch was lost")


NODE: dict[str, Any] = {"template": "lab-prompts", "limit": "host1", "extra_data": {"a": 1}, "verbosity": 0}
OTHER_NODES: dict[str, list[dict[str, Any]]] = {
    "other template": [{**NODE, "template": "lab-ok-simultaneous"}],
    "other limit": [{**NODE, "limit": "host2"}],
    "no limit": [{key: value for key, value in NODE.items() if key != "limit"}],
    "other variables": [{**NODE, "extra_data": {"a": 2}}],
    "more variables": [{**NODE, "extra_data": {"a": 1, "b": 2}}],
    "no variables": [{**NODE, "extra_data": {}}],
    "no verbosity": [{**NODE, "verbosity": None}],
    "more fields": [{**NODE, "job_tags": ["x"]}],
    "more nodes": [NODE, NODE],
}


@pytest.mark.case("awx-15")
@pytest.mark.parametrize("nodes", OTHER_NODES.values(), ids=OTHER_NODES)
def test_bulk_job_with_other_nodes_is_not_adopted(
    face: Face, lab: Any, monkeypatch: pytest.MonkeyPatch, nodes: list[dict[str, Any]]
) -> None:
    meanwhile(lab, monkeypatch, face, {}, type="bulk", validate=False, awx={"nodes": nodes})
    error = refused(face, type="bulk", validate=False, awx={"nodes": [NODE]})
    assert (error.code, error.result["candidates"]) == ("launch_unknown", [])


@pytest.mark.case("awx-15")
@pytest.mark.parametrize("name", [None, "x"])
def test_bulk_job_of_another_name_is_not_adopted(
    face: Face, lab: Any, monkeypatch: pytest.MonkeyPatch, name: str | None
) -> None:
    meanwhile(lab, monkeypatch, face, {}, type="bulk", awx={"name": "y", "nodes": [NODE]})
    error = refused(face, type="bulk", awx={"name": name, "nodes": [NODE]})
    assert (error.code, error.result["candidates"]) == ("launch_unknown", [])


@pytest.mark.case("awx-15")
def test_bulk_nodes_are_compared(face: Face, lab: Any) -> None:
    nodes = [{**NODE, "identifier": "one"}, {"template": "lab-ok"}]
    lab.fault("cut_answer", method="POST")
    job = face("invoke", type="bulk", awx={"nodes": nodes})["job"]
    assert job["id"] == str(min(lab.engine.jobs))


@pytest.mark.case("awx-15")
def test_bulk_nodes_that_cannot_be_compared(face: Face, lab: Any) -> None:
    """The row of a node does not show its credentials."""
    lab.fault("cut_answer", method="POST")
    error = refused(face, type="bulk", awx={"nodes": [{"template": "lab-prompts", "credentials": [3]}]})
    assert (error.code, error.result["candidates"]) == ("launch_unknown", [])


@pytest.mark.case("awx-15")
def test_newest_job_is_asked_for_only_where_no_row_tells(face: Face, lab: Any) -> None:
    for name, options in LAUNCHES.items():
        lab.forget_requests()
        face("invoke", **options)
        asked = [one for one in lab.requests("GET") if one.query.get("page_size", [""])[-1] == "1"]
        told = name in ("job template", "plain", "all prompts", "survey with a password", "sliced", "workflow")
        assert len(asked) == (0 if told else 1), name


@pytest.mark.case("awx-15")
def test_look_before_the_launch_fails(face: Face, lab: Any) -> None:
    """Nothing was sent, and that is not left open."""
    lab.fault("status", method="GET", path="/system_jobs/$", status=500, times=None)
    error = refused(face, **LAUNCHES["management job"])
    assert error.code == "server_error"
    assert launches(lab) == []


@pytest.mark.case("awx-15")
def test_two_that_fit_are_candidates(face: Face, lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx.platform import AwxPlatform

    meanwhile(lab, monkeypatch, face, {}, **MINE)
    planned = AwxPlatform.plan

    def then_cut(self: Any, request: Any) -> Any:
        launch = planned(self, request)
        lab.clear_faults()
        lab.fault("cut_answer", method="POST")
        return launch

    # the inner replacement goes with its own undo
    AwxPlatform.plan = then_cut  # type: ignore[method-assign]
    try:
        error = refused(face, **MINE)
    finally:
        monkeypatch.undo()
    assert error.code == "launch_unknown"
    assert len(error.result["candidates"]) == 2
    assert "2 jobs could be it: " in error.message
    assert error.result["request"]["body"] == {"extra_vars": {"a": 1}}


@pytest.mark.case("awx-15")
def test_without_the_servers_time_nothing_is_adopted(face: Face, lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a time every earlier job of the same kind would fit."""
    from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import recover

    find = recover.find_rows

    def timeless(api: Any, launch: Any) -> Any:
        launch.since = None
        return find(api, launch)

    monkeypatch.setattr(recover, "find_rows", timeless)
    lab.fault("cut_answer", method="POST")
    error = refused(face, template="lab-ok")
    assert (error.code, error.result["candidates"]) == ("launch_unknown", [])


@pytest.mark.case("awx-15")
def test_adopted_inventory_update_has_all_its_jobs(face: Face, lab: Any) -> None:
    from unified_jobs_lab.behavior import Behavior
    from unified_jobs_lab.model import Template

    native = {"project": 9, "source": "scm", "inventory": 4, "path": "x"}
    lab.engine.add_template(Template(201, "inventory_source", "second", Behavior(duration=0.8), False, native))
    lab.fault("cut_answer", method="POST")
    result = face("invoke", type="inventory", template="lab-inventory-sourced")
    assert sorted(job["template"]["id"] for job in result["jobs"]) == ["201", "28"]


@pytest.mark.case("awx-15")
def test_lost_answer_is_waited_for_as_usual(face: Face, lab: Any) -> None:
    lab.fault("cut_answer", method="POST")
    job = face("invoke", template="lab-ok", wait=True)["job"]
    assert (job["status"], len(launches(lab))) == ("successful", 1)
    assert job["warnings"][0].startswith("The answer to the launch was lost")
