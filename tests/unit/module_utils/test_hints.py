# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said to who writes the options of another collection, or slips."""

from __future__ import annotations

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _hints
from ansible_collections.unified.jobs.plugins.module_utils._arguments import (
    CANCEL_TABLE,
    INCLUDE_TABLE,
    READ_TABLE,
    WAIT_SWITCH,
    WAIT_TABLE,
    argument_spec,
    jobs_table,
)
from ansible_collections.unified.jobs.plugins.module_utils._arguments_launch import LAUNCH_TABLE, LIST_TABLE
from ansible_collections.unified.jobs.plugins.module_utils._options import connection_argument_spec
from ansible_collections.unified.jobs.plugins.module_utils._registry import job_types, launch_types

CONNECTION = connection_argument_spec()
LAUNCH = _hints.option_names(
    {**CONNECTION, **argument_spec({**LAUNCH_TABLE, **LIST_TABLE, **WAIT_SWITCH, **WAIT_TABLE, **INCLUDE_TABLE})}
)
READ = _hints.option_names({**CONNECTION, **argument_spec({**jobs_table(False), **INCLUDE_TABLE, **READ_TABLE})})
WAIT = _hints.option_names({**CONNECTION, **argument_spec({**jobs_table(True), **WAIT_TABLE, **INCLUDE_TABLE})})
CANCEL = _hints.option_names({**CONNECTION, **argument_spec({**jobs_table(True), **CANCEL_TABLE})})


@pytest.mark.parametrize(
    ("known", "written", "ours"),
    [
        (LAUNCH, "name", "template"),
        (LAUNCH, "job_template_id", "template_id"),
        (LAUNCH, "inputs", "parameters"),
        (LAUNCH, "search_query", "target_query"),
        (LAUNCH, "limit", "targets or target_query"),
        (LAUNCH, "job_tags", "awx.job_tags"),
        (LAUNCH, "job_type", "awx.job_type"),
        (LAUNCH, "bookmark", "foreman.bookmark"),
        (LAUNCH, "feature", "type: feature and template"),
        (LAUNCH, "cron", "schedule.cron"),
        (LAUNCH, "ssh", "foreman.ssh_user and foreman.effective_user"),
        (LAUNCH, "job_id", "rerun"),
        (LAUNCH, "targts", "targets"),
        (LAUNCH, "jobs.targts", "jobs.targets"),
        (LAUNCH, "jobs.limit", "targets or target_query"),
        (LAUNCH, "jobs.awx.job_tag", "jobs.awx.job_tags"),
        (LAUNCH, "foreman.bokmark", "foreman.bookmark"),
        (LAUNCH, "foreman.search_query", "target_query"),
        (LAUNCH, "server_url", "url"),
        (LAUNCH, "zzz", ""),
        (READ, "search", "native_query"),
        (READ, "id", "jobs"),
        (READ, "limit", "max_results"),
        (READ, "all_pages", "max_results: 0"),
        (WAIT, "job_id", "jobs"),
        (WAIT, "job_type", "type"),
        (WAIT, "command_id", "jobs"),
        (LAUNCH, "inventory_source", "template"),
        (WAIT, "timeout", "wait_timeout"),
        (CANCEL, "name", ""),
        (LAUNCH, "task", "template"),
        (READ, "task", "template"),
        (LAUNCH, "plan", "template (a launch also needs type: plan)"),
        (LAUNCH, "nodes", "targets or awx.nodes"),
        (LAUNCH, "puppet.nodes", "targets or awx.nodes"),
        (LAUNCH, "awx.tags", "awx.job_tags"),
        (READ, "nodes", "host_filter"),
        (LAUNCH, "query", "target_query"),
        (LAUNCH, "scope", "targets, target_query or puppet.node_group"),
        (LAUNCH, "node_group", "puppet.node_group"),
        (LAUNCH, "environment", "puppet.environment"),
        (LAUNCH, "puppet.env", "puppet.environment"),
        (LAUNCH, "puppet.xyz", ""),
        (LAUNCH, "puppet.nop", "puppet.noop"),
        (LAUNCH, "noop", "puppet.noop"),
        (LAUNCH, "params", "parameters"),
        (LAUNCH, "puppet.params", "parameters"),
        (LAUNCH, "tags", "awx.job_tags or puppet.tags"),
        (LAUNCH, "timeout", "job_timeout or wait_timeout"),
        (LAUNCH, "scheduled_time", "schedule.start_at"),
        (LAUNCH, "service_url", "url"),
        (LAUNCH, "token_file", "token (token_file is for a named server)"),
        (WAIT, "plan_job", "jobs"),
        (READ, "state", "status"),
        (READ, "owner", "launched_by"),
        (READ, "max_finish_timestamp", "native_query"),
    ],
)
def test_what_to_write_instead(known: list[str], written: str, ours: str) -> None:
    assert _hints.instead([written], known).get(written, "") == ours


def test_no_hint_leads_to_what_is_not_there() -> None:
    """Each first word of a hint is an option of at least one face, and none is a hint on itself."""
    known = {*LAUNCH, *READ, *WAIT, *CANCEL}
    words = [word for row in _hints._OTHERS.values() for word in row]
    assert [word for word in words if _hints.first_word(word) not in known] == []
    assert [name for name, row in _hints._OTHERS.items() if name in row] == []


def test_a_missing_option_that_was_named_otherwise() -> None:
    spec = {**CONNECTION, **argument_spec(jobs_table(True))}
    says = _hints.explained("missing required arguments: jobs", ["job_id", "_ansible_debug"], spec)
    assert says == "missing required arguments: jobs. Write jobs instead of job_id."
    assert _hints.explained("missing required arguments: jobs", [], spec) == "missing required arguments: jobs."


@pytest.mark.parametrize("message", ["", "something else", "value of type must be one of: a, b, got: satellite"])
def test_other_messages_stay(message: str) -> None:
    assert _hints.explained(message, ["job_id"], CONNECTION) == message


LAUNCHED = "job_template, workflow_job_template, feature, task, plan, deploy"
READ_TYPES = "job, workflow_job, job_invocation, plan_job, scheduled_job"


@pytest.mark.parametrize(
    ("option", "choices", "value", "hint"),
    [
        ("platform", "awx, foreman, puppet", "Satellite", "Write foreman instead of Satellite."),
        ("platform", "awx, foreman, puppet", "pe", "Write puppet instead of pe."),
        ("platform", "awx, foreman, puppet", "jenkins", ""),
        ("type", LAUNCHED, "job", "Write job_template or task or deploy instead of job."),
        ("type", LAUNCHED, "plan_job", "Write plan instead of plan_job."),
        ("type", LAUNCHED, "puppet_run", "Write deploy instead of puppet_run."),
        ("type", LAUNCHED, "scheduled_job", ""),
        ("type", READ_TYPES, "task", "Write job instead of task."),
        ("type", READ_TYPES, "plan", "Write plan_job instead of plan."),
        ("type", READ_TYPES, "job_template", "Write job or job_invocation instead of job_template."),
        ("status", "failed, error", "task", ""),
    ],
)
def test_a_value_that_is_named_otherwise(option: str, choices: str, value: str, hint: str) -> None:
    message = f"value of {option} must be one of: {choices}, got: {value}"
    assert _hints.explained(message, [], CONNECTION) == (f"{message}. {hint}" if hint else message)


def test_the_types_that_hints_name_are_there() -> None:
    """Each of them is one that a launch or a job can have."""
    known = {*launch_types(), *job_types()}
    assert {word for words in _hints._TYPES.values() for word in words} - known == set()
