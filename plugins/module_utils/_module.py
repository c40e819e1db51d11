# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the one place that knows how a module begins and ends."""

from __future__ import annotations

import re
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ._arguments import Table, argument_spec, unused_wait_options
from ._config import parse_servers
from ._errors import InternalError, InvalidOptionError, JobsError, MissingLibraryError
from ._hints import explained, misfit, text_for_dict
from ._http import REQUESTS_ERROR
from ._launching import Sent
from ._masking import MASK, hiding
from ._options import connection_argument_spec, secrets_of
from ._progress import not_followed
from ._registry import job_types, launch_types, platform_names
from ._tidy import tidy
from ._types import HostStatus, JobStatus
from ._watched import Outcome

Face = t.Callable[..., dict[str, t.Any]]

#: what the core shows in place of a secret
_HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
#: so long, digits may be a part of any id, time or address
_SHORT_NUMBER = 10
_SHORT = 4
_OF_AN_ITEM = re.compile(r"found in '?jobs\b|module: jobs\.|^jobs\.")


class JobsModule(AnsibleModule):
    """A module whose failures all have the key C(error), those of the argument spec too.

    The core removes every secret from every value of a result, from an id or a status too. So what could be a part of
    these is masked here, where it is known which keys say which job it is and how it is, and taken from the core.
    """

    def exit_json(self, **result: t.Any) -> t.NoReturn:
        """End the process with a result."""
        super().exit_json(**self._masked(result))
        raise AssertionError("unreachable")

    def fail_json(self, msg: str, **result: t.Any) -> t.NoReturn:
        """End the process with a failure; the argument spec fails here before there is a face."""
        failure = {"error": InvalidOptionError.code, **result, "msg": self._naming(msg)}
        super().fail_json(**self._masked(failure))
        raise AssertionError("unreachable")

    def note_secrets(self) -> None:
        """Let be masked what the argument spec does not know: the secrets within servers, a login within an address."""
        params = getattr(self, "params", None) or {}  # none yet, if it fails that early
        self.no_log_values.update(secrets_of(params.get))
        for address in _addresses(params):
            login = _login_of(address)
            self.no_log_values.update(text for text in (login, login.partition(":")[2]) if text)

    def _log_invocation(self) -> None:
        self.note_secrets()
        super()._log_invocation()

    def _masked(self, result: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return a result with all secrets masked, and leave to the core those that cannot destroy it."""
        self.note_secrets()
        secrets = {str(value) for value in self.no_log_values}
        self.no_log_values.clear()
        self.no_log_values.update(secret for secret in secrets if not _is_common(secret))
        params = getattr(self, "params", None) or {}
        shown = _shown(params, getattr(self, "argument_spec", None) or {})
        return tidy({**result, "invocation": {"module_args": shown}}, secrets)

    def _naming(self, msg: str) -> str:
        """Return the message with the option that it is on, which the core forgets for text instead of a dict.

        And with what to write instead, where that is known.
        """
        params, spec = getattr(self, "params", None) or {}, getattr(self, "argument_spec", None) or {}
        if msg.startswith("dictionary requested"):
            msg = f"{', '.join(text_for_dict(params, spec))}: {msg}"
        return misfit(msg, params, spec) or _number(msg, params, spec) + explained(msg, params, spec)


def _number(msg: str, params: t.Mapping[str, t.Any], spec: t.Mapping[str, t.Any]) -> str:
    """Return which launch of a list a message of the core is on, which it does not say itself; else nothing."""
    items = params.get("jobs")
    nested = (spec.get("jobs") or {}).get("options")
    if not nested or not isinstance(items, list) or not _OF_AN_ITEM.search(msg):
        return ""
    checked = ArgumentSpecValidator(nested)
    for number, item in enumerate(items, 1):
        given = {name: value for name, value in item.items() if value is not None} if isinstance(item, dict) else {}
        if checked.validate(given).error_messages:
            return f"Launch {number} of {len(items)}: "
    return ""


def _is_common(secret: str) -> bool:
    """Return whether a secret may be a part of what says which job it is: an id, a time, a word of ours."""
    text = secret.strip()
    is_number = text.replace(".", "").isdigit() and len(text) <= _SHORT_NUMBER
    return len(text) < _SHORT or is_number or any(text in word for word in _WORDS)


def _words(kind: type[JobsError]) -> t.Iterator[str]:
    yield kind.code
    for below in kind.__subclasses__():
        yield from _words(below)


#: words that results say
_WORDS = frozenset(
    (
        *(*JobStatus.ALL, *HostStatus.ALL, *platform_names(), *job_types(), *launch_types(), *_words(JobsError)),
        *(value for kind in (Outcome, Sent) for name, value in vars(kind).items() if name.isupper()),
        *("job_error", "job_canceled", "https://", "/api/v2/", "True", "False", "localhost", "127.0.0.1"),
    )
)


def _addresses(params: t.Mapping[str, t.Any]) -> list[str]:
    """Return the addresses among the options, those within servers too."""
    try:
        servers = parse_servers(params.get("servers"))
    except InvalidOptionError:
        servers = {}
    places = [params, *(entry for entry in servers.values() if isinstance(entry, t.Mapping))]
    return [str(place["url"]) for place in places if place.get("url")]


def _login_of(address: str) -> str:
    """Return what stands before the last C(@), whatever it is; a password may hold any sign."""
    return address.rpartition("@")[0].partition("://")[2] or address.rpartition("@")[0]


def _shown(params: t.Mapping[str, t.Any], spec: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the options as a result shows them: without those that are secret, whatever form they have."""
    shown: dict[str, t.Any] = {}
    for name, value in params.items():
        entry = spec.get(name) or {}
        nested = entry.get("options") or {}
        if value is not None and (entry.get("no_log") or (nested and not isinstance(value, (dict, list)))):
            shown[name] = _HIDDEN
        elif nested and isinstance(value, list):
            shown[name] = [_shown(item, nested) if isinstance(item, dict) else _HIDDEN for item in value]
        elif nested and value is not None:
            shown[name] = _shown(value, nested)
        else:
            login = _login_of(str(value)) if name == "url" else ""
            shown[name] = str(value).replace(login, MASK) if login else value
    return shown


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
    get = module.params.get
    for warning in filter(None, (not_followed(get), unused_wait_options(get), *_warnings(result))):
        module.warn(warning)
    if failed:
        module.fail_json(**result)
    module.exit_json(**result)


def _run(face: Face, module: JobsModule) -> tuple[bool, dict[str, t.Any]]:
    """Return whether the face failed, and the keys of its result."""
    # what is shown meanwhile is masked there, and what a bug says is masked before it is cut
    with hiding([str(value) for value in module.no_log_values]):
        try:
            return False, face(
                module.params.get,
                check_mode=module.check_mode,
                note_secrets=module.no_log_values.update,
                warn=module.warn,
            )
        except MissingLibraryError as error:
            why = {"exception": REQUESTS_ERROR} if REQUESTS_ERROR else {}
            return True, {**error.to_result(), "msg": missing_required_lib("requests"), **why}
        except JobsError as error:
            return True, _failure(error)
        except Exception as error:
            return True, _failure(InternalError.of(error))


def _failure(error: JobsError) -> dict[str, t.Any]:
    trace = {"exception": error.trace} if isinstance(error, InternalError) else {}
    return {**error.to_result(), **trace}


def _warnings(result: t.Mapping[str, t.Any]) -> list[str]:
    """Return what the jobs warn of, so that people see it too."""
    jobs = result.get("jobs") or [result.get("job") or {}]
    return list(dict.fromkeys(warning for job in jobs for warning in job.get("warnings", ())))
