# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers at a launch that are JSON but not what the API says: refused with a word, never guessed."""

from __future__ import annotations

import json
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _errors

Face = Callable[..., dict[str, Any]]

NO_IDS = [None, "7", True, 0, -1, [7], {}, 1.0]


def refused(face: Face, **options: Any) -> _errors.JobsError:
    with pytest.raises(_errors.JobsError) as caught:
        face("invoke", **options)
    return caught.value


def answer(lab: Any, path: str, data: Any, method: str = "GET", status: int = 200) -> None:
    """Let the lab say something else."""
    lab.fault("status", method=method, path=path, status=status, body=json.dumps(data), content_type="application/json")


def listed(*rows: Any) -> dict[str, Any]:
    return {"count": len(rows), "next": None, "previous": None, "results": list(rows)}


LAUNCHES: dict[str, tuple[str, dict[str, Any]]] = {
    "template": ("/job_templates/$", {"template": "lab-prompts"}),
    "workflow": ("/workflow_job_templates/$", {"type": "workflow_job_template", "template": "lab-wf-ok"}),
    "management job": ("/system_job_templates/$", {"type": "system_job_template", "template": "Cleanup Job Details"}),
    "project": ("/projects/$", {"type": "project", "template": "lab-git"}),
    "inventory": ("/inventories/$", {"template": "lab-prompts", "inventory": "lab-inventory"}),
    "inventory by its id": ("/inventories/$", {"template": "lab-prompts", "inventory": 2}),
    "credential": ("/credentials/$", {"template": "lab-prompts", "awx": {"credentials": ["lab-machine"]}}),
    "label": ("/labels/$", {"template": "lab-prompts", "awx": {"labels": ["x"]}}),
    "node": ("/unified_job_templates/$", {"type": "bulk", "awx": {"nodes": [{"template": "lab-ok"}]}}),
    "node by its id": ("/unified_job_templates/$", {"type": "bulk", "awx": {"nodes": [{"template_id": 7}]}}),
}


@pytest.mark.parametrize("number", NO_IDS, ids=str)
@pytest.mark.parametrize(("path", "options"), LAUNCHES.values(), ids=LAUNCHES)
def test_row_without_an_id(face: Face, lab: Any, path: str, options: dict[str, Any], number: Any) -> None:
    answer(lab, path, listed({"id": number, "name": "x"}))
    error = refused(face, **options)
    assert error.code == "bad_response"
    assert "does not say its id" in error.message
    assert not lab.requests("POST")


@pytest.mark.parametrize("row", [{}, [], None, {"name": "lab-ok"}, {"id": True}], ids=str)
def test_template_without_an_id(face: Face, lab: Any, row: Any) -> None:
    answer(lab, "/job_templates/11/$", row)
    assert refused(face, template_id=11).code == "bad_response"
    assert not lab.requests("POST")


@pytest.mark.parametrize("defaults", [[{}], ["x"], [{"id": [1]}], [{"id": True, "credential_type": 1}]], ids=str)
def test_credentials_of_a_template_without_ids(face: Face, lab: Any, defaults: Any) -> None:
    answer(lab, "/launch/$", {"defaults": {"credentials": defaults}})
    error = refused(face, template="lab-prompts", awx={"credentials": ["lab-machine"]})
    assert error.code == "bad_response"
    assert not lab.requests("POST")


@pytest.mark.parametrize("kind", [[1], {"id": 1}, None, True], ids=str)
def test_odd_kind_of_credential(face: Face, lab: Any, kind: Any) -> None:
    answer(lab, "/credentials/$", listed({"id": 3, "name": "lab-machine", "credential_type": kind, "inputs": {}}))
    assert face("invoke", template="lab-prompts", awx={"credentials": ["lab-machine"]})["changed"] is True


@pytest.mark.parametrize("needed", [[{}], [None], [["x"]], [7]], ids=str)
def test_odd_passwords_that_are_needed(face: Face, lab: Any, needed: Any) -> None:
    first = face("invoke", template="lab-ok", wait=True)["job"]
    answer(lab, "/relaunch/$", {"passwords_needed_to_start": needed, "retry_counts": {"all": 1, "failed": 0}})
    try:
        face("invoke", rerun=first["id"])
    except _errors.InvalidOptionError as error:
        assert "the credentials ask for" in error.message


@pytest.mark.parametrize("choices", [True, 5, {"a": 1}], ids=str)
def test_odd_choices_of_a_survey(face: Face, lab: Any, choices: Any) -> None:
    question = {"variable": "target_env", "type": "multiplechoice", "required": False, "choices": choices}
    answer(lab, "/survey_spec/$", {"spec": [question]})
    with pytest.raises(_errors.RejectedError):
        face("invoke", template="lab-survey", parameters={"target_env": "dev"})


@pytest.mark.case("awx-15")
@pytest.mark.parametrize("number", NO_IDS, ids=str)
def test_answer_to_the_launch_without_an_id(face: Face, lab: Any, number: Any) -> None:
    """It may have been launched: that is looked up."""
    answer(lab, "/launch/$", {"id": number, "type": "job", "status": "pending"}, "POST", 201)
    error = refused(face, template="lab-ok")
    assert error.code == "launch_unknown"
    assert "its answer names no job" in error.message
    assert len(lab.requests("POST")) == 1


@pytest.mark.parametrize("number", NO_IDS, ids=str)
def test_newest_job_without_an_id(face: Face, lab: Any, number: Any) -> None:
    answer(lab, "/system_jobs/$", listed({"id": number}))
    error = refused(face, type="system_job_template", template="Cleanup Job Details")
    assert (error.code, lab.requests("POST")) == ("bad_response", [])


@pytest.mark.parametrize(
    ("options", "role"),
    [
        ({"template": "lab-ok"}, "execute"),
        ({"type": "project", "template": "lab-git"}, "update"),
        ({"type": "inventory_source", "template": "lab-src-ok"}, "update"),
        ({"type": "inventory", "template": "lab-inventory-sourced"}, "update"),
        (
            {
                "type": "ad_hoc_command",
                "inventory": 2,
                "awx": {"module_name": "ping", "credentials": ["lab-machine"]},
            },
            "ad hoc",
        ),
    ],
)
def test_role_that_a_launch_needs(face: Face, lab: Any, options: dict[str, Any], role: str) -> None:
    answer(lab, "/", {"detail": "You do not have permission to perform this action."}, "POST", 403)
    error = refused(face, **options)
    assert (error.code, error.result["http_status"]) == ("forbidden", 403)
    assert f"Launching needs the {role} role" in error.message
