# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts of a result can be printed and handed on, whatever a server sent; for every face, the lookup too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _faces
from ansible_collections.unified.jobs.plugins.module_utils._errors import ForbiddenError, JobsError
from ansible_collections.unified.jobs.plugins.module_utils._masking import MASK, TOO_DEEP
from ansible_collections.unified.jobs.plugins.module_utils._tidy import one_line, tidy, tidy_error

ODD = "a\x1b[31m\x07\nb\x85\u202e\ud800c"


def test_one_line() -> None:
    assert one_line(ODD) == "a [31m b \ufffdc"


def test_sentences_are_cleaned_and_output_is_not() -> None:
    job = {"id": "1", "warnings": [ODD, 5], "output": "a\n\x1b[0mb", "name": ODD}
    shown = tidy({"msg": ODD, "job": job, "jobs": [job], "warnings": [ODD]}, [])
    assert shown["msg"] == one_line(ODD)
    assert shown["warnings"] == [one_line(ODD)]
    for one in (shown["job"], shown["jobs"][0]):
        assert one["warnings"] == [one_line(ODD), 5]
        assert one["output"] == "a\n\x1b[0mb"


def test_the_trace_of_a_bug_keeps_its_lines() -> None:
    """Ansible prints it as it is; the words of an exception may be those of a server."""
    trace = f"Traceback:\n  File x\nValueError: {ODD}"
    shown = tidy({"exception": trace, "job": {"artifacts": {"exception": ODD}}}, [])
    assert shown["exception"] == "Traceback:\n  File x\nValueError: a [31m \nb  \ufffdc"
    assert shown["job"]["artifacts"]["exception"] == ODD.replace("\ud800", "\ufffd")


def test_half_characters_are_replaced_everywhere() -> None:
    """From ansible-core 2.19 on, one of them made the answer of a module no answer."""
    shown = tidy({"\udc00": {"deep": [{"x": "a\ud83d"}]}, "jobs": [{"artifacts": {"warnings": "\ud800"}}]}, [])
    json.dumps(shown, ensure_ascii=False).encode("utf-8")


def test_errors_are_cleaned_too() -> None:
    error = ForbiddenError("no\n\x1b tok-secret", job={"name": "\ud800 tok-secret", "id": "1"})
    tidy_error(error, ["tok-secret"])
    assert (error.message, str(error)) == (f"no {MASK}", f"no {MASK}")
    assert error.result == {"job": {"name": f"\ufffd {MASK}", "id": "1"}}


def test_what_is_nested_beyond_measure() -> None:
    value: Any = "x"
    for _level in range(950):
        value = {"k": value}
    assert TOO_DEEP in json.dumps(tidy({"a": value}, []))


def test_the_login_is_masked_for_every_face(lab: Any) -> None:
    """The lookup calls a face and has no other masking: an echoed login is masked further down."""
    echo = json.dumps({"detail": "y" * 590 + f" {lab.token} \x1b[2J"})
    lab.fault("status", status=403, path="/jobs/", times=None, body=echo)
    options = {"platform": "awx", "url": lab.url("awx"), "token": lab.token, "jobs": [1]}
    with pytest.raises(JobsError) as caught:
        _faces.info(options.get)
    assert caught.value.code == "forbidden"
    assert lab.token[:8] not in json.dumps(caught.value.to_result())
    assert "\x1b" not in caught.value.message


def test_a_secret_is_masked_before_it_is_cut(lab: Any) -> None:
    """A server repeats a long one in a message that is cut, and a key of several lines on one."""
    for secret in ("L0NG" + "abcdefghij" * 80, "-----BEGIN-----\nAAAALINEONE\nBBBBLINETWO\n-----END-----\n"):
        echo = json.dumps({"variables_needed_to_start": [f"Value {secret} for 'k' is odd."]})
        lab.fault("status", status=400, method="POST", path="/launch/", body=echo)
        options = {"platform": "awx", "url": lab.url("awx"), "token": lab.token, "template": "lab-prompts"}
        with pytest.raises(JobsError) as caught:
            _faces.invoke({**options, "secret_parameters": {"k": secret}}.get)
        shown = json.dumps(caught.value.to_result())
        assert f"Value {MASK} for 'k' is odd" in shown
        assert "abcdefghij" not in shown
        assert "LINE" not in shown
