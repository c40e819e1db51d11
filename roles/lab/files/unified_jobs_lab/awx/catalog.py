# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of the server that was recorded, with its ids and names, so that recorded requests can be replayed.

Ids 17, 27, 37, 38, 40 and 43 to 47 were free there; here they hold behaviors that are hard to make on a real server.
"""

from __future__ import annotations

from typing import Any

from ..behavior import Behavior, Outcome, Task
from ..model import Template
from .catalog_scripts import ARTIFACTS, FAIL, OK, PARTIAL, RAW, SLEEP, SURVEY_PLAY, TRACEBACK, UNREACHABLE
from .reply import Row

TABLES = (
    "organizations",
    "inventories",
    "hosts",
    "groups",
    "credential_types",
    "credentials",
    "labels",
    "execution_environments",
    "instance_groups",
)


def _hosts(inventory: int, first: int, *names: str) -> list[Row]:
    return [{"id": first + n, "name": name, "inventory": inventory} for n, name in enumerate(names)]


ROWS: dict[str, list[Row]] = {
    "organizations": [{"id": 1, "name": "Default"}, {"id": 2, "name": "Lab"}],
    "inventories": [
        {"id": 1, "name": "Demo Inventory", "organization": 1},
        {"id": 2, "name": "lab-inventory", "organization": 2},
        {"id": 3, "name": "lab-inventory-2", "organization": 2},
        {"id": 4, "name": "lab-inventory-sourced", "organization": 2},
        {"id": 5, "name": "lab-inventory-badsource", "organization": 2},
    ],
    "hosts": [
        *_hosts(1, 1, "localhost"),
        *_hosts(2, 2, "host1", "host2", "host3", "host4", "host5"),
        *_hosts(3, 7, "other1"),
        *_hosts(4, 8, "sourced1", "sourced2", "sourced3"),
        *_hosts(5, 11, "bad1"),
    ],
    "groups": [
        {"id": 1, "name": "blue", "inventory": 4, "hosts": [8, 9]},
        {"id": 2, "name": "green", "inventory": 4, "hosts": [10]},
    ],
    "credential_types": [
        {"id": 1, "name": "Machine", "kind": "ssh"},
        {"id": 2, "name": "Source Control", "kind": "scm"},
        {"id": 3, "name": "Vault", "kind": "vault"},
        {"id": 4, "name": "Network", "kind": "net"},
        {"id": 5, "name": "Amazon Web Services", "kind": "cloud"},
    ],
    "credentials": [
        {"id": 1, "name": "Demo Credential", "organization": None, "type": 1},
        {"id": 2, "name": "Ansible Galaxy", "organization": None, "type": 2},
        {"id": 3, "name": "lab-machine", "organization": 2, "type": 1},
        {"id": 4, "name": "lab-machine-ask", "organization": 2, "type": 1, "asks": ["ssh_password"]},
        {
            "id": 5,
            "name": "lab-vault-ask",
            "organization": 2,
            "type": 3,
            "asks": ["vault_password.prod"],
            "vault_id": "prod",
        },
        {"id": 6, "name": "lab-vault-dev", "organization": 2, "type": 3, "vault_id": "dev"},
        {"id": 7, "name": "lab-aws", "organization": 2, "type": 5},
    ],
    "labels": [{"id": 1, "name": "lab-label", "organization": 2}],
    "execution_environments": [
        {"id": 1, "name": "AWX EE (latest)", "image": "quay.io/ansible/awx-ee:latest"},
        {"id": 2, "name": "Control Plane Execution Environment", "image": "quay.io/ansible/awx-ee:latest"},
        {"id": 4, "name": "lab-broken-ee", "image": "quay.io/ansible/no-such-image:latest"},
    ],
    "instance_groups": [{"id": 1, "name": "controlplane"}, {"id": 2, "name": "default"}],
}


def question(variable: str, kind: str, **more: Any) -> Row:
    """A survey question."""
    return {
        "max": more.get("max"),
        "min": more.get("min"),
        "type": kind,
        "choices": more.get("choices", ""),
        "default": more.get("default", ""),
        "required": more.get("required", False),
        "variable": variable,
        "new_question": True,
        "question_name": more.get("name", variable.replace("_", " ").capitalize()),
        "question_description": "",
    }


_SURVEY = [
    question(
        "target_env", "multiplechoice", choices=["dev", "stage", "prod"], required=True, name="Target environment"
    ),
    question("count", "integer", min=1, max=10, required=True, name="How many"),
    question("note", "text", min=0, max=20, default="none"),
    question("secret", "password", min=0, max=32, default="$encrypted$"),
    question("many", "multiselect", choices=["a", "b", "c"], default="a\nb"),
]


def job_template(number: int, name: str, behavior: Behavior, **native: Any) -> Template:
    """A job template of the organization Lab."""
    simultaneous = native.pop("simultaneous", False)
    native = {"organization": 2, "inventory": 2, "project": 8, "playbook": "ok.yml", **native}
    return Template(number, "job_template", name, behavior, simultaneous, native)


def node(key: str, template: int, **edges: Any) -> Row:
    """A node of a workflow template; edges name the keys of other nodes."""
    return {"key": key, "template": template, "success": [], "failure": [], "always": [], "converge": False, **edges}


def workflow(number: int, name: str, nodes: list[Row], **native: Any) -> Template:
    """A workflow job template of the organization Lab."""
    return Template(
        number, "workflow_job_template", name, Behavior(), False, {"organization": 2, "nodes": nodes, **native}
    )


def _prompts(*names: str) -> set[str]:
    return set(names)


ALL_PROMPTS = _prompts(
    *(
        [
            "extra_vars",
            "inventory",
            "credentials",
            "limit",
            "job_tags",
            "skip_tags",
            "job_type",
            "verbosity",
            "diff_mode",
            "scm_branch",
        ]
    ),
    *(["execution_environment", "labels", "forks", "job_slice_count", "timeout", "instance_groups"]),
)


def _system() -> list[Template]:
    names = {
        1: ("Cleanup Job Details", "Remove job history", "cleanup_jobs"),
        2: ("Cleanup Activity Stream", "Remove activity stream history", "cleanup_activitystream"),
        4: ("Cleanup Expired Sessions", "Cleans out expired browser sessions", "cleanup_sessions"),
        5: ("Cleanup Expired OAuth 2 Tokens", "Cleanup expired OAuth 2 access and refresh tokens", "cleanup_tokens"),
    }
    return [
        Template(
            n,
            "system_job_template",
            name,
            Behavior(duration=1.0),
            True,
            {"description": text, "job_type": job, "weekly": True},
        )
        for n, (name, text, job) in names.items()
    ]


def _project(number: int, name: str, url: str, fails: bool = False, **native: Any) -> Template:
    native = {"organization": 2, "scm_type": "git" if url else "", "scm_url": url, "fails": fails, **native}
    return Template(number, "project", name, Behavior(duration=0.8), False, native)


def _projects() -> list[Template]:
    return [
        _project(6, "Demo Project", "https://example.com/demo.git", organization=1),
        _project(8, "lab-manual", ""),
        _project(9, "lab-git", "file:///var/lib/awx/gitrepo", scm_branch="main", allow_override=True),
        _project(10, "lab-git-broken", "file:///var/lib/awx/no-such-repo", fails=True),
        _project(35, "lab-git-vanish", "file:///var/lib/awx/vanished", fails=True, update_on_launch=True),
        _project(39, "lab-gone", ""),
    ]


def _sources() -> list[Template]:
    short = Behavior(duration=0.8)
    native = {"project": 9, "source": "scm"}
    return [
        Template(
            28, "inventory_source", "lab-src-ok", short, False, {**native, "inventory": 4, "path": "inv/hosts.ini"}
        ),
        Template(
            29,
            "inventory_source",
            "lab-src-bad",
            short,
            False,
            {**native, "inventory": 5, "path": "inv/missing.ini", "fails": True, "update_on_launch": True},
        ),
    ]


def _job_templates() -> list[Template]:
    return [
        job_template(7, "Demo Job Template", OK, organization=1, inventory=1, project=6, ask={"credentials"}),
        job_template(11, "lab-ok", OK, ask={"extra_vars"}, labels=[1], instance_groups=[]),
        job_template(12, "lab-ok-simultaneous", OK, ask={"extra_vars", "limit"}, simultaneous=True),
        job_template(13, "lab-noprompt", OK, extra_vars='{"greeting": "preset"}'),
        job_template(14, "lab-fail", FAIL, playbook="fail.yml"),
        job_template(15, "lab-partial", PARTIAL, playbook="partial.yml", ask={"extra_vars", "limit"}),
        job_template(16, "lab-sleep", SLEEP, playbook="sleep60.yml", ask={"extra_vars"}),
        job_template(18, "lab-artifacts", ARTIFACTS, playbook="artifacts.yml"),
        job_template(19, "lab-unreachable", UNREACHABLE, playbook="unreachable.yml"),
        job_template(20, "lab-timeout", SLEEP, playbook="sleep60.yml", timeout=5),
        job_template(21, "lab-sliced", OK, job_slice_count=3, simultaneous=True),
        job_template(22, "lab-survey", SURVEY_PLAY, playbook="survey.yml", survey=_SURVEY),
        job_template(23, "lab-cred-prompt", OK, ask={"credentials"}, credentials=[3]),
        job_template(24, "lab-ask-password", OK, credentials=[4, 5], simultaneous=True),
        job_template(25, "lab-no-inventory", OK, inventory=None, ask={"inventory"}, simultaneous=True),
        job_template(26, "lab-prompts", OK, project=9, ask=set(ALL_PROMPTS)),
        job_template(30, "lab-badsource", Behavior(dependency=29), inventory=5),
        job_template(36, "lab-vanish", Behavior(dependency=35), project=35),
        job_template(41, "lab-error", Behavior(ending="error", traceback=TRACEBACK), simultaneous=True),
        job_template(42, "lab-gone", Behavior(ending="error", traceback=TRACEBACK), project=39, simultaneous=True),
    ]


def _rare_templates() -> list[Template]:
    censored = "the output has been hidden due to the fact that 'no_log: true' was specified for this result"
    hidden = Task("Use the secret", "ansible.builtin.command", Outcome("failed", censored, hidden=True))
    no_log = Behavior(duration=0.8, tasks=(hidden,), artifacts="$hidden due to Ansible no_log flag$")
    return [
        job_template(17, "lab-biglog", Behavior(duration=1.0, ballast=1_400_000), playbook="biglog.yml"),
        job_template(
            27, "lab-hang", Behavior(ending="hang", duration=1.0), ask={"extra_vars", "limit"}, simultaneous=True
        ),
        job_template(37, "lab-reaped", Behavior(ending="lost", duration=1.0), simultaneous=True),
        job_template(38, "lab-stubborn", Behavior(duration=3.0, survives_cancel=True), simultaneous=True),
        job_template(40, "lab-no-log", no_log, simultaneous=True),
        job_template(43, "lab-raw-output", Behavior(duration=0.8, raw_output=RAW), simultaneous=True),
        job_template(
            44,
            "lab-ignored-error",
            Behavior(
                duration=0.8, tasks=(Task("Try it", default=Outcome("ignored", "it did not work")), Task("Go on"))
            ),
            simultaneous=True,
        ),
        job_template(47, "42", OK, simultaneous=True),
    ]


def _workflows() -> list[Template]:
    gate = {"description": "please", "timeout": 0}
    mixed = [
        node("first-ok", 12, success=["then-fail", "approve-me"]),
        node("then-fail", 14),
        node("approve-me", 32),
    ]
    fine = [node("art", 18, success=["ok"], failure=["never"]), node("ok", 12), node("never", 14)]
    return [
        workflow(31, "lab-wf-mixed", mixed, ask={"extra_vars", "limit"}),
        Template(32, "workflow_approval_template", "approve lab", Behavior(), False, gate),
        workflow(33, "lab-wf-ok", fine),
        workflow(34, "lab-wf-survey", [node("ok", 12)], survey=[question("who", "text", required=True, max=20)]),
        workflow(45, "lab-wf-nested", [node("inner", 33, success=["after"]), node("after", 12)]),
        workflow(46, "lab-wf-broken", [node("gone", 99998)]),
    ]


def templates() -> list[Template]:
    """All templates of the recorded server."""
    return [*_system(), *_projects(), *_job_templates(), *_rare_templates(), *_sources(), *_workflows()]
