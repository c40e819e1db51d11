# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a job does and prints on one host."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..behavior import Behavior, Outcome
from ..commands import played
from ..model import Template
from ..plan import healed
from .records import Details, Host

_BAD = ("failed", "unreachable")
_AUTHENTICATION = (
    "Error initializing command: RuntimeError - Could not establish connection to remote host using any available "
    "authentication method, tried publickey\n"
)
_LOST = "Proxy task gone missing from the smart proxy\n"


@dataclass
class Piece:
    """Some output, after a part of the run (0 to 1); late is how much later the server gets it, in seconds."""

    part: float
    kind: str
    text: str
    late: float = 0.0


@dataclass
class Script:
    """One host's part of a job, planned as a whole."""

    duration: float
    pieces: list[Piece] = field(default_factory=list)
    result: str = "success"  # success, warning or error
    exit: str | None = "0"
    hangs: bool = False


def script(template: Template, details: Details, host: Host, again: bool) -> Script:
    """What will happen on this host; again says that it failed there before."""
    behavior = template.behavior
    if again and behavior.heals:
        behavior = healed(behavior)
    duration = behavior.duration * (1 - 0.1 * (host.id % 5))
    given = details.inputs.get(behavior.duration_parameter, "")
    if given:
        duration = _number(given, duration)
    if template.native.get("commands") and behavior.ending == "normal":
        text, code, seconds = played(details.inputs.get("command", ""), host.name)
        seconds = duration if seconds is None else seconds
        return _command(template, host, text, code, seconds)
    found = Script(duration, hangs=behavior.ending == "hang" or host.name in template.native.get("hangs", ()))
    if behavior.ending == "lost":
        found.pieces = [Piece(1.0, "debug", _LOST)]
        found.result, found.exit = "error", "EXCEPTION"
        return found
    (_play if template.native["provider"] == "Ansible" else _run)(found, template, behavior, details, host)
    _extras(found, template, behavior)
    return found


def forbidden(host: Host) -> Script:
    """The job of somebody who may not run anything there: the launch works, the host does not (contract 1.3)."""
    text = f"User can not execute job on host {host.name}\n"
    return Script(0.0, [Piece(0.0, "debug", text)], "error", None)


def _number(text: str, otherwise: float) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return otherwise


def _command(template: Template, host: Host, text: str, code: int, seconds: float) -> Script:
    if template.native["provider"] != "Ansible":
        return Script(seconds, [Piece(0.5, "stdout", text)] if text else [], "error" if code else "success", str(code))
    found = Script(seconds, result="error" if code else "success", exit="2" if code else "0")
    word = f'fatal: [{host.name}]: FAILED! => {{"rc": {code}}}' if code else f"changed: [{host.name}]"
    found.pieces = [
        Piece(0.1, "stdout", f"\r\nPLAY [all] {'*' * 20}\n"),
        Piece(0.3, "stdout", f"\r\nTASK [Run shell command] {'*' * 20}\n"),
        Piece(0.6, "stdout", f"{word}\n"),
        Piece(0.8, "stdout", f"\r\nTASK [Show output] {'*' * 20}\n{text}"),
    ]
    return found


def _outcomes(template: Template, behavior: Behavior, details: Details, host: Host) -> list[tuple[str, Outcome]]:
    """The tasks until one goes wrong; tags leave some out (contract 1.3, ansible.tags)."""
    found: list[tuple[str, Outcome]] = []
    tagged = {name for tag in _tags(details) for name in template.native.get("tags", {}).get(tag, ())}
    for task in behavior.tasks:
        if details.tags and (task.name in tagged) is not (details.tags_flag == "include"):
            continue
        outcome = task.outcome(host.name)
        found.append((task.name, outcome))
        if outcome.status in _BAD:
            break
    return found


def _tags(details: Details) -> list[str]:
    return [tag.strip() for tag in (details.tags or "").split(",") if tag.strip()]


def _run(found: Script, template: Template, behavior: Behavior, details: Details, host: Host) -> None:
    """The script provider."""
    outcomes = _outcomes(template, behavior, details, host)
    for number, (name, outcome) in enumerate(outcomes, start=1):
        part = number / (len(outcomes) + 1)
        if outcome.status == "unreachable":
            found.pieces.append(Piece(part, "debug", _AUTHENTICATION))
            found.result, found.exit, found.hangs = "error", "EXCEPTION", False
            return
        kind = "stderr" if outcome.status == "failed" else "stdout"
        found.pieces.append(Piece(part, kind, f"{outcome.message or name}\n"))
        if outcome.status == "failed":
            found.result, found.exit, found.hangs = "error", str(outcome.result.get("rc", 1)), False
        elif outcome.status == "ignored":
            found.result = "warning"


def _play(found: Script, template: Template, behavior: Behavior, details: Details, host: Host) -> None:
    """The Ansible provider: the lines of a play; a host that fails ends with 2, one out of reach with 1."""
    outcomes = _outcomes(template, behavior, details, host)
    found.pieces.append(Piece(0.05, "stdout", f"\r\nPLAY [{behavior.play}] {'*' * 20}\n"))
    for number, (name, outcome) in enumerate(outcomes, start=1):
        part = number / (len(outcomes) + 1)
        word = {"changed": "changed", "skipped": "skipping"}.get(outcome.status, "ok")
        line = f"{word}: [{host.name}]"
        if outcome.status in _BAD:
            shout = "UNREACHABLE!" if outcome.status == "unreachable" else "FAILED!"
            line = f'fatal: [{host.name}]: {shout} => {{"changed": false, "msg": "{outcome.message}"}}'
            found.result, found.exit = "error", "1" if outcome.status == "unreachable" else "2"
            found.hangs = False
        found.pieces.append(Piece(part, "stdout", f"\r\nTASK [{name}] {'*' * 20}\n"))
        found.pieces.append(Piece(part, "stdout", f"{line}\n"))


def _extras(found: Script, template: Template, behavior: Behavior) -> None:
    own = template.native.get("chunks")
    if own:
        found.pieces = [Piece(*one) for one in own]
    if behavior.ballast:
        line = "x" * 99 + "\n"
        found.pieces.append(Piece(0.95, "stdout", line * (behavior.ballast // 100)))
    if behavior.raw_output:
        found.pieces.append(Piece(0.97, "stdout", behavior.raw_output.decode("utf-8", "replace")))
