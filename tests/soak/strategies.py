# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What hypothesis makes sequences of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS

from .steps import KINDS, Sequence, Step, Trouble

#: how the simulated server, or what is in front of it, goes wrong
AT_THE_SERVER = (
    *("status", "late_status", "reset", "reset_sending", "late_reset", "hang_up", "cut_answer", "cut_body"),
    *("broken_json", "html", "redirect", "wrong_type", "empty", "late_empty", "null", "endless"),
)
#: how the way to it goes wrong
ON_THE_WAY = ("no_connection", "timeout_before", "timeout_after", "arrives_late")
STATUSES = (400, 401, 403, 404, 405, 408, 409, 413, 429, 500, 502, 503, 504)
RETRY_AFTER = (None, "0", "2", "40", "100000", "soon", "Wed, 21 Oct 2099 07:28:00 GMT", "-5")
#: what a server, or a proxy, may answer although the request took effect; other refusals are taken at their word
LATE_STATUSES = (408, 500, 502, 503, 504)
TIMEOUTS = (0, 1, 10, 40)


def troubles() -> st.SearchStrategy[tuple[Trouble, ...]]:
    """One to four troubles, of which those of the launching request are the ones that matter most."""
    one = st.builds(
        Trouble,
        what=st.sampled_from((*AT_THE_SERVER, *ON_THE_WAY)),
        where=st.sampled_from(("launch", "launch", "launch", "write", "read", "any")),
        skip=st.sampled_from((0, 0, 0, 0, 1, 2, 4)),
        times=st.sampled_from((1, 1, 1, 2, 3, 5, 0)),
        status=st.sampled_from(STATUSES),
        retry_after=st.sampled_from(RETRY_AFTER),
        echo=st.booleans(),
    )
    return st.lists(one.map(_honest), min_size=1, max_size=4).map(tuple)


def _honest(trouble: Trouble) -> Trouble:
    """Let no server refuse a request that it took."""
    if trouble.what == "late_status" and trouble.status not in LATE_STATUSES:
        return replace(trouble, status=LATE_STATUSES[trouble.status % len(LATE_STATUSES)])
    return trouble


def _some(**options: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return each of the options, or not, beside how long to wait."""
    return st.fixed_dictionaries({"wait_timeout": st.sampled_from(TIMEOUTS)}, optional=options)


def _includes(platform: str) -> st.SearchStrategy[list[str]]:
    known = sorted(
        {"hosts", "output", "failed_tasks", "native", "children"} & {*PLATFORMS[platform].FEATURES, "native"}
    )
    return st.lists(st.sampled_from(known), max_size=3, unique=True)


def _waiting(platform: str) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "wait_interval": st.sampled_from((2, 7)),
        "on_timeout": st.sampled_from(("leave", "cancel")),
        "fail_on": st.sampled_from(([], ["failed", "error", "canceled"])),
        "include": _includes(platform),
        "follow": st.booleans(),
    }


_Parts = tuple[st.SearchStrategy[Any], st.SearchStrategy[Any], dict[str, st.SearchStrategy[Any]]]


def _parts(platform: str) -> dict[str, _Parts]:
    """By face: what is launched, which earlier jobs are meant, and the options."""
    kinds, waiting, wait = st.sampled_from(sorted(KINDS[platform])), _waiting(platform), st.booleans()
    jobs = st.lists(st.integers(0, 5), min_size=1, max_size=4, unique=True).map(tuple)
    many = {"on_failure": st.sampled_from(("continue", "stop", "cancel")), "wait": wait, **waiting}
    again = {"rerun_hosts": st.sampled_from(("all", "failed")), "wait": wait, **waiting}
    waits = {
        "return_when": st.sampled_from(("all", "any")),
        "fail_fast": st.sampled_from(("false", "true", "cancel")),
        **waiting,
    }
    return {
        "launch": (st.tuples(kinds), st.just(()), {"wait": wait, **waiting}),
        "many": (st.lists(kinds, min_size=1, max_size=4).map(tuple), st.just(()), many),
        "rerun": (st.just(()), st.tuples(st.integers(0, 5)), again),
        "wait": (st.just(()), jobs, waits),
        "cancel": (st.just(()), jobs, {"wait": wait, "missing_ok": st.booleans()}),
    }


def _step(platform: str, face: str) -> st.SearchStrategy[Step]:
    launched, meant, options = _parts(platform)[face]
    return st.builds(
        Step,
        face=st.just(face),
        kinds=launched,
        jobs=meant,
        options=_some(**options).map(_together),
        troubles=troubles(),
        beside=st.sampled_from((False, False, False, True)) if face in ("launch", "rerun") else st.just(False),
        pause=st.sampled_from((0.0, 3.0, 60.0)),
    )


def _together(options: dict[str, Any]) -> dict[str, Any]:
    """Take out what does not go together."""
    if options.get("on_failure") == "stop" and options.get("wait"):
        return {**options, "max_concurrent": 1}
    return options


def sequences(platform: str) -> st.SearchStrategy[Sequence]:
    """Sequences of one to four steps; the first one launches."""
    first = st.one_of(_step(platform, "launch"), _step(platform, "many"))
    rest = st.one_of(*(_step(platform, face) for face in ("launch", "many", "rerun", "wait", "cancel")))
    return st.builds(lambda one, more: Sequence(platform, (one, *more)), first, st.lists(rest, max_size=3))
