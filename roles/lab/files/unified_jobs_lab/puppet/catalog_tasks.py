# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks for people: packages, services, commands, facts, and what the other catalogs do."""

from __future__ import annotations

from typing import Any

from ..behavior import Behavior, Outcome, Task
from ..commands import played
from ..model import Template
from .makers import TaskFailed, parameter, script, task, task_error
from .records import Node
from .reply import Row

_VERSIONS = {"openssl": "1:3.2.2-6.el9", "nginx": "1:1.22.1-4.el9", "httpd": "2.4.62-1.el9"}


def _package(params: Row, _node: Node, noop: bool) -> Any:
    name, action = params["name"], params["action"]
    version = params.get("version") or _VERSIONS.get(name, "1.0.0-1")
    if name == "nosuch":
        error = {"kind": "puppetlabs-package/package-error", "msg": f"No package {name} available", "details": {}}
        raise TaskFailed({"_error": error})
    if noop:
        return {"_noop": True, "status": f"would {action}"}
    return {
        "status": {"status": "out of date", "version": "0.9.8-1", "latest": version},
        "install": {"status": "installed", "version": version},
        "uninstall": {"status": "uninstalled"},
        "upgrade": {"old_version": "0.9.8-1", "version": version},
    }[action]


def _service(params: Row, _node: Node, noop: bool) -> Any:
    action = params["action"]
    if noop:
        return {"_noop": True, "status": f"would {action}"}
    if action == "status":
        return {"status": "running", "enabled": "true"}
    return {"status": {"stop": "stopped", "disable": "disabled", "enable": "enabled"}.get(action, "started")}


def _exec(params: Row, node: Node, _noop: bool) -> Any:
    text, code, _seconds = played(params["command"], node.name)
    text = text.replace("\n", "\r\n") if node.windows else text
    if code:
        raise TaskFailed(task_error(code, text))
    return {"_output": text}


def _exec_seconds(params: Row, node: Node) -> float | None:
    return played(params["command"], node.name)[2]


_FULL = Outcome(
    "failed",
    result={
        "_error": {
            "msg": "Task exited : 100\nPatching blocked ",
            "kind": "os_patching/blocked",
            "details": {"exitcode": "100"},
            "start_time": "2024-03-11T09:00:00+00:00",
            "end_time": "2024-03-11T09:00:19+00:00",
        }
    },
)
_PATCHED: Row = {
    "pinned_packages": [],
    "security": True,
    "return": "Success",
    "start_time": "2024-03-11T09:00:00+00:00",
    "end_time": "2024-03-11T09:00:16+00:00",
    "reboot": False,
    "packages_updated": ["kernel-core", "openssl-libs"],
    "job_id": "14",
    "message": "Patching complete",
}
_PATCH = Behavior(
    duration=4.0,
    heals=True,
    tasks=(
        Task(
            "Patch",
            default=Outcome("changed", result=_PATCHED),
            hosts={"web3.example.com": _FULL, "web5.example.com": Outcome("unreachable")},
        ),
    ),
)
_REINDEX = Behavior(duration=3.0, ending="hang")
_PUPPET_RUN = Behavior(
    duration=4.0,
    tasks=(
        Task(
            "Run Puppet",
            default=Outcome("changed"),
            hosts={"db1.example.com": Outcome(), "web4.example.com": Outcome()},
        ),
    ),
)


def templates() -> list[Template]:
    """The tasks that people would run, and what a run of Puppet does."""
    return [
        Template(0, "deploy", "deploy", _PUPPET_RUN, True, {}),
        task("package", script(), _PACKAGE, "Manage a package", noop=True, play=_package),
        task(
            "package::install",
            script(Outcome(result={"status": "installed"})),
            _INSTALL,
            "Bootstrap a node with puppet-agent",
            private=True,
            extra={"extensions": _EXTENSIONS, "implementations": _IMPLEMENTATIONS},
        ),
        task("service", script(), _SERVICE, "Manage a service", noop=True, play=_service),
        task("exec", script(duration=1.5), _COMMAND, "Run a command", play=_exec, seconds=_exec_seconds),
        task("facts", script(), {}, "Gather system facts", play=lambda _params, node, _noop: node.facts()),
        task("example::ping", script(Outcome(result={"pong": True})), None, bare=True),
        task(
            "example::last_reboot",
            script(Outcome(message="reboot   system boot  5.14.0-427.el9. Mon Mar 11 09:00:02 2024\n\nwtmp begins")),
            {},
            "When the node came up",
        ),
        task("os_patching::patch_server", _PATCH, _PATCH_PARAMETERS, "Patch a server"),
        task(
            "profile::restart_application",
            script(Outcome("changed", result={"state": "restarted", "name": "shop"}), 2.0),
            {},
            "Restart the application",
        ),
        task("profile::reindex_database", _REINDEX, {}, "Rebuild all indexes"),
    ]


_ACTIONS = "Enum[install, status, uninstall, upgrade]"
_PACKAGE = {
    "action": parameter(_ACTIONS, "What to do"),
    "name": parameter("String[1]", "Package"),
    "version": parameter("Optional[String[1]]", "Version"),
    "provider": {"type": "Optional[String[1]]", "default": "yum"},
    "token": {"type": "Optional[String]", "sensitive": True},
}
_SERVICE = {
    "action": parameter("Enum[start, stop, restart, enable, disable, status]", "What to do"),
    "name": parameter("String[1]", "Service"),
}
_COMMAND = {"command": parameter("String[1]", "The command to run")}
_PATCH_PARAMETERS = {
    "reboot": parameter("Optional[Variant[Boolean, Enum['always', 'never', 'patched', 'smart']]]", "Reboot afterwards"),
    "security_only": parameter("Optional[Boolean]", "Security updates only", default=False),
}
_INSTALL = {
    "master": parameter("String", "The name of the primary server"),
    "cacert_content": parameter("Optional[String]", "The expected authority"),
    "certname": parameter("Optional[String]", "The certname of the node"),
    "environment": parameter("Optional[String]", "The environment of the node"),
    "set_noop": parameter("Optional[Boolean]", "The noop setting of the agent"),
    "dns_alt_names": parameter("Optional[String]", "Alternative names"),
    "custom_attribute": parameter("Optional[Array[Pattern[/\\w+=\\w+/]]]", "Attributes of the request"),
    "extension_request": parameter("Optional[Array[Pattern[/\\w+=\\w+/]]]", "Extensions of the request"),
}
_EXTENSIONS = {
    "discovery": {
        "friendlyName": "Install Puppet agent",
        "puppetInstall": True,
        "type": ["host"],
        "parameters": {
            "master": {"placeholder": "primary.example.com"},
            "cacert_content": {"placeholder": "-----BEGIN CERTIFICATE----- ..."},
        },
    }
}
_IMPLEMENTATIONS = [
    {"name": "windows.ps1", "requirements": ["powershell"], "input_method": "powershell"},
    {"name": "linux.sh", "requirements": ["shell"], "input_method": "environment"},
]
