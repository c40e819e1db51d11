# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private: what headers and bodies of an answer say, without a library."""

from __future__ import annotations

import email.utils
import json
import time
import typing as t
from urllib.parse import urlsplit


def short_url(url: str) -> str:
    """Return a url without credentials and query, for messages."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def json_body(content: bytes) -> t.Any:
    """Return the parsed JSON, or None if it is none."""
    try:
        return json.loads(content) if content.strip() else None
    except (ValueError, RecursionError):
        return None


def retry_after(value: str | None) -> float | None:
    """Return seconds from a Retry-After header, which holds seconds or a date."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, IndexError):
        return None
