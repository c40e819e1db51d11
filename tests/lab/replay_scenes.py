# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state that each recorded request was made in, built through the lab's own interface."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lab_client import Client

from unified_jobs_lab import Lab

_PROMPTS = {
    "extra_vars": {"greeting": "p"},
    "limit": "host1,host2",
    "skip_tags": "never",
    "job_type": "check",
    "verbosity": 1,
    "credentials": [3],
    "diff_mode": True,
    "forks": 2,
    "timeout": 300,
    "labels": [1],
    "execution_environment": 1,
    "instance_groups": [2],
}
_SURVEY = {"extra_vars": {"target_env": "dev", "count": 3, "secret": "hush"}}
_PASSWORDS = {"credential_passwords": {"ssh_password": "x", "vault_password.prod": "y"}}
_SLEEP = {"extra_vars": {"seconds": 40}}

#: Jobs of job templates by their recorded id: the template, the body of the launch.
RUNS: dict[int, tuple[int, dict[str, Any]]] = {
    11: (11, {"extra_vars": {"greeting": "hi", "n": 1, "nested": {"a": [1, 2]}}}),
    12: (13, {}),
    14: (12, {"extra_vars": "greeting: yaml\nx: 1"}),
    15: (22, _SURVEY),
    16: (24, _PASSWORDS),
    18: (26, _PROMPTS),
    29: (16, _SLEEP),
    32: (11, {}),
    33: (14, {}),
    34: (15, {}),
    35: (19, {}),
    36: (18, {}),
    37: (20, {}),
    38: (30, {}),
    44: (11, {}),
    47: (36, {}),
    71: (41, {}),
    72: (42, {}),
    107: (12, {}),
    114: (11, {}),
    115: (14, {}),
    5136: (18, {}),
    5137: (37, {}),
    5138: (17, {}),
}


