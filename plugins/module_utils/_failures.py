# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what an exception of the HTTP library means, read from the exceptions that it wraps."""

from __future__ import annotations

import http.client
import os
import re
import ssl
import typing as t

from ._errors import ApiError, BadResponseError, ConnectionFailedError, InvalidOptionError, JobsError

#: the functions that open a connection (the TLS handshake and the way through a proxy included), and their files
_CONNECTING = frozenset((("connection.py", "connect"), ("client.py", "connect"), ("ssl.py", "do_handshake")))
#: what comes before a connection, and what puts a request together before its first byte goes out
_PREPARING = frozenset(
    (
        *(("sessions.py", name) for name in ("prepare_request", "merge_environment_settings", "get_adapter")),
        *(("adapters.py", name) for name in ("get_connection_with_tls_context", "get_connection", "cert_verify")),
        *(("client.py", name) for name in ("putrequest", "putheader")),
        *(("connection.py", name) for name in ("putrequest", "putheader")),
    )
)
#: no status line, a line that does not end, a version that there is not
_NO_HTTP = (http.client.BadStatusLine, http.client.LineTooLong, http.client.UnknownProtocol)
#: exceptions of the library below: the size of a piece that is none, what cannot be unpacked
_UNREADABLE = frozenset(("InvalidChunkLength", "DecodeError"))
_WRAPPING = re.compile(r"^.*?(object at 0x[0-9a-fA-F]+>|\(host=.*?port=[^)]*\)): ")
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_LONGEST, _LONGEST_READ = 300, 4000

_OLD = "the two sides have no version or cipher of TLS in common, which no option mends: one of them has to be updated"
_NO_TLS = "check the scheme and the port in url, where no TLS is spoken; it may be http"
_CLIENT = "check client_cert and client_key, which the server may ask for"
#: of several signs in a text the first counts
_TLS_ADVICE = (
    ("key values mismatch", "client_key is not the key of client_cert"),
    ("alert certificate expired", "client_cert is no longer valid"),
    ("alert protocol version", _OLD),
    ("unsupported protocol", _OLD),
    ("no protocols available", _OLD),
    ("no shared cipher", _OLD),
    ("dh key too small", _OLD),
    ("too weak", _OLD),
    ("handshake failure", f"{_CLIENT}; else {_OLD}"),
    ("unrecognized name", "check the host in url, which the server does not know"),
    ("mismatch", "check the host in url, which must be a name in the certificate"),
    ("doesn't match", "check the host in url, which must be a name in the certificate"),
    ("not yet valid", "check the clocks of this machine and of the server"),
    (
        "expired",
        "the certificate has to be renewed on the server; until then validate_certs=false is the only way, on which "
        "anybody may be at the other end",
    ),
    ("alert", _CLIENT),
    ("self-signed", "give ca_path, the file of its authority, or of the certificate itself if it has none"),
    ("self signed", "give ca_path, the file of its authority, or of the certificate itself if it has none"),
    ("certificate verify failed", "give ca_path if the server has a private CA"),
    ("wrong version", _NO_TLS),
    ("record layer", _NO_TLS),
    ("unknown protocol", _NO_TLS),
)

#: what is said where no authority that is trusted has signed it
_NO_AUTHORITY = ("local issuer", "issuer certificate", "first certificate", "self-signed", "self signed")


def causes(error: BaseException) -> list[BaseException]:
    """Return the error and all that it wraps; what was handled before, an error of ours, is not among them."""
    found: list[BaseException] = []
    waiting: list[t.Any] = [error]
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, BaseException) and not isinstance(item, JobsError) and item not in found:
            found.append(item)
            waiting += [*item.args, getattr(item, "reason", None), item.__cause__, item.__context__]
    return found


def failed_connecting(error: BaseException) -> bool:
    """Return whether no connection was made, so that nothing of the request was sent.

    The type of an exception does not tell it: a reset, a time-out or a TLS error may come before or after sending.
    Where it was raised does.
    """
    return any(_CONNECTING & _places(item) for item in causes(error))


