# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a launch needs to look up: templates, features, bookmarks, hosts, taxonomies (contract 1.13)."""

from __future__ import annotations

from typing import Any

from ..model import Template
from .dates import shown
from .host_fields import HOST_FIELDS
from .lists import listing
from .matching import Field
from .records import Bookmark, Feature, Host, Input, Taxonomy
from .reply import Reply, Row, not_found
from .router import Call, Handler

_TEMPLATE_FIELDS = {
    "id": Field(lambda t: t.id, "number"),
    "name": Field(lambda t: t.name, default=True),
    "job_category": Field(lambda t: t.native["category"], default=True),
    "provider_type": Field(lambda t: t.native["provider"]),
    "snippet": Field(lambda t: t.native["snippet"], "truth"),
    "description_format": Field(lambda t: t.native["description_format"]),
}


def _visible_templates(call: Call) -> list[Template]:
    return call.store.templates(call.user, call.organization, call.location)


def find_template(call: Call) -> Template:
    """The template in the path; 12-some-name is 12."""
    wanted = call.args["id"]
    number = wanted.partition("-")[0]
    for one in _visible_templates(call):
        if str(one.id) == number:
            return one
    raise not_found("job_template", wanted)


def _template_row(call: Call, one: Template) -> Row:
    facts, born = one.native, shown(call.store.born)
    return {
        "id": one.id,
        "name": one.name,
        "job_category": facts["category"],
        "provider_type": facts["provider"],
        "snippet": facts["snippet"],
        "description_format": facts["description_format"],
        "created_at": born,
        "updated_at": born,
    }


def job_templates(call: Call) -> Reply:
    """GET job_templates."""
    return listing(call, _visible_templates(call), _TEMPLATE_FIELDS, lambda one: _template_row(call, one))


