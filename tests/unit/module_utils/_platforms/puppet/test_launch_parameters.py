# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parameters are checked by what a task or plan says of itself: Puppet contract 1.10."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError
from ansible_collections.unified.jobs.plugins.module_utils._types import JobRequest

WEB1 = "web1.example.com"


def check(played: Any, parameters: Any, values: dict[str, Any], kind: str = "task", **metadata: Any) -> str:
    """What is wrong with the values, or nothing; C(parameters) None is a task that says nothing of them."""
    said = {"parameters": parameters} if parameters is not None else {}
    answer = {"name": "m::t", "metadata": {**said, **metadata}}
    platform = played({"/tasks/m/t": answer, "/plans/m/t": answer})
    targets = None if kind == "plan" else [WEB1]
    try:
        platform.plan(JobRequest(type=kind, template="m::t", targets=targets, parameters=values))
    except JobsError as error:
        assert error.code == "invalid_option"
        return error.message
    return ""


@pytest.mark.case("puppet-14")
@pytest.mark.parametrize("kind", ["task", "plan"])
@pytest.mark.parametrize(
    ("row", "needed"),
    [
        ({"type": "String"}, True),
        ({"type": "Enum[a, b]"}, True),
        ({"type": "Optional[String[1]]"}, False),
        ({"type": "String", "default": "x"}, False),
        ({"type": "String", "default": None}, False),
        ({"type": "String", "default_value": "'x'"}, False),
        ({"type": "Variant[Undef, String]"}, False),
        ({"type": "Any"}, False),
        ({}, False),
        ({"description": "no type"}, False),
    ],
)
def test_what_has_to_be_given(played: Any, row: dict[str, Any], needed: bool, kind: str) -> None:
    """Contract 1.10: optional by its type or a default."""
    assert ("a is missing" in check(played, {"a": row}, {}, kind)) is needed


@pytest.mark.case("puppet-14")
def test_what_is_not_known(played: Any) -> None:
    """Recordings 164 to 166: no key takes anything, an empty one takes nothing."""
    assert check(played, None, {"b": 1}) == ""
    assert check(played, {}, {}) == ""
    assert "takes no parameters; b is none of its parameters" in check(played, {}, {"b": 1})
    said = check(played, {"a": {"type": "String"}, "c": {"type": "Optional[String]"}}, {"b": 1})
    assert said == "parameters: the task m::t takes a, c; b is none of its parameters; a is missing."