def nothing_sent(error: BaseException) -> bool:
    """Return whether nothing of the request was sent, because it failed while it was put together or connecting."""
    return any((_CONNECTING | _PREPARING) & _places(item) for item in causes(error))


def _places(error: BaseException) -> set[tuple[str, str]]:
    places, trace = set(), error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.add((os.path.basename(code.co_filename), code.co_name))
        trace = trace.tb_next
    return places


def is_hangup(error: BaseException) -> bool:
    """Return whether a TLS connection just ended, which is no judgement on a certificate."""
    return any(isinstance(item, (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionError)) for item in causes(error))


def is_certificate_trouble(error: BaseException) -> bool:
    """Return whether one side did not accept the other's certificate: then no request was looked at."""
    reasons = (str(getattr(item, "reason", None) or item) for item in causes(error) if isinstance(item, ssl.SSLError))
    return any("CERTIFICATE" in reason.upper() or "UNKNOWN_CA" in reason.upper() for reason in reasons)


def is_nonsense(error: BaseException) -> bool:
    """Return whether something was answered that is no HTTP, is beyond its measures, or is packed in a wrong way."""
    return any(
        (isinstance(item, _NO_HTTP) and not isinstance(item, ConnectionError))
        or item.__class__ == http.client.HTTPException
        or _UNREADABLE & {kind.__name__ for kind in item.__class__.__mro__}
        or "exceeded maximum allowed length" in str(item)
        for item in causes(error)
    )


def lost(error: BaseException, text: str, is_late: bool, proxy: str) -> tuple[str, bool]:
    """Return what a person calls the end of a connection, and whether it is worth another try.

    :param text: the innermost reason.
    :param proxy: the address of the proxy on the way, empty for none.
    """
    if not failed_connecting(error):
        # in TLS 1.3 a server that misses a client certificate ends the connection, and why is easily lost
        advice = "; if it wants a client certificate, check client_cert" if "EOF occurred in violation" in text else ""
        return f"{'did not answer in time' if is_late else 'broke the connection'} ({text}){advice}", True
    if not proxy:
        return f"cannot be reached ({text})", True
    # who logs in wrongly again and again is locked out
    return f"cannot be reached through the proxy {proxy} ({text}): {proxy_advice(text)}", "407" not in text


def proxy_advice(text: str) -> str:
    """Return what to look at when a proxy did not do its part; 407 is how it asks for a login."""
    names = "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY"
    if "407" in text:
        return f"the proxy asks for a login, which belongs into its address in {names} (http://user:password@host:port)"
    return f"check {names}, or name the server's host in NO_PROXY"


def bad_value(error: ValueError, text: str, place: str, unsent: bool, proxy: str = "") -> ApiError | InvalidOptionError:
    """Return our error for a value that cannot be: one of ours, or one in the answer.

    :param text: the innermost reason.
    :param place: the address, for the message.
    :param proxy: the address of the proxy on the way, empty for none.
    """
    if not unsent:
        return BadResponseError(f"{place} sent an answer that cannot be read ({text}).", ambiguous=True)
    if isinstance(error, UnicodeError):
        return InvalidOptionError(f"What was to go to {place} has characters that cannot be sent.")
    if proxy and "SOCKS" in text:
        return ConnectionFailedError(
            f"{place} is to be reached through a SOCKS proxy, for which the Python library PySocks is missing where this "
            f"runs: pip install requests[socks], or {proxy_advice('')}."
        )
    if proxy and "header" not in text:
        # the reason quotes the address, in pieces of which one may be of its password
        return _bad_proxy(place)
    return ConnectionFailedError(f"{place} is not an address that can be connected to ({text}).")


