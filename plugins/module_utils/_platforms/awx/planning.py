# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what all kinds of launches share: the frame of a plan, targets, and refusing what does not fit."""

from __future__ import annotations

import ipaddress
import json
import re
import typing as t
from dataclasses import dataclass

from ..._errors import ForbiddenError, InvalidOptionError, NoTargetsError, NotFoundError, UnsupportedError
from ..._native import mapping, text
from ..._types import Connection, Job, JobRequest, JobStatus, Launch
from .api import Api, Row
from .facts import LAUNCH_TYPES
from .normalize import MASK, parse_variables
from .prompts import PASSWORD_KEYS
from .read import check_organization
from .refs import Resolver, checked_row, is_id, is_number

_PATTERN_SIGNS = frozenset(",&!~*?[]@;")
#: a pattern without any name in it; Ansible runs on all hosts for most of them, such as a comma
_NO_NAME = re.compile(r"[\s,:;!&~\[\]]*")


@dataclass
class Planning:
    """A launch that is being planned."""

    api: Api
    resolver: Resolver
    connection: Connection
    request: JobRequest

    def option(self, name: str) -> t.Any:
        """Return a key of the option C(awx), or None."""
        return self.request.options.get(name)

    def accept(self, what: str, *names: str) -> None:
        """Refuse every option that this kind of launch does not take, so that none is dropped in silence.

        :param names: attributes of the request, and keys of C(awx) written as C(awx.KEY).
        """
        for name in _given(self.request):
            if name == "launch_key" and name not in names:
                raise UnsupportedError(
                    f"launch_key: on AWX the job of {what} keeps nothing by which its key could be found. Leave it out."
                )
            if name not in names:
                raise UnsupportedError(f"{name}: {what} does not take this option on AWX. Leave it out.")

    def scope(self) -> Row:
        """Return the filter for names that are unique per organization."""
        return {"organization__name": self.connection.organization}


def _given(request: JobRequest) -> list[str]:
    names = (
        "template",
        "template_id",
        "inventory",
        "targets",
        "target_query",
        "parameters",
        "secret_parameters",
        "description",
        "schedule",
        "concurrency",
        "job_timeout",
        "launch_key",
    )
    given = [name for name in names if getattr(request, name) is not None]
    return given + [f"awx.{name}" for name, value in request.options.items() if value is not None]


def find_template(plan: Planning, path: str, what: str, scope: t.Mapping[str, t.Any] | None = None) -> Row:
    """Return the row of the template that the launch names."""
    request = plan.request
    if request.template_id is not None:
        if not is_number(request.template_id):
            hint = "; a name goes into template" if text(request.template_id).strip() else ""
            raise InvalidOptionError(f"template_id: {request.template_id!r} is not a number{hint}.")
        number = request.template_id
        found = _with_hint(plan, {"id": number}, lambda: plan.api.get_by_id(path, number, what, "template_id"))
        row = checked_row(found, what)
        name = request.template
        if name is not None and row.get("name") != name:
            raise InvalidOptionError(
                f"template_id: the {what} {request.template_id} is named {row.get('name')!r} and not {name!r}."
            )
        return row
    if not request.template:
        raise InvalidOptionError(f"template: name the {what} to launch, or give template_id.")
    name, filters = request.template, plan.scope() if scope is None else scope
    found = _with_hint(plan, {"name": name}, lambda: plan.api.find(path, name, what, filters, "template"))
    return checked_row(found, what)


def _with_hint(plan: Planning, named: Row, find: t.Callable[[], Row]) -> Row:
    """Return what is found; where nothing is, say whether something of another kind has that name or id."""
    try:
        return find()
    except NotFoundError as error:
        if plan.connection.organization:
            check_organization(plan.api, plan.connection.organization)
        kinds = [text(row.get("type")) for row in plan.api.rows("unified_job_templates", named, at_most=5)]
        others = [kind for kind in dict.fromkeys(kinds) if kind in LAUNCH_TYPES and kind != plan.request.type]
        if others:
            error.message = f"{error.message} There is one of another kind: set type: {others[0]}."
            error.args = (error.message,)
        raise


def limit_of(request: JobRequest) -> str | None:
    """Return the limit: host names joined, or a pattern as it is; None if neither was given."""
    if request.targets is not None and request.target_query is not None:
        raise InvalidOptionError("targets and target_query are two ways to say one thing: give one of them.")
    if request.target_query is not None:
        return check_pattern(request.target_query, "target_query")
    if request.targets is None:
        return None
    return ",".join(_host_name(host) for host in request.targets)


def check_pattern(pattern: t.Any, option: str) -> str:
    """Return a host pattern; one that names no host is refused, because the server would run on all of them."""
    if not isinstance(pattern, str):
        raise InvalidOptionError(f"{option}: AWX takes a host pattern, which is text.")
    if _NO_NAME.fullmatch(pattern):
        what = f"{pattern!r} names no host" if pattern.strip() else "it is empty"
        raise NoTargetsError(f"{option}: {what}, so there is no host to run on. Leave it out for all hosts.")
    return pattern


