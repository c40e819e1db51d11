# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the templates of the recorded server do."""

from __future__ import annotations

from ..behavior import Behavior, Outcome, Task

OK = Behavior(
    duration=1.5,
    play="Lab play that succeeds",
    tasks=(
        Task("Say hello", "ansible.builtin.debug"),
        Task("Wait a little", "ansible.builtin.command", Outcome("changed")),
        Task("Touch nothing", "ansible.builtin.command"),
        Task("Skipped task", "ansible.builtin.debug", Outcome("skipped")),
        Task("Wait again", "ansible.builtin.command", first_host_only=True),
    ),
)
FAIL = Behavior(
    duration=0.8,
    play="Lab play that fails",
    tasks=(Task("Fail on purpose", "ansible.builtin.fail", Outcome("failed", "this lab play always fails")),),
)
PARTIAL = Behavior(
    duration=1.5,
    play="Lab play where one host fails",
    heals=True,
    tasks=(
        Task(
            "Fail on host3 unless repaired",
            "ansible.builtin.fail",
            Outcome("skipped"),
            {"host3": Outcome("failed", "host3 is broken")},
        ),
        Task("Change something", "ansible.builtin.command", Outcome("changed")),
    ),
)
UNREACHABLE = Behavior(
    duration=1.0,
    play="Lab play with an unreachable host",
    heals=True,
    tasks=(
        Task(
            "Ping",
            "ansible.builtin.ping",
            hosts={
                "host5": Outcome(
                    "unreachable",
                    "Failed to connect to the host via ssh: ssh: Could not resolve hostname host5: "
                    "Name or service not known",
                )
            },
        ),
    ),
)
SLEEP = Behavior(
    duration=40.0,
    play="Lab play that sleeps",
    duration_parameter="seconds",
    tasks=(Task("Say hello", "ansible.builtin.debug"), Task("Sleep", "ansible.builtin.command", Outcome("changed"))),
)
ARTIFACTS = Behavior(
    duration=0.8,
    play="Lab play that sets artifacts",
    tasks=(Task("Set artifacts", "ansible.builtin.set_stats", first_host_only=True),),
    artifacts={
        "version": "1.2.3",
        "build": 42,
        "ratio": 0.5,
        "enabled": True,
        "nothing": None,
        "items": ["a", "b", "c"],
        "nested": {"k": "v", "deeper": {"n": 1}},
    },
)
SURVEY_PLAY = Behavior(
    duration=0.8,
    play="Lab play with a survey",
    tasks=(Task("Show the answers", "ansible.builtin.debug", first_host_only=True),),
)
TRACEBACK = (
    "Traceback (most recent call last):\n"
    '  File "/var/lib/awx/awx/awx/main/tasks/jobs.py", line 502, in run\n'
    "    self.build_project_dir(self.instance, private_data_dir)\n"
    "FileNotFoundError: [Errno 2] No such file or directory: '/var/lib/awx/projects/lab_gone'\n"
)
RAW = (
    b"\x1b[1;34mcolours\x1b[0m and \x1b[4munderlined\x1b[24m text\r\n"
    b"progress  10%\rprogress  50%\rprogress 100%\r\n"
    b"caf\xe9 is Latin-1, \xff\xfe is nothing at all\r\n"
    b"snowman \xe2\x98\x83, tab\there\n"
)
