# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what a job printed and did: output, events, hosts, children (AWX contract 1.8)."""

from __future__ import annotations

import re
import typing as t

from ..._errors import ApiError, InvalidOptionError, UnsupportedError
from ..._native import clean, mapping, number, seconds, text
from ..._types import HostResult, HostStatus, Job, JobRef, JobStatus, Output
from . import facts
from .api import Api, Row
from .normalize import is_id, normalize, status_of
from .read import get_detail, rows_by_id

_TOO_LARGE = re.compile(r"\(\d+ [^)]*\).*\d{4,}")
_CURSOR = re.compile(r"[0-9]{1,18}", re.ASCII)
#: how much of an output says why a job without tasks failed
_LAST_WORDS, _LAST_LINES = 4000, 5
_MAX_EVENTS = 5000
_DEEPEST = 10
_MAX_FAILED_TASKS = 200
_FAILED_EVENTS = "runner_on_failed,runner_on_unreachable,runner_item_on_failed"
#: event of one host -> host status
_RUNNER_EVENTS = {
    "runner_on_ok": HostStatus.OK,
    "runner_on_failed": HostStatus.FAILED,
    "runner_on_unreachable": HostStatus.UNREACHABLE,
    "runner_on_skipped": HostStatus.SKIPPED,
}


def job_path(job: Job) -> str:
    """Return the path of a job."""
    if job.type not in facts.JOB_PATHS:
        raise UnsupportedError(f"Jobs of AWX of the type {job.type!r} are not known here, so nothing is read of them.")
    return f"{facts.JOB_PATHS[job.type]}/{job.id}"


# -- output ------------------------------------------------------------------------------------------------


def get_output(api: Api, job: Job, max_bytes: int, since: str | None) -> Output:
    """Return the end of a job's output, or what came after a cursor."""
    if since is not None:
        return _output_since(api, job, max_bytes, since)
    if job.type not in facts.WITH_STDOUT:
        return _system_output(job, max_bytes) if job.type == "system_job" else Output("")
    data, truncated = _download(api, job, max_bytes)
    return Output(_decode_tail(data, truncated), truncated=truncated)


def _download(api: Api, job: Job, max_bytes: int = 0) -> tuple[bytes, bool]:
    """Return the output in the one format without a size limit. The Accept header fits, or the answer is 406."""
    return api.client.download(
        job_path(job) + "/stdout/", {"format": "txt_download"}, accept="text/plain, */*", tail_bytes=max_bytes
    )


def _decode_tail(data: bytes, truncated: bool) -> str:
    """Return the text from its first whole line on, if its beginning was cut off."""
    if truncated and b"\n" in data[:-1]:
        data = data.partition(b"\n")[2]
    return clean(data.decode("utf-8", "replace"))


def _cap(raw: str, max_bytes: int) -> Output:
    data = raw.encode("utf-8", "replace")
    truncated = bool(max_bytes) and len(data) > max_bytes
    return Output(_decode_tail(data[-max_bytes:] if truncated else data, truncated), truncated=truncated)


def _output_since(api: Api, job: Job, max_bytes: int, since: str) -> Output:
    """Return the first whole lines after C(since), a number of lines, up to the size that is wanted."""
    if not _CURSOR.fullmatch(since):
        raise InvalidOptionError(f"output_since: {since[:40]!r} is not a cursor of AWX, which is a number of lines.")
    start = int(since)
    if job.type in facts.WITH_STDOUT:
        return _head(_lines_since(api, job, start), start, max_bytes)
    if job.type != "system_job":
        raise UnsupportedError(f"output_since: a {job.type} of AWX has no output of its own to go on reading.")
    whole = _system_output(job, 0)
    if whole.truncated:
        return Output("", complete=False, truncated=True, cursor=since)
    return _head(_split_lines(whole.text)[start:], start, max_bytes)


def _lines_since(api: Api, job: Job, start: int) -> list[str]:
    """Return the lines from C(start) on, by the one format that honours ranges.

    Events reach the database in batches, in no sure order. Where lines are missing amid those of a running job
    nothing is returned yet, or the cursor would skip them.
    """
    body = mapping(api.get(job_path(job) + "/stdout/", {"format": "json", "start_line": start}))
    span = mapping(body.get("range"))
    end = span.get("absolute_end")
    content = text(body.get("content"))
    if end == 1 and _TOO_LARGE.search(content):
        data, _cut = _download(api, job)
        return _split_lines(data.decode("utf-8", "replace"))[start:]
    lines = _split_lines(content)
    missing = isinstance(end, int) and len(lines) < end - start
    return [] if missing and not job.is_finished else lines


