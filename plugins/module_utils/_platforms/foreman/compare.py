# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: whether a job is what a launch would make, in all that the job says of itself (Foreman contract 1.3).

Hidden inputs cannot be compared, and count as equal.
"""

from __future__ import annotations

import typing as t

from ..._native import mapping, rows, text
from ..._types import Launch
from .api import Row
from .normalize import MASK, input_values, is_hidden

#: a description that is not longer is not cut by the server
_UNCUT = 200
#: said of the hosts, beside which they are
_TARGETING = ("targeting_type", "randomized_ordering")
#: field of a job -> what the user writes for it
_SETTINGS = {
    "ssh_user": "foreman.ssh_user",
    "effective_user": "foreman.effective_user",
    "time_to_pickup": "foreman.time_to_pickup",
    "execution_timeout_interval": "job_timeout",
    "concurrency_level": "concurrency",
    "description": "description",
}


def differences(launch: Launch, detail: Row) -> t.Iterator[Row]:
    """Yield what differs, as C({option, wanted, found}); values of secret inputs are left out."""
    sent = launch.context.get("like") or launch.body["job_invocation"]
    targeting = mapping(detail.get("targeting"))
    if "search_query" in sent and targeting.get("search_query") != sent["search_query"]:
        yield _difference("target_query", sent["search_query"], targeting.get("search_query"))
    if "bookmark_id" in sent and targeting.get("bookmark_id") not in (None, sent["bookmark_id"]):
        yield _difference("foreman.bookmark", sent["bookmark_id"], targeting["bookmark_id"])
    mode = detail.get("mode") or "immediate"
    if mode != launch.job.subtype:
        yield _difference("schedule", launch.job.subtype, mode)
    for name in _TARGETING:
        if name in sent and targeting.get(name) not in (None, sent[name]):
            yield _difference(f"foreman.{name}", sent[name], targeting[name])
    yield from _settings(launch, sent, detail)
    used = {text(row.get("template_id")) for row in rows(detail.get("template_invocations"))}
    number = detail.get("template_id")
    used |= {text(number)} if number is not None and not used else set()
    if used and launch.template["id"] is not None and launch.template["id"] not in used:
        yield _difference("template_id", launch.template["id"], ", ".join(sorted(used)))
    yield from _inputs(launch, sent, detail)


def _difference(option: str, wanted: t.Any, found: t.Any) -> Row:
    return {"option": option, "wanted": wanted, "found": found}


def _settings(launch: Launch, sent: t.Mapping[str, t.Any], detail: Row) -> t.Iterator[Row]:
    """Yield what the job says of itself otherwise than it was sent."""
    wanted = {name: sent.get(name) for name in ("ssh_user", "time_to_pickup", "execution_timeout_interval")}
    wanted["concurrency_level"] = mapping(sent.get("concurrency_control")).get("concurrency_level")
    if launch.context.get("is_checked"):
        # a template that does not allow it drops it in silence
        wanted["effective_user"] = mapping(sent.get("ssh")).get("effective_user")
    description = text(sent.get("description_format")).strip()
    if description and "%{" not in description and len(description) <= _UNCUT:
        wanted["description"] = description
    for name, value in wanted.items():
        found = detail.get(name)
        if value is not None and found is not None and text(found).strip() != text(value).strip():
            yield _difference(_SETTINGS[name], value, found)


def _inputs(launch: Launch, sent: t.Mapping[str, t.Any], detail: Row) -> t.Iterator[Row]:
    found = input_values(detail)
    for name, value in sent.get("inputs", {}).items():
        if name in found and text(found[name]) != text(value) and not is_hidden(found[name]):
            shown = (MASK, MASK) if name in launch.context.get("hidden", ()) else (value, found[name])
            yield _difference(f"parameters.{name}", *shown)
