# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab: one or more simulated servers on one clock, with what tests need around them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from .clock import Clock
from .control import control_app
from .engine import Engine
from .faults import Fault
from .gate import Gate
from .platform import Platform
from .registry import PLATFORMS, Setup, check_generation
from .requestlog import Entry
from .server import Server
from .tls import make_tls


class Bench:
    """One simulated server: its engine, its translator, its gate."""

    def __init__(self, lab: Lab, name: str, speed: float, setup: Setup) -> None:
        self.lab = lab
        self.name = name
        self.platform: Platform = PLATFORMS[name](Engine(lab.clock, speed), setup)
        self.gate = Gate(self.platform.wsgi(), control_app(self), lab.clock)
        self.gate.log.secret_names = self.platform.secret_names
        self.gate.refusal = getattr(self.platform, "refusal", None)
        self.server: Server | None = None

    @property
    def root(self) -> str:
        """Where the server listens."""
        if self.server is None:
            raise RuntimeError("the lab has not been started")
        return self.server.url

    @property
    def url(self) -> str:
        """Where the platform's URLs begin."""
        return self.root + getattr(self.platform, "prefix", "")

    def state(self) -> dict[str, Any]:
        """The server's state as plain data."""
        engine = self.platform.engine
        with engine.lock:
            engine.settle()
            jobs = [{"id": j.id, "type": j.kind, "name": j.name, "status": j.status} for j in engine.jobs.values()]
        return {
            "platform": self.name,
            "pid": os.getpid(),
            "now": self.lab.clock.now(),
            "frozen": self.lab.clock.frozen,
            "speed": engine.speed,
            "jobs": jobs,
            "faults": self.gate.faults.pending(),
            "requests": len(self.gate.log.entries()),
        }

    def reset(self) -> None:
        """Back to the start: no jobs, no faults, no log; it listens."""
        if self.server is not None:
            self.server.start()
        self.gate.resets += 1
        with self.platform.engine.lock:
            self.platform.reset()
        self.gate.log.secret_names = self.platform.secret_names
        self.gate.faults.clear()
        self.gate.log.forget()


