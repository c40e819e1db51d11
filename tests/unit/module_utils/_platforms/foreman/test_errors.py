# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is in an error answer: Foreman contract 1.12, in each of its shapes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.errors import error_text, is_rejection

CRASH = "Internal Server Error: the server was unable to finish the request. This may be caused by ..."


@pytest.mark.case("foreman-10", "foreman-11")
@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (400, {"error": {"message": "Field 'x' not recognized", "class": "ScopedSearch"}}, "Field 'x' not recognized"),
        (400, {"status": 400, "error": "There was a problem in the JSON you submitted: x"}, "There was a problem in"),
        (401, {"error": {"message": "Unable to authenticate user x"}}, "Unable to authenticate user x"),
        (
            403,
            {
                "error": {
                    "message": "Access denied",
                    "details": "Missing one of the required permissions: create_job_invocations",
                    "missing_permissions": ["create_job_invocations"],
                }
            },
            "Access denied: Missing one of the required permissions: create_job_invocations",
        ),
        (
            403,
            {"error": {"message": "Access denied", "missing_permissions": ["a", "b"]}},
            "Access denied: missing permissions: a, b",
        ),
        (404, {"message": "Organization with id 9 not found"}, "Organization with id 9 not found"),
        (404, {"error": {"message": "Resource job_invocation not found by id '138'"}}, "Resource job_invocation not"),
        (404, {"error": "Could not rerun job 360 because its template could not be found"}, "Could not rerun job 360"),
        (415, {"error": {"message": "Media type in 'Content-Type: x' is unsupported"}}, "Media type in"),
        (422, {"message": "The job could not be cancelled."}, "The job could not be cancelled."),
        (
            422,
            {"error": {"id": None, "errors": {"name": ["has already been taken"]}, "full_messages": ["Name is taken"]}},
            "Name is taken",
        ),
        (422, {"error": {"errors": {"name": ["is taken"]}}}, "name: is taken"),
        (500, {"displayMessage": "katello says no", "errors": ["katello says no"]}, "katello says no"),
        (500, {"error": {"message": "Validation failed: a\nb"}}, "Validation failed: a b"),
        (502, None, "Bad Gateway"),
        (401, None, "not logged in, or the session is over"),
        (503, {"message": "down for maintenance"}, "down for maintenance"),
        (500, {}, "Internal Server Error"),
        (500, [], "Internal Server Error"),
        (599, {"error": None}, "no reason given"),
    ],
)
def test_shapes(status: int, body: Any, said: str) -> None:
    text = error_text(status, body, "" if body is None else json.dumps(body))
    assert text.startswith(said)
    assert "\n" not in text


@pytest.mark.case("foreman-10")
@pytest.mark.parametrize("page", ["<html><body>502</body></html>", "  <!DOCTYPE html>\n<html>", "x <html>y</html>"])
def test_html_is_never_shown(page: str) -> None:
    assert error_text(502, None, page) == "Bad Gateway"


@pytest.mark.parametrize("depth", [25, 400, 900])
def test_bodies_that_nest_without_sense(depth: int) -> None:
    """Each level took the stack of Python further, to its end."""
    errors: object = "deep"
    for _level in range(depth):
        errors = [errors]
    assert error_text(422, {"error": {"errors": errors}}, "") == "..."


def test_plain_text_and_long_text() -> None:
    assert error_text(503, None, "Try later\nplease") == "Try later please"
    assert len(error_text(500, {"message": "x" * 5000}, "")) < 700


@pytest.mark.case("foreman-9")
@pytest.mark.parametrize(
    ("status", "message", "rejected"),
    [
        (500, "Validation failed: Not all required inputs have values. Missing inputs: command", True),
        (500, "Validation failed: ", True),
        (500, "ERF42-9522 [Foreman::Exception]: Cannot specify both bookmark_id and search_query", True),
        (500, "Only one of feature or job_template_id can be specified", True),
        (500, CRASH, False),
        (502, "Validation failed: x", False),
        (500, "", False),
    ],
)
def test_a_500_of_the_validation_is_the_users_error(status: int, message: str, rejected: bool) -> None:
    assert is_rejection(status, {"error": {"message": message}}) is rejected
    assert is_rejection(status, None) is False
