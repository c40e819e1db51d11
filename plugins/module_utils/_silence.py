# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: servers of which nothing more is wanted, so that many jobs do not each wait for a dead one.

Where a login is refused, each further request would be refused too, and refused logins may lock the user out.
"""

from __future__ import annotations

from ._errors import ConnectionFailedError, JobsError, LaunchUnknownError, TlsError, UnauthorizedError
from ._platforms.base import Platform


class Silence:
    """The servers that do not answer any more or refuse the login.

    :param patience: so many requests in a row have to go without an answer. One login that is refused is enough, and
        so is a launch of which could not be read either whether it took effect.
    """

    def __init__(self, patience: int = 1) -> None:
        self._patience = patience
        self._counts: dict[Platform, int] = {}
        self._why: dict[Platform, JobsError] = {}

    def note(self, platform: Platform, error: JobsError | None) -> None:
        """Note what a request ended in, None for an answer."""
        is_last = isinstance(error, LaunchUnknownError) and _is_silence(error.trouble)
        if error is None or not (is_last or _is_silence(error)):
            self._counts.pop(platform, None)
            return
        self._counts[platform] = self._counts.get(platform, 0) + 1
        if is_last or isinstance(error, UnauthorizedError) or self._counts[platform] >= self._patience:
            self._why.setdefault(platform, error)

    def of(self, platform: Platform) -> JobsError | None:
        """Return why a server is to be asked for nothing more, None if it may be asked."""
        return self._why.get(platform)


def _is_silence(error: JobsError | None) -> bool:
    return isinstance(error, (ConnectionFailedError, TlsError, UnauthorizedError))
