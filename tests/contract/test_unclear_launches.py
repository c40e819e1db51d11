# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launched at most once (house 0.4): every way in which it may stay unclear whether a launch took effect.

Each is played on every platform, once with a server that took the request and once with one that did not. What the
launching requests were is read from the simulated server's log, and what they made from its engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import pytest
from patience import ENDLESS, Held, let_give_up, until

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError

#: by platform, the requests that launch
LAUNCHING = {"awx": "/launch/$", "foreman": "/job_invocations$", "puppet": "/command/"}
PAGE = "<html><body><h1>Please log in</h1></body></html>"


@dataclass(frozen=True)
class Case:
    """What goes wrong, whether the server took the request, and what the user is told of it."""

    name: str
    fault: dict[str, Any]
    took: bool
    said: str


def answered(name: str, said: str, **answer: Any) -> list[Case]:
    """An answer that says nothing, of a server that took the request and of something in front of one that did not."""
    return [
        Case(f"{name}, taken", {"action": "late_status", **answer}, True, said),
        Case(f"{name}, not taken", {"action": "status", **answer}, False, said),
    ]


CASES = [
    Case("time-out, taken before", {"action": "late_delay", "seconds": ENDLESS}, True, "did not answer in time"),
    Case(
        "time-out, not taken", {"action": "status", "seconds": ENDLESS, "status": 503}, False, "did not answer in time"
    ),
    Case("reset while sending, not taken", {"action": "reset_sending"}, False, "broke the connection"),
    Case("reset while waiting, taken", {"action": "late_reset"}, True, "broke the connection"),
    Case("reset while waiting, not taken", {"action": "reset"}, False, "broke the connection"),
    Case("closed while waiting, taken", {"action": "cut_answer"}, True, "broke the connection"),
    Case("closed while waiting, not taken", {"action": "hang_up"}, False, "broke the connection"),
    Case("closed in the middle of the answer, taken", {"action": "cut_body"}, True, "broke the connection"),
    *answered("502", "answered 502", status=502),
    *answered("503", "answered 503", status=503, body=PAGE, content_type="text/html"),
    *answered("504", "answered 504", status=504),
    *answered("408", "answered 408", status=408, body=PAGE, content_type="text/html"),
    Case("broken JSON, taken", {"action": "broken_json"}, True, "answered 20"),
    *answered("broken JSON of 201", "answered 201 with something that is not JSON", status=201, body='{"id": 10'),
    *answered("broken JSON of 202", "answered 202 with something that is not JSON", status=202, body='{"job": {'),
    *answered("empty 200", "names no job", status=200, body=""),
    *answered("empty 201", "names no job", status=201, body=""),
    *answered("empty 202", "names no job", status=202, body=""),
    *answered("204", "names no job", status=204, body=""),
    *answered("null of 201", "answered 201 with something", status=201, body="null"),
    *answered("other JSON of 201", "names no job", status=201, body='{"ok": true}'),
    *answered("HTML of 200", "answered 200 with an HTML page", status=200, body=PAGE, content_type="text/html"),
    *answered("HTML of 201", "answered 201 with an HTML page", status=201, body=PAGE, content_type="text/html"),
    Case("cut JSON called text, taken", {"action": "wrong_type"}, True, "answered 20"),
]
TAKEN = [case for case in CASES if case.took]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def launches(world: Any) -> list[Any]:
    """The launching requests that arrived, as a whole or in part."""
    found: list[Any] = world.lab.requests("POST", LAUNCHING[world.platform], platform=world.platform)
    return found


def made(world: Any) -> list[str]:
    """The ids of the jobs that there are."""
    return [str(number) for number in world.lab.benches[world.platform].platform.engine.jobs]


