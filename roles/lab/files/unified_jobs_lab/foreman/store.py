# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated Foreman holds, and who may see which part of it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from ..engine import Engine
from ..model import Template
from . import catalog, catalog_lab
from .host_fields import HOST_FIELDS
from .matching import select
from .records import Bookmark, Feature, Host, Input, Invocation, Recurrence, Taxonomy
from .users import User

INFRASTRUCTURE = "execute_jobs_on_infrastructure_hosts"


class Store:
    """The server's content."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.load()

    def load(self) -> None:
        """Everything as at the start."""
        self.engine.clear()
        self.engine.templates.clear()
        self.born = self.engine.now - 86400.0
        self.organizations = list(catalog.ORGANIZATIONS)
        self.locations = list(catalog.LOCATIONS)
        self.hosts: dict[int, Host] = {host.id: host for host in catalog.hosts(self.born)}
        self.features: list[Feature] = catalog.features()
        self.bookmarks: list[Bookmark] = list(catalog.BOOKMARKS)
        self.recurrences: dict[int, Recurrence] = {}
        self.failed_before: set[tuple[int, int]] = set()
        for template in (*catalog.templates(), *catalog_lab.templates()):
            self.engine.add_template(template)
        self.targeting_ids = count(2001)
        self.run_ids = count(5001)
        self.chunk_ids = count(70001)
        self.group_ids = count(301)
        self.triggering_ids = count(401)
        self.recurrence_ids = count(15)

    # -- jobs

    def invocations(self) -> list[Invocation]:
        """All of them, the newest first."""
        found = [job.native["invocation"] for job in self.engine.jobs.values()]
        return sorted(found, key=lambda one: -one.id)

    def visible_invocations(self, user: User) -> list[Invocation]:
        """Those that a user may see; a filter may leave only the user's own."""
        return [one for one in self.invocations() if not user.own_jobs or one.targeting.user is user]

    def iterations(self, recurrence: Recurrence) -> list[Invocation]:
        """The invocations of a recurrence, the newest first."""
        return [one for one in self.invocations() if one.recurrence is recurrence]

    # -- taxonomies

    def taxonomies(self, kind: str) -> list[Taxonomy]:
        """The organizations or the locations."""
        return self.organizations if kind == "organization" else self.locations

    def visible_taxonomies(self, kind: str, user: User) -> list[Taxonomy]:
        """Those that a user may see: somebody who belongs to one organization sees no other."""
        own = user.organization if kind == "organization" else None
        return [one for one in self.taxonomies(kind) if own in (None, one.id)]

    def below(self, kind: str, top: Taxonomy | None) -> set[int] | None:
        """The ids of a taxonomy and of what is below it; None stands for all."""
        if top is None:
            return None
        return {one.id for one in self.taxonomies(kind) if top.id in (one.id, one.parent)}

    # -- hosts

    def visible_hosts(self, user: User) -> list[Host]:
        """The hosts that a user may see, by name."""
        if not user.may("view_hosts"):
            return []
        found = [h for h in self.hosts.values() if user.organization in (None, h.organization)]
        return sorted(found, key=lambda host: host.name)

    def in_context(self, hosts: Iterable[Host], organization: Taxonomy | None, location: Taxonomy | None) -> list[Host]:
        """The hosts of an organization and a location."""
        orgs, places = self.below("organization", organization), self.below("location", location)
        return [
            h for h in hosts if (orgs is None or h.organization in orgs) and (places is None or h.location in places)
        ]

    def resolve(self, query: str, user: User, organization: Taxonomy | None, location: Taxonomy | None) -> list[int]:
        """The hosts that a job on this query would run on."""
        hosts = self.in_context(self.visible_hosts(user), organization, location)
        if not user.may(INFRASTRUCTURE):
            hosts = [host for host in hosts if not host.infrastructure]
        return [host.id for host in select(query, HOST_FIELDS, hosts, self.engine.now)]

    def host_names(self, numbers: Iterable[int]) -> list[str]:
        """The names of the hosts that still exist."""
        return [self.hosts[number].name for number in numbers if number in self.hosts]

    # -- templates

    def templates(self, user: User, organization: Taxonomy | None, location: Taxonomy | None) -> list[Template]:
        """The job templates that a user may see in a context, by name."""
        found = []
        for template in self.engine.templates.values():
            facts = template.native
            fits = user.may("view_job_templates") and user.organization in (None, *facts["organizations"])
            fits = fits and (organization is None or organization.id in facts["organizations"])
            if fits and (location is None or location.id in facts["locations"]):
                found.append(template)
        return sorted(found, key=lambda one: (one.name, one.id))

    def feature(self, wanted: str) -> Feature | None:
        """A feature by its label or id."""
        return next((one for one in self.features if wanted in (one.label, str(one.id))), None)

    def inputs(self, template: Template) -> tuple[Input, ...]:
        """The inputs of a template."""
        inputs: tuple[Input, ...] = template.native["inputs"]
        return inputs

    def secret_names(self) -> set[str]:
        """The names of hidden inputs."""
        found = {one.name for template in self.engine.templates.values() for one in self.inputs(template) if one.hidden}
        return found | {"key_passphrase", "effective_user_password"}
