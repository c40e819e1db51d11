# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the options of a launch, and of a list of launches, in tables as those of C(_arguments)."""

from __future__ import annotations

import typing as t

from ._arguments import Table
from ._registry import launch_options, launch_types
from ._types import ADOPT, RERUN_HOSTS


def _platform_options() -> dict[str, dict[str, t.Any]]:
    return {
        name: {
            "type": "dict",
            "options": options,
            "description": [f"What only the platform V({name}) has. It is an error on another platform."],
        }
        for name, options in launch_options().items()
    }


SCHEDULE_TABLE: Table = {
    "start_at": {
        "type": "str",
        "description": [
            "When to start, in ISO 8601; without a zone it is UTC. Servers may count in whole minutes. Together with "
            "O(schedule.cron) it delays the first occurrence."
        ],
    },
    "start_before": {"type": "str", "description": ["The job is given up if it has not started by then."]},
    "cron": {"type": "str", "description": ["Makes a recurring job: when, as a cron line of five fields."]},
    "max_iteration": {"type": "int", "description": ["How often a recurring job happens, at the most."]},
    "end_time": {"type": "str", "description": ["When a recurring job comes to its end, in ISO 8601."]},
    "purpose": {
        "type": "str",
        "description": ["Names a recurring job. While one of that name goes on, it is returned and nothing launched."],
    },
}

LAUNCH_TABLE: Table = {
    "template": {
        "type": "str",
        "description": ["The name of what is launched. A name that is made of digits is a name too."],
    },
    "template_id": {"type": "str", "description": ["The id of what is launched."]},
    "type": {
        "type": "str",
        "choices": launch_types(),
        "description": ["The kind of what is launched. The first of the platform's kinds is its default."],
    },
    "inventory": {
        "type": "raw",
        "description": [
            "The inventory to run on: a name, a number for an id, or a dictionary with the key C(id) or C(name), and "
            "optionally C(organization)."
        ],
    },
    "targets": {
        "type": "list",
        "elements": "str",
        "description": [
            "The names of the hosts to run on. Leave it out for all that the template brings, as on AWX; an empty list is refused."
        ],
    },
    "target_query": {
        "type": "raw",
        "description": [
            "The hosts to run on in the platform's own words: on AWX a host pattern (limit), on Foreman a search for hosts, on "
            "Puppet Enterprise a query of PuppetDB, as PQL text or as a list."
        ],
    },
    "on_no_targets": {
        "type": "str",
        "choices": ["fail", "skip"],
        "default": "fail",
        "description": [
            "What happens when O(targets), O(target_query), the hosts to run again on, or the launches of O(jobs) are "
            "none. Nothing is launched in either case."
        ],
    },
    "parameters": {
        "type": "dict",
        "description": ["Parameters: AWX's variables and survey answers, Foreman's inputs, those of a task or plan."],
    },
    "secret_parameters": {
        "type": "dict",
        "no_log": True,
        "description": ["Parameters that must not be shown; merged over O(parameters)."],
    },
    "description": {"type": "str", "description": ["A description of the job, where the platform takes one."]},
    "schedule": {
        "type": "dict",
        "options": SCHEDULE_TABLE,
        "description": [
            "When the server is to start the job, instead of now: later, or again and again. Refused where the server "
            "cannot, as on AWX, whose schedules are objects of their own. Puppet Enterprise knows O(schedule.start_at) only.",
        ],
    },
    "concurrency": {"type": "int", "description": ["How many hosts are worked on at once (on AWX the forks)."]},
    "job_timeout": {
        "type": "int",
        "description": ["Seconds after which the server itself stops the job."],
    },
    **_platform_options(),
    "rerun": {
        "type": "raw",
        "description": ["Run this earlier job again: its id, or the job itself, which Puppet Enterprise needs."],
    },
    "rerun_hosts": {
        "type": "str",
        "choices": list(RERUN_HOSTS),
        "default": "all",
        "description": ["With O(rerun), on which of the earlier job's hosts."],
    },
    "launch_key": {
        "type": "str",
        "no_log": False,
        "description": [
            "Your own name of this launch, such as V(change-1234-step-3): letters, digits and signs of C(._:@/+=-), at most "
            "100. Its job carries it. If a job with this key is there already, because the same task ran before, crashed, or "
            "runs on another machine, that job is the result, with C(changed=false), and nothing is launched.",
            "A job with this key that is not what was to be launched fails the task with C(launch_conflict).",
            "AWX looks among the newest 1,000 jobs of the template, and the template must ask for variables or labels at "
            "launch; Foreman among the jobs whose description begins with the key; Puppet Enterprise among its newest 1,000 "
            "jobs. See the guide on launching for what is and what is not guaranteed.",
        ],
    },
    "adopt": {
        "type": "list",
        "elements": "str",
        "choices": list(ADOPT),
        "description": [
            "With O(launch_key), how a job with this key may have ended, or V(unfinished), to be taken for this launch. "
            "Without it, V(unfinished) and V(successful): after a job that failed, the next run launches again."
        ],
    },
    "validate": {
        "type": "bool",
        "default": True,
        "description": [
            "Whether prompts, survey answers and parameters are checked before anything is sent. Without it the server "
            "decides, and may ignore what a template does not ask for; that is told in a warning."
        ],
    },
}


