# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an exception means, read from those that it wraps. That it is read rightly is tested with real ones in _http/."""

from __future__ import annotations

import ssl

import pytest

from ansible_collections.unified.jobs.plugins.module_utils import _failures
from ansible_collections.unified.jobs.plugins.module_utils._errors import ConnectionFailedError


class Wrapper(Exception):
    """As the pool's errors: the reason is beside the text."""

    reason: BaseException | None = None


def wrapped(text: str, reason: BaseException | None = None) -> Wrapper:
    """An error with a reason."""
    error = Wrapper(text)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (OSError(111, "Connection refused"), "[Errno 111] Connection refused"),
        (Exception("Connection aborted.", ConnectionResetError(104, "reset")), "[Errno 104] reset"),
        (Exception(wrapped("Max retries", OSError("no route"))), "no route"),
        (wrapped("<x.Connection object at 0x7fabc>: Failed to connect: refused"), "Failed to connect: refused"),
        (
            wrapped("HTTPSConnectionPool(host='h', port=443): Read timed out. (read timeout=1)"),
            "Read timed out. (read timeout=1)",
        ),
        (Exception("two\nlines"), "two lines"),
        (ValueError(), "ValueError"),
        (Exception("Failed to parse: http://somebody:secret@proxy:1/"), "Failed to parse: http://proxy:1/"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"), "wrong version number"),
    ],
)
def test_root_cause(error: Exception, text: str) -> None:
    """House 0.4: one line for a person, without addresses of objects and without the password of a proxy."""
    assert _failures.root_cause(error) == text


def test_root_cause_is_bounded() -> None:
    assert len(_failures.root_cause(Exception("x" * 5000))) <= 300


def test_causes_end_at_our_own_errors() -> None:
    ours = ConnectionFailedError("before")
    ours.__context__ = OSError("another failure")
    error = Exception("now")
    error.__context__ = ours
    error.__cause__ = error
    assert _failures.causes(error) == [error]


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("certificate verify failed: self-signed certificate", "ca_path"),
        ("Hostname mismatch, certificate is not valid", "host in url"),
        ("hostname 'a' doesn't match 'b'", "host in url"),
        ("certificate has expired", "renewed"),
        ("tlsv13 alert certificate required", "client_cert"),
        ("WRONG_VERSION_NUMBER", "the scheme and the port in url, where no TLS is spoken; it may be http"),
        ("something else", "check url, ca_path and client_cert"),
    ],
)
def test_tls_advice(reason: str, advice: str) -> None:
    assert advice in _failures.tls_advice(reason)


@pytest.mark.parametrize(
    ("error", "trouble", "hangup"),
    [
        (ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] no"), True, False),
        (ssl.SSLError(1, "[SSL: TLSV1_ALERT_UNKNOWN_CA] no"), True, False),
        (ssl.SSLError(1, "[SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC] no"), False, False),
        (ssl.SSLEOFError(8, "EOF occurred in violation of protocol"), False, True),
        (ConnectionResetError(104, "reset"), False, True),
    ],
)
def test_tls_failures_are_told_apart(error: Exception, trouble: bool, hangup: bool) -> None:
    """A broken record may come after the server has acted; a certificate that was refused may not."""
    assert _failures.is_certificate_trouble(Exception(error)) is trouble
    assert _failures.is_hangup(Exception(error)) is hangup
