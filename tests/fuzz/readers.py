# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What reads bodies, each called alone: no exception but those that are meant, and what comes out is as it should be."""

from __future__ import annotations

import contextlib
import functools
import math
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader

from ansible_collections.unified.jobs.plugins.filter import job as job_filter
from ansible_collections.unified.jobs.plugins.module_utils import (
    _answers,
    _clock,
    _config,
    _errors,
    _lines,
    _masking,
    _registry,
    _select,
    _tidy,
    _values,
)
from ansible_collections.unified.jobs.plugins.module_utils._native import rows
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import content as awx_content
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import conventions as awx_conventions
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import normalize as awx_normalize
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import prompts
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman import cursor as foreman_cursor
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman import normalize as foreman_normalize
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman import output as foreman_output
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import events as puppet_events
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import metadata, nodes
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import normalize as puppet_normalize
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import output as puppet_output
from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet import results as puppet_results
from ansible_collections.unified.jobs.plugins.module_utils._types import HostResult, HostStatus, Job, JobRef
from ansible_collections.unified.jobs.plugins.plugin_utils import _config_file
from ansible_collections.unified.jobs.plugins.test import job as job_test

from . import awx_server, foreman_server, puppet_server
from .checks import check_host, check_job, check_line, check_plain, expect
from .mutate import DATES, TEXTS
from .seeds import Corpus
from .stub import Raw

Read = Callable[[Any], None]
#: error sentences are one line that people read
LONGEST_MESSAGE = 3000


@dataclass(frozen=True)
class Reader:
    """One that reads: its name, what it begins with, and the call with its checks."""

    name: str
    seeds: Sequence[Any]
    read: Read
    weight: int = 1
    #: it may also get what JSON does not have
    takes_python: bool = False


def _data(body: Any) -> Any:
    return _answers.json_body(bytes(body)) if isinstance(body, Raw) else body


def _mapped(call: Callable[[dict[str, Any]], Any]) -> Read:
    """A reader that is only ever given objects."""

    def read(body: Any) -> None:
        data = _data(body)
        if isinstance(data, dict):
            call(data)

    return read


def _tidied(value: Any) -> Any:
    return _tidy.tidy({"value": value}, ["s3cret"])["value"]


def _plain(call: Callable[[dict[str, Any]], Any]) -> Read:
    """A reader of objects whose result is shown."""
    return _mapped(lambda data: check_plain(_tidied(call(data))))


# -- everywhere --------------------------------------------------------------------------------------------------------


def _check_shown(job: Job) -> None:
    """What progress shows of a job, at any width."""
    for columns in (1, 20, 79):
        for line in (_lines.job_line("server", job, columns), _lines.waiting_line(["a"], [job], "1:00", columns)):
            expect(line.isprintable() and _lines.width_of(line) <= max(columns, 1), f"a line: {line!r:.200}")
    lines = [_lines.summary_line("s", [job, job], 79, 3), _lines.state_of(job), _lines.counted([job])]
    expect(all(line.isprintable() for line in lines), "lines")
    _lines.bad_hosts(job)
    for line in _lines.fold(_lines.one_line(job.explanation), 40, 3):
        expect(_lines.width_of(line) <= 40, f"a row that is too wide: {line!r:.200}")


def _normalize(platform: str) -> Read:
    kind = _registry.PLATFORMS[platform]

    def read(body: dict[str, Any]) -> None:
        expect(isinstance(kind.recognizes(body), bool), "recognizes")
        job = kind.normalize(body)
        shown = _tidied(job.to_dict())
        check_plain(shown)
        check_job(shown)
        _check_shown(job)
        with contextlib.suppress(_errors.InvalidOptionError):
            _select.select_jobs(shown)

    return _mapped(read)


def _filter(platform: str) -> Read:
    def read(body: Any) -> None:
        for named in (None, platform):
            with contextlib.suppress(AnsibleError):
                result = job_filter.normalize_job(_data(body), named)
                check_plain(result)
                for job in result if isinstance(result, list) else [result]:
                    check_job(job)
                    job_test.job_failed(job)

    return read


