# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that can be found again, the tasks that hold them, and a server that repeats all that it is told.

What is secret is read from the tables of the options: a new secret option is in these tasks by itself.
"""

from __future__ import annotations

import base64
import hashlib
import http.server
import importlib
import json
import threading
from collections.abc import Iterator
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _options
from ansible_collections.unified.jobs.plugins.module_utils._arguments import argument_spec
from ansible_collections.unified.jobs.plugins.module_utils._config import SECRETS
from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS

MODULES = ("job_invocation", "job_info", "job_wait", "job_cancel")
#: what stands between the halves of a secret: signs that are written in other ways in JSON, Python, YAML and addresses
_ODD = ("-", "'\"", "\\n\\", "%{{ a }}%", "ü€", "&<>/+@", " ", "$(x)`")
_LINES = "-----BEGIN PRIVATE KEY-----\n{}\n{}\n-----END PRIVATE KEY-----\n"


class Secrets:
    """Makes secrets by name. Each has two halves of letters and digits, which no way of writing changes."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        #: secrets that others made, which are looked for as a whole
        self.others: dict[str, str] = {}

    def all(self) -> dict[str, str]:
        """All by name."""
        return {**self.values, **self.others}

    def __call__(self, name: str, *, odd: bool = True) -> str:
        """The secret of that name.

        :param odd: whether it may hold any sign, as a password, and not only those of a token.
        """
        if name not in self.values:
            first, last = self.halves(name)
            between = _ODD[len(self.values) % len(_ODD)] if odd else "-"
            self.values[name] = _LINES.format(first, last) if "key" in name and odd else first + between + last
        return self.values[name]

    @staticmethod
    def halves(name: str) -> tuple[str, str]:
        """What of a secret is searched for; half a secret is a leak too."""
        digest = hashlib.sha256(name.encode()).hexdigest()
        return f"S{digest[:11]}", f"T{digest[-11:]}"

    def found_in(self, text: str) -> list[str]:
        """The names of the secrets that a text holds, in whatever form."""
        lower = text.lower()
        return sorted(
            name
            for name, value in self.all().items()
            if any(half.lower() in lower for half in self._parts(name)) or any(form in text for form in encoded(value))
        )

    def _parts(self, name: str) -> tuple[str, ...]:
        return self.halves(name) if name in self.values else (self.others[name],)


def encoded(value: str) -> set[str]:
    """A secret as base64 shows it, alone or behind a user and a colon, wherever the groups of three begin."""
    forms = set()
    for begin in ("", "x", "xx"):
        text = base64.b64encode((begin + value).encode()).decode()
        # what the signs before and after it change is left out
        forms.add(text[4 if begin else 0 : len(text) // 4 * 4 - 4])
    return {form for form in forms if len(form) >= 12}


# -- what is secret ------------------------------------------------------------------------------------------------


def options_of(module: str) -> dict[str, Any]:
    """All options of a module, with those within them, as the module itself tells Ansible."""
    loaded = importlib.import_module(f"ansible_collections.unified.jobs.plugins.modules.{module}")
    tables: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loaded, "run_module", lambda _face, *given: tables.extend(given))
        loaded.main()
    spec = _options.connection_argument_spec()
    for table in tables:
        spec.update(argument_spec(table))
    return spec


def secret_paths(spec: dict[str, Any], before: str = "") -> Iterator[str]:
    """The names of the options that are secret, with those that they are in."""
    for name, entry in spec.items():
        if entry.get("no_log"):
            yield before + name
        yield from secret_paths(entry.get("options") or {}, f"{before}{name}.")


def filled(spec: dict[str, Any], secrets: Secrets, before: str = "") -> dict[str, Any]:
    """Values for all secret options of a table, and for what they need beside them."""
    made: dict[str, Any] = {}
    for name, entry in spec.items():
        path = before + name
        if entry.get("no_log"):
            secret = secrets(path)
            made[name] = {name: secret, "deep": {"er": [secret, 5]}} if entry["type"] == "dict" else secret
        elif entry.get("options"):
            inner = filled(entry["options"], secrets, f"{path}.")
            if inner:
                made[name] = [inner] if entry["type"] == "list" else inner
    if made:
        needed = {name: ["ssh1.example.com"] for name, entry in spec.items() if entry.get("required")}
        made = {**needed, **made}
    return made


def launch_secrets(spec: dict[str, Any], secrets: Secrets, platform: str, before: str = "") -> dict[str, Any]:
    """Values for the secret options of a launch on one platform."""
    others = set(PLATFORMS) - {platform}
    connection = {option.name for option in _options.OPTIONS}
    own = {name: entry for name, entry in spec.items() if name not in others | connection | {"jobs"}}
    return filled(own, secrets, before)


def servers(secrets: Secrets, access: dict[str, Any], write: Callable[[str, str], str]) -> dict[str, dict[str, Any]]:
    """Named servers, whose secrets come in all the ways that there are.

    :param write: puts a text into a file and gives its path.
    """
    entries = {}
    for kind in SECRETS:
        for way in ("", "_file", "_env"):
            name = f"by_{kind}{way}"
            secret = secrets(f"servers.{name}", odd=kind == "password")
            entry = {"platform": access["platform"], "url": access["url"], "username": "joe", kind + way: secret}
            if way == "_file":
                entry[kind + way] = write(name, secret + "\n")
            if way == "_env":
                entry[kind + way] = f"OF_{name}".upper()
            entries[name] = entry
    return entries


# -- a server that repeats -----------------------------------------------------------------------------------------


class _Echo(http.server.BaseHTTPRequestHandler):
    """The first part of the path is the status of the answer."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        login = self.headers.get("Authorization", "").rpartition(" ")[2]
        known = [f"{name}: {value}" for name, value in self.headers.items()]
        for text in (login, self.headers.get("X-Authentication", "")):
            try:
                known.append(base64.b64decode(text, validate=True).decode())
            except ValueError:
                known.append(text)
        said = f"echo: {self.command} {self.path} {known} {body}"
        status = int(self.path.split("/")[1])
        fields = {
            "detail": said,
            "msg": said,
            "kind": "puppetlabs.orchestrator/validation-error",
            "details": {"x": said},
        }
        page = json.dumps({**fields, "error": {"message": said}}).encode()
        if status == 200:
            page = f"<html><title>{said}</title></html>".encode()
        self.server.told.append(said)  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if status == 200 else "application/json")
        self.send_header("X-Request-Id", known[-1].encode("ascii", "replace").decode().replace("\n", " "))
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


class EchoServer(http.server.ThreadingHTTPServer):
    """Repeats in its answers what it is told, secrets and all: a server's error is no place to trust."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Echo)
        self.told: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
