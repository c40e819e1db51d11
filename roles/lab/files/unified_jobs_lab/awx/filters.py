# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters, search and order of lists (contract 1.9; recordings uj-*). They work on rows as lists show them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from typing import Any

from .reply import Row, detail

Fetch = Callable[[str, Any], Row | None]

RESERVED = (
    *("page", "page_size", "format", "order", "order_by", "search", "type", "host_filter", "count_disabled"),
    *("no_truncate", "limit", "validate", "role_level", "content_encoding", "content_format", "start_line", "end_line"),
)
LOOKUPS = (
    *("exact", "iexact", "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "regex"),
    *("iregex", "gt", "gte", "lt", "lte", "in", "isnull", "search"),
)
_PROTECTED = ("password", "job_env", "job_args", "extra_vars", "survey_passwords", "start_args", "token", "inputs")
_NO_FIELDS = (
    *("related", "summary_fields", "url", "type", "launched_by", "passwords_needed_to_start", "user_capabilities"),
    *("event_processing_finished", "can_approve_or_deny", "result_stdout", "host_status_counts", "status_counts"),
)
_TO_ONE = {
    "organization": "organizations",
    "inventory": "inventories",
    "project": "projects",
    "source_project": "projects",
    "credential": "credentials",
    "credential_type": "credential_types",
    "execution_environment": "execution_environments",
    "instance_group": "instance_groups",
    "created_by": "users",
    "modified_by": "users",
    "user": "users",
    "host": "hosts",
    "job": "jobs",
    "unified_job_template": "unified_job_templates",
    "job_template": "job_templates",
    "workflow_job_template": "workflow_job_templates",
    "inventory_source": "inventory_sources",
    "unified_job_node": "workflow_jobs",
}
_TO_MANY = {"labels": "labels", "credentials": "credentials"}
_DATES = ("created", "modified", "started", "finished", "canceled_on", "last_job_run")
_BAD_DATE = '["\u201c{0}\u201d value has an invalid format. It must be in YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ] format."]'


class Filters:
    """The filters of one request on one model."""

    def __init__(self, model: str, fields: Iterable[str], fetch: Fetch) -> None:
        self.model = model
        self.fields = {name for name in fields if name not in _NO_FIELDS} | {"created_by", "modified_by", "pk"}
        self._fetch = fetch

    def apply(self, rows: list[Row], query: Iterable[tuple[str, str]]) -> list[Row]:
        """The rows that remain."""
        pairs = list(query)
        every: list[Callable[[Row], bool]] = []
        some: list[Callable[[Row], bool]] = []
        for key, value in pairs:
            if key in RESERVED:
                if key == "search":
                    every.append(_searching(value))
                elif key == "type":
                    every.append(_typed(value))
                continue
            test, either = self._test(key, value)
            (some if either else every).append(test)
        found = [row for row in rows if all(test(row) for test in every) and (not some or any(t(row) for t in some))]
        return self._ordered(found, [value for key, value in pairs if key in ("order_by", "order")])

    # -- one filter

    def _test(self, key: str, value: str) -> tuple[Callable[[Row], bool], bool]:
        either = negated = False
        while key.startswith(("or__", "not__", "chain__")):
            prefix, _sep, key = key.partition("__")
            either, negated = either or prefix == "or", negated or prefix == "not"
        parts = key.split("__")
        lookup = parts.pop() if len(parts) > 1 and parts[-1] in LOOKUPS else "exact"
        if parts[0] == "type":
            return _type_in(value, negated), either
        self._check(parts)
        wanted = _wanted(parts[-1], lookup, value)
        compare = _COMPARE[lookup]

        def test(row: Row) -> bool:
            return any(compare(have, wanted) for have in self._values(row, parts)) != negated

        return test, either

    def _check(self, parts: list[str]) -> None:
        for part in parts:
            if part in _PROTECTED:
                raise detail(403, f"Filtering on {part} is not allowed.")
        if parts[0] not in self.fields and parts[0] not in _TO_MANY:
            raise detail(400, f"{self.model} has no field named '{parts[0]}'")
        if len(parts) > 1 and parts[0] not in _TO_ONE and parts[0] not in _TO_MANY:
            raise detail(400, f"No related model for field {parts[0]}.")

    def _values(self, row: Row | None, parts: list[str]) -> list[Any]:
        if row is None:
            return [None]
        name, rest = parts[0], parts[1:]
        summary = row.get("summary_fields") or {}
        if name == "unified_job_node" and rest in ([], ["workflow_job"]):
            return [(summary.get("source_workflow_job") or {}).get("id")]
        if name in _TO_MANY:
            return self._many(summary, name, rest)
        value = row.get("id") if name == "pk" else row.get(name)
        if value is None and name in _TO_ONE:
            value = (summary.get(name) or {}).get("id")
        if not rest:
            return [value]
        return self._values(self._fetch(_TO_ONE[name], value) if name in _TO_ONE else None, rest)

    def _many(self, summary: Row, name: str, rest: list[str]) -> list[Any]:
        held = summary.get(name) or []
        numbers = [one["id"] for one in (held["results"] if isinstance(held, dict) else held)]
        if not rest:
            return numbers or [None]
        rows = [self._fetch(_TO_MANY[name], number) for number in numbers]
        return [value for row in rows for value in self._values(row, rest)] or [None]

    # -- order

    def _ordered(self, rows: list[Row], wanted: list[str]) -> list[Row]:
        names = [name.strip() for value in wanted for name in value.split(",") if name.strip()]
        for name in reversed(names):
            parts = name.lstrip("-").split("__")
            self._check(parts)

            def key(row: Row, parts: list[str] = parts) -> tuple[bool, Any]:
                value = self._values(row, parts)[0]
                return value is None, "" if value is None else value

            rows = sorted(rows, key=key, reverse=name.startswith("-"))
        return rows


def _searching(text: str) -> Callable[[Row], bool]:
    words = [word.lower() for word in re.split(r"[,\s]+", text) if word]

    def test(row: Row) -> bool:
        hay = f"{row.get('name') or row.get('username') or ''} {row.get('description') or ''}".lower()
        return all(word in hay for word in words)

    return test


def _typed(value: str) -> Callable[[Row], bool]:
    # several types in one value find nothing on this server (contract 6.2)
    return lambda row: row.get("type") == value


def _type_in(value: str, negated: bool) -> Callable[[Row], bool]:
    # compared with the model's name, which has no underscores: most types are never found (recording uj-25b)
    wanted = value.split(",")
    return lambda row: (str(row.get("type", "")).replace("_", "") in wanted) != negated


# -- values


def _wanted(name: str, lookup: str, value: str) -> Any:
    if lookup == "isnull":
        return _boolean(value)
    if lookup == "in":
        if not value:
            raise detail(400, "cannot provide empty value for __in")
        return [_scalar(name, part) for part in value.split(",")]
    if lookup in ("regex", "iregex"):
        try:
            re.compile(value)
        except re.error as error:
            raise detail(400, str(error)) from error
        return value
    return _scalar(name, value) if lookup in ("exact", "gt", "gte", "lt", "lte") else value


def _boolean(value: str) -> bool:
    if value.lower() in ("true", "1", "yes"):
        return True
    if value.lower() in ("false", "0", "no"):
        return False
    raise detail(400, f'Unable to parse value as boolean: "{value}"')


def _scalar(name: str, value: str) -> Any:
    if name in _DATES and value not in ("none", "null"):
        return _date(value)
    if (name in ("id", "pk") or name in _TO_ONE) and value not in ("none", "null"):
        if not value.lstrip("-").isdigit():
            raise detail(400, f"Field '{name}' expected a number but got '{value}'.")
        return int(value)
    return value


def _date(value: str) -> datetime:
    text = value.replace(" ", "T", 1) if "+" not in value[:11] else value
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        raise detail(400, _BAD_DATE.format(value))
    text = re.sub(r"[zZ]$", "+00:00", text)
    text = re.sub(r"(\.\d{1,6})\d*", lambda m: m[1].ljust(7, "0"), text)
    text = re.sub(r"T(\d\d:\d\d)$", r"T\1:00", re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text))
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise detail(400, _BAD_DATE.format(value)) from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)


