# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small way to talk to the simulated Foreman in tests."""

from __future__ import annotations

from typing import Any

import requests

from unified_jobs_lab import Lab
from unified_jobs_lab.foreman import Foreman, Options


class ForemanClient:
    """Requests as one user; paths are below /api/ unless they begin with a slash. Each stands alone: no cookies."""

    def __init__(self, lab: Lab, user: str | None = "admin", password: str | None = None) -> None:
        self.lab = lab
        self.auth = None if user is None else (user, password or lab.benches["foreman"].platform.passwords[user])

    @property
    def server(self) -> Foreman:
        """The simulated server itself."""
        platform = self.lab.benches["foreman"].platform
        assert isinstance(platform, Foreman)
        return platform

    @property
    def options(self) -> Options:
        """What may be changed while it runs."""
        return self.server.options

    def as_user(self, user: str | None, password: str | None = None) -> ForemanClient:
        """The same server, somebody else."""
        return ForemanClient(self.lab, user, password)

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        """Any request; redirects are not followed."""
        url = self.lab.url("foreman") + (path if path.startswith("/") else f"/api/{path}")
        options.setdefault("timeout", 120)
        options.setdefault("allow_redirects", False)
        options.setdefault("auth", self.auth)
        return requests.request(method, url, verify=self.lab.ca_file or True, **options)

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        """The JSON of a GET that has to be answered with a status."""
        answer = self("GET", path, params=query)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        """The JSON of a POST that has to be answered with a status."""
        answer = self("POST", path, json={} if body is None else body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def create(self, template: int = 401, query: str = "name ~ web", status: int = 201, **more: Any) -> Any:
        """The answer to a launch; None takes a key out, and what begins with top_ goes beside job_invocation."""
        keys = {"job_template_id": template, "targeting_type": "static_query", "search_query": query, **more}
        body: dict[str, Any] = {k[4:]: v for k, v in keys.items() if k.startswith("top_")}
        body["job_invocation"] = {k: v for k, v in keys.items() if v is not None and not k.startswith("top_")}
        return self.post("job_invocations", body, status)

    def launch(self, template: int = 401, query: str = "name ~ web", wait: float | None = None, **more: Any) -> int:
        """Launch and let the time pass; the id."""
        number = int(self.create(template, query, **more)["id"])
        if wait is not None:
            self.lab.advance(wait)
        return number

    def row(self, number: int) -> dict[str, Any]:
        """The row of the index."""
        (found,) = self.get("job_invocations", search=f"id = {number}")["results"]
        return dict(found)

    def ids(self, search: str | None = None, **query: Any) -> list[int]:
        """The ids that the index answers."""
        return [row["id"] for row in self.get("job_invocations", search=search, **query)["results"]]

    def statuses(self, number: int) -> dict[str, str]:
        """What each host came to, by its short name."""
        hosts = self.get(f"job_invocations/{number}", host_status="true")["targeting"]["hosts"]
        return {host["name"].partition(".")[0]: host["job_status"] for host in hosts}
