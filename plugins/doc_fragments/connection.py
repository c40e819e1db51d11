# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

from ..module_utils._options import OPTIONS, Option
from ..module_utils._registry import PLATFORMS

_NOTES = [
    "A connection comes from one place. With O(server) it is that entry of O(servers) or of the configuration file. "
    "Without it, each option is taken from the task, else from the environment variable C(UNIFIED_JOBS_*) of its "
    "name, else from the platform's own environment variables, else from the platform's own configuration files. "
    "An empty variable counts as not set.",
    "A credential is never used with a url from a weaker place than its own, nor one from a place that names another "
    "server.",
    "Environment variables and the platform's own files are read where the code runs; O(servers) and the "
    "configuration file of this collection are read on the controller.",
]


def _describe(option: Option) -> list[str]:
    """Return the option's text and, where there are any, the environment variables that stand in for it."""
    names = [f"E({option.env})"] if option.env else []
    for platform in PLATFORMS.values():
        own = ", ".join(f"E({name})" for name in platform.ENVIRONMENT.get(option.name, ()))
        if own:
            names.append(f"on {platform.TITLE} {own}")
    if not names or names[0] in " ".join(option.description):
        return list(option.description)
    return [*option.description, f"Environment: {'; '.join(names)}."]


def _document(option: Option, *, plugin: bool) -> dict[str, t.Any]:
    """Return the documentation of one option; only that of plugins may name environment variables and vars."""
    document: dict[str, t.Any] = {"description": _describe(option), "type": option.type}
    if option.choices():
        document["choices"] = option.choices()
    if plugin:
        document["vars"] = [{"name": f"unified_jobs_{option.name}"}]
        if option.env:
            document["env"] = [{"name": option.env}]
    return document


def _fragment(*, plugin: bool) -> str:
    """Return a documentation fragment as JSON, which is valid YAML."""
    return json.dumps(
        {
            "options": {option.name: _document(option, plugin=plugin) for option in OPTIONS},
            "requirements": ["requests >= 2.28"],
            "notes": _NOTES,
        }
    )


class ModuleDocFragment:
    """The connection options, computed from their table; C(PLUGINS) is the form for lookups and other plugins."""

    # annotated, because the yamllint of ansible-test takes a plain assignment here for literal text and stops
    DOCUMENTATION: str = _fragment(plugin=False)
    PLUGINS: str = _fragment(plugin=True)
