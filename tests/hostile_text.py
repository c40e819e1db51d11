# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text that wants to be more than text, and what puts it into all that a server says of a job."""

from __future__ import annotations

import json
from typing import Any, Callable

#: in what a template computes, this number
COMPUTED = "1000000337"
TEMPLATES = "{{ 1000000000 + 337 }} {% set a = 1 %} {# x #} ${HOME} $(id)"
CONTROLS = "".join(
    (
        *("\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b]52;c;ZXZpbA==\x1b\\", "\x1bP$q\x1b\\", "\x1bc"),
        *("\x9b2J", "\x9d0;title\x9c", "one\rtwo", "three\x08four", "nul\x00l", "bell\x07", "del\x7f"),
        *("\u202egnp.exe\u202c", "\u2066\u200b\u200d\ufeff", "\u2028\u2029\x85\x0b\x0c", "\ud800 half \udc00"),
    )
)
HOSTILE = f"{TEMPLATES} {CONTROLS} end"
#: as a result holds it: half a character can be written nowhere
KEPT = HOSTILE.replace("\ud800", "\ufffd").replace("\udc00", "\ufffd")
#: what stands in the answers of the simulated server where it is to be put
MARK = "HOSTILE-TEXT"
#: keys of the platforms' bodies that hold text of people, which nothing is looked up by
_KEYS = ("job_explanation", "limit", "description", "playbook", "scm_revision", "job_category", "humanized", "_output")


def spoiled(content: bytes) -> bytes:
    """A body with the text in all of these keys, in the name of a job, and wherever the mark is."""
    try:
        data = json.loads(content)
    except ValueError:
        return content.replace(MARK.encode(), HOSTILE.encode("utf-8", "surrogatepass"))
    return json.dumps(_walked(data)).encode("ascii")


def spoiling(*keys: str) -> Callable[[bytes], bytes]:
    """What puts it also into the text that these keys have."""

    def spoil(content: bytes) -> bytes:
        try:
            data = json.loads(content)
        except ValueError:
            return spoiled(content)
        return json.dumps(_walked(data, keys)).encode("ascii")

    return spoil


def _walked(value: Any, keys: tuple[str, ...] = ()) -> Any:
    if isinstance(value, dict):
        is_job = value.get("type") == "job"
        return {
            key: HOSTILE
            if isinstance(item, str) and (key in keys or (item and key in _KEYS) or (is_job and key == "name"))
            else _walked(item, keys)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_walked(item, keys) for item in value]
    return value.replace(MARK, HOSTILE) if isinstance(value, str) else value
