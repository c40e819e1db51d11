# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup job, loaded as Ansible loads it, against the simulated AWX."""

from __future__ import annotations

import traceback
from typing import Any, Callable

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar
from ansible.utils.display import Display

from ansible_collections.unified.jobs.plugins.module_utils import _registry
from ansible_collections.unified.jobs.plugins.module_utils._errors import RejectedError
from ansible_collections.unified.jobs.plugins.plugin_utils import _plugin

Query = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def query(lab: Any) -> Query:
    """query(*terms, **options), as in a template, with the access of the lab's administrator."""

    def call(*terms: Any, **options: Any) -> list[dict[str, Any]]:
        loader = DataLoader()
        variables = options.pop("variables", {})
        plugin = lookup_loader.get(
            "unified.jobs.job", loader=loader, templar=Templar(loader=loader, variables=variables)
        )
        access = {"platform": "awx", "url": lab.url("awx"), "token": lab.token}
        found: list[dict[str, Any]] = plugin.run(list(terms), variables, **{**access, **options})
        return found

    return call


def launch(face: Any, template: str, **options: Any) -> Any:
    return face("invoke", template=template, **options)


def test_by_id(query: Query, face: Any) -> None:
    first, second = (launch(face, "lab-ok-simultaneous")["job"]["id"] for _unused in range(2))
    assert [job["id"] for job in query(first)] == [first]
    assert [job["id"] for job in query(int(second), first)] == [second, first]
    assert [job["id"] for job in query([first, second])] == [first, second]
    assert [job["id"] for job in query(f"{first},{second}")] == [first, second]


def test_jobs_and_registered_results(query: Query, face: Any) -> None:
    made = launch(face, "lab-ok")
    loop = {"results": [made, {"skipped": True}]}
    for term in (made["job"], made, loop, loop["results"]):
        assert [job["id"] for job in query(term)] == [made["job"]["id"]]


def test_an_empty_list_is_no_job_and_no_request(query: Query, face: Any, lab: Any) -> None:
    launch(face, "lab-ok")
    lab.forget_requests()
    assert query([]) == []
    assert query({"results": [{"skipped": True}]}) == []
    assert lab.requests() == []


def test_nothing_named_and_no_filter_is_refused(query: Query, lab: Any) -> None:
    """An empty selection never means all jobs."""
    with pytest.raises(AnsibleError, match="no job is named"):
        query(include=["output"])
    assert lab.requests() == []


def test_an_unknown_option_is_refused(query: Query, lab: Any) -> None:
    """Nothing asked for is ignored (house 0.4): a slip of the pen would list everything."""
    with pytest.raises(
        AnsibleError, match=r"no option statsu \(error: invalid_option\)\. Write status instead of statsu\."
    ):
        query(statsu=["failed"], max_results=3)
    with pytest.raises(AnsibleError, match=r"no option search .*Write native_query instead of search\."):
        query(search="failed")
    with pytest.raises(AnsibleError, match=r"no option zzz .*See ansible-doc -t lookup unified.jobs.job\."):
        query(zzz=1)
    assert lab.requests() == []


def test_by_filters(query: Query, face: Any, lab: Any) -> None:
    numbers = [launch(face, "lab-ok-simultaneous")["job"]["id"] for _unused in range(3)]
    lab.advance(60)
    assert [job["id"] for job in query(status=["successful"], max_results=2)] == numbers[:0:-1]
    assert query(name="no such job") == []


def test_includes(query: Query, face: Any, lab: Any) -> None:
    number = launch(face, "lab-ok")["job"]["id"]
    lab.advance(60)
    (job,) = query(number, include=["output", "hosts"], host_filter=["host1"])
    assert "PLAY RECAP" in job["output"]
    assert [host["name"] for host in job["hosts"]] == ["host1"]


def test_missing(query: Query, face: Any) -> None:
    number = launch(face, "lab-ok")["job"]["id"]
    with pytest.raises(AnsibleError, match=r"unified.jobs.job: there is no job 999999 .*error: not_found"):
        query(number, 999999)
    assert [job["id"] for job in query(number, 999999, on_missing="skip")] == [number]
    assert query(999999, on_missing="skip") == []


@pytest.mark.parametrize(
    ("terms", "options", "said"),
    [
        (["x y"], {}, "jobs: 'x y' is not the id of a job.*error: invalid_option"),
        ([1], {"status": ["failed"]}, "status is a filter"),
        ([1], {"include": ["report"]}, "include: AWX cannot do this: report.*error: unsupported"),
        ([], {"max_results": -1}, "max_results"),
        ([1], {"max_results": -1}, "max_results is for a list"),
        ([1], {"max_results": 5}, "max_results is for a list"),
        ([1], {"include": ["everything"]}, "include"),
        ([1], {"on_missing": "cry"}, "on_missing"),
    ],
    ids=str,
)
def test_bad_options(query: Query, lab: Any, terms: list[Any], options: dict[str, Any], said: str) -> None:
    with pytest.raises(AnsibleError, match=f"(?s){said}"):
        query(*terms, **options)
    assert lab.requests() == []


def test_a_refused_token_is_one_sentence_without_it(query: Query, lab: Any) -> None:
    with pytest.raises(AnsibleError, match="error: unauthorized") as caught:
        query(1, token="s3cret-token-value")
    assert "s3cret-token-value" not in str(caught.value)


def test_warnings_of_jobs_are_shown(query: Query, face: Any, lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda self, text, *more, **options: shown.append(text))
    number = launch(face, "lab-ok")["job"]["id"]
    lab.engine.jobs[int(number)].status = "paused"
    query(number)
    assert any("'paused'" in text for text in shown)


def test_an_error_of_ours_is_one_of_ansible() -> None:
    def fail() -> None:
        raise RejectedError("the server says no", status=400)

    with pytest.raises(AnsibleError, match=r"^here: the server says no \(error: rejected\)$"):
        _plugin.guarded("here", fail)


def test_a_bug_shows_no_secret(query: Query, lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ansible prints what an exception says, with its traceback and its causes under -vvv."""

    def fail(*_arguments: Any, **_options: Any) -> Any:
        raise ValueError(f"no {lab.token}") from KeyError(lab.token)

    monkeypatch.setattr(_registry.PLATFORMS["awx"], "get_job", fail)
    with pytest.raises(AnsibleError, match=r"This is a bug in the collection .* \(error: internal_error\)") as caught:
        query("1")
    assert lab.token not in "".join(traceback.format_exception(caught.type, caught.value, caught.tb))


def test_what_weakens_the_connection_is_warned_of(query: Query, lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _self, text, *_a, **_o: said.append(text))
    with pytest.raises(AnsibleError, match="error: tls"):
        query("1", url=lab.url("awx").replace("http:", "https:"), validate_certs=False)
    assert [text.partition(",")[0] for text in said] == ["validate_certs is false"]
