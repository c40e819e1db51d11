# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorded requests to Foreman, asked again: the simulated one has to answer as the real ones did.

The recordings come from many versions, the lab has three. One that was made on a version of the lab is compared key
by key. One from between two of them is asked of both: what both answer it has to hold, and what it holds one of
them has to answer. One that is older than the oldest may lack keys. The recordings are not part of this repository;
JOBS_RECORDINGS names their folder. A few are in samples/foreman.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import foreman_scenes as scenes
import pytest
from foreman_client import ForemanClient
from foreman_shapes import Kinds, missing, thing

_HERE = Path(__file__).resolve().parent
_FOLDER = Path(os.environ.get("JOBS_RECORDINGS") or _HERE.parents[1].parent / "shared" / "recordings") / "foreman"


def _load(folder: Path) -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


_RECORDINGS = _load(_FOLDER) if _FOLDER.is_dir() else {}
_SAMPLES = _load(_HERE / "samples" / "foreman")

#: Recordings that the lab does not answer, each with the reason.
NOT_COVERED = {
    "apidoc_foreman3.5_error_422_validation": "making a location: the lab's taxonomies are fixed, nothing but jobs is made",
    "fam_organizations_search_name_katello": "Katello's own list; the lab is a Foreman without Katello and serves /api/organizations",
    "fam_task_planned_pending": "exporting Katello's content; a task that is planned is tested with jobs",
}

#: The generations to ask, by the start of the name: one of the lab's, two neighbours, or the oldest for older ones.
_VERSIONS = (
    ("apidoc_katello4.7_", ("3.5",)),
    ("apidoc_katello4.8_", ("3.5", "3.12")),
    ("apidoc_katello4.11_", ("3.5", "3.12")),
    ("apidoc_katello4.12_", ("3.5", "3.12")),
    ("apidoc_katello4.13_", ("3.12",)),
    ("apidoc_katello4.14_", ("3.12",)),
    ("fam_2024", ("3.12",)),
    ("reference_katello4.16_", ("3.12", "3.16")),
    ("apidoc_katello4.17_", ("3.12", "3.16")),
    ("apidoc_katello", ("3.16",)),
    ("apidoc_foreman3.5_", ("3.5",)),
    ("fam_hosts_search", ("3.5",)),
    ("fam_task_index", ("3.12",)),
    ("fam_task_show_running", ("3.12",)),
    ("", ()),
)

#: What a recording asks for; the first that is found in its name.
_SCENES: tuple[tuple[str, scenes.Scene], ...] = (
    ("error_400_bad_search", scenes.plain("job_invocations", search="notarightterm = 1")),
    ("error_401", scenes.not_logged_in),
    ("error_403", scenes.not_permitted),
    ("error_404_taxonomy", scenes.plain("job_invocations", organization_id="missing")),
    ("create_no_hosts", scenes.create_no_hosts),
    ("create_future", scenes.create_future),
    ("create_500", scenes.create_wrong),
    ("_1_create", scenes.create_by_bookmark),
    ("create", scenes.create),
    ("output_404", scenes.unknown_job),
    ("output_host_404", scenes.unknown_host),
    ("show_404", scenes.unknown_job),
    ("outputs", scenes.outputs),
    ("output", scenes.output),
    ("template_invocations", scenes.template_invocations),
    ("cancel", scenes.cancel),
    ("rerun", scenes.rerun),
    ("fam_task_index_running", scenes.tasks("label = Actions::RemoteExecution::RunHostsJob and state = running")),
    ("fam_task_index_empty", scenes.tasks("label = Actions::RemoteExecution::Unknown and state = running")),
    ("fam_task_show_running_then_stopped_1", scenes.task(401, 5.0)),
    ("fam_task_show_running", scenes.task(405, 1.0)),
    ("fam_task_show_stopped_error", scenes.task(415, 5.0)),
    ("fam_task_show_stopped_warning", scenes.task(402, 5.0)),
    ("template_inputs", scenes.plain("templates/410/template_inputs", per_page="4294967296")),
    ("job_templates_show", scenes.plain("job_templates/189-Run Command")),
    ("job_template_show", scenes.plain("job_templates/304")),
    ("job_templates_search_none", scenes.plain("job_templates")),
    (
        "job_templates_search",
        scenes.plain("job_templates", search='name="Run Command - Script Default"', per_page="4294967296"),
    ),
    ("job_templates_index", scenes.plain("job_templates")),
    ("bookmark_show", scenes.plain("bookmarks/10")),
    ("bookmarks_search", scenes.plain("bookmarks")),
    ("bookmarks_index", scenes.plain("bookmarks")),
    ("features_show_by_label", scenes.plain("remote_execution_features/puppet_run_host")),
    ("features_index", scenes.plain("remote_execution_features")),
    ("fam_hosts_search", scenes.plain("hosts", thin="false", search='name="web1.example.com"', per_page="4294967296")),
    ("locations_search", scenes.plain("locations", search='title="Europe/Zurich"', per_page="4294967296")),
    ("organizations_index", scenes.plain("organizations")),
    ("status", scenes.plain("status")),
    ("index", scenes.index),
    ("show", scenes.show),
)

