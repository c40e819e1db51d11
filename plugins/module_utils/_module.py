# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the one place that knows how a module begins and ends."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ._arguments import Table, argument_spec
from ._errors import JobsError, MissingLibraryError
from ._options import connection_argument_spec, secrets_of

Face = t.Callable[..., dict[str, t.Any]]


def run_module(face: Face, *tables: Table) -> None:
    """Run a face as a module and end the process with its result.

    :param face: takes C(get_option) and C(check_mode), returns the keys of the result.
    :param tables: the options beside the connection.
    """
    spec = connection_argument_spec()
    for table in tables:
        spec.update(argument_spec(table))
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    # secrets within servers are not known to the argument spec
    module.no_log_values.update(secrets_of(module.params.get))
    try:
        result = face(module.params.get, check_mode=module.check_mode, note_secrets=module.no_log_values.update)
    except MissingLibraryError as error:
        module.fail_json(**{**error.to_result(), "msg": missing_required_lib("requests")})
    except JobsError as error:
        module.fail_json(**error.to_result())
    for warning in _warnings(result):
        module.warn(warning)
    module.exit_json(**result)


def _warnings(result: t.Mapping[str, t.Any]) -> list[str]:
    """Return what the jobs warn of, so that people see it too."""
    found = [warning for job in result.get("jobs", ()) for warning in job.get("warnings", ())]
    return list(dict.fromkeys(found))
