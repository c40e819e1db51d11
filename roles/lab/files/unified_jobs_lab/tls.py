# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates of a lab: its own authority, and a server certificate for 127.0.0.1 and localhost."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Tls:
    """What a server needs, and the file that clients need."""

    context: ssl.SSLContext
    ca_file: Path


def make_tls(ca_file: Path) -> Tls:
    """Make an authority, write its certificate to ca_file, and return a server context."""
    authority = trustme.CA(organization_name="unified.jobs lab")
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return Tls(context, ca_file)