class Lab:
    """Simulated job servers. Use it as a context manager, or call start() and stop().

    A speed of 2 lets everything take half as long. Ports are free ones unless given. A generation is for the platform
    that knows it: Foreman (3.5, 3.12 or 3.16) or Puppet Enterprise (2018.1, 2019.8 or 2023). The prefix (a path that
    its URLs begin with) is Foreman's, the gateway is AWX's.
    """

    def __init__(
        self,
        platforms: Sequence[str] = ("awx",),
        tls: bool = False,
        gateway: bool = False,
        speed: float = 1.0,
        port: int = 0,
        ca_file: str | Path | None = None,
        generation: str = "",
        prefix: str = "",
    ) -> None:
        unknown = [name for name in platforms if name not in PLATFORMS]
        if unknown or not platforms:
            raise ValueError(f"the lab simulates {', '.join(PLATFORMS)}, not {', '.join(unknown) or 'nothing'}")
        check_generation(platforms, generation)
        self.clock = Clock()
        self._tls = tls
        self._port = port
        self._wanted_ca = Path(ca_file) if ca_file else None
        self._folder: Path | None = None
        self.ca_file: str | None = None
        self.benches = {name: Bench(self, name, speed, Setup(gateway, generation, prefix)) for name in platforms}
        self._first = next(iter(self.benches.values()))

    # -- life

    def start(self) -> Lab:
        """Open the ports; the servers answer when this returns."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def _start(self) -> None:
        tls = None
        if self._tls:
            path = self._wanted_ca
            if path is None:
                self._folder = Path(tempfile.mkdtemp(prefix="unified-jobs-lab-"))
                path = self._folder / "ca.pem"
            tls = make_tls(path)
            self.ca_file = str(path)
        for number, bench in enumerate(self.benches.values()):
            port = self._port + number if self._port else 0
            bench.server = Server(bench.gate, port, tls)
            bench.server.start()

    def stop(self) -> None:
        """Close everything."""
        for bench in self.benches.values():
            if bench.server is not None:
                bench.server.stop()
                bench.server = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def __enter__(self) -> Lab:
        """Start, for a with statement."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, at the end of a with statement."""
        self.stop()

    # -- ways in

    def url(self, platform: str = "awx") -> str:
        """Where a platform's server listens."""
        return self.benches[platform].url

    @property
    def username(self) -> str:
        """The administrator's name."""
        return self._first.platform.access.username

    @property
    def password(self) -> str:
        """The administrator's password."""
        return self._first.platform.access.password

    @property
    def token(self) -> str:
        """A token of the administrator that may write."""
        return self._first.platform.access.token

    @property
    def read_token(self) -> str:
        """A token of the administrator that may only read."""
        return self._first.platform.access.read_token

    @property
    def passwords(self) -> dict[str, str]:
        """Every user's password, by name."""
        return self._first.platform.passwords

    # -- time and content

    @property
    def engine(self) -> Engine:
        """The engine of the first platform."""
        return self._first.platform.engine

    def reset(self) -> None:
        """Everything as at the start: no jobs, no faults, an empty log, the real time. Tokens stay valid."""
        self.clock.reset()
        for bench in self.benches.values():
            bench.reset()

    def advance(self, seconds: float) -> None:
        """Move the clock on; what is due happens at once, in its order."""
        self.clock.advance(seconds)
        for bench in self.benches.values():
            with bench.platform.engine.lock:
                bench.platform.engine.settle()

    def freeze(self) -> None:
        """Let the time stand still."""
        self.clock.freeze()

    def thaw(self) -> None:
        """Let the time run again."""
        self.clock.thaw()

    def expire_tokens(self, token: str | None = None) -> None:
        """Let one token, or all, run out."""
        for bench in self.benches.values():
            bench.platform.expire_tokens(token)

    def revoke_tokens(self, token: str | None = None) -> None:
        """Revoke one token, or all, of the platforms that can."""
        for bench in self.benches.values():
            revoke = getattr(bench.platform, "revoke_tokens", None)
            if revoke is not None:
                revoke(token)

    # -- the network

    def stop_listening(self, platform: str | None = None) -> None:
        """Let a server, or all, refuse connections, and drop those that are open; jobs go on. As while it restarts."""
        for server in self._servers(platform):
            server.pause()

    def start_listening(self, platform: str | None = None) -> None:
        """Let a server, or all, accept connections again, at the same address."""
        for server in self._servers(platform):
            server.start()

    def drop_connections(self, platform: str | None = None) -> None:
        """Close the connections that clients keep, as a server or proxy does with idle ones."""
        for server in self._servers(platform):
            server.drop_connections()

    def _servers(self, platform: str | None) -> list[Server]:
        benches = [self.benches[platform]] if platform else list(self.benches.values())
        return [bench.server for bench in benches if bench.server is not None]

    # -- faults and requests

    def fault(self, action: str, platform: str | None = None, **options: Any) -> Fault:
        """Order a fault; see faults.Fault for the options (method, path, times, skip, status, seconds, ...)."""
        bench = self.benches[platform] if platform else self._first
        return bench.gate.faults.add(Fault(action, **options))

    def clear_faults(self) -> None:
        """Let everything go well again."""
        for bench in self.benches.values():
            bench.gate.faults.clear()

    def requests(self, method: str | None = None, path: str | None = None, platform: str | None = None) -> list[Entry]:
        """What was asked so far; path is a regular expression."""
        bench = self.benches[platform] if platform else self._first
        return bench.gate.log.entries(method, path)

    def forget_requests(self) -> None:
        """Start an empty request log."""
        for bench in self.benches.values():
            bench.gate.log.forget()