#: Keys that one job in the recording has, and another would not have, with the reason.
_LOOSE = {
    "mode": "the jobs of the server's own tests are made without a triggering, and say immediate (contract 1.2)",
    "satellite_version": "said by Satellite",
    "class": "only searches name a class",
    "audit_comment": "of the oldest servers",
    "template_invocations": "left out while it is empty; the oldest servers said []",
}


def _scene(name: str) -> scenes.Scene | None:
    return next((scene for part, scene in _SCENES if part in name), None)


def _versions(name: str) -> tuple[str, ...]:
    return next(versions for start, versions in _VERSIONS if name.startswith(start))


def _answers(api: ForemanClient, recording: dict[str, Any]) -> list[Any]:
    """What the lab answers, for each of the generations."""
    name = recording["name"]
    scene = _scene(name)
    assert scene is not None, f"{name} is neither asked nor in NOT_COVERED"
    found = []
    for generation in _versions(name) or ("3.5",):
        api.lab.reset()
        api.lab.freeze()
        api.options.generation = generation
        api.options.satellite = bool((recording["server"] or {}).get("satellite_version"))
        answer = scene(api, recording)
        assert answer.status_code == recording["response"]["status"], answer.text
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        found.append(answer.json())
    return found


def _wanted(problems: list[str]) -> list[str]:
    return [one for one in problems if re.split(r"[. ]", one.split(" ")[0])[-1] not in _LOOSE]


def _key_problems(name: str, recording: dict[str, Any], answers: list[Any]) -> list[str]:
    recorded = recording["response"]["body"]
    found = [] if len(answers) == 2 else missing(name, answers[0], recorded)
    if len(answers) == 2:
        lacks = [set(missing(name, one, recorded)) for one in answers]
        found += sorted(lacks[0] & lacks[1])
        too_much = [set(missing(name, recorded, one)) for one in answers]
        found += [f"{one} in the recording" for one in sorted(too_much[0] & too_much[1])]
    elif _versions(recording["name"]):
        found += [f"{one} in the recording" for one in missing(name, recorded, answers[0])]
    return _wanted(found)


def problems(api: ForemanClient, recording: dict[str, Any], kinds: Kinds) -> list[str]:
    """All differences between the lab's answers and the recorded one."""
    answers, name = _answers(api, recording), thing(recording)
    found = _key_problems(name, recording, answers)
    if recording["response"]["status"] >= 400:
        return found + [f"{one} was {recording['response']['body']}" for one in answers if not _same(recording, one)]
    for answer in answers:
        found += kinds.problems(name, answer)
    return found


def _same(recording: dict[str, Any], answer: Any) -> bool:
    """The same words; ids and the names of permissions, fields and jobs are the lab's."""

    def plain(body: Any) -> str:
        text = re.sub(r"view_\w+", "view_X", json.dumps(body))
        return re.sub(r"\b\d+\b", "N", text)

    return plain(recording["response"]["body"]) == plain(answer)


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    """What all the recordings show together."""
    return Kinds(list(_RECORDINGS.values()))


_NEEDED = pytest.mark.skipif(not _RECORDINGS, reason=f"no recordings in {_FOLDER}; set JOBS_RECORDINGS to their folder")


@_NEEDED
@pytest.mark.parametrize("name", sorted(set(_RECORDINGS) - set(NOT_COVERED)))
def test_recording(foreman: ForemanClient, kinds: Kinds, name: str) -> None:
    """The lab answers as recorded."""
    found = problems(foreman, _RECORDINGS[name], kinds)
    assert not found, "\n".join(found)


@_NEEDED
def test_the_table_is_true() -> None:
    """It names recordings, and all of them: 113 at the time of writing."""
    assert not set(NOT_COVERED) - set(_RECORDINGS)
    assert len(_RECORDINGS) >= 113


@pytest.mark.parametrize("name", sorted(_SAMPLES))
def test_sample(foreman: ForemanClient, name: str) -> None:
    """The same for the few recordings that come with this repository; together they are their own measure."""
    assert not problems(foreman, _SAMPLES[name], Kinds(list(_SAMPLES.values())))
