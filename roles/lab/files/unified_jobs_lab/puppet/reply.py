# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers and refusals in the server's own shapes (contract 1.12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]

ORCHESTRATOR = "puppetlabs.orchestrator"
RBAC = "puppetlabs.rbac"
JSON = "application/json;charset=utf-8"  # recording 041


@dataclass
class Reply:
    """An answer; a text is sent as it is, anything else as JSON, and nothing if it is None."""

    body: Any = None
    status: int = 200
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


class ApiError(Exception):
    """A refusal."""

    def __init__(self, status: int, body: Any, content_type: str = JSON) -> None:
        super().__init__(f"{status}: {body}")
        self.reply = Reply(body, status, content_type)


def refused(status: int, kind: str, message: str, details: Any = None, namespace: str = ORCHESTRATOR) -> ApiError:
    """The usual refusal; without details the key is missing."""
    body: Row = {"kind": f"{namespace}/{kind}" if namespace else kind, "msg": message}
    if details is not None:
        body["details"] = details
    return ApiError(status, body)


def invalid(message: str, details: Any = None) -> ApiError:
    """400 validation-error."""
    return refused(400, "validation-error", message, details)


def unknown_job(number: str) -> ApiError:
    """404 for a job (recording 092)."""
    return refused(404, "unknown-job", f"Unknown job {number}", {"job-id": number})


def unknown_plan_job(number: str) -> ApiError:
    """404 for a plan job: the same kind (recording 154)."""
    return refused(404, "unknown-job", f"Unknown plan job {number}", {})


def unknown_environment(name: str) -> ApiError:
    """404 for an environment (recording 029)."""
    return refused(404, "unknown-environment", f"Unknown environment {name}", {"environment": name})


def not_permitted(message: str, details: Any = None) -> ApiError:
    """403 as JSON (recording 016)."""
    return refused(403, "not-permitted", message, details)


def forbidden(method: str, path: str, reason: str = "") -> ApiError:
    """403 as text: an authorization rule said no (recording 015)."""
    said = f"RBAC Message: {reason}. " if reason else ""
    text = f"Forbidden request: {path} (method :{method.lower()}). {said}Please see the server logs for details."
    return ApiError(403, text, "text/plain")


def no_route() -> ApiError:
    """404 without a kind: this release has no such route (recording 019)."""
    return ApiError(404, "Not Found", "text/plain")


def unknown_error(message: str) -> ApiError:
    """500 (recordings 017 and 176)."""
    return refused(500, "unknown-error", message)


def ordered_refusal(status: int) -> Any:
    """What a fault with this status says."""
    known = {
        400: invalid("The request is not valid", {}),
        401: refused(401, "token-expired", "The provided token has expired.", namespace=RBAC),
        403: not_permitted("You are not authorized to do this"),
        404: unknown_job("0"),
    }
    found = known.get(
        status, unknown_error("org.apache.http.ConnectionClosedException: Connection closed unexpectedly")
    )
    return found.reply.body
