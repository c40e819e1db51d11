# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a sequence is made of: steps that use the faces, and troubles that happen meanwhile. Plain data that prints."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: a secret that launches carry; it must be seen nowhere
SECRET = "Kx55-secret-of-the-soak"

#: by platform, the requests that launch
LAUNCHING = {
    "awx": r"/(launch|relaunch|update|update_inventory_sources|ad_hoc_commands|bulk/job_launch)/$",
    "foreman": r"/job_invocations(/\d+/rerun)?$",
    "puppet": r"/(command/(task|deploy|plan_run|environment_plan_run|schedule_\w+)|environment_jobs)$",
}

_WEB = {"targets": ["web1.example.com", "web2.example.com"]}
_LATER = {"schedule": {"start_at": "2099-01-01T00:00:00Z"}}
_AD_HOC = {"credentials": ["lab-machine"], "module_name": "ping"}
#: by platform, what is launched, as options; the names are in what a failure prints
KINDS: dict[str, dict[str, dict[str, Any]]] = {
    "awx": {
        "ok": {"template": "lab-ok"},
        "variables": {"template": "lab-prompts", "targets": ["host1"], "parameters": {"a": 1}},
        "labels": {"template": "lab-prompts", "awx": {"labels": ["made by the soak"]}},
        "survey": {
            "template": "lab-survey",
            "parameters": {"target_env": "dev", "count": 3},
            "secret_parameters": {"secret": SECRET},
        },
        "key": {"template": "lab-prompts", "launch_key": "soak-1"},
        "partial": {"template": "lab-partial"},
        "hang": {"template": "lab-hang"},
        "stubborn": {"template": "lab-stubborn"},
        "sliced": {"template": "lab-sliced"},
        "workflow": {"type": "workflow_job_template", "template": "lab-wf-mixed"},
        "system": {"type": "system_job_template", "template_id": "1", "parameters": {"days": 30}},
        "ad hoc": {"type": "ad_hoc_command", "inventory": 2, "awx": _AD_HOC},
        "project": {"type": "project", "template": "lab-git"},
        "source": {"type": "inventory_source", "template": "lab-src-ok"},
        "inventory": {"type": "inventory", "template": "lab-inventory-sourced"},
        "bulk": {"type": "bulk", "awx": {"name": "many", "nodes": [{"template": "lab-ok"}]}},
    },
    "foreman": {
        "ok": {"template": "lab-ok", **_WEB},
        "inputs": {
            "template": "lab-inputs",
            "parameters": {"must": "yes"},
            "secret_parameters": {"secret": SECRET},
            **_WEB,
        },
        "query": {"template": "lab-ok", "target_query": "name ~ web"},
        "bookmark": {"template": "lab-ok", "foreman": {"bookmark": "web servers"}},
        "feature": {"type": "feature", "template": "patch_hosts", **_WEB},
        "unchecked": {"template_id": "401", "target_query": "name ~ web", "validate": False},
        "key": {"template": "lab-ok", "launch_key": "soak-1", **_WEB},
        "partial": {"template": "lab-partial", **_WEB},
        "hang": {"template": "lab-hang", **_WEB},
        "stubborn": {"template": "lab-stubborn", **_WEB},
        "pause": {"template": "lab-pause", **_WEB},
        "recurring": {"template": "lab-ok", "schedule": {"cron": "0 3 * * *"}, **_WEB},
        "future": {"template": "lab-ok", **_LATER, **_WEB},
    },
    "puppet": {
        "ok": {"template": "lab::ok", **_WEB},
        "parameters": {"template": "lab::params", "secret_parameters": {"must": SECRET}, **_WEB},
        "agentless": {
            "template": "lab::ok",
            "puppet": {"agentless": [{"hostnames": ["ssh1.example.com"], "user": "svc", "password": SECRET}]},
        },
        "query": {"template": "lab::ok", "target_query": 'nodes[certname] { certname ~ "web" }'},
        "deploy": {"type": "deploy", **_WEB, "puppet": {"environment": "production"}},
        "key": {"template": "lab::ok", "launch_key": "soak-1", **_WEB},
        "partial": {"template": "lab::partial", **_WEB},
        "hang": {"template": "lab::hang", **_WEB},
        "queue": {"template": "lab::queue", **_WEB},
        "plan": {"type": "plan", "template": "lab::plan_ok"},
        "plan that fails": {"type": "plan", "template": "lab::plan_fail"},
        "plan that hangs": {"type": "plan", "template": "lab::plan_hang"},
        "future": {"template": "lab::ok", **_WEB, **_LATER},
        "future plan": {"type": "plan", "template": "lab::plan_ok", **_LATER},
    },
}


@dataclass(frozen=True)
class Trouble:
    """Something that goes wrong with the requests of a kind (launch, write, read, any), after some that go well.

    C(times) 0 means for as long as the step takes. C(echo) lets an answer repeat the secrets of the request.
    """

    what: str
    where: str = "any"
    skip: int = 0
    times: int = 1
    status: int = 502
    retry_after: str | None = None
    echo: bool = False


@dataclass(frozen=True)
class Step:
    """One task of a playbook. C(kinds) is what is launched, C(jobs) which earlier jobs are meant, by their number.

    C(beside) lets the same service account launch the same in the same moment. C(pause) is the time before, in seconds.
    """

    face: str
    kinds: tuple[str, ...] = ()
    jobs: tuple[int, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    troubles: tuple[Trouble, ...] = ()
    beside: bool = False
    pause: float = 0.0


@dataclass(frozen=True)
class Sequence:
    """Steps, one after the other, on one server."""

    platform: str
    steps: tuple[Step, ...]
