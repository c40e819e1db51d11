# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: a raw AWX body as a job (AWX contract 1.4 and 1.5)."""

from __future__ import annotations

import json
import re
import typing as t

from ..._clock import iso_time
from ..._native import mapping, seconds, text, whole
from ..._types import LAUNCH_KEY_NAME, Job, JobStatus
from . import facts

#: a user and password, or a token, within an address
_URL_SECRET = re.compile(
    r"(?P<scheme>\w+://)(?:(?P<user>[^/@:\s]*):[^/@\s]*|(?<=http://)[^/@\s]+|(?<=https://)[^/@\s]+)@"
)
_DEPENDENCY = re.compile(r"^Previous Task (?P<what>Failed|Canceled): (?P<json>\{.*\})\s*$", re.DOTALL)
MASK = "********"


def normalize(native: t.Mapping[str, t.Any]) -> Job:
    """Return the job that a list row, a detail or a launch answer shows. Tolerates anything."""
    kind = text(native.get("type"))
    job = Job(
        platform="awx",
        type=kind if kind in facts.JOB_PATHS else (kind or "job"),
        id=text(native["id"]) if native.get("id") is not None else None,
        name=text(native.get("name")),
        created_at=iso_time(native.get("created")),
        started_at=iso_time(native.get("started")),
        finished_at=iso_time(native.get("finished")),
        elapsed=seconds(native.get("elapsed")),
        url=text(native.get("url")) or None,
        template=_template(native),
        launched_by=_launched_by(native),
        description=text(native.get("description")),
        targets=text(native.get("limit")) or None,
        native=dict(native),
        is_complete="job_env" in native,
    )
    _set_status(job, native)
    job.explanation = _explanation(job, native)
    job.details = _details(job.type, native)
    _set_host_counts(job, native.get("host_status_counts"))
    return job


def recognizes(native: t.Mapping[str, t.Any]) -> bool:
    """Return whether a raw body is a job of AWX: it names one of the seven types and has a launch type."""
    kind = native.get("type")
    return isinstance(kind, str) and kind in facts.JOB_PATHS and "launch_type" in native