@pytest.mark.case("puppet-14")
@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("String", ["", "x"], [1, 1.5, True, None, [], {}]),
        ("String[1]", ["x"], [1]),
        ("String[1, 5]", ["x"], [1]),
        ("Optional[String[1]]", ["x", None], [1]),
        ("Integer", [0, -1], ["1", 1.0, True]),
        ("Integer[1, 10]", [1], ["1", False]),
        ("Float", [1.5], [1, "1.5"]),
        ("Numeric", [1, 1.5], ["1", True]),
        ("Boolean", [True, False], ["true", 1, 0, None]),
        ("Array", [[]], ["a", {}]),
        ("Array[String]", [["a"], [1]], ["a"]),
        ("Array[Pattern[/\\w+=\\w+/]]", [["a=b"]], ["a=b"]),
        ("Hash", [{}], [[], "a"]),
        ("Hash[String, Any]", [{"a": 1}], ["a"]),
        ("Enum[install, status]", ["install", "status"], ["remove", 1, None]),
        ("Enum['a b', \"c\"]", ["a b", "c"], ["a", "'c'"]),
        ("Optional[Enum[one]]", ["one", None], ["two"]),
        # one that does not care for the case is left to the server
        ("Enum['a', true]", ["a", "A"], []),
        # what cannot be told from the value alone
        ("Variant[Integer, Boolean]", [1, True, "x"], []),
        ("Pattern[/^a$/]", ["a", "b"], []),
        ("TargetSpec", ["a", ["a"]], []),
        ("Sensitive[String]", ["a"], []),
        ("Stdlib::Absolutepath", ["/", 1], []),
        ("Struct[{a => Integer}]", [{}, 1], []),
        ("Optional[Variant[Boolean, Enum['always']]]", [None, True, "x"], []),
        ("nonsense[[", ["a", 1], []),
    ],
)
def test_plain_types(played: Any, kind: str, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert check(played, {"a": {"type": kind}}, {"a": value}) == "", value
    for value in bad:
        said = check(played, {"a": {"type": kind}}, {"a": value})
        assert said.endswith(f"; a must be of the type {kind}."), value


def test_values_are_in_no_message(played: Any) -> None:
    """A value may be secret."""
    assert "hunter2" not in check(played, {"a": {"type": "Integer"}}, {"a": "hunter2", "b": "hunter2"})


def test_all_that_is_wrong_is_said_at_once(refused: Any, commands: Any) -> None:
    error = refused(
        "invoke", template="lab::params", targets=[WEB1], parameters={"number": "1", "choice": "four", "other": 1}
    )
    assert error.code == "invalid_option"
    for part in ("other is none", "must is missing", "number must be", "choice must be"):
        assert part in error.message
    assert commands() == []


@pytest.mark.case("puppet-14")
def test_secret_parameters_count_too(face: Any, refused: Any) -> None:
    options = {"template": "lab::params", "targets": [WEB1]}
    assert face("invoke", **options, secret_parameters={"must": "x"})["changed"] is True
    assert "must must be of the type" in refused("invoke", **options, secret_parameters={"must": 1}).message


@pytest.mark.case("puppet-14")
def test_who_does_not_want_to_be_checked(refused: Any, face: Any, commands: Any) -> None:
    """Recording 046: then the server does it."""
    error = refused("invoke", template="lab::params", targets=[WEB1], validate=False)
    assert (error.code, len(commands())) == ("rejected", 1)
    assert "must" in error.message


def test_references_to_nodes_have_no_type_of_their_own(face: Any, refused: Any) -> None:
    """What is typed Array may be a query, when it is said to be one."""
    options: dict[str, Any] = {"type": "plan", "template": "lab::plan_parameters"}
    given = {"message": "m", "count": "nodes { }"}
    assert "count must be" in refused("invoke", **options, parameters=given).message
    planned = face(
        "invoke", check_mode=True, **options, parameters=given, puppet={"parameter_types": {"count": "query"}}
    )
    assert planned["request"]["body"]["params"]["count"] == {"value": "nodes { }", "type": "query"}


@pytest.mark.case("puppet-15")
@pytest.mark.parametrize(
    ("kind", "name", "path"),
    [
        ("task", "exec", "/tasks/exec/init"),
        ("task", "package::install", "/tasks/package/install"),
        ("plan", "facts", "/plans/facts/init"),
        ("plan", "a::b::c", "/plans/a/b/c"),
    ],
)
def test_where_it_is_looked_up(played: Any, kind: str, name: str, path: str) -> None:
    """Recordings 164 and 169; contract 1.10."""
    platform = played({path: {"metadata": {}}})
    targets = None if kind == "plan" else [WEB1]
    platform.plan(JobRequest(type=kind, template=name, targets=targets, options={"environment": "staging"}))
    assert platform.client.asked[0] == ("GET", path, {"environment": "staging"})


@pytest.mark.case("puppet-15")
def test_a_bare_name(face: Any, pe: Any, commands: Any) -> None:
    face("invoke", template="exec", targets=[WEB1], parameters={"command": "uptime"})
    assert pe.requests()[0].path == "/orchestrator/v1/tasks/exec/init"
    assert commands()[0].body["task"] == "exec"


@pytest.mark.case("puppet-14")
@pytest.mark.parametrize("number", ["164", "165", "166", "169"])
def test_the_metadata_of_recordings(played: Any, recorded: Any, number: str) -> None:
    known = recorded(number)
    kind = "plan" if "/plans/" in known["request"]["path"] else "task"
    path = known["request"]["path"].partition("/v1")[2]
    parameters = known["response"]["body"].get("metadata", {}).get("parameters")
    platform = played({path: known})
    name = "::".join(part for part in path.split("/")[2:])
    targets = None if kind == "plan" else [WEB1]
    request = JobRequest(type=kind, template=name, targets=targets, parameters={"surely_none": 1})
    if parameters is None:
        assert platform.plan(request).body["params"] == {"surely_none": 1}
        return
    with pytest.raises(JobsError, match="surely_none is none of its parameters"):
        platform.plan(request)


@pytest.mark.parametrize("metadata", [None, [], "x", {"parameters": []}, {"parameters": None}])
def test_odd_metadata_says_nothing(played: Any, metadata: Any) -> None:
    platform = played({"/tasks/m/t": {"metadata": metadata}})
    launch = platform.plan(JobRequest(type="task", template="m::t", targets=[WEB1], parameters={"a": 1}))
    assert launch.body["params"] == {"a": 1}


def test_odd_rows_of_parameters(played: Any) -> None:
    assert check(played, {"a": None, "b": "x", "c": {"type": 5}}, {"a": 1, "b": 2, "c": 3}) == ""


def test_metadata_that_may_not_be_read(played: Any, answered: Any) -> None:
    """Who may run it may still launch it."""
    platform = played({"/tasks/m/t": answered(403, "Forbidden request: no")})
    launch = platform.plan(JobRequest(type="task", template="m::t", targets=[WEB1], parameters={"a": 1}))
    assert launch.warnings[0].startswith("The parameters were not checked: ")
    assert "Forbidden request: no" in launch.warnings[0]
