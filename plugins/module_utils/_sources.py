# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: a connection out of several places that may each say a part of it.

The rules, which keep a secret from going to a server that it is not for:
    1. Places are ordered; of two that name a setting, the stronger wins.
    2. A credential is never used with a url that comes from a weaker place than its own.
    3. A place that names another server than the chosen one, or another platform, gives nothing.
    4. User name and password come from one place; so do certificate and key.
    5. A token beats a password of the same or a weaker place.
"""

from __future__ import annotations

import typing as t

from ._errors import InvalidOptionError
from ._types import Connection
from ._values import (
    as_bool,
    as_choice,
    as_file,
    as_path,
    as_seconds,
    as_secret,
    as_text,
    as_token,
    as_url,
    same_origin,
)

Check = t.Callable[[t.Any, str], t.Any]

#: what logs in, and so is never mixed over the borders of places
CREDENTIALS = ("token", "password", "username", "client_cert", "client_key")
#: how a file says, beside its options, where the credentials among them lie
SECRET_FILE = "secret_file"
#: what may be done where credentials would go without TLS to another machine
ON_PLAIN_HTTP = ("warn", "fail", "ignore")
#: what each place may say for itself
SETTINGS = ("validate_certs", "ca_path", "request_timeout", "organization", "location", "on_plain_http", "api_prefix")

CHECKS: dict[str, Check] = {
    "url": as_url,
    "username": as_text,
    "password": as_secret,
    "token": as_token,
    "validate_certs": as_bool,
    "ca_path": as_path,
    "client_cert": as_file,
    "client_key": as_file,
    "request_timeout": as_seconds,
    "organization": as_text,
    "location": as_text,
    "on_plain_http": lambda value, where: as_choice(value, where, ON_PLAIN_HTTP),
    "api_prefix": as_text,
}


class Source:
    """One place that says something about connections.

    :param title: what it is called, such as "the options".
    :param values: option -> raw value; what is not given is not in it.
    :param names: option -> what the value is called in messages, if not the option's own name.
    :param complete_url: what the platform adds to a url.
    :param by_name: what to call a value in a message is the name alone, which says where it is, as that of a variable.
    """

    def __init__(
        self,
        title: str,
        values: t.Mapping[str, t.Any],
        names: t.Callable[[str], str] = lambda option: option,
        complete_url: t.Callable[[str], str] = lambda url: url,
        by_name: bool = False,
    ) -> None:
        self.title = title
        self._complete_url = complete_url
        self.values = values
        self.where = names
        self._by_name = by_name

    def __contains__(self, option: str) -> bool:
        return option in self.values

    def get(self, option: str) -> t.Any:
        """Return the checked value; an InvalidOptionError says where it is and what is wrong."""
        if option == "url":
            return as_url(self.values[option], self.where(option), self._complete_url)
        return CHECKS[option](self.values[option], self.where(option))

    def of_platform(self, complete_url: t.Callable[[str], str]) -> Source:
        """Return the same place, whose url is that of a server of a platform."""
        return Source(self.title, self.values, self.where, complete_url, self._by_name)

    def place_of(self, options: t.Iterable[str]) -> str:
        """Return what to call the place that some of its options are in."""
        return " and ".join(self.where(option) for option in options) if self._by_name else self.title

    def credentials(self) -> list[str]:
        """Return which of the credentials the place names."""
        return [option for option in CREDENTIALS if option in self]

    def other_origin(self, url: str) -> str | None:
        """Return the url that the place names if it leads to another server than C(url)."""
        if "url" not in self:
            return None
        try:
            own: str = self.get("url")
        except InvalidOptionError:
            return "an address that is not valid"
        return None if same_origin(own, url) else own


def resolve(platform: str, sources: t.Sequence[Source], server: str | None = None) -> Connection:
    """Return the connection that the places make together.

    :param sources: the strongest first; at least one names a url.
    :param server: the name of the connection, if it has one.
    :raises InvalidOptionError: when a value is wrong or the rules above leave a credential unused.
    """
    place = next(i for i, source in enumerate(sources) if "url" in source)
    chosen = sources[place]
    url: str = chosen.get("url")
    _refuse_stronger_credentials(sources[:place], chosen)
    strangers = [source for source in sources[place + 1 :] if source.other_origin(url)]
    usable = [source for source in sources if source not in strangers]
    login, login_source = _login(usable)
    certificate = _certificate(usable)
    if not login and not certificate:
        _explain_strangers(strangers, url, chosen)
    return Connection(
        platform=platform,
        url=url,
        server=server,
        source=_describe(chosen, login_source, ["token"] if "token" in login else list(login)),
        secret_file=login_source.values.get(SECRET_FILE) if login_source else None,
        **login,
        **certificate,
        **_settings(usable),
    )


def _refuse_stronger_credentials(stronger: t.Sequence[Source], chosen: Source) -> None:
    for source in stronger:
        for option in source.credentials():
            raise InvalidOptionError(
                f"{source.where(option)} is set by {source.title}, but the url comes from {chosen.where('url')}, "
                f"which is not where that credential belongs: set url there too, or leave {source.where(option)} out."
            )


def _login(usable: t.Sequence[Source]) -> tuple[dict[str, t.Any], Source | None]:
    """Return token with the username beside it, or username and password, of the strongest place that has any."""
    for source in usable:
        if "token" in source:
            # some servers want to know whose token it is
            return {option: source.get(option) for option in ("token", "username") if option in source}, source
        given = [option for option in ("username", "password") if option in source]
        if len(given) == 2:
            return {option: source.get(option) for option in given}, source
        if given:
            missing = "password" if given == ["username"] else "username"
            raise InvalidOptionError(
                f"{source.where(given[0])} is given without {missing}: give both in the same place, or a token."
            )
    return {}, None


def _certificate(usable: t.Sequence[Source]) -> dict[str, t.Any]:
    for source in usable:
        if "client_cert" in source:
            return {option: source.get(option) for option in ("client_cert", "client_key") if option in source}
        if "client_key" in source:
            raise InvalidOptionError(
                f"{source.where('client_key')} is given without client_cert: give both in the same place."
            )
    return {}


def _settings(usable: t.Sequence[Source]) -> dict[str, t.Any]:
    found: dict[str, t.Any] = {}
    for option in SETTINGS:
        for source in usable:
            if option in source:
                found[option] = source.get(option)
                break
    return found


def _explain_strangers(strangers: t.Sequence[Source], url: str, chosen: Source) -> None:
    for source in strangers:
        for option in source.credentials():
            raise InvalidOptionError(
                f"There are no credentials for {url} (from {chosen.where('url')}): those of {source.title} "
                f"({source.where(option)}) are for {source.other_origin(url)} and are not used. Give token, "
                "or username and password."
            )


def _describe(chosen: Source, login_source: Source | None, login: t.Sequence[str]) -> str:
    if login_source is None:
        return chosen.title
    place = login_source.place_of(login)
    return place if login_source is chosen else f"{chosen.title} (url) and {place} (credentials)"
