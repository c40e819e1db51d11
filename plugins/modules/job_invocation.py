#!/usr/bin/python

# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: job_invocation
short_description: Launch jobs on AWX, Foreman and Puppet Enterprise
description:
  - Launches anything that can be launched, or runs an earlier job again, and optionally waits for the end.
  - With O(jobs) it launches a list, on one server or on several of different platforms, and waits for all together.
  - A launch is sent at most once. When its answer is lost, the job is looked for instead of launched again; if it
    is not clear what happened, the task fails with RV(error=launch_unknown).
  - >-
    Nothing that is asked for is ignored in silence: a prompt that is off, an unknown variable or a missing survey
    answer is refused before anything is sent.
  - With O(launch_key) a later run of the same task finds the job of an earlier one instead of launching again.
  - In check mode names are resolved, prompts and parameters checked, and the request is returned, but nothing is sent.
version_added: 0.1.0
author:
  - The unified.jobs project (!UNKNOWN)
extends_documentation_fragment:
  - unified.jobs.connection
  - unified.jobs.launch
  - unified.jobs.wait
  - unified.jobs.include
  - unified.jobs.attributes
seealso:
  - module: unified.jobs.job_wait
  - module: unified.jobs.job_info
  - module: unified.jobs.job_cancel
  - plugin: unified.jobs.job
    plugin_type: lookup
"""

EXAMPLES = r"""
---
- name: Launch a job template on two hosts and wait for the end
  unified.jobs.job_invocation:
    platform: awx
    url: https://awx.example.com
    token: "{{ awx_token }}"
    template: Patch web servers
    organization: Operations
    targets: [web1.example.com, web2.example.com]
    parameters:
      reboot: true
    wait: true
    wait_timeout: 3600
    include: [hosts]
  register: patch

- name: Run it again on the hosts that failed
  unified.jobs.job_invocation:
    server: prod_awx
    rerun: "{{ patch }}"
    rerun_hosts: failed
    on_no_targets: skip
    wait: true

- name: An ad hoc command
  unified.jobs.job_invocation:
    server: prod_awx
    type: ad_hoc_command
    inventory: Production
    target_query: web*
    awx:
      credentials: [Machine access]
      module_name: command
      module_args: uptime
    wait: true
    include: [output]

- name: A workflow, without waiting
  unified.jobs.job_invocation:
    server: prod_awx
    type: workflow_job_template
    template: Patch and verify

- name: Run Puppet on the web servers
  unified.jobs.job_invocation:
    server: prod_puppet
    type: deploy
    target_query: nodes[certname] { certname ~ "^web" }
    puppet:
      environment: production
    wait: true

- name: Once for this change, however often the playbook runs
  unified.jobs.job_invocation:
    template: Patch web servers
    launch_key: change-1234-step-3
    wait: true

- name: On Foreman or Satellite, a command on the hosts that a search finds
  unified.jobs.job_invocation:
    platform: foreman
    url: https://satellite.example.com
    username: operations
    password: "{{ satellite_password }}"
    template: Run Command - Script Default
    target_query: hostgroup = web
    parameters:
      command: uptime
    wait: true
    include: [output]

- name: Every night at two, on the hosts of a bookmark
  unified.jobs.job_invocation:
    server: prod_foreman
    template: Patch hosts - Script Default
    foreman:
      bookmark: web servers
      targeting_type: dynamic_query
    schedule:
      cron: 0 2 * * *
      purpose: nightly patches

- name: Three launches of a template that allows concurrent jobs, two at once, and no more after a failure
  unified.jobs.job_invocation:
    server: prod_awx
    template: Deploy release
    parameters:
      release: "2026.11"
    jobs:
      - targets: [app1.example.com]
      - targets: [app2.example.com]
      - targets: [db1.example.com]
        parameters:
          release: "2026.11"
          strategy: all at once
    max_concurrent: 2
    on_failure: stop
    wait: true

- name: On three servers at once
  unified.jobs.job_invocation:
    jobs:
      - server: prod_awx
        template: Patch web servers
      - server: prod_foreman
        template: Patch hosts - Script Default
        target_query: hostgroup = web
      - server: prod_puppet
        template: os_patching::patch_server
        target_query: nodes[certname] { certname ~ "^web" }
    wait: true
    fail_on: []
  register: window