def _tests(body: Any) -> None:
    for test in job_test.TestModule().tests().values():
        with contextlib.suppress(AnsibleError):
            expect(test(_data(body)) in (True, False), "a test")


def _error(platform: str) -> Read:
    kind = _registry.PLATFORMS[platform]

    def read(body: Any) -> None:
        data = _data(body)
        text = bytes(body).decode("utf-8", "replace") if isinstance(body, Raw) else str(body)[:50000]
        for status in (401, 403, 500, 599):
            meant = kind.meant_status(status, data)
            expect(type(meant) is int and 400 <= meant <= 599, f"meant_status {meant!r}")
            _answers.error_kind(meant)
            for given in (data, None):
                said = _tidy.one_line(kind.error_text(status, given, text))
                check_line(said, LONGEST_MESSAGE)
                expect(not said.lstrip().lower().startswith(("<!doctype", "<html")), f"HTML: {said:.80}")

    return read


def _select_read(body: Any) -> None:
    try:
        refs = _select.select_jobs(_data(body))
    except _errors.InvalidOptionError as error:
        check_line(_tidy.one_line(error.message), 200000)
        return
    for ref in refs:
        expect(type(ref) is JobRef and type(ref.id) is str, f"a reference {ref!r:.100}")


def _tidy_read(body: Any) -> None:
    check_plain(_tidied({"a": _data(body)}))
    list(_masking.secret_texts(_data(body)))
    _masking.mask(_data(body), ["s3cret", "a", "x\ny"])


def _time(value: Any) -> None:
    text = _data(value)
    moment = _clock.parse_time(text)
    expect(moment is None or moment.tzinfo is not None, "a time without a zone")
    iso = _clock.iso_time(text)
    expect(iso is None or _clock.iso_time(iso) == iso, f"{iso!r} is no time of ours")
    foreman_normalize.parse_date(text)
    if isinstance(text, str):
        _clock.iso_time(_answers.parse_date(text))
        for date in (None, text, "Sun, 22 Nov 2026 10:00:00 GMT"):
            for after in (text, "Sun, 22 Nov 2026 10:00:00 GMT"):
                seconds = _answers.retry_after(after, date)
                expect(seconds is None or (seconds >= 0 and not math.isnan(seconds)), f"retry_after {seconds}")
        for status_url in (text, f"https://h/{text}"):
            _answers.short_url(status_url)
            _answers.redirect_target("https://h/a", status_url)
            _values.same_origin("https://h/a", status_url)


def _values_read(body: Any) -> None:
    value = _data(body)
    checks: Iterable[Callable[[Any, str], Any]] = (
        *(_values.as_text, _values.as_bool, _values.as_seconds, _values.as_path, _values.as_file, _values.as_token),
        *(_values.as_secret, _values.as_url, lambda given, where: _values.as_choice(given, where, ["a"])),
    )
    for check in checks:
        try:
            check(value, "url")
        except _errors.InvalidOptionError as error:
            check_line(_tidy.one_line(error.message), 200000)
    with contextlib.suppress(_errors.InvalidOptionError):
        for name, entry in _config.parse_servers(value).items():
            _config.load_entry(name, entry, lambda path: "read", {})


def _config_text(body: Any) -> None:
    """Files of configuration, ours and others'."""
    data = _data(body)
    content = (
        bytes(body)
        if isinstance(body, Raw)
        else (data if isinstance(data, str) else repr(data)).encode("utf-8", "replace")
    )
    awx_conventions._parse(content.decode("utf-8", "replace"))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "unified_jobs.yml")
        with open(path, "wb") as file:
            file.write(content)
        with contextlib.suppress(_errors.InvalidOptionError):
            reader = _config_file.ServerReader(DataLoader(), None, path, {}, lambda text: None)
            reader.read(["a"])


# -- AWX ---------------------------------------------------------------------------------------------------------------


def _awx(known: Corpus) -> list[Reader]:
    return [
        Reader("failed task", awx_server.EVENTS, _mapped(_awx_failed_task), 2),
        Reader("native", known.jobs, _plain(awx_normalize.mask_native)),
        Reader("survey", awx_server.SPEC, _mapped(_awx_survey), 2),
        Reader("prompts", [awx_server.template()], _mapped(_awx_prompts)),
        Reader("passwords", [awx_server.PREFLIGHT], _mapped(_awx_passwords)),
    ]


