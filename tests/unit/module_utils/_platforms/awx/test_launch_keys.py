# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where AWX keeps a launch key: a variable, else a label, else nowhere (contract 1.3, at the end; 1.3.1, 2.2)."""

from __future__ import annotations

import json
from typing import Any, Callable

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import keys
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx.normalize import normalize

Face = Callable[..., dict[str, Any]]
KEY = "change-1234-step-3"
VARIABLE = "unified_jobs_launch_key"
LABEL = f"{VARIABLE}={KEY}"
AD_HOC = {
    "type": "ad_hoc_command",
    "inventory": "lab-inventory",
    "awx": {"credentials": ["lab-machine"], "module_name": "ping"},
}


def refused(face: Face, **options: Any) -> JobsError:
    with pytest.raises(JobsError) as caught:
        face("invoke", **{"launch_key": KEY, **options})
    return caught.value


def posts(lab: Any, path: str = "launch/$|relaunch/$|ad_hoc_commands/$|bulk/|update") -> list[Any]:
    return list(lab.requests("POST", path, platform="awx"))


def lists(lab: Any) -> list[dict[str, Any]]:
    """The queries of the lists of jobs that were asked for."""
    return [one.query for one in lab.requests("GET", r"/(jobs|workflow_jobs|ad_hoc_commands)/$", platform="awx")]


@pytest.mark.parametrize(
    "options",
    [
        {"template": "lab-ok"},
        {"template": "lab-sliced"},
        {"type": "workflow_job_template", "template": "lab-wf-ok"},
        AD_HOC,
    ],
    ids=lambda options: str(options.get("type", options.get("template"))),
)
def test_kinds_that_carry_a_variable(face: Face, lab: Any, options: dict[str, Any]) -> None:
    if options.get("template") in ("lab-sliced", "lab-wf-ok"):
        (template,) = [one for one in lab.engine.templates.values() if one.name == options["template"]]
        template.native["ask"] = {"extra_vars"}
    first = face("invoke", launch_key=KEY, **options)
    (post,) = posts(lab)
    sent = post.body["extra_vars"]
    assert (json.loads(sent) if isinstance(sent, str) else sent) == {VARIABLE: KEY}
    again = face("invoke", launch_key=KEY, **options)
    assert (again["changed"], again["job"]["id"]) == (False, first["job"]["id"])
    assert len(posts(lab)) == 1


def test_it_goes_beside_the_parameters(face: Face, lab: Any) -> None:
    face("invoke", template="lab-ok", parameters={"a": 1}, secret_parameters={"b": "hush-hush"}, launch_key=KEY)
    assert posts(lab)[0].body["extra_vars"] == {"a": 1, "b": "hush-hush", VARIABLE: KEY}


def test_a_survey_may_ask_for_it(face: Face, lab: Any) -> None:
    """Contract 1.3.1: a survey lets its own variables through where others are ignored."""
    template = lab.engine.templates[22]
    template.native["ask"] = set()
    question = {**template.native["survey"][0], "variable": VARIABLE, "type": "text", "required": False, "choices": ""}
    template.native["survey"] = [*template.native["survey"], question]
    answers = {"target_env": "dev", "count": 2}
    first = face("invoke", template="lab-survey", parameters=answers, launch_key=KEY)
    again = face("invoke", template="lab-survey", parameters=answers, launch_key=KEY)
    assert (again["changed"], again["job"]["id"]) == (False, first["job"]["id"])


def test_else_it_is_a_label(face: Face, lab: Any) -> None:
    lab.engine.templates[13].native["ask"] = {"labels"}
    first = face("invoke", template="lab-noprompt", launch_key=KEY)
    assert first["job"]["details"]["launch_key"] == KEY
    assert LABEL in first["job"]["details"]["labels"]
    other = face("invoke", template="lab-noprompt", launch_key=KEY + "0")
    assert other["changed"] is True
    again = face("invoke", template="lab-noprompt", launch_key=KEY)
    assert (again["changed"], again["job"]["id"]) == (False, first["job"]["id"])
    assert [query.get("labels__name") for query in lists(lab)][-1] == [LABEL]
    assert len(posts(lab)) == 2


def test_a_label_of_the_user_is_compared_beside_it(face: Face, lab: Any) -> None:
    lab.engine.templates[13].native["ask"] = {"labels"}
    face("invoke", template="lab-noprompt", launch_key=KEY)
    error = refused(face, template="lab-noprompt", awx={"labels": ["lab-label"]})
    assert (error.code, [row["option"] for row in error.result["differences"]]) == ("launch_conflict", ["awx.labels"])


def test_check_mode_makes_no_label(face: Face, lab: Any) -> None:
    lab.engine.templates[13].native["ask"] = {"labels"}
    planned = face("invoke", check_mode=True, template="lab-noprompt", launch_key=KEY)
    assert LABEL in json.dumps(planned["request"])
    assert [one for one in lab.requests(platform="awx") if one.method != "GET"] == []


def test_a_template_that_takes_neither_is_refused_with_the_reason(face: Face, lab: Any) -> None:
    error = refused(face, template="lab-noprompt")
    assert error.code == "unsupported"
    assert error.message.startswith("launch_key: the template 'lab-noprompt' asks neither for variables nor for labels")
    assert posts(lab) == []


