# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Spoiled answers for all that reads answers: a short run of tests/fuzz, and what finds mistakes finds them."""

from __future__ import annotations

import functools
import importlib
import os
import pathlib
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TESTS = str(pathlib.Path(__file__).resolve().parents[1])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)

from fuzz import __main__ as command  # noqa: E402
from fuzz import run as fuzz_run  # noqa: E402
from fuzz import scenes, seeds, targets  # noqa: E402
from fuzz.checks import check_job, check_plain, check_result  # noqa: E402
from fuzz.mutate import ByteChoices, Choices, mutated, places  # noqa: E402
from fuzz.shrink import smallest  # noqa: E402
from fuzz.stub import FuzzClient, Time  # noqa: E402

from ansible_collections.unified.jobs.plugins.module_utils import _registry
from ansible_collections.unified.jobs.plugins.module_utils._errors import ApiError, JobsError
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman import normalize as foreman_normalize
from ansible_collections.unified.jobs.plugins.module_utils._types import Job

PLATFORMS = list(_registry.PLATFORMS)


@functools.cache
def fuzzer(platform: str) -> targets.Fuzzer:
    """All that is fuzzed of a platform, beginning with what is the same everywhere."""
    return targets.Fuzzer(platform, seeds.corpus(platform, with_recordings=False))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_body_breaks_anything(platform: str) -> None:
    """The long run is C(make soak); this one is small enough for every day, and always the same."""

    @settings(
        max_examples=500,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.binary(min_size=8, max_size=80))
    def read(data: bytes) -> None:
        target, case = fuzzer(platform).one(ByteChoices(data))
        target.read(case)

    read()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_reader_and_scene_has_its_turn(platform: str) -> None:
    """Each twice; a name of its own, so that what is told of it is not told of another."""
    turns = list(dict.fromkeys(fuzzer(platform).turns))
    names = [target.name for target in turns]
    assert len(set(names)) == len(names) > 30
    for number, target in enumerate(turns):
        for turn in (1, 2):
            target.read(target.make(Choices(f"{platform} {number} {turn}")))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_scenes_do_what_they_are_for(platform: str) -> None:
    """Unspoiled, the server is understood and what is asked for is there: else there would be little to spoil."""
    for scene in scenes.scenes(platform):
        client = FuzzClient(scene.sent, Time(), _registry.PLATFORMS[platform])
        result = scene._run(client)
        assert not isinstance(result, ApiError), (scene.name, result)
        if isinstance(result, JobsError):
            expected = {"job_failed", "wait_timeout", "launch_unknown", "cancel_failed"}
            assert result.code in expected or scene.name == "refused task", (scene.name, result)
        assert scene.used


# -- what finds mistakes finds them ------------------------------------------------------------------------------------


def test_a_mistake_is_found_and_shown_small(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A reader of dates that takes them for text, as one of ours could."""
    monkeypatch.setattr(
        foreman_normalize, "parse_date", lambda value: None if value is None else (str.strip(value), None)[1]
    )
    arguments = ["--platform", "foreman", "--reader", "normalize", "--no-recordings", "--bodies", "400", "--seed", "3"]
    assert command.main(arguments) == 1
    shown = capsys.readouterr()
    assert "descriptor 'strip' for 'str' objects doesn't apply to" in shown.err
    finding = fuzz_run.Run("foreman", 3, "normalize").go(400)[0].findings[0]
    assert len(list(places(finding.body))) <= 4
    with pytest.raises(TypeError):
        command.main([*arguments, "--body", str(finding.number)])


def test_without_mistakes_the_table_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--platform", "puppet", "--no-recordings", "--bodies", "30"]) == 0
    last = capsys.readouterr().out.splitlines()[-1].split()
    assert (last[:3], last[-1]) == (["puppet", "all", "30"], "0")


def test_nothing_but_the_table_is_printed() -> None:
    """Ansible's loader warns of configuration files that are no UTF-8; such lines hid the table."""
    words = ["--platform", "puppet", "--no-recordings", "--reader", "configuration", "--bodies", "200"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_DEPRECATION")}
    done = subprocess.run(
        [sys.executable, "-B", "-m", "fuzz", *words],
        env={**env, "PYTHONPATH": TESTS},
        capture_output=True,
        text=True,
        timeout=1800,
        check=True,
    )
    assert done.stdout.split()[:3] == ["platform", "reader", "or"]
    assert [line for line in done.stderr.splitlines() if not line.startswith("puppet: 200 bodies in ")] == []


def test_the_same_seed_gives_the_same_bodies() -> None:
    def bodies(seed: int) -> list[str]:
        run = fuzz_run.Run("awx", seed)
        return [str(fuzz_run.Finding("awx", target.name, 0, "", case)) for target, case in map(run._case, range(60))]

    assert bodies(1) == bodies(1)
    assert bodies(1) != bodies(2)


def test_what_is_endless_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_run, "SLOW", -1.0)
    line = fuzz_run.Run("awx", 1, "failed task").go(1)[0]
    assert "took more than" in str(line.findings[0])


@pytest.mark.parametrize(
    "change",
    [
        {"status": "over"},
        {"is_finished": 1},
        {"id": 5},
        {"elapsed": float("nan")},
        {"elapsed": -1.0},
        {"created_at": "2026-11-22 10:00:00"},
        {"host_counts": {}},
        {"warnings": [None]},
        {"native_status": "odd", "status": "failed", "is_finished": True, "is_successful": False},
        {"hosts": [{"name": "a"}]},
        {"failed_tasks": [{"status": "ok"}]},
        {"children": [{"status": "odd"}]},
        {"output": 5},
    ],
)
def test_the_checks_can_fail(change: dict[str, Any]) -> None:
    job = Job("awx", "job", "5").to_dict()
    check_job(job)
    with pytest.raises((AssertionError, KeyError)):
        check_job({**job, **change})


@pytest.mark.parametrize("value", [float("inf"), "\ud800", (1,), {1: 2}, {"a": {"b": b"x"}}, 10**5000], ids=range(6))
def test_what_is_not_plain_is_found(value: Any) -> None:
    check_result({"a": [1, "x", None, 1.5, {"b": True}]})
    with pytest.raises((AssertionError, ValueError)):
        check_plain({"a": [value]})


def test_bodies_are_changed_and_made_small() -> None:
    body = {"a": [1, {"b": "text"}], "c": None}
    assert sum(mutated(body, Choices(number)) != body for number in range(50)) > 40
    assert body == {"a": [1, {"b": "text"}], "c": None}
    assert smallest({**body, "d": [1, 2, [3]]}, lambda one: "a" in one and bool(one["a"])) == {"a": [1]}


def test_atheris_is_asked_for_by_name_where_it_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    assert command.main(["--atheris", "--platform", "awx"]) == 2
    assert "pip install atheris" in capsys.readouterr().err


def test_recordings_are_read_where_they_are(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "awx"
    folder.mkdir()
    (folder / "one.json").write_text('{"response": {"status": 404, "body": {"detail": "from a recording"}}}')
    monkeypatch.setenv("JOBS_RECORDINGS", str(tmp_path))
    assert {"detail": "from a recording"} in seeds.corpus("awx", with_recordings=True).errors
    assert {"detail": "from a recording"} not in seeds.corpus("awx", with_recordings=False).errors
