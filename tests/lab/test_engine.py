# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine by itself: the clock, the state machine, graphs."""

from __future__ import annotations

import pytest

from unified_jobs_lab.behavior import Behavior, Outcome, Task
from unified_jobs_lab.clock import Clock
from unified_jobs_lab.engine import Engine, Order
from unified_jobs_lab.model import Job, Node, Template
from unified_jobs_lab.plan import healed, plan, tally


@pytest.fixture
def engine() -> Engine:
    """An engine whose time stands still."""
    clock = Clock()
    clock.freeze()
    return Engine(clock)


def _template(engine: Engine, number: int = 1, simultaneous: bool = True, **script: object) -> Template:
    return engine.add_template(Template(number, "thing", f"thing {number}", Behavior(**script), simultaneous))  # type: ignore[arg-type]


def _launch(engine: Engine, template: Template, **options: object) -> Job:
    return engine.launch(Order("run", template.name, "me", template, hosts=["a", "b"], **options))  # type: ignore[arg-type]


def _after(engine: Engine, seconds: float) -> None:
    engine.clock.advance(seconds)
    engine.settle()


def test_a_job_goes_through_its_states(engine: Engine) -> None:
    """Pending, waiting, running, successful; the output is whole a little later."""
    job = _launch(engine, _template(engine, duration=2.0))
    seen = [job.status]
    for seconds in (0.16, 0.02, 2.0):
        _after(engine, seconds)
        seen.append(job.status)
    assert seen == ["pending", "waiting", "running", "successful"]
    assert not job.complete(engine.now)
    _after(engine, 1)
    assert job.complete(engine.now)
    assert job.elapsed(engine.now) == pytest.approx(2.0)


def test_time_jumps_keep_the_order_and_the_times(engine: Engine) -> None:
    """What an hour brings happens at its own times, not at the end of the hour."""
    template = _template(engine, simultaneous=False, duration=10.0)
    first, second = _launch(engine, template), _launch(engine, template)
    _after(engine, 3600)
    assert first.finished is not None and second.started is not None and second.finished is not None
    assert first.finished <= second.started
    assert second.finished < engine.now - 3000


def test_speed_divides_durations() -> None:
    """Twice the speed, half the time."""
    clock = Clock()
    clock.freeze()
    engine = Engine(clock, speed=10.0)
    job = _launch(engine, _template(engine, duration=10.0))
    _after(engine, 1.1)
    assert job.status == "successful"
    assert job.elapsed(engine.now) == pytest.approx(1.0)


def test_clock_runs_freezes_and_goes_on() -> None:
    """Frozen time moves only when told to; thawed time goes on from there."""
    clock = Clock()
    clock.freeze()
    start = clock.now()
    assert clock.now() == start
    clock.advance(100)
    assert clock.now() == start + 100
    clock.thaw()
    assert start + 100 <= clock.now() < start + 101
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(-1)


@pytest.mark.parametrize(
    ("script", "status", "word"),
    [
        ({"ending": "error", "traceback": "boom"}, "error", "error"),
        ({"ending": "lost"}, "failed", "lost"),
        ({"tasks": (Task("t", default=Outcome("failed", "no")),)}, "failed", ""),
        ({"tasks": (Task("t", hosts={"a": Outcome("unreachable", "no")}),)}, "failed", ""),
        ({"tasks": (Task("t", default=Outcome("ignored", "no")),)}, "successful", ""),
    ],
)
def test_endings(engine: Engine, script: dict[str, object], status: str, word: str) -> None:
    """Each script ends as it says."""
    job = _launch(engine, _template(engine, **script))
    _after(engine, 60)
    assert (job.status, job.reason.word) == (status, word)
    assert job.complete(engine.now) is (word != "lost")


def test_time_out_ends_a_hanging_job(engine: Engine) -> None:
    """The server's own time-out."""
    job = _launch(engine, _template(engine, ending="hang"), timeout=5.0)
    _after(engine, 4)
    assert job.status == "running"
    _after(engine, 2)
    assert (job.status, job.reason.word) == ("failed", "timeout")


def test_dependency_runs_first_and_its_failure_counts(engine: Engine) -> None:
    """A job whose dependency fails never starts."""
    bad = _template(engine, 2, tasks=(Task("t", default=Outcome("failed", "no")),))
    engine.make_dependency = lambda _job, template: _launch(engine, template)
    job = _launch(engine, _template(engine, 1, dependency=bad.id))
    _after(engine, 60)
    assert (job.status, job.started, job.reason.word) == ("failed", None, "dependency")
    assert job.reason.job is job.dependency


