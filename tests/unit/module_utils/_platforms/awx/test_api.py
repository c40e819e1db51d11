# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API below its prefix: how the prefix is found, pages, names (AWX contract 1.9, 2.2)."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Callable, Union

import pytest

from ansible_collections.unified.jobs.plugins.module_utils._errors import (
    AmbiguousError,
    ApiError,
    BadResponseError,
    ConnectionFailedError,
    ForbiddenError,
    NotFoundError,
    ResourceMissingError,
    ServerError,
    TlsError,
    UnauthorizedError,
)
from ansible_collections.unified.jobs.plugins.module_utils._platforms.awx.api import Api, ambiguous, with_slash

AWX_ROOT = {"description": "AWX REST API", "current_version": "/api/v2/", "available_versions": {"v2": "/api/v2/"}}
GATEWAY_ROOT = {
    "description": "AAP gateway REST API",
    "apis": {"gateway": "/api/gateway/", "controller": "/api/controller/"},
}
CONTROLLER_ROOT = {"description": "AWX REST API", "current_version": "/api/controller/v2/"}
MISSING = ResourceMissingError("GET /api/ answered 404: Not Found", status=404)
PAGE = BadResponseError("GET /api/ answered 200 with an HTML page: check that url names the API", status=200)

Answer = Union[Any, ApiError]


