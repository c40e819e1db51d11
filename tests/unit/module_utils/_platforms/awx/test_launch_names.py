# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a launch names: templates, inventories and the rest, by name or id, never guessed; and the hosts it runs on."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _errors

Face = Callable[..., dict[str, Any]]

ODD_NAMES = (
    "Ünïcode / 100% + more",
    "with  two blanks",
    "a+b",
    "a/b/../c",
    "100%",
    "%2F",
    'it\'s "quoted"',
    "a&b=c?d#e;f",
    "a, b",
    "x++y",
    "☃ 雪",
    "back\\slash",
    "{{ braces }}",
    "true",
)


def refused(face: Face, **options: Any) -> _errors.JobsError:
    with pytest.raises(_errors.JobsError) as caught:
        face("invoke", **options)
    return caught.value


def add_row(lab: Any, table: str, number: int, name: str, organization: int | None, **more: Any) -> None:
    store = lab.benches["awx"].platform.store
    store.tables[table][number] = {"id": number, "name": name, "organization": organization, **more}


def sent(lab: Any) -> Any:
    return lab.requests("POST")[-1].body


# -- kinds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [{"template": "Patch and verify"}, {"template_id": "75"}])
def test_a_template_of_another_kind_is_named(face: Face, lab: Any, named: dict[str, str]) -> None:
    """The most common slip; unified_job_templates lists all kinds (contract 1.1)."""
    error = refused(face, **named)
    assert error.code == "not_found"
    assert "set type: workflow_job_template" in error.message
    assert lab.requests("POST") == []


# -- templates -------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-13")
def test_same_name_in_two_organizations(face: Face) -> None:
    """Contract 1.9: names are unique per organization only; the candidates are listed with theirs."""
    error = refused(face, template="Backup database")
    assert error.code == "ambiguous"
    assert error.message == (
        "template: 2 objects of the kind job template are named 'Backup database' (id 80 in Operations, "
        "id 81 in Development): set organization, or give the id."
    )
    assert error.result["candidates"] == [
        {"id": 80, "name": "Backup database", "organization": "Operations"},
        {"id": 81, "name": "Backup database", "organization": "Development"},
    ]
    for organization, number in (("Operations", "80"), ("Development", "81")):
        job = face("invoke", template="Backup database", organization=organization)["job"]
        assert job["template"] == {"id": number, "name": "Backup database"}
    assert face("invoke", template_id="81")["job"]["template"]["id"] == "81"


@pytest.mark.case("awx-13")
def test_organization_without_such_a_template(face: Face) -> None:
    error = refused(face, template="lab-ok", organization="Operations")
    assert error.code == "not_found"
    assert error.message.startswith(
        "template: there is no job template named 'lab-ok' in the organization 'Operations'"
    )


@pytest.mark.case("awx-14")
def test_template_named_like_an_id(face: Face) -> None:
    """Contract 1.9: numeric input is ambiguous, so there are two options and no guessing."""
    assert face("invoke", template="42")["job"]["template"] == {"id": "47", "name": "42"}
    assert face("invoke", template_id="42")["job"]["template"] == {"id": "42", "name": "lab-gone"}
    assert face("invoke", template_id=42)["job"]["template"]["id"] == "42"
    error = refused(face, template="11")
    assert "there is no job template named '11'" in error.message
    assert "If 11 is an id, set template_id." in error.message


@pytest.mark.case("awx-14")
@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names(face: Face, lab: Any, name: str) -> None:
    """Contract 1.9: through a query filter, since named URLs do not survive every proxy."""
    lab.engine.templates[84].name = "another name"
    lab.engine.templates[12].name = name
    job = face("invoke", template=name)["job"]
    assert (job["template"], job["name"]) == ({"id": "12", "name": name}, name)


