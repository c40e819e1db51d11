# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorded requests to the orchestrator, asked again: the simulated one has to answer as the real ones did.

The recordings come from many releases, the lab has three; each is asked of the lab's release that is nearest. What
the recording has, the answer has to have, but for the keys in LOOSE; what the answer has, some recording of the same
thing has to have. The recordings are not part of this repository; JOBS_RECORDINGS names their folder. A few are in
samples/puppet.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import puppet_scenes as scenes
import pytest
from puppet_client import WEB, PuppetClient
from puppet_scenes import after, as_user, deploy, options, plain, plan, stopped, task
from puppet_shapes import Kinds, kind, missing, thing

_HERE = Path(__file__).resolve().parent
_FOLDER = Path(os.environ.get("JOBS_RECORDINGS") or _HERE.parents[1].parent / "shared" / "recordings") / "puppet"


def _load(folder: Path) -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


_RECORDINGS = _load(_FOLDER) if _FOLDER.is_dir() else {}
_SAMPLES = _load(_HERE / "samples" / "puppet")

#: Recordings that the lab does not answer, each with the reason.
NOT_COVERED = {
    "009-orch-401-redirect-key": "an answer of the classifier, which the lab does not simulate",
}

#: Statuses that differ, each with the reason.
_STATUSES = {
    "025": (202, "200 comes from the stub that the recording was kept in; every server and page says 202"),
}

#: Keys that the lab's answer may lack, each with the reason.
_MOVED = "from 2017.3 on these are in result; the oldest generation of the lab is 2018.1"
_SINCE_2021 = "pagination says this from 2021 on; 067, which is stronger, lacks it on 2019.x"
LOOSE = {
    "067": {"job.status": "edited by the recording's source: the list has no status (contract 1.3)"},
    "069": dict.fromkeys(("job.pagination.order", "job.pagination.order_by", "job.pagination.type"), _SINCE_2021),
    "075": {"job.owner.*": "2018.1 shows owners as 077 and 065 do, with two keys"},
    "076": {"job.owner.*": "2018.1 shows owners as 077 and 065 do, with two keys"},
    "087": {"job.owner.*": "079, which is real, has fewer keys on 2019.x"},
    "093": {"nodes.items[].details.*": _MOVED},
    "094": {"nodes.items[].details.*": _MOVED},
    "099": {"nodes.items[].details.message": "a placeholder that the recording's source put in"},
    "131": {"scheduled.start_time": "one row of two has it beside schedule.start_time; no page mentions it"},
    "132": {"scheduled.pagination.type": "131, which is stronger, was asked for a type and lacks it"},
    "144": {"plan.options.environment": "plans of projects have none, the other one has; both are in the list"},
}

#: The generation of the lab for what a recording says about its server; the first that fits.
_GENERATIONS = (
    (r"2016|2017|2018\.1$|<=2019", "2018.1"),
    (r"^<|2019|2018\.1-", "2019.8"),
    ("", "2023"),
)
#: Recordings of another release than they say, or that do not say one.
_OTHER = {
    "104": "2019.8",  # says 2018.1, but has a transport, which the real 096 and 098 have not
    "033": "2018.1",
    "074": "2023",
    "120": "2018.1",
}

_THREE = ["off1.example.com", "web1.example.com", "web3.example.com"]
_PACKAGE = {"params": {"name": "openssl", "action": "status"}}

