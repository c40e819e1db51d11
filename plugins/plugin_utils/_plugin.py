# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the one place that turns our errors into Ansible's, for plugins that run on the controller."""

from __future__ import annotations

import datetime
import typing as t

from ansible.errors import AnsibleError

from ..module_utils._errors import InvalidOptionError, JobsError
from ..module_utils._masking import TOO_DEEP
from ..module_utils._registry import PLATFORMS
from ..module_utils._tidy import tidy

_T = t.TypeVar("_T")
#: Python writes no longer numbers (4,300 digits)
_MOST_BITS = 14000
_DEEPEST = 200


def guarded(what: str, call: t.Callable[[], _T]) -> _T:
    """Return what the call returns; our errors become Ansible's, in one sentence.

    :param what: the plugin's name, to begin the message with.
    """
    try:
        return call()
    except JobsError as error:
        raise AnsibleError(f"{what}: {error.message} (error: {error.code})") from None


def jobs_in(value: t.Any, what: str) -> list[t.Mapping[str, t.Any]]:
    """Return the jobs that a value holds: a job, a registered result, its results, or a list of these.

    What was skipped is passed over where there are others.

    :raises AnsibleError: if it holds none: whatever is said of no job at all is true, and proves nothing.
    """

    def jobs() -> list[t.Mapping[str, t.Any]]:
        found = list(_jobs(value))
        if not found:
            raise InvalidOptionError("there is no job in it to ask: it is empty, or all of it was skipped.")
        return found

    return guarded(what, jobs)


def _jobs(value: t.Any) -> t.Iterator[t.Mapping[str, t.Any]]:
    if isinstance(value, t.Mapping):
        if "is_finished" in value and "status" in value:
            yield value
            return
        for key in ("results", "jobs"):
            if isinstance(value.get(key), (list, tuple)):
                yield from _jobs(value[key])
                # of a job that does not exist nothing more will come, and it did not do well
                missing = value.get("missing")
                if isinstance(missing, (list, tuple)):
                    yield from ({"status": "missing", "is_finished": True} for _id in missing)
                return
        if isinstance(value.get("job"), t.Mapping):
            yield from _jobs(value["job"])
            return
        if value.get("skipped"):
            return
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _jobs(item)
        return
    raise InvalidOptionError("this takes a job, a registered result of this collection, or a list of these.")


def normalized(native: t.Any, platform: str | None, what: str) -> dict[str, t.Any]:
    """Return the job that a raw body shows; the platform is recognized if it is not named."""
    return guarded(what, lambda: _normalized(native, platform))


def _normalized(native: t.Any, platform: str | None) -> dict[str, t.Any]:
    if not isinstance(native, t.Mapping):
        raise InvalidOptionError("this takes the body of a job, which is a dictionary.")
    if platform is not None and (not isinstance(platform, str) or platform not in PLATFORMS):
        raise InvalidOptionError(f"platform: {platform!r} is none of {', '.join(PLATFORMS)}.")
    kinds = [PLATFORMS[platform]] if platform else [kind for kind in PLATFORMS.values() if kind.recognizes(native)]
    if len(kinds) != 1:
        raise InvalidOptionError("the body is not recognized as one of a known platform's jobs: name its platform.")
    # bodies come from webhooks and events too
    job = kinds[0].normalize(_builtins(native)).to_dict()
    return t.cast("dict[str, t.Any]", tidy({"job": job}, ())["job"])


def _builtins(value: t.Any, depth: int = 0) -> t.Any:
    """Return a value as JSON would have it: a body that comes from YAML or a template may hold anything."""
    if isinstance(value, (str, bool, float)) or value is None:
        return value
    if isinstance(value, int):
        return value if value.bit_length() <= _MOST_BITS else None
    if depth > _DEEPEST:
        return TOO_DEEP
    if isinstance(value, t.Mapping):
        return {str(_builtins(key, depth + 1)): _builtins(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_builtins(item, depth + 1) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
