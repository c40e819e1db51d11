# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small way to talk to the simulated AWX in tests."""

from __future__ import annotations

from typing import Any

import requests

from unified_jobs_lab import Lab


class _Bearer(requests.auth.AuthBase):
    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class _Nobody(requests.auth.AuthBase):
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Client:
    """Requests as one user; paths are below /api/v2/ unless they begin with a slash."""

    def __init__(self, lab: Lab, user: str | None = "admin", token: str | None = None) -> None:
        self.lab = lab
        if token:
            self.auth: Any = _Bearer(token)
        elif user:
            self.auth = (user, lab.passwords.get(user, "wrong"))
        else:
            self.auth = _Nobody()

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        """Any request; redirects are not followed."""
        url = self.lab.url() + (path if path.startswith("/") else f"/api/v2/{path}")
        options.setdefault("timeout", 120)
        options.setdefault("allow_redirects", False)
        return requests.request(method, url, auth=self.auth, verify=self.lab.ca_file or True, **options)

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of a GET that has to work."""
        answer = self("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 201) -> Any:
        """The JSON of a POST that has to be answered with a status."""
        answer = self("POST", path, json={} if body is None else body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def launch(self, template: int, body: Any = None, job_id: int | None = None) -> int:
        """Launch a job template; the id of the job."""
        if job_id is not None:
            self.lab.engine.next_id(job_id)
        row = self.post(f"job_templates/{template}/launch/", body)
        return int(row["id"])
