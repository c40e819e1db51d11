# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: ScopedSearch, the search language of Foreman (Foreman contract 1.1)."""

from __future__ import annotations

import re
import typing as t

#: what is in quotes, or a word of a search
_WORD = re.compile(r'"(?:\\.|[^"\\])*"?|[^\s"&|()<>=!~^,]+')
#: words that join terms; where they have nothing to join the server passes over them
_JOINING = frozenset(("and", "or", "not"))


def says_nothing(query: str) -> bool:
    """Return whether a search holds no term: the server then finds everything (contract 1.1: a comma is an and).

    Signs alone hold none, nor do C(and) and C(or), as are left over of a template whose variables are empty.
    """
    terms = [word for word in _WORD.findall(query) if word.lower() not in _JOINING]
    return not any(sign.isalnum() for term in terms for sign in term)


def quoted(value: t.Any) -> str:
    """Return a value in the double quotes that alone quote here; a keyword in them is a word."""
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def equals(field: str, value: t.Any) -> str:
    """Return the term C(field = "value")."""
    return f"{field} = {quoted(value)}"


def one_of(field: str, values: t.Iterable[t.Any]) -> str:
    """Return a term for any of several values. C(^) splits at commas, quoted or not, so these get a term each."""
    items = list(dict.fromkeys(str(value) for value in values))
    plain = [value for value in items if "," not in value]
    terms = [equals(field, value) for value in items if "," in value]
    if len(plain) == 1:
        terms.insert(0, equals(field, plain[0]))
    elif plain:
        terms.insert(0, f"{field} ^ ({','.join(quoted(value) for value in plain)})")
    return terms[0] if len(terms) == 1 else "(" + " or ".join(terms) + ")"


def ids(values: t.Iterable[t.Any]) -> str:
    """Return a term for any of several ids."""
    return f"id ^ ({','.join(str(value) for value in dict.fromkeys(values))})"


def all_of(*terms: str | None) -> str:
    """Return the terms joined by C(and); empty ones are left out."""
    given = [term for term in terms if term]
    return given[0] if len(given) == 1 else " and ".join(f"({term})" for term in given)
