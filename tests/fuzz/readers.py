# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What reads bodies, each called alone: no exception but those that are meant, and what comes out is as it should be."""

from __future__ import annotations

import contextlib
import math
import os
import tempfile
from collections.abc import Callable, Iterable
from typing import Any

from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader

import ansible_collections.unified.jobs.plugins.filter.job as job_filter
import ansible_collections.unified.jobs.plugins.test.job as job_test
from ansible_collections.unified.jobs.plugins.module_utils import (
    _answers,
    _clock,
    _config,
    _errors,
    _lines,
    _masking,
    _select,
    _tidy,
    _values,
)
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx import conventions as awx_conventions
from ansible_collections.unified.jobs.plugins.module_utils._platforms.foreman import normalize as foreman_normalize
from ansible_collections.unified.jobs.plugins.module_utils._registry import PLATFORMS
from ansible_collections.unified.jobs.plugins.module_utils._types import Job, JobRef
from ansible_collections.unified.jobs.plugins.plugin_utils import _config_file

from .checks import check_job, check_line, check_plain, expect
from .mutate import DATES, TEXTS
from .readers_own import OWN
from .reading import LONGEST_MESSAGE, Read, Reader, data_of, mapped, tidied
from .seeds import Corpus
from .stub import Raw

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
    kind = PLATFORMS[platform]

    def read(body: dict[str, Any]) -> None:
        expect(isinstance(kind.recognizes(body), bool), "recognizes")
        job = kind.normalize(body)
        shown = tidied(job.to_dict())
        check_plain(shown)
        check_job(shown)
        _check_shown(job)
        with contextlib.suppress(_errors.InvalidOptionError):
            _select.select_jobs(shown)

    return mapped(read)


def _filter(platform: str) -> Read:
    def read(body: Any) -> None:
        for named in (None, platform):
            with contextlib.suppress(AnsibleError):
                result = job_filter.normalize_job(data_of(body), named)
                check_plain(result)
                for job in result if isinstance(result, list) else [result]:
                    check_job(job)
                    job_test.job_failed(job)

    return read


def _tests(body: Any) -> None:
    for test in job_test.TestModule().tests().values():
        with contextlib.suppress(AnsibleError):
            expect(test(data_of(body)) in (True, False), "a test")


def _error(platform: str) -> Read:
    kind = PLATFORMS[platform]

    def read(body: Any) -> None:
        data = data_of(body)
        text = bytes(body).decode("utf-8", "replace") if isinstance(body, Raw) else str(body)[:50000]
        for status in (401, 403, 500, 599):
            meant = kind.meant_status(status, data)
            expect(meant.__class__ is int and 400 <= meant <= 599, f"meant_status {meant!r}")
            _answers.error_kind(meant)
            for given in (data, None):
                said = _tidy.one_line(kind.error_text(status, given, text))
                check_line(said, LONGEST_MESSAGE)
                expect(not said.lstrip().lower().startswith(("<!doctype", "<html")), f"HTML: {said:.80}")

    return read


def _select_read(body: Any) -> None:
    try:
        refs = _select.select_jobs(data_of(body))
    except _errors.InvalidOptionError as error:
        check_line(_tidy.one_line(error.message), 200000)
        return
    for ref in refs:
        expect(ref.__class__ is JobRef and ref.id.__class__ is str, f"a reference {ref!r:.100}")


def _tidy_read(body: Any) -> None:
    check_plain(tidied({"a": data_of(body)}))
    list(_masking.secret_texts(data_of(body)))
    _masking.mask(data_of(body), ["s3cret", "a", "x\ny"])


def _time(value: Any) -> None:
    text = data_of(value)
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
    value = data_of(body)
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
    data = data_of(body)
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


# -- all ---------------------------------------------------------------------------------------------------------------


def readers(platform: str, known: Corpus) -> list[Reader]:
    """All of a platform."""
    own = OWN[platform](known)
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