- name: Run all that failed again, each on the hosts where it failed
  unified.jobs.job_invocation:
    jobs: >-
      {{ window.jobs | select('unified.jobs.job_failed') | map('to_json')
         | map('regex_replace', '^(.*)$', '{"rerun": \1}') | map('from_json') }}
    rerun_hosts: failed
    on_no_targets: skip
    wait: true
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
    outcome:
      description: What became of it in a wait or a cancel.
      type: str
      returned: "with O(wait=true); V(finished), V(scheduled), V(timed_out), V(gone), V(cancel_requested) or V(failed)"
  sample: {platform: awx, type: job, id: "42", status: successful, is_finished: true, is_successful: true}
jobs:
  description: All jobs, in the order asked, each as RV(job).
  returned: always
  type: list
  elements: dict
launches:
  description:
    - What became of each launch of O(jobs), in their order. The jobs themselves are in RV(jobs).
  returned: with O(jobs), but not if the options cannot be read
  type: list
  elements: dict
  contains:
    name:
      description: What was to be launched.
      type: str
      returned: always
    server:
      description: The name of the server; V(null) for the connection of the task.
      type: str
      returned: always
    outcome:
      description:
        - V(launched); V(planned) in check mode; V(existing) for a recurring job that goes on already, and for the job of a
          O(jobs[].launch_key) that was found; V(skipped) with
          O(on_no_targets=skip) where there is no host; V(failed) for a launch that could not be planned or was not
          accepted, or of which that is not known; V(not_launched) for one that was not sent because of another, or of
          its server.
        - It tells of the launch. How its jobs ended is in RV(jobs).
      type: str
      returned: always
    changed:
      description: Whether something was launched, or would be in check mode.
      type: bool
      returned: always
    ids:
      description: The ids of its jobs; several for all sources of an inventory.
      type: list
      elements: str
      returned: always
    error:
      description: The word for why it failed, as RV(error).
      type: str
      returned: always
    msg:
      description: Why it failed or was skipped; empty if there is nothing to say.
      type: str
      returned: always
    request:
      description: As RV(request).
      type: dict
      returned: in check mode, and when it is not known whether the launch took effect
    candidates:
      description: As RV(candidates).
      type: list
      elements: dict
      returned: with RV(launches[].error=ambiguous) and RV(launches[].error=launch_unknown)
    differences:
      description: As RV(differences).
      type: list
      elements: dict
      returned: with RV(launches[].error=launch_conflict)
    http_status:
      description: The status of the answer that was an error.
      type: int
      returned: when there was one
  sample: [{name: Patch web servers, server: prod_awx, outcome: launched, changed: true, ids: ["42"], error: null, msg: ""}]
missing:
  description: The ids of jobs that do not exist or that this user may not see.
  returned: with O(wait=true)
  type: list
  elements: str
request:
  description: What would be sent, with secrets masked.
  returned: in check mode, and when it is not known whether a launch took effect, and with RV(error=launch_conflict)
  type: dict
candidates:
  description: Objects that fit an ambiguous name, or jobs that could be a launch that was not answered.
  returned: with RV(error=ambiguous) and RV(error=launch_unknown)
  type: list
  elements: dict
differences:
  description:
    - How the job of O(launch_key) differs from what was to be launched; each with C(option), C(wanted) and C(found), which
      are null where there is no value, and asterisks where it is not to be shown.
  returned: with RV(error=launch_conflict)
  type: list
  elements: dict
  sample: [{option: parameters.release, wanted: 2, found: 1}]
error:
  description:
    - A stable word for what went wrong, to be tested in a playbook. One of V(invalid_option), V(missing_library),
      V(unsupported), V(not_found), V(ambiguous), V(no_targets), V(unauthorized), V(forbidden), V(connection), V(tls),
      V(bad_response), V(server_error), V(rate_limited), V(rejected), V(launch_unknown), V(launch_conflict), V(job_failed), V(job_error),
      V(job_canceled), V(wait_timeout), V(job_gone), V(cancel_failed), V(internal_error).
  returned: on failure
  type: str
  sample: job_failed
msg:
  description: One sentence on what went wrong, or on what was found with O(launch_key).
  returned: on failure, and where jobs with O(launch_key) were found, whether or not one was taken
  type: str
"""

from ..module_utils._arguments import INCLUDE_TABLE, WAIT_SWITCH, WAIT_TABLE
from ..module_utils._arguments_launch import LAUNCH_TABLE, LIST_TABLE
from ..module_utils._faces import invoke
from ..module_utils._module import run_module


def main() -> None:
    """Run the module."""
    run_module(invoke, LAUNCH_TABLE, LIST_TABLE, WAIT_SWITCH, WAIT_TABLE, INCLUDE_TABLE)


if __name__ == "__main__":
    main()