#: What a recording asks for, by the number that its name begins with. The others are asked as they are.
_SCENES: dict[str, scenes.Scene] = {
    "001": scenes.login,
    "002": scenes.login,
    "003": scenes.login,
    "004": plain(options(console_starting=True)),
    "005": scenes.validate(),
    "006": scenes.validate(lambda api: api.server.expire_tokens()),
    "007": scenes.validate(token="nonsense"),
    "008": as_user(None),
    "010": plain(lambda api: api.lab.expire_tokens()),
    "011": plain(lambda api: api.lab.revoke_tokens()),
    "012": scenes.unknown_token,
    "013": as_user("former"),
    "014": plain(lambda api: api.lab.expire_tokens(), options(expired_status=403)),
    "015": as_user("nobody"),
    "016": as_user("reader"),
    "017": scenes.faulty(500, content_type="application/json; charset=utf-8"),
    "018": scenes.faulty(
        503,
        body="<html><head><title>Error 503</title></head><body><h2>HTTP ERROR 503</h2></body></html>",
        content_type="text/html;charset=iso-8859-1",
    ),
    "022": plain(options(starting=True)),
    "035": plain(options(puppetdb_down=True)),
    "050": as_user("reader"),
    "053": scenes.stop(after(2.0)),
    "054": scenes.stop(after(60.0)),
    "055": scenes.stop(after(5.0), force=True),
    "058": scenes.stop_plan,
    "065": plain(scenes.whole_environment_runs),
    "066": plain(scenes.several_jobs),
    "067": plain(scenes.twelve_jobs),
    "070": plain(scenes.several_jobs),
    "074": deploy(),
    "075": scenes.whole_environment,
    "076": scenes.whole_environment,
    "077": deploy(nodes=["doesnotexist"]),
    "078": task("package", ["puppet.example.com"], noop=True, description="options", **_PACKAGE),
    "079": task("facts"),
    "080": deploy(after(0.0)),
    "081": deploy(after(0.1)),
    "082": deploy(after(2.0), concurrency=1),
    "083": deploy(after(2.0), stopped(), concurrency=1),
    "084": deploy(after(2.0), stopped(), after(5.0), concurrency=1),
    "085": deploy(after(2.0), stopped(), after(5.0)),
    "086": task("os_patching::patch_server", _THREE),
    "087": task("package", **_PACKAGE),
    "088": scenes.plan_task,
    "089": scenes.broken_deploy,
    "090": scenes.future,
    "093": deploy(),
    "094": deploy(),
    "095": deploy(nodes=["doesnotexist"]),
    "096": task("facts"),
    "097": task("lab::output"),
    "098": task("lab::own_keys"),
    "099": task("package", **_PACKAGE),
    "100": task("example::last_reboot"),
    "101": deploy(after(2.0), concurrency=1),
    "102": deploy(after(2.0), stopped(), after(5.0), concurrency=1),
    "103": deploy(after(2.0), stopped(force=True), nodes=WEB[:1]),
    "104": task("os_patching::patch_server", _THREE),
    "105": task("lab::fail"),
    "106": task("lab::soft_error"),
    "107": task("lab::error_string"),
    "108": task("lab::error_top"),
    "109": plain(),
    "110": task("lab::sensitive"),
    "111": task("lab::string"),
    "112": deploy(),
    "113": deploy(nodes=["fail1.example.com"]),
    "114": task("facts"),
    "115": deploy(),
    "116": scenes.many_nodes,
    "117": scenes.job_path,
    "119": deploy(),
    "120": deploy(after(1.0), nodes=["web4.example.com", "db1.example.com"]),
    "121": task("facts"),
    "122": deploy(),
    "124": deploy(nodes=["web4.example.com", "db1.example.com"]),
    "125": scenes.events_from(deploy(nodes=["web4.example.com"])),
    "126": scenes.events_from(deploy()),
    "127": scenes.events_from(deploy(after(2.0), stopped(), after(5.0), concurrency=1)),
    "128": deploy(
        after(5.0), stopped(force=True), nodes=[*WEB[:1], "fail1.example.com", *_THREE[:1], "hang1.example.com"]
    ),
    "130": scenes.job_path,
    "131": plain(scenes.schedules),
    "132": plain(scenes.disabled_schedule),
    "134": scenes.one_schedule(),
    "138": scenes.one_schedule(),
    "139": scenes.one_schedule(scenes.disabled_schedule),
    "142": scenes.old_schedule(),
    "143": scenes.old_schedule("operator"),
    "144": plain(scenes.plans),
    "145": plain(scenes.project_plan),
    "147": plan("lab::plan_ok", 0.0),
    "148": plan("lab::plan_hang", 5.0),
    "149": plan("lab::plan_catch"),
    "150": plan("lab::plan_fail"),
    "151": plan("lab::plan_hang", 5.0, scenes.plan_stopped),
    "152": plan("lab::plan_scalar"),
    "155": plan("facts::info", targets="web1.example.com"),
    "156": plan("lab::plan_nested"),
    "157": plan("profile::patch", targets="web3.example.com"),
    "158": scenes.plan_event,
    "159": scenes.plan_event,
    "172": scenes.inventory_node("web1.example.com"),
    "173": scenes.inventory_node("off1.example.com"),
    "174": scenes.inventory_some,
    "176": plain(options(broker_down=True)),
    "177": plain(scenes.task_targets),
    "179": scenes.usage,
}


#: Nodes and plans whose result has a shape that the server, or its documentation, gives it.
_RESULTS = ("104", "105", "106", "107", "108", "109", "110", "111", "112", "113", "150", "151", "152")


def _rejected(api: PuppetClient, recording: dict[str, Any]) -> scenes.Answer:
    """A task that only the agents find missing."""
    api.options.late_task_check = True
    return task("example::nosuch")(api, recording)


_SCENES["109"] = _rejected


def _generation(recording: dict[str, Any]) -> str:
    number = recording["name"][:3]
    said = str(recording["server"] or "")
    return _OTHER.get(number) or next(name for pattern, name in _GENERATIONS if re.search(pattern, said))


def _answer(api: PuppetClient, recording: dict[str, Any]) -> scenes.Answer:
    number = recording["name"][:3]
    api.options.generation = _generation(recording)
    if number == "120":
        api.options.report_key = "items"
    answer = _SCENES.get(number, plain())(api, recording)
    wanted = _STATUSES.get(number, (recording["response"]["status"],))[0]
    assert answer.status_code == wanted, answer.text
    said = recording["response"]["headers"].get("Content-Type", "").replace(" ", "")
    if recording["response"]["body"] is not None:
        assert answer.headers["Content-Type"].replace(" ", "") == said
    return answer


