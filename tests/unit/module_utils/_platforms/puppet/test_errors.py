# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is in an error answer: Puppet contract 1.12, in each of its shapes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._platforms.puppet.errors import (
    TOKEN_KINDS,
    error_text,
    is_missing_route,
    kind_of,
    meant_status,
)

ORCH = "puppetlabs.orchestrator/"
PAGE = "<html><head><title>Error 503</title></head><body><h2>HTTP ERROR 503</h2></body></html>"


@pytest.mark.case("puppet-8", "puppet-9", "puppet-64")
@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (
            404,
            {"kind": ORCH + "unknown-environment", "msg": "Unknown environment x", "details": {"environment": "x"}},
            "Unknown environment x",
        ),
        # real query-errors have no details
        (
            400,
            {"kind": ORCH + "query-error", "msg": "PuppetDB query failed: line 1\n\nnull\n^"},
            "PuppetDB query failed: line 1 null ^. If the query is right, this user may not view node data (the "
            "permission nodes:view_data)",
        ),
        # the list of schedules calls a wrong page one too
        (
            400,
            {"kind": ORCH + "query-error", "msg": "The limit parameter must be an integer", "details": {}},
            "The limit parameter must be an integer",
        ),
        (
            400,
            {"kind": ORCH + "puppetdb-error", "msg": "Could not reach PuppetDB.", "details": {}},
            "Could not reach PuppetDB. PuppetDB is in trouble; nothing was started",
        ),
        (
            404,
            {"kind": ORCH + "unknown-job", "msg": "Unknown job 7", "details": {"job-id": "7"}},
            "Unknown job 7. It does not exist, or was pruned (after 30 days by default)",
        ),
        (
            403,
            {"kind": ORCH + "not-permitted", "msg": "Not authorized", "details": {"task": "package"}},
            "Not authorized. task: package. The permission tasks:run:package is missing",
        ),
        (
            403,
            {"kind": ORCH + "not-permitted", "msg": "Not authorized to run plan a", "details": {"plan_name": "a"}},
            "Not authorized to run plan a. The permission plans:run:a is missing",
        ),
        (403, {"kind": ORCH + "not-permitted", "msg": "Not authorized"}, "Not authorized"),
        (400, {"kind": "x", "msg": "Wrong", "details": {"a": 1, "b": [1], "c": None}}, "Wrong. a: 1, b: [1]"),
        (400, {"kind": "x", "msg": "Wrong", "details": "the limit"}, "Wrong. the limit"),
        (400, {"kind": "x", "msg": "Wrong limit", "details": "limit"}, "Wrong limit"),
        (400, {"kind": "x", "msg": "Wrong", "details": ["a"]}, "Wrong"),
        (400, {"kind": "x", "msg": "Not found in production: "}, "Not found in production"),
        (400, {"kind": "schema-violation"}, "schema-violation"),
        (400, {"error": "older than all"}, "older than all"),
        (400, {"msg": 5}, "5"),
        (400, {}, "Bad Request"),
        (400, {"kind": None, "msg": None, "details": None}, "Bad Request"),
        (500, [], "Internal Server Error"),
        (500, ["a"], "Internal Server Error"),
        (500, 5, "Internal Server Error"),
        (500, "it broke", "it broke"),
        (500, PAGE, "Internal Server Error"),
        (599, None, "no reason given"),
        (503, None, "Service Unavailable"),
    ],
)
def test_shapes(status: int, body: Any, said: str) -> None:
    assert error_text(status, body, "" if body is None else json.dumps(body)) == said


@pytest.mark.case("puppet-9", "puppet-64")
@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (403, "Forbidden request: /orchestrator/v1/jobs (method :get).\n", "Forbidden request: /orchestrator/v1/jobs"),
        (404, "Not Found", "Not Found"),
        (404, "", "Not Found"),
        (401, "", "Unauthorized"),
        (503, PAGE, "Service Unavailable"),
        (502, "  <!DOCTYPE html>\n<p>", "Bad Gateway"),
        (502, "x <html>y</html>", "Bad Gateway"),
    ],
)
def test_what_is_no_json(status: int, body: str, said: str) -> None:
    text = error_text(status, None, body)
    assert text.startswith(said)
    assert "\n" not in text
    assert "<" not in text


def test_long_texts_are_cut() -> None:
    text = error_text(400, {"kind": "x", "msg": "word " * 1000}, "")
    assert len(text) < 1010
    assert text.endswith(" ...")


@pytest.mark.case("puppet-50", "puppet-68")
@pytest.mark.parametrize("key", ["params", "parameters", "input", "targets", "body", "scope"])
def test_what_was_sent_is_not_repeated(key: str) -> None:
    body = {"kind": ORCH + "validation-error", "msg": "Wrong", "details": {key: {"password": "hunter2"}, "task": "a"}}
    assert error_text(400, body, json.dumps(body)) == "Wrong. task: a"


# -- kinds -----------------------------------------------------------------------------------------------------


