# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which jobs were there before a launch, when several are launched one after another."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx.recover import Newest
from ansible_collections.unified.jobs.plugins.module_utils._types import Job, Launch


class Server:
    """Says what its newest job is, and counts how often it was asked."""

    def __init__(self) -> None:
        self.newest, self.asked = 40, 0

    def page(self, path: str, query: dict[str, Any]) -> tuple[list[dict[str, Any]], None]:
        self.asked += path == "jobs"
        return [{"id": self.newest}], None


@pytest.fixture
def server() -> Any:
    """A server whose newest job is 40."""
    return Server()


@pytest.fixture
def time() -> Any:
    """A clock that a test moves."""
    clock = SimpleNamespace(now=0.0)
    clock.monotonic = lambda: clock.now
    return clock


def planned(newest: Newest) -> Launch:
    """A launch of a template whose row showed job 30 as its newest."""
    template = {"id": 1, "summary_fields": {"recent_jobs": [{"id": 30}]}}
    context = {"template": template, "newest": 30, "planned_at": newest.planned()}
    return Launch("x/", {}, "job", {"id": 1}, {}, Job("awx", "job", None), context=context)


def test_what_the_plan_read_tells(server: Any, time: Any) -> None:
    newest = Newest(time)
    assert (newest.before(server, planned(newest)), server.asked) == (30, 0)


def test_an_old_plan_does_not_tell(server: Any, time: Any) -> None:
    newest = Newest(time)
    launch = planned(newest)
    time.now = 3.0
    assert (newest.before(server, launch), server.asked) == (40, 1)


def test_the_plan_of_a_list_is_as_old_as_its_first_read(server: Any, time: Any) -> None:
    """The row of a template that several launches have is read once."""
    newest = Newest(time)
    planned(newest)
    time.now = 3.0
    assert (newest.before(server, planned(newest)), server.asked) == (40, 1)


def test_a_launch_just_before_tells(server: Any, time: Any) -> None:
    newest = Newest(time)
    launch = planned(newest)
    time.now = 3.0
    newest.note([51, 50])
    time.now = 5.0
    assert (newest.before(server, launch), server.asked) == (51, 0)


def test_a_launch_long_before_does_not_tell(server: Any, time: Any) -> None:
    """Somebody else may have launched an equal job meanwhile, which is not to be taken for this one."""
    newest = Newest(time)
    launch = planned(newest)
    newest.note([50])
    server.newest = 60
    time.now = 2.1
    assert (newest.before(server, launch), server.asked) == (60, 1)


def test_what_was_launched_stays_known(server: Any, time: Any) -> None:
    newest = Newest(time)
    launch = planned(newest)
    newest.note([50])
    newest.note([])
    time.now = 2.1
    assert newest.before(server, launch) == 50