def _same(have: Any, wanted: Any) -> bool:
    if isinstance(wanted, datetime):
        return isinstance(have, str) and _date(have) == wanted
    if wanted in ("none", "null") and have is None:
        return True
    if isinstance(have, bool):
        return str(wanted).lower() in (("true", "1", "yes") if have else ("false", "0", "no"))
    return str(have) == str(wanted) and have is not None


def _ordered(check: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(have: Any, wanted: Any) -> bool:
        if have is None:
            return False
        if isinstance(wanted, datetime):
            return check(_date(str(have)), wanted)
        try:
            return check(float(have), float(wanted))
        except (TypeError, ValueError):
            return check(str(have), str(wanted))

    return compare


def _text(check: Callable[[str, str], bool], fold: bool = False) -> Callable[[Any, Any], bool]:
    def compare(have: Any, wanted: Any) -> bool:
        if have is None:
            return False
        return check(str(have).lower(), str(wanted).lower()) if fold else check(str(have), str(wanted))

    return compare


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "exact": _same,
    "iexact": _text(lambda h, w: h == w, fold=True),
    "contains": _text(lambda h, w: w in h),
    "icontains": _text(lambda h, w: w in h, fold=True),
    "search": _text(lambda h, w: w in h, fold=True),
    "startswith": _text(lambda h, w: h.startswith(w)),
    "istartswith": _text(lambda h, w: h.startswith(w), fold=True),
    "endswith": _text(lambda h, w: h.endswith(w)),
    "iendswith": _text(lambda h, w: h.endswith(w), fold=True),
    "regex": _text(lambda h, w: re.search(w, h) is not None),
    "iregex": _text(lambda h, w: re.search(w, h, re.IGNORECASE) is not None),
    "gt": _ordered(lambda h, w: bool(h > w)),
    "gte": _ordered(lambda h, w: bool(h >= w)),
    "lt": _ordered(lambda h, w: bool(h < w)),
    "lte": _ordered(lambda h, w: bool(h <= w)),
    "in": lambda have, wanted: any(_same(have, one) for one in wanted),
    "isnull": lambda have, wanted: (have is None) == wanted,
}
