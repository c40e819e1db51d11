# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the one place that knows how a module begins and ends."""

from __future__ import annotations

import re
import traceback
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ._arguments import Table, argument_spec
from ._errors import InternalError, InvalidOptionError, JobsError, MissingLibraryError
from ._http import REQUESTS_ERROR
from ._options import connection_argument_spec, secrets_of

Face = t.Callable[..., dict[str, t.Any]]

_URL_PASSWORD = re.compile(r"//[^/@]*:([^/]+)@")


class JobsModule(AnsibleModule):
    """A module whose failures all have the key C(error), those of the argument spec too."""

    def fail_json(self, msg: str, **result: t.Any) -> t.NoReturn:
        """End the process with a failure; the argument spec fails here before there is a face."""
        self.note_secrets()
        super().fail_json(self._naming(msg), **{"error": InvalidOptionError.code, **result})
        raise AssertionError("unreachable")

    def note_secrets(self) -> None:
        """Let be masked what the argument spec does not know: the secrets within servers, a password within url."""
        params = getattr(self, "params", None) or {}  # none yet, if it fails that early
        self.no_log_values.update(secrets_of(params.get))
        self.no_log_values.update(_URL_PASSWORD.findall(str(params.get("url") or "")))

    def _naming(self, msg: str) -> str:
        """Return the message with the option that it is on, which the core forgets for text instead of a dict."""
        if not msg.startswith("dictionary requested"):
            return msg
        nested = [name for name, entry in self.argument_spec.items() if entry.get("options")]
        return ", ".join(name for name in nested if isinstance(self.params.get(name), str)) + f": {msg}"


def run_module(face: Face, *tables: Table) -> None:
    """Run a face as a module and end the process with its result.

    :param face: takes C(get_option) and C(check_mode), returns the keys of the result.
    :param tables: the options beside the connection.
    """
    spec = connection_argument_spec()
    for table in tables:
        spec.update(argument_spec(table))
    module = JobsModule(argument_spec=spec, supports_check_mode=True)
    module.note_secrets()
    failed, result = _run(face, module)
    for warning in _warnings(result):
        module.warn(warning)
    if failed:
        module.fail_json(**result)
    module.exit_json(**result)


def _run(face: Face, module: JobsModule) -> tuple[bool, dict[str, t.Any]]:
    """Return whether the face failed, and the keys of its result."""
    try:
        return False, face(module.params.get, check_mode=module.check_mode, note_secrets=module.no_log_values.update)
    except MissingLibraryError as error:
        why = {"exception": REQUESTS_ERROR} if REQUESTS_ERROR else {}
        return True, {**error.to_result(), "msg": missing_required_lib("requests"), **why}
    except JobsError as error:
        return True, error.to_result()
    except Exception as error:
        return True, {**InternalError.of(error).to_result(), "exception": traceback.format_exc()}


def _warnings(result: t.Mapping[str, t.Any]) -> list[str]:
    """Return what the jobs warn of, so that people see it too."""
    jobs = result.get("jobs") or [result.get("job") or {}]
    return list(dict.fromkeys(warning for job in jobs for warning in job.get("warnings", ())))
