# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small way to talk to the simulated Puppet Enterprise in tests."""

from __future__ import annotations

from typing import Any

import requests

from unified_jobs_lab import Lab
from unified_jobs_lab.puppet import Options, Puppet

ROOT = "/orchestrator/v1/"
WEB = [f"web{number}.example.com" for number in range(1, 6)]


class PuppetClient:
    """Requests as one user; paths are below the orchestrator's root unless they begin with a slash."""

    def __init__(self, lab: Lab, user: str | None = "admin", token: str | None = None) -> None:
        self.lab = lab
        self.token = token or ("" if user is None else self.server.tokens[user])

    @property
    def server(self) -> Puppet:
        """The simulated server itself."""
        platform = self.lab.benches["puppet"].platform
        assert isinstance(platform, Puppet)
        return platform

    @property
    def options(self) -> Options:
        """What may be changed while it runs."""
        return self.server.options

    def as_user(self, user: str | None) -> PuppetClient:
        """The same server, somebody else."""
        return PuppetClient(self.lab, user)

    def with_token(self, token: str) -> PuppetClient:
        """The same server, another token."""
        return PuppetClient(self.lab, None, token)

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        """Any request; redirects are not followed."""
        url = self.lab.url("puppet") + (path if path.startswith("/") else f"{ROOT}{path}".rstrip("/"))
        options.setdefault("timeout", 120)
        options.setdefault("allow_redirects", False)
        headers = {"X-Authentication": self.token} if self.token else {}
        headers.update(options.pop("headers", {}))
        return requests.request(method, url, headers=headers, verify=self.lab.ca_file or True, **options)

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        """The JSON of a GET that has to be answered with a status."""
        answer = self("GET", path, params=query)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 202) -> Any:
        """The JSON of a POST that has to be answered with a status."""
        answer = self("POST", path, json={} if body is None else body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def task(self, task: str = "lab::ok", nodes: Any = None, wait: float | None = None, **more: Any) -> int:
        """Run a task and let the time pass; the number of the job."""
        scope = nodes if isinstance(nodes, dict) else {"nodes": WEB if nodes is None else nodes}
        body = {"environment": "production", "task": task, "params": {}, "scope": scope, **more}
        return self._begun(self.post("command/task", body)["job"]["name"], wait)

    def deploy(self, nodes: Any = None, wait: float | None = None, **more: Any) -> int:
        """Run Puppet and let the time pass; the number of the job."""
        scope = nodes if isinstance(nodes, dict) else {"nodes": WEB if nodes is None else nodes}
        body = {"environment": "production", "scope": scope, **more}
        return self._begun(self.post("command/deploy", body)["job"]["name"], wait)

    def plan(self, plan: str, wait: float | None = None, **more: Any) -> int:
        """Run a plan and let the time pass; the number of the plan job."""
        return self._begun(self.post("command/plan_run", {"plan_name": plan, "params": {}, **more})["name"], wait)

    def _begun(self, name: str, wait: float | None) -> int:
        if wait is not None:
            self.lab.advance(wait)
        return int(name)

    def states(self, number: int) -> dict[str, str]:
        """The state of every node, by its short name."""
        return {row["name"].partition(".")[0]: row["state"] for row in self.nodes(number)}

    def nodes(self, number: int, **query: Any) -> list[dict[str, Any]]:
        """The rows of a job's nodes."""
        items: list[dict[str, Any]] = self.get(f"jobs/{number}/nodes", **query)["items"]
        return items

    def result(self, number: int) -> Any:
        """The result of a job's first node."""
        return self.nodes(number)[0]["result"]

    def refused(self, path: str, body: Any, status: int = 400) -> tuple[str, str, Any]:
        """The kind, the message and the details of a refusal, which starts nothing."""
        before = len(self.server.engine.jobs)
        found = self.post(path, body, status)
        assert len(self.server.engine.jobs) == before
        return found["kind"].rpartition("/")[2], found["msg"], found.get("details")
