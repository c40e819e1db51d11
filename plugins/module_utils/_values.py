# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: values of the connection, checked. Every error is one sentence that begins with where the value is.

C(where) is what a person calls the place: C(url), C(UNIFIED_JOBS_URL), C(the url of server prod).
No message shows a value that may hold a secret.
"""

from __future__ import annotations

import ipaddress
import math
import os
import re
import typing as t
from urllib.parse import SplitResult, urlsplit

from ._errors import InvalidOptionError

TRUE_WORDS = frozenset(("true", "yes", "on", "1", "y", "t"))
FALSE_WORDS = frozenset(("false", "no", "off", "0", "n", "f"))
DEFAULT_PORTS = {"https": 443, "http": 80}

#: no system has longer ones
_LONGEST_PATH = 4096
_HOST = re.compile(r"[^\s/?#@\[\]\\<>^`{|}%\"',;:]+")


def as_text(value: t.Any, where: str) -> str:
    """Return text; numbers are taken as they are written, since YAML reads C(1234) as one."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise InvalidOptionError(f"{where} must be text, not {_kind(value)}.")
    text = _written(value, where)
    if not text.strip():
        raise InvalidOptionError(f"{where} is empty: leave it out or give it a value.")
    return text


def as_bool(value: t.Any, where: str) -> bool:
    """Return a boolean from one or from a word in any case (AWX contract 2.3)."""
    if isinstance(value, bool):
        return value
    word = _written(value, where).strip().lower()
    if word in TRUE_WORDS or word in FALSE_WORDS:
        return word in TRUE_WORDS
    raise InvalidOptionError(f"{where} must be a boolean (true or false), not {str(value)[:40]!r}.")


def as_seconds(value: t.Any, where: str) -> float:
    """Return a positive number of seconds."""
    try:
        seconds = float("nan" if isinstance(value, bool) else value)
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if not math.isfinite(seconds) or seconds <= 0:
        shown = _written(value, where)[:40]
        raise InvalidOptionError(f"{where} must be a number of seconds above 0, not {shown!r}.")
    return seconds


def as_path(value: t.Any, where: str) -> str:
    """Return the path of something that exists, with C(~) and variables expanded."""
    path = os.path.expanduser(os.path.expandvars(as_text(value, where)))
    if not os.path.exists(path):
        raise InvalidOptionError(f"{where} does not exist: {path[:_LONGEST_PATH]}.")
    return path


def as_file(value: t.Any, where: str) -> str:
    """Return the path of a file that exists."""
    path = as_path(value, where)
    if not os.path.isfile(path):
        raise InvalidOptionError(f"{where} must be a file: {path[:_LONGEST_PATH]}.")
    return path


def as_token(value: t.Any, where: str) -> str:
    """Return a token from text, or from the dict with the key C(token) that token modules return."""
    if isinstance(value, t.Mapping):
        if "token" not in value:
            raise InvalidOptionError(f"{where} is a dict without the key token.")
        value = value["token"]
    if not isinstance(value, str):
        raise InvalidOptionError(f"{where} must be text or a dict with the key token, not {_kind(value)}.")
    token = value.strip()
    if not token:
        raise InvalidOptionError(f"{where} is empty: leave it out or give it a value.")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise InvalidOptionError(f"{where} has characters that no token has, such as blanks or line ends.")
    return token


def as_secret(value: t.Any, where: str) -> str:
    """Return a password; blanks in it count."""
    if isinstance(value, str) and value:
        return value
    return as_text(value, where)


def as_choice(value: t.Any, where: str, choices: t.Sequence[str]) -> str:
    """Return one of the words."""
    text = as_text(value, where)
    if text not in choices:
        raise InvalidOptionError(f"{where} must be one of {', '.join(choices)}, not {text[:40]!r}.")
    return text


