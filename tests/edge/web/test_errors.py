"""One error, as each kind of reader wants it."""

from __future__ import annotations

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from edge.errors import BadInput, BoxError, Conflict, NotFound, NotReady, Refused, TooLarge
from edge.web.app import make_app
from edge.web.errors import TooManyAttempts
from tests.edge.web.conftest import Site
from tests.edge.web.visitor import Visitor

shared = pytest.mark.asyncio(loop_scope="session")
SECRET = "王小明 13800002756"


@shared
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadInput("audio", "p", "f"), 400),
        (TooLarge("audio", "p", "f"), 413),
        (Refused("bases", "p", "f"), 403),
        (NotFound("call_id", "p", "f"), 404),
        (Conflict("call_id", "p", "f"), 409),
        (NotReady("store", "p", "f"), 503),
        (TooManyAttempts("code", "p", "f", wait_s=3), 429),
    ],
)
async def test_error_becomes_its_status_with_field_problem_and_fix(quiet: Site, error: BoxError, status: int) -> None:
    async def fail(_: web.Request) -> web.Response:
        raise error

    app = make_app(quiet.box, quiet.settings)
    app.router.add_get("/static/fail", fail)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/static/fail", headers={"Accept": "application/json"})
        problem = await answer.json()
    assert answer.status == problem["status"] == status
    assert answer.content_type == "application/problem+json"
    assert (problem["field"], problem["problem"], problem["fix"]) == (error.field, "p", "f")


@shared
async def test_fault_of_ours_shows_a_number_and_nothing_of_what_went_wrong(quiet: Site) -> None:
    async def fail(_: web.Request) -> web.Response:
        raise RuntimeError(SECRET)

    app = make_app(quiet.box, quiet.settings)
    app.router.add_get("/static/fail", fail)
    with structlog.testing.capture_logs() as logged:
        async with TestClient(TestServer(app)) as client:
            answer = await client.get("/static/fail", headers={"Accept": "application/json"})
            problem = await answer.json()
    assert answer.status == 500 and SECRET not in str(problem)
    assert [line["incident"] for line in logged] == [problem["fix"].split("：")[1]], "the number finds it in the log"


@shared
async def test_htmx_gets_a_part_to_swap_in_and_a_browser_a_page(resident: Visitor) -> None:
    page = await resident.text("/calls/nothing")
    part = await resident.text("/calls/nothing/row", headers={"HX-Request": "true"})
    assert "<!doctype html>" in page and "<!doctype html>" not in part
    assert 'role="alert"' in page and 'role="alert"' in part


@shared
async def test_htmx_is_led_to_the_login_once_the_session_is_over(passer_by: Visitor) -> None:
    answer = await passer_by.get("/calls/c-1/row", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/login")


@shared
@pytest.mark.parametrize("path", ["/calls.json", "/calls/c-1.json", "/calls/c-1/audio", "/calls/c-1/peaks.json"])
async def test_program_is_told_that_nobody_is_signed_in(passer_by: Visitor, path: str) -> None:
    answer = await passer_by.get(path)
    assert answer.status == 401 and (await answer.json())["field"] == "session"
