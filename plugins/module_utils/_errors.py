# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what can go wrong, as exceptions that describe themselves.

JobsError
 +-- InvalidOptionError       invalid_option
 +-- MissingLibraryError      missing_library
 +-- UnsupportedError         unsupported
 +-- NotFoundError            not_found
 +-- AmbiguousError           ambiguous
 +-- NoTargetsError           no_targets
 +-- ApiError                 (a request failed)
 |    +-- ConnectionFailedError   connection
 |    +-- TlsError                tls
 |    +-- BadResponseError        bad_response
 |    +-- ServerError             server_error
 |    +-- RateLimitedError        rate_limited
 |    +-- UnauthorizedError       unauthorized
 |    +-- ForbiddenError          forbidden
 |    +-- RejectedError           rejected
 |    +-- ResourceMissingError    not_found
 +-- LaunchUnknownError       launch_unknown
 +-- LaunchConflictError      launch_conflict
 +-- JobFailedError           job_failed, job_error, job_canceled
 +-- WaitTimeoutError         wait_timeout
 +-- JobGoneError             job_gone
 +-- CancelFailedError        cancel_failed
 +-- InternalError            internal_error

The words on the right are the stable values of the result key C(error).
"""

from __future__ import annotations

import os
from typing import Any


class JobsError(Exception):
    """Base of everything that this collection raises on purpose.

    :param message: one sentence for a person.
    :param result: plain builtins that go into the task's result beside C(error) and C(msg).
    """

    code = "server_error"

    def __init__(self, message: str, **result: Any) -> None:
        super().__init__(message)
        self.message = message
        self.result: dict[str, Any] = {key: value for key, value in result.items() if value is not None}

    def to_result(self) -> dict[str, Any]:
        """Return the failure as the keys of a task result."""
        return {**self.result, "error": self.code, "msg": self.message}


class InvalidOptionError(JobsError):
    """What the user wrote cannot work; nothing has been sent."""

    code = "invalid_option"


class MissingLibraryError(JobsError):
    """A Python library is missing where the code runs."""

    code = "missing_library"


class UnsupportedError(JobsError):
    """The platform, or this version of the server, cannot do it."""

    code = "unsupported"


class NotFoundError(JobsError):
    """A template, job or related object does not exist or is hidden from this user."""

    code = "not_found"


class AmbiguousError(JobsError):
    """A name fits more than one object; C(candidates) lists them."""

    code = "ambiguous"


class NoTargetsError(JobsError):
    """The set of hosts to run on is empty."""

    code = "no_targets"


class ApiError(JobsError):
    """A request failed.

    :param status: the HTTP status, or None when no answer came.
    :param ambiguous: the server may have acted on the request all the same.
    :ivar after_unclear: an attempt before, of the same request, was ambiguous.
    """

    code = "server_error"

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        ambiguous: bool = False,
        transient: bool = False,
        retry_after: float | None = None,
        body: Any = None,
        **result: Any,
    ) -> None:
        super().__init__(message, http_status=status, **result)
        self.status = status
        self.ambiguous = ambiguous
        self.after_unclear = False
        self.transient = transient
        self.retry_after = retry_after
        self.body = body


class ConnectionFailedError(ApiError):
    """No connection, or it broke."""

    code = "connection"


class TlsError(ApiError):
    """The server's certificate was not accepted, or TLS could not be set up."""

    code = "tls"


class BadResponseError(ApiError):
    """An answer that is not what an API of this platform says (HTML, broken JSON, a redirect)."""

    code = "bad_response"


class ServerError(ApiError):
    """The server answered with a 5xx status."""

    code = "server_error"


class RateLimitedError(ApiError):
    """The server asks to come back later (429)."""

    code = "rate_limited"


class UnauthorizedError(ApiError):
    """The credentials were missing or not accepted (401)."""

    code = "unauthorized"


class ForbiddenError(ApiError):
    """The user may not do this (403)."""

    code = "forbidden"


class RejectedError(ApiError):
    """The server's own validation refused the request (other 4xx)."""

    code = "rejected"


class ResourceMissingError(ApiError):
    """The server answered 404."""

    code = "not_found"


class LaunchUnknownError(JobsError):
    """It is not known whether the one launch request took effect.

    :ivar trouble: why its job could not be looked for, None if it could.
    """

    code = "launch_unknown"
    trouble: JobsError | None = None


class LaunchConflictError(JobsError):
    """A job with the launch_key is there, but it is not what was to be launched; C(differences) says how."""

    code = "launch_conflict"


class JobFailedError(JobsError):
    """A job that was waited for did not succeed; the code says how it ended."""

    code = "job_failed"

    def __init__(self, message: str, status: str, **result: Any) -> None:
        super().__init__(message, **result)
        self.code = {"error": "job_error", "canceled": "job_canceled"}.get(status, "job_failed")


class WaitTimeoutError(JobsError):
    """The time to wait is over and a job is still not finished."""

    code = "wait_timeout"


class JobGoneError(JobsError):
    """A job vanished from the server while it was waited for."""

    code = "job_gone"


class CancelFailedError(JobsError):
    """A job could not be canceled."""

    code = "cancel_failed"


class InternalError(JobsError):
    """A bug of this collection: something that it did not raise on purpose."""

    code = "internal_error"

    @classmethod
    def of(cls, error: BaseException) -> InternalError:
        """Return the error that tells of another one, and where in our code it came from."""
        place, trace = "", error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            if "unified" in code.co_filename:
                place = f" in {os.path.basename(code.co_filename)}, line {trace.tb_lineno}"
            trace = trace.tb_next
        reason = " ".join(str(error).split())[:300]
        return cls(
            f"This is a bug in the collection unified.jobs and not in the playbook, please report it: "
            f"{type(error).__name__}{': ' + reason if reason else ''}{place}."
        )
