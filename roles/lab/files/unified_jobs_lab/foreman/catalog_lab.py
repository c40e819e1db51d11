# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Content for tests: a template for every way in which a job can go."""

from __future__ import annotations

from typing import Any

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
    return [job_template(number, name, "Lab", script, **native) for number, name, script, native in _rows()]


def _rows() -> list[tuple[int, str, Behavior, dict[str, Any]]]:
    fine, hang = _script(_FINE), Behavior(ending="hang")
    stubborn = Behavior(ending="hang", survives_cancel=True)
    broken = Behavior(ending="error", traceback="The proxy could not be chosen")
    sleep = Behavior(duration=10.0, duration_parameter="seconds")
    lost = Behavior(duration=1.0, ending="lost")
    fixed = {"value": "deploy", "current_user": False, "overridable": False}
    caller = {"value": None, "current_user": True, "overridable": True}
    return [
        (401, "lab-ok", fine, {}),
        (402, "lab-fail", _script(_BROKEN), {}),
        (403, "lab-partial", _PARTIAL, {}),
        (404, "lab-unreachable", _script(_FINE, web1=Outcome("unreachable")), {}),
        (405, "lab-hang", hang, {}),
        (406, "lab-stubborn", stubborn, {}),
        (407, "lab-deaf", stubborn, {"deaf": True}),
        (408, "lab-pause", fine, {"pauses": True}),
        (409, "lab-sleep", sleep, {"inputs": (Input(90, "seconds", default="10"),)}),
        (410, "lab-inputs", fine, {"inputs": _INPUTS}),
        (411, "lab-fixed-user", fine, {"effective_user": fixed}),
        (412, "lab-current-user", fine, {"effective_user": caller}),
        (413, "lab-chunks", _script(_FINE, 2.0), {"chunks": _CHUNKS}),
        (414, "lab-big", Behavior(duration=1.0, ballast=300_000), {}),
        (415, "lab-broken", broken, {}),
        (416, "lab-lost", lost, {}),
        (417, "lab-warning", _script(Outcome("ignored", "not quite")), {}),
        (418, "lab-hang-one", fine, {"hangs": (_FIRST_WEB,)}),
        (419, "lab-dev", fine, {"organizations": (DEVELOPMENT,), "locations": (AMERICA,)}),
        (420, 'lab "quoted" \\ at 100%, or not', fine, {}),
        (421, "lab-ansible", _PARTIAL, {"provider": "Ansible"}),
        (422, "lab-snippet", fine, {"snippet": True}),
        (423, "lab-twin", fine, {}),
        (424, "lab-twin", fine, {"organizations": (DEVELOPMENT,)}),
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