@pytest.mark.case("awx-14")
@pytest.mark.parametrize("name", ["Lab-OK", "lab-o", "lab-ok ", "lab-ok,lab-fail", "*"])
def test_names_are_compared_as_they_are(face: Face, name: str) -> None:
    assert refused(face, template=name).code == "not_found"


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (
            {"template_id": "lab-ok"},
            "invalid_option",
            "template_id: 'lab-ok' is not a number; a name goes into template",
        ),
        ({"template_id": ""}, "invalid_option", "template_id: '' is not a number."),
        ({"template_id": "-1"}, "invalid_option", "template_id: '-1' is not a number"),
        ({"template_id": "1.0"}, "invalid_option", "template_id: '1.0' is not a number"),
        ({"template_id": "²"}, "invalid_option", "template_id: '²' is not a number"),
        ({"template_id": "11/launch"}, "invalid_option", "is not a number"),
        ({"template_id": "31"}, "not_found", "template_id: there is no job template with the id 31"),
        ({"template_id": "11", "template": "lab-fail"}, "invalid_option", "11 is named 'lab-ok' and not 'lab-fail'"),
        ({"type": "project", "template": "lab-ok"}, "not_found", "template: there is no project named 'lab-ok'"),
        (
            {"type": "workflow_job_template", "template": "lab-ok"},
            "not_found",
            "template: there is no workflow template named 'lab-ok'",
        ),
        ({"type": "feature", "template": "x"}, "unsupported", "type: AWX launches job_template, workflow_job_template"),
    ],
)
def test_wrong_templates(face: Face, lab: Any, options: dict[str, Any], code: str, says: str) -> None:
    error = refused(face, **options)
    assert (error.code, says in error.message) == (code, True), error.message
    assert not lab.requests("POST")


def test_id_and_name_that_agree(face: Face) -> None:
    assert face("invoke", template_id="11", template="lab-ok")["changed"]


# -- what a launch refers to -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "key", "reference", "expected"),
    [
        ("inventory", "inventory", "lab-inventory-2", 3),
        ("inventory", "inventory", 3, 3),
        ("inventory", "inventory", {"id": 3}, 3),
        ("inventory", "inventory", {"id": "3"}, 3),
        ("inventory", "inventory", {"name": "lab-inventory-2"}, 3),
        ("inventory", "inventory", {"name": "Production", "organization": "Development"}, 13),
        ("inventory", "inventory", {"name": "Production", "organization": 3}, 11),
        ("awx", "execution_environment", "Control Plane Execution Environment", 2),
        ("awx", "execution_environment", 4, 4),
        ("awx", "instance_groups", ["default", "controlplane", "default"], [2, 1, 2]),
        ("awx", "instance_groups", [1, {"name": "default"}], [1, 2]),
        ("awx", "labels", [1], [1]),
    ],
)
def test_references(face: Face, lab: Any, option: str, key: str, reference: Any, expected: Any) -> None:
    """Contract 1.11: the body takes ids only; the order of instance groups matters."""
    options = {"inventory": reference} if option == "inventory" else {"awx": {key: reference}}
    face("invoke", template="lab-prompts", **options)
    assert sent(lab) == {key: expected}


@pytest.mark.case("awx-14")
@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ({"inventory": "3"}, "not_found", "inventory: there is no inventory named '3' that this user may see. If 3 is"),
        ({"inventory": 99}, "not_found", "inventory: there is no inventory with the id 99 that this user may see."),
        ({"inventory": ""}, "invalid_option", "inventory: '' names nothing"),
        ({"inventory": ["a"]}, "invalid_option", "inventory: a list names nothing"),
        ({"inventory": {"id": 3, "kind": ""}}, "invalid_option", "inventory: a dict names nothing"),
        ({"awx": {"execution_environment": "x"}}, "not_found", "awx.execution_environment: there is no execution env"),
        ({"awx": {"instance_groups": ["x"]}}, "not_found", "awx.instance_groups: there is no instance group named 'x'"),
        ({"awx": {"labels": [77]}}, "not_found", "awx.labels: there is no label with the id 77"),
    ],
)
def test_wrong_references(face: Face, lab: Any, options: dict[str, Any], code: str, says: str) -> None:
    error = refused(face, template="lab-prompts", **options)
    assert (error.code, says in error.message) == (code, True), error.message
    assert not lab.requests("POST")