def job_template(call: Call) -> Reply:
    """GET job_templates/:id (recording job_templates_show)."""
    one = find_template(call)
    facts, row = one.native, _template_row(call, one)
    body = {
        "description": facts["description"],
        "description_format": row["description_format"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "template": facts["text"],
        "locked": False,
        **{key: row[key] for key in ("id", "name", "job_category", "provider_type", "snippet")},
        "template_inputs": [{"id": i.id, "name": i.name, "input_type": "user"} for i in call.store.inputs(one)],
        "effective_user": facts["effective_user"],
    }
    for kind in ("location", "organization"):
        known = [t for t in call.store.taxonomies(kind) if t.id in facts[f"{kind}s"]]
        body[f"{kind}s"] = [{"id": t.id, "name": t.name, "title": t.title, "description": t.description} for t in known]
    return Reply(body)


_INPUT_FIELDS = {"id": Field(lambda i: i.id, "number"), "name": Field(lambda i: i.name, default=True)}


def template_inputs(call: Call) -> Reply:
    """GET templates/:id/template_inputs (recording fam_template_inputs_index)."""
    one = find_template(call)

    def row(given: Input) -> Row:
        return {
            "template_id": one.id,
            "fact_name": None,
            "variable_name": None,
            "puppet_parameter_name": None,
            "puppet_class_name": None,
            "description": given.description,
            "required": given.required,
            "advanced": given.advanced,
            "id": given.id,
            "name": given.name,
            "input_type": "user",
            "value_type": given.value_type,
            "resource_type": None,
            "hidden_value": given.hidden,
            "default": given.default,
            "options": "\r\n".join(given.options) or None,
        }

    return listing(call, call.store.inputs(one), _INPUT_FIELDS, row)


_FEATURE_FIELDS = {
    "id": Field(lambda f: f.id, "number"),
    "label": Field(lambda f: f.label, default=True),
    "name": Field(lambda f: f.name, default=True),
}


def _feature_row(call: Call, one: Feature) -> Row:
    template = call.foreman.engine.templates.get(one.template or 0)
    return {
        "id": one.id,
        "label": one.label,
        "name": one.name,
        "description": one.description,
        "job_template_id": template.id if template else None,
        "job_template_name": template.name if template else None,
        "host_action_button": False,
    }


def features(call: Call) -> Reply:
    """GET remote_execution_features."""
    return listing(call, call.store.features, _FEATURE_FIELDS, lambda one: _feature_row(call, one))


def feature(call: Call) -> Reply:
    """GET remote_execution_features/:id, also by label."""
    one = call.store.feature(call.args["id"])
    if one is None:
        raise not_found("remote_execution_feature", call.args["id"])
    return Reply(_feature_row(call, one))


_BOOKMARK_FIELDS = {
    "name": Field(lambda b: b.name, default=True),
    "controller": Field(lambda b: b.controller, default=True),
}


def _bookmark_row(one: Bookmark) -> Row:
    return {
        "name": one.name,
        "controller": one.controller,
        "query": one.query,
        "public": True,
        "id": one.id,
        "owner_id": 4,
        "owner_type": "User",
    }


def bookmarks(call: Call) -> Reply:
    """GET bookmarks."""
    return listing(call, call.store.bookmarks, _BOOKMARK_FIELDS, _bookmark_row)


def bookmark(call: Call) -> Reply:
    """GET bookmarks/:id."""
    return Reply(_bookmark_row(_by_id(call, "bookmark", call.store.bookmarks)))


def _by_id(call: Call, kind: str, things: list[Any]) -> Any:
    wanted = call.args["id"]
    for one in things:
        if wanted in (str(one.id), getattr(one, "title", one.name)):
            return one
    raise not_found(kind, wanted)


def _host_row(call: Call, one: Host) -> Row:
    named = {
        kind: next((t.name for t in call.store.taxonomies(kind) if t.id == number), None)
        for kind, number in (("organization", one.organization), ("location", one.location))
    }
    return {
        "ip": one.ip,
        "enabled": one.enabled,
        "comment": one.comment,
        "last_report": shown(one.last_report),
        "operatingsystem_id": one.os[0],
        "operatingsystem_name": one.os[1],
        "hostgroup_id": one.hostgroup[0] if one.hostgroup else None,
        "hostgroup_name": one.hostgroup[1] if one.hostgroup else None,
        "organization_id": one.organization,
        "organization_name": named["organization"],
        "location_id": one.location,
        "location_name": named["location"],
        "id": one.id,
        "name": one.name,
        "display_name": one.name,
    }


def _hosts(call: Call) -> list[Host]:
    return call.store.in_context(call.store.visible_hosts(call.user), call.organization, call.location)


def hosts(call: Call) -> Reply:
    """GET hosts; thin leaves the names only, whatever its value is (recording fam_hosts_search)."""
    thin = call.param("thin") is not None
    keys = ("id", "name")

    def row(one: Host) -> Row:
        return {key: getattr(one, key) for key in keys} if thin else _host_row(call, one)

    return listing(call, _hosts(call), HOST_FIELDS, row)


def host(call: Call) -> Reply:
    """GET hosts/:id, also by name."""
    return Reply(_host_row(call, _by_id(call, "host", _hosts(call))))


_TAXONOMY_FIELDS = {
    "id": Field(lambda t: t.id, "number"),
    "name": Field(lambda t: t.name, default=True),
    "title": Field(lambda t: t.title, default=True),
    "description": Field(lambda t: t.description),
}


def _taxonomy_row(call: Call, kind: str, one: Taxonomy) -> Row:
    parent = next((t.name for t in call.store.taxonomies(kind) if t.id == one.parent), None)
    born = shown(call.store.born)
    return {
        "ancestry": str(one.parent) if one.parent else None,
        "parent_id": one.parent,
        "parent_name": parent,
        "created_at": born,
        "updated_at": born,
        "id": one.id,
        "name": one.name,
        "title": one.title,
        "description": one.description,
    }


def taxonomies(kind: str) -> tuple[Handler, Handler]:
    """GET organizations or locations, and one of them."""

    def index(call: Call) -> Reply:
        things = call.store.visible_taxonomies(kind, call.user)
        return listing(call, things, _TAXONOMY_FIELDS, lambda one: _taxonomy_row(call, kind, one))

    def show(call: Call) -> Reply:
        return Reply(_taxonomy_row(call, kind, _by_id(call, kind, call.store.visible_taxonomies(kind, call.user))))

    return index, show
