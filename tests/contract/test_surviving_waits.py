# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits that survive (house 0.4): what goes wrong while a job runs, on every platform and for every face that waits.

The trouble begins within the first pause of a wait, and mostly is over after a minute. No test waits: the clock moves
the lab.
"""

from __future__ import annotations

import email.utils
import re
import socket
import time
from typing import Any, Callable

import pytest
import requests
from patience import ENDLESS, let_give_up
from surviving import DURATION, Appointments, Standing, TwoServers, Way

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError

WAYS = ("wait", "invoke", "cancel")
#: when the trouble begins and when it is over
BEGIN, END = 0.2, 60.2
HOUR = 3600.0
PAGE = "<!DOCTYPE html>\n<html><head><title>Down for maintenance</title></head><body>Back soon.</body></html>\n"


@pytest.fixture
def lab_time(lab: Any, whole_rounds: None) -> Appointments:
    """The clock that moves the lab."""
    return Appointments(lab)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, simulated: Any, monkeypatch: pytest.MonkeyPatch) -> Way:
    """A face that waits, for a job that runs."""
    made = Way(request.param, simulated)
    made.prepare(monkeypatch)
    return made


@pytest.fixture
def waiting(simulated: Any, monkeypatch: pytest.MonkeyPatch) -> Way:
    """The wait for a job that runs, for variants that all faces share."""
    made = Way("wait", simulated)
    made.prepare(monkeypatch)
    return made


def survives(way: Way, *, after: float = END, **options: Any) -> dict[str, Any]:
    """The wait goes on until the trouble is over, and tells the job's true end."""
    clock = way.world.clock
    result = way.run(**options)
    assert (result["job"]["status"], result["job"]["outcome"]) == (way.ending, "finished")
    assert result["job"]["warnings"] == []
    assert result["missing"] == []
    assert clock.passed >= after
    assert clock.passed < max(after, DURATION) + 65
    return result


def fails(way: Way, code: str, **options: Any) -> JobsError:
    """The wait ends with the word, and with the job in the result."""
    with pytest.raises(JobsError) as caught:
        way.run(**options)
    assert caught.value.code == code, caught.value.message
    return caught.value


def for_a_while(way: Way, action: str, **options: Any) -> None:
    """Let every request go wrong from the first pause on, for a minute."""
    world = way.world
    world.clock.at(BEGIN, lambda: world.fault(action, times=None, **options))
    world.clock.at(END, world.lab.clear_faults)


# -- the server is away ----------------------------------------------------------------------------------------


@pytest.fixture
def restart(way: Way) -> Callable[..., None]:
    """restart(end) lets the server refuse connections from the first pause on, until then."""
    world = way.world

    def order(end: float | None = END) -> None:
        world.clock.at(BEGIN, lambda: world.lab.stop_listening(world.platform))
        if end is not None:
            world.clock.at(end, lambda: world.lab.start_listening(world.platform))

    return order


def test_a_server_that_restarts(way: Way, restart: Callable[..., None]) -> None:
    """Connections are refused for a minute."""
    restart()
    survives(way)


def test_a_server_that_does_not_come_back(way: Way, restart: Callable[..., None]) -> None:
    restart(None)
    error = fails(way, "wait_timeout", wait_timeout=100)
    assert "The last error was: " in error.message and "cannot be reached" in error.message
    assert (error.result["job"]["outcome"], error.result["job"]["is_finished"]) == ("timed_out", False)
    assert way.world.clock.passed == pytest.approx(100)


@pytest.mark.parametrize("trouble", ["refused", "502"])
def test_a_server_that_is_away_when_a_wait_begins(simulated: Any, trouble: str, monkeypatch: Any) -> None:
    """Nothing is known of the job then, and on AWX not even where the API is."""
    way = Way("wait", simulated)
    way.prepare(monkeypatch)
    if trouble == "refused":
        simulated.lab.stop_listening(simulated.platform)
        simulated.clock.at(END, lambda: simulated.lab.start_listening(simulated.platform))
    else:
        simulated.fault("status", status=502, times=None)
        simulated.clock.at(END, simulated.lab.clear_faults)
    survives(way)


