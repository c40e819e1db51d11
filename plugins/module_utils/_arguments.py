# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the options of the faces beside the connection, in tables.

A table is an argument spec whose entries also hold their C(description). From it follow the argument spec
and the documentation fragment, so that the two cannot differ.
"""

from __future__ import annotations

import typing as t

from ._registry import job_types
from ._types import INCLUDES, JobStatus

Table = t.Mapping[str, t.Mapping[str, t.Any]]

_JOBS_FORMS = "An id, a list of ids, a job, a registered result, its C(results), or a list of these."


def argument_spec(table: Table) -> dict[str, dict[str, t.Any]]:
    """Return the argument spec of a table."""
    return {name: _without(entry, "description", argument_spec) for name, entry in table.items()}


def documentation(table: Table) -> dict[str, dict[str, t.Any]]:
    """Return the documentation of a table's options."""
    return {name: _without(entry, "no_log", documentation, "suboptions") for name, entry in table.items()}


def _without(
    entry: t.Mapping[str, t.Any], left_out: str, nested: t.Callable[[Table], t.Any], options: str = "options"
) -> dict[str, t.Any]:
    result = {key: value for key, value in entry.items() if key not in (left_out, "options")}
    if "options" in entry:
        result[options] = nested(entry["options"])
    return result


def jobs_table(required: bool) -> Table:
    """Return the option that selects jobs, and the type of those that are given as a bare id."""
    jobs: dict[str, t.Any] = {
        "type": "raw",
        "description": [
            _JOBS_FORMS,
            "Text may hold several ids with commas between. Skipped results are left out.",
        ],
    }
    if required:
        jobs["required"] = True
    description = [
        "The type of the jobs that are given as a bare id, which Puppet Enterprise needs: each type counts on its own "
        "there. Where ids are unique among all types, as on AWX, it only saves a request."
    ]
    if not required:
        description.append("Where jobs are listed by filters, only those of this type.")
    job_type = {"type": "str", "choices": job_types(), "description": description}
    return {"jobs": jobs, "type": job_type}


INCLUDE_TABLE: Table = {
    "include": {
        "type": "list",
        "elements": "str",
        "choices": list(INCLUDES),
        "default": [],
        "description": [
            "What to return in each job beside the keys that are always there. Each may cost requests.",
            "V(hosts) is a result per host; V(output) is what the job printed; V(failed_tasks) is what failed on which "
            "host and why; V(children) is the jobs that a workflow or plan is made of; V(artifacts) is data that the job left; "
            "V(parameters) is what it ran with, and may hold secrets that nobody marked as such; V(events) is its events; V(native) is the server's own "
            "body, secrets masked. V(report), the server's own, and V(history), the states of the job, exist on Puppet Enterprise only.",
        ],
    },
    "output_max_bytes": {
        "type": "int",
        "default": 65536,
        "description": ["How much of the output is returned, from its end; V(0) for all of it."],
    },
}

READ_TABLE: Table = {
    "host_filter": {
        "type": "raw",
        "description": [
            "With O(include=hosts), which hosts: a list of names, or text in the platform's own search (on AWX and "
            "Puppet Enterprise a part of the name, on Foreman a search for hosts).",
            "Where the server keeps the output of each host apart, O(include=output) is that of these hosts only.",
        ],
    },
    "output_since": {
        "type": "str",
        "description": [
            "With O(include=output), return only what came after this cursor: the C(output_cursor) of an earlier read, "
            "or V(0) to start with. Whole lines are returned, as many as fit into O(output_max_bytes), and the next "
            "cursor goes on behind them."
        ],
    },
    "status": {
        "type": "list",
        "elements": "str",
        "choices": list(JobStatus.ALL),
        "description": ["Only jobs in one of these states."],
    },
    "name": {"type": "str", "description": ["Only jobs of exactly this name."]},
    "template": {"type": "str", "description": ["Only jobs that were launched from the template of this name."]},
    "launched_by": {"type": "str", "description": ["Only jobs that this user launched."]},
    "created_after": {
        "type": "str",
        "description": ["Only jobs created at or after this time, in ISO 8601; without a zone it is UTC."],
    },
    "created_before": {
        "type": "str",
        "description": ["Only jobs created before this time, in ISO 8601; without a zone it is UTC."],
    },
    "native_query": {
        "type": "raw",
        "description": [
            "Further filters in the platform's own language: on AWX text to search for, or a dictionary of filters such "
            "as C(launch_type: scheduled); on Foreman a search for jobs; on Puppet Enterprise a dictionary."
        ],
    },
    "order_by": {
        "type": "str",
        "description": ["The platform's own words, on Foreman as C(started_at DESC). The newest come first else."],
    },
    "max_results": {
        "type": "int",
        "default": 100,
        "description": ["How many jobs are returned at the most; V(0) for all."],
    },
}

