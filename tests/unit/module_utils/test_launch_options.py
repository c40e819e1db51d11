# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From options to launches: what a launch of a list has from the task, and what is refused before any request."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import InvalidOptionError
from ansible_collections.unified.jobs.plugins.module_utils._launch_options import read_launch, read_launches, read_many
from ansible_collections.unified.jobs.plugins.module_utils._launching import Launching
from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS
from ansible_collections.unified.jobs.plugins.module_utils._service import Servers, Task
from ansible_collections.unified.jobs.plugins.module_utils._types import Connection, Job

JOB = Job("awx", "job", "7", "my_awx", url="https://my_awx/7").to_dict()


@pytest.fixture
def task() -> Task:
    """Servers named my_awx, my_foreman and my_puppet; the task's own is an AWX."""

    def open_server(name: str | None) -> Any:
        platform = (name or "my_awx").partition("_")[2]
        if platform not in PLATFORMS:
            raise InvalidOptionError(f"server: there is no server {name}.")
        kind: Any = PLATFORMS[platform]
        facts = {key: getattr(kind, key) for key in ("NAME", "LAUNCH_OPTIONS", "FEATURES")}
        return SimpleNamespace(**facts, connection=Connection(platform, f"https://{name}", server=name))

    return Task(Servers(open_server))


def read(task: Task, jobs: list[dict[str, Any]], **options: Any) -> list[Launching]:
    return read_launches(task, {**options, "jobs": jobs}.get, None)


def refused(task: Task, jobs: list[dict[str, Any]], **options: Any) -> str:
    with pytest.raises(InvalidOptionError) as caught:
        read(task, jobs, **options)
    assert caught.value.args == (caught.value.message,)
    return caught.value.message


# -- the rules of the list -------------------------------------------------------------------------------------


def test_rules() -> None:
    many = read_many({"jobs": [{}]}.get)
    assert many is not None
    assert (many.max_concurrent, many.on_failure) == (None, "continue")
    many = read_many({"jobs": [{}], "max_concurrent": 3, "on_failure": "stop"}.get)
    assert many is not None
    assert (many.max_concurrent, many.on_failure) == (3, "stop")
    assert read_many({}.get) is None


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"max_concurrent": 0}, "max_concurrent goes together with jobs"),
        ({"on_failure": "continue"}, "on_failure goes together with jobs"),
    ],
)
def test_rules_that_cannot_work(options: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidOptionError, match=says):
        read_many(options.get)


# -- defaults --------------------------------------------------------------------------------------------------


def test_the_options_of_the_task_are_defaults(task: Task) -> None:
    shared = {
        "template": "a",
        "inventory": "i",
        "parameters": {"x": 1},
        "secret_parameters": {"y": 2},
        "validate": False,
        "on_no_targets": "skip",
        "concurrency": 3,
        "awx": {"verbosity": 2},
        "schedule": {"start_at": "s"},
    }
    own = {
        "template": "b",
        "inventory": "j",
        "parameters": {},
        "secret_parameters": {},
        "validate": True,
        "on_no_targets": "fail",
        "concurrency": 0,
        "awx": {},
        "schedule": {"cron": "c", "start_at": None},
    }
    one, two = read(task, [dict.fromkeys(own), own], **shared)
    for launching, asked in ((one, shared), (two, own)):
        request = launching.request
        assert request.template == asked["template"]
        assert request.inventory == asked["inventory"]
        assert (request.parameters, request.secret_parameters) == (asked["parameters"], asked["secret_parameters"])
        assert (request.validate, request.concurrency) == (asked["validate"], asked["concurrency"])
        assert request.options == asked["awx"]
        assert launching.on_no_targets == asked["on_no_targets"]
    assert (one.request.schedule, two.request.schedule) == ({"start_at": "s"}, {"cron": "c"})


def test_without_options_of_the_task(task: Task) -> None:
    (one,) = read(task, [{"template": "a"}])
    assert (one.on_no_targets, one.request.validate, one.request.rerun_hosts) == ("fail", True, "all")


