# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launching (contract 1.3; recordings create_*). Whatever validation refuses is a 500."""

from __future__ import annotations

from typing import Any

from ..model import Template
from . import inputs, triggering
from .records import Details, Targeting
from .reply import Reply, Row, bad_search, crash, invalid, refused
from .router import Call
from .rows import full_row
from .scoped import BadSearch


def create(call: Call) -> Reply:
    """POST job_invocations."""
    given = call.body.get("job_invocation")
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise crash()
    if given.get("feature") and given.get("job_template_id"):
        raise refused(500, "Only one of feature or job_template_id can be specified")
    template, feature = _template(call, given)
    targeting = _targeting(call, given, feature is not None)
    values = inputs.accepted(call.store, template, given.get("inputs"))
    details = _details(call, template, given, values)
    details.feature = feature
    when = triggering.read(call, given)
    text = inputs.describe(call.store, template, details.description_format, values)
    context = {"organization": call.organization, "location": call.location}
    made = call.foreman.player.make(template, targeting, details, text, **context)
    try:
        triggering.start(call, made, when)
    except BadSearch as error:
        raise bad_search(str(error)) from error  # the record stays, without a task
    hosts = call.flag("include_hosts", True) or not call.server.has(16, 7)
    return Reply(full_row(call, made, created=True, hosts=hosts), 201)


def _template(call: Call, given: Row) -> tuple[Template, int | None]:
    """The template, and the id of the feature that led to it."""
    wanted, number = given.get("job_template_id"), given.get("remote_execution_feature_id")
    feature = None
    if given.get("feature"):
        feature = call.store.feature(str(given["feature"]))
        wanted = feature.template if feature else None
        number = feature.id if feature else None
    for template in call.store.templates(call.user, call.organization, call.location):
        if str(template.id) == str(wanted) and not template.native["snippet"]:
            return template, number if feature or isinstance(number, int) else None
    raise refused(404, f"Template with id '{'' if wanted is None else wanted}' was not found")


def _targeting(call: Call, given: Row, by_feature: bool) -> Targeting:
    bookmark_id, query = given.get("bookmark_id"), given.get("search_query")
    if bookmark_id and query:
        message = "Cannot specify both bookmark_id and search_query"
        raise refused(500, f"ERF42-9522 [Foreman::Exception]: {message}")
    bookmark = next((one for one in call.store.bookmarks if str(one.id) == str(bookmark_id)), None)
    if bookmark is not None:
        query = bookmark.query
    elif not query and given.get("host_ids"):
        query = _host_query(call, given["host_ids"])
    kind = "static_query" if by_feature else given.get("targeting_type")
    problems = []
    if kind not in ("static_query", "dynamic_query"):
        problems.append("Targeting: Targeting type is not included in the list")
    if not query:
        problems.append("Targeting: Must select a bookmark or enter a search query")
    if problems:
        raise invalid(*problems)
    number = next(call.store.targeting_ids)
    randomized = given.get("randomized_ordering")
    randomized = randomized if isinstance(randomized, bool) else None
    return Targeting(number, str(kind), str(query), bookmark, call.user, randomized)


def _host_query(call: Call, wanted: Any) -> str:
    if isinstance(wanted, str):
        return wanted
    if not isinstance(wanted, list):
        raise crash()
    known = {key: host for host in call.store.visible_hosts(call.user) for key in (str(host.id), host.name)}
    for one in wanted:
        if str(one) not in known:
            raise refused(404, f"Host with id '{one}' was not found")
    return f"name ^ ({','.join(known[str(one)].name for one in wanted)})"


def _details(call: Call, template: Template, given: Row, values: dict[str, str]) -> Details:
    ssh = _part(given, "ssh")
    level = _number(_part(given, "concurrency_control").get("concurrency_level"))
    if level is not None and level < 1:
        raise invalid("Concurrency level must be greater than 0")
    details = Details(
        values,
        effective_user=effective_user(template, call.user.login, ssh.get("effective_user")),
        ssh_user=_text(given.get("ssh_user")),
        time_to_pickup=_number(given.get("time_to_pickup")),
        concurrency_level=level,
        execution_timeout=_number(given.get("execution_timeout_interval")),
        description_format=_text(given.get("description_format")),
    )
    ansible = _part(given, "ansible")
    if template.native["provider"] == "Ansible":  # with another provider it is dropped in silence
        details.tags, details.tags_flag = _text(ansible.get("tags")), _text(ansible.get("tags_flag"))
    return details


def effective_user(template: Template, login: str, wanted: Any) -> str:
    """Who runs the script; a wish counts only where the template allows it."""
    facts = template.native["effective_user"]
    if wanted and facts["overridable"]:
        return str(wanted)
    value: str | None = facts["value"]
    return value or (login if facts["current_user"] else "root")


def _part(given: Row, name: str) -> Row:
    value = given.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise crash()
    return value


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _number(value: Any) -> int | None:
    if value is None or value == "":
        return None
    text = str(value)
    return int(text) if text.lstrip("-").isdigit() else 0
