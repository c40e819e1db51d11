# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWX's own command line client and the library under it, awxkit, use the lab.

Version 24.6.1 has no action that cancels a job, so that is done by its library. Its `ad_hoc_commands create --wait`
and `bulk job_launch --wait` fail with a TypeError of its own, whatever the server, so they are not waited for here.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

_CANCEL = """
import os
import sys
from awxkit import api, config
from awxkit.cli.stdout import monitor
from awxkit.exceptions import MethodNotAllowed

config.base_url = os.environ["CONTROLLER_HOST"]
config.assume_untrusted = False
config.use_sessions = False
config.client_connection_attempts = 1
root = api.Api()
root.connection.login(token=os.environ["CONTROLLER_OAUTH_TOKEN"])
v2 = root.get().current_version.get()
job = v2.job_templates.get(name="lab-hang").results[0].launch()
job.wait_until_status("running", interval=0.2, timeout=600)
job.cancel()
job.wait_until_completed(interval=0.2, timeout=600)
try:
    job.related.cancel.post()
except MethodNotAllowed:
    print(job.id, job.status, "no more")
"""


@pytest.fixture(scope="module")
def watched(clients: Any) -> dict[str, Any]:
    """What takes seconds because the client insists on a pause, all at once."""
    commands = {
        "job": ("job_templates", "launch", "lab-prompts", "--limit", "host2", "--extra_vars", '{"a": [1]}')
        + ("--inventory", "lab-inventory", "--verbosity", "2", "--monitor"),
        "failure": ("job_templates", "launch", "lab-fail", "--wait", "--interval", "1", "-f", "human"),
        "workflow": ("workflow_job_templates", "launch", "lab-wf-ok", "--monitor"),
        "project": ("projects", "update", "lab-git", "--monitor"),
    }
    with ThreadPoolExecutor(2) as pool:
        runs = {name: pool.submit(clients.awx, *command) for name, command in commands.items()}
        return {name: run.result() for name, run in runs.items()}


def _shown(answer: Any) -> Any:
    """The JSON at the end of what was printed."""
    return answer.__class__(0, answer.output[answer.output.rindex("\n{\n") :], "", []).json()


def test_launch_and_monitor(watched: dict[str, Any], lab: Any) -> None:
    """The lab's OPTIONS name the prompts, its events are printed while the job runs."""
    answer = watched["job"]
    assert answer.status == 0, answer.told()
    assert "TASK [Say hello]" in answer.output and "ok: [host2]" in answer.output and "host1" not in answer.output
    assert "PLAY RECAP" in answer.output
    row = _shown(answer)
    assert row["status"] == "successful" and row["type"] == "job"
    job = lab.engine.jobs[row["id"]]
    assert (job.name, job.hosts) == ("lab-prompts", ["host2"])
    sent = next(request for request in answer.sent("POST", "/job_templates/26/launch/"))
    body = {"extra_vars": '{"a": [1]}', "limit": "host2", "inventory": 2, "verbosity": 2}
    assert (sent.status, sent.body) == (201, body)


def test_failure_is_an_exit_status(watched: dict[str, Any]) -> None:
    """A failed job ends the client with 1."""
    assert watched["failure"].status == 1, watched["failure"].told()
    assert re.search(r"^\d+ +lab-fail", watched["failure"].output, re.MULTILINE)


def test_workflow_and_monitor(watched: dict[str, Any]) -> None:
    """The jobs of a workflow are listed at its end."""
    answer = watched["workflow"]
    assert answer.status == 0 and _shown(answer)["status"] == "successful", answer.told()
    for name in ("lab-artifacts", "lab-ok-simultaneous"):
        assert re.search(rf"\d+ - {name} successful", answer.output), answer.told()


def test_project_update(watched: dict[str, Any]) -> None:
    """A project update is watched like a job."""
    answer = watched["project"]
    assert answer.status == 0 and _shown(answer)["type"] == "project_update", answer.told()
    assert "PLAY [Update source tree" in answer.output or "TASK [" in answer.output