@pytest.mark.case("awx-13")
def test_inventory_of_the_templates_organization(face: Face, lab: Any) -> None:
    """The template's own organization decides between equal names, then it is an error with the candidates."""
    lab.engine.templates[71].native["ask"] = {"inventory"}
    face("invoke", template="Patch web servers", inventory="Production")
    assert sent(lab) == {"inventory": 11}
    error = refused(face, template="lab-prompts", inventory="Production")
    assert error.code == "ambiguous"
    assert "inventory: 2 objects of the kind inventory are named 'Production' (id 11 in Operations" in error.message
    assert [row["id"] for row in error.result["candidates"]] == [11, 13]


@pytest.mark.case("awx-13")
def test_organization_is_the_scope_of_every_name(face: Face, lab: Any) -> None:
    """Contract 1.9: always scope. A name that exists elsewhere only has to be written with its organization."""
    add_row(lab, "inventories", 30, "only in Development", 4)
    options = {"template": "lab-prompts", "organization": "Lab"}
    error = refused(face, **options, inventory="only in Development")
    assert error.message == (
        "inventory: there is no inventory named 'only in Development' in the organization 'Lab' that this user may see. "
        "There is one in 'Development': to use it, write {name: only in Development, organization: Development}."
    )
    face("invoke", **options, inventory={"name": "only in Development", "organization": "Development"})
    assert sent(lab) == {"inventory": 30}


@pytest.mark.case("awx-13")
def test_objects_without_organization_are_everybodys(face: Face, lab: Any) -> None:
    """Contract 1.11: execution environments may be global and instance groups are."""
    awx = {"execution_environment": 1, "instance_groups": ["default"], "credentials": ["Demo Credential"]}
    face("invoke", template="lab-prompts", organization="Lab", awx=awx)
    assert sent(lab) == {"execution_environment": 1, "instance_groups": [2], "credentials": [1]}


@pytest.mark.case("awx-13")
def test_global_credential_does_not_win_over_the_templates_organization(face: Face, lab: Any) -> None:
    add_row(lab, "credentials", 30, "twice", None, type=1)
    add_row(lab, "credentials", 31, "twice", 2, type=1)
    face("invoke", template="lab-prompts", organization="Lab", awx={"credentials": ["twice"]})
    assert sent(lab) == {"credentials": [31]}
    error = refused(face, template="lab-prompts", awx={"credentials": ["twice"]})
    assert error.code == "ambiguous"


# -- hosts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"targets": []},
        {"targets": [""]},
        {"targets": [" ", ""]},
        {"target_query": ""},
        {"target_query": "  "},
        {"target_query": []},
    ],
)
@pytest.mark.parametrize("template", [{"template": "lab-prompts"}, {"rerun": 1}, {"type": "project", "template": "x"}])
def test_no_targets_is_refused_before_any_request(
    face: Face, lab: Any, options: dict[str, Any], template: dict[str, Any]
) -> None:
    """House 0.4: an empty set of hosts never means all hosts. Ansible makes [""] of an empty text."""
    (name,) = options
    error = refused(face, **template, **options)
    assert error.code == "no_targets"
    assert error.message.startswith(f"{name} is empty, so there is no host. Set on_no_targets: skip to launch nothing")
    for check_mode in (False, True):
        result = face("invoke", check_mode=check_mode, **template, **options, on_no_targets="skip")
        assert (result["changed"], result["skipped"], result["jobs"]) == (False, True, [])
        assert result["msg"] == error.message
    assert lab.requests() == []