def _host_name(host: t.Any) -> str:
    if not isinstance(host, str):
        raise InvalidOptionError(f"targets: {host!r} is not text; write the name of a host.")
    name = host.strip()
    if not name:
        raise InvalidOptionError("targets: one of the names is empty; take it out of the list.")
    if not name.isprintable() or any(sign.isspace() or sign in "{}" for sign in name):
        raise InvalidOptionError(
            f"targets: {name!r} holds a sign that no name of a host has, such as a blank; write each host by itself."
        )
    if not _is_host_name(name):
        raise InvalidOptionError(
            f"targets: {name!r} is a pattern and not the name of a host; write patterns in target_query."
        )
    return name


def _is_host_name(host: str) -> bool:
    if _PATTERN_SIGNS & set(host) or host.lower() in ("all", "ungrouped"):
        return False
    if ":" not in host:
        return True
    try:
        return ipaddress.ip_address(host).version == 6
    except ValueError:
        return False


def forks_of(plan: Planning) -> int | None:
    """Return how many hosts are worked on at once, which two options can say."""
    if plan.request.concurrency is None:
        forks: int | None = plan.option("forks")
        return forks
    if plan.option("forks") is not None:
        raise InvalidOptionError("concurrency and awx.forks are two ways to say one thing: give one of them.")
    return plan.request.concurrency


def option_name(request: JobRequest, key: str, usual: str) -> str:
    """Return what the user wrote for a field of the body, where two options can say it."""
    if key == "limit" and request.target_query is not None:
        return "target_query"
    if key == "forks" and request.concurrency is not None:
        return "concurrency"
    return usual


def check_not_negative(plan: Planning) -> None:
    """Refuse numbers that the server would refuse, so that check mode says it too (contract 1.3.1)."""
    numbers = {
        "concurrency": plan.request.concurrency,
        "job_timeout": plan.request.job_timeout,
        "awx.forks": plan.option("forks"),
        "awx.job_slice_count": plan.option("job_slice_count"),
    }
    for name, value in numbers.items():
        if value is not None and value < 0:
            raise InvalidOptionError(f"{name}: {value} is negative; give 0 or more.")


def comma_text(value: list[str] | None) -> str | None:
    """Return a list as the comma text that the server takes."""
    return None if value is None else ",".join(value)


def shown_body(body: Row, secrets: t.Iterable[str]) -> Row:
    """Return a body for people: passwords and the secret parameters masked.

    :param secrets: names of secret parameters, and of fields that hold a password.
    """
    hidden = frozenset(secrets)
    shown = {key: MASK if key in PASSWORD_KEYS else value for key, value in body.items()}
    variables = parse_variables(shown.get("extra_vars"))
    if isinstance(variables, dict):
        masked = {name: MASK if name in hidden else value for name, value in variables.items()}
        shown["extra_vars"] = json.dumps(masked) if isinstance(shown["extra_vars"], str) else masked
    if shown.get("credential_passwords"):
        shown["credential_passwords"] = dict.fromkeys(shown["credential_passwords"], MASK)
    return shown


def make_launch(plan: Planning, path: str, body: Row, job_type: str, template: Row, **context: t.Any) -> Launch:
    """Return the finished plan."""
    secrets = [*(plan.request.secret_parameters or {}), *context.pop("secrets", ())]
    named = {
        "id": text(template.get("id")) if template.get("id") is not None else None,
        "name": text(template.get("name")) or None,
    }
    prefix = plan.api.client.prefix
    job = Job(
        platform="awx",
        type=job_type,
        id=None,
        server=plan.connection.server,
        name=text(template.get("name") or body.get("name") or body.get("module_name")),
        status=JobStatus.PENDING,
        template=named,
        description=text(body.get("description")),
        targets=text(body.get("limit")) or None,
    )
    return Launch(
        path=path,
        body=body,
        type=job_type,
        template=named,
        request={"method": "POST", "path": prefix + path, "body": shown_body(body, secrets)},
        job=job,
        context={
            "template": template,
            "newest": newest_job(template),
            "hidden": secrets,
            **context,
        },
    )


def newest_job(template: Row) -> int:
    """Return the highest id of a job that was there before, as far as the template's row tells; else 0.

    Ids of all types count up together, so what this launch makes has a higher one.
    """
    shown = mapping(template.get("summary_fields"))
    rows = [shown.get(key) for key in ("last_job", "current_job", "last_update", "current_update")]
    recent = shown.get("recent_jobs")
    rows += recent if isinstance(recent, list) else []
    return max((row["id"] for row in map(mapping, rows) if is_id(row.get("id"))), default=0)


def check_may_start(template: Row, what: str, option: str = "template", role: str = "execute") -> None:
    """Refuse a launch that the server says this user may not do."""
    if mapping(mapping(template.get("summary_fields")).get("user_capabilities")).get("start") is False:
        raise ForbiddenError(
            f"{option}: this user may see the {what} {text(template.get('name'))!r}, but not launch it "
            f"(the {role} role is missing)."
        )
