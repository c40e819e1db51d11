# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Content for tests: a template for every way in which a job can go."""

from __future__ import annotations

from ..behavior import Behavior, Outcome, Task
from ..model import Template
from .catalog import AMERICA, DEVELOPMENT, job_template
from .records import Input

_FIRST_WEB = "web1.example.com"


def _script(default: Outcome, duration: float = 1.0, **special: Outcome) -> Behavior:
    hosts = {f"{name}.example.com": outcome for name, outcome in special.items()}
    return Behavior(duration=duration, tasks=(Task("Work", default=default, hosts=hosts),))


_FINE = Outcome("ok", "Everything is fine")
_BROKEN = Outcome("failed", "this script always fails", {"rc": 3})
_PARTIAL = _script(_FINE, web2=Outcome("failed", "web2 is broken", {"rc": 1}))

#: Pieces of output: the part of the run after which it is written, the kind, the text, the seconds it comes too late.
_CHUNKS = (
    (0.1, "stdout", "first li", 0.0),
    (0.2, "stdout", "ne\nsecond line\r\n", 0.0),
    (0.3, "stderr", "a warning\n", 0.0),
    (0.4, "stdout", "\x1b[32mgreen\x1b[0m\n", 0.0),
    (0.5, "debug", "a word of the proxy\n", 0.0),
    (0.6, "stdout", "two at the ", 0.0),
    (0.6, "stdout", "same time\n", 0.2),
    (0.9, "stdout", "äöü €\n", 0.0),
)


def templates() -> list[Template]:
    """The templates called lab-..."""
    lab = "Lab"
    return [
        job_template(401, "lab-ok", lab, _script(_FINE)),
        job_template(402, "lab-fail", lab, _script(_BROKEN)),
        job_template(403, "lab-partial", lab, _PARTIAL),
        job_template(404, "lab-unreachable", lab, _script(_FINE, web1=Outcome("unreachable"))),
        job_template(405, "lab-hang", lab, Behavior(ending="hang")),
        job_template(406, "lab-stubborn", lab, Behavior(ending="hang", survives_cancel=True)),
        job_template(407, "lab-deaf", lab, Behavior(ending="hang", survives_cancel=True), deaf=True),
        job_template(408, "lab-pause", lab, _script(_FINE), pauses=True),
        job_template(
            409,
            "lab-sleep",
            lab,
            Behavior(duration=10.0, duration_parameter="seconds"),
            inputs=(Input(90, "seconds", default="10"),),
        ),
        job_template(410, "lab-inputs", lab, _script(_FINE), inputs=_INPUTS),
        job_template(
            411,
            "lab-fixed-user",
            lab,
            _script(_FINE),
            effective_user={"value": "deploy", "current_user": False, "overridable": False},
        ),
        job_template(
            412,
            "lab-current-user",
            lab,
            _script(_FINE),
            effective_user={"value": None, "current_user": True, "overridable": True},
        ),
        job_template(413, "lab-chunks", lab, _script(_FINE, 2.0), chunks=_CHUNKS),
        job_template(414, "lab-big", lab, Behavior(duration=1.0, ballast=300_000)),
        job_template(415, "lab-broken", lab, Behavior(ending="error", traceback="The proxy could not be chosen")),
        job_template(416, "lab-lost", lab, Behavior(duration=1.0, ending="lost")),
        job_template(417, "lab-warning", lab, _script(Outcome("ignored", "not quite"))),
        job_template(418, "lab-hang-one", lab, _script(_FINE), hangs=(_FIRST_WEB,)),
        job_template(419, "lab-dev", lab, _script(_FINE), organizations=(DEVELOPMENT,), locations=(AMERICA,)),
        job_template(420, 'lab "quoted" \\ at 100%, or not', lab, _script(_FINE)),
        job_template(421, "lab-ansible", lab, _PARTIAL, provider="Ansible"),
        job_template(422, "lab-snippet", lab, _script(_FINE), snippet=True),
        job_template(423, "lab-twin", lab, _script(_FINE)),
        job_template(424, "lab-twin", lab, _script(_FINE), organizations=(DEVELOPMENT,)),
    ]


_INPUTS = (
    Input(91, "must", required=True, description="has to be given"),
    Input(92, "may"),
    Input(93, "preset", default="a value"),
    Input(94, "choice", default="one", options=("one", "two", "three, or more")),
    Input(95, "secret", hidden=True),
    Input(96, "where", value_type="search"),
    Input(97, "day", value_type="date", advanced=True),
)
