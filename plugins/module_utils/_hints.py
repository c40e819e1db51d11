# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what to write instead of an option that is none, or of a value that does not do."""

from __future__ import annotations

import difflib
import re
import typing as t

#: what other collections and tools call it, and what it is here, by the first of these that the face has
_OTHERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("name", "job_template", "workflow_template", "workflow_job_template", "project", "inventory_source"),
        ("template",),
    ),
    **dict.fromkeys(("job_template_id", "workflow_job_template_id"), ("template_id",)),
    **dict.fromkeys(("extra_vars", "extra_data", "variables", "vars", "inputs", "command"), ("parameters",)),
    **dict.fromkeys(("params", "plan_params", "task_params"), ("parameters",)),
    **dict.fromkeys(("id", "ids", "job", "job_id", "job_ids", "job_invocation_id", "command_id"), ("rerun", "jobs")),
    **dict.fromkeys(("plan_job", "plan_job_id", "scheduled_job", "scheduled_job_id"), ("rerun", "jobs")),
    **dict.fromkeys(("task", "task_name"), ("template",)),
    **dict.fromkeys(("plan", "plan_name"), ("template (a launch also needs type: plan)",)),
    **dict.fromkeys(("env", "environment_name"), ("puppet.environment",)),
    **dict.fromkeys(("group", "nodegroup", "node_group_id"), ("puppet.node_group",)),
    **dict.fromkeys(("min_finish_timestamp", "max_finish_timestamp"), ("native_query",)),
    **dict.fromkeys(("search", "search_query", "query", "filters"), ("target_query", "native_query")),
    **dict.fromkeys(("order", "sort"), ("order_by",)),
    **dict.fromkeys(("state", "states"), ("status",)),
    **dict.fromkeys(("page_size", "per_page", "max_objects", "count"), ("max_results",)),
    **dict.fromkeys(("all_pages", "return_all"), ("max_results: 0",)),
    **dict.fromkeys(("interval", "min_interval", "max_interval"), ("wait_interval",)),
    **dict.fromkeys(("recurrence", "scheduling"), ("schedule",)),
    **dict.fromkeys(("forks", "concurrency_control", "concurrency_level"), ("concurrency",)),
    **dict.fromkeys(
        ("controller_host", "tower_host", "aap_hostname", "hostname", "server_url", "service_url", "base_url"),
        ("url",),
    ),
    **dict.fromkeys(("controller_username", "tower_username", "aap_username", "user"), ("username",)),
    **dict.fromkeys(("controller_password", "tower_password", "aap_password"), ("password",)),
    **dict.fromkeys(("controller_oauthtoken", "tower_oauthtoken", "aap_token", "oauth_token"), ("token",)),
    **dict.fromkeys(
        ("verify_ssl", "tower_verify_ssl", "controller_verify_ssl", "aap_validate_certs"), ("validate_certs",)
    ),
    **dict.fromkeys(("controller_request_timeout", "aap_request_timeout"), ("request_timeout",)),
    **dict.fromkeys(("ca_cert", "ca_file", "cacert"), ("ca_path",)),
    "credential": ("awx.credentials",),
    "cron_line": ("schedule.cron",),
    "execution_timeout_interval": ("job_timeout",),
    "failed_only": ("rerun_hosts: failed",),
    "feature": ("type: feature and template",),
    "host": ("targets", "host_filter"),
    "hosts": ("targets", "host_filter"),
    "job_type": ("awx.job_type", "type"),
    "limit": ("targets or target_query", "max_results"),
    "node": ("targets", "host_filter"),
    "nodes": ("targets or awx.nodes", "host_filter"),
    "owner": ("launched_by",),
    "scheduled_time": ("schedule.start_at",),
    "scope": ("targets, target_query or puppet.node_group",),
    "ssh": ("foreman.ssh_user and foreman.effective_user",),
    "tags": ("awx.job_tags or puppet.tags",),
    "timeout": ("job_timeout or wait_timeout", "wait_timeout"),
    "token_file": ("token (token_file is for a named server)",),
}
_PLATFORMS = {
    **dict.fromkeys(("aap", "controller", "tower"), "awx"),
    **dict.fromkeys(("katello", "satellite"), "foreman"),
    **dict.fromkeys(("orchestrator", "pe", "puppet_enterprise", "puppetenterprise"), "puppet"),
}
#: what somebody may mean by a type that this option has not: what is launched is named otherwise than its job, and
#: of these the ones that the option has
_TYPES: dict[str, tuple[str, ...]] = {
    "deploy": ("job",),
    "job": ("job_template", "task", "deploy"),
    "job_invocation": ("job_template",),
    "job_template": ("job", "job_invocation"),
    "plan": ("plan_job",),
    "plan_job": ("plan",),
    "project": ("project_update",),
    "project_update": ("project",),
    "puppet_run": ("deploy", "job"),
    "task": ("job",),
    "workflow": ("workflow_job_template", "workflow_job"),
    "workflow_job": ("workflow_job_template",),
    "workflow_job_template": ("workflow_job",),
}
#: how alike two names must be for one to be a slip of the other; 1 is the same
_ALIKE = 0.75