class Asked:
    """A client that answers from a table of path -> body or error, and notes what it was asked."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers
        self.prefix = ""
        self.deadline = None
        self.overtime = 0.0
        self.asked: list[tuple[str, bool]] = []
        self.queries: list[Any] = []

    def get(self, path: str, params: Any = None, *, absolute: bool = False, login: bool = True, **_more: Any) -> Any:
        """Answer a read."""
        full = path if absolute else self.prefix + path
        self.asked.append((full, login))
        self.queries.append(params)
        answer = self.answers.get(full, MISSING)
        answer = next(answer) if isinstance(answer, Iterator) else answer
        if isinstance(answer, ApiError):
            raise answer
        return SimpleNamespace(data=answer, status=200)


def detect(answers: dict[str, Answer], url: str = "https://awx.example.test", prefix: Any = None) -> tuple[str, Asked]:
    """The prefix, and the client that was asked for it."""
    asked = Asked(answers)
    api = Api(asked, prefix, url)  # type: ignore[arg-type]
    found: str = api.client.prefix
    assert api.client.prefix == found
    return found, asked


# -- the prefix ------------------------------------------------------------------------------------------------


@pytest.mark.case("awx-46")
def test_awx_is_detected_with_one_request_without_a_login() -> None:
    """Contract 2.2: one unauthenticated GET. A password would cost 120 ms of hashing (6.1)."""
    prefix, asked = detect({"/api/": AWX_ROOT})
    assert prefix == "/api/v2/"
    assert asked.asked == [("/api/", False)]


@pytest.mark.case("awx-46")
def test_a_gateway_is_detected() -> None:
    """Contract 2.2."""
    prefix, asked = detect({"/api/": GATEWAY_ROOT, "/api/controller/": CONTROLLER_ROOT})
    assert prefix == "/api/controller/v2/"
    assert asked.asked == [("/api/", False), ("/api/controller/", False)]


@pytest.mark.case("awx-46")
@pytest.mark.parametrize("said", ["/api/controller/v2/", "api/controller/v2", "/api/v2"])
def test_an_explicit_prefix_skips_detection(said: str) -> None:
    prefix, asked = detect({}, prefix=said)
    assert prefix == "/" + said.strip("/") + "/"
    assert asked.asked == []


@pytest.mark.case("awx-46")
@pytest.mark.parametrize("root", [MISSING, PAGE, {}, [], "text", {"apis": []}, {"current_version": None}, {"apis": {}}])
def test_anything_else_falls_back_to_the_usual_prefix(root: Answer) -> None:
    """Contract 2.2: on anything else fall back, if there is an API at all."""
    prefix, asked = detect({"/api/": root, "/api/v2/ping/": {"version": "24.6.1"}})
    assert prefix == "/api/v2/"
    assert asked.asked == [("/api/", False), ("/api/v2/ping/", False)]


@pytest.mark.case("awx-46")
@pytest.mark.parametrize(
    "said",
    [
        "https://elsewhere.example.test/api/v2/",
        "//elsewhere/api/",
        "/api/v2/?x=1",
        "/../..\\",
        "",
        2,
        "api v2",
        "/a//b/",
    ],
)
def test_an_odd_prefix_is_not_followed(said: Any) -> None:
    prefix, _asked = detect({"/api/": {"current_version": said}, "/api/v2/ping/": {}})
    assert prefix == "/api/v2/"


@pytest.mark.case("awx-46")
@pytest.mark.parametrize(
    "error",
    [
        ConnectionFailedError("no", transient=True),
        TlsError("no"),
        ServerError("no", status=503, transient=True),
        ServerError("no", status=502, transient=True),
    ],
)
@pytest.mark.parametrize("path", ["/api/", "/api/controller/", "/api/v2/ping/"])
def test_a_server_that_cannot_be_asked_is_no_reason_to_guess(path: str, error: ApiError) -> None:
    """A gateway that restarts would be taken for an AWX, and all its jobs for missing ones."""
    answers: dict[str, Answer] = {"/api/": MISSING if "ping" in path else GATEWAY_ROOT}
    with pytest.raises(type(error)):
        detect({**answers, path: error})


@pytest.mark.parametrize("refused", [UnauthorizedError("no", status=401), ForbiddenError("no", status=403)])
def test_a_root_that_is_not_for_everybody_is_asked_with_the_login(refused: ApiError) -> None:
    prefix, asked = detect(
        {"/api/": iter([refused, GATEWAY_ROOT]), "/api/controller/": iter([refused, CONTROLLER_ROOT])}
    )
    assert prefix == "/api/controller/v2/"
    assert [login for _path, login in asked.asked] == [False, True, False, True]


def test_a_login_that_is_refused_is_said_at_once() -> None:
    with pytest.raises(UnauthorizedError):
        detect({"/api/": UnauthorizedError("no", status=401)})


def test_a_root_that_is_forbidden_falls_back() -> None:
    refused = ForbiddenError("no", status=403)
    prefix, _asked = detect({"/api/": refused, "/api/v2/ping/": refused})
    assert prefix == "/api/v2/"


@pytest.mark.case("awx-49")
@pytest.mark.parametrize("answer", [MISSING, PAGE])
def test_a_server_that_is_no_awx_says_so(answer: ApiError) -> None:
    """Without this, its 404 would read as: there is no such job. It gets no credentials either."""
    asked = Asked({"/api/": answer, "/api/v2/ping/": answer})
    with pytest.raises(BadResponseError, match="There is no API of AWX at the url") as caught:
        Api(asked, None, "https://www.example.test").get("jobs/1/")  # type: ignore[arg-type]
    assert not any(login for _path, login in asked.asked)
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("url", "said", "prefix"),
    [
        ("https://proxy.example.test/tower", "/tower/api/v2/", "/api/v2/"),
        ("https://proxy.example.test/tower", "/api/v2/", "/api/v2/"),
        ("https://proxy.example.test/tower/", "/tower/api/v2", "/api/v2/"),
        ("https://proxy.example.test/tow", "/tower/api/v2/", "/tower/api/v2/"),
        ("https://proxy.example.test", "/tower/api/v2/", "/tower/api/v2/"),
    ],
)
def test_a_path_before_the_api_is_not_doubled(url: str, said: str, prefix: str) -> None:
    """Contract 2.2: the host may carry a path; join, do not replace."""
    assert detect({"/api/": {"current_version": said}}, url)[0] == prefix


@pytest.mark.parametrize(("prefix", "gateway"), [("/api/controller/v2/", True), ("/api/v2/", False)])
def test_is_gateway(prefix: str, gateway: bool) -> None:
    assert Api(Asked({}), prefix).is_gateway is gateway  # type: ignore[arg-type]


@pytest.mark.case("awx-46")
def test_the_lab_is_detected_once_for_a_task(lab: Any, face: Callable[..., Any]) -> None:
    face("info", jobs=[1, 2], missing_ok=True)
    assert len(lab.requests("GET", "^/api/$")) == 1
    first = lab.requests()[0]
    assert first.path == "/api/"
    assert "Authorization" not in first.headers
    assert all("Authorization" in request.headers for request in lab.requests()[1:])


# -- pages -----------------------------------------------------------------------------------------------------


def with_pages(*pages: Any) -> tuple[Api, Asked]:
    """An API whose jobs come in these pages."""
    asked = Asked({"/api/v2/jobs/": iter(pages)})
    return Api(asked, "/api/v2/"), asked  # type: ignore[arg-type]


def page_of(*ids: int, more: bool = False, **extra: Any) -> dict[str, Any]:
    """A page; C(next) lacks host and prefix, as behind some gateways."""
    rows = [{"id": number} for number in ids]
    return {"count": 5, "next": "/jobs/?page=9" if more else None, "previous": None, "results": rows, **extra}


@pytest.mark.case("awx-44")
def test_pages_are_counted_and_next_is_not_followed() -> None:
    """Contract 1.9: next may lack the gateway's prefix; rows that slip to the next page come once."""
    api, asked = with_pages(page_of(1, 2, more=True), page_of(2, 3, more=True), page_of(4))
    assert [row["id"] for row in api.rows("jobs", {"name": "x"})] == [1, 2, 3, 4]
    assert [query["page"] for query in asked.queries] == [1, 2, 3]
    assert all(query["order_by"] == "id" and query["page_size"] == 200 for query in asked.queries)
    assert {path for path, _login in asked.asked} == {"/api/v2/jobs/"}


