# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: whether the row of a job is what a launch would make (AWX contract 1.3).

It is if it equals what was sent in all that its row shows: what was sent, and the template's own values for what was not.
What the server masks cannot be compared, and counts as equal.
"""

from __future__ import annotations

import typing as t

from ..._native import mapping
from ..._types import Launch
from .api import Row
from .normalize import MASK, parse_variables
from .prompts import PROMPTS
from .refs import is_id

#: fields of a job that a launch decides, or else its template
PROMPTED = (
    "limit",
    "job_tags",
    "skip_tags",
    "job_type",
    "verbosity",
    "diff_mode",
    "scm_branch",
    "forks",
    "timeout",
    "inventory",
)
#: compared where they were sent; without that the server may fill them in
_SENT_ONLY = ("execution_environment", "credential", "description", "name")
#: what the server takes where an ad hoc command does not say it (contract 1.3.6)
_AD_HOC: Row = {
    "module_name": "command",
    "module_args": "",
    "job_type": "run",
    "limit": "",
    "verbosity": 0,
    "forks": 0,
    "diff_mode": False,
    "become_enabled": False,
}
#: what the server calls a bulk launch that has no name, and does not describe
_BULK: Row = {"name": "Bulk Job Launch", "description": ""}
ENCRYPTED = "$encrypted$"
#: field of a job -> what the user writes for it
_OPTIONS = {**{key: option for key, (_flag, option) in PROMPTS.items()}, "limit": "target_query"}


def is_equal(launch: Launch, row: Row) -> bool:
    """Return whether a row could be what was sent, and nothing that was there before."""
    if not is_id(row.get("id")) or row["id"] <= launch.context.get("newest", 0):
        return False
    return not any(differences(launch, row))


def differences(launch: Launch, row: Row) -> t.Iterator[Row]:
    """Yield what differs, as C({option, wanted, found}); values of secret variables are left out."""
    for key, wanted in _expected(launch).items():
        if not _same_field(key, wanted, row):
            yield _difference(_OPTIONS.get(key, f"awx.{key}"), wanted, row.get(key))
    earlier = launch.context.get("earlier")
    if earlier is not None:
        if parse_variables(row.get("extra_vars")) != parse_variables(earlier.get("extra_vars")):
            yield _difference("parameters", MASK, MASK)
        if _ids(row, "credentials") != _ids(earlier, "credentials"):
            yield _difference("awx.credentials", MASK, MASK)
        return
    yield from _objects(launch, row)
    yield from _variables(launch, row)


def _difference(option: str, wanted: t.Any, found: t.Any) -> Row:
    return {"option": option, "wanted": wanted, "found": found}


def _expected(launch: Launch) -> Row:
    """Return the fields that the job must have."""
    earlier = launch.context.get("earlier")
    if earlier is not None:
        names = (*PROMPTED, *_AD_HOC, "credential", "unified_job_template")
        again = {key: earlier[key] for key in names if key in earlier}
        if launch.body.get("hosts") == "failed":
            again.pop("limit", None)
        return again
    own: Row = {}
    if launch.type == "ad_hoc_command":
        own = _AD_HOC
    elif launch.type in ("job", "workflow_job"):
        template = mapping(launch.context.get("template"))
        own = {key: template.get(key) for key in PROMPTED if key in template}
    if launch.path.startswith("bulk/"):
        own = {**dict.fromkeys(PROMPTED), **_BULK}
    return {**own, **{key: launch.body[key] for key in (*own, *PROMPTED, *_SENT_ONLY) if key in launch.body}}


def _same_field(key: str, wanted: t.Any, row: Row) -> bool:
    """Compare one field; a sliced job's row shows null for some, and a branch equal to the project's as none."""
    if key not in row or (row[key] is None and row.get("is_sliced_job")):
        return True
    return (row[key] or "") == (wanted or "") or (key == "scm_branch" and not row[key])


def _ids(row: Row, key: str) -> set[t.Any] | None:
    """Return the ids that a row's summary lists, or None if it does not say all of them."""
    value = mapping(row.get("summary_fields")).get(key)
    items = value.get("results") if isinstance(value, dict) else value
    if not isinstance(items, list) or (isinstance(value, dict) and value.get("count") != len(items)):
        return None
    return {mapping(item).get("id") for item in items}


def _objects(launch: Launch, row: Row) -> t.Iterator[Row]:
    labels, credentials = _ids(row, "labels"), _ids(row, "credentials")
    asked = set(launch.body.get("labels", ()))
    if labels is not None and not asked <= labels:
        yield _difference("awx.labels", _listed(asked), _listed(labels))
    if credentials is None or launch.type != "job":
        return
    sent = launch.body.get("credentials")
    wanted = set(sent) if sent is not None else _ids(mapping(launch.context.get("template")), "credentials")
    if wanted is not None and wanted != credentials:
        yield _difference("awx.credentials", _listed(wanted), _listed(credentials))


def _listed(values: t.Iterable[t.Any]) -> list[t.Any]:
    return sorted(values, key=str)


def _variables(launch: Launch, row: Row) -> t.Iterator[Row]:
    """Compare the variables; the template's own and the survey's may be there beside those that were sent."""
    wanted, have = parse_variables(launch.body.get("extra_vars") or {}), parse_variables(row.get("extra_vars") or {})
    if not isinstance(wanted, dict) or not isinstance(have, dict):
        if wanted != have:
            yield _difference("parameters", MASK, MASK)
        return
    secret = launch.context.get("hidden", ())
    for name, value in wanted.items():
        if name not in have or have[name] not in (value, ENCRYPTED):
            yield _variable(name, secret, value, have.get(name))
    own = parse_variables(mapping(launch.context.get("template")).get("extra_vars"))
    if isinstance(own, str):
        return
    for name, found in have.items():
        is_own = name in mapping(own) and found in (own[name], ENCRYPTED)
        if name not in wanted and not is_own and name not in launch.context.get("survey", ()):
            # it may have been secret when it was given
            yield _difference(f"parameters.{name}", None, MASK)


def _variable(name: str, secret: t.Container[str], wanted: t.Any, found: t.Any) -> Row:
    shown = (MASK, MASK) if name in secret else (wanted, found)
    return _difference(f"parameters.{name}", *shown)