def _loose(number: str, problem: str) -> bool:
    place = problem.partition(" ")[0]
    allowed = LOOSE.get(number, {})
    return place in allowed or f"{place.rpartition('.')[0]}.*" in allowed


def problems(api: PuppetClient, recording: dict[str, Any], kinds: Kinds) -> list[str]:
    """All differences between the lab's answer and the recorded one."""
    answer, recorded = _answer(api, recording), recording["response"]["body"]
    if recorded is None:
        return ["a body"] if answer.content else []
    if isinstance(recorded, str):
        return [] if answer.text == recorded else [f"{answer.text!r} was {recorded!r}"]
    name, number, body = thing(recording), recording["name"][:3], answer.json()
    if name == "error":
        return _error_problems(recording, body)
    found = [one for one in missing(name, body, recorded) if not _loose(number, one)]
    return found + kinds.problems(name, body) + _result_problems(recording, body) + _state_problems(recording, body)


def _error_problems(recording: dict[str, Any], answered: Any) -> list[str]:
    """The same kind, the same words about the same things, the same details."""
    recorded = recording["response"]["body"]
    found = []
    if answered["kind"] != recorded["kind"]:
        found.append(f"{answered['kind']} was {recorded['kind']}")
    if _words(answered["msg"]) != _words(recorded["msg"]):
        found.append(f"{answered['msg']!r} was {recorded['msg']!r}")
    one, other = answered.get("details"), recorded.get("details")
    if kind(one) != kind(other) or (isinstance(one, dict) and set(one) != set(other)):
        found.append(f"details {one} were {other}")
    return found


def _words(text: str) -> str:
    return re.sub(r"\b\d+\b", "N", text)


def _result_problems(recording: dict[str, Any], answered: Any) -> list[str]:
    """Of results whose shape is the server's and not the task's also the keys."""
    if recording["name"][:3] not in _RESULTS:
        return []
    one, other = (body.get("items", [body])[0]["result"] for body in (answered, recording["response"]["body"]))
    found = [] if kind(one) == kind(other) else [f"the result is {kind(one)}, was {kind(other)}"]
    return found + [f"the result lacks {name}" for name in sorted(_parts(other) - _parts(one))]


def _parts(value: Any, root: str = "") -> set[str]:
    """The keys of an object, with those of the objects in it."""
    if not isinstance(value, dict):
        return set()
    return {f"{root}{name}" for name in value}.union(*(_parts(one, f"{root}{name}.") for name, one in value.items()))


def _state_problems(recording: dict[str, Any], answered: Any) -> list[str]:
    """Of derived recordings also the states: they were made to show them."""
    if recording["evidence"] != "derived":
        return []
    recorded = recording["response"]["body"]
    unheard = set(_types(recorded)) - set(_types(answered))
    return [f"no event {name}" for name in sorted(unheard)] + [
        f"{what} {found} was {wanted}"
        for what, found, wanted in (
            ("state", answered.get("state"), recorded.get("state")),
            ("node states", _names(answered), _names(recorded)),
            ("status", _course(answered), _course(recorded)),
            ("states of nodes", _nodes(answered), _nodes(recorded)),
        )
        if found != wanted
    ]


def _names(body: Any) -> Any:
    return sorted(body["node_states"]) if body.get("node_states") else body.get("node_states")


def _course(body: Any) -> Any:
    status = body.get("status")
    return [one["state"] for one in status] if isinstance(status, list) else None


def _nodes(body: Any) -> Any:
    return sorted({one["state"] for one in body.get("items", []) if "transport" in one})


def _types(body: Any) -> Any:
    return sorted({one["type"] for one in body.get("items", []) if {"details", "type"} <= set(one)})


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    """What all the recordings show together."""
    return Kinds(list(_RECORDINGS.values()))


_NEEDED = pytest.mark.skipif(not _RECORDINGS, reason=f"no recordings in {_FOLDER}; set JOBS_RECORDINGS to their folder")


@_NEEDED
@pytest.mark.parametrize("name", sorted(set(_RECORDINGS) - set(NOT_COVERED)))
def test_recording(puppet: PuppetClient, kinds: Kinds, name: str) -> None:
    """The lab answers as recorded."""
    found = problems(puppet, _RECORDINGS[name], kinds)
    assert not found, "\n".join(found)


@_NEEDED
def test_the_tables_are_true() -> None:
    """They name recordings, and all of them: 179 at the time of writing."""
    assert not set(NOT_COVERED) - set(_RECORDINGS)
    numbers = {name[:3] for name in _RECORDINGS}
    assert not (set(LOOSE) | set(_SCENES) | set(_STATUSES) | set(_OTHER)) - numbers
    assert len(_RECORDINGS) >= 179


@pytest.mark.parametrize("name", sorted(_SAMPLES))
def test_sample(puppet: PuppetClient, name: str) -> None:
    """The same for the few recordings that come with this repository; together they are their own measure."""
    assert not problems(puppet, _SAMPLES[name], Kinds(list(_SAMPLES.values())))