def _split_lines(raw: str) -> list[str]:
    """Return the lines with their ends; only a line feed ends one, as in the server's count."""
    return re.findall(r"[^\n]*\n|[^\n]+", raw)


def _head(lines: list[str], start: int, max_bytes: int) -> Output:
    """Return the first lines that fit, one at the least, and where to go on."""
    size, count = 0, 0
    for line in lines:
        size += len(line.encode("utf-8", "replace"))
        if max_bytes and count and size > max_bytes:
            break
        count += 1
    part = _cap("".join(lines[:count]), max_bytes)
    part.complete, part.cursor = count == len(lines), str(start + count)
    return part


def _system_output(job: Job, max_bytes: int) -> Output:
    """Return what a management job printed, which is a field of its detail and may be a notice instead."""
    raw = text(job.native.get("result_stdout"))
    if len(raw) < 300 and _TOO_LARGE.search(raw):
        return Output("", complete=False, truncated=True)
    return _cap(raw, max_bytes)


# -- events ------------------------------------------------------------------------------------------------


def get_events(api: Api, job: Job) -> list[Row]:
    """Return the job's events, oldest first; at most 5,000."""
    if job.type not in facts.EVENT_PATHS:
        return []
    names = ("id", "counter", "event", "created", "host_name", "play", "task", "role", "failed", "changed")
    rows = _event_rows(api, job, {}, _MAX_EVENTS)
    if len(rows) == _MAX_EVENTS:
        job.warn(f"Only the first {_MAX_EVENTS} events were read.")
    events = []
    for row in rows:
        event = {name: row.get(name) for name in names}
        event["stdout"] = clean(text(row.get("stdout")))
        event["data"] = mapping(row.get("event_data"))
        events.append(event)
    return events


def _event_rows(api: Api, job: Job, filters: Row, at_most: int) -> list[Row]:
    path = f"{job_path(job)}/{facts.EVENT_PATHS[job.type]}"
    return api.rows(path, {"order_by": "counter", "no_truncate": 1, **filters}, at_most)


def get_failed_tasks(api: Api, job: Job) -> list[Row]:
    """Return what failed where and why; an ignored error has C(failed) false and is left out.

    Of a job that failed without a failed task, as a syntax error or a failed inventory update, it is how its output
    ends.
    """
    if job.type == "workflow_job":
        return _failed_tasks_of_children(api, job)
    if job.type not in facts.EVENT_PATHS:
        return []
    rows: list[Row] = []
    if job.type in facts.WITH_STDOUT:
        rows = _event_rows(api, job, {"event__in": _FAILED_EVENTS, "failed": "true"}, _MAX_FAILED_TASKS)
    if len(rows) == _MAX_FAILED_TASKS:
        job.warn(f"Only the first {_MAX_FAILED_TASKS} failed tasks were read.")
    if not rows and job.status == JobStatus.FAILED and not job.explanation:
        return _last_words(api, job)
    items = {_place(row) for row in rows if row.get("event") == "runner_item_on_failed"}
    kept = [row for row in rows if row.get("event") == "runner_item_on_failed" or _place(row) not in items]
    return [_failed_task(row) for row in kept]


def _last_words(api: Api, job: Job) -> list[Row]:
    """Return how the output of a job ends, as a failed task without a task."""
    output = get_output(api, job, _LAST_WORDS, None)
    lines = [line.rstrip() for line in output.text.splitlines() if line.strip()]
    return [_no_task("\n".join(lines[-_LAST_LINES:]))] if lines else []


def _no_task(message: str) -> Row:
    return {**_failed_task({}), "message": message}


def _place(row: Row) -> tuple[str, str, str]:
    """Return what an item's event and the event of its whole task have in common."""
    data = mapping(row.get("event_data"))
    return text(row.get("host_name") or data.get("host")), text(row.get("task")), text(data.get("task_uuid"))


def _failed_task(row: Row) -> Row:
    data = mapping(row.get("event_data"))
    result = mapping(data.get("res"))
    unreachable = row.get("event") == "runner_on_unreachable" or result.get("unreachable") is True
    failed: Row = {
        "host": text(row.get("host_name") or data.get("host")) or None,
        "status": HostStatus.UNREACHABLE if unreachable else HostStatus.FAILED,
        "play": text(row.get("play")) or None,
        "task": text(row.get("task") or data.get("task")) or None,
        "role": text(row.get("role")) or None,
        "action": text(data.get("task_action")) or None,
        "message": _failure_message(result, row),
        "stdout": clean(text(result.get("stdout"))) or None,
        "stderr": clean(text(result.get("stderr") or result.get("module_stderr"))) or None,
        "exit_code": number(result.get("rc")),
    }
    if "item" in result:
        failed["item"] = result["item"]
    return failed


