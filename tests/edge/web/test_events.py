"""The webhook for events over a real connection: no session, its own signature, errors as problem+json."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse

from edge.events import sources, webhook
from tests.edge.web.conftest import Site
from tests.edge.web.visitor import Visitor

PATH = "/hooks/events/crm"


def event(number: int = 1, **changed: Any) -> dict[str, Any]:
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    return {"id": f"e{number}", "kind": "customer_login", "at": at, "customer_ref": "C-1"} | changed


def kept(site: Site) -> int:
    return sum(site.box.events.counts().values())


@pytest.fixture
def secret(site: Site) -> bytes:
    return sources.add(site.settings.home, "crm").encode()


async def send(
    visitor: Visitor, body: bytes, secret: bytes, *, path: str = PATH, stamp: int | None = None, **headers: str
) -> ClientResponse:
    """As another system does: no cookie, no Origin."""
    timestamp = str(int(time.time()) if stamp is None else stamp)
    signed = {
        webhook.TIMESTAMP_HEADER: timestamp,
        webhook.SIGNATURE_HEADER: webhook.sign(secret, timestamp, body),
    }
    return await visitor.http.post(path, data=body, headers=signed | headers, allow_redirects=False)


def body(*events: dict[str, Any]) -> bytes:
    return json.dumps({"events": events}).encode()


async def test_signed_events_are_kept_once(site: Site, visitor: Visitor, secret: bytes) -> None:
    sent = body(event(1), event(2))
    first, again = [await (await send(visitor, sent, secret)).json() for _ in range(2)]
    assert first == {"stored": 2, "duplicates": 0, "unclaimed": 2}
    assert again == {"stored": 0, "duplicates": 2, "unclaimed": 0}
    assert kept(site) == 2


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"secret": b"wrong"}, webhook.SIGNATURE_HEADER),
        ({"path": "/hooks/events/unknown"}, webhook.SIGNATURE_HEADER),
        ({"stamp": 1_700_000_000}, webhook.TIMESTAMP_HEADER),
        ({webhook.SIGNATURE_HEADER: ""}, webhook.SIGNATURE_HEADER),
    ],
    ids=["wrong secret", "unknown source", "old", "unsigned"],
)
async def test_request_nobody_vouches_for_is_refused_as_problem_json(
    site: Site, visitor: Visitor, secret: bytes, how: dict[str, Any], field: str
) -> None:
    answer = await send(visitor, body(event()), how.pop("secret", secret), **how)
    assert (answer.status, answer.content_type) == (403, "application/problem+json")
    problem = await answer.json()
    assert problem["field"] == field and problem["problem"] and problem["fix"]
    assert kept(site) == 0


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        (b"{", 400, "body"),
        (body(event(1), event(2, kind="called")), 400, "events[1].kind"),
        (body(event(1, phone="13800138000")), 400, "events[0].phone"),
        (body(event(1), event(1, kind="proposal_opened")), 409, "id"),
        (b" " * 70_000, 413, "request"),
    ],
    ids=["no JSON", "unknown kind", "unknown field", "one id twice", "too large"],
)
async def test_wrong_body_is_told_by_field_and_nothing_of_it_is_kept(
    site: Site, visitor: Visitor, secret: bytes, sent: bytes, status: int, field: str
) -> None:
    answer = await send(visitor, sent, secret)
    problem = await answer.json()
    assert (answer.status, problem["field"]) == (status, field)
    assert "13800138000" not in json.dumps(problem)
    assert kept(site) == 0


async def test_removed_source_is_shut_out_at_once(site: Site, visitor: Visitor, secret: bytes) -> None:
    sources.remove(site.settings.home, "crm")
    assert (await send(visitor, body(event()), secret)).status == 403


async def test_webhook_opens_no_other_address_without_a_session(site: Site, visitor: Visitor, secret: bytes) -> None:
    assert (await send(visitor, b"", secret, path="/hooks/nothing")).status == 404
    assert (await send(visitor, b"", secret, path="/hooks/../calls")).status in (403, 404)
    assert (await visitor.get(PATH)).status == 405


async def test_a_source_that_is_no_name_is_told(site: Site, visitor: Visitor, secret: bytes) -> None:
    answer = await send(visitor, body(event()), secret, path="/hooks/events/..%2Fkeys")
    assert (answer.status, (await answer.json())["field"]) == (400, "source")
