# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets are found in whatever form a server repeats them, and ids are let be."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._masking import (
    MASK,
    TOO_DEEP,
    hidden,
    hiding,
    mask,
    secret_options,
)

KEY = "-----BEGIN KEY-----\nAAAALINEONEsecret\nBBBBLINETWOsecret\n-----END KEY-----\n"
QUOTES = "p\"w\\d'é<x"
BLANKS = "two  blanks   pw"


@pytest.mark.parametrize("secret", [KEY, QUOTES, BLANKS, "tab\tand\nline"])
@pytest.mark.parametrize(
    "form",
    [
        str,
        lambda text: " ".join(text.split()),
        json.dumps,
        lambda text: json.dumps(text, ensure_ascii=False),
        lambda text: json.dumps({"k": json.dumps({"k": text})}),
        repr,
        ascii,
        lambda text: repr({"k": [text]}),
        lambda text: text.replace("\n", "\r\n"),
    ],
)
def test_every_form_is_masked(secret: str, form: Any) -> None:
    """House 0.4, promise 6."""
    shown = mask(f"before {form(secret)} after", [secret])
    assert MASK in shown
    for word in secret.split():
        assert word not in shown or len(word) < 4
        assert json.dumps(word)[1:-1] not in shown or len(word) < 4
    assert shown.startswith("before ")
    assert shown.endswith(" after")


def test_each_long_line_is_masked() -> None:
    assert mask("it has AAAALINEONEsecret in it", [KEY]) == f"it has {MASK} in it"
    assert mask("a short one", ["a\nshort\nsecret with long lines"]) == "a short one"


@pytest.mark.parametrize("secret", ["12", "job", "awx", "successful"])
def test_what_says_which_job_it_is_stays(secret: str) -> None:
    """House 0.4, promise 2: an id is never lost."""
    job = {"id": "1232", "status": "successful", "type": "job", "platform": "awx", "url": "https://awx/12/"}
    assert mask({"job": job, "jobs": [job]}, [secret]) == {"job": job, "jobs": [job]}
    assert mask({"name": secret}, [secret]) == {"name": MASK}
    assert mask({"id": secret}, [secret], frozenset()) == {"id": MASK}


def test_a_short_secret_is_masked_where_it_stands_alone() -> None:
    assert mask("12 of 1232", ["12"]) == f"{MASK} of 1232"


@pytest.mark.parametrize("nothing", ["", " ", "\n"])
def test_nothing_is_no_secret(nothing: str) -> None:
    assert mask("a b", [nothing]) == "a b"


def test_what_is_nested_beyond_measure() -> None:
    """House 0.4, promise 2: a body that is too deep must not cost the result."""
    value: Any = "secret"
    for _level in range(950):
        value = [value]
    shown = mask({"id": "1", "artifacts": value}, ["secret"])
    assert shown["id"] == "1"
    assert TOO_DEEP in json.dumps(shown)


def test_hidden_knows_what_is_added_later() -> None:
    secrets: list[str] = []
    with hiding(secrets), hiding(["outer"]):
        assert hidden("secret") == "secret"
        secrets.append("secret")
        assert hidden(["secret outer"]) == [f"{MASK} {MASK}"]
    assert hidden("secret") == "secret"


TABLE: dict[str, Any] = {
    "password": {"type": "str", "no_log": True},
    "user": {"type": "str"},
    "key": {"type": "str", "no_log": False},
    "logins": {
        "type": "list",
        "elements": "dict",
        "options": {
            "pin": {"no_log": True},
            "name": {},
            "deeper": {"type": "dict", "options": {"word": {"no_log": True}}},
        },
    },
}


@pytest.mark.case("puppet-68")
@pytest.mark.parametrize(
    ("values", "secrets"),
    [
        ({"password": "a", "user": "b", "key": "c"}, ["a"]),
        ({"logins": [{"pin": "a", "name": "b"}, {"pin": 12}]}, ["a", "12"]),
        ({"logins": [{"deeper": {"word": "a", "other": "b"}}]}, ["a"]),
        ({"logins": [{"pin": {"x": ["a", {"y": "b"}]}}]}, ["a", "b"]),
        # what came in another form than it should have
        ({"logins": {"pin": "a"}}, ["a"]),
        ({"logins": ["text", None, 5]}, []),
        ({"logins": "text"}, []),
        ({"password": None, "logins": None}, []),
        ({}, []),
        (None, []),
        ("text", []),
    ],
)
def test_secret_options_are_found_at_any_depth(values: Any, secrets: list[str]) -> None:
    """Options of a platform may be lists of dicts, with secrets in each."""
    assert list(secret_options(TABLE, values)) == secrets
