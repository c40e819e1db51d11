# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: launch keys on Puppet Enterprise (contract 2.4): kept in C(userdata), before 2019.8.5 in the description.

No list can be filtered by either, so that a key is looked for among the newest jobs of its kind.
"""

from __future__ import annotations

import typing as t

from ..._native import mapping, text
from ..._types import Launch
from . import facts
from .api import Api, Row
from .normalize import environment_of, names_in
from .options import RUN_OPTIONS
from .read import newest_pages
from .recover import key_of
from .results import REDACTED

_PAGE = 100
_MOST_PAGES = 10
#: rows that are read to see who else launched at this instant
_RECENT = 50
_OPTIONS = {"noop": "puppet.noop", "timeout": "job_timeout", "concurrency": "concurrency"}
#: what decides on what is done, and no server sets by itself (recordings of jobs show noop as false otherwise)
_WITHOUT_DEFAULT = frozenset(("noop", "no_noop", "use_cached_catalog", "tags", "skip_tags"))
_SCOPES = {"nodes": "targets", "query": "target_query", "node_group": "puppet.node_group"}


def find_rows(api: Api, launch: Launch, recent: bool) -> t.Iterator[Row]:
    """Yield the rows of the jobs that carry the key of a launch, newest first.

    :param recent: only among the newest few.
    """
    key = launch.key
    for number, page in enumerate(newest_pages(api, launch.type, {}, _RECENT if recent else _PAGE), 1):
        yield from (row for row in page if key_of(row) == key)
        if recent or number == _MOST_PAGES:
            return


def differences(launch: Launch, native: Row) -> list[Row]:
    """Return how a job with the key of a launch differs from it, as far as the server tells what it was given."""
    given, wanted = _given(native), _given(launch.body)
    found = list(_of_name(wanted, given, launch.body, native))
    found += _of_scope(mapping(wanted.get("scope")), mapping(given.get("scope")))
    found += _of_parameters(launch, wanted, given)
    # what a launch does not say, the server may have a default for
    for name in ("timeout", "concurrency", *RUN_OPTIONS):
        is_said = name in given and (name in wanted or name in _WITHOUT_DEFAULT)
        if is_said and (given[name] or False) != (wanted.get(name) or False):
            found.append(_difference(_OPTIONS.get(name, f"puppet.{name}"), wanted.get(name), given[name]))
    return found


def _difference(option: str, wanted: t.Any, found: t.Any) -> Row:
    return {"option": option, "wanted": wanted, "found": found}


def _given(body: Row) -> Row:
    """Return what a job was given: a schedule has it in C(input), a job in C(options), a launch at its top."""
    return mapping(body.get("input")) or mapping(body.get("options")) or body


def _of_name(wanted: Row, given: Row, body: Row, native: Row) -> t.Iterator[Row]:
    names = [text(one.get("task") or one.get("plan_name") or one.get("name")) for one in (wanted, given)]
    if names[0] != names[1]:
        yield _difference("template", names[0] or None, names[1] or None)
    environment = environment_of(native)
    if environment is not None and environment != text(body.get("environment")):
        yield _difference("puppet.environment", body.get("environment"), environment)


def _of_scope(wanted: Row, given: Row) -> t.Iterator[Row]:
    for name, option in _SCOPES.items():
        values = wanted.get(name) or None, given.get(name) or None
        if name == "nodes":
            values = _sorted(values[0]), _sorted(values[1])
        if given and values[0] != values[1]:
            yield _difference(option, *values)


def _sorted(names: t.Any) -> t.Any:
    return sorted(map(text, names)) if isinstance(names, list) else names


def _of_parameters(launch: Launch, wanted: Row, given: Row) -> t.Iterator[Row]:
    """Compare the parameters; what the server calls sensitive it does not tell."""
    sent, have = (mapping(one.get("params") or one.get("parameters")) for one in (wanted, given))
    hidden = names_in(given.get("sensitive")) | names_in(given.get("sensitive_parameters"))
    secret = launch.context.get("hidden", ())
    for name in sorted({*sent, *have}, key=str):
        if name in hidden or (name not in sent and _may_be_added(launch, text(name), have[name])):
            continue
        values = _value(sent.get(name)), _value(have.get(name))
        if REDACTED in values or values[0] == values[1]:
            continue
        # one that is not sent now may have been secret when it was given
        shown = (None, facts.MASK) if name not in sent else (facts.MASK, facts.MASK) if name in secret else values
        yield _difference(f"parameters.{name}", *shown)


def _may_be_added(launch: Launch, name: str, value: t.Any) -> bool:
    """Return whether a parameter that was not sent may be the server's: its own, or a default, as far as it is known."""
    known = launch.context.get("metadata")
    if known is None or name.startswith("_"):
        return True
    said = mapping(known.get(name))
    # the default of a plan is code
    return "default_value" in said or ("default" in said and said["default"] == _value(value))


def _value(value: t.Any) -> t.Any:
    """Return a parameter's value, which some commands wrap; one that the server resolves cannot be compared."""
    if isinstance(value, dict) and "value" in value and set(value) <= {"value", "type"}:
        return REDACTED if value.get("type") else value["value"]
    if isinstance(value, dict) and "_sensitive" in value:
        return REDACTED
    return value