@pytest.mark.case("awx-44")
def test_an_empty_page_ends_the_list_whatever_next_says() -> None:
    api, asked = with_pages(page_of(1, more=True), page_of(more=True))
    assert len(api.rows("jobs", {})) == 1
    assert len(asked.asked) == 2


def test_no_more_pages_than_needed() -> None:
    api, asked = with_pages(page_of(1, 2, more=True), page_of(3, 4, more=True), page_of(5))
    assert [row["id"] for row in api.rows("jobs", {}, at_most=3)] == [1, 2, 3]
    assert len(asked.asked) == 2


@pytest.mark.parametrize("body", [{}, [], None, "text", {"results": None}, {"results": {"a": 1}}])
def test_what_is_no_list_is_said(body: Any) -> None:
    api, _asked = with_pages(body)
    with pytest.raises(BadResponseError, match="is not a list"):
        api.rows("jobs", {})


def test_odd_rows_and_counts_are_passed_over() -> None:
    api, _asked = with_pages(page_of(1, count="many", results=[None, 3, {"id": 7}]))
    assert api.page("jobs", {}) == ([{"id": 7}], None, False)


# -- names and ids ---------------------------------------------------------------------------------------------


def test_get_by_id() -> None:
    asked = Asked({"/api/v2/inventories/7/": {"id": 7}, "/api/v2/inventories/9/": ForbiddenError("no", status=403)})
    api = Api(asked, "/api/v2/")  # type: ignore[arg-type]
    assert api.get_by_id("inventories", "7", "inventory", "inventory") == {"id": 7}
    with pytest.raises(NotFoundError, match="inventory: there is no inventory with the id 8"):
        api.get_by_id("inventories", 8, "inventory", "inventory")
    with pytest.raises(ForbiddenError):
        api.get_by_id("inventories", 9, "inventory", "inventory")


def test_an_ambiguous_name_lists_ten_at_the_most() -> None:
    rows = [{"id": n, "name": "x", "summary_fields": {"organization": {"name": f"o{n}"}}} for n in range(25)]
    error = ambiguous("x", "job template", [*rows, {"id": 99}], "template", 300)
    assert isinstance(error, AmbiguousError)
    assert error.message.startswith("template: 300 objects")
    assert "id 9 in o9" in error.message
    assert "id 10" not in error.message
    assert len(error.result["candidates"]) == 26


@pytest.mark.parametrize("path", ["jobs", "jobs/", "jobs//"])
def test_with_slash(path: str) -> None:
    assert with_slash(path) == "jobs/"
