# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text from jobs and servers is data on every platform: in results, in lines of progress, in sentences."""

from __future__ import annotations

import json
import pathlib
import sys
from collections.abc import Iterator
from typing import Any, Callable

import pytest

TESTS = str(pathlib.Path(__file__).resolve().parents[1])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)

from hostile_server import HostileServer, answer  # noqa: E402
from hostile_text import HOSTILE, KEPT, MARK, TEMPLATES, spoiled, spoiling  # noqa: E402

from ansible_collections.unified.jobs.plugins.module_utils._errors import JobsError  # noqa: E402
from ansible_collections.unified.jobs.plugins.module_utils._progress import Stage, showing  # noqa: E402
from ansible_collections.unified.jobs.plugins.module_utils._types import INCLUDES  # noqa: E402

#: the keys that hold what the server calls a job's state
STATES = {"awx": ("status",), "foreman": ("status_label", "result"), "puppet": ("state",)}


@pytest.fixture
def through(simulated: Any) -> Iterator[Callable[..., HostileServer]]:
    """through(spoil) lets all answers of the simulated server be spoiled from now on."""
    servers: list[HostileServer] = []

    def start(spoil: Callable[[bytes], bytes], *rules: Any) -> HostileServer:
        servers.append(HostileServer(*rules, behind=simulated.lab.url(simulated.platform), spoil=spoil))
        simulated.access["url"] = servers[-1].url
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def job(simulated: Any) -> dict[str, Any]:
    """A job that failed, with such a text for a description, where there is one, and as output."""
    engine = simulated.lab.benches[simulated.platform].platform.engine
    engine.behave(simulated.names.fail, raw_output=f"first {MARK} and\n{MARK}\nlast\n".encode())
    return launched(simulated)


def launched(world: Any) -> dict[str, Any]:
    more = {} if world.platform == "awx" else {"description": MARK}
    options = {"wait": True, "fail_on": [], "include": ["output"], **more}
    found: dict[str, Any] = world.face("invoke", template=world.names.fail, **options)["job"]
    return found


def check_sentences(value: Any) -> None:
    """All that Ansible prints as it is."""
    if isinstance(value, dict):
        for key, item in value.items():
            for text in [item] if key == "msg" else item if key == "warnings" else ():
                assert not isinstance(text, str) or text.isprintable(), ascii(text)
            check_sentences(item)
    for item in value if isinstance(value, list) else ():
        check_sentences(item)


def test_results_hold_it_as_it_is(world: Any, job: dict[str, Any], through: Any) -> None:
    through(spoiled)
    own = {name for name in INCLUDES if name in world.kind.FEATURES}
    found = world.face("info", jobs=job["id"], include=[*sorted(own), "native"])
    text = json.dumps(found, ensure_ascii=False)
    text.encode("utf-8")
    assert json.loads(text) == found
    check_sentences(found)
    assert TEMPLATES in json.dumps(found)
    one = found["job"]
    assert KEPT in (one["name"], one["description"])
    assert TEMPLATES in one["output"]
    if world.platform == "puppet":
        # its contract wants what tasks print to survive (checklist 42)
        assert KEPT in one["output"]
    else:
        assert not set("\x1b\x9b\x00\r\x08\x7f") & set(one["output"])


def test_lists_hold_it_as_it_is(world: Any, job: dict[str, Any], through: Any) -> None:
    through(spoiled)
    found = world.face("info", max_results=5, **({"type": "job"} if world.platform == "puppet" else {}))
    json.dumps(found, ensure_ascii=False).encode("utf-8")
    assert any(KEPT in (one["name"], one["description"]) for one in found["jobs"])


@pytest.mark.parametrize("follow", [False, True])
def test_lines_of_progress_steer_no_terminal(world: Any, job: dict[str, Any], through: Any, follow: bool) -> None:
    through(spoiled)
    lines: list[str] = []
    with showing(Stage(lines.append, 79)):
        more = {} if world.platform == "awx" else {"description": MARK}
        world.face("invoke", template=world.names.fail, wait=True, fail_on=[], follow=follow, **more)
    assert lines
    for line in lines:
        assert line.isprintable(), ascii(line)
        line.encode("utf-8")
    # on Puppet Enterprise a job is called as what it runs
    assert any("{{ 1000000000" in line for line in lines) or (world.platform == "puppet" and not follow)
    assert any("{{ 1000000000 + 337 }} {% set" in line for line in lines if line.startswith("|")) is follow


def test_a_failure_is_one_clean_sentence(world: Any, job: dict[str, Any], through: Any) -> None:
    through(spoiling("job_explanation", "msg", "message", "kind"))
    with pytest.raises(JobsError) as caught:
        world.face("wait", jobs=job["id"])
    assert caught.value.code == "job_failed"
    assert caught.value.message.isprintable()
    json.dumps(caught.value.to_result(), ensure_ascii=False).encode("utf-8")
    check_sentences(caught.value.to_result())


def test_a_state_that_is_not_known_is_a_clean_warning(world: Any, job: dict[str, Any], through: Any) -> None:
    through(spoiling(*STATES[world.platform]))
    found = world.face("info", jobs=job["id"])["job"]
    assert found["warnings"]
    check_sentences(found)
    assert "{{ 1000000000 + 337 }}" in " ".join(found["warnings"])


@pytest.mark.parametrize("status", [400, 403, 422, 500])
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/html"])
def test_what_an_error_says_is_one_clean_sentence(world: Any, through: Any, status: int, kind: str) -> None:
    said = json.dumps({key: HOSTILE for key in ("detail", "msg", "message", "kind")} | {"error": {"message": HOSTILE}})
    body = said.encode() if "json" in kind else HOSTILE.encode("utf-8", "surrogatepass")
    lines = [f"X-Request-Id: {'{{ 1000000000 + 337 }}'} \x1b]0;x\x07\x9b31m"]
    through(spoiled, ("GET", "", answer(body, f"{status} \x1b[31mred", *lines, kind=kind)))
    with pytest.raises(JobsError) as caught:
        world.face("info", jobs="1")
    assert caught.value.message.isprintable(), ascii(caught.value.message)
    json.dumps(caught.value.to_result(), ensure_ascii=False).encode("utf-8")