@pytest.mark.parametrize(
    "pattern", [",", ":", ";", " , ", ",,", ":,", " : ", "\n,", "!", "&", "~", "[", "]", ", !", "!,&"]
)
@pytest.mark.parametrize("face_options", ["job template", "workflow", "ad hoc", "bulk", "bulk node"])
def test_pattern_without_a_name_is_refused_before_any_request(
    face: Face, lab: Any, pattern: str, face_options: str
) -> None:
    """Tried with ansible-core: a comma or a colon alone is no limit at all, so the job would run on all hosts."""
    query = {"target_query": pattern}
    options: dict[str, Any] = {
        "job template": {"template": "lab-prompts", **query},
        "workflow": {"type": "workflow_job_template", "template": "lab-wf-mixed", **query},
        "ad hoc": {
            "type": "ad_hoc_command",
            "inventory": 2,
            "awx": {"module_name": "ping", "credentials": [3]},
            **query,
        },
        "bulk": {"type": "bulk", "awx": {"nodes": [{"template": "lab-prompts"}]}, **query},
        "bulk node": {
            "type": "bulk",
            "inventory": 2,
            "awx": {"nodes": [{"template": "lab-ok"}, {"template": "lab-prompts", "limit": pattern}]},
        },
    }[face_options]
    option = "awx.nodes[2].limit" if face_options == "bulk node" else "target_query"
    for validate in (True, False):
        error = refused(face, validate=validate, **options)
        assert (error.code, error.message) == (
            "no_targets",
            f"{option}: {pattern!r} names no host, so there is no host to run on. Leave it out for all hosts.",
        )
        assert face("invoke", on_no_targets="skip", validate=validate, **options)["skipped"] is True
    assert lab.requests() == []


@pytest.mark.parametrize("limit", [[], {}, 0, False, ["host1"]])
def test_limit_of_a_bulk_node_is_text(face: Face, lab: Any, limit: Any) -> None:
    error = refused(face, type="bulk", awx={"nodes": [{"template": "lab-prompts", "limit": limit}]})
    assert (error.code, error.message) == (
        "invalid_option",
        "awx.nodes[1].limit: AWX takes a host pattern, which is text.",
    )
    assert lab.requests() == []


@pytest.mark.parametrize("host", [{}, [], False, 0, 7, True])
def test_name_of_a_host_is_text(face: Face, lab: Any, host: Any) -> None:
    error = refused(face, template="lab-prompts", targets=["host1", host])
    assert (error.code, error.message) == (
        "invalid_option",
        f"targets: {host!r} is not text; write the name of a host.",
    )
    assert lab.requests() == []


@pytest.mark.parametrize(
    "host", ["host1 host2", "host1\nhost2", "a\tb", "a\u00a0b", "a\u200bb", "a\x00b", "{}", "{{ x }}"]
)
def test_sign_that_no_name_of_a_host_has(face: Face, lab: Any, host: str) -> None:
    """Ansible takes a single limit apart at its blanks."""
    error = refused(face, template="lab-prompts", targets=[host])
    assert error.code == "invalid_option"
    assert error.message.startswith(f"targets: {host!r} holds a sign that no name of a host has")
    assert lab.requests() == []


@pytest.mark.parametrize(
    "host", ["web*", "!web1", "all", "ALL", "ungrouped", "a,b", "web[1:3]", "a:b", "~web", "@file", "a&b", "a;b", "a?"]
)
def test_pattern_is_not_the_name_of_a_host(face: Face, lab: Any, host: str) -> None:
    error = refused(face, template="lab-prompts", targets=["host1", host])
    assert (
        error.message == f"targets: {host!r} is a pattern and not the name of a host; write patterns in target_query."
    )
    assert not lab.requests("POST")


@pytest.mark.parametrize(
    ("options", "limit"),
    [
        ({"targets": ["host1"]}, "host1"),
        ({"targets": ["host1", " host2 "]}, "host1,host2"),
        ({"targets": ["web-1.example.com", "10.0.0.1", "fe80::1"]}, "web-1.example.com,10.0.0.1,fe80::1"),
        ({"target_query": "web*:!web3"}, "web*:!web3"),
        ({"target_query": "all"}, "all"),
        ({"target_query": "*"}, "*"),
        ({"target_query": "host1 host2"}, "host1 host2"),
        ({"target_query": ",host1,"}, ",host1,"),
    ],
)
def test_limit(face: Face, lab: Any, options: dict[str, Any], limit: str) -> None:
    job = face("invoke", template="lab-prompts", **options)["job"]
    assert sent(lab) == {"limit": limit}
    assert job["targets"] == limit


def test_other_wrong_targets(face: Face) -> None:
    assert "one of the names is empty" in refused(face, template="lab-prompts", targets=["a", ""]).message
    assert "AWX takes a host pattern, which is text" in refused(face, template="lab-ok", target_query=["a"]).message
