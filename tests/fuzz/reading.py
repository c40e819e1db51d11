# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all readers share: what they are given, and that what is refused is refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.unified.jobs.plugins.module_utils import (
    _answers,
    _errors,
    _tidy,
)

from .checks import check_line, check_plain, expect
from .stub import Raw

Read = Callable[[Any], None]
#: error sentences are one line that people read
LONGEST_MESSAGE = 3000


@dataclass(frozen=True)
class Reader:
    """One that reads: its name, what it begins with, and the call with its checks."""

    name: str
    seeds: Sequence[Any]
    read: Read
    weight: int = 1
    #: it may also get what JSON does not have
    takes_python: bool = False


def data_of(body: Any) -> Any:
    return _answers.json_body(bytes(body)) if isinstance(body, Raw) else body


def mapped(call: Callable[[dict[str, Any]], Any]) -> Read:
    """A reader that is only ever given objects."""

    def read(body: Any) -> None:
        data = data_of(body)
        if isinstance(data, dict):
            call(data)

    return read


def tidied(value: Any) -> Any:
    return _tidy.tidy({"value": value}, ["s3cret"])["value"]


def plain(call: Callable[[dict[str, Any]], Any]) -> Read:
    """A reader of objects whose result is shown."""
    return mapped(lambda data: check_plain(tidied(call(data))))


def refused_or(call: Callable[[], Any]) -> None:
    """Do it; that the user's options are refused is right, in one line."""
    try:
        call()
    except _errors.JobsError as error:
        expect(not isinstance(error, _errors.InternalError), error.message)
        check_line(_tidy.one_line(error.message), 200000)
