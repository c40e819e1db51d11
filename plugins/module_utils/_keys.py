# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: a user's own name for a launch, by which a later run finds its job instead of launching again.

No server keeps such a name unique. So what is promised is: of two runs one after the other, the second finds the job of
the first. Two runs at the same instant may both launch; each looks again after its launch, and at least one of them
sees the job of the other, because a server shows a job from its answer on.
"""

from __future__ import annotations

import json
import re
import typing as t

from ._clock import Clock
from ._describe import job_title, result_of
from ._errors import InternalError, InvalidOptionError, JobsError, LaunchConflictError
from ._masking import MASK
from ._platforms.base import Platform
from ._types import ADOPT_DEFAULT, Job, Keyed, Launch

UNFINISHED = "unfinished"
_LONGEST_KEY = 100
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/+=-]*")
#: seconds for which a look for the key counts
_FRESH = 0.3
_LONGEST_VALUE = 80
_SHOWN = 5


def check_key(key: str | None, adopt: t.Sequence[str] | None) -> list[str]:
    """Return what may be adopted; refuse a key that no server could keep and find."""
    if key is None:
        if adopt is not None:
            raise InvalidOptionError("adopt says which jobs of a launch_key are taken, so give that too.")
        return []
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        raise InvalidOptionError(
            f"launch_key: {key!r} is no key. Write up to {_LONGEST_KEY} letters (a to z), digits and signs of ._:@/+=- "
            "with a letter or digit first, such as change-1234-step-3."
        )
    if adopt is not None and not adopt:
        raise InvalidOptionError(
            "adopt is empty, so that no job of the launch_key would ever be taken. Leave launch_key out to launch anew."
        )
    return list(adopt or ADOPT_DEFAULT)


class KeyLook:
    """The look for the job of a launch key.

    :param adopt: what a job may be to be taken, of C(ADOPT).
    :ivar note: what was found, in a sentence; "" for nothing.
    """

    def __init__(self, platform: Platform, launch: Launch, adopt: t.Container[str], clock: Clock) -> None:
        self._platform = platform
        self._launch = launch
        self._key = launch.key
        self._adopt = adopt
        self._clock = clock
        self._seen: dict[tuple[str, str | None], Job] = {}
        self._looked_at: float | None = None
        self.note = ""

    def find(self) -> list[Job]:
        """Return the job that is what was asked for already, the newest if there are several.

        :raises LaunchConflictError: if there is only one that differs.
        """
        self._looked_at = self._clock.monotonic()
        other: Keyed | None = None
        for keyed in self._platform.find_keyed(self._launch):
            job = keyed.job
            self._seen[(job.type, job.id)] = job
            if (job.status if job.is_finished else UNFINISHED) not in self._adopt:
                continue
            if not keyed.differences:
                self.note = (
                    f"launch_key {self._key}: {job_title(job)} ({job.status}) was found, so nothing was launched."
                )
                return [job]
            other = other or keyed
        if other is not None:
            raise self._conflict(other)
        if self._seen:
            self.note = (
                # it stands before the reason too where this launch fails, and so does not say that it was made
                f"launch_key {self._key}: adopt does not take "
                + ", ".join(f"{job_title(job)} ({job.status})" for job in list(self._seen.values())[:_SHOWN])
                + ", so this is another launch."
            )
        return []

    def is_old(self) -> bool:
        """Return whether another run may have launched since the look."""
        return self._looked_at is None or self._clock.monotonic() - self._looked_at > _FRESH

    def warn_of_others(self, jobs: t.Sequence[Job]) -> None:
        """Warn if another run launched with this key since the look.

        :param jobs: what this run launched; they get the warning.
        """
        own = {(job.type, job.id) for job in jobs}
        try:
            found = [keyed.job for keyed in self._platform.find_keyed(self._launch, recent=True)]
        except Exception as error:
            # the job is on the server: nothing that comes of this look may hide it
            text = f"Whether another run launched with launch_key {self._key} at the same instant is not known: "
            text += error.message if isinstance(error, JobsError) else InternalError.of(error).message
        else:
            others = [job for job in found if (job.type, job.id) not in {*own, *self._seen}]
            if not others:
                return
            names = ", ".join(f"{job_title(job)} ({job.status})" for job in others[:_SHOWN])
            text = f"Another run launched with launch_key {self._key} at the same instant: {names}. Cancel what is too much."
        for job in jobs:
            job.warn(text)

    def _conflict(self, keyed: Keyed) -> LaunchConflictError:
        said = [_difference_text(row) for row in keyed.differences[:_SHOWN]]
        more = len(keyed.differences) - _SHOWN
        if more > 0:
            said.append(f"{more} more differ")
        return LaunchConflictError(
            f"launch_key {self._key}: {job_title(keyed.job)} ({keyed.job.status}) has this key, so nothing was "
            f"launched; but it is something else: {'; '.join(said)}. If this is another launch, give it a launch_key of its own.",
            differences=keyed.differences,
            request=self._launch.request,
            **result_of([keyed.job], changed=False),
        )


def _difference_text(row: t.Mapping[str, t.Any]) -> str:
    wanted, found = row["wanted"], row["found"]
    if MASK in (wanted, found):
        how = "is set there and not here" if wanted is None else "differs"
        return f"{row['option']} {how} (the values are not shown)"
    return f"{row['option']} is {_shown(row['found'])} there and {_shown(row['wanted'])} here"


def _shown(value: t.Any) -> str:
    """Return a value in a sentence."""
    if value is None:
        return "not set"
    try:
        text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    except (TypeError, ValueError):
        text = str(value)
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + " ..."
