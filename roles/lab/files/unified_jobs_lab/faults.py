# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on request: what a test wants to go wrong, for which requests, and how often."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

ACTIONS = {
    "status": "answer with a status instead of handling the request",
    "delay": "wait, then handle the request",
    "reset": "reset the connection before handling the request",
    "reset_sending": "reset the connection in the middle of the request's body",
    "hang_up": "close the connection without an answer before handling the request",
    "late_status": "handle the request, then answer with a status all the same",
    "late_delay": "handle the request, then wait before the answer is sent",
    "late_reset": "handle the request, then reset the connection",
    "cut_body": "handle the request, then close in the middle of the answer's body",
    "cut_answer": "handle the request, then close without an answer",
    "broken_json": "handle the request, then send half of the JSON as if it were whole",
    "html": "answer 200 with a web page",
    "redirect": "answer with a redirect",
    "wrong_type": "handle the request, then call the body text/plain",
    "endless": "answer 200 with a body that does not end (or is as big as size says)",
}


@dataclass
class Fault:
    """One thing that goes wrong. It skips so many matching requests, then happens so many times (None: always)."""

    action: str
    method: str | None = None
    path: str = ""
    times: int | None = 1
    skip: int = 0
    status: int = 503
    body: str | None = None
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after: int | str | None = None
    seconds: float = 0.0
    location: str = ""
    size: int | None = None

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            raise ValueError(f"{self.action!r} is no fault; use one of {', '.join(ACTIONS)}")
        self._path = re.compile(self.path)

    def matches(self, method: str, path: str) -> bool:
        """Whether this request is meant."""
        return (self.method is None or self.method.upper() == method) and bool(self._path.search(path))

    def as_dict(self) -> dict[str, Any]:
        """The fault as plain data."""
        return asdict(self)


class Faults:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> Fault:
        """Order a fault."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Let everything go well again."""
        with self._lock:
            self._faults.clear()

    def pending(self) -> list[dict[str, Any]]:
        """What is still to come."""
        with self._lock:
            return [fault.as_dict() for fault in self._faults]

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this request, if there is one; it counts as happened."""
        with self._lock:
            for fault in self._faults:
                if not fault.matches(method, path):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                return fault
        return None
