# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request log: what arrived, what was answered, and never a secret in clear."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

MASK = "********"
_SECRET_NAME = re.compile(r"pass|secret|token|private|api_?key|unlock", re.IGNORECASE)
_SECRET_PATH = re.compile(r"(?<=/tokens/)[^/]{16,}\Z")  # a token that is named to be revoked
_SECRET_HEADERS = {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-csrftoken", "x-authentication"}


@dataclass
class Entry:
    """One request. A status of None means that no answer was sent."""

    number: int
    time: float
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any = None
    status: int | None = None
    handled: bool = False  # the simulated server did its work
    fault: str = ""
    seconds: float = 0.0
    answer_bytes: int = 0  # of the body, as far as it was sent

    def as_dict(self) -> dict[str, Any]:
        """The entry as plain data."""
        return asdict(self)


@dataclass
class RequestLog:
    """All requests since the start, or since the last forget()."""

    #: Further names whose values are secret, for instance of password questions.
    secret_names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._entries: list[Entry] = []
        self._lock = threading.Lock()

    def add(
        self,
        now: float,
        method: str,
        path: str,
        query: Mapping[str, list[str]],
        headers: Iterable[tuple[str, str]],
        body: bytes,
    ) -> Entry:
        """Note a request on its arrival."""
        shown_query = {k: [MASK] if self._secret(k) else list(v) for k, v in query.items()}
        shown_headers = {k: mask_header(k, v) for k, v in headers}
        with self._lock:
            number = len(self._entries) + 1
            shown_path = _SECRET_PATH.sub(MASK, path)
            entry = Entry(number, now, method, shown_path, shown_query, shown_headers, self._shown_body(body))
            self._entries.append(entry)
        return entry

    def entries(self, method: str | None = None, path: str | None = None) -> list[Entry]:
        """The requests so far; method is compared as it is, path is a regular expression."""
        with self._lock:
            found = list(self._entries)
        return [
            entry
            for entry in found
            if (method is None or entry.method == method.upper()) and (path is None or re.search(path, entry.path))
        ]

    def forget(self) -> None:
        """Start an empty log."""
        with self._lock:
            self._entries.clear()

    def _secret(self, name: str) -> bool:
        return name in self.secret_names or bool(_SECRET_NAME.search(name))

    def _shown_body(self, body: bytes) -> Any:
        if not body:
            return None
        try:
            return self._shown(json.loads(body))
        except (ValueError, RecursionError):
            return f"({len(body)} bytes that are not JSON)"

    def _shown(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {k: self._masked(v) if self._secret(str(k)) else self._shown(v) for k, v in value.items()}
        if isinstance(value, list):
            return [self._shown(item) for item in value]
        return self._shown_text(value) if isinstance(value, str) else value

    def _masked(self, value: Any) -> Any:
        # the names inside (which password was sent) are worth asserting on, the values are not to be seen
        return {k: MASK for k in value} if isinstance(value, dict) else MASK

    def _shown_text(self, text: str) -> str:
        # variables may come as JSON or YAML text
        try:
            inner = json.loads(text)
        except ValueError:
            names = [name for name in self.secret_names if name in text]
            return MASK if names or (_SECRET_NAME.search(text) and ":" in text) else text
        return json.dumps(self._shown(inner)) if isinstance(inner, dict) else text


def mask_header(name: str, value: str) -> str:
    """The value of a header as the log may show it."""
    if name.lower() not in _SECRET_HEADERS:
        return value
    scheme, space, _rest = value.partition(" ")
    return f"{scheme} {MASK}" if space and name.lower().endswith("authorization") else MASK