WAIT_TABLE: Table = {
    "wait_timeout": {
        "type": "float",
        "default": 3600,
        "description": [
            "How many seconds to wait; V(0) looks once.",
            "This and the other options of a wait have an effect only where there is one; a warning says so else.",
        ],
    },
    "wait_interval": {
        "type": "float",
        "description": [
            "Seconds between two looks. Without it the first pause is half a second, and the next grow with the time waited, from one second to fifteen."
        ],
    },
    "wait_scheduled": {
        "type": "bool",
        "default": False,
        "description": [
            "Whether to wait for jobs that are scheduled for later, too, as long as O(wait_timeout) says.",
            "Without it they are left as they are, with the C(outcome) V(scheduled) and a warning.",
        ],
    },
    "on_timeout": {
        "type": "str",
        "choices": ["leave", "cancel"],
        "default": "leave",
        "description": ["What happens to the jobs that are not finished when the time is over."],
    },
    "fail_on": {
        "type": "list",
        "elements": "str",
        "choices": ["failed", "error", "canceled"],
        "default": ["failed", "error", "canceled"],
        "description": ["How a job must end for the task to fail. An empty list lets it succeed in any case."],
    },
    "progress": {
        "type": "bool",
        "default": True,
        "description": [
            "Whether to show a line for each change of a job's state while the task waits. It is shown where the task "
            "runs in Ansible's own process, as on localhost."
        ],
    },
    "follow": {
        "type": "bool",
        "default": False,
        "description": [
            "Whether to show the jobs' new output as it comes, too. Where nothing can be shown, a warning says why."
        ],
    },
}


def unused_wait_options(get: t.Callable[[str], t.Any]) -> str:
    """Return the warning that options of a wait have no effect, because there is none; empty if there is no such."""
    if get("wait") is not False:
        return ""
    names = [name for name, entry in WAIT_TABLE.items() if name != "progress" and _is_set(get(name), entry)]
    return f"{', '.join(names)}: nothing is waited for without wait: true, so this has no effect." if names else ""


def _is_set(value: t.Any, entry: t.Mapping[str, t.Any]) -> bool:
    return value is not None and value != entry.get("default")


WAIT_SWITCH: Table = {
    "wait": {
        "type": "bool",
        "default": False,
        "description": ["Whether to wait until the job is finished."],
    },
}

MANY_TABLE: Table = {
    "return_when": {
        "type": "str",
        "default": "all",
        "description": ["How many jobs must be finished for the task to return: V(all), V(any), or a number."],
    },
    "fail_fast": {
        "type": "str",
        "choices": ["false", "true", "cancel"],
        "default": "false",
        "description": [
            "Whether to stop waiting as soon as one job ends in a way that makes the task fail; V(cancel) also cancels "
            "those that are not finished."
        ],
    },
}

CANCEL_TABLE: Table = {
    "hosts": {
        "type": "list",
        "elements": "str",
        "description": ["Stop only these hosts. Refused where the server can only stop the whole job, as on AWX."],
    },
    "force": {
        "type": "bool",
        "default": False,
        "description": ["Stop without letting running work come to an end. Refused where the server cannot."],
    },
    "missing_ok": {
        "type": "bool",
        "default": False,
        "description": ["Whether it is fine that a job does not exist."],
    },
    "wait": {
        "type": "bool",
        "default": False,
        "description": ["Whether to wait until the jobs really stopped."],
    },
    "wait_timeout": WAIT_TABLE["wait_timeout"],
    "wait_interval": WAIT_TABLE["wait_interval"],
    "progress": WAIT_TABLE["progress"],
}