def _failure_message(result: Row, row: Row) -> str:
    """Return why a task failed; under no_log only that it is hidden."""
    if result.get("censored"):
        return clean(text(result["censored"]))
    for key in ("msg", "stderr", "module_stderr", "stdout", "module_stdout", "reason", "exception"):
        said = clean(text(result.get(key))).strip()
        if said:
            return said
    return clean(text(row.get("stdout"))).strip()


# -- hosts -------------------------------------------------------------------------------------------------


def iter_hosts(api: Api, job: Job, host_filter: t.Any) -> t.Iterator[HostResult]:
    """Yield the hosts of a job; a workflow's are those of the jobs that it ran."""
    if job.type == "workflow_job":
        for child, node in _child_jobs(api, job):
            api.check_time()
            for host in iter_hosts(api, child, host_filter):
                host.data = {**(host.data or {}), "job": child.id, "node": node}
                yield host
        return
    hosts = _summaries(api, job) if job.type == "job" else _hosts_from_events(api, job)
    chosen = [host for host in hosts if _fits(host.name, host_filter)]
    if any(host.status in HostStatus.BAD for host in chosen):
        _explain(chosen, get_failed_tasks(api, job))
    yield from chosen


def _fits(name: str, host_filter: t.Any) -> bool:
    """Return whether a host is asked for: by a list of names, or a part of the name."""
    if host_filter is None:
        return True
    return host_filter in name if isinstance(host_filter, str) else name in host_filter


def _summaries(api: Api, job: Job) -> list[HostResult]:
    hosts = []
    for row in api.rows(job_path(job) + "/job_host_summaries", {}):
        counts = {name: row.get(name) for name in (*facts.HOST_STATUSES, "processed", "ignored", "rescued")}
        word = next((name for name in facts.HOST_STATUSES if counts.get(name)), None)
        status = facts.HOST_STATUSES[word] if word else HostStatus.UNKNOWN
        if row.get("failed") and status not in HostStatus.BAD:
            status = HostStatus.FAILED
        hosts.append(HostResult(text(row.get("host_name")), status, native_status=word, data=counts))
    return sorted(hosts, key=lambda host: host.name)


def _hosts_from_events(api: Api, job: Job) -> list[HostResult]:
    """Return the hosts of an ad hoc command, which has no summaries: one task, so one event a host."""
    if job.type != "ad_hoc_command":
        return []
    hosts = {}
    for row in _event_rows(api, job, {"event__in": ",".join(_RUNNER_EVENTS)}, _MAX_EVENTS):
        status = _RUNNER_EVENTS.get(text(row.get("event")), HostStatus.UNKNOWN)
        if status == HostStatus.OK and row.get("changed"):
            status = HostStatus.CHANGED
        result = mapping(mapping(row.get("event_data")).get("res"))
        name = text(row.get("host_name"))
        hosts[name] = HostResult(
            name,
            status,
            native_status=text(row.get("event")),
            exit_code=number(result.get("rc")),
            output=clean(text(result.get("stdout"))) or None,
        )
    return [hosts[name] for name in sorted(hosts)]


def _explain(hosts: list[HostResult], failed_tasks: list[Row]) -> None:
    for host in hosts:
        own = [task for task in failed_tasks if task["host"] == host.name]
        if own and host.status in HostStatus.BAD:
            host.message = f"{own[-1]['task']}: {own[-1]['message']}" if own[-1]["task"] else own[-1]["message"]
            host.exit_code = own[-1]["exit_code"]


# -- children ----------------------------------------------------------------------------------------------


class Walk:
    """What was gone into below a workflow job: each of its workflows once, and not deeper than people nest them."""

    def __init__(self, job: Job) -> None:
        self._seen = {job.id}

    def goes_into(self, number: str | None, depth: int) -> bool:
        """Return whether to go into a nested workflow; from then on it was."""
        if number is None or number in self._seen or depth >= _DEEPEST:
            return False
        self._seen.add(number)
        return True


def get_children(api: Api, job: Job, depth: int = 0, walk: Walk | None = None) -> list[Row]:
    """Return the nodes of a workflow job with what became of each, nested workflows with their own."""
    if job.type != "workflow_job":
        return []
    walk = walk or Walk(job)
    return [_child(api, node, depth, walk) for node in _nodes(api, job)]