@pytest.mark.parametrize(
    "options",
    [
        {"type": "system_job_template", "template": "Cleanup Job Details"},
        {"type": "project", "template": "Operations playbooks"},
        {"type": "inventory_source", "template": "Staging from git"},
        {"type": "inventory", "template": "Staging"},
        {"type": "bulk", "organization": "Lab", "awx": {"nodes": [{"template": "lab-ok"}]}},
    ],
    ids=lambda options: str(options["type"]),
)
def test_kinds_whose_jobs_keep_nothing_are_refused(face: Face, lab: Any, options: dict[str, Any]) -> None:
    """Updates and management jobs take no variables (contract 1.3.4); bulk jobs are not listed for all (1.3.6)."""
    error = refused(face, **options)
    assert (error.code, error.message.split(":")[0]) == ("unsupported", "launch_key")
    assert posts(lab) == []


def test_running_a_job_again_copies_its_variables_so_that_it_takes_no_key(face: Face, lab: Any) -> None:
    first = face("invoke", template="lab-partial", launch_key=KEY)
    face("wait", jobs=[first["job"]], fail_on=[])
    assert refused(face, rerun=first["job"]).code == "unsupported"
    rerun = face("invoke", rerun=first["job"], wait=True, fail_on=[])
    assert VARIABLE in json.dumps(face("info", jobs=rerun["job"], include=["parameters"]))
    assert "launch_key" not in rerun["job"]["details"]
    # it carries the key, but is no launch of it; the launch has failed
    again = face("invoke", template="lab-partial", launch_key=KEY)
    assert again["changed"] is True
    assert first["job"]["id"] in again["msg"] and f"Job {rerun['job']['id']} " not in again["msg"]


def test_a_variable_of_that_name_is_refused_beside_it(face: Face, lab: Any) -> None:
    error = refused(face, template="lab-ok", parameters={VARIABLE: "other"})
    assert (error.code, error.message.split(":")[0]) == ("invalid_option", "parameters")
    assert posts(lab) == []


@pytest.mark.parametrize(("between", "found"), [(399, True), (401, False)])
def test_it_is_looked_for_among_the_newest_only(
    face: Face, lab: Any, copied: Any, monkeypatch: pytest.MonkeyPatch, between: int, found: bool
) -> None:
    """Variables cannot be filtered on (recording of a 403; contract 2.2): the window of the documentation."""
    monkeypatch.setattr(keys, "_MOST_PAGES", 2)
    first = face("invoke", template="lab-ok", launch_key=KEY, wait=True)
    other = face("invoke", template="lab-ok", launch_key="other", wait=True)
    start = int(other["job"]["id"]) + 1
    copied("awx", other["job"]["id"], range(start, start + between - 1))
    again = face("invoke", template="lab-ok", launch_key=KEY)
    assert again["changed"] is not found
    assert (again["job"]["id"] == first["job"]["id"]) is found


def test_the_window_is_what_the_documentation_says() -> None:
    assert keys._PAGE * keys._MOST_PAGES == 1000


def test_it_is_looked_for_at_its_own_template_only(face: Face, lab: Any) -> None:
    face("invoke", template="lab-ok", launch_key=KEY)
    other = face("invoke", template="lab-ok-simultaneous", launch_key=KEY)
    assert other["changed"] is True


def test_whoever_launched_it(face: Face, lab: Any) -> None:
    first = face("invoke", template="lab-ok", launch_key=KEY)
    again = face(
        "invoke", template="lab-ok", launch_key=KEY, token=None, username="operator", password=lab.passwords["operator"]
    )
    assert (again["changed"], again["job"]["launched_by"]) == (False, first["job"]["launched_by"])


def test_secrets_of_the_job_that_is_there_are_not_shown(face: Face, lab: Any) -> None:
    """What was secret then is a plain variable to the server: only its name is told."""
    face("invoke", template="lab-ok", secret_parameters={"pin": "hush-hush-then"}, launch_key=KEY)
    error = refused(face, template="lab-ok")
    assert error.code == "launch_conflict"
    assert "parameters.pin is set there and not here" in error.message
    assert "hush-hush-then" not in json.dumps(error.to_result())


@pytest.mark.parametrize(
    ("native", "key"),
    [
        ({"extra_vars": json.dumps({VARIABLE: KEY})}, KEY),
        # nothing of ours is sent as YAML
        ({"extra_vars": f"{VARIABLE}: {KEY}\n"}, None),
        ({"extra_vars": {VARIABLE: 7}}, "7"),
        ({"extra_vars": "", "summary_fields": {"labels": {"results": [{"id": 1, "name": LABEL}]}}}, KEY),
        ({"extra_vars": json.dumps({"text": VARIABLE})}, None),
        ({"extra_vars": [VARIABLE]}, None),
        ({"extra_vars": None}, None),
        ({}, None),
    ],
)
def test_a_raw_job_shows_its_key(native: dict[str, Any], key: str | None) -> None:
    """Variables come as JSON, as YAML in old rows, or empty (contract 1.5, checklist 26)."""
    job = normalize({"id": 7, "type": "job", "status": "successful", **native})
    assert job.details.get("launch_key") == key
