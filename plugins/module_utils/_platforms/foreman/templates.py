# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: which template is launched (Foreman contract 1.13)."""

from __future__ import annotations

from ..._errors import InvalidOptionError, NotFoundError, UnsupportedError
from ..._native import text
from ..._types import JobRequest
from .api import Api, Row, as_number, number_of


def choose_template(api: Api, request: JobRequest) -> tuple[Row, Row]:
    """Return the field of the body that selects the template, and what was read of the template.

    :raises NotFoundError, AmbiguousError, InvalidOptionError: if it is not exactly one that can be run.
    """
    if request.type == "feature":
        return _feature(api, request)
    if request.template_id is not None:
        number = _number(request.template_id)
        if not request.validate:
            return {"job_template_id": number}, {"id": number, "name": request.template}
        template = read_template(api, {"id": number})
        if request.template and template.get("name") != request.template:
            raise InvalidOptionError(
                f"template_id: the job template {number} is named {text(template.get('name'))!r} and not "
                f"{request.template!r}."
            )
    elif request.template:
        template = api.find("/api/job_templates", request.template, "job template", "template")
    else:
        raise InvalidOptionError("template: name the job template to launch, or give template_id.")
    if template.get("snippet"):
        raise UnsupportedError(f"template: {text(template.get('name'))!r} is a snippet, which cannot be run.")
    return {"job_template_id": number_of(template, "the job template")}, template


def read_template(api: Api, template: Row) -> Row:
    """Return the detail of a template."""
    number = template["id"]
    return api.get_one(
        f"/api/job_templates/{number}",
        f"template_id: there is no job template with the id {number} to be seen.",
        id=number,
    )


def _number(value: str) -> int:
    number = as_number(text(value))
    if number is None:
        hint = "; a name goes into template" if text(value).strip() else ""
        raise InvalidOptionError(f"template_id: {value!r} is not a number{hint}.")
    return number


def _feature(api: Api, request: JobRequest) -> tuple[Row, Row]:
    """Return a feature; the server would tell of an unknown one and of one without a template alike, and badly."""
    label = request.template
    if not label or request.template_id is not None:
        raise InvalidOptionError("template: with type feature, give the label of the feature as template.")
    if not all(sign.isalnum() or sign in "_-." for sign in label):
        raise InvalidOptionError(f"template: {label!r} is not the label of a feature (letters, digits, underscores).")
    if not request.validate:
        return {"feature": label}, {"id": None, "name": None}
    feature = api.get_one(
        f"/api/remote_execution_features/{label}", f"template: there is no feature {label!r} to be seen.", label=label
    )
    if feature.get("job_template_id") is None:
        raise NotFoundError(f"template: the feature {label!r} has no template assigned.")
    number = number_of({"id": feature["job_template_id"]}, f"the template of the feature {label!r}")
    return {"feature": label}, {"id": number, "name": feature.get("job_template_name")}
