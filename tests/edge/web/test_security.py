"""What stands in front of every page."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from aiohttp import FormData

from edge.records import CallState
from edge.web.app import make_app
from edge.web.keys import SIGNED_PREFIX
from edge.web.security import CONTENT_SECURITY_POLICY, HEADERS, PUBLIC, PUBLIC_PREFIX
from tests.edge.web.conftest import Site
from tests.edge.web.visitor import Visitor

shared = pytest.mark.asyncio(loop_scope="session")  # the fixtures of a shared box live in the session's loop

OPEN_TO_ALL = {*PUBLIC, PUBLIC_PREFIX, SIGNED_PREFIX}  # what is signed: test_events.py


@shared
async def test_every_page_but_the_public_ones_needs_a_session(quiet: Site, passer_by: Visitor) -> None:
    routes = [
        (route.method, resource.canonical.replace("{call_id}", "c-1"))
        for resource in make_app(quiet.box, quiet.settings).router.resources()
        for route in resource
        if route.method != "HEAD" and not resource.canonical.startswith(tuple(OPEN_TO_ALL))
    ]
    assert len(routes) > 10
    for method, path in routes:
        answer = await (passer_by.get(path) if method == "GET" else passer_by.post(path))
        assert answer.status == 401 or answer.headers.get("Location", "").startswith("/login"), f"{method} {path}"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost", None])
@shared
async def test_change_is_refused_when_it_comes_from_another_site(resident: Visitor, origin: str | None) -> None:
    token = await resident.token()
    headers = {"Origin": origin} if origin else {"Sec-Fetch-Site": "cross-site"}
    answer = await resident.http.post("/logout", data={"csrf": token}, headers=headers, allow_redirects=False)
    assert answer.status == 403
    assert (await resident.get("/calls")).status == 200, "still signed in"


@pytest.mark.parametrize("form", [{}, {"csrf": ""}, {"csrf": "x" * 43}, {"csrf": "ü"}])
@shared
async def test_change_is_refused_without_the_sessions_token(resident: Visitor, form: dict[str, str]) -> None:
    assert (await resident.post("/logout", form)).status == 403
    assert (await resident.get("/calls")).status == 200, "still signed in"


@pytest.mark.parametrize("token", ["wrong", None])
@shared
async def test_upload_is_refused_without_the_sessions_token(
    quiet: Site, resident: Visitor, recording: bytes, sidecar: bytes, token: str | None
) -> None:
    form = FormData()
    if token:
        form.add_field("csrf", token)
    form.add_field("sidecar", sidecar, filename="call.json")
    form.add_field("audio", io.BytesIO(recording), filename="call.flac")
    assert (await resident.post("/calls", form)).status == 403
    assert quiet.box.calls() == ()


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "192.0.2.1", ""])
@shared
async def test_request_for_another_host_is_refused(passer_by: Visitor, host: str) -> None:
    assert (await passer_by.get("/login", headers={"Host": host})).status in (400, 403)


@pytest.mark.parametrize("path", ["/setup", "/calls", "/nothing", "/healthz", "/static/0/x.js", "/calls.json"])
@shared
async def test_every_answer_carries_the_security_headers(passer_by: Visitor, path: str) -> None:
    headers = (await passer_by.get(path)).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert headers["Cache-Control"] == "no-store"


def test_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'")
    assert not re.search(r"unsafe|https?:|\*", CONTENT_SECURITY_POLICY)


@pytest.mark.parametrize("path", sorted(Path("edge/web/templates").glob("*.html")), ids=lambda path: path.name)
def test_template_holds_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:|hx-on|hx-vals=.js", text)
    assert not re.search(r"""(?:src|href)=["']?https?:""", text)


@pytest.mark.parametrize(
    "path", sorted(Path("edge/web/templates/documents").glob("*.html")), ids=lambda path: path.name
)
def test_document_to_keep_has_its_own_style_and_nothing_else_of_its_own(path: Path) -> None:
    """Opened anywhere, years later, it has no box beside it that could serve a style."""
    text = path.read_text("utf-8")
    assert not re.search(r"<script|\son[a-z]+=|javascript:|hx-|url\(|@import", text)
    assert not re.search(r"""(?:src|href)=""", text)


@pytest.mark.parametrize("state", [state.value for state in CallState])
@shared
async def test_list_of_an_empty_box_can_be_filtered_by_every_state(resident: Visitor, state: str) -> None:
    assert (await resident.get(f"/calls?state={state}")).status == 200


@pytest.mark.parametrize("query", ["state=gone", "before=yesterday", "before=2026-03-02T10:00:00"])
@shared
async def test_list_refuses_a_filter_it_does_not_know(resident: Visitor, query: str) -> None:
    assert (await resident.get(f"/calls?{query}")).status == 400


@pytest.mark.parametrize("limit", ["0", "501", "x", "-1", "9" * 400, "٣"])
@shared
async def test_json_list_refuses_a_limit_out_of_range(resident: Visitor, limit: str) -> None:
    answer = await resident.get("/calls.json", params={"limit": limit})
    assert answer.status == 400 and (await answer.json())["field"] == "limit"
