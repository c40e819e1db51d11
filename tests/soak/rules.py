# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must hold after every step, whatever went wrong (once, kept, in time, no traceback, no secret)."""

from __future__ import annotations

import json
import math
from typing import Any

from .steps import Sequence, Step
from .world import REQUEST_TIMEOUT, Outcome, World

#: more than all tries, looks and answers to one launch, each at its longest
LONGEST = 1800.0
_WORDS = {
    *("invalid_option", "missing_library", "unsupported", "not_found", "ambiguous", "no_targets", "unauthorized"),
    *("forbidden", "connection", "tls", "bad_response", "server_error", "rate_limited", "rejected", "launch_unknown"),
    *("launch_conflict", "job_failed", "job_error", "job_canceled", "wait_timeout", "job_gone", "cancel_failed"),
}


class Finding(AssertionError):
    """Something that must not be."""


def check(world: World, sequence: Sequence, outcomes: list[Outcome]) -> None:
    """Look at what came of the steps of a sequence.

    :raises Finding: naming the step, the rule, and what was seen.
    """
    for number, outcome in enumerate(outcomes, 1):
        found = findings(world, outcome)
        if found:
            said = outcome.unexpected if outcome.unexpected is not None else outcome.said
            raise Finding(
                f"step {number} of {sequence!r}: {'; '.join(found)}. It was: {str(said)[:3000]}"
            ) from outcome.unexpected


def findings(world: World, outcome: Outcome) -> list[str]:
    """Return what is wrong with one step, in words."""
    if outcome.unexpected is not None:
        return [f"{type(outcome.unexpected).__name__} is no error of ours"]
    return [
        *_once(outcome),
        *_kept(world, outcome),
        *_in_time(outcome),
        *_plain(outcome.said, ""),
        *_hidden(world, outcome),
        *_words(outcome),
    ]


def launches_of(step: Step) -> int:
    """Return how many launches a step asks for."""
    return {"launch": 1, "rerun": 1, "many": len(step.kinds)}.get(step.face, 0)


def _once(outcome: Outcome) -> list[str]:
    most, log = launches_of(outcome.step), outcome.log
    found = [
        f"{count} {what} for {most} launches"
        for what, count in (
            ("launching requests were sent", log.sent),
            ("launching requests arrived", outcome.arrived),
            ("launching requests took effect", outcome.handled),
            ("times something was launched", len(log.made)),
        )
        if count > most
    ]
    sources = {"inventory"} & set(outcome.step.kinds)
    return found + [f"one request made {keys}" for keys in log.made if len(keys) > 1 and not sources]


def _kept(world: World, outcome: Outcome) -> list[str]:
    """Every job that was made is in the result, or it is said of its launch that this is not known."""
    said, log = outcome.said, outcome.log
    if not launches_of(outcome.step):
        return []
    jobs = [job for job in said.get("jobs", []) if job.get("id") is not None]
    shown = {world.key(job) for job in jobs}
    rows = said.get("launches", [])
    unclear = sum(row["error"] == "launch_unknown" for row in rows) or (said.get("error") == "launch_unknown")
    lost = [keys for keys in log.made if not keys & shown]
    found = [f"{lost} was launched and is not in the result"] if len(lost) > unclear else []
    if len(log.made) and not said.get("changed") and not unclear:
        found.append("something was launched, and changed is not true")
    one = said.get("job")
    if len(jobs) == 1 and (one is None or one["id"] != jobs[0]["id"]):
        found.append("the one job is not in job")
    # what another run made at the same time may be taken for ours only where ours made nothing and no mark tells
    wrong = shown & log.others if outcome.step.face != "rerun" or log.made else set()
    if wrong and (log.made or world.platform == "puppet"):
        found.append(f"{wrong} is of another run")
    return found


def _in_time(outcome: Outcome) -> list[str]:
    found = []
    if outcome.overtime > REQUEST_TIMEOUT + 0.01:
        found.append(f"the wait went on for {outcome.overtime:g} s after its deadline")
    if outcome.seconds > LONGEST:
        found.append(f"it took {outcome.seconds:g} s")
    return found


def _plain(value: Any, path: str) -> list[str]:
    """Only what JSON has, and nothing that just looks like it."""
    if type(value) not in (dict, list, str, int, float, bool, type(None)):
        return [f"{path} is a {type(value).__name__}"]
    if isinstance(value, dict):
        odd = [f"{path} has the key {key!r}" for key in value if key.__class__ is not str]
        return odd + [text for key, item in value.items() for text in _plain(item, f"{path}.{key}")]
    if isinstance(value, list):
        return [text for number, item in enumerate(value) for text in _plain(item, f"{path}[{number}]")]
    return [f"{path} is {value}"] if isinstance(value, float) and math.isnan(value) else []


def _hidden(world: World, outcome: Outcome) -> list[str]:
    error = outcome.error
    seen = {
        "the result": json.dumps(outcome.said),
        "the lines": "\n".join(outcome.lines),
        "the error": "" if error is None else f"{error} {error!r} {error.args} {vars(error).get('result')}",
    }
    return [
        f"a secret is in {where}"
        for where, text in seen.items()
        if any(one in text for one in world.secrets(outcome.step))
    ]


def _words(outcome: Outcome) -> list[str]:
    error = outcome.error
    if error is None:
        return []
    found = [] if error.code in _WORDS else [f"the word {error.code} is none of ours"]
    found += [] if error.message and "\n" not in error.message else ["the message is no sentence"]
    return found
