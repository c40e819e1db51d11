# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ScopedSearch, the search language: Foreman contract 1.1 ("ScopedSearch syntax"), checklist 25 and 26."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman import search

ODD_NAMES = ['say "hi"', "back\\slash", "at", "or", "has", "100%", "a b", "Zürich", "it's", "a, b", "x\\"]


@pytest.mark.case("foreman-25")
@pytest.mark.parametrize(
    ("value", "term"),
    [
        ("plain", '"plain"'),
        ('say "hi"', '"say \\"hi\\""'),
        ("a\\b", '"a\\\\b"'),
        ("at", '"at"'),
        ("it's", '"it\'s"'),
        (5, '"5"'),
    ],
)
def test_only_double_quotes_quote(value: Any, term: str) -> None:
    assert search.quoted(value) == term


@pytest.mark.case("foreman-26")
def test_several_names_are_one_term_and_commas_get_their_own() -> None:
    assert search.one_of("name", ["a.example.com"]) == 'name = "a.example.com"'
    assert search.one_of("name", ["a", "b", "a"]) == 'name ^ ("a","b")'
    assert search.one_of("name", ["a", "b", "c,d"]) == '(name ^ ("a","b") or name = "c,d")'
    assert search.one_of("name", ["c,d"]) == 'name = "c,d"'
    assert search.ids([3, 1, 3]) == "id ^ (3,1)"


def test_terms_are_joined_in_parentheses() -> None:
    """Contract 1.1: and and or bind alike, so a term with an or has to be in parentheses."""
    assert search.all_of("a = 1", None, "b = 2 or c = 3") == "(a = 1) and (b = 2 or c = 3)"
    assert search.all_of("b = 2 or c = 3") == "b = 2 or c = 3"


@pytest.mark.case("foreman-25")
@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_find_nothing_else(face: Any, refused: Any, foreman_lab: Any, name: str) -> None:
    error = refused("invoke", template=name, targets=["web1.example.com"])
    assert error.code == "not_found"
    assert repr(name) in error.message
    sent = foreman_lab.requests("GET", "/job_templates")[0].query["search"]
    assert sent == [search.equals("name", name)]


@pytest.mark.case("foreman-25")
def test_an_odd_name_is_found(face: Any) -> None:
    name = 'lab "quoted" \\ at 100%, or not'
    job = face("invoke", template=name, targets=["web1.example.com"])["job"]
    assert job["template"]["name"] == name


@pytest.mark.case("foreman-25")
def test_two_of_a_name_are_listed(refused: Any) -> None:
    error = refused("invoke", template="lab-twin", targets=["web1.example.com"])
    assert error.code == "ambiguous"
    assert [row["id"] for row in error.result["candidates"]] == [423, 424]
    assert "423, 424" in error.message