def as_url(value: t.Any, where: str, complete: t.Callable[[str], str] = lambda url: url) -> str:
    """Return the base url in one form: scheme, host in lower case, no default port, no trailing slash.

    A missing scheme means https (AWX contract 2.3, checklist 43); a path is kept for reverse proxies.

    :param complete: adds what the platform's own tools add to a url, such as a port; one that is written counts.
    """
    text = as_text(value, where).strip()
    parts = _split(text, where)
    if "@" in text:
        raise InvalidOptionError(f"{where} must not hold credentials: use username and password, or token.")
    if parts.scheme not in DEFAULT_PORTS:
        raise InvalidOptionError(f"{where} must begin with https:// or http://, not {parts.scheme[:40]}://.")
    if "?" in text or "#" in text:
        raise InvalidOptionError(
            f"{where} must be the address of the server only, without a query (?) or fragment (#)."
        )
    path = re.sub("/+", "/", parts.path).rstrip("/")
    return _without_default_port(complete(f"{parts.scheme}://{_authority(parts, where)}{path}"))


def _split(text: str, where: str) -> SplitResult:
    if not text.isprintable() or re.search(r"[\s\\<>\"{}|^`]", text):
        raise InvalidOptionError(f"{where} holds characters that no address has, such as blanks or backslashes.")
    if "://" not in text:
        if re.match(r"(https?|ftps?):", text, re.IGNORECASE) or text.startswith("/"):
            raise InvalidOptionError(f"{where} must look like https://host.")
        text = "https://" + (f"[{text}]" if _is_ipv6(text) else text)
    try:
        return urlsplit(text)
    except ValueError:
        raise InvalidOptionError(f"{where} is not a valid address: it must look like https://host.") from None


def _authority(parts: SplitResult, where: str) -> str:
    """Return host and port; a host name is not looked up."""
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise InvalidOptionError(f"{where} has a port that is not a number from 1 to 65535.") from None
    if port == 0 or parts.netloc.endswith(":"):
        raise InvalidOptionError(f"{where} has a port that is not a number from 1 to 65535.")
    bracketed = parts.netloc.startswith("[")
    if not (_is_ipv6(host) if bracketed else _HOST.fullmatch(host)):
        raise InvalidOptionError(f"{where} names no valid host: it must look like https://host.")
    host = f"[{host}]" if bracketed else host
    return host if port is None else f"{host}:{port}"


def _without_default_port(url: str) -> str:
    scheme = url.partition(":")[0]
    return re.sub(rf"^({scheme}://(?:\[[^]]*\]|[^/:]*)):{DEFAULT_PORTS[scheme]}(?=/|$)", r"\1", url)


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def origin(url: str) -> tuple[str, str, int | None] | None:
    """Return scheme, host and port of a url, or None if it has no valid ones."""
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    if not parts.hostname or "\\" in url or not url.isprintable():
        return None
    return parts.scheme, parts.hostname, port


def same_origin(url_a: str, url_b: str) -> bool:
    """Return whether two urls lead to the same scheme, host and port."""
    origin_a = origin(url_a)
    return origin_a is not None and origin_a == origin(url_b)


def _written(value: t.Any, where: str) -> str:
    """Return a value as text; of longer numbers than any that is meant, Python makes none."""
    try:
        return str(value)
    except (ValueError, RecursionError):
        raise InvalidOptionError(f"{where} is far too long.") from None


def is_nested(content: bytes, levels: int = 500) -> bool:
    """Return whether something that may be YAML or JSON is nested deeper than anything that is meant.

    The parsers of YAML take minutes for it, or break down with all of Ansible, as the one written in C does.
    """
    depth = deepest = 0
    for sign in re.findall(rb"[][{}]", content):
        depth += 1 if sign in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest > levels or re.search(rb"(?:[-?:][ \t]+){%d}" % levels, content) is not None


def _kind(value: t.Any) -> str:
    if isinstance(value, t.Mapping):
        return "a dict"
    return "a list" if isinstance(value, (list, tuple)) else f"a value of type {type(value).__name__}"
