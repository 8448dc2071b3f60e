"""What stands in front of every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from aiohttp import FormData

from edge.records import CallState
from edge.web.app import make_app
from edge.web.security import CONTENT_SECURITY_POLICY, HEADERS, PUBLIC, PUBLIC_PREFIX
from tests.edge.web.conftest import Site
from tests.edge.web.visitor import Visitor

OPEN_TO_ALL = {*PUBLIC, PUBLIC_PREFIX}


async def test_every_page_but_the_public_ones_needs_a_session(site: Site, visitor: Visitor) -> None:
    routes = [
        (route.method, resource.canonical.replace("{call_id}", "c-1"))
        for resource in make_app(site.box, site.settings).router.resources()
        for route in resource
        if route.method != "HEAD" and not resource.canonical.startswith(tuple(OPEN_TO_ALL))
    ]
    assert len(routes) > 10
    for method, path in routes:
        answer = await (visitor.get(path) if method == "GET" else visitor.post(path))
        assert answer.status == 401 or answer.headers.get("Location", "").startswith("/login"), f"{method} {path}"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost", None])
async def test_change_is_refused_when_it_comes_from_another_site(member: Visitor, origin: str | None) -> None:
    token = await member.token()
    headers = {"Origin": origin} if origin else {"Sec-Fetch-Site": "cross-site"}
    answer = await member.http.post("/logout", data={"csrf": token}, headers=headers, allow_redirects=False)
    assert answer.status == 403
    assert (await member.get("/calls")).status == 200, "still signed in"


@pytest.mark.parametrize("form", [{}, {"csrf": ""}, {"csrf": "x" * 43}, {"csrf": "ü"}])
async def test_change_is_refused_without_the_sessions_token(member: Visitor, form: dict[str, str]) -> None:
    assert (await member.post("/logout", form)).status == 403
    assert (await member.get("/calls")).status == 200, "still signed in"


@pytest.mark.parametrize("token", ["wrong", None])
async def test_upload_is_refused_without_the_sessions_token(
    site: Site, member: Visitor, recording: bytes, sidecar: bytes, token: str | None
) -> None:
    form = FormData()
    if token:
        form.add_field("csrf", token)
    form.add_field("sidecar", sidecar, filename="call.json")
    form.add_field("audio", recording, filename="call.flac")
    assert (await member.post("/calls", form)).status == 403
    assert site.box.calls() == ()


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "192.0.2.1", ""])
async def test_request_for_another_host_is_refused(visitor: Visitor, host: str) -> None:
    assert (await visitor.get("/login", headers={"Host": host})).status in (400, 403)


@pytest.mark.parametrize("path", ["/setup", "/calls", "/nothing", "/healthz", "/static/0/x.js", "/calls.json"])
async def test_every_answer_carries_the_security_headers(visitor: Visitor, path: str) -> None:
    headers = (await visitor.get(path)).headers
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


@pytest.mark.parametrize("state", [state.value for state in CallState])
async def test_list_of_an_empty_box_can_be_filtered_by_every_state(member: Visitor, state: str) -> None:
    assert (await member.get(f"/calls?state={state}")).status == 200


@pytest.mark.parametrize("query", ["state=gone", "before=yesterday", "before=2026-03-02T10:00:00"])
async def test_list_refuses_a_filter_it_does_not_know(member: Visitor, query: str) -> None:
    assert (await member.get(f"/calls?{query}")).status == 400


@pytest.mark.parametrize("limit", ["0", "501", "x", "-1", "9" * 400, "٣"])
async def test_json_list_refuses_a_limit_out_of_range(member: Visitor, limit: str) -> None:
    answer = await member.get("/calls.json", params={"limit": limit})
    assert answer.status == 400 and (await answer.json())["field"] == "limit"