def _awx_failed_task(row: dict[str, Any]) -> None:
    job = Job("awx", "job", "7")
    job.included["failed_tasks"] = [awx_content._failed_task(row)]
    check_job(_tidied(job.to_dict()))
    awx_content._place(row)


def _refused_or(call: Callable[[], Any]) -> None:
    """Do it; that the user's options are refused is right, in one line."""
    try:
        call()
    except _errors.JobsError as error:
        expect(not isinstance(error, _errors.InternalError), error.message)
        check_line(_tidy.one_line(error.message), 200000)


def _awx_survey(question: dict[str, Any]) -> None:
    for value in ("x", 5, 1.5, True, ["x"], None, "9" * 5000, "dev"):
        for ask in (True, False):
            given = {str(question.get("variable")): value}
            template = {"extra_vars": "{}"}
            _refused_or(functools.partial(prompts.check_variables, template, given, [question], ask))


def _awx_prompts(template: dict[str, Any]) -> None:
    body = {"limit": "a", "inventory": 2, "labels": [1], "credentials": [3], "scm_branch": "b", "extra_vars": {"a": 1}}
    _refused_or(lambda: prompts.check_prompts(template, dict(body), lambda key, usual: usual))
    _refused_or(lambda: prompts.check_variables(template, {"a": "b"}, [], False))


def _check_passwords(preflight: dict[str, Any], chosen: list[dict[str, Any]]) -> None:
    needed, is_all = prompts.needed_passwords(preflight, chosen)
    prompts.check_passwords(needed, {"a": "b"}, is_all)


def _awx_passwords(preflight: dict[str, Any]) -> None:
    chosen = [{"id": 3, "credential_type": 1, "name": "c"}]
    for own in ([], chosen):
        _refused_or(functools.partial(_check_passwords, preflight, own))
    defaults = preflight.get("defaults")
    _refused_or(
        lambda: prompts.merge_credentials(defaults.get("credentials") if isinstance(defaults, dict) else None, chosen)
    )


# -- Foreman -----------------------------------------------------------------------------------------------------------


def _foreman(known: Corpus) -> list[Reader]:
    return [
        Reader("native", known.jobs, _plain(foreman_normalize.mask_native)),
        Reader("inputs", known.jobs, _plain(foreman_normalize.input_values)),
        Reader("task", [foreman_server.TASK], _mapped(_foreman_task), 2),
        Reader("output", [{"output": foreman_server.CHUNKS, "complete": True}], _mapped(_foreman_output), 2),
        Reader("cursor", _CURSORS, _cursor(foreman_cursor.Cursor.parse)),
    ]


_CURSORS = [
    '{"hosts":{"1":[1.5,["a"],"",0]},"done":["1"],"last":"1"}',
    '{"done":["5"],"partial":"a","lines":3}',
    "0",
]


def _cursor(parse: Callable[[str], Any]) -> Read:
    def read(body: Any) -> None:
        text = bytes(body).decode("utf-8", "replace") if isinstance(body, Raw) else body
        if isinstance(text, str):
            _refused_or(lambda: parse(parse(text).dump()))

    return read


def _foreman_task(task: dict[str, Any]) -> None:
    for state in ("stopped", "running"):
        job = foreman_normalize.normalize(foreman_server.job(state, "failed"))
        foreman_normalize.add_task(job, task)
        shown = _tidied(job.to_dict())
        check_plain(shown)
        check_job(shown)


def _foreman_output(answer: dict[str, Any]) -> None:
    printed = foreman_output._printed(answer)
    host = HostResult("a", HostStatus.FAILED, exit_code=printed.exit_code, message=printed.reason())
    host.output, host.data = printed.text(), {"stderr": printed.text("stderr")}
    check_host(_tidied(host.to_dict()))
    for start in ("0", _CURSORS[0]):
        where = foreman_cursor.Cursor.parse(start)
        for _line, position in where.lines(1, printed.chunks, printed.complete):
            where.move(1, position)
        _refused_or(functools.partial(foreman_cursor.Cursor.parse, where.dump()))


