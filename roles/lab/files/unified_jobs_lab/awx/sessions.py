# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log-in by form and cookie, as browsers and command line clients do it (contract 2.1)."""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs

from werkzeug.http import parse_cookie

from .reply import HTML, ApiError, Reply, detail
from .router import Call
from .users import Identity

COOKIE = "awx_sessionid"
_FORM = """<!DOCTYPE html>
<html>
<head><title>AWX REST API</title></head>
<body>
<form method="post" action="/api/login/">
<input type="hidden" name="csrfmiddlewaretoken" value="{csrf}">
<input type="hidden" name="next" value="{next}">
<input name="username"> <input name="password" type="password"> <button>Log in</button>
</form>
</body>
</html>
"""


def _cookies(call: Call) -> dict[str, str]:
    return dict(parse_cookie(call.headers.get("cookie", "")).items())


def session_identity(call: Call) -> Identity | None:
    """Who the session cookie stands for."""
    user = call.awx.keeper.sessions.get(_cookies(call).get(COOKIE, ""))
    return Identity(user, "session") if user else None


def check_csrf(call: Call) -> None:
    """Sessions, and only they, have to prove that the request is meant."""
    known = _cookies(call).get("csrftoken")
    if not known:
        raise detail(403, "CSRF Failed: CSRF cookie not set.")
    if call.headers.get("x-csrftoken") != known:
        raise detail(403, "CSRF Failed: CSRF token missing.")


def csrf_cookie(call: Call) -> tuple[str, dict[str, str]]:
    """The token against forged requests, and the header that hands it out; the API's root does so too."""
    csrf = _cookies(call).get("csrftoken") or secrets.token_hex(32)
    return csrf, {"Set-Cookie": f"csrftoken={csrf}; Path=/; SameSite=Lax"}


def login_form(call: Call) -> Reply:
    """GET /api/login/."""
    csrf, headers = csrf_cookie(call)
    return Reply(_FORM.format(csrf=csrf, next="/api/"), 200, headers, HTML)


def login(call: Call) -> Reply:
    """POST /api/login/."""
    form = {k: v[0] for k, v in parse_qs(call.raw.decode("utf-8", "replace"), keep_blank_values=True).items()}
    known = _cookies(call).get("csrftoken")
    if not known or known not in (form.get("csrfmiddlewaretoken"), call.headers.get("x-csrftoken")):
        raise ApiError(403, "<h1>Forbidden</h1>\n<p>CSRF verification failed. Request aborted.</p>\n", HTML)
    user = call.awx.keeper.check(form.get("username", ""), form.get("password", ""))
    if user is None:
        return Reply(_FORM.format(csrf=known, next="/api/"), 401, {}, HTML)
    session = secrets.token_hex(16)
    call.awx.keeper.sessions[session] = user
    headers = {
        "Location": form.get("next") or "/api/",
        "Set-Cookie": f"{COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax",
        "X-API-Session-Cookie-Name": COOKIE,
    }
    return Reply("", 302, headers, HTML)


def logout(call: Call) -> Reply:
    """GET or POST /api/logout/."""
    call.awx.keeper.sessions.pop(_cookies(call).get(COOKIE, ""), None)
    return Reply("", 302, {"Location": "/api/login/"}, HTML)
