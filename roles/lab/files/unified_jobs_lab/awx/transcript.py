# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an Ansible run prints and reports: from the engine's steps to events with their lines of output.

Shapes from the recordings events-01-list, events-02-page2, events-08-limit, sys-07-events, proj-05-events, adhoc-06.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from ..clock import utc
from ..model import Job, Step
from ..plan import tally
from .reply import Row

_WIDTH = 80
_COLOURS = {
    "ok": "0;32",
    "changed": "0;33",
    "failed": "0;31",
    "unreachable": "1;31",
    "skipped": "0;36",
    "ignored": "0;36",
}
_EVENTS = {
    "ok": ("runner_on_ok", "Host OK"),
    "changed": ("runner_on_ok", "Host OK"),
    "failed": ("runner_on_failed", "Host Failed"),
    "ignored": ("runner_on_failed", "Host Failed"),
    "unreachable": ("runner_on_unreachable", "Host Unreachable"),
    "skipped": ("runner_on_skipped", "Host Skipped"),
}
_NO_HOSTS = "ERROR! Specified hosts and/or --limit does not match any hosts"


@dataclass
class Event:
    """One event of a run, at a moment after its start."""

    offset: float
    name: str
    display: str
    level: int
    stdout: str = ""
    play: str = ""
    task: str = ""
    host: str = ""
    failed: bool = False
    changed: bool = False
    data: Row = field(default_factory=dict)
    uuid: str = ""
    parent: str = ""
    counter: int = 0
    start_line: int = 0
    end_line: int = 0


def colour(text: str, code: str) -> str:
    """Text in a colour."""
    return f"\x1b[{code}m{text}\x1b[0m"


def banner(title: str) -> str:
    """A headline filled up with asterisks."""
    return f"\r\n{title} ".ljust(_WIDTH + 2, "*")


def _uid(job: Job, *parts: Any) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "/".join(str(p) for p in (job.id, job.created, *parts))))


def events(job: Job) -> list[Event]:
    """All events of the run as it is planned; who reads takes those that have happened."""
    if job.started is None or job.status == "error":
        return []
    made = _build(job)
    line = 0
    for counter, event in enumerate(made, start=1):
        event.counter = counter
        event.uuid = event.uuid or _uid(job, counter)
        event.start_line = line
        line += (event.stdout.count("\n") + 1) if event.stdout else 0
        event.end_line = line
    return made


def _build(job: Job) -> list[Event]:
    if job.kind == "system_job":
        return [_verbose(0.0, text) for text in str(job.native.get("stdout", "")).split("\n") if text]
    if job.kind == "inventory_update":
        return [_verbose(step.offset, step.outcome.message) for step in job.steps]
    if job.kind == "ad_hoc_command":
        return _ad_hoc(job)
    if not job.hosts:
        return [_verbose(0.0, colour(_NO_HOSTS, "0;31"))]
    return _playbook(job)


def _verbose(offset: float, text: str) -> Event:
    return Event(offset, "verbose", "Verbose", 0, text)


def _playbook(job: Job) -> list[Event]:
    book, play = _uid(job, "playbook"), _uid(job, "play")
    name = job.behavior.play
    base = {"playbook": job.native.get("playbook", ""), "playbook_uuid": book, "guid": uuid.UUID(book).hex}
    in_play = {**base, "play": name, "play_uuid": play, "play_pattern": "all"}
    start = Event(0.0, "playbook_on_start", "Playbook Started", 0, data=dict(base), uuid=book)
    begin = Event(
        0.0,
        "playbook_on_play_start",
        f"Play Started ({name})",
        1,
        banner(f"PLAY [{name}]"),
        name,
        data={**in_play, "name": name, "pattern": "all"},
        uuid=play,
        parent=book,
    )
    result = [start, begin]
    tasks = list(dict.fromkeys(step.task for step in job.steps))
    for number, task in enumerate(tasks):
        steps = [step for step in job.steps if step.task == task]
        result += _task_events(job, in_play, play, number, steps)
    _spread_failures(result)
    result += _extras(job)
    end = max((step.offset for step in job.steps), default=0.0)
    result.append(_stats(job, base, book, end))
    return result


