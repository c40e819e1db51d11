# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading: one job, thousands of jobs, a long output."""

from __future__ import annotations

from collections import defaultdict
from statistics import median

from .bench import AS_MODULE, Bench, Failed, good, middle, requests_of
from .stage import Mark, Stage, Task
from .table import Line, most, plain, ratio, seconds, size

_LIST = "{{ query('unified.jobs.job', max_results=0, platform='awx', url=url, token=token, ca_path=ca) | length }}"
_PEER_LIST = (
    "{{ query('awx.awx.controller_api', 'unified_jobs', host=url, oauth_token=token, return_all=true,"
    " max_objects=100000, query_params={'page_size': 200}) | length }}"
)
_TAIL = 65536
#: real servers take longer for a page of jobs than the lab does
_SLOW = 0.2


def one_job(bench: Bench) -> list[Line]:
    """Rows 1 and 2."""
    stage = bench.stage
    job = stage.finished_job(11)
    times: dict[str, list[float]] = defaultdict(list)
    for _run in range(bench.runs):
        marks = stage.play(_read_tasks(stage, job) * bench.sizes.tasks)
        for name in ("in-process", "module", "uri", "job_wait"):
            times[name].append(middle(marks, name))
    work = "one finished job read, per task, in-process"
    here, module = times["in-process"], times["module"]
    return [
        ratio(1, work, here, ("uri", times["uri"]), 0.15),
        ratio(1, work, here, ("awx.awx.job_wait", times["job_wait"]), 0.10),
        ratio(2, "the same as a module", module, ("uri", times["uri"]), 1.0),
        ratio(2, "the same as a module", module, ("awx.awx.job_wait", times["job_wait"]), None),
        ratio(2, "the same: in-process against module", here, ("our module", module), None),
    ]


def _read_tasks(stage: Stage, job: int) -> list[Task]:
    server = stage.servers["awx"]
    uri = {
        "url": f"{server['url']}/api/v2/jobs/{job}/",
        "headers": {"Authorization": f"Bearer {server['token']}"},
        "ca_path": stage.ca_file,
    }
    ours = {"jobs": job}
    return [
        {"name": "in-process", "unified.jobs.job_info": ours},
        {"name": "uri", "ansible.builtin.uri": uri},
        {"name": "module", "unified.jobs.job_info": ours, "vars": AS_MODULE},
        {"name": "job_wait", "awx.awx.job_wait": {"job_id": job}},
    ]


def many_jobs(bench: Bench) -> list[Line]:
    """Row 6."""
    stage, wanted = bench.stage, bench.sizes.listed
    stage.reset()
    job = stage.finished_job(11)
    stage.control("POST", "repeat-job", {"id": job, "count": wanted - 1})
    times: dict[str, list[float]] = defaultdict(list)
    asked: dict[str, list[float]] = defaultdict(list)
    for _run in range(bench.runs):
        for server in ("quick", "slow"):
            if server == "slow":
                delay = {"action": "delay", "seconds": _SLOW, "path": "/unified_jobs/", "times": None}
                stage.control("POST", "faults", delay)
            for name, mark in _listed(stage, wanted).items():
                times[f"{server} {name}"].append(mark.seconds)
                asked[name].append(len(requests_of(stage, mark)))
            stage.control("DELETE", "faults")
    stage.reset()
    peer = "awx.awx.controller_api"
    slow = f"the same from a server that takes {_SLOW:g} s more for a page"
    return [
        ratio(6, f"{wanted:,} jobs listed from AWX", times["quick ours"], (peer, times["quick peer"]), 0.7),
        ratio(6, slow, times["slow ours"], (peer, times["slow peer"]), None),
        ratio(6, "the same: requests", asked["ours"], (peer, asked["peer"]), None, shown=plain),
    ]


def _listed(stage: Stage, wanted: int) -> dict[str, Mark]:
    """The tasks that list all jobs."""
    stage.forget_requests()
    debug, server = "ansible.builtin.debug", stage.servers["awx"]
    tasks: list[Task] = [{"name": "ours", debug: {"msg": _LIST}}, {"name": "peer", debug: {"msg": _PEER_LIST}}]
    marks = stage.play(tasks, url=server["url"], token=server["token"], ca=stage.ca_file)
    found = {name: good(marks, name)[0] for name in ("ours", "peer")}
    for name, mark in found.items():
        if mark.msg != str(wanted):
            raise Failed(f"{name}: {mark.msg} of {wanted} jobs")
    return found


def long_output(bench: Bench) -> list[Line]:
    """Row 8."""
    stage, length = bench.stage, bench.sizes.output
    stage.reset()
    stage.behave("lab-noprompt", flood=length)
    job = stage.finished_job(13)
    expected = _tail_of(stage, job)
    peaks, took, wrong = [], [], []
    for _run in range(bench.runs):
        arguments = {**stage.connection("awx"), "jobs": job, "include": ["output"], "output_max_bytes": _TAIL}
        found = stage.watched("job_info", arguments)
        text = found["result"]["job"]["output"].encode()
        peaks.append(found["peak"])
        took.append(found["end"] - found["begin"])
        # what is left out before the tail ends where a line does
        right = expected.endswith(text) and expected[: len(expected) - len(text)].count(b"\n") <= 1
        wrong.append(0.0 if right and found["result"]["job"]["output_truncated"] else 1.0)
    stage.reset()
    work = f"output of {plain(length / 1e6)} MB"
    told = f"in {seconds(median(took))}"
    words = {"shown": lambda value: "wrong" if value else "right", "to_reach": "right"}
    right_line = most(8, f"{work}: last 64 KiB", wrong, 0.0, **words)
    return [most(8, f"{work}: memory", [float(peak) for peak in peaks], 150e6, shown=size, peer=told), right_line]


def _tail_of(stage: Stage, job: int) -> bytes:
    """The end of the output, read by nothing of ours."""
    kept = b""
    path = f"/api/v2/jobs/{job}/stdout/?format=txt_download"
    with stage.ask("GET", path, stream=True) as answer:
        for piece in answer.iter_content(65536):
            kept = (kept + piece)[-_TAIL:]
    return kept
