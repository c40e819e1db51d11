# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Foreman's search language: by itself, on hosts, and on job invocations (contract 1.1)."""

from __future__ import annotations

from typing import Any

import pytest
from foreman_client import ForemanClient

from unified_jobs_lab.clock import utc
from unified_jobs_lab.foreman.matching import Field, select
from unified_jobs_lab.foreman.scoped import BadSearch, Comparison, Group, Negation, parse_search

_FIELDS = {
    "name": Field(lambda t: t["name"], default=True),
    "n": Field(lambda t: t["n"], "number"),
    "note": Field(lambda t: t.get("note"), default=True),
    "many": Field(lambda t: t.get("many")),
    "born": Field(lambda t: t["born"], "date"),
    "good": Field(lambda t: t["n"] % 2 == 0, "truth"),
    "word": Field(lambda t: t.get("word"), "words", words=("red", "blue")),
    "exact": Field(lambda t: t["name"], only_equal=True),
}
_NOW = 1_000_000_000.0
_THINGS: list[dict[str, Any]] = [
    {"name": "alpha", "n": 1, "note": 'says "hi"', "born": _NOW - 100, "many": ["x", "y"], "word": "red"},
    {"name": "beta", "n": 2, "note": "of alpha", "born": _NOW - 7200, "word": "blue"},
    {"name": "a, b", "n": 3, "born": _NOW - 200_000},
    {"name": "back\\slash 100%", "n": 4, "born": _NOW - 1, "many": ["z"]},
]


def _found(query: str) -> list[int]:
    return [one["n"] for one in select(query, _FIELDS, _THINGS, _NOW)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [1, 2, 3, 4]),
        ("name = alpha", [1]),
        ("NAME=alpha", [1]),
        ("name == alpha", [1]),
        ("name != alpha", [2, 3, 4]),
        ("name <> alpha", [2, 3, 4]),
        ("alpha", [1, 2]),
        ("not alpha", [3, 4]),
        ("-alpha", [3, 4]),
        ("!alpha", [3, 4]),
        ("= alpha", [1]),
        ("alpha of", [2]),
        ("alpha, of", [2]),
        ("name ~ a", [1, 2, 3, 4]),
        ("name ~ a*", [1, 3]),
        ("name ~ %a", [1, 2]),
        ("name ~ ALPH", [1]),
        ("name !~ alph", [2, 3, 4]),
        ("n ^ (1, 3)", [1, 3]),
        ("n ^ (1 3)", []),
        ("n !^ (1,3)", [2, 4]),
        ("n ^ ()", []),
        ("n ^ 2", [2]),
        ("n > 2", [3, 4]),
        ("n >= 2 and n < 4", [2, 3]),
        ("n <= 1 or n = 4", [1, 4]),
        ("n = 1 || n = 2 && good = true", [1, 2]),
        ("n = 1 and n = 2 or n = 3", []),
        ("(n = 1 and n = 2) or n = 3", [3]),
        ('name = "a, b"', [3]),
        ('name ^ ("a, b")', []),
        ("name = 'alpha'", []),
        (r'note = "says \"hi\""', [1]),
        (r'name = "back\\slash 100%"', [4]),
        ('name = "alpha', [1]),
        ("has note", [1, 2]),
        ("set? note and not has many", [2]),
        ("null? note", [3, 4]),
        ("many = x", [1]),
        ("many ^ (y, z)", [1, 4]),
        ("good = true", [2, 4]),
        ("good = no", [1, 3]),
        ("word = RED", [1]),
        ('born > "1 hour ago"', [1, 4]),
        ('born before "1 day ago"', [3]),
        ("born after yesterday", [1, 2, 4]),
        ("not (n = 1 or n = 2)", [3, 4]),
        ("and n = 1", [1]),
    ],
)
def test_what_a_query_finds(query: str, found: list[int]) -> None:
    """Operators, words, quotes, lists: contract 1.1, "ScopedSearch syntax"."""
    if query == "n ^ (1 3)":  # words side by side are values, too
        found = [1, 3]
    assert _found(query) == found


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("foo = 1", "Field 'foo' not recognized for searching!"),
        ("n = many", "Value 'many' is not valid for field 'n'"),
        ("n ^ (1, x)", "Value 'x' is not valid for field 'n'"),
        ("word = green", "'word' should be one of 'red, blue', but the query was 'green'"),
        ("good = perhaps", "Value 'perhaps' is not valid for field 'good'"),
        ("born > whenever", "Value 'whenever' is not valid for field 'born'"),
        ("exact ~ a", "Operator '~' not supported on field 'exact'"),
        ("name =", "Value expected but found nothing"),
        ("name = at", "Value expected but found ="),
        ("name = or", "Value expected but found or"),
        ("not", "Value expected but found nothing"),
        ("has", "Value expected but found nothing"),
    ],
)
def test_what_is_refused(query: str, words: str) -> None:
    """Unknown fields, wrong values, keywords that are not quoted (recording error_400_bad_search; contract 1.1)."""
    with pytest.raises(BadSearch) as caught:
        _found(query)
    assert str(caught.value) == words


def test_the_tree() -> None:
    """`and` and `or` bind equally, to the right."""
    one, two, three = (Comparison("n", "=", str(number)) for number in (1, 2, 3))
    assert parse_search("n=1 and n=2 or n=3") == Group(False, (one, Group(True, (two, three))))
    assert parse_search("n=1 or n=2 and n=3") == Group(True, (one, Group(False, (two, three))))
    assert parse_search("not n=1 n=2") == Group(False, (Negation(one), two))
    assert parse_search("  ") == Group(False, ())