def _bad_proxy(place: str) -> ConnectionFailedError:
    return ConnectionFailedError(
        f"{place} is to be reached through a proxy whose address is none: it must look like "
        f"http://user:password@host:port, with %2F for a slash in the password; {proxy_advice('')}."
    )


def check_proxy(address: str, place: str) -> None:
    """Refuse an address of a proxy whose login has a sign that ends a host: the library would take it for one.

    A piece of the password would be looked up as a name, and be quoted.

    :param address: the whole address, empty for no proxy.
    :param place: the address that is asked for, for the message.
    :raises ConnectionFailedError: without a word of the address.
    """
    if re.search(r"[/\\?#]", _SCHEME.sub("", address).rpartition("@")[0]):
        raise _bad_proxy(place)


def root_cause(error: BaseException, hide: t.Callable[[str], str] = str) -> str:
    """Return the innermost reason as one short line; the library wraps it in tuples and object addresses.

    :param hide: masks secrets, before anything is cut.
    """
    inner: t.Any = error
    while True:
        below = next((item for item in reversed(inner.args) if isinstance(item, Exception)), None)
        if below is None:
            reason = getattr(inner, "reason", None)
            below = reason if isinstance(reason, Exception) else None
        if below is None:
            break
        inner = below
    # a line that a server sent may be long, and made for expressions to get lost in
    text = _WRAPPING.sub("", " ".join(hide(str(inner)).split())[:_LONGEST_READ])
    text = re.sub(r"^\[(SSL|X509)[^\]]*\] | ?\(_ssl\.c:\d+\)$", "", text)
    # an address of a proxy may hold its password
    text = re.sub(r"//[^/\s]*@", "//", text)
    return text[:_LONGEST].rstrip(".") or type(inner).__name__


def tls_advice(reason: str, trusted: str | None = None) -> str:
    """Return what to look at, for the reason of a TLS failure.

    :param trusted: where the authorities are that were trusted, which may be the habit of a platform.
    """
    text = reason.lower().replace("_", " ")
    name = next((name for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE") if os.environ.get(name)), "")
    path = trusted or os.environ.get(name, "")
    place = path if trusted or not name else f"{name}={path}"
    if "ca certificate bundle" in text or "no certificate or crl found" in text:
        named = f"{place or 'ca_path'} must name a file with certificates in PEM, or a folder of them"
        mend = "check ca_path" if trusted else "mend the variable, or give ca_path"
        return f"{named}: {mend}" if place else named
    advice = next((advice for sign, advice in _TLS_ADVICE if sign in text), "check url, ca_path and client_cert")
    if place and "ca_path" in advice:
        advice = _elsewhere(place, text, bool(trusted)) or f"{advice} (those in {place} were trusted)"
        if os.path.isdir(path):
            advice += "; in a folder the files need the names that openssl rehash gives them"
    return advice


def _elsewhere(place: str, text: str, is_option: bool) -> str:
    """Return what to do where the authority is not in the place that was named for it; empty if it is another trouble.

    :param place: the file or the variable, which may be the habit of a platform, so that nobody gave it.
    """
    if not any(sign in text for sign in _NO_AUTHORITY):
        return ""
    itself = ", nor its certificate, which signs itself" if re.search("self.signed certificate(?! in)", text) else ""
    mend = "give ca_path the file that does" if is_option else "mend the variable, or give ca_path"
    return f"{place} does not hold the authority of this server{itself}: {mend}"


def tls_message(place: str, reason: str, trusted: str | None, what: str = "failed") -> str:
    """Return the sentence on a TLS connection that could not be made."""
    return f"The TLS connection to {place} {what} ({reason}): {tls_advice(reason, trusted)}."


def encrypted_key(path: str) -> bool:
    """Return whether a PEM file holds an encrypted private key, for which TLS would ask on the terminal.

    :raises OSError: if the file cannot be read.
    """
    with open(path, "rb") as file:
        return b"ENCRYPTED" in file.read(1024 * 1024)
