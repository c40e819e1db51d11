# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: masks the secrets of a task wherever a server or a job repeats them.

Servers repeat them in other words: escaped as JSON or as Python writes it, with other blanks, line by line. What is
about to be cut must be masked before, with C(hidden): half a secret is not found any more.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import json
import re
import typing as t

MASK = "********"
TOO_DEEP = "(nested too deep to be shown)"
#: a shorter secret is masked only where it stands alone, or half of every sentence would go
_SHORT = 4
#: a shorter line of a secret of several lines may be any word
_LONG_LINE = 8
_DEEPEST = 200
#: what lies between the words of a secret, escaped or not
_BLANKS = r"(?:\s|\\+[nrtu](?:000[9adAD])?)+"
#: what tells which job it is and how it is; a secret that looks like it must not hide it
_KEPT = frozenset(
    (
        *("id", "ids", "url", "web_url", "platform", "server", "type", "subtype", "status", "native_status", "changed"),
        *("created_at", "started_at", "finished_at", "elapsed", "is_finished", "is_successful", "host_counts"),
        *("error", "outcome", "missing", "http_status", "skipped"),
    )
)
#: in these, numbers are values that a user gave
_GIVEN = frozenset(("parameters", "ignored_fields", "extra_vars"))
#: lists of secrets, which may still grow
_HIDDEN: contextvars.ContextVar[tuple[t.Sequence[str], ...]] = contextvars.ContextVar("hidden", default=())


def secret_texts(value: t.Any) -> t.Iterator[str]:
    """Yield every text and number within a value, as text."""
    if isinstance(value, t.Mapping):
        for item in value.values():
            yield from secret_texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from secret_texts(item)
    elif value is not None and not isinstance(value, bool) and str(value).strip():
        yield str(value)


def secret_options(table: t.Mapping[str, t.Any], values: t.Any) -> t.Iterator[str]:
    """Yield every text in those of the values whose options are no_log in their table, at any depth."""
    for item in values if isinstance(values, (list, tuple)) else [values]:
        for name, entry in table.items() if isinstance(item, t.Mapping) else ():
            if entry.get("no_log"):
                yield from secret_texts(item.get(name))
            elif "options" in entry:
                yield from secret_options(entry["options"], item.get(name))


@contextlib.contextmanager
def hiding(secrets: t.Sequence[str]) -> t.Iterator[None]:
    """Let C(hidden) know these secrets meanwhile, also those that the list gets later."""
    before = _HIDDEN.set((*_HIDDEN.get(), secrets))
    try:
        yield
    finally:
        _HIDDEN.reset(before)


def hidden(value: t.Any, kept: frozenset[str] = frozenset()) -> t.Any:
    """Return a value without the secrets of the task that runs; to be called before anything of it is cut."""
    return mask(value, [secret for secrets in _HIDDEN.get() for secret in secrets], kept)


def mask(value: t.Any, secrets: t.Iterable[str], kept: frozenset[str] = _KEPT) -> t.Any:
    """Return a value of plain builtins with the secrets masked in every text in it.

    :param kept: the keys whose values stay as they are.
    """
    known = frozenset(secret for secret in secrets if secret.strip())
    return _masked(value, _Masking(_pattern(known), known, kept), False, 0) if known else value


class _Masking(t.NamedTuple):
    pattern: re.Pattern[str]
    secrets: frozenset[str]
    kept: frozenset[str]


@functools.lru_cache(maxsize=32)
def _pattern(secrets: frozenset[str]) -> re.Pattern[str]:
    lines = {line for secret in secrets for line in secret.splitlines() if len(line.strip()) >= _LONG_LINE}
    longest_first = sorted(secrets | lines, key=lambda text: (-len(text), text))
    return re.compile("|".join(_expression(secret) for secret in longest_first))


def _expression(secret: str) -> str:
    words = _BLANKS.join(_any_form(word) for word in secret.split())
    return words if len(secret.strip()) >= _SHORT else rf"(?<!\w){words}(?!\w)"


def _any_form(word: str) -> str:
    """Return the expression for a word as it is, and as JSON and Python write it within a text."""
    forms = {word, word.replace("\\", "\\\\"), word.replace("\\", "\\\\").replace("'", "\\'"), repr(word)[1:-1]}
    forms |= {json.dumps(word)[1:-1], json.dumps(word, ensure_ascii=False)[1:-1]}
    forms |= {json.dumps(json.dumps(word))[3:-3], ascii(word)[1:-1]}
    longest_first = sorted(forms, key=lambda text: (-len(text), text))
    return "(?:" + "|".join(re.escape(form) for form in longest_first) + ")"


def _masked(value: t.Any, masking: _Masking, given: bool, depth: int) -> t.Any:
    if isinstance(value, str):
        return masking.pattern.sub(MASK, value)
    if isinstance(value, (dict, list)) and depth > _DEEPEST:
        return TOO_DEEP
    if isinstance(value, dict):
        return {
            key: item
            if item is None or (key in masking.kept and not given)
            else _masked(item, masking, given or key in _GIVEN, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_masked(item, masking, given, depth + 1) for item in value]
    if given and not isinstance(value, bool) and isinstance(value, (int, float)) and str(value) in masking.secrets:
        return MASK
    return value