# -- Puppet ------------------------------------------------------------------------------------------------------------


def _puppet(known: Corpus) -> list[Reader]:
    events = [*puppet_server.EVENTS["items"], *puppet_server.MESSAGES["items"]]
    return [
        Reader(
            "native",
            [*known.jobs, puppet_server.plan_job(), puppet_server.schedule()],
            _plain(puppet_normalize.mask_native),
        ),
        Reader("kinds", [*known.jobs, puppet_server.plan_job(), puppet_server.schedule()], _mapped(_puppet_kinds), 3),
        Reader("node", puppet_server.NODES, _mapped(_puppet_node), 3),
        Reader("event", events, _plain(puppet_events._event)),
        Reader("next events", [puppet_server.EVENTS], _mapped(_puppet_next)),
        Reader("parameters", [*known.jobs, puppet_server.schedule()], _plain(puppet_normalize.parameters_of)),
        Reader("metadata", [puppet_server.PARAMETERS], _mapped(_puppet_metadata), 2),
        Reader("cursor", _CURSORS, _cursor(puppet_output.Cursor.parse)),
    ]


def _puppet_kinds(body: dict[str, Any]) -> None:
    for kind in ("job", "plan_job", "scheduled_job"):
        job = puppet_normalize.normalize(body, kind)
        puppet_normalize.is_of_kind(body, kind)
        shown = _tidied(job.to_dict())
        check_plain(shown)
        check_job(shown)


def _puppet_node(node: dict[str, Any]) -> None:
    for host in nodes.iter_hosts([node], 100):
        shown = _tidied(host.to_dict())
        check_plain(shown)
        check_host(shown)
    job = Job("puppet", "job", "5")
    job.included["failed_tasks"] = nodes.get_failed_tasks(job, [node])
    check_job(_tidied(job.to_dict()))
    puppet_output.node_text(node, True)
    puppet_results.host_result(node)


def _puppet_next(body: dict[str, Any]) -> None:
    expect(puppet_events.next_start(body) >= 0, "next_start")
    for row in rows(body.get("items")):
        expect(puppet_events.event_id(row) >= 0, "event_id")


def _puppet_metadata(parameters: dict[str, Any]) -> None:
    known = {str(name): row if isinstance(row, dict) else {} for name, row in parameters.items()}
    said = metadata.Metadata(known, None)
    said.sensitive()
    _refused_or(lambda: metadata.check_parameters(said, {"a": "v", "s": 5, "x": None}, "the task", ()))


# -- all ---------------------------------------------------------------------------------------------------------------


def readers(platform: str, known: Corpus) -> list[Reader]:
    """All of a platform."""
    own = {"awx": _awx, "foreman": _foreman, "puppet": _puppet}[platform](known)
    job = Job(platform, "job", "5").to_dict()
    results: list[Any] = [
        {"jobs": [job], "missing": ["6"]},
        {"results": [{"job": job}, {"skipped": True}]},
        job,
        "5,6",
        [5],
    ]
    texts = [*DATES, *TEXTS, "Wed, 21 Oct 2026 07:28:00 GMT", "120", "2026-11-22T10:00:00Z"]
    configs = [
        '{"servers": {"a": {"platform": "awx", "url": "https://h", "token": "t"}}}',
        "[general]\nhost = h\n",
        "a: b",
    ]
    return [
        Reader("normalize", known.jobs, _normalize(platform), 8),
        Reader("normalize_job", known.jobs, _filter(platform), 3, takes_python=True),
        Reader("error text", known.errors, _error(platform), 4),
        Reader("job tests", results, _tests, takes_python=True),
        Reader("jobs option", results, _select_read, takes_python=True),
        Reader("tidy", known.bodies, _tidy_read),
        Reader("times", texts, _time),
        Reader(
            "values",
            [*texts, {"a": {"platform": "awx", "url": "https://h", "token": "t"}}],
            _values_read,
            takes_python=True,
        ),
        Reader("configuration", configs, _config_text),
        *own,
    ]