def instead(unknown: t.Iterable[str], known: t.Collection[str]) -> dict[str, str]:
    """Return what to write instead of names that are no options, for those where it is known.

    :param known: the options; one within another with a dot, such as C(schedule.cron).
    """
    found = {name: _instead(name, known) for name in unknown}
    return {name: words for name, words in found.items() if words}


def _instead(name: str, known: t.Collection[str]) -> str:
    place, _dot, last = name.rpartition(".")
    if place in known and last in known:
        return f"{last} beside {place}"
    for words in _OTHERS.get(last, ()):
        if first_word(words) in known:
            return next((word for word in words.split(" or ") if place and word.startswith(f"{place}.")), words)
    within = [option for option in known if option.rpartition(".")[0] and option.rpartition(".")[2] == last]
    if within:
        # those of a launch in a list are the same again
        return " or ".join(option for option in within if not any(option.endswith(f".{other}") for other in within))
    beside = {option.rpartition(".")[2]: option for option in known if option.rpartition(".")[0] == place}
    return next((beside[slip] for slip in difflib.get_close_matches(last, beside, 1, _ALIKE)), "")


def first_word(words: str) -> str:
    """Return the option that a hint begins with."""
    return words.partition(" ")[0].rstrip(",:")


def sentence(hints: t.Mapping[str, str]) -> str:
    """Return the hints as a sentence, empty if there is none."""
    return f"Write {', '.join(f'{words} instead of {name}' for name, words in hints.items())}." if hints else ""


def option_names(spec: t.Mapping[str, t.Any], place: str = "") -> list[str]:
    """Return the names of the options of an argument spec, those within others too."""
    names = []
    for name, entry in spec.items():
        names += [place + name, *option_names(entry.get("options") or {}, f"{place}{name}.")]
    return names


def explained(message: str, given: t.Iterable[str], spec: t.Mapping[str, t.Any]) -> str:
    """Return what the core says of wrong options, and how to mend it where that is known.

    :param given: the names of the options that were given, which are not always those that the message is on.
    """
    head, _about, listing = message.partition(" Supported parameters include:")
    if listing:
        unknown = head.rpartition(" module: ")[2].rstrip(".").split(", ")
        hints = instead(unknown, option_names(spec))
        rest = "" if len(hints) == len(unknown) else message[len(head) :]
        return " ".join(filter(None, (head, sentence(hints)))) + rest
    if message.startswith("missing required arguments"):
        unknown = [name for name in given if name not in spec and not name.startswith("_")]
        return f"{message.rstrip('.')}. {sentence(instead(unknown, option_names(spec)))}".strip()
    if "unable to convert to dict" in message or message.partition(": ")[2].startswith("dictionary requested"):
        return f"{message.rstrip('.')}. Write a dict, JSON or name=value."
    wrong = re.search(r"^value of (platform|type) must be one of: (.*), got: (.+)$", message)
    hint = _value(*wrong.groups()) if wrong else ""
    return f"{message}. {hint}" if hint else message


def misfit(message: str, given: t.Mapping[str, t.Any], spec: t.Mapping[str, t.Any]) -> str:
    """Return what is wrong with a list of launches that is none, empty if nothing is.

    The core's own words do not say that of text, and it has dropped by then what is no dict.
    """
    for name, entry in spec.items():
        value = given.get(name)
        if entry.get("type") != "list" or "options" not in entry or value is None:
            continue
        items = value if isinstance(value, list) else [value]
        is_list = isinstance(value, list) and all(isinstance(item, dict) for item in items)
        is_dropped = not items and (message.startswith(": dictionary") or f"parameter field '{name}'" in message)
        if not is_list or is_dropped or any(isinstance(item, dict) and "native_status" in item for item in items):
            return (
                f"{name} must be a list of launches, each a dict of the options of one launch. Jobs that were launched "
                "before are for job_wait, job_info and job_cancel, and one to run again goes into rerun."
            )
    return ""


def text_for_dict(given: t.Any, spec: t.Mapping[str, t.Any]) -> list[str]:
    """Return the names of the options that are text and should be a dict."""
    names = []
    for name, entry in spec.items() if isinstance(given, dict) else ():
        value, nested = given.get(name), entry.get("options")
        if nested and isinstance(value, str):
            names.append(name)
        elif nested:
            within = [
                text for item in (value if isinstance(value, list) else [value]) for text in text_for_dict(item, nested)
            ]
            names += [f"{name}.{text}" for text in dict.fromkeys(within)]
    return names


def _value(option: str, choices: str, value: str) -> str:
    """Return which of the choices of C(platform) or C(type) to write instead of this value, empty if none is known."""
    asked = value.lower()
    meant = (_PLATFORMS.get(asked, ""),) if option == "platform" else _TYPES.get(asked, ())
    fitting = [word for word in choices.split(", ") if word in meant]
    return f"Write {' or '.join(fitting)} instead of {value}." if fitting else ""