# -- pages and refusals that pass ------------------------------------------------------------------------------

PAGES = {
    "502": {"status": 502},
    "503": {"status": 503, "body": PAGE, "content_type": "text/html"},
    "504": {"status": 504},
    "500": {"status": 500},
    "200": {"status": 200, "body": PAGE, "content_type": "text/html"},
    "200 JSON": {"status": 200, "body": '{"status": "maintenance"}'},
    "404": {"status": 404, "body": PAGE, "content_type": "text/html"},
}


@pytest.mark.case("awx-28")
@pytest.mark.parametrize("page", ["502", "200"])
def test_pages_for_a_while(way: Way, page: str) -> None:
    """What a proxy says while the server behind it is away, a maintenance page with the status 200 too."""
    for_a_while(way, "status", **PAGES[page])
    survives(way)


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("502", "200")])
def test_other_pages_for_a_while(waiting: Way, page: str) -> None:
    for_a_while(waiting, "status", **PAGES[page])
    survives(waiting)


def test_a_page_that_stays(waiting: Way) -> None:
    waiting.world.clock.at(BEGIN, lambda: waiting.world.fault("html", times=None, body=PAGE))
    error = fails(waiting, "wait_timeout", wait_timeout=100)
    assert "The last error was: " in error.message and "an HTML page" in error.message
    assert "maintenance" not in error.message
    assert waiting.world.clock.passed == pytest.approx(100)


# -- 429 -------------------------------------------------------------------------------------------------------


SAID = {"date": 7, "a date gone by": -500, "a date far away": 99 * HOUR}


def retry_after(way: Way, said: Any, off: float = 0.0) -> Any:
    """What the header holds; a date by a clock that is off."""
    if said not in SAID:
        return said
    return email.utils.formatdate(way.world.lab.clock.now() + BEGIN + SAID[said] + off, usegmt=True)


@pytest.mark.case("awx-50")
@pytest.mark.parametrize("said", [7, "date"])
def test_a_server_that_asks_to_come_back_later(way: Way, said: Any) -> None:
    """In seconds and as a date, which counts from the server's own clock."""
    for_a_while(way, "status", status=429, retry_after=retry_after(way, said))
    survives(way)
    refused = [entry for entry in way.world.lab.requests(platform=way.world.platform) if entry.status == 429]
    assert len(refused) <= (10 if said == 7 else 40)


@pytest.mark.parametrize("said", ["a date gone by", "a date far away", "-5", "soon", 999999, None])
def test_odd_wishes_to_come_back_later(waiting: Way, said: Any) -> None:
    """None is heeded for more than a minute."""
    for_a_while(waiting, "status", status=429, retry_after=retry_after(waiting, said))
    survives(waiting)


@pytest.mark.parametrize("off", [-5 * HOUR, 5 * HOUR])
@pytest.mark.parametrize("by", ["its own clock", "a true one"])
def test_a_date_of_a_server_whose_clock_is_wrong(waiting: Way, off: float, by: str, monkeypatch: Any) -> None:
    gate = waiting.world.lab.benches[waiting.world.platform].gate
    monkeypatch.setattr(gate, "clock", Standing(off, gate.clock))
    said = retry_after(waiting, "date", off if by == "its own clock" else 0.0)
    for_a_while(waiting, "status", status=429, retry_after=said)
    survives(waiting)


def test_a_server_that_never_has_time(waiting: Way) -> None:
    world = waiting.world
    world.clock.at(BEGIN, lambda: world.fault("status", status=429, times=None, retry_after=100000))
    error = fails(waiting, "wait_timeout", wait_timeout=100)
    assert "The last error was: " in error.message and "429" in error.message
    assert world.clock.passed == pytest.approx(100)
    assert len([entry for entry in world.lab.requests(platform=world.platform) if entry.status == 429]) < 10


# -- slow answers ----------------------------------------------------------------------------------------------


