# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers and refusals in the server's own shapes (contract 1.12, recordings error_*, show_404, output_404)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]

_CRASH = (
    "Internal Server Error: the server was unable to finish the request. This may be caused by unavailability of "
    "some required service, incorrect API call or a server-side bug. There may be more information in the server's "
    "logs."
)


@dataclass
class Reply:
    """An answer; its body is JSON, or nothing if it is None."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class ApiError(Exception):
    """A refusal."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status}: {body}")
        self.reply = Reply(body, status)


def refused(status: int, message: str, **more: Any) -> ApiError:
    """The usual refusal: a message in an error."""
    return ApiError(status, {"error": {"message": message, **more}})


def bare(status: int, message: str) -> ApiError:
    """A refusal without the wrapper."""
    return ApiError(status, {"message": message})


def crash() -> ApiError:
    """The server fell over."""
    return refused(500, _CRASH)


def invalid(*messages: str) -> ApiError:
    """A validation failure of create: always a 500 (recording create_500)."""
    return refused(500, "Validation failed: " + ", ".join(messages))


def not_found(resource: str, wanted: str) -> ApiError:
    """An id that leads nowhere, or to something that the caller may not see."""
    return refused(404, f"Resource {resource} not found by id '{wanted}'")


def denied(*permissions: str) -> ApiError:
    """A right is missing (recording error_403_missing_permissions)."""
    names = ", ".join(permissions)
    details = f"Missing one of the required permissions: {names}"
    return refused(403, "Access denied", details=details, missing_permissions=list(permissions))


def unauthorized(login: str) -> ApiError:
    """Whoever this is, it is not known (recording error_401)."""
    return refused(401, f"Unable to authenticate user {login}")


def ordered_refusal(status: int) -> Any:
    """What a fault with this status says."""
    if status == 401:
        return unauthorized("admin").reply.body
    if status == 403:
        return denied("view_job_invocations").reply.body
    words = {404: "Resource job_invocation not found by id '0'", 422: "The job could not be cancelled."}
    if status in words:
        return refused(status, words[status]).reply.body if status == 404 else {"message": words[status]}
    return crash().reply.body if status == 500 else {"message": f"Status {status} on request"}


def bad_search(message: str) -> ApiError:
    """A query that cannot be understood (recording error_400_bad_search)."""
    return ApiError(400, {"error": {"message": message, "class": "ScopedSearch::QueryNotSupported"}})
