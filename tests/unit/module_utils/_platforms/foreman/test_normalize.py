# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A raw Foreman body as a job: Foreman contract 1.1, 1.2, 1.10, 1.11, 1.15."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman.normalize import (
    add_task,
    input_values,
    mask_native,
    normalize,
    parse_date,
)

SAMPLES = pathlib.Path(__file__).parents[3] / "samples" / "foreman"


def sample(name: str, **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return {**body, **changes}


def task(state: str) -> dict[str, str]:
    return {"id": "0a1b", "state": state}


@pytest.mark.case("foreman-4")
def test_a_row_without_a_task_is_an_orphan() -> None:
    """Reference page, index: rows 141 to 148."""
    job = normalize(sample("row-orphan"))
    assert (job.status, job.native_status, job.is_finished) == ("error", "queued", True)
    assert "never planned" in job.explanation
    # its detail is an error on newer servers, so it is not asked for again
    assert job.is_complete


@pytest.mark.case("foreman-6")
def test_a_paused_task_ends_the_wait_though_the_label_says_running() -> None:
    job = normalize(sample("row-paused"))
    assert (job.status, job.native_status, job.is_finished) == ("error", "running/paused", True)
    assert "administrator" in job.explanation


@pytest.mark.case("foreman-7")
@pytest.mark.parametrize(
    ("counts", "status"),
    [
        ({"failed": 0, "cancelled": 1}, "canceled"),
        ({"failed": 1, "cancelled": 1}, "failed"),
        ({"failed": 1, "cancelled": 0}, "failed"),
        ({"failed": 0, "cancelled": 0}, "failed"),
        ({"failed": "N/A", "cancelled": 1}, "canceled"),
        ({"failed": "N/A"}, "failed"),
    ],
)
def test_canceled_while_running_reads_failed(counts: dict[str, Any], status: str) -> None:
    body = sample("row-failed")
    del body["cancelled"]
    assert normalize({**body, **counts}).status == status


@pytest.mark.parametrize(
    ("state", "label", "status"),
    [
        ("scheduled", "queued", "scheduled"),
        ("pending", "running", "pending"),
        ("planning", "running", "pending"),
        ("planned", "running", "pending"),
        ("running", "running", "running"),
        ("stopped", "succeeded", "successful"),
        ("stopped", "cancelled", "canceled"),
    ],
)
def test_the_table_of_statuses(state: str, label: str, status: str) -> None:
    """Contract 1.10."""
    job = normalize(sample("row-successful", dynflow_task=task(state), status_label=label))
    assert (job.status, job.native_status, job.warnings) == (status, f"{label}/{state}", [])


@pytest.mark.parametrize(("state", "label"), [("melting", "running"), ("stopped", "melted"), ("stopped", None)])
def test_unknown_words_are_one_warning_and_never_finished(state: str, label: Any) -> None:
    job = normalize(sample("row-successful", dynflow_task=task(state), status_label=label))
    assert (job.status, job.is_finished, len(job.warnings)) == ("unknown", False, 1)


@pytest.mark.case("foreman-8")
def test_a_success_on_no_host_is_told() -> None:
    """Recording nailgun_pr609_create_no_hosts_201: the server takes it and calls it a success."""
    job = normalize(sample("row-no-hosts"))
    assert (job.status, job.host_counts["total"]) == ("successful", 0)
    assert job.warnings == ["It ran on no host, because none fit its search."]


@pytest.mark.case("foreman-3")
@pytest.mark.parametrize(
    ("name", "kind"),
    [("detail-immediate", "immediate"), ("detail-recurring", "recurring"), ("detail-future", "future")],
)
def test_modes(name: str, kind: str) -> None:
    assert normalize(sample(name)).subtype == kind


@pytest.mark.case("foreman-1", "foreman-2")
@pytest.mark.parametrize("word", ["N/A", "k.A.", "Sans objet", None, True, -1, 2.0, "2"])
def test_counts_that_are_no_numbers(word: Any) -> None:
    """Contract 1.0: the word for an unknown number is translated."""
    names = ("succeeded", "failed", "pending", "cancelled", "total", "total_hosts")
    job = normalize(sample("row-successful", **dict.fromkeys(names, word)))
    assert set(job.host_counts.values()) == {None}


def test_the_hosts_of_a_scheduled_static_job_are_known() -> None:
    """Contract 1.1: total_hosts is known while total still is not."""
    counts = normalize(sample("detail-recurring")).host_counts
    assert (counts["total"], counts["ok"], counts["pending"]) == (2, None, None)


@pytest.mark.case("foreman-33")
@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("2025-02-24 15:05:00 UTC", "2025-02-24T15:05:00Z"),
        ("2024-01-01 12:34:56 +0100", "2024-01-01T11:34:56Z"),
        ("2025-02-24T10:01:14.541-05:00", "2025-02-24T15:01:14.541000Z"),
        ("2022-11-08T19:07:13.889+00:00", "2022-11-08T19:07:13.889000Z"),
        ("never", None),
        ("", None),
        (None, None),
        (17, None),
    ],
)
def test_dates(sent: Any, text: str | None) -> None:
    """Contract 1.15; the forms are those of the recordings create_*, raw_output_delayed."""
    assert parse_date(sent) == text
    job = normalize(sample("detail-immediate", start_at=sent, task=task("stopped")))
    assert (job.created_at, job.started_at) == (text, text)