class Scene:
    """Builds states."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.api = Client(lab)

    def run(self, number: int, seconds: float = 60.0) -> None:
        """A job of a job template, so many seconds after its launch."""
        template, body = RUNS[number]
        self.api.launch(template, body, number)
        self.lab.advance(seconds)

    def start(self, path: str, number: int, seconds: float = 60.0, body: Any = None, status: int = 201) -> None:
        """Any other launch."""
        self.lab.engine.next_id(number)
        self.api.post(path, body, status)
        self.lab.advance(seconds)

    def mixed(self, number: int) -> None:
        """The workflow with an approval, waiting for it; its children get the ids after its own."""
        self.start("workflow_job_templates/31/launch/", number, 1.0, {"extra_vars": {"a": 1}, "limit": "host1,host2"})
        self.lab.engine.next_id(number + 2 if number == 73 else number + 3)
        self.lab.advance(2.0)

    def denied(self) -> None:
        """The same, denied."""
        self.mixed(84)
        self.api.post("workflow_approvals/88/deny/", status=204)
        self.lab.advance(10)

    def approved(self) -> None:
        """The same, approved."""
        self.mixed(73)
        self.api.post("workflow_approvals/76/approve/", status=204)
        self.lab.advance(10)

    def canceled(self) -> None:
        """A sleeping job that was canceled."""
        self.run(29, 14)
        self.api.post("jobs/29/cancel/", status=202)
        self.lab.advance(2)

    def blocked(self, number: int, seconds: float) -> None:
        """A job that waits for another run of its template."""
        self.run(29, 1)
        self.api.launch(16, {"extra_vars": {"seconds": 1}}, number)
        self.lab.advance(seconds)

    def many(self) -> None:
        """A few jobs of most types, for lists."""
        for number, days in ((89, "abc"), (90, 300), (91, 300)):
            template = 2 if days == "abc" else 1
            self.start(f"system_job_templates/{template}/launch/", number, body={"extra_vars": {"days": days}})
        body = {"inventory": 2, "credential": 3, "module_name": "command", "module_args": "uptime"}
        self.start("ad_hoc_commands/", 94, body=body)
        self.start("ad_hoc_commands/", 95, body=body)
        self.start("inventory_sources/29/update/", 96, status=202)
        self.start("projects/10/update/", 98, status=202)
        for number, template in ((114, 11), (115, 14), (116, 15), (117, 19), (118, 18), (119, 11)):
            self.api.launch(template, {}, number)
            self.lab.advance(60)
        self.start("workflow_job_templates/33/launch/", 120)
        self.start("workflow_job_templates/33/launch/", 124)
        self.mixed(127)


def _by_job(scene: Scene, number: int) -> None:
    if number in RUNS:
        scene.run(number)
    elif number in (94, 95):
        body = {
            "inventory": 2,
            "credential": 3,
            "module_name": "command",
            "module_args": "uptime",
            "limit": "host1,host2",
        }
        scene.start("ad_hoc_commands/", number, body=body)
    elif number == 97:
        scene.start("projects/9/update/", 97, status=202)
    elif number == 98:
        scene.start("projects/10/update/", 98, status=202)
    elif number == 99:
        scene.start("inventory_sources/28/update/", 99, status=202)
    elif number == 103:
        scene.start("inventory_sources/29/update/", 103, status=202)
    elif number == 109:
        scene.start("system_job_templates/1/launch/", 109, body={"extra_vars": {"days": 300}})
    elif number == 110:
        scene.start("system_job_templates/2/launch/", 110, body={"extra_vars": {"days": "abc"}})
    elif number in (77, 78, 79, 124):
        scene.start("workflow_job_templates/33/launch/", 124 if number == 124 else 77)


def _fault(scene: Scene) -> None:
    scene.lab.fault("status", status=502)


#: States that the job's id does not tell, by the recording's name.
NAMED: list[tuple[str, Callable[[Scene], None]]] = [
    (r"adhoc-02|adhoc-10", lambda s: None),
    (r"blocked-0[14]", lambda s: s.run(29, 1)),
    (r"blocked-0[56]", lambda s: s.blocked(70, 35)),
    (
        r"cancel-0[123]|cancel-08|events-running|hostsum-running|relaunch-00|state-03|state-live-running",
        lambda s: s.run(29, 15),
    ),
    (r"delete-01|stdout-running", lambda s: s.run(29, 15)),
    (r"state-02", lambda s: s.run(29, 0.2)),
    (r"cancel-0[56]$|cancel-0[56]-", lambda s: s.blocked(31, 1)),
    (r"cancel-07", lambda s: (s.blocked(31, 1), s.api.post("jobs/31/cancel/", status=202), None)[2]),
    (r"cancel-09|hostsum-canceled|state-04|stdout-canceled", lambda s: s.canceled()),
    (r"cap-02", lambda s: s.run(5136, 0)),
    (r"delete-02", lambda s: s.run(107, 1.7)),
    (r"delete-04", lambda s: None),
    (r"deperr-02", lambda s: s.run(47, 0.2)),
    (r"gateway-502", _fault),
    (r"invup-08", lambda s: _by_job(s, 99)),
    (r"proj-02|proj-11|invup-02|invup-09", lambda s: None),
    (r"proj-03", lambda s: s.start("projects/9/update/", 97, 0.3, status=202)),
    (r"reap-01", lambda s: s.run(5137, 0.9)),
    (r"state-live-waiting", lambda s: s.api.launch(12, {}, 67) and s.lab.advance(0.16)),
    (r"state-pending-approval", lambda s: s.mixed(127)),
    (r"sys-02", lambda s: s.start("system_job_templates/1/launch/", 109, 0.5, {"extra_vars": {"days": 300}})),
    (r"sys-0[14]-|sys-1", lambda s: _by_job(s, 110)),
    (r"wf-06", lambda s: s.start("workflow_job_templates/31/launch/", 73, 0.5)),
    (r"wf-0[5]|wf-2[15]", lambda s: None),
    (r"wf-08|wf-09|wf-1[0-4]|wf-33$", lambda s: s.mixed(73)),
    (r"wf-33", lambda s: s.mixed(84)),
    (r"wf-15|wf-16|wf-17|wf-19|wf-20", lambda s: s.approved()),
    (r"wf-26", lambda s: s.start("workflow_job_templates/31/launch/", 80, 1.0)),
    (r"wf-3[456]", lambda s: s.denied()),
    (r"uj-05|uj-06b|uj-24", lambda s: s.mixed(127)),
    (r"uj-|wfjobs|jobs-0[236]|root-15", lambda s: s.many()),
    (r"jt-|root-1[12]|launch-201-ok", lambda s: (s.run(3), s.run(10, 1), None)[2]),
    (r"sys-00b", lambda s: s.start("system_job_templates/1/launch/", 91)),
    (r"wf-00|jt-17", lambda s: None),
]
RUNS[3] = (11, {})
RUNS[10] = (11, {})


def build(lab: Lab, name: str, path: str, query: dict[str, Any]) -> None:
    """Bring a fresh lab into the state that a recording was made in."""
    scene = Scene(lab)
    for pattern, make in NAMED:
        if re.match(pattern, name):
            make(scene)
            if name.startswith("jt-17"):
                scene.start("workflow_job_templates/33/launch/", 124)
            return
    match = re.search(r"/api/v2/[a-z_]*(?:jobs|commands|updates|approvals)/(\d+)/", path)
    wanted = match[1] if match else query.get("id", "")
    if str(wanted).isdigit():
        _by_job(scene, int(wanted))