def mask_native(native: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a body with what is or may hold a secret masked."""
    return {
        key: MASK if key in facts.SECRET_FIELDS and value else without_secret(value) for key, value in native.items()
    }


def without_secret(value: t.Any) -> t.Any:
    """Return an address without the password or token in it; any other value as it is."""
    if not isinstance(value, str) or "@" not in value:
        return value
    return _URL_SECRET.sub(
        lambda found: f"{found['scheme']}{found['user'] + ':' if found['user'] else ''}{MASK}@", value
    )


def parse_variables(value: t.Any) -> t.Any:
    """Return variables that came as JSON text, parsed; other text (YAML of old rows) stays as it is."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return {}
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def is_id(value: t.Any) -> bool:
    """Return whether a value can be the id of an object, which is a positive number."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def summary(native: t.Mapping[str, t.Any], key: str) -> dict[str, t.Any]:
    """Return C(summary_fields.KEY), or an empty object."""
    return mapping(mapping(native.get("summary_fields")).get(key))


def status_of(native: t.Mapping[str, t.Any]) -> str:
    """Return our word for the status that a body shows: until it ended, a job that was asked to stop is canceling."""
    status = facts.STATUSES.get(text(native.get("status")), JobStatus.UNKNOWN)
    if native.get("canceled_on") and status != JobStatus.UNKNOWN and status not in JobStatus.FINISHED:
        return JobStatus.CANCELING
    return status


def _set_status(job: Job, native: t.Mapping[str, t.Any]) -> None:
    word = text(native.get("status"))
    job.native_status = word or None
    job.status = status_of(native)
    if job.status == JobStatus.UNKNOWN:
        job.warn(f"AWX reports the status {word!r}, which is not known; the job is treated as not finished.")


def _explanation(job: Job, native: t.Mapping[str, t.Any]) -> str:
    said = " ".join(text(native.get("job_explanation")).split())
    dependency = _DEPENDENCY.match(said)
    if dependency:
        other = mapping(parse_variables(dependency.group("json")))
        said = (
            f"Previous task {dependency.group('what').lower()}: {text(other.get('job_type'))} "
            f'"{text(other.get("job_name"))}" (id {text(other.get("job_id"))}).'
        )
    if job.status == JobStatus.ERROR:
        lines = text(native.get("result_traceback")).strip().splitlines()
        said = " ".join(part for part in (said, lines[-1].strip() if lines else "") if part)
    if not said and job.type == "workflow_approval":
        said = _approval_explanation(job, native)
    return said


def _approval_explanation(job: Job, native: t.Mapping[str, t.Any]) -> str:
    if native.get("timed_out"):
        return "The approval timed out."
    if job.status == JobStatus.FAILED:
        who = text(summary(native, "approved_or_denied_by").get("username"))
        return f"The approval was denied by {who}." if who else "The approval was denied."
    return "" if job.is_finished else "Waits for approval."


def _template(native: t.Mapping[str, t.Any]) -> dict[str, str | None]:
    """Return the template; an ad hoc command and a bulk launch have none."""
    known = summary(native, "unified_job_template") or summary(native, "job_template")
    number = native.get("unified_job_template")
    if number is None:
        number = known.get("id")
    return {
        "id": None if number is None else text(number),
        "name": text(known.get("name")) or None,
    }


def _launched_by(native: t.Mapping[str, t.Any]) -> str | None:
    who = mapping(native.get("launched_by")).get("name") or summary(native, "created_by").get("username")
    return text(who) or None


def _set_host_counts(job: Job, counts: t.Any) -> None:
    if not isinstance(counts, dict):
        return
    known = dict.fromkeys(job.host_counts, 0)
    for word, number in counts.items():
        status, count = facts.HOST_STATUSES.get(word, "unknown"), whole(number) or 0
        known[status] += count
        known["total"] += count
    job.host_counts = dict(known)


def launch_key_of(native: t.Mapping[str, t.Any], labels: t.Iterable[str]) -> str | None:
    """Return the launch key that a job carries, as a variable or as a label."""
    said = native.get("extra_vars")
    # most have none, and parsing the variables of thousands takes its time
    if isinstance(said, dict) or (isinstance(said, str) and LAUNCH_KEY_NAME in said):
        key = mapping(parse_variables(said)).get(LAUNCH_KEY_NAME)
        if key is not None:
            return text(key)
    named = [label for label in labels if label.startswith(f"{LAUNCH_KEY_NAME}=")]
    return named[0].partition("=")[2] if named else None


def _details(kind: str, native: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    names = (*facts.COMMON_DETAILS, *facts.DETAILS.get(kind, ()))
    known = mapping(native.get("summary_fields"))
    details = {name: _named(name, native[name], known) for name in names if name in native}
    details["launched_by"] = _launcher(native)
    details["labels"] = [text(mapping(row).get("name")) for row in _rows(native, "labels")]
    key = launch_key_of(native, details["labels"])
    # AWX copies it to a job that runs again, which is no launch of that key
    if key is not None and native.get("launch_type") != "relaunch":
        details["launch_key"] = key
    details["credentials"] = [
        {"id": mapping(row).get("id"), "name": mapping(row).get("name"), "kind": mapping(row).get("kind")}
        for row in _rows(native, "credentials")
    ]
    for key in ("source_workflow_job", "ancestor_job"):
        parent = summary(native, key)
        if parent:
            details[key] = {name: parent.get(name) for name in ("id", "name", "status", "type")}
    if kind == "workflow_approval":
        details["timeout"] = summary(native, "workflow_approval_template").get("timeout")
        details["approved_or_denied_by"] = summary(native, "approved_or_denied_by").get("username")
    return details


def _launcher(native: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    who = mapping(native.get("launched_by"))
    return {name: who.get(name) for name in ("id", "name", "type", "url") if name in who}


def _rows(native: t.Mapping[str, t.Any], key: str) -> list[t.Any]:
    value = mapping(native.get("summary_fields")).get(key)
    if isinstance(value, dict):
        value = value.get("results")
    return value if isinstance(value, list) else []


def _named(key: str, value: t.Any, summaries: t.Mapping[str, t.Any]) -> t.Any:
    """Return a field; a reference to another object becomes its id and name."""
    if key in ("created", "modified", "canceled_on", "approval_expiration"):
        return iso_time(value)
    if isinstance(value, int) and not isinstance(value, bool) and mapping(summaries.get(key)):
        return {"id": value, "name": summaries[key].get("name")}
    return without_secret(value)
