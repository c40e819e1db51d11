#!/usr/bin/python

# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: job_cancel
short_description: Stop jobs of AWX, Foreman and Puppet Enterprise
description:
  - Stops jobs. A job that is already finished is fine and no change.
  - >-
    A request to stop is not yet a stopped job: set O(wait) to wait until the jobs really stopped. A job may still
    end successfully in spite of the request.
version_added: 0.1.0
author:
  - The unified.jobs project (!UNKNOWN)
extends_documentation_fragment:
  - unified.jobs.connection
  - unified.jobs.jobs.required
  - unified.jobs.jobs.cancel
  - unified.jobs.attributes
seealso:
  - module: unified.jobs.job_wait
  - module: unified.jobs.job_info
  - plugin: unified.jobs.job
    plugin_type: lookup
"""

EXAMPLES = r"""
---
- name: Stop a job and wait until it stopped
  unified.jobs.job_cancel:
    platform: awx
    url: https://awx.example.com
    token: "{{ awx_token }}"
    jobs: 42
    wait: true
    wait_timeout: 120

- name: Stop whatever an earlier task launched
  unified.jobs.job_cancel:
    server: prod_awx
    jobs: "{{ launched.results }}"
    missing_ok: true
"""

RETURN = r"""
---
job:
  description:
    - The job, when there is exactly one. The same keys on every platform.
  returned: when there is exactly one job
  type: dict
  contains:
    platform:
      description: The platform that the job runs on.
      type: str
      returned: always
    server:
      description: "The name of the connection among the user's servers."
      type: str
      returned: always
    type:
      description: "The type of the job, such as V(job) or V(workflow_job)."
      type: str
      returned: always
    subtype:
      description: A finer type where the platform has one.
      type: str
      returned: always
    id:
      description: "The id; V(null) only for a launch in check mode. On Puppet Enterprise it is unique for its type only."
      type: str
      returned: always
    name:
      description: The name.
      type: str
      returned: always
    status:
      description:
        - One of V(scheduled), V(pending), V(running), V(canceling), V(successful), V(failed), V(error), V(canceled),
          V(unknown). V(failed) means that it ran and hosts failed, V(error) that the platform could not run it.
      type: str
      returned: always
    native_status:
      description: "The platform's own word."
      type: str
      returned: always
    is_finished:
      description: Whether nothing more will happen to the job.
      type: bool
      returned: always
    is_successful:
      description: "Whether it succeeded; V(null) until it is finished."
      type: bool
      returned: always
    explanation:
      description: Why it failed or waits; empty if there is nothing to say.
      type: str
      returned: always
    created_at:
      description: "When it was created, ISO 8601 in UTC."
      type: str
      returned: always
    started_at:
      description: "When it started, ISO 8601 in UTC."
      type: str
      returned: always
    finished_at:
      description: "When it ended, ISO 8601 in UTC."
      type: str
      returned: always
    elapsed:
      description: Seconds that it ran.
      type: float
      returned: always
    url:
      description: Its address in the API.
      type: str
      returned: always
    web_url:
      description: Its address for people.
      type: str
      returned: always
    template:
      description: The C(id) and C(name) of what was launched.
      type: dict
      returned: always
    launched_by:
      description: Who launched it.
      type: str
      returned: always
    description:
      description: Its description.
      type: str
      returned: always
    targets:
      description: "The limit, query or list of hosts that it runs on, as text."
      type: str
      returned: always
    host_counts:
      description:
        - How many hosts there are by status. V(null) where the server does not say, as in lists of AWX.
      type: dict
      returned: always
    details:
      description: "What only this platform has, see its page in the documentation."
      type: dict
      returned: always
    warnings:
      description: What is odd about the job.
      type: list
      elements: str
      returned: always
    outcome:
      description: What became of it in a wait or a cancel.
      type: str
      returned: "always; V(cancel_requested), V(already_finished), V(finished), V(timed_out) or V(failed)"
  sample: {platform: awx, type: job, id: "42", status: successful, is_finished: true, is_successful: true}
jobs:
  description: All jobs, in the order asked, each as RV(job).
  returned: always
  type: list
  elements: dict
missing:
  description: The ids of jobs that do not exist or that this user may not see.
  returned: always
  type: list
  elements: str
error:
  description:
    - A stable word for what went wrong, to be tested in a playbook. One of V(invalid_option), V(missing_library),
      V(unsupported), V(not_found), V(ambiguous), V(no_targets), V(unauthorized), V(forbidden), V(connection), V(tls),
      V(bad_response), V(server_error), V(rate_limited), V(rejected), V(launch_unknown), V(job_failed), V(job_error),
      V(job_canceled), V(wait_timeout), V(job_gone), V(cancel_failed), V(internal_error).
  returned: on failure
  type: str
  sample: job_failed
msg:
  description: One sentence on what went wrong.
  returned: on failure
  type: str
"""

from ..module_utils._arguments import CANCEL_TABLE, jobs_table
from ..module_utils._faces import cancel
from ..module_utils._module import run_module


def main() -> None:
    """Run the module."""
    run_module(cancel, jobs_table(required=True), CANCEL_TABLE)


if __name__ == "__main__":
    main()
