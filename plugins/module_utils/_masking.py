# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: masks the secrets of a request wherever a server or a job repeats them."""

from __future__ import annotations

import re
import typing as t

MASK = "********"
#: a shorter secret is masked only where it stands alone, or half of every sentence would go
_SHORT = 4
#: what tells which job it is and how it is; a secret that looks like it must not hide it
_KEPT = frozenset(
    (
        *("id", "url", "web_url", "platform", "server", "type", "subtype", "status", "native_status", "changed"),
        *("created_at", "started_at", "finished_at", "elapsed", "is_finished", "is_successful", "host_counts"),
        *("error", "outcome", "missing", "http_status", "skipped"),
    )
)
#: in these, numbers are values that a user gave
_GIVEN = frozenset(("parameters", "ignored_fields", "extra_vars"))


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


def mask(value: t.Any, secrets: t.Sequence[str]) -> t.Any:
    """Return a value of plain builtins with the secrets masked in every text in it."""
    if not secrets:
        return value
    longest_first = sorted(set(secrets), key=len, reverse=True)
    pattern = re.compile("|".join(_expression(secret) for secret in longest_first))
    return _masked(value, pattern, frozenset(secrets), False)


def _expression(secret: str) -> str:
    quoted = re.escape(secret)
    return quoted if len(secret) >= _SHORT else rf"(?<!\w){quoted}(?!\w)"


def _masked(value: t.Any, pattern: re.Pattern[str], secrets: frozenset[str], given: bool) -> t.Any:
    if isinstance(value, dict):
        return {
            key: item if key in _KEPT and not given else _masked(item, pattern, secrets, given or key in _GIVEN)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_masked(item, pattern, secrets, given) for item in value]
    if isinstance(value, str):
        return pattern.sub(MASK, value)
    if given and not isinstance(value, bool) and isinstance(value, (int, float)) and str(value) in secrets:
        return MASK
    return value
