# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: launch keys on AWX (contract 1.3, at the end): kept as a variable of the job, else as a label.

Variables cannot be filtered on, so that a key is looked for among the newest jobs of its template. Labels can.
"""

from __future__ import annotations

import typing as t

from ..._errors import InvalidOptionError, UnsupportedError
from ..._native import text
from ..._types import LAUNCH_KEY_NAME, Launch
from .api import Api, Row
from .compare import differences
from .normalize import launch_key_of
from .recover import places

_PAGE = 200
_MOST_PAGES = 5
#: rows that are read to see who else launched at this instant
_RECENT = 50


def label_of(key: str) -> str:
    """Return the name of the label that stands for a key."""
    return f"{LAUNCH_KEY_NAME}={key}"


def with_key(variables: Row | None, key: str | None) -> Row | None:
    """Return the variables with the key among them."""
    if key is None:
        return variables
    if variables and LAUNCH_KEY_NAME in variables:
        raise InvalidOptionError(f"parameters: {LAUNCH_KEY_NAME} is where launch_key is kept; take it out.")
    return {**(variables or {}), LAUNCH_KEY_NAME: key}


def takes_variable(template: Row, survey: t.Iterable[Row]) -> bool:
    """Return whether a template takes the variable of a key at launch."""
    asked = any(text(question.get("variable")) == LAUNCH_KEY_NAME for question in survey)
    return asked or bool(template.get("ask_variables_on_launch"))


def check_labels(template: Row) -> None:
    """Refuse a template that takes neither the variable of a key nor labels.

    :raises UnsupportedError: saying what to switch on.
    """
    if not template.get("ask_labels_on_launch"):
        raise UnsupportedError(
            f"launch_key: the template {text(template.get('name'))!r} asks neither for variables nor for labels at launch, "
            "so its jobs cannot carry a key. Switch on Prompt on launch for one of the two."
        )


def find_rows(api: Api, launch: Launch, recent: bool) -> t.Iterator[Row]:
    """Yield the rows of the jobs that carry the key of a launch, newest first.

    :param recent: only among the newest few.
    """
    key, label = launch.key, launch.context.get("key_label")
    for path, filters in places(launch):
        query = {name: value for name, value in filters.items() if value is not None}
        query.update({"order_by": "-id", "page_size": _RECENT if recent else _PAGE})
        if label:
            query["labels__name"] = label
        for number, (rows, _total) in enumerate(api.pages(path, query), 1):
            yield from (row for row in rows if label or launch_key_of(row, ()) == key)
            if recent or (number == _MOST_PAGES and not label):
                break


def differences_of(launch: Launch, row: Row) -> list[Row]:
    """Return how a job with the key of a launch differs from it."""
    if not launch.context.get("key_label"):
        return list(differences(launch, row))
    # the label may be yet to be made, and is there or the row would not have been found
    body = {name: value for name, value in launch.body.items() if name != "labels"}
    labels = [item for item in launch.body["labels"] if isinstance(item, int)]
    bare = Launch(launch.path, {**body, "labels": labels}, launch.type, launch.template, {}, launch.job)
    bare.context = launch.context
    return list(differences(bare, row))
