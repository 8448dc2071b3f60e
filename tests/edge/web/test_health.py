"""What monitoring sees, and who may see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import encode_basic_auth

from edge.box import Box
from edge.settings import ServeSettings, Settings
from edge.web.health import metrics_token
from edge.web.server import serve
from tests.edge.web.conftest import Site
from tests.edge.web.visitor import Visitor

shared = pytest.mark.asyncio(loop_scope="session")


def proxied(password: str) -> dict[str, str]:
    return {"X-Forwarded-For": "192.0.2.1", "Authorization": encode_basic_auth("prometheus", password)}


@shared
async def test_box_with_its_models_is_alive_and_ready(passer_by: Visitor) -> None:
    assert (await passer_by.get("/healthz")).status == 200
    ready = await passer_by.get("/readyz")
    assert ready.status == 200 and (await ready.json()) == {"ready": True, "problem": ""}


async def test_box_without_models_is_alive_but_says_what_is_missing(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "box", models=tmp_path / "none", serve=ServeSettings(web_port=0))
    with Box.open(settings) as box:
        server = await serve(box, settings)
        async with Visitor(f"https://localhost:{server.port}") as visitor:
            assert (await visitor.get("/healthz")).status == 200
            ready = await visitor.get("/readyz")
            assert ready.status == 503 and "model.bin" in (await ready.json())["problem"]
            assert "sottovoce_ready 0.0" in await visitor.text("/metrics")
        await server.stop()


@shared
async def test_metrics_count_calls_by_state_and_name_none(busy: Site, reader: Visitor, call_id: str) -> None:
    text = await reader.text("/metrics")
    assert 'sottovoce_calls{state="analysed"} 1.0' in text and "sottovoce_queue_length 0.0" in text
    assert "sottovoce_expired_content_seconds 0.0" in text
    assert "sottovoce_log_unwitnessed_seconds" in text
    call = busy.box.call(call_id)
    assert not [name for name in (call_id, call.agent, call.customer) if name in text]


@shared
@pytest.mark.parametrize("password", ["", "wrong"])
async def test_metrics_are_refused_to_a_proxys_reader_without_the_token(passer_by: Visitor, password: str) -> None:
    assert (await passer_by.get("/metrics", headers=proxied(password))).status == 401


@shared
async def test_metrics_are_given_to_who_sends_the_token(quiet: Site, passer_by: Visitor) -> None:
    assert (await passer_by.get("/metrics", headers=proxied(metrics_token(quiet.settings.home)))).status == 200