@pytest.fixture(autouse=True)
def patience(simulated: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client gives up what a fault delays."""
    let_give_up(simulated, monkeypatch)


def play(world: Any, case: Case) -> dict[str, Any]:
    """Let the case happen to the next launching request, and return the options of its launch."""
    world.fault(**case.fault, method="POST", path=LAUNCHING[world.platform])
    return {"template": world.names.ok}


def refused(world: Any, **options: Any) -> JobsError:
    with pytest.raises(JobsError) as caught:
        world.face("invoke", **options)
    return caught.value


@every_case
def test_one_request_and_what_became_of_it(simulated: Any, case: Case) -> None:
    options = play(simulated, case)
    if case.took:
        result = simulated.face("invoke", **options)
        job = result["job"]
        assert result["changed"] is True
        assert made(simulated) == [job["id"]]
        assert any(
            said.startswith("The answer to the launch was lost (")
            and case.said in said
            and said.endswith(f"); job {job['id']}, the only one that equals it, is taken for it.")
            and ".)" not in said
            for said in job["warnings"]
        ), job["warnings"]
    else:
        error = refused(simulated, **options)
        assert error.code == "launch_unknown"
        assert error.message.startswith("It is not known whether the launch took effect: ")
        assert case.said in error.message
        assert "Then no job that equals it was found. It was not sent again. Look on the server for a job of " in (
            error.message
        )
        assert f"{simulated.names.ok} since 2" in error.message
        assert error.message.endswith(" before you launch again.")
        assert error.result["candidates"] == []
        assert error.result["request"]["method"] == "POST"
        assert made(simulated) == []
    (sent,) = launches(simulated)
    assert sent.handled is case.took
    assert len(simulated.writes()) == 1


def parallel(world: Any, monkeypatch: pytest.MonkeyPatch, do: Callable[[], Any]) -> None:
    """Do something in the moment between the plan of the next launch and its request."""
    launch = world.kind.launch

    def beside(self: Any, planned: Any) -> Any:
        monkeypatch.setattr(world.kind, "launch", launch)
        do()
        return launch(self, planned)

    monkeypatch.setattr(world.kind, "launch", beside)


@pytest.mark.parametrize("case", TAKEN, ids=lambda case: case.name)
def test_a_parallel_run_of_the_same_account_is_not_adopted(
    simulated: Any, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    """The same service account launches the same in the same moment: only a mark tells the two jobs apart."""
    other: list[str] = []
    options: dict[str, Any] = {}

    def do() -> None:
        other.append(simulated.launch(simulated.names.ok)["id"])
        options.update(play(simulated, case))

    parallel(simulated, monkeypatch, do)
    if simulated.platform == "puppet":
        job = simulated.launch(simulated.names.ok)
        assert job["id"] not in other
        assert sorted([job["id"], *other]) == sorted(made(simulated))
    else:
        error = refused(simulated, template=simulated.names.ok)
        assert error.code == "launch_unknown"
        assert sorted(job["id"] for job in error.result["candidates"]) == sorted(made(simulated))
        assert "Then 2 jobs could be it: " in error.message
        assert all(number in error.message for number in made(simulated))
        assert "Look on the server for a job of " in error.message
    assert len(made(simulated)) == len(launches(simulated)) == 2


def arrives_late(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the next launching request arrive after the client gave it up and looked for its job once."""
    sleep, before, held = (
        world.clock.sleep,
        len(made(world)),
        Held(world, monkeypatch, "POST", LAUNCHING[world.platform]),
    )

    def sleeping(seconds: float) -> None:
        if seconds:
            held.release()
            until(lambda: len(made(world)) > before)
        sleep(seconds)

    monkeypatch.setattr(world.clock, "sleep", sleeping)


def test_a_parallel_run_beside_a_request_that_arrives_late(simulated: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job that is there first is that of the parallel run; the own one comes while it is looked for."""
    other: list[str] = []

    def do() -> None:
        other.append(simulated.launch(simulated.names.ok)["id"])
        arrives_late(simulated, monkeypatch)

    launch = simulated.kind.launch
    with pytest.MonkeyPatch.context() as patched:
        parallel(simulated, patched, do)
        options = {"template": simulated.names.ok}
        if simulated.platform == "puppet":
            own = simulated.face("invoke", **options)["job"]["id"]
            assert [*other, own] == made(simulated)
        else:
            error = refused(simulated, **options)
            assert error.code == "launch_unknown"
            assert sorted(job["id"] for job in error.result["candidates"]) == sorted(made(simulated))
    assert simulated.kind.launch is launch
    assert len(made(simulated)) == len(launches(simulated)) == 2


@pytest.mark.parametrize("case", TAKEN, ids=lambda case: case.name)
def test_how_long_is_looked_for_another_one(simulated: Any, case: Case) -> None:
    """A server that answered is done: the first job that is found is the one. Else all looks are made, 14 seconds."""
    simulated.face("invoke", **play(simulated, case))
    answered_at_all = "answered 2" in case.said or "names no job" in case.said
    decided = simulated.platform == "puppet" or answered_at_all
    assert simulated.clock.slept == ([] if decided else [2.0, 4.0, 8.0])


def test_the_server_takes_it_after_the_client_gave_up(simulated: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The looks are spread over some seconds, so that what comes late is found too."""
    arrives_late(simulated, monkeypatch)
    job = simulated.launch(simulated.names.ok)
    assert made(simulated) == [job["id"]]
    assert "did not answer in time" in " ".join(job["warnings"])
    assert len(launches(simulated)) == 1


#: more than the sockets of both ends keep, so that the client is still sending
LONG = "x" * 12_000_000


def test_a_reset_in_the_middle_of_a_long_body(simulated: Any) -> None:
    values: dict[str, dict[str, Any]] = {
        "awx": {"template": "lab-prompts", "parameters": {"text": LONG}},
        "foreman": {"template": "lab-inputs", "parameters": {"must": LONG}, "validate": False},
        "puppet": {"template": "lab::params", "parameters": {"message": LONG}, "validate": False},
    }
    simulated.fault("reset_sending", method="POST", path=LAUNCHING[simulated.platform])
    error = refused(simulated, **values[simulated.platform])
    assert error.code == "launch_unknown"
    assert "broke the connection" in error.message
    assert len(error.message) < 1000
    (sent,) = launches(simulated)
    assert (sent.handled, made(simulated)) == (False, [])


@pytest.mark.parametrize("cause", [case for case in TAKEN if "seconds" not in case.fault], ids=lambda case: case.name)
def test_an_adopted_job_is_waited_for(simulated: Any, cause: Case) -> None:
    result = simulated.face("invoke", **play(simulated, cause), wait=True)
    assert (result["job"]["status"], result["job"]["outcome"]) == ("successful", "finished")
    assert any(said.startswith("The answer to the launch was lost (") for said in result["job"]["warnings"])
    assert len(simulated.writes()) == 1


@pytest.mark.parametrize("trouble", [502, 403])
def test_the_look_fails_too(simulated: Any, trouble: int) -> None:
    """The gateway stays away: said, and nothing is sent again; the request is in the result."""
    path = LAUNCHING[simulated.platform]
    simulated.fault("late_status", status=502, method="POST", path=path)
    launch = simulated.kind.launch
    with pytest.MonkeyPatch.context() as patched:
        parallel(
            simulated, patched, lambda: simulated.fault("status", status=trouble, method="GET", times=None, body="{}")
        )
        error = refused(simulated, template=simulated.names.ok)
    assert simulated.kind.launch is launch
    assert error.code == "launch_unknown"
    assert f"Looking for it failed too: GET {simulated.access['url']}" in error.message
    assert f"answered {trouble}" in error.message
    assert error.result["request"]["path"]
    assert len(launches(simulated)) == len(made(simulated)) == 1


@pytest.mark.parametrize("retry_after", [7, None])
def test_a_rate_limit_launches_nothing_and_says_when_to_come_back(simulated: Any, retry_after: int | None) -> None:
    """A limit is looked at before the request is, so nothing was launched (AWX contract 2.5 number 10).

    It is not sent again all the same: house 0.4 has one launching request for each launch.
    """
    simulated.fault(
        "status", status=429, retry_after=retry_after, method="POST", path=LAUNCHING[simulated.platform], body="{}"
    )
    error = refused(simulated, template=simulated.names.ok)
    assert error.code == "rate_limited"
    assert "nothing was launched" in error.message
    assert ("in 7 s" in error.message) is (retry_after == 7)
    assert error.result["http_status"] == 429
    assert (len(launches(simulated)), made(simulated)) == (1, [])
