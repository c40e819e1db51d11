# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The message of an error body, of every shape in AWX contract 1.10 and of every recorded one."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx.errors import error_text

SHAPES: list[tuple[Any, str]] = [
    ({"detail": "Not found."}, "Not found."),
    ({"error": "Job has not finished processing events."}, "Job has not finished processing events."),
    ({"msg": "Cannot relaunch."}, "Cannot relaunch."),
    ({"errors": ["One.", "Two."]}, "One., Two."),
    ({"inventory": ['Invalid pk "9" - object does not exist.']}, 'inventory: Invalid pk "9" - object does not exist.'),
    ({"hosts": "Zero failed hosts."}, "hosts: Zero failed hosts."),
    (
        {"variables_needed_to_start": ["'x' value missing", "Value 3 for 'y' expected to be a string."]},
        "variables_needed_to_start: 'x' value missing, Value 3 for 'y' expected to be a string.",
    ),
    ({"passwords_needed_to_start": ["ssh_password"]}, "passwords_needed_to_start: ssh_password"),
    (
        {"credential_passwords": ["Missing passwords needed to start: ssh_password"]},
        "credential_passwords: Missing passwords needed to start: ssh_password",
    ),
    ({"__all__": ["One of two.", "Two of two."]}, "One of two., Two of two."),
    ({"non_field_errors": ["Neither."]}, "Neither."),
    ({"a": ["x"], "b": ["y"], "empty": []}, "a: x; b: y"),
    ({"jobs": [{"unified_job_template": ["Required."]}, {}]}, "jobs: unified_job_template: Required."),
    ({"detail": {"a": ["x", {"b": "y"}]}}, "a: x, b: y"),
    (
        {"error": "Resource is being used by running jobs.", "active_jobs": [{"type": "job", "id": 1}]},
        "Resource is being used by running jobs.",
    ),
    (["One.", "Two."], "One., Two."),
    ([{"inventory_source": 6, "status": "Could not start."}], "inventory_source: 6, status: Could not start."),
    ("plain", "plain"),
    ({"code": 7}, "code: 7"),
    ({"detail": "first line\nsecond\tline\r\n"}, "first line second line"),
    ({"detail": "bell \a and colour \x1b[31mred"}, "bell and colour [31mred"),
    ({"detail": "", "error": None, "msg": "third"}, "third"),
    ({"detail": "<html><body>page in JSON</body></html>"}, "Bad Request"),
    ({}, "Bad Request"),
    ([], "Bad Request"),
    ({"detail": ""}, "Bad Request"),
    ({"detail": {}}, "Bad Request"),
    ({"a": [], "b": {}, "c": None}, "Bad Request"),
    ([[], [None]], "Bad Request"),
    ("", "Bad Request"),
    (0, "0"),
    (False, "False"),
]


@pytest.mark.case("awx-53")
@pytest.mark.parametrize(("body", "message"), SHAPES)
def test_bodies_of_every_shape(body: Any, message: str) -> None:
    """Contract 1.10: detail, error, msg, errors, then the fields, else the reason of the status."""
    assert error_text(400, body, json.dumps(body)) == message


@pytest.mark.case("awx-53")
def test_what_is_nested_without_end_and_what_is_long_is_cut() -> None:
    nested: Any = "deep"
    for _number in range(500):
        nested = {"x": [nested]}
    assert error_text(400, nested, "")
    long = error_text(400, {"detail": "word " * 10_000}, "")
    assert len(long) < 700
    assert long.endswith(" ...")


TEXTS = [
    ("{'detail': ErrorDetail(string='Not found.', code='not_found')}", "Not found."),
    ("{'detail': ErrorDetail(string=\"It's gone.\", code='not_found')}", "It's gone."),
    ("[ErrorDetail(string='One.', code='invalid'), ErrorDetail(string='Two.', code='invalid')]", "One. Two."),
    ("{'detail': 'Not found.'}", "Not found."),
    ("{'inventory': ['Wrong.']}", "inventory: Wrong."),
    ('{"detail": "JSON called text."}', "JSON called text."),
    ("no healthy upstream", "no healthy upstream"),
    ("two\nlines\n", "two lines"),
    ("{'detail': broken", "{'detail': broken"),
    ("[" * 5000, "[" * 600 + " ..."),
    ("__import__('os').getcwd()", "__import__('os').getcwd()"),
    ("[__import__('os').getcwd()]", "[__import__('os').getcwd()]"),
    ("", "Not Found"),
    ("  \n ", "Not Found"),
    ("<!DOCTYPE html><html><body>secret</body></html>", "Not Found"),
    ("\n\n<!doctype html>\n<html>", "Not Found"),
    ("<h1>Not Found</h1>", "Not Found"),
    ("junk first <HTML><body>secret", "Not Found"),
    ("<?xml version='1.0'?><a/>", "Not Found"),
]


@pytest.mark.case("awx-38")
@pytest.mark.parametrize(("text", "message"), TEXTS)
def test_bodies_that_are_no_json(text: str, message: str) -> None:
    """Contract 1.8: text formats answer errors as the repr of a dict; contract 1.10: pages are never shown."""
    assert error_text(404, None, text) == message


@pytest.mark.parametrize(
    ("status", "words"), [(502, "Bad Gateway"), (599, "no reason given"), (524, "no reason given")]
)
def test_there_is_always_a_reason(status: int, words: str) -> None:
    assert error_text(status, None, "") == words


@pytest.mark.case("awx-53")
def test_every_recorded_error_has_a_message(recordings: pathlib.Path) -> None:
    """The issue: every error body of the recordings gives a non-empty one-line message."""
    seen = 0
    for path in sorted((recordings / "awx").glob("*.json")):
        response = json.loads(path.read_text())["response"]
        if response["status"] < 400:
            continue
        seen += 1
        body, kind = response["body"], response["headers"].get("Content-Type", "")
        message = error_text(response["status"], *((body, "") if "json" in kind else (None, body or "")))
        assert message, path.name
        assert "\n" not in message, path.name
        assert "<html" not in message.lower() and "<!doctype" not in message.lower(), path.name
        assert "ErrorDetail" not in message, path.name
        assert len(message) < 700, path.name
    assert seen > 80