@pytest.fixture
def slow(way: Way, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """slow(seconds) lets each answer take so long from the first pause on, on the clock of the test."""
    send = requests.Session.request

    def begin(seconds: float) -> None:
        def late(*args: Any, **options: Any) -> Any:
            way.world.clock.sleep(seconds)
            return send(*args, **options)

        monkeypatch.setattr(requests.Session, "request", late)

    return lambda seconds: way.world.clock.at(BEGIN, lambda: begin(seconds))


def test_answers_that_are_slower_than_the_interval(way: Way, slow: Callable[[float], None]) -> None:
    slow(8)
    result = survives(way, after=DURATION - 10, **({} if way.name == "cancel" else {"include": ["hosts"]}))
    assert result["job"]["elapsed"] is not None


def test_slow_answers_do_not_move_the_deadline(way: Way, slow: Callable[[float], None]) -> None:
    """By one request time-out at the most."""
    slow(15)
    fails(way, "wait_timeout", wait_timeout=5, wait_interval=4, on_timeout="leave")
    assert 5 <= way.world.clock.passed <= 5 + 30


@pytest.mark.parametrize("times", [1, 5])
def test_answers_that_are_slower_than_the_time_out(waiting: Way, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, and for a whole look with all its tries."""
    world = waiting.world
    let_give_up(world, monkeypatch)
    world.clock.at(BEGIN, lambda: world.fault("late_delay", method="GET", times=times, seconds=ENDLESS))
    survives(waiting, after=0)
    slow = [entry for entry in world.lab.requests(platform=world.platform) if entry.fault == "late_delay"]
    assert len(slow) == times


# -- the network -----------------------------------------------------------------------------------------------


@pytest.fixture
def unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment in which a close is still on its way: the library finds nothing wrong with the connection."""
    monkeypatch.setattr("urllib3.connectionpool.is_connection_dropped", lambda _connection: False)


def test_a_kept_connection_that_was_closed(way: Way, unseen: None) -> None:
    """Before each look."""
    world = way.world
    for moment in range(0, 100, 1):
        world.clock.at(moment + BEGIN, lambda: world.lab.drop_connections(world.platform))
    survives(way, after=0)


@pytest.mark.parametrize("name", ["invoke", "cancel"])
def test_a_kept_connection_that_was_closed_before_a_write(
    simulated: Any, name: str, unseen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A launch reaches the server once, and is not taken for one of which nobody knows whether it took effect."""
    way = Way(name, simulated)
    way.prepare(monkeypatch)
    send, lab = requests.Session.request, simulated.lab

    def cut(session: Any, method: str, *args: Any, **options: Any) -> Any:
        if method.upper() != "GET":
            lab.drop_connections(simulated.platform)
        return send(session, method, *args, **options)

    monkeypatch.setattr(requests.Session, "request", cut)
    lab.forget_requests()
    survives(way, after=0)
    assert len(lab.requests("POST", platform=simulated.platform)) == 1


@pytest.fixture
def nameless(simulated: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[float]]:
    """nameless(code, times, until) lets names have no address from the first pause on; it gives the times of that."""

    def order(code: int, times: int = 10_000, until: float = HOUR) -> list[float]:
        clock, find = simulated.clock, socket.getaddrinfo
        failed: list[float] = []

        def fail(*args: Any, **options: Any) -> Any:
            if len(failed) < times and clock.passed < until:
                failed.append(clock.passed)
                raise socket.gaierror(code, "no address")
            return find(*args, **options)

        def begin() -> None:
            monkeypatch.setattr(socket, "getaddrinfo", fail)
            simulated.lab.drop_connections(simulated.platform)

        clock.at(BEGIN, begin)
        return failed

    return order


def test_a_name_that_has_no_address_once(way: Way, nameless: Callable[..., list[float]]) -> None:
    failed = nameless(socket.EAI_AGAIN, 1)
    survives(way, after=0)
    assert len(failed) == 1


@pytest.mark.parametrize("code", [socket.EAI_AGAIN, socket.EAI_NONAME], ids=["again", "no name"])
def test_a_name_that_has_no_address_for_a_while(waiting: Way, nameless: Callable[..., list[float]], code: int) -> None:
    failed = nameless(code, until=END)
    survives(waiting)
    assert len(failed) > 4


# -- logins ----------------------------------------------------------------------------------------------------


def token_runs_out(way: Way) -> JobsError:
    """The message says what was used to log in; refused logins are few, since they may lock the user out."""
    world = way.world
    expire = world.lab.benches[world.platform].platform.expire_tokens
    world.clock.at(BEGIN, lambda: expire(None))
    error = fails(way, "unauthorized")
    job = error.result["job"]
    assert (job["outcome"], job["is_finished"]) == ("failed", False)
    assert "Check the token from " in error.message
    assert world.clock.passed < 10
    refused = [entry for entry in world.lab.requests(platform=world.platform) if entry.status in (401, 403)]
    assert len(refused) <= 3
    return error


@pytest.mark.case("puppet-24")
def test_a_token_that_runs_out(way: Way) -> None:
    """Of a personal access token of Foreman and of one of AWX the server does not say why it is not accepted."""
    error = token_runs_out(way)
    assert ("expired" in error.message) is (way.world.platform == "puppet")


@pytest.mark.case("puppet-24")
def test_a_token_that_runs_out_is_told_with_403(worlds: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Puppet contract 1.12: some answer so."""
    world = next(world for world in worlds if world.platform == "puppet")
    world.lab.benches["puppet"].platform.options.expired_status = 403
    way = Way("wait", world)
    way.prepare(monkeypatch)
    assert "expired" in token_runs_out(way).message


@pytest.mark.case("foreman-24")
def test_a_session_that_runs_out(waiting: Way) -> None:
    """Foreman contract 2: one empty 401, then the login is sent again. Others have no sessions: nothing happens."""
    world = waiting.world
    platform = world.lab.benches[world.platform].platform
    if world.platform == "foreman":
        for moment in (BEGIN, 5, 10, 20):
            world.clock.at(moment, lambda: platform.expire_tokens("session"))
    survives(waiting, after=0)


# -- jobs that are not there -----------------------------------------------------------------------------------


def vanish(way: Way) -> None:
    """Let the first job vanish in the first pause."""
    jobs = way.world.lab.benches[way.world.platform].platform.engine.jobs
    way.world.clock.at(BEGIN, lambda: jobs.pop(min(jobs)))


@pytest.mark.case("awx-29")
@pytest.mark.case("puppet-25")
def test_a_job_that_vanishes(way: Way) -> None:
    """With the job as it was last seen."""
    vanish(way)
    error = fails(way, "job_gone")
    job = error.result["job"]
    assert (job["outcome"], job["is_finished"]) == ("gone", False)
    assert error.result["missing"] == [job["id"]]
    assert way.world.clock.passed < 10


def test_one_of_many_jobs_that_vanishes(waiting: Way) -> None:
    """The others are waited for all the same."""
    world = waiting.world
    others = [world.launch(world.names.ok) for _unused in range(4)]
    vanish(waiting)
    with pytest.raises(JobsError) as caught:
        world.face("wait", jobs=[waiting.job, *others])
    assert caught.value.code == "job_gone"
    jobs = caught.value.result["jobs"]
    assert [job["outcome"] for job in jobs] == ["gone", *["finished"] * 4]
    assert [job["status"] for job in jobs[1:]] == ["successful"] * 4
    assert caught.value.result["missing"] == [waiting.job["id"]]


# -- clocks ----------------------------------------------------------------------------------------------------


def test_a_clock_that_jumps(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """That of this machine, by hours, forward and back."""
    true, world = time.time, way.world
    for moment, by in ((BEGIN, 5 * HOUR), (10, -5 * HOUR), (20, 0)):
        world.clock.at(moment, lambda by=by: monkeypatch.setattr(time, "time", lambda: true() + by))
    survives(way, after=0, wait_timeout=100)


@pytest.mark.parametrize("by", [-5 * HOUR, 5 * HOUR])
def test_a_clock_of_the_server_that_jumps(waiting: Way, by: float, monkeypatch: pytest.MonkeyPatch) -> None:
    world = waiting.world
    gate = world.lab.benches[world.platform].gate
    world.clock.at(BEGIN, lambda: monkeypatch.setattr(gate, "clock", Standing(by, world.lab.clock)))
    survives(waiting, after=0, wait_timeout=100)


def test_a_clock_that_jumps_does_not_move_the_deadline(waiting: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    true, jumps = time.time, iter(range(100000))
    monkeypatch.setattr(time, "time", lambda: true() + HOUR * next(jumps) * (-1) ** next(jumps))
    fails(waiting, "wait_timeout", wait_timeout=12)
    assert waiting.world.clock.passed == pytest.approx(12)


# -- two servers of different age ------------------------------------------------------------------------------


def test_a_server_that_does_not_know_the_job_yet(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy behind the same address hears of it two looks later."""
    clock, begin, end = way.world.clock, *((0, 1.5) if way.name == "wait" else (BEGIN, 2.5))
    both = TwoServers(way.world, monkeypatch, lambda _path: begin <= clock.passed < end)
    both.forget()
    survives(way, after=0, wait_interval=1)
    assert both.answered


def test_two_servers_of_different_age_take_turns(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """The older one catches up from time to time, so that what is told goes forward and backward."""
    world, turns, lag = way.world, iter(range(100000)), 10
    both = TwoServers(world, monkeypatch, lambda _path: next(turns) % 2 == 1)
    for moment in range(lag, 200, lag):
        world.clock.at(moment, both.remember)
    result = survives(way, after=0)
    assert both.answered
    monkeypatch.undo()
    true = world.face("info", jobs=result["job"])["job"]
    assert {key: result["job"][key] for key in true} == true


#: the requests for the detail of a job, and for what belongs to it
DETAILS = {"awx": r"/jobs/\d+/$", "foreman": r"/(job_invocations/\d+|tasks/[^/]+)$", "puppet": r"/jobs/\d+(/nodes)?$"}


@pytest.mark.parametrize("knows", [True, False])
@pytest.mark.parametrize("lag", [8.0, HOUR])
def test_details_of_an_older_server(waiting: Way, knows: bool, lag: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lists come from a server that has seen the ends, details from one that has not, or has never heard of them."""
    world, ended = waiting.world, []
    for template in world.lab.benches[world.platform].platform.engine.templates.values():
        monkeypatch.setattr(template, "simultaneous", True)
    jobs = [waiting.job, *(world.launch(world.names.ok) for _unused in range(4))]
    world.lab.advance(5)

    def is_older(path: str) -> bool:
        if not re.search(DETAILS[world.platform], path):
            return False
        ended.append(world.clock.passed)
        return world.clock.passed < ended[0] + lag

    both = TwoServers(world, monkeypatch, is_older)
    if not knows:
        both.forget()
    result = world.face("wait", jobs=jobs)
    assert [(job["status"], job["outcome"]) for job in result["jobs"]] == [("successful", "finished")] * 5
    assert result["missing"] == []
    assert [len(job["warnings"]) for job in result["jobs"]] == [int(lag == HOUR)] * 5
    assert both.answered
    assert world.clock.passed <= ended[0] + 30 + 1


def test_nodes_of_an_older_server_do_not_hide_a_failure(simulated: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puppet contract 1.13: a job may read as finished although a node failed; only its nodes tell."""
    world = simulated
    job = world.launch("lab::soft_error" if world.platform == "puppet" else world.names.fail)
    both = TwoServers(world, monkeypatch, lambda path: "/nodes" in path and len(both.answered) < 2)
    world.lab.forget_requests()
    way = Way("wait", world, job=job)
    error = fails(way, "job_failed")
    assert error.result["job"]["failed_tasks"]
    assert len(both.answered) == (2 if world.platform == "puppet" else 0)