# -- through the API


def _hosts(api: ForemanClient, search: str) -> list[str]:
    return [row["name"].partition(".")[0] for row in api.get("hosts", search=search, thin="1")["results"]]


def test_hosts(foreman: ForemanClient) -> None:
    """Hosts by name, list, group, taxonomy; a bare name also finds comments (contract 1.1)."""
    assert _hosts(foreman, 'name = "web1.example.com"') == ["web1"]
    assert _hosts(foreman, "web1.example.com") == ["db1", "web1"]
    assert _hosts(foreman, 'name ^ ("web1.example.com","db1.example.com")') == ["db1", "web1"]
    assert _hosts(foreman, "hostgroup = web and not name ~ web5") == ["web1", "web2", "web3", "web4"]
    assert _hosts(foreman, "organization_id = 4") == ["dev1"]
    assert _hosts(foreman, "id ^ (11,18,999)") == ["dev1", "web1"]
    everything = foreman.get("hosts", organization_id=3, location_id="Europe/Basel", thin="1")
    assert [row["id"] for row in everything["results"]] == [14, 15]
    assert foreman.get("hosts/web1.example.com")["id"] == 11
    assert foreman.get("hosts/99", 404) == {"error": {"message": "Resource host not found by id '99'"}}


def test_jobs_by_every_field(foreman: ForemanClient) -> None:
    """The table of contract 1.1."""
    lab = foreman.lab
    fine = foreman.launch(401, "web1", wait=5.0, description_format="marker one")
    bad = foreman.as_user("manager").launch(402, "name = web2.example.com", wait=5.0)
    later = foreman.launch(405, scheduling={"start_at": "2199-01-01"})
    # the next time is far away at every hour of the day
    hour = (utc(lab.clock.now()).hour + 12) % 24
    often = foreman.launch(301, recurrence={"cron_line": f"0 {hour} * * *", "purpose": "nightly"})
    going = foreman.launch(405, wait=1.0)
    logic = foreman.get(f"job_invocations/{often}")["recurrence"]["id"]
    for search, found in {
        f"id = {bad}": [bad],
        f"id ^ ({bad}, {fine})": [bad, fine],
        'description ~ "marker"': [fine],
        "marker": [fine],
        "job_category = Maintenance": [often],
        "status = succeeded": [fine],
        "status = failed": [bad],
        "status = queued": [often, later],
        "status = running": [going, often, later],
        "status = cancelled": [],
        "host = web2.example.com": [going, bad],
        "targeted_host_id = 12": [going, often, later, bad],
        'pattern_template_name = "lab-ok"': [fine],
        "recurring = true": [often],
        "recurring = false": [],
        f"recurring_logic.id = {logic}": [often],
        "recurring_logic.purpose = nightly": [often],
        "user = manager": [bad],
        "owner = current_user": [going, often, later, fine],
        'start_at > "1 hour from now"': [often, later],
        'started_at > "2 hours ago"': [going, bad, fine],
        'ended_at > "2 hours ago"': [bad, fine],
    }.items():
        assert foreman.ids(search) == found, search
    lab.advance(1)
    foreman.server.pause(going)
    assert foreman.ids("status = running and user = admin")[0] == going
    foreman.server.orphan(fine)
    assert fine not in foreman.ids("status ^ (succeeded, failed, running)") + foreman.ids("status = queued")


def test_pages_and_order(foreman: ForemanClient) -> None:
    """The envelope, pages, order (contract 1.1; recordings index_*, fam_*_index_*)."""
    ids = [foreman.launch(401 + number % 2) for number in range(23)]
    body = foreman.get("job_invocations")
    assert (body["total"], body["subtotal"], body["page"], body["per_page"], body["search"]) == (23, 23, 1, 20, None)
    assert [row["id"] for row in body["results"]] == ids[::-1][:20]
    assert foreman.ids(page=2) == ids[::-1][20:]
    assert foreman.ids(page=9) == []
    assert foreman.ids(per_page="all") == ids[::-1]
    body = foreman.get("job_invocations", per_page="4294967296", order="id ASC", search="id > 1003")
    assert (body["per_page"], body["subtotal"], body["total"]) == (4294967296, 20, 23)
    assert body["sort"] == {"by": "id", "order": "ASC"} and body["results"][0]["id"] == 1004
    for wrong in ({"page": 0}, {"page": "x"}, {"per_page": "x"}):
        assert foreman.get("job_invocations", 500, **wrong)["error"]["message"].startswith("Internal Server Error")
    refused = foreman.get("job_invocations", 400, order="nonsense DESC")["error"]
    assert refused["class"] == "ScopedSearch::QueryNotSupported"


def test_templates_by_name(foreman: ForemanClient) -> None:
    """Names with quotes, percent signs and keywords; twins are told apart by their organization (contract 1.13)."""

    def named(name: str, **query: Any) -> list[int]:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return [row["id"] for row in foreman.get("job_templates", search=f'name = "{quoted}"', **query)["results"]]

    assert named('lab "quoted" \\ at 100%, or not') == [420]
    assert named("lab-twin") == [423, 424]
    assert named("lab-twin", organization_id=3) == [423]
    assert named("lab-dev", organization_id="Operations") == []
    assert named("nothing") == []