def _of_one_launch(table: Table) -> dict[str, dict[str, t.Any]]:
    """Return the options of one launch of a list: those of the task, which are the defaults."""
    options: dict[str, dict[str, t.Any]] = {
        "server": {
            "type": "str",
            "description": ["The named server to launch on, instead of the connection of the task."],
        }
    }
    return {**options, **_pointing(table)}


def _pointing(table: Table, parent: str = "") -> dict[str, dict[str, t.Any]]:
    """Return the options without defaults, the description of each being where it stands in full."""
    options: dict[str, dict[str, t.Any]] = {}
    for name, entry in table.items():
        options[name] = {key: value for key, value in entry.items() if key != "default"}
        options[name]["description"] = [f"See O({parent}{name})."]
        if "options" in entry:
            within = "[]." if entry["type"] == "list" else "."
            options[name]["options"] = _pointing(entry["options"], f"{parent}{name}{within}")
    return options


LIST_TABLE: Table = {
    "jobs": {
        "type": "list",
        "elements": "dict",
        "options": _of_one_launch(LAUNCH_TABLE),
        "description": [
            "Launches several jobs in one task, in this order. The options of the task are the defaults of each launch; "
            "what a launch says itself replaces them. A launch that names O(jobs[].template), O(jobs[].template_id) or "
            "O(jobs[].rerun) has none of the others from the task, nor one of O(jobs[].targets) and "
            "O(jobs[].target_query) if it has the other. One with O(jobs[].rerun) has of the task only O(rerun_hosts), "
            "O(on_no_targets) and O(validate), because all else is as the earlier job had it.",
            "The connection but O(jobs[].server), what waits, and O(include) are for the task only. O(organization) and "
            "O(location) of the task belong to its own connection, and not to O(jobs[].server).",
            "All are planned before the first is sent: if one of them cannot be launched as it is written, nothing is.",
            "With O(jobs[].server) they may go to several servers of several platforms; O(awx), O(foreman) and O(puppet) "
            "of the task are then the defaults of the launches on that platform.",
        ],
    },
    "max_concurrent": {
        "type": "int",
        "description": [
            "With O(jobs) and O(wait=true), how many of these jobs may be unfinished at once; the next is launched when one "
            "is seen to end. Without it all are launched at once."
        ],
    },
    "on_failure": {
        "type": "str",
        "choices": ["continue", "stop", "cancel"],
        "description": [
            "With O(jobs), what happens after a launch failed, or a job that was waited for ended in a way of O(fail_on).",
            "V(continue) launches the others all the same; V(stop) launches no more and waits for those that run; "
            "V(cancel) launches no more, cancels what the list launched and has not ended, and returns. Without it, "
            "V(continue).",
        ],
    },
}
