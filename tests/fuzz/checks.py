# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is always true of what comes out, whatever went in."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS
from ansible_collections.unified.jobs.plugins.module_utils._types import HostStatus, Job, JobStatus

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?Z", re.ASCII)
_KEYS = set(Job("awx", "job", None).to_dict())
_TIMES = ("created_at", "started_at", "finished_at")
_TEXTS = ("name", "explanation", "description")
_MAYBE_TEXTS = ("server", "subtype", "id", "native_status", "url", "web_url", "launched_by", "targets")
_COUNTS = {"total", *HostStatus.ALL}
_BUILTINS = (str, int, float, bool, type(None))


def expect(holds: object, what: str) -> None:
    """Raise if it does not hold."""
    if not holds:
        raise AssertionError(what)


def check_plain(value: Any) -> None:
    """Only builtins that JSON has, in text that can be written anywhere, and all of it comes back as it was."""
    _check_types(value, 0)
    text = json.dumps(value, allow_nan=False)
    expect(json.loads(text) == value, "it does not come back from JSON as it was")
    json.dumps(value, ensure_ascii=False).encode("utf-8")


def _check_types(value: Any, depth: int) -> None:
    expect(depth < 250, "it is nested without end")
    if value.__class__ is dict:
        for key, item in value.items():
            expect(key.__class__ is str, f"a key is {key!r}")
            _check_types(item, depth + 1)
    elif value.__class__ is list:
        for item in value:
            _check_types(item, depth + 1)
    else:
        expect(type(value) in _BUILTINS, f"a value is of the type {type(value).__name__}")
        expect(not isinstance(value, float) or math.isfinite(value), f"a number is {value}")


def _is_seconds(value: Any) -> bool:
    return value is None or (type(value) in (int, float) and math.isfinite(value) and value >= 0)


def _is_text(value: Any) -> bool:
    return value is None or value.__class__ is str


def _is_count(value: Any) -> bool:
    return value is None or (value.__class__ is int and value >= 0)


def check_job(job: dict[str, Any]) -> None:
    """The job model: all of its keys, of their types (README's page on the job model)."""
    expect(set(job) >= _KEYS, f"keys are missing: {_KEYS - set(job)}")
    platform = PLATFORMS[job["platform"]]
    expect(job["type"].__class__ is str and job["type"], "type")
    expect(job["status"] in JobStatus.ALL, f"status {job['status']!r}")
    expect(job["is_finished"] is (job["status"] in JobStatus.FINISHED), "is_finished")
    expect(job["is_successful"] is ((job["status"] == "successful") if job["is_finished"] else None), "is_successful")
    for name in _TIMES:
        value = job[name]
        expect(value is None or (value.__class__ is str and _TIME.fullmatch(value)), f"{name} is {value!r}")
    expect(_is_seconds(job["elapsed"]), f"elapsed is {job['elapsed']!r}")
    for name in _TEXTS:
        expect(job[name].__class__ is str, f"{name} is {job[name]!r}")
    for name in _MAYBE_TEXTS:
        expect(_is_text(job[name]), f"{name} is {job[name]!r}")
    expect(set(job["template"]) == {"id", "name"} and all(map(_is_text, job["template"].values())), "template")
    expect(set(job["host_counts"]) == _COUNTS, "keys of host_counts")
    expect(all(map(_is_count, job["host_counts"].values())), f"host_counts {job['host_counts']}")
    expect(job["details"].__class__ is dict, "details")
    expect(job["warnings"].__class__ is list and all(item.__class__ is str for item in job["warnings"]), "warnings")
    _check_end(job, platform.STATUSES)
    _check_included(job)


def _check_end(job: dict[str, Any], known: Any) -> None:
    """A job is only over by words that are known, or where its state is not what tells it."""
    word = job["native_status"]
    if not job["is_finished"] or word is None:
        return
    if job["platform"] == "foreman":
        # one that is paused is over whatever its label says, and one without a task is gone (Foreman contract 1.10)
        label, _slash, state = word.rpartition("/")
        expect(
            (state == "stopped" and label in known) or state == "paused" or job["status"] == "error",
            f"{word!r} is over",
        )
    elif job["type"] == "scheduled_job":
        expect(word in ("disabled", "enabled", "expired"), f"{word!r} is over")
    else:
        expect(word in known, f"{word!r} is taken for {job['status']}")


def _check_included(job: dict[str, Any]) -> None:
    for host in job.get("hosts") or ():
        check_host(host)
    for name in ("children", "failed_tasks", "events"):
        rows = job.get(name)
        expect(rows is None or (rows.__class__ is list and all(row.__class__ is dict for row in rows)), name)
    expect(_is_text(job.get("output")), "output")
    for row in job.get("failed_tasks") or ():
        expect(row["status"] in HostStatus.BAD, f"a failed task is {row['status']!r}")
        for name in ("host", "play", "task", "role", "action", "stdout", "stderr", "message"):
            expect(_is_text(row[name]), f"{name} of a failed task is {row[name]!r}")
        expect(row["exit_code"] is None or row["exit_code"].__class__ is int, "exit_code of a failed task")
    for row in job.get("children") or ():
        expect(row["status"] is None or row["status"] in JobStatus.ALL, f"a child is {row['status']!r}")
        expect(_is_text(row["id"]) and _is_text(row["type"]) and _is_text(row["name"]), "texts of a child")
        expect(_is_seconds(row["elapsed"]), f"elapsed of a child is {row['elapsed']!r}")


def check_host(host: dict[str, Any]) -> None:
    """One host result."""
    expect(host["name"].__class__ is str and host["message"].__class__ is str, "texts of a host")
    expect(host["status"] in HostStatus.ALL, f"a host is {host['status']!r}")
    expect(_is_text(host["native_status"]) and _is_text(host.get("output")), "texts of a host")
    expect(host["exit_code"] is None or host["exit_code"].__class__ is int, f"exit_code is {host['exit_code']!r}")
    expect(_is_seconds(host["elapsed"]), f"elapsed of a host is {host['elapsed']!r}")
    for name in ("started_at", "finished_at"):
        expect(host[name] is None or _TIME.fullmatch(host[name]), f"{name} of a host is {host[name]!r}")


def jobs_of(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The jobs that a result holds."""
    jobs = [*(result.get("jobs") or ()), *([result["job"]] if result.get("job") else [])]
    return [job for job in jobs if "status" in job]


def check_result(result: dict[str, Any]) -> None:
    """The result of a face, also of one that failed."""
    check_plain(result)
    for job in jobs_of(result):
        if set(job) >= _KEYS:
            check_job(job)


def check_line(text: str, longest: int) -> None:
    """A sentence for people: on one line, and nothing in it steers a terminal."""
    expect(
        text.__class__ is str and text.strip() and text.isprintable(),
        f"not one line that can be printed: {text!r:.200}",
    )
    expect(len(text) <= longest, f"a line of {len(text)} signs")