@pytest.mark.parametrize(
    ("own", "shared", "left"),
    [
        ({"template": "b"}, {"template_id": "1"}, ("b", None, None)),
        ({"template_id": "2"}, {"template": "a"}, (None, "2", None)),
        ({"template": "b", "template_id": "2"}, {"template": "a"}, ("b", "2", None)),
        ({"rerun": "7"}, {"template": "a", "template_id": "1", "type": "job_template"}, (None, None, "7")),
        ({"template": "b"}, {"rerun": "7", "rerun_hosts": "failed"}, ("b", None, None)),
        ({}, {"template": "a", "template_id": "1"}, ("a", "1", None)),
        ({}, {"rerun": "7"}, (None, None, "7")),
    ],
)
def test_what_is_launched_drops_the_others(
    task: Task, own: dict[str, Any], shared: dict[str, Any], left: tuple[Any, ...]
) -> None:
    request = read(task, [own, {"rerun": "8"}], **shared)[0].request
    assert (request.template, request.template_id, request.rerun and request.rerun.id) == left
    assert request.rerun_hosts == "all"


@pytest.mark.parametrize(
    ("own", "left"),
    [
        ({"targets": ["h"]}, (["h"], None)),
        ({"targets": []}, ([], None)),
        ({"target_query": "r"}, (None, "r")),
        ({"target_query": ""}, (None, "")),
        ({}, (None, "q")),
    ],
)
def test_the_hosts_drop_each_other(task: Task, own: dict[str, Any], left: tuple[Any, ...]) -> None:
    """An empty list is one too, or a launch for no host would become one for all that the task names."""
    request = read(task, [{"template": "a", **own}], target_query="q")[0].request
    assert (request.targets, request.target_query) == left


def test_all_else_is_as_the_job_had_it(task: Task) -> None:
    """What a job that runs again would be refused for is no default of it."""
    shared = {
        "target_query": "q",
        "inventory": "i",
        "parameters": {"x": 1},
        "secret_parameters": {"y": 2},
        "job_timeout": 9,
        "awx": {"verbosity": 1},
        "schedule": {"start_at": "s"},
        "validate": False,
        "on_no_targets": "skip",
    }
    again, other = read(task, [{"rerun": "1", "awx": {"credential_passwords": {}}}, {"template": "a"}], **shared)
    request = again.request
    assert (request.target_query, request.inventory, request.parameters, request.schedule) == (None,) * 4
    assert (request.secret_parameters, request.job_timeout) == (None, None)
    assert request.options == {"credential_passwords": {}}
    assert (request.validate, again.on_no_targets) == (False, "skip")
    assert (other.request.target_query, other.request.options) == ("q", {"verbosity": 1})


def test_which_hosts_of_a_job_that_runs_again(task: Task) -> None:
    one, two, three = read(
        task, [{"rerun": "1"}, {"rerun": "2", "rerun_hosts": "successful"}, {"template": "a"}], rerun_hosts="failed"
    )
    assert [item.request.rerun_hosts for item in (one, two, three)] == ["failed", "successful", "all"]


# -- servers and platforms -------------------------------------------------------------------------------------


def test_each_goes_to_its_server(task: Task) -> None:
    found = read(
        task,
        [
            {"template": "a"},
            {"template": "b", "server": "my_foreman", "foreman": {"feature": "own"}},
            {"template": "c", "server": "my_foreman"},
            {"template": "d", "server": "my_puppet"},
        ],
        awx={"verbosity": 1},
        foreman={"bookmark": "x"},
    )
    assert [one.platform_of_request().NAME for one in found] == ["awx", "foreman", "foreman", "puppet"]
    assert [one.request.server for one in found] == [None, "my_foreman", "my_foreman", "my_puppet"]
    assert [one.request.options for one in found] == [{"verbosity": 1}, {"feature": "own"}, {"bookmark": "x"}, {}]


