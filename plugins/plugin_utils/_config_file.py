# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: the configuration file C(unified_jobs.yml) on the controller, and the secrets next to it.

It is read with Ansible's own loader, so that a vaulted file and vaulted values work. No message quotes its content.
"""

from __future__ import annotations

import os
import stat
import typing as t

from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader

from ..module_utils._config import SECRETS, find_entry, load_entry, parse_servers
from ..module_utils._errors import InvalidOptionError
from ..module_utils._trust import concerns_of_file
from ..module_utils._values import is_nested

FILE_NAME = "unified_jobs.yml"
ENV_NAME = "UNIFIED_JOBS_CONFIG"
#: where the file is looked for after the current folder
FOLDERS = ("~/.config/unified_jobs", "/etc/ansible")
#: paths in an entry that are relative to the file that the entry is in
PATH_KEYS = ("ca_path", "client_cert", "client_key")
#: bytes of a file that is read here, and values and levels in the entry of a server: far more than one needs
LARGEST_FILE, MOST_VALUES, MOST_LEVELS = 1024 * 1024, 1000, 20

Warn = t.Callable[[str], None]


def plain(value: t.Any) -> t.Any:
    """Return builtins only: lazy containers are walked, vaulted text is decrypted, tags are dropped."""
    if isinstance(value, t.Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    for kind in (int, float):
        if isinstance(value, kind):
            return kind(value)
    return "".join(str(value))


class ServerReader:
    """Finds named servers in the option C(servers) and in the configuration file.

    :param loader: the loader of the play; relative paths that are given as options start at its base folder.
    :param servers: the value of the option C(servers).
    :param config_file: the value of the option C(config_file).
    :param warn: is called with one sentence when others may read a file that holds a secret, or change one.
    """

    def __init__(
        self, loader: DataLoader, servers: t.Any, config_file: t.Any, environ: t.Mapping[str, str], warn: Warn
    ) -> None:
        self._loader = loader
        self._servers = servers
        self._config_file = config_file
        self._environ = environ
        self._warn = warn

    def read(self, names: t.Sequence[str]) -> dict[str, dict[str, t.Any]]:
        """Return plain entries, secrets read, of the named servers; the file is read only if it is needed.

        :raises InvalidOptionError: for an unknown name, a bad entry, or a file that cannot be read.
        """
        given = parse_servers(_shallow(self._servers))
        found: dict[str, t.Any] = {}
        config: t.Mapping[str, t.Any] | None = None
        path: str | None = None
        for name in names:
            if name in given:
                found[name] = load_entry(name, plain(given[name]), self._reader(None), self._environ)
                continue
            if config is None:
                path = find_config_file(self._loader, plain(self._config_file), self._environ, self._warn)
                config = read_config_file(self._loader, path, self._warn) if path else {}
            where = f"servers or {path}" if path else f"servers, and there is no {FILE_NAME}"
            found[name] = self._load(name, find_entry(name, {**given, **config}, where), path or "")
        return found

    def _load(self, name: str, entry: t.Any, path: str) -> dict[str, t.Any]:
        folder = os.path.dirname(path)
        if _is_too_much(entry):
            raise InvalidOptionError(f"Server {name} in {path} holds far more than the options of a connection.")
        try:
            entry = plain(entry)
        except AnsibleError:
            raise InvalidOptionError(
                f"Server {name} in {path} holds a value that cannot be decrypted {_undecrypted(self._loader)}."
            ) from None
        options = load_entry(name, entry, self._reader(folder), self._environ)
        for key in PATH_KEYS:
            if isinstance(options.get(key), str):
                options[key] = os.path.join(folder, os.path.expanduser(os.path.expandvars(options[key])))
        return options

    def _reader(self, folder: str | None) -> t.Callable[[str], str]:
        """Return what reads a secret's file; a relative path starts at the folder."""

        def read(path: str) -> str:
            path = os.path.expanduser(path)
            path = self._loader.path_dwim(path) if folder is None else os.path.join(folder, path)
            _check_file(path)
            content = _read_maybe_vaulted(self._loader, path)
            _warn_if_open(path, self._warn, not _is_vaulted(path))
            return content.decode("utf-8")

        return read


def find_config_file(loader: DataLoader, explicit: t.Any, environ: t.Mapping[str, str], warn: Warn) -> str | None:
    """Return the path of the file to read, or None if there is none.

    :raises InvalidOptionError: when a file that the option or the environment names cannot be read.
    """
    if explicit is not None:
        return _readable(loader.path_dwim(str(explicit)), "config_file")
    if environ.get(ENV_NAME):
        return _readable(os.path.abspath(os.path.expanduser(environ[ENV_NAME])), ENV_NAME)
    here = _in_current_folder(warn)
    paths = ([here] if here else []) + [os.path.join(os.path.expanduser(folder), FILE_NAME) for folder in FOLDERS]
    return next((path for path in paths if os.path.isfile(path)), None)


