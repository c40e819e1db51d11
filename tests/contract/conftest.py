# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The servers that the contract tests run on: the simulated one of each platform, or a real one (make live)."""

from __future__ import annotations

import os
import pathlib
import sys
from dataclasses import dataclass, field
from typing import Any, Callable
from urllib.parse import urlsplit

import pytest
import requests

from ansible_collections.unified.jobs.plugins.module_utils import _faces
from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS

HERE = str(pathlib.Path(__file__).resolve().parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)

LIVE = "UNIFIED_JOBS_LIVE_"
#: connection options that the environment may say, each in upper case behind C(LIVE)
LIVE_ACCESS = ("url", "username", "password", "token", "ca_path")


@dataclass(frozen=True)
class Names:
    """What a server has: templates that succeed, fail on some host, and sleep; and an id that no job has.

    C(targets) is the search for the hosts, where a template does not bring them along, C(sleep_targets) that for
    the template that sleeps.
    """

    ok: str
    fail: str
    sleep: str
    targets: str | None = None
    missing: str = "99999999"
    #: the type of what is named by its bare id, where ids are not unique among the types
    type: str | None = None


#: by platform, what the simulated server has
LAB = {
    "awx": Names(ok="lab-ok", fail="lab-partial", sleep="lab-sleep"),
    "foreman": Names(ok="lab-ok", fail="lab-partial", sleep="lab-hang", targets="name ~ web"),
    "puppet": Names(
        ok="lab::output",
        fail="lab::partial",
        # a plain stop lets what runs come to its end, so that only a job with nodes to come ends as stopped
        sleep="lab::queue",
        targets='nodes[certname] { certname ~ "web" }',
        type="job",
    ),
}


@dataclass
class World:
    """One server, as a test sees it."""

    platform: str
    names: Names
    access: dict[str, Any]
    clock: Any
    lab: Any = None
    #: (method, path) of what was sent since the last look
    sent: list[tuple[str, str]] = field(default_factory=list)

    @property
    def kind(self) -> Any:
        """The platform's class."""
        return PLATFORMS[self.platform]

    def face(self, face: str, /, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """invoke, wait, info or cancel, as the module of that name does it."""
        values = {**self.access, **options}
        if "template" in options and not {"targets", "target_query"} & set(options) and face == "invoke":
            values["target_query"] = self.names.targets
        if face != "invoke":
            values.setdefault("type", self.names.type)
        result: dict[str, Any] = getattr(_faces, face)(values.get, check_mode=check_mode, clock=self.clock)
        return result

    def launch(self, template: str, **options: Any) -> dict[str, Any]:
        """The job of a launch."""
        job: dict[str, Any] = self.face("invoke", template=template, **options)["job"]
        return job

    def fault(self, action: str, **options: Any) -> None:
        """Let the simulated server do something wrong."""
        self.lab.fault(action, platform=self.platform, **options)

    @property
    def secrets(self) -> list[str]:
        """What logs in, which no result may show."""
        return [self.access[name] for name in ("token", "password") if self.access.get(name)]

    def forget(self) -> None:
        """Begin to note anew what is sent."""
        self.sent.clear()

    def writes(self) -> list[tuple[str, str]]:
        """What was sent that is no read."""
        return [(method, path) for method, path in self.sent if method not in ("GET", "HEAD", "OPTIONS")]


def live_world() -> World:
    """The real server that the environment names."""
    said = {name: os.environ.get(LIVE + name.upper()) for name in (*LIVE_ACCESS, "ok", "fail", "sleep", "targets")}
    login = ("token",) if said["token"] or not said["username"] else ("password",)
    missing = [LIVE + name.upper() for name in ("url", "ok", "fail", "sleep", *login) if not said[name]]
    if missing:
        pytest.fail(f"a real server was asked for, but {', '.join(missing)} is not set")
    platform = os.environ.get(LIVE + "PLATFORM", "awx")
    own = {name: str(said[name]) for name in ("ok", "fail", "sleep")}
    names = Names(**own, targets=said["targets"] or None, type=LAB[platform].type)
    access = {"platform": platform, **{name: said[name] for name in LIVE_ACCESS if said[name]}}
    return World(platform, names, access, None)


def lab_access(lab: Any, platform: str) -> dict[str, Any]:
    """The connection to a simulated server; a platform that does not care whose token it is takes the name too."""
    login = lab.benches[platform].platform.access
    return {"platform": platform, "url": lab.url(platform), "username": login.username, "token": login.token}


@pytest.fixture(params=list(PLATFORMS))
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> World:
    """The server of a platform: the real one if there is one in the environment, else the simulated one."""
    if os.environ.get(LIVE + "URL"):
        made = live_world()
        if made.platform != request.param:
            pytest.skip(f"the real server is one of {made.platform}")
    else:
        lab = request.getfixturevalue("lab")
        assert request.param in LAB, f"LAB in tests/contract/conftest.py lacks the platform {request.param}"
        access = lab_access(lab, request.param)
        made = World(request.param, LAB[request.param], access, request.getfixturevalue("lab_time"), lab)
    watch(made, monkeypatch)
    return made


@pytest.fixture
def worlds(lab: Any, lab_time: Any) -> list[World]:
    """The simulated servers of all platforms, each by its name among the same servers."""
    servers = {f"my_{name}": lab_access(lab, name) for name in PLATFORMS}
    return [World(name, LAB[name], {"servers": servers, "server": f"my_{name}"}, lab_time, lab) for name in PLATFORMS]


def watch(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Note every request that leaves this process."""
    send: Callable[..., Any] = requests.Session.request

    def noted(session: Any, method: str, url: str, *args: Any, **options: Any) -> Any:
        world.sent.append((method.upper(), urlsplit(url).path))
        return send(session, method, url, *args, **options)

    monkeypatch.setattr(requests.Session, "request", noted)


@pytest.fixture
def simulated(world: World) -> World:
    """The simulated server, for what a real one cannot be asked to do."""
    if world.lab is None:
        pytest.skip("needs the simulated server")
    return world
