# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What only one platform has to read, each called alone."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ansible_collections.unified.jobs.plugins.module_utils._native import rows
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import content as awx_content
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import normalize as awx_normalize
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import prompts
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman import cursor as foreman_cursor
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman import normalize as foreman_normalize
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman import output as foreman_output
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import events as puppet_events
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import metadata, nodes
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import normalize as puppet_normalize
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import output as puppet_output
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import results as puppet_results
from ansible_collections.unified.jobs.plugins.module_utils._types import HostResult, HostStatus, Job

from . import awx_server, foreman_server, puppet_server
from .checks import check_host, check_job, check_plain, expect
from .reading import Read, Reader, mapped, plain, refused_or, tidied
from .seeds import Corpus
from .stub import Raw

# -- AWX ---------------------------------------------------------------------------------------------------------------


def _awx(known: Corpus) -> list[Reader]:
    return [
        Reader("failed task", awx_server.EVENTS, mapped(_awx_failed_task), 2),
        Reader("native", known.jobs, plain(awx_normalize.mask_native)),
        Reader("survey", awx_server.SPEC, mapped(_awx_survey), 2),
        Reader("prompts", [awx_server.template()], mapped(_awx_prompts)),
        Reader("passwords", [awx_server.PREFLIGHT], mapped(_awx_passwords)),
    ]


def _awx_failed_task(row: dict[str, Any]) -> None:
    job = Job("awx", "job", "7")
    job.included["failed_tasks"] = [awx_content._failed_task(row)]
    check_job(tidied(job.to_dict()))
    awx_content._place(row)


def _awx_survey(question: dict[str, Any]) -> None:
    for value in ("x", 5, 1.5, True, ["x"], None, "9" * 5000, "dev"):
        for ask in (True, False):
            given = {str(question.get("variable")): value}
            template = {"extra_vars": "{}"}
            refused_or(functools.partial(prompts.check_variables, template, given, [question], ask))


def _awx_prompts(template: dict[str, Any]) -> None:
    body = {"limit": "a", "inventory": 2, "labels": [1], "credentials": [3], "scm_branch": "b", "extra_vars": {"a": 1}}
    refused_or(lambda: prompts.check_prompts(template, dict(body), lambda key, usual: usual))
    refused_or(lambda: prompts.check_variables(template, {"a": "b"}, [], False))


def _check_passwords(preflight: dict[str, Any], chosen: list[dict[str, Any]]) -> None:
    needed, is_all = prompts.needed_passwords(preflight, chosen)
    prompts.check_passwords(needed, {"a": "b"}, is_all)


def _awx_passwords(preflight: dict[str, Any]) -> None:
    chosen = [{"id": 3, "credential_type": 1, "name": "c"}]
    for own in ([], chosen):
        refused_or(functools.partial(_check_passwords, preflight, own))
    defaults = preflight.get("defaults")
    refused_or(
        lambda: prompts.merge_credentials(defaults.get("credentials") if isinstance(defaults, dict) else None, chosen)
    )


# -- Foreman -----------------------------------------------------------------------------------------------------------


def _foreman(known: Corpus) -> list[Reader]:
    return [
        Reader("native", known.jobs, plain(foreman_normalize.mask_native)),
        Reader("inputs", known.jobs, plain(foreman_normalize.input_values)),
        Reader("task", [foreman_server.TASK], mapped(_foreman_task), 2),
        Reader("output", [{"output": foreman_server.CHUNKS, "complete": True}], mapped(_foreman_output), 2),
        Reader("cursor", _CURSORS, _cursor(foreman_cursor.Cursor.parse)),
    ]


_CURSORS = [
    '{"hosts":{"1":[1.5,["a"],"",0]},"done":["1"],"last":"1"}',
    '{"done":["5"],"partial":"a","lines":3}',
    "0",
]


def _cursor(parse: Callable[[str], Any]) -> Read:
    def read(body: Any) -> None:
        text = bytes(body).decode("utf-8", "replace") if isinstance(body, Raw) else body
        if isinstance(text, str):
            refused_or(lambda: parse(parse(text).dump()))

    return read


def _foreman_task(task: dict[str, Any]) -> None:
    for state in ("stopped", "running"):
        job = foreman_normalize.normalize(foreman_server.job(state, "failed"))
        foreman_normalize.add_task(job, task)
        shown = tidied(job.to_dict())
        check_plain(shown)
        check_job(shown)


def _foreman_output(answer: dict[str, Any]) -> None:
    printed = foreman_output._printed(answer)
    host = HostResult("a", HostStatus.FAILED, exit_code=printed.exit_code, message=printed.reason())
    host.output, host.data = printed.text(), {"stderr": printed.text("stderr")}
    check_host(tidied(host.to_dict()))
    for start in ("0", _CURSORS[0]):
        where = foreman_cursor.Cursor.parse(start)
        for _line, position in where.lines(1, printed.chunks, printed.complete):
            where.move(1, position)
        refused_or(functools.partial(foreman_cursor.Cursor.parse, where.dump()))


# -- Puppet ------------------------------------------------------------------------------------------------------------


def _puppet(known: Corpus) -> list[Reader]:
    events = [*puppet_server.EVENTS["items"], *puppet_server.MESSAGES["items"]]
    return [
        Reader(
            "native",
            [*known.jobs, puppet_server.plan_job(), puppet_server.schedule()],
            plain(puppet_normalize.mask_native),
        ),
        Reader("kinds", [*known.jobs, puppet_server.plan_job(), puppet_server.schedule()], mapped(_puppet_kinds), 3),
        Reader("node", puppet_server.NODES, mapped(_puppet_node), 3),
        Reader("event", events, plain(puppet_events._event)),
        Reader("next events", [puppet_server.EVENTS], mapped(_puppet_next)),
        Reader("parameters", [*known.jobs, puppet_server.schedule()], plain(puppet_normalize.parameters_of)),
        Reader("metadata", [puppet_server.PARAMETERS], mapped(_puppet_metadata), 2),
        Reader("cursor", _CURSORS, _cursor(puppet_output.Cursor.parse)),
    ]


def _puppet_kinds(body: dict[str, Any]) -> None:
    for kind in ("job", "plan_job", "scheduled_job"):
        job = puppet_normalize.normalize(body, kind)
        puppet_normalize.is_of_kind(body, kind)
        shown = tidied(job.to_dict())
        check_plain(shown)
        check_job(shown)


def _puppet_node(node: dict[str, Any]) -> None:
    for host in nodes.iter_hosts([node], 100):
        shown = tidied(host.to_dict())
        check_plain(shown)
        check_host(shown)
    job = Job("puppet", "job", "5")
    job.included["failed_tasks"] = nodes.get_failed_tasks(job, [node])
    check_job(tidied(job.to_dict()))
    puppet_output.node_text(node, True)
    puppet_results.host_result(node)


def _puppet_next(body: dict[str, Any]) -> None:
    expect(puppet_events.next_start(body) >= 0, "next_start")
    for row in rows(body.get("items")):
        expect(puppet_events.event_id(row) >= 0, "event_id")


def _puppet_metadata(parameters: dict[str, Any]) -> None:
    known = {str(name): row if isinstance(row, dict) else {} for name, row in parameters.items()}
    said = metadata.Metadata(known, None)
    said.sensitive()
    refused_or(lambda: metadata.check_parameters(said, {"a": "v", "s": 5, "x": None}, "the task", ()))


OWN = {"awx": _awx, "foreman": _foreman, "puppet": _puppet}