def _nodes(api: Api, job: Job) -> list[Row]:
    return api.rows(job_path(job) + "/workflow_nodes", {})


def _child(api: Api, node: Row, depth: int, walk: Walk) -> Row:
    names = mapping(node.get("summary_fields"))
    known = mapping(names.get("job"))
    template = mapping(names.get("unified_job_template"))
    word = text(known.get("status"))
    kind = text(known.get("type") or template.get("unified_job_type")) or None
    child: Row = {
        "id": text(node["job"]) if is_id(node.get("job")) else None,
        "type": kind,
        "name": text(known.get("name") or template.get("name")) or None,
        "status": status_of(known) if word else None,
        "native_status": word or None,
        "elapsed": seconds(known.get("elapsed")),
        "node": text(node.get("identifier")) or None,
        "skipped": bool(node.get("do_not_run")),
        "template": {"id": text(template["id"]) if "id" in template else None, "name": template.get("name")},
    }
    if kind == "workflow_job" and walk.goes_into(child["id"], depth):
        api.check_time()
        child["children"] = get_children(api, Job("awx", "workflow_job", child["id"]), depth + 1, walk)
    return child


def _child_jobs(api: Api, job: Job, depth: int = 0, walk: Walk | None = None) -> t.Iterator[tuple[Job, str]]:
    """Yield the jobs below a workflow job, each with the path of its node; nested workflows are gone into.

    None of them is a workflow job: whoever goes into what comes from here would go on for ever.
    """
    walk = walk or Walk(job)
    for node in _nodes(api, job):
        known = mapping(mapping(node.get("summary_fields")).get("job"))
        if not is_id(node.get("job")) or text(known.get("type")) not in facts.JOB_PATHS:
            continue
        name = text(node.get("identifier")) or text(node.get("id"))
        child = Job("awx", text(known["type"]), text(node["job"]), name=text(known.get("name")))
        child.status = status_of(known)
        if child.type != "workflow_job":
            yield child, name
        elif walk.goes_into(child.id, depth):
            api.check_time()
            for grandchild, below in _child_jobs(api, child, depth + 1, walk):
                yield grandchild, f"{name}/{below}"


def _failed_children(api: Api, job: Job) -> t.Iterator[tuple[Job, str]]:
    """Yield the jobs below a workflow job that did not do well, in full: only their detail says why."""
    for child, node in _child_jobs(api, job):
        if child.status in (JobStatus.FAILED, JobStatus.ERROR):
            api.check_time()
            yield normalize(get_detail(api, JobRef(str(child.id), child.type))), node


def _failed_tasks_of_children(api: Api, job: Job) -> list[Row]:
    found: list[Row] = []
    for child, node in _failed_children(api, job):
        tasks = get_failed_tasks(api, child)
        if not tasks:
            title = f"{child.type.replace('_', ' ').capitalize()} {child.id} {child.name!r}"
            tasks = [_no_task(f"{title}: {child.explanation or child.status}")]
        found += [{**task, "job": child.id, "node": node} for task in tasks]
        if len(found) >= _MAX_FAILED_TASKS:
            break
    return found


def get_artifacts(api: Api, job: Job) -> t.Any:
    """Return the data that a job left; a workflow job's is that of its jobs together, the later ones winning."""
    if job.type != "workflow_job":
        return job.native.get("artifacts", {})
    ids = sorted(int(str(child.id)) for child, _node in _child_jobs(api, job) if child.type == "job")
    found: Row = {}
    for row in rows_by_id(api, facts.JOB_PATHS["job"], [str(one) for one in ids]):
        found.update(mapping(row.get("artifacts")))
    return found


def get_workflow_output(api: Api, job: Job, max_bytes: int) -> Output:
    """Return the outputs of the jobs that failed below a workflow job, which has none of its own."""
    parts, truncated = [], False
    for child, node in _failed_children(api, job):
        if child.type not in facts.EVENT_PATHS:
            continue
        try:
            output = get_output(api, child, max_bytes, None)
        except ApiError as error:
            output = Output(f"(no output: {error.message})\n", complete=False)
        parts.append(f"==> {node}: {child.type} {child.id} {child.name} ({child.status})\n{output.text}")
        truncated = truncated or output.truncated
    whole = _cap("\n".join(parts), max_bytes)
    whole.truncated = whole.truncated or truncated
    return whole
