# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries of PuppetDB as far as the lab knows them, and Puppet's types (contract 1.8 and 1.10)."""

from __future__ import annotations

from typing import Any

import pytest
from puppet_client import PuppetClient

from unified_jobs_lab.engine import Engine
from unified_jobs_lab.puppet.expressions import parse
from unified_jobs_lab.puppet.reply import ApiError
from unified_jobs_lab.puppet.store import Store


@pytest.fixture(scope="module")
def store() -> Store:
    """The nodes of the start."""
    return Store(Engine())


def _short(names: list[str]) -> str:
    return " ".join(name.partition(".")[0] for name in names)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('nodes[certname] { certname = "db1.example.com" }', "db1"),
        ("nodes[certname] { certname ~ '^web[12]' }", "web1 web2"),
        ('nodes { certname in ["app1.example.com", "x"] }', "app1"),
        ('nodes[certname]{certname~"web" and certname~"3|4" or certname="db1.example.com"}', "web3 web4 db1"),
        ('nodes[certname] { certname ~ "web" and (certname ~ "3" or certname ~ "4") }', "web3 web4"),
        ('nodes[certname] { !(catalog_environment = "production") }', "dev1 fail1 hang1 slow1 off1"),
        (
            'nodes[certname] { not catalog_environment = "production" and certname ~ "1" }',
            "dev1 fail1 hang1 slow1 off1",
        ),
        ('nodes[certname, catalog_environment] { catalog_environment != "production" and certname ~ "off" }', "off1"),
        ("nodes[certname] { deactivated = null and latest_report_status = 'failed' }", "fail1"),
        ('inventory[certname] { facts.os.name = "windows" }', "win1 win2"),
        ('inventory[certname] { facts.os.family = "Debian" and trusted.certname ~ "app" }', "app1 app2"),
        ('inventory[certname] { facts.nothing.such = "x" }', ""),
        (["from", "nodes", ["extract", ["certname"], ["=", "certname", "web1.example.com"]]], "web1"),
        (["from", "nodes", ["=", "certname", "web1.example.com"]], "web1"),
        (["=", "certname", "web1.example.com"], "web1"),
        (["and", ["~", "certname", "^web"], ["not", ["~", "certname", "[1-4]"]]], "web5"),
        (["or", ["=", "certname", "web1.example.com"], ["=", "certname", "web2.example.com"]], "web1 web2"),
        (["in", "certname", ["array", ["web3.example.com"]]], "web3"),
        (["extract", "certname", ["~", "certname", "^app"]], "app1 app2"),
        (["from", "inventory", ["=", ["facts", "os", "name"], "windows"]], "win1 win2"),
    ],
)
def test_queries(store: Store, query: Any, names: str) -> None:
    """As text and as an array."""
    assert _short(store.select(query)) == names


def test_all_nodes(store: Store) -> None:
    """No condition, every node."""
    for query in (
        "nodes[certname] { }",
        "nodes { }",
        "inventory[certname] {}",
        ["from", "nodes"],
        ["from", "inventory"],
    ):
        assert len(store.select(query)) == 16


@pytest.mark.parametrize(
    ("query", "part"),
    [
        (None, "line 1, column 1:\n\nnull\n^\n\nExpected one of:\n\nevents"),
        ("hosts { }", "column 1"),
        ("nodes[certname] { certname = }", "column 30"),
        ("nodes[certname] {\n certname == 1 }", "line 2, column 12"),
        ("nodes[certname] { certname }", "Expected one of:\n\n=\n!="),
        ('nodes[certname] { certname = "x" ', "Expected one of:\n\n}"),
        ("nodes[certname] { } more", "end of query"),
        ("nodes[certname] { certname ~ '[' }", "invalid regular expression"),
        ("nodes[certname] { color = 'red' }", "'color' is not a queryable object"),
        ("nodes[deactivated] { }", "must return certname"),
        ("", "column 1"),
        (["from", "resources", ["=", "certname", "x"]], "Invalid entity"),
        ([">", "certname", "x"], "not a valid operator"),
        (["="], "not a valid operator"),
        (["and", "x"], "not well-formed"),
        (["in", "certname", ["extract", "certname"]], "with an array only"),
        (["extract", ["deactivated"]], "must return certname"),
    ],
)
def test_queries_refused(store: Store, query: Any, part: str) -> None:
    """400 query-error, with the place, and without details (recording 032)."""
    with pytest.raises(ApiError) as error:
        store.select(query)
    body = error.value.reply.body
    assert (error.value.reply.status, set(body)) == (400, {"kind", "msg"})
    assert body["kind"] == "puppetlabs.orchestrator/query-error" and part in body["msg"]


def test_through_a_launch(puppet: PuppetClient) -> None:
    """The words of recording 032, as they come over the wire."""
    body = {"environment": "production", "scope": {"query": "x"}}
    assert "\n\nx\n^\n\nExpected one of:\n\nevents\nedges\n" in puppet.post("command/deploy", body, 400)["msg"]


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("String", ["", "x"], [1, None, True, []]),
        ("String[1]", ["x"], [""]),
        ("String[1, 3]", ["abc"], ["abcd"]),
        ("Integer", [0, -5], [1.5, "1", True]),
        ("Integer[0]", [0], [-1]),
        ("Float", [1.5], [1, "x"]),
        ("Numeric", [1, 1.5], [True, "1"]),
        ("Boolean", [True, False], ["true", 0]),
        ("Enum[a, 'b c', \"d\"]", ["a", "b c", "d"], ["b", 1]),
        ("Pattern[/\\A[a-z]+\\Z/, /^\\d+$/]", ["abc", "12"], ["a1", 5]),
        ("Optional[Enum[a]]", ["a", None], ["b"]),
        ("Variant[Integer, Array[String]]", [1, ["a"]], ["a", [1]]),
        ("Array[Integer, 1]", [[1]], [[], ["a"], 1]),
        ("Hash", [{}], [[]]),
        ("Hash[String, Integer]", [{"a": 1}], ["x"]),
        ("TargetSpec", ["a", ["a"]], [1]),
        ("Sensitive[String]", ["x"], [1]),
        ("Any", [None, 1], []),
        ("Data", [None, {}], []),
        ("Undef", [None], [1]),
        ("My::Type", ["whatever", 1], []),
    ],
)
def test_types(text: str, good: list[Any], bad: list[Any]) -> None:
    """What a type takes."""
    expression = parse(text)
    assert all(expression.accepts(one) for one in good), good
    assert not any(expression.accepts(one) for one in bad), bad