def test_cancel(engine: Engine) -> None:
    """A queued job stops at once, a running one soon, a stubborn one runs to its end."""
    template = _template(engine, duration=5.0)
    queued = _launch(engine, template)
    engine.cancel(queued)
    assert queued.status == "canceled" and queued.started is None
    running = _launch(engine, template)
    stubborn = _launch(engine, _template(engine, 2, duration=5.0, survives_cancel=True))
    _after(engine, 1)
    for job in (running, stubborn):
        engine.cancel(job)
        assert job.status == "running" and job.cancel_requested is not None
    _after(engine, 1)
    assert (running.status, stubborn.status) == ("canceled", "running")
    _after(engine, 5)
    assert stubborn.status == "successful"
    with pytest.raises(ValueError, match="is finished"):
        engine.cancel(running)


def test_plan_stops_hosts_that_failed() -> None:
    """A failed host has no further tasks, and counts as failed; healing makes all well."""
    script = Behavior(
        tasks=(Task("one", hosts={"a": Outcome("failed", "no")}), Task("two", default=Outcome("changed")))
    )
    steps = plan(script, ["a", "b"], 1.0)
    assert [(step.task, step.host) for step in steps] == [("one", "a"), ("one", "b"), ("two", "b")]
    assert {host: one.worst for host, one in tally(steps).items()} == {"a": "failed", "b": "changed"}
    assert {one.worst for one in tally(plan(healed(script), ["a", "b"], 1.0)).values()} == {"changed"}


def _graph(engine: Engine, nodes: list[Node]) -> Job:
    job = engine.launch(Order("graph", "graph", "me", None, "graph"))
    job.nodes = nodes

    def spawn(node: Node) -> Job:
        assert node.template is not None
        role = "gate" if node.template.kind == "gate" else "run"
        return engine.launch(Order("run", node.key, "me", node.template, role, hosts=["a"], parent=job))

    job.spawn = spawn
    return job


def test_graph_takes_the_right_paths(engine: Engine) -> None:
    """Failure leads to the failure path; the rest is never run; a handled failure is no failure."""
    good = _template(engine, 1)
    bad = _template(engine, 2, tasks=(Task("t", default=Outcome("failed", "no")),))
    nodes = [
        Node(1, "first", bad, success=[2], failure=[3]),
        Node(2, "never", good),
        Node(3, "repair", good, always=[4]),
        Node(4, "last", good),
    ]
    job = _graph(engine, nodes)
    _after(engine, 60)
    assert job.status == "successful"
    assert [(node.job.status if node.job else None, node.skipped) for node in nodes] == [
        ("failed", False),
        (None, True),
        ("successful", False),
        ("successful", False),
    ]


def test_graph_fails_on_an_unhandled_failure_and_on_a_missing_template(engine: Engine) -> None:
    """Nothing handles it: the graph failed."""
    bad = _template(engine, 2, tasks=(Task("t", default=Outcome("failed", "no")),))
    for node in (Node(1, "bad", bad), Node(2, "gone", None)):
        job = _graph(engine, [node])
        _after(engine, 60)
        assert (job.status, job.reason.word) == ("failed", "unhandled")


def test_graph_waits_for_a_gate_and_can_be_canceled(engine: Engine) -> None:
    """A gate holds the graph; canceling takes the gate along, and the graph ends a little later."""
    gate = engine.add_template(Template(3, "gate", "gate"))
    job = _graph(engine, [Node(1, "gate", gate, success=[2]), Node(2, "after", _template(engine, 1))])
    _after(engine, 3600)
    assert job.status == "running" and job.nodes[0].job is not None
    engine.cancel(job)
    assert (job.status, job.nodes[0].job.status) == ("running", "canceled")
    _after(engine, 5)
    assert job.status == "canceled" and job.nodes[1].job is None


def test_gate_opens_once_and_expires(engine: Engine) -> None:
    """A decision is final, and can come too late."""
    gate = engine.add_template(Template(3, "gate", "gate"))
    job = engine.launch(Order("gate", "gate", "me", gate, "gate"))
    engine.decide(job, "you", approve=True)
    assert (job.status, job.decided_by) == ("successful", "you")
    with pytest.raises(ValueError, match="not waiting"):
        engine.decide(job, "you", approve=False)
    late = engine.launch(Order("gate", "gate", "me", gate, "gate", timeout=10.0))
    _after(engine, 11)
    assert (late.status, late.reason.word) == ("failed", "timeout")


def test_wrong_words_are_refused(engine: Engine) -> None:
    """Scripts with typing errors do not run."""
    with pytest.raises(ValueError, match="no host outcome"):
        Outcome("fine")
    with pytest.raises(ValueError, match="no ending"):
        Behavior(ending="never")
    with pytest.raises(LookupError, match="0 templates"):
        engine.behave("nothing", duration=1.0)
    with pytest.raises(ValueError, match="greater than 0"):
        Engine(speed=0)
