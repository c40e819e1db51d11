# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the connection options, in one table, and the connection that they make.

From C(OPTIONS) follow the argument spec, both documentation fragments and the environment names.
A default is applied here and not by the argument spec, which would hide that the user gave nothing.
"""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass, replace

from ._clock import Clock
from ._config import find_entry, load_entry, parse_servers
from ._errors import InvalidOptionError
from ._platforms.base import Platform
from ._registry import PLATFORMS, open_platform, platform_names
from ._sources import CREDENTIALS, ON_PLAIN_HTTP, Source, resolve
from ._trust import refuse_plain_http
from ._types import Connection
from ._values import as_choice, as_text, origin, same_origin

GetOption = t.Callable[[str], t.Any]

ENV_PREFIX = "UNIFIED_JOBS_"


@dataclass(frozen=True)
class Option:
    """One connection option.

    C(no_log) is said for every option whose name looks like a secret. C(env) is the environment variable
    that stands in for it, where there is one.
    """

    name: str
    type: str
    description: tuple[str, ...]
    no_log: bool | None = None
    env: str | None = None
    words: tuple[str, ...] = ()

    def choices(self) -> list[str] | None:
        """Return the words that are allowed, or None if any are."""
        return platform_names() if self.name == "platform" else list(self.words) or None

    def argument(self) -> dict[str, t.Any]:
        """Return the entry of an argument spec."""
        argument: dict[str, t.Any] = {"type": self.type}
        if self.no_log is not None:
            argument["no_log"] = self.no_log
        if self.choices():
            argument["choices"] = self.choices()
        return argument


def _option(name: str, type_: str, *description: str, no_log: bool | None = None) -> Option:
    return Option(name, type_, description, no_log, ENV_PREFIX + name.upper())


OPTIONS: tuple[Option, ...] = (
    _option(
        "platform",
        "str",
        "The kind of server.",
        "May be left out when the environment or the configuration files of exactly one platform say where its server "
        "is.",
    ),
    _option(
        "url",
        "str",
        "The address of the server, such as V(https://awx.example.com). Without a scheme it is taken as https.",
        "A path is kept, for a server behind a reverse proxy.",
        "It must not hold credentials.",
    ),
    _option("username", "str", "The user to log in as, together with O(password)."),
    _option("password", "str", "The password of O(username); both come from the same place.", no_log=True),
    _option(
        "token",
        "raw",
        "The token to log in with, as text or as a dict with the key C(token).",
        "It wins over O(password) of the same place. Foreman wants to know by O(username) whose it is. Puppet Enterprise "
        "takes nothing else.",
        no_log=True,
    ),
    _option(
        "validate_certs",
        "bool",
        "Whether the certificate of the server must be valid.",
        "Defaults to V(true).",
    ),
    _option(
        "ca_path",
        "path",
        "A file or folder with the certificates of the authorities to trust, instead of those of the system.",
    ),
    _option("client_cert", "path", "A file with a certificate to log in with; it may hold the key too."),
    _option("client_key", "path", "The file with the key of O(client_cert).", no_log=False),
    _option(
        "request_timeout",
        "float",
        "Seconds to wait for the answer to one request, above 0.",
        "Defaults to V(30).",
    ),
    _option(
        "organization",
        "str",
        "The organization to work in, where the server has any.",
        "It decides between objects of the same name. On AWX it lists only its jobs; on Foreman it is where "
        "templates and hosts are looked for, and lists are of all jobs. A job that is named by its id is read in any organization.",
    ),
    _option("location", "str", "The location to work in, where the server has any."),
    Option(
        "on_plain_http",
        "str",
        (
            "What happens where O(url) begins with V(http://) and leads to another machine, so that everybody on the way can read the "
            "credentials.",
            "V(warn) gives a warning, V(fail) sends nothing, V(ignore) says nothing. Defaults to V(warn).",
            "The environment counts beside O(server) too, where the entry does not say it.",
        ),
        env=ENV_PREFIX + "ON_PLAIN_HTTP",
        words=ON_PLAIN_HTTP,
    ),
    Option(
        "server",
        "str",
        (
            "The name of one connection among O(servers) or in the configuration file.",
            "Everything that leads to the server and logs in comes from there, so neither O(url) nor a credential may "
            "be given beside it, and the environment is not read.",
            "Other connection options that are given beside it win over those of the named connection.",
        ),
    ),
    Option(
        "servers",
        "dict",
        (
            "Connections by name, each a dict of the connection options.",
            "Instead of C(token) and C(password), C(token_file) and C(password_file) name a file, C(token_env) and "
            "C(password_env) an environment variable, all of them on the controller.",
            "A name that is here is not looked up in the configuration file.",
        ),
        no_log=True,
    ),
    Option(
        "config_file",
        "path",
        (
            "A YAML file on the controller with the key C(servers), as the option O(servers). It may be encrypted "
            "with ansible-vault.",
            "It is only read when a server is named, by O(server) or by a job.",
            "Without it, the first of these that exists is read: the file that E(UNIFIED_JOBS_CONFIG) names, "
            "C(unified_jobs.yml) in the current folder unless everyone may write there, "
            "C(~/.config/unified_jobs/unified_jobs.yml), C(/etc/ansible/unified_jobs.yml).",
        ),
        env=ENV_PREFIX + "CONFIG",
    ),
)

#: what a connection is made of, without the options that only name where it is
_DIRECT = tuple(option for option in OPTIONS if option.name not in ("server", "servers", "config_file"))
#: the variables that are a rule of the machine, and not a part of the connection that the others describe
_RULES = {"on_plain_http": (f"{ENV_PREFIX}ON_PLAIN_HTTP",)}


def connection_argument_spec() -> dict[str, dict[str, t.Any]]:
    """Return a fresh argument spec of the connection options."""
    return {option.name: option.argument() for option in OPTIONS}


def connect(get_option: GetOption, server: str | None = None, clock: Clock | None = None) -> Platform:
    """Return the platform that the options lead to, ready to be used; nothing is sent.

    :param get_option: returns an option's value by its name, None if it is not given.
    :param server: the server that a job names, instead of the task's own connection.
    :raises InvalidOptionError: when the options do not make a connection.
    :raises MissingLibraryError: if C(requests) is not there.
    """
    return open_platform(read_connection(get_option, server), clock)


def read_connection(
    get_option: GetOption, server: str | None = None, environ: t.Mapping[str, str] | None = None
) -> Connection:
    """Return the connection that the options, or the server of that name, make; see C(connect).

    Without a server the places are, the strongest first: the options, C(UNIFIED_JOBS_*), the platform's own
    environment variables, its own files (house rules in C(_sources)).
    """
    env = os.environ if environ is None else environ
    options = _option_source(get_option)
    task_server = get_option("server")
    if task_server is not None:
        task_server = as_text(task_server, "server")
    if server is not None or task_server is not None:
        connection = _named_connection(get_option, options, server or task_server, task_server, env)
    else:
        connection = _own_connection(options, env)
    _refuse_context(connection)
    refuse_plain_http(connection)
    return _split_url(connection)


def check_origin(connection: Connection, job_url: str | None) -> None:
    """Refuse a job whose url leads to another server than the connection's; a path alone is fine.

    :raises InvalidOptionError: names both servers.
    """
    if not job_url or (job_url.startswith("/") and not job_url.startswith(("//", "/\\"))):
        return
    if not same_origin(connection.url, job_url):
        other = origin(job_url)
        place = f"{other[0]}://{other[1]}" + (f":{other[2]}" if other[2] else "") if other else "no valid address"
        raise InvalidOptionError(
            f"The url of the job leads to {place} and not to {connection.url}, where its id would mean another job: "
            "give the connection of the server that the job is on."
        )


def secrets_of(get_option: GetOption) -> list[str]:
    """Return every secret in the options, those within C(servers) too; never raises for odd values."""
    try:
        servers = parse_servers(get_option("servers"))
    except InvalidOptionError:
        servers = {}
    places = [{name: get_option(name) for name in ("password", "token")}, *servers.values()]
    found: list[str] = []
    for place in places:
        for name in ("password", "token"):
            found += _strings(place.get(name) if isinstance(place, t.Mapping) else None)
    return list(dict.fromkeys(found))


def _strings(value: t.Any) -> list[str]:
    if isinstance(value, t.Mapping):
        return [text for key in ("token", "refresh_token") for text in _strings(value.get(key))]
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return []
    return [text for text in dict.fromkeys((str(value), str(value).strip())) if text]


# -- a named server --------------------------------------------------------------------------------------------


def _named_connection(
    get_option: GetOption, options: Source, name: str, task_server: str | None, environ: t.Mapping[str, str]
) -> Connection:
    """Return the connection of one entry. Options count beside it only if the task itself names the server."""
    servers = parse_servers(get_option("servers"))
    entry = Source(
        f"server {name}",
        load_entry(name, find_entry(name, servers), _read_file, environ),
        lambda o: f"{o} of server {name}",
    )
    beside = dict(options.values) if name == task_server else {}
    for option in ("url", *CREDENTIALS):
        if option in beside:
            raise InvalidOptionError(
                f"{option} cannot be given beside server: everything comes from server {name}. Leave one of them out."
            )
    platform = _platform_of(name, entry, beside.pop("platform", None))
    if "url" not in entry:
        raise InvalidOptionError(f"Server {name} has no url.")
    places = [Source("the options", beside), entry.of_platform(PLATFORMS[platform].complete_url)]
    return resolve(platform, [*places, _rules_source(environ)], server=name)


def _platform_of(name: str, entry: Source, beside: t.Any) -> str:
    wanted = None if beside is None else as_choice(beside, "platform", platform_names())
    if "platform" not in entry:
        raise InvalidOptionError(f"Server {name} has no platform: one of {', '.join(platform_names())}.")
    own = as_choice(entry.values["platform"], entry.where("platform"), platform_names())
    if wanted not in (None, own):
        raise InvalidOptionError(f"platform is {wanted}, but server {name} is of platform {own}.")
    return own


def _read_file(path: str) -> str:
    with open(os.path.expanduser(path), encoding="utf-8") as file:
        return file.read()


# -- the options, the environment and the platform's own conventions -------------------------------------------


def _own_connection(options: Source, environ: t.Mapping[str, str]) -> Connection:
    own = [options, _environment_source(environ)]
    platform = _choose_platform(own, environ)
    own = [source for source in own if source.values.get("platform", platform) == platform]
    sources = [*own, _rules_source(environ), _convention_source(platform, environ), *_file_sources(platform, environ)]
    if not any("url" in source for source in sources):
        names = ", ".join((ENV_PREFIX + "URL", *PLATFORMS[platform].ENVIRONMENT.get("url", ())))
        raise InvalidOptionError(f"url is not set: give url or server, or set one of {names} in the environment.")
    return resolve(platform, [source.of_platform(PLATFORMS[platform].complete_url) for source in sources])


def _option_source(get_option: GetOption) -> Source:
    values = {option.name: get_option(option.name) for option in _DIRECT}
    return Source("the options", {name: value for name, value in values.items() if value is not None})


def _environment_source(environ: t.Mapping[str, str]) -> Source:
    names = {option.name: (option.env,) for option in _DIRECT if option.env and option.name not in _RULES}
    return _environ_values(f"the {ENV_PREFIX}* variables", names, environ)


def _rules_source(environ: t.Mapping[str, str]) -> Source:
    """Return the rules of the machine: they hold for every server, whichever the variables beside them name.

    :raises InvalidOptionError: for a value that is none, also where a task has its own: whoever set it counts on it.
    """
    rules = _environ_values("the environment", _RULES, environ)
    for option in rules.values:
        rules.get(option)
    return rules


def _convention_source(platform: str, environ: t.Mapping[str, str]) -> Source:
    kind = PLATFORMS[platform]
    return _environ_values(f"the environment variables of {kind.TITLE}", kind.ENVIRONMENT, environ)


def _environ_values(title: str, names: t.Mapping[str, tuple[str, ...]], environ: t.Mapping[str, str]) -> Source:
    """Return what is set; the first name that is set wins, and an empty variable is not set (AWX contract 2.3)."""
    found = {option: next((name for name in group if environ.get(name)), "") for option, group in names.items()}
    found = {option: name for option, name in found.items() if name}
    values = {option: environ[name] for option, name in found.items()}
    return Source(title, values, lambda option: found.get(option, option), by_name=True)


def _file_sources(platform: str, environ: t.Mapping[str, str]) -> list[Source]:
    files = PLATFORMS[platform].read_config_files(environ)
    return [Source(path, values, lambda option, path=path: f"{option} in {path}") for path, values in files]  # type: ignore[misc]


def _choose_platform(own: t.Sequence[Source], environ: t.Mapping[str, str]) -> str:
    """Return the platform that is named, or else the only one whose own conventions are there."""
    for source in own:
        if "platform" in source:
            return as_choice(source.values["platform"], source.where("platform"), platform_names())
    chosen = next((source for source in own if "url" in source), None)
    readers: tuple[t.Callable[[str], list[Source]], ...] = (
        lambda name: [_convention_source(name, environ)],
        # a file with nothing but a token, as puppet-access leaves one, says nothing on other servers
        lambda name: [source for source in _file_sources(name, environ) if "url" in source],
    )
    found: list[str] = []
    for read in readers:
        found = [name for name in PLATFORMS if any(_speaks_of(source, chosen, name) for source in read(name))]
        if len(found) == 1:
            return found[0]
        if found:
            break
    reason = f" and there are settings of more than one ({', '.join(found)})" if found else ""
    raise InvalidOptionError(
        f"platform is not set{reason}: give platform (one of {', '.join(platform_names())}), or server, "
        f"or set {ENV_PREFIX}PLATFORM in the environment."
    )


def _speaks_of(source: Source, chosen: Source | None, platform: str) -> bool:
    """Return whether a place says how to reach a server of a platform, and not another one than the chosen."""
    if "url" not in source and not source.credentials():
        return False
    if chosen is None:
        return True
    complete_url = PLATFORMS[platform].complete_url
    return source.of_platform(complete_url).other_origin(chosen.of_platform(complete_url).get("url")) is None


def _refuse_context(connection: Connection) -> None:
    """Refuse what the server does not have: it would be asked for and ignored."""
    kind = PLATFORMS[connection.platform]
    for name in ("organization", "location"):
        if getattr(connection, name) is not None and name not in kind.CONTEXT:
            raise InvalidOptionError(f"{name}: {kind.TITLE} has none, so leave it out for this server.")


def _split_url(connection: Connection) -> Connection:
    """Let the platform understand a url that ends in the path of its API, and say whom it trusts by habit."""
    kind = PLATFORMS[connection.platform]
    base, prefix = kind.split_url(connection.url, connection.api_prefix)
    authorities = connection.ca_path or (kind.default_ca_path() if connection.validate_certs else None)
    return replace(connection, url=base, api_prefix=prefix, ca_path=authorities)