def _task_events(job: Job, in_play: Row, play: str, number: int, steps: list[Step]) -> list[Event]:
    first = steps[0]
    uid = _uid(job, "task", number)
    data = {
        **in_play,
        "task": first.task,
        "task_uuid": uid,
        "task_action": first.action,
        "resolved_action": first.action,
        "task_args": "",
        "task_path": f"/runner/project/{in_play['playbook']}:{4 + 4 * number}",
    }
    name = in_play["play"]
    begin = max(0.0, first.offset - 0.01)
    head = Event(
        begin,
        "playbook_on_task_start",
        f"Task Started ({first.task})",
        2,
        banner(f"TASK [{first.task}]"),
        name,
        first.task,
        data={**data, "name": first.task, "is_conditional": False},
        uuid=uid,
        parent=play,
    )
    return [head, *_starts(steps, begin, data, uid, name), *(_runner(job, step, data, uid, name) for step in steps)]


def _starts(steps: list[Step], begin: float, data: Row, uid: str, name: str) -> list[Event]:
    return [
        Event(
            begin,
            "runner_on_start",
            "Host Started",
            3,
            "",
            name,
            s.task,
            s.host,
            data={**data, "host": s.host},
            parent=uid,
        )
        for s in steps
    ]


def _runner(job: Job, step: Step, data: Row, uid: str, play: str) -> Event:
    name, display = _EVENTS[step.outcome.status]
    status = step.outcome.status
    began = job.started or 0.0
    more: Row = {
        **data,
        "host": step.host,
        "remote_addr": step.host,
        "start": stamp_offset(began + max(0.0, step.offset - 0.01)),
        "end": stamp_offset(began + step.offset),
        "duration": 0.01,
        "event_loop": None,
    }
    if status != "skipped":
        more["res"] = _result(step)
    if status in ("failed", "ignored"):
        more["ignore_errors"] = True if status == "ignored" else None
    return Event(
        step.offset,
        name,
        display,
        3,
        _line(step),
        play,
        step.task,
        step.host,
        failed=status in ("failed", "unreachable"),
        changed=status == "changed",
        data=more,
        parent=uid,
    )


def stamp_offset(seconds: float) -> str:
    """A time with the offset written out, as events have it."""
    return utc(seconds).isoformat()


def _result(step: Step) -> Row:
    outcome = step.outcome
    if outcome.hidden:
        return {"censored": outcome.message, "changed": outcome.status == "changed"}
    result: Row = {"changed": outcome.status == "changed", "_ansible_no_log": False, **outcome.result}
    if outcome.message:
        result["msg"] = outcome.message
    if outcome.status == "unreachable":
        result["unreachable"] = True
    return result


def _line(step: Step) -> str:
    outcome = step.outcome
    code = _COLOURS[outcome.status]
    if outcome.status == "skipped":
        return colour(f"skipping: [{step.host}]", code)
    shown = json.dumps({k: v for k, v in _result(step).items() if not k.startswith("_")})
    if outcome.status == "unreachable":
        return colour(f"fatal: [{step.host}]: UNREACHABLE! => {shown}", code)
    if outcome.status == "failed":
        return colour(f"fatal: [{step.host}]: FAILED! => {shown}", code)
    if outcome.status == "ignored":
        return colour(f"fatal: [{step.host}]: FAILED! => {shown}", "0;31") + "\r\n" + colour("...ignoring", code)
    if step.action.endswith(".debug") and not outcome.message:
        lines = (f"ok: [{step.host}] => {{", f'    "msg": "hello from {step.host} "', "}")
        return "\r\n".join(colour(line, code) for line in lines)
    return colour(f"{outcome.status}: [{step.host}]", code)


