# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks for tests: one for every way in which a task can go, and for every shape of a result (contract 1.5)."""

from __future__ import annotations

from ..behavior import Behavior, Outcome
from ..model import Template
from .makers import parameter, script, task, task_error
from .records import Node
from .reply import Row

_BROKEN = Outcome("failed", result=task_error(2, "boom\n"))
_ANSI = "\x1b[0;32mInfo: Loading facts\x1b[0m\r\n\x1b[mNotice: Applied catalog in 29.16 seconds\x1b[0m\n"
_SOFT: Row = {"_error": {"kind": "example/soft", "msg": "soft failure", "details": {}}}
_CERTIFICATE: Row = {
    "name": "node2.example.com",
    "state": "requested",
    "job_id": "7",
    "fingerprints": {"SHA256": "00:11:22:33", "default": "00:11:22:33"},
    "dns_alt_names": [],
}
_REFUSED: Row = {"error": "Invalid task name 'lab::error_text'"}


def _failing(result: Row) -> Behavior:
    return script(Outcome("failed", result=result))


def _echo(params: Row, _node: Node, _noop: bool) -> Row:
    return {name: value for name, value in params.items() if name != "secret"}


def templates() -> list[Template]:
    """The tasks called lab::..."""
    fine = script(Outcome(result={"message": "Everything is fine"}))
    hang = Behavior(ending="hang")
    return [
        task("lab::ok", fine, {}, "Succeeds"),
        task("lab::fail", script(_BROKEN), {}, "Exits with 2"),
        task("lab::partial", script(fine.tasks[0].default, web2=_BROKEN), {}, "Fails on web2"),
        task("lab::unreachable", script(fine.tasks[0].default, web1=Outcome("unreachable")), {}, "web1 is errored"),
        task("lab::hang", hang, {}, "Never ends"),
        task("lab::hang_one", fine, {}, "Never ends on web1", hangs=("web1.example.com",)),
        task(
            "lab::sleep",
            Behavior(duration=10.0, duration_parameter="seconds"),
            {"seconds": parameter("Integer[0]", "So long", default=10)},
            "Takes its time",
        ),
        # the server runs so many tasks at once, of all jobs together; those of others leave one place (contract 1.13)
        task("lab::queue", Behavior(duration=60.0), {}, "Gets to its nodes one by one", places=1),
        task("lab::heals", Behavior(duration=1.0, heals=True, tasks=script(_BROKEN).tasks), {}, "Fails once on a node"),
        task("lab::noop", fine, {}, "Can do as if", noop=True),
        task("lab::broken", Behavior(ending="error"), {}, "Cannot be started: a failed job without nodes"),
        task("lab::lost", Behavior(duration=1.0, ending="lost"), {}, "Its nodes fall silent"),
        task("lab::private", fine, {}, "Not shown to people", private=True),
        task("lab::params", script(), _PARAMETERS, "Has parameters of every kind", play=_echo),
        task("lab::staging_only", fine, {}, "Only in staging", environments=("staging",)),
        *_results(),
    ]


def _results() -> list[Template]:
    """A task for every shape of a result."""
    return [
        task("lab::output", script(Outcome(result={"_output": _ANSI})), {}, "Prints colors"),
        task("lab::both", script(Outcome(result={"status": "fine", "_output": "printed\n"})), {}, "Data and output"),
        task("lab::own_keys", script(Outcome(result=_CERTIFICATE)), {}, "Has a name and a state"),
        task("lab::sensitive", script(), {}, "Hides its result", value={"_sensitive": "Sensitive [value redacted]"}),
        task("lab::string", script(), {}, "A string", value="plain text"),
        task("lab::list", script(), {}, "A list", value=["a", 1]),
        task("lab::null", script(), {}, "Nothing", value=None),
        task("lab::big", Behavior(duration=1.0, ballast=300_000), {}, "Prints much"),
        task("lab::raw", Behavior(duration=1.0, raw_output=b"a\x00b\xff\r\nc\n"), {}, "Prints odd bytes"),
        task("lab::soft_error", script(Outcome("ignored", result=_SOFT)), {}, "Finishes with an error"),
        task("lab::error_string", _failing({"_error": "disk full"}), {}, "Its error is a string"),
        task("lab::error_text", _failing(_REFUSED), {}, "The agent refuses it"),
        task(
            "lab::error_top",
            script(
                Outcome(
                    "unreachable",
                    result={
                        "kind": "puppetlabs.orchestrator/execution-failure",
                        "msg": "Node is not reachable",
                    },
                )
            ),
            {},
            "Its error has no wrapper",
        ),
    ]


_PARAMETERS = {
    "must": parameter("String[1]", "Has to be given"),
    "may": parameter("Optional[String]", "May be given"),
    "preset": parameter("String", "Has a default", default="a value"),
    "choice": parameter("Enum[one, two, three]", "One of three", default="one"),
    "number": parameter("Optional[Integer[1, 10]]", "One to ten"),
    "flag": parameter("Optional[Boolean]", "Yes or no"),
    "names": parameter("Optional[Array[String]]", "Several"),
    "code": parameter("Optional[Pattern[/\\A[a-z]+\\Z/]]", "Letters"),
    "mixed": parameter("Optional[Variant[Integer, Boolean]]", "This or that"),
    "table": parameter("Optional[Hash]", "Keys and values"),
    "secret": parameter("Optional[Sensitive[String]]", "Not to be shown", sensitive=True),
}