def read_config_file(loader: DataLoader, path: str, warn: Warn) -> dict[str, t.Any]:
    """Return the entries of a configuration file, values in them still encrypted: a task needs few of them.

    :raises InvalidOptionError: names the file; it never shows a line of it.
    """
    try:
        _check_file(path)
        _check_depth(path)
        data = loader.load_from_file(path)
    except RecursionError:
        raise InvalidOptionError(f"The configuration file {path} is nested too deeply.") from None
    except Exception as error:  # before ansible-core 2.19 the parser raises anything for a value that is none
        raise InvalidOptionError(f"The configuration file {path} {_reason(error, path, loader)}.") from None
    if not isinstance(data, t.Mapping) or set(data) != {"servers"}:
        raise InvalidOptionError(f"The configuration file {path} must hold a dict with the key servers and no other.")
    servers = parse_servers(_shallow(data["servers"]), f"servers in {path}")
    _warn_if_open(path, warn, _has_clear_secret(servers) and not _is_vaulted(path))
    return servers


def _is_too_much(entry: t.Any) -> bool:
    """Return whether an entry is large or deep; aliases of YAML make a small file so, even without an end."""
    found, level = 0, [entry]
    for _depth in range(MOST_LEVELS):
        below: list[t.Any] = []
        for value in level:
            if isinstance(value, t.Mapping):
                below += list(value.values())
            elif isinstance(value, (list, tuple, set, frozenset)):
                below += list(value)
            if found + len(below) > MOST_VALUES:
                return True
        if not below:
            return False
        found, level = found + len(below), below
    return True


def _check_file(path: str) -> None:
    """Raise OSError for what is no regular file, as reading a pipe may never end, and for what is too large."""
    found = os.stat(path)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(0, "it is no regular file; one is needed, and not a pipe or a device")
    if found.st_size > LARGEST_FILE:
        raise OSError(0, "it is too large")


def _check_depth(path: str) -> None:
    """Raise RecursionError for what would take the parser of YAML down, and all of Ansible with it."""
    with open(path, "rb") as file:
        if is_nested(file.read()):
            raise RecursionError


def _in_current_folder(warn: Warn) -> str | None:
    try:
        folder = os.getcwd()
        open_to_all = os.stat(folder).st_mode & stat.S_IWOTH
    except OSError:
        return None
    path = os.path.join(folder, FILE_NAME)
    if not os.path.isfile(path):
        return None
    what = "in its folder" if open_to_all else "to it" if os.stat(path).st_mode & stat.S_IWOTH else ""
    if what:
        warn(f"{path} is not read, because everyone may write {what}. Name it with config_file to read it.")
        return None
    return path


def _readable(path: str, where: str) -> str:
    if not os.path.isfile(path) or not os.access(path, os.R_OK):
        raise InvalidOptionError(f"{where} names a file that cannot be read: {path}.")
    return path


def _undecrypted(loader: DataLoader) -> str:
    """Return the end of a sentence on what cannot be decrypted."""
    known = getattr(getattr(loader, "_vault", None), "secrets", None)
    if known is not None and not known:
        return "without a vault password: give one with --ask-vault-pass or --vault-password-file"
    return "with the vault passwords that were given"


def _reason(error: BaseException, path: str, loader: DataLoader) -> str:
    """Say what is wrong without a word of the content, which Ansible's own messages quote."""
    if isinstance(error, OSError):
        return f"cannot be read ({error.strerror})"
    if _is_vaulted(path):
        return f"is encrypted and cannot be decrypted {_undecrypted(loader)}"
    cause: t.Any = error
    for _step in range(5):
        mark = getattr(cause, "problem_mark", None)
        if mark is not None:
            return f"is not valid YAML (line {mark.line + 1})"
        cause = getattr(cause, "orig_exc", None) or getattr(cause, "__cause__", None)
    return "is not valid YAML"


def _shallow(value: t.Any) -> t.Any:
    """Return a mapping as a dict with plain keys; its values are taken one by one, as lazy containers need."""
    return {plain(key): item for key, item in value.items()} if isinstance(value, t.Mapping) else value


def _has_clear_secret(servers: t.Mapping[str, t.Any]) -> bool:
    """Return whether an entry holds a secret as it is; a vaulted value is of a type that is no str."""
    return any(
        isinstance(entry.get(secret), (str, t.Mapping))
        for entry in servers.values()
        if isinstance(entry, t.Mapping)
        for secret in SECRETS
    )


def _is_vaulted(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(14) == b"$ANSIBLE_VAULT"
    except OSError:
        return False


def _read_maybe_vaulted(loader: DataLoader, path: str) -> bytes:
    if not _is_vaulted(path):
        with open(path, "rb") as file:
            return file.read()
    try:
        real = loader.get_real_file(path)
    except AnsibleError:
        raise OSError(0, f"it cannot be decrypted {_undecrypted(loader)}") from None
    try:
        with open(real, "rb") as file:
            return file.read()
    finally:
        loader.cleanup_tmp_file(real)


def _warn_if_open(path: str, warn: Warn, secret: bool) -> None:
    for concern in concerns_of_file(path, secret=secret, besides=", or encrypt it with ansible-vault"):
        warn(concern)