def test_lists(clients: Any, watched: dict[str, Any]) -> None:
    """Lists with filters that OPTIONS names, and all pages of them."""
    every = clients.awx("job_templates", "list", "--all")
    names = [row["name"] for row in every.json()["results"]]
    assert len(names) == every.json()["count"] > 25 and "Patch web servers" in names
    assert len(every.sent("GET", "/job_templates/")) == 2
    failed = clients.awx(
        "jobs", "list", "--status", "failed", "--order_by=-id", "-f", "human", "--filter", "name,status"
    )
    lines = [line.split() for line in failed.output.splitlines()[2:]]
    assert ["lab-fail", "failed"] in lines and {line[1] for line in lines} == {"failed"}
    assert failed.sent("GET", "/jobs/")[0].query == {"status": ["failed"], "order_by": ["-id"]}


def test_one_job(clients: Any, watched: dict[str, Any]) -> None:
    """A job by its id, its output, and one that is not there."""
    number = str(_shown(watched["job"])["id"])
    found = clients.awx("jobs", "get", number).json()
    assert (str(found["id"]), found["limit"], found["event_processing_finished"]) == (number, "host2", True)
    output = clients.awx("jobs", "stdout", number)
    assert "PLAY RECAP" in output.output and "\x1b" not in output.output
    assert output.sent("GET", "/stdout/")[0].query == {"format": ["txt_download"]}
    missing = clients.awx("jobs", "get", "999999")
    assert missing.status == 1 and "No Job matches the given query." in missing.output


def test_cancel(clients: Any, lab: Any) -> None:
    """The library launches, waits until the job runs, cancels, waits, and may not cancel again."""
    env = clients.environment(CONTROLLER_OAUTH_TOKEN=lab.token)
    answer = clients.run("python", "-c", _CANCEL, env=env)
    assert answer.status == 0, answer.told()
    number, status, word = answer.output.split(maxsplit=2)
    assert (status, word.strip(), lab.engine.jobs[int(number)].status) == ("canceled", "no more", "canceled")
    assert [request.status for request in answer.sent("POST", "/cancel/")] == [202, 405]


def test_ad_hoc_and_bulk(clients: Any, lab: Any) -> None:
    """What OPTIONS names of ad hoc commands and bulk launches."""
    options = ("--inventory", "lab-inventory", "--credential", "lab-machine", "--module_args", "uptime")
    command = clients.awx("ad_hoc_commands", "create", "--module_name", "shell", "--limit", "host3", *options)
    assert command.status == 0, command.told()
    job = lab.engine.jobs[command.json()["id"]]
    assert (job.kind, job.name, job.hosts) == ("ad_hoc_command", "shell", ["host3"])
    bulk = clients.awx("bulk", "job_launch", "--name", "both", "--jobs", '[{"unified_job_template": 11}]')
    assert bulk.status == 0 and bulk.json()["name"] == "both", bulk.told()
    assert bulk.sent("POST", "/bulk/job_launch/")[0].status == 201


def test_session(clients: Any, lab: Any) -> None:
    """A name and a password make a session: a form, a cookie, and no header; POSTs prove that they are meant."""
    me = clients.awx("me", token=False)
    assert me.status == 0 and me.json()["results"][0]["username"] == lab.username, me.told()
    assert [request.status for request in me.sent("POST", "/api/login/")] == [302]
    update = clients.awx("inventory_sources", "update", "lab-src-ok", token=False)
    assert update.status == 0 and update.json()["type"] == "inventory_update", update.told()
    sent = update.sent("POST", "/inventory_sources/28/update/")[0]
    assert "Authorization" not in sent.headers and {"Cookie", "X-Csrftoken"} <= set(sent.headers)


def test_refusals(clients: Any, lab: Any) -> None:
    """A wrong password, and an authority that is not known, which -k passes over."""
    env = clients.environment(CONTROLLER_USERNAME=lab.username, CONTROLLER_PASSWORD="wrong")
    wrong = clients.run("awx", "me", env=env)
    assert wrong.status and wrong.requests[-1].status == 401, wrong.told()
    unknown = clients.environment(trust=False, CONTROLLER_OAUTH_TOKEN=lab.token)
    refused = clients.run("awx", "me", env=unknown)
    assert refused.status and not refused.requests and "certificate" in refused.told().lower()
    assert clients.run("awx", "-k", "me", env=unknown).json()["count"] == 1