def _spread_failures(made: list[Event]) -> None:
    # the server marks the play and task above a failure or a change as well
    by_uuid = {event.uuid: event for event in made if event.uuid}
    for event in made:
        above = by_uuid.get(event.parent)
        while above is not None:
            above.failed = above.failed or (event.failed and above.level == 2)
            above.changed = above.changed or event.changed
            above = by_uuid.get(above.parent)


def _extras(job: Job) -> list[Event]:
    end = max((step.offset for step in job.steps), default=0.0)
    result = []
    if job.behavior.raw_output:
        text = job.behavior.raw_output.decode("utf-8", "surrogateescape").rstrip("\n")
        result.append(_verbose(end, text))
    left, number = job.behavior.ballast, 0
    while left > 0:
        lines = [f"line {number + n:06d} of a very long log " + "." * 60 for n in range(100)]
        text = "\r\n".join(lines)
        number, left = number + 100, left - len(text) - 2
        result.append(_verbose(end, text))
    return result


def _stats(job: Job, base: Row, book: str, offset: float) -> Event:
    tallies = tally(job.steps)
    data: Row = {**base, "artifact_data": job.behavior.artifacts if isinstance(job.behavior.artifacts, dict) else {}}
    columns = {"ok": "ok", "changed": "changed", "dark": "unreachable", "failures": "failed"}
    columns |= {"skipped": "skipped", "ignored": "ignored"}
    for key, name in columns.items():
        data[key] = {h: host_column(t, name) for h, t in tallies.items() if host_column(t, name)}
    data["processed"] = dict.fromkeys(tallies, 1)
    data["rescued"] = {}
    lines = [banner("PLAY RECAP")]
    for host in sorted(tallies):
        lines.append(_recap(host, {name: host_column(tallies[host], name) for name in columns.values()}))
    changed = bool(data["changed"])
    return Event(
        offset,
        "playbook_on_stats",
        "Playbook Complete",
        1,
        "\r\n".join(lines),
        failed=False,
        changed=changed,
        data=data,
        parent=book,
    )


def host_column(host: Any, name: str) -> int:
    """A number of the recap: there, changed and ignored tasks count as ok too."""
    if name == "ok":
        return int(host.ok + host.changed + host.ignored)
    return int(getattr(host, name))


def _recap(host: str, numbers: dict[str, int]) -> str:
    def cell(title: str, value: int, code: str) -> str:
        text = f"{title}={value}".ljust(len(title) + 5)
        return colour(text, code) if value else text

    bad = numbers["failed"] or numbers["unreachable"]
    code = "0;31" if bad else "0;33" if numbers["changed"] else "0;32"
    cells = [
        cell("ok", numbers["ok"], "0;32"),
        cell("changed", numbers["changed"], "0;33"),
        cell("unreachable", numbers["unreachable"], "1;31"),
        cell("failed", numbers["failed"], "0;31"),
        cell("skipped", numbers["skipped"], "0;36"),
        "rescued=0   ",
        f"ignored={numbers['ignored']}   ",
    ]
    return colour(host, code) + " " * max(1, 27 - len(host)) + ": " + " ".join(cells)


def _ad_hoc(job: Job) -> list[Event]:
    result = []
    for step in job.steps:
        event, display = _EVENTS[step.outcome.status]
        text = str(step.outcome.result.get("stdout", ""))
        word = "CHANGED" if step.outcome.status == "changed" else "SUCCESS"
        line = colour(f"{step.host} | {word} | rc=0 >>\r\n{text}", _COLOURS[step.outcome.status])
        data = {"host": step.host, "task_action": step.action, "res": _result(step)}
        result.append(Event(step.offset, event, display, 3, line, "Ansible Ad-Hoc", step.action, step.host, data=data))
    for one in result:
        one.changed = "CHANGED" in one.stdout
    return result
