# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: job
short_description: Read jobs of AWX, Foreman and Puppet Enterprise in a template
version_added: 0.1.0
author:
  - The unified.jobs project (!UNKNOWN)
description:
  - Reads jobs by id, or lists those that fit filters, as the module M(unified.jobs.job_info) does.
  - C(query) gives a list. C(lookup) of one job gives that job.
extends_documentation_fragment:
  - unified.jobs.connection.plugins
  - unified.jobs.include
  - unified.jobs.jobs.read
options:
  _terms:
    description:
      - The jobs, each an id, a job, a registered result, or a list of these.
      - Without any, the jobs that fit the filters are listed; then at least one filter must be given.
    type: list
    elements: raw
  type:
    description:
      - The type of the jobs that are given as a bare id, or only jobs of this type where jobs are listed.
    type: str
  on_missing:
    description:
      - What happens when a job does not exist.
    type: str
    choices: [error, skip]
    default: error
seealso:
  - module: unified.jobs.job_info
"""

EXAMPLES = r"""
- name: How did it end?
  ansible.builtin.debug:
    msg: "{{ lookup('unified.jobs.job', 42, platform='awx', url='https://awx.example.com', token=awx_token).status }}"

- name: The names of the jobs that run now
  ansible.builtin.debug:
    msg: "{{ query('unified.jobs.job', server='prod_awx', status=['running']) | map(attribute='name') }}"
"""

RETURN = r"""
_raw:
  description: The jobs, in the order asked, each with the keys that RV(unified.jobs.job_info#module:job) has.
  type: list
  elements: dict
"""

import os
import typing as t

from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ..module_utils._faces import info
from ..module_utils._hints import instead, sentence
from ..module_utils._options import OPTIONS
from ..plugin_utils._action import wanted_servers
from ..plugin_utils._config_file import ServerReader, plain
from ..plugin_utils._plugin import guarded

display = Display()

#: options that list jobs where none is named; an empty selection alone never means all jobs
_FILTERS = (
    "status",
    "name",
    "template",
    "type",
    "launched_by",
    "created_after",
    "created_before",
    "native_query",
    "order_by",
    "max_results",
)


class LookupModule(LookupBase):
    """Reads jobs in a template."""

    def run(self, terms: t.Any, variables: t.Any = None, **kwargs: t.Any) -> list[t.Any]:
        """Return the jobs that the terms name, or that fit the filters."""
        given = {**self._said_by_variables(variables or {}), **kwargs}
        self.set_options(direct=given)
        unknown = sorted(set(given) - set(self.get_options()))
        if unknown:
            advice = sentence(instead(unknown, self.get_options())) or "See ansible-doc -t lookup unified.jobs.job."
            raise AnsibleError(
                f"unified.jobs.job: it has no option {', '.join(unknown)} (error: invalid_option). {advice}"
            )
        if not terms and not any(kwargs.get(name) is not None for name in _FILTERS):
            raise AnsibleError(
                "unified.jobs.job: no job is named: give jobs, or list some with a filter "
                f"({', '.join(_FILTERS)}) (error: invalid_option)."
            )
        if terms and kwargs.get("max_results") is not None:
            raise AnsibleError(
                "unified.jobs.job: max_results is for a list and does not go together with jobs: give one of the two "
                "(error: invalid_option)."
            )
        get = self._getter(terms, given)
        check_mode = bool((variables or {}).get("ansible_check_mode"))
        result = guarded("unified.jobs.job", lambda: info(get, check_mode=check_mode, warn=display.warning))
        if result.get("missing") and self.get_option("on_missing") == "error":
            raise AnsibleError(
                f"unified.jobs.job: there is no job {', '.join(result['missing'])} that this user may see "
                "(error: not_found); set on_missing='skip' to leave it out."
            )
        for job in result["jobs"]:
            for warning in job["warnings"]:
                display.warning(warning)
        return list(result["jobs"])

    def _said_by_variables(self, variables: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Return the options that variables set. A lookup gets variables as they were written, templates and all."""
        names = {option.name: f"unified_jobs_{option.name}" for option in OPTIONS}
        templated: t.Any = self._templar
        return {option: templated.template(variables[name]) for option, name in names.items() if name in variables}

    def _getter(self, terms: t.Any, given: t.Mapping[str, t.Any]) -> t.Callable[[str], t.Any]:
        """Return what gives the value of an option.

        A connection option counts only if the call or a variable says it: the environment is read further down,
        where it is known from how strong a place a value comes.
        """
        said = {option.name: plain(self.get_option(option.name)) for option in OPTIONS if option.name in given}
        reader = ServerReader(
            self._loader or DataLoader(),
            said.pop("servers", None),
            said.pop("config_file", None),
            os.environ,
            display.warning,
        )
        names = wanted_servers({"server": said.get("server"), "jobs": terms})
        if names:
            said["servers"] = guarded("unified.jobs.job", lambda: reader.read(names))
        if terms:
            said["jobs"] = terms
        connection = {option.name for option in OPTIONS}

        def get(name: str) -> t.Any:
            if name in said or name in connection or name == "jobs":
                return said.get(name)
            return self.get_option(name)

        return get
