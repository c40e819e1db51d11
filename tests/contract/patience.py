# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time-outs of the client in truth, whose order with what the server does is the same on a slow machine too."""

from __future__ import annotations

import re
import threading
import time
from typing import Any, Callable
from urllib.parse import urlsplit

import pytest
import requests

#: seconds that the client waits for an answer which does not come
SHORT = 0.1
#: how long a fault may take that the client does not wait for; the simulated server sees that it hung up
ENDLESS = 120.0
#: the end of a test that waits in vain
LONG = 60.0


def until(reached: Callable[[], object]) -> None:
    """Wait in truth until something is so, which another thread brings about."""
    end = time.monotonic() + LONG
    while not reached():
        assert time.monotonic() < end, "what was waited for did not happen"
        time.sleep(0.01)


def let_give_up(world: Any, patch: pytest.MonkeyPatch) -> None:
    """Let the client give up each request that a fault delays: soon, but not before the server has got it.

    All other requests have as much time as ever.
    """
    send: Callable[..., Any] = requests.Session.request
    faults = world.lab.benches[world.platform].gate.faults

    def is_delayed(method: str, path: str) -> bool:
        fitting = [one for one in faults.pending() if one["method"] in (None, method) and re.search(one["path"], path)]
        return bool(fitting) and fitting[0]["seconds"] > 0 and not fitting[0]["skip"]

    def arrived() -> int:
        log = world.lab.requests(platform=world.platform)
        return sum(bool(one.fault) and (one.handled or one.fault != "late_delay") for one in log)

    def request(session: Any, method: str, url: str, *args: Any, **options: Any) -> Any:
        if not is_delayed(method.upper(), urlsplit(url).path):
            return send(session, method, url, *args, **options)
        before = arrived()
        try:
            return send(session, method, url, *args, **{**options, "timeout": (options["timeout"][0], SHORT)})
        finally:
            until(lambda: arrived() > before)

    patch.setattr(requests.Session, "request", request)


class Held:
    """Keeps requests that fit from taking effect until they may; the client gives them up. It stands in for the app."""

    def __init__(self, world: Any, patch: pytest.MonkeyPatch, method: str, path: str) -> None:
        gate = world.lab.benches[world.platform].gate
        self._app, self._fits = gate.app, (method, path)
        self._may = threading.Event()
        send: Callable[..., Any] = requests.Session.request

        def request(session: Any, method: str, url: str, *args: Any, **options: Any) -> Any:
            if self._is_held(method.upper(), urlsplit(url).path):
                options["timeout"] = (options["timeout"][0], SHORT)
            return send(session, method, url, *args, **options)

        patch.setattr(requests.Session, "request", request)
        patch.setattr(gate, "app", self)

    def release(self) -> None:
        """Let them take effect."""
        self._may.set()

    def _is_held(self, method: str, path: str) -> bool:
        return not self._may.is_set() and method == self._fits[0] and bool(re.search(self._fits[1], path))

    def __call__(self, environ: Any, start_response: Any) -> Any:
        if self._is_held(environ["REQUEST_METHOD"], environ["PATH_INFO"]):
            assert self._may.wait(LONG)
        return self._app(environ, start_response)
