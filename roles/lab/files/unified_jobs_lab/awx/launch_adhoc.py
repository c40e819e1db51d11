# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ad hoc commands (contract 1.3.6; recordings adhoc-*)."""

from __future__ import annotations

from typing import Any

from ..behavior import Behavior, Outcome, Task
from ..engine import Order
from ..model import Job
from .inputs import FIELDS, boolean, choice, one_of, text, whole
from .job_rows import job_row
from .jobs import find_job
from .launch_job import missing_passwords
from .reply import ApiError, Reply, Row, created, forbidden, invalid, not_found
from .router import Call
from .store import Store
from .summaries import url

MODULES = (
    *("command", "shell", "yum", "apt", "apt_key", "apt_repository", "apt_rpm", "service", "group", "user", "mount"),
    *("ping", "selinux", "setup", "win_ping", "win_service", "win_updates", "win_group", "win_user"),
)
_FIELDS = {
    "inventory": one_of("inventories"),
    "credential": one_of("credentials"),
    "module_name": choice(*MODULES),
    "module_args": text,
    "limit": text,
    "job_type": choice("run", "check"),
    "forks": whole,
    "verbosity": FIELDS["verbosity"],
    "extra_vars": text,
    "become_enabled": boolean,
    "diff_mode": boolean,
    "execution_environment": one_of("execution_environments"),
}
_WORDS = {
    "command": " 02:16:15 up 32 min,  0 user,  load average: 2.60, 3.42, 2.56",
    "shell": " 02:16:15 up 32 min,  0 user,  load average: 2.60, 3.42, 2.56",
}


def launch(call: Call) -> Reply:
    """POST of ad_hoc_commands/: the row as it is before the start."""
    return _launch(call, call.data())


def launch_on(place: str, call: Call) -> Reply:
    """POST of ad_hoc_commands/ below an inventory, group or host."""
    body = call.data()
    row = call.awx.store.get(place, call.number)
    if row is None:
        raise not_found({"inventories": "Inventory", "groups": "Group", "hosts": "Host"}[place])
    if place == "inventories":
        body["inventory"] = row["id"]
    else:
        body["inventory"] = row["inventory"]
        body["limit"] = row["name"]
    return _launch(call, body)


def _launch(call: Call, body: Row) -> Reply:
    if not call.user.launches:
        raise forbidden()
    given = _read(call.awx.store, body)
    missing = missing_passwords(call, [given["credential"]], body)
    if missing:
        raise ApiError(400, {"passwords_needed_to_start": missing})
    job = _start(call, given, hold=True)
    row = job_row(call.awx.store, job, call.user, "list")
    call.awx.engine.start(job)
    return created(row, url(job.kind, job.id))


def _read(store: Store, body: Row) -> Row:
    given: Row = {}
    problems: Row = {}
    for name, check in _FIELDS.items():
        if name not in body:
            if name in ("inventory", "credential"):
                problems[name] = ["This field is required."]
            continue
        try:
            if body[name] is None:
                raise invalid(name, "This field may not be null.")
            given[name] = check(store, name, body[name])
        except ApiError as error:
            problems |= error.reply.body
    if not problems and given.get("module_name", "command") in ("command", "shell") and not given.get("module_args"):
        problems["module_args"] = [f"No argument passed to {given.get('module_name', 'command')} module."]
    if problems:
        raise ApiError(400, problems)
    if "ansible_" in given.get("extra_vars", ""):
        text_of = "ansible_* variables are prohibited from use in ad hoc commands."
        raise invalid("extra_vars", text_of)
    return given


def _start(call: Call, given: Row, hold: bool = False, **options: Any) -> Job:
    module = given.get("module_name", "command")
    status = "changed" if module in ("command", "shell") else "ok"
    outcome = Outcome(status, result={"stdout": _WORDS.get(module, ""), "rc": 0})
    behavior = Behavior(1.0, "Ansible Ad-Hoc", (Task(module, module, outcome),))
    hosts = call.awx.store.targets(given["inventory"], given.get("limit"))
    native = {**given, "fails": not hosts, "passwords_needed_to_start": []}
    order = Order(
        "ad_hoc_command",
        module,
        call.user.name,
        hosts=hosts,
        behavior=behavior,
        native=native,
        hold=hold,
        **options,
    )
    return call.awx.engine.launch(order)


def relaunch_preflight(call: Call) -> Reply:
    """GET of relaunch/."""
    job = find_job(call, "ad_hoc_commands")
    return Reply({"passwords_needed_to_start": call.awx.maker.passwords([job.native["credential"]])})


def relaunch(call: Call) -> Reply:
    """POST of relaunch/."""
    old = find_job(call, "ad_hoc_commands")
    if not call.user.launches:
        raise forbidden()
    missing = missing_passwords(call, [old.native["credential"]], call.data())
    if missing:
        raise ApiError(400, {"passwords_needed_to_start": missing})
    given = {name: old.native[name] for name in _FIELDS if name in old.native}
    given["execution_environment"] = 1
    job = _start(call, given)
    row = job_row(call.awx.store, job, call.user, "launch")
    return created({**row, "ad_hoc_command": job.id}, url(job.kind, job.id))