def test_a_job_that_is_planned_has_not_started() -> None:
    assert normalize(sample("launched")).started_at is None


@pytest.mark.case("foreman-36")
def test_what_only_the_task_says() -> None:
    job = normalize(sample("row-failed"))
    add_task(
        job,
        {
            "username": "eve",
            "started_at": "2026-11-22 10:00:01 UTC",
            "ended_at": "2026-11-22 10:00:04 UTC",
            "result": "warning",
            "humanized": {"errors": ["A sub task failed", "Boom\n"]},
        },
    )
    assert (job.launched_by, job.finished_at, job.elapsed) == ("eve", "2026-11-22T10:00:04Z", 3.0)
    assert job.explanation == "Boom"


@pytest.mark.case("foreman-46")
def test_native_secrets_are_masked_and_stars_pass() -> None:
    native = mask_native({"password": "x", "key_passphrase": "y", "effective_user_password": None, "ssh_user": "u"})
    assert native == {
        "password": "********",
        "key_passphrase": "********",
        "effective_user_password": None,
        "ssh_user": "u",
    }
    hidden = [{"template_invocation_input_values": [{"template_input_name": "key", "value": "*****"}]}]
    assert input_values({"pattern_template_invocations": hidden}) == {"key": "*****"}


def test_inputs_of_old_servers_are_those_of_the_first_host() -> None:
    """Before version 15 of the plugin there is no pattern (contract, versions)."""
    values = [{"template_invocation_input_values": [{"template_input_name": "a", "value": "1"}]}]
    assert input_values({"template_invocations": values}) == {"a": "1"}
    assert input_values({}) == {}


def test_context_and_targeting_in_the_details() -> None:
    details = normalize(sample("detail-immediate")).details
    assert details["organization"] == {"id": 3, "name": "Operations"}
    assert details["location"] is None
    assert details["targeting"]["search_query"] == "name ~ web"
    assert normalize(sample("detail-immediate")).targets == "name ~ web"
    assert "targeting" not in normalize(sample("row-successful")).details


def test_the_answer_to_a_launch_is_not_complete() -> None:
    """Contract 1.2: its inputs and its context are null."""
    assert not normalize(sample("launched")).is_complete
    assert normalize(sample("launched-old")).is_complete
    assert normalize(sample("detail-immediate")).is_complete
    assert not normalize(sample("row-successful")).is_complete


@pytest.mark.parametrize("body", [{}, {"id": None}, {"targeting": None, "dynflow_task": "x", "task": 5, "mode": 5}])
def test_anything_is_tolerated(body: dict[str, Any]) -> None:
    assert normalize(body).to_dict()["type"] == "job_invocation"