@pytest.mark.case("puppet-66")
@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("puppetlabs.orchestrator/validation-error", "validation-error"),
        ("puppetlabs.validators/validation-error", "validation-error"),
        # as the documentation once writes it
        ("puppetlabs.orchestrators/unknown-job", "unknown-job"),
        ("malformed-request", "malformed-request"),
        ("a/b/token-expired", "token-expired"),
        ("", ""),
        (None, ""),
        (7, "7"),
    ],
)
def test_kinds_are_known_by_their_ends(kind: Any, wanted: str) -> None:
    assert kind_of({"kind": kind}) == wanted


@pytest.mark.case("puppet-66")
@pytest.mark.parametrize("body", [None, "text", [], [{"kind": "x"}], 5, {}])
def test_bodies_without_a_kind(body: Any) -> None:
    assert kind_of(body) == ""
    assert is_missing_route(404, body)
    assert not is_missing_route(400, body)
    assert not is_missing_route(None, body)
    assert not is_missing_route(404, {"kind": ORCH + "unknown-job"})


@pytest.mark.case("puppet-24", "puppet-66")
@pytest.mark.parametrize("kind", sorted(TOKEN_KINDS))
@pytest.mark.parametrize("namespace", ["puppetlabs.rbac/", ""])
def test_what_is_wrong_with_a_token(kind: str, namespace: str) -> None:
    """Contract 1.12: one report has them with a 403."""
    body = {"kind": namespace + kind, "msg": "It is not so."}
    assert "token" in error_text(401, body, "")
    assert (meant_status(401, body), meant_status(403, body), meant_status(400, body)) == (401, 401, 400)


@pytest.mark.case("puppet-24")
@pytest.mark.parametrize("kind", ["token-expired", "token-timed-out", "token-revoked"])
def test_how_to_get_another_token(kind: str) -> None:
    assert "puppet-access login" in error_text(401, {"kind": kind}, "")


@pytest.mark.case("puppet-67")
@pytest.mark.parametrize(
    ("status", "kind", "meant"),
    [
        (401, "puppetlabs.rbac/server-error", 503),
        (401, "internal-server-error", 503),
        (403, "puppetlabs.rbac/server-error", 403),
        (403, ORCH + "not-permitted", 403),
        (400, ORCH + "puppetdb-error", 400),
        (401, None, 401),
        (200, None, 200),
    ],
)
def test_what_a_status_means(status: int, kind: str | None, meant: int) -> None:
    assert meant_status(status, {"kind": kind}) == meant
    assert meant_status(status, None if kind is None else [kind]) == status


# -- through the client ----------------------------------------------------------------------------------------


@pytest.mark.case("puppet-9", "puppet-24", "puppet-64")
@pytest.mark.parametrize(
    ("status", "body", "code", "said"),
    [
        (401, '{"kind": "puppetlabs.rbac/token-expired", "msg": "x"}', "unauthorized", "the token has expired"),
        (403, '{"kind": "puppetlabs.rbac/token-expired", "msg": "x"}', "unauthorized", "the token has expired"),
        (401, "", "unauthorized", "Unauthorized"),
        (403, "Forbidden request: /x", "forbidden", "Forbidden request: /x"),
        (403, '["x"]', "forbidden", "Forbidden"),
        (400, '"no"', "rejected", "no"),
        (404, PAGE, "not_found", "Not Found"),
        (500, '{"kind": "puppetlabs.orchestrator/unknown-error", "msg": "It broke"}', "server_error", "It broke"),
        (503, PAGE, "server_error", "Service Unavailable"),
    ],
)
def test_errors_of_a_server(refused: Any, pe: Any, status: int, body: str, code: str, said: str) -> None:
    kind = "application/json" if body[:1] in '{["' else "text/html"
    pe.fault("status", status=status, body=body, content_type=kind, times=20)
    error = refused("info", jobs="7", type="job")
    assert (error.code, said in error.message, "<" in error.message) == (code, True, False)
    assert pe.token() not in error.message


@pytest.mark.case("puppet-64")
@pytest.mark.parametrize("body", ["[]", '"text"', "5", "null", "", "<html>x</html>", "{", '{"items": {}}'])
def test_answers_of_another_type(refused: Any, pe: Any, body: str) -> None:
    """A status of 200 is no proof: a body may be a list, text, nothing."""
    pe.fault("status", status=200, body=body, content_type="application/json", times=20)
    error = refused("info", type="job")
    assert error.code == "bad_response"


@pytest.mark.case("puppet-24")
@pytest.mark.parametrize(("state", "said"), [("expired", "has expired"), ("revoked", "was revoked")])
def test_a_token_that_is_over(refused: Any, pe: Any, state: str, said: str) -> None:
    getattr(pe.server, {"expired": "expire_tokens", "revoked": "revoke_tokens"}[state])(pe.token())
    error = refused("info", jobs="7", type="job")
    assert (error.code, said in error.message) == ("unauthorized", True)
    # it does not get better by asking again
    assert len(pe.requests()) == 1


@pytest.mark.case("puppet-9")
def test_users_who_may_not(refused: Any) -> None:
    assert refused("info", jobs="7", type="job", user="nobody").code == "forbidden"
    assert refused("info", jobs="7", type="job", user="former").code == "unauthorized"