def test_a_job_runs_again_on_its_own_server(task: Task) -> None:
    one, two, three = read(
        task, [{"rerun": JOB}, {"rerun": JOB, "server": "my_awx"}, {"rerun": "7", "server": "my_foreman"}]
    )
    assert [item.platform_of_request().connection.server for item in (one, two, three)] == [
        "my_awx",
        "my_awx",
        "my_foreman",
    ]


@pytest.mark.parametrize(
    ("jobs", "shared", "says"),
    [
        ([{}, {"foreman": {}}], {}, "Launch 2 of 2: foreman is an option of another platform than awx: leave it out."),
        ([{"awx": {}, "server": "my_puppet"}], {}, "Launch 1 of 1: awx is an option of another platform than puppet"),
        ([{}, {"server": "my_puppet"}], {"foreman": {}}, "foreman: no launch of the list is on this platform"),
        ([{"server": "my_home"}], {}, "Launch 1 of 1: server: there is no server my_home."),
        ([{}, {"rerun": JOB, "server": "my_foreman"}], {}, "Launch 2 of 2: rerun: the job 7 is on the server my_awx"),
        ([{"rerun_hosts": "failed"}], {}, "Launch 1 of 1: rerun_hosts goes together with rerun"),
        ([{}], {"rerun_hosts": "failed"}, "rerun_hosts: no launch of the list runs a job again"),
        ([{"rerun": ["1", "2"]}], {}, "Launch 1 of 1: rerun names 2 jobs: give exactly one"),
        ([{"rerun": {"jobs": []}}], {}, "Launch 1 of 1: rerun names 0 jobs"),
        ([{"rerun": True}], {}, "Launch 1 of 1: rerun: True names no job"),
        ([{"rerun": "1", "type": "project"}], {}, "Launch 1 of 1: type is the kind of a template"),
        ([{"schedule": {"cron": None}}], {}, "Launch 1 of 1: schedule says nothing"),
    ],
)
def test_what_is_refused(task: Task, jobs: list[dict[str, Any]], shared: dict[str, Any], says: str) -> None:
    assert refused(task, jobs, **shared).startswith(says)


def test_one_launch_has_the_options_of_the_task(task: Task) -> None:
    one = read_launch(task, {"template": "a", "awx": {"verbosity": 1}}.get, None)
    assert (one.request.template, one.request.options, one.request.server) == ("a", {"verbosity": 1}, None)
    with pytest.raises(InvalidOptionError, match="^foreman is an option of another platform"):
        read_launch(task, {"template": "a", "foreman": {}}.get, None)


def test_secrets_are_told_of_each(task: Task) -> None:
    noted: list[str] = []
    options = {"secret_parameters": {"a": "one"}, "awx": {"credential_passwords": {"ssh_password": "two"}}}
    jobs = [
        {"template": "a"},
        {"template": "b", "secret_parameters": {"a": "three"}},
        {"template": "c", "server": "my_foreman", "foreman": {"password": "four"}},
    ]
    found = read_launches(task, {**options, "jobs": jobs}.get, noted.extend)
    assert {"one", "two", "three", "four"} <= set(noted)
    assert [one.secrets for one in found] == [["one"], ["three"], ["one"]]


# -- the connection of the task --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["organization", "location"])
def test_a_context_that_no_launch_heeds_is_refused(task: Task, name: str) -> None:
    """Servers that are named have their own."""
    message = refused(task, [{"server": "my_foreman", "template": "t"}], **{name: "Web"})
    assert message == (
        f"{name} belongs to the connection of the task, which no launch of the list uses: write it into the entries of "
        "the servers."
    )


@pytest.mark.parametrize("options", [{}, {"server": "my_foreman"}])
def test_a_context_that_a_launch_heeds(task: Task, options: dict[str, Any]) -> None:
    jobs = [{"server": "my_foreman", "template": "t"}, {"template": "u"}]
    assert len(read(task, jobs, organization="Web", **options)) == 2
