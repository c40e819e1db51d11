#!/usr/bin/python

# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: job_info
short_description: Read jobs of AWX, Foreman and Puppet Enterprise
description:
  - Reads jobs by id, or lists those that fit filters, newest first.
  - A job has the same keys on every platform, see RV(job).
  - Up to 20 ids are read in full. More ids, and jobs that fit filters, come from lists, which on AWX lack
    RV(job.host_counts) and some of RV(job.details), and on Puppet Enterprise what only the nodes tell.
version_added: 0.1.0
author:
  - The unified.jobs project (!UNKNOWN)
extends_documentation_fragment:
  - unified.jobs.connection
  - unified.jobs.jobs
  - unified.jobs.include
  - unified.jobs.jobs.read
  - unified.jobs.attributes
seealso:
  - module: unified.jobs.job_wait
  - module: unified.jobs.job_invocation
  - plugin: unified.jobs.job
    plugin_type: lookup
"""

EXAMPLES = r"""
---
- name: How did job 42 end, and what did it print?
  unified.jobs.job_info:
    platform: awx
    url: https://awx.example.com
    token: "{{ awx_token }}"
    jobs: 42
    include: [hosts, output]
  register: patch

- name: Show the hosts that failed
  ansible.builtin.debug:
    msg: "{{ patch.job.hosts | selectattr('status', 'in', ['failed', 'unreachable']) | map(attribute='name') }}"

- name: Which jobs of today failed?
  unified.jobs.job_info:
    server: prod_awx
    status: [failed, error]
    created_after: "{{ now(utc=true, fmt='%Y-%m-%d') }}"
    max_results: 20
  register: failed_today

- name: Filters in the platform's own language
  unified.jobs.job_info:
    server: prod_awx
    type: job
    native_query:
      launch_type: scheduled
      labels__name: nightly

- name: On Foreman that is a search for jobs
  unified.jobs.job_info:
    server: prod_foreman
    native_query: host = web1.example.com and status = failed
    order_by: started_at DESC
    max_results: 10
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
    hosts:
      description: A result per host.
      type: list
      elements: dict
      returned: with O(include=hosts)
    output:
      description: What the job printed.
      type: str
      returned: with O(include=output)
    output_complete:
      description: Whether the job prints no more.
      type: bool
      returned: with O(include=output)
    output_truncated:
      description: Whether the beginning was left out.
      type: bool
      returned: with O(include=output)
    output_cursor:
      description: Where to go on reading.
      type: str
      returned: with O(include=output)
    failed_tasks:
      description: What failed on which host and why.
      type: list
      elements: dict
      returned: with O(include=failed_tasks), and when a job that was waited for failed
    children:
      description: The jobs that a workflow or plan is made of.
      type: list
      elements: dict
      returned: with O(include=children)
    artifacts:
      description: Data that the job left.
      type: raw
      returned: with O(include=artifacts)
    parameters:
      description: "What it ran with, secrets masked."
      type: dict
      returned: with O(include=parameters)
    events:
      description: Its events.
      type: list
      elements: dict
      returned: with O(include=events)
    report:
      description: "The server's own report, by host."
      type: list
      elements: dict
      returned: with O(include=report), on Puppet Enterprise
    history:
      description: The states that it went through.
      type: list
      elements: dict
      returned: with O(include=history), on Puppet Enterprise
    native:
      description: "The server's own body, secrets masked."
      type: dict
      returned: with O(include=native)
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
total:
  description: How many jobs fit on the server; V(null) if it does not say.
  returned: when jobs are listed by filters
  type: int
more:
  description: Whether jobs were left out because of O(max_results).
  returned: when jobs are listed by filters
  type: bool
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

from ..module_utils._arguments import INCLUDE_TABLE, READ_TABLE, jobs_table
from ..module_utils._faces import info
from ..module_utils._module import run_module


def main() -> None:
    """Run the module."""
    run_module(info, jobs_table(required=False), INCLUDE_TABLE, READ_TABLE)


if __name__ == "__main__":
    main()
