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
    **dict.fromkeys(("id", "ids", "job", "job_id", "job_ids", "job_invocation_id", "command_id"), ("jobs", "rerun")),
    **dict.fromkeys(("search", "search_query", "query", "filters"), ("target_query", "native_query")),
    **dict.fromkeys(("order", "sort"), ("order_by",)),
    **dict.fromkeys(("page_size", "per_page", "max_objects", "count"), ("max_results",)),
    **dict.fromkeys(("all_pages", "return_all"), ("max_results: 0",)),
    **dict.fromkeys(("interval", "min_interval", "max_interval"), ("wait_interval",)),
    **dict.fromkeys(("recurrence", "scheduling"), ("schedule",)),
    **dict.fromkeys(("forks", "concurrency_control", "concurrency_level"), ("concurrency",)),
    **dict.fromkeys(
        ("controller_host", "tower_host", "aap_hostname", "hostname", "server_url", "base_url"),
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
    "ssh": ("foreman.ssh_user and foreman.effective_user",),
    "tags": ("awx.job_tags",),
    "timeout": ("wait_timeout",),
}
_PLATFORMS = {
    **dict.fromkeys(("aap", "controller", "tower"), "awx"),
    **dict.fromkeys(("katello", "satellite"), "foreman"),
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
    for words in _OTHERS.get(last, ()):
        if words.replace(":", " ").split()[0] in known:
            return words
    within = [option for option in known if option.rpartition(".")[0] and option.rpartition(".")[2] == last]
    if within:
        return " or ".join(within)
    beside = [option for option in known if option.rpartition(".")[0] == place]
    return next(iter(difflib.get_close_matches(name, beside, 1, _ALIKE)), "")


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
    wrong = re.search(r"^value of platform must be one of: .*, got: (\w+)", message)
    if wrong and wrong[1].lower() in _PLATFORMS:
        return f"{message}. Write {_PLATFORMS[wrong[1].lower()]} instead of {wrong[1]}."
    return message
