# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Making a body with which something goes wrong as small as it gets."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from .mutate import Place, found, places, spoiled, without


def smallest(body: Any, fails: Callable[[Any], bool], tries: int = 3000) -> Any:
    """The body with all taken out that is not needed for it to fail."""
    going = True
    while going:
        going = False
        for place in sorted(places(body), key=len):
            for smaller in _smaller(body, place):
                tries -= 1
                if tries < 0:
                    return body
                if fails(smaller):
                    body, going = smaller, True
                    break
            if going:
                break
    return body


def _smaller(body: Any, place: Place) -> Iterator[Any]:
    if place:
        yield without(body, place)
    old = found(body, place)
    if isinstance(old, bytes):
        with contextlib.suppress(ValueError, RecursionError):
            yield spoiled(body, place, json.loads(old))
    if isinstance(old, str) and len(old) > 8:
        yield spoiled(body, place, old[: len(old) // 2])
        yield spoiled(body, place, old[len(old) // 2 :])
    elif isinstance(old, list) and len(old) > 1:
        yield spoiled(body, place, old[: len(old) // 2])
    if place and isinstance(old, (dict, list)) and old:
        yield spoiled(body, place, type(old)())
